//! What queries that differ in the IRIs alone have in common.

/// The IRI that stands for the IRI with a number, before the number.
const PLACEHOLDER: &str = "urn:x-civigraph-place:";

/// The longest text that is looked at.
const LONGEST: usize = 2 * 1024;

/// What no query has that is a few triple patterns. A parser may take long for nested ones.
const NEVER: &str = "()[]^|/!+=&";

/// A query's text without its IRIs, comments and surplus blanks, and the IRIs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct QueryShape<'a> {
    /// The text; where an IRI stood, there is `<>`.
    pub text: String,
    /// The IRIs in the order of the text.
    pub iris: Vec<&'a str>,
}

impl<'a> QueryShape<'a> {
    /// The shape of a text; `None` if the text is long, or has anything that only a parser can tell from an IRI or a
    /// comment: escapes, long strings, relative IRIs; and if it is certainly more than a few triple patterns. Namespaces
    /// of prefixes stay.
    pub fn of(text: &'a str) -> Option<Self> {
        if text.len() > LONGEST || text.contains('\\') || text.contains(PLACEHOLDER) {
            return None;
        }
        let mut shape = String::with_capacity(text.len());
        let mut iris = Vec::new();
        let mut n_groups = 0;
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let length = match first {
                '#' => rest.find(['\n', '\r']).unwrap_or(rest.len()),
                '"' | '\'' => {
                    let end = rest[1..].find([first, '\n', '\r']).map(|end| end + 2)?;
                    let string = &rest[..end];
                    // An empty string may be the beginning of a long one.
                    if !string.ends_with(first) || string.len() == 2 {
                        return None;
                    }
                    shape.push_str(string);
                    end
                }
                '<' => match iri_in(rest) {
                    Some(iri) => {
                        let is_namespace = shape.trim_end().ends_with(':') || ends_in_base(&shape);
                        if is_namespace {
                            shape.extend(["<", iri, ">"]);
                        } else {
                            oxiri::Iri::parse(iri).ok()?;
                            iris.push(iri);
                            shape.push_str("<>");
                        }
                        iri.len() + 2
                    }
                    None => return None,
                },
                _ if first.is_ascii_whitespace() => first.len_utf8(),
                _ if NEVER.contains(first) => return None,
                _ => {
                    n_groups += usize::from(first == '{');
                    shape.push(first);
                    first.len_utf8()
                }
            };
            if (first == '#' || first.is_ascii_whitespace()) && !shape.ends_with(' ') {
                shape.push(' ');
            }
            rest = &rest[length..];
        }
        shape.truncate(shape.trim_end().len());
        (n_groups == 1).then_some(Self { text: shape, iris })
    }

    /// The query with another IRI for each: see [`place_of`].
    pub fn with_placeholders(&self) -> String {
        let mut parts = self.text.split("<>");
        let mut text = parts.next().unwrap_or_default().to_owned();
        for (number, part) in parts.enumerate() {
            text.push_str(&format!("<{PLACEHOLDER}{number}>{part}"));
        }
        text
    }
}

/// The place of the IRI that one in a query with placeholders stands for.
pub(super) fn place_of(iri: &str) -> Option<usize> {
    iri.strip_prefix(PLACEHOLDER)?.parse().ok()
}

/// The IRI with which a text begins (SPARQL 1.1, rule 139).
fn iri_in(text: &str) -> Option<&str> {
    let end = text[1..].find(|c: char| c <= ' ' || "<>\"{}|^`".contains(c))? + 1;
    (end > 1 && text[end..].starts_with('>')).then(|| &text[1..end])
}

fn ends_in_base(shape: &str) -> bool {
    let bytes = shape.trim_end().as_bytes();
    bytes.len() >= 4 && bytes[bytes.len() - 4..].eq_ignore_ascii_case(b"base")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_differ_in_iris_blanks_and_comments_have_one_shape() {
        let one = QueryShape::of("SELECT ?l { <http://a.org/1>\n  <http://a.org/p> ?l } # 1").unwrap();
        let other = QueryShape::of("SELECT ?l { <http://a.org/2> <http://a.org/#q> ?l }# <two>").unwrap();
        assert_eq!(one.text, "SELECT ?l { <> <> ?l }");
        assert_eq!(one.text, other.text);
        assert_eq!(other.iris, ["http://a.org/2", "http://a.org/#q"]);
        assert_eq!(one.with_placeholders(), "SELECT ?l { <urn:x-civigraph-place:0> <urn:x-civigraph-place:1> ?l }");
        assert_eq!(place_of("urn:x-civigraph-place:1"), Some(1));
    }

    #[test]
    fn what_is_no_iri_stays() {
        let shape = QueryShape::of("PREFIX a: <http://a.org/> ASK { ?s a:b 'x # <http://y>' }").unwrap();
        assert!(shape.iris.is_empty(), "{shape:?}");
        assert_eq!(shape.text, "PREFIX a: <http://a.org/> ASK { ?s a:b 'x # <http://y>' }");
        assert!(QueryShape::of("BASE <http://a.org/> ASK { <http://b.org/> ?p ?o }").unwrap().text.contains("a.org"));
    }

    #[test]
    fn what_only_a_parser_can_tell_and_what_is_more_than_patterns_has_no_shape() {
        for text in [
            "ASK { ?s ?p ?o FILTER(?s < ?o) }",
            "ASK { { ?s ?p ?o } }",
            "ASK { ?s <a:b>/<a:c> ?o }",
            "ASK { ?s < ?o }",
            "ASK { <b> ?p ?o }",
            "ASK { ?s ?p '''x''' }",
            "ASK { ?s ?p 'a\\'b' }",
            "ASK { ?s ?p 'x",
            "ASK { ?s ?p \"\" }",
        ] {
            assert_eq!(QueryShape::of(text), None, "{text}");
        }
    }
}
