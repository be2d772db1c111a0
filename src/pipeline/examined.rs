//! What is wrong with a pack, each finding at the cells that are to blame.

use std::time::Duration;

use super::loaded::{checks as load_checks, rules};
use super::shaped::ShapeFiles;
use super::{Knowledge, Summary, build_keeping, read_mapping};
use crate::check::{self, Checks};
use crate::derive::{Rule, explain};
use crate::diagnostic::{Diagnostic, Diagnostics, Limit, Severity};
use crate::error::{Error, Result};
use crate::graph::{Finding, Graph, Prefixes, Statement};
use crate::map::trace;
use crate::pack::Pack;
use crate::shacl::Report;

/// How much an examination may tell and take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many findings are told whole; the others are counted.
    pub findings: Limit,
    /// The longest time of one check.
    pub time: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { findings: Limit::default(), time: Some(Duration::from_secs(60)) }
    }
}

/// What a check did.
#[derive(Debug, Clone)]
pub struct Ran {
    /// The check.
    pub code: String,
    /// How many findings it had.
    pub n_findings: u64,
    /// How long it took.
    pub elapsed: Duration,
}

/// A pack that was built and checked.
pub struct Examined {
    /// The graph, where the tables allow one.
    pub built: Option<(Knowledge, Summary)>,
    /// What is wrong with the data, from all layers.
    pub findings: Diagnostics,
    /// What is odd about shapes, or that they validated nothing: part of the findings.
    pub remarks: Diagnostics,
    /// What is wrong with checks themselves: these say nothing about the data.
    pub faults: Diagnostics,
    /// The checks that were run, by code.
    pub checks: Vec<Ran>,
    /// How many shapes the data were held against.
    pub n_shapes: usize,
    /// How many nodes each set of shapes was applied to, in sum.
    pub n_focus_nodes: u64,
    /// What came of each set of shapes: the pack's own first.
    pub reports: Vec<Report>,
}

impl Examined {
    /// How many findings the data must not have.
    pub fn n_violations(&self) -> u64 {
        self.findings.count_from(Severity::Violation)
    }
}

/// The checks that hold for a pack: those in the binary and its own.
pub fn checks(pack: &Pack) -> Result<Checks> {
    let mut prefixes = Prefixes::default();
    for (name, namespace) in &pack.descriptor.civigraph.prefixes {
        prefixes.insert(name, namespace);
    }
    load_checks(&prefixes, pack)
}

/// Builds a pack and runs all checks on it.
///
/// # Errors
///
/// [`Error::Invalid`] where its mapping, ontology, questions or checks cannot
/// be read. What is wrong with its data is no error but the answer.
pub fn examine(pack: &Pack, limits: &Limits) -> Result<Examined> {
    examine_with(pack, None, limits)
}

/// Like [`examine`]; holds the data against further shapes, too.
///
/// # Errors
///
/// Those of [`examine`].
pub fn examine_with(pack: &Pack, shapes: Option<&ShapeFiles>, limits: &Limits) -> Result<Examined> {
    let mut findings = Diagnostics::keeping(limits.findings);
    let mut faults = Diagnostics::new();
    let (knowledge, mut summary) = match build_keeping(pack, limits.findings) {
        Ok(built) => built,
        Err(Error::Findings(found)) => {
            findings.append(*found);
            let (remarks, checks, reports) = (Diagnostics::new(), Vec::new(), Vec::new());
            return Ok(Examined {
                built: None,
                findings,
                remarks,
                faults,
                checks,
                n_shapes: 0,
                n_focus_nodes: 0,
                reports,
            });
        }
        Err(error) => return Err(error),
    };
    findings.append(std::mem::take(&mut summary.findings));
    let graph = &knowledge.graph;
    let own = ShapeFiles::of_pack(pack)?;
    let mut remarks = Diagnostics::new();
    own.iter().chain(shapes).for_each(|shapes| remarks.append(shapes.warnings.clone()));
    let mut ran = Vec::new();
    let mut found = Vec::new();
    let mut more = Vec::new();
    for check in checks(pack)?.iter() {
        // Those inside the binary fit its vocabulary, whatever a pack is silent about.
        if !check.is_core {
            findings.extend(check.lint(graph)?);
        }
        match check::run(graph, check, limits.findings.candidates(), limits.time) {
            Ok(outcome) => {
                let n_findings = outcome.findings.len() as u64 + outcome.n_more;
                ran.push(Ran { code: check.code.clone(), n_findings, elapsed: outcome.elapsed });
                more.push((check.severity, check.code.clone(), outcome.n_more));
                found.extend(outcome.findings);
            }
            Err(Error::Invalid(fault)) => faults.append(*fault),
            Err(error) => return Err(error),
        }
    }
    let mut reports = Vec::new();
    let (mut n_shapes, mut n_focus_nodes) = (0, 0);
    for shapes in own.as_ref().into_iter().chain(shapes) {
        let report = shapes.validate(graph, limits)?;
        n_shapes += shapes.n_shapes();
        n_focus_nodes += report.n_focus_nodes;
        remarks.extend(shapes.nothing_validated(&report)?);
        faults.append(shapes.faults(&report)?);
        let (own, untold) = shapes.findings(graph, &report)?;
        more.extend(untold);
        found.extend(own);
        reports.push(report);
    }
    findings.extend(place(pack, graph, found)?);
    for (severity, code, n) in more {
        findings.count_more(severity, code, n);
    }
    findings.append(remarks.clone());
    findings.sort();
    let built = Some((knowledge, summary));
    Ok(Examined { built, findings, remarks, faults, checks: ran, n_shapes, n_focus_nodes, reports })
}

/// Findings about a graph that was built from `pack`, with the places of the
/// statements that are to blame: the first is the finding's place.
pub(super) fn place(pack: &Pack, graph: &Graph, findings: Vec<Finding>) -> Result<Vec<Diagnostic>> {
    if findings.is_empty() {
        return Ok(Vec::new());
    }
    let (plan, _) = read_mapping(pack);
    let rules = rules()?;
    let mut statements: Vec<Statement> = Vec::new();
    // For each culprit of each finding, its share of the statements.
    let mut shares = Vec::new();
    for finding in &findings {
        for (statement, _) in &finding.culprits {
            let start = statements.len();
            statements.extend(sources(graph, &rules, statement)?);
            shares.push(start..statements.len());
        }
    }
    let cells = trace(&plan, pack, &statements);
    let mut shares = shares.into_iter();
    let mut placed = Vec::new();
    for finding in findings {
        let mut diagnostic = finding.diagnostic;
        for ((_, label), share) in finding.culprits.iter().zip(&mut shares) {
            let first = cells[share].iter().flatten().next().cloned();
            match first {
                None => {}
                Some(place) if diagnostic.place.is_none() => {
                    diagnostic.place = Some(place);
                    diagnostic.label = (!label.is_empty()).then(|| label.clone());
                }
                Some(place) if diagnostic.place.as_ref() == Some(&place) => {}
                Some(place) => diagnostic.others.push((place, label.clone())),
            }
        }
        placed.push(diagnostic);
    }
    // Where not all are told, it is the first of each column.
    placed.sort_by(|one, other| one.place.cmp(&other.place));
    Ok(placed)
}

/// What the sources say of which a statement consists: itself, or what it was
/// derived from.
fn sources(graph: &Graph, rules: &[Rule], statement: &Statement) -> Result<Vec<Statement>> {
    let Some(triple) = statement.triple() else { return Ok(vec![statement.clone()]) };
    let premises = explain(graph, rules, &triple)?;
    Ok(premises.into_iter().map(Statement::from).collect())
}
