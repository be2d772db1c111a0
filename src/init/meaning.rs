//! What the columns of a table say in the words of the vocabulary: who does what, numbers, times, kinds and how
//! far things exist. What is not certain stays a property of the pack's own.

mod figure;

use super::Asked;
use super::guess::TableGuess;
use super::link::{RowLink, StatedRelation, acting};
use super::words::{self, ColumnRole, TimeWord};
use crate::finding::Findings;

pub(super) use figure::{FigureGuess, FigureTime};

/// What columns of a table say.
#[derive(Debug, Default)]
pub(super) struct TableMeaning {
    pub claims: Vec<ClaimGuess>,
    pub figures: Vec<FigureGuess>,
    pub events: Vec<EventGuess>,
    /// Columns that refer to what came after things, and to what was before them.
    pub successions: Vec<SuccessionGuess>,
    /// The column with the kinds of things.
    pub kind: Option<usize>,
    /// The column that says how far things exist, and the codes of its values.
    pub state: Option<(usize, Vec<(String, &'static str)>)>,
    /// Columns that say something of the things that another column refers to.
    pub of_others: Vec<usize>,
}

/// A relation that each row states.
#[derive(Debug)]
pub(super) struct ClaimGuess {
    pub column: usize,
    pub relation: StatedRelation,
    pub other: OtherEnd,
}

/// What a column refers to.
#[derive(Debug, Clone)]
pub(super) enum OtherEnd {
    /// Rows of a table.
    Row(RowLink),
    /// Somebody who is in no table, of this class.
    Named(&'static str),
}

/// What came after a thing, or was before it.
#[derive(Debug)]
pub(super) struct SuccessionGuess {
    pub link: RowLink,
    pub is_after: bool,
}

/// A beginning or an end.
#[derive(Debug)]
pub(super) struct EventGuess {
    pub column: usize,
    pub is_end: bool,
}

impl TableMeaning {
    /// Whether the column says something in the words of the vocabulary.
    pub fn has(&self, column: usize) -> bool {
        self.claims.iter().any(|claim| claim.column == column)
            || self.figures.iter().any(|figure| figure.uses(column))
            || self.events.iter().any(|event| event.column == column)
            || self.successions.iter().any(|succession| succession.link.column == column)
            || self.kind == Some(column)
            || self.of_others.contains(&column)
            || self.state.as_ref().is_some_and(|(at, _)| *at == column)
    }

    /// Whether statements are made that need evidence.
    pub fn has_statements(&self) -> bool {
        !(self.claims.is_empty() && self.figures.is_empty() && self.events.is_empty() && self.successions.is_empty())
    }

    /// What a column says, as its description tells it.
    pub fn told(&self, column: usize) -> Vec<String> {
        let mut told: Vec<String> = Vec::new();
        for claim in self.claims.iter().filter(|claim| claim.column == column) {
            let ends = if claim.relation.from_row { "this one" } else { "the one here" };
            told.push(format!("claim: {ends} {}", claim.relation.predicate));
        }
        told.extend(self.figures.iter().filter_map(|figure| figure.told(column)));
        for event in self.events.iter().filter(|event| event.column == column) {
            told.push(format!("when it {}", if event.is_end { "ended" } else { "began" }));
        }
        for succession in self.successions.iter().filter(|succession| succession.link.column == column) {
            told.push(format!(
                "what {} it, in a change",
                if succession.is_after { "came after" } else { "was before" }
            ));
        }
        if self.kind == Some(column) {
            told.push("the kind of the thing".to_owned());
        }
        if let Some((_, codes)) = self.state.as_ref().filter(|(at, _)| *at == column) {
            let codes: Vec<String> = codes.iter().map(|(value, code)| format!("`{value}` is {code}")).collect();
            told.push(format!("how far the thing exists: {}", codes.join(", ")));
        }
        told
    }
}

/// What the columns of a table say.
pub(super) fn of(tables: &[TableGuess], at: usize, asked: &Asked, unsure: &mut Findings) -> TableMeaning {
    let table = &tables[at];
    let mut meaning = TableMeaning::default();
    let is_thing = !table.class.is_empty() && table.key_is_unique;
    if is_thing {
        // Who people are under and belong to is plain: no source is cited for it.
        if table.class != "cg:Person" {
            meaning.claims = claims(tables, table, unsure);
        }
        meaning.kind = kind(table);
        meaning.state = state(table, unsure);
        meaning.events = events(table, asked, unsure);
        meaning.successions = successions(tables, at);
    }
    meaning.of_others = of_others(table);
    // Rows that are equal in all that tells rows apart are one figure, which is told.
    if table.key_is_unique || !is_thing && table.class.is_empty() && table.key.len() > 1 {
        meaning.figures = figure::figures(tables, at, asked, unsure);
    }
    meaning
}

/// Whether a column has one value in each row.
fn is_single(table: &TableGuess, at: usize) -> bool {
    let column = &table.columns[at];
    column.list.is_none() && !column.has_several && !column.name.contains("[*]")
}

fn claims(tables: &[TableGuess], table: &TableGuess, unsure: &mut Findings) -> Vec<ClaimGuess> {
    let mut claims = Vec::new();
    let is_list = tables.len() == 1 && table.roles.contains_key(&ColumnRole::Parent);
    for link in table.links.iter().filter(|link| is_single(table, link.column)) {
        let target = &tables[link.table];
        // Each text means one thing: a row, or somebody without a row who gets a name.
        let is_one = target.key == [link.target] || target.columns[link.target].is_unique;
        let may = is_one && (link.is_whole || may_have_others(target));
        let is_parent_of_list = is_list && table.roles.get(&ColumnRole::Parent) == Some(&link.column);
        if let Some(relation) = link.relation.filter(|_| may && !is_parent_of_list) {
            claims.push(ClaimGuess { column: link.column, relation, other: OtherEnd::Row(link.clone()) });
        }
    }
    for (at, column) in table.columns.iter().enumerate() {
        let may = column.is_text()
            && !column.distinct.is_empty()
            && is_single(table, at)
            && table.key != [at]
            && !table.is_used(at)
            && column.distinct.iter().all(|value| value.chars().count() < 100);
        let Some((act, is_person)) = words::act_of(&column.name).filter(|_| may) else { continue };
        let is_person = is_person && act != words::Act::Funds;
        let other = if is_person { "cg:Person" } else { "cg:Organisation" };
        let Some(relation) = acting(table.class, other, &column.name) else { continue };
        let what = if is_person { "people" } else { "bodies" };
        let message = format!("`{}` names {what} that are in no table; each becomes a {other} of its own", column.name);
        unsure.push(table.guessed(at, message));
        claims.push(ClaimGuess { column: at, relation, other: OtherEnd::Named(other) });
    }
    claims
}

/// Whether those who are referred to as rows of a table and have none can be things like those.
pub(super) fn may_have_others(table: &TableGuess) -> bool {
    table.key.len() == 1 && !table.columns[table.key[0]].distinct.iter().all(|value| value.contains("://"))
}

/// The column with few words that come again and again, and whose name says that they are kinds.
fn kind(table: &TableGuess) -> Option<usize> {
    let n_rows = table.reading.rows.len();
    let may = |at: &usize| {
        let column = &table.columns[*at];
        column.is_text()
            && is_single(table, *at)
            && !table.is_used(*at)
            && !column.distinct.is_empty()
            && column.distinct.len() <= 60
            && (column.distinct.len() * 2 <= n_rows || n_rows < 10)
            && column.distinct.iter().all(|value| value.chars().count() <= 80)
            && !(table.class == "cg:Person" && table.roles.contains_key(&ColumnRole::Post))
    };
    let ranked = (0..table.columns.len()).filter_map(|at| Some((words::kind_rank(&table.columns[at].name)?, at)));
    ranked.filter(|(_, at)| may(at)).min().map(|(_, at)| at)
}

fn state(table: &TableGuess, unsure: &mut Findings) -> Option<(usize, Vec<(String, &'static str)>)> {
    let codes = |at: usize| -> Vec<(String, &'static str)> {
        let values = table.columns[at].distinct.iter();
        values.filter_map(|value| Some((value.clone(), words::state_of(value)?))).collect()
    };
    let may = |at: &usize| {
        let column = &table.columns[*at];
        table.class != "cg:Person"
            && column.is_text()
            && is_single(table, *at)
            && !table.is_used(*at)
            && words::is_state(&column.name)
            && column.distinct.len() <= 30
    };
    let found: Vec<(usize, Vec<(String, &'static str)>)> =
        (0..table.columns.len()).filter(may).map(|at| (at, codes(at))).collect();
    let (at, codes) = found.into_iter().max_by_key(|(_, codes)| codes.len()).filter(|(_, codes)| !codes.is_empty())?;
    let column = &table.columns[at];
    let unknown: Vec<String> = column
        .distinct
        .iter()
        .filter(|value| !codes.iter().any(|(known, _)| known == *value))
        .map(|value| format!("`{value}`"))
        .collect();
    if !unknown.is_empty() {
        let message = format!("{} in `{}` say nothing about how far a thing exists", unknown.join(", "), column.name);
        unsure.push(table.guessed(at, message));
    }
    Some((at, codes))
}

fn events(table: &TableGuess, asked: &Asked, unsure: &mut Findings) -> Vec<EventGuess> {
    let mut events: Vec<EventGuess> = Vec::new();
    if ["cg:Person", "cg:Instrument", "cg:Website", "cg:Place"].contains(&table.class) || table.labels.is_empty() {
        return events;
    }
    for (column, guess) in table.columns.iter().enumerate() {
        let time = words::time_of(&guess.name).filter(|_| guess.is_time() && is_single(table, column));
        let is_end = match time {
            Some(TimeWord::Start) => false,
            Some(TimeWord::End) => true,
            _ => continue,
        };
        if !events.iter().any(|event| event.is_end == is_end) {
            events.push(EventGuess { column, is_end });
        }
    }
    if let Some(last) = events.iter().rfind(|event| event.is_end && asked.as_of.is_none()) {
        let name = &table.columns[last.column].name;
        let message = format!("the days in `{name}` are taken as past, unless the thing is said to go on");
        let hint = "`--as-of` names the day of the tables, such as `--as-of 2026-01-31`: what is later is planned";
        unsure.push(table.guessed(last.column, message).hint(hint.to_owned()));
    }
    events
}

/// The columns that refer to what came after things of the same table, or was before them.
fn successions(tables: &[TableGuess], at: usize) -> Vec<SuccessionGuess> {
    let table = &tables[at];
    if table.class != "cg:Organisation" || table.labels.is_empty() {
        return Vec::new();
    }
    let own = table.links.iter().filter(|link| {
        let column = &table.columns[link.column];
        link.table == at && table.key == [link.target] && link.relation.is_none() && column.list.is_none()
    });
    own.filter_map(|link| {
        let is_after = words::succession_of(&table.columns[link.column].name)?;
        Some(SuccessionGuess { link: link.clone(), is_after })
    })
    .collect()
}

/// In `parents[*].id` and `parents[*].web_url`, the second says something of the parents.
fn of_others(table: &TableGuess) -> Vec<usize> {
    let list = |at: usize| table.columns[at].name.rsplit_once("[*].").map(|(list, _)| list);
    let linked: Vec<&str> = table.links.iter().filter_map(|link| list(link.column)).collect();
    (0..table.columns.len())
        .filter(|at| list(*at).is_some_and(|list| linked.contains(&list)))
        .filter(|at| !table.links.iter().any(|link| link.column == *at))
        .collect()
}
