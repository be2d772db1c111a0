//! Who is above whom in a list: rows, those who are named as heads and have no row, and names that are written
//! in another way.

use super::super::descriptor::{HEAD_NAMES, HEADS, ROWS};
use super::super::guess::TableGuess;
use super::super::link::{RowLink, StatedRelation};
use super::super::staff::{Heads, MissingHead};
use super::super::words::ColumnRole;
use super::{MappingWriter, quoted, reference, source, subject, thing, value};

/// What an invented card says above the name, by language: if no row is called so, and if several are.
const NOT_IN_LIST: &[(&str, [&str; 2])] = &[
    ("en", ["not in the list", "several of this name"]),
    ("zh-Hant", ["不在名單上", "不只一人同名"]),
    ("zh-Hans", ["不在名单上", "不只一人同名"]),
    ("de", ["nicht in der Liste", "mehrere dieses Namens"]),
];

impl MappingWriter<'_> {
    /// Whether the column says who is above whom in the list that was examined.
    pub(super) fn is_parent_of_list(&self, table: &TableGuess, link: &RowLink) -> bool {
        self.staff.is_some() && link.table == 0 && table.columns_of_heads().contains(&link.column)
    }

    /// The relation of a row to its head.
    pub(super) fn head_of_row(&mut self, table: &TableGuess, link: &RowLink) {
        let Some(staff) = self.staff else { return };
        let relation = match link.relation {
            Some(relation) => relation.predicate.to_owned(),
            None => self.own(&super::bare(&table.columns[link.column].name), false),
        };
        let target = &self.tables[link.table];
        let by_key = target.key == [link.target];
        let column = &table.columns[link.column];
        if by_key && staff.heads.is_plain() {
            let object = format!("{}~iri", thing(target, &column.name));
            self.pair(&relation, &quoted(&object));
            return;
        }
        let written = value(table, link.column);
        if !matches!(staff.heads, Heads::ByTable { is_all: true, .. }) {
            self.join(&relation, &target.name, &[(written.clone(), value(target, link.target))]);
        }
        if let Heads::ByTable { with_row, .. } = &staff.heads {
            let mut equal = vec![(written.clone(), "$(written)".to_owned())];
            if *with_row {
                equal.push((super::key(table), "$(row)".to_owned()));
            }
            self.join(&relation, HEAD_NAMES, &equal);
        }
        let has_missing = matches!(staff.heads, Heads::ByTable { with_row: true, .. });
        if !staff.missing.is_empty() && !has_missing {
            self.join(&relation, HEADS, &[(written, "$(name)".to_owned())]);
        }
    }

    /// The mappings of what the list has beside its rows.
    pub(super) fn list(&mut self, table: &TableGuess) {
        self.reversed(table);
        self.marked_assistants(table);
        if let Some(staff) = self.staff {
            if let Heads::ByTable { .. } = staff.heads {
                self.comment("Heads whose names are written in another way, or could be those of several rows.");
                self.head_of_rows(HEAD_NAMES, &format!("[{HEAD_NAMES}~csv]"), table, &subject(table));
            }
            if !staff.missing.is_empty() {
                self.missing_heads(table);
            }
        }
        if self.names.with_order {
            self.line(0, "");
            self.head_of_rows(ROWS, &format!("[{ROWS}~csv]"), table, &subject(table));
            self.pairs();
            let position = quoted(&reference(&self.names.position));
            self.pair("schema:position", &format!("{position}, xsd:integer"));
        }
    }

    /// Those who are marked as assistants of the one above.
    fn marked_assistants(&mut self, table: &TableGuess) {
        let Some((at, marks)) = table.assistants() else { return };
        let of_parent = |link: &&RowLink| table.roles.get(&ColumnRole::Parent) == Some(&link.column);
        let Some(link) = table.links.iter().find(of_parent).filter(|link| self.is_parent_of_list(table, link)) else {
            return;
        };
        self.comment(&format!("Assistants, by the marks in `{}`: drawn beside the line.", table.columns[at].name));
        self.head_of_rows(&format!("{}-assistant", table.name), &source(table), table, &subject(table));
        let cell = reference(&table.columns[at].name).replace('\'', "''");
        self.line(
            4,
            &format!(
                "condition: {{function: idlab-fn:stringContainsOtherString, parameters: [[idlab-fn:str, '{}'], \
                 [idlab-fn:otherStr, '{cell}'], [idlab-fn:delimiter, ';']]}}",
                marks.join(";")
            ),
        );
        self.pairs();
        let relation = StatedRelation { predicate: "cg:assistantTo", inverse: "cg:hasAssistant", from_row: true };
        self.head_of_row(table, &RowLink { relation: Some(relation), ..link.clone() });
    }

    /// Those who are named as heads and have no row. They are drawn as what they are: names, of whom nobody
    /// knows whether they exist.
    fn missing_heads(&mut self, table: &TableGuess) {
        self.comment("Named as heads, without a row of their own.");
        self.head(HEADS, &format!("[{HEADS}~csv]"), &thing(table, "name"));
        self.pairs();
        let class = self.class(table);
        self.pair("a", &class);
        self.text_in_all("skos:prefLabel", "$(name)");
        // As a status of its own, charts show it like what does not exist yet.
        self.pair("cg:status", "ex:$(code)~iri");
        for (n, code) in ["not-in-list", "not-clear-who"].into_iter().enumerate() {
            let why = if n == 0 { MissingHead::Nobody } else { MissingHead::Several };
            if !self.staff.is_some_and(|staff| staff.missing.iter().any(|(_, of)| *of == why)) {
                continue;
            }
            self.line(0, "");
            self.head(code, &format!("[{HEADS}~csv]"), &format!("ex:{code}"));
            self.pairs();
            self.pair("a", "skos:Concept");
            self.pair("skos:inScheme", "c:Status~iri");
            for language in self.names.languages.clone() {
                let words = NOT_IN_LIST.iter().find(|(known, _)| *known == language);
                let (_, words) = words.unwrap_or(&NOT_IN_LIST[0]);
                self.pair("skos:prefLabel", &format!("{}, {language}~lang", words[n]));
            }
        }
    }
}
