//! Charts as one self-contained HTML page that can be searched, collapsed and
//! filtered, with a switch of views and languages, the profile of each entity, and
//! every state in its address. Picture, list and text of the first view are there
//! without the script; `html/*.js` makes them interactive.
//!
//! Everything that comes from data is escaped: in the page as text and quoted
//! attributes, in the JSON so that no markup character of HTML is left in it;
//! the script creates elements and texts, never HTML. The content security
//! policy permits only the scripts and style of the file, by hash, and forbids
//! network access.

mod content;
mod data;
mod picture;

use base64::Engine as _;
use sha2::{Digest as _, Sha256};

use super::glyphs::Characters;
use super::lettering::Lettering;
use super::svg::{self, escape};
use crate::chart::scene::Hanging;
use crate::chart::scene::font::{Fonts, Weight};
use crate::chart::scene::theme::{Palette, Role, Theme};
use data::ScriptData;
use picture::{list, picture};

pub use content::{Detail, Fact, PageChange, PageEntity, PageScene, PageView, WebPage};

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");
/// The script, in the order of its parts, which share their names.
const SCRIPT: [&str; 10] = [
    include_str!("page.js"),
    include_str!("model.js"),
    include_str!("layout.js"),
    include_str!("lines.js"),
    include_str!("view.js"),
    include_str!("search.js"),
    include_str!("panels.js"),
    include_str!("listing.js"),
    include_str!("files.js"),
    include_str!("place.js"),
];
/// What is said before anything is drawn: that there is a script.
const EARLY: &str = "document.documentElement.classList.add(\"live\");";
const WORDS: &str = include_str!("words.json");

impl WebPage {
    /// The page as HTML; nothing without a view.
    pub fn html(&self) -> String {
        let Some(first) = self.views.first().and_then(|view| view.scenes.first()) else { return String::new() };
        let fonts = self.fonts(first);
        let lettering = Lettering { fonts: &fonts, outlines: false };
        let interface: serde_json::Value = serde_json::from_str(WORDS).unwrap_or_default();
        let language = interface_language(&interface, &self.languages);
        let hanging = |view: &PageView| view.scenes.iter().map(|scene| scene.sheet.scene.hanging()).collect();
        let hanging: Vec<Vec<Hanging>> = self.views.iter().map(hanging).collect();
        let json = ScriptData::of(self, &hanging, &interface).json();
        let characters = self.characters(&fonts);
        let style = format!(
            "\n{}{}body, svg {{ {} }}\n{STYLE}",
            characters.faces(),
            colours(&first.sheet.scene.palette),
            svg::style(&characters)
        );
        let script = format!("\n(() => {{\n\"use strict\";\n{}}})();\n", SCRIPT.concat());
        let policy = format!(
            "default-src 'none'; style-src '{}'; script-src '{}' '{}'; font-src data:; img-src data: blob:; base-uri 'none'; form-action 'none'",
            hash(&style),
            hash(EARLY),
            hash(&script)
        );
        let scene = &first.sheet.scene;
        fill(PAGE, |name| match name {
            // The page is in the language of its labels; its buttons may be in another.
            "language" => escape(self.languages.first().map_or(language, String::as_str)),
            "interface" => escape(language),
            "colours" => match self.theme {
                None => "auto",
                Some(Theme::Light) => "light",
                Some(Theme::Dark) => "dark",
                Some(Theme::Print) => "print",
            }
            .to_owned(),
            "policy" => escape(&policy),
            "title" => escape(&scene.title),
            "heading" => escape(&first.words.title),
            "style" => style.clone(),
            "early" => EARLY.to_owned(),
            "script" => script.clone(),
            "data" => json.clone(),
            "logo" => first.words.logo.as_ref().map_or_else(String::new, |logo| {
                let (width, height) = (48.0 * f64::from(logo.pixels().width()) / f64::from(logo.pixels().height()), 48);
                format!(
                    "<img class=\"logo\" src=\"{}\" alt=\"\" width=\"{width:.0}\" height=\"{height}\">\n",
                    logo.address()
                )
            }),
            "home" => self.home.as_ref().map_or_else(String::new, |(address, name)| {
                format!("<a class=\"home\" href=\"{}\">← {}</a>\n", escape(address), escape(name))
            }),
            "fonts" => escape(&characters.about()),
            "svg" => picture(scene, &hanging[0][0], &lettering, true),
            "scenes" => self.other_scenes(&hanging, &lettering),
            "list" => list(scene, &hanging[0][0]),
            "foot" => first.words.foot.iter().map(|line| format!("<p>{}</p>", escape(line))).collect(),
            word => escape(interface[language][word.trim_end_matches('_')].as_str().unwrap_or_default()),
        })
    }

    /// The pictures that are not seen when the page opens.
    fn other_scenes(&self, hanging: &[Vec<Hanging>], lettering: &Lettering<'_>) -> String {
        let mut html = String::new();
        for (at_view, (view, hanging)) in self.views.iter().zip(hanging).enumerate() {
            for (at, (scene, hanging)) in view.scenes.iter().zip(hanging).enumerate() {
                if (at_view, at) != (0, 0) {
                    let svg = picture(&scene.sheet.scene, hanging, lettering, false);
                    html.push_str(&format!("<template id=\"scene-{at_view}-{at}\">\n{svg}\n</template>\n"));
                }
            }
        }
        html
    }

    fn scenes(&self) -> impl Iterator<Item = &PageScene> {
        self.views.iter().flat_map(|view| &view.scenes)
    }

    /// The fonts of all scenes.
    fn fonts(&self, first: &PageScene) -> Fonts {
        let texts = self.scenes().flat_map(|scene| scene.sheet.scene.every_text()).map(|text| text.words.as_str());
        let known = self.entities.iter().flat_map(|entity| entity.details.iter().flat_map(Detail::texts));
        first.sheet.fonts.clone().completed(texts.chain(known).flat_map(str::chars))
    }

    /// All characters that the page can show.
    fn characters<'a>(&self, fonts: &'a Fonts) -> Characters<'a> {
        let mut characters = Characters::new(fonts);
        let mut add = |text: &str| characters.add(text, Weight::Regular);
        add(WORDS);
        // Symbols and counts, and what the address of a link is written with.
        add("0123456789−+←→↑↓×:;·–⋯▸▾~“”↗›");
        add("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
        for entity in &self.entities {
            entity.details.iter().flat_map(Detail::texts).chain([entity.id.as_str()]).for_each(&mut add);
        }
        for scene in self.scenes() {
            scene.words.every().for_each(&mut add);
        }
        self.changes.iter().for_each(|change| add(&change.words));
        self.since.iter().for_each(|since| add(since));
        self.home.iter().for_each(|(_, name)| add(name));
        for text in self.scenes().flat_map(|scene| scene.sheet.scene.every_text()) {
            characters.add(&text.words, text.weight);
        }
        // Headings are bold: names, titles, words of the interface, relations.
        for entity in &self.entities {
            entity.names.iter().for_each(|name| characters.add(name, Weight::Bold));
            let relations = entity.details.iter().flat_map(|detail| &detail.relations);
            relations.for_each(|fact| characters.add(&fact.label, Weight::Bold));
        }
        characters.add(WORDS, Weight::Bold);
        for scene in self.scenes() {
            characters.add(&scene.words.title_of_all(), Weight::Bold);
        }
        characters
    }
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
fn colours(palette: &Palette) -> String {
    let classes = (0..crate::chart::COLOURS.len())
        .flat_map(|class| [Role::Mark(class), Role::Word(class), Role::Fill(class), Role::Tint(class)]);
    let roles: Vec<Role> = Role::PLAIN.iter().map(|(role, _)| *role).chain(classes).collect();
    let variables = |theme: Theme| -> String {
        roles.iter().map(|role| format!(" --{}: {};", role.name(), palette.colour(theme, *role))).collect()
    };
    let (light, dark, print) = (variables(Theme::Light), variables(Theme::Dark), variables(Theme::Print));
    format!(
        "@media screen {{\n:root {{ color-scheme: light;{light} }}\n\
         @media (prefers-color-scheme: dark) {{ :root[data-theme=auto] {{ color-scheme: dark;{dark} }} }}\n\
         :root[data-theme=dark] {{ color-scheme: dark;{dark} }}\n:root[data-theme=print] {{{print} }}\n}}\n\
         @media print {{ :root {{ color-scheme: light;{print} }} }}\n"
    )
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
