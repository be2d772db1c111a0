//! `diff` of RDF files: what changed between two editions, whatever their vocabulary.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Output;

use civigraph::diff::write_changes;
use civigraph::diff::{ChangeFormat, ChangeKind, ComparedEdition, Difference, change_events, compare, paragraph};
use civigraph::graph::RdfFile;
use civigraph::pipeline::{self, Knowledge};
use serde_json::Value;

use crate::support::{program, stderr, stdout};

const PREFIXES: &str = "\
@prefix : <http://example.org/> .
@prefix c: <https://w3id.org/civigraph/code#> .
@prefix cg: <https://w3id.org/civigraph/def#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
";

fn read(text: &str) -> Knowledge {
    let file = RdfFile::text("test.ttl".to_owned(), format!("{PREFIXES}{text}"), "n");
    pipeline::of_data(&[file]).unwrap().0
}

pub fn difference(old: &Knowledge, new: &Knowledge) -> Difference {
    let edition = |knowledge, title: &str| {
        let knowledge: &Knowledge = knowledge;
        ComparedEdition { title: title.to_owned(), graph: &knowledge.graph, source: None }
    };
    compare(&edition(old, "old"), &edition(new, "new"), &["en".to_owned()]).unwrap()
}

/// The changes from one text to another, as a person would note them.
fn changes(old: &str, new: &str) -> Vec<String> {
    noted(&difference(&read(old), &read(new)))
}

fn noted(difference: &Difference) -> Vec<String> {
    let list = |all: &[std::sync::Arc<civigraph::diff::Named>]| {
        all.iter().map(|named| named.label.as_str()).collect::<Vec<_>>().join(", ")
    };
    let line = |change: &civigraph::diff::Change| {
        let mut parts = vec![change.kind.names().0.to_owned(), change.subject.label.clone()];
        parts.extend(change.relation.iter().chain(&change.object).map(|part| part.label.clone()));
        let (before, after) = (list(&change.before), list(&change.after));
        if !before.is_empty() || !after.is_empty() {
            parts.push(format!("{before} > {after}"));
        }
        parts.join(" | ")
    };
    difference.changes.iter().map(line).collect()
}

const OFFICES: &str = "
:health a org:FormalOrganization ; rdfs:label 'Health'@en .
:schools a org:FormalOrganization ; rdfs:label 'Schools'@en .
:vaccines a org:OrganizationalUnit ; rdfs:label 'Vaccines'@en ; org:unitOf :health .
:clinics a org:OrganizationalUnit ; rdfs:label 'Clinics'@en ; org:unitOf :health ; :advises :schools .
";

#[test]
fn equal_graphs_are_the_same_whatever_the_order_and_the_names_of_blank_nodes() {
    let one = ":a rdfs:label 'A' ; vcard:hasAddress [ vcard:locality 'X' ; vcard:geo [ :lat 1 ] ] .
               :b rdfs:label 'B' ; vcard:hasAddress [ vcard:locality 'X' ; vcard:geo [ :lat 1 ] ] ; :list (1 2 [] ) .";
    let other = ":b rdfs:label 'B' ; :list ( 1 2 _:z ) ; vcard:hasAddress _:x . _:x vcard:geo _:y ; vcard:locality 'X' .
                 _:y :lat 1 . :a vcard:hasAddress _:q ; rdfs:label 'A' . _:q vcard:geo _:r ; vcard:locality 'X' . _:r :lat 1 .";
    assert_eq!(changes(one, other), Vec::<String>::new());
    assert_eq!(changes(OFFICES, OFFICES), Vec::<String>::new());
    let deeper = one.replace(":lat 1 ] ] .\n", ":lat 2 ] ] .\n");
    assert_eq!(changes(one, &deeper).len(), 1, "{:?}", changes(one, &deeper));
}

#[test]
fn things_are_new_gone_renamed_and_moved() {
    let new = "
:health a org:FormalOrganization ; rdfs:label 'Health and Care'@en .
:schools a org:FormalOrganization ; rdfs:label 'Schools'@en .
:clinics a org:OrganizationalUnit ; rdfs:label 'Clinics'@en ; org:unitOf :schools ; :advises :schools .
:labs a org:OrganizationalUnit ; rdfs:label 'Laboratories'@en ; org:unitOf :health ; :founded 2020 .
";
    assert_eq!(
        changes(OFFICES, new),
        [
            "new | Laboratories",
            "gone | Vaccines",
            "renamed | Health and Care | Health > Health and Care",
            "moved | Clinics | unitOf | Health > Schools",
            "begun | Laboratories | unitOf | Health and Care",
            "dropped | Vaccines | unitOf | Health",
        ]
    );
}

#[test]
fn a_parent_that_is_only_added_or_only_left_is_no_move() {
    let second = OFFICES.replace("'Clinics'@en ;", "'Clinics'@en ; org:unitOf :schools ;");
    assert_eq!(changes(OFFICES, &second), ["begun | Clinics | unitOf | Schools"]);
    assert_eq!(changes(&second, OFFICES), ["dropped | Clinics | unitOf | Schools"]);
}

#[test]
fn a_thesaurus_is_compared_by_its_labels_and_broader_concepts() {
    let old = ":fish a skos:Concept ; skos:prefLabel 'Fish'@en ; skos:broader :animal ; skos:altLabel 'Fishes'@en .
               :animal a skos:Concept ; skos:prefLabel 'Animal'@en . :food a skos:Concept ; skos:prefLabel 'Food'@en .";
    let new = ":fish a skos:Concept ; skos:prefLabel 'Fish'@en , 'Fisch'@de ; skos:broader :food .
               :animal a skos:Concept ; skos:prefLabel 'Animal'@en . :food a skos:Concept ; skos:prefLabel 'Food'@en .";
    assert_eq!(
        changes(old, new),
        ["moved | Fish | broader | Animal > Food", "name-new | Fish |  > Fisch", "name-gone | Fish | Fishes > "]
    );
}

#[test]
fn change_events_say_what_was_merged_divided_and_succeeded_and_which_iri_is_new() {
    let old =
        ":a rdfs:label 'A' . :b rdfs:label 'B' . :c rdfs:label 'C' . :d rdfs:label 'D' . :old rdfs:label 'Office' .";
    let new = ":a rdfs:label 'A' . :b rdfs:label 'B' . :c rdfs:label 'C' . :d rdfs:label 'D' .
               :ab rdfs:label 'AB' . :c1 rdfs:label 'C1' . :c2 rdfs:label 'C2' . :new rdfs:label 'Office' .
               :e a org:ChangeEvent ; org:originalOrganization :a , :b ; org:resultingOrganization :ab .
               :f a org:ChangeEvent ; org:originalOrganization :c ; org:resultingOrganization :c1 , :c2 .
               :d dcterms:isReplacedBy :ab2 . :ab2 rdfs:label 'D2' .
               :g a org:ChangeEvent ; org:originalOrganization :old ; org:resultingOrganization :new .";
    let found = changes(old, new);
    let expected = [
        "reidentified | Office | Office > Office",
        "merged | AB | A, B > AB",
        "divided | C | C > C1, C2",
        "succeeded | D | D > D2",
    ];
    assert!(expected.iter().all(|line| found.contains(&(*line).to_owned())), "{found:#?}");
    assert!(!found.iter().any(|line| line.starts_with("gone")), "{found:#?}");
    // What both editions say of it is no change.
    assert!(!changes(new, new).iter().any(|_| true));
}

#[test]
fn a_former_name_leads_to_a_thing_with_another_iri_and_a_likeness_does_not() {
    let old = ":one a cg:Organisation ; skos:prefLabel 'Harbour Office'@en . :two a cg:Organisation ; skos:prefLabel 'Water Board of the North'@en .";
    let new = ":three a cg:Organisation ; skos:prefLabel 'Port Authority'@en ; cg:hasName :n .
               :n a cg:Name ; cg:text 'Harbour Office'@en ; cg:nameKind c:former .
               :four a cg:Organisation ; skos:prefLabel 'Northern Water Board of the North'@en .";
    assert_eq!(
        changes(old, new),
        [
            "new | Northern Water Board of the North",
            "gone | Water Board of the North",
            "renamed | Port Authority | Harbour Office > Port Authority",
            "reidentified | Port Authority | Harbour Office > Port Authority",
            "name-new | Port Authority |  > Harbour Office",
            "likely | Northern Water Board of the North | Water Board of the North > Northern Water Board of the North",
        ]
    );
}

#[test]
fn an_iri_that_was_given_to_another_thing_is_told() {
    let old = ":x a :Court ; rdfs:label 'Court of Appeal'@en ; :judges 7 .";
    let new = ":x a :Farm ; rdfs:label 'Green Meadows'@en ; :cows 40 .";
    assert_eq!(changes(old, new), ["reused | Green Meadows | Court of Appeal > Green Meadows"]);
    // Another name and another kind of which one comes from the other.
    let renamed = ":x a :Tribunal ; rdfs:label 'Court of Final Appeal'@en ; :judges 7 .";
    assert!(!changes(old, renamed).iter().any(|line| line.starts_with("reused")));
}

#[test]
fn things_that_succeed_each_other_in_a_circle_are_reported_once_and_nothing_hangs() {
    let old = ":a rdfs:label 'A' . :b rdfs:label 'B' .";
    let new = ":a rdfs:label 'A' ; dcterms:isReplacedBy :b . :b rdfs:label 'B' ; dcterms:isReplacedBy :c . :c rdfs:label 'C' ; dcterms:isReplacedBy :a .";
    let found = difference(&read(old), &read(new));
    let codes: Vec<&str> = found.findings.iter().map(|finding| &*finding.code).collect();
    assert_eq!(codes, ["circular-succession"]);
    assert_eq!(found.of_kind(ChangeKind::Succeeded).count(), 3);
}

const CLAIMS: &str = "
:b a cg:Organisation ; skos:prefLabel 'Bureau'@en .
:f a cg:Fund ; skos:prefLabel 'Fund'@en .
:s a cg:Source ; dcterms:title 'Yearbook'@en .
:k a cg:Claim ; rdf:subject :b ; rdf:predicate cg:funds ; rdf:object :f ; cg:status c:planned ; cg:evidence :e1 .
:e1 a cg:Evidence ; cg:inSource :s ; cg:lineStart 1 ; cg:lineEnd 2 .
:b cg:figure :n .
:n a cg:Figure ; cg:measure :staff ; cg:nature c:stock ; cg:value 800 ; cg:bound c:about ; cg:asOf '2019-12-31' ; cg:evidence :e1 .
:staff a skos:Concept ; skos:prefLabel 'Staff'@en .
";

#[test]
fn relations_are_carried_out_ended_qualified_and_dropped() {
    let with = |from: &str, to: &str| changes(CLAIMS, &CLAIMS.replace(from, to));
    assert_eq!(with("c:planned", "c:done"), ["carried-out | Bureau | funds | Fund | planned > done"]);
    assert_eq!(with("c:planned", "c:ended"), ["ended | Bureau | funds | Fund | planned > ended"]);
    assert_eq!(with("c:planned", "c:underStudy"), ["relation-status | Bureau | funds | Fund | planned > under study"]);
    assert_eq!(
        with("c:planned ;", "c:planned ; cg:during '2020' ;"),
        ["qualified | Bureau | funds | Fund |  > during: 2020"]
    );
    assert_eq!(with("cg:funds", "cg:supports").len(), 2);
    // The name of a claim is its source's; the relation is what counts.
    assert!(!with(":k a", ":kk a").iter().any(|line| line.contains("funds")));
}

#[test]
fn figures_are_compared_with_their_hedges() {
    let with = |from: &str, to: &str| difference(&read(CLAIMS), &read(&CLAIMS.replace(from, to)));
    let found = with("cg:value 800", "cg:value 900");
    assert_eq!(noted(&found), ["figure-revised | Bureau | Staff | about 800 (2019-12-31) > about 900 (2019-12-31)"]);
    assert!(!found.changes[0].note.contains("100"), "about 800 and about 900 do not differ by 100");
    let exact = CLAIMS.replace("c:about", "c:exact");
    let found = difference(&read(&exact), &read(&exact.replace("800", "1900.5")));
    assert!(found.changes[0].note.contains("+1,100.5"), "{}", found.changes[0].note);
    let found = with("c:about", "c:over");
    assert_eq!(noted(&found), ["figure-revised | Bureau | Staff | about 800 (2019-12-31) > over 800 (2019-12-31)"]);
    // Another payer is another figure.
    let found = with("cg:bound c:about", "cg:bound c:about ; cg:payer :f");
    let kinds: Vec<ChangeKind> = found.changes.iter().map(|change| change.kind).collect();
    assert_eq!(kinds, [ChangeKind::FigureNew, ChangeKind::FigureGone]);
}

#[test]
fn evidence_is_compared_in_the_sources_that_both_editions_have() {
    let more = CLAIMS.replace("c:planned ; cg:evidence :e1", "c:planned ; cg:evidence :e1 , :e2")
        + ":e2 a cg:Evidence ; cg:inSource :s ; cg:lineStart 9 .";
    assert_eq!(changes(CLAIMS, &more), ["evidence | Bureau | funds | Fund |  > e2"]);
    let other_source =
        CLAIMS.replace("cg:inSource :s ;", "cg:inSource :t ;").replace(":s a cg:Source", ":t a cg:Source");
    let found = changes(CLAIMS, &other_source);
    assert!(!found.iter().any(|line| line.contains("funds")), "{found:#?}");
}

#[test]
fn editions_without_anything_in_common_are_compared_and_told() {
    let found = difference(&read(OFFICES), &read(":x rdfs:label 'Elsewhere'@en ."));
    assert_eq!(found.findings.iter().map(|finding| &*finding.code).collect::<Vec<_>>(), ["unrelated-editions"]);
    assert_eq!(found.of_kind(ChangeKind::Gone).count(), 4);
    // Against nothing, everything is new, and nothing is strange about it.
    let found = difference(&read(""), &read(OFFICES));
    assert!(found.findings.is_empty());
    assert_eq!(found.of_kind(ChangeKind::New).count(), 4);
}

#[test]
fn statements_about_nothing_known_are_no_reason_to_say_that_nothing_changed() {
    let old = "_:x :p 1 . _:y a rdf:Statement ; rdf:subject :a .";
    let new = "_:x :p 2 . _:y a rdf:Statement ; rdf:subject :a .";
    let found = difference(&read(old), &read(new));
    assert!(!found.is_empty());
}

fn diff(folder: &Path, arguments: &[&str]) -> Output {
    program().current_dir(folder).arg("diff").args(arguments).output().unwrap()
}

#[test]
fn every_format_has_every_change_and_the_exit_code_says_whether_there_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), format!("{PREFIXES}{text}")).unwrap();
    write("old.ttl", OFFICES);
    write(
        "new.ttl",
        &OFFICES.replace("'Clinics'@en ; org:unitOf :health", "'<Clinics>, \"new\"'@en ; org:unitOf :schools"),
    );
    let same = diff(folder.path(), &["old.ttl", "old.ttl"]);
    assert_eq!(same.status.code(), Some(0));
    assert_eq!(stdout(&same), "the same: old.ttl says what old.ttl says\n");
    for (name, part) in [
        ("out.txt", "<Clinics>, \"new\" (:clinics): Health → Schools"),
        ("out.md", "\\<Clinics\\>, \"new\""),
        ("out.html", "&lt;Clinics&gt;, &quot;new&quot;"),
        ("out.csv", "moved,\"<Clinics>, \"\"new\"\"\",http://example.org/clinics,unitOf,"),
        ("out.ttl", "cg:ChangeEvent"),
        ("out.nt", "<https://w3id.org/civigraph/def#changed> <http://example.org/clinics>"),
        ("out.json", "\"change\":\"moved\""),
    ] {
        let output = diff(folder.path(), &["old.ttl", "new.ttl", "-o", name]);
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        let text = fs::read_to_string(folder.path().join(name)).unwrap();
        assert!(text.contains(part), "{name}: {text}");
    }
    let json: Value = serde_json::from_str(&fs::read_to_string(folder.path().join("out.json")).unwrap()).unwrap();
    assert_eq!(json["same"], false);
    let changes = json["changes"].as_array().unwrap();
    for number in json["summary"]["numbers"].as_array().unwrap() {
        let members = number["members"].as_array().unwrap();
        assert_eq!(number["number"], members.len());
        assert!(json["summary"]["text"].as_str().unwrap().contains(&members.len().to_string()));
        for member in members {
            assert_eq!(changes[member.as_u64().unwrap() as usize]["change"], number["change"]);
        }
    }
    let summary = diff(folder.path(), &["old.ttl", "new.ttl", "--summary"]);
    let text = stdout(&summary);
    assert_eq!(text.trim_end(), json["summary"]["text"].as_str().unwrap());
    assert_eq!(
        text,
        "From old.ttl to new.ttl: 1 thing has another name: Clinics is now <Clinics>, \"new\"; \
         1 moved: <Clinics>, \"new\" from Health to Schools.\n"
    );
}

#[test]
fn what_cannot_be_compared_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.ttl"), "<http://a/a> <http://a/b> 1 .").unwrap();
    fs::write(folder.path().join("bad.ttl"), "<http://a/a> <http://a/b> .").unwrap();
    for (arguments, code) in [
        (&["a.ttl", "absent.ttl"][..], "missing-file"),
        (&["a.ttl", "bad.ttl"], "rdf-syntax"),
        (&["a.ttl", "."], "missing-file"),
        (&["a.ttl", "a.ttl", "-o", "x.svg"], "unknown-format"),
        (&["one", "other", "--data", "a.ttl"], "unknown-graph"),
        (&["-", "-"], "unused-argument"),
    ] {
        let output = diff(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(code), "{arguments:?}: {}", stderr(&output));
    }
}

#[test]
fn two_sources_of_one_graph_are_compared() {
    let folder = tempfile::tempdir().unwrap();
    let trig = "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<http://g/2018> { <http://a/a> rdfs:label 'A' . <http://a/b> rdfs:label 'B' . }
<http://g/2019> { <http://a/a> rdfs:label 'A' . <http://a/b> rdfs:label 'Bee' . }";
    fs::write(folder.path().join("both.trig"), trig).unwrap();
    let output = diff(folder.path(), &["http://g/2018", "http://g/2019", "--data", "both.trig"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stdout(&output).contains("(<http://a/b>): B → Bee"), "{}", stdout(&output));
}

#[test]
fn change_events_are_named_by_what_they_say() {
    let found = difference(&read(OFFICES), &read(&OFFICES.replace("'Schools'", "'Learning'")));
    let subjects: BTreeSet<String> = change_events(&found).iter().map(|quad| quad.subject.to_string()).collect();
    assert_eq!(subjects.len(), found.changes.len());
    let again = difference(&read(OFFICES), &read(&OFFICES.replace("'Schools'", "'Learning'")));
    assert_eq!(change_events(&found), change_events(&again));
    let mut bytes = Vec::new();
    write_changes(ChangeFormat::Text(None), &found, &mut bytes).unwrap();
    assert!(String::from_utf8(bytes).unwrap().contains("Schools → Learning"));
    assert_eq!(paragraph(&found).1.len(), 1);
}

#[test]
fn a_chart_marks_what_changed_and_draws_what_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), format!("{PREFIXES}{text}")).unwrap();
    write("old.ttl", OFFICES);
    write(
        "new.ttl",
        ":health a org:FormalOrganization ; rdfs:label 'Care'@en . :schools a org:FormalOrganization ; rdfs:label 'Schools'@en .
         :clinics a org:OrganizationalUnit ; rdfs:label 'Clinics'@en ; org:unitOf :schools .
         :labs a org:OrganizationalUnit ; rdfs:label 'Laboratories'@en ; org:unitOf :health .",
    );
    let arguments = ["chart", "org", "--data", "new.ttl", "--since", "old.ttl", "-o", "out.svg"];
    let output = program().current_dir(folder.path()).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let svg = fs::read_to_string(folder.path().join("out.svg")).unwrap();
    for words in [
        "+ new",
        "− no longer named",
        "→ from Health",
        "~ was Health",
        ">Vaccines<",
        "Since old.ttl: + new 1 · − ended or no longer named 1 · → moved or merged 1 · ~ with another name 1",
    ] {
        assert!(svg.contains(words), "{words} is not in {svg}");
    }
    // Nothing changed.
    let arguments = ["chart", "org", "--data", "old.ttl", "--since", "old.ttl", "-o", "same.svg"];
    let output = program().current_dir(folder.path()).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(fs::read_to_string(folder.path().join("same.svg")).unwrap().contains("Nothing drawn here has changed"));
}
