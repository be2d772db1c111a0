//! The rows of an answer as a table: sorted by a column, a part at a time, with bars where a column has amounts.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use maud::{Markup, html};
use oxigraph::model::{Literal, Term};

use super::evidence;
use super::reading::{Destination, Page};
use crate::error::Result;
use crate::evidence::sources;
use crate::export::Rows;
use crate::graph::{group_digits, local_name};

/// The most rows on one page.
const MOST: usize = 200;

/// How many rows can be compared by bars.
const BARS: std::ops::RangeInclusive<usize> = 2..=40;

/// The parameters of an address that say how a table is read, not what is asked.
pub(super) const READING: [&str; 2] = ["sort", "part"];

/// Where a table is, and how it is read.
pub(super) struct TableAddress<'a> {
    pub destination: Destination<'a>,
    /// What is asked.
    pub parameters: Vec<(&'a str, &'a str)>,
    /// The column that it is sorted by, with `-` before it for the largest first.
    pub sort: Option<&'a str>,
    /// Which part of it, from 1.
    pub part: usize,
}

impl<'a> TableAddress<'a> {
    pub fn new(destination: Destination<'a>, given: &'a [(String, String)]) -> Self {
        let value = |name: &str| given.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let asked = given.iter().filter(|(name, value)| !READING.contains(&name.as_str()) && !value.trim().is_empty());
        Self {
            destination,
            parameters: asked.map(|(name, value)| (name.as_str(), value.as_str())).collect(),
            sort: value("sort").filter(|sort| !sort.is_empty()),
            part: value("part").and_then(|part| part.parse().ok()).unwrap_or(1),
        }
    }

    fn with(&self, page: &Page<'_>, sort: Option<&str>, part: usize) -> String {
        let mut parameters = self.parameters.clone();
        let part = part.to_string();
        parameters.extend(sort.map(|sort| ("sort", sort)));
        if part != "1" {
            parameters.push(("part", &part));
        }
        page.to_with(self.destination, &parameters)
    }
}

/// What a cell is sorted by: numbers before texts, and what has no value last.
#[derive(PartialEq)]
enum CellKey {
    Number(f64),
    Text(String),
    Nothing,
}

impl CellKey {
    /// The key of a cell; labels are looked up once.
    fn of(page: &Page<'_>, term: Option<&Term>, labels: &mut BTreeMap<String, String>) -> Result<Self> {
        Ok(match term {
            None => Self::Nothing,
            Some(Term::NamedNode(node)) => Self::Text(match labels.get(node.as_str()) {
                Some(label) => label.clone(),
                None => {
                    let label = page.label(node.as_ref())?.to_lowercase();
                    labels.insert(node.as_str().to_owned(), label.clone());
                    label
                }
            }),
            Some(Term::Literal(literal)) => match number(literal) {
                Some(number) => Self::Number(number),
                None => Self::Text(literal.value().to_lowercase()),
            },
            Some(other) => Self::Text(other.to_string()),
        })
    }

    /// The order of two; whatever is sorted, what has no value comes last.
    fn compare(&self, other: &Self, is_descending: bool) -> Ordering {
        let turned = |order: Ordering| if is_descending { order.reverse() } else { order };
        match (self, other) {
            (Self::Nothing, Self::Nothing) => Ordering::Equal,
            (Self::Nothing, _) => Ordering::Greater,
            (_, Self::Nothing) => Ordering::Less,
            (Self::Number(a), Self::Number(b)) => turned(a.total_cmp(b)),
            (Self::Text(a), Self::Text(b)) => turned(a.cmp(b)),
            (Self::Number(_), Self::Text(_)) => turned(Ordering::Less),
            (Self::Text(_), Self::Number(_)) => turned(Ordering::Greater),
        }
    }
}

/// The value of a literal of a numeric datatype.
fn number(literal: &Literal) -> Option<f64> {
    use oxigraph::model::vocab::xsd;
    let datatype = literal.datatype();
    let is_numeric =
        [xsd::INTEGER, xsd::DECIMAL, xsd::DOUBLE, xsd::FLOAT, xsd::LONG, xsd::INT, xsd::NON_NEGATIVE_INTEGER]
            .contains(&datatype);
    literal.value().parse().ok().filter(|number: &f64| is_numeric && number.is_finite())
}

/// The rows as a table. `downloads` are links to the same as files, by format.
///
/// # Errors
///
/// Those of the graph.
pub(super) fn table(
    page: &Page<'_>,
    mut rows: Rows,
    address: &TableAddress<'_>,
    downloads: &[(&str, String)],
) -> Result<Markup> {
    let (column, is_descending) = match address.sort.map(|sort| (sort.strip_prefix('-'), sort)) {
        Some((Some(column), _)) => (Some(column), true),
        Some((None, column)) => (Some(column), false),
        None => (None, false),
    };
    let sorted = column.and_then(|column| rows.variables.iter().position(|variable| variable.as_str() == column));
    if let Some(at) = sorted {
        let mut keyed = Vec::with_capacity(rows.rows.len());
        let mut labels = BTreeMap::new();
        for row in std::mem::take(&mut rows.rows) {
            keyed.push((CellKey::of(page, row.get(at).and_then(Option::as_ref), &mut labels)?, row));
        }
        keyed.sort_by(|(a, _), (b, _)| a.compare(b, is_descending));
        rows.rows = keyed.into_iter().map(|(_, row)| row).collect();
    }
    let n = rows.rows.len();
    let n_parts = if page.is_file() { 1 } else { n.div_ceil(MOST).max(1) };
    let part = address.part.clamp(1, n_parts);
    let first = (part - 1) * MOST;
    let cited = cited_source(page)?;
    let mut cells = Vec::new();
    for row in rows.rows.iter().skip(first).take(MOST) {
        let mut line = Vec::new();
        for (variable, term) in rows.variables.iter().zip(row) {
            line.push(cell(page, variable.as_str(), term.as_ref(), cited.as_deref())?);
        }
        cells.push(line);
    }
    let order = |column: &str| match (sorted, is_descending) {
        (Some(at), false) if rows.variables[at].as_str() == column => Some("ascending"),
        (Some(at), true) if rows.variables[at].as_str() == column => Some("descending"),
        _ => None,
    };
    let shown = |n: usize| group_digits(&n.to_string());
    Ok(html! {
        p.about-rows {
            (page.interface.counted(n, "row", "rows"))
            @if n > MOST {
                "; "
                @if page.is_file() { (page.interface.with("first-of", &shown(n))) }
                @else { (shown(first + 1)) "–" (shown((first + MOST).min(n))) }
            }
            @if n > 0 && !downloads.is_empty() {
                " · " (page.word("download"))
                @for (format, link) in downloads { " " a.chip href=(link) download { (format.to_uppercase()) } }
            }
        }
        (bars(page, &rows)?)
        @if n > 0 {
            div.wide tabindex="0" role="region" aria-label=(page.word("answer")) {
                table.rows {
                    thead {
                        tr {
                            @for (at, variable) in rows.variables.iter().enumerate() {
                                @let order = order(variable.as_str());
                                @let are_numbers = !cells.is_empty() && cells.iter().all(|line| line[at].0);
                                th.number[are_numbers] scope="col" aria-sort=[order] { (heading(page, address, variable.as_str(), order)) }
                            }
                        }
                    }
                    tbody { @for line in &cells { tr { @for (is_number, cell) in line { td.number[*is_number] { (cell) } } } } }
                }
            }
        }
        @if n_parts > 1 {
            nav.parts aria-label=(page.word("more-rows")) {
                @if part > 1 { a href=(address.with(page, address.sort, part - 1)) rel="prev" { (page.word("before")) } }
                span { (part) " / " (n_parts) }
                @if part < n_parts { a href=(address.with(page, address.sort, part + 1)) rel="next" { (page.word("after")) } }
            }
        }
    })
}

/// The name of a column, which sorts by it where somebody can be asked for that.
fn heading(page: &Page<'_>, address: &TableAddress<'_>, column: &str, order: Option<&str>) -> Markup {
    let name = column.replace('_', " ");
    let next = if order == Some("ascending") { format!("-{column}") } else { column.to_owned() };
    let sign = match order {
        Some("ascending") => " ▲",
        Some(_) => " ▼",
        None => "",
    };
    html! {
        @if page.is_file() { (name) } @else {
            a href=(address.with(page, Some(&next), 1)) title=(page.word("sort-by")) { (name) span aria-hidden="true" { (sign) } }
        }
    }
}

/// The name of the source that lines are of, where there is only one that has lines.
fn cited_source(page: &Page<'_>) -> Result<Option<String>> {
    let sources = sources(&page.site.graph)?;
    let [only] = &sources[..] else { return Ok(None) };
    Ok(Some(local_name(only.node.as_str()).to_owned()))
}

/// A cell, and whether it is a number.
fn cell(page: &Page<'_>, column: &str, term: Option<&Term>, cited: Option<&str>) -> Result<(bool, Markup)> {
    Ok(match (term, cited) {
        (None, _) => (false, html! {}),
        (Some(Term::NamedNode(node)), _) => {
            let label = page.label(node.as_ref())?;
            (false, page.linked(node.as_ref(), &label))
        }
        // The stored questions name the lines of the source so.
        (Some(Term::Literal(literal)), Some(source)) if column == "lines" && literal.value().starts_with('L') => {
            (false, evidence::shown(page, &format!("{source} {}", literal.value())))
        }
        (Some(Term::Literal(literal)), _) => match number(literal) {
            Some(_) => (true, html! { (group_digits(literal.value())) }),
            None => (false, page.datum(literal.value())),
        },
        (Some(other), _) => (false, html! { code { (other.to_string()) } }),
    })
}

/// Bars for the one column of amounts that there is, each with its name. What the table says is only made visible.
fn bars(page: &Page<'_>, rows: &Rows) -> Result<Markup> {
    let amount = |row: &Vec<Option<Term>>, at: usize| match row.get(at) {
        Some(Some(Term::Literal(literal))) => number(literal).filter(|number| *number >= 0.0),
        _ => None,
    };
    let is_amounts = |at: &usize| rows.rows.iter().all(|row| amount(row, *at).is_some());
    let amounts: Vec<usize> = (0..rows.variables.len()).filter(is_amounts).collect();
    let is_name = |at: &usize| rows.rows.iter().all(|row| row.get(*at).is_some_and(Option::is_some));
    let name = (0..rows.variables.len()).filter(|at| !amounts.contains(at)).find(is_name);
    let ([at], Some(name), true) = (&amounts[..], name, BARS.contains(&rows.rows.len())) else { return Ok(html! {}) };
    let most = rows.rows.iter().filter_map(|row| amount(row, *at)).fold(0.0, f64::max);
    if most <= 0.0 {
        return Ok(html! {});
    }
    let mut lines = Vec::new();
    for row in &rows.rows {
        let (_, named) = cell(page, "", row[name].as_ref(), None)?;
        let width = format!("{:.2}%", 100.0 * amount(row, *at).unwrap_or(0.0) / most);
        let (_, said) = cell(page, "", row[*at].as_ref(), None)?;
        lines.push((named, width, said));
    }
    let caption = rows.variables[*at].as_str().replace('_', " ");
    Ok(html! {
        figure.bars {
            figcaption { (caption) }
            ul.plain {
                @for (named, width, said) in &lines {
                    li {
                        span.name { (named) }
                        svg width="100%" height="14" aria-hidden="true" { rect width=(width) height="14" rx="2" {} }
                        span.number { (said) }
                    }
                }
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::CellKey::{self, Nothing, Number, Text};

    #[test]
    fn what_has_no_value_comes_last_either_way() {
        let sorted = |is_descending: bool| {
            let text = |text: &str| Text(text.to_owned());
            let mut keys: Vec<CellKey> = vec![Nothing, Number(10.0), text("b"), Number(9.0), text("a"), Nothing];
            keys.sort_by(|a, b| a.compare(b, is_descending));
            let shown = keys.iter().map(|key| match key {
                Number(number) => number.to_string(),
                Text(text) => text.clone(),
                Nothing => "-".to_owned(),
            });
            shown.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(sorted(false), "9 10 a b - -");
        assert_eq!(sorted(true), "b a 10 9 - -");
    }
}
