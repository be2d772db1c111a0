//! A file of RDF read straight into numbers.
//!
//! In N-Triples and N-Quads most terms of a line were met before: those are
//! found by how they are written, and no term is made of them. What is new is
//! looked at as the parser would, what is written in another way is parsed.

use std::collections::HashMap;
use std::io::BufRead as _;

use oxigraph::io::RdfFormat;
use oxigraph::model::{GraphNameRef, TermRef};

use super::dictionary::Kind;
use super::frozen::{Freezer, Number};
use super::lines::{Cut, cut};
use super::reading::Names;
use super::{RdfFile, plain};
use crate::diagnostic::{Diagnostic, Place};
use crate::error::{Error, Result};

impl RdfFile {
    /// Reads the file, with its prefixes.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] with `rdf-syntax` at the place where the text stops
    /// being what its name says.
    pub fn freeze(&self, freezer: &mut Freezer) -> Result<()> {
        if self.is_by_line() {
            return self.freeze_lines(freezer);
        }
        let mut prefixes = Vec::new();
        self.read(
            &mut |quad| {
                freezer.add(&quad);
                Ok(())
            },
            &mut prefixes,
        )?;
        freezer.declare(prefixes);
        Ok(())
    }

    fn freeze_lines(&self, freezer: &mut Freezer) -> Result<()> {
        let mut names = Names::of(self);
        let mut written = Written {
            with_graphs: self.format == RdfFormat::NQuads,
            default_graph: freezer.graph(GraphNameRef::DefaultGraph),
            label: names.label.clone(),
            suffixes: HashMap::new(),
        };
        let mut reader = self.reader()?;
        let mut line = Vec::new();
        let mut number = 0;
        loop {
            line.clear();
            if reader.read_until(b'\n', &mut line).map_err(Error::io("read", &self.name))? == 0 {
                return Ok(());
            }
            number += 1;
            let cut = cut(&line);
            if cut.as_ref().is_some_and(|cut| written.add(&line, cut, freezer).is_some()) {
                continue;
            }
            for quad in self.parser().for_slice(&line) {
                let quad = quad.map_err(|error| {
                    let text = String::from_utf8_lossy(&line);
                    let text = text.trim_end_matches(['\r', '\n']);
                    let place = error.location().map(|range| {
                        // What is missing is missing at the end of the line.
                        let ends = range.start.line > 0;
                        let column = if ends { text.chars().count() as u64 } else { range.start.column };
                        let mut place = Place::at(&self.name, text, 1, column + 1, 1);
                        place.line = number;
                        place
                    });
                    let diagnostic = Diagnostic::error("rdf-syntax", plain(&error.to_string())).at(place);
                    let has_graph = !written.with_graphs && cut.as_ref().is_some_and(|cut| cut.graph.is_some());
                    let hint = "lines that name a graph are N-Quads: let the name of the file end in .nq".to_owned();
                    Error::invalid(diagnostic.hint(has_graph.then_some(hint)))
                })?;
                let quad = names.rename(quad);
                freezer.add(&quad);
                if let (Some(cut), TermRef::Literal(literal)) = (&cut, quad.object.as_ref()) {
                    written.learn(&line, cut, freezer.dictionary.kind(literal));
                }
            }
        }
    }
}

/// How terms are written, and which numbers they have.
struct Written {
    with_graphs: bool,
    default_graph: Number,
    /// What the names of blank nodes begin with.
    label: String,
    /// What stands behind the second quote of a literal.
    suffixes: HashMap<Vec<u8>, Kind>,
}

impl Written {
    /// Adds a line; none where the parser has to look at it.
    fn add(&mut self, line: &[u8], cut: &Cut, freezer: &mut Freezer) -> Option<()> {
        if cut.has_escapes || cut.graph.is_some() && !self.with_graphs {
            return None;
        }
        let subject = self.node(&line[cut.subject.clone()], freezer)?;
        let predicate = self.node(&line[cut.predicate.clone()], freezer)?;
        let object = &line[cut.object.clone()];
        let object = match cut.literal_end {
            None => self.node(object, freezer)?,
            Some(end) => {
                let suffix = &line[end + 1..cut.object.end];
                let kind = if suffix.is_empty() { Kind::STRING } else { *self.suffixes.get(suffix)? };
                let value = &line[cut.object.start + 1..end];
                freezer.dictionary.number_if(kind, value, |value| std::str::from_utf8(value).ok())?
            }
        };
        let graph = match &cut.graph {
            None => self.default_graph,
            Some(graph) => self.node(&line[graph.clone()], freezer)?,
        };
        freezer.add_numbers([subject, predicate, object], graph);
        Some(())
    }

    fn node(&self, written: &[u8], freezer: &mut Freezer) -> Option<Number> {
        match written {
            [b'<', iri @ .., b'>'] => freezer.dictionary.number_if(Kind::IRI, iri, |iri| {
                let iri = std::str::from_utf8(iri).ok()?;
                oxiri::Iri::parse(iri).ok().map(|_| iri)
            }),
            [b'_', b':', label @ ..] => {
                let label = std::str::from_utf8(label).ok()?;
                Some(freezer.dictionary.blank(&format!("{}{label}", self.label)))
            }
            _ => None,
        }
    }

    /// Remembers what the parser made of what stands behind a literal.
    fn learn(&mut self, line: &[u8], cut: &Cut, kind: Kind) {
        if let Some(end) = cut.literal_end {
            self.suffixes.entry(line[end + 1..cut.object.end].to_vec()).or_insert(kind);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use oxigraph::model::{GraphName, Quad, Term};

    use super::*;
    use crate::graph::Triples as _;
    use crate::vocab::named_graph;

    /// Every form of line, twice, so that the second meets what the first let in.
    #[test]
    fn lines_are_read_as_the_parser_reads_them() {
        let lines = [
            "<http://a/s> <http://a/p> <http://a/o> .",
            "<http://a/s> <http://a/p> \"x\" . # said",
            "# nothing",
            "",
            "<http://a/s> <http://a/p> \"x\"@EN-gb .",
            "<http://a/s> <http://a/p> \"x\"@en--rtl .",
            "<http://a/s> <http://a/p> \"x\"^^<http://www.w3.org/2001/XMLSchema#string> .",
            "<http://a/s> <http://a/p> \"01\"^^<http://www.w3.org/2001/XMLSchema#integer> .",
            "<http://a/s> <http://a/p> \"a\\tb \\\"c\\\" \\u5C40\" .",
            "<http://a/s> <http://a/\\u5C40> \"局\" .",
            "<http://a/s> <http://a/局> _:b .",
            "_:b <http://a/p> _:c.d .",
            "_:b <http://a/p> <<( <http://a/s> <http://a/p> _:b )>> .\r<http://a/s> <http://a/q> _:b .",
            "<http://a/s> <http://a/p> <http://a/o> <http://a/g> .",
            "<http://a/s> <http://a/p> <http://a/o> _:g .",
        ];
        let text = format!("{0}\n{0}\n", lines.join("\n"));
        let file = RdfFile::text("t.nq", text, "n");
        let (quads, _) = file.quads().unwrap();
        let expected: BTreeSet<String> = quads
            .into_iter()
            .map(|mut quad| {
                if quad.graph_name == GraphName::DefaultGraph {
                    quad.graph_name = named_graph::PACK.into_owned().into();
                }
                quad.to_string()
            })
            .collect();
        let mut freezer = Freezer::default();
        file.freeze(&mut freezer).unwrap();
        let frozen = freezer.freeze();
        let mut found = BTreeSet::new();
        for graph in frozen.graphs() {
            for [graph, subject, predicate, object] in frozen.in_graph(*graph, None, None, None) {
                let own = |number: Number| frozen.term(&number).into_owned();
                let (Term::NamedNode(predicate), object) = (own(predicate), own(object)) else { panic!("a predicate") };
                let subject = match own(subject) {
                    Term::NamedNode(node) => node.into(),
                    Term::BlankNode(node) => oxigraph::model::NamedOrBlankNode::from(node),
                    other => panic!("{other}"),
                };
                let graph = match own(graph) {
                    Term::NamedNode(node) => GraphName::from(node),
                    Term::BlankNode(node) => node.into(),
                    other => panic!("{other}"),
                };
                found.insert(Quad::new(subject, predicate, object, graph).to_string());
            }
        }
        assert_eq!(found, expected);
        assert_eq!(found.len(), 13);
    }

    #[test]
    fn what_the_parser_refuses_is_refused_at_its_place() {
        for line in [
            "<http://a/s> <p> <http://a/o> .",
            "<http://a/s> <http://a/p> <http://a/o o> .",
            "<http://a/s> <http://a/p> <http://a/o> <http://a/g> .",
            "<http://a/s> <http://a/p> \"x\"@-en .",
            "<http://a/s> <http://a/p> \"x\"^^<x> .",
            "<http://a/s> <http://a/p> \"x\"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString> .",
            "<http://a/s> \"p\" <http://a/o> .",
            "<http://a/s> <http://a/p> \"x",
        ] {
            let text = format!("<http://a/s> <http://a/p> \"x\" .\n\n{line}\n");
            let file = RdfFile::text("t.nt", text, "n");
            let fault = |error| match error {
                Error::Invalid(found) => found.iter().next().cloned(),
                other => panic!("{other}"),
            };
            let mut found = fault(file.freeze(&mut Freezer::default()).unwrap_err());
            let hint = found.as_mut().and_then(|fault| fault.hint.take());
            assert_eq!(hint.is_some(), line.contains("<http://a/g>"), "{line}");
            assert_eq!(found, fault(file.quads().unwrap_err()), "{line}");
            assert_eq!(found.and_then(|fault| fault.place).map(|place| place.line), Some(3), "{line}");
        }
        // Of a full stop that is missing the parser says where the next line begins.
        let file = RdfFile::text("t.nt", "\n<http://a/s> <http://a/p> <http://a/o>\n".to_owned(), "n");
        let Error::Invalid(found) = file.freeze(&mut Freezer::default()).unwrap_err() else { panic!("a finding") };
        let place = found.iter().next().and_then(|fault| fault.place.clone()).unwrap();
        assert_eq!((place.line, place.column), (2, 39));
    }
}
