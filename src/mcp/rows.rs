//! Rows and triples as an assistant reads them: a part at a time, and never a part that looks whole.

use oxigraph::model::{Quad, Term};
use serde_json::{Map, Value, json};

use super::call::{MOST, USUAL, number};
use super::setup::ToolAnswer;
use crate::ask;
use crate::error::{Action, Error, Result};
use crate::export::{self, GraphFormat, Preamble, ResultFormat, Rows, TableStyle, write_graph, write_rows};
use crate::finding::Findings;
use crate::graph::{Graph, group_digits, n_quads_line};

/// The most text of an answer, in bytes. A value may be as long as a book.
const MOST_BYTES: usize = 1 << 20;

/// Which part of an answer is wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    offset: usize,
    limit: usize,
}

impl Window {
    /// The part that a call asks for.
    ///
    /// # Errors
    ///
    /// `bad-arguments` where the limit is out of range.
    pub fn read(offset: u64, limit: Option<u64>) -> Result<Self> {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        Ok(Self { offset, limit: number("limit", limit, USUAL, MOST)? })
    }

    /// The items in the window, as far as the bytes allow; how many there are in all.
    fn take<T>(self, all: Vec<T>, n_bytes: impl Fn(&T) -> usize) -> (Vec<T>, usize) {
        let n_all = all.len();
        let mut left = MOST_BYTES;
        let fits = |item: &T| {
            let n = n_bytes(item);
            let fits = n <= left;
            left = left.saturating_sub(n);
            fits
        };
        (all.into_iter().skip(self.offset).take(self.limit).take_while(fits).collect(), n_all)
    }

    /// What is said of a part, if it is not all.
    fn note(self, n_shown: usize, n_all: usize, what: &str) -> Option<String> {
        let n = |n: usize| group_digits(&n.to_string());
        if n_shown == n_all {
            return None;
        }
        let end = self.offset.saturating_add(n_shown);
        if n_shown == 0 && self.offset >= n_all {
            return Some(format!("there are {} {what}, so none after the first {}", n(n_all), n(self.offset)));
        }
        if n_shown == 0 {
            return Some(format!(
                "one of the {what} is longer than an answer may be; ask for parts of it, as with SUBSTR"
            ));
        }
        let shown = format!("{what} {} to {} of {}", n(self.offset + 1), n(end), n(n_all));
        let more = if end < n_all { format!("; the next are had with `offset`: {end}") } else { String::new() };
        Some(format!("not all: {shown}{more}"))
    }
}

/// Rows as an answer.
pub(super) fn rows(
    graph: &Graph,
    rows: Rows,
    warnings: &Findings,
    window: Window,
    languages: &[String],
) -> Result<ToolAnswer> {
    let n_bytes = |row: &Vec<Option<Term>>| row.iter().flatten().map(|term| term.to_string().len()).sum();
    let (shown, n_rows) = window.take(rows.rows, n_bytes);
    let rows = Rows { variables: rows.variables, rows: shown };
    let labels = ask::labels(graph, &rows, languages)?;
    let cell = |term: &Term| {
        let mut cell = term_json(term);
        if let Term::NamedNode(node) = term {
            let name = graph.prefixes.shorten(node.as_str());
            if name != node.as_str() {
                cell["id"] = json!(name);
            }
            if let Some(label) = labels.get(node.as_str()) {
                cell["label"] = json!(label);
            }
        }
        cell
    };
    let objects = rows.rows.iter().map(|row| {
        let cells = rows.variables.iter().zip(row);
        let bound = cells.filter_map(|(variable, term)| Some((variable.as_str().to_owned(), cell(term.as_ref()?))));
        Value::Object(bound.collect::<Map<_, _>>())
    });
    let note = window.note(rows.rows.len(), n_rows, "rows");
    let mut answer = json!({
        "columns": rows.variables.iter().map(oxigraph::model::Variable::as_str).collect::<Vec<_>>(),
        "rows": objects.collect::<Vec<_>>(),
        "n_rows": n_rows,
        "complete": note.is_none(),
    });
    let mut table = Vec::new();
    let style = TableStyle { width: None, most_rows: usize::MAX, group_digits: false, labels: &labels };
    write_rows(ResultFormat::Markdown, &rows, &graph.prefixes, &style, &mut table)
        .map_err(Error::io(Action::Write, "-"))?;
    let count = match n_rows {
        1 => "1 row".to_owned(),
        n => format!("{} rows", group_digits(&n.to_string())),
    };
    let text = format!("{}\n\n{}", note.as_deref().unwrap_or(&count), String::from_utf8_lossy(&table));
    Ok(finished(&mut answer, text, note, warnings))
}

/// The answer of an ASK.
pub(super) fn boolean(is: bool, warnings: &Findings) -> ToolAnswer {
    finished(&mut json!({"boolean": is, "complete": true}), is.to_string(), None, warnings)
}

/// Triples as an answer, in Turtle.
pub(super) fn triples(graph: &Graph, mut quads: Vec<Quad>, warnings: &Findings, window: Window) -> Result<ToolAnswer> {
    // A part is the same part each time.
    quads.sort_by_cached_key(n_quads_line);
    quads.dedup();
    let (shown, n_triples) = window.take(quads, |quad| n_quads_line(quad).len());
    let note = window.note(shown.len(), n_triples, "triples");
    export::fits(GraphFormat::Turtle, &shown, &graph.prefixes)?;
    let mut turtle = Vec::new();
    write_graph(GraphFormat::Turtle, shown, &graph.prefixes, &Preamble::default(), &mut turtle)
        .map_err(Error::io(Action::Write, "-"))?;
    let turtle = String::from_utf8_lossy(&turtle).into_owned();
    let mut answer = json!({"turtle": turtle, "n_triples": n_triples, "complete": note.is_none()});
    let text = match &note {
        Some(note) => format!("# {note}\n{turtle}"),
        None => turtle,
    };
    Ok(finished(&mut answer, text, note, warnings))
}

/// The answer with what is said about it.
fn finished(answer: &mut Value, mut text: String, note: Option<String>, warnings: &Findings) -> ToolAnswer {
    if let Some(note) = note {
        answer["note"] = json!(note);
    }
    let warnings: Vec<String> = warnings
        .iter()
        .map(|warning| match &warning.hint {
            Some(hint) => format!("{warning}; {hint}"),
            None => warning.to_string(),
        })
        .collect();
    if !warnings.is_empty() {
        text = format!("{}\n\n{text}", warnings.join("\n"));
        answer["warnings"] = json!(warnings);
    }
    ToolAnswer { text, structured: answer.take() }
}

/// A term as in the SPARQL Query Results JSON Format.
fn term_json(term: &Term) -> Value {
    match term {
        Term::NamedNode(node) => json!({"type": "uri", "value": node.as_str()}),
        Term::BlankNode(node) => json!({"type": "bnode", "value": node.as_str()}),
        Term::Literal(literal) => {
            let mut value = json!({"type": "literal", "value": literal.value()});
            if let Some(language) = literal.language() {
                value["xml:lang"] = json!(crate::graph::bcp47_case(language));
            } else if literal.datatype() != oxigraph::model::vocab::xsd::STRING {
                value["datatype"] = json!(literal.datatype().as_str());
            }
            value
        }
        Term::Triple(triple) => json!({
            "type": "triple",
            "value": {
                "subject": term_json(&triple.subject.clone().into()),
                "predicate": {"type": "uri", "value": triple.predicate.as_str()},
                "object": term_json(&triple.object),
            },
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(offset: u64, limit: u64) -> Window {
        Window::read(offset, Some(limit)).unwrap()
    }

    #[test]
    fn a_part_is_never_said_to_be_all() {
        let all: Vec<u32> = (0..250).collect();
        for (offset, limit, n_shown, said) in [
            (0, 1_000, 250, None),
            (0, 100, 100, Some("not all: rows 1 to 100 of 250; the next are had with `offset`: 100")),
            (200, 100, 50, Some("not all: rows 201 to 250 of 250")),
            (250, 100, 0, Some("there are 250 rows, so none after the first 250")),
        ] {
            let window = window(offset, limit);
            let (shown, n_all) = window.take(all.clone(), |_| 1);
            assert_eq!((shown.len(), n_all), (n_shown, 250));
            assert_eq!(window.note(shown.len(), n_all, "rows").as_deref(), said);
        }
        assert_eq!(window(0, 1).note(0, 0, "rows"), None, "nothing is all of nothing");
    }

    #[test]
    fn an_answer_has_an_end_however_long_its_values_are() {
        let (shown, n_all) = window(0, 1_000).take(vec![1_u32; 10], |_| MOST_BYTES / 4);
        assert_eq!((shown.len(), n_all), (4, 10));
        let (shown, _) = window(0, 1_000).take(vec![1_u32; 10], |_| MOST_BYTES + 1);
        assert!(window(0, 1_000).note(shown.len(), 10, "rows").unwrap().contains("SUBSTR"));
    }

    #[test]
    fn limits_are_in_range() {
        for limit in [0, 1_001, u64::MAX] {
            assert!(Window::read(0, Some(limit)).is_err(), "{limit}");
        }
    }
}
