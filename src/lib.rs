//! civigraph turns what institutions publish about themselves into an RDF
//! graph that answers SPARQL, checks itself and leaves as clean Turtle, with
//! every statement traceable to its place in the source.
//!
//! # The way of the data
//!
//! ```text
//! datapackage.json + *.csv ─┐
//! mapping.yml (YARRRML) ────┼─▶ map ─▶ graph ─▶ derive ─┬─▶ sparql ─▶ tables, JSON …
//! ontology/*.ttl, rules ────┘   integrity   (oxigraph)  ├─▶ export ─▶ Turtle, DOT …
//!                                                       └─▶ entity ─▶ cards
//! ```
//!
//! [`pipeline::build`] goes the whole way from a [`pack::Pack`] to a
//! [`pipeline::Knowledge`]; [`ask`] asks it; [`export`] writes it; [`check`]
//! and [`shacl`] say what is wrong with it.
//!
//! ```
//! use civigraph::{ask, pack::Pack, pipeline};
//!
//! let (knowledge, _summary) = pipeline::build(&Pack::embedded()?)?;
//! let parameters = ["body=創新及科技局".to_owned()];
//! let asked = ask::read(&knowledge.graph, &knowledge.questions, "supporters", &parameters)?;
//! let ask::Answer::Rows(rows) = ask::collect(&knowledge.graph, &asked.query)? else {
//!     unreachable!("a SELECT gives rows");
//! };
//! assert_eq!(rows.rows.len(), 3);
//! # Ok::<(), civigraph::error::Error>(())
//! ```
//!
//! # Layers
//!
//! The modules below stand in groups, the lowest first. A module uses only
//! modules of earlier groups; `tests/it/architecture.rs` checks it.

// What may be shown.
pub mod characters;

// Plain values: findings, parts of DOT, IRIs that code uses.
pub mod dot;
pub mod finding;
pub mod vocab;

// Why the program cannot go on; files replaced whole; findings as text.
pub mod error;
pub mod file;
pub mod report;
pub mod work;

// One form of input or store each; none knows another.
pub mod graph;
pub mod pack;
pub mod table;
pub mod yaml;

// The terms that a graph describes.
pub mod vocabulary;

// The one door to evaluation.
pub mod sparql;

// Entities and relations as a petgraph graph.
pub mod network;

// One operation each, on what the lower layers read.
pub mod chart;
pub mod check;
pub mod derive;
pub mod entity;
pub mod evidence;
pub mod export;
pub mod map;
pub mod search;
pub mod shacl;
pub mod table_schema;

// Operations put together: a pack becomes a graph; a question is answered.
pub mod ask;
pub mod pipeline;

// Arguments in, text and exit code out.
pub mod cli;
