//! Which colour each class has: that of the vocabulary, otherwise one by its name. Colours are given out for
//! all classes of a graph and not for those of one chart, so that a kind has one colour in all charts.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::vocab::{rdf, rdfs};
use oxigraph::model::{GraphName, NamedNode, Term};

use super::house::House;
use super::scene::COLOURS;
use super::scene::theme::{Palette, Rgb};
use crate::error::Result;
use crate::graph::{Graph, Layer, local_name};
use crate::network;
use crate::vocab::{is_ours, owl};

/// The index of the colour of all kinds for which none is left.
const OTHER: usize = COLOURS.len() - 1;

/// The colour of each class.
#[derive(Debug, Clone, Default)]
pub(super) struct ClassColours {
    classes: BTreeMap<NamedNode, KindColour>,
    /// What kinds without a colour of their own are called together.
    other: String,
}

#[derive(Debug, Clone)]
struct KindColour {
    slot: usize,
    /// The class whose colour it is: itself, or one above it.
    owner: String,
    label: String,
}

impl ClassColours {
    /// The class whose colour a class has, the index of the colour, and the words for it.
    pub fn of(&self, class: Option<&NamedNode>) -> (String, usize, String) {
        match class.map(|class| self.classes.get(class)) {
            Some(Some(kind)) => (kind.owner.clone(), kind.slot, kind.label.clone()),
            Some(None) => (String::new(), OTHER, self.other.clone()),
            // Without any class there is nothing to explain.
            None => (String::new(), 0, String::new()),
        }
    }

    /// Gives out the colours of a graph's classes, and the palette that has them.
    pub fn read(graph: &Graph, languages: &[String], other: String, house: &House) -> Result<(Self, Palette)> {
        let classes = classes(graph);
        let mut palette = house.palette();
        // A class with a colour, or the one from which it has it.
        let mut owners: BTreeMap<NamedNode, Rgb> = BTreeMap::new();
        let mut given: BTreeMap<NamedNode, NamedNode> = BTreeMap::new();
        let mut named: Vec<(usize, NamedNode)> = Vec::new();
        for class in &classes {
            let above = above(graph, class);
            let own = above.iter().find_map(|above| Some((above.clone(), house.colour_of(graph, above)?)));
            let stated = || {
                above
                    .iter()
                    .find_map(|above| Some((above.clone(), Rgb::parse(&network::stated_colour(graph, above)?)?)))
            };
            match own.or_else(|| if house.colours.is_empty() { stated() } else { None }) {
                Some((owner, colour)) => {
                    given.insert(class.clone(), owner.clone());
                    owners.insert(owner, colour);
                }
                None => named.push((above.len(), class.clone())),
            }
        }
        let n_slots = if house.colours.is_empty() { OTHER } else { house.colours.len().min(OTHER) };
        let mut taken = [false; OTHER];
        let mut slots: BTreeMap<NamedNode, usize> = BTreeMap::new();
        let defaults: Vec<Rgb> = COLOURS.iter().filter_map(|colour| Rgb::parse(colour)).collect();
        let (usual, further): (Vec<_>, Vec<_>) =
            owners.into_iter().partition(|(_, colour)| house.colours.is_empty() && defaults.contains(colour));
        for (owner, colour) in usual {
            let slot = defaults.iter().position(|known| *known == colour).unwrap_or(OTHER);
            slots.insert(owner, slot);
            if let Some(taken) = taken.get_mut(slot) {
                *taken = true;
            }
        }
        let mut custom: Vec<(Rgb, usize)> = Vec::new();
        for (owner, colour) in further {
            let known = custom.iter().find(|(other, _)| *other == colour).map(|(_, slot)| *slot);
            let slot = known.or_else(|| (0..OTHER).rev().find(|slot| !taken[*slot])).unwrap_or(OTHER);
            if slot != OTHER {
                taken[slot] = true;
                palette.set_class(slot, colour);
                custom.push((colour, slot));
            }
            slots.insert(owner, slot);
        }
        // Classes above others come first, since others can fold into them.
        named.sort();
        for (_, class) in named {
            let from = (hash(class.as_str()) % n_slots.max(1) as u64) as usize;
            let free = (0..n_slots).map(|step| (from + step) % n_slots).find(|slot| !taken[*slot]);
            let folded = || {
                let above = above(graph, &class).into_iter().skip(1);
                above.into_iter().find(|above| slots.contains_key(above) && slots[above] != OTHER)
            };
            match free {
                Some(slot) => {
                    taken[slot] = true;
                    slots.insert(class.clone(), slot);
                    given.insert(class.clone(), class);
                }
                None => {
                    if let Some(owner) = folded() {
                        given.insert(class, owner);
                    }
                }
            }
        }
        let mut kinds = Self { classes: BTreeMap::new(), other };
        for (class, owner) in given {
            let slot = slots.get(&owner).copied().unwrap_or(OTHER);
            if slot == OTHER && !slots.contains_key(&owner) {
                continue;
            }
            // The colour of whatever has none says nothing of the kind: the class next below its owner does.
            let below = |above: &NamedNode| *above != owner && self::above(graph, above).contains(&owner);
            let owner = match slot {
                OTHER => above(graph, &class).into_iter().rfind(below).unwrap_or(owner),
                _ => owner,
            };
            let label = match graph.has_label(&owner)? {
                true => network::labels(graph, &owner, languages)?.together(),
                false => crate::vocabulary::in_words(local_name(owner.as_str())),
            };
            kinds.classes.insert(class, KindColour { slot, owner: owner.into_string(), label });
        }
        Ok((kinds, palette))
    }
}

/// The classes that sources give things, and those that the vocabulary of a pack defines.
pub(super) fn classes(graph: &Graph) -> BTreeSet<NamedNode> {
    let mut classes: BTreeSet<NamedNode> = BTreeSet::new();
    if let Some(of_type) = graph.find(rdf::TYPE.into()) {
        let mut numbers = BTreeSet::new();
        for name in graph.graph_names() {
            let layer = match graph.term(name).into_owned() {
                Term::NamedNode(node) => Layer::of(GraphName::from(node).as_ref()),
                _ => Layer::Source,
            };
            if layer == Layer::Source {
                let of_graph = graph.matching_in(Some(name), [None, Some(of_type), None]);
                numbers.extend(of_graph.map(|[.., class]| class));
            }
        }
        classes.extend(numbers.into_iter().filter_map(|class| match graph.term(class).into_owned() {
            Term::NamedNode(class) => Some(class),
            _ => None,
        }));
    }
    for kind in [owl::CLASS, rdfs::CLASS] {
        for class in graph.subjects(rdf::TYPE, kind.into()) {
            let class = network::node_name(class.as_ref());
            if !is_ours(class.as_ref()) && !class.as_str().starts_with("_:") {
                classes.insert(class);
            }
        }
    }
    // What describes a vocabulary is drawn by no chart.
    let technical = [crate::vocab::rdf::NAMESPACE_IRI, owl::NAMESPACE_IRI];
    classes.retain(|class| technical.iter().all(|namespace| !class.as_str().starts_with(namespace)));
    classes
}

/// A class and those above it, the nearest first.
fn above(graph: &Graph, class: &NamedNode) -> Vec<NamedNode> {
    let mut found = vec![class.clone()];
    let mut at = 0;
    while let Some(class) = found.get(at).cloned() {
        for above in graph.objects(class.as_ref().into(), rdfs::SUB_CLASS_OF) {
            if let Term::NamedNode(above) = above
                && !found.contains(&above)
            {
                found.push(above);
            }
        }
        at += 1;
    }
    found
}

/// FNV-1a: the same for a name on every machine.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
