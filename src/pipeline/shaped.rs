//! Data held against shapes: what shapes a pack has, and an RDF file by itself.

use std::collections::{BTreeMap, HashSet};

use oxigraph::model::{NamedOrBlankNode, Quad};

use super::examined::Limits;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use crate::error::{Error, Result};
use crate::graph::{Finding, Freezer, Prefixes, RdfFile, Statement, Triples};
use crate::pack::{Pack, Step, embedded};
use crate::shacl::{self, Report, Shapes};
use crate::sparql::Queryable;
use crate::vocab::named_graph;

/// Shapes with the files that they are from.
pub struct ShapeFiles {
    files: Vec<RdfFile>,
    shapes: Shapes,
    /// Their triples, where their queries ask about them.
    triples: Vec<Quad>,
    prefixes: Prefixes,
    /// What is odd about them; errors keep them from being read.
    pub warnings: Diagnostics,
    /// Whether they are about the program's own vocabulary.
    with_vocabulary: bool,
}

/// Findings that are not told, by severity and code.
pub(super) type More = (Severity, String, u64);

/// A file that was held against shapes.
pub struct Validated {
    /// How many triples were validated, those of the vocabulary too where its shapes are used.
    pub n_triples: usize,
    /// Prefixes by which its IRIs are known.
    pub prefixes: Prefixes,
    /// The results.
    pub report: Report,
    /// The results as findings, each with its place in the file.
    pub findings: Diagnostics,
    /// What is wrong with constraints themselves: these say nothing about the file.
    pub faults: Diagnostics,
}

impl ShapeFiles {
    /// Reads shapes from files.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] where they are malformed, with places in the files.
    pub fn read(files: Vec<RdfFile>, prefixes: &Prefixes) -> Result<Self> {
        let mut prefixes = prefixes.clone();
        let mut all: Vec<Quad> = Vec::new();
        for file in &files {
            let (quads, declared) = file.quads()?;
            all.extend(quads);
            for (name, namespace) in declared {
                if prefixes.get(&name).is_none() {
                    prefixes.insert(name, namespace);
                }
            }
        }
        let (shapes, found) = shacl::read(&all, &prefixes);
        let mut warnings = Diagnostics::new();
        warnings.extend(placed(&files, found)?);
        warnings.sort();
        if warnings.has_errors() {
            return Err(Error::Invalid(Box::new(warnings)));
        }
        if !shapes.has_targets() {
            let message = "no shape says what it is for, so nothing is validated";
            let hint = "give a shape a target, such as `sh:targetClass`".to_owned();
            let place = files.first().map(|file| Place::new(file.name(), 1, 1));
            warnings.push(Diagnostic::warning("no-target", message).at(place).hint(hint));
        }
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
        let mut files = Vec::new();
        let mut faults = Diagnostics::new();
        for (index, file) in pack.descriptor.civigraph.shapes.iter().enumerate() {
            let named_at = pack.place(&[Step::Key("civigraph"), Step::Key("shapes"), Step::Index(index)]);
            match pack.read_text(file, named_at) {
                Ok(text) => files.push(RdfFile::text(pack.files.name(file), text, &format!("own{index}n"))),
                Err(fault) => faults.push(fault),
            }
        }
        if faults.has_errors() {
            return Err(Error::Invalid(Box::new(faults)));
        }
        if files.is_empty() {
            return Ok(None);
        }
        let mut prefixes = Prefixes::default();
        for (name, namespace) in &pack.descriptor.civigraph.prefixes {
            prefixes.insert(name, namespace);
        }
        Self::read(files, &prefixes).map(Some)
    }

    /// How many shapes there are.
    pub fn n_shapes(&self) -> usize {
        self.shapes.len()
    }

    /// Validates a graph.
    pub(super) fn validate(&self, data: &(impl Triples + Queryable), limits: &Limits) -> Result<Report> {
        let limits = shacl::Limits { results: limits.findings, time: limits.time };
        shacl::validate(data, &self.shapes, &limits)
    }

    /// What is wrong with constraints themselves, at their places in the shapes.
    pub(super) fn faults(&self, report: &Report) -> Result<Diagnostics> {
        let mut faults = Diagnostics::new();
        faults.extend(placed(&self.files, report.faults.clone())?);
        Ok(faults)
    }

    /// The results as findings without places, and how many more there are: what
    /// is found twice is told once, and counted twice whatever the limit.
    pub(super) fn findings(&self, data: &impl Triples, report: &Report) -> Result<(Vec<Finding>, Vec<More>)> {
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
        for file in &self.files {
            for (node, place) in nodes.iter().zip(file.places(&statements)?) {
                if let Some(place) = place {
                    places.entry(node.to_string()).or_insert_with(|| format!("{}:{}", place.file, place.line));
                }
            }
        }
        let mut prefixes = self.prefixes.clone();
        for (name, namespace) in data.prefixes().iter() {
            prefixes.insert(name, namespace);
        }
        let mut findings: Vec<Finding> = Vec::new();
        let (mut more, mut told) = (report.more.clone(), HashSet::new());
        for result in &report.results {
            let mut finding = result.finding(&mut data, &prefixes, |node| places.get(&node.to_string()).cloned())?;
            if finding.culprits.is_empty() {
                finding.culprits = self.shapes.holders(result, &mut data)?;
            }
            let again = !told.insert(format!("{:?}{:?}", finding.diagnostic, finding.culprits));
            let n_untold = result.times - u64::from(!again);
            more.push((finding.diagnostic.severity, finding.diagnostic.code.to_string(), n_untold));
            if !again {
                findings.push(finding);
            }
        }
        Ok((findings, more))
    }
}

/// Holds an RDF file against shapes.
///
/// # Errors
///
/// [`Error::Invalid`] where the file cannot be read.
pub fn validate(file: &RdfFile, shapes: &ShapeFiles, limits: &Limits) -> Result<Validated> {
    let mut freezer = Freezer::default();
    file.freeze(&mut freezer)?;
    if shapes.with_vocabulary {
        for (name, text) in embedded::vocabulary() {
            freezer.add_turtle(&name, &text, named_graph::ONTOLOGY).map_err(Error::invalid)?;
        }
    }
    if shapes.shapes.ask_about_shapes() {
        freezer.add_beside(named_graph::SHAPES, &shapes.triples);
    }
    freezer.declare(shapes.prefixes.iter().map(|(name, namespace)| (name.to_owned(), namespace.to_owned())));
    let data = freezer.freeze();
    let report = shapes.validate(&data, limits)?;
    let mut findings = Diagnostics::keeping(limits.findings);
    let (found, more) = shapes.findings(&data, &report)?;
    findings.extend(placed(std::slice::from_ref(file), found)?);
    for (severity, code, n) in more {
        findings.count_more(severity, code, n);
    }
    findings.sort();
    let faults = shapes.faults(&report)?;
    Ok(Validated { n_triples: data.n_triples(), prefixes: data.prefixes.clone(), report, findings, faults })
}

/// Findings with the places that their statements have in files.
fn placed(files: &[RdfFile], found: Vec<Finding>) -> Result<Vec<Diagnostic>> {
    let statements: Vec<Statement> =
        found.iter().flat_map(|finding| &finding.culprits).map(|(statement, _)| statement.clone()).collect();
    let mut places: Vec<Option<Place>> = vec![None; statements.len()];
    for file in files {
        for (known, place) in places.iter_mut().zip(file.places(&statements)?) {
            if known.is_none() {
                *known = place;
            }
        }
    }
    let mut places = places.into_iter();
    let placed = found.into_iter().map(|finding| {
        let mut own: Vec<Place> = places.by_ref().take(finding.culprits.len()).flatten().collect();
        own.dedup();
        let mut diagnostic = finding.diagnostic;
        let mut own = own.into_iter();
        diagnostic.place = own.next();
        diagnostic.others = own.map(|place| (place, String::new())).collect();
        // A file without places is still a file.
        if let ([file], None) = (files, &diagnostic.place) {
            diagnostic.place = Some(Place::new(file.name(), 1, 1));
        }
        diagnostic
    });
    Ok(placed.collect())
}
