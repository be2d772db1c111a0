//! Which columns refer to which rows, and what relation that is.

use std::collections::BTreeSet;

use super::Asked;
use super::guess::TableGuess;
use super::reading::BETWEEN;
use super::staff::folded;
use super::words::{self, Act, ColumnRole, singular};
use crate::finding::Findings;

/// A relation of the vocabulary as a column states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StatedRelation {
    /// The relation.
    pub predicate: &'static str,
    /// The same the other way round.
    pub inverse: &'static str,
    /// Whether the thing of the row is its subject.
    pub from_row: bool,
}

const fn from_row(predicate: &'static str, inverse: &'static str) -> StatedRelation {
    StatedRelation { predicate, inverse, from_row: true }
}

const fn to_row(predicate: &'static str, inverse: &'static str) -> StatedRelation {
    StatedRelation { predicate, inverse, from_row: false }
}

/// A column that refers to rows.
#[derive(Debug, Clone)]
pub(super) struct RowLink {
    pub column: usize,
    /// The table whose rows are referred to.
    pub table: usize,
    /// The column there that has the same values.
    pub target: usize,
    /// The relation, or nothing if it is one of the pack's own.
    pub relation: Option<StatedRelation>,
    /// Whether every value is that of a row.
    pub is_whole: bool,
}

const UNDERTAKINGS: [&str; 4] = ["cg:Fund", "cg:Scheme", "cg:Project", "cg:Service"];

/// The columns of a table that refer to rows of this or another one.
pub(super) fn links(tables: &[TableGuess], at: usize, asked: &Asked, unsure: &mut Findings) -> Vec<RowLink> {
    let table = &tables[at];
    let mut links = Vec::new();
    for (index, column) in table.columns.iter().enumerate() {
        // Who is above somebody, and in a list of people whom somebody assists.
        let is_parent = table.roles.get(&ColumnRole::Parent) == Some(&index)
            || (asked.is_staff || table.class == "cg:Person") && table.columns_of_heads().contains(&index);
        let may = column.is_text() || column.is_whole() || column.datatype() == Some("xsd:anyURI");
        // Who is above is told by one column: a second one says the same in another way.
        let is_told =
            !is_parent && table.roles.contains_key(&ColumnRole::Parent) && ColumnRole::Parent.fits(&column.name);
        if !may
            || asked.is_staff && is_told
            || column.distinct.is_empty()
            // One row for each thing of another table is identified by it.
            || table.key == [index] && !table.class.is_empty()
            || table.labels.iter().any(|(label, _)| *label == index)
        {
            continue;
        }
        let values: Vec<&str> = match &column.list {
            Some(delimiter) => column.distinct.iter().flat_map(|cell| cell.split(delimiter.as_str())).collect(),
            None => column.distinct.iter().map(String::as_str).collect(),
        };
        let act = words::act_of(&column.name);
        let mut best: Option<(usize, RowLink)> = None;
        for (other, target) in tables.iter().enumerate() {
            let by_key = (target.key.len() == 1).then(|| target.key[0]);
            let by_label = target.labels.first().map(|(label, _)| *label);
            let mut goals: BTreeSet<usize> = by_key.into_iter().chain(by_label).collect();
            let is_list = is_parent && other == at && (asked.is_staff || tables.len() == 1);
            if is_list {
                let is_mail = |at: &usize| target.columns[*at].is_unique && target.columns[*at].is_mail_address();
                goals.extend((0..target.columns.len()).filter(is_mail));
            }
            for goal in goals {
                if other == at && (goal == index || table.key == [index]) {
                    continue;
                }
                let known = &target.columns[goal].distinct;
                let mut n_found = values.iter().filter(|value| known.contains(**value)).count();
                let is_whole = n_found == values.len();
                let n_exact = n_found;
                if is_list && !is_whole {
                    // Heads may be named in another way, or some by number and others by name.
                    let named = by_label.map(|at| &target.columns[at].distinct);
                    let names: BTreeSet<String> =
                        known.iter().chain(named.into_iter().flatten()).map(|name| folded(name)).collect();
                    n_found = values.iter().filter(|value| names.contains(&folded(value))).count();
                }
                let is_named = is_parent || words::succession_of(&column.name).is_some();
                let names = names_table(&column.name, target, goal) || is_named && other == at;
                // Who funds or runs a thing may be in the table for the most part only.
                let acts = act.is_some() && is_agent(target) && column.is_text() && n_found * 3 >= values.len();
                // What is said of people in a staff list is who is above, even if nobody is found.
                let enough = asked.is_staff && is_parent && other == at
                    || names && n_found * 10 >= values.len() * 8 && n_found > 0
                    || acts && n_found > 0
                    || !names && is_whole && values.len() > 1 && column.is_text() && !column.has_several
                    || !names && is_whole && column.has_several && n_found > 2;
                if !enough {
                    continue;
                }
                let score = n_exact * 4 + usize::from(names) * 2 + usize::from(by_key == Some(goal));
                if best.as_ref().is_none_or(|(known, _)| score > *known) {
                    let is_of_role = |role| table.roles.get(&role) == Some(&index);
                    let relation = if is_parent && is_of_role(ColumnRole::Assistant) {
                        Some(if words::names_assistants(&column.name) {
                            from_row("cg:hasAssistant", "cg:assistantTo")
                        } else {
                            from_row("cg:assistantTo", "cg:hasAssistant")
                        })
                    } else if is_parent && is_of_role(ColumnRole::Also) {
                        Some(from_row("cg:alsoReportsTo", "cg:alsoReceivesReportsFrom"))
                    } else {
                        relation(table, target, &column.name, is_parent, other == at)
                    };
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
            } else if !names_table(&column.name, target, link.target) && !is_parent && act.is_none() {
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

/// Whether the rows of a table are those who do something, or money that is given.
fn is_agent(table: &TableGuess) -> bool {
    ["cg:Organisation", "cg:Person", "cg:Fund"].contains(&table.class)
}

/// Whether the name of a column names a table: `office`, `office_id`, `parent_organisations[*].id`.
fn names_table(column: &str, table: &TableGuess, key: usize) -> bool {
    let words: Vec<String> =
        column.split(|c: char| !c.is_alphanumeric()).map(|word| singular(&word.to_lowercase())).collect();
    let of_table: Vec<String> =
        table.name.split('-').map(singular).filter(|word| !word.chars().all(|c| c.is_ascii_digit())).collect();
    let of_key = words::plain(&table.columns[key].name);
    let is_general = ["id", "name", "code", "key", "title", "label", "no", "number"].contains(&of_key.as_str());
    // `Programm` and `Programme`, `部門` and `政府部門`.
    let agree = |word: &String, column: &String| {
        word == column
            || word.chars().count().min(column.chars().count()) > 3
                && (word.starts_with(column.as_str()) || column.starts_with(word.as_str()))
                && word.chars().count().abs_diff(column.chars().count()) <= 2
            || !column.is_empty() && !column.is_ascii() && column.chars().count() > 1 && word.ends_with(column.as_str())
    };
    of_table.iter().any(|word| words.iter().any(|column| agree(word, column)))
        || !is_general && words::plain(column) == of_key
}

/// The relation that a reference states; nothing if it is one of the pack's own.
fn relation(
    table: &TableGuess,
    target: &TableGuess,
    column: &str,
    is_parent: bool,
    to_itself: bool,
) -> Option<StatedRelation> {
    let lower = column.to_lowercase();
    let of_bodies = |table: &TableGuess| table.class == "cg:Organisation";
    let is_undertaking = |table: &TableGuess| UNDERTAKINGS.contains(&table.class);
    if to_itself && table.class == "cg:Person" && (is_parent || words::is_of_people(column)) {
        return Some(from_row("cg:reportsTo", "cg:receivesReportsFrom"));
    }
    if of_bodies(table) && of_bodies(target) && (is_parent || lower.contains("parent")) {
        return Some(from_row("cg:partOf", "cg:hasPart"));
    }
    if of_bodies(table) && of_bodies(target) && (lower.contains("child") || lower.contains("subordinate")) {
        return Some(to_row("cg:partOf", "cg:hasPart"));
    }
    if is_undertaking(table) && is_undertaking(target) && (is_parent || to_itself) {
        return Some(from_row("cg:under", "cg:hasComponent"));
    }
    if target.class == "cg:Place" && !to_itself || target.class == "cg:Facility" {
        return (!table.class.is_empty()).then_some(from_row("cg:locatedIn", "cg:locationOf"));
    }
    if table.class.is_empty() || to_itself || !is_agent(target) {
        return None;
    }
    if let Some(relation) = acting(table.class, target.class, column) {
        return Some(relation);
    }
    // The column says no more than that the one belongs to the other.
    match (table.class, target.class) {
        (_, "cg:Person") => None,
        ("cg:Person", "cg:Organisation") => Some(from_row("cg:memberOf", "cg:hasMember")),
        ("cg:Organisation", "cg:Organisation") => Some(from_row("cg:partOf", "cg:hasPart")),
        ("cg:Post", "cg:Organisation") => Some(from_row("cg:postIn", "cg:hasPost")),
        (_, "cg:Fund") if is_undertaking(table) => Some(to_row("cg:funds", "cg:fundedBy")),
        (_, "cg:Fund") => None,
        _ => Some(to_row("cg:has", "cg:belongsTo")),
    }
}

/// The relation to the thing of a row of the one that a column names, who does what its name says.
pub(super) fn acting(class: &str, agent: &str, column: &str) -> Option<StatedRelation> {
    let (act, _) = words::act_of(column)?;
    let is_undertaking = UNDERTAKINGS.contains(&class);
    if agent == "cg:Fund" && act != Act::Funds || ["cg:Person", "cg:Post"].contains(&class) {
        return None;
    }
    Some(match act {
        Act::Gets => return None,
        Act::Funds => to_row("cg:funds", "cg:fundedBy"),
        Act::Operates => to_row("cg:operates", "cg:operatedBy"),
        Act::Maintains => to_row("cg:maintains", "cg:maintainedBy"),
        Act::Provides if is_undertaking => to_row("cg:provides", "cg:providedBy"),
        Act::Leads | Act::Runs if class == "cg:Organisation" && agent == "cg:Person" => to_row("cg:leads", "cg:ledBy"),
        Act::Runs if class == "cg:Project" && agent == "cg:Organisation" => to_row("cg:carriesOut", "cg:carriedOutBy"),
        Act::Runs if matches!(class, "cg:Fund" | "cg:Scheme") && agent == "cg:Organisation" => {
            to_row("cg:administers", "cg:administeredBy")
        }
        Act::Leads | Act::Runs | Act::Provides => to_row("cg:manages", "cg:managedBy"),
    })
}

/// The values of a cell.
pub(super) fn values(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(BETWEEN).filter(|value| !value.is_empty())
}
