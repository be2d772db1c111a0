//! The tables of a pack, opened as the descriptor says.

use std::io::{Cursor, Read};

use crate::dialect::Dialect;
use crate::finding::{Finding, Findings, Place, codes};
use crate::pack::schema::CellReader;
use crate::pack::{Pack, Resource};
use crate::progress::Counted;
use crate::table::{Header, Table};

/// What a mapping reads: a resource of the pack, or a file that is none, as a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// The file, relative to the pack, or the name of the resource.
    pub path: String,
    /// The resource, if it is one.
    pub resource: Option<String>,
}

impl Source {
    /// The rows of a file that has rows by itself.
    pub fn rows(path: impl Into<String>) -> Self {
        Self { path: path.into(), resource: None }
    }

    /// The rows of a resource.
    pub fn of(resource: &Resource) -> Self {
        Self { path: resource.file().to_owned(), resource: Some(resource.name.clone()) }
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.path)
    }
}

/// The resource that a source is.
pub fn resource<'a>(pack: &'a Pack, source: &Source) -> Option<&'a Resource> {
    match &source.resource {
        Some(name) => pack.resource(name),
        None => pack.resource_at(&source.path),
    }
}

/// The source that a mapping means by a file or by the name of a resource. All files of a resource
/// are one table, whichever of them is named.
///
/// # Errors
///
/// The finding that several resources are read from the file.
pub fn resolve(pack: &Pack, source: &Source) -> Result<Source, Finding> {
    let resources = &pack.descriptor.resources;
    let found: Vec<_> = resources.iter().filter(|resource| resource.paths.contains(&source.path)).collect();
    let found = match found.as_slice() {
        [] => pack.resource(&source.path),
        [only] => Some(*only),
        several => {
            let names: Vec<String> = several.iter().map(|resource| format!("`{}`", resource.name)).collect();
            let message = format!("several resources are read from `{}`", source.path);
            let hint = format!("name one of them: {}", names.join(", "));
            return Err(Finding::error(codes::MAPPING, message).hint(hint));
        }
    };
    Ok(match found {
        Some(resource) => Source { resource: Some(resource.name.clone()), path: resource.file().to_owned() },
        None => source.clone(),
    })
}

/// The files of a source, relative to the pack.
pub fn files(pack: &Pack, source: &Source) -> Vec<String> {
    resource(pack, source).map_or_else(|| vec![source.path.clone()], |resource| resource.paths.clone())
}

/// Opens a table that is named at `place`. The files of a resource are one table: the header of
/// the first is repeated in the others, or they have none.
///
/// # Errors
///
/// The findings about a file or header that cannot be used.
pub fn open(pack: &Pack, source: &Source, place: &Place) -> Result<Table, Findings> {
    let input =
        |path: &str| -> Result<Box<dyn Read>, Findings> { Ok(Box::new(Counted(pack.open_file(path, place.clone())?))) };
    let Some(resource) = resource(pack, source) else {
        return Table::open(pack.files.name(&source.path), input(&source.path)?, &Dialect::default());
    };
    if let Some(data) = &resource.data {
        let input = Box::new(Cursor::new(data.text.clone().into_bytes()));
        return Table::open(data.file.clone(), input, &resource.dialect);
    }
    let mut paths = resource.paths.iter();
    let first = paths.next().map_or(source.path.as_str(), String::as_str);
    let mut table = Table::open(pack.files.name(first), input(first)?, &resource.dialect)?;
    for path in paths {
        // All are opened now, so that a missing one is known before any row is read.
        table.and_then(pack.files.name(path), input(path)?, &resource.dialect)?;
    }
    Ok(table)
}

/// How the cells of a table are read.
pub fn cells(pack: &Pack, source: &Source, header: &Header) -> CellReader {
    match resource(pack, source) {
        Some(resource) => CellReader::new(&resource.schema, &resource.dialect, header.names()),
        None => CellReader::default(),
    }
}
