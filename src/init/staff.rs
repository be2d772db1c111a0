//! Who is above whom in a staff list: heads that have no row, several heads, circles, names that come twice.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::guess::TableGuess;
use super::link::values;
use super::words::ColumnRole;
use crate::finding::{Finding, Findings, Place, Severity, codes, shorten};

/// PackNames that are told one by one.
const MOST_NAMES: usize = 5;

/// What a staff list says of who is above whom.
pub(super) struct Staff {
    /// Those who are named as heads and have no row, in the order in which they are named.
    pub missing: Vec<String>,
    pub findings: Findings,
}

/// Reads who is above whom.
pub(super) fn examine(table: &TableGuess) -> Staff {
    let mut staff = Staff { missing: Vec::new(), findings: Findings::new() };
    let Some(link) =
        table.roles.get(&ColumnRole::Parent).and_then(|at| table.links.iter().find(|link| link.column == *at))
    else {
        if !table.roles.contains_key(&ColumnRole::Parent) {
            let names: Vec<String> = table.reading.columns.iter().map(|name| format!("`{name}`")).collect();
            let message = "no column is known to say who is above whom, so that nobody is under anybody";
            let hint = format!("name it with `--column parent=COLUMN`; the columns are {}", names.join(", "));
            let place = table.reading.header.first().cloned();
            staff.findings.push(Finding::warning(codes::UNKNOWN_COLUMN, message).at(place).hint(hint));
        }
        return staff;
    };
    let rows = &table.reading.rows;
    let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
    for (row, cells) in rows.iter().enumerate() {
        values(&cells[link.target]).for_each(|name| by_name.entry(name).or_default().push(row));
    }
    let is_missing = |cell: &str| table.columns[link.column].missing.iter().any(|word| word == cell);
    let mut above: Vec<Option<usize>> = vec![None; rows.len()];
    let mut unknown: Vec<(&str, usize, u64)> = Vec::new();
    let mut at_unknown: HashMap<&str, usize> = HashMap::new();
    let mut several: BTreeMap<&str, usize> = BTreeMap::new();
    for (row, cells) in rows.iter().enumerate() {
        for head in values(&cells[link.column]).filter(|cell| !is_missing(cell)) {
            match by_name.get(head).map(Vec::as_slice) {
                Some([first, rest @ ..]) => {
                    above[row] = above[row].or(Some(*first));
                    if !rest.is_empty() {
                        several.entry(head).or_insert(row);
                    }
                }
                _ => {
                    let at = *at_unknown.entry(head).or_insert_with(|| {
                        unknown.push((head, row, 0));
                        unknown.len() - 1
                    });
                    unknown[at].2 += 1;
                }
            }
        }
    }
    let heads: Vec<usize> = (0..rows.len()).filter(|row| values(&rows[*row][link.column]).all(is_missing)).collect();
    let cycles = cycles(&above);
    let mut wanted: BTreeSet<(usize, usize)> = unknown.iter().map(|(_, row, _)| (*row, link.column)).collect();
    wanted.extend(cycles.iter().flatten().map(|row| (*row, link.column)));
    wanted.extend(heads.iter().take(MOST_NAMES).map(|row| (*row, link.column)));
    for (head, row) in &several {
        wanted.insert((*row, link.column));
        wanted.extend(by_name[head].iter().take(MOST_NAMES).map(|row| (*row, link.target)));
    }
    let twice = twice(table);
    wanted.extend(twice.iter().flat_map(|(_, column, rows)| rows.iter().map(|row| (*row, *column))));
    let places = table.reading.places(&wanted);
    let place = |row: usize, column: usize| places.get(&(row, column)).cloned();
    let at = |finding: Finding, row: usize, column: usize| finding.at(place(row, column));
    let named = |row: usize| shorten(&rows[row][table.labels.first().map_or(link.target, |(label, _)| *label)]);
    for (head, row, n) in unknown {
        let rows = if n == 1 { "this row".to_owned() } else { format!("this and {} more", counted(n - 1, "row")) };
        let message =
            format!("no row is that of `{}`, whom {rows} {} under", shorten(head), if n == 1 { "is" } else { "are" });
        let hint = "add a row, or correct the name; a card is drawn for the name alone".to_owned();
        staff.findings.push(at(Finding::warning(codes::MISSING_HEAD, message).hint(hint), row, link.column));
        staff.missing.push(head.to_owned());
    }
    for cycle in &cycles {
        let names: Vec<String> = cycle.iter().chain(cycle.first()).map(|row| named(*row)).collect();
        let message = match cycle.as_slice() {
            [_] => format!("`{}` is under itself", names[0]),
            _ => format!("circle in who is under whom: {}", names.join(" → ")),
        };
        let mut finding = at(Finding::warning(codes::CIRCULAR_HIERARCHY, message), cycle[0], link.column);
        for row in cycle.iter().skip(1).take(MOST_NAMES) {
            if let Some(place) = place(*row, link.column) {
                finding = finding.and_at(place, "part of the circle");
            }
        }
        staff.findings.push(finding.hint("correct one of these cells, or empty it".to_owned()));
    }
    for (head, row) in several {
        let message = format!(
            "`{}` is the name of {}, and the first is taken",
            shorten(head),
            counted(by_name[head].len() as u64, "row")
        );
        let mut finding = at(Finding::warning(codes::SAME_NAME, message), row, link.column);
        for row in by_name[head].iter().take(MOST_NAMES) {
            finding = with(finding, place(*row, link.target), "so called");
        }
        staff.findings.push(
            finding.hint("name heads by a column that is different for everybody, such as a staff number".to_owned()),
        );
    }
    for (name, column, rows) in twice {
        let message = format!("`{}` comes twice and cannot be told apart: both become one", shorten(&name));
        let finding = at(Finding::warning(codes::SAME_NAME, message), rows[1], column);
        let finding = with(finding, place(rows[0], column), "first here");
        staff
            .findings
            .push(finding.hint("add a column that is different for everybody, such as a staff number".to_owned()));
    }
    if heads.len() > 1 {
        let names: Vec<String> = heads.iter().take(MOST_NAMES).map(|row| format!("`{}`", named(*row))).collect();
        let more = if heads.len() > MOST_NAMES { " …" } else { "" };
        let message = format!("{} are under nobody: {}{more}", counted(heads.len() as u64, "row"), names.join(", "));
        let mut finding = at(Finding::new(Severity::Info, codes::SEVERAL_HEADS, message), heads[0], link.column);
        for row in heads.iter().skip(1).take(MOST_NAMES - 1) {
            finding = with(finding, place(*row, link.column), "another");
        }
        staff.findings.push(finding);
    }
    staff
}

fn with(finding: Finding, place: Option<Place>, label: &str) -> Finding {
    match place {
        Some(place) => finding.and_at(place, label),
        None => finding,
    }
}

fn counted(n: u64, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// What comes twice among what should tell rows apart, with a column and the first two rows of each.
fn twice(table: &TableGuess) -> Vec<(String, usize, [usize; 2])> {
    if table.key_is_unique || table.key.is_empty() {
        return Vec::new();
    }
    let mut first: HashMap<Vec<&str>, usize> = HashMap::new();
    let mut told = BTreeSet::new();
    let mut found = Vec::new();
    for (row, cells) in table.reading.rows.iter().enumerate() {
        let key: Vec<&str> = table.key.iter().map(|at| cells[*at].as_str()).collect();
        match first.get(&key) {
            Some(before) if told.insert(key.clone()) => found.push((key.join(", "), table.key[0], [*before, row])),
            Some(_) => {}
            None => {
                first.insert(key, row);
            }
        }
    }
    found
}

/// The circles of a relation in which each has at most one above it.
fn cycles(above: &[Option<usize>]) -> Vec<Vec<usize>> {
    // 0: not seen; otherwise the walk in which it was seen.
    let mut walks = vec![0_usize; above.len()];
    let mut cycles = Vec::new();
    for start in 0..above.len() {
        let (mut at, walk) = (start, start + 1);
        while walks[at] == 0 {
            walks[at] = walk;
            match above[at] {
                Some(next) => at = next,
                None => break,
            }
        }
        if walks[at] == walk && above[at].is_some() {
            let mut cycle = vec![at];
            let mut next = above[at];
            while let Some(row) = next.filter(|row| *row != at) {
                cycle.push(row);
                next = above[row];
            }
            // A walk that ends at a head has come to no circle.
            if next == Some(at) {
                cycles.push(cycle);
            }
        }
    }
    cycles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_found_once_each() {
        for (above, expected) in [
            (&[None, Some(0), Some(0)][..], vec![]),
            (&[Some(0)], vec![vec![0]]),
            (&[Some(1), Some(2), Some(0), Some(0)], vec![vec![0, 1, 2]]),
            (&[Some(1), Some(1), Some(3), Some(2)], vec![vec![1], vec![2, 3]]),
        ] {
            assert_eq!(cycles(above), expected, "{above:?}");
        }
    }
}
