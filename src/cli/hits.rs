//! What was found, as text: two lines each, and no line longer than the terminal.

use super::layout::{clean, wrapped};
use crate::search::{Hit, HitKind, Rank};

/// The hits, the closest first.
pub(super) fn text(hits: &[Hit], width: Option<u16>) -> String {
    let mut text = String::new();
    for hit in hits {
        let labels: Vec<&str> = hit.labels.iter().map(|(_, label)| label.as_str()).collect();
        text.push_str(&wrapped(&labels.join(" · "), 0, width));
        let mut about = vec![match hit.kind {
            HitKind::Question => format!("civigraph query {}", hit.id),
            _ => hit.id.clone(),
        }];
        match hit.kind {
            HitKind::Entity if !hit.kinds.is_empty() => about.push(hit.kinds.join(", ")),
            kind => about.push(kind.name().to_owned()),
        }
        about.extend(found_by(hit, &labels));
        text.push_str(&wrapped(&about.join(" · "), 2, width));
    }
    text
}

/// The name that was found, where it is not one of those shown.
fn found_by(hit: &Hit, labels: &[&str]) -> Option<String> {
    let matched = clean(&hit.matched);
    let is_shown = labels.contains(&hit.matched.as_str()) || hit.id.ends_with(&hit.matched);
    match (&hit.matched_kind, hit.rank) {
        _ if is_shown => None,
        (Some(kind), _) => Some(format!("{}: {matched}", clean(kind))),
        (None, Rank::Defined) => Some(matched),
        (None, _) => Some(format!("also: {matched}")),
    }
}
