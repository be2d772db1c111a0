//! Amounts in words: money with the sign of its currency and in millions or billions, counts with what
//! is counted, each with its hedge. The words are data (`words.yml`).

use std::collections::BTreeMap;

use oxigraph::model::{NamedNode, Term};
use petgraph::graph::{EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef as _;

use super::timeline;
use super::words::Captions;
use crate::chart::scene::spans::Spans;
use crate::error::{Error, Result};
use crate::graph::{Graph, local_name};
use crate::network::{self, Labels, Network, ViewRow, ViewRows};

/// A concept, by the last part of its IRI, with its labels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::chart) struct Concept {
    name: String,
    labels: Labels,
}

impl Concept {
    fn read(graph: &Graph, node: &NamedNode, languages: &[String]) -> Result<Self> {
        Ok(Self { name: local_name(node.as_str()).to_owned(), labels: network::labels(graph, node, languages)? })
    }

    /// Its words for this purpose, otherwise its label.
    fn words(&self, purpose: &str, captions: &Captions, language: (usize, &str)) -> String {
        let own = captions.word(&format!("{purpose}-{}", self.name), language.1);
        if own.is_empty() { in_language(&self.labels, language.0) } else { own.into_owned() }
    }
}

/// The label in the language with this index, otherwise the first.
pub(in crate::chart) fn in_language(labels: &Labels, at: usize) -> String {
    let own = labels.get(at);
    if own.is_empty() { labels.first().to_owned() } else { own.to_owned() }
}

/// A number with what limits it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::chart) struct Amount {
    /// The number as stated, and the one before a change.
    value: String,
    before: Option<String>,
    currency: Option<String>,
    unit: Option<Concept>,
    /// How a source limits the number: about, over.
    bound: Option<Concept>,
    /// What sort of number it is, where that is said.
    nature: Option<Concept>,
    /// Per what it is.
    per: Vec<Concept>,
    /// Whether it is the most that may be given.
    is_ceiling: bool,
    /// Whether it is a part of another.
    is_part: bool,
}

impl Amount {
    /// The amount in the columns `value`, `currency`, `unit`, `bound`, `before`, `per`, `ceiling` and `part` of a row.
    pub fn read(graph: &Graph, row: ViewRow<'_>, languages: &[String]) -> Result<Option<Self>> {
        let Some(value) = text(row, "value") else { return Ok(None) };
        let concept = |name: &str| row.node(name).map(|node| Concept::read(graph, node, languages)).transpose();
        Ok(Some(Self {
            value,
            before: text(row, "before"),
            currency: text(row, "currency"),
            unit: concept("unit")?,
            bound: concept("bound")?,
            nature: concept("nature")?,
            per: concept("per")?.into_iter().collect(),
            is_ceiling: text(row, "ceiling").is_some_and(|said| said == "true"),
            is_part: row.term("part").is_some(),
        }))
    }

    /// Adds what another row says of the same amount.
    pub fn add(&mut self, graph: &Graph, row: ViewRow<'_>, languages: &[String]) -> Result<()> {
        if let Some(per) = row.node("per") {
            let per = Concept::read(graph, per, languages)?;
            if !self.per.contains(&per) {
                self.per.push(per);
            }
        }
        Ok(())
    }

    /// The money that was or will be given, as a number that can be compared: no ceiling, and no part of another.
    pub fn comparable(&self) -> Option<(String, f64)> {
        let is_whole = !self.is_ceiling && self.per.is_empty() && !self.is_part;
        let value = self.value.parse::<f64>().ok().filter(|value| is_whole && value.is_finite() && *value > 0.0)?;
        Some((self.currency.clone()?, value))
    }

    /// The amount in words, the number bold, with `unit` in the place of its own.
    pub fn words(&self, captions: &Captions, language: (usize, &str), unit: Option<&str>) -> Spans {
        let word = |name: &str| captions.word(name, language.1).into_owned();
        let mut spans = Spans::bold(&self.number(&self.value, captions, language, unit));
        if let Some(bound) = &self.bound {
            let hedge = bound.words("hedge", captions, language);
            spans = spans.within(&word("hedged").replace("{hedge}", &hedge), "n");
        }
        let each = self.per.iter().map(|per| {
            let own = captions.word(&format!("per-{}", per.name), language.1).into_owned();
            if own.is_empty() { word("per").replace("{what}", &in_language(&per.labels, language.0)) } else { own }
        });
        if let Some(per) = each.reduce(|all, per| word("per-both").replace("{a}", &all).replace("{b}", &per)) {
            spans = spans.within(&word("amount").replace("{per}", &per), "n");
        }
        if let Some(nature) = &self.nature {
            let pattern = word(&format!("nature-{}", nature.name));
            spans = if pattern.is_empty() { spans } else { spans.within(&pattern, "n") };
        }
        if self.is_part { spans.within(&word("part"), "n") } else { spans }
    }

    /// The number before a change.
    pub fn words_before(&self, captions: &Captions, language: (usize, &str), unit: Option<&str>) -> Option<String> {
        self.before.as_ref().map(|before| self.number(before, captions, language, unit))
    }

    fn number(&self, value: &str, captions: &Captions, language: (usize, &str), unit: Option<&str>) -> String {
        let word = |name: &str| captions.word(name, language.1).into_owned();
        if let Some(unit) = unit {
            return format!("{}{unit}", grouped(value));
        }
        if let Some(currency) = &self.currency
            && self.unit.is_none()
        {
            return money(value, currency, captions, language.1);
        }
        match &self.unit {
            Some(unit) => {
                let unit = unit.words("unit", captions, language);
                word("counted").replace("{n}", &grouped(value)).replace("{unit}", &unit)
            }
            None => grouped(value),
        }
    }
}

/// Money in words: HK$10 billion.
pub(in crate::chart) fn money(value: &str, currency: &str, captions: &Captions, language: &str) -> String {
    let scales = captions.word("scales", language);
    let scale = |entry: &str| {
        let (power, pattern) = entry.trim().split_once(' ')?;
        let power: usize = power.parse().ok()?;
        let n_digits =
            value.trim_start_matches('-').split('.').next().unwrap_or_default().trim_start_matches('0').len();
        (n_digits > power).then(|| pattern.replace("{n}", &grouped(&shifted(value, power))))
    };
    let number = scales.split(';').find_map(scale).unwrap_or_else(|| grouped(value));
    let pattern = captions.word(&format!("currency-{currency}"), language);
    if pattern.is_empty() { format!("{currency} {number}") } else { pattern.replace("{n}", &number) }
}

/// A sum of money in words, with the code of what limits it, in the words of all charts: over HK$2.6 billion.
///
/// # Errors
///
/// `front-matter` if the words of all charts are invalid.
pub fn sum_in_words(value: &str, currency: &str, bound: Option<&str>, language: &str) -> Result<String> {
    let captions = Captions::shared().map_err(Error::invalid)?;
    let sum = money(value, currency, &captions, language);
    let hedge = bound.map(|bound| captions.word(&format!("hedge-{bound}"), language).into_owned());
    Ok(match (hedge, bound) {
        (Some(hedge), Some(bound)) => {
            let hedge = if hedge.is_empty() { bound.to_owned() } else { hedge };
            captions.word("hedged", language).replace("{hedge}", &hedge).replace("{n}", &sum)
        }
        _ => sum,
    })
}

/// A decimal number divided by a power of ten, exactly.
fn shifted(value: &str, power: usize) -> String {
    let (sign, digits) = value.strip_prefix('-').map_or(("", value), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let padded = format!("{whole:0>width$}", width = power + 1);
    let (whole, moved) = padded.split_at(padded.len() - power);
    let (whole, fraction) = (whole.trim_start_matches('0'), format!("{moved}{fraction}"));
    let fraction = fraction.trim_end_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// A number with its thousands apart. What is no decimal number stays as it is.
fn grouped(value: &str) -> String {
    let (sign, digits) = value.strip_prefix('-').map_or(("", value), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return value.to_owned();
    }
    let mut text = sign.to_owned();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    let fraction = fraction.trim_end_matches('0');
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// The text of a literal in a column.
fn text(row: ViewRow<'_>, name: &str) -> Option<String> {
    match row.term(name) {
        Some(Term::Literal(literal)) if !literal.value().trim().is_empty() => Some(literal.value().trim().to_owned()),
        _ => None,
    }
}

/// An amount on a line.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::chart) struct PaidAmount {
    /// What the source gives it as; the same on the lines of all who give it together.
    pub figure: Option<String>,
    /// The amount in each language, without duplicates.
    pub words: Vec<Spans>,
    /// Currency and number, if lines can be compared by it.
    pub comparable: Option<(String, f64)>,
    /// What else is said of it: its period, what it is for.
    pub notes: Vec<String>,
}

/// The amounts on each line of a network.
pub(in crate::chart) type PaidAmounts = BTreeMap<EdgeIndex, Vec<PaidAmount>>;

/// Reads the amounts of a view's rows for the lines of its network.
pub(in crate::chart) fn read(
    graph: &Graph,
    network: &Network,
    captions: &Captions,
    rows: &ViewRows,
    languages: &[String],
) -> Result<PaidAmounts> {
    let mut amounts = PaidAmounts::new();
    if !rows.has("value") {
        return Ok(amounts);
    }
    let nodes: BTreeMap<&NamedNode, NodeIndex> =
        network.node_indices().map(|node| (&network[node].iri, node)).collect();
    let mut read: BTreeMap<(EdgeIndex, String), (Amount, PaidAmount)> = BTreeMap::new();
    let mut order: Vec<(EdgeIndex, String)> = Vec::new();
    for row in rows.iter() {
        let end = |name: &str| row.node(name).and_then(|iri| nodes.get(iri)).copied();
        let (Some(from), Some(to)) = (end("source"), end("target")) else { continue };
        let edge = network.edges_connecting(from, to).find(|edge| {
            let relation = edge.weight();
            Some(&relation.iri) == row.node("relation")
                && relation.status.as_ref().map(|status| &status.iri) == row.node("status")
        });
        let Some(edge) = edge.map(|edge| edge.id()) else { continue };
        let Some(amount) = Amount::read(graph, row, languages)? else { continue };
        let figure = row.node("figure").map(|figure| figure.as_str().to_owned());
        let key = (edge, figure.clone().unwrap_or_else(|| format!("{amount:?}")));
        if !read.contains_key(&key) {
            let comparable = amount.comparable();
            let paid = PaidAmount { figure, words: Vec::new(), comparable, notes: Vec::new() };
            read.insert(key.clone(), (amount, paid));
            order.push(key.clone());
        }
        let Some((amount, paid)) = read.get_mut(&key) else { continue };
        amount.add(graph, row, languages)?;
        for name in ["period", "about"] {
            if let Some(note) = network::note(row.term(name), languages)
                && !paid.notes.contains(&note)
            {
                paid.notes.push(note);
            }
        }
        if let Some(day) = text(row, "as_of") {
            let note = as_of(&day, captions, languages);
            if !paid.notes.contains(&note) {
                paid.notes.push(note);
            }
        }
    }
    for key in order {
        let Some((amount, mut paid)) = read.remove(&key) else { continue };
        for (at, language) in languages.iter().enumerate() {
            let words = amount.words(captions, (at, language), None);
            if !paid.words.contains(&words) {
                paid.words.push(words);
            }
        }
        amounts.entry(key.0).or_default().push(paid);
    }
    Ok(amounts)
}

/// For which day an amount is stated, in words.
fn as_of(day: &str, captions: &Captions, languages: &[String]) -> String {
    let mut said: Vec<String> = Vec::new();
    for language in languages {
        let date = timeline::date_in_words(day, captions, language);
        let words = captions.word("as-of", language).replace("{date}", &date);
        if !said.contains(&words) {
            said.push(words);
        }
    }
    said.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_as_people_write_it() {
        let captions = Captions::shared().unwrap();
        for (value, currency, english, chinese) in [
            ("10000000000", "HKD", "HK$10 billion", "100億港元"),
            ("5410000000", "HKD", "HK$5.41 billion", "54.1億港元"),
            ("12900000", "HKD", "HK$12.9 million", "1,290萬港元"),
            ("900000", "USD", "US$900,000", "90萬美元"),
            ("1250.5", "GBP", "£1,250.5", "1,250.5英鎊"),
            ("2000000000000", "XTS", "XTS 2 trillion", "XTS 2萬億"),
            ("0.5", "HKD", "HK$0.5", "0.5港元"),
        ] {
            assert_eq!(money(value, currency, &captions, "en"), english);
            assert_eq!(money(value, currency, &captions, "zh-Hant"), chinese);
        }
    }

    #[test]
    fn numbers_are_grouped_and_shifted_exactly() {
        for (value, expected) in
            [("2051", "2,051"), ("860", "860"), ("-1234567.50", "-1,234,567.5"), ("about 5", "about 5")]
        {
            assert_eq!(grouped(value), expected);
        }
        for (value, power, expected) in
            [("5410000000", 9, "5.41"), ("15", 2, "0.15"), ("-2600000", 6, "-2.6"), ("1.25", 1, "0.125")]
        {
            assert_eq!(shifted(value, power), expected);
        }
    }
}
