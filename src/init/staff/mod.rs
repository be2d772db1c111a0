//! Who is above whom in a staff list: heads that have no row, several heads, circles, names that come twice.

mod heads;
mod name;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::guess::TableGuess;
use super::link::{RowLink, values};
use super::words::ColumnRole;
use crate::finding::{Finding, Findings, Place, Severity, closest, codes, shorten};
use heads::{Meant, RowNames};

pub(super) use heads::Heads;
pub(super) use name::folded;

/// Names that are told one by one.
const MOST_NAMES: usize = 5;
/// Names for which a similar one is looked for.
const MOST_SIMILAR: usize = 20;

/// What a staff list says of who is above whom.
pub(super) struct Staff {
    /// Those who are named as heads and have no row of which that is certain, in the order in which they are
    /// named, each with what is to be said of it.
    pub missing: Vec<(String, MissingHead)>,
    pub heads: Heads,
    pub findings: Findings,
}

/// Why a head is only a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MissingHead {
    /// No row is called so.
    Nobody,
    /// Several rows are.
    Several,
}

/// The cells that say who is above whom, and what their texts mean.
struct ListHierarchy<'a> {
    table: &'a TableGuess,
    link: &'a RowLink,
    names: RowNames<'a>,
    /// What each text means.
    meant: BTreeMap<&'a str, Meant>,
    /// The texts in the order in which they come, with the first cell of each and the number of cells.
    heads: Vec<(&'a str, (usize, usize), u64)>,
    places: BTreeMap<(usize, usize), Place>,
}

/// Reads who is above whom.
pub(super) fn examine(table: &TableGuess) -> Staff {
    let mut staff = Staff { missing: Vec::new(), heads: Heads::Written, findings: Findings::new() };
    let Some(link) =
        table.roles.get(&ColumnRole::Parent).and_then(|at| table.links.iter().find(|link| link.column == *at))
    else {
        if !table.roles.contains_key(&ColumnRole::Parent) {
            let message = "no column is known to say who is above whom, so that nobody is under anybody";
            let hint =
                format!("name it with `--column parent=COLUMN`; the columns are {}", table.named_columns().join(", "));
            let place = table.reading.header.first().cloned();
            staff.findings.push(Finding::warning(codes::UNKNOWN_COLUMN, message).at(place).hint(hint));
        }
        return staff;
    };
    let mut hierarchy = ListHierarchy {
        table,
        link,
        names: RowNames::of(table, link),
        meant: BTreeMap::new(),
        heads: Vec::new(),
        places: BTreeMap::new(),
    };
    hierarchy.read(&mut staff);
    staff.heads = heads::heads(table, link, &hierarchy.meant);
    staff
}

impl<'a> ListHierarchy<'a> {
    fn heads_of(&self, row: usize, column: usize) -> impl Iterator<Item = &'a str> + use<'a> {
        let missing = &self.table.columns[column].missing;
        let cell: &'a str = &self.table.reading.rows[row][column];
        values(cell).filter(move |cell| !missing.iter().any(|word| word == cell))
    }

    fn read(&mut self, staff: &mut Staff) {
        let (table, link) = (self.table, self.link);
        let mut above: Vec<Option<usize>> = vec![None; table.reading.rows.len()];
        let mut at_head: HashMap<&str, usize> = HashMap::new();
        let mut tops = Vec::new();
        let columns = table.columns_of_heads();
        for (row, above) in above.iter_mut().enumerate() {
            let mut is_top = true;
            for column in columns.iter().copied() {
                for head in self.heads_of(row, column) {
                    is_top = false;
                    let at = *at_head.entry(head).or_insert_with(|| {
                        self.heads.push((head, (row, column), 0));
                        self.heads.len() - 1
                    });
                    self.heads[at].2 += 1;
                    let meant = self.meant.entry(head).or_insert_with(|| self.names.meant(head));
                    if let (true, Meant::Row(of) | Meant::Guess(of) | Meant::Otherwise(of, _)) =
                        (column == link.column, meant)
                    {
                        *above = above.or(Some(*of));
                    } else if let (true, Some(Meant::All(of))) = (column == link.column, self.meant.get(head)) {
                        *above = above.or(of.first().copied());
                    }
                }
            }
            if is_top {
                tops.push(row);
            }
        }
        let cycles = cycles(&above);
        let twice = twice(table);
        let mut wanted: BTreeSet<(usize, usize)> = BTreeSet::new();
        for (head, cell, _) in &self.heads {
            match &self.meant[head] {
                Meant::Row(_) => {}
                Meant::Otherwise(..) => {
                    wanted.insert(*cell);
                }
                Meant::Several(rows) => {
                    wanted.insert(*cell);
                    wanted.extend(rows.iter().take(MOST_NAMES).map(|row| (*row, link.target)));
                }
                Meant::Guess(_) | Meant::Nobody | Meant::All(_) => {
                    wanted.insert(*cell);
                }
            }
        }
        wanted.extend(cycles.iter().flatten().map(|row| (*row, link.column)));
        wanted.extend(tops.iter().take(MOST_NAMES).map(|row| (*row, link.column)));
        wanted.extend(twice.iter().flat_map(|(_, column, rows)| rows.iter().map(|row| (*row, *column))));
        self.places = table.reading.places(&wanted);
        self.tell_heads(staff);
        self.tell_cycles(&cycles, staff);
        self.tell_twice(twice, staff);
        self.tell_tops(&tops, staff);
    }

    fn place(&self, row: usize, column: usize) -> Option<Place> {
        self.places.get(&(row, column)).cloned()
    }

    fn named(&self, row: usize) -> String {
        let at = self.table.labels.first().map_or(self.link.target, |(label, _)| *label);
        shorten(self.table.cell(row, at))
    }

    fn tell_heads(&self, staff: &mut Staff) {
        self.tell_otherwise(staff);
        for (head, (row, column), n) in &self.heads {
            let rows = if *n == 1 { "this row".to_owned() } else { format!("this and {} more", counted(n - 1, "row")) };
            let are = if *n == 1 { "is" } else { "are" };
            match &self.meant[head] {
                Meant::Row(_) | Meant::Otherwise(..) => {}
                Meant::Guess(of) => {
                    let message = format!("`{}` is taken for {}", shorten(head), self.told(*of));
                    let guess = Finding::new(Severity::Info, codes::UNSURE_GUESS, message);
                    staff.findings.push(guess.at(self.place(*row, *column)));
                }
                Meant::All(of) => {
                    let heads: Vec<String> = of.iter().map(|row| self.told(*row)).collect();
                    let message = format!(
                        "`{}` names {} heads: {rows} {are} under {}, the first drawn with a line and the others dotted",
                        shorten(head),
                        of.len(),
                        heads.join(" and ")
                    );
                    let guess = Finding::new(Severity::Info, codes::UNSURE_GUESS, message);
                    staff.findings.push(guess.at(self.place(*row, *column)));
                }
                Meant::Several(of) => {
                    let message = format!(
                        "`{}` is the name of {}, so that it is not clear whom {rows} {are} under",
                        shorten(head),
                        counted(of.len() as u64, "row")
                    );
                    let mut finding = Finding::warning(codes::SAME_NAME, message).at(self.place(*row, *column));
                    for row in of.iter().take(MOST_NAMES) {
                        finding = with(finding, self.place(*row, self.link.target), "so called");
                    }
                    let hint = "name heads by a column that is different for everybody, such as a staff number";
                    staff.findings.push(finding.hint(hint.to_owned()));
                    staff.missing.push(((*head).to_owned(), MissingHead::Several));
                }
                Meant::Nobody => {
                    let relation = match self.table.roles.get(&ColumnRole::Assistant) == Some(column) {
                        true => format!("whom {rows} {}", if *n == 1 { "names as an assistant" } else { "name" }),
                        false => format!("whom {rows} {are} under"),
                    };
                    let message = format!("no row is that of `{}`, {relation}", shorten(head));
                    let similar = (staff.missing.len() < MOST_SIMILAR).then(|| closest(head, self.names.names()));
                    let hint = match similar.flatten() {
                        Some(similar) => format!("did you mean `{similar}`?"),
                        None => "add a row, or correct the name; a card is drawn for the name alone".to_owned(),
                    };
                    let finding = Finding::warning(codes::MISSING_HEAD, message).at(self.place(*row, *column));
                    staff.findings.push(finding.hint(hint));
                    staff.missing.push(((*head).to_owned(), MissingHead::Nobody));
                }
            }
        }
    }

    /// A row as it is told: by its name, and by its number if others have the name.
    fn told(&self, row: usize) -> String {
        let known = shorten(self.table.cell(row, self.link.target));
        let named = self.named(row);
        match (known.is_empty(), named.is_empty()) {
            (false, false) if known != named => format!("`{named}` (`{known}`)"),
            (false, _) => format!("`{known}`"),
            (true, false) => format!("`{named}`"),
            (true, true) => {
                let post = self.table.roles.get(&ColumnRole::Post).map(|at| shorten(self.table.cell(row, *at)));
                format!("the post `{}` that nobody has", post.unwrap_or_default())
            }
        }
    }

    /// Tells once for each column that heads are named by it, and not by that by which most are.
    fn tell_otherwise(&self, staff: &mut Staff) {
        let mut columns: BTreeMap<usize, (&str, (usize, usize), u64)> = BTreeMap::new();
        for (head, cell, _) in &self.heads {
            if let Meant::Otherwise(_, at) = self.meant[head] {
                columns.entry(at).or_insert((head, *cell, 0)).2 += 1;
            }
        }
        let name = |at: usize| &self.table.columns[at].name;
        for (at, (head, (row, column), n)) in columns {
            let message = format!(
                "heads are named by `{}` and by `{}`: {} by the latter, such as `{}`",
                name(self.link.target),
                name(at),
                if n == 1 { "one".to_owned() } else { n.to_string() },
                shorten(head)
            );
            let guess = Finding::new(Severity::Info, codes::UNSURE_GUESS, message);
            staff.findings.push(guess.at(self.place(row, column)));
        }
    }

    fn tell_cycles(&self, cycles: &[Vec<usize>], staff: &mut Staff) {
        for cycle in cycles {
            let names: Vec<String> = cycle.iter().chain(cycle.first()).map(|row| self.named(*row)).collect();
            let message = match cycle.as_slice() {
                [_] => format!("`{}` is under itself", names[0]),
                _ => format!("circle in who is under whom: {}", names.join(" → ")),
            };
            let mut finding =
                Finding::warning(codes::CIRCULAR_HIERARCHY, message).at(self.place(cycle[0], self.link.column));
            for row in cycle.iter().skip(1).take(MOST_NAMES) {
                finding = with(finding, self.place(*row, self.link.column), "part of the circle");
            }
            staff.findings.push(finding.hint("correct one of these cells, or empty it".to_owned()));
        }
    }

    fn tell_twice(&self, twice: Vec<(String, usize, [usize; 2])>, staff: &mut Staff) {
        for (name, column, rows) in twice {
            let message = format!("`{}` comes twice and cannot be told apart: both become one", shorten(&name));
            let finding = Finding::warning(codes::SAME_NAME, message).at(self.place(rows[1], column));
            let finding = with(finding, self.place(rows[0], column), "first here");
            let hint = "add a column that is different for everybody, such as a staff number".to_owned();
            staff.findings.push(finding.hint(hint));
        }
    }

    fn tell_tops(&self, tops: &[usize], staff: &mut Staff) {
        if tops.len() < 2 {
            return;
        }
        let names: Vec<String> = tops.iter().take(MOST_NAMES).map(|row| format!("`{}`", self.named(*row))).collect();
        let more = if tops.len() > MOST_NAMES { " …" } else { "" };
        let message = format!("{} are under nobody: {}{more}", counted(tops.len() as u64, "row"), names.join(", "));
        let mut finding =
            Finding::new(Severity::Info, codes::SEVERAL_HEADS, message).at(self.place(tops[0], self.link.column));
        for row in tops.iter().skip(1).take(MOST_NAMES - 1) {
            finding = with(finding, self.place(*row, self.link.column), "another");
        }
        staff.findings.push(finding);
    }
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
