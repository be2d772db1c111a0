//! Bookmarks along the tree, wherever its parts are; where there is no tree, a bookmark for each page and
//! below it what is there.

use std::collections::{BTreeMap, BTreeSet};

use krilla::destination::XyzDestination;
use krilla::geom::Point;
use krilla::outline::{Outline, OutlineNode};

use super::{Placed, drawn};
use crate::chart::Sheet;
use crate::chart::scene::Scene;

/// How many generations bookmarks cover.
const N_GENERATIONS: usize = 6;

/// A card, by page and index.
type CardPlace = (usize, usize);

/// What hangs under what in the document.
#[derive(Default)]
struct DocumentTree<'a> {
    /// Where each thing is in full.
    places: BTreeMap<&'a str, CardPlace>,
    children: BTreeMap<&'a str, Vec<&'a str>>,
    /// The tops, and pages without cards.
    tops: Vec<TopBookmark<'a>>,
}

enum TopBookmark<'a> {
    Card(&'a str),
    Page(usize),
}

/// The bookmarks of a document.
pub(super) fn outline(pages: &[Sheet], placed: &[Placed]) -> Outline {
    let mut outline = Outline::new();
    if pages.iter().any(|page| page.scene.is_fixed()) {
        for (at, page) in pages.iter().enumerate() {
            let nodes = cards(&page.scene, &placed[at], at);
            if pages.len() == 1 {
                nodes.into_iter().for_each(|node| outline.push_child(node));
                continue;
            }
            let mut node = page_node(page, at).with_open(at == 0);
            nodes.into_iter().for_each(|below| node.push_child(below));
            outline.push_child(node);
        }
        return outline;
    }
    let tree = DocumentTree::of(pages);
    let mut seen = BTreeSet::new();
    for top in &tree.tops {
        match top {
            TopBookmark::Page(at) => outline.push_child(page_node(&pages[*at], *at)),
            TopBookmark::Card(iri) => {
                if let Some(node) = tree.node(iri, (pages, placed), N_GENERATIONS, &mut seen) {
                    outline.push_child(node);
                }
            }
        }
    }
    outline
}

fn page_node(page: &Sheet, at: usize) -> OutlineNode {
    let title = if page.scene.part.is_empty() { &page.scene.document } else { &page.scene.part };
    OutlineNode::new(drawn(title), XyzDestination::new(at, Point::from_xy(0.0, 0.0)))
}

/// The things on a page, each once.
fn cards(scene: &Scene, placed: &Placed, at: usize) -> Vec<OutlineNode> {
    let mut seen = BTreeSet::new();
    let new = scene.cards.iter().filter(|card| seen.insert(card.iri.as_str()));
    new.map(|card| {
        let there = XyzDestination::new(at, placed.point(card.frame.x, card.frame.y));
        OutlineNode::new(drawn(&card.names.join(" ")), there)
    })
    .collect()
}

impl<'a> DocumentTree<'a> {
    fn of(pages: &'a [Sheet]) -> Self {
        let mut tree = Self::default();
        let mut below: BTreeSet<&str> = BTreeSet::new();
        for (at, page) in pages.iter().enumerate() {
            let hanging = page.scene.hanging();
            let iri = |card: usize| page.scene.cards[card].iri.as_str();
            for (card, children) in hanging.children.iter().enumerate() {
                let is_first = children.is_empty() || !tree.children.contains_key(iri(card));
                if !tree.places.contains_key(iri(card)) || is_first && !children.is_empty() {
                    tree.places.insert(iri(card), (at, card));
                }
                if !children.is_empty() {
                    let known = tree.children.entry(iri(card)).or_default();
                    for child in children.iter().map(|child| iri(*child)) {
                        if !known.contains(&child) {
                            known.push(child);
                        }
                        below.insert(child);
                    }
                }
            }
            tree.tops.extend(hanging.tops.iter().map(|top| TopBookmark::Card(iri(*top))));
            if page.scene.cards.is_empty() {
                tree.tops.push(TopBookmark::Page(at));
            }
        }
        let mut known: BTreeSet<&str> = BTreeSet::new();
        tree.tops.retain(|top| match top {
            TopBookmark::Card(iri) => !below.contains(iri) && known.insert(iri),
            TopBookmark::Page(_) => true,
        });
        tree
    }

    /// The bookmark of a thing with those of what is below it.
    fn node(
        &self,
        iri: &'a str,
        (pages, placed): (&[Sheet], &[Placed]),
        n_generations: usize,
        seen: &mut BTreeSet<&'a str>,
    ) -> Option<OutlineNode> {
        let n_below = n_generations.checked_sub(1)?;
        let (page, card) = *self.places.get(iri)?;
        if !seen.insert(iri) {
            return None;
        }
        let card = &pages[page].scene.cards[card];
        let there = XyzDestination::new(page, placed[page].point(card.frame.x, card.frame.y));
        let mut node = OutlineNode::new(drawn(&card.names.join(" ")), there).with_open(n_below + 2 > N_GENERATIONS);
        for child in self.children.get(iri).into_iter().flatten() {
            if let Some(child) = self.node(child, (pages, placed), n_below, seen) {
                node.push_child(child);
            }
        }
        Some(node)
    }
}
