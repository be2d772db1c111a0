//! What a view draws if the user says nothing else: options in its front matter.

use crate::chart::{LineDirection, Options};
use crate::yaml::YamlNode;

/// Options of a view.
#[derive(Debug, Clone, Default)]
pub(in crate::chart) struct Defaults {
    roots: Vec<String>,
    depth: Option<usize>,
    kinds: Vec<String>,
    statuses: Vec<String>,
    hide: Vec<String>,
    highlight: Vec<String>,
    title: Option<String>,
    subtitle: Option<String>,
    foot: Option<String>,
    words: Option<bool>,
    direction: Option<LineDirection>,
    least_type: Option<f64>,
    /// As they are written, for the list of views.
    pub said: Vec<(String, String)>,
}

/// The keys of `defaults`.
const KEYS: [&str; 12] = [
    "root",
    "depth",
    "kind",
    "status",
    "hide",
    "highlight",
    "title",
    "subtitle",
    "foot",
    "words",
    "direction",
    "min-type",
];

impl Defaults {
    /// Reads `defaults`; the error is the faulty node, what is wrong with it, and a key that was meant.
    pub fn read(node: &YamlNode) -> Result<Self, (&YamlNode, String, Option<String>)> {
        let Some(members) = node.as_mapping() else {
            return Err((node, format!("expected a mapping as `defaults`, found {}", node.kind()), None));
        };
        let mut defaults = Self::default();
        for (key, value) in members {
            let name = key.as_str().unwrap_or_default();
            let texts = texts(value);
            let single = value.as_str().map(str::trim);
            let wrong = |expected: &str| (value, format!("expected {expected} as `{name}`"), None);
            if texts.is_empty() {
                return Err(wrong("a text, or a list of texts"));
            }
            let one = || single.map(str::to_owned).ok_or_else(|| wrong("one text"));
            match name {
                "root" => defaults.roots.clone_from(&texts),
                "kind" => defaults.kinds.clone_from(&texts),
                "status" => defaults.statuses.clone_from(&texts),
                "hide" => defaults.hide.clone_from(&texts),
                "highlight" => defaults.highlight.clone_from(&texts),
                "title" => defaults.title = Some(one()?),
                "subtitle" => defaults.subtitle = Some(one()?),
                "foot" => defaults.foot = Some(one()?),
                "depth" => {
                    let depth =
                        single.and_then(|text| if text == "all" { Some(usize::MAX) } else { text.parse().ok() });
                    defaults.depth = Some(depth.ok_or_else(|| wrong("a number of generations, or `all`,"))?);
                }
                // YAML reads `on` and `off` as texts here; others write true and false.
                "words" => {
                    defaults.words = Some(match single {
                        Some("on" | "true") => true,
                        Some("off" | "false") => false,
                        _ => return Err(wrong("`on` or `off`")),
                    });
                }
                "direction" => {
                    let direction = single.and_then(LineDirection::named);
                    defaults.direction = Some(direction.ok_or_else(|| wrong("`down`, `right`, `up` or `left`"))?);
                }
                "min-type" => {
                    let points = single.and_then(|text| text.parse().ok()).filter(|size| (1.0..=72.0).contains(size));
                    defaults.least_type = Some(points.ok_or_else(|| wrong("a size from 1 to 72 points"))?);
                }
                _ => {
                    let hint = crate::finding::did_you_mean(name, KEYS);
                    return Err((key, format!("unknown key `{name}` in `defaults`"), hint));
                }
            }
            defaults.said.push((name.to_owned(), texts.join(", ")));
        }
        Ok(defaults)
    }

    /// The options, completed by those of the view.
    pub fn complete(&self, options: &Options) -> Options {
        let or = |own: &[String], default: &[String]| if own.is_empty() { default.to_vec() } else { own.to_vec() };
        Options {
            root_names: if options.roots.is_empty() { self.roots.clone() } else { Vec::new() },
            depth: options.depth.or(self.depth),
            kinds: or(&options.kinds, &self.kinds),
            statuses: or(&options.statuses, &self.statuses),
            hide: or(&options.hide, &self.hide),
            highlight: or(&options.highlight, &self.highlight),
            title: options.title.clone().or_else(|| self.title.clone()),
            subtitle: options.subtitle.clone().or_else(|| self.subtitle.clone()),
            foot: options.foot.clone().or_else(|| self.foot.clone()),
            words: options.words.or(self.words),
            direction: options.direction.or(self.direction),
            least_type: options.least_type.or(self.least_type),
            ..options.clone()
        }
    }
}

/// A text, or the texts of a list.
fn texts(node: &YamlNode) -> Vec<String> {
    let text = |node: &YamlNode| node.as_str().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    match node.as_sequence() {
        Some(list) => list.iter().filter_map(text).collect(),
        None => text(node).into_iter().collect(),
    }
}
