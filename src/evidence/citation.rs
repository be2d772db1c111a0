//! Statements that cite a source: claims, figures, names and entities with
//! their lines, and the words and numbers that these lines must contain.

use std::collections::BTreeMap;

use oxigraph::model::vocab::rdf;
use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term};
use oxsdatatypes::Decimal;

use super::text::Lines;
use super::{Source, SourceText, node};
use crate::error::Result;
use crate::graph::{Graph, Statement};
use crate::vocab::{cg, code};

/// The kind of thing that cites lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CitingKind {
    Claim,
    Figure,
    Name,
    Entity,
}

/// A statement with its lines and what they must contain.
#[derive(Debug, Clone)]
pub(super) struct Citation {
    pub(super) node: NamedNode,
    pub(super) kind: CitingKind,
    /// Ranges, each with its reason.
    pub(super) lines: Vec<(Lines, Option<String>)>,
    pub(super) sections: Vec<String>,
    /// Entities that must be named.
    pub(super) things: Vec<(NamedNode, Statement)>,
    pub(super) texts: Vec<(String, Statement)>,
    pub(super) numbers: Vec<(Decimal, Statement)>,
    pub(super) dates: Vec<(String, Statement)>,
    pub(super) bound: Option<(NamedNode, Statement)>,
}

impl Citation {
    /// The statement as a whole.
    pub(super) fn whole(&self) -> Statement {
        Statement { subject: self.node.clone().into(), predicate: None, object: None, language: None }
    }
}

/// The statements that cite the source, by IRI.
pub(super) fn cited(graph: &Graph, source: &Source) -> Result<Vec<Citation>> {
    let mut all: BTreeMap<NamedNode, Citation> = BTreeMap::new();
    for evidence in graph.subjects(cg::IN_SOURCE, source.node.as_ref().into()) {
        let number = |property| -> Result<Option<u64>> {
            let objects = graph.objects(evidence.as_ref(), property);
            Ok(objects.iter().find_map(|term| text(term)?.parse().ok()))
        };
        let (Some(first), Some(last)) = (number(cg::LINE_START)?, number(cg::LINE_END)?) else { continue };
        let reason = graph.objects(evidence.as_ref(), cg::REASON).iter().find_map(text).map(str::to_owned);
        let sections = graph.objects(evidence.as_ref(), cg::SECTION);
        let evidence: Term = evidence.into();
        for statement in graph.subjects(cg::EVIDENCE, evidence.as_ref()) {
            let NamedOrBlankNode::NamedNode(statement) = statement else { continue };
            let cited = match all.remove(&statement) {
                Some(cited) => cited,
                None => describe(graph, &statement)?,
            };
            let cited = all.entry(statement).or_insert(cited);
            cited.lines.push(((first, last), reason.clone()));
            cited.sections.extend(sections.iter().filter_map(text).map(str::to_owned));
        }
    }
    let mut all: Vec<Citation> = all.into_values().collect();
    for cited in &mut all {
        cited.lines.sort();
    }
    Ok(all)
}

fn text(term: &Term) -> Option<&str> {
    match term {
        Term::Literal(literal) => Some(literal.value()),
        _ => None,
    }
}

/// A statement with what its lines must contain, still without lines.
fn describe(graph: &Graph, statement: &NamedNode) -> Result<Citation> {
    let types = graph.objects(statement.as_ref().into(), rdf::TYPE);
    let is = |class: NamedNodeRef<'_>| types.iter().any(|term| node(term) == Some(class));
    let kind = if is(cg::CLAIM) {
        CitingKind::Claim
    } else if is(cg::FIGURE_CLASS) {
        CitingKind::Figure
    } else if is(cg::NAME_CLASS) {
        CitingKind::Name
    } else {
        CitingKind::Entity
    };
    let mut cited = Citation {
        node: statement.clone(),
        kind,
        lines: Vec::new(),
        sections: Vec::new(),
        things: Vec::new(),
        texts: Vec::new(),
        numbers: Vec::new(),
        dates: Vec::new(),
        bound: None,
    };
    if kind == CitingKind::Entity {
        let size = graph.objects(statement.as_ref().into(), cg::GROUP_SIZE);
        let blame = |predicate: NamedNodeRef<'_>, object: Option<Term>| Statement {
            subject: statement.clone().into(),
            predicate: Some(predicate.into_owned()),
            object,
            language: None,
        };
        for size in size {
            let value = text(&size).and_then(|size| size.parse().ok());
            cited.numbers.extend(value.map(|value| (value, blame(cg::GROUP_SIZE, Some(size.clone())))));
        }
        cited.things.push((statement.clone(), blame(crate::vocab::skos::PREF_LABEL, None)));
        return Ok(cited);
    }
    for quad in quads_of(graph, statement) {
        gather(graph, &mut cited, &quad)?;
    }
    // The subject of a figure, or the bearer of a name, points to it.
    for property in [cg::FIGURE, cg::HAS_NAME] {
        for thing in graph.subjects(property, statement.as_ref().into()) {
            let NamedOrBlankNode::NamedNode(thing) = thing else { continue };
            if kind == CitingKind::Figure {
                let blame = Statement {
                    subject: thing.clone().into(),
                    predicate: Some(property.into_owned()),
                    object: Some(statement.clone().into()),
                    language: None,
                };
                cited.things.push((thing, blame));
            }
        }
    }
    Ok(cited)
}

fn quads_of(graph: &Graph, subject: &NamedNode) -> Vec<Quad> {
    let mut quads: Vec<Quad> = graph.matching(Some(subject.as_ref().into()), None, None, None).collect();
    quads.sort_by_cached_key(Quad::to_string);
    // The same statement in several graphs counts once.
    quads.dedup_by(|a, b| a.predicate == b.predicate && a.object == b.object);
    quads
}

fn gather(graph: &Graph, cited: &mut Citation, quad: &Quad) -> Result<()> {
    let property = quad.predicate.as_ref();
    let blame = || Statement {
        subject: quad.subject.clone(),
        predicate: Some(quad.predicate.clone()),
        object: Some(quad.object.clone()),
        language: None,
    };
    if property == cg::TEXT {
        cited.texts.extend(text(&quad.object).map(|text| (text.to_owned(), blame())));
    } else if property == cg::VALUE {
        // The value comes first: the bound refers to it.
        let value = text(&quad.object).and_then(|value| value.parse().ok());
        if let Some(value) = value {
            cited.numbers.insert(0, (value, blame()));
        }
    } else if [cg::PREVIOUS_VALUE, cg::BAND_TO, cg::SHARE].contains(&property) {
        let value = text(&quad.object).and_then(|value| value.parse().ok());
        cited.numbers.extend(value.map(|value| (value, blame())));
    } else if [cg::AS_OF, cg::DURING, cg::DUE, cg::VALID_FROM].contains(&property) {
        cited.dates.extend(text(&quad.object).map(|date| (date.to_owned(), blame())));
    } else if property == cg::BOUND {
        cited.bound = node(&quad.object).map(|bound| (bound.into_owned(), blame()));
    } else if property == cg::RATIO_PART {
        // A ratio has no value; its shares and parties are in the same lines.
        if let Some(part) = node(&quad.object) {
            for quad in quads_of(graph, &part.into_owned()) {
                gather(graph, cited, &quad)?;
            }
            cited.bound = None;
        }
    } else if property != cg::EVIDENCE
        && property != cg::OF_FIGURE
        && let Some(thing) = node(&quad.object)
    {
        let types = graph.objects(thing.into(), rdf::TYPE);
        if types.iter().any(|term| node(term) == Some(cg::ENTITY)) {
            cited.things.push((thing.into_owned(), blame()));
        }
    }
    Ok(())
}

/// A statement about an entity, in words, with the lines behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behind {
    /// The statement's shortened IRI.
    pub name: String,
    /// Its content.
    pub says: String,
    /// The ranges it cites, counted from 1, both ends inclusive.
    pub lines: Vec<(u64, u64)>,
    /// The reason for a range, if given.
    pub reasons: Vec<String>,
}

/// The statements about an entity that cite a source, by line.
pub fn behind(graph: &Graph, source: &Source, entity: NamedNodeRef<'_>, languages: &[String]) -> Result<Vec<Behind>> {
    let mut all = Vec::new();
    for cited in cited(graph, source)? {
        let own = cited.node.as_ref() == entity;
        let about = cited.things.iter().any(|(thing, _)| thing.as_ref() == entity);
        let named =
            graph.matching(Some(entity.into()), Some(cg::HAS_NAME), Some(cited.node.as_ref().into()), None).next();
        if !(own || about || named.is_some()) {
            continue;
        }
        all.push(Behind {
            name: graph.prefixes.name(cited.node.as_str()),
            says: says(graph, &cited, languages)?,
            lines: cited.lines.iter().map(|(lines, _)| *lines).collect(),
            reasons: cited.lines.iter().filter_map(|(_, reason)| reason.clone()).collect(),
        });
    }
    all.sort_by(|a, b| a.lines.cmp(&b.lines).then_with(|| a.name.cmp(&b.name)));
    Ok(all)
}

pub(super) fn says(graph: &Graph, cited: &Citation, languages: &[String]) -> Result<String> {
    let label = |property| -> Result<String> {
        let objects = graph.objects(cited.node.as_ref().into(), property);
        objects.first().map_or(Ok(String::new()), |term| graph.term_label(term.as_ref(), languages))
    };
    let status = label(cg::STATUS)?;
    let words = match cited.kind {
        CitingKind::Claim => {
            let holds = graph.objects(cited.node.as_ref().into(), cg::STATUS);
            let holds = holds.iter().any(|term| [Some(code::DONE), Some(code::ONGOING)].contains(&node(term)));
            let status = if holds { String::new() } else { format!("({status})") };
            [label(rdf::SUBJECT)?, label(rdf::PREDICATE)?, label(rdf::OBJECT)?, status]
        }
        CitingKind::Figure => {
            let unit = label(cg::UNIT)? + &label(cg::CURRENCY)?;
            [label(cg::MEASURE)?, label(cg::BOUND)?, label(cg::VALUE)?, unit]
        }
        CitingKind::Name => [label(cg::NAME_KIND)?, label(cg::TEXT)?, String::new(), String::new()],
        CitingKind::Entity => {
            [graph.label(cited.node.as_ref(), languages)?, String::new(), String::new(), String::new()]
        }
    };
    Ok(words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "))
}

impl SourceText {
    /// The lines behind a statement, with their numbers, without blank ones.
    pub fn quoted<'a>(&'a self, behind: &'a Behind) -> impl Iterator<Item = (u64, &'a str)> {
        let n_lines = self.text.lines.len() as u64;
        let lines = behind.lines.iter().flat_map(move |(first, last)| *first..=(*last).min(n_lines));
        lines.filter_map(|line| Some((line, self.line(line)?))).filter(|(_, text)| !text.trim().is_empty())
    }
}
