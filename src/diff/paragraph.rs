//! The paragraph that a newspaper would print, from templates. Every number in it is that of changes
//! which are listed.

use super::change::{Change, ChangeKind, Difference, Named};

/// A number of the paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParagraphNumber {
    /// The number.
    pub number: usize,
    /// The kind of change that is counted.
    pub kind: ChangeKind,
    /// The changes, by their places in [`Difference::changes`].
    pub members: Vec<usize>,
}

/// The paragraph, and the numbers in it in their order.
pub fn paragraph(difference: &Difference) -> (String, Vec<ParagraphNumber>) {
    let [old, new] = &difference.editions;
    if difference.is_empty() {
        return (format!("{new} says the same as {old}."), Vec::new());
    }
    // Of websites, events and codes only if there is nothing else.
    let all: Vec<(usize, &Change)> = difference.changes.iter().enumerate().collect();
    let main: Vec<(usize, &Change)> = all.iter().copied().filter(|(_, change)| !change.is_aside).collect();
    let counted = if main.is_empty() { all } else { main };
    let mut numbers = Vec::new();
    let mut sentences = Vec::new();
    for kinds in SENTENCES {
        let mut clauses = Vec::new();
        for (kind, one, many) in *kinds {
            let members: Vec<usize> =
                counted.iter().filter(|(_, change)| change.kind == *kind).map(|(index, _)| *index).collect();
            if members.is_empty() {
                continue;
            }
            let first = &difference.changes[members[0]];
            let words = if members.len() == 1 { one } else { many };
            let mut clause = words.replace("{n}", &members.len().to_string());
            if let Some(example) = example(first) {
                clause.push_str(if members.len() == 1 { ": " } else { ", such as " });
                clause.push_str(&example);
            }
            clauses.push(clause);
            numbers.push(ParagraphNumber { number: members.len(), kind: *kind, members });
        }
        if let Some(mut sentence) = (!clauses.is_empty()).then(|| clauses.join("; ")) {
            if let Some(first) = sentence.chars().next() {
                sentence.replace_range(..first.len_utf8(), &first.to_uppercase().to_string());
            }
            sentences.push(format!("{sentence}."));
        }
    }
    (format!("From {old} to {new}: {}", sentences.join(" ")), numbers)
}

/// What a sentence tells: each kind of change in the singular and the plural.
type Clauses = &'static [(ChangeKind, &'static str, &'static str)];

const SENTENCES: &[Clauses] = &[
    &[
        (ChangeKind::New, "{n} thing is new", "{n} things are new"),
        (ChangeKind::Closed, "{n} thing has ended", "{n} things have ended"),
        (ChangeKind::Gone, "{n} thing is no longer named", "{n} things are no longer named"),
    ],
    &[
        (ChangeKind::Renamed, "{n} thing has another name", "{n} things have other names"),
        (ChangeKind::Reidentified, "{n} has another identifier", "{n} have other identifiers"),
        (ChangeKind::Moved, "{n} moved", "{n} moved"),
        (ChangeKind::Merged, "there was {n} merger", "there were {n} mergers"),
        (ChangeKind::Divided, "{n} was divided", "{n} were divided"),
        (ChangeKind::Succeeded, "{n} was succeeded by another", "{n} were succeeded by others"),
        (ChangeKind::Status, "{n} has another status", "{n} have another status"),
        (ChangeKind::Kind, "{n} is of another kind", "{n} are of another kind"),
        (ChangeKind::Reused, "{n} identifier stands for something else", "{n} identifiers stand for something else"),
    ],
    &[
        (ChangeKind::CarriedOut, "{n} plan was carried out", "{n} plans were carried out"),
        (ChangeKind::Begun, "{n} relation is new", "{n} relations are new"),
        (ChangeKind::Planned, "{n} is newly planned", "{n} are newly planned"),
        (ChangeKind::Ended, "{n} relation has ended", "{n} relations have ended"),
        (ChangeKind::Dropped, "{n} relation is no longer stated", "{n} relations are no longer stated"),
        (ChangeKind::RelationStatus, "{n} has another status", "{n} have another status"),
        (ChangeKind::Qualified, "{n} is stated otherwise", "{n} are stated otherwise"),
    ],
    &[
        (ChangeKind::FigureRevised, "{n} figure changed", "{n} figures changed"),
        (ChangeKind::FigureNew, "{n} figure is new", "{n} figures are new"),
        (ChangeKind::FigureGone, "{n} figure is no longer given", "{n} figures are no longer given"),
    ],
    &[
        (ChangeKind::NameNew, "{n} further name is given", "{n} further names are given"),
        (ChangeKind::NameGone, "{n} name is no longer given", "{n} names are no longer given"),
        (ChangeKind::Property, "{n} other property changed", "{n} other properties changed"),
        (ChangeKind::Evidence, "{n} statement is backed by other places", "{n} statements are backed by other places"),
        (ChangeKind::Other, "{n} statement differs otherwise", "{n} statements differ otherwise"),
    ],
];

/// A change in a few words, as an example of its kind.
fn example(change: &Change) -> Option<String> {
    let labels =
        |all: &[std::sync::Arc<Named>]| all.iter().map(|named| named.label.as_str()).collect::<Vec<_>>().join(", ");
    let (subject, before, after) = (&change.subject.label, labels(&change.before), labels(&change.after));
    Some(match change.kind {
        ChangeKind::New | ChangeKind::Closed | ChangeKind::Gone | ChangeKind::Status | ChangeKind::Kind => {
            subject.clone()
        }
        ChangeKind::Renamed => format!("{before} is now {after}"),
        ChangeKind::Moved => format!("{subject} from {before} to {after}"),
        ChangeKind::Merged => format!("{before} into {after}"),
        ChangeKind::Divided => format!("{before} into {after}"),
        ChangeKind::Succeeded => format!("{before} by {after}"),
        ChangeKind::Begun
        | ChangeKind::Planned
        | ChangeKind::CarriedOut
        | ChangeKind::Ended
        | ChangeKind::Dropped
        | ChangeKind::RelationStatus => {
            format!("{subject} – {} – {}", change.relation.as_ref()?.label, change.object.as_ref()?.label)
        }
        ChangeKind::FigureRevised => {
            format!("{} of {subject} from {before} to {after}", change.relation.as_ref()?.label)
        }
        _ => return None,
    })
}
