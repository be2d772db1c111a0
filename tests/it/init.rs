//! `init` makes a pack for tables, and a staff list is drawn without one: what is guessed, what is told,
//! that nothing is overwritten.

use std::fs;
use std::path::Path;
use std::process::Output;

use civigraph::pack::Pack;
use civigraph::pipeline::{self, Knowledge};
use encoding_rs::BIG5;
use rust_xlsxwriter::Workbook;

use crate::support::{program, select, stderr};

fn run(folder: &Path, arguments: &[&str]) -> Output {
    program().current_dir(folder).args(arguments).output().unwrap()
}

fn written(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
}

fn built(folder: &Path) -> Knowledge {
    pipeline::build(&Pack::open(folder).unwrap()).unwrap().0
}

#[test]
fn without_tables_the_pack_is_an_example_that_builds() {
    let place = tempfile::tempdir().unwrap();
    let made = run(place.path(), &["init", "town"]);
    assert_eq!(made.status.code(), Some(0), "{}", stderr(&made));
    let graph = built(&place.path().join("town")).graph;
    assert_eq!(select(&graph, "SELECT ?o { ?o a cg:Organisation }").len(), 4);
    let again = run(place.path(), &["init", "town"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(stderr(&again).contains("error[existing-file]"), "{}", stderr(&again));
}

/// Five tables of a made-up city, each written in another way.
fn city(folder: &Path) {
    written(
        folder,
        &[
            (
                "offices.csv",
                "office_id;Name;Parent office;Opened;Website;Staff\n\
                 mayor;Office of the Mayor;;01.07.1995;https://city.example.org/mayor;12\n\
                 fin;Finance Department;mayor;01.04.2001;https://city.example.org/fin;40\n\
                 parks;Parks Department;mayor;15.02.2019;;340\n\
                 trees;Tree Office;parks;15.02.2019;;25\n",
            ),
            (
                "budget.csv",
                "Office,Year,Amount (USD),Type,Approved\n\
                 fin,2019,\"1,200,000\",operating,yes\n\
                 fin,2020,\"1,250,000\",operating,yes\n\
                 parks,2019,\"940,500\",operating,yes\n\
                 parks,2020,\"900,000\",capital,no\n\
                 parks,2019,\"55,000\",capital,n/a\n",
            ),
            (
                "projects.csv",
                "Code,Project,Lead office,Start date,Cost\n\
                 P001,New lighting for the north park,Parks Department,2019-03-01,12000.50\n\
                 P002,Tree census,Tree Office,2019-05-15,3500\n",
            ),
            (
                "people.tsv",
                "staff no\tname\tposition\toffice\n007\tAnn Lee\tMayor\tmayor\n012\tBen Ray\tTreasurer\tfin\n",
            ),
            (
                "facilities.json",
                r#"{"facilities": [
                    {"id": "north", "name": "North Park", "open": true, "office": {"id": "parks"}, "tags": ["green", "dogs"]},
                    {"id": "hall", "name": "Town Hall", "open": false, "office": {"id": "mayor"}, "tags": ["office"]}
                ]}"#,
            ),
        ],
    );
}

#[test]
fn five_tables_of_a_city_become_a_pack_that_builds() {
    let place = tempfile::tempdir().unwrap();
    city(place.path());
    let made = run(place.path(), &["init"]);
    assert_eq!(made.status.code(), Some(0), "{}", stderr(&made));
    let graph = built(place.path()).graph;
    let ask = |pattern: &str| {
        let query = format!(
            "PREFIX ex: <https://example.org/NAME/def#> PREFIX office: <https://example.org/NAME/office/> SELECT * {{ {pattern} }}"
        );
        let name = graph.prefixes.expand("ex:x").unwrap();
        let name = name.strip_prefix("https://example.org/").unwrap().split('/').next().unwrap().to_owned();
        select(&graph, &query.replace("NAME", &name))
    };
    assert_eq!(ask("?o cg:partOf office:mayor").len(), 2);
    let opened =
        "?claim rdf:object office:parks ; rdf:predicate cg:changed ; cg:during ?d FILTER (STR(?d) = \"2019-02-15\")";
    assert_eq!(ask(opened).len(), 1, "a German date");
    let of_2019 = "office:parks cg:figure ?b . ?b cg:value \"940500\"^^xsd:decimal ; cg:currency \"USD\" ; cg:during ?year FILTER (STR(?year) = \"2019\")";
    assert_eq!(ask(of_2019).len(), 1);
    assert_eq!(ask("?b a cg:Figure ; ex:approved false").len(), 1);
    let unsaid = "?b a cg:Figure ; ex:type ?type FILTER NOT EXISTS { ?b ex:approved ?a }";
    assert_eq!(ask(unsaid).len(), 1, "n/a is no value");
    assert_eq!(
        ask(
            "office:trees cg:carriesOut ?p . ?p a cg:Project ; cg:figure ?cost . ?cost cg:value \"3500\"^^xsd:decimal ."
        )
        .len(),
        1,
        "a reference by name"
    );
    assert_eq!(ask("?p a cg:Person ; skos:prefLabel \"Ann Lee\"@en ; cg:memberOf office:mayor").len(), 1);
    assert_eq!(ask("office:parks cg:has ?f . ?f a cg:Facility ; ex:open true ; ex:tags \"green\", \"dogs\"").len(), 1);
    let told = stderr(&made);
    assert!(told.contains("`Approved`: `n/a` means no value"), "{told}");
    assert!(told.contains("identified by `Office` and `Year` and `Type` together"), "{told}");
}

#[test]
fn tables_of_other_folders_are_copied_and_nothing_is_overwritten() {
    let place = tempfile::tempdir().unwrap();
    written(place.path(), &[("offices.csv", "id,name\na,Alpha\nb,Beta\n")]);
    let made = run(place.path(), &["init", "offices.csv", "pack"]);
    assert_eq!(made.status.code(), Some(0), "{}", stderr(&made));
    let copy = place.path().join("pack/offices.csv");
    assert_eq!(fs::read(&copy).unwrap(), fs::read(place.path().join("offices.csv")).unwrap());
    fs::remove_file(place.path().join("pack/datapackage.json")).unwrap();
    fs::remove_file(place.path().join("pack/mapping.yml")).unwrap();
    let again = run(place.path(), &["init", "offices.csv", "pack"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(stderr(&again).contains("`pack/offices.csv` is already there"), "{}", stderr(&again));
    assert!(!place.path().join("pack/mapping.yml").exists());
}

#[test]
fn a_table_that_cannot_be_read_leaves_nothing_behind() {
    let place = tempfile::tempdir().unwrap();
    written(place.path(), &[("a.csv", "id,name\n1,a\n2,b,c,d\n3,c\n4,d\n")]);
    let made = run(place.path(), &["init", "a.csv"]);
    assert_eq!(made.status.code(), Some(1), "{}", stderr(&made));
    assert!(stderr(&made).contains("error[ragged-row]") && stderr(&made).contains("a.csv:3:5"), "{}", stderr(&made));
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
    let missing = run(place.path(), &["init", "b.csv"]);
    assert!(stderr(&missing).contains("there is no file `b.csv`"), "{}", stderr(&missing));
}

const STAFF: &str = "Employee ID,Full Name,Job Title,Reports To\n\
    100,Ada Wong,Chief Executive,\n\
    102,Carla Ho,Director of Parks,100\n\
    101,Ben Li,Director of Finance,100\n\
    103,,Head of Budget,101\n\
    104,Dan Ip,Accountant,103\n";

/// The places of these texts in a picture, in the order in which they are there.
fn in_order<'a>(picture: &str, texts: &[&'a str]) -> Vec<&'a str> {
    let mut found: Vec<(usize, &str)> = texts.iter().filter_map(|text| Some((picture.find(text)?, *text))).collect();
    found.sort_unstable();
    found.into_iter().map(|(_, text)| text).collect()
}

#[test]
fn a_staff_list_is_drawn_in_the_order_of_its_rows_whatever_its_format() {
    let place = tempfile::tempdir().unwrap();
    written(place.path(), &[("staff.csv", STAFF)]);
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, line) in (0..).zip(STAFF.lines()) {
        for (column, cell) in (0..).zip(line.split(',')) {
            sheet.write_string(row, column, cell).unwrap();
        }
    }
    workbook.save(place.path().join("staff.xlsx")).unwrap();
    let mut drawn = Vec::new();
    for list in ["staff.csv", "staff.xlsx"] {
        let chart = run(place.path(), &["chart", "org", list, "-o", "staff.svg"]);
        assert_eq!(chart.status.code(), Some(0), "{}", stderr(&chart));
        drawn.push(fs::read_to_string(place.path().join("staff.svg")).unwrap());
    }
    assert_eq!(drawn[0], drawn[1]);
    // In the order of the rows, though 101 comes before 102.
    assert_eq!(in_order(&drawn[0], &["Ben Li", "Carla Ho"]), ["Carla Ho", "Ben Li"]);
    for text in ["Ada Wong", "Chief Executive", "Head of Budget", "receives reports from", "vacant"] {
        assert!(drawn[0].contains(text), "{text}");
    }
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 3, "no pack is left on disk");
}

#[test]
fn a_list_is_read_whatever_it_is_written_like() {
    let place = tempfile::tempdir().unwrap();
    let utf16: Vec<u8> = "name,manager\nAnn,\nBob,Ann\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, b"name;manager\nAnn;\nBob;Ann\n").unwrap();
    for (name, bytes) in [
        ("utf16.csv", utf16),
        ("packed.csv.gz", packed.finish().unwrap()),
        ("lines.jsonl", b"{\"name\": \"Ann\"}\n{\"name\": \"Bob\", \"manager\": \"Ann\"}\n".to_vec()),
        ("title.csv", b"Staff of the town,\n,\nName,Manager\nAnn,\nBob,Ann\n".to_vec()),
        ("list.json", b"[{\"name\": \"Ann\", \"manager\": null}, {\"name\": \"Bob\", \"manager\": \"Ann\"}]".to_vec()),
    ] {
        fs::write(place.path().join(name), bytes).unwrap();
        let chart = run(place.path(), &["chart", "org", name, "-o", "a.svg"]);
        assert_eq!(chart.status.code(), Some(0), "{name}: {}", stderr(&chart));
        let picture = fs::read_to_string(place.path().join("a.svg")).unwrap();
        assert!(picture.contains("Bob") && picture.contains("receives reports from"), "{name}");
    }
}

#[test]
fn a_staff_list_becomes_a_pack_with_people_and_vacant_posts() {
    let place = tempfile::tempdir().unwrap();
    written(place.path(), &[("staff.csv", STAFF)]);
    let made = run(place.path(), &["init", "--from", "staff.csv"]);
    assert_eq!(made.status.code(), Some(0), "{}", stderr(&made));
    let graph = built(place.path()).graph;
    assert_eq!(select(&graph, "SELECT ?p { ?p a cg:Person }").len(), 4);
    let vacant = "SELECT ?post { ?post a cg:Post ; skos:prefLabel \"Head of Budget\"@en ; cg:reportsTo ?boss . ?boss skos:prefLabel \"Ben Li\"@en }";
    assert_eq!(select(&graph, vacant).len(), 1);
}

#[test]
fn columns_are_known_in_chinese_and_otherwise_told_by_an_argument() {
    let place = tempfile::tempdir().unwrap();
    let list = "姓名,職位,上司\n陳大文,行政總裁,\n李小明,財務總監,陳大文\n";
    fs::write(place.path().join("staff.csv"), BIG5.encode(list).0).unwrap();
    let chart = run(place.path(), &["chart", "org", "staff.csv", "-o", "a.dot"]);
    assert_eq!(chart.status.code(), Some(0), "{}", stderr(&chart));
    let dot = fs::read_to_string(place.path().join("a.dot")).unwrap();
    assert!(dot.contains("李小明") && dot.contains("財務總監") && dot.contains("下屬為"), "{dot}");
    assert!(stderr(&chart).contains("taken for Big5"), "{}", stderr(&chart));

    written(place.path(), &[("chefs.csv", "Työntekijä;Esimies\nAnna;\nBernd;Anna\n")]);
    let unknown = run(place.path(), &["chart", "org", "chefs.csv", "-o", "b.dot"]);
    assert_eq!(unknown.status.code(), Some(2));
    let hint = "name it with `--column name=COLUMN`; the columns are `Työntekijä`, `Esimies`";
    assert!(stderr(&unknown).contains(hint), "{}", stderr(&unknown));
    let arguments =
        ["chart", "org", "chefs.csv", "--column", "name=Työntekijä", "--column", "parent=Esimies", "-o", "b.dot"];
    let told = run(place.path(), &arguments);
    assert_eq!(told.status.code(), Some(0), "{}", stderr(&told));
    assert!(fs::read_to_string(place.path().join("b.dot")).unwrap().contains("Bernd"));
    let wrong = run(place.path(), &["chart", "org", "chefs.csv", "--column", "name=Työntekijät", "-o", "c.dot"]);
    assert!(stderr(&wrong).contains("did you mean `Työntekijä`?"), "{}", stderr(&wrong));
}

#[test]
fn circles_two_heads_missing_heads_and_names_twice_are_told_at_their_cells_and_all_are_drawn() {
    let place = tempfile::tempdir().unwrap();
    let list = "name,post,manager\nAnn,Mayor,\nBob,Clerk,Zoe\nCy,Clerk,Ann\nCy,Guard,Bob\nDi,Cook,Cy\nEd,Lead,Flo\nFlo,Aide,Ed\nGus,Guest,\nHal,Temp,Hal\n";
    written(place.path(), &[("staff.csv", list)]);
    let chart = run(place.path(), &["chart", "org", "staff.csv", "-o", "a.dot"]);
    assert_eq!(chart.status.code(), Some(0), "{}", stderr(&chart));
    let told = stderr(&chart);
    for (code, place) in [
        ("warning[missing-head]: no row is that of `Zoe`", "staff.csv:3:11"),
        ("warning[same-name]: `Cy` is the name of 2 rows", "staff.csv:6:9"),
        ("warning[circular-hierarchy]: circle in who is under whom: Ed → Flo → Ed", "staff.csv:7:9"),
        ("warning[circular-hierarchy]: `Hal` is under itself", "staff.csv:10:10"),
        ("info[several-heads]: 2 rows are under nobody: `Ann`, `Gus`", "staff.csv:2:11"),
    ] {
        let at = told.find(code).unwrap_or_else(|| panic!("{code} in {told}"));
        let next = told[at..].lines().nth(1).unwrap();
        assert!(next.contains(place), "{code}: {next}");
    }
    assert_eq!(told.matches("circular-hierarchy]").count(), 2, "no circle is told twice: {told}");
    let dot = fs::read_to_string(place.path().join("a.dot")).unwrap();
    for name in ["Ann", "Bob", "Zoe", "Di", "Ed", "Flo", "Gus", "Hal"] {
        assert!(dot.contains(&format!("<B>{name}</B>")) || dot.contains(name), "{name} in {dot}");
    }
    // As a pack, the circle is a violation at its cells, and the files are there to be corrected.
    let made = run(place.path(), &["init", "--from", "staff.csv", "pack"]);
    assert_eq!(made.status.code(), Some(1));
    assert!(place.path().join("pack/mapping.yml").exists());
    assert!(stderr(&made).contains("violation[circular-hierarchy]"), "{}", stderr(&made));
}

#[test]
fn the_register_of_a_government_becomes_a_pack() {
    let register = crate::support::root().join("data/uk-government/organisations-2026-06-01.json");
    let place = tempfile::tempdir().unwrap();
    let made = run(place.path(), &["init", register.to_str().unwrap(), "uk", "--quiet"]);
    assert_eq!(made.status.code(), Some(0), "{}", stderr(&made));
    let graph = built(&place.path().join("uk")).graph;
    assert_eq!(select(&graph, "SELECT ?o { ?o a cg:Organisation ; skos:prefLabel ?name }").len(), 1254);
    // Which body is under which is said by both, and stated once.
    let parents = "SELECT DISTINCT ?o ?p { GRAPH <https://w3id.org/civigraph/graph/pack> { ?o cg:partOf ?p } }";
    let (mut under, mut parts) = (std::collections::BTreeSet::new(), std::collections::BTreeSet::new());
    let document: serde_json::Value = serde_json::from_str(&fs::read_to_string(&register).unwrap()).unwrap();
    let records = document["results"].as_array().unwrap();
    for record in records {
        let of = |list: &str| record[list].as_array().unwrap().iter().map(|other| other["id"].clone().to_string());
        under.extend(of("parent_organisations").map(|parent| (record["id"].to_string(), parent)));
        parts.extend(of("child_organisations").map(|child| (child, record["id"].to_string())));
    }
    assert_eq!(select(&graph, parents).len(), under.union(&parts).count());
    let other_way = "SELECT ?o { GRAPH <https://w3id.org/civigraph/graph/pack> { ?o cg:hasPart ?p } }";
    assert!(select(&graph, other_way).is_empty());
    // The kind is the format, and what is closed has ended.
    let formats: std::collections::BTreeSet<_> = records.iter().map(|record| record["format"].to_string()).collect();
    assert_eq!(
        select(&graph, "SELECT DISTINCT ?kind { ?o cg:type ?kind . ?kind a skos:Concept }").len(),
        formats.len()
    );
    let closed = records.iter().filter(|record| record["details"]["govuk_status"] == "closed").count();
    let ended = "SELECT ?o { ?o a cg:Organisation ; cg:status <https://w3id.org/civigraph/code#ended> }";
    assert_eq!(select(&graph, ended).len(), closed);
    // Cards show the names of columns, not terms.
    let card = run(place.path(), &["show", "Accelerated Access Review", "--pack", "uk"]);
    let card = crate::support::stdout(&card);
    assert!(card.contains("govuk closed status") && card.contains("also called"), "{card}");
    assert!(!card.contains("ex:") && !card.contains("schema:"), "{card}");
}

#[test]
fn an_rdf_file_is_no_table() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orgs.ttl");
    fs::write(&path, "<http://a/x> <http://a/p> \"y\" .\n").unwrap();
    for command in [&["init"][..], &["chart", "--output", "never.svg", "org"]] {
        let output = program().args(command).arg(&path).output().unwrap();
        assert!(matches!(output.status.code(), Some(1 | 2)), "{command:?}");
        assert!(
            stderr(&output).contains("is an RDF file") && stderr(&output).contains("--data"),
            "{}",
            stderr(&output)
        );
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is written");
}

#[test]
fn a_key_of_which_cells_are_empty_loses_no_figure() {
    let place = tempfile::tempdir().unwrap();
    written(
        place.path(),
        &[
            ("departments.csv", "id,name\nparks,Parks Department\nroads,Roads Department\nlibs,Library Department\n"),
            (
                "budgets.csv",
                "department,line,year,amount\nparks,Trees,2024,1000\nparks,,2024,300\nroads,Bridges / Tunnels,,5000\n\
                 roads,,,4\nlibs,Books,2023,700\n,Reserve,2024,55\n",
            ),
        ],
    );
    let made = run(place.path(), &["init"]);
    assert_eq!(made.status.code(), Some(0), "{}", stderr(&made));
    let graph = built(place.path()).graph;
    let figures = "SELECT ?v { ?f a cg:Figure ; cg:about ?body ; cg:value ?v ; cg:evidence ?e FILTER ISIRI(?f) }";
    assert_eq!(select(&graph, figures).len(), 5);
    let told = stderr(&made);
    assert!(
        told.contains("this row has no `department`, so that its `amount` is about nothing and left out"),
        "{told}"
    );
    assert!(told.contains("budgets.csv:7:1"), "{told}");
    // Rows that nothing but the number tells apart are figures too.
    let place = tempfile::tempdir().unwrap();
    let budgets = "department,amount\nparks,10.5\nparks,20.5\n,1.5\nlibs,20.5\n";
    written(place.path(), &[("departments.csv", "id,name\nparks,Parks\nlibs,Library\n"), ("budgets.csv", budgets)]);
    assert_eq!(run(place.path(), &["init"]).status.code(), Some(0));
    assert_eq!(select(&built(place.path()).graph, figures).len(), 3);
}

#[test]
fn wrong_arguments_and_files_of_init_write_nothing() {
    let place = tempfile::tempdir().unwrap();
    written(
        place.path(),
        &[("a.csv", "id,name\n1,Ann\n"), ("head.csv", "name,manager\n"), ("empty.csv", ""), ("empty.ttl", "# x\n")],
    );
    for (arguments, code, part) in [
        (&["init", "--model", "x", "--language", "english"][..], 2, "did you mean `en`?"),
        (&["init", "a.csv", "x", "--language", "en,de"], 2, "unused-argument"),
        (&["init", "a.csv", "a.csv", "x"], 2, "`a.csv` is named twice"),
        (&["init", "a.csv", "./a.csv"], 2, "`./a.csv` is named twice"),
        (&["init", "--from", "a.csv", "a.csv", "x"], 2, "`a.csv` is named twice"),
        (&["init", "empty.csv", "x"], 2, "error[empty-table]"),
        (&["init", "head.csv", "x"], 2, "`head.csv` has the names of columns, and no rows"),
        (&["init", "none.csv", "x"], 2, "there is no file `none.csv`"),
        (&["chart", "org", "head.csv", "-o", "x"], 2, "unknown-format"),
        (&["chart", "org", "head.csv", "-o", "x.svg"], 2, "add a row for each person or body"),
        (&["chart", "org", "a.csv", "--data", "empty.ttl", "-o", "x.svg"], 2, "cannot be used with"),
        (&["chart", "org", "--column", "name=a", "-o", "x.svg"], 2, "unused-argument"),
        (&["chart", "org", "--data", "empty.ttl", "-o", "x.svg"], 2, "the graph has no triples"),
        (&["query", "--data", "empty.ttl", "ASK {}"], 0, "warning[no-triples]: `empty.ttl` has no triples"),
    ] {
        let output = run(place.path(), arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(part), "{arguments:?}: {}", stderr(&output));
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 4, "{arguments:?}");
    }
}

#[test]
fn what_came_after_a_body_is_a_change() {
    let place = tempfile::tempdir().unwrap();
    let uk = crate::support::root().join("data/uk-government/organisations-2026-06-01.json");
    let register = place.path().join("register.json");
    fs::copy(uk, &register).unwrap();
    let made = run(place.path(), &["init", "register.json", "uk"]);
    assert_eq!(made.status.code(), Some(0), "{}", stderr(&made));
    // A guess about a column is told where its first value is.
    assert!(!stderr(&made).contains("register.json:1:1"), "{}", stderr(&made));
    let graph = built(&place.path().join("uk")).graph;
    let document: serde_json::Value = serde_json::from_str(&fs::read_to_string(&register).unwrap()).unwrap();
    let (mut pairs, mut there) = (std::collections::BTreeSet::new(), std::collections::BTreeSet::new());
    let records = document["results"].as_array().unwrap();
    for record in records {
        let of = |list: &str| record[list].as_array().unwrap().iter().map(|other| other["id"].to_string());
        there.insert(record["id"].to_string());
        pairs.extend(of("superseding_organisations").map(|after| (record["id"].to_string(), after)));
        pairs.extend(of("superseded_organisations").map(|before| (before, record["id"].to_string())));
    }
    // A body that has no record has no name, so that its end cannot be called anything.
    pairs.retain(|(before, _)| there.contains(before));
    let changes = "SELECT DISTINCT ?o ?after { ?e a cg:ChangeEvent ; skos:prefLabel ?l ; cg:changed ?o ; org:resultingOrganization ?after }";
    assert_eq!(select(&graph, changes).len(), pairs.len());
    let twice = "SELECT ?e { ?c rdf:subject ?e ; rdf:predicate cg:changed . ?d rdf:subject ?e ; rdf:predicate cg:changed FILTER(?c != ?d) }";
    assert!(select(&graph, twice).is_empty(), "a change is claimed once");
    // In a table the other end may be alone.
    let place = tempfile::tempdir().unwrap();
    written(place.path(), &[("offices.csv", "id,name,predecessor\na,Old Office,\nb,New Office,a\nc,Third Office,b\n")]);
    assert_eq!(run(place.path(), &["init"]).status.code(), Some(0));
    let graph = built(place.path()).graph;
    assert_eq!(select(&graph, changes).len(), 2);
    assert!(select(&graph, twice).is_empty());
}
