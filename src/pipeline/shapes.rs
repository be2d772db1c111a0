//! Validation against shapes: those of a pack, and of a single RDF file.

use std::collections::BTreeMap;

use oxigraph::model::vocab::rdf;
use oxigraph::model::{NamedOrBlankNode, Quad, Triple};

use super::imports::{Imports, Whence, is_about_ontologies};
use super::limits::Limits;
use super::resources::{load_vocabulary, rdf_files};
use crate::error::{Error, Result};
use crate::finding::{Finding, Findings, Place, Severity, codes};
use crate::graph::{Graph, GraphBuilder, GraphFinding, Prefixes, RdfFile, Statement};
use crate::pack::{Pack, embedded};
use crate::progress::{self, Unit};
use crate::shacl::{self, Idle, Shapes, ValidationReport, ValidationResult};
use crate::vocab::{named_graph, owl};

/// Shapes with the files they come from.
#[derive(Clone)]
pub struct ShapeFiles {
    files: Vec<RdfFile>,
    shapes: Shapes,
    /// Their triples, if their queries refer to them.
    triples: Vec<Quad>,
    prefixes: Prefixes,
    /// Warnings about them; errors prevent them from being read.
    pub warnings: Findings,
    /// Whether they are about the program's own vocabulary.
    with_vocabulary: bool,
}

/// Findings that are not reported, by severity and code.
pub(super) type More = (Severity, String, u64);

/// The result of validating a file against shapes.
pub struct Validation {
    /// How many triples were validated, including those of the vocabulary if its shapes are used.
    pub n_triples: usize,
    /// Prefixes for its IRIs in messages.
    pub prefixes: Prefixes,
    /// The results.
    pub report: ValidationReport,
    /// The results as findings, each with its place in the file, and the remarks.
    pub findings: Findings,
    /// Warnings about shapes and imports, or that nothing was validated.
    pub remarks: Findings,
    /// Errors in the constraints themselves: these say nothing about the file.
    pub faults: Findings,
}

impl ShapeFiles {
    /// Reads shapes from files.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if they are malformed, with places in the files.
    pub fn read(files: Vec<RdfFile>, prefixes: &Prefixes) -> Result<Self> {
        Self::read_from(Whence::Disk, files, prefixes)
    }

    fn read_from(whence: Whence<'_>, mut files: Vec<RdfFile>, prefixes: &Prefixes) -> Result<Self> {
        let mut prefixes = prefixes.clone();
        let mut all: Vec<Quad> = Vec::new();
        let mut imports = Imports::new(whence, "simport", false);
        let mut warnings = imports.follow(&files, |file| {
            let (quads, declared) = file.quads()?;
            let triples = quads.iter().cloned().map(Triple::from).filter(is_about_ontologies).collect();
            all.extend(quads);
            for (name, namespace) in declared {
                if prefixes.get(&name).is_none() {
                    prefixes.insert(name, namespace);
                }
            }
            Ok(triples)
        })?;
        files.append(&mut imports.files);
        let (mut shapes, found) = shacl::read(&all, &prefixes);
        warnings.extend(placed(&files, found)?);
        warnings.sort();
        if warnings.has_errors() {
            return Err(Error::Invalid(Box::new(warnings)));
        }
        let unnamed = places(&files, &shapes.unnamed())?;
        shapes.place(unnamed.into_iter().map(|place| place.map(|place| place.to_string())));
        let triples = if shapes.ask_about_shapes() { all } else { Vec::new() };
        Ok(Self { files, shapes, triples, prefixes, warnings, with_vocabulary: false })
    }

    /// The shapes inside the binary, for the program's own vocabulary.
    pub fn embedded() -> Result<Self> {
        let texts = embedded::shapes();
        let named = texts.into_iter().enumerate();
        let files = named.map(|(index, (file, text))| RdfFile::text(file, text, &format!("shape{index}n"))).collect();
        Ok(Self { with_vocabulary: true, ..Self::read(files, &Prefixes::default())? })
    }

    /// The shapes that the descriptor of a pack lists.
    pub fn of_pack(pack: &Pack) -> Result<Option<Self>> {
        let files = rdf_files(pack, "shapes", &pack.descriptor.civigraph.shapes, "own")?;
        if files.is_empty() {
            return Ok(None);
        }
        let mut prefixes = Prefixes::default();
        for (name, namespace) in &pack.descriptor.civigraph.prefixes {
            prefixes.insert(name, namespace);
        }
        Self::read_from(Whence::Pack(pack), files, &prefixes).map(Some)
    }

    /// Whether there is a shape with this IRI or prefixed name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.shapes.has(&self.iri(name))
    }

    /// Makes a shape, with its property shapes, no more severe than this, or silences it.
    pub(super) fn except(&mut self, name: &str, severity: Option<Severity>) {
        let iri = self.iri(name);
        self.shapes.except(&iri, severity);
    }

    fn iri(&self, name: &str) -> String {
        self.prefixes.expand(name).unwrap_or_else(|| name.trim_start_matches('<').trim_end_matches('>').to_owned())
    }

    /// How many shapes there are.
    pub fn n_shapes(&self) -> usize {
        self.shapes.len()
    }

    /// The warning that no node was validated, if that is the case.
    pub(super) fn nothing_validated(&self, report: &ValidationReport) -> Result<Option<Finding>> {
        if report.n_focus_nodes > 0 {
            return Ok(None);
        }
        let (why, shape) = self.shapes.idle().unwrap_or((Idle::NoFocusNode, self.shapes.first_aimed()));
        let hint = match why {
            Idle::NoTarget => "give a shape a target, such as `sh:targetClass`",
            Idle::NoFocusNode => "check whether data and shapes use the same IRIs",
            _ => "check whether these are the intended shapes",
        };
        let subject =
            shape.map(|node| Statement { subject: node.clone(), predicate: None, object: None, language: None });
        let place = places(&self.files, subject.as_slice())?.pop().flatten();
        let place = place.or_else(|| self.files.first().map(|file| Place::new(file.name(), 1, 1)));
        let told = Finding::warning(codes::NOTHING_VALIDATED, format!("nothing was validated: {}", why.reason()));
        Ok(Some(told.at(place).hint(hint.to_owned())))
    }

    /// Validates a graph.
    pub(super) fn validate(&self, data: &Graph, limits: &Limits) -> Result<ValidationReport> {
        progress::begin("validating shapes", Unit::Items, None);
        let limits = shacl::ResultLimits { results: limits.findings.candidates(), time: limits.time };
        shacl::validate(data, &self.shapes, &limits)
    }

    /// Errors in the constraints themselves, at their places in the shapes.
    pub(super) fn faults(&self, report: &ValidationReport) -> Result<Findings> {
        let mut faults = Findings::new();
        faults.extend(placed(&self.files, report.faults.clone())?);
        Ok(faults)
    }

    /// The results as findings without places, and how many more there are.
    pub(super) fn findings(&self, data: &Graph, report: &ValidationReport) -> Result<(Vec<GraphFinding>, Vec<More>)> {
        let mut data = data.clone();
        let mut nodes: Vec<NamedOrBlankNode> = report.results.iter().map(|result| result.shape.clone()).collect();
        nodes.sort_by_cached_key(ToString::to_string);
        nodes.dedup();
        let subject = |node: &NamedOrBlankNode| Statement {
            subject: node.clone(),
            predicate: None,
            object: None,
            language: None,
        };
        let statements: Vec<Statement> = nodes.iter().map(subject).collect();
        let mut places: BTreeMap<String, String> = BTreeMap::new();
        for (node, place) in nodes.iter().zip(self::places(&self.files, &statements)?) {
            places.extend(place.map(|place| (node.to_string(), place.to_string())));
        }
        let mut prefixes = self.prefixes.clone();
        for (name, namespace) in data.prefixes.iter() {
            prefixes.insert(name, namespace);
        }
        let mut findings: Vec<GraphFinding> = Vec::new();
        for result in &report.results {
            let mut finding = result.finding(&mut data, &prefixes, |node| places.get(&node.to_string()).cloned())?;
            if finding.culprits.is_empty() {
                finding.culprits = self.shapes.holders(result, &mut data)?;
            }
            findings.push(finding);
        }
        tell_apart(&mut findings, &report.results);
        Ok((findings, report.more.clone()))
    }
}

/// Distinguishes equal findings of different results: by the terms in full, otherwise by their
/// number.
fn tell_apart(findings: &mut [GraphFinding], results: &[ValidationResult]) {
    let key = |GraphFinding { finding, .. }: &GraphFinding| {
        let Finding { severity, code, message, hint, .. } = finding;
        format!("{severity} {code} {message:?} {hint:?}")
    };
    let equal = |findings: &[GraphFinding]| {
        let mut all: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, finding) in findings.iter().enumerate() {
            all.entry(key(finding)).or_default().push(index);
        }
        all.into_values().filter(|indexes| indexes.len() > 1).collect::<Vec<_>>()
    };
    let add = |finding: &mut GraphFinding, words: &str| {
        let hint = finding.finding.hint.take().unwrap_or_default();
        finding.finding.hint = Some(format!("{hint} ({words})"));
    };
    for index in equal(findings).into_iter().flatten() {
        add(&mut findings[index], &results[index].rest_in_full());
    }
    for indexes in equal(findings) {
        for (number, index) in indexes.iter().enumerate() {
            add(&mut findings[*index], &format!("{} of {}", number + 1, indexes.len()));
        }
    }
}

/// Validates RDF files, as one graph, against shapes.
///
/// # Errors
///
/// [`Error::Invalid`] if a file cannot be read.
pub fn validate(files: &[RdfFile], shapes: &ShapeFiles, limits: &Limits) -> Result<Validation> {
    let mut builder = GraphBuilder::default();
    let mut imports = Imports::new(Whence::Disk, "import", shapes.with_vocabulary);
    let imported = imports.follow(files, |file| {
        let n = builder.n_triples();
        progress::begin("reading", Unit::Bytes, file.size());
        file.read_into(&mut builder)?;
        let about = builder.added_after(n, &[owl::IMPORTS, owl::VERSION_IRI, rdf::TYPE]);
        Ok(about.into_iter().filter(is_about_ontologies).collect())
    })?;
    if shapes.with_vocabulary {
        load_vocabulary(&mut builder)?;
    }
    if shapes.shapes.ask_about_shapes() {
        builder.add_beside(named_graph::SHAPES, &shapes.triples);
    }
    builder.declare(shapes.prefixes.iter().map(|(name, namespace)| (name.to_owned(), namespace.to_owned())));
    let data = builder.freeze();
    let report = shapes.validate(&data, limits)?;
    let mut findings = Findings::keeping(limits.findings);
    let (found, more) = shapes.findings(&data, &report)?;
    findings.extend(placed(files.iter().chain(&imports.files), found)?);
    let mut remarks = imported;
    remarks.append(shapes.warnings.clone());
    remarks.extend(shapes.nothing_validated(&report)?);
    findings.append(remarks.clone());
    for (severity, code, n) in more {
        findings.count_more(severity, code, n);
    }
    findings.sort();
    let faults = shapes.faults(&report)?;
    Ok(Validation { n_triples: data.n_triples(), prefixes: data.prefixes.clone(), report, findings, remarks, faults })
}

/// The places of statements in files; the first file that has one wins.
fn places<'a>(files: impl IntoIterator<Item = &'a RdfFile>, statements: &[Statement]) -> Result<Vec<Option<Place>>> {
    let mut places: Vec<Option<Place>> = vec![None; statements.len()];
    if statements.is_empty() {
        return Ok(places);
    }
    for file in files {
        for (known, place) in places.iter_mut().zip(file.places(statements)?) {
            if known.is_none() {
                *known = place;
            }
        }
    }
    Ok(places)
}

/// Findings with the places of their statements in files.
fn placed<'a>(files: impl IntoIterator<Item = &'a RdfFile>, found: Vec<GraphFinding>) -> Result<Vec<Finding>> {
    let statements: Vec<Statement> =
        found.iter().flat_map(|finding| &finding.culprits).map(|(statement, _)| statement.clone()).collect();
    let files: Vec<&RdfFile> = files.into_iter().collect();
    let mut places = places(files.iter().copied(), &statements)?.into_iter();
    let placed = found.into_iter().map(|finding| {
        let mut own: Vec<Place> = places.by_ref().take(finding.culprits.len()).flatten().collect();
        own.dedup();
        let mut finding = finding.finding;
        let mut own = own.into_iter();
        finding.place = own.next();
        finding.others = own.map(|place| (place, String::new())).collect();
        // Without a place, at least the file is named.
        if let ([file], None) = (&files[..], &finding.place) {
            finding.place = Some(Place::new(file.name(), 1, 1));
        }
        finding
    });
    Ok(placed.collect())
}
