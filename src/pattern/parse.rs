//! The grammar of XPath's regular expressions (XML Schema part 2, appendix G,
//! with the anchors and reluctant quantifiers of Functions and Operators).

use regex_syntax::hir::ClassUnicode;

use super::Flags;
use super::case::with_variants;
use super::class::{letter, negated, property, single};

/// Groups and classes nested more deeply are rejected.
pub(super) const DEEPEST: usize = 100;

pub(super) fn too_deep() -> String {
    format!("it is nested more than {DEEPEST} levels deep")
}

/// A part of an expression.
pub(super) enum RegexNode {
    Class(ClassUnicode),
    Start { multi_line: bool },
    End { multi_line: bool },
    Choice(Vec<Vec<RegexNode>>),
    Repeat { node: Box<RegexNode>, least: u32, most: Option<u32> },
}

impl RegexNode {
    /// The least number of characters that it matches.
    pub fn least(&self) -> usize {
        match self {
            Self::Class(_) => 1,
            Self::Start { .. } | Self::End { .. } => 0,
            Self::Choice(branches) => {
                let all = branches.iter().map(|branch| branch.iter().map(Self::least).fold(0, usize::saturating_add));
                all.min().unwrap_or(0)
            }
            Self::Repeat { node, least, .. } => node.least().saturating_mul(*least as usize),
        }
    }
}

/// The meaning of a backslash and what follows it.
pub(super) enum Escape {
    Character(char),
    Class(ClassUnicode),
}

/// All characters taken literally: the flag `q`.
pub(super) fn literal(pattern: &str, flags: Flags) -> RegexNode {
    RegexNode::Choice(vec![pattern.chars().map(|c| RegexNode::Class(character(c, flags))).collect()])
}

fn character(c: char, flags: Flags) -> ClassUnicode {
    if flags.ignore_case { with_variants(&single(c)) } else { single(c) }
}

pub(super) struct Parser<'a> {
    text: &'a [char],
    pub at: usize,
    pub flags: Flags,
    pub remarks: Vec<String>,
}

impl<'a> Parser<'a> {
    pub fn new(text: &'a [char], flags: Flags) -> Self {
        Self { text, at: 0, flags, remarks: Vec::new() }
    }

    pub fn peek(&self, ahead: usize) -> Option<char> {
        self.text.get(self.at + ahead).copied()
    }

    pub fn next(&mut self) -> Option<char> {
        let next = self.peek(0);
        self.at += usize::from(next.is_some());
        next
    }

    pub fn eat(&mut self, wanted: char) -> bool {
        let is_there = self.peek(0) == Some(wanted);
        self.at += usize::from(is_there);
        is_there
    }

    /// The complete expression.
    pub fn whole(&mut self) -> Result<RegexNode, String> {
        let node = self.choice(0)?;
        match self.peek(0) {
            None => Ok(node),
            Some(_) => Err("unopened group: `)` without `(`".to_owned()),
        }
    }

    fn choice(&mut self, depth: usize) -> Result<RegexNode, String> {
        if depth > DEEPEST {
            return Err(too_deep());
        }
        let mut branches = vec![Vec::new()];
        while let Some(c) = self.peek(0).filter(|c| *c != ')') {
            if c == '|' {
                self.at += 1;
                branches.push(Vec::new());
                continue;
            }
            let atom = self.atom(depth)?;
            let piece = self.quantified(atom)?;
            branches.last_mut().expect("there is always a branch").push(piece);
        }
        Ok(RegexNode::Choice(branches))
    }

    fn atom(&mut self, depth: usize) -> Result<RegexNode, String> {
        let multi_line = self.flags.multi_line;
        let nothing = |c: char| Err(format!("nothing to repeat before `{c}`; write `\\{c}` for the character"));
        Ok(match self.next() {
            Some('(') => {
                if self.eat('?') && !self.eat(':') {
                    let next = self.peek(0).map_or_else(String::new, String::from);
                    return Err(format!("`(?{next}` does not exist in XPath"));
                }
                let group = self.choice(depth + 1)?;
                if !self.eat(')') {
                    return Err("unclosed group".to_owned());
                }
                group
            }
            Some('[') => RegexNode::Class(self.class(depth + 1)?),
            Some('\\') => match self.escape()? {
                Escape::Character(c) => RegexNode::Class(character(c, self.flags)),
                Escape::Class(class) => RegexNode::Class(class),
            },
            Some('.') if self.flags.dot_all => RegexNode::Class(negated(ClassUnicode::empty())),
            Some('.') => RegexNode::Class(negated(single('\n'))),
            Some('^') => RegexNode::Start { multi_line },
            Some('$') => RegexNode::End { multi_line },
            Some(c @ ('*' | '+' | '?' | '{')) => return nothing(c),
            Some(c @ (']' | '}')) => return Err(format!("unmatched `{c}`; write `\\{c}` for the character")),
            Some(c) => RegexNode::Class(character(c, self.flags)),
            None => return Err("unexpected end".to_owned()),
        })
    }

    fn quantified(&mut self, node: RegexNode) -> Result<RegexNode, String> {
        let (least, most) = match self.peek(0) {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => self.counts()?,
            _ => return Ok(node),
        };
        self.at += 1;
        // A reluctant quantifier matches the same texts.
        self.eat('?');
        if let Some(c @ ('*' | '+' | '?' | '{')) = self.peek(0) {
            return Err(format!("nothing to repeat before the second quantifier `{c}`"));
        }
        Ok(RegexNode::Repeat { node: Box::new(node), least, most })
    }

    /// `{n}`, `{n,}` or `{n,m}`; stops at the closing brace.
    fn counts(&mut self) -> Result<(u32, Option<u32>), String> {
        let rest = &self.text[self.at..];
        let end = rest.iter().position(|c| *c == '}');
        let inner: String = rest[1..end.unwrap_or(1)].iter().collect();
        let broken = || {
            format!(
                "`{{{inner}}}` is not a quantifier; write `{{2}}`, `{{2,}}` or `{{2,5}}`, or `\\{{` for the character"
            )
        };
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
        let (least, most): (u32, Option<u32>) = match inner.split_once(',') {
            None => digits(&inner).map(|n| (n, Some(n))).ok_or_else(broken)?,
            Some((least, "")) => (digits(least).ok_or_else(broken)?, None),
            Some((least, most)) => (digits(least).ok_or_else(broken)?, Some(digits(most).ok_or_else(broken)?)),
        };
        if most.is_some_and(|most| most < least) {
            return Err(format!("`{{{inner}}}` has a minimum above its maximum"));
        }
        self.at += end.unwrap_or(0);
        Ok((least, most))
    }

    /// The part after a backslash.
    pub fn escape(&mut self) -> Result<Escape, String> {
        let Some(c) = self.next() else { return Err("it ends with a backslash".to_owned()) };
        Ok(match c {
            'n' => Escape::Character('\n'),
            'r' => Escape::Character('\r'),
            't' => Escape::Character('\t'),
            '\\' | '|' | '.' | '?' | '*' | '+' | '(' | ')' | '{' | '}' | '-' | '[' | ']' | '^' | '$' => {
                Escape::Character(c)
            }
            'p' | 'P' => {
                let name: Option<String> = self.eat('{').then(|| {
                    let name: String = self.text[self.at..].iter().take_while(|c| **c != '}').collect();
                    self.at += name.chars().count();
                    name
                });
                let Some(name) = name.filter(|_| self.eat('}')) else {
                    return Err(format!("`\\{c}` needs a name in braces, such as `\\{c}{{Lu}}`"));
                };
                let Some(class) = property(&name) else {
                    return Err(format!(
                        "`{name}` is neither a category of Unicode, such as `Lu`, nor a block, such as `IsGreek`"
                    ));
                };
                Escape::Class(if c == 'P' { negated(class) } else { class })
            }
            '1'..='9' => return Err(format!("the back-reference `\\{c}` is not supported")),
            _ => match letter(c) {
                Some(class) => Escape::Class(class),
                None if c.is_ascii_punctuation() => {
                    let remark = format!("`\\{c}` is not an escape in XPath and was read as `{c}`");
                    if !self.remarks.contains(&remark) {
                        self.remarks.push(remark);
                    }
                    Escape::Character(c)
                }
                None => return Err(format!("`\\{c}` is not an escape in XPath")),
            },
        })
    }
}
