//! Changes after which another body does the work of one: what came after a thing, or was before it.

use std::collections::BTreeSet;

use super::super::guess::TableGuess;
use super::super::link::values;
use super::super::meaning::SuccessionGuess;
use super::{MappingWriter, SUCCESSIONS, key, quoted, reference, source, subject, value};

/// A change that only what came after tells.
pub(in crate::init) struct ToldSuccession {
    /// The key of what was before.
    pub body: String,
    pub name: String,
    /// The key of what came after.
    pub successor: String,
    /// Whether nothing else says that the body was changed.
    pub is_first: bool,
}

impl MappingWriter<'_> {
    /// The changes of a table.
    pub(super) fn successions(&mut self, table: &TableGuess) {
        let all = &table.meaning.successions;
        let after = all.iter().find(|succession| succession.is_after);
        if let Some(after) = after {
            self.after(table, after);
        }
        if let Some(before) = all.iter().find(|succession| !succession.is_after) {
            let told = told_by_successors(table, before, after);
            if !told.is_empty() {
                self.before(table, before);
                self.out.successions = told;
            }
        }
    }

    /// What came after the thing of a row.
    fn after(&mut self, table: &TableGuess, after: &SuccessionGuess) {
        let Some((main, _)) = table.labels.first() else { return };
        let column = &table.columns[after.link.column];
        let cell = reference(&column.name);
        let name = format!("{}-succession", table.name);
        let event = format!("event:{}-end-{}", table.name, key(table));
        self.comment(&format!("The change after which `{}` did its work.", column.name));
        self.head_of_rows(&name, &source(table), table, &event);
        self.conditions("isNotNull", std::slice::from_ref(&cell));
        self.pairs();
        self.pair("a", "cg:ChangeEvent");
        self.name_of_event(true, |language| {
            let at = table.labels.iter().find(|(_, known)| known == language).map_or(*main, |(at, _)| *at);
            value(table, at)
        });
        self.pair("org:resultingOrganization", &quoted(&format!("{cell}~iri")));
        self.line(0, "");
        self.head_of_rows(
            &format!("{name}-claim"),
            &source(table),
            table,
            &format!("claim:{}-end-{}", table.name, key(table)),
        );
        // Where the day of the end is known, it is claimed with the day.
        let end = table.meaning.events.iter().find(|event| event.is_end);
        let condition = |function: &str, cell: &str| {
            format!("{{function: idlab-fn:{function}, parameters: [[idlab-fn:str, '{}']]}}", cell.replace('\'', "''"))
        };
        self.line(4, "conditions:");
        self.line(6, &format!("- {}", condition("isNotNull", &cell)));
        if let Some(end) = end {
            let day = reference(&table.columns[end.column].name);
            self.line(6, &format!("- {}", condition("isNull", &day)));
        }
        self.pairs();
        let row = self.row_object(table, &subject(table));
        self.changed(&quoted(&format!("{event}~iri")), &row);
        let evidence = self.evidence(table);
        self.pair("cg:evidence", &evidence);
    }

    /// What was before the thing of a row, where its own row does not say so.
    fn before(&mut self, table: &TableGuess, before: &SuccessionGuess) {
        let column = &table.columns[before.link.column];
        let event = format!("event:{}-end-$(body)", table.name);
        self.comment(&format!("Changes that only `{}` tells.", column.name));
        self.head(SUCCESSIONS, &format!("[{SUCCESSIONS}~csv]"), &event);
        self.pairs();
        self.pair("a", "cg:ChangeEvent");
        self.name_of_event(true, |_| "$(name)".to_owned());
        let successor = quoted(&format!("{}~iri", super::thing(table, "successor")));
        self.pair("org:resultingOrganization", &successor);
        self.line(0, "");
        let claim = format!("claim:{}-end-$(claim)", table.name);
        self.head(&format!("{SUCCESSIONS}-claim"), &format!("[{SUCCESSIONS}~csv]"), &claim);
        self.conditions("isNotNull", &["$(claim)".to_owned()]);
        self.pairs();
        let body = quoted(&format!("{}~iri", super::thing(table, "body")));
        self.changed(&quoted(&format!("{event}~iri")), &body);
        self.pair("cg:evidence", &quoted(&format!("row:{}-$(successor)~iri", table.name)));
    }

    fn changed(&mut self, event: &str, body: &str) {
        self.pair("a", "cg:Claim");
        self.pair("rdf:subject", event);
        self.pair("rdf:predicate", "cg:changed~iri");
        self.pair("rdf:object", body);
        self.pair("cg:status", "c:done~iri");
    }
}

/// The changes that the row of what was before does not tell.
fn told_by_successors(
    table: &TableGuess,
    before: &SuccessionGuess,
    after: Option<&SuccessionGuess>,
) -> Vec<ToldSuccession> {
    let [key] = table.key[..] else { return Vec::new() };
    let rows = &table.reading.rows;
    let pairs = |succession: &SuccessionGuess| {
        let column = succession.link.column;
        let mut pairs: BTreeSet<(&str, &str)> = BTreeSet::new();
        for row in rows {
            for other in values(&row[column]) {
                let own = row[key].as_str();
                pairs.insert(if succession.is_after { (own, other) } else { (other, own) });
            }
        }
        pairs
    };
    let known = after.map(pairs).unwrap_or_default();
    let named: std::collections::HashMap<&str, usize> =
        rows.iter().enumerate().map(|(at, row)| (row[key].as_str(), at)).collect();
    let Some((label, _)) = table.labels.first() else { return Vec::new() };
    let end = table.meaning.events.iter().find(|event| event.is_end);
    let mut told = Vec::new();
    for (body, successor) in pairs(before).difference(&known).copied() {
        let Some(row) = named.get(body).copied() else { continue };
        let has_day = end.is_some_and(|end| !table.cell(row, end.column).is_empty());
        let has_successor = known.range((body, "")..).next().is_some_and(|(of, _)| *of == body);
        told.push(ToldSuccession {
            body: body.to_owned(),
            name: table.cell(row, *label).to_owned(),
            successor: successor.to_owned(),
            is_first: !has_day && !has_successor,
        });
    }
    told
}
