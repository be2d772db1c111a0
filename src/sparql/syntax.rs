//! The place of a syntax error in SPARQL. The parser gives the position only inside its message,
//! and it is not always where the mistake is: a misspelt keyword is searched for first.

use super::slips;
use super::words::{TokenKind, Word, words};
use crate::finding::{Finding, Place, codes, did_you_mean};
use crate::graph::Prefixes;

/// The finding for a text that the parser refuses with a message of the form `error at 3:5:
/// expected …`. `parse` returns its message for another text.
pub(super) fn finding(
    file: &str,
    text: &str,
    prefixes: &Prefixes,
    message: &str,
    parse: &dyn Fn(&str) -> Option<String>,
) -> Finding {
    let error = |message: String| Finding::error(codes::SPARQL_SYNTAX, message);
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return error("the query is empty".to_owned()).at(Place::at(file, text, 1, 1, 1));
    }
    let Some((line, column, said)) = split(message) else {
        return error(lower(message)).at(Place::at(file, text, 1, 1, 1));
    };
    let place = |word: Word| Place::in_text(file, text, word.start, word.end);
    let words = words(text);
    if let Some(verb) = update(text, &words) {
        return error("updates are not supported: a graph is built from its pack".to_owned()).at(place(verb));
    }
    if let Some(slip) = slips::unclosed(text, &words) {
        return error(slip.message).at(place(slip.word)).hint(slip.hint);
    }
    // The text after the position of the error was not read.
    let until: usize = text.split_inclusive('\n').take(line as usize).map(str::len).sum();
    let read = &words[..words.partition_point(|word| word.start < until)];
    if let Some(prefix) = unknown_prefix(text, read, prefixes) {
        return undeclared(prefix.of(text), prefixes).at(Place::in_text(
            file,
            text,
            prefix.start,
            prefix.end.max(prefix.start + 1),
        ));
    }
    if let Some(word) = unknown_word(text, read) {
        return error(format!("`{}` is not a SPARQL keyword", word.of(text)))
            .at(place(word))
            .hint(did_you_mean(word.of(text), KEYWORDS.split_whitespace()));
    }
    if let Some(slip) = slips::find(text, &words, &|text| parse(text).is_none()) {
        return error(slip.message).at(place(slip.word)).hint(slip.hint);
    }
    // Close to its end, a text seems to end too early for the longest keywords.
    let padded = parse(&format!("{text}\n{}", " ".repeat(40)));
    let padded = padded.as_deref().and_then(split);
    let sentence = |said: &str| {
        said.split(", ").map(|item| item.trim_start_matches("or ")).find(|item| is_sentence(item)).map(str::to_owned)
    };
    let own = (line, column, said);
    for (line, column, said) in padded.into_iter().chain([own]) {
        if let Some(sentence) =
            sentence(said.strip_prefix("expected one of ").or(said.strip_prefix("expected ")).unwrap_or(said))
        {
            return error(lower(sentence.trim_end_matches('.'))).at(Place::at(file, text, line, column, 1));
        }
    }
    expected(file, text, padded.unwrap_or(own))
}

/// The finding that something else is expected where the parser stopped.
fn expected(file: &str, text: &str, (line, column, said): (u64, u64, &str)) -> Finding {
    let list = said.strip_prefix("expected one of ").or(said.strip_prefix("expected "));
    let before: usize = text.split_inclusive('\n').take(line as usize - 1).map(str::len).sum();
    let in_line: usize = text[before..].chars().take(column as usize - 1).map(char::len_utf8).sum();
    let at = before + in_line;
    // The parser stops after a keyword that it searched for, not before it.
    let items = list.into_iter().flat_map(|list| list.split(", ")).map(|item| item.trim_start_matches("or "));
    let keywords: Vec<usize> = items.map(|item| if is_keyword(item) { item.len() } else { 0 }).collect();
    let shortest = keywords.iter().copied().min().unwrap_or(0);
    if shortest > 0 && at < text.trim_end().len() + shortest {
        let start = text[..at].char_indices().rev().nth(shortest - 1).map_or(0, |(start, _)| start);
        // It may have tried shorter ones before.
        let in_word = |c: &char| c.is_alphanumeric() || matches!(c, '_' | '?' | '$' | ':');
        let start = start - text[..start].chars().rev().take_while(in_word).map(char::len_utf8).sum::<usize>();
        let found = token(&text[start..]);
        let start = start + text[start..].len() - text[start..].trim_start().len();
        if !found.is_empty() {
            let message = match found.starts_with(|c| in_word(&c)) {
                true => format!("the text from `{found}` on is incomplete or not SPARQL"),
                false => format!("`{found}` is not expected here, or the text before it is incomplete"),
            };
            return Finding::error(codes::SPARQL_SYNTAX, message).at(Place::in_text(
                file,
                text,
                start,
                start + found.len(),
            ));
        }
    }
    let found = token(&text[at..]);
    let words = list.map_or_else(|| lower(said.trim_end_matches('.')), |list| format!("expected {}", shorten(list)));
    let shown = match found.as_str() {
        "" => "the end of the query".to_owned(),
        found => format!("`{found}`"),
    };
    let message = if words.starts_with("expected") { format!("{words}, found {shown}") } else { words };
    let start = at + text[at..].len() - text[at..].trim_start().len();
    let place = if found.is_empty() {
        let end = text.trim_end().len();
        Place::in_text(file, text, end, end)
    } else {
        Place::in_text(file, text, start, start + found.len())
    };
    Finding::error(codes::SPARQL_SYNTAX, message).at(place)
}

fn is_keyword(item: &str) -> bool {
    item.len() > 1 && item.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Whether the parser gives a reason rather than a list of expected tokens.
fn is_sentence(item: &str) -> bool {
    item.contains(' ') && !item.starts_with(['"', '\'', '[']) && item.chars().next().is_some_and(char::is_alphabetic)
}

/// The finding that a prefix is not declared.
fn undeclared(prefix: &str, prefixes: &Prefixes) -> Finding {
    let declare = "declare it with `PREFIX`, or in the pack's `datapackage.json`".to_owned();
    let message = match prefix {
        "" => "the empty prefix is not declared".to_owned(),
        prefix => format!("the prefix `{prefix}` is not declared"),
    };
    let hint = did_you_mean(prefix, prefixes.iter().map(|(name, _)| name)).filter(|_| !prefix.is_empty());
    Finding::error(codes::UNKNOWN_PREFIX, message).hint(hint.unwrap_or(declare))
}

/// The verb of an update after the prologue, if the text is one.
fn update(text: &str, words: &[Word]) -> Option<Word> {
    const VERBS: [&str; 10] = ["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD", "WITH"];
    let is_one_of = |word: &Word, names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(word.of(text)));
    let mut bare = words.iter().filter(|word| word.kind == TokenKind::Word);
    let first = bare.find(|word| !is_one_of(word, &["BASE", "PREFIX", "VERSION"]))?;
    is_one_of(first, &VERBS).then_some(*first)
}

fn split(message: &str) -> Option<(u64, u64, &str)> {
    let rest = &message[message.find("error at ")? + "error at ".len()..];
    let (line, rest) = rest.split_once(':')?;
    let (column, words) = rest.split_once(':')?;
    Some((line.parse().ok()?, column.parse().ok()?, words.trim()))
}

/// The word or character at the start of a text.
fn token(text: &str) -> String {
    let text = text.trim_start();
    let word: String = text.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '?' | '$' | ':')).collect();
    if word.is_empty() { text.chars().take(1).collect() } else { word }
}

/// The parser lists all tokens that are possible here, dozens of them: the first few are enough.
fn shorten(list: &str) -> String {
    const MOST: usize = 4;
    let items: Vec<&str> = list.split(", ").map(|item| item.trim_start_matches("or ")).collect();
    if items.len() <= MOST + 1 {
        return list.to_owned();
    }
    format!("{} or {} others", items[..MOST].join(", "), items.len() - MOST)
}

fn lower(text: &str) -> String {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        // A name in capitals keeps them.
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain(text.chars().skip(1)).collect()
        }
        _ => text.to_owned(),
    }
}

/// The keywords and functions of SPARQL 1.1 and 1.2 (section 19.8 of either).
const KEYWORDS: &str = "\
BASE PREFIX VERSION SELECT CONSTRUCT DESCRIBE ASK WHERE FROM NAMED AS DISTINCT REDUCED GROUP BY HAVING ORDER ASC DESC \
LIMIT OFFSET VALUES UNDEF OPTIONAL GRAPH SERVICE SILENT BIND UNION MINUS FILTER LATERAL a IN NOT EXISTS true false \
COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT SEPARATOR STR LANG LANGMATCHES LANGDIR DATATYPE BOUND IRI URI BNODE RAND ABS \
CEIL FLOOR ROUND CONCAT STRLEN UCASE LCASE ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER YEAR MONTH DAY \
HOURS MINUTES SECONDS TIMEZONE TZ NOW UUID STRUUID MD5 SHA1 SHA256 SHA384 SHA512 COALESCE IF STRLANG STRLANGDIR STRDT \
sameTerm isIRI isURI isBLANK isLITERAL isNUMERIC hasLANG hasLANGDIR REGEX SUBSTR REPLACE isTRIPLE TRIPLE SUBJECT \
PREDICATE OBJECT ADJUST e E";

/// The first bare word that is not a SPARQL keyword.
fn unknown_word(text: &str, words: &[Word]) -> Option<Word> {
    let known = |word: &str| KEYWORDS.split_whitespace().any(|keyword| keyword.eq_ignore_ascii_case(word));
    words.iter().find(|word| word.kind == TokenKind::Word && !known(word.of(text))).copied()
}

/// The first prefix that is neither known nor declared in the text before it.
fn unknown_prefix(text: &str, words: &[Word], prefixes: &Prefixes) -> Option<Word> {
    let mut declared: Vec<&str> = Vec::new();
    let mut declares = false;
    for word in words {
        let name = word.of(text);
        if word.kind == TokenKind::Prefix {
            if declares {
                declared.push(name);
            } else if prefixes.get(name).is_none() && !declared.contains(&name) {
                return Some(*word);
            }
        }
        declares = word.kind == TokenKind::Word && name.eq_ignore_ascii_case("PREFIX");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_that_is_not_declared_is_named() {
        let prefixes = Prefixes::default();
        for (text, prefix) in [
            ("SELECT * { ?s foo:funds ?o }", Some("foo")),
            ("PREFIX own: <http://a/> SELECT * { ?s own:a ?o ; cg:x \"no:ne\" . ?o owns:b ?p }", Some("owns")),
            ("SELECT * { ?s cg:a <urn:x> }", None),
        ] {
            assert_eq!(unknown_prefix(text, &words(text), &prefixes).map(|word| word.of(text)), prefix, "{text}");
        }
    }

    #[test]
    fn a_text_that_is_no_query_is_told_where_and_why() {
        let mut known = Prefixes::default();
        known.insert("ex", "http://a/");
        for (text, line, column, width, message) in [
            ("SELECT * { ?s zz:b ?c }", 1, 15, 2, "the prefix `zz` is not declared"),
            ("SELECT * {\n ?局 :b ?c }", 2, 5, 1, "the empty prefix is not declared"),
            ("SELECT ?s { ?s ex:n ?n } ORDER BY zz:f(?n)", 1, 35, 2, "the prefix `zz` is not declared"),
            ("PREFIX zz: <http://z/> SELECT * { ?s zz:b \"1\"^^a.b:c }", 1, 48, 3, "the prefix `a.b` is not declared"),
            ("SELECT ?s { ?s ex:n ?n BIND(1 AS ?n) }", 1, 34, 2, "`?n` already has a value"),
            ("SELECT (1 AS ?x) (2 AS ?x) {}", 1, 24, 2, "`?x` already has a value"),
            (
                "SELECT ?s ?v (COUNT(?v) AS ?k) { ?s ex:n ?v } GROUP BY ?s",
                1,
                11,
                2,
                "`?v` is neither grouped nor in an aggregate",
            ),
            ("SELECT COUNT(?s) { ?s ex:n ?n }", 1, 8, 9, "`COUNT(?s)` in `SELECT` needs brackets and a name"),
            ("SELECT ?s { ?s ex:n ?n FILTER(?n > 1 }", 1, 38, 1, "a `)` is missing before this `}`"),
            ("SELECT ?s { ?s ex:n ?n\n", 1, 11, 1, "this `{` is never closed"),
            ("SELECT ?s { ?s ex:n \"a }\n", 1, 21, 1, "this quote is never closed"),
            ("SELECT ?s { ?s ex:n <http://a b> }", 1, 21, 9, "this IRI is never closed"),
            ("SELECT ?s { ?s <p> ?o }", 1, 16, 3, "`<p>` is not an absolute IRI"),
            (
                "PREFIX ex: <http://a/>\nINSERT DATA { ex:x ex:y ex:z }",
                2,
                1,
                6,
                "updates are not supported: a graph is built from its pack",
            ),
            (
                "WITH <http://g/> DELETE { ?s ?p ?o } WHERE {}",
                1,
                1,
                4,
                "updates are not supported: a graph is built from its pack",
            ),
            ("SELECT ?s { ?s ?p }", 1, 13, 2, "the text from `?s` on is incomplete or not SPARQL"),
            ("SELECT ?s WHERE ?s ex:n ?o", 1, 17, 2, "expected \"{\", found `?s`"),
        ] {
            let fault = crate::sparql::Query::parse("q", text, &known).unwrap_err();
            let place = fault.place.unwrap();
            assert_eq!(fault.message, message, "{text}");
            assert_eq!((place.line, place.column, place.width), (line, column, width), "{text}");
        }
    }

    #[test]
    fn a_misspelt_keyword_is_found_and_names_are_left_alone() {
        for (text, word) in [
            ("SELECT ?s { ?s ?p ?o FILTR(?s) }", Some("FILTR")),
            ("SELCT * {}", Some("SELCT")),
            ("SELECT ?naam { ex:some.thing a ex:b ; ex:c \"some FILTR\"@en-x-foo # FILTR\n}", None),
            ("SELECT * { <http://a/FILTR> :local _:blank '''x' FILTR''' . FILTER(?a <?b) }", None),
            ("PREFIX own: <http://a/> SELECT * { own:FILTR ?p 1e3 , 2.5e-3 , true }", None),
        ] {
            assert_eq!(unknown_word(text, &words(text)).map(|word| word.of(text)), word, "{text}");
        }
    }
}
