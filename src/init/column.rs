//! The type of a column: the first of these that all its cells have.

mod hedged;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::LazyLock;

use super::Pack;
use super::money::MoneyUnit;
use super::reading::{BETWEEN, TableReading};
use super::words;
use crate::pack::schema::FieldType;
use hedged::HedgedNumbers;

/// A type with how it is written.
pub(super) struct FormCandidate {
    /// The properties of the field in Table Schema.
    pub field: &'static str,
    /// The datatype in the graph; a text has none.
    pub datatype: Option<&'static str>,
    /// How it is told.
    pub told: &'static str,
    /// How those are told that may read the same cells with another meaning.
    pub rivals: &'static [&'static str],
}

const fn form(
    field: &'static str,
    datatype: Option<&'static str>,
    told: &'static str,
    rivals: &'static [&'static str],
) -> FormCandidate {
    FormCandidate { field, datatype, told, rivals }
}

/// A text: what is left if nothing else is certain.
pub(super) const TEXT: usize = FORMS.len() - 1;

const COMMA: &str = "numbers such as 1,5";
const COMMA_AND_POINT: &str = "numbers such as 1.200,5";
const WITH_UNIT: &str = "numbers such as 1,200.5 with a unit";
const COMMA_WITH_UNIT: &str = "numbers such as 1.200,5 with a unit";

/// All types, the narrowest first.
pub(super) const FORMS: &[FormCandidate] = &[
    form(r#""type": "year""#, Some("xsd:gYear"), "years", &[]),
    form(r#""type": "date""#, Some("xsd:date"), "dates such as 2019-12-31", &[]),
    form(
        r#""type": "date", "format": "%d/%m/%Y""#,
        Some("xsd:date"),
        "dates, the day first",
        &["dates, the month first"],
    ),
    form(r#""type": "date", "format": "%m/%d/%Y""#, Some("xsd:date"), "dates, the month first", &[]),
    form(r#""type": "date", "format": "%d.%m.%Y""#, Some("xsd:date"), "dates such as 31.12.2019", &[]),
    form(r#""type": "date", "format": "%d-%m-%Y""#, Some("xsd:date"), "dates such as 31-12-2019", &[]),
    form(r#""type": "date", "format": "%Y/%m/%d""#, Some("xsd:date"), "dates such as 2019/12/31", &[]),
    form(r#""type": "date", "format": "%Y年%m月%d日""#, Some("xsd:date"), "dates such as 2019年12月31日", &[]),
    form(r#""type": "date", "format": "%d %B %Y""#, Some("xsd:date"), "dates such as 31 December 2019", &[]),
    form(r#""type": "date", "format": "%d %b %Y""#, Some("xsd:date"), "dates such as 31 Dec 2019", &[]),
    form(r#""type": "date", "format": "%B %d, %Y""#, Some("xsd:date"), "dates such as December 31, 2019", &[]),
    form(r#""type": "datetime""#, Some("xsd:dateTime"), "dates with a time", &[]),
    form(r#""type": "datetime", "format": "%Y-%m-%d %H:%M:%S""#, Some("xsd:dateTime"), "dates with a time", &[]),
    form(r#""type": "yearmonth""#, Some("xsd:gYearMonth"), "months such as 2019-12", &[]),
    form(r#""type": "integer""#, Some("xsd:integer"), "whole numbers", &[]),
    form(r#""type": "integer", "groupChar": ",""#, Some("xsd:integer"), "whole numbers such as 1,200", &[COMMA]),
    form(r#""type": "number""#, Some("xsd:decimal"), "numbers such as 1.5", &[COMMA_AND_POINT]),
    form(r#""type": "number", "groupChar": ",""#, Some("xsd:decimal"), "numbers such as 1,200.5", &[]),
    form(r#""type": "number", "decimalChar": ",""#, Some("xsd:decimal"), COMMA, &[]),
    form(r#""type": "number", "decimalChar": ",", "groupChar": ".""#, Some("xsd:decimal"), COMMA_AND_POINT, &[]),
    form(r#""type": "integer", "groupChar": " ""#, Some("xsd:integer"), "whole numbers such as 1 200", &[]),
    form(
        r#""type": "number", "decimalChar": ",", "groupChar": " ""#,
        Some("xsd:decimal"),
        "numbers such as 1 200,5",
        &[],
    ),
    form(
        r#""type": "number", "groupChar": ",", "bareNumber": false"#,
        Some("xsd:decimal"),
        WITH_UNIT,
        &[COMMA_WITH_UNIT],
    ),
    form(
        r#""type": "number", "decimalChar": ",", "groupChar": ".", "bareNumber": false"#,
        Some("xsd:decimal"),
        COMMA_WITH_UNIT,
        &[],
    ),
    form(r#""type": "boolean""#, Some("xsd:boolean"), "true or false", &[]),
    form(
        r#""type": "boolean", "trueValues": ["yes", "Yes", "YES", "y", "Y"], "falseValues": ["no", "No", "NO", "n", "N"]"#,
        Some("xsd:boolean"),
        "yes or no",
        &[],
    ),
    form(
        r#""type": "boolean", "trueValues": ["是", "有"], "falseValues": ["否", "沒有", "没有"]"#,
        Some("xsd:boolean"),
        "yes or no",
        &[],
    ),
    form(r#""type": "string", "format": "uri""#, Some("xsd:anyURI"), "web addresses", &[]),
    form(r#""type": "string", "format": "email""#, None, "mail addresses", &[]),
    form(r#""type": "string""#, None, "text", &[]),
];

/// Texts that stand for no value.
const MISSING: &[&str] = &[
    "-",
    "–",
    "—",
    "n/a",
    "N/A",
    "n.a.",
    "NA",
    "#N/A",
    "null",
    "NULL",
    "nil",
    "none",
    "None",
    "?",
    "..",
    "…",
    "無",
    "不適用",
    "不适用",
    "暫無",
    "暂无",
];

/// The types as the reader of the standard's types has them: it decides what a cell is.
static TYPES: LazyLock<Vec<FieldType>> = LazyLock::new(|| {
    let fields: Vec<String> =
        (0..).zip(FORMS).map(|(n, form)| format!(r#"{{"name": "f{n}", {}}}"#, form.field)).collect();
    let descriptor = format!(
        r#"{{"name": "x", "resources": [{{"name": "x", "path": "x.csv", "schema": {{"fields": [{}]}}}}], "civigraph": {{"mapping": "x"}}}}"#,
        fields.join(", ")
    );
    let texts = BTreeMap::from([(super::DESCRIPTOR.to_owned(), descriptor)]);
    let pack = Pack::in_memory(PathBuf::from("."), texts).ok();
    let fields = pack.as_ref().and_then(|pack| pack.resource("x")).map(|resource| &resource.schema.fields);
    fields.into_iter().flatten().map(|field| field.kind.clone()).collect()
});

/// Whether a cell is of the type at this position of [`FORMS`].
fn is_of(form: usize, cell: &str) -> bool {
    TYPES.get(form).is_some_and(|kind| kind.read(cell).is_ok())
}

/// What is guessed of a column.
#[derive(Debug, Clone)]
pub(super) struct GuessedColumn {
    pub name: String,
    /// Its type, by its position in [`FORMS`].
    pub form: usize,
    /// The texts that stand for no value, if there are any.
    pub missing: Vec<String>,
    /// What separates several values in a cell.
    pub list: Option<String>,
    /// Whether a record of JSON has several values.
    pub has_several: bool,
    /// The columns that are read together as this one, which is none of the table.
    pub parts: Option<[usize; 2]>,
    /// What is written around its numbers.
    pub unit: Option<String>,
    /// What limits some of its numbers, which makes the column one of texts.
    pub hedged: Option<HedgedNumbers>,
    pub n_filled: usize,
    pub distinct: BTreeSet<String>,
    pub is_unique: bool,
    /// The language that its name gives.
    pub language: Option<&'static str>,
    /// What is not certain.
    pub unsure: Vec<String>,
}

impl GuessedColumn {
    /// Guesses the type of the column at `at`.
    ///
    /// `may_be_vacant` says whether it has names, in the place of which may stand that nobody is there.
    pub fn guess(reading: &TableReading, at: usize, may_be_vacant: bool) -> Self {
        let name = reading.columns[at].clone();
        let (mut n_filled, mut has_several) = (0, false);
        let mut distinct: BTreeSet<&str> = BTreeSet::new();
        let mut n_values = 0;
        for cell in reading.rows.iter().map(|row| row[at].as_str()).filter(|cell| !cell.is_empty()) {
            n_filled += 1;
            has_several |= cell.contains(BETWEEN);
            for value in cell.split(BETWEEN) {
                n_values += 1;
                distinct.insert(value);
            }
        }
        let mut unsure = Vec::new();
        let mut missing: Vec<String> =
            MISSING.iter().filter(|word| distinct.remove(**word)).map(|word| (*word).to_owned()).collect();
        if may_be_vacant {
            missing.extend(distinct.iter().filter(|cell| words::is_nobody(cell)).map(|cell| (*cell).to_owned()));
            distinct.retain(|cell| !words::is_nobody(cell));
        }
        if !missing.is_empty() {
            let n = reading.rows.iter().filter(|row| missing.contains(&row[at])).count();
            n_filled -= n;
            n_values -= n;
            let words: Vec<String> = missing.iter().map(|word| format!("`{word}`")).collect();
            unsure.push(format!("{} means no value", words.join(" or ")));
        }
        let language = words::without_language(&name).1;
        let with_commas = reading.dialect.delimiter.as_deref() == Some(";");
        let form = Self::form(&name, &distinct, with_commas, &mut unsure);
        let is_json = reading.json.is_some();
        let form = if is_json
            && !matches!(
                FORMS[form].datatype,
                None | Some("xsd:anyURI" | "xsd:integer" | "xsd:decimal" | "xsd:boolean" | "xsd:date" | "xsd:dateTime")
            ) {
            TEXT
        } else if is_json && FORMS[form].field.contains(',') && FORMS[form].datatype != Some("xsd:anyURI") {
            // The values of a document say what they are, or are texts.
            TEXT
        } else {
            form
        };
        let hedged = (form == TEXT && !is_json && !has_several)
            .then(|| HedgedNumbers::of(&name, &distinct, with_commas, &mut unsure))
            .flatten();
        let is_unique = n_values == distinct.len() && n_filled == reading.rows.len() && !has_several;
        let mut column = Self {
            name,
            form,
            missing,
            list: None,
            has_several,
            parts: None,
            unit: None,
            hedged,
            n_filled,
            distinct: distinct.into_iter().map(str::to_owned).collect(),
            is_unique,
            language,
            unsure,
        };
        if column.is_text() && !is_json {
            column.list = column.delimiter_of_list();
        }
        if column.has_unit() {
            let number = |cell| words::hedge_of(cell).map_or(cell, |(_, _, number)| number);
            let around = column.distinct.iter().find_map(|cell| MoneyUnit::around(number(cell)));
            column.unit = around.map(|(before, after)| format!("{before} {after}").trim().to_owned());
        }
        column
    }

    /// The first type that all values have. Where cells are separated by semicolons, a comma mostly begins
    /// the fraction (`with_commas`).
    fn form(name: &str, distinct: &BTreeSet<&str>, with_commas: bool, unsure: &mut Vec<String>) -> usize {
        if distinct.is_empty() {
            return TEXT;
        }
        let reads = |form: usize| distinct.iter().all(|cell| is_of(form, cell));
        // Numbers that begin with zeros are codes, and so are numbers too long to count with.
        let is_code = distinct.iter().any(|cell| {
            let digits = cell.trim_start_matches(['+', '-']);
            digits.chars().all(|c| c.is_ascii_digit())
                && (digits.len() > 1 && digits.starts_with('0') || digits.len() > 15)
        });
        let is_number = |form: usize| matches!(FORMS[form].datatype, Some("xsd:integer" | "xsd:decimal" | "xsd:gYear"));
        let has = |form: usize, property: &str| FORMS[form].field.contains(property);
        // Only numbers with digits, and a unit is said once.
        let with_digits = distinct.iter().all(|cell| cell.contains(|c: char| c.is_ascii_digit()));
        let plain = words::plain(name);
        // `EUR1` in a column of codes is no money.
        let names_a_code = plain.split(' ').any(|word| ["id", "code", "key", "no", "ref", "nr"].contains(&word));
        let is_year = ["year", "年", "年份", "年度", "fy", "jahr", "année", "año"].iter().any(|word| {
            plain == *word || plain.ends_with(&format!(" {word}")) || plain.starts_with(&format!("{word} "))
        });
        let is_year = is_year
            || words::time_of(name).is_some()
                && distinct.iter().all(|cell| cell.parse().is_ok_and(|year: u32| (1000..2200).contains(&year)));
        let has_unit = || {
            let units: BTreeSet<Option<(&str, &str)>> = distinct.iter().map(|cell| MoneyUnit::around(cell)).collect();
            let Some(Some((before, after))) = units.first().filter(|_| units.len() == 1) else { return false };
            let unit = format!("{before} {after}");
            let unit = unit.trim();
            // A number in parentheses is less than nothing.
            !unit.contains(['(', ')'])
                && (["%", "‰", "°"].contains(&unit)
                    || unit.chars().count() <= 16
                        && MoneyUnit::of(unit, "en").is_some_and(|unit| unit.currency.is_some()))
        };
        let found = (0..FORMS.len()).find(|form| match *form {
            form if is_number(form) && (is_code || !with_digits) => false,
            0 => is_year && distinct.iter().all(|cell| cell.len() == 4) && reads(0),
            form if has(form, "bareNumber") => !names_a_code && has_unit() && reads(form),
            form if has(form, "uri") => distinct.iter().all(|cell| cell.contains("://")) && reads(form),
            form => reads(form),
        });
        let mut form = found.unwrap_or(TEXT);
        let told = |told: &&'static str| (0..FORMS.len()).find(|form| FORMS[*form].told == *told);
        let rivals: Vec<usize> = FORMS[form].rivals.iter().filter_map(told).filter(|rival| reads(*rival)).collect();
        if let [rival] = rivals[..] {
            // Three digits after each point are a group.
            let groups = has(form, "bareNumber")
                && distinct.iter().all(|cell| {
                    let number = cell.trim_matches(|c: char| !c.is_ascii_digit());
                    number.split('.').skip(1).all(|group| group.len() == 3) && !number.contains(',')
                })
                && distinct.iter().any(|cell| cell.trim_matches(|c: char| !c.is_ascii_digit()).contains('.'));
            let is_other = (with_commas || groups) && FORMS[form].told != COMMA;
            let other = if is_other { std::mem::replace(&mut form, rival) } else { rival };
            unsure.push(format!("read as {}; they could be {}", FORMS[form].told, FORMS[other].told));
        }
        if let Some((before, after)) =
            distinct.first().and_then(|cell| MoneyUnit::around(cell)).filter(|_| has(form, "bareNumber"))
        {
            let unit = format!("{before} {after}");
            unsure.push(format!("read as numbers, without the `{}` around them", unit.trim()));
        }
        form
    }

    /// What separates the values of a cell, if many cells have several that come again.
    fn delimiter_of_list(&self) -> Option<String> {
        let delimiter = [';', '|'].into_iter().find(|delimiter| {
            let several = self.distinct.iter().filter(|cell| cell.contains(*delimiter)).count();
            let parts: Vec<&str> =
                self.distinct.iter().flat_map(|cell| cell.split(*delimiter)).map(str::trim).collect();
            let unique: BTreeSet<&str> = parts.iter().copied().collect();
            let short = parts.iter().all(|part| part.chars().count() <= 60 && !part.is_empty());
            several >= 2 && short && unique.len() < parts.len()
        })?;
        let spaced = format!("{delimiter} ");
        let n = |text: &str| self.distinct.iter().map(|cell| cell.matches(text).count()).sum::<usize>();
        Some(if n(&spaced) == n(&delimiter.to_string()) { spaced } else { delimiter.to_string() })
    }

    /// The datatype in the graph.
    pub fn datatype(&self) -> Option<&'static str> {
        FORMS[self.form].datatype
    }

    /// Whether its values are texts that could be names or identifiers.
    pub fn is_text(&self) -> bool {
        self.form == TEXT && self.hedged.is_none()
    }

    /// Whether its values are mail addresses.
    pub fn is_mail_address(&self) -> bool {
        FORMS[self.form].field.contains("email")
    }

    /// Whether its numbers are written with a unit.
    fn has_unit(&self) -> bool {
        let form = self.hedged.as_ref().map_or(self.form, |hedged| hedged.form);
        FORMS[form].field.contains("bareNumber")
    }

    /// Whether its values are numbers to count with, some perhaps limited by words.
    pub fn has_numbers(&self) -> bool {
        self.is_number() || self.hedged.is_some()
    }

    /// The cell that keeps a column of texts from being one of numbers, if nearly all the others are numbers.
    pub fn odd_cell(&self) -> Option<&str> {
        if !self.is_text() || self.distinct.len() < 3 {
            return None;
        }
        let is_plain = |form: &usize| matches!(FORMS[*form].datatype, Some("xsd:integer" | "xsd:decimal"));
        let reads = |cell: &&String| (0..FORMS.len()).filter(is_plain).any(|form| is_of(form, cell));
        let is_code = |cell: &String| cell.len() > 1 && cell.starts_with('0') && !cell.contains(['.', ',']);
        let odd: Vec<&String> = self.distinct.iter().filter(|cell| !reads(cell)).collect();
        let may = !odd.is_empty() && odd.len() * 4 <= self.distinct.len() && !self.distinct.iter().any(is_code);
        odd.first().filter(|_| may).map(|cell| cell.as_str())
    }

    /// Whether its values are numbers to count with.
    pub fn is_number(&self) -> bool {
        matches!(self.datatype(), Some("xsd:integer" | "xsd:decimal"))
    }

    /// Whether its values are days, months, years or moments.
    pub fn is_time(&self) -> bool {
        matches!(self.datatype(), Some("xsd:date" | "xsd:dateTime" | "xsd:gYear" | "xsd:gYearMonth"))
    }

    /// Whether its values are whole numbers.
    pub fn is_whole(&self) -> bool {
        self.datatype() == Some("xsd:integer")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_types_are_those_of_the_standard() {
        assert_eq!(TYPES.len(), FORMS.len());
    }

    fn form(name: &str, cells: &[&str]) -> (&'static str, Vec<String>) {
        let mut unsure = Vec::new();
        let form = GuessedColumn::form(name, &cells.iter().copied().collect(), false, &mut unsure);
        (FORMS[form].field, unsure)
    }

    #[test]
    fn the_type_is_the_narrowest_that_all_cells_have() {
        for (name, cells, expected) in [
            ("staff", &["12", "340"][..], r#""type": "integer""#),
            ("year", &["2019", "2020"], r#""type": "year""#),
            ("code", &["007", "012"], r#""type": "string""#),
            ("cost", &["1,200", "15,000"], r#""type": "integer", "groupChar": ",""#),
            ("cost", &["1,200.50", "3.5"], r#""type": "number", "groupChar": ",""#),
            ("cost", &["1.200,50", "3,5"], r#""type": "number", "decimalChar": ",", "groupChar": ".""#),
            ("cost", &["€1,200", "€3"], r#""type": "number", "groupChar": ",", "bareNumber": false"#),
            ("cost", &["HK$1,200", "HK$3"], r#""type": "number", "groupChar": ",", "bareNumber": false"#),
            ("cost", &["$ 1.5m", "$ 12m"], r#""type": "number", "groupChar": ",", "bareNumber": false"#),
            (
                "kosten",
                &["1.200 €", "3.500 €"],
                r#""type": "number", "decimalChar": ",", "groupChar": ".", "bareNumber": false"#,
            ),
            ("cost", &["$1", "£2"], r#""type": "string""#),
            ("cost", &["(1,200)", "(3)"], r#""type": "string""#),
            (
                "open",
                &["yes", "no"],
                r#""type": "boolean", "trueValues": ["yes", "Yes", "YES", "y", "Y"], "falseValues": ["no", "No", "NO", "n", "N"]"#,
            ),
            ("day", &["2019-01-31", "2020-02-29"], r#""type": "date""#),
            ("day", &["31/01/2019"], r#""type": "date", "format": "%d/%m/%Y""#),
            ("day", &["01/31/2019"], r#""type": "date", "format": "%m/%d/%Y""#),
            ("day", &["31.01.2019"], r#""type": "date", "format": "%d.%m.%Y""#),
            ("web", &["https://example.org/a"], r#""type": "string", "format": "uri""#),
            ("address", &["5 High Street", "12"], r#""type": "string""#),
            ("building", &["A 12", "B 3"], r#""type": "string""#),
            ("school", &["SCH1", "SCH2"], r#""type": "string""#),
            ("line", &["#1", "#2"], r#""type": "string""#),
            ("room", &["§ 1", "§ 2"], r#""type": "string""#),
            ("id", &["EUR1", "EUR2"], r#""type": "string""#),
            ("cost", &["CZK 1", "CZK 2"], r#""type": "number", "groupChar": ",", "bareNumber": false"#),
            ("share", &["1.5%", "20%"], r#""type": "number", "groupChar": ",", "bareNumber": false"#),
        ] {
            assert_eq!(form(name, cells).0, expected, "{name} {cells:?}");
        }
    }

    #[test]
    fn what_could_mean_something_else_is_told() {
        assert_eq!(form("day", &["05/03/2019"]).1.len(), 1);
        assert!(form("day", &["05/03/2019", "31/03/2019"]).1.is_empty());
        assert_eq!(form("cost", &["1,200"]).1.len(), 1);
        assert!(form("cost", &["1,200", "1,200,000"]).1.is_empty());
    }
}
