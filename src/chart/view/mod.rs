//! How a view is drawn: its front matter names the layout, the relations that
//! form branches, the classes of the panel and the words of the chart, so that
//! the code names none of them.

mod aligned;
pub(super) mod amounts;
mod defaults;
pub(super) mod facts;
pub(super) mod filter;
pub(super) mod hedges;
pub(super) mod hierarchy;
pub(super) mod levels;
pub(super) mod order;
pub(super) mod sides;
pub(super) mod timeline;
pub(super) mod tree;
pub(super) mod words;

use std::path::Path;

use oxigraph::model::vocab::rdf;
use oxigraph::model::{NamedNode, Quad};
use petgraph::graph::NodeIndex;

use super::view::words::{Captions, Texts, texts};
use crate::error::{Action, Error, Result};
use crate::file;
use crate::finding::{Finding, codes, did_you_mean, utf8};
use crate::graph::{Graph, Layer, Prefixes};
use crate::network::{self, Network};
use crate::pack::{embedded, is_rdf_name};
use crate::sparql::{Query, front_matter};
use crate::yaml::YamlNode;
use defaults::Defaults;
use facts::{FactKind, Way};

/// A view that can be drawn.
pub(in crate::chart) struct View {
    /// Its name, or that of its file.
    pub name: String,
    /// Its query: source, relation, target, status and more, or triples.
    pub query: Query,
    /// Its layout.
    pub arrangement: LayoutKind,
    /// Whether it is a user's file, which may name things that are not entities.
    pub is_foreign: bool,
    /// The relations that make something a child; the first that applies counts.
    pub branches: Vec<(NamedNode, ChildEnd)>,
    /// How many of them are the view's own: those after them are of other vocabularies.
    pub n_own: usize,
    /// Whether a graph without the view's own relations is drawn by others.
    pub takes_others: bool,
    /// Whether it is drawn by others.
    pub is_hierarchy: bool,
    /// The classes of things that go to the panel if they have neither parent nor children.
    pub bodies: Vec<NamedNode>,
    /// Further such classes, each if something is in this relation: people, where they report to others.
    pub bodies_with: Vec<(NamedNode, NamedNode)>,
    /// Relations of those who are drawn beside the line to the one whom they assist.
    pub assistants: Vec<NamedNode>,
    /// Relations of those who are drawn as a pair.
    pub pairs: Vec<NamedNode>,
    /// Relations that are drawn as dotted lines, from who is above.
    pub dotted: Vec<NamedNode>,
    /// Classes of which the kind stands below the name: the posts of people.
    pub people: Vec<NamedNode>,
    /// The property by which things stand at one side or the other.
    pub sides: Option<NamedNode>,
    /// Where else the graph says what stands on a card.
    pub card: Vec<(FactKind, Vec<Way>)>,
    /// What it draws if the user says nothing else.
    pub defaults: Defaults,
    /// Whether the query orders its rows.
    pub is_ordered: bool,
    /// Whether the query says nothing of how it is drawn.
    pub is_bare: bool,
    /// Words by name; its title is one of them.
    pub words: Captions,
}

/// The layout of a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::chart) enum LayoutKind {
    /// A hierarchy, fitted to the page.
    Tree,
    /// From left to right, in layers.
    Layered,
    /// Along a time axis.
    Timeline,
}

/// Which end of a relation is the child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::chart) enum ChildEnd {
    Source,
    Target,
}

impl ChildEnd {
    fn other(self) -> Self {
        match self {
            Self::Source => Self::Target,
            Self::Target => Self::Source,
        }
    }
}

const KEYS: [&str; 16] = [
    "title",
    "description",
    "layout",
    "branches",
    "otherwise",
    "bodies",
    "assistants",
    "pairs",
    "dotted",
    "people",
    "sides",
    "defaults",
    "card",
    "words",
    "returns",
    "columns",
];
const FOLDER: &str = "queries/views";

/// A view, for people who look for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedView {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// What it draws.
    pub description: String,
    /// Its layout.
    pub layout: String,
    /// The columns of its query.
    pub columns: Vec<String>,
    /// Its options if nothing else is said.
    pub defaults: Vec<(String, String)>,
}

/// The views that can be drawn: those of a pack, then the built-in ones that it does not replace.
///
/// # Errors
///
/// `front-matter` if that of a view of the pack is invalid.
pub fn listed(graph: &Graph, own: &[(String, String)], language: &str) -> Result<Vec<ListedView>> {
    let mut views = Vec::new();
    let built_in =
        stored().into_iter().map(|(name, _)| name).filter(|name| own.iter().all(|(file, _)| stem(file) != name));
    for name in own.iter().map(|(file, _)| stem(file).to_owned()).chain(built_in) {
        let view = View::read(graph, &name, own)?;
        let front = front_matter(&view.query.file, &view.query.text).map_err(Error::invalid)?;
        let field = |key: &str| front.as_ref().and_then(|front| front.get(key));
        let mut described = Captions::default();
        described.add("description", field("description").map(title).unwrap_or_default());
        let columns = field("columns").and_then(YamlNode::as_sequence).unwrap_or_default();
        views.push(ListedView {
            title: view.words.word("title", language).into_owned(),
            description: described.word("description", language).split_whitespace().collect::<Vec<_>>().join(" "),
            layout: match view.arrangement {
                LayoutKind::Tree => "tree",
                LayoutKind::Layered => "layered",
                LayoutKind::Timeline => "timeline",
            }
            .to_owned(),
            columns: columns.iter().filter_map(|column| Some(column.as_str()?.to_owned())).collect(),
            defaults: view.defaults.said.clone(),
            name,
        });
    }
    Ok(views)
}

/// The name of a view's file without folder and extension.
fn stem(file: &str) -> &str {
    Path::new(file).file_stem().and_then(|stem| stem.to_str()).unwrap_or(file)
}

/// The built-in views that can be drawn: their names and titles.
pub fn stored() -> Vec<(String, String)> {
    let mut views = Vec::new();
    for (file, text) in embedded::texts(FOLDER, "rq") {
        let Ok(Some(front)) = front_matter(&file, &text) else { continue };
        let name = Path::new(&file).file_stem().and_then(|stem| stem.to_str());
        if let (Some(_), Some(name)) = (front.get("layout"), name) {
            let title = front.get("title").and_then(|titles| titles.get("en")).and_then(YamlNode::as_str);
            views.push((name.to_owned(), title.unwrap_or_default().to_owned()));
        }
    }
    views
}

impl View {
    /// The heading of the panel, by what is in it: bodies, people, or posts that nobody has.
    pub fn panel(&self, network: &Network, alone: &[NodeIndex], languages: &[String]) -> String {
        let is_of = |classes: &[NamedNode], node: &NodeIndex| {
            network[*node].class.as_ref().is_some_and(|class| classes.contains(class))
        };
        let posts: Vec<NamedNode> = self
            .bodies_with
            .iter()
            .map(|(class, _)| class.clone())
            .filter(|class| !self.people.contains(class))
            .collect();
        let n_people = alone.iter().filter(|node| is_of(&self.people, node)).count();
        let n_posts = alone.iter().filter(|node| is_of(&posts, node)).count();
        let name = match alone.len() - n_people - n_posts {
            0 if n_posts == 0 && n_people > 0 => "panel-people",
            0 if n_people == 0 && n_posts > 0 => "panel-posts",
            0 if n_people > 0 => "panel-people-and-posts",
            n if n < alone.len() => "apart",
            _ => "panel",
        };
        let words = self.words.words(name, languages);
        if words.is_empty() { self.words.words("panel", languages) } else { words }
    }

    /// Reads a view and its front matter: one of the pack or a built-in one by its name, or a
    /// user's file with the extension `.rq`.
    ///
    /// # Errors
    ///
    /// `unknown-view` if it does not exist; `front-matter` if that is invalid.
    pub fn read(graph: &Graph, name: &str, own: &[(String, String)]) -> Result<Self> {
        // A pack's own view comes before one of the program.
        if let Some((file, text)) = own.iter().find(|(file, _)| stem(file) == name) {
            let query = Query::parse(file, text, &graph.prefixes).map_err(Error::invalid)?;
            return Self::of(query, name, true, &graph.prefixes).map_err(Error::invalid);
        }
        let stored = stored();
        if stored.iter().any(|(known, _)| known == name) {
            // The prefixes of a graph of strangers are not ours.
            return Self::of(network::view(graph, name)?, name, false, &Prefixes::default()).map_err(Error::invalid);
        }
        let path = Path::new(name);
        if path.extension().is_none_or(|ending| ending != "rq") {
            let own = own.iter().map(|(file, _)| stem(file));
            let names: Vec<&str> = own.chain(stored.iter().map(|(name, _)| name.as_str())).collect();
            let guess = did_you_mean(name, names.iter().copied());
            if is_rdf_name(path) {
                let message = format!("`{name}` is an RDF file, not a view");
                let hint = format!("draw it with `civigraph chart org --data {name} -o chart.svg`");
                return Err(Error::invalid(Finding::error(codes::UNKNOWN_VIEW, message).hint(hint)));
            }
            if path.is_dir() {
                let message = format!("`{name}` is a folder, not a view");
                let hint = format!("draw a pack with `civigraph chart org --pack {name} -o chart.svg`");
                return Err(Error::invalid(Finding::error(codes::UNKNOWN_VIEW, message).hint(hint)));
            }
            if path.is_file() {
                let message = format!("`{name}` is a file, not a view");
                let hint =
                    format!("draw a staff list or a list of bodies with `civigraph chart org {name} -o chart.svg`");
                return Err(Error::invalid(Finding::error(codes::UNKNOWN_VIEW, message).hint(hint)));
            }
            let hint =
                guess.unwrap_or_else(|| format!("use one of {}, or a file with the extension `.rq`", names.join(", ")));
            let message = format!("unknown view `{name}`");
            return Err(Error::invalid(Finding::error(codes::UNKNOWN_VIEW, message).hint(hint)));
        }
        let text = utf8(name, file::read(path).map_err(Error::io(Action::Read, path))?).map_err(Error::invalid)?;
        let query = Query::parse(name, &text, &graph.prefixes).map_err(Error::invalid)?;
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or(name);
        Self::of(query, stem, true, &graph.prefixes).map_err(Error::invalid)
    }

    /// All relations, as they are drawn if somebody chooses some; with a title of this name among the words
    /// of all charts.
    pub fn of_relations(graph: &Graph, title: &str) -> Result<Self> {
        let query = network::view(graph, "relations")?;
        let mut view = Self::of(query, "relations", false, &Prefixes::default()).map_err(Error::invalid)?;
        view.words = Captions::shared().map_err(Error::invalid)?.titled(title);
        Ok(view)
    }

    /// Whether a graph states something by one of the view's own relations, plainly or in a claim.
    pub fn has_own_relations(&self, graph: &Graph) -> bool {
        self.branches[..self.n_own].iter().any(|(relation, _)| {
            let relation = relation.as_ref();
            let mut plain = graph.matching(None, Some(relation), None, None);
            let mut claimed = graph.matching(None, Some(rdf::PREDICATE), Some(relation.into()), None);
            let of_data = |quad: &Quad| Layer::of(quad.graph_name.as_ref()) == Layer::Source;
            plain.any(|quad| of_data(&quad)) || claimed.any(|quad| of_data(&quad))
        })
    }

    fn of(query: Query, name: &str, is_foreign: bool, prefixes: &Prefixes) -> Result<Self, Finding> {
        let fault = |node: &YamlNode, message: String| {
            Finding::error(codes::FRONT_MATTER, message).at(node.place(&query.file, &query.text))
        };
        let iri = |node: &YamlNode| {
            let text = node.as_str().unwrap_or_default();
            let iri = prefixes.expand(text).unwrap_or_else(|| text.to_owned());
            let message = "expected the IRI or prefixed name of a relation or class";
            NamedNode::new(iri).map_err(|_| fault(node, message.to_owned()))
        };
        let (mut branches, mut bodies, mut words) = (Vec::new(), Vec::new(), Captions::default());
        let mut bodies_with = Vec::new();
        let (mut assistants, mut pairs, mut dotted, mut people) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (mut card, mut sides, mut defaults) = (Vec::new(), None, Defaults::default());
        let mut arrangement = None;
        let mut takes_others = false;
        let front = front_matter(&query.file, &query.text)?;
        for (key, value) in front.as_ref().and_then(YamlNode::as_mapping).unwrap_or_default() {
            let name = key.as_str().unwrap_or_default();
            if !KEYS.contains(&name) {
                let message = format!("unknown key `{name}` in the front matter");
                return Err(fault(key, message).hint(did_you_mean(name, KEYS)));
            }
            match name {
                "layout" => {
                    arrangement = Some(match value.as_str() {
                        Some("tree") => LayoutKind::Tree,
                        Some("layered") => LayoutKind::Layered,
                        Some("timeline") => LayoutKind::Timeline,
                        _ => {
                            let message = "expected `tree`, `layered` or `timeline` as `layout`";
                            return Err(fault(value, message.to_owned()));
                        }
                    });
                }
                "title" => words.add("title", title(value)),
                "branches" => {
                    for branch in value.as_sequence().unwrap_or_default() {
                        let relation = branch.get("relation");
                        let relation =
                            relation.ok_or_else(|| fault(branch, "a branch needs a `relation`".to_owned()))?;
                        let end = match branch.get("child").and_then(YamlNode::as_str) {
                            Some("source") => ChildEnd::Source,
                            Some("target") => ChildEnd::Target,
                            _ => {
                                let message = "expected `source` or `target` as `child` of a branch";
                                return Err(fault(branch, message.to_owned()));
                            }
                        };
                        branches.push((iri(relation)?, end));
                    }
                }
                "defaults" => {
                    defaults =
                        Defaults::read(value).map_err(|(node, message, hint)| fault(node, message).hint(hint))?;
                }
                "sides" => sides = Some(iri(value)?),
                "otherwise" if value.as_str() == Some("hierarchy") => takes_others = true,
                "otherwise" => return Err(fault(value, "expected `hierarchy` as `otherwise`".to_owned())),
                "bodies" => {
                    for class in value.as_sequence().unwrap_or_default() {
                        match (class.get("class"), class.get("with")) {
                            (Some(class), Some(relation)) => bodies_with.push((iri(class)?, iri(relation)?)),
                            _ => bodies.push(iri(class)?),
                        }
                    }
                }
                "assistants" | "pairs" | "dotted" | "people" => {
                    let list = match name {
                        "assistants" => &mut assistants,
                        "pairs" => &mut pairs,
                        "dotted" => &mut dotted,
                        _ => &mut people,
                    };
                    for node in value.as_sequence().unwrap_or_default() {
                        list.push(iri(node)?);
                    }
                    if value.as_sequence().is_none() {
                        return Err(fault(value, format!("expected a list as `{name}`, found {}", value.kind())));
                    }
                }
                "card" => {
                    for (name, ways) in value.as_mapping().unwrap_or_default() {
                        let names = FactKind::ALL.map(|(_, name)| name);
                        let said = name.as_str().unwrap_or_default();
                        let Some((kind, _)) = FactKind::ALL.into_iter().find(|(_, known)| *known == said) else {
                            let message = format!("unknown key `{said}` in `card`");
                            return Err(fault(name, message).hint(did_you_mean(said, names)));
                        };
                        let mut found = Vec::new();
                        for node in ways.as_sequence().unwrap_or_default() {
                            let mut way = Way::new();
                            for step in steps(node.as_str().unwrap_or_default()) {
                                let backwards = step.starts_with('^');
                                let step = step.trim_start_matches('^');
                                let expanded = prefixes.expand(step).unwrap_or_else(|| step.to_owned());
                                let property = NamedNode::new(expanded).map_err(|_| {
                                    let message = "expected a property, or several with `/` between them";
                                    fault(node, message.to_owned())
                                })?;
                                way.push((property, backwards));
                            }
                            found.push(way);
                        }
                        card.push((kind, found));
                    }
                }
                "words" => {
                    for (name, value) in value.as_mapping().unwrap_or_default() {
                        words.add(name.as_str().unwrap_or_default(), texts(value));
                    }
                }
                _ => {}
            }
        }
        words.append(Captions::shared()?);
        let is_ordered = query.text.to_ascii_lowercase().contains("order by");
        let is_bare = front.is_none();
        // Without branches there is no hierarchy.
        let default = if branches.is_empty() { LayoutKind::Layered } else { LayoutKind::Tree };
        let arrangement = arrangement.unwrap_or(default);
        let (name, n_own) = (name.to_owned(), branches.len());
        if takes_others {
            let other = aligned::aligned(&branches, &bodies)?;
            branches.extend(other.branches);
            bodies.extend(other.bodies);
        }
        Ok(Self {
            name,
            query,
            arrangement,
            is_foreign,
            branches,
            n_own,
            takes_others,
            is_hierarchy: false,
            bodies,
            bodies_with,
            assistants,
            pairs,
            dotted,
            people,
            sides,
            card,
            defaults,
            is_ordered,
            is_bare,
            words,
        })
    }
}

/// The properties of a way, which `/` separates; an IRI in angle brackets is one.
fn steps(text: &str) -> Vec<&str> {
    let (mut steps, mut rest) = (Vec::new(), text.trim());
    while !rest.is_empty() {
        let from = rest.find('<').filter(|at| *at <= 1).and_then(|at| rest[at..].find('>').map(|end| at + end));
        let end = match (from, rest[from.unwrap_or_default()..].find('/')) {
            (Some(close), Some(at)) => close + at,
            (None, Some(at)) => at,
            (_, None) => rest.len(),
        };
        let (step, after) = rest.split_at(end);
        steps.push(step.trim().trim_matches(['<', '>']));
        rest = after.trim_start_matches('/');
    }
    steps
}

/// A title by language, or one text for all.
fn title(node: &YamlNode) -> Texts {
    match node.as_str() {
        Some(text) => vec![("en".to_owned(), text.to_owned())],
        None => texts(node),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(front: &str) -> Result<View, Finding> {
        let graph = crate::graph::GraphBuilder::default().freeze();
        let comments: String = front.lines().map(|line| format!("# {line}\n")).collect();
        let text = format!("# ---\n{comments}# ---\nSELECT ?source ?relation ?target ?status WHERE {{}}\n");
        View::of(Query::parse("v.rq", &text, &graph.prefixes)?, "v", true, &graph.prefixes)
    }

    #[test]
    fn words_are_chosen_by_language_and_otherwise_in_english() {
        let view = view("words:\n  panel: {en: Alone, zh-Hant: 獨立}").unwrap();
        let words = |languages: &[&str]| {
            let languages: Vec<String> = languages.iter().map(|tag| (*tag).to_owned()).collect();
            view.words.words("panel", &languages)
        };
        assert_eq!(words(&["zh-Hant", "en"]), "獨立 Alone");
        assert_eq!(words(&["en", "zh-Hant"]), "Alone 獨立");
        assert_eq!(words(&["zh"]), "獨立");
        assert_eq!(words(&["fr", "en-GB"]), "Alone");
        assert_eq!(view.words.words("nothing", &["en".to_owned()]), "");
    }

    #[test]
    fn errors_in_the_front_matter_have_a_place() {
        for (front, part) in [
            ("brances: []", "did you mean `branches`"),
            ("branches:\n  - {child: source}", "needs a `relation`"),
            ("branches:\n  - {relation: 'http://example.org/r', child: both}", "`source` or `target`"),
            ("bodies: [no iri]", "expected the IRI"),
            ("layout: round", "`tree`, `layered` or `timeline`"),
        ] {
            let Err(fault) = view(front) else { panic!("{front} should be refused") };
            let said = format!("{} {}", fault.message, fault.hint.as_deref().unwrap_or_default());
            assert!(said.contains(part), "{front}: {said}");
            assert_eq!(fault.code, "front-matter");
            assert!(fault.place.is_some(), "{front}");
        }
    }
}
