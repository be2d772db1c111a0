//! Inference: CONSTRUCT rules, run until they derive nothing new. Each rule writes to its own
//! named graph, so that every derived triple names the rule that derived it; triples that already
//! exist are not derived again.

use std::collections::HashSet;

use oxigraph::model::vocab::rdf;
use oxigraph::model::{GraphName, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term, Triple, Variable};
use oxigraph::sparql::{QueryResults, QuerySolution};
use spargebra::algebra::GraphPattern;
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};

use crate::error::{Error, Result};
use crate::finding::{Finding, Place, codes};
use crate::graph::{Graph, Layer, Prefixes};
use crate::progress::{self, Unit};
use crate::sparql::{Query, bind, evaluate, evaluation_error};
use crate::vocab::named_graph;

/// A rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its name: the file's without the extension.
    pub name: String,
    query: Query,
}

/// What the last round has derived.
struct NewTriples {
    predicates: HashSet<NamedNode>,
    /// The classes of which something became an instance.
    classes: HashSet<NamedNode>,
}

impl NewTriples {
    fn of(layer: &[Quad]) -> Self {
        let mut new = Self { predicates: HashSet::new(), classes: HashSet::new() };
        for quad in layer {
            if !new.predicates.contains(&quad.predicate) {
                new.predicates.insert(quad.predicate.clone());
            }
            if let (rdf::TYPE, Term::NamedNode(class)) = (quad.predicate.as_ref(), &quad.object)
                && !new.classes.contains(class)
            {
                new.classes.insert(class.clone());
            }
        }
        new
    }
}

/// How many triples a rule derived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Yield {
    /// The rule's name.
    pub rule: String,
    /// New triples that it derived.
    pub n_triples: usize,
}

/// Rules depend on each other; more rounds than this mean that one never ends.
const MOST_ROUNDS: usize = 1_000;

const NEW_NODES: &str = "a rule must not make blank nodes, since it would never end";

impl Rule {
    /// Reads a rule from its file.
    ///
    /// # Errors
    ///
    /// The rule is not a CONSTRUCT, or makes blank nodes (it would never end).
    pub fn read(file: &str, text: &str) -> Result<Self, Finding> {
        let query = Query::parse(file, text, &Prefixes::default())?;
        let fault = match &query.algebra {
            spargebra::Query::Construct { template, .. } => template
                .iter()
                .any(|triple| {
                    [&triple.subject, &triple.object].iter().any(|term| matches!(term, TermPattern::BlankNode(_)))
                })
                .then_some(NEW_NODES)
                .or_else(|| text.to_ascii_uppercase().contains("BNODE").then_some(NEW_NODES)),
            _ => Some("a rule must be a CONSTRUCT query"),
        };
        if let Some(fault) = fault {
            return Err(Finding::error(codes::BAD_RULE, fault).at(Place::at(file, text, 1, 1, 1)));
        }
        let name = file.rsplit('/').next().unwrap_or(file);
        let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        Ok(Self { name: name.to_owned(), query })
    }
}

/// Runs the rules over the graph until a round adds nothing. What the rules of a round derive is
/// added to the graph at the end of the round.
///
/// # Errors
///
/// `bad-rule` if the rules do not come to an end.
pub fn derive(graph: Graph, rules: &[Rule]) -> Result<(Graph, Vec<Yield>)> {
    derive_within(graph, rules, MOST_ROUNDS)
}

fn derive_within(mut graph: Graph, rules: &[Rule], most_rounds: usize) -> Result<(Graph, Vec<Yield>)> {
    let mut yields: Vec<Yield> = rules.iter().map(|rule| Yield { rule: rule.name.clone(), n_triples: 0 }).collect();
    // Before the first round, everything is new.
    let mut last: Option<NewTriples> = None;
    let mut latest: Option<Quad> = None;
    for _ in 0..most_rounds {
        progress::begin("deriving", Unit::Items, Some(rules.len() as u64));
        let mut layer = Vec::new();
        let mut new = HashSet::new();
        for (rule, made) in rules.iter().zip(&mut yields) {
            if last.as_ref().is_none_or(|last| rule.may_use(&graph, last)) {
                let derived = run(&graph, rule, &mut new)?;
                made.n_triples += derived.len();
                layer.extend(derived);
            }
            progress::advance(1);
        }
        if layer.is_empty() {
            return Ok((graph, yields));
        }
        last = Some(NewTriples::of(&layer));
        latest = layer.last().cloned();
        let mut builder = graph.into_builder();
        builder.extend(layer)?;
        graph = builder.freeze();
    }
    Err(Error::invalid(endless(latest.as_ref(), rules, &graph.prefixes, most_rounds)))
}

/// The finding that rules go on, at the rule that derived the latest triple.
fn endless(latest: Option<&Quad>, rules: &[Rule], prefixes: &Prefixes, most_rounds: usize) -> Finding {
    let such_as = latest.map_or_else(String::new, |quad| {
        let short = |term: Term| match term {
            Term::NamedNode(node) => prefixes.shorten(node.as_str()),
            other => other.to_string(),
        };
        let (subject, object) = (short(quad.subject.clone().into()), short(quad.object.clone()));
        format!("; the latest is `{subject} {} {object}`", prefixes.shorten(quad.predicate.as_str()))
    });
    let finding = Finding::error(
        codes::BAD_RULE,
        format!("the rules still derive new triples after {most_rounds} rounds{such_as}"),
    )
    .hint(format!(
        "make classes, properties or parts less than {most_rounds} levels deep, or change the rule if it makes a new \
         value each time"
    ));
    let rule = rules.iter().find(|rule| latest.is_some_and(|quad| quad.graph_name == GraphName::from(rule.target())));
    match rule {
        Some(Rule { query, .. }) => finding.at(Place::at(&query.file, &query.text, 1, 1, 1)),
        None => finding,
    }
}

/// What a rule derives that is neither in the graph nor among `new`, to which it is added.
fn run(graph: &Graph, rule: &Rule, new: &mut HashSet<Triple>) -> Result<Vec<Quad>> {
    let target = rule.target();
    let QueryResults::Graph(triples) = evaluate(graph, &rule.query)? else { return Ok(Vec::new()) };
    let mut derived = Vec::new();
    for triple in triples {
        let triple = triple.map_err(|error| evaluation_error(&rule.query, &error))?;
        let known = graph.contains(triple.as_ref());
        if !known && new.insert(triple.clone()) {
            derived.push(triple.in_graph(target.clone()));
        }
    }
    Ok(derived)
}

/// The source triples from which a triple was derived: the triple itself if a source states it;
/// empty if no rule derives it. Those with the same object come first, since readers look for
/// them. The vocabulary is left out.
pub fn explain(graph: &Graph, rules: &[Rule], triple: &Triple) -> Result<Vec<Triple>> {
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    trace_back(graph, rules, triple, &mut seen, &mut found)?;
    found.sort_by_key(|premise| (premise.object != triple.object, premise.subject != triple.subject));
    Ok(found)
}

fn trace_back(
    graph: &Graph,
    rules: &[Rule],
    triple: &Triple,
    seen: &mut HashSet<Triple>,
    found: &mut Vec<Triple>,
) -> Result<()> {
    // No honest conclusion has more premises.
    const MOST: usize = 1_000;
    if seen.len() >= MOST || !seen.insert(triple.clone()) {
        return Ok(());
    }
    let quads = graph.matching(
        Some(triple.subject.as_ref()),
        Some(triple.predicate.as_ref()),
        Some(triple.object.as_ref()),
        None,
    );
    let graphs = quads.map(|quad| Ok(quad.graph_name)).collect::<Result<Vec<_>>>()?;
    if graphs.iter().any(|name| Layer::of(name.as_ref()) == Layer::Source) {
        found.push(triple.clone());
        return Ok(());
    }
    for rule in rules {
        let own = format!("{}{}", named_graph::RULE, rule.name);
        if graphs.iter().any(|name| matches!(name, GraphName::NamedNode(node) if node.as_str() == own)) {
            for premise in rule.premises(graph, triple)? {
                trace_back(graph, rules, &premise, seen, found)?;
            }
        }
    }
    Ok(())
}

impl Rule {
    /// The named graph that it writes to.
    fn target(&self) -> NamedNode {
        NamedNode::new_unchecked(format!("{}{}", named_graph::RULE, self.name))
    }

    /// Whether what is new can be among the premises of the rule. A rule is monotone: without new premises it
    /// derives nothing new.
    fn may_use(&self, graph: &Graph, new: &NewTriples) -> bool {
        let spargebra::Query::Construct { pattern, .. } = &self.query.algebra else { return true };
        if !is_of_triples(pattern) {
            return true;
        }
        let mut patterns = Vec::new();
        positive(pattern, &mut patterns);
        // What the other patterns say of a variable limits it: `?property owl:inverseOf ?inverse`.
        let may_be = |variable: &Variable, own: &TriplePattern, nodes: &HashSet<NamedNode>| {
            let others = patterns.iter().filter(|other| **other != own);
            let mut limits = others.filter_map(|other| limit(other, variable)).peekable();
            limits.peek().is_none()
                || limits.any(|(predicate, is_subject)| {
                    graph.matching(None, Some(predicate), None, None).any(|quad| {
                        let term = if is_subject { quad.subject.into() } else { quad.object };
                        matches!(term, Term::NamedNode(node) if nodes.contains(&node))
                    })
                })
        };
        patterns.iter().any(|triple| match (&triple.predicate, &triple.object) {
            (NamedNodePattern::Variable(variable), _) => may_be(variable, triple, &new.predicates),
            (NamedNodePattern::NamedNode(predicate), _) if !new.predicates.contains(predicate) => false,
            (NamedNodePattern::NamedNode(predicate), object) if predicate.as_ref() == rdf::TYPE => match object {
                TermPattern::NamedNode(class) => new.classes.contains(class),
                TermPattern::Variable(variable) => may_be(variable, triple, &new.classes),
                _ => true,
            },
            (NamedNodePattern::NamedNode(_), _) => true,
        })
    }

    /// The triples from which the rule derives `triple`, for one solution.
    fn premises(&self, graph: &Graph, triple: &Triple) -> Result<Vec<Triple>> {
        // How many solutions are tried before the triple is left unexplained.
        const MOST_WAYS: usize = 20;
        let spargebra::Query::Construct { template, pattern, dataset, base_iri } = &self.query.algebra else {
            return Ok(Vec::new());
        };
        for conclusion in template {
            let Some(bindings) = unify(conclusion, triple) else { continue };
            let mut variables = Vec::new();
            pattern.on_in_scope_variable(|variable| {
                if !variables.contains(variable) {
                    variables.push(variable.clone());
                }
            });
            let first = GraphPattern::Slice { inner: Box::new(pattern.clone()), start: 0, length: Some(MOST_WAYS) };
            let mut algebra = spargebra::Query::Select {
                pattern: GraphPattern::Project { inner: Box::new(first), variables },
                dataset: dataset.clone(),
                base_iri: base_iri.clone(),
            };
            let mut possible = true;
            for (variable, term) in &bindings {
                match bind(algebra.clone(), variable, term) {
                    Ok(bound) => algebra = bound,
                    Err(_) => possible = false,
                }
            }
            if !possible {
                continue;
            }
            let query = Query { algebra, ..self.query.clone() };
            let QueryResults::Solutions(solutions) = evaluate(graph, &query)? else { continue };
            let mut patterns = Vec::new();
            positive(pattern, &mut patterns);
            for solution in solutions {
                let solution = solution.map_err(|error| evaluation_error(&query, &error))?;
                let premises: Vec<Triple> =
                    patterns.iter().filter_map(|pattern| instantiate(pattern, &solution)).collect();
                // A derivation of a triple from itself explains nothing.
                if !premises.is_empty() && !premises.contains(triple) {
                    return Ok(premises);
                }
            }
        }
        Ok(Vec::new())
    }
}

/// Whether a pattern with this predicate has the variable as its subject (`true`) or object.
fn limit<'a>(pattern: &'a TriplePattern, variable: &Variable) -> Option<(NamedNodeRef<'a>, bool)> {
    let NamedNodePattern::NamedNode(predicate) = &pattern.predicate else { return None };
    let is = |term: &TermPattern| matches!(term, TermPattern::Variable(other) if other == variable);
    match (is(&pattern.subject), is(&pattern.object)) {
        (true, _) => Some((predicate.as_ref(), true)),
        (_, true) => Some((predicate.as_ref(), false)),
        _ => None,
    }
}

/// Whether a pattern finds only what its triple patterns do: it has no paths, services or groups.
fn is_of_triples(pattern: &GraphPattern) -> bool {
    use GraphPattern as P;
    match pattern {
        P::Bgp { .. } | P::Values { .. } => true,
        P::Join { left, right } | P::Union { left, right } => is_of_triples(left) && is_of_triples(right),
        P::LeftJoin { left, right, .. } => is_of_triples(left) && is_of_triples(right),
        P::Filter { inner, .. }
        | P::Extend { inner, .. }
        | P::Project { inner, .. }
        | P::Distinct { inner }
        | P::Reduced { inner } => is_of_triples(inner),
        _ => false,
    }
}

/// The values of a triple pattern's variables in a triple, if it matches.
fn unify(pattern: &TriplePattern, triple: &Triple) -> Option<Vec<(Variable, Term)>> {
    let mut bindings: Vec<(Variable, Term)> = Vec::new();
    let mut fit = |pattern: &TermPattern, term: Term| -> bool {
        match pattern {
            TermPattern::Variable(variable) => {
                let known = bindings.iter().find(|(bound, _)| bound == variable).map(|(_, term)| term.clone());
                if known.is_none() {
                    bindings.push((variable.clone(), term.clone()));
                }
                known.is_none_or(|known| known == term)
            }
            TermPattern::NamedNode(node) => term == Term::from(node.clone()),
            TermPattern::Literal(literal) => term == Term::from(literal.clone()),
            _ => false,
        }
    };
    let predicate = match &pattern.predicate {
        NamedNodePattern::NamedNode(node) => TermPattern::NamedNode(node.clone()),
        NamedNodePattern::Variable(variable) => TermPattern::Variable(variable.clone()),
    };
    let fits = fit(&pattern.subject, triple.subject.clone().into())
        && fit(&predicate, triple.predicate.clone().into())
        && fit(&pattern.object, triple.object.clone());
    fits.then_some(bindings)
}

/// The triple patterns that a solution must have (not those that it must not have).
fn positive<'a>(pattern: &'a GraphPattern, patterns: &mut Vec<&'a TriplePattern>) {
    use GraphPattern as P;
    match pattern {
        P::Bgp { patterns: own } => patterns.extend(own),
        P::Join { left, right } | P::Union { left, right } | P::LeftJoin { left, right, .. } => {
            positive(left, patterns);
            positive(right, patterns);
        }
        P::Minus { left: inner, .. }
        | P::Filter { inner, .. }
        | P::Graph { inner, .. }
        | P::Extend { inner, .. }
        | P::Project { inner, .. }
        | P::Distinct { inner }
        | P::Reduced { inner }
        | P::OrderBy { inner, .. }
        | P::Slice { inner, .. } => positive(inner, patterns),
        _ => {}
    }
}

fn instantiate(pattern: &TriplePattern, solution: &QuerySolution) -> Option<Triple> {
    let term = |pattern: &TermPattern| match pattern {
        TermPattern::Variable(variable) => solution.get(variable).cloned(),
        TermPattern::NamedNode(node) => Some(node.clone().into()),
        TermPattern::Literal(literal) => Some(literal.clone().into()),
        _ => None,
    };
    let subject = match term(&pattern.subject)? {
        Term::NamedNode(node) => node.into(),
        Term::BlankNode(node) => NamedOrBlankNode::from(node),
        _ => return None,
    };
    let predicate = match &pattern.predicate {
        NamedNodePattern::NamedNode(node) => node.clone(),
        NamedNodePattern::Variable(variable) => match solution.get(variable)? {
            Term::NamedNode(node) => node.clone(),
            _ => return None,
        },
    };
    Some(Triple { subject, predicate, object: term(&pattern.object)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::GraphBuilder;
    use crate::pack::embedded;

    const DATA: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://example.org/graph");

    fn fault(turtle: &str, rules: &[Rule]) -> Finding {
        let mut builder = GraphBuilder::default();
        let prefixes = "@prefix ex: <http://example.org/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .";
        builder.add_turtle("data", &format!("{prefixes}\n{turtle}"), DATA).unwrap();
        builder.prefixes.insert("ex", "http://example.org/");
        match derive_within(builder.freeze(), rules, 20) {
            Err(Error::Invalid(findings)) => findings.iter().next().unwrap().clone(),
            Err(error) => panic!("{error}"),
            Ok(_) => panic!("the rules came to an end"),
        }
    }

    #[test]
    fn a_rule_that_makes_a_new_iri_each_time_is_refused() {
        let text = "CONSTRUCT { ?n ?p ?o } WHERE { ?s ?p ?o BIND(IRI(CONCAT(STR(?s), \"x\")) AS ?n) }";
        let fault = fault("ex:s ex:p 1 .", &[Rule::read("rules/endless.rq", text).unwrap()]);
        let latest = format!("ex:s{} ex:p", "x".repeat(20));
        assert!(fault.message.contains("still derive new triples after 20 rounds") && fault.message.contains(&latest));
        let place = fault.place.unwrap();
        assert_eq!((place.file.as_str(), place.line), ("rules/endless.rq", 1));
    }

    #[test]
    fn a_hierarchy_that_is_too_deep_is_told_with_its_latest_class() {
        let files = embedded::texts("ontology/rules", "rq");
        let rules: Vec<Rule> = files.iter().map(|(file, text)| Rule::read(file, text).unwrap()).collect();
        let classes: String = (0..40).map(|n| format!("ex:C{n} rdfs:subClassOf ex:C{} .\n", n + 1)).collect();
        let fault = fault(&format!("ex:a a ex:C0 .\n{classes}"), &rules);
        assert!(fault.message.contains("`ex:a rdf:type ex:C20`"), "{}", fault.message);
        assert!(fault.hint.unwrap().contains("less than 20 levels deep"));
        assert_eq!(fault.place.unwrap().file, "ontology/rules/superclass.rq");
    }
}
