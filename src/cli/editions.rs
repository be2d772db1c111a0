//! Evidence carried over to another text: its text, and its new lines in the tables.

use std::collections::BTreeMap;

use anyhow::Result;

use super::args::{EvidenceArguments, EvidenceFormat};
use super::findings::{counted, pack_name};
use super::layout::{clean, columns, wrapped};
use super::terminal::Terminal;
use crate::error::Error;
use crate::evidence::{CARRIED_COLUMNS, CarriedEvidence, CarriedStatement, CarriedStatus};
use crate::export::write_csv_row;
use crate::finding::{Finding, codes, shorten};
use crate::pack::Pack;
use crate::pipeline::{self, Carried};

/// Entries of a list that are shown unless more are asked for.
const MOST: u64 = 20;

pub(super) fn run(pack: &Pack, carried: &Carried, arguments: &EvidenceArguments, terminal: &Terminal) -> Result<bool> {
    let found = &carried.evidence;
    match arguments.format {
        EvidenceFormat::Text => {
            let most = arguments.limit.map_or(MOST, |limit| limit.0);
            terminal.show(None, &text(found, usize::try_from(most).unwrap_or(usize::MAX), terminal.width()))?;
        }
        EvidenceFormat::Json => {
            let json = format!("{:#}\n", found.json());
            terminal.write(None, |out| out.write_all(json.as_bytes()))?;
        }
        EvidenceFormat::Csv => terminal.write(None, |out| {
            write_csv_row(&CARRIED_COLUMNS.map(str::to_owned), out)?;
            found.rows().iter().try_for_each(|row| write_csv_row(row, out))
        })?,
        _ => {
            let message = "evidence carried over to another text is text, JSON or CSV";
            let hint = "use `--format text`, `json` or `csv`".to_owned();
            return Err(Error::invalid(Finding::error(codes::UNKNOWN_FORMAT, message).hint(hint)).into());
        }
    }
    let n = |status| found.statements.iter().filter(|statement| statement.status == status).count();
    let [old, new] = &carried.files;
    if carried.is_same {
        terminal.note("both are the text for which the evidence was written");
    }
    terminal.note(&format!(
        "{}, source `{}`, from {old} to {new}: {:.1} % of the text found again; {} stand, {} on other lines, {} reworded, \
         {} differ, {} gone; {}, {}",
        pack_name(pack),
        carried.source.name,
        found.share() * 100.0,
        n(CarriedStatus::Stands),
        n(CarriedStatus::Moved),
        n(CarriedStatus::Reworded),
        n(CarriedStatus::Differs),
        n(CarriedStatus::Gone),
        counted(found.differences.len() as u64, "difference"),
        counted(found.new_lines.len() as u64, "new line"),
    ));
    if arguments.write {
        write(pack, carried, terminal)?;
    }
    Ok(!found.has_differences())
}

fn write(pack: &Pack, carried: &Carried, terminal: &Terminal) -> Result<()> {
    let written = pipeline::write_lines(pack, carried)?;
    for (path, n_cells) in &written.tables {
        terminal.note(&format!("{}: {} with a new line", path.display(), counted(*n_cells as u64, "cell")));
    }
    if written.tables.is_empty() {
        terminal.note("no line is another one, so nothing was written");
    }
    if written.n_gone > 0 {
        let n = counted(written.n_gone as u64, "cell");
        terminal.note(&format!(
            "{n} of ranges that are gone still {} the old line",
            if written.n_gone == 1 { "has" } else { "have" }
        ));
    }
    if let Some(sha256) = &carried.sha256 {
        terminal.note(&format!(
            "the source `{}` should now have the SHA-256 {sha256} and {} lines",
            carried.source.name, carried.evidence.n_lines
        ));
    }
    Ok(())
}

fn range((first, last): (u64, u64)) -> String {
    if first == last { format!("L{first}") } else { format!("L{first}-L{last}") }
}

fn places(statement: &CarriedStatement) -> String {
    let places = statement.lines.iter().map(|(old, new)| match new {
        Some(new) if new == old => range(*old),
        Some(new) => format!("{} → {}", range(*old), range(*new)),
        None => format!("{} → gone", range(*old)),
    });
    places.collect::<Vec<_>>().join(", ")
}

fn text(found: &CarriedEvidence, most: usize, width: Option<u16>) -> String {
    let mut text = String::new();
    let mut cited: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for statement in &found.statements {
        for at in &statement.differences {
            cited.entry(*at).or_default().push(&statement.name);
        }
    }
    let differences = found.differences.iter().enumerate().map(|(at, difference)| {
        let words = match (difference.was.is_empty(), difference.is.is_empty()) {
            (true, _) => format!("+ {}", shorten(&difference.is)),
            (_, true) => format!("- {}", shorten(&difference.was)),
            _ => format!("{} → {}", shorten(&difference.was), shorten(&difference.is)),
        };
        let by = match cited.get(&at).map(Vec::as_slice) {
            None => String::new(),
            Some([one, two, rest @ ..]) if !rest.is_empty() => format!("{one}, {two} and {} more", rest.len()),
            Some(names) => names.join(", "),
        };
        let place = format!("{} → {}", range(difference.old_lines), range(difference.new_lines));
        vec![place, difference.kind.name().to_owned(), words, by]
    });
    table(&mut text, "Differences in the text", differences.collect(), most, width);
    for (status, title) in [
        (CarriedStatus::Differs, "Statements that differ"),
        (CarriedStatus::Gone, "Statements whose words are gone"),
        (CarriedStatus::Reworded, "Statements whose words differ, though not their names, numbers and dates"),
    ] {
        let own: Vec<&CarriedStatement> = found.statements.iter().filter(|own| own.status == status).collect();
        heading(&mut text, title, own.len(), most);
        for statement in own.iter().take(most) {
            text.push_str(&wrapped(
                &format!("{}  {}  ({})", places(statement), statement.says, statement.name),
                2,
                width,
            ));
            for reason in &statement.reasons {
                text.push_str(&wrapped(&format!("= {reason}"), 4, width));
            }
        }
    }
    let mut moved: BTreeMap<String, (u64, (u64, u64))> = BTreeMap::new();
    for statement in found.statements.iter().filter(|statement| statement.status == CarriedStatus::Moved) {
        let first = statement.lines.first().map_or((0, 0), |(old, _)| *old);
        moved.entry(places(statement)).or_insert((0, first)).0 += 1;
    }
    let mut moved: Vec<_> = moved.into_iter().collect();
    moved.sort_by_key(|(_, (_, first))| *first);
    let rows = moved.into_iter().map(|(places, (n, _))| vec![places, counted(n, "statement")]);
    table(&mut text, "Same words on other lines", rows.collect(), most, width);
    let new_lines = found.new_lines.iter().map(|(line, words)| vec![format!("L{line}"), shorten(words)]);
    table(&mut text, "New lines that nothing cites yet", new_lines.collect(), most, width);
    text
}

fn heading(text: &mut String, title: &str, n: usize, most: usize) {
    if n > 0 {
        let between = if text.is_empty() { "" } else { "\n" };
        let shown = if n > most { format!("{most} of {n}") } else { n.to_string() };
        text.push_str(&format!("{between}{} ({shown})\n", clean(title)));
    }
}

fn table(text: &mut String, title: &str, rows: Vec<Vec<String>>, most: usize, width: Option<u16>) {
    heading(text, title, rows.len(), most);
    if !rows.is_empty() {
        text.push_str(&columns(rows.into_iter().take(most).collect(), width));
    }
}
