//! No file is lost: outputs and locks keep away from other files, several files
//! are one result, inputs are not overwritten, and nothing waits forever.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use civigraph::pack::Pack;
use civigraph::pipeline;

use crate::support::{TestPack, program, stderr};

/// Runs in a folder; a run that does not end fails.
fn run(folder: &Path, arguments: &[&str]) -> Output {
    ends(program().current_dir(folder).args(arguments))
}

fn ends(command: &mut Command) -> Output {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > Duration::from_secs(120) {
            child.kill().unwrap();
            panic!("{command:?} does not end");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    child.wait_with_output().unwrap()
}

fn refused(output: &Output, exit: i32, code: &str, part: &str) {
    let text = stderr(output);
    assert_eq!(output.status.code(), Some(exit), "{text}");
    assert!(text.contains(&format!("error[{code}]")) && text.contains(part), "expected {code} and {part} in\n{text}");
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The names in a folder, except the record of a failed build.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name != "failed-build.json");
    names.sort();
    names
}

#[cfg(unix)]
fn fifo(path: &Path) {
    let _ = fs::remove_file(path);
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[cfg(unix)]
#[test]
fn a_lock_never_leads_into_another_file() {
    let (pack, folder) = (TestPack::new(), tempfile::tempdir().unwrap());
    let (store, precious) = (folder.path().join("store"), folder.path().join("precious.txt"));
    let lock = store.join("lock");
    let build = || run(folder.path(), &["build", path(pack.path()), "--store", "store"]);
    fs::create_dir(&store).unwrap();
    fs::write(&precious, "precious").unwrap();
    std::os::unix::fs::symlink("../precious.txt", &lock).unwrap();
    refused(&build(), 2, "unwritable-file", "it is a link");
    assert_eq!(fs::read_to_string(&precious).unwrap(), "precious");
    fs::remove_file(&lock).unwrap();
    std::os::unix::fs::symlink("../new.txt", &lock).unwrap();
    refused(&build(), 2, "unwritable-file", "it is a link");
    assert!(!folder.path().join("new.txt").exists());
    fifo(&lock);
    refused(&build(), 2, "unwritable-file", "not a regular file");
    // A second name of a file is the same file; it is locked and keeps its text.
    fs::remove_file(&lock).unwrap();
    fs::hard_link(&precious, &lock).unwrap();
    assert!(build().status.success());
    assert_eq!(fs::read_to_string(&precious).unwrap(), "precious");
}

#[cfg(unix)]
#[test]
fn invalid_files_of_a_snapshot_are_reported() {
    let (pack, folder) = (TestPack::new(), tempfile::tempdir().unwrap());
    let build = || run(folder.path(), &["build", path(pack.path()), "--store", "store"]);
    let ask = || run(folder.path(), &["query", "ASK {}", "--store", "store"]);
    assert!(build().status.success() && ask().status.success());
    let store = folder.path().join("store");
    let snapshot = store.join("snapshot");
    fifo(&snapshot);
    refused(&ask(), 2, "unreadable-file", "not a regular file");
    assert!(build().status.success() && ask().status.success());
    // A folder in the way is reported, and nothing is left next to what was there.
    fs::remove_file(&snapshot).unwrap();
    fs::create_dir(&snapshot).unwrap();
    let before = names(&store);
    pack.replace("people.csv", "Bob", "Rob");
    refused(&build(), 2, "unwritable-file", "snapshot");
    assert_eq!(names(&store), before);
}

#[test]
fn a_file_of_something_else_stays() {
    let (pack, folder) = (TestPack::new(), tempfile::tempdir().unwrap());
    let other = folder.path().join("snapshot");
    fs::write(&other, "of a disk").unwrap();
    let output = run(folder.path(), &["build", path(pack.path()), "--store", "."]);
    refused(&output, 2, "unwritable-file", "does not belong to a snapshot");
    assert_eq!(fs::read_to_string(&other).unwrap(), "of a disk");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nor is anything put beside it");
}

#[cfg(unix)]
#[test]
fn a_pipe_in_place_of_a_packs_file_is_reported() {
    const QUESTIONS: &str =
        "\"queries\": \"q\", \"checks\": \"c\", \"ontology\": [\"o.ttl\"], \"shapes\": [\"s.ttl\"],";
    for file in ["people.csv", "mapping.yml", "datapackage.json", "q/a.rq", "c/a.rq", "o.ttl", "s.ttl"] {
        let pack = TestPack::new();
        pack.replace("datapackage.json", "\"mapping\"", &format!("{QUESTIONS} \"mapping\""));
        for folder in ["q", "c"] {
            fs::create_dir(pack.path().join(folder)).unwrap();
        }
        pack.write("o.ttl", "");
        pack.write("s.ttl", "");
        fifo(&pack.path().join(file));
        refused(&run(pack.path(), &["validate", "."]), 2, "unreadable-file", "not a regular file");
        fs::remove_file(pack.path().join(file)).unwrap();
        fs::create_dir(pack.path().join(file)).unwrap();
        refused(&run(pack.path(), &["validate", "."]), 2, "unreadable-file", "directory");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_that_an_argument_names_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let data = "<http://a/s> <http://a/p> 1 .\n<http://a/s> <http://a/p> 2 .\n";
    let shapes = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n\
                  [] a sh:NodeShape ; sh:targetNode <http://a/s> ; sh:property [ sh:path <http://a/p> ; sh:maxCount 1 ] .\n";
    let give = |name: &str, text: &'static str| {
        let path = at(name);
        fifo(&path);
        std::thread::spawn(move || fs::write(path, text))
    };
    let writers = [give("data.ttl", data), give("shapes.ttl", shapes)];
    let output = run(folder.path(), &["validate", "data.ttl", "--shapes", "shapes.ttl"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    // The place is found in a second reading.
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("sh:maxCount") && told.contains("data.ttl:1:"), "{told}");
    // A pipe created by the shell has no extension: it contains Turtle.
    let more = [give("63", data), give("62", shapes)];
    let output = run(folder.path(), &["validate", "63", "--shapes", "62"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let asked = give("question", "ASK {}");
    let output = run(folder.path(), &["query", "question"]);
    assert!(output.status.success(), "{}", stderr(&output));
    asked.join().unwrap().unwrap();
    writers.into_iter().chain(more).for_each(|writer| writer.join().unwrap().unwrap());
}

#[cfg(unix)]
#[test]
fn a_pipe_that_a_file_imports_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let text = "<http://a/s> <http://www.w3.org/2002/07/owl#imports> <pipe.ttl> .\n";
    fs::write(folder.path().join("x.ttl"), text).unwrap();
    fifo(&folder.path().join("pipe.ttl"));
    let output = run(folder.path(), &["validate", "x.ttl", "--shapes", "x.ttl"]);
    refused(&output, 2, "unreadable-file", "not a regular file");
    assert!(stderr(&output).contains("x.ttl:1:"), "{}", stderr(&output));
}

#[cfg(target_os = "linux")]
#[test]
fn what_never_ends_is_not_read_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("shapes.ttl"), "").unwrap();
    for name in ["x.nt", "x.nq", "x.ttl", "x.rdf", "x.jsonld", "x.rq"] {
        std::os::unix::fs::symlink("/dev/zero", folder.path().join(name)).unwrap();
    }
    for name in ["x.nt", "x.nq", "x.ttl", "x.rdf", "x.jsonld"] {
        let output = run(folder.path(), &["validate", name, "--shapes", "shapes.ttl"]);
        refused(&output, 2, "unreadable-file", "does not end");
    }
    refused(&run(folder.path(), &["query", "x.rq"]), 2, "unreadable-file", "does not end");
    refused(&run(folder.path(), &["chart", "x.rq", "-o", "x.svg"]), 2, "unreadable-file", "does not end");
    refused(&run(folder.path(), &["evidence", "--text", "x.nt"]), 2, "unreadable-file", "does not end");
}

#[test]
fn an_error_shows_its_line_whatever_else_the_file_contains() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("shapes.ttl"), "").unwrap();
    let good = "<http://a/s> <http://a/p> 1 .\r\n";
    let validate = |text: String| {
        fs::write(folder.path().join("x.ttl"), text).unwrap();
        let output = run(folder.path(), &["validate", "x.ttl", "--shapes", "shapes.ttl"]);
        refused(&output, 2, "rdf-syntax", "x.ttl");
        stderr(&output)
    };
    let told = validate(format!("{good}<http://a/s> nonsense .\r\n{}", good.repeat(100_000)));
    assert!(told.contains("x.ttl:2:14") && told.contains("2 | <http://a/s> nonsense ."), "{told}");
    let told = validate(format!("{good}<http://a/s> nonsense . # {}\n", "x".repeat(3_000_000)));
    assert!(told.contains("x.ttl:2:14") && told.len() < 1_000, "{} bytes", told.len());
}

#[cfg(unix)]
#[test]
fn folders_outside_the_pack_are_reported() {
    for key in ["queries", "checks"] {
        for folder in ["../other", "/tmp", "link"] {
            let (pack, other) = (TestPack::new(), tempfile::tempdir().unwrap());
            pack.replace("datapackage.json", "\"mapping\"", &format!("\"{key}\": \"{folder}\", \"mapping\""));
            std::os::unix::fs::symlink(other.path(), pack.path().join("link")).unwrap();
            let output = run(pack.path(), &["validate", "."]);
            refused(&output, 2, "path-leaves-pack", "datapackage.json:25:");
        }
    }
    for key in ["ontology", "shapes"] {
        for file in ["../other.ttl", "/tmp/other.ttl", "link"] {
            let (pack, other) = (TestPack::new(), tempfile::NamedTempFile::new().unwrap());
            pack.replace("datapackage.json", "\"mapping\"", &format!("\"{key}\": [\"{file}\"], \"mapping\""));
            std::os::unix::fs::symlink(other.path(), pack.path().join("link")).unwrap();
            refused(&run(pack.path(), &["validate", "."]), 2, "path-leaves-pack", "datapackage.json:25:");
        }
    }
}

#[test]
fn a_reader_that_goes_away_does_not_turn_no_into_yes() {
    let pack = TestPack::new();
    let rows: String = (0..3_000).map(|n| format!("p{n},P,x,staff,\n")).collect();
    pack.write("people.csv", format!("id,name,age,kind,boss\n{rows}"));
    let pack = path(pack.path());
    let none = "ASK { <http://a/nothing> a <http://a/nothing> }";
    for (arguments, expected) in [
        (vec!["validate", pack], 1),
        (vec!["validate", pack, "--format", "json", "--limit", "none"], 1),
        (vec!["validate", pack, "--format", "short"], 1),
        (vec!["query", none, "--exit-status"], 1),
        (vec!["query", none], 0),
        (vec!["query", "SELECT nonsense"], 2),
        (vec!["export"], 0),
        (vec!["validate", "--list"], 0),
    ] {
        let mut child = program().args(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(expected), "{arguments:?}: {}", stderr(&output));
        assert!(!stderr(&output).contains("ipe"), "{arguments:?}: {}", stderr(&output));
    }
}

#[test]
fn results_of_several_files_are_one() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let read = |name: &str| fs::read_to_string(at(name)).unwrap();
    fs::write(at("g.nodes.csv"), "OLD").unwrap();
    fs::create_dir(at("g.edges.csv")).unwrap();
    refused(&run(folder.path(), &["export", "-o", "g.csv"]), 2, "unwritable-file", "g.edges.csv");
    assert_eq!(read("g.nodes.csv"), "OLD");
    fs::write(at("c-1.svg"), "OLD").unwrap();
    fs::create_dir(at("c-2.svg")).unwrap();
    let chart = ["chart", "org", "--page", "a4", "-o", "c.svg"];
    refused(&run(folder.path(), &chart), 2, "unwritable-file", "c-2.svg");
    assert_eq!(read("c-1.svg"), "OLD");
    assert_eq!(names(folder.path()), ["c-1.svg", "c-2.svg", "g.edges.csv", "g.nodes.csv"]);
    fs::remove_dir(at("c-2.svg")).unwrap();
    assert!(run(folder.path(), &chart).status.success());
    assert!(read("c-1.svg").starts_with("<svg") && read("c-2.svg").starts_with("<svg"));
}

#[test]
fn what_a_result_comes_from_is_not_written_over() {
    let pack = TestPack::new();
    pack.replace("datapackage.json", "\"mapping\"", "\"queries\": \"q\", \"ontology\": [\"o.ttl\"], \"mapping\"");
    pack.write("o.ttl", "");
    fs::create_dir(pack.path().join("q")).unwrap();
    let question = "# ---\n# title: {en: People}\n# description: {en: All.}\n# returns: table\n# columns: [who]\n# ---\n\
                    SELECT ?who WHERE { ?who a <http://example.org/Person> }\n";
    pack.write("q/people.rq", question);
    pack.write("own.rq", "SELECT ?s WHERE { ?s ?p ?o } LIMIT 1");
    pack.write("make.rq", "CONSTRUCT WHERE { ?s ?p ?o }");
    pack.write("view.rq", "CONSTRUCT WHERE { ?s <http://example.org/boss> ?o }");
    assert!(run(pack.path(), &["build", ".", "--store", "store"]).status.success());
    #[cfg(unix)]
    std::os::unix::fs::symlink("people.csv", pack.path().join("link.csv")).unwrap();
    let all = |folder: &Path| {
        let mut files = Vec::new();
        for folder in [folder.to_owned(), folder.join("q"), folder.join("store")] {
            for name in names(&folder) {
                let path = folder.join(name);
                if path.is_file() {
                    files.push((path.clone(), fs::read(path).unwrap()));
                }
            }
        }
        files
    };
    let before = all(pack.path());
    let export = |output: &'static str| vec!["export", "--pack", ".", "--format", "turtle", "-o", output];
    let mut commands = vec![
        export("people.csv"),
        export("./q/../people.csv"),
        export("mapping.yml"),
        export("datapackage.json"),
        export("o.ttl"),
        export("q/people.rq"),
        vec!["export", "--pack", ".", "--construct", "make.rq", "--format", "turtle", "-o", "make.rq"],
        vec!["export", "--store", "store", "--format", "turtle", "-o", "store/snapshot"],
        vec!["export", "--store", "store", "--format", "turtle", "-o", "people.csv"],
        vec!["query", "own.rq", "--pack", ".", "--format", "csv", "-o", "own.rq"],
        vec!["query", "people", "--pack", ".", "--format", "csv", "-o", "people.csv"],
        vec!["query", "people", "--pack", ".", "--format", "csv", "-o", "q/people.rq"],
    ];
    if cfg!(unix) {
        commands.push(export("link.csv"));
    }
    for command in commands {
        refused(&run(pack.path(), &command), 2, "output-over-input", "one of the files that the result comes from");
    }
    assert!(all(pack.path()) == before);
    // Input of another command is not refused here.
    let arguments = ["query", "own.rq", "--pack", ".", "--format", "csv", "-o", "make.rq"];
    let output = run(pack.path(), &arguments);
    assert!(output.status.success(), "{}", stderr(&output));
}

/// Files that look like unfinished outputs are left alone.
#[test]
fn what_a_killed_program_left_is_removed_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    for name in [".civigraph-a1B2c3d4E5f6.part", ".civigraph-notes", ".civigraph-backup.part"] {
        fs::write(folder.path().join(name), "left").unwrap();
    }
    assert!(run(folder.path(), &["query", "ASK {}", "-o", "x.csv"]).status.success());
    assert_eq!(names(folder.path()), [".civigraph-backup.part", ".civigraph-notes", "x.csv"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_limit_of_file_size_is_an_error_like_any_other() {
    let (pack, folder) = (TestPack::new(), tempfile::tempdir().unwrap());
    fs::write(folder.path().join("x.ttl"), "OLD").unwrap();
    let limited = |blocks: u32, arguments: &str| {
        let script = format!("ulimit -f {blocks}; exec \"$0\" {arguments}");
        let mut command = Command::new("sh");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_civigraph")]).current_dir(folder.path());
        ends(&mut command)
    };
    let output = limited(8, "export --with inferred,ontology -o x.ttl");
    refused(&output, 2, "unwritable-file", "x.ttl");
    assert_eq!(fs::read_to_string(folder.path().join("x.ttl")).unwrap(), "OLD");
    assert_eq!(names(folder.path()), ["x.ttl"]);
    refused(&limited(0, &format!("build {} --store store", path(pack.path()))), 2, "unwritable-file", "store");
    assert_eq!(names(&folder.path().join("store")), ["lock"]);
}

#[cfg(target_os = "linux")]
#[test]
fn too_little_memory_for_a_stack_is_reported() {
    for kilobytes in [200_000, 450_000] {
        let script = format!("ulimit -v {kilobytes}; exec \"$0\" query 'ASK {{}}'");
        let mut command = program();
        let folder = command.get_current_dir().unwrap().to_owned();
        command = Command::new("sh");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_civigraph")]).current_dir(folder);
        refused(&ends(&mut command), 2, "no-memory", "stack of 256 MiB");
    }
}

/// A pack whose one person has this name, and this mapping of it.
fn pack_with(name: &str, from: &str, to: &str) -> TestPack {
    let pack = TestPack::new();
    pack.write("people.csv", format!("id,name,age,kind,boss\nann,\"{name}\",50,staff,\n"));
    pack.replace("mapping.yml", from, to);
    pack
}

#[test]
fn a_term_too_large_to_be_read_again_is_refused_at_its_cell() {
    let folder = tempfile::tempdir().unwrap();
    let build =
        |pack: &TestPack| run(folder.path(), &["build", path(pack.path()), "--store", "s", "--quiet", "--replace"]);
    assert!(build(&TestPack::new()).status.success());
    let before = names(&folder.path().join("s"));
    let large = "x".repeat(7_900_000);
    for (pack, place) in [
        (pack_with(&large, "$(name), en~lang", "$(name)$(name)$(name), en~lang"), "people.csv:2:5"),
        (pack_with(&"\u{1}".repeat(7_900_000), "$(name), en~lang", "$(name), en~lang"), "people.csv:2:5"),
        (pack_with(&"%".repeat(6_900_000), "ex:$(boss)~iri", "ex:$(name)~iri"), "people.csv:2:5"),
    ] {
        let output = build(&pack);
        refused(&output, 1, "huge-term", place);
        assert!(output.stderr.len() < 5_000, "{} bytes", output.stderr.len());
        assert_eq!(names(&folder.path().join("s")), before, "the old snapshot stays");
    }
    assert!(run(folder.path(), &["query", "ASK {}", "--store", "s"]).status.success());
}

#[test]
fn the_largest_terms_survive_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    // A debug build is slow at this size: each format is tried with one of the two.
    for (name, files) in
        [("x".repeat(7_999_000), ["x.ttl", "x.rdf"]), ("\u{1}".repeat(1_333_000), ["x.nq", "x.jsonld"])]
    {
        let pack = pack_with(&name, "s: ex:$(id)", "s: ex:$(id)");
        let iri = "y".repeat(7_999_000);
        pack.replace("people.csv", "ann,", &format!("{iri},"));
        let built = run(folder.path(), &["build", path(pack.path()), "--store", "s", "--quiet", "--replace"]);
        assert!(built.status.success(), "{}", &stderr(&built)[..1_000]);
        let count = "SELECT (STRLEN(?name) AS ?n) { ?s rdfs:label ?name . ?s a <http://example.org/Person> }";
        let output = run(folder.path(), &["query", count, "--store", "s", "--format", "csv"]);
        assert_eq!(String::from_utf8_lossy(&output.stdout), format!("n\r\n{}\r\n", name.len()), "{}", stderr(&output));
        fs::write(
            at("shapes.ttl"),
            "@prefix sh: <http://www.w3.org/ns/shacl#> .\n\
             [] a sh:NodeShape ; sh:targetClass <http://example.org/Person> ;\n\
             sh:property [ sh:path <http://www.w3.org/2000/01/rdf-schema#label> ; sh:minLength 1000000 ] .\n",
        )
        .unwrap();
        for file in files {
            let output = run(folder.path(), &["export", "--store", "s", "--quiet", "-o", file]);
            assert!(output.status.success(), "{file}: {}", stderr(&output));
            let output = run(folder.path(), &["validate", file, "--shapes", "shapes.ttl"]);
            assert_eq!(output.status.code(), Some(0), "{file}: {}", stderr(&output));
        }
    }
}

#[test]
fn a_language_tagged_datatype_is_refused_since_no_parser_reads_it() {
    let datatype = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString>";
    let pack = pack_with("Ann", "$(name), en~lang", "$(name), rdf:langString");
    pack.replace("mapping.yml", "prefixes:\n", "prefixes:\n  rdf: http://www.w3.org/1999/02/22-rdf-syntax-ns#\n");
    let output = run(pack.path(), &["build", "."]);
    refused(&output, 1, "bad-literal", datatype);
    assert!(stderr(&output).contains("people.csv:2:5"), "{}", stderr(&output));
}

#[test]
fn an_ontology_with_a_term_too_large_is_refused() {
    let pack = TestPack::new();
    pack.replace("datapackage.json", "\"mapping\"", "\"ontology\": [\"o.ttl\"], \"mapping\"");
    pack.write("o.ttl", format!("<http://a/s> <http://a/p> \"{}\" .\n", "x".repeat(8_000_001)));
    let Err(error) = pipeline::build(&Pack::open(pack.path()).unwrap()) else { panic!("it is refused") };
    assert!(error.to_string().contains("8000001 bytes"), "{error}");
}
