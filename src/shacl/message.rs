//! Words for results whose shapes have none, and variables in those that have.

use oxigraph::model::{Literal, Term, TermRef};

use super::path::Path;
use super::shape::{Constraint, NodeKind, Range};
use crate::diagnostic::shorten;
use crate::graph::Prefixes;

/// A term as messages show it.
pub(super) fn shown(term: TermRef<'_>, prefixes: &Prefixes) -> String {
    match term {
        TermRef::NamedNode(node) => prefixes.name(node.as_str()),
        TermRef::Literal(literal) => match literal.language() {
            Some(tag) => format!("{}@{tag}", literal.value()),
            None => literal.value().to_owned(),
        },
        other => other.to_string(),
    }
}

/// What is wrong, in a line.
pub(super) fn message(
    constraint: &Constraint,
    focus: TermRef<'_>,
    path: Option<&Path>,
    value: Option<TermRef<'_>>,
    prefixes: &Prefixes,
) -> String {
    use Constraint as C;
    let quoted = |term: TermRef<'_>| format!("`{}`", shorten(&shown(term, prefixes)));
    let node = quoted(focus);
    let of = path.map_or_else(String::new, |path| format!("`{}`", path.shown(prefixes)));
    // The value with where it stands; a value that is the node itself is only named.
    let it = match (value, path) {
        (Some(value), Some(_)) => format!("{} of {of} of {node}", quoted(value)),
        (Some(value), None) => quoted(value),
        (None, _) => format!("{of} of {node}"),
    };
    let name = |iri: &oxigraph::model::NamedNode| format!("`{}`", prefixes.name(iri.as_str()));
    let n = |n: &u64, what: &str| format!("{n} {what}{}", if *n == 1 { "" } else { "s" });
    match constraint {
        C::MinCount(1) => format!("{node} has no {of}; at least 1 is required"),
        C::MinCount(least) => format!("{node} has fewer than {} of {of}", n(least, "value")),
        C::MaxCount(most) => format!("{node} has more than {} of {of}", n(most, "value")),
        C::Class(class) => format!("{it} is not of the class {}", quoted(class.as_ref())),
        C::Datatype(datatype) => format!("{it} is not a valid {}", name(datatype)),
        C::NodeKind(kind) => format!("{it} is not {}", kind_name(*kind)),
        C::Range(range, limit) => {
            let words = match range {
                Range::MinExclusive => "greater than",
                Range::MinInclusive => "at least",
                Range::MaxExclusive => "less than",
                Range::MaxInclusive => "at most",
            };
            format!("{it} is not {words} {}", quoted(limit.as_ref().into()))
        }
        C::MinLength(least) => format!("{it} is shorter than {}", n(least, "character")),
        C::MaxLength(most) => format!("{it} is longer than {}", n(most, "character")),
        C::Pattern(pattern, _) => format!("{it} does not match `{}`", shorten(pattern)),
        C::LanguageIn(languages) => format!("{it} is in none of the languages `{}`", languages.join("`, `")),
        C::UniqueLang => format!("{node} has two texts of {of} in one language"),
        C::Equals(other) if path.is_none() => format!("{node} and its values of {} differ", name(other)),
        C::Equals(other) => {
            format!("{of} and {} of {node} differ in {}", name(other), value.map_or(String::new(), quoted))
        }
        C::Disjoint(other) => format!("{it} is a value of {} too", name(other)),
        C::LessThan(other) => format!("{it} is not less than every value of {}", name(other)),
        C::LessThanOrEquals(other) => format!("{it} is greater than a value of {}", name(other)),
        C::Not(_) => format!("{it} conforms to a shape that it must not conform to"),
        C::And(_) => format!("{it} does not conform to all shapes of `sh:and`"),
        C::Or(_) => format!("{it} conforms to none of the shapes of `sh:or`"),
        C::Xone(_) => format!("{it} does not conform to exactly one of the shapes of `sh:xone`"),
        C::Node(_) => format!("{it} does not conform to the shape of `sh:node`"),
        C::Property(_) => format!("{it} does not conform"),
        C::Qualified(qualified) => {
            let least = qualified.least.map(|least| format!("at least {least}"));
            let most = qualified.most.map(|most| format!("at most {most}"));
            let counts: Vec<String> = [least, most].into_iter().flatten().collect();
            format!("{node} must have {} of {of} that conform to the qualified shape", counts.join(" and "))
        }
        C::Closed(_) => format!("{node} has {of}, which its closed shape does not allow"),
        C::HasValue(wanted) if path.is_none() => format!("{node} is not {}", quoted(wanted.as_ref())),
        C::HasValue(wanted) => format!("{node} has no {of} {}", quoted(wanted.as_ref())),
        C::In(_) => format!("{it} is not in the list of what is allowed"),
        C::Sparql(constraint) => match value {
            Some(value) if value != focus => {
                format!("{} breaks a constraint of {} in SPARQL", quoted(value), constraint.name)
            }
            _ => format!("{node} breaks a constraint of {} in SPARQL", constraint.name),
        },
    }
}

fn kind_name(kind: NodeKind) -> String {
    let all = [(kind.iri, "an IRI"), (kind.blank, "a blank node"), (kind.literal, "a literal")];
    let names: Vec<&str> = all.into_iter().filter(|(allowed, _)| *allowed).map(|(_, name)| name).collect();
    names.join(" or ")
}

/// A message with `{?name}` and `{$name}` replaced by values (section 5.3.2).
pub(super) fn fill<'a>(message: &Literal, value: impl Fn(&str) -> Option<&'a Term>, prefixes: &Prefixes) -> Literal {
    let mut text = String::new();
    let mut rest = message.value();
    while let Some(start) = rest.find(['{']) {
        let (before, from) = rest.split_at(start);
        text.push_str(before);
        let inner = from.strip_prefix("{?").or_else(|| from.strip_prefix("{$"));
        match inner.and_then(|inner| inner.split_once('}')) {
            Some((name, after)) if value(name).is_some() => {
                text.extend(value(name).map(|term| shown(term.as_ref(), prefixes)));
                rest = after;
            }
            _ => {
                text.push('{');
                rest = &from[1..];
            }
        }
    }
    text.push_str(rest);
    match message.language() {
        Some(tag) => Literal::new_language_tagged_literal_unchecked(text, tag),
        None => Literal::new_simple_literal(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_variables_with_values_are_replaced() {
        let term = Term::from(Literal::new_simple_literal("x"));
        let value = |name: &str| (name == "a").then_some(&term);
        for (text, filled) in [("{?a} {$a} {a} {?b} {", "x x {a} {?b} {"), ("{{?a}}", "{x}"), ("", "")] {
            let filled_in = fill(&Literal::new_simple_literal(text), value, &Prefixes::default());
            assert_eq!(filled_in.value(), filled);
        }
    }
}
