//! Where a query writes a term or a variable.

use oxigraph::model::{Literal, Variable};

use super::super::Query;
use super::super::words::{TokenKind, Word, words};
use crate::finding::Place;
use crate::graph::Graph;

/// The place of an IRI, in whatever spelling.
pub(super) fn of_iri(query: &Query, graph: &Graph, iri: &str) -> Option<Place> {
    of_any(query, &spellings(&query.text, graph, iri))
}

/// The place of a literal, with its quotes if it has any.
pub(super) fn of_literal(query: &Query, literal: &Literal) -> Option<Place> {
    let text = literal.value();
    of_any(query, &[format!("\"{text}\""), format!("'{text}'"), text.to_owned()])
}

/// The place of a text in quotes.
pub(super) fn of_text(query: &Query, text: &str) -> Option<Place> {
    let escaped = text.replace('\\', "\\\\");
    of_any(query, &[format!("\"{text}\""), format!("'{text}'"), format!("\"{escaped}\""), format!("'{escaped}'")])
}

/// The first place where a variable is used rather than given a value by `AS`.
pub(super) fn of_variable(query: &Query, variable: &Variable) -> Option<Place> {
    let text = &query.text;
    let words = words(text);
    let is_meant =
        |at: &usize| words[*at].kind == TokenKind::Variable && words[*at].of(text)[1..] == *variable.as_str();
    let is_alias =
        |at: &usize| at.checked_sub(1).is_some_and(|before| words[before].of(text).eq_ignore_ascii_case("AS"));
    let mut all = (0..words.len()).filter(is_meant);
    let used = all.clone().find(|at| !is_alias(at)).or_else(|| all.next())?;
    Some(Place::in_text(&query.file, text, words[used].start, words[used].end))
}

/// The last place where a variable is used.
pub(super) fn of_last_use(query: &Query, variable: &Variable) -> Option<Place> {
    let text = &query.text;
    let is_meant = |word: &&Word| word.kind == TokenKind::Variable && word.of(text)[1..] == *variable.as_str();
    let words = words(text);
    let used = words.iter().rev().find(is_meant)?;
    Some(Place::in_text(&query.file, text, used.start, used.end))
}

/// The place of a call whose first argument is a variable.
pub(super) fn of_call(query: &Query, function: &str, variable: &Variable) -> Option<Place> {
    let text = &query.text;
    let words = words(text);
    let call = words.windows(3).find(|words| {
        words[0].of(text).eq_ignore_ascii_case(function)
            && words[1].of(text) == "("
            && words[2].kind == TokenKind::Variable
            && words[2].of(text)[1..] == *variable.as_str()
    })?;
    Some(Place::in_text(&query.file, text, call[0].start, call[2].end))
}

/// The expression that a query gives this name: `COUNT(?v)` in `(COUNT(?v) AS ?k)`.
pub(super) fn named_expression<'a>(query: &'a Query, variable: &Variable) -> Option<&'a str> {
    let text = &query.text;
    let words = words(text);
    let at = words.windows(2).position(|pair| {
        pair[0].of(text).eq_ignore_ascii_case("AS")
            && pair[1].kind == TokenKind::Variable
            && pair[1].of(text)[1..] == *variable.as_str()
    })?;
    let mut depth = 0_usize;
    let open = words[..at].iter().rev().find(|word| match (word.kind, word.of(text)) {
        (TokenKind::Bracket, ")") => {
            depth += 1;
            false
        }
        (TokenKind::Bracket, "(") if depth == 0 => true,
        (TokenKind::Bracket, "(") => {
            depth -= 1;
            false
        }
        _ => false,
    })?;
    Some(text[open.end..words[at].start].trim())
}

fn of_any(query: &Query, spellings: &[String]) -> Option<Place> {
    let (start, end) = find_token(&query.text, spellings)?;
    Some(Place::in_text(&query.file, &query.text, start, end))
}

/// How a query may write an IRI: in full, or with any prefix of the query or the graph.
fn spellings(text: &str, graph: &Graph, iri: &str) -> Vec<String> {
    let mut spellings = vec![format!("<{iri}>")];
    for (name, namespace) in graph.prefixes.iter() {
        spellings.extend(iri.strip_prefix(namespace).map(|local| format!("{name}:{local}")));
    }
    for line in text.lines() {
        let mut words = line.split_whitespace();
        let declares = words.next().is_some_and(|word| word.trim_start_matches('@').eq_ignore_ascii_case("prefix"));
        if let (true, Some(name), Some(namespace)) = (declares, words.next(), words.next()) {
            let namespace = namespace.trim_matches(['<', '>']);
            spellings.extend(iri.strip_prefix(namespace).map(|local| format!("{name}{local}")));
        }
    }
    spellings
}

/// The first place of any spelling, as a whole token, outside comments.
fn find_token(text: &str, spellings: &[String]) -> Option<(usize, usize)> {
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ':');
    let mut found: Option<(usize, usize)> = None;
    for spelling in spellings.iter().filter(|spelling| !spelling.is_empty()) {
        for (start, matched) in text.match_indices(spelling.as_str()) {
            let end = start + matched.len();
            let before = text[..start].chars().next_back().is_some_and(word);
            let after = text[end..].chars().next().is_some_and(|c| word(c) || c == '/');
            let line = text[..start].rsplit('\n').next().unwrap_or_default();
            let commented = line.trim_start().starts_with('#');
            let closed = spelling.ends_with(['>', '"', '\'']);
            if !(before || after && !closed || commented) && found.is_none_or(|(at, _)| start < at) {
                found = Some((start, end));
            }
        }
    }
    found
}
