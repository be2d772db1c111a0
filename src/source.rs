//! The tables of a pack, opened as its descriptor and its mapping say.

use std::fmt;
use std::io::{Cursor, Read};

use crate::dialect::Dialect;
use crate::finding::{Finding, Findings, Place, codes};
use crate::pack::schema::CellReader;
use crate::pack::{Pack, Resource};
use crate::progress::Counted;
use crate::table::{self, Header, JsonRecords, Table, Text};

/// What a mapping reads: a resource of the pack, or a file that is none, as a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// The file, relative to the pack, or the name of the resource.
    pub path: String,
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
        Self { path: path.into(), records: Records::Rows, encoding: None, resource: None }
    }

    /// The rows of a resource.
    pub fn of(resource: &Resource) -> Self {
        Self { resource: Some(resource.name.clone()), ..Self::rows(resource.file()) }
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
    let resource = resource(pack, source);
    let default = Dialect::default();
    let dialect = resource.map_or(&default, |resource| &resource.dialect);
    let label = source.encoding.as_deref().or(resource.and_then(|resource| resource.encoding.as_deref()));
    let encoding = label.map(table::encoding).transpose()?;
    let text = |path: &str| -> Result<(String, Text), Findings> {
        let input: Box<dyn Read> = Box::new(Counted(pack.open_file(path, place.clone())?));
        let name = pack.files.name(path);
        let text = table::text(&name, input, encoding)?;
        Ok((name, text))
    };
    let (mut files, inline) = match resource {
        Some(Resource { data: Some(data), .. }) => {
            let input: Box<dyn Read> = Box::new(Cursor::new(data.text.clone().into_bytes()));
            (Vec::new(), Some((data.file.clone(), Text::from(input))))
        }
        Some(resource) => (resource.paths.clone(), None),
        None => (vec![source.path.clone()], None),
    };
    let rest = files.split_off(files.len().min(1));
    let first = files.first().unwrap_or(&source.path);
    let (name, input) = match inline {
        Some(inline) => inline,
        None => text(first)?,
    };
    match &source.records {
        Records::Rows => {
            let mut table = Table::open(name, input, dialect)?;
            for path in &rest {
                // All are opened now, so that a missing one is known before any row is read.
                let (name, input) = text(path)?;
                table.and_then(name, input, dialect)?;
            }
            Ok(table)
        }
        Records::Json(_) if !rest.is_empty() => {
            let message = format!("`{source}` has several files, and a path of JSON is read from one");
            let hint = "make each file a resource of its own".to_owned();
            Err(Finding::error(codes::MAPPING, message).at(place.clone()).hint(hint).into())
        }
        Records::Json(iterator) => {
            let lines = [".jsonl", ".ndjson"].iter().any(|ending| first.ends_with(ending));
            let wanted = JsonRecords { iterator: iterator.clone(), lines, columns: columns.to_vec() };
            Table::open_json(name, input, &wanted)
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
