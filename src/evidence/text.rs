//! The text of a source without the artefacts of extraction: white space and line
//! ends are removed, so that names and numbers broken over lines are joined; wide
//! forms become plain, and quotation marks are dropped. Every character knows its
//! line.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, MatchKind};
use oxigraph::model::NamedNode;

use crate::finding::Place;

/// A range of lines, counted from 1, both ends inclusive.
pub(super) type Lines = (u64, u64);

/// A text in which names and numbers are searched.
pub(super) struct FlatText {
    /// The unchanged lines.
    pub(super) lines: Vec<String>,
    flat: String,
    /// The byte of `flat` at which each line starts, and its end.
    starts: Vec<usize>,
}

/// A character normalised for comparison; `None` if it is ignored.
pub(super) fn plain(c: char) -> Option<char> {
    match c {
        _ if c.is_whitespace() => None,
        '《' | '》' | '〈' | '〉' | '“' | '”' | '‘' | '’' | '「' | '」' | '『' | '』' | '"' | '\u{ad}' | '\u{feff}' => {
            None
        }
        // A comma of prose separates clauses, not thousands.
        '，' => Some(c),
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0),
        '╱' | '∕' => Some('/'),
        _ => Some(c),
    }
}

/// A text normalised for comparison.
pub(super) fn flatten(text: &str) -> String {
    text.chars().filter_map(plain).collect()
}

impl FlatText {
    pub(super) fn new(text: &str) -> Self {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut flat = String::new();
        let mut starts = Vec::with_capacity(lines.len() + 1);
        for line in &lines {
            starts.push(flat.len());
            flat.extend(line.chars().filter_map(plain));
        }
        starts.push(flat.len());
        Self { lines, flat, starts }
    }

    /// The flat text of a range.
    pub(super) fn slice(&self, lines: Lines) -> &str {
        &self.flat[self.bytes(lines)]
    }

    /// Some bytes of the flat text.
    pub(super) fn flat(&self, bytes: std::ops::Range<usize>) -> &str {
        &self.flat[bytes]
    }

    /// Whether a line has no words.
    pub(super) fn is_blank(&self, line: u64) -> bool {
        self.slice((line, line)).is_empty()
    }

    /// A line, unchanged.
    pub(super) fn line(&self, line: u64) -> Option<&str> {
        self.lines.get(line.checked_sub(1)? as usize).map(String::as_str)
    }

    /// The place of a line in the file that the text was read from.
    pub(super) fn place(&self, file: &str, line: u64) -> Option<Place> {
        let text = self.line(line)?;
        let width = text.chars().count().max(1) as u64;
        Some(Place { width, ..Place::new(file, line, 1) }.with_excerpt(text))
    }

    /// The bytes of a range, cut to the existing lines.
    fn bytes(&self, (first, last): Lines) -> std::ops::Range<usize> {
        let n = self.lines.len() as u64;
        let start = (first.max(1) - 1).min(n);
        self.starts[start as usize]..self.starts[last.clamp(start, n) as usize]
    }
}

/// The places where things are named in a text.
pub(super) struct Mentions {
    /// Start, end, and the things that the name can mean.
    found: Vec<(usize, usize, Vec<NamedNode>)>,
    /// The start of the names of each thing.
    by_thing: BTreeMap<NamedNode, Vec<usize>>,
}

/// The presence of a thing in lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Presence {
    /// It is not named there.
    Absent,
    /// Its name occurs there, but only as part of a longer name of something else.
    Inside,
    /// It is named there.
    Named,
}

impl Mentions {
    /// Searches for all names in the text at once; if several start at the same place,
    /// the longest counts.
    pub(super) fn find(text: &FlatText, names: &[(String, Vec<NamedNode>)]) -> Self {
        let patterns = names.iter().map(|(name, _)| name.as_str());
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(patterns);
        let found = finder.map(|finder| {
            let matches = finder.find_iter(text.flat.as_str());
            matches.map(|found| (found.start(), found.end(), names[found.pattern().as_usize()].1.clone())).collect()
        });
        // With too many names for one automaton, nothing is found, and that is reported.
        let found: Vec<(usize, usize, Vec<NamedNode>)> = found.unwrap_or_default();
        let mut by_thing: BTreeMap<NamedNode, Vec<usize>> = BTreeMap::new();
        for (start, _, things) in &found {
            for thing in things {
                by_thing.entry(thing.clone()).or_default().push(*start);
            }
        }
        Self { found, by_thing }
    }

    /// The lines on which a name of a thing starts.
    pub(super) fn lines_of(&self, text: &FlatText, thing: &NamedNode) -> impl Iterator<Item = u64> {
        let starts = self.by_thing.get(thing).map(Vec::as_slice).unwrap_or_default();
        // Blank lines start where the next line does: the last that starts there has the words.
        starts.iter().map(|start| text.starts.partition_point(|line| line <= start) as u64)
    }

    /// The bytes of the flat text at which names stand, each with the things that it can mean.
    pub(super) fn places(&self) -> impl Iterator<Item = (std::ops::Range<usize>, &[NamedNode])> {
        self.found.iter().map(|(start, end, things)| (*start..*end, things.as_slice()))
    }

    /// The things that are named anywhere.
    pub(super) fn named(&self) -> BTreeSet<&NamedNode> {
        self.by_thing.keys().collect()
    }

    /// Whether a thing with these names is named in any of the ranges.
    pub(super) fn presence(&self, text: &FlatText, ranges: &[Lines], thing: &NamedNode, names: &[String]) -> Presence {
        let mut best = Presence::Absent;
        for range in ranges {
            let bytes = text.bytes(*range);
            let first = self.found.partition_point(|(start, ..)| *start < bytes.start);
            let inside = self.found[first..].iter().take_while(|(start, ..)| *start < bytes.end);
            let named = inside.filter(|(_, end, _)| *end <= bytes.end).any(|(_, _, things)| things.contains(thing));
            if named {
                return Presence::Named;
            }
            if names.iter().any(|name| text.slice(*range).contains(name.as_str())) {
                best = Presence::Inside;
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_broken_over_lines_is_joined_and_the_longer_name_counts() {
        let text = FlatText::new("設有測量\n\n標準局，與測 量\n及標準局（ＡＢ）合作。\n");
        assert_eq!(text.slice((1, 3)), "設有測量標準局，與測量");
        let node = |name: &str| NamedNode::new(format!("urn:{name}")).unwrap();
        let names = [("測量標準局", "a"), ("標準局", "b"), ("測量", "c"), ("AB", "d")]
            .map(|(name, id)| (name.to_owned(), vec![node(id)]));
        let mentions = Mentions::find(&text, &names);
        let presence = |id: &str, name: &str, lines| mentions.presence(&text, &[lines], &node(id), &[name.to_owned()]);
        assert_eq!(presence("a", "測量標準局", (1, 3)), Presence::Named);
        assert_eq!(presence("a", "測量標準局", (1, 1)), Presence::Absent);
        assert_eq!(presence("b", "標準局", (1, 3)), Presence::Inside);
        assert_eq!(presence("b", "標準局", (4, 4)), Presence::Named);
        assert_eq!(presence("d", "AB", (4, 9)), Presence::Named);
        assert!(text.is_blank(2) && text.is_blank(99));
    }
}
