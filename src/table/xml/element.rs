//! An element of XML with what is in it and where.

use std::sync::Arc;

use super::path::{NameTest, Taken, XPathReference, XPathStep};

/// Bytes of the passage.
pub(super) type Span = (usize, usize);

/// A name as it is written, with its prefix, and its namespace.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct XmlName {
    pub written: String,
    /// Known only if a path asks for it.
    pub namespace: Option<Arc<str>>,
}

/// An attribute, and where its value is.
#[derive(Debug)]
pub(super) struct Attribute {
    pub name: XmlName,
    pub value: String,
    pub span: Span,
}

/// An element.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub name: XmlName,
    pub attributes: Vec<Attribute>,
    pub content: Vec<XmlContent>,
    pub span: Span,
}

#[derive(Debug)]
pub(super) enum XmlContent {
    Element(Element),
    Text(String, Span),
}

impl Element {
    /// The elements in it that a step selects.
    pub fn select<'e>(&'e self, step: &'e XPathStep) -> impl Iterator<Item = &'e Element> {
        self.content.iter().filter_map(|content| match content {
            XmlContent::Element(element) if step.selects(element) => Some(element),
            _ => None,
        })
    }

    /// Adds text, to the text before it if there is some.
    pub fn push_text(&mut self, text: &str, span: Span) {
        match self.content.last_mut() {
            Some(XmlContent::Text(before, before_span)) => {
                before.push_str(text);
                before_span.1 = span.1;
            }
            _ => self.content.push(XmlContent::Text(text.to_owned(), span)),
        }
    }

    /// The values to which a reference leads, from the element where it begins.
    pub fn values<'e>(&'e self, reference: &'e XPathReference) -> Vec<(String, Span)> {
        let mut found = vec![self];
        for step in &reference.steps {
            found = found.into_iter().flat_map(|element| element.select(step)).collect();
        }
        let value = |element: &Element| match &reference.taken {
            Taken::Attribute(name) => element.attribute(name).map(|found| (found.value.clone(), found.span)),
            Taken::Text => Some(element.text(true)),
            Taken::OwnText => Some(element.text(false)),
        };
        found.into_iter().filter_map(value).collect()
    }

    /// The attribute with this name.
    pub fn attribute(&self, name: &NameTest) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| name.is(&attribute.name))
    }

    fn text(&self, deep: bool) -> (String, Span) {
        let (mut text, mut span) = (String::new(), None);
        self.add_text(deep, &mut text, &mut span);
        (text, span.unwrap_or((self.span.0, self.span.0 + 1)))
    }

    fn add_text(&self, deep: bool, all: &mut String, span: &mut Option<Span>) {
        for content in &self.content {
            match content {
                XmlContent::Text(text, at) => {
                    all.push_str(text);
                    *span = Some(span.map_or(*at, |(start, _)| (start, at.1)));
                }
                XmlContent::Element(element) if deep => element.add_text(deep, all, span),
                XmlContent::Element(_) => {}
            }
        }
    }
}
