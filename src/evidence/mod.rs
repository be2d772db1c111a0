//! Checks evidence against the text of its source: do the cited lines exist,
//! and do they contain the names and numbers of each statement?
//!
//! The text is the user's own copy; it is not part of a pack. The check sees
//! whether words are in lines, not what the lines mean: a swapped direction
//! between two bodies that are both named there is left to a reader.

mod align;
mod carried;
mod carry;
mod citation;
mod difference;
mod edition;
mod names;
mod number;
mod running;
mod source;
mod text;
mod verifier;

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::{NamedNodeRef, Term};

pub use carried::CARRIED_COLUMNS;
pub use carry::{CarriedEvidence, CarriedStatement, CarriedStatus, carry};
pub use citation::{Behind, behind};
pub use difference::{DifferenceKind, TextDifference};
pub use edition::{is_text_of, read_other};
pub use source::{Source, choose, sources};

use crate::error::Result;
use crate::finding::{Finding, Severity, codes};
use crate::graph::{Graph, GraphFinding};
use citation::cited;
use names::NamesInText;
use text::{FlatText, Lines, Mentions, flatten};
use verifier::Verifier;

/// The result of checking evidence against a text.
#[derive(Debug, Clone)]
pub struct EvidenceReport {
    /// Errors, warnings and remarks.
    pub findings: Vec<GraphFinding>,
    /// Claims, figures, names and entities that cite the source.
    pub n_statements: usize,
    /// Ranges that they cite.
    pub n_ranges: usize,
    /// The median of lines of text in a range.
    pub median_range: usize,
    /// Lines of text that nothing cites, except headings.
    pub uncited: Vec<u64>,
}

/// The text of a source in the format for which its evidence was written.
pub struct SourceText {
    text: FlatText,
    file: String,
    form: Option<Finding>,
}

/// Reads the text of a source.
///
/// # Errors
///
/// [`Error::Findings`](crate::error::Error::Findings) if it is another text,
/// [`Error::Invalid`](crate::error::Error::Invalid) if it is not a text.
pub fn read(file: &str, bytes: &[u8], source: &Source) -> Result<SourceText> {
    let (text, form) = edition::identify(file, bytes, source)?;
    Ok(SourceText { text: FlatText::new(&text), file: file.to_owned(), form })
}

/// Checks all evidence of a source against its text.
pub fn verify(graph: &Graph, source: &Source, text: &SourceText) -> Result<EvidenceReport> {
    let statements = cited(graph, source)?;
    let names = NamesInText::of(graph)?;
    let mentions = Mentions::find(&text.text, &names.by_name);
    let mut verifier = Verifier {
        graph,
        source,
        text: &text.text,
        file: &text.file,
        names: &names,
        mentions: &mentions,
        unnamed: BTreeSet::new(),
        findings: Vec::new(),
    };
    verifier.findings.extend(text.form.iter().map(|form| GraphFinding { finding: form.clone(), culprits: Vec::new() }));
    let mut ranges: BTreeMap<Lines, bool> = BTreeMap::new();
    for statement in &statements {
        for (lines, reason) in &statement.lines {
            *ranges.entry(*lines).or_default() |= reason.is_some();
        }
    }
    verifier.never_named(&statements)?;
    for statement in &statements {
        verifier.statement(statement)?;
    }
    let headings: BTreeSet<String> =
        statements.iter().flat_map(|s| &s.sections).map(|section| flatten(section)).collect();
    let mut lengths: Vec<usize> = Vec::new();
    let mut covered = BTreeSet::new();
    for &(first, last) in ranges.keys() {
        let in_text = (first..=last.min(text.text.lines.len() as u64)).filter(|line| !text.text.is_blank(*line));
        let in_text: Vec<u64> = in_text.collect();
        lengths.push(in_text.len());
        covered.extend(in_text);
    }
    lengths.sort_unstable();
    let all = 1..=text.text.lines.len() as u64;
    let uncited: Vec<u64> = all
        .filter(|line| !text.text.is_blank(*line) && !covered.contains(line))
        .filter(|line| !headings.contains(text.text.slice((*line, *line))))
        .collect();
    for line in &uncited {
        let finding = Finding::new(Severity::Info, codes::UNCITED_LINE, format!("no statement cites line {line}"))
            .at(text.text.place(&text.file, *line));
        verifier.findings.push(GraphFinding { finding, culprits: Vec::new() });
    }
    Ok(EvidenceReport {
        findings: verifier.findings,
        n_statements: statements.len(),
        n_ranges: ranges.len(),
        median_range: lengths.get(lengths.len() / 2).copied().unwrap_or(0),
        uncited,
    })
}

impl SourceText {
    /// A line, unchanged.
    pub fn line(&self, line: u64) -> Option<&str> {
        self.text.line(line)
    }
}

/// The IRI of a term.
fn node(term: &Term) -> Option<NamedNodeRef<'_>> {
    match term {
        Term::NamedNode(node) => Some(node.as_ref()),
        _ => None,
    }
}
