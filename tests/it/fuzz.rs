//! The inputs that fuzzing begins with, and those that it found, once more: `cargo bench --bench fuzz` tries others.

#[path = "../fuzz/targets.rs"]
mod targets;

use std::fs;
use std::thread;

use civigraph::work;

use crate::support::root;

#[test]
fn no_input_of_the_corpora_breaks_the_program() {
    let replay = thread::Builder::new().stack_size(work::STACK).spawn(|| {
        for target in &targets::TARGETS {
            assert!(!target.words.is_empty());
            let folder = root().join("tests/fuzz/corpus").join(target.name);
            let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
            paths.sort();
            assert!(!paths.is_empty(), "{} has no corpus", target.name);
            for path in paths {
                eprintln!("{}", path.display());
                // Errors are ends like others; a panic is not.
                let _ = (target.run)(&fs::read(&path).unwrap());
            }
        }
    });
    replay.unwrap().join().unwrap();
}
