//! Checks a statement against the lines that it cites: do they contain its
//! names, numbers, hedges and dates?

use std::collections::BTreeSet;

use oxigraph::model::NamedNode;
use oxsdatatypes::Decimal;

use super::citation::{Citation, CitingKind};
use super::names::NamesInText;
use super::number::{Hedge, NumberInText, numbers};
use super::source::Source;
use super::text::{FlatText, Lines, Mentions, Presence, flatten};
use crate::error::Result;
use crate::finding::{Finding, Severity, codes};
use crate::graph::{Graph, GraphFinding, Statement};
use crate::vocab::{code, skos};

/// A range with more lines of text than this needs a reason.
const LONGEST_RANGE: usize = 4;

/// Checks statements against the text, and collects the findings.
pub(super) struct Verifier<'a> {
    pub graph: &'a Graph,
    pub source: &'a Source,
    pub text: &'a FlatText,
    pub file: &'a str,
    pub names: &'a NamesInText,
    pub mentions: &'a Mentions,
    /// Things that no line names: reported once, not for each statement.
    pub unnamed: BTreeSet<NamedNode>,
    pub findings: Vec<GraphFinding>,
}

impl Verifier<'_> {
    /// Reports the things that no line names, once each: statements about them
    /// cannot be checked by name.
    pub fn never_named(&mut self, statements: &[Citation]) -> Result<()> {
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
                "no line of the text names {}, so statements about it cannot be checked by name",
                self.shown(thing)?
            );
            let finding = Finding::warning(codes::NEVER_NAMED, message).hint(
                "add the words that the text uses for it (in the default pack: a row of `mentions.csv`)".to_owned(),
            );
            let culprit = Statement {
                subject: thing.clone().into(),
                predicate: Some(skos::PREF_LABEL.into_owned()),
                object: None,
                language: None,
            };
            self.findings.push(GraphFinding { finding, culprits: vec![(culprit, String::new())] });
        }
        Ok(())
    }

    pub fn statement(&mut self, cited: &Citation) -> Result<()> {
        let excused = cited.lines.iter().any(|(_, reason)| reason.is_some());
        let ranges: Vec<Lines> = cited.lines.iter().map(|(lines, _)| *lines).collect();
        let n_lines = self.text.lines.len() as u64;
        for ((first, last), reason) in &cited.lines {
            if *first < 1 || last < first || *last > n_lines {
                let message = format!("the lines {first} to {last} are not in the text, which has {n_lines} lines");
                self.tell(cited, false, Severity::Violation, codes::LINES_OUTSIDE_SOURCE, message, None, cited.whole());
                continue;
            }
            let n_text = (*first..=*last).filter(|line| !self.text.is_blank(*line)).count();
            if n_text > LONGEST_RANGE && reason.is_none() {
                let message = format!("the range {first} to {last} has {n_text} lines of text and no reason");
                let hint = Some(format!("narrow it to {LONGEST_RANGE} lines, or state in `reason` why all are needed"));
                self.tell(cited, false, Severity::Violation, codes::LONG_RANGE, message, hint, cited.whole());
            }
        }
        for (thing, statement) in &cited.things {
            self.thing(cited, &ranges, thing, statement, excused)?;
        }
        if cited.kind == CitingKind::Name {
            for (text, statement) in &cited.texts {
                let flat = flatten(text);
                if !ranges.iter().any(|range| self.text.slice(*range).contains(&flat)) {
                    let message = format!("the name `{text}` is not in {}", said(&ranges));
                    self.tell(
                        cited,
                        false,
                        Severity::Violation,
                        codes::NAME_NOT_FOUND,
                        message,
                        None,
                        statement.clone(),
                    );
                }
            }
        }
        let found = self.numbers(&ranges);
        for (value, statement) in &cited.numbers {
            if !found.iter().any(|number| number.value == *value) {
                let message = format!("the number {value} is not in {}", said(&ranges));
                let all: Vec<String> = found.iter().map(|number| number.value.to_string()).collect();
                let hint = (!all.is_empty()).then(|| format!("found the numbers {}", all.join(", ")));
                self.tell(cited, false, Severity::Violation, codes::NUMBER_NOT_FOUND, message, hint, statement.clone());
            }
        }
        self.bound(cited, &ranges, &found, excused);
        self.dates(cited, &ranges, &found);
        Ok(())
    }

    /// The numbers in ranges, including those that end where a line ends: only a
    /// reader can tell whether a number continues on the next line.
    fn numbers(&self, ranges: &[Lines]) -> Vec<NumberInText> {
        let mut found: Vec<NumberInText> = ranges.iter().flat_map(|range| numbers(self.text.slice(*range))).collect();
        for (first, last) in ranges {
            for line in *first..=(*last).min(self.text.lines.len() as u64) {
                found.extend(numbers(self.text.slice((line, line))));
            }
        }
        found
    }

    /// Whether the lines of a statement name a thing that it is about.
    fn thing(
        &mut self,
        cited: &Citation,
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
                let message = format!("{} is in {} only as part of a longer name", self.shown(thing)?, said(ranges));
                let hint = Some("cite a line that names it, or give the evidence a `reason`".to_owned());
                self.tell(cited, excused, Severity::Warning, codes::NAMED_INSIDE, message, hint, statement.clone());
            }
            // Reported once for all statements.
            Presence::Absent if self.unnamed.contains(thing) => {}
            Presence::Absent => {
                let message = format!("{} is not named in {}", self.shown(thing)?, said(ranges));
                let hint = self.nearest(ranges, thing).map(|line| format!("the nearest line that names it is {line}"));
                self.tell(cited, excused, Severity::Violation, codes::NOT_NAMED, message, hint, statement.clone());
            }
        }
        Ok(())
    }

    fn nearest(&self, ranges: &[Lines], thing: &NamedNode) -> Option<u64> {
        let first = ranges.first()?.0;
        self.mentions.lines_of(self.text, thing).min_by_key(|line| (line.abs_diff(first), *line))
    }

    /// Whether the words around the number hedge it as the figure does.
    fn bound(&mut self, cited: &Citation, ranges: &[Lines], found: &[NumberInText], excused: bool) {
        let (Some((bound, statement)), [(value, _), ..]) = (&cited.bound, cited.numbers.as_slice()) else { return };
        let hedges: Vec<Hedge> =
            found.iter().filter(|number| number.value == *value).map(|number| number.hedge).collect();
        let says = bound.as_str().rsplit('#').next().unwrap_or_default();
        if hedges.is_empty() || hedges.iter().any(|hedge| hedge.code() == says) {
            return;
        }
        let known = bound.as_str().strip_suffix(says).is_some_and(|base| code::EXACT.as_str().starts_with(base));
        if known {
            let message = format!("the bound of {value} is `{says}`, but `{}` in {}", hedges[0].code(), said(ranges));
            self.tell(cited, excused, Severity::Warning, codes::HEDGE_NOT_FOUND, message, None, statement.clone());
        }
    }

    /// Whether the lines contain the years, months and quarters that are not the source's own.
    fn dates(&mut self, cited: &Citation, ranges: &[Lines], found: &[NumberInText]) {
        for (date, statement) in &cited.dates {
            for part in date_parts(date, self.source.year.as_deref()) {
                if !found.iter().any(|number| number.value == Decimal::from(part)) {
                    let message = format!("the date `{date}` has {part}, which is not in {}", said(ranges));
                    self.tell(
                        cited,
                        false,
                        Severity::Violation,
                        codes::DATE_NOT_FOUND,
                        message,
                        None,
                        statement.clone(),
                    );
                    break;
                }
            }
        }
    }

    /// Adds a finding; one for which a curator gave a permitted reason becomes a remark.
    #[allow(clippy::too_many_arguments, reason = "the parts of one finding")]
    fn tell(
        &mut self,
        cited: &Citation,
        excused: bool,
        severity: Severity,
        code: &'static str,
        message: String,
        hint: Option<String>,
        statement: Statement,
    ) {
        let severity = if excused { Severity::Info } else { severity };
        let mut finding = Finding::new(severity, code, message).hint(hint);
        let first = cited.lines.first().and_then(|((first, _), _)| self.text.place(self.file, *first));
        if let Some(place) = first {
            finding = finding.and_at(place, "the first cited line");
        }
        let culprits = vec![(statement, String::new()), (cited.whole(), String::new())];
        self.findings.push(GraphFinding { finding, culprits });
    }

    /// A thing as shown in messages: slug and main label.
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

/// The numbers of a date that a text must contain: years other than the
/// source's own, months (except the end of a year, which is put in words),
/// quarters (EDTF, level 2: 33 to 36).
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
