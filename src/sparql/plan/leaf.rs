//! What a join consists of if it can be reordered.

use spargebra::algebra::{Expression, GraphPattern, PropertyPathExpression as Path};
use spargebra::term::{GroundTerm, NamedNodePattern, TermPattern, TriplePattern};

use oxigraph::model::Variable;

use crate::sparql::algebra::{Variables, certain, mentioned, mentioned_by, of_triple, rename_term, rename_triple};

/// One of the patterns of a join. Each binds all of its variables in every solution.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Leaf {
    Triple(TriplePattern),
    /// A triple inside `GRAPH`.
    Quad(NamedNodePattern, TriplePattern),
    Path {
        subject: TermPattern,
        path: Path,
        object: TermPattern,
    },
    Values {
        variables: Vec<Variable>,
        rows: Vec<Vec<GroundTerm>>,
    },
    /// A union of joins that all bind the same variables.
    Union {
        pattern: GraphPattern,
        branches: Vec<Vec<Leaf>>,
        variables: Variables,
    },
}

impl Leaf {
    /// Its variables.
    pub fn variables(&self) -> Variables {
        let mut found = Variables::new();
        match self {
            Self::Triple(triple) => of_triple(triple, &mut found),
            Self::Quad(graph, triple) => {
                of_triple(triple, &mut found);
                if let NamedNodePattern::Variable(graph) = graph {
                    found.insert(graph.clone());
                }
            }
            Self::Path { subject, path, object } => {
                let path = GraphPattern::Path { subject: subject.clone(), path: path.clone(), object: object.clone() };
                found = mentioned(&path);
            }
            Self::Values { variables, .. } => found.extend(variables.iter().cloned()),
            Self::Union { variables, .. } => found.clone_from(variables),
        }
        found
    }

    /// Renames its variables; whether that is possible.
    pub fn rename(&mut self, name: &impl Fn(&Variable) -> Variable) -> bool {
        match self {
            Self::Union { .. } => return false,
            Self::Triple(triple) => rename_triple(triple, name),
            Self::Quad(graph, triple) => {
                rename_triple(triple, name);
                if let NamedNodePattern::Variable(graph) = graph {
                    *graph = name(graph);
                }
            }
            Self::Path { subject, object, .. } => {
                rename_term(subject, name);
                rename_term(object, name);
            }
            Self::Values { variables, .. } => variables.iter_mut().for_each(|variable| *variable = name(variable)),
        }
        true
    }

    /// The pattern that it was.
    pub fn into_pattern(self) -> GraphPattern {
        match self {
            Self::Triple(triple) => GraphPattern::Bgp { patterns: vec![triple] },
            Self::Quad(name, triple) => {
                GraphPattern::Graph { name, inner: Box::new(GraphPattern::Bgp { patterns: vec![triple] }) }
            }
            Self::Path { subject, path, object } => GraphPattern::Path { subject, path, object },
            Self::Values { variables, rows } => {
                let bindings = rows.into_iter().map(|row| row.into_iter().map(Some).collect()).collect();
                GraphPattern::Values { variables, bindings }
            }
            Self::Union { pattern, .. } => pattern,
        }
    }
}

/// The leaves of a pattern, and the filters inside it that hold for the whole join as well as for
/// their part; `None` if it has a part that cannot be moved.
pub(super) fn flatten(pattern: &GraphPattern) -> Option<(Vec<Leaf>, Vec<Expression>)> {
    let (mut leaves, mut filters) = (Vec::new(), Vec::new());
    collect(pattern, &mut leaves, &mut filters)?;
    Some((leaves, filters))
}

fn collect(pattern: &GraphPattern, leaves: &mut Vec<Leaf>, filters: &mut Vec<Expression>) -> Option<()> {
    match pattern {
        GraphPattern::Bgp { patterns } => leaves.extend(patterns.iter().cloned().map(Leaf::Triple)),
        GraphPattern::Path { subject, path, object } => {
            leaves.push(Leaf::Path { subject: subject.clone(), path: path.clone(), object: object.clone() });
        }
        GraphPattern::Values { variables, bindings } => {
            let rows = bindings.iter().map(|row| row.iter().cloned().collect::<Option<Vec<_>>>());
            leaves.push(Leaf::Values { variables: variables.clone(), rows: rows.collect::<Option<_>>()? });
        }
        GraphPattern::Join { left, right } => {
            collect(left, leaves, filters)?;
            collect(right, leaves, filters)?;
        }
        GraphPattern::Union { .. } => leaves.push(union(pattern)?),
        // Each triple is in the graph: an empty pattern would say that there is one.
        GraphPattern::Graph { name, inner } => {
            let (parts, own_filters) = flatten(inner)?;
            if parts.is_empty() {
                return None;
            }
            for part in parts {
                let Leaf::Triple(triple) = part else { return None };
                leaves.push(Leaf::Quad(name.clone(), triple));
            }
            filters.extend(own_filters);
        }
        // A filter sees the variables of its own group only: these must all be bound there.
        GraphPattern::Filter { expr, inner } => {
            collect(inner, leaves, filters)?;
            if !mentioned_by(expr).is_subset(&certain(inner)) {
                return None;
            }
            filters.push(expr.clone());
        }
        _ => return None,
    }
    Some(())
}

fn union(pattern: &GraphPattern) -> Option<Leaf> {
    let mut parts = Vec::new();
    let mut rest = vec![pattern];
    while let Some(part) = rest.pop() {
        match part {
            GraphPattern::Union { left, right } => rest.extend([&**right, &**left]),
            part => parts.push(flatten(part)?.0),
        }
    }
    // Those that stand inside a path are in no other pattern.
    let is_visible = |variable: &Variable| !variable.as_str().starts_with('\u{b7}');
    let bound =
        |leaves: &Vec<Leaf>| -> Variables { leaves.iter().flat_map(Leaf::variables).filter(is_visible).collect() };
    let variables = bound(parts.first()?);
    let is_same = parts.iter().all(|part| bound(part) == variables);
    is_same.then(|| Leaf::Union { pattern: pattern.clone(), branches: parts, variables })
}
