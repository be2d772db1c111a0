//! `civigraph help`, `completions` and `man`

use std::path::Path;

use anyhow::Result;
use clap::{Command as Program, CommandFactory as _, Parser as _};
use clap_mangen::Man;

use super::args::{Arguments, CompletionsArguments, HelpArguments, ManArguments};
use super::outputs::Outputs;
use super::terminal::{self, Terminal};
use crate::error::Error;
use crate::finding::{Finding, codes, did_you_mean};
use crate::map::Function;

/// Reference that belongs to no single command: name, what it is about, text.
const TOPICS: [(&str, &str, &str); 18] = [
    ("pack", "what a pack consists of: descriptor, tables, mapping", include_str!("topics/pack.txt")),
    ("tables", "fields, formats, dialects, and cells that are wrong", include_str!("topics/tables.txt")),
    ("sources", "files that tables are read from: CSV, workbooks, JSON, XML", include_str!("topics/sources.txt")),
    ("mapping", "the mapping language and its functions", include_str!("topics/mapping.txt")),
    ("questions", "stored questions, and how to add your own", include_str!("topics/questions.txt")),
    ("model", "claims, figures, evidence: how statements are modelled", include_str!("topics/model.txt")),
    ("checks", "checks and rules, and how to add your own", include_str!("topics/checks.txt")),
    ("shapes", "SHACL: what is supported, and its limits", include_str!("topics/shapes.txt")),
    ("views", "charts: views, layouts, pages, and your own views", include_str!("topics/views.txt")),
    ("changes", "what `diff` compares and how it matches; --since, --as-of", include_str!("topics/changes.txt")),
    ("formats", "formats of results, exports, charts and findings", include_str!("topics/formats.txt")),
    ("serve", "the server: pages, addresses, formats, limits", include_str!("topics/serve.txt")),
    ("mcp", "an assistant's door: tools, answers, limits", include_str!("topics/mcp.txt")),
    ("size", "large tables, and one mapping on many machines", include_str!("topics/size.txt")),
    ("engines", "SPARQL engines of others: --store URL, probe, publish", include_str!("topics/engines.txt")),
    ("security", "what is promised about hostile input", include_str!("topics/security.txt")),
    ("stability", "what stays from version 1.0 on, and what may change", include_str!("topics/stability.txt")),
    ("limits", "sizes, time and known limits", include_str!("topics/limits.txt")),
];

pub(super) fn run(arguments: &HelpArguments, terminal: &Terminal) -> Result<bool> {
    let mut program = Arguments::command();
    let Some(subject) = &arguments.subject else {
        print_help(None);
        terminal.show(None, &topics())?;
        return Ok(true);
    };
    if let Some((_, _, text)) = TOPICS.iter().find(|(name, ..)| name == subject) {
        terminal.show(None, &text.replace("{functions}", &Function::list()))?;
        return Ok(true);
    }
    program.build();
    let names: Vec<String> = program.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    if names.contains(subject) {
        print_help(Some(subject));
        return Ok(true);
    }
    let known = names.iter().map(String::as_str).chain(TOPICS.iter().map(|(name, ..)| *name));
    let hint = did_you_mean(subject, known).unwrap_or_else(|| "`civigraph help` lists commands and topics".to_owned());
    let message = format!("help has no command and no topic `{subject}`");
    Err(Error::invalid(Finding::error(codes::UNKNOWN_TOPIC, message).hint(hint)).into())
}

/// Prints the help of the program or of a command, exactly as `--help` does.
fn print_help(command: Option<&str>) {
    let arguments = std::iter::once("civigraph").chain(command).chain(std::iter::once("--help"));
    if let Err(help) = Arguments::try_parse_from(arguments) {
        terminal::usage(&help);
    }
}

fn topics() -> String {
    let lines = TOPICS.iter().map(|(name, about, _)| format!("  {name:<10} {about}\n"));
    format!("\nTopics (civigraph help TOPIC):\n{}", lines.collect::<String>())
}

/// `civigraph completions`
pub(super) fn completions(arguments: &CompletionsArguments, terminal: &Terminal) -> Result<bool> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "civigraph", &mut script);
    terminal.write(None, |out| out.write_all(&script))?;
    Ok(true)
}

/// `civigraph man`
pub(super) fn man(arguments: &ManArguments, terminal: &Terminal) -> Result<bool> {
    // The program and its commands; `build` gives the commands their full names.
    let mut program = Arguments::command();
    program.build();
    let Some(folder) = &arguments.output else {
        let page = page(&program, "civigraph")?;
        terminal.write(None, |out| out.write_all(&page))?;
        return Ok(true);
    };
    terminal.refuse_missing(&folder.join("page"))?;
    let mut outputs = Outputs::new(terminal);
    let mut add = |name: &str, command: &Program| -> Result<()> {
        let page = page(command, name)?;
        outputs.add(Path::new(&folder.join(format!("{name}.1"))), |out| out.write_all(&page))?;
        Ok(())
    };
    add("civigraph", &program)?;
    for command in program.get_subcommands() {
        add(&format!("civigraph-{}", command.get_name()), command)?;
    }
    outputs.replace()?;
    Ok(true)
}

/// A man page in roff.
fn page(command: &Program, name: &str) -> Result<Vec<u8>> {
    let mut page = Vec::new();
    Man::new(command.clone()).title(name).render(&mut page)?;
    Ok(page)
}
