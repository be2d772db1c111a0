//! Which columns refer to which rows, and what relation that is.

use super::Asked;
use super::guess::{TableGuess, singular};
use super::reading::BETWEEN;
use super::words::{self, ColumnRole};
use crate::finding::Findings;

/// A column that refers to rows.
#[derive(Debug, Clone)]
pub(super) struct RowLink {
    pub column: usize,
    /// The table whose rows are referred to.
    pub table: usize,
    /// The column there that has the same values.
    pub target: usize,
    /// The relation, or nothing if it is one of the pack's own.
    pub relation: Option<&'static str>,
    /// Whether every value is that of a row.
    pub is_whole: bool,
}

/// The columns of a table that refer to rows of this or another one.
pub(super) fn links(tables: &[TableGuess], at: usize, asked: &Asked, unsure: &mut Findings) -> Vec<RowLink> {
    let table = &tables[at];
    let mut links = Vec::new();
    for (index, column) in table.columns.iter().enumerate() {
        let is_parent = table.roles.get(&ColumnRole::Parent) == Some(&index);
        let may = column.is_text() || column.is_whole() || column.datatype() == Some("xsd:anyURI");
        if !may
            || column.distinct.is_empty()
            || table.key == [index]
            || table.labels.iter().any(|(label, _)| *label == index)
        {
            continue;
        }
        let values: Vec<&str> = match &column.list {
            Some(delimiter) => column.distinct.iter().flat_map(|cell| cell.split(delimiter.as_str())).collect(),
            None => column.distinct.iter().map(String::as_str).collect(),
        };
        let mut best: Option<(usize, RowLink)> = None;
        for (other, target) in tables.iter().enumerate() {
            let by_key = (target.key.len() == 1).then(|| target.key[0]);
            let by_label = target.labels.first().map(|(label, _)| *label);
            for goal in by_key.into_iter().chain(by_label) {
                if other == at && goal == index {
                    continue;
                }
                let known = &target.columns[goal].distinct;
                let n_found = values.iter().filter(|value| known.contains(**value)).count();
                let is_whole = n_found == values.len();
                let names = names_table(&column.name, target, goal) || is_parent && other == at;
                // What is said of people in a staff list is who is above, even if nobody is found.
                let enough = if asked.is_staff && is_parent && other == at {
                    true
                } else if names {
                    n_found * 10 >= values.len() * 8 && n_found > 0
                } else {
                    is_whole && values.len() > 1 && column.is_text() && !column.has_several
                        || is_whole && column.has_several && n_found > 2
                };
                if !enough {
                    continue;
                }
                let score = n_found * 4 + usize::from(names) * 2 + usize::from(by_key == Some(goal));
                if best.as_ref().is_none_or(|(known, _)| score > *known) {
                    let relation = relation(table, target, &column.name, is_parent, other == at);
                    best = Some((score, RowLink { column: index, table: other, target: goal, relation, is_whole }));
                }
            }
        }
        if let Some((_, link)) = best {
            let target = &tables[link.table];
            if !(link.is_whole || asked.is_staff && is_parent) {
                let known = &target.columns[link.target].distinct;
                let lost = values.iter().find(|value| !known.contains(**value)).copied().unwrap_or_default();
                let message = format!(
                    "`{}` refers to rows of `{}`, but some values, such as `{lost}`, are of none",
                    column.name, target.name
                );
                unsure.push(table.guessed(index, message));
            } else if !names_table(&column.name, target, link.target) && !is_parent {
                let message = format!(
                    "`{}` is taken for a reference to `{}`, since all its values are there",
                    column.name, target.name
                );
                unsure.push(table.guessed(index, message));
            }
            links.push(link);
        }
    }
    links
}

/// Whether the name of a column names a table: `office`, `office_id`, `parent_organisations[*].id`.
fn names_table(column: &str, table: &TableGuess, key: usize) -> bool {
    let words: Vec<String> =
        column.split(|c: char| !c.is_alphanumeric()).map(|word| singular(&word.to_lowercase())).collect();
    let of_table: Vec<String> =
        table.name.split('-').map(singular).filter(|word| !word.chars().all(|c| c.is_ascii_digit())).collect();
    let of_key = words::plain(&table.columns[key].name);
    let is_general = ["id", "name", "code", "key", "title", "label", "no", "number"].contains(&of_key.as_str());
    of_table.iter().any(|word| words.contains(word)) || !is_general && words::plain(column) == of_key
}

/// The relation that a reference states; nothing if it is one of the pack's own.
fn relation(
    table: &TableGuess,
    target: &TableGuess,
    column: &str,
    is_parent: bool,
    to_itself: bool,
) -> Option<&'static str> {
    let lower = column.to_lowercase();
    let of_bodies = |table: &TableGuess| table.class == "cg:Organisation";
    let undertaking = ["cg:Fund", "cg:Scheme", "cg:Project", "cg:Service"];
    if to_itself && table.class == "cg:Person" && (is_parent || words::is_of_people(column)) {
        return Some("cg:reportsTo");
    }
    if of_bodies(table) && of_bodies(target) && (is_parent || lower.contains("parent")) {
        return Some("cg:partOf");
    }
    if of_bodies(table) && of_bodies(target) && (lower.contains("child") || lower.contains("subordinate")) {
        return Some("cg:hasPart");
    }
    if undertaking.contains(&table.class) && undertaking.contains(&target.class) && is_parent {
        return Some("cg:under");
    }
    if target.class == "cg:Place" && !to_itself || target.class == "cg:Facility" {
        return (!table.class.is_empty()).then_some("cg:locatedIn");
    }
    None
}

/// The values of a cell.
pub(super) fn values(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(BETWEEN).filter(|value| !value.is_empty())
}
