//! The `mapping.yml` of guessed tables.

mod list;
mod statement;
mod succession;
mod term;
mod thing;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::guess::TableGuess;
use super::link::{RowLink, values};
use super::meaning::may_have_others;
use super::staff::Staff;
use super::words::{self, singular};
pub(super) use succession::ToldSuccession;
pub(super) use term::prefix_of;
use term::{bare, key, local_name, quoted, reference, source, subject, thing, value};

/// The names that a pack gives.
pub(super) struct PackNames<'a> {
    /// The name of the pack.
    pub pack: &'a str,
    pub title: &'a str,
    pub base: String,
    pub languages: Vec<String>,
    /// Whether the order of the rows is kept, in a column of this name.
    pub with_order: bool,
    pub position: String,
    /// The day on which the tables were so.
    pub as_of: Option<String>,
}

/// A mapping with what it needs beside the tables.
pub(super) struct WrittenMapping {
    pub text: String,
    /// The terms of the pack's own: local name, label, whether it is a class.
    pub terms: BTreeMap<String, (String, bool)>,
    /// What the figures measure: identifier, label, dimension.
    pub measures: BTreeMap<String, (String, &'static str)>,
    /// Who is referred to and has no row, by the name of the resource that lists them.
    pub others: BTreeMap<String, BTreeSet<String>>,
    /// Changes that only the row of what came after tells.
    pub successions: Vec<ToldSuccession>,
    /// The prefixes: name, whether it is the pack's own, IRI.
    pub prefixes: Vec<(String, bool, String)>,
    /// The tables that are evidence of statements.
    pub sources: Vec<(String, String)>,
}

/// The names of resources that no file has, which no table has either.
pub(super) const MEASURES: &str = "figure-measures";
pub(super) const SOURCES: &str = "statement-sources";
pub(super) const SUCCESSIONS: &str = "successions";
/// Those who pay and are in no table, though others who pay are.
const PAYERS: &str = "payers-without-row";

/// What cells of a column refer to.
struct ReferredEnd {
    is_fund: bool,
    /// The mapping of what is referred to and its value there; nothing if the cell is its identifier.
    join: Option<(String, String)>,
}

/// The resource that lists those who are referred to as rows of a table and have none.
fn others_of(table: &TableGuess) -> String {
    format!("{}-without-row", table.name)
}

struct MappingWriter<'a> {
    out: WrittenMapping,
    tables: &'a [TableGuess],
    names: &'a PackNames<'a>,
    staff: Option<&'a Staff>,
}

/// The text of the mapping.
pub(super) fn write(tables: &[TableGuess], names: &PackNames<'_>, staff: Option<&Staff>) -> WrittenMapping {
    let out = WrittenMapping {
        text: String::new(),
        terms: BTreeMap::new(),
        measures: BTreeMap::new(),
        others: BTreeMap::new(),
        successions: Vec::new(),
        prefixes: Vec::new(),
        sources: Vec::new(),
    };
    let mut writer = MappingWriter { out, tables, names, staff };
    for table in tables {
        writer.table(table);
    }
    writer.shared();
    let mut out = writer.out;
    let is_used = |name: &str| {
        out.text
            .match_indices(&format!("{name}:"))
            .any(|(at, _)| !out.text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '-'))
    };
    out.prefixes = term::prefixes(tables, names);
    out.prefixes.retain(|(name, ..)| name == "ex" || is_used(name));
    let mut text = String::from(
        "# Which triples are made from the rows of the tables, in YARRRML (civigraph help mapping).\n\
         #\n\
         # `civigraph init` guessed all of this. Change it, then run `civigraph validate` on the folder.\n\
         # Classes and relations with `cg:` are those of the vocabulary (civigraph vocabulary); those with\n\
         # `ex:` are your own. Change the addresses of the prefixes here and in datapackage.json.\n\n\
         prefixes:\n",
    );
    for (name, _, iri) in &out.prefixes {
        let _ = writeln!(text, "  {name}: {iri}");
    }
    text.push_str("\nmappings:\n");
    out.text.insert_str(0, &text);
    out
}

impl MappingWriter<'_> {
    fn line(&mut self, indent: usize, line: &str) {
        let _ = writeln!(self.out.text, "{}{line}", " ".repeat(indent));
    }

    fn comment(&mut self, text: &str) {
        let _ = write!(self.out.text, "\n  # {text}\n");
    }

    /// The beginning of a mapping.
    fn head(&mut self, name: &str, source: &str, subject: &str) {
        self.head_of(name, source, &quoted(subject));
    }

    /// The beginning of a mapping of the rows of a table, or of what has their key in its IRI.
    fn head_of_rows(&mut self, name: &str, source: &str, table: &TableGuess, template: &str) {
        let subject = self.row_iri(table, template).unwrap_or_else(|| quoted(template));
        self.head_of(name, source, &subject);
    }

    fn head_of(&mut self, name: &str, source: &str, subject: &str) {
        let _ = write!(self.out.text, "  {name}:\n    sources:\n      - {source}\n    s: {subject}\n");
    }

    /// An IRI with the key of a row, as an object.
    fn row_object(&self, table: &TableGuess, template: &str) -> String {
        self.row_iri(table, template).unwrap_or_else(|| quoted(&format!("{template}~iri")))
    }

    /// The function that makes an IRI with a key of which some cells are empty: a template would make none.
    fn row_iri(&self, table: &TableGuess, template: &str) -> Option<String> {
        let (prefix, local) = template.split_once(':').filter(|_| table.key_has_gaps())?;
        let (before, cells) = local.split_at(local.find("$(")?);
        let single = |text: &str| text.replace('\'', "''");
        Some(format!(
            "{{function: grel:string_concat, type: iri, parameters: [[grel:valueParameter, '{}{prefix}/{}'], \
             [grel:valueParameter2, {{function: grel:escape, parameters: [[grel:valueParameter, '{}'], \
             [grel:modeParameter, url]]}}]]}}",
            self.names.base,
            single(before),
            single(cells)
        ))
    }

    /// A condition that cells are not empty, or that one is.
    fn conditions(&mut self, function: &str, cells: &[String]) {
        let condition = |cell: &String| {
            format!("{{function: idlab-fn:{function}, parameters: [[idlab-fn:str, '{}']]}}", cell.replace('\'', "''"))
        };
        match cells {
            [] => {}
            [only] => self.line(4, &format!("condition: {}", condition(only))),
            several => {
                self.line(4, "conditions:");
                for cell in several {
                    self.line(6, &format!("- {}", condition(cell)));
                }
            }
        }
    }

    fn pairs(&mut self) {
        self.line(4, "po:");
    }

    fn pair(&mut self, predicate: &str, object: &str) {
        self.line(6, &format!("- [{predicate}, {object}]"));
    }

    /// A term of the pack's own.
    fn own(&mut self, name: &str, is_class: bool) -> String {
        let local = local_name(name, is_class);
        self.out.terms.entry(local.clone()).or_insert_with(|| (words::shown(name), is_class));
        format!("ex:{local}")
    }

    /// The class of the rows.
    fn class(&mut self, table: &TableGuess) -> String {
        if !table.class.is_empty() {
            return table.class.to_owned();
        }
        let parts: Vec<String> =
            table.name.split('-').filter(|part| !part.chars().all(|c| c.is_ascii_digit())).map(singular).collect();
        self.own(&parts.join("-"), true)
    }

    /// A text in all languages of the pack.
    fn text_in_all(&mut self, property: &str, value: &str) {
        for language in &self.names.languages {
            let _ = writeln!(self.out.text, "      - [{property}, {value}, {language}~lang]");
        }
    }

    /// A property whose object is the row that a column refers to.
    fn reference_to_row(&mut self, predicate: &str, table: &TableGuess, link: &RowLink) {
        for end in self.ends(table, link) {
            self.refer(predicate, table, link, &end);
        }
    }

    fn refer(&mut self, predicate: &str, table: &TableGuess, link: &RowLink, end: &ReferredEnd) {
        match &end.join {
            None => {
                let object = format!("{}~iri", thing(&self.tables[link.table], &table.columns[link.column].name));
                self.pair(predicate, &quoted(&object));
            }
            Some((mapping, there)) => self.join(predicate, mapping, &[(value(table, link.column), there.clone())]),
        }
    }

    /// A property whose object is what another mapping makes of the row with equal texts.
    fn join(&mut self, predicate: &str, mapping: &str, equal: &[(String, String)]) {
        self.line(6, &format!("- p: {predicate}"));
        self.line(8, "o:");
        self.line(10, &format!("mapping: {mapping}"));
        self.line(10, if equal.len() > 1 { "conditions:" } else { "condition:" });
        for (here, there) in equal {
            let begin = if equal.len() > 1 { "- " } else { "" };
            let rest = if equal.len() > 1 { 14 } else { 12 };
            self.line(12, &format!("{begin}function: equal"));
            self.line(rest, "parameters:");
            self.line(rest + 2, &format!("- [str1, {}]", quoted(here)));
            self.line(rest + 2, &format!("- [str2, {}]", quoted(there)));
        }
    }

    /// What the cells of a column refer to: rows of the table of the link, of others, and those without a row, who are
    /// remembered.
    fn ends(&mut self, table: &TableGuess, link: &RowLink) -> Vec<ReferredEnd> {
        let tables = self.tables;
        let target = &tables[link.table];
        let by_key = target.key == [link.target];
        let row = |join| ReferredEnd { is_fund: target.class == "cg:Fund", join };
        let there = || Some((target.name.clone(), value(target, link.target)));
        if link.is_whole || !self.has_others(table, link) {
            return vec![row(if by_key { None } else { there() })];
        }
        let column = &table.columns[link.column];
        let known = &target.columns[link.target].distinct;
        let cells = column.distinct.iter().flat_map(|cell| values(cell));
        let mut missing: Vec<&str> = cells.filter(|value| !known.contains(*value)).collect();
        // Who funds or runs a thing may be a row of another table.
        let mut elsewhere: Vec<ReferredEnd> = Vec::new();
        let is_act = words::act_of(&column.name).is_some();
        for other in tables.iter().filter(|other| is_act && other.name != target.name && other.name != table.name) {
            let is_agent = matches!(other.class, "cg:Organisation" | "cg:Fund") && other.class != "cg:Person";
            let goals = other.key.iter().filter(|_| other.key.len() == 1).chain(other.labels.first().map(|(at, _)| at));
            for goal in goals.filter(|goal| is_agent && other.columns[**goal].is_unique) {
                let n = missing.len();
                missing.retain(|value| !other.columns[*goal].distinct.contains(*value));
                if missing.len() < n {
                    let join = Some((other.name.clone(), value(other, *goal)));
                    elsewhere.push(ReferredEnd { is_fund: other.class == "cg:Fund", join });
                }
            }
        }
        let is_body = target.class == "cg:Fund" && words::class_of(&super::guess::slug(&column.name)) != "cg:Fund";
        if elsewhere.is_empty() && !is_body {
            let others = self.out.others.entry(others_of(target)).or_default();
            others.extend(missing.into_iter().map(str::to_owned));
            let mut ends = vec![row(if by_key { None } else { there() })];
            if !by_key {
                ends.push(row(Some((others_of(target), "$(name)".to_owned()))));
            }
            return ends;
        }
        let mut ends = vec![row(there())];
        ends.extend(elsewhere);
        if !missing.is_empty() {
            let name = if is_body { PAYERS.to_owned() } else { others_of(target) };
            let others = self.out.others.entry(name.clone()).or_default();
            others.extend(missing.into_iter().map(str::to_owned));
            ends.push(ReferredEnd {
                is_fund: !is_body && target.class == "cg:Fund",
                join: Some((name, "$(name)".to_owned())),
            });
        }
        ends
    }

    /// Whether those without a row become things too: they do something that is known, and have a name.
    fn has_others(&self, table: &TableGuess, link: &RowLink) -> bool {
        let meaning = &table.meaning;
        let is_stated = meaning.claims.iter().any(|claim| claim.column == link.column)
            || meaning.figures.iter().any(|figure| figure.is_party(link.column));
        is_stated && may_have_others(&self.tables[link.table]) && table.columns[link.column].list.is_none()
    }

    /// What mappings of several tables share.
    fn shared(&mut self) {
        if !self.out.measures.is_empty() {
            self.comment("What the figures measure.");
            self.head("measure", &format!("[{MEASURES}~csv]"), "measure:$(id)");
            self.pairs();
            self.pair("a", "skos:Concept");
            self.text_in_all("skos:prefLabel", "$(label)");
            self.pair("cg:dimension", "c:$(dimension)~iri");
        }
        for name in self.out.others.keys().cloned().collect::<Vec<_>>() {
            if name == PAYERS {
                self.comment("Those who pay and are in no table.");
                self.head(&name, &format!("[{name}~csv]"), "body:$(name)");
                self.pairs();
                self.pair("a", "cg:Organisation");
                self.text_in_all("skos:prefLabel", "$(name)");
                continue;
            }
            let Some(table) = self.tables.iter().find(|table| others_of(table) == name) else { continue };
            self.comment(&format!("Named in other tables, without a row in {}.", table.name));
            self.head(&name, &format!("[{name}~csv]"), &thing(table, "name"));
            self.pairs();
            let class = self.class(table);
            self.pair("a", &class);
            self.text_in_all("skos:prefLabel", "$(name)");
        }
        if !self.out.sources.is_empty() {
            self.comment("The tables, as the sources of claims and figures.");
            self.head("source", &format!("[{SOURCES}~csv]"), "source:$(id)");
            self.pairs();
            self.pair("a", "cg:Source");
            let language = self.names.languages[0].clone();
            self.pair("dcterms:title", &format!("$(title), {language}~lang"));
            if let Some(day) = self.names.as_of.clone() {
                self.pair("cg:asOf", &format!("'{day}', xsd:date"));
            }
        }
    }
}
