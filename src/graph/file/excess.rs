//! Texts that are small and take the parser out of all proportion: refused while they are read,
//! since the parsers themselves know no such limits.

use std::io::{self, BufRead, Read};

use oxigraph::io::RdfFormat;

use super::markup::Scan;
use super::nesting::Nesting;

/// How deep JSON-LD may nest: its parser keeps, at each level, a copy of what it has read.
const DEEPEST_JSON: usize = 200;

/// How deep the elements of RDF/XML may nest, and how many attributes one may have: the time of the
/// parser grows with the square of both.
const DEEPEST_MARKUP: usize = 1_000;
const MOST_ATTRIBUTES: usize = 1_000;

/// How many bytes the entities of RDF/XML may expand to, whatever the size of the file, and how
/// many times its size (the limits of expat).
const MOST_EXPANDED: u64 = 8 * 1024 * 1024;
const MOST_TIMES: u64 = 100;

/// What there is too much of, as far as a text has been read.
pub(super) enum Excess {
    Terms(Nesting),
    Json { depth: usize, in_string: bool, is_escaped: bool },
    Markup(Box<MarkupExcess>),
}

impl Excess {
    pub fn of(format: RdfFormat) -> Self {
        match format {
            RdfFormat::JsonLd { .. } => Self::Json { depth: 0, in_string: false, is_escaped: false },
            RdfFormat::RdfXml => Self::Markup(Box::default()),
            _ => Self::Terms(Nesting::default()),
        }
    }

    /// Reads a further piece.
    ///
    /// # Errors
    ///
    /// What there is too much of, in words.
    pub fn read(&mut self, piece: &[u8]) -> Result<(), String> {
        match self {
            Self::Terms(nesting) => nesting.bears(piece).then_some(()).ok_or_else(super::nesting::words),
            Self::Json { depth, in_string, is_escaped } => {
                for byte in piece {
                    match byte {
                        _ if *is_escaped => *is_escaped = false,
                        b'\\' if *in_string => *is_escaped = true,
                        b'"' => *in_string = !*in_string,
                        b'{' | b'[' if !*in_string => *depth += 1,
                        b'}' | b']' if !*in_string => *depth = depth.saturating_sub(1),
                        _ => {}
                    }
                    if *depth > DEEPEST_JSON {
                        return Err(format!("objects and lists are nested more than {DEEPEST_JSON} levels deep"));
                    }
                }
                Ok(())
            }
            Self::Markup(markup) => piece.iter().try_for_each(|byte| markup.read(*byte)),
        }
    }
}

/// What there may be too much of in RDF/XML.
pub(super) struct MarkupExcess {
    scan: Scan,
    n_attributes: usize,
    /// The declaration that is being read.
    declaration: Vec<u8>,
    /// The names of entities with the bytes to which each expands.
    entities: Vec<(Vec<u8>, u64)>,
    /// The name of the entity that is being read.
    name: Option<Vec<u8>>,
    n_bytes: u64,
    n_expanded: u64,
}

impl Default for MarkupExcess {
    fn default() -> Self {
        Self {
            scan: Scan::new(),
            n_attributes: 0,
            declaration: Vec::new(),
            entities: Vec::new(),
            name: None,
            n_bytes: 0,
            n_expanded: 0,
        }
    }
}

impl MarkupExcess {
    fn read(&mut self, byte: u8) -> Result<(), String> {
        self.n_bytes += 1;
        let was_declaration = self.scan.is_declaration();
        self.scan.take(byte);
        if self.scan.is_declaration() {
            self.declaration.push(byte);
            return Ok(());
        }
        if was_declaration {
            let declaration = std::mem::take(&mut self.declaration);
            self.declare(&declaration);
            let expanded = self.entities.iter().map(|(_, size)| *size).max();
            return self.refuse_above(expanded.unwrap_or(0));
        }
        if self.scan.depth() > DEEPEST_MARKUP {
            return Err(format!("elements are nested more than {DEEPEST_MARKUP} levels deep"));
        }
        match self.scan.tag() {
            Some(is_outside) => self.n_attributes += usize::from(byte == b'=' && is_outside),
            None => self.n_attributes = 0,
        }
        if self.n_attributes > MOST_ATTRIBUTES {
            return Err(format!("an element has more than {MOST_ATTRIBUTES} attributes"));
        }
        if self.entities.is_empty() {
            return Ok(());
        }
        match (byte, &mut self.name) {
            (b'&', _) => self.name = Some(Vec::new()),
            (b';', Some(name)) => {
                self.n_expanded = self.n_expanded.saturating_add(expansion(&self.entities, name));
                self.name = None;
                return self.refuse_above(self.n_expanded);
            }
            (_, Some(name)) if name.len() < 256 => name.push(byte),
            (_, name) => *name = None,
        }
        Ok(())
    }

    fn refuse_above(&self, expanded: u64) -> Result<(), String> {
        if expanded <= MOST_EXPANDED || expanded <= MOST_TIMES * self.n_bytes {
            return Ok(());
        }
        Err(format!("entities expand to more than {} MiB, {MOST_TIMES} times the text", MOST_EXPANDED >> 20))
    }

    /// Notes the entities of a declaration, those inside them expanded.
    fn declare(&mut self, declaration: &[u8]) {
        for part in declaration.split(|byte| *byte == b'<').filter_map(|part| part.strip_prefix(b"!ENTITY")) {
            let part = part.trim_ascii_start();
            let Some(end) = part.iter().position(u8::is_ascii_whitespace) else { continue };
            let value = part[end..].trim_ascii_start();
            let Some(quote) = value.first().filter(|byte| matches!(byte, b'"' | b'\'')) else { continue };
            let value = value[1..].split(|byte| byte == quote).next().unwrap_or_default();
            let (mut size, mut rest) = (value.len() as u64, value);
            while let Some(at) = rest.iter().position(|byte| *byte == b'&') {
                rest = &rest[at + 1..];
                let Some(end) = rest.iter().position(|byte| *byte == b';') else { break };
                // What stands for it is not written itself.
                size = (size - (end as u64 + 2)).saturating_add(expansion(&self.entities, &rest[..end]));
            }
            self.entities.push((part[..end].to_vec(), size));
        }
    }
}

/// The bytes to which an entity expands.
fn expansion(entities: &[(Vec<u8>, u64)], name: &[u8]) -> u64 {
    entities.iter().find(|(known, _)| known == name).map_or(1, |(_, size)| *size)
}

/// A reader that fails where there is too much of something.
pub(super) struct ExcessReader<R> {
    reader: R,
    excess: Excess,
}

impl<R: BufRead> ExcessReader<R> {
    pub fn new(reader: R, format: RdfFormat) -> Self {
        Self { reader, excess: Excess::of(format) }
    }
}

impl<R: BufRead> Read for ExcessReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.reader.read(buffer)?;
        let read = self.excess.read(&buffer[..n]);
        read.map(|()| n).map_err(|words| io::Error::new(io::ErrorKind::InvalidData, words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(format: RdfFormat, text: &str) -> Option<String> {
        let mut excess = Excess::of(format);
        text.as_bytes().chunks(7).find_map(|piece| excess.read(piece).err())
    }

    #[test]
    fn json_nests_as_deep_as_anyone_writes() {
        let json = RdfFormat::JsonLd { profile: Default::default() };
        let text = |n: usize| format!("{}1{}", "{\"a\":[".repeat(n), "]}".repeat(n)).repeat(2);
        assert_eq!(fault(json, &text(DEEPEST_JSON / 2)), None);
        assert!(fault(json, &text(DEEPEST_JSON / 2 + 1)).unwrap().contains("nested"));
        assert_eq!(fault(json, &format!("[\"\\\"{}\"]", "{[".repeat(1_000))), None);
    }

    #[test]
    fn markup_has_limits_of_depth_and_width() {
        let nested = |n: usize| format!("{}{}<a/>", "<a>".repeat(n), "</a>".repeat(n));
        assert_eq!(fault(RdfFormat::RdfXml, &nested(DEEPEST_MARKUP)), None);
        assert!(fault(RdfFormat::RdfXml, &nested(DEEPEST_MARKUP + 1)).unwrap().contains("nested"));
        let wide = |n: usize| format!("<a{}>=</a>", " b='='".repeat(n)).repeat(2);
        assert_eq!(fault(RdfFormat::RdfXml, &wide(MOST_ATTRIBUTES)), None);
        assert!(fault(RdfFormat::RdfXml, &wide(MOST_ATTRIBUTES + 1)).unwrap().contains("attributes"));
        assert_eq!(fault(RdfFormat::RdfXml, &format!("<a>{}</a>", "=<!-- = -->".repeat(2_000))), None);
    }

    #[test]
    fn entities_expand_within_reason() {
        let text = |levels: usize, times: usize, used: usize| {
            let mut text = "<!DOCTYPE a [<!ENTITY e0 'laughter'>".to_owned();
            for level in 1..=levels {
                let inner = format!("&e{};", level - 1).repeat(times);
                text += &format!("<!ENTITY e{level} \"{inner}\">");
            }
            format!("{text}]><a>{}</a>", format!("&e{levels};").repeat(used))
        };
        // 8 × 10^5 bytes; 10^8 declared and not used; 10^6 used twenty times.
        assert_eq!(fault(RdfFormat::RdfXml, &text(5, 10, 1)), None);
        assert!(fault(RdfFormat::RdfXml, &text(8, 10, 0)).is_some());
        assert!(fault(RdfFormat::RdfXml, &text(6, 10, 1)).is_none());
        assert!(fault(RdfFormat::RdfXml, &text(6, 10, 20)).is_some());
        assert_eq!(fault(RdfFormat::RdfXml, &format!("<a>{}</a>", "&amp;".repeat(100_000))), None);
    }
}
