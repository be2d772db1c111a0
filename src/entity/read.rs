//! Reads what the graph says of one entity: names, kinds, relations both ways,
//! figures with hedge and date, each with the lines that back it.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::vocab::rdf;
use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Quad, Term};

use super::profile::{Direction, NameLine, Profile, Property, RelationLine};
use crate::error::Result;
use crate::graph::{Graph, LABELS, Layer, bcp47_case, local_name};
use crate::network::{is_role, planned_labels, together};
use crate::vocab::{cg, code, org, owl, skos};

/// The profile of `entity`, in `languages`.
pub fn profile(graph: &Graph, entity: NamedNodeRef<'_>, languages: &[String]) -> Result<Profile> {
    let reader = ProfileReader { graph, languages };
    let mut labels = reader.labels(entity)?;
    if labels.is_empty() {
        labels.push(graph.label(entity, languages)?);
    }
    let mut kinds = Vec::new();
    let mut properties = Vec::new();
    let mut plain = Vec::new();
    for quad in graph.matching(Some(entity.into()), None, None, None) {
        if Layer::of(quad.graph_name.as_ref()) != Layer::Source {
            continue;
        }
        if quad.predicate == rdf::TYPE || quad.predicate == cg::TYPE {
            kinds.push(reader.term(&quad.object)?);
        } else if is_plain(&quad) && !is_shown_label(&quad, &labels) {
            plain.push(quad);
        }
    }
    kinds.sort();
    kinds.dedup();
    let mut relations = reader.claims(entity, Direction::From)?;
    relations.extend(reader.claims(entity, Direction::To)?);
    relations.extend(reader.memberships(entity)?);
    relations.extend(reader.roles(entity)?);
    for quad in plain {
        match &quad.object {
            Term::NamedNode(other) if graph.has_label(other.as_ref())? => {
                relations.push(reader.plain_relation(&quad.predicate, other, Direction::From)?);
            }
            Term::NamedNode(role) if is_role(graph, role.as_ref()) => {}
            Term::BlankNode(role) if is_role(graph, role.as_ref()) => {}
            object => properties
                .push(Property { property: reader.node(quad.predicate.as_ref())?, value: reader.term(object)? }),
        }
    }
    for quad in graph.matching(None, None, Some(entity.into()), None) {
        let NamedOrBlankNode::NamedNode(other) = &quad.subject else { continue };
        let labelled = graph.has_label(other.as_ref())?;
        let of_claim = [rdf::SUBJECT, rdf::OBJECT].contains(&quad.predicate.as_ref());
        if Layer::of(quad.graph_name.as_ref()) == Layer::Source && is_plain(&quad) && labelled && !of_claim {
            relations.push(reader.plain_relation(&quad.predicate, other, Direction::To)?);
        }
    }
    relations.sort_by(|a, b| {
        (a.direction, &a.relation, &a.other_id, &a.remarks).cmp(&(b.direction, &b.relation, &b.other_id, &b.remarks))
    });
    relations.dedup();
    let relations = summed_up(relations);
    properties.sort_by(|a, b| (&a.property, &a.value).cmp(&(&b.property, &b.value)));
    properties.dedup();
    Ok(Profile {
        id: graph.prefixes.shorten(entity.as_str()),
        labels,
        kinds,
        status: reader.one(entity, cg::STATUS)?,
        evidence: reader.evidence(entity.into())?,
        names: reader.names(entity)?,
        relations,
        figures: reader.figures(entity)?,
        parts: reader.parts(entity)?,
        properties,
    })
}

/// Summarises relations that very many others state without a claim, such as
/// those of a place with everything that belongs to it.
fn summed_up(relations: Vec<RelationLine>) -> Vec<RelationLine> {
    const MOST: usize = 20;
    let is_plain =
        |line: &RelationLine| line.direction == Direction::To && line.evidence.is_empty() && line.remarks.is_empty();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for line in relations.iter().filter(|line| is_plain(line)) {
        *counts.entry(line.relation.clone()).or_default() += 1;
    }
    let mut told = BTreeSet::new();
    let mut kept = Vec::new();
    for mut line in relations {
        let n = counts.get(&line.relation).copied().filter(|n| is_plain(&line) && *n > MOST);
        if let Some(n) = n {
            if !told.insert(line.relation.clone()) {
                continue;
            }
            line.other = format!("{n} entities");
            line.other_id = "use `query`".to_owned();
        }
        kept.push(line);
    }
    kept
}

/// Whether a quad states something that the card shows nowhere else.
fn is_plain(quad: &Quad) -> bool {
    let shown =
        [rdf::TYPE, skos::PREF_LABEL, cg::TYPE, cg::STATUS, cg::FIGURE, cg::HAS_NAME, cg::EVIDENCE, cg::MENTIONED_AS];
    !shown.contains(&quad.predicate.as_ref()) && quad.predicate.as_ref() != oxigraph::model::vocab::rdfs::LABEL
}

/// Whether a quad has one of the labels that the card shows at the top.
fn is_shown_label(quad: &Quad, labels: &[String]) -> bool {
    let Term::Literal(literal) = &quad.object else { return false };
    LABELS.contains(&quad.predicate.as_ref()) && labels.iter().any(|label| label == literal.value())
}

pub(super) struct ProfileReader<'a> {
    pub graph: &'a Graph,
    pub languages: &'a [String],
}

impl ProfileReader<'_> {
    fn labels(&self, node: NamedNodeRef<'_>) -> Result<Vec<String>> {
        let mut labels = Vec::new();
        for language in self.languages {
            labels.extend(self.graph.label_in(node, language)?.filter(|label| !labels.contains(label)));
        }
        Ok(labels)
    }

    /// A node by its labels, in all requested languages, otherwise by any name.
    pub fn node(&self, node: NamedNodeRef<'_>) -> Result<String> {
        let labels = self.labels(node)?;
        if labels.is_empty() {
            self.graph.label(node, self.languages)
        } else {
            Ok(together(labels.iter().map(String::as_str)))
        }
    }

    pub(super) fn term(&self, term: &Term) -> Result<String> {
        match term {
            Term::NamedNode(node) => self.node(node.as_ref()),
            Term::Literal(literal) => Ok(literal.value().to_owned()),
            other => Ok(other.to_string()),
        }
    }

    /// The first object of a property, as shown to people.
    pub fn one(&self, subject: NamedNodeRef<'_>, property: NamedNodeRef<'_>) -> Result<Option<String>> {
        let objects = self.graph.objects(subject.into(), property);
        objects.first().map(|object| self.term(object)).transpose()
    }

    /// The objects of a property in the requested languages; the first of any
    /// language if they have none.
    fn texts(&self, subject: NamedOrBlankNodeRef<'_>, property: NamedNodeRef<'_>) -> Result<Option<String>> {
        let objects = self.graph.objects(subject, property);
        let mut texts = Vec::new();
        for language in self.languages {
            texts.extend(objects.iter().filter_map(|object| match object {
                Term::Literal(literal) if literal.language().is_some_and(|tag| tag.eq_ignore_ascii_case(language)) => {
                    Some(literal.value().to_owned())
                }
                _ => None,
            }));
        }
        let mut known = BTreeSet::new();
        texts.retain(|text| known.insert(text.clone()));
        if texts.is_empty() {
            return objects.first().map(|object| self.term(object)).transpose();
        }
        Ok(Some(together(texts.iter().map(String::as_str))))
    }

    /// The lines or pages that back a statement: `hkyb-2019-06 L22-L24`, several joined.
    pub fn evidence(&self, statement: NamedOrBlankNodeRef<'_>) -> Result<String> {
        let mut places = Vec::new();
        for evidence in self.graph.objects(statement, cg::EVIDENCE) {
            let Term::NamedNode(evidence) = evidence else { continue };
            let source = match self.graph.objects(evidence.as_ref().into(), cg::IN_SOURCE).into_iter().next() {
                Some(Term::NamedNode(source)) => local_name(source.as_str()).to_owned(),
                _ => String::new(),
            };
            let line = |property| -> Result<Option<u64>> {
                Ok(self.one(evidence.as_ref(), property)?.and_then(|line| line.parse().ok()))
            };
            let mut parts = Vec::new();
            for (property, word) in [(cg::ROW, "row "), (cg::PAGE_NUMBER, "page "), (cg::PAGE, "")] {
                parts.extend(self.one(evidence.as_ref(), property)?.map(|part| format!("{word}{part}")));
            }
            // Where there is nothing else, the part of the source.
            if parts.is_empty() && line(cg::LINE_START)?.is_none() {
                parts.extend(self.one(evidence.as_ref(), cg::SECTION)?);
            }
            // Rows are in the order of their numbers.
            places.push((source, line(cg::LINE_START)?, line(cg::LINE_END)?, line(cg::ROW)?, parts));
        }
        places.sort();
        let mut text = String::new();
        let mut last = None;
        for (source, start, end, _, parts) in places {
            if last.as_ref() != Some(&source) {
                if last.is_some() {
                    text.push_str("; ");
                }
                text.push_str(&source);
                last = Some(source);
            } else {
                text.push(',');
            }
            match (start, end) {
                (Some(start), Some(end)) if start != end => text.push_str(&format!(" L{start}-L{end}")),
                (Some(start), _) => text.push_str(&format!(" L{start}")),
                _ => {}
            }
            for part in parts {
                text.push_str(&format!(" {part}"));
            }
        }
        Ok(text)
    }

    fn names(&self, entity: NamedNodeRef<'_>) -> Result<Vec<NameLine>> {
        let mut lines = Vec::new();
        for name in self.graph.objects(entity.into(), cg::HAS_NAME) {
            let Term::NamedNode(name) = name else { continue };
            for text in self.graph.objects(name.as_ref().into(), cg::TEXT) {
                let Term::Literal(text) = text else { continue };
                lines.push(NameLine {
                    kind: self.one(name.as_ref(), cg::NAME_KIND)?.unwrap_or_default(),
                    is_former: self.graph.objects(name.as_ref().into(), cg::NAME_KIND).contains(&code::FORMER.into()),
                    text: text.value().to_owned(),
                    language: bcp47_case(text.language().unwrap_or_default()),
                    evidence: self.evidence(name.as_ref().into())?,
                });
            }
        }
        lines.sort_by(|a, b| (&a.kind, &a.language, &a.text).cmp(&(&b.kind, &b.language, &b.text)));
        Ok(lines)
    }

    fn claims(&self, entity: NamedNodeRef<'_>, direction: Direction) -> Result<Vec<RelationLine>> {
        let (own, other_end) = match direction {
            Direction::From => (rdf::SUBJECT, rdf::OBJECT),
            Direction::To => (rdf::OBJECT, rdf::SUBJECT),
        };
        let mut lines = Vec::new();
        for claim in self.graph.subjects(own, entity.into()) {
            let claim_node = claim.as_ref();
            let objects = self.graph.objects(claim_node, other_end);
            let predicates = self.graph.objects(claim_node, rdf::PREDICATE);
            let (Some(other), Some(Term::NamedNode(predicate))) = (objects.first(), predicates.first()) else {
                continue;
            };
            let is_planned = self.is_planned(claim_node);
            lines.push(RelationLine {
                direction,
                relation: self.relation(predicate, direction, is_planned)?,
                property: predicate.clone(),
                is_planned,
                other: self.term(other)?,
                other_id: match other {
                    Term::NamedNode(node) => self.graph.prefixes.shorten(node.as_str()),
                    other => other.to_string(),
                },
                remarks: self.remarks(claim_node, &[])?,
                evidence: self.evidence(claim_node)?,
            });
        }
        Ok(lines)
    }

    /// Whether a claim or figure is of what is not there yet.
    pub fn is_planned(&self, statement: NamedOrBlankNodeRef<'_>) -> bool {
        let statuses = self.graph.objects(statement, cg::STATUS);
        let is_there =
            |status: &Term| [code::DONE, code::ONGOING, code::ENDED].iter().any(|there| *status == (*there).into());
        !statuses.is_empty() && !statuses.iter().any(is_there)
    }

    fn plain_relation(&self, predicate: &NamedNode, other: &NamedNode, direction: Direction) -> Result<RelationLine> {
        Ok(RelationLine {
            direction,
            relation: self.relation(predicate, direction, false)?,
            property: predicate.clone(),
            is_planned: false,
            other: self.node(other.as_ref())?,
            other_id: self.graph.prefixes.shorten(other.as_str()),
            remarks: if *predicate == org::POST_IN && direction == Direction::To {
                self.holders(other.as_ref())?
            } else {
                Vec::new()
            },
            evidence: String::new(),
        })
    }

    /// The relation as read from the entity: by the inverse if it is the object, in words for what is
    /// not there yet if it is planned.
    fn relation(&self, predicate: &NamedNode, direction: Direction, is_planned: bool) -> Result<String> {
        if direction == Direction::To {
            let mut inverses = self.graph.objects(predicate.as_ref().into(), owl::INVERSE_OF);
            for subject in self.graph.subjects(owl::INVERSE_OF, predicate.as_ref().into()) {
                inverses.push(subject.into());
            }
            if let Some(Term::NamedNode(inverse)) = inverses.first() {
                return self.verb(inverse, is_planned);
            }
        }
        self.verb(predicate, is_planned)
    }

    fn verb(&self, property: &NamedNode, is_planned: bool) -> Result<String> {
        let planned = planned_labels(self.graph, property.as_ref(), self.languages);
        if is_planned && !planned.first().is_empty() {
            return Ok(planned.first().to_owned());
        }
        self.node(property.as_ref())
    }

    /// Status, dates and qualifiers of a claim or figure: every property except
    /// those in `shown` and those that the card shows elsewhere.
    pub fn remarks(&self, statement: NamedOrBlankNodeRef<'_>, shown: &[NamedNodeRef<'_>]) -> Result<Vec<String>> {
        let elsewhere =
            [rdf::TYPE, rdf::SUBJECT, rdf::PREDICATE, rdf::OBJECT, cg::EVIDENCE, cg::PERIOD_LABEL, cg::DUE_LATEST];
        let mut remarks = Vec::new();
        if let Some(Term::NamedNode(status)) = self.graph.objects(statement, cg::STATUS).first()
            && ![code::DONE, code::ONGOING].contains(&status.as_ref())
        {
            remarks.push(self.node(status.as_ref())?);
        }
        let mut others = Vec::new();
        let mut is_dated = false;
        for quad in self.graph.matching(Some(statement), None, None, None) {
            let predicate = quad.predicate.as_ref();
            let known = elsewhere.contains(&predicate) || shown.contains(&predicate) || predicate == cg::STATUS;
            if known || Layer::of(quad.graph_name.as_ref()) != Layer::Source {
                continue;
            }
            let value = match &quad.object {
                // A figure about a figure is named by its measure.
                Term::NamedNode(node) if predicate == cg::OF_FIGURE => {
                    let about = self.graph.subjects(cg::FIGURE, node.as_ref().into());
                    let (measure, amount) = self.amount(node.as_ref())?;
                    match about.first() {
                        Some(NamedOrBlankNode::NamedNode(about)) => {
                            format!("{amount} {measure} ({})", self.node(about.as_ref())?)
                        }
                        _ => format!("{amount} {measure}"),
                    }
                }
                object => {
                    let words = match predicate {
                        cg::DURING => self.texts(statement, cg::DURING_LABEL)?,
                        cg::DUE => self.texts(statement, cg::DUE_LABEL)?,
                        _ => None,
                    };
                    is_dated |= words.is_some();
                    words.map_or_else(|| self.term(object), Ok)?
                }
            };
            others.push(format!("{}: {value}", self.node(predicate)?));
        }
        if !is_dated {
            remarks.extend(self.texts(statement, cg::PERIOD_LABEL)?);
        }
        others.sort();
        others.dedup();
        remarks.extend(others);
        Ok(remarks)
    }
}
