//! A cell against its field: type, allowed values, form and range.

use crate::finding::{Finding, closest, codes, shorten};
use crate::pack::schema::{Allowed, Field, Logical};
use crate::table::ValueType;

/// What is wrong with a cell that has a value.
pub(super) fn check_cell(cell: &str, in_file: ValueType, field: &Field) -> Option<Finding> {
    let value = match field.kind.read_from(cell, in_file != ValueType::Text) {
        Ok(value) => value,
        Err(reason) => {
            let trimmed = cell.trim();
            let hint = match reason {
                Some(reason) => reason,
                None if trimmed != cell && field.kind.read(trimmed).is_ok() => "remove the spaces around it".to_owned(),
                None => format!("write {}", field.kind.example()),
            };
            let message = format!("`{}` is not of type {}", shorten(cell), field.kind.name());
            return Some(Finding::error(codes::WRONG_TYPE, message).hint(hint));
        }
    };
    let constraints = &field.constraints;
    for allowed in [&field.categories, &constraints.values].into_iter().flatten() {
        if !allowed.contains(&value) {
            return Some(not_allowed(cell, field, allowed));
        }
    }
    if let Some((pattern, written)) = &constraints.pattern
        && !pattern.is_match(cell)
    {
        let message = format!("`{}` does not match the pattern `{written}`", shorten(cell));
        return Some(Finding::error(codes::WRONG_FORM, message));
    }
    check_length(cell, field, &value).or_else(|| check_range(cell, field, &value)).or_else(|| {
        let Logical::Json(value) = &value else { return None };
        let fault = constraints.json_schema.as_ref()?.fault(value)?;
        Some(Finding::error(codes::WRONG_FORM, format!("in `{}`, {fault}", shorten(cell))))
    })
}

fn not_allowed(cell: &str, field: &Field, allowed: &Allowed) -> Finding {
    // A long list is not searched, and not shown, for each of many wrong cells.
    const MOST_SEARCHED: usize = 2_000;
    const MOST_SHOWN: usize = 50;
    let known = allowed.written.iter().map(String::as_str);
    let hint = match closest(cell, known.take(MOST_SEARCHED)) {
        Some(found) => format!("did you mean `{found}`?"),
        None => {
            let quoted: Vec<String> = allowed.written.iter().take(MOST_SHOWN).map(|text| format!("`{text}`")).collect();
            let more = match allowed.written.len() - quoted.len() {
                0 => String::new(),
                n => format!(" and {n} more"),
            };
            format!("the allowed values are {}{more}", quoted.join(", "))
        }
    };
    let message = format!("`{}` is not an allowed value of `{}`", shorten(cell), field.name);
    Finding::error(codes::UNKNOWN_VALUE, message).hint(hint)
}

fn check_length(cell: &str, field: &Field, value: &Logical) -> Option<Finding> {
    let (least, most) = (field.constraints.min_length, field.constraints.max_length);
    if least.is_none() && most.is_none() {
        return None;
    }
    let n = value.n_parts()?;
    let fits = least.is_none_or(|least| n >= least) && most.is_none_or(|most| n <= most);
    if fits {
        return None;
    }
    let parts = match value {
        Logical::Text(_) => "characters",
        Logical::Json(serde_json::Value::Object(_)) => "members",
        _ => "items",
    };
    let limits = match (least, most) {
        (Some(least), Some(most)) => format!("{least} to {most} is allowed"),
        (Some(least), None) => format!("at least {least} is required"),
        (None, Some(most)) => format!("at most {most} is allowed"),
        (None, None) => String::new(),
    };
    let message = format!("`{}` has {n} {parts}; {limits}", shorten(cell));
    Some(Finding::error(codes::WRONG_FORM, message))
}

fn check_range(cell: &str, field: &Field, value: &Logical) -> Option<Finding> {
    let bounds = &field.constraints.bounds;
    if bounds.iter().all(|bound| bound.allows(value)) {
        return None;
    }
    let (least, most) = (bounds.iter().find(|bound| bound.is_least), bounds.iter().find(|bound| !bound.is_least));
    let limits = match (least, most) {
        (Some(least), Some(most)) if !least.is_exclusive && !most.is_exclusive => {
            format!("{} to {} is allowed", least.written, most.written)
        }
        (Some(only), None) => format!("{} is required", only.words()),
        _ => {
            let words: Vec<String> = bounds.iter().map(|bound| bound.words()).collect();
            format!("{} is allowed", words.join(" and "))
        }
    };
    let message = format!("`{}` is out of range; {limits}", shorten(cell));
    Some(Finding::error(codes::OUT_OF_RANGE, message))
}
