//! Checks and shapes that a pack silences or makes milder, each with the reason why.

use super::node::{DescriptorNode, Members, Unknown};
use crate::finding::{Findings, Place, Severity};

/// A check or shape whose findings are not as severe in this pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// What it is about.
    pub rule: Excepted,
    /// The severity that its findings have instead; `None` if they are not reported.
    pub severity: Option<Severity>,
    /// Why.
    pub reason: String,
    /// Where the descriptor says so.
    pub place: Place,
}

/// What an exception is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Excepted {
    /// The check with this code.
    Check(String),
    /// The shape with this prefixed name or IRI.
    Shape(String),
}

impl Excepted {
    /// The check or shape, for messages.
    pub fn words(&self) -> String {
        match self {
            Self::Check(code) => format!("the check `{code}`"),
            Self::Shape(shape) => format!("the shape `{shape}`"),
        }
    }
}

/// Reads an element of `exceptions`.
pub(super) fn read(node: DescriptorNode<'_>, findings: &mut Findings) -> Option<Exception> {
    let mut members = Members::of(node, "an exception", findings)?;
    let rule = match (members.text("check", findings), members.text("shape", findings)) {
        (Some(code), None) => Some(Excepted::Check(code)),
        (None, Some(shape)) => Some(Excepted::Shape(shape)),
        _ => {
            findings.push(members.node.fault("an exception must have either a `check` or a `shape`"));
            None
        }
    };
    let severity = match members.text("severity", findings).as_deref() {
        Some("none") => Some(None),
        Some("info") => Some(Some(Severity::Info)),
        Some("warning") => Some(Some(Severity::Warning)),
        found => {
            let hint = "it is `warning`, `info`, or `none` to report nothing".to_owned();
            let node = members.get("severity").unwrap_or_else(|| members.node.clone());
            let message = match found {
                Some(found) => format!("the severity of an exception cannot be `{found}`"),
                None => "an exception must have a `severity`".to_owned(),
            };
            findings.push(node.fault(message).hint(hint));
            None
        }
    };
    let reason = members.text("reason", findings).filter(|reason| !reason.trim().is_empty());
    if reason.is_none() {
        let hint = "the reason is reported by `validate`".to_owned();
        findings.push(members.node.fault("an exception must have a `reason`").hint(hint));
    }
    let place = members.node.place();
    members.finish(Unknown::Refused, findings);
    Some(Exception { rule: rule?, severity: severity?, reason: reason?, place })
}
