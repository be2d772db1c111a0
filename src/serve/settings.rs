//! How a server works.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::page::EditionChanges;

/// What serves, and its limits.
#[derive(Debug, Clone)]
pub struct ServerSettings {
    /// Where it listens.
    pub bind: SocketAddr,
    /// Where it is for those outside, without a slash at the end; otherwise where it listens.
    pub public_url: Option<String>,
    /// The longest time of a query.
    pub timeout: Option<Duration>,
    /// The most memory of a worker, in bytes.
    pub memory: u64,
    /// The most rows or triples of an answer.
    pub rows: u64,
    /// How many queries run at the same time; as many more may run long.
    pub workers: usize,
    /// What a request must know, if it must.
    pub token: Option<String>,
    /// Where requests are recorded.
    pub access_log: AccessLog,
    /// What goes with the snapshot.
    pub matter: PageMatter,
    /// The reader's own copies of sources: the names of their files, and what is in them.
    pub texts: Vec<(String, Vec<u8>)>,
}

/// What pages have beside the graph.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageMatter {
    /// The questions of the pack's own: their files and texts.
    pub questions: Vec<(String, String)>,
    /// What changed since an earlier edition, if that is told.
    pub changes: Option<EditionChanges>,
}

/// Where requests are recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum AccessLog {
    /// Nowhere.
    #[default]
    Nowhere,
    /// As events of the server.
    Events,
    /// In a file, to which lines are added.
    File(PathBuf),
}

/// The longest address of a request, in bytes.
pub const LONGEST_ADDRESS: usize = 32 * 1024;
/// The longest body of a request, in bytes.
pub const LONGEST_BODY: usize = 10 * 1024 * 1024;
/// How many requests wait for a worker; further ones are refused.
pub const MOST_WAITING: usize = 256;
/// How many connections are open at the same time; further ones are closed.
pub const MOST_CONNECTIONS: usize = 1024;
/// How long a request may wait for a worker.
pub const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// How long head or body of a request may take to come, and how long a client may take none of an answer.
pub const LONGEST_SILENCE: Duration = Duration::from_secs(30);
/// The bytes that a client must take of an answer in each second, on the whole.
pub const SLOWEST: u64 = 32 * 1024;
/// How long requests go on after the server was asked to end.
pub const GRACE: Duration = Duration::from_secs(10);
