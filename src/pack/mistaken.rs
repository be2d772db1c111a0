//! What somebody names instead of a pack, and what they can do.

use std::fs;
use std::io::{BufReader, Read as _};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::DESCRIPTOR;
use crate::file;
use crate::finding::{Finding, codes};

/// What a path is that is no pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedInstead {
    /// A file that can be a table of a pack.
    Table,
    /// A document of XML, which may also be RDF.
    Xml,
    /// A document of JSON, which may also be a descriptor with another name.
    Json,
    /// A file of RDF.
    Rdf,
    /// A query.
    Query,
    /// A mapping.
    Mapping,
    /// Another file.
    File,
    /// A folder without a descriptor.
    Folder,
    /// Nothing.
    Missing,
}

/// Endings of names, after those of packed files.
const TABLES: [&str; 12] =
    ["csv", "tsv", "tab", "xlsx", "xlsm", "xls", "xlsb", "ods", "jsonl", "ndjson", "geojson", "zip"];
const RDF: [&str; 9] = ["ttl", "nt", "nq", "trig", "rdf", "owl", "jsonld", "n3", "ntriples"];
/// How many names of a folder a hint lists.
const MOST_NAMES: usize = 3;
/// A larger document of JSON is data.
const LARGEST_DESCRIPTOR: u64 = 4 * 1024 * 1024;

impl NamedInstead {
    /// What is at a path.
    pub fn of(path: &Path) -> Self {
        if path.is_dir() {
            return Self::Folder;
        }
        if path.exists() { Self::of_name(path) } else { Self::Missing }
    }

    /// What a file is, by its name alone.
    pub fn of_name(path: &Path) -> Self {
        match ending(path).as_str() {
            ending if TABLES.contains(&ending) => Self::Table,
            ending if RDF.contains(&ending) => Self::Rdf,
            "xml" => Self::Xml,
            "json" => Self::Json,
            "rq" | "sparql" => Self::Query,
            "yml" | "yaml" => Self::Mapping,
            _ => Self::File,
        }
    }
}

/// The ending of a name, in small letters; of a packed file, that of what is in it.
pub(super) fn ending(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let name = [".gz", ".zst"].iter().find_map(|packed| name.strip_suffix(packed)).unwrap_or(&name);
    name.rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.to_owned())
}

/// The finding about what was named instead of a pack.
pub fn not_a_pack(path: &Path) -> Finding {
    let shown = path.display();
    let is_missing = matches!(NamedInstead::of(path), NamedInstead::Missing | NamedInstead::Folder);
    let (message, hint) = match NamedInstead::of(path) {
        NamedInstead::Missing => {
            let what = if path.extension().is_some() { "file" } else { "folder" };
            (format!("there is no {what} `{shown}`"), format!("name the folder that contains a `{DESCRIPTOR}`"))
        }
        NamedInstead::Folder => (format!("there is no `{}`", path.join(DESCRIPTOR).display()), in_folder(path)),
        NamedInstead::Table => (format!("`{shown}` is a table, not a pack"), of_table(path)),
        NamedInstead::Xml => (
            format!("`{shown}` is a document of XML, not a pack"),
            format!(
                "a pack is a folder with a `{DESCRIPTOR}` that lists its tables, and a mapping (`civigraph help pack`)"
            ),
        ),
        NamedInstead::Json if is_descriptor(path) => (
            format!("`{shown}` is a descriptor with another name than `{DESCRIPTOR}`"),
            format!("call it `{DESCRIPTOR}`, and name it or its folder"),
        ),
        NamedInstead::Json => (format!("`{shown}` is a document of JSON, not a pack"), of_table(path)),
        NamedInstead::Rdf => {
            (format!("`{shown}` is an RDF file, not a pack"), format!("read it with `--data {shown}`"))
        }
        NamedInstead::Query => (
            format!("`{shown}` is a query, not a pack"),
            format!("`civigraph query {shown} --pack DIR` runs it on the pack in a folder"),
        ),
        NamedInstead::Mapping => (
            format!("`{shown}` is a mapping, not a pack"),
            format!("name the folder with the `{DESCRIPTOR}` that names it"),
        ),
        NamedInstead::File => {
            (format!("`{shown}` is a file, not a pack"), format!("a pack is a folder with a `{DESCRIPTOR}`"))
        }
    };
    let code = if is_missing { codes::MISSING_FILE } else { codes::NOT_A_PACK };
    Finding::error(code, message).hint(hint)
}

/// What to do with a table.
fn of_table(path: &Path) -> String {
    format!("`civigraph init {}` makes a pack of it: a `{DESCRIPTOR}` that lists it, and a mapping", path.display())
}

/// What is in a folder that may have been meant.
fn in_folder(folder: &Path) -> String {
    let mut paths: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let listed = |names: Vec<String>| {
        let names: Vec<String> = names.iter().take(MOST_NAMES).map(|name| format!("`{name}`")).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    let packs = paths.iter().filter(|path| path.join(DESCRIPTOR).exists());
    if let Some(packs) = listed(packs.map(|path| path.display().to_string()).collect()) {
        return format!("did you mean {packs}?");
    }
    let tables = paths.iter().filter(|path| NamedInstead::of(path) == NamedInstead::Table);
    let name = |path: &PathBuf| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    match listed(tables.map(name).collect()) {
        Some(tables) => {
            format!("the folder has tables ({tables}); `civigraph init {}` makes a pack of them", folder.display())
        }
        None => format!("a pack is a folder with a `{DESCRIPTOR}`"),
    }
}

/// Whether a document of JSON has the members of a descriptor.
fn is_descriptor(path: &Path) -> bool {
    let Ok(file) = file::open(path) else { return false };
    let value: serde_json::Result<Value> = serde_json::from_reader(BufReader::new(file.take(LARGEST_DESCRIPTOR)));
    value.is_ok_and(|value| value.get("resources").is_some_and(Value::is_array))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_name() {
        let folder = tempfile::tempdir().unwrap();
        for (name, expected) in [
            ("staff.csv", NamedInstead::Table),
            ("Staff.XLSX", NamedInstead::Table),
            ("staff.tsv.gz", NamedInstead::Table),
            ("staff.v2.jsonl.zst", NamedInstead::Table),
            ("orgs.ttl", NamedInstead::Rdf),
            ("orgs.nt.gz", NamedInstead::Rdf),
            ("api.json", NamedInstead::Json),
            ("orgs.xml", NamedInstead::Xml),
            ("q.rq", NamedInstead::Query),
            ("mapping.yml", NamedInstead::Mapping),
            ("notes", NamedInstead::File),
            (".gz", NamedInstead::File),
            ("csv", NamedInstead::File),
        ] {
            let path = folder.path().join(name);
            fs::write(&path, "").unwrap();
            assert_eq!(NamedInstead::of(&path), expected, "{name}");
        }
        assert_eq!(NamedInstead::of(folder.path()), NamedInstead::Folder);
        assert_eq!(NamedInstead::of(&folder.path().join("x.csv")), NamedInstead::Missing);
    }
}
