//! How a query was evaluated, as text.

use std::fmt::Write as _;

use crate::graph::group_digits;
use crate::sparql::PlannedStep;

/// A line for each step: the rows after it, the rows that were expected, and what it is.
pub fn plan(steps: &[PlannedStep]) -> String {
    let number = |number: f64| match number {
        small if small > 0.0 && small < 1.0 => "< 1".to_owned(),
        large if large >= 1e15 => format!("{large:.0e}"),
        number => group_digits(&format!("{number:.0}")),
    };
    let lines: Vec<(String, String, String)> = steps
        .iter()
        .map(|step| {
            let expected = step.expected.map(number).unwrap_or_default();
            let indent = "  ".repeat(step.depth);
            (group_digits(&step.rows.to_string()), expected, format!("{indent}{}", step.what))
        })
        .collect();
    let width = |lengths: &mut dyn Iterator<Item = usize>, head: &str| lengths.max().unwrap_or(0).max(head.len());
    let first = width(&mut lines.iter().map(|(rows, ..)| rows.len()), "rows");
    let second = width(&mut lines.iter().map(|(_, expected, _)| expected.len()), "expected");
    let mut text = format!("{:>first$}  {:>second$}  step\n", "rows", "expected");
    for (rows, expected, what) in lines {
        let _ = writeln!(text, "{rows:>first$}  {expected:>second$}  {what}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_under_each_other() {
        let step = |what: &str, expected, rows, depth| PlannedStep { what: what.to_owned(), expected, rows, depth };
        let steps =
            [step("SELECT ?x", None, 12, 0), step("?x a ?y", Some(1234.4), 1200, 1), step("?y a ?z", Some(0.2), 12, 1)];
        let expected = " rows  expected  step\n   12            SELECT ?x\n1,200     1,234    ?x a ?y\n   12       < 1    ?y a ?z\n";
        assert_eq!(plan(&steps), expected);
    }
}
