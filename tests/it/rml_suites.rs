//! The test cases of RML-Core and of the earlier RML, as data beside the repository
//! (`CIVIGRAPH_SUITES`, or `../shared/suites`).

use std::fs;
use std::path::{Path, PathBuf};

use civigraph::error::{Error, Result};
use civigraph::pipeline::Mapping;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::Quad;

use crate::support::{lines, root};

/// Cases that are not passed, each with its reason.
const LISTED: &[(&str, &str)] = &[
    ("rml-2022/RMLTC0002c-CSV", "a column that the table lacks is an error; nothing is made, as expected"),
    ("rml-2022/RMLTC0002g-JSON", "what is no JSONPath is an error; nothing is made, as expected"),
    ("rml-2022/RMLTC0004b-CSV", SUBJECT),
    ("rml-2022/RMLTC0004b-JSON", SUBJECT),
    ("rml-2022/RMLTC0004b-XML", SUBJECT),
    ("rml-2022/RMLTC0007h-CSV", GRAPH),
    ("rml-2022/RMLTC0007h-JSON", GRAPH),
    ("rml-2022/RMLTC0007h-XML", GRAPH),
    ("rml-core/RMLTC0027b-JSON", "an IRI with a blank is in no RDF format; it is an error at its cell"),
];

const SUBJECT: &str = "a subject that is said to be a literal is an error, as in the case of RML-Core";
const GRAPH: &str = "a graph that is said to be a literal is an error; nothing is made, as expected";

/// Cases with a value that makes no term, which expect the others: with `--skip-bad-cells`.
const WITH_BAD_CELLS: &[&str] = &["rml-2022/RMLTC0019b", "rml-2022/RMLTC0020b"];

/// The base IRI of the data, for mappings that have none.
const BASE: &str = "http://example.com/";

fn cases(suite: &str) -> Vec<PathBuf> {
    let suites = std::env::var_os("CIVIGRAPH_SUITES").map_or_else(|| root().join("../shared/suites"), PathBuf::from);
    let Ok(folders) = fs::read_dir(suites.join(suite).join("test-cases")) else {
        eprintln!("skipped: suite not found");
        return Vec::new();
    };
    let mut cases: Vec<PathBuf> = folders.map(|folder| folder.unwrap().path()).filter(|path| path.is_dir()).collect();
    cases.sort();
    cases
}

fn made(case: &Path, skip_bad_cells: bool) -> Result<Vec<String>> {
    let mut quads = Vec::new();
    Mapping::open(&case.join("mapping.ttl"), Some(BASE))?.run(skip_bad_cells, &mut |quad| {
        quads.push(quad);
        Ok(())
    })?;
    Ok(lines(quads))
}

/// What is wrong with a case, if anything is.
fn fault(case: &Path, name: &str) -> Option<String> {
    let expected = case.join("output.nq");
    let made = made(case, WITH_BAD_CELLS.iter().any(|with| name.starts_with(with)));
    if !expected.exists() {
        return match made {
            Err(Error::Invalid(_) | Error::Findings(_)) => None,
            Err(error) => Some(format!("failed for another reason: {error}")),
            Ok(lines) => Some(format!("must fail, but made {lines:#?}")),
        };
    }
    let expected: std::result::Result<Vec<Quad>, _> =
        RdfParser::from_format(RdfFormat::NQuads).for_slice(&fs::read(expected).unwrap()).collect();
    let expected = match expected {
        Ok(quads) => lines(quads),
        Err(error) => return Some(format!("the expected output is no N-Quads: {error}")),
    };
    match made {
        Ok(made) if made == expected => None,
        Ok(made) => Some(format!("made {made:#?}, expected {expected:#?}")),
        Err(Error::Invalid(faults) | Error::Findings(faults)) => Some(format!("failed: {:?}", faults.iter().next())),
        Err(error) => Some(format!("failed: {error}")),
    }
}

fn run(suite: &str, n_cases: usize) {
    let cases = cases(suite);
    if cases.is_empty() {
        return;
    }
    assert_eq!(cases.len(), n_cases, "cases were read");
    let mut wrong = Vec::new();
    for case in &cases {
        let name = format!("{suite}/{}", case.file_name().unwrap().to_string_lossy());
        let is_listed = LISTED.iter().any(|(listed, _)| *listed == name);
        match fault(case, &name) {
            Some(fault) if !is_listed => wrong.push(format!("{name}: {fault}")),
            None if is_listed => wrong.push(format!("{name} is passed: strike it from the list")),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn the_cases_of_rml_core_are_passed() {
    run("rml-core", 76);
}

#[test]
fn the_cases_of_the_earlier_rml_are_passed() {
    run("rml-2022", 118);
}
