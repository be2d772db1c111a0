//! What every page of a chart has: heading, legend and footer.

use super::card::{SMALL, WIDTH};
use super::legend::{Legend, Sample};
use super::text::Weight;
use super::{Frame, Pen, Scene, SceneText, Words};
use crate::chart::layout::Points;

const INK: &str = "#1f2937";
pub(in crate::chart) const FAINT: &str = "#4b5563";
pub(in crate::chart) const MARGIN: Points = 26.0;
/// No page is narrower than this: its heading would become a column of words.
pub(in crate::chart) const NARROWEST: Points = 2.0 * WIDTH + 18.0;

/// The most room of the logo.
const LOGO: (Points, Points) = (150.0, 40.0);

/// The form of a page.
#[derive(Debug, Clone, Copy)]
pub(in crate::chart) struct PageForm {
    /// Width by height.
    pub aspect: f64,
    /// Whether the page has this form regardless of its content.
    pub exact: bool,
    /// A scene narrower than this would be enlarged on the page.
    pub least_width: Points,
}

impl PageForm {
    /// How much of the page a scene takes, as a measure for comparison.
    fn waste(self, scene: &Scene) -> f64 {
        let height = scene.height.max(scene.width / self.aspect);
        height * height * self.aspect
    }

    /// The scene of the layout that takes the least page, the first if several are
    /// equal, on a page of this form. Scenes are composed with the width and height to
    /// add.
    pub fn best<L>(
        self,
        layouts: impl IntoIterator<Item = L>,
        mut compose: impl FnMut(&L, (Points, Points)) -> Scene,
    ) -> Scene {
        let mut best: Option<(Scene, L)> = None;
        for layout in layouts {
            let scene = compose(&layout, (0.0, 0.0));
            let wastes_less = |(other, _): &(Scene, L)| self.waste(&scene) < self.waste(other) - 1e-6;
            if best.as_ref().is_none_or(wastes_less) {
                best = Some((scene, layout));
            }
        }
        let Some((scene, layout)) = best else { return Scene::default() };
        self.fill(scene, |slack| compose(&layout, slack))
    }

    fn fill(self, scene: Scene, mut compose: impl FnMut((Points, Points)) -> Scene) -> Scene {
        if !self.exact {
            return scene;
        }
        // At the width of the page first: what is high since it is narrow may have room there.
        let least = self.least_width - scene.width;
        if least > 0.0 && scene.height * self.aspect > self.least_width {
            let wide = compose((least, 0.0));
            let higher = wide.width / self.aspect - wide.height;
            if higher >= 0.0 {
                return compose((least, higher));
            }
        }
        let wider = (scene.height * self.aspect).max(self.least_width) - scene.width;
        // On a wider page the heading may have fewer lines.
        let wide = compose((wider.max(0.0), 0.0));
        let higher = wide.width / self.aspect - wide.height;
        compose((wider.max(0.0), higher.max(0.0)))
    }
}

/// The lines of a label on a line.
pub(in crate::chart) fn pill_lines(words: &str, pen: &mut Pen) -> Vec<String> {
    words.lines().flat_map(|line| pen.wrap(line, SMALL, Weight::Regular, WIDTH - 12.0)).collect()
}

/// The size of a label with these lines.
pub(in crate::chart) fn pill_size(lines: &[String], pen: &Pen) -> (Points, Points) {
    let widths = lines.iter().map(|line| pen.measure(Weight::Regular).width(line, SMALL));
    (widths.fold(0.0, f64::max) + 12.0, 12.5 + SMALL * 1.25 * lines.len().saturating_sub(1) as f64)
}

/// A page that is filled from the top down.
pub(in crate::chart) struct FilledPage {
    pub scene: Scene,
    /// Width between the margins.
    pub width: Points,
    /// How far down it is filled.
    pub y: Points,
}

impl FilledPage {
    /// A page with its heading.
    pub fn begin(width: Points, words: &Words, pen: &mut Pen) -> Self {
        let mut page = Self { scene: Scene::default(), width, y: MARGIN };
        page.scene.title = words.whole_title();
        page.scene.document = words.title_of_all();
        page.scene.part = words.part.as_ref().map_or_else(String::new, |part| part.title.clone());
        page.scene.number = words.part.as_ref().map(|part| (part.number, part.all));
        page.scene.description.clone_from(&words.subtitle);
        page.scene.language = words.languages.first().cloned().unwrap_or_default();
        if let Some(logo) = &words.logo {
            let (wide, high) = (f64::from(logo.pixels().width()), f64::from(logo.pixels().height()));
            let factor = (LOGO.1 / high).min(LOGO.0 / wide);
            let (wide, high) = (wide * factor, high * factor);
            let frame = Frame { x: MARGIN + width - wide, y: MARGIN, width: wide, height: high };
            page.scene.pictures.push((frame, logo.clone()));
            page.width = (width - wide - 12.0).max(width / 2.0);
        }
        if let Some(part) = words.part.as_ref().filter(|part| part.number > 1) {
            page.head(part, words, pen);
            page.width = width;
            return page;
        }
        page.write(&words.title, (17.0, Weight::Bold), INK, pen);
        page.scene.n_title = page.scene.texts.len();
        page.y += 2.0;
        page.write(&words.view, (11.0, Weight::Bold), FAINT, pen);
        page.y += 2.0;
        page.write(&words.subtitle, (8.5, Weight::Regular), FAINT, pen);
        page.write(&words.page, (8.5, Weight::Regular), FAINT, pen);
        page.width = width;
        page.y += 18.0;
        page
    }

    /// The page with legend and footer, as a scene.
    pub fn finish(mut self, legend: &Legend, words: &Words, pen: &mut Pen) -> Scene {
        if !words.map.is_empty() {
            self.map(words, pen);
        }
        self.y += 20.0;
        self.legend(legend, pen);
        self.y += 10.0;
        self.scene.n_before_foot = self.scene.texts.len();
        for line in words.notes.iter().chain(&words.foot) {
            self.write(line, (SMALL, Weight::Regular), FAINT, pen);
        }
        self.scene.width = self.width + 2.0 * MARGIN;
        self.scene.height = self.y + MARGIN - 6.0;
        self.scene
    }

    pub fn text(&mut self, words: String, (x, y): (Points, Points), style: (Points, Weight), colour: &'static str) {
        let (size, weight) = style;
        self.scene.texts.push(SceneText { words, x, y, size, weight, colour, language: None });
    }

    /// Writes words from margin to margin.
    pub fn write(&mut self, words: &str, style: (Points, Weight), colour: &'static str, pen: &mut Pen) {
        for line in pen.wrap(words, style.0, style.1, self.width) {
            self.y += style.0 * 1.25;
            self.text(line, (MARGIN, self.y - style.0 * 0.25), style, colour);
        }
    }

    fn legend(&mut self, legend: &Legend, pen: &mut Pen) {
        let mut x = MARGIN;
        for (sample, entry) in legend.entries() {
            let words = entry.words();
            let swatch = if matches!(sample, Sample::Line | Sample::Dotted | Sample::Thick(_)) { 18.0 } else { 9.0 };
            let indent = swatch + 5.0;
            // A word wider than the page is broken into lines like any other.
            let lines = pen.wrap(&words, 8.0, Weight::Regular, self.width - indent);
            let widths = lines.iter().map(|line| pen.measure(Weight::Regular).width(line, 8.0));
            let room = widths.fold(0.0, f64::max) + indent;
            if x > MARGIN && x + room > MARGIN + self.width {
                x = MARGIN;
                self.y += 14.0;
            }
            self.scene.samples.push((Frame { x, y: self.y, width: swatch, height: 9.0 }, sample));
            let n_lines = lines.len();
            for (index, line) in lines.into_iter().enumerate() {
                self.text(line, (x + indent, self.y + 7.6 + 10.0 * index as f64), (8.0, Weight::Regular), FAINT);
            }
            self.y += 10.0 * n_lines.saturating_sub(1) as f64;
            x += room + 16.0;
        }
        self.y += 12.0;
    }
}
