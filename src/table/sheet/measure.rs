//! The sizes of the parts of a workbook, before they are parsed.

use std::io::Read;

use super::super::archive::Archive;
use super::super::bytes::unreadable;
use crate::finding::{Finding, codes};

/// The largest part of a workbook that must be held, such as the texts that its sheets share.
const LARGEST_PART: u64 = 512 * 1024 * 1024;
/// The longest text between two tags: what a parser of XML holds at once.
const LONGEST_TEXT: usize = 32 * 1024 * 1024;

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
