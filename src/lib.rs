//! civigraph turns what institutions publish about themselves into an RDF
//! graph that answers SPARQL, checks itself, draws charts and leaves as clean
//! Turtle, with every statement traceable to its place in the source.
//!
//! # The path of the data
//!
//! ```text
//! datapackage.json, *.csv ─▶ table, table_schema ─┐
//! mapping.yml (YARRRML) ──▶ map ──────────────────┼─▶ graph ─▶ derive ─▶ graph with all layers
//! ontology/*.ttl, rules ──▶ pack ─────────────────┘                          │
//!                                                                            │
//!   ask, sparql ─▶ rows, triples ─▶ export ─▶ tables, JSON, Turtle, DOT …  ◀─┤
//!   network ─▶ chart (view ─▶ layout ─▶ scene ─▶ format) ─▶ SVG, PDF, HTML ◀─┤
//!   entity ─▶ profiles with the lines behind each statement                ◀─┤
//!   search, vocabulary ─▶ hits by any name, descriptions of terms          ◀─┤
//!   check, shacl, evidence ─▶ findings ─▶ map::trace ─▶ cells ─▶ report    ◀─┘
//! ```
//!
//! [`pipeline::build`] goes the whole way from a [`pack::Pack`] to a
//! [`pipeline::Knowledge`]; [`pipeline::save`] and [`pipeline::open`] write and
//! read it as a snapshot.
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
//! # Invariants
//!
//! - **Printing**: only `cli::terminal` prints. Everything below returns values,
//!   writes to a given writer, or counts in [`progress`].
//! - **Findings**: bad input is a [`finding::Finding`] with a code of
//!   [`finding::codes`] or of a check, collected and not thrown. No code parses a
//!   message.
//! - **Places**: a reader knows lines and columns; `map::trace` leads from a triple
//!   back to its cells, and `derive::explain` from a derived triple to its premises.
//!   Nobody else computes places.
//! - **RDF**: [`finding`], [`file`], [`table`], [`yaml`], `chart::layout` and
//!   `chart::scene` know no RDF. [`sparql`] is the only door to evaluation.
//! - **Data, not code**: terms that code uses are in [`vocab`]; a pack's classes,
//!   relations and words are data.
//! - **Determinism**: equal input gives equal bytes. No output depends on the order
//!   of a hash map, on the clock or on the locale.
//! - **Whole files**: every output is written next to its final name and renamed
//!   ([`file`]); no path of a pack leads out of its folder ([`pack`]).
//! - **Threads**: stacks, time limits, cancellation and deliberate leaks are in
//!   [`work`].
//!
//! # Layers
//!
//! The modules below are in groups, the lowest first. A module uses only modules
//! of earlier groups; `tests/it/architecture.rs` checks it.
//!
//! # How to add
//!
//! - **A command**: its arguments in `cli/args/` (with a variant of `Command`), the
//!   command in `cli/NAME.rs`, its call in `cli/mod.rs`; transcripts in
//!   `tests/cli/NAME.md`.
//! - **A check**: `ontology/checks/CODE.rq` with front matter, a seeded fault in
//!   `tests/it/checks.rs`; if SHACL can express it, a shape in `ontology/shapes/`.
//! - **A code**: a line in `finding/codes.rs`; `explain` and the tests follow.
//! - **An output**: a graph format in `export/` (a variant of `GraphFormat`), a result
//!   format in `export/results.rs`, a chart format in `chart/format/`; its argument in
//!   `cli/args/format.rs`, its line in `cli/topics/formats.txt`.
//! - **A source format**: a reader of records with places beside `table/csv.rs`, its
//!   choice in `Table::open` (`table/mod.rs`), the source in `map/yarrrml/`.
//! - **A view**: `queries/views/NAME.rq`, its words in its front matter or in
//!   `queries/views/words.yml`; a new layout also in `chart/layout/`, `chart/scene/`
//!   and `chart/view/`.
//! - **A stored question**: `queries/NAME.rq`, its expected rows in
//!   `tests/questions/NAME.csv`, worked out from the source.
//!
//! # Glossary
//!
//! | word | meaning |
//! |---|---|
//! | pack | a folder with a descriptor, tables and a mapping |
//! | source | a publication that statements are taken from |
//! | claim | a relation between two entities as a source states it, with a status and qualifiers |
//! | status | done, ongoing, planned, expected, under study or considered |
//! | qualifier | what limits or describes a claim: period, scope, matter, manner, hedge … |
//! | figure | a number that a source gives about an entity, with measure, unit, date and nature |
//! | hedge | how a source limits a number: about, over, up to |
//! | evidence | which lines of a source state a claim, figure or name |
//! | concept | an entry of a code list |
//! | term | a class, property, code list or code that an ontology describes |
//! | hit | something that a search found, with the name by which it was found |
//! | layer | a part of the graph by origin: sources, direct triples, inferences, ontology |
//! | rule | a CONSTRUCT query that derives triples |
//! | snapshot | a built graph on disk; its folder is the store |
//! | edition | title and version of the pack a graph was built from |
//! | finding | something reported about input: severity, code, message, place, hint |
//! | fault | a finding about what tells the program what to do (a check, a mapping), not about data |
//! | place | file, line and column, with an excerpt |
//! | culprit | a statement that is to blame for a finding |
//! | check | a query that must return nothing |
//! | shape | a SHACL shape |
//! | stored question | a query with a name, titles and parameters |
//! | front matter | YAML in comments at the top of a query |
//! | profile | what the graph says of one entity |
//! | view | a query with front matter that says how its rows are drawn |
//! | card | the box of an entity in a chart |
//! | pill | the label of a relation on a line |
//! | panel | the area of a chart for bodies that are under nobody |
//! | scene | cards, lines and words at their places on a page |
//! | sheet | a page of a chart: a scene and its printed size |

// Which characters may be shown.
pub mod characters;

// Plain values: findings, parts of DOT, IRIs that code uses.
pub mod dot;
pub mod finding;
pub mod vocab;

// Errors; files replaced whole; findings as text; progress.
pub mod error;
pub mod file;
pub mod progress;
pub mod report;

// How work is run: stacks, limits, cancellation.
pub mod work;

// One kind of input or store each; none knows another.
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

// Operations combined: a pack becomes a graph; a query is answered.
pub mod ask;
pub mod pipeline;

// Arguments in, text and exit code out.
pub mod cli;
