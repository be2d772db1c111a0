//! What took the place of what: change events, replacements and former names, by which things with
//! different IRIs are known to be one.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use oxigraph::model::NamedNodeRef;
use oxigraph::model::vocab::rdf;

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::Comparing;
use super::align::{SharedNumber, Side};
use super::change::{Change, ChangeKind};
use super::things::{NodeRole, ThingTerms};
use crate::error::Result;
use crate::finding::{Finding, codes};
use crate::graph::TermNumber;
use crate::vocab::{cg, code, dcterms, org};

/// What came after what, in each edition.
pub(super) struct Successions {
    old: BTreeSet<(SharedNumber, SharedNumber)>,
    new: BTreeSet<(SharedNumber, SharedNumber)>,
}

impl Comparing<'_> {
    /// Reads the change events and replacements of both editions.
    pub fn successions(&mut self) -> Successions {
        Successions { old: self.successions_of(Side::Old), new: self.successions_of(Side::New) }
    }

    fn successions_of(&self, side: Side) -> BTreeSet<(SharedNumber, SharedNumber)> {
        let statements = self.aligned.statements(side);
        let graph = statements.graph;
        let shared = |number: TermNumber| self.aligned.shared(side, number);
        // What each event changed, and what resulted from it, by claims or plainly.
        let mut originals: BTreeMap<TermNumber, BTreeSet<TermNumber>> = BTreeMap::new();
        let mut results: BTreeMap<TermNumber, BTreeSet<TermNumber>> = BTreeMap::new();
        let properties = |tops: &[NamedNodeRef<'_>]| self.properties_under(side, tops);
        let roles = [
            (properties(&[org::ORIGINAL_ORGANIZATION, cg::CHANGED]), false, true),
            (properties(&[org::CHANGED_BY, cg::CHANGED_IN]), true, true),
            (properties(&[org::RESULTING_ORGANIZATION]), false, false),
            (properties(&[org::RESULTED_FROM]), true, false),
        ];
        let mut add = |property: TermNumber, subject: TermNumber, object: TermNumber| {
            for (properties, is_backwards, is_original) in &roles {
                if properties.contains(&property) {
                    let (event, thing) = if *is_backwards { (object, subject) } else { (subject, object) };
                    let ends = if *is_original { &mut originals } else { &mut results };
                    ends.entry(event).or_default().insert(thing);
                }
            }
        };
        let every: BTreeSet<TermNumber> = roles.iter().flat_map(|(properties, ..)| properties).copied().collect();
        for property in &every {
            for (subject, object) in statements.ends_of(*property) {
                add(*property, subject, object);
            }
        }
        if let (Some(subject), Some(object), Some(predicate)) =
            (graph.find(rdf::SUBJECT.into()), graph.find(rdf::OBJECT.into()), graph.find(rdf::PREDICATE.into()))
        {
            for property in &every {
                for claim in graph.subjects_of(predicate, *property) {
                    for subject in graph.objects_of(claim, subject) {
                        for object in graph.objects_of(claim, object) {
                            add(*property, subject, object);
                        }
                    }
                }
            }
        }
        let mut pairs = BTreeSet::new();
        for (event, originals) in &originals {
            for (original, result) in originals
                .iter()
                .flat_map(|one| results.get(event).into_iter().flatten().map(move |other| (*one, *other)))
            {
                pairs.insert((shared(original), shared(result)));
            }
        }
        for (old, new) in statements.ends(dcterms::IS_REPLACED_BY) {
            pairs.insert((shared(old), shared(new)));
        }
        for (new, old) in statements.ends(dcterms::REPLACES) {
            pairs.insert((shared(old), shared(new)));
        }
        pairs.retain(|(one, other)| one != other);
        pairs
    }

    /// Takes a thing with a new IRI for the one that it was before, where the new edition says so: by a
    /// change event from one to one, or by a former name that only that one had.
    pub fn identify(&mut self, pairs: &Successions, terms: &ThingTerms) -> Result<()> {
        let is_gone =
            |comparing: &Self, thing| comparing.is_thing(Side::Old, thing) && !comparing.is_thing(Side::New, thing);
        let is_new =
            |comparing: &Self, thing| comparing.is_thing(Side::New, thing) && !comparing.is_thing(Side::Old, thing);
        let mut candidates: BTreeSet<(SharedNumber, SharedNumber, bool)> = BTreeSet::new();
        for (old, new) in &pairs.new {
            if is_gone(self, *old) && is_new(self, *new) {
                candidates.insert((*old, *new, true));
            }
        }
        let by_name: Vec<(SharedNumber, SharedNumber)> = self.by_former_name(terms);
        candidates.extend(by_name.into_iter().map(|(old, new)| (old, new, false)));
        let (mut n_old, mut n_new): (HashMap<SharedNumber, usize>, HashMap<SharedNumber, usize>) =
            (HashMap::new(), HashMap::new());
        let distinct: BTreeSet<(SharedNumber, SharedNumber)> =
            candidates.iter().map(|(old, new, _)| (*old, *new)).collect();
        for (old, new) in &distinct {
            *n_old.entry(*old).or_default() += 1;
            *n_new.entry(*new).or_default() += 1;
        }
        for (old, new) in distinct.into_iter().filter(|(old, new)| n_old[old] == 1 && n_new[new] == 1) {
            let by_event = candidates.contains(&(old, new, true));
            let (before, after) = (self.naming.before(&self.aligned, old)?, self.name(new)?);
            let note = if by_event { "by a change event" } else { "by its former name" };
            self.found.push(Change {
                kind: ChangeKind::Reidentified,
                is_aside: self.is_aside(new),
                subject: after.clone(),
                relation: None,
                object: None,
                before: vec![before],
                after: vec![after],
                note: note.to_owned(),
            });
            self.aligned.identify(old, new);
        }
        Ok(())
    }

    /// New things with a former name that was the main name of exactly one thing which is gone.
    fn by_former_name(&self, terms: &ThingTerms) -> Vec<(SharedNumber, SharedNumber)> {
        let statements = self.aligned.statements(Side::New);
        let graph = statements.graph;
        let (Some(former), Some(kind)) = (graph.find(code::FORMER.into()), graph.find(cg::NAME_KIND.into())) else {
            return Vec::new();
        };
        let former: HashSet<TermNumber> = graph.subjects_of(kind, former).collect();
        let mut names: HashMap<TermNumber, Vec<TermNumber>> = HashMap::new();
        for (name, text) in statements.ends(cg::TEXT).into_iter().filter(|(name, _)| former.contains(name)) {
            names.entry(name).or_default().push(text);
        }
        // The main names of what is gone, if they are names of one thing only.
        let mut gone: HashMap<SharedNumber, Option<SharedNumber>> = HashMap::new();
        let mut about = Vec::new();
        if names.is_empty() {
            return Vec::new();
        }
        for number in self.old_roles.all(NodeRole::Thing) {
            let thing = self.aligned.shared(Side::Old, number);
            if self.is_thing(Side::New, thing) {
                continue;
            }
            self.aligned.about(Side::Old, number, &mut about);
            for (_, label) in about.iter().filter(|(predicate, _)| terms.labels.contains(predicate)) {
                gone.entry(*label).and_modify(|known| *known = None).or_insert(Some(thing));
            }
        }
        let mut found = Vec::new();
        for (thing, name) in statements.ends(cg::HAS_NAME) {
            let new = self.aligned.shared(Side::New, thing);
            if self.is_thing(Side::Old, new) {
                continue;
            }
            for text in names.get(&name).into_iter().flatten() {
                if let Some(Some(old)) = gone.get(&self.aligned.shared(Side::New, *text)) {
                    found.push((*old, new));
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Tells what took the place of what, where only the new edition says so.
    pub fn succeeded(&mut self, pairs: &Successions) -> Result<()> {
        self.circles(&pairs.new)?;
        let is_one = |comparing: &Self, (old, new): &(SharedNumber, SharedNumber)| {
            let own = |thing| comparing.aligned.own(Side::New, thing);
            own(*old) == own(*new)
        };
        let fresh: Vec<(SharedNumber, SharedNumber)> =
            pairs.new.iter().filter(|pair| !pairs.old.contains(pair) && !is_one(self, pair)).copied().collect();
        let mut sources: BTreeMap<SharedNumber, Vec<SharedNumber>> = BTreeMap::new();
        let mut results: BTreeMap<SharedNumber, Vec<SharedNumber>> = BTreeMap::new();
        for (old, new) in &fresh {
            sources.entry(*new).or_default().push(*old);
            results.entry(*old).or_default().push(*new);
        }
        // Whatever became several things was divided; several that became one were merged.
        let is_divided = |thing: &SharedNumber| results.get(thing).is_some_and(|results| results.len() > 1);
        for (result, mut originals) in sources {
            originals.retain(|original| !is_divided(original));
            let kind = match originals.len() {
                0 => continue,
                1 => ChangeKind::Succeeded,
                _ => ChangeKind::Merged,
            };
            let mut change = self.change(kind, result)?;
            if kind == ChangeKind::Succeeded {
                change.subject = self.naming.before(&self.aligned, originals[0])?;
                change.after.push(self.name(result)?);
            }
            for original in originals {
                change.before.push(self.naming.before(&self.aligned, original)?);
            }
            if kind == ChangeKind::Merged {
                change.after.push(self.name(result)?);
            }
            change.before.sort();
            self.found.push(change);
        }
        for (original, results) in results.into_iter().filter(|(_, results)| results.len() > 1) {
            let mut change = self.change(ChangeKind::Divided, original)?;
            change.subject = self.naming.before(&self.aligned, original)?;
            change.before.push(change.subject.clone());
            for result in results {
                change.after.push(self.name(result)?);
            }
            change.after.sort();
            self.found.push(change);
        }
        Ok(())
    }

    /// Reports things that took each other's place in a circle.
    fn circles(&mut self, pairs: &BTreeSet<(SharedNumber, SharedNumber)>) -> Result<()> {
        let mut network: DiGraph<SharedNumber, ()> = DiGraph::new();
        let mut nodes: BTreeMap<SharedNumber, NodeIndex> = BTreeMap::new();
        for (old, new) in pairs {
            let [old, new] = [*old, *new].map(|end| *nodes.entry(end).or_insert_with(|| network.add_node(end)));
            network.add_edge(old, new, ());
        }
        for circle in tarjan_scc(&network).into_iter().filter(|circle| circle.len() > 1) {
            let mut names = Vec::new();
            for node in circle {
                names.push(format!("`{}`", self.name(network[node])?.id));
            }
            names.sort();
            let message = format!("things took each other's place in a circle: {}", names.join(", "));
            let hint = "which of them came first is not decided here; check the change events".to_owned();
            self.findings.push(Finding::warning(codes::CIRCULAR_SUCCESSION, message).hint(hint));
        }
        Ok(())
    }
}
