//! Findings as SARIF 2.1.0 (OASIS), which code scanning services show at the
//! lines of a change.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::characters;
use crate::finding::{Finding, Findings, Place, Severity, codes};
use crate::octets::percent_encoded;

/// Where the schema of the format is published.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// A SARIF log with one run. Findings that are counted but not kept are in the
/// run's property `notShown`, by code.
pub(super) fn log(findings: &Findings, left_out: &[(Severity, String, u64)]) -> Value {
    let used: BTreeSet<&str> = findings.iter().map(|finding| &*finding.code).collect();
    let rules: Vec<Value> = used.iter().map(|name| rule(name)).collect();
    let result = |finding: &Finding| {
        let index = used.iter().position(|name| *name == finding.code);
        result(finding, index.unwrap_or_default())
    };
    let not_shown: serde_json::Map<String, Value> =
        left_out.iter().map(|(_, code, n)| (code.clone(), (*n).into())).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": env!("CARGO_PKG_NAME"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            // Columns count Unicode scalar values (section 3.14.17).
            "columnKind": "unicodeCodePoints",
            "results": findings.iter().map(result).collect::<Vec<_>>(),
            "properties": {"notShown": not_shown},
        }],
    })
}

/// What a code means (a reportingDescriptor, section 3.49).
fn rule(name: &str) -> Value {
    match codes::find(name) {
        Some(code) => json!({
            "id": name,
            "shortDescription": {"text": code.summary},
            "help": {"text": code.explanation},
            "defaultConfiguration": {"level": level(code.severity)},
        }),
        None => json!({"id": name}),
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "note",
        Severity::Warning => "warning",
        Severity::Violation | Severity::Error => "error",
    }
}

fn result(finding: &Finding, rule_index: usize) -> Value {
    let hint = finding.hint.as_ref().map_or_else(String::new, |hint| format!("\nHint: {hint}"));
    let message = format!("{}{hint}", finding.said());
    let mut result = json!({
        "ruleId": finding.code,
        "ruleIndex": rule_index,
        "level": level(finding.severity),
        "message": {"text": characters::keeping(&message, &['\n'])},
        "occurrenceCount": finding.times.max(1),
        "properties": {"severity": finding.severity.name()},
    });
    if let Some(place) = &finding.place {
        result["locations"] = json!([location(place, finding.label.as_deref())]);
    }
    if !finding.others.is_empty() {
        let related = finding.others.iter().map(|(place, label)| location(place, Some(label.as_str())));
        result["relatedLocations"] = related.collect();
    }
    result
}

/// A location (section 3.28). Standard input has no file.
fn location(place: &Place, label: Option<&str>) -> Value {
    let region = json!({
        "startLine": place.line,
        "startColumn": place.column,
        "endColumn": place.column + place.width,
    });
    let mut location = json!({"physicalLocation": {
        "artifactLocation": {"uri": uri(&place.file)},
        "region": region,
    }});
    // A cell of a workbook, a value of a document (section 3.33).
    if let Some(name) = place.address().or_else(|| place.pointer.clone()) {
        location["logicalLocations"] = json!([{"fullyQualifiedName": characters::line(&name)}]);
    }
    if let Some(label) = label.filter(|label| !label.is_empty()) {
        location["message"] = json!({"text": characters::line(label)});
    }
    location
}

/// A file's name as a relative URI reference (RFC 3986).
fn uri(file: &str) -> String {
    // A first segment with a colon would be a scheme, but colons are encoded.
    percent_encoded(file, "/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Limit;

    #[test]
    fn a_finding_has_its_rule_its_region_and_its_hint() {
        let mut findings = Findings::keeping(Limit::default());
        let place = Place::new("my pack/部門.csv", 3, 5);
        findings.push(Finding::error(codes::RAGGED_ROW, "2 cells, the header has 3").at(place).hint("x".to_owned()));
        let log = log(&findings, &[(Severity::Error, "wrong-type".to_owned(), 4)]);
        let run = &log["runs"][0];
        assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "ragged-row");
        let result = &run["results"][0];
        assert_eq!(result["message"]["text"], "2 cells, the header has 3\nHint: x");
        let physical = &result["locations"][0]["physicalLocation"];
        assert_eq!(physical["artifactLocation"]["uri"], "my%20pack/%E9%83%A8%E9%96%80.csv");
        assert_eq!(physical["region"], json!({"startLine": 3, "startColumn": 5, "endColumn": 6}));
        assert_eq!(run["properties"]["notShown"]["wrong-type"], 4);
    }
}
