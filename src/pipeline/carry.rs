//! Evidence of a pack carried over to another text, and the new lines put into its tables.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use oxigraph::model::{NamedNodeRef, NamedOrBlankNodeRef, Term};

use super::read_mapping;
use super::{Knowledge, build};
use crate::error::{Action, Error, Result};
use crate::evidence::{self, CarriedEvidence, Source};
use crate::file::{self, NotReplaced, Set};
use crate::finding::{Finding, Place, Severity, codes};
use crate::graph::{Graph, digest};
use crate::map::object_cells;
use crate::pack::Pack;
use crate::vocab::cg;

/// A file and what is in it.
pub type NamedText<'a> = (&'a str, &'a [u8]);

/// Evidence of a pack carried over to another text.
pub struct Carried {
    /// The graph.
    pub knowledge: Knowledge,
    /// The source.
    pub source: Source,
    /// The file of its own text, and of the other one.
    pub files: [String; 2],
    /// Whether both are the source's own text.
    pub is_same: bool,
    /// The SHA-256 of the other text.
    pub sha256: Option<String>,
    /// Where the statements are in the other text.
    pub evidence: CarriedEvidence,
}

/// What was put into the tables.
#[derive(Debug, Clone, Default)]
pub struct WrittenLines {
    /// The tables, each with how many cells were changed.
    pub tables: Vec<(PathBuf, usize)>,
    /// Cells of ranges that are gone, which were left as they are.
    pub n_gone: usize,
}

/// Builds a pack and carries the evidence of one of its sources over from the source's own text to
/// another one. Two texts may be in either order; of one, the source's own is looked for in the
/// folder of the pack, beside the other text and in the current folder. `None` if the only text is
/// the source's own: there is nothing to carry over.
///
/// # Errors
///
/// [`Error::Findings`] with `other-edition` if the source's own text is not there, with
/// `foreign-text` if hardly anything of it is found in the other; [`Error::Invalid`] with
/// `not-a-text`, or if no source matches.
pub fn carry(
    pack: &Pack,
    wanted: Option<&str>,
    texts: &[NamedText<'_>],
    languages: impl Fn(&Knowledge) -> Vec<String>,
) -> Result<Option<Carried>> {
    let (knowledge, _) = build(pack)?;
    let graph = &knowledge.graph;
    let own = |source: &Source| texts.iter().position(|(_, bytes)| evidence::is_text_of(bytes, source));
    let known = evidence::sources(graph)?.into_iter().find(|source| wanted.is_none() && own(source).is_some());
    let source = match known {
        Some(source) => source,
        None => evidence::choose(graph, wanted, texts.first().map_or(&[], |(_, bytes)| bytes))?,
    };
    let found;
    let (old, new): (NamedText<'_>, NamedText<'_>) = match (texts, own(&source)) {
        ([_], Some(_)) | ([], _) => return Ok(None),
        ([new], None) => {
            found = beside(pack, &source, new.0);
            let Some((name, bytes)) = &found else {
                // Says what is wrong with it.
                evidence::read(new.0, new.1, &source)?;
                return Ok(None);
            };
            ((name, bytes), *new)
        }
        ([old, new, ..], Some(1)) => (*new, *old),
        ([old, new, ..], _) => (*old, *new),
    };
    let text = evidence::read(old.0, old.1, &source)?;
    let other = evidence::read_other(new.0, new.1, &text)?;
    let languages = languages(&knowledge);
    let carried = evidence::carry(graph, &source, &text, (new.0, &other), &languages)?;
    if carried.is_foreign() {
        let share = carried.share() * 100.0;
        let message = format!("hardly anything of the text of `{}` is found again: {share:.1} %", source.name);
        let hint = "is it another publication, or in another language?".to_owned();
        let finding =
            Finding::new(Severity::Violation, codes::FOREIGN_TEXT, message).at(Place::new(new.0, 1, 1)).hint(hint);
        return Err(Error::Findings(Box::new(finding.into())));
    }
    let is_same = evidence::is_text_of(new.1, &source);
    let files = [old.0.to_owned(), new.0.to_owned()];
    let sha256 = digest(new.1).ok();
    Ok(Some(Carried { knowledge, source, files, is_same, sha256, evidence: carried }))
}

/// The text of a source, by the name that the source gives its file.
fn beside(pack: &Pack, source: &Source, other: &str) -> Option<(String, Vec<u8>)> {
    let name =
        source.text_file.as_deref().filter(|name| Path::new(name).file_name().is_some_and(|file| file == *name))?;
    let folders = [pack.files.folder(), Path::new(other).parent(), Some(Path::new(""))];
    let paths = folders.into_iter().flatten().map(|folder| folder.join(name));
    let texts = paths.filter_map(|path| Some((path.display().to_string(), file::read(&path).ok()?)));
    texts.into_iter().find(|(_, bytes)| evidence::is_text_of(bytes, source))
}

/// Puts the new lines into the cells from which the old ones were read; nothing else of the tables
/// changes. All tables are replaced, or none.
///
/// # Errors
///
/// `unwritable-lines` if a cell holds anything but the old line, or is not in a CSV file in UTF-8;
/// those of the files.
pub fn write_lines(pack: &Pack, carried: &Carried) -> Result<WrittenLines> {
    let mut written = WrittenLines::default();
    let mut cells: BTreeMap<Place, (u64, u64)> = BTreeMap::new();
    let graph = &carried.knowledge.graph;
    let (plan, _) = read_mapping(pack);
    for (quad, place) in object_cells(&plan, pack, &[cg::LINE_START, cg::LINE_END]) {
        let node = quad.subject.as_ref();
        let of_source = Term::from(carried.source.node.clone());
        if !graph.objects(node, cg::IN_SOURCE).contains(&of_source) {
            continue;
        }
        let (Some(first), Some(last)) = (line(graph, node, cg::LINE_START), line(graph, node, cg::LINE_END)) else {
            continue;
        };
        match carried.evidence.ranges.get(&(first, last)) {
            Some(Some(new)) => {
                let is_first = quad.predicate.as_ref() == cg::LINE_START;
                let change = if is_first { (first, new.0) } else { (last, new.1) };
                let place = Place { excerpt: None, ..place };
                if *cells.entry(place.clone()).or_insert(change) != change {
                    let message = "one cell gives both ends of a range, and they are on different lines now";
                    return Err(unwritable(place, message.to_owned()));
                }
            }
            _ => written.n_gone += 1,
        }
    }
    let mut by_file: BTreeMap<String, Vec<CellChange>> = BTreeMap::new();
    for (place, change) in cells {
        by_file.entry(place.file.clone()).or_default().push((place, change));
    }
    let mut set = Set::default();
    for (name, cells) in by_file {
        let path = PathBuf::from(&name);
        let bytes = file::read(&path).map_err(Error::io(Action::Read, &path))?;
        let is_csv =
            path.extension().is_some_and(|extension| ["csv", "tsv", "txt"].iter().any(|known| extension == *known));
        let text = String::from_utf8(bytes).ok().filter(|_| is_csv);
        let text = text.ok_or_else(|| {
            unwritable(Place::new(&name, 1, 1), "new lines can be put into CSV files in UTF-8 only".to_owned())
        })?;
        let changed = cells.iter().filter(|(_, (old, new))| old != new).count();
        let text = replaced(&text, &cells)?;
        if changed > 0 {
            set.add(&path, |out| out.write_all(text.as_bytes())).map_err(Error::io(Action::Write, &path))?;
            written.tables.push((path, changed));
        }
    }
    match set.replace() {
        Err(NotReplaced { path, error }) => Err(Error::io(Action::Write, path)(error)),
        Ok(()) => Ok(written),
    }
}

fn line(graph: &Graph, node: NamedOrBlankNodeRef<'_>, property: NamedNodeRef<'_>) -> Option<u64> {
    graph.objects(node, property).into_iter().find_map(|term| match term {
        Term::Literal(literal) => literal.value().parse().ok(),
        _ => None,
    })
}

fn unwritable(place: Place, message: String) -> Error {
    let hint = "change it by hand: `--format csv` lists old and new lines".to_owned();
    Error::invalid(Finding::error(codes::UNWRITABLE_LINES, message).at(place).hint(hint))
}

/// The place of a cell, with the line in it and the one to put in.
type CellChange = (Place, (u64, u64));

/// The text of a table with other numbers in some cells, by place.
fn replaced(text: &str, cells: &[CellChange]) -> Result<String> {
    let (mark, body) = match text.strip_prefix('\u{feff}') {
        Some(body) => ("\u{feff}", body),
        None => ("", text),
    };
    let end = if body.contains('\n') { '\n' } else { '\r' };
    let mut changed = mark.to_owned();
    let mut cells = cells.iter().peekable();
    for (number, line) in body.split_inclusive(end).enumerate() {
        let mut from = 0;
        while let Some((place, (old, new))) = cells.next_if(|(place, _)| place.line == number as u64 + 1) {
            let start = line.char_indices().nth(place.column as usize - 1).map_or(line.len(), |(at, _)| at);
            let blank = |c: char| c == ' ' || c == '\t' || c.is_ascii_punctuation();
            let start = start + line[start..].find(|c| !blank(c)).unwrap_or(0);
            let digits = line[start..].bytes().take_while(u8::is_ascii_digit).count();
            if line[start..start + digits].parse() != Ok(*old) || start < from {
                let message = format!("the cell should hold the line {old}, from which the range was read");
                return Err(unwritable(place.clone(), message));
            }
            changed.push_str(&line[from..start]);
            changed.push_str(&new.to_string());
            from = start + digits;
        }
        changed.push_str(&line[from..]);
    }
    if let Some((place, (old, _))) = cells.next() {
        return Err(unwritable(place.clone(), format!("the table has no such line for {old}")));
    }
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_numbers_change() {
        let place = |line, column| Place::new("evidence.csv", line, column);
        let text = "\u{feff}claim;first;last\r\n標記;\"7\"; 12\r\nx;100;100";
        let cells =
            [(place(2, 4), (7, 1234)), (place(2, 8), (12, 5)), (place(3, 3), (100, 9)), (place(3, 7), (100, 100))];
        assert_eq!(replaced(text, &cells).unwrap(), "\u{feff}claim;first;last\r\n標記;\"1234\"; 5\r\nx;9;100");
        assert!(replaced(text, &[(place(2, 4), (8, 9))]).is_err());
        assert!(replaced(text, &[(place(9, 1), (8, 9))]).is_err());
    }
}
