//! Rectangles of a sheet, as `A3:F20`.

use std::fmt;

use crate::finding::column_letters;

/// A rectangle of cells; rows and columns count from 0, and the last are in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    /// The row and column of its first cell.
    pub first: (u32, u32),
    /// The row and column of its last cell.
    pub last: (u32, u32),
}

impl Area {
    /// Whether a cell is in it.
    pub fn holds(&self, row: u32, column: u32) -> bool {
        (self.first.0..=self.last.0).contains(&row) && (self.first.1..=self.last.1).contains(&column)
    }

    /// Reads `Sheet1!A3:F20`, `'My sheet'!$A$3:$F$20` or `Sheet1!A:F`; OpenDocument writes
    /// `$Sheet1.$A$3:.$F$20`.
    pub fn with_sheet(text: &str) -> Option<(String, Self)> {
        let text = text.trim_start_matches('$');
        let (sheet, cells) = if let Some(quoted) = text.strip_prefix('\'') {
            let end = quoted.rfind("'!").or_else(|| quoted.rfind("'."))?;
            (quoted[..end].replace("''", "'"), &quoted[end + 2..])
        } else {
            let at = text.rfind('!').or_else(|| text.find('.'))?;
            (text[..at].to_owned(), &text[at + 1..])
        };
        let cells = cells.replace(['$', '.'], "");
        let (first, last) = cells.split_once(':').unwrap_or((&cells, &cells));
        let (first_column, first_row) = cell(first)?;
        let (last_column, last_row) = cell(last)?;
        let area = Self {
            first: (first_row.unwrap_or(0), first_column.unwrap_or(0)),
            last: (last_row.unwrap_or(u32::MAX), last_column.unwrap_or(u32::MAX)),
        };
        (area.first.0 <= area.last.0 && area.first.1 <= area.last.1).then_some((sheet, area))
    }
}

/// The column and the row of `C7`, from 0; either may be left out, not both.
fn cell(text: &str) -> Option<(Option<u32>, Option<u32>)> {
    let at = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (letters, digits) = text.split_at(at);
    let column = letters.bytes().try_fold(0_u32, |sum, byte| {
        sum.checked_mul(26)?.checked_add(u32::from(byte.to_ascii_uppercase() - b'A') + 1)
    })?;
    let row = if digits.is_empty() { None } else { Some(digits.parse::<u32>().ok()?.checked_sub(1)?) };
    let column = column.checked_sub(1);
    (row.is_some() || column.is_some()).then_some((column, row))
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cell =
            |(row, column): (u32, u32)| format!("{}{}", column_letters(u64::from(column) + 1), u64::from(row) + 1);
        write!(f, "{}:{}", cell(self.first), cell(self.last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_both_families_of_programs_write_them() {
        let area = |first, last| Area { first, last };
        for (text, expected) in [
            ("Sheet1!A3:F20", Some(("Sheet1", area((2, 0), (19, 5))))),
            ("'My sheet'!$B$2:$AA$3", Some(("My sheet", area((1, 1), (2, 26))))),
            ("'Town''s'!C:D", Some(("Town's", area((0, 2), (u32::MAX, 3))))),
            ("$Blatt.$A$1:.$C$9", Some(("Blatt", area((0, 0), (8, 2))))),
            ("Sheet1!2:5", Some(("Sheet1", area((1, 0), (4, u32::MAX))))),
            ("Sheet1!B2", Some(("Sheet1", area((1, 1), (1, 1))))),
            ("Sheet1!F20:A3", None),
            ("Sheet1", None),
            ("Sheet1!", None),
            ("Sheet1!A0", None),
        ] {
            let found = Area::with_sheet(text);
            assert_eq!(found, expected.map(|(sheet, area)| (sheet.to_owned(), area)), "{text}");
        }
    }
}
