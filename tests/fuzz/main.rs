//! Fuzzing by a seeded mutator: the same seed tries the same inputs, as long as no input is slow.
//!
//! ```sh
//! cargo bench --bench fuzz -- --target csv --seed 1 --seconds 600
//! ```
//!
//! Inputs begin with those of `tests/fuzz/corpus/TARGET`; one that ends as none before it is kept for further changes. An
//! input of at most 64 KiB fails if the program panics, ends, takes more than two seconds or 512 MiB. It is then at the
//! path that is printed; what is mended is kept in the corpus, which `tests/it/fuzz.rs` tries again.

#[path = "targets.rs"]
mod targets;

use std::collections::HashSet;
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::process::exit;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use civigraph::error::Error;
use civigraph::work;
use targets::{TARGETS, Target};

const LONGEST_INPUT: usize = 64 * 1024;
const LONGEST_TIME: Duration = Duration::from_secs(2);
const MOST_KIB: u64 = 512 * 1024;
const MOST_KEPT: usize = 5_000;

/// xorshift64*, as published by Vigna: the same numbers on every machine.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % end.max(1)
    }
}

/// Changes an input in one to eight ways.
fn mutate(input: &[u8], other: &[u8], words: &[&str], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..1 + numbers.below(8) {
        let at = numbers.below(bytes.len() + 1);
        let end = at + numbers.below((bytes.len() - at).min(64) + 1);
        match numbers.below(10) {
            0 if at < bytes.len() => bytes[at] ^= 1 << numbers.below(8),
            1 if at < bytes.len() => bytes[at] = numbers.below(256) as u8,
            2 | 3 => drop(bytes.splice(at..at, words[numbers.below(words.len())].bytes())),
            4 => drop(bytes.drain(at..end)),
            5 => {
                let part = bytes[at..end].to_vec();
                for _ in 0..1 << numbers.below(8) {
                    bytes.splice(at..at, part.iter().copied());
                }
            }
            6 => {
                let from = numbers.below(other.len() + 1);
                let to = from + numbers.below(other.len() - from + 1);
                bytes.splice(at..end, other[from..to].iter().copied());
            }
            7 if numbers.below(8) == 0 => bytes.truncate(at),
            8 => {
                let number =
                    ["0", "-1", "4294967296", "18446744073709551616", "1e400", "0.1", "00", "9999999999999999999999"];
                bytes.splice(at..end.min(at + 4), number[numbers.below(number.len())].bytes());
            }
            9 => {
                let odd =
                    ["\u{0}", "\u{feff}", "\u{202e}", "\u{10ffff}", "e\u{301}", "創", "\r", "\u{2028}", "\\", "\u{85}"];
                bytes.splice(at..at, odd[numbers.below(odd.len())].bytes());
            }
            _ => {}
        }
    }
    bytes.truncate(LONGEST_INPUT);
    bytes
}

/// How an input ended, without what differs from input to input.
fn kind(ended: &str) -> String {
    let parts = ended.split('`').step_by(2);
    parts.flat_map(str::chars).filter(|c| !c.is_ascii_digit()).take(300).collect()
}

/// The most memory that this process has held, in KiB.
fn most_held() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

fn argument(name: &str) -> Option<String> {
    std::env::args().skip_while(|argument| argument != name).nth(1)
}

fn main() {
    let name = argument("--target").unwrap_or_else(|| "csv".to_owned());
    let Some(target) = TARGETS.iter().find(|target| target.name == name) else {
        eprintln!("the targets are: {}", TARGETS.map(|target| target.name).join(", "));
        exit(2);
    };
    let number = |name: &str, default: u64| argument(name).and_then(|text| text.parse().ok()).unwrap_or(default);
    let (seed, seconds) = (number("--seed", 1), number("--seconds", 10));
    let worker =
        thread::Builder::new().stack_size(work::STACK).spawn(move || fuzz(target, seed, Duration::from_secs(seconds)));
    exit(if worker.expect("a thread").join().unwrap_or(1) == 0 { 0 } else { 1 });
}

/// Tries inputs for so long; how many failed.
fn fuzz(target: &Target, seed: u64, most: Duration) -> usize {
    static PANIC: Mutex<Option<String>> = Mutex::new(None);
    panic::set_hook(Box::new(|info| *PANIC.lock().expect("one thread") = Some(info.to_string())));
    let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(target.name);
    let mut paths: Vec<PathBuf> =
        fs::read_dir(corpus).expect("a corpus").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let mut kept: Vec<Vec<u8>> = paths.iter().map(|path| fs::read(path).expect("a file")).collect();
    let mut kinds: HashSet<String> = HashSet::new();
    let mut failures: HashSet<String> = HashSet::new();
    let mut numbers = Numbers(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let now = std::env::temp_dir().join(format!("civigraph-fuzz-{}-{seed}", target.name));
    let (start, mut n) = (Instant::now(), 0_u64);
    let mut slowest = Duration::ZERO;
    while start.elapsed() < most {
        let first = kept[numbers.below(kept.len())].clone();
        let second = &kept[numbers.below(kept.len())];
        let input = if (n as usize) < paths.len() {
            kept[n as usize].clone()
        } else {
            mutate(&first, second, target.words, &mut numbers)
        };
        n += 1;
        // What ends the process is the input that is here.
        fs::write(&now, &input).expect("a temporary file");
        let begun = Instant::now();
        let ended = panic::catch_unwind(AssertUnwindSafe(|| (target.run)(&input)));
        let took = begun.elapsed();
        slowest = slowest.max(took);
        let panicked = PANIC.lock().expect("one thread").take();
        let failure = match (panicked, took > LONGEST_TIME) {
            (Some(message), _) => Some(format!("panic: {message}")),
            (None, true) => Some(format!("{:.1} s", took.as_secs_f32())),
            (None, false) => (most_held() > MOST_KIB).then(|| format!("{} MiB", most_held() / 1024)),
        };
        if let Some(failure) = failure {
            if failures.insert(kind(&failure)) {
                let path = now.with_extension(format!("failed-{}", failures.len()));
                fs::write(&path, &input).expect("a temporary file");
                println!("{}: {failure}: {}", target.name, path.display());
            }
            if most_held() > MOST_KIB {
                break;
            }
            continue;
        }
        let ended = match ended {
            Ok(Ok(ended)) => ended,
            Ok(Err(Error::Findings(found) | Error::Invalid(found))) => {
                let codes: Vec<&str> = found.iter().map(|finding| &*finding.code).collect();
                let first = found.iter().next().map_or_else(String::new, |finding| kind(&finding.message));
                format!("{first} {}", codes.join(" "))
            }
            Ok(Err(error)) => kind(&error.to_string()),
            Err(_) => continue,
        };
        if kinds.insert(ended) && kept.len() < MOST_KEPT {
            kept.push(input);
        }
    }
    println!(
        "{}: seed {seed}, {n} inputs in {:.0} s, {} kinds of ends, slowest {:.2} s, at most {} MiB, {} failed",
        target.name,
        start.elapsed().as_secs_f32(),
        kinds.len(),
        slowest.as_secs_f32(),
        most_held() / 1024,
        failures.len()
    );
    failures.len()
}
