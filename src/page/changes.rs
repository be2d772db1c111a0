//! What changed since an earlier edition: how much of each kind, and the first of them, in the words of `diff`.

use maud::{Markup, html};
use oxigraph::model::NamedNode;
use serde::{Deserialize, Serialize};

use super::reading::Page;
use crate::diff::{Change, ChangeKind, Difference, Named};
use crate::error::Result;
use crate::graph::group_digits;

/// The most changes of a kind that are told one by one.
const MOST_OF_KIND: usize = 3;

/// The most changes that are told one by one.
const MOST_TOLD: usize = 24;

/// The kinds of changes, the most important first, with the word for each.
const KINDS: [(ChangeKind, &str); 26] = [
    (ChangeKind::New, "change-new"),
    (ChangeKind::Gone, "change-gone"),
    (ChangeKind::Closed, "change-closed"),
    (ChangeKind::Renamed, "change-renamed"),
    (ChangeKind::Moved, "change-moved"),
    (ChangeKind::Merged, "change-merged"),
    (ChangeKind::Divided, "change-divided"),
    (ChangeKind::Succeeded, "change-succeeded"),
    (ChangeKind::CarriedOut, "change-carried-out"),
    (ChangeKind::Planned, "change-planned"),
    (ChangeKind::Begun, "change-begun"),
    (ChangeKind::Ended, "change-ended"),
    (ChangeKind::Dropped, "change-dropped"),
    (ChangeKind::FigureRevised, "change-figure-revised"),
    (ChangeKind::FigureNew, "change-figure-new"),
    (ChangeKind::FigureGone, "change-figure-gone"),
    (ChangeKind::Status, "change-status"),
    (ChangeKind::RelationStatus, "change-relation-status"),
    (ChangeKind::Kind, "change-kind"),
    (ChangeKind::Reidentified, "change-reidentified"),
    (ChangeKind::Reused, "change-reused"),
    (ChangeKind::Qualified, "change-qualified"),
    (ChangeKind::NameNew, "change-name-new"),
    (ChangeKind::NameGone, "change-name-gone"),
    (ChangeKind::Property, "change-property"),
    (ChangeKind::Other, "change-other"),
];

/// What changed since an earlier edition, as plain values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionChanges {
    /// The title and version of the earlier edition.
    since: String,
    /// How many changes there are of each kind, and the first of them.
    kinds: Vec<ToldKind>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ToldKind {
    /// The name of the kind, as in data.
    name: String,
    n: usize,
    told: Vec<ToldChange>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ToldChange {
    subject: ToldName,
    relation: Option<ToldName>,
    object: Option<ToldName>,
    before: Vec<ToldName>,
    after: Vec<ToldName>,
}

/// A label, and the IRI of what it is of; an empty one if it is a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ToldName(String, String);

impl From<&Named> for ToldName {
    fn from(named: &Named) -> Self {
        Self(named.label.clone(), named.iri.clone())
    }
}

impl EditionChanges {
    /// What is told of a difference. Of websites, events and codes something is told only if nothing else changed, as
    /// in the paragraph of `diff`.
    pub fn of(difference: &Difference) -> Self {
        let is_main = |change: &&Change| !change.is_aside;
        let are_others = difference.changes.iter().any(|change| is_main(&change));
        let mut n_told = 0;
        let mut kinds = Vec::new();
        for (kind, _) in KINDS {
            let changes: Vec<&Change> =
                difference.of_kind(kind).filter(|change| !are_others || is_main(change)).collect();
            if changes.is_empty() {
                continue;
            }
            let most = MOST_OF_KIND.min(MOST_TOLD - n_told);
            let told: Vec<ToldChange> = changes.iter().take(most).map(|change| told(change)).collect();
            n_told += told.len();
            kinds.push(ToldKind { name: kind.names().0.to_owned(), n: changes.len(), told });
        }
        Self { since: difference.editions[0].clone(), kinds }
    }
}

fn told(change: &Change) -> ToldChange {
    let name = |named: &std::sync::Arc<Named>| ToldName::from(&**named);
    ToldChange {
        subject: name(&change.subject),
        relation: change.relation.as_ref().map(name),
        object: change.object.as_ref().map(name),
        before: change.before.iter().map(name).collect(),
        after: change.after.iter().map(name).collect(),
    }
}

/// The part of the first page that tells them.
pub(super) fn section(page: &Page<'_>, changes: &EditionChanges) -> Result<Markup> {
    let of_name = |name: &str| KINDS.iter().find(|(kind, _)| kind.names().0 == name);
    let mut lists = Vec::new();
    for kind in &changes.kinds {
        // Another version of the program may know other kinds.
        let Some((known, word)) = of_name(&kind.name) else { continue };
        let mut lines = Vec::new();
        for change in &kind.told {
            lines.push(line(page, *known, change)?);
        }
        lists.push((page.word(word), known.sign(), kind.n, lines));
    }
    Ok(html! {
        section.changes {
            h2 { (page.word("what-changed")) }
            p { (page.word("changed-since")) (page.datum(&changes.since)) }
            @if lists.is_empty() { p { (page.word("nothing-changed")) } }
            div.pair {
                @for (heading, sign, n, lines) in &lists {
                    section {
                        h3 { (heading) " " span.count { (group_digits(&n.to_string())) } }
                        @if !lines.is_empty() {
                            ul.plain {
                                @for line in lines { li { span.sign aria-hidden="true" { (sign) } " " (line) } }
                                @if *n > lines.len() { li.remark { (page.interface.with("and-more", &(n - lines.len()).to_string())) } }
                            }
                        }
                    }
                }
            }
        }
    })
}

/// A change, with links to what is there.
fn line(page: &Page<'_>, kind: ChangeKind, change: &ToldChange) -> Result<Markup> {
    let list = |all: &[ToldName]| -> Result<Vec<Markup>> { all.iter().map(|one| named(page, one)).collect() };
    let (before, after) = (list(&change.before)?, list(&change.after)?);
    let subject = named(page, &change.subject)?;
    let joined = |all: &[Markup]| html! { @for (at, one) in all.iter().enumerate() { @if at > 0 { ", " } (one) } };
    let arrow = html! {
        (joined(&before))
        @if !before.is_empty() && !after.is_empty() { " → " }
        (joined(&after))
    };
    let is_said = !before.is_empty() || !after.is_empty();
    Ok(match kind {
        ChangeKind::Merged => html! { (joined(&before)) " → " (subject) },
        ChangeKind::Divided | ChangeKind::Succeeded => html! { (subject) " → " (joined(&after)) },
        ChangeKind::Reidentified => arrow,
        ChangeKind::New | ChangeKind::Gone | ChangeKind::Closed => subject,
        _ => {
            let relation = change.relation.as_ref().map(|relation| named(page, relation)).transpose()?;
            let object = change.object.as_ref().map(|object| named(page, object)).transpose()?;
            html! {
                (subject)
                @if let Some(relation) = &relation { " – " (relation) }
                @if let Some(object) = &object { " – " (object) }
                @if is_said { ": " (arrow) }
            }
        }
    })
}

/// A name in the language of the page, which leads to what it is of, if that is there.
fn named(page: &Page<'_>, name: &ToldName) -> Result<Markup> {
    let ToldName(label, iri) = name;
    let node = NamedNode::new(iri.as_str()).ok().filter(|node| page.site.graph.mentions(node.as_ref()));
    Ok(match node {
        Some(node) => {
            let own = page.label(node.as_ref())?;
            // What has no label is named as `diff` names it.
            let label = if own == page.site.graph.prefixes.shorten(iri) { label } else { &own };
            page.linked(node.as_ref(), label)
        }
        None => page.datum(label),
    })
}

#[cfg(test)]
mod tests {
    use super::super::Interface;
    use super::*;

    #[test]
    fn the_english_words_are_those_of_diff_and_no_kind_is_forgotten() {
        for (kind, word) in KINDS {
            assert_eq!(Interface::English.word(word), kind.names().1);
        }
        let untold: Vec<&str> = ChangeKind::ALL
            .into_iter()
            .filter(|kind| !KINDS.iter().any(|(known, _)| known == kind))
            .map(|kind| kind.names().0)
            .collect();
        assert_eq!(untold, ["evidence", "likely"], "no change of what is said");
    }
}
