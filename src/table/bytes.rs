//! From the bytes of a file to text in UTF-8: packed files are unpacked, encodings decoded, line
//! ends of old Macs replaced. Everything streams.

use std::io::{self, Cursor, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::finding::{Finding, Place, codes, did_you_mean};

/// How many bytes are looked at to see what a file is.
const HEAD: usize = 64 * 1024;

/// The byte that stands for bytes that are not in the encoding: it is in no UTF-8, so that readers
/// find the place by themselves.
const WRONG: u8 = 0xff;

/// A text in UTF-8, and the encoding in which it is in the file.
pub struct DecodedText {
    /// Its bytes.
    pub input: Box<dyn Read>,
    /// The name of the encoding.
    pub encoding: &'static str,
}

impl From<Box<dyn Read>> for DecodedText {
    fn from(input: Box<dyn Read>) -> Self {
        Self { input, encoding: UTF_8.name() }
    }
}

/// The encoding with this label (<https://encoding.spec.whatwg.org/#names-and-labels>).
///
/// # Errors
///
/// The finding that there is none; its place is where the label is written.
pub fn encoding(label: &str) -> Result<&'static Encoding, Finding> {
    let found = Encoding::for_label_no_replacement(label.as_bytes());
    found.ok_or_else(|| {
        let usual = ["utf-8", "utf-16le", "utf-16be", "big5", "gbk", "gb18030", "shift_jis", "euc-kr", "windows-1252"];
        let hint = did_you_mean(label, usual)
            .unwrap_or_else(|| format!("write a label of the WHATWG Encoding Standard, such as {}", usual.join(", ")));
        Finding::error(codes::UNKNOWN_ENCODING, format!("`{label}` is not an encoding")).hint(hint)
    })
}

/// The text of a file. A byte-order mark decides, then `given`; without both it is UTF-8.
///
/// # Errors
///
/// The finding that the file cannot be read, or is UTF-16 without a mark.
pub fn text(file: &str, input: Box<dyn Read>, given: Option<&'static Encoding>) -> Result<DecodedText, Finding> {
    let (head, input) = head(file, input)?;
    let (encoding, mark) = match Encoding::for_bom(&head) {
        Some((encoding, length)) => (encoding, length),
        None => (given.unwrap_or(UTF_8), 0),
    };
    if encoding == UTF_8
        && let Some(name) = unmarked_utf16(&head)
    {
        return Err(Finding::error(codes::NOT_UTF8, "the file is UTF-16, without a byte-order mark")
            .at(Place::new(file, 1, 1))
            .hint(format!("add `\"encoding\": \"{name}\"` to the resource, or save the file as UTF-8")));
    }
    let old_mac = encoding != UTF_16LE && encoding != UTF_16BE && has_cr_only(&head);
    let mut input: Box<dyn Read> = Box::new(Cursor::new(head[mark..].to_vec()).chain(input));
    if encoding != UTF_8 {
        let decoder = encoding.new_decoder_without_bom_handling();
        input = Box::new(Decoded::new(input, decoder));
        if encoding == UTF_16LE || encoding == UTF_16BE {
            let (decoded, rest) = self::head(file, input)?;
            let old_mac = has_cr_only(&decoded);
            input = Box::new(Cursor::new(decoded).chain(rest));
            if old_mac {
                input = Box::new(LineFeeds(input));
            }
        }
    }
    if old_mac {
        input = Box::new(LineFeeds(input));
    }
    Ok(DecodedText { input, encoding: encoding.name() })
}

/// The text of a document of XML, which may itself say what its encoding is.
///
/// # Errors
///
/// Those of [`text`], and that the encoding which the document names is unknown.
pub fn xml_text(file: &str, input: Box<dyn Read>, given: Option<&'static Encoding>) -> Result<DecodedText, Finding> {
    let (head, rest) = head(file, input)?;
    let declared =
        declared_encoding(&head).map(|label| encoding(&label).map_err(|fault| fault.at(Place::new(file, 1, 1))));
    let input: Box<dyn Read> = Box::new(Cursor::new(head).chain(rest));
    match declared {
        // What is written in ASCII is no UTF-16, whatever it says.
        Some(found) => match found? {
            found if found == UTF_16LE || found == UTF_16BE => text(file, input, given),
            found => text(file, input, given.or(Some(found))),
        },
        None => text(file, input, given),
    }
}

/// The encoding in the declaration of a document of XML.
fn declared_encoding(head: &[u8]) -> Option<String> {
    let end = memchr::memmem::find(head, b"?>")?;
    let declaration = std::str::from_utf8(head.get(..end)?.strip_prefix(b"<?xml")?).ok()?;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    value[1..].split_once(quote).map(|(label, _)| label.to_owned())
}

/// The first bytes of a file, and the rest.
pub(super) fn head(file: &str, mut input: Box<dyn Read>) -> Result<(Vec<u8>, Box<dyn Read>), Finding> {
    let mut head = Vec::new();
    match input.by_ref().take(HEAD as u64).read_to_end(&mut head) {
        Ok(_) => Ok((head, input)),
        Err(error) => Err(unreadable(file, &error)),
    }
}

/// The finding that a file cannot be read.
pub(super) fn unreadable(file: &str, error: &io::Error) -> Finding {
    Finding::error(codes::UNREADABLE_FILE, format!("cannot read `{file}`: {error}"))
}

/// The encoding of a text of which every other byte is NUL, as letters of ASCII are in UTF-16.
fn unmarked_utf16(head: &[u8]) -> Option<&'static str> {
    let pairs = head.chunks_exact(2).take(2_000);
    let (mut n, mut first, mut second) = (0, 0, 0);
    for pair in pairs {
        n += 1;
        first += usize::from(pair[0] == 0 && pair[1] != 0);
        second += usize::from(pair[1] == 0 && pair[0] != 0);
    }
    // A few NULs are control characters in a cell, which is another finding.
    let most = |count: usize| n >= 2 && count * 10 >= n * 7;
    if most(second) {
        Some("utf-16le")
    } else if most(first) {
        Some("utf-16be")
    } else {
        None
    }
}

fn has_cr_only(head: &[u8]) -> bool {
    memchr::memchr(b'\n', head).is_none() && memchr::memchr(b'\r', head).is_some_and(|at| at + 1 < head.len())
}

/// Each CR as LF: the line ends of a file that has no LF.
struct LineFeeds(Box<dyn Read>);

impl Read for LineFeeds {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.0.read(buffer)?;
        buffer[..n].iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
        Ok(n)
    }
}

/// A text in another encoding, as UTF-8.
struct Decoded {
    input: Box<dyn Read>,
    decoder: Decoder,
    /// Bytes that were read; those before `at` are decoded.
    raw: Vec<u8>,
    at: usize,
    ended: bool,
    done: bool,
    /// Decoded bytes; those before `sent` were passed on.
    pending: Vec<u8>,
    sent: usize,
}

impl Decoded {
    const CHUNK: usize = 16 * 1024;

    fn new(input: Box<dyn Read>, decoder: Decoder) -> Self {
        Self { input, decoder, raw: Vec::new(), at: 0, ended: false, done: false, pending: Vec::new(), sent: 0 }
    }

    /// Decodes more; `false` at the end.
    fn decode(&mut self) -> io::Result<bool> {
        if self.done {
            return Ok(false);
        }
        if self.at == self.raw.len() && !self.ended {
            self.raw.resize(Self::CHUNK, 0);
            self.at = 0;
            let n = loop {
                match self.input.read(&mut self.raw) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    other => break other?,
                }
            };
            self.raw.truncate(n);
            self.ended = n == 0;
        }
        self.pending.resize(Self::CHUNK * 4, 0);
        let (result, read, written) =
            self.decoder.decode_to_utf8_without_replacement(&self.raw[self.at..], &mut self.pending, self.ended);
        self.at += read;
        self.pending.truncate(written);
        self.sent = 0;
        match result {
            DecoderResult::Malformed(..) => self.pending.push(WRONG),
            // A decoder that was told of the end must not be asked again.
            DecoderResult::InputEmpty => self.done = self.ended,
            DecoderResult::OutputFull => {}
        }
        Ok(true)
    }
}

impl Read for Decoded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.sent == self.pending.len() {
            if !self.decode()? {
                return Ok(0);
            }
        }
        let n = buffer.len().min(self.pending.len() - self.sent);
        buffer[..n].copy_from_slice(&self.pending[self.sent..self.sent + n]);
        self.sent += n;
        Ok(n)
    }
}
