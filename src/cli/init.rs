//! `civigraph init`

use std::fs;
use std::io;
use std::path::Path;

use anyhow::Result;

use super::args::InitArguments;
use super::findings::counted;
use super::outputs::Outputs;
use super::terminal::Terminal;
use crate::error::{Action, Error};
use crate::file;
use crate::finding::{Findings, codes};
use crate::init::{self, Asked};
use crate::pack::Pack;
use crate::pipeline::{self, Limits};

pub(super) fn run(arguments: &InitArguments, terminal: &Terminal) -> Result<bool> {
    let mut paths: Vec<_> = arguments.from.iter().cloned().collect();
    paths.extend(arguments.paths.iter().cloned());
    let target = init::target(&paths).map_err(Error::invalid)?;
    let name = name_of(&target.folder);
    let texts = if arguments.model {
        let languages = match &arguments.language[..] {
            [] => vec!["en".to_owned()],
            asked => asked.to_vec(),
        };
        for language in languages.iter().filter(|language| !init::has_words(language)) {
            terminal.note(&format!("the rows to replace are in English in the columns for `{language}`"));
        }
        init::model(&name, &languages)
    } else if target.files.is_empty() {
        terminal.note("there is no table, so that the pack is an example");
        init::example(&name)
    } else {
        let asked = Asked {
            columns: arguments.columns.column.clone(),
            language: arguments.language.first().cloned(),
            currency: arguments.currency.clone(),
            as_of: arguments.as_of.as_ref().map(|asked| asked.text.clone()),
            is_staff: arguments.from.is_some(),
            keeps_order: false,
        };
        terminal.reads(target.files.iter().map(|(path, _)| path.clone()));
        let draft = init::draft(&target.files, &name, &asked).map_err(failure)?;
        terminal.print(&draft.unsure);
        terminal.print(&draft.findings);
        draft.tables.iter().for_each(|table| terminal.note(table));
        draft.texts
    };
    for relative in texts.keys() {
        init::refuse_existing(&target.folder.join(relative)).map_err(Error::invalid)?;
    }
    fs::create_dir_all(&target.folder).map_err(Error::io(Action::Create, &target.folder))?;
    let mut outputs = Outputs::new(terminal);
    for (path, relative) in target.copied.iter().filter(|_| !arguments.model) {
        let mut input = file::open(path).map_err(Error::io(Action::Read, path))?;
        outputs.add(&target.folder.join(relative), |out| io::copy(&mut input, out).map(drop))?;
    }
    for (relative, text) in &texts {
        outputs.add(&target.folder.join(relative), |out| out.write_all(text.as_bytes()))?;
    }
    outputs.replace()?;
    let folder = target.folder.display();
    let written: Vec<String> = texts.keys().map(|name| format!("`{name}`")).collect();
    terminal.note(&format!("{} written to {folder}", written.join(", ")));
    check(&target.folder, terminal)
}

/// Wrong files are errors; what is wrong in their rows is a finding about data.
fn failure(faults: Findings) -> Error {
    let of_files = [
        codes::MISSING_FILE,
        codes::UNREADABLE_FILE,
        codes::EMPTY_TABLE,
        codes::EMPTY_PACK,
        codes::NOT_A_PACK,
        codes::UNKNOWN_COLUMN,
    ];
    let is_of_files = faults.iter().any(|fault| of_files.contains(&&*fault.code));
    match is_of_files {
        true => Error::Invalid(Box::new(faults)),
        false => Error::Findings(Box::new(faults)),
    }
}

/// Builds the pack and runs all checks on it.
fn check(folder: &Path, terminal: &Terminal) -> Result<bool> {
    let examined = pipeline::examine(&Pack::open(folder)?, &Limits::default())?;
    terminal.print(&examined.findings);
    let n_violations = examined.n_violations();
    let n_triples = examined.built.as_ref().map_or(0, |(_, summary)| summary.n_mapped as u64);
    terminal.note(&format!("{}, {}", counted(n_triples, "triple"), counted(n_violations, "violation")));
    let folder = folder.display();
    if n_violations == 0 {
        terminal.note("Next:");
        for next in [
            format!("chart org --pack {folder} -o chart.svg"),
            format!("query --list --pack {folder}"),
            format!("build {folder}"),
        ] {
            terminal.note(&format!("  civigraph {next}"));
        }
    }
    Ok(n_violations == 0)
}

/// The name of a pack: that of its folder.
fn name_of(folder: &Path) -> String {
    let real = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    real.file_name().map_or_else(|| "pack".to_owned(), |name| name.to_string_lossy().into_owned())
}
