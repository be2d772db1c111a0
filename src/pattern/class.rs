//! Character classes as sets: the meaning of escapes, and `[…]` with negation
//! and subtraction (XML Schema part 2, appendix G.4).

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, HirKind};

use super::blocks::BLOCKS;
use super::case::with_variants;
use super::parse::{DEEPEST, Escape, Parser, too_deep};

/// The categories that `\p{…}` can name (appendix G.4.2.2).
const CATEGORIES: &str =
    "L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po Z Zs Zl Zp S Sm Sc Sk So C Cc Cf Co Cn";

pub(super) fn single(c: char) -> ClassUnicode {
    range(c, c)
}

fn range(first: char, last: char) -> ClassUnicode {
    ClassUnicode::new([ClassUnicodeRange::new(first, last)])
}

fn ranges(all: &[(char, char)]) -> ClassUnicode {
    ClassUnicode::new(all.iter().map(|(first, last)| ClassUnicodeRange::new(*first, *last)))
}

pub(super) fn negated(mut class: ClassUnicode) -> ClassUnicode {
    class.negate();
    class
}

fn category(name: &str) -> ClassUnicode {
    match regex_syntax::parse(&format!("\\p{{{name}}}")).map(regex_syntax::hir::Hir::into_kind) {
        Ok(HirKind::Class(Class::Unicode(class))) => class,
        // A class of one character is parsed as a literal.
        Ok(HirKind::Literal(text)) => {
            let text = String::from_utf8_lossy(&text.0).into_owned();
            text.chars().map(single).fold(ClassUnicode::empty(), |mut all, one| {
                all.union(&one);
                all
            })
        }
        _ => ClassUnicode::empty(),
    }
}

/// The class that `\p{…}` names, if it is known.
pub(super) fn property(name: &str) -> Option<ClassUnicode> {
    if let Some(block) = name.strip_prefix("Is") {
        let rows: Vec<(char, char)> =
            BLOCKS.iter().filter(|(known, ..)| *known == block).map(|(_, first, last)| (*first, *last)).collect();
        return (!rows.is_empty()).then(|| ranges(&rows));
    }
    CATEGORIES.split(' ').any(|known| known == name).then(|| category(name))
}

/// `NameStartChar` of XML 1.0 (production 4).
#[rustfmt::skip]
const NAME_START: [(char, char); 16] = [
    (':', ':'), ('A', 'Z'), ('_', '_'), ('a', 'z'), ('À', 'Ö'), ('Ø', 'ö'), ('ø', '\u{2ff}'), ('\u{370}', '\u{37d}'),
    ('\u{37f}', '\u{1fff}'), ('\u{200c}', '\u{200d}'), ('\u{2070}', '\u{218f}'), ('\u{2c00}', '\u{2fef}'),
    ('\u{3001}', '\u{d7ff}'), ('\u{f900}', '\u{fdcf}'), ('\u{fdf0}', '\u{fffd}'), ('\u{10000}', '\u{effff}'),
];

/// The further characters of `NameChar` (production 4a).
const NAME: [(char, char); 5] =
    [('-', '.'), ('0', '9'), ('\u{b7}', '\u{b7}'), ('\u{300}', '\u{36f}'), ('\u{203f}', '\u{2040}')];

/// The class that an escaped letter stands for, if any (appendix G.4.2.5).
pub(super) fn letter(c: char) -> Option<ClassUnicode> {
    let class = match c.to_ascii_lowercase() {
        's' => ranges(&[('\t', '\n'), ('\r', '\r'), (' ', ' ')]),
        'd' => category("Nd"),
        'i' => ranges(&NAME_START),
        'c' => ranges(&[&NAME_START[..], &NAME[..]].concat()),
        'w' => {
            let mut others = category("P");
            others.union(&category("Z"));
            others.union(&category("C"));
            negated(others)
        }
        _ => return None,
    };
    Some(if c.is_ascii_uppercase() { negated(class) } else { class })
}

impl Parser<'_> {
    /// A class, after its `[`.
    pub fn class(&mut self, depth: usize) -> Result<ClassUnicode, String> {
        if depth > DEEPEST {
            return Err(too_deep());
        }
        let unclosed = || "unclosed class `[…]`".to_owned();
        let is_negative = self.eat('^');
        // Only literal characters have case variants.
        let (mut written, mut named) = (ClassUnicode::empty(), ClassUnicode::empty());
        let mut without = None;
        let mut is_first = true;
        loop {
            let c = self.peek(0).ok_or_else(unclosed)?;
            let is_subtraction = c == '-' && self.peek(1) == Some('[');
            match c {
                ']' if is_first => return Err("empty class; write `\\]` for the bracket".to_owned()),
                ']' => {
                    self.at += 1;
                    break;
                }
                '[' => return Err("write `\\[` for a `[` inside a class".to_owned()),
                '-' if is_subtraction && !is_first => {
                    self.at += 2;
                    without = Some(self.class(depth + 1)?);
                    if !self.eat(']') {
                        return Err(match self.peek(0) {
                            None => unclosed(),
                            Some(_) => "nothing may follow a subtracted class".to_owned(),
                        });
                    }
                    break;
                }
                '-' => {
                    let is_last =
                        matches!(self.peek(1), Some(']')) || self.peek(1) == Some('-') && self.peek(2) == Some('[');
                    let is_plain = is_last || is_first && self.peek(1) != Some('-');
                    if !is_plain {
                        return Err("a `-` inside a class must be first or last, or be written `\\-`".to_owned());
                    }
                    self.at += 1;
                    written.union(&single('-'));
                }
                _ => match self.member()? {
                    Escape::Class(class) if self.is_range() => {
                        drop(class);
                        return Err("a range such as `a-z` inside a class needs a character at both ends".to_owned());
                    }
                    Escape::Class(class) => named.union(&class),
                    Escape::Character(first) if self.is_range() => {
                        self.at += 1;
                        let last = match self.peek(0) {
                            Some('-') => Err("a `-` inside a class must be first or last, or be written `\\-`"),
                            _ => match self.member()? {
                                Escape::Character(last) if last < first => {
                                    Err("a range inside a class is in reverse order")
                                }
                                Escape::Character(last) => Ok(last),
                                Escape::Class(_) => {
                                    Err("a range such as `a-z` inside a class needs a character at both ends")
                                }
                            },
                        };
                        written.union(&range(first, last?));
                    }
                    Escape::Character(c) => written.union(&single(c)),
                },
            }
            is_first = false;
        }
        let mut class = if self.flags.ignore_case { with_variants(&written) } else { written };
        class.union(&named);
        if is_negative {
            class.negate();
        }
        if let Some(without) = without {
            class.difference(&without);
        }
        Ok(class)
    }

    /// Whether a `-` follows that forms a range with the item before it.
    fn is_range(&self) -> bool {
        let is_dash = self.peek(0) == Some('-');
        let is_end = matches!(self.peek(1), Some(']' | '[') | None);
        is_dash && !is_end && !(self.peek(1) == Some('-') && self.peek(2) == Some('['))
    }

    fn member(&mut self) -> Result<Escape, String> {
        match self.next() {
            Some('\\') => self.escape(),
            Some(c) => Ok(Escape::Character(c)),
            None => Err("unclosed class `[…]`".to_owned()),
        }
    }
}
