//! Queries that are nested deeper, or chained longer, than anyone writes: parsers and evaluators
//! recurse with them, and would reach the end of the stack.

use crate::finding::{Finding, Place, codes};

/// How many brackets may be open, or signs in front of one value.
const DEEPEST: usize = 200;

/// How many calls of functions with an optional argument may be nested: the parser reads the inside
/// of each twice.
const DEEPEST_OPTIONAL: usize = 8;

/// The functions with an optional argument.
const OPTIONAL_ARGUMENTS: [&str; 4] = ["REGEX", "REPLACE", "SUBSTR", "GROUP_CONCAT"];

/// How many operators, clauses and triple patterns may be chained: each is one level of the
/// algebra.
const LONGEST: usize = 2_000;

/// The clauses that make a level of the algebra.
const CLAUSES: [&str; 7] = ["UNION", "OPTIONAL", "MINUS", "FILTER", "BIND", "GRAPH", "LATERAL"];

/// Refuses a query that is nested too deeply or chained for too long.
///
/// # Errors
///
/// `sparql-syntax` where it is.
pub(super) fn refuse_deep(file: &str, text: &str) -> Result<(), Finding> {
    let mut state = OpenBrackets::default();
    let mut at = 0;
    while at < text.len() {
        let token = token(&text[at..]);
        let why = state.read(token);
        if let Some(why) = why {
            let place = Place::in_text(file, text, at, at + token.len());
            return Err(Finding::error(codes::SPARQL_SYNTAX, why).at(place));
        }
        at += token.len();
    }
    Ok(())
}

#[derive(Default)]
struct OpenBrackets<'a> {
    /// The brackets that are open.
    open: Vec<&'a str>,
    /// The depths at which calls of functions with an optional argument are open.
    optional: Vec<usize>,
    /// Whether the last word was the name of such a function.
    after_optional: bool,
    signs: usize,
    chained: usize,
    /// The depth at which the data of `VALUES` began, which are not nested whatever they contain.
    values: Option<usize>,
    after_values: bool,
}

impl<'a> OpenBrackets<'a> {
    fn read(&mut self, token: &'a str) -> Option<String> {
        match token {
            "{" | "(" | "[" | "<<" => {
                self.open.push(token);
                if token == "(" && self.after_optional {
                    self.optional.push(self.open.len());
                }
                if token == "{" && self.after_values {
                    self.values = Some(self.open.len());
                    self.after_values = false;
                }
            }
            "}" | ")" | "]" | ">>" => {
                if self.values == Some(self.open.len()) {
                    self.values = None;
                }
                if self.optional.last() == Some(&self.open.len()) {
                    self.optional.pop();
                }
                self.open.pop();
            }
            _ => {}
        }
        let is_space = token.starts_with(|c: char| c.is_whitespace() || c == '#');
        if !is_space {
            self.after_optional = OPTIONAL_ARGUMENTS.iter().any(|name| name.eq_ignore_ascii_case(token));
        }
        let is_sign = matches!(token, "!" | "-" | "+" | "^");
        self.signs = if is_sign {
            self.signs + 1
        } else if is_space {
            self.signs
        } else {
            0
        };
        if self.values.is_none() {
            let is_operator = matches!(token, "!" | "-" | "+" | "*" | "/" | "|" | "&");
            let is_clause = CLAUSES.iter().any(|clause| clause.eq_ignore_ascii_case(token));
            let in_group = self.open.last().is_some_and(|open| matches!(*open, "{" | "["));
            let is_pattern = in_group && matches!(token, "." | ";" | ",");
            self.chained += usize::from(is_operator || is_clause || is_pattern);
            self.after_values |= token.eq_ignore_ascii_case("VALUES");
        }
        if self.open.len().max(self.signs) > DEEPEST && self.values.is_none() {
            return Some(format!("the query is nested more than {DEEPEST} levels deep"));
        }
        if self.optional.len() > DEEPEST_OPTIONAL {
            let names = OPTIONAL_ARGUMENTS.join(", ");
            return Some(format!("more than {DEEPEST_OPTIONAL} calls of {names} are nested in each other"));
        }
        (self.chained > LONGEST)
            .then(|| format!("the query chains more than {LONGEST} operators, clauses and triple patterns"))
    }
}

/// The first token of a text: a word, a string, an IRI, a comment, white space, or a sign. It need
/// not be one of SPARQL's: only what hides brackets and operators has to be told apart.
fn token(text: &str) -> &str {
    let end = |length: Option<usize>| &text[..length.unwrap_or(text.len())];
    let first = text.chars().next().unwrap_or(' ');
    match first {
        '#' => end(text.find('\n').map(|at| at + 1)),
        '"' | '\'' => string(text, first),
        '<' => {
            let iri = text[1..].find(|c: char| matches!(c, '>' | '<' | '"' | '{' | '}' | '|' | '^' | '`') || c <= ' ');
            match iri {
                Some(at) if text[1 + at..].starts_with('>') => &text[..at + 2],
                _ if text.starts_with("<<") => &text[..2],
                _ => &text[..1],
            }
        }
        '>' if text.starts_with(">>") => &text[..2],
        c if c.is_whitespace() => end(text.find(|c: char| !c.is_whitespace())),
        c if is_word(c) => {
            let word = end(text.find(|c| !is_word(c)));
            // A prefixed name may have a hyphen, which is no sign there.
            if word.contains(':') { end(text.find(|c| !is_word(c) && c != '-')) } else { word }
        }
        c => &text[..c.len_utf8()],
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | ':' | '?' | '$' | '@' | '%')
}

/// A string with its quotes; the rest of the text if it is not closed.
fn string(text: &str, quote: char) -> &str {
    let three = [quote; 3].iter().collect::<String>();
    let close = if text.starts_with(&three) { three } else { quote.to_string() };
    let mut at = close.len();
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with(&close) {
            return &text[..at + close.len()];
        }
        let mut characters = rest.chars();
        let length = characters.next().map_or(1, char::len_utf8);
        at += if rest.starts_with('\\') { length + characters.next().map_or(0, char::len_utf8) } else { length };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> Option<String> {
        refuse_deep("q", text).err().map(|fault| fault.message.to_string())
    }

    #[test]
    fn what_recurses_is_refused_when_there_is_too_much_of_it() {
        let many = |text: &str| text.repeat(LONGEST + 1);
        for text in [
            format!("SELECT (1{} AS ?x) {{}}", many("+1")),
            format!("SELECT (1{} AS ?x) {{}}", many(" -1")),
            format!("SELECT * {{ ?s {} ?o }}", many("<a:a>/")),
            format!("SELECT * {{ ?s {} ?o }}", many("a:a|")),
            format!("SELECT * {{ FILTER (1{}) }}", many(" || 1")),
            format!("SELECT * {{ {} }}", many("OPTIONAL {} ")),
            format!("SELECT * {{ {{}} {} }}", many("union{}")),
            format!("SELECT * {{ {} }}", many("MINUS{}")),
            format!("SELECT * {{ FILTER ({} 1) }}", "!#\n".repeat(DEEPEST + 1)),
            format!("SELECT * {{ {} }}", many("?s ?p ?o . ")),
            format!("SELECT * {{ ?s ?p {} }}", many("1 , ")),
            format!("SELECT * {{ {}", "<< ".repeat(DEEPEST + 1)),
            format!("SELECT * {}", "{ ".repeat(DEEPEST + 1)),
            format!("SELECT * {{ FILTER({} }}", "regex (1+(2), ".repeat(DEEPEST_OPTIONAL + 1)),
            format!("SELECT ({}", "SUBSTR(GROUP_CONCAT(".repeat(DEEPEST_OPTIONAL)),
        ] {
            assert!(fault(&text).is_some(), "{}", &text[..40]);
        }
    }

    #[test]
    fn what_only_looks_like_it_is_allowed() {
        let many = |text: &str| text.repeat(LONGEST * 2);
        for text in [
            format!("SELECT * {{ VALUES ?x {{ {} }} ?s ?p ?x }}", many("-1 ")),
            format!("SELECT * {{ VALUES (?x ?y) {{ {} }} }}", many("(-1 'a') ")),
            format!("SELECT * {{ ?s ?p \"{}\" }}", many("+{(")),
            format!("SELECT * {{ ?s ?p '''{}''' }}", many("'\\'({")),
            format!("SELECT * {{ ?s ?p <http://a/{}> }}", many("+(")),
            format!("SELECT * {{ # {}\n }}", many("+{(")),
            format!("SELECT * {{ FILTER (?x IN ({})) }}", many("1 , a:b-c , \"1\"^^a:b , 1.5 , ")),
            "SELECT * { FILTER (?a < ?b && ?b<?c) }".to_owned(),
            format!("SELECT ({} AS ?x) {{}}", many("SUBSTR(?a, 2) , (regex) , ")),
        ] {
            assert_eq!(fault(&text), None, "{}", &text[..40]);
        }
    }
}
