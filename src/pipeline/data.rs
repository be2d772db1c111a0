//! RDF files in the place of a pack: what they say is the whole graph, each file a graph of its
//! own. Only if they use civigraph's vocabulary is it loaded, with everything that follows from it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;

use oxigraph::model::vocab::rdf;
use oxigraph::model::{NamedNode, Term};

use super::Knowledge;
use super::edition::Edition;
use super::resources::{load_vocabulary, questions, rules};
use super::untouched::now;
use crate::derive::derive;
use crate::error::{Error, Result};
use crate::finding::{Finding, Findings, Place, codes};
use crate::graph::{Graph, GraphBuilder, InputFile, LABELS, RdfFile, TermNumber, bcp47_case, digest, language_matches};
use crate::progress::{self, Unit};
use crate::sparql::Questions;
use crate::vocab::{cg, dcat, named_graph, owl, schema, skos, void};

/// What was read from RDF files.
#[derive(Debug)]
pub struct DataSummary {
    /// How many triples the files have, each counted once.
    pub n_triples: usize,
    /// Whether they give themselves a title.
    pub has_title: bool,
    /// Whether they use civigraph's vocabulary, so that it was loaded.
    pub has_vocabulary: bool,
    /// Warnings.
    pub findings: Findings,
}

/// Reads RDF files as a graph. Triples without a named graph go to one that is called like their
/// file.
///
/// # Errors
///
/// [`Error::Invalid`] with the faults of all files, each at its place.
pub fn of_data(files: &[RdfFile]) -> Result<(Knowledge, DataSummary)> {
    let mut builder = GraphBuilder::default();
    let mut faults = Findings::new();
    let mut prefixes = FilePrefixes::default();
    let sizes: Option<Vec<u64>> = files.iter().map(RdfFile::size).collect();
    progress::begin("reading", Unit::Bytes, sizes.map(|sizes| sizes.iter().sum()));
    let mut empty = Findings::new();
    for file in files {
        let graph = NamedNode::new_unchecked(file.iri());
        let n_before = builder.n_triples();
        match file.read_into_graph(&mut builder, graph.as_ref().into()) {
            Ok(declared) => {
                prefixes.add(file.name(), declared);
                if builder.n_triples() == n_before {
                    let message = format!("`{}` has no triples", shown_name(file.name()));
                    let hint = "it is empty, or has nothing but prefixes and comments".to_owned();
                    empty.push(Finding::warning(codes::NO_TRIPLES, message).hint(hint));
                }
            }
            Err(Error::Invalid(found)) => faults.append(*found),
            Err(error) => return Err(error),
        }
    }
    if faults.has_errors() {
        return Err(Error::Invalid(Box::new(faults)));
    }
    for (name, (namespace, _)) in &prefixes.by_name {
        builder.prefixes.insert(name, namespace);
    }
    let graph = builder.freeze();
    let n_triples = graph.n_triples();
    let languages = languages(&graph);
    let title = title(&graph, &languages)?;
    let (graph, has_vocabulary) = with_vocabulary(graph, prefixes.by_name.contains_key("schema"))?;
    let has_title = title.is_some();
    let names: Vec<&str> = files.iter().map(|file| shown_name(file.name())).collect();
    let edition = Edition { title: title.unwrap_or_else(|| names.join(", ")), version: None };
    let hashed = |file: &RdfFile| {
        let read_at = Some(now());
        let sha256 = digest(File::open(file.path()?).ok()?).ok()?;
        Some(InputFile { path: file.name().to_owned(), sha256, read_at })
    };
    let inputs = files.iter().filter_map(hashed).collect();
    let mut findings = prefixes.clashes;
    findings.append(empty);
    let knowledge = of_graph(graph, languages, edition, inputs)?;
    Ok((knowledge, DataSummary { n_triples, has_title, has_vocabulary, findings }))
}

/// A graph of data with civigraph's vocabulary, and what follows from it, if they use it; and
/// whether they do.
fn with_vocabulary(mut graph: Graph, declares_schema: bool) -> Result<(Graph, bool)> {
    let used = terms_used(&graph);
    let is_used = |namespace: &str| used.iter().any(|term| term.as_str().starts_with(namespace));
    // Where `schema:` is not declared, it is the one of the two that the data use.
    let without_tls = is_used(schema::WITHOUT_TLS) && !is_used(schema::NAMESPACE_IRI);
    if without_tls && !declares_schema {
        graph.prefixes.insert("schema", schema::WITHOUT_TLS);
    }
    let has_vocabulary = is_used(cg::NAMESPACE_IRI);
    if has_vocabulary {
        let mut builder = graph.into_builder();
        load_vocabulary(&mut builder)?;
        graph = derive(builder.freeze(), &rules()?)?.0;
    }
    Ok((graph, has_vocabulary))
}

/// A graph of an engine, with the vocabulary if its data use it and it has it not; and whether it
/// has it.
pub(super) fn known_graph(graph: Graph) -> Result<(Graph, bool)> {
    let has_it = has_vocabulary(&graph);
    if has_it { Ok((graph, true)) } else { with_vocabulary(graph, false) }
}

/// Whether a graph has the vocabulary, in whose words the stored questions are.
pub(super) fn has_vocabulary(graph: &Graph) -> bool {
    graph.named_graphs().iter().any(|(name, _)| *name == named_graph::ONTOLOGY.into_owned().into())
}

/// The knowledge in a graph of RDF files.
pub(super) fn of_graph(
    graph: Graph,
    languages: Vec<String>,
    edition: Edition,
    inputs: Vec<InputFile>,
) -> Result<Knowledge> {
    let questions = match has_vocabulary(&graph) {
        true => questions(&graph, &languages, None)?,
        false => Questions::in_languages(languages.clone()),
    };
    Ok(Knowledge { graph, edition, languages, questions, inputs, is_of_data: true, checks: None })
}

fn shown_name(name: &str) -> &str {
    match name.rsplit(['/', '\\']).next() {
        _ if name == "-" => "standard input",
        Some(last) => last,
        None => name,
    }
}

/// The prefixes that files declare, with the file that is the first to declare each.
#[derive(Default)]
struct FilePrefixes {
    by_name: BTreeMap<String, (String, String)>,
    clashes: Findings,
}

impl FilePrefixes {
    fn add(&mut self, file: &str, declared: Vec<(String, String)>) {
        for (name, namespace) in declared {
            match self.by_name.get(&name) {
                None => {
                    self.by_name.insert(name, (namespace, file.to_owned()));
                }
                Some((first, _)) if *first == namespace => {}
                Some((first, other)) => {
                    let message = format!("the prefix `{name}:` is <{first}> in `{other}` and <{namespace}> here");
                    let hint = format!("queries use the first; for the other write `PREFIX {name}: <{namespace}>`");
                    let clash = Finding::warning(codes::PREFIX_CLASH, message).hint(hint);
                    self.clashes.push(clash.at(Place::new(file, 1, 1)));
                }
            }
        }
    }
}

/// The properties and classes that a graph uses.
fn terms_used(graph: &Graph) -> BTreeSet<NamedNode> {
    let mut numbers: BTreeSet<TermNumber> = BTreeSet::new();
    numbers.extend(graph.matching_numbers([None; 3]).map(|[_, predicate, _]| predicate));
    let of_type = graph.find(rdf::TYPE.into());
    numbers.extend(of_type.into_iter().flat_map(|of_type| graph.ends_of(of_type)).map(|(_, class)| class));
    let named = numbers.into_iter().filter_map(|number| match graph.term(number).into_owned() {
        Term::NamedNode(node) => Some(node),
        _ => None,
    });
    named.collect()
}

/// The language tags of labels, the most frequent first. One that is in another (`en-GB` in `en`)
/// is not named by itself.
pub(super) fn languages(graph: &Graph) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for property in LABELS {
        for triple in graph.triples(None, Some(property), None) {
            let Term::Literal(label) = &triple.object else { continue };
            if let Some(tag) = label.language() {
                *counts.entry(bcp47_case(tag)).or_default() += 1;
            }
        }
    }
    let mut tags: Vec<(String, usize)> = counts.into_iter().collect();
    // English first among equals: the program's own words are English too.
    tags.sort_by_key(|(tag, n)| (std::cmp::Reverse(*n), tag != "en", tag.clone()));
    let all: Vec<String> = tags.into_iter().map(|(tag, _)| tag).collect();
    let is_within = |tag: &String| all.iter().any(|other| other != tag && language_matches(tag, other));
    let tags: Vec<String> = all.iter().filter(|tag| !is_within(tag)).cloned().collect();
    if tags.is_empty() { vec!["en".to_owned()] } else { tags }
}

/// The title that the data give themselves, if there is one thing in them that can have it.
pub(super) fn title(graph: &Graph, languages: &[String]) -> Result<Option<String>> {
    for class in [void::DATASET, dcat::DATASET, skos::CONCEPT_SCHEME, owl::ONTOLOGY] {
        let named = graph.subjects(rdf::TYPE, class.into());
        let [only] = &named[..] else { continue };
        if graph.has_label(only.as_ref())? {
            return Ok(Some(graph.label(only.as_ref(), languages)?));
        }
    }
    Ok(None)
}
