//! Differences as JSON.

use std::io::{self, Write};
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::diff::change::{ChangeKind, Difference, Named};
use crate::diff::paragraph::paragraph;

/// Writes the changes, how many there are of each kind, and the paragraph with the members of each number.
pub(super) fn write(difference: &Difference, output: &mut dyn Write) -> io::Result<()> {
    let (text, numbers) = paragraph(difference);
    let numbers: Vec<Value> = numbers
        .iter()
        .map(|number| json!({"number": number.number, "change": number.kind.names().0, "members": number.members}))
        .collect();
    let [old, new] = &difference.editions;
    let mut counts = Map::new();
    for kind in ChangeKind::ALL {
        let n = difference.of_kind(kind).count();
        if n > 0 {
            counts.insert(kind.names().0.to_owned(), n.into());
        }
    }
    let head = json!({
        "old": {"title": old, "triples": difference.n_triples[0]},
        "new": {"title": new, "triples": difference.n_triples[1]},
        "same": difference.is_empty(),
        "summary": {"text": text, "numbers": numbers},
        "counts": counts,
    });
    // One change a line, so that a list of a million is never a tree of values.
    let head = serde_json::to_string_pretty(&head)?;
    let head = head.strip_suffix("\n}").unwrap_or(&head);
    write!(output, "{head},\n  \"changes\": [")?;
    for (index, change) in difference.changes.iter().enumerate() {
        let mut members = Map::new();
        members.insert("change".to_owned(), change.kind.names().0.into());
        members.insert("subject".to_owned(), named(&change.subject));
        for (key, part) in [("relation", &change.relation), ("object", &change.object)] {
            if let Some(part) = part {
                members.insert(key.to_owned(), named(part));
            }
        }
        for (key, values) in [("before", &change.before), ("after", &change.after)] {
            if !values.is_empty() {
                members.insert(key.to_owned(), values.iter().map(named).collect());
            }
        }
        if !change.note.is_empty() {
            members.insert("note".to_owned(), change.note.clone().into());
        }
        let end = if index + 1 < difference.changes.len() { "," } else { "" };
        write!(output, "\n    {}{end}", Value::Object(members))?;
    }
    writeln!(output, "{}]\n}}", if difference.changes.is_empty() { "" } else { "\n  " })
}

fn named(named: &Arc<Named>) -> Value {
    match named.iri.is_empty() {
        true => json!({"label": named.label}),
        false => json!({"label": named.label, "iri": named.iri}),
    }
}
