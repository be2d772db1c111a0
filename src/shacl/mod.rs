//! SHACL (<https://www.w3.org/TR/shacl/>): a graph of shapes is read into
//! [`Shapes`], and a graph of data is validated against them where it lies:
//! values are looked up in the store, and nothing is copied. The store may be any
//! that walks [`Triples`](crate::graph::Triples) and answers queries.
//!
//! Core (sections 2 to 4), constraints in SPARQL (section 5) and constraint
//! components in SPARQL (section 6). What a result is about is a
//! [`Statement`](crate::graph::Statement); where that stands in a table or a
//! file is found out by those who know these.

mod constraints;
mod path;
mod pattern;
mod read;
mod result;
mod shape;
mod validate;

pub use constraints::{Term, term};
pub use read::read;
pub use result::{ValidationReport, ValidationResult, report};
pub use shape::Shapes;
pub use validate::{ResultLimits, validate};

/// A term of the vocabulary with what it makes of its value.
type Made<A, T> = (oxigraph::model::NamedNodeRef<'static>, fn(A) -> T);
