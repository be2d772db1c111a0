//! What the server is told, and what it and its workers send each other: a line of JSON each.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::finding::Findings;
use crate::pipeline::{self, Knowledge};
use crate::report::{self, ReportFormat};

/// Where workers find the graph.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum OpenedGraph {
    /// In the program.
    Embedded,
    /// In the snapshot of this folder, which may be replaced by another.
    Store(PathBuf),
    /// In a snapshot that was written for them.
    Copy {
        /// Its folder.
        folder: PathBuf,
        /// The folder of the pack that it was made from.
        pack: Option<PathBuf>,
        /// Whether it was made from RDF files.
        is_of_data: bool,
    },
}

impl OpenedGraph {
    /// Opens it.
    pub(super) fn open(&self) -> Result<Knowledge> {
        match self {
            Self::Embedded => pipeline::embedded(),
            Self::Store(folder) => pipeline::open(folder),
            Self::Copy { folder, pack, is_of_data } => pipeline::open_copy(folder, pack.as_deref(), *is_of_data),
        }
    }
}

/// How the server works.
#[derive(Debug, Clone)]
pub struct AssistantSettings {
    /// The time limit of each call.
    pub timeout: Option<Duration>,
    /// The most memory that a call may use, in bytes.
    pub memory: u64,
    /// The most rows or triples that a query may find.
    pub rows: u64,
    /// The program, of which workers are made.
    pub program: PathBuf,
}

/// How a worker works.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct WorkerSetup {
    pub graph: OpenedGraph,
    pub timeout: Option<Duration>,
    pub memory: u64,
    pub rows: u64,
}

/// A call of a tool.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ToolCall {
    /// The name of the tool.
    pub tool: String,
    /// Its arguments.
    pub arguments: Map<String, Value>,
}

/// What a worker says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum WorkerLine {
    /// It has opened the graph.
    Ready,
    /// It cannot open the graph.
    Unfit(ToolFailure),
    /// An answer.
    Answer(ToolAnswer),
    /// A call has no answer; the second says whether the worker is of no use any more.
    Failure(ToolFailure, bool),
}

/// An answer, in two forms that say the same.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ToolAnswer {
    /// As text.
    pub text: String,
    /// As JSON.
    pub structured: Value,
}

impl ToolAnswer {
    /// An answer of which the text is the JSON.
    pub fn of(structured: Value) -> Self {
        Self { text: structured.to_string(), structured }
    }
}

/// Why a call has no answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ToolFailure {
    /// The findings as the terminal shows them.
    pub text: String,
    /// The same as JSON.
    pub findings: Value,
}

impl From<&Findings> for ToolFailure {
    fn from(findings: &Findings) -> Self {
        let written = |format: ReportFormat| {
            let mut written = Vec::new();
            // Writing to memory cannot fail.
            let _ = report::write_findings(format, findings, &mut written);
            String::from_utf8_lossy(&written).into_owned()
        };
        let text = anstream::adapter::strip_str(&written(ReportFormat::Text)).to_string().trim_end().to_owned();
        let json: Value = serde_json::from_str(&written(ReportFormat::Json)).unwrap_or_default();
        Self { text, findings: json["findings"].clone() }
    }
}

/// The findings of an error; an error without them is one.
pub(super) fn findings_of(error: Error) -> Findings {
    match error {
        Error::Invalid(findings) | Error::Findings(findings) => *findings,
        error => {
            let code = error.code().unwrap_or(crate::finding::codes::SPARQL_EVALUATION);
            crate::finding::Finding::error(code, error.to_string()).into()
        }
    }
}
