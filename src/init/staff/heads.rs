//! Which row is meant by the name or identifier of a head.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::guess::TableGuess;
use super::super::link::{RowLink, values};
use super::name::folded;

/// How the head of a row is found.
#[derive(Debug)]
pub(in crate::init) enum Heads {
    /// By equal texts.
    Written,
    /// By a table of texts and rows.
    ByTable {
        /// Whether it has all heads that have a row, and not only those that are written in another way.
        is_all: bool,
        /// Whether the row is told apart too, since two of one name have different heads.
        with_row: bool,
        rows: Vec<HeadRow>,
    },
}

/// A text that names a head, and the key of the row that is meant.
#[derive(Debug)]
pub(in crate::init) struct HeadRow {
    pub written: String,
    /// The row whose head it is, if rows are told apart.
    pub row: Option<String>,
    pub key: Vec<String>,
}

/// Which row a text means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meant {
    Row(usize),
    /// A row whose name is written in another way.
    Guess(usize),
    /// One of several.
    Several(Vec<usize>),
    Nobody,
}

impl Heads {
    /// Whether heads are found by equal texts alone.
    pub fn is_plain(&self) -> bool {
        matches!(self, Self::Written)
    }
}

/// The rows by what they are called.
pub(super) struct RowNames<'a> {
    table: &'a TableGuess,
    exact: HashMap<&'a str, Vec<usize>>,
    folded: HashMap<String, Vec<usize>>,
}

impl<'a> RowNames<'a> {
    pub fn of(table: &'a TableGuess, link: &RowLink) -> Self {
        let mut names = Self { table, exact: HashMap::new(), folded: HashMap::new() };
        for (row, cells) in table.reading.rows.iter().enumerate() {
            for name in values(&cells[link.target]) {
                names.exact.entry(name).or_default().push(row);
            }
        }
        for (name, rows) in &names.exact {
            names.folded.entry(folded(name)).or_default().extend(rows);
        }
        names.folded.values_mut().for_each(|rows| rows.sort_unstable());
        names
    }

    /// Whether rows with equal names are one thing, since nothing tells them apart.
    fn are_one(&self, rows: &[usize]) -> bool {
        let key = |row: usize| self.table.key.iter().map(|at| &self.table.reading.rows[row][*at]).collect::<Vec<_>>();
        !self.table.key.is_empty() && rows.windows(2).all(|pair| key(pair[0]) == key(pair[1]))
    }

    /// The row that a text means.
    pub fn meant(&self, head: &str) -> Meant {
        match self.exact.get(head).map(Vec::as_slice) {
            Some([first, ..]) if self.are_one(&self.exact[head]) => return Meant::Row(*first),
            Some(several @ [_, ..]) => return Meant::Several(several.to_vec()),
            _ => {}
        }
        match self.folded.get(&folded(head)).map(Vec::as_slice) {
            Some([first, ..]) if self.are_one(&self.folded[&folded(head)]) => Meant::Guess(*first),
            Some(several @ [_, ..]) => Meant::Several(several.to_vec()),
            _ => Meant::Nobody,
        }
    }

    pub fn names(&self) -> impl Iterator<Item = &'a str> {
        let sorted: BTreeSet<&str> = self.exact.keys().copied().collect();
        sorted.into_iter()
    }
}

/// How the heads of rows are found, if `meant` says what their texts mean.
pub(super) fn heads(table: &TableGuess, link: &RowLink, meant: &BTreeMap<&str, Meant>) -> Heads {
    let rows = &table.reading.rows;
    let key = |row: usize| -> Vec<String> { table.key.iter().map(|at| rows[row][*at].clone()).collect() };
    let row_of = |head: &str| match meant.get(head) {
        Some(Meant::Row(row) | Meant::Guess(row)) => Some(*row),
        _ => None,
    };
    if has_contradiction(table, link) {
        // Of those who cannot be told apart, the first says who is above.
        let mut known: BTreeSet<Vec<String>> = BTreeSet::new();
        let mut found = Vec::new();
        for (row, cells) in rows.iter().enumerate() {
            if !known.insert(key(row)) {
                continue;
            }
            for head in values(&cells[link.column]) {
                let of_head = row_of(head).map_or_else(|| vec![head.to_owned()], key);
                found.push(HeadRow { written: head.to_owned(), row: Some(key(row).join("-")), key: of_head });
            }
        }
        return Heads::ByTable { is_all: true, with_row: true, rows: found };
    }
    let is_all = meant.values().any(|meant| matches!(meant, Meant::Several(_)));
    let of = |(head, meant): (&&str, &Meant)| match meant {
        Meant::Guess(row) => Some(HeadRow { written: (*head).to_owned(), row: None, key: key(*row) }),
        Meant::Row(row) if is_all => Some(HeadRow { written: (*head).to_owned(), row: None, key: key(*row) }),
        _ => None,
    };
    let found: Vec<HeadRow> = meant.iter().filter_map(of).collect();
    if found.is_empty() && !is_all { Heads::Written } else { Heads::ByTable { is_all, with_row: false, rows: found } }
}

/// Whether rows that cannot be told apart have different heads.
fn has_contradiction(table: &TableGuess, link: &RowLink) -> bool {
    if table.key_is_unique || table.key.len() != 1 {
        return false;
    }
    let mut first: HashMap<&str, &str> = HashMap::new();
    table.reading.rows.iter().any(|cells| {
        let head = cells[link.column].as_str();
        *first.entry(cells[table.key[0]].as_str()).or_insert(head) != head
    })
}
