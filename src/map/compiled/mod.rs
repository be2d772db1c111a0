//! A mapping prepared for speed: rows become the texts of terms, without a detour through quads.
//!
//! Each term of the maps of a table has a slot. A slot is made at most once for a row, however
//! many triples have it, and what can be known before (that a template makes valid IRIs, which
//! datatype checks what) is settled when the plan is compiled.
//!
//! Only ordinary rows are made here. A row with anything that must be told, or with a cell that has
//! several values, is left to [`execute`](super::execute), which defines what a mapping means; so
//! both give the same triples (`tests/it/map_lines.rs` compares them).

mod distinct;
mod iri;
mod slot;

use std::collections::HashMap;

use oxigraph::model::{Literal, NamedNode};

pub(super) use distinct::{Distinctness, distinctness};
use slot::{SlotValue, SlotValues, TermSlot};

use super::execute::RowResult;
use super::plan::{Call, ObjectMap, Plan, TermMap, TriplesMap};
use super::row::TableRow;
use crate::graph::TermForm;
use crate::vocab::rml;

/// The maps of one table, compiled.
pub(super) struct CompiledMaps<'p> {
    slots: Vec<TermSlot<'p>>,
    maps: Vec<CompiledMap<'p>>,
    /// The indexes in [`Plan::maps`] of the maps that cannot be compiled.
    pub others: Vec<usize>,
}

/// A map whose terms have slots.
struct CompiledMap<'p> {
    /// The index in [`Plan::maps`].
    index: usize,
    condition: Option<&'p Call>,
    subject: usize,
    rules: Vec<CompiledRule<'p>>,
}

/// One predicate with one object.
struct CompiledRule<'p> {
    id: RuleId,
    conditions: [Option<&'p Call>; 2],
    predicate: usize,
    object: usize,
    /// The graphs; none means the default graph if none is named.
    graphs: Vec<usize>,
    names_graphs: bool,
}

/// The number of a predicate with an object: see [`rules_of`].
pub(super) type RuleId = usize;

/// A term of a row.
#[derive(Debug, Clone, Copy)]
pub struct TermText<'a> {
    /// What it is.
    pub form: TermForm,
    /// The texts of all terms of the row, and where the text of this one is.
    texts: (&'a str, usize, usize),
    /// Terms of a row with the same slot and value number are the same term.
    pub slot: usize,
    /// Which value of the slot it is, from 0.
    pub value: usize,
    /// Whether the slot has the same term in all rows.
    pub is_constant: bool,
    /// Whether its text certainly needs no escapes.
    pub is_plain: bool,
}

impl<'a> TermText<'a> {
    /// Its IRI, label or value.
    #[inline]
    pub fn text(self) -> &'a str {
        let (texts, start, end) = self.texts;
        &texts[start..end]
    }
}

/// A triple of a row.
#[derive(Debug, Clone, Copy)]
pub struct TripleText<'a> {
    /// The index of the map that makes it.
    pub(super) map: usize,
    pub(super) rule: RuleId,
    /// The subject: an IRI or a blank node.
    pub subject: TermText<'a>,
    /// The predicate: an IRI.
    pub predicate: TermText<'a>,
    /// The object.
    pub object: TermText<'a>,
    /// The graph, unless it is the default graph.
    pub graph: Option<TermText<'a>>,
}

/// The row is not an ordinary one: only [`execute`](super::execute) can tell what it makes.
pub(super) struct Unusual;

/// The terms of one row; reused from row to row of the same maps.
#[derive(Default)]
pub(super) struct RowTerms {
    /// Those of all rows, then those of this one.
    values: SlotValues,
    /// What the slots hold that have been made for this row.
    made: Vec<Option<(u32, u32)>>,
    /// What the slots hold that are the same in all rows.
    of_all_rows: Vec<Option<(u32, u32)>>,
    /// The rules that apply: indexes of map and rule.
    rules: Vec<(usize, usize)>,
}

impl<'p> CompiledMaps<'p> {
    /// Compiles the maps with these indexes, which read the same table.
    pub fn new(plan: &'p Plan, indexes: &[usize], kinds: &LiteralKinds) -> Self {
        let mut compiled = Self { slots: Vec::new(), maps: Vec::new(), others: Vec::new() };
        let mut known = HashMap::new();
        for &index in indexes {
            let mut slots = SlotTable { slots: &mut compiled.slots, known: &mut known, kinds, plan };
            match slots.map(index) {
                Some(map) => compiled.maps.push(map),
                None => compiled.others.push(index),
            }
        }
        compiled
    }

    /// How many slots there are.
    pub fn n_slots(&self) -> usize {
        self.slots.len()
    }

    /// Makes the terms of a row; `told` is called with the result of each map.
    ///
    /// # Errors
    ///
    /// [`Unusual`]; nothing has been made.
    pub fn make(
        &self,
        row: TableRow<'_>,
        terms: &mut RowTerms,
        is_known: &impl Fn(&str) -> bool,
        told: &mut impl FnMut(RowResult),
    ) -> Result<(), Unusual> {
        if !row.is_flat() {
            return Err(Unusual);
        }
        terms.begin(&self.slots);
        for (map_at, map) in self.maps.iter().enumerate() {
            if !holds(map.condition, row)? {
                told(RowResult::Done);
                continue;
            }
            let (first, end) = terms.slot(self, map.subject, row)?;
            if first == end {
                let empty = self.slots[map.subject].empty_column(row);
                told(empty.map_or(RowResult::Done, RowResult::NoSubject));
                continue;
            }
            told(RowResult::Done);
            for (rule_at, rule) in map.rules.iter().enumerate() {
                let mut is_made = true;
                for condition in rule.conditions {
                    is_made = is_made && holds(condition, row)?;
                }
                if !is_made {
                    continue;
                }
                // A graph without a value means that nothing is made, and so nothing is checked.
                for graph in &rule.graphs {
                    terms.slot(self, *graph, row)?;
                }
                let predicates = terms.slot(self, rule.predicate, row)?;
                if predicates.0 == predicates.1 {
                    continue;
                }
                let objects = terms.slot(self, rule.object, row)?;
                for (slot, range) in [(rule.predicate, predicates), (rule.object, objects)] {
                    let is_iri = matches!(self.slots[slot].form, TermForm::Iri);
                    if is_iri && !(range.0..range.1).all(|n| is_known(terms.values.text_of(n))) {
                        return Err(Unusual);
                    }
                }
                terms.rules.push((map_at, rule_at));
            }
        }
        Ok(())
    }

    /// Passes the triples of the row to `take`.
    #[inline]
    pub fn triples(&self, terms: &RowTerms, take: &mut impl FnMut(TripleText<'_>)) {
        for (map, rule) in &terms.rules {
            let map = &self.maps[*map];
            let rule = &map.rules[*rule];
            for subject in terms.texts(map.subject) {
                for predicate in terms.texts(rule.predicate) {
                    for object in terms.texts(rule.object) {
                        let (map, rule_id) = (map.index, rule.id);
                        let triple = TripleText { map, rule: rule_id, subject, predicate, object, graph: None };
                        if !rule.names_graphs {
                            take(triple);
                            continue;
                        }
                        for graph in rule.graphs.iter().flat_map(|slot| terms.texts(*slot)) {
                            take(TripleText { graph: Some(graph).filter(|graph| !is_default_graph(*graph)), ..triple });
                        }
                    }
                }
            }
        }
    }
}

fn is_default_graph(graph: TermText<'_>) -> bool {
    rml::DEFAULT_GRAPHS.contains(&graph.text())
}

fn holds(condition: Option<&Call>, row: TableRow<'_>) -> Result<bool, Unusual> {
    condition.map_or(Ok(true), |condition| condition.is_true(row).map_err(|_| Unusual))
}

impl RowTerms {
    fn begin(&mut self, slots: &[TermSlot<'_>]) {
        if self.of_all_rows.len() < slots.len() {
            self.of_all_rows = slots.iter().map(|slot| slot.push_constant(&mut self.values)).collect();
            self.values.keep();
        }
        self.values.clear();
        self.made.clear();
        self.made.extend_from_slice(&self.of_all_rows);
        self.rules.clear();
    }

    /// The values of a slot, made if they have not been.
    #[inline]
    fn slot(&mut self, maps: &CompiledMaps<'_>, slot: usize, row: TableRow<'_>) -> Result<(u32, u32), Unusual> {
        if let Some(made) = self.made[slot] {
            return Ok(made);
        }
        let first = self.values.len();
        maps.slots[slot].make(row, &mut self.values)?;
        let made = (first, self.values.len());
        self.made[slot] = Some(made);
        Ok(made)
    }

    /// The values of a slot.
    #[inline]
    fn texts(&self, slot: usize) -> impl Iterator<Item = TermText<'_>> {
        let (first, end) = self.made[slot].unwrap_or_default();
        let all = self.values.texts();
        (first..end).map(move |n| {
            let SlotValue { form, text: (start, end), is_constant, is_plain } = self.values.get(n);
            let value = (n - first) as usize;
            TermText { form, texts: (all, start, end), slot, value, is_constant, is_plain }
        })
    }
}

/// The datatypes and languages of a plan's literals.
pub struct LiteralKinds {
    /// An empty literal of each.
    empty: Vec<Literal>,
    by_literal: HashMap<Literal, u32>,
}

impl LiteralKinds {
    /// Those that the terms of a plan may have.
    pub fn of(plan: &Plan) -> Self {
        let mut kinds = Self { empty: Vec::new(), by_literal: HashMap::new() };
        for empty in slot::natural() {
            kinds.add(empty);
        }
        for map in &plan.maps {
            for term in map.terms().filter_map(|term| slot::literal(term, plan, map.base.as_deref())) {
                kinds.add(term);
            }
        }
        kinds
    }

    fn add(&mut self, empty: Literal) {
        let next = self.empty.len() as u32;
        self.by_literal.entry(empty).or_insert_with_key(|empty| {
            self.empty.push(empty.clone());
            next
        });
    }

    fn find(&self, empty: &Literal) -> Option<TermForm> {
        self.by_literal.get(empty).copied().map(TermForm::Literal)
    }

    /// An empty literal of each kind, by the number in [`TermForm::Literal`].
    pub fn empty(&self) -> &[Literal] {
        &self.empty
    }
}

/// The slots of a table's maps while they are numbered.
struct SlotTable<'t, 'p> {
    slots: &'t mut Vec<TermSlot<'p>>,
    known: &'t mut HashMap<String, usize>,
    kinds: &'t LiteralKinds,
    plan: &'p Plan,
}

impl<'p> SlotTable<'_, 'p> {
    /// A map with slots; `None` if it cannot be compiled.
    fn map(&mut self, index: usize) -> Option<CompiledMap<'p>> {
        let map = &self.plan.maps[index];
        let subject = self.slot(&map.subject, map)?;
        if matches!(self.slots[subject].form, TermForm::Literal(_)) {
            return None;
        }
        let of_map = map.graphs.iter().map(|graph| self.iri_slot(graph, map)).collect::<Option<Vec<_>>>()?;
        let first = rules_of(self.plan, index).start;
        let mut rules = Vec::new();
        for pair in &map.pairs {
            let mut graphs = of_map.clone();
            for graph in &pair.graphs {
                graphs.push(self.iri_slot(graph, map)?);
            }
            for predicate in &pair.predicates {
                let predicate = self.iri_slot(predicate, map)?;
                for object in &pair.objects {
                    let (object, of_parent) = self.object(object, map)?;
                    rules.push(CompiledRule {
                        id: first + rules.len(),
                        conditions: [pair.condition.as_ref(), of_parent],
                        predicate,
                        object,
                        names_graphs: !graphs.is_empty(),
                        graphs: graphs.clone(),
                    });
                }
            }
        }
        Some(CompiledMap { index, condition: map.condition.as_ref(), subject, rules })
    }

    /// The slot of an object, and the condition of the map to which it refers.
    fn object(&mut self, object: &'p ObjectMap, map: &'p TriplesMap) -> Option<(usize, Option<&'p Call>)> {
        match object {
            ObjectMap::Term(term) => Some((self.slot(term, map)?, None)),
            ObjectMap::Reference(reference) => {
                let parent = &self.plan.maps[reference.map];
                let slot =
                    self.plan.is_same_row(map, reference).then(|| self.slot(&parent.subject, parent)).flatten()?;
                Some((slot, parent.condition.as_ref()))
            }
        }
    }

    /// The slot of a term that must be an IRI.
    fn iri_slot(&mut self, term: &'p TermMap, map: &'p TriplesMap) -> Option<usize> {
        let slot = self.slot(term, map)?;
        matches!(self.slots[slot].form, TermForm::Iri).then_some(slot)
    }

    fn slot(&mut self, term: &'p TermMap, map: &'p TriplesMap) -> Option<usize> {
        let base = map.base.as_deref().or(self.plan.base.as_deref());
        let key = slot::key(term, map, base);
        if let Some(slot) = self.known.get(&key) {
            return Some(*slot);
        }
        let made = TermSlot::new(term, map, self.plan, self.kinds)?;
        self.slots.push(made);
        self.known.insert(key, self.slots.len() - 1);
        Some(self.slots.len() - 1)
    }
}

/// The numbers of the rules of a map: each predicate with each object, in the order of the plan.
pub(super) fn rules_of(plan: &Plan, map: usize) -> std::ops::Range<RuleId> {
    let n_rules =
        |map: &TriplesMap| map.pairs.iter().map(|pair| pair.predicates.len() * pair.objects.len()).sum::<usize>();
    let first = plan.maps[..map].iter().map(n_rules).sum();
    first..first + n_rules(&plan.maps[map])
}

/// The IRI that a constant of a plan means; `None` if it means none.
fn constant_iri(text: &str, base: Option<&str>) -> Option<String> {
    let relative = || NamedNode::new(format!("{}{text}", base?)).ok();
    NamedNode::new(text).ok().or_else(relative).map(NamedNode::into_string)
}
