//! What differs between two aligned texts: whole words, numbers and names, each with its place in
//! both and with what sort of difference it is.

use std::ops::Range;

use super::align::AlignedRun;
use super::number::{is_hedge, is_of_number, numbers};
use super::running::RunningText;
use super::text::{Lines, Mentions};

/// What sort of difference it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DifferenceKind {
    /// Another number.
    Number,
    /// Another date.
    Date,
    /// Another name.
    Name,
    /// The number is hedged in another way.
    Hedge,
    /// Other words.
    Words,
    /// Words that are new.
    Added,
    /// Words that are not there any more.
    Removed,
}

impl DifferenceKind {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Date => "date",
            Self::Name => "name",
            Self::Hedge => "hedge",
            Self::Words => "words",
            Self::Added => "added",
            Self::Removed => "removed",
        }
    }
}

/// A difference at its place in both texts.
#[derive(Debug, Clone)]
pub struct TextDifference {
    /// What sort it is.
    pub kind: DifferenceKind,
    /// What the old text says there.
    pub was: String,
    /// What the new text says there.
    pub is: String,
    /// The lines of the old text; where something is added, the line of the place.
    pub old_lines: Lines,
    /// The lines of the new text.
    pub new_lines: Lines,
    pub(super) old: Range<usize>,
    pub(super) new: Range<usize>,
}

/// Both texts with the names in them.
pub(super) struct TextPair<'a> {
    pub old: &'a RunningText<'a>,
    pub new: &'a RunningText<'a>,
    pub old_names: Vec<Range<usize>>,
    pub new_names: Vec<Range<usize>>,
}

/// Where names stand in a running text.
pub(super) fn names_in(text: &RunningText<'_>, mentions: &Mentions) -> Vec<Range<usize>> {
    mentions.places().map(|(bytes, _)| text.at_byte(bytes.start)..text.at_byte(bytes.end)).collect()
}

/// The differences between the runs; those of writing alone (`1 500`, `1,500`; a hyphen at the end of
/// a line) are none, and what has been moved is not there twice.
pub(super) fn differences(pair: &TextPair<'_>, runs: &[AlignedRun], moved: &[AlignedRun]) -> Vec<TextDifference> {
    let mut gaps: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    let (mut old, mut new) = (0, 0);
    let end = AlignedRun { old: pair.old.chars.len(), new: pair.new.chars.len(), length: 0 };
    for run in runs.iter().chain([&end]) {
        if run.old > old || run.new > new {
            gaps.push((old..run.old, new..run.new));
        }
        (old, new) = (run.old + run.length, run.new + run.length);
    }
    let mut whole: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for at in 0..gaps.len() {
        let floor = match at {
            0 => (0, 0),
            _ => (gaps[at - 1].0.end, gaps[at - 1].1.end),
        };
        let ceiling = gaps.get(at + 1).map_or((end.old, end.new), |(old, new)| (old.start, new.start));
        let found = pair.widened(gaps[at].clone(), floor, ceiling);
        match whole.last_mut() {
            // Two changes of one word are one.
            Some((old, new)) if found.0.start < old.end || found.1.start < new.end => {
                (old.end, new.end) = (found.0.end.max(old.end), found.1.end.max(new.end));
            }
            _ => whole.push(found),
        }
    }
    let told = |(old, new): (Range<usize>, Range<usize>)| pair.pieces(old, new, moved);
    let pieces = whole.into_iter().flat_map(told);
    pieces.filter(|(old, new)| !pair.is_writing(old, new)).map(|(old, new)| pair.told(old, new)).collect()
}

impl TextPair<'_> {
    /// The runs, with what is only added or only removed between two of them at the beginning of a line
    /// or sentence if it can stand there: where both begin or end alike, alignment cannot tell.
    pub fn settled(&self, runs: &[AlignedRun]) -> Vec<AlignedRun> {
        let (n_old, n_new) = (self.old.chars.len(), self.new.chars.len());
        let mut all = vec![AlignedRun { old: 0, new: 0, length: 0 }];
        all.extend(runs);
        all.push(AlignedRun { old: n_old, new: n_new, length: 0 });
        for at in 1..all.len() {
            let (before, after) = (all[at - 1], all[at]);
            let (old, new) = (before.old_range().end..after.old, before.new_range().end..after.new);
            let by = match (old.is_empty(), new.is_empty()) {
                (true, false) => best_shift(self.new, &new, before.length, after.length),
                (false, true) => best_shift(self.old, &old, before.length, after.length),
                _ => 0,
            };
            all[at - 1].length = before.length.wrapping_add_signed(by);
            let there = |place: usize| place.wrapping_add_signed(by);
            all[at] = AlignedRun {
                old: there(after.old),
                new: there(after.new),
                length: after.length.wrapping_add_signed(-by),
            };
        }
        all.retain(|run| run.length > 0);
        all
    }

    /// A difference with the whole of the words, numbers and names that it is in.
    fn widened(
        &self,
        (mut old, mut new): (Range<usize>, Range<usize>),
        floor: (usize, usize),
        ceiling: (usize, usize),
    ) -> (Range<usize>, Range<usize>) {
        let joins = |text: &RunningText<'_>, at: usize| at > 0 && at < text.chars.len() && joins_at(text, at);
        // A whole word, sentence or line that is added next to others is no part of a word.
        while old.start > floor.0
            && new.start > floor.1
            && ((!old.is_empty() && joins(self.old, old.start)) || (!new.is_empty() && joins(self.new, new.start)))
        {
            (old.start, new.start) = (old.start - 1, new.start - 1);
        }
        while old.end < ceiling.0
            && new.end < ceiling.1
            && ((!old.is_empty() && joins(self.old, old.end)) || (!new.is_empty() && joins(self.new, new.end)))
        {
            (old.end, new.end) = (old.end + 1, new.end + 1);
        }
        const LONGEST_NAME: usize = 60;
        let mut widen = |names: &[Range<usize>], is_old: bool| {
            let own = if is_old { old.clone() } else { new.clone() };
            let first = names.partition_point(|name| name.end <= own.start);
            let touched = names[first..]
                .iter()
                .take_while(|name| name.start < own.end || (own.is_empty() && name.start < own.start));
            let touched: Vec<&Range<usize>> = touched.filter(|name| name.len() <= LONGEST_NAME).collect();
            let (Some(left), Some(right)) =
                (touched.iter().map(|name| name.start).min(), touched.iter().map(|name| name.end).max())
            else {
                return;
            };
            let back = own.start.saturating_sub(left).min(old.start - floor.0).min(new.start - floor.1);
            let on = right.saturating_sub(own.end).min(ceiling.0 - old.end).min(ceiling.1 - new.end);
            (old.start, new.start) = (old.start - back, new.start - back);
            (old.end, new.end) = (old.end + on, new.end + on);
        };
        widen(&self.old_names, true);
        widen(&self.new_names, false);
        (old, new)
    }

    /// A difference without what has been moved from or to its place.
    fn pieces(&self, old: Range<usize>, new: Range<usize>, moved: &[AlignedRun]) -> Vec<(Range<usize>, Range<usize>)> {
        let cut = |whole: &Range<usize>, side: &dyn Fn(&AlignedRun) -> Range<usize>| {
            let mut inside: Vec<Range<usize>> =
                moved.iter().map(side).filter(|run| run.start < whole.end && whole.start < run.end).collect();
            inside.sort_unstable_by_key(|run| run.start);
            let mut rest = Vec::new();
            let mut from = whole.start;
            for run in inside {
                if run.start > from {
                    rest.push(from..run.start);
                }
                from = run.end.max(from);
            }
            if from < whole.end {
                rest.push(from..whole.end);
            }
            rest
        };
        let (olds, news) = (cut(&old, &AlignedRun::old_range), cut(&new, &AlignedRun::new_range));
        match (olds.as_slice(), news.as_slice()) {
            ([], []) => Vec::new(),
            ([a], [b]) => vec![(a.clone(), b.clone())],
            _ => {
                let removed = olds.iter().map(|a| (a.clone(), new.start..new.start));
                removed.chain(news.iter().map(|b| (old.end..old.end, b.clone()))).collect()
            }
        }
    }

    /// Whether only the way of writing differs: equal numbers, a hyphen at the end of a line.
    fn is_writing(&self, old: &Range<usize>, new: &Range<usize>) -> bool {
        let without_hyphens = |text: &RunningText<'_>, range: &Range<usize>| -> String {
            let at_end = |at: usize| text.chars[at] == '-' && text.begins_line(at + 1);
            range.clone().filter(|at| !at_end(*at)).map(|at| text.chars[at]).collect()
        };
        let (was, is) = (without_hyphens(self.old, old), without_hyphens(self.new, new));
        let values = |words: &str| numbers(words).into_iter().map(|number| number.value).collect::<Vec<_>>();
        was == is || (!values(&was).is_empty() && values(&was) == values(&is) && rest(&was) == rest(&is))
    }

    fn told(&self, old: Range<usize>, new: Range<usize>) -> TextDifference {
        let place = |text: &RunningText<'_>, range: &Range<usize>| text.lines(range);
        TextDifference {
            kind: self.kind(&old, &new),
            was: self.old.words(&old),
            is: self.new.words(&new),
            old_lines: place(self.old, &old),
            new_lines: place(self.new, &new),
            old,
            new,
        }
    }

    fn kind(&self, old: &Range<usize>, new: &Range<usize>) -> DifferenceKind {
        const SHORT: usize = 40;
        let (was, is) = (self.old.flat(old), self.new.flat(new));
        let values = |words: &str| numbers(words).into_iter().map(|number| number.value).collect::<Vec<_>>();
        let has_numbers = !values(was).is_empty() || !values(is).is_empty();
        let is_short = old.len().max(new.len()) <= SHORT;
        if is_short && is_date(self.old, old) && is_date(self.new, new) {
            return DifferenceKind::Date;
        }
        if has_numbers && rest(was) == rest(is) {
            return if is_dated(was) && is_dated(is) { DifferenceKind::Date } else { DifferenceKind::Number };
        }
        if was.is_empty() {
            return DifferenceKind::Added;
        }
        if is.is_empty() {
            return DifferenceKind::Removed;
        }
        let names = |names: &[Range<usize>], own: &Range<usize>| {
            let first = names.partition_point(|name| name.end <= own.start);
            names[first..].first().is_some_and(|name| name.start < own.end)
        };
        if is_short && (names(&self.old_names, old) || names(&self.new_names, new)) {
            return DifferenceKind::Name;
        }
        if is_hedge(was) && is_hedge(is) {
            return DifferenceKind::Hedge;
        }
        if is_short && has_numbers && values(was) != values(is) {
            return DifferenceKind::Number;
        }
        DifferenceKind::Words
    }
}

/// How far a gap between two runs is best shifted: to where a line begins, otherwise a sentence.
fn best_shift(text: &RunningText<'_>, gap: &Range<usize>, n_before: usize, n_after: usize) -> isize {
    const FARTHEST: usize = 200;
    let chars = &text.chars;
    let quality = |at: usize| {
        let ends_sentence = at > 0 && ['。', '！', '？', '；', '.', '!', '?', ';'].contains(&chars[at - 1]);
        2 * usize::from(text.begins_line(at)) + usize::from(ends_sentence)
    };
    let mut best = (quality(gap.start), 0_isize);
    let mut consider = |start: usize| {
        let quality = quality(start);
        if quality > best.0 {
            best = (quality, start as isize - gap.start as isize);
        }
    };
    for by in 1..=n_before.min(FARTHEST) {
        if chars[gap.start - by] != chars[gap.end - by] {
            break;
        }
        consider(gap.start - by);
    }
    for by in 0..n_after.min(FARTHEST) {
        if chars[gap.start + by] != chars[gap.end + by] {
            break;
        }
        consider(gap.start + by + 1);
    }
    best.1
}

/// A text without its numbers.
fn rest(words: &str) -> String {
    words.chars().filter(|c| !is_of_number(*c) && ![',', '.', ' '].contains(c)).collect()
}

/// Whether all numbers in some words are of dates.
fn is_dated(words: &str) -> bool {
    let is_followed = |(at, c): (usize, char)| {
        let next = words[at + c.len_utf8()..].chars().next();
        next.is_some_and(|next| is_of_number(next) || ['年', '月', '日', '號'].contains(&next))
    };
    words.char_indices().filter(|(_, c)| is_of_number(*c)).all(is_followed)
}

/// Whether two characters are of one word or number.
fn joins_at(text: &RunningText<'_>, at: usize) -> bool {
    let (before, after) = (text.chars[at - 1], text.chars[at]);
    let is_digit = |c: char| c.is_ascii_digit();
    if is_of_number(before) && is_of_number(after) {
        // `1 500` is one number; `2019 300` is rarely written.
        return true;
    }
    if is_digit(before) && [',', '.'].contains(&after) {
        return text.chars.get(at + 1).copied().is_some_and(is_digit) && !text.is_spaced(at + 1);
    }
    if [',', '.'].contains(&before) && is_digit(after) {
        return at > 1 && is_digit(text.chars[at - 2]) && !text.is_spaced(at);
    }
    // Letters of an alphabet; a Chinese character is a word of its own.
    let is_letter = |c: char| c.is_alphanumeric() && !super::running::is_wide(c);
    is_letter(before) && is_letter(after) && !text.is_spaced(at)
}

/// Whether a number, or a name of a month, is of a date.
fn is_date(text: &RunningText<'_>, range: &Range<usize>) -> bool {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let words = text.flat(range).to_lowercase();
    if words.is_empty() {
        return false;
    }
    if MONTHS.iter().any(|month| words.starts_with(month))
        && words.chars().all(|c| c.is_ascii_alphanumeric())
        && words.len() < 12
    {
        return true;
    }
    let units = ['年', '月', '日', '號'];
    let is_number = words.chars().any(is_of_number)
        && words.chars().all(|c| is_of_number(c) || units.contains(&c) || "至-/.".contains(c));
    let next = text.chars.get(range.end).copied().unwrap_or(' ');
    let has_unit = units.contains(&next) || words.contains(units);
    let year = words.parse::<u32>().is_ok_and(|year| words.len() == 4 && (1800..=2199).contains(&year));
    is_number && (has_unit || (year && !super::running::is_wide(next)))
}
