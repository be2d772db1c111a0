//! From a pack to a graph that is mapped, derived and ready to be asked; or
//! back to one from a snapshot.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Read;
use std::path::Path;

use oxigraph::model::vocab::rdf;
use oxigraph::model::{Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term};

use crate::derive::{Rule, Yield, derive};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, closest};
use crate::error::{Error, Result};
use crate::graph::{Graph, Input, Manifest, PackOrigin, digest, read_manifest};
use crate::integrity::{self, TableSize};
use crate::map::{self, Plan, Tables};
use crate::pack::{DESCRIPTOR, Files, Pack, Step, embedded};
use crate::sparql::Questions;
use crate::table::{Header, Table};
use crate::vocab::{dcterms, named_graph, owl, vann, void};

/// A graph with what belongs to it.
pub struct Knowledge {
    /// The graph.
    pub graph: Graph,
    /// Language tags, the main one first.
    pub languages: Vec<String>,
    /// The stored questions: those in the binary and the pack's own.
    pub questions: Questions,
    /// The files that the graph was made of, with their hashes.
    pub inputs: Vec<Input>,
}

/// What a build did.
#[derive(Debug, Clone)]
pub struct Summary {
    /// The tables with their rows.
    pub tables: Vec<TableSize>,
    /// Triples that the mapping made.
    pub n_mapped: usize,
    /// Triples that each rule made.
    pub derived: Vec<Yield>,
    /// Warnings.
    pub findings: Diagnostics,
}

/// Maps and derives a pack.
///
/// # Errors
///
/// [`Error::Findings`] where its tables break their schema or make terms that
/// cannot be; [`Error::Invalid`] where its mapping, ontology or questions
/// cannot be used. All findings are in it, not only the first.
pub fn build(pack: &Pack) -> Result<(Knowledge, Summary)> {
    // Hashed before they are read: what changes meanwhile makes a stale snapshot.
    let inputs = inputs(pack);
    let (plan, mapping_findings) = read_mapping(pack);
    let (tables, mut findings) = integrity::check(pack);
    if mapping_findings.has_errors() {
        let mut all = mapping_findings;
        all.append(findings);
        return Err(Error::Invalid(Box::new(all)));
    }
    findings.append(mapping_findings);
    // A file that cannot be had is no answer about the data.
    let unreadable = ["missing-file", "unreadable-file", "path-leaves-pack"];
    if findings.iter().any(|finding| unreadable.contains(&finding.code)) {
        return Err(Error::Invalid(Box::new(findings)));
    }
    if findings.has_errors() {
        return Err(Error::Findings(Box::new(findings)));
    }
    let mut graph = Graph::new()?;
    load_ontology(&mut graph, pack)?;
    for (name, namespace) in &pack.descriptor.civigraph.prefixes {
        graph.prefixes.insert(name, namespace);
    }
    let n_before = graph.n_quads()?;
    map_tables(pack, &plan, &graph, &mut findings)?;
    if findings.has_errors() {
        findings.sort();
        return Err(Error::Findings(Box::new(findings)));
    }
    // Rows may say the same; a triple counts once.
    let n_mapped = graph.n_quads()? - n_before;
    if n_mapped == 0 {
        findings.push(Diagnostic::warning("empty-pack", "the pack's tables make no triple"));
    }
    graph.extend(describe(pack))?;
    let derived = derive(&graph, &rules()?)?;
    graph.materialise_union()?;
    let questions = questions(&graph, Some(pack))?;
    let knowledge = Knowledge { graph, languages: languages(pack), questions, inputs };
    Ok((knowledge, Summary { tables, n_mapped, derived, findings }))
}

fn languages(pack: &Pack) -> Vec<String> {
    let given = &pack.descriptor.civigraph.languages;
    if given.is_empty() { vec!["en".to_owned()] } else { given.clone() }
}

/// The pack's mapping, bound to the real headers of its tables.
fn read_mapping(pack: &Pack) -> (Plan, Diagnostics) {
    let Some(file) = &pack.descriptor.civigraph.mapping else { return (Plan::default(), Diagnostics::new()) };
    let named_at = pack.place(&[Step::Key("civigraph"), Step::Key("mapping")]);
    let text = match pack.read_text(file, named_at) {
        Ok(text) => text,
        Err(fault) => return (Plan::default(), fault.into()),
    };
    let (mut plan, mut findings) = map::yarrrml::read(&pack.files.name(file), &text);
    plan.base = pack.descriptor.civigraph.base.clone().or(plan.base);
    let mut headers: BTreeMap<String, Header> = BTreeMap::new();
    for source in plan.sources() {
        let place = plan.maps.iter().find(|map| map.source == source).map(|map| map.source_place.clone());
        match pack.open(source, &place.unwrap_or_else(|| Place::new(file, 1, 1))) {
            Ok(table) => {
                headers.insert(source.to_owned(), table.header);
            }
            // What is wrong with a listed table's text is said when it is checked.
            Err(_) if pack.resource_at(source).is_some() => {}
            Err(faults) => findings.append(faults),
        }
    }
    findings.append(plan.bind(&headers));
    (plan, findings)
}

impl Tables for Pack {
    fn open(&self, source: &str, place: &Place) -> Result<Table<Box<dyn Read>>, Diagnostics> {
        let input = self.open_file(source, place.clone())?;
        let delimiter = match self.resource_at(source) {
            Some(resource) => resource.delimiter(),
            None if source.ends_with(".tsv") => b'\t',
            None => b',',
        };
        Table::open(self.files.name(source), input, delimiter)
    }

    fn missing(&self, source: &str) -> Vec<String> {
        self.resource_at(source).and_then(|resource| resource.schema.missing_values.clone()).unwrap_or_default()
    }
}

fn load_ontology(graph: &mut Graph, pack: &Pack) -> Result<()> {
    for (file, text) in embedded::texts("ontology", "ttl") {
        graph.load_turtle(&file, &text, named_graph::ONTOLOGY).map_err(Error::invalid)?;
    }
    let mut faults = Diagnostics::new();
    for (index, file) in pack.descriptor.civigraph.ontology.iter().enumerate() {
        let named_at = pack.place(&[Step::Key("civigraph"), Step::Key("ontology"), Step::Index(index)]);
        let loaded = pack
            .read_text(file, named_at)
            .and_then(|text| graph.load_turtle(&pack.files.name(file), &text, named_graph::ONTOLOGY));
        faults.extend(loaded.err());
    }
    if faults.has_errors() { Err(Error::Invalid(Box::new(faults))) } else { Ok(()) }
}

/// Runs the mapping; says of each cell that makes a term of the loaded
/// ontologies' namespaces which these do not have.
fn map_tables(pack: &Pack, plan: &Plan, graph: &Graph, findings: &mut Diagnostics) -> Result<()> {
    const CHUNK: usize = 100_000;
    let known = KnownTerms::of(graph)?;
    let mut chunk = Vec::new();
    let mut stored = Ok(());
    let mut unknown = Diagnostics::new();
    map::execute(plan, pack, findings, &mut |quad, origin| {
        if let Some(fault) = known.fault(quad.predicate.as_ref(), graph) {
            unknown.push(fault.at(origin.predicate_place()));
        }
        if let Some(fault) = object_node(&quad).and_then(|node| known.fault(node, graph)) {
            unknown.push(fault.at(origin.object_place()));
        }
        chunk.push(quad);
        if chunk.len() == CHUNK && stored.is_ok() {
            stored = graph.extend(chunk.drain(..));
        }
    });
    stored?;
    graph.extend(chunk)?;
    findings.append(unknown);
    Ok(())
}

fn object_node(quad: &Quad) -> Option<NamedNodeRef<'_>> {
    match &quad.object {
        Term::NamedNode(node) => Some(node.as_ref()),
        _ => None,
    }
}

/// The terms of the loaded ontologies, and the namespaces that these say are
/// theirs (`vann:preferredNamespaceUri`): there, a term they lack is a fault.
struct KnownTerms {
    namespaces: Vec<String>,
    terms: HashSet<NamedNode>,
    /// What was said of a wrong term, which may stand in millions of rows.
    faults: RefCell<HashMap<NamedNode, Diagnostic>>,
}

impl KnownTerms {
    fn of(graph: &Graph) -> Result<Self> {
        let ontology = named_graph::ONTOLOGY.into();
        let mut namespaces: Vec<String> = Vec::new();
        let mut terms = HashSet::new();
        for quad in graph.matching(None, None, None, Some(ontology)) {
            let quad = quad?;
            if quad.predicate == vann::PREFERRED_NAMESPACE_URI {
                namespaces.extend(match &quad.object {
                    Term::Literal(literal) => Some(literal.value().to_owned()),
                    Term::NamedNode(node) => Some(node.as_str().to_owned()),
                    _ => None,
                });
            }
            if let NamedOrBlankNode::NamedNode(node) = quad.subject {
                terms.insert(node);
            }
        }
        namespaces.sort();
        namespaces.dedup();
        Ok(Self { namespaces, terms, faults: RefCell::default() })
    }

    fn fault(&self, node: NamedNodeRef<'_>, graph: &Graph) -> Option<Diagnostic> {
        let namespace = self.namespaces.iter().find(|namespace| node.as_str().starts_with(namespace.as_str()))?;
        if self.terms.contains(&node.into_owned()) {
            return None;
        }
        if let Some(fault) = self.faults.borrow().get(&node.into_owned()) {
            return Some(fault.clone());
        }
        let local = &node.as_str()[namespace.len()..];
        let mut locals: Vec<&str> =
            self.terms.iter().filter_map(|term| term.as_str().strip_prefix(namespace.as_str())).collect();
        locals.sort_unstable();
        let hint = closest(local, locals)
            .map(|found| format!("did you mean `{}`?", graph.prefixes.shorten(&format!("{namespace}{found}"))));
        let short = graph.prefixes.shorten(node.as_str());
        let fault = Diagnostic::error("unknown-term", format!("the ontology has no term `{short}`")).hint(hint);
        self.faults.borrow_mut().insert(node.into_owned(), fault.clone());
        Some(fault)
    }
}

/// What the descriptor says of the pack as a whole, as triples.
fn describe(pack: &Pack) -> Vec<Quad> {
    let descriptor = &pack.descriptor;
    let base = descriptor.civigraph.base.as_deref().unwrap_or("https://w3id.org/civigraph/");
    let named = |name: &str| NamedNode::new(format!("{base}dataset/{name}"));
    let dataset = named(&descriptor.name).or_else(|_| named("pack"));
    let Ok(dataset) = dataset else { return Vec::new() };
    let mut quads = Vec::new();
    let mut add = |predicate: NamedNodeRef<'_>, object: Term| {
        quads.push(Quad::new(dataset.clone(), predicate.into_owned(), object, named_graph::DATASET.into_owned()));
    };
    add(rdf::TYPE, void::DATASET.into_owned().into());
    for (predicate, text) in [(dcterms::TITLE, &descriptor.title), (dcterms::DESCRIPTION, &descriptor.description)] {
        if let Some(text) = text {
            add(predicate, Literal::new_language_tagged_literal_unchecked(text, "en").into());
        }
    }
    if let Some(version) = &descriptor.version {
        add(owl::VERSION_INFO, Literal::new_simple_literal(version).into());
    }
    for license in &descriptor.licenses {
        let iri = license.path.as_ref().and_then(|path| NamedNode::new(path).ok());
        let text = license.name.as_ref().or(license.title.as_ref());
        let term = iri.map(Term::from).or_else(|| Some(Literal::new_simple_literal(text?).into()));
        if let Some(term) = term {
            add(dcterms::LICENSE, term);
        }
    }
    for origin in &descriptor.sources {
        if let Some(title) = &origin.title {
            add(dcterms::SOURCE, Literal::new_simple_literal(title).into());
        }
    }
    quads
}

fn rules() -> Result<Vec<Rule>> {
    let texts = embedded::texts("ontology/rules", "rq");
    texts.iter().map(|(file, text)| Rule::read(file, text).map_err(Error::invalid)).collect()
}

fn questions(graph: &Graph, pack: Option<&Pack>) -> Result<Questions> {
    let mut questions = Questions::default();
    let mut faults = Diagnostics::new();
    for (file, text) in embedded::texts("queries", "rq") {
        if file.matches('/').count() > 1 {
            continue; // views are not questions
        }
        if let Err(found) = questions.add(&file, &text, &graph.prefixes) {
            faults.append(found);
        }
    }
    let own = pack.and_then(|pack| Some((pack, pack.descriptor.civigraph.queries.as_ref()?)));
    if let Some((pack, folder)) = own {
        let named_at = pack.place(&[Step::Key("civigraph"), Step::Key("queries")]);
        match pack.files.list(folder, "rq") {
            Err(error) => {
                let message = format!("cannot list `{folder}`: {error}");
                faults.push(Diagnostic::error("unreadable-file", message).at(named_at));
            }
            Ok(files) => {
                for file in files {
                    let added = pack.read_text(&file, named_at.clone()).map_err(Diagnostics::from);
                    let added = added.and_then(|text| questions.add(&pack.files.name(&file), &text, &graph.prefixes));
                    if let Err(found) = added {
                        faults.append(found);
                    }
                }
            }
        }
    }
    if faults.has_errors() { Err(Error::Invalid(Box::new(faults))) } else { Ok(questions) }
}

/// The SHA-256 of the ontology and rules inside the binary.
fn ontology_digest() -> String {
    let mut all = Vec::new();
    for extension in ["ttl", "rq"] {
        for (file, text) in embedded::texts("ontology", extension) {
            all.extend_from_slice(file.as_bytes());
            all.push(0);
            all.extend_from_slice(text.as_bytes());
            all.push(0);
        }
    }
    // Reading from memory cannot fail.
    digest(all.as_slice()).unwrap_or_default()
}

/// The files that a graph of this pack is made of, with their hashes.
fn inputs(pack: &Pack) -> Vec<Input> {
    let settings = &pack.descriptor.civigraph;
    let mut paths = vec![DESCRIPTOR.to_owned()];
    paths.extend(pack.descriptor.resources.iter().map(|resource| resource.path.clone()));
    paths.extend(settings.mapping.clone());
    // The mapping may read tables that the descriptor does not list.
    paths.extend(read_mapping(pack).0.sources().into_iter().map(str::to_owned));
    paths.extend(settings.ontology.iter().cloned());
    paths.sort();
    paths.dedup();
    let mut inputs = Vec::new();
    for path in paths {
        if let Some(sha256) = file_digest(&pack.files, &path) {
            inputs.push(Input { path, sha256 });
        }
    }
    inputs
}

fn file_digest(files: &Files, path: &str) -> Option<String> {
    digest(files.open(path).ok()?).ok()
}

/// Writes a graph that was built from `pack` as a snapshot to `folder`.
pub fn save(knowledge: &Knowledge, pack: &Pack, folder: &Path) -> Result<Manifest> {
    let descriptor = &pack.descriptor;
    let manifest = Manifest {
        format: 0,
        civigraph: env!("CARGO_PKG_VERSION").to_owned(),
        pack: PackOrigin {
            folder: match &pack.files {
                Files::Embedded(_) => None,
                Files::Folder(folder) => Some(folder.display().to_string()),
            },
            name: descriptor.name.clone(),
            version: descriptor.version.clone(),
            inputs: knowledge.inputs.clone(),
        },
        ontology: ontology_digest(),
        prefixes: Vec::new(),
        languages: knowledge.languages.clone(),
        graph: crate::graph::DataFile::default(),
    };
    knowledge.graph.save(folder, manifest)
}

/// Opens a snapshot. It is refused when it is damaged, or stale: built by
/// another version or of files that have changed since.
pub fn open(folder: &Path) -> Result<Knowledge> {
    let manifest = read_manifest(folder)?;
    let pack = match &manifest.pack.folder {
        None => Some(Pack::embedded()?),
        // As it was given, from here or from where the snapshot lies. A pack that
        // is not there any more cannot have changed.
        Some(given) => {
            let beside = folder.parent().unwrap_or(Path::new(".")).join(given);
            let found = [Path::new(given), &beside].into_iter().find(|path| path.join(DESCRIPTOR).exists());
            found.map(Pack::open).transpose()?
        }
    };
    let recorded = |path: &str| {
        let input = manifest.pack.inputs.iter().find(|input| input.path == path);
        input.map(|input| input.sha256.clone())
    };
    manifest.check_fresh(folder, &ontology_digest(), |path| match &pack {
        Some(pack) => file_digest(&pack.files, path),
        None => recorded(path),
    })?;
    let graph = Graph::open(folder, &manifest)?;
    let questions = questions(&graph, pack.as_ref())?;
    Ok(Knowledge { graph, languages: manifest.languages, questions, inputs: manifest.pack.inputs })
}
