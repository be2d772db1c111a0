//! What the rows of a table are, by the name of the table.

/// Words in the name of a table, and the class of its rows. With `*` a word may end in it: `förderprogramm`.
const CLASSES: &[(&str, &str)] = &[
    (
        "cg:Organisation",
        "organisation, office, department, bureau, agency, ministry, unit, body, council, directorate, division, \
         branch, section, team, institution, company, board, committee, authority, *部門, *部门, *機構, *机构, *組織, \
         *组织, *單位, *单位, *局, *署, amt, *ämter, behörde, behörden, dienststelle, dienststellen, abteilung, \
         abteilungen, referat, referate, ministerium, ministerien, organisationseinheit, organisationseinheiten",
    ),
    (
        "cg:Person",
        "person, staff, employee, member, officer, *人員, *人员, *員工, *员工, *職員, *职员, personal, mitarbeiter, \
         mitarbeitende, beschäftigte, personen",
    ),
    ("cg:Post", "post, position, job, *職位, *职位, *崗位, stelle, stellen, planstellen"),
    (
        "cg:Facility",
        "facility, building, park, library, school, hospital, centre, center, *設施, *设施, einrichtung, \
         einrichtungen, gebäude, schule, schulen, *bibliotheken, standort, standorte",
    ),
    (
        "cg:Place",
        "place, district, location, area, ward, region, city, town, *地區, *地区, bezirk, bezirke, stadtteil, \
         stadtteile, orte",
    ),
    ("cg:Fund", "fund, *基金, *fonds"),
    ("cg:Scheme", "scheme, programme, grant, *計劃, *计划, *programm, *programme, förderung, förderungen"),
    ("cg:Project", "project, *項目, *项目, *工程, *projekt, *projekte, vorhaben"),
    ("cg:Service", "service, *服務, *服务, dienstleistung, dienstleistungen, leistungen"),
    (
        "cg:Instrument",
        "law, ordinance, policy, regulation, document, strategy, *法例, *政策, gesetz, gesetze, verordnung, \
         verordnungen",
    ),
    ("cg:Website", "website, *網站, *网站, webseiten"),
];

/// Short and other forms of words.
const FORMS: &[(&str, &str)] = &[
    ("people", "person"),
    ("dept", "department"),
    ("depts", "department"),
    ("organization", "organisation"),
    ("organizations", "organisation"),
    ("org", "organisation"),
    ("orgs", "organisation"),
    ("program", "programme"),
    ("programs", "programme"),
    ("proj", "project"),
    ("bureaux", "bureau"),
];

/// The singular of an English word, as far as names of tables need it.
pub fn singular(word: &str) -> String {
    if let Some((_, form)) = FORMS.iter().find(|(short, _)| *short == word) {
        return (*form).to_owned();
    }
    for (plural, one) in [("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch")] {
        if let Some(stem) = word.strip_suffix(plural) {
            return format!("{stem}{one}");
        }
    }
    match word.strip_suffix('s') {
        Some(stem) if !stem.ends_with(['s', 'u', 'i']) && stem.len() > 2 => stem.to_owned(),
        _ => word.to_owned(),
    }
}

/// A word with the letters that stand for umlauts in names of files: `aemter`.
fn spelt_out(word: &str) -> String {
    word.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue").replace('ß', "ss")
}

/// The class of the rows of a table with this name; nothing if it is one of the pack's own.
pub fn class_of(name: &str) -> &'static str {
    let bare = |word: &str| {
        let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
        if letters.is_empty() { word.to_owned() } else { letters.to_owned() }
    };
    let words: Vec<String> = name.split('-').map(|word| spelt_out(&singular(&bare(word)))).collect();
    let is = |word: &str, known: &str| match known.strip_prefix('*') {
        Some(end) => word.ends_with(&spelt_out(end)),
        None => word == spelt_out(known) || word == spelt_out(&singular(known)),
    };
    // The last word of a name says what it is: `park-offices`.
    let rank = |known: &str| {
        let mut known = known.split(',').map(str::trim);
        known.by_ref().filter_map(|known| words.iter().rposition(|word| is(word, known))).max()
    };
    let mut best: Option<(usize, &str)> = None;
    for (class, known) in CLASSES {
        if let Some(rank) = rank(known)
            && best.is_none_or(|(known, _)| rank > known)
        {
            best = Some((rank, class));
        }
    }
    best.map_or("", |(_, class)| class)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_table_says_what_its_rows_are() {
        for (name, class) in [
            ("departments", "cg:Organisation"),
            ("park-offices", "cg:Organisation"),
            ("programmes", "cg:Scheme"),
            ("staff", "cg:Person"),
            ("budgets", ""),
            ("ämter", "cg:Organisation"),
            ("aemter", "cg:Organisation"),
            ("förderprogramme", "cg:Scheme"),
            ("政府部門", "cg:Organisation"),
            ("parks", "cg:Facility"),
            ("staff2024", "cg:Person"),
            ("departments-2024", "cg:Organisation"),
        ] {
            assert_eq!(class_of(name), class, "{name}");
        }
    }
}
