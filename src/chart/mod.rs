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

mod drawing;
mod format;
pub mod layout;
pub mod scene;
mod view;

use std::collections::BTreeSet;

use oxigraph::model::NamedNode;
use petgraph::graph::NodeIndex;

use crate::error::{Error, Result};
use crate::finding::{Finding, Findings, Place, codes};
use crate::graph::Graph;
use crate::network::{self, Network, ViewRows};
use format::{pdf, png, svg};
use scene::Words;
use scene::flow;
use scene::legend::Legend;
use scene::page::PageForm;
use view::filter::Filter;
use view::hierarchy::{self, Hierarchy};
use view::timeline::Timeline;
use view::tree::{self, Tree};
use view::{LayoutKind, View, words};

pub use format::html::{Detail, Fact};
pub use scene::theme::Theme;
pub use scene::{COLOURS, Card, Frame, Ground, Line, Pen, Pill, Sample, Scene, SceneText};
pub use view::stored;

/// What to draw.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Languages of the labels, the main one first.
    pub languages: Vec<String>,
    /// Draw only what is below this entity.
    pub root: Option<NamedNode>,
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
}

/// Width and height in millimetres.
pub type Millimetres = (f64, f64);

/// A page to fill.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
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
}

impl PageSize {
    /// The forms of the page and its printed sizes in millimetres.
    fn forms(self) -> Vec<(PageForm, Option<Millimetres>)> {
        // A small scene is not enlarged without limit to fill the page.
        let exact = |width: f64, height: f64| {
            let form = PageForm { aspect: width / height, exact: true, least_width: width * 72.0 / 25.4 / LARGEST };
            (form, Some((width, height)))
        };
        let sheet = |long: f64, short: f64| vec![exact(long, short), exact(short, long)];
        match self {
            Self::Auto => vec![(PageForm { aspect: 2.0_f64.sqrt(), exact: false, least_width: 0.0 }, None)],
            Self::A4 => sheet(297.0, 210.0),
            Self::A3 => sheet(420.0, 297.0),
            Self::Wide => vec![exact(SLIDE.0, SLIDE.1)],
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

/// A page of a chart.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// The elements and their positions.
    pub scene: Scene,
    /// Printed size in millimetres, if the page has one.
    pub size: Option<Millimetres>,
}

/// A drawn chart.
#[derive(Debug, Clone)]
pub struct Chart {
    /// Its pages, the overview first; at least one.
    pub pages: Vec<Sheet>,
    /// Warnings: characters without a glyph, text too small to read.
    pub findings: Findings,
}

/// The most that a scene is enlarged on paper.
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
    page: PageSize,
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

/// The content to draw, by the layout of the view.
enum Content {
    Tree(Tree),
    /// The nodes are those of the panel.
    Layered(Tree),
    Timeline(Timeline),
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
    let mut view = View::read(graph, name)?;
    let languages = &options.languages;
    let mut findings = Findings::new();
    if view.takes_others
        && !view.has_own_relations(graph)
        && let Some(found) = hierarchy::find(graph, &mut view, languages, &mut findings)?
    {
        let Hierarchy { network, drawn_by } = found;
        let filter = Filter::find(graph, &network, &options.kinds, &options.statuses, &BTreeSet::new())?;
        let network = filter.apply(network);
        let tree = tree::grow(graph, &network, &view, &mut findings)?;
        let drawing = drawing(graph, &view, options, (network, Content::Tree(tree)), Vec::new(), findings)?;
        return Ok(Drawing { drawn_by: Some(drawn_by), ..drawing });
    }
    let rows = ViewRows::read(graph, &view.query)?;
    if rows.n_left_out > 0 {
        let message = format!("relations of the view that lead to a literal or blank node: {}", rows.n_left_out);
        findings.push(
            Finding::warning(codes::LITERAL_IN_VIEW, message)
                .at(Place::new(&view.query.file, 1, 1))
                .hint("a chart draws relations between IRIs; other relations are left out".to_owned()),
        );
    }
    let mut notes = Vec::new();
    let (network, content) = match view.arrangement {
        LayoutKind::Timeline => {
            let network = network::nodes_of_rows(graph, languages, &rows)?;
            let line = Timeline::read(graph, &network, &view, &rows, options, &mut findings)?;
            if line.n_undated > 0 {
                notes.push(view.words.words("not-drawn", languages).replace("{n}", &line.n_undated.to_string()));
            }
            (network, Content::Timeline(line))
        }
        arrangement => {
            let network = network::of_rows(graph, languages, &rows, view.is_foreign)?;
            let filter = Filter::find(graph, &network, &options.kinds, &options.statuses, &BTreeSet::new())?;
            let network = filter.apply(network);
            if arrangement == LayoutKind::Tree {
                let tree = tree::grow(graph, &network, &view, &mut findings)?;
                (network, Content::Tree(tree))
            } else {
                let tree = flow::nodes(&network, None, None);
                (network, Content::Layered(tree))
            }
        }
    };
    drawing(graph, &view, options, (network, content), notes, findings)
}

/// What a view draws, with its words.
fn drawing(
    graph: &Graph,
    view: &View,
    options: &Options,
    (network, content): (Network, Content),
    notes: Vec<String>,
    findings: Findings,
) -> Result<Drawing> {
    let languages = &options.languages;
    let mut drawing = Drawing {
        legend: Legend::of(&network, &content.nodes()),
        network,
        content,
        words: Words::default(),
        page: options.page,
        findings,
        drawn_by: None,
        folded: None,
    };
    drawing.cut(graph, view, options)?;
    let mut notes = notes;
    if let (Some(most), None, Content::Tree(tree)) = (options.most, options.depth, &mut drawing.content) {
        let n_nodes = tree.nodes().len();
        if let Some((depth, n_left_out)) = tree.fold(most) {
            drawing.folded = Some(FoldedTree { n_nodes, depth });
            if n_left_out > 0 {
                notes.push(view.words.words("left-out", languages).replace("{n}", &n_left_out.to_string()));
            }
        }
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
    let main = &languages[..languages.len().min(1)];
    drawing.words = Words {
        title,
        view: view.words.words(if view.is_hierarchy { "hierarchy" } else { "title" }, languages),
        subtitle: if has_remarks { view.words.words("subtitle", languages) } else { String::new() },
        page: String::new(),
        notes,
        foot: view.words.foot(graph, languages)?,
        panel: view.words.words(if view.is_hierarchy { "apart" } else { "panel" }, languages),
        more: view.words.words("more", main),
        folded: view.words.words("folded", main),
        to_page: view.words.words("to-page", main),
        page_of: view.words.words("page", languages),
        quarters: (1..=4).map(|q| view.words.words("quarter", main).replace("{q}", &q.to_string())).collect(),
        months: view.words.words("month", main).split(' ').map(str::to_owned).collect(),
        languages: languages.clone(),
    };
    Ok(drawing)
}

impl Content {
    /// The nodes of the cards, in their order.
    fn nodes(&self) -> Vec<NodeIndex> {
        match self {
            Self::Tree(tree) | Self::Layered(tree) => tree.in_order(),
            Self::Timeline(line) => line.nodes(),
        }
    }
}

impl Drawing {
    /// Cuts off what was not asked for. Colours were assigned before, so a part
    /// has the colours of the complete chart.
    fn cut(&mut self, graph: &Graph, view: &View, options: &Options) -> Result<()> {
        let drawn = self.content.nodes();
        if drawn.is_empty() {
            let name = |(relation, _): &(NamedNode, _)| format!("`{}`", graph.prefixes.shorten(relation.as_str()));
            let relations: Vec<String> = view.branches.iter().map(name).collect();
            let filtered = !options.kinds.is_empty() || !options.statuses.is_empty();
            let hint = match view.arrangement {
                _ if filtered => "draw without `--kind` and `--status` to see everything".to_owned(),
                LayoutKind::Tree => format!("it draws things that are connected by {}", relations.join(", ")),
                LayoutKind::Layered => {
                    "its query returns no relation between two things; run it with `query`".to_owned()
                }
                LayoutKind::Timeline => "its query returns nothing with a date; run it with `query`".to_owned(),
            };
            let message = format!("the view `{}` has nothing to draw", view.name);
            return Err(Error::invalid(Finding::error(codes::EMPTY_VIEW, message).hint(hint)));
        }
        let root = match &options.root {
            None => None,
            Some(iri) => {
                let mut there = drawn.iter().copied();
                Some(there.find(|node| self.network[*node].iri == *iri).ok_or_else(|| {
                    let message = format!("`{}` is not in the view", graph.prefixes.shorten(iri.as_str()));
                    let hint = "draw without `--root` to see what is".to_owned();
                    Error::invalid(Finding::error(codes::UNKNOWN_ENTITY, message).hint(hint))
                })?)
            }
        };
        match &mut self.content {
            Content::Tree(tree) => tree.cut(root, options.depth),
            Content::Layered(tree) => *tree = flow::nodes(&self.network, root, options.depth),
            Content::Timeline(_) if options.depth.is_some() => {
                let message = "`--depth` counts generations, and a timeline has none";
                return Err(Error::invalid(
                    Finding::error(codes::UNUSED_ARGUMENT, message).hint("leave it out".to_owned()),
                ));
            }
            Content::Timeline(line) => line.cut(root),
        }
        Ok(())
    }
}

impl Sheet {
    /// The page as SVG in light colours.
    pub fn svg(&self) -> String {
        self.svg_in(Theme::Light)
    }

    /// The page as SVG.
    pub fn svg_in(&self, theme: Theme) -> String {
        svg::write(&self.scene, self.size, theme)
    }

    /// The page as PNG in light colours, at `scale` pixels per point.
    pub fn png(&self, scale: f32) -> Option<Vec<u8>> {
        self.png_in(Theme::Light, scale)
    }

    /// The page as PNG, at `scale` pixels per point.
    pub fn png_in(&self, theme: Theme, scale: f32) -> Option<Vec<u8>> {
        png::write(&svg::write(&self.scene, None, theme), scale)
    }
}

impl Chart {
    /// The first page.
    pub fn first(&self) -> &Sheet {
        &self.pages[0]
    }

    /// All pages as PDF; `None` if a page has no extent.
    pub fn pdf(&self, theme: Theme) -> Option<Vec<u8>> {
        pdf::write(&self.pages, theme)
    }
}
