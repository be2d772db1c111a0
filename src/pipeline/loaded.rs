//! What is loaded beside the tables: ontologies, rules, questions, checks; those
//! inside the binary and the pack's own.

use crate::check::Checks;
use crate::derive::Rule;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::error::{Error, Result};
use crate::graph::{Graph, Prefixes};
use crate::pack::{Pack, Step, embedded};
use crate::sparql::Questions;
use crate::vocab::named_graph;

pub(super) fn load_ontology(graph: &mut Graph, pack: &Pack) -> Result<()> {
    for (file, text) in embedded::vocabulary() {
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

pub(super) fn rules() -> Result<Vec<Rule>> {
    let texts = embedded::texts("ontology/rules", "rq");
    texts.iter().map(|(file, text)| Rule::read(file, text).map_err(Error::invalid)).collect()
}

pub(super) fn questions(graph: &Graph, pack: Option<&Pack>) -> Result<Questions> {
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
    if let Some((pack, folder)) = pack.and_then(|pack| Some((pack, pack.descriptor.civigraph.queries.as_ref()?))) {
        for (file, text) in own_texts(pack, folder, "queries", &mut faults) {
            if let Err(found) = questions.add(&file, &text, &graph.prefixes) {
                faults.append(found);
            }
        }
    }
    if faults.has_errors() { Err(Error::Invalid(Box::new(faults))) } else { Ok(questions) }
}

pub(super) fn checks(prefixes: &Prefixes, pack: &Pack) -> Result<Checks> {
    let mut checks = Checks::default();
    let mut faults = Diagnostics::new();
    for (file, text) in embedded::texts("ontology/checks", "rq") {
        if let Err(found) = checks.add(&file, &text, prefixes, true) {
            faults.append(found);
        }
    }
    let mut texts = Vec::new();
    if let Some(folder) = &pack.descriptor.civigraph.checks {
        let own = own_texts(pack, folder, "checks", &mut faults);
        if own.is_empty() && !faults.has_errors() {
            let place = pack.place(&[Step::Key("civigraph"), Step::Key("checks")]);
            let message = format!("there is no check (a file `.rq`) in the folder `{folder}`");
            faults.push(Diagnostic::error("missing-file", message).at(place));
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

/// The queries in a folder of the pack, which the descriptor names by `key`.
fn own_texts(pack: &Pack, folder: &str, key: &str, faults: &mut Diagnostics) -> Vec<(String, String)> {
    let named_at = pack.place(&[Step::Key("civigraph"), Step::Key(key)]);
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
