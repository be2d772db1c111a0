//! `civigraph stats`

use anyhow::Result;

use super::args::{StatsArguments, StatsFormat};
use super::terminal::Terminal;
use super::{knowledge, numbers, picture};
use crate::chart::{Options, statistics_page};
use crate::error::Error;
use crate::export::{statistics_json, write_statistics};
use crate::finding::{Finding, codes};
use crate::network::statistics;

pub(super) fn run(arguments: &StatsArguments, terminal: &Terminal) -> Result<bool> {
    if let Some(output) = &arguments.output {
        picture::check(output, &["svg", "png", "pdf"])?;
        terminal.refuse_missing(output)?;
    }
    let knowledge = knowledge::open(&arguments.source, terminal)?;
    let graph = &knowledge.graph;
    let languages = knowledge::languages(&arguments.language, &knowledge, terminal);
    let most = usize::try_from(arguments.limit.0).unwrap_or(usize::MAX);
    let found = statistics(graph, &languages, most)?;
    if found.n_things == 0 {
        let message = "the graph has nothing that could be counted: no entity, and no thing with an IRI";
        return Err(Error::invalid(Finding::error(codes::EMPTY_VIEW, message)).into());
    }
    if let Some(output) = &arguments.output {
        let title = knowledge.is_of_data.then(|| knowledge.edition.title.clone());
        let options = Options { languages, title, ..Options::default() };
        picture::pages(&statistics_page(graph, &found, &options)?, output, terminal)?;
        return Ok(true);
    }
    match arguments.format {
        StatsFormat::Text => terminal.show(None, &numbers::text(&graph.prefixes, &found, most, terminal.width()))?,
        StatsFormat::Json => {
            let json = format!("{:#}\n", statistics_json(&found, &languages));
            terminal.write(None, |out| out.write_all(json.as_bytes()))?;
        }
        StatsFormat::Csv => terminal.write(None, |out| write_statistics(&found, out))?,
    }
    Ok(true)
}
