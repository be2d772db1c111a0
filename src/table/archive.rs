//! Packed files: gzip, Zstandard, and the members of ZIP archives, which workbooks are too.
//!
//! Everything but a workbook streams, and nothing may unpack to very much more than its size.

use std::cell::Cell;
use std::io::{self, Cursor, Read};
use std::rc::Rc;
use std::sync::Arc;

use zip::{CompressionMethod, ZipArchive};

use super::bytes::{head, unreadable};
use crate::file::{Bounded, Counting, Packing};
use crate::finding::{Finding, Place, codes, did_you_mean};

/// The largest archive: it is held in memory, since its directory is at its end.
const LARGEST_ARCHIVE: u64 = 1024 * 1024 * 1024;

/// What a file turns out to be by its first bytes.
pub enum Unpacked {
    /// A text or a document, to be decoded.
    Bytes(Box<dyn Read>),
    /// A workbook.
    Workbook(Workbook),
}

/// The bytes of a workbook.
pub struct Workbook {
    pub(super) kind: WorkbookKind,
    pub(super) archive: Archive,
}

/// The formats of workbooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WorkbookKind {
    /// Office Open XML.
    Xlsx,
    /// OpenDocument.
    Ods,
}

/// The content of a file, unpacked. Of a ZIP archive, that is the member called `member`, or the
/// only one.
///
/// # Errors
///
/// The finding that the file cannot be read, is damaged, or is of a format that is not read.
pub fn unpack(file: &str, input: Box<dyn Read>, member: Option<&str>) -> Result<Unpacked, Finding> {
    let (head, rest) = head(file, input)?;
    let magic: Vec<u8> = head.iter().take(8).copied().collect();
    let packed = Rc::new(Cell::new(0));
    let whole: Box<dyn Read> = Box::new(Cursor::new(head).chain(rest));
    let counted = Box::new(Counting { input: whole, n: packed.clone() });
    if let Some(packing) = Packing::of(&magic) {
        let unpacked = packing.reader(counted).map_err(|error| unreadable(file, &error))?;
        // A packed file in a packed file is read as it is: it is no text.
        return Ok(Unpacked::Bytes(Box::new(Bounded::new(unpacked, packed))));
    }
    match magic.as_slice() {
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Archive::read(file, counted)?.content(file, member),
        [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1] => {
            let message = "the file is a workbook of Excel 97 to 2003 (.xls) or is protected by a password";
            Err(unread(file, message, "save it as .xlsx without a password, or save the sheet as CSV UTF-8"))
        }
        [b'%', b'P', b'D', b'F', ..] => {
            Err(unread(file, "the file is a PDF", "extract its tables as CSV or as a workbook first"))
        }
        _ => Ok(Unpacked::Bytes(counted)),
    }
}

/// The finding that a format is not read.
fn unread(file: &str, message: impl Into<String>, hint: &str) -> Finding {
    Finding::error(codes::UNSUPPORTED_FORMAT, message).at(Place::new(file, 1, 1)).hint(hint.to_owned())
}

/// A ZIP archive in memory.
pub(super) struct Archive {
    bytes: Arc<[u8]>,
    directory: ZipArchive<Cursor<Arc<[u8]>>>,
}

impl Archive {
    fn read(file: &str, input: Box<dyn Read>) -> Result<Self, Finding> {
        let mut bytes = Vec::new();
        input.take(LARGEST_ARCHIVE + 1).read_to_end(&mut bytes).map_err(|error| unreadable(file, &error))?;
        if bytes.len() as u64 > LARGEST_ARCHIVE {
            let message = format!("the archive has more than {LARGEST_ARCHIVE} bytes, which must be held at once");
            return Err(unread(file, message, "unpack it, and pack the table by itself with gzip or Zstandard"));
        }
        let bytes: Arc<[u8]> = bytes.into();
        let directory = ZipArchive::new(Cursor::new(bytes.clone())).map_err(|error| damaged(file, &error))?;
        Ok(Self { bytes, directory })
    }

    /// Its files.
    pub fn names(&self) -> Vec<String> {
        let names = self.directory.file_names().filter_map(|name| Some(name.ok()?.into_owned()));
        let mut names: Vec<String> = names.filter(|name| !name.ends_with('/')).collect();
        names.sort();
        names
    }

    /// All bytes, for a reader that has its own directory.
    pub fn bytes(&self) -> Cursor<Arc<[u8]>> {
        Cursor::new(self.bytes.clone())
    }

    /// What the archive is.
    fn content(mut self, file: &str, member: Option<&str>) -> Result<Unpacked, Finding> {
        let names = self.names();
        let has = |name: &str| names.iter().any(|known| known == name);
        let kind = if has("xl/workbook.bin") {
            let message = "the file is a binary workbook (.xlsb)";
            return Err(unread(file, message, "save it as .xlsx, or save the sheet as CSV UTF-8"));
        } else if has("[Content_Types].xml") && names.iter().any(|name| name.starts_with("xl/")) {
            Some(WorkbookKind::Xlsx)
        } else if has("content.xml") && has("mimetype") {
            Some(WorkbookKind::Ods)
        } else {
            None
        };
        if let Some(kind) = kind {
            return Ok(Unpacked::Workbook(Workbook { kind, archive: self }));
        }
        let listed = || {
            let names: Vec<String> = names.iter().take(10).map(|name| format!("`{name}`")).collect();
            format!("its files are {}", names.join(", "))
        };
        let name = match member {
            Some(member) if has(member) => member.to_owned(),
            Some(member) => {
                let hint = did_you_mean(member, names.iter().map(String::as_str)).unwrap_or_else(listed);
                return Err(unread(file, format!("the archive has no file `{member}`"), &hint));
            }
            None => match names.as_slice() {
                [only] => only.clone(),
                [] => return Err(unread(file, "the archive is empty", "put the table into it")),
                _ => {
                    let hint = format!("name one after `#`, such as `{file}#{}`; {}", names[0], listed());
                    return Err(unread(file, format!("the archive has {} files", names.len()), &hint));
                }
            },
        };
        Ok(Unpacked::Bytes(self.member(file, &name)?))
    }

    /// A file of the archive.
    pub fn member(&mut self, file: &str, name: &str) -> Result<Box<dyn Read>, Finding> {
        let (start, length, method, encrypted) = {
            let at = self.directory.index_for_name(name).unwrap_or(usize::MAX);
            let entry = self.directory.by_index_raw(at).map_err(|error| damaged(file, &error))?;
            (entry.data_start(), entry.compressed_size(), entry.compression(), entry.encrypted())
        };
        let hint = "pack it again with the usual method (deflate) and without a password";
        if encrypted {
            return Err(unread(file, format!("`{name}` in the archive is protected by a password"), hint));
        }
        let input = MemoryPart { bytes: self.bytes.clone(), at: start.unwrap_or(u64::MAX), left: length };
        let packed = Rc::new(Cell::new(length));
        let unpacked: Box<dyn Read> = match method {
            CompressionMethod::Stored => Box::new(input),
            CompressionMethod::Deflated => Box::new(flate2::read::DeflateDecoder::new(input)),
            other => return Err(unread(file, format!("`{name}` in the archive is packed by {other}"), hint)),
        };
        Ok(Box::new(Bounded::new(unpacked, packed)))
    }
}

fn damaged(file: &str, error: &zip::result::ZipError) -> Finding {
    Finding::error(codes::UNREADABLE_FILE, format!("`{file}` is damaged: {error}"))
}

/// A part of some bytes in memory.
struct MemoryPart {
    bytes: Arc<[u8]>,
    at: u64,
    left: u64,
}

impl Read for MemoryPart {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let start = usize::try_from(self.at).unwrap_or(usize::MAX).min(self.bytes.len());
        let n = buffer.len().min(self.bytes.len() - start).min(usize::try_from(self.left).unwrap_or(usize::MAX));
        buffer[..n].copy_from_slice(&self.bytes[start..start + n]);
        self.at += n as u64;
        self.left -= n as u64;
        Ok(n)
    }
}
