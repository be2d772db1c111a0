//! The profiles of what a page shows, as the plain values that it takes.

use oxigraph::model::NamedNode;

use crate::chart::{Detail, Fact, PageEntity, sum_in_words};
use crate::entity::{Direction, FigureLine, Profile, profile};
use crate::error::Result;
use crate::graph::Graph;

/// What is known of these things, by IRI, in each language.
pub(super) fn entities(
    graph: &Graph,
    iris: impl IntoIterator<Item = String>,
    languages: &[String],
) -> Result<Vec<PageEntity>> {
    let entity = |iri: String| {
        let Ok(node) = NamedNode::new(&iri) else {
            return Ok(PageEntity { id: iri.clone(), iri, ..PageEntity::default() });
        };
        let mut entity = PageEntity { iri, ..PageEntity::default() };
        for language in languages {
            let profile = profile(graph, node.as_ref(), std::slice::from_ref(language))?;
            entity.id = bare(&profile.id);
            entity.names.push(profile.labels.first().cloned().unwrap_or_else(|| profile.id.clone()));
            entity.details.push(detail(profile, language)?);
        }
        Ok(entity)
    };
    iris.into_iter().map(entity).collect()
}

fn detail(profile: Profile, language: &str) -> Result<Detail> {
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
        other: Some(bare(&relation.other_id)),
        arrives: relation.direction == Direction::To,
        remarks: relation.remarks,
        evidence: relation.evidence,
        ..Fact::default()
    });
    let mut figures = Vec::new();
    for figure in profile.figures {
        figures.push(Fact {
            text: amount(&figure, language)?,
            label: figure.measure,
            remarks: said(figure.remarks, language)?,
            evidence: figure.evidence,
            ..Fact::default()
        });
    }
    let mut parts = Vec::new();
    for part in profile.parts {
        let amount = amount(&part.figure, language)?;
        let remarks =
            std::iter::once(format!("{}: {amount}", part.figure.measure)).chain(said(part.figure.remarks, language)?);
        parts.push(Fact {
            label: part.part,
            text: part.about,
            other: Some(bare(&part.about_id)),
            remarks: remarks.collect(),
            evidence: part.figure.evidence,
            ..Fact::default()
        });
    }
    let also = profile.properties.into_iter().map(|property| Fact {
        label: property.property,
        text: property.value,
        ..Fact::default()
    });
    Ok(Detail {
        about: profile.kinds.into_iter().chain(profile.status).collect(),
        evidence: profile.evidence,
        names: names.collect(),
        relations: relations.collect(),
        figures,
        parts,
        also: also.collect(),
    })
}

/// Remarks with the sums in them as people write them.
pub(super) fn said(remarks: Vec<String>, language: &str) -> Result<Vec<String>> {
    let is_code = |word: &str| word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_number = |word: &str| word.len() > 4 && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b',');
    let remark = |remark: String| {
        let words: Vec<&str> = remark.split(' ').collect();
        let mut kept: Vec<String> = Vec::new();
        for word in words {
            match kept.last_mut().filter(|before| is_code(before) && is_number(word)) {
                Some(before) => *before = sum_in_words(&word.replace(',', ""), before, None, language)?,
                None => kept.push(word.to_owned()),
            }
        }
        Ok(kept.join(" "))
    };
    remarks.into_iter().map(remark).collect()
}

/// A figure as people write it: HK$10 billion.
pub(super) fn amount(figure: &FigureLine, language: &str) -> Result<String> {
    match &figure.money {
        Some(money) => sum_in_words(&money.value, &money.currency, money.bound.as_deref(), language),
        None => Ok(figure.amount.clone()),
    }
}

/// A prefixed name or an IRI, without what is around it in Turtle.
fn bare(id: &str) -> String {
    id.strip_prefix('<').and_then(|id| id.strip_suffix('>')).unwrap_or(id).to_owned()
}
