//! Records of tables, every cell with its place.
//!
//! A [`Table`] has one of several readers behind it: of texts, sheets of workbooks,
//! JSON and XML. What differs between them is in their own modules; a caller sees a [`Header`]
//! and [`Record`]s.

mod archive;
mod bytes;
mod csv;
mod cut;
mod json;
mod position;
mod record;
mod sheet;
mod text_record;
mod xml;

use std::cell::Cell;
use std::collections::{HashMap, HashSet, VecDeque};
use std::io::Read;
use std::rc::Rc;

pub use archive::{Unpacked, Workbook, unpack};
pub use bytes::{DecodedText, encoding, text, xml_text};
pub use csv::{Fault, RowBlock};
pub use json::{JsonRecords, check_iterator, check_reference};
pub use record::{Record, ValueType};
pub use sheet::SheetWanted;
pub use xml::{XmlRecords, check_xml_iterator, check_xml_reference};

use csv::RecordReader;
use json::JsonReader;
use record::RowOfValues;
use sheet::OpenedSheet;
use text_record::TextRecord;
use xml::XmlReader;

use crate::dialect::Dialect;
use crate::finding::{Finding, Findings, Place, codes, did_you_mean, not_in_encoding};

/// The largest size of a cell in bytes: everything written must be readable again.
pub const LARGEST_CELL: usize = 8_000_000;

/// The column names of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    names: Vec<String>,
    /// Where each name is; of equal ones the first.
    indexes: HashMap<String, usize>,
    record: Record,
}

impl Header {
    fn new(names: Vec<String>, record: Record) -> Self {
        let mut indexes = HashMap::with_capacity(names.len());
        for (index, name) in names.iter().enumerate() {
            indexes.entry(name.clone()).or_insert(index);
        }
        Self { names, indexes, record }
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// How many columns there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are no columns.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The index of a column.
    pub fn index(&self, name: &str) -> Option<usize> {
        self.indexes.get(name).copied()
    }

    /// The name of a column.
    pub fn name(&self, index: usize) -> &str {
        self.names.get(index).map_or("", String::as_str)
    }

    /// The place of a column's name in the file.
    pub fn place(&self, file: &str, index: usize) -> Place {
        self.record.place(file, index)
    }

    /// The hint for a name that no column has.
    pub fn suggest(&self, wrong: &str) -> String {
        did_you_mean(wrong, self.names()).unwrap_or_else(|| {
            let names: Vec<String> = self.names().map(|name| format!("`{name}`")).collect();
            format!("the columns are {}", names.join(", "))
        })
    }
}

/// The finding that a header is one cell because another delimiter is used.
fn wrong_delimiter(file: &str, names: &[String], record: &Record, delimiter: &str) -> Option<Finding> {
    let [only] = names else { return None };
    let found = [';', '\t', '|', ','].into_iter().find(|sign| !delimiter.contains(*sign) && only.contains(*sign))?;
    let shown = |sign: &str| if sign == "\t" { "a tab".to_owned() } else { format!("`{sign}`") };
    let message = format!("the cells are separated by {}, not by {}", shown(&found.to_string()), shown(delimiter));
    let written = if found == '\t' { "\\t".to_owned() } else { found.to_string() };
    let hint = format!("add `\"dialect\": {{\"delimiter\": \"{written}\"}}` to the resource, or save the file again");
    Some(Finding::error(codes::WRONG_DELIMITER, message).at(record.place(file, 0)).hint(hint))
}

/// A table that is being read: a header, then records.
pub struct Table {
    /// The file as the user would name it.
    pub file: String,
    /// The names of the columns.
    pub header: Header,
    /// The name of the encoding of a text.
    encoding: &'static str,
    reader: Reader,
    /// Further files of the same table.
    more: VecDeque<Table>,
    /// Counts the records that are read.
    n_read: Rc<Cell<u64>>,
}

/// The form in which the rows of a block are.
#[derive(Debug, Clone)]
pub struct BlockForm {
    /// The file as the user would name it.
    pub file: String,
    header: Header,
    encoding: &'static str,
    delimiter: String,
}

/// What reads the records.
enum Reader {
    /// A text, by its own rules about rows that are wrong, and the first row if it was read to
    /// see the columns.
    Text(Box<RecordReader<Box<dyn Read>>>, Option<Box<Record>>),
    /// Anything else.
    Values(Box<dyn ReadValues>),
}

/// A reader of sheets or documents.
trait ReadValues {
    /// Reads the next row into `row`, reporting rows that cannot be read; `false` at the end.
    fn read(&mut self, row: &mut RowOfValues, findings: &mut Findings) -> bool;

    /// At the end: the columns that led to nothing in any record, and the names that were perhaps
    /// meant.
    fn unmet(&self) -> Vec<(usize, Option<String>)> {
        Vec::new()
    }
}

impl Table {
    /// Opens a table and reads its header.
    ///
    /// # Errors
    ///
    /// The findings about a header that cannot be used: an empty file, a column without a name,
    /// two columns with the same name, wrong encoding.
    pub fn open(file: String, text: impl Into<DecodedText>, dialect: &Dialect) -> Result<Self, Findings> {
        Self::open_after(None, file, text.into(), dialect)
    }

    /// Opens a file that goes on with the table that has this header. It repeats the header, or
    /// has nothing of it: its first row is then data.
    fn open_after(
        previous: Option<&Header>,
        file: String,
        text: DecodedText,
        dialect: &Dialect,
    ) -> Result<Self, Findings> {
        let DecodedText { input, encoding } = text;
        let delimiter = if file.ends_with(".tsv") || file.ends_with(".tab") { "\t" } else { "," };
        let mut reader = RecordReader::new(input, dialect, delimiter);
        let mut record = Record::default();
        let mut rows: Vec<Vec<String>> = Vec::new();
        // A table without a row of names shows in its first row how many columns there are.
        for _ in 0..dialect.header_rows.len().max(1) {
            match reader.read(record.text()) {
                Ok(true) => rows.push((0..record.len()).map(|i| record.get(i).to_owned()).collect()),
                Ok(false) if dialect.has_header() => {
                    return Err(Finding::error(codes::EMPTY_TABLE, format!("`{file}` is empty"))
                        .at(Place::new(&file, 1, 1))
                        .hint("the first row must name the columns".to_owned())
                        .into());
                }
                Ok(false) => *record.text() = TextRecord::at_start(),
                Err(fault) => return Err(finding(&file, encoding, &fault).into()),
            }
        }
        let (names, first) = if dialect.has_header() {
            (dialect.join_names(&rows), None)
        } else {
            let named = |n: usize| dialect.names.get(n).cloned().unwrap_or_else(|| format!("field{}", n + 1));
            let width = if dialect.names.is_empty() { record.len() } else { dialect.names.len() };
            ((0..width).map(named).collect(), (!rows.is_empty()).then(|| record.clone()))
        };
        if let Some(previous) = previous
            && names != previous.names
        {
            let is_data = rows.len() == 1 && !names.iter().any(|name| previous.names.contains(name));
            if dialect.has_header() && !is_data {
                let place = record.place(&file, names.iter().zip(&previous.names).take_while(|(a, b)| a == b).count());
                let message = format!("the header of `{file}` is not that of the first file of the table");
                let hint = "all files of a table have the same columns in the same order".to_owned();
                return Err(Finding::error(codes::COLUMN_ORDER, message).at(place).hint(hint).into());
            }
            let first = Some(record).filter(|_| !rows.is_empty());
            return Ok(Self {
                file,
                header: previous.clone(),
                encoding,
                reader: Reader::Text(Box::new(reader), first.map(Box::new)),
                more: VecDeque::new(),
                n_read: Rc::default(),
            });
        }
        if let Some(fault) =
            wrong_delimiter(&file, &names, &record, reader.delimiter()).filter(|_| dialect.has_header())
        {
            return Err(fault.into());
        }
        let header = named(&file, names, record)?;
        Ok(Self {
            file,
            header,
            encoding,
            reader: Reader::Text(Box::new(reader), first.map(Box::new)),
            more: VecDeque::new(),
            n_read: Rc::default(),
        })
    }

    /// Opens a sheet of a workbook.
    ///
    /// # Errors
    ///
    /// The findings about a workbook or a header that cannot be used.
    pub fn open_sheet(
        file: String,
        workbook: Workbook,
        wanted: &SheetWanted,
        dialect: &Dialect,
    ) -> Result<Self, Findings> {
        let OpenedSheet { names, header, reader } = sheet::open(&file, workbook, wanted, dialect)?;
        let header = named(&file, names, header)?;
        Ok(Self::of_values(file, header, Box::new(reader)))
    }

    /// Opens a document of JSON whose elements are the rows; `open` opens the file.
    ///
    /// # Errors
    ///
    /// The findings about a document that is not JSON or has no rows.
    pub fn open_rows(
        file: String,
        open: &mut dyn FnMut() -> Result<DecodedText, Findings>,
        dialect: &Dialect,
        lines: bool,
    ) -> Result<Self, Findings> {
        let (names, reader) = json::open_rows(&file, open, dialect, lines)?;
        let header = named(&file, names, Record::at_start())?;
        Ok(Self::of_values(file, header, Box::new(reader)))
    }

    /// Opens the records of a document of XML; their columns are the references.
    ///
    /// # Errors
    ///
    /// The finding about an iterator or a reference.
    pub fn open_xml(file: String, text: DecodedText, wanted: &XmlRecords) -> Result<Self, Findings> {
        let reader = XmlReader::new(&file, text.encoding, text.input, wanted)?;
        let header = Header::new(wanted.columns.clone(), Record::at_start());
        Ok(Self::of_values(file, header, Box::new(reader)))
    }

    fn of_values(file: String, header: Header, reader: Box<dyn ReadValues>) -> Self {
        let n_read = Rc::default();
        Self { file, header, encoding: "UTF-8", reader: Reader::Values(reader), more: VecDeque::new(), n_read }
    }

    /// Opens the records of a document of JSON; their columns are the references.
    ///
    /// # Errors
    ///
    /// The finding about an iterator or a reference.
    pub fn open_json(file: String, text: DecodedText, wanted: &JsonRecords) -> Result<Self, Findings> {
        let DecodedText { input, encoding } = text;
        let reader = JsonReader::new(&file, encoding, input, wanted)?;
        let header = Header::new(wanted.columns.clone(), Record::at_start());
        Ok(Self::of_values(file, header, Box::new(reader)))
    }

    /// After the last record: the columns that led to nothing in any record, and a hint for each.
    pub fn unmet(&self) -> Vec<(usize, Option<String>)> {
        match &self.reader {
            Reader::Text(..) => Vec::new(),
            Reader::Values(reader) => reader.unmet(),
        }
    }

    /// Adds a file with more rows of this table.
    ///
    /// # Errors
    ///
    /// The findings about a header that is another, and those of [`open`](Self::open).
    pub fn and_then(&mut self, file: String, text: impl Into<DecodedText>, dialect: &Dialect) -> Result<(), Findings> {
        let next = Self::open_after(Some(&self.header), file, text.into(), dialect)?;
        self.more.push_back(next);
        Ok(())
    }

    /// Adds another table with more rows of this one, of a format that always has names.
    ///
    /// # Errors
    ///
    /// The finding that it has other columns.
    pub fn append(&mut self, next: Self) -> Result<(), Findings> {
        if next.header.names != self.header.names {
            let n_equal = next.header.names.iter().zip(&self.header.names).take_while(|(a, b)| a == b).count();
            let message = format!("the columns of `{}` are not those of the first file of the table", next.file);
            let place = next.header.place(&next.file, n_equal);
            let hint = "all files of a table have the same columns in the same order".to_owned();
            return Err(Finding::error(codes::COLUMN_ORDER, message).at(place).hint(hint).into());
        }
        self.more.push_back(next);
        Ok(())
    }

    /// Reads the next complete record into `record`; `false` at the end.
    ///
    /// Records that cannot be read (wrong quoting, encoding, too few or too many cells) are
    /// reported and skipped.
    pub fn read(&mut self, record: &mut Record, findings: &mut Findings) -> bool {
        while !self.read_here(record, findings) {
            let Some(next) = self.more.pop_front() else { return false };
            (self.file, self.reader, self.encoding) = (next.file, next.reader, next.encoding);
        }
        self.n_read.set(self.n_read.get() + 1);
        true
    }

    /// The table, whose records are counted while they are read.
    pub fn counted(self, n_read: Rc<Cell<u64>>) -> Self {
        Self { n_read, ..self }
    }

    /// Whether the rest of the table can be read in blocks of rows.
    pub fn has_blocks(&self) -> bool {
        match &self.reader {
            Reader::Text(reader, None) => reader.has_plain_rows() && self.more.iter().all(Self::has_blocks),
            _ => false,
        }
    }

    /// Cuts off a block of rows of about `size` bytes, and says in which form its rows are; `None`
    /// at the end.
    ///
    /// # Errors
    ///
    /// The finding that the text cannot be read any further.
    pub fn next_block(&mut self, size: usize) -> Result<Option<(BlockForm, RowBlock)>, Finding> {
        loop {
            let Reader::Text(reader, _) = &mut self.reader else { return Ok(None) };
            match reader.next_block(size) {
                Ok(Some(block)) => {
                    let form = BlockForm {
                        file: self.file.clone(),
                        header: self.header.clone(),
                        encoding: self.encoding,
                        delimiter: reader.delimiter().to_owned(),
                    };
                    return Ok(Some((form, block)));
                }
                Ok(None) => {}
                Err(fault) => return Err(finding(&self.file, self.encoding, &fault)),
            }
            let Some(next) = self.more.pop_front() else { return Ok(None) };
            (self.file, self.reader, self.encoding) = (next.file, next.reader, next.encoding);
        }
    }

    /// The rows of a block.
    pub fn of_block(form: BlockForm, block: RowBlock) -> Self {
        let empty: Box<dyn Read> = Box::new(std::io::empty());
        let dialect = Dialect { delimiter: Some(form.delimiter), ..Dialect::default() };
        let reader = RecordReader::of_block(block, empty, &dialect, ",");
        Self {
            file: form.file,
            header: form.header,
            encoding: form.encoding,
            reader: Reader::Text(Box::new(reader), None),
            more: VecDeque::new(),
            n_read: Rc::default(),
        }
    }

    /// Counts rows that were read in blocks.
    pub fn count_read(&self, n: u64) {
        self.n_read.set(self.n_read.get() + n);
    }

    fn read_here(&mut self, record: &mut Record, findings: &mut Findings) -> bool {
        let (reader, first) = match &mut self.reader {
            Reader::Text(reader, first) => (reader, first),
            Reader::Values(reader) => return reader.read(record.values(), findings),
        };
        loop {
            let read = match first.take() {
                Some(first) => {
                    *record = *first;
                    Ok(true)
                }
                None => reader.read(record.text()),
            };
            match read {
                Ok(false) => return false,
                Ok(true) => {}
                Err(fault) => {
                    let last = matches!(fault, Fault::Io(_) | Fault::HugeRow { .. } | Fault::UnclosedQuote { .. });
                    findings.push(finding(&self.file, self.encoding, &fault));
                    if last {
                        return false;
                    }
                    continue;
                }
            }
            let (found, expected) = (record.len(), self.header.len());
            if !record.is_within(LARGEST_CELL)
                && let Some(huge) = (0..found).find(|index| record.get(*index).len() > LARGEST_CELL)
            {
                let message =
                    format!("the cell has {} bytes; at most {LARGEST_CELL} are allowed", record.get(huge).len());
                let place = record.place(&self.file, huge);
                findings.push(Finding::error(codes::HUGE_CELL, message).at(place));
                continue;
            }
            if found == expected {
                return true;
            }
            let place =
                if found > expected { record.place(&self.file, expected) } else { record.end_place(&self.file) };
            let cells = |n: usize| if n == 1 { "1 cell".to_owned() } else { format!("{n} cells") };
            let hint = if found > expected {
                "a cell that contains the delimiter must be in double quotes".to_owned()
            } else {
                format!("the cell of column `{}` is missing", self.header.name(found))
            };
            let message = format!("the row has {}, the header has {expected}", cells(found));
            findings.push(Finding::error(codes::RAGGED_ROW, message).at(place).hint(hint));
        }
    }
}

/// The header with these names.
fn named(file: &str, names: Vec<String>, record: Record) -> Result<Header, Findings> {
    let mut faults = Findings::new();
    let mut seen = HashSet::new();
    for (index, name) in names.iter().enumerate() {
        let is_new = seen.insert(name);
        let fault = if name.trim().is_empty() {
            Finding::error(codes::UNNAMED_COLUMN, format!("column {} has no name", index + 1))
        } else if !is_new {
            Finding::error(codes::DUPLICATE_COLUMN, format!("two columns are called `{name}`"))
        } else {
            continue;
        };
        faults.push(fault.at(record.place(file, index)));
    }
    if faults.has_errors() {
        return Err(faults);
    }
    Ok(Header::new(names, record))
}

fn finding(file: &str, encoding: &'static str, fault: &Fault) -> Finding {
    match fault {
        Fault::StrayQuote { line, column, excerpt } => Finding::error(
            codes::WRONG_QUOTING,
            "a double quote is inside a cell that is not quoted, or text follows a closing quote",
        )
        .at(Place::new(file, *line, *column).with_excerpt(excerpt))
        .hint("put the cell in double quotes and double each quote inside it".to_owned()),
        Fault::UnclosedQuote { line, column, excerpt } => {
            Finding::error(codes::WRONG_QUOTING, "the quote that opens this cell is never closed")
                .at(Place::new(file, *line, *column).with_excerpt(excerpt))
                .hint("close it, or double it if it belongs to the text".to_owned())
        }
        Fault::NotUtf8 { line, column, bytes } => {
            let fault = not_in_encoding(encoding, Place::new(file, *line, *column), bytes);
            let hint = "name its encoding, such as `\"encoding\": \"big5\"` in the resource or `--encoding big5`, or \
                        save the file as UTF-8 (in Excel: CSV UTF-8)";
            if encoding == "UTF-8" { fault.hint(hint.to_owned()) } else { fault }
        }
        Fault::HugeRow { line } => {
            let message = format!("the row has more than {} bytes", csv::LARGEST_ROW);
            let hint = "a quote that is never closed makes one row of all that follows".to_owned();
            Finding::error(codes::HUGE_CELL, message).at(Place::new(file, *line, 1)).hint(hint)
        }
        Fault::Io(error) => Finding::error(codes::UNREADABLE_FILE, format!("cannot read `{file}`: {error}")),
    }
}
