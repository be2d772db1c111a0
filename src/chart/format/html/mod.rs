//! A chart as one self-contained HTML file that can be searched, collapsed and
//! filtered, with the profile of each entity. Picture, list and text are there
//! without the script; `html/*.js` makes them interactive.
//!
//! Everything that comes from data is escaped: in the page as text and quoted
//! attributes, in the JSON so that no markup character of HTML is left in it;
//! the script creates elements and texts, never HTML. The content security
//! policy permits only the script and style of the file, by hash, and forbids
//! network access.

mod data;
mod picture;

use base64::Engine as _;
use sha2::{Digest as _, Sha256};

use super::glyphs::Characters;
use super::lettering::Lettering;
use super::svg::{self, escape};
use crate::chart::scene::font::{Fonts, Weight};
use crate::chart::scene::theme::{Role, Theme};
use crate::chart::scene::{Scene, Words};
use data::ScriptData;
use picture::{list, picture};

pub use data::{Detail, Fact};

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");
const SCRIPT: [&str; 4] =
    [include_str!("chart.js"), include_str!("layout.js"), include_str!("view.js"), include_str!("panels.js")];
const WORDS: &str = include_str!("words.json");

/// The scene as HTML. `details` holds, for each language of the words, what is
/// known of each card; without a theme the page follows the system's.
pub(in crate::chart) fn write(
    scene: &Scene,
    words: &Words,
    details: &[Vec<Detail>],
    theme: Option<Theme>,
    fonts: &Fonts,
) -> String {
    let lettering = Lettering { fonts, outlines: false };
    let interface: serde_json::Value = serde_json::from_str(WORDS).unwrap_or_default();
    let language = interface_language(&interface, &words.languages);
    let hanging = scene.hanging();
    let data = ScriptData::of(scene, words, details, &hanging, &interface);
    let json = data.json();
    let characters = characters(scene, words, details, fonts);
    let style =
        format!("\n{}{}body, svg {{ {} }}\n{STYLE}", characters.faces(), colours(scene), svg::style(&characters));
    let script = format!("\n(() => {{\n\"use strict\";\n{}}})();\n", SCRIPT.concat());
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; font-src data:; img-src data:; base-uri 'none'; form-action 'none'",
        hash(&style),
        hash(&script)
    );
    fill(PAGE, |name| match name {
        // The page is in the language of its labels; its buttons may be in another.
        "language" => escape(words.languages.first().map_or(language, String::as_str)),
        "interface" => escape(language),
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
        "logo" => words.logo.as_ref().map_or_else(String::new, |logo| {
            let (width, height) = (48.0 * f64::from(logo.pixels().width()) / f64::from(logo.pixels().height()), 48);
            format!(
                "<img class=\"logo\" src=\"{}\" alt=\"\" width=\"{width:.0}\" height=\"{height}\">\n",
                logo.address()
            )
        }),
        "fonts" => escape(&characters.about()),
        "svg" => picture(scene, &hanging, &lettering),
        "list" => list(scene, &hanging),
        "foot" => words.foot.iter().map(|line| format!("<p>{}</p>", escape(line))).collect(),
        word => escape(interface[language][word].as_str().unwrap_or_default()),
    })
}

/// Fills the `{{names}}` of a template, each once and never inside a
/// replacement.
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

/// The first of these languages that the interface supports, otherwise English.
fn interface_language<'a>(interface: &'a serde_json::Value, languages: &[String]) -> &'a str {
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let spoken = interface.as_object().into_iter().flatten().map(|(tag, _)| tag.as_str());
    let spoken: Vec<&str> = spoken.collect();
    let near = |language: &String| spoken.iter().find(|tag| primary(tag) == primary(language));
    languages.iter().find_map(near).copied().unwrap_or("en")
}

/// The hash of a style or script, in the notation of content security policies.
fn hash(text: &str) -> String {
    format!("sha256-{}", base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text.as_bytes())))
}

/// The colours of all themes as variables.
fn colours(scene: &Scene) -> String {
    let classes = (0..crate::chart::COLOURS.len())
        .flat_map(|class| [Role::Mark(class), Role::Word(class), Role::Fill(class), Role::Tint(class)]);
    let roles: Vec<Role> = Role::PLAIN.iter().map(|(role, _)| *role).chain(classes).collect();
    let variables = |theme: Theme| -> String {
        roles.iter().map(|role| format!(" --{}: {};", role.name(), scene.palette.colour(theme, *role))).collect()
    };
    let (light, dark, print) = (variables(Theme::Light), variables(Theme::Dark), variables(Theme::Print));
    format!(
        "@media screen {{\n:root {{ color-scheme: light;{light} }}\n\
         @media (prefers-color-scheme: dark) {{ :root[data-theme=auto] {{ color-scheme: dark;{dark} }} }}\n\
         :root[data-theme=dark] {{ color-scheme: dark;{dark} }}\n:root[data-theme=print] {{{print} }}\n}}\n\
         @media print {{ :root {{ color-scheme: light;{print} }} }}\n"
    )
}

/// All characters that the page can show.
fn characters<'a>(scene: &Scene, words: &Words, details: &[Vec<Detail>], fonts: &'a Fonts) -> Characters<'a> {
    let mut characters = Characters::of(scene, fonts);
    let mut add = |text: &str| characters.add(text, Weight::Regular);
    add(WORDS);
    // Symbols and counts.
    add("0123456789−+←→↑↓×:;·–");
    words.foot.iter().for_each(|line| add(line));
    for detail in details.iter().flatten() {
        detail.about.iter().chain([&detail.id, &detail.evidence]).for_each(|text| add(text));
        for fact in
            [&detail.names, &detail.relations, &detail.figures, &detail.parts, &detail.also].into_iter().flatten()
        {
            fact.remarks.iter().chain([&fact.label, &fact.text, &fact.evidence]).for_each(|text| add(text));
        }
    }
    scene.cards.iter().for_each(|card| add(&card.iri));
    // Headings are bold: names, the title, words of the interface.
    scene.cards.iter().for_each(|card| characters.add(&card.names.join(""), Weight::Bold));
    characters.add(WORDS, Weight::Bold);
    characters.add(&scene.title, Weight::Bold);
    characters
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
            assert!(keys("en").iter().any(|key| key == word), "`{word}` is not defined");
        }
    }

    #[test]
    fn the_interface_uses_the_first_supported_language() {
        let words: serde_json::Value = serde_json::from_str(WORDS).unwrap();
        let language = |tags: &[&str]| {
            interface_language(&words, &tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>()).to_owned()
        };
        assert_eq!(language(&["zh-HK", "en"]), "zh-Hant");
        assert_eq!(language(&["fr", "en-GB"]), "en");
        assert_eq!(language(&[]), "en");
    }
}
