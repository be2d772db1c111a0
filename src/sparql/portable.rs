//! A query as a text that says by itself all that it means, for evaluators that know neither our
//! prefixes nor our parameters.

use oxigraph::model::{NamedNode, Term};

use super::Query;
use super::words::{TokenKind, Word, words};
use crate::graph::Prefixes;

/// A query as a text of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortableText {
    /// The text.
    pub text: String,
    /// Lines that were put before those of the query.
    pub n_added: u64,
    /// Whether the lines after these are the lines of the query as it was written.
    pub has_its_lines: bool,
}

impl Query {
    /// The query as a text of its own, with the bindings of its parameters, over these graphs; none
    /// leave it the graphs that it names itself.
    ///
    /// The text is the one that was written wherever that means the same, so that whoever complains
    /// about a line complains about ours.
    pub fn portable(&self, prefixes: &Prefixes, bindings: &[(String, Term)], graphs: &[NamedNode]) -> PortableText {
        let own = with_stable_names(&self.algebra.to_string());
        let is_meant = |text: &str| {
            let is_same = |query: Self| with_stable_names(&query.algebra.to_string()) == own;
            bindings.is_empty() || Self::parse(&self.file, text, prefixes).is_ok_and(is_same)
        };
        let filled = filled(&self.text, bindings);
        let with_lines = is_meant(&filled).then(|| {
            let (declared, n_added) = declared(&filled, prefixes);
            (format!("{declared}{}", with_graphs(&filled, self, graphs)), n_added)
        });
        match with_lines {
            Some((text, n_added)) => PortableText { text, n_added, has_its_lines: true },
            None => {
                // What is written of an algebra may name a column twice, which no evaluator reads.
                let is_read = Self::parse(&self.file, &own, &Prefixes::none()).is_ok();
                let text = if is_read { own } else { bound_in_pattern(&self.text, bindings) };
                let text = format!("{}{text}", declared(&text, prefixes).0);
                PortableText { text: with_graphs(&text, self, graphs), n_added: 0, has_its_lines: false }
            }
        }
    }
}

/// The text of an algebra, in which the variables without a name of their own, to which the parser gives random ones, are
/// numbered: the same query is the same text each time.
fn with_stable_names(text: &str) -> String {
    let words = words(text);
    let variables = || words.iter().filter(|word| word.kind == TokenKind::Variable);
    // 128 random bits in hexadecimal.
    let is_random =
        |name: &str| name.len() > 24 && name.bytes().skip(1).all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
    let mut mark = "?_".to_owned();
    while variables().any(|word| word.of(text).starts_with(&mark)) {
        mark.push('_');
    }
    let (mut stable, mut end, mut known) = (String::with_capacity(text.len()), 0, Vec::new());
    for word in variables().filter(|word| is_random(word.of(text))) {
        let name = word.of(text);
        let number = known.iter().position(|known| *known == name).unwrap_or_else(|| {
            known.push(name);
            known.len() - 1
        });
        stable.push_str(&text[end..word.start]);
        stable.push_str(&format!("{mark}{}", number + 1));
        end = word.end;
    }
    stable.push_str(&text[end..]);
    stable
}

/// The declarations of the prefixes that a text uses and does not declare, and how many lines they
/// are.
fn declared(text: &str, prefixes: &Prefixes) -> (String, u64) {
    let words = words(text);
    let own: Vec<&str> = words
        .windows(2)
        .filter(|pair| pair[0].kind == TokenKind::Word && pair[0].of(text).eq_ignore_ascii_case("PREFIX"))
        .map(|pair| pair[1].of(text))
        .collect();
    let mut needed: Vec<(&str, &str)> = words
        .iter()
        .filter(|word| word.kind == TokenKind::Prefix && !own.contains(&word.of(text)))
        .filter_map(|word| Some((word.of(text), prefixes.get(word.of(text))?)))
        .collect();
    needed.sort_unstable();
    needed.dedup();
    let lines: Vec<String> = needed.iter().map(|(name, namespace)| format!("PREFIX {name}: <{namespace}>\n")).collect();
    (lines.concat(), lines.len() as u64)
}

/// A text with terms in the places of variables: one that is selected becomes a column with that
/// value.
fn filled(text: &str, bindings: &[(String, Term)]) -> String {
    let mut filled = String::with_capacity(text.len());
    let (mut end, mut is_head, mut depth) = (0, false, 0_usize);
    for word in words(text) {
        let found = word.of(text);
        match word.kind {
            TokenKind::Word if found.eq_ignore_ascii_case("SELECT") => is_head = true,
            TokenKind::Word if found.eq_ignore_ascii_case("WHERE") => is_head = false,
            TokenKind::Bracket if found == "{" => is_head = false,
            TokenKind::Bracket if found == "(" => depth += 1,
            TokenKind::Bracket if found == ")" => depth = depth.saturating_sub(1),
            TokenKind::Variable => {
                let Some((_, term)) = bindings.iter().find(|(name, _)| *name == found[1..]) else { continue };
                filled.push_str(&text[end..word.start]);
                match is_head && depth == 0 {
                    true => filled.push_str(&format!("({term} AS {found})")),
                    false => filled.push_str(&term.to_string()),
                }
                end = word.end;
            }
            _ => {}
        }
    }
    filled.push_str(&text[end..]);
    filled
}

/// A text with terms in the places of variables of its pattern, at whose end the variables get these
/// values, so that what groups by them goes on doing so.
fn bound_in_pattern(text: &str, bindings: &[(String, Term)]) -> String {
    let start = pattern_start(text);
    let (mut end, mut depth) = (start, 0_usize);
    for word in words(text).iter().filter(|word| word.start >= start) {
        match word.of(text) {
            "{" => depth += 1,
            "}" => depth = depth.saturating_sub(1),
            _ => continue,
        }
        if depth == 0 {
            end = word.start;
            break;
        }
    }
    let values: Vec<String> = bindings.iter().map(|(name, term)| format!("BIND({term} AS ?{name}) ")).collect();
    format!("{}{} {}{}", &text[..start], filled(&text[start..end], bindings), values.concat(), &text[end..])
}

/// A text with `FROM` for these graphs, in the line in which they belong.
fn with_graphs(text: &str, query: &Query, graphs: &[NamedNode]) -> String {
    if graphs.is_empty() || query.names_graphs() {
        return text.to_owned();
    }
    let clauses: Vec<String> =
        graphs.iter().flat_map(|graph| [format!("FROM {graph} "), format!("FROM NAMED {graph} ")]).collect();
    let clauses = clauses.concat();
    let at = pattern_start(text);
    format!("{} {clauses}{}", &text[..at], &text[at..])
}

/// Where the pattern of a query begins, with its `WHERE`.
fn pattern_start(text: &str) -> usize {
    let words = words(text);
    let is = |word: &&Word, name: &str| word.kind == TokenKind::Word && word.of(text).eq_ignore_ascii_case(name);
    let forms = ["SELECT", "CONSTRUCT", "DESCRIBE", "ASK"];
    let Some(form) = words.iter().position(|word| forms.iter().any(|name| is(&word, name))) else { return text.len() };
    let mut depth = 0;
    // The template of a CONSTRUCT comes first, unless it is left out.
    let mut skips = is(&&words[form], "CONSTRUCT") && words.get(form + 1).is_some_and(|word| word.of(text) == "{");
    for word in &words[form + 1..] {
        match word.of(text) {
            "{" | "(" if skips || depth > 0 || word.of(text) == "(" => depth += 1,
            "}" | ")" => {
                depth -= 1;
                skips &= depth > 0;
            }
            "{" if depth == 0 => return word.start,
            _ if depth == 0 && is(&word, "WHERE") => return word.start,
            _ => {}
        }
    }
    text.len()
}

impl Query {
    /// Whether the query says itself which graphs it sees.
    pub fn names_graphs(&self) -> bool {
        use spargebra::Query as Q;
        let (Q::Select { dataset, .. }
        | Q::Construct { dataset, .. }
        | Q::Describe { dataset, .. }
        | Q::Ask { dataset, .. }) = &self.algebra;
        dataset.is_some()
    }
}

#[cfg(test)]
mod tests {
    use oxigraph::model::{Literal, Variable};

    use super::*;

    #[test]
    fn names_that_the_parser_makes_up_are_numbered_and_all_else_stays() {
        let random = "98f54faaab496109c9d48569ca7da8fc";
        let text =
            format!("SELECT (?{random} AS ?n) ?_x {{ <http://a/?{random}> ?p \"?{random}\" . ?{random} ?q ?_x }}");
        let expected = format!("SELECT (?__1 AS ?n) ?_x {{ <http://a/?{random}> ?p \"?{random}\" . ?__1 ?q ?_x }}");
        assert_eq!(with_stable_names(&text), expected);
    }

    use crate::sparql::bind;

    fn parse(text: &str) -> Query {
        Query::parse("q.rq", text, &Prefixes::default()).unwrap()
    }

    #[test]
    fn a_query_is_sent_as_it_was_written() {
        let text =
            "# who\nSELECT ?a\nWHERE { ?a a cg:Organisation ; skos:prefLabel \"sh:x\" . ?a org:a <http://b/> }\n";
        let portable = parse(text).portable(&Prefixes::default(), &[], &[]);
        assert_eq!((portable.n_added, portable.has_its_lines), (3, true));
        assert!(portable.text.ends_with(text) && !portable.text.contains("sh: <"), "{}", portable.text);
        // It needs no prefix of ours.
        let alone = Query::parse("q.rq", &portable.text, &Prefixes::none()).unwrap();
        assert_eq!(alone.algebra, parse(text).algebra);
        let own = "PREFIX cg: <http://own/> ASK { ?a cg:b 1 }";
        assert_eq!(parse(own).portable(&Prefixes::default(), &[], &[]).text, own);
    }

    #[test]
    fn parameters_mean_the_same_in_the_text_and_in_the_algebra() {
        let node = Term::from(NamedNode::new_unchecked("http://x/"));
        let year = Term::from(Literal::new_simple_literal("2019"));
        for (text, keeps_lines) in [
            ("SELECT ?body ?other { ?body cg:supports ?other }", true),
            ("SELECT ?other { ?other ?p ?body FILTER(STR($body) != \"?body\") } # ?body", true),
            ("SELECT ?s (COUNT(?o) AS ?n) { ?s ?p ?body ; ?q ?o } GROUP BY ?s", true),
            ("SELECT ?body (COUNT(?o) AS ?n) { ?body ?p ?o } GROUP BY ?body", false),
            ("ASK { ?body ?p ?o FILTER(BOUND(?body)) }", false),
            ("CONSTRUCT { ?body ?p ?o } WHERE { ?body ?p ?o MINUS { ?body a ?o } }", false),
        ] {
            for term in [&node, &year] {
                if term.is_literal() && text.contains("?body ?p") || term.is_literal() && text.contains("?body cg:") {
                    continue;
                }
                let mut query = parse(text);
                query.algebra = bind(query.algebra, &Variable::new_unchecked("body"), term).unwrap();
                let bindings = [("body".to_owned(), term.clone())];
                let portable = query.portable(&Prefixes::default(), &bindings, &[]);
                assert_eq!(portable.has_its_lines, keeps_lines, "{text}");
                let alone = Query::parse("q.rq", &portable.text, &Prefixes::none()).unwrap();
                if keeps_lines {
                    let stable = |query: &Query| with_stable_names(&query.algebra.to_string());
                    assert_eq!(stable(&alone), stable(&query), "{}", portable.text);
                } else {
                    assert!(!portable.text.contains("?body a"), "{}", portable.text);
                }
            }
        }
    }

    #[test]
    fn graphs_are_named_where_they_belong() {
        let graphs = [NamedNode::new_unchecked("http://g/")];
        let from = "FROM <http://g/> FROM NAMED <http://g/> ";
        for (before, after) in [
            ("SELECT ?a ", "WHERE { ?a ?b ?c }"),
            ("SELECT (EXISTS { ?a ?b ?c } AS ?d)\n", "{ ?a ?b ?c }"),
            ("CONSTRUCT { ?a ?b \"{\" } ", "WHERE { ?a ?b ?c }"),
            ("CONSTRUCT ", "WHERE { ?a ?b ?c }"),
            ("ASK ", "{ ?a ?b { ?a ?b ?c } }"),
            ("DESCRIBE <http://a/>", ""),
        ] {
            let Ok(query) = Query::parse("q", &format!("{before}{after}"), &Prefixes::none()) else { continue };
            let text = query.portable(&Prefixes::none(), &[], &graphs).text;
            assert_eq!(text, format!("{before} {from}{after}"));
            let told = Query::parse("q", &text, &Prefixes::none()).unwrap();
            assert!(told.names_graphs() && !query.names_graphs(), "{text}");
        }
        let own = "ASK FROM <http://own/> { ?a ?b ?c }";
        assert_eq!(parse(own).portable(&Prefixes::none(), &[], &graphs).text, own);
    }
}
