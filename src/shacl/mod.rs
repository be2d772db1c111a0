//! SHACL (<https://www.w3.org/TR/shacl/>): a graph of shapes is read into
//! [`Shapes`], and a data graph is validated against them in place: values are
//! looked up by number in the [`Graph`](crate::graph::Graph), and nothing is copied.
//!
//! Supports Core (sections 2 to 4), SPARQL-based constraints (section 5) and
//! SPARQL-based constraint components (section 6). A result refers to a
//! [`Statement`](crate::graph::Statement); the code that knows tables and files
//! finds its place there.

mod constraints;
mod path;
mod read;
mod result;
mod shape;
mod validate;

pub use constraints::{Term, term};
pub use read::read;
pub use result::{ValidationReport, ValidationResult, report};
pub use shape::{Idle, Shapes};
pub use validate::{ResultLimits, validate};

/// A term of the vocabulary with the constructor for its value.
type Made<A, T> = (oxigraph::model::NamedNodeRef<'static>, fn(A) -> T);
