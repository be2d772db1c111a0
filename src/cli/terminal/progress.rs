//! A progress line on standard error for work that takes longer than half a
//! second, on a terminal only.

use std::io::{self, IsTerminal as _};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::progress::{self, Stage, Unit};

/// How long work may take before progress is shown.
const PATIENCE: Duration = Duration::from_millis(500);
const TICK: Duration = Duration::from_millis(100);

/// The line, where there is one.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Starts to watch the work, unless quiet or not on a terminal.
    pub(super) fn watch(quiet: bool) -> Self {
        if quiet || !io::stderr().is_terminal() {
            return Self { bar: None };
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let own = bar.clone();
        // The thread ends with the process; it draws only what is still going on.
        thread::spawn(move || {
            thread::sleep(PATIENCE);
            let mut shown: Option<Stage> = None;
            while !own.is_finished() {
                if let Some((stage, done)) = progress::now() {
                    if shown.as_ref() != Some(&stage) {
                        own.set_draw_target(ProgressDrawTarget::stderr());
                        own.reset();
                        own.set_style(style(&stage));
                        own.set_message(stage.name);
                        match stage.total {
                            Some(total) => own.set_length(total),
                            None => own.unset_length(),
                        }
                        shown = Some(stage);
                    }
                    own.set_position(done);
                }
                thread::sleep(TICK);
            }
        });
        Self { bar: Some(bar) }
    }

    /// Does `print` while no progress line is in the way.
    pub(super) fn suspend<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    /// Removes the line for good: results follow.
    pub(super) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Count, rate and, where the total is known, the remaining time.
fn style(stage: &Stage) -> ProgressStyle {
    let template = match (stage.unit, stage.total.is_some()) {
        (Unit::Bytes, true) => "{msg}  {bytes} of {total_bytes}  {bytes_per_sec}  {eta} left",
        (Unit::Bytes, false) => "{msg}  {bytes}  {bytes_per_sec}  {elapsed}",
        (Unit::Items, true) => "{msg}  {human_pos} of {human_len}  {eta} left",
        (Unit::Items, false) => "{msg}  {elapsed}",
    };
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
