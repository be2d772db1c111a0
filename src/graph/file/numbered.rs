//! An RDF file read straight into numbers.
//!
//! In N-Triples and N-Quads most terms of a line have occurred before: they are found by how they
//! are written, without making a term. New terms are validated as the parser would; lines written
//! in another way are parsed.

use std::collections::HashMap;
use std::io;
use std::ops::Range;

use oxigraph::io::{RdfFormat, RdfSyntaxError};
use oxigraph::model::{GraphName, GraphNameRef, Quad, TermRef};

use super::faults::plain;
use super::lines::{TermSpans, cut, read_line, statements};
use super::nesting::{Nesting, words};
use super::{BlankNodeNames, Declared, RdfFile};
use crate::error::{Action, Error, Result};
use crate::finding::{Finding, Place, codes};
use crate::graph::dictionary::TermKind;
use crate::graph::{GraphBuilder, TermNumber};

impl RdfFile {
    /// Reads the file into a graph in the making, including its prefixes.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] with `rdf-syntax` at the place where the text is no longer in its
    /// format.
    pub fn read_into(&self, builder: &mut GraphBuilder) -> Result<()> {
        let declared = self.read_into_graph(builder, GraphNameRef::DefaultGraph)?;
        builder.declare(declared);
        Ok(())
    }

    /// Reads the file into a graph in the making, where the triples that it puts into no named
    /// graph go to `graph`. Returns its prefixes, which are not declared.
    ///
    /// # Errors
    ///
    /// Those of [`read_into`](Self::read_into).
    pub fn read_into_graph(&self, builder: &mut GraphBuilder, graph: GraphNameRef<'_>) -> Result<Declared> {
        let mut prefixes = Vec::new();
        if self.is_by_line() {
            self.read_lines_into(builder, graph)?;
            return Ok(prefixes);
        }
        self.read(
            &mut |quad| {
                builder.add(&placed(quad, graph));
                Ok(())
            },
            &mut prefixes,
        )?;
        Ok(prefixes)
    }

    fn read_lines_into(&self, builder: &mut GraphBuilder, graph: GraphNameRef<'_>) -> Result<()> {
        let mut names = BlankNodeNames::of(self);
        let mut written = Written {
            with_graphs: self.format == RdfFormat::NQuads,
            default_graph: builder.graph(graph),
            label: names.label.clone(),
            suffixes: HashMap::new(),
        };
        let mut reader = self.reader()?;
        let mut line = Vec::new();
        let mut number = 0;
        loop {
            number += 1;
            match read_line(&mut reader, &mut line) {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                    let place = Place::new(&self.name, number, 1);
                    return Err(Error::invalid(Finding::error(codes::RDF_SYNTAX, error.to_string()).at(place)));
                }
                Err(error) => return Err(Error::io(Action::Read, &self.name)(error)),
            }
            for part in statements(&line) {
                let statement = &line[part.clone()];
                let cut = cut(statement);
                if cut.as_ref().is_some_and(|cut| written.add(statement, cut, builder).is_some()) {
                    continue;
                }
                if !Nesting::default().bears(statement) {
                    let mut place = Place::new(&self.name, number, 1);
                    place.column += String::from_utf8_lossy(&line[..part.start]).chars().count() as u64;
                    return Err(Error::invalid(Finding::error(codes::RDF_SYNTAX, words()).at(place)));
                }
                for quad in self.parser().for_slice(statement) {
                    let quad = quad.map_err(|error| {
                        let fault = self.fault(&error, &line, number, part.clone());
                        let has_graph = cut.as_ref().is_some_and(|cut| cut.graph.is_some());
                        // The parser's words: it expected the end of a triple.
                        let is_quad = has_graph && !written.with_graphs && fault.message.starts_with("quads must be");
                        let hint = "lines that name a graph are N-Quads: use the extension .nq";
                        Error::invalid(fault.hint(is_quad.then(|| hint.to_owned())))
                    })?;
                    let quad = placed(names.rename(quad), graph);
                    builder.add(&quad);
                    if let (Some(cut), TermRef::Literal(literal)) = (&cut, quad.object.as_ref()) {
                        written.learn(statement, cut, builder.kind(literal));
                    }
                }
            }
        }
    }

    /// The error in a statement, which is a part of a line.
    fn fault(&self, error: &RdfSyntaxError, line: &[u8], number: u64, part: Range<usize>) -> Finding {
        let text = String::from_utf8_lossy(line);
        let before = String::from_utf8_lossy(&line[..part.start]).chars().count() as u64;
        let place = error.location().map(|range| {
            // Missing text is missing at the end of the statement.
            let own = String::from_utf8_lossy(&line[part.clone()]);
            let length = own.trim_end_matches(['\r', '\n']).chars().count() as u64;
            let column = if range.start.line > 0 { length } else { range.start.column.min(length) };
            let mut place = Place::at(&self.name, text.trim_end_matches(['\r', '\n']), 1, before + column + 1, 1);
            place.line = number;
            place
        });
        Finding::error(codes::RDF_SYNTAX, plain(&error.to_string())).at(place)
    }
}

/// A quad in `graph` instead of in no named graph.
fn placed(mut quad: Quad, graph: GraphNameRef<'_>) -> Quad {
    if quad.graph_name == GraphName::DefaultGraph {
        quad.graph_name = graph.into_owned();
    }
    quad
}

/// How terms are written, and their numbers.
struct Written {
    with_graphs: bool,
    default_graph: TermNumber,
    /// Prefix of the labels of blank nodes.
    label: String,
    /// The text after the second quote of a literal.
    suffixes: HashMap<Vec<u8>, TermKind>,
}

impl Written {
    /// Adds a line; `None` if the parser has to read it.
    fn add(&mut self, line: &[u8], cut: &TermSpans, builder: &mut GraphBuilder) -> Option<()> {
        if cut.has_escapes || cut.graph.is_some() && !self.with_graphs {
            return None;
        }
        let subject = self.node(&line[cut.subject.clone()], builder)?;
        let predicate = self.node(&line[cut.predicate.clone()], builder)?;
        let object = &line[cut.object.clone()];
        let object = match cut.literal_end {
            None => self.node(object, builder)?,
            Some(end) => {
                let suffix = &line[end + 1..cut.object.end];
                let kind = if suffix.is_empty() { TermKind::STRING } else { *self.suffixes.get(suffix)? };
                let value = &line[cut.object.start + 1..end];
                builder.number_if(kind, value, |value| std::str::from_utf8(value).ok())?
            }
        };
        let graph = match &cut.graph {
            None => self.default_graph,
            Some(graph) => self.node(&line[graph.clone()], builder)?,
        };
        builder.add_numbers([subject, predicate, object], graph);
        Some(())
    }

    fn node(&self, written: &[u8], builder: &mut GraphBuilder) -> Option<TermNumber> {
        match written {
            [b'<', iri @ .., b'>'] => builder.number_if(TermKind::IRI, iri, |iri| {
                let iri = std::str::from_utf8(iri).ok()?;
                oxiri::Iri::parse(iri).ok().map(|_| iri)
            }),
            [b'_', b':', label @ ..] => {
                let label = std::str::from_utf8(label).ok()?;
                Some(builder.blank(&format!("{}{label}", self.label)))
            }
            _ => None,
        }
    }

    /// Remembers what the parser made of the text after a literal.
    fn learn(&mut self, line: &[u8], cut: &TermSpans, kind: TermKind) {
        if let Some(end) = cut.literal_end {
            self.suffixes.entry(line[end + 1..cut.object.end].to_vec()).or_insert(kind);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use oxigraph::model::{Term, Triple};

    use super::super::lines::LONGEST_LINE;
    use super::*;

    /// Lines of every kind, twice, so that the second line finds what the first one added.
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
        let mut builder = GraphBuilder::default();
        file.read_into(&mut builder).unwrap();
        let graph = builder.freeze();
        let expected: BTreeSet<String> = quads.iter().map(|quad| Triple::from(quad.clone()).to_string()).collect();
        let found: BTreeSet<String> = graph.triples(None, None, None).map(|triple| triple.to_string()).collect();
        assert_eq!(found, expected);
        assert_eq!(found.len(), 11);
        let shown = |number: TermNumber| graph.term(number).as_ref().to_string();
        let named: BTreeSet<String> = quads
            .iter()
            .filter(|quad| !quad.graph_name.is_default_graph())
            .map(|quad| {
                [
                    quad.graph_name.to_string(),
                    quad.subject.to_string(),
                    quad.predicate.to_string(),
                    quad.object.to_string(),
                ]
                .join(" ")
            })
            .collect();
        let found: BTreeSet<String> =
            graph.matching_in(None, [None; 3]).map(|quad| quad.map(shown).join(" ")).collect();
        assert_eq!(found, named);
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn blank_nodes_are_the_same_inside_triple_terms() {
        for name in ["t.nt", "t.ttl"] {
            let text =
                "_:b <http://a/p> <<( _:nb <http://a/p> <<( _:c <http://a/p> _:b )>> )>> .\n_:n1 <http://a/p> _:c .";
            let (quads, _) = RdfFile::text(name, text.to_owned(), "n").quads().unwrap();
            let Term::Triple(outer) = &quads[0].object else { panic!("a triple") };
            let Term::Triple(inner) = &outer.object else { panic!("a triple") };
            let nodes = [&quads[0].subject, &outer.subject, &inner.subject, &quads[1].subject];
            let distinct: BTreeSet<String> = nodes.iter().map(ToString::to_string).collect();
            assert_eq!(distinct.len(), 4, "{name}: {quads:?}");
            assert_eq!(inner.object.to_string(), quads[0].subject.to_string(), "{name}");
            assert_eq!(quads[1].object.to_string(), inner.subject.to_string(), "{name}");
        }
    }

    #[test]
    fn triple_terms_in_triple_terms_end_somewhere() {
        let nested = |n: usize| {
            let (open, close) = ("<<( <http://a/s> <http://a/p> ".repeat(n), " )>>".repeat(n));
            format!("<http://a/s> <http://a/p> {open}_:b{close} .\n")
        };
        for name in ["t.nt", "t.ttl"] {
            let freeze = |n| RdfFile::text(name, nested(n), "n").read_into(&mut GraphBuilder::default());
            assert!(freeze(200).is_ok(), "{name}");
            for n in [201, 300_000] {
                let Error::Invalid(found) = freeze(n).unwrap_err() else { panic!("a finding") };
                let found = found.iter().next().cloned().unwrap();
                assert!(found.message.contains("more than 200 levels") && found.place.is_some(), "{name}: {found}");
            }
        }
    }

    #[test]
    fn a_line_without_an_end_is_told_and_not_kept() {
        let text = format!("<http://a/s> <http://a/p> \"x\" .\n{}", "\0".repeat(LONGEST_LINE + 1));
        let file = RdfFile::text("t.nt", text, "n");
        let Error::Invalid(found) = file.read_into(&mut GraphBuilder::default()).unwrap_err() else {
            panic!("a finding")
        };
        let found = found.iter().next().cloned().unwrap();
        assert!(found.message.contains("longer than"), "{found}");
        assert_eq!(found.place.map(|place| (place.line, place.column)), Some((2, 1)));
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
            "<http://a/s> <http://a/p> <http://a/o> .\u{c}",
        ] {
            let text = format!("<http://a/s> <http://a/p> \"x\" .\n\n{line}\n");
            let file = RdfFile::text("t.nt", text, "n");
            let fault = |error| match error {
                Error::Invalid(found) => found.iter().next().cloned(),
                other => panic!("{other}"),
            };
            let mut found = fault(file.read_into(&mut GraphBuilder::default()).unwrap_err());
            let hint = found.as_mut().and_then(|fault| fault.hint.take());
            assert_eq!(hint.is_some(), line.contains("<http://a/g>"), "{line}");
            assert_eq!(found, fault(file.quads().unwrap_err()), "{line}");
            assert_eq!(found.and_then(|fault| fault.place).map(|place| place.line), Some(3), "{line}");
        }
        // For a missing full stop the parser gives the place where the next line begins; it takes
        // a carriage return for a line end, which editors do not.
        for (text, place) in [
            ("\n<http://a/s> <http://a/p> <http://a/o>\n", (2, 39)),
            ("\n<http://a/s> <http://a/p> \"x\" .\r<http://a/s> <p> \"x\" .", (2, 46)),
        ] {
            let file = RdfFile::text("t.nt", text.to_owned(), "n");
            let Error::Invalid(found) = file.read_into(&mut GraphBuilder::default()).unwrap_err() else {
                panic!("a finding")
            };
            let found = found.iter().next().and_then(|fault| fault.place.clone());
            assert_eq!(found.map(|found| (found.line, found.column)), Some(place), "{text}");
        }
    }
}
