//! Names that are nodes of their own, and the places that back statements.

use std::collections::{BTreeMap, HashSet};

use super::Comparing;
use super::align::{SharedNumber, Side};
use super::change::{ChangeKind, Named};
use super::things::{NodeRole, ThingTerms};
use crate::error::Result;
use crate::graph::TermNumber;
use crate::vocab::cg;

/// The kinds of a name, and the nodes that give it.
#[derive(Default, PartialEq, Eq)]
struct NameStated {
    kinds: Vec<SharedNumber>,
    nodes: Vec<TermNumber>,
}

impl Comparing<'_> {
    /// The texts of the names that are nodes of their own.
    pub fn other_texts(&self, side: Side, shared: SharedNumber) -> Vec<String> {
        let graph = self.aligned.statements(side).graph;
        let find = |node: oxigraph::model::NamedNodeRef<'_>| graph.find(node.into());
        let (Some(thing), Some(has_name), Some(text)) =
            (self.aligned.own(side, shared), find(cg::HAS_NAME), find(cg::TEXT))
        else {
            return Vec::new();
        };
        let texts = graph.objects_of(thing, has_name).flat_map(|name| graph.objects_of(name, text));
        texts.filter_map(|text| self.text(self.aligned.shared(side, text))).collect()
    }

    /// The names of things by thing and text.
    fn stated_names(&self, side: Side) -> BTreeMap<(SharedNumber, SharedNumber), NameStated> {
        let statements = self.aligned.statements(side);
        let mut names: BTreeMap<(SharedNumber, SharedNumber), NameStated> = BTreeMap::new();
        let (texts, kinds) = (statements.ends(cg::TEXT), statements.ends(cg::NAME_KIND));
        let of = |ends: &[(TermNumber, TermNumber)], name: TermNumber| -> Vec<SharedNumber> {
            let start = ends.partition_point(|(subject, _)| *subject < name);
            let own = ends[start..].iter().take_while(|(subject, _)| *subject == name);
            own.map(|(_, object)| self.aligned.shared(side, *object)).collect()
        };
        for (thing, name) in statements.ends(cg::HAS_NAME) {
            for text in of(&texts, name) {
                let stated = names.entry((self.aligned.shared(side, thing), text)).or_default();
                stated.kinds.extend(of(&kinds, name));
                stated.kinds.sort_unstable();
                stated.kinds.dedup();
                stated.nodes.push(name);
            }
        }
        names
    }

    /// Compares the names of the things that both editions name.
    pub fn names(&mut self) -> Result<()> {
        let (old, new) = (self.stated_names(Side::Old), self.stated_names(Side::New));
        let is_compared = |comparing: &Self, thing: SharedNumber| {
            comparing.is_thing(Side::Old, thing)
                && comparing.is_thing(Side::New, thing)
                && !comparing.reused.contains(&thing)
        };
        for (key, stated) in &old {
            if !is_compared(self, key.0) {
                continue;
            }
            match new.get(key) {
                None => {
                    let kinds = self.words(&stated.kinds)?;
                    self.other_name(ChangeKind::NameGone, key.0, key.1, &kinds)?;
                }
                Some(now) => {
                    if now.kinds != stated.kinds {
                        let (was, is) = (self.words(&stated.kinds)?, self.words(&now.kinds)?);
                        self.other_name(ChangeKind::NameGone, key.0, key.1, &was)?;
                        self.other_name(ChangeKind::NameNew, key.0, key.1, &is)?;
                    }
                    let (lost, gained) = self.places((Side::Old, &stated.nodes), (Side::New, &now.nodes));
                    self.evidence_of((key.0, None, Some(key.1)), (&lost, &gained))?;
                }
            }
        }
        for (key, stated) in &new {
            if is_compared(self, key.0) && !old.contains_key(key) {
                let kinds = self.words(&stated.kinds)?;
                self.other_name(ChangeKind::NameNew, key.0, key.1, &kinds)?;
            }
        }
        Ok(())
    }

    /// The labels of terms.
    pub fn words(&mut self, terms: &[SharedNumber]) -> Result<String> {
        let mut words = Vec::new();
        for term in terms {
            words.push(self.name(*term)?.label.clone());
        }
        words.sort();
        Ok(words.join(", "))
    }

    /// Which evidence one set of statements has and the other has not, both ways.
    fn places(&self, old: (Side, &[TermNumber]), new: (Side, &[TermNumber])) -> (Vec<SharedNumber>, Vec<SharedNumber>) {
        let of = |(side, nodes): (Side, &[TermNumber])| -> Vec<SharedNumber> {
            let (mut about, mut places) = (Vec::new(), Vec::new());
            for node in nodes {
                self.aligned.about(side, *node, &mut about);
                let found = about.iter().filter(|(predicate, _)| *predicate == self.evidence);
                places.extend(found.map(|(_, place)| *place));
            }
            places.sort_unstable();
            places.dedup();
            places
        };
        let (old, new) = (of(old), of(new));
        let lost = old.iter().filter(|place| new.binary_search(place).is_err()).copied().collect();
        let gained = new.iter().filter(|place| old.binary_search(place).is_err()).copied().collect();
        (lost, gained)
    }

    /// Reports other places that back a statement, in the sources that both editions have.
    pub fn evidence_of(
        &mut self,
        (subject, relation, object): (SharedNumber, Option<SharedNumber>, Option<SharedNumber>),
        (lost, gained): (&[SharedNumber], &[SharedNumber]),
    ) -> Result<()> {
        let in_both = |comparing: &Self, side: Side, place: SharedNumber| {
            let statements = comparing.aligned.statements(side);
            let Some(number) = comparing.aligned.own(side, place) else { return true };
            let Some(in_source) = statements.graph.find(cg::IN_SOURCE.into()) else { return true };
            statements.graph.objects_of(number, in_source).all(|source| {
                let source = comparing.aligned.shared(side, source);
                comparing.is_thing(Side::Old, source) == comparing.is_thing(Side::New, source)
            })
        };
        let lost: Vec<SharedNumber> = lost.iter().copied().filter(|place| in_both(self, Side::Old, *place)).collect();
        let gained: Vec<SharedNumber> =
            gained.iter().copied().filter(|place| in_both(self, Side::New, *place)).collect();
        if lost.is_empty() && gained.is_empty() {
            return Ok(());
        }
        let mut change = self.change(ChangeKind::Evidence, subject)?;
        change.relation = relation.map(|relation| self.name(relation)).transpose()?;
        change.object = object.map(|object| self.name(object)).transpose()?;
        for (places, side) in [(lost, Side::Old), (gained, Side::New)] {
            for place in places {
                let named = self.place(side, place)?;
                let told = if side == Side::Old { &mut change.before } else { &mut change.after };
                told.push(named);
            }
        }
        change.before.sort();
        change.after.sort();
        self.found.push(change);
        Ok(())
    }

    /// A place in a source: `hkyb-2019-06 L22-L24`.
    fn place(&mut self, side: Side, shared: SharedNumber) -> Result<std::sync::Arc<Named>> {
        let named = match side {
            Side::Old => self.naming.before(&self.aligned, shared)?,
            Side::New => self.name(shared)?,
        };
        // The IRI of a place says it as the source is cited: `source/hkyb-2019-06#L22-L24`.
        let label = named.iri.rsplit('/').next().unwrap_or_default().replace('#', " ");
        let label = if label.is_empty() { named.label.clone() } else { label };
        Ok(std::sync::Arc::new(Named { label, ..(*named).clone() }))
    }

    /// Places of evidence that both editions have and describe otherwise.
    pub fn described_places(&mut self, terms: &ThingTerms) -> Result<()> {
        let evidence = self.aligned.number(cg::EVIDENCE_CLASS);
        let (mut before, mut after) = (Vec::new(), Vec::new());
        let carriers: Vec<TermNumber> = self.new_roles.all(NodeRole::Carrier).collect();
        for number in carriers {
            let shared = self.aligned.shared(Side::New, number);
            let Some(old) = self.aligned.own(Side::Old, shared) else { continue };
            self.aligned.about(Side::New, number, &mut after);
            if !after.contains(&(terms.kinds[0], evidence)) {
                continue;
            }
            self.aligned.about(Side::Old, old, &mut before);
            if before == after || before.is_empty() {
                continue;
            }
            let (is_old, is_new): (HashSet<_>, HashSet<_>) =
                (before.iter().copied().collect(), after.iter().copied().collect());
            let properties: std::collections::BTreeSet<SharedNumber> =
                is_old.symmetric_difference(&is_new).map(|(property, _)| *property).collect();
            for property in properties {
                let of = |own: &HashSet<(SharedNumber, SharedNumber)>,
                          other: &HashSet<(SharedNumber, SharedNumber)>|
                 -> Vec<SharedNumber> {
                    own.difference(other).filter(|(p, _)| *p == property).map(|(_, object)| *object).collect()
                };
                self.values(
                    ChangeKind::Evidence,
                    shared,
                    Some(property),
                    &of(&is_old, &is_new),
                    &of(&is_new, &is_old),
                )?;
                if let Some(change) = self.found.last_mut() {
                    let label = change.subject.iri.rsplit('/').next().unwrap_or_default().replace('#', " ");
                    change.subject = std::sync::Arc::new(Named { label, ..(*change.subject).clone() });
                }
            }
        }
        Ok(())
    }

    /// Evidence of two statements.
    pub fn evidence_of_nodes(
        &mut self,
        about: (SharedNumber, Option<SharedNumber>, Option<SharedNumber>),
        old: TermNumber,
        new: TermNumber,
    ) -> Result<()> {
        let (lost, gained) = self.places((Side::Old, &[old]), (Side::New, &[new]));
        self.evidence_of(about, (&lost, &gained))
    }
}
