//! Differences as change events, in the words of the vocabulary and of W3C ORG.

use oxigraph::model::vocab::{rdf, rdfs};
use oxigraph::model::{GraphName, Literal, NamedNode, NamedNodeRef, Quad, Term};

use super::{row, sentence};
use crate::diff::change::{Change, ChangeKind, Difference, Named};
use crate::graph::digest;
use crate::vocab::{cg, dcterms, org};

/// The start of the names of changes; the rest is a digest of what they say, so that equal changes have
/// equal names.
const NAMES: &str = "urn:civigraph:change:";

/// Each change as an event. Likely pairs are none.
pub fn change_events(difference: &Difference) -> Vec<Quad> {
    let mut quads = Vec::new();
    for change in difference.changes.iter().filter(|change| change.kind != ChangeKind::Likely) {
        event(change, &mut quads);
    }
    quads
}

fn event(change: &Change, quads: &mut Vec<Quad>) {
    let said = row(change).join("\u{1f}");
    let name = digest(said.as_bytes()).unwrap_or_default();
    let event = NamedNode::new_unchecked(format!("{NAMES}{}", &name[..name.len().min(32)]));
    let mut add = |predicate: NamedNodeRef<'_>, object: Term| {
        quads.push(Quad::new(event.clone(), predicate.into_owned(), object, GraphName::DefaultGraph));
    };
    let node = |named: &Named| (!named.iri.is_empty()).then(|| Term::from(NamedNode::new_unchecked(&named.iri)));
    let text = |text: &str| Term::from(Literal::new_simple_literal(text));
    add(rdf::TYPE, cg::CHANGE_EVENT.into_owned().into());
    let label = format!("{}: {}", change.kind.names().1, sentence(change));
    add(rdfs::LABEL, Literal::new_language_tagged_literal_unchecked(label, "en").into());
    add(dcterms::TYPE, text(change.kind.names().0));
    node(&change.subject).into_iter().for_each(|subject| add(cg::CHANGED, subject));
    if [ChangeKind::Merged, ChangeKind::Divided, ChangeKind::Succeeded, ChangeKind::Reidentified].contains(&change.kind)
    {
        change.before.iter().filter_map(|one| node(one)).for_each(|one| add(org::ORIGINAL_ORGANIZATION, one));
        change.after.iter().filter_map(|one| node(one)).for_each(|one| add(org::RESULTING_ORGANIZATION, one));
    }
    if let (ChangeKind::Moved, Some(subject), Some(relation)) =
        (change.kind, node(&change.subject), change.relation.as_deref().and_then(node))
    {
        // Where it is now.
        add(rdf::SUBJECT, subject);
        add(rdf::PREDICATE, relation);
        change.after.iter().filter_map(|parent| node(parent)).for_each(|parent| add(rdf::OBJECT, parent));
    }
    if let (Some(relation), Some(object)) = (&change.relation, &change.object)
        && let (Some(subject), Some(relation), Some(object)) = (node(&change.subject), node(relation), node(object))
    {
        add(rdf::SUBJECT, subject);
        add(rdf::PREDICATE, relation);
        add(rdf::OBJECT, object);
        // The status that the relation has now.
        if let Some(status) = change
            .after
            .first()
            .and_then(|status| node(status))
            .filter(|_| change.kind != ChangeKind::Evidence && change.kind != ChangeKind::Qualified)
        {
            add(cg::STATUS, status);
        }
    }
}
