//! The arguments of `chart`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{ColumnArguments, DayArguments, Memory, SourceArguments, Timeout, parse_memory, parse_timeout};
use crate::chart::{Theme, stored};

/// Draw a chart as SVG, PNG, PDF, HTML or DOT; Graphviz is not needed
#[derive(Debug, Args)]
#[command(after_help = chart_help())]
pub struct ChartArguments {
    /// View to draw, by name, or your own .rq file (SELECT or CONSTRUCT)
    pub view: String,
    /// Staff list or list of bodies to draw in the place of a graph: CSV, workbook or JSON, with who is
    /// above each (see: civigraph init --help)
    #[arg(value_name = "LIST", conflicts_with_all = ["pack", "store"])]
    pub list: Option<PathBuf>,
    #[command(flatten)]
    pub columns: ColumnArguments,
    /// Write to this file: .svg, .png, .pdf, .html or .dot; several pages of SVG or PNG are numbered,
    /// name-1.svg, name-2.svg
    #[arg(long, short, value_name = "FILE")]
    pub output: PathBuf,
    /// Only what is below this entity
    #[arg(long, value_name = "ENTITY")]
    pub root: Option<String>,
    /// Only N generations below the roots, if the view has generations; `all` for all [default: all, or of a large
    /// tree in a picture as many as can be read]
    #[arg(long, value_name = "N", value_parser = parse_depth)]
    pub depth: Option<usize>,
    /// Only entities of these classes or kinds, by prefixed name or label, separated by commas
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    pub kind: Vec<String>,
    /// Only relations of these statuses, such as planned, separated by commas
    #[arg(long, value_name = "STATUS", value_delimiter = ',')]
    pub status: Vec<String>,
    /// Put cards with the same value of this property on one level, such as a grade; by prefixed name,
    /// last part or label
    #[arg(long, value_name = "PROPERTY")]
    pub level: Option<String>,
    /// Page to fill, for SVG, PNG and PDF [default: auto]
    #[arg(long, value_name = "PAGE")]
    pub page: Option<ChartPage>,
    /// Layout engine: civigraph's own, or Graphviz if it is installed
    #[arg(long, value_name = "ENGINE", default_value = "civigraph")]
    pub engine: ChartEngine,
    /// Title [default: that of the pack]
    #[arg(long)]
    pub title: Option<String>,
    /// Languages of labels, separated by commas [default: those of the pack]
    #[arg(long, value_name = "LANGUAGE", value_delimiter = ',')]
    pub language: Vec<String>,
    /// Colours [default: light; in HTML, those of the reader's system]
    #[arg(long, value_name = "THEME")]
    pub theme: Option<ChartTheme>,
    /// Your own colours and logo, from a YAML file [default: theme.yml in the folder of --pack, if it is
    /// there]
    #[arg(long, value_name = "FILE")]
    pub palette: Option<PathBuf>,
    /// Pixels per point, for PNG [default: 2]
    #[arg(long, value_name = "FACTOR", value_parser = parse_scale)]
    pub scale: Option<f32>,
    /// How SVG holds text: as text, with fonts; or as outlines, for programs that ignore these fonts, such as
    /// Office and Illustrator [default: text]
    #[arg(long, value_name = "FORM")]
    pub text: Option<ChartText>,
    /// Font for characters that the fonts inside the program lack; several are tried in their order
    #[arg(long, value_name = "FILE")]
    pub font: Vec<PathBuf>,
    /// Use the fonts of this system for what is still lacking; the output then depends on them, and names them
    #[arg(long)]
    pub system_fonts: bool,
    /// Time limit of the query, such as 30s or 5m; `none` for no limit
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = parse_timeout)]
    pub timeout: Timeout,
    /// Memory limit, such as 500M or 8G; `none` for no limit [default: half of the machine's memory]
    #[arg(long, value_name = "SIZE", value_parser = parse_memory)]
    pub memory: Option<Memory>,
    /// Mark what changed since this edition: a pack, the folder of a snapshot or an RDF file, as in `civigraph diff`;
    /// what is no longer named is drawn too
    #[arg(long, value_name = "OLD", conflicts_with = "list")]
    pub since: Option<PathBuf>,
    #[command(flatten)]
    pub dated: DayArguments,
    #[command(flatten)]
    pub source: SourceArguments,
}

/// The views by name, and examples.
fn chart_help() -> String {
    let views = stored().into_iter().map(|(name, title)| format!("  {name:<12} {title}\n"));
    format!(
        "Views:\n{}
HTML is one file that works offline, with search, collapsing, filters and zoom; for each entity it shows what \
the graph says of it, with the source lines behind each statement. Text in PDF can be searched and copied.

Examples:
  civigraph chart org -o hong-kong.svg
  civigraph chart org -o hong-kong.html
  civigraph chart org staff.csv -o staff.pdf
  civigraph chart org staff.csv --level grade -o grades.pdf
  civigraph chart org --page a3 --theme print -o wall.pdf
  civigraph chart org --theme dark --scale 3 -o slide.png
  civigraph chart org --palette house.yml -o ours.pdf
  civigraph chart org --root hkstp --language zh-Hant -o parks.png
  civigraph chart funding --page a3 -o money.svg
  civigraph chart timeline --status planned -o plans.png
  civigraph chart org --text outlines -o for-slides.svg
  civigraph chart org --pack mine --font NotoSansKhmer-Regular.ttf -o khmer.pdf
  civigraph chart org --pack mine --since last-year.ttl -o changes.svg
  civigraph chart org --pack mine --as-of 2019-07-01 -o then.svg
  civigraph chart mine.rq -o mine.svg",
        views.collect::<String>()
    )
}

/// Colours of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ChartTheme {
    Light,
    Dark,
    /// Black on white with pale backgrounds
    Print,
}

impl From<ChartTheme> for Theme {
    fn from(theme: ChartTheme) -> Self {
        match theme {
            ChartTheme::Light => Self::Light,
            ChartTheme::Dark => Self::Dark,
            ChartTheme::Print => Self::Print,
        }
    }
}

/// How SVG holds text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ChartText {
    /// Text that can be searched and edited; the glyphs in use are embedded
    Text,
    /// Shapes that look the same everywhere
    Outlines,
}

/// What draws a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ChartEngine {
    /// Its own layout, which fills the page
    Civigraph,
    /// Graphviz
    Dot,
}

/// Pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ChartPage {
    /// As large as needed, with the proportions of a sheet of paper
    Auto,
    A4,
    A3,
    /// A widescreen slide
    #[value(name = "16:9")]
    Wide,
}

fn parse_depth(text: &str) -> Result<usize, String> {
    match text {
        "all" => Ok(usize::MAX),
        _ => text.parse().map_err(|_| "expected a number of generations, or `all`".to_owned()),
    }
}

fn parse_scale(text: &str) -> Result<f32, String> {
    match text.parse() {
        Ok(scale) if (0.1..=20.0).contains(&scale) => Ok(scale),
        _ => Err("expected a factor from 0.1 to 20".to_owned()),
    }
}
