//! Which nodes of an edition are things, and which only carry statements about them; what changed of
//! the things that both editions name.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use oxigraph::model::vocab::{rdf, rdfs};
use oxigraph::model::{NamedNodeRef, Term};

use super::Comparing;
use super::align::{NOWHERE, SharedNumber, Side};
use super::change::{Change, ChangeKind, Named};
use super::likely::words;
use crate::error::Result;
use crate::finding::{Finding, codes};
use crate::graph::{LABELS, TermNumber, bcp47_case};
use crate::vocab::{cg, code, org, skos};

/// One word in so many that two names have in common, and one of them may come from the other.
const MOST_ALIKE: usize = 3;

/// What is said of a thing: properties and values, sorted.
type Said<'a> = &'a [(SharedNumber, SharedNumber)];

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NodeRole {
    /// The sources say nothing about it.
    Absent,
    /// It is a thing.
    Thing,
    /// It carries a statement: a claim, figure, name, evidence, membership; or it is a blank node.
    Carrier,
}

/// The roles of the nodes of an edition, by their numbers.
#[derive(Default)]
pub(super) struct NodeRoles(Vec<NodeRole>);

impl NodeRoles {
    pub fn of(&self, number: TermNumber) -> NodeRole {
        self.0.get(number as usize).copied().unwrap_or(NodeRole::Absent)
    }

    /// The nodes with a role.
    pub fn all(&self, role: NodeRole) -> impl Iterator<Item = TermNumber> + '_ {
        self.0.iter().enumerate().filter(move |(_, own)| **own == role).map(|(number, _)| number as TermNumber)
    }
}

/// The properties that say what a thing is called or is, by their shared numbers.
pub(super) struct ThingTerms {
    pub labels: Vec<SharedNumber>,
    other_labels: Vec<SharedNumber>,
    pub kinds: [SharedNumber; 2],
    pub status: SharedNumber,
    pub ended: SharedNumber,
    pub evidence: SharedNumber,
    /// Those that other parts of the comparison are about.
    elsewhere: Vec<SharedNumber>,
    pub concept: SharedNumber,
    carriers: HashSet<SharedNumber>,
}

impl ThingTerms {
    pub fn of(comparing: &mut Comparing<'_>) -> Self {
        let mut number = |node: NamedNodeRef<'_>| comparing.aligned.number(node);
        Self {
            labels: LABELS.into_iter().map(&mut number).collect(),
            other_labels: [skos::ALT_LABEL, skos::HIDDEN_LABEL].into_iter().map(&mut number).collect(),
            kinds: [number(rdf::TYPE), number(cg::TYPE)],
            status: number(cg::STATUS),
            ended: number(code::ENDED),
            evidence: number(cg::EVIDENCE),
            elsewhere: [cg::HAS_NAME, cg::FIGURE].into_iter().map(&mut number).collect(),
            concept: number(skos::CONCEPT),
            carriers: [
                cg::CLAIM,
                cg::FIGURE_CLASS,
                cg::RATIO_PART_CLASS,
                cg::NAME_CLASS,
                cg::EVIDENCE_CLASS,
                org::MEMBERSHIP,
                rdf::STATEMENT,
            ]
            .into_iter()
            .map(&mut number)
            .collect(),
        }
    }

    /// Properties that are no relations between things.
    pub fn no_relation(&self) -> HashSet<SharedNumber> {
        let lists = [&self.labels, &self.other_labels, &self.elsewhere];
        let single = self.kinds.into_iter().chain([self.status, self.evidence]);
        lists.into_iter().flatten().copied().chain(single).collect()
    }
}

impl Comparing<'_> {
    /// The role of each node of an edition.
    pub fn roles(&self, side: Side, terms: &ThingTerms) -> NodeRoles {
        let statements = self.aligned.statements(side);
        let graph = statements.graph;
        let of_type = terms.kinds[0];
        let mut about = Vec::new();
        let mut roles = Vec::with_capacity(graph.n_terms() as usize);
        for number in 0..graph.n_terms() {
            statements.about(number, &mut about);
            let shared = |number| self.aligned.shared(side, number);
            let is_type = |predicate: TermNumber| shared(predicate) == of_type;
            roles.push(match about.is_empty() {
                true => NodeRole::Absent,
                false if about.iter().any(|(p, o)| is_type(*p) && terms.carriers.contains(&shared(*o))) => {
                    NodeRole::Carrier
                }
                false if matches!(graph.term(number).as_ref(), oxigraph::model::TermRef::NamedNode(_)) => {
                    NodeRole::Thing
                }
                false => NodeRole::Carrier,
            });
        }
        NodeRoles(roles)
    }

    /// Whether a term is a thing of an edition.
    pub fn is_thing(&self, side: Side, shared: SharedNumber) -> bool {
        let roles = if side == Side::Old { &self.old_roles } else { &self.new_roles };
        self.aligned.own(side, shared).is_some_and(|number| roles.of(number) == NodeRole::Thing)
    }

    /// Compares the things: which are new, which are gone, and what is said otherwise of the others.
    pub fn things(&mut self, terms: &ThingTerms) -> Result<()> {
        let (mut before, mut after) = (Vec::new(), Vec::new());
        let mut n_common = 0;
        let new: Vec<TermNumber> = self.new_roles.all(NodeRole::Thing).collect();
        for number in new {
            let shared = self.aligned.shared(Side::New, number);
            self.aligned.about(Side::New, number, &mut after);
            let known = self.aligned.own(Side::Old, shared).filter(|own| self.old_roles.of(*own) == NodeRole::Thing);
            let Some(old) = known else {
                self.unmatched_new.push(shared);
                self.named_only(ChangeKind::New, shared, &after, terms)?;
                continue;
            };
            n_common += 1;
            self.aligned.about(Side::Old, old, &mut before);
            if before != after {
                self.thing(shared, (&before, &after), terms)?;
            }
        }
        let old: Vec<TermNumber> = self.old_roles.all(NodeRole::Thing).collect();
        for number in old {
            let shared = self.aligned.shared(Side::Old, number);
            if !self.is_thing(Side::New, shared) {
                self.aligned.about(Side::Old, number, &mut before);
                self.unmatched_old.push(shared);
                self.named_only(ChangeKind::Gone, shared, &before, terms)?;
            }
        }
        if n_common == 0 && !self.unmatched_old.is_empty() && !self.unmatched_new.is_empty() {
            let message = "the two editions have no thing in common";
            let hint = "check that both are editions of the same; what has other IRIs now is matched by change events \
                        and former names";
            self.findings.push(Finding::warning(codes::UNRELATED_EDITIONS, message).hint(hint.to_owned()));
        }
        Ok(())
    }

    /// A thing that only one edition names.
    fn named_only(
        &mut self,
        kind: ChangeKind,
        shared: SharedNumber,
        about: &[(SharedNumber, SharedNumber)],
        terms: &ThingTerms,
    ) -> Result<()> {
        let mut kinds = Vec::new();
        for (_, kind) in about.iter().filter(|(predicate, _)| terms.kinds.contains(predicate)) {
            kinds.push(self.name(*kind)?.label.clone());
        }
        let mut change = self.change(kind, shared)?;
        kinds.sort();
        kinds.dedup();
        change.note = kinds.join(", ");
        if let Some((_, status)) = about.iter().find(|(predicate, _)| *predicate == terms.status) {
            change.after.push(self.name(*status)?);
        }
        if kind == ChangeKind::Gone {
            change.subject = self.naming.before(&self.aligned, shared)?;
            std::mem::swap(&mut change.before, &mut change.after);
        }
        self.found.push(change);
        Ok(())
    }

    /// A thing of which the two editions say different things.
    fn thing(&mut self, shared: SharedNumber, (before, after): (Said<'_>, Said<'_>), terms: &ThingTerms) -> Result<()> {
        if self.is_reused(shared, (before, after), terms)? {
            let (old, new) = (self.naming.before(&self.aligned, shared)?, self.name(shared)?);
            self.reused.insert(shared);
            let change =
                Change { before: vec![old], after: vec![Arc::clone(&new)], ..self.change(ChangeKind::Reused, shared)? };
            self.found.push(change);
            return Ok(());
        }
        let is_in = |pairs: &[(SharedNumber, SharedNumber)], pair: &(SharedNumber, SharedNumber)| {
            pairs.binary_search(pair).is_ok()
        };
        let mut by_property: BTreeMap<SharedNumber, (Vec<SharedNumber>, Vec<SharedNumber>)> = BTreeMap::new();
        for pair in before.iter().filter(|pair| !is_in(after, pair)) {
            by_property.entry(pair.0).or_default().0.push(pair.1);
        }
        for pair in after.iter().filter(|pair| !is_in(before, pair)) {
            by_property.entry(pair.0).or_default().1.push(pair.1);
        }
        let (mut old_names, mut new_names) = (Vec::new(), Vec::new());
        let mut kinds = (Vec::new(), Vec::new());
        for (property, (lost, gained)) in by_property {
            if terms.elsewhere.contains(&property) {
                continue;
            }
            if terms.labels.contains(&property) {
                old_names.extend(lost);
                new_names.extend(gained);
            } else if terms.other_labels.contains(&property) {
                for (kind, names) in [(ChangeKind::NameGone, lost), (ChangeKind::NameNew, gained)] {
                    for name in names {
                        self.other_name(kind, shared, name, "")?;
                    }
                }
            } else if terms.kinds.contains(&property) {
                kinds.0.extend(lost);
                kinds.1.extend(gained);
            } else if property == terms.status {
                let has_ended = gained.contains(&terms.ended);
                self.values(
                    if has_ended { ChangeKind::Closed } else { ChangeKind::Status },
                    shared,
                    None,
                    &lost,
                    &gained,
                )?;
            } else if property == terms.evidence {
                self.evidence_of((shared, None, None), (&lost, &gained))?;
            } else {
                self.other_property(shared, property, lost, gained)?;
            }
        }
        if !kinds.0.is_empty() || !kinds.1.is_empty() {
            self.values(ChangeKind::Kind, shared, None, &kinds.0, &kinds.1)?;
        }
        self.main_names(shared, old_names, new_names)
    }

    /// Whether an IRI stands for another thing in the new edition: of what is said of its names and kinds,
    /// nothing is the same.
    fn is_reused(
        &self,
        shared: SharedNumber,
        (before, after): (Said<'_>, Said<'_>),
        terms: &ThingTerms,
    ) -> Result<bool> {
        let differ = |properties: &[SharedNumber]| {
            let of = |about: &[(SharedNumber, SharedNumber)]| -> HashSet<SharedNumber> {
                about.iter().filter(|(p, _)| properties.contains(p)).map(|(_, object)| *object).collect()
            };
            let (old, new) = (of(before), of(after));
            !old.is_empty() && !new.is_empty() && old.is_disjoint(&new)
        };
        if !differ(&terms.labels) || !differ(&terms.kinds) {
            return Ok(false);
        }
        // A former or short name may be the one that it had, and the new name may be much like the old one.
        let texts = |about: &[(SharedNumber, SharedNumber)], side: Side| -> BTreeSet<String> {
            let mut texts: Vec<String> = Vec::new();
            for (predicate, object) in about {
                if terms.labels.contains(predicate) || terms.other_labels.contains(predicate) {
                    texts.extend(self.text(*object));
                }
            }
            texts.extend(self.other_texts(side, shared));
            texts.iter().flat_map(|text| words(text)).collect()
        };
        let (old, new) = (texts(before, Side::Old), texts(after, Side::New));
        let (n_common, n_all) = (old.intersection(&new).count(), old.union(&new).count());
        Ok(n_common * MOST_ALIKE < n_all)
    }

    /// The text of a literal.
    pub fn text(&self, shared: SharedNumber) -> Option<String> {
        match self.aligned.term(shared) {
            Term::Literal(literal) => Some(literal.value().to_owned()),
            _ => None,
        }
    }

    /// Main names: those replaced in their language are a renaming, others are new or gone.
    fn main_names(&mut self, shared: SharedNumber, lost: Vec<SharedNumber>, gained: Vec<SharedNumber>) -> Result<()> {
        let mut tags: BTreeMap<String, (Vec<SharedNumber>, Vec<SharedNumber>)> = BTreeMap::new();
        for name in lost {
            tags.entry(self.tag(name)).or_default().0.push(name);
        }
        for name in gained {
            tags.entry(self.tag(name)).or_default().1.push(name);
        }
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for (_, (lost, gained)) in tags {
            if lost.is_empty() || gained.is_empty() {
                let kind = if lost.is_empty() { ChangeKind::NameNew } else { ChangeKind::NameGone };
                for name in lost.into_iter().chain(gained) {
                    self.other_name(kind, shared, name, "main name")?;
                }
                continue;
            }
            before.extend(lost);
            after.extend(gained);
        }
        if !before.is_empty() {
            self.values(ChangeKind::Renamed, shared, None, &before, &after)?;
        }
        Ok(())
    }

    /// The language of a text.
    pub fn tag(&self, shared: SharedNumber) -> String {
        match self.aligned.term(shared) {
            Term::Literal(literal) => bcp47_case(literal.language().unwrap_or_default()),
            _ => String::new(),
        }
    }

    /// A property that is none of the above: relations to other things, and values.
    fn other_property(
        &mut self,
        shared: SharedNumber,
        property: SharedNumber,
        lost: Vec<SharedNumber>,
        gained: Vec<SharedNumber>,
    ) -> Result<()> {
        let is_relation = |comparing: &Self, object: SharedNumber| !comparing.is_plain_value(shared, object);
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for object in lost {
            if is_relation(self, object) {
                self.plain.push((Side::Old, [shared, property, object]));
            } else {
                before.push(object);
            }
        }
        for object in gained {
            if is_relation(self, object) {
                self.plain.push((Side::New, [shared, property, object]));
            } else {
                after.push(object);
            }
        }
        if !before.is_empty() || !after.is_empty() {
            self.values(ChangeKind::Property, shared, Some(property), &before, &after)?;
        }
        Ok(())
    }

    /// Whether an object is a value of a thing and no other end of a relation: a text, or a concept that
    /// describes the thing.
    pub fn is_plain_value(&self, subject: SharedNumber, object: SharedNumber) -> bool {
        let is_thing = self.is_thing(Side::Old, object) || self.is_thing(Side::New, object);
        !is_thing || (self.is_a(object, self.concept) && !self.is_a(subject, self.concept))
    }

    /// Whether there are other differences than those told, and how many triples of each edition.
    pub fn anything_else(&mut self) -> Result<()> {
        if !self.found.is_empty() {
            return Ok(());
        }
        let (mut before, mut after) = (Vec::new(), Vec::new());
        let (mut lost, mut gained) = (Vec::new(), Vec::new());
        for (side, other, differing) in [(Side::Old, Side::New, &mut lost), (Side::New, Side::Old, &mut gained)] {
            let roles = if side == Side::Old { &self.old_roles } else { &self.new_roles };
            for number in roles.all(NodeRole::Carrier) {
                let shared = self.aligned.shared(side, number);
                self.aligned.about(side, number, &mut before);
                after.clear();
                if let Some(own) = self.aligned.own(other, shared) {
                    self.aligned.about(other, own, &mut after);
                }
                if before != after {
                    differing.push(shared);
                }
            }
        }
        lost.extend(gained);
        lost.sort_unstable();
        lost.dedup();
        for shared in lost {
            let change = self.change(ChangeKind::Other, shared)?;
            self.found.push(change);
        }
        Ok(())
    }

    /// How many triples of an edition are compared.
    pub fn n_triples(&self, side: Side) -> usize {
        let statements = self.aligned.statements(side);
        let mut about = Vec::new();
        let mut n_triples = 0;
        for number in 0..statements.graph.n_terms() {
            statements.about(number, &mut about);
            n_triples += about.len();
        }
        n_triples
    }

    /// Whether a thing is of a class, in either edition.
    pub fn is_a(&self, shared: SharedNumber, class: SharedNumber) -> bool {
        [Side::Old, Side::New].into_iter().any(|side| {
            let graph = self.aligned.statements(side).graph;
            let own = |number| self.aligned.own(side, number);
            let (Some(thing), Some(class), Some(of_type)) = (own(shared), own(class), graph.find(rdf::TYPE.into()))
            else {
                return false;
            };
            graph.objects_of(thing, of_type).any(|object| object == class)
        })
    }

    /// A change of values.
    pub fn values(
        &mut self,
        kind: ChangeKind,
        shared: SharedNumber,
        property: Option<SharedNumber>,
        before: &[SharedNumber],
        after: &[SharedNumber],
    ) -> Result<()> {
        let mut change = self.change(kind, shared)?;
        change.relation = property.map(|property| self.name(property)).transpose()?;
        for value in before {
            change.before.push(self.naming.before(&self.aligned, *value)?);
        }
        for value in after {
            change.after.push(self.name(*value)?);
        }
        change.before.sort();
        change.after.sort();
        self.found.push(change);
        Ok(())
    }

    /// A name other than the main one.
    pub fn other_name(&mut self, kind: ChangeKind, shared: SharedNumber, name: SharedNumber, note: &str) -> Result<()> {
        let mut change = self.change(kind, shared)?;
        let tag = self.tag(name);
        let name = self.name(name)?;
        change.note = [note, tag.as_str()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
        if kind == ChangeKind::NameGone {
            change.before.push(name)
        } else {
            change.after.push(name)
        }
        self.found.push(change);
        Ok(())
    }

    /// A change of a thing, as yet without more.
    pub fn change(&mut self, kind: ChangeKind, shared: SharedNumber) -> Result<Change> {
        Ok(Change {
            kind,
            is_aside: self.is_aside(shared),
            subject: self.name(shared)?,
            relation: None,
            object: None,
            before: Vec::new(),
            after: Vec::new(),
            note: String::new(),
        })
    }

    /// Whether an edition uses the vocabulary of entities.
    pub fn has_entities(&self) -> bool {
        [Side::Old, Side::New].into_iter().any(|side| {
            let graph = self.aligned.statements(side).graph;
            let is_used = |node: NamedNodeRef<'_>| graph.find(node.into()).is_some_and(|number| graph.is_node(number));
            is_used(cg::ENTITY)
        })
    }

    /// Whether a thing is there for others: a website, an event, a code, a source.
    pub fn is_aside(&self, shared: SharedNumber) -> bool {
        self.aside.iter().any(|class| self.is_a(shared, *class))
    }

    /// Whether the other end of a relation is a website.
    pub fn is_website(&self, shared: SharedNumber) -> bool {
        self.aside.get(1).is_some_and(|class| self.is_a(shared, *class))
    }

    /// What a term is called.
    pub fn name(&mut self, shared: SharedNumber) -> Result<Arc<Named>> {
        debug_assert!(shared != NOWHERE, "every term that is compared has a number");
        self.naming.of(&self.aligned, shared)
    }

    /// The properties above which a graph puts a property, itself included.
    pub fn properties_under(&self, side: Side, tops: &[NamedNodeRef<'_>]) -> HashSet<TermNumber> {
        let graph = self.aligned.statements(side).graph;
        let mut found: HashSet<TermNumber> = HashSet::new();
        let mut stack: Vec<TermNumber> = tops.iter().filter_map(|top| graph.find((*top).into())).collect();
        let sub = graph.find(rdfs::SUB_PROPERTY_OF.into());
        while let Some(property) = stack.pop() {
            if found.insert(property) {
                stack.extend(sub.into_iter().flat_map(|sub| graph.subjects_of(sub, property)));
            }
        }
        found
    }
}
