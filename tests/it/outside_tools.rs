//! External tools on our files: rdflib, rapper, frictionless, Graphviz, YARRRML by yatter
//! and Morph-KGC, SHACL by pySHACL. `.ci/run` installs them; elsewhere a test without its
//! tool reports that and passes.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{GraphName, Quad};

use crate::support::{program, root, stderr, stdout};

/// Runs a tool; `None` if it is not installed, unless the tests run in CI.
pub fn tool(command: &mut Command) -> Option<Output> {
    match command.output() {
        Ok(output) => Some(output),
        Err(_) if std::env::var_os("CI").is_none() => {
            eprintln!("skipped: {:?} is not installed", command.get_program());
            None
        }
        Err(error) => panic!("{:?}: {error}", command.get_program()),
    }
}

/// The Python of the environment that `.ci/run` creates.
pub fn python(script: &str, arguments: &[&str]) -> Option<Output> {
    let python = std::env::var("CIVIGRAPH_PYTHON").unwrap_or_else(|_| "civigraph-python-is-not-set".to_owned());
    tool(Command::new(python).arg("-c").arg(script).args(arguments))
}

/// Graphviz draws it without any message.
pub fn check_dot(dot: &str) {
    let mut command = Command::new("dot");
    command.arg("-Tsvg").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let Ok(mut child) = command.spawn() else {
        assert!(std::env::var_os("CI").is_none(), "Graphviz is not installed");
        eprintln!("skipped: Graphviz is not installed");
        return;
    };
    let mut input = child.stdin.take().unwrap();
    let dot = dot.to_owned();
    let writer = std::thread::spawn(move || input.write_all(dot.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success() && output.stdout.starts_with(b"<?xml"), "{}", stderr(&output));
    let complaints: Vec<String> =
        stderr(&output).lines().filter(|line| line.contains("rror")).map(str::to_owned).collect();
    assert!(complaints.is_empty(), "{complaints:?}");
}

/// rdflib, rapper and an XML parser read it, the first two as the same graph.
pub fn check_rdf_xml(text: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("graph.rdf");
    fs::write(&file, text).unwrap();
    let path = file.to_str().unwrap();
    let ours = read(RdfFormat::RdfXml, text.as_bytes());
    let script = "import sys, rdflib; rdflib.NORMALIZE_LITERALS = False\ng = rdflib.Graph(); g.parse(sys.argv[1], format='xml'); sys.stdout.buffer.write(g.serialize(format='nt', encoding='utf-8'))";
    if let Some(output) = python(script, &[path]) {
        assert!(output.status.success(), "{}\n{text}", stderr(&output));
        assert_eq!(read(RdfFormat::NTriples, &output.stdout), ours, "rdflib reads another graph from\n{text}");
    }
    if let Some(output) = tool(Command::new("rapper").args(["-q", "-i", "rdfxml", "-o", "ntriples", path])) {
        assert!(output.status.success(), "{}\n{text}", stderr(&output));
        assert_eq!(read(RdfFormat::NTriples, &output.stdout), ours, "rapper reads another graph from\n{text}");
    }
}

fn canonical(quads: impl IntoIterator<Item = Quad>) -> BTreeSet<String> {
    let merged = quads.into_iter().map(|mut quad| {
        quad.graph_name = GraphName::DefaultGraph;
        quad
    });
    crate::support::lines(merged).into_iter().collect()
}

fn read(format: RdfFormat, bytes: &[u8]) -> BTreeSet<String> {
    canonical(RdfParser::from_format(format).for_slice(bytes).map(|quad| quad.unwrap()))
}

fn export(arguments: &[&str]) -> Vec<u8> {
    let output = program().arg("export").args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    output.stdout
}

const ALL: &str = "inferred,ontology";

#[test]
fn rdflib_and_rapper_read_the_same_graph_from_turtle() {
    let ours = read(RdfFormat::NTriples, &export(&["--format", "ntriples", "--with", ALL]));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("all.ttl");
    fs::write(&file, export(&["--with", ALL])).unwrap();
    let path = file.to_str().unwrap();
    // rdflib is told not to normalise; the comparison uses RDFC-1.0 on our side.
    let script = "import sys, rdflib; rdflib.NORMALIZE_LITERALS = False\ng = rdflib.Graph(); g.parse(sys.argv[1], format='turtle'); sys.stdout.buffer.write(g.serialize(format='nt', encoding='utf-8'))";
    if let Some(output) = python(script, &[path]) {
        assert!(output.status.success(), "{}", stderr(&output));
        assert_eq!(read(RdfFormat::NTriples, &output.stdout), ours, "rdflib reads another graph");
    }
    if let Some(output) = tool(Command::new("rapper").args(["-q", "-i", "turtle", "-o", "ntriples", path])) {
        assert!(output.status.success(), "{}", stderr(&output));
        assert_eq!(read(RdfFormat::NTriples, &output.stdout), ours, "rapper reads another graph");
    }
}

#[test]
fn rdflib_reads_every_format() {
    let turtle = read(RdfFormat::Turtle, &export(&[]));
    let folder = tempfile::tempdir().unwrap();
    for (format, theirs) in
        [("rdfxml", "xml"), ("jsonld", "json-ld"), ("trig", "trig"), ("nquads", "nquads"), ("ntriples", "nt")]
    {
        let file = folder.path().join(format);
        fs::write(&file, export(&["--format", format])).unwrap();
        let script = "import sys, rdflib; rdflib.NORMALIZE_LITERALS = False\ng = rdflib.Dataset(default_union=True); g.parse(sys.argv[1], format=sys.argv[2])\nout = rdflib.Graph()\nfor s, p, o in g.triples((None, None, None)): out.add((s, p, o))\nsys.stdout.buffer.write(out.serialize(format='nt', encoding='utf-8'))";
        if let Some(output) = python(script, &[file.to_str().unwrap(), theirs]) {
            assert!(output.status.success(), "{format}: {}", stderr(&output));
            assert_eq!(read(RdfFormat::NTriples, &output.stdout), turtle, "{format}");
        }
    }
}

#[test]
fn the_ontology_parses_in_rdflib() {
    let script = "import sys, rdflib, pathlib\nn = 0\nfor f in sorted(pathlib.Path(sys.argv[1]).rglob('*.ttl')): g = rdflib.Graph(); g.parse(f, format='turtle'); n += len(g)\nprint(n)";
    for folder in ["ontology", "tests/hard-places"] {
        if let Some(output) = python(script, &[root().join(folder).to_str().unwrap()]) {
            assert!(output.status.success(), "{}", stderr(&output));
            assert!(stdout(&output).trim().parse::<u32>().unwrap() > 500);
        }
    }
}

#[test]
fn prefixes_are_those_that_are_registered() {
    // rdflib includes registered namespaces of prefix.cc.
    let script =
        "import sys, rdflib\ng = rdflib.Graph(bind_namespaces='rdflib')\nfor p, n in g.namespaces(): print(p, n)";
    let Some(output) = python(script, &[]) else { return };
    let ours = civigraph::graph::Prefixes::default();
    let mut n_known = 0;
    for line in stdout(&output).lines() {
        let (name, namespace) = line.split_once(' ').unwrap();
        if let Some(known) = ours.get(name) {
            n_known += 1;
            assert_eq!(known, namespace, "{name}");
        }
    }
    assert!(n_known >= 10, "{n_known}");
}

#[test]
fn frictionless_accepts_the_pack() {
    let script = "import sys\nfrom frictionless import validate\nr = validate(sys.argv[1])\nprint(r.valid, len(r.tasks))\nfor e in r.flatten(['title', 'rowNumber', 'message']): print(e)";
    let descriptor = root().join("data/hk-innovation/datapackage.json");
    if let Some(output) = python(script, &[descriptor.to_str().unwrap()]) {
        assert!(output.status.success(), "{}", stderr(&output));
        assert!(stdout(&output).starts_with("True 11\n"), "{}", stdout(&output));
    }
}

#[test]
fn graphviz_draws_the_complete_pack() {
    check_dot(&String::from_utf8(export(&["--format", "dot"])).unwrap());
    check_dot(&String::from_utf8(export(&["--format", "dot", "--entity", "hkstp"])).unwrap());
}

/// Which node violates which kind of constraint, by civigraph and by pySHACL, in
/// the pack with several kinds of errors. Everything else in it conforms, for
/// both.
#[test]
fn pyshacl_finds_the_same() {
    let script = "import sys, pathlib, rdflib, pyshacl\nfrom rdflib import SH\ndata = rdflib.Graph(); data.parse(sys.argv[1], format='nt')\nshapes = rdflib.Graph()\nfor f in sorted(pathlib.Path(sys.argv[2]).glob('*.ttl')): shapes.parse(f, format='turtle')\n_, report, _ = pyshacl.validate(data, shacl_graph=shapes)\nfor r in report.objects(None, SH.result): print(report.value(r, SH.focusNode), report.value(r, SH.sourceConstraintComponent), report.value(r, SH.resultSeverity))";
    let pack = crate::checks::copy(true);
    let planted = [
        "two-labels",
        "same-label",
        "wrong-code",
        "incomplete-claim",
        "group-size",
        "circular-hierarchy",
        "disjoint-classes",
        "undated-figure",
    ];
    for (_, _, changes, _) in crate::checks::seeds().iter().filter(|(code, ..)| planted.contains(code)) {
        changes.iter().for_each(|change| crate::checks::apply(&pack, change));
    }
    let file = pack.path().join("all.nt");
    let folder = pack.path().to_str().unwrap();
    fs::write(&file, export(&["--pack", folder, "--format", "ntriples", "--with", "ontology"])).unwrap();
    let shapes = root().join("ontology/shapes");
    let mut files: Vec<_> = fs::read_dir(&shapes).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut command = program();
    command.arg("validate").arg(&file).args(["--format", "turtle", "--timeout", "none"]);
    for shapes in &files {
        command.arg("--shapes").arg(shapes);
    }
    let ours = command.output().unwrap();
    assert_eq!(ours.status.code(), Some(1), "{}{}", stderr(&ours), stdout(&ours));
    let mut builder = civigraph::graph::GraphBuilder::default();
    let quads = RdfParser::from_format(RdfFormat::Turtle).for_slice(&ours.stdout).map(|quad| quad.unwrap());
    builder.extend(quads).unwrap();
    let query = "PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT ?focus ?component ?severity { ?result sh:focusNode ?focus ; sh:sourceConstraintComponent ?component ; sh:resultSeverity ?severity }";
    let mut none = builder.freeze();
    none.prefixes = civigraph::graph::Prefixes::none();
    let rows = crate::support::select(&none, query);
    let mut ours: Vec<String> = rows.iter().map(|row| row.join(" ").replace(['<', '>'], "")).collect();
    let Some(theirs) = python(script, &[file.to_str().unwrap(), shapes.to_str().unwrap()]) else { return };
    assert!(theirs.status.success(), "{}", stderr(&theirs));
    let mut theirs: Vec<String> = stdout(&theirs).lines().map(str::to_owned).collect();
    ours.sort();
    theirs.sort();
    let only = |a: &[String], b: &[String]| a.iter().filter(|line| !b.contains(line)).cloned().collect::<Vec<_>>();
    assert!(ours.len() >= planted.len());
    assert!(ours == theirs, "only ours: {:#?}\nonly theirs: {:#?}", only(&ours, &theirs), only(&theirs, &ours));
}

/// The mapping read by yatter and run by Morph-KGC gives the same quads.
///
/// Morph-KGC builds wrong IRIs if a column is called subject, predicate or
/// object, so it gets copies of the tables with these renamed.
#[test]
fn yatter_and_morph_kgc_map_the_pack_to_the_same_graph() {
    let folder = tempfile::tempdir().unwrap();
    let pack = root().join("data/hk-innovation");
    for entry in fs::read_dir(&pack).unwrap() {
        let path = entry.unwrap().path();
        let mut text = fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        if name == "claims.csv" {
            let (header, rows) = text.split_once('\n').unwrap();
            let header: Vec<String> = header
                .split(',')
                .map(|column| match column {
                    "subject" | "predicate" | "object" => format!("claim_{column}"),
                    column => column.to_owned(),
                })
                .collect();
            text = format!("{}\n{rows}", header.join(","));
        }
        if name == "mapping.yml" {
            // yatter writes the names of graphs as prefixed names, which cannot have a slash.
            text = text.replace("graphs: base:graph/", "graphs: in:");
            text = text.replacen("prefixes:\n", "prefixes:\n  in: https://w3id.org/civigraph/graph/\n", 1);
            for column in ["subject", "predicate", "object"] {
                text = text.replace(&format!("$({column})"), &format!("$(claim_{column})"));
            }
        }
        fs::write(folder.path().join(name), text).unwrap();
    }
    let script = "import os, sys\nos.chdir(sys.argv[1])\nimport yatter, yaml, morph_kgc, logging\nlogging.disable(logging.CRITICAL)\nopen('mapping.ttl', 'w').write(yatter.translate(yaml.safe_load(open('mapping.yml'))))\nopen('config.ini', 'w').write('[CONFIGURATION]\\noutput_format: N-QUADS\\noutput_file: out.nq\\nlogging_level: CRITICAL\\n[DataSource]\\nmappings: mapping.ttl\\n')\nstore = morph_kgc.materialize_oxigraph('config.ini')\nout = open('out.nq', 'wb')\nstore.dump(out, 'application/n-quads')\nout.close()";
    let Some(output) = python(script, &[folder.path().to_str().unwrap()]) else { return };
    assert!(output.status.success(), "{}", stderr(&output));
    let theirs = fs::read(folder.path().join("out.nq")).unwrap();
    let theirs: BTreeSet<String> =
        RdfParser::from_format(RdfFormat::NQuads).for_slice(&theirs).map(|quad| quad.unwrap().to_string()).collect();
    let graph = &crate::support::knowledge().graph;
    let ours: BTreeSet<String> = civigraph::export::layers(graph, &[civigraph::graph::Layer::Source])
        .into_iter()
        .filter(|quad| quad.graph_name != civigraph::vocab::named_graph::DATASET.into_owned().into())
        .map(|quad| quad.to_string())
        .collect();
    let only_ours: Vec<_> = ours.difference(&theirs).take(5).collect();
    let only_theirs: Vec<_> = theirs.difference(&ours).take(5).collect();
    assert!(ours.len() > 1_000);
    assert!(only_ours.is_empty() && only_theirs.is_empty(), "only ours: {only_ours:#?}\nonly theirs: {only_theirs:#?}");
}
