//! How things, columns and terms are written in a mapping.

use super::super::guess::TableGuess;
use super::super::words::{ColumnRole, singular};
use super::PackNames;

/// Names of prefixes that no table has.
const RESERVED: [&str; 24] = [
    "org", "ex", "post", "cg", "c", "dcterms", "schema", "skos", "xsd", "edtf", "idlab-fn", "grel", "rdf", "rdfs",
    "owl", "hk", "claim", "figure", "row", "source", "measure", "kind", "event", "body",
];

/// The prefixes of the mapping: name, whether it is the pack's own, IRI.
pub(super) fn prefixes(tables: &[TableGuess], names: &PackNames<'_>) -> Vec<(String, bool, String)> {
    let mut prefixes = vec![("ex".to_owned(), true, format!("{}def#", names.base))];
    for table in tables.iter().filter(|table| !has_iris(table)) {
        prefixes.push((table.prefix.clone(), true, format!("{}{}/", names.base, table.prefix)));
    }
    let has_statements = tables.iter().any(|table| table.meaning.has_statements());
    let mut own = |name: &str, is_used: bool| {
        if is_used && !prefixes.iter().any(|(known, ..)| known == name) {
            prefixes.push((name.to_owned(), true, format!("{}{name}/", names.base)));
        }
    };
    own("post", tables.iter().any(|table| post(table).is_some()));
    own("kind", tables.iter().any(|table| table.meaning.kind.is_some()));
    for name in ["claim", "figure", "measure", "event", "row", "source", "body", "person"] {
        own(name, has_statements);
    }
    for (name, iri) in [
        ("cg", "https://w3id.org/civigraph/def#"),
        ("c", "https://w3id.org/civigraph/code#"),
        ("dcterms", "http://purl.org/dc/terms/"),
        ("schema", "https://schema.org/"),
        ("skos", "http://www.w3.org/2004/02/skos/core#"),
        ("org", "http://www.w3.org/ns/org#"),
        ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
        ("xsd", "http://www.w3.org/2001/XMLSchema#"),
        ("edtf", "http://id.loc.gov/datatypes/edtf/"),
        ("grel", "http://users.ugent.be/~bjdmeest/function/grel.ttl#"),
        ("idlab-fn", "https://w3id.org/imec/idlab/function#"),
    ] {
        prefixes.push((name.to_owned(), false, iri.to_owned()));
    }
    prefixes
}

/// The prefix of the things in a table: letters and digits of ASCII, and none of those in `taken`.
pub(in crate::init) fn prefix_of(name: &str, class: &str, taken: &[String]) -> String {
    let mut ascii = String::new();
    for c in name.chars() {
        match c {
            'ä' => ascii.push_str("ae"),
            'ö' => ascii.push_str("oe"),
            'ü' => ascii.push_str("ue"),
            'ß' => ascii.push_str("ss"),
            c if c.is_ascii_alphanumeric() || c == '-' => ascii.push(c),
            _ => {}
        }
    }
    let parts: Vec<String> = ascii.split('-').filter(|part| !part.is_empty()).map(singular).collect();
    let plain = parts.join("-");
    let of_class = class.split(':').nth(1).map(str::to_lowercase);
    let prefix = match plain.chars().next() {
        Some(first) if first.is_ascii_alphabetic() && !RESERVED.contains(&plain.as_str()) => plain,
        None => of_class.unwrap_or_else(|| "thing".to_owned()),
        Some(_) => format!("row-{plain}"),
    };
    let mut unique = prefix.clone();
    for n in 2.. {
        if !taken.contains(&unique) {
            break;
        }
        unique = format!("{prefix}-{n}");
    }
    unique
}

/// Whether the values of the key are IRIs already.
pub(super) fn has_iris(table: &TableGuess) -> bool {
    matches!(table.key[..], [key] if table.columns[key].distinct.iter().all(|value| value.contains("://")))
}

/// The column with posts, if the rows are people.
pub(super) fn post(table: &TableGuess) -> Option<usize> {
    table.roles.get(&ColumnRole::Post).copied().filter(|_| table.class == "cg:Person")
}

/// A reference to a column of this name.
pub(super) fn reference(name: &str) -> String {
    format!("$({})", name.replace('(', "\\(").replace(')', "\\)"))
}

/// The text of a column, which may be read from two.
pub(super) fn value(table: &TableGuess, at: usize) -> String {
    let named = |at: usize| reference(&table.columns[at].name);
    let Some([first, second]) = table.columns[at].parts else { return named(at) };
    let is_chinese = table.columns[at].distinct.iter().all(|name| !name.contains(' '));
    format!("{}{}{}", named(first), if is_chinese { "" } else { " " }, named(second))
}

/// A text in a flow sequence of YAML.
pub(super) fn quoted(text: &str) -> String {
    let is_plain = text.chars().all(|c| c.is_alphanumeric() || "$()_.:/~- ".contains(c))
        && !text.contains(": ")
        && !text.ends_with(':')
        && !text.starts_with(['-', ' ']);
    if is_plain { text.to_owned() } else { format!("'{}'", text.replace('\'', "''")) }
}

/// What tells a row from others of its table, in an IRI.
pub(super) fn key(table: &TableGuess) -> String {
    let parts: Vec<String> = table.key.iter().map(|at| reference(&table.columns[*at].name)).collect();
    parts.join("-")
}

/// What a row is, as a template of an IRI.
pub(super) fn subject(table: &TableGuess) -> String {
    match table.key[..] {
        [] => "null".to_owned(),
        [only] if has_iris(table) => reference(&table.columns[only].name),
        _ => format!("{}:{}", table.prefix, key(table)),
    }
}

/// The thing of a table whose key is the value of the column with this name.
pub(super) fn thing(table: &TableGuess, name: &str) -> String {
    if has_iris(table) { reference(name) } else { format!("{}:{}", table.prefix, reference(name)) }
}

/// The local name of a term of the pack's own for the name of a column or table.
pub(super) fn local_name(name: &str, is_class: bool) -> String {
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
    term
}

/// A name of a column without what says that it holds identifiers.
pub(super) fn bare(name: &str) -> String {
    let name = name.replace("[*]", "");
    for ending in [".id", "_id", " id", " ID", "_code", " code", " Code", "Id"] {
        if let Some(bare) = name.strip_suffix(ending).filter(|bare| !bare.is_empty()) {
            return bare.to_owned();
        }
    }
    name
}

/// The source of a mapping: a table, or the list of a document.
pub(super) fn source(table: &TableGuess) -> String {
    match &table.reading.json {
        Some(json) => format!(
            "[{}~jsonpath, {}]",
            table.name,
            format_args!("\"{}\"", json.iterator.replace('\\', "\\\\").replace('"', "\\\""))
        ),
        None => format!("[{}~csv]", table.name),
    }
}
