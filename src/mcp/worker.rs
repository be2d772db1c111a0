//! A process that evaluates: it opens the graph once and answers one call after the other. It can be ended at any
//! moment, and ends by itself when the server is gone.

use std::io::{BufRead as _, BufReader};
use std::process;
use std::sync::{Arc, mpsc};
use std::thread;

use super::answer::answer;
use super::setup::{ToolCall, ToolFailure, WorkerLine, WorkerSetup, findings_of};
use crate::ask;
use crate::error::{Action, Error, Result};
use crate::finding::{Finding, Findings, codes};
use crate::work;

/// The hidden command of a worker.
pub const WORKER_COMMAND: &str = "mcp-worker";

/// Works until the server is gone, which sends a line for each call; `write` sends it a line.
///
/// # Errors
///
/// `bad-request` if nothing is sent that a server sends; those of `write`.
pub fn work_for_assistant(write: &dyn Fn(&str) -> Result<()>) -> Result<()> {
    let lines = lines()?;
    let setup: Option<WorkerSetup> = lines.recv().ok().and_then(|line| serde_json::from_str(&line).ok());
    let Some(setup) = setup else {
        let message = "this command is for `civigraph mcp` alone, which starts it";
        return Err(Error::invalid(Finding::error(codes::BAD_REQUEST, message)));
    };
    let send = |line: &WorkerLine| {
        let json = serde_json::to_string(line).map_err(|error| Error::io(Action::Write, "-")(error.into()))?;
        write(&json)
    };
    work::cap_memory(setup.memory);
    let knowledge = match work::catch(|| setup.graph.open()) {
        Ok(knowledge) => Arc::new(knowledge),
        Err(error) => return send(&WorkerLine::Unfit(ToolFailure::from(&findings_of(error)))),
    };
    send(&WorkerLine::Ready)?;
    for line in lines {
        let call: ToolCall = serde_json::from_str(&line).map_err(|error| Error::io(Action::Read, "-")(error.into()))?;
        let knowledge = Arc::clone(&knowledge);
        let rows = setup.rows;
        match ask::limited(setup.timeout, move || answer(&knowledge, &call, rows)) {
            Ok(answer) => send(&WorkerLine::Answer(answer))?,
            Err(error) => {
                let findings = findings_of(error);
                // What was given up may go on in its thread.
                let spent = [codes::QUERY_TIMEOUT, codes::QUERY_MEMORY];
                let is_spent = findings.iter().any(|finding| spent.contains(&&*finding.code));
                send(&WorkerLine::Failure(ToolFailure::from(&for_assistant(findings)), is_spent))?;
            }
        }
    }
    Ok(())
}

/// Findings whose hints are for whoever asks: only who starts the server can allow more.
fn for_assistant(findings: Findings) -> Findings {
    let mut all = Findings::new();
    all.extend(findings.iter().cloned().map(|finding| match &*finding.code {
        codes::QUERY_TIMEOUT | codes::QUERY_MEMORY => finding.hint(
            "ask for less; look for patterns that share no variable, of which every combination is computed".to_owned(),
        ),
        _ => finding,
    }));
    all
}

/// The lines of standard input. The process ends with it, whatever it is doing: its server is gone.
fn lines() -> Result<mpsc::Receiver<String>> {
    let (sender, receiver) = mpsc::channel();
    let read = move || {
        let mut input = BufReader::new(std::io::stdin());
        let mut line = String::new();
        let mut is_begun = false;
        while matches!(input.read_line(&mut line), Ok(n) if n > 0) {
            is_begun = true;
            if sender.send(std::mem::take(&mut line)).is_err() {
                return;
            }
        }
        if is_begun {
            process::exit(0);
        }
    };
    thread::Builder::new().name("calls".to_owned()).spawn(read).map_err(Error::io(Action::Create, "a thread"))?;
    Ok(receiver)
}
