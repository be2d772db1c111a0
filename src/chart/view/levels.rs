//! Grades: things with the same value of a property, which a chart puts on one level.

use std::collections::BTreeMap;

use oxigraph::model::Term;
use petgraph::graph::NodeIndex;

use super::order::Natural;
use super::tree::Tree;
use crate::error::{Error, Result};
use crate::finding::{Finding, codes, did_you_mean};
use crate::graph::{Graph, local_name};
use crate::network::{Network, node_of_name};

/// The level of things, and what the levels are called, from the top down.
#[derive(Debug, Clone, Default)]
pub(in crate::chart) struct GradeLevels {
    pub of: BTreeMap<NodeIndex, usize>,
    pub names: Vec<String>,
}

impl GradeLevels {
    /// Reads the values of a property, which is named by its prefixed name, IRI, last part of the IRI, or
    /// label. GradeLevels are in the order of their values, upwards or downwards, if heads are then above those who
    /// are under them; otherwise in that of the generations in which they are.
    ///
    /// # Errors
    ///
    /// `unknown-level` if nothing in the chart has such a property.
    pub fn read(graph: &Graph, languages: &[String], network: &Network, tree: &Tree, property: &str) -> Result<Self> {
        let mut values: BTreeMap<NodeIndex, String> = BTreeMap::new();
        let mut others: Vec<String> = Vec::new();
        for node in tree.in_order() {
            for quad in graph.matching(Some(node_of_name(&network[node].iri)), None, None, None) {
                let predicate = &quad.predicate;
                let is_named = property == predicate.as_str()
                    || property == local_name(predicate.as_str())
                    || property == graph.prefixes.shorten(predicate.as_str())
                    || graph.labels(predicate.as_ref())?.iter().any(|label| label == property);
                if !is_named {
                    others.push(graph.prefixes.shorten(predicate.as_str()));
                    continue;
                }
                let value = match &quad.object {
                    Term::Literal(value) => value.value().to_owned(),
                    Term::NamedNode(node) => graph.label(node, languages)?,
                    _ => continue,
                };
                values.entry(node).or_insert(value);
            }
        }
        if values.is_empty() {
            others.sort();
            others.dedup();
            let message = format!("nothing in the chart has a property `{property}`");
            let hint = did_you_mean(property, others.iter().map(String::as_str))
                .unwrap_or_else(|| format!("use one of {}", others.join(", ")));
            return Err(Error::invalid(Finding::error(codes::UNKNOWN_LEVEL, message).hint(hint)));
        }
        let mut names: Vec<String> = values.values().cloned().collect();
        names.sort_by_cached_key(|name| Natural::of(name));
        names.dedup();
        let rank = |names: &[String], node: &NodeIndex| {
            let value = values.get(node)?;
            names.iter().position(|name| name == value)
        };
        let (mut downwards, mut upwards) = (0, 0);
        for (parent, children) in &tree.children {
            for (_, child) in children {
                if let (Some(above), Some(below)) = (rank(&names, parent), rank(&names, child)) {
                    downwards += usize::from(above < below);
                    upwards += usize::from(above > below);
                }
            }
        }
        if upwards > 0 && downwards == 0 {
            names.reverse();
        } else if upwards > 0 {
            // The values themselves are in no order of rank: those that stand higher on average come first.
            let mut depths: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
            let mut work: Vec<(NodeIndex, usize)> = tree.roots.iter().map(|root| (*root, 0)).collect();
            while let Some((node, depth)) = work.pop() {
                if let Some(value) = values.get(&node) {
                    let (sum, n) = depths.entry(value).or_default();
                    (*sum, *n) = (*sum + depth, *n + 1);
                }
                work.extend(tree.children.get(&node).into_iter().flatten().map(|(_, child)| (*child, depth + 1)));
            }
            // In hundredths of a generation, so that equal means are equal.
            let mean = |name: &String| depths.get(name.as_str()).map_or(0, |(sum, n)| sum * 100 / (*n).max(1));
            let means: BTreeMap<String, usize> = names.iter().map(|name| (name.clone(), mean(name))).collect();
            names.sort_by_key(|name| means.get(name).copied());
        }
        let of = values.keys().filter_map(|node| Some((*node, rank(&names, node)?))).collect();
        Ok(Self { of, names })
    }
}
