//! Checks: queries that must return nothing. A returned row is a finding; the
//! front matter gives its meaning, its severity and the statements to blame.
//!
//! A check only knows the graph. The code that knows the tables finds the place
//! of a statement in them.

mod read;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::{Duration, Instant};

use oxigraph::model::{NamedNode, NamedOrBlankNode, Term};
use oxigraph::sparql::{QueryResults, QuerySolution};
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

pub use read::Checks;

use crate::error::{Error, Result};
use crate::finding::{Finding, Place, Severity, codes, shorten};
use crate::graph::{Graph, GraphFinding, Prefixes, Statement};
use crate::sparql::{OF_DATA, Query, evaluate, evaluation_error, lint};
use crate::work::{GivenUp, memory_shown, within};

/// A query that must return nothing.
#[derive(Debug, Clone)]
pub struct Check {
    /// The stable name of its findings, in kebab-case.
    pub code: String,
    /// The severity of its findings.
    pub severity: Severity,
    /// What it finds, by language tag.
    pub title: BTreeMap<String, String>,
    /// A paragraph for people, by language tag.
    pub description: BTreeMap<String, String>,
    message: Template,
    hint: Option<Template>,
    /// The statements to blame, the main one first.
    culprits: Vec<Culprit>,
    together: Option<Together>,
    /// Whether it is built in.
    pub is_core: bool,
    query: Query,
}

/// Which rows are findings, and which rows form one finding.
#[derive(Debug, Clone)]
enum Together {
    /// Rows with the same value of a variable form one finding.
    Same(String),
    /// Rows are the edges of a network, by their first culprit: those on a
    /// cycle are findings, and those of one cycle form one finding.
    Circle,
}

/// A text with variables in braces.
#[derive(Debug, Clone)]
struct Template(Vec<LabelPart>);

#[derive(Debug, Clone)]
enum LabelPart {
    Text(String),
    Variable(String),
}

/// A statement that a row blames, in terms of the query's variables.
#[derive(Debug, Clone)]
struct Culprit {
    subject: Slot,
    predicate: Option<Slot>,
    object: Option<Slot>,
    language: Option<Slot>,
    label: Option<Template>,
}

#[derive(Debug, Clone)]
enum Slot {
    Variable(String),
    Term(Term),
}

/// The result of a check.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The first findings, by message.
    pub findings: Vec<GraphFinding>,
    /// The number of further findings.
    pub n_more: u64,
    /// The time it took.
    pub elapsed: Duration,
}

/// Runs a check. At most `most` findings are returned, the others counted; an
/// evaluation that takes longer than `limit` is aborted.
///
/// # Errors
///
/// [`Error::Invalid`] if the check itself is wrong: `check-timeout`, or
/// `bad-check` if a row does not bind the statement that it blames.
pub fn run(graph: &Graph, check: &Check, most: u64, limit: Option<Duration>) -> Result<Outcome> {
    let start = Instant::now();
    let (handle, owned) = (graph.clone(), check.clone());
    let outcome = within(limit, move || collect(&handle, &owned, most))?;
    let (findings, n_more) = outcome.unwrap_or_else(|given_up| {
        let message = match given_up {
            GivenUp::TimedOut => {
                let limit = humantime::format_duration(limit.unwrap_or_default());
                format!("the check `{}` timed out after {limit}", check.code)
            }
            GivenUp::OutOfMemory => format!("the check `{}` needs more than {} of memory", check.code, memory_shown()),
            GivenUp::BrokeOff => format!("internal error in the check `{}`", check.code),
        };
        let hint = "raise the limit with `--timeout 10m`; look for patterns that share no variable".to_owned();
        let place = Place::at(&check.query.file, &check.query.text, 1, 1, 1);
        Err(Error::invalid(Finding::error(codes::CHECK_TIMEOUT, message).at(place).hint(hint)))
    })?;
    Ok(Outcome { findings, n_more, elapsed: start.elapsed() })
}

/// The first findings by key, and the number of further ones.
fn collect(graph: &Graph, check: &Check, most: u64) -> Result<(Vec<GraphFinding>, u64)> {
    if matches!(check.together, Some(Together::Circle)) {
        return circles(graph, check, most);
    }
    let mut kept: BTreeMap<String, GraphFinding> = BTreeMap::new();
    // The rows seen so far, by a hash of their keys: equal ones form one finding.
    let mut seen: HashSet<u64> = HashSet::new();
    check.rows(graph, |row| {
        let finding = check.finding(row, &graph.prefixes)?;
        let row_key = match &check.together {
            Some(Together::Same(variable)) => shown(row.get(variable.as_str()), &graph.prefixes).unwrap_or_default(),
            _ => key(&finding),
        };
        if let Some(first) = kept.get_mut(&row_key) {
            join(first, finding);
            return Ok(());
        }
        if !seen.insert(hash(&row_key)) && check.together.is_none() {
            return Ok(());
        }
        // Rows that belong together can come at any time: all are kept until the end.
        if (kept.len() as u64) < most || check.together.is_some() {
            kept.insert(row_key, finding);
        // The reported findings must not depend on the order of rows.
        } else if kept.last_key_value().is_some_and(|(last, _)| row_key < *last) {
            kept.pop_last();
            kept.insert(row_key, finding);
        }
        Ok(())
    })?;
    let n_kept = (kept.len() as u64).min(most);
    let n_more = seen.len() as u64 - n_kept;
    Ok((kept.into_values().take(n_kept as usize).collect(), n_more))
}

fn hash(text: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// A node of the network whose edges are the rows of a check: a thing, as an
/// end of one relation.
type RelationEnd = (Option<NamedNode>, Term);

/// The cycles among the edges that the rows form, each one finding. The query
/// is run once to find the cycles, and again for the rows on one.
fn circles(graph: &Graph, check: &Check, most: u64) -> Result<(Vec<GraphFinding>, u64)> {
    let mut nodes: HashMap<RelationEnd, NodeIndex> = HashMap::new();
    let mut links: DiGraph<(), ()> = DiGraph::new();
    let ends = |row: &QuerySolution| -> Result<Option<[RelationEnd; 2]>> {
        let Some(culprit) = check.culprits.first() else { return Ok(None) };
        let Statement { subject, predicate, object, .. } = check.statement(culprit, row)?;
        Ok(object.map(|object| [(predicate.clone(), subject.into()), (predicate, object)]))
    };
    check.rows(graph, |row| {
        if let Some(ends) = ends(row)? {
            let [from, to] = ends.map(|end| *nodes.entry(end).or_insert_with(|| links.add_node(())));
            links.add_edge(from, to, ());
        }
        Ok(())
    })?;
    let mut circle_of: HashMap<NodeIndex, usize> = HashMap::new();
    for (index, component) in kosaraju_scc(&links).into_iter().enumerate() {
        let is_circle = component.len() > 1 || component.iter().any(|node| links.contains_edge(*node, *node));
        if is_circle {
            circle_of.extend(component.into_iter().map(|node| (node, index)));
        }
    }
    let mut found: BTreeMap<usize, Vec<GraphFinding>> = BTreeMap::new();
    if !circle_of.is_empty() {
        check.rows(graph, |row| {
            let Some([from, to]) = ends(row)? else { return Ok(()) };
            let circle = |end| nodes.get(end).and_then(|node| circle_of.get(node));
            if let (Some(one), Some(other)) = (circle(&from), circle(&to))
                && one == other
            {
                found.entry(*one).or_default().push(check.finding(row, &graph.prefixes)?);
            }
            Ok(())
        })?;
    }
    let mut findings: Vec<GraphFinding> = Vec::new();
    for mut links in found.into_values() {
        links.sort_by_cached_key(key);
        let mut links = links.into_iter();
        let Some(mut first) = links.next() else { continue };
        let others = links.flat_map(|link| link.culprits).filter(|culprit| !first.culprits.contains(culprit));
        let others: Vec<_> = others.collect();
        first.culprits.extend(others);
        findings.push(first);
    }
    findings.sort_by_cached_key(key);
    let n_more = (findings.len() as u64).saturating_sub(most);
    findings.truncate(most.min(findings.len() as u64) as usize);
    Ok((findings, n_more))
}

/// The sort key of findings: equal graphs give equal orders.
fn key(finding: &GraphFinding) -> String {
    let mut key = finding.finding.message.clone();
    for (statement, _) in &finding.culprits {
        key.push('\n');
        key.push_str(&format!("{statement:?}"));
    }
    key
}

/// Adds the statements that another row of the same finding blames, in a fixed order.
fn join(first: &mut GraphFinding, other: GraphFinding) {
    if key(&other) < key(first) {
        first.finding = other.finding;
    }
    for culprit in other.culprits {
        if !first.culprits.contains(&culprit) {
            first.culprits.push(culprit);
        }
    }
    first.culprits.sort_by_cached_key(|(statement, _)| format!("{statement:?}"));
}

impl Check {
    /// Likely mistakes in the query. A term that the graph lacks is not one: a
    /// check may look for exactly that.
    pub fn lint(&self, graph: &Graph) -> Result<Vec<Finding>> {
        Ok(lint(&self.query, graph, &[])?
            .into_iter()
            .filter(|warning| warning.hint.is_some() && !OF_DATA.contains(&&*warning.code))
            .collect())
    }

    fn rows(&self, graph: &Graph, mut each: impl FnMut(&QuerySolution) -> Result<()>) -> Result<()> {
        let QueryResults::Solutions(solutions) = evaluate(graph, &self.query)? else { return Ok(()) };
        for solution in solutions {
            each(&solution.map_err(|error| evaluation_error(&self.query, &error))?)?;
        }
        Ok(())
    }

    fn finding(&self, row: &QuerySolution, prefixes: &Prefixes) -> Result<GraphFinding> {
        let message = self.fill(&self.message, row, prefixes)?;
        let mut finding = Finding::new(self.severity, self.code.clone(), message);
        if let Some(hint) = &self.hint {
            finding = finding.hint(self.fill(hint, row, prefixes)?);
        }
        let mut culprits = Vec::new();
        for culprit in &self.culprits {
            let label = culprit.label.as_ref().map(|label| self.fill(label, row, prefixes)).transpose()?;
            culprits.push((self.statement(culprit, row)?, label.unwrap_or_default()));
        }
        Ok(GraphFinding { finding, culprits })
    }

    fn statement(&self, culprit: &Culprit, row: &QuerySolution) -> Result<Statement> {
        let term = |slot: &Slot| match slot {
            Slot::Term(term) => Ok(term.clone()),
            Slot::Variable(name) => row.get(name.as_str()).cloned().ok_or_else(|| self.unbound(name)),
        };
        let named = |slot: &Slot| match term(slot)? {
            Term::NamedNode(node) => Ok(node),
            _ => Err(self.fault(format!("a predicate of the check `{}` is not an IRI", self.code))),
        };
        let language = match &culprit.language {
            None => None,
            Some(slot) => match term(slot)? {
                Term::Literal(literal) => Some(literal.value().to_owned()),
                _ => None,
            },
        };
        Ok(Statement {
            subject: match term(&culprit.subject)? {
                Term::NamedNode(node) => node.into(),
                Term::BlankNode(node) => NamedOrBlankNode::from(node),
                _ => return Err(self.fault(format!("the check `{}` blames a literal", self.code))),
            },
            predicate: culprit.predicate.as_ref().map(named).transpose()?,
            object: culprit.object.as_ref().map(term).transpose()?,
            language,
        })
    }

    fn fill(&self, template: &Template, row: &QuerySolution, prefixes: &Prefixes) -> Result<String> {
        let mut text = String::new();
        for part in &template.0 {
            match part {
                LabelPart::Text(part) => text.push_str(part),
                LabelPart::Variable(name) => {
                    let value = shown(row.get(name.as_str()), prefixes).ok_or_else(|| self.unbound(name))?;
                    text.push('`');
                    text.push_str(&shorten(&value));
                    text.push('`');
                }
            }
        }
        Ok(text)
    }

    fn unbound(&self, name: &str) -> Error {
        self.fault(format!("the check `{}` returns a row without `?{name}`, which its front matter uses", self.code))
    }

    fn fault(&self, message: String) -> Error {
        let place = Place::at(&self.query.file, &self.query.text, 1, 1, 1);
        let hint = "bind the variables of `message`, `hint` and `culprit` in every row".to_owned();
        Error::invalid(Finding::error(codes::BAD_CHECK, message).at(place).hint(hint))
    }
}

/// A term as shown in messages.
fn shown(term: Option<&Term>, prefixes: &Prefixes) -> Option<String> {
    Some(match term? {
        Term::NamedNode(node) => prefixes.name(node.as_str()),
        Term::Literal(literal) => literal.value().to_owned(),
        other => other.to_string(),
    })
}
