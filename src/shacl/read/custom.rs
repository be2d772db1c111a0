//! SPARQL-based constraint components (section 6): kinds of constraints that a
//! shapes graph defines itself.

use oxigraph::model::{Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, Term, Variable};

use super::ShapeReader;
use super::query::QueryText;
use crate::graph::local_name;
use crate::shacl::path::{Path, as_subject, class_and_below};
use crate::shacl::shape::{Constraint, SparqlConstraint};
use crate::vocab::{named_graph, sh};
use oxigraph::model::vocab::rdf;

/// A constraint component.
#[derive(Debug, Clone)]
pub(in crate::shacl) struct Component {
    node: NamedNode,
    parameters: Vec<ComponentParameter>,
    messages: Vec<Literal>,
    /// The validators by the property that refers to them.
    validators: Vec<(NamedNodeRef<'static>, NamedOrBlankNode)>,
}

#[derive(Debug, Clone)]
struct ComponentParameter {
    predicate: NamedNode,
    is_optional: bool,
}

impl Component {
    /// The parameters that a shape must have for the component to apply.
    pub fn required(&self) -> impl Iterator<Item = &NamedNode> {
        self.parameters.iter().filter(|parameter| !parameter.is_optional).map(|parameter| &parameter.predicate)
    }

    pub fn node(&self) -> &NamedNode {
        &self.node
    }

    pub fn has_parameter(&self, predicate: NamedNodeRef<'_>) -> bool {
        self.parameters.iter().any(|parameter| parameter.predicate.as_ref() == predicate)
    }
}

impl ShapeReader<'_> {
    /// The components that the graph defines, by IRI.
    pub fn read_components(&mut self) -> Vec<Component> {
        let mut components = Vec::new();
        let mut nodes = Vec::new();
        let mut graph = self.graph.clone();
        for class in class_and_below(&mut graph, sh::CONSTRAINT_COMPONENT.into()) {
            nodes.extend(self.graph.subjects(rdf::TYPE, graph.term(class).as_ref()));
        }
        nodes.sort_by_cached_key(ToString::to_string);
        nodes.dedup();
        for node in nodes {
            // The components of Core may be described too; they are built in.
            let NamedOrBlankNode::NamedNode(iri) = &node else { continue };
            if iri.as_str().starts_with(sh::NAMESPACE_IRI) {
                continue;
            }
            let mut parameters = Vec::new();
            for term in self.objects(&node, sh::PARAMETER) {
                let Some(parameter) = as_subject(&term) else { continue };
                let Some(Term::NamedNode(predicate)) = self.one(&parameter, sh::PATH) else {
                    let message = format!("a parameter of {} has no IRI as `sh:path`", self.name(&node));
                    self.fault(&node, sh::PARAMETER, Some(&term), message);
                    continue;
                };
                let is_optional = self.boolean(&parameter, sh::OPTIONAL);
                parameters.push(ComponentParameter { predicate, is_optional });
            }
            if parameters.iter().all(|parameter| parameter.is_optional) {
                let message = format!("the component {} has no required parameter", self.name(&node));
                self.fault(&node, sh::PARAMETER, None, message);
                continue;
            }
            let mut validators = Vec::new();
            for predicate in [sh::NODE_VALIDATOR, sh::PROPERTY_VALIDATOR, sh::VALIDATOR] {
                for term in self.objects(&node, predicate) {
                    validators.extend(as_subject(&term).map(|validator| (predicate, validator)));
                }
            }
            if validators.is_empty() {
                let message = format!("the component {} has no SPARQL validator", self.name(&node));
                self.fault(&node, sh::VALIDATOR, None, message);
                continue;
            }
            let messages = self.messages(&node);
            components.push(Component { node: iri.clone(), parameters, messages, validators });
        }
        components
    }

    /// The constraints that a shape states with parameters of components.
    pub fn custom(&mut self, node: &NamedOrBlankNode, path: Option<&Path>, all: &mut Vec<Constraint>) {
        for component in self.components.clone() {
            let mut given = Vec::new();
            for parameter in &component.parameters {
                given.push((parameter, self.objects(node, parameter.predicate.as_ref())));
            }
            if given.iter().any(|(parameter, values)| !parameter.is_optional && values.is_empty()) {
                continue;
            }
            if component.parameters.len() == 1 {
                // Each value is a separate constraint (section 6.1).
                let (parameter, values) = given.remove(0);
                for value in values {
                    self.constraint(node, path, &component, vec![(parameter, value)], all);
                }
                continue;
            }
            let mut one_each = Vec::new();
            for (parameter, mut values) in given {
                if let Some(second) = values.get(1) {
                    let name = self.graph.prefixes.name(parameter.predicate.as_str());
                    let message = format!("`{name}` may occur only once, and {} has it again", self.name(node));
                    self.fault(node, parameter.predicate.as_ref(), Some(&second.clone()), message);
                }
                if !values.is_empty() {
                    one_each.push((parameter, values.remove(0)));
                }
            }
            self.constraint(node, path, &component, one_each, all);
        }
    }

    fn constraint(
        &mut self,
        node: &NamedOrBlankNode,
        path: Option<&Path>,
        component: &Component,
        parameters: Vec<(&ComponentParameter, Term)>,
        all: &mut Vec<Constraint>,
    ) {
        // Section 6.3: the validator for the kind of shape, otherwise the one for both.
        let own = if path.is_some() { sh::PROPERTY_VALIDATOR } else { sh::NODE_VALIDATOR };
        let named = |wanted| component.validators.iter().find(move |(predicate, _)| *predicate == wanted);
        let Some((predicate, validator)) = named(own).or_else(|| named(sh::VALIDATOR)) else { return };
        let is_ask = *predicate == sh::VALIDATOR || self.objects(validator, sh::SELECT).is_empty();
        let names: Vec<String> =
            parameters.iter().map(|(parameter, _)| local_name(parameter.predicate.as_str()).to_owned()).collect();
        let mut variables = Vec::new();
        for name in &names {
            match Variable::new(name.clone()) {
                Ok(variable) => variables.push(variable),
                Err(_) => {
                    let message = format!("the parameter `{name}` cannot be the name of a variable");
                    self.fault(validator, *predicate, None, message);
                    return;
                }
            }
        }
        let text =
            QueryText { owner: validator, predicate: if is_ask { sh::ASK } else { sh::SELECT }, path, variables };
        let Some(query) = self.query(node, &text) else { return };
        let mut messages = self.messages(validator);
        if messages.is_empty() {
            messages.clone_from(&component.messages);
        }
        let values: Vec<Term> = parameters.iter().map(|(_, value)| value.clone()).collect();
        all.push(Constraint::Sparql(Box::new(SparqlConstraint {
            component: component.node.clone(),
            source: None,
            is_ask,
            query,
            values: [node.clone().into(), named_graph::SHAPES.into_owned().into()]
                .into_iter()
                .chain(values.iter().cloned())
                .collect(),
            parameters: names.into_iter().zip(values).collect(),
            messages,
            name: self.name(node),
        })));
    }
}
