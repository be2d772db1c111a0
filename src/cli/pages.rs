//! Pages left over from an earlier chart of the same name.

use std::fs;
use std::path::Path;

use crate::finding::{Finding, Findings, codes};

/// A page number has at most three digits: `report-2019.png` is the chart of a
/// year, not a page of `report.png`.
const MOST_PAGES: usize = 999;

/// Warns of files that are named like pages of the chart `output` but are not
/// among its `n_pages`. They are not removed, since they may come from elsewhere.
pub(super) fn stale(output: &Path, n_pages: usize) -> Findings {
    let text = |part: Option<&std::ffi::OsStr>| part.and_then(|part| part.to_str()).map(str::to_owned);
    let (Some(name), Some(stem), Some(ending)) =
        (text(output.file_name()), text(output.file_stem()), text(output.extension()))
    else {
        return Findings::new();
    };
    let folder = output.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let names = fs::read_dir(folder).into_iter().flatten().flatten();
    let names: Vec<String> = names.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    let number = |file: &String| {
        let number = file.strip_prefix(&stem)?.strip_prefix('-')?.strip_suffix(&ending)?.strip_suffix('.')?;
        let parsed: usize = number.parse().ok()?;
        // We never write `deck-01.png`.
        (parsed.to_string() == number && (1..=MOST_PAGES).contains(&parsed)).then_some(parsed)
    };
    let written = if n_pages > 1 { n_pages } else { 0 };
    let mut numbers: Vec<usize> = names.iter().filter_map(number).filter(|number| *number > written).collect();
    numbers.sort_unstable();
    let mut shown: Vec<String> = Vec::new();
    if n_pages > 1 && names.contains(&name) {
        shown.push(format!("`{name}`"));
    }
    let page = |number: usize| format!("`{stem}-{number}.{ending}`");
    for run in numbers.chunk_by(|one, next| *next == one + 1) {
        shown.push(match run {
            [first, .., last] if last - first > 1 => format!("{} to {}", page(*first), page(*last)),
            run => run.iter().map(|number| page(*number)).collect::<Vec<_>>().join(", "),
        });
    }
    if shown.is_empty() {
        return Findings::new();
    }
    let message = format!("files next to this chart are named like its pages: {}", shown.join(", "));
    let hint = "they probably belong to an earlier chart of this name; remove them if so".to_owned();
    Finding::warning(codes::STALE_PAGES, message).hint(hint).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(files: &[&str], output: &str, n_pages: usize) -> String {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            fs::write(folder.path().join(file), "").unwrap();
        }
        let stale = stale(&folder.path().join(output), n_pages);
        stale.iter().map(|finding| finding.message.rsplit_once(": ").unwrap().1.to_owned()).collect()
    }

    #[test]
    fn pages_that_this_chart_does_not_have_are_named() {
        let seven = ["deck-1.png", "deck-2.png", "deck-3.png", "deck-4.png", "deck-5.png", "deck-6.png", "deck-7.png"];
        assert_eq!(said(&seven, "deck.png", 7), "");
        assert_eq!(said(&seven, "deck.png", 4), "`deck-5.png` to `deck-7.png`");
        assert_eq!(said(&seven, "deck.png", 5), "`deck-6.png`, `deck-7.png`");
        assert_eq!(said(&[&seven[..], &["deck.png"]].concat(), "deck.png", 1), "`deck-1.png` to `deck-7.png`");
        assert_eq!(
            said(&["deck.png", "deck-1.png", "deck-2.png", "deck-9.png"], "deck.png", 2),
            "`deck.png`, `deck-9.png`"
        );
    }

    #[test]
    fn other_names_are_none_of_pages() {
        let others =
            ["deck-2019.png", "deck-01.png", "deck-0.png", "deck-1.svg", "deck-a.png", "deck1.png", "my-deck-1.png"];
        assert_eq!(said(&others, "deck.png", 1), "");
    }
}
