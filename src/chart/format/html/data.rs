//! The data for the script of the page, as JSON.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, Serializer};

use super::content::{Detail, PageScene, PageView, WebPage};
use super::picture::Region;
use crate::characters;
use crate::chart::format::strokes::is_shared;
use crate::chart::scene::{Card, Frame, Ground, Hanging, Scene};
use crate::network::Labels;

/// The data for the script.
#[derive(Serialize)]
pub(super) struct ScriptData<'a> {
    languages: &'a [String],
    /// Which languages are shown together, by index: all, then each alone.
    variants: Vec<Vec<usize>>,
    words: &'a serde_json::Value,
    entities: Vec<DataEntity<'a>>,
    views: Vec<DataView<'a>>,
    kinds: Vec<LegendEntry<'a>>,
    statuses: Vec<LegendEntry<'a>>,
    /// Pairs of a character and the one as which it is compared.
    spellings: String,
    /// Sources by the names that evidence has for them, as indexes of entities.
    sources: BTreeMap<&'a str, usize>,
    /// What is compared with, and what changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<(&'a str, Vec<DataChange<'a>>)>,
}

/// A change: entity, sign, words, whether it is gone.
type DataChange<'a> = (usize, &'a str, &'a str, bool);

#[derive(Serialize)]
struct DataEntity<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    href: Option<&'a str>,
    names: &'a [String],
    /// By language.
    details: &'a [Detail],
}

#[derive(Serialize)]
struct DataView<'a> {
    name: &'a str,
    /// What the cards of all scenes stand for: entity, kind, status.
    items: Vec<(usize, usize, Option<usize>)>,
    scenes: Vec<DataScene<'a>>,
}

/// See [`DataScene::lines`].
type DataLine = (usize, usize, bool, Vec<[f64; 2]>, Option<bool>);

#[derive(Serialize)]
struct DataScene<'a> {
    title: &'a str,
    view: &'a str,
    subtitle: &'a str,
    notes: &'a [String],
    foot: &'a [String],
    /// Whether cards stay in place whatever is hidden.
    fixed: bool,
    /// Whether cards stay in place although branches can be closed.
    still: bool,
    /// The size of the smallest names.
    size: f64,
    /// What each card stands for, its frame, and the cards below it.
    cards: Vec<(usize, [f64; 4], &'a [usize])>,
    /// What is said by each entry of a list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    said: Vec<&'a str>,
    /// The grounds that are regions, by index, each with the cards in it and the height of its heading.
    regions: Vec<(usize, Vec<usize>, f64)>,
    /// From, to, whether it has an arrow, the corners, and if it shares its way with others, whether it is dashed.
    lines: Vec<DataLine>,
    /// Position, the card above, and those at the other ends.
    pills: Vec<([f64; 4], usize, &'a [usize])>,
    /// Positions of text between the cards.
    between: Vec<[f64; 2]>,
}

/// An entry of the legend.
#[derive(Serialize)]
struct LegendEntry<'a> {
    /// By which an address names it.
    id: String,
    labels: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    colour: Option<usize>,
    /// Whether what has this status is drawn dashed, since it is not there yet.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    dashed: bool,
}

/// Entries of a legend, in the order in which they are met.
struct LegendEntries<'a> {
    languages: &'a [String],
    entries: Vec<LegendEntry<'a>>,
    by_labels: BTreeMap<(Option<usize>, Vec<&'a str>), usize>,
}

impl<'a> LegendEntries<'a> {
    fn new(languages: &'a [String]) -> Self {
        Self { languages, entries: Vec::new(), by_labels: BTreeMap::new() }
    }

    fn index(&mut self, labels: &'a Labels, colour: Option<usize>) -> usize {
        let label = |index| if labels.get(index).is_empty() { labels.first() } else { labels.get(index) };
        let labels: Vec<&str> = (0..self.languages.len().max(1)).map(label).collect();
        if let Some(known) = self.by_labels.get(&(colour, labels.clone())) {
            return *known;
        }
        let index = self.entries.len();
        let english = self.languages.iter().position(|tag| tag.eq_ignore_ascii_case("en") || tag.starts_with("en-"));
        let name = labels[english.unwrap_or_default()].to_lowercase();
        let id =
            name.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
        let n_same =
            self.entries.iter().filter(|entry| entry.id == id || entry.id.starts_with(&format!("{id}."))).count();
        let id = if n_same == 0 { id } else { format!("{id}.{}", n_same + 1) };
        self.by_labels.insert((colour, labels.clone()), index);
        self.entries.push(LegendEntry { id, labels, colour, dashed: false });
        index
    }
}

impl<'a> ScriptData<'a> {
    /// The data of a page; `hanging` is of each scene of each view.
    pub(super) fn of(page: &'a WebPage, hanging: &'a [Vec<Hanging>], interface: &'a serde_json::Value) -> Self {
        let entities: BTreeMap<&str, usize> =
            page.entities.iter().enumerate().map(|(index, entity)| (entity.iri.as_str(), index)).collect();
        let mut kinds = LegendEntries::new(&page.languages);
        let mut statuses = LegendEntries::new(&page.languages);
        let views = page
            .views
            .iter()
            .zip(hanging)
            .map(|(view, hanging)| DataView::of(view, hanging, &entities, (&mut kinds, &mut statuses)))
            .collect();
        Self {
            languages: &page.languages,
            variants: page.variants(),
            words: interface,
            entities: page
                .entities
                .iter()
                .map(|entity| DataEntity {
                    id: &entity.id,
                    href: web_address(&entity.iri),
                    names: &entity.names,
                    details: &entity.details,
                })
                .collect(),
            views,
            kinds: kinds.entries,
            statuses: statuses.entries,
            spellings: page.spellings.iter().flat_map(|(from, to)| [*from, *to]).collect(),
            sources: page
                .sources
                .iter()
                .filter_map(|(name, iri)| Some((name.as_str(), *entities.get(iri.as_str())?)))
                .collect(),
            since: page.since.as_ref().map(|since| {
                let changes = page.changes.iter().filter_map(|change| {
                    let entity = entities.get(change.iri.as_str())?;
                    Some((*entity, change.sign.as_str(), change.words.as_str(), change.is_gone))
                });
                (since.as_str(), changes.collect())
            }),
        }
    }

    /// As JSON that can be embedded in HTML.
    pub(super) fn json(&self) -> String {
        let mut bytes = Vec::new();
        // The serialised types have no maps with keys other than strings.
        let _ = self.serialize(&mut Serializer::with_formatter(&mut bytes, InPage));
        String::from_utf8(bytes).unwrap_or_default()
    }
}

impl<'a> DataView<'a> {
    fn of(
        view: &'a PageView,
        hanging: &'a [Hanging],
        entities: &BTreeMap<&str, usize>,
        (kinds, statuses): (&mut LegendEntries<'a>, &mut LegendEntries<'a>),
    ) -> Self {
        let mut items = Vec::new();
        // The cards of an entity have the same order in all languages.
        let mut known: BTreeMap<(&str, usize), usize> = BTreeMap::new();
        let mut scenes = Vec::new();
        for (scene, hanging) in view.scenes.iter().zip(hanging) {
            let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
            let mut item = |card: &'a Card| {
                let n = counts.entry(card.iri.as_str()).or_default();
                *n += 1;
                *known.entry((&card.iri, *n)).or_insert_with(|| {
                    let kind = kinds.index(&card.class, Some(card.colour));
                    let status = card.status.as_ref().map(|status| statuses.index(status, None));
                    if let Some(status) = status {
                        statuses.entries[status].dashed |= card.dashed;
                    }
                    items.push((entities.get(card.iri.as_str()).copied().unwrap_or_default(), kind, status));
                    items.len() - 1
                })
            };
            let items_of_cards: Vec<usize> = scene.sheet.scene.cards.iter().map(&mut item).collect();
            scenes.push(DataScene::of(scene, hanging, &items_of_cards));
        }
        Self { name: &view.name, items, scenes }
    }
}

impl<'a> DataScene<'a> {
    fn of(PageScene { sheet, words }: &'a PageScene, hanging: &'a Hanging, items: &[usize]) -> Self {
        let scene = &sheet.scene;
        let frame = |frame: &Frame| [frame.x, frame.y, frame.width, frame.height].map(short);
        let cards = scene.cards.iter().zip(items).zip(&hanging.children);
        let lines = scene.lines.iter().map(|line| {
            let points = line.points.iter().map(|(x, y)| [short(*x), short(*y)]).collect();
            (line.ends.0, line.ends.1, line.arrow, points, is_shared(line).then_some(line.dashed))
        });
        let named =
            |card: &Card| card.texts.iter().filter(|text| text.language.is_some()).map(|text| text.size).collect();
        let sizes: Vec<f64> = scene.cards.iter().flat_map(|card| -> Vec<f64> { named(card) }).collect();
        let least = sizes.iter().copied().fold(f64::INFINITY, f64::min);
        Self {
            title: &words.title,
            view: &words.view,
            subtitle: &words.subtitle,
            notes: &words.notes,
            foot: &words.foot,
            fixed: scene.is_fixed(),
            still: scene.is_still,
            size: if least.is_finite() { least } else { 8.5 },
            cards: cards.map(|((card, item), below)| (*item, frame(&card.frame), below.as_slice())).collect(),
            said: if is_list(scene) {
                scene.cards.iter().map(|card| card.description.as_str()).collect()
            } else {
                Vec::new()
            },
            regions: regions(scene),
            lines: lines.collect(),
            pills: scene.pills.iter().map(|label| (frame(&label.frame), label.of, label.to.as_slice())).collect(),
            between: Region::of(scene).between.iter().map(|text| [text.x, text.y].map(short)).collect(),
        }
    }
}

/// Whether a scene is a list of statements.
fn is_list(scene: &Scene) -> bool {
    scene.cards.iter().any(|card| card.mark.is_some())
}

/// The address of a thing. Only web addresses are links: an IRI can be anything.
fn web_address(iri: &str) -> Option<&str> {
    (iri.starts_with("https://") || iri.starts_with("http://")).then_some(iri)
}

/// The regions of a scene, each with the cards in it and the room above them.
fn regions(scene: &Scene) -> Vec<(usize, Vec<usize>, f64)> {
    let grounds = scene.grounds.iter().enumerate().filter(|(_, (_, ground))| *ground == Ground::Region);
    let region = |(index, (frame, _)): (usize, &(Frame, Ground))| {
        let is_inside = |card: &Frame| {
            card.x >= frame.x
                && card.y >= frame.y
                && card.x + card.width <= frame.x + frame.width + 1e-6
                && card.y + card.height <= frame.y + frame.height + 1e-6
        };
        let cards: Vec<usize> = (0..scene.cards.len()).filter(|card| is_inside(&scene.cards[*card].frame)).collect();
        let top = cards.iter().map(|card| scene.cards[*card].frame.y).fold(f64::INFINITY, f64::min);
        (index, cards, short(if top.is_finite() { top - frame.y } else { 0.0 }))
    };
    grounds.map(region).collect()
}

/// JSON without anything that HTML could take for a tag or a comment, with
/// texts as a picture shows them.
struct InPage;

impl Formatter for InPage {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let text = characters::drawn(fragment);
        let text = text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
        writer.write_all(text.as_bytes())
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        let escape: &[u8] = match escape {
            CharEscape::Quote => b"\\\"",
            CharEscape::ReverseSolidus => b"\\\\",
            CharEscape::Solidus => b"/",
            CharEscape::LineFeed => b"\\n",
            CharEscape::CarriageReturn => b"\\r",
            CharEscape::Tab => b"\\t",
            CharEscape::Backspace | CharEscape::FormFeed | CharEscape::AsciiControl(_) => "\u{fffd}".as_bytes(),
        };
        writer.write_all(escape)
    }
}

/// A number with at most two decimals.
fn short(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
