//! A timeline on a page: a card for each dated statement below its time on a
//! true-to-scale axis, in lanes.

mod axis;
mod draw;

pub(in crate::chart) use draw::draw;
