//! The program as a user runs it: the README's examples, pipes, files.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::support::{TestPack, program, root, stderr, stdout};

/// The examples of the README and the transcripts of `tests/cli`, run as they
/// are written.
///
/// They run on a copy in a folder of their own: a snapshot next to the README,
/// such as its first command makes, would answer instead of the pack inside the
/// program, and what they write is not wanted here.
#[test]
fn the_examples_run() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("examples");
    let _ = fs::remove_dir_all(&folder);
    copy(&root().join("tests/cli"), &folder);
    // Each transcript has packs of its own to work on.
    for entry in fs::read_dir(root().join("tests/cli")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "md") {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            for pack in ["town", "broken"] {
                copy(&folder.join(pack), &folder.join(format!("{name}.in")).join(pack));
            }
        }
    }
    fs::copy(root().join("README.md"), folder.join("README.md")).unwrap();
    let is_blessed = std::env::var_os("CIVIGRAPH_BLESS").is_some();
    if is_blessed && std::env::var_os("TRYCMD").is_none() {
        // What trycmd does is in the environment alone.
        let own = std::env::current_exe().unwrap();
        let test = ["command_line::the_examples_run", "--exact"];
        let again = Command::new(own).args(test).env("TRYCMD", "overwrite").status().unwrap();
        assert!(again.success(), "the transcripts could not be written");
        return;
    }
    let cases = trycmd::TestCases::new();
    let own = std::path::Path::new(env!("CARGO_BIN_EXE_civigraph"));
    cases.env("NO_COLOR", "1").register_bin("civigraph", own).case(folder.join("*.md"));
    // They run when they are dropped.
    let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(cases)));
    if is_blessed {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap();
            let own = if name == "README.md" { root().join(name) } else { root().join("tests/cli").join(name) };
            if path.extension().is_some_and(|extension| extension == "md")
                && fs::read(&path).unwrap() != fs::read(&own).unwrap()
            {
                fs::copy(&path, &own).unwrap();
            }
        }
        return;
    }
    assert!(
        ran.is_ok(),
        "an example of README.md or a transcript of tests/cli prints something else. If the new output above is right, \
         `CIVIGRAPH_BLESS=1 cargo test --test it -- the_examples_run` writes it there; look at `git diff` afterwards"
    );
}

/// Copies a folder with all that is in it.
fn copy(from: &std::path::Path, to: &std::path::Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

#[test]
fn every_command_has_a_transcript() {
    let help = stdout(&program().arg("--help").output().unwrap());
    let commands = help.split("Commands:\n").nth(1).unwrap().lines().take_while(|line| line.starts_with("  "));
    let mut n = 0;
    // A line that is indented further continues the one before it.
    let named = commands.filter(|line| !line.starts_with("   "));
    for command in named.filter_map(|line| line.split_whitespace().next()) {
        let file = match command {
            "completions" | "man" => "help",
            command => command,
        };
        assert!(root().join(format!("tests/cli/{file}.md")).exists(), "{command} has no transcript");
        n += 1;
    }
    assert!(n >= 11, "{help}");
}

/// The code block of the README that follows the line `` `name` ``.
fn block<'a>(readme: &'a str, name: &str) -> &'a str {
    let (_, rest) = readme.split_once(&format!("\n`{name}`\n\n```")).unwrap();
    let (_, rest) = rest.split_once('\n').unwrap();
    rest.split_once("```").unwrap().0
}

#[test]
fn the_readmes_own_pack_builds_and_shows() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let pack = TestPack::new();
    for name in ["datapackage.json", "offices.csv", "mapping.yml"] {
        pack.write(name, block(&readme, name));
    }
    let output = program().args(["show", "parks", "--pack", pack.path().to_str().unwrap()]).output().unwrap();
    let text = stdout(&output);
    assert_eq!(stderr(&output), format!("note: The town of Example, the pack in `{}`\n", pack.path().display()));
    assert!(text.starts_with("Parks Department\n") && text.contains("→ part of  Office of the Mayor"), "{text}");
    assert!(text.contains("340"), "{text}");
}

#[test]
fn a_query_comes_from_text_file_and_pipe() {
    let text = "SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s cg:supports hk:itb }";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("q.rq");
    fs::write(&file, text).unwrap();
    let from_text = program().args(["query", text, "--format", "csv"]).output().unwrap();
    let from_file = program().args(["query", file.to_str().unwrap(), "--format", "csv"]).output().unwrap();
    let mut child =
        program().args(["query", "-", "--format", "csv"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let from_pipe = child.wait_with_output().unwrap();
    for output in [from_text, from_file, from_pipe] {
        assert_eq!(stdout(&output), "n\r\n3\r\n");
    }
}

#[test]
fn the_format_follows_from_the_files_name() {
    let folder = tempfile::tempdir().unwrap();
    let begins = |name: &str, query: &str, with: &str| {
        let file = folder.path().join(name);
        let output = program().args(["query", query, "-o", file.to_str().unwrap()]).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        assert!(output.stdout.is_empty());
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.starts_with(with), "{name}: {text}");
    };
    let select = "SELECT ?s WHERE { ?s cg:supports hk:itb } ORDER BY ?s";
    let construct = "CONSTRUCT WHERE { ?s cg:supports hk:itb }";
    begins("a.csv", select, "s\r\nhttps://w3id.org/civigraph/id/hk/effo");
    begins("a.tsv", select, "?s\n<https://");
    begins("a.json", select, "{\"head\":{\"vars\":[\"s\"]}");
    begins("a.xml", select, "<?xml");
    begins("a.md", select, "| s |\n| --- |\n| hk:effo |\n");
    begins("a.txt", select, "┌");
    begins("a.ttl", construct, "@prefix cg:");
    begins("a.nt", construct, "<https://w3id.org/civigraph/id/hk/effo>");
    begins("a.rdf", construct, "<?xml");
    begins("a.jsonld", construct, "{");
    begins("b.json", "ASK { hk:itc cg:supports hk:itb }", "{\"head\":{},\"boolean\":true}");
}

#[test]
fn csv_begins_with_a_mark_for_excel_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.csv");
    let arguments = ["query", "supporters", "--param", "body=itb", "--bom", "-o", file.to_str().unwrap()];
    assert!(program().args(arguments).status().unwrap().success());
    assert!(fs::read(&file).unwrap().starts_with(b"\xef\xbb\xbfsupporter,"));
    assert!(program().args(["export", "--bom", "-o", file.to_str().unwrap()]).status().unwrap().success());
    for name in ["a.nodes.csv", "a.edges.csv"] {
        assert!(fs::read(folder.path().join(name)).unwrap().starts_with(b"\xef\xbb\xbf"), "{name}");
    }
}

#[test]
fn the_two_tables_of_a_csv_export_match() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("graph.csv");
    assert!(program().args(["export", "-o", file.to_str().unwrap()]).status().unwrap().success());
    let read = |name: &str| {
        let mut reader = csv::Reader::from_path(folder.path().join(name)).unwrap();
        let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows: Vec<Vec<String>> =
            reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
        (header, rows)
    };
    let (header, nodes) = read("graph.nodes.csv");
    assert_eq!(header, ["id", "iri", "label_zh-Hant", "label_en", "class", "kind", "status"]);
    let (header, edges) = read("graph.edges.csv");
    assert_eq!(header, ["source", "relation", "target", "label_zh-Hant", "label_en", "status"]);
    assert!(edges.len() > 30);
    for edge in &edges {
        assert!(nodes.iter().any(|node| node[0] == edge[0]) && nodes.iter().any(|node| node[0] == edge[2]), "{edge:?}");
    }
    assert!(edges.iter().any(|edge| edge[..3] == ["hk:hsitp", "cg:whollyOwnedBy", "hk:hkstp"]));
}

#[test]
fn a_reader_that_stops_is_not_an_error() {
    let mut child = program()
        .args(["export", "--with", "inferred,ontology"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    // Only the line that names the graph.
    assert!(stderr(&output).starts_with("note: ") && stderr(&output).lines().count() == 1, "{}", stderr(&output));
    assert!(output.status.success());
}

#[test]
fn results_and_remarks_go_different_ways() {
    let output = program().args(["query", "SELECT ?s { ?s a cg:Compny }"]).output().unwrap();
    assert!(output.status.success());
    assert!(stdout(&output).contains("0 rows") && stderr(&output).contains("did you mean `cg:Company`?"));
    let output = program().args(["query", "SELECT ?s { ?s a cg:Compny }", "--quiet"]).output().unwrap();
    assert!(output.stderr.is_empty());
    for arguments in [["--help"], ["--version"]] {
        let output = program().args(arguments).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty() && !output.stdout.is_empty());
    }
}

#[test]
fn a_snapshot_in_the_folder_is_found() {
    let pack = TestPack::new();
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| program().current_dir(folder.path()).args(arguments).output().unwrap();
    let built = run(&["build", pack.path().to_str().unwrap()]);
    assert!(built.status.success(), "{}", stderr(&built));
    let count = "SELECT (COUNT(*) AS ?n) { ?s a <http://example.org/Person> }";
    assert_eq!(stdout(&run(&["query", count, "--format", "csv"])), "n\r\n2\r\n");
    pack.replace("people.csv", "Bob", "Rob");
    let stale = run(&["query", count]);
    assert_eq!(stale.status.code(), Some(2));
    assert!(stderr(&stale).contains("stale-snapshot") && stderr(&stale).contains("people.csv"), "{}", stderr(&stale));
}

#[test]
fn a_stored_question_asked_by_its_file_is_still_one() {
    let file = root().join("queries/supporters.rq");
    let ask = |more: &[&str]| program().args(["query", file.to_str().unwrap()]).args(more).output().unwrap();
    let output = ask(&["--param", "body=創新及科技局", "--format", "csv"]);
    assert_eq!(stdout(&output).lines().count(), 4, "{}", stderr(&output));
    let output = ask(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("missing-parameter"), "{}", stderr(&output));
}

#[test]
fn an_unreadable_snapshot_is_reported_with_how_to_build_it() {
    let pack = TestPack::new();
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| program().current_dir(folder.path()).args(arguments).output().unwrap();
    let given = pack.path().to_str().unwrap();
    assert!(run(&["build", given]).status.success());
    pack.replace("people.csv", "Bob", "Rob");
    let text = stderr(&run(&["query", "ASK {}"]));
    assert!(text.contains(&format!("civigraph build {given} --store .civigraph")), "{text}");
    fs::remove_file(folder.path().join(".civigraph/snapshot")).unwrap();
    let output = run(&["query", "ASK {}"]);
    assert_eq!(output.status.code(), Some(2), "the pack inside the program is not asked instead");
}

#[test]
fn a_claim_has_a_card_too() {
    let output = program().args(["show", "claim:hsitp-owned-by-hkstp", "--language", "en"]).output().unwrap();
    let text = stdout(&output);
    assert!(text.contains("(hk:hsitp)") && text.contains("(hk:hkstp)"), "{text}");
}

#[test]
fn a_pack_brings_its_own_questions_and_ontology() {
    let pack = TestPack::new();
    pack.replace(
        "datapackage.json",
        "\"languages\"",
        "\"queries\": \"questions\", \"ontology\": [\"own.ttl\"], \"languages\"",
    );
    fs::create_dir(pack.path().join("questions")).unwrap();
    pack.write(
        "own.ttl",
        "@prefix ex: <http://example.org/> . ex:Person <http://www.w3.org/2000/01/rdf-schema#subClassOf> ex:Being .",
    );
    pack.write("questions/beings.rq", "# ---\n# title: All beings\n# description: Each row is a being.\n# returns: table\n# columns: [being]\n# ---\nPREFIX ex: <http://example.org/>\nSELECT DISTINCT ?being WHERE { ?being a ex:Being } ORDER BY ?being\n");
    let folder = pack.path().to_str().unwrap().to_owned();
    let output = program().args(["query", "beings", "--pack", &folder, "--format", "csv"]).output().unwrap();
    assert_eq!(stdout(&output), "being\r\nhttp://example.org/ann\r\nhttp://example.org/bob\r\n", "{}", stderr(&output));
    let shown = program().args(["show", "ann", "--pack", &folder]).output().unwrap();
    assert!(stdout(&shown).starts_with("Ann\n") && stdout(&shown).contains("Bob"), "{}", stdout(&shown));
    pack.write(
        "questions/beings.rq",
        "# ---\n# title: All beings\n# columns: [x]\n# ---\nSELECT ?being WHERE { ?being a ?c }\n",
    );
    let output = program().args(["query", "beings", "--pack", &folder]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("questions/beings.rq:2:"), "{}", stderr(&output));
}
