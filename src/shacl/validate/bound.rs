//! Shapes bound to a store: every term that they name is looked up once, and
//! validation works with the numbers of the graph.

use std::hash::Hash;

use hashbrown::HashSet;
use oxigraph::model::vocab::rdf;

use crate::error::Result;
use crate::graph::{Graph, TermNumber};
use crate::shacl::path::{Path, class_and_below};
use crate::shacl::shape::{Constraint, Shape, Shapes, Target};

/// Shapes with the handles of their terms.
pub(in crate::shacl) struct Bound {
    /// By the index of the shape.
    pub shapes: Vec<BoundShape>,
    /// The handle of `rdf:type`.
    pub rdf_type: TermNumber,
}

pub(in crate::shacl) struct BoundShape {
    pub path: Option<Path<TermNumber>>,
    pub targets: Vec<BoundTarget<TermNumber>>,
    /// By the number of the constraint.
    pub operands: Vec<Operand<TermNumber>>,
}

/// A target of a shape (section 2.1.3).
pub(in crate::shacl) enum BoundTarget<N> {
    Node(N),
    /// The instances of these classes.
    Instances(Vec<N>),
    SubjectsOf(N),
    ObjectsOf(N),
}

/// The terms that a constraint compares with.
pub(in crate::shacl) enum Operand<N> {
    None,
    /// `sh:hasValue`, or the property of `sh:equals` and similar constraints.
    Node(N),
    /// `sh:in`, the properties of a closed shape, a class with its subclasses.
    Nodes(HashSet<N>),
}

impl Bound {
    pub fn new(shapes: &Shapes, data: &mut Graph) -> Result<Self> {
        let bound = shapes.all.iter().map(|shape| BoundShape::new(shape, data));
        Ok(Self { shapes: bound.collect::<Result<_>>()?, rdf_type: data.number(rdf::TYPE.into()) })
    }
}

impl BoundShape {
    fn new(shape: &Shape, data: &mut Graph) -> Result<Self> {
        let path = shape.path.as_ref().map(|path| path.map(&mut |predicate| data.number(predicate.as_ref().into())));
        let mut targets = Vec::new();
        for target in &shape.targets {
            targets.push(match target {
                Target::Node(node) => BoundTarget::Node(data.number(node.as_ref())),
                Target::Class(class) => BoundTarget::Instances(class_and_below(data, class.as_ref().into())),
                Target::SubjectsOf(property) => BoundTarget::SubjectsOf(data.number(property.as_ref().into())),
                Target::ObjectsOf(property) => BoundTarget::ObjectsOf(data.number(property.as_ref().into())),
            });
        }
        let operands = shape.constraints.iter().map(|constraint| operand(constraint, data));
        Ok(Self { path, targets, operands: operands.collect::<Result<_>>()? })
    }
}

fn operand(constraint: &Constraint, data: &mut Graph) -> Result<Operand<TermNumber>> {
    use Constraint as C;
    Ok(match constraint {
        C::Class(class) => Operand::Nodes(class_and_below(data, class.as_ref()).into_iter().collect()),
        C::Equals(property) | C::Disjoint(property) | C::LessThan(property) | C::LessThanOrEquals(property) => {
            Operand::Node(data.number(property.as_ref().into()))
        }
        C::HasValue(value) => Operand::Node(data.number(value.as_ref())),
        C::Closed(allowed) => {
            Operand::Nodes(allowed.iter().map(|property| data.number(property.as_ref().into())).collect())
        }
        C::In(allowed) => Operand::Nodes(allowed.iter().map(|term| data.number(term.as_ref())).collect()),
        _ => Operand::None,
    })
}

impl<N: Eq + Hash> Operand<N> {
    /// Whether a node is among them.
    pub fn has(&self, node: &N) -> bool {
        match self {
            Self::None => false,
            Self::Node(known) => known == node,
            Self::Nodes(known) => known.contains(node),
        }
    }
}
