//! `civigraph query`

use std::collections::BTreeMap;
use std::time::Instant;

use anyhow::Result;

use super::args::{AnswerFormat, FileForm as _, QueryArguments, format_of};
use super::findings::counted;
use super::knowledge;
use super::terminal::Terminal;
use crate::ask::{self, Answer, Listed};
use crate::error::Error;
use crate::export::{self, Preamble, ResultFormat, TableStyle};
use crate::export::{GraphFormat, write_boolean, write_graph, write_rows};
use crate::finding::{Finding, Findings, codes};
use crate::graph::language_matches;
use crate::pipeline::{EnginePart, Knowledge};
use crate::remote::Engine;

/// Rows of a table that are printed to a terminal, unless all are asked for.
const MOST_ROWS: usize = 200;

pub(super) fn run(arguments: &QueryArguments, terminal: &Terminal) -> Result<bool> {
    let output = arguments.output.as_deref();
    let format = format_of(arguments.format, output).map_err(Error::invalid)?;
    output.map_or(Ok(()), |output| terminal.refuse_missing(output))?;
    let parameters: Vec<String> = arguments.parameters.iter().chain(&arguments.values).cloned().collect();
    let engine = match arguments.dated.as_of {
        // As of a day a query is evaluated here, over all that is fetched.
        Some(_) => None,
        None => knowledge::engine(&arguments.source)?.map(|engine| engine.within(arguments.timeout.0)),
    };
    let knowledge = match &engine {
        Some(engine) => of_engine(engine, arguments, &parameters, terminal)?,
        None => knowledge::open_as_of(&arguments.source, &arguments.dated, terminal)?,
    };
    if arguments.list {
        return list(arguments, &knowledge, format, terminal);
    }
    let text = arguments.query.as_deref().unwrap_or_default();
    if arguments.show {
        let text = ask::text_of(&knowledge.graph, &knowledge.questions, text)?;
        terminal.show(output, &text)?;
        return Ok(true);
    }
    knowledge::reads_query(text, &knowledge, terminal);
    let languages = languages(arguments, format, &knowledge, terminal);
    let limit = arguments.timeout.0;
    let known = (&knowledge.graph, &knowledge.questions);
    let mut asked = ask::read_within(known, text, &parameters, &languages, limit)?;
    // They compare the query with the graph, of which an engine sends nothing here.
    if engine.is_none() {
        terminal.print(&asked.warnings);
    }
    asked.query.evaluator = arguments.evaluator.into();
    if arguments.explain {
        let text = match &engine {
            Some(engine) => ask::engine_text(engine, &asked, &knowledge.graph.prefixes)?,
            None => export::plan(&ask::explain(knowledge.graph, asked.query, limit)?),
        };
        terminal.show(output, &text)?;
        return Ok(true);
    }
    let prefixes = knowledge.graph.prefixes.clone();
    let start = Instant::now();
    let graph = knowledge.graph.clone();
    let answer = match &engine {
        Some(engine) => {
            if let Some(warning) = ask::engine_warning(engine, &asked) {
                terminal.print(&Findings::from(warning));
            }
            ask::engine_answer(engine, &asked, &prefixes)?
        }
        None => ask::answer(knowledge.graph, asked.query, limit)?,
    };
    terminal.detail(&format!("evaluated in {:.3} s", start.elapsed().as_secs_f64()));
    let wrong = |what: &str| {
        Error::invalid(
            Finding::error(codes::UNKNOWN_FORMAT, format!("{what} cannot be written in this format")).hint(
                "rows: table, csv, tsv, json, xml, markdown, xlsx; triples: turtle, ntriples, rdfxml, jsonld and more"
                    .to_owned(),
            ),
        )
    };
    if format == Some(AnswerFormat::Xlsx) && output.is_none() && terminal.width().is_some() {
        let fault = Finding::error(codes::UNKNOWN_FORMAT, "a workbook is no text for a terminal");
        return Err(Error::invalid(fault.hint("write it to a file: `-o rows.xlsx`".to_owned())).into());
    }
    let is_empty = answer.is_empty();
    let mark: &[u8] = if arguments.bom { export::BYTE_ORDER_MARK } else { b"" };
    match answer {
        Answer::Rows(mut rows) => {
            if arguments.escape_formulas {
                rows.escape_formulas();
            }
            let format = format.map_or(Some(ResultFormat::Table), AnswerFormat::result);
            let format = format.ok_or_else(|| wrong("rows"))?;
            export::rows_fit(format, &rows).map_err(Error::invalid)?;
            let most_rows = if arguments.all { usize::MAX } else { MOST_ROWS };
            let width = terminal.width().filter(|_| output.is_none());
            let most_rows = if width.is_some() { most_rows } else { usize::MAX };
            let labels = match format {
                ResultFormat::Table if !arguments.raw => match &engine {
                    Some(engine) => ask::engine_labels(engine, &rows, &languages)?,
                    None => ask::labels(&graph, &rows, &languages)?,
                },
                _ => BTreeMap::new(),
            };
            let style = TableStyle { width, most_rows, group_digits: !arguments.raw, labels: &labels };
            terminal.write(output, |out| {
                out.write_all(mark)?;
                write_rows(format, &rows, &prefixes, &style, out)
            })?;
        }
        Answer::Boolean(answer) => {
            let format = format.map_or(Some(ResultFormat::Table), AnswerFormat::result);
            let format = format.ok_or_else(|| wrong("yes or no"))?;
            terminal.write(output, |out| {
                out.write_all(mark)?;
                write_boolean(format, answer, out)
            })?;
        }
        Answer::Triples(quads) => {
            let format = format.map_or(Some(GraphFormat::Turtle), AnswerFormat::graph);
            let format = format.ok_or_else(|| wrong("triples"))?;
            export::fits(format, &quads, &prefixes)?;
            terminal.write(output, |out| write_graph(format, quads, &prefixes, &Preamble::default(), out))?;
        }
    }
    Ok(!(arguments.exit_status && is_empty))
}

/// What a query to an engine is read with: the questions, and the names of things if a parameter may
/// be a name.
fn of_engine(
    engine: &Engine,
    arguments: &QueryArguments,
    parameters: &[String],
    terminal: &Terminal,
) -> Result<Knowledge> {
    let source = &arguments.source;
    let knowledge = knowledge::of_engine(engine, &EnginePart::Questions, source, terminal)?;
    let has_parameters =
        |name: &String| knowledge.questions.get(name).is_some_and(|question| !question.parameters.is_empty());
    let needs_names = !parameters.is_empty() || arguments.query.as_ref().is_some_and(has_parameters);
    if arguments.list || arguments.show || !needs_names {
        return Ok(knowledge);
    }
    Ok(knowledge::of_engine(engine, &EnginePart::Names, source, terminal)?)
}

/// The languages of the answer: those asked for that the pack has; otherwise all of the pack in formats for programs,
/// and the main one in tables.
fn languages(
    arguments: &QueryArguments,
    format: Option<AnswerFormat>,
    knowledge: &Knowledge,
    terminal: &Terminal,
) -> Vec<String> {
    let mut languages = knowledge::languages(&arguments.language, knowledge, terminal);
    if arguments.language.is_empty() && matches!(format, None | Some(AnswerFormat::Table | AnswerFormat::Markdown)) {
        languages.truncate(1);
    }
    // A language without labels has been reported; an answer without names would help nobody.
    languages.retain(|asked| knowledge.languages.iter().any(|known| language_matches(known, asked)));
    if languages.is_empty() {
        languages.extend(knowledge.languages.first().cloned());
    }
    languages
}

/// Lists the stored questions that contain the word, or all.
fn list(
    arguments: &QueryArguments,
    knowledge: &Knowledge,
    format: Option<AnswerFormat>,
    terminal: &Terminal,
) -> Result<bool> {
    let (graph, questions) = (&knowledge.graph, &knowledge.questions);
    let which = arguments.source.on_the_command_line();
    // What an engine has is not known here.
    let all = arguments.all || knowledge::address(&arguments.source).is_some();
    let listed = Listed { word: arguments.query.as_deref(), all, which: &which };
    let languages = knowledge::languages(&arguments.language, knowledge, terminal);
    let text = ask::list(graph, questions, &languages, listed, terminal.width());
    let is_empty = text.is_empty();
    let output = arguments.output.as_deref();
    match format {
        Some(AnswerFormat::Json) => {
            let json = format!("{:#}\n", ask::list_json(graph, questions, listed));
            terminal.write(output, |out| out.write_all(json.as_bytes()))?;
        }
        _ => terminal.show(output, &text)?,
    }
    let n_left_out = ask::n_left_out(graph, questions, listed);
    if questions.names().next().is_none() {
        terminal.note(&format!("note: {}", ask::NO_QUESTIONS));
    } else if n_left_out > 0 {
        let are = if is_empty { "" } else { " more" };
        let (n, ask) = (
            counted(n_left_out as u64, format!("{are} question").trim_start()),
            if n_left_out == 1 { "asks" } else { "ask" },
        );
        terminal.note(&format!("{n} {ask} about what this graph does not have; `--all` lists them too"));
    } else if is_empty {
        terminal.note(&format!("no stored question contains `{}`", listed.word.unwrap_or_default()));
    }
    Ok(!(arguments.exit_status && is_empty))
}
