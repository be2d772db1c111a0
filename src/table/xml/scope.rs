//! Which namespaces the prefixes of a document have (<https://www.w3.org/TR/xml-names/>).

use std::sync::Arc;

use super::element::{Element, XmlName};

/// The namespaces that the open elements declare.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    /// The prefix, empty for the default namespace, and its namespace; `None` takes it away.
    declared: Vec<(String, Option<Arc<str>>)>,
    /// How many there are outside of each open element.
    open: Vec<usize>,
}

/// The namespace of the prefix `xml` (section 3), which needs no declaration.
const XML: &str = "http://www.w3.org/XML/1998/namespace";

impl Scopes {
    /// Enters an element, and gives its name and those of its attributes their namespaces.
    pub fn enter(&mut self, element: &mut Element) {
        self.open.push(self.declared.len());
        for attribute in &element.attributes {
            let prefix = match attribute.name.written.as_str() {
                "xmlns" => "",
                name => match name.strip_prefix("xmlns:") {
                    Some(prefix) => prefix,
                    None => continue,
                },
            };
            let namespace = Some(Arc::from(attribute.value.as_str())).filter(|_| !attribute.value.is_empty());
            self.declared.push((prefix.to_owned(), namespace));
        }
        self.resolve(&mut element.name, true);
        for attribute in &mut element.attributes {
            // The default namespace is not that of attributes (section 6.2).
            self.resolve(&mut attribute.name, false);
        }
    }

    /// Leaves the innermost element.
    pub fn leave(&mut self) {
        self.declared.truncate(self.open.pop().unwrap_or(0));
    }

    fn resolve(&self, name: &mut XmlName, is_element: bool) {
        let prefix = match name.written.split_once(':') {
            Some((prefix, _)) => prefix,
            None if is_element => "",
            None => return,
        };
        let declared = self.declared.iter().rev().find(|(known, _)| known == prefix);
        name.namespace = match declared {
            Some((_, namespace)) => namespace.clone(),
            None => (prefix == "xml").then(|| Arc::from(XML)),
        };
    }
}
