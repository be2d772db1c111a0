//! How a text is written, by its first bytes: its encoding, what stands between its cells, which row
//! names the columns.

use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::dialect::Dialect;

/// The encoding of a text, and whether another would read it as well.
pub(super) struct EncodingGuess {
    pub encoding: &'static Encoding,
    pub unsure: bool,
}

/// The encoding of a text with these first bytes.
pub(super) fn encoding(head: &[u8]) -> EncodingGuess {
    let sure = |encoding| EncodingGuess { encoding, unsure: false };
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return sure(encoding);
    }
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).take(200).filter(|byte| **byte == 0).count();
    if head.len() > 3 && zeros(1) * 3 > head.len().min(400) / 2 {
        return sure(UTF_16LE);
    }
    if head.len() > 3 && zeros(0) * 3 > head.len().min(400) / 2 {
        return sure(UTF_16BE);
    }
    match std::str::from_utf8(head) {
        Ok(_) => return sure(UTF_8),
        // The last character may be cut off.
        Err(error) if error.error_len().is_none() && head.len() - error.valid_up_to() < 4 => return sure(UTF_8),
        Err(_) => {}
    }
    // Pairs of bytes of which the first is above ASCII.
    let (mut pairs, mut low, mut gb, mut big5) = (0_u32, 0_u32, 0_u32, 0_u32);
    let (mut single, mut alone, mut at) = (0_u32, 0_u32, 0_usize);
    while at < head.len() {
        let first = head[at];
        if first < 0x80 {
            at += 1;
            continue;
        }
        let Some(second) = head.get(at + 1).copied() else { break };
        if second < 0x40 {
            single += 1;
            at += 1;
            continue;
        }
        pairs += 1;
        let is_ascii = |at: usize| head.get(at).is_none_or(|byte| *byte < 0x80);
        alone += u32::from((at == 0 || is_ascii(at - 1)) && is_ascii(at + 1) && is_ascii(at + 2));
        low += u32::from(second < 0x80);
        // The frequent characters of GB 2312 and of Big5.
        gb += u32::from((0xb0..=0xd7).contains(&first) && second >= 0xa1);
        big5 += u32::from((0xa4..=0xc6).contains(&first) && ((0x40..=0x7e).contains(&second) || second >= 0xa1));
        at += 2;
    }
    let valid = |encoding: &'static Encoding| {
        encoding.decode_without_bom_handling_and_without_replacement(&head[..at.min(head.len())]).is_some()
    };
    let unsure = |encoding| EncodingGuess { encoding, unsure: true };
    // A letter with an accent stands alone among letters of ASCII.
    if single > 0 || alone * 2 > pairs {
        return unsure(WINDOWS_1252);
    }
    match (valid(GB18030), valid(BIG5)) {
        (true, false) => unsure(GB18030),
        (false, true) => unsure(BIG5),
        (true, true) if low > 0 && big5 >= gb || big5 > gb => unsure(BIG5),
        (true, true) => unsure(GB18030),
        (false, false) => unsure(WINDOWS_1252),
    }
}

/// How the rows of a text are written.
pub(super) struct TextForm {
    pub dialect: Dialect,
    /// What is not certain about it.
    pub unsure: Vec<String>,
}

/// The rows of the beginning of a text, by a delimiter.
fn rows(text: &str, delimiter: char) -> Vec<Vec<String>> {
    const ENOUGH: usize = 200;
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut chars) = (false, text.chars().peekable());
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                cell.push('"');
                chars.next();
            }
            '"' if quoted || cell.is_empty() => quoted = !quoted,
            c if !quoted && c == delimiter => row.push(std::mem::take(&mut cell)),
            '\n' | '\r' if !quoted => {
                if c == '\r' && chars.peek() == Some(&'\n') {
                    chars.next();
                }
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
                if rows.len() == ENOUGH {
                    return rows;
                }
            }
            c => cell.push(c),
        }
    }
    if !row.is_empty() || !cell.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
}

/// The number of cells that most rows have, of those with several.
fn usual_width(rows: &[Vec<String>]) -> (usize, usize) {
    let mut counts: std::collections::BTreeMap<usize, usize> = std::collections::BTreeMap::new();
    for row in rows.iter().filter(|row| row.len() > 1) {
        *counts.entry(row.len()).or_default() += 1;
    }
    counts.into_iter().map(|(width, n)| (n, width)).max().map_or((1, 0), |(n, width)| (width, n))
}

/// How the text is written that begins like this.
pub(super) fn text_form(text: &str, is_tsv: bool) -> TextForm {
    let mut unsure = Vec::new();
    let candidates = if is_tsv { ['\t', ',', ';', '|'] } else { [',', ';', '\t', '|'] };
    let mut read: Vec<(usize, usize, char)> = Vec::new();
    for delimiter in candidates {
        let (width, n) = usual_width(&rows(text, delimiter));
        read.push((n, width, delimiter));
    }
    // The delimiter that divides the most rows alike; of several, that with the most cells.
    let most = read.iter().map(|(n, ..)| *n).max().unwrap_or(0);
    let close = |n: usize| n * 10 >= most * 9;
    let best = read.iter().filter(|(n, ..)| *n > 0 && close(*n)).max_by_key(|(_, width, _)| *width);
    let delimiter = best.map_or(candidates[0], |(.., delimiter)| *delimiter);
    let rivals: Vec<String> = read
        .iter()
        .filter(|(n, _, other)| *other != delimiter && *n > 1 && close(*n))
        .map(|(.., other)| format!("`{}`", other.escape_default()))
        .collect();
    if !rivals.is_empty() {
        unsure.push(format!("cells are separated by `{}`, not by {}", delimiter.escape_default(), rivals.join(" or ")));
    }
    let rows = rows(text, delimiter);
    let (width, _) = usual_width(&rows);
    let mut dialect = Dialect::default();
    let default = if is_tsv { '\t' } else { ',' };
    if delimiter != default {
        dialect.delimiter = Some(delimiter.to_string());
    }
    let is_comment =
        |row: &&Vec<String>| row.first().is_some_and(|cell| cell.starts_with('#')) && row.len() < width.max(2);
    if rows.first().as_ref().is_some_and(is_comment) {
        dialect.comment = Some("#".to_owned());
    }
    let filled = |row: &[String]| row.iter().filter(|cell| !cell.trim().is_empty()).count();
    let most = rows.iter().map(|row| filled(row)).max().unwrap_or(0);
    // A title above the table fills fewer cells than the names of the columns.
    let names_all =
        |row: &&Vec<String>| row.len() == width && filled(row) * 2 > most && !(is_comment(row) && width > 1);
    let Some(header) = rows.iter().position(|row| names_all(&row)) else {
        return TextForm { dialect, unsure };
    };
    // Blank rows count, as the standard has it.
    let number = header as u64 + 1;
    if number > 1 && dialect.comment.is_none() {
        dialect.header_rows = vec![number];
        unsure.push(format!("the columns are named in row {number}; the rows above are no data"));
    }
    let names = &rows[header];
    let like_data = |cell: &String| {
        cell.parse::<f64>().is_ok()
            || cell.len() >= 8
                && cell.contains(['-', '/', '.'])
                && cell.chars().next().is_some_and(|c| c.is_ascii_digit())
    };
    // A column for each year is called so.
    let is_year = |cell: &String| cell.len() == 4 && cell.parse().is_ok_and(|year: u32| (1900..2100).contains(&year));
    let years: Vec<&String> = names.iter().filter(|cell| is_year(cell)).collect();
    let has_years = years.len() > 1 && years.windows(2).all(|pair| pair[0] != pair[1]);
    let is_data = |cell: &String| like_data(cell) && !(has_years && is_year(cell));
    if names.iter().any(is_data) && rows.len() > header + 1 {
        dialect.header_rows.clear();
        dialect.names = (1..=width).map(|n| format!("field{n}")).collect();
        unsure.push("no row names the columns, so that they are called `field1`, `field2` and so on".to_owned());
        if number > 1 && dialect.comment.is_none() {
            dialect.comment_rows = (1..number).collect();
        }
        return TextForm { dialect, unsure };
    }
    rename(&mut dialect, names, number, &mut unsure);
    TextForm { dialect, unsure }
}

/// Gives columns names of their own if the header lacks one or has one twice.
pub(super) fn rename(dialect: &mut Dialect, header: &[String], row: u64, unsure: &mut Vec<String>) {
    let mut names: Vec<String> = Vec::new();
    let mut changed = false;
    for (at, name) in header.iter().enumerate() {
        let plain = if name.trim().is_empty() { format!("field{}", at + 1) } else { name.clone() };
        let mut unique = plain.clone();
        let mut n = 1;
        while names.contains(&unique) {
            n += 1;
            unique = format!("{plain} {n}");
        }
        changed |= unique != *name;
        names.push(unique);
    }
    if changed {
        dialect.header_rows.clear();
        dialect.comment_rows = (1..=row).collect();
        dialect.names = names;
        unsure.push(
            "a column has no name or the name of another, so that the names are those of the fields in the descriptor"
                .to_owned(),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_known_by_the_bytes() {
        let big5 = BIG5.encode("名稱,上級\n創新及科技局,政府總部\n").0.into_owned();
        let gb = GB18030.encode("名称,上级\n国家发展和改革委员会,国务院\n").0.into_owned();
        let latin = WINDOWS_1252.encode("name;straße\nMüller;Große Straße 5\n").0.into_owned();
        let utf16: Vec<u8> = "name,id\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (bytes, expected) in
            [(&big5[..], BIG5), (&gb, GB18030), (&latin, WINDOWS_1252), (&utf16, UTF_16LE), ("名稱".as_bytes(), UTF_8)]
        {
            assert_eq!(encoding(bytes).encoding, expected);
        }
        assert_eq!(encoding(&"x,é".as_bytes()[..3]).encoding, UTF_8, "cut off inside a character");
    }

    #[test]
    fn the_delimiter_divides_most_rows_alike() {
        for (text, delimiter) in [
            ("id;name\n1;a, b\n2;c\n", Some(";")),
            ("id\tname\n1\ta\n", Some("\t")),
            ("id,name\n1,\"a;b\"\n", None),
            ("name\nalpha\nbeta\n", None),
        ] {
            assert_eq!(text_form(text, false).dialect.delimiter.as_deref(), delimiter, "{text:?}");
        }
    }

    #[test]
    fn the_header_is_found_below_a_title() {
        let form = text_form("Staff of the town\n\nid,name,under\n1,a,\n2,b,1\n", false);
        assert_eq!(form.dialect.header_rows, [3]);
        let form = text_form("Staff of the town,,\n,,\nid,name,under\n1,a,\n2,b,1\n", false);
        assert_eq!(form.dialect.header_rows, [3]);
        let form = text_form("1,a,2019-01-01\n2,b,2019-01-02\n", false);
        assert!(form.dialect.header_rows.is_empty());
        let form = text_form("office,2023,2024\na,100,120\nb,5,6\n", false);
        assert_eq!(form.dialect.header_rows, [1]);
        let form = text_form("id,name,name,\n1,a,b,c\n", false);
        assert_eq!(form.dialect.names, ["id", "name", "name 2", "field4"]);
        assert_eq!(form.dialect.comment_rows, [1]);
    }
}
