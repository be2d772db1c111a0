//! The way through a stream of JSON to the parts that may hold records.

use jsonpath_rust::parser::model::Selector;

use super::iteration::Iteration;
use super::scan::WrittenValue;
use super::{DocumentPosition, JsonReader, MOST_NAMES, Stop, escape};
use crate::finding::{Finding, Place, codes, did_you_mean};

impl JsonReader {
    /// The next part of the document that may hold records.
    pub(super) fn next_passage(&mut self) -> Result<Option<(WrittenValue, String)>, Stop> {
        match self.iteration.clone() {
            Iteration::Lines(_) => {
                self.scanner.space()?;
                if self.scanner.peek()?.is_none() {
                    return Ok(None);
                }
                Ok(Some((self.scanner.keep()?, String::new())))
            }
            Iteration::Whole(_) => {
                if self.position == DocumentPosition::End {
                    return Ok(None);
                }
                self.scanner.space()?;
                let whole = self.scanner.keep()?;
                self.end()?;
                Ok(Some((whole, String::new())))
            }
            Iteration::Elements { before, .. } => {
                if self.position == DocumentPosition::Begin {
                    self.enter(&before)?;
                }
                let DocumentPosition::Inside { n, object } = self.position else { return Ok(None) };
                self.scanner.space()?;
                if self.scanner.skip(if object { b'}' } else { b']' })? {
                    self.leave(&before)?;
                    return Ok(None);
                }
                if n > 0 {
                    if !self.scanner.skip(b',')? {
                        let wanted = if object { "`,` or `}`" } else { "`,` or `]`" };
                        return Err(self.scanner.expected(wanted).into());
                    }
                    self.scanner.space()?;
                }
                let mut pointer: String = before.iter().map(selector_pointer).collect();
                pointer.push('/');
                pointer.push_str(&if object { escape(&self.scanner.name()?) } else { n.to_string() });
                self.position = DocumentPosition::Inside { n: n + 1, object };
                Ok(Some((self.scanner.keep()?, pointer)))
            }
        }
    }

    /// Goes to the list or object whose elements are records.
    fn enter(&mut self, before: &[Selector]) -> Result<(), Stop> {
        self.scanner.space()?;
        for selector in before {
            let object = matches!(selector, Selector::Name(_));
            if !self.scanner.skip(if object { b'{' } else { b'[' })? {
                return Err(
                    self.nothing(format!("expected {} here", if object { "an object" } else { "a list" }), None)
                );
            }
            self.open.push(object);
            let mut names: Vec<String> = Vec::new();
            let mut n = 0;
            loop {
                self.scanner.space()?;
                if self.scanner.skip(if object { b'}' } else { b']' })? {
                    let hint = match selector {
                        Selector::Name(name) => did_you_mean(name, names.iter().map(String::as_str)),
                        _ => None,
                    };
                    let what = match selector {
                        Selector::Name(name) => format!("there is no member `{name}`"),
                        other => format!("there is no element {other}"),
                    };
                    return Err(self.nothing(what, hint));
                }
                if n > 0 {
                    if !self.scanner.skip(b',')? {
                        let wanted = if object { "`,` or `}`" } else { "`,` or `]`" };
                        return Err(self.scanner.expected(wanted).into());
                    }
                    self.scanner.space()?;
                }
                let here = match selector {
                    Selector::Name(wanted) => {
                        let name = self.scanner.name()?;
                        let here = name == *wanted;
                        if names.len() < MOST_NAMES {
                            names.push(name);
                        }
                        here
                    }
                    Selector::Index(index) => *index == n,
                    _ => false,
                };
                if here {
                    break;
                }
                self.scanner.value()?;
                n += 1;
            }
        }
        let object = match self.scanner.peek()? {
            Some(b'[') => false,
            Some(b'{') => true,
            _ => return Err(self.nothing("expected a list or an object here".to_owned(), None)),
        };
        self.scanner.skip(if object { b'{' } else { b'[' })?;
        self.position = DocumentPosition::Inside { n: 0, object };
        Ok(())
    }

    /// Reads what is behind the elements.
    fn leave(&mut self, before: &[Selector]) -> Result<(), Stop> {
        for (selector, object) in before.iter().zip(self.open.clone()).rev() {
            loop {
                self.scanner.space()?;
                if self.scanner.skip(if object { b'}' } else { b']' })? {
                    break;
                }
                if !self.scanner.skip(b',')? {
                    let wanted = if object { "`,` or `}`" } else { "`,` or `]`" };
                    return Err(self.scanner.expected(wanted).into());
                }
                self.scanner.space()?;
                if object {
                    let (line, column) = self.scanner.at();
                    let name = self.scanner.name()?;
                    if matches!(selector, Selector::Name(wanted) if *wanted == name) {
                        let message = format!("the object has two members `{name}`; the second is not read");
                        let place = Place::new(&self.file, line, column);
                        return Err(Stop::Told(Box::new(Finding::error(codes::REPEATED_MEMBER, message).at(place))));
                    }
                }
                self.scanner.value()?;
            }
        }
        self.end()
    }

    fn end(&mut self) -> Result<(), Stop> {
        self.position = DocumentPosition::End;
        self.scanner.space()?;
        match self.scanner.peek()? {
            None => Ok(()),
            Some(_) => Err(self.scanner.expected("the end of the file").into()),
        }
    }

    /// The finding that the iterator leads to nothing.
    fn nothing(&mut self, what: String, hint: Option<String>) -> Stop {
        let (line, column) = self.scanner.at();
        let message = format!("the iterator `{}` selects nothing: {what}", self.iterator);
        let place = Place::new(&self.file, line, column);
        Stop::Told(Box::new(Finding::error(codes::NO_RECORDS, message).at(place).hint(hint)))
    }
}

fn selector_pointer(selector: &Selector) -> String {
    match selector {
        Selector::Name(name) => format!("/{}", escape(name)),
        Selector::Index(index) => format!("/{index}"),
        _ => String::new(),
    }
}
