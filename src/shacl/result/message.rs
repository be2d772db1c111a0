//! Default messages for results whose shapes have none, and variables in messages of shapes.

use oxigraph::model::{Literal, NamedOrBlankNode, Term, TermRef};

use super::{Apart, Raw};
use crate::finding::shorten;
use crate::graph::Prefixes;
use crate::shacl::shape::{Constraint, Range, ShaclNodeKind, Shapes};

/// A term as shown in messages.
pub(in crate::shacl) fn shown(term: TermRef<'_>, prefixes: &Prefixes) -> String {
    match term {
        TermRef::NamedNode(node) => prefixes.name(node.as_str()),
        TermRef::Literal(literal) => match literal.language() {
            Some(tag) => format!("{}@{tag}", literal.value()),
            None => literal.value().to_owned(),
        },
        other => other.to_string(),
    }
}

/// The name of a constraint that distinguishes it from others of its kind: the
/// shape or list that it refers to, by name, otherwise by place, otherwise by
/// number.
fn called(shapes: &Shapes, (index, number): (usize, usize), prefixes: &Prefixes) -> String {
    use Constraint as C;
    let own = &shapes.all[index].constraints;
    let constraint = &own[number];
    let place = match shapes.places.get(&(index, number)) {
        Some(place) => format!(" at {place}"),
        None => {
            let parameter = constraint.parameter();
            let same = |other: &&C| other.parameter() == parameter;
            match own.iter().filter(same).count() {
                1 => String::new(),
                n => format!(" ({} of {n})", own[..=number].iter().filter(same).count()),
            }
        }
    };
    match constraint {
        C::And(_) | C::Or(_) | C::Xone(_) => format!("`{}`{place}", prefixes.name(constraint.parameter().as_str())),
        C::Not(shape) | C::Node(shape) => of_shape(shapes, *shape, &place, prefixes),
        C::Qualified(qualified) => of_shape(shapes, qualified.shape, &place, prefixes),
        C::Sparql(sparql) if sparql.source.is_none() => {
            let given: Vec<String> = sparql
                .parameters
                .iter()
                .map(|(name, value)| format!("{name} {}", shorten(&shown(value.as_ref(), prefixes))))
                .collect();
            format!("`{}` ({})", prefixes.name(sparql.component.as_str()), given.join(", "))
        }
        _ => format!("a SPARQL constraint{place}"),
    }
}

fn of_shape(shapes: &Shapes, index: usize, place: &str, prefixes: &Prefixes) -> String {
    match &shapes.all[index].node {
        NamedOrBlankNode::NamedNode(node) => format!("the shape `{}`", prefixes.name(node.as_str())),
        NamedOrBlankNode::BlankNode(_) => format!("the shape{place}"),
    }
}

/// The message for a violated constraint, given by its shape and number there, in one line.
pub(in crate::shacl) fn message(
    shapes: &Shapes,
    (index, number): (usize, usize),
    raw: &Raw<'_>,
    prefixes: &Prefixes,
) -> String {
    use Constraint as C;
    let Raw { focus, path, value, apart, .. } = *raw;
    let constraint = &shapes.all[index].constraints[number];
    let called = || called(shapes, (index, number), prefixes);
    let quoted = |term: TermRef<'_>| format!("`{}`", shorten(&shown(term, prefixes)));
    let node = quoted(focus);
    let of = path.map_or_else(String::new, |path| format!("`{}`", path.shown(prefixes)));
    // The value with its path; a value that is the node itself is only named.
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
        C::ShaclNodeKind(kind) => format!("{it} is not {}", kind_name(*kind)),
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
        C::UniqueLang => match apart {
            Apart::Language(tag, n) => {
                let n = if n == 2 { "two".to_owned() } else { n.to_string() };
                format!("{node} has {n} values of {of} in the language `{tag}`")
            }
            _ => format!("{node} has two values of {of} in the same language"),
        },
        C::Equals(other) if path.is_none() => format!("{node} and its values of {} differ", name(other)),
        C::Equals(other) => {
            format!("{of} and {} of {node} differ in {}", name(other), value.map_or(String::new(), quoted))
        }
        C::Disjoint(other) => format!("{it} is also a value of {}", name(other)),
        C::LessThan(other) | C::LessThanOrEquals(other) => {
            let than = if matches!(constraint, C::LessThan(_)) { "less than" } else { "at most" };
            match apart {
                Apart::Other(term) => format!("{it} is not {than} {}, a value of {}", quoted(term), name(other)),
                _ => format!("{it} is not {than} every value of {}", name(other)),
            }
        }
        C::Not(_) => format!("{it} must not conform to {}", called()),
        C::And(_) => format!("{it} does not conform to all shapes of {}", called()),
        C::Or(_) => format!("{it} conforms to none of the shapes of {}", called()),
        C::Xone(_) => format!("{it} does not conform to exactly one of the shapes of {}", called()),
        C::Node(_) => format!("{it} does not conform to {}", called()),
        C::Property(_) => format!("{it} does not conform"),
        C::Qualified(qualified) => {
            let least = qualified.least.map(|least| format!("at least {least}"));
            let most = qualified.most.map(|most| format!("at most {most}"));
            let counts: Vec<String> = [least, most].into_iter().flatten().collect();
            format!("{node} must have {} of {of} that conform to {}", counts.join(" and "), called())
        }
        C::Closed(_) => {
            let value = value.map_or_else(String::new, |value| format!(" {}", quoted(value)));
            format!("{node} has {of}{value}, which its closed shape does not allow")
        }
        C::HasValue(wanted) if path.is_none() => format!("{node} is not {}", quoted(wanted.as_ref())),
        C::HasValue(wanted) => format!("{node} has no {of} {}", quoted(wanted.as_ref())),
        C::In(_) => format!("{it} is not in the list of allowed values"),
        C::Sparql(constraint) => match value {
            Some(value) if value != focus => {
                format!("{} of {node} violates {} of {}", quoted(value), called(), constraint.name)
            }
            _ => format!("{node} violates {} of {}", called(), constraint.name),
        },
    }
}

fn kind_name(kind: ShaclNodeKind) -> String {
    let all = [(kind.iri, "an IRI"), (kind.blank, "a blank node"), (kind.literal, "a literal")];
    let names: Vec<&str> = all.into_iter().filter(|(allowed, _)| *allowed).map(|(_, name)| name).collect();
    names.join(" or ")
}

/// A message with `{?name}` and `{$name}` replaced by values (section 5.3.2).
pub(in crate::shacl) fn fill<'a>(
    message: &Literal,
    value: impl Fn(&str) -> Option<&'a Term>,
    prefixes: &Prefixes,
) -> Literal {
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
