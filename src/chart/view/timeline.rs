//! What happened when and what is expected: the dated statements of a view in
//! chronological order.

mod date;
mod sentence;

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::{NamedNode, Term};
use petgraph::graph::NodeIndex;

use super::View;
use super::amounts::Amount;
use super::filter::Filter;
use super::words::Captions;
use crate::chart::Options;
use crate::chart::scene::spans::Spans;
use crate::error::Result;
use crate::finding::{Finding, Findings, codes};
use crate::graph::Graph;
use crate::network::{self, Network, Status, ViewRow, ViewRows};
use date::{DateForm, Period};
use sentence::DatedStatement;

/// Dated statements in chronological order.
#[derive(Debug, Clone, Default)]
pub(in crate::chart) struct Timeline {
    pub items: Vec<Item>,
    /// How many statements of the view have no date that can be drawn.
    pub n_undated: usize,
}

/// A dated statement.
#[derive(Debug, Clone)]
pub(in crate::chart) struct Item {
    pub source: NodeIndex,
    /// Those who did the same together with the source.
    pub others: Vec<NodeIndex>,
    pub target: Option<NodeIndex>,
    pub status: Option<Status>,
    /// What it says, in each displayed language.
    pub sentences: Vec<Spans>,
    pub notes: Vec<String>,
    /// Its date in words, in each displayed language.
    pub dates: Vec<String>,
    pub period: Period,
    /// Whether its date in words says more than the date: those of the source, or that it is due.
    pub is_worded: bool,
    /// What it is sorted under, if that is not its status.
    pub lane: Option<NodeIndex>,
}

impl Item {
    /// The year under which it stands.
    pub fn year(&self) -> i64 {
        self.period.start.floor() as i64
    }

    /// Whether its date says no more than that year.
    pub fn is_of_year(&self) -> bool {
        matches!(self.period.form, DateForm::Year(_)) && !self.is_worded
    }
}

/// A statement while its rows are read.
struct StatementDraft {
    item: Item,
    statement: DatedStatement,
    ends: [Option<NodeIndex>; 2],
}

impl Timeline {
    /// Reads the rows of a view: `source`, `relation`, `target`, `status`,
    /// `date`, and if present `lane`, `label`, `period` for the date in the words of
    /// the source, and `deadline` if that of what goes on is when it is due; of a figure, `figure`, the columns of an amount, and
    /// `payer`, `payee` and `via`.
    pub fn read(
        graph: &Graph,
        network: &Network,
        view: &View,
        rows: &ViewRows,
        options: &Options,
        findings: &mut Findings,
    ) -> Result<Self> {
        let named = |name: &'static str| rows.iter().filter_map(move |row| row.node(name).cloned());
        let mut there: BTreeSet<NamedNode> = named("status").collect();
        // Relations can be hidden.
        if !options.hide.is_empty() {
            there.extend(named("relation"));
        }
        let filter = Filter::find(graph, network, options, &there)?;
        let nodes: BTreeMap<&NamedNode, NodeIndex> =
            network.node_indices().map(|node| (&network[node].iri, node)).collect();
        let languages = &options.languages;
        let mut drafts: Vec<StatementDraft> = Vec::new();
        let mut n_undated = 0;
        let mut known: BTreeMap<Vec<String>, Option<usize>> = BTreeMap::new();
        let mut without_year: Vec<String> = Vec::new();
        for row in rows.iter() {
            let Some(source) = row.node("source").and_then(|iri| nodes.get(iri)).copied() else { continue };
            let target = row.node("target").and_then(|iri| nodes.get(iri)).copied();
            let is_hidden = |node: NodeIndex| filter.hides(&network[node].iri, &network[node].kinds);
            let is_said = row.node("relation").is_none_or(|relation| !filter.hidden.contains(relation));
            if !is_said || is_hidden(source) || target.is_some_and(is_hidden) {
                continue;
            }
            let kinds = |node: NodeIndex| filter.has_kind(&network[node].kinds);
            if !filter.has_status(row.node("status")) || !(kinds(source) || target.is_some_and(kinds)) {
                continue;
            }
            let date = match row.term("date") {
                Some(Term::Literal(literal)) => literal.value().trim(),
                _ => "",
            };
            let names = ["source", "relation", "target", "status", "lane", "figure"].map(|name| row.node(name));
            let mut key: Vec<String> =
                names.iter().map(|node| node.map_or_else(String::new, |node| node.as_str().to_owned())).collect();
            key.push(date.to_owned());
            let index = match known.get(&key) {
                Some(index) => *index,
                None => {
                    let period = date::read(date);
                    if period.is_none() {
                        n_undated += 1;
                        without_year.extend((!date.is_empty()).then(|| date.to_owned()));
                    }
                    let index = period.is_some().then_some(drafts.len());
                    if let Some(period) = period {
                        let status = network::status(graph, row.node("status"), languages)?;
                        let statement = DatedStatement {
                            sources: vec![network[source].labels.clone()],
                            target: target.map(|target| network[target].labels.clone()),
                            status: status.clone(),
                            amount: Amount::read(graph, row, languages)?,
                            ..verbs(graph, row, languages)?
                        };
                        let is_due = row.term("deadline").is_some();
                        let date = |tag: &String| match in_words(&period.form, &view.words, tag) {
                            date if is_due => view.words.word("due", tag).replace("{date}", &date),
                            date => date,
                        };
                        let dates = languages.iter().map(date).collect();
                        let lane = row.node("lane").filter(|lane| Some(*lane) != row.node("status"));
                        let lane = lane.and_then(|iri| nodes.get(iri)).copied();
                        let (others, sentences, notes) = (Vec::new(), Vec::new(), Vec::new());
                        let is_worded = is_due;
                        let item =
                            Item { source, others, target, status, sentences, notes, dates, period, is_worded, lane };
                        drafts.push(StatementDraft { item, statement, ends: [target, lane] });
                    }
                    known.insert(key, index);
                    index
                }
            };
            let Some(StatementDraft { item, statement, .. }) = index.map(|index| &mut drafts[index]) else { continue };
            for (name, parties) in
                [("payer", &mut statement.payers), ("payee", &mut statement.payees), ("via", &mut statement.vias)]
            {
                if let Some(party) = row.node(name) {
                    let labels = network::labels(graph, party, languages)?;
                    if !parties.contains(&labels) {
                        parties.push(labels);
                    }
                }
            }
            if let Some(amount) = &mut statement.amount {
                amount.add(graph, row, languages)?;
            }
            if let Some(note) = network::note(row.term("label"), languages)
                && !item.notes.contains(&note)
            {
                item.notes.push(note);
            }
            if let Some(Term::Literal(period)) = row.term("period") {
                for (language, date) in languages.iter().zip(&mut item.dates) {
                    if period.language().is_some_and(|tag| tag.eq_ignore_ascii_case(language)) {
                        item.is_worded |= period.value() != date;
                        period.value().clone_into(date);
                    }
                }
            }
        }
        if let Some(first) = without_year.first() {
            let message = format!("dates without a year: {}, such as `{first}`", without_year.len());
            let hint = "write a year, such as `2019`, `2019-04`, `2019-33` (first quarter) or `2004/..`".to_owned();
            findings.push(Finding::warning(codes::DATE_WITHOUT_YEAR, message).hint(hint));
        }
        let mut items = together(drafts, &view.words, languages);
        // The sort is stable: rows with equal times keep their order.
        items.sort_by(|a, b| a.period.start.total_cmp(&b.period.start));
        Ok(Self { items, n_undated })
    }

    /// The entity of each card.
    pub fn nodes(&self) -> Vec<NodeIndex> {
        self.items.iter().map(|item| item.source).collect()
    }

    /// The number of cards.
    pub fn n_items(&self) -> usize {
        self.items.len()
    }

    /// The cards from one index to another, in chronological order.
    pub fn part(&self, from: usize, to: usize) -> Self {
        Self { items: self.items[from..to.min(self.items.len())].to_vec(), n_undated: self.n_undated }
    }

    /// Keeps only the statements about some entities.
    pub fn cut(&mut self, roots: &[NodeIndex]) {
        let about = |node: NodeIndex| roots.contains(&node);
        if !roots.is_empty() {
            self.items.retain(|item| {
                about(item.source) || item.target.is_some_and(about) || item.others.iter().copied().any(about)
            });
        }
    }
}

/// The words of a row's relation.
fn verbs(graph: &Graph, row: ViewRow<'_>, languages: &[String]) -> Result<DatedStatement> {
    let Some(relation) = row.node("relation") else { return Ok(DatedStatement::default()) };
    Ok(DatedStatement {
        relation: network::labels(graph, relation, languages)?,
        planned: network::planned_labels(graph, relation, languages),
        pattern: network::sentences(graph, relation, languages),
        ongoing: network::ongoing_sentences(graph, relation, languages),
        to_come: network::planned_sentences(graph, relation, languages),
        ..DatedStatement::default()
    })
}

/// The statements with their sentences. What several do to the same thing at the same time is one statement.
fn together(drafts: Vec<StatementDraft>, captions: &Captions, languages: &[String]) -> Vec<Item> {
    let mut merged: Vec<StatementDraft> = Vec::new();
    for draft in drafts {
        let same = merged.iter_mut().find(|other| {
            let (one, two) = (&other.item, &draft.item);
            draft.statement.amount.is_none()
                && one.target.is_some()
                && other.ends == draft.ends
                && other.statement.relation == draft.statement.relation
                && one.status == two.status
                && one.dates == two.dates
                && one.period == two.period
        });
        match same {
            Some(other) => {
                other.item.others.push(draft.item.source);
                other.statement.sources.extend(draft.statement.sources);
                for note in draft.item.notes {
                    if !other.item.notes.contains(&note) {
                        other.item.notes.push(note);
                    }
                }
            }
            None => merged.push(draft),
        }
    }
    let finished = |StatementDraft { item, statement, .. }: StatementDraft| {
        let sentence = |(at, tag): (usize, &String)| statement.sentence(captions, at, tag);
        Item { sentences: languages.iter().enumerate().map(sentence).collect(), ..item }
    };
    merged.into_iter().map(finished).collect()
}

/// A date as a source writes it, in the words of a language; as it is if it is no date.
pub(super) fn date_in_words(text: &str, words: &Captions, language: &str) -> String {
    date::read(text.trim()).map_or_else(|| text.trim().to_owned(), |period| in_words(&period.form, words, language))
}

/// A date in the words of a language.
fn in_words(form: &DateForm, words: &Captions, language: &str) -> String {
    let month = |month: u32| {
        let names = words.word("month", language);
        names.split(' ').nth(month as usize - 1).unwrap_or_default().to_owned()
    };
    let year = |pattern: &str, year: i32| words.word(pattern, language).replace("{y}", &year.to_string());
    match form {
        DateForm::Year(y) => year("year", *y),
        DateForm::Month(y, m) => year("month-of-year", *y).replace("{month}", &month(*m)),
        DateForm::Day(y, m, d) => {
            year("day-of-month", *y).replace("{month}", &month(*m)).replace("{d}", &d.to_string())
        }
        DateForm::Quarter(y, q) => year("quarter-of-year", *y).replace("{q}", &q.to_string()),
        DateForm::Range(from, to) => {
            let from = in_words(from, words, language);
            match to {
                Some(to) => {
                    let to = in_words(to, words, language);
                    words.word("between", language).replace("{from}", &from).replace("{to}", &to)
                }
                None => words.word("from", language).replace("{from}", &from),
            }
        }
        DateForm::Until(to) => words.word("until", language).replace("{to}", &in_words(to, words, language)),
        DateForm::Other(text) => text.clone(),
    }
}
