//! The data for the script of the HTML, as JSON.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, Serializer};

use super::picture::Region;
use crate::characters;
use crate::chart::format::strokes::is_shared;
use crate::chart::format::svg::address;
use crate::chart::scene::{Frame, Ground, Hanging, Scene, Words};
use crate::network::Labels;

/// What is known of an entity in one language, as plain values.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Detail {
    /// Its short name, by which other details refer to it.
    pub id: String,
    /// Its class and its status.
    pub about: Vec<String>,
    /// The places where the source names it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub evidence: String,
    /// Its other names.
    pub names: Vec<Fact>,
    /// Its relations, both ways.
    pub relations: Vec<Fact>,
    /// Its figures.
    pub figures: Vec<Fact>,
    /// Figures about other entities in which it has a part.
    pub parts: Vec<Fact>,
    /// Other statements about it.
    pub also: Vec<Fact>,
}

/// An item of a [`Detail`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// Kind of name, relation, measure, part, property.
    pub label: String,
    /// The name, the other end, the number, the value.
    pub text: String,
    /// The language of the text, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The short name of the other end of a relation, or of the subject of a figure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
    /// Whether the relation comes from the other end.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub arrives: bool,
    /// Status, dates, qualifiers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
    /// The lines that support it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub evidence: String,
}

/// See [`ScriptData::lines`].
type DataLine = (usize, usize, bool, Vec<[f64; 2]>, Option<bool>);

/// The data for the script.
#[derive(Serialize)]
pub(super) struct ScriptData<'a> {
    /// Whether cards stay in place whatever is hidden.
    fixed: bool,
    /// Whether cards stay in place although branches can be closed.
    still: bool,
    /// The grounds that are regions, by index, each with the cards in it and the height of its heading.
    regions: Vec<(usize, Vec<usize>, f64)>,
    languages: &'a [String],
    words: &'a serde_json::Value,
    cards: Vec<DataCard<'a>>,
    /// From, to, whether it has an arrow, the corners, and if it shares its way with others, whether it is dashed.
    lines: Vec<DataLine>,
    /// Position, and the card above.
    pills: Vec<([f64; 4], usize)>,
    /// Positions of text between the cards.
    words_between: Vec<[f64; 2]>,
    classes: Vec<Labelled<'a>>,
    statuses: Vec<Labelled<'a>>,
    /// By language, for each card.
    details: &'a [Vec<Detail>],
}

#[derive(Serialize)]
struct DataCard<'a> {
    frame: [f64; 4],
    children: &'a [usize],
    class: usize,
    status: Option<usize>,
    names: Vec<&'a str>,
    href: Option<&'a str>,
}

/// An entry of the legend.
#[derive(Serialize)]
struct Labelled<'a> {
    labels: Vec<&'a str>,
    colour: Option<usize>,
}

impl<'a> ScriptData<'a> {
    /// The data of a scene.
    pub(super) fn of(
        scene: &'a Scene,
        words: &'a Words,
        details: &'a [Vec<Detail>],
        hanging: &'a Hanging,
        interface: &'a serde_json::Value,
    ) -> Self {
        let n_languages = words.languages.len().max(1);
        let by_language = |labels: &'a Labels| -> Vec<&'a str> {
            let label = |index| if labels.get(index).is_empty() { labels.first() } else { labels.get(index) };
            (0..n_languages).map(label).collect()
        };
        let (mut classes, mut statuses) = (Vec::new(), Vec::new());
        let (mut class_of, mut status_of) = (BTreeMap::new(), BTreeMap::new());
        let mut cards = Vec::new();
        for (index, card) in scene.cards.iter().enumerate() {
            let key = (card.colour, by_language(&card.class));
            let class = *class_of.entry(key).or_insert_with(|| {
                classes.push(Labelled { labels: by_language(&card.class), colour: Some(card.colour) });
                classes.len() - 1
            });
            let status = card.status.as_ref().map(|status| {
                *status_of.entry(by_language(status)).or_insert_with(|| {
                    statuses.push(Labelled { labels: by_language(status), colour: None });
                    statuses.len() - 1
                })
            });
            let Frame { x, y, width, height } = card.frame;
            cards.push(DataCard {
                frame: [x, y, width, height].map(short),
                children: &hanging.children[index],
                class,
                status,
                names: by_language(&card.names),
                href: address(card),
            });
        }
        let lines = scene.lines.iter().map(|line| {
            let points = line.points.iter().map(|(x, y)| [short(*x), short(*y)]).collect();
            (line.ends.0, line.ends.1, line.arrow, points, is_shared(line).then_some(line.dashed))
        });
        let pill = |frame: &Frame| [frame.x, frame.y, frame.width, frame.height].map(short);
        Self {
            fixed: scene.is_fixed(),
            still: scene.is_still,
            regions: regions(scene),
            languages: &words.languages,
            words: interface,
            lines: lines.collect(),
            pills: scene.pills.iter().map(|label| (pill(&label.frame), label.of)).collect(),
            words_between: Region::of(scene).between.iter().map(|text| [text.x, text.y].map(short)).collect(),
            cards,
            classes,
            statuses,
            details,
        }
    }
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

impl ScriptData<'_> {
    /// As JSON that can be embedded in HTML.
    pub(super) fn json(&self) -> String {
        let mut bytes = Vec::new();
        // The serialised types have no maps with keys other than strings.
        let _ = self.serialize(&mut Serializer::with_formatter(&mut bytes, InPage));
        String::from_utf8(bytes).unwrap_or_default()
    }
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
