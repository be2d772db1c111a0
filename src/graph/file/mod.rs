//! RDF files in any format.
//!
//! Blank nodes get labels that depend on the file alone, so that reading it a second time, to
//! find places, yields the same nodes.

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
use faults::plain;
pub use iri::{file_iri, path_of};
use nesting::Shallow;

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
    /// A file on disk, whose extension gives its format. `label` is the prefix of the labels of
    /// its blank nodes. An input that can be read only once, such as a pipe, is read now, since
    /// places are found by reading it a second time.
    ///
    /// # Errors
    ///
    /// `missing-file`, `unknown-format`; `unreadable-file` and `not-utf8` for what is read now.
    pub fn open(path: &Path, label: &str) -> Result<Self, Finding> {
        let name = path.display().to_string();
        if !path.exists() {
            return Err(Finding::error(codes::MISSING_FILE, format!("there is no file `{name}`")));
        }
        // The name of a shell's pipe has no extension; standard input is Turtle too.
        let of_pipe = || file::is_pipe(path).then_some(RdfFormat::Turtle);
        let format = format_of(path).or_else(of_pipe).ok_or_else(|| {
            let known = "RDF files have the extension .ttl, .nt, .trig, .nq, .rdf, .owl or .jsonld".to_owned();
            Finding::error(codes::UNKNOWN_FORMAT, format!("cannot tell the RDF format of `{name}` from its extension"))
                .hint(known)
        })?;
        let source = if path.is_file() {
            FileSource::Path(path.to_owned())
        } else {
            let unreadable = |error| Finding::error(codes::UNREADABLE_FILE, format!("cannot read `{name}`: {error}"));
            FileSource::Text(utf8(&name, file::read(path).map_err(unreadable)?)?)
        };
        Ok(Self { name, source, format, label: label.to_owned(), base: None })
    }

    /// A text in Turtle, or in the format of the extension of `name`.
    pub fn text(name: impl Into<String>, text: String, label: &str) -> Self {
        let name = name.into();
        let format = format_of(Path::new(&name)).unwrap_or(RdfFormat::Turtle);
        Self { name, source: FileSource::Text(text), format, label: label.to_owned(), base: None }
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

    /// How many bytes it has, if it is a file on disk.
    pub fn size(&self) -> Option<u64> {
        match &self.source {
            FileSource::Path(path) => Some(path.metadata().ok()?.len()),
            FileSource::Text(_) => None,
        }
    }

    /// The bytes of the file without the byte-order mark, which is not part of the text.
    fn reader(&self) -> Result<Box<dyn BufRead + '_>> {
        let mut reader: Box<dyn BufRead> = match &self.source {
            FileSource::Path(path) => {
                let file = File::open(path).map_err(Error::io(Action::Read, path))?;
                Box::new(BufReader::with_capacity(1 << 16, Counted(file)))
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
        let own = || {
            let path = self.path().and_then(|path| path.canonicalize().ok());
            path.map_or_else(|| "file:///-".to_owned(), |path| file_iri(&path.display().to_string()))
        };
        let base = self.base.clone().unwrap_or_else(own);
        parser.clone().with_base_iri(base).unwrap_or(parser)
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
        let mut parser = self.parser().for_reader(Shallow::new(self.reader()?));
        for quad in parser.by_ref() {
            let quad = quad.map_err(|error| match error {
                RdfParseError::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
                    Error::invalid(self.too_deep())
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

fn format_of(path: &Path) -> Option<RdfFormat> {
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
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
