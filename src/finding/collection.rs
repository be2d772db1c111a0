//! Findings as they are collected: equal ones become one with a count, and if there are very
//! many, only the first are kept.
//!
//! A table of ten million bad rows must not fill the memory, nor may errors in one column hide
//! those in another.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher as _};

use super::{Finding, Severity};

/// How many findings are kept; the others are only counted.
///
/// The first of each column, file and rule is kept whatever the limit of its code, so that no
/// error is hidden by another with the same code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// For each severity and code.
    pub code: u64,
    /// For each severity and code in one column of a table.
    pub column: u64,
}

impl Default for Limit {
    /// The limit of reports unless another is asked for.
    fn default() -> Self {
        Self { code: 20, column: 3 }
    }
}

impl Limit {
    /// Everything is kept.
    pub const ALL: Self = Self { code: u64::MAX, column: u64::MAX };
    /// Nothing is kept.
    pub const NOTHING: Self = Self { code: 0, column: 0 };

    /// At most `most` of each code, whether in one column or many.
    pub fn of_code(most: u64) -> Self {
        Self { code: most, column: most }
    }

    /// How many findings of one rule are examined to choose those that are reported, where
    /// finding a place takes time: their columns are not known beforehand.
    pub fn candidates(self) -> u64 {
        self.code.max(100)
    }
}

/// Findings in the order in which they were made, equal ones once.
///
/// A finding that is repeated at the same place with the same text is not a new finding:
/// [`Finding::times`] counts it.
#[derive(Debug, Clone)]
pub struct Findings {
    limit: Limit,
    kept: Vec<Finding>,
    counts: BTreeMap<(Severity, Cow<'static, str>), Count>,
    met: Box<Met>,
}

/// What has been seen, by hash.
#[derive(Debug, Clone, Default)]
struct Met {
    /// How many are kept for each column, file and rule.
    groups: HashMap<u64, u64>,
    /// The index of each finding in `kept`.
    known: HashMap<u64, usize>,
    passed: Passed,
}

/// Findings of one severity and code.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    n: u64,
    n_kept: u64,
}

/// Findings that were counted but not kept.
#[derive(Debug, Clone, Default)]
struct Passed {
    /// Those in the most recent row of a table: rows arrive one by one.
    row: Option<(String, Option<String>, u64)>,
    in_row: HashSet<u64>,
    elsewhere: HashSet<u64>,
}

impl Passed {
    /// After this many, repeated findings are counted again.
    const MOST: usize = 1_000_000;

    /// Whether a finding is new among those that are not kept.
    fn is_new(&mut self, finding: &Finding, hash: u64) -> bool {
        match finding.place.as_ref().filter(|place| place.cell.is_some()) {
            Some(place) => {
                let is_row = |(file, sheet, line): &(String, Option<String>, u64)| {
                    *line == place.line && *file == place.file && *sheet == place.sheet
                };
                if !self.row.as_ref().is_some_and(is_row) {
                    self.row = Some((place.file.clone(), place.sheet.clone(), place.line));
                    self.in_row.clear();
                }
                self.in_row.insert(hash)
            }
            None if self.elsewhere.len() < Self::MOST => self.elsewhere.insert(hash),
            None => !self.elsewhere.contains(&hash),
        }
    }
}

impl Default for Findings {
    fn default() -> Self {
        Self::keeping(Limit::ALL)
    }
}

impl Findings {
    /// An empty collection that keeps everything, for texts that people write.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty collection that keeps findings up to this limit.
    pub fn keeping(limit: Limit) -> Self {
        Self { limit, kept: Vec::new(), counts: BTreeMap::new(), met: Box::default() }
    }

    /// How many are kept.
    pub fn limit(&self) -> Limit {
        self.limit
    }

    /// Adds a finding, or counts it if it is already there.
    pub fn push(&mut self, finding: Finding) {
        let known = identity(&finding);
        if let Some(same) = self.met.known.get(&known).and_then(|index| self.kept.get_mut(*index))
            && is_same(same, &finding)
        {
            same.times += finding.times;
            return;
        }
        let count = self.counts.entry((finding.severity, finding.code.clone())).or_default();
        let place = finding.place.as_ref();
        let cell = place.and_then(|place| place.cell);
        let file = place.map(|place| &place.file);
        let group = (finding.severity, &finding.code, &finding.rule, file, cell);
        let in_group = self.met.groups.entry(hash(&group)).or_default();
        let most_in_group = if cell.is_some() { self.limit.column } else { u64::MAX };
        let is_first = *in_group == 0 && self.limit != Limit::NOTHING;
        if is_first || (count.n_kept < self.limit.code && *in_group < most_in_group) {
            count.n += 1;
            count.n_kept += 1;
            *in_group += 1;
            self.met.known.insert(known, self.kept.len());
            self.kept.push(finding);
        } else if self.met.passed.is_new(&finding, known) {
            count.n += 1;
        }
    }

    /// Counts findings without keeping them.
    pub fn count_more(&mut self, severity: Severity, code: impl Into<Cow<'static, str>>, n: u64) {
        if n > 0 {
            self.counts.entry((severity, code.into())).or_default().n += n;
        }
    }

    /// Adds all findings from another collection.
    pub fn append(&mut self, other: Self) {
        let fits = other.limit.code <= self.limit.code && other.limit.column <= self.limit.column;
        if fits && self.is_empty() {
            *self = Self { limit: self.limit, ..other };
            return;
        }
        for finding in other.kept {
            self.push(finding);
        }
        for ((severity, code), count) in other.counts {
            self.count_more(severity, code, count.n - count.n_kept);
        }
    }

    /// The same findings, with at most this many kept.
    #[must_use]
    pub fn limited(self, limit: Limit) -> Self {
        if self.limit.code <= limit.code && self.limit.column <= limit.column {
            return self;
        }
        let mut limited = Self::keeping(limit);
        limited.append(self);
        limited
    }

    /// The findings that were kept, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.kept.iter()
    }

    /// How many findings there are of each severity and code, including those not kept.
    pub fn counts(&self) -> impl Iterator<Item = (Severity, &str, u64)> + '_ {
        self.counts.iter().map(|((severity, code), count)| (*severity, code.as_ref(), count.n))
    }

    /// How many findings there are of this severity or higher.
    pub fn count_from(&self, least: Severity) -> u64 {
        self.counts().filter(|(of, _, _)| *of >= least).map(|(_, _, n)| n).sum()
    }

    /// How many findings of this severity there are.
    pub fn count(&self, severity: Severity) -> u64 {
        self.counts().filter(|(of, _, _)| *of == severity).map(|(_, _, n)| n).sum()
    }

    /// Whether some are counted but not kept.
    pub fn leaves_out(&self) -> bool {
        self.counts.values().any(|count| count.n > count.n_kept)
    }

    /// Only the findings of this severity or higher.
    #[must_use]
    pub fn at_least(mut self, least: Severity) -> Self {
        self.kept.retain(|finding| finding.severity >= least);
        self.counts.retain(|(severity, _), _| *severity >= least);
        self.number();
        self
    }

    /// The findings of other codes than this.
    #[must_use]
    pub fn without(mut self, code: &str) -> Self {
        self.kept.retain(|finding| finding.code != code);
        self.counts.retain(|(_, of), _| of != code);
        self.number();
        self
    }

    /// Whether there is an error among the findings.
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// Whether there are no findings.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Sorts the kept findings by place, those without a place first.
    pub fn sort(&mut self) {
        self.kept.sort_by(|a, b| a.place.cmp(&b.place));
        self.number();
    }

    /// Updates the index of each finding in `kept`.
    fn number(&mut self) {
        self.met.known = self.kept.iter().enumerate().map(|(index, finding)| (identity(finding), index)).collect();
    }
}

/// What identifies a finding: everything that is shown of it.
fn identity(finding: &Finding) -> u64 {
    let Finding { severity, code, message, place, label, others, hint, rule: _, times: _ } = finding;
    hash(&(severity, code, message, place, label, others, hint))
}

fn is_same(one: &Finding, other: &Finding) -> bool {
    let Finding { severity, code, message, place, label, others, hint, rule: _, times: _ } = one;
    (*severity, code, message, place) == (other.severity, &other.code, &other.message, &other.place)
        && (label, others, hint) == (&other.label, &other.others, &other.hint)
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

impl From<Finding> for Findings {
    fn from(finding: Finding) -> Self {
        let mut all = Self::new();
        all.push(finding);
        all
    }
}

impl Extend<Finding> for Findings {
    fn extend<T: IntoIterator<Item = Finding>>(&mut self, iter: T) {
        for finding in iter {
            self.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Place;
    use super::*;

    fn wrong(file: &str, line: u64, column: usize) -> Finding {
        Finding::error("wrong-type", format!("row {line}")).at(Place::new(file, line, 1).in_column(column))
    }

    fn told(all: &Findings) -> usize {
        all.iter().count()
    }

    #[test]
    fn more_findings_than_kept_are_counted() {
        let mut all = Findings::keeping(Limit::default());
        for n in 0..250 {
            all.push(Finding::error("x", format!("x {n}")));
        }
        assert_eq!((told(&all), all.count(Severity::Error), all.leaves_out()), (20, 250, true));
        let mut sum = Findings::from(Finding::error("x", "y"));
        sum.append(all);
        assert_eq!((told(&sum), sum.count(Severity::Error)), (21, 251));
    }

    #[test]
    fn equal_findings_are_one_with_a_count() {
        let mut all = Findings::keeping(Limit::of_code(1));
        let at = |line| Finding::error("unknown-term", "no term").at(Place::new("m.yml", line, 1));
        for _ in 0..30 {
            all.push(at(12));
            // Findings that are not kept also count once each.
            all.push(at(17));
        }
        all.sort();
        all.push(at(12));
        assert_eq!(all.iter().map(|finding| finding.times).collect::<Vec<_>>(), [31]);
        assert_eq!(all.count(Severity::Error), 2);
        assert_eq!(all.iter().next().unwrap().to_string(), "m.yml:12:1: error[unknown-term]: no term (31 times)");
    }

    #[test]
    fn what_differs_in_place_or_words_is_no_repetition() {
        let mut all = Findings::new();
        let at = |column| Finding::error("x", "x").at(Place::new("t", 1, column));
        all.extend([at(1), at(2), Finding::error("x", "y"), at(1).hint("h".to_owned()), Finding::warning("x", "x")]);
        assert_eq!((told(&all), all.count_from(Severity::Info)), (5, 5));
    }

    #[test]
    fn a_column_does_not_hide_another() {
        let mut all = Findings::keeping(Limit::default());
        all.extend((2..42).map(|line| wrong("dates.csv", line, 1)));
        all.extend((2..122).map(|line| wrong("numbers.csv", line, 4)));
        let files: Vec<&str> = all.iter().map(|finding| finding.place.as_ref().unwrap().file.as_str()).collect();
        assert_eq!(files, ["dates.csv", "dates.csv", "dates.csv", "numbers.csv", "numbers.csv", "numbers.csv"]);
        assert_eq!(all.count(Severity::Error), 160);
        // When the limit of the code is reached, the first of each column is still reported.
        let mut all = Findings::keeping(Limit::default());
        for column in 0..50 {
            all.extend((2..12).map(|line| wrong("wide.csv", line, column)));
        }
        assert_eq!((told(&all), all.count(Severity::Error)), (20 + 43, 500));
    }

    #[test]
    fn a_rule_does_not_hide_another_of_the_same_code() {
        let mut all = Findings::keeping(Limit::of_code(2));
        let of = |rule: &str, n| Finding { rule: Some(rule.to_owned()), ..Finding::error("x", format!("{rule} {n}")) };
        all.extend((0..9).map(|n| of("one", n)));
        all.extend((0..9).map(|n| of("two", n)));
        assert_eq!(all.iter().map(|finding| finding.message.as_str()).collect::<Vec<_>>(), ["one 0", "one 1", "two 0"]);
        assert_eq!(all.count(Severity::Error), 18);
    }

    #[test]
    fn nothing_is_kept_where_nothing_is_asked_for() {
        let mut all = Findings::keeping(Limit::NOTHING);
        all.extend((0..9).map(|line| wrong("t.csv", line, 1)));
        assert_eq!((told(&all), all.count(Severity::Error)), (0, 9));
    }

    #[test]
    fn a_limit_that_holds_already_changes_nothing() {
        let mut all = Findings::keeping(Limit::default());
        for column in 0..50 {
            all.extend((2..12).map(|line| wrong("wide.csv", line, 49 - column)));
        }
        all.sort();
        assert_eq!(told(&all.clone().limited(Limit::default())), told(&all));
        assert_eq!(told(&all.limited(Limit::of_code(1))), 50);
    }
}
