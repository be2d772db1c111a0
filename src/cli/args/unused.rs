//! Arguments that would do nothing are refused, not ignored. Those that exclude
//! each other by name say so where they are declared; here are those that depend
//! on the value of another.

use std::path::Path;

use super::{
    AnswerFormat, ChartArguments, ChartEngine, Command, ExportArguments, ExportFormat, QueryArguments,
    ValidateArguments, ValidationFormat, format_of,
};
use crate::finding::{Finding, codes};

impl Command {
    /// Refuses what these arguments cannot use.
    pub fn check(&self) -> Result<(), Finding> {
        match self {
            Self::Validate(arguments) => arguments.check(),
            Self::Query(arguments) => arguments.check(),
            Self::Export(arguments) => arguments.check(),
            Self::Chart(arguments) => arguments.check(),
            Self::Build(_) | Self::Show(_) | Self::Search(_) | Self::Vocabulary(_) | Self::Evidence(_) => Ok(()),
        }
    }
}

/// Refuses an argument that is given where it does nothing.
fn refuse(given: bool, argument: &str, only: &str) -> Result<(), Finding> {
    if !given {
        return Ok(());
    }
    let message = format!("`{argument}` does nothing here; it is {only}");
    Err(Finding::error(codes::UNUSED_ARGUMENT, message).hint("leave it out".to_owned()))
}

impl ValidateArguments {
    fn check(&self) -> Result<(), Finding> {
        let is_report = self.format == ValidationFormat::Turtle;
        let only = "for findings, and `--format turtle` is a report of all results";
        refuse(is_report && self.limit.is_some(), "--limit", only)?;
        refuse(is_report && self.severity.is_some(), "--severity", only)
    }
}

impl QueryArguments {
    fn check(&self) -> Result<(), Finding> {
        let format = format_of(self.format, self.output.as_deref())?;
        if self.list && !matches!(format, None | Some(AnswerFormat::Json | AnswerFormat::Table)) {
            let fault = Finding::error(codes::UNKNOWN_FORMAT, "the list of questions is text or JSON");
            return Err(fault.hint("leave out the format, or use `--format json`".to_owned()));
        }
        refuse(self.bom && format != Some(AnswerFormat::Csv), "--bom", "for CSV")
    }
}

impl ExportArguments {
    fn check(&self) -> Result<(), Finding> {
        let format = format_of(self.format, self.output.as_deref())?.unwrap_or(ExportFormat::Turtle);
        let has_labels = matches!(format, ExportFormat::Dot | ExportFormat::Csv);
        refuse(self.bom && format != ExportFormat::Csv, "--bom", "for CSV")?;
        refuse(!self.language.is_empty() && !has_labels, "--language", "for the labels in DOT and CSV")?;
        refuse(self.graph.is_some() && has_labels, "--graph", "for RDF, and DOT and CSV are of the whole graph")?;
        refuse(!self.layers.is_empty() && has_labels, "--with", "for RDF, and DOT and CSV have no inferences")
    }
}

impl ChartArguments {
    fn check(&self) -> Result<(), Finding> {
        let ending = self.output.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        // Standard output is SVG.
        let ending = if self.output == Path::new("-") { "svg" } else { ending };
        let is_ours = self.engine == ChartEngine::Civigraph && ending != "dot";
        refuse(self.scale.is_some() && !(is_ours && ending == "png"), "--scale", "for PNG that civigraph draws")?;
        refuse(self.theme.is_some() && !is_ours, "--theme", "for what civigraph draws, not for DOT and Graphviz")?;
        let has_pages = is_ours && ending != "html";
        refuse(self.page.is_some() && !has_pages, "--page", "for SVG, PNG and PDF that civigraph draws")?;
        let only = "for pictures; the ending .dot is DOT already";
        refuse(self.engine == ChartEngine::Dot && ending == "dot", "--engine", only)
    }
}
