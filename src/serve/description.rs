//! The server and its data about themselves: SPARQL 1.1 Service Description, VoID and DCAT, with counts that the
//! graph knows without being read.

use oxigraph::model::vocab::rdf;
use oxigraph::model::{BlankNode, GraphName, Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term};

use super::media::{GRAPHS, RESULTS};
use crate::error::Result;
use crate::graph::Graph;
use crate::vocab::{dcat, dcterms, named_graph, sd, void};

/// The most classes that are counted one by one.
const MOST_CLASSES: usize = 1_000;

/// Where formats have their IRIs.
const W3C_FORMATS: &str = "http://www.w3.org/ns/formats/";

struct Statements(Vec<Quad>);

impl Statements {
    fn add(&mut self, subject: impl Into<NamedOrBlankNode>, predicate: NamedNodeRef<'_>, object: impl Into<Term>) {
        self.0.push(Quad::new(subject, predicate.into_owned(), object, GraphName::DefaultGraph));
    }

    fn count(&mut self, subject: impl Into<NamedOrBlankNode>, predicate: NamedNodeRef<'_>, n: usize) {
        self.add(subject, predicate, Literal::from(n as u64));
    }
}

fn address(base: &str, path: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("{base}{path}"))
}

/// The dataset as VoID and DCAT.
pub(super) fn dataset(graph: &Graph, title: &str, base: &str) -> Result<Vec<Quad>> {
    let mut all = Statements(Vec::new());
    let (dataset, service) = (address(base, "/.well-known/void#data"), address(base, "/.well-known/void#sparql"));
    for class in [void::DATASET, dcat::DATASET, sd::GRAPH] {
        all.add(dataset.clone(), rdf::TYPE, class);
    }
    let is_titled =
        graph.matching(None, Some(dcterms::TITLE), None, Some(named_graph::DATASET.into())).next().is_some();
    if !is_titled {
        all.add(dataset.clone(), dcterms::TITLE, Literal::new_simple_literal(title));
    }
    // What the pack says about itself.
    for property in [dcterms::TITLE, dcterms::DESCRIPTION, dcterms::LICENSE, dcterms::SOURCE] {
        for quad in graph.matching(None, Some(property), None, Some(named_graph::DATASET.into())) {
            if matches!(&quad.object, Term::Literal(_) | Term::NamedNode(_)) {
                all.add(dataset.clone(), property, quad.object);
            }
        }
    }
    all.add(dataset.clone(), void::SPARQL_ENDPOINT, address(base, "/sparql"));
    all.add(dataset.clone(), dcat::LANDING_PAGE, address(base, "/"));
    all.add(dataset.clone(), dcat::ACCESS_SERVICE, service.clone());
    all.add(service.clone(), rdf::TYPE, dcat::DATA_SERVICE);
    all.add(service.clone(), dcat::ENDPOINT_URL, address(base, "/sparql"));
    all.add(service.clone(), dcat::ENDPOINT_DESCRIPTION, address(base, "/sparql"));
    all.add(service, dcat::SERVES_DATASET, dataset.clone());
    all.count(dataset.clone(), void::TRIPLES, graph.n_triples());
    let mut properties: Vec<(Term, usize)> =
        graph.predicates().map(|(property, n)| (graph.term(property).into_owned(), n)).collect();
    properties.sort_by_cached_key(|(property, _)| property.to_string());
    all.count(dataset.clone(), void::PROPERTIES, properties.len());
    for (index, (property, n)) in properties.into_iter().enumerate() {
        let part = BlankNode::new_unchecked(format!("p{index}"));
        all.add(dataset.clone(), void::PROPERTY_PARTITION, part.clone());
        all.add(part.clone(), void::PROPERTY, property);
        all.count(part, void::TRIPLES, n);
    }
    let Some(kind) = graph.find(rdf::TYPE.into()) else { return Ok(all.0) };
    let n_classes = graph.n_ends(kind).1;
    all.count(dataset.clone(), void::CLASSES, n_classes);
    if n_classes > MOST_CLASSES {
        return Ok(all.0);
    }
    let mut classes: Vec<_> = graph.ends_of(kind).map(|(_, class)| class).collect();
    classes.sort_unstable();
    classes.dedup();
    for class in classes {
        let part = BlankNode::new_unchecked(format!("c{class}"));
        all.add(dataset.clone(), void::CLASS_PARTITION, part.clone());
        all.add(part.clone(), void::CLASS, graph.term(class).into_owned());
        all.count(part, void::ENTITIES, graph.n_matching([None, Some(kind), Some(class)]));
    }
    Ok(all.0)
}

/// The SPARQL service, with the dataset that it answers from.
pub(super) fn service(graph: &Graph, title: &str, base: &str) -> Result<Vec<Quad>> {
    let mut all = Statements(dataset(graph, title, base)?);
    let (service, dataset) = (address(base, "/sparql"), BlankNode::new_unchecked("dataset"));
    all.add(service.clone(), rdf::TYPE, sd::SERVICE);
    all.add(service.clone(), sd::ENDPOINT, service.clone());
    all.add(service.clone(), sd::SUPPORTED_LANGUAGE, sd::SPARQL_11_QUERY);
    all.add(service.clone(), sd::FEATURE, sd::UNION_DEFAULT_GRAPH);
    let media = RESULTS.iter().map(|known| known.plain_media()).chain(GRAPHS.iter().map(|known| known.plain_media()));
    for media in media {
        if let Some(format) = format_iri(media) {
            all.add(service.clone(), sd::RESULT_FORMAT, NamedNode::new_unchecked(format!("{W3C_FORMATS}{format}")));
        }
    }
    all.add(service, sd::DEFAULT_DATASET, dataset.clone());
    all.add(dataset.clone(), rdf::TYPE, sd::DATASET);
    all.add(dataset.clone(), sd::DEFAULT_GRAPH, address(base, "/.well-known/void#data"));
    for (index, (name, n)) in graph.named_graphs().into_iter().enumerate() {
        let GraphName::NamedNode(name) = name else { continue };
        let node = BlankNode::new_unchecked(format!("n{index}"));
        let triples = BlankNode::new_unchecked(format!("g{index}"));
        all.add(dataset.clone(), sd::NAMED_GRAPH_OF, node.clone());
        all.add(node.clone(), rdf::TYPE, sd::NAMED_GRAPH);
        all.add(node.clone(), sd::NAME, name);
        all.add(node, sd::GRAPH_OF, triples.clone());
        all.add(triples.clone(), rdf::TYPE, sd::GRAPH);
        all.count(triples, void::TRIPLES, n);
    }
    Ok(all.0)
}

/// The last part of the IRI of a format, as the W3C lists them.
fn format_iri(media: &str) -> Option<&'static str> {
    Some(match media {
        "application/sparql-results+json" => "SPARQL_Results_JSON",
        "application/sparql-results+xml" => "SPARQL_Results_XML",
        "text/csv" => "SPARQL_Results_CSV",
        "text/tab-separated-values" => "SPARQL_Results_TSV",
        "text/turtle" => "Turtle",
        "application/ld+json" => "JSON-LD",
        "application/n-triples" => "N-Triples",
        "application/rdf+xml" => "RDF_XML",
        "application/trig" => "TriG",
        "application/n-quads" => "N-Quads",
        _ => return None,
    })
}
