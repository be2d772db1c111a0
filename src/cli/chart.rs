//! `civigraph chart`

use std::path::Path;

use anyhow::Result;

use super::args::{ChartArguments, ChartEngine, ChartPage, ChartView};
use super::knowledge;
use super::terminal::Terminal;
use crate::chart::{Options, Page, Words, org};
use crate::diagnostic::Diagnostic;
use crate::entity::{Kind, find};
use crate::error::Error;
use crate::export;

pub(super) fn run(arguments: &ChartArguments, terminal: &Terminal) -> Result<bool> {
    let ChartView::Org = arguments.view;
    let output = arguments.output.as_path();
    let ending = output.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if !matches!(ending, "svg" | "png" | "dot") && output != Path::new("-") {
        let fault = Diagnostic::error("unknown-format", format!("a chart cannot be written as `.{ending}`"));
        return Err(Error::invalid(fault.hint("use the ending .svg, .png or .dot".to_owned())).into());
    }
    let knowledge = knowledge::open(&arguments.source, terminal)?;
    let graph = &knowledge.graph;
    let languages = knowledge::languages(&arguments.language, &knowledge);
    let root = arguments.root.as_deref().map(|text| find(graph, text, Kind::Entity)).transpose()?;
    let page = match arguments.page {
        ChartPage::Auto => Page::Auto,
        ChartPage::A4 => Page::A4,
        ChartPage::A3 => Page::A3,
        ChartPage::Wide => Page::Wide,
    };
    let lines = export::header(graph)?.lines;
    let chinese = languages.iter().any(|language| language.starts_with("zh"));
    let english = languages.iter().any(|language| language.starts_with("en")) || !chinese;
    let both = |zh: &str, en: &str| match (chinese, english) {
        (true, true) => format!("{zh} {en}"),
        (true, false) => zh.to_owned(),
        _ => en.to_owned(),
    };
    let words = Words {
        title: arguments.title.clone().or_else(|| lines.first().cloned()).unwrap_or_default(),
        subtitle: both(
            "虛線框為計劃中或研究中；虛線標籤為其他關係",
            "Dashed boxes: planned or under study. Dashed labels: other relations.",
        ),
        foot: lines.iter().skip(1).cloned().collect::<Vec<_>>().join(" · "),
        panel: both("沒有列明上級的機構", "Bodies without a stated parent"),
        languages: languages.clone(),
    };
    let view = org(graph, &Options { languages, root, depth: arguments.depth, page }, words)?;
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
    let chart = view.draw();
    terminal.print(&chart.findings);
    if ending == "png" {
        let Some(png) = chart.png(arguments.scale) else {
            return Err(Error::invalid(Diagnostic::error("empty-view", "the picture would be empty")).into());
        };
        terminal.write(Some(output), |out| out.write_all(&png))?;
    } else {
        let svg = chart.svg();
        terminal.write(Some(output), |out| out.write_all(svg.as_bytes()))?;
    }
    Ok(true)
}
