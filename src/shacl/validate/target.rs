//! Focus nodes (section 2.1.3), one batch at a time, so that a shape for ten
//! million nodes needs no list of them.

use std::hash::Hash;

use hashbrown::HashSet;

use super::bound::BoundTarget;
use super::{PORTION, Validator};
use crate::error::Result;
use crate::graph::TermNumber;
use crate::shacl::result::ResultSink;
use crate::shacl::shape::Shapes;

impl Validator<'_> {
    /// Applies a shape to all its targets.
    pub fn run_targets(&mut self, index: usize, sink: &mut ResultSink) -> Result<()> {
        let (data, bound) = (self.data, self.bound);
        let mut portion = Portion { nodes: Vec::new(), seen: HashSet::new() };
        for target in &bound.shapes[index].targets {
            match target {
                BoundTarget::Node(node) => self.take(*node, &mut portion, index, sink)?,
                BoundTarget::Instances(classes) => {
                    for class in classes {
                        for subject in data.subjects_of(bound.rdf_type, *class) {
                            self.take(subject, &mut portion, index, sink)?;
                        }
                    }
                }
                BoundTarget::SubjectsOf(property) => {
                    for (subject, _) in data.ends_of(*property) {
                        self.take(subject, &mut portion, index, sink)?;
                    }
                }
                BoundTarget::ObjectsOf(property) => {
                    for (_, object) in data.ends_of(*property) {
                        self.take(object, &mut portion, index, sink)?;
                    }
                }
            }
        }
        self.apply(index, &std::mem::take(&mut portion.nodes), sink)?;
        self.reached.add(index, portion.seen);
        Ok(())
    }

    fn take(
        &mut self,
        node: TermNumber,
        portion: &mut Portion<TermNumber>,
        index: usize,
        sink: &mut ResultSink,
    ) -> Result<()> {
        if !portion.seen.insert(node) {
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

/// The focus nodes that some constraint was applied to.
pub(in crate::shacl) struct ReachedNodes<N> {
    /// The shapes that have targets and can produce results.
    shapes: Vec<usize>,
    /// Their number, if one shape has them all.
    n: usize,
    nodes: HashSet<N>,
}

impl<N: Eq + Hash> ReachedNodes<N> {
    pub fn new(shapes: &Shapes) -> Self {
        let saying = shapes.saying();
        let aims = |index: &usize| !shapes.all[*index].targets.is_empty() && saying[*index];
        Self { shapes: (0..shapes.all.len()).filter(aims).collect(), n: 0, nodes: HashSet::new() }
    }

    fn add(&mut self, index: usize, nodes: HashSet<N>) {
        match self.shapes[..] {
            [only] if only == index => self.n = nodes.len(),
            _ if !self.shapes.contains(&index) => {}
            _ if self.nodes.is_empty() => self.nodes = nodes,
            _ => self.nodes.extend(nodes),
        }
    }

    /// Their number, each counted once.
    pub fn n(&self) -> u64 {
        self.n.max(self.nodes.len()) as u64
    }
}

/// Pending focus nodes, and all those seen: focus nodes are a set.
struct Portion<N> {
    nodes: Vec<N>,
    seen: HashSet<N>,
}
