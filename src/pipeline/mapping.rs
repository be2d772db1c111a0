//! Mappings: the one of a pack, and one that is run by itself, without a graph.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use oxigraph::model::{GraphName, Quad};

use super::lenient::{TablesWithout, left_out};
use crate::error::{Action, Error, Result};
use crate::file::{OPEN_OUTPUT, SortedLines};
use crate::finding::{Finding, Findings, Limit, Place, codes};
use crate::graph::{InputFile, Prefixes, digest, n_quads_line};
use crate::map::{self, Plan, TripleLines};
use crate::pack::{DESCRIPTOR, JsonStep, Pack, STANDARD_INPUT};
use crate::progress::{self, Unit};
use crate::source::{self, TableSource};
use crate::table::Header;
use crate::table_schema::{self, Rejections};
use crate::work;

/// The pack's mapping, bound to the real headers of its tables.
pub(super) fn read_mapping(pack: &Pack) -> (Plan, Findings) {
    let Some(file) = &pack.descriptor.civigraph.mapping else { return (Plan::default(), Findings::new()) };
    let named_at = pack.place(&[JsonStep::Key("civigraph"), JsonStep::Key("mapping")]);
    read(pack, file, named_at, None, |source| source::resource(pack, source).is_some_and(|resource| resource.is_table))
}

/// The mapping in a file of a pack, which is named at `named_at`; `base` is for mappings that
/// have none. Tables for which `is_checked` is true are checked elsewhere.
fn read(
    pack: &Pack,
    file: &str,
    named_at: Place,
    base: Option<&str>,
    is_checked: impl Fn(&TableSource) -> bool,
) -> (Plan, Findings) {
    let text = match pack.read_text(file, named_at) {
        Ok(text) => text,
        Err(fault) => return (Plan::default(), fault.into()),
    };
    let name = pack.files.name(file);
    let is_turtle = Path::new(file).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("ttl"));
    let own_base = pack.descriptor.civigraph.base.as_deref();
    let (mut plan, mut findings) =
        if is_turtle { map::rml::read(&name, &text) } else { map::yarrrml::read_with_base(&name, &text, own_base) };
    plan.base = pack.descriptor.civigraph.base.clone().or(plan.base).or(base.map(str::to_owned));
    findings.append(plan.resolve_sources(|source| source::resolve(pack, source).map(|resolved| *source = resolved)));
    let mut headers: BTreeMap<TableSource, Header> = BTreeMap::new();
    for (source, columns, place) in tables(&plan) {
        let place = place.unwrap_or_else(|| Place::new(file, 1, 1));
        match source::open(pack, &source, &columns, &place) {
            Ok(table) => {
                headers.insert(source, table.header);
            }
            // Errors in its text are reported there.
            Err(_) if is_checked(&source) => {}
            Err(faults) => findings.append(faults),
        }
    }
    findings.append(plan.bind(&headers));
    (plan, findings)
}

/// The tables that a plan reads, with the columns and the place where the mapping names each.
fn tables(plan: &Plan) -> Vec<(TableSource, Vec<String>, Option<Place>)> {
    let mut tables: Vec<(TableSource, Vec<String>, Option<Place>)> = Vec::new();
    for source in plan.sources() {
        let place = plan.maps.iter().find(|map| map.source == *source).map(|map| map.source_place.clone());
        tables.push((source.clone(), plan.columns(source), place));
    }
    for list in &plan.code_lists {
        if !tables.iter().any(|(source, ..)| *source == list.source) {
            tables.push((list.source.clone(), vec![list.from.clone(), list.to.clone()], list.place.clone()));
        }
    }
    tables
}

/// A mapping with the tables that it reads.
pub struct Mapping {
    /// What it says.
    pub plan: Plan,
    /// The prefixes that it declares.
    pub prefixes: Prefixes,
    /// Warnings about it.
    pub findings: Findings,
    pack: Pack,
    file: String,
}

/// The extensions of tables.
const OF_TABLES: [&str; 9] = ["csv", "tsv", "xlsx", "xls", "ods", "json", "jsonl", "ndjson", "xml"];

/// What became of a mapping.
#[derive(Debug)]
pub struct Mapped {
    /// Warnings.
    pub findings: Findings,
    /// What was left out, if that was asked for.
    pub rejections: Option<Rejections>,
}

impl Mapping {
    /// Reads a mapping: a file, whose tables are beside it, or the one of the pack in a folder. The
    /// `base` is for mappings that have none.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] with all that is wrong with it.
    pub fn open(path: &Path, base: Option<&str>) -> Result<Self> {
        if let Some(base) = base.filter(|base| oxiri::Iri::parse(*base).is_err()) {
            let message = format!("the base `{base}` is not an absolute IRI");
            return Err(Error::invalid(Finding::error(codes::BAD_IRI, message)));
        }
        if path.is_dir() || path.file_name().is_some_and(|name| name == DESCRIPTOR) {
            let pack = Pack::open(path)?;
            let Some(file) = pack.descriptor.civigraph.mapping.clone() else {
                let message = format!("the pack in `{}` has no mapping", Pack::shortened(path).display());
                return Err(Error::invalid(Finding::error(codes::MISSING_FILE, message)));
            };
            return Self::of(pack, file, base);
        }
        let pack = Pack::beside(path)?;
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if !path.exists() {
            let message = format!("there is no file `{}`", path.display());
            return Err(Error::invalid(Finding::error(codes::MISSING_FILE, message)));
        }
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
        if ending.as_deref().is_some_and(|ending| OF_TABLES.contains(&ending)) {
            let message = format!("`{}` is a table, and no mapping", path.display());
            let hint = "name a mapping in YARRRML (.yml) or RML (.ttl); `civigraph help mapping` has an example";
            return Err(Error::invalid(Finding::error(codes::MAPPING, message).hint(hint.to_owned())));
        }
        Self::of(pack, file, base)
    }

    fn of(pack: Pack, file: String, base: Option<&str>) -> Result<Self> {
        let place = Place::new(pack.files.name(&file), 1, 1);
        let (plan, mut findings) = read(&pack, &file, place, base, |_| false);
        findings.append(pack.remarks.clone());
        if findings.has_errors() {
            findings.sort();
            return Err(Error::Invalid(Box::new(findings)));
        }
        let mut prefixes = Prefixes::default();
        for (name, namespace) in
            pack.descriptor.civigraph.prefixes.iter().chain(plan.prefixes.iter().map(|(n, i)| (n, i)))
        {
            prefixes.insert(name, namespace);
        }
        Ok(Self { plan, prefixes, findings, pack, file })
    }

    /// The files on disk that it comes from.
    pub fn inputs(&self) -> Vec<PathBuf> {
        let sources = tables(&self.plan).into_iter().flat_map(|(source, ..)| source::files(&self.pack, &source));
        let files = sources.chain([self.file.clone()]).map(|file| PathBuf::from(self.pack.files.name(&file)));
        files.collect()
    }

    /// The mapping and its tables with their hashes, by their paths from its folder. What came from
    /// standard input has none.
    ///
    /// # Errors
    ///
    /// A file cannot be read.
    pub fn input_files(&self) -> Result<Vec<InputFile>> {
        let sources = tables(&self.plan).into_iter().flat_map(|(source, ..)| source::files(&self.pack, &source));
        let mut paths: Vec<String> = sources.chain([self.file.clone()]).filter(|path| path != STANDARD_INPUT).collect();
        paths.sort();
        paths.dedup();
        let read = |path: String| {
            let opened = self.pack.open_table(&path, Place::new(&self.file, 1, 1)).map_err(Error::invalid)?;
            let hash = digest(opened).map_err(Error::io(Action::Read, &path))?;
            Ok(InputFile { path, sha256: hash, read_at: None })
        };
        paths.into_iter().map(read).collect()
    }

    /// Maps the rows of a share, as lines of N-Triples or N-Quads, each once; returns how many there
    /// are. With `skip_bad_cells`, terms that cannot be made are left out and listed, and all lines
    /// are sorted.
    ///
    /// # Errors
    ///
    /// Those of [`run`](Self::run), after which `out` has not everything; those of `out`.
    pub fn write_lines(&self, form: TripleLines, skip_bad_cells: bool, out: &mut File) -> Result<(Mapped, u64)> {
        if skip_bad_cells {
            let mut lines = SortedLines::within_memory(work::memory_limit().unwrap_or(u64::MAX));
            let mapped = self.run(true, &mut |quad| {
                if !form.has_graphs && quad.graph_name != GraphName::DefaultGraph {
                    return Err(Error::invalid(map::foreign_graph(&quad.graph_name.to_string())));
                }
                lines.push(n_quads_line(&quad).as_bytes()).map_err(Error::io(Action::Write, "a temporary file"))
            })?;
            let mut out = BufWriter::new(out);
            let n_lines = lines.write(&mut out).and_then(|n| out.flush().map(|()| n));
            return Ok((mapped, n_lines.map_err(Error::io(Action::Write, OPEN_OUTPUT))?));
        }
        let mut findings = self.checked(&mut None)?;
        let tables = TablesWithout::new(&self.pack, None);
        progress::begin("mapping", Unit::Bytes, Some(self.n_bytes()));
        let n_lines = map::write_lines(&self.plan, &tables, form, self.n_bytes(), &mut findings, out)?;
        if findings.has_errors() {
            findings.sort();
            return Err(Error::Findings(Box::new(findings)));
        }
        Ok((Mapped { findings, rejections: None }, n_lines))
    }

    /// The size of the tables in bytes.
    fn n_bytes(&self) -> u64 {
        let files = tables(&self.plan).into_iter().flat_map(|(source, ..)| source::files(&self.pack, &source));
        files.filter_map(|path| self.pack.files.size(&path)).sum()
    }

    /// The findings about the mapping and its tables, which are checked by their schema.
    fn checked(&self, rejections: &mut Option<Rejections>) -> Result<Findings> {
        let mut findings = self.findings.clone();
        if self.pack.descriptor.resources.iter().any(|resource| resource.is_table) {
            // A cell that is not of its type says nothing, and must not be lost without a word.
            findings.append(table_schema::check(&self.pack, &self.plan.sources(), findings.limit(), rejections).1);
            if findings.has_errors() {
                return Err(Error::Findings(Box::new(findings)));
            }
        }
        Ok(findings)
    }

    /// Maps all rows; each quad goes to `take`, in the order of the tables, repeated ones too. With
    /// `skip_bad_cells`, terms that cannot be made are left out and listed.
    ///
    /// # Errors
    ///
    /// [`Error::Findings`] with what is wrong with the rows; those of `take`.
    pub fn run(&self, skip_bad_cells: bool, take: &mut dyn FnMut(Quad) -> Result<()>) -> Result<Mapped> {
        let mut rejections = skip_bad_cells.then(Rejections::default);
        let mut findings = self.checked(&mut rejections)?;
        progress::begin("mapping", Unit::Bytes, Some(self.n_bytes()));
        let tables = TablesWithout::new(&self.pack, rejections.as_ref());
        let mut faults = Findings::keeping(if skip_bad_cells { Limit::ALL } else { findings.limit() });
        let mut taken = Ok(());
        map::execute(&self.plan, &tables, &mut faults, &mut |quad, _| {
            if taken.is_ok() {
                taken = take(quad);
            }
        });
        taken?;
        match &mut rejections {
            Some(rejections) => left_out(&self.pack, &self.plan, faults, rejections, &mut findings),
            None => findings.append(faults),
        }
        if findings.has_errors() {
            findings.sort();
            return Err(Error::Findings(Box::new(findings)));
        }
        Ok(Mapped { findings, rejections })
    }
}
