//! Staff lists as people write them: titles, names in two columns, heads whose names are written in another way,
//! are those of several people or of nobody.

use std::fs;
use std::process::Output;

use crate::support::{program, stderr, stdout};

/// The chart of a list, as DOT, and what was told.
fn drawn(list: &str) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("staff.csv"), list).unwrap();
    let run = |output: &str| -> Output {
        program().current_dir(folder.path()).args(["chart", "org", "staff.csv", "-o", output]).output().unwrap()
    };
    let chart = run("a.dot");
    assert_eq!(chart.status.code(), Some(0), "{}", stderr(&chart));
    assert_eq!(run("a.svg").status.code(), Some(0));
    (fs::read_to_string(folder.path().join("a.dot")).unwrap(), stderr(&chart))
}

/// Who is above whom, by the ends of IRIs.
fn lines(dot: &str) -> Vec<(String, String)> {
    let end = |iri: &str| iri.trim_matches('"').rsplit('/').next().unwrap().to_owned();
    let shown = dot.lines().filter(|line| line.contains(" -> ") && !line.contains("invis"));
    let mut lines: Vec<_> = shown
        .map(|line| {
            let (above, rest) = line.trim().split_once(" -> ").unwrap();
            (end(above), end(rest.split(" [").next().unwrap().trim_end_matches(';')))
        })
        .collect();
    lines.sort();
    lines
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(above, below)| ((*above).to_owned(), (*below).to_owned())).collect()
}

#[test]
fn a_title_is_a_post_and_names_may_be_in_two_columns() {
    let (dot, told) = drawn("Surname,First name,Title,Manager\nLee,Ann,Mayor,\nRay,Ben,Clerk,Ann Lee\n");
    assert_eq!(lines(&dot), pairs(&[("Ann-Lee", "Ben-Ray")]));
    assert!(dot.contains("Ann Lee") && dot.contains("Mayor"), "{dot}");
    assert!(told.contains("the names are `First name` and `Surname` together"), "{told}");
    assert!(told.contains("`Title` is taken for the posts of people"), "{told}");
    // A part that is empty does not make the name empty.
    let (dot, _) = drawn("id,Last name,Forename,Role,Reports to\n1,Lee,,Mayor,\n2,Ray,Ben,Clerk,1\n");
    assert!(dot.contains("Lee") && dot.contains("Ben Ray"), "{dot}");
    assert_eq!(lines(&dot), pairs(&[("1", "2")]));
    // In Chinese the family name is first, without a blank.
    let (dot, _) = drawn("編號,姓,名,職位,上司\n1,陳,大文,市長,\n2,李,小明,局長,陳大文\n");
    assert!(dot.contains("陳大文") && dot.contains("李小明"), "{dot}");
    assert_eq!(lines(&dot), pairs(&[("1", "2")]));
}

#[test]
fn a_title_is_a_name_where_nothing_else_is() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("units.csv"), "id,title,parent\na,Head Office,\nb,Branch,a\n").unwrap();
    let chart =
        program().current_dir(folder.path()).args(["chart", "org", "units.csv", "-o", "a.dot"]).output().unwrap();
    assert!(!stderr(&chart).contains("posts of people"), "{}", stderr(&chart));
    assert!(fs::read_to_string(folder.path().join("a.dot")).unwrap().contains("Head Office"));
}

#[test]
fn a_head_is_known_though_written_in_another_way_and_the_guess_is_told() {
    for written in ["\"Lee, Ann\"", "ANN LEE", "Ann  Lee", " ann lee ", "Dr Ann Lee", "Ánn Lée"] {
        let (dot, told) = drawn(&format!("name,post,manager\nAnn Lee,Mayor,\nBen Ray,Clerk,{written}\n"));
        assert_eq!(lines(&dot), pairs(&[("Ann%20Lee", "Ben%20Ray")]), "{written}: {dot}");
        assert!(told.contains("is taken for `Ann Lee`"), "{written}: {told}");
        assert!(told.contains("staff.csv:3:"), "{told}");
    }
    // Where rows have identifiers, heads may be named all the same.
    let (dot, told) = drawn("id,name,post,manager\n1,Ann Lee,Mayor,\n2,Ben Ray,Clerk,\"Lee, Ann\"\n");
    assert!(told.contains("`Lee, Ann` is taken for `Ann Lee`"), "{told}");
    assert_eq!(lines(&dot), pairs(&[("1", "2")]));
    let (dot, told) = drawn("name,post,manager\nAnn Lee,Mayor,\nBen Ray,Clerk,Ann Leee\n");
    assert!(told.contains("no row is that of `Ann Leee`") && told.contains("did you mean `Ann Lee`?"), "{told}");
    assert_eq!(lines(&dot), pairs(&[("Ann%20Leee", "Ben%20Ray")]));
}

#[test]
fn a_name_that_two_people_have_leads_to_neither() {
    let list = "name,post,manager\nAnn,Mayor,\nCy,Clerk,Ann\nCy,Guard,Bob\nBob,Chief,Ann\nDi,Cook,Cy\n";
    let (dot, told) = drawn(list);
    assert!(
        told.contains("warning[same-name]: `Cy` is the name of 2 rows, so that it is not clear whom this row is under"),
        "{told}"
    );
    // Both are where they belong, and Di is under neither of them.
    let expected = [("Chief", "Guard"), ("Cy", "Cook"), ("Mayor", "Chief"), ("Mayor", "Clerk")];
    assert_eq!(lines(&dot), pairs(&expected), "{dot}");
    assert!(dot.contains("several of this name"), "{dot}");
}

#[test]
fn those_who_cannot_be_told_apart_are_drawn_once() {
    let (dot, told) = drawn("name,manager\nAnn,\nBob,Ann\nCy,Ann\nCy,Bob\nDi,Cy\n");
    assert!(told.contains("`Cy` comes twice and cannot be told apart"), "{told}");
    assert_eq!(lines(&dot), pairs(&[("Ann", "Bob"), ("Ann", "Cy"), ("Cy", "Di")]));
}

#[test]
fn a_head_without_a_row_does_not_look_like_one_with_a_row() {
    let list = "name,manager\nAnn,\nBob,Zoe\n";
    let (dot, _) = drawn(list);
    let card = |name: &str| {
        let line = dot
            .lines()
            .find(|line| line.contains(&format!("/{name}\"[label")))
            .unwrap_or_else(|| panic!("{name} in {dot}"));
        line.to_owned()
    };
    assert!(card("Zoe").contains("not in the list") && card("Zoe").contains("dashed"), "{dot}");
    assert!(!card("Ann").contains("dashed") && !card("Bob").contains("dashed"), "{dot}");
    // The pack that is made of it has no violation.
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("staff.csv"), list).unwrap();
    let made = program().current_dir(folder.path()).args(["init", "--from", "staff.csv", "pack"]).output().unwrap();
    assert_eq!(made.status.code(), Some(0), "{}", stderr(&made));
}

#[test]
fn only_the_questions_that_a_list_can_answer_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("staff.csv"), "name,manager\nAnn,\nBob,Ann\n").unwrap();
    let run = |arguments: &[&str]| program().current_dir(folder.path()).args(arguments).output().unwrap();
    assert_eq!(run(&["init", "--from", "staff.csv", "pack"]).status.code(), Some(0));
    let listed = run(&["query", "--list", "--pack", "pack"]);
    assert!(
        stdout(&listed).contains("query connected") && !stdout(&listed).contains("query ceilings"),
        "{}",
        stdout(&listed)
    );
    assert!(
        stderr(&listed).contains("ask about what this graph does not have; `--all` lists them too"),
        "{}",
        stderr(&listed)
    );
    assert!(stdout(&run(&["query", "--list", "--all", "--pack", "pack"])).contains("query ceilings"));
    let one = run(&["query", "--list", "ceiling", "--pack", "pack"]);
    assert!(stdout(&one).is_empty() && stderr(&one).contains("does not have"), "{}", stderr(&one));
    // The pack inside the program has all that is asked about, except who is above whom among people.
    let all = run(&["query", "--list"]);
    assert!(stdout(&all).contains("query ceilings") && stderr(&all).contains("\n1 more question"), "{}", stderr(&all));
}

#[test]
fn the_query_of_a_view_can_be_seen_and_asked() {
    let shown = program().args(["query", "funding", "--show"]).output().unwrap();
    assert!(stdout(&shown).contains("# layout: layered") && stdout(&shown).contains("SELECT"), "{}", stdout(&shown));
    let rows = program().args(["query", "cooperation", "--format", "csv"]).output().unwrap();
    assert!(stdout(&rows).starts_with("source,relation,target"), "{}", stdout(&rows));
    let slip = program().args(["query", "fundin"]).output().unwrap();
    assert!(stderr(&slip).contains("did you mean `fund"), "{}", stderr(&slip));
}

#[test]
fn warnings_about_a_pack_are_shown_by_validate_and_counted_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| program().current_dir(folder.path()).args(arguments).output().unwrap();
    fs::write(folder.path().join("units.csv"), "id,name,parent\na,Head\u{80} Office,\nb,Branch,a\n").unwrap();
    assert_eq!(run(&["init"]).status.code(), Some(0));
    assert!(
        stderr(&run(&["validate", "."])).contains("warning[control-character]")
            || stdout(&run(&["validate", "."])).contains("warning[control-character]")
    );
    let shown = stderr(&run(&["show", "b", "--pack", "."]));
    assert!(shown.contains("1 warning: `civigraph validate ") && !shown.contains("control-character"), "{shown}");
}

#[test]
fn the_number_of_the_head_decides_where_the_name_is_that_of_two() {
    let list = "Employee No,Name,Manager ID,Manager Name,FTE %\n1,Ann Lee,,,100\n2,John Smith,1,Ann Lee,100\n\
                3,John Smith,1,Ann Lee,80\n4,Kim Berg,2,John Smith,100\n5,Bo Diaz,3,John Smith,50\n";
    let (dot, _) = drawn(list);
    assert_eq!(lines(&dot), pairs(&[("1", "2"), ("1", "3"), ("2", "4"), ("3", "5")]));
    assert!(!dot.contains("100 people"), "a share of full time is no number of people: {dot}");
}

#[test]
fn heads_may_be_named_partly_by_number_and_partly_by_name() {
    let list = "No,Name,Post,Manager,E-mail\n\
                1,Ann Lee,Director,,ann@x.example\n\
                2,Bob Ray,Head,1,bob@x.example\n\
                3,Cy Poe,Gardener,Bob Ray,cy@x.example\n\
                4,Dan Oak,Gardener,2,dan@x.example\n\
                5,Eve Fir,Clerk,bob@x.example,eve@x.example\n\
                6,Fay Ash,Clerk,Bob Ray (2),fay@x.example\n";
    let (dot, told) = drawn(list);
    assert_eq!(lines(&dot), pairs(&[("1", "2"), ("2", "3"), ("2", "4"), ("2", "5"), ("2", "6")]), "{dot}");
    assert!(told.contains("heads are named by `No` and by `Name`: one by the latter, such as `Bob Ray`"), "{told}");
    assert!(told.contains("`Bob Ray (2)` is taken for `Bob Ray` (`2`)"), "{told}");
    assert!(!told.contains("missing-head"), "{told}");
    // As a pack there is no card that is called like a row either.
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("staff.csv"), list).unwrap();
    let made = program().current_dir(folder.path()).args(["init", "--from", "staff.csv"]).output().unwrap();
    assert_eq!(made.status.code(), Some(0));
    assert!(!stderr(&made).contains("same-label"), "{}", stderr(&made));
    // A number decides between two of one name, and a spreadsheet drops the zeros before it.
    let (dot, told) = drawn(
        "id,name,post,manager\n001,Ann,Mayor,\n002,Cy,Chief,1\n003,Cy,Guard,1\n004,Di,Cook,Cy (003)\n005,Ed,Cook,2\n",
    );
    assert_eq!(lines(&dot), pairs(&[("001", "002"), ("001", "003"), ("002", "005"), ("003", "004")]), "{dot}");
    assert!(told.contains("`1` is taken for `Ann` (`001`)"), "{told}");
}

#[test]
fn a_word_for_nobody_in_the_place_of_a_name_is_a_vacancy() {
    for word in ["VACANT", "N.N.", "TBC", "vakant", "(vacant since May)", "懸空", "空缺"] {
        let list =
            format!("No,Surname,First name,Job title,Manager\n1,Lee,Ann,Chief,\n2,{word},,Head,1\n3,Ray,Ben,Clerk,2\n");
        let (dot, told) = drawn(&list);
        assert_eq!(lines(&dot), pairs(&[("1", "2"), ("2", "3")]), "{word}");
        assert!(dot.contains("vacant"), "{word}: {dot}");
        assert!(!dot.contains(&format!("\"{word}")) && told.contains(&format!("`{word}` means no value")), "{told}");
    }
    // Without numbers, who is under the one vacant post is under it.
    let (dot, told) =
        drawn("Name,Post,Manager\nAnn,Chief,\nVacant,Head,Ann\nBen,Clerk,Vacant\nCy,Clerk,Ann\nDi,Clerk,Ann\n");
    assert_eq!(
        lines(&dot),
        pairs(&[("-Head", "Ben-Clerk"), ("Ann-Chief", "-Head"), ("Ann-Chief", "Cy-Clerk"), ("Ann-Chief", "Di-Clerk")])
    );
    assert!(told.contains("`Vacant` is taken for the post `Head` that nobody has"), "{told}");
    // As a head without such a row, it is nobody.
    let (dot, _) = drawn("Name,Post,Manager\nAnn,Chief,TBC\nBen,Clerk,Ann\n");
    assert_eq!(lines(&dot), pairs(&[("Ann", "Ben")]));
}

#[test]
fn assistants_and_second_heads_are_known_by_their_columns() {
    let folder = tempfile::tempdir().unwrap();
    let triples = |list: &str| {
        fs::write(folder.path().join("staff.csv"), list).unwrap();
        let pack = folder.path().join("pack");
        let _ = fs::remove_dir_all(&pack);
        let run = |arguments: &[&str]| program().current_dir(folder.path()).args(arguments).output().unwrap();
        let made = run(&["init", "--from", "staff.csv", "pack"]);
        assert_eq!(made.status.code(), Some(0), "{}", stderr(&made));
        let question = "SELECT ?x ?p ?y { ?a ?p ?b . ?a skos:prefLabel ?x . ?b skos:prefLabel ?y \
                        FILTER(?p IN (cg:assistantTo, cg:alsoReportsTo)) } ORDER BY ?x";
        stdout(&run(&["query", question, "--pack", "pack", "--format", "csv"]))
    };
    // A mark says that somebody assists the one above.
    for (yes, no) in [("yes", "no"), ("x", ""), ("ja", "nein"), ("是", "否")] {
        let list = format!(
            "Name,Post,Manager,Assistant\nAnn,Chief,,{no}\nBen,PA,Ann,{yes}\nCy,Head,Ann,{no}\nDi,Clerk,Cy,{no}\n"
        );
        let found = triples(&list);
        assert_eq!(found.lines().count(), 2, "{yes}: {found}");
        assert!(found.contains("Ben,https://w3id.org/civigraph/def#assistantTo,Ann"), "{yes}: {found}");
    }
    // Or a column names whom.
    let found = triples(
        "Name,Post,Manager,Assistant to,Dotted line to\nAnn,Chief,,,\nBen,PA,,\"Ann\",\nCy,Head,Ann,,\nDi,Clerk,Cy,,ANN\n",
    );
    assert!(found.contains("Ben,https://w3id.org/civigraph/def#assistantTo,Ann"), "{found}");
    assert!(found.contains("Di,https://w3id.org/civigraph/def#alsoReportsTo,Ann"), "{found}");
    // A column called `Assistant` says who assists the one of the row.
    for (name, assistant) in [("Name,Post,Manager", "Assistant"), ("姓名,職位,上司", "助理")] {
        let list = format!("{name},{assistant}\nAnn,Chief,,Ben\nBen,PA,,\nCy,Head,Ann,\n");
        let found = triples(&list);
        assert!(found.contains("Ben,https://w3id.org/civigraph/def#assistantTo,Ann"), "{assistant}: {found}");
        assert!(!found.contains("Ann,https://w3id.org/civigraph/def#assistantTo"), "{assistant}: {found}");
        let (dot, _) = drawn(&list);
        assert_eq!(lines(&dot), pairs(&[("Ann", "Ben"), ("Ann", "Cy")]), "{dot}");
    }
    // Whoever reports to somebody and assists them is drawn beside the line, once.
    let (dot, _) = drawn("Name,Post,Manager,Assistant\nAnn,Chief,,\nBen,PA,Ann,x\nCy,Head,Ann,\n");
    assert_eq!(lines(&dot), pairs(&[("Ann", "Ben"), ("Ann", "Cy")]), "{dot}");
    assert_eq!(dot.matches("assist").count(), 1, "{dot}");
}

#[test]
fn the_panel_is_called_by_those_who_are_in_it() {
    let heading = |list: &str| {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("list.csv"), list).unwrap();
        let drawn = program().current_dir(folder.path()).args(["chart", "org", "list.csv", "-o", "a.svg"]).output();
        assert_eq!(drawn.unwrap().status.code(), Some(0));
        let picture = fs::read_to_string(folder.path().join("a.svg")).unwrap();
        let known = ["People without a stated superior", "Posts without", "People and posts without", "Bodies without"];
        // In a narrow panel it takes two lines.
        let lines = picture.split("<text").filter_map(|part| part.split_once('>')?.1.split('<').next());
        let said = lines.collect::<Vec<_>>().join(" ");
        known.into_iter().find(|words| said.contains(words)).unwrap_or_default()
    };
    let people = "Name,Post,Manager\nAnn,Chief,\nBen,Clerk,Ann\nCy,Guard,\n";
    assert_eq!(heading(people), "People without a stated superior");
    assert_eq!(heading("No,Name,Post,Manager\n1,Ann,Chief,\n2,Ben,Clerk,1\n3,,Guard,\n"), "Posts without");
    assert_eq!(heading("id,office,parent\n1,Ann,\n2,Ben,1\n3,Cy,\n"), "Bodies without");
}

#[test]
fn two_heads_in_one_cell_are_both_above() {
    let (dot, told) = drawn("name,manager\nAnn,\nBob,Ann\nCid,Ann; Bob\nDan,Bob / Cid\nEve,Bob and Ann\n");
    let expected = [
        ("Ann", "Bob"),
        ("Ann", "Cid"),
        ("Ann", "Eve"),
        ("Bob", "Cid"),
        ("Bob", "Dan"),
        ("Bob", "Eve"),
        ("Cid", "Dan"),
    ];
    assert_eq!(lines(&dot), pairs(&expected));
    assert!(told.contains("`Ann; Bob` names 2 heads"), "{told}");
    assert!(!told.contains("missing-head"), "{told}");
    // One of them has no row: nothing is guessed.
    let (_, told) = drawn("name,manager\nAnn,\nBob,Ann\nCid,Ann; Zoe\n");
    assert!(told.contains("no row is that of `Ann; Zoe`"), "{told}");
}

#[test]
fn a_list_of_people_without_heads_is_one_of_people() {
    let (dot, told) = drawn("Name,E-mail,Job title\nAnn Li,a@x.org,Mayor\nBob Ray,b@x.org,Clerk\n");
    assert!(lines(&dot).is_empty() && dot.contains("Bob Ray\\nClerk"), "{dot}");
    assert!(told.contains("cg:Person") && !told.contains("drawn by"), "{told}");
}

#[test]
fn who_reports_to_whom_is_a_question() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("staff.csv"), "name,post,manager\nAnn,Mayor,\nBob,Clerk,Ann\n").unwrap();
    let run = |arguments: &[&str]| program().current_dir(folder.path()).args(arguments).output().unwrap();
    assert_eq!(run(&["init", "--from", "staff.csv"]).status.code(), Some(0));
    let listed = stdout(&run(&["query", "--list", "reports", "--pack", "."]));
    assert!(listed.contains("civigraph query reports --pack ."), "{listed}");
    let answer = stdout(&run(&["query", "reports", "--pack", ".", "--format", "csv"]));
    assert_eq!(
        answer.lines().nth(1).map(|row| row.split(',').take(5).collect::<Vec<_>>().join(",")).as_deref(),
        Some("Bob,Clerk,https://w3id.org/civigraph/def#reportsTo,Ann,Mayor")
    );
}
