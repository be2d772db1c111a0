//! The holders of a focus node that is a literal: the statements through which
//! its shape reached it. A literal has no statements of its own, and the same
//! one can occur elsewhere.

use oxigraph::model::{NamedNode, NamedOrBlankNode, Term};

use super::ValidationResult;
use crate::error::Result;
use crate::graph::{Graph, Statement};
use crate::shacl::path::{Path, as_subject};
use crate::shacl::shape::{Constraint, Shapes, Target};

/// The most statements reported for one literal.
const FEW: usize = 4;

impl Shapes {
    /// The first few statements that have the focus node of a result as a value.
    ///
    /// # Errors
    ///
    /// Fails if a query fails.
    pub fn holders(&self, result: &ValidationResult, data: &mut Graph) -> Result<Vec<(Statement, String)>> {
        let Term::Literal(_) = &result.focus else { return Ok(Vec::new()) };
        let (mut predicates, mut seen) = (Vec::new(), Vec::new());
        for index in self.named(&result.shape) {
            self.ways(index, &mut predicates, &mut seen);
        }
        predicates.sort();
        predicates.dedup();
        let object = data.number(result.focus.as_ref());
        let mut found = Vec::new();
        for predicate in predicates {
            let node = data.number(predicate.as_ref().into());
            let mut subjects: Vec<NamedOrBlankNode> = Vec::new();
            for subject in data.subjects_of(node, object) {
                subjects.extend(as_subject(&data.term(subject).into_owned()));
            }
            subjects.sort_by_cached_key(ToString::to_string);
            subjects.dedup();
            let statement = |subject| Statement {
                subject,
                predicate: Some(predicate.clone()),
                object: Some(result.focus.clone()),
                language: None,
            };
            found.extend(subjects.into_iter().take(FEW).map(|subject| (statement(subject), String::new())));
        }
        found.truncate(FEW);
        Ok(found)
    }

    fn named<'a>(&'a self, node: &'a NamedOrBlankNode) -> impl Iterator<Item = usize> + 'a {
        self.all.iter().enumerate().filter(move |(_, shape)| shape.node == *node).map(|(index, _)| index)
    }

    /// The predicates whose values a shape applies to, by its targets or as a part of other shapes.
    fn ways(&self, index: usize, predicates: &mut Vec<NamedNode>, seen: &mut Vec<usize>) {
        if seen.contains(&index) {
            return;
        }
        seen.push(index);
        for target in &self.all[index].targets {
            if let Target::ObjectsOf(predicate) = target {
                predicates.push(predicate.clone());
            }
        }
        for (of, shape) in self.all.iter().enumerate() {
            let is_part = |constraint: &Constraint| matches!(constraint, Constraint::Property(part) if *part == index);
            if shape.constraints.iter().any(is_part) {
                // The values of the other shape are the focus nodes of this one.
                match &shape.path {
                    None => self.ways(of, predicates, seen),
                    Some(path) => {
                        if last(path, predicates) {
                            self.ways(of, predicates, seen);
                        }
                    }
                }
            }
        }
    }
}

/// The predicates at the end of a path that leads to a literal, and whether it
/// can also end where it begins.
fn last(path: &Path, predicates: &mut Vec<NamedNode>) -> bool {
    match path {
        Path::Predicate(predicate) => {
            predicates.push(predicate.clone());
            false
        }
        // An inverse path leads to subjects.
        Path::Inverse(_) => false,
        Path::Sequence(steps) => {
            for step in steps.iter().rev() {
                if !last(step, predicates) {
                    return false;
                }
            }
            true
        }
        Path::Alternative(paths) => {
            // Each adds its predicates, even after one that may be empty.
            let mut may_be_empty = false;
            for path in paths {
                may_be_empty |= last(path, predicates);
            }
            may_be_empty
        }
        Path::ZeroOrMore(path) | Path::ZeroOrOne(path) => {
            last(path, predicates);
            true
        }
        Path::OneOrMore(path) => last(path, predicates),
    }
}
