//! The ten hard places of the model, written by hand as Turtle: read, derived,
//! queried, and compared with what the text says. The expected rows were
//! written from the text, before the queries.

use std::fs;
use std::path::{Path, PathBuf};

use civigraph::derive::{Rule, derive};
use civigraph::graph::{Graph, GraphBuilder};
use civigraph::pack::embedded;
use civigraph::sparql::{Query, lint};
use civigraph::vocab::named_graph;
use oxigraph::model::{NamedNodeRef, Term};

use crate::support::{expected, root, rows};

const DATA: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("https://w3id.org/civigraph/graph/hard-place");

fn folders() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("tests/hard-places")).unwrap();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn graph(folder: &Path) -> Graph {
    let mut builder = GraphBuilder::default();
    for (file, text) in embedded::vocabulary() {
        builder.add_turtle(&file, &text, named_graph::ONTOLOGY).unwrap();
    }
    let path = folder.join("data.ttl");
    let text = fs::read_to_string(&path).unwrap();
    builder.add_turtle(path.to_str().unwrap(), &text, DATA).unwrap();
    let rules: Vec<Rule> =
        embedded::texts("ontology/rules", "rq").iter().map(|(file, text)| Rule::read(file, text).unwrap()).collect();
    derive(builder.freeze(), &rules).unwrap().0
}

#[test]
fn the_ten_hard_places_say_what_the_text_says() {
    let folders = folders();
    assert_eq!(folders.len(), 10);
    let mut faults = Vec::new();
    let mut n_questions = 0;
    for folder in folders {
        let graph = graph(&folder);
        let mut queries: Vec<PathBuf> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "rq"))
            .collect();
        queries.sort();
        assert!(!queries.is_empty(), "{} asks nothing", folder.display());
        for path in queries {
            n_questions += 1;
            let text = fs::read_to_string(&path).unwrap();
            let query = Query::parse(path.to_str().unwrap(), &text, &graph.prefixes).unwrap();
            let warnings = lint(&query, &graph, &[]).unwrap();
            let unknown: Vec<_> = warnings
                .iter()
                .filter(|warning| {
                    warning.message.contains("`cg:")
                        || warning.message.contains("`c:")
                        || warning.code != "unknown-term"
                })
                .collect();
            assert!(unknown.is_empty(), "{}: {unknown:?}", path.display());
            let found = rows(&graph, &query);
            let wanted = expected(&path.with_extension("csv"));
            if found != wanted {
                faults.push(format!("{}:\nexpected {wanted:#?}\nfound {found:#?}", path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(n_questions >= 60, "{n_questions} questions");
}

#[test]
fn the_hard_places_use_terms_of_the_ontology_only() {
    for folder in folders() {
        let graph = graph(&folder);
        let mut n_terms = 0;
        for quad in graph.matching(None, None, None, Some(DATA.into())) {
            let object = match &quad.object {
                Term::NamedNode(node) => Some(node.as_ref()),
                _ => None,
            };
            for node in [Some(quad.predicate.as_ref()), object].into_iter().flatten() {
                let ours = ["https://w3id.org/civigraph/def#", "https://w3id.org/civigraph/code#"];
                if ours.iter().any(|namespace| node.as_str().starts_with(namespace)) {
                    n_terms += 1;
                    let ontology = Some(named_graph::ONTOLOGY.into());
                    let known = graph.matching(Some(node.into()), None, None, ontology).next().is_some();
                    assert!(known, "{}: the ontology has no {node}", folder.display());
                }
            }
        }
        assert!(n_terms > 10, "{} uses {n_terms} terms", folder.display());
    }
}
