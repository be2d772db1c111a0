//! The front end for YARRRML (<https://rml.io/yarrrml/spec/>): turns a text into a [`Plan`] and
//! findings, each with its line in the mapping.
//!
//! Shortcuts are those of the specification (`s`, `po`, `a`, `~iri`, `~lang`, lists for objects).
//! The parts of the specification that are not supported (targets, external references, databases
//! and services as sources) are reported as errors, never ignored.

mod source;
mod term;

use std::collections::BTreeMap;

use super::language::is_language_tag;
use super::plan::{
    Call, CellEncoding, Expression, ObjectMap, Plan, PredicateObjectMap, ReferenceMap, TermMap, TermType, TriplesMap,
};
use crate::finding::{Finding, Findings, Place, codes, did_you_mean};
use crate::source::TableSource;
use crate::yaml::{self, Value, YamlNode};

const RDF_TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

/// An IRI whose cells are encoded.
const IRI: TermType = TermType::Iri(CellEncoding::Iri);

/// Reads a mapping; `file` is its name in findings.
pub fn read(file: &str, text: &str) -> (Plan, Findings) {
    let mut reader = MappingReader {
        file,
        text,
        prefixes: BTreeMap::new(),
        own_prefixes: BTreeMap::new(),
        sources: Vec::new(),
        names: Vec::new(),
        references: Vec::new(),
        findings: Findings::new(),
    };
    match yaml::read(file, text) {
        Err(fault) => (Plan::default(), fault.into()),
        Ok(root) => {
            let plan = reader.document(&root);
            (plan, reader.findings)
        }
    }
}

/// A table that the mapping names.
#[derive(Clone)]
struct NamedSource {
    source: TableSource,
    place: Place,
}

struct MappingReader<'a> {
    file: &'a str,
    text: &'a str,
    prefixes: BTreeMap<String, String>,
    /// Those of them that the mapping itself declares.
    own_prefixes: BTreeMap<String, String>,
    sources: Vec<(String, NamedSource)>,
    /// The names of all mappings, to resolve the references of objects.
    names: Vec<String>,
    /// Names of mappings to which objects refer, in the order of their index.
    references: Vec<(String, Place)>,
    findings: Findings,
}

/// Keys with their shortcuts; the first is the long form.
const SUBJECTS: &[&str] = &["subjects", "subject", "s"];
const PAIRS: &[&str] = &["predicateobjects", "predicateobject", "po"];
const PREDICATES: &[&str] = &["predicates", "predicate", "p"];
const OBJECTS: &[&str] = &["objects", "object", "o"];
const GRAPHS: &[&str] = &["graphs", "graph", "g"];
const CONDITIONS: &[&str] = &["conditions", "condition", "c"];
const SOURCES: &[&str] = &["sources", "source"];
const MAPPINGS: &[&str] = &["mappings", "mapping", "m"];
const FUNCTION: &[&str] = &["function", "fn", "f"];
const PARAMETERS: &[&str] = &["parameters", "pms"];
const PARAMETER: &[&str] = &["parameter", "pm"];
const VALUE: &[&str] = &["value", "v"];
const TYPE: &[&str] = &["type"];
const LANGUAGE: &[&str] = &["language"];
const DATATYPE: &[&str] = &["datatype"];
const AUTHORS: &[&str] = &["authors", "author"];

/// Keys of the specification that are not supported, and what to do instead.
const UNSUPPORTED: &[(&str, &str)] = &[
    ("targets", "name the output on the command line: `civigraph map mapping.yml -o FILE`"),
    ("target", "name the output on the command line: `civigraph map mapping.yml -o FILE`"),
    ("external", "write the values where they are used"),
    ("credentials", "databases and services are not read; export the data as a file"),
    ("queryFormulation", "databases and services are not read; export the data as a file"),
    ("query", "databases and services are not read; export the data as a file"),
];

fn get<'n>(node: &'n YamlNode, names: &[&str]) -> Option<&'n YamlNode> {
    names.iter().find_map(|name| node.get(name))
}

/// A node as a list: itself if it is not one.
fn list(node: &YamlNode) -> &[YamlNode] {
    node.as_sequence().unwrap_or(std::slice::from_ref(node))
}

impl MappingReader<'_> {
    fn place(&self, node: &YamlNode) -> Place {
        node.place(self.file, self.text)
    }

    fn fault(&mut self, node: &YamlNode, message: impl Into<String>, hint: impl Into<Option<String>>) {
        let place = self.place(node);
        self.findings.push(Finding::error(codes::MAPPING, message).at(place).hint(hint));
    }

    /// Reports every key that is not among `known`.
    fn check_keys(&mut self, node: &YamlNode, known: &[&[&str]]) {
        for (key, _) in node.as_mapping().unwrap_or_default() {
            let Some(name) = key.as_str() else {
                self.fault(key, format!("expected a key, found {}", key.kind()), None);
                continue;
            };
            if let Some((_, hint)) = UNSUPPORTED.iter().find(|(unsupported, _)| *unsupported == name) {
                self.fault(key, format!("`{name}` is not supported"), (*hint).to_owned());
            } else if !known.iter().any(|names| names.contains(&name)) {
                let hint = did_you_mean(name, known.iter().map(|names| names[0])).unwrap_or_else(|| {
                    let keys: Vec<String> = known.iter().map(|names| format!("`{}`", names[0])).collect();
                    format!("the valid keys are {}", keys.join(", "))
                });
                self.fault(key, format!("`{name}` is not a valid key here"), hint);
            }
        }
    }

    fn document(&mut self, root: &YamlNode) -> Plan {
        let mut plan = Plan::default();
        if root.as_mapping().is_none() {
            self.fault(
                root,
                format!("expected a mapping document, found {}", root.kind()),
                "it needs at least the key `mappings`".to_owned(),
            );
            return plan;
        }
        self.check_keys(root, &[&["prefixes"], &["base"], SOURCES, MAPPINGS, AUTHORS]);
        self.prefixes.insert("rdf".to_owned(), RDF_TYPE.trim_end_matches("type").to_owned());
        // The prefixes of the initial context of RDFa are predefined; so are the usual ones for
        // functions.
        for (prefix, namespace) in [
            ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
            ("xsd", "http://www.w3.org/2001/XMLSchema#"),
            ("dc", "http://purl.org/dc/terms/"),
            ("dcterms", "http://purl.org/dc/terms/"),
            ("dcat", "http://www.w3.org/ns/dcat#"),
            ("foaf", "http://xmlns.com/foaf/0.1/"),
            ("org", "http://www.w3.org/ns/org#"),
            ("owl", "http://www.w3.org/2002/07/owl#"),
            ("prov", "http://www.w3.org/ns/prov#"),
            ("schema", "http://schema.org/"),
            ("skos", "http://www.w3.org/2004/02/skos/core#"),
            ("skosxl", "http://www.w3.org/2008/05/skos-xl#"),
            ("void", "http://rdfs.org/ns/void#"),
            ("idlab-fn", "https://w3id.org/imec/idlab/function#"),
            ("grel", "http://users.ugent.be/~bjdmeest/function/grel.ttl#"),
        ] {
            self.prefixes.insert(prefix.to_owned(), namespace.to_owned());
        }
        if let Some(prefixes) = root.get("prefixes") {
            if prefixes.as_mapping().is_none() {
                self.fault(prefixes, format!("expected names with their IRIs, found {}", prefixes.kind()), None);
            }
            for (name, namespace) in prefixes.as_mapping().unwrap_or_default() {
                let (Some(name), Some(iri)) = (name.as_str(), namespace.as_str()) else {
                    self.fault(name, "expected a prefix and an IRI", None);
                    continue;
                };
                if oxiri::Iri::parse(iri).is_err() {
                    let place = self.place(namespace);
                    self.findings
                        .push(Finding::error(codes::BAD_IRI, format!("`{iri}` is not an absolute IRI")).at(place));
                }
                self.prefixes.insert(name.to_owned(), iri.to_owned());
                self.own_prefixes.insert(name.to_owned(), iri.to_owned());
                plan.prefixes.push((name.to_owned(), iri.to_owned()));
            }
        }
        if let Some(base) = root.get("base") {
            match base.as_str() {
                Some(iri) if oxiri::Iri::parse(iri).is_ok() => plan.base = Some(iri.to_owned()),
                _ => self.fault(base, "the base must be an absolute IRI", None),
            }
        }
        if let Some(sources) = get(root, SOURCES) {
            if sources.as_mapping().is_none() {
                self.fault(sources, format!("expected names with their sources, found {}", sources.kind()), None);
            }
            for (name, source) in sources.as_mapping().unwrap_or_default() {
                let (Some(name), Some(source)) = (name.as_str(), self.source(source)) else { continue };
                self.sources.push((name.to_owned(), source));
            }
        }
        let mappings = get(root, MAPPINGS).and_then(YamlNode::as_mapping).unwrap_or_default();
        if mappings.is_empty() {
            self.fault(root, "there is no mapping", "add at least one under `mappings`".to_owned());
        }
        self.names = mappings.iter().filter_map(|(name, _)| Some(name.as_str()?.to_owned())).collect();
        let mut maps = Vec::new();
        for (name, mapping) in mappings {
            match (name.as_str(), mapping.as_mapping()) {
                (Some(text), Some(_)) => self.mapping(text, name, mapping, &mut maps),
                _ => self.fault(name, format!("expected the rules of a mapping, found {}", mapping.kind()), None),
            }
        }
        self.resolve_references(&mut maps);
        plan.maps = maps;
        plan
    }

    /// Objects refer to mappings by name; a mapping with several sources or subjects becomes
    /// several maps.
    fn resolve_references(&mut self, maps: &mut [TriplesMap]) {
        let owners: Vec<String> = maps.iter().map(|map| map.name.clone()).collect();
        for map in maps {
            for pair in &mut map.pairs {
                let mut objects = Vec::new();
                for object in pair.objects.drain(..) {
                    let ObjectMap::Reference(reference) = object else {
                        objects.push(object);
                        continue;
                    };
                    let (name, place) = &self.references[reference.map];
                    let found = owners.iter().enumerate().filter(|(_, owner)| *owner == name);
                    let before = objects.len();
                    objects
                        .extend(found.map(|(map, _)| ObjectMap::Reference(ReferenceMap { map, ..reference.clone() })));
                    if objects.len() == before && !self.names.contains(name) {
                        self.findings.push(
                            Finding::error(codes::MAPPING, format!("there is no mapping `{name}`"))
                                .at(place.clone())
                                .hint(did_you_mean(name, self.names.iter().map(String::as_str))),
                        );
                    }
                }
                pair.objects = objects;
            }
        }
    }

    fn mapping(&mut self, name: &str, at: &YamlNode, node: &YamlNode, maps: &mut Vec<TriplesMap>) {
        self.check_keys(node, &[SOURCES, SUBJECTS, PAIRS, GRAPHS, CONDITIONS]);
        let mut sources = Vec::new();
        match get(node, SOURCES) {
            None => self.fault(at, format!("the mapping `{name}` has no source"), None),
            // `sources: [file~csv]` without the inner list also means one source.
            Some(given) => {
                for item in list(given) {
                    let source = match item.as_str() {
                        Some(text) if !text.contains('~') => {
                            let known = self.sources.iter().find(|(name, _)| name == text);
                            let source = known.map(|(_, source)| source.clone());
                            if source.is_none() {
                                let hint = did_you_mean(text, self.sources.iter().map(|(name, _)| name.as_str()));
                                self.fault(item, format!("there is no source `{text}`"), hint);
                            }
                            source
                        }
                        Some(_) => {
                            self.source(&YamlNode { value: Value::Sequence(vec![item.clone()]), ..item.clone() })
                        }
                        None => self.source(item),
                    };
                    sources.extend(source);
                }
            }
        }
        let mut subjects = Vec::new();
        match get(node, SUBJECTS) {
            // Without a subject, or with `null`, each row is a blank node.
            None => subjects.push(self.blank_node(at)),
            Some(given) if given.value == Value::Null => subjects.push(self.blank_node(given)),
            Some(given) => {
                for item in list(given) {
                    subjects.extend(self.term(item, IRI));
                }
            }
        }
        let graphs = self.graphs(node);
        let condition = self.conditions(node);
        let mut pairs = Vec::new();
        if let Some(given) = get(node, PAIRS) {
            let one = given.as_mapping().is_some();
            match given.as_sequence() {
                Some(items) => pairs.extend(items.iter().filter_map(|item| self.pair(item))),
                None if one => pairs.extend(self.pair(given)),
                None => self.fault(
                    given,
                    format!("expected a list of predicates and objects, found {}", given.kind()),
                    None,
                ),
            }
        }
        for source in &sources {
            for subject in &subjects {
                maps.push(TriplesMap {
                    name: name.to_owned(),
                    base: None,
                    source: source.source.clone(),
                    source_place: source.place.clone(),
                    subject: subject.clone(),
                    graphs: graphs.clone(),
                    condition: condition.clone(),
                    pairs: pairs.clone(),
                });
            }
        }
    }

    fn blank_node(&self, at: &YamlNode) -> TermMap {
        TermMap::new(Expression::Constant(String::new()), TermType::BlankNode, self.place(at))
    }

    fn graphs(&mut self, node: &YamlNode) -> Vec<TermMap> {
        let given = get(node, GRAPHS).map(list).unwrap_or_default();
        given.iter().filter_map(|item| self.term(item, IRI)).collect()
    }

    /// The conditions of a node; all of them must be true.
    fn conditions(&mut self, node: &YamlNode) -> Option<Call> {
        let given = get(node, CONDITIONS)?;
        Call::all(list(given).iter().filter_map(|item| self.call(item)).collect())
    }

    /// `[p, o]`, `[p, o, datatype]`, `[p, o, en~lang]`, or a mapping with `p` and `o`.
    fn pair(&mut self, node: &YamlNode) -> Option<PredicateObjectMap> {
        let mut pair = PredicateObjectMap::default();
        let (predicates, objects, qualifier) = if let Some(items) = node.as_sequence() {
            let (Some(predicates), Some(objects)) = (items.first(), items.get(1)) else {
                self.fault(node, "expected a predicate and an object", None);
                return None;
            };
            if let Some(extra) = items.get(3) {
                self.fault(extra, "expected a predicate, an object and at most one datatype or language", None);
            }
            (predicates, objects, items.get(2))
        } else {
            self.check_keys(node, &[PREDICATES, OBJECTS, GRAPHS, CONDITIONS, LANGUAGE, DATATYPE]);
            let (Some(predicates), Some(objects)) = (get(node, PREDICATES), get(node, OBJECTS)) else {
                self.fault(node, "expected `p` and `o`", None);
                return None;
            };
            pair.graphs = self.graphs(node);
            pair.condition = self.conditions(node);
            (predicates, objects, None)
        };
        let mut is_type = false;
        for item in list(predicates) {
            let short = item.as_str() == Some("a");
            let term = if short {
                Some(TermMap::new(Expression::Constant(RDF_TYPE.to_owned()), IRI, self.place(item)))
            } else {
                self.term(item, IRI)
            };
            is_type |= matches!(&term, Some(TermMap { expression: Expression::Constant(iri), .. }) if iri == RDF_TYPE);
            pair.predicates.extend(term);
        }
        let mut kind = self.literal_kind(get(node, LANGUAGE), get(node, DATATYPE));
        if let Some(qualifier) = qualifier {
            kind = self.qualified(qualifier);
        }
        if is_type {
            kind = IRI;
        }
        // A list of objects; `[value, datatype]` in it is one object.
        for item in list(objects) {
            pair.objects.extend(self.object(item, kind.clone()));
        }
        Some(pair)
    }

    fn literal_kind(&mut self, language: Option<&YamlNode>, datatype: Option<&YamlNode>) -> TermType {
        let mut expression = |node: Option<&YamlNode>, iri: bool| {
            let node = node?;
            if get(node, FUNCTION).is_some() {
                return self.call(node).map(|call| Expression::Call(Box::new(call)));
            }
            let Some(text) = node.as_str().map(str::to_owned) else {
                let expected = if iri { "a datatype" } else { "a language" };
                self.fault(node, format!("expected {expected}, found {}", node.kind()), None);
                return None;
            };
            let text = text.strip_suffix("~lang").map_or(text.clone(), str::to_owned);
            if !iri && !text.contains("$(") && !is_language_tag(&text) {
                let place = self.place(node);
                self.findings.push(
                    Finding::error(codes::UNKNOWN_LANGUAGE_TAG, format!("`{text}` is not a BCP 47 language tag"))
                        .at(place),
                );
            }
            Some(self.expression(node, &text, iri))
        };
        TermType::Literal { language: expression(language, false), datatype: expression(datatype, true) }
    }

    /// `en~lang` or a datatype.
    fn qualified(&mut self, node: &YamlNode) -> TermType {
        if node.as_str().is_some_and(|text| text.ends_with("~lang")) {
            self.literal_kind(Some(node), None)
        } else {
            self.literal_kind(None, Some(node))
        }
    }

    fn object(&mut self, node: &YamlNode, kind: TermType) -> Vec<ObjectMap> {
        if let Some(items) = node.as_sequence() {
            let Some(value) = items.first() else {
                self.fault(node, "expected an object, found an empty list", None);
                return Vec::new();
            };
            let kind = items.get(1).map_or(kind, |qualifier| self.qualified(qualifier));
            return self.term(value, kind).map(ObjectMap::Term).into_iter().collect();
        }
        if let Some(mapping) = get(node, MAPPINGS) {
            self.check_keys(node, &[MAPPINGS, CONDITIONS]);
            let joins = self.joins(node);
            return list(mapping)
                .iter()
                .filter_map(|name| {
                    let place = self.place(name);
                    self.references.push((name.as_str()?.to_owned(), place));
                    let map = self.references.len() - 1;
                    let joins = joins.clone();
                    Some(ObjectMap::Reference(ReferenceMap { map, joins, index: 0 }))
                })
                .collect();
        }
        if node.as_str().is_some_and(|text| text.ends_with("~lang")) {
            let hint = "write a value with its language as a list inside the list of objects: `[[$(name), en~lang]]`"
                .to_owned();
            self.fault(node, "expected an object, found a language", hint);
        }
        let kind = if node.as_mapping().is_some() {
            let (language, datatype) = (get(node, LANGUAGE), get(node, DATATYPE));
            match get(node, TYPE).map(|kind| (kind, kind.as_str())) {
                Some((_, Some("iri"))) => IRI,
                Some((_, Some("blank"))) => TermType::BlankNode,
                None | Some((_, Some("literal"))) if language.is_some() || datatype.is_some() => {
                    self.literal_kind(language, datatype)
                }
                None | Some((_, Some("literal"))) => kind,
                Some((at, _)) => {
                    self.fault(at, "expected the type `iri`, `blank` or `literal`", None);
                    kind
                }
            }
        } else {
            kind
        };
        self.term(node, kind).map(ObjectMap::Term).into_iter().collect()
    }
}
