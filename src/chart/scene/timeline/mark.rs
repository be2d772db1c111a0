//! The mark before a dated statement: whether it is done, goes on, or is not there yet.

use crate::chart::scene::Frame;
use crate::chart::scene::theme::Role;
use crate::network::Status;

/// What a mark says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkShape {
    /// It is done, or nothing else is said: a disc.
    Done,
    /// It goes on: a ring around a point.
    Ongoing,
    /// It is not there yet: a ring.
    Planned,
    /// It has ended: a small disc.
    Ended,
}

impl MarkShape {
    /// The mark of a status.
    pub(in crate::chart) fn of(status: Option<&Status>) -> Self {
        match status {
            None => Self::Done,
            Some(status) if status.is_done() => Self::Done,
            Some(status) if status.has_ended() => Self::Ended,
            Some(status) if status.holds() => Self::Ongoing,
            Some(_) => Self::Planned,
        }
    }

    /// The discs that it consists of, the largest first, within a square frame.
    pub(in crate::chart) fn discs(self, frame: Frame, colour: Role) -> Vec<(Frame, Role)> {
        let within = |part: f64| {
            let side = frame.width * part;
            let edge = (frame.width - side) / 2.0;
            Frame { x: frame.x + edge, y: frame.y + edge, width: side, height: side }
        };
        match self {
            Self::Done => vec![(within(1.0), colour)],
            Self::Ongoing => vec![(within(1.0), colour), (within(0.72), Role::Ground), (within(0.4), colour)],
            Self::Planned => vec![(within(1.0), colour), (within(0.72), Role::Ground)],
            Self::Ended => vec![(within(0.5), colour)],
        }
    }
}
