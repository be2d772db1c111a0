//! `civigraph chart`

use std::path::Path;

use anyhow::Result;

use super::args::{ChartArguments, ChartEngine, ChartPage, ChartView};
use super::detail::details;
use super::knowledge;
use super::terminal::Terminal;
use crate::chart::{Options, Page, Theme, org};
use crate::diagnostic::Diagnostic;
use crate::entity::{Kind, find};
use crate::error::Error;

pub(super) fn run(arguments: &ChartArguments, terminal: &Terminal) -> Result<bool> {
    let ChartView::Org = arguments.view;
    let output = arguments.output.as_path();
    let ending = output.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let (endings, hint) = match arguments.engine {
        ChartEngine::Civigraph => {
            (&["svg", "png", "pdf", "html", "dot"][..], "use the ending .svg, .png, .pdf, .html or .dot")
        }
        ChartEngine::Dot => (&["svg", "png", "dot"][..], "Graphviz draws .svg and .png; leave out `--engine`"),
    };
    if !endings.contains(&ending) && output != Path::new("-") {
        let fault = Diagnostic::error("unknown-format", format!("a chart cannot be written as `.{ending}`"));
        return Err(Error::invalid(fault.hint(hint.to_owned())).into());
    }
    let knowledge = knowledge::open(&arguments.source, terminal)?;
    let graph = &knowledge.graph;
    let languages = knowledge::languages(&arguments.language, &knowledge, terminal);
    let root = arguments.root.as_deref().map(|text| find(graph, text, Kind::Entity)).transpose()?;
    let page = match arguments.page {
        ChartPage::Auto => Page::Auto,
        ChartPage::A4 => Page::A4,
        ChartPage::A3 => Page::A3,
        ChartPage::Wide => Page::Wide,
    };
    let title = arguments.title.clone();
    let view = org(graph, &Options { languages: languages.clone(), root, depth: arguments.depth, page, title })?;
    terminal.print(&view.findings);
    if ending == "dot" {
        let dot = view.dot();
        terminal.write(Some(output), |out| out.write_all(dot.as_bytes()))?;
        return Ok(true);
    }
    if arguments.engine == ChartEngine::Dot {
        let picture = view.graphviz(if ending == "png" { "png" } else { "svg" })?;
        terminal.write(Some(output), |out| out.write_all(&picture))?;
        return Ok(true);
    }
    let theme = arguments.theme.map(Theme::from);
    if ending == "html" {
        let whole = view.whole();
        let details = details(graph, &whole.scene, &languages)?;
        let html = view.html(&whole, &details, theme);
        terminal.write(Some(output), |out| out.write_all(html.as_bytes()))?;
        return Ok(true);
    }
    let theme = theme.unwrap_or(Theme::Light);
    let chart = view.draw();
    terminal.print(&chart.findings);
    let drawn = match ending {
        "png" => chart.first().png_in(theme, arguments.scale),
        "pdf" => chart.pdf(theme),
        _ => Some(chart.first().svg_in(theme).into_bytes()),
    };
    let Some(drawn) = drawn else {
        return Err(Error::invalid(Diagnostic::error("empty-view", "the picture would be empty")).into());
    };
    terminal.write(Some(output), |out| out.write_all(&drawn))?;
    Ok(true)
}
