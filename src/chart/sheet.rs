//! The pages of a drawn chart, each a scene with its size on paper, and the files that they become.

use super::Millimetres;
use super::format::{Characters, Lettering, pdf, png, svg};
use super::scene::Scene;
use super::scene::font::Fonts;
use super::scene::theme::{Role, Theme};
use crate::finding::{Finding, Findings, codes};

/// A page of a chart.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// The elements and their positions.
    pub scene: Scene,
    /// Printed size in millimetres, if the page has one.
    pub size: Option<Millimetres>,
    /// The fonts that it was measured with.
    pub fonts: Fonts,
}

/// A drawn chart.
#[derive(Debug, Clone)]
pub struct Chart {
    /// Its pages, the overview first; at least one.
    pub pages: Vec<Sheet>,
    /// Warnings: text too small to read.
    pub findings: Findings,
}

impl Sheet {
    /// The page as SVG in light colours.
    pub fn svg(&self) -> String {
        self.svg_in(Theme::Light)
    }

    /// The page as SVG.
    pub fn svg_in(&self, theme: Theme) -> String {
        svg::write(&self.scene, self.size, theme, &self.lettering(false))
    }

    /// The page as SVG in which letters are shapes, for programs that ignore the fonts in a file.
    pub fn outlined_svg(&self, theme: Theme) -> String {
        svg::write(&self.scene, self.size, theme, &self.lettering(true))
    }

    fn lettering(&self, outlines: bool) -> Lettering<'_> {
        Lettering { fonts: &self.fonts, outlines }
    }

    /// The page as PNG in light colours, at `scale` pixels per point.
    pub fn png(&self, scale: f32) -> Option<Vec<u8>> {
        self.png_in(Theme::Light, scale)
    }

    /// The page as PNG, at `scale` pixels per point.
    pub fn png_in(&self, theme: Theme, scale: f32) -> Option<Vec<u8>> {
        let svg = svg::write(&self.scene, None, theme, &self.lettering(true));
        let about = Characters::of(&self.scene, &self.fonts).about();
        let ground = self.scene.palette.colour(theme, Role::Ground);
        png::write(&self.scene, &svg, self.size, scale, ground, &about)
    }
}

/// What the beginning of a PNG or SVG of this program says of its page: its number and that of all pages, or none if it
/// is the only one; nothing if the file is from elsewhere.
pub fn page_of_file(head: &[u8]) -> Option<Option<(usize, usize)>> {
    png::page_of_file(head).or_else(|| svg::page_of_file(&String::from_utf8_lossy(head)))
}

impl Chart {
    /// The first page.
    pub fn first(&self) -> &Sheet {
        &self.pages[0]
    }

    /// All pages as PDF; `None` if a page has no extent.
    pub fn pdf(&self, theme: Theme) -> Option<Vec<u8>> {
        pdf::write(&self.pages, theme).map(|written| written.bytes)
    }

    /// The same, with a finding if it is not PDF/UA-1.
    pub fn pdf_with_findings(&self, theme: Theme) -> Option<(Vec<u8>, Findings)> {
        let written = pdf::write(&self.pages, theme)?;
        let mut findings = Findings::new();
        if !written.broken.is_empty() {
            let message = format!("the PDF is not PDF/UA-1: {}", written.broken.join(", "));
            let hint = "it can be read, but screen readers may not read all of it".to_owned();
            findings.push(Finding::warning(codes::PLAIN_PDF, message).hint(hint));
        }
        Some((written.bytes, findings))
    }
}
