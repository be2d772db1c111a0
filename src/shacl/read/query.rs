//! Reading SPARQL-based constraints (section 5), with their prefixes.

use oxigraph::model::{NamedNodeRef, NamedOrBlankNode, Term, Variable};

use super::ShapeReader;
use crate::finding::{Finding, codes};
use crate::graph::Prefixes;
use crate::shacl::path::{Path, as_subject};
use crate::shacl::shape::{Constraint, SHAPES_GRAPH, SparqlConstraint, component_of};
use crate::sparql::{PreBound, Query};
use crate::vocab::{named_graph, owl, sh};

/// The text of a query with its context, for findings.
pub(in crate::shacl) struct QueryText<'a> {
    pub owner: &'a NamedOrBlankNode,
    pub predicate: NamedNodeRef<'a>,
    pub path: Option<&'a Path>,
    /// Variables that get values in addition to `this`.
    pub variables: Vec<Variable>,
}

impl ShapeReader<'_> {
    /// The constraints of `sh:sparql`.
    pub fn sparql(&mut self, node: &NamedOrBlankNode, path: Option<&Path>, all: &mut Vec<Constraint>) {
        for term in self.objects(node, sh::SPARQL) {
            let Some(owner) = as_subject(&term) else {
                let message = format!("expected a node with a query as `sh:sparql`, found `{}`", self.shown(&term));
                self.fault(node, sh::SPARQL, Some(&term), message);
                continue;
            };
            if self.boolean(&owner, sh::DEACTIVATED) {
                continue;
            }
            let messages = self.messages(&owner);
            let text = QueryText { owner: &owner, predicate: sh::SELECT, path, variables: Vec::new() };
            let Some(query) = self.query(node, &text) else { continue };
            all.push(Constraint::Sparql(Box::new(SparqlConstraint {
                component: component_of(sh::SPARQL),
                source: Some(term),
                is_ask: false,
                query,
                values: vec![node.clone().into(), named_graph::SHAPES.into_owned().into()],
                parameters: Vec::new(),
                messages,
                name: self.name(node),
            })));
        }
    }

    /// The prepared query of a constraint or validator.
    pub fn query(&mut self, shape: &NamedOrBlankNode, text: &QueryText<'_>) -> Option<PreBound> {
        let owner = text.owner;
        let word = if text.predicate == sh::ASK { "sh:ask" } else { "sh:select" };
        let source = match self.one(owner, text.predicate) {
            Some(Term::Literal(source)) => source,
            Some(other) => {
                self.fault(owner, text.predicate, Some(&other), format!("expected the text of a query as `{word}`"));
                return None;
            }
            None => {
                let message = format!("a SPARQL constraint of {} has no `{word}`", self.name(shape));
                self.fault(owner, text.predicate, None, message);
                return None;
            }
        };
        let blame = Term::from(source.clone());
        let prefixes = self.prefixes(owner);
        let query = match Query::parse(word, source.value(), &prefixes) {
            Ok(query) => query,
            Err(fault) => {
                let at = fault.place.as_ref().map_or_else(String::new, |place| {
                    format!("line {}, column {} of the query", place.line, place.column)
                });
                let message = match &*fault.code {
                    codes::UNKNOWN_PREFIX => format!("`{word}` of {}, {at}: {}", self.name(shape), fault.message),
                    _ => format!("`{word}` of {} is not valid SPARQL at {at}: {}", self.name(shape), fault.message),
                };
                let hint = "declare the prefixes of a query with `sh:declare` at its `sh:prefixes`, or in the query";
                let finding = Finding::error(fault.code.clone(), message).hint(
                    fault.hint.filter(|_| fault.code != codes::UNKNOWN_PREFIX).unwrap_or_else(|| hint.to_owned()),
                );
                self.tell(finding, owner, text.predicate, Some(&blame));
                return None;
            }
        };
        let mut variables = vec![Variable::new_unchecked("this")];
        if text.predicate == sh::ASK {
            variables.push(Variable::new_unchecked("value"));
        }
        variables.extend(["currentShape", SHAPES_GRAPH].map(Variable::new_unchecked));
        variables.extend(text.variables.iter().cloned());
        let path = text.path.map(Path::expression);
        match PreBound::new(query, path.as_ref(), variables) {
            Ok(query) if text.predicate == sh::ASK || query.selects("this") => Some(query),
            Ok(_) => {
                let message = format!("`{word}` of {} does not select `$this`", self.name(shape));
                self.fault(owner, text.predicate, Some(&blame), message);
                None
            }
            Err(words) => {
                let message = format!("`{word}` of {} cannot be used: {words}", self.name(shape));
                self.fault(owner, text.predicate, Some(&blame), message);
                None
            }
        }
    }

    /// The prefixes of a query (section 5.2.1), including imported ones.
    fn prefixes(&mut self, owner: &NamedOrBlankNode) -> Prefixes {
        let mut prefixes = Prefixes::none();
        let mut declaring: Vec<Term> = self.objects(owner, sh::PREFIXES);
        let mut next = 0;
        while let Some(term) = declaring.get(next).cloned() {
            next += 1;
            let Some(node) = as_subject(&term) else {
                let message =
                    format!("expected a node with `sh:declare` as `sh:prefixes`, found `{}`", self.shown(&term));
                self.fault(owner, sh::PREFIXES, Some(&term), message);
                continue;
            };
            for imported in self.objects(&node, owl::IMPORTS) {
                if !declaring.contains(&imported) {
                    declaring.push(imported);
                }
            }
            for declaration in self.objects(&node, sh::DECLARE) {
                let Some(declared) = as_subject(&declaration) else { continue };
                let prefix = self.one(&declared, sh::PREFIX);
                let namespace = self.one(&declared, sh::NAMESPACE);
                let (Some(Term::Literal(prefix)), Some(Term::Literal(namespace))) = (prefix, namespace) else {
                    let message = "a prefix declaration needs `sh:prefix` and `sh:namespace`, both texts";
                    self.fault(&node, sh::DECLARE, Some(&declaration), message);
                    continue;
                };
                if oxiri::Iri::parse(namespace.value()).is_err() {
                    let message =
                        format!("the namespace `{}` of `{}` is not an IRI", namespace.value(), prefix.value());
                    self.fault(&declared, sh::NAMESPACE, Some(&namespace.clone().into()), message);
                    continue;
                }
                if prefixes.get(prefix.value()).is_some_and(|known| known != namespace.value()) {
                    let message = format!("the prefix `{}` is declared for two namespaces", prefix.value());
                    self.fault(&node, sh::DECLARE, Some(&declaration), message);
                }
                prefixes.insert(prefix.value(), namespace.value());
            }
        }
        prefixes
    }
}
