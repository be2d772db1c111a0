//! Carried evidence as data.

use serde_json::{Value, json};

use super::carry::{CarriedEvidence, CarriedStatement};
use super::text::Lines;

/// The columns of [`CarriedEvidence::rows`].
pub const CARRIED_COLUMNS: [&str; 9] =
    ["statement", "status", "first_line", "last_line", "new_first_line", "new_last_line", "kind", "was", "is"];

impl CarriedEvidence {
    /// A row for each range of each statement, and for each difference inside it; then for the
    /// differences that no statement cites, and for the new lines.
    pub fn rows(&self) -> Vec<[String; 9]> {
        let mut rows = Vec::new();
        let row = |statement: &str, status: &str, old: Option<Lines>, new: Option<Lines>, difference: [&str; 3]| {
            let numbers = |lines: Option<Lines>| {
                lines.map_or(["", ""].map(str::to_owned), |(a, b)| [a.to_string(), b.to_string()])
            };
            let ([first, last], [new_first, new_last]) = (numbers(old), numbers(new));
            let [kind, was, is] = difference.map(str::to_owned);
            [statement.to_owned(), status.to_owned(), first, last, new_first, new_last, kind, was, is]
        };
        let mut cited = vec![false; self.differences.len()];
        for statement in &self.statements {
            for (old, new) in &statement.lines {
                rows.push(row(&statement.name, statement.status.name(), Some(*old), *new, [""; 3]));
            }
            for at in &statement.differences {
                cited[*at] = true;
                let found = &self.differences[*at];
                let words = [found.kind.name(), &found.was, &found.is];
                let lines = (Some(found.old_lines), Some(found.new_lines));
                rows.push(row(&statement.name, statement.status.name(), lines.0, lines.1, words));
            }
        }
        for (found, _) in self.differences.iter().zip(cited).filter(|(_, cited)| !cited) {
            let words = [found.kind.name(), &found.was, &found.is];
            rows.push(row("", "uncited", Some(found.old_lines), Some(found.new_lines), words));
        }
        for (line, words) in &self.new_lines {
            rows.push(row("", "new", None, Some((*line, *line)), ["line", "", words]));
        }
        rows
    }

    /// Everything as JSON.
    pub fn json(&self) -> Value {
        let lines = |(first, last): Lines| json!([first, last]);
        let statement = |statement: &CarriedStatement| {
            let ranges = statement.lines.iter().map(|(old, new)| json!({"old": lines(*old), "new": new.map(lines)}));
            json!({
                "statement": statement.name,
                "iri": statement.node.as_str(),
                "says": statement.says,
                "status": statement.status.name(),
                "lines": ranges.collect::<Value>(),
                "differences": statement.differences,
                "reasons": statement.reasons,
            })
        };
        let differences = self.differences.iter().map(|found| {
            json!({
                "kind": found.kind.name(),
                "was": found.was,
                "is": found.is,
                "oldLines": lines(found.old_lines),
                "newLines": lines(found.new_lines),
            })
        });
        let new_lines = self.new_lines.iter().map(|(line, words)| json!({"line": line, "text": words}));
        json!({
            "share": self.share(),
            "differences": differences.collect::<Value>(),
            "statements": self.statements.iter().map(statement).collect::<Value>(),
            "newLines": new_lines.collect::<Value>(),
        })
    }
}
