//! What connects two things, and a network in numbers. The expectations come from networkx, and from
//! graphs that are small enough to be counted by hand.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::process::Output;

use serde_json::Value;

use crate::outside_tools::python;
use crate::support::{program, stderr, stdout};

/// Two triangles that share `c`, a tail of three steps, an island and somebody alone. What is planned
/// is a shorter way from `a` to `e`.
const SMALL: &str = r#"
@prefix ex: <http://example.org/> .
@prefix cg: <https://w3id.org/civigraph/def#> .
@prefix c: <https://w3id.org/civigraph/code#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
ex:a a cg:Entity, cg:Organisation ; skos:prefLabel "Ay"@en .
ex:b a cg:Entity, cg:Organisation ; skos:prefLabel "Bee"@en .
ex:c a cg:Entity, cg:Organisation ; skos:prefLabel "Sea"@en .
ex:d a cg:Entity, cg:Fund ; skos:prefLabel "Dee"@en .
ex:e a cg:Entity, cg:Fund ; skos:prefLabel "Eee"@en .
ex:f a cg:Entity, cg:Place ; skos:prefLabel "Eff"@en .
ex:g a cg:Entity, cg:Place ; skos:prefLabel "Gee"@en .
ex:h a cg:Entity ; skos:prefLabel "Aitch"@en .
ex:i a cg:Entity ; skos:prefLabel "Eye"@en .
ex:j a cg:Entity ; skos:prefLabel "Jay"@en .
ex:1 a cg:Claim ; rdf:subject ex:a ; rdf:predicate cg:funds ; rdf:object ex:b ; cg:status c:done .
ex:2 a cg:Claim ; rdf:subject ex:b ; rdf:predicate cg:funds ; rdf:object ex:c ; cg:status c:ongoing .
ex:3 a cg:Claim ; rdf:subject ex:c ; rdf:predicate cg:supports ; rdf:object ex:a .
ex:4 a cg:Claim ; rdf:subject ex:c ; rdf:predicate cg:manages ; rdf:object ex:d .
ex:5 a cg:Claim ; rdf:subject ex:e ; rdf:predicate cg:under ; rdf:object ex:d .
ex:6 a cg:Claim ; rdf:subject ex:c ; rdf:predicate cg:manages ; rdf:object ex:e ; cg:status c:planned .
ex:7 a cg:Claim ; rdf:subject ex:e ; rdf:predicate cg:locatedIn ; rdf:object ex:f .
ex:8 a cg:Claim ; rdf:subject ex:f ; rdf:predicate cg:locatedIn ; rdf:object ex:g .
ex:9 a cg:Claim ; rdf:subject ex:h ; rdf:predicate cg:supports ; rdf:object ex:i .
"#;

fn run(command: &str, data: &str, arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("graph.ttl");
    fs::write(&file, data).unwrap();
    program().arg(command).args(arguments).arg("--data").arg(&file).output().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_str(&stdout(output)).unwrap_or_else(|error| panic!("{error}: {}", stderr(output)))
}

/// The things of each path, by the last letter of their IRIs.
fn walks(output: &Output) -> Vec<String> {
    let letter = |stop: &Value| stop["iri"].as_str().unwrap().chars().last().unwrap();
    let found = json(output);
    let paths = found["paths"].as_array().unwrap().iter().map(|path| {
        let steps = path["steps"].as_array().unwrap();
        let first = steps.first().map(|step| letter(&step["from"]));
        first.into_iter().chain(steps.iter().map(|step| letter(&step["to"]))).collect()
    });
    paths.collect()
}

#[test]
fn the_shortest_path_comes_first_and_a_plan_after_what_holds() {
    let output = run("path", SMALL, &["ex:a", "ex:e", "-k", "9", "--format", "json"]);
    // Both ways to `c`, and from there the planned one and the one that holds.
    assert_eq!(walks(&output), ["ace", "acde", "abce", "abcde"]);
    assert!(output.status.success());
    let one = run("path", SMALL, &["Ay", "Eff", "--format", "json"]);
    assert_eq!(walks(&one), ["acef"]);
    // Of two ways with as many steps, the one that holds.
    let data = SMALL.replace(
        "rdf:subject ex:a ; rdf:predicate cg:funds ; rdf:object ex:b ; cg:status c:done",
        "rdf:subject ex:a ; rdf:predicate cg:funds ; rdf:object ex:b ; cg:status c:planned",
    );
    let data = data.replace("rdf:object ex:a .", "rdf:object ex:d .");
    let output = run("path", &data, &["ex:a", "ex:d", "-k", "2", "--format", "json"]);
    assert_eq!(walks(&output), ["abcd", "abced"]);
}

#[test]
fn a_path_through_somebody_whom_all_know_comes_after_others_of_its_length() {
    let mut data =
        "@prefix ex: <http://example.org/> .\nex:a ex:r ex:h . ex:h ex:r ex:b . ex:a ex:r ex:m . ex:m ex:r ex:b .\n"
            .to_owned();
    for n in 0..5 {
        let _ = writeln!(data, "ex:h ex:r ex:x{n} .");
    }
    let output = run("path", &data, &["http://example.org/a", "http://example.org/b", "-k", "5", "--format", "json"]);
    assert_eq!(walks(&output), ["amb", "ahb"]);
}

#[test]
fn a_relation_is_read_in_the_direction_in_which_it_is_walked() {
    let text = stdout(&run("path", SMALL, &["ex:d", "ex:a", "--language", "en"]));
    assert_eq!(text, "Dee (ex:d)\nAy (ex:a)\n\n1. 2 steps\n   Dee managed by Sea\n   Sea supports Ay\n");
    // What is not there yet says so; what the vocabulary has no inverse for is said the other way round.
    let text = stdout(&run("path", SMALL, &["ex:e", "ex:c", "--language", "en"]));
    assert!(
        text.contains("Eee to be managed by Sea; planned\n") || text.contains("Eee managed by Sea; planned\n"),
        "{text}"
    );
    let data = "@prefix ex: <http://example.org/> .\nex:a ex:sitsBeside ex:b .";
    let text = stdout(&run("path", data, &["http://example.org/b", "http://example.org/a"]));
    assert!(text.contains("/a> sits beside <http") || text.contains("a sits beside "), "{text}");
}

#[test]
fn paths_keep_to_relations_and_keep_off_relations_kinds_and_things() {
    let only = run("path", SMALL, &["ex:a", "ex:e", "--only", "supports,cg:manages", "-k", "9", "--format", "json"]);
    assert_eq!(walks(&only), ["ace"]);
    let avoid = run("path", SMALL, &["ex:a", "ex:e", "--avoid", "supports", "-k", "9", "--format", "json"]);
    assert_eq!(walks(&avoid), ["abce", "abcde"]);
    // The ends are never avoided.
    let avoid = run("path", SMALL, &["ex:a", "ex:e", "--avoid", "Fund", "-k", "9", "--format", "json"]);
    assert_eq!(walks(&avoid), ["ace", "abce"]);
    let avoid = run("path", SMALL, &["ex:a", "ex:e", "--avoid", "Sea", "-k", "9"]);
    assert_eq!(avoid.status.code(), Some(1));
    assert!(stderr(&avoid).contains("by these relations, nothing connects ex:a and ex:e"), "{}", stderr(&avoid));
}

#[test]
fn what_nothing_connects_is_told_with_the_parts_and_bad_names_with_a_guess() {
    let output = run("path", SMALL, &["ex:a", "ex:i"]);
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(1), ""));
    let said = stderr(&output);
    assert!(
        said.contains("ex:a is in a connected part of 7 things, ex:i is in a connected part of 2 things"),
        "{said}"
    );
    assert!(stderr(&run("path", SMALL, &["ex:a", "Jay"])).contains("ex:j is connected with nothing"));
    for (arguments, code, words) in [
        (&["ex:a", "Ay"][..], 2, "error[same-thing]"),
        (&["ex:a", "Beee"], 2, "did you mean `b` (Bee)?"),
        (&["ex:a", "ex:c", "--only", "fnds"], 2, "did you mean `funds`?"),
        (&["ex:a", "ex:c", "--avoid", "Fnd"], 2, "error[no-such-relation]"),
        (&["ex:a", "ex:c", "-k", "0"], 2, "0 is not in 1..=1000"),
        (&["ex:a", "ex:c", "-k", "1001"], 2, "1001 is not in 1..=1000"),
        (&["ex:a", "ex:c", "-o", "paths.xyz"], 2, "error[unknown-format]"),
    ] {
        let output = run("path", SMALL, arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        assert!(stderr(&output).contains(words), "{arguments:?}: {}", stderr(&output));
    }
    let empty = "@prefix ex: <http://example.org/> .\nex:a ex:name \"a\" .";
    for command in [&["path", "http://example.org/a", "http://example.org/b"][..], &["stats"]] {
        let output = run(command[0], empty, &command[1..]);
        assert!(stderr(&output).contains("error[empty-view]") == (command[0] == "path"), "{}", stderr(&output));
    }
    assert!(stderr(&run("stats", "", &[])).contains("error[empty-view]"));
    let twins = format!("{SMALL}ex:k a cg:Entity ; skos:prefLabel \"Ay\"@en .");
    assert!(stderr(&run("path", &twins, &["Ay", "ex:c"])).contains("error[ambiguous-entity]"));
}

#[test]
fn a_network_is_counted() {
    let found = json(&run("stats", SMALL, &["--format", "json", "--limit", "none"]));
    for (name, n) in [("things", 10), ("relations", 9), ("planned", 1), ("orphans", 1), ("cutBodies", 3)] {
        assert_eq!(found[name], n, "{name}");
    }
    assert_eq!(found["parts"], serde_json::json!([7, 2]));
    let cuts = found["byCutOff"].as_array().unwrap().iter();
    let cuts: Vec<(&str, u64, u64)> = cuts
        .map(|cut| {
            let iri = cut["iri"].as_str().unwrap();
            (&iri[iri.len() - 1..], cut["cutOff"].as_u64().unwrap(), cut["pieces"].as_u64().unwrap())
        })
        .collect();
    assert_eq!(cuts, [("c", 2, 2), ("e", 2, 2), ("f", 1, 2)]);
    let relation = |name: &str| {
        let all = found["byRelation"].as_array().unwrap();
        all.iter().find(|relation| relation["iri"].as_str().unwrap().ends_with(name)).unwrap().clone()
    };
    assert_eq!((&relation("#manages")["count"], &relation("#manages")["planned"]), (&2.into(), &1.into()));
    assert_eq!(relation("#locatedIn")["longestChain"], 2);
    assert_eq!(found["hubs"][0]["iri"], "http://example.org/c");
    assert_eq!(found["hubs"][0]["neighbours"], 4);
    let csv = stdout(&run("stats", SMALL, &["--format", "csv", "--language", "en"]));
    assert!(csv.contains("\nneighbours,http://example.org/c,Sea,4\n"), "{csv}");
    assert!(csv.contains("\nrelation-chain,https://w3id.org/civigraph/def#locatedIn,located in,2\n"), "{csv}");
    // A circle is no chain.
    let circle =
        "@prefix ex: <http://example.org/> .\nex:a ex:r ex:b . ex:b ex:r ex:a . ex:b ex:r ex:c . ex:d ex:r ex:d .";
    let found = json(&run("stats", circle, &["--format", "json"]));
    assert_eq!((&found["byRelation"][0]["longestChain"], &found["byRelation"][0]["inCircles"]), (&0.into(), &4.into()));
}

#[test]
fn pictures_of_both_are_drawn_the_same_every_time() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.svg", "a.pdf", "a.html", "a.dot"] {
        let draw = || {
            let path = folder.path().join(name);
            let output = run("path", SMALL, &["ex:a", "ex:f", "-k", "3", "-o", path.to_str().unwrap()]);
            assert!(output.status.success(), "{name}: {}", stderr(&output));
            fs::read(path).unwrap()
        };
        assert_eq!(draw(), draw(), "{name}");
    }
    let path = folder.path().join("stats.svg");
    assert!(run("stats", SMALL, &["-o", path.to_str().unwrap()]).status.success());
    let svg = fs::read_to_string(&path).unwrap();
    assert!(svg.contains("Cut bodies") && svg.contains("Sea"), "the bars are named");
}

/// A graph of several parts with chains, hubs, parallel relations and loops, by a seed.
fn random_graph(seed: u64, n_nodes: u64, n_edges: u64) -> String {
    let mut state = seed;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut lines = BTreeSet::new();
    for _ in 0..n_edges {
        let (from, near, far) = (next(n_nodes), next(6), next(n_nodes));
        let to = if next(12) == 0 { far } else { (from + near) % n_nodes };
        // Every fortieth node is left out, so that there are several parts.
        if [from, to].iter().all(|node| node % 40 != 7) {
            lines.insert(format!(
                "<http://example.org/n{from}> <http://example.org/r{}> <http://example.org/n{to}> .",
                next(3)
            ));
        }
    }
    lines.into_iter().map(|line| line + "\n").collect()
}

#[test]
fn paths_parts_ranks_and_cut_bodies_are_those_of_networkx() {
    const SCRIPT: &str = r"
import sys, json, itertools
try:
    import networkx as nx
except ImportError:
    print('null'); sys.exit()
from networkx.algorithms.link_analysis.pagerank_alg import _pagerank_python
g = nx.DiGraph()
for line in open(sys.argv[1]):
    s, p, o, dot = line.split()
    g.add_edge(s[1:-1], o[1:-1])
u = nx.Graph(g); u.remove_edges_from(list(nx.selfloop_edges(u)))
pairs = []
for a, b in json.loads(sys.argv[2]):
    a, b = 'http://example.org/n%d' % a, 'http://example.org/n%d' % b
    if a in u and b in u and nx.has_path(u, a, b):
        pairs.append([a, b, [len(p) - 1 for p in itertools.islice(nx.shortest_simple_paths(u, a, b), 6)]])
print(json.dumps({
    'pairs': pairs,
    'parts': sorted((len(c) for c in nx.connected_components(u) if len(c) > 1), reverse=True),
    'cuts': sorted(nx.articulation_points(u)),
    'ranks': _pagerank_python(g, alpha=0.85, tol=1e-13, max_iter=1000),
}))";
    for (seed, n_nodes, n_edges) in [(1, 60, 70), (2, 300, 420), (3, 900, 900)] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("graph.nt");
        fs::write(&file, random_graph(seed, n_nodes, n_edges)).unwrap();
        let wanted: Vec<[u64; 2]> = (0..8).map(|n| [n * 5 % n_nodes, (n * 37 + 11) % n_nodes]).collect();
        let Some(output) = python(SCRIPT, &[file.to_str().unwrap(), &serde_json::to_string(&wanted).unwrap()]) else {
            return;
        };
        assert!(output.status.success(), "{}", stderr(&output));
        let expected = json(&output);
        if expected.is_null() {
            assert!(std::env::var_os("CI").is_none(), "networkx is not installed");
            eprintln!("skipped: networkx is not installed");
            return;
        }
        let ours =
            program().args(["stats", "--format", "json", "--limit", "none", "--data"]).arg(&file).output().unwrap();
        let ours = json(&ours);
        assert_eq!(ours["parts"], expected["parts"], "seed {seed}");
        let mut cuts: Vec<&str> =
            ours["byCutOff"].as_array().unwrap().iter().map(|cut| cut["iri"].as_str().unwrap()).collect();
        cuts.sort_unstable();
        assert_eq!(serde_json::json!(cuts), expected["cuts"], "seed {seed}");
        assert!(cuts.len() > 5, "seed {seed} has cut bodies");
        let ranks = ours["byPageRank"].as_array().unwrap();
        assert_eq!(ranks.len(), expected["ranks"].as_object().unwrap().len());
        for thing in ranks {
            let theirs = expected["ranks"][thing["iri"].as_str().unwrap()].as_f64().unwrap();
            assert!((thing["pageRank"].as_f64().unwrap() - theirs).abs() < 1e-6, "{thing} is not {theirs}");
        }
        let pairs = expected["pairs"].as_array().unwrap();
        for pair in pairs.iter().filter(|pair| pair[0] != pair[1]) {
            let ends = [pair[0].as_str().unwrap(), pair[1].as_str().unwrap()];
            let output =
                program().arg("path").args(ends).args(["-k", "6", "--format", "json", "--data"]).arg(&file).output();
            let found = json(&output.unwrap());
            let paths = found["paths"].as_array().unwrap();
            let lengths: Vec<&Value> = paths.iter().map(|path| &path["length"]).collect();
            assert_eq!(serde_json::json!(lengths), pair[2], "seed {seed}: {ends:?}");
            let different: BTreeSet<String> = paths.iter().map(|path| path["steps"].to_string()).collect();
            assert_eq!(different.len(), paths.len(), "seed {seed}: {ends:?}");
        }
    }
}
