//! A program that is interrupted (Ctrl-C, or asked to end) removes what it has half-written first.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// The temporary files and folders that were made. Those that were renamed meanwhile are no longer there.
static MADE: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Notes a temporary file or folder.
pub(super) fn note(path: &Path) {
    MADE.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
}

/// Whether the program ends by itself when it is asked to.
static IS_LEFT: AtomicBool = AtomicBool::new(false);

/// Leaves interrupts to a program that has its own way to end, such as a server with requests to finish.
pub fn leave_interrupts() {
    IS_LEFT.store(true, Ordering::Relaxed);
}

/// Removes temporary files when the program is interrupted, which then ends as it would have.
pub fn heed_interrupts() {
    #[cfg(unix)]
    {
        use std::sync::Arc;
        use std::sync::atomic::AtomicUsize;
        use std::time::Duration;

        use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

        const LOOK: Duration = Duration::from_millis(50);
        let received = Arc::new(AtomicUsize::new(0));
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            // One that is ignored, as in the background of a script, stays ignored.
            if is_ignored(signal) {
                continue;
            }
            let _ = signal_hook::flag::register_usize(signal, Arc::clone(&received), signal as usize);
        }
        let watch = move || {
            loop {
                std::thread::sleep(LOOK);
                let signal = received.load(Ordering::Relaxed);
                if signal != 0 && !IS_LEFT.load(Ordering::Relaxed) {
                    for path in MADE.lock().unwrap_or_else(PoisonError::into_inner).iter() {
                        // A folder is not removed as a file is.
                        let _ = fs::remove_file(path).or_else(|_| fs::remove_dir_all(path));
                    }
                    let _ = signal_hook::low_level::emulate_default_handler(signal as i32);
                }
            }
        };
        let _ = std::thread::Builder::new().name("interrupts".to_owned()).spawn(watch);
    }
}

/// Whether a signal is ignored, as the system tells it.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    mask & 1 << (signal - 1) != 0
}
