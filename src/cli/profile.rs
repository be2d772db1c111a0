//! An entity's profile as text.

use super::layout::{clean, columns};
use crate::entity::{Direction, Profile};

/// The profile as text, wrapped to `width` columns if there is a terminal.
pub(super) fn text(profile: &Profile, width: Option<u16>) -> String {
    let mut text = format!("{}\n", clean(&profile.labels.join(" · ")));
    let mut about = vec![profile.id.clone()];
    about.extend(profile.kinds.iter().cloned());
    about.extend(profile.status.clone());
    text.push_str(&format!("{}\n", clean(&cited(about.join(" · "), &profile.evidence))));
    let names = profile
        .names
        .iter()
        .map(|name| vec![name.kind.clone(), name.language.clone(), cited(name.text.clone(), &name.evidence)]);
    section(&mut text, "Names", names.collect(), width);
    let relations = profile.relations.iter().map(|relation| {
        let arrow = if relation.direction == Direction::From { "→" } else { "←" };
        let mut other = format!("{} ({})", relation.other, relation.other_id);
        for remark in &relation.remarks {
            other.push_str(&format!("; {remark}"));
        }
        vec![format!("{arrow} {}", relation.relation), cited(other, &relation.evidence)]
    });
    section(&mut text, "Relations", relations.collect(), width);
    let figures = profile.figures.iter().map(|figure| {
        vec![figure.measure.clone(), figure.amount.clone(), cited(figure.remarks.join("; "), &figure.evidence)]
    });
    section(&mut text, "Figures", figures.collect(), width);
    let parts = profile.parts.iter().map(|part| {
        let figure = &part.figure;
        let about = format!("{} ({})", figure.measure, part.about);
        vec![part.part.clone(), figure.amount.clone(), about, cited(figure.remarks.join("; "), &figure.evidence)]
    });
    section(&mut text, "In figures about others", parts.collect(), width);
    let properties = profile.properties.iter().map(|property| vec![property.property.clone(), property.value.clone()]);
    section(&mut text, "Also", properties.collect(), width);
    text
}

/// A statement with the lines that state it.
fn cited(text: String, evidence: &str) -> String {
    if evidence.is_empty() { text } else { format!("{text} [{evidence}]") }
}

fn section(text: &mut String, title: &str, rows: Vec<Vec<String>>, width: Option<u16>) {
    if rows.is_empty() {
        return;
    }
    text.push_str(&format!("\n{title}\n{}", columns(rows, width)));
}
