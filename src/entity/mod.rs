//! Entities as users name them, and what the graph says of one.

mod figure;
mod find;
mod membership;
mod profile;
mod read;

pub use find::{NodeKind, also_named, find};
pub use profile::{Direction, FigureLine, NameLine, PartLine, Profile, Property, RelationLine};
pub use read::profile;
