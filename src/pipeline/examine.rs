//! Building and checking a pack, with each finding at the cells that are to blame.

use std::time::Duration;

use super::exceptions::Exceptions;
use super::limits::Limits;
use super::place::place;
use super::resources::checks as load_checks;
use super::shapes::ShapeFiles;
use super::{Knowledge, Summary, build_within};
use crate::check::{self, Checks};
use crate::error::{Error, Result};
use crate::finding::{Findings, Severity};
use crate::graph::{CheckRecord, Prefixes};
use crate::pack::Pack;
use crate::progress::{self, Unit};
use crate::shacl::ValidationReport;

/// The result of running a check.
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
pub struct Examination {
    /// The graph, if the tables allow one.
    pub built: Option<(Knowledge, Summary)>,
    /// The findings about the data, from all layers.
    pub findings: Findings,
    /// Warnings about shapes, or that they validated nothing; also part of the findings.
    pub remarks: Findings,
    /// Errors in the checks themselves: these say nothing about the data.
    pub faults: Findings,
    /// The checks that were run, by code.
    pub checks: Vec<Ran>,
    /// How many shapes the data were validated against.
    pub n_shapes: usize,
    /// How many nodes the sets of shapes were applied to, in total.
    pub n_focus_nodes: u64,
    /// The report for each set of shapes: the pack's own first.
    pub reports: Vec<ValidationReport>,
}

impl Examination {
    /// How many findings are violations or errors.
    pub fn n_violations(&self) -> u64 {
        self.findings.count_from(Severity::Violation)
    }
}

/// The checks that apply to a pack: those in the binary and its own.
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
/// [`Error::Invalid`] if its mapping, ontology, questions or checks cannot be read. Errors in its
/// data are not an error but the answer.
pub fn examine(pack: &Pack, limits: &Limits) -> Result<Examination> {
    examine_with(pack, None, limits)
}

/// Like [`examine`]; also validates the data against further shapes.
///
/// # Errors
///
/// Those of [`examine`].
pub fn examine_with(pack: &Pack, shapes: Option<&ShapeFiles>, limits: &Limits) -> Result<Examination> {
    let mut findings = Findings::keeping(limits.findings);
    let mut faults = Findings::new();
    let (knowledge, mut summary) = match build_within(pack, limits) {
        Ok(built) => built,
        Err(Error::Findings(found)) => {
            findings.append(*found);
            let (remarks, checks, reports) = (Findings::new(), Vec::new(), Vec::new());
            return Ok(Examination {
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
    let exceptions = Exceptions::of(pack);
    let mut own = ShapeFiles::of_pack(pack)?;
    let mut given = shapes.cloned();
    let checks = checks(pack)?;
    let all: Vec<&ShapeFiles> = own.iter().chain(&given).collect();
    findings.append(exceptions.remarks(&checks, &all)?);
    own.iter_mut().chain(&mut given).for_each(|shapes| exceptions.apply(shapes));
    let shapes = given.as_ref();
    let mut remarks = Findings::new();
    own.iter().chain(shapes).for_each(|shapes| remarks.append(shapes.warnings.clone()));
    let mut ran = Vec::new();
    let mut found = Vec::new();
    let mut more = Vec::new();
    progress::begin("running checks", Unit::Items, Some(checks.iter().count() as u64));
    for check in checks.iter() {
        progress::advance(1);
        let Some(check) = exceptions.applied(check) else { continue };
        let check = &check;
        // Those inside the binary match its vocabulary, whatever a pack lacks.
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
    let record = CheckRecord {
        checks: ran.len() as u64,
        shapes: n_shapes as u64,
        violations: findings.count_from(Severity::Violation),
        warnings: findings.count(Severity::Warning),
        remarks: findings.count(Severity::Info),
    };
    let built = Some((Knowledge { checks: Some(record), ..knowledge }, summary));
    Ok(Examination { built, findings, remarks, faults, checks: ran, n_shapes, n_focus_nodes, reports })
}
