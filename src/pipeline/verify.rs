//! Verification of a pack's evidence against the text of its source.

use std::collections::BTreeMap;

use super::place::place;
use super::{Knowledge, build};
use crate::error::Result;
use crate::evidence::{self, EvidenceReport, Source, SourceText};
use crate::finding::{Findings, Limit, Severity};
use crate::pack::Pack;

/// Evidence that was verified against a text.
pub struct Verification {
    /// The graph.
    pub knowledge: Knowledge,
    /// The source.
    pub source: Source,
    /// Its text.
    pub text: SourceText,
    /// Statistics on the evidence.
    pub report: EvidenceReport,
    /// The findings, each at its cells.
    pub findings: Findings,
}

/// Builds a pack and verifies the evidence of one of its sources (the one named, or the one with
/// this text) against the text in `bytes`, which was read from `file`. At most `limit` findings
/// are kept.
///
/// # Errors
///
/// [`Error::Findings`](crate::error::Error::Findings) if the pack's data have errors or the text
/// is another edition; [`Error::Invalid`](crate::error::Error::Invalid) if no source matches.
pub fn verify(pack: &Pack, source: Option<&str>, file: &str, bytes: &[u8], limit: Limit) -> Result<Verification> {
    let (knowledge, _) = build(pack)?;
    let graph = &knowledge.graph;
    let source = evidence::choose(graph, source, bytes)?;
    let text = evidence::read(file, bytes, &source)?;
    let mut report = evidence::verify(graph, &source, &text)?;
    let mut findings = Findings::keeping(limit);
    // Only findings that may be reported need a place.
    let most = limit.candidates();
    let mut counts: BTreeMap<(Severity, String), u64> = BTreeMap::new();
    let mut told = Vec::new();
    for finding in std::mem::take(&mut report.findings) {
        let key = (finding.finding.severity, finding.finding.code.to_string());
        let count = counts.entry(key).or_default();
        *count += 1;
        if *count <= most {
            told.push(finding);
        }
    }
    findings.extend(place(pack, graph, told)?);
    for ((severity, code), n) in counts {
        findings.count_more(severity, code, n.saturating_sub(most));
    }
    findings.sort();
    Ok(Verification { knowledge, source, text, report, findings })
}
