//! A data pack: a folder with a `datapackage.json`
//! (<https://datapackage.org/standard/data-package/>), its tables, its mapping.

pub mod embedded;
mod files;
mod locate;
pub mod schema;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use files::{Files, OpenError, normal_path};
pub use locate::JsonStep;
use schema::Schema;

use crate::error::{Action, Error, Result};
use crate::finding::{Finding, Findings, Place, codes, did_you_mean};

/// The name of the file that makes a folder a pack.
pub const DESCRIPTOR: &str = "datapackage.json";

/// A pack: its descriptor and access to its files.
#[derive(Debug, Clone)]
pub struct Pack {
    /// Where its files are.
    pub files: Files,
    /// The content of `datapackage.json`.
    pub descriptor: Descriptor,
    text: String,
}

/// `datapackage.json`.
#[derive(Debug, Clone, Deserialize)]
pub struct Descriptor {
    /// Short name in ASCII.
    #[serde(default)]
    pub name: String,
    /// Title for people.
    #[serde(default)]
    pub title: Option<String>,
    /// Description for people.
    #[serde(default)]
    pub description: Option<String>,
    /// Version of the pack.
    #[serde(default)]
    pub version: Option<String>,
    /// Licences of the pack.
    #[serde(default)]
    pub licenses: Vec<License>,
    /// The sources of the pack's facts.
    #[serde(default)]
    pub sources: Vec<FactSource>,
    /// The tables.
    #[serde(default)]
    pub resources: Vec<Resource>,
    /// What civigraph needs beyond the standard.
    #[serde(default)]
    pub civigraph: Settings,
}

impl Descriptor {
    /// Normalises all paths, since those of the mapping and of the tables are compared.
    fn normalise_paths(&mut self) {
        let settings = &mut self.civigraph;
        let tables = self.resources.iter_mut().map(|resource| &mut resource.path);
        let named = [&mut settings.mapping, &mut settings.queries, &mut settings.checks].into_iter().flatten();
        for path in tables.chain(named).chain(&mut settings.ontology).chain(&mut settings.shapes) {
            *path = normal_path(path);
        }
    }
}

/// A licence.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct License {
    /// Identifier in Open Definition or SPDX.
    pub name: Option<String>,
    /// Web address of its text.
    pub path: Option<String>,
    /// Title for people.
    pub title: Option<String>,
}

/// A source of a pack's facts.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct FactSource {
    /// Title for people.
    pub title: Option<String>,
    /// Web address.
    pub path: Option<String>,
}

/// A table of the pack.
#[derive(Debug, Clone, Deserialize)]
pub struct Resource {
    /// Its name, by which foreign keys refer to it.
    pub name: String,
    /// Its file, relative to the pack.
    pub path: String,
    /// How its text is split into cells.
    #[serde(default)]
    pub dialect: Dialect,
    /// The content of its columns.
    #[serde(default)]
    pub schema: Schema,
}

/// How a table's text is split into cells.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Dialect {
    /// The delimiter between cells: one ASCII character, `,` by default.
    #[serde(default)]
    pub delimiter: Option<char>,
}

impl Resource {
    /// The byte between two cells: the dialect's, otherwise a tab for `.tsv`, otherwise a comma.
    pub fn delimiter(&self) -> u8 {
        delimiter(&self.path, &self.dialect)
    }
}

/// Whether a name is a prefix in Turtle and SPARQL (PN_PREFIX, in ASCII), or empty.
fn is_prefix_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_none_or(|c| c.is_ascii_alphabetic())
        && chars.all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && !name.ends_with('.')
}

fn delimiter(path: &str, dialect: &Dialect) -> u8 {
    let given = dialect.delimiter.and_then(|c| u8::try_from(c).ok());
    given.unwrap_or(if path.ends_with(".tsv") { b'\t' } else { b',' })
}

/// The object `civigraph` of a descriptor.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// IRI that relative IRIs are resolved against.
    pub base: Option<String>,
    /// Prefixes for queries and exports.
    pub prefixes: BTreeMap<String, String>,
    /// Language tags of the pack's labels, the main one first.
    pub languages: Vec<String>,
    /// Titles of the pack by language tag, in addition to the title of the package.
    pub titles: BTreeMap<String, String>,
    /// The mapping, relative to the pack.
    pub mapping: Option<String>,
    /// Turtle files with the pack's own classes, properties and codes.
    pub ontology: Vec<String>,
    /// The folder with the pack's stored questions.
    pub queries: Option<String>,
    /// The folder with the pack's own checks.
    pub checks: Option<String>,
    /// Turtle files with shapes (SHACL) that the pack's data conform to.
    pub shapes: Vec<String>,
}

impl Pack {
    /// The pack that ships inside the binary.
    pub fn embedded() -> Result<Self> {
        Self::read(Files::Embedded(embedded::DEFAULT_PACK.to_owned()))
    }

    /// The folder of a pack that is given as its folder or its descriptor.
    pub fn folder_of(path: &Path) -> PathBuf {
        if path.file_name().is_none_or(|name| name != DESCRIPTOR) {
            return path.to_owned();
        }
        match path.parent() {
            Some(parent) if parent != Path::new("") => parent.to_owned(),
            _ => PathBuf::from("."),
        }
    }

    /// Opens the pack in a folder, or that of a descriptor.
    pub fn open(path: &Path) -> Result<Self> {
        let folder = Self::folder_of(path);
        if !folder.exists() {
            let hint = "name the folder that contains a `datapackage.json`".to_owned();
            return Err(Error::invalid(
                Finding::error(codes::MISSING_FILE, format!("there is no folder `{}`", folder.display())).hint(hint),
            ));
        }
        Self::read(Files::Folder(folder))
    }

    fn read(files: Files) -> Result<Self> {
        let name = files.name(DESCRIPTOR);
        let mut bytes = Vec::new();
        match files.open(DESCRIPTOR) {
            Ok(mut reader) => {
                reader.read_to_end(&mut bytes).map_err(Error::io(Action::Read, &name))?;
            }
            Err(OpenError::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => {
                let message = format!("there is no `{name}`");
                return Err(Error::invalid(
                    Finding::error(codes::MISSING_FILE, message)
                        .hint("a pack is a folder with a `datapackage.json`".to_owned()),
                ));
            }
            Err(OpenError::Io(error)) => return Err(Error::io(Action::Read, &name)(error)),
            Err(OpenError::Leaves) => {
                let message = format!("`{name}` is a link that leads out of the pack's folder");
                return Err(Error::invalid(Finding::error(codes::PATH_LEAVES_PACK, message)));
            }
        }
        let text = crate::finding::utf8(&name, bytes).map_err(Error::invalid)?;
        let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
        let mut descriptor: Descriptor = serde_json::from_str(&text).map_err(|error| {
            let said = error.to_string();
            let message = said.split(" at line ").next().unwrap_or(&said).to_owned();
            let code = if error.is_data() { codes::PACKAGE_DESCRIPTOR } else { codes::JSON_SYNTAX };
            // Columns are counted in bytes; 0 is the end of the line before.
            let line: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
            let at = (line + error.column()).saturating_sub(1).min(text.trim_end().len());
            Error::invalid(Finding::error(code, message).at(Place::in_text(&name, &text, at, at)))
        })?;
        descriptor.normalise_paths();
        let pack = Self { files, descriptor, text };
        let faults = pack.faults();
        if faults.has_errors() {
            return Err(Error::Invalid(Box::new(faults)));
        }
        Ok(pack)
    }

    /// The place of a value of the descriptor.
    pub fn place(&self, path: &[JsonStep<'_>]) -> Place {
        let range = locate::locate(&self.text, path);
        Place::in_text(self.files.name(DESCRIPTOR), &self.text, range.start, range.end)
    }

    /// Opens a file that the descriptor or the mapping names at `named_at`.
    pub fn open_file(&self, relative: &str, named_at: Place) -> Result<Box<dyn Read>, Finding> {
        self.files.open(relative).map_err(|error| self.not_opened(relative, error, "file").at(named_at))
    }

    /// The paths of the files with this extension in a folder that the descriptor names at
    /// `named_at`. A folder that does not exist has none.
    pub fn list_folder(&self, folder: &str, extension: &str, named_at: Place) -> Result<Vec<String>, Finding> {
        let listed = self.files.list(folder, extension);
        listed.map_err(|error| self.not_opened(folder, error, "folder").at(named_at))
    }

    /// The finding for a file or folder of the pack that could not be opened.
    fn not_opened(&self, relative: &str, error: OpenError, what: &str) -> Finding {
        let name = self.files.name(relative);
        match error {
            OpenError::Leaves => {
                let message = format!("the path `{relative}` leads out of the pack's folder");
                let hint = format!("copy the {what} into the pack and name it relative to the pack");
                Finding::error(codes::PATH_LEAVES_PACK, message).hint(hint)
            }
            OpenError::Io(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Finding::error(codes::MISSING_FILE, format!("there is no {what} `{name}`"))
            }
            OpenError::Io(error) => Finding::error(codes::UNREADABLE_FILE, format!("cannot read `{name}`: {error}")),
        }
    }

    /// The text of a file that the descriptor names at `named_at`.
    pub fn read_text(&self, relative: &str, named_at: Place) -> Result<String, Finding> {
        let mut bytes = Vec::new();
        let name = self.files.name(relative);
        self.open_file(relative, named_at.clone())?.read_to_end(&mut bytes).map_err(|error| {
            Finding::error(codes::UNREADABLE_FILE, format!("cannot read `{name}`: {error}")).at(named_at)
        })?;
        let text = crate::finding::utf8(&name, bytes)?;
        Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
    }

    /// The table with this path, if the descriptor lists it.
    pub fn resource_at(&self, path: &str) -> Option<&Resource> {
        self.descriptor.resources.iter().find(|resource| resource.path == path)
    }

    /// The errors in the content of the descriptor.
    fn faults(&self) -> Findings {
        let mut faults = Findings::new();
        let resources = &self.descriptor.resources;
        if resources.is_empty() {
            faults.push(
                Finding::error(codes::EMPTY_PACK, "the pack has no tables")
                    .at(self.place(&[JsonStep::Key("resources")]))
                    .hint("list its CSV files under `resources`".to_owned()),
            );
        }
        if self.descriptor.civigraph.mapping.is_none() {
            faults.push(
                Finding::error(codes::EMPTY_PACK, "the pack has no mapping, so its tables make no triples")
                    .at(self.place(&[JsonStep::Key("civigraph")]))
                    .hint("add `\"civigraph\": {\"mapping\": \"mapping.yml\"}`".to_owned()),
            );
        }
        for (index, resource) in resources.iter().enumerate() {
            let here = [JsonStep::Key("resources"), JsonStep::Index(index)];
            if resources[..index].iter().any(|other| other.name == resource.name) {
                let message = format!("two resources are called `{}`", resource.name);
                let place = self.place(&[here[0], here[1], JsonStep::Key("name")]);
                faults.push(Finding::error(codes::PACKAGE_DESCRIPTOR, message).at(place));
            }
            if resource.dialect.delimiter.is_some_and(|c| !c.is_ascii() || c == '"' || c == '\n') {
                let place = self.place(&[here[0], here[1], JsonStep::Key("dialect")]);
                faults.push(
                    Finding::error(codes::PACKAGE_DESCRIPTOR, "a delimiter must be one ASCII character").at(place),
                );
            }
            self.schema_faults(index, &resource.schema, &mut faults);
        }
        for (index, tag) in self.descriptor.civigraph.languages.iter().enumerate() {
            if oxilangtag::LanguageTag::parse(tag.as_str()).is_err() {
                let path = [JsonStep::Key("civigraph"), JsonStep::Key("languages"), JsonStep::Index(index)];
                let message = format!("`{tag}` is not a BCP 47 language tag");
                faults.push(Finding::error(codes::UNKNOWN_LANGUAGE_TAG, message).at(self.place(&path)));
            }
        }
        let prefixes = &self.descriptor.civigraph.prefixes;
        for (name, iri) in prefixes {
            if !is_prefix_name(name) {
                let path = [JsonStep::Key("civigraph"), JsonStep::Key("prefixes"), JsonStep::Key(name)];
                let message = format!("`{name}` cannot be a prefix");
                let hint = "a prefix has letters, digits, `-` and `_`, and begins with a letter".to_owned();
                faults.push(Finding::error(codes::PACKAGE_DESCRIPTOR, message).at(self.place(&path)).hint(hint));
            }
            if oxiri::Iri::parse(iri.as_str()).is_err() {
                let path = [JsonStep::Key("civigraph"), JsonStep::Key("prefixes"), JsonStep::Key(name)];
                let message = format!("`{iri}` is not an absolute IRI");
                faults.push(Finding::error(codes::BAD_IRI, message).at(self.place(&path)));
            }
        }
        faults
    }

    fn schema_faults(&self, table: usize, schema: &Schema, faults: &mut Findings) {
        let at = |rest: &[JsonStep<'_>]| {
            let mut path = vec![JsonStep::Key("resources"), JsonStep::Index(table), JsonStep::Key("schema")];
            path.extend_from_slice(rest);
            self.place(&path)
        };
        let mut unknown = |schema: &Schema, name: &str, place: Place| {
            if !schema.fields.iter().any(|field| field.name == name) {
                faults.push(
                    Finding::error(codes::UNKNOWN_COLUMN, format!("the schema has no field `{name}`"))
                        .at(place)
                        .hint(did_you_mean(name, schema.fields.iter().map(|f| f.name.as_str()))),
                );
            }
        };
        for name in &schema.primary_key.0 {
            unknown(schema, name, at(&[JsonStep::Key("primaryKey")]));
        }
        for (index, names) in schema.unique_keys.iter().enumerate() {
            for name in &names.0 {
                unknown(schema, name, at(&[JsonStep::Key("uniqueKeys"), JsonStep::Index(index)]));
            }
        }
        let mut lost = Vec::new();
        for (index, key) in schema.foreign_keys.iter().enumerate() {
            let here = [JsonStep::Key("foreignKeys"), JsonStep::Index(index)];
            for name in &key.fields.0 {
                unknown(schema, name, at(&[here[0], here[1], JsonStep::Key("fields")]));
            }
            let there = [here[0], here[1], JsonStep::Key("reference"), JsonStep::Key("resource")];
            let name = &key.reference.resource;
            let referred = if name.is_empty() {
                Some(schema)
            } else {
                let resources = &self.descriptor.resources;
                resources.iter().find(|other| other.name == *name).map(|other| &other.schema)
            };
            match referred {
                None => lost.push((name, at(&there))),
                Some(referred) => {
                    for name in &key.reference.fields.0 {
                        unknown(
                            referred,
                            name,
                            at(&[here[0], here[1], JsonStep::Key("reference"), JsonStep::Key("fields")]),
                        );
                    }
                }
            }
            if key.fields.0.is_empty() || key.fields.0.len() != key.reference.fields.0.len() {
                lost.push((name, at(&here)));
            }
        }
        for (index, field) in schema.fields.iter().enumerate() {
            let here = [JsonStep::Key("fields"), JsonStep::Index(index)];
            if schema.fields[..index].iter().any(|other| other.name == field.name) {
                let message = format!("two fields are called `{}`", field.name);
                faults.push(Finding::error(codes::PACKAGE_DESCRIPTOR, message).at(at(&here)));
            }
            let pattern = field.constraints.whole_cell();
            if let Some(Err(error)) = pattern {
                let path = [here[0], here[1], JsonStep::Key("constraints"), JsonStep::Key("pattern")];
                let said = error.to_string();
                let last = said.lines().last().unwrap_or_default().to_owned();
                faults
                    .push(Finding::error(codes::PACKAGE_DESCRIPTOR, format!("invalid pattern: {last}")).at(at(&path)));
            }
        }
        for (name, place) in lost {
            let names = self.descriptor.resources.iter().map(|other| other.name.as_str());
            faults.push(
                Finding::error(
                    codes::PACKAGE_DESCRIPTOR,
                    format!("the foreign key does not match a resource `{name}`"),
                )
                .at(place)
                .hint(did_you_mean(name, names)),
            );
        }
    }
}
