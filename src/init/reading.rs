//! The tables of files that no descriptor describes yet: their columns, and all cells as they are written.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE};
use serde_json::Value;

use super::detect;
use super::words::{self, ColumnRole};
use crate::dialect::Dialect;
use crate::file;
use crate::finding::{Finding, Findings, Place, codes};
use crate::table::{self, JsonRecords, Record, SheetWanted, Table, Unpacked};

/// Rows from which is guessed: a longer table is read in part.
pub(super) const MOST_ROWS: usize = 200_000;

/// How many bytes are looked at to see how a text is written.
const HEAD: u64 = 1024 * 1024;

/// What stands between the values of a cell that has several: no text has it.
pub(super) const BETWEEN: char = '\u{1f}';

/// A table with its cells.
pub(super) struct TableReading {
    /// The file as the user named it.
    pub path: PathBuf,
    /// Its path in the pack.
    pub relative: String,
    pub sheet: Option<String>,
    /// The records of a document of JSON.
    pub json: Option<JsonRecords>,
    pub dialect: Dialect,
    /// The label of the encoding, unless it is UTF-8.
    pub encoding: Option<&'static str>,
    pub columns: Vec<String>,
    pub header: Vec<Place>,
    /// The cells of the rows; several values of one cell are separated by [`BETWEEN`].
    pub rows: Vec<Vec<String>>,
    /// Whether there are more rows than were read.
    pub is_part: bool,
    /// What is not certain about how it is written.
    pub unsure: Vec<String>,
}

/// Whether the name of a file is that of a table.
pub fn is_table(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_ascii_lowercase();
    let name = ["gz", "zst"].iter().find_map(|packed| name.strip_suffix(&format!(".{packed}"))).unwrap_or(&name);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    ["csv", "tsv", "tab", "txt", "xlsx", "ods", "json", "jsonl", "ndjson"].contains(&ending)
        && !super::Pack::is_descriptor(path)
}

fn unpacked(path: &Path) -> Result<Unpacked, Findings> {
    let name = path.display().to_string();
    let input = file::open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Finding::error(codes::MISSING_FILE, format!("there is no file `{name}`")),
        _ => Finding::error(codes::UNREADABLE_FILE, format!("cannot read `{name}`: {error}")),
    })?;
    Ok(table::unpack(&name, Box::new(input), None)?)
}

/// The tables of a file: one, or the sheets of a workbook that have cells.
pub(super) fn read(path: &Path, relative: &str) -> Result<Vec<TableReading>, Findings> {
    let empty = || TableReading {
        path: path.to_owned(),
        relative: relative.to_owned(),
        sheet: None,
        json: None,
        dialect: Dialect::default(),
        encoding: None,
        columns: Vec::new(),
        header: Vec::new(),
        rows: Vec::new(),
        is_part: false,
        unsure: Vec::new(),
    };
    let mut head = Vec::new();
    match unpacked(path)? {
        Unpacked::Workbook(_) => return sheets(path, empty),
        Unpacked::Bytes(input) => {
            input.take(HEAD).read_to_end(&mut head).map_err(|error| {
                Finding::error(codes::UNREADABLE_FILE, format!("cannot read `{}`: {error}", path.display()))
            })?;
        }
    }
    let mut reading = empty();
    let name = path.display().to_string().to_ascii_lowercase();
    let name = name.trim_end_matches(".gz").trim_end_matches(".zst");
    let guess = detect::encoding(&head);
    if head.contains(&0) && ![UTF_16LE, UTF_16BE].contains(&guess.encoding) {
        let message = format!("`{}` is not a table: it has bytes that no text has", path.display());
        let hint = "name the tables one by one: CSV, TSV, .xlsx, .ods, JSON or JSON Lines".to_owned();
        return Err(Finding::error(codes::UNREADABLE_FILE, message).hint(hint).into());
    }
    if guess.encoding != UTF_8 && !head.starts_with(&[0xff, 0xfe]) && !head.starts_with(&[0xfe, 0xff]) {
        let label = guess.encoding.name();
        reading.encoding = Some(label);
        if guess.unsure {
            reading.unsure.push(format!("the text is not UTF-8 and was taken for {label}"));
        }
    }
    if name.ends_with(".json") || name.ends_with(".jsonl") || name.ends_with(".ndjson") {
        documents(&mut reading, !name.ends_with(".json"))?;
    } else {
        let text = guess.encoding.decode(&head).0;
        let form = detect::text_form(&text, name.ends_with(".tsv") || name.ends_with(".tab"));
        reading.dialect = form.dialect;
        reading.unsure.extend(form.unsure);
    }
    reading.fill()?;
    Ok(vec![reading])
}

/// The sheets of a workbook that have cells and are not hidden.
fn sheets(path: &Path, empty: impl Fn() -> TableReading) -> Result<Vec<TableReading>, Findings> {
    let mut readings = Vec::new();
    for number in 1.. {
        let Unpacked::Workbook(workbook) = unpacked(path)? else { break };
        let wanted = SheetWanted { name: None, number: Some(number) };
        // Without a row of names, every row is there: which one names the columns is seen below.
        let plain = Dialect { header_rows: Vec::new(), ..Dialect::default() };
        let opened = Table::open_sheet(path.display().to_string(), workbook, &wanted, &plain);
        let mut table = match opened {
            Ok(table) => table,
            Err(faults) if faults.iter().any(|fault| fault.code == codes::UNKNOWN_SHEET) => break,
            Err(faults) if faults.iter().any(|fault| fault.code == codes::EMPTY_TABLE) => continue,
            Err(faults) => return Err(faults),
        };
        let mut reading = empty();
        let (mut record, mut findings) = (Record::default(), Findings::new());
        let mut rows: Vec<(u64, Vec<String>)> = Vec::new();
        while rows.len() < 50 && table.read(&mut record, &mut findings) {
            reading.sheet = record.row_place("").sheet;
            rows.push((record.line(), (0..record.len()).map(|cell| record.get(cell).to_owned()).collect()));
        }
        if findings.iter().any(|finding| finding.code == codes::HIDDEN_SHEET) {
            continue;
        }
        // The columns are named in the first row that is as full as most.
        let full = |row: &[String]| row.iter().filter(|cell| !cell.is_empty()).count();
        let most = rows.iter().map(|(_, row)| full(row)).max().unwrap_or(0);
        let header = rows.iter().position(|(_, row)| full(row) * 2 > most && full(row) + 1 >= most.min(full(row) + 1));
        if let Some(at) = header.filter(|at| *at > 0) {
            let number = rows[at].0;
            reading.dialect.header_rows = vec![number];
            reading.unsure.push(format!("the columns are named in row {number}; the rows above are no data"));
        }
        reading.fill()?;
        readings.push(reading);
    }
    Ok(readings)
}

/// The list of a document that has the records, and the paths of their values.
fn documents(reading: &mut TableReading, lines: bool) -> Result<(), Findings> {
    let name = reading.path.display().to_string();
    let damaged = |error: &dyn std::fmt::Display| {
        Finding::error(codes::UNREADABLE_FILE, format!("`{name}` cannot be read as JSON: {error}"))
    };
    let Unpacked::Bytes(input) = unpacked(&reading.path)? else { return Ok(()) };
    let encoding = reading.encoding.map(table::encoding).transpose()?;
    let mut text = String::new();
    table::text(&name, input, encoding)?.input.read_to_string(&mut text).map_err(|error| damaged(&error))?;
    let mut paths = Vec::new();
    let iterator = if lines {
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let value: Value = serde_json::from_str(line).map_err(|error| damaged(&error))?;
            paths_of(&value, "", &mut paths);
        }
        "$".to_owned()
    } else {
        let document: Value = serde_json::from_str(&text).map_err(|error| damaged(&error))?;
        let Some((iterator, records)) = longest_list(&document, "$") else {
            let fault = Finding::error(codes::EMPTY_TABLE, format!("`{name}` has no list of records"));
            return Err(fault.at(Place::new(&name, 1, 1)).hint("a table is a list of objects".to_owned()).into());
        };
        records.iter().for_each(|record| paths_of(record, "", &mut paths));
        format!("{iterator}[*]")
    };
    reading.json = Some(JsonRecords { iterator, lines, columns: paths });
    Ok(())
}

/// The longest list of objects that is not inside another list, with its path.
fn longest_list<'a>(value: &'a Value, path: &str) -> Option<(String, &'a Vec<Value>)> {
    match value {
        Value::Array(items) if items.iter().any(Value::is_object) => Some((path.to_owned(), items)),
        Value::Object(members) => {
            let lists = members.iter().filter_map(|(key, value)| longest_list(value, &format!("{path}{}", step(key))));
            // The first of several with equal length.
            lists.rev().max_by_key(|(_, items)| items.len())
        }
        _ => None,
    }
}

fn step(key: &str) -> String {
    let is_plain = key.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && key.chars().all(|c| c.is_alphanumeric() || c == '_');
    if is_plain { format!(".{key}") } else { format!("['{}']", key.replace('\\', "\\\\").replace('\'', "\\'")) }
}

/// The paths of the values in a record that are no object or list, in the order in which they come.
fn paths_of(value: &Value, path: &str, paths: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                let step = step(key);
                let step = if path.is_empty() { step.trim_start_matches('.') } else { &step };
                paths_of(value, &format!("{path}{step}"), paths);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| paths_of(item, &format!("{path}[*]"), paths)),
        Value::Null => {}
        _ if path.is_empty() || paths.iter().any(|known| known == path) => {}
        _ => paths.push(path.to_owned()),
    }
}

impl TableReading {
    /// The file as messages name it.
    pub fn file(&self) -> String {
        self.path.display().to_string()
    }

    fn open(&self) -> Result<Table, Findings> {
        let name = self.file();
        match unpacked(&self.path)? {
            Unpacked::Workbook(workbook) => {
                let wanted = SheetWanted { name: self.sheet.clone(), number: None };
                Table::open_sheet(name, workbook, &wanted, &self.dialect)
            }
            Unpacked::Bytes(input) => {
                let encoding = self.encoding.map(table::encoding).transpose()?;
                let text = table::text(&name, input, encoding)?;
                match &self.json {
                    Some(records) => Table::open_json(name, text, records),
                    None => Table::open(name, text, &self.dialect),
                }
            }
        }
    }

    /// Reads the columns and the cells.
    ///
    /// # Errors
    ///
    /// What makes rows unreadable.
    fn fill(&mut self) -> Result<(), Findings> {
        let mut table = match self.open() {
            Ok(table) => table,
            Err(faults) => self.renamed(faults)?,
        };
        let name = self.file();
        self.columns = table.header.names().map(str::to_owned).collect();
        self.header = (0..self.columns.len()).map(|at| table.header.place(&name, at)).collect();
        let (mut record, mut findings) = (Record::default(), Findings::new());
        let mut found = vec![false; self.columns.len()];
        while table.read(&mut record, &mut findings) {
            if self.rows.len() == MOST_ROWS {
                self.is_part = true;
                break;
            }
            let cell = |at: usize| match record.n_values(at) {
                0 => String::new(),
                1 => record.get(at).to_owned(),
                n => (0..n).map(|n| record.value(at, n)).collect::<Vec<_>>().join(&BETWEEN.to_string()),
            };
            if self.json.is_some() {
                // A document has no header: a column is where its first value is.
                for (at, found) in
                    found.iter_mut().enumerate().filter(|(at, found)| !**found && record.n_values(*at) > 0)
                {
                    (self.header[at], *found) = (record.place(&name, at), true);
                }
            }
            self.rows.push((0..self.columns.len()).map(cell).collect());
        }
        if findings.has_errors() { Err(findings) } else { Ok(()) }
    }

    /// The sheet with names that its header lacks or has twice.
    fn renamed(&mut self, faults: Findings) -> Result<Table, Findings> {
        let is_of_header = |fault: &Finding| [codes::UNNAMED_COLUMN, codes::DUPLICATE_COLUMN].contains(&&*fault.code);
        if self.sheet.is_none() || !faults.iter().all(is_of_header) {
            return Err(faults);
        }
        let row = self.dialect.header_rows.first().copied().unwrap_or(1);
        let asked = std::mem::take(&mut self.dialect.header_rows);
        let mut table = self.open()?;
        let (mut record, mut findings) = (Record::default(), Findings::new());
        while table.read(&mut record, &mut findings) {
            if record.line() >= row || asked == [1] {
                let names: Vec<String> = (0..record.len()).map(|cell| record.get(cell).to_owned()).collect();
                detect::rename(&mut self.dialect, &names, record.line(), &mut self.unsure);
                break;
            }
        }
        self.open()
    }

    /// Adds a column with given and family names together, if people are named by both, and returns theirs.
    pub fn join_names(&mut self) -> Option<[usize; 2]> {
        let names = || self.columns.iter().map(String::as_str);
        let (first, _) = ColumnRole::FirstName.find(names())?;
        let surname = ColumnRole::Surname.find(names()).map(|(at, _)| at);
        let name =
            ColumnRole::Name.find(names().map(|name| if words::plain(name).contains("tit") { "" } else { name }));
        // In `Name, First name` the name is that of the family, unless it has the other.
        let has_both = |at: usize| {
            let both = |row: &&Vec<String>| !row[first].is_empty() && row[at].contains(row[first].as_str());
            self.rows.iter().filter(both).count() * 2 > self.rows.len()
        };
        let surname = match (surname, name) {
            (Some(surname), None) => surname,
            (Some(surname), Some((name, _))) if !has_both(name) => surname,
            (None, Some((name, _))) if words::plain(&self.columns[name]) == "name" && !has_both(name) => name,
            _ => return None,
        };
        let is_chinese = |text: &str| text.chars().any(|c| matches!(c, '\u{4e00}'..='\u{9fff}'));
        let chinese = self.rows.iter().all(|row| is_chinese(&row[surname]) || row[surname].is_empty());
        let parts = if chinese { [surname, first] } else { [first, surname] };
        let between = if chinese { "" } else { " " };
        for row in &mut self.rows {
            // What says that nobody is there is no part of a name.
            let part = |at: usize| if words::is_nobody(&row[at]) { "" } else { row[at].as_str() };
            let joined = format!("{}{between}{}", part(parts[0]), part(parts[1]));
            row.push(joined.trim().to_owned());
        }
        let mut name = "full name".to_owned();
        while self.columns.contains(&name) {
            name.push('_');
        }
        self.columns.push(name);
        self.header.push(self.header.get(surname).cloned()?);
        Some(parts)
    }

    /// The places of cells, given as row and column.
    pub fn places(&self, cells: &BTreeSet<(usize, usize)>) -> BTreeMap<(usize, usize), Place> {
        let mut places = BTreeMap::new();
        let Ok(mut table) = self.open() else { return places };
        let n_columns = table.header.names().count();
        let (mut record, mut findings) = (Record::default(), Findings::new());
        let (name, last) = (self.file(), cells.last().map_or(0, |(row, _)| row + 1));
        for row in 0..last {
            if !table.read(&mut record, &mut findings) {
                break;
            }
            for (_, column) in cells.range((row, 0)..(row + 1, 0)) {
                // What is read from two columns is at the last of them.
                places.insert((row, *column), record.place(&name, (*column).min(n_columns.saturating_sub(1))));
            }
        }
        places
    }
}
