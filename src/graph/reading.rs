//! Files of RDF in any form, and the way back from statements to their places
//! in the text.
//!
//! A store carries no places: when some are asked for, the file is read again.
//! Blank nodes get names that depend on the file alone, so that both readings
//! speak of the same nodes.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{BlankNode, GraphName, NamedOrBlankNode, Quad, Term};

use super::tokens::Trail;
use super::{Graph, Statement, plain};
use crate::diagnostic::{Diagnostic, Place};
use crate::error::{Error, Result};

/// Prefixes with their namespaces, as a file declares them.
pub type Declared = Vec<(String, String)>;

/// A file of RDF.
pub struct RdfFile {
    name: String,
    source: Source,
    format: RdfFormat,
    /// What the names of its blank nodes begin with.
    label: String,
}

enum Source {
    Path(PathBuf),
    Text(String),
}

/// The endings by which forms of RDF are known.
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
    /// A file on disk; its ending says its form. `label` is what the names of
    /// its blank nodes begin with.
    ///
    /// # Errors
    ///
    /// `missing-file` and `unknown-format`.
    pub fn open(path: &Path, label: &str) -> Result<Self, Diagnostic> {
        let name = path.display().to_string();
        if !path.exists() {
            return Err(Diagnostic::error("missing-file", format!("there is no file `{name}`")));
        }
        let format = format_of(path).ok_or_else(|| {
            let known = "RDF files end in .ttl, .nt, .trig, .nq, .rdf, .owl or .jsonld".to_owned();
            Diagnostic::error("unknown-format", format!("the name `{name}` does not say a form of RDF")).hint(known)
        })?;
        Ok(Self { name, source: Source::Path(path.to_owned()), format, label: label.to_owned() })
    }

    /// A text in Turtle, or whatever `name` ends in.
    pub fn text(name: impl Into<String>, text: String, label: &str) -> Self {
        let name = name.into();
        let format = format_of(Path::new(&name)).unwrap_or(RdfFormat::Turtle);
        Self { name, source: Source::Text(text), format, label: label.to_owned() }
    }

    /// What findings call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn reader(&self) -> Result<Box<dyn Read + '_>> {
        Ok(match &self.source {
            Source::Path(path) => Box::new(File::open(path).map_err(Error::io("read", path))?),
            Source::Text(text) => Box::new(Cursor::new(text.as_bytes())),
        })
    }

    fn whole(&self) -> Result<String> {
        let mut bytes = Vec::new();
        self.reader()?.read_to_end(&mut bytes).map_err(Error::io("read", &self.name))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Whether its form knows named graphs.
    pub fn may_have_graphs(&self) -> bool {
        self.format.supports_datasets()
    }

    fn is_by_line(&self) -> bool {
        matches!(self.format, RdfFormat::NTriples | RdfFormat::NQuads)
    }

    fn parser(&self) -> RdfParser {
        let parser = RdfParser::from_format(self.format);
        // Relative IRIs are relative to the file, as everywhere.
        let base = match &self.source {
            Source::Path(path) => path.canonicalize().ok(),
            Source::Text(_) => None,
        };
        let base = base.map_or_else(|| "file:///-".to_owned(), |path| format!("file://{}", path.display()));
        parser.clone().with_base_iri(base).unwrap_or(parser)
    }

    /// Reads the file into a graph, with its prefixes.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] with `rdf-syntax` at the place where the text stops
    /// being what its name says.
    pub fn load(&self, graph: &mut Graph) -> Result<()> {
        const CHUNK: usize = 100_000;
        let mut chunk = Vec::new();
        let mut prefixes = Vec::new();
        self.read(
            &mut |quad| {
                chunk.push(quad);
                if chunk.len() == CHUNK { graph.extend(chunk.drain(..)) } else { Ok(()) }
            },
            &mut prefixes,
        )?;
        graph.extend(chunk)?;
        for (name, namespace) in prefixes {
            if graph.prefixes.get(&name).is_none() {
                graph.prefixes.insert(name, namespace);
            }
        }
        Ok(())
    }

    /// The quads and prefixes of the file.
    ///
    /// # Errors
    ///
    /// Those of [`load`](Self::load).
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

    fn read(&self, take: &mut dyn FnMut(Quad) -> Result<()>, prefixes: &mut Vec<(String, String)>) -> Result<()> {
        let mut names = Names::of(self);
        let mut parser = self.parser().for_reader(BufReader::with_capacity(1 << 16, self.reader()?));
        for quad in parser.by_ref() {
            let quad = quad.map_err(|error| match error {
                oxigraph::io::RdfParseError::Io(error) => Error::io("read", &self.name)(error),
                oxigraph::io::RdfParseError::Syntax(error) => Error::invalid(self.syntax(&error)),
            })?;
            take(names.rename(quad))?;
        }
        prefixes.extend(parser.prefixes().map(|(name, namespace)| (name.to_owned(), namespace.to_owned())));
        Ok(())
    }

    fn syntax(&self, error: &oxigraph::io::RdfSyntaxError) -> Diagnostic {
        let place = error.location().map(|range| {
            let (line, column) = (range.start.line + 1, range.start.column + 1);
            match self.whole() {
                Ok(text) => Place::at(&self.name, &text, line, column, 1),
                Err(_) => Place::new(&self.name, line, column),
            }
        });
        Diagnostic::error("rdf-syntax", plain(&error.to_string())).at(place)
    }

    /// Where statements stand: the value where it is written, else the subject
    /// where it is first written. XML and JSON have no places.
    pub fn places(&self, statements: &[Statement]) -> Result<Vec<Option<Place>>> {
        let mut wanted = Wanted::new(statements);
        if statements.is_empty() || matches!(self.format, RdfFormat::RdfXml | RdfFormat::JsonLd { .. }) {
            return Ok(wanted.places());
        }
        if self.is_by_line() {
            self.places_by_line(&mut wanted)?;
            return Ok(wanted.places());
        }
        let text = self.whole()?;
        let trail = Trail::new(&text);
        let mut names = Names::of(self);
        for quad in self.parser().for_reader(trail.reader()) {
            // A file that changed meanwhile may be broken: what was found is given.
            let Ok(quad) = quad else { break };
            let quad = names.rename(quad);
            wanted.meet(&quad, || {
                let place = |(start, end)| Place::in_text(&self.name, &text, start, end);
                (trail.subject(&quad.subject).map(place), trail.object(&quad.object).map(place))
            });
        }
        Ok(wanted.places())
    }

    fn places_by_line(&self, wanted: &mut Wanted<'_>) -> Result<()> {
        let mut names = Names::of(self);
        for (index, line) in BufReader::new(self.reader()?).lines().enumerate() {
            let line = line.map_err(Error::io("read", &self.name))?;
            let trimmed = line.trim_start();
            let subject = trimmed.split_whitespace().next().unwrap_or_default();
            if !wanted.has_subject(subject, &names) {
                continue;
            }
            let Some(Ok(quad)) = self.parser().for_slice(&line).next() else { continue };
            let quad = names.rename(quad);
            let place = |start: usize, end: usize| {
                let mut place = Place::in_text(&self.name, &line, start, end);
                place.line = index as u64 + 1;
                place
            };
            wanted.meet(&quad, || {
                let start = line.len() - trimmed.len();
                let behind = trimmed.find('>').map_or(0, |at| start + at);
                let object = line[behind..].find(['"']).map_or_else(
                    || {
                        let words: Vec<&str> = trimmed.split_whitespace().collect();
                        let third = words.get(2).copied().unwrap_or_default();
                        line.rfind(third).map_or(start..start, |at| at..at + third.len())
                    },
                    |at| behind + at..line.rfind('"').map_or(line.len(), |end| end + 1),
                );
                (Some(place(start, start + subject.len())), Some(place(object.start, object.end)))
            });
        }
        Ok(())
    }
}

fn format_of(path: &Path) -> Option<RdfFormat> {
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    ENDINGS.iter().find(|(known, _)| *known == ending).map(|(_, format)| *format)
}

/// Names for blank nodes that are the same each time the file is read.
struct Names {
    label: String,
    /// None where the file names them all itself.
    by_order: Option<HashMap<BlankNode, usize>>,
}

impl Names {
    fn of(file: &RdfFile) -> Self {
        Self { label: file.label.clone(), by_order: (!file.is_by_line()).then(HashMap::new) }
    }

    fn rename(&mut self, mut quad: Quad) -> Quad {
        if let NamedOrBlankNode::BlankNode(node) = &quad.subject {
            quad.subject = self.name(node).into();
        }
        if let Term::BlankNode(node) = &quad.object {
            quad.object = self.name(node).into();
        }
        if let GraphName::BlankNode(node) = &quad.graph_name {
            quad.graph_name = self.name(node).into();
        }
        quad
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

/// Statements whose places are looked for.
struct Wanted<'a> {
    statements: &'a [Statement],
    by_subject: HashMap<&'a NamedOrBlankNode, Vec<usize>>,
    subjects: HashMap<&'a NamedOrBlankNode, Place>,
    found: Vec<Option<Place>>,
}

impl<'a> Wanted<'a> {
    fn new(statements: &'a [Statement]) -> Self {
        let mut by_subject: HashMap<_, Vec<usize>> = HashMap::new();
        for (index, statement) in statements.iter().enumerate() {
            by_subject.entry(&statement.subject).or_default().push(index);
        }
        Self { statements, by_subject, subjects: HashMap::new(), found: vec![None; statements.len()] }
    }

    /// Whether something is looked for of a subject as a line of N-Triples writes it.
    fn has_subject(&self, written: &str, names: &Names) -> bool {
        let node = match (written.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')), written.strip_prefix("_:"))
        {
            (Some(iri), _) => NamedOrBlankNode::from(oxigraph::model::NamedNode::new_unchecked(iri)),
            (_, Some(label)) => BlankNode::new_unchecked(format!("{}{label}", names.label)).into(),
            // Two tokens may stand without a space between; the parser knows.
            (None, None) => return true,
        };
        self.by_subject.contains_key(&node)
    }

    fn meet(&mut self, quad: &Quad, places: impl FnOnce() -> (Option<Place>, Option<Place>)) {
        let Some((subject, indexes)) = self.by_subject.get_key_value(&quad.subject) else { return };
        let fits = |index: &&usize| {
            let statement = &self.statements[**index];
            statement.predicate.as_ref() == Some(&quad.predicate) && statement.object.as_ref() == Some(&quad.object)
        };
        let fitting: Vec<usize> = indexes.iter().filter(fits).copied().collect();
        let known = self.subjects.contains_key(*subject);
        if known && fitting.iter().all(|index| self.found[*index].is_some()) {
            return;
        }
        let (of_subject, of_object) = places();
        if let (false, Some(place)) = (known, of_subject) {
            self.subjects.insert(*subject, place);
        }
        for index in fitting {
            if self.found[index].is_none() {
                self.found[index].clone_from(&of_object);
            }
        }
    }

    fn places(self) -> Vec<Option<Place>> {
        let found = self.found.into_iter().zip(self.statements);
        found.map(|(place, statement)| place.or_else(|| self.subjects.get(&statement.subject).cloned())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use oxigraph::model::NamedNode;

    fn node(local: &str) -> NamedNode {
        NamedNode::new(format!("http://a/{local}")).unwrap()
    }

    fn statement(subject: impl Into<NamedOrBlankNode>, predicate: &str, object: Option<Term>) -> Statement {
        Statement { subject: subject.into(), predicate: Some(node(predicate)), object, language: None }
    }

    fn place(file: &RdfFile, statement: Statement) -> Option<(u64, u64)> {
        file.places(&[statement]).unwrap().remove(0).map(|place| (place.line, place.column))
    }

    #[test]
    fn turtle_has_places_of_subjects_and_values() {
        let text = "@prefix : <http://a/> . # one . two\nPREFIX b: <http://b/>\n:s :p 1 , \"x.;\"@en ;\n  :q [ :r :t ; :u (1 2) ] .\n<http://a/s2>\n  a :C ; :p :t.\n";
        let file = RdfFile::text("t.ttl", text.to_owned(), "d");
        let (quads, _) = file.quads().unwrap();
        let inner = quads.iter().find(|quad| quad.predicate == node("r")).unwrap().subject.clone();
        let english = oxigraph::model::Literal::new_language_tagged_literal("x.;", "en").unwrap();
        for (statement, expected) in [
            (statement(node("s"), "p", Some(oxigraph::model::Literal::from(1).into())), (3, 7)),
            (statement(node("s"), "p", Some(english.into())), (3, 11)),
            (statement(node("s"), "nope", None), (3, 1)),
            (statement(inner.clone(), "r", Some(node("t").into())), (4, 11)),
            (statement(inner, "nope", None), (4, 6)),
            (statement(node("s2"), "p", Some(node("t").into())), (6, 13)),
            (statement(node("s2"), "nope", None), (5, 1)),
        ] {
            assert_eq!(place(&file, statement.clone()), Some(expected), "{statement:?}");
        }
    }

    #[test]
    fn lines_have_places_too() {
        let text = "<http://a/s> <http://a/p> \"x y\"@en .\n_:b <http://a/p> <http://a/t> .\n";
        let file = RdfFile::text("t.nt", text.to_owned(), "d");
        let english = oxigraph::model::Literal::new_language_tagged_literal("x y", "en").unwrap();
        assert_eq!(place(&file, statement(node("s"), "p", Some(english.into()))), Some((1, 27)));
        let blank = BlankNode::new_unchecked("db");
        assert_eq!(place(&file, statement(blank.clone(), "p", Some(node("t").into()))), Some((2, 18)));
        assert_eq!(place(&file, statement(blank, "nope", None)), Some((2, 1)));
    }
}
