//! Common mistakes in a query for which the parser has no helpful message: they are searched for,
//! or found by trying repairs.

use super::words::{TokenKind, Word};

/// A mistake, its place, and what to do.
pub(super) struct Slip {
    pub message: String,
    pub word: Word,
    pub hint: Option<String>,
}

/// Finds the mistake in a text that is not a query. `parses` returns whether another text is one.
pub(super) fn find(text: &str, words: &[Word], parses: &dyn Fn(&str) -> bool) -> Option<Slip> {
    brackets(text, words).or_else(|| bare_expression(text, words)).or_else(|| {
        // The text is parsed again with each repair; long ones would take too long.
        const LONGEST: usize = 4_000;
        const DEEPEST: usize = 6;
        let (mut depth, mut deepest) = (0_usize, 0);
        for word in words.iter().filter(|word| word.kind == TokenKind::Bracket) {
            depth = if matches!(word.of(text), "(" | "{" | "[") { depth + 1 } else { depth.saturating_sub(1) };
            deepest = deepest.max(depth);
        }
        if text.len() > LONGEST || deepest > DEEPEST {
            return None;
        }
        has_value(text, words, parses).or_else(|| not_grouped(text, words, parses))
    })
}

/// A string or an IRI that is not closed, or an IRI that is not absolute.
pub(super) fn unclosed(text: &str, words: &[Word]) -> Option<Slip> {
    let has_base = words.iter().any(|word| word.of(text).eq_ignore_ascii_case("BASE"));
    words.iter().find_map(|word| {
        let (message, hint) = match word.kind {
            TokenKind::BrokenString => {
                ("this quote is never closed".to_owned(), "close it on its line, or use three quotes")
            }
            TokenKind::BrokenIri => ("this IRI is never closed".to_owned(), "an IRI has no spaces, and ends with `>`"),
            TokenKind::Iri if !has_base && !word.of(text).contains('\\') => {
                let iri = &text[word.start + 1..word.end - 1];
                oxiri::Iri::parse(iri).err()?;
                (format!("`<{iri}>` is not an absolute IRI"), "write it in full, or declare a `BASE`")
            }
            _ => return None,
        };
        Some(Slip { message, word: *word, hint: Some(hint.to_owned()) })
    })
}

/// A bracket without its counterpart.
fn brackets(text: &str, words: &[Word]) -> Option<Slip> {
    let mut open: Vec<Word> = Vec::new();
    let closing = |bracket: &str| match bracket {
        "(" => ")",
        "{" => "}",
        _ => "]",
    };
    for word in words.iter().filter(|word| word.kind == TokenKind::Bracket) {
        let bracket = word.of(text);
        if matches!(bracket, "(" | "{" | "[") {
            open.push(*word);
            continue;
        }
        match open.pop() {
            Some(before) if closing(before.of(text)) == bracket => {}
            Some(before) => {
                let missing = closing(before.of(text));
                let message = format!("a `{missing}` is missing before this `{bracket}`");
                let (line, column) = line_and_column(text, before.start);
                let hint = format!("the `{}` at {line}:{column} is not closed", before.of(text));
                return Some(Slip { message, word: *word, hint: Some(hint) });
            }
            None => {
                let message = format!("there is no opening bracket for this `{bracket}`");
                return Some(Slip { message, word: *word, hint: None });
            }
        }
    }
    open.pop().map(|before| {
        let message = format!("this `{}` is never closed", before.of(text));
        Slip { message, word: before, hint: None }
    })
}

fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    (1 + text[..at].matches('\n').count(), 1 + text[start..at].chars().count())
}

/// The words of the first projection: between `SELECT` and what follows it.
fn projection<'a>(text: &str, words: &'a [Word]) -> &'a [Word] {
    let is = |word: &Word, names: &[&str]| {
        word.kind == TokenKind::Word && names.iter().any(|name| name.eq_ignore_ascii_case(word.of(text)))
    };
    let Some(start) = words.iter().position(|word| is(word, &["SELECT"])) else { return &[] };
    let rest = &words[start + 1..];
    let ends = |word: &Word| word.of(text) == "{" || is(word, &["WHERE", "FROM"]);
    &rest[..rest.iter().position(ends).unwrap_or(0)]
}

/// How many brackets are open before each word.
fn depths(text: &str, words: &[Word]) -> Vec<usize> {
    let mut depth = 0_usize;
    let mut depths = Vec::new();
    for word in words {
        if word.of(text) == ")" {
            depth = depth.saturating_sub(1);
        }
        depths.push(depth);
        depth += usize::from(word.of(text) == "(");
    }
    depths
}

/// `SELECT COUNT(?x)`: an expression without brackets and a name.
fn bare_expression(text: &str, words: &[Word]) -> Option<Slip> {
    let words = projection(text, words);
    let depths = depths(text, words);
    let at = (0..words.len()).find(|at| {
        let is_call = words.get(at + 1).is_some_and(|next| next.of(text) == "(");
        depths[*at] == 0
            && words[*at].kind == TokenKind::Word
            && is_call
            && !["DISTINCT", "REDUCED", "AS"].iter().any(|word| word.eq_ignore_ascii_case(words[*at].of(text)))
    })?;
    let end = (at + 2..words.len()).find(|end| depths[*end] == 0 && words[*end].of(text) == ")")?;
    let (call, name) = (&text[words[at].start..words[end].end], words[at].of(text));
    let message = format!("`{call}` in `SELECT` needs brackets and a name");
    let hint = format!("write `({call} AS ?{})`", name.to_ascii_lowercase());
    Some(Slip { message, word: Word { end: words[end].end, ..words[at] }, hint: Some(hint) })
}

/// An expression named like a variable that already has a value.
fn has_value(text: &str, words: &[Word], parses: &dyn Fn(&str) -> bool) -> Option<Slip> {
    let named = words.windows(2).filter(|pair| {
        pair[0].kind == TokenKind::Word
            && pair[0].of(text).eq_ignore_ascii_case("AS")
            && pair[1].kind == TokenKind::Variable
    });
    let slip = named.map(|pair| pair[1]).rev().find(|word| parses(&with(text, &[(*word, fresh(text, 0))])))?;
    let message = format!("`{}` already has a value", slip.of(text));
    Some(Slip { message, word: slip, hint: Some("give the expression another name".to_owned()) })
}

/// A variable in `SELECT` that is neither grouped nor in an aggregate.
fn not_grouped(text: &str, words: &[Word], parses: &dyn Fn(&str) -> bool) -> Option<Slip> {
    let words = projection(text, words);
    let depths = depths(text, words);
    let bare = words.iter().zip(&depths).filter(|(word, depth)| word.kind == TokenKind::Variable && **depth == 0);
    let mended = |(number, (word, _)): (usize, (&Word, &usize))| {
        (*word, format!("(SAMPLE({}) AS {})", word.of(text), fresh(text, number)))
    };
    let mended: Vec<(Word, String)> = bare.enumerate().map(mended).collect();
    if mended.is_empty() || !parses(&with(text, &mended)) {
        return None;
    }
    let slip = (0..mended.len()).find(|without| {
        let mut others = mended.clone();
        others.remove(*without);
        !parses(&with(text, &others))
    })?;
    let word = mended[slip].0;
    let message = format!("`{}` is neither grouped nor in an aggregate", word.of(text));
    let hint = format!("add it to `GROUP BY`, or select `(SAMPLE({}) AS ?one)`", word.of(text));
    Some(Slip { message, word, hint: Some(hint) })
}

/// A variable that is not in the text.
fn fresh(text: &str, number: usize) -> String {
    let mut name = format!("?fresh{number}");
    while text.contains(&name[1..]) {
        name.push('x');
    }
    name
}

/// A text in which words, given in order, are replaced by other texts.
fn with(text: &str, others: &[(Word, String)]) -> String {
    let (mut made, mut at) = (String::new(), 0);
    for (word, other) in others {
        made.push_str(&text[at..word.start]);
        made.push_str(other);
        at = word.end;
    }
    made + &text[at..]
}
