//! From tables to quads, and from a quad back to the cells from which it was made.
//!
//! A front end ([`yarrrml`], [`rml`]) turns a mapping into a [`Plan`]; the plan is bound to the real
//! headers before a row is read; the executor streams records and passes each quad to the caller
//! together with its [`QuadOrigin`].
//!
//! [`execute`] says what a mapping means. [`execute_in_parts`] makes the same from blocks of rows on
//! all processors, as texts of terms: most rows need nothing more (the module `compiled`).

mod compiled;
mod doubt;
mod execute;
mod explain;
mod function;
mod language;
mod lines;
mod plan;
pub mod rml;
mod row;
mod trace;
pub mod yarrrml;

pub use compiled::{LiteralKinds, TermText, TripleText};
pub use execute::{QuadOrigin, RowSink, Share, Tables, execute, execute_in_parts};
pub use function::Function;
pub use lines::{TripleLines, foreign_graph, write_lines};
pub use plan::Plan;
pub use trace::{object_cells, trace};
