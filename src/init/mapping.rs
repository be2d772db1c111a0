//! The `mapping.yml` of guessed tables.

use std::fmt::Write as _;

use super::descriptor::{HEADS, ROWS};
use super::guess::{TableGuess, singular};
use super::link::RowLink;
use super::staff::Staff;
use super::words::ColumnRole;

/// The names that a pack gives.
pub(super) struct PackNames<'a> {
    /// The name of the pack.
    pub pack: &'a str,
    pub title: &'a str,
    pub base: String,
    pub languages: Vec<String>,
    /// Whether the order of the rows is kept, in a column of this name.
    pub with_order: bool,
    pub position: String,
}

/// The prefixes of the mapping: name, whether it is the pack's own, IRI.
pub(super) fn prefixes(tables: &[TableGuess], names: &PackNames<'_>) -> Vec<(String, bool, String)> {
    let mut prefixes = vec![("ex".to_owned(), true, format!("{}def#", names.base))];
    for table in tables.iter().filter(|table| !has_iris(table)) {
        prefixes.push((prefix(table), true, format!("{}{}/", names.base, prefix(table))));
    }
    if tables.iter().any(|table| post(table).is_some()) {
        prefixes.push(("post".to_owned(), true, format!("{}post/", names.base)));
    }
    for (name, iri) in [
        ("c", "https://w3id.org/civigraph/code#"),
        ("cg", "https://w3id.org/civigraph/def#"),
        ("dcterms", "http://purl.org/dc/terms/"),
        ("schema", "https://schema.org/"),
        ("skos", "http://www.w3.org/2004/02/skos/core#"),
        ("xsd", "http://www.w3.org/2001/XMLSchema#"),
        ("idlab-fn", "https://w3id.org/imec/idlab/function#"),
    ] {
        prefixes.push((name.to_owned(), false, iri.to_owned()));
    }
    prefixes
}

/// The prefix of the things in a table: letters and digits of ASCII.
fn prefix(table: &TableGuess) -> String {
    let parts: Vec<String> = table.name.split('-').map(singular).collect();
    let plain: String = parts.join("-").chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    let plain = plain.trim_matches('-');
    let reserved =
        ["ex", "post", "cg", "dcterms", "schema", "skos", "xsd", "idlab-fn", "rdf", "rdfs", "owl", "c", "hk"];
    match plain.chars().next() {
        Some(first) if first.is_ascii_alphabetic() && !reserved.contains(&plain) => plain.to_owned(),
        _ => format!("row-{plain}").trim_end_matches('-').to_owned(),
    }
}

/// Whether the values of the key are IRIs already.
fn has_iris(table: &TableGuess) -> bool {
    matches!(table.key[..], [key] if table.columns[key].distinct.iter().all(|value| value.contains("://")))
}

/// The column with posts, if the rows are people.
fn post(table: &TableGuess) -> Option<usize> {
    table.roles.get(&ColumnRole::Post).copied().filter(|_| table.class == "cg:Person")
}

/// A reference to a column.
fn reference(name: &str) -> String {
    format!("$({})", name.replace('(', "\\(").replace(')', "\\)"))
}

/// A text in a flow sequence of YAML.
fn quoted(text: &str) -> String {
    let is_plain = text.chars().all(|c| c.is_alphanumeric() || "$()_.:/~- ".contains(c))
        && !text.contains(": ")
        && !text.ends_with(':');
    if is_plain { text.to_owned() } else { format!("'{}'", text.replace('\'', "''")) }
}

/// What a row is, as a template of an IRI.
fn subject(table: &TableGuess) -> String {
    if table.key.is_empty() {
        return "null".to_owned();
    }
    if has_iris(table) {
        return reference(&table.columns[table.key[0]].name);
    }
    let parts: Vec<String> = table.key.iter().map(|at| reference(&table.columns[*at].name)).collect();
    format!("{}:{}", prefix(table), parts.join("-"))
}

/// A term of the pack's own for the name of a column or table.
fn own(name: &str, is_class: bool) -> String {
    let mut term = String::new();
    for (n, word) in name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).enumerate() {
        let mut chars = word.chars();
        let first = chars.next().into_iter();
        match n > 0 || is_class {
            true => term.extend(first.flat_map(char::to_uppercase)),
            false => term.extend(first.flat_map(char::to_lowercase)),
        }
        term.extend(chars);
    }
    format!("ex:{term}")
}

/// The class of the rows.
fn class(table: &TableGuess) -> String {
    if !table.class.is_empty() {
        return table.class.to_owned();
    }
    let parts: Vec<String> =
        table.name.split('-').filter(|part| !part.chars().all(|c| c.is_ascii_digit())).map(singular).collect();
    own(&parts.join("-"), true)
}

fn source(table: &TableGuess) -> String {
    match &table.reading.json {
        Some(json) => format!(
            "[{}~jsonpath, {}]",
            table.name,
            format_args!("\"{}\"", json.iterator.replace('\\', "\\\\").replace('"', "\\\""))
        ),
        None => format!("[{}~csv]", table.name),
    }
}

/// The text of the mapping.
pub(super) fn write(tables: &[TableGuess], names: &PackNames<'_>, staff: Option<&Staff>) -> String {
    let mut text = String::from(
        "# Which triples are made from the rows of the tables, in YARRRML (civigraph help mapping).\n\
         #\n\
         # `civigraph init` guessed all of this. Change it, then run `civigraph validate` on the folder.\n\
         # Classes and relations with `cg:` are those of the vocabulary (civigraph vocabulary); those with\n\
         # `ex:` are your own. Change the addresses of the prefixes here and in datapackage.json.\n\n\
         prefixes:\n",
    );
    for (name, _, iri) in prefixes(tables, names) {
        let _ = writeln!(text, "  {name}: {iri}");
    }
    text.push_str("\nmappings:\n");
    for table in tables {
        write_table(&mut text, tables, table, names, staff);
    }
    text
}

fn write_table(
    text: &mut String,
    tables: &[TableGuess],
    table: &TableGuess,
    names: &PackNames<'_>,
    staff: Option<&Staff>,
) {
    let (subject, source) = (quoted(&subject(table)), source(table));
    let head = |text: &mut String, name: &str| {
        let _ = write!(text, "  {name}:\n    sources:\n      - {source}\n    s: {subject}\n");
    };
    let place = table.reading.sheet.as_ref().map_or_else(String::new, |sheet| format!(", sheet {sheet}"));
    let _ = write!(text, "\n  # {}{place}\n", table.reading.relative);
    head(text, &table.name);
    text.push_str("    po:\n");
    let main = table.labels.first().map(|(at, _)| *at);
    let people_or_posts =
        post(table).filter(|_| main.is_some_and(|main| table.columns[main].n_filled < table.reading.rows.len()));
    if people_or_posts.is_none() {
        let _ = writeln!(text, "      - [a, {}]", class(table));
    }
    for (at, language) in &table.labels {
        let value = quoted(&reference(&table.columns[*at].name));
        if names.languages.contains(language) {
            let _ = writeln!(text, "      - [skos:prefLabel, {value}, {language}~lang]");
        } else {
            let _ = writeln!(
                text,
                "      # In `{language}`, in which not all have a name.\n      - [skos:altLabel, {value}]"
            );
        }
    }
    if let Some(post) = post(table).filter(|_| people_or_posts.is_none()) {
        let _ = writeln!(
            text,
            "      # The words above the name on a card.\n      - [cg:type, {}~iri]",
            post_iri(table, post)
        );
    }
    for link in &table.links {
        write_link(text, tables, table, link, staff);
    }
    for (at, column) in table.columns.iter().enumerate() {
        let skip = table.is_used(at)
            || post(table) == Some(at)
            || column.distinct.is_empty()
            // The identifier is in the address of the thing.
            || table.key == [at];
        if !skip {
            write_property(text, table, at, names);
        }
    }
    if let Some(main) = main.filter(|main| table.columns[*main].n_filled < table.reading.rows.len()) {
        let name = quoted(&reference(&table.columns[main].name));
        let language = &names.languages[0];
        let other = post(table).or_else(|| table.key.first().copied().filter(|key| *key != main));
        let empty = |text: &mut String, function: &str| {
            let _ = write!(
                text,
                "    condition:\n      function: idlab-fn:{function}\n      parameters:\n        - [idlab-fn:str, {name}]\n    po:\n"
            );
        };
        if people_or_posts.is_some() {
            let _ = write!(text, "\n  # A row with a name is a person, one without is a post that nobody holds.\n");
            head(text, &format!("{}-person", table.name));
            empty(text, "isNotNull");
            text.push_str("      - [a, cg:Person]\n");
            if let Some(post) = post(table) {
                let _ = writeln!(
                    text,
                    "      # The words above the name on a card.\n      - [cg:type, {}~iri]",
                    post_iri(table, post)
                );
            }
        }
        if let Some(other) = other {
            let _ = write!(text, "\n  # What has no name is called by `{}`.\n", table.columns[other].name);
            head(text, &format!("{}-without-name", table.name));
            empty(text, "isNull");
            if people_or_posts.is_some() {
                text.push_str("      - [a, cg:Post]\n      - [cg:status, c:vacant~iri]\n");
            }
            let _ = writeln!(
                text,
                "      - [skos:prefLabel, {}, {language}~lang]",
                quoted(&reference(&table.columns[other].name))
            );
        }
    } else if main.is_none() && !table.class.is_empty() && !table.key.is_empty() {
        // Without any names, the identifiers are what things are called.
        let _ = write!(text, "\n  # Nothing in the table is a name.\n");
        head(text, &format!("{}-name", table.name));
        let parts: Vec<String> = table.key.iter().map(|at| reference(&table.columns[*at].name)).collect();
        let _ = write!(
            text,
            "    po:\n      - [skos:prefLabel, {}, {}~lang]\n",
            quoted(&parts.join(" ")),
            names.languages[0]
        );
    }
    if let Some(post) = post(table) {
        let _ = write!(
            text,
            "\n  {}-post:\n    sources:\n      - {source}\n    s: {}\n",
            table.name,
            post_iri(table, post)
        );
        let _ = write!(
            text,
            "    po:\n      - [a, skos:Concept]\n      - [skos:prefLabel, {}, {}~lang]\n",
            quoted(&reference(&table.columns[post].name)),
            names.languages[0]
        );
    }
    if staff.is_some_and(|staff| !staff.missing.is_empty()) {
        let _ = write!(
            text,
            "\n  # Named as heads, without a row of their own.\n  {HEADS}:\n    sources:\n      - [{HEADS}~csv]\n    s: {}\n    po:\n",
            head_iri(table)
        );
        let _ = write!(
            text,
            "      - [a, {}]\n      - [skos:prefLabel, $(name), {}~lang]\n",
            class(table),
            names.languages[0]
        );
    }
    if names.with_order {
        let _ = write!(
            text,
            "\n  {ROWS}:\n    sources:\n      - [{ROWS}~csv]\n    s: {subject}\n    po:\n      - [schema:position, {}, xsd:integer]\n",
            quoted(&reference(&names.position))
        );
    }
}

fn post_iri(table: &TableGuess, post: usize) -> String {
    quoted(&format!("post:{}", reference(&table.columns[post].name)))
}

/// The IRI of a head without a row, with the name as the key.
fn head_iri(table: &TableGuess) -> String {
    if has_iris(table) { "$(name)".to_owned() } else { format!("{}:$(name)", prefix(table)) }
}

fn write_link(text: &mut String, tables: &[TableGuess], table: &TableGuess, link: &RowLink, staff: Option<&Staff>) {
    let column = &table.columns[link.column];
    let target = &tables[link.table];
    let relation = link.relation.map_or_else(|| own(&bare(&column.name), false), str::to_owned);
    if target.key == [link.target] {
        let value = if has_iris(target) {
            reference(&column.name)
        } else {
            format!("{}:{}", prefix(target), reference(&column.name))
        };
        let _ = writeln!(text, "      - [{relation}, {}]", quoted(&format!("{value}~iri")));
        return;
    }
    let mut join = |mapping: &str, there: &str| {
        let _ = write!(
            text,
            "      - p: {relation}\n        o:\n          mapping: {mapping}\n          condition:\n            function: equal\n            parameters:\n              - [str1, {}]\n              - [str2, {}]\n",
            quoted(&reference(&column.name)),
            quoted(&reference(there))
        );
    };
    join(&target.name, &target.columns[link.target].name);
    let is_parent = table.roles.get(&ColumnRole::Parent) == Some(&link.column);
    if is_parent && staff.is_some_and(|staff| !staff.missing.is_empty()) {
        join(HEADS, "name");
    }
}

/// A name of a column without what says that it holds identifiers.
fn bare(name: &str) -> String {
    let name = name.replace("[*]", "");
    for ending in [".id", "_id", " id", " ID", "_code", " code", " Code", "Id"] {
        if let Some(bare) = name.strip_suffix(ending).filter(|bare| !bare.is_empty()) {
            return bare.to_owned();
        }
    }
    name
}

fn write_property(text: &mut String, table: &TableGuess, at: usize, names: &PackNames<'_>) {
    let column = &table.columns[at];
    let role = table.roles.iter().find(|(_, of)| **of == at).map(|(role, _)| *role);
    let value = quoted(&reference(&column.name));
    let is_address = column.datatype() == Some("xsd:anyURI");
    let pair = match role {
        Some(ColumnRole::Description) => format!("[dcterms:description, {value}, {}~lang]", names.languages[0]),
        Some(ColumnRole::Short) => format!("[skos:altLabel, {value}]"),
        Some(ColumnRole::Photo) if is_address => {
            format!("[schema:image, {}]", quoted(&format!("{}~iri", reference(&column.name))))
        }
        Some(ColumnRole::Photo) => format!("[schema:image, {value}]"),
        Some(ColumnRole::Headcount) if column.is_whole() => format!("[schema:numberOfEmployees, {value}, xsd:integer]"),
        Some(ColumnRole::Order) if column.is_whole() => format!("[schema:position, {value}, xsd:integer]"),
        _ if is_address && !column.name.contains("[*]") => format!("[schema:url, {value}, xsd:anyURI]"),
        _ => match column.datatype().filter(|_| column.list.is_none()) {
            Some(datatype) => format!("[{}, {value}, {datatype}]", own(&column.name, false)),
            None => format!("[{}, {value}]", own(&column.name, false)),
        },
    };
    let _ = writeln!(text, "      - {pair}");
}
