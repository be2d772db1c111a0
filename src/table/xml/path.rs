//! The part of XPath 1.0 that can be followed in a stream: child elements by name, with predicates
//! on attributes; at the end, an attribute or the text. Everything else is refused by name.
//!
//! A prefix that the mapping binds means its namespace, whichever prefix a document has for it; any
//! other name is compared as it is written. So a name without a prefix is found in a document with a
//! default namespace, for which XPath 1.0 would ask for a prefix.

use std::collections::BTreeMap;
use std::str::Chars;

use super::element::{Element, XmlName};

/// The namespaces of prefixes.
pub(super) type Namespaces = BTreeMap<String, String>;

/// Which names are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NameTest {
    /// All of them: `*`.
    Any,
    /// The one that is written so, or all with this prefix: `g:*`.
    Written(String),
    /// The one in this namespace, or all of it; and how the path writes it.
    Expanded { namespace: String, local: Option<String>, written: String },
}

/// A step to child elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct XPathStep {
    name: NameTest,
    predicates: Vec<Predicate>,
}

/// A condition on an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Predicate {
    attribute: NameTest,
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
    /// An attribute.
    Attribute(NameTest),
}

/// A path from a record to values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct XPathReference {
    /// How many elements further out.
    pub up: usize,
    pub steps: Vec<XPathStep>,
    pub taken: Taken,
}

impl NameTest {
    /// Whether a name is meant.
    pub fn is(&self, name: &XmlName) -> bool {
        match self {
            Self::Any => true,
            Self::Written(written) => match written.strip_suffix('*') {
                Some(prefix) => name.written.starts_with(prefix),
                None => *written == name.written,
            },
            Self::Expanded { namespace, local, .. } => {
                let found = name.written.split_once(':').map_or(name.written.as_str(), |(_, local)| local);
                name.namespace.as_deref() == Some(namespace) && local.as_ref().is_none_or(|local| local == found)
            }
        }
    }

    /// How a path writes it; `None` is `*`.
    pub fn written(&self) -> Option<&str> {
        match self {
            Self::Any => None,
            Self::Written(written) | Self::Expanded { written, .. } => Some(written),
        }
    }

    fn needs_namespace(&self) -> bool {
        matches!(self, Self::Expanded { .. })
    }
}

impl XPathStep {
    /// Whether it selects an element.
    pub fn selects(&self, element: &Element) -> bool {
        self.name.is(&element.name)
            && self.predicates.iter().all(|predicate| {
                match (element.attribute(&predicate.attribute), &predicate.value) {
                    (None, _) => false,
                    (Some(_), None) => true,
                    (Some(found), Some((equal, wanted))) => (found.value == *wanted) == *equal,
                }
            })
    }

    /// The name that it asks for.
    pub fn name(&self) -> &NameTest {
        &self.name
    }

    /// Whether it can only be followed if namespaces are known.
    pub fn needs_namespaces(&self) -> bool {
        self.name.needs_namespace() || self.predicates.iter().any(|predicate| predicate.attribute.needs_namespace())
    }
}

impl XPathReference {
    /// Whether it can only be followed if namespaces are known.
    pub fn needs_namespaces(&self) -> bool {
        self.steps.iter().any(XPathStep::needs_namespaces)
            || matches!(&self.taken, Taken::Attribute(name) if name.needs_namespace())
    }
}

/// Reads an absolute path of elements.
pub(super) fn iterator(text: &str, namespaces: &Namespaces) -> Result<Vec<XPathStep>, String> {
    let Some(rest) = text.trim().strip_prefix('/') else {
        return Err(format!("`{text}` is not an absolute path; it begins with the outermost element, as `/orgs/org`"));
    };
    let mut parser = PathParser { whole: text, rest: rest.chars(), namespaces };
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
pub(super) fn reference(text: &str, namespaces: &Namespaces) -> Result<XPathReference, String> {
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
    let mut parser = PathParser { whole: text, rest: rest.chars(), namespaces };
    loop {
        if parser.rest.as_str() == "text()" {
            taken = Taken::OwnText;
            break;
        }
        if parser.rest.as_str().starts_with('@') {
            parser.next();
            taken = Taken::Attribute(parser.attribute()?);
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
    namespaces: &'a Namespaces,
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

    /// A name, or a prefix with `*`. The mapping may bind the prefix.
    fn name_test(&mut self) -> Result<NameTest, String> {
        let mut written = self.name()?;
        let is_any = written.ends_with(':');
        if is_any {
            if self.next() != Some('*') {
                return Err(format!("`{}` has a prefix without a name", self.whole));
            }
            written.push('*');
        }
        let bound = written.split_once(':').and_then(|(prefix, local)| Some((self.namespaces.get(prefix)?, local)));
        Ok(match bound {
            None => NameTest::Written(written),
            Some((namespace, local)) => {
                let (namespace, local) = (namespace.clone(), (!is_any).then(|| local.to_owned()));
                NameTest::Expanded { namespace, local, written }
            }
        })
    }

    /// The name of an attribute.
    fn attribute(&mut self) -> Result<NameTest, String> {
        let test = self.name_test()?;
        match test.written() {
            Some(written) if !written.ends_with('*') => Ok(test),
            _ => Err(format!("`{}` has all attributes with a prefix (`*`), which is not supported", self.whole)),
        }
    }

    fn step(&mut self) -> Result<XPathStep, String> {
        let name = if self.peek() == Some('*') {
            self.next();
            NameTest::Any
        } else {
            self.name_test()?
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
        let attribute = self.attribute()?;
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
    use super::super::element::Attribute;
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
            let message = iterator(path, &Namespaces::new()).unwrap_err();
            assert!(message.contains(named), "{path}: {message}");
        }
        for (path, named) in
            [("/a", "begins at the record"), ("a//b", "`//`"), ("count(a)", "functions"), ("a/../b", "inside a path")]
        {
            let message = reference(path, &Namespaces::new()).unwrap_err();
            assert!(message.contains(named), "{path}: {message}");
        }
    }

    fn name(written: &str, namespace: Option<&str>) -> XmlName {
        XmlName { written: written.to_owned(), namespace: namespace.map(Into::into) }
    }

    fn element(written: &str, namespace: Option<&str>, attributes: &[(&str, &str)]) -> Element {
        let attribute =
            |(key, value): &(&str, &str)| Attribute { name: name(key, None), value: (*value).to_owned(), span: (0, 0) };
        let attributes = attributes.iter().map(attribute).collect();
        Element { name: name(written, namespace), attributes, ..Element::default() }
    }

    #[test]
    fn a_step_selects_by_name_and_attributes() {
        let steps = iterator("/gov:orgs/*[@kind='a/b'][@id]/名[@x != \"]\"]", &Namespaces::new()).unwrap();
        assert!(steps[0].selects(&element("gov:orgs", None, &[])) && !steps[0].selects(&element("orgs", None, &[])));
        assert!(steps[1].selects(&element("any", None, &[("id", ""), ("kind", "a/b")])));
        assert!(!steps[1].selects(&element("any", None, &[("kind", "a/b")])));
        assert!(steps[2].selects(&element("名", None, &[("x", "y")])) && !steps[2].selects(&element("名", None, &[])));
    }

    #[test]
    fn a_prefix_of_the_mapping_means_its_namespace() {
        let namespaces = Namespaces::from([("g".to_owned(), "urn:gov".to_owned())]);
        let steps = iterator("/g:orgs/g:*/other:x/y", &namespaces).unwrap();
        let selects = |at: usize, written: &str, namespace| steps[at].selects(&element(written, namespace, &[]));
        for written in ["orgs", "g:orgs", "gov:orgs"] {
            assert!(selects(0, written, Some("urn:gov")) && !selects(0, written, Some("urn:other")), "{written}");
            assert!(!selects(0, written, None), "{written}");
        }
        assert!(selects(1, "z:any", Some("urn:gov")) && !selects(1, "z:any", Some("urn:z")));
        // A prefix that it does not bind is that of the document, as is none.
        assert!(selects(2, "other:x", Some("urn:any")) && !selects(2, "x", Some("urn:any")));
        assert!(selects(3, "y", Some("urn:gov")) && selects(3, "y", None) && !selects(3, "g:y", Some("urn:gov")));
        let of_document = iterator("/d:*", &namespaces).unwrap();
        assert!(
            of_document[0].selects(&element("d:x", None, &[])) && !of_document[0].selects(&element("x", None, &[]))
        );
        assert!(iterator("/g:", &namespaces).unwrap_err().contains("a prefix without a name"));
        assert!(reference("@g:*", &namespaces).unwrap_err().contains("all attributes"));
    }

    #[test]
    fn a_reference_may_go_out_first() {
        let reference = |text| reference(text, &Namespaces::new());
        let found = reference("../../@id").unwrap();
        let id = NameTest::Written("id".to_owned());
        assert_eq!((found.up, found.steps.len(), found.taken), (2, 0, Taken::Attribute(id)));
        assert_eq!(reference(".").unwrap(), XPathReference { up: 0, steps: Vec::new(), taken: Taken::Text });
        assert_eq!(reference("a/text()").unwrap().taken, Taken::OwnText);
    }
}
