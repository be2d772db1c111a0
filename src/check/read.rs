//! Reading checks: a query with front matter.
//!
//! ```text
//! # ---
//! # code: money-without-currency
//! # severity: violation
//! # title: {en: …, zh-Hant: …}
//! # description: {en: …}
//! # message: the figure {figure} is an amount of money without a currency
//! # hint: write the ISO 4217 code, such as `HKD`
//! # culprit: ?figure cg:currency
//! # ---
//! ```
//!
//! `culprit` is the statement to blame, or a list of them. It has the form of a
//! triple: subject, predicate, object, each a variable or a prefixed name.
//! Without an object, the value is missing (`@en` or `@?variable` in its place
//! gives the language); a subject alone means all statements about it. A
//! culprit with a label for its place is written `{at: …, label: …}`.
//! `together: ?variable` makes one finding of the rows with the same value of
//! it. With `together: circle` the rows are the edges of a network by their
//! first culprit: those on a cycle are findings, and those of one cycle form
//! one finding. With `sees: pack` the query sees what the pack says alone: no vocabulary, no
//! inferences.

use std::collections::BTreeMap;

use oxigraph::model::{Literal, NamedNode, Term};

use super::{Check, Culprit, LabelPart, Slot, Template, Together};
use crate::finding::{Finding, Findings, Place, Severity, codes};
use crate::graph::Prefixes;
use crate::sparql::{FrontMatter, Query};
use crate::yaml::YamlNode;

/// Checks by code.
#[derive(Debug, Clone, Default)]
pub struct Checks(BTreeMap<String, Check>);

impl Checks {
    /// Adds a check from its file.
    ///
    /// # Errors
    ///
    /// Errors of the check; also a code that another check has, since a pack
    /// must not disable what holds for all packs.
    pub fn add(&mut self, file: &str, text: &str, prefixes: &Prefixes, is_core: bool) -> Result<(), Findings> {
        let check = Check { is_core, ..Check::read(file, text, prefixes)? };
        if let Some(first) = self.0.get(&check.code) {
            let message = format!("the check `{}` already exists in `{}`", check.code, first.query.file);
            let line = text.lines().position(|line| line.contains("code:")).map_or(1, |at| at as u64 + 1);
            let place = Place::at(file, text, line, 1, 1);
            let hint = "a check cannot be replaced; give it its own code".to_owned();
            return Err(Finding::error(codes::BAD_CHECK, message).at(place).hint(hint).into());
        }
        self.0.insert(check.code.clone(), check);
        Ok(())
    }

    /// All checks, by code.
    pub fn iter(&self) -> impl Iterator<Item = &Check> {
        self.0.values()
    }
}

const KEYS: [&str; 9] = ["code", "severity", "title", "description", "message", "hint", "culprit", "together", "sees"];

impl Check {
    /// Reads a check.
    pub fn read(file: &str, text: &str, prefixes: &Prefixes) -> Result<Self, Findings> {
        let mut query = Query::parse(file, text, prefixes)?;
        let front = FrontMatter::read(file, text, "a check: code, severity, title, message, culprit")?;
        let mut reader = CheckReader { variables: Vec::new(), prefixes, front };
        let node = reader.front.node.clone();
        match &query.algebra {
            spargebra::Query::Select { pattern, .. } => {
                pattern.on_in_scope_variable(|variable| reader.variables.push(variable.as_str().to_owned()));
            }
            _ => reader.front.fault(&node, "a check must be a SELECT query"),
        }
        reader.front.keys(&node, &KEYS);
        query.sees_sources_alone = reader.front.sees_pack(&node);
        let code = reader.text(&node, "code").filter(|code| is_code(code));
        if code.is_none() {
            reader.front.fault(node.get("code").unwrap_or(&node), "a check needs a `code` in kebab-case");
        }
        let severity = reader.text(&node, "severity");
        let severity = Severity::ALL
            .into_iter()
            .find(|known| *known != Severity::Error && Some(known.name()) == severity.as_deref());
        if severity.is_none() {
            let at = node.get("severity").unwrap_or(&node);
            reader.front.fault(at, "a check needs a `severity`: info, warning or violation");
        }
        let title = reader.front.texts(node.get("title"));
        if title.is_empty() {
            reader.front.fault(&node, "a check needs a `title`");
        }
        let description = reader.front.texts(node.get("description"));
        let message = reader.template(node.get("message"));
        if message.is_none() {
            reader.front.fault(&node, "a check needs a `message`");
        }
        let hint = reader.template(node.get("hint"));
        let culprits = reader.culprits(&node);
        let together = reader.together(node.get("together"));
        let findings = std::mem::take(&mut reader.front.findings);
        let (Some(code), Some(severity), Some(message), false) = (code, severity, message, findings.has_errors())
        else {
            return Err(findings);
        };
        Ok(Self { code, severity, title, description, message, hint, culprits, together, is_core: false, query })
    }
}

fn is_code(code: &str) -> bool {
    let part = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    code.split('-').all(part)
}

struct CheckReader<'a> {
    variables: Vec<String>,
    prefixes: &'a Prefixes,
    front: FrontMatter<'a>,
}

impl CheckReader<'_> {
    fn text(&self, node: &YamlNode, key: &str) -> Option<String> {
        node.get(key).and_then(YamlNode::as_str).map(str::to_owned)
    }

    fn known(&mut self, node: &YamlNode, name: &str) {
        if !self.variables.iter().any(|known| known == name) {
            self.front.fault(node, format!("the query does not select `?{name}`"));
        }
    }

    fn template(&mut self, node: Option<&YamlNode>) -> Option<Template> {
        let node = node?;
        let Some(mut rest) = node.as_str() else {
            self.front.fault(node, format!("expected a text, found {}", node.kind()));
            return None;
        };
        let mut parts = Vec::new();
        while let Some((text, (name, tail))) =
            rest.split_once('{').and_then(|(text, tail)| Some((text, tail.split_once('}')?)))
        {
            self.known(node, name);
            parts.push(LabelPart::Text(text.to_owned()));
            parts.push(LabelPart::Variable(name.to_owned()));
            rest = tail;
        }
        parts.push(LabelPart::Text(rest.to_owned()));
        Some(Template(parts))
    }

    fn together(&mut self, node: Option<&YamlNode>) -> Option<Together> {
        let node = node?;
        match node.as_str() {
            Some("circle") => Some(Together::Circle),
            Some(name) if name.starts_with('?') => {
                self.known(node, &name[1..]);
                Some(Together::Same(name[1..].to_owned()))
            }
            _ => {
                self.front.fault(node, "expected a variable such as `?name`, or `circle`, as `together`");
                None
            }
        }
    }

    fn culprits(&mut self, node: &YamlNode) -> Vec<Culprit> {
        let Some(given) = node.get("culprit") else {
            self.front.fault(node, "a check needs a `culprit`: the statement to blame");
            return Vec::new();
        };
        let all: Vec<&YamlNode> = given.as_sequence().map_or_else(|| vec![given], |items| items.iter().collect());
        if all.is_empty() {
            self.front.fault(given, "a check needs a `culprit`: the statement to blame");
        }
        all.into_iter().filter_map(|node| self.culprit(node)).collect()
    }

    fn culprit(&mut self, node: &YamlNode) -> Option<Culprit> {
        let (at, label) = match node.as_mapping() {
            None => (node, None),
            Some(_) => {
                self.front.keys(node, &["at", "label"]);
                let Some(at) = node.get("at") else {
                    self.front.fault(node, "a culprit with a label needs `at`: the statement to blame");
                    return None;
                };
                (at, node.get("label"))
            }
        };
        let label = self.template(label);
        let words: Vec<&str> = at.as_str().unwrap_or_default().split_whitespace().collect();
        if words.is_empty() || words.len() > 3 {
            self.front.fault(at, "expected a subject, or a subject with predicate and object, as `culprit`");
            return None;
        }
        let subject = self.slot(at, words[0])?;
        let predicate = match words.get(1) {
            None => None,
            Some(word) => Some(self.slot(at, word)?),
        };
        let third = words.get(2).copied();
        let (object, language) = match third.map(|word| (word, word.strip_prefix('@'))) {
            None => (None, None),
            Some((_, Some(language))) if language.starts_with('?') => (None, Some(self.slot(at, language)?)),
            Some((_, Some(language))) => (None, Some(Slot::Term(Literal::new_simple_literal(language).into()))),
            Some((word, None)) => (Some(self.slot(at, word)?), None),
        };
        Some(Culprit { subject, predicate, object, language, label })
    }

    fn slot(&mut self, node: &YamlNode, word: &str) -> Option<Slot> {
        if let Some(name) = word.strip_prefix('?') {
            self.known(node, name);
            return Some(Slot::Variable(name.to_owned()));
        }
        let iri = if word == "a" { "rdf:type" } else { word };
        let term = self.prefixes.expand(iri).and_then(|iri| NamedNode::new(iri).ok());
        if term.is_none() {
            self.front.fault(node, format!("`{word}` is neither a variable nor a name with a known prefix"));
        }
        Some(Slot::Term(Term::from(term?)))
    }
}
