//! What `probe` finds out, from engines that behave in ways which real ones seldom show in a test.

use super::mock::{Asked, MockEngine, Reply, answer, json, status};
use crate::support::{knowledge, program, stderr, stdout};

/// The text of `probe` for an engine that answers as we do, but for what a script answers.
fn probed(script: impl Fn(&Asked) -> Option<Reply> + Send + Sync + 'static) -> String {
    let engine = MockEngine::start(move |asked| match script(asked) {
        Some(reply) => reply,
        None if asked.method == "POST" => answer(&knowledge().graph, asked.query(), usize::MAX),
        None => status(404, "nothing here"),
    });
    let output = program().args(["probe", &engine.url()]).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    stdout(&output)
}

/// Ten to the power of this is what the slow query counts.
fn digits(asked: &Asked) -> usize {
    if asked.query().contains("?v0") { asked.query().matches("VALUES").count() } else { 0 }
}

fn number(n: u64) -> Reply {
    let term = format!("{{\"type\": \"literal\", \"value\": \"{n}\"}}");
    json(&format!("{{\"head\": {{\"vars\": [\"n\"]}}, \"results\": {{\"bindings\": [{{\"n\": {term}}}]}}}}"))
}

fn line<'a>(text: &'a str, name: &str) -> &'a str {
    text.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("no line {name}: {text}"))
}

#[test]
fn a_limit_of_time_is_found_with_what_the_engine_says_of_it() {
    let text = probed(|asked| match digits(asked) {
        0 => None,
        n @ 1..=5 => Some(number(10_u64.pow(n as u32))),
        _ => Some(status(503 - 3, "Query timed out after 2 s")),
    });
    let found = line(&text, "time limit");
    assert!(found.contains("stops after") && found.contains("Query timed out after 2 s"), "{text}");
    assert!(text.contains("longer queries are refused"), "{text}");
    // Refused, without a word about time.
    let text = probed(|asked| (digits(asked) > 0).then(|| status(400, "too hard for me")));
    assert!(line(&text, "time limit").contains("too hard for me"), "{text}");
    assert!(text.contains("does not say that this is a limit"), "{text}");
}

#[test]
fn an_engine_that_sends_what_it_has_so_far_is_found_out() {
    let text = probed(|asked| match digits(asked) {
        0 => None,
        n @ 1..=4 => Some(number(10_u64.pow(n as u32))),
        _ => Some(number(31_415)),
    });
    assert!(line(&text, "time limit").contains("sends what it has, without a word"), "{text}");
    // One that is never slow, and one that never answers.
    let text = probed(|asked| (digits(asked) > 0).then(|| number(10_u64.pow(digits(asked) as u32))));
    assert!(line(&text, "time limit").contains("no query was slow"), "{text}");
    let text = probed(|asked| (digits(asked) > 0).then_some(Reply::Hang));
    assert!(line(&text, "time limit").contains("none within 5"), "{text}");
}

#[test]
fn counts_of_a_description_are_compared_with_what_is_counted() {
    let n =
        knowledge().graph.named_graphs().iter().find(|(name, _)| name.to_string().contains("/concepts>")).unwrap().1;
    for (told, expected) in [
        (n as u64, "those of COUNT, for 1 of 1 graphs"),
        (7, "7 triples of <https://w3id.org/civigraph/graph/concepts>, where COUNT finds"),
    ] {
        let text = probed(move |asked| {
            let description = format!(
                "@prefix sd: <http://www.w3.org/ns/sparql-service-description#> . @prefix void: <http://rdfs.org/ns/void#> .\n\
                 <> a sd:Service ; sd:defaultDataset [ sd:namedGraph [ sd:name <https://w3id.org/civigraph/graph/concepts> ; sd:graph [ void:triples {told} ] ] ] ."
            );
            let is_it = asked.method == "GET" && asked.path == "/query";
            is_it.then(|| Reply::Whole(200, vec![("Content-Type", "text/turtle".to_owned())], description.into_bytes()))
        });
        assert!(line(&text, "service description").ends_with("yes"), "{text}");
        assert!(line(&text, "counts in it").contains(expected), "{text}");
    }
}
