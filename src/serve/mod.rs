//! The graph over HTTP: the SPARQL 1.1 Protocol, reads of the Graph Store HTTP Protocol, and linked data.
//!
//! The process that listens answers a query of a few triple patterns itself, if a known, small number of steps is
//! enough. It passes each other request on to a worker, a process of the same program that has the snapshot mapped,
//! and hands the answer on as it comes. A worker that is over its limit is ended; no query can keep the others from
//! their answers. A request that runs long moves to places of its own and gives way on the processor.
//!
//! ```text
//! connection ▶ routes ▶ protocol, parameters ▶ exchange ▶ pool ▶ process ═ frames ═ worker ▶ answer
//!                              ▲  │ body, access ◀────┘                                  ▶ thing, pages, description
//!                              └short
//! ```

mod access;
mod answer;
mod body;
mod connection;
mod description;
mod exchange;
mod frame;
mod media;
mod message;
mod metrics;
mod negotiate;
mod pages;
mod parameters;
mod pool;
mod problem;
mod process;
mod protocol;
mod remembered;
mod reply;
mod routes;
mod server;
mod settings;
mod short;
mod sitemap;
mod snapshot;
mod thing;
mod worker;

use crate::finding::Findings;

pub use process::WORKER_COMMAND;
pub use server::{Running, start};
pub use settings::{
    AccessLog, GRACE, LONGEST_ADDRESS, LONGEST_BODY, MOST_CONNECTIONS, MOST_WAITING, PageMatter, ServerSettings,
};
pub use snapshot::{RenewMatter, Served};
pub use worker::work_for_server;

/// What a server tells whoever started it.
#[derive(Debug)]
pub enum Event {
    /// A request, as a line of the access log.
    Access(String),
    /// What it does.
    Note(String),
    /// What is wrong, though it goes on.
    Warning(Findings),
}
