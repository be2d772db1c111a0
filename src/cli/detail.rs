//! The profiles behind the cards of a chart, as the plain values that the chart takes.

use oxigraph::model::NamedNode;

use crate::chart::{Detail, Fact, Scene};
use crate::entity::{Direction, Profile, profile};
use crate::error::Result;
use crate::graph::Graph;

/// The details of each card of a scene, for each language.
pub(super) fn details(graph: &Graph, scene: &Scene, languages: &[String]) -> Result<Vec<Vec<Detail>>> {
    let of_card = |iri: &str, language: &String| match NamedNode::new(iri) {
        Ok(entity) => Ok(detail(profile(graph, entity.as_ref(), std::slice::from_ref(language))?)),
        Err(_) => Ok(Detail::default()),
    };
    let in_language =
        |language: &String| scene.cards.iter().map(|card| of_card(&card.iri, language)).collect::<Result<Vec<_>>>();
    languages.iter().map(in_language).collect()
}

fn detail(profile: Profile) -> Detail {
    let names = profile.names.into_iter().map(|name| Fact {
        label: name.kind,
        text: name.text,
        language: Some(name.language).filter(|tag| !tag.is_empty()),
        evidence: name.evidence,
        ..Fact::default()
    });
    let relations = profile.relations.into_iter().map(|relation| Fact {
        label: relation.relation,
        text: relation.other,
        other: Some(relation.other_id),
        arrives: relation.direction == Direction::To,
        remarks: relation.remarks,
        evidence: relation.evidence,
        ..Fact::default()
    });
    let figures = profile.figures.into_iter().map(|figure| Fact {
        label: figure.measure,
        text: figure.amount,
        remarks: figure.remarks,
        evidence: figure.evidence,
        ..Fact::default()
    });
    let parts = profile.parts.into_iter().map(|part| Fact {
        label: part.part,
        text: part.about,
        other: Some(part.about_id),
        remarks: std::iter::once(format!("{}: {}", part.figure.measure, part.figure.amount))
            .chain(part.figure.remarks)
            .collect(),
        evidence: part.figure.evidence,
        ..Fact::default()
    });
    let also = profile.properties.into_iter().map(|property| Fact {
        label: property.property,
        text: property.value,
        ..Fact::default()
    });
    Detail {
        id: profile.id,
        about: profile.kinds.into_iter().chain(profile.status).collect(),
        evidence: profile.evidence,
        names: names.collect(),
        relations: relations.collect(),
        figures: figures.collect(),
        parts: parts.collect(),
        also: also.collect(),
    }
}
