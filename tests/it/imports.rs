//! `owl:imports`: what is followed, what is reported, and what a pack may import.

use std::fs;
use std::path::Path;
use std::process::Output;

use tempfile::TempDir;

use crate::support::{DESCRIPTOR, TestPack, program, stderr, stdout};

const PREFIXES: &str = "@prefix ex: <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
";

/// Every `ex:T` has an `ex:n`.
const SHAPE: &str = "ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:property [ sh:path ex:n ; sh:minCount 1 ] .\n";

/// A folder with files, each preceded by the prefixes.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        write(folder.path(), name, text);
    }
    folder
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("{PREFIXES}{text}")).unwrap();
}

fn validate(folder: &Path, arguments: &[&str]) -> Output {
    program().current_dir(folder).arg("validate").args(arguments).args(["--format", "short"]).output().unwrap()
}

fn check(folder: &Path, arguments: &[&str], code: i32, expected: &str) {
    let output = validate(folder, arguments);
    let text = stdout(&output);
    assert_eq!((output.status.code(), text.as_str()), (Some(code), expected), "{}", stderr(&output));
}

#[test]
fn files_that_shapes_import_are_read_once_each() {
    let folder = folder(&[
        ("data.ttl", "ex:a a ex:T ."),
        ("shapes.ttl", "<> a owl:Ontology ; owl:imports <a%20b/more.ttl> ."),
        // There and back, itself, by another name, and in another RDF format.
        (
            "a b/more.ttl",
            &format!("<> owl:imports <../shapes.ttl> , <more.ttl> , <./x/../more.ttl> , <c.nt> .\n{SHAPE}"),
        ),
        ("a b/x/keep.ttl", ""),
    ]);
    fs::write(
        folder.path().join("a b/c.nt"),
        "<http://example.org/S> <http://www.w3.org/ns/shacl#nodeKind> <http://www.w3.org/ns/shacl#BlankNode> .\n",
    )
    .unwrap();
    let expected = "data.ttl:3:1: violation[sh:nodeKind]: `ex:a` is not a blank node
data.ttl:3:1: violation[sh:minCount]: `ex:a` has no `ex:n`; at least 1 is required\n";
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    let output = validate(folder.path(), &["data.ttl", "--shapes", "shapes.ttl"]);
    assert_eq!(sorted(&stdout(&output)), sorted(expected), "{}", stderr(&output));
    // The file is named too: it is still read once.
    let output = validate(folder.path(), &["data.ttl", "--shapes", "a b/more.ttl", "--shapes", "shapes.ttl"]);
    assert_eq!(sorted(&stdout(&output)), sorted(expected), "{}", stderr(&output));
    let output =
        program().current_dir(folder.path()).args(["validate", "data.ttl", "--shapes", "shapes.ttl"]).output().unwrap();
    assert!(stdout(&output).contains("a b/more.ttl:4:57"), "{}", stdout(&output));
    // By the full IRI of the file.
    let iri = civigraph::graph::file_iri(folder.path().canonicalize().unwrap().join("a b/more.ttl").to_str().unwrap());
    write(folder.path(), "whole.ttl", &format!("[] owl:imports <{iri}> ."));
    let output = validate(folder.path(), &["data.ttl", "--shapes", "whole.ttl"]);
    assert_eq!(sorted(&stdout(&output)), sorted(expected), "{}", stderr(&output));
}

#[test]
fn what_data_import_belongs_to_the_data() {
    let folder = folder(&[
        ("data.ttl", "<> owl:imports <classes.ttl> . ex:a a ex:U ."),
        ("classes.ttl", "ex:U rdfs:subClassOf ex:T . ex:b a ex:T ."),
        ("shapes.ttl", SHAPE),
    ]);
    let expected = "classes.ttl:3:29: violation[sh:minCount]: `ex:b` has no `ex:n`; at least 1 is required
data.ttl:3:32: violation[sh:minCount]: `ex:a` has no `ex:n`; at least 1 is required\n";
    check(folder.path(), &["data.ttl", "--shapes", "shapes.ttl"], 1, expected);
}

#[test]
fn external_references_are_reported_unless_they_are_read_anyway() {
    let folder = folder(&[
        ("data.ttl", "ex:a a ex:T ; ex:n 1 ."),
        ("shapes.ttl", &format!("ex:O owl:imports <http://far/o> , <http://far/v2#> .\n{SHAPE}")),
        ("o.ttl", "<http://far/o> a owl:Ontology ; owl:versionIRI <http://far/v2> ."),
        ("vocabulary.ttl", "[] owl:imports <https://w3id.org/civigraph/def> ."),
        ("odd.ttl", &format!("ex:O owl:imports 5 , <file://there/o.ttl> .\n{SHAPE}")),
    ]);
    let told = "shapes.ttl:3:18: warning[import-not-read]: the ontology `http://far/o` is imported but was not read
shapes.ttl:3:35: warning[import-not-read]: the ontology `http://far/v2#` is imported but was not read\n";
    check(folder.path(), &["data.ttl", "--shapes", "shapes.ttl"], 0, told);
    check(folder.path(), &["data.ttl", "--shapes", "shapes.ttl", "--fail-on", "warning"], 1, told);
    check(folder.path(), &["data.ttl", "--shapes", "shapes.ttl", "--shapes", "o.ttl"], 0, "");
    check(
        folder.path(),
        &["data.ttl", "--shapes", "shapes.ttl", "--shapes", "o.ttl", "--shapes", "vocabulary.ttl"],
        0,
        "",
    );
    let odd = stdout(&validate(folder.path(), &["data.ttl", "--shapes", "odd.ttl"]));
    assert_eq!(odd.matches("warning[import-not-read]").count(), 2, "{odd}");
    // Data know the classes of the vocabulary if they import it.
    write(
        folder.path(),
        "data.ttl",
        "[] owl:imports <https://w3id.org/civigraph/def> . ex:a a <https://w3id.org/civigraph/def#Company> .",
    );
    let on_entities = SHAPE.replace("ex:T", "<https://w3id.org/civigraph/def#Entity>");
    write(folder.path(), "shapes.ttl", &on_entities);
    let found = stdout(&validate(folder.path(), &["data.ttl", "--shapes", "shapes.ttl"]));
    assert!(found.contains("violation[sh:minCount]: `ex:a` has no `ex:n`"), "{found}");
}

#[test]
fn a_file_that_is_missing_is_an_error_where_it_is_imported() {
    let folder = folder(&[
        ("data.ttl", "ex:a a ex:T ."),
        ("shapes.ttl", &format!("<> owl:imports <nope.ttl> , <name> .\n{SHAPE}")),
        ("name", ""),
        ("bad-data.ttl", "<> owl:imports <broken.ttl> ."),
        ("broken.ttl", "ex:a ex:b ."),
    ]);
    for (arguments, parts) in [
        (
            ["data.ttl", "--shapes", "shapes.ttl"],
            ["error[missing-file]: the imported file", "shapes.ttl:3:16", "error[unknown-format]", "shapes.ttl:3:29"],
        ),
        (["bad-data.ttl", "--shapes", "o.ttl"], ["error[rdf-syntax]", "broken.ttl:3:11", "", ""]),
    ] {
        write(folder.path(), "o.ttl", SHAPE);
        let output = program().current_dir(folder.path()).arg("validate").args(arguments).output().unwrap();
        let told = stderr(&output);
        assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(2), ""), "{told}");
        assert!(parts.iter().all(|part| told.contains(part)), "{told}");
    }
}

/// A pack with its own ontology and shapes.
fn pack(ontology: &str, shapes: &str) -> TestPack {
    let pack = TestPack::new();
    let listed = "\"ontology\": [\"own/ontology.ttl\"],\n    \"shapes\": [\"own/shapes.ttl\"],\n    \"mapping\":";
    pack.write("datapackage.json", DESCRIPTOR.replace("\"mapping\":", listed));
    write(pack.path(), "own/ontology.ttl", ontology);
    write(pack.path(), "own/shapes.ttl", shapes);
    pack
}

#[test]
fn a_pack_imports_from_its_own_folder() {
    let pack = pack("<> owl:imports <../classes.ttl> , <deep/more.ttl> .", "<> owl:imports <s.ttl> .");
    write(pack.path(), "classes.ttl", "ex:Person rdfs:subClassOf ex:T .");
    write(
        pack.path(),
        "own/deep/more.ttl",
        "<> owl:imports <../ontology.ttl> , <http://far/o> . ex:T rdfs:label \"t\" .",
    );
    write(pack.path(), "own/s.ttl", SHAPE);
    let path = pack.path().to_str().unwrap();
    let text = stdout(&validate(Path::new("."), &[path])).replace(&format!("{path}/"), "");
    assert!(text.contains("own/deep/more.ttl:3:36: warning[import-not-read]"), "{text}");
    // The class hierarchy comes from the imported file, the place from the row.
    assert!(text.contains("people.csv:2:1: violation[sh:minCount]: `ex:ann` has no `ex:n`"), "{text}");
    let knowledge = pack.build().unwrap();
    let inputs: Vec<&str> = knowledge.inputs.iter().map(|input| input.path.as_str()).collect();
    assert!(inputs.contains(&"classes.ttl") && inputs.contains(&"own/deep/more.ttl"), "{inputs:?}");
    // A snapshot is stale if an imported file has changed.
    write(pack.path(), "own/s.ttl", "");
    let store = pack.path().join("store");
    let build = program().arg("build").arg(path).arg("--store").arg(&store).output().unwrap();
    assert!(build.status.success(), "{}", stderr(&build));
    let ask = || program().args(["query", "ASK { ?s ?p ?o }", "--store"]).arg(&store).output().unwrap();
    assert_eq!(stdout(&ask()), "true\n", "{}", stderr(&ask()));
    write(pack.path(), "classes.ttl", "ex:Person rdfs:subClassOf ex:U .");
    assert!(stderr(&ask()).contains("error[stale-snapshot]"), "{}", stderr(&ask()));
}

#[test]
fn a_pack_imports_nothing_from_outside_its_folder() {
    let outside = tempfile::tempdir().unwrap();
    write(outside.path(), "x.ttl", SHAPE);
    let iri = civigraph::graph::file_iri(outside.path().join("x.ttl").to_str().unwrap());
    for import in
        ["<../../x.ttl>", "<../../../../../../../../../../etc/x.ttl>", &format!("<{iri}>"), "<file:/etc/passwd>"]
    {
        for (ontology, shapes) in [
            (format!("<> owl:imports {import} ."), String::new()),
            (String::new(), format!("<> owl:imports {import} .")),
        ] {
            let pack = pack(&ontology, &shapes);
            let output = program().arg("validate").arg(pack.path()).output().unwrap();
            let told = stderr(&output);
            assert_eq!(output.status.code(), Some(2), "{import}: {told}{}", stdout(&output));
            assert!(told.contains("error[path-leaves-pack]") && told.contains(".ttl:3:16"), "{import}: {told}");
        }
    }
    #[cfg(unix)]
    {
        let pack = pack("<> owl:imports <link.ttl> , <nope.ttl> .", "");
        std::os::unix::fs::symlink(outside.path().join("x.ttl"), pack.path().join("own/link.ttl")).unwrap();
        let told = stderr(&program().arg("validate").arg(pack.path()).output().unwrap());
        assert!(told.contains("error[path-leaves-pack]") && told.contains("error[missing-file]"), "{told}");
    }
}

#[test]
fn a_pack_has_the_same_graph_wherever_it_lies() {
    let make = || pack("<> a owl:Ontology ; owl:imports <more.ttl> ; rdfs:seeAlso <x> .", "");
    let export = |pack: &TestPack| {
        write(pack.path(), "own/more.ttl", "<> rdfs:label \"more\" .");
        let output = program().args(["export", "--with", "ontology", "--pack"]).arg(pack.path()).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    };
    let (one, other) = (make(), make());
    assert!(export(&one).contains("more") && export(&one) == export(&other));
}
