//! Evidence against the text of its source: are the cited lines there, and do
//! the names and numbers of each statement stand in them?
//!
//! The text is the user's own copy; it is no part of a pack. What can be seen is
//! whether words stand in lines, not what the lines mean: a swapped direction
//! between two bodies that both stand there is for a reader to find.

mod cited;
mod edition;
mod number;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::vocab::rdf;
use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, Term};
use oxsdatatypes::Decimal;

pub use cited::{Behind, behind};

use crate::diagnostic::{Diagnostic, Severity};
use crate::error::{Error, Result};
use crate::graph::{Finding, Graph, Statement};
use crate::vocab::{cg, code, skos};
use cited::{Cited, Kind, cited};
use number::{Hedge, Number, numbers};
use text::{Lines, Mentions, Presence, Text, flatten};

/// A range of more lines of text than this needs a reason.
const LONGEST_RANGE: usize = 4;

/// A source that evidence is taken from.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its IRI.
    pub node: NamedNode,
    /// Its IRI in short.
    pub name: String,
    /// The name of its text file.
    pub text_file: Option<String>,
    /// The SHA-256 of its text, in hexadecimal.
    pub sha256: Option<String>,
    /// How many lines its text has.
    pub n_lines: Option<u64>,
    /// The year it covers, which a bare month belongs to.
    pub year: Option<String>,
}

/// The sources of a graph that have a text, by IRI.
pub fn sources(graph: &Graph) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for quad in graph.matching(None, Some(cg::LINE_COUNT), None, None) {
        let NamedOrBlankNode::NamedNode(node) = quad?.subject else { continue };
        let text = |property| -> Result<Option<String>> {
            Ok(graph.objects(node.as_ref().into(), property)?.into_iter().find_map(|term| match term {
                Term::Literal(literal) => Some(literal.value().to_owned()),
                _ => None,
            }))
        };
        sources.push(Source {
            name: graph.prefixes.name(node.as_str()),
            text_file: text(cg::TEXT_FILE)?,
            sha256: text(cg::SHA256)?,
            n_lines: text(cg::LINE_COUNT)?.and_then(|n| n.parse().ok()),
            year: text(cg::DURING)?.and_then(|period| period.get(..4).map(str::to_owned)),
            node,
        });
    }
    sources.sort_by(|a, b| a.node.cmp(&b.node));
    sources.dedup_by(|a, b| a.node == b.node);
    Ok(sources)
}

/// The source that is meant: the one of this name, else the one whose text this
/// is, else the only one that has a text.
///
/// # Errors
///
/// `unknown-source` where there is no such source, or several may be meant.
pub fn choose(graph: &Graph, wanted: Option<&str>, bytes: &[u8]) -> Result<Source> {
    let all = sources(graph)?;
    let names = || {
        all.iter()
            .map(|source| format!("`{}`", crate::graph::local_name(source.node.as_str())))
            .collect::<Vec<_>>()
            .join(", ")
    };
    if let Some(wanted) = wanted {
        let fits = |source: &&Source| {
            source.name == wanted
                || source.node.as_str() == wanted
                || source.node.as_str().ends_with(&format!("/{wanted}"))
        };
        return all.iter().find(fits).cloned().ok_or_else(|| {
            let message = format!("no source with a text is called `{wanted}`");
            Error::invalid(
                Diagnostic::error("unknown-source", message).hint(format!("the sources with a text are {}", names())),
            )
        });
    }
    if let Some(source) = all.iter().find(|source| edition::is_of(bytes, source)) {
        return Ok(source.clone());
    }
    match all.as_slice() {
        [] => Err(Error::invalid(Diagnostic::error(
            "unknown-source",
            "no source of this graph has a text (cg:lineCount)",
        ))),
        [only] => Ok(only.clone()),
        _ => {
            let message = "several sources have a text, and none has this one";
            Err(Error::invalid(
                Diagnostic::error("unknown-source", message).hint(format!("name one with `--source`: {}", names())),
            ))
        }
    }
}

/// What was found when evidence was held against a text.
#[derive(Debug, Clone)]
pub struct Report {
    /// What is wrong, or worth a look.
    pub findings: Vec<Finding>,
    /// Claims, figures, names and entities that cite the source.
    pub n_statements: usize,
    /// Ranges that they cite.
    pub n_ranges: usize,
    /// The median of lines of text in a range.
    pub median_range: usize,
    /// Lines of text that nothing cites, headings left out.
    pub uncited: Vec<u64>,
}

/// The text of a source in the form that its evidence was written for.
pub struct SourceText {
    text: Text,
    file: String,
    form: Option<Diagnostic>,
}

/// Reads the text of a source.
///
/// # Errors
///
/// [`Error::Findings`] where it is another text, [`Error::Invalid`] where it
/// is no text.
pub fn read(file: &str, bytes: &[u8], source: &Source) -> Result<SourceText> {
    let (text, form) = edition::identify(file, bytes, source)?;
    Ok(SourceText { text: Text::new(&text), file: file.to_owned(), form })
}

/// Holds all evidence of a source against its text.
pub fn verify(graph: &Graph, source: &Source, text: &SourceText) -> Result<Report> {
    let statements = cited(graph, source)?;
    let names = Names::of(graph)?;
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
    verifier.findings.extend(text.form.iter().map(|form| Finding { diagnostic: form.clone(), culprits: Vec::new() }));
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
        let diagnostic = Diagnostic::new(Severity::Info, "uncited-line", format!("no statement cites line {line}"))
            .at(text.text.place(&text.file, *line));
        verifier.findings.push(Finding { diagnostic, culprits: Vec::new() });
    }
    Ok(Report {
        findings: verifier.findings,
        n_statements: statements.len(),
        n_ranges: ranges.len(),
        median_range: lengths.get(lengths.len() / 2).copied().unwrap_or(0),
        uncited,
    })
}

impl SourceText {
    /// A line as it stands.
    pub fn line(&self, line: u64) -> Option<&str> {
        self.text.line(line)
    }
}

/// The names by which entities may be found in a text.
struct Names {
    of: BTreeMap<NamedNode, Vec<String>>,
    by_name: Vec<(String, Vec<NamedNode>)>,
}

impl Names {
    fn of(graph: &Graph) -> Result<Self> {
        let mut of: BTreeMap<NamedNode, Vec<String>> = BTreeMap::new();
        let mut by_name: BTreeMap<String, Vec<NamedNode>> = BTreeMap::new();
        for entity in graph.subjects(rdf::TYPE, cg::ENTITY.into())? {
            let NamedOrBlankNode::NamedNode(entity) = entity else { continue };
            let mut texts = graph.objects(entity.as_ref().into(), skos::PREF_LABEL)?;
            texts.extend(graph.objects(entity.as_ref().into(), cg::MENTIONED_AS)?);
            for name in graph.objects(entity.as_ref().into(), cg::HAS_NAME)? {
                if let Term::NamedNode(name) = name {
                    texts.extend(graph.objects(name.as_ref().into(), cg::TEXT)?);
                }
            }
            let mut own = Vec::new();
            for text in texts {
                let Term::Literal(literal) = text else { continue };
                let flat = flatten(literal.value());
                if flat.chars().count() > 1 && !own.contains(&flat) {
                    by_name.entry(flat.clone()).or_default().push(entity.clone());
                    own.push(flat);
                }
            }
            of.insert(entity, own);
        }
        Ok(Self { of, by_name: by_name.into_iter().collect() })
    }
}

struct Verifier<'a> {
    graph: &'a Graph,
    source: &'a Source,
    text: &'a Text,
    file: &'a str,
    names: &'a Names,
    mentions: &'a Mentions,
    /// What no line names: said once, not for each statement.
    unnamed: BTreeSet<NamedNode>,
    findings: Vec<Finding>,
}

impl Verifier<'_> {
    /// Says of things that no line names, once each: statements about them
    /// cannot be checked by words.
    fn never_named(&mut self, statements: &[Cited]) -> Result<()> {
        let named = self.mentions.named();
        let things: BTreeSet<&NamedNode> =
            statements.iter().flat_map(|statement| &statement.things).map(|(thing, _)| thing).collect();
        for thing in things {
            let names = self.names.of.get(thing).map(Vec::as_slice).unwrap_or_default();
            let inside =
                || names.iter().any(|name| self.text.slice((1, self.text.lines.len() as u64)).contains(name.as_str()));
            if named.contains(thing) || inside() {
                continue;
            }
            self.unnamed.insert(thing.clone());
            let message = format!(
                "no line of the text names {}, so that statements about it cannot be checked by words",
                self.shown(thing)?
            );
            let diagnostic = Diagnostic::warning("never-named", message).hint(
                "add the words by which the text speaks of it (in the default pack: a row of `mentions.csv`)"
                    .to_owned(),
            );
            let culprit = Statement {
                subject: thing.clone().into(),
                predicate: Some(skos::PREF_LABEL.into_owned()),
                object: None,
                language: None,
            };
            self.findings.push(Finding { diagnostic, culprits: vec![(culprit, String::new())] });
        }
        Ok(())
    }

    fn statement(&mut self, cited: &Cited) -> Result<()> {
        let excused = cited.lines.iter().any(|(_, reason)| reason.is_some());
        let ranges: Vec<Lines> = cited.lines.iter().map(|(lines, _)| *lines).collect();
        let n_lines = self.text.lines.len() as u64;
        for ((first, last), reason) in &cited.lines {
            if *first < 1 || last < first || *last > n_lines {
                let message = format!("the lines {first} to {last} are not in the text, which has {n_lines}");
                self.tell(cited, false, Severity::Violation, "lines-outside-source", message, None, cited.whole());
                continue;
            }
            let n_text = (*first..=*last).filter(|line| !self.text.is_blank(*line)).count();
            if n_text > LONGEST_RANGE && reason.is_none() {
                let message = format!("the range {first} to {last} has {n_text} lines of text and no reason");
                let hint = Some(format!("narrow it to {LONGEST_RANGE} lines, or say in `reason` why all are needed"));
                self.tell(cited, false, Severity::Violation, "long-range", message, hint, cited.whole());
            }
        }
        for (thing, statement) in &cited.things {
            self.thing(cited, &ranges, thing, statement, excused)?;
        }
        if cited.kind == Kind::Name {
            for (text, statement) in &cited.texts {
                let flat = flatten(text);
                if !ranges.iter().any(|range| self.text.slice(*range).contains(&flat)) {
                    let message = format!("the name `{text}` does not stand in {}", said(&ranges));
                    self.tell(cited, false, Severity::Violation, "name-not-found", message, None, statement.clone());
                }
            }
        }
        let found = self.numbers(&ranges);
        for (value, statement) in &cited.numbers {
            if !found.iter().any(|number| number.value == *value) {
                let message = format!("the number {value} does not stand in {}", said(&ranges));
                let all: Vec<String> = found.iter().map(|number| number.value.to_string()).collect();
                let hint = (!all.is_empty()).then(|| format!("the numbers there are {}", all.join(", ")));
                self.tell(cited, false, Severity::Violation, "number-not-found", message, hint, statement.clone());
            }
        }
        self.bound(cited, &ranges, &found, excused);
        self.dates(cited, &ranges, &found);
        Ok(())
    }

    /// The numbers in ranges, also those that end where a line ends: only one who
    /// reads can say whether a number goes on in the next line.
    fn numbers(&self, ranges: &[Lines]) -> Vec<Number> {
        let mut found: Vec<Number> = ranges.iter().flat_map(|range| numbers(self.text.slice(*range))).collect();
        for (first, last) in ranges {
            for line in *first..=(*last).min(self.text.lines.len() as u64) {
                found.extend(numbers(self.text.slice((line, line))));
            }
        }
        found
    }

    /// Whether a thing that a statement is about is named in its lines.
    fn thing(
        &mut self,
        cited: &Cited,
        ranges: &[Lines],
        thing: &NamedNode,
        statement: &Statement,
        excused: bool,
    ) -> Result<()> {
        let Some(names) = self.names.of.get(thing) else { return Ok(()) };
        let presence = self.mentions.presence(self.text, ranges, thing, names);
        match presence {
            Presence::Named => {}
            Presence::Inside => {
                let message = format!("{} stands in {} only inside a longer name", self.shown(thing)?, said(ranges));
                let hint = Some("cite a line that names it, or give the evidence a `reason`".to_owned());
                self.tell(cited, excused, Severity::Warning, "named-inside", message, hint, statement.clone());
            }
            // Said once for all statements.
            Presence::Absent if self.unnamed.contains(thing) => {}
            Presence::Absent => {
                let message = format!("{} is not named in {}", self.shown(thing)?, said(ranges));
                let hint = self.nearest(ranges, thing).map(|line| format!("the nearest line that names it is {line}"));
                self.tell(cited, excused, Severity::Violation, "not-named", message, hint, statement.clone());
            }
        }
        Ok(())
    }

    fn nearest(&self, ranges: &[Lines], thing: &NamedNode) -> Option<u64> {
        let first = ranges.first()?.0;
        self.mentions.lines_of(self.text, thing).min_by_key(|line| (line.abs_diff(first), *line))
    }

    /// Whether the words in front of the number hedge it as the figure says.
    fn bound(&mut self, cited: &Cited, ranges: &[Lines], found: &[Number], excused: bool) {
        let (Some((bound, statement)), [(value, _), ..]) = (&cited.bound, cited.numbers.as_slice()) else { return };
        let hedges: Vec<Hedge> =
            found.iter().filter(|number| number.value == *value).map(|number| number.hedge).collect();
        let says = bound.as_str().rsplit('#').next().unwrap_or_default();
        if hedges.is_empty() || hedges.iter().any(|hedge| hedge.code() == says) {
            return;
        }
        let known = bound.as_str().strip_suffix(says).is_some_and(|base| code::EXACT.as_str().starts_with(base));
        if known {
            let message = format!("the figure says `{says}` of {value}, {} say `{}`", said(ranges), hedges[0].code());
            self.tell(cited, excused, Severity::Warning, "hedge-not-found", message, None, statement.clone());
        }
    }

    /// Whether years, months and quarters that are not the source's own stand in the lines.
    fn dates(&mut self, cited: &Cited, ranges: &[Lines], found: &[Number]) {
        for (date, statement) in &cited.dates {
            for part in date_parts(date, self.source.year.as_deref()) {
                if !found.iter().any(|number| number.value == Decimal::from(part)) {
                    let message = format!("the date `{date}` has {part}, which does not stand in {}", said(ranges));
                    self.tell(cited, false, Severity::Violation, "date-not-found", message, None, statement.clone());
                    break;
                }
            }
        }
    }

    /// Adds a finding; one that a curator may give and gave a reason for is a remark.
    #[allow(clippy::too_many_arguments, reason = "the parts of one finding")]
    fn tell(
        &mut self,
        cited: &Cited,
        excused: bool,
        severity: Severity,
        code: &'static str,
        message: String,
        hint: Option<String>,
        statement: Statement,
    ) {
        let severity = if excused { Severity::Info } else { severity };
        let mut diagnostic = Diagnostic::new(severity, code, message).hint(hint);
        let first = cited.lines.first().and_then(|((first, _), _)| self.text.place(self.file, *first));
        if let Some(place) = first {
            diagnostic = diagnostic.and_at(place, "the first cited line");
        }
        let culprits = vec![(statement, String::new()), (cited.whole(), String::new())];
        self.findings.push(Finding { diagnostic, culprits });
    }

    /// A thing as messages show it: slug and main label.
    fn shown(&self, thing: &NamedNode) -> Result<String> {
        let label = self.graph.label(thing.as_ref(), &["zh-Hant".to_owned(), "en".to_owned()])?;
        Ok(format!("`{}` ({label})", self.graph.prefixes.name(thing.as_str())))
    }
}

/// Ranges in words.
fn said(ranges: &[Lines]) -> String {
    let all: Vec<String> = ranges
        .iter()
        .map(|(first, last)| if first == last { format!("line {first}") } else { format!("lines {first} to {last}") })
        .collect();
    if all.is_empty() { "any line".to_owned() } else { all.join(" and ") }
}

/// The numbers of a date that a text must have: years other than the source's
/// own, months (but for the end of a year, which is said in words), quarters
/// (EDTF, level 2: 33 to 36).
fn date_parts(date: &str, own_year: Option<&str>) -> Vec<i64> {
    let mut parts = Vec::new();
    for side in date.split('/').filter(|side| !side.is_empty() && *side != "..") {
        let mut fields = side.split('-');
        let year = fields.next().unwrap_or_default();
        if own_year != Some(year)
            && let Ok(year) = year.parse()
        {
            parts.push(year);
        }
        let month: Option<i64> = fields.next().and_then(|month| month.parse().ok());
        match (month, fields.next()) {
            (Some(quarter @ 33..=36), _) => parts.push(quarter - 32),
            (Some(month @ 1..=12), None) => parts.push(month),
            _ => {}
        }
    }
    parts
}

/// The IRI of a term.
fn node(term: &Term) -> Option<NamedNodeRef<'_>> {
    match term {
        Term::NamedNode(node) => Some(node.as_ref()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_needs_its_year_month_and_quarter() {
        for (date, parts) in [
            ("2019", vec![]),
            ("2019-11", vec![11]),
            ("2020-36", vec![2020, 4]),
            ("2022-12-31", vec![2022]),
            ("2019-12-31", vec![]),
            ("2004/..", vec![2004]),
            ("2018/2019", vec![2018]),
        ] {
            assert_eq!(date_parts(date, Some("2019")), parts, "{date}");
        }
    }
}
