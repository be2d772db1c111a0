//! The resources of a pack (<https://datapackage.org/standard/data-resource/>): tables, and
//! other files that belong to it.

use std::path::Path;

use encoding_rs::Encoding;

use super::files::normal_path;
use super::mistaken::ending;
use super::node::{DescriptorNode, JsonFile, Members, Unknown, text_of};
use super::schema::{self, Schema};
use super::{DescriptorReader, dialect};
use crate::dialect::Dialect;
use crate::finding::{Finding, Findings, Place, codes, did_you_mean};

/// A resource of the pack.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Its name, by which foreign keys and mappings refer to it.
    pub name: String,
    /// Its files, relative to the pack; several are read as one table. None if the descriptor
    /// itself has the data.
    pub paths: Vec<String>,
    /// The data in the descriptor.
    pub data: Option<InlineData>,
    /// Whether it is to be read as a table.
    pub is_table: bool,
    /// The extension of its RDF format, such as `ttl`, if it is RDF.
    pub rdf: Option<&'static str>,
    /// The usual extension of its files, such as `csv`.
    pub format: Option<String>,
    /// Its media type, such as `text/csv`.
    pub mediatype: Option<String>,
    /// The label of its encoding; if there is none, it is to be found in the file.
    pub encoding: Option<String>,
    /// How its cells are arranged.
    pub dialect: Dialect,
    /// The content of its columns.
    pub schema: Schema,
    /// The files of its schema and dialect.
    pub described_in: Vec<String>,
    /// The size that its file should have.
    pub bytes: Option<(u64, Place)>,
    /// The hash that its file should have.
    pub hash: Option<(String, Place)>,
    /// Where the descriptor names its files.
    pub place: Place,
}

/// Data inside the descriptor.
#[derive(Debug, Clone)]
pub struct InlineData {
    /// The text. The one of a list or an object has the lines and columns that it has in the
    /// descriptor.
    pub text: String,
    /// Its format, as an extension.
    pub format: String,
    /// The name of the text in places: that of the descriptor, or a pointer into it.
    pub file: String,
}

/// Extensions of files that have rows by themselves.
const TABULAR: [&str; 6] = ["csv", "tsv", "tab", "xlsx", "xlsm", "ods"];
const TABULAR_MEDIA: [&str; 5] = [
    "text/csv",
    "text/tab-separated-values",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.spreadsheet",
];

impl Resource {
    /// A name for its files in messages.
    pub fn file(&self) -> &str {
        match (&self.data, self.paths.first()) {
            (Some(data), _) => &data.file,
            (None, Some(path)) => path,
            (None, None) => &self.name,
        }
    }
}

/// Whether a path is a web address.
fn is_address(path: &str) -> bool {
    path.split_once("://")
        .is_some_and(|(scheme, _)| scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c)))
}

impl DescriptorReader<'_> {
    /// Reads a resource; `all_tables` if the package says that it has nothing else.
    pub(super) fn resource(
        &self,
        node: DescriptorNode<'_>,
        all_tables: bool,
        findings: &mut Findings,
    ) -> Option<Resource> {
        let mut members = Members::of(node, "a resource", findings)?;
        let name = members.text("name", findings);
        if name.is_none() && members.get("name").is_none() {
            findings.push(members.node.fault("a resource must have a `name`"));
        }
        self.metadata(&mut members, &["$schema", "title", "description", "homepage"], findings);
        let mut place = members.node.place();
        let paths = self.paths(&mut members, &mut place, findings);
        let format = members.text("format", findings).map(|format| format.to_ascii_lowercase());
        let mediatype = members.text("mediatype", findings).map(|kind| kind.to_ascii_lowercase());
        let encoding = encoding(&mut members, findings);
        let says_table = says_table(&mut members, findings);
        let mut described_in = Vec::new();
        let has_schema = members.get("schema").is_some() || members.get("dialect").is_some();
        let dialect = match members.get("dialect") {
            None => Dialect::default(),
            Some(node) => self
                .described(node, "dialect", &mut described_in, findings, &mut |node, findings| {
                    dialect::read(node, findings)
                })
                .unwrap_or_default(),
        };
        let schema = match members.get("schema") {
            None => Schema::default(),
            Some(node) => self
                .described(node, "schema", &mut described_in, findings, &mut |node, findings| {
                    schema::read(node, findings)
                })
                .unwrap_or_default(),
        };
        let data = self.inline_data(&mut members, format.as_deref(), mediatype.as_deref(), findings);
        if paths.is_empty() && data.is_none() && members.get("path").is_none() && members.get("data").is_none() {
            let hint = "name its file: `\"path\": \"table.csv\"`".to_owned();
            findings.push(members.node.fault("a resource must have a `path`, or `data`").hint(hint));
        }
        if let (Some(_), Some(node)) = (members.get("path"), members.get("data")) {
            findings.push(node.fault("a resource has a `path` or `data`, not both"));
        }
        let bytes = members.count("bytes", findings).and_then(|n| Some((n, members.get("bytes")?.place())));
        let hash = members.text("hash", findings).and_then(|hash| Some((hash, members.get("hash")?.place())));
        let looks_like_one = format.as_deref().map_or_else(
            || {
                paths
                    .first()
                    .and_then(|path| unpacked(path).rsplit_once('.'))
                    .is_some_and(|(_, ending)| is_tabular(ending))
            },
            is_tabular,
        );
        let is_table = says_table
            || all_tables
            || has_schema
            || data.is_some()
            || looks_like_one
            || mediatype.as_deref().is_some_and(|kind| TABULAR_MEDIA.contains(&kind));
        self.sources_and_licenses(&mut members, findings);
        members.finish(Unknown::PassedOver, findings);
        let rdf = if is_table { None } else { rdf(format.as_deref(), mediatype.as_deref(), &paths) };
        if is_table || rdf.is_some() {
            self.refuse_addresses(&paths, &place, findings);
        }
        Some(Resource {
            name: name?,
            paths,
            data,
            is_table,
            rdf,
            format,
            mediatype,
            encoding,
            dialect: Dialect { names: schema.fields.iter().map(|field| field.name.clone()).collect(), ..dialect },
            schema,
            described_in,
            bytes,
            hash,
            place,
        })
    }

    fn paths(&self, members: &mut Members<'_>, place: &mut Place, findings: &mut Findings) -> Vec<String> {
        // Version 0 called it `url`.
        let node = members.get("path").or_else(|| members.get("url").filter(|_| members.node.get("path").is_none()));
        let Some(node) = node else { return Vec::new() };
        *place = node.place();
        let nodes = if node.value.is_array() { node.items() } else { vec![node.clone()] };
        if nodes.is_empty() {
            findings.push(node.fault("`path` has no file"));
        }
        let mut paths = Vec::new();
        for node in nodes {
            let Some(path) = text_of(&node, "`path`", findings) else { continue };
            if path.is_empty() {
                findings.push(node.fault("`path` is empty"));
                continue;
            }
            paths.push(normal_path(&path));
        }
        paths
    }

    fn refuse_addresses(&self, paths: &[String], place: &Place, findings: &mut Findings) {
        for path in paths.iter().filter(|path| is_address(path)) {
            let message = format!("`{path}` is a web address, and civigraph does not use the network");
            let hint = "download the file into the pack, and name it by its path".to_owned();
            findings.push(Finding::error(codes::PACKAGE_DESCRIPTOR, message).at(place.clone()).hint(hint));
        }
    }

    /// Reads a schema or dialect: an object, or the path of a file with one.
    fn described<T>(
        &self,
        node: DescriptorNode<'_>,
        what: &str,
        described_in: &mut Vec<String>,
        findings: &mut Findings,
        read: &mut dyn FnMut(DescriptorNode<'_>, &mut Findings) -> T,
    ) -> Option<T> {
        let Some(path) = node.value.as_str() else { return Some(read(node, findings)) };
        if is_address(path) {
            let message = format!("`{path}` is a web address, and civigraph does not use the network");
            let hint = format!("download the {what} into the pack, and name it by its path");
            findings.push(node.fault(message).hint(hint));
            return None;
        }
        let path = normal_path(path);
        let text = match self.files.read_text(&path, node.place()) {
            Ok(text) => text,
            Err(fault) => {
                findings.push(fault);
                return None;
            }
        };
        described_in.push(path.clone());
        let file = JsonFile::parse(self.files.name(&path), text, findings)?;
        Some(read(file.root(), findings))
    }

    fn inline_data(
        &self,
        members: &mut Members<'_>,
        format: Option<&str>,
        mediatype: Option<&str>,
        findings: &mut Findings,
    ) -> Option<InlineData> {
        let node = members.get("data")?;
        if node.value.is_array() || node.value.is_object() {
            let file = self.file.name.clone();
            return Some(InlineData { text: node.raw_in_place(), format: "json".to_owned(), file });
        }
        let Some(text) = node.value.as_str() else {
            node.expect("`data`", "a list, an object or a text", findings);
            return None;
        };
        let format = match (format, mediatype) {
            (Some(format), _) => format,
            (None, Some("text/csv")) => "csv",
            (None, Some("text/tab-separated-values")) => "tsv",
            (None, Some("application/json")) => "json",
            _ => {
                let hint = "add `\"format\": \"csv\"`".to_owned();
                findings.push(node.fault("`data` that is a text needs a `format` or `mediatype`").hint(hint));
                return None;
            }
        };
        if !["csv", "tsv", "tab", "json", "jsonl", "ndjson"].contains(&format) {
            findings.push(node.fault(format!("`data` of the format `{format}` cannot be read")));
            return None;
        }
        let file = format!("{}#{}", self.file.name, node.pointer());
        Some(InlineData { text: text.to_owned(), format: format.to_owned(), file })
    }
}

/// The extension of the RDF format that a resource says it has, otherwise that of its files.
fn rdf(format: Option<&str>, mediatype: Option<&str>, paths: &[String]) -> Option<&'static str> {
    let known = |name: &str| RDF_FORMATS.iter().find(|(_, names)| names.contains(&name)).map(|(ending, _)| *ending);
    if let Some(format) = format {
        return known(format);
    }
    if let Some(found) = mediatype.and_then(|mediatype| known(mediatype.split(';').next()?.trim())) {
        return Some(found);
    }
    known(&ending(Path::new(paths.first()?)))
}

/// RDF formats by the usual extension, with their other names and media types.
const RDF_FORMATS: [(&str, &[&str]); 7] = [
    ("ttl", &["ttl", "turtle", "text/turtle"]),
    ("nt", &["nt", "ntriples", "n-triples", "application/n-triples"]),
    ("trig", &["trig", "application/trig"]),
    ("nq", &["nq", "nquads", "n-quads", "application/n-quads"]),
    ("rdf", &["rdf", "rdfxml", "rdf/xml", "rdf+xml", "application/rdf+xml"]),
    ("owl", &["owl"]),
    ("jsonld", &["jsonld", "json-ld", "application/ld+json"]),
];

/// The name that a file has when it is unpacked.
fn unpacked(path: &str) -> &str {
    [".gz", ".zst", ".zip"].iter().find_map(|packed| path.strip_suffix(packed)).unwrap_or(path)
}

fn is_tabular(format: &str) -> bool {
    TABULAR.contains(&format.to_ascii_lowercase().as_str())
}

/// Whether a resource says that it is a table, in the words of version 2 or 1.
fn says_table(members: &mut Members<'_>, findings: &mut Findings) -> bool {
    let profile = members.text("profile", findings);
    let kind = members.text("type", findings);
    match kind.as_deref() {
        None => profile.is_some_and(|profile| {
            profile == "tabular-data-resource" || profile.ends_with("/tabular-data-resource.json")
        }),
        Some("table") => true,
        // What `frictionless` calls the others.
        Some("file" | "json" | "text" | "metadata") => false,
        Some(other) => {
            let message = format!("the type of a resource is `table`, not `{other}`");
            findings.extend(members.get("type").map(|node| {
                node.fault(message).hint(
                    did_you_mean(other, ["table"]).or_else(|| Some("leave `type` out for other files".to_owned())),
                )
            }));
            false
        }
    }
}

fn encoding(members: &mut Members<'_>, findings: &mut Findings) -> Option<String> {
    let label = members.text("encoding", findings)?;
    // Python's name for UTF-8 with a byte-order mark.
    if label.eq_ignore_ascii_case("utf-8-sig") || label.eq_ignore_ascii_case("utf_8_sig") {
        return Some("utf-8".to_owned());
    }
    // Python writes `utf_8` for `utf-8`.
    let with_hyphens = label.replace('_', "-");
    let known = [&label, &with_hyphens]
        .into_iter()
        .find(|label| Encoding::for_label_no_replacement(label.as_bytes()).is_some());
    if known.is_none() {
        let names = [
            "utf-8",
            "utf-16le",
            "utf-16be",
            "windows-1252",
            "iso-8859-1",
            "iso-8859-15",
            "big5",
            "gbk",
            "gb18030",
            "shift_jis",
            "euc-jp",
            "euc-kr",
            "windows-1251",
            "macintosh",
        ];
        let hint = did_you_mean(&label, names).unwrap_or_else(|| {
            "the labels are those of the WHATWG, such as `utf-8`, `big5`, `windows-1252`".to_owned()
        });
        let fault = Finding::error(codes::UNKNOWN_ENCODING, format!("`{label}` is not an encoding")).hint(hint);
        findings.extend(members.get("encoding").map(|node| fault.at(node.place())));
    }
    known.cloned()
}
