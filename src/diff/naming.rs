//! What people call the terms of two editions. Each is named once.

use std::collections::HashMap;
use std::sync::Arc;

use oxigraph::model::Term;

use super::align::{AlignedEditions, SharedNumber, Side};
use super::change::Named;
use crate::characters;
use crate::error::Result;
use crate::graph::{group_digits, local_name};
use crate::vocab::{cg, code};

/// Names of terms, as far as they were needed.
pub(super) struct Naming<'a> {
    languages: &'a [String],
    known: HashMap<(SharedNumber, bool), Arc<Named>>,
}

impl<'a> Naming<'a> {
    pub fn new(languages: &'a [String]) -> Self {
        Self { languages, known: HashMap::new() }
    }

    /// A term as the new edition calls it if it does, otherwise the old one.
    pub fn of(&mut self, aligned: &AlignedEditions<'_>, shared: SharedNumber) -> Result<Arc<Named>> {
        self.named_on(aligned, shared, Side::New)
    }

    /// A term as the old edition calls it if it does, otherwise the new one.
    pub fn before(&mut self, aligned: &AlignedEditions<'_>, shared: SharedNumber) -> Result<Arc<Named>> {
        self.named_on(aligned, shared, Side::Old)
    }

    /// A term as one edition calls it if it does, otherwise the other one.
    pub fn named_on(&mut self, aligned: &AlignedEditions<'_>, shared: SharedNumber, first: Side) -> Result<Arc<Named>> {
        let key = (shared, first == Side::Old);
        if let Some(known) = self.known.get(&key) {
            return Ok(Arc::clone(known));
        }
        let other = if first == Side::Old { Side::New } else { Side::Old };
        let own = |side| aligned.own(side, shared).map(|number| (side, number));
        let term = match own(first).or_else(|| own(other)) {
            Some((side, number)) => aligned.statements(side).graph.term(number).into_owned(),
            None => aligned.term(shared),
        };
        let named = Arc::new(match term {
            Term::NamedNode(node) => {
                let mut label = None;
                for side in [first, other] {
                    let graph = aligned.statements(side).graph;
                    if label.is_none() && aligned.own(side, shared).is_some() && graph.has_label(node.as_ref())? {
                        label = Some(graph.label(node.as_ref(), self.languages)?);
                    }
                }
                let (old, new) = (&aligned.old.graph.prefixes, &aligned.new.graph.prefixes);
                let mut id = new.shorten(node.as_str());
                if id == node.as_str() {
                    id = old.shorten(node.as_str());
                }
                let label = label.unwrap_or_else(|| {
                    let local = local_name(node.as_str());
                    if local.is_empty() { id.clone() } else { local.to_owned() }
                });
                Named { label: characters::line(&label).into_owned(), iri: node.into_string(), id }
            }
            Term::Literal(literal) => Named::text(characters::line(literal.value()).into_owned()),
            _ => {
                let side = if own(Side::New).is_some() { Side::New } else { Side::Old };
                Named::text(self.contents(aligned, shared, side, 0)?)
            }
        });
        self.known.insert(key, Arc::clone(&named));
        Ok(named)
    }

    /// What a blank node says, in words.
    fn contents(
        &mut self,
        aligned: &AlignedEditions<'_>,
        shared: SharedNumber,
        side: Side,
        depth: usize,
    ) -> Result<String> {
        const DEEPEST: usize = 3;
        const MOST: usize = 8;
        let Some(number) = aligned.own(side, shared) else { return Ok("[]".to_owned()) };
        let mut about = Vec::new();
        aligned.about(side, number, &mut about);
        let mut parts = Vec::new();
        for (predicate, object) in about.iter().take(MOST) {
            let relation = self.of(aligned, *predicate)?.label.clone();
            let is_node = matches!(aligned.term(*object), Term::BlankNode(_));
            let value = match is_node {
                true if depth >= DEEPEST => "[…]".to_owned(),
                true => self.contents(aligned, *object, side, depth + 1)?,
                false => self.of(aligned, *object)?.label.clone(),
            };
            parts.push(format!("{relation}: {value}"));
        }
        parts.sort();
        if about.len() > MOST {
            parts.push("…".to_owned());
        }
        Ok(format!("[{}]", parts.join("; ")))
    }

    /// The number of a figure in an edition, with its hedge, unit and date: `about 800 company (2019)`.
    pub fn amount(
        &mut self,
        aligned: &AlignedEditions<'_>,
        side: Side,
        about: &[(SharedNumber, SharedNumber)],
        terms: &FigureTerms,
    ) -> Result<String> {
        let mut value = |property: SharedNumber| -> Result<Option<String>> {
            let found = about.iter().find(|(predicate, _)| *predicate == property);
            found.map(|(_, object)| Ok(self.named_on(aligned, *object, side)?.label.clone())).transpose()
        };
        let bound = about.iter().find(|(predicate, _)| *predicate == terms.bound).map(|(_, bound)| *bound);
        let hedge = if bound.is_none_or(|bound| bound == terms.exact) { None } else { value(terms.bound)? };
        let number = value(terms.value)?.map(|number| group_digits(&number));
        let number = match (value(terms.previous)?, number) {
            (Some(before), Some(number)) => Some(format!("{} → {number}", group_digits(&before))),
            (_, number) => number,
        };
        let (currency, unit) = (value(terms.currency)?, value(terms.unit)?);
        let date = match value(terms.as_of)? {
            Some(date) => Some(date),
            None => value(terms.during)?,
        };
        let mut parts: Vec<String> = hedge.into_iter().chain(currency).chain(number).chain(unit).collect();
        if parts.is_empty() {
            parts.push(self.sides(aligned, side, about, terms)?);
        }
        parts.extend(date.map(|date| format!("({date})")));
        Ok(parts.join(" "))
    }

    /// The sides of a ratio.
    fn sides(
        &mut self,
        aligned: &AlignedEditions<'_>,
        side: Side,
        about: &[(SharedNumber, SharedNumber)],
        terms: &FigureTerms,
    ) -> Result<String> {
        let mut sides = Vec::new();
        for (_, part) in about.iter().filter(|(predicate, _)| *predicate == terms.ratio_part) {
            let Some(number) = aligned.own(side, *part) else { continue };
            let mut says = Vec::new();
            aligned.about(side, number, &mut says);
            let mut words = Vec::new();
            for wanted in [terms.share, terms.party] {
                for (_, object) in says.iter().filter(|(predicate, _)| *predicate == wanted) {
                    words.push(self.named_on(aligned, *object, side)?.label.clone());
                }
            }
            sides.push(words.join(" "));
        }
        sides.sort();
        Ok(if sides.is_empty() { "no number".to_owned() } else { sides.join(" : ") })
    }
}

/// The properties of figures, by their shared numbers.
pub(super) struct FigureTerms {
    pub value: SharedNumber,
    pub previous: SharedNumber,
    pub bound: SharedNumber,
    pub exact: SharedNumber,
    pub currency: SharedNumber,
    pub unit: SharedNumber,
    pub as_of: SharedNumber,
    pub during: SharedNumber,
    pub ratio_part: SharedNumber,
    pub party: SharedNumber,
    pub share: SharedNumber,
    pub measure: SharedNumber,
    pub nature: SharedNumber,
    pub roles: [SharedNumber; 3],
}

impl FigureTerms {
    pub fn of(aligned: &mut AlignedEditions<'_>) -> Self {
        Self {
            value: aligned.number(cg::VALUE),
            previous: aligned.number(cg::PREVIOUS_VALUE),
            bound: aligned.number(cg::BOUND),
            exact: aligned.number(code::EXACT),
            currency: aligned.number(cg::CURRENCY),
            unit: aligned.number(cg::UNIT),
            as_of: aligned.number(cg::AS_OF),
            during: aligned.number(cg::DURING),
            ratio_part: aligned.number(cg::RATIO_PART),
            party: aligned.number(cg::PARTY),
            share: aligned.number(cg::SHARE),
            measure: aligned.number(cg::MEASURE),
            nature: aligned.number(cg::NATURE),
            roles: [aligned.number(cg::PAYER), aligned.number(cg::PAYEE), aligned.number(cg::VIA)],
        }
    }
}
