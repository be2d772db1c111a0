//! The server over loopback.

mod asking;
pub mod client;
mod clients;
mod hostile;
mod limits;
mod linked_data;
mod protocol;
mod reload;
