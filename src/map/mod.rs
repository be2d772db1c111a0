//! From tables to quads, and from a quad back to the cells from which it was made.
//!
//! A front end ([`yarrrml`], [`rml`]) turns a mapping into a [`Plan`]; the plan is bound to the real
//! headers before a row is read; the executor streams records and passes each quad to the caller
//! together with its [`QuadOrigin`].

mod doubt;
mod execute;
mod explain;
mod function;
mod language;
mod plan;
pub mod rml;
mod row;
mod trace;
pub mod yarrrml;

pub use execute::{QuadOrigin, Tables, execute};
pub use function::Function;
pub use plan::Plan;
pub use trace::trace;
