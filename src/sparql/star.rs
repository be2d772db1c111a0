//! The columns of `SELECT *`: the standard leaves their order open, and people expect that of their query.

use oxigraph::model::Variable;
use spargebra::Query;
use spargebra::algebra::GraphPattern;

use super::words::{TokenKind, words};

/// Puts the variables of an outermost `SELECT *` in the order in which the text first mentions them.
pub(super) fn in_order_of_text(algebra: &mut Query, text: &str) {
    let Query::Select { pattern, .. } = algebra else { return };
    let tokens = words(text);
    let is = |word: &str, at: usize| {
        tokens.get(at).is_some_and(|token| token.kind == TokenKind::Word && token.of(text).eq_ignore_ascii_case(word))
    };
    let Some(select) = (0..tokens.len()).find(|at| is("SELECT", *at)) else { return };
    let head = select + usize::from(is("DISTINCT", select + 1) || is("REDUCED", select + 1));
    if !text[tokens[head].end..].trim_start().starts_with('*') {
        return;
    }
    let mut named: Vec<&str> = Vec::new();
    for token in tokens[head..].iter().filter(|token| token.kind == TokenKind::Variable) {
        let name = &token.of(text)[1..];
        if !named.contains(&name) {
            named.push(name);
        }
    }
    let place = |name: &str| named.iter().position(|known| *known == name).unwrap_or(usize::MAX);
    let mut inner = pattern;
    loop {
        match inner {
            GraphPattern::Project { variables, .. } => {
                variables.sort_by_key(|variable| place(variable.as_str()));
                return;
            }
            GraphPattern::Distinct { inner: next }
            | GraphPattern::Reduced { inner: next }
            | GraphPattern::Slice { inner: next, .. } => inner = next,
            _ => return,
        }
    }
}

impl super::Query {
    /// The columns of a SELECT in their order; none of another query.
    pub fn columns(&self) -> &[Variable] {
        let Query::Select { pattern, .. } = &self.algebra else { return &[] };
        let mut inner = pattern;
        loop {
            match inner {
                GraphPattern::Project { variables, .. } => return variables,
                GraphPattern::Distinct { inner: next }
                | GraphPattern::Reduced { inner: next }
                | GraphPattern::Slice { inner: next, .. } => inner = next,
                _ => return &[],
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_of_a_star_are_in_the_order_of_the_query() {
        for (text, expected) in [
            ("SELECT * { ?s ?p ?o }", "s p o"),
            ("# ?z\nselect distinct * { ?z <http://e/?y> \"?x\" . ?a <e:p> ?z } ORDER BY ?a LIMIT 3", "z a"),
            ("SELECT * { ?b ?c ?a { SELECT * { ?z ?b ?a } } }", "b c a z"),
            ("SELECT ?p ?a { ?a ?p ?o }", "p a"),
        ] {
            let query = crate::sparql::Query::parse("q.rq", text, &crate::graph::Prefixes::none()).unwrap();
            let columns: Vec<&str> = query.columns().iter().map(Variable::as_str).collect();
            assert_eq!(columns.join(" "), expected, "{text}");
        }
    }
}
