//! A data pack: a folder with a `datapackage.json`
//! (<https://datapackage.org/standard/data-package/>), its tables, its mapping.

mod descriptor;
mod dialect;
pub mod embedded;
mod exception;
mod files;
mod integrity;
mod lines;
mod locate;
mod mistaken;
mod node;
mod resource;
pub mod schema;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use descriptor::{Descriptor, FactSource, License, Settings};
pub use exception::{Excepted, Exception};
pub use files::{Files, OpenError, STANDARD_INPUT, normal_path};
pub use locate::JsonStep;
pub use mistaken::{NamedInstead, not_a_pack};
pub use resource::{InlineData, Resource};

use descriptor::DescriptorReader;
use node::JsonFile;

use crate::error::{Action, Error, Result};
use crate::finding::{Finding, Findings, Place, codes};

/// Extensions of RDF files, which are read without a pack.
pub const RDF_ENDINGS: [&str; 7] = ["ttl", "nt", "trig", "nq", "rdf", "owl", "jsonld"];

/// Whether the name of a file is that of an RDF file, which may be packed.
pub fn is_rdf_name(path: &Path) -> bool {
    rdf_ending(path).is_some()
}

/// The extension of an RDF file, before that of its packing.
fn rdf_ending(path: &Path) -> Option<&'static str> {
    let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
    let name = [".gz", ".zst"].into_iter().find_map(|packing| name.strip_suffix(packing)).unwrap_or(&name);
    let (_, ending) = name.rsplit_once('.')?;
    RDF_ENDINGS.into_iter().find(|known| *known == ending)
}

/// The name of the file that makes a folder a pack. Another descriptor in the folder, such as that of an
/// earlier edition, is `datapackage-….json`.
pub const DESCRIPTOR: &str = "datapackage.json";

/// A pack: its descriptor and access to its files.
#[derive(Debug, Clone)]
pub struct Pack {
    /// Where its files are.
    pub files: Files,
    /// The name of its descriptor in the folder, which is nearly always [`DESCRIPTOR`].
    pub descriptor_file: String,
    /// The content of the descriptor.
    pub descriptor: Descriptor,
    /// What is worth a remark in its descriptor.
    pub remarks: Findings,
    /// The label of the encoding of delimited texts for which neither the descriptor nor the mapping
    /// names one; otherwise they are UTF-8.
    pub encoding: Option<String>,
    file: Arc<JsonFile>,
}

impl Pack {
    /// The pack that ships inside the binary.
    pub fn embedded() -> Result<Self> {
        Self::read(Files::Embedded(embedded::DEFAULT_PACK.to_owned()), DESCRIPTOR)
    }

    /// The pack, with the encoding of tables for which nothing else names one.
    pub fn with_encoding(self, encoding: Option<String>) -> Self {
        Self { encoding, ..self }
    }

    /// A pack whose descriptor and mapping are in memory, and whose tables are in a folder.
    pub fn in_memory(folder: PathBuf, texts: BTreeMap<String, String>) -> Result<Self> {
        Self::read(Files::Beside(folder, texts), DESCRIPTOR)
    }

    /// Whether a path is named like a descriptor: `datapackage.json`, `datapackage-2019.json`.
    pub fn is_descriptor(path: &Path) -> bool {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name == DESCRIPTOR || name.starts_with("datapackage-") && name.ends_with(".json")
    }

    /// The folder and the name of the descriptor of a pack that is given as its folder or its descriptor.
    fn located(path: &Path) -> (PathBuf, &str) {
        let name = path.file_name().and_then(|name| name.to_str());
        let Some(name) = name.filter(|_| Self::is_descriptor(path)) else { return (path.to_owned(), DESCRIPTOR) };
        match path.parent() {
            Some(parent) if parent != Path::new("") => (parent.to_owned(), name),
            _ => (PathBuf::from("."), name),
        }
    }

    /// The shortest path that [`Pack::open`] takes for the same pack: its folder or, if that has another
    /// descriptor too, the descriptor.
    pub fn shortened(path: &Path) -> PathBuf {
        let (folder, name) = Self::located(path);
        if name == DESCRIPTOR { folder } else { folder.join(name) }
    }

    /// Whether there is a descriptor where [`Pack::open`] would look for it.
    pub fn exists(path: &Path) -> bool {
        let (folder, name) = Self::located(path);
        folder.join(name).exists()
    }

    /// The path of the pack as [`Pack::open`] takes it; `None` for the one inside the program.
    pub fn path(&self) -> Option<PathBuf> {
        Some(Self::shortened(&self.files.folder()?.join(&self.descriptor_file)))
    }

    /// Opens the pack in a folder, or that of a descriptor.
    pub fn open(path: &Path) -> Result<Self> {
        let (folder, descriptor) = Self::located(path);
        if !folder.is_dir() {
            return Err(Error::invalid(not_a_pack(&folder)));
        }
        Self::read(Files::Folder(folder), descriptor)
    }

    /// The tables beside a mapping, as the descriptor in its folder describes them if there is one.
    /// The mapping may also name files elsewhere.
    pub fn beside(mapping: &Path) -> Result<Self> {
        let folder = mapping.parent().unwrap_or(Path::new("")).to_owned();
        if folder.join(DESCRIPTOR).exists() {
            return Self::read(Files::Anywhere(folder), DESCRIPTOR);
        }
        let (descriptor, remarks) = (Descriptor::default(), Findings::new());
        let descriptor_file = DESCRIPTOR.to_owned();
        let files = Files::Anywhere(folder);
        let file = Arc::new(JsonFile::none(files.name(DESCRIPTOR)));
        Ok(Self { files, descriptor_file, descriptor, remarks, encoding: None, file })
    }

    fn read(files: Files, descriptor_file: &str) -> Result<Self> {
        let name = files.name(descriptor_file);
        let mut bytes = Vec::new();
        match files.open(descriptor_file) {
            Ok(mut reader) => {
                reader.read_to_end(&mut bytes).map_err(Error::io(Action::Read, &name))?;
            }
            Err(OpenError::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(Error::invalid(match &files {
                    Files::Folder(folder) if descriptor_file == DESCRIPTOR => not_a_pack(folder),
                    _ => files.not_opened(descriptor_file, OpenError::Io(error), "file"),
                }));
            }
            Err(OpenError::Io(error)) => return Err(Error::io(Action::Read, &name)(error)),
            Err(OpenError::Leaves) => {
                let message = format!("`{name}` is a link that leads out of the pack's folder");
                return Err(Error::invalid(Finding::error(codes::PATH_LEAVES_PACK, message)));
            }
        }
        let text = crate::finding::utf8(&name, bytes).map_err(Error::invalid)?;
        let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
        let mut remarks = Findings::new();
        let Some(file) = JsonFile::parse(name, text, &mut remarks) else {
            return Err(Error::Invalid(Box::new(remarks)));
        };
        let descriptor = DescriptorReader { files: &files, file: &file }.read(&mut remarks);
        if matches!(files, Files::Anywhere(_)) {
            // The mapping is named elsewhere.
            remarks = remarks.iter().filter(|remark| remark.code != codes::EMPTY_PACK).cloned().fold(
                Findings::new(),
                |mut kept, remark| {
                    kept.push(remark);
                    kept
                },
            );
        }
        if remarks.has_errors() {
            remarks.sort();
            return Err(Error::Invalid(Box::new(remarks)));
        }
        Ok(Self {
            files,
            descriptor_file: descriptor_file.to_owned(),
            descriptor,
            remarks,
            encoding: None,
            file: Arc::new(file),
        })
    }

    /// The place of a value of the descriptor.
    pub fn place(&self, path: &[JsonStep<'_>]) -> Place {
        self.file.place(path)
    }

    /// Opens a table that the descriptor or the mapping names at `named_at`.
    pub fn open_table(&self, relative: &str, named_at: Place) -> Result<Box<dyn Read>, Finding> {
        if relative == STANDARD_INPUT && matches!(self.files, Files::Folder(_)) {
            return files::standard_input().map_err(|fault| fault.at(named_at));
        }
        self.files.open(relative).map_err(|error| self.files.not_opened(relative, error, "file").at(named_at))
    }

    /// The paths of the files with this extension in a folder that the descriptor names at
    /// `named_at`. A folder that does not exist has none.
    pub fn list_folder(&self, folder: &str, extension: &str, named_at: Place) -> Result<Vec<String>, Finding> {
        let listed = self.files.list(folder, extension);
        listed.map_err(|error| self.files.not_opened(folder, error, "folder").at(named_at))
    }

    /// The text of a file that the descriptor names at `named_at`.
    pub fn read_text(&self, relative: &str, named_at: Place) -> Result<String, Finding> {
        self.files.read_text(relative, named_at)
    }

    /// The resources that are RDF data. A file that the pack lists as an ontology or as shapes is none.
    pub fn rdf_resources(&self) -> impl Iterator<Item = &Resource> {
        let Settings { ontology, shapes, .. } = &self.descriptor.civigraph;
        self.descriptor.resources.iter().filter(move |resource| {
            let is_other = |path: &String| ontology.contains(path) || shapes.contains(path);
            resource.rdf.is_some() && !resource.paths.iter().any(is_other)
        })
    }

    /// The resource with this path among its files or, if there is none, with this name.
    pub fn resource_at(&self, named: &str) -> Option<&Resource> {
        let resources = &self.descriptor.resources;
        let of_path = resources.iter().find(|resource| resource.paths.iter().any(|path| path == named));
        of_path.or_else(|| self.resource(named))
    }

    /// The resource with this name.
    pub fn resource(&self, name: &str) -> Option<&Resource> {
        self.descriptor.resources.iter().find(|resource| resource.name == name)
    }
}
