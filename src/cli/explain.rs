//! `civigraph explain`

use std::fmt::Write as _;

use anyhow::Result;
use serde_json::{Value, json};

use super::args::{ExplainArguments, ListFormat};
use super::terminal::Terminal;
use crate::check::{Check, Checks};
use crate::error::Error;
use crate::finding::codes::{self, Code, Topic};
use crate::finding::{Finding, did_you_mean};
use crate::map::Function;
use crate::pack::Pack;
use crate::{pipeline, shacl};

/// Prose is wrapped to this many columns, or to the terminal if that is narrower.
const WIDTH: usize = 80;

pub(super) fn run(arguments: &ExplainArguments, terminal: &Terminal) -> Result<bool> {
    let pack = match &arguments.pack {
        Some(folder) => Pack::open(folder)?,
        None => Pack::embedded()?,
    };
    let checks = pipeline::checks(&pack)?;
    let Some(name) = &arguments.code else {
        match arguments.format {
            ListFormat::Text => terminal.show(None, &list(&checks))?,
            ListFormat::Json => terminal.show(None, &format!("{:#}\n", list_json(&checks)))?,
        }
        return Ok(true);
    };
    // As a message has it, or as a reader of one may copy it.
    let name = name.trim().trim_start_matches('[').trim_end_matches(']');
    let meanings = meanings(name, &checks);
    if meanings.is_empty() {
        return Err(Error::invalid(unknown(name, &checks)).into());
    }
    match arguments.format {
        ListFormat::Text => {
            let text = meanings.iter().map(Meaning::text).collect::<Vec<_>>().join("\n");
            let width = terminal.width().map_or(WIDTH, usize::from).clamp(20, WIDTH);
            terminal.show(None, &textwrap::fill(&text, width))?;
        }
        ListFormat::Json => {
            let all: Vec<Value> = meanings.iter().map(Meaning::json).collect();
            terminal.show(None, &format!("{:#}\n", Value::from(all)))?;
        }
    }
    Ok(true)
}

/// What a code means. The same code can be the program's and a check's: a cycle
/// is found by a check, and met while a chart is drawn.
enum Meaning<'a> {
    Program(&'static Code),
    Check(&'a Check),
    Shape(shacl::Term),
}

fn meanings<'a>(name: &str, checks: &'a Checks) -> Vec<Meaning<'a>> {
    let own = codes::find(name).map(Meaning::Program);
    let check = checks.iter().find(|check| check.code == name).map(Meaning::Check);
    let shape = shacl::term(name).map(Meaning::Shape);
    own.into_iter().chain(check).chain(shape).collect()
}

fn unknown(name: &str, checks: &Checks) -> Finding {
    let known = codes::ALL.iter().map(|code| code.name).chain(checks.iter().map(|check| check.code.as_str()));
    let hint = did_you_mean(name, known).unwrap_or_else(|| "`civigraph explain --list` lists all codes".to_owned());
    Finding::error(codes::UNKNOWN_CODE, format!("no finding has the code `{name}`")).hint(hint)
}

impl Meaning<'_> {
    fn text(&self) -> String {
        match self {
            Self::Program(code) => {
                let functions = if code.name == codes::MAPPING { Function::reference() } else { String::new() };
                format!(
                    "{} ({}; {})\n\n{}.\n\n{}\n{functions}",
                    code.name,
                    code.severity,
                    lower(code.topic),
                    capital(code.summary),
                    code.explanation
                )
            }
            Self::Check(check) => {
                let title = check.title.values().map(String::as_str).collect::<Vec<_>>().join("\n");
                let text = check.description.values().map(String::as_str).collect::<Vec<_>>().join("\n\n");
                format!("{} ({}; check)\n\n{title}\n\n{text}\n", check.code, check.severity)
            }
            Self::Shape(term) => {
                format!("{} (shapes; SHACL, section {})\n\n{}.\n", term.name, term.section, capital(term.summary))
            }
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Program(code) => program_json(code),
            Self::Check(check) => check_json(check),
            Self::Shape(term) => json!({
                "code": term.name,
                "topic": "shapes",
                "summary": term.summary,
                "section": term.section,
            }),
        }
    }
}

fn program_json(code: &Code) -> Value {
    json!({
        "code": code.name,
        "topic": lower(code.topic),
        "severity": code.severity.name(),
        "summary": code.summary,
        "explanation": code.explanation,
    })
}

fn check_json(check: &Check) -> Value {
    json!({
        "code": check.code,
        "topic": "check",
        "severity": check.severity.name(),
        "summary": check.title,
        "explanation": check.description,
    })
}

fn lower(topic: Topic) -> String {
    topic.name().to_lowercase()
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// All codes with a line each, by topic.
fn list(checks: &Checks) -> String {
    let mut text = String::new();
    for topic in Topic::ALL {
        let _ = writeln!(text, "{}", topic.name());
        for code in codes::ALL.iter().filter(|code| code.topic == topic) {
            item(&mut text, code.name, code.summary);
        }
        text.push('\n');
    }
    text.push_str("Checks of the pack\n");
    for check in checks.iter() {
        let title = check.title.get("en").or_else(|| check.title.values().next()).map_or("", String::as_str);
        item(&mut text, &check.code, title);
    }
    text.push_str("\nThe code of a shape's result is the SHACL parameter that is violated, such as\nsh:minCount.\n");
    text
}

/// A code with its summary, wrapped below itself.
fn item(text: &mut String, code: &str, summary: &str) {
    let indent = " ".repeat(26);
    let options = textwrap::Options::new(WIDTH).initial_indent("").subsequent_indent(&indent);
    let _ = writeln!(text, "{}", textwrap::fill(&format!("  {code:<23} {summary}"), options));
}

fn list_json(checks: &Checks) -> Value {
    codes::ALL.iter().map(program_json).chain(checks.iter().map(check_json)).collect()
}
