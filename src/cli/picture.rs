//! Pictures of what a command found, by the extension of their file.

use std::path::Path;

use anyhow::Result;

use super::terminal::Terminal;
use crate::chart::{Chart, Drawing, Options, PageView, Theme, missing_glyphs};
use crate::error::Error;
use crate::finding::{Finding, Severity, codes};
use crate::graph::Graph;
use crate::page::chart_page;

/// Pixels per point.
const SCALE: f32 = 2.0;

fn extension(output: &Path) -> &str {
    output.extension().and_then(|extension| extension.to_str()).unwrap_or_default()
}

/// Refuses a file that is no picture of these kinds, before work is done for it.
pub(super) fn check(output: &Path, known: &[&str]) -> Result<()> {
    if known.contains(&extension(output)) || output == Path::new("-") {
        return Ok(());
    }
    let message = format!("a picture cannot be written as `.{}`", extension(output));
    let all: Vec<String> = known.iter().map(|known| format!(".{known}")).collect();
    let hint = format!("use one of the extensions {}; `--format` is for text and data", all.join(", "));
    Err(Error::invalid(Finding::error(codes::UNKNOWN_FORMAT, message).hint(hint)).into())
}

/// Writes a chart.
pub(super) fn drawing(
    graph: &Graph,
    drawing: &Drawing,
    languages: &[String],
    output: &Path,
    terminal: &Terminal,
) -> Result<()> {
    match extension(output) {
        "dot" => {
            let dot = drawing.dot().unwrap_or_default();
            terminal.write(Some(output), |out| out.write_all(dot.as_bytes()))?;
        }
        "html" => {
            let whole = drawing.whole();
            terminal.print(&missing_glyphs(std::slice::from_ref(&whole), Severity::Warning));
            let options = Options { languages: languages.to_vec(), ..Options::default() };
            let view = PageView { name: "picture".to_owned(), scenes: vec![drawing.page_scene()] };
            let html = chart_page(&[graph], vec![view], &options, None)?.html();
            terminal.write(Some(output), |out| out.write_all(html.as_bytes()))?;
        }
        _ => pages(&drawing.draw(), output, terminal)?,
    }
    Ok(())
}

/// Writes a page as SVG, PNG or PDF.
pub(super) fn pages(chart: &Chart, output: &Path, terminal: &Terminal) -> Result<()> {
    terminal.print(&chart.findings);
    terminal.print(&missing_glyphs(&chart.pages, Severity::Warning));
    let empty = || Error::invalid(Finding::error(codes::EMPTY_VIEW, "the picture would be empty"));
    let bytes = match extension(output) {
        "png" => chart.first().png_in(Theme::Light, SCALE).ok_or_else(empty)?,
        "pdf" => {
            let (pdf, plain) = chart.pdf_with_findings(Theme::Light).ok_or_else(empty)?;
            terminal.print(&plain);
            pdf
        }
        _ => chart.first().svg_in(Theme::Light).into_bytes(),
    };
    terminal.write(Some(output), |out| out.write_all(&bytes))?;
    Ok(())
}
