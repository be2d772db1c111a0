//! What is added up in each group.

use std::cmp::Ordering;
use std::ops::Range;

use hashbrown::HashSet;
use oxigraph::model::vocab::xsd;
use oxsdatatypes::{Decimal, Integer};
use spareval::ExpressionTerm;

use super::rows::RowSlot;
use super::{NotCounted, UNBOUND};
use crate::graph::TermNumber;
use crate::sparql::dataset::Dataset;

/// An aggregate of the values in a slot.
#[derive(Debug, Clone, Copy)]
pub(super) enum Aggregate {
    Rows,
    Count(RowSlot),
    CountDistinct(RowSlot),
    Sum(RowSlot),
    Average(RowSlot),
    Least(RowSlot),
    Greatest(RowSlot),
}

impl Aggregate {
    pub fn begin(self) -> Accumulator {
        match self {
            Self::Rows | Self::Count(_) => Accumulator::Count(0),
            Self::CountDistinct(_) => Accumulator::Distinct(HashSet::new()),
            Self::Sum(_) | Self::Average(_) => {
                Accumulator::Sum { integers: Integer::default(), decimals: None, n: 0, has_failed: false }
            }
            Self::Least(_) | Self::Greatest(_) => Accumulator::Best { best: None, has_failed: false },
        }
    }

    /// The slot whose value it needs.
    pub fn slot(self) -> Option<RowSlot> {
        match self {
            Self::Rows => None,
            Self::Count(slot)
            | Self::CountDistinct(slot)
            | Self::Sum(slot)
            | Self::Average(slot)
            | Self::Least(slot)
            | Self::Greatest(slot) => Some(slot),
        }
    }
}

/// The state of an aggregate in one group.
pub(super) enum Accumulator {
    Count(u64),
    Distinct(HashSet<TermNumber>),
    Sum { integers: Integer, decimals: Option<Decimal>, n: u64, has_failed: bool },
    Best { best: Option<(TermNumber, ExpressionTerm)>, has_failed: bool },
}

impl Accumulator {
    /// Adds the value of a row as often as it occurs.
    #[inline]
    pub fn add(
        &mut self,
        aggregate: Aggregate,
        row: &[TermNumber],
        times: u64,
        numbers: &mut Numbers,
    ) -> Result<(), NotCounted> {
        let value = aggregate.slot().map_or(0, |slot| row[slot]);
        match self {
            Self::Count(n) => {
                if value != UNBOUND {
                    *n += times;
                }
            }
            Self::Distinct(seen) => {
                if value != UNBOUND {
                    seen.insert(value);
                }
            }
            Self::Sum { integers, decimals, n, has_failed } => {
                if *has_failed {
                    return Ok(());
                }
                if value == UNBOUND {
                    *has_failed = true;
                    return Ok(());
                }
                *n += times;
                let times = Integer::from(i64::try_from(times).map_err(|_| NotCounted::Unsupported)?);
                match numbers.number(value)? {
                    None => *has_failed = true,
                    Some(ExactNumber::Integer(value)) => {
                        let sum = value.checked_mul(times).and_then(|value| integers.checked_add(value));
                        *integers = sum.ok_or(NotCounted::Unsupported)?;
                    }
                    Some(ExactNumber::Decimal(value)) => {
                        let value = if times == Integer::from(1) { Some(value) } else { value.checked_mul(times) };
                        let sum = value.and_then(|value| decimals.unwrap_or_default().checked_add(value));
                        *decimals = Some(sum.ok_or(NotCounted::Unsupported)?);
                    }
                }
            }
            Self::Best { best, has_failed } => {
                if value == UNBOUND {
                    *has_failed = true;
                }
                if *has_failed || best.as_ref().is_some_and(|(known, _)| *known == value) {
                    return Ok(());
                }
                let candidate = numbers.dataset.value(value);
                let Some((_, known)) = best else {
                    if ordering(&candidate, &candidate).is_none() {
                        return Err(NotCounted::Unsupported);
                    }
                    *best = Some((value, candidate));
                    return Ok(());
                };
                let wanted = if matches!(aggregate, Aggregate::Least(_)) { Ordering::Less } else { Ordering::Greater };
                match ordering(&candidate, known) {
                    Some(Ordering::Equal) if candidate != *known => return Err(NotCounted::Unsupported),
                    Some(found) if found == wanted => *best = Some((value, candidate)),
                    Some(_) => {}
                    None => return Err(NotCounted::Unsupported),
                }
            }
        }
        Ok(())
    }

    /// The value; `None` if it is an error.
    pub fn finish(self, aggregate: Aggregate) -> Result<Option<ExpressionTerm>, NotCounted> {
        let count = |n: u64| i64::try_from(n).map(Integer::from).map_err(|_| NotCounted::Unsupported);
        Ok(match self {
            Self::Count(n) => Some(ExpressionTerm::IntegerLiteral(count(n)?)),
            Self::Distinct(seen) => Some(ExpressionTerm::IntegerLiteral(count(seen.len() as u64)?)),
            Self::Sum { has_failed: true, .. } | Self::Best { has_failed: true, .. } => None,
            Self::Sum { integers, decimals, n, .. } => {
                let decimal = decimals.map(|decimals| decimals.checked_add(integers).ok_or(NotCounted::Unsupported));
                let is_average = matches!(aggregate, Aggregate::Average(_));
                match decimal.transpose()? {
                    _ if is_average && n == 0 => Some(ExpressionTerm::IntegerLiteral(Integer::default())),
                    sum if is_average => {
                        let sum = sum.unwrap_or_else(|| Decimal::from(integers));
                        let mean = sum.checked_div(count(n)?).ok_or(NotCounted::Unsupported)?;
                        Some(ExpressionTerm::DecimalLiteral(mean))
                    }
                    Some(sum) => Some(ExpressionTerm::DecimalLiteral(sum)),
                    None => Some(ExpressionTerm::IntegerLiteral(integers)),
                }
            }
            Self::Best { best, .. } => best.map(|(_, value)| value),
        })
    }
}

/// The order of two values of the same kind, where there is only one.
fn ordering(one: &ExpressionTerm, other: &ExpressionTerm) -> Option<Ordering> {
    use ExpressionTerm as E;
    match (one, other) {
        (E::IntegerLiteral(one), E::IntegerLiteral(other)) => one.partial_cmp(other),
        (E::DecimalLiteral(one), E::DecimalLiteral(other)) => one.partial_cmp(other),
        (E::StringLiteral(one), E::StringLiteral(other)) => Some(one.cmp(other)),
        (E::DateLiteral(one), E::DateLiteral(other)) => one.partial_cmp(other),
        (E::DateTimeLiteral(one), E::DateTimeLiteral(other)) => one.partial_cmp(other),
        _ => None,
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) enum ExactNumber {
    Integer(Integer),
    Decimal(Decimal),
}

/// How many numbers are remembered, each where its term's number says.
const REMEMBERED: usize = 1 << 14;

/// After how many numbers of a datatype all of them are read at once, if they are not many more.
const MANY: usize = 1 << 12;
const MOST: usize = 1 << 22;

/// The numbers that terms are.
pub(super) struct Numbers {
    dataset: Dataset,
    known: Vec<(TermNumber, Option<ExactNumber>)>,
    /// How many have been read that were not remembered.
    n_read: usize,
    all: Vec<(Range<TermNumber>, AllNumbers)>,
}

/// The numbers of all literals of a datatype. Those that are none are looked up again.
enum AllNumbers {
    Integers(Vec<Option<Integer>>),
    Decimals(Vec<Decimal>),
}

impl Numbers {
    pub fn new(dataset: &Dataset) -> Self {
        Self { dataset: dataset.clone(), known: vec![(UNBOUND, None); REMEMBERED], n_read: 0, all: Vec::new() }
    }

    /// The number that a term is; sums of floating-point numbers depend on their order, and are
    /// left to the evaluator.
    fn number(&mut self, term: TermNumber) -> Result<Option<ExactNumber>, NotCounted> {
        for (numbers, all) in &self.all {
            if numbers.contains(&term) {
                let index = (term - numbers.start) as usize;
                let found = match all {
                    AllNumbers::Integers(integers) => integers[index].map(ExactNumber::Integer),
                    AllNumbers::Decimals(decimals) => {
                        Some(decimals[index]).filter(|decimal| *decimal != Decimal::MIN).map(ExactNumber::Decimal)
                    }
                };
                if found.is_some() {
                    return Ok(found);
                }
            }
        }
        let place = term as usize % REMEMBERED;
        if self.known[place].0 == term {
            return Ok(self.known[place].1);
        }
        let number = match self.dataset.value(term) {
            ExpressionTerm::IntegerLiteral(value) => Some(ExactNumber::Integer(value)),
            ExpressionTerm::DecimalLiteral(value) => Some(ExactNumber::Decimal(value)),
            ExpressionTerm::FloatLiteral(_) | ExpressionTerm::DoubleLiteral(_) => return Err(NotCounted::Unsupported),
            _ => None,
        };
        self.known[place] = (term, number);
        self.n_read += 1;
        if self.n_read.is_multiple_of(MANY) {
            self.read_all(term);
        }
        Ok(number)
    }

    /// Reads all numbers of the same datatype as one, if they stand side by side.
    fn read_all(&mut self, term: TermNumber) {
        let graph = self.dataset.graph();
        let Some((numbers, datatype)) = graph.literals_like(term) else { return };
        if numbers.len() > MOST.min(32 * self.n_read) || self.all.iter().any(|(known, _)| *known == numbers) {
            return;
        }
        let all = if datatype == xsd::INTEGER {
            let mut all = Vec::with_capacity(numbers.len());
            graph.each_text(numbers.clone(), |text| all.push(text.parse().ok()));
            AllNumbers::Integers(all)
        } else if datatype == xsd::DECIMAL {
            let mut all = Vec::with_capacity(numbers.len());
            graph.each_text(numbers.clone(), |text| all.push(text.parse().unwrap_or(Decimal::MIN)));
            AllNumbers::Decimals(all)
        } else {
            return;
        };
        drop(graph);
        self.all.push((numbers, all));
    }
}
