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
    // The pack inside the program has all that is asked about.
    let all = run(&["query", "--list"]);
    assert!(stdout(&all).contains("query ceilings") && !stderr(&all).contains("--all"), "{}", stderr(&all));
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
