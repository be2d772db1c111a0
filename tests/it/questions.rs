//! Stored questions: each with expected rows, written from the text before the
//! query, under `tests/questions/`.

use std::fs;

use civigraph::ask::{self, Answer};
use civigraph::export::{ResultFormat, TableStyle, write_rows};
use civigraph::graph::Prefixes;
use civigraph::sparql::{AnswerShape, Parameter, Question, lint};

use crate::support::{expected, knowledge, program, root, rows, stderr, stdout};

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
        ("# title: T\n# columns: [a]\n", "SELECT ?a {\n# for each language\n?a a ?b }", 6, "not closed"),
        (
            "# title: T\n# columns: [a]\n",
            "SELECT ?a {\n# for each language\n# for each language\n?a a ?b\n# end\n}",
            7,
            "not closed",
        ),
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

/// The answers of all example calls as a terminal of this width shows them, with the number of rows.
fn shown(width: u16) -> Vec<(String, usize, String)> {
    let knowledge = knowledge();
    let language = &knowledge.languages[..1];
    let mut shown = Vec::new();
    for question in knowledge.questions.iter() {
        let example = |parameter: &Parameter| Some(format!("{}={}", parameter.name, parameter.example.as_ref()?));
        let parameters: Vec<String> = question.parameters.iter().filter_map(example).collect();
        let (graph, questions) = (&knowledge.graph, &knowledge.questions);
        let asked = ask::read_in(graph, questions, &question.name, &parameters, language).unwrap();
        let Answer::Rows(rows) = ask::collect(graph, &asked.query).unwrap() else { continue };
        let labels = ask::labels(graph, &rows, language).unwrap();
        let style = TableStyle { width: Some(width), most_rows: usize::MAX, group_digits: true, labels: &labels };
        let mut text = Vec::new();
        write_rows(ResultFormat::Table, &rows, &graph.prefixes, &style, &mut text).unwrap();
        shown.push((question.name.clone(), rows.rows.len(), String::from_utf8(text).unwrap()));
    }
    shown
}

#[test]
fn every_example_can_be_read_in_a_terminal() {
    for (width, least_tables) in [(80, 0), (100, 0), (120, 60), (140, 60)] {
        let shown = shown(width);
        let mut n_tables = 0;
        for (name, n_rows, text) in &shown {
            let mut lines = text.lines();
            let Some(top) = lines.clone().next().filter(|line| line.starts_with('┌')) else { continue };
            n_tables += 1;
            // As a person measured it: six lines a row, or a column of three letters for more than three.
            let n_lines = lines
                .by_ref()
                .skip_while(|line| !line.starts_with('╞'))
                .skip(1)
                .take_while(|line| !line.starts_with('└'));
            assert!(n_lines.count() < 6 * (*n_rows).max(1), "{width}: {name}\n{text}");
            let widths = top.trim_matches(['┌', '┐']).split('┬').map(|part| part.chars().count() - 2);
            let header = text.lines().nth(1).unwrap().trim_matches('│');
            for (given, cell) in widths.zip(header.split('┆')) {
                assert!(given > 3 || cell.trim().chars().count() <= given, "{width}: {name}: {cell}\n{text}");
            }
        }
        for (name, _, text) in &shown {
            let body = text.lines().filter(|line| !line.contains("columns without a value"));
            for line in body {
                assert!(textwrap::core::display_width(line) <= usize::from(width), "{width}: {name}: {line}");
            }
        }
        assert!(n_tables >= least_tables, "{n_tables} of {} are tables at {width} columns", shown.len());
        println!("{width} columns: {n_tables} of {} answers are tables, the others records", shown.len());
    }
}

#[test]
fn an_answer_is_in_the_languages_that_the_pack_has() {
    let run = |arguments: &[&str]| {
        let output = program().args(["query", "supporters"]).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        (stdout(&output), stderr(&output))
    };
    let header = |arguments: &[&str]| run(arguments).0.lines().next().unwrap().to_owned();
    assert_eq!(
        header(&["itb", "--format", "csv"]),
        "supporter,name,name_en,regarding,regarding_en,period,period_en,status,lines"
    );
    assert_eq!(header(&["itb", "--format", "csv", "--language", "en"]), "supporter,name,regarding,period,status,lines");
    assert_eq!(
        header(&["itb", "--format", "csv", "--language", "en,zh-Hant"]),
        "supporter,name,name_zh_Hant,regarding,regarding_zh_Hant,period,period_zh_Hant,status,lines"
    );
    let (english, _) = run(&["body=itb", "--language", "en"]);
    assert!(
        english.contains("Efficiency Office") && english.contains("ongoing") && !english.contains("局"),
        "{english}"
    );
    // `zh` is a range that zh-Hant is in.
    let (chinese, remarks) = run(&["--param", "itb", "--language", "zh"]);
    assert!(chinese.contains("創新科技署") && !remarks.contains("unknown-language"), "{chinese}{remarks}");
    // A language that the pack lacks is reported, and the main one stands in.
    let (french, remarks) = run(&["itb", "--language", "fr"]);
    assert!(french.contains("創新科技署") && remarks.contains("warning[unknown-language]"), "{french}{remarks}");
    assert!(!remarks.contains("language-comparison"), "{remarks}");
    // IRIs are shown by prefix on request.
    let (raw, _) = run(&["itb", "--raw"]);
    assert!(raw.contains("c:ongoing"), "{raw}");
}
