//! The tags of a PDF: the page as a section with its title as heading, the cards as nested lists with the
//! relation above those that it places there, then map, legend and footer.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU16;

use krilla::tagging::{Identifier, ListNumbering, Node, Tag, TagGroup, TagKind};

use super::drawn;
use crate::chart::scene::{Hanging, Scene};

/// Lists are nested as deep as this; what is deeper stands in the innermost.
const DEEPEST: usize = 20;

/// The content of a page, as it was drawn.
#[derive(Default)]
pub(super) struct PageLeaves {
    /// The title of the page.
    pub title: Vec<Identifier>,
    /// For each card its texts, then its links: each with the texts that it has of its own.
    pub cards: Vec<CardLeaves>,
    /// The texts of each label, and its words.
    pub pills: Vec<Vec<Identifier>>,
    pub pill_words: Vec<String>,
    /// The texts and the annotation of each link that is on no card, by the index of its link.
    pub links: BTreeMap<usize, Vec<Identifier>>,
    /// Other words: before the cards, and after them.
    pub before: Vec<Identifier>,
    pub after: Vec<Identifier>,
}

/// The content of a card.
#[derive(Default)]
pub(super) struct CardLeaves {
    pub texts: Vec<Identifier>,
    /// The annotation of its link.
    pub link: Option<Identifier>,
    /// The mark of the page on which it continues, with its annotation.
    pub mark: Vec<Identifier>,
}

/// The tags of a page, which is the first of its document or not.
pub(super) fn section(scene: &Scene, mut leaves: PageLeaves, is_first: bool) -> TagGroup {
    let mut section = TagGroup::new(Tag::Section);
    let level = if is_first { 1 } else { 2 };
    let title = if is_first || scene.part.is_empty() { &scene.document } else { &scene.part };
    push(&mut section, heading(level, title), std::mem::take(&mut leaves.title));
    paragraphs(&mut section, std::mem::take(&mut leaves.before));
    // The way back comes before what the page shows, the map after it.
    let top = scene.cards.iter().map(|card| card.frame.y).fold(f64::INFINITY, f64::min);
    let (back, map): (BTreeMap<usize, _>, BTreeMap<usize, _>) = std::mem::take(&mut leaves.links)
        .into_iter()
        .partition(|(link, _)| !scene.cards.is_empty() && scene.links[*link].frame.y < top);
    for (_, link) in back {
        let mut paragraph = TagGroup::new(Tag::P);
        push(&mut paragraph, Tag::Link, link);
        section.push(paragraph);
    }
    let hanging = scene.hanging();
    let (pills, ends) = pills(scene);
    let mut cards = CardTags { scene, hanging: &hanging, pills, ends, leaves: &mut leaves };
    let list = cards.list(&hanging.tops, usize::from(level) + 1, 1);
    if !list.children.is_empty() {
        section.push(list);
    }
    let mut list = TagGroup::new(Tag::L(ListNumbering::None));
    for (_, link) in map {
        let mut body = TagGroup::new(Tag::LBody);
        push(&mut body, Tag::Link, link);
        list.push(TagGroup::with_children(Tag::LI, vec![body.into()]));
    }
    if !list.children.is_empty() {
        section.push(list);
    }
    paragraphs(&mut section, leaves.after);
    section
}

fn heading(level: u16, title: &str) -> TagKind {
    let level = NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
    Tag::Hn(level, Some(drawn(title))).into()
}

/// Adds a group with this content, if there is any.
fn push(parent: &mut TagGroup, tag: impl Into<TagKind>, content: Vec<Identifier>) {
    if !content.is_empty() {
        parent.push(TagGroup::with_children(tag, content.into_iter().map(Node::Leaf).collect()));
    }
}

fn paragraphs(parent: &mut TagGroup, content: Vec<Identifier>) {
    for part in content {
        push(parent, Tag::P, vec![part]);
    }
}

/// Whether each label repeats an earlier one: a relation has one for each column of those to whom it leads.
pub(super) fn repeated(scene: &Scene) -> Vec<bool> {
    let mut known = BTreeSet::new();
    scene.pills.iter().map(|pill| !pill.to.is_empty() && !known.insert((pill.of, &pill.to))).collect()
}

/// The labels of the lines of each card.
type PillsOfCards = BTreeMap<usize, Vec<usize>>;
/// The label on the line between two cards.
type PillsOfLines = BTreeMap<(usize, usize), usize>;

/// For each card the labels of its lines, and for each end of its lines the label that is on them.
fn pills(scene: &Scene) -> (PillsOfCards, PillsOfLines) {
    let (mut pills, mut ends) = (PillsOfCards::new(), PillsOfLines::new());
    for (index, (pill, repeated)) in scene.pills.iter().zip(repeated(scene)).enumerate() {
        if !repeated {
            pills.entry(pill.of).or_default().push(index);
            ends.extend(pill.to.iter().map(|end| ((pill.of, *end), index)));
        }
    }
    (pills, ends)
}

struct CardTags<'a> {
    scene: &'a Scene,
    hanging: &'a Hanging,
    pills: PillsOfCards,
    ends: PillsOfLines,
    leaves: &'a mut PageLeaves,
}

impl CardTags<'_> {
    /// Cards as a list, each with what is below it.
    fn list(&mut self, cards: &[usize], level: usize, depth: usize) -> TagGroup {
        let mut list = TagGroup::new(Tag::L(ListNumbering::None));
        let mut work: Vec<usize> = cards.iter().rev().copied().collect();
        while let Some(card) = work.pop() {
            let is_deepest = depth == DEEPEST;
            list.push(self.item(card, level, depth, is_deepest));
            if is_deepest {
                work.extend(self.hanging.children[card].iter().rev());
            }
        }
        list
    }

    fn item(&mut self, card: usize, level: usize, depth: usize, is_alone: bool) -> TagGroup {
        let mut body = TagGroup::new(Tag::LBody);
        let children = if is_alone { &[][..] } else { &self.hanging.children[card][..] };
        let name = self.scene.cards[card].names.join(" ");
        let tag: TagKind =
            if children.is_empty() { Tag::P.into() } else { heading(u16::try_from(level).unwrap_or(u16::MAX), &name) };
        let own = self.leaves.cards.get_mut(card).map(std::mem::take).unwrap_or_default();
        let mut words = TagGroup::new(tag);
        match own.link {
            Some(link) => push(&mut words, Tag::Link, own.texts.into_iter().chain([link]).collect()),
            None => own.texts.into_iter().for_each(|text| words.push(text)),
        }
        if !words.children.is_empty() {
            body.push(words);
        }
        if !own.mark.is_empty() {
            let mut mark = TagGroup::new(Tag::P);
            push(&mut mark, Tag::Link, own.mark);
            body.push(mark);
        }
        let pills = self.pills.remove(&card).unwrap_or_default();
        // A label stands before those to whom its relation leads.
        let mut below: Vec<(Option<usize>, Vec<usize>)> = Vec::new();
        for child in children {
            let own = self.ends.get(&(card, *child)).copied();
            match below.last_mut() {
                Some((labels, cards)) if *labels == own => cards.push(*child),
                _ => below.push((own, vec![*child])),
            }
        }
        for (label, cards) in below {
            if let Some(pill) = label {
                let content = std::mem::take(&mut self.leaves.pills[pill]);
                push(&mut body, Tag::P, content);
            }
            let list = self.list(&cards, level + 1, depth + 1);
            body.push(list);
        }
        for pill in pills {
            let content = std::mem::take(&mut self.leaves.pills[pill]);
            push(&mut body, Tag::P.with_alt_text(self.sentence(pill)), content);
        }
        TagGroup::with_children(Tag::LI, vec![body.into()])
    }

    /// A relation that no list shows, with its ends.
    fn sentence(&self, pill: usize) -> Option<String> {
        let words = self.leaves.pill_words.get(pill)?;
        let pill = &self.scene.pills[pill];
        let name = |card: &usize| self.scene.cards.get(*card).map(|card| card.names.join(" "));
        let targets: Vec<String> = pill.to.iter().filter_map(name).collect();
        let words = format!("{}: {} → {}", name(&pill.of)?, words, targets.join("; "));
        (!targets.is_empty()).then(|| drawn(&words))
    }
}
