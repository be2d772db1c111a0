//! `civigraph publish`

use std::path::Path;

use anyhow::Result;

use super::args::{DataArguments, EngineArguments, PublishArguments, SourceArguments};
use super::findings::counted;
use super::terminal::Terminal;
use super::{diff, knowledge};
use crate::pipeline::Knowledge;
use crate::remote::{Engine, EngineProfile, Publication, Published, bulk, compare, publish};

pub(super) fn run(arguments: &PublishArguments, terminal: &Terminal) -> Result<bool> {
    let profile = arguments.profile.as_deref().map(EngineProfile::open).transpose()?.unwrap_or_default();
    let engine = match &arguments.to {
        Some(address) => Some(Engine::new(address, profile.clone())?.within(arguments.timeout.0)),
        None => None,
    };
    let knowledge = opened(arguments.snapshot.as_deref(), terminal)?;
    let publication = of(&knowledge);
    if let Some(folder) = &arguments.bulk {
        let written = bulk(folder, &profile, &knowledge.graph, publication)?;
        let files = counted(written.files.len() as u64, "file");
        let triples = counted(written.n_triples, "triple");
        terminal.note(&format!("{triples} in {files} in `{}`; they are loaded by:", folder.display()));
        terminal.show(None, &format!("{}\n", written.commands.join("\n")))?;
        terminal.note("then `civigraph publish … --to URL --compare` compares what was loaded");
        return Ok(true);
    }
    // One of the two is required.
    let Some(engine) = engine else { return Ok(false) };
    let done = if arguments.compare {
        compare(&engine, &knowledge.graph)?
    } else {
        publish(&engine, &knowledge.graph, publication)?
    };
    tell(&engine, &done, arguments.compare, terminal);
    Ok(true)
}

fn tell(engine: &Engine, done: &Published, is_comparison: bool, terminal: &Terminal) {
    let n: u64 = done.graphs.values().sum();
    let what = format!("{} in {}", counted(n, "triple"), counted(done.graphs.len() as u64, "graph"));
    let samples = match done.n_compared {
        0 => String::new(),
        n => format!("; {} compared with what it says", counted(n, "thing")),
    };
    let url = &engine.address;
    if is_comparison {
        terminal.note(&format!("{url} holds {what}, as the snapshot has them{samples}"));
        return;
    }
    if done.n_unchanged == done.graphs.len() && done.removed.is_empty() {
        terminal.note(&format!("{url} has {what} already; nothing was sent"));
        return;
    }
    if done.n_resumed > 0 {
        terminal.note(&format!("{} were there from a run that stopped", counted(done.n_resumed, "triple")));
    }
    for name in &done.removed {
        terminal.note(&format!("removed <{name}>, which this edition has not"));
    }
    terminal.note(&format!("{url} now has {what}{samples}"));
    if done.was_visible {
        terminal.note("the engine cannot replace graphs at once: readers may have seen a part of one");
    }
}

/// The pack, snapshot or RDF file that is published.
fn opened(path: Option<&Path>, terminal: &Terminal) -> Result<Knowledge> {
    let source = SourceArguments {
        pack: None,
        encoding: None,
        data: DataArguments { data: Vec::new(), input_format: None },
        store: None,
        engine: EngineArguments::default(),
        verify: false,
    };
    match path {
        Some(path) => diff::side(path, &source, terminal),
        None => Ok(knowledge::open(&source, terminal)?),
    }
}

/// What is told of a graph beside its triples.
fn of(knowledge: &Knowledge) -> Publication {
    let prefixes = knowledge.graph.prefixes.iter();
    Publication {
        title: knowledge.edition.title.clone(),
        version: knowledge.edition.version.clone(),
        prefixes: prefixes.map(|(name, namespace)| (name.to_owned(), namespace.to_owned())).collect(),
        languages: knowledge.languages.clone(),
        ..Publication::default()
    }
}
