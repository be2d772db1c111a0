//! Entities as people name them, and what the graph says of one.

mod card;
mod figure;
mod find;

pub use card::{Direction, NameLine, Profile, Property, RelationLine, card};
pub use figure::{FigureLine, PartLine};
pub use find::{NodeKind, also_named, find};
