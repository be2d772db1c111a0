//! An assistant's door: the Model Context Protocol over standard input and output, with tools that search, show, ask
//! and connect.
//!
//! The process that speaks the protocol never evaluates. It passes each call on to a worker, a process of the same
//! program, which is ended at the limits and where a call is cancelled: no query can keep the others from their
//! answers. An answer that is not whole says so.
//!
//! ```text
//! standard input ▶ server ▶ pool ═ lines ═ worker ▶ answer ▶ rows, call
//!                    └ tools, instructions
//! ```

mod answer;
mod call;
mod instructions;
mod pool;
mod rows;
mod schema;
mod server;
mod setup;
mod tools;
mod worker;

pub use pool::AT_ONCE;
pub use server::serve;
pub use setup::{AssistantSettings, OpenedGraph};
pub use worker::{WORKER_COMMAND, work_for_assistant};
