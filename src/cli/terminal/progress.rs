//! A progress line on standard error for work that takes longer than half a
//! second, on a terminal only.

use std::io::{self, IsTerminal as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::graph::group_digits;
use crate::progress::{self, Stage, Unit};

/// How long work may take before progress is shown.
const PATIENCE: Duration = Duration::from_millis(300);
/// A stage is shown once it has lasted for this many ticks.
const TICKS: u32 = 2;
const TICK: Duration = Duration::from_millis(100);

/// The line, if there is one.
pub(super) struct Progress(Option<Arc<Mutex<State>>>);

#[derive(Default)]
struct State {
    bar: Option<ProgressBar>,
    /// The stage that was seen last, and for how many ticks.
    seen: Option<Stage>,
    n_ticks: u32,
    has_ended: bool,
}

impl State {
    /// Shows how far the present stage has come.
    fn tick(&mut self) {
        let Some((stage, done)) = progress::now() else { return };
        if self.seen.as_ref() != Some(&stage) {
            self.clear();
            // It counts from now on, so that the rate is right when it is shown.
            let bar = ProgressBar::with_draw_target(stage.total, ProgressDrawTarget::hidden()).with_position(done);
            bar.set_style(style(&stage));
            bar.set_message(stage.name);
            (self.bar, self.n_ticks, self.seen) = (Some(bar), 0, Some(stage));
            return;
        }
        self.n_ticks += 1;
        if let Some(bar) = self.bar.as_ref().filter(|_| self.n_ticks == TICKS) {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        if let Some(bar) = &self.bar {
            bar.set_position(done);
            if progress::rows() > 0 {
                bar.set_message(format!("{}  {} rows", stage.name, group_digits(&progress::rows().to_string())));
            }
            bar.tick();
        }
    }

    fn clear(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

impl Progress {
    /// Starts to watch the work, unless quiet or not on a terminal.
    pub(super) fn watch(quiet: bool) -> Self {
        if quiet || !io::stderr().is_terminal() {
            return Self(None);
        }
        let state = Arc::new(Mutex::new(State::default()));
        let own = Arc::clone(&state);
        // The thread ends with the work.
        thread::spawn(move || {
            thread::sleep(PATIENCE);
            loop {
                let mut state = lock(&own);
                if state.has_ended {
                    return;
                }
                state.tick();
                drop(state);
                thread::sleep(TICK);
            }
        });
        Self(Some(state))
    }

    /// Removes the line, until another stage has lasted long enough: something is to be printed.
    pub(super) fn clear(&self) {
        if let Some(state) = &self.0 {
            lock(state).clear();
        }
    }

    /// Removes the line for good: results follow.
    pub(super) fn end(&self) {
        if let Some(state) = &self.0 {
            let mut state = lock(state);
            state.clear();
            state.has_ended = true;
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.end();
    }
}

/// The state, also if a thread panicked while it held it.
fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Count, rate and, if the total is known, the remaining time.
fn style(stage: &Stage) -> ProgressStyle {
    let template = match (stage.unit, stage.total.is_some()) {
        (Unit::Bytes, true) => "{msg}  {bytes} of {total_bytes}  {bytes_per_sec}  {eta} left",
        (Unit::Bytes, false) => "{msg}  {bytes}  {bytes_per_sec}  {elapsed}",
        (Unit::Items, true) => "{msg}  {human_pos} of {human_len}  {eta} left",
        (Unit::Items, false) => "{msg}  {elapsed}",
    };
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
