//! Commands that lack something while they work: a disk that is full, memory, sources that stay as they are, a store of
//! their own. What they write is the old or the new, never half, and the next command works. `CIVIGRAPH_KILLS=200`
//! tries more sizes and moments, as in `faults`.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::support::{TestPack, program, stderr, stdout};

/// How many sizes or moments are tried.
fn n_rounds(few: u32) -> u32 {
    std::env::var("CIVIGRAPH_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(few)
}

/// Packs that differ in the name of a person.
fn packs() -> [TestPack; 2] {
    let (old, new) = (TestPack::new(), TestPack::new());
    new.replace("people.csv", "Ann", "Annabel");
    [old, new]
}

/// A shell that runs a script with the program as `$0`.
fn shell(script: &str, arguments: &[&Path]) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_civigraph")]).args(arguments).stdin(Stdio::null());
    command.current_dir(program().get_current_dir().unwrap()).env_remove("RUST_BACKTRACE");
    command
}

/// Who is in the store: `Ann` or `Annabel`.
fn name_in(store: &Path) -> Output {
    let mut query = program();
    query.args(["query", "SELECT ?l { ex:ann rdfs:label ?l }", "--format", "csv", "--store"]).arg(store);
    query.output().unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Where a disk of this size can be mounted, what a script says that works on it as `$1`.
#[cfg(target_os = "linux")]
fn on_a_disk(kibibytes: u32, script: &str, further: &[&Path]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let mount = format!("mount -t tmpfs -o size={kibibytes}k none \"$1\" || exit 77\n{script}");
    for namespace in ["-m", "-rm"] {
        let mut command = Command::new("unshare");
        command.args([namespace, "sh", "-c", &mount, env!("CARGO_BIN_EXE_civigraph")]).arg(folder.path()).args(further);
        command.current_dir(program().get_current_dir().unwrap()).stdin(Stdio::null());
        let Ok(output) = command.output() else { break };
        let said = stdout(&output) + &stderr(&output);
        if output.status.code() != Some(77) && !said.starts_with("unshare:") {
            return Some(said);
        }
    }
    eprintln!("skipped: a disk cannot be mounted here (`unshare -m` and `mount -t tmpfs`)");
    None
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_on_a_full_disk_is_the_old_one_or_the_new_one() {
    let pack = TestPack::new();
    let rows: String = (0..3_000).map(|n| format!("p{n},Name {n},,guest,\n")).collect();
    pack.write("people.csv", format!("id,name,age,kind,boss\n{rows}"));
    for arguments in [
        "export --pack \"$2\" -o \"$1/out.ttl\"",
        "query 'SELECT * { ?s ?p ?o }' --pack \"$2\" -o \"$1/out.csv\"",
        "map \"$2\" -o \"$1/out.nt\"",
    ] {
        let out = arguments.split("/out.").nth(1).unwrap().trim_end_matches('"');
        let script = format!(
            "printf OLD > \"$1/out.{out}\"\n\"$0\" -q {arguments}; echo code $?\nls -A \"$1\"; grep -cx OLD \"$1/out.{out}\"\n\
             mount -o remount,size=64m \"$1\"\n\"$0\" -q {arguments}; echo again $?; ls -A \"$1\"\n"
        );
        for round in 0..n_rounds(2) {
            // From a page to what the smallest of them needs and more.
            let Some(said) = on_a_disk(4 + round * 60 % 600, &script, &[pack.path()]) else { return };
            let after = format!("again 0\nout.{out}\n");
            let is_old = said.contains(&format!("code 2\nout.{out}\n1\n")) && said.contains("error[unwritable-file]");
            let is_new = said.contains(&format!("code 0\nout.{out}\n0\n"));
            assert!((is_old != is_new) && said.contains(&after), "{arguments}, round {round}: {said}");
            assert!(round > 0 || is_old, "a page is enough for {arguments}: {said}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_store_on_a_full_disk_has_the_old_graph_or_the_new_one() {
    let [old, new] = packs();
    let ask = "\"$0\" -q query 'SELECT ?l { ex:ann rdfs:label ?l }' --format csv --store \"$1/s\"";
    let script = format!(
        "\"$0\" -q build \"$2\" --store \"$1/s\" || exit 3\nmount -o remount,size=$(cat \"$3/size\")k \"$1\"\n\
         \"$0\" -q build --replace \"$3\" --store \"$1/s\"; echo code $?\n{ask}; ls -A \"$1/s\"\n\
         mount -o remount,size=64m \"$1\"\n\"$0\" -q build --replace \"$3\" --store \"$1/s\"; echo again $?\n{ask}\nls -A \"$1/s\"\n"
    );
    for round in 0..n_rounds(3) {
        new.write("size", (128 + round * 40 % 200).to_string());
        let Some(said) = on_a_disk(4_000, &script, &[old.path(), new.path()]) else { return };
        let said = said.replace('\r', "");
        let is_old = said.contains("code 2\n") && said.contains("l\nAnn\n") && said.contains("error[unwritable-file]");
        let is_new = said.contains("code 0\nl\nAnnabel\n");
        assert!(is_old != is_new, "round {round}: {said}");
        assert!(said.contains("again 0\nl\nAnnabel\nlock\nsnapshot\n"), "round {round}: {said}");
        assert!(!said.contains(".snapshot-"), "round {round}: {said}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_written_to_a_full_device_is_told() {
    for arguments in [
        "export --entity itc -o /dev/full",
        "query 'SELECT * { ?s a ?c }' --format csv > /dev/full",
        "show hkstp > /dev/full",
    ] {
        let output = shell(&format!("exec \"$0\" -q {arguments}"), &[]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments}: {}", stderr(&output));
        assert!(stderr(&output).contains("unwritable-file"), "{arguments}: {}", stderr(&output));
    }
}

/// What the system's allocator refuses ends a command, with a message and an exit code.
#[cfg(target_os = "linux")]
#[test]
fn a_command_that_lacks_memory_says_so_and_leaves_the_old_graph_or_the_new_one() {
    let packs = packs();
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("s");
    let out = folder.path().join("x.ttl");
    let mut n_refused = 0;
    for round in 0..n_rounds(4) {
        fs::write(&out, "OLD").unwrap();
        let kibibytes = 300_000 + round * 61_803 % 320_000;
        for arguments in ["build --replace \"$1\" --store \"$2\"", "export --pack \"$1\" -o \"$3\""] {
            let script = format!("ulimit -v {kibibytes}; exec \"$0\" -q {arguments}");
            let output = shell(&script, &[packs[round as usize % 2].path(), &store, &out]).output().unwrap();
            match output.status.code() {
                Some(0) => {}
                Some(2) => {
                    n_refused += 1;
                    let said = stderr(&output);
                    let tells =
                        ["no-memory", "memory allocation of", "query-memory", "cannot allocate", "out of memory"];
                    assert!(tells.iter().any(|tell| said.contains(tell)), "{kibibytes}, {arguments}: {said}");
                }
                _ => panic!("{kibibytes}, {arguments}: {:?} {}", output.status, stderr(&output)),
            }
        }
        let written = fs::read_to_string(&out).unwrap();
        assert!(written == "OLD" || written.ends_with(".\n") && written.contains("ex:bob"), "{kibibytes}: {written}");
        if store.join("snapshot").exists() {
            let found = name_in(&store);
            assert!(["l\r\nAnn\r\n", "l\r\nAnnabel\r\n"].contains(&stdout(&found).as_str()), "{}", stderr(&found));
        }
    }
    assert!(n_refused > 0, "no limit was too low");
    let mut build = program();
    assert!(
        build
            .args(["-q", "build", "--replace", "--store"])
            .arg(&store)
            .arg(packs[1].path())
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(stdout(&name_in(&store)), "l\r\nAnnabel\r\n");
    assert_eq!(names(&store), ["lock", "snapshot"]);
}

/// A table that another program shortens, empties or overwrites while it is read: the snapshot is of the table as it is,
/// or known to be older.
#[test]
fn a_graph_of_a_table_that_changed_while_it_was_read_is_known_to_be_older() {
    let pack = TestPack::new();
    let head = "id,name,age,kind,boss\n";
    let rows: String = (0..4_000).map(|n| format!("p{n},Name {n},,guest,\n")).collect();
    let whole = format!("{head}{rows}");
    let table = pack.path().join("people.csv");
    fs::write(&table, &whole).unwrap();
    let store = pack.path().join("s");
    let (mut n_right, mut n_older) = (0, 0);
    for round in 0..n_rounds(6) {
        let is_over = AtomicBool::new(false);
        let output = thread::scope(|scope| {
            scope.spawn(|| {
                let (mut n, table) = (round as usize, &table);
                while !is_over.load(Ordering::Relaxed) {
                    n += 1;
                    match n % 4 {
                        0 => fs::write(table, &whole).unwrap(),
                        1 => {
                            fs::OpenOptions::new().write(true).open(table).unwrap().set_len(40_000 + n as u64).unwrap()
                        }
                        2 => fs::write(table, format!("{head}{}", rows.replace("Name", "Other"))).unwrap(),
                        _ => fs::write(table, [head.as_bytes(), b"\xff\x00\"", rows.as_bytes()].concat()).unwrap(),
                    }
                    thread::sleep(Duration::from_millis(7 + n as u64 % 11));
                }
            });
            let mut build = program();
            let output = build.args(["-q", "build", "--store"]).arg(&store).arg(pack.path()).output().unwrap();
            is_over.store(true, Ordering::Relaxed);
            output
        });
        assert!(matches!(output.status.code(), Some(0..=2)), "round {round}: {:?} {}", output.status, stderr(&output));
        assert!(output.status.success() || stderr(&output).contains("error["), "round {round}: {}", stderr(&output));
        fs::write(&table, &whole).unwrap();
        if !store.join("snapshot").exists() {
            continue;
        }
        let mut query = program();
        query.args(["query", "SELECT (COUNT(*) AS ?n) { ?s rdfs:label ?l FILTER(STRSTARTS(?l, 'Name')) }"]);
        let found = query.args(["--format", "csv", "--store"]).arg(&store).output().unwrap();
        if found.status.success() {
            n_right += 1;
            assert_eq!(stdout(&found), "n\r\n4000\r\n", "round {round}");
        } else {
            n_older += 1;
            assert!(stderr(&found).contains("error[stale-snapshot]"), "round {round}: {}", stderr(&found));
        }
    }
    eprintln!("{n_right} snapshots of the table as it is, {n_older} known to be older");
    let mut build = program();
    assert!(build.args(["-q", "build", "--store"]).arg(&store).arg(pack.path()).status().unwrap().success());
}

#[test]
fn builds_of_one_store_at_once_leave_the_graph_of_one_of_them() {
    let packs = packs();
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("s");
    for round in 0..n_rounds(2) {
        let children: Vec<_> = (0..4)
            .map(|n| {
                let mut build = program();
                build.args(["-q", "build", "--replace", "--store"]).arg(&store).arg(packs[n % 2].path());
                build.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
            })
            .collect();
        let mut n_built = 0;
        for child in children {
            let output = child.wait_with_output().unwrap();
            n_built += u32::from(output.status.success());
            let is_busy = output.status.code() == Some(2) && stderr(&output).contains("error[busy-store]");
            assert!(output.status.success() || is_busy, "round {round}: {}", stderr(&output));
        }
        assert!(n_built > 0, "round {round}");
        let found = name_in(&store);
        assert!(["l\r\nAnn\r\n", "l\r\nAnnabel\r\n"].contains(&stdout(&found).as_str()), "{}", stderr(&found));
        assert_eq!(names(&store), ["lock", "snapshot"]);
    }
}

/// A snapshot of which a part is missing, as after a copy that broke off, answers nothing.
#[test]
fn a_snapshot_that_was_cut_is_damaged_wherever_it_was_cut() {
    let pack = TestPack::new();
    let store = pack.path().join("s");
    let mut build = program();
    assert!(build.args(["-q", "build", "--store"]).arg(&store).arg(pack.path()).status().unwrap().success());
    let path = store.join("snapshot");
    let whole = fs::read(&path).unwrap();
    let n = n_rounds(8) as usize;
    for round in 0..n {
        let length = whole.len() * round / n;
        fs::write(&path, &whole[..length]).unwrap();
        let found = name_in(&store);
        assert_eq!(found.status.code(), Some(2), "{length} bytes: {}", stderr(&found));
        let said = stderr(&found);
        assert!(
            said.contains("error[damaged-snapshot]") || said.contains("error[stale-snapshot]"),
            "{length} bytes: {said}"
        );
    }
    fs::write(&path, &whole).unwrap();
    assert_eq!(stdout(&name_in(&store)), "l\r\nAnn\r\n");
}
