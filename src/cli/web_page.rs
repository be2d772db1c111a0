//! The page with the views of a graph, which `chart` writes as HTML.

use super::args::ChartArguments;
use super::terminal::Terminal;
use crate::chart::{Drawing, Options, Sheet, Theme, missing_glyphs, unused_fonts};
use crate::finding::Severity;
use crate::graph::Graph;
use crate::page::{chart_page, draw_views, views_beside};

/// Writes the views as one page; the first is `drawing`.
pub(super) fn write(
    graphs: &[&Graph],
    drawing: Drawing,
    (first, options): (&str, &Options),
    arguments: &ChartArguments,
    terminal: &Terminal,
) -> anyhow::Result<bool> {
    let names = match arguments.views.as_slice() {
        [] => views_beside(first, options, arguments.list.is_some()),
        asked => {
            let others = asked.iter().filter(|name| *name != first && *name != "all").cloned();
            let all = asked.iter().any(|name| name == "all");
            let all = if all { views_beside(first, options, false) } else { vec![first.to_owned()] };
            all.into_iter().chain(others).collect()
        }
    };
    let drawn = draw_views(graphs, &names, drawing, options, (&arguments.views, arguments.timeout.0))?;
    terminal.print(&drawn.findings);
    if !drawn.left_out.is_empty() {
        terminal.note(&format!("note: not in the page: {}", drawn.left_out.join(", ")));
    }
    let sheets: Vec<Sheet> =
        drawn.views.iter().filter_map(|view| view.scenes.first()).map(|scene| scene.sheet.clone()).collect();
    terminal.print(&missing_glyphs(&sheets, Severity::Warning));
    terminal.print(&unused_fonts(&sheets));
    let html = chart_page(graphs, drawn.views, options, arguments.theme.map(Theme::from))?.html();
    terminal.write(Some(arguments.output()), |out| out.write_all(html.as_bytes()))?;
    Ok(true)
}
