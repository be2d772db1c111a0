//! Answers to short queries without a worker. The server itself has the snapshot mapped for them. What is asked of the
//! graph here takes a known, small number of steps; everything else is a worker's.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;

use super::media::{RESULTS, choose};
use super::message::{Head, Request, Task};
use crate::ask::{self, Answer};
use crate::error::Error;
use crate::export::{self, ResultFormat, TableStyle, write_boolean, write_rows};
use crate::graph::{Graph, Prefixes};
use crate::sparql::ShortQueries;
use crate::work;

/// A snapshot that short queries are answered from.
pub(super) struct ShortAnswerer {
    file: File,
    length: u64,
    prefixes: Prefixes,
    queries: ShortQueries,
    most_rows: u64,
    /// Not after damage was found: workers say what is wrong.
    is_sound: AtomicBool,
}

impl ShortAnswerer {
    /// Maps a snapshot that a worker has opened; none if it cannot be mapped.
    pub fn open(snapshot: &File, most_rows: u64) -> Option<Arc<Self>> {
        let file = snapshot.try_clone().ok()?;
        let length = file.metadata().ok()?.len();
        let path = PathBuf::from(format!("/dev/fd/{}", file.as_raw_fd()));
        let (graph, _) = work::catch(|| Graph::open_file(&path)).ok()?;
        let prefixes = graph.prefixes.clone();
        let (queries, is_sound) = (ShortQueries::new(graph), AtomicBool::new(true));
        Some(Arc::new(Self { file, length, prefixes, queries, most_rows, is_sound }))
    }

    /// The answer to a request, if it is a short query; the same as a worker's.
    pub fn answer(&self, request: &Request) -> Option<(Head, Bytes)> {
        let Task::Query { text, default_graphs, named_graphs } = &request.task else { return None };
        if !default_graphs.is_empty() || !named_graphs.is_empty() || !self.is_sound.load(Ordering::Relaxed) {
            return None;
        }
        // Should another program have cut the file, reading on would end the process.
        if self.file.metadata().is_ok_and(|metadata| metadata.len() != self.length) {
            self.is_sound.store(false, Ordering::Relaxed);
            return None;
        }
        work::catch(|| Ok::<_, Error>(self.answer_query(text, request))).unwrap_or_else(|_| {
            self.is_sound.store(false, Ordering::Relaxed);
            None
        })
    }

    fn answer_query(&self, text: &str, request: &Request) -> Option<(Head, Bytes)> {
        let answer = ask::short_answer(&self.queries, text)?;
        let what = if matches!(answer, Answer::Boolean(_)) { "yes or no" } else { "rows" };
        let chosen = choose(RESULTS, what, &request.accept, &request.formats).ok()?;
        let mut body = Vec::new();
        written(&answer, chosen.format, &self.prefixes, self.most_rows, &mut body)?.ok()?;
        let head = Head { status: 200, media: chosen.media(), is_stable: true, ..Head::default() };
        Some((head, body.into()))
    }
}

/// Writes an answer; none if it has too many rows, or a format says more than the answer.
fn written(
    answer: &Answer,
    format: ResultFormat,
    prefixes: &Prefixes,
    most_rows: u64,
    output: &mut Vec<u8>,
) -> Option<io::Result<()>> {
    match answer {
        Answer::Boolean(answer) => Some(write_boolean(format, *answer, output)),
        Answer::Rows(rows) => {
            let is_within = rows.rows.len() as u64 <= most_rows && format != ResultFormat::Table;
            if !is_within || export::rows_fit(format, rows).is_err() {
                return None;
            }
            let style =
                TableStyle { width: None, most_rows: usize::MAX, group_digits: true, labels: &Default::default() };
            Some(write_rows(format, rows, prefixes, &style, output))
        }
        Answer::Triples(_) => None,
    }
}
