//! What is asked of a worker, and how an answer begins.

use serde::{Deserialize, Serialize};

use crate::page::EditionChanges;

/// How a worker works.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Setup {
    /// The most memory that it may hold, in bytes.
    pub memory: u64,
    /// The most rows or triples of an answer.
    pub rows: u64,
    /// Where the server is for those outside, if that was said.
    pub public_url: Option<String>,
    /// Whether the whole snapshot is read first.
    pub verify: bool,
    /// The questions of the pack's own: their files and texts.
    pub questions: Vec<(String, String)>,
    /// What changed since an earlier edition, if that is told.
    pub changes: Option<EditionChanges>,
    /// The reader's own copies of sources: the names of their files, and what is in them.
    pub texts: Vec<(String, Vec<u8>)>,
}

/// What a worker has opened.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct OpenedSnapshot {
    /// The digest of the snapshot.
    pub digest: String,
    /// Its title and version.
    pub title: String,
    /// How many triples it has.
    pub n_triples: usize,
}

/// A request to a worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Request {
    /// What is asked for.
    pub task: Task,
    /// The header `Accept`.
    pub accept: String,
    /// The values of the parameter `format`, which go before it.
    pub formats: Vec<String>,
    /// Where the server is, without a slash at the end.
    pub base: String,
    /// The language of pages, if one is asked for.
    pub language: Option<String>,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Task {
    /// The answer to a query.
    Query {
        /// Its text.
        text: String,
        /// What `default-graph-uri` says.
        default_graphs: Vec<String>,
        /// What `named-graph-uri` says.
        named_graphs: Vec<String>,
    },
    /// The description of the SPARQL service.
    Service,
    /// The description of the data.
    Dataset,
    /// The triples of a named graph, or of the default graph.
    Graph(Option<String>),
    /// What is at the path of an IRI, which may have the extension of a format.
    Path(String),
    /// What the graph says of an IRI.
    Thing(String),
    /// A page, whose path and parameters are these.
    Page {
        /// Its path.
        path: String,
        /// Its parameters, in their order.
        parameters: Vec<(String, String)>,
    },
    /// The addresses of all things, or the part of them with this number.
    Sitemap(Option<usize>),
}

impl Task {
    /// Its name in metrics.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Query { .. } => "query",
            Self::Service => "service",
            Self::Dataset => "dataset",
            Self::Graph(_) => "graph",
            Self::Path(_) | Self::Thing(_) => "thing",
            Self::Page { .. } => "page",
            Self::Sitemap(_) => "sitemap",
        }
    }
}

/// How an answer begins.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    /// The HTTP status.
    pub status: u16,
    /// The media type of the body.
    pub media: String,
    /// Further headers.
    pub headers: Vec<(String, String)>,
    /// Whether the same request has the same answer while the snapshot is the same.
    pub is_stable: bool,
    /// The code of the finding, if it is not what was asked for.
    pub code: Option<String>,
}
