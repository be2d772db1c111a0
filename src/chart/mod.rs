//! Pictures of a graph: a view becomes a forest, the forest a scene on a page,
//! the scene an SVG or PNG. No Graphviz and no font of the system is needed.
//!
//! [`layout`] and [`text`] know boxes and words only.

pub mod layout;
mod raster;
mod scene;
mod svg;
pub mod text;
mod tree;

use oxigraph::model::NamedNode;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::error::{Error, Result};
use crate::graph::Graph;
use crate::network;

pub use scene::{COLOURS, Card, Frame, Pen, Scene, Text, Words};

/// What to draw.
#[derive(Debug, Clone)]
pub struct Options {
    /// Languages of the labels, the main one first.
    pub languages: Vec<String>,
    /// Only what is below this entity.
    pub root: Option<NamedNode>,
    /// Only so many generations below the tops.
    pub depth: Option<usize>,
    /// The page to fill.
    pub page: Page,
}

/// A page to fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// As large as it gets, in the form of a sheet of paper.
    Auto,
    /// 297 × 210 mm or upright.
    A4,
    /// 420 × 297 mm or upright.
    A3,
    /// A screen: 16 to 9.
    Wide,
}

impl Page {
    /// The forms of the page, as width by height, and its printed sizes in millimetres.
    fn forms(self) -> Vec<(f64, Option<(f64, f64)>)> {
        let sheet = |long: f64, short: f64| vec![(long / short, Some((long, short))), (short / long, Some((short, long)))];
        match self {
            Self::Auto => vec![(2.0_f64.sqrt(), None)],
            Self::A4 => sheet(297.0, 210.0),
            Self::A3 => sheet(420.0, 297.0),
            Self::Wide => vec![(16.0 / 9.0, None)],
        }
    }
}

/// A drawn chart.
#[derive(Debug, Clone)]
pub struct Chart {
    /// What is where.
    pub scene: Scene,
    /// Printed size in millimetres, if the page has one.
    pub size: Option<(f64, f64)>,
    /// Warnings: circles in the hierarchy, characters without a glyph, text too small to read.
    pub findings: Diagnostics,
}

/// The smallest text that can be read on paper, in points.
const SMALLEST: f64 = 6.0;

/// Draws the view `org`: who hangs under whom.
///
/// # Errors
///
/// `empty-view` where nothing hangs under anything; `unknown-entity` where the
/// root takes no part in the view.
pub fn org(graph: &Graph, options: &Options, words: &Words) -> Result<Chart> {
    let view = network::view(graph, "org")?;
    let branches = tree::Branches::read(&view, &graph.prefixes).map_err(Error::invalid)?;
    let network = network::project_view(graph, &options.languages, &view, None)?;
    let mut findings = Diagnostics::new();
    let mut forest = tree::grow(graph, &network, &branches, &mut findings);
    let root = match &options.root {
        None => None,
        Some(iri) => Some(network.node_indices().find(|node| network[*node].iri == *iri).ok_or_else(|| {
            let message = format!("`{}` takes no part in the view", graph.prefixes.shorten(iri.as_str()));
            Error::invalid(Diagnostic::error("unknown-entity", message))
        })?),
    };
    forest.cut(root, options.depth);
    if forest.roots.is_empty() && forest.alone.is_empty() {
        let hint = "it draws relations such as `cg:partOf`, `cg:supports`, `cg:manages` and bodies".to_owned();
        return Err(Error::invalid(Diagnostic::error("empty-view", "the view `org` has nothing to draw").hint(hint)));
    }
    let mut pen = Pen::new();
    let drawn = options.page.forms().into_iter().map(|(aspect, size)| {
        let scene = scene::draw(&network, &forest, words, aspect, &mut pen);
        // Points on paper for each point of the scene.
        let scale = size.map_or(1.0, |(width, height)| {
            let points = 72.0 / 25.4;
            (width * points / scene.width).min(height * points / scene.height)
        });
        (scene, size, scale)
    });
    let best = drawn.max_by(|a, b| a.2.total_cmp(&b.2));
    let Some((scene, size, scale)) = best else {
        return Err(Error::invalid(Diagnostic::error("empty-view", "the view `org` has nothing to draw")));
    };
    let smallest = scene.cards.iter().flat_map(|card| &card.texts).map(|text| text.size * scale).fold(f64::INFINITY, f64::min);
    if smallest < SMALLEST - 1e-9 {
        let message = format!("the smallest text is {smallest:.1} pt on this page");
        let hint = "draw less with `--root` or `--depth`, or take a larger page".to_owned();
        findings.push(Diagnostic::warning("small-text", message).hint(hint));
    }
    for c in &pen.missing {
        let message = format!("the embedded font has no glyph for `{c}` (U+{:04X})", u32::from(*c));
        findings.push(Diagnostic::warning("missing-glyph", message));
    }
    Ok(Chart { scene, size, findings })
}

impl Chart {
    /// The chart as SVG.
    pub fn svg(&self) -> String {
        svg::write(&self.scene, self.size)
    }

    /// The chart as PNG, at `scale` pixels a point.
    pub fn png(&self, scale: f32) -> Option<Vec<u8>> {
        raster::write(&svg::write(&self.scene, None), scale)
    }
}
