//! `civigraph diff`

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::args::{
    DataArguments, DiffArguments, DiffFormat, EngineArguments, FileForm as _, SourceArguments, format_of,
};
use super::knowledge;
use super::terminal::Terminal;
use crate::diff::{ChangeFormat, ComparedEdition, Difference, change_events, compare, paragraph, write_changes};
use crate::error::Error;
use crate::export::{self, Preamble};
use crate::finding::{Finding, codes};
use crate::graph::SNAPSHOT;
use crate::pack::Pack;
use crate::pipeline::Knowledge;
use crate::remote::EngineAddress;

/// Of each kind of change, so many are shown on a terminal.
const SHOWN: usize = 20;

pub(super) fn run(arguments: &DiffArguments, terminal: &Terminal) -> Result<bool> {
    let output = arguments.output.as_deref();
    let format = format_of(arguments.format, output).map_err(Error::invalid)?.unwrap_or(DiffFormat::Text);
    output.map_or(Ok(()), |output| terminal.refuse_missing(output))?;
    let source = &arguments.source;
    let input = Path::new("-");
    if arguments.old == input && arguments.new == input {
        let message = "standard input can be read only once";
        return Err(Error::invalid(Finding::error(codes::UNUSED_ARGUMENT, message)).into());
    }
    let is_named = source.pack.is_some() || source.store.is_some() || !source.data.data.is_empty();
    let difference = if is_named {
        let knowledge = knowledge::open(source, terminal)?;
        let [old, new] = [&arguments.old, &arguments.new].map(|name| of_source(&knowledge, &name.to_string_lossy()));
        compare(&old?, &new?, &languages(&arguments.language, &knowledge.languages))?
    } else {
        let old = side(&arguments.old, source, terminal)?;
        let new = side(&arguments.new, source, terminal)?;
        compare(&whole(&old), &whole(&new), &languages(&arguments.language, &new.languages))?
    };
    terminal.print(&difference.findings);
    write(arguments, format, &difference, terminal)?;
    Ok(difference.is_empty())
}

/// The pack, snapshot, engine or RDF file at a path.
pub(super) fn side(path: &Path, source: &SourceArguments, terminal: &Terminal) -> Result<Knowledge> {
    let (mut pack, mut store, mut data) = (None, None, Vec::new());
    let is_engine = path.to_str().is_some_and(EngineAddress::is_meant);
    if is_engine || path.is_dir() && !Pack::exists(path) && path.join(SNAPSHOT).exists() {
        store = Some(path.to_owned());
    } else if path.is_dir() || Pack::is_descriptor(path) {
        pack = Some(path.to_owned());
    } else {
        data.push(path.to_owned());
    }
    let data = DataArguments { data, input_format: source.data.input_format };
    let input_format = if data.data.is_empty() { None } else { data.input_format };
    let data = DataArguments { input_format, ..data };
    let encoding = pack.as_ref().and(source.encoding.clone());
    let verify = store.is_some() && source.verify && !is_engine;
    let engine = if is_engine { source.engine.clone() } else { EngineArguments::default() };
    Ok(knowledge::open(&SourceArguments { pack, encoding, data, store, engine, verify }, terminal)?)
}

pub(super) fn whole(knowledge: &Knowledge) -> ComparedEdition<'_> {
    ComparedEdition { title: knowledge.edition.to_string(), graph: &knowledge.graph, source: None }
}

/// One source of a graph.
fn of_source<'a>(knowledge: &'a Knowledge, name: &str) -> crate::error::Result<ComparedEdition<'a>> {
    let source = export::named_graph_of(&knowledge.graph, name)?;
    Ok(ComparedEdition { title: name.to_owned(), graph: &knowledge.graph, source: Some(source) })
}

/// The languages asked for, then English, in which reports are written, then those of the new edition.
pub(super) fn languages(asked: &[String], of_new: &[String]) -> Vec<String> {
    let mut languages = asked.to_vec();
    languages.extend(std::iter::once("en".to_owned()).chain(of_new.iter().cloned()));
    languages
}

fn write(arguments: &DiffArguments, format: DiffFormat, difference: &Difference, terminal: &Terminal) -> Result<()> {
    let output: Option<&PathBuf> = arguments.output.as_ref();
    let output = output.map(PathBuf::as_path);
    if arguments.summary {
        let (text, _) = paragraph(difference);
        return Ok(terminal.show(output, &format!("{text}\n"))?);
    }
    let most = (output.is_none() && !arguments.all).then_some(SHOWN);
    let written = match format {
        DiffFormat::Text => ChangeFormat::Text(most),
        DiffFormat::Markdown => ChangeFormat::Markdown,
        DiffFormat::Json => ChangeFormat::Json,
        DiffFormat::Csv => ChangeFormat::Csv,
        DiffFormat::Html => ChangeFormat::Html,
        _ => {
            let Some(format) = format.graph() else {
                let fault = Finding::error(codes::UNKNOWN_FORMAT, "changes cannot be written in this format");
                return Err(Error::invalid(fault).into());
            };
            let (quads, prefixes) = (change_events(difference), &difference.prefixes);
            export::fits(format, &quads, prefixes)?;
            let header = Preamble::default();
            return Ok(terminal.write(output, |out| export::write_graph(format, quads, prefixes, &header, out))?);
        }
    };
    terminal.write(output, |out| write_changes(written, difference, out))?;
    Ok(())
}
