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
    /// A row that the text of another column means, such as the name where most are numbers.
    Otherwise(usize, usize),
    /// One of several.
    Several(Vec<usize>),
    /// All of several: a cell with the names of two heads.
    All(Vec<usize>),
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
    /// The column by which heads are named.
    target: usize,
    exact: HashMap<&'a str, Vec<usize>>,
    /// Other columns that tell people apart, with their texts.
    others: Vec<(usize, HashMap<&'a str, Vec<usize>>)>,
    folded: HashMap<String, Vec<usize>>,
}

impl<'a> RowNames<'a> {
    pub fn of(table: &'a TableGuess, link: &RowLink) -> Self {
        let texts = |at: usize| {
            let mut texts: HashMap<&'a str, Vec<usize>> = HashMap::new();
            for (row, cells) in table.reading.rows.iter().enumerate() {
                for name in values(&cells[at]) {
                    texts.entry(name).or_default().push(row);
                }
            }
            texts
        };
        let labels: Vec<usize> = table.labels.iter().map(|(at, _)| *at).collect();
        let is_other = |at: &usize| {
            let column = &table.columns[*at];
            *at != link.target
                && *at != link.column
                && (labels.contains(at)
                    || table.key == [*at]
                    || column.is_unique && (column.is_text() || column.is_mail_address()))
        };
        let others = (0..table.columns.len()).filter(is_other).map(|at| (at, texts(at))).collect();
        let mut names = Self { table, target: link.target, exact: texts(link.target), others, folded: HashMap::new() };
        let of_others = names.others.iter().filter(|(at, _)| labels.contains(at)).flat_map(|(_, texts)| texts);
        for (name, rows) in names.exact.iter().chain(of_others) {
            names.folded.entry(folded(name)).or_default().extend(rows);
        }
        for rows in names.folded.values_mut() {
            rows.sort_unstable();
            rows.dedup();
        }
        names
    }

    /// Whether rows with equal names are one thing, since nothing tells them apart.
    fn are_one(&self, rows: &[usize]) -> bool {
        let key = |row: usize| self.table.key.iter().map(|at| &self.table.reading.rows[row][*at]).collect::<Vec<_>>();
        !self.table.key.is_empty() && rows.windows(2).all(|pair| key(pair[0]) == key(pair[1]))
    }

    /// The rows as one, if they are.
    fn one_of(&self, rows: &[usize], one: impl Fn(usize) -> Meant) -> Meant {
        match rows {
            [] => Meant::Nobody,
            [first, ..] if self.are_one(rows) => one(*first),
            several => Meant::Several(several.to_vec()),
        }
    }

    /// The row that a text means.
    pub fn meant(&self, head: &str) -> Meant {
        match self.alone(head) {
            Meant::Nobody => match self.with_number(head) {
                Meant::Nobody => self.all_of(head),
                meant => meant,
            },
            meant => meant,
        }
    }

    /// The rows of several heads in one cell: `Ann Lee; Bob Ray`.
    fn all_of(&self, head: &str) -> Meant {
        for between in [";", "|", "\n", "、", "；", " / ", "/", " & ", " and ", " und ", ", ", "，"] {
            let parts: Vec<&str> = head.split(between).map(str::trim).filter(|part| !part.is_empty()).collect();
            if parts.len() < 2 {
                continue;
            }
            let rows = parts.iter().map(|part| match self.alone(part) {
                Meant::Row(row) | Meant::Guess(row) | Meant::Otherwise(row, _) => Some(row),
                _ => None,
            });
            if let Some(rows) = rows.collect::<Option<Vec<usize>>>() {
                return Meant::All(rows);
            }
        }
        Meant::Nobody
    }

    /// The row that a text means as a whole.
    fn alone(&self, head: &str) -> Meant {
        if let Some(rows) = self.exact.get(head) {
            // Who is vacant is found by its row: there is no name to compare.
            let is_nobody = rows.iter().any(|row| self.table.cell(*row, self.target).is_empty());
            return self.one_of(rows, if is_nobody { Meant::Guess } else { Meant::Row });
        }
        for (at, texts) in &self.others {
            if let Some(rows) = texts.get(head) {
                return self.one_of(rows, |row| Meant::Otherwise(row, *at));
            }
        }
        self.folded.get(&folded(head)).map_or(Meant::Nobody, |rows| self.one_of(rows, Meant::Guess))
    }

    /// The row that a name and a number mean together: `Ann Lee (1001)`, `1001 - Ann Lee`.
    fn with_number(&self, head: &str) -> Meant {
        let parts = [" (", "（", " - ", " – ", ", ", " / ", "/", " "].iter().filter_map(|between| {
            let (first, last) = if *between == " " { head.split_once(' ')? } else { head.rsplit_once(between)? };
            Some([first.trim(), last.trim_end_matches([')', '）']).trim()])
        });
        for part in parts {
            let has_digit = |text: &str| text.contains(|c: char| c.is_ascii_digit());
            let (number, name) = if has_digit(part[0]) { (part[0], part[1]) } else { (part[1], part[0]) };
            if !has_digit(number) || has_digit(name) {
                continue;
            }
            if let (Meant::Row(row) | Meant::Otherwise(row, _), of_name) = (self.alone(number), self.alone(name)) {
                // The number decides, unless the name is that of somebody else.
                let agrees = match &of_name {
                    Meant::Row(of) | Meant::Otherwise(of, _) | Meant::Guess(of) => *of == row,
                    Meant::Several(of) | Meant::All(of) => of.contains(&row),
                    Meant::Nobody => false,
                };
                if agrees {
                    return Meant::Guess(row);
                }
            }
        }
        Meant::Nobody
    }

    pub fn names(&self) -> impl Iterator<Item = &'a str> {
        let sorted: BTreeSet<&str> = self.exact.keys().copied().collect();
        sorted.into_iter()
    }
}

/// How the heads of rows are found, if `meant` says what their texts mean.
pub(super) fn heads(table: &TableGuess, link: &RowLink, meant: &BTreeMap<&str, Meant>) -> Heads {
    let rows = &table.reading.rows;
    let key = |row: usize| -> Vec<String> { table.key.iter().map(|at| table.cell(row, *at).to_owned()).collect() };
    let rows_of = |head: &str| match meant.get(head) {
        Some(Meant::Row(row) | Meant::Guess(row) | Meant::Otherwise(row, _)) => vec![*row],
        Some(Meant::All(rows)) => rows.clone(),
        _ => Vec::new(),
    };
    if has_contradiction(table, link) {
        // Of those who cannot be told apart, the first says who is above.
        let mut known: BTreeSet<Vec<String>> = BTreeSet::new();
        let mut found = Vec::new();
        for (row, cells) in rows.iter().enumerate() {
            if !known.insert(key(row)) {
                continue;
            }
            for head in table.columns_of_heads().into_iter().flat_map(|at| values(&cells[at])) {
                let mut of_head: Vec<Vec<String>> = rows_of(head).into_iter().map(key).collect();
                if of_head.is_empty() {
                    of_head.push(vec![head.to_owned()]);
                }
                found.extend(of_head.into_iter().map(|of_head| HeadRow {
                    written: head.to_owned(),
                    row: Some(key(row).join("-")),
                    key: of_head,
                }));
            }
        }
        return Heads::ByTable { is_all: true, with_row: true, rows: found };
    }
    let is_all = meant.values().any(|meant| matches!(meant, Meant::Several(_)));
    let of = |(head, meant): (&&str, &Meant)| -> Vec<HeadRow> {
        let rows = match meant {
            Meant::Guess(row) | Meant::Otherwise(row, _) => vec![*row],
            Meant::Row(row) if is_all => vec![*row],
            Meant::All(rows) => rows.clone(),
            _ => Vec::new(),
        };
        rows.into_iter().map(|row| HeadRow { written: (*head).to_owned(), row: None, key: key(row) }).collect()
    };
    let found: Vec<HeadRow> = meant.iter().flat_map(of).collect();
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
