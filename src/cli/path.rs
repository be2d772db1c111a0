//! `civigraph path`

use std::fmt::Write as _;

use anyhow::Result;

use super::args::{ListFormat, PathArguments};
use super::findings::counted;
use super::layout::{clean, wrapped};
use super::terminal::Terminal;
use super::{knowledge, picture};
use crate::chart::{Options, relations};
use crate::entity::{Connection, PathLimits, PathStop, connect};

pub(super) fn run(arguments: &PathArguments, terminal: &Terminal) -> Result<bool> {
    if let Some(output) = &arguments.output {
        picture::check(output, &["svg", "png", "pdf", "html", "dot"])?;
        terminal.refuse_missing(output)?;
    }
    let knowledge = knowledge::open(&arguments.source, terminal)?;
    let graph = &knowledge.graph;
    let languages = knowledge::languages(&arguments.language, &knowledge, terminal);
    let limits =
        PathLimits { only: arguments.only.clone(), avoid: arguments.avoid.clone(), most: usize::from(arguments.most) };
    let found = connect(graph, (&arguments.from, &arguments.to), &limits, &languages)?;
    if arguments.format == ListFormat::Json {
        let json = format!("{:#}\n", found.json(&languages));
        terminal.write(None, |out| out.write_all(json.as_bytes()))?;
        return Ok(!found.paths.is_empty());
    }
    if found.paths.is_empty() {
        let limited = !arguments.only.is_empty() || !arguments.avoid.is_empty();
        terminal.note(&apart(&found, limited));
        return Ok(false);
    }
    match &arguments.output {
        Some(output) => {
            let title = found.ends.each_ref().map(|stop| stop.labels.together()).join(" – ");
            let options = Options { languages: languages.clone(), title: Some(title), ..Options::default() };
            let drawing = relations(graph, found.network(graph, &languages)?, &options)?;
            picture::drawing(graph, &drawing, &languages, output, terminal)?;
        }
        None => terminal.show(None, &text(&found, &languages, terminal.width()))?,
    }
    Ok(true)
}

/// That nothing connects the two.
fn apart(found: &Connection, limited: bool) -> String {
    let [from, to] = &found.ends;
    let by = if limited { "by these relations, nothing connects" } else { "nothing connects" };
    let part = |stop: &PathStop, n: usize| match n {
        1 => format!("{} is connected with nothing", stop.id),
        n => format!("{} is in a connected part of {n} things", stop.id),
    };
    let [from_size, to_size] = found.part_sizes;
    format!("{by} {} and {}: {}, {}", from.id, to.id, part(from, from_size), part(to, to_size))
}

/// The paths in sentences, in the main language and below it in the others.
fn text(found: &Connection, languages: &[String], width: Option<u16>) -> String {
    let mut text = String::new();
    for stop in &found.ends {
        let _ = writeln!(text, "{} ({})", clean(&stop.labels.join(" · ")), clean(&stop.id));
    }
    for (number, steps) in found.paths.iter().enumerate() {
        let _ = writeln!(text, "\n{}. {}", number + 1, counted(steps.len() as u64, "step"));
        for step in steps {
            for relation in &step.relations {
                let mut told: Vec<String> = Vec::new();
                for at in 0..languages.len() {
                    let mut sentence = step.sentence(relation, at);
                    for remark in relation.remarks.get(at).into_iter().flatten() {
                        sentence.push_str(&format!("; {remark}"));
                    }
                    if at == 0 && !relation.evidence.is_empty() {
                        sentence.push_str(&format!(" [{}]", relation.evidence));
                    }
                    if !told.contains(&sentence) {
                        text.push_str(&wrapped(&sentence, if at == 0 { 3 } else { 5 }, width));
                        told.push(sentence);
                    }
                }
            }
        }
    }
    text
}
