//! `civigraph evidence`

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;

use super::args::{EvidenceArguments, FindingFormat, limit_of};
use super::findings::{counted, pack_name, reported};
use super::knowledge;
use super::terminal::Terminal;
use crate::entity::{NodeKind, find};
use crate::error::{Action, Error};
use crate::evidence::behind;
use crate::file;
use crate::finding::Severity;
use crate::pipeline::{self, Verification};

pub(super) fn run(arguments: &EvidenceArguments, terminal: &Terminal) -> Result<bool> {
    let instead = |folder: &str| format!("use `--pack {folder}` for that pack");
    let pack = knowledge::pack(arguments.pack.as_deref(), terminal, instead)?;
    let bytes = read(&arguments.text)?;
    let file = arguments.text.display().to_string();
    let verified = pipeline::verify(&pack, arguments.source.as_deref(), &file, &bytes, limit_of(arguments.limit));
    let verified = reported(verified, Some(arguments.format.into()), terminal)?;
    if let Some(entity) = &arguments.entity {
        let text = lines_behind(&verified, entity, &arguments.language, terminal)?;
        terminal.show(None, &text)?;
        return Ok(true);
    }
    let shown = verified.findings.clone().at_least(arguments.severity.into());
    terminal.write_findings(arguments.format.into(), &shown)?;
    let report = &verified.report;
    if arguments.format == FindingFormat::Text {
        let n_violations = verified.findings.count_from(Severity::Violation);
        let found = match (n_violations, verified.findings.count(Severity::Warning)) {
            (0, 0) => "every statement is supported by its lines".to_owned(),
            (n, warnings) => format!("{}, {}", counted(n, "violation"), counted(warnings, "warning")),
        };
        terminal.note(&format!(
            "{}, source `{}`: {} statements cite {} line ranges with a median of {} lines; {} lines other than headings \
             are not cited; {found}",
            pack_name(&pack),
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
