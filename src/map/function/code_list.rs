//! Values that are looked up in a table.

use std::collections::HashMap;

use super::{Applied, Collection, Function, Given};
use crate::finding::Place;
use crate::pack::normal_path;
use crate::source::TableSource;

/// The use of a table in which values are looked up.
#[derive(Debug, Clone)]
pub struct CodeListUse {
    /// The table.
    pub source: TableSource,
    /// The column with the values that are searched for.
    pub from: String,
    /// The column with what is found.
    pub to: String,
    /// Where the mapping names them.
    pub place: Option<Place>,
    /// The index in [`CodeLists`], once bound.
    pub index: usize,
}

impl CodeListUse {
    /// The use that a call of a function makes of a table, if it makes any.
    pub(super) fn of(function: &Function, given: &[Option<&str>]) -> Option<Self> {
        if !function.is(Collection::Idlab, "lookup") {
            return None;
        }
        let [_, Some(file), Some(from), Some(to)] = given else { return None };
        let (path, part) = TableSource::split(file);
        let source = TableSource { part: part.map(str::to_owned), ..TableSource::rows(normal_path(path)) };
        Some(Self { source, from: (*from).to_owned(), to: (*to).to_owned(), place: None, index: 0 })
    }

    /// Whether both are the same columns of the same table.
    pub fn is_same(&self, other: &Self) -> bool {
        (&self.source, &self.from, &self.to) == (&other.source, &other.from, &other.to)
    }
}

/// The contents of the tables in which values are looked up.
#[derive(Debug, Clone, Default)]
pub struct CodeLists(pub Vec<HashMap<String, String>>);

impl CodeLists {
    /// The table of the example of the function.
    #[cfg(test)]
    pub(super) fn example() -> Self {
        Self(vec![[("HK".to_owned(), "Hong Kong".to_owned())].into()])
    }
}

/// `idlab-fn:lookup`
pub(super) fn look_up(given: &Given<'_, '_>) -> Applied {
    let index = given.constants.code_list.as_ref().map(|used| used.index);
    let list = index.and_then(|index| given.code_lists.0.get(index));
    Ok(given.text(0).and_then(|text| list?.get(text).cloned()).into())
}
