//! Pictures of a graph: a view becomes a forest, a network in layers or a line
//! of time, that a scene on pages, the scene an SVG or PNG. No Graphviz and no
//! font of the system is needed.
//!
//! [`layout`], [`layered`] and [`text`] know boxes and words only.

mod card;
mod dot;
mod filter;
mod flow;
mod forest;
pub mod layered;
pub mod layout;
mod legend;
mod page;
mod paging;
mod raster;
mod scene;
mod svg;
pub mod text;
mod timeline;
mod tree;
mod view;
mod words;

use std::collections::BTreeSet;
use std::time::Duration;

use oxigraph::model::NamedNode;
use petgraph::graph::NodeIndex;

use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::error::{Error, Result};
use crate::graph::Graph;
use crate::network::{self, Network, Rows};
use card::Maker;
use filter::Filter;
use legend::Legend;
use page::Form;
use scene::Words;
use timeline::Timeline;
use tree::Tree;
use view::{Arrangement, View};

pub use scene::{COLOURS, Card, Frame, Ground, Line, Pen, Pill, Sample, Scene, Text};
pub use view::stored;

/// What to draw.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Languages of the labels, the main one first.
    pub languages: Vec<String>,
    /// Only what is below this entity.
    pub root: Option<NamedNode>,
    /// Only so many generations below the tops.
    pub depth: Option<usize>,
    /// Only things of these classes or local kinds, by name; all where there is none.
    pub kinds: Vec<String>,
    /// Only what has one of these statuses, by name; all where there is none.
    pub statuses: Vec<String>,
    /// The page to fill.
    pub page: Page,
    /// The title, where it is not to be that of the pack.
    pub title: Option<String>,
}

/// Width and height in millimetres.
pub type Millimetres = (f64, f64);

/// A page to fill.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Page {
    /// As large as it gets, in the form of a sheet of paper.
    #[default]
    Auto,
    /// 297 × 210 mm or upright.
    A4,
    /// 420 × 297 mm or upright.
    A3,
    /// A screen: 16 to 9, of the size that slides have.
    Wide,
}

impl Page {
    /// The forms of the page and its printed sizes in millimetres.
    fn forms(self) -> Vec<(Form, Option<Millimetres>)> {
        let exact = |aspect| Form { aspect, exact: true };
        let sheet = |long: f64, short: f64| {
            vec![(exact(long / short), Some((long, short))), (exact(short / long), Some((short, long)))]
        };
        match self {
            Self::Auto => vec![(Form { aspect: 2.0_f64.sqrt(), exact: false }, None)],
            Self::A4 => sheet(297.0, 210.0),
            Self::A3 => sheet(420.0, 297.0),
            Self::Wide => vec![(exact(16.0 / 9.0), Some((338.667, 190.5)))],
        }
    }

    /// The area of the page in square points; without end where it has no size.
    fn area(self) -> f64 {
        let points = 72.0 / 25.4;
        let area = |(_, size): (Form, Option<Millimetres>)| {
            size.map_or(f64::INFINITY, |(width, height)| width * height * points * points)
        };
        self.forms().into_iter().map(area).fold(0.0, f64::max)
    }
}

/// A page of a chart.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// What is where.
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
    pub findings: Diagnostics,
}

/// The smallest text that can be read on paper, in points.
const SMALLEST: f64 = 6.0;

/// A view of a graph, ready to be drawn.
pub struct Drawing {
    network: Network,
    content: Content,
    legend: Legend,
    words: Words,
    page: Page,
    /// Circles in the hierarchy, what is left out.
    pub findings: Diagnostics,
}

/// What there is to draw, by the layout of the view.
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

/// Reads a view from a graph: one of the program by its name (see [`stored`]),
/// or a `.rq` file.
///
/// # Errors
///
/// `unknown-view`; `empty-view` where there is nothing to draw; `unknown-entity`
/// where the root takes no part in the view; `unknown-kind`, `unknown-status`.
pub fn view(graph: &Graph, name: &str, options: &Options) -> Result<Drawing> {
    let view = View::read(graph, name)?;
    let languages = &options.languages;
    let rows = Rows::read(graph, &view.query)?;
    let mut findings = Diagnostics::new();
    if rows.n_left_out > 0 {
        let message = format!("{} relations of the view lead to a literal or blank node", rows.n_left_out);
        findings.push(
            Diagnostic::warning("literal-in-view", message)
                .at(Place::new(&view.query.file, 1, 1))
                .hint("a chart draws relations between IRIs; these are left out".to_owned()),
        );
    }
    let mut notes = Vec::new();
    let (network, content) = match view.arrangement {
        Arrangement::Timeline => {
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
            if arrangement == Arrangement::Tree {
                let tree = tree::grow(graph, &network, &view, &mut findings)?;
                (network, Content::Tree(tree))
            } else {
                let tree = flow::nodes(&network, None, None);
                (network, Content::Layered(tree))
            }
        }
    };
    let mut drawing = Drawing {
        legend: Legend::of(&network, &content.nodes()),
        network,
        content,
        words: Words::default(),
        page: options.page,
        findings,
    };
    drawing.cut(graph, &view, options)?;
    // The line that explains remarks is for charts that have some.
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
        view: view.words.words("title", languages),
        subtitle: if has_remarks { view.words.words("subtitle", languages) } else { String::new() },
        page: String::new(),
        notes,
        foot: view.words.foot(graph, languages)?,
        panel: view.words.words("panel", languages),
        more: view.words.words("more", main),
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
    /// Cuts off what is not asked for. Colours were given out before, so that
    /// a part has those of the whole.
    fn cut(&mut self, graph: &Graph, view: &View, options: &Options) -> Result<()> {
        let drawn = self.content.nodes();
        if drawn.is_empty() {
            let name = |(relation, _): &(NamedNode, _)| format!("`{}`", graph.prefixes.shorten(relation.as_str()));
            let relations: Vec<String> = view.branches.iter().map(name).collect();
            let filtered = !options.kinds.is_empty() || !options.statuses.is_empty();
            let hint = match view.arrangement {
                _ if filtered => "draw without `--kind` and `--status` to see what there is".to_owned(),
                Arrangement::Tree => format!("it draws what hangs together by {}", relations.join(", ")),
                Arrangement::Layered => "its query gives no relation between two things; run it by `query`".to_owned(),
                Arrangement::Timeline => "its query gives nothing with a date; run it by `query`".to_owned(),
            };
            let message = format!("the view `{}` has nothing to draw", view.name);
            return Err(Error::invalid(Diagnostic::error("empty-view", message).hint(hint)));
        }
        let root = match &options.root {
            None => None,
            Some(iri) => {
                let mut there = drawn.iter().copied();
                Some(there.find(|node| self.network[*node].iri == *iri).ok_or_else(|| {
                    let message = format!("`{}` takes no part in the view", graph.prefixes.shorten(iri.as_str()));
                    let hint = "draw without `--root` to see what does".to_owned();
                    Error::invalid(Diagnostic::error("unknown-entity", message).hint(hint))
                })?)
            }
        };
        match &mut self.content {
            Content::Tree(tree) => tree.cut(root, options.depth),
            Content::Layered(tree) => *tree = flow::nodes(&self.network, root, options.depth),
            Content::Timeline(line) => line.cut(root),
        }
        Ok(())
    }

    /// Draws the view with our own layouts.
    pub fn draw(&self) -> Chart {
        let mut pen = Pen::new();
        let whole = self.sheet(&self.content, &self.words, &mut pen);
        let pages = if self.page == Page::Auto || smallest(&whole) >= SMALLEST - 1e-9 {
            vec![whole]
        } else {
            self.pages(&mut pen)
        };
        let mut findings = Diagnostics::new();
        let least = pages.iter().filter(|sheet| sheet.size.is_some()).map(smallest).fold(f64::INFINITY, f64::min);
        if least < SMALLEST - 1e-9 {
            let message = format!("the smallest text is {least:.1} pt on this page");
            let hint = "draw less with `--root`, `--depth` or `--kind`, or take a larger page".to_owned();
            findings.push(Diagnostic::warning("small-text", message).hint(hint));
        }
        for c in &pen.missing {
            let message = format!("the embedded font has no glyph for `{c}` (U+{:04X})", u32::from(*c));
            findings.push(Diagnostic::warning("missing-glyph", message));
        }
        Chart { pages, findings }
    }

    /// The pages of a chart that is too large for one.
    fn pages(&self, pen: &mut Pen) -> Vec<Sheet> {
        // The words of pages have room from the start.
        let words = self.words.of_page(999, 999);
        // Cards that lie side by side without any gap need less room than all that is drawn.
        let most_cards = (self.page.area() * (card::SMALL / SMALLEST).powi(2) / card::LEAST_AREA) as usize;
        let mut fits = |content: &Content| {
            content.nodes().len() <= most_cards && smallest(&self.sheet(content, &words, pen)) >= SMALLEST - 1e-9
        };
        let contents: Vec<Content> = match &self.content {
            Content::Tree(tree) => paging::pages(tree, &mut |part| fits(&Content::Tree(part.clone())))
                .into_iter()
                .map(Content::Tree)
                .collect(),
            Content::Layered(tree) => {
                let mut fits = |nodes: &[NodeIndex]| {
                    fits(&Content::Layered(flow::part(&self.network, tree, nodes, &[], paging::SOME_PAGE)))
                };
                // What is cut comes first: the small parts fill the page that it ends on.
                let (small, large): (Vec<_>, Vec<_>) =
                    flow::parts(&self.network, &tree.alone).into_iter().partition(|part| fits(part));
                let mut parts = Vec::new();
                for part in large {
                    parts.extend(flow::stars(&self.network, &part, &mut fits));
                }
                parts.extend(small);
                let pages = paging::groups(&parts, &mut fits);
                let part = |nodes: &Vec<NodeIndex>| flow::part(&self.network, tree, nodes, &pages, paging::SOME_PAGE);
                pages.iter().map(|nodes| Content::Layered(part(nodes))).collect()
            }
            Content::Timeline(line) => {
                let mut lines = Vec::new();
                let (mut from, mut n) = (0, 1);
                while from < line.n_items() {
                    let left = line.n_items() - from;
                    n = paging::longest(left, n, &mut |n| fits(&Content::Timeline(line.part(from, from + n))));
                    lines.push(Content::Timeline(line.part(from, from + n)));
                    from += n;
                }
                lines
            }
        };
        let n_pages = contents.len();
        let sheet = |(at, content): (usize, &Content)| {
            let words = if n_pages > 1 { self.words.of_page(at + 1, n_pages) } else { self.words.clone() };
            self.sheet(content, &words, pen)
        };
        contents.iter().enumerate().map(sheet).collect()
    }

    /// A page in that of its forms in which it is the largest.
    fn sheet(&self, content: &Content, words: &Words, pen: &mut Pen) -> Sheet {
        let legend = self.legend.counted(&self.network, &content.nodes());
        let nothing = Tree::default();
        let mut best: Option<(Sheet, f64)> = None;
        for (form, size) in self.page.forms() {
            let maker = |tree| Maker { network: &self.network, tree, legend: &legend, words };
            let scene = match content {
                Content::Tree(tree) => forest::draw(&maker(tree), form, pen),
                Content::Layered(tree) => flow::draw(&maker(tree), &tree.alone, form, pen),
                Content::Timeline(line) => timeline::draw(&maker(&nothing), line, form, pen),
            };
            let sheet = Sheet { scene, size };
            let scale = scale(&sheet);
            if best.as_ref().is_none_or(|(_, other)| scale > *other) {
                best = Some((sheet, scale));
            }
        }
        best.map(|(sheet, _)| sheet).unwrap_or_default()
    }

    /// The view as DOT; nothing for a line of time, which is no graph.
    pub fn dot(&self) -> Option<String> {
        self.dot_with(dot::Splines::Orthogonal)
    }

    fn dot_with(&self, splines: dot::Splines) -> Option<String> {
        match &self.content {
            Content::Tree(tree) => Some(dot::write(&self.network, tree, &self.legend, &self.words, splines)),
            Content::Layered(tree) => Some(dot::write_flow(&self.network, &tree.alone, &self.legend, &self.words)),
            Content::Timeline(_) => None,
        }
    }

    /// What Graphviz makes of the view, in `format` (`svg` or `png`). Where it
    /// fails on orthogonal lines, it is asked for straight pieces.
    ///
    /// # Errors
    ///
    /// `graphviz`; `unknown-format` for a line of time.
    pub fn graphviz(&self, format: &str) -> Result<Vec<u8>> {
        const LIMIT: Duration = Duration::from_secs(60);
        let none = || Error::invalid(Diagnostic::error("unknown-format", "a timeline is no graph for Graphviz"));
        let orthogonal = dot::run(&self.dot().ok_or_else(none)?, format, LIMIT);
        let missing = orthogonal.as_ref().is_err_and(|fault| fault.message.contains("not installed"));
        let drawn = match orthogonal {
            Err(_) if !missing => dot::run(&self.dot_with(dot::Splines::Polyline).ok_or_else(none)?, format, LIMIT),
            done => done,
        };
        drawn.map_err(Error::invalid)
    }
}

/// Points on paper for each point of a scene.
fn scale(sheet: &Sheet) -> f64 {
    let points = 72.0 / 25.4;
    let fit =
        |(width, height): Millimetres| (width * points / sheet.scene.width).min(height * points / sheet.scene.height);
    sheet.size.map_or(1.0, fit)
}

/// The size of the smallest text on paper, in points.
fn smallest(sheet: &Sheet) -> f64 {
    let scale = scale(sheet);
    let texts = sheet.scene.cards.iter().flat_map(|card| &card.texts).chain(&sheet.scene.texts);
    texts.map(|text| text.size * scale).fold(f64::INFINITY, f64::min)
}

impl Sheet {
    /// The page as SVG.
    pub fn svg(&self) -> String {
        svg::write(&self.scene, self.size)
    }

    /// The page as PNG, at `scale` pixels a point.
    pub fn png(&self, scale: f32) -> Option<Vec<u8>> {
        raster::write(&svg::write(&self.scene, None), scale)
    }
}

impl Chart {
    /// The first page.
    pub fn first(&self) -> &Sheet {
        &self.pages[0]
    }
}
