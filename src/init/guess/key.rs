//! Which columns identify a row.

use std::collections::BTreeSet;

use super::TableGuess;
use crate::finding::Findings;
use crate::init::words::{self, ColumnRole};

impl TableGuess {
    pub(super) fn find_key(&mut self, unsure: &mut Findings) {
        self.find_columns_of_key(unsure);
        // What is read from two columns is identified by both.
        let parts = |at: &usize| self.columns[*at].parts.map_or_else(|| vec![*at], |parts| parts.to_vec());
        self.key = self.key.iter().flat_map(parts).collect();
    }

    fn find_columns_of_key(&mut self, unsure: &mut Findings) {
        if let Some(at) = self.roles.get(&ColumnRole::Id).copied() {
            if self.columns[at].is_unique {
                (self.key, self.key_is_unique) = (vec![at], true);
                return;
            }
            if !self.reading.rows.is_empty() {
                let message = format!(
                    "`{}` does not identify the rows: a value is missing or comes twice",
                    self.columns[at].name
                );
                self.told(unsure, at, message, None);
            }
        }
        let label = self.labels.first().map(|(at, _)| *at);
        let of_table = words::singular(self.name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-'));
        let names_a_key = |at: &usize| {
            let plain = words::plain(&self.columns[*at].name);
            // `dept` beside the name in a table of departments.
            if label.is_some_and(|label| label != *at) && words::singular(&plain) == of_table {
                return true;
            }
            ["id", "code", "key", "no", "number"].iter().any(|word| plain.split(' ').any(|part| part == *word))
        };
        let unique: Vec<usize> = (0..self.columns.len())
            .filter(|at| self.may_be_key(*at))
            .filter(|at| self.columns[*at].is_unique && (self.columns[*at].is_text() || self.columns[*at].is_whole()))
            .filter(|at| !self.columns[*at].distinct.iter().any(|value| value.chars().count() > 200))
            .collect();
        let text = |at: &&usize| self.columns[**at].is_text();
        let one = unique
            .iter()
            .find(|at| names_a_key(at))
            .or(unique.iter().find(|at| label == Some(**at)))
            .or(unique.iter().find(text));
        if let Some(at) = one {
            (self.key, self.key_is_unique) = (vec![*at], true);
            return;
        }
        if let Some(key) = self.key_of_several() {
            (self.key, self.key_is_unique) = (key, true);
        } else if let Some(key) = label.and_then(|label| self.key_of_posts(label)) {
            (self.key_is_unique, self.key) = (self.is_key(&key), key);
        } else if let Some(label) = label {
            self.key = vec![label];
        } else {
            let key = self.key_with_gaps();
            (self.key_is_unique, self.key) = (self.is_key(&key), key);
        }
    }

    /// Whether the columns differ in all rows.
    fn is_key(&self, key: &[usize]) -> bool {
        let mut seen = BTreeSet::new();
        self.reading.rows.iter().all(|row| seen.insert(key.iter().map(|at| row[*at].as_str()).collect::<Vec<_>>()))
    }

    /// Several filled columns together: those that say what a row is about.
    fn key_of_several(&self) -> Option<Vec<usize>> {
        let may = |at: &usize| {
            let column = &self.columns[*at];
            let may =
                column.is_text() || column.is_whole() || matches!(column.datatype(), Some("xsd:gYear" | "xsd:date"));
            may && !column.has_several
                && self.may_be_key(*at)
                && column.n_filled == self.reading.rows.len()
                && self.roles.get(&ColumnRole::Description) != Some(at)
        };
        let parts: Vec<usize> = (0..self.columns.len()).filter(may).take(8).collect();
        let mut keys: Vec<Vec<usize>> = Vec::new();
        for (n, first) in parts.iter().enumerate() {
            for (m, second) in parts.iter().enumerate().skip(n + 1) {
                keys.push(vec![*first, *second]);
                keys.extend(parts.iter().skip(m + 1).map(|third| vec![*first, *second, *third]));
            }
        }
        // Numbers are rather what is said than what it is said of.
        keys.sort_by_key(|key| (key.iter().filter(|at| self.columns[**at].is_whole()).count(), key.len()));
        keys.into_iter().find(|key| self.is_key(key))
    }

    /// Names and posts together, since some posts have nobody, and what else tells them apart.
    fn key_of_posts(&self, label: usize) -> Option<Vec<usize>> {
        if self.columns[label].n_filled == self.reading.rows.len() {
            return None;
        }
        let mut key = vec![label, *self.roles.get(&ColumnRole::Post)?];
        let mut others: Vec<usize> = self.roles.get(&ColumnRole::Parent).copied().into_iter().collect();
        others.extend(self.key_with_gaps());
        for at in others {
            if self.is_key(&key) {
                break;
            }
            if !key.contains(&at) {
                key.push(at);
            }
        }
        Some(key)
    }

    /// The columns that together tell the rows apart, though cells of them are empty: those without numbers, and if
    /// these do not, the numbers too. Of many, what is not needed is left out, the last first.
    fn key_with_gaps(&self) -> Vec<usize> {
        let may = |at: &usize| {
            let column = &self.columns[*at];
            column.n_filled > 0
                && !column.has_several
                && column.parts.is_none()
                && !column.distinct.iter().any(|value| value.chars().count() > 200)
        };
        let all: Vec<usize> = (0..self.columns.len()).filter(may).collect();
        let mut key: Vec<usize> = all.iter().copied().filter(|at| !self.columns[*at].is_number()).collect();
        if !self.is_key(&key) {
            key = all;
        }
        if self.is_key(&key) {
            for at in key.clone().into_iter().rev().filter(|at| !self.columns[*at].is_time()) {
                let fewer: Vec<usize> = key.iter().copied().filter(|other| *other != at).collect();
                if fewer.len() > 2 && self.is_key(&fewer) {
                    key = fewer;
                }
            }
        }
        key
    }

    /// Whether a cell of a key of several columns is empty.
    pub fn key_has_gaps(&self) -> bool {
        self.key.len() > 1 && self.key.iter().any(|at| self.columns[*at].n_filled < self.reading.rows.len())
    }

    /// Whether no cell of a column, or of those from which it is read, is empty.
    fn may_be_key(&self, at: usize) -> bool {
        let parts = self.columns[at].parts.unwrap_or([at; 2]);
        self.columns[at].parts.is_none()
            || parts.iter().all(|part| self.columns[*part].n_filled == self.reading.rows.len())
    }
}
