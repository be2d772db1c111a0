//! The front end for RML in Turtle: RML-Core, RML-IO for files and RML-FNML as far as our functions
//! go (<https://w3id.org/rml/portal/>), the earlier RML (<https://rml.io/specs/rml/>), and the terms
//! of R2RML in it. It makes the same [`Plan`] as the one for YARRRML.
//!
//! Words of these vocabularies that are not supported are reported as errors, never ignored.

mod call;
mod dialect;
mod node;
mod source;
mod template;
mod term;

use oxigraph::model::{NamedOrBlankNode, Term};

use super::plan::{
    CellEncoding, Expression, ObjectMap, Plan, PredicateObjectMap, ReferenceMap, TermMap, TermType, TriplesMap,
};
use crate::finding::{Finding, Findings, Place, codes, did_you_mean};
use node::{MappingGraph, RmlNode};

/// The position of a term in a triple.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TermPosition {
    Subject,
    Predicate,
    Object,
    Graph,
}

const RDF_TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

/// Reads a mapping; `file` is its name in findings.
pub fn read(file: &str, text: &str) -> (Plan, Findings) {
    let graph = match MappingGraph::read(file, text) {
        Ok(graph) => graph,
        Err(faults) => return (Plan::default(), faults),
    };
    let mut reader = RmlReader { graph: &graph, findings: Findings::new(), references: Vec::new(), depth: 0 };
    let plan = reader.document();
    (plan, reader.findings)
}

struct RmlReader<'g> {
    graph: &'g MappingGraph,
    findings: Findings,
    /// The triples maps to which objects refer, in the order of their index.
    references: Vec<(NamedOrBlankNode, Place)>,
    /// How many calls of functions are around the node that is read.
    depth: usize,
}

impl<'g> RmlReader<'g> {
    fn fault(&mut self, place: &Place, message: impl Into<String>, hint: impl Into<Option<String>>) {
        self.findings.push(Finding::error(codes::MAPPING, message).at(place.clone()).hint(hint));
    }

    /// Reports the words of a node that are not among `known`.
    fn check_words(&mut self, node: &RmlNode<'g>, known: &[&str]) {
        for property in node.properties {
            let Some(word) = property.word() else { continue };
            if known.contains(&word) {
                continue;
            }
            let hint = match word {
                "logicalTarget" => Some("the output is named by `-o`; leave out the targets".to_owned()),
                "logicalTable" | "tableName" | "sqlQuery" | "sqlVersion" | "query" => {
                    Some("databases are not read; export the table as CSV and name it as `rml:source`".to_owned())
                }
                word => did_you_mean(word, known.iter().copied()),
            };
            self.fault(&property.place, format!("`{word}` is not supported here"), hint);
        }
    }

    /// The one value of a property; several are an error.
    fn only(&mut self, node: &RmlNode<'g>, word: &str) -> Option<RmlNode<'g>> {
        let mut values = node.values(self.graph, word);
        let first = values.next();
        if let Some(second) = values.next() {
            self.fault(&second.place, format!("`{word}` has more than one value"), None);
        }
        first
    }

    /// The text of the one value of a property.
    fn text(&mut self, node: &RmlNode<'g>, word: &str) -> Option<(String, Place)> {
        let value = self.only(node, word)?;
        match value.term {
            Term::Literal(literal) => Some((literal.value().to_owned(), value.place)),
            _ => {
                self.fault(&value.place, format!("expected a text as `{word}`, found {}", value.shown()), None);
                None
            }
        }
    }

    fn document(&mut self) -> Plan {
        let (prefixes, base) = (self.graph.prefixes.clone(), self.graph.base.clone());
        let mut plan = Plan { prefixes, base, ..Plan::default() };
        let nodes = self.graph.triples_maps();
        if nodes.is_empty() {
            let place = Place::new(&self.graph.file, 1, 1);
            let hint = "a triples map has an `rml:logicalSource` and an `rml:subjectMap`".to_owned();
            self.fault(&place, "the file has no triples map", hint);
            return plan;
        }
        // Which triples map became which map of the plan.
        let mut owners = Vec::new();
        for node in &nodes {
            if let Some(map) = self.triples_map(node) {
                owners.push(node.node());
                plan.maps.push(map);
            }
        }
        for map in &mut plan.maps {
            for pair in &mut map.pairs {
                for object in &mut pair.objects {
                    let ObjectMap::Reference(reference) = object else { continue };
                    let (wanted, place) = self.references[reference.map].clone();
                    if let Some(found) = owners.iter().position(|owner| owner.as_ref() == Some(&wanted)) {
                        reference.map = found;
                        continue;
                    }
                    reference.map = 0;
                    // One that is there and wrong is reported already.
                    if !nodes.iter().any(|node| node.node().as_ref() == Some(&wanted)) {
                        let names: Vec<String> = nodes.iter().map(RmlNode::shown).collect();
                        let shown = node::shown(&wanted.clone().into());
                        let hint = did_you_mean(&shown, names.iter().map(String::as_str));
                        let message = format!("there is no triples map {shown}");
                        self.findings.push(Finding::error(codes::MAPPING, message).at(place).hint(hint));
                    }
                }
            }
        }
        plan
    }

    fn triples_map(&mut self, node: &RmlNode<'g>) -> Option<TriplesMap> {
        self.check_words(node, &["logicalSource", "subjectMap", "subject", "predicateObjectMap", "baseIRI"]);
        let name = node.shown();
        let Some(source) = self.only(node, "logicalSource") else {
            self.fault(&node.place, format!("the triples map {name} has no `rml:logicalSource`"), None);
            return None;
        };
        let source_place = source.place.clone();
        let source = self.logical_source(&source);
        let base = self.only(node, "baseIRI").and_then(|base| self.base(&base));
        let mut subjects: Vec<RmlNode<'g>> = node.values(self.graph, "subjectMap").collect();
        subjects.extend(node.values(self.graph, "subject"));
        if let Some(second) = subjects.get(1) {
            self.fault(&second.place, format!("the triples map {name} has more than one subject"), None);
        }
        let Some(subject_node) = subjects.into_iter().next() else {
            self.fault(&node.place, format!("the triples map {name} has no `rml:subjectMap`"), None);
            return None;
        };
        let is_shortcut = node.values(self.graph, "subject").next().is_some();
        let (mut graphs, mut pairs) = (Vec::new(), Vec::new());
        let subject = if is_shortcut {
            self.constant(&subject_node, TermPosition::Subject)
        } else {
            graphs = self.graphs(&subject_node);
            let classes: Vec<RmlNode<'g>> = subject_node.values(self.graph, "class").collect();
            if !classes.is_empty() {
                let place = subject_node.place.clone();
                let predicate = Expression::Constant(RDF_TYPE.to_owned());
                let predicates = vec![TermMap::new(predicate, TermType::Iri(CellEncoding::None), place)];
                let objects = classes.iter().filter_map(|class| self.constant(class, TermPosition::Predicate));
                let objects = objects.map(ObjectMap::Term).collect();
                pairs.push(PredicateObjectMap { predicates, objects, ..PredicateObjectMap::default() });
            }
            self.term_map(&subject_node, TermPosition::Subject)
        };
        for pair in node.values(self.graph, "predicateObjectMap") {
            pairs.extend(self.pair(&pair));
        }
        let (subject, source) = (subject?, source?);
        Some(TriplesMap { name, base, source, source_place, subject, graphs, condition: None, pairs })
    }

    fn base(&mut self, node: &RmlNode<'g>) -> Option<String> {
        let iri = match node.term {
            Term::NamedNode(node) => node.as_str(),
            Term::Literal(literal) => literal.value(),
            _ => "",
        };
        if oxiri::Iri::parse(iri).is_err() {
            self.fault(&node.place, format!("the base must be an absolute IRI, found {}", node.shown()), None);
            return None;
        }
        Some(iri.to_owned())
    }

    fn graphs(&mut self, node: &RmlNode<'g>) -> Vec<TermMap> {
        let shortcuts: Vec<RmlNode<'g>> = node.values(self.graph, "graph").collect();
        let maps: Vec<RmlNode<'g>> = node.values(self.graph, "graphMap").collect();
        let mut graphs: Vec<TermMap> =
            shortcuts.iter().filter_map(|graph| self.constant(graph, TermPosition::Graph)).collect();
        graphs.extend(maps.iter().filter_map(|graph| self.term_map(graph, TermPosition::Graph)));
        graphs
    }

    fn pair(&mut self, node: &RmlNode<'g>) -> Option<PredicateObjectMap> {
        let known = &["predicate", "predicateMap", "object", "objectMap", "graph", "graphMap"];
        self.check_words(node, known);
        let mut pair = PredicateObjectMap { graphs: self.graphs(node), ..PredicateObjectMap::default() };
        for predicate in node.values(self.graph, "predicate") {
            pair.predicates.extend(self.constant(&predicate, TermPosition::Predicate));
        }
        for predicate in node.values(self.graph, "predicateMap") {
            pair.predicates.extend(self.term_map(&predicate, TermPosition::Predicate));
        }
        for object in node.values(self.graph, "object") {
            pair.objects.extend(self.constant(&object, TermPosition::Object).map(ObjectMap::Term));
        }
        for object in node.values(self.graph, "objectMap") {
            if object.values(self.graph, "parentTriplesMap").next().is_some() {
                pair.objects.extend(self.reference(&object));
            } else {
                pair.objects.extend(self.term_map(&object, TermPosition::Object).map(ObjectMap::Term));
            }
        }
        for (word, is_there) in
            [("predicate", !node.has(&["predicate", "predicateMap"])), ("object", !node.has(&["object", "objectMap"]))]
        {
            if is_there {
                self.fault(&node.place, format!("the predicate-object map has no `{word}`"), None);
                return None;
            }
        }
        Some(pair)
    }

    /// The subjects of another triples map as objects.
    fn reference(&mut self, node: &RmlNode<'g>) -> Option<ObjectMap> {
        self.check_words(node, &["parentTriplesMap", "joinCondition"]);
        let parent = self.only(node, "parentTriplesMap")?;
        let Some(target) = parent.node() else {
            self.fault(&parent.place, format!("expected a triples map, found {}", parent.shown()), None);
            return None;
        };
        let mut joins = Vec::new();
        for condition in node.values(self.graph, "joinCondition") {
            self.check_words(&condition, &["child", "parent", "childMap", "parentMap"]);
            let child = self.join_side(&condition, "child", "childMap");
            let parent = self.join_side(&condition, "parent", "parentMap");
            joins.push((child?, parent?));
        }
        self.references.push((target, parent.place.clone()));
        let map = self.references.len() - 1;
        Some(ObjectMap::Reference(ReferenceMap { map, joins, index: 0 }))
    }

    /// What is compared on one side of a join.
    fn join_side(&mut self, node: &RmlNode<'g>, shortcut: &str, word: &str) -> Option<Expression> {
        if let Some((text, place)) = self.text(node, shortcut) {
            return Some(term::reference(&text, &place));
        }
        let Some(map) = self.only(node, word) else {
            self.fault(&node.place, format!("the join condition has no `{shortcut}`"), None);
            return None;
        };
        self.check_words(&map, term::EXPRESSION_WORDS);
        self.expression(&map)
    }
}
