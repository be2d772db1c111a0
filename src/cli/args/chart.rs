//! The arguments of `chart`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{ColumnArguments, DayArguments, Memory, SourceArguments, Timeout, parse_memory, parse_timeout};
use crate::chart::{LineDirection, PageSize, Theme, stored};

/// Draw a chart as SVG, PNG, PDF, HTML, DOT, Mermaid or GraphML; Graphviz is not needed
#[derive(Debug, Args)]
#[command(after_help = chart_help())]
pub struct ChartArguments {
    /// View to draw, by name, or your own .rq file (SELECT or CONSTRUCT); HTML has all views and opens with this
    /// one [default for HTML: org]
    pub view: Option<String>,
    /// Staff list or list of bodies to draw in the place of a graph: CSV, workbook or JSON, with who is
    /// above each (see: civigraph init --help)
    #[arg(value_name = "LIST", conflicts_with_all = ["pack", "store", "data", "verify", "encoding"])]
    pub list: Option<PathBuf>,
    #[command(flatten)]
    pub columns: ColumnArguments,
    /// List the views of the program and of the pack: what each draws, its columns and defaults, and what
    /// front matter can say
    #[arg(long = "list", conflicts_with_all = ["view", "list", "output", "format"])]
    pub list_views: bool,
    /// Write to this file: .svg, .png, .pdf, .html, .dot, .mmd (Mermaid; in a page of Markdown with .md) or .graphml; several pages of SVG or PNG
    /// are numbered, name-1.svg, name-2.svg
    #[arg(long, short, value_name = "FILE", required_unless_present = "list_views")]
    pub output: Option<PathBuf>,
    /// Views in the page, for HTML, separated by commas; the one that is named alone, `all`, or some [default: all
    /// that have something to draw]
    #[arg(long, value_name = "VIEW", value_delimiter = ',')]
    pub views: Vec<String>,
    /// Format, if not that of the extension
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<ChartFormat>,
    /// Only what is below these entities, separated by commas or given several times
    #[arg(long, value_name = "ENTITY", value_delimiter = ',')]
    pub root: Vec<String>,
    /// Leave out these entities with what is below them, entities of these kinds, or these relations;
    /// by prefixed name, last part or label, separated by commas
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub hide: Vec<String>,
    /// Let these entities or kinds stand out, by prefixed name, last part or label, separated by commas
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub highlight: Vec<String>,
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
    /// Exact size of the pages: of slides in pixels, such as 1920x1080 or 1080p, of sheets in millimetres, such as
    /// 210x297mm
    #[arg(long, value_name = "SIZE", value_parser = parse_size, conflicts_with = "page")]
    pub size: Option<ChartSize>,
    /// Layout engine: civigraph's own, or Graphviz if it is installed
    #[arg(long, value_name = "ENGINE", default_value = "civigraph")]
    pub engine: ChartEngine,
    /// Title [default: that of the pack]
    #[arg(long)]
    pub title: Option<String>,
    /// Line below the titles [default: that of the view]
    #[arg(long, value_name = "TEXT")]
    pub subtitle: Option<String>,
    /// Footer [default: the sources, their day and licence]
    #[arg(long, value_name = "TEXT")]
    pub foot: Option<String>,
    /// Whether lines have words; amounts are always there [default: on]
    #[arg(long, value_name = "SWITCH")]
    pub words: Option<ChartWords>,
    /// Where lines lead [default: down in a tree, right in a network]
    #[arg(long, value_name = "DIRECTION")]
    pub direction: Option<ChartDirection>,
    /// Smallest text on a page, in points; what does not fit goes to further pages [default: 6]
    #[arg(long, value_name = "POINTS", value_parser = parse_points)]
    pub min_type: Option<f64>,
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

impl ChartArguments {
    /// The file that is written; `-` for standard output.
    pub fn output(&self) -> &Path {
        self.output.as_deref().unwrap_or(Path::new("-"))
    }

    /// The extension of the format that is written; standard output is SVG if nothing else is said.
    pub fn extension(&self) -> &str {
        let output = self.output();
        match self.format {
            Some(format) => format.extension(),
            None if output == Path::new("-") => "svg",
            None => match output.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
                "md" | "markdown" => ChartFormat::Mermaid.extension(),
                extension => extension,
            },
        }
    }

    /// Whether a flowchart of Mermaid stands in a page of Markdown.
    pub fn is_in_markdown(&self) -> bool {
        let extension = self.output.as_deref().and_then(Path::extension);
        extension.is_some_and(|extension| ["md", "markdown"].iter().any(|known| extension == *known))
    }
}

/// The views by name, and examples.
fn chart_help() -> String {
    let views = stored().into_iter().map(|(name, title)| format!("  {name:<12} {title}\n"));
    format!(
        "Views:\n{}
HTML is one file that works offline, with all views and languages, search, collapsing, filters and zoom; for each \
entity it shows what the graph says of it, with the source lines behind each statement (civigraph help views). Text \
in PDF can be searched and copied.

Examples:
  civigraph chart org -o hong-kong.svg
  civigraph chart -o hong-kong.html
  civigraph chart funding --views org,funding -o two-views.html
  civigraph chart org staff.csv -o staff.pdf
  civigraph chart org staff.csv --level grade -o grades.pdf
  civigraph chart org --page a3 --theme print -o wall.pdf
  civigraph chart org --theme dark --scale 3 -o slide.png
  civigraph chart funding --size 1920x1080 -o slides.png
  civigraph chart org --palette house.yml -o ours.pdf
  civigraph chart org --root hkstp --language zh-Hant -o parks.png
  civigraph chart funding --page a3 -o money.svg
  civigraph chart timeline --status planned -o plans.png
  civigraph chart org --text outlines -o for-slides.svg
  civigraph chart org --pack mine --font NotoSansKhmer-Regular.ttf -o khmer.pdf
  civigraph chart org --root hkstp,cyberport --hide Scheme --highlight itc --words off -o two.svg
  civigraph chart org --root itc --direction right -o wide.svg
  civigraph chart funding --format mermaid -o money.md
  civigraph chart --list
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

/// The exact size of pages.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ChartSize {
    /// Width and height of a sheet in millimetres.
    Millimetres(f64, f64),
    /// Width and height of a slide in pixels, as many in each point as `--scale` says.
    Pixels(u32, u32),
    /// A slide of 13⅓ × 7½ inches with as many rows of pixels.
    Rows(u32),
}

impl ChartSize {
    /// The page, and its pixels per point if they are not those asked for.
    pub fn page(self, scale: Option<f32>) -> (PageSize, Option<f32>) {
        const MILLIMETRES: f64 = 25.4 / 72.0;
        const SLIDE: f64 = 540.0;
        match self {
            Self::Millimetres(width, height) => (PageSize::Paper(width, height), scale),
            Self::Pixels(width, height) => {
                let factor = f64::from(scale.unwrap_or(DEFAULT_SCALE));
                let [width, height] = [width, height].map(|pixels| f64::from(pixels) / factor * MILLIMETRES);
                (PageSize::Screen(width, height), scale)
            }
            Self::Rows(rows) => (PageSize::Wide, Some((f64::from(rows) / SLIDE) as f32)),
        }
    }
}

/// Formats of charts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ChartFormat {
    Svg,
    Png,
    Pdf,
    Html,
    Dot,
    /// A flowchart of Mermaid
    Mermaid,
    /// For yEd, Gephi, NetworkX and others
    Graphml,
}

impl ChartFormat {
    fn extension(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
            Self::Pdf => "pdf",
            Self::Html => "html",
            Self::Dot => "dot",
            Self::Mermaid => "mmd",
            Self::Graphml => "graphml",
        }
    }
}

/// Pixels per point.
pub const DEFAULT_SCALE: f32 = 2.0;

/// Sizes of paper in millimetres, which are hardly meant as pixels.
const SHEETS: [(&str, u32, u32); 7] = [
    ("A5", 148, 210),
    ("A4", 210, 297),
    ("A3", 297, 420),
    ("A2", 420, 594),
    ("A1", 594, 841),
    ("A0", 841, 1189),
    ("US Letter", 216, 279),
];

fn parse_size(text: &str) -> Result<ChartSize, String> {
    const EXPECTED: &str = "expected pixels, such as `1920x1080` or `1080p`, or millimetres, such as `210x297mm`";
    const PIXELS: std::ops::RangeInclusive<u32> = 100..=16_000;
    const SIDE: std::ops::RangeInclusive<f64> = 50.0..=5_000.0;
    let lower = text.trim().to_ascii_lowercase();
    let lower = match lower.as_str() {
        "4k" => "2160p".to_owned(),
        "8k" => "4320p".to_owned(),
        _ => lower,
    };
    let rows = lower.strip_suffix('p').and_then(|rows| rows.parse().ok());
    if let Some(rows) = rows {
        let is_known = (360..=4_320).contains(&rows);
        return is_known.then_some(ChartSize::Rows(rows)).ok_or_else(|| "expected 360p to 4320p".to_owned());
    }
    let (sides, is_millimetres) = match lower.strip_suffix("mm") {
        Some(sides) => (sides, true),
        None => (lower.strip_suffix("px").unwrap_or(&lower), false),
    };
    let (width, height) = sides.split_once(['x', '×']).ok_or(EXPECTED)?;
    let (width, height) = (width.trim(), height.trim());
    if is_millimetres {
        let side = |text: &str| text.parse::<f64>().map_err(|_| EXPECTED.to_owned());
        let (width, height) = (side(width)?, side(height)?);
        let is_possible = SIDE.contains(&width) && SIDE.contains(&height) && (0.2..=5.0).contains(&(width / height));
        let limits = "expected sides of 50 to 5000 mm, one at most five times the other";
        return is_possible.then_some(ChartSize::Millimetres(width, height)).ok_or_else(|| limits.to_owned());
    }
    let side = |text: &str| text.parse::<u32>().map_err(|_| EXPECTED.to_owned());
    let (width, height) = (side(width)?, side(height)?);
    let sheet = SHEETS.iter().find(|(_, short, long)| [(*short, *long), (*long, *short)].contains(&(width, height)));
    if let Some((name, ..)) = sheet.filter(|_| !lower.ends_with("px")) {
        return Err(format!(
            "{width}x{height} is {name} in millimetres: write `{width}x{height}mm`, or `{width}x{height}px` for pixels"
        ));
    }
    let is_possible = PIXELS.contains(&width) && PIXELS.contains(&height) && width <= 5 * height && height <= 5 * width;
    let limits = "expected sides of 100 to 16000 pixels, one at most five times the other";
    is_possible.then_some(ChartSize::Pixels(width, height)).ok_or_else(|| limits.to_owned())
}

/// Whether lines have words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ChartWords {
    On,
    Off,
}

/// Where lines lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ChartDirection {
    Down,
    Right,
    Up,
    Left,
}

impl From<ChartDirection> for LineDirection {
    fn from(direction: ChartDirection) -> Self {
        match direction {
            ChartDirection::Down => Self::Down,
            ChartDirection::Right => Self::Right,
            ChartDirection::Up => Self::Up,
            ChartDirection::Left => Self::Left,
        }
    }
}

fn parse_points(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(points) if (1.0..=72.0).contains(&points) => Ok(points),
        _ => Err("expected a size from 1 to 72 points".to_owned()),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_pixels_rows_or_millimetres() {
        assert_eq!(parse_size("1920x1080"), Ok(ChartSize::Pixels(1920, 1080)));
        assert_eq!(parse_size("1920 × 1080 px"), Ok(ChartSize::Pixels(1920, 1080)));
        assert_eq!(parse_size("2160p"), Ok(ChartSize::Rows(2160)));
        assert_eq!(parse_size("215.9x279.4mm"), Ok(ChartSize::Millimetres(215.9, 279.4)));
        for wrong in [
            "",
            "p",
            "1080",
            "1920x",
            "x1080",
            "-1x5",
            "0x0",
            "10x10",
            "1920x1080cm",
            "nanx5mm",
            "infx5mm",
            "99999x99999",
            "1000x100",
            "12p",
        ] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_slide_has_as_many_pixels_as_asked_for() {
        for (size, scale) in [("1920x1080", None), ("1921x1081", Some(3.0)), ("720p", None), ("2160p", None)] {
            let (page, own) = parse_size(size).unwrap().page(scale);
            let (width, height) = match page {
                PageSize::Screen(width, height) => (width, height),
                _ => (25.4 * 40.0 / 3.0, 190.5),
            };
            let factor = f64::from(own.unwrap_or(DEFAULT_SCALE));
            let pixels = [width, height].map(|side| (side * 72.0 / 25.4 * factor).round() as u32);
            let asked = match parse_size(size).unwrap() {
                ChartSize::Pixels(width, height) => [width, height],
                ChartSize::Rows(rows) => [rows * 16 / 9, rows],
                ChartSize::Millimetres(..) => unreachable!("no size in pixels"),
            };
            assert_eq!(pixels, asked, "{size}");
        }
    }
}
