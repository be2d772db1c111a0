//! A row as the terms of a mapping see it: cells with a value and cells without, and one value
//! at a time of a cell that has several.

use std::borrow::Cow;

use super::function::CodeLists;
use super::plan::Column;
use crate::pack::schema::{CellReader, RejectedRow};
use crate::table::{Record, ValueType};

/// The cells of a row, and what they say.
#[derive(Clone, Copy)]
pub struct TableRow<'a> {
    /// The cells.
    pub record: &'a Record,
    /// What they say.
    pub cells: &'a CellReader,
    /// What is left out of the row.
    pub rejected: Option<&'a RejectedRow>,
    /// Which value is meant of each cell that has several.
    pub choice: &'a Choice,
    /// The tables in which values are looked up.
    pub code_lists: &'a CodeLists,
}

impl<'a> TableRow<'a> {
    /// A row, the first values of its cells.
    pub fn new(record: &'a Record, cells: &'a CellReader, file: &str, code_lists: &'a CodeLists) -> Self {
        let rejected = cells.rejected(file, record.number());
        Self { record, cells, rejected, choice: const { &Choice(Vec::new()) }, code_lists }
    }

    /// Whether all of it is left out.
    pub fn is_rejected(self) -> bool {
        self.rejected.is_some_and(|rejected| rejected.is_whole)
    }

    /// The same row, other values of its cells.
    pub fn choosing<'b>(self, choice: &'b Choice) -> TableRow<'b>
    where
        'a: 'b,
    {
        TableRow { choice, ..self }
    }

    /// The text of a column, if the cell has a value.
    #[inline]
    pub fn get(self, column: &Column) -> Option<Cow<'a, str>> {
        let index = column.index;
        if self.rejected.is_none()
            && self.cells.is_as_written(index)
            && let Some(text) = self.record.cell_of_text(index)
        {
            return (!text.is_empty()).then_some(Cow::Borrowed(text));
        }
        if self.rejected.is_some_and(|rejected| rejected.columns.contains(&index)) {
            return None;
        }
        let n = self.choice.of(index);
        match self.list(index) {
            Some(items) => items.get(n).copied().and_then(|item| self.cells.item(index, item)),
            None if self.record.value_type(index, n) != ValueType::Text => {
                // It is a value already, and not written in the form of the field.
                Some(self.record.value(index, n)).filter(|value| !value.is_empty()).map(Cow::Borrowed)
            }
            None => self.cells.value(index, self.record.value(index, n)),
        }
    }

    /// The values in a cell of a list.
    fn list(self, index: usize) -> Option<Vec<&'a str>> {
        let form = self.cells.list(index)?;
        let cell = self.record.value(index, 0);
        (self.record.n_values(index) == 1 && !self.cells.is_missing(index, cell)).then(|| form.items(cell).collect())
    }

    /// How many values a cell has.
    fn n_values(self, index: usize) -> usize {
        self.list(index).map_or_else(|| self.record.n_values(index), |items| items.len())
    }

    /// Whether no cell has several values.
    pub fn is_flat(self) -> bool {
        self.record.is_flat() && !self.cells.has_lists()
    }

    /// What the value of a column is in its file.
    pub fn value_type(self, column: &Column) -> ValueType {
        self.record.value_type(column.index, self.choice.of(column.index))
    }

    /// All choices of one value for each of the columns that `columns` passes to its argument and
    /// that is not chosen yet; the last column changes fastest.
    pub fn choices(self, columns: impl FnOnce(&mut dyn FnMut(&Column))) -> Choices {
        self.choices_beside(self.choice, columns)
    }

    /// Like [`choices`](Self::choices), for all columns, whatever is chosen.
    pub fn all_choices(self, columns: impl FnOnce(&mut dyn FnMut(&Column))) -> Choices {
        self.choices_beside(&Choice::default(), columns)
    }

    fn choices_beside(self, chosen: &Choice, columns: impl FnOnce(&mut dyn FnMut(&Column))) -> Choices {
        let mut several: Vec<(usize, usize)> = Vec::new();
        if !self.is_flat() {
            columns(&mut |column| {
                let n = self.n_values(column.index);
                if n > 1 && !chosen.has(column.index) && !several.iter().any(|(of, _)| *of == column.index) {
                    several.push((column.index, n));
                }
            });
        }
        Choices { next: Some(Choice(several.iter().map(|(column, _)| (*column, 0)).collect())), several }
    }
}

/// For the columns whose cells have several values, which of them is meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice(Vec<(usize, usize)>);

impl Choice {
    /// The number of the value of a column, from 0.
    pub fn of(&self, column: usize) -> usize {
        self.0.iter().find(|(of, _)| *of == column).map_or(0, |(_, n)| *n)
    }

    /// Whether a value of a column is chosen.
    fn has(&self, column: usize) -> bool {
        self.0.iter().any(|(of, _)| *of == column)
    }

    /// This choice, and the other for the columns that it lacks.
    pub fn or(&self, other: &Self) -> Self {
        Self(self.0.iter().chain(&other.0).copied().collect())
    }
}

/// The choices of values for some columns, one after the other.
pub struct Choices {
    /// The columns, and how many values each has.
    several: Vec<(usize, usize)>,
    next: Option<Choice>,
}

impl Choices {
    /// The columns that have several values.
    pub fn columns(&self) -> impl Iterator<Item = usize> {
        self.several.iter().map(|(column, _)| *column)
    }

    /// How many choices there are.
    pub fn count_all(&self) -> usize {
        self.several.iter().fold(1, |all: usize, (_, n)| all.saturating_mul(*n))
    }
}

impl Iterator for Choices {
    type Item = Choice;

    fn next(&mut self) -> Option<Choice> {
        let choice = self.next.take()?;
        let mut next = choice.clone();
        for ((_, at), (_, n)) in next.0.iter_mut().zip(&self.several).rev() {
            *at += 1;
            if *at < *n {
                self.next = Some(next);
                break;
            }
            *at = 0;
        }
        Some(choice)
    }
}
