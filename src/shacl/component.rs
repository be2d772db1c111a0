//! The constraint components of Core (section 4), applied to a node and its values.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use oxigraph::model::{LiteralRef, NamedNode, Term};

use super::literal;
use super::path::{Path, as_subject};
use super::result::{Raw, Sink};
use super::shape::{Constraint, Qualified, Range};
use super::validate::Validator;
use crate::error::Result;

impl Validator<'_> {
    /// Applies a constraint, all but `sh:property` and those in SPARQL.
    pub fn check(
        &mut self,
        index: usize,
        constraint: &Constraint,
        node: &Term,
        values: &[Term],
        sink: &mut Sink,
    ) -> Result<()> {
        use Constraint as C;
        let shapes = self.shapes;
        let data = self.data;
        let shape = &shapes.all[index];
        let path = shape.path.as_ref();
        let mut tell = |value: Option<&Term>, path: Option<&Path>| {
            sink.add(shape, Raw { focus: node, path, value, constraint, messages: Vec::new() }, &data.prefixes);
        };
        match constraint {
            C::MinCount(least) if (values.len() as u64) < *least => tell(None, path),
            C::MaxCount(most) if values.len() as u64 > *most => tell(None, path),
            C::MinCount(_) | C::MaxCount(_) | C::Property(_) | C::Sparql(_) => {}
            C::UniqueLang => {
                for _ in repeated_languages(values) {
                    tell(None, path);
                }
            }
            C::HasValue(wanted) if !values.contains(wanted) => tell(None, path),
            C::HasValue(_) => {}
            C::Equals(property) => {
                let others = self.values_of(node, property)?;
                for value in values.iter().filter(|value| !others.contains(value)) {
                    tell(Some(value), path);
                }
                for other in others.iter().filter(|other| !values.contains(other)) {
                    tell(Some(other), path);
                }
            }
            C::Disjoint(property) => {
                let others = self.values_of(node, property)?;
                for value in values.iter().filter(|value| others.contains(value)) {
                    tell(Some(value), path);
                }
            }
            C::LessThan(property) | C::LessThanOrEquals(property) => {
                let may_equal = matches!(constraint, C::LessThanOrEquals(_));
                let others = self.values_of(node, property)?;
                for value in values {
                    for other in &others {
                        let order = literals(value, other).and_then(|(a, b)| literal::compare(a, b));
                        let fits = order == Some(Ordering::Less) || may_equal && order == Some(Ordering::Equal);
                        if !fits {
                            tell(Some(value), path);
                        }
                    }
                }
            }
            C::Closed(allowed) => {
                for value in values {
                    for (predicate, object) in self.not_allowed(value, allowed)? {
                        tell(Some(&object), Some(&Path::Predicate(predicate)));
                    }
                }
            }
            C::Qualified(qualified) => {
                let n = self.count(qualified, values)?;
                if qualified.least.is_some_and(|least| n < least) {
                    tell(None, path);
                }
                if qualified.most.is_some_and(|most| n > most) {
                    tell(None, path);
                }
            }
            _ => {
                for value in values {
                    if !self.fits(constraint, value)? {
                        tell(Some(value), path);
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether a single value is as the constraint wants it.
    fn fits(&mut self, constraint: &Constraint, value: &Term) -> Result<bool> {
        use Constraint as C;
        Ok(match constraint {
            C::Class(class) => self.is_instance(value, class)?,
            C::Datatype(datatype) => match value {
                Term::Literal(literal) => {
                    literal.datatype() == datatype.as_ref() && literal::is_well_formed(literal.as_ref())
                }
                _ => false,
            },
            C::NodeKind(kind) => kind.allows(value),
            C::Range(range, limit) => {
                let order = match value {
                    Term::Literal(value) => literal::compare(value.as_ref(), limit.as_ref()),
                    _ => None,
                };
                match range {
                    Range::MinExclusive => order == Some(Ordering::Greater),
                    Range::MinInclusive => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
                    Range::MaxExclusive => order == Some(Ordering::Less),
                    Range::MaxInclusive => matches!(order, Some(Ordering::Less | Ordering::Equal)),
                }
            }
            C::MinLength(least) => text(value).is_some_and(|text| text.chars().count() as u64 >= *least),
            C::MaxLength(most) => text(value).is_some_and(|text| text.chars().count() as u64 <= *most),
            C::Pattern(_, regex) => text(value).is_some_and(|text| regex.is_match(text)),
            C::LanguageIn(ranges) => match value {
                Term::Literal(literal) => {
                    literal.language().is_some_and(|tag| ranges.iter().any(|range| lang_matches(tag, range)))
                }
                _ => false,
            },
            C::In(allowed) => allowed.contains(value),
            C::Not(shape) => !self.conforms(*shape, value)?,
            C::Node(shape) => self.conforms(*shape, value)?,
            C::And(shapes) => {
                let mut all = true;
                for shape in shapes {
                    all = self.conforms(*shape, value)?;
                    if !all {
                        break;
                    }
                }
                all
            }
            C::Or(shapes) => {
                let mut any = false;
                for shape in shapes {
                    any = self.conforms(*shape, value)?;
                    if any {
                        break;
                    }
                }
                any
            }
            C::Xone(shapes) => {
                let mut n = 0;
                for shape in shapes {
                    n += usize::from(self.conforms(*shape, value)?);
                    if n > 1 {
                        break;
                    }
                }
                n == 1
            }
            _ => true,
        })
    }

    /// Section 4.7.3.
    fn count(&mut self, qualified: &Qualified, values: &[Term]) -> Result<u64> {
        let mut n = 0;
        for value in values {
            let mut counts = self.conforms(qualified.shape, value)?;
            for sibling in &qualified.siblings {
                counts = counts && !self.conforms(*sibling, value)?;
            }
            n += u64::from(counts);
        }
        Ok(n)
    }

    /// What a node has of properties that its closed shape does not name (section 4.8.1).
    fn not_allowed(
        &self,
        node: &Term,
        allowed: &std::collections::BTreeSet<NamedNode>,
    ) -> Result<Vec<(NamedNode, Term)>> {
        let mut found = Vec::new();
        let Some(subject) = as_subject(node) else { return Ok(found) };
        for quad in self.data.matching(Some(subject.as_ref()), None, None, None) {
            let quad = quad?;
            if !allowed.contains(&quad.predicate) {
                found.push((quad.predicate, quad.object));
            }
        }
        Ok(found)
    }
}

/// What `STR` gives; blank nodes have no text.
fn text(term: &Term) -> Option<&str> {
    match term {
        Term::NamedNode(node) => Some(node.as_str()),
        Term::Literal(literal) => Some(literal.value()),
        _ => None,
    }
}

fn literals<'a>(a: &'a Term, b: &'a Term) -> Option<(LiteralRef<'a>, LiteralRef<'a>)> {
    match (a, b) {
        (Term::Literal(a), Term::Literal(b)) => Some((a.as_ref(), b.as_ref())),
        _ => None,
    }
}

/// Basic filtering of RFC 4647, as `LANGMATCHES` does it.
fn lang_matches(tag: &str, range: &str) -> bool {
    if range == "*" {
        return !tag.is_empty();
    }
    let (tag, range) = (tag.to_ascii_lowercase(), range.to_ascii_lowercase());
    tag.strip_prefix(&range).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// The languages that two texts have or more, each once.
fn repeated_languages(values: &[Term]) -> HashSet<String> {
    let mut counts: HashMap<String, u64> = HashMap::new();
    for value in values {
        if let Term::Literal(literal) = value
            && let Some(tag) = literal.language()
        {
            *counts.entry(tag.to_ascii_lowercase()).or_default() += 1;
        }
    }
    counts.into_iter().filter(|(_, n)| *n > 1).map(|(tag, _)| tag).collect()
}
