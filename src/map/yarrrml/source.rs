//! The sources of a YARRRML mapping: which files it reads, and how they become records.

use std::collections::BTreeMap;

use super::{MappingReader, NamedSource};
use crate::finding::did_you_mean;
use crate::pack::normal_path;
use crate::source::{Records, TableSource};
use crate::table;
use crate::yaml::YamlNode;

/// The reference formulations, as a mapping names them.
const FORMULATIONS: &[&str] = &["csv", "jsonpath", "xpath"];

impl MappingReader<'_> {
    /// `[people.csv~csv]`, `[orgs.json~jsonpath, $.results[*]]`, or a mapping with `access`,
    /// `referenceFormulation` and `iterator`.
    pub(super) fn source(&mut self, node: &YamlNode) -> Option<NamedSource> {
        let (path, formulation, at, iterator) = if let Some(items) = node.as_sequence() {
            let first = items.first()?;
            let Some((path, formulation)) = first.as_str().and_then(|text| text.rsplit_once('~')) else {
                self.fault(first, "expected a file with its format, such as `file.csv~csv`", None);
                return None;
            };
            if let Some(extra) = items.get(2) {
                self.fault(extra, "expected a file and at most an iterator", None);
            }
            (path, formulation, first, items.get(1))
        } else {
            let access = node.get("access").and_then(|access| Some((access.as_str()?, access)));
            let formulation = node.get("referenceFormulation").and_then(YamlNode::as_str);
            let (Some((path, access)), Some(formulation)) = (access, formulation) else {
                self.fault(
                    node,
                    "a source needs `access` and `referenceFormulation`",
                    "add them, or write `[file.csv~csv]`".to_owned(),
                );
                return None;
            };
            let known: &[&[&str]] = &[&["access"], &["referenceFormulation"], &["iterator"], &["type"], &["encoding"]];
            self.check_keys(node, known);
            if let Some(kind) = node.get("type")
                && kind.as_str() != Some("localfile")
            {
                let hint = "export the data as a file, of the type `localfile`".to_owned();
                self.fault(kind, "only files are read", hint);
                return None;
            }
            (path, formulation, access, node.get("iterator"))
        };
        if path.contains("://") {
            let hint = "download the file and name it".to_owned();
            self.fault(at, format!("`{path}` is on the web, and only files are read"), hint);
            return None;
        }
        let encoding = self.encoding(node)?;
        let records = self.records(formulation, at, iterator)?;
        let (path, part) = TableSource::split(path);
        let part = part.map(str::to_owned);
        let namespaces = match &records {
            Records::Xml(_) => self.own_prefixes.clone(),
            _ => BTreeMap::new(),
        };
        let source = TableSource { part, records, encoding, namespaces, ..TableSource::rows(normal_path(path)) };
        Some(NamedSource { source, place: self.place(at) })
    }

    /// The label of the encoding of a source; `None` if it is wrong.
    fn encoding(&mut self, node: &YamlNode) -> Option<Option<String>> {
        let Some(given) = node.get("encoding") else { return Some(None) };
        let label = given.as_str().unwrap_or_default();
        match table::encoding(label) {
            Ok(_) => Some(Some(label.to_owned())),
            Err(fault) => {
                let place = self.place(given);
                self.findings.push(fault.at(place));
                None
            }
        }
    }

    fn records(&mut self, formulation: &str, at: &YamlNode, iterator: Option<&YamlNode>) -> Option<Records> {
        if formulation == "csv" {
            if let Some(iterator) = iterator {
                self.fault(iterator, "a table has rows by itself and needs no iterator", None);
            }
            return Some(Records::Rows);
        }
        if !FORMULATIONS.contains(&formulation) {
            let hint = did_you_mean(formulation, FORMULATIONS.iter().copied()).unwrap_or_else(|| {
                let names: Vec<String> = FORMULATIONS.iter().map(|name| format!("`{name}`")).collect();
                format!("the supported formats are {}", names.join(", "))
            });
            self.fault(at, format!("sources in the format `{formulation}` are not supported"), hint);
            return None;
        }
        let Some((iterator, text)) = iterator.and_then(|node| Some((node, node.as_str()?))) else {
            let hint = if formulation == "xpath" {
                "write `[orgs.xml~xpath, /orgs/org]`".to_owned()
            } else {
                "write `[orgs.json~jsonpath, \"$.results[*]\"]`".to_owned()
            };
            self.fault(at, format!("a source in the format `{formulation}` needs an iterator"), hint);
            return None;
        };
        let (checked, records) = if formulation == "xpath" {
            (table::check_xml_iterator(text), Records::Xml(text.to_owned()))
        } else {
            (table::check_iterator(text), Records::Json(text.to_owned()))
        };
        match checked {
            Ok(()) => Some(records),
            Err(fault) => {
                let place = self.place(iterator);
                self.findings.push(fault.at(place));
                None
            }
        }
    }
}
