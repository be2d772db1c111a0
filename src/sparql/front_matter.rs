//! Front matter: YAML in comments at the top of a query, between two lines `# ---`. It describes
//! questions, views and checks.

use std::collections::BTreeMap;

use crate::finding::{Finding, Findings, Place, codes, did_you_mean};
use crate::yaml::{self, YamlNode};

/// The YAML of a query's front matter, with its places; `None` if the query has none.
pub fn front_matter(file: &str, text: &str) -> Result<Option<YamlNode>, Finding> {
    // As many bytes as the text has, so that lines, columns and offsets stay the same.
    let mut yaml = String::new();
    let mut inside = false;
    let mut closed = false;
    for whole in text.split_inclusive('\n') {
        let line = whole.trim_end_matches(['\n', '\r']);
        let comment = line.strip_prefix('#');
        let mut shown = None;
        match comment.map(str::trim) {
            Some("---") if inside => {
                closed = true;
                break;
            }
            Some("---") => inside = true,
            Some(_) if inside => shown = comment,
            None if inside || !line.trim().is_empty() => break,
            _ => {}
        }
        match shown {
            Some(comment) => {
                yaml.push(' ');
                yaml.push_str(comment);
            }
            None => yaml.extend(std::iter::repeat_n(' ', line.len())),
        }
        yaml.push_str(&whole[line.len()..]);
    }
    if !closed {
        return Ok(None);
    }
    yaml::read(file, &yaml).map(Some).map_err(|mut fault| {
        // The line is shown as it is in the file.
        fault.place = fault.place.map(|place| Place::at(file, text, place.line, place.column, place.width));
        fault
    })
}

/// Front matter that is being read: errors are collected with their places.
pub struct FrontMatter<'a> {
    file: &'a str,
    text: &'a str,
    /// Its YAML.
    pub node: YamlNode,
    /// The errors in it.
    pub findings: Findings,
}

impl<'a> FrontMatter<'a> {
    /// Reads the front matter of a query that needs one; `what` names the kind of query and the
    /// keys, for the hint.
    pub fn read(file: &'a str, text: &'a str, what: &str) -> Result<Self, Finding> {
        let node = front_matter(file, text)?.ok_or_else(|| {
            Finding::error(codes::FRONT_MATTER, "the query has no front matter")
                .at(Place::at(file, text, 1, 1, 1))
                .hint(format!("begin it with YAML in comments between two lines `# ---`; for {what}"))
        })?;
        Ok(Self { file, text, node, findings: Findings::new() })
    }

    /// Whether the query sees the pack alone (`sees: pack`) and not everything (`sees: all`).
    pub fn sees_pack(&mut self, node: &YamlNode) -> bool {
        let Some(value) = node.get("sees") else { return false };
        match value.as_str() {
            Some("pack") => true,
            Some("all") => false,
            _ => {
                self.fault(value, "expected `pack` or `all` as `sees`");
                false
            }
        }
    }

    /// Reports an error in a node.
    pub fn fault(&mut self, node: &YamlNode, message: impl Into<String>) {
        let place = node.place(self.file, self.text);
        self.findings.push(Finding::error(codes::FRONT_MATTER, message).at(place));
    }

    /// Reports the keys of a node that are not among the known ones.
    pub fn keys(&mut self, node: &YamlNode, known: &[&str]) {
        for (key, _) in node.as_mapping().unwrap_or_default() {
            let name = key.as_str().unwrap_or_default();
            if !known.contains(&name) {
                let place = key.place(self.file, self.text);
                self.findings.push(
                    Finding::error(codes::FRONT_MATTER, format!("`{name}` is not a key of the front matter"))
                        .at(place)
                        .hint(did_you_mean(name, known.iter().copied())),
                );
            }
        }
    }

    /// Texts by language tag; a single text is English.
    pub fn texts(&mut self, node: Option<&YamlNode>) -> BTreeMap<String, String> {
        let Some(node) = node else { return BTreeMap::new() };
        if let Some(text) = node.as_str() {
            return BTreeMap::from([("en".to_owned(), text.to_owned())]);
        }
        let mut texts = BTreeMap::new();
        for (tag, text) in node.as_mapping().unwrap_or_default() {
            match (tag.as_str(), text.as_str()) {
                (Some(tag), Some(text)) if oxilangtag::LanguageTag::parse(tag).is_ok() => {
                    texts.insert(tag.to_owned(), text.to_owned());
                }
                _ => self.fault(tag, "expected a language tag and a text"),
            }
        }
        texts
    }
}
