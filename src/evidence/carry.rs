//! Evidence carried over to another text: which statements still stand there and on which lines,
//! what differs at their places, which lines are new.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use oxigraph::model::NamedNode;

use super::align::{AlignedRun, align, moved};
use super::citation::{Citation, cited, says};
use super::difference::{DifferenceKind, TextDifference, TextPair, differences, names_in};
use super::names::NamesInText;
use super::number::numbers;
use super::running::RunningText;
use super::text::{FlatText, Lines, Mentions};
use super::verifier::Verifier;
use super::{Source, SourceText};
use crate::error::Result;
use crate::finding::codes;
use crate::graph::{Graph, GraphFinding};

/// What became of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CarriedStatus {
    /// Its own number, name, date or hedge differs, or is not in its lines any more.
    Differs,
    /// Most of the words that it cites are not there any more.
    Gone,
    /// The words around it differ; its numbers, names and dates are there.
    Reworded,
    /// Its words are the same, on other lines.
    Moved,
    /// Its words are the same, on the same lines.
    Stands,
}

impl CarriedStatus {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Differs => "differs",
            Self::Gone => "gone",
            Self::Reworded => "reworded",
            Self::Moved => "moved",
            Self::Stands => "stands",
        }
    }
}

/// A statement and where it is in the other text.
#[derive(Debug, Clone)]
pub struct CarriedStatement {
    /// The statement.
    pub node: NamedNode,
    /// Its shortened IRI.
    pub name: String,
    /// Its content.
    pub says: String,
    /// What became of it.
    pub status: CarriedStatus,
    /// The ranges that it cites, each with its lines in the new text.
    pub lines: Vec<(Lines, Option<Lines>)>,
    /// The differences inside its ranges, by index.
    pub differences: Vec<usize>,
    /// What its new lines do not say any more.
    pub reasons: Vec<String>,
}

/// Evidence carried over to another text.
#[derive(Debug, Clone)]
pub struct CarriedEvidence {
    /// The statements, by status, then by line.
    pub statements: Vec<CarriedStatement>,
    /// The differences, in the order of the new text.
    pub differences: Vec<TextDifference>,
    /// Lines of the new text that are new, with their words.
    pub new_lines: Vec<(u64, String)>,
    /// The lines of every range that is cited, in the new text.
    pub ranges: BTreeMap<Lines, Option<Lines>>,
    /// Characters of the old text that are found again, of how many.
    pub found_again: (usize, usize),
    /// Lines of the new text.
    pub n_lines: u64,
}

/// Less than this share of the shorter text found again is another text altogether, in per cent.
const LEAST_SHARE: usize = 15;

impl CarriedEvidence {
    /// Whether hardly anything of the text is found again.
    pub fn is_foreign(&self) -> bool {
        let (found, all) = self.found_again;
        all == 0 || found * 100 < all * LEAST_SHARE
    }

    /// Whether anything differs besides the lines.
    pub fn has_differences(&self) -> bool {
        !self.differences.is_empty() || self.statements.iter().any(|statement| statement.status < CarriedStatus::Moved)
    }

    /// The share of the old text that is found again.
    pub fn share(&self) -> f64 {
        let (found, all) = self.found_again;
        found as f64 / all.max(1) as f64
    }
}

/// Carries the evidence of a source over from its text to another one.
///
/// # Errors
///
/// Those of reading the graph.
pub fn carry(
    graph: &Graph,
    source: &Source,
    old: &SourceText,
    (file, text): (&str, &str),
    languages: &[String],
) -> Result<CarriedEvidence> {
    let statements = cited(graph, source)?;
    let names = NamesInText::of(graph)?;
    let new_text = FlatText::new(text);
    let (old_mentions, new_mentions) =
        (Mentions::find(&old.text, &names.by_name), Mentions::find(&new_text, &names.by_name));
    let (before, after) = (RunningText::of(&old.text), RunningText::of(&new_text));
    let pair = TextPair {
        old_names: names_in(&before, &old_mentions),
        new_names: names_in(&after, &new_mentions),
        old: &before,
        new: &after,
    };
    let runs = pair.settled(&align(&before.chars, &after.chars));
    let moved = moved(&before.chars, &after.chars, &runs);
    let n_found = runs.iter().chain(&moved).map(|run| run.length).sum();
    let mut found = differences(&pair, &runs, &moved);
    found.sort_by_key(|difference| (difference.new.start, difference.old.start));
    let mut carried = CarriedEvidence {
        statements: Vec::new(),
        new_lines: new_lines(&after, &found),
        differences: found,
        ranges: BTreeMap::new(),
        found_again: (n_found, before.chars.len().min(after.chars.len())),
        n_lines: new_text.lines.len() as u64,
    };
    let carrier =
        Carrier { before: &before, after: &after, runs: &runs, moved: &moved, differences: &carried.differences };
    let checks = |text, file, mentions| Verifier {
        graph,
        source,
        text,
        file,
        names: &names,
        mentions,
        unnamed: BTreeSet::new(),
        findings: Vec::new(),
    };
    let mut old_check = checks(&old.text, &old.file, &old_mentions);
    old_check.never_named(&statements)?;
    let mut new_check = checks(&new_text, file, &new_mentions);
    new_check.unnamed.clone_from(&old_check.unnamed);
    let mut images: BTreeMap<Lines, RangeImage> = BTreeMap::new();
    for statement in &statements {
        for (lines, _) in &statement.lines {
            images.entry(*lines).or_insert_with(|| carrier.image(*lines));
        }
        let mut there = statement.clone();
        there.lines.retain_mut(|(lines, _)| match images[lines].lines {
            Some(new) => {
                *lines = new;
                true
            }
            None => false,
        });
        let reasons = if there.lines.is_empty() {
            Vec::new()
        } else {
            unsupported(&mut old_check, &mut new_check, statement, &there)?
        };
        let touching: BTreeSet<usize> =
            statement.lines.iter().flat_map(|(lines, _)| images[lines].differences.iter().copied()).collect();
        let is_own = touching.iter().any(|at| is_own(statement, &names, &carried.differences[*at]));
        let moves = statement.lines.iter().any(|(lines, _)| images[lines].lines != Some(*lines));
        let status = match () {
            () if there.lines.is_empty() => CarriedStatus::Gone,
            () if is_own || !reasons.is_empty() => CarriedStatus::Differs,
            () if there.lines.len() < statement.lines.len() || !touching.is_empty() => CarriedStatus::Reworded,
            () if moves => CarriedStatus::Moved,
            () => CarriedStatus::Stands,
        };
        carried.statements.push(CarriedStatement {
            name: graph.prefixes.name(statement.node.as_str()),
            says: says(graph, statement, languages)?,
            status,
            lines: statement.lines.iter().map(|(lines, _)| (*lines, images[lines].lines)).collect(),
            differences: touching.into_iter().collect(),
            reasons,
            node: statement.node.clone(),
        });
    }
    carried.ranges = images.into_iter().map(|(lines, image)| (lines, image.lines)).collect();
    carried
        .statements
        .sort_by(|a, b| (a.status, &a.lines).cmp(&(b.status, &b.lines)).then_with(|| a.name.cmp(&b.name)));
    Ok(carried)
}

/// What the new lines of a statement lack that the old ones have, in words.
fn unsupported(
    old: &mut Verifier<'_>,
    new: &mut Verifier<'_>,
    before: &Citation,
    after: &Citation,
) -> Result<Vec<String>> {
    old.findings.clear();
    old.statement(before)?;
    new.findings.clear();
    new.statement(after)?;
    let of_text = [codes::LONG_RANGE, codes::LINES_OUTSIDE_SOURCE];
    let key = |finding: &GraphFinding| {
        (finding.finding.code.clone(), finding.culprits.first().map(|(about, _)| about.clone()))
    };
    let known: Vec<_> = old.findings.iter().map(key).collect();
    let lacking = new
        .findings
        .iter()
        .filter(|finding| !of_text.contains(&&*finding.finding.code) && !known.contains(&key(finding)));
    Ok(lacking.map(|finding| finding.finding.message.clone()).collect())
}

/// Whether a difference is one of a statement's own number, date, hedge or name.
fn is_own(statement: &Citation, names: &NamesInText, difference: &TextDifference) -> bool {
    let was: Vec<_> = numbers(&super::text::flatten(&difference.was)).into_iter().map(|number| number.value).collect();
    match difference.kind {
        DifferenceKind::Number => statement.numbers.iter().any(|(value, _)| was.contains(value)),
        DifferenceKind::Date => {
            !statement.dates.is_empty() || statement.numbers.iter().any(|(value, _)| was.contains(value))
        }
        DifferenceKind::Hedge => statement.bound.is_some(),
        DifferenceKind::Name => {
            let flat = super::text::flatten(&difference.was);
            let is_named =
                |thing: &NamedNode| names.of.get(thing).is_some_and(|own| own.iter().any(|name| flat.contains(name)));
            statement.things.iter().any(|(thing, _)| is_named(thing))
        }
        DifferenceKind::Words | DifferenceKind::Added | DifferenceKind::Removed => false,
    }
}

/// The lines of which more than half are new.
fn new_lines(after: &RunningText<'_>, differences: &[TextDifference]) -> Vec<(u64, String)> {
    let mut lines = Vec::new();
    // What is written in the place of something else of its length is a difference, not a new line.
    let added = differences.iter().filter(|difference| difference.new.len() > 2 * difference.old.len());
    let mut fresh: BTreeMap<u64, usize> = BTreeMap::new();
    for difference in added {
        for line in difference.new_lines.0..=difference.new_lines.1 {
            let own = after.of_lines((line, line));
            let inside = own.end.min(difference.new.end).saturating_sub(own.start.max(difference.new.start));
            *fresh.entry(line).or_default() += inside;
        }
    }
    for (line, n) in fresh {
        let own = after.of_lines((line, line));
        if n * 2 > own.len() {
            lines.push((line, after.text.line(line).unwrap_or_default().trim().to_owned()));
        }
    }
    lines
}

/// Where a range is in the new text.
#[derive(Debug, Clone)]
struct RangeImage {
    /// Its lines; `None` if most of it is gone.
    lines: Option<Lines>,
    /// The differences inside it.
    differences: Vec<usize>,
}

struct Carrier<'a> {
    before: &'a RunningText<'a>,
    after: &'a RunningText<'a>,
    runs: &'a [AlignedRun],
    moved: &'a [AlignedRun],
    differences: &'a [TextDifference],
}

impl Carrier<'_> {
    fn image(&self, lines_cited: Lines) -> RangeImage {
        let range = self.before.of_lines(lines_cited);
        let touches = |old: &Range<usize>| match old.is_empty() {
            true => range.start < old.start && old.start < range.end,
            false => old.start < range.end && range.start < old.end,
        };
        let touching = self.differences.iter().enumerate().filter(|(_, difference)| touches(&difference.old));
        let touching: Vec<usize> = touching.map(|(at, _)| at).collect();
        if range.is_empty() {
            return RangeImage { lines: None, differences: touching };
        }
        let first = self.runs.partition_point(|run| run.old + run.length <= range.start);
        let in_order = self.runs[first..].iter().take_while(|run| run.old < range.end);
        let moved = self.moved.iter().filter(|run| run.old < range.end && range.start < run.old + run.length);
        let part = |run: &AlignedRun| {
            let (start, end) = (run.old.max(range.start), (run.old + run.length).min(range.end));
            let new = start - run.old + run.new;
            new..new + (end - start)
        };
        let mut pieces: Vec<Range<usize>> = in_order.map(part).collect();
        // A replacement that lies in the range, and is not a text of its own, is at its place.
        for at in &touching {
            let TextDifference { old, new, kind, .. } = &self.differences[*at];
            let is_inside = range.start <= old.start && old.end <= range.end;
            if is_inside
                && !old.is_empty()
                && !new.is_empty()
                && new.len() <= 3 * old.len() + 20
                && old.len() <= if *kind == DifferenceKind::Words { 8 } else { 20 }
            {
                pieces.push(new.clone());
            }
        }
        pieces.extend(moved.map(part));
        pieces.sort_unstable_by_key(|piece| piece.start);
        // What was moved apart is in several places; most of it counts.
        let mut clusters: Vec<(Range<usize>, usize)> = Vec::new();
        for piece in pieces {
            match clusters.last_mut() {
                Some((cluster, n)) if piece.start <= cluster.end + 2 * range.len() + 200 => {
                    cluster.end = cluster.end.max(piece.end);
                    *n += piece.len();
                }
                _ => clusters.push((piece.clone(), piece.len())),
            }
        }
        let best = clusters.into_iter().max_by_key(|(cluster, n)| (*n, std::cmp::Reverse(cluster.start)));
        let lines = best.filter(|(_, n)| n * 3 >= range.len()).map(|(cluster, _)| self.after.lines(&cluster));
        let lines = lines.map(|new| self.with_blank_lines(lines_cited, new));
        RangeImage { lines, differences: touching }
    }

    /// Lines with as many blank ones around them as the range in the old text had, if they are there.
    fn with_blank_lines(&self, old: Lines, (mut first, mut last): Lines) -> Lines {
        let is_blank = |line: &u64| self.before.text.is_blank(*line);
        for _ in (old.0..=old.1).take_while(is_blank) {
            first -= u64::from(first > 1 && self.after.text.is_blank(first - 1));
        }
        for _ in (old.0..=old.1).rev().take_while(is_blank) {
            let is_there = last < self.after.text.lines.len() as u64;
            last += u64::from(is_there && self.after.text.is_blank(last + 1));
        }
        (first, last)
    }
}
