//! The tables of a pack, opened as its descriptor and its mapping say.

use std::fmt;
use std::io::{Cursor, Read};

use crate::dialect::Dialect;
use crate::finding::{Finding, Findings, Place, codes};
use crate::pack::schema::CellReader;
use crate::pack::{Pack, Resource};
use crate::progress::Counted;
use crate::table::{self, Header, JsonRecords, SheetWanted, Table, Text, Unpacked};

/// What a mapping reads: a resource of the pack, or a file that is none, as a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// The file, relative to the pack, or the name of the resource.
    pub path: String,
    /// What is after `#` in the name: the sheet or range of a workbook, or the file in an archive.
    pub part: Option<String>,
    /// How it becomes records.
    pub records: Records,
    /// The label of its encoding, if the mapping gives it.
    pub encoding: Option<String>,
    /// The resource, if it is one.
    pub resource: Option<String>,
}

/// How a file becomes records.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Records {
    /// It has rows and columns by itself.
    Rows,
    /// A path of JSON (RFC 9535) selects them; the columns are paths from there.
    Json(String),
}

impl Source {
    /// The rows of a file that has rows by itself.
    pub fn rows(path: impl Into<String>) -> Self {
        Self { path: path.into(), part: None, records: Records::Rows, encoding: None, resource: None }
    }

    /// The rows of a resource.
    pub fn of(resource: &Resource) -> Self {
        Self { resource: Some(resource.name.clone()), ..Self::rows(resource.file()) }
    }

    /// The path and the part of a name such as `book.xlsx#Offices`.
    pub fn split(name: &str) -> (&str, Option<&str>) {
        match name.split_once('#') {
            Some((path, part)) if !part.is_empty() => (path, Some(part)),
            _ => (name, None),
        }
    }

    /// The finding about a reference that cannot be a column of this source, without a place.
    pub fn reference_fault(&self, reference: &str) -> Option<Finding> {
        match &self.records {
            Records::Rows => None,
            Records::Json(iterator) => table::check_reference(iterator, reference).err(),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        if let Some(part) = &self.part {
            write!(f, "#{part}")?;
        }
        match &self.records {
            Records::Rows => Ok(()),
            Records::Json(iterator) => write!(f, " {iterator}"),
        }
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
        Some(resource) => {
            Source { resource: Some(resource.name.clone()), path: resource.file().to_owned(), ..source.clone() }
        }
        None => source.clone(),
    })
}

/// The files of a source, relative to the pack.
pub fn files(pack: &Pack, source: &Source) -> Vec<String> {
    resource(pack, source).map_or_else(|| vec![source.path.clone()], |resource| resource.paths.clone())
}

/// Opens a table that is named at `place`. `columns` are those that are wanted: a document has
/// no others. The files of a resource are one table: the header of the first is repeated in the
/// others, or they have none.
///
/// # Errors
///
/// The findings about a file or header that cannot be used.
pub fn open(pack: &Pack, source: &Source, columns: &[String], place: &Place) -> Result<Table, Findings> {
    let Some(resource) = resource(pack, source) else {
        return open_file(pack, source, &source.path, None, (columns, None), place);
    };
    if let Some(data) = &resource.data {
        let input: Box<dyn Read> = Box::new(Cursor::new(data.text.clone().into_bytes()));
        return read(source, data.file.clone(), Text::from(input), Some(resource), (columns, None), place);
    }
    let mut paths = resource.paths.iter();
    let first = paths.next().unwrap_or(&source.path);
    let mut table = open_file(pack, source, first, Some(resource), (columns, None), place)?;
    for path in paths {
        // All are opened now, so that a missing one is known before any row is read.
        let next = open_file(pack, source, path, Some(resource), (columns, Some(&table.header)), place)?;
        table.and_then(next);
    }
    Ok(table)
}

/// Opens a file of a source; one that is not the first goes on with the `previous` header.
fn open_file(
    pack: &Pack,
    source: &Source,
    path: &str,
    resource: Option<&Resource>,
    (columns, previous): (&[String], Option<&Header>),
    place: &Place,
) -> Result<Table, Findings> {
    let input = pack.open_file(path, place.clone())?;
    let name = pack.files.name(path);
    let label = source.encoding.as_deref().or(resource.and_then(|resource| resource.encoding.as_deref()));
    let encoding = label.map(table::encoding).transpose()?;
    let input = match table::unpack(&name, Box::new(Counted(input)), source.part.as_deref())? {
        Unpacked::Workbook(workbook) => {
            let dialect = resource.map(|resource| &resource.dialect);
            let named = source.part.clone().or_else(|| dialect?.sheet_name.clone());
            let number = dialect.and_then(|dialect| dialect.sheet_number).filter(|_| named.is_none());
            return Table::open_sheet(name, workbook, &SheetWanted { name: named, number });
        }
        Unpacked::Bytes(input) => input,
    };
    let text = table::text(&name, input, encoding)?;
    read(source, name, text, resource, (columns, previous), place)
}

/// The records of a text.
fn read(
    source: &Source,
    name: String,
    text: Text,
    resource: Option<&Resource>,
    (columns, previous): (&[String], Option<&Header>),
    place: &Place,
) -> Result<Table, Findings> {
    match &source.records {
        Records::Rows => {
            let default = Dialect::default();
            let dialect = resource.map_or(&default, |resource| &resource.dialect);
            match previous {
                None => Table::open(name, text, dialect),
                Some(header) => Table::open_after(header, name, text, dialect),
            }
        }
        Records::Json(_) if previous.is_some() => {
            let message = format!("`{source}` has several files, and a path of JSON is read from one");
            let hint = "make each file a resource of its own".to_owned();
            Err(Finding::error(codes::MAPPING, message).at(place.clone()).hint(hint).into())
        }
        Records::Json(iterator) => {
            let lines = [".jsonl", ".ndjson"].iter().any(|ending| name.ends_with(ending));
            let wanted = JsonRecords { iterator: iterator.clone(), lines, columns: columns.to_vec() };
            Table::open_json(name, text, &wanted)
        }
    }
}

/// How the cells of a table are read.
pub fn cells(pack: &Pack, source: &Source, header: &Header) -> CellReader {
    match resource(pack, source) {
        Some(resource) => CellReader::new(&resource.schema, &resource.dialect, header.names()),
        None => CellReader::default(),
    }
}
