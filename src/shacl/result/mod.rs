//! Results (section 3.6), and the limit on how many of them are kept.

mod holder;
pub(super) mod message;
mod report;

pub use report::report;

use std::collections::BTreeMap;

use oxigraph::model::{Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Term, TermRef};

use super::path::{Path, as_subject};
use super::shape;
use super::shape::{Constraint, Shape, Shapes, component_of, severity};
use crate::error::Result;
use crate::finding::{Finding, Severity, shorten};
use crate::graph::{Graph, GraphFinding, Prefixes, Statement};
use crate::vocab::sh;

/// A validation result.
#[derive(Debug, Clone)]
pub struct ValidationResult {
    /// The node that was validated.
    pub focus: Term,
    pub(in crate::shacl) path: Option<Path>,
    /// The invalid value, if it is a value.
    pub value: Option<Term>,
    /// The violated shape.
    pub shape: NamedOrBlankNode,
    /// The violated SPARQL constraint.
    pub constraint: Option<Term>,
    /// The constraint component.
    pub component: NamedNode,
    /// The severity given by the shape.
    pub severity: NamedNode,
    /// Messages in one or more languages; those of the shape, otherwise the default ones.
    pub messages: Vec<Literal>,
    /// The default message, if the shape has its own.
    pub(in crate::shacl) own: Option<String>,
    /// Whether only the messages distinguish it from another result of its shape and value.
    pub(in crate::shacl) is_apart: bool,
    /// The language with too many texts.
    language: Option<String>,
    /// The number of the violated constraint in the shape.
    number: usize,
    /// How often it was found: a node reached in two ways has its results twice.
    pub times: u64,
}

/// The outcome of a validation.
#[derive(Debug, Clone)]
pub struct ValidationReport {
    /// The results kept, sorted, without duplicates.
    pub results: Vec<ValidationResult>,
    /// The number of further results, by severity and code.
    pub more: Vec<(Severity, String, u64)>,
    /// The number of focus nodes that some constraint was applied to.
    pub n_focus_nodes: u64,
    /// Errors of the constraints themselves: queries that timed out or failed.
    /// The statements to blame are those of the shapes.
    pub faults: Vec<GraphFinding>,
}

impl ValidationReport {
    /// Whether there are no results.
    pub fn conforms(&self) -> bool {
        self.results.is_empty() && self.more.is_empty()
    }
}

impl ValidationResult {
    /// A finding with the statements to blame, which are those of `data`.
    /// `whence` gives the origin of a shape.
    ///
    /// # Errors
    ///
    /// Fails if a query fails.
    pub fn finding(
        &self,
        data: &mut Graph,
        prefixes: &Prefixes,
        whence: impl Fn(&NamedOrBlankNode) -> Option<String>,
    ) -> Result<GraphFinding> {
        let severity = severity(self.severity.as_ref());
        let words = self.message(prefixes);
        let shape = match &self.shape {
            NamedOrBlankNode::NamedNode(node) => prefixes.name(node.as_str()),
            NamedOrBlankNode::BlankNode(_) => self.path.as_ref().map_or_else(
                || "without a name".to_owned(),
                |path| format!("of the property {}", path.shown(prefixes)),
            ),
        };
        let hint = match whence(&self.shape) {
            Some(place) => format!("shape {shape}, {place}"),
            None => format!("shape {shape}"),
        };
        let hint = self.own.as_ref().map_or_else(|| hint.clone(), |own| format!("{hint}: {own}"));
        let mut finding = Finding::new(severity, code(self.component.as_ref(), prefixes), words).hint(hint);
        finding.rule = Some(self.shape.to_string());
        finding.times = self.times;
        let culprits = self.culprits(data)?.into_iter().map(|statement| (statement, String::new())).collect();
        Ok(GraphFinding { finding, culprits })
    }

    /// The message of the shape in English, otherwise in its first language,
    /// otherwise the default one.
    fn message(&self, prefixes: &Prefixes) -> String {
        let english = |literal: &&Literal| literal.language().is_none_or(|tag| tag.to_lowercase().starts_with("en"));
        let words = self.messages.iter().find(english).or(self.messages.first());
        let words = words.map_or_else(|| "does not conform".to_owned(), |literal| shorten_all(literal.value()));
        let subject = message::shown(self.focus.as_ref(), prefixes);
        if words.contains(&subject) { words } else { format!("`{}`: {words}", shorten(&subject)) }
    }

    /// The details that the finding omits, for results whose findings are equal.
    pub fn rest_in_full(&self) -> String {
        let value = self.value.as_ref().unwrap_or(&self.focus).to_string();
        format!("value {}, constraint {} of {}", shorten(&value), self.number + 1, self.shape)
    }

    fn culprits(&self, data: &mut Graph) -> Result<Vec<Statement>> {
        let statement = |subject: NamedOrBlankNode, predicate: Option<NamedNode>, object: Option<Term>| Statement {
            subject,
            predicate,
            object,
            language: None,
        };
        let predicate = self.path.as_ref().and_then(Path::predicate).cloned();
        let mut all = Vec::new();
        if let Some(Path::Inverse(inverse)) = &self.path
            && let (Some(predicate), Some(subject)) = (inverse.predicate(), self.value.as_ref().and_then(as_subject))
        {
            all.push(statement(subject, Some(predicate.clone()), Some(self.focus.clone())));
        }
        let Some(focus) = as_subject(&self.focus) else { return Ok(all) };
        if let Some(predicate) = predicate {
            // Surplus values are reported at their places; if a query names no
            // value, the node is the value.
            let value = self.value.clone().filter(|value| *value != self.focus);
            let too_many = if value.is_none() { self.too_many(data, focus.as_ref(), &predicate)? } else { Vec::new() };
            for value in &too_many {
                all.push(statement(focus.clone(), Some(predicate.clone()), Some(value.clone())));
            }
            if too_many.is_empty() {
                all.push(statement(focus.clone(), Some(predicate), value));
            }
        } else if let (Some(Path::Sequence(steps)), None) = (&self.path, &self.value) {
            // The missing path starts at its first step.
            if let Some(first) = steps.first().and_then(Path::predicate) {
                all.push(statement(focus.clone(), Some(first.clone()), None));
            }
        }
        if all.is_empty() {
            all.push(statement(focus, None, None));
        }
        Ok(all)
    }

    /// The first few of the surplus values.
    fn too_many(&self, data: &mut Graph, focus: NamedOrBlankNodeRef<'_>, predicate: &NamedNode) -> Result<Vec<Term>> {
        const FEW: usize = 4;
        let is = |parameter| self.component == component_of(parameter);
        let mut values = Vec::new();
        if is(sh::MAX_COUNT) || is(sh::UNIQUE_LANG) {
            let (focus, predicate) = (data.number(focus.into()), data.number(predicate.as_ref().into()));
            for value in data.objects_of(focus, predicate) {
                values.push(data.term(value).into_owned());
            }
            values.sort_by_cached_key(Term::to_string);
            values.dedup();
        }
        if is(sh::UNIQUE_LANG) {
            let tag = |term: &Term| match term {
                Term::Literal(literal) => literal.language().map(str::to_lowercase),
                _ => None,
            };
            values.retain(|term| tag(term) == self.language);
        }
        values.truncate(FEW);
        Ok(values)
    }

    /// The sort key after its focus node.
    fn rest(&self) -> String {
        format!(
            "{:?}\n{:?}\n{}\n{}\n{:?}\n{:?}\n{}\n{:?}",
            self.path, self.value, self.component, self.shape, self.constraint, self.messages, self.number, self.own
        )
    }
}

/// Shortens a message of a shape, which may be long, to one line.
fn shorten_all(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The code of a finding: the term with which shapes state the constraint, such as `sh:minCount`.
pub(in crate::shacl) fn code(component: NamedNodeRef<'_>, prefixes: &Prefixes) -> String {
    let local = component.as_str().strip_prefix(sh::NAMESPACE_IRI);
    match local.and_then(|local| local.strip_suffix("ConstraintComponent")) {
        Some("SPARQL") => "sh:sparql".to_owned(),
        Some(word) if word.is_char_boundary(1) && !word.is_empty() => {
            let (first, rest) = word.split_at(1);
            format!("sh:{}{rest}", first.to_ascii_lowercase())
        }
        _ => prefixes.name(component.as_str()),
    }
}

/// A result before the decision whether to keep it.
pub(in crate::shacl) struct Raw<'a> {
    pub focus: TermRef<'a>,
    pub path: Option<&'a Path>,
    pub value: Option<TermRef<'a>>,
    pub apart: Apart<'a>,
    /// Replaces the messages of the shape.
    pub messages: Vec<Literal>,
}

/// What distinguishes a result from others of its constraint, focus node and value.
#[derive(Debug, Clone, Copy)]
pub(in crate::shacl) enum Apart<'a> {
    None,
    /// A language, and the number of texts in it.
    Language(&'a str, usize),
    /// The value of the other property that conflicts with the value.
    Other(TermRef<'a>),
}

/// Collects results. For each severity, code and shape only the first ones are
/// kept, whatever the order in which they arrive.
pub(in crate::shacl) struct ResultSink {
    /// Only whether there is a result matters.
    only_whether: bool,
    any: bool,
    most: u64,
    groups: BTreeMap<GroupName, ResultGroup>,
}

/// The sort key of results: the focus node, and the rest.
type Key = (String, String);

/// Severity, code and shape.
type GroupName = (Severity, String, String);

fn group_of(shape: &Shape, component: NamedNodeRef<'_>, prefixes: &Prefixes) -> GroupName {
    (shape::severity(shape.severity.as_ref()), code(component, prefixes), shape.node.to_string())
}

/// Results of one severity, code and shape.
#[derive(Default)]
struct ResultGroup {
    n: u64,
    kept: BTreeMap<Key, ValidationResult>,
}

impl ResultSink {
    pub fn keeping(most: u64) -> Self {
        Self { only_whether: false, any: false, most, groups: BTreeMap::new() }
    }

    pub fn only_whether() -> Self {
        Self { only_whether: true, ..Self::keeping(0) }
    }

    /// Whether the answer is already known.
    pub fn is_done(&self) -> bool {
        self.only_whether && self.any
    }

    pub fn has_any(&self) -> bool {
        self.any
    }

    /// Counts results that are not examined one by one.
    pub fn count(&mut self, shapes: &Shapes, (index, number): (usize, usize), n: u64, prefixes: &Prefixes) {
        if n > 0 && !self.only_whether {
            let shape = &shapes.all[index];
            let (component, _) = source_of(&shape.constraints[number]);
            self.groups.entry(group_of(shape, component.as_ref(), prefixes)).or_default().n += n;
        }
    }

    /// Adds a result of a constraint, given by its shape and number there.
    pub fn add(&mut self, shapes: &Shapes, (index, number): (usize, usize), raw: Raw<'_>, prefixes: &Prefixes) {
        self.any = true;
        if self.only_whether {
            return;
        }
        let shape = &shapes.all[index];
        let constraint = &shape.constraints[number];
        let (component, source) = source_of(constraint);
        let name = group_of(shape, component.as_ref(), prefixes);
        let group = self.groups.entry(name).or_default();
        group.n += 1;
        let is_full = group.kept.len() as u64 >= self.most;
        let focus = raw.focus.to_string();
        // Among very many results, most are not kept.
        if is_full && group.kept.last_key_value().is_none_or(|((last, _), _)| focus > *last) {
            return;
        }
        let words = message::message(shapes, (index, number), &raw, prefixes);
        let mut messages = raw.messages;
        if messages.is_empty() {
            messages.clone_from(&shape.messages);
        }
        let own = if messages.is_empty() {
            messages.push(Literal::new_language_tagged_literal_unchecked(words, "en"));
            None
        } else {
            Some(words)
        };
        let language = match raw.apart {
            Apart::Language(tag, _) => Some(tag.to_owned()),
            _ => None,
        };
        let n_of_component = shape.constraints.iter().filter(|other| source_of(other).0 == component).count();
        let result = ValidationResult {
            focus: raw.focus.into_owned(),
            path: raw.path.cloned(),
            value: raw.value.map(TermRef::into_owned),
            shape: shape.node.clone(),
            constraint: source,
            component,
            severity: shape.severity.clone(),
            messages,
            own,
            is_apart: !matches!(raw.apart, Apart::None) || n_of_component > 1,
            language,
            number,
            times: 1,
        };
        let key = (focus, result.rest());
        if let Some(known) = group.kept.get_mut(&key) {
            known.times += 1;
            return;
        }
        if is_full {
            match group.kept.last_key_value() {
                Some((last, _)) if key < *last => drop(group.kept.pop_last()),
                _ => return,
            }
        }
        group.kept.insert(key, result);
    }

    pub fn report(self, n_focus_nodes: u64, faults: Vec<GraphFinding>) -> ValidationReport {
        let mut more = Vec::new();
        let mut sorted: Vec<(Key, ValidationResult)> = Vec::new();
        for ((severity, code, _), group) in self.groups {
            let n_left = group.n - group.kept.values().map(|result| result.times).sum::<u64>();
            if n_left > 0 {
                more.push((severity, code, n_left));
            }
            sorted.extend(group.kept);
        }
        sorted.sort_by(|a, b| a.0.cmp(&b.0));
        let results = sorted.into_iter().map(|(_, result)| result).collect();
        ValidationReport { results, more, n_focus_nodes, faults }
    }
}

/// The component of a constraint, and for a SPARQL-based one the node that states it.
fn source_of(constraint: &Constraint) -> (NamedNode, Option<Term>) {
    match constraint {
        Constraint::Sparql(constraint) => (constraint.component.clone(), constraint.source.clone()),
        other => (component_of(other.parameter()), None),
    }
}
