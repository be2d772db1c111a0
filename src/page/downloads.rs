//! Answers as files, beside the pages that show them.

use std::collections::BTreeMap;

use super::site::Site;
use crate::ask::{self, Answer};
use crate::error::{Action, Error, Result};
use crate::export::{ResultFormat, Rows, TableStyle, rows_fit, write_rows};
use crate::sparql::Question;

/// The formats in which an answer can be had as a file, by their extensions.
pub(super) const DOWNLOADS: [(&str, ResultFormat); 4] = [
    ("csv", ResultFormat::Csv),
    ("xlsx", ResultFormat::Xlsx),
    ("tsv", ResultFormat::Tsv),
    ("json", ResultFormat::Json),
];

/// The extensions of the formats that can express these rows.
pub(super) fn extensions(rows: &Rows) -> Vec<&'static str> {
    let fitting = DOWNLOADS.into_iter().filter(|(_, format)| rows_fit(*format, rows).is_ok());
    fitting.map(|(extension, _)| extension).collect()
}

/// The answer to a stored question without parameters in all languages, as files by extension; none if it has no rows.
/// `most` rows are found.
///
/// # Errors
///
/// Those of the evaluation that are not for whoever asks.
pub(super) fn answer_files(site: &Site, question: &Question, most: u64) -> Result<Vec<(&'static str, Vec<u8>)>> {
    if question.parameters.iter().any(|parameter| parameter.default.is_none()) {
        return Ok(Vec::new());
    }
    let asked = ask::read_in(&site.graph, &site.questions, &question.name, &[], &site.languages);
    let rows = match asked.and_then(|asked| ask::collect_at_most(&site.graph, &asked.query, most)) {
        Ok(Answer::Rows(rows)) if !rows.rows.is_empty() => rows,
        // The page says what is wrong.
        Ok(_) | Err(Error::Invalid(_)) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let style = TableStyle { width: None, most_rows: usize::MAX, group_digits: false, labels: &BTreeMap::new() };
    let mut files = Vec::new();
    for (extension, format) in DOWNLOADS.into_iter().filter(|(_, format)| rows_fit(*format, &rows).is_ok()) {
        let mut bytes = Vec::new();
        write_rows(format, &rows, &site.graph.prefixes, &style, &mut bytes)
            .map_err(Error::io(Action::Write, &question.name))?;
        files.push((extension, bytes));
    }
    Ok(files)
}
