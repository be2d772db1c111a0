//! The Core constraint components (section 4), applied to a node and its values.

use std::cmp::Ordering;

use oxigraph::model::{LiteralRef, TermRef};

use super::Validator;
use super::bound::Operand;
use super::literal;
use crate::error::Result;
use crate::graph::{FoundTerm, Graph, TermNumber};
use crate::shacl::path::{NodeSet, Path};
use crate::shacl::result::{Apart, Raw, ResultSink};
use crate::shacl::shape::{Constraint, Qualified, Range};

impl Validator<'_> {
    /// Applies a constraint, given by its shape and number there, to a node:
    /// all except `sh:property` and SPARQL constraints.
    pub fn check(
        &mut self,
        (index, number): (usize, usize),
        node: &TermNumber,
        values: &[TermNumber],
        sink: &mut ResultSink,
    ) -> Result<()> {
        use Constraint as C;
        let (data, shapes, bound) = (self.data, self.shapes, self.bound);
        let shape = &shapes.all[index];
        let (constraint, operand) = (&shape.constraints[number], &bound.shapes[index].operands[number]);
        let path = shape.path.as_ref();
        let mut add = |value: Option<&TermNumber>, path: Option<&Path>, apart: Apart<'_>| {
            let (focus, value) = (data.term(*node), value.map(|value| data.term(*value)));
            let (focus, value) = (focus.as_ref(), value.as_ref().map(FoundTerm::as_ref));
            sink.add(shapes, (index, number), Raw { focus, path, value, apart, messages: Vec::new() }, &data.prefixes);
        };
        let mut tell = |value: Option<&TermNumber>, path: Option<&Path>| add(value, path, Apart::None);
        match (constraint, operand) {
            (C::MinCount(least), _) if (values.len() as u64) < *least => tell(None, path),
            (C::MaxCount(most), _) if values.len() as u64 > *most => tell(None, path),
            (C::MinCount(_) | C::MaxCount(_) | C::Property(_) | C::Sparql(_), _) => {}
            (C::UniqueLang, _) => {
                let terms: Vec<FoundTerm<'_>> = values.iter().map(|value| data.term(*value)).collect();
                for (tag, n) in repeated_languages(terms.iter().map(FoundTerm::as_ref)) {
                    add(None, path, Apart::Language(&tag, n));
                }
            }
            (C::HasValue(_), wanted) if !values.iter().any(|value| wanted.has(value)) => tell(None, path),
            (C::HasValue(_), _) => {}
            (C::Equals(_), Operand::Node(property)) => {
                let (others, mut own) = (objects(data, *node, *property), NodeSet::default());
                values.iter().for_each(|value| own.add(*value));
                for value in own.in_order.iter().filter(|value| !others.has(value)) {
                    tell(Some(value), path);
                }
                for other in others.in_order.iter().filter(|other| !own.has(other)) {
                    tell(Some(other), path);
                }
            }
            (C::Disjoint(_), Operand::Node(property)) => {
                let others = objects(data, *node, *property);
                for value in values.iter().filter(|value| others.has(value)) {
                    tell(Some(value), path);
                }
            }
            (C::LessThan(_) | C::LessThanOrEquals(_), Operand::Node(property)) => {
                let may_equal = matches!(constraint, C::LessThanOrEquals(_));
                let mut others = objects(data, *node, *property).in_order;
                if others.len() > 1 {
                    others.sort_by_cached_key(|other| data.term(*other).as_ref().to_string());
                }
                let fits = |value: &TermNumber, other: &TermNumber| {
                    let (value, other) = (data.term(*value), data.term(*other));
                    let order = literals(value.as_ref(), other.as_ref());
                    let order = order.and_then(|(a, b)| literal::compare(a, b));
                    order == Some(Ordering::Less) || may_equal && order == Some(Ordering::Equal)
                };
                // Each pair is a result (section 4.5.3).
                let mut n_more = 0;
                for value in values {
                    for (n, other) in others.iter().filter(|other| !fits(value, other)).enumerate() {
                        if (n as u64) < self.limits.results {
                            add(Some(value), path, Apart::Other(data.term(*other).as_ref()));
                        } else {
                            n_more += 1;
                        }
                    }
                }
                sink.count(shapes, (index, number), n_more, &data.prefixes);
            }
            (C::Closed(_), allowed) => {
                // The values of properties that the node's closed shape does not name (section
                // 4.8.1).
                for value in values {
                    let mut others = NodeSet::default();
                    for said in data.about(*value) {
                        let (predicate, object) = said;
                        if !allowed.has(&predicate) {
                            others.add((predicate, object));
                        }
                    }
                    for (predicate, object) in &others.in_order {
                        if let TermRef::NamedNode(predicate) = data.term(*predicate).as_ref() {
                            tell(Some(object), Some(&Path::Predicate(predicate.into_owned())));
                        }
                    }
                }
            }
            (C::Qualified(qualified), _) => {
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
                    if !self.fits(constraint, operand, value)? {
                        tell(Some(value), path);
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether a single value satisfies the constraint.
    fn fits(&mut self, constraint: &Constraint, operand: &Operand<TermNumber>, value: &TermNumber) -> Result<bool> {
        use Constraint as C;
        let (data, term) = (self.data, self.data.term(*value));
        let term = term.as_ref();
        let literal = match term {
            TermRef::Literal(literal) => Some(literal),
            _ => None,
        };
        Ok(match constraint {
            C::Class(_) => {
                for class in data.objects_of(*value, self.bound.rdf_type) {
                    if operand.has(&class) {
                        return Ok(true);
                    }
                }
                false
            }
            C::Datatype(datatype) => literal.is_some_and(|literal| {
                literal.datatype() == datatype.as_ref()
                    && literal::is_well_formed(LiteralRef::new_typed_literal(literal.value(), datatype.as_ref()))
            }),
            C::ShaclNodeKind(kind) => kind.allows(term),
            C::Range(range, limit) => {
                let order = literal.and_then(|value| literal::compare(value, limit.as_ref()));
                match range {
                    Range::MinExclusive => order == Some(Ordering::Greater),
                    Range::MinInclusive => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
                    Range::MaxExclusive => order == Some(Ordering::Less),
                    Range::MaxInclusive => matches!(order, Some(Ordering::Less | Ordering::Equal)),
                }
            }
            C::MinLength(least) => text(term).is_some_and(|text| text.chars().count() as u64 >= *least),
            C::MaxLength(most) => text(term).is_some_and(|text| text.chars().count() as u64 <= *most),
            C::Pattern(_, regex) => text(term).is_some_and(|text| regex.is_match(text)),
            C::LanguageIn(ranges) => literal
                .and_then(LiteralRef::language)
                .is_some_and(|tag| ranges.iter().any(|range| lang_matches(tag, range))),
            C::In(_) => operand.has(value),
            C::Not(shape) => !self.conforms(*shape, value)?,
            C::Node(shape) => self.conforms(*shape, value)?,
            C::And(list) => {
                let mut all = true;
                for shape in &list.shapes {
                    all = self.conforms(*shape, value)?;
                    if !all {
                        break;
                    }
                }
                all
            }
            C::Or(list) => {
                let mut any = false;
                for shape in &list.shapes {
                    any = self.conforms(*shape, value)?;
                    if any {
                        break;
                    }
                }
                any
            }
            C::Xone(list) => {
                let mut n = 0;
                for shape in &list.shapes {
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
    fn count(&mut self, qualified: &Qualified, values: &[TermNumber]) -> Result<u64> {
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
}

/// The objects of a node and a property, without duplicates.
fn objects(data: &Graph, node: TermNumber, property: TermNumber) -> NodeSet<TermNumber> {
    let mut found = NodeSet::default();
    for object in data.objects_of(node, property) {
        found.add(object);
    }
    found
}

/// The result of `STR`; blank nodes have none.
fn text(term: TermRef<'_>) -> Option<&str> {
    match term {
        TermRef::NamedNode(node) => Some(node.as_str()),
        TermRef::Literal(literal) => Some(literal.value()),
        _ => None,
    }
}

fn literals<'a>(a: TermRef<'a>, b: TermRef<'a>) -> Option<(LiteralRef<'a>, LiteralRef<'a>)> {
    match (a, b) {
        (TermRef::Literal(a), TermRef::Literal(b)) => Some((a, b)),
        _ => None,
    }
}

/// Basic filtering of RFC 4647, as in `LANGMATCHES`.
fn lang_matches(tag: &str, range: &str) -> bool {
    if range == "*" {
        return !tag.is_empty();
    }
    let begins = tag.get(..range.len()).is_some_and(|start| start.eq_ignore_ascii_case(range));
    begins && matches!(tag.as_bytes().get(range.len()), None | Some(b'-'))
}

/// The languages of two or more texts, each with their number.
fn repeated_languages<'a>(values: impl Iterator<Item = TermRef<'a>>) -> Vec<(String, usize)> {
    let mut tags: Vec<String> = values
        .filter_map(|value| match value {
            TermRef::Literal(literal) => literal.language().map(str::to_ascii_lowercase),
            _ => None,
        })
        .collect();
    tags.sort_unstable();
    let repeated = tags.chunk_by(|a, b| a == b).filter(|same| same.len() > 1);
    repeated.map(|same| (same[0].clone(), same.len())).collect()
}
