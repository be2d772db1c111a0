//! A Turtle or TriG text passed to its parser piece by piece, to find out from which tokens a
//! triple came: a piece yields at most one triple.
//!
//! This is not a parser: it splits tokens and counts brackets. Where it misreads the text, a
//! place is lost, never a triple.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::rc::Rc;

use oxigraph::model::{BlankNode, NamedOrBlankNode, Term};

use super::ByteSpan;

/// How far a parser that reads the text has come.
pub(super) struct Trail<'a> {
    text: &'a str,
    state: Rc<RefCell<TrailState>>,
}

#[derive(Default)]
struct TrailState {
    /// The token that was read last; its effect on what follows is not counted yet.
    current: Option<ByteSpan>,
    /// The tokens before it.
    before: VecDeque<ByteSpan>,
    /// The open brackets.
    open: Vec<ByteSpan>,
    /// The unlabelled subject of the last triple, and where that triple was found.
    last: Option<(BlankNode, usize)>,
    /// The subject of the statement.
    subject: Option<ByteSpan>,
    /// Tokens of a directive that are still to come.
    n_skipped: u8,
}

/// The input of the parser.
pub(super) struct TokenPieces<'a> {
    text: &'a str,
    at: usize,
    /// The end of the token that is being read.
    end: usize,
    state: Rc<RefCell<TrailState>>,
}

impl<'a> Trail<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text, state: Rc::default() }
    }

    pub fn reader(&self) -> TokenPieces<'a> {
        TokenPieces { text: self.text, at: 0, end: 0, state: Rc::clone(&self.state) }
    }

    /// Where the subject of the last triple is written.
    pub fn subject(&self, subject: &NamedOrBlankNode) -> Option<ByteSpan> {
        let state = self.state.borrow();
        match subject {
            NamedOrBlankNode::BlankNode(_) if !state.open.is_empty() => state.open.last().copied(),
            _ => state.subject,
        }
    }

    /// Remembers the subject of the last triple.
    pub fn remember(&self, subject: &NamedOrBlankNode) {
        let mut state = self.state.borrow_mut();
        let at = state.current.map_or(0, |(start, _)| start);
        state.last = match subject {
            NamedOrBlankNode::BlankNode(node) => Some((node.clone(), at)),
            NamedOrBlankNode::NamedNode(_) => None,
        };
    }

    /// Where the object of the last triple is written.
    pub fn object(&self, object: &Term) -> Option<ByteSpan> {
        let state = self.state.borrow();
        // A node in brackets is yielded when they close, and begins where they open; a name
        // before the closing bracket may be yielded with it.
        let is = |span: Option<&ByteSpan>, token: &str| span.is_some_and(|span| &self.text[span.0..span.1] == token);
        if let (Term::BlankNode(node), true, Some(open)) = (object, is(state.current.as_ref(), "]"), state.open.last())
        {
            let is_last = |(last, at): &(BlankNode, usize)| last == node && *at > open.0;
            let follows_name = state.before.back().is_some_and(|span| self.text[span.0..].starts_with("_:"));
            if !follows_name || state.last.as_ref().is_some_and(is_last) {
                return Some(*open);
            }
        }
        // A list is yielded with its first member.
        if matches!(object, Term::BlankNode(_)) && is(state.before.back(), "(") {
            return state.before.back().copied();
        }
        let recent = state.current.into_iter().chain(state.before.iter().rev().copied());
        recent.take(4).find(|span| self.is_written(*span, object))
    }

    fn is_written(&self, (start, end): ByteSpan, object: &Term) -> bool {
        let token = &self.text[start..end];
        match object {
            Term::NamedNode(node) => match token.strip_prefix('<') {
                Some(rest) => {
                    let mut rest = rest.trim_end_matches('>');
                    while let Some(below) = rest.strip_prefix("../").or_else(|| rest.strip_prefix("./")) {
                        rest = below;
                    }
                    node.as_str().ends_with(rest)
                }
                None => {
                    let local = token.split_once(':').map(|(_, local)| local.replace('\\', ""));
                    local.is_some_and(|local| node.as_str().ends_with(&local)) && !token.starts_with("_:")
                        || token == "a"
                }
            },
            Term::Literal(_) => {
                token.starts_with(['"', '\'', '+', '-', '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
                    && token != "."
                    || matches!(token, "true" | "false")
            }
            Term::BlankNode(_) => token.starts_with('(') || token.starts_with("_:"),
            Term::Triple(_) => false,
        }
    }
}

impl TrailState {
    /// Applies the effect of the current token, before the next is read.
    fn pass(&mut self, text: &str) {
        const KEPT: usize = 4;
        let Some(span) = self.current.take() else { return };
        let token = &text[span.0..span.1];
        self.before.push_back(span);
        if self.before.len() > KEPT {
            self.before.pop_front();
        }
        if self.n_skipped > 0 {
            self.n_skipped -= 1;
            return;
        }
        match token {
            "[" | "(" => {
                if self.open.is_empty() && self.subject.is_none() {
                    self.subject = Some(span);
                }
                self.open.push(span);
            }
            "]" | ")" => drop(self.open.pop()),
            "." | "{" | "}" if self.open.is_empty() => self.subject = None,
            _ if self.subject.is_some() || !self.open.is_empty() => {}
            _ if token.trim_start_matches('@').eq_ignore_ascii_case("prefix") => self.n_skipped = 2,
            _ if token.trim_start_matches('@').eq_ignore_ascii_case("base") => self.n_skipped = 1,
            _ if token.eq_ignore_ascii_case("graph") => {}
            _ => self.subject = Some(span),
        }
    }
}

impl Read for TokenPieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.end {
            let mut state = self.state.borrow_mut();
            self.end = self.at;
            loop {
                let start = self.end + skip(&self.text[self.end..]);
                let behind = start + token(&self.text[start..]);
                state.pass(self.text);
                if behind > start {
                    state.current = Some((start, behind));
                }
                // The white space after it is read too: it ends the token.
                let white = self.text[behind..].len() - self.text[behind..].trim_start().len();
                self.end = behind + white;
                // The members of a list are triples without separators.
                let is_list = state.open.last().is_some_and(|(open, _)| self.text[*open..].starts_with('('));
                let ends = matches!(
                    &self.text[start..behind],
                    "" | ";" | "," | "." | "[" | "]" | "(" | ")" | "{" | "}" | "<<" | ">>" | "{|" | "|}"
                );
                if ends || is_list {
                    break;
                }
            }
        }
        let rest = &self.text.as_bytes()[self.at..self.end];
        let n = rest.len().min(buffer.len());
        buffer[..n].copy_from_slice(&rest[..n]);
        self.at += n;
        Ok(n)
    }
}

/// How many bytes of white space and comments are at the start of a text.
fn skip(text: &str) -> usize {
    let mut at = 0;
    loop {
        at += text[at..].len() - text[at..].trim_start().len();
        if !text[at..].starts_with('#') {
            return at;
        }
        at += text[at..].find('\n').unwrap_or(text[at..].len());
    }
}

/// The length of the token at the start of a text.
fn token(text: &str) -> usize {
    for quote in ["\"\"\"", "'''", "\"", "'"] {
        if let Some(rest) = text.strip_prefix(quote) {
            return quote.len() + until(rest, quote);
        }
    }
    if text.starts_with("<<") || text.starts_with(">>") || text.starts_with("{|") || text.starts_with("|}") {
        return 2;
    }
    if text.starts_with('<') {
        return text.find('>').map_or(text.len(), |at| at + 1);
    }
    let mut chars = text.char_indices();
    let Some((_, first)) = chars.next() else { return 0 };
    if matches!(first, ';' | ',' | '[' | ']' | '(' | ')' | '{' | '}') {
        return 1;
    }
    let mut end = first.len_utf8();
    let mut escaped = first == '\\';
    for (at, c) in chars {
        if !escaped
            && (c.is_whitespace() || matches!(c, ';' | ',' | '[' | ']' | '(' | ')' | '{' | '}' | '"' | '\'' | '#'))
            || c == '<' && !text[..at].ends_with("^^")
        {
            break;
        }
        // The IRI of a datatype.
        if c == '<' {
            return at + text[at..].find('>').map_or(text.len() - at, |end| end + 1);
        }
        escaped = c == '\\' && !escaped;
        end = at + c.len_utf8();
    }
    // A full stop after a word ends the statement.
    let word = text[..end].trim_end_matches('.');
    if word.is_empty() { 1 } else { word.len() }
}

/// The length of a text up to and including its closing quotes.
fn until(text: &str, quote: &str) -> usize {
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with('\\') {
            at += 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8);
        } else if text[at..].starts_with(quote) {
            return at + quote.len();
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}
