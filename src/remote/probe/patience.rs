//! How long an engine lets a query run, and what it says when it ends one.

use std::time::{Duration, Instant};

use oxigraph::model::Term;

use super::Probe;
use crate::error::Error;
use crate::finding::codes;

/// How long the slow query is waited for. It then has work left for about as long again.
const PATIENCE: Duration = Duration::from_secs(5);
/// An answer after less than this is followed by a query with ten times the work.
const QUICK: Duration = Duration::from_millis(500);
/// The query with the most work counts ten to the power of this.
const MOST_DIGITS: u32 = 8;

impl Probe<'_> {
    /// Asks a query that needs no data and nearly no memory, with more work each time until it is slow.
    pub(super) fn patience(&mut self) {
        const NAME: &str = "time limit";
        let Ok(engine) = self.engine.with_profile(self.engine.profile.clone()) else { return };
        let patience = PATIENCE.min(self.engine.limit);
        let probe = Probe { engine: &engine.within(Some(patience)), ..Probe::of(self.engine) };
        for digits in 3..=MOST_DIGITS {
            let begin = Instant::now();
            let found = probe.term(&counted(digits));
            let (taken, seconds) = (begin.elapsed(), shown(begin.elapsed()));
            match found {
                Err(_) if taken >= patience => {
                    let remark = Some("an engine may have a longer one, and says so when it is reached");
                    return self.tell(NAME, format!("none within {seconds}"), remark);
                }
                Err(error) => {
                    let fault = match &error {
                        Error::Invalid(found) => found.iter().next(),
                        _ => None,
                    };
                    let said = fault.map_or_else(|| error.to_string(), |fault| fault.message.clone());
                    let is_told = fault.is_some_and(|fault| fault.code == codes::ENGINE_TIMEOUT);
                    let remark = if is_told {
                        "longer queries are refused: ask for less, or raise it there"
                    } else {
                        "it does not say that this is a limit of time"
                    };
                    return self.tell(NAME, format!("stops after {seconds}: {said}"), Some(remark));
                }
                Ok(Some(Term::Literal(n))) if n.value() == 10_u64.pow(digits).to_string() => {
                    if taken >= QUICK {
                        return self.tell(NAME, format!("none within {seconds}"), None);
                    }
                }
                Ok(_) => {
                    let remark =
                        Some("answers to long queries are cut there: fetch graphs instead, whose triples are counted");
                    return self.tell(NAME, format!("after {seconds} it sends what it has, without a word"), remark);
                }
            }
        }
        self.tell(NAME, "not found: no query was slow", None);
    }
}

/// A query that counts ten to the power of a number, one by one.
fn counted(digits: u32) -> String {
    let values: Vec<String> = (0..digits).map(|at| format!("VALUES ?v{at} {{ 0 1 2 3 4 5 6 7 8 9 }}")).collect();
    let sum: Vec<String> = (0..digits).map(|at| format!("?v{at}")).collect();
    format!("SELECT (COUNT(*) AS ?n) WHERE {{ {} FILTER({} >= 0) }}", values.join(" "), sum.join(" + "))
}

fn shown(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
