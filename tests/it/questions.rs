//! Stored questions: each with expected rows, written from the text before the
//! query, under `tests/questions/`.

use std::fs;

use civigraph::ask;
use civigraph::graph::Prefixes;
use civigraph::sparql::{AnswerShape, Question, lint};

use crate::support::{expected, knowledge, root, rows};

#[test]
fn every_question_gives_the_rows_that_the_text_says() {
    let knowledge = knowledge();
    let mut n_questions = 0;
    let mut differences = Vec::new();
    for question in knowledge.questions.iter() {
        n_questions += 1;
        let parameters: Vec<String> = question
            .parameters
            .iter()
            .filter_map(|parameter| Some(format!("{}={}", parameter.name, parameter.example.as_ref()?)))
            .collect();
        let asked = ask::read(&knowledge.graph, &knowledge.questions, &question.name, &parameters).unwrap();
        let file = root().join(format!("tests/questions/{}.csv", question.name));
        assert!(file.exists(), "{} has no expected rows", question.name);
        let (found, expected) = (rows(&knowledge.graph, &asked.query), expected(&file));
        let unexpected = found.iter().filter(|row| !expected.contains(row));
        let missing = expected.iter().filter(|row| !found.contains(row));
        differences.extend(unexpected.map(|row| format!("{}: + {row:?}", question.name)));
        differences.extend(missing.map(|row| format!("{}: - {row:?}", question.name)));
        if differences.is_empty() && found != expected {
            differences.push(format!("{}: another order, or a row twice: {found:#?}", question.name));
        }
    }
    assert!(differences.is_empty(), "{differences:#?}");
    assert!(n_questions >= 40);
    let files = fs::read_dir(root().join("tests/questions")).unwrap().count();
    assert_eq!(files, n_questions, "expected rows without a question");
}

#[test]
fn every_question_is_bilingual_and_finds_its_terms() {
    let knowledge = knowledge();
    for question in knowledge.questions.iter() {
        for language in ["en", "zh-Hant"] {
            assert!(question.title.contains_key(language), "{} has no title in {language}", question.name);
        }
        assert!(question.description.contains_key("en"), "{} says not what a row means", question.name);
        for parameter in &question.parameters {
            assert!(!parameter.description.is_empty() && parameter.example.is_some(), "{}", question.name);
        }
        let mut given: Vec<String> = question.parameters.iter().map(|parameter| parameter.name.clone()).collect();
        // The language of a block is filled in when the question is asked.
        given.push("language".to_owned());
        let warnings = lint(&question.query, &knowledge.graph, &given).unwrap();
        assert!(warnings.is_empty(), "{}: {warnings:?}", question.name);
    }
}

#[test]
fn front_matter_must_agree_with_the_query() {
    let read = |front: &str, query: &str| {
        Question::read("q.rq", &format!("# ---\n{front}# ---\n{query}"), &Prefixes::default())
    };
    let good = read("# title: T\n# returns: table\n# columns: [a]\n", "SELECT ?a { ?a a ?b }").unwrap();
    assert_eq!((good.name.as_str(), good.returns), ("q", AnswerShape::Table(vec!["a".to_owned()])));
    for (front, query, line, part) in [
        ("# title: T\n# returns: boolean\n", "SELECT ?a { ?a a ?b }", 2, "returns"),
        ("# title: T\n# columns: [b]\n", "SELECT ?a { ?a a ?b }", 2, "columns"),
        ("# title: T\n# titel: T\n# columns: [a]\n", "SELECT ?a { ?a a ?b }", 3, "titel"),
        ("# returns: table\n# columns: [a]\n", "SELECT ?a { ?a a ?b }", 2, "title"),
        (
            "# title: T\n# columns: [a]\n# parameters:\n#   x: {type: entity}\n",
            "SELECT ?a { ?a a ?b }",
            2,
            "parameter `x`",
        ),
        ("# title: T\n# columns: [a]\n# parameters:\n#   b: {type: thing}\n", "SELECT ?a { ?a a ?b }", 5, "thing"),
        ("# title: [\n", "SELECT ?a { ?a a ?b }", 2, ""),
    ] {
        let faults = read(front, query).unwrap_err();
        let fault = faults.iter().next().unwrap();
        assert!(fault.message.contains(part), "{fault}");
        assert_eq!(fault.place.as_ref().unwrap().line, line, "{fault}");
    }
}

#[test]
fn parameters_are_bound_everywhere() {
    let knowledge = knowledge();
    let ask = |text: &str| {
        let parameters = ["body=itb".to_owned()];
        let asked = ask::read(&knowledge.graph, &knowledge.questions, text, &parameters).unwrap();
        let mut found = rows(&knowledge.graph, &asked.query);
        found.remove(0);
        found
    };
    let three = vec![vec!["3".to_owned()]];
    assert_eq!(ask("SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s cg:supports ?body }"), three);
    assert_eq!(ask("SELECT ?n { { SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s cg:supports ?body } } }"), three);
    assert_eq!(ask("SELECT (COUNT(?s) AS ?n) { ?s a cg:Organisation FILTER EXISTS { ?s cg:supports ?body } }"), three);
    assert_eq!(ask("SELECT ?body { FILTER BOUND(?body) }"), vec![vec!["hk:itb".to_owned()]]);
    assert_eq!(ask("SELECT ?body { VALUES ?body { hk:itc } }"), Vec::<Vec<String>>::new());
    assert_eq!(ask("SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ^cg:supportedBy/cg:supports* ?body }"), three);
    // A parameter remains a shared variable of MINUS and a key of GROUP BY.
    assert_eq!(ask("SELECT ?s { ?s cg:supports ?body MINUS { ?body a cg:Organisation } }"), Vec::<Vec<String>>::new());
    let grouped = "SELECT ?body (COUNT(DISTINCT ?s) AS ?n) { ?s cg:REL ?body } GROUP BY ?body";
    assert_eq!(ask(&grouped.replace("REL", "supports")), vec![vec!["hk:itb".to_owned(), "3".to_owned()]]);
    assert_eq!(ask(&grouped.replace("REL", "whollyOwnedBy")), Vec::<Vec<String>>::new());
}

#[test]
fn parameters_that_cannot_be_bound_are_reported() {
    let knowledge = knowledge();
    for (query, parameter, part) in [
        ("SELECT ?s { ?s cg:supports ?body }", "bodi=itb", "no variable `?bodi`"),
        ("SELECT ?s { ?s ?p ?o }", "p=cg:suports", "only an IRI is allowed"),
        ("SELECT (COUNT(*) AS ?n) { ?s a cg:Company }", "n=3", "assigns this variable itself"),
        ("SELECT ?s { BIND(hk:itc AS ?s) }", "s=itb", "assigns this variable itself"),
    ] {
        let asked = ask::read(&knowledge.graph, &knowledge.questions, query, &[parameter.to_owned()]);
        let fault = asked.unwrap_err();
        assert!(fault.to_string().contains(part), "{query}: {fault}");
    }
}
