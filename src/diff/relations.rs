//! Relations: as claims with a status and qualifiers, as memberships of W3C ORG, and as plain triples
//! between things.

use std::collections::{BTreeMap, HashSet};

use oxigraph::model::NamedNodeRef;
use oxigraph::model::vocab::rdf;

use super::Comparing;
use super::align::{SharedNumber, Side};
use super::change::{Change, ChangeKind};
use crate::error::Result;
use crate::graph::TermNumber;
use crate::vocab::{cg, code, dcterms, org, schema, skos};

/// A relation as one node states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct RelationStated {
    /// Subject, relation and object.
    key: [SharedNumber; 3],
    node: TermNumber,
}

/// What a statement says besides its ends: its status, and the rest, sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Circumstances {
    status: Option<SharedNumber>,
    qualifiers: Vec<(SharedNumber, SharedNumber)>,
}

/// What a status means for a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Holds,
    Ended,
    ToCome,
}

/// Relations by which something is under something else: of the subject, then of the object.
const UPWARDS: [NamedNodeRef<'_>; 8] = [
    org::SUB_ORGANIZATION_OF,
    org::UNIT_OF,
    org::REPORTS_TO,
    cg::REPORTS_TO,
    schema::PARENT_ORGANIZATION,
    schema::PARENT_ORGANIZATION_WITHOUT_TLS,
    dcterms::IS_PART_OF,
    skos::BROADER,
];
const DOWNWARDS: [NamedNodeRef<'_>; 6] = [
    org::HAS_SUB_ORGANIZATION,
    org::HAS_UNIT,
    schema::SUB_ORGANIZATION,
    schema::SUB_ORGANIZATION_WITHOUT_TLS,
    dcterms::HAS_PART,
    skos::NARROWER,
];

/// Which end of a parent's relation is the child.
struct ParentRelations {
    upwards: HashSet<SharedNumber>,
    downwards: HashSet<SharedNumber>,
}

/// A relation that one edition states and the other does not.
struct OneSided {
    key: [SharedNumber; 3],
    change: Change,
    /// Whether it holds, or held.
    holds: bool,
}

impl Comparing<'_> {
    /// The claims and memberships of an edition, by their ends.
    fn stated_relations(&mut self, side: Side) -> Vec<RelationStated> {
        let mut stated = Vec::new();
        let subjects = self.aligned.ends(side, rdf::SUBJECT);
        let predicates = self.aligned.ends(side, rdf::PREDICATE);
        let objects = self.aligned.ends(side, rdf::OBJECT);
        let of = |ends: &[(TermNumber, SharedNumber)], node: TermNumber| -> Vec<SharedNumber> {
            let start = ends.partition_point(|(subject, _)| *subject < node);
            ends[start..].iter().take_while(|(subject, _)| *subject == node).map(|(_, object)| *object).collect()
        };
        for (node, subject) in &subjects {
            for predicate in of(&predicates, *node) {
                for object in of(&objects, *node) {
                    stated.push(RelationStated { key: [*subject, predicate, object], node: *node });
                }
            }
        }
        let member_of = self.aligned.number(org::MEMBER_OF);
        let bodies = self.aligned.ends(side, org::ORGANIZATION);
        for (node, member) in self.aligned.ends(side, org::MEMBER) {
            for body in of(&bodies, node) {
                stated.push(RelationStated { key: [member, member_of, body], node });
            }
        }
        stated.sort_unstable();
        stated
    }

    fn circumstances(
        &self,
        side: Side,
        node: TermNumber,
        apart: &HashSet<SharedNumber>,
        status: SharedNumber,
    ) -> Circumstances {
        let mut about = Vec::new();
        self.aligned.about(side, node, &mut about);
        let found = about.iter().find(|(predicate, _)| *predicate == status).map(|(_, object)| *object);
        about.retain(|(predicate, _)| !apart.contains(predicate));
        Circumstances { status: found, qualifiers: about }
    }

    fn phase(&mut self, status: Option<SharedNumber>) -> Phase {
        let Some(status) = status else { return Phase::Holds };
        let mut is = |node: NamedNodeRef<'_>| self.aligned.number(node) == status;
        if is(code::DONE) || is(code::ONGOING) {
            Phase::Holds
        } else if is(code::ENDED) {
            Phase::Ended
        } else {
            Phase::ToCome
        }
    }

    /// Compares the relations.
    pub fn relations(&mut self) -> Result<()> {
        let (old, new) = (self.stated_relations(Side::Old), self.stated_relations(Side::New));
        let apart: HashSet<SharedNumber> = [
            rdf::TYPE,
            rdf::SUBJECT,
            rdf::PREDICATE,
            rdf::OBJECT,
            cg::STATUS,
            cg::EVIDENCE,
            org::MEMBER,
            org::ORGANIZATION,
        ]
        .into_iter()
        .map(|node| self.aligned.number(node))
        .collect();
        let status = self.aligned.number(cg::STATUS);
        let mut one_sided: Vec<OneSided> = Vec::new();
        let (mut at_old, mut at_new) = (0, 0);
        while at_old < old.len() || at_new < new.len() {
            let key = match (old.get(at_old), new.get(at_new)) {
                (Some(old), Some(new)) => old.key.min(new.key),
                (Some(only), None) | (None, Some(only)) => only.key,
                (None, None) => break,
            };
            let end_old = at_old + old[at_old..].iter().take_while(|stated| stated.key == key).count();
            let end_new = at_new + new[at_new..].iter().take_while(|stated| stated.key == key).count();
            let of = |comparing: &Self, side, all: &[RelationStated]| -> Vec<(TermNumber, Circumstances)> {
                let one =
                    |stated: &RelationStated| (stated.node, comparing.circumstances(side, stated.node, &apart, status));
                all.iter().map(one).collect()
            };
            let mut before = of(self, Side::Old, &old[at_old..end_old]);
            let mut after = of(self, Side::New, &new[at_new..end_new]);
            (at_old, at_new) = (end_old, end_new);
            for (one, other) in pairs(&mut before, &mut after, |side, node| self.aligned.shared(side, node)) {
                self.evidence_of_nodes((key[0], Some(key[1]), Some(key[2])), one.0, other.0)?;
                self.stated_otherwise(key, &one.1, &other.1)?;
            }
            for (_, said) in before {
                one_sided.push(self.one_sided(key, &said, Side::Old)?);
            }
            for (_, said) in after {
                one_sided.push(self.one_sided(key, &said, Side::New)?);
            }
        }
        // Plain triples that no claim of the other edition states.
        let is_stated = |all: &[RelationStated], key: &[SharedNumber; 3]| {
            let at = all.partition_point(|stated| stated.key < *key);
            all.get(at).is_some_and(|stated| stated.key == *key)
        };
        let plain = |about: Vec<(SharedNumber, SharedNumber)>, subject: SharedNumber| -> Vec<[SharedNumber; 3]> {
            about.into_iter().map(|(predicate, object)| [subject, predicate, object]).collect()
        };
        let mut triples = std::mem::take(&mut self.plain);
        for (side, things) in [(Side::Old, self.unmatched_old.clone()), (Side::New, self.unmatched_new.clone())] {
            let mut about = Vec::new();
            for thing in things {
                let Some(number) = self.aligned.own(side, thing) else { continue };
                self.aligned.about(side, number, &mut about);
                let relations = plain(std::mem::take(&mut about), thing);
                let no_relation = |[_, predicate, object]: &[SharedNumber; 3]| {
                    self.no_relation.contains(predicate) || self.is_plain_value(thing, *object)
                };
                triples.extend(relations.into_iter().filter(|key| !no_relation(key)).map(|key| (side, key)));
            }
        }
        let none = Circumstances { status: None, qualifiers: Vec::new() };
        for (side, key) in triples {
            let (own, other) = if side == Side::Old { (&old, &new) } else { (&new, &old) };
            if !is_stated(other, &key) && !is_stated(own, &key) {
                one_sided.push(self.one_sided(key, &none, side)?);
            }
        }
        self.moved(one_sided)
    }

    /// A relation that both editions state, otherwise.
    fn stated_otherwise(
        &mut self,
        key: [SharedNumber; 3],
        before: &Circumstances,
        after: &Circumstances,
    ) -> Result<()> {
        if before == after {
            return Ok(());
        }
        if before.status != after.status {
            let kind = match (self.phase(before.status), self.phase(after.status)) {
                (Phase::ToCome, Phase::Holds) => ChangeKind::CarriedOut,
                (Phase::Holds | Phase::ToCome, Phase::Ended) => ChangeKind::Ended,
                _ => ChangeKind::RelationStatus,
            };
            let mut change = self.related(kind, key)?;
            change.before.extend(before.status.map(|status| self.name(status)).transpose()?);
            change.after.extend(after.status.map(|status| self.name(status)).transpose()?);
            self.found.push(change);
        }
        if before.qualifiers != after.qualifiers {
            let mut change = self.related(ChangeKind::Qualified, key)?;
            let is_in = |all: &Circumstances, pair| all.qualifiers.binary_search(pair).is_ok();
            for pair in before.qualifiers.iter().filter(|pair| !is_in(after, pair)) {
                change.before.push(self.qualifier(pair)?);
            }
            for pair in after.qualifiers.iter().filter(|pair| !is_in(before, pair)) {
                change.after.push(self.qualifier(pair)?);
            }
            change.before.sort();
            change.after.sort();
            self.found.push(change);
        }
        Ok(())
    }

    fn qualifier(
        &mut self,
        (property, value): &(SharedNumber, SharedNumber),
    ) -> Result<std::sync::Arc<super::change::Named>> {
        let (property, value) = (self.name(*property)?, self.name(*value)?);
        let label = format!("{}: {}", property.label, value.label);
        Ok(std::sync::Arc::new(super::change::Named { label, ..(*value).clone() }))
    }

    /// A relation that one edition states.
    fn one_sided(&mut self, key: [SharedNumber; 3], said: &Circumstances, side: Side) -> Result<OneSided> {
        let phase = self.phase(said.status);
        let kind = match (side, phase) {
            (Side::Old, _) => ChangeKind::Dropped,
            (Side::New, Phase::Holds) => ChangeKind::Begun,
            (Side::New, Phase::ToCome) => ChangeKind::Planned,
            (Side::New, Phase::Ended) => ChangeKind::Ended,
        };
        let mut change = self.related(kind, key)?;
        if side == Side::Old {
            change.subject = self.naming.before(&self.aligned, key[0])?;
            change.object = Some(self.naming.before(&self.aligned, key[2])?);
        }
        let status = said.status.map(|status| self.name(status)).transpose()?;
        if side == Side::Old {
            change.before.extend(status)
        } else {
            change.after.extend(status)
        }
        let mut words = Vec::new();
        for pair in &said.qualifiers {
            words.push(self.qualifier(pair)?.label.clone());
        }
        words.sort();
        change.note = words.join("; ");
        Ok(OneSided { key, change, holds: phase == Phase::Holds })
    }

    fn related(&mut self, kind: ChangeKind, [subject, relation, object]: [SharedNumber; 3]) -> Result<Change> {
        let mut change = self.change(kind, subject)?;
        change.is_aside |= self.is_website(object);
        change.relation = Some(self.name(relation)?);
        change.object = Some(self.name(object)?);
        Ok(change)
    }

    /// The relations by which something is under something else, in both editions.
    fn hierarchy(&self) -> ParentRelations {
        let of = |tops: &[NamedNodeRef<'_>]| -> HashSet<SharedNumber> {
            let mut found = HashSet::new();
            for side in [Side::Old, Side::New] {
                found.extend(self.properties_under(side, tops).into_iter().map(|own| self.aligned.shared(side, own)));
            }
            found
        };
        ParentRelations { upwards: of(&UPWARDS), downwards: of(&DOWNWARDS) }
    }

    /// Tells the relations of one edition; those of a thing that left one parent for another are a move.
    fn moved(&mut self, one_sided: Vec<OneSided>) -> Result<()> {
        let hierarchy = self.hierarchy();
        let mut parents: BTreeMap<SharedNumber, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for (index, one) in one_sided.iter().enumerate() {
            let [subject, relation, object] = one.key;
            let child = match relation {
                _ if !one.holds => continue,
                relation if hierarchy.upwards.contains(&relation) => subject,
                relation if hierarchy.downwards.contains(&relation) => object,
                _ => continue,
            };
            let is_in_both = self.is_thing(Side::Old, child) && self.is_thing(Side::New, child);
            if !is_in_both || self.reused.contains(&child) {
                continue;
            }
            let (lost, gained) = parents.entry(child).or_default();
            match one.change.kind {
                ChangeKind::Dropped => lost.push(index),
                _ => gained.push(index),
            }
        }
        let mut told: HashSet<usize> = HashSet::new();
        for (child, (lost, gained)) in
            parents.into_iter().filter(|(_, (lost, gained))| !lost.is_empty() && !gained.is_empty())
        {
            let mut change = self.change(ChangeKind::Moved, child)?;
            let parent = |index: &usize| {
                let change = &one_sided[*index].change;
                if one_sided[*index].key[0] == child { change.object.clone() } else { Some(change.subject.clone()) }
            };
            change.before.extend(lost.iter().filter_map(parent));
            change.after.extend(gained.iter().filter_map(parent));
            for parents in [&mut change.before, &mut change.after] {
                parents.sort();
                parents.dedup();
            }
            let mut relations: Vec<&str> = lost
                .iter()
                .chain(&gained)
                .filter_map(|index| one_sided[*index].change.relation.as_ref())
                .map(|relation| relation.label.as_str())
                .collect();
            relations.sort_unstable();
            relations.dedup();
            change.note = relations.join(", ");
            // The same parent by another relation is no move.
            if change.before == change.after {
                continue;
            }
            change.relation = one_sided[gained[0]].change.relation.clone();
            told.extend(lost.into_iter().chain(gained));
            self.found.push(change);
        }
        let rest = one_sided.into_iter().enumerate().filter(|(index, _)| !told.contains(index));
        self.found.extend(rest.map(|(_, one)| one.change));
        Ok(())
    }
}

/// A statement with what it says.
type SaidBy<S> = (TermNumber, S);

/// Pairs what both editions state of the same: first what says the same, then what has the same name,
/// then what is left in its order. What has no partner stays.
pub(super) fn pairs<S: PartialEq>(
    before: &mut Vec<SaidBy<S>>,
    after: &mut Vec<SaidBy<S>>,
    shared: impl Fn(Side, TermNumber) -> SharedNumber,
) -> Vec<(SaidBy<S>, SaidBy<S>)> {
    /// Beyond so many statements of the same, they are paired in their order.
    const MANY: usize = 256;
    if before.len().max(after.len()) > MANY {
        let n = before.len().min(after.len());
        return before.drain(..n).zip(after.drain(..n)).collect();
    }
    let mut paired = Vec::new();
    let are_one = |round: usize, one: &SaidBy<S>, other: &SaidBy<S>| {
        let is_same_node = shared(Side::Old, one.0) == shared(Side::New, other.0);
        match round {
            0 => is_same_node && one.1 == other.1,
            1 => one.1 == other.1,
            2 => is_same_node,
            _ => true,
        }
    };
    for round in 0..4 {
        let mut rest = Vec::new();
        for one in std::mem::take(before) {
            match after.iter().position(|other| are_one(round, &one, other)) {
                Some(found) => paired.push((one, after.remove(found))),
                None => rest.push(one),
            }
        }
        *before = rest;
    }
    paired
}
