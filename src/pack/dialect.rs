//! Reading a Table Dialect (<https://datapackage.org/standard/table-dialect/>), and the CSV
//! Dialect of version 1, whose properties it kept.

use super::node::{DescriptorNode, Members, Unknown};
use crate::dialect::{Dialect, ItemType};
use crate::finding::Findings;

/// Reads a dialect.
pub(super) fn read(node: DescriptorNode<'_>, findings: &mut Findings) -> Dialect {
    let mut dialect = Dialect::default();
    let Some(mut members) = Members::of(node, "a dialect", findings) else { return dialect };
    members.note(&["$schema", "name", "title", "description"], findings);
    read_rows(&mut members, &mut dialect, findings);
    read_text(&mut members, &mut dialect, findings);
    read_structure(&mut members, &mut dialect, findings);
    // Version 1.
    members.get("csvddfVersion");
    if members.flag("caseSensitiveHeader", findings) == Some(false) {
        members.unused("caseSensitiveHeader", "any more: the names of columns are compared exactly", findings);
    }
    // What `frictionless` wrote before version 2 of the standard.
    for format in ["csv", "excel", "json", "ods"] {
        if let Some(node) = members.get(format) {
            let hint = "write its properties in the dialect itself".to_owned();
            findings.push(node.fault(format!("`{format}` is not a property of a dialect")).hint(hint));
        }
    }
    members.finish(Unknown::Refused, findings);
    dialect
}

/// Which rows are the header and which are no data.
fn read_rows(members: &mut Members<'_>, dialect: &mut Dialect, findings: &mut Findings) {
    let has_header = members.flag("header", findings).unwrap_or(true);
    let rows = members.rows("headerRows", findings);
    match rows {
        Some(rows) if has_header => {
            if rows.is_empty() {
                let hint = "a table without names has `\"header\": false`".to_owned();
                findings.extend(members.get("headerRows").map(|node| node.fault("`headerRows` has no row").hint(hint)));
            } else {
                dialect.header_rows = rows;
            }
        }
        Some(_) => members.unused("headerRows", "with `\"header\": false`", findings),
        None => {}
    }
    if !has_header {
        dialect.header_rows.clear();
    }
    if let Some(join) = members.text("headerJoin", findings) {
        dialect.header_join = join;
    }
    dialect.comment_rows = members.rows("commentRows", findings).unwrap_or_default();
    if let Some(both) = dialect.header_rows.iter().find(|row| dialect.comment_rows.contains(row)) {
        let message = format!("the row {both} cannot be both a header and a comment");
        findings.extend(members.get("commentRows").map(|node| node.fault(message)));
    }
    dialect.comment = members.text("commentChar", findings).filter(|text| !text.is_empty());
}

/// How cells are delimited and quoted.
fn read_text(members: &mut Members<'_>, dialect: &mut Dialect, findings: &mut Findings) {
    dialect.delimiter = members.text("delimiter", findings).filter(|delimiter| {
        if delimiter.is_empty() {
            findings.extend(members.get("delimiter").map(|node| node.fault("`delimiter` is empty")));
        }
        !delimiter.is_empty()
    });
    dialect.line_terminator =
        members.text("lineTerminator", findings).filter(|text| !matches!(text.as_str(), "" | "\n" | "\r\n" | "\r"));
    dialect.double_quote = members.flag("doubleQuote", findings).unwrap_or(true);
    dialect.escape = members.character("escapeChar", findings);
    // An empty text is how `frictionless` says that nothing is quoted.
    let is_unquoted = members.get("quoteChar").is_some_and(|node| node.value == "");
    if is_unquoted {
        dialect.quote = None;
    } else if let Some(quote) = members.character("quoteChar", findings) {
        dialect.quote = Some(quote);
    } else if dialect.escape.is_some() && members.get("quoteChar").is_none() {
        // The two are mutually exclusive: what is escaped is not quoted.
        dialect.quote = None;
    }
    dialect.null_sequence = members.text("nullSequence", findings);
    dialect.skip_initial_space = members.flag("skipInitialSpace", findings).unwrap_or(false);
    check_signs(members, dialect, findings);
}

/// Signs that mean two things.
fn check_signs(members: &mut Members<'_>, dialect: &Dialect, findings: &mut Findings) {
    let [quote, escape] = [dialect.quote, dialect.escape].map(|sign| sign.map(String::from));
    let end = dialect.line_terminator.clone().or_else(|| Some("\n".to_owned()));
    let signs = [
        ("delimiter", dialect.delimiter.clone().or_else(|| Some(",".to_owned()))),
        ("quoteChar", quote),
        ("escapeChar", escape),
        ("lineTerminator", end),
    ];
    for (at, (name, sign)) in signs.iter().enumerate() {
        let Some(sign) = sign else { continue };
        let same = |other: &&(&'static str, Option<String>)| {
            other.1.as_ref().is_some_and(|other| other.contains(sign.as_str()) || sign.contains(other.as_str()))
        };
        if let Some((other, _)) = signs[..at].iter().find(same) {
            // The one that is not there is a default.
            let node = members.get(name).or_else(|| members.get(other)).unwrap_or_else(|| members.node.clone());
            findings.push(node.fault(format!("`{other}` and `{name}` must not be the same sign")));
        }
    }
}

/// Where the rows of a JSON document or a workbook are.
fn read_structure(members: &mut Members<'_>, dialect: &mut Dialect, findings: &mut Findings) {
    dialect.property = members.text("property", findings);
    if let Some(name) = members.text("itemType", findings) {
        dialect.item_type = match name.as_str() {
            "array" => Some(ItemType::Array),
            "object" => Some(ItemType::Object),
            _ => {
                let message = format!("`itemType` is `array` or `object`, not `{name}`");
                findings.extend(members.get("itemType").map(|node| node.fault(message)));
                None
            }
        };
    }
    dialect.item_keys = members.texts("itemKeys", findings).unwrap_or_default();
    dialect.sheet_number = members.count("sheetNumber", findings);
    if dialect.sheet_number == Some(0) {
        findings.extend(members.get("sheetNumber").map(|node| node.fault("sheets count from 1")));
    }
    dialect.sheet_name = members.text("sheetName", findings);
    if let Some(node) = members.get("table") {
        let hint = "export the table as CSV, and name that file as `path`".to_owned();
        findings.push(node.fault("`table`: databases are not read").hint(hint));
    }
}
