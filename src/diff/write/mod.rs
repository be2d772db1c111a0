//! Differences as text: for people, for programs, and as change events.

mod html;
mod json;
mod quads;

use std::io::{self, Write};

pub use quads::change_events;

use super::change::{Change, ChangeKind, Difference, Named};
use super::paragraph::paragraph;

/// A format of differences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeFormat {
    /// For a terminal; of each kind at most so many.
    Text(Option<usize>),
    /// With the paragraph at the top.
    Markdown,
    /// With the members of every number of the paragraph.
    Json,
    /// A row for each change.
    Csv,
    /// A page of its own.
    Html,
}

/// Writes how two editions differ.
pub fn write_changes(format: ChangeFormat, difference: &Difference, output: &mut dyn Write) -> io::Result<()> {
    match format {
        ChangeFormat::Text(most) => text(difference, most, output),
        ChangeFormat::Markdown => markdown(difference, output),
        ChangeFormat::Json => json::write(difference, output),
        ChangeFormat::Csv => csv(difference, output),
        ChangeFormat::Html => html::write(difference, output),
    }
}

/// The kinds of changes that there are, with the changes of each.
fn parts(difference: &Difference) -> impl Iterator<Item = (ChangeKind, Vec<&Change>)> {
    ChangeKind::ALL.into_iter().filter_map(|kind| {
        let changes: Vec<&Change> = difference.of_kind(kind).collect();
        (!changes.is_empty()).then_some((kind, changes))
    })
}

fn text(difference: &Difference, most: Option<usize>, output: &mut dyn Write) -> io::Result<()> {
    let [old, new] = &difference.editions;
    if difference.is_empty() && difference.changes.is_empty() {
        return writeln!(output, "the same: {new} says what {old} says");
    }
    writeln!(output, "{old} → {new}")?;
    if difference.is_empty() {
        writeln!(output, "\nthe same, but for names that may stand for one thing")?;
    }
    let mut topic = None;
    for (kind, changes) in parts(difference) {
        if kind == ChangeKind::Likely {
            writeln!(output)?;
        } else if topic.replace(kind.topic()) != Some(kind.topic()) {
            writeln!(output, "\n{}", kind.topic().heading())?;
        }
        writeln!(output, "  {} ({})", kind.names().1, changes.len())?;
        let shown = most.unwrap_or(changes.len()).min(changes.len());
        for change in &changes[..shown] {
            writeln!(output, "    {} {}", kind.sign(), sentence(change))?;
        }
        if shown < changes.len() {
            writeln!(output, "    … {} more; `--all` prints all", changes.len() - shown)?;
        }
    }
    Ok(())
}

fn markdown(difference: &Difference, output: &mut dyn Write) -> io::Result<()> {
    let [old, new] = &difference.editions;
    writeln!(output, "# {} → {}\n\n{}", marked(old), marked(new), marked(&paragraph(difference).0))?;
    for (kind, changes) in parts(difference) {
        writeln!(output, "\n## {} ({})\n", kind.names().1, changes.len())?;
        for change in changes {
            writeln!(
                output,
                "- {} {}",
                kind.sign().replace('+', "\\+").replace('~', "\\~"),
                marked(&sentence(change))
            )?;
        }
    }
    Ok(())
}

/// A text in which nothing is markup of Markdown.
fn marked(text: &str) -> String {
    let mut marked = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '&' | '~') {
            marked.push('\\');
        }
        marked.push(c);
    }
    marked
}

/// The columns of a change as a row.
pub(super) const COLUMNS: [&str; 10] =
    ["change", "subject", "subject_iri", "relation", "relation_iri", "object", "object_iri", "before", "after", "note"];

/// A change as a row.
fn row(change: &Change) -> [String; 10] {
    let part = |named: Option<&std::sync::Arc<Named>>| {
        named.map(|named| (named.label.clone(), named.iri.clone())).unwrap_or_default()
    };
    let (relation, relation_iri) = part(change.relation.as_ref());
    let (object, object_iri) = part(change.object.as_ref());
    [
        change.kind.names().0.to_owned(),
        change.subject.label.clone(),
        change.subject.iri.clone(),
        relation,
        relation_iri,
        object,
        object_iri,
        joined(&change.before),
        joined(&change.after),
        change.note.clone(),
    ]
}

fn csv(difference: &Difference, output: &mut dyn Write) -> io::Result<()> {
    let mut line = |cells: &[String]| -> io::Result<()> {
        let quoted: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        write!(output, "{}\r\n", quoted.join(","))
    };
    line(&COLUMNS.map(str::to_owned))?;
    difference.changes.iter().try_for_each(|change| line(&row(change)))
}

/// A cell of CSV (RFC 4180).
fn quoted(cell: &str) -> String {
    match cell.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    }
}

fn joined(values: &[std::sync::Arc<Named>]) -> String {
    values.iter().map(|named| named.label.as_str()).collect::<Vec<_>>().join("; ")
}

/// A change in a line.
pub(super) fn sentence(change: &Change) -> String {
    let named = |named: &Named| match named.id.is_empty() || named.id == named.label {
        true => named.label.clone(),
        false => format!("{} ({})", named.label, named.id),
    };
    let (before, after) = (joined(&change.before), joined(&change.after));
    let arrow = match (before.is_empty(), after.is_empty()) {
        (true, true) => String::new(),
        (true, false) => format!("now {after}"),
        (false, true) => format!("no longer {before}"),
        (false, false) => format!("{before} → {after}"),
    };
    let subject = named(&change.subject);
    let relation = change.relation.as_ref().map(|relation| relation.label.clone()).unwrap_or_default();
    let noted = |text: String| match change.note.is_empty() {
        true => text,
        false => format!("{text} [{}]", change.note),
    };
    match change.kind {
        ChangeKind::New | ChangeKind::Gone => {
            let status = if after.is_empty() { before } else { after };
            let mut says: Vec<&str> = vec![&subject];
            says.extend([change.note.as_str(), status.as_str()].into_iter().filter(|part| !part.is_empty()));
            says.join(" · ")
        }
        ChangeKind::Begun
        | ChangeKind::Planned
        | ChangeKind::CarriedOut
        | ChangeKind::Ended
        | ChangeKind::Dropped
        | ChangeKind::RelationStatus
        | ChangeKind::Qualified
        | ChangeKind::Evidence => {
            let object = change.object.as_deref().map(named).unwrap_or_default();
            let ends: Vec<&str> =
                [subject.as_str(), &relation, &object].into_iter().filter(|part| !part.is_empty()).collect();
            let one_sided = matches!(change.kind, ChangeKind::Begun | ChangeKind::Planned | ChangeKind::Dropped);
            let status = if after.is_empty() { &before } else { &after };
            noted(match (one_sided, arrow.is_empty()) {
                (_, true) => ends.join(" – "),
                (true, false) => format!("{} · {status}", ends.join(" – ")),
                (false, false) => format!("{}: {arrow}", ends.join(" – ")),
            })
        }
        ChangeKind::FigureNew | ChangeKind::FigureGone | ChangeKind::FigureRevised => {
            let amount = match change.kind {
                ChangeKind::FigureNew => after,
                ChangeKind::FigureGone => before,
                _ => arrow,
            };
            noted(format!("{subject}: {relation}: {amount}"))
        }
        ChangeKind::NameNew => noted(format!("{subject}: {after}")),
        ChangeKind::NameGone => noted(format!("{subject}: {before}")),
        ChangeKind::Property => format!("{subject}: {relation}: {arrow}"),
        ChangeKind::Merged => format!("{before} → {subject}"),
        ChangeKind::Divided | ChangeKind::Succeeded => format!("{subject} → {after}"),
        ChangeKind::Reidentified | ChangeKind::Likely => {
            let list = |all: &[std::sync::Arc<Named>]| all.iter().map(|one| named(one)).collect::<Vec<_>>().join(", ");
            noted(format!("{} → {}", list(&change.before), list(&change.after)))
        }
        _ if arrow.is_empty() => noted(subject),
        _ => noted(format!("{subject}: {arrow}")),
    }
}
