//! A view drawn on pages: on one page if it is readable there, otherwise in parts.

use std::time::Duration;

use petgraph::graph::NodeIndex;

use super::content::Content;
use super::format::dot;
use super::format::html;
use super::format::written::{ChartSource, WrittenChart};
use super::format::{graphml, mermaid};
use super::scene::card::{self, Maker};
use super::scene::flow;
use super::scene::forest;
use super::scene::page::PageForm;
use super::scene::paging;
use super::scene::timeline;
use super::scene::{Pen, Scene, Words};
use super::view::tree::Tree;
use super::{Chart, Detail, Drawing, LineDirection, Millimetres, PageSize, Sheet, Theme};
use crate::error::{Error, Result};
use crate::finding::{Finding, Findings, codes};
use crate::progress::{self, Unit};

/// The form of a page, and its printed size.
type Form = (PageForm, Option<Millimetres>);
/// Dotted lines are drawn between at most this many cards; otherwise they are remarks at both ends.
const MOST_ROUTED: usize = 240;

impl Drawing {
    /// Draws the view with the built-in layouts.
    pub fn draw(&self) -> Chart {
        progress::begin("laying out", Unit::Items, None);
        let mut pen = self.pen();
        let forms = self.page.forms();
        let whole = self.sheet(&forms, &self.content, &self.words, &mut pen);
        let pages = if self.page == PageSize::Auto || smallest(&whole) >= self.least_type - 1e-9 {
            vec![whole]
        } else {
            // All pages of a document have one form: the one that needs the fewest.
            let in_form = |form: &Form| self.pages(*form, &mut pen);
            forms.iter().map(in_form).min_by_key(Vec::len).unwrap_or_default()
        };
        let mut findings = Findings::new();
        let least = pages.iter().filter(|sheet| sheet.size.is_some()).map(smallest).fold(f64::INFINITY, f64::min);
        if least < self.least_type - 1e-9 {
            let message = format!("the smallest text is {least:.1} pt on this page");
            let hint = "draw less with `--root`, `--depth` or `--kind`, or use a larger page".to_owned();
            findings.push(Finding::warning(codes::SMALL_TEXT, message).hint(hint));
        }
        Chart { pages, findings }
    }

    fn pen(&self) -> Pen {
        Pen::with(&self.fonts, self.names.clone(), &self.words.languages)
    }

    /// The pages, in this form, of a chart that is too large for one.
    fn pages(&self, form: Form, pen: &mut Pen) -> Vec<Sheet> {
        // Room for the words about pages is reserved from the start.
        let words = self.words.of_page(paging::SOME_PAGE, paging::SOME_PAGE);
        // Cards packed side by side without gaps need less room than the full drawing.
        let most_cards = (self.page.area() * (card::SMALL / self.least_type).powi(2) / card::LEAST_AREA) as usize;
        let mut fits = |content: &Content| {
            content.nodes().len() <= most_cards
                && smallest(&self.sheet(&[form], content, &words, pen)) >= self.least_type - 1e-9
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
                // Parts that were cut come first; small parts then fill the page on which they end.
                let (small, large): (Vec<_>, Vec<_>) =
                    flow::parts(&self.network, &tree.alone).into_iter().partition(|part| fits(part));
                let mut parts = Vec::new();
                for part in large {
                    parts.extend(match &self.flow.sides {
                        Some(sides) => flow::joints(&self.network, &part, sides),
                        None => flow::stars(&self.network, &part, &mut fits),
                    });
                }
                parts.extend(small);
                let pages = paging::groups(&parts, &mut fits);
                let part = |nodes: &Vec<NodeIndex>| flow::part(&self.network, tree, nodes, &pages, paging::SOME_PAGE);
                pages.iter().map(|nodes| Content::Layered(part(nodes))).collect()
            }
            Content::Timeline(line) => {
                let mut split = |most: usize| {
                    let mut lines = Vec::new();
                    let (mut from, mut n) = (0, 1);
                    while from < line.n_items() {
                        let left = (line.n_items() - from).min(most);
                        n = paging::longest(left, n, &mut |n| fits(&Content::Timeline(line.part(from, from + n))));
                        lines.push(Content::Timeline(line.part(from, from + n)));
                        from += n;
                    }
                    lines
                };
                let full = split(usize::MAX);
                // The last page is as full as the others, where that takes no further page.
                let even = split(line.n_items().div_ceil(full.len().max(1)));
                if even.len() <= full.len() { even } else { full }
            }
        };
        let n_pages = contents.len();
        let sheet = |(at, content): (usize, &Content)| {
            let words = if n_pages > 1 { self.words.of_page(at + 1, n_pages) } else { self.words.clone() };
            self.sheet(&[form], content, &words, pen)
        };
        contents.iter().enumerate().map(sheet).collect()
    }

    /// A page in that of these forms in which the content is largest.
    fn sheet(&self, forms: &[Form], content: &Content, words: &Words, pen: &mut Pen) -> Sheet {
        let mut legend = match content {
            Content::Timeline(line) => self.legend.counting(&self.network, &line.items),
            _ => self.legend.counted(&self.network, &content.nodes()),
        };
        if let Content::Layered(tree) = content
            && !self.flow.has_thick(&self.network, &tree.alone)
        {
            legend.thick = None;
        }
        let nothing = Tree::default();
        let unrouted = match content {
            Content::Tree(tree) => tree.unrouted(MOST_ROUTED),
            _ => Vec::new(),
        };
        let mut best: Option<(Sheet, f64)> = None;
        for (form, size) in forms.iter().copied() {
            let maker = |tree| Maker {
                network: &self.network,
                tree,
                legend: &legend,
                words,
                facts: &self.facts,
                common_kind: self.common_kind.as_ref(),
                levels: self.levels.as_ref(),
                unrouted: &unrouted,
                highlighted: &self.highlighted,
                look: self.look,
            };
            let scene = match content {
                Content::Tree(tree) => forest::draw(&maker(tree), form, pen),
                Content::Layered(tree) => flow::draw(&maker(tree), &tree.alone, &self.flow, form, pen),
                Content::Timeline(line) => timeline::draw(&maker(&nothing), line, form, pen),
            };
            let scene = Scene { palette: self.palette.clone(), ..scene };
            let sheet = Sheet { scene, size, fonts: self.fonts.clone() };
            let scale = scale(&sheet);
            if best.as_ref().is_none_or(|(_, other)| scale > *other) {
                best = Some((sheet, scale));
            }
        }
        best.map(|(sheet, _)| sheet).unwrap_or_default()
    }

    /// The complete view on one page, however large, since a screen can scroll.
    pub fn whole(&self) -> Sheet {
        let mut pen = self.pen();
        Sheet { size: None, ..self.sheet(&PageSize::Auto.forms(), &self.content, &self.words, &mut pen) }
    }

    /// The view as HTML. `details` holds, for each language, what is known of
    /// each card of `whole`; without a theme the page follows the system's.
    pub fn html(&self, whole: &Sheet, details: &[Vec<Detail>], theme: Option<Theme>) -> String {
        html::write(&whole.scene, &self.words, details, theme, &self.fonts)
    }

    /// The view as DOT; `None` for a timeline, which is not a graph.
    pub fn dot(&self) -> Option<String> {
        self.dot_with(dot::Splines::Orthogonal)
    }

    fn dot_with(&self, splines: dot::Splines) -> Option<String> {
        match &self.content {
            Content::Tree(tree) => {
                Some(dot::write(&self.network, tree, &self.legend, &self.words, &self.facts, (&self.palette, splines)))
            }
            Content::Layered(tree) => {
                let amounts = &self.flow.amounts;
                Some(dot::write_flow(&self.network, &tree.alone, &self.legend, &self.words, (&self.palette, amounts)))
            }
            Content::Timeline(_) => None,
        }
    }

    /// The view as a flowchart of Mermaid; `None` for a timeline.
    pub fn mermaid(&self) -> Option<String> {
        let default = if matches!(self.content, Content::Tree(_)) { LineDirection::Down } else { LineDirection::Right };
        Some(mermaid::write(&self.written()?, self.look.direction.unwrap_or(default)))
    }

    /// The view as GraphML; `None` for a timeline.
    pub fn graphml(&self) -> Option<String> {
        Some(graphml::write(&self.written()?))
    }

    /// What other programs draw; `None` for a timeline, which is not a graph.
    fn written(&self) -> Option<WrittenChart<'_>> {
        let source = ChartSource {
            network: &self.network,
            legend: &self.legend,
            words: &self.words,
            facts: &self.facts,
            amounts: &self.flow.amounts,
            palette: &self.palette,
            is_wordless: self.look.is_wordless,
        };
        match &self.content {
            Content::Tree(tree) => Some(source.tree(tree)),
            Content::Layered(tree) => Some(source.network(&tree.alone)),
            Content::Timeline(_) => None,
        }
    }

    /// The view drawn by Graphviz, in `format` (`svg` or `png`). If Graphviz
    /// fails on orthogonal lines, it is run again with straight ones.
    ///
    /// # Errors
    ///
    /// `graphviz`; `unknown-format` for a timeline.
    pub fn graphviz(&self, format: &str) -> Result<Vec<u8>> {
        const LIMIT: Duration = Duration::from_secs(60);
        let none = || {
            Error::invalid(Finding::error(
                codes::UNKNOWN_FORMAT,
                "Graphviz cannot draw a timeline, which is not a graph",
            ))
        };
        let orthogonal = dot::run(&self.dot().ok_or_else(none)?, format, LIMIT);
        let drawn = match orthogonal {
            Err(dot::Failure::Failed(_)) => {
                dot::run(&self.dot_with(dot::Splines::Polyline).ok_or_else(none)?, format, LIMIT)
            }
            done => done,
        };
        drawn.map_err(|failure| Error::invalid(failure.into()))
    }
}

/// Points on paper per point of the scene.
fn scale(sheet: &Sheet) -> f64 {
    let points = 72.0 / 25.4;
    let fit =
        |(width, height): Millimetres| (width * points / sheet.scene.width).min(height * points / sheet.scene.height);
    sheet.size.map_or(1.0, fit)
}

/// The size of the smallest text on paper, in points.
fn smallest(sheet: &Sheet) -> f64 {
    let scale = scale(sheet);
    sheet.scene.every_text().map(|text| text.size * scale).fold(f64::INFINITY, f64::min)
}
