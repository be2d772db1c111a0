//! RDF files in any format.
//!
//! Blank nodes get labels that depend on the file alone, so that reading it a second time, to
//! find places, yields the same nodes.

mod excess;
mod faults;
mod iri;
mod lines;
mod markup;
mod nesting;
mod numbered;
mod places;
mod tokens;

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read as _};
use std::path::{Path, PathBuf};

use oxigraph::io::{RdfFormat, RdfParseError, RdfParser};
use oxigraph::model::{BlankNode, GraphName, NamedNodeRef, NamedOrBlankNode, Quad, Term, Triple};

use crate::error::{Action, Error, Result};
use crate::file;
use crate::finding::{Finding, Place, codes, utf8};
use crate::progress::Counted;
use excess::ExcessReader;
use faults::plain;
pub use iri::{file_iri, path_of};

/// Bytes of a text: start and end.
type ByteSpan = (usize, usize);

/// Prefixes with their namespaces, as a file declares them.
pub type Declared = Vec<(String, String)>;

/// An RDF file.
#[derive(Clone)]
pub struct RdfFile {
    name: String,
    source: FileSource,
    format: RdfFormat,
    /// Prefix of the labels of its blank nodes.
    label: String,
    /// The base of its relative IRIs, if it is not its path.
    base: Option<String>,
}

#[derive(Clone)]
enum FileSource {
    Path(PathBuf),
    Text(String),
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// RDF formats by extension.
const ENDINGS: [(&str, RdfFormat); 9] = [
    ("ttl", RdfFormat::Turtle),
    ("nt", RdfFormat::NTriples),
    ("trig", RdfFormat::TriG),
    ("nq", RdfFormat::NQuads),
    ("rdf", RdfFormat::RdfXml),
    ("owl", RdfFormat::RdfXml),
    ("xml", RdfFormat::RdfXml),
    ("jsonld", RdfFormat::JsonLd { profile: oxigraph::io::JsonLdProfileSet::empty() }),
    ("json", RdfFormat::JsonLd { profile: oxigraph::io::JsonLdProfileSet::empty() }),
];

impl RdfFile {
    /// A file on disk, whose extension gives its format, also before `.gz` or `.zst`. `label` is the
    /// prefix of the labels of its blank nodes. An input that can be read only once, such as a pipe,
    /// is read now, since places are found by reading it a second time.
    ///
    /// # Errors
    ///
    /// `missing-file`, `unknown-format`; `unreadable-file` and `not-utf8` for what is read now.
    pub fn open(path: &Path, label: &str) -> Result<Self, Finding> {
        Self::open_as(path, None, label)
    }

    /// Like [`open`](Self::open), in the format that this extension stands for.
    ///
    /// # Errors
    ///
    /// Those of [`open`](Self::open).
    pub fn open_as(path: &Path, format: Option<&str>, label: &str) -> Result<Self, Finding> {
        let name = path.display().to_string();
        if !path.exists() {
            return Err(Finding::error(codes::MISSING_FILE, format!("there is no file `{name}`")));
        }
        if path.is_dir() {
            let message = format!("expected an RDF file, found the folder `{name}`");
            return Err(Finding::error(codes::UNREADABLE_FILE, message).hint("`--pack DIR` reads a pack".to_owned()));
        }
        // The name of a shell's pipe has no extension; standard input is Turtle too.
        let of_pipe = || file::is_pipe(path).then_some(RdfFormat::Turtle);
        let format = format.map_or_else(|| format_of(path), of_ending).or_else(of_pipe).ok_or_else(|| {
            let known = "RDF files have the extension .ttl, .nt, .trig, .nq, .rdf, .owl or .jsonld; `--input-format` names the \
                         format of others".to_owned();
            Finding::error(codes::UNKNOWN_FORMAT, format!("cannot tell the RDF format of `{name}` from its extension"))
                .hint(known)
        })?;
        if path.is_file() {
            let source = FileSource::Path(path.to_owned());
            return Ok(Self { name, source, format, label: label.to_owned(), base: None });
        }
        let unreadable = |error| Finding::error(codes::UNREADABLE_FILE, format!("cannot read `{name}`: {error}"));
        let bytes = file::read(path).map_err(unreadable)?;
        Ok(Self { format, ..Self::packed(&name, &bytes, label)? })
    }

    /// A text in Turtle, or in the format of the extension of `name`.
    pub fn text(name: impl Into<String>, text: String, label: &str) -> Self {
        let name = name.into();
        let format = format_of(Path::new(&name)).unwrap_or(RdfFormat::Turtle);
        Self { name, source: FileSource::Text(text), format, label: label.to_owned(), base: None }
    }

    /// Like [`text`](Self::text), of bytes, which may be packed.
    ///
    /// # Errors
    ///
    /// `unreadable-file`, `not-utf8`.
    pub fn packed(name: &str, bytes: &[u8], label: &str) -> Result<Self, Finding> {
        let unreadable = |error| Finding::error(codes::UNREADABLE_FILE, format!("cannot read `{name}`: {error}"));
        let mut content = Vec::new();
        let unpacked = file::unpacked(Box::new(bytes)).and_then(|mut input| input.read_to_end(&mut content));
        unpacked.map_err(unreadable)?;
        Ok(Self::text(name, utf8(name, content)?, label))
    }

    /// The same file in the format that this extension stands for, if it stands for one.
    #[must_use]
    pub fn in_format(mut self, ending: &str) -> Self {
        self.format = of_ending(ending).unwrap_or(self.format);
        self
    }

    /// The same file with its relative IRIs resolved against `base`.
    #[must_use]
    pub fn with_base(mut self, base: String) -> Self {
        self.base = Some(base);
        self
    }

    /// Its path on disk, if any.
    pub fn path(&self) -> Option<&Path> {
        match &self.source {
            FileSource::Path(path) => Some(path),
            FileSource::Text(_) => None,
        }
    }

    /// Its name in findings.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its IRI, against which its relative IRIs are resolved.
    pub fn iri(&self) -> String {
        let own = || {
            let path = self.path().and_then(|path| path.canonicalize().ok());
            path.map_or_else(|| "file:///-".to_owned(), |path| file_iri(&path.display().to_string()))
        };
        self.base.clone().unwrap_or_else(own)
    }

    /// How many bytes it has, if it is a file on disk.
    pub fn size(&self) -> Option<u64> {
        match &self.source {
            FileSource::Path(path) => Some(path.metadata().ok()?.len()),
            FileSource::Text(_) => None,
        }
    }

    /// The bytes of the file, unpacked, without the byte-order mark, which is not part of the text.
    fn reader(&self) -> Result<Box<dyn BufRead + '_>> {
        let mut reader: Box<dyn BufRead> = match &self.source {
            FileSource::Path(path) => {
                let file = File::open(path).and_then(|file| file::unpacked(Box::new(Counted(file))));
                Box::new(BufReader::with_capacity(1 << 16, file.map_err(Error::io(Action::Read, path))?))
            }
            FileSource::Text(text) => Box::new(Cursor::new(text.as_bytes())),
        };
        let start = reader.fill_buf().map_err(Error::io(Action::Read, &self.name))?;
        if start.starts_with(BYTE_ORDER_MARK) {
            reader.consume(BYTE_ORDER_MARK.len());
        }
        Ok(reader)
    }

    fn whole(&self) -> Result<String> {
        let mut bytes = Vec::new();
        self.reader()?.read_to_end(&mut bytes).map_err(Error::io(Action::Read, &self.name))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The text of a line, or enough of it to see that it is too long to show; `None` after the
    /// last line.
    fn line(&self, number: u64) -> Result<Option<String>> {
        const MOST: u64 = 1 << 16;
        let failed = |error| Error::io(Action::Read, &self.name)(error);
        let mut reader = self.reader()?;
        for _ in 1..number {
            reader.skip_until(b'\n').map_err(failed)?;
        }
        let mut line = Vec::new();
        reader.take(MOST).read_until(b'\n', &mut line).map_err(failed)?;
        let text = String::from_utf8_lossy(&line);
        Ok((number == 1 || !line.is_empty()).then(|| text.trim_end_matches('\n').to_owned()))
    }

    fn is_by_line(&self) -> bool {
        matches!(self.format, RdfFormat::NTriples | RdfFormat::NQuads)
    }

    fn parser(&self) -> RdfParser {
        let parser = RdfParser::from_format(self.format);
        if self.is_by_line() {
            return parser;
        }
        // Relative IRIs are relative to the file, as everywhere.
        parser.clone().with_base_iri(self.iri()).unwrap_or(parser)
    }

    /// The quads and prefixes of the file.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] with `rdf-syntax` at the place where the text is no longer in its
    /// format.
    pub fn quads(&self) -> Result<(Vec<Quad>, Declared)> {
        let mut quads = Vec::new();
        let mut prefixes = Vec::new();
        self.read(
            &mut |quad| {
                quads.push(quad);
                Ok(())
            },
            &mut prefixes,
        )?;
        Ok((quads, prefixes))
    }

    fn read(&self, take: &mut dyn FnMut(Quad) -> Result<()>, prefixes: &mut Declared) -> Result<()> {
        let mut names = BlankNodeNames::of(self);
        let mut parser = self.parser().for_reader(ExcessReader::new(self.reader()?, self.format));
        for quad in parser.by_ref() {
            let quad = quad.map_err(|error| match error {
                RdfParseError::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
                    Error::invalid(self.too_much())
                }
                RdfParseError::Io(error) => Error::io(Action::Read, &self.name)(error),
                RdfParseError::Syntax(error) => Error::invalid(self.syntax(&error)),
            })?;
            take(names.rename(quad))?;
        }
        prefixes.extend(parser.prefixes().map(|(name, namespace)| (name.to_owned(), namespace.to_owned())));
        self.check_markup()
    }
}

/// The triples of a Turtle text in a named graph, and its prefixes. The labels of blank nodes are
/// the same each time the text is read, and others than in other files.
pub(super) fn turtle(file: &str, text: &str, graph: NamedNodeRef<'_>) -> Result<(Vec<Quad>, Declared), Finding> {
    let parser =
        RdfParser::from_format(RdfFormat::Turtle).with_default_graph(graph.into_owned()).without_named_graphs();
    let label = format!("t{:08x}n", crc32fast::hash(file.as_bytes()));
    let mut names = BlankNodeNames { label, by_order: Some(HashMap::new()) };
    let mut quads = Vec::new();
    let mut parser = parser.for_slice(text);
    for quad in parser.by_ref() {
        quads.push(names.rename(quad.map_err(|error| {
            let place =
                error.location().map(|range| Place::at(file, text, range.start.line + 1, range.start.column + 1, 1));
            Finding::error(codes::TURTLE_SYNTAX, plain(&error.to_string())).at(place)
        })?));
    }
    let prefixes = parser.prefixes().map(|(name, namespace)| (name.to_owned(), namespace.to_owned())).collect();
    Ok((quads, prefixes))
}

/// The format of a file by its extension, or by the one before that of its packing.
fn format_of(path: &Path) -> Option<RdfFormat> {
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    if ["gz", "zst"].contains(&ending.as_str()) {
        return format_of(Path::new(path.file_stem()?));
    }
    of_ending(&ending)
}

fn of_ending(ending: &str) -> Option<RdfFormat> {
    ENDINGS.iter().find(|(known, _)| *known == ending).map(|(_, format)| *format)
}

/// Labels for blank nodes that are the same each time the file is read.
struct BlankNodeNames {
    /// Prefix of the labels.
    label: String,
    /// `None` if the file labels all of them itself.
    by_order: Option<HashMap<BlankNode, usize>>,
}

impl BlankNodeNames {
    fn of(file: &RdfFile) -> Self {
        Self { label: file.label.clone(), by_order: (!file.is_by_line()).then(HashMap::new) }
    }

    fn rename(&mut self, mut quad: Quad) -> Quad {
        if let NamedOrBlankNode::BlankNode(node) = &quad.subject {
            quad.subject = self.name(node).into();
        }
        if matches!(quad.object, Term::BlankNode(_) | Term::Triple(_)) {
            quad.object = self.rename_object(quad.object);
        }
        if let GraphName::BlankNode(node) = &quad.graph_name {
            quad.graph_name = self.name(node).into();
        }
        quad
    }

    fn rename_object(&mut self, object: Term) -> Term {
        match object {
            Term::BlankNode(node) => self.name(&node).into(),
            Term::Triple(triple) => {
                let Triple { subject, predicate, object } = *triple;
                let subject = match subject {
                    NamedOrBlankNode::BlankNode(node) => self.name(&node).into(),
                    named => named,
                };
                Triple { subject, predicate, object: self.rename_object(object) }.into()
            }
            other => other,
        }
    }

    fn name(&mut self, node: &BlankNode) -> BlankNode {
        match &mut self.by_order {
            None => BlankNode::new_unchecked(format!("{}{}", self.label, node.as_str())),
            Some(known) => {
                let next = known.len() + 1;
                let number = *known.entry(node.clone()).or_insert(next);
                BlankNode::new_unchecked(format!("{}{number}", self.label))
            }
        }
    }
}
