//! Entities as people name them, and what the graph says of one.

mod card;
mod figure;
mod find;

pub use card::{Card, Direction, NameLine, Property, RelationLine, card};
pub use figure::{FigureLine, PartLine};
pub use find::{Kind, also_named, find};
