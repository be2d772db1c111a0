//! The rows of a table as things with names, references and properties.

use super::super::column::GuessedColumn;
use super::super::guess::TableGuess;
use super::super::link::RowLink;
use super::super::words::ColumnRole;
use super::term::post;
use super::{MappingWriter, bare, quoted, reference, source, subject, thing, value};

impl MappingWriter<'_> {
    pub(super) fn table(&mut self, table: &TableGuess) {
        let place = table.reading.sheet.as_ref().map_or_else(String::new, |sheet| format!(", sheet {sheet}"));
        self.comment(&format!("{}{place}", table.reading.relative));
        // Rows that give numbers about things of other tables are these numbers.
        if table.class.is_empty() && !table.meaning.figures.is_empty() {
            self.statements(table);
            return;
        }
        self.thing(table);
        self.unnamed(table);
        if let Some(post) = post(table) {
            self.line(0, "");
            self.head(&format!("{}-post", table.name), &source(table), &post_iri(table, post));
            self.pairs();
            self.pair("a", "skos:Concept");
            let label = quoted(&reference(&table.columns[post].name));
            self.text_in_all("skos:prefLabel", &label);
        }
        self.statements(table);
        self.list(table);
    }

    fn thing(&mut self, table: &TableGuess) {
        self.head_of_rows(&table.name, &source(table), table, &subject(table));
        self.pairs();
        let people_or_posts = has_people_and_posts(table);
        if !people_or_posts {
            let class = self.class(table);
            self.pair("a", &class);
        }
        for (at, language) in &table.labels {
            if self.names.languages.contains(language) {
                self.text(table, "skos:prefLabel", *at, language);
            } else {
                self.line(6, &format!("# In `{language}`, in which not all have a name."));
                self.pair("skos:altLabel", &quoted(&value(table, *at)));
            }
        }
        if let Some(post) = post(table).filter(|_| !people_or_posts) {
            self.type_of_post(table, post);
        }
        self.kind_and_state(table);
        self.days_of_thing(table);
        for link in &table.links {
            self.link(table, link);
        }
        for (at, column) in table.columns.iter().enumerate() {
            let is_told = table.is_used(at)
                || post(table) == Some(at)
                || column.distinct.is_empty()
                || table.meaning.has(at)
                || self.is_part_of_name(table, at)
                || table.assistants().is_some_and(|(marked, _)| marked == at)
                // The identifier is in the address of the thing.
                || table.key == [at];
            if !is_told {
                self.property(table, at);
            }
        }
        if self.has_evidence(table) {
            self.pair("cg:evidence", &self.evidence(table));
        }
    }

    fn is_part_of_name(&self, table: &TableGuess, at: usize) -> bool {
        table.columns[at].parts.is_some()
            || table.columns.iter().any(|column| column.parts.is_some_and(|parts| parts.contains(&at)))
    }

    /// The words above the name on a card.
    pub(super) fn type_of_post(&mut self, table: &TableGuess, post: usize) {
        self.line(6, "# The words above the name on a card.");
        let kind = post_iri(table, post);
        self.pair("cg:type", &format!("{kind}~iri"));
    }

    /// A text of a column in a language.
    pub(super) fn text(&mut self, table: &TableGuess, property: &str, at: usize, language: &str) {
        let is_full = |at: usize| table.columns[at].n_filled == table.reading.rows.len();
        match table.columns[at].parts {
            // An empty part does not make the name empty.
            Some(parts) if !parts.iter().all(|part| is_full(*part)) => {
                self.line(6, &format!("- p: {property}"));
                self.line(8, "o:");
                self.line(10, "function: grel:string_trim");
                self.line(10, &format!("language: {language}"));
                self.line(10, "parameters:");
                self.line(12, &format!("- [grel:valueParameter, {}]", quoted(&value(table, at))));
            }
            _ => self.pair(property, &format!("{}, {language}~lang", quoted(&value(table, at)))),
        }
    }

    /// Mappings of rows without a name, and a name for tables without any.
    fn unnamed(&mut self, table: &TableGuess) {
        let main = table.labels.first().map(|(at, _)| *at);
        let people_or_posts = has_people_and_posts(table);
        let language = self.names.languages[0].clone();
        if let Some(main) = main.filter(|main| table.columns[*main].n_filled < table.reading.rows.len()) {
            let name = value(table, main);
            let other = post(table).or_else(|| table.key.first().copied().filter(|key| *key != main));
            if people_or_posts {
                self.comment("A row with a name is a person, one without is a post that nobody holds.");
                self.head_of_rows(&format!("{}-person", table.name), &source(table), table, &subject(table));
                self.conditions("isNotNull", std::slice::from_ref(&name));
                self.pairs();
                self.pair("a", "cg:Person");
                if let Some(post) = post(table) {
                    self.type_of_post(table, post);
                }
            }
            if let Some(other) = other {
                self.comment(&format!("What has no name is called by `{}`.", table.columns[other].name));
                self.head_of_rows(&format!("{}-without-name", table.name), &source(table), table, &subject(table));
                self.conditions("isNull", &[name]);
                self.pairs();
                if people_or_posts {
                    self.pair("a", "cg:Post");
                    self.pair("cg:status", "c:vacant~iri");
                }
                self.text(table, "skos:prefLabel", other, &language);
            }
        } else if main.is_none() && !table.class.is_empty() && !table.key.is_empty() {
            // Without any names, the identifiers are what things are called.
            self.comment("Nothing in the table is a name.");
            self.head_of_rows(&format!("{}-name", table.name), &source(table), table, &subject(table));
            self.pairs();
            let parts: Vec<String> = table.key.iter().map(|at| reference(&table.columns[*at].name)).collect();
            self.pair("skos:prefLabel", &format!("{}, {language}~lang", quoted(&parts.join(" "))));
        }
    }

    fn link(&mut self, table: &TableGuess, link: &RowLink) {
        let is_claim = table.meaning.claims.iter().any(|claim| claim.column == link.column);
        if is_claim || table.meaning.successions.iter().any(|succession| succession.link.column == link.column) {
            return;
        }
        if self.is_parent_of_list(table, link) {
            self.head_of_row(table, link);
            return;
        }
        let column = &table.columns[link.column];
        let relation = match link.relation {
            Some(relation) if relation.from_row => relation.predicate.to_owned(),
            // It is stated of the other thing.
            Some(relation) if self.is_reversed(table, link) => {
                debug_assert!(!relation.from_row);
                return;
            }
            Some(relation) => relation.inverse.to_owned(),
            None => self.own(&bare(&column.name), false),
        };
        self.reference_to_row(&relation, table, link);
    }

    /// Whether a relation is stated with the thing that the column refers to as its subject.
    pub(super) fn is_reversed(&self, table: &TableGuess, link: &RowLink) -> bool {
        link.relation.is_some_and(|relation| !relation.from_row)
            && !table.meaning.claims.iter().any(|claim| claim.column == link.column)
            && self.tables[link.table].key == [link.target]
            && !table.key.is_empty()
    }

    /// Relations whose subject is what a column refers to: said once, though the other end may say them too.
    pub(super) fn reversed(&mut self, table: &TableGuess) {
        for link in &table.links {
            let Some(relation) = link.relation.filter(|_| self.is_reversed(table, link)) else { continue };
            let column = &table.columns[link.column];
            self.comment(&format!("`{}` says {} the other way round.", column.name, relation.predicate));
            let other = thing(&self.tables[link.table], &column.name);
            let name = format!("{}-{}", table.name, super::super::guess::slug(&bare(&column.name)));
            self.head(&name, &source(table), &other);
            self.pairs();
            let row = self.row_object(table, &subject(table));
            self.pair(relation.predicate, &row);
        }
    }

    pub(super) fn property(&mut self, table: &TableGuess, at: usize) {
        let column = &table.columns[at];
        let role = table.roles.iter().find(|(_, of)| **of == at).map(|(role, _)| *role);
        let of = quoted(&reference(&column.name));
        let is_address = column.datatype() == Some("xsd:anyURI");
        match role {
            Some(ColumnRole::Description) => {
                let language = self.names.languages[0].clone();
                self.pair("dcterms:description", &format!("{of}, {language}~lang"));
            }
            Some(ColumnRole::Short) => self.pair("skos:altLabel", &of),
            Some(ColumnRole::Photo) if is_address => {
                self.pair("schema:image", &quoted(&format!("{}~iri", reference(&column.name))));
            }
            Some(ColumnRole::Photo) => self.pair("schema:image", &of),
            Some(ColumnRole::Headcount) if column.is_whole() => {
                self.pair("schema:numberOfEmployees", &format!("{of}, xsd:integer"));
            }
            Some(ColumnRole::Order) if column.is_whole() => self.pair("schema:position", &format!("{of}, xsd:integer")),
            _ if is_address && !column.name.contains("[*]") => self.pair("schema:url", &format!("{of}, xsd:anyURI")),
            _ => {
                let property = self.own(&column.name, false);
                self.pair(&property, &typed(column, &of));
            }
        }
    }
}

fn typed(column: &GuessedColumn, of: &str) -> String {
    match column.datatype().filter(|_| column.list.is_none()) {
        Some(datatype) => format!("{of}, {datatype}"),
        None => of.to_owned(),
    }
}

/// Whether some rows are people and others posts that nobody holds.
pub(super) fn has_people_and_posts(table: &TableGuess) -> bool {
    let main = table.labels.first().map(|(at, _)| *at);
    post(table).is_some() && main.is_some_and(|main| table.columns[main].n_filled < table.reading.rows.len())
}

pub(super) fn post_iri(table: &TableGuess, post: usize) -> String {
    quoted(&format!("post:{}", reference(&table.columns[post].name)))
}
