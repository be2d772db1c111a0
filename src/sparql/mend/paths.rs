//! Paths as joins and unions of patterns (SPARQL 1.1, section 18.2.2.4).

use oxigraph::model::Variable;
use spargebra::algebra::{Expression, GraphPattern, PropertyPathExpression as Path};
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};

use crate::sparql::algebra::{each, has_part};

/// Alternatives as unions, and negated predicates as variables with a filter: the evaluator
/// counts what two alternatives or predicates find once, the latter only if it knows both ends.
/// Inside `+`, `*` and `?` every solution is counted once anyway.
pub(super) fn split_alternatives(pattern: &mut GraphPattern) {
    split(pattern, "a", &mut 0, &has_open_alternative);
}

/// Sequences as joins: their parts can be found in any order. `n` counts the variables between them.
pub(in crate::sparql) fn split_sequences(pattern: &mut GraphPattern, n: &mut usize) {
    split(pattern, "s", n, &|_| true);
}

fn has_open_alternative(path: &Path) -> bool {
    match path {
        Path::Alternative(..) | Path::NegatedPropertySet(_) => true,
        Path::Reverse(inner) => has_open_alternative(inner),
        Path::Sequence(a, b) => has_open_alternative(a) || has_open_alternative(b),
        _ => false,
    }
}

fn split(pattern: &mut GraphPattern, prefix: &str, n: &mut usize, wanted: &impl Fn(&Path) -> bool) {
    each(pattern, &mut |pattern| {
        if let GraphPattern::Path { subject, path, object } = pattern
            && wanted(path)
        {
            // No parser accepts this name of a variable.
            let mut fresh = || {
                *n += 1;
                Variable::new_unchecked(format!("\u{b7}{prefix}{n}"))
            };
            *pattern = parts(subject, path, object, &mut fresh);
        }
    });
}

/// The pattern that a path stands for.
fn parts(
    subject: &TermPattern,
    path: &Path,
    object: &TermPattern,
    fresh: &mut impl FnMut() -> Variable,
) -> GraphPattern {
    match path {
        Path::NamedNode(predicate) => {
            let predicate = NamedNodePattern::NamedNode(predicate.clone());
            let triple = TriplePattern { subject: subject.clone(), predicate, object: object.clone() };
            GraphPattern::Bgp { patterns: vec![triple] }
        }
        // The ends of a reversed path cannot be exchanged if its subject would be a literal.
        Path::Reverse(inner)
            if !matches!(object, TermPattern::Literal(_)) || !matches!(**inner, Path::NamedNode(_)) =>
        {
            parts(object, inner, subject, fresh)
        }
        Path::Sequence(a, b) => {
            let middle = TermPattern::Variable(fresh());
            let (left, right) = (parts(subject, a, &middle, fresh), parts(&middle, b, object, fresh));
            GraphPattern::Join { left: Box::new(left), right: Box::new(right) }
        }
        Path::Alternative(a, b) => {
            let (left, right) = (parts(subject, a, object, fresh), parts(subject, b, object, fresh));
            GraphPattern::Union { left: Box::new(left), right: Box::new(right) }
        }
        Path::NegatedPropertySet(predicates) => {
            let predicate = fresh();
            let triple = TriplePattern {
                subject: subject.clone(),
                predicate: NamedNodePattern::Variable(predicate.clone()),
                object: object.clone(),
            };
            let predicates = predicates.iter().cloned().map(Expression::NamedNode).collect();
            let is_one = Expression::In(Box::new(Expression::Variable(predicate)), predicates);
            GraphPattern::Filter {
                expr: Expression::Not(Box::new(is_one)),
                inner: Box::new(GraphPattern::Bgp { patterns: vec![triple] }),
            }
        }
        _ => GraphPattern::Path { subject: subject.clone(), path: path.clone(), object: object.clone() },
    }
}

/// Whether a path has solutions of length zero somewhere.
pub(super) fn may_be_empty(path: &Path) -> bool {
    has_part(path, &|part| matches!(part, Path::ZeroOrMore(_) | Path::ZeroOrOne(_)))
}
