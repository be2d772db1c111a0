//! Logical sources (RML-IO): files, and how they become records.

use std::collections::BTreeMap;

use oxigraph::model::Term;

use super::RmlReader;
use super::node::RmlNode;
use crate::finding::Place;
use crate::graph::path_of;
use crate::pack::normal_path;
use crate::source::{Records, TableSource};
use crate::table;
use crate::vocab::rml;

impl<'g> RmlReader<'g> {
    pub(super) fn logical_source(&mut self, node: &RmlNode<'g>) -> Option<TableSource> {
        self.check_words(node, &["source", "referenceFormulation", "iterator"]);
        let Some(source) = self.only(node, "source") else {
            self.fault(&node.place, "the logical source has no `rml:source`", None);
            return None;
        };
        let (path, place, mut encoding) = self.file(&source)?;
        if path.contains("://") {
            let hint = "download the file and name it".to_owned();
            self.fault(&place, format!("`{path}` is on the web, and only files are read"), hint);
            return None;
        }
        let records = self.records(node)?;
        let (path, part) = TableSource::split(&path);
        let part = part.map(str::to_owned);
        let namespaces = match &records {
            Records::Xml(_) => self.namespaces(node),
            Records::Rows | Records::Json(_) => BTreeMap::new(),
        };
        let mut nulls = Vec::new();
        let mut dialect = None;
        if let Some(described) = source.value_of(self.graph, rml::CSVW_DIALECT) {
            let (read, own_encoding) = self.dialect(&described)?;
            encoding = encoding.or(own_encoding);
            dialect = Some(Box::new(read));
        }
        for null in source.values(self.graph, "null").collect::<Vec<_>>() {
            match null.term {
                Term::Literal(text) => nulls.push(text.value().to_owned()),
                _ => self.fault(&null.place, format!("expected a text, found {}", null.shown()), None),
            }
        }
        nulls.sort();
        let rows = TableSource::rows(normal_path(path));
        Some(TableSource { part, records, encoding, namespaces, nulls, dialect, ..rows })
    }

    /// The namespaces of the prefixes that paths of XML may have: those of the file, and those of
    /// the reference formulation.
    fn namespaces(&mut self, node: &RmlNode<'g>) -> BTreeMap<String, String> {
        let mut namespaces: BTreeMap<String, String> = self.graph.prefixes.iter().cloned().collect();
        let formulations: Vec<RmlNode<'g>> = node.values(self.graph, "referenceFormulation").collect();
        for namespace in formulations.iter().flat_map(|node| node.values(self.graph, "namespace")).collect::<Vec<_>>() {
            self.check_words(&namespace, &["namespacePrefix", "namespaceURL"]);
            let prefix = self.text(&namespace, "namespacePrefix");
            let iri = self.only(&namespace, "namespaceURL").map(|iri| match iri.term {
                Term::NamedNode(node) => node.as_str().to_owned(),
                Term::Literal(literal) => literal.value().to_owned(),
                _ => iri.shown(),
            });
            namespaces.extend(prefix.map(|(prefix, _)| prefix).zip(iri));
        }
        namespaces
    }

    /// The path of a source, where it is named, and the label of its encoding.
    fn file(&mut self, node: &RmlNode<'g>) -> Option<(String, Place, Option<String>)> {
        match node.term {
            Term::Literal(literal) => return Some((literal.value().to_owned(), node.place.clone(), None)),
            Term::NamedNode(iri) if node.properties.is_empty() => {
                return Some((
                    path_of(iri.as_str()).unwrap_or_else(|| iri.as_str().to_owned()),
                    node.place.clone(),
                    None,
                ));
            }
            _ => {}
        }
        if let Some(url) = node.value_of(self.graph, rml::CSVW_URL) {
            return self.file(&url);
        }
        if !node.has(&["path"]) {
            let hint =
                "name a file: `[ a rml:RelativePathSource ; rml:root rml:MappingDirectory ; rml:path \"file.csv\" ]`"
                    .to_owned();
            self.fault(&node.place, "the source is no file; only files are read", hint);
            return None;
        }
        self.check_words(node, &["path", "root", "encoding", "compression", "null"]);
        let (path, place) = self.text(node, "path")?;
        let root = match self.only(node, "root") {
            None => String::new(),
            Some(root) => match (root.word(), root.term) {
                (Some("MappingDirectory"), _) => String::new(),
                (Some("CurrentWorkingDirectory"), _) => {
                    let hint = "name it from the mapping: `rml:root rml:MappingDirectory`".to_owned();
                    let message = "a result must not depend on the folder in which the program is run";
                    self.fault(&root.place, message, hint);
                    return None;
                }
                (_, Term::Literal(folder)) => format!("{}/", folder.value().trim_end_matches('/')),
                _ => {
                    self.fault(&root.place, format!("expected a folder, found {}", root.shown()), None);
                    return None;
                }
            },
        };
        let encoding = match self.only(node, "encoding") {
            None => None,
            Some(given) => {
                let label = match (given.word(), given.term) {
                    (Some(word), _) => word.to_owned(),
                    (None, Term::Literal(label)) => label.value().to_owned(),
                    _ => given.shown(),
                };
                if let Err(fault) = table::encoding(&label) {
                    self.findings.push(fault.at(given.place));
                    return None;
                }
                Some(label)
            }
        };
        if let Some(compression) = self.only(node, "compression")
            && !matches!(compression.word(), Some("none" | "gzip" | "zip"))
        {
            let hint = "files are unpacked by themselves if their names end with .gz, .zst or .zip".to_owned();
            self.fault(&compression.place, format!("the compression {} is not supported", compression.shown()), hint);
            return None;
        }
        Some((if path.starts_with('/') { path } else { root + &path }, place, encoding))
    }

    fn records(&mut self, node: &RmlNode<'g>) -> Option<Records> {
        let Some(formulation) = self.only(node, "referenceFormulation") else {
            let hint = "it is `rml:CSV`, `rml:JSONPath` or `rml:XPath`".to_owned();
            self.fault(&node.place, "the logical source has no `rml:referenceFormulation`", hint);
            return None;
        };
        let iterator = self.text(node, "iterator");
        // A formulation of XPath with namespaces is a node that says what it is.
        let is_xpath = formulation.is_a("XPathReferenceFormulation");
        if is_xpath {
            self.check_words(&formulation, &["namespace"]);
        }
        let word = if is_xpath { Some("XPath") } else { formulation.word() };
        let (path, place) = match (word, iterator) {
            (Some("CSV"), _) => return Some(Records::Rows),
            (Some("JSONPath"), Some(given)) => given,
            (Some("JSONPath"), None) => ("$".to_owned(), node.place.clone()),
            (Some("XPath"), Some(given)) => given,
            (Some("XPath"), None) => {
                self.fault(
                    &node.place,
                    "a source of XML needs an `rml:iterator`",
                    "such as `/offices/office`".to_owned(),
                );
                return None;
            }
            _ => {
                let hint = "the supported ones are CSV, JSONPath and XPath".to_owned();
                let message = format!("the reference formulation {} is not supported", formulation.shown());
                self.fault(&formulation.place, message, hint);
                return None;
            }
        };
        let (checked, records) = if word == Some("XPath") {
            (table::check_xml_iterator(&path), Records::Xml(path))
        } else {
            (table::check_iterator(&path), Records::Json(path))
        };
        match checked {
            Ok(()) => Some(records),
            Err(fault) => {
                self.findings.push(fault.at(place));
                None
            }
        }
    }
}
