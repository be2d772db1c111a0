//! A timeline on a page: a list by year, in columns that fill the page, with a mark for what is done, goes
//! on or is planned.

mod list;
mod mark;

pub(in crate::chart) use list::{draw, mark_of};
pub use mark::MarkShape;
