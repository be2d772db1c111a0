//! `owl:imports`: the imports of an RDF file are read with it, each file once.
//!
//! Imports of files are followed; an ontology that is already read, or is inside the program,
//! needs no file; others are reported, since the network is not used. A pack imports nothing from
//! outside its folder.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use oxigraph::model::vocab::rdf;
use oxigraph::model::{NamedOrBlankNode, Term, Triple};

use crate::error::{Error, Result};
use crate::file;
use crate::finding::{Finding, Findings, Place, codes};
use crate::graph::{RdfFile, Statement, file_iri, path_of};
use crate::pack::{Pack, embedded};
use crate::vocab::owl;

/// Whether a triple with this predicate names an ontology or its imports.
pub(super) fn is_about_ontologies(triple: &Triple) -> bool {
    let predicate = triple.predicate.as_ref();
    predicate == owl::IMPORTS
        || predicate == owl::VERSION_IRI
        || predicate == rdf::TYPE && triple.object == Term::from(owl::ONTOLOGY.into_owned())
}

/// Where imported files may be.
#[derive(Clone, Copy)]
pub(super) enum Whence<'a> {
    /// Anywhere on the disk.
    Disk,
    /// In the folder of a pack.
    Pack(&'a Pack),
}

/// Imports, collected as files are read.
pub(super) struct Imports<'a> {
    whence: Whence<'a>,
    /// Prefix of the blank node labels of imported files.
    label: &'static str,
    /// Whether the vocabulary inside the program is loaded anyway.
    has_vocabulary: bool,
    /// The files that were imported.
    pub files: Vec<RdfFile>,
    /// Their paths in the pack.
    pub paths: Vec<String>,
    /// What has been read: real paths on disk, paths in the pack, names inside the program.
    known: BTreeSet<PathBuf>,
    ontologies: BTreeSet<String>,
    open: Vec<Import>,
    told: Vec<(Import, Finding)>,
}

/// An import statement.
struct Import {
    /// The number of the file that contains it.
    file: usize,
    statement: Statement,
    iri: String,
}

/// The folder of a pack in the IRIs of its files: the same wherever it is.
const PACK: &str = "/pack/";

/// The base of a file of a pack.
pub(super) fn base_in_pack(path: &str) -> String {
    file_iri(&format!("{PACK}{}", path.trim_start_matches("./")))
}

impl<'a> Imports<'a> {
    pub fn new(whence: Whence<'a>, label: &'static str, has_vocabulary: bool) -> Self {
        Self {
            whence,
            label,
            has_vocabulary,
            files: Vec::new(),
            paths: Vec::new(),
            known: BTreeSet::new(),
            ontologies: BTreeSet::new(),
            open: Vec::new(),
            told: Vec::new(),
        }
    }

    /// Reads files with everything that they import: `read` loads the triples of one and returns
    /// those about ontologies.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if a file cannot be read, at the place that names it.
    pub fn follow(
        &mut self,
        given: &[RdfFile],
        mut read: impl FnMut(&RdfFile) -> Result<Vec<Triple>>,
    ) -> Result<Findings> {
        for file in given {
            self.known.extend(self.key(file));
        }
        let mut number = 0;
        loop {
            while let Some(file) = given.get(number).or_else(|| self.files.get(number.checked_sub(given.len())?)) {
                let triples = read(file)?;
                let folder = file.path().and_then(Path::parent).map(Path::to_owned);
                for triple in triples {
                    self.meet(number, folder.as_deref(), triple);
                }
                number += 1;
            }
            // An import without a file may be inside the program.
            let open = std::mem::take(&mut self.open);
            let (with_name, elsewhere) = open.into_iter().partition(|import| self.embed(&import.iri));
            let with_name: Vec<Import> = with_name;
            self.open = elsewhere;
            if with_name.is_empty() || number == given.len() + self.files.len() {
                break;
            }
        }
        self.tell(given)
    }

    fn key(&self, file: &RdfFile) -> Option<PathBuf> {
        match (self.whence, file.path()) {
            (Whence::Disk, Some(path)) => Some(path.canonicalize().unwrap_or_else(|_| path.to_owned())),
            (Whence::Disk, None) => None,
            (Whence::Pack(pack), _) => Some(PathBuf::from(file.name().strip_prefix(&pack.files.name(""))?)),
        }
    }

    fn meet(&mut self, file: usize, folder: Option<&Path>, triple: Triple) {
        if triple.predicate.as_ref() != owl::IMPORTS {
            let name = if triple.predicate.as_ref() == rdf::TYPE {
                match triple.subject {
                    NamedOrBlankNode::NamedNode(node) => Some(node),
                    NamedOrBlankNode::BlankNode(_) => None,
                }
            } else {
                match triple.object {
                    Term::NamedNode(node) => Some(node),
                    _ => None,
                }
            };
            self.ontologies.extend(name.map(|name| without_hash(name.as_str())));
            return;
        }
        let iri = match &triple.object {
            Term::NamedNode(node) => node.as_str().to_owned(),
            other => other.to_string(),
        };
        let is_iri = matches!(triple.object, Term::NamedNode(_));
        let import = Import { file, iri, statement: triple.into() };
        match path_of(&import.iri).filter(|_| is_iri) {
            None => self.open.push(import),
            Some(path) => {
                let opened = match self.whence {
                    Whence::Disk => self.open_on_disk(folder, &path),
                    Whence::Pack(pack) => self.open_in_pack(pack, &path),
                };
                match opened {
                    Ok(()) => {}
                    // It may be the name of an ontology that is read later.
                    Err(fault) if fault.code == codes::MISSING_FILE => self.open.push(import),
                    Err(fault) => self.told.push((import, fault)),
                }
            }
        }
    }

    fn next_label(&self) -> String {
        format!("{}{}n", self.label, self.files.len())
    }

    fn open_on_disk(&mut self, folder: Option<&Path>, path: &str) -> Result<(), Finding> {
        let path = folder.unwrap_or(Path::new("")).join(path);
        let real = path.canonicalize().unwrap_or_else(|_| path.clone());
        // Named as the user would: relative to the file that imports it.
        let real_folder = folder.map(|folder| if folder == Path::new("") { Path::new(".") } else { folder });
        let real_folder = real_folder.and_then(|folder| folder.canonicalize().ok());
        let inside = real_folder.and_then(|folder| real.strip_prefix(folder).ok().map(Path::to_owned));
        let shown = match (inside, folder) {
            (Some(inside), Some(folder)) => folder.join(inside),
            _ => path,
        };
        if !self.known.contains(&real) {
            // A pipe is accepted as an argument, but not as an imported file.
            if let Err(error) = file::open(&shown)
                && error.kind() != io::ErrorKind::NotFound
            {
                let message = format!("cannot read `{}`: {error}", shown.display());
                return Err(Finding::error(codes::UNREADABLE_FILE, message));
            }
            self.files.push(RdfFile::open(&shown, &self.next_label())?);
            self.known.insert(real);
        }
        Ok(())
    }

    fn open_in_pack(&mut self, pack: &Pack, path: &str) -> Result<(), Finding> {
        let place = Place::new("", 1, 1);
        let Some(inside) = path.strip_prefix(PACK) else {
            let message = format!("the import leads out of the pack's folder, to `{path}`");
            let hint = "copy the file into the pack and import it relative to the file".to_owned();
            return Err(Finding::error(codes::PATH_LEAVES_PACK, message).hint(hint));
        };
        if !self.known.contains(Path::new(inside)) {
            let text = pack.read_text(inside, place)?;
            let file = RdfFile::text(pack.files.name(inside), text, &self.next_label());
            self.files.push(file.with_base(base_in_pack(inside)));
            self.paths.push(inside.to_owned());
            self.known.insert(PathBuf::from(inside));
        }
        Ok(())
    }

    /// Whether an IRI needs no file; an ontology inside the program is loaded.
    fn embed(&mut self, iri: &str) -> bool {
        let name = without_hash(iri);
        if self.ontologies.contains(&name) {
            return true;
        }
        let Some((file, text)) = inside_the_program().remove(&name) else { return false };
        if !self.has_vocabulary && self.known.insert(PathBuf::from(&file)) {
            self.files.push(RdfFile::text(file, text, &self.next_label()));
        }
        true
    }

    fn tell(&mut self, given: &[RdfFile]) -> Result<Findings> {
        for import in std::mem::take(&mut self.open) {
            let iri = import.iri.as_str();
            let fault = match (path_of(iri), &import.statement.object) {
                (Some(path), Some(Term::NamedNode(_))) => {
                    let path = if matches!(self.whence, Whence::Disk) { &path } else { path.trim_start_matches(PACK) };
                    let told =
                        Finding::error(codes::MISSING_FILE, format!("the imported file `{path}` does not exist"));
                    let is_text = given.get(import.file).is_some_and(|file| file.path().is_none());
                    let has_no_folder = is_text && matches!(self.whence, Whence::Disk);
                    let hint = "an import from standard input needs the complete `file:` IRI, since there is no folder to resolve it against";
                    told.hint(has_no_folder.then(|| hint.to_owned()))
                }
                (None, Some(Term::NamedNode(_))) => {
                    let message = format!("the ontology `{iri}` is imported but was not read");
                    let hint =
                        "the network is not used: save it as a file, and import the file or pass it too".to_owned();
                    Finding::warning(codes::IMPORT_NOT_READ, message).hint(hint)
                }
                _ => Finding::warning(
                    codes::IMPORT_NOT_READ,
                    format!("expected an IRI for `owl:imports`, found `{iri}`"),
                ),
            };
            self.told.push((import, fault));
        }
        let mut all = Findings::new();
        for (import, fault) in std::mem::take(&mut self.told) {
            let file = given.get(import.file).or_else(|| self.files.get(import.file - given.len()));
            let Some(file) = file else { continue };
            let place = file.places(std::slice::from_ref(&import.statement))?.pop().flatten();
            all.push(fault.at(place.unwrap_or_else(|| Place::new(file.name(), 1, 1))));
        }
        if all.has_errors() { Err(Error::Invalid(Box::new(all))) } else { Ok(all) }
    }
}

/// The IRI of an ontology is often written with the `#` of its namespace.
fn without_hash(iri: &str) -> String {
    iri.strip_suffix('#').unwrap_or(iri).to_owned()
}

/// The files inside the program by the ontologies that they contain.
fn inside_the_program() -> BTreeMap<String, (String, String)> {
    let mut all = BTreeMap::new();
    for (file, text) in embedded::vocabulary() {
        let Ok((quads, _)) = RdfFile::text(file.as_str(), text.clone(), "n").quads() else { continue };
        for quad in quads {
            let triple = Triple::from(quad);
            if let (true, NamedOrBlankNode::NamedNode(node)) = (is_about_ontologies(&triple), &triple.subject) {
                all.insert(without_hash(node.as_str()), (file.clone(), text.clone()));
            }
        }
    }
    all
}
