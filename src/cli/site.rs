//! `civigraph site`

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;

use super::args::SiteArguments;
use super::findings::counted;
use super::terminal::Terminal;
use super::{diff, knowledge, since};
use crate::error::{Action, Error};
use crate::file::{self, HeldFiles};
use crate::finding::{Finding, codes};
use crate::page::{FileAddresses, QuotedSource, SITE_MARK, Site, SitePlace, write_site};

pub(super) fn run(arguments: &SiteArguments, terminal: &Terminal) -> Result<bool> {
    let folder = arguments.output.as_path();
    let earlier = earlier(folder)?;
    let knowledge = knowledge::open(&arguments.source, terminal)?;
    let changes = match &arguments.since {
        Some(old) => Some(since::told(&diff::side(old, &arguments.source, terminal)?, &knowledge, terminal)?),
        None => None,
    };
    let graph = knowledge.graph;
    let mut texts = Vec::new();
    for path in &arguments.text {
        let bytes = file::read(path).map_err(Error::io(Action::Read, path))?;
        texts.push(QuotedSource::read(&graph, &path.display().to_string(), &bytes)?);
    }
    let mut site = Site::new(
        graph,
        knowledge.edition.to_string(),
        knowledge.languages,
        knowledge.questions,
        SitePlace::Files(FileAddresses::default()),
    );
    site.texts = texts;
    site.changes = changes;
    site.checks = knowledge.checks;
    let things = site.things();
    let n_things = things.len() as u64;
    site.place = SitePlace::Files(FileAddresses::of(&site.graph, &things, arguments.base.clone())?);
    let mut held = HeldFiles::new(folder).map_err(Error::io(Action::Create, folder))?;
    let mut n_files = 0;
    write_site(&site, &mut |written| {
        n_files += 1;
        held.add(written.path, &written.bytes).map_err(Error::io(Action::Write, folder))
    })?;
    if let Some(foreign) = held.foreign(&earlier) {
        return Err(taken(&foreign.0).into());
    }
    let change = held.put(&earlier).map_err(|(path, error)| Error::io(Action::Write, path)(error))?;
    let removed = if change.n_removed > 0 { format!(", {} removed", change.n_removed) } else { String::new() };
    let same = if change.n_same > 0 { format!(", {} unchanged", change.n_same) } else { String::new() };
    terminal.note(&format!(
        "{} about {} in `{}`{same}{removed}; open `{}`",
        counted(n_files, "file"),
        counted(n_things, "thing"),
        folder.display(),
        folder.join("index.html").display()
    ));
    Ok(true)
}

/// The files of the site that is there; a folder with other files is not used.
fn earlier(folder: &Path) -> Result<BTreeSet<String>, Error> {
    let mark = folder.join(SITE_MARK);
    if mark.symlink_metadata().is_ok() {
        let bytes = file::read(&mark).map_err(Error::io(Action::Read, &mark))?;
        let mut listed: BTreeSet<String> = String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect();
        listed.insert(SITE_MARK.to_owned());
        return Ok(listed);
    }
    if folder.is_dir() {
        let entries = std::fs::read_dir(folder).map_err(Error::io(Action::Read, folder))?;
        // Hidden files are those of other programs, such as `.git`.
        let mut names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
        names.retain(|name| !name.to_string_lossy().starts_with('.'));
        names.sort();
        if let Some(name) = names.first() {
            return Err(taken(&folder.join(name)));
        }
    } else if folder.symlink_metadata().is_ok() {
        return Err(taken(folder));
    }
    Ok(BTreeSet::new())
}

fn taken(path: &Path) -> Error {
    let message = format!("`{}` is there, and no earlier site has written it", path.display());
    let hint = "name an empty folder, a new one, or that of an earlier site".to_owned();
    Error::invalid(Finding::error(codes::EXISTING_FILE, message).hint(hint))
}
