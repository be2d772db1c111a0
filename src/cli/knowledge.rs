//! The graph that a command works on: a pack, a snapshot, an engine's, or the default. Which
//! one answers is always printed.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::args::{DataArguments, DayArguments, SourceArguments};
use super::terminal::Terminal;
use super::{data, findings};
use crate::error::{Error, Result};
use crate::finding::{Finding, Findings, codes};
use crate::graph::{FailedBuild, language_matches};
use crate::pack::Pack;
use crate::pipeline::{self, Edition, EnginePart, Knowledge, origin};
use crate::remote::{Engine, EngineAddress, EngineProfile, FetchLimit};

/// The snapshot that is opened where it is found and nothing else is asked for.
pub(super) const DEFAULT_STORE: &str = ".civigraph";

pub(super) fn open(source: &SourceArguments, terminal: &Terminal) -> Result<Knowledge> {
    open_part(source, &EnginePart::Whole, terminal)
}

/// Like [`open`]; of an engine only the part that is needed.
pub(super) fn open_part(source: &SourceArguments, part: &EnginePart, terminal: &Terminal) -> Result<Knowledge> {
    let start = Instant::now();
    let knowledge = match engine(source)? {
        Some(engine) => of_engine(&engine, part, source, terminal)?,
        None => opened(source, terminal)?,
    };
    terminal.detail(&format!("graph ready in {:.3} s", start.elapsed().as_secs_f64()));
    Ok(knowledge)
}

/// The graph as of a day, if one is asked for.
pub(super) fn open_as_of(source: &SourceArguments, dated: &DayArguments, terminal: &Terminal) -> Result<Knowledge> {
    open_part_as_of(source, &EnginePart::Whole, dated, terminal)
}

/// Like [`open_as_of`]; of an engine only the part that is needed.
pub(super) fn open_part_as_of(
    source: &SourceArguments,
    part: &EnginePart,
    dated: &DayArguments,
    terminal: &Terminal,
) -> Result<Knowledge> {
    let knowledge = open_part(source, part, terminal)?;
    let Some(asked) = &dated.as_of else { return Ok(knowledge) };
    let (knowledge, left) = pipeline::as_of(knowledge, asked.day)?;
    let counted = |n: usize, what| findings::counted(n as u64, what);
    let mut told = vec![format!(
        "{} and {} were not there",
        counted(left.n_things, "thing"),
        counted(left.n_relations, "relation")
    )];
    if left.n_restored > 0 {
        told.push(format!("{} that ended later were", left.n_restored));
    }
    terminal.note(&format!("note: as of {}: {}; what has no date stays", asked.text, told.join(", ")));
    Ok(knowledge)
}

/// The address of the engine that these arguments name, if they name one.
pub(super) fn address(source: &SourceArguments) -> Option<&str> {
    source.store.as_deref().and_then(Path::to_str).filter(|store| EngineAddress::is_meant(store))
}

/// The engine that these arguments name, if they name one.
pub(super) fn engine(source: &SourceArguments) -> Result<Option<Engine>> {
    let refuse = |message: &str, hint: &str| {
        Err(Error::invalid(Finding::error(codes::UNUSED_ARGUMENT, message).hint(hint.to_owned())))
    };
    let Some(address) = address(source) else {
        if source.engine.profile.is_some() || source.engine.fetch_limit.is_some() {
            let message = "`--profile` and `--fetch-limit` are for engines, and `--store` is a folder";
            return refuse(message, "leave them out, or name the address of an engine");
        }
        if source.pack.is_some() && source.store.is_some() {
            return refuse("`--pack` and `--store DIR` each name a graph", "leave one of them out");
        }
        return Ok(None);
    };
    if source.verify {
        return refuse("`--verify` has no effect on an engine; it is for snapshots", "leave it out");
    }
    let profile = source.engine.profile.as_deref().map(EngineProfile::open).transpose()?.unwrap_or_default();
    Engine::new(address, profile).map(Some)
}

/// The part of an engine's graph that is needed, with the pack that is named beside it.
pub(super) fn of_engine(
    engine: &Engine,
    part: &EnginePart,
    source: &SourceArguments,
    terminal: &Terminal,
) -> Result<Knowledge> {
    let pack = source.pack.as_deref().map(Pack::open).transpose()?;
    let limit = source.engine.fetch_limit.map_or_else(FetchLimit::default, |most| FetchLimit(most.0));
    let knowledge = pipeline::of_engine(engine, part, pack.as_ref(), limit)?;
    let fetched = match part {
        EnginePart::Questions => String::new(),
        _ => format!(", {} fetched", findings::counted(knowledge.graph.n_triples() as u64, "triple")),
    };
    name(&knowledge.edition, &format!("the engine at {}{fetched}", engine.address), terminal);
    Ok(knowledge)
}

fn opened(source: &SourceArguments, terminal: &Terminal) -> Result<Knowledge> {
    if !source.data.data.is_empty() {
        return Ok(of_data(&source.data, terminal)?.0);
    }
    if source.data.input_format.is_some() {
        let message = "`--input-format` has no effect here; it is for `--data`";
        return Err(Error::invalid(Finding::error(codes::UNUSED_ARGUMENT, message).hint("leave it out".to_owned())));
    }
    match (&source.store, &source.pack) {
        (Some(folder), _) => snapshot(folder, source.verify, terminal),
        (None, Some(folder)) => {
            let pack = Pack::open(folder)?.with_encoding(source.encoding.clone());
            built(&pack, &format!("the pack in `{}`", folder.display()), terminal)
        }
        (None, None) => match origin::unnamed(Path::new(DEFAULT_STORE))? {
            origin::GraphSource::Snapshot => snapshot(Path::new(DEFAULT_STORE), source.verify, terminal),
            origin::GraphSource::Embedded => {
                let knowledge = pipeline::embedded()?;
                name(&knowledge.edition, EMBEDDED, terminal);
                Ok(knowledge)
            }
        },
    }
}

/// The folder of the snapshot that these arguments open, if they open one.
pub(super) fn store(source: &SourceArguments) -> Option<PathBuf> {
    if address(source).is_some() {
        return None;
    }
    match (&source.store, &source.pack) {
        (Some(folder), _) => Some(folder.clone()),
        (None, None) if source.data.data.is_empty() => {
            let is_there = matches!(origin::unnamed(Path::new(DEFAULT_STORE)), Ok(origin::GraphSource::Snapshot));
            is_there.then(|| PathBuf::from(DEFAULT_STORE))
        }
        _ => None,
    }
}

const EMBEDDED: &str = "the pack inside the program";

fn snapshot(folder: &Path, verify: bool, terminal: &Terminal) -> Result<Knowledge> {
    let knowledge = pipeline::open(folder)?;
    if verify {
        knowledge.graph.verify_blocks().map_err(|damage| damage.error())?;
    }
    terminal.reads(pipeline::files_of_snapshot(folder, &knowledge));
    let failed = matches!(FailedBuild::read(folder), Ok(Some(_)));
    let older = if failed { ", older than the last build, which failed" } else { "" };
    name(&knowledge.edition, &format!("the snapshot in `{}`{older}", folder.display()), terminal);
    Ok(knowledge)
}

/// The graph of RDF files, with warnings about them, which are printed.
pub(super) fn of_data(arguments: &DataArguments, terminal: &Terminal) -> Result<(Knowledge, Findings)> {
    let files = data::files(arguments)?;
    terminal.reads(arguments.data.iter().cloned());
    let (knowledge, summary) = pipeline::of_data(&files)?;
    let names: Vec<String> = arguments.data.iter().map(|path| format!("`{}`", path.display())).collect();
    let vocabulary = if summary.has_vocabulary { ", with civigraph's vocabulary, which they use" } else { "" };
    let n = findings::counted(summary.n_triples as u64, "triple");
    let title = if summary.has_title { format!("{}, ", knowledge.edition) } else { String::new() };
    terminal.note(&format!("note: {title}{n} in {}{vocabulary}", names.join(", ")));
    terminal.print(&summary.findings);
    Ok((knowledge, summary.findings))
}

fn built(pack: &Pack, whence: &str, terminal: &Terminal) -> Result<Knowledge> {
    let (knowledge, summary) = pipeline::build(pack)?;
    terminal.reads(pipeline::files_of_pack(pack, &knowledge));
    name(&knowledge.edition, whence, terminal);
    findings::in_a_line(&summary.findings, pack, terminal);
    Ok(knowledge)
}

/// Records the file that a query is in, if it is in one.
pub(super) fn reads_query(query: &str, knowledge: &Knowledge, terminal: &Terminal) {
    if knowledge.questions.get(query).is_none() {
        terminal.reads([PathBuf::from(query)]);
    }
}

/// The pack in a folder, otherwise the one inside the program, which is named.
/// `instead` says how to name the pack in a folder if that is probably meant.
pub(super) fn pack(folder: Option<&Path>, terminal: &Terminal, instead: impl Fn(&str) -> String) -> Result<Pack> {
    let Some(folder) = folder else {
        let pack = origin::embedded(Path::new(DEFAULT_STORE), instead)?;
        name(&Edition::of(&pack.descriptor), EMBEDDED, terminal);
        return Ok(pack);
    };
    Pack::open(folder)
}

fn name(edition: &Edition, whence: &str, terminal: &Terminal) {
    terminal.note(&format!("note: {edition}, {whence}"));
}

/// The languages asked for, otherwise those of the graph; `both` adds those of
/// the graph. A language that the graph does not have is reported.
pub(super) fn languages(asked: &[String], knowledge: &Knowledge, terminal: &Terminal) -> Vec<String> {
    let mut languages: Vec<String> = Vec::new();
    let mut add = |language: &String| {
        if !languages.iter().any(|known| known.eq_ignore_ascii_case(language)) {
            languages.push(language.clone());
        }
    };
    for language in asked {
        match language.as_str() {
            "both" => knowledge.languages.iter().for_each(&mut add),
            _ => add(language),
        }
    }
    if asked.is_empty() {
        return knowledge.shown_languages();
    }
    let has = |asked: &str| knowledge.languages.iter().any(|known| language_matches(known, asked));
    for language in languages.iter().filter(|language| !has(language)) {
        let whose = if knowledge.is_of_data { "the files have" } else { "the pack has" };
        let message = format!("{whose} no labels in `{language}`");
        let hint = format!("its languages are {}", knowledge.languages.join(", "));
        terminal.print(&Finding::warning(codes::UNKNOWN_LANGUAGE, message).hint(hint).into());
    }
    languages
}
