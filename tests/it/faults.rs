//! Commands that are killed while they write: what they write is the old or the new, never half, and the next command
//! works. `CIVIGRAPH_KILLS=200 cargo test --test it -- faults::` kills more often.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{TestPack, program, stderr, stdout};

/// How often each command is killed.
fn n_kills() -> u32 {
    std::env::var("CIVIGRAPH_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(6)
}

/// Packs that differ in the name of a person.
fn packs() -> [TestPack; 2] {
    let (old, new) = (TestPack::new(), TestPack::new());
    new.replace("people.csv", "Ann", "Annabel");
    [old, new]
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
}

/// Runs a command again and again, and kills it after a part of the time that it takes; `check` looks at what it leaves.
fn kill(mut command: impl FnMut(u32) -> Command, mut check: impl FnMut(u32)) {
    let begun = Instant::now();
    run(&mut command(0));
    let whole = begun.elapsed();
    for round in 0..n_kills() {
        // Moments that lie apart by the golden section meet all parts of the time.
        let part = f64::from(round) * 0.618_034 % 1.0;
        let mut child = command(round).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_secs_f64(whole.as_secs_f64() * part));
        // It may have ended.
        let _ = child.kill();
        child.wait().unwrap();
        check(round);
    }
    run(&mut command(0));
}

#[test]
fn a_build_that_is_killed_leaves_the_old_graph_or_the_new_one() {
    let packs = packs();
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("s");
    let build = |round: u32| {
        let mut command = program();
        command.args(["-q", "build", "--replace", "--store"]).arg(&store).arg(packs[round as usize % 2].path());
        command
    };
    kill(build, |round| {
        let mut query = program();
        query.args(["query", "SELECT ?l { ex:ann rdfs:label ?l }", "--format", "csv", "--store"]).arg(&store);
        let output = query.output().unwrap();
        // A build that did not end is perhaps on record, which is told.
        if output.status.success() {
            assert!(
                ["l\r\nAnn\r\n", "l\r\nAnnabel\r\n", "l\nAnn\n", "l\nAnnabel\n"].contains(&stdout(&output).as_str()),
                "{round}"
            );
        } else {
            panic!("{round}: {}", stderr(&output));
        }
    });
    // What killed builds left is gone after the last one.
    let left: Vec<_> = fs::read_dir(&store).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with(".snapshot-")), "{left:?}");
}

/// What a command writes to a file when it is left alone.
fn whole(command: Command, path: &Path) -> Vec<u8> {
    let mut command = command;
    run(&mut command);
    fs::read(path).unwrap()
}

#[test]
fn an_output_whose_command_is_killed_is_the_old_one_or_the_new_one() {
    let packs = packs();
    let folder = tempfile::tempdir().unwrap();
    let commands: [(&str, &[&str]); 4] = [
        ("graph.ttl", &["export", "--pack"]),
        ("graph.csv", &["query", "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o", "--pack"]),
        ("chart.html", &["chart", "--pack"]),
        ("lines.nt", &["map"]),
    ];
    for (name, arguments) in commands {
        let path = folder.path().join(name);
        let command = |round: u32| {
            let mut command = program();
            command.arg("-q").args(arguments).arg(packs[round as usize % 2].path()).arg("-o").arg(&path);
            command
        };
        let right = [whole(command(0), &path), whole(command(1), &path)];
        kill(command, |round| {
            let found = fs::read(&path).unwrap();
            assert!(right.contains(&found), "{name}, round {round}: {} bytes", found.len());
        });
    }
}
