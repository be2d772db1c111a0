//! Shapes that refer to themselves: SHACL leaves their meaning undefined
//! (section 3.4.3), so they are rejected; so are shapes nested deeper than is
//! reasonable.

use oxigraph::model::Term;

use super::ShapeReader;
use crate::finding::{Finding, codes};
use crate::shacl::shape::Shapes;
use crate::vocab::sh;

/// References nested more deeply are rejected, because validation recurses.
const DEEPEST: usize = 200;

/// Errors in the references between shapes.
pub(in crate::shacl) enum ShapeCycles {
    /// These refer to each other in a cycle; the first comes again after the last.
    Circle(Vec<usize>),
    /// This one is nested too deeply.
    TooDeep(usize),
}

/// Looks for cycles, without recursing itself.
pub(in crate::shacl) fn nesting(shapes: &Shapes) -> Vec<ShapeCycles> {
    let references: Vec<Vec<usize>> = shapes
        .all
        .iter()
        .map(|shape| shape.constraints.iter().flat_map(crate::shacl::shape::Constraint::references).collect())
        .collect();
    let mut faults = Vec::new();
    // The longest path down from each shape; `None` while it is not known.
    let mut depth: Vec<Option<usize>> = vec![None; references.len()];
    let mut on_way = vec![false; references.len()];
    for start in 0..references.len() {
        if depth[start].is_some() {
            continue;
        }
        let mut way = vec![(start, 0)];
        on_way[start] = true;
        while let Some((shape, next)) = way.last_mut() {
            let shape = *shape;
            let Some(&referred) = references[shape].get(*next) else {
                way.pop();
                on_way[shape] = false;
                let below = references[shape].iter().filter_map(|referred| depth[*referred]).max();
                let own = below.map_or(0, |below| below + 1);
                if own == DEEPEST + 1 {
                    faults.push(ShapeCycles::TooDeep(shape));
                }
                depth[shape] = Some(own);
                continue;
            };
            *next += 1;
            if on_way[referred] {
                let from = way.iter().position(|(shape, _)| *shape == referred).unwrap_or(0);
                faults.push(ShapeCycles::Circle(way[from..].iter().map(|(shape, _)| *shape).collect()));
            } else if depth[referred].is_none() {
                on_way[referred] = true;
                way.push((referred, 0));
            }
        }
    }
    faults
}

impl ShapeReader<'_> {
    /// Reports a cycle, or a shape nested too deeply.
    pub fn nests(&mut self, shapes: &Shapes, fault: &ShapeCycles) {
        let node = |index: &usize| shapes.all[*index].node.clone();
        match fault {
            ShapeCycles::TooDeep(index) => {
                let node = node(index);
                let message = format!(
                    "references from {} to shapes are nested more than {DEEPEST} levels deep",
                    self.name(&node)
                );
                self.fault(&node, sh::PROPERTY, None, message);
            }
            ShapeCycles::Circle(circle) => {
                let names: Vec<String> =
                    circle.iter().chain(circle.first()).map(|index| self.name(&node(index))).collect();
                let message = format!("cycle of references between shapes: {}", names.join(" → "));
                let hint = "SHACL leaves the meaning of recursive shapes undefined; break the cycle".to_owned();
                let Some(first) = circle.first().map(node) else { return };
                let second = Term::from(circle.get(1).map_or_else(|| first.clone(), node));
                let finding = Finding::error(codes::RECURSIVE_SHAPE, message).hint(hint);
                let via = self.graph.triples(Some(first.as_ref()), None, Some(second.as_ref())).next();
                let predicate = match via {
                    Some(triple) => triple.predicate,
                    _ => sh::NODE.into_owned(),
                };
                self.tell(finding, &first, predicate.as_ref(), Some(&second));
            }
        }
    }
}
