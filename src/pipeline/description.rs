//! The metadata in a pack's descriptor, as triples.

use oxigraph::model::vocab::rdf;
use oxigraph::model::{Literal, NamedNode, NamedNodeRef, Quad, Term};

use crate::pack::Pack;
use crate::vocab::{cg, dc, dcterms, named_graph, owl, void};

/// The metadata in a pack's descriptor, as triples.
pub(super) fn describe(pack: &Pack) -> Vec<Quad> {
    let descriptor = &pack.descriptor;
    let base = descriptor.civigraph.base.as_deref().unwrap_or("https://w3id.org/civigraph/");
    let named = |name: &str| NamedNode::new(format!("{base}dataset/{name}"));
    let dataset = named(&descriptor.name).or_else(|_| named("pack"));
    let Ok(dataset) = dataset else { return Vec::new() };
    let mut quads = Vec::new();
    let mut add = |predicate: NamedNodeRef<'_>, object: Term| {
        quads.push(Quad::new(dataset.clone(), predicate.into_owned(), object, named_graph::DATASET.into_owned()));
    };
    add(rdf::TYPE, void::DATASET.into_owned().into());
    let text = |text: &str, tag: &str| match Literal::new_language_tagged_literal(text, tag) {
        Ok(literal) => literal.into(),
        Err(_) => Literal::new_simple_literal(text).into(),
    };
    for (tag, title) in &descriptor.civigraph.titles {
        add(dcterms::TITLE, text(title, tag));
    }
    // The standard does not record the language of these; by convention they are English.
    if let Some(title) = descriptor.title.as_ref().filter(|_| descriptor.civigraph.titles.is_empty()) {
        add(dcterms::TITLE, text(title, "en"));
    }
    if let Some(description) = &descriptor.description {
        add(dcterms::DESCRIPTION, text(description, "en"));
    }
    if let Some(version) = &descriptor.version {
        add(owl::VERSION_INFO, Literal::new_simple_literal(version).into());
    }
    for license in &descriptor.licenses {
        let iri = license.path.as_ref().and_then(|path| NamedNode::new(path).ok());
        let text = license.name.as_ref().or(license.title.as_ref());
        let term = iri.map(Term::from).or_else(|| Some(Literal::new_simple_literal(text?).into()));
        if let Some(term) = term {
            add(dcterms::LICENSE, term);
        }
    }
    for tag in super::languages(pack) {
        add(dc::LANGUAGE, Literal::new_simple_literal(tag).into());
    }
    for tag in &descriptor.civigraph.optional_languages {
        add(cg::OPTIONAL_LANGUAGE, Literal::new_simple_literal(tag).into());
    }
    for origin in &descriptor.sources {
        if let Some(title) = &origin.title {
            add(dcterms::SOURCE, Literal::new_simple_literal(title).into());
        }
    }
    quads
}
