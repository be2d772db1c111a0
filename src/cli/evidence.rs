//! `civigraph evidence`

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;

use super::args::{EvidenceArguments, EvidenceFormat, limit_of};
use super::findings::{counted, pack_name, reported};
use super::terminal::Terminal;
use super::{editions, knowledge};
use crate::entity::{NodeKind, find};
use crate::error::{Action, Error};
use crate::evidence::behind;
use crate::file;
use crate::finding::{Finding, Severity, codes};
use crate::pack::Pack;
use crate::pipeline::{self, NamedText, Verification};

pub(super) fn run(arguments: &EvidenceArguments, terminal: &Terminal) -> Result<bool> {
    if arguments.text.is_none() && arguments.other.is_none() {
        let message = "no text is named in which the evidence is looked for";
        let hint = "name your copy of the source with `--text FILE`, such as `civigraph evidence --text chapter6.txt`";
        return Err(Error::invalid(Finding::error(codes::MISSING_FILE, message).hint(hint.to_owned())).into());
    }
    let instead = |folder: &str| format!("use `--pack {folder}` for that pack");
    let pack = knowledge::pack(arguments.pack.as_deref(), terminal, instead)?;
    let mut read_texts = Vec::new();
    for path in [&arguments.text, &arguments.other].into_iter().flatten() {
        read_texts.push((path.display().to_string(), read(path)?));
    }
    let texts: Vec<NamedText<'_>> = read_texts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    if let [(file, bytes)] = texts.as_slice() {
        let limit = limit_of(arguments.limit);
        let verified = pipeline::verify(&pack, arguments.source.as_deref(), file, bytes, limit);
        let is_other = |error: &Error| matches!(error, Error::Findings(found) if found.iter().any(|found| found.code == codes::OTHER_EDITION));
        if !verified.as_ref().is_err_and(is_other) {
            let verified = reported(verified, arguments.format.findings(), terminal)?;
            return told(&pack, &verified, arguments, terminal);
        }
    }
    let languages = |known: &pipeline::Knowledge| knowledge::languages(&arguments.language, known, terminal);
    let carried = pipeline::carry(&pack, arguments.source.as_deref(), &texts, languages);
    let Some(carried) = reported(carried, arguments.format.findings(), terminal)? else { return Ok(true) };
    if arguments.entity.is_some() {
        return Err(refused("--entity", "for the text for which the evidence was written").into());
    }
    editions::run(&pack, &carried, arguments, terminal)
}

fn refused(argument: &str, only: &str) -> Error {
    let message = format!("`{argument}` has no effect here; it is {only}");
    Error::invalid(Finding::error(codes::UNUSED_ARGUMENT, message).hint("leave it out".to_owned()))
}

/// What is found in the source's own text.
fn told(pack: &Pack, verified: &Verification, arguments: &EvidenceArguments, terminal: &Terminal) -> Result<bool> {
    if let Some(entity) = &arguments.entity {
        let text = lines_behind(verified, entity, &arguments.language, terminal)?;
        terminal.show(None, &text)?;
        return Ok(true);
    }
    let only = "for evidence that is carried over to another text; this is the source's own";
    for (given, argument) in [(arguments.write, "--write"), (!arguments.language.is_empty(), "--language")] {
        if given {
            return Err(refused(argument, only).into());
        }
    }
    let Some(format) = arguments.format.findings() else { return Err(refused("--format csv", only).into()) };
    let shown = verified.findings.clone().at_least(arguments.severity.into());
    terminal.write_findings(format, &shown)?;
    let report = &verified.report;
    if arguments.format == EvidenceFormat::Text {
        let n_violations = verified.findings.count_from(Severity::Violation);
        let found = match (n_violations, verified.findings.count(Severity::Warning)) {
            (0, 0) => "every statement is supported by its lines".to_owned(),
            (n, warnings) => format!("{}, {}", counted(n, "violation"), counted(warnings, "warning")),
        };
        terminal.note(&format!(
            "{}, source `{}`: {} statements cite {} line ranges with a median of {} lines; {} lines other than headings \
             are not cited; {found}",
            pack_name(pack),
            verified.source.name,
            report.n_statements,
            report.n_ranges,
            report.median_range,
            report.uncited.len(),
        ));
    }
    Ok(verified.findings.count_from(Severity::Violation) == 0)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    if path != Path::new("-") {
        return Ok(file::read(path).map_err(Error::io(Action::Read, path))?);
    }
    let bytes =
        file::standard_input("the text of the source", u64::MAX).map_err(Error::io(Action::Read, "-"))?.to_vec();
    Ok(bytes)
}

/// The statements about an entity, each with the lines that state it.
fn lines_behind(verified: &Verification, entity: &str, languages: &[String], terminal: &Terminal) -> Result<String> {
    let Verification { knowledge: known, source, text, .. } = verified;
    let languages = knowledge::languages(languages, known, terminal);
    let entity = find(&known.graph, entity, NodeKind::Entity)?;
    let mut shown = String::new();
    for behind in behind(&known.graph, source, entity.as_ref(), &languages)? {
        let _ = writeln!(shown, "{}  ({})", behind.says, behind.name);
        for (line, words) in text.quoted(&behind) {
            let _ = writeln!(shown, "  {line:>5} | {}", words.trim());
        }
        for reason in &behind.reasons {
            let _ = writeln!(shown, "        = {reason}");
        }
    }
    if shown.is_empty() {
        let _ =
            writeln!(shown, "no statement about `{}` cites this source", known.graph.prefixes.name(entity.as_str()));
    }
    Ok(shown)
}
