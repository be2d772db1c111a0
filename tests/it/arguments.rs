//! Arguments are used or refused, never ignored.

use std::fs;

use crate::support::{TestPack, program, stderr, stdout};

/// Arguments without effect, and part of the message that reports them.
const REFUSED: &[(&str, &str)] = &[
    // Names that exclude or need each other.
    ("query --list --param body=itb", "--param"),
    ("query --list --timeout 5s", "--timeout"),
    ("query --list --memory 1G", "--memory"),
    ("validate --list --memory 1G", "--memory"),
    ("export --timeout 5s", "--construct"),
    ("export --memory 1G", "--construct"),
    ("query 'ASK {}' --pack a --store b", "--store"),
    ("validate --list --shapes ontology", "--shapes"),
    ("validate --list --format json", "--format"),
    ("validate --list --severity info", "--severity"),
    ("validate --list --fail-on info", "--fail-on"),
    ("validate --list --limit 5", "--limit"),
    ("validate --list --timeout 5s", "--timeout"),
    ("export --graph pack --entity itb", "--entity"),
    ("export --graph pack --construct q.rq", "--construct"),
    ("export --graph pack --with inferred", "--with"),
    ("export --entity itb --construct q.rq", "--construct"),
    ("export --construct q.rq --with inferred", "--with"),
    ("evidence --text t --entity itb --format json", "--format"),
    ("evidence --text t --entity itb --severity info", "--severity"),
    ("evidence --text t --entity itb --limit 5", "--limit"),
    // Values that one argument requires of another.
    ("query --list --bom", "`--bom`"),
    ("query --list -o list.csv", "text or JSON"),
    ("query --list --format turtle", "text or JSON"),
    ("query 'ASK {}' --bom", "`--bom`"),
    ("query 'ASK {}' --bom --format json", "`--bom`"),
    ("query 'ASK {}' --bom -o a.tsv", "`--bom`"),
    ("query 'ASK {}' --format dot", "dot"),
    ("query 'CONSTRUCT WHERE { ?s cg:supports ?o }' -o a.dot", "civigraph export --construct"),
    ("export --format table", "table"),
    ("export -o a.json", "unknown-format"),
    ("export -o a.svg", "civigraph chart"),
    ("query 'ASK {}' --escape-formulas", "`--escape-formulas`"),
    ("query 'ASK {}' --escape-formulas --format json", "`--escape-formulas`"),
    ("export --escape-formulas", "`--escape-formulas`"),
    ("export --escape-formulas -o a.dot", "`--escape-formulas`"),
    ("export --bom", "`--bom`"),
    ("export --bom -o a.dot", "`--bom`"),
    ("export --language en", "`--language`"),
    ("export --language en -o a.trig", "`--language`"),
    ("export --with inferred -o a.dot", "`--with`"),
    ("export --graph pack -o a.csv", "`--graph`"),
    ("validate data.ttl --list", "only a pack"),
    ("validate --format turtle --limit 5", "`--limit`"),
    ("validate --format turtle --severity violation", "`--severity`"),
    ("chart org -o a.svg --scale 3", "`--scale`"),
    ("chart org -o a.pdf --scale 3", "`--scale`"),
    ("chart org -o a.html --scale 3", "`--scale`"),
    ("chart org -o - --scale 3", "`--scale`"),
    ("chart org -o a.png --scale 3 --engine dot", "`--scale`"),
    ("chart org -o a.dot --theme dark", "`--theme`"),
    ("chart org -o a.svg --theme dark --engine dot", "`--theme`"),
    ("chart org -o a.html --page a4", "`--page`"),
    ("chart org -o a.dot --page a4", "`--page`"),
    ("chart org -o a.png --page a4 --engine dot", "`--page`"),
    ("chart org -o a.dot --engine dot", "`--engine`"),
    ("chart org -o a.pdf --engine dot", "Graphviz"),
    ("chart timeline -o a.svg --depth 1", "`--depth`"),
    // A parameter that occurs only in a comment or a string of the query.
    ("query 'ASK { ?s ?p \"?x\" } # ?x' --param x=1", "no variable `?x`"),
];

/// A line split as by a shell: at spaces, except inside single quotes.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('\'').enumerate().flat_map(|(n, part)| match n % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect(),
        _ => vec![part.to_owned()],
    });
    parts.collect()
}

#[test]
fn what_would_do_nothing_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("data.ttl"), "").unwrap();
    fs::write(folder.path().join("t"), "text").unwrap();
    fs::write(folder.path().join("q.rq"), "CONSTRUCT WHERE { ?s cg:supports ?o }").unwrap();
    for (line, part) in REFUSED {
        let output = program().current_dir(folder.path()).args(words(line)).output().unwrap();
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{line}: {text}");
        assert!(text.contains(part), "{line}: expected {part} in\n{text}");
        assert!(output.stdout.is_empty(), "{line}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "nothing is written");
}

#[test]
fn what_is_refused_in_one_place_is_used_in_another() {
    let folder = tempfile::tempdir().unwrap();
    let run = |line: &str| {
        let output = program().current_dir(folder.path()).args(words(line)).output().unwrap();
        assert!(output.status.success(), "{line}: {}", stderr(&output));
        stdout(&output)
    };
    let written = |name: &str| fs::read(folder.path().join(name)).unwrap();
    run("chart org --root itb -o a.png");
    run("chart org --root itb -o b.png --scale 1");
    assert!(written("a.png").len() > written("b.png").len());
    run("chart org --root itb -o a.svg");
    run("chart org --root itb -o b.svg --theme dark");
    run("chart org --root itb -o c.svg --page a4");
    assert!(written("a.svg") != written("b.svg") && written("a.svg") != written("c.svg"));
    assert!(run("query 'ASK { hk:itc cg:supports hk:itb }' --format csv --bom").starts_with("\u{feff}true"));
    run("export --entity itb --language en -o en.dot");
    run("export --entity itb -o both.dot");
    assert!(written("en.dot") != written("both.dot"));
    // `both` must not hide what is next to it.
    let card = run("show itb --language both");
    assert_eq!(run("show itb --language zh-Hant,en"), card);
    assert_eq!(run("show itb --language en,both"), run("show itb --language en,zh-Hant"));
}

#[test]
fn the_list_of_questions_is_of_those_that_have_the_word() {
    let list = |more: &[&str]| program().args(["query", "--list"]).args(more).output().unwrap();
    let all = stdout(&list(&[]));
    let names = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
        lines.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
    };
    let some = stdout(&list(&["Supports"]));
    assert!(names(&some).contains(&"supporters".to_owned()) && names(&some).len() < names(&all).len(), "{some}");
    assert!(names(&stdout(&list(&["資助上限"]))).contains(&"ceilings".to_owned()));
    let none = list(&["xyzzy"]);
    assert!(none.status.success() && none.stdout.is_empty(), "{}", stderr(&none));
    assert!(stderr(&none).contains("no stored question contains `xyzzy`"));
    assert_eq!(list(&["xyzzy", "--exit-status"]).status.code(), Some(1));
    // The same for programs.
    let json: serde_json::Value = serde_json::from_str(&stdout(&list(&["supports", "--format", "json"]))).unwrap();
    let of_json: Vec<&str> = json.as_array().unwrap().iter().map(|each| each["name"].as_str().unwrap()).collect();
    let mut in_groups = names(&some);
    in_groups.sort();
    assert_eq!(of_json, in_groups);
    // The list for people is grouped and fits 80 columns; commands stay on their lines.
    let too_wide = |line: &&str| textwrap::core::display_width(line) > 80 && !line.starts_with("    civigraph ");
    assert_eq!(all.lines().find(too_wide), None);
    assert!(all.starts_with("架構與成員 · Structure and membership\n"), "{all}");
    let english = stdout(&list(&["--language", "en"]));
    assert!(english.starts_with("Structure and membership\n") && !english.contains('誰'), "{english}");
    let supporters = json.as_array().unwrap().iter().find(|each| each["name"] == "supporters").unwrap();
    assert_eq!(supporters["parameters"][0]["name"], "body");
    assert_eq!(supporters["parameters"][0]["type"], "entity");
    assert_eq!(supporters["columns"][0], "supporter");
    assert_eq!(supporters["call"], "civigraph query supporters --param body=itb");
    assert_eq!(stdout(&list(&["xyzzy", "--format", "json"])), "[]\n");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("list.json");
    assert!(list(&["-o", file.to_str().unwrap()]).status.success());
    assert!(fs::read_to_string(file).unwrap().starts_with("[\n"));
}

#[test]
fn a_source_has_a_card_by_the_name_that_cards_print() {
    let output = program().args(["show", "hkyb-2019-06"]).output().unwrap();
    assert!(stdout(&output).contains("\nsrc:hkyb-2019-06 · "), "{}", stderr(&output));
    let output = program().args(["show", "hsitp-owned-by-hkstp"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("did you mean `claim:hsitp-owned-by-hkstp`?"), "{}", stderr(&output));
}

#[test]
fn pages_of_an_earlier_chart_are_removed() {
    let folder = tempfile::tempdir().unwrap();
    // Lists, which are drawn faster than the whole pack.
    let lists = tempfile::tempdir().unwrap();
    let head = "name,title,parent\nAnn,Head,\n";
    let chiefs = (0..12).map(|n| {
        let clerks: String = (0..5).map(|m| format!("Clerk {n} {m},Clerk,Chief {n}\n")).collect();
        format!("Chief {n},Chief,Ann\n{clerks}")
    });
    fs::write(lists.path().join("large.csv"), chiefs.fold(head.to_owned(), |text, chief| text + &chief)).unwrap();
    fs::write(lists.path().join("small.csv"), format!("{head}Bob,Clerk,Ann\n")).unwrap();
    let chart = |list: &str| {
        let mut command = program();
        command.current_dir(folder.path()).args(["chart", "org"]).arg(lists.path().join(list));
        let output = command.args(["--page", "16:9", "-o", "deck.svg"]).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        stderr(&output)
    };
    let first = chart("large.csv");
    assert!(first.contains("deck-1.svg to deck-") && !first.contains("stale-pages"), "{first}");
    let n_pages = fs::read_dir(folder.path()).unwrap().count();
    assert!(n_pages > 1);
    let again = chart("large.csv");
    assert!(!again.contains("removed"), "{again}");
    let one = chart("small.csv");
    let told = format!("removed what was left of an earlier chart of this name: `deck-1.svg` to `deck-{n_pages}.svg`");
    assert!(one.contains(&told), "{one}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    let whole = chart("large.csv");
    assert!(whole.contains("of this name: `deck.svg`\n"), "{whole}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), n_pages);
}

#[test]
fn a_path_with_a_dot_is_the_path_without() {
    let read = |in_descriptor: &str, in_mapping: &str| {
        let pack = TestPack::new();
        pack.replace("datapackage.json", "\"people.csv\"", &format!("\"{in_descriptor}\""));
        pack.replace("datapackage.json", "\"primaryKey\"", "\"missingValues\": [\"-\"], \"primaryKey\"");
        pack.replace("datapackage.json", "\"mapping.yml\"", "\"./mapping.yml\"");
        pack.replace("mapping.yml", "people.csv", in_mapping);
        fs::create_dir(pack.path().join("a")).unwrap();
        fs::write(pack.path().join("a/people.csv"), "id,name,age,kind,boss\nann,-,-,-,-\nbob,Bob,1,guest,ann\n")
            .unwrap();
        fs::copy(pack.path().join("a/people.csv"), pack.path().join("people.csv")).unwrap();
        pack.replace(
            "datapackage.json",
            "{\"name\": \"name\", \"type\": \"string\", \"constraints\": {\"required\": true}}",
            "{\"name\": \"name\", \"type\": \"string\"}",
        );
        let output = program()
            .args(["export", "--graph", "pack", "--format", "ntriples", "--pack"])
            .arg(pack.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{in_descriptor}, {in_mapping}: {}", stderr(&output));
        stdout(&output)
    };
    let right = read("people.csv", "people.csv");
    assert!(right.contains("\"Bob\"") && !right.contains("\"-\""), "{right}");
    for (in_descriptor, in_mapping) in [
        ("./people.csv", "people.csv"),
        ("people.csv", "./people.csv"),
        (".//people.csv", "././people.csv"),
        ("a/people.csv", "./a//people.csv"),
        ("a/./people.csv", "a/people.csv"),
    ] {
        assert_eq!(read(in_descriptor, in_mapping), right, "{in_descriptor}, {in_mapping}");
    }
}
