//! Focus nodes (section 2.1.3), a portion at a time, so that a shape for ten
//! million nodes needs no list of them.

use hashbrown::HashSet;

use super::bound::BoundTarget;
use super::result::Sink;
use super::validate::{PORTION, Validator};
use crate::error::Result;
use crate::graph::Triples;
use crate::sparql::Queryable;

impl<D: Triples + Queryable> Validator<'_, D> {
    /// Applies a shape to all that it is for.
    pub fn run_targets(&mut self, index: usize, sink: &mut Sink) -> Result<()> {
        let (data, bound) = (self.data, self.bound);
        let mut portion = Portion { nodes: Vec::new(), seen: HashSet::new() };
        for target in &bound.shapes[index].targets {
            match target {
                BoundTarget::Node(node) => self.take(node.clone(), &mut portion, index, sink)?,
                BoundTarget::Instances(classes) => {
                    for class in classes {
                        for subject in data.subjects_of(&bound.rdf_type, class) {
                            self.take(subject?, &mut portion, index, sink)?;
                        }
                    }
                }
                BoundTarget::SubjectsOf(property) => {
                    for ends in data.ends_of(property) {
                        self.take(ends?.0, &mut portion, index, sink)?;
                    }
                }
                BoundTarget::ObjectsOf(property) => {
                    for ends in data.ends_of(property) {
                        self.take(ends?.1, &mut portion, index, sink)?;
                    }
                }
            }
        }
        self.apply(index, &std::mem::take(&mut portion.nodes), sink)
    }

    fn take(&mut self, node: D::Node, portion: &mut Portion<D::Node>, index: usize, sink: &mut Sink) -> Result<()> {
        if !portion.seen.insert(node.clone()) {
            return Ok(());
        }
        portion.nodes.push(node);
        if portion.nodes.len() < PORTION {
            return Ok(());
        }
        let nodes = std::mem::take(&mut portion.nodes);
        self.apply(index, &nodes, sink)
    }
}

/// Focus nodes that wait, and all that there were: focus nodes are a set.
struct Portion<N> {
    nodes: Vec<N>,
    seen: HashSet<N>,
}
