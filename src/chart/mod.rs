//! Pictures of a graph: a view becomes a forest, the forest a scene on a page,
//! the scene an SVG, PNG, PDF or HTML file. No Graphviz and no font of the system
//! is needed.
//!
//! [`layout`] and [`text`] know boxes and words only.

mod card;
mod dot;
mod glyphs;
mod html;
pub mod layout;
mod legend;
mod page;
mod pdf;
mod raster;
mod scene;
mod svg;
pub mod text;
mod theme;
mod tree;
mod view;

use std::time::Duration;

use oxigraph::model::NamedNode;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::error::{Error, Result};
use crate::graph::Graph;
use crate::network::{self, Network};
use legend::Legend;
use page::Form;
use scene::Words;
use view::View;

pub use html::{Detail, Fact};
pub use scene::{COLOURS, Card, Frame, Ground, Line, Pen, Pill, Sample, Scene, Text};
pub use theme::Theme;

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
    /// The title, where it is not to be that of the pack.
    pub title: Option<String>,
}

/// Width and height in millimetres.
pub type Millimetres = (f64, f64);

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
            Self::Wide => vec![(exact(16.0 / 9.0), None)],
        }
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

/// The view `org`: who hangs under whom.
pub struct Org {
    network: Network,
    forest: tree::Tree,
    legend: Legend,
    words: Words,
    page: Page,
    /// Circles in the hierarchy.
    pub findings: Diagnostics,
}

/// Reads the view `org` from a graph.
///
/// # Errors
///
/// `empty-view` where nothing hangs under anything; `unknown-entity` where the
/// root takes no part in the view.
pub fn org(graph: &Graph, options: &Options) -> Result<Org> {
    let view = View::read(graph, "org")?;
    let languages = &options.languages;
    let network = network::project_view(graph, languages, &view.query, None)?;
    let mut findings = Diagnostics::new();
    let mut forest = tree::grow(graph, &network, &view, &mut findings)?;
    let drawn = forest.nodes();
    if drawn.is_empty() {
        let name = |(relation, _): &(NamedNode, _)| format!("`{}`", graph.prefixes.shorten(relation.as_str()));
        let relations: Vec<String> = view.branches.iter().map(name).collect();
        let hint = format!("it draws what hangs together by {}", relations.join(", "));
        return Err(Error::invalid(Diagnostic::error("empty-view", "the view `org` has nothing to draw").hint(hint)));
    }
    let root = match &options.root {
        None => None,
        Some(iri) => Some(drawn.iter().copied().find(|node| network[*node].iri == *iri).ok_or_else(|| {
            let message = format!("`{}` takes no part in the view", graph.prefixes.shorten(iri.as_str()));
            let hint = "draw without `--root` to see what does".to_owned();
            Error::invalid(Diagnostic::error("unknown-entity", message).hint(hint))
        })?),
    };
    // Colours are given out before anything is cut off, so that a part has those of the whole.
    let mut legend = Legend::of(&network, &forest);
    forest.cut(root, options.depth);
    legend.count(&network, &forest);
    // The line that explains remarks is for charts that have some.
    let has_remarks = forest.nodes().iter().any(|node| forest.others.contains_key(node));
    let title = match &options.title {
        Some(title) => title.clone(),
        None => view::title(graph, languages)?,
    };
    let words = Words {
        title,
        subtitle: if has_remarks { view.words("subtitle", languages) } else { String::new() },
        foot: view.foot(graph, languages)?,
        panel: view.words("panel", languages),
        more: view.words("more", &languages[..languages.len().min(1)]),
        languages: languages.clone(),
    };
    Ok(Org { network, forest, legend, words, page: options.page, findings })
}

impl Org {
    /// Draws the view with the page-fitting layout.
    pub fn draw(&self) -> Chart {
        let mut pen = Pen::new();
        let mut best: Option<(Scene, Option<Millimetres>, f64)> = None;
        for (form, size) in self.page.forms() {
            let scene = page::draw(&self.network, &self.forest, &self.legend, &self.words, form, &mut pen);
            // Points on paper for each point of the scene.
            let scale = size.map_or(1.0, |(width, height)| {
                let points = 72.0 / 25.4;
                (width * points / scene.width).min(height * points / scene.height)
            });
            if best.as_ref().is_none_or(|(.., other)| scale > *other) {
                best = Some((scene, size, scale));
            }
        }
        let (scene, size, scale) = best.unwrap_or_default();
        let mut findings = Diagnostics::new();
        let texts = scene.cards.iter().flat_map(|card| &card.texts).chain(&scene.texts);
        let smallest = texts.map(|text| text.size * scale).fold(f64::INFINITY, f64::min);
        if smallest < SMALLEST - 1e-9 {
            let message = format!("the smallest text is {smallest:.1} pt on this page");
            let hint = "draw less with `--root` or `--depth`, or take a larger page".to_owned();
            findings.push(Diagnostic::warning("small-text", message).hint(hint));
        }
        for c in &pen.missing {
            let message = format!("the embedded font has no glyph for `{c}` (U+{:04X})", u32::from(*c));
            findings.push(Diagnostic::warning("missing-glyph", message));
        }
        Chart { pages: vec![Sheet { scene, size }], findings }
    }

    /// The whole view on one page, however large: a screen can be moved.
    pub fn whole(&self) -> Sheet {
        let form = Form { aspect: 1.6, exact: false };
        let scene = page::draw(&self.network, &self.forest, &self.legend, &self.words, form, &mut Pen::new());
        Sheet { scene, size: None }
    }

    /// The view as HTML. `details` has for each language what is known of each
    /// card of `whole`; without a theme the page takes that of the system.
    pub fn html(&self, whole: &Sheet, details: &[Vec<Detail>], theme: Option<Theme>) -> String {
        html::write(&whole.scene, &self.words, details, theme)
    }

    /// The view as DOT.
    pub fn dot(&self) -> String {
        dot::write(&self.network, &self.forest, &self.legend, &self.words, dot::Splines::Orthogonal)
    }

    /// What Graphviz makes of the view, in `format` (`svg` or `png`). Where it
    /// fails on orthogonal lines, it is asked for straight pieces.
    pub fn graphviz(&self, format: &str) -> Result<Vec<u8>> {
        const LIMIT: Duration = Duration::from_secs(60);
        let orthogonal = dot::run(&self.dot(), format, LIMIT);
        let missing = orthogonal.as_ref().is_err_and(|fault| fault.message.contains("not installed"));
        let drawn = match orthogonal {
            Err(_) if !missing => {
                let polyline =
                    dot::write(&self.network, &self.forest, &self.legend, &self.words, dot::Splines::Polyline);
                dot::run(&polyline, format, LIMIT)
            }
            done => done,
        };
        drawn.map_err(Error::invalid)
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

    /// The page as PNG in light colours, at `scale` pixels a point.
    pub fn png(&self, scale: f32) -> Option<Vec<u8>> {
        self.png_in(Theme::Light, scale)
    }

    /// The page as PNG, at `scale` pixels a point.
    pub fn png_in(&self, theme: Theme, scale: f32) -> Option<Vec<u8>> {
        raster::write(&svg::write(&self.scene, None, theme), scale)
    }
}

impl Chart {
    /// The first page.
    pub fn first(&self) -> &Sheet {
        &self.pages[0]
    }

    /// All pages as PDF. Nothing where a page has no extent.
    pub fn pdf(&self, theme: Theme) -> Option<Vec<u8>> {
        pdf::write(&self.pages, theme)
    }
}
