//! Focus nodes (section 2.1.3), a portion at a time, so that a shape for ten
//! million nodes needs no list of them.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use oxigraph::model::Term;
use oxigraph::model::vocab::rdf;

use super::result::Sink;
use super::shape::Target;
use super::validate::{PORTION, Validator};
use crate::error::Result;

impl Validator<'_> {
    /// Applies a shape to all that it is for.
    pub fn run_targets(&mut self, index: usize, sink: &mut Sink) -> Result<()> {
        let data = self.data;
        let targets = &self.shapes.all[index].targets;
        let mut portion = Portion::default();
        for target in targets {
            match target {
                Target::Node(node) => self.take(node.clone(), &mut portion, index, sink)?,
                Target::Class(class) => {
                    let class = Term::from(class.clone());
                    let mut classes: Vec<Term> = self.subclasses(&class)?.iter().cloned().collect();
                    classes.sort_by_cached_key(Term::to_string);
                    for class in &classes {
                        for quad in data.matching(None, Some(rdf::TYPE), Some(class.as_ref()), None) {
                            self.take(quad?.subject.into(), &mut portion, index, sink)?;
                        }
                    }
                }
                Target::SubjectsOf(property) => {
                    for quad in data.matching(None, Some(property.as_ref()), None, None) {
                        self.take(quad?.subject.into(), &mut portion, index, sink)?;
                    }
                }
                Target::ObjectsOf(property) => {
                    for quad in data.matching(None, Some(property.as_ref()), None, None) {
                        self.take(quad?.object, &mut portion, index, sink)?;
                    }
                }
            }
        }
        self.apply(index, &std::mem::take(&mut portion.nodes), sink)
    }

    fn take(&mut self, node: Term, portion: &mut Portion, index: usize, sink: &mut Sink) -> Result<()> {
        let mut hasher = DefaultHasher::new();
        node.hash(&mut hasher);
        if !portion.seen.insert(hasher.finish()) {
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

/// Focus nodes that wait, and the hashes of all that there were: focus nodes
/// are a set. Eight bytes a node are kept, not the nodes.
#[derive(Default)]
struct Portion {
    nodes: Vec<Term>,
    seen: HashSet<u64>,
}
