//! A report as a graph (section 3.6), in the order of its results.

use oxigraph::model::vocab::{rdf, rdfs, xsd};
use oxigraph::model::{BlankNode, GraphName, Literal, NamedNodeRef, NamedOrBlankNode, Quad, Term};

use super::ValidationReport;
use crate::vocab::sh;

/// The triples of a `sh:ValidationReport`. Its blank nodes are numbered in the
/// order of the results, so that equal reports give equal graphs.
pub fn report(report: &ValidationReport) -> Vec<Quad> {
    let mut quads = Vec::new();
    let mut say = |subject: &BlankNode, predicate: NamedNodeRef<'_>, object: Term| {
        quads.push(Quad::new(subject.clone(), predicate.into_owned(), object, GraphName::DefaultGraph));
    };
    let whole = BlankNode::new_unchecked("report");
    say(&whole, rdf::TYPE, sh::VALIDATION_REPORT.into_owned().into());
    let conforms = if report.conforms() { "true" } else { "false" };
    say(&whole, sh::CONFORMS, Literal::new_typed_literal(conforms, xsd::BOOLEAN).into());
    let all = report.results.iter().flat_map(|result| std::iter::repeat_n(result, result.times as usize));
    let width = report.results.iter().map(|result| result.times).sum::<u64>().to_string().len();
    let mut paths = Vec::new();
    for (index, result) in all.enumerate() {
        let label = format!("result{:0width$}", index + 1);
        let node = BlankNode::new_unchecked(label.as_str());
        say(&whole, sh::RESULT, node.clone().into());
        say(&node, rdf::TYPE, sh::VALIDATION_RESULT.into_owned().into());
        say(&node, sh::FOCUS_NODE, result.focus.clone());
        if let Some(path) = &result.path {
            let object = path.write(&label, &mut 0, &mut paths);
            say(&node, sh::RESULT_PATH, object);
        }
        if let Some(value) = &result.value {
            say(&node, sh::VALUE, value.clone());
        }
        let shape = match &result.shape {
            NamedOrBlankNode::NamedNode(node) => Term::from(node.clone()),
            NamedOrBlankNode::BlankNode(node) => Term::from(node.clone()),
        };
        say(&node, sh::SOURCE_SHAPE, shape);
        if let Some(constraint) = &result.constraint {
            say(&node, sh::SOURCE_CONSTRAINT, constraint.clone());
        }
        say(&node, sh::SOURCE_CONSTRAINT_COMPONENT, result.component.clone().into());
        say(&node, sh::RESULT_SEVERITY, result.severity.clone().into());
        for message in &result.messages {
            say(&node, sh::RESULT_MESSAGE, message.clone().into());
        }
        // Messages of the shape are the same for all of its results.
        if let (Some(own), true) = (&result.own, result.is_apart) {
            let own = Literal::new_language_tagged_literal_unchecked(own.as_str(), "en");
            say(&node, rdfs::COMMENT, own.into());
        }
    }
    quads.extend(paths);
    quads
}
