//! Entities as people name them, and what the graph says of one.

mod card;
mod find;

pub use card::{Card, Direction, FigureLine, NameLine, Property, RelationLine, card};
pub use find::{Kind, also_named, find};
