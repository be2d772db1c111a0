//! What tables are about: what identifies a row, what it is called, which table it belongs to, which rows
//! of which table it refers to.

mod key;

use std::collections::{BTreeMap, BTreeSet};

use super::Asked;
use super::column::{FORMS, GuessedColumn};
use super::language;
use super::link::{self, RowLink};
use super::mapping::prefix_of;
use super::meaning::{self, TableMeaning};
use super::reading::TableReading;
use super::words::{self, ColumnRole, class_of};
use crate::finding::{Finding, Findings, codes, did_you_mean};

/// A table with what is guessed of it.
pub(super) struct TableGuess {
    /// The name of the resource.
    pub name: String,
    /// The prefix of the IRIs of its rows.
    pub prefix: String,
    pub reading: TableReading,
    pub columns: Vec<GuessedColumn>,
    pub roles: BTreeMap<ColumnRole, usize>,
    /// The columns that identify a row; none if no few columns do.
    pub key: Vec<usize>,
    /// Whether they do so for every row.
    pub key_is_unique: bool,
    pub class: &'static str,
    /// The columns with main labels and their languages, the main one first.
    pub labels: Vec<(usize, String)>,
    pub links: Vec<RowLink>,
    /// The language of names in Latin letters.
    latin: &'static str,
    /// What the columns say in the words of the vocabulary.
    pub meaning: TableMeaning,
}

/// A name of letters, digits and hyphens, as resources have it.
pub(super) fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars() {
        if c.is_alphanumeric() {
            slug.extend(c.to_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-').to_owned();
    if slug.is_empty() { "table".to_owned() } else { slug }
}

/// Whether cells of a column may say that nobody is there: those with names, and those that refer to names if no row
/// is called so.
fn may_be_vacant(reading: &TableReading, at: usize, asked: &Asked) -> bool {
    let role_of =
        |at: usize| asked.columns.iter().find(|(_, name)| *name == reading.columns[at]).map(|(role, _)| *role);
    let has_names = |at: usize| match role_of(at) {
        Some(role) => {
            matches!(role, ColumnRole::Name | ColumnRole::Person | ColumnRole::Surname | ColumnRole::FirstName)
        }
        None => words::may_be_vacant(&reading.columns[at]),
    };
    let is_parent = role_of(at) == Some(ColumnRole::Parent) || ColumnRole::Parent.fits(&reading.columns[at]);
    has_names(at)
        || is_parent
            && !(0..reading.columns.len())
                .filter(|other| has_names(*other))
                .any(|other| reading.rows.iter().any(|row| words::is_nobody(&row[other])))
}

/// Guesses what tables are about. `unsure` gets what is not certain.
pub(super) fn guess(
    readings: Vec<TableReading>,
    asked: &Asked,
    unsure: &mut Findings,
) -> Result<Vec<TableGuess>, Findings> {
    let asked_columns = readings.iter().flat_map(|reading| &reading.columns).collect::<BTreeSet<_>>();
    for (role, column) in &asked.columns {
        if !asked_columns.contains(column) {
            let names = asked_columns.iter().map(|name| name.as_str());
            let hint = did_you_mean(column, names.clone()).unwrap_or_else(|| {
                format!("the columns are {}", names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "))
            });
            let message = format!("there is no column `{column}` for `{}`", role.name());
            return Err(Finding::error(codes::UNKNOWN_COLUMN, message).hint(hint).into());
        }
    }
    let mut tables: Vec<TableGuess> = Vec::new();
    let latin = language::latin(readings.iter().flat_map(|reading| {
        let cells = reading.rows.iter().take(500).flatten();
        reading.columns.iter().chain(cells).map(String::as_str)
    }));
    for reading in readings {
        let stem = reading.relative.rsplit('/').next().unwrap_or_default();
        let stem = stem.split('.').next().unwrap_or_default();
        let named = match &reading.sheet {
            Some(sheet) if !["sheet1", "sheet", "工作表1"].contains(&sheet.to_lowercase().as_str()) => slug(sheet),
            _ => slug(stem),
        };
        let mut name = named.clone();
        for n in 2.. {
            if !tables.iter().any(|table| table.name == name) {
                break;
            }
            name = format!("{named}-{n}");
        }
        tables.push(TableGuess::of(name, reading, (asked, latin), unsure)?);
    }
    let mut prefixes: Vec<String> = Vec::new();
    for table in &mut tables {
        table.prefix = prefix_of(&table.name, table.class, &prefixes);
        prefixes.push(table.prefix.clone());
    }
    for at in 0..tables.len() {
        let gives_money = tables[at].gives_money();
        if gives_money || tables[at].names_others(&tables) {
            if gives_money {
                tables[at].class = "";
            }
            tables[at].labels.clear();
            tables[at].roles.remove(&ColumnRole::Name);
            tables[at].key.clear();
            tables[at].key_is_unique = false;
            tables[at].find_key(unsure);
        }
    }
    for table in &mut tables {
        if table.class.is_empty() {
            table.class = table.class_of_lists();
        }
    }
    let links: Vec<Vec<RowLink>> = (0..tables.len()).map(|at| link::links(&tables, at, asked, unsure)).collect();
    for (table, links) in tables.iter_mut().zip(links) {
        table.links = links;
    }
    if !asked.is_staff {
        let meanings: Vec<TableMeaning> = (0..tables.len()).map(|at| meaning::of(&tables, at, asked, unsure)).collect();
        for (table, meaning) in tables.iter_mut().zip(meanings) {
            table.meaning = meaning;
        }
    }
    for table in &tables {
        table.tell(unsure);
    }
    Ok(tables)
}

impl TableGuess {
    fn of(
        name: String,
        mut reading: TableReading,
        (asked, latin): (&Asked, &'static str),
        unsure: &mut Findings,
    ) -> Result<Self, Findings> {
        let parts = reading.join_names();
        let mut columns: Vec<GuessedColumn> = (0..reading.columns.len())
            .map(|at| GuessedColumn::guess(&reading, at, may_be_vacant(&reading, at, asked)))
            .collect();
        if let (Some(parts), Some(last)) = (parts, columns.last_mut()) {
            let [first, second] = parts.map(|at| reading.columns[at].as_str());
            last.unsure.push(format!("the names are `{first}` and `{second}` together"));
            last.parts = Some(parts);
        }
        let mut table = Self {
            class: class_of(&name),
            prefix: String::new(),
            latin,
            name,
            reading,
            columns,
            roles: BTreeMap::new(),
            key: Vec::new(),
            key_is_unique: false,
            labels: Vec::new(),
            links: Vec::new(),
            meaning: TableMeaning::default(),
        };
        table.find_roles(asked, unsure);
        table.find_title(asked.is_staff, unsure);
        table.find_labels(asked);
        table.find_key(unsure);
        // A staff list without a column of heads is one of people, if they have posts.
        let has_posts = |roles: &BTreeMap<ColumnRole, usize>| {
            let post = roles.get(&ColumnRole::Post).filter(|_| !table.labels.is_empty());
            post.is_some_and(|at| asked.is_staff || words::plain(&table.columns[*at].name) == "job title")
        };
        let is_of_people = table.is_of_people() || matches!(table.class, "" | "cg:Person") && has_posts(&table.roles);
        if asked.is_staff || is_of_people {
            table.class = if is_of_people { "cg:Person" } else { "cg:Organisation" };
        }
        if asked.is_staff && table.labels.is_empty() && !table.roles.contains_key(&ColumnRole::Post) {
            let names: Vec<String> = table.named_columns();
            let message = format!("no column of `{}` is known to have the names", table.reading.file());
            let hint = format!("name it with `--column name=COLUMN`; the columns are {}", names.join(", "));
            let place = table.reading.header.first().cloned();
            return Err(Finding::error(codes::UNKNOWN_COLUMN, message).at(place).hint(hint).into());
        }
        Ok(table)
    }

    /// What the rows are by the names of lists in them that refer to rows: `parent_organisations[*].id`.
    fn class_of_lists(&self) -> &'static str {
        let [key] = self.key[..] else { return "" };
        let known = &self.columns[key].distinct;
        let of_list = |column: &GuessedColumn| {
            let (list, _) = column.name.rsplit_once("[*].")?;
            let n_known = column.distinct.iter().filter(|value| known.contains(*value)).count();
            (n_known * 2 > column.distinct.len()).then(|| class_of(&slug(list)))
        };
        self.columns.iter().filter_map(of_list).find(|class| !class.is_empty()).unwrap_or("")
    }

    /// Whether its names are those of rows of another table, which come again and again.
    fn names_others(&self, tables: &[Self]) -> bool {
        let Some((label, _)) = self.labels.first() else { return false };
        let names = &self.columns[*label];
        let is_of = |other: &Self| {
            let known = other.key.iter().chain(other.labels.first().map(|(at, _)| at));
            other.name != self.name
                && known
                    .into_iter()
                    .any(|at| other.columns[*at].is_unique && names.distinct.is_subset(&other.columns[*at].distinct))
        };
        !names.is_unique && tables.iter().any(is_of)
    }

    /// Whether its rows are grants with those who get them, and no names of their own: money rather than schemes.
    fn gives_money(&self) -> bool {
        let gets = |column: &GuessedColumn| words::act_of(&column.name).is_some_and(|(act, _)| act == words::Act::Gets);
        let has_name = self.labels.first().is_some_and(|(at, _)| words::has_names(&self.columns[*at].name));
        self.class == "cg:Scheme" && !has_name && self.columns.iter().any(gets)
    }

    /// The columns that name heads: who is above, whom somebody assists, who else is above.
    pub fn columns_of_heads(&self) -> Vec<usize> {
        let roles = [ColumnRole::Parent, ColumnRole::Assistant, ColumnRole::Also];
        let columns = roles.iter().filter_map(|role| self.roles.get(role).copied());
        columns.filter(|at| self.assistants().is_none_or(|(marked, _)| marked != *at)).collect()
    }

    /// The column that marks assistants of the one above, with the marks; nothing if it has names.
    pub fn assistants(&self) -> Option<(usize, Vec<&str>)> {
        let at = *self.roles.get(&ColumnRole::Assistant)?;
        let cells = &self.columns[at].distinct;
        let marks: Vec<Option<bool>> = cells.iter().map(|cell| words::assistant_mark(cell)).collect();
        if marks.is_empty() || marks.contains(&None) {
            return None;
        }
        let is_boolean = self.columns[at].datatype() == Some("xsd:boolean");
        let marked = cells.iter().zip(marks).filter(|(_, mark)| *mark == Some(true)).map(|(cell, _)| cell.as_str());
        Some((at, if is_boolean { vec!["true"] } else { marked.collect() }))
    }

    /// The names of the columns that are in the table.
    pub fn named_columns(&self) -> Vec<String> {
        self.columns.iter().filter(|column| column.parts.is_none()).map(|column| format!("`{}`", column.name)).collect()
    }

    /// Whether its rows are people: they have posts, or managers. Projects and offices have managers too, who are
    /// none of them.
    fn is_of_people(&self) -> bool {
        let named = |role: ColumnRole| self.roles.get(&role).map(|at| self.reading.columns[*at].as_str());
        let is_among_them = || {
            let Some(parent) = self.roles.get(&ColumnRole::Parent) else { return false };
            let known = self.key.iter().chain(self.labels.first().map(|(at, _)| at));
            let heads = &self.columns[*parent].distinct;
            known.into_iter().any(|at| {
                heads.iter().filter(|head| self.columns[*at].distinct.contains(*head)).count() * 2 >= heads.len()
            })
        };
        if !matches!(self.class, "" | "cg:Person") && !is_among_them() {
            return false;
        }
        self.class == "cg:Person"
            || self.columns.iter().any(|column| column.parts.is_some())
            || named(ColumnRole::Parent).is_some_and(words::is_of_people)
            || named(ColumnRole::Post).is_some() && named(ColumnRole::Parent).is_some()
            || named(ColumnRole::Name).is_some_and(words::names_people) && named(ColumnRole::Parent).is_some()
    }

    fn find_roles(&mut self, asked: &Asked, unsure: &mut Findings) {
        // A record of JSON has one value of these.
        let names: Vec<&str> = self
            .columns
            .iter()
            .map(|column| if column.name.contains("[*]") { "" } else { column.name.as_str() })
            .collect();
        let all = [
            ColumnRole::Id,
            ColumnRole::Parent,
            ColumnRole::Assistant,
            ColumnRole::Also,
            ColumnRole::Post,
            ColumnRole::Person,
            ColumnRole::Status,
            ColumnRole::Photo,
            ColumnRole::Headcount,
            ColumnRole::Order,
            ColumnRole::Description,
            ColumnRole::Short,
            ColumnRole::Surname,
            ColumnRole::FirstName,
            ColumnRole::Name,
        ];
        let joined = self.columns.iter().position(|column| column.parts.is_some());
        let mut taken: BTreeSet<usize> = BTreeSet::new();
        for (role, column) in &asked.columns {
            if let Some(at) = self.reading.columns.iter().position(|name| name == column) {
                taken.insert(at);
                self.roles.insert(*role, at);
            }
        }
        for role in all.into_iter().filter(|role| !asked.columns.iter().any(|(asked, _)| asked == role)) {
            if let (ColumnRole::Name, Some(at)) = (role, joined) {
                self.roles.insert(role, at);
                continue;
            }
            // `office` has the names of the rows if each has its own.
            let may = |at: usize| role != ColumnRole::Name || self.columns[at].is_unique || words::has_names(names[at]);
            let free =
                names.iter().enumerate().map(|(at, name)| if taken.contains(&at) || !may(at) { "" } else { name });
            let Some((at, other)) = role.find(free) else { continue };
            // `staff` is a number of people in one table and a list of names in another.
            if role == ColumnRole::Headcount && !self.columns[at].is_whole() && self.columns[at].hedged.is_none() {
                continue;
            }
            taken.insert(at);
            self.roles.insert(role, at);
            let of_other_language = |other: &usize| self.columns[*other].language != self.columns[at].language;
            if let Some(other) = other.filter(|other| !of_other_language(other) && role != ColumnRole::Name) {
                let message = format!(
                    "`{}` is taken for the column `{}`, and `{}` could be it",
                    self.columns[at].name,
                    role.name(),
                    self.columns[other].name
                );
                self.told(
                    unsure,
                    at,
                    message,
                    Some(format!("`--column {}={}` chooses", role.name(), self.columns[other].name)),
                );
            }
        }
    }

    /// `Title` is the post of a person, if something else has the names.
    fn find_title(&mut self, is_staff: bool, unsure: &mut Findings) {
        let has_title = |column: &GuessedColumn| ["title", "titel"].contains(&words::plain(&column.name).as_str());
        let Some(at) = self.columns.iter().position(has_title) else { return };
        let is_name = self.roles.get(&ColumnRole::Name).is_none_or(|name| *name == at);
        let of_people =
            self.roles.get(&ColumnRole::Parent).is_some_and(|at| words::is_of_people(&self.columns[*at].name));
        if self.roles.contains_key(&ColumnRole::Post)
            || is_name
            || !(is_staff || of_people || self.class == "cg:Person")
        {
            return;
        }
        self.roles.insert(ColumnRole::Post, at);
        self.told(unsure, at, format!("`{}` is taken for the posts of people", self.columns[at].name), None);
    }

    /// The columns with the names of things, by language.
    fn find_labels(&mut self, asked: &Asked) {
        let found = || {
            // A short text that is different in each row.
            self.columns.iter().position(|column| {
                let letters = column.distinct.iter().filter(|value| value.contains(char::is_alphabetic)).count();
                column.is_unique
                    && column.is_text()
                    && letters * 10 > column.distinct.len() * 9
                    && column.distinct.iter().all(|value| value.chars().count() < 100)
                    && column.distinct.iter().any(|value| value.contains(' ') || !value.is_ascii())
            })
        };
        let Some(main) = self.roles.get(&ColumnRole::Name).copied().or_else(found) else { return };
        self.labels.push((main, self.language_of(main, asked)));
        let of_main = words::plain(&self.columns[main].name);
        let same_as = |column: &GuessedColumn| {
            column.language.is_some() && {
                let plain = words::plain(&column.name);
                plain == of_main || ["name", "title", "label", "名稱", "名称", "姓名"].contains(&plain.as_str())
            }
        };
        let others: Vec<usize> =
            (0..self.columns.len()).filter(|at| *at != main && same_as(&self.columns[*at])).collect();
        for at in others {
            let language = self.language_of(at, asked);
            if !self.labels.iter().any(|(_, known)| *known == language) {
                self.labels.push((at, language));
            }
        }
        // A language in which some rows have no name is not one of the whole table.
        let full = |(at, _): &(usize, String)| self.columns[*at].n_filled == self.reading.rows.len();
        let first_full = self.labels.iter().position(full).unwrap_or(0);
        self.labels.swap(0, first_full);
    }

    fn language_of(&self, at: usize, asked: &Asked) -> String {
        if let Some(tag) = self.columns[at].language {
            return tag.to_owned();
        }
        asked.language.clone().unwrap_or_else(|| {
            let names = self.columns[at].distinct.iter().map(String::as_str);
            language::of_script(names).unwrap_or(self.latin).to_owned()
        })
    }

    /// The language of the texts of a table without names.
    pub fn language(&self, tables: &[Self], asked: &Asked) -> String {
        let named = tables.iter().find_map(|table| table.labels.first());
        named
            .map(|(_, language)| language.clone())
            .or_else(|| asked.language.clone())
            .unwrap_or_else(|| "en".to_owned())
    }

    /// The text of a cell; nothing if what is there stands for no value.
    pub fn cell(&self, row: usize, at: usize) -> &str {
        let cell = self.reading.rows[row][at].as_str();
        if self.columns[at].missing.iter().any(|word| word == cell) { "" } else { cell }
    }

    /// Tells what is not certain about the table and its columns.
    fn tell(&self, unsure: &mut Findings) {
        let reading = &self.reading;
        for message in &reading.unsure {
            unsure.push(self.guessed(0, message.clone()));
        }
        if reading.is_part {
            let message = format!(
                "only the first {} rows were read, so that keys and links of the whole table are not certain",
                super::reading::MOST_ROWS
            );
            unsure.push(self.guessed(0, message));
        }
        for (at, column) in self.columns.iter().enumerate() {
            for message in &column.unsure {
                unsure.push(self.guessed(at, format!("`{}`: {message}", column.name)));
            }
            if let Some(odd) = column.odd_cell().filter(|_| !self.key.contains(&at) && !self.is_used(at)) {
                let message = format!("`{odd}` keeps `{}` from being a column of numbers", column.name);
                let row = reading.rows.iter().position(|row| row[at] == odd);
                let place = row.and_then(|row| reading.places(&[(row, at)].into()).into_values().next());
                unsure.push(
                    self.guessed(at, message).at(place).hint("correct the cell, or leave the column a text".to_owned()),
                );
            }
        }
        if self.key.is_empty() && !reading.rows.is_empty() {
            unsure.push(
                self.guessed(0, "no few columns identify the rows, so that they are without identifiers".to_owned()),
            );
        } else if self.key.len() > 1 || !self.key_is_unique {
            let names: Vec<String> = self.key.iter().map(|at| format!("`{}`", self.columns[*at].name)).collect();
            let message = match self.key_is_unique {
                true => format!("the rows are identified by {} together", names.join(" and ")),
                false if self.key.len() > 1 => format!(
                    "some rows are equal in {}, which identify the rows: such rows become one",
                    names.join(" and ")
                ),
                false => format!(
                    "the rows are identified by {}, which comes twice: such rows become one thing",
                    names.join(" and ")
                ),
            };
            unsure.push(self.guessed(self.key[0], message));
        }
        if self.class.is_empty() && !self.labels.is_empty() {
            let message =
                format!("nothing says what the rows of `{}` are; their class is one of the pack's own", self.name);
            unsure.push(self.guessed(0, message));
        }
    }

    /// What is not certain about a column.
    pub fn guessed(&self, at: usize, message: String) -> Finding {
        Finding::new(crate::finding::Severity::Info, codes::UNSURE_GUESS, message).at(self
            .reading
            .header
            .get(at)
            .cloned())
    }

    fn told(&self, unsure: &mut Findings, at: usize, message: String, hint: Option<String>) {
        unsure.push(self.guessed(at, message).hint(hint));
    }

    /// Whether the column is part of the key, a label, or refers to rows.
    pub fn is_used(&self, at: usize) -> bool {
        self.labels.iter().any(|(label, _)| *label == at) || self.links.iter().any(|link| link.column == at)
    }

    /// The type of a column as it is told.
    pub fn told_form(&self, at: usize) -> &'static str {
        FORMS[self.columns[at].form].told
    }
}
