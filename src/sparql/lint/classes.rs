//! Properties that no instance of the class asked for has.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::vocab::rdf;
use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, Term};
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};

use super::super::Query;
use super::place;
use crate::error::Result;
use crate::finding::{Finding, codes};
use crate::graph::Graph;

/// Instances that are looked at before nothing is said.
const MOST: usize = 20_000;

/// Which end of a triple the instances are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Subject,
    Object,
}

/// The pairs of class and property among patterns that must hold together
/// where no instance of the class has the property.
pub(super) fn check(together: &[TriplePattern], query: &Query, graph: &Graph) -> Result<Vec<Finding>> {
    let mut classes: Vec<(&TermPattern, &NamedNode)> = Vec::new();
    let mut properties: Vec<(&TermPattern, &NamedNode, End)> = Vec::new();
    for triple in together {
        let NamedNodePattern::NamedNode(property) = &triple.predicate else { continue };
        match &triple.object {
            TermPattern::NamedNode(class) if *property == rdf::TYPE => classes.push((&triple.subject, class)),
            _ if *property == rdf::TYPE => {}
            object => {
                properties.push((&triple.subject, property, End::Subject));
                properties.push((object, property, End::Object));
            }
        }
    }
    let mut pairs = BTreeSet::new();
    for (thing, class) in &classes {
        let is_open = matches!(thing, TermPattern::Variable(_) | TermPattern::BlankNode(_));
        let of_thing = properties.iter().filter(|(other, ..)| is_open && other == thing);
        pairs.extend(of_thing.map(|(_, property, end)| ((*class).clone(), (*property).clone(), *end)));
    }
    let mut findings = Vec::new();
    for (class, property, end) in pairs {
        if never(graph, class.as_ref(), property.as_ref(), end)? {
            findings.push(finding(query, graph, &class, &property, end)?);
        }
    }
    Ok(findings)
}

/// Whether the class has instances and the property values, and never both.
fn never(graph: &Graph, class: NamedNodeRef<'_>, property: NamedNodeRef<'_>, end: End) -> Result<bool> {
    if graph.matching(None, Some(property), None, None).next().is_none() {
        return Ok(false);
    }
    let mut n_instances = 0;
    for quad in graph.matching(None, Some(rdf::TYPE), Some(class.into()), None) {
        n_instances += 1;
        if n_instances > MOST || has(graph, &quad.subject, property, end)? {
            return Ok(false);
        }
    }
    Ok(n_instances > 0)
}

fn has(graph: &Graph, node: &NamedOrBlankNode, property: NamedNodeRef<'_>, end: End) -> Result<bool> {
    let first = match end {
        End::Subject => graph.matching(Some(node.as_ref()), Some(property), None, None).next(),
        End::Object => {
            let object = Term::from(node.clone());
            graph.matching(None, Some(property), Some(object.as_ref()), None).next()
        }
    };
    Ok(first.is_some())
}

fn finding(query: &Query, graph: &Graph, class: &NamedNode, property: &NamedNode, end: End) -> Result<Finding> {
    let short = |node: &NamedNode| graph.prefixes.shorten(node.as_str());
    let (of, name) = (short(class), short(property));
    let message = match end {
        End::Subject => format!("no `{of}` has `{name}`"),
        End::Object => format!("no `{of}` is a value of `{name}`"),
    };
    let hint = match end {
        End::Subject => by_way_of(graph, class.as_ref(), property.as_ref())?
            .map(|way| format!("did you mean `{}/{name}`?", short(&way))),
        End::Object => None,
    };
    let hint = match hint {
        None => classes_with(graph, property.as_ref(), end)?.map(|classes| {
            let names: Vec<String> = classes.iter().map(|class| format!("`{}`", short(class))).collect();
            match end {
                End::Subject => format!("what has it is for example a {}", names.join(", ")),
                End::Object => format!("its values are for example of {}", names.join(", ")),
            }
        }),
        found => found,
    };
    let place = place::of_iri(query, graph, property.as_str());
    Ok(Finding::warning(codes::NOT_OF_CLASS, message).at(place).hint(hint))
}

/// Instances that are looked at for a hint.
const SAMPLE: usize = 200;

/// The property that leads from instances to things with the property wanted.
fn by_way_of(graph: &Graph, class: NamedNodeRef<'_>, property: NamedNodeRef<'_>) -> Result<Option<NamedNode>> {
    let mut ways: BTreeMap<NamedNode, usize> = BTreeMap::new();
    for quad in graph.matching(None, Some(rdf::TYPE), Some(class.into()), None).take(SAMPLE) {
        for edge in graph.matching(Some(quad.subject.as_ref()), None, None, None).take(SAMPLE) {
            let next: NamedOrBlankNode = match edge.object {
                Term::NamedNode(node) if edge.predicate != rdf::TYPE => node.into(),
                Term::BlankNode(node) => node.into(),
                _ => continue,
            };
            if has(graph, &next, property, End::Subject)? {
                *ways.entry(edge.predicate).or_default() += 1;
            }
        }
    }
    // The first of the most frequent.
    Ok(ways.into_iter().rev().max_by_key(|(_, n)| *n).map(|(way, _)| way))
}

/// The classes that most of the things with a property have; of classes with
/// the same members the first.
fn classes_with(graph: &Graph, property: NamedNodeRef<'_>, end: End) -> Result<Option<Vec<NamedNode>>> {
    let mut counts: BTreeMap<NamedNode, usize> = BTreeMap::new();
    for quad in graph.matching(None, Some(property), None, None).take(SAMPLE) {
        let node: NamedOrBlankNode = match (end, quad.object) {
            (End::Subject, _) => quad.subject,
            (End::Object, Term::NamedNode(node)) => node.into(),
            (End::Object, Term::BlankNode(node)) => node.into(),
            _ => continue,
        };
        for class in graph.objects(node.as_ref(), rdf::TYPE) {
            if let Term::NamedNode(class) = class {
                *counts.entry(class).or_default() += 1;
            }
        }
    }
    let most = counts.into_iter().rev().max_by_key(|(_, n)| *n);
    Ok(most.map(|(class, _)| vec![class]))
}
