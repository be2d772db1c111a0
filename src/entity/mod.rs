//! Entities as users name them, what the graph says of one, and how two are connected.

mod connection;
mod figure;
mod find;
mod json;
mod membership;
mod profile;
mod read;

pub use connection::{Connection, PathLimits, PathStep, PathStop, WalkedRelation, connect};
pub use find::{KnownNames, NodeKind, also_named, find};
pub use json::profile_json;
pub use profile::{Direction, FigureLine, MoneyAmount, NameLine, PartLine, Profile, Property, RelationLine};
pub use read::profile;
