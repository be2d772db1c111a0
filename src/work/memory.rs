//! How much memory the process holds, and how much it may.

use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};

/// The limit in bytes; 0 stands for the default, half of what the machine has.
static LIMIT: AtomicU64 = AtomicU64::new(0);

/// Limits the memory of the process, in bytes: work that is done [`within`](super::within) limits
/// is given up when the process holds more.
///
/// Only Linux says how much a process holds; elsewhere there is no limit.
pub fn limit_memory(bytes: u64) {
    LIMIT.store(bytes.max(1), Ordering::Relaxed);
}

/// What a process needs besides what its queries hold: stacks, tables of the allocator.
#[cfg(unix)]
const HEADROOM: u64 = 1 << 30;

/// Limits the memory of a process that may be ended at any moment. Like [`limit_memory`]; a query that gets past that
/// accounting meets a limit of the system, and if the machine itself is short of memory, this process is the first to
/// go.
pub fn cap_memory(bytes: u64) {
    limit_memory(bytes);
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};

        let most = bytes.saturating_add(HEADROOM);
        let _ = setrlimit(Resource::Data, Rlimit { current: Some(most), maximum: Some(most) });
        let _ = fs::write("/proc/self/oom_score_adj", "900");
    }
}

/// Ends the process with this exit code where it would abort: when the system refuses an allocation, or a stack is full.
/// The message has been printed by then. Temporary files stay until the next output, since nothing can be done any more.
pub fn heed_aborts(code: i32) {
    #[cfg(unix)]
    {
        use std::sync::Arc;
        use std::sync::atomic::AtomicBool;

        let always = Arc::new(AtomicBool::new(true));
        let _ = signal_hook::flag::register_conditional_shutdown(signal_hook::consts::SIGABRT, code, always);
    }
    #[cfg(not(unix))]
    let _ = code;
}

/// The limit in bytes; `None` if the system does not say how much there is.
pub fn memory_limit() -> Option<u64> {
    match LIMIT.load(Ordering::Relaxed) {
        0 => {
            let half = available()? / 2;
            LIMIT.store(half, Ordering::Relaxed);
            Some(half)
        }
        limit => Some(limit),
    }
}

/// The limit as people write it, in GiB or MiB.
pub fn memory_shown() -> String {
    const MIB: u64 = 1024 * 1024;
    let mib = memory_limit().unwrap_or(u64::MAX) / MIB;
    if mib >= 10 * 1024 { format!("{} GiB", mib / 1024) } else { format!("{mib} MiB") }
}

/// Whether the process holds more than it may.
pub fn is_exceeded() -> bool {
    memory_limit().zip(held()).is_some_and(|(limit, held)| held > limit)
}

/// The bytes that the process holds, without files that it maps (`proc(5)`).
fn held() -> Option<u64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    kibibytes(&text, "RssAnon:")
}

/// The memory of the machine, or of the process's group (cgroup v2), or what the process may
/// address (`ulimit -v`), if that is less.
fn available() -> Option<u64> {
    let machine = kibibytes(&fs::read_to_string("/proc/meminfo").ok()?, "MemTotal:")?;
    let group = fs::read_to_string("/sys/fs/cgroup/memory.max").ok().and_then(|text| text.trim().parse().ok());
    let own = fs::read_to_string("/proc/self/limits").ok().and_then(|text| address_space(&text));
    Some([group, own].into_iter().flatten().fold(machine, u64::min))
}

/// The soft limit in the line `Max address space` (`proc(5)`), in bytes; none if it is unlimited.
fn address_space(limits: &str) -> Option<u64> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max address space"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The value of a line such as `MemTotal:  16384 kB`, in bytes.
fn kibibytes(text: &str, key: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    line.split_whitespace().next()?.parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_in_kibibytes() {
        let text = "MemTotal:       24567 kB\nMemFree: x kB\n";
        assert_eq!(kibibytes(text, "MemTotal:"), Some(24_567 * 1024));
        assert_eq!(kibibytes(text, "MemFree:"), None);
        assert_eq!(kibibytes(text, "RssAnon:"), None);
    }

    #[test]
    fn a_limit_of_the_address_space_is_read() {
        let text = "Max locked memory 8388608 8388608 bytes\nMax address space      12288000000          unlimited            bytes\n";
        assert_eq!(address_space(text), Some(12_288_000_000));
        assert_eq!(address_space("Max address space         unlimited            unlimited            bytes"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_process_holds_something_and_the_machine_has_more() {
        assert!(held().unwrap() > 0 && held().unwrap() < available().unwrap());
    }
}
