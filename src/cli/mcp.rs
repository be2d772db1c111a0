//! `civigraph mcp`

use anyhow::Result;

use super::args::McpArguments;
use super::knowledge;
use super::terminal::Terminal;
use crate::error::{Action, Error};
use crate::file;
use crate::mcp::{self, AssistantSettings, OpenedGraph};
use crate::pipeline::{self, Knowledge};
use crate::work;

pub(super) fn run(arguments: &McpArguments, terminal: &Terminal) -> Result<bool> {
    let source = &arguments.source;
    let knowledge = knowledge::open(source, terminal)?;
    // Gone when this returns.
    let folder = file::temporary_folder().map_err(Error::io(Action::Create, std::env::temp_dir()))?;
    let graph = match knowledge::store(source) {
        Some(folder) => OpenedGraph::Store(folder),
        None if source.pack.is_none() && source.data.data.is_empty() => OpenedGraph::Embedded,
        None => copy(&knowledge, arguments, folder.path())?,
    };
    let memory = arguments
        .memory
        .map_or_else(|| work::memory_limit().map_or(1 << 30, |limit| limit / mcp::AT_ONCE as u64), |memory| memory.0);
    let program = std::env::current_exe().map_err(Error::io(Action::Read, "the program"))?;
    let settings = AssistantSettings { timeout: arguments.timeout.0, memory, rows: arguments.max_rows.0, program };
    mcp::serve(knowledge, graph, settings)?;
    Ok(true)
}

/// A snapshot for those who need the graph again and again, so that it is built once.
fn copy(knowledge: &Knowledge, arguments: &McpArguments, folder: &std::path::Path) -> Result<OpenedGraph> {
    pipeline::save_copy(knowledge, folder)?;
    let is_of_data = knowledge.is_of_data;
    Ok(OpenedGraph::Copy { folder: folder.to_owned(), pack: arguments.source.pack.clone(), is_of_data })
}

/// `civigraph mcp-worker`
pub(super) fn work(terminal: &Terminal) -> Result<bool> {
    mcp::work_for_assistant(&|line| {
        terminal.write(None, |out| {
            out.write_all(line.as_bytes())?;
            out.write_all(b"\n")
        })
    })?;
    Ok(true)
}
