//! civigraph turns what institutions publish about themselves into an RDF
//! graph that can be queried with SPARQL, checked, drawn as charts and exported
//! as clean Turtle, with every statement traceable to its place in the source.
//!
//! # The path of the data
//!
//! ```text
//! datapackage.json, tables ▶ table, table_schema ─┐
//! mapping.yml, .ttl (RML) ▶ map ──────────────────┼─▶ graph ─▶ derive ─▶ graph with all layers
//! ontology/*.ttl, rules ──▶ pack ─────────────────┘                          │
//!                                                                            │
//!   ask, sparql ─▶ rows, triples ─▶ export ─▶ tables, JSON, Turtle, DOT …  ◀─┤
//!   network ─▶ chart: view ─▶ layout ─▶ scene ─▶ SVG, PNG, PDF, HTML       ◀─┤
//!                     view ─▶ DOT, which Graphviz lays out                 ◀─┤
//!   entity ─▶ profiles, paths, with the lines behind each statement        ◀─┤
//!   network ─▶ statistics: parts, hubs, cut bodies                         ◀─┤
//!   search, vocabulary ─▶ hits by any name, descriptions of terms          ◀─┤
//!   diff ─▶ how two editions differ, in words and as data                  ◀─┤
//!   page ─▶ pages that people read, linked with each other                 ◀─┤
//!   serve, mcp ─▶ answers over HTTP and to assistants, by workers          ◀─┤
//!   check, shacl, evidence ─▶ findings ─▶ map::trace ─▶ cells ─▶ report    ◀─┘
//!   remote ─▶ the same graph from, or to, a SPARQL engine of another program
//! ```
//!
//! [`pipeline::build`] goes all the way from a [`pack::Pack`] to a
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
//!   writes to a given writer, or counts in [`progress`]. `build.rs`, which records what
//!   `--version --verbose` prints, is a program of its own.
//! - **Findings**: bad input is a [`finding::Finding`] with a code of
//!   [`finding::codes`] or of a check, collected and not thrown. No code decides by
//!   a message of ours; `graph::file` reads those of foreign parsers to find places.
//! - **Places**: a reader knows lines and columns; `map::trace` leads from a triple
//!   back to its cells, and `derive::explain` from a derived triple to its premises.
//!   No other code computes places.
//! - **RDF**: [`finding`], [`mod@file`], [`table`], [`yaml`], `chart::layout` and
//!   `chart::scene` know no RDF. [`sparql`] is the only entry point to evaluation.
//! - **Data, not code**: terms that code uses are in [`vocab`]; a pack's classes,
//!   relations and words are data.
//! - **Determinism**: equal input gives equal bytes. No output depends on the order
//!   of a hash map, on the clock or on the locale.
//! - **Network**: used only where an address was given, by [`remote`] alone as a client; secrets are
//!   in the headers of its requests and nowhere else.
//! - **Serving**: the process that listens never evaluates, and no answer is cut short so
//!   that it looks whole ([`serve`], [`mcp`]).
//! - **Whole files**: every output is written next to its final name and renamed
//!   ([`mod@file`]); no path of a pack leads out of its folder ([`pack`]).
//! - **Work**: stacks, limits of time and memory, cancellation, deliberate leaks, and
//!   errors thrown from a depth that has no result (a damaged block of a snapshot)
//!   are in [`work`]. The only unsafe line maps a file (`graph::snapshot`).
//!
//! Printing, the order of modules, RDF, names and the length of files are checked by
//! `tests/it/architecture.rs`, codes by `codes.rs`, "data, not code" by `charts.rs`.
//!
//! # Order of the modules
//!
//! The modules below are in groups, the lowest first. A module uses only modules
//! of earlier groups.
//!
//! # How to add
//!
//! - **A command**: its arguments in `cli/args/` (with a variant of `Command`), the
//!   command in `cli/NAME.rs`, its call in `cli/mod.rs`; transcripts in
//!   `tests/cli/NAME.md`.
//! - **A check**: `ontology/checks/CODE.rq`, found by its folder, with title and
//!   description in `en` and `zh-Hant`; a seeded fault in `tests/it/checks.rs`; a shape
//!   in `ontology/shapes/CLASS.ttl` that finds the same, or the reason why none can in
//!   `UNSEEN` of `tests/it/shapes.rs`. A rule about one pack belongs in that pack
//!   (`civigraph help checks`).
//! - **A code**: a line in `finding/codes.rs`; `explain` and the tests follow.
//! - **A graph or result format**: `export/` (a variant of `GraphFormat`) or
//!   `export/results.rs` (of `ResultFormat`); its argument and extension in
//!   `cli/args/format.rs`; its line in `cli/topics/formats.txt`.
//! - **A chart format**: a writer in `chart/format/`, of a scene like `svg.rs`, or of
//!   the tree if another program lays it out, like `dot.rs`; its method in
//!   `chart/mod.rs` (pages) or `chart/drawing.rs` (the whole view); its extension in
//!   `cli/chart.rs`, arguments without effect in `cli/args/unused.rs`, help in
//!   `cli/args/chart.rs`, its line in `cli/topics/formats.txt`.
//! - **A preset of an engine**: `remote/profiles/NAME.toml`, its name in `remote/profile.rs`, the
//!   command of its loader in `remote/bulk.rs` and in `cli/topics/engines.txt`.
//! - **A type of fields**: a variant of `FieldType` in `pack/schema/kind.rs`, its
//!   properties in `pack/schema/field.rs`, cells in `tests/it/data_package/fields.rs`, its
//!   line in `cli/topics/tables.txt`.
//! - **A tool of assistants**: its name and schema in `mcp/tools.rs`, its arguments in `mcp/call.rs`, its answer in
//!   `mcp/answer.rs` and the schema of that in `mcp/schema.rs`; its line in `cli/topics/mcp.txt`; a call in
//!   `tests/it/mcp/client.py`.
//! - **A table format**: a reader in `table/` that is a `ReadValues`, an `open_…` of
//!   [`table::Table`] with its header, its choice in `source.rs`; if records are selected
//!   by paths, a variant of [`source::Records`] and its formulation in
//!   `map/yarrrml/source.rs`; its section in `cli/topics/sources.txt`.
//! - **A function of mappings**: an entry of `map/function/table.rs` with an example, which is a
//!   test; its code beside it, by what it is about.
//! - **A view**: `queries/views/NAME.rq`, its words in its front matter or in
//!   `queries/views/words.yml`. A new layout also needs a variant of `LayoutKind`
//!   (`chart/view/`) and of `Content` (`chart/mod.rs`), its scene in `chart/scene/`, its
//!   arms in `chart/drawing.rs`, and `chart/layout/` if it places boxes.
//! - **A stored question**: `queries/NAME.rq`, its expected rows in
//!   `tests/questions/NAME.csv`, worked out from the source.
//!
//! # Glossary
//!
//! | word | meaning |
//! |---|---|
//! | pack | a folder with a descriptor, tables and a mapping |
//! | source | a publication that statements are taken from; in a mapping, as in YARRRML, a table |
//! | claim | a relation between two entities as a source states it, with a status and qualifiers |
//! | status | done, ongoing, planned, expected, under study or considered |
//! | qualifier | what limits or describes a claim: period, scope, matter, manner, hedge … |
//! | figure | a number that a source gives about an entity, with measure, unit, date and nature |
//! | hedge | how a source limits a number (about, over, up to; `cg:bound` in the graph) or a relation: due by a day, only a part |
//! | nature | what sort of number a figure is: stock, flow, payment, ceiling … |
//! | ceiling | the nature of a figure that is the most each may get, per something; never a total |
//! | evidence | which lines of a source state a claim, figure or name |
//! | concept | an entry of a code list |
//! | term | a class, property, code list or code that an ontology describes |
//! | hit | something that a search found, with the name by which it was found |
//! | layer | a part of the graph by origin: sources, direct triples, inferences, ontology |
//! | rule | a CONSTRUCT query that derives triples |
//! | snapshot | a built graph in one file, which is mapped; its folder is the store |
//! | block | 64 KiB of a snapshot, with a checksum |
//! | edition | title and version of the pack a graph was built from |
//! | finding | something reported about input: severity, code, message, place, hint |
//! | fault | what is wrong with an input itself: the text of a table, a check, a mapping |
//! | place | file, line and column, with an excerpt |
//! | culprit | a statement that is to blame for a finding |
//! | check | a query that must return nothing |
//! | shape | a SHACL shape |
//! | stored question | a query with a name, titles and parameters |
//! | plan | how a query is evaluated: the order of its joins, groups counted over numbers; of a mapping, what it makes |
//! | front matter | YAML in comments at the top of a query |
//! | profile | what the graph says of one entity |
//! | engine | a SPARQL store of another program, asked over HTTP |
//! | engine profile | what an engine does otherwise than others, in a file |
//! | fetch | to read what a command needs from an engine into a graph of ours |
//! | publish | to load a graph of ours into an engine |
//! | view | a query in `queries/views/` or a user's file; with a `layout` it can be drawn |
//! | tree | the nodes that a chart draws, some under others; it may have several roots |
//! | card | the box of an entity in a chart |
//! | pill | the label of a relation on a line |
//! | carried | of evidence: found again in another text, with its lines there |
//! | thing | an entity, or whatever has an IRI in a graph without entities |
//! | hub | a thing with relations to many others |
//! | cut body | a thing without which its connected part falls into pieces |
//! | panel | the area of a chart for bodies that are under nobody |
//! | scene | cards, lines and words at their places on a page |
//! | worker | a process that evaluates for a server, one request at a time |
//! | tool | what an assistant can call, over the Model Context Protocol |
//! | root | what an IRI begins with, of which a server's paths are the rest |
//! | sheet | a page of a chart: a scene and its printed size |

// Which characters may be shown; bytes as texts; regular expressions of XPath.
pub mod characters;
pub mod octets;
pub mod pattern;

// Plain values: dialects of tables, findings, parts of DOT, IRIs that code uses.
pub mod dialect;
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

// The tables of a pack.
pub mod source;

// The terms that a graph describes.
pub mod vocabulary;

// Stores of other programs, asked over HTTP.
pub mod remote;

// The only entry point to evaluation.
pub mod sparql;

// Entities and relations as a petgraph graph.
pub mod network;

// One operation each, on what the lower layers read.
pub mod chart;
pub mod check;
pub mod derive;
pub mod diff;
pub mod entity;
pub mod evidence;
pub mod export;
pub mod init;
pub mod map;
pub mod search;
pub mod shacl;
pub mod table_schema;

// Operations combined: a pack becomes a graph; a query is answered.
pub mod ask;
pub mod pipeline;

// The graph as pages.
pub mod page;

// The graph over HTTP, and for an assistant.
pub mod mcp;
#[cfg(unix)]
pub mod serve;

// Arguments in, text and exit code out.
pub mod cli;
