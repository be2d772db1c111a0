//! Charts of a graph. They need neither Graphviz nor system fonts.
//!
//! ```text
//! view   ─▶ what to draw: a forest, a network in layers, or a timeline
//! layout ─▶ where boxes go; knows only boxes, no text and no RDF
//! scene  ─▶ cards, lines, words and colours with positions, page by page
//! format ─▶ SVG, PNG, PDF, HTML; and DOT, which Graphviz lays out, from the view
//! ```
//!
//! [`Drawing`] takes a view through all four.

mod content;
mod drawing;
mod format;
pub mod house;
mod kinds;
pub mod layout;
mod marks;
mod missing;
mod pages;
mod relations;
pub mod scene;
mod sheet;
mod statistics;
mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use oxigraph::model::NamedNode;
use petgraph::graph::NodeIndex;

use crate::error::{Error, Result};
use crate::finding::{Finding, Findings, Place, codes};
use crate::graph::Graph;
use crate::network::{self, Labels, Network, ViewRows};
use content::{Content, DrawnContent, figures};
use house::House;
use kinds::ClassColours;
pub use layout::direction::LineDirection;
use scene::Words;
use scene::breaks::WholeNames;
use scene::card::{Maker, TreeLook};
use scene::flow::{self, FlowExtras};
use scene::legend::Legend;
use scene::page::PageForm;
use view::facts::{self, CardFacts};
use view::filter::{self, Filter};
use view::hierarchy::{self, Hierarchy};
use view::levels::GradeLevels;
use view::order::StatedOrder;
use view::timeline::Timeline;
use view::tree;
use view::{LayoutKind, View, amounts, hedges, order, sides, words};

pub use format::html::{Detail, Fact, PageChange, PageEntity, PageScene, PageView, WebPage};
pub use marks::{CardMark, CardMarks};
pub use missing::{missing_glyphs, unused_fonts};
pub use relations::relations;
pub use scene::font::{Fonts, read as read_fonts};
pub use scene::theme::Theme;
pub use scene::{
    COLOURS, Card, Frame, Ground, Line, MarkShape, PageLink, Palette, Pen, Picture, Pill, Sample, Scene, SceneText,
};
pub use sheet::{Chart, Sheet, page_of_file};
pub use statistics::statistics_page;
pub use view::amounts::sum_in_words;
pub use view::order::PlacesOf;
pub use view::{ListedView, listed, stored};

/// What to draw.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Languages of the labels, the main one first.
    pub languages: Vec<String>,
    /// Draw only what is below these entities.
    pub roots: Vec<NamedNode>,
    /// The same by name, if there are none: those of the view.
    pub root_names: Vec<String>,
    /// Entities, kinds and relations that are left out, by name.
    pub hide: Vec<String>,
    /// Entities and kinds that stand out, by name.
    pub highlight: Vec<String>,
    /// Draw only this many generations below the tops.
    pub depth: Option<usize>,
    /// Of a tree with more nodes than this, draw only as many generations as have no more, unless `depth` says how
    /// many.
    pub most: Option<usize>,
    /// Draw only things of these classes or local kinds, by name; all if empty.
    pub kinds: Vec<String>,
    /// Draw only things with one of these statuses, by name; all if empty.
    pub statuses: Vec<String>,
    /// The page to fill.
    pub page: PageSize,
    /// The title, if not that of the pack.
    pub title: Option<String>,
    /// The line below the titles, if not that of the view.
    pub subtitle: Option<String>,
    /// The footer, if not the sources and their licence.
    pub foot: Option<String>,
    /// Whether lines have words; they do if nothing else is said.
    pub words: Option<bool>,
    /// Where lines lead, if not where the view says.
    pub direction: Option<LineDirection>,
    /// The smallest size of text on a page, in points, if not 6.
    pub least_type: Option<f64>,
    /// The fonts to write with.
    pub fonts: Fonts,
    /// The property whose values are the levels of a hierarchy, by name.
    pub level: Option<String>,
    /// Colours and logo of the user's own.
    pub house: House,
    /// The folder that photos are in.
    pub folder: Option<PathBuf>,
    /// Views of the pack: the names of their files, and their texts.
    pub views: Vec<(String, String)>,
    /// Where statements are in the tables of the pack, whose order siblings have.
    pub places: Option<PlacesOf>,
    /// What changed since an earlier edition.
    pub marks: CardMarks,
}

/// Width and height in millimetres.
pub type Millimetres = (f64, f64);

/// A page to fill.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum PageSize {
    /// As large as necessary, in the proportions of a sheet of paper.
    #[default]
    Auto,
    /// 297 × 210 mm, landscape or portrait.
    A4,
    /// 420 × 297 mm, landscape or portrait.
    A3,
    /// A 16:9 screen, in the usual size of slides.
    Wide,
    /// A sheet of this width and height.
    Paper(f64, f64),
    /// A screen of this width and height.
    Screen(f64, f64),
}

impl PageSize {
    /// The forms of the page and its printed sizes in millimetres.
    fn forms(self) -> Vec<(PageForm, Option<Millimetres>)> {
        // A small scene is not enlarged without limit to fill the page; a large sheet is read from farther away.
        let exact = |width: f64, height: f64| {
            let largest = LARGEST * (width.min(height) / A4.1).max(1.0);
            let form = PageForm { aspect: width / height, exact: true, least_width: width * 72.0 / 25.4 / largest };
            (form, Some((width, height)))
        };
        let sheet = |long: f64, short: f64| vec![exact(long, short), exact(short, long)];
        match self {
            Self::Auto => vec![(PageForm { aspect: 2.0_f64.sqrt(), exact: false, least_width: 0.0 }, None)],
            Self::A4 => sheet(A4.0, A4.1),
            Self::A3 => sheet(420.0, 297.0),
            Self::Wide => vec![exact(SLIDE.0, SLIDE.1)],
            Self::Paper(width, height) | Self::Screen(width, height) => vec![exact(width, height)],
        }
    }

    /// The area of the page in square points; infinite if it has no fixed size.
    fn area(self) -> f64 {
        let points = 72.0 / 25.4;
        let area = |(_, size): (PageForm, Option<Millimetres>)| {
            size.map_or(f64::INFINITY, |(width, height)| width * height * points * points)
        };
        self.forms().into_iter().map(area).fold(0.0, f64::max)
    }
}

/// The longer and the shorter side of A4.
const A4: Millimetres = (297.0, 210.0);
/// The most that a scene is enlarged on A4.
const LARGEST: f64 = 1.3;
/// The size of 16:9 slides, 13⅓ × 7½ inches.
const SLIDE: Millimetres = (25.4 * 40.0 / 3.0, 190.5);
/// The smallest readable text on paper, in points.
const SMALLEST: f64 = 6.0;

/// A view of a graph, ready to be drawn.
pub struct Drawing {
    network: Network,
    content: Content,
    legend: Legend,
    words: Words,
    palette: Palette,
    facts: BTreeMap<NodeIndex, CardFacts>,
    flow: FlowExtras,
    /// The kind that nearly all cards have.
    common_kind: Option<String>,
    levels: Option<GradeLevels>,
    page: PageSize,
    /// The smallest size of text on a page.
    least_type: f64,
    /// What stands out.
    highlighted: BTreeSet<NodeIndex>,
    look: TreeLook,
    fonts: Fonts,
    names: Arc<WholeNames>,
    /// Cycles in the hierarchy, and relations that were left out.
    pub findings: Findings,
    /// The relations that it is drawn by, in words, if they are not those of the view.
    pub drawn_by: Option<String>,
    /// What is left out of a tree that is too large.
    pub folded: Option<FoldedTree>,
}

/// What is left out of a tree that is too large to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoldedTree {
    /// The number of all nodes.
    pub n_nodes: usize,
    /// The generations that are drawn below the tops.
    pub depth: usize,
}

/// The view `org`: who hangs under whom.
///
/// # Errors
///
/// Those of [`view`].
pub fn org(graph: &Graph, options: &Options) -> Result<Drawing> {
    view(graph, "org", options)
}

/// Reads a view from a graph: a built-in one by its name (see [`stored`]), or a
/// `.rq` file.
///
/// # Errors
///
/// `unknown-view`; `empty-view` if there is nothing to draw; `unknown-entity` if
/// the root is not in the view; `unknown-kind`, `unknown-status`.
pub fn view(graph: &Graph, name: &str, options: &Options) -> Result<Drawing> {
    let mut view = View::read(graph, name, &options.views)?;
    let options = &view.defaults.complete(options);
    let languages = &options.languages;
    let mut findings = options.house.unknown(graph);
    let folder = options.folder.as_deref();
    let places = options.places.as_ref();
    if view.takes_others
        && !view.has_own_relations(graph)
        && let Some(found) = hierarchy::find(graph, &mut view, languages, places, &mut findings)?
    {
        let Hierarchy { network, drawn_by } = found;
        let filter = Filter::find(graph, &network, options, &BTreeSet::new())?;
        let mut network = filter.apply(network);
        let facts = facts::read(graph, languages, &view, None, &mut network, (folder, &mut findings))?;
        let mut tree = tree::grow(graph, &network, &view, &StatedOrder::new(), &mut findings)?;
        tree.hide(&network, &(&filter.hidden_nodes(&network) | &facts::told(&facts)));
        let content = DrawnContent { network, content: Content::Tree(tree), facts, ..DrawnContent::default() };
        let drawing = drawing(graph, &view, options, content, Vec::new(), findings)?;
        return Ok(Drawing { drawn_by: Some(drawn_by), ..drawing });
    }
    let mut rows = ViewRows::read(graph, &view.query)?;
    if view.is_bare
        && let Some(branch) = hierarchy::plain(&rows)
    {
        view.arrangement = LayoutKind::Tree;
        view.branches = vec![branch];
        view.n_own = 1;
    }
    let stated = match view.arrangement {
        LayoutKind::Tree => order::sort(graph, languages, &view, &mut rows, places)?,
        _ => StatedOrder::new(),
    };
    if rows.n_left_out > 0 {
        let message = format!("relations of the view that lead to a literal or blank node: {}", rows.n_left_out);
        findings.push(
            Finding::warning(codes::LITERAL_IN_VIEW, message)
                .at(Place::new(&view.query.file, 1, 1))
                .hint("a chart draws relations between IRIs; other relations are left out".to_owned()),
        );
    }
    let mut notes = Vec::new();
    let content = match view.arrangement {
        LayoutKind::Timeline => {
            let network = network::nodes_of_rows(graph, languages, &rows)?;
            let line = Timeline::read(graph, &network, &view, &rows, options, &mut findings)?;
            if line.n_undated > 0 {
                notes.push(view.words.words("not-drawn", languages).replace("{n}", &line.n_undated.to_string()));
            }
            DrawnContent { network, content: Content::Timeline(line), ..DrawnContent::default() }
        }
        arrangement => {
            let network = network::of_rows(graph, languages, &rows, view.is_foreign)?;
            let filter = Filter::find(graph, &network, options, &BTreeSet::new())?;
            let mut network = filter.apply(network);
            if arrangement == LayoutKind::Tree {
                if view.is_foreign {
                    state_of_children(&mut network, &view);
                }
                let facts = facts::read(graph, languages, &view, Some(&rows), &mut network, (folder, &mut findings))?;
                hedges::add(graph, &mut network, &view, &rows, languages)?;
                let mut tree = tree::grow(graph, &network, &view, &stated, &mut findings)?;
                tree.hide(&network, &(&filter.hidden_nodes(&network) | &facts::told(&facts)));
                DrawnContent { network, content: Content::Tree(tree), facts, ..DrawnContent::default() }
            } else {
                // In a network, nothing is below what is hidden.
                let hidden = filter.hidden_nodes(&network);
                let mut network = network.filter_map(
                    |node, entity| (!hidden.contains(&node)).then(|| entity.clone()),
                    |_, relation| Some(relation.clone()),
                );
                let tree = flow::nodes(&network, &[], None);
                let amounts = amounts::read(graph, &network, &view.words, &rows, languages)?;
                hedges::add(graph, &mut network, &view, &rows, languages)?;
                hedges::say_once(&mut network, &amounts);
                let sides = sides::read(graph, &network, &view, &rows, languages)?;
                let flow = FlowExtras {
                    amounts,
                    sides,
                    is_wordless: options.words == Some(false),
                    direction: options.direction,
                    ..FlowExtras::default()
                };
                DrawnContent { network, content: Content::Layered(tree), flow, ..DrawnContent::default() }
            }
        }
    };
    drawing(graph, &view, options, content, notes, findings)
}

/// In a query of the user's own, the status of a row is also that of the thing that it places: a vacant post
/// keeps its place.
fn state_of_children(network: &mut Network, view: &View) {
    for edge in network.edge_indices().collect::<Vec<_>>() {
        let Some((source, target)) = network.edge_endpoints(edge) else { continue };
        let branch = view.branches.iter().find(|(iri, _)| *iri == network[edge].iri);
        let places_source = branch.is_some_and(|(_, end)| *end == view::ChildEnd::Source);
        let places_source = places_source || view.assistants.contains(&network[edge].iri);
        let child = source;
        if !places_source || source == target {
            continue;
        }
        if network[child].status.is_none() && network[edge].status.is_some() {
            network[child].status = network[edge].status.take();
        }
    }
}

/// What a view draws, with its words.
fn drawing(
    graph: &Graph,
    view: &View,
    options: &Options,
    DrawnContent { network, content, mut facts, flow }: DrawnContent,
    notes: Vec<String>,
    findings: Findings,
) -> Result<Drawing> {
    let languages = &options.languages;
    for node in network.node_indices() {
        let marks = options.marks.of(network[node].iri.as_str());
        if !marks.is_empty() {
            facts.entry(node).or_default().marks = marks.to_vec();
        }
    }
    let labels = network.node_weights().flat_map(|node| node.labels.iter().map(str::to_owned));
    let figures = figures(&content, &flow);
    let names = WholeNames::new(network::names(graph)?.into_iter().chain(labels).chain(figures));
    let other = view.words.words("other-kinds", languages);
    let (kinds, palette) = ClassColours::read(graph, languages, other, &options.house)?;
    let mut drawing = Drawing {
        legend: Legend::of(kinds, &network, &content.nodes()),
        network,
        content,
        words: Words::default(),
        palette,
        facts,
        flow,
        common_kind: None,
        levels: None,
        page: options.page,
        least_type: options.least_type.unwrap_or(SMALLEST),
        highlighted: BTreeSet::new(),
        look: TreeLook { is_wordless: options.words == Some(false), direction: options.direction },
        fonts: options.fonts.clone(),
        names: Arc::new(names),
        findings,
        drawn_by: None,
        folded: None,
    };
    drawing.cut(graph, view, options)?;
    let drawn = drawing.content.every_node();
    drawing.highlighted = filter::nodes(graph, &drawing.network, &drawn, &options.highlight)?;
    if let Content::Layered(_) = drawing.content
        && let Some((thickness, value, currency)) = drawing.flow.measure(&drawing.network)
    {
        let value = format!("{value}");
        let words: Vec<String> = languages
            .iter()
            .map(|tag| {
                view.words.word("thick", tag).replace("{n}", &amounts::money(&value, &currency, &view.words, tag))
            })
            .collect();
        drawing.legend.thick = Some((thickness, words.join(" ")));
    }
    let mut notes = notes;
    let drawn = drawing.content.nodes();
    notes.extend(options.marks.legend(drawn.iter().map(|node| drawing.network[*node].iri.as_str())));
    if let (Some(most), None, Content::Tree(tree)) = (options.most, options.depth, &mut drawing.content) {
        let n_nodes = tree.nodes().len();
        if let Some((depth, n_left_out)) = tree.fold(most) {
            drawing.folded = Some(FoldedTree { n_nodes, depth });
            if n_left_out > 0 {
                notes.push(view.words.words("left-out", languages).replace("{n}", &n_left_out.to_string()));
            }
        }
    }
    let status_verb: Vec<String> =
        languages.iter().map(|tag| view.words.word("status-verb", tag).into_owned()).collect();
    drawing.say_once(&status_verb);
    if let Some(property) = &options.level {
        let Content::Tree(tree) = &drawing.content else {
            let message = "`--level` puts things of a hierarchy on levels, and this view is none";
            return Err(Error::invalid(
                Finding::error(codes::UNUSED_ARGUMENT, message).hint("leave it out".to_owned()),
            ));
        };
        drawing.levels = Some(GradeLevels::read(graph, languages, &drawing.network, tree, property)?);
    }
    // The line that explains remarks is only for charts that have some.
    let has_remarks = match &drawing.content {
        Content::Tree(tree) => tree.nodes().iter().any(|node| tree.others.contains_key(node)),
        _ => true,
    };
    let title = match &options.title {
        Some(title) => title.clone(),
        None => words::title_of_pack(graph, languages)?,
    };
    drawing.words = Words {
        title,
        view: view.words.words(if view.is_hierarchy { "hierarchy" } else { "title" }, languages),
        subtitle: match &options.subtitle {
            Some(subtitle) => subtitle.clone(),
            None if has_remarks => view.words.words("subtitle", languages),
            None => String::new(),
        },
        page: String::new(),
        notes,
        foot: match &options.foot {
            Some(foot) => foot.lines().map(str::to_owned).collect(),
            None => view.words.foot(graph, languages)?,
        },
        panel: match &drawing.content {
            Content::Tree(tree) if !view.is_hierarchy => view.panel(&drawing.network, &tree.alone, languages),
            _ => view.words.words(if view.is_hierarchy { "apart" } else { "panel" }, languages),
        },
        more: view.words.phrases("more", languages),
        folded: view.words.phrases("folded", languages),
        to_page: view.words.phrases("to-page", languages),
        from_page: view.words.phrases("from-page", languages),
        part: None,
        map: Vec::new(),
        map_title: view.words.words("pages", languages),
        index: languages.iter().map(|tag| view.words.word("index", tag).into_owned()).collect(),
        page_of: view.words.words("page", languages),
        together: view.words.words("together", languages),
        status_verb,
        hedged_verb: languages.iter().map(|tag| view.words.word("hedged-verb", tag).into_owned()).collect(),
        headcounts: (view.words.phrases("headcount", languages), view.words.phrases("headcount-one", languages)),
        logo: options.house.logo.clone(),
        languages: languages.clone(),
    };
    drawing.fonts = drawing.fonts.clone().completed(drawing.characters());
    Ok(drawing)
}

/// What at least four in five say, of several.
fn common(said: impl Iterator<Item = String>) -> Option<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut n = 0;
    for words in said {
        *counts.entry(words).or_default() += 1;
        n += 1;
    }
    let (words, most) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    (n > 1 && most * 5 >= n * 4 && !words.is_empty()).then_some(words)
}

impl Drawing {
    /// All characters that the chart may show.
    fn characters(&self) -> impl Iterator<Item = char> {
        let words = self.words.every();
        let nodes = self.network.node_weights().flat_map(|node| {
            let status = node.status.iter().flat_map(|status| status.labels.iter());
            node.labels.iter().chain(node.class_labels.iter()).chain(node.kind.iter()).chain(status)
        });
        let relations = self.network.edge_weights().flat_map(|relation| {
            let status = relation.status.iter().flat_map(|status| status.labels.iter());
            let hedges = relation.hedges.iter().flat_map(Labels::iter);
            relation.labels.iter().chain(relation.notes.iter().map(String::as_str)).chain(hedges).chain(status)
        });
        let items = match &self.content {
            Content::Timeline(line) => line.items.as_slice(),
            _ => &[],
        };
        let said = items.iter().flat_map(|item| item.dates.iter().chain(&item.notes).map(String::as_str));
        let status = items.iter().flat_map(|item| item.status.iter().flat_map(|status| status.labels.iter()));
        let sentences = items.iter().flat_map(|item| item.sentences.iter().flat_map(|sentence| sentence.words()));
        let amounts = self.flow.amounts.values().flatten();
        let paid = amounts.clone().flat_map(|paid| paid.words.iter().flat_map(|words| words.words()));
        let notes = amounts.flat_map(|paid| paid.notes.iter().map(String::as_str));
        let all = words.chain(nodes).chain(relations).chain(said).chain(status).chain(sentences);
        all.chain(paid).chain(notes).flat_map(str::chars)
    }

    /// Finds what is the same on all cards or lines, and is said once, in the legend.
    fn say_once(&mut self, status_verb: &[String]) {
        let nodes = self.content.nodes();
        self.common_kind = common(nodes.iter().map(|node| self.network[*node].kind.join(" · ")));
        let Content::Tree(tree) = &self.content else { return };
        let nothing = Words { status_verb: status_verb.to_vec(), ..Words::default() };
        let maker = Maker {
            network: &self.network,
            tree,
            legend: &self.legend,
            words: &nothing,
            facts: &self.facts,
            common_kind: None,
            levels: None,
            unrouted: &[],
            highlighted: &BTreeSet::new(),
            look: TreeLook::default(),
        };
        let mut words: Vec<String> = Vec::new();
        let drawn = tree.nodes();
        for (parent, children) in tree.children.iter().filter(|(parent, _)| drawn.contains(parent)) {
            for (edge, _) in children.iter().filter(|(_, child)| !tree.assistants.contains(child)) {
                // A dashed label says that it is planned.
                words.push(if maker.is_dashed(*edge) { String::new() } else { maker.branch(*edge, *parent) });
            }
        }
        let dotted: BTreeSet<String> = tree
            .dotted
            .iter()
            .filter(|(_, above, below)| drawn.contains(above) && drawn.contains(below))
            .map(|(edge, above, _)| maker.branch(*edge, *above).replace('\n', " "))
            .collect();
        let line = common(words.into_iter()).filter(|words| !words.contains('\n'));
        self.legend.line = line;
        self.legend.dotted = dotted.into_iter().collect();
    }
}
