//! Triples on their way to a graph, as texts: made by one thread, numbered by another.

use std::sync::Arc;

use oxigraph::model::{GraphNameRef, Literal, Quad};

use super::dictionary::TermKind;
use super::index::DEFAULT_GRAPH;
use super::{GraphBuilder, TermNumber};
use crate::vocab::named_graph;

/// What a term is, beside its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TermForm {
    /// An IRI.
    Iri,
    /// A blank node; the text is its label.
    Blank,
    /// A literal of the kind with this number, among those that a batch is given.
    Literal(u32),
}

/// The number of a term in its batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchTerm(u32);

/// Some triples. Each of their terms should be added once.
pub struct TripleBatch {
    text: String,
    /// What each term is, and where its text ends.
    terms: Vec<(TermForm, usize)>,
    /// Subject, predicate, object, and the graph or [`NO_GRAPH`].
    triples: Vec<[u32; 4]>,
    /// Quads whose terms were made already, and how many triples were there before.
    quads: Vec<(usize, Quad)>,
    kinds: Arc<[Literal]>,
}

const NO_GRAPH: u32 = u32::MAX;

impl TripleBatch {
    /// No triples; `kinds` has an empty literal of each kind.
    pub fn new(kinds: Arc<[Literal]>) -> Self {
        Self { text: String::new(), terms: Vec::new(), triples: Vec::new(), quads: Vec::new(), kinds }
    }

    /// Stands for no term.
    pub fn none() -> BatchTerm {
        BatchTerm(NO_GRAPH)
    }

    /// Adds a term: its IRI, the label of a blank node, or the value of a literal.
    pub fn term(&mut self, form: TermForm, text: &str) -> BatchTerm {
        self.text.push_str(text);
        self.terms.push((form, self.text.len()));
        BatchTerm(self.terms.len() as u32 - 1)
    }

    /// Adds a triple; without a graph, to the default graph.
    pub fn triple(&mut self, [subject, predicate, object]: [BatchTerm; 3], graph: Option<BatchTerm>) {
        self.triples.push([subject.0, predicate.0, object.0, graph.map_or(NO_GRAPH, |graph| graph.0)]);
    }

    /// Adds a quad.
    pub fn quad(&mut self, quad: Quad) {
        self.quads.push((self.triples.len(), quad));
    }
}

impl GraphBuilder {
    /// Adds triples. Those without a named graph go to the graph [`PACK`](named_graph::PACK).
    pub fn add_batch(&mut self, batch: &TripleBatch) {
        let kinds: Vec<TermKind> = batch.kinds.iter().map(|empty| self.kind(empty.as_ref())).collect();
        let own = self.graph(GraphNameRef::NamedNode(named_graph::PACK));
        let mut numbers: Vec<TermNumber> = Vec::with_capacity(batch.terms.len());
        let mut start = 0;
        for (form, end) in &batch.terms {
            let text = &batch.text[start..*end];
            start = *end;
            numbers.push(match form {
                TermForm::Iri => self.number_of(TermKind::IRI, text),
                TermForm::Blank => self.blank(text),
                TermForm::Literal(kind) => self.number_of(kinds[*kind as usize], text),
            });
        }
        let mut quads = batch.quads.iter().peekable();
        for (at, [subject, predicate, object, graph]) in batch.triples.iter().enumerate() {
            while let Some((_, quad)) = quads.next_if(|(before, _)| *before <= at) {
                self.add_to(quad, own);
            }
            let number = |term: &u32| numbers[*term as usize];
            let graph = if *graph == NO_GRAPH { own } else { number(graph) };
            self.add_numbers([number(subject), number(predicate), number(object)], graph);
        }
        for (_, quad) in quads {
            self.add_to(quad, own);
        }
    }

    fn add_to(&mut self, quad: &Quad, own: TermNumber) {
        let graph = self.graph(quad.graph_name.as_ref());
        let triple = self.numbers(quad);
        self.add_numbers(triple, if graph == DEFAULT_GRAPH { own } else { graph });
    }

    fn number_of(&mut self, kind: TermKind, text: &str) -> TermNumber {
        self.number_if(kind, text.as_bytes(), |_| Some(text)).expect("a text is let in")
    }
}

#[cfg(test)]
mod tests {
    use oxigraph::model::NamedNode;

    use super::*;

    #[test]
    fn a_batch_has_the_triples_that_were_added() {
        let kinds: Arc<[Literal]> =
            Arc::new([Literal::new_simple_literal(""), Literal::new_language_tagged_literal_unchecked("", "en")]);
        let mut batch = TripleBatch::new(kinds);
        let node = |text: &str| NamedNode::new_unchecked(text);
        let [s, p, g] = ["http://a/s", "http://a/p", "http://a/g"].map(|iri| batch.term(TermForm::Iri, iri));
        let name = batch.term(TermForm::Literal(1), "Office");
        let blank = batch.term(TermForm::Blank, "b1");
        batch.triple([s, p, name], None);
        batch.quad(Quad::new(node("http://a/s"), node("http://a/p"), node("http://a/o"), node("http://a/g")));
        batch.triple([blank, p, s], Some(g));
        let mut builder = GraphBuilder::default();
        builder.add_batch(&batch);
        let graph = builder.freeze();
        let mut found: Vec<String> = graph.matching(None, None, None, None).map(|quad| quad.to_string()).collect();
        found.sort();
        let pack = named_graph::PACK;
        assert_eq!(
            found,
            [
                format!("<http://a/s> <http://a/p> \"Office\"@en {pack}"),
                "<http://a/s> <http://a/p> <http://a/o> <http://a/g>".to_owned(),
                "_:b1 <http://a/p> <http://a/s> <http://a/g>".to_owned(),
            ]
        );
    }
}
