//! The part of XPath 1.0 that can be followed in a stream: child elements by name, with predicates
//! on attributes; at the end, an attribute or the text. Everything else is refused by name.

use std::str::Chars;

/// A step to child elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct XPathStep {
    /// The name as it is written, with its prefix; `None` is `*`.
    name: Option<String>,
    predicates: Vec<Predicate>,
}

/// A condition on an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Predicate {
    attribute: String,
    /// The value that it has, or has not; without one, it must be there.
    value: Option<(bool, String)>,
}

/// What is taken of the last element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Taken {
    /// All text in it, also in elements inside it.
    Text,
    /// The text directly in it.
    OwnText,
    /// An attribute; `None` is `@*`.
    Attribute(String),
}

/// A path from a record to values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct XPathReference {
    /// How many elements further out.
    pub up: usize,
    pub steps: Vec<XPathStep>,
    pub taken: Taken,
}

impl XPathStep {
    /// Whether it selects an element.
    pub fn selects(&self, name: &str, attributes: &[(String, String)]) -> bool {
        self.name.as_deref().is_none_or(|wanted| wanted == name)
            && self.predicates.iter().all(|predicate| {
                let found = attributes.iter().find(|(name, _)| *name == predicate.attribute);
                match (found, &predicate.value) {
                    (None, _) => false,
                    (Some(_), None) => true,
                    (Some((_, value)), Some((equal, wanted))) => (value == wanted) == *equal,
                }
            })
    }

    /// The name that it asks for.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

/// Reads an absolute path of elements.
pub(super) fn iterator(text: &str) -> Result<Vec<XPathStep>, String> {
    let Some(rest) = text.trim().strip_prefix('/') else {
        return Err(format!("`{text}` is not an absolute path; it begins with the outermost element, as `/orgs/org`"));
    };
    let mut parser = PathParser { whole: text, rest: rest.chars() };
    let mut steps = Vec::new();
    loop {
        steps.push(parser.step()?);
        match parser.next() {
            None => return Ok(steps),
            Some('/') => {}
            Some(c) => return Err(parser.unexpected(c)),
        }
    }
}

/// Reads a path from a record: `name`, `@id`, `address/city`, `.`, `text()`, `../@id`.
pub(super) fn reference(text: &str) -> Result<XPathReference, String> {
    let trimmed = text.trim();
    if trimmed.starts_with('/') {
        return Err(format!("`{text}` begins with `/`, but a reference begins at the record"));
    }
    let mut rest = trimmed;
    let (mut up, mut steps, mut taken) = (0, Vec::new(), Taken::Text);
    while let Some(after) = rest.strip_prefix("..") {
        up += 1;
        rest = match after.strip_prefix('/') {
            Some(rest) => rest,
            None if after.is_empty() => ".",
            None => return Err(format!("`{text}` has something behind `..` that is not `/`")),
        };
    }
    rest = rest.strip_prefix("./").unwrap_or(rest);
    if rest == "." {
        return Ok(XPathReference { up, steps, taken });
    }
    let mut parser = PathParser { whole: text, rest: rest.chars() };
    loop {
        if parser.rest.as_str() == "text()" {
            taken = Taken::OwnText;
            break;
        }
        if parser.rest.as_str().starts_with('@') {
            parser.next();
            taken = Taken::Attribute(parser.name()?);
            match parser.next() {
                None => break,
                Some(c) => return Err(parser.unexpected(c)),
            }
        }
        steps.push(parser.step()?);
        match parser.next() {
            None => break,
            Some('/') => {}
            Some(c) => return Err(parser.unexpected(c)),
        }
    }
    Ok(XPathReference { up, steps, taken })
}

struct PathParser<'a> {
    whole: &'a str,
    rest: Chars<'a>,
}

fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':') || !c.is_ascii() && !c.is_whitespace()
}

impl PathParser<'_> {
    fn next(&mut self) -> Option<char> {
        self.rest.next()
    }

    fn peek(&self) -> Option<char> {
        self.rest.clone().next()
    }

    /// The part of XPath that a character begins and that is not supported.
    fn unexpected(&self, c: char) -> String {
        let what = match c {
            '/' => "`//` (descendants): a path names every element",
            '(' => "functions",
            '|' => "`|` (several paths)",
            '$' => "variables",
            '0'..='9' => "positions such as `[1]`",
            '.' => "`.` and `..` inside a path",
            '@' => "an attribute before the end of a path",
            '=' | '<' | '>' | '+' | '!' => "expressions",
            c => return format!("`{}` is not a path: `{c}` is unexpected", self.whole),
        };
        format!("`{}` has {what}, which is not supported", self.whole)
    }

    fn name(&mut self) -> Result<String, String> {
        let text = self.rest.as_str();
        let end = text.find(|c: char| !is_name_char(c)).unwrap_or(text.len());
        let name = &text[..end];
        match name.chars().next() {
            None => Err(match text.chars().next() {
                Some(c) => self.unexpected(c),
                None => format!("`{}` ends where a name is expected", self.whole),
            }),
            Some(c) if c.is_ascii_digit() || c == '.' || c == '-' => Err(self.unexpected(c)),
            Some(_) if name.contains("::") => Err(format!("`{}` has axes (`::`), which are not supported", self.whole)),
            Some(_) => {
                self.rest = text[end..].chars();
                Ok(name.to_owned())
            }
        }
    }

    fn step(&mut self) -> Result<XPathStep, String> {
        let name = if self.peek() == Some('*') {
            self.next();
            None
        } else {
            Some(self.name()?)
        };
        let mut predicates = Vec::new();
        while self.peek() == Some('[') {
            self.next();
            predicates.push(self.predicate()?);
        }
        if let Some(c @ '(') = self.peek() {
            return Err(self.unexpected(c));
        }
        Ok(XPathStep { name, predicates })
    }

    fn space(&mut self) {
        self.rest = self.rest.as_str().trim_start().chars();
    }

    fn predicate(&mut self) -> Result<Predicate, String> {
        let only = || "predicates other than on attributes, such as `[@type='board']`";
        self.space();
        match self.peek() {
            Some('@') => self.next(),
            Some(c @ ('0'..='9' | '$')) => return Err(self.unexpected(c)),
            _ => return Err(format!("`{}` has {}, which are not supported", self.whole, only())),
        };
        let attribute = self.name()?;
        self.space();
        let equal = match self.next() {
            Some(']') => return Ok(Predicate { attribute, value: None }),
            Some('=') => true,
            Some('!') if self.peek() == Some('=') => {
                self.next();
                false
            }
            _ => return Err(format!("`{}` has {}, which are not supported", self.whole, only())),
        };
        self.space();
        let Some(quote @ ('\'' | '"')) = self.next() else {
            return Err(format!("`{}` compares an attribute with something that is not quoted", self.whole));
        };
        let text = self.rest.as_str();
        let Some(end) = text.find(quote) else {
            return Err(format!("`{}` has a quote that is never closed", self.whole));
        };
        let value = text[..end].to_owned();
        self.rest = text[end + 1..].chars();
        self.space();
        match self.next() {
            Some(']') => Ok(Predicate { attribute, value: Some((equal, value)) }),
            _ => Err(format!("`{}` has {}, which are not supported", self.whole, only())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_followed_is_refused_by_name() {
        for (path, named) in [
            ("orgs/org", "absolute"),
            ("//org", "`//`"),
            ("/orgs//org", "`//`"),
            ("/orgs/org[1]", "positions"),
            ("/orgs/org[name='x']", "predicates other than"),
            ("/orgs/org[@a='x' and @b]", "predicates other than"),
            ("/orgs/org[last()]", "predicates other than"),
            ("/orgs/child::org", "axes"),
            ("/orgs/org | /orgs/body", "unexpected"),
            ("/orgs/text()", "functions"),
            ("/orgs/org[@a=1]", "not quoted"),
            ("/orgs/org[@a='1]", "never closed"),
            ("/", "ends where a name"),
            ("/orgs/", "ends where a name"),
        ] {
            let message = iterator(path).unwrap_err();
            assert!(message.contains(named), "{path}: {message}");
        }
        for (path, named) in
            [("/a", "begins at the record"), ("a//b", "`//`"), ("count(a)", "functions"), ("a/../b", "inside a path")]
        {
            let message = reference(path).unwrap_err();
            assert!(message.contains(named), "{path}: {message}");
        }
    }

    #[test]
    fn a_step_selects_by_name_and_attributes() {
        let steps = iterator("/gov:orgs/*[@kind='a/b'][@id]/名[@x != \"]\"]").unwrap();
        let attributes = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        assert!(steps[0].selects("gov:orgs", &[]) && !steps[0].selects("orgs", &[]));
        assert!(steps[1].selects("any", &attributes(&[("id", ""), ("kind", "a/b")])));
        assert!(!steps[1].selects("any", &attributes(&[("kind", "a/b")])));
        assert!(steps[2].selects("名", &attributes(&[("x", "y")])) && !steps[2].selects("名", &[]));
    }

    #[test]
    fn a_reference_may_go_out_first() {
        let found = reference("../../@id").unwrap();
        assert_eq!((found.up, found.steps.len(), found.taken), (2, 0, Taken::Attribute("id".to_owned())));
        assert_eq!(reference(".").unwrap(), XPathReference { up: 0, steps: Vec::new(), taken: Taken::Text });
        assert_eq!(reference("a/text()").unwrap().taken, Taken::OwnText);
    }
}
