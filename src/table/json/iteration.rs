//! How an iterator is followed: in a stream as far as possible, otherwise in the whole document.

use jsonpath_rust::parser::model::Selector;

use super::path::{JsonPath, JsonReference, JsonSegment};
use crate::finding::{Finding, codes};

/// How the records of a document are found.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Iteration {
    /// In values that follow each other, as in JSON Lines.
    Lines(JsonPath),
    /// In the elements of one list or object, which is at the end of a path of names and indexes:
    /// those that a step selects, and from there on.
    Elements { before: Vec<Selector>, step: JsonSegment, rest: JsonPath },
    /// In the whole document.
    Whole(JsonPath),
}

impl Iteration {
    /// The iteration of an iterator. `n_up` is how many records further out references go;
    /// `needs_root` says that a filter refers to the document.
    pub fn new(path: JsonPath, lines: bool, n_up: usize, needs_root: bool) -> Self {
        if lines {
            return Self::Lines(path);
        }
        let at = path.0.iter().position(|step| step.single().is_none_or(|selector| !is_forward(selector)));
        let Some(at) = at else { return Self::Whole(path) };
        let step = &path.0[at];
        let streams = !step.descends && matches!(step.selectors.as_slice(), [Selector::Wildcard | Selector::Filter(_)]);
        let rest = JsonPath(path.0[at + 1..].to_vec());
        // The outermost record of a stream is an element; what is around it was not kept.
        if !streams || needs_root || n_up >= n_levels(&rest) {
            return Self::Whole(path);
        }
        let before = path.0[..at].iter().filter_map(JsonSegment::single).cloned().collect();
        Self::Elements { before, step: step.clone(), rest }
    }
}

/// Whether a stream can go to what a selector selects.
fn is_forward(selector: &Selector) -> bool {
    matches!(selector, Selector::Name(_)) || matches!(selector, Selector::Index(index) if *index >= 0)
}

/// How many records there are from the value where a path begins to the one where it ends.
fn n_levels(path: &JsonPath) -> usize {
    let several = path.0.iter().filter(|step| step.single().is_none()).count();
    1 + several + usize::from(path.0.last().is_some_and(|step| step.single().is_some()))
}

/// Checks an iterator.
///
/// # Errors
///
/// The finding about it, without a place.
pub fn check_iterator(iterator: &str) -> Result<(), Finding> {
    iterator_path(iterator).map(|_| ())
}

/// Checks a reference of a record that an iterator selects.
///
/// # Errors
///
/// The finding about it, without a place.
pub fn check_reference(iterator: &str, reference: &str) -> Result<(), Finding> {
    let Ok(path) = iterator_path(iterator) else { return Ok(()) };
    let found = JsonReference::read(reference).map_err(|message| Finding::error(codes::BAD_PATH, message))?;
    let n_outer = n_levels(&path) - 1;
    if found.up <= n_outer {
        return Ok(());
    }
    let message = format!("`{reference}` goes {} records up; around a record of `{iterator}` are {n_outer}", found.up);
    Err(Finding::error(codes::BAD_PATH, message))
}

pub(super) fn iterator_path(iterator: &str) -> Result<JsonPath, Finding> {
    JsonPath::read(iterator).map_err(|message| {
        let hint =
            (!iterator.starts_with('$')).then(|| "an iterator begins with `$`, such as `$.results[*]`".to_owned());
        Finding::error(codes::BAD_PATH, message).hint(hint)
    })
}
