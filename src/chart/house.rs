//! Colours and a logo of the user's own, from a small YAML file.

use std::path::{Path, PathBuf};

use oxigraph::model::NamedNode;
use oxigraph::model::vocab::rdf;

use super::scene::picture::{self, Picture};
use super::scene::theme::{Palette, Rgb, Role, Theme};
use crate::error::{Action, Error, Result};
use crate::file;
use crate::finding::{Finding, Findings, codes, did_you_mean, utf8};
use crate::graph::{Graph, local_name};
use crate::network;
use crate::vocab::owl;
use crate::yaml::{self, YamlNode};

/// The name of the file in the folder of a pack.
pub const FILE: &str = "theme.yml";

const KEYS: [&str; 9] = ["colours", "kinds", "logo", "ground", "card", "ink", "faint", "line", "label"];

/// The colours of a house and its logo.
#[derive(Debug, Clone, Default)]
pub struct House {
    /// Colours that are given to kinds by their names.
    pub(super) colours: Vec<Rgb>,
    /// ClassColours with a colour of their own, by prefixed name, IRI, last part of the IRI, or label.
    kinds: Vec<(String, Rgb)>,
    /// Colours for other roles.
    plain: Vec<(Role, Rgb)>,
    /// The logo, which stands at the upper right of each page.
    pub(super) logo: Option<Picture>,
}

impl House {
    /// Reads the file.
    ///
    /// # Errors
    ///
    /// `theme-file` if it is no such file; `unreadable-colours` for each pair that readers cannot tell
    /// apart (WCAG 2.2 AA); `picture` if the logo is missing or no picture.
    pub fn read(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let text = utf8(&name, file::read(path).map_err(Error::io(Action::Read, path))?).map_err(Error::invalid)?;
        let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        Self::parse(&name, &text, &folder).map_err(|faults| Error::Invalid(Box::new(faults)))
    }

    fn parse(name: &str, text: &str, folder: &Path) -> Result<Self, Findings> {
        let fault =
            |node: &YamlNode, message: String| Finding::error(codes::THEME_FILE, message).at(node.place(name, text));
        let tree = yaml::read(name, text)?;
        let Some(entries) = tree.as_mapping() else {
            let message = format!("expected a mapping of keys to values, found {}", tree.kind());
            let hint = format!("its keys are {}", KEYS.join(", "));
            return Err(fault(&tree, message).hint(hint).into());
        };
        let (mut house, mut faults) = (Self::default(), Findings::new());
        // The colours with their places, to check what can be read.
        let mut classes: Vec<(Rgb, &YamlNode)> = Vec::new();
        let mut roles: Vec<(Role, &YamlNode)> = Vec::new();
        for (key, value) in entries {
            let mut colour = |node: &YamlNode| {
                let found = node.as_str().and_then(Rgb::parse);
                if found.is_none() {
                    let said = node.as_str().map_or_else(|| node.kind().to_owned(), |text| format!("`{text}`"));
                    let message = format!("expected a colour such as `\"#1e4e79\"`, found {said}");
                    let hint = "quote it: `#` begins a comment in YAML".to_owned();
                    faults.push(fault(node, message).hint(hint));
                }
                found
            };
            match key.as_str().unwrap_or_default() {
                "colours" => {
                    for node in value.as_sequence().unwrap_or_default() {
                        if let Some(found) = colour(node) {
                            house.colours.push(found);
                            classes.push((found, node));
                        }
                    }
                    let most = super::COLOURS.len() - 1;
                    if house.colours.len() > most {
                        let message = format!("expected at most {most} colours, found {}", house.colours.len());
                        faults.push(fault(value, message));
                    }
                    if value.as_sequence().is_none_or(<[YamlNode]>::is_empty) {
                        let message = format!("expected a list of colours as `colours`, found {}", value.kind());
                        faults.push(fault(value, message));
                    }
                }
                "kinds" => {
                    for (kind, node) in value.as_mapping().unwrap_or_default() {
                        if let (Some(kind), Some(found)) = (kind.as_str(), colour(node)) {
                            house.kinds.push((kind.to_owned(), found));
                            classes.push((found, node));
                        }
                    }
                    if value.as_mapping().is_none() {
                        let message = format!("expected kinds with their colours, found {}", value.kind());
                        faults.push(fault(value, message));
                    }
                }
                "logo" => {
                    let file = value.as_str().unwrap_or_default();
                    match picture::read(folder, file) {
                        Ok(logo) => house.logo = Some(logo),
                        Err(problem) => faults.push(
                            Finding::error(codes::PICTURE, format!("the logo `{file}` {problem}"))
                                .at(value.place(name, text)),
                        ),
                    }
                }
                role => {
                    let known = match role {
                        "ground" => Role::Ground,
                        "card" => Role::Card,
                        "ink" => Role::Ink,
                        "faint" => Role::Faint,
                        "line" => Role::Line,
                        "label" => Role::Pill,
                        _ => {
                            let message = format!("unknown key `{role}` in a theme file");
                            faults.push(fault(key, message).hint(did_you_mean(role, KEYS)));
                            continue;
                        }
                    };
                    if let Some(found) = colour(value) {
                        house.plain.push((known, found));
                        roles.push((known, value));
                    }
                }
            }
        }
        house.check(name, text, &classes, &roles, &mut faults);
        if faults.has_errors() { Err(faults) } else { Ok(house) }
    }

    /// Reports what cannot be read, each at the colour that is the user's.
    fn check(
        &self,
        name: &str,
        text: &str,
        classes: &[(Rgb, &YamlNode)],
        roles: &[(Role, &YamlNode)],
        faults: &mut Findings,
    ) {
        let report = |node: &YamlNode, palette: &Palette, theme: Theme, pair: (Role, Role, f64, f64)| {
            let (front, ground, has, least) = pair;
            let [one, other] = [front, ground].map(|role| palette.colour(theme, role));
            let theme = match theme {
                Theme::Light => "light",
                Theme::Dark => "dark",
                Theme::Print => "print",
            };
            let [front, ground] = [front, ground].map(Role::spoken);
            let message = format!(
                "{front} on {ground} cannot be read in the theme `{theme}`: `{one}` on `{other}` has a contrast of {has:.1}, expected at least {least}"
            );
            Finding::error(codes::UNREADABLE_COLOURS, message).at(node.place(name, text))
        };
        for (colour, node) in classes {
            let mut palette = self.palette();
            palette.set_class(0, *colour);
            let of_class = |pair: &(Role, Role, f64, f64)| {
                matches!(pair.0, Role::Mark(0) | Role::Word(0)) || matches!(pair.1, Role::Fill(0))
            };
            let found = Theme::ALL
                .iter()
                .find_map(|theme| Some((*theme, palette.unreadable(*theme).into_iter().find(of_class)?)));
            if let Some((theme, pair)) = found {
                let darker = colour.darkened(palette.colour(Theme::Light, Role::Card), 5.2);
                faults.push(report(node, &palette, theme, pair).hint(format!("use a darker one, such as `{darker}`")));
            }
        }
        let palette = self.palette();
        let of_roles: Vec<_> = palette
            .unreadable(Theme::Light)
            .into_iter()
            .filter(|(front, ground, ..)| {
                !matches!(front, Role::Mark(_) | Role::Word(_)) && !matches!(ground, Role::Fill(_) | Role::Tint(_))
            })
            .collect();
        let mut told: Vec<u64> = Vec::new();
        for pair in of_roles {
            let place = roles.iter().find(|(role, _)| *role == pair.0 || *role == pair.1);
            // One pair is enough to find the colour.
            if let Some((_, node)) = place.filter(|(_, node)| !told.contains(&node.line)) {
                told.push(node.line);
                faults.push(report(node, &palette, Theme::Light, pair).hint(
                    "use a darker colour for words and lines, or a lighter one for what is below them".to_owned(),
                ));
            }
        }
    }

    /// The palette with the house's colours; those of kinds are given out later.
    pub(super) fn palette(&self) -> Palette {
        let mut palette = Palette::default();
        for (index, colour) in self.colours.iter().enumerate() {
            palette.set_class(index, *colour);
        }
        for (role, colour) in &self.plain {
            palette.set_plain(*role, *colour);
        }
        palette
    }

    /// The colour that the house gives a class.
    pub(super) fn colour_of(&self, graph: &Graph, class: &NamedNode) -> Option<Rgb> {
        let is_named = |name: &str| {
            name == class.as_str()
                || name == graph.prefixes.shorten(class.as_str())
                || name == local_name(class.as_str())
                || graph.labels(class.as_ref()).is_ok_and(|labels| labels.iter().any(|label| label == name))
        };
        self.kinds.iter().find(|(name, _)| is_named(name)).map(|(_, colour)| *colour)
    }

    /// Warnings about kinds that it names and the graph does not have.
    pub(super) fn unknown(&self, graph: &Graph) -> Findings {
        let mut classes: Vec<NamedNode> = super::kinds::classes(graph).into_iter().collect();
        for class in graph.subjects(rdf::TYPE, owl::CLASS.into()) {
            classes.push(network::node_name(class.as_ref()));
        }
        let mut findings = Findings::new();
        for (name, colour) in &self.kinds {
            let only = Self { kinds: vec![(name.clone(), *colour)], ..Self::default() };
            if !classes.iter().any(|class| only.colour_of(graph, class).is_some()) {
                let names: Vec<&str> = classes.iter().map(|class| local_name(class.as_str())).collect();
                let message = format!("the theme file has a colour for `{name}`, and the graph has no such kind");
                findings.push(Finding::warning(codes::UNKNOWN_KIND, message).hint(did_you_mean(name, names)));
            }
        }
        findings
    }
}

/// The theme file in the folder of a pack, if it has one.
pub fn in_folder(folder: &Path) -> Option<PathBuf> {
    let path = folder.join(FILE);
    path.is_file().then_some(path)
}
