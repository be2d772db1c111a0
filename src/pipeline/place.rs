//! From findings about a graph back to the cells of the pack that are to blame.

use super::rdf::{self, ResourceFile};
use super::read_mapping;
use super::resources::rules;
use crate::derive::{Rule, explain};
use crate::error::Result;
use crate::finding::{Finding, Place};
use crate::graph::{Graph, GraphFinding, Statement};
use crate::map::trace;
use crate::pack::Pack;

/// Findings about a graph that was built from `pack`, with the places of the statements to blame:
/// the first is the finding's place.
pub(super) fn place(pack: &Pack, graph: &Graph, findings: Vec<GraphFinding>) -> Result<Vec<Finding>> {
    if findings.is_empty() {
        return Ok(Vec::new());
    }
    let (plan, _) = read_mapping(pack);
    let rules = rules()?;
    let mut statements: Vec<Statement> = Vec::new();
    // The statements for each culprit of each finding.
    let mut shares = Vec::new();
    for finding in &findings {
        for (statement, _) in &finding.culprits {
            let start = statements.len();
            statements.extend(sources(graph, &rules, statement)?);
            shares.push(start..statements.len());
        }
    }
    let mut cells = trace(&plan, pack, &statements);
    for ResourceFile { file, .. } in rdf::files(pack)? {
        let places = file.places(&statements)?;
        for (cell, place) in cells.iter_mut().zip(places) {
            if cell.is_empty() {
                cell.extend(place);
            }
        }
    }
    let mut shares = shares.into_iter();
    let mut placed = Vec::new();
    for GraphFinding { mut finding, culprits } in findings {
        for ((_, label), share) in culprits.iter().zip(&mut shares) {
            let first = cells[share].iter().flatten().next().cloned();
            match first {
                None => {}
                Some(place) if finding.place.is_none() => {
                    finding.place = Some(place);
                    finding.label = (!label.is_empty()).then(|| label.clone());
                }
                Some(place) if finding.place.as_ref() == Some(&place) => {}
                Some(place) => finding.others.push((place, label.clone())),
            }
        }
        placed.push(finding);
    }
    // If not all are reported, the first of each column is.
    placed.sort_by(|one, other| one.place.cmp(&other.place));
    Ok(placed)
}

/// The source statements behind a statement: itself, or those from which it was derived.
fn sources(graph: &Graph, rules: &[Rule], statement: &Statement) -> Result<Vec<Statement>> {
    let Some(triple) = statement.triple() else { return Ok(vec![statement.clone()]) };
    let premises = explain(graph, rules, &triple)?;
    Ok(premises.into_iter().map(Statement::from).collect())
}

/// The first cell of each statement in the tables of a pack.
pub fn cells(pack: &Pack, statements: &[Statement]) -> Vec<Option<Place>> {
    let (plan, _) = read_mapping(pack);
    trace(&plan, pack, statements).into_iter().map(|places| places.into_iter().next()).collect()
}
