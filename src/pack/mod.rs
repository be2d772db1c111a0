//! A data pack: a folder with a `datapackage.json`
//! (<https://datapackage.org/standard/data-package/>), its tables, its mapping.

mod descriptor;
mod dialect;
pub mod embedded;
mod exception;
mod files;
mod integrity;
mod locate;
mod node;
mod resource;
pub mod schema;

use std::io::Read;
use std::path::{Path, PathBuf};

pub use descriptor::{Descriptor, FactSource, License, Settings};
pub use exception::{Excepted, Exception};
pub use files::{Files, OpenError, normal_path};
pub use locate::JsonStep;
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
    text: String,
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

    /// The tables beside a mapping, as the descriptor in its folder describes them if there is one.
    /// The mapping may also name files elsewhere.
    pub fn beside(mapping: &Path) -> Result<Self> {
        let folder = mapping.parent().unwrap_or(Path::new("")).to_owned();
        if folder.join(DESCRIPTOR).exists() {
            return Self::read(Files::Anywhere(folder));
        }
        let (descriptor, remarks) = (Descriptor::default(), Findings::new());
        Ok(Self { files: Files::Anywhere(folder), descriptor, remarks, text: String::new() })
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
        let file = JsonFile::parse(name, text).map_err(Error::invalid)?;
        let mut remarks = Findings::new();
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
        Ok(Self { files, descriptor, remarks, text: file.text })
    }

    /// The place of a value of the descriptor.
    pub fn place(&self, path: &[JsonStep<'_>]) -> Place {
        let range = locate::locate(&self.text, path);
        Place::in_text(self.files.name(DESCRIPTOR), &self.text, range.start, range.end)
    }

    /// Opens a file that the descriptor or the mapping names at `named_at`.
    pub fn open_file(&self, relative: &str, named_at: Place) -> Result<Box<dyn Read>, Finding> {
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
