//! What can be found, with its names: read through the graph's index of labels.

use std::collections::BTreeMap;

use oxigraph::model::vocab::{rdf, rdfs};
use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, Term};

use super::fold::fold;
use super::rank::{Rank, Score, Wanted};
use super::{Hit, HitKind};
use crate::error::Result;
use crate::graph::{Graph, LABELS, Layer, bcp47_case, local_name};
use crate::sparql::Questions;
use crate::vocab::{cg, dcterms, owl, skos};
use crate::vocabulary::{Category, Vocabulary};

/// A name, as it is and as it is compared.
struct Name {
    text: String,
    folded: String,
    /// Main labels count before other names.
    weight: u8,
    /// The node that says which kind of name it is.
    kind: Option<NamedNode>,
}

/// Something that can be found.
pub(super) struct Candidate {
    pub kind: HitKind,
    pub id: String,
    pub iri: Option<NamedNode>,
    names: Vec<Name>,
    definitions: Vec<Name>,
    /// Labels of what has none of its own: a question, a figure.
    titles: BTreeMap<String, String>,
}

const LABEL: u8 = 0;
const SLUG: u8 = 1;
const OTHER_NAME: u8 = 2;
const MENTION: u8 = 3;

impl Candidate {
    fn new(kind: HitKind, id: String, iri: Option<NamedNode>) -> Self {
        Self { kind, id, iri, names: Vec::new(), definitions: Vec::new(), titles: BTreeMap::new() }
    }

    fn name(&mut self, text: &str, weight: u8) {
        self.names.push(Name { text: text.to_owned(), folded: fold(text), weight, kind: None });
    }

    fn definition(&mut self, text: &str) {
        self.definitions.push(Name { text: text.to_owned(), folded: fold(text), weight: MENTION, kind: None });
    }

    /// The best score, with the number of the name or, behind those, of the definition.
    pub(super) fn score(&self, wanted: &Wanted) -> Option<(Score, usize)> {
        let named = self.names.iter().enumerate().filter_map(|(at, name)| {
            let (rank, distance) = wanted.rank(&name.folded)?;
            Some((Score { rank, distance, weight: name.weight }, at))
        });
        named.min().or_else(|| {
            let at = self.definitions.iter().position(|definition| wanted.is_in(&definition.folded))?;
            let distance = self.definitions[at].folded.chars().count();
            Some((Score { rank: Rank::Defined, distance, weight: MENTION }, self.names.len() + at))
        })
    }

    pub(super) fn hit(&self, graph: &Graph, languages: &[String], rank: Rank, at: usize) -> Result<Hit> {
        let name = self.names.get(at).or_else(|| self.definitions.get(at - self.names.len()));
        let mut labels = Vec::new();
        for language in languages {
            let label = match &self.iri {
                Some(iri) if self.titles.is_empty() => graph.label_in(iri.as_ref(), language)?,
                _ => {
                    self.titles.iter().find(|(tag, _)| tag.eq_ignore_ascii_case(language)).map(|(_, text)| text.clone())
                }
            };
            labels.extend(label.map(|label| (language.clone(), label)));
        }
        if labels.is_empty() {
            let label = match &self.iri {
                Some(iri) if self.titles.is_empty() => graph.label(iri.as_ref(), languages)?,
                _ => self.titles.values().next().cloned().unwrap_or_else(|| self.id.clone()),
            };
            labels.push((String::new(), label));
        }
        let mut kinds = Vec::new();
        if let (Some(iri), HitKind::Entity) = (&self.iri, self.kind) {
            for quad in graph.matching(Some(iri.as_ref().into()), None, None, None) {
                let is_kind = quad.predicate == rdf::TYPE || quad.predicate == cg::TYPE;
                if let (true, Layer::Source, Term::NamedNode(class)) =
                    (is_kind, Layer::of(quad.graph_name.as_ref()), &quad.object)
                {
                    kinds.push(graph.label(class.as_ref(), languages)?);
                }
            }
            kinds.sort();
            kinds.dedup();
        }
        let matched_kind = match name.and_then(|name| name.kind.as_ref()) {
            Some(kind) => Some(graph.label(kind.as_ref(), languages)?),
            None => None,
        };
        Ok(Hit {
            kind: self.kind,
            id: self.id.clone(),
            iri: self.iri.clone(),
            labels,
            kinds,
            rank,
            matched: name.map(|name| name.text.clone()).unwrap_or_default(),
            matched_kind,
        })
    }
}

/// Everything that can be found.
pub(super) fn all(graph: &Graph, questions: &Questions) -> Result<Vec<Candidate>> {
    let vocabulary = Vocabulary::read(graph)?;
    let mut candidates = terms(graph, &vocabulary);
    let entities = entities(graph, &vocabulary)?;
    candidates.extend(figures(graph, &vocabulary, &entities)?);
    candidates.extend(entities.into_values());
    for question in questions.iter() {
        let mut candidate = Candidate::new(HitKind::Question, question.name.clone(), None);
        candidate.name(&question.name, SLUG);
        question.title.values().for_each(|title| candidate.name(title, OTHER_NAME));
        question.description.values().for_each(|text| candidate.definition(text));
        candidate.titles.clone_from(&question.title);
        candidates.push(candidate);
    }
    Ok(candidates)
}

/// The terms of a vocabulary.
pub(super) fn terms(graph: &Graph, vocabulary: &Vocabulary) -> Vec<Candidate> {
    vocabulary
        .iter()
        .map(|term| {
            let kind = match term.kind {
                Category::Class | Category::Datatype => HitKind::Class,
                Category::Property => HitKind::Property,
                Category::Scheme | Category::Concept => HitKind::Concept,
            };
            let id = graph.prefixes.shorten(term.iri.as_str());
            let mut candidate = Candidate::new(kind, id.clone(), Some(term.iri.clone()));
            candidate.name(local_name(term.iri.as_str()), SLUG);
            candidate.name(&id, SLUG);
            term.labels.iter().for_each(|label| candidate.name(&label.text, LABEL));
            term.synonyms.iter().for_each(|label| candidate.name(&label.text, OTHER_NAME));
            for other in &term.aligned {
                candidate.name(&graph.prefixes.shorten(other.as_str()), OTHER_NAME);
                candidate.name(&words_of(local_name(other.as_str())), OTHER_NAME);
            }
            term.definitions.iter().for_each(|text| candidate.definition(&text.text));
            candidate
        })
        .collect()
}

/// The words of a name in camel case, with spaces.
fn words_of(name: &str) -> String {
    crate::vocabulary::words(name).join(" ")
}

/// What has a label or title and is no term.
fn entities(graph: &Graph, vocabulary: &Vocabulary) -> Result<BTreeMap<NamedNode, Candidate>> {
    let mut entities: BTreeMap<NamedNode, Candidate> = BTreeMap::new();
    for property in LABELS {
        for quad in graph.matching(None, Some(property), None, None) {
            let (NamedOrBlankNode::NamedNode(node), Term::Literal(label)) = (quad.subject, quad.object) else {
                continue;
            };
            if vocabulary.get(node.as_str()).is_some() || is_ontology(graph, &node)? {
                continue;
            }
            let entity = entities.entry(node).or_insert_with_key(|node| {
                let id = graph.prefixes.shorten(node.as_str());
                let mut entity = Candidate::new(HitKind::Entity, id.clone(), Some(node.clone()));
                entity.name(local_name(node.as_str()), SLUG);
                entity.name(&id, SLUG);
                entity
            });
            entity.name(label.value(), LABEL);
        }
    }
    for (property, weight) in
        [(skos::ALT_LABEL, OTHER_NAME), (skos::HIDDEN_LABEL, OTHER_NAME), (cg::MENTIONED_AS, MENTION)]
    {
        for quad in graph.matching(None, Some(property), None, None) {
            if let (NamedOrBlankNode::NamedNode(node), Term::Literal(label)) = (quad.subject, quad.object)
                && let Some(entity) = entities.get_mut(&node)
            {
                entity.name(label.value(), weight);
            }
        }
    }
    for quad in graph.matching(None, Some(cg::HAS_NAME), None, None) {
        let (NamedOrBlankNode::NamedNode(node), Term::NamedNode(name)) = (quad.subject, quad.object) else { continue };
        let Some(entity) = entities.get_mut(&node) else { continue };
        let kind = first_node(graph, &name, cg::NAME_KIND)?;
        for text in graph.objects(name.as_ref().into(), cg::TEXT) {
            if let Term::Literal(text) = text {
                entity.name(text.value(), OTHER_NAME);
                if let Some(last) = entity.names.last_mut() {
                    last.kind.clone_from(&kind);
                }
            }
        }
    }
    for property in [skos::DEFINITION, rdfs::COMMENT, dcterms::DESCRIPTION, skos::SCOPE_NOTE] {
        for quad in graph.matching(None, Some(property), None, None) {
            if let (NamedOrBlankNode::NamedNode(node), Term::Literal(text)) = (quad.subject, quad.object)
                && let Some(entity) = entities.get_mut(&node)
            {
                entity.definition(text.value());
            }
        }
    }
    Ok(entities)
}

/// Whether a node is an ontology itself.
fn is_ontology(graph: &Graph, node: &NamedNode) -> Result<bool> {
    let types = graph.matching(Some(node.as_ref().into()), Some(rdf::TYPE), Some(owl::ONTOLOGY.into()), None).next();
    Ok(types.is_some())
}

fn first_node(graph: &Graph, node: &NamedNode, property: NamedNodeRef<'_>) -> Result<Option<NamedNode>> {
    Ok(graph.objects(node.as_ref().into(), property).into_iter().find_map(|object| match object {
        Term::NamedNode(node) => Some(node),
        _ => None,
    }))
}

/// Figures, by what they measure of what, in each language, and by their numbers.
fn figures(
    graph: &Graph,
    vocabulary: &Vocabulary,
    entities: &BTreeMap<NamedNode, Candidate>,
) -> Result<Vec<Candidate>> {
    let mut figures: BTreeMap<NamedNode, Candidate> = BTreeMap::new();
    for quad in graph.matching(None, Some(cg::FIGURE), None, None) {
        let (NamedOrBlankNode::NamedNode(about), Term::NamedNode(node)) = (quad.subject, quad.object) else { continue };
        let id = graph.prefixes.shorten(node.as_str());
        let mut figure = Candidate::new(HitKind::Figure, id.clone(), Some(node.clone()));
        figure.name(local_name(node.as_str()), SLUG);
        figure.name(&id, SLUG);
        for value in graph.objects(node.as_ref().into(), cg::VALUE) {
            if let Term::Literal(value) = value {
                figure.name(value.value(), MENTION);
            }
        }
        let measure = first_node(graph, &node, cg::MEASURE)?;
        let measure = measure.and_then(|measure| vocabulary.get(measure.as_str()));
        for label in LABELS.into_iter().flat_map(|property| graph.objects(about.as_ref().into(), property)) {
            let Term::Literal(label) = label else { continue };
            let tag = label.language().map(bcp47_case).unwrap_or_default();
            let measure = measure.and_then(|term| term.labels.iter().find(|text| text.language == tag));
            let title = match measure {
                Some(measure) => format!("{}: {}", label.value(), measure.text),
                None => label.value().to_owned(),
            };
            figure.name(&title, MENTION);
            figure.titles.insert(tag, title);
        }
        // What sort of number it is: a budget, though it measures spending.
        let nature = first_node(graph, &node, cg::NATURE)?;
        for label in nature.and_then(|nature| vocabulary.get(nature.as_str())).into_iter().flat_map(|term| &term.labels)
        {
            figure.name(&label.text, MENTION);
        }
        // Short and former names of what it is about, each with the measure.
        if let (Some(about), Some(measure)) = (entities.get(&about), measure) {
            for name in about.names.iter().filter(|name| name.weight == OTHER_NAME) {
                for label in &measure.labels {
                    figure.name(&format!("{} {}", name.text, label.text), MENTION);
                }
            }
        }
        figures.insert(node, figure);
    }
    Ok(figures.into_values().collect())
}
