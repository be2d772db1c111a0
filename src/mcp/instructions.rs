//! What an assistant is told about the graph before it asks.

use std::fmt::Write as _;

use oxigraph::model::vocab::rdf;
use oxigraph::model::{NamedOrBlankNode, Term};

use crate::error::Result;
use crate::graph::{Graph, group_digits};
use crate::pipeline::Knowledge;
use crate::vocab::cg;

/// The most classes and sources that are named.
const MOST: usize = 20;

/// Namespaces whose classes say how a graph is written, not what it is about.
const OF_VOCABULARIES: [&str; 5] = ["owl:", "rdf:", "rdfs:", "sh:", "void:"];

/// The instructions.
pub(super) fn instructions(knowledge: &Knowledge) -> Result<String> {
    let graph = &knowledge.graph;
    let mut text = format!(
        "This server answers from one knowledge graph: {}. It has {} triples, and texts in {}.\n",
        knowledge.edition,
        group_digits(&graph.n_triples().to_string()),
        knowledge.languages.join(", "),
    );
    let sources = sources(graph)?;
    if !sources.is_empty() {
        let _ = writeln!(text, "Its sources: {}.", sources.join("; "));
    }
    text.push_str(
        "\nBegin with the tool `search`, `show` what you find, and prefer a stored question (`questions`, `ask`) to a \
         query of your own (`sparql`); `path` connects two things. Statements come with the source and lines that \
         state them: cite these. What is planned, expected or considered is marked as such, and a figure may be \
         hedged (about, over, up to): keep that. Where `complete` is false, `note` says what is missing and how to \
         get it. Where a hint names a command, such as `civigraph search`, take the tool of that name; \
         `civigraph query --list` is `questions`, and `--param name=value` an entry of `parameters`.\n",
    );
    let classes = classes(graph, &knowledge.languages)?;
    if !classes.is_empty() {
        let _ = writeln!(text, "\nClasses with most instances: {}.", classes.join("; "));
    }
    if graph.find(cg::CLAIM.into()).is_some() {
        text.push_str(
            "\nEach relation that a source states is also a claim, with its status and lines: \
             ?claim a cg:Claim ; rdf:subject ?a ; rdf:predicate ?p ; rdf:object ?b ; cg:status ?status ; \
             cg:evidence ?e . ?e cg:inSource ?source ; cg:lineStart ?from ; cg:lineEnd ?to.\n",
        );
    }
    text.push_str("\nPrefixes, which queries need not declare:\n");
    for (name, namespace) in graph.prefixes.iter() {
        let _ = writeln!(text, "{name}: <{namespace}>");
    }
    Ok(text)
}

/// The sources of statements, by name.
fn sources(graph: &Graph) -> Result<Vec<String>> {
    let mut sources = Vec::new();
    for node in graph.subjects(rdf::TYPE, cg::SOURCE_CLASS.into()) {
        let NamedOrBlankNode::NamedNode(node) = node else { continue };
        let name = graph.prefixes.shorten(node.as_str());
        let label = graph.any_label(node.as_ref(), &["en".to_owned()])?;
        sources.push(label.map_or_else(|| name.clone(), |label| format!("{label} ({name})")));
    }
    sources.sort();
    sources.dedup();
    let n_more = sources.len().saturating_sub(MOST);
    sources.truncate(MOST);
    if n_more > 0 {
        sources.push(format!("and {n_more} more"));
    }
    Ok(sources)
}

/// The classes, those with most instances first.
fn classes(graph: &Graph, languages: &[String]) -> Result<Vec<String>> {
    let Some(kind) = graph.find(rdf::TYPE.into()) else { return Ok(Vec::new()) };
    let mut numbers: Vec<_> = graph.ends_of(kind).map(|(_, class)| class).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut english = vec!["en".to_owned()];
    english.extend_from_slice(languages);
    let mut classes: Vec<(usize, String, Option<String>)> = Vec::new();
    for number in numbers {
        let Term::NamedNode(class) = graph.term(number).into_owned() else { continue };
        let name = graph.prefixes.shorten(class.as_str());
        if !OF_VOCABULARIES.iter().any(|prefix| name.starts_with(prefix)) {
            let label = graph.any_label(class.as_ref(), &english)?;
            classes.push((graph.n_matching([None, Some(kind), Some(number)]), name, label));
        }
    }
    // Where a graph describes its classes, those without a label are what other vocabularies call the same.
    if classes.iter().any(|(.., label)| label.is_some()) {
        classes.retain(|(.., label)| label.is_some());
    }
    classes.sort_by(|a, b| (b.0, &a.1).cmp(&(a.0, &b.1)));
    classes.truncate(MOST);
    Ok(classes
        .into_iter()
        .map(|(n, name, label)| match label {
            Some(label) => format!("{name} ({label}): {}", group_digits(&n.to_string())),
            None => format!("{name}: {}", group_digits(&n.to_string())),
        })
        .collect())
}
