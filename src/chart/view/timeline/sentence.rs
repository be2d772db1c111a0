//! What a dated statement says, as a sentence: by the pattern that the vocabulary has for its relation or
//! measure, otherwise from subject, verb and object.

use super::super::amounts::{Amount, in_language};
use super::super::words::Captions;
use crate::chart::scene::spans::Spans;
use crate::chart::scene::wording;
use crate::network::{Labels, Status};

/// What a sentence is made of.
#[derive(Debug, Clone, Default)]
pub(super) struct DatedStatement {
    /// Those who did it together, or what a figure is about.
    pub sources: Vec<Labels>,
    pub relation: Labels,
    /// The relation for what is not there yet.
    pub planned: Labels,
    /// The pattern of the vocabulary for what is done, for what goes on, and for what is not there yet.
    pub pattern: Labels,
    pub ongoing: Labels,
    pub to_come: Labels,
    pub target: Option<Labels>,
    pub status: Option<Status>,
    pub amount: Option<Amount>,
    pub payers: Vec<Labels>,
    pub payees: Vec<Labels>,
    pub vias: Vec<Labels>,
}

impl DatedStatement {
    /// The sentence in the language with this index.
    pub fn sentence(&self, captions: &Captions, at: usize, language: &str) -> Spans {
        let word = |name: &str| captions.word(name, language).into_owned();
        let status = Status::unless_holds(self.status.as_ref());
        let there = status.is_none_or(Status::has_ended);
        // Patterns of relations tell what is done, what goes on, or what is to come.
        let pattern = match &self.status {
            Some(status) if self.amount.is_none() && !status.is_done() => {
                if status.holds() {
                    self.ongoing.get(at)
                } else if status.has_ended() {
                    ""
                } else {
                    self.to_come.get(at)
                }
            }
            _ => self.pattern.get(at),
        };
        if !pattern.is_empty() {
            let sentence = self.filled(pattern, captions, at, language);
            // A hedge or `of which` begins the sentence.
            return if pattern.trim_start_matches('[').starts_with("{n") { sentence.capitalised() } else { sentence };
        }
        let sources = joined(&self.sources, at, &word("and"));
        if let Some(amount) = &self.amount {
            let verb = in_language(&self.relation, at);
            let mut sentence = if verb.is_empty() {
                Spans::plain(&format!("{sources} "))
            } else {
                let (before, after) = split(&word("figure"), "measure");
                Spans::plain(&format!("{}{verb}{after} ", before.replace("{of}", &sources)))
            };
            sentence.append(&amount.words(captions, (at, language), None));
            return sentence;
        }
        let verb = match self.planned.get(at) {
            planned if !there && !planned.is_empty() => planned.to_owned(),
            _ => in_language(&self.relation, at),
        };
        let sentence = match &self.target {
            Some(target) if verb.is_empty() => format!("{sources} {}", in_language(target, at)),
            Some(target) => {
                let clause = word("clause").replace("{verb}", &verb);
                let (before, after) = split(&clause, "target");
                format!("{}{}{after}", before.replace("{source}", &sources), in_language(target, at))
            }
            None if verb.is_empty() => sources,
            // A measure is no verb.
            None => {
                let (before, after) = split(&word("figure"), "measure");
                format!("{}{verb}{after}", before.replace("{of}", &sources))
            }
        };
        match status {
            // Without words for what is not there yet, the status comes before the sentence.
            Some(status) if !there && self.planned.get(at).is_empty() && !self.relation.get(at).is_empty() => {
                Spans::plain(&wording::with_status(status, at, &sentence, &patterns(captions, language, at)))
            }
            _ => Spans::plain(&sentence),
        }
    }

    /// The pattern with its places filled.
    fn filled(&self, pattern: &str, captions: &Captions, at: usize, language: &str) -> Spans {
        let mut used = Vec::new();
        let mut sentence = Spans::default();
        for part in parts(pattern) {
            match part {
                Part::Always(text) => {
                    if let Some(words) = self.fill(text, captions, (at, language), &mut used) {
                        sentence.append(&words);
                    }
                }
                Part::OneOf(choices) => {
                    let mut known = choices.into_iter().filter_map(|choice| {
                        let mut own = used.clone();
                        self.fill(choice, captions, (at, language), &mut own).map(|words| (words, own))
                    });
                    if let Some((words, own)) = known.next() {
                        sentence.append(&words);
                        used = own;
                    }
                }
            }
        }
        sentence
    }

    /// A text with its places filled; `None` if something in it is not stated.
    fn fill(&self, text: &str, captions: &Captions, language: (usize, &str), used: &mut Vec<String>) -> Option<Spans> {
        let (at, tag) = language;
        let and = captions.word("and", tag).into_owned();
        let names = |all: &[Labels]| (!all.is_empty()).then(|| Spans::plain(&joined(all, at, &and)));
        let mut spans = Spans::default();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            spans.push(before, false);
            let (place, after) = after.split_once('}')?;
            let (name, unit) = match place.split_once('|') {
                Some((name, unit)) => (name, Some(unit)),
                None => (place, None),
            };
            let parties = || [&self.payers, &self.payees, &self.vias].into_iter().flatten();
            let words = match name {
                "source" => names(&self.sources),
                "target" => names(self.target.as_slice()),
                "payer" => names(&self.payers),
                "payee" => names(&self.payees),
                "via" => names(&self.vias),
                // What it is about, if that has not been said.
                "about" => names(&self.sources).filter(|_| {
                    !used.contains(&"source".to_owned())
                        && !self.sources.iter().any(|source| parties().any(|party| party == source))
                }),
                "n" => self.amount.as_ref().map(|amount| amount.words(captions, language, unit)),
                "before" => {
                    self.amount.as_ref()?.words_before(captions, language, unit).map(|text| Spans::plain(&text))
                }
                _ => None,
            };
            spans.append(&words?);
            used.push(name.to_owned());
            rest = after;
        }
        spans.push(rest, false);
        Some(spans)
    }
}

/// A piece of a pattern.
enum Part<'a> {
    Always(&'a str),
    OneOf(Vec<&'a str>),
}

/// The pieces of a pattern: what is in brackets may be left out. A bar inside braces separates nothing.
fn parts(pattern: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('[') {
        let Some((inside, after)) = after.split_once(']') else { break };
        parts.push(Part::Always(before));
        let (mut choices, mut from, mut depth) = (Vec::new(), 0, 0_usize);
        for (at, c) in inside.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                '|' if depth == 0 => {
                    choices.push(&inside[from..at]);
                    from = at + 1;
                }
                _ => {}
            }
        }
        choices.push(&inside[from..]);
        parts.push(Part::OneOf(choices));
        rest = after;
    }
    parts.push(Part::Always(rest));
    parts
}

/// Names one after the other.
fn joined(all: &[Labels], at: usize, and: &str) -> String {
    let mut names: Vec<String> = all.iter().map(|labels| in_language(labels, at)).collect();
    names.dedup();
    names.into_iter().reduce(|all, name| and.replace("{a}", &all).replace("{b}", &name)).unwrap_or_default()
}

fn split(pattern: &str, name: &str) -> (String, String) {
    let place = format!("{{{name}}}");
    let (before, after) = pattern.split_once(&place).unwrap_or((pattern, ""));
    (before.to_owned(), after.to_owned())
}

/// By index of language, so that the pattern of this one is at its place.
fn patterns(captions: &Captions, language: &str, at: usize) -> Vec<String> {
    let mut patterns = vec![String::new(); at];
    patterns.push(captions.word("status-verb", language).into_owned());
    patterns
}
