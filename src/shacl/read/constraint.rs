//! Reading the constraints of a shape (section 4).

use std::collections::BTreeSet;

use oxigraph::model::vocab::xsd;
use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, Term};

use super::ShapeReader;
use crate::finding::{Finding, codes};
use crate::pattern;
use crate::shacl::path::{Path, as_subject};
use crate::shacl::shape::{Constraint, List, Qualified, Range, ShaclNodeKind};
use crate::vocab::sh;

/// Constraints that count or compare the values of a path; node shapes have none of them.
const OF_PATHS: [NamedNodeRef<'_>; 6] =
    [sh::MIN_COUNT, sh::MAX_COUNT, sh::UNIQUE_LANG, sh::LESS_THAN, sh::LESS_THAN_OR_EQUALS, sh::QUALIFIED_VALUE_SHAPE];

impl ShapeReader<'_> {
    /// The constraints of a shape, the cheapest first.
    pub fn constraints(&mut self, node: &NamedOrBlankNode, path: Option<&Path>) -> Vec<Constraint> {
        let mut all = Vec::new();
        if path.is_none() && self.objects(node, sh::PATH).is_empty() {
            for predicate in OF_PATHS {
                if let Some(term) = self.objects(node, predicate).first().cloned() {
                    let name = self.graph.prefixes.name(predicate.as_str());
                    let message = format!("{} is a node shape and cannot have `{name}`", self.name(node));
                    self.fault(node, predicate, Some(&term), message);
                }
            }
        }
        self.counts_and_kinds(node, &mut all);
        self.texts(node, &mut all);
        self.pairs(node, &mut all);
        self.others(node, &mut all);
        self.shape_based(node, &mut all);
        self.sparql(node, path, &mut all);
        self.custom(node, path, &mut all);
        all
    }

    fn counts_and_kinds(&mut self, node: &NamedOrBlankNode, all: &mut Vec<Constraint>) {
        all.extend(self.count(node, sh::MIN_COUNT).map(Constraint::MinCount));
        all.extend(self.count(node, sh::MAX_COUNT).map(Constraint::MaxCount));
        if let Some(datatype) = self.one(node, sh::DATATYPE) {
            all.extend(self.iri(node, sh::DATATYPE, &datatype).map(Constraint::Datatype));
        }
        if let Some(kind) = self.one(node, sh::NODE_KIND) {
            if let Some(kind) = ShaclNodeKind::of(&kind) {
                all.push(Constraint::ShaclNodeKind(kind));
            } else {
                let message = format!("`{}` is not one of the six kinds of nodes", self.shown(&kind));
                self.fault(node, sh::NODE_KIND, Some(&kind), message);
            }
        }
        for class in self.objects(node, sh::CLASS) {
            match class {
                Term::NamedNode(_) | Term::BlankNode(_) => all.push(Constraint::Class(class)),
                other => {
                    let message = format!("expected an IRI as class, found `{}`", self.shown(&other));
                    self.fault(node, sh::CLASS, Some(&other), message);
                }
            }
        }
        let ranges = [
            (sh::MIN_EXCLUSIVE, Range::MinExclusive),
            (sh::MIN_INCLUSIVE, Range::MinInclusive),
            (sh::MAX_EXCLUSIVE, Range::MaxExclusive),
            (sh::MAX_INCLUSIVE, Range::MaxInclusive),
        ];
        for (predicate, range) in ranges {
            match self.one(node, predicate) {
                None => {}
                Some(Term::Literal(limit)) => all.push(Constraint::Range(range, limit)),
                Some(other) => {
                    let message = format!("expected a literal as bound of a range, found `{}`", self.shown(&other));
                    self.fault(node, predicate, Some(&other), message);
                }
            }
        }
    }

    fn texts(&mut self, node: &NamedOrBlankNode, all: &mut Vec<Constraint>) {
        all.extend(self.count(node, sh::MIN_LENGTH).map(Constraint::MinLength));
        all.extend(self.count(node, sh::MAX_LENGTH).map(Constraint::MaxLength));
        let flags = match self.one(node, sh::FLAGS) {
            None => String::new(),
            Some(Term::Literal(flags)) => flags.value().to_owned(),
            Some(other) => {
                self.fault(node, sh::FLAGS, Some(&other), "expected a text as flags");
                String::new()
            }
        };
        for pattern in self.objects(node, sh::PATTERN) {
            let made = match &pattern {
                Term::Literal(literal) => pattern::compile(literal.value(), &flags).map(|made| (literal.value(), made)),
                _ => Err("it is not a text".to_owned()),
            };
            match made {
                Ok((source, made)) => {
                    all.push(Constraint::Pattern(source.to_owned(), Box::new(made.regex)));
                    for remark in made.remarks {
                        let message = format!("in `{}`, {remark}", self.shown(&pattern));
                        self.tell(Finding::warning(codes::BAD_SHAPE, message), node, sh::PATTERN, Some(&pattern));
                    }
                }
                Err(words) => {
                    let message = format!("`{}` is not a regular expression: {words}", self.shown(&pattern));
                    self.fault(node, sh::PATTERN, Some(&pattern), message);
                }
            }
        }
        if let Some(head) = self.one(node, sh::LANGUAGE_IN) {
            let mut languages = Vec::new();
            for member in self.members(node, sh::LANGUAGE_IN, &head).unwrap_or_default() {
                match member {
                    Term::Literal(literal) if literal.datatype() == xsd::STRING => {
                        languages.push(literal.value().to_owned());
                    }
                    other => {
                        let message = format!("expected a language tag such as \"en\", found `{}`", self.shown(&other));
                        self.fault(node, sh::LANGUAGE_IN, Some(&head), message);
                    }
                }
            }
            all.push(Constraint::LanguageIn(languages));
        }
        if self.boolean(node, sh::UNIQUE_LANG) {
            all.push(Constraint::UniqueLang);
        }
    }

    fn pairs(&mut self, node: &NamedOrBlankNode, all: &mut Vec<Constraint>) {
        let pairs: [crate::shacl::Made<NamedNode, Constraint>; 4] = [
            (sh::EQUALS, Constraint::Equals),
            (sh::DISJOINT, Constraint::Disjoint),
            (sh::LESS_THAN, Constraint::LessThan),
            (sh::LESS_THAN_OR_EQUALS, Constraint::LessThanOrEquals),
        ];
        for (predicate, make) in pairs {
            for term in self.objects(node, predicate) {
                all.extend(self.iri(node, predicate, &term).map(make));
            }
        }
    }

    fn others(&mut self, node: &NamedOrBlankNode, all: &mut Vec<Constraint>) {
        for value in self.objects(node, sh::HAS_VALUE) {
            all.push(Constraint::HasValue(value));
        }
        if let Some(head) = self.one(node, sh::IN) {
            all.extend(self.members(node, sh::IN, &head).map(Constraint::In));
        }
        if self.boolean(node, sh::CLOSED) {
            let mut allowed = BTreeSet::new();
            for property in self.objects(node, sh::PROPERTY) {
                let Some(property) = as_subject(&property) else { continue };
                for path in self.objects(&property, sh::PATH) {
                    if let Term::NamedNode(path) = path {
                        allowed.insert(path);
                    }
                }
            }
            if let Some(head) = self.one(node, sh::IGNORED_PROPERTIES) {
                for member in self.members(node, sh::IGNORED_PROPERTIES, &head).unwrap_or_default() {
                    allowed.extend(self.iri(node, sh::IGNORED_PROPERTIES, &member));
                }
            }
            all.push(Constraint::Closed(allowed));
        }
    }

    fn shape_based(&mut self, node: &NamedOrBlankNode, all: &mut Vec<Constraint>) {
        let single: [crate::shacl::Made<usize, Constraint>; 3] =
            [(sh::NOT, Constraint::Not), (sh::NODE, Constraint::Node), (sh::PROPERTY, Constraint::Property)];
        for (predicate, make) in single {
            for term in self.objects(node, predicate) {
                let shape = self.shape_at(node, predicate, &term);
                if let (Some(of), true) = (as_subject(&term), predicate == sh::PROPERTY)
                    && self.objects(&of, sh::PATH).is_empty()
                {
                    let message = format!("`sh:property` of {} leads to a shape without `sh:path`", self.name(node));
                    self.fault(node, predicate, Some(&term), message);
                    continue;
                }
                all.extend(shape.map(make));
            }
        }
        let lists: [crate::shacl::Made<List, Constraint>; 3] =
            [(sh::AND, Constraint::And), (sh::OR, Constraint::Or), (sh::XONE, Constraint::Xone)];
        for (predicate, make) in lists {
            for head in self.objects(node, predicate) {
                let Some(members) = self.members(node, predicate, &head) else { continue };
                let mut shapes = Vec::new();
                for member in members {
                    shapes.extend(self.shape_at(node, predicate, &member));
                }
                all.push(make(List { head, shapes }));
            }
        }
        for term in self.objects(node, sh::QUALIFIED_VALUE_SHAPE) {
            let least = self.count(node, sh::QUALIFIED_MIN_COUNT);
            let most = self.count(node, sh::QUALIFIED_MAX_COUNT);
            if least.is_none() && most.is_none() {
                let message = "a qualified shape needs `sh:qualifiedMinCount` or `sh:qualifiedMaxCount`";
                self.fault(node, sh::QUALIFIED_VALUE_SHAPE, Some(&term), message);
                continue;
            }
            let disjoint = self.boolean(node, sh::QUALIFIED_VALUE_SHAPES_DISJOINT);
            // The siblings are known only when all shapes have been read.
            let siblings = if disjoint { vec![usize::MAX] } else { Vec::new() };
            if let Some(shape) = self.shape_at(node, sh::QUALIFIED_VALUE_SHAPE, &term) {
                // Two components, each with its own results.
                for (least, most) in [(least, None), (None, most)] {
                    if least.is_some() || most.is_some() {
                        let siblings = siblings.clone();
                        all.push(Constraint::Qualified(Box::new(Qualified { shape, least, most, siblings })));
                    }
                }
            }
        }
    }

    fn shape_at(&mut self, node: &NamedOrBlankNode, predicate: NamedNodeRef<'_>, term: &Term) -> Option<usize> {
        let name = self.graph.prefixes.name(predicate.as_str());
        if let Some(shape) = as_subject(term) {
            let is_named = matches!(shape, NamedOrBlankNode::NamedNode(_));
            if is_named && self.graph.triples(Some(shape.as_ref()), None, None).next().is_none() {
                let message = format!("`{name}` refers to `{}`, which is not described", self.shown(term));
                self.tell(Finding::warning(codes::BAD_SHAPE, message), node, predicate, Some(term));
            }
            return Some(self.shape(shape));
        }
        let message = format!("expected a shape as `{name}`, found `{}`", self.shown(term));
        self.fault(node, predicate, Some(term), message);
        None
    }

    fn iri(&mut self, node: &NamedOrBlankNode, predicate: NamedNodeRef<'_>, term: &Term) -> Option<NamedNode> {
        if let Term::NamedNode(iri) = term {
            return Some(iri.clone());
        }
        let name = self.graph.prefixes.name(predicate.as_str());
        let message = format!("expected an IRI as `{name}`, found `{}`", self.shown(term));
        self.fault(node, predicate, Some(term), message);
        None
    }

    fn count(&mut self, node: &NamedOrBlankNode, predicate: NamedNodeRef<'_>) -> Option<u64> {
        let term = self.one(node, predicate)?;
        if let Term::Literal(literal) = &term
            && let (xsd::INTEGER, Ok(count)) = (literal.datatype(), literal.value().parse())
        {
            return Some(count);
        }
        let name = self.graph.prefixes.name(predicate.as_str());
        let message = format!("expected a non-negative integer as `{name}`, found `{}`", self.shown(&term));
        self.fault(node, predicate, Some(&term), message);
        None
    }
}
