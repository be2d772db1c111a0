//! Where a text breaks into lines: between words, never inside a name if another
//! line can be had, and never so that a line begins with a blank.

use std::collections::VecDeque;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use icu_segmenter::options::WordBreakInvariantOptions;
use icu_segmenter::{GraphemeClusterSegmenter, WordSegmenter};

use crate::chart::layout::Points;

/// What a break costs, in lines: a text takes one more line to avoid what costs
/// more than one. Inside a name of the graph.
const IN_NAME: f64 = 2.0;
/// Inside a name that is wider than a line and has to break somewhere.
const IN_WIDE_NAME: f64 = 0.12;
/// Where a word is divided.
const IN_WORD: f64 = 0.4;
/// Where a word is divided that no rule divides.
const ANYWHERE: f64 = 5.0;
/// Between a single ideograph and the word that it mostly belongs to: the one before it, or the
/// one after it if it is one of [`LEADING`].
const AT_SINGLE: f64 = 0.35;
/// Between two words of ideographs of which neither is a better place.
const BETWEEN_WORDS: f64 = 0.01;
/// Between two numerals, and between one and what it counts.
const IN_NUMBER: f64 = 1.5;
/// Between a number and what it counts.
const AT_NUMBER: f64 = 0.45;
/// After a hyphen or a slash.
const AT_HYPHEN: f64 = 0.15;
/// A last line of one or two ideographs.
const SHORT_LAST: f64 = 0.3;
/// A line of a single ideograph before others.
const ALONE: f64 = 1.5;
/// How much uneven lines cost, at most, for each line.
const UNEVEN: f64 = 0.06;

/// Characters that may not start a line.
const NEVER_FIRST: &str = "、。，．：；！？）」』】》〉’”…—·・ー,.:;!?)]}%‰°؟،؛।॥๏ฯๆ";
/// Characters that may not end a line.
const NEVER_LAST: &str = "（「『【《〈‘“([{¿¡";

/// Ideographs that are numerals, and those that lead to the next word, a line each.
static IDEOGRAPHS: &str = include_str!("breaks.txt");
static NUMERALS: LazyLock<&str> = LazyLock::new(|| IDEOGRAPHS.lines().next().unwrap_or_default());
static LEADING: LazyLock<&str> = LazyLock::new(|| IDEOGRAPHS.lines().nth(1).unwrap_or_default());

/// Names that stay in one line where they fit.
#[derive(Default)]
pub struct WholeNames(Option<AhoCorasick>);

impl WholeNames {
    /// These names, whatever their order.
    pub fn new(names: impl IntoIterator<Item = String>) -> Self {
        // A name of one character is no reason to keep it away from its neighbours.
        let names = names.into_iter().filter(|name| name.chars().nth(1).is_some());
        let mut names: Vec<String> = names.filter(|name| name.chars().any(char::is_alphabetic)).collect();
        names.sort_unstable();
        names.dedup();
        if names.is_empty() {
            return Self(None);
        }
        Self(AhoCorasick::builder().match_kind(MatchKind::Standard).build(&names).ok())
    }

    /// Where they occur in a text as words of their own.
    fn within(&self, text: &str) -> Vec<(usize, usize)> {
        let Some(names) = &self.0 else { return Vec::new() };
        let joins =
            |a: Option<char>, b: Option<char>| matches!((a, b), (Some(a), Some(b)) if is_letter(a) && is_letter(b));
        let whole = |from: usize, to: usize| {
            let (before, name, after) = (&text[..from], &text[from..to], &text[to..]);
            !joins(before.chars().next_back(), name.chars().next())
                && !joins(name.chars().next_back(), after.chars().next())
        };
        let found = names.find_overlapping_iter(text).map(|found| (found.start(), found.end()));
        found.filter(|(from, to)| whole(*from, *to)).collect()
    }
}

/// Breaks texts into lines.
pub(super) struct Breaker<'a> {
    /// The width of a text.
    pub measure: &'a dyn Fn(&str) -> Points,
    /// The language tags by whose rules words are divided, the best first.
    pub languages: &'a [&'a str],
    pub names: &'a WholeNames,
}

/// A part of a text that stays in one line, with the space after it.
struct LinePart {
    text: String,
    /// The cost of a break after it.
    cost: f64,
    /// Whether a break after it is shown by a hyphen.
    hyphen: bool,
}

impl Breaker<'_> {
    /// The lines of a text, none wider than `width` if its widest character is not: as few
    /// as possible, unless one more saves a name, and of these the most even ones.
    pub fn lines(&self, text: &str, width: Points) -> Vec<String> {
        let text = text.trim();
        let pieces = self.pieces(text, width);
        if pieces.is_empty() {
            return Vec::new();
        }
        let hyphen = (self.measure)("-");
        // Where each piece ends if all are on one line; and how wide it is without the space after
        // it, with a hyphen if the line ends there.
        let mut ends = vec![0.0];
        let mut bare = Vec::with_capacity(pieces.len());
        for piece in &pieces {
            ends.push(ends[bare.len()] + (self.measure)(&piece.text));
            bare.push((self.measure)(piece.text.trim_end()) + if piece.hyphen { hyphen } else { 0.0 });
        }
        // The cost of the first `end` pieces, and where their last line starts.
        let mut best: Vec<(f64, usize)> = vec![(f64::INFINITY, 0); pieces.len() + 1];
        best[0].0 = 0.0;
        for end in 1..=pieces.len() {
            for start in (0..end).rev() {
                let mut found = ends[end - 1] - ends[start] + bare[end - 1];
                if end - start > 1 && (width * 0.85..=width).contains(&found) {
                    // Signs between two scripts may take another font in the line than alone.
                    let line: String = pieces[start..end].iter().map(|piece| piece.text.as_str()).collect();
                    if !line.is_ascii() {
                        let hyphen = if pieces[end - 1].hyphen { hyphen } else { 0.0 };
                        found = found.max((self.measure)(line.trim_end()) + hyphen);
                    }
                }
                let slack = width - found;
                if slack < -1e-6 && end - start > 1 {
                    break;
                }
                let uneven = (slack / width).powi(2).min(1.0) * UNEVEN;
                let after = match end == pieces.len() {
                    true if start > 0 && is_short(&pieces[start..]) => SHORT_LAST,
                    true => 0.0,
                    false if is_alone(&pieces[start..end]) => pieces[end - 1].cost + ALONE,
                    false => pieces[end - 1].cost,
                };
                let cost = best[start].0 + 1.0 + uneven + after;
                if cost < best[end].0 - 1e-9 {
                    best[end] = (cost, start);
                }
            }
        }
        let mut lines = Vec::new();
        let mut end = pieces.len();
        while end > 0 {
            let start = best[end].1.min(end - 1);
            let words: String = pieces[start..end].iter().map(|piece| piece.text.as_str()).collect();
            let hyphen = if end < pieces.len() && pieces[end - 1].hyphen { "-" } else { "" };
            lines.push(words.trim_end().to_owned() + hyphen);
            end = start;
        }
        lines.reverse();
        lines
    }

    fn pieces(&self, text: &str, width: Points) -> Vec<LinePart> {
        let words = words_of(text);
        let names = self.names.within(text);
        // A name that is wider than a line has to break somewhere, rather than more often.
        let fits = |(from, to): &(usize, usize)| (self.measure)(&text[*from..*to]) <= width;
        let (names, mut wide): (Vec<(usize, usize)>, Vec<_>) = names.iter().copied().partition(fits);
        wide.retain(|(from, to)| to - from < text.len());
        let mut pieces: Vec<LinePart> = Vec::new();
        let mut at = 0;
        for (index, word) in words.iter().enumerate() {
            at += word.len();
            let next = words.get(index + 1).map_or("", |word| *word);
            let inside = names.iter().filter(|(from, to)| *from < at && at < *to).count() as f64;
            let is_in_wide = wide.iter().any(|(from, to)| *from < at && at < *to);
            let cost =
                cost_between(word, next) + inside.min(2.0) * IN_NAME + if is_in_wide { IN_WIDE_NAME } else { 0.0 };
            if (self.measure)(word.trim_end()) <= width {
                pieces.push(LinePart { text: (*word).to_owned(), cost, hyphen: false });
            } else {
                self.divide(word, width, &mut pieces);
                if let Some(last) = pieces.last_mut() {
                    (last.cost, last.hyphen) = (cost, false);
                }
            }
        }
        pieces
    }

    /// Divides a word that is wider than a line.
    fn divide(&self, word: &str, width: Points, parts: &mut Vec<LinePart>) {
        let hyphen = (self.measure)("-");
        for part in self.syllables(word) {
            if (self.measure)(part.trim_end()) + hyphen <= width {
                parts.push(LinePart { text: part.to_owned(), cost: IN_WORD, hyphen: true });
                continue;
            }
            let ends: Vec<usize> = GraphemeClusterSegmenter::new().segment_str(part).collect();
            let clusters: Vec<&str> = ends.windows(2).map(|ends| &part[ends[0]..ends[1]]).collect();
            let mut start = 0;
            for at in 1..clusters.len() {
                while start < at && (self.measure)(&clusters[start..=at].concat()) + hyphen > width {
                    // The last place before this one where a line may end; if there is none, one
                    // between a blank and a sign that should not begin a line, or before any sign.
                    let is_blank = |at: usize| clusters[at].starts_with(char::is_whitespace);
                    let may_break = |at: &usize| {
                        !clusters[*at].starts_with(|c: char| NEVER_FIRST.contains(c))
                            && !clusters[*at - 1].ends_with(|c| NEVER_LAST.contains(c))
                    };
                    let mut ends = (start + 1..=at).rev().filter(|at| !is_blank(*at));
                    let end = ends.clone().find(may_break);
                    let end = end.or_else(|| ends.clone().find(|at| is_blank(at - 1))).or_else(|| ends.next());
                    let Some(end) = end else { break };
                    let hyphen = clusters[end - 1].ends_with(is_letter) && clusters[end].starts_with(is_letter);
                    parts.push(LinePart { text: clusters[start..end].concat(), cost: ANYWHERE, hyphen });
                    start = end;
                }
            }
            parts.push(LinePart { text: clusters[start..].concat(), cost: IN_WORD, hyphen: true });
        }
    }

    /// The parts of a word by the rules of the first language that has some.
    fn syllables<'w>(&self, word: &'w str) -> Vec<&'w str> {
        let rules = |tag: &&str| {
            let letters: [u8; 2] = tag.split(['-', '_']).next()?.to_ascii_lowercase().as_bytes().try_into().ok()?;
            hypher::Lang::from_iso(letters)
        };
        match self.languages.iter().find_map(rules) {
            Some(language) if word.trim_end().chars().all(|c| is_letter(c) || c == '’' || c == '\'') => {
                let bare = word.trim_end();
                let mut parts: Vec<&str> = hypher::hyphenate(bare, language).collect();
                if let Some(last) = parts.pop() {
                    parts.push(&word[bare.len() - last.len()..]);
                }
                parts
            }
            _ => vec![word],
        }
    }
}

/// Whether a line of these pieces is one or two ideographs.
fn is_short(pieces: &[LinePart]) -> bool {
    let mut characters = pieces.iter().flat_map(|piece| piece.text.trim_end().chars());
    let first = characters.next().is_some_and(is_ideograph);
    first && characters.nth(1).is_none()
}

/// Whether a line of these pieces is one ideograph.
fn is_alone(pieces: &[LinePart]) -> bool {
    let mut characters = pieces.iter().flat_map(|piece| piece.text.trim_end().chars());
    characters.next().is_some_and(is_ideograph) && characters.next().is_none()
}

/// What a break between two words costs.
fn cost_between(word: &str, next: &str) -> f64 {
    let bare = word.trim_end();
    let (Some(last), Some(first)) = (bare.chars().next_back(), next.chars().next()) else { return 0.0 };
    let is_spaced = bare.len() < word.len();
    if last.is_ascii_digit() && is_spaced && first.is_lowercase() {
        return AT_NUMBER;
    }
    if last.is_ascii_digit() && !is_spaced && is_ideograph(first) {
        return IN_NUMBER;
    }
    // A number after a short word: "No. 3", "Q4 2020", "HK$ 10".
    let is_short = bare.chars().count() <= 3 && bare.starts_with(char::is_uppercase);
    if is_spaced && first.is_ascii_digit() && is_short {
        return AT_NUMBER;
    }
    if is_spaced {
        return 0.0;
    }
    if is_ideograph(last) && is_ideograph(first) {
        let is_single = |word: &str| word.trim_end().chars().nth(1).is_none();
        let leads = |c: char| LEADING.contains(c);
        return match (is_single(word), is_single(next)) {
            _ if NUMERALS.contains(last) => IN_NUMBER,
            (true, _) if leads(last) => AT_SINGLE,
            (_, true) if leads(first) => 0.0,
            (_, true) => AT_SINGLE,
            _ => BETWEEN_WORDS,
        };
    }
    if is_letter(last) || is_ideograph(last) { 0.0 } else { AT_HYPHEN }
}

/// The words of a text, each with the space and the closing punctuation after it.
fn words_of(text: &str) -> Vec<&str> {
    let mut ends: Vec<usize> = Vec::new();
    // Where the words of the current run end, in a script without spaces: a long run is divided once.
    let mut of_run: VecDeque<usize> = VecDeque::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let Some(first) = rest.chars().next() else { break };
        let mut end = at
            + if has_no_spaces(first) {
                while of_run.front().is_some_and(|end| *end <= at) {
                    of_run.pop_front();
                }
                if of_run.is_empty() {
                    let run = rest.find(|c: char| !has_no_spaces(c)).unwrap_or(rest.len());
                    // The dictionaries have Chinese words in both scripts, and Thai, Lao, Khmer and Burmese.
                    let segmenter = WordSegmenter::new_dictionary(WordBreakInvariantOptions::default());
                    of_run.extend(segmenter.segment_str(&rest[..run]).skip(1).map(|end| at + end));
                }
                of_run.front().map_or(rest.len(), |end| end - at)
            } else {
                rest.find(|c: char| has_no_spaces(c) || is_space(c)).unwrap_or(rest.len()).max(first.len_utf8())
            };
        end += text[end..].find(|c: char| !is_space(c)).unwrap_or(text.len() - end);
        let hangs = NEVER_FIRST.contains(first) && !(first == '.' && rest[1..].starts_with(is_letter));
        let opens = text[..at].trim_end().ends_with(|c| NEVER_LAST.contains(c));
        if (hangs || opens || is_space(first)) && !ends.is_empty() {
            ends.pop();
        }
        // Parts that a hyphen or a slash joins; "co-operation", "non-profit" stay whole.
        if !has_no_spaces(first) {
            let joints = text[at..end].char_indices().filter(|(_, c)| matches!(c, '-' | '‐' | '–' | '/' | '\u{200b}'));
            for (joint, c) in joints {
                let (before, after) = (&text[at..at + joint], &text[at + joint + c.len_utf8()..end]);
                let divides = |part: &str, n: usize, from_end: bool| {
                    let mut letters: Vec<char> =
                        if from_end { part.chars().rev().take(n).collect() } else { part.chars().take(n).collect() };
                    letters.retain(|c| is_letter(*c));
                    letters.len() == n
                };
                if divides(before, 4, true) && divides(after, 3, false) {
                    ends.push(at + joint + c.len_utf8());
                }
            }
        }
        ends.push(end);
        at = end;
    }
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts.zip(&ends).map(|(from, to)| &text[from..*to]).collect()
}

/// Whether a line may break at this space.
fn is_space(c: char) -> bool {
    c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{202f}' | '\u{2007}')
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() && !has_no_spaces(c)
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether a character is of a script that has no spaces between words.
fn has_no_spaces(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{2fff}'
        | '\u{3001}'..='\u{312f}' | '\u{3190}'..='\u{a4cf}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}'
        | '\u{ff00}'..='\u{ffef}' | '\u{1b000}'..='\u{1b16f}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines where ideographs are two and other characters one wide.
    fn lines(text: &str, width: f64, languages: &[&str], names: &[&str]) -> Vec<String> {
        let measure = |text: &str| text.chars().map(|c| if has_no_spaces(c) { 2.0 } else { 1.0 }).sum();
        let names = WholeNames::new(names.iter().map(|name| (*name).to_owned()));
        Breaker { measure: &measure, languages, names: &names }.lines(text, width)
    }

    #[test]
    fn names_stay_whole_where_they_fit() {
        let text = "科技園公司和數碼港的培育公司";
        for width in 8..30 {
            for line in lines(text, f64::from(width), &[], &["數碼港", "科技園"]).windows(2) {
                assert!(!line[0].ends_with('數') && !line[0].ends_with("數碼"), "{width}: {line:?}");
                assert!(!line[0].ends_with("科技"), "{width}: {line:?}");
            }
        }
        let english = lines("Office of the Hong Kong-Shenzhen Cooperation", 16.0, &["en"], &["Hong Kong"]);
        assert_eq!(english, ["Office of the", "Hong Kong-", "Shenzhen", "Cooperation"]);
        // A name inside another word is none.
        assert_eq!(lines("carpet art", 6.0, &[], &["pet art"]), ["carpet", "art"]);
        assert_eq!(lines("a petition", 8.0, &[], &["a pet"]), ["a", "petition"]);
    }

    #[test]
    fn a_name_wider_than_a_line_is_divided_no_more_often_than_necessary() {
        let whole = "Harbour Innovation and Technology Park Limited";
        let names = [whole, "Harbour Innovation and Technology Park"];
        let divided = lines(whole, 20.0, &["en"], &names);
        assert_eq!(divided, ["Harbour Innovation", "and Technology Park", "Limited"]);
        // Even lines decide where no name is inside.
        assert_eq!(lines("Innovation and Technology Park Limited", 16.0, &["en"], &[]).len(), 3);
    }

    #[test]
    fn an_ideograph_stands_alone_on_no_line_if_a_name_can_be_divided_instead() {
        let text = "獲大學科技初創企業資助計劃撥款的初創企業";
        for width in 14..40 {
            let lines = lines(text, f64::from(width), &[], &["大學科技初創企業資助計劃"]);
            assert!(lines.iter().all(|line| line.chars().count() > 1), "{width}: {lines:?}");
            assert!(lines.iter().all(|line| !line.ends_with('獲')), "{width}: {lines:?}");
        }
    }

    #[test]
    fn no_line_begins_or_ends_with_a_blank() {
        for text in ["香港 進行 研究員計劃", "  進行 研究員　計劃 ", "計劃 of 香港 and 計劃", "— 香港 ， 計劃 。"]
        {
            for width in 2..24 {
                for line in lines(text, f64::from(width), &[], &[]) {
                    assert_eq!(line.trim(), line, "{text} at {width}");
                    assert!(!line.is_empty());
                }
            }
        }
    }

    #[test]
    fn words_are_divided_by_the_rules_of_their_language_and_only_if_they_must() {
        let german = "Donaudampfschifffahrtsgesellschaft";
        let divided = lines(german, 20.0, &["de"], &[]);
        assert_eq!(divided.len(), 2);
        assert!(divided[0].ends_with('-'));
        assert_eq!(divided.concat().replace('-', ""), german);
        assert_eq!(lines("responsible government", 12.0, &["en"], &[]), ["responsible", "government"]);
        // Without rules anywhere, but with a hyphen.
        assert_eq!(lines("abcdefghij", 5.0, &[], &[]), ["abcd-", "efgh-", "ij"]);
        // Characters of one cluster stay together.
        let clusters = lines(&"e\u{301}".repeat(8), 5.0, &[], &[]);
        assert!(clusters.iter().all(|line| line.starts_with('e')), "{clusters:?}");
    }

    #[test]
    fn numbers_stay_with_what_they_count() {
        for width in 12..28 {
            let lines = lines("香港創新及科技體系（2019年）", f64::from(width), &[], &[]);
            assert!(lines.iter().any(|line| line.contains("2019年）")), "{width}: {lines:?}");
        }
        for width in 12..28 {
            let lines = lines("“資料一線通”於二零一九年開放的新數據集", f64::from(width), &[], &[]);
            assert!(lines.iter().any(|line| line.contains("二零一九年")), "{width}: {lines:?}");
        }
        assert_eq!(lines("政府雲端基礎設施及大數據分析平台項目", 24.0, &[], &[])[1], "及大數據分析平台項目");
        assert_eq!(lines("Fund of 10 million dollars", 10.0, &[], &[]), ["Fund of", "10 million", "dollars"]);
    }
}
