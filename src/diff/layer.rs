//! What the sources of an edition say: its graph without vocabulary, inferences and the description
//! of the pack.

use std::collections::HashSet;

use oxigraph::model::{NamedNodeRef, Term};

use crate::graph::{Graph, Layer, TermNumber};
use crate::vocab::named_graph;

/// The statements of an edition's sources. Nothing is copied.
pub(super) struct SourceStatements<'a> {
    pub graph: &'a Graph,
    /// The graphs that count; `None` if all do.
    kept: Option<HashSet<TermNumber>>,
    /// The start of the IRIs that are the edition's own.
    pub base: Option<String>,
}

impl<'a> SourceStatements<'a> {
    /// Those of all sources, or of the one with this graph.
    pub fn of(graph: &'a Graph, only: Option<NamedNodeRef<'_>>) -> Self {
        let names = graph.graph_names();
        let is_kept = |name: &TermNumber| match graph.term(*name).into_owned() {
            Term::NamedNode(node) => match only {
                Some(only) => node.as_ref() == only,
                None => node != named_graph::DATASET && Layer::of(node.as_ref().into()) == Layer::Source,
            },
            _ => only.is_none(),
        };
        let kept: HashSet<TermNumber> = names.iter().copied().filter(is_kept).collect();
        let is_all = kept.len() == names.len() && only.is_none();
        Self { graph, kept: (!is_all).then_some(kept), base: base(graph) }
    }

    /// The subjects and objects of a property, sorted, each pair once.
    pub fn ends(&self, property: NamedNodeRef<'_>) -> Vec<(TermNumber, TermNumber)> {
        let Some(property) = self.graph.find(property.into()) else { return Vec::new() };
        self.ends_of(property)
    }

    /// Like [`ends`](Self::ends), of a property by its number.
    pub fn ends_of(&self, property: TermNumber) -> Vec<(TermNumber, TermNumber)> {
        let Some(kept) = &self.kept else { return self.graph.ends_of(property).collect() };
        let quads = self.graph.matching_in(None, [None, Some(property), None]);
        let mut ends: Vec<_> = quads.filter(|[graph, ..]| kept.contains(graph)).map(|[_, s, _, o]| (s, o)).collect();
        ends.sort_unstable();
        ends.dedup();
        ends
    }

    /// The properties and objects of a subject, in the place of those in `about`, sorted, each pair once.
    pub fn about(&self, subject: TermNumber, about: &mut Vec<(TermNumber, TermNumber)>) {
        about.clear();
        let Some(kept) = &self.kept else {
            about.extend(self.graph.about(subject));
            return;
        };
        let quads = self.graph.matching_in(None, [Some(subject), None, None]);
        about.extend(quads.filter(|[graph, ..]| kept.contains(graph)).map(|[_, _, p, o]| (p, o)));
        about.sort_unstable();
        about.dedup();
    }
}

/// The start of the IRIs of what a pack's mapping makes, by which its description is named.
fn base(graph: &Graph) -> Option<String> {
    let mut descriptions = graph.matching(None, None, None, Some(named_graph::DATASET.into()));
    let subject = descriptions.next()?.subject.to_string();
    let iri = subject.strip_prefix('<')?.strip_suffix('>')?;
    iri.rfind("dataset/").map(|end| iri[..end].to_owned())
}
