//! Checks: queries that must return nothing. A row that comes back is a
//! finding; the front matter says what it means, how bad it is and which
//! statements are to blame.
//!
//! A check knows the graph only. Where a statement stands in a table is found
//! out by those who know the tables.

mod read;

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use oxigraph::model::{NamedNode, NamedOrBlankNode, Term};
use oxigraph::sparql::{QueryResults, QuerySolution};
use petgraph::unionfind::UnionFind;

pub use read::Checks;

use crate::diagnostic::{Diagnostic, Place, Severity, shorten};
use crate::error::{Error, Result};
use crate::graph::{Finding, Graph, Prefixes, Statement};
use crate::sparql::{GivenUp, Query, evaluate, evaluation_error, lint, within};

/// Where the checks inside the binary are.
pub const CORE: &str = "ontology/checks";

/// A query that must return nothing.
#[derive(Debug, Clone)]
pub struct Check {
    /// Stable name of what it finds, in kebab-case.
    pub code: String,
    /// How bad a finding is.
    pub severity: Severity,
    /// What it finds, by language tag.
    pub title: BTreeMap<String, String>,
    /// A paragraph for people, by language tag.
    pub description: BTreeMap<String, String>,
    message: Template,
    hint: Option<Template>,
    /// The statements to blame, the first of them first.
    culprits: Vec<Culprit>,
    together: Option<Together>,
    query: Query,
}

/// Which rows are one finding.
#[derive(Debug, Clone)]
enum Together {
    /// Those with the same value of a variable.
    Same(String),
    /// Those whose first culprits have an end in common, as the links of a
    /// circle have.
    Linked,
}

/// A text with variables in braces.
#[derive(Debug, Clone)]
struct Template(Vec<Part>);

#[derive(Debug, Clone)]
enum Part {
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

/// What a check did.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The first findings, by message.
    pub findings: Vec<Finding>,
    /// How many more there are.
    pub n_more: u64,
    /// How long it took.
    pub elapsed: Duration,
}

/// Runs a check. At most `most` findings are made whole, the others counted;
/// an evaluation that takes longer than `limit` is given up.
///
/// # Errors
///
/// [`Error::Invalid`] where the check is at fault: `check-timeout`, or
/// `bad-check` where a row leaves open what it blames.
pub fn run(graph: &Graph, check: &Check, most: u64, limit: Option<Duration>) -> Result<Outcome> {
    let start = Instant::now();
    let (handle, owned) = (graph.clone(), check.clone());
    let outcome = within(limit, move || collect(&handle, &owned, most))?;
    let (findings, n_more) = outcome.unwrap_or_else(|given_up| {
        let message = match given_up {
            GivenUp::TimedOut => {
                let limit = humantime::format_duration(limit.unwrap_or_default());
                format!("the check `{}` took longer than {limit} and was given up", check.code)
            }
            GivenUp::BrokeOff => format!("the check `{}` broke off", check.code),
        };
        let hint = "allow more with `--timeout 10m`; look for patterns that share no variable".to_owned();
        let place = Place::at(&check.query.file, &check.query.text, 1, 1, 1);
        Err(Error::invalid(Diagnostic::error("check-timeout", message).at(place).hint(hint)))
    })?;
    Ok(Outcome { findings, n_more, elapsed: start.elapsed() })
}

/// The first findings by key, and how many more there are.
fn collect(graph: &Graph, check: &Check, most: u64) -> Result<(Vec<Finding>, u64)> {
    let QueryResults::Solutions(solutions) = evaluate(graph, &check.query)? else { return Ok((Vec::new(), 0)) };
    let mut kept: BTreeMap<String, Finding> = BTreeMap::new();
    let mut n_more = 0;
    for solution in solutions {
        let solution = solution.map_err(|error| evaluation_error(&check.query, &error))?;
        let finding = check.finding(&solution, &graph.prefixes)?;
        let row_key = match &check.together {
            Some(Together::Same(variable)) => {
                shown(solution.get(variable.as_str()), &graph.prefixes).unwrap_or_default()
            }
            Some(Together::Linked) | None => key(&finding),
        };
        if let Some(first) = kept.get_mut(&row_key) {
            join(first, finding);
        // Rows that belong together may come at any time: all are kept until the end.
        } else if (kept.len() as u64) < most || check.together.is_some() {
            kept.insert(row_key, finding);
        } else {
            n_more += 1;
            // Which findings are told must not depend on the order of rows.
            if kept.last_key_value().is_some_and(|(last, _)| row_key < *last) {
                kept.pop_last();
                kept.insert(row_key, finding);
            }
        }
    }
    let mut findings: Vec<Finding> = kept.into_values().collect();
    if matches!(check.together, Some(Together::Linked)) {
        findings = linked(findings);
    }
    let n_kept = (findings.len() as u64).min(most) as usize;
    n_more += (findings.len() - n_kept) as u64;
    findings.truncate(n_kept);
    Ok((findings, n_more))
}

/// Makes one finding of those whose first culprits have an end in common.
fn linked(findings: Vec<Finding>) -> Vec<Finding> {
    let mut ends: HashMap<(Option<NamedNode>, Term), usize> = HashMap::new();
    let mut sets: UnionFind<usize> = UnionFind::new(findings.len());
    for (index, finding) in findings.iter().enumerate() {
        let Some((statement, _)) = finding.culprits.first() else { continue };
        for end in [Some(statement.subject.clone().into()), statement.object.clone()].into_iter().flatten() {
            let first = *ends.entry((statement.predicate.clone(), end)).or_insert(index);
            sets.union(first, index);
        }
    }
    let mut joined: BTreeMap<usize, Vec<Finding>> = BTreeMap::new();
    let mut order: Vec<usize> = Vec::new();
    for (index, finding) in findings.into_iter().enumerate() {
        let set = sets.find(index);
        if !joined.contains_key(&set) {
            order.push(set);
        }
        joined.entry(set).or_default().push(finding);
    }
    // The findings come by key, so that the first of a set has its message.
    let one = |set: &usize| {
        let mut all = joined.remove(set)?.into_iter();
        let mut first = all.next()?;
        for other in all {
            first.culprits.extend(other.culprits);
        }
        Some(first)
    };
    order.iter().filter_map(one).collect()
}

/// What findings are ordered by: equal graphs give equal orders.
fn key(finding: &Finding) -> String {
    let mut key = finding.diagnostic.message.clone();
    for (statement, _) in &finding.culprits {
        key.push('\n');
        key.push_str(&format!("{statement:?}"));
    }
    key
}

/// Takes over what another row of the same finding blames, in a fixed order.
fn join(first: &mut Finding, other: Finding) {
    if key(&other) < key(first) {
        first.diagnostic = other.diagnostic;
    }
    for culprit in other.culprits {
        if !first.culprits.contains(&culprit) {
            first.culprits.push(culprit);
        }
    }
    first.culprits.sort_by_cached_key(|(statement, _)| format!("{statement:?}"));
}

impl Check {
    /// Whether the check is one of those inside the binary.
    pub fn is_core(&self) -> bool {
        self.query.file.starts_with(CORE)
    }

    /// What in the query is likely a slip of the pen. That the graph lacks a term
    /// is none in itself: a check may ask for just that.
    pub fn lint(&self, graph: &Graph) -> Result<Vec<Diagnostic>> {
        Ok(lint(&self.query, graph)?.into_iter().filter(|warning| warning.hint.is_some()).collect())
    }

    fn finding(&self, row: &QuerySolution, prefixes: &Prefixes) -> Result<Finding> {
        let message = self.fill(&self.message, row, prefixes)?;
        let mut diagnostic = Diagnostic::new(self.severity, self.code.clone(), message);
        if let Some(hint) = &self.hint {
            diagnostic = diagnostic.hint(self.fill(hint, row, prefixes)?);
        }
        let mut culprits = Vec::new();
        for culprit in &self.culprits {
            let label = culprit.label.as_ref().map(|label| self.fill(label, row, prefixes)).transpose()?;
            culprits.push((self.statement(culprit, row)?, label.unwrap_or_default()));
        }
        Ok(Finding { diagnostic, culprits })
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
                Part::Text(part) => text.push_str(part),
                Part::Variable(name) => {
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
        self.fault(format!("the check `{}` gives a row without `?{name}`, which its front matter names", self.code))
    }

    fn fault(&self, message: String) -> Error {
        let place = Place::at(&self.query.file, &self.query.text, 1, 1, 1);
        let hint = "let every row bind the variables of `message`, `hint` and `culprit`".to_owned();
        Error::invalid(Diagnostic::error("bad-check", message).at(place).hint(hint))
    }
}

/// A term as messages show it.
fn shown(term: Option<&Term>, prefixes: &Prefixes) -> Option<String> {
    Some(match term? {
        Term::NamedNode(node) => prefixes.name(node.as_str()),
        Term::Literal(literal) => literal.value().to_owned(),
        other => other.to_string(),
    })
}
