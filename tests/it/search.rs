//! Names that people use, and the rank of what they mean.

use civigraph::search::{HitKind, Rank, fold, search};

use crate::support::{knowledge, program, stderr, stdout};

fn ids(text: &str) -> Vec<String> {
    let knowledge = knowledge();
    let (hits, _) = search(&knowledge.graph, &knowledge.questions, text, &knowledge.languages, None).unwrap();
    hits.into_iter().map(|hit| hit.id).collect()
}

/// What people write, what they mean by it (read from `data/hk-innovation` and
/// the ontology), and the worst rank at which it may stand.
const SEARCHES: [(&str, &str, usize); 42] = [
    // Short and main names, in Simplified characters.
    ("科学园", "hk:science-park", 1),
    ("科技园公司", "hk:hkstp", 1),
    ("数码港", "hk:cyberport", 1),
    ("创新及科技局", "hk:itb", 1),
    ("生产力局", "hk:hkpc", 1),
    ("林郑月娥", "hk:carrie-lam", 1),
    ("大湾区", "hk:greater-bay-area", 1),
    ("施政报告", "hk:policy-address", 1),
    ("更紧密经贸关系", "hk:cepa", 1),
    // Former names.
    ("汽車零部件研發中心", "hk:apas", 1),
    ("汽车零部件研发中心", "hk:apas", 1),
    ("Automotive Parts and Accessory Systems", "hk:apas", 1),
    // Acronyms, in the data and not.
    ("ITB", "hk:itb", 1),
    ("ogcio", "hk:ogcio", 1),
    ("HKSTP", "hk:hkstp", 1),
    ("CEPA", "hk:cepa", 1),
    ("PolyU", "hk:polyu", 1),
    ("創科局", "hk:itb", 1),
    ("城大", "hk:cityu", 1),
    ("中大", "hk:cuhk", 2),
    ("科大", "hk:hkust", 1),
    // Typing errors.
    ("Cyberprot", "hk:cyberport", 1),
    ("Sciense Park", "hk:science-park", 2),
    ("Productivity Counsil", "hk:hkpc", 1),
    ("policy adress", "hk:policy-address", 1),
    ("数码巷", "hk:cyberport", 1),
    ("smart lamp posts", "hk:lampposts", 1),
    // English for what the source has in Chinese.
    ("Baptist University", "hk:hkbu", 1),
    ("Greater Bay Area", "hk:greater-bay-area", 1),
    ("Fraunhofer", "hk:fraunhofer-ipt", 1),
    ("Loop", "hk:lok-ma-chau-loop", 1),
    ("tax deduction research", "hk:rd-tax-deduction", 1),
    ("《安排》", "hk:cepa", 1),
    // Terms, codes, figures and questions.
    ("website", "cg:homepage", 3),
    ("university", "cg:HigherEducationInstitution", 1),
    ("organization", "cg:Organisation", 1),
    ("old name", "c:former", 1),
    ("狀況", "cg:status", 1),
    ("science park floor area", "figure:science-park-floor-area", 1),
    ("supporters", "supporters", 1),
    ("who supports a body", "supporters", 1),
    ("deadline", "cg:dueLatest", 3),
];

#[test]
fn what_people_look_for_stands_at_the_top() {
    let mut faults = Vec::new();
    for (text, meant, worst) in SEARCHES {
        let found = ids(text);
        let rank = found.iter().position(|id| id == meant).map(|at| at + 1);
        if rank.is_none_or(|rank| rank > worst) {
            faults.push(format!("{text}: {meant} has rank {rank:?} of {:?}", &found[..found.len().min(5)]));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn exact_names_come_before_all_others() {
    let knowledge = knowledge();
    for (text, ..) in SEARCHES {
        let (hits, n_found) = search(&knowledge.graph, &knowledge.questions, text, &knowledge.languages, None).unwrap();
        assert_eq!(hits.len(), n_found);
        assert!(hits.is_sorted_by_key(|hit| hit.rank), "{text}");
        for hit in hits.iter().filter(|hit| hit.rank == Rank::Exact) {
            assert_eq!(fold(&hit.matched), fold(text), "{}", hit.id);
        }
        let (first, _) = search(&knowledge.graph, &knowledge.questions, text, &knowledge.languages, Some(1)).unwrap();
        assert_eq!(first.first(), hits.first());
    }
}

#[test]
fn a_hit_says_by_which_name_it_was_found() {
    let knowledge = knowledge();
    let languages = ["en".to_owned()];
    let (hits, _) = search(&knowledge.graph, &knowledge.questions, "汽车零部件研发中心", &languages, None).unwrap();
    let hit = &hits[0];
    assert_eq!((hit.kind, hit.matched.as_str()), (HitKind::Entity, "汽車零部件研發中心"));
    assert_eq!(hit.matched_kind.as_deref(), Some("former name"));
    let label = "Automotive Platforms and Application Systems R&D Centre".to_owned();
    assert_eq!(hit.labels, [("en".to_owned(), label)]);
}

#[test]
fn a_search_that_cannot_be_done_says_why() {
    for (text, part) in [
        ("", "nothing to search for"),
        ("  ", "nothing to search for"),
        ("…", "no letter and no digit"),
        (&"x".repeat(10_000), "has 10000 characters; a search takes at most 200"),
    ] {
        let output = program().args(["search", text]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{text}");
        let text = stderr(&output);
        assert!(text.contains("error[bad-search]") && text.contains(part) && text.contains("hint"), "{text}");
    }
    // One letter, and a name that nothing has, are answered.
    for text in ["x", "港", "qqqqqqqq"] {
        let output = program().args(["search", text]).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{text}");
    }
    let output = program().args(["search", "qqqqqqqq", "--exit-status"]).output().unwrap();
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(1), ""));
    assert!(stderr(&output).contains("nothing is called `qqqqqqqq`"));
    assert!(stderr(&output).contains("try a part of the name"));
}

#[test]
fn hits_are_for_people_and_for_programs() {
    let output = program().args(["search", "数码港", "--language", "en", "--limit", "1"]).output().unwrap();
    assert_eq!(stdout(&output), "Cyberport\n  hk:cyberport · Organisation · also: 數碼港\n");
    assert!(stderr(&output).contains("hits; `--limit none` shows all"));
    let output = program().args(["search", "supporters", "--format", "json", "--limit", "1"]).output().unwrap();
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 1);
    assert_eq!((&json[0]["id"], &json[0]["kind"]), (&"supporters".into(), &"question".into()));
    assert_eq!(json[0]["rank"], "exact");
}

#[test]
fn a_term_is_described_with_an_example_of_its_use() {
    let show = |arguments: &[&str]| stdout(&program().args(arguments).output().unwrap());
    let text = show(&["vocabulary", "cg:funds"]);
    for part in
        ["資助 · funds", "Gives money to", "給予資助", "cg:Entity 實體 · Entity", "cg:fundedBy", " cg:funds hk:"]
    {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert_eq!(show(&["show", "cg:funds"]), text);
    // By IRI, label, synonym, and the names that other vocabularies have.
    for name in ["https://w3id.org/civigraph/def#funds", "funds", "finances", "资助"] {
        assert_eq!(show(&["vocabulary", name]).lines().nth(1), text.lines().nth(1), "{name}");
    }
    for (name, id) in [
        ("schema:CollegeOrUniversity", "cg:HigherEducationInstitution"),
        ("university", "cg:HigherEducationInstitution"),
        ("org:subOrganizationOf", "cg:partOf"),
        ("狀況", "cg:status"),
    ] {
        assert!(show(&["vocabulary", name]).contains(&format!("\n{id} · ")), "{name}");
    }
    let list = show(&["vocabulary", "c:Status", "--language", "en"]);
    assert!(list.contains("c:planned planned"), "{list}");
    let all = show(&["vocabulary"]);
    for part in ["Classes\n", "\nProperties\n", "\nCode lists\n", "cg:funds", "資助 · funds", "c:Status"] {
        assert!(all.contains(part), "{part}");
    }
    let output = program().args(["vocabulary", "cg:amuont"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = stderr(&output);
    assert!(text.contains("error[unknown-term]: the vocabulary has no term `cg:amuont`"), "{text}");
    assert!(text.contains("did you mean `cg:value`?"), "{text}");
    let json: serde_json::Value = serde_json::from_str(&show(&["vocabulary", "cg:funds", "--format", "json"])).unwrap();
    assert_eq!(json["term"]["domain"], serde_json::json!(["cg:Entity"]));
    assert_eq!(json["term"]["inverse"], serde_json::json!(["cg:fundedBy"]));
}
