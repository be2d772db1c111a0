//! Regular expressions of XPath (Functions and Operators, 5.6.1; XML Schema
//! part 2, appendix G), translated to Rust's syntax where the two differ.
//! Expressions that cannot be translated, or are not valid in XPath, are
//! rejected.
//!
//! The version is the one that SPARQL's `REGEX` refers to (XPath 2.0), with the
//! flag `q` and `(?:…)` of 3.0.

mod blocks;
mod case;
mod class;
mod parse;

use std::fmt::Write as _;

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::ClassUnicode;

use parse::{DEEPEST, Parser, RegexNode};

/// A compiled pattern.
#[derive(Debug)]
pub struct Pattern {
    /// The expression in Rust's syntax.
    pub regex: Regex,
    /// Oddities that were accepted.
    pub remarks: Vec<String>,
}

/// The options that flags turn on.
#[derive(Debug, Clone, Copy, Default)]
struct Flags {
    dot_all: bool,
    multi_line: bool,
    ignore_case: bool,
}

/// Translates a pattern.
///
/// # Errors
///
/// A text if it is not an XPath expression or not supported.
pub fn compile(pattern: &str, flags: &str) -> Result<Pattern, String> {
    const LARGEST: usize = 10 << 20;
    let (mut on, mut is_literal, mut is_spaced) = (Flags::default(), false, false);
    for flag in flags.chars() {
        match flag {
            's' => on.dot_all = true,
            'm' => on.multi_line = true,
            'i' => on.ignore_case = true,
            'x' => is_spaced = true,
            'q' => is_literal = true,
            other => return Err(format!("unknown flag `{other}`")),
        }
    }
    let mut remarks = Vec::new();
    let node = if is_literal {
        parse::literal(pattern, on)
    } else {
        let text: Vec<char> = if is_spaced { without_spaces(pattern) } else { pattern.chars().collect() };
        let mut parser = Parser::new(&text, on);
        let node = parser.whole()?;
        remarks.append(&mut parser.remarks);
        node
    };
    let mut translated = String::new();
    write(&node, 0, &mut translated)?;
    // One level becomes several in the translation.
    let built = RegexBuilder::new(&translated).size_limit(LARGEST).nest_limit(10 * DEEPEST as u32).build();
    let regex = built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => format!("it compiles to more than {} MiB", LARGEST >> 20),
        other => other.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned(),
    })?;
    Ok(Pattern { regex, remarks })
}

/// The flag `x`: removes white space except inside classes.
fn without_spaces(pattern: &str) -> Vec<char> {
    let (mut kept, mut depth, mut is_escaped) = (Vec::new(), 0_u32, false);
    for c in pattern.chars() {
        if depth == 0 && matches!(c, '\t' | '\n' | '\r' | ' ') {
            continue;
        }
        kept.push(c);
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    kept
}

/// Writes a node in Rust's syntax; at least `rest` characters follow its match.
fn write(node: &RegexNode, rest: usize, text: &mut String) -> Result<(), String> {
    match node {
        RegexNode::Class(class) => write_class(class, text),
        RegexNode::Start { multi_line: false } => text.push_str("\\A"),
        RegexNode::End { multi_line: false } => text.push_str("\\z"),
        RegexNode::End { multi_line: true } => text.push_str("(?m:$)"),
        RegexNode::Start { multi_line: true } => {
            // In XPath no line begins after the last line end, in Rust one does:
            // they are the same where something must follow.
            if rest == 0 {
                let words = "with the flag `m`, a `^` that need not be followed by anything is not supported";
                return Err(words.to_owned());
            }
            text.push_str("(?m:^)");
        }
        RegexNode::Choice(branches) => {
            text.push_str("(?:");
            for (index, branch) in branches.iter().enumerate() {
                if index > 0 {
                    text.push('|');
                }
                let mut behind = rest + branch.iter().map(RegexNode::least).sum::<usize>();
                for node in branch {
                    behind -= node.least();
                    write(node, behind, text)?;
                }
            }
            text.push(')');
        }
        RegexNode::Repeat { node, least, most } => {
            text.push_str("(?:");
            write(node, rest, text)?;
            let _ = match most {
                Some(most) => write!(text, "){{{least},{most}}}"),
                None => write!(text, "){{{least},}}"),
            };
        }
    }
    Ok(())
}

fn write_class(class: &ClassUnicode, text: &mut String) {
    if class.ranges().is_empty() {
        // An empty class.
        text.push_str("[^\\x{0}-\\x{10FFFF}]");
        return;
    }
    text.push('[');
    for range in class.ranges() {
        let (start, end) = (u32::from(range.start()), u32::from(range.end()));
        let _ = write!(text, "\\x{{{start:X}}}");
        if start < end {
            let _ = write!(text, "-\\x{{{end:X}}}");
        }
    }
    text.push(']');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, flags: &str, text: &str) -> bool {
        compile(pattern, flags).unwrap_or_else(|words| panic!("{pattern} {flags}: {words}")).regex.is_match(text)
    }

    /// Each pattern with its flags, texts that it matches and texts that it does not.
    #[test]
    fn patterns_match_as_in_xpath() {
        let table: [(&str, &str, &[&str], &[&str]); 58] = [
            ("^[a-z-[aeiou]]+$", "", &["xyz"], &["abc", "-", "x-", "]"]),
            ("^[^a-c-[xyz]]+$", "", &["def"], &["a", "x", "-x"]),
            ("^[a-z-[b-y-[m]]]+$", "", &["azm"], &["b", "y"]),
            ("^[\\w-[\\d]]+$", "", &["abc"], &["1", "_"]),
            ("^[a-]+$", "", &["a-"], &["b"]),
            ("^[-a]+$", "", &["a-"], &["b"]),
            ("^[^-a]+$", "", &["b"], &["a", "-"]),
            ("^[a&&b]+$", "", &["a&b"], &["c"]),
            ("^[a~~b]+$", "", &["a~b"], &["c"]),
            ("^[.$(){}|?*+^]+$", "", &["^$.(){}|?*+"], &["a"]),
            ("^[\\[\\]]+$", "", &["[]"], &["a"]),
            ("^[\\d-]+$", "", &["1-2"], &["a"]),
            ("[a-[a]]", "", &[], &["a", "", "b"]),
            ("^\\i\\c*$", "", &["a", "_a-1.b:c", ":x", "局"], &["1a", "-a", "a b", ""]),
            ("^\\I\\C$", "", &["1 "], &["a ", "11"]),
            ("^[\\i-[:]][\\c-[:]]*$", "", &["a-1"], &["a:b", ":"]),
            ("^\\w+$", "", &["a1", "局", "+", "$", "é"], &["_", "a_b", "a b", "-", "."]),
            ("^\\W$", "", &["_", " ", "."], &["a", "+"]),
            ("^\\d+$", "", &["12", "\u{0662}"], &["a", "½"]),
            ("^\\D$", "", &["a"], &["\u{0662}"]),
            ("^\\s$", "", &[" ", "\t", "\n", "\r"], &["\u{a0}", "\u{b}", "\u{2003}"]),
            ("^\\S$", "", &["\u{a0}", "a"], &[" "]),
            ("^\\p{IsGreek}+$", "", &["αβγ"], &["a"]),
            ("^\\p{IsGreekandCoptic}+$", "", &["α"], &["a"]),
            ("^\\p{IsBasicLatin}+$", "", &["a1~"], &["é"]),
            ("^\\P{IsBasicLatin}+$", "", &["é局"], &["a"]),
            ("^[\\p{IsLatin-1Supplement}x]+$", "", &["éx"], &["e"]),
            ("^\\p{IsCJKUnifiedIdeographs}+$", "", &["香港"], &["a", "か"]),
            ("^\\p{Lu}\\p{L}+\\p{Nd}$", "", &["Ab1"], &["ab1"]),
            ("^\\P{L}$", "", &["1"], &["a"]),
            ("^\\p{Zl}$", "", &["\u{2028}"], &[" "]),
            ("^a$", "", &["a"], &["a\n", "b\na"]),
            ("^b$", "m", &["a\nb\nc", "b\n", "b"], &["ab"]),
            ("^a|b$", "m", &["x\na", "b\nx"], &["xa", "bx"]),
            ("a$", "m", &["a", "xa\n", "a\nb"], &["ab"]),
            ("^(a.b)$", "", &["a\rb", "axb"], &["a\nb"]),
            ("^a.b$", "s", &["a\nb"], &["ab"]),
            ("aldi", "i", &["ALDI", "Aldi"], &["ald"]),
            ("^\\p{Lu}$", "i", &["A"], &["a"]),
            ("^[\\p{Lu}b]$", "i", &["A", "B", "b"], &["a"]),
            ("^[^q]$", "i", &["a"], &["q", "Q"]),
            ("^[A-Z-[IO]]+$", "i", &["aZ"], &["i", "O"]),
            ("^i$", "i", &["I", "\u{131}"], &["\u{130}"]),
            ("^K$", "i", &["k", "\u{212a}"], &["c"]),
            (" h e l l o [ w]", "x", &["hello ", "hellow"], &["hello", "h e l l o"]),
            ("a # b", "x", &["a#b"], &["a"]),
            ("\\ d", "x", &["1"], &["d"]),
            ("a.b", "q", &["xa.bx"], &["axb"]),
            ("A[", "qi", &["a["], &["b"]),
            ("^a{2}b{1,}c{0,1}$", "", &["aab", "aabbc"], &["ab", "aabcc"]),
            ("^a+?b??$", "", &["aa", "aab"], &["b"]),
            ("^(?:a|bc)*$", "", &["", "abca"], &["b"]),
            ("^(a|)b$", "", &["b", "ab"], &["a"]),
            ("", "", &["", "x"], &[]),
            ("\\$\\^\\-\\|", "", &["$^-|"], &["$"]),
            ("^\\n\\t\\r$", "", &["\n\t\r"], &["ntr"]),
            ("\\(a\\)\\{1\\}", "", &["(a){1}"], &["a"]),
            ("^[\\-a\\^]+$", "", &["-a^"], &["b"]),
        ];
        let mut wrong = Vec::new();
        for (pattern, flags, right, left) in table {
            wrong
                .extend(right.iter().filter(|text| !matches(pattern, flags, text)).map(|text| (pattern, flags, *text)));
            wrong.extend(left.iter().filter(|text| matches(pattern, flags, text)).map(|text| (pattern, flags, *text)));
        }
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn expressions_that_are_not_xpath_are_rejected_with_a_reason() {
        for (pattern, flags, part) in [
            ("(", "", "unclosed group"),
            ("a)", "", "unopened group"),
            ("[a", "", "unclosed class"),
            ("[]", "", "empty"),
            ("[^]", "", "empty"),
            ("[]a]", "", "empty"),
            ("a]", "", "`\\]`"),
            ("a}", "", "`\\}`"),
            ("{", "", "nothing to repeat"),
            ("[[:alpha:]]", "", "`\\[`"),
            ("[a-c-e]", "", "`-`"),
            ("[a--c]", "", "`-`"),
            ("[\\d-z]", "", "a range"),
            ("[a-\\d]", "", "a range"),
            ("[z-a]", "", "reverse order"),
            ("[a-z-[aeiou]x]", "", "follow"),
            ("(a)\\1", "", "back-reference"),
            ("\\bword", "", "`\\b`"),
            ("\\x41", "", "`\\x`"),
            ("\\A", "", "`\\A`"),
            ("\\", "", "ends"),
            ("(?i)a", "", "`(?"),
            ("(?=a)", "", "`(?"),
            ("(?<n>a)", "", "`(?"),
            ("a**", "", "nothing to repeat"),
            ("a*+", "", "nothing to repeat"),
            ("*a", "", "nothing to repeat"),
            ("a{,2}", "", "`{,2}`"),
            ("a{2,1}", "", "`{2,1}`"),
            ("a{1", "", "not a quantifier"),
            ("a{99999999999}", "", "not a quantifier"),
            ("\\p{Greek}", "", "`Greek`"),
            ("\\p{IsKlingon}", "", "`IsKlingon`"),
            ("\\p{lu}", "", "`lu`"),
            ("\\pL", "", "`\\p`"),
            ("^$", "m", "flag `m`"),
            ("^a*$", "m", "flag `m`"),
            ("a", "y", "unknown flag `y`"),
            ("(a{1000}){1000}", "", "MiB"),
        ] {
            let words = compile(pattern, flags).map(|_| String::new()).unwrap_or_else(|words| words);
            assert!(words.contains(part), "{pattern} {flags}: {words}");
        }
        let nested = format!("{}a{}", "(x|(".repeat(45), "))+".repeat(45));
        assert!(compile(&nested, "").is_ok());
        let nested = format!("{}a{}", "(".repeat(100_000), ")".repeat(100_000));
        assert!(compile(&nested, "").unwrap_err().contains("levels"));
        let nested = format!("{}a{}", "[a-".repeat(100_000), "]".repeat(100_000));
        assert!(compile(&nested, "").unwrap_err().contains("levels"));
    }

    #[test]
    fn an_unambiguous_unknown_escape_is_accepted_and_reported() {
        let pattern = compile("^https:\\/\\/a", "").unwrap();
        assert!(pattern.regex.is_match("https://a") && pattern.remarks.len() == 1, "{:?}", pattern.remarks);
    }
}
