//! Where a quad comes from.

use crate::finding::Place;
use crate::map::plan::{Column, Expression, ObjectMap, TermMap, TermType};
use crate::map::row::Choice;
use crate::table::Record;

/// The origin of a quad.
#[derive(Clone, Copy)]
pub struct QuadOrigin<'a> {
    pub(super) file: &'a str,
    pub(super) record: &'a Record,
    pub(super) subject: &'a TermMap,
    pub(super) predicate: &'a TermMap,
    pub(super) object: &'a ObjectMap,
    /// The values from which it was made, of cells that have several.
    pub(super) choice: &'a Choice,
}

impl QuadOrigin<'_> {
    /// The place of the predicate: its first cell, otherwise the mapping.
    pub fn predicate_place(&self) -> Place {
        self.term_place(self.predicate)
    }

    /// The place of the object: its first cell, otherwise the mapping.
    pub fn object_place(&self) -> Place {
        match self.object {
            ObjectMap::Term(term) => self.term_place(term),
            ObjectMap::Reference(_) => self.record.row_place(self.file),
        }
    }

    /// How the subject was made.
    pub(in crate::map) fn subject(&self) -> &TermMap {
        self.subject
    }

    /// The place of the row.
    pub fn row_place(&self) -> Place {
        self.record.row_place(self.file)
    }

    /// Whether the object is a text that has this language, or may have it as far as is known
    /// without a value.
    pub fn may_have_language(&self, language: &str) -> bool {
        let ObjectMap::Term(TermMap { kind: TermType::Literal { language: Some(tag), .. }, .. }) = self.object else {
            return false;
        };
        match tag {
            Expression::Constant(tag) => tag.eq_ignore_ascii_case(language),
            _ => true,
        }
    }

    fn term_place(&self, term: &TermMap) -> Place {
        let mut first = None;
        term.columns(&mut |column| first = first.or(Some(column.index)));
        first.map_or_else(|| term.place.clone(), |column| self.cell_place(column))
    }

    /// The place of the value that was taken from a cell.
    fn cell_place(&self, column: usize) -> Place {
        self.record.value_place(self.file, column, self.choice.of(column))
    }

    /// The cells from which the quad was made: those of the object first, then of the predicate,
    /// then of the subject; the row if no cell was needed.
    pub fn places(&self) -> Vec<Place> {
        let mut columns: Vec<usize> = Vec::new();
        let mut visit = |column: &Column| {
            if !columns.contains(&column.index) {
                columns.push(column.index);
            }
        };
        match self.object {
            ObjectMap::Term(term) => term.columns(&mut visit),
            ObjectMap::Reference(reference) => {
                reference.joins.iter().for_each(|(child, _)| child.columns(&mut visit));
            }
        }
        self.predicate.columns(&mut visit);
        self.subject.columns(&mut visit);
        if columns.is_empty() {
            return vec![self.record.row_place(self.file)];
        }
        columns.into_iter().map(|column| self.cell_place(column)).collect()
    }
}
