//! Columns of numbers of which some are limited by words, such as `about 25`.

use std::collections::BTreeSet;

use super::{FORMS, GuessedColumn};
use crate::init::words::{self, HedgeText};

/// Numbers of which some are limited by words.
#[derive(Debug, Clone)]
pub(in crate::init) struct HedgedNumbers {
    /// The type of the numbers without the words, by its position in [`FORMS`].
    pub(super) form: usize,
    /// What stands before or behind numbers, with the codes of the bounds; the longest first.
    pub hedges: Vec<(HedgeText, &'static str)>,
}

impl HedgedNumbers {
    /// The numbers among these cells, if all are numbers and some have words that limit them.
    pub(super) fn of(
        name: &str,
        distinct: &BTreeSet<&str>,
        with_commas: bool,
        unsure: &mut Vec<String>,
    ) -> Option<Self> {
        let mut hedges: BTreeSet<(HedgeText, &'static str)> = BTreeSet::new();
        let mut numbers: BTreeSet<&str> = BTreeSet::new();
        for cell in distinct {
            match words::hedge_of(cell) {
                Some((hedge, code, number)) => {
                    hedges.insert((hedge, code));
                    numbers.insert(number);
                }
                None => {
                    numbers.insert(cell);
                }
            }
        }
        // What is before a number is left away, a minus too.
        let is_below = numbers.iter().any(|number| number.starts_with(['-', '−', '(']));
        if hedges.is_empty() || is_below {
            return None;
        }
        let mut told: Vec<String> = Vec::new();
        let form = GuessedColumn::form(name, &numbers, with_commas, &mut told);
        if !matches!(FORMS[form].datatype, Some("xsd:integer" | "xsd:decimal")) {
            return None;
        }
        // That a unit is left away is told once.
        unsure.extend(told.into_iter().filter(|message| !message.starts_with("read as numbers, without")));
        let mut hedges: Vec<(HedgeText, &'static str)> = hedges.into_iter().collect();
        let length = |hedge: &HedgeText| match hedge {
            HedgeText::Before(text) | HedgeText::Behind(text) => text.len(),
        };
        hedges.sort_by_key(|(hedge, _)| std::cmp::Reverse(length(hedge)));
        let words: Vec<String> = hedges
            .iter()
            .map(|(hedge, code)| match hedge {
                HedgeText::Before(text) | HedgeText::Behind(text) => format!("`{}` ({code})", text.trim()),
            })
            .collect();
        unsure.push(format!("numbers, some with {}, which limits them", words.join(", ")));
        Some(Self { form, hedges })
    }

    /// The character before the fraction.
    pub fn decimal_point(&self) -> char {
        if FORMS[self.form].field.contains(r#""decimalChar": ",""#) { ',' } else { '.' }
    }
}
