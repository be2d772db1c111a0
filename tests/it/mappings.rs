//! Mappings as people write them, run by themselves: functions, conditions, joins and values of
//! several kinds, and what is said about those that cannot be used.

use std::fs;
use std::path::Path;

use civigraph::error::{Error, Result};
use civigraph::finding::{Finding, Findings};
use civigraph::pipeline::Mapping;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{GraphName, Quad};

use crate::outside_tools::python;
use crate::support::{lines, program, root, stderr};

/// The prefixes, and the sources `t` and `u`.
const HEAD: &str = "prefixes:
  ex: http://example.org/
  grel: http://users.ugent.be/~bjdmeest/function/grel.ttl#
  idlab-fn: http://example.com/idlab/function/
sources:
  t: [t.csv~csv]
  u: [u.csv~csv]
mappings:
";

/// Runs a mapping beside some files; the lines that it makes are shortened.
fn run(name: &str, mapping: &str, files: &[(&str, &str)], skip_bad_cells: bool) -> Result<(Vec<String>, Findings)> {
    let folder = tempfile::tempdir().unwrap();
    for (file, content) in files {
        fs::write(folder.path().join(file), content).unwrap();
    }
    fs::write(folder.path().join(name), mapping).unwrap();
    let mut quads = Vec::new();
    let mapped = Mapping::open(&folder.path().join(name), None)?.run(skip_bad_cells, &mut |quad| {
        quads.push(quad);
        Ok(())
    })?;
    let short = |line: String| {
        let line = line.replace("http://example.org/", "").replace("http://www.w3.org/2001/XMLSchema#", "xsd:");
        line.trim_end_matches(" .").to_owned()
    };
    Ok((lines(quads).into_iter().map(short).collect(), mapped.findings))
}

/// What a YARRRML mapping makes of `t.csv` and other files.
fn made(mappings: &str, table: &str, others: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<(&str, &str)> = [("t.csv", table)].into_iter().chain(others.iter().copied()).collect();
    match run("m.yml", &format!("{HEAD}{mappings}"), &files, false) {
        Ok((lines, findings)) => {
            assert!(findings.is_empty(), "{:?}", findings.iter().collect::<Vec<_>>());
            lines
        }
        Err(Error::Invalid(faults) | Error::Findings(faults)) => {
            panic!("{:#?}", faults.iter().map(Finding::to_string).collect::<Vec<_>>())
        }
        Err(error) => panic!("{error}"),
    }
}

/// The objects that one term of a mapping makes of `t.csv`, with the subject of each.
fn objects(object: &str, table: &str) -> Vec<String> {
    let mapping = format!("  m:\n    sources: t\n    s: ex:$(id)\n    po:\n      - p: ex:p\n        o: {object}\n");
    let lines = made(&mapping, table, &[]);
    lines.into_iter().map(|line| line.replace(" <p> ", " ").replace(['<', '>'], "")).collect()
}

fn call(function: &str, parameters: &str) -> String {
    format!("{{function: {function}, parameters: [{parameters}]}}")
}

#[test]
fn a_cell_with_several_values_makes_several_terms() {
    let table = "id,names\n1,Parks; Gardens\n2,Roads\n3,\n4,;\n";
    let split = call("grel:string_split", "[grel:valueParameter, $(names)], [grel:p_string_sep, /; */]");
    assert_eq!(objects(&split, table), ["1 \"Gardens\"", "1 \"Parks\"", "2 \"Roads\""]);
    let typed = split.replace("]]}", "]], language: en}");
    assert_eq!(objects(&typed, table), ["1 \"Gardens\"@en", "1 \"Parks\"@en", "2 \"Roads\"@en"]);
    let upper = call("grel:toUpperCase", &format!("[grel:valueParameter, {split}]"));
    assert_eq!(objects(&upper, table), ["1 \"GARDENS\"", "1 \"PARKS\"", "2 \"ROADS\""]);
    let join = call("grel:array_join", &format!("[grel:p_array_a, {split}], [grel:p_string_sep, \" and \"]"));
    assert_eq!(objects(&join, table), ["1 \"Parks and Gardens\"", "2 \"Roads\""]);
}

#[test]
fn a_field_of_type_list_has_several_values() {
    let descriptor = r#"{"name": "x", "resources": [{"name": "t", "path": "t.csv", "schema": {"fields": [
        {"name": "id", "type": "string"}, {"name": "sites", "type": "list", "delimiter": ";"}]}}]}"#;
    let files = [("datapackage.json", descriptor), ("t.csv", "id,sites\n1,a;b\n2,c\n")];
    let mapping = format!("{HEAD}  m:\n    sources: t\n    s: ex:$(id)\n    po:\n      - [ex:p, ex:$(sites)~iri]\n");
    let (lines, _) = run("m.yml", &mapping, &files, false).unwrap();
    assert_eq!(lines, ["<1> <p> <a>", "<1> <p> <b>", "<2> <p> <c>"]);
    // A function that takes all values gets all values.
    let all = call("grel:array_length", "[grel:p_array_a, $(sites)]");
    let mapping = format!("{HEAD}  m:\n    sources: t\n    s: ex:$(id)\n    po:\n      - p: ex:n\n        o: {all}\n");
    let (lines, _) = run("m.yml", &mapping, &files, false).unwrap();
    assert_eq!(lines, ["<1> <n> \"2\"", "<2> <n> \"1\""]);
}

#[test]
fn conditions_stand_at_any_place() {
    let table = "id,on,x\n1,y,a\n2,n,b\n";
    let on = "{function: idlab-fn:equal, parameters: [[grel:valueParameter, $(on)], [grel:valueParameter2, \"y\"]]}";
    let mapping = |body: &str| made(&format!("  m:\n    sources: t\n{body}"), table, &[]);
    assert_eq!(
        mapping(&format!(
            "    s: ex:$(id)\n    po:\n      - p: ex:p\n        o:\n          - {{value: \"true\", condition: {on}}}\n          - $(x)\n"
        )),
        ["<1> <p> \"a\"", "<1> <p> \"true\"", "<2> <p> \"b\""],
        "an object"
    );
    assert_eq!(
        mapping(&format!("    s: {{value: \"ex:$(id)\", condition: {on}}}\n    po:\n      - [ex:p, $(x)]\n")),
        ["<1> <p> \"a\""],
        "a subject"
    );
    assert_eq!(
        mapping(&format!(
            "    s: ex:$(id)\n    po:\n      - p: [{{value: ex:p, condition: {on}}}, ex:q]\n        o: $(x)\n"
        )),
        ["<1> <p> \"a\"", "<1> <q> \"a\"", "<2> <q> \"b\""],
        "a predicate"
    );
    assert_eq!(
        mapping(&format!(
            "    s: ex:$(id)\n    g: [{{value: ex:g, condition: {on}}}, ex:h]\n    po:\n      - [ex:p, $(x)]\n"
        )),
        ["<1> <p> \"a\" <g>", "<1> <p> \"a\" <h>", "<2> <p> \"b\" <h>"],
        "a graph"
    );
    let with_function = call("idlab-fn:trueCondition", &format!("[idlab-fn:strBoolean, {on}], [idlab-fn:str, $(x)]"));
    assert_eq!(objects(&with_function, table), ["1 \"a\""], "a function that is one");
}

#[test]
fn a_condition_on_one_of_several_values_is_about_that_value() {
    let json = r#"{"all": [{"id": 1, "tags": ["x", "y"]}, {"id": 2, "tags": ["y"]}]}"#;
    let is_x = "{function: equal, parameters: [[str1, '$(tags[*])'], [str2, x]]}";
    let mapping = format!(
        "prefixes: {{ex: 'http://example.org/'}}\nmappings:\n  m:\n    sources:\n      - [t.json~jsonpath, '$.all[*]']\n    s: ex:$(id)\n    po:\n      - p: ex:p\n        o: {{value: '$(tags[*])', condition: {is_x}}}\n"
    );
    let (lines, _) = run("m.yml", &mapping, &[("t.json", json)], false).unwrap();
    assert_eq!(lines, ["<1> <p> \"x\""]);
}

#[test]
fn joins_compare_several_columns_and_what_functions_make_of_them() {
    let others = [("u.csv", "town,name,code\nOslo,ANN,1\nBergen,ann,2\nOslo,bob,3\n,ann,4\n")];
    let reference = |conditions: &str| {
        let mapping = format!(
            "  m:\n    sources: t\n    s: ex:$(id)\n    po:\n      - p: ex:p\n        o:\n          mapping: n\n          condition:\n{conditions}  n:\n    sources: u\n    s: ex:u$(code)\n"
        );
        made(&mapping, "id,town,who\n1,Oslo,ann\n2,Bergen,Bob\n3,Oslo,Bob\n4,,ann\n", &others)
    };
    let equal =
        |a: &str, b: &str| format!("            - {{function: equal, parameters: [[str1, {a}], [str2, {b}]]}}\n");
    let lower = |column: &str| call("grel:toLowerCase", &format!("[grel:valueParameter, $({column})]"));
    let names = equal(&lower("who"), &lower("name"));
    assert_eq!(
        reference(&format!("{}{names}", equal("$(town)", "$(town)"))),
        ["<1> <p> <u1>", "<3> <p> <u3>"],
        "an empty town is no town"
    );
    assert_eq!(
        reference(&names),
        [
            "<1> <p> <u1>",
            "<1> <p> <u2>",
            "<1> <p> <u4>",
            "<2> <p> <u3>",
            "<3> <p> <u3>",
            "<4> <p> <u1>",
            "<4> <p> <u2>",
            "<4> <p> <u4>"
        ]
    );
    assert_eq!(reference(&equal("\"$(town)/$(who)\"", "\"$(town)/$(name)\"")), [] as [&str; 0]);
    assert_eq!(reference(&equal("\"$(town)/ann\"", "\"$(town)/$(name)\"")), ["<2> <p> <u2>"], "templates");
}

#[test]
fn values_are_looked_up_in_a_table_of_codes() {
    let table = "id,country\n1,HK\n2,XX\n3,\n";
    let others = [("codes.csv", "code,name\nHK,Hong Kong\nHK,second\nNO,Norway\n")];
    let of = |from: &str, to: &str| {
        let look_up = call(
            "idlab-fn:lookup",
            &format!(
                "[idlab-fn:str, $(country)], [idlab-fn:inputFile, codes.csv], [idlab-fn:fromColumn, {from}], [idlab-fn:toColumn, {to}]"
            ),
        );
        let default =
            call("grel:other_coalesce", &format!("[grel:p_any_rep_e, {look_up}], [grel:p_any_rep_e, unknown]"));
        let mapping =
            format!("  m:\n    sources: t\n    s: ex:$(id)\n    po:\n      - p: ex:p\n        o: {default}\n");
        made(&mapping, table, &others)
    };
    let expected = ["<1> <p> \"Hong Kong\"", "<2> <p> \"unknown\"", "<3> <p> \"unknown\""];
    assert_eq!(of("code", "name"), expected);
    assert_eq!(of("\"0\"", "\"1\""), expected, "columns by number");
}

#[test]
fn a_call_may_be_written_in_one_text() {
    let table = "id,x\n1,ab\n";
    assert_eq!(objects("{function: \"grel:toUpperCase(grel:valueParameter = $(x))\"}", table), ["1 \"AB\""]);
}

#[test]
fn a_part_of_an_address_is_kept_by_a_function() {
    let table = "id,mail\n1,parks@town.example\n";
    let concat = "{function: idlab-fn:concat, parameters: [[idlab-fn:str, \"mailto:\"], [idlab-fn:otherStr, $(mail)]], type: iri}";
    assert_eq!(objects(concat, table), ["1 mailto:parks@town.example"]);
}

/// The findings about a mapping or its tables, each as `place: code: message`.
fn faults(name: &str, mapping: &str, files: &[(&str, &str)]) -> Vec<String> {
    let Err(Error::Invalid(faults) | Error::Findings(faults)) = run(name, mapping, files, false) else {
        panic!("the mapping can be used")
    };
    let shown = |fault: &Finding| {
        let place = fault.place.as_ref().unwrap();
        let file = Path::new(&place.file).file_name().unwrap().to_str().unwrap();
        format!("{file}:{}:{}: {}: {}", place.line, place.column, fault.code, fault.message)
    };
    faults.iter().map(shown).collect()
}

#[test]
fn what_functions_cannot_take_is_told_once_and_before_a_row_is_read() {
    let of = |object: &str| {
        let mapping =
            format!("{HEAD}  m:\n    sources: t\n    s: ex:$(id)\n    po:\n      - p: ex:p\n        o: {object}\n");
        faults("m.yml", &mapping, &[("t.csv", "id,x\n1,a\n2,b\n")])
    };
    for (object, expected) in [
        (
            call("grel:string_substring", "[valueParameter, $(x)], [p_int_i_from, first]"),
            "expected a whole number, found `first`",
        ),
        (
            call("grel:string_replace", "[valueParameter, $(x)], [p_string_find, \"/(/\"], [p_string_replace, y]"),
            "is not a regular expression",
        ),
        (call("grel:date_toDate", "[valueParameter, $(x)], [p_string_pattern, ww]"), "`ww` in the pattern `ww`"),
        (call("grel:escape", "[valueParameter, $(x)], [modeParameter, morse]"), "one of `html`"),
        (call("grel:string_match", "[valueParameter, $(x)], [p_string_regex, $(x)]"), "the same for all rows"),
        (call("grel:toUpperCase", "[valueParameter, $(x)], [valueParameter, $(id)]"), "is given twice"),
        (
            call(
                "grel:math_floor",
                &format!("[p_dec_n, {}]", call("grel:string_contains", "[valueParameter, $(x)], [string_sub, a]")),
            ),
            "expected a number, found `true` or `false`",
        ),
        (call("grel:string_fingerprint", "[valueParameter, $(x)]"), "unknown function `grel:string_fingerprint`"),
        (call("grel:toUpperCase", "[valueParameter, $(y)]"), "has no column `y`"),
        (
            call("idlab-fn:lookup", "[str, $(x)], [inputFile, t.csv], [fromColumn, code], [toColumn, x]"),
            "has no column `code`",
        ),
        (
            call("idlab-fn:lookup", "[str, $(x)], [inputFile, none.csv], [fromColumn, code], [toColumn, x]"),
            "there is no file",
        ),
    ] {
        let found = of(&object);
        assert_eq!(found.len(), 1, "{object}: {found:#?}");
        assert!(found[0].starts_with("m.yml:") && found[0].contains(expected), "{object}: {found:#?}");
    }
}

#[test]
fn what_a_function_cannot_be_applied_to_is_told_at_its_cell() {
    let number = call("grel:string_toNumber", "[grel:p_any_e, $(x)]");
    let mapping =
        format!("{HEAD}  m:\n    sources: t\n    s: ex:$(id)\n    po:\n      - p: ex:p\n        o: {number}\n");
    let files = [("t.csv", "id,x\n1,7\n2,seven\n")];
    assert_eq!(
        faults("m.yml", &mapping, &files),
        ["t.csv:3:3: function-argument: `grel:string_toNumber` cannot be applied: expected a number, found `seven`"]
    );
    let (lines, findings) = run("m.yml", &mapping, &files, true).unwrap();
    assert_eq!(lines, ["<1> <p> \"7\""]);
    assert_eq!(findings.iter().map(|finding| &*finding.code).collect::<Vec<_>>(), ["function-argument"]);
    let condition = format!(
        "{HEAD}  m:\n    sources: t\n    s: ex:$(id)\n    condition: {}\n    po:\n      - [ex:p, $(x)]\n",
        call("grel:boolean_not", "[grel:bool_b, $(x)]")
    );
    assert_eq!(
        faults("m.yml", &condition, &[("t.csv", "id,x\n1,true\n2,yes\n")]),
        ["t.csv:3:3: function-argument: `grel:boolean_not` cannot be applied: expected `true` or `false`, found `yes`"]
    );
}

#[test]
fn a_join_that_explodes_is_told_and_not_run() {
    let table: String = std::iter::once("id,x\n".to_owned()).chain((0..100_001).map(|n| format!("{n},a\n"))).collect();
    let mapping = format!(
        "{HEAD}  m:\n    sources: t\n    s: ex:$(id)\n    po:\n      - p: ex:p\n        o:\n          mapping: n\n          condition: {{function: equal, parameters: [[str1, $(x)], [str2, $(x)]]}}\n  n:\n    sources: t\n    s: ex:n$(id)\n"
    );
    assert_eq!(
        faults("m.yml", &mapping, &[("t.csv", &table)]),
        ["t.csv:2:1: exploding-join: the row is joined with 100,001 rows of `n`"]
    );
}

#[test]
fn a_table_that_does_not_fit_into_memory_is_joined_in_parts() {
    let folder = tempfile::tempdir().unwrap();
    let n = 40_000;
    let rows: String = (0..n).map(|n| format!("{n},office number {n} of the town\n")).collect();
    fs::write(folder.path().join("u.csv"), format!("code,name\n{rows}")).unwrap();
    let children: String = (0..2_000).map(|n| format!("{n},office number {} of the town\n", n * 31)).collect();
    fs::write(folder.path().join("t.csv"), format!("id,name\n{children}")).unwrap();
    let mapping = format!(
        "{HEAD}  m:\n    sources: t\n    s: ex:$(id)\n    po:\n      - p: ex:at\n        o:\n          mapping: n\n          condition: {{function: equal, parameters: [[str1, $(name)], [str2, $(name)]]}}\n  n:\n    sources: u\n    s: ex:office/$(code)\n"
    );
    fs::write(folder.path().join("m.yml"), mapping).unwrap();
    let made = |memory: &str| {
        let arguments = ["map", "m.yml", "--format", "ntriples", "--sort", "--memory", memory];
        let output = program().current_dir(folder.path()).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let whole = made("none");
    assert_eq!(whole.lines().count(), (0..2_000).filter(|child| child * 31 < n).count());
    assert!(whole.contains("<http://example.org/3> <http://example.org/at> <http://example.org/office/93> ."));
    // A quarter of it holds about a sixth of the offices.
    assert_eq!(made("4M"), whole);
}

#[test]
fn mappings_may_refer_to_each_other_in_a_circle() {
    let mapping = "  a:\n    sources: t\n    s: ex:a$(id)\n    po:\n      - {p: ex:p, o: {mapping: b}}\n  b:\n    sources: t\n    s: ex:b$(id)\n    po:\n      - {p: ex:q, o: {mapping: a}}\n";
    assert_eq!(made(mapping, "id\n1\n", &[]), ["<a1> <p> <b1>", "<b1> <q> <a1>"]);
}

#[test]
fn a_character_that_an_address_needs_is_told_when_it_is_encoded() {
    let files = [("t.csv", "id,mail,doi\n1,parks@town.example,10.1000/182\n")];
    let mapping = format!(
        "{HEAD}  m:\n    sources: t\n    s: ex:$(id)\n    po:\n      - [ex:mail, \"mailto:$(mail)~iri\"]\n      - [ex:doi, https://doi.org/$(doi)~iri]\n      - [ex:p, ex:$(doi)~iri]\n"
    );
    let (lines, findings) = run("m.yml", &mapping, &files, false).unwrap();
    assert_eq!(
        lines,
        [
            "<1> <doi> <https://doi.org/10.1000%2F182>",
            "<1> <mail> <mailto:parks%40town.example>",
            "<1> <p> <10.1000%2F182>"
        ]
    );
    let told: Vec<_> = findings.iter().map(|finding| (&*finding.code, finding.message.clone())).collect();
    let expected = [
        "`@` is percent-encoded in the address <mailto:parks%40town.example>",
        "`/` is percent-encoded in the address <https://doi.org/10.1000%2F182>",
    ];
    assert_eq!(told, expected.map(|message| ("encoded-address", message.to_owned())));
}

/// The mappings in `tests/mappings`: YARRRML and RML of each kind, with their tables.
const EXAMPLES: [&str; 10] =
    ["codes", "conditions", "contacts", "dates", "graphs", "joins", "lists", "people", "register", "uk"];

/// The quads of one of them.
fn example(name: &str) -> Vec<Quad> {
    let folder = root().join("tests/mappings").join(name);
    let file = ["mapping.yml", "mapping.ttl"].map(|file| folder.join(file)).into_iter().find(|file| file.exists());
    let mut quads = Vec::new();
    let mapping = Mapping::open(&file.unwrap(), None).unwrap_or_else(|error| panic!("{name}: {error:?}"));
    let taken = mapping.run(false, &mut |quad| {
        quads.push(quad);
        Ok(())
    });
    taken.unwrap_or_else(|error| panic!("{name}: {error:?}"));
    quads
}

/// A script that knows no mapping makes the same graphs with csv, json, xml and rdflib.
#[test]
fn mappings_as_people_write_them_make_what_a_script_makes() {
    let script = root().join("tests/mappings/graphs.py");
    for name in EXAMPLES {
        let folder = root().join("tests/mappings").join(name);
        let code = format!("import runpy, sys\nsys.argv = ['graphs.py', sys.argv[1]]\nrunpy.run_path({script:?})");
        let Some(output) = python(&code, &[folder.to_str().unwrap()]) else { return };
        assert!(output.status.success(), "{name}: {}", stderr(&output));
        let theirs = RdfParser::from_format(RdfFormat::NQuads).for_slice(&output.stdout);
        let theirs = lines(theirs.map(|quad| in_default_graph(quad.unwrap())));
        let ours = lines(example(name));
        assert!(ours.len() > 2, "{name}: {ours:#?}");
        assert_eq!(ours, theirs, "{name}");
    }
}

/// rdflib has a name for its default graph.
fn in_default_graph(mut quad: Quad) -> Quad {
    if quad.graph_name.to_string() == "<urn:x-rdflib:default>" {
        quad.graph_name = GraphName::DefaultGraph;
    }
    quad
}

#[test]
fn nulls_of_json_make_nothing_wherever_they_are() {
    let json = r#"[{"id": 1, "a": null, "b": [null, "x", null], "c": {"d": null}},
        {"id": null, "a": 1, "b": null, "c": null}, {"id": 3}]"#;
    let mapping = "prefixes: {ex: 'http://example.org/', grel: 'http://users.ugent.be/~bjdmeest/function/grel.ttl#'}\nmappings:\n  m:\n    sources:\n      - ['t.json~jsonpath', '$[*]']\n    s: ex:$(id)\n    po:\n      - [ex:a, $(a)]\n      - [ex:b, '$(b[*])']\n      - [ex:d, $(c.d)]\n      - [ex:t, 'a $(a) of $(id)']\n      - [ex:l, $(a), '$(b[*])~lang']\n      - p: ex:f\n        o: {function: grel:toUpperCase, parameters: [[grel:valueParameter, $(a)]]}\n";
    let (lines, _) = run("m.yml", mapping, &[("t.json", json)], false).unwrap();
    assert_eq!(lines, ["<1> <b> \"x\""]);
}

#[test]
fn json_of_the_wrong_shape_is_told() {
    let mapping = "prefixes: {ex: 'http://example.org/'}\nmappings:\n  m:\n    sources:\n      - ['t.json~jsonpath', '$.all[*]']\n    s: ex:$(id)\n    po:\n      - [ex:p, $(p)]\n";
    for (json, code) in [
        (r#"{"all": 5}"#, "no-records"),
        (r#"{"other": []}"#, "no-records"),
        (r#"{"all": [{"id": 1, "p": {"q": 2}}]}"#, "not-a-value"),
        (r#"{"all": [{"id": 1, "p": [1, 2]}]}"#, "not-a-value"),
        (r#"{"all": [{"id": 1, "p": 2}"#, "json-syntax"),
    ] {
        let told = match run("m.yml", mapping, &[("t.json", json)], false) {
            Err(Error::Invalid(faults) | Error::Findings(faults)) => *faults,
            Err(error) => panic!("{error}"),
            Ok((_, findings)) => findings,
        };
        let codes: Vec<&str> = told.iter().map(|finding| &*finding.code).collect();
        assert_eq!(codes, [code], "{json}");
    }
}

#[test]
fn map_leaves_out_and_lists_what_cannot_be_said() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("t.csv", "id,born\n1,2019-02-30\n2,2019-03-01\n3\n");
    write(
        "m.yml",
        "prefixes: {ex: 'http://example.org/'}\nmappings:\n  m:\n    sources: [[t.csv~csv]]\n    s: ex:$(id)\n    po:\n      - [ex:born, $(born), xsd:date]\n",
    );
    let run = |arguments: &[&str]| program().current_dir(folder.path()).args(arguments).output().unwrap();
    let refused = run(&["map", "m.yml", "-o", "out.nt"]);
    assert_eq!(refused.status.code(), Some(1), "{}", stderr(&refused));
    assert!(!folder.path().join("out.nt").exists(), "an output appears only when it is complete");
    let output = run(&["map", "m.yml", "-o", "out.nt", "--skip-bad-cells"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(
        read("out.nt"),
        "<http://example.org/2> <http://example.org/born> \"2019-03-01\"^^<http://www.w3.org/2001/XMLSchema#date> .\n"
    );
    let rejected = read("rejected.csv");
    let rows: Vec<&str> = rejected.lines().skip(1).collect();
    assert_eq!(rows.len(), 2, "{rejected}");
    assert!(rows[0].starts_with("t.csv,2,3,cell,born,bad-literal,"), "{rejected}");
    assert!(rows[1].starts_with("t.csv,4,") && rows[1].contains(",row,"), "{rejected}");
    for (arguments, part) in [
        (&["map", "t.csv"] as &[&str], "is a table, and no mapping"),
        (&["map", "none.yml"], "there is no file `none.yml`"),
        (&["map", "m.yml", "--base", "here"], "is not an absolute IRI"),
        (&["map", "m.yml", "-o", "t.csv"], "writes no format"),
        (&["map", "m.yml", "--format", "turtle", "-o", "m.yml"], "one of the files that the result comes from"),
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?} {}", stderr(&output));
        assert!(stderr(&output).contains(part), "{arguments:?} {}", stderr(&output));
    }
}

#[test]
fn the_order_of_rows_and_the_format_change_nothing() {
    let folder = root().join("tests/mappings/graphs");
    let run = |format: &str| {
        let output = program().args(["map", folder.to_str().unwrap(), "--format", format]).output().unwrap();
        (output.status.code(), stderr(&output), output.stdout)
    };
    let file = folder.join("mapping.yml");
    let run_file = |format: &str| program().args(["map", file.to_str().unwrap(), "--format", format]).output().unwrap();
    // A folder without a descriptor is no pack.
    assert_eq!(run("nquads").0, Some(2));
    let read = |format: RdfFormat, bytes: &[u8]| {
        lines(RdfParser::from_format(format).for_slice(bytes).map(|quad| quad.unwrap()))
    };
    let nquads = run_file("nquads").stdout;
    let trig = run_file("trig").stdout;
    assert_eq!(read(RdfFormat::NQuads, &nquads), read(RdfFormat::TriG, &trig));
    assert_eq!(read(RdfFormat::NQuads, &nquads), lines(example("graphs")));
    let triples = run_file("ntriples");
    assert_eq!(triples.status.code(), Some(2), "N-Triples have no graphs");
    assert!(stderr(&triples).contains("write N-Quads"), "{}", stderr(&triples));
}

#[test]
fn prefixes_of_rml_are_those_of_namespaces_in_xml() {
    let xml = "<o:orgs xmlns:o='urn:orgs' xmlns:n='urn:names'>\n<o:org id='1'><n:name>Alpha</n:name><name>other</name></o:org>\n</o:orgs>";
    let mapping = |formulation: &str, prefixes: &str| {
        format!(
            "@prefix rml: <http://w3id.org/rml/> .\n@prefix ex: <http://example.org/> .\n{prefixes}
ex:M rml:logicalSource [ rml:source \"t.xml\" ; rml:referenceFormulation {formulation} ; rml:iterator \"/g:orgs/g:org\" ] ;
  rml:subjectMap [ rml:template \"http://example.org/{{@id}}\" ] ;
  rml:predicateObjectMap [ rml:predicate ex:name ; rml:objectMap [ rml:reference \"x:name\" ] ] .\n"
        )
    };
    let of_file = mapping("rml:XPath", "@prefix g: <urn:orgs> .\n@prefix x: <urn:names> .\n");
    let own = "[ a rml:XPathReferenceFormulation ; rml:namespace [ rml:namespacePrefix \"g\" ; rml:namespaceURL \"urn:orgs\" ],
        [ rml:namespacePrefix \"x\" ; rml:namespaceURL \"urn:names\" ] ]";
    for mapping in [of_file, mapping(own, "")] {
        let (lines, _) = run("m.ttl", &mapping, &[("t.xml", xml)], false).unwrap();
        assert_eq!(lines, ["<1> <name> \"Alpha\""]);
    }
}

#[test]
fn a_source_of_rml_may_be_named_as_in_csv_on_the_web() {
    let mapping = "@prefix rml: <http://semweb.mmlab.be/ns/rml#> .\n@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .\n@prefix csvw: <http://www.w3.org/ns/csvw#> .\n@prefix ex: <http://example.org/> .
ex:M rml:logicalSource [ rml:source [ a csvw:Table ; csvw:url \"t.csv\" ] ; rml:referenceFormulation ql:CSV ] ;
  rr:subjectMap [ rr:template \"http://example.org/{id}\" ; rr:class ex:C ] .\n";
    let (lines, _) = run("m.ttl", mapping, &[("t.csv", "id\n1\n")], false).unwrap();
    assert_eq!(lines, ["<1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <C>"]);
}

#[test]
fn a_language_may_be_made_by_a_function() {
    let lower = call("grel:toLowerCase", "[grel:valueParameter, $(lang)]");
    let mapping = format!(
        "  m:\n    sources: t\n    s: ex:$(id)\n    po:\n      - p: ex:p\n        o: {{value: $(name), language: {lower}}}\n"
    );
    assert_eq!(made(&mapping, "id,name,lang\n1,Ann,EN\n2,Åse,\n", &[]), ["<1> <p> \"Ann\"@en"]);
    let wrong = mapping.replace(&lower, "[en]");
    let found = faults("m.yml", &format!("{HEAD}{wrong}"), &[("t.csv", "id,name,lang\n1,Ann,EN\n")]);
    assert!(found[0].contains("expected a language, found"), "{found:#?}");
}

#[test]
fn a_triple_that_several_rows_make_is_written_once() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("t.csv"), "id,of\n1,a\n1,a\n2,a\n").unwrap();
    let mapping = format!(
        "{HEAD}  m:\n    sources: t\n    s: ex:$(id)\n    po:\n      - [ex:of, ex:$(of)~iri]\n  n:\n    sources: t\n    s: ex:$(id)\n    po:\n      - [ex:of, ex:$(of)~iri]\n      - [ex:of, ex:a~iri]\n"
    );
    fs::write(folder.path().join("m.yml"), mapping.replace("  u: [u.csv~csv]\n", "")).unwrap();
    for format in ["ntriples", "nquads", "turtle"] {
        let output = program().current_dir(folder.path()).args(["map", "m.yml", "--format", format]).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        let text = String::from_utf8(output.stdout).unwrap();
        let n_statements = text.lines().filter(|line| line.contains("example.org/a") || line.contains("ex:a")).count();
        assert_eq!(n_statements, 2, "{text}");
    }
}
