//! The graph: quads in an oxigraph store, and prefixes for its IRIs.
//!
//! A [`Graph`] can change while a pack is built; a file that is only read is [`Frozen`], at a
//! fraction of the time and memory. Code that walks both uses [`Triples`].
//!
//! Queries do not go through this module but through [`sparql`](crate::sparql), the single entry
//! point for questions, rules and checks.

mod digits;
mod failure;
mod file;
mod frozen;
mod labels;
mod manifest;
mod n_quads;
mod order;
mod prefixes;
mod size;
mod snapshot;
mod statement;
mod triples;
mod value;

use oxigraph::model::{
    GraphName, GraphNameRef, NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Quad, Term, TermRef,
};
use oxigraph::store::Store;

pub use digits::group_digits;
pub use failure::FailedBuild;
pub use file::{RdfFile, file_iri, path_of};
pub use frozen::{Freezer, Frozen, TermNumber};
pub use labels::{bcp47_case, language_matches};
pub use manifest::{DataFile, InputFile, Manifest, PackOrigin};
pub use order::{canonical_blank_nodes, n_quads_line, sorted_lines};
pub use prefixes::{Prefixes, local_name};
pub use size::{LARGEST_TERM, huge};
pub use snapshot::{MANIFEST, digest, read_manifest, snapshot_files};
pub use statement::{GraphFinding, Statement};
pub use triples::Triples;
pub use value::{as_stored, stored_datatype};

use file::turtle;

use crate::error::{Error, Result};
use crate::finding::{Finding, Place, codes};
use crate::vocab::named_graph;

/// Quads, and prefixes for their IRIs.
///
/// Statements are in named graphs only, and questions query the union of these. The store's own
/// union yields a triple that is in two graphs twice (oxigraph issue 1919), which would distort
/// every count and sum: in that case the union is written to the default graph (see
/// [`materialise_union`](Self::materialise_union)), which is otherwise empty.
///
/// A clone is a second handle to the same quads, not a copy of them.
#[derive(Clone)]
pub struct Graph {
    store: Store,
    has_union: bool,
    /// Prefixes for queries and exports.
    pub prefixes: Prefixes,
}

/// Where a named graph comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// Made by the pack's mapping or descriptor.
    Source,
    /// Derived by the rule `direct` from claims that hold.
    Direct,
    /// Derived by the other rules.
    Inferred,
    /// Vocabulary, code lists, alignments.
    Ontology,
}

impl Layer {
    /// The layer of a named graph, by its name.
    pub fn of(graph: GraphNameRef<'_>) -> Self {
        let GraphNameRef::NamedNode(node) = graph else { return Self::Source };
        if node == named_graph::ONTOLOGY {
            return Self::Ontology;
        }
        match node.as_str().strip_prefix(named_graph::RULE) {
            Some("direct") => Self::Direct,
            Some(_) => Self::Inferred,
            None => Self::Source,
        }
    }
}

impl Graph {
    /// An empty graph in memory.
    pub fn new() -> Result<Self> {
        Ok(Self { store: Store::new()?, has_union: false, prefixes: Prefixes::default() })
    }

    /// Whether the default graph holds the union of the named graphs.
    pub fn has_union(&self) -> bool {
        self.has_union
    }

    /// Writes the union of the named graphs to the default graph if a triple is in more than one
    /// of them. Must be called when the graph is complete.
    pub fn materialise_union(&mut self) -> Result<()> {
        if self.has_union || !self.repeats()? {
            return Ok(());
        }
        let quads = self.quads().collect::<Result<Vec<_>>>()?;
        self.store.extend(quads.into_iter().map(|mut quad| {
            quad.graph_name = GraphName::DefaultGraph;
            quad
        }))?;
        self.has_union = true;
        Ok(())
    }

    /// Whether a triple is in more than one named graph. Rules derive only new triples, so their
    /// graphs need not be examined; nor does the largest of the others, since its repetitions are
    /// found in the smaller ones.
    fn repeats(&self) -> Result<bool> {
        let mut graphs = self.named_graphs()?;
        graphs.retain(|(graph, _)| matches!(Layer::of(graph.as_ref()), Layer::Source | Layer::Ontology));
        graphs.sort_by_key(|(_, n_quads)| *n_quads);
        graphs.pop();
        for (graph, _) in graphs {
            for quad in self.matching(None, None, None, Some(graph.as_ref())) {
                let quad = quad?;
                let (subject, object) = (quad.subject.as_ref(), quad.object.as_ref());
                if self.matching(Some(subject), Some(quad.predicate.as_ref()), Some(object), None).nth(1).is_some() {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// The store, for evaluation.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// Adds quads. Those without a named graph go to the graph [`PACK`](named_graph::PACK).
    ///
    /// # Errors
    ///
    /// `huge-term` if a term is too large to be read again; the quads before it have been added.
    pub fn extend(&self, quads: impl IntoIterator<Item = Quad>) -> Result<()> {
        let mut huge = None;
        let quads = quads.into_iter().map_while(|quad| match size::huge_in(quad.as_ref()) {
            None => Some(quad),
            found => {
                huge = found;
                None
            }
        });
        let named = quads.into_iter().map(|mut quad| {
            if quad.graph_name.is_default_graph() {
                quad.graph_name = named_graph::PACK.into_owned().into();
            }
            quad
        });
        self.store.extend(named)?;
        huge.map_or(Ok(()), |fault| Err(Error::invalid(fault)))
    }

    /// Adds the triples of a Turtle text to a named graph, and its prefixes.
    pub fn load_turtle(&mut self, file: &str, text: &str, graph: NamedNodeRef<'_>) -> Result<(), Finding> {
        let (quads, prefixes) = turtle(file, text, graph)?;
        if let Some(fault) = quads.iter().find_map(|quad| size::huge_in(quad.as_ref())) {
            return Err(fault.at(Place::new(file, 1, 1)));
        }
        for (name, namespace) in prefixes {
            if self.prefixes.get(&name).is_none() {
                self.prefixes.insert(name, namespace);
            }
        }
        let stored = self.store.extend(quads);
        stored.map_err(|error| Finding::error(codes::UNREADABLE_FILE, error.to_string()))
    }

    /// Adds triples to a named graph, and prefixes; earlier declarations win.
    pub fn load(&mut self, quads: Vec<Quad>, prefixes: Vec<(String, String)>, graph: NamedNodeRef<'_>) -> Result<()> {
        for (name, namespace) in prefixes {
            if self.prefixes.get(&name).is_none() {
                self.prefixes.insert(name, namespace);
            }
        }
        self.extend(quads.into_iter().map(|mut quad| {
            quad.graph_name = graph.into_owned().into();
            quad
        }))
    }

    /// How many quads the named graphs hold.
    pub fn n_quads(&self) -> Result<usize> {
        Ok(self.named_graphs()?.iter().map(|(_, n_quads)| n_quads).sum())
    }

    /// The quads in named graphs that match a pattern, in no order; `None` matches everything.
    pub fn matching<'a>(
        &'a self,
        subject: Option<NamedOrBlankNodeRef<'_>>,
        predicate: Option<NamedNodeRef<'_>>,
        object: Option<TermRef<'_>>,
        graph: Option<GraphNameRef<'_>>,
    ) -> impl Iterator<Item = Result<Quad>> + use<'a> {
        self.store
            .quads_for_pattern(subject, predicate, object, graph)
            .filter(|quad| !matches!(quad, Ok(quad) if quad.graph_name.is_default_graph()))
            .map(|quad| Ok(quad?))
    }

    /// All quads, in no order.
    pub fn quads(&self) -> impl Iterator<Item = Result<Quad>> + '_ {
        self.matching(None, None, None, None)
    }

    /// The objects of a subject and predicate in any graph, sorted, each once.
    pub fn objects(&self, subject: NamedOrBlankNodeRef<'_>, predicate: NamedNodeRef<'_>) -> Result<Vec<Term>> {
        let quads = self.matching(Some(subject), Some(predicate), None, None);
        let mut objects = quads.map(|quad| Ok(quad?.object)).collect::<Result<Vec<Term>>>()?;
        objects.sort_by_cached_key(Term::to_string);
        objects.dedup();
        Ok(objects)
    }

    /// The subjects of a predicate and object in any graph, sorted, each once.
    pub fn subjects(&self, predicate: NamedNodeRef<'_>, object: TermRef<'_>) -> Result<Vec<NamedOrBlankNode>> {
        let quads = self.matching(None, Some(predicate), Some(object), None);
        let mut subjects = quads.map(|quad| Ok(quad?.subject)).collect::<Result<Vec<_>>>()?;
        subjects.sort_by_cached_key(NamedOrBlankNode::to_string);
        subjects.dedup();
        Ok(subjects)
    }

    /// Whether an IRI occurs anywhere in the graph.
    pub fn mentions(&self, node: NamedNodeRef<'_>) -> Result<bool> {
        let mut found = self
            .matching(None, Some(node), None, None)
            .chain(self.matching(Some(node.into()), None, None, None))
            .chain(self.matching(None, None, Some(node.into()), None));
        if let Some(first) = found.next() {
            first?;
            return Ok(true);
        }
        Ok(self.store.contains_named_graph(node)?)
    }

    /// The named graphs with their sizes, sorted by name.
    pub fn named_graphs(&self) -> Result<Vec<(GraphName, usize)>> {
        let mut names: Vec<GraphName> = Vec::new();
        for name in self.store.named_graphs() {
            names.push(name?.into());
        }
        let mut sizes = Vec::new();
        for name in names {
            let n_quads = self.store.quads_for_pattern(None, None, None, Some(name.as_ref())).count();
            if n_quads > 0 {
                sizes.push((name, n_quads));
            }
        }
        sizes.sort_by_cached_key(|(name, _)| name.to_string());
        Ok(sizes)
    }

    /// The IRIs of a namespace that occur in the graph, sorted, for suggestions.
    pub fn terms_of(&self, namespace: &str) -> Result<Vec<NamedNode>> {
        const MOST: usize = 200_000;
        let mut terms = Vec::new();
        for quad in self.quads().take(MOST) {
            let quad = quad?;
            let nodes = [
                match &quad.subject {
                    NamedOrBlankNode::NamedNode(node) => Some(node),
                    NamedOrBlankNode::BlankNode(_) => None,
                },
                Some(&quad.predicate),
                match &quad.object {
                    Term::NamedNode(node) => Some(node),
                    _ => None,
                },
            ];
            terms.extend(nodes.into_iter().flatten().filter(|node| node.as_str().starts_with(namespace)).cloned());
        }
        terms.sort();
        terms.dedup();
        Ok(terms)
    }
}
