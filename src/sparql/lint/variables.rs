//! Variables that have no value where they are used, and patterns of texts
//! that cannot be compiled.

use oxigraph::model::Variable;
use regex::RegexBuilder;

use super::super::Query;
use super::super::words::{TokenKind, words};
use super::place;
use super::scope::{Reading, Unbound};
use crate::finding::{Finding, closest, codes};

/// The finding for a variable that has no value where it is used.
pub(super) fn unbound(unbound: &Unbound, reading: &Reading, query: &Query) -> Finding {
    let variable = &unbound.variable;
    let place = place::of_variable(query, variable);
    if reading.named.contains(variable) {
        let expression = place::named_expression(query, variable);
        let hint = expression.map(|expression| match (unbound.in_having, is_aggregate(expression)) {
            (false, true) => format!("choose groups by `HAVING ({expression} …)`"),
            _ => format!("write `{expression}` in its place"),
        });
        let message = format!("`{variable}` has no value here yet: it is named later");
        return Finding::warning(codes::EARLY_ALIAS, message).at(place).hint(hint);
    }
    let others = others(query, variable);
    if reading.bound.contains(variable) {
        let message = format!("`{variable}` has no value in this group, which does not see those outside it");
        return Finding::warning(codes::UNBOUND_VARIABLE, message).at(place::of_last_use(query, variable));
    }
    let message = format!("`{variable}` is bound nowhere, so that it has no value");
    let near = closest(variable.as_str(), others.iter().map(String::as_str));
    let hint = near.map(|near| format!("did you mean `?{near}`?"));
    Finding::warning(codes::UNBOUND_VARIABLE, message).at(place).hint(hint)
}

fn is_aggregate(expression: &str) -> bool {
    let upper = expression.to_ascii_uppercase();
    ["COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"].iter().any(|name| upper.starts_with(name))
}

/// The other variables of a query.
fn others(query: &Query, variable: &Variable) -> Vec<String> {
    let text = &query.text;
    let all = words(text).into_iter().filter(|word| word.kind == TokenKind::Variable);
    let mut names: Vec<String> = all.map(|word| word.of(text)[1..].to_owned()).collect();
    names.retain(|name| name != variable.as_str());
    names.sort();
    names.dedup();
    names
}

/// The finding for a regular expression that the evaluator cannot compile.
pub(super) fn expression(pattern: &str, flags: &str, query: &Query) -> Option<Finding> {
    // The evaluator allows so much for a compiled expression.
    const LARGEST: usize = 1_000_000;
    let place = place::of_text(query, pattern);
    let finding = |message: String| Finding::warning(codes::BAD_PATTERN, message).at(place.clone());
    if let Some(flag) = flags.chars().find(|flag| !"smixq".contains(*flag)) {
        let message = format!("`{flag}` is not a flag of a regular expression, so that nothing matches");
        return Some(finding(message).hint("the flags are `s`, `m`, `i`, `x` and `q`".to_owned()));
    }
    let text = if flags.contains('q') { regex::escape(pattern) } else { pattern.to_owned() };
    let mut builder = RegexBuilder::new(&text);
    builder
        .size_limit(LARGEST)
        .dot_matches_new_line(flags.contains('s'))
        .multi_line(flags.contains('m'))
        .case_insensitive(flags.contains('i'))
        .ignore_whitespace(flags.contains('x'));
    let error = builder.build().err()?;
    let why = match error {
        regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
        error => {
            let text = error.to_string();
            let last = text.lines().last().unwrap_or_default();
            last.trim_start_matches("error: ").to_owned()
        }
    };
    let shown = crate::finding::shorten(pattern);
    let message = format!("the pattern `{shown}` cannot be compiled, so that nothing matches: {why}");
    let hint =
        (!text.contains("(?")).then(|| "to look for the text itself, use `CONTAINS`, or the flag \"q\"".to_owned());
    Some(finding(message).hint(hint))
}
