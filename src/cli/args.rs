//! The arguments. The `///` texts are the help.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::chart::{Theme, stored};
use crate::diagnostic::Severity;
use crate::export::{GraphFormat, ResultFormat};
use crate::report::ReportFormat;

/// Build, ask and export knowledge graphs of what institutions publish about themselves
#[derive(Debug, Parser)]
#[command(name = "civigraph", version, max_term_width = 100, disable_help_subcommand = true)]
#[command(after_help = "\
Without --pack or --store, query, show, export and chart read the snapshot in `.civigraph` if there is one in this
folder, else the pack inside the program: Hong Kong's innovation and technology system in 2019.

Examples:
  civigraph query --list
  civigraph query supporters --param body=itb
  civigraph show 科學園
  civigraph validate my-pack
  civigraph export -o hong-kong.ttl")]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
    /// Print results and errors only, no warnings and no summary
    #[arg(long, short, global = true)]
    pub(super) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Build(BuildArguments),
    Validate(ValidateArguments),
    Query(QueryArguments),
    Export(ExportArguments),
    Chart(ChartArguments),
    Show(ShowArguments),
    Evidence(EvidenceArguments),
}

/// Build a pack and write it as a snapshot that other commands open
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  civigraph build                      the pack inside the program
  civigraph build my-pack              the pack in the folder my-pack
  civigraph build my-pack --store out  write the snapshot to the folder out")]
pub(super) struct BuildArguments {
    /// Folder with a datapackage.json; the pack inside the program where none is given
    pub(super) pack: Option<PathBuf>,
    /// Folder that the snapshot is written to
    #[arg(long, value_name = "DIR", default_value = ".civigraph")]
    pub(super) store: PathBuf,
    /// Write the snapshot also when the data break checks
    #[arg(long)]
    pub(super) allow_violations: bool,
    /// Longest time of one check, such as 30s or 5m; `none` for no limit
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = parse_timeout)]
    pub(super) timeout: Timeout,
}

/// Check a pack: its tables, its mapping and all checks, each finding at its cell; or an RDF file
#[derive(Debug, Args)]
#[command(after_help = "\
Exit code 1 when there is a violation or an error in the data, 2 when something else is wrong.
A pack is held against its own shapes (SHACL) as well; an RDF file needs --shapes.

Examples:
  civigraph validate                        the pack inside the program
  civigraph validate my-pack                the pack in the folder my-pack
  civigraph validate my-pack --format json  for programs; also short, github
  civigraph validate --list                 the checks and what they are for
  civigraph validate data.ttl --shapes shapes.ttl
  civigraph validate data.nt --shapes shapes.ttl --format turtle   a sh:ValidationReport
  civigraph validate my-pack --shapes ontology   the shapes of the vocabulary as well")]
pub(super) struct ValidateArguments {
    /// Folder with a datapackage.json, or an RDF file, or `-`; the pack inside the program where none is given
    #[arg(value_name = "PACK or FILE")]
    pub(super) input: Option<PathBuf>,
    /// File with shapes; `ontology` is the shapes of the vocabulary
    #[arg(long, value_name = "FILE")]
    pub(super) shapes: Vec<PathBuf>,
    /// Form of the findings
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: ValidationFormat,
    /// Tell only findings that are at least so bad
    #[arg(long, value_name = "SEVERITY", default_value = "info")]
    pub(super) severity: LeastSeverity,
    /// Exit with 1 from which severity on
    #[arg(long, value_name = "SEVERITY", default_value = "violation")]
    pub(super) fail_on: FailOn,
    /// Findings of each code to tell, the others are counted; `none` tells all
    #[arg(long, value_name = "N", default_value = "20", value_parser = parse_most)]
    pub(super) limit: Most,
    /// Longest time of one check, such as 30s or 5m; `none` for no limit
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = parse_timeout)]
    pub(super) timeout: Timeout,
    /// List the checks instead of running them
    #[arg(long)]
    pub(super) list: bool,
}

/// Forms of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FindingFormat {
    /// With excerpts, for people
    Text,
    /// One line each, for editors
    Short,
    Json,
    /// Annotations of GitHub Actions
    Github,
}

impl From<FindingFormat> for ReportFormat {
    fn from(format: FindingFormat) -> Self {
        match format {
            FindingFormat::Text => Self::Text,
            FindingFormat::Short => Self::Short,
            FindingFormat::Json => Self::Json,
            FindingFormat::Github => Self::Github,
        }
    }
}

/// Forms of what `validate` found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ValidationFormat {
    /// With excerpts, for people
    Text,
    /// One line each, for editors
    Short,
    Json,
    /// Annotations of GitHub Actions
    Github,
    /// A validation report of SHACL, of the shapes alone
    Turtle,
}

impl ValidationFormat {
    /// The form of findings; none for a report of SHACL.
    pub(super) fn findings(self) -> Option<ReportFormat> {
        Some(match self {
            Self::Text => ReportFormat::Text,
            Self::Short => ReportFormat::Short,
            Self::Json => ReportFormat::Json,
            Self::Github => ReportFormat::Github,
            Self::Turtle => return None,
        })
    }
}

/// The least severity that is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LeastSeverity {
    Info,
    Warning,
    Violation,
}

impl From<LeastSeverity> for Severity {
    fn from(least: LeastSeverity) -> Self {
        match least {
            LeastSeverity::Info => Self::Info,
            LeastSeverity::Warning => Self::Warning,
            LeastSeverity::Violation => Self::Violation,
        }
    }
}

/// From which severity on the answer is no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    Info,
    Warning,
    Violation,
    Never,
}

/// How many findings of a code are told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Most(pub(super) u64);

fn parse_most(text: &str) -> Result<Most, String> {
    match text.parse() {
        _ if text == "none" => Ok(Most(u64::MAX)),
        Ok(most) if most > 0 => Ok(Most(most)),
        _ => Err("a number from 1, or `none`".to_owned()),
    }
}

/// Where the graph comes from.
#[derive(Debug, Args)]
pub(super) struct SourceArguments {
    /// Read the pack in this folder
    #[arg(long, value_name = "DIR", conflicts_with = "store")]
    pub(super) pack: Option<PathBuf>,
    /// Read the snapshot in this folder
    #[arg(long, value_name = "DIR")]
    pub(super) store: Option<PathBuf>,
}

/// Ask a question: a stored one by name, a file, `-` for standard input, or SPARQL text
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  civigraph query --list
  civigraph query supporters --param body=創新及科技局
  civigraph query 'SELECT ?park WHERE { ?park a cg:Facility }' --format csv
  civigraph query question.rq -o answer.json")]
pub(super) struct QueryArguments {
    /// Name of a stored question, a .rq file, `-`, or SPARQL text
    #[arg(required_unless_present = "list")]
    pub(super) query: Option<String>,
    /// List the stored questions with their parameters
    #[arg(long)]
    pub(super) list: bool,
    /// Value of a parameter; entities by slug, prefixed name, IRI or label
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub(super) parameters: Vec<String>,
    /// Form of the result; by default that of the file's name, else a table or Turtle
    #[arg(long, value_name = "FORMAT")]
    pub(super) format: Option<AnyFormat>,
    /// Write the result to this file
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Begin CSV with a byte-order mark, for Excel
    #[arg(long)]
    pub(super) bom: bool,
    /// Longest time to evaluate, such as 30s or 5m; `none` for no limit
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = parse_timeout)]
    pub(super) timeout: Timeout,
    /// Exit with 1 when the answer is empty or no
    #[arg(long)]
    pub(super) exit_status: bool,
    #[command(flatten)]
    pub(super) source: SourceArguments,
}

/// A limit of time, or none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timeout(pub(super) Option<Duration>);

fn parse_timeout(text: &str) -> Result<Timeout, String> {
    if text == "none" {
        return Ok(Timeout(None));
    }
    match humantime::parse_duration(text) {
        Ok(limit) if !limit.is_zero() => Ok(Timeout(Some(limit))),
        Ok(_) => Err("the limit is zero; write `none` for no limit".to_owned()),
        Err(error) => Err(format!("{error}; write it like `30s`, `5m` or `none`")),
    }
}

/// Export the graph, or a part of it
#[derive(Debug, Args)]
#[command(after_help = "\
The whole export holds what the sources say and the relations that hold by it. Inferences and
vocabulary are added by --with.

Examples:
  civigraph export -o graph.ttl
  civigraph export --entity hkstp -o hkstp.dot
  civigraph export --with inferred,ontology -o all.trig
  civigraph export --construct 'CONSTRUCT WHERE { ?a cg:supports ?b }'
  civigraph export -o graph.csv         writes graph.nodes.csv and graph.edges.csv")]
pub(super) struct ExportArguments {
    /// Write to this file; its ending says the format
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Form of the export; by default that of the file's name, else Turtle
    #[arg(long, value_name = "FORMAT")]
    pub(super) format: Option<AnyFormat>,
    /// Add layers to the export
    #[arg(long = "with", value_name = "LAYER", value_delimiter = ',')]
    pub(super) layers: Vec<ExtraLayer>,
    /// Only this named graph, by IRI or the last part of it
    #[arg(long, value_name = "GRAPH", conflicts_with_all = ["entity", "construct", "layers"])]
    pub(super) graph: Option<String>,
    /// Only what is said of this entity, and of its claims, figures and names
    #[arg(long, value_name = "ENTITY", conflicts_with = "construct")]
    pub(super) entity: Option<String>,
    /// The triples that a CONSTRUCT query makes: text, file or `-`
    #[arg(long, value_name = "QUERY", conflicts_with = "layers")]
    pub(super) construct: Option<String>,
    /// Languages of labels in DOT and CSV
    #[arg(long, value_name = "LANGUAGE", value_delimiter = ',')]
    pub(super) language: Vec<String>,
    /// Begin CSV with a byte-order mark, for Excel
    #[arg(long)]
    pub(super) bom: bool,
    #[command(flatten)]
    pub(super) source: SourceArguments,
}

/// Layers that an export can add.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ExtraLayer {
    /// Inverses, superproperties, superclasses
    Inferred,
    /// Vocabulary, code lists, alignments
    Ontology,
}

/// Draw a chart as SVG, PNG, PDF, HTML or DOT; Graphviz is not needed
#[derive(Debug, Args)]
#[command(after_help = chart_help())]
pub(super) struct ChartArguments {
    /// What to draw: a view by name, or a .rq file of yours (SELECT or CONSTRUCT)
    pub(super) view: String,
    /// Write to this file, .svg, .png, .pdf, .html or .dot; several pages of SVG or PNG get numbers,
    /// name-1.svg, name-2.svg
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: PathBuf,
    /// Only what is below this entity
    #[arg(long, value_name = "ENTITY")]
    pub(super) root: Option<String>,
    /// Only so many generations below the tops
    #[arg(long, value_name = "N")]
    pub(super) depth: Option<usize>,
    /// Only things of this class or local kind, by prefixed name or label; several by comma
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    pub(super) kind: Vec<String>,
    /// Only relations of this status, such as planned; several by comma
    #[arg(long, value_name = "STATUS", value_delimiter = ',')]
    pub(super) status: Vec<String>,
    /// The page to fill
    #[arg(long, value_name = "PAGE", default_value = "auto")]
    pub(super) page: ChartPage,
    /// What draws: our own layout, or Graphviz where it is installed
    #[arg(long, value_name = "ENGINE", default_value = "civigraph")]
    pub(super) engine: ChartEngine,
    /// Title; that of the pack where none is given
    #[arg(long)]
    pub(super) title: Option<String>,
    /// Languages of labels; those of the pack where none is given
    #[arg(long, value_name = "LANGUAGE", value_delimiter = ',')]
    pub(super) language: Vec<String>,
    /// Colours; light where none are given, in HTML those of the system
    #[arg(long, value_name = "THEME")]
    pub(super) theme: Option<ChartTheme>,
    /// Pixels a point, for PNG
    #[arg(long, value_name = "FACTOR", default_value_t = 2.0, value_parser = parse_scale)]
    pub(super) scale: f32,
    #[command(flatten)]
    pub(super) source: SourceArguments,
}

/// The views by name, and examples.
fn chart_help() -> String {
    let views = stored().into_iter().map(|(name, title)| format!("  {name:<12} {title}\n"));
    format!(
        "Views:\n{}
The HTML is one file that works offline: search, collapse, filter, zoom, and what is known of each
entity with the lines that say so. The PDF has words that can be searched and copied.

Examples:
  civigraph chart org -o hong-kong.svg
  civigraph chart org -o hong-kong.html
  civigraph chart org --page a3 --theme print -o wall.pdf
  civigraph chart org --theme dark --scale 3 -o slide.png
  civigraph chart org --root hkstp --language zh-Hant -o parks.png
  civigraph chart funding --page a3 -o money.svg
  civigraph chart timeline --status planned -o plans.png
  civigraph chart mine.rq -o mine.svg",
        views.collect::<String>()
    )
}

/// Colours of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ChartTheme {
    Light,
    Dark,
    /// Black on white with pale grounds
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

/// What draws a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ChartEngine {
    /// The page-fitting layout
    Civigraph,
    /// Graphviz
    Dot,
}

/// Pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ChartPage {
    /// As large as it gets, in the form of a sheet of paper
    Auto,
    A4,
    A3,
    /// A screen
    #[value(name = "16:9")]
    Wide,
}

fn parse_scale(text: &str) -> Result<f32, String> {
    match text.parse() {
        Ok(scale) if (0.1..=20.0).contains(&scale) => Ok(scale),
        _ => Err("a factor from 0.1 to 20".to_owned()),
    }
}

/// Show what is known of one entity, with the lines that say so
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  civigraph show hkstp
  civigraph show 科學園 --language zh-Hant")]
pub(super) struct ShowArguments {
    /// Slug, prefixed name, IRI or any label of the entity
    pub(super) entity: String,
    /// Languages to show; those of the pack where none is given
    #[arg(long, value_name = "LANGUAGE", value_delimiter = ',')]
    pub(super) language: Vec<String>,
    #[command(flatten)]
    pub(super) source: SourceArguments,
}

/// Hold the evidence of a pack against your own copy of the source's text
#[derive(Debug, Args)]
#[command(after_help = "\
Verified are the text itself (SHA-256), the ranges of lines, and that the names and numbers of each
statement stand in the lines that it cites. Told are also lines that no statement cites (info).

Examples:
  civigraph evidence --text chapter6.txt
  civigraph evidence --text chapter6.txt --severity info  lines that nothing cites, too
  civigraph evidence --text chapter6.txt --entity hkstp   the lines behind each statement
  civigraph evidence --text chapter6.txt --pack my-pack --format json")]
pub(super) struct EvidenceArguments {
    /// The source's text; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub(super) text: PathBuf,
    /// Read the pack in this folder; the pack inside the program where none is given
    #[arg(long, value_name = "DIR")]
    pub(super) pack: Option<PathBuf>,
    /// The source, where several have a text: its id in the pack, prefixed name or IRI
    #[arg(long, value_name = "SOURCE")]
    pub(super) source: Option<String>,
    /// Show the lines behind each statement about this entity
    #[arg(long, value_name = "ENTITY")]
    pub(super) entity: Option<String>,
    /// Languages of statements; those of the pack where none is given
    #[arg(long, value_name = "LANGUAGE", value_delimiter = ',')]
    pub(super) language: Vec<String>,
    /// Form of the findings
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: FindingFormat,
    /// Tell only findings that are at least so bad
    #[arg(long, value_name = "SEVERITY", default_value = "warning")]
    pub(super) severity: LeastSeverity,
    /// Findings of each code to tell, the others are counted; `none` tells all
    #[arg(long, value_name = "N", default_value = "20", value_parser = parse_most)]
    pub(super) limit: Most,
}

/// Forms of results and exports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum AnyFormat {
    /// Rows with lines around them, for people
    Table,
    Csv,
    Tsv,
    /// SPARQL results in JSON
    Json,
    /// SPARQL results in XML
    Xml,
    Markdown,
    Turtle,
    Trig,
    Ntriples,
    Nquads,
    Rdfxml,
    Jsonld,
    /// Graphviz
    Dot,
}

impl AnyFormat {
    /// The format that a file's ending says.
    pub(super) fn of_ending(ending: &str) -> Option<Self> {
        Some(match ending {
            "csv" => Self::Csv,
            "tsv" => Self::Tsv,
            "json" | "srj" => Self::Json,
            "xml" | "srx" => Self::Xml,
            "md" => Self::Markdown,
            "txt" => Self::Table,
            "ttl" => Self::Turtle,
            "trig" => Self::Trig,
            "nt" => Self::Ntriples,
            "nq" => Self::Nquads,
            "rdf" | "owl" => Self::Rdfxml,
            "jsonld" => Self::Jsonld,
            "dot" | "gv" => Self::Dot,
            _ => return None,
        })
    }

    /// The form of RDF that this is.
    pub(super) fn graph(self) -> Option<GraphFormat> {
        Some(match self {
            Self::Turtle => GraphFormat::Turtle,
            Self::Trig => GraphFormat::TriG,
            Self::Ntriples => GraphFormat::NTriples,
            Self::Nquads => GraphFormat::NQuads,
            Self::Rdfxml => GraphFormat::RdfXml,
            Self::Jsonld => GraphFormat::JsonLd,
            _ => return None,
        })
    }

    /// The form of results that this is.
    pub(super) fn result(self) -> Option<ResultFormat> {
        Some(match self {
            Self::Table => ResultFormat::Table,
            Self::Csv => ResultFormat::Csv,
            Self::Tsv => ResultFormat::Tsv,
            Self::Json => ResultFormat::Json,
            Self::Xml => ResultFormat::Xml,
            Self::Markdown => ResultFormat::Markdown,
            _ => return None,
        })
    }
}
