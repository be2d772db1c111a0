//! `civigraph serve`

use std::path::Path;
use std::sync::Arc;
use std::thread;

use anyhow::Result;

use super::args::ServeArguments;
use super::terminal::Terminal;
use super::{diff, knowledge, since};
use crate::error::{Action, Error};
use crate::file;
use crate::finding::{Finding, codes, utf8};
use crate::page::{EditionChanges, QuotedSource};
use crate::pipeline::{self, Knowledge};
use crate::serve::{self, AccessLog, Event, PageMatter, Served, ServerSettings};
use crate::work;

/// The variable that has the token.
const TOKEN: &str = "CIVIGRAPH_TOKEN";

pub(super) fn run(arguments: &ServeArguments, terminal: &Terminal) -> Result<bool> {
    let knowledge = knowledge::open(&arguments.source, terminal)?;
    let old = match &arguments.since {
        Some(old) => Some(diff::side(old, &arguments.source, terminal)?),
        None => None,
    };
    let changes = match &old {
        Some(old) => Some(since::told(old, &knowledge, terminal)?),
        None => None,
    };
    let matter = PageMatter { questions: knowledge.questions.own(), changes };
    let mut texts = Vec::new();
    for path in &arguments.text {
        let bytes = file::read(path).map_err(Error::io(Action::Read, path))?;
        let name = path.display().to_string();
        QuotedSource::read(&knowledge.graph, &name, &bytes)?;
        texts.push((name, bytes));
    }
    let served = match knowledge::store(&arguments.source) {
        Some(folder) => {
            // It is opened again by those who need it, and may be replaced meanwhile.
            drop(knowledge);
            let renewed = folder.clone();
            Served::Store(folder, Arc::new(move || renew(&renewed, old.as_ref())))
        }
        None => Served::Graph(Box::new(knowledge)),
    };
    let processors = thread::available_parallelism().map_or(2, usize::from);
    let workers = arguments.workers.map_or((2 * processors).min(64), usize::from);
    let share = || work::memory_limit().map_or(1 << 30, |limit| limit / (2 * workers as u64));
    let settings = ServerSettings {
        bind: arguments.bind,
        public_url: arguments.public_url.clone(),
        timeout: arguments.timeout.0,
        memory: arguments.memory.map_or_else(share, |memory| memory.0),
        rows: arguments.max_rows.0,
        workers,
        token: token(arguments.token_file.as_deref())?,
        matter,
        texts,
        access_log: match arguments.access_log.as_deref() {
            None => AccessLog::Nowhere,
            Some(path) if path == Path::new("-") => AccessLog::Events,
            Some(path) => AccessLog::File(path.to_owned()),
        },
    };
    if !arguments.bind.ip().is_loopback() && settings.token.is_none() {
        terminal.note(&format!("note: whoever reaches {} can read the graph; {TOKEN} sets a token", arguments.bind));
    }
    let program = std::env::current_exe().map_err(Error::io(Action::Read, "the program"))?;
    let server = serve::start(served, settings, program)?;
    terminal.line_out(&server.url)?;
    for event in &server.events {
        match event {
            Event::Access(line) => terminal.line_out(&line)?,
            Event::Note(text) => terminal.note(&text),
            Event::Warning(findings) => terminal.print(&findings),
        }
    }
    server.join();
    Ok(true)
}

/// What goes with a snapshot that has taken the place of another.
fn renew(folder: &Path, old: Option<&Knowledge>) -> crate::error::Result<PageMatter> {
    let knowledge = pipeline::open(folder)?;
    let changes = match old {
        Some(old) => Some(EditionChanges::of(&since::difference(old, &knowledge)?)),
        None => None,
    };
    Ok(PageMatter { questions: knowledge.questions.own(), changes })
}

fn token(file: Option<&Path>) -> Result<Option<String>> {
    let token = match file {
        Some(path) => {
            let bytes = file::read(path).map_err(Error::io(Action::Read, path))?;
            Some(utf8(&path.display().to_string(), bytes).map_err(Error::invalid)?)
        }
        None => std::env::var(TOKEN).ok(),
    };
    let token = token.map(|token| token.trim().to_owned());
    if token.as_ref().is_some_and(String::is_empty) {
        let message = "the token is empty, so that every request would have it";
        let hint = format!("write one into the file, or unset {TOKEN}");
        return Err(Error::invalid(Finding::error(codes::NO_TOKEN, message).hint(hint)).into());
    }
    Ok(token)
}
