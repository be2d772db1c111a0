//! An element of XML with what is in it and where.

use super::path::{Taken, XPathReference, XPathStep};

/// Bytes of the passage.
pub(super) type Span = (usize, usize);

/// An element.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    /// Where the values of the attributes are.
    pub attribute_spans: Vec<Span>,
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
            XmlContent::Element(element) if step.selects(&element.name, &element.attributes) => Some(element),
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
            Taken::Attribute(name) => {
                let at = element.attributes.iter().position(|(known, _)| known == name)?;
                Some((element.attributes[at].1.clone(), element.attribute_spans[at]))
            }
            Taken::Text => Some(element.text(true)),
            Taken::OwnText => Some(element.text(false)),
        };
        found.into_iter().filter_map(value).collect()
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
