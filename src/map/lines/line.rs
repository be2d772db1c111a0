//! The lines of some rows.

use std::fs::File;
use std::io::Write as _;
use std::sync::{Mutex, PoisonError};

use oxigraph::model::{GraphName, Literal, Quad};

use super::held::HeldLines;
use super::marks::{MarkFilter, Marks, of_map};
use super::{Proofs, foreign_graph, output};
use crate::error::{Error, Result};
use crate::graph::{TermForm, n_quads_line};
use crate::map::compiled::{Distinctness, LiteralKinds, TermText, TripleText};
use crate::map::execute::{QuadOrigin, RowSink};

/// Writes the triples of some rows as lines.
pub(super) struct LineSink<'a> {
    /// Whole lines.
    text: Vec<u8>,
    n_lines: u64,
    /// Lines that may occur again, in order.
    doubts: Vec<Doubt>,
    /// Marks without a line: subjects that also occur in quads.
    marks_of_quads: Vec<(usize, u64)>,
    /// A graph that is named though the lines cannot name one.
    foreign_graph: Option<String>,
    has_graphs: bool,
    proofs: &'a Proofs<'a>,
    spare: &'a SpareTexts,
    marks: Marks,
    written: WrittenTerms,
    /// The map whose subject was doubted last in this row, and the index of its first doubt.
    subject: Option<(usize, usize)>,
}

/// The memory of texts that have been written, for the next ones.
#[derive(Default)]
pub(super) struct SpareTexts(Mutex<Vec<Vec<u8>>>);

impl SpareTexts {
    fn get(&self) -> Vec<u8> {
        let spare = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        spare.unwrap_or_else(|| Vec::with_capacity(USUAL_SIZE))
    }
}

impl Drop for LineSink<'_> {
    fn drop(&mut self) {
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        self.spare.0.lock().unwrap_or_else(PoisonError::into_inner).push(text);
    }
}

/// Some lines of a text, one after the other, that have a mark in common.
struct Doubt {
    mark: u64,
    start: usize,
    end: usize,
    /// Whether they are held back in any case.
    is_held: bool,
    /// The doubt that left the mark, if it is an earlier one of the same row.
    first: Option<usize>,
}

/// The terms of a row as they are written.
struct WrittenTerms {
    /// For each slot, the row for which it was written, and where in the lines.
    slots: Vec<(u64, usize, usize)>,
    row: u64,
    /// What is written behind a literal of each kind.
    suffixes: Vec<String>,
}

/// What a block of rows becomes is about so large, in bytes.
const USUAL_SIZE: usize = 1 << 20;

const CONSTANT: u64 = u64::MAX;

/// A mark is looked at before its turn, when so many others are left.
const AHEAD: usize = 16;

impl WrittenTerms {
    fn begin_row(&mut self) {
        self.row += 1;
    }

    /// Adds a term and a blank to a line.
    #[inline]
    fn push(&mut self, term: TermText<'_>, line: &mut Vec<u8>) {
        if term.value > 0 {
            write(term, &self.suffixes, line);
            return line.push(b' ');
        }
        let stamp = if term.is_constant { CONSTANT } else { self.row };
        let slot = &mut self.slots[term.slot];
        if slot.0 == stamp {
            return line.extend_from_within(slot.1..slot.2);
        }
        let start = line.len();
        write(term, &self.suffixes, line);
        line.push(b' ');
        *slot = (stamp, start, line.len());
    }
}

/// Adds a term as N-Triples writes it.
fn write(term: TermText<'_>, suffixes: &[String], target: &mut Vec<u8>) {
    let text = term.text().as_bytes();
    match term.form {
        TermForm::Iri => {
            target.push(b'<');
            target.extend_from_slice(text);
            target.push(b'>');
        }
        TermForm::Blank => {
            target.extend_from_slice(b"_:");
            target.extend_from_slice(text);
        }
        TermForm::Literal(kind) => {
            if !term.is_plain && may_need_escape(text) {
                // As everywhere else.
                target.extend_from_slice(Literal::new_simple_literal(term.text()).to_string().as_bytes());
            } else {
                target.push(b'"');
                target.extend_from_slice(text);
                target.push(b'"');
            }
            target.extend_from_slice(suffixes[kind as usize].as_bytes());
        }
    }
}

/// Whether a text may have a character that is escaped; U+FFFE and U+FFFF begin with EF.
fn may_need_escape(text: &[u8]) -> bool {
    let may = |byte: u8| (byte < 0x20) | (byte == b'"') | (byte == b'\\') | (byte == 0x7f) | (byte == 0xef);
    text.iter().fold(false, |found, byte| found | may(*byte))
}

impl<'a> LineSink<'a> {
    pub fn new(
        n_slots: usize,
        has_graphs: bool,
        proofs: &'a Proofs<'a>,
        spare: &'a SpareTexts,
        kinds: &LiteralKinds,
    ) -> Self {
        let suffix = |empty: &Literal| empty.to_string()[2..].to_owned();
        let written = WrittenTerms {
            slots: vec![(0, 0, 0); n_slots],
            row: 0,
            suffixes: kinds.empty().iter().map(suffix).collect(),
        };
        Self {
            text: spare.get(),
            n_lines: 0,
            doubts: Vec::new(),
            marks_of_quads: Vec::new(),
            foreign_graph: None,
            has_graphs,
            proofs,
            spare,
            marks: Marks::new(n_slots, kinds),
            written,
            subject: None,
        }
    }

    /// Refuses a graph that the lines cannot name.
    pub fn check(&self) -> Result<()> {
        self.foreign_graph.as_ref().map_or(Ok(()), |graph| Err(Error::invalid(foreign_graph(graph))))
    }

    /// All lines, without their ends.
    pub fn lines(&self) -> impl Iterator<Item = &[u8]> {
        lines(&self.text)
    }

    /// Writes the lines that certainly have not occurred before, and holds the others back; returns how
    /// many are written.
    pub fn write_new(self, filter: &mut MarkFilter, held: &mut HeldLines, out: &mut File) -> Result<u64> {
        let (mut from, mut n_lines) = (0, self.n_lines);
        let mut left = Vec::with_capacity(self.doubts.len());
        let mut of_quads = self.marks_of_quads.iter().peekable();
        for (n, doubt) in self.doubts.iter().enumerate() {
            if let Some(ahead) = self.doubts.get(n + AHEAD) {
                filter.look_ahead(ahead.mark);
            }
            while let Some((_, mark)) = of_quads.next_if(|(at, _)| *at <= doubt.start) {
                filter.leave(*mark);
            }
            let was = doubt.first.map_or_else(|| filter.leave(doubt.mark), |first| left[first]);
            left.push(was);
            if !was && !doubt.is_held {
                continue;
            }
            out.write_all(&self.text[from..doubt.start]).map_err(output)?;
            for line in lines(&self.text[doubt.start..doubt.end]) {
                held.push(line)?;
                n_lines -= 1;
            }
            from = doubt.end;
        }
        of_quads.for_each(|(_, mark)| {
            filter.leave(*mark);
        });
        out.write_all(&self.text[from..]).map_err(output)?;
        Ok(n_lines)
    }
}

/// The lines of a text, without their ends.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\n").unwrap_or(line))
}

impl RowSink for LineSink<'_> {
    fn begin_row(&mut self) {
        self.subject = None;
        self.written.begin_row();
        self.marks.begin_row();
    }

    #[inline]
    fn triple(&mut self, triple: TripleText<'_>) {
        let start = self.text.len();
        for term in [triple.subject, triple.predicate, triple.object] {
            self.written.push(term, &mut self.text);
        }
        if let Some(graph) = triple.graph {
            if !self.has_graphs {
                self.foreign_graph.get_or_insert_with(|| format!("<{}>", graph.text()));
            }
            self.written.push(graph, &mut self.text);
        }
        self.text.extend_from_slice(b".\n");
        self.n_lines += 1;
        let end = self.text.len();
        let (mark, first) = match self.proofs.of_rules[triple.rule] {
            Distinctness::Proved => return,
            Distinctness::ByTriple => (self.marks.triple(triple), None),
            Distinctness::BySubject => {
                let first = self.subject.filter(|(map, _)| *map == triple.map).map(|(_, first)| first);
                let at = self.doubts.len();
                if let (Some(first), Some(last)) = (first, self.doubts.last_mut())
                    && last.end == start
                    && (first + 1 == at || last.first == Some(first))
                {
                    // Lines of the subject that follow each other are one doubt.
                    last.end = end;
                    return;
                }
                self.subject = Some((triple.map, first.unwrap_or(at)));
                (self.marks.subject(triple.map, triple.subject), first)
            }
        };
        self.doubts.push(Doubt { mark, start, end, is_held: false, first });
    }

    /// The quad of a row that is not an ordinary one. If other rows are told apart by their subjects,
    /// it is held back, and so are the lines of its subject.
    fn quad(&mut self, quad: Quad, origin: QuadOrigin<'_>) {
        if !self.has_graphs && quad.graph_name != GraphName::DefaultGraph {
            self.foreign_graph.get_or_insert_with(|| quad.graph_name.to_string());
        }
        let (mark, subject) = self.marks.quad(&quad);
        let start = self.text.len();
        self.text.extend_from_slice(n_quads_line(&quad).as_bytes());
        self.text.push(b'\n');
        self.n_lines += 1;
        self.subject = None;
        let by_subject = self.proofs.by_subject.iter().find(|(_, map)| std::ptr::eq(*map, origin.subject()));
        self.marks_of_quads.extend(by_subject.map(|(map, _)| (start, of_map(subject, *map))));
        self.doubts.push(Doubt { mark, start, end: self.text.len(), is_held: by_subject.is_some(), first: None });
    }
}
