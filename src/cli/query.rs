//! `civigraph query`

use anyhow::Result;

use super::args::QueryArguments;
use super::terminal::{Terminal, format_of};
use super::{knowledge, terminal};
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::export::{self, Header, ResultFormat};
use crate::export::{GraphFormat, write_boolean, write_graph, write_rows};
use crate::inquiry::{self, Answer};

pub(super) fn run(arguments: &QueryArguments, terminal: &Terminal) -> Result<bool> {
    let output = arguments.output.as_deref();
    let format = format_of(arguments.format, output).map_err(Error::invalid)?;
    let knowledge = knowledge::open(&arguments.source, terminal)?;
    if arguments.list {
        let list = inquiry::list(&knowledge.graph, &knowledge.questions, &knowledge.languages);
        terminal.show(output, &list)?;
        return Ok(true);
    }
    let text = arguments.query.as_deref().unwrap_or_default();
    let asked = inquiry::read(&knowledge.graph, &knowledge.questions, text, &arguments.parameters)?;
    terminal.print(&asked.warnings);
    let prefixes = knowledge.graph.prefixes.clone();
    let answer = inquiry::answer(knowledge.graph, asked.query, arguments.timeout.0)?;
    let wrong = |what: &str| {
        Error::invalid(Diagnostic::error("unknown-format", format!("{what} cannot be written in this format")).hint(
            "rows: table, csv, tsv, json, xml, markdown; triples: turtle, ntriples, rdfxml, jsonld and more".to_owned(),
        ))
    };
    let is_empty = answer.is_empty();
    match answer {
        Answer::Rows(rows) => {
            let format = format.map_or(Some(ResultFormat::Table), terminal::AnyFormat::result);
            let format = format.ok_or_else(|| wrong("rows"))?;
            export::rows_fit(format, &rows).map_err(Error::invalid)?;
            let width = if output.is_none() { terminal.width() } else { None };
            let bom = arguments.bom && format == ResultFormat::Csv;
            terminal.write(output, |out| {
                if bom {
                    out.write_all(export::BYTE_ORDER_MARK)?;
                }
                write_rows(format, &rows, &prefixes, width, out)
            })?;
        }
        Answer::Boolean(answer) => {
            let format = format.map_or(Some(ResultFormat::Table), terminal::AnyFormat::result);
            let format = format.ok_or_else(|| wrong("yes or no"))?;
            terminal.write(output, |out| write_boolean(format, answer, out))?;
        }
        Answer::Triples(quads) => {
            let format = format.map_or(Some(GraphFormat::Turtle), terminal::AnyFormat::graph);
            let format = format.ok_or_else(|| wrong("triples"))?;
            terminal.write(output, |out| write_graph(format, quads, &prefixes, &Header::default(), out))?;
        }
    }
    Ok(!(arguments.exit_status && is_empty))
}
