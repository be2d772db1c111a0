//! SPARQL-based constraints (sections 5 and 6), evaluated for many nodes at once.

use std::collections::HashSet;

use oxigraph::model::{Literal, Term};

use super::{Validator, Values};
use crate::error::{Error, Result};
use crate::finding::{Finding, codes};
use crate::graph::{GraphFinding, Statement, TermNumber};
use crate::shacl::path::Path;
use crate::shacl::result::message::fill;
use crate::shacl::result::{Apart, Raw, ResultSink};
use crate::shacl::shape::{SHAPES_GRAPH, SparqlConstraint};
use crate::vocab::sh;
use crate::work::{GivenUp, memory_shown, within};

impl Validator<'_> {
    /// Evaluates a SPARQL constraint for all nodes at once.
    pub fn ask(
        &mut self,
        (index, number): (usize, usize),
        constraint: &SparqlConstraint,
        nodes: &[TermNumber],
        values: &Values<TermNumber>,
        sink: &mut ResultSink,
    ) -> Result<()> {
        if self.given_up.contains(&(index, number)) {
            return Ok(());
        }
        if constraint.query.mentions(SHAPES_GRAPH) && !self.data.has_graph_beside() {
            let message = format!("a query of {} uses `$shapesGraph`, which a pack does not have", constraint.name);
            let hint = "export the pack and validate the file: `civigraph validate graph.ttl --shapes …`".to_owned();
            self.give_up((index, number), constraint, [Finding::error(codes::BAD_SHAPE, message).hint(hint)]);
            return Ok(());
        }
        let shape = &self.shapes.all[index];
        let mut rows = Vec::new();
        let mut about: Vec<(Term, Option<Term>)> = Vec::new();
        let own = |node: &TermNumber| self.data.term(*node).into_owned();
        for (place, node) in nodes.iter().enumerate() {
            let node = own(node);
            if constraint.is_ask {
                for value in values.of(place).iter().map(own) {
                    let before = [node.clone(), value.clone()];
                    rows.push(before.into_iter().chain(constraint.values.iter().cloned()).collect());
                    about.push((node.clone(), Some(value)));
                }
            } else {
                rows.push(std::iter::once(node.clone()).chain(constraint.values.iter().cloned()).collect());
                about.push((node, None));
            }
        }
        let (data, query) = (self.data.clone(), constraint.query.clone());
        let rows: Vec<Vec<Term>> = rows;
        let solutions = match within(self.limits.time, move || query.solutions(&data, &rows))? {
            Ok(Ok(solutions)) => solutions,
            Ok(Err(Error::Invalid(faults))) => {
                self.give_up((index, number), constraint, faults.iter().cloned());
                return Ok(());
            }
            Ok(Err(error)) => return Err(error),
            Err(given_up) => {
                let how = match given_up {
                    GivenUp::TimedOut => {
                        format!("timed out after {}", humantime::format_duration(self.limits.time.unwrap_or_default()))
                    }
                    GivenUp::OutOfMemory => format!("needs more than {} of memory", memory_shown()),
                    GivenUp::BrokeOff => "failed with an internal error".to_owned(),
                };
                let message = format!("a SPARQL constraint of the shape {} {how}", constraint.name);
                let hint = "raise the limit with `--timeout 10m`; look for patterns that share no variable".to_owned();
                let fault = Finding::error(codes::SHAPE_TIMEOUT, message).hint(hint);
                self.give_up((index, number), constraint, [fault]);
                return Ok(());
            }
        };
        let prefixes = &self.data.prefixes;
        if constraint.is_ask {
            let right: HashSet<usize> = solutions.iter().map(|solution| solution.row).collect();
            for (row, (node, value)) in about.iter().enumerate() {
                if !right.contains(&row) {
                    let named = |name: &str| match name {
                        "this" => Some(node),
                        "value" => value.as_ref(),
                        _ => constraint.parameter(name),
                    };
                    let messages = constraint.messages.iter().map(|message| fill(message, named, prefixes)).collect();
                    let (path, value) = (shape.path.as_ref(), value.as_ref().map(Term::as_ref));
                    let raw = Raw { focus: node.as_ref(), path, value, apart: Apart::None, messages };
                    sink.add(self.shapes, (index, number), raw, prefixes);
                }
            }
            return Ok(());
        }
        for solution in &solutions {
            let Some((node, _)) = about.get(solution.row) else { continue };
            // Section 5.3.2: the row's value, otherwise the value that the shape implies.
            let own_path = match solution.get("path") {
                Some(Term::NamedNode(path)) => Some(Path::Predicate(path.clone())),
                _ => shape.path.clone(),
            };
            let value = solution.get("value").or_else(|| shape.path.is_none().then_some(node));
            let named = |name: &str| match name {
                "this" => Some(node),
                _ => solution.get(name).or_else(|| constraint.parameter(name)),
            };
            let messages: Vec<Literal> = match solution.get("message") {
                Some(Term::Literal(message)) => vec![message.clone()],
                _ => constraint.messages.iter().map(|message| fill(message, named, prefixes)).collect(),
            };
            let (path, value) = (own_path.as_ref(), value.map(Term::as_ref));
            let raw = Raw { focus: node.as_ref(), path, value, apart: Apart::None, messages };
            sink.add(self.shapes, (index, number), raw, prefixes);
        }
        Ok(())
    }

    /// Reports why a constraint is not evaluated again.
    fn give_up(
        &mut self,
        place: (usize, usize),
        constraint: &SparqlConstraint,
        faults: impl IntoIterator<Item = Finding>,
    ) {
        let subject = self.shapes.all[place.0].node.clone();
        let predicate = constraint.source.is_some().then(|| sh::SPARQL.into_owned());
        let statement = Statement { subject, predicate, object: constraint.source.clone(), language: None };
        let finding = |finding| GraphFinding { finding, culprits: vec![(statement.clone(), String::new())] };
        self.faults.extend(faults.into_iter().map(finding));
        self.given_up.insert(place);
    }
}

impl SparqlConstraint {
    fn parameter(&self, name: &str) -> Option<&Term> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}
