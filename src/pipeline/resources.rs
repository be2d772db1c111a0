//! Loading everything other than tables: ontologies, rules, questions, checks; those inside the
//! binary and the pack's own.

use std::sync::Arc;

use oxigraph::model::Triple;

use super::imports::{Imports, Whence, base_in_pack, is_about_ontologies};
use crate::check::Checks;
use crate::derive::Rule;
use crate::error::{Error, Result};
use crate::finding::{Finding, Findings, codes};
use crate::graph::{Graph, GraphBuilder, Prefixes, RdfFile};
use crate::pack::{JsonStep, Pack, embedded};
use crate::sparql::Questions;
use crate::vocab::named_graph;

/// Loads the vocabulary inside the program.
pub(super) fn load_vocabulary(graph: &mut GraphBuilder) -> Result<()> {
    for (file, text) in embedded::vocabulary() {
        graph.add_turtle(&file, &text, named_graph::ONTOLOGY).map_err(Error::invalid)?;
    }
    Ok(())
}

/// Loads the vocabulary, and the ontologies of a pack with their imports; returns warnings about
/// these.
pub(super) fn load_ontology(graph: &mut GraphBuilder, pack: &Pack) -> Result<Findings> {
    load_vocabulary(graph)?;
    let given = rdf_files(pack, "ontology", &pack.descriptor.civigraph.ontology, "ontology")?;
    let mut faults = Findings::new();
    let mut imports = Imports::new(Whence::Pack(pack), "import", true);
    let found = imports.follow(&given, |file| {
        let (quads, prefixes) = match file.quads() {
            Ok(read) => read,
            Err(Error::Invalid(fault)) => {
                faults.append(*fault);
                return Ok(Vec::new());
            }
            Err(error) => return Err(error),
        };
        let triples = quads.iter().cloned().map(Triple::from).filter(is_about_ontologies).collect();
        graph.load(quads, prefixes, named_graph::ONTOLOGY)?;
        Ok(triples)
    });
    match found {
        _ if faults.has_errors() => Err(Error::Invalid(Box::new(faults))),
        found => found,
    }
}

/// The RDF files that the descriptor of a pack lists under `key`.
pub(super) fn rdf_files(pack: &Pack, key: &str, listed: &[String], label: &str) -> Result<Vec<RdfFile>> {
    let mut files = Vec::new();
    let mut faults = Findings::new();
    for (index, path) in listed.iter().enumerate() {
        let named_at = pack.place(&[JsonStep::Key("civigraph"), JsonStep::Key(key), JsonStep::Index(index)]);
        match pack.read_text(path, named_at) {
            Ok(text) => {
                let file = RdfFile::text(pack.files.name(path), text, &format!("{label}{index}n"));
                files.push(file.with_base(base_in_pack(path)));
            }
            Err(fault) => faults.push(fault),
        }
    }
    if faults.has_errors() { Err(Error::Invalid(Box::new(faults))) } else { Ok(files) }
}

/// The paths in a pack of the files that its ontologies import.
pub(super) fn imported_ontologies(pack: &Pack) -> Vec<String> {
    let listed = &pack.descriptor.civigraph.ontology;
    let Ok(given) = rdf_files(pack, "ontology", listed, "ontology") else { return Vec::new() };
    let mut imports = Imports::new(Whence::Pack(pack), "import", true);
    // Errors are reported where they are loaded.
    let _ = imports.follow(&given, |file| {
        let quads = file.quads().map(|(quads, _)| quads).unwrap_or_default();
        Ok(quads.into_iter().map(Triple::from).filter(is_about_ontologies).collect())
    });
    imports.paths
}

pub(super) fn rules() -> Result<Vec<Rule>> {
    let texts = embedded::texts("ontology/rules", "rq");
    texts.iter().map(|(file, text)| Rule::read(file, text).map_err(Error::invalid)).collect()
}

pub(super) fn questions(graph: &Graph, languages: &[String], pack: Option<&Pack>) -> Result<Questions> {
    let mut questions = Questions::in_languages(languages.to_vec());
    let prefixes = Arc::new(graph.prefixes.clone());
    let mut faults = Findings::new();
    for (file, text) in embedded::texts("queries", "yml") {
        if file.matches('/').count() > 1 {
            continue; // the words of views
        }
        faults.extend(questions.read_groups(&file, &text).err());
    }
    for (file, text) in embedded::texts("queries", "rq") {
        if file.matches('/').count() > 1 {
            continue; // views are not questions
        }
        questions.add_valid(file, text, &prefixes);
    }
    if let Some((pack, folder)) = pack.and_then(|pack| Some((pack, pack.descriptor.civigraph.queries.as_ref()?))) {
        for (file, text) in own_texts(pack, folder, "queries", &mut faults) {
            if let Err(found) = questions.add(&file, &text, &graph.prefixes) {
                faults.append(found);
            }
        }
    }
    if faults.has_errors() { Err(Error::Invalid(Box::new(faults))) } else { Ok(questions) }
}

/// The views that a pack ships: the names of their files, and their texts.
///
/// # Errors
///
/// If the folder or a file of it cannot be read, or leads out of the pack.
pub fn views(pack: &Pack) -> Result<Vec<(String, String)>> {
    let Some(folder) = &pack.descriptor.civigraph.views else { return Ok(Vec::new()) };
    let mut faults = Findings::new();
    let texts = own_texts(pack, folder, "views", &mut faults);
    if texts.is_empty() && !faults.has_errors() {
        let place = pack.place(&[JsonStep::Key("civigraph"), JsonStep::Key("views")]);
        let message = format!("the folder `{folder}` has no views (`.rq` files)");
        faults.push(Finding::error(codes::MISSING_FILE, message).at(place));
    }
    if faults.has_errors() { Err(Error::Invalid(Box::new(faults))) } else { Ok(texts) }
}

pub(super) fn checks(prefixes: &Prefixes, pack: &Pack) -> Result<Checks> {
    let mut checks = Checks::default();
    let mut faults = Findings::new();
    for (file, text) in embedded::texts("ontology/checks", "rq") {
        if let Err(found) = checks.add(&file, &text, prefixes, true) {
            faults.append(found);
        }
    }
    let mut texts = Vec::new();
    if let Some(folder) = &pack.descriptor.civigraph.checks {
        let own = own_texts(pack, folder, "checks", &mut faults);
        if own.is_empty() && !faults.has_errors() {
            let place = pack.place(&[JsonStep::Key("civigraph"), JsonStep::Key("checks")]);
            let message = format!("the folder `{folder}` has no checks (`.rq` files)");
            faults.push(Finding::error(codes::MISSING_FILE, message).at(place));
        }
        texts = own;
    }
    for (file, text) in texts {
        if let Err(found) = checks.add(&file, &text, prefixes, false) {
            faults.append(found);
        }
    }
    if faults.has_errors() { Err(Error::Invalid(Box::new(faults))) } else { Ok(checks) }
}

/// The queries in a folder of the pack that the descriptor names under `key`.
fn own_texts(pack: &Pack, folder: &str, key: &str, faults: &mut Findings) -> Vec<(String, String)> {
    let named_at = pack.place(&[JsonStep::Key("civigraph"), JsonStep::Key(key)]);
    let mut texts = Vec::new();
    match pack.list_folder(folder, "rq", named_at.clone()) {
        Err(fault) => faults.push(fault),
        Ok(files) => {
            for file in files {
                match pack.read_text(&file, named_at.clone()) {
                    Ok(text) => texts.push((pack.files.name(&file), text)),
                    Err(fault) => faults.push(fault),
                }
            }
        }
    }
    texts
}
