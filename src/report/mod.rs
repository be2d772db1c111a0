//! Findings as text: for people, for editors, for programs and for GitHub.

mod sarif;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use serde_json::{Value, json};

use crate::characters;
use crate::finding::{Finding, Findings, Place, Severity};

/// An output format for findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportFormat {
    /// With an excerpt, a caret and a hint, and a summary by code.
    Text,
    /// One line each: `file:line:column: severity[code]: message`.
    Short,
    /// One JSON object: `findings` and `counts`.
    Json,
    /// Workflow commands, which GitHub shows at the line of a change.
    Github,
    /// A log of SARIF 2.1.0, for code scanning.
    Sarif,
}

/// Writes the findings that were kept, and how many there are of each code.
pub fn write_findings(format: ReportFormat, findings: &Findings, output: &mut dyn Write) -> io::Result<()> {
    match format {
        ReportFormat::Text => {
            for finding in findings.iter() {
                writeln!(output, "{}\n", text(finding))?;
            }
            output.write_all(summary(findings).as_bytes())
        }
        ReportFormat::Short => {
            for finding in findings.iter() {
                writeln!(output, "{finding}")?;
            }
            for (severity, code, n) in left_out(findings) {
                writeln!(output, "{severity}[{}]: and {n} more", characters::line(&code))?;
            }
            Ok(())
        }
        ReportFormat::Json => {
            serde_json::to_writer_pretty(&mut *output, &as_json(findings))?;
            writeln!(output)
        }
        ReportFormat::Sarif => {
            serde_json::to_writer_pretty(&mut *output, &sarif::log(findings, &left_out(findings)))?;
            writeln!(output)
        }
        ReportFormat::Github => {
            for finding in findings.iter() {
                writeln!(output, "{}", workflow_command(finding))?;
            }
            for (severity, code, n) in left_out(findings) {
                writeln!(output, "::{} title={}::and {n} more", workflow_level(severity), property(&code))?;
            }
            Ok(())
        }
    }
}

/// How many findings of each severity and code are counted but not printed.
fn left_out(findings: &Findings) -> Vec<(Severity, String, u64)> {
    let mut told: BTreeMap<(Severity, &str), u64> = BTreeMap::new();
    for finding in findings.iter() {
        *told.entry((finding.severity, &*finding.code)).or_default() += 1;
    }
    let more = |(severity, code, n): (Severity, &str, u64)| {
        let more = n - told.get(&(severity, code)).copied().unwrap_or(0);
        (more > 0).then(|| (severity, code.to_owned(), more))
    };
    findings.counts().filter_map(more).collect()
}

/// How many findings there are of each code, the most severe first; empty if there is only one
/// finding.
pub fn summary(findings: &Findings) -> String {
    let mut text = String::new();
    let n_all = findings.count_from(Severity::Info);
    if n_all < 2 {
        return text;
    }
    let mut counts: Vec<(Severity, &str, u64)> = findings.counts().collect();
    counts.sort_by(|a, b| b.0.cmp(&a.0).then(b.2.cmp(&a.2)).then(a.1.cmp(b.1)));
    let left_out = left_out(findings);
    let _ = writeln!(text, "{n_all} findings:");
    for (severity, code, n) in counts {
        let more = left_out.iter().find(|(of, name, _)| *of == severity && name == code);
        let shown = more.map_or_else(String::new, |(_, _, more)| format!("  ({} shown)", n - more));
        let _ = writeln!(text, "{n:>8}  {:<9}  {}{shown}", severity.name(), characters::line(code));
    }
    text
}

/// How many further places of one finding are printed as text.
const MOST_PLACES: usize = 10;

/// A finding that is safe to print, with each character in its column.
fn legible(finding: &Finding) -> Finding {
    let lines = |text: &str| characters::keeping(text, &['\n']).into_owned();
    let place = |place: &Place| Place {
        file: characters::line(&place.file).into_owned(),
        sheet: place.sheet.as_deref().map(|sheet| characters::line(sheet).into_owned()),
        pointer: place.pointer.as_deref().map(|pointer| characters::line(pointer).into_owned()),
        excerpt: place.excerpt.as_deref().map(|line| characters::keeping(line, &['\t']).into_owned()),
        ..place.clone()
    };
    let other = |(at, label): &(Place, String)| (place(at), characters::line(label).into_owned());
    Finding {
        code: characters::line(&finding.code).into_owned().into(),
        message: lines(&finding.message),
        place: finding.place.as_ref().map(place),
        label: finding.label.as_deref().map(|label| characters::line(label).into_owned()),
        others: finding.others.iter().take(MOST_PLACES).map(other).collect(),
        hint: finding.hint.as_deref().map(lines),
        ..finding.clone()
    }
}

/// A finding with excerpts of its files, in colour.
pub fn text(finding: &Finding) -> String {
    let n_more = finding.others.len().saturating_sub(MOST_PLACES);
    let finding = legible(finding);
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Violation => Level::ERROR.with_name("violation"),
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let mut group =
        level.primary_title(finding.said().into_owned()).id(finding.code.as_ref()).elements([] as [Origin<'_>; 0]);
    // Places in one file share one excerpt, in the order of its lines.
    let mut places: Vec<(&Place, &str, bool)> = Vec::new();
    places.extend(finding.place.iter().map(|place| (place, finding.label.as_deref().unwrap_or_default(), true)));
    places.extend(finding.others.iter().map(|(place, label)| (place, label.as_str(), false)));
    for (place, label, primary) in places {
        let path = match place.address() {
            // A row and a column of a sheet are not those of a text.
            Some(_) => place.to_string(),
            None => place.file.clone(),
        };
        let Some(excerpt) = &place.excerpt else {
            let mut origin = Origin::path(path);
            if place.sheet.is_none() {
                origin = origin.line(place.line as usize).char_column(place.column as usize);
            }
            group = group.element(origin);
            continue;
        };
        let column = if place.sheet.is_some() { 1 } else { place.column };
        let start = byte_of(excerpt, column - 1);
        let end = byte_of(excerpt, column - 1 + place.width);
        let kind = if primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        let mut annotation = kind.span(start..end);
        if !label.is_empty() {
            annotation = annotation.label(label);
        }
        group = group.element(
            Snippet::source(excerpt.as_str())
                .line_start(place.line as usize)
                .path(path)
                .fold(false)
                .annotation(annotation),
        );
    }
    if let Some(pointer) = finding.place.as_ref().and_then(|place| place.pointer.as_deref()) {
        group = group.element(Level::NOTE.with_name("path").message(pointer));
    }
    if n_more > 0 {
        let message = format!("and {n_more} more places, which `--format json` lists");
        group = group.element(Level::NOTE.message(message));
    }
    if let Some(hint) = &finding.hint {
        group = group.element(Level::HELP.with_name("hint").message(hint.as_str()));
    }
    Renderer::styled().decor_style(DecorStyle::Ascii).render(&[group])
}

/// The byte at which the `n`th character begins; the end if there are fewer.
fn byte_of(text: &str, n: u64) -> usize {
    text.char_indices().nth(n as usize).map_or(text.len(), |(at, _)| at)
}

fn as_json(findings: &Findings) -> Value {
    let place = |place: &Place| {
        let mut object = json!({
            "file": place.file,
            "line": place.line,
            "column": place.column,
            "end_column": place.column + place.width,
        });
        if let Some(address) = place.address() {
            object["cell"] = address.into();
        }
        if let Some(pointer) = &place.pointer {
            object["pointer"] = pointer.as_str().into();
        }
        object
    };
    let finding = |finding: &Finding| {
        let related = |(at, label): &(Place, String)| {
            let mut related = place(at);
            related["label"] = label.as_str().into();
            related
        };
        json!({
            "severity": finding.severity.name(),
            "code": finding.code,
            "message": finding.message,
            "times": finding.times,
            "place": finding.place.as_ref().map(place),
            "label": finding.label,
            "related": finding.others.iter().map(related).collect::<Vec<_>>(),
            "hint": finding.hint,
        })
    };
    let count =
        |(severity, code, n): (Severity, &str, u64)| json!({"severity": severity.name(), "code": code, "count": n});
    json!({
        "findings": findings.iter().map(finding).collect::<Vec<_>>(),
        "counts": findings.counts().map(count).collect::<Vec<_>>(),
    })
}

fn workflow_level(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "notice",
        Severity::Warning => "warning",
        Severity::Violation | Severity::Error => "error",
    }
}

/// A text as the data of a workflow command.
fn data(text: &str) -> String {
    let text = characters::keeping(text, &['\n', '\r']);
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A text as a property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

fn workflow_command(finding: &Finding) -> String {
    let mut properties = Vec::new();
    let mut address = String::new();
    if let Some(place) = &finding.place {
        properties.push(format!("file={}", property(&place.file)));
        address = place.address().map(|address| format!("{address}: ")).unwrap_or_default();
        properties.push(format!("line={}", place.line));
        properties.push(format!("col={}", place.column));
        properties.push(format!("endColumn={}", place.column + place.width));
    }
    properties.push(format!("title={}", property(&finding.code)));
    let hint = finding.hint.as_ref().map_or_else(String::new, |hint| format!("\nhint: {hint}"));
    let message = data(&format!("{address}{}{hint}", finding.said()));
    format!("::{} {}::{message}", workflow_level(finding.severity), properties.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Limit;

    fn findings() -> Findings {
        let mut all = Findings::keeping(Limit::of_code(2));
        for line in 2..6 {
            all.push(
                Finding::new(Severity::Violation, "no-date", "100 % wrong, says: `a`")
                    .at(Place::new("a,b.csv", line, 3))
                    .hint("write\nit".to_owned()),
            );
        }
        all.push(Finding::warning("odd", "odd"));
        all
    }

    fn written(format: ReportFormat) -> String {
        let mut bytes = Vec::new();
        write_findings(format, &findings(), &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn short_is_a_line_each_and_a_count_of_the_rest() {
        let expected = "a,b.csv:2:3: violation[no-date]: 100 % wrong, says: `a`\n\
            a,b.csv:3:3: violation[no-date]: 100 % wrong, says: `a`\n\
            warning[odd]: odd\n\
            violation[no-date]: and 2 more\n";
        assert_eq!(written(ReportFormat::Short), expected);
    }

    #[test]
    fn nothing_of_a_finding_steers_a_terminal_and_carets_stay_in_their_columns() {
        let place = Place::new("a\u{1b}[2J.csv", 3, 3).with_excerpt("\u{9b}\u{202e},x,局\u{1b}");
        let finding = Finding::error("o\u{7}dd", "m\u{1b}]0;x\u{7}")
            .at(place.clone())
            .label("l\u{202e}")
            .and_at(Place { line: 4, ..place }, "\u{85}".to_owned())
            .hint("h\u{2066}".to_owned());
        let colours = regex::Regex::new("\u{1b}\\[[0-9;]*m").unwrap();
        let plain = colours.replace_all(&text(&finding), "").into_owned();
        assert!(!plain.contains(|c| characters::steers(c) && c != '\n'), "{plain:?}");
        let lines: Vec<&str> = plain.lines().collect();
        let at = lines.iter().position(|line| line.contains(",x,")).unwrap();
        // The comma is the third character of the line.
        let column = |line: &str, sign: char| line.chars().position(|c| c == sign);
        assert_eq!(column(lines[at], ','), column(lines[at + 1], '^'));
        for format in [ReportFormat::Text, ReportFormat::Short, ReportFormat::Github] {
            let mut bytes = Vec::new();
            write_findings(format, &finding.clone().into(), &mut bytes).unwrap();
            let written = String::from_utf8(bytes).unwrap();
            let written = colours.replace_all(&written, "");
            assert!(!written.contains(|c| characters::steers(c) && c != '\n'), "{written:?}");
        }
    }

    #[test]
    fn workflow_commands_are_escaped() {
        let line = "::error file=a%2Cb.csv,line=2,col=3,endColumn=4,title=no-date::100 %25 wrong, says: `a`%0Ahint: write%0Ait";
        assert_eq!(written(ReportFormat::Github).lines().next(), Some(line));
    }

    #[test]
    fn json_counts_what_it_leaves_out() {
        let value: Value = serde_json::from_str(&written(ReportFormat::Json)).unwrap();
        assert_eq!(value["findings"].as_array().unwrap().len(), 3);
        assert_eq!(value["counts"][1], json!({"severity": "violation", "code": "no-date", "count": 4}));
    }

    #[test]
    fn the_summary_begins_with_the_worst() {
        let text = summary(&findings());
        assert_eq!(text, "5 findings:\n       4  violation  no-date  (2 shown)\n       1  warning    odd\n");
    }
}
