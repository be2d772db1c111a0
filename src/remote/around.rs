//! What an engine says of one thing: its own statements, those about it, and what these lead to, so
//! that its profile can be read from a small graph.

use std::collections::BTreeSet;

use oxigraph::model::NamedNode;

use super::EngineGraph;
use super::names::{AT_A_TIME, iri, is_sendable};
use crate::error::Result;
use crate::graph::Graph;
use crate::vocab::named_graph;

/// How far what is said is followed: to a claim, to its other end and its evidence, to the source
/// that this cites.
const STEPS: usize = 3;

impl EngineGraph<'_> {
    /// Fetches what is said of a thing, and the graph of the vocabulary.
    ///
    /// # Errors
    ///
    /// Those of [`all`](Self::all).
    pub fn around(&mut self, thing: &NamedNode) -> Result<()> {
        self.graph(&named_graph::ONTOLOGY.into_owned())?;
        if !is_sendable(thing) {
            return Ok(());
        }
        // With blank nodes of one step, which have no name in a second request.
        self.wherever(&format!("VALUES ?s {{ {thing} }}"), "?s ?p ?o")?;
        self.wherever(&format!("VALUES ?o {{ {thing} }}"), "?s ?p ?o")?;
        self.wherever(&format!("VALUES ?x {{ {thing} }}"), "?x ?q ?s . ?s ?p ?o FILTER(isBlank(?s))")?;
        self.wherever(&format!("VALUES ?x {{ {thing} }}"), "?s ?q ?x . ?s ?p ?o FILTER(isBlank(?s))")?;
        let mut asked = BTreeSet::from([thing.clone()]);
        let mut about = self.nodes_that_lead_to(thing);
        for step in 0..STEPS {
            let new = self.nodes_after(&asked, step);
            self.of_each(&new, "?s")?;
            // What leads to a claim, a post or a membership; never what leads to a place or a kind,
            // which may be everything.
            if step == 0 {
                about.retain(is_sendable);
                self.of_each(&about, "?o")?;
            }
            asked.extend(new);
        }
        // What is only mentioned there needs a name and no more.
        let named: BTreeSet<NamedNode> = self.nodes_after(&asked, 0).into_iter().collect();
        self.labels_of(&named)
    }

    fn of_each(&mut self, nodes: &[NamedNode], end: &str) -> Result<()> {
        for chunk in nodes.chunks(AT_A_TIME) {
            let values: Vec<String> = chunk.iter().map(|node| node.to_string()).collect();
            self.wherever(&format!("VALUES {end} {{ {} }}", values.join(" ")), "?s ?p ?o")?;
        }
        Ok(())
    }

    fn so_far(&self) -> Graph {
        self.builder.clone().freeze()
    }

    /// The nodes outside the vocabulary that were met and not asked about yet: in the first step all,
    /// then what claims, figures and evidence lead to, which have no names.
    fn nodes_after(&self, asked: &BTreeSet<NamedNode>, step: usize) -> Vec<NamedNode> {
        let graph = self.so_far();
        let mut nodes = BTreeSet::new();
        for quad in graph.quads().filter(|quad| quad.graph_name.as_ref() != named_graph::ONTOLOGY.into()) {
            let Some(subject) = iri(&quad.subject.into()).cloned() else { continue };
            if step > 0 && (!asked.contains(&subject) || graph.has_label(subject.as_ref()).unwrap_or(true)) {
                continue;
            }
            nodes.extend([quad.predicate, subject]);
            nodes.extend(iri(&quad.object).cloned());
        }
        nodes.into_iter().filter(|node| is_sendable(node) && !asked.contains(node)).collect()
    }

    fn nodes_that_lead_to(&self, thing: &NamedNode) -> Vec<NamedNode> {
        let graph = self.so_far();
        let leading = graph.triples(None, None, Some(thing.as_ref().into()));
        let nodes: BTreeSet<NamedNode> = leading.filter_map(|triple| iri(&triple.subject.into()).cloned()).collect();
        nodes.into_iter().collect()
    }
}
