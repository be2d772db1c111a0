//! `civigraph chart`

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;

use super::args::{ChartArguments, ChartEngine, ChartPage, ChartText, ChartWords, DEFAULT_SCALE};
use super::outputs::Outputs;
use super::terminal::Terminal;
use super::{knowledge, pages, since, staff, views, web_page};
use crate::ask;
use crate::chart::house::{self, House};
use crate::chart::{
    CardMarks, FoldedTree, Fonts, LineDirection, Options, PageSize, PlacesOf, Theme, missing_glyphs, read_fonts,
    unused_fonts, view,
};
use crate::entity::{NodeKind, find};
use crate::error::Error;
use crate::finding::{Finding, Severity, codes};
use crate::graph::Graph;
use crate::pack::Pack;
use crate::page::first_view;
use crate::pipeline;

/// The cards of a picture that can be read.
const MOST_CARDS: usize = 300;

pub(super) fn run(arguments: &ChartArguments, terminal: &Terminal) -> Result<bool> {
    if arguments.list_views {
        return views::run(arguments, terminal);
    }
    let output = arguments.output();
    let extension = arguments.extension();
    let (extensions, hint) = match arguments.engine {
        ChartEngine::Civigraph => (
            &["svg", "png", "pdf", "html", "dot", "mmd", "graphml"][..],
            "use the extension .svg, .png, .pdf, .html, .dot, .mmd or .graphml, or `--format`",
        ),
        ChartEngine::Dot => (&["svg", "png", "dot"][..], "Graphviz draws .svg and .png; leave out `--engine`"),
    };
    if !extensions.contains(&extension) && (output != Path::new("-") || arguments.format.is_some()) {
        let message = match extension {
            "" => format!("`{}` has no extension that says the format of the chart", output.display()),
            other => format!("a chart cannot be written as `.{other}`"),
        };
        let fault = Finding::error(codes::UNKNOWN_FORMAT, message);
        return Err(Error::invalid(fault.hint(hint.to_owned())).into());
    }
    if arguments.view.is_none() && extension != "html" {
        let message = format!("a chart as `.{extension}` is of one view, and none is named");
        let fault = Finding::error(codes::UNKNOWN_VIEW, message);
        let hint = "name one, as in `civigraph chart org -o org.svg` (see `civigraph chart --list`); .html has all";
        return Err(Error::invalid(fault.hint(hint.to_owned())).into());
    }
    terminal.refuse_missing(output)?;
    let knowledge = match &arguments.list {
        Some(list) => staff::open(list, &arguments.columns, terminal)?,
        None => knowledge::open_as_of(&arguments.source, &arguments.dated, terminal)?,
    };
    let (knowledge, marks, old) = match &arguments.since {
        Some(old) => {
            let (knowledge, marks, old) = since::marked(old, knowledge, arguments, terminal)?;
            (knowledge, marks, Some(old))
        }
        None => (knowledge, CardMarks::default(), None),
    };
    let graph = &knowledge.graph;
    let is_picture = ["svg", "png", "pdf"].contains(&extension) && arguments.engine == ChartEngine::Civigraph;
    let (page, scale) = page_of(arguments);
    let options = Options {
        languages: knowledge::languages(&arguments.language, &knowledge, terminal),
        roots: arguments.root.iter().map(|text| find(graph, text, NodeKind::Entity)).collect::<Result<Vec<_>, _>>()?,
        // Pages that are asked for divide a large tree, and HTML folds it.
        most: (is_picture && page == PageSize::Auto).then_some(MOST_CARDS),
        depth: arguments.depth,
        kinds: arguments.kind.clone(),
        statuses: arguments.status.clone(),
        page,
        fonts: Fonts::default().with(read_fonts(&arguments.font)?, arguments.system_fonts),
        level: arguments.level.clone(),
        house: house(arguments, terminal)?,
        folder: folder(arguments),
        views: views::of_pack(arguments)?,
        root_names: Vec::new(),
        places: places(arguments)?,
        hide: arguments.hide.clone(),
        highlight: arguments.highlight.clone(),
        subtitle: arguments.subtitle.clone(),
        foot: arguments.foot.clone(),
        words: arguments.words.map(|words| words == ChartWords::On),
        direction: arguments.direction.map(LineDirection::from),
        least_type: arguments.min_type,
        marks,
        title: arguments.title.clone().or_else(|| knowledge.is_of_data.then(|| knowledge.edition.title.clone())),
    };
    let draw = |name: &str| {
        let (drawn, name, options) = (graph.clone(), name.to_owned(), options.clone());
        ask::limited(arguments.timeout.0, move || view(&drawn, &name, &options))
    };
    let (view_name, mut drawing) = match &arguments.view {
        Some(name) => (name.clone(), draw(name)?),
        None => first_view(&options, draw)?,
    };
    if arguments.list.is_some() {
        // Told already, with the cells.
        drawing.findings = drawing.findings.without(codes::CIRCULAR_HIERARCHY);
    }
    terminal.reads([PathBuf::from(&view_name)]);
    if let Some(drawn_by) = &drawing.drawn_by {
        terminal.note(&format!("note: {drawn_by}"));
    }
    if let Some(FoldedTree { n_nodes, depth }) = drawing.folded {
        let drawn = match depth {
            0 => "only the tops are drawn".to_owned(),
            1 => "1 generation is drawn below the tops".to_owned(),
            _ => format!("{depth} generations are drawn below the tops"),
        };
        let pages = "`--depth all` draws all, `--page a3` makes pages, .html unfolds";
        terminal.note(&format!("note: of {n_nodes} cards, {drawn}; {pages}"));
    }
    terminal.print(&drawing.findings);
    let graph_format = match extension {
        "dot" => Some(("DOT", drawing.dot())),
        "mmd" => Some(("Mermaid", drawing.mermaid())),
        "graphml" => Some(("GraphML", drawing.graphml())),
        _ => None,
    };
    if let Some((name, text)) = graph_format {
        let Some(text) = text else {
            let fault = Finding::error(
                codes::UNKNOWN_FORMAT,
                format!("a timeline is not a graph, so {name} cannot express it"),
            );
            return Err(Error::invalid(fault.hint("use the extension .svg, .png, .pdf or .html".to_owned())).into());
        };
        let text = if arguments.is_in_markdown() { format!("```mermaid\n{text}```\n") } else { text };
        terminal.write(Some(output), |out| out.write_all(text.as_bytes()))?;
        return Ok(true);
    }
    if arguments.engine == ChartEngine::Dot {
        let picture = drawing.graphviz(if extension == "png" { "png" } else { "svg" })?;
        terminal.write(Some(output), |out| out.write_all(&picture))?;
        return Ok(true);
    }
    if extension == "html" {
        let graphs: Vec<&Graph> = std::iter::once(graph).chain(old.as_ref().map(|old| &old.graph)).collect();
        return web_page::write(&graphs, drawing, (&view_name, &options), arguments, terminal);
    }
    let theme = arguments.theme.map_or(Theme::Light, Theme::from);
    let empty = || Error::invalid(Finding::error(codes::EMPTY_VIEW, "the picture would be empty"));
    let chart = drawing.draw();
    terminal.print(&chart.findings);
    // A box in the place of a letter is no picture to publish.
    let is_final = extension == "png" || extension == "pdf" || arguments.text == Some(ChartText::Outlines);
    let missing = missing_glyphs(&chart.pages, if is_final { Severity::Error } else { Severity::Warning });
    terminal.print(&missing);
    terminal.print(&unused_fonts(&chart.pages));
    if extension == "pdf" {
        let (pdf, plain) = chart.pdf_with_findings(theme).ok_or_else(empty)?;
        terminal.print(&plain);
        terminal.write(Some(output), |out| out.write_all(&pdf))?;
        return Ok(!missing.has_errors());
    }
    let n_pages = chart.pages.len();
    // One page keeps the name of the output; standard output takes the first page only.
    let numbered = n_pages > 1 && output != Path::new("-");
    let mut outputs = Outputs::new(terminal);
    for (at, page) in chart.pages.iter().enumerate().take(if numbered { n_pages } else { 1 }) {
        let bytes = if extension == "png" {
            page.png_in(theme, scale).ok_or_else(empty)?
        } else if arguments.text == Some(ChartText::Outlines) {
            page.outlined_svg(theme).into_bytes()
        } else {
            page.svg_in(theme).into_bytes()
        };
        if numbered {
            outputs.add(&name_of_page(output, at + 1), |out| out.write_all(&bytes))?;
        } else {
            terminal.write(Some(output), |out| out.write_all(&bytes))?;
        }
    }
    outputs.replace()?;
    if n_pages > 1 {
        let first = name_of_page(output, 1);
        terminal.note(&match numbered {
            true => format!("{n_pages} pages: {} to {}", first.display(), name_of_page(output, n_pages).display()),
            false => format!("page 1 of {n_pages}; write to a file to get all pages"),
        });
    }
    if output != Path::new("-") {
        if let Some(removed) = pages::remove_stale(output, n_pages) {
            terminal.note(&removed);
        }
        terminal.print(&pages::stale(output, n_pages));
    }
    Ok(!missing.has_errors())
}

/// The page to fill, and the pixels per point.
fn page_of(arguments: &ChartArguments) -> (PageSize, f32) {
    let (page, scale) = match (arguments.size, arguments.page.unwrap_or(ChartPage::Auto)) {
        (Some(size), _) => size.page(arguments.scale),
        (None, ChartPage::Auto) => (PageSize::Auto, arguments.scale),
        (None, ChartPage::A4) => (PageSize::A4, arguments.scale),
        (None, ChartPage::A3) => (PageSize::A3, arguments.scale),
        (None, ChartPage::Wide) => (PageSize::Wide, arguments.scale),
    };
    (page, scale.unwrap_or(DEFAULT_SCALE))
}

/// The folder of the pack or list, in which photos are.
fn folder(arguments: &ChartArguments) -> Option<PathBuf> {
    let of_list = arguments.list.as_ref().and_then(|list| list.parent());
    of_list.or(arguments.source.pack.as_deref()).map(Path::to_path_buf)
}

/// The colours and the logo: of the file asked for, otherwise of that in the folder of the pack.
fn house(arguments: &ChartArguments, terminal: &Terminal) -> Result<House> {
    let of_pack = || arguments.source.pack.as_deref().and_then(house::in_folder);
    let Some(path) = arguments.palette.clone().or_else(of_pack) else { return Ok(House::default()) };
    terminal.reads([path.clone()]);
    Ok(House::read(&path)?)
}

/// Where the statements of a pack are, so that siblings have the order of the rows.
fn places(arguments: &ChartArguments) -> Result<Option<PlacesOf>> {
    let (Some(folder), None) = (&arguments.source.pack, &arguments.list) else { return Ok(None) };
    let pack = Pack::open(folder)?.with_encoding(arguments.source.encoding.clone());
    Ok(Some(PlacesOf(Arc::new(move |statements| pipeline::cells(&pack, statements)))))
}

/// The name of a page's file: `chart.svg` becomes `chart-1.svg`.
fn name_of_page(output: &Path, number: usize) -> PathBuf {
    let part = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
    output.with_file_name(format!("{}-{number}.{}", part(output.file_stem()), part(output.extension())))
}
