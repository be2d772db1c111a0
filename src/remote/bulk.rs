//! Files for an engine's own loader: one or more for each graph, and the commands that load them.

use std::fs;
use std::path::{Path, PathBuf};

use super::publication::PUBLICATION;
use super::publish::SentGraph;
use super::{EngineProfile, Publication};
use crate::error::{Action, Error, Result};
use crate::file;
use crate::finding::{Finding, codes};
use crate::graph::{Graph, local_name};
use crate::progress::{self, Unit};

/// The triples of a file, so that an engine can load several at a time.
const MOST_IN_A_FILE: usize = 2_000_000;

/// Files that were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkFiles {
    /// The files, each with the graph that it is for.
    pub files: Vec<(PathBuf, String)>,
    /// The triples in all files.
    pub n_triples: u64,
    /// The commands that load them, as lines.
    pub commands: Vec<String>,
}

/// Writes the graphs of a graph to a folder, for the engine of a profile: N-Triples where the engine
/// has to be told the graph of each file, otherwise N-Quads; with each triple in the default graph too
/// where that cannot be chosen.
///
/// # Errors
///
/// [`Error::Io`]; `existing-file` if the folder has files that would be loaded too.
pub fn bulk(folder: &Path, profile: &EngineProfile, graph: &Graph, mut publication: Publication) -> Result<BulkFiles> {
    let has_names = profile.engine.as_deref() != Some("Virtuoso");
    // Comunica 4 finds nothing by UNION among graphs after FROM, so that its default graph has to be the union itself.
    let is_doubled = profile.engine.as_deref() == Some("Comunica");
    let ending = if has_names { "nq" } else { "nt" };
    fs::create_dir_all(folder).map_err(Error::io(Action::Create, folder))?;
    refuse_others(folder)?;
    progress::begin("writing", Unit::Items, Some(graph.n_quads() as u64));
    let mut files = Vec::new();
    let mut n_triples = 0;
    for (index, sent) in SentGraph::all(graph).iter().enumerate() {
        let name = &sent.name;
        let file_name = safe(local_name(name.as_str()));
        let end = if has_names { format!("{name} .") } else { ".".to_owned() };
        let mut lines = sent.lines().peekable();
        let mut part = 0;
        while lines.peek().is_some() {
            part += 1;
            let path = folder.join(format!("{:03}-{file_name}-{part:03}.{ending}", index + 1));
            file::replace(&path, |out| {
                for line in lines.by_ref().take(MOST_IN_A_FILE) {
                    let statement = line.trim_end_matches('.');
                    writeln!(out, "{statement}{end}")?;
                    if is_doubled {
                        writeln!(out, "{statement}.")?;
                    }
                    n_triples += 1;
                    progress::advance(1);
                }
                Ok(())
            })
            .map_err(Error::io(Action::Write, &path))?;
            files.push((path, name.as_str().to_owned()));
        }
        publication.graphs.insert(name.as_str().to_owned(), sent.summed());
    }
    let path = folder.join(format!("000-publication.{ending}"));
    let line = publication.line();
    let end = if has_names { format!("{PUBLICATION} .") } else { ".".to_owned() };
    file::replace(&path, |out| writeln!(out, "{}{end}", line.trim_end_matches('.')))
        .map_err(Error::io(Action::Write, &path))?;
    files.insert(0, (path, PUBLICATION.as_str().to_owned()));
    let commands = commands(folder, profile, &files)?;
    Ok(BulkFiles { files, n_triples, commands })
}

/// Files of an earlier run would be loaded beside the new ones.
fn refuse_others(folder: &Path) -> Result<()> {
    let entries = fs::read_dir(folder).map_err(Error::io(Action::Read, folder))?;
    let mut others: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "nt" || ending == "nq"))
        .collect();
    others.sort();
    let Some(first) = others.first() else { return Ok(()) };
    let message = format!("`{}` is there already, and would be loaded with the new files", first.display());
    let hint = "name an empty folder".to_owned();
    Err(Error::invalid(Finding::error(codes::EXISTING_FILE, message).hint(hint)))
}

fn safe(name: &str) -> String {
    let safe = name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' });
    safe.take(60).collect()
}

/// A word of a shell.
fn quoted(path: &str) -> String {
    match path.chars().all(|c| c.is_ascii_alphanumeric() || "-_./*".contains(c)) {
        true => path.to_owned(),
        false => format!("'{}'", path.replace('\'', "'\\''")),
    }
}

fn commands(folder: &Path, profile: &EngineProfile, files: &[(PathBuf, String)]) -> Result<Vec<String>> {
    let absolute = fs::canonicalize(folder).map_err(Error::io(Action::Read, folder))?;
    let all = quoted(&folder.display().to_string());
    let text = |text: &str| text.replace('\'', "''");
    Ok(match profile.engine.as_deref() {
        Some("Virtuoso") => {
            let mut lines = vec!["-- in isql; the folder has to be in DirsAllowed of virtuoso.ini".to_owned()];
            lines.extend(files.iter().map(|(path, graph)| {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let folder = absolute.display().to_string();
                format!("ld_dir('{}', '{}', '{}');", text(&folder), text(&name), text(graph))
            }));
            lines.push("rdf_loader_run();".to_owned());
            lines.push("checkpoint;".to_owned());
            lines.push("select ll_file, ll_error from DB.DBA.load_list where ll_error is not null;".to_owned());
            lines
        }
        Some("Oxigraph") => vec![format!("oxigraph load --location DATA --file {all}/*.nq")],
        // Of several files it counts a triple twice that two of them have.
        Some("Comunica") => vec![format!("cat {all}/*.nq > all.nq"), "comunica-sparql-file-http all.nq".to_owned()],
        Some("QLever") => vec![
            "# in the Qleverfile, section [index]:".to_owned(),
            format!("# INPUT_FILES = {all}/*.nq"),
            format!("# CAT_INPUT_FILES = cat {all}/*.nq"),
            "qlever index --format nq".to_owned(),
        ],
        Some("Apache Jena Fuseki") => vec![format!("tdb2.tdbloader --loc DATA {all}/*.nq")],
        Some("GraphDB") => vec![format!("importrdf load -f -i REPOSITORY -m parallel {all}/*.nq")],
        _ => {
            let known = profile.bulk.as_deref().map(|known| known.replace("FILES", &format!("{all}/*.nq")));
            vec![known.unwrap_or_else(|| {
                "# see the manual of the engine; --profile NAME shows the command of one".to_owned()
            })]
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_plain_and_words_of_a_shell_are_quoted() {
        assert_eq!(safe("a/b 局?.x"), "a_b___.x");
        assert_eq!(quoted("out dir's"), "'out dir'\\''s'");
        assert_eq!(quoted("out/x"), "out/x");
    }
}
