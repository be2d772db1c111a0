//! A view drawn on pages: on one page if it is readable there, otherwise in parts.

use std::collections::BTreeMap;
use std::time::Duration;

use super::content::Content;
use super::format::dot;
use super::format::html::PageScene;
use super::format::written::{ChartSource, WrittenChart};
use super::format::{graphml, mermaid};
use super::scene::card::Maker;
use super::scene::flow;
use super::scene::forest;
use super::scene::page::PageForm;
use super::scene::timeline;
use super::scene::{Frame, PageLink, Pen, Scene, Words};
use super::view::tree::Tree;
use super::{Chart, Drawing, LineDirection, Millimetres, PageSize, Sheet};
use crate::error::{Error, Result};
use crate::finding::{Finding, Findings, codes};
use crate::progress::{self, Unit};

/// The form of a page, and its printed size.
pub(super) type Form = (PageForm, Option<Millimetres>);
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
            self.pages(&forms, &mut pen)
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

    /// A page in that of these forms in which the content is largest.
    pub(super) fn sheet(&self, forms: &[Form], content: &Content, words: &Words, pen: &mut Pen) -> Sheet {
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
        if let Content::Tree(tree) = content
            && !tree.is_dotted(&unrouted)
        {
            legend.dotted.clear();
        }
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
            let mut scene = Scene { palette: self.palette.clone(), ..scene };
            self.link_cards(&mut scene, content);
            let sheet = Sheet { scene, size, fonts: self.fonts.clone() };
            let scale = scale(&sheet);
            if best.as_ref().is_none_or(|(_, other)| scale > *other) {
                best = Some((sheet, scale));
            }
        }
        best.map(|(sheet, _)| sheet).unwrap_or_default()
    }

    /// Lets the marks of cards that continue on other pages lead there.
    fn link_cards(&self, scene: &mut Scene, content: &Content) {
        let (Content::Tree(tree) | Content::Layered(tree)) = content else { return };
        let pages: BTreeMap<&str, usize> =
            tree.pages.iter().map(|(node, page)| (self.network[*node].iri.as_str(), *page)).collect();
        for card in &scene.cards {
            let (Some(page), Some(mark)) = (pages.get(card.iri.as_str()), card.texts.last()) else { continue };
            let y = mark.y - mark.size * 1.2;
            let frame = Frame { y, height: card.frame.y + card.frame.height - y, ..card.frame };
            let words = format!("{}: {}", card.names.join(" · "), mark.words);
            scene.links.push(PageLink { frame, page: *page, iri: Some(card.iri.clone()), words });
        }
    }

    /// The complete view on one page, however large, since a screen can scroll.
    pub fn whole(&self) -> Sheet {
        let mut pen = self.pen();
        Sheet { size: None, ..self.sheet(&PageSize::Auto.forms(), &self.content, &self.words, &mut pen) }
    }

    /// The complete view for a page in the browser.
    pub fn page_scene(&self) -> PageScene {
        PageScene { sheet: self.whole(), words: self.words.clone() }
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
pub(super) fn scale(sheet: &Sheet) -> f64 {
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
