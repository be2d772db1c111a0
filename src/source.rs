//! The tables of a pack, opened as its descriptor and its mapping say.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{Cursor, Read};

use encoding_rs::Encoding;

use crate::dialect::Dialect;
use crate::finding::{Finding, Findings, Place, codes};
use crate::pack::schema::CellReader;
use crate::pack::{Pack, Resource};
use crate::progress::Counted;
use crate::table::{self, DecodedText, Header, JsonRecords, SheetWanted, Table, Unpacked, XmlRecords};

/// What a mapping reads: a resource of the pack, or a file that is none, as a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableSource {
    /// The file, relative to the pack, or the name of the resource.
    pub path: String,
    /// What is after `#` in the name: the sheet or range of a workbook, or the file in an archive.
    pub part: Option<String>,
    /// The resource, if it is one.
    pub resource: Option<String>,
    /// How it becomes records.
    pub records: Records,
    /// The label of its encoding, if the mapping gives it.
    pub encoding: Option<String>,
    /// The namespaces of the prefixes that paths of XML may have.
    pub namespaces: BTreeMap<String, String>,
    /// Texts that mean that there is no value, beside those of the schema.
    pub nulls: Vec<String>,
    /// How its cells are arranged, if the mapping says so.
    pub dialect: Option<Box<Dialect>>,
}

/// How a file becomes records.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Records {
    /// It has rows and columns by itself.
    Rows,
    /// A path of JSON (RFC 9535) selects them; the columns are paths from there.
    Json(String),
    /// An absolute path of XML selects them; the columns are paths from there.
    Xml(String),
}

impl TableSource {
    /// The rows of a file that has rows by itself.
    pub fn rows(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            part: None,
            resource: None,
            records: Records::Rows,
            encoding: None,
            namespaces: BTreeMap::new(),
            nulls: Vec::new(),
            dialect: None,
        }
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
            Records::Xml(iterator) => table::check_xml_reference(iterator, reference).err(),
        }
    }
}

impl fmt::Display for TableSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        if let Some(part) = &self.part {
            write!(f, "#{part}")?;
        }
        match &self.records {
            Records::Rows => Ok(()),
            Records::Json(iterator) | Records::Xml(iterator) => write!(f, " {iterator}"),
        }
    }
}

/// The resource that a source is.
pub fn resource<'a>(pack: &'a Pack, source: &TableSource) -> Option<&'a Resource> {
    match &source.resource {
        Some(name) => pack.resource(name),
        None if source.part.is_none() => pack.resource_at(&source.path),
        None => None,
    }
}

/// The source that a mapping means by a file or by the name of a resource. All files of a resource
/// are one table, whichever of them is named.
///
/// # Errors
///
/// The finding that several resources are read from the file.
pub fn resolve(pack: &Pack, source: &TableSource) -> Result<TableSource, Finding> {
    let resources = &pack.descriptor.resources;
    let mut found: Vec<_> = resources.iter().filter(|resource| resource.paths.contains(&source.path)).collect();
    if let Some(part) = &source.part {
        // Another sheet of a workbook than those of the resources is a table by itself.
        found.retain(|resource| resource.dialect.sheet_name.as_ref() == Some(part));
    }
    let found = match found.as_slice() {
        [] if source.part.is_none() => pack.resource(&source.path),
        [] => None,
        [only] => Some(*only),
        several => {
            let names: Vec<String> = several.iter().map(|resource| format!("`{}`", resource.name)).collect();
            let message = format!("several resources are read from `{}`", source.path);
            let hint = format!("name one of them: {}", names.join(", "));
            return Err(Finding::error(codes::MAPPING, message).hint(hint));
        }
    };
    Ok(match found {
        Some(resource) => TableSource {
            resource: Some(resource.name.clone()),
            path: resource.file().to_owned(),
            part: None,
            ..source.clone()
        },
        None => source.clone(),
    })
}

/// The files of a source, relative to the pack.
pub fn files(pack: &Pack, source: &TableSource) -> Vec<String> {
    resource(pack, source).map_or_else(|| vec![source.path.clone()], |resource| resource.paths.clone())
}

/// Opens a table that is named at `place`. The files of a resource are one table: the header of
/// the first is repeated in the others, or they have none. `columns` are those that are wanted: a
/// document whose records a path selects has no others.
///
/// # Errors
///
/// The findings about a file or header that cannot be used.
pub fn open(pack: &Pack, source: &TableSource, columns: &[String], place: &Place) -> Result<Table, Findings> {
    let resource = resource(pack, source);
    let own = source.dialect.as_deref().cloned().unwrap_or_default();
    let paths = files(pack, source);
    let mut table: Option<Table> = None;
    for path in if paths.is_empty() { vec![source.path.clone()] } else { paths } {
        let file = TableFile { pack, source, resource, dialect: resource.map_or(&own, |it| &it.dialect), path, place };
        // All are opened now, so that a missing one is known before any row is read.
        match &mut table {
            None => table = Some(file.open(columns)?),
            Some(table) => file.append_to(table, columns)?,
        }
    }
    table.ok_or_else(|| Finding::error(codes::MISSING_FILE, format!("`{source}` has no file")).at(place.clone()).into())
}

/// How the cells of a table are read.
pub fn cells(pack: &Pack, source: &TableSource, header: &Header) -> CellReader {
    let reader = match resource(pack, source) {
        Some(resource) => CellReader::new(&resource.schema, &resource.dialect, header.names()),
        None => CellReader::default(),
    };
    reader.and_missing(&source.nulls)
}

/// A file of a source.
struct TableFile<'a> {
    pack: &'a Pack,
    source: &'a TableSource,
    resource: Option<&'a Resource>,
    dialect: &'a Dialect,
    path: String,
    place: &'a Place,
}

/// What a file that is no workbook is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DocumentFormat {
    Delimited,
    Json,
    JsonLines,
}

impl TableFile<'_> {
    fn name(&self) -> String {
        match self.resource.and_then(|resource| resource.data.as_ref()) {
            Some(data) => data.file.clone(),
            None => self.pack.files.name(&self.path),
        }
    }

    /// The format by the descriptor, otherwise by the ending of the name that is left when the file
    /// is unpacked.
    fn format(&self) -> DocumentFormat {
        let data = self.resource.and_then(|resource| resource.data.as_ref());
        let mediatype = self.resource.and_then(|resource| resource.mediatype.as_deref());
        let given = data.map(|data| data.format.as_str()).or(self.resource.and_then(|it| it.format.as_deref()));
        let ending = || {
            let packed = |ending: &&str| ["gz", "zst", "zip"].contains(ending);
            let name = self.source.part.as_deref().filter(|_| self.path.ends_with(".zip")).unwrap_or(&self.path);
            name.rsplit('.').find(|ending| !packed(ending))
        };
        match (given, mediatype) {
            (Some(format), _) => of_ending(format),
            (None, Some("application/json")) => DocumentFormat::Json,
            (None, Some("application/x-ndjson" | "application/jsonl" | "application/jsonlines")) => {
                DocumentFormat::JsonLines
            }
            (None, _) => ending().map_or(DocumentFormat::Delimited, of_ending),
        }
    }

    /// The content of the file, unpacked.
    fn unpacked(&self) -> Result<Unpacked, Findings> {
        let input: Box<dyn Read> = match self.resource.and_then(|resource| resource.data.as_ref()) {
            Some(data) => Box::new(Cursor::new(data.text.clone().into_bytes())),
            None => Box::new(Counted(self.pack.open_table(&self.path, self.place.clone())?)),
        };
        Ok(table::unpack(&self.name(), input, self.source.part.as_deref())?)
    }

    /// The content of the file as text.
    fn text(&self, input: Box<dyn Read>) -> Result<DecodedText, Findings> {
        Ok(table::text(&self.name(), input, self.encoding()?)?)
    }

    fn encoding(&self) -> Result<Option<&'static Encoding>, Finding> {
        let named = self.source.encoding.as_deref().or(self.resource.and_then(|it| it.encoding.as_deref()));
        // JSON is UTF-8 (RFC 8259, section 8.1), and XML says itself what it is.
        let is_silent = self.source.records == Records::Rows && self.format() == DocumentFormat::Delimited;
        let label = named.or(self.pack.encoding.as_deref().filter(|_| is_silent));
        label.map(table::encoding).transpose()
    }

    fn open(&self, columns: &[String]) -> Result<Table, Findings> {
        let input = match self.unpacked()? {
            Unpacked::Workbook(workbook) => return self.sheet(workbook),
            Unpacked::Bytes(input) => input,
        };
        match (&self.source.records, self.format()) {
            (Records::Json(iterator), format) => {
                let lines = format == DocumentFormat::JsonLines;
                let wanted = JsonRecords { iterator: iterator.clone(), lines, columns: columns.to_vec() };
                Table::open_json(self.name(), self.text(input)?, &wanted)
            }
            (Records::Xml(iterator), _) => {
                let text = table::xml_text(&self.name(), input, self.encoding()?)?;
                let (iterator, namespaces) = (iterator.clone(), self.source.namespaces.clone());
                Table::open_xml(self.name(), text, &XmlRecords { iterator, columns: columns.to_vec(), namespaces })
            }
            (Records::Rows, DocumentFormat::Delimited) => Table::open(self.name(), self.text(input)?, self.dialect),
            (Records::Rows, format) => {
                let mut again = || match self.unpacked()? {
                    Unpacked::Bytes(input) => self.text(input),
                    Unpacked::Workbook(_) => self.text(Box::new(std::io::empty())),
                };
                Table::open_rows(self.name(), &mut again, self.dialect, format == DocumentFormat::JsonLines)
            }
        }
    }

    fn append_to(&self, table: &mut Table, columns: &[String]) -> Result<(), Findings> {
        if self.source.records == Records::Rows && self.format() == DocumentFormat::Delimited {
            return match self.unpacked()? {
                Unpacked::Workbook(workbook) => table.append(self.sheet(workbook)?),
                Unpacked::Bytes(input) => table.and_then(self.name(), self.text(input)?, self.dialect),
            };
        }
        table.append(self.open(columns)?)
    }

    fn sheet(&self, workbook: table::Workbook) -> Result<Table, Findings> {
        let name = self.source.part.clone().or_else(|| self.dialect.sheet_name.clone());
        let number = self.dialect.sheet_number.filter(|_| name.is_none());
        Table::open_sheet(self.name(), workbook, &SheetWanted { name, number }, self.dialect)
    }
}

fn of_ending(ending: &str) -> DocumentFormat {
    match ending.to_ascii_lowercase().as_str() {
        "json" | "geojson" => DocumentFormat::Json,
        "jsonl" | "ndjson" => DocumentFormat::JsonLines,
        _ => DocumentFormat::Delimited,
    }
}
