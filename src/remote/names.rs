//! The names of things, fetched without the rest: for `search`, for parameters that are given by
//! name, and for the labels of an answer.

use std::collections::BTreeSet;

use oxigraph::model::vocab::{rdf, rdfs};
use oxigraph::model::{NamedNode, NamedNodeRef, Term};

use super::fetch::{SKOLEM, Selection, literal};
use super::publication::{PUBLICATION, STAGING};
use super::{DefaultGraph, Engine, EngineGraph};
use crate::error::Result;
use crate::graph::LABELS;
use crate::vocab::{cg, dcterms, foaf, named_graph, owl, schema, skos};

/// Properties, beside those of labels, by which things are found and told apart.
const FURTHER: [NamedNodeRef<'_>; 19] = [
    skos::ALT_LABEL,
    skos::HIDDEN_LABEL,
    cg::MENTIONED_AS,
    cg::HAS_NAME,
    cg::TEXT,
    cg::NAME_KIND,
    skos::DEFINITION,
    rdfs::COMMENT,
    dcterms::DESCRIPTION,
    skos::SCOPE_NOTE,
    cg::FIGURE,
    cg::VALUE,
    cg::MEASURE,
    cg::NATURE,
    foaf::GIVEN_NAME,
    foaf::FAMILY_NAME,
    schema::GIVEN_NAME,
    schema::FAMILY_NAME,
    skos::IN_SCHEME,
];

/// Classes of what is a term and no thing.
const CLASSES: [NamedNodeRef<'_>; 8] = [
    skos::CONCEPT,
    skos::CONCEPT_SCHEME,
    owl::ONTOLOGY,
    owl::CLASS,
    rdfs::CLASS,
    rdf::PROPERTY,
    owl::OBJECT_PROPERTY,
    owl::DATATYPE_PROPERTY,
];

/// How many things are asked about at a time.
pub(super) const AT_A_TIME: usize = 200;

impl EngineGraph<'_> {
    /// Fetches the names of all things, their definitions and figures, and the graph of the
    /// vocabulary.
    ///
    /// # Errors
    ///
    /// Those of [`all`](Self::all).
    pub fn names(&mut self) -> Result<()> {
        let ontology = named_graph::ONTOLOGY.into_owned();
        self.graph(&ontology)?;
        let listed =
            |terms: &[NamedNodeRef<'_>]| terms.iter().map(|term| term.to_string()).collect::<Vec<_>>().join(" ");
        let properties = listed(&LABELS.into_iter().chain(FURTHER).collect::<Vec<_>>());
        let classes = listed(&CLASSES);
        let wanted = [
            format!("VALUES ?p {{ {properties} }} {{}}"),
            format!("VALUES ?p {{ {} }} VALUES ?o {{ {classes} }} {{}}", rdf::TYPE),
        ];
        let is_left_out = self.engine().left_out("?g");
        for wanted in &wanted {
            let within = wanted.replace("{}", "GRAPH ?g { ?s ?p ?o }");
            let pattern = format!("{within} FILTER(?g != {ontology}){is_left_out}");
            self.counted_selection(&Selection::in_any_graph(pattern, "the names of its things"))?;
            if self.engine().has_default_graph()? {
                let pattern = wanted.replace("{}", "?s ?p ?o");
                self.counted_selection(&Selection::in_default_graph(pattern, "the names of its things"))?;
            }
        }
        Ok(())
    }

    fn counted_selection(&mut self, selection: &Selection) -> Result<()> {
        let total = self.engine().number(&selection.counted(""))?;
        self.take(total, "the names of the things")?;
        self.selection(selection, total)
    }

    /// Fetches the labels of these nodes, in whatever graph they are.
    ///
    /// # Errors
    ///
    /// Those of a request.
    pub fn labels_of(&mut self, nodes: &BTreeSet<NamedNode>) -> Result<()> {
        self.statements_of(nodes, &LABELS)
    }

    /// Fetches the kinds of these nodes, and what the kinds are called.
    ///
    /// # Errors
    ///
    /// Those of a request.
    pub fn kinds_of(&mut self, nodes: &BTreeSet<NamedNode>) -> Result<()> {
        self.statements_of(nodes, &[rdf::TYPE, cg::TYPE])
    }

    fn statements_of(&mut self, nodes: &BTreeSet<NamedNode>, properties: &[NamedNodeRef<'_>]) -> Result<()> {
        let properties: Vec<String> = properties.iter().map(|property| property.to_string()).collect();
        let wanted = format!("VALUES ?p {{ {} }}", properties.join(" "));
        let nodes: Vec<&NamedNode> = nodes.iter().filter(|node| is_sendable(node)).collect();
        for chunk in nodes.chunks(AT_A_TIME) {
            let values: Vec<String> = chunk.iter().map(|node| node.to_string()).collect();
            self.wherever(&format!("VALUES ?s {{ {} }} {wanted}", values.join(" ")), "?s ?p ?o")?;
        }
        Ok(())
    }

    /// Fetches what a pattern of `?s ?p ?o` finds in each graph, after a restriction.
    pub(super) fn wherever(&mut self, restriction: &str, pattern: &str) -> Result<()> {
        let is_left_out = self.engine().left_out("?g");
        let named = format!("{restriction} GRAPH ?g {{ {pattern} }}{is_left_out}");
        self.counted_selection(&Selection::in_any_graph(named, "what it says of some things"))?;
        if self.engine().has_default_graph()? {
            let own = format!("{restriction} {pattern}");
            self.counted_selection(&Selection::in_default_graph(own, "what it says of some things"))?;
        }
        Ok(())
    }
}

impl Engine {
    /// Whether there are triples that are in no named graph, or no named graphs.
    pub(super) fn has_default_graph(&self) -> Result<bool> {
        Ok(self.traits()?.0 == DefaultGraph::Isolated)
    }

    /// The filter for a variable that stands for a graph of data.
    pub(super) fn left_out(&self, variable: &str) -> String {
        let mut filter =
            format!(" FILTER({variable} != {PUBLICATION} && !STRSTARTS(STR({variable}), {}))", literal(STAGING));
        for name in &self.profile.left_out_graphs {
            let test = match name.strip_suffix('*') {
                Some(start) => format!("!STRSTARTS(STR({variable}), {})", literal(start)),
                None => format!("STR({variable}) != {}", literal(name)),
            };
            filter.push_str(&format!(" FILTER({test})"));
        }
        filter
    }
}

/// Whether a node can be named in a query, and the engine knows it by this name.
pub(super) fn is_sendable(node: &NamedNode) -> bool {
    !node.as_str().starts_with(SKOLEM) && NamedNode::new(node.as_str()).is_ok()
}

/// The IRI of a term, if it is one.
pub(super) fn iri(term: &Term) -> Option<&NamedNode> {
    match term {
        Term::NamedNode(node) => Some(node),
        _ => None,
    }
}
