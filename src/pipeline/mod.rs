//! From a pack to a graph that is mapped, derived and ready to be queried, with the findings
//! about it; to a snapshot and back.

mod as_of;
mod carry;
mod data;
mod day;
mod description;
mod edition;
mod engine;
mod examine;
mod exceptions;
mod files;
mod imports;
mod known_terms;
mod lenient;
mod limits;
mod mapped;
mod mapping;
pub mod origin;
mod partition;
mod place;
mod rdf;
mod resources;
mod shapes;
mod snapshot;
mod untouched;
mod verify;
mod with_gone;

use std::collections::HashSet;
use std::sync::Arc;

use oxigraph::model::Literal;

pub use as_of::{DaySummary, as_of};
pub use carry::{Carried, NamedText, WrittenLines, carry, write_lines};
pub use data::{DataSummary, of_data};
pub use day::{DayNumber, read_day};
pub use edition::Edition;
pub use engine::{EnginePart, of_engine};
pub use examine::{Examination, Ran, checks, examine, examine_with};
pub use files::{files_named_by, files_of_pack, files_of_snapshot};
pub use limits::Limits;
pub use mapping::{Mapped, Mapping};
pub use partition::{PartManifest, Parts, manifest_path, write_part};
pub use place::cells;
pub use resources::views;
pub use shapes::{ShapeFiles, Validation, validate};
pub use snapshot::{
    edition_of, embedded, open, open_copy, questions_of, record_failure, record_failure_of_data, save, save_copy,
    save_data,
};
pub use verify::{Verification, verify};
pub use with_gone::with_gone;

use crate::derive::{Yield, derive};
use crate::error::{Error, Result};
use crate::finding::{Finding, Findings, Limit, Place, codes};
use crate::graph::{CheckRecord, Graph, GraphBuilder, InputFile};
use crate::map::{self, LiteralKinds, Plan, Share, Tables};
use crate::pack::Pack;
use crate::pack::schema::CellReader;
use crate::progress::{self, Unit};
use crate::source::{self, TableSource};
use crate::sparql::Questions;
use crate::table::{Header, Table};
use crate::table_schema::{self, Rejections, TableSize};
use description::describe;
use known_terms::KnownTerms;
use lenient::{TablesWithout, left_out};
use mapped::BatchSink;
use mapping::read_mapping;
use resources::{load_ontology, questions, rules};
use snapshot::inputs;

/// A graph with everything that belongs to it.
pub struct Knowledge {
    /// The graph.
    pub graph: Graph,
    /// Its title and version.
    pub edition: Edition,
    /// Language tags, the main one first.
    pub languages: Vec<String>,
    /// The stored questions: those in the binary and the pack's own.
    pub questions: Questions,
    /// The files from which the graph was made, with their hashes.
    pub inputs: Vec<InputFile>,
    /// Whether it was made from RDF files and not from a pack.
    pub is_of_data: bool,
    /// The checks that were run on it, if some were.
    pub checks: Option<CheckRecord>,
}

impl Knowledge {
    /// The languages in which things are shown if nobody asks for others: those of a pack. Data of
    /// strangers may have labels in dozens: of more than two, it is the main one.
    pub fn shown_languages(&self) -> Vec<String> {
        let n = if self.is_of_data && self.languages.len() > 2 { 1 } else { self.languages.len() };
        self.languages[..n].to_vec()
    }
}

/// The result of a build.
#[derive(Debug)]
pub struct Summary {
    /// The tables with their rows.
    pub tables: Vec<TableSize>,
    /// RDF files among the resources.
    pub n_rdf_files: usize,
    /// Triples that the mapping made and the RDF files have.
    pub n_mapped: usize,
    /// Triples that each rule made.
    pub derived: Vec<Yield>,
    /// Warnings.
    pub findings: Findings,
    /// What was left out, if that was asked for.
    pub rejections: Option<Rejections>,
}

/// Maps and derives a pack.
///
/// # Errors
///
/// [`Error::Findings`] if its tables violate their schema or make invalid terms;
/// [`Error::Invalid`] if its mapping, ontology or questions cannot be used. The error has all
/// findings, not only the first.
pub fn build(pack: &Pack) -> Result<(Knowledge, Summary)> {
    build_within(pack, &Limits::default())
}

/// Like [`build`], within these limits.
fn build_within(pack: &Pack, limits: &Limits) -> Result<(Knowledge, Summary)> {
    let limit = limits.findings;
    let mut rejections = limits.skip_bad_cells.then(Rejections::default);
    // Hashed before they are read: a change in the meantime makes the snapshot stale.
    let inputs = inputs(pack);
    let (plan, mapping_findings) = read_mapping(pack);
    let (mut tables, mut findings) = table_schema::check(pack, &plan.sources(), limit, &mut rejections);
    findings.append(pack.remarks.clone());
    if mapping_findings.has_errors() {
        let mut all = mapping_findings.limited(limit);
        all.append(findings);
        return Err(Error::Invalid(Box::new(all)));
    }
    findings.append(mapping_findings);
    // A file that cannot be read says nothing about the data.
    let unreadable = [codes::MISSING_FILE, codes::UNREADABLE_FILE, codes::PATH_LEAVES_PACK];
    if findings.iter().any(|finding| unreadable.contains(&&*finding.code)) {
        return Err(Error::Invalid(Box::new(findings)));
    }
    if findings.has_errors() {
        return Err(Error::Findings(Box::new(findings)));
    }
    let mut builder = GraphBuilder::default();
    findings.append(load_ontology(&mut builder, pack)?);
    for (name, namespace) in &pack.descriptor.civigraph.prefixes {
        builder.prefixes.insert(name, namespace);
    }
    let ontology = builder.clone().freeze();
    tables.extend(map_tables(pack, &plan, (&ontology, &mut builder), &mut rejections, &mut findings)?);
    let files = rdf::files(pack)?;
    rdf::read(&files, &mut builder, &mut findings)?;
    let description = describe(pack);
    let n_described = description.iter().collect::<HashSet<_>>().len();
    builder.extend(description)?;
    let mapped = builder.freeze();
    findings.extend(rdf::unknown_terms(&files, &ontology, &mapped)?);
    if findings.has_errors() {
        findings.sort();
        return Err(Error::Findings(Box::new(findings)));
    }
    // Several rows may make the same triple, which counts once.
    let n_mapped = mapped.n_quads() - ontology.n_quads() - n_described;
    if n_mapped == 0 {
        findings.push(Finding::warning(codes::EMPTY_PACK, "the pack's resources make no triples"));
    }
    let (graph, derived) = derive(mapped, &rules()?)?;
    let questions = questions(&graph, &languages(pack), Some(pack))?;
    let edition = Edition::of(&pack.descriptor);
    let languages = languages(pack);
    let knowledge = Knowledge { graph, edition, languages, questions, inputs, is_of_data: false, checks: None };
    Ok((knowledge, Summary { tables, n_rdf_files: files.len(), n_mapped, derived, findings, rejections }))
}

/// The languages of a pack: those that its things must have, and those that they may have.
fn languages(pack: &Pack) -> Vec<String> {
    let settings = &pack.descriptor.civigraph;
    let english = settings.languages.is_empty().then(|| "en".to_owned());
    let optional = settings.optional_languages.iter().filter(|tag| english.as_ref() != Some(tag));
    english.iter().chain(&settings.languages).chain(optional).cloned().collect()
}

impl Tables for Pack {
    fn open(&self, source: &TableSource, columns: &[String], place: &Place) -> Result<Table, Findings> {
        source::open(self, source, columns, place)
    }

    fn keys(&self, source: &TableSource) -> Vec<Vec<String>> {
        // Only those of tables are checked.
        let resource = source::resource(self, source).filter(|resource| resource.is_table);
        resource.map(|resource| resource.schema.keys()).unwrap_or_default()
    }

    fn cells(&self, source: &TableSource, header: &Header) -> CellReader {
        source::cells(self, source, header)
    }
}

/// Runs the mapping; reports each cell that makes a term in the namespace of a loaded ontology
/// that does not define it. Returns how many records were read of what is no table of the pack.
fn map_tables(
    pack: &Pack,
    plan: &Plan,
    (ontology, builder): (&Graph, &mut GraphBuilder),
    rejections: &mut Option<Rejections>,
    findings: &mut Findings,
) -> Result<Vec<TableSize>> {
    let known = KnownTerms::of(ontology)?;
    let mut unknown = Findings::keeping(findings.limit());
    let sizes = plan
        .sources()
        .into_iter()
        .flat_map(|source| source::files(pack, source))
        .filter_map(|path| pack.files.size(&path));
    progress::begin("mapping", Unit::Bytes, Some(sizes.sum()));
    let tables = TablesWithout::new(pack, rejections.as_ref());
    let limit = if rejections.is_some() { Limit::ALL } else { findings.limit() };
    let mut faults = Findings::keeping(limit);
    let kinds: Arc<[Literal]> = LiteralKinds::of(plan).empty().into();
    let new = |n_slots| BatchSink::new(n_slots, (&known, ontology), &kinds, findings.limit());
    map::execute_in_parts(plan, &tables, Share::ALL, &mut faults, &new, &mut |sink: BatchSink<'_>| {
        unknown.append(sink.unknown);
        builder.add_batch(&sink.batch);
        Ok(())
    })?;
    match rejections {
        Some(rejections) => left_out(pack, plan, faults, rejections, findings),
        None => findings.append(faults),
    }
    findings.append(unknown);
    Ok(tables.sizes_of_others())
}
