//! Arguments that would have no effect are refused, not ignored. Those that
//! exclude each other by name say so where they are declared; here are those
//! that depend on the value of another.

use super::{
    AnswerFormat, ChartArguments, ChartEngine, ChartPage, ChartSize, Command, ExportArguments, ExportFormat,
    InitArguments, QueryArguments, ValidateArguments, ValidationFormat, format_of,
};
use crate::finding::{Finding, codes};

impl Command {
    /// Refuses arguments that have no effect in combination with the others.
    pub fn check(&self) -> Result<(), Finding> {
        match self {
            Self::Validate(arguments) => arguments.check(),
            Self::Query(arguments) => arguments.check(),
            Self::Export(arguments) => arguments.check(),
            Self::Chart(arguments) => arguments.check(),
            Self::Init(arguments) => arguments.check(),
            _ => Ok(()),
        }
    }
}

/// Refuses an argument that is given where it has no effect.
fn refuse(given: bool, argument: &str, only: &str) -> Result<(), Finding> {
    if !given {
        return Ok(());
    }
    let message = format!("`{argument}` has no effect here; it is {only}");
    Err(Finding::error(codes::UNUSED_ARGUMENT, message).hint("leave it out".to_owned()))
}

impl ValidateArguments {
    fn check(&self) -> Result<(), Finding> {
        let is_report = self.format == ValidationFormat::Turtle;
        let only = "for findings, and `--format turtle` reports all results";
        refuse(is_report && self.limit.is_some(), "--limit", only)?;
        refuse(is_report && self.severity.is_some(), "--severity", only)
    }
}

impl QueryArguments {
    fn check(&self) -> Result<(), Finding> {
        let format = format_of(self.format, self.output.as_deref())?;
        if self.list && !matches!(format, None | Some(AnswerFormat::Json | AnswerFormat::Table)) {
            let fault = Finding::error(codes::UNKNOWN_FORMAT, "the list of questions is either text or JSON");
            return Err(fault.hint("leave out the format, or use `--format json`".to_owned()));
        }
        refuse(self.bom && format != Some(AnswerFormat::Csv), "--bom", "for CSV")?;
        let is_cells = matches!(format, Some(AnswerFormat::Csv | AnswerFormat::Tsv));
        refuse(self.escape_formulas && !is_cells, "--escape-formulas", "for CSV and TSV")?;
        refuse(self.all && !matches!(format, None | Some(AnswerFormat::Table)), "--all", "for tables")?;
        refuse(self.raw && !matches!(format, None | Some(AnswerFormat::Table)), "--raw", "for tables")
    }
}

impl ExportArguments {
    fn check(&self) -> Result<(), Finding> {
        let format = format_of(self.format, self.output.as_deref())?.unwrap_or(ExportFormat::Turtle);
        let has_labels = matches!(format, ExportFormat::Dot | ExportFormat::Csv);
        refuse(self.bom && format != ExportFormat::Csv, "--bom", "for CSV")?;
        refuse(self.escape_formulas && format != ExportFormat::Csv, "--escape-formulas", "for CSV")?;
        refuse(!self.language.is_empty() && !has_labels, "--language", "for the labels in DOT and CSV")?;
        refuse(self.graph.is_some() && has_labels, "--graph", "for RDF; DOT and CSV always have the whole graph")?;
        refuse(!self.layers.is_empty() && has_labels, "--with", "for RDF; DOT and CSV have no inferences")
    }
}

impl InitArguments {
    fn check(&self) -> Result<(), Finding> {
        refuse(!self.model && self.language.len() > 1, "a second `--language`", "for `--model`")
    }
}

impl ChartArguments {
    fn check(&self) -> Result<(), Finding> {
        refuse(!self.columns.column.is_empty() && self.list.is_none(), "--column", "for a list")?;
        let extension = self.extension();
        let is_text = ["dot", "mmd", "graphml"].contains(&extension);
        let is_ours = self.engine == ChartEngine::Civigraph && !is_text;
        refuse(self.scale.is_some() && !(is_ours && extension == "png"), "--scale", "for PNG drawn by civigraph")?;
        refuse(self.theme.is_some() && !is_ours, "--theme", "for charts drawn by civigraph, not for DOT and Graphviz")?;
        let only = "for charts drawn by civigraph, not for DOT and Graphviz";
        refuse(!self.font.is_empty() && !is_ours, "--font", only)?;
        refuse(self.system_fonts && !is_ours, "--system-fonts", only)?;
        refuse(self.text.is_some() && !(is_ours && extension == "svg"), "--text", "for SVG drawn by civigraph")?;
        refuse(self.level.is_some() && !is_ours, "--level", only)?;
        refuse(self.direction.is_some() && !is_ours && extension != "mmd", "--direction", only)?;
        refuse(!self.highlight.is_empty() && !is_ours, "--highlight", only)?;
        let is_on_levels = self.level.is_some() && self.direction.is_some();
        refuse(is_on_levels, "--direction", "not for charts with `--level`, whose rows lead down")?;
        refuse(
            self.min_type.is_some() && self.size.is_none() && self.page.is_none_or(|page| page == ChartPage::Auto),
            "--min-type",
            "for pages: `--page a4`, a3 or 16:9, or `--size`",
        )?;
        refuse(self.since.is_some() && !is_ours, "--since", only)?;
        refuse(self.dated.as_of.is_some() && self.list.is_some(), "--as-of", "for graphs, and a list is of one day")?;
        refuse(!self.views.is_empty() && extension != "html", "--views", "for HTML; other files have one view")?;
        let has_pages = is_ours && extension != "html";
        refuse(self.page.is_some() && !has_pages, "--page", "for SVG, PNG and PDF drawn by civigraph")?;
        refuse(self.size.is_some() && !has_pages, "--size", "for SVG, PNG and PDF drawn by civigraph")?;
        let is_fixed = matches!(self.size, Some(ChartSize::Rows(_)));
        refuse(
            is_fixed && self.scale.is_some(),
            "--scale",
            "for other sizes: `--size 1080p` says how many pixels there are",
        )?;
        let only = "for pictures; DOT, Mermaid and GraphML are drawn by other programs anyway";
        refuse(self.engine == ChartEngine::Dot && is_text, "--engine", only)
    }
}
