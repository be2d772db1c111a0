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

/// The name of the file that makes a folder a pack.
pub const DESCRIPTOR: &str = "datapackage.json";

/// A pack: its descriptor and access to its files.
#[derive(Debug, Clone)]
pub struct Pack {
    /// Where its files are.
    pub files: Files,
    /// The content of `datapackage.json`.
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
        Self::read(Files::Embedded(embedded::DEFAULT_PACK.to_owned()))
    }

    /// The pack, with the encoding of tables for which nothing else names one.
    pub fn with_encoding(self, encoding: Option<String>) -> Self {
        Self { encoding, ..self }
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
        if !folder.is_dir() {
            return Err(Error::invalid(not_a_pack(&folder)));
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
                return Err(Error::invalid(match &files {
                    Files::Folder(folder) => not_a_pack(folder),
                    Files::Embedded(_) => files.not_opened(DESCRIPTOR, OpenError::Io(error), "file"),
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
        if remarks.has_errors() {
            remarks.sort();
            return Err(Error::Invalid(Box::new(remarks)));
        }
        Ok(Self { files, descriptor, remarks, encoding: None, file: Arc::new(file) })
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
