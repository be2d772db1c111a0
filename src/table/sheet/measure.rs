//! The sizes of the parts of a workbook, before they are parsed.

use std::io::Read;

use super::super::archive::Archive;
use super::super::bytes::unreadable;
use crate::finding::{Finding, codes};

/// The largest part of a workbook that must be held, such as the texts that its sheets share.
const LARGEST_PART: u64 = 512 * 1024 * 1024;
/// The longest text between two tags: what a parser of XML holds at once.
const LONGEST_TEXT: usize = 32 * 1024 * 1024;

/// The most letters and digits of a cell's name: a sheet ends at `XFD1048576`.
const LONGEST_NAME: (usize, usize) = (3, 7);

/// Unpacks every part once without holding it: what is too large is refused before it is parsed.
/// A part below `streamed` is not held, whatever its size.
pub(super) fn measure(file: &str, archive: &mut Archive, streamed: &str) -> Result<(), Finding> {
    for name in archive.names() {
        if !name.ends_with(".xml") && !name.ends_with(".rels") {
            continue;
        }
        let streams = name.starts_with(streamed);
        let mut part = archive.member(file, &name)?;
        let mut buffer = vec![0; 64 * 1024];
        let (mut n, mut run) = (0_u64, 0_usize);
        let mut names = CellNames::default();
        loop {
            let length = part.read(&mut buffer).map_err(|error| unreadable(file, &error))?;
            if length == 0 {
                break;
            }
            n += length as u64;
            let bytes = &buffer[..length];
            match (memchr::memchr(b'<', bytes), memchr::memrchr(b'<', bytes)) {
                (Some(first), Some(last)) => {
                    run += first;
                    if run <= LONGEST_TEXT {
                        run = length - last;
                    }
                }
                _ => run += length,
            }
            if streams && names.has_one_beyond_the_sheet(bytes) {
                let fault =
                    format!("`{name}` in `{file}` names a cell or a row beyond XFD1048576, the last of a sheet");
                return Err(Finding::error(codes::UNREADABLE_FILE, fault));
            }
            let fault = if run > LONGEST_TEXT {
                format!("`{name}` in `{file}` has a text of more than {LONGEST_TEXT} bytes")
            } else if n > LARGEST_PART && !streams {
                format!("`{name}` in `{file}` unpacks to more than {LARGEST_PART} bytes")
            } else {
                continue;
            };
            let hint = "save the sheet as CSV UTF-8, which is not held at once".to_owned();
            return Err(Finding::error(codes::HUGE_CELL, fault).hint(hint));
        }
    }
    Ok(())
}

/// Looks for names of cells and rows in what comes of a sheet: the attributes `r` and `ref`. One that is too long would be
/// taken for another cell.
#[derive(Default)]
struct CellNames {
    state: NameState,
    n_letters: usize,
    n_digits: usize,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum NameState {
    #[default]
    OfText,
    InTag,
    /// After a blank in a tag.
    Blank,
    /// After the `r` of an attribute, or its `ref`.
    Letter,
    /// After its `re`.
    Letters,
    /// After its `=`.
    Equals,
    InName,
}

impl CellNames {
    fn has_one_beyond_the_sheet(&mut self, bytes: &[u8]) -> bool {
        use NameState as S;
        for byte in bytes {
            self.state = match (self.state, byte) {
                (S::OfText, b'<') => S::InTag,
                (S::OfText, _) => S::OfText,
                (S::InName, b'"' | b'\'') => S::InTag,
                (S::InName, b':' | b' ') => {
                    (self.n_letters, self.n_digits) = (0, 0);
                    S::InName
                }
                (S::InName, _) => {
                    self.n_letters += usize::from(byte.is_ascii_alphabetic());
                    self.n_digits += usize::from(byte.is_ascii_digit());
                    if self.n_letters > LONGEST_NAME.0 || self.n_digits > LONGEST_NAME.1 {
                        return true;
                    }
                    S::InName
                }
                (_, b'>') => S::OfText,
                (S::Equals, b'"' | b'\'') => {
                    (self.n_letters, self.n_digits) = (0, 0);
                    S::InName
                }
                (S::Blank, b'r') => S::Letter,
                (S::Letter | S::Equals, b' ' | b'\t' | b'\r' | b'\n') => self.state,
                (S::Letter, b'=') => S::Equals,
                (S::Letter, b'e') => S::Letters,
                (S::Letters, b'f') => S::Letter,
                (_, b' ' | b'\t' | b'\r' | b'\n') => S::Blank,
                _ => S::InTag,
            };
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_cells_beyond_a_sheet_are_seen_in_whatever_pieces() {
        let is_beyond = |text: &str| {
            let (mut whole, mut pieces) = (CellNames::default(), CellNames::default());
            let found = whole.has_one_beyond_the_sheet(text.as_bytes());
            assert_eq!(found, text.bytes().any(|byte| pieces.has_one_beyond_the_sheet(&[byte])), "{text}");
            found
        };
        assert!(is_beyond("<c r=\"A99999999999999999999991\" t=\"s\">"));
        assert!(is_beyond("<c t='s' r = 'ABCD1'>"));
        assert!(is_beyond("<row\nr=\"12345678\">"));
        assert!(!is_beyond("<dimension ref=\"$A$1:XFD1048576 B2:C1234567\"/><x rest='12345678'/>"));
        assert!(!is_beyond("<row r=\"1048576\"><c r=\"XFD1048576\" s=\"123456789\"><v>123456789</v></c></row>"));
        assert!(!is_beyond("<c r=\"A1\"><is><t>see r=\"12345678\" and  r='ABCDE'</t></is></c>"));
    }
}
