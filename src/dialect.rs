//! How the cells of a table are arranged in its file: the properties of Table Dialect
//! (<https://datapackage.org/standard/table-dialect/>) as plain values. `pack` reads them from a
//! descriptor, the readers in `table` obey those that their format knows.

/// A table dialect. The default is RFC 4180 with one row of names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dialect {
    /// What stands between two cells; by default a comma, or a tab for `.tsv`.
    pub delimiter: Option<String>,
    /// What ends a row, if it is none of LF, CRLF and CR.
    pub line_terminator: Option<String>,
    /// The character around cells that contain delimiters; `None` if no cell is quoted.
    pub quote: Option<char>,
    /// Whether two quotes inside a quoted cell are one.
    pub double_quote: bool,
    /// The character that takes the meaning from the next one.
    pub escape: Option<char>,
    /// The text of a cell without a value, in addition to those of the schema.
    pub null_sequence: Option<String>,
    /// Whether white space after a delimiter is left out.
    pub skip_initial_space: bool,
    /// The rows with the names of the columns, from 1, ascending; none if there are no names.
    pub header_rows: Vec<u64>,
    /// What stands between the parts of a name that several rows give.
    pub header_join: String,
    /// Rows that are no data, from 1.
    pub comment_rows: Vec<u64>,
    /// How rows begin that are no data.
    pub comment: Option<String>,
    /// The path of the rows in a JSON document: the names of members, separated by full stops.
    pub property: Option<String>,
    /// Whether the rows of a JSON document are arrays or objects; by default what the first is.
    pub item_type: Option<ItemType>,
    /// The members of an object that are columns; by default those of all.
    pub item_keys: Vec<String>,
    /// The number of the sheet, from 1.
    pub sheet_number: Option<u64>,
    /// The name of the sheet.
    pub sheet_name: Option<String>,
    /// The names of the columns if no row has them.
    pub names: Vec<String>,
}

/// What the rows of a JSON document are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemType {
    /// Arrays of cells; the first may have the names.
    Array,
    /// Objects, whose members are the cells.
    Object,
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            delimiter: None,
            line_terminator: None,
            quote: Some('"'),
            double_quote: true,
            escape: None,
            null_sequence: None,
            skip_initial_space: false,
            header_rows: vec![1],
            header_join: " ".to_owned(),
            comment_rows: Vec::new(),
            comment: None,
            property: None,
            item_type: None,
            item_keys: Vec::new(),
            sheet_number: None,
            sheet_name: None,
            names: Vec::new(),
        }
    }
}

impl Dialect {
    /// Whether a row of the file names the columns.
    pub fn has_header(&self) -> bool {
        !self.header_rows.is_empty()
    }

    /// The names of the columns from the rows that have them, each a list of cells. A row that is
    /// shorter than the longest goes on with its last cell, as a title above several columns;
    /// an empty cell adds nothing.
    pub fn join_names(&self, rows: &[Vec<String>]) -> Vec<String> {
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        let name = |column: usize| {
            let parts = rows.iter().filter_map(|row| row.get(column).or(row.last())).map(String::as_str);
            parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(&self.header_join)
        };
        (0..width).map(name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_rows_make_one_name() {
        let rows = |rows: &[&[&str]]| -> Vec<Vec<String>> {
            rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
        };
        let dialect = Dialect { header_join: "-".to_owned(), ..Dialect::default() };
        // The example of the standard (Table Dialect, `headerJoin`).
        assert_eq!(dialect.join_names(&rows(&[&["fruit"], &["id", "name"]])), ["fruit-id", "fruit-name"]);
        assert_eq!(dialect.join_names(&rows(&[&["", "2018", "2019"], &["id", "a", "a"]])), ["id", "2018-a", "2019-a"]);
    }
}
