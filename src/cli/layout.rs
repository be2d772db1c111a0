//! Text for people, wrapped to the width of their terminal.

use comfy_table::{ContentArrangement, Table, presets};

use crate::characters;

/// A text without the characters that would steer the terminal.
pub(super) fn clean(text: &str) -> String {
    characters::line(text).into_owned()
}

/// Rows in columns, wrapped to `width` where there is a terminal, each line indented by one.
pub(super) fn columns(rows: Vec<Vec<String>>, width: Option<u16>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    match width {
        // One column is that of the indent.
        Some(width) => {
            table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width.saturating_sub(1));
        }
        None => {
            table.set_content_arrangement(ContentArrangement::Disabled);
        }
    }
    for row in rows {
        table.add_row(row.iter().map(|cell| clean(cell)));
    }
    table.lines().map(|line| format!(" {}\n", line.trim_end())).collect()
}

/// A text in lines of at most `width` columns, each indented by `indent`.
pub(super) fn wrapped(text: &str, indent: usize, width: Option<u16>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    if let Some(width) = width {
        let width = usize::from(width).saturating_sub(indent).max(4);
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(u16::try_from(width).unwrap_or(u16::MAX));
    }
    table.add_row([clean(text)]);
    if let Some(column) = table.column_mut(0) {
        column.set_padding((0, 0));
    }
    table.lines().map(|line| format!("{}{}\n", " ".repeat(indent), line.trim_end())).collect()
}
