//! A chart as one HTML file that needs nothing else: to search, to collapse,
//! to filter, with what is known of each entity. The picture, the list and the
//! words are there without the script; `html/*.js` makes them move.
//!
//! All that comes from data is escaped: in the page as text and quoted
//! attributes, in the JSON so that no sign of HTML is left in it; the script
//! makes elements and texts and no HTML. The content security policy lets run
//! and look only what is in the file, by hash, and forbids the network.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use base64::Engine as _;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::glyphs::{Characters, FAMILY};
use super::scene::{Card, Frame, Hanging, Scene, Text, Words};
use super::svg::{address, escape, number, path, write_card, write_grounds, write_pill, write_text};
use super::text::Weight;
use super::theme::{Paint, Role, Theme};
use crate::network::Labels;

const PAGE: &str = include_str!("html/page.html");
const STYLE: &str = include_str!("html/style.css");
const SCRIPT: [&str; 4] = [
    include_str!("html/chart.js"),
    include_str!("html/layout.js"),
    include_str!("html/view.js"),
    include_str!("html/panels.js"),
];
const WORDS: &str = include_str!("html/words.json");

/// The head of an arrow, which moves with its line.
const ARROW: &str = "<marker id=\"arrow\" viewBox=\"0 0 6 6\" refX=\"6\" refY=\"3\" markerWidth=\"6\" markerHeight=\"6\" markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M6 3L0 0.3V5.7Z\"/></marker>\n";

/// What is known of an entity, in one language, as plain values.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Detail {
    /// Its short name, by which other details point to it.
    pub id: String,
    /// What it is, and its status.
    pub about: Vec<String>,
    /// Where the source names it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub evidence: String,
    /// Its other names.
    pub names: Vec<Fact>,
    /// Its relations, both ways.
    pub relations: Vec<Fact>,
    /// Its figures.
    pub figures: Vec<Fact>,
    /// What else is said of it.
    pub also: Vec<Fact>,
}

/// A line of a [`Detail`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// Kind of name, relation, measure, property.
    pub label: String,
    /// The name, the other end, the number, the value.
    pub text: String,
    /// The language of the text, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The short name of the other end of a relation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
    /// Whether the relation comes from the other end.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub arrives: bool,
    /// Status, dates, qualifiers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
    /// The lines that back it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub evidence: String,
}

/// What the script works with.
#[derive(Serialize)]
struct Data<'a> {
    /// Whether cards stay where they are whatever is hidden.
    fixed: bool,
    languages: &'a [String],
    words: &'a serde_json::Value,
    cards: Vec<DataCard<'a>>,
    /// From, to, whether with an arrow, and the corners.
    lines: Vec<(usize, usize, bool, Vec<[f64; 2]>)>,
    /// Place, and the card above.
    pills: Vec<([f64; 4], usize)>,
    /// Places of words between the cards.
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

/// A line of the legend.
#[derive(Serialize)]
struct Labelled<'a> {
    labels: Vec<&'a str>,
    colour: Option<usize>,
}

/// The scene as HTML. `details` has, for each language of the words, what is
/// known of each card; without a theme the page takes that of the system.
pub(super) fn write(scene: &Scene, words: &Words, details: &[Vec<Detail>], theme: Option<Theme>) -> String {
    let interface: serde_json::Value = serde_json::from_str(WORDS).unwrap_or_default();
    let language = interface_language(&interface, &words.languages);
    let hanging = scene.hanging();
    let data = data(scene, words, details, &hanging, &interface);
    // Nothing in JSON that HTML could take for a tag or a comment.
    let json = serde_json::to_string(&data).unwrap_or_default();
    let json = json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
    let style = format!("\n{}{}{STYLE}", characters(scene, words, details).faces(), colours());
    let script = format!("\n(() => {{\n\"use strict\";\n{}}})();\n", SCRIPT.concat());
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; font-src data:; base-uri 'none'; form-action 'none'",
        hash(&style),
        hash(&script)
    );
    fill(PAGE, |name| match name {
        "language" => escape(language),
        "theme" => match theme {
            None => "auto",
            Some(Theme::Light) => "light",
            Some(Theme::Dark) => "dark",
            Some(Theme::Print) => "print",
        }
        .to_owned(),
        "policy" => escape(&policy),
        "title" => escape(&scene.title),
        "style" => style.clone(),
        "script" => script.clone(),
        "data" => json.clone(),
        "svg" => picture(scene, &hanging),
        "list" => list(scene, &hanging),
        "foot" => words.foot.iter().map(|line| format!("<p>{}</p>", escape(line))).collect(),
        word => escape(interface[language][word].as_str().unwrap_or_default()),
    })
}

/// A template with its `{{names}}` replaced, each once and never again inside
/// of what it is replaced with.
fn fill(template: &str, value: impl Fn(&str) -> String) -> String {
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, after)) = after.split_once("}}") else { break };
        filled.push_str(before);
        filled.push_str(&value(name));
        rest = after;
    }
    filled + rest
}

/// The first of these languages that the interface speaks, else English.
fn interface_language<'a>(interface: &'a serde_json::Value, languages: &[String]) -> &'a str {
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let spoken = interface.as_object().into_iter().flatten().map(|(tag, _)| tag.as_str());
    let spoken: Vec<&str> = spoken.collect();
    let near = |language: &String| spoken.iter().find(|tag| primary(tag) == primary(language));
    languages.iter().find_map(near).copied().unwrap_or("en")
}

/// The hash of a style or script, as a content security policy has it.
fn hash(text: &str) -> String {
    format!("sha256-{}", base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text.as_bytes())))
}

/// The colours of all themes as variables.
fn colours() -> String {
    let classes = (0..super::COLOURS.len()).flat_map(|class| [Role::Mark(class), Role::Word(class), Role::Fill(class)]);
    let roles: Vec<Role> = Role::PLAIN.iter().map(|(role, _)| *role).chain(classes).collect();
    let variables = |theme: Theme| -> String {
        roles.iter().map(|role| format!(" --{}: {};", role.name(), theme.colour(*role))).collect()
    };
    let (light, dark, print) = (variables(Theme::Light), variables(Theme::Dark), variables(Theme::Print));
    format!(
        "@media screen {{\n:root {{ color-scheme: light;{light} }}\n\
         @media (prefers-color-scheme: dark) {{ :root[data-theme=auto] {{ color-scheme: dark;{dark} }} }}\n\
         :root[data-theme=dark] {{ color-scheme: dark;{dark} }}\n:root[data-theme=print] {{{print} }}\n}}\n\
         @media print {{ :root {{ color-scheme: light;{print} }} }}\nbody, svg {{ font-family: \"{FAMILY}\", sans-serif }}\n"
    )
}

/// All characters that the page may show.
fn characters(scene: &Scene, words: &Words, details: &[Vec<Detail>]) -> Characters {
    let mut characters = Characters::of(scene);
    let mut add = |text: &str| characters.add(text, Weight::Regular);
    add(WORDS);
    // Signs and counts.
    add("0123456789−+←→↑↓×:;·–");
    words.foot.iter().for_each(|line| add(line));
    for detail in details.iter().flatten() {
        detail.about.iter().chain([&detail.id, &detail.evidence]).for_each(|text| add(text));
        for fact in [&detail.names, &detail.relations, &detail.figures, &detail.also].into_iter().flatten() {
            fact.remarks.iter().chain([&fact.label, &fact.text, &fact.evidence]).for_each(|text| add(text));
        }
    }
    scene.cards.iter().for_each(|card| add(&card.iri));
    // Bold are headings: names, the title, words of the interface.
    scene.cards.iter().for_each(|card| characters.add(&card.names.join(""), Weight::Bold));
    characters.add(WORDS, Weight::Bold);
    characters.add(&scene.title, Weight::Bold);
    characters
}

fn data<'a>(
    scene: &'a Scene,
    words: &'a Words,
    details: &'a [Vec<Detail>],
    hanging: &'a Hanging,
    interface: &'a serde_json::Value,
) -> Data<'a> {
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
        (line.ends.0, line.ends.1, line.arrow, points)
    });
    let pill = |frame: &Frame| [frame.x, frame.y, frame.width, frame.height].map(short);
    Data {
        fixed: scene.is_fixed(),
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

/// A number with two decimals at most.
fn short(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// The part of a scene that is the picture: heading, legend and foot are
/// outside, and the page has its own.
struct Region<'a> {
    frame: Frame,
    /// The words on each label.
    on_pills: Vec<Vec<&'a Text>>,
    /// Words on no card and on no label.
    between: Vec<&'a Text>,
}

impl<'a> Region<'a> {
    fn of(scene: &'a Scene) -> Self {
        const EDGE: f64 = 16.0;
        let corners = |frame: &Frame| [(frame.x, frame.y), (frame.x + frame.width, frame.y + frame.height)];
        let cards = scene.cards.iter().flat_map(|card| corners(&card.frame));
        let pills = scene.pills.iter().flat_map(|pill| corners(&pill.frame));
        let lines = scene.lines.iter().flat_map(|line| line.points.iter().copied());
        let grounds = scene.grounds.iter().flat_map(|(frame, _)| corners(frame));
        let (mut from, mut to) = ((f64::INFINITY, f64::INFINITY), (0.0_f64, 0.0_f64));
        for (x, y) in cards.chain(pills).chain(lines).chain(grounds) {
            from = (from.0.min(x), from.1.min(y));
            to = (to.0.max(x), to.1.max(y));
        }
        let (x, y) = if from.0 > to.0 { (0.0, 0.0) } else { (from.0 - EDGE, from.1 - EDGE) };
        let frame = Frame { x, y, width: to.0 + EDGE - x, height: to.1 + EDGE - y };
        // In the order of their lines, so that those of a label are found at once.
        let mut texts: Vec<&Text> = scene.texts.iter().filter(|text| text.y > y && text.y < y + frame.height).collect();
        texts.sort_by(|a, b| a.y.total_cmp(&b.y));
        let mut taken = vec![false; texts.len()];
        let mut on_pills = Vec::new();
        for pill in &scene.pills {
            let Frame { x, y, width, height } = pill.frame;
            let mut own = Vec::new();
            for at in texts.partition_point(|text| text.y < y)..texts.len() {
                if texts[at].y > y + height {
                    break;
                }
                if texts[at].x >= x && texts[at].x <= x + width {
                    taken[at] = true;
                    own.push(texts[at]);
                }
            }
            on_pills.push(own);
        }
        let between = texts.into_iter().zip(taken).filter(|(_, taken)| !taken).map(|(text, _)| text).collect();
        Self { frame, on_pills, between }
    }
}

/// The picture, each part of it by itself so that it can be moved.
fn picture(scene: &Scene, hanging: &Hanging) -> String {
    let paint = Paint::Variables;
    let region = Region::of(scene);
    let Frame { x, y, width, height } = region.frame;
    let [x, y, width, height] = [x, y, width, height].map(number);
    let mut svg = format!(
        "<svg id=\"chart\" role=\"tree\" aria-label=\"{}\" lang=\"{}\" width=\"{width}\" height=\"{height}\" viewBox=\"{x} {y} {width} {height}\">\n",
        escape(&scene.title),
        escape(&scene.language)
    );
    svg.push_str("<g id=\"grounds\" aria-hidden=\"true\">\n");
    write_grounds(&mut svg, scene, paint);
    svg.push_str(ARROW);
    let _ = writeln!(svg, "</g>\n<g id=\"lines\" aria-hidden=\"true\">");
    for (index, line) in scene.lines.iter().enumerate() {
        let class = if line.dashed { " class=\"dashed\"" } else { "" };
        let head = if line.arrow { " marker-end=\"url(#arrow)\"" } else { "" };
        let _ = writeln!(svg, "<path id=\"line-{index}\"{class}{head} d=\"{}\"/>", path(&line.points));
    }
    svg.push_str("</g>\n<g id=\"pills\" aria-hidden=\"true\">\n");
    for (index, (pill, texts)) in scene.pills.iter().zip(&region.on_pills).enumerate() {
        let _ = writeln!(svg, "<g id=\"pill-{index}\">");
        write_pill(&mut svg, pill, &pill.frame, paint);
        texts.iter().for_each(|text| write_text(&mut svg, text, paint));
        svg.push_str("</g>\n");
    }
    svg.push_str("</g>\n<g id=\"between\" aria-hidden=\"true\">\n");
    region.between.iter().for_each(|text| write_text(&mut svg, text, paint));
    svg.push_str("</g>\n");
    let mut levels = vec![1; scene.cards.len()];
    let order = in_order(hanging);
    for (card, level) in &order {
        levels[*card] = *level;
    }
    for (index, card) in scene.cards.iter().enumerate() {
        let _ = writeln!(
            svg,
            "<g id=\"card-{index}\" class=\"card\" role=\"treeitem\" aria-level=\"{}\" aria-label=\"{}\" color=\"{}\" transform=\"translate({} {})\">",
            levels[index],
            escape(&spoken(card)),
            paint.of(Role::Mark(card.colour)),
            number(card.frame.x),
            number(card.frame.y)
        );
        write_card(&mut svg, &at_origin(card), paint);
        svg.push_str("</g>\n");
    }
    svg.push_str("</svg>");
    svg
}

/// The words of a card in their order, so that who speaks to the machine can
/// say what is to be seen (WCAG 2.5.3).
fn spoken(card: &Card) -> String {
    card.texts.iter().map(|text| text.words.as_str()).collect::<Vec<_>>().join(" ")
}

/// The card with its left upper corner at the origin.
fn at_origin(card: &Card) -> Card {
    let mut own = card.at(-card.frame.x, -card.frame.y);
    (own.frame.x, own.frame.y) = (0.0, 0.0);
    own
}

/// The cards as one reads them, each with its generation, from 1.
fn in_order(hanging: &Hanging) -> Vec<(usize, usize)> {
    let mut order = Vec::new();
    let mut work: Vec<(usize, usize)> = hanging.tops.iter().rev().map(|top| (*top, 1)).collect();
    while let Some((card, level)) = work.pop() {
        order.push((card, level));
        work.extend(hanging.children[card].iter().rev().map(|child| (*child, level + 1)));
    }
    order
}

/// The cards as a nested list.
fn list(scene: &Scene, hanging: &Hanging) -> String {
    let mut html = String::new();
    let mut depth = 0;
    for (index, level) in in_order(hanging) {
        if level > depth {
            html.push_str("<ul>");
            depth = level;
        } else {
            for _ in level..depth {
                html.push_str("</li></ul>");
            }
            html.push_str("</li>\n");
            depth = level;
        }
        let card = &scene.cards[index];
        let status = card.status.as_ref().map_or_else(String::new, |status| format!(" ({})", status.join(" ")));
        let _ = write!(html, "<li><a href=\"#card-{index}\">{}</a>{}", escape(&card.names.join(" ")), escape(&status));
    }
    for _ in 0..depth {
        html.push_str("</li></ul>");
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_filled_once() {
        let value = |name: &str| if name == "a" { "{{b}}".to_owned() } else { "B".to_owned() };
        assert_eq!(fill("x {{a}} y {{b}} {{", value), "x {{b}} y B {{");
    }

    #[test]
    fn both_languages_have_all_words_of_the_page() {
        let words: serde_json::Value = serde_json::from_str(WORDS).unwrap();
        let keys = |tag: &str| words[tag].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys("en"), keys("zh-Hant"));
        let used = PAGE.match_indices("data-").filter_map(|(at, _)| {
            let (name, rest) = PAGE[at..].split_once("=\"")?;
            ["data-word", "data-name", "data-hint"].contains(&name).then(|| rest.split('"').next())?
        });
        for word in used {
            assert!(keys("en").iter().any(|key| key == word), "`{word}` is no word");
        }
    }

    #[test]
    fn the_interface_speaks_the_first_language_that_it_can() {
        let words: serde_json::Value = serde_json::from_str(WORDS).unwrap();
        let language = |tags: &[&str]| {
            interface_language(&words, &tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>()).to_owned()
        };
        assert_eq!(language(&["zh-HK", "en"]), "zh-Hant");
        assert_eq!(language(&["fr", "en-GB"]), "en");
        assert_eq!(language(&[]), "en");
    }
}
