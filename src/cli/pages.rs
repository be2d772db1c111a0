//! Pages left over from an earlier chart of the same name.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::chart;
use crate::finding::{Finding, Findings, codes};

/// A page number has at most three digits: `report-2019.png` is the chart of a
/// year, not a page of `report.png`.
const MOST_PAGES: usize = 999;
/// Where in a file its program and its page are named at the latest.
const HEAD: u64 = 64 * 1024;

/// The files next to a chart that are named like it or its pages, but are not among what was written.
struct StaleFiles {
    folder: PathBuf,
    stem: String,
    ending: String,
    /// Whether a chart of one page is left, and which pages are.
    is_single_left: bool,
    numbers: Vec<usize>,
}

impl StaleFiles {
    fn beside(output: &Path, n_pages: usize) -> Option<Self> {
        let text = |part: Option<&std::ffi::OsStr>| part.and_then(|part| part.to_str()).map(str::to_owned);
        let (name, stem, ending) = (text(output.file_name())?, text(output.file_stem())?, text(output.extension())?);
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
        let is_single_left = n_pages > 1 && names.contains(&name);
        Some(Self { folder: folder.to_owned(), stem, ending, is_single_left, numbers })
    }

    fn path(&self, number: Option<usize>) -> PathBuf {
        let name = number.map_or_else(String::new, |number| format!("-{number}"));
        self.folder.join(format!("{}{name}.{}", self.stem, self.ending))
    }

    /// The files in words; `None` if there are none.
    fn told(&self) -> Option<String> {
        let (stem, ending) = (&self.stem, &self.ending);
        let mut shown: Vec<String> = Vec::new();
        if self.is_single_left {
            shown.push(format!("`{stem}.{ending}`"));
        }
        let page = |number: usize| format!("`{stem}-{number}.{ending}`");
        for run in self.numbers.chunk_by(|one, next| *next == one + 1) {
            shown.push(match run {
                [first, .., last] if last - first > 1 => format!("{} to {}", page(*first), page(*last)),
                run => run.iter().map(|number| page(*number)).collect::<Vec<_>>().join(", "),
            });
        }
        (!shown.is_empty()).then(|| shown.join(", "))
    }
}

/// Removes the files that are named like pages of the chart `output`, are not among its `n_pages`, and say
/// themselves that they are that page of an earlier chart; returns what was removed.
pub(super) fn remove_stale(output: &Path, n_pages: usize) -> Option<String> {
    let mut stale = StaleFiles::beside(output, n_pages)?;
    let remove = |number: Option<usize>| {
        let path = stale.path(number);
        let mut head = Vec::new();
        let read = File::open(&path).and_then(|file| file.take(HEAD).read_to_end(&mut head));
        let is_ours = chart::page_of_file(&head).is_some_and(|page| match number {
            None => page.is_none(),
            Some(number) => page.is_some_and(|(own, _)| own == number),
        });
        read.is_ok() && is_ours && fs::remove_file(&path).is_ok()
    };
    let is_removed = stale.is_single_left && remove(None);
    let numbers: Vec<usize> = stale.numbers.iter().copied().filter(|number| remove(Some(*number))).collect();
    (stale.is_single_left, stale.numbers) = (is_removed, numbers);
    stale.told().map(|files| format!("removed what was left of an earlier chart of this name: {files}"))
}

/// Warns of files that are named like pages of the chart `output` but are not
/// among its `n_pages`, and that may come from elsewhere.
pub(super) fn stale(output: &Path, n_pages: usize) -> Findings {
    let Some(files) = StaleFiles::beside(output, n_pages).and_then(|stale| stale.told()) else {
        return Findings::new();
    };
    let message = format!("files next to this chart are named like its pages: {files}");
    let hint = "they do not say that they are pages of a chart; remove them if they are".to_owned();
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
    fn only_files_that_say_that_they_are_pages_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, content: &str| fs::write(folder.path().join(name), content).unwrap();
        let page = |number: usize| format!("<svg>\n<metadata>civigraph, page {number} of 7. Fonts: x</metadata>");
        write("deck.svg", "<svg>\n<metadata>civigraph. Fonts: x</metadata>");
        write("deck-2.svg", &page(2));
        write("deck-5.svg", &page(5));
        write("deck-6.svg", &page(4));
        write("deck-7.svg", "<svg>somebody else's</svg>");
        let output = folder.path().join("deck.svg");
        let removed = remove_stale(&output, 4).unwrap();
        assert!(removed.ends_with(": `deck.svg`, `deck-5.svg`"), "{removed}");
        assert!(!output.exists() && folder.path().join("deck-2.svg").exists());
        assert!(folder.path().join("deck-6.svg").exists(), "another page was given this name");
        assert!(folder.path().join("deck-7.svg").exists());
        assert!(remove_stale(&output, 4).is_none());
    }

    #[test]
    fn other_names_are_none_of_pages() {
        let others =
            ["deck-2019.png", "deck-01.png", "deck-0.png", "deck-1.svg", "deck-a.png", "deck1.png", "my-deck-1.png"];
        assert_eq!(said(&others, "deck.png", 1), "");
    }
}
