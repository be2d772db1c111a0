//! The RDF files among the resources of a pack: each is a graph of its own.

use oxigraph::model::{NamedNode, NamedOrBlankNode, Term};

use super::known_terms::KnownTerms;
use crate::error::{Error, Result};
use crate::finding::{Finding, Findings, codes};
use crate::graph::{Graph, GraphBuilder, RdfFile, Statement};
use crate::pack::{Pack, Resource};

/// An RDF file of a pack, and the graph that its triples belong to.
pub(super) struct ResourceFile {
    pub file: RdfFile,
    pub graph: NamedNode,
}

/// The RDF files of a pack, in the order of the descriptor.
///
/// # Errors
///
/// [`Error::Invalid`] with the faults of all that cannot be opened.
pub(super) fn files(pack: &Pack) -> Result<Vec<ResourceFile>> {
    let mut files = Vec::new();
    let mut faults = Findings::new();
    for resource in pack.rdf_resources() {
        for path in &resource.paths {
            match open(pack, resource, path, files.len()) {
                Ok(file) => files.push(file),
                Err(fault) => faults.push(fault),
            }
        }
    }
    if faults.has_errors() { Err(Error::Invalid(Box::new(faults))) } else { Ok(files) }
}

fn open(pack: &Pack, resource: &Resource, path: &str, number: usize) -> Result<ResourceFile, Finding> {
    // Refuses what leads out of the pack, and what is no file.
    let mut input = pack.open_table(path, resource.place.clone())?;
    let (name, label) = (pack.files.name(path), format!("r{number}n"));
    let file = match pack.files.folder() {
        Some(folder) => RdfFile::open_as(&folder.join(path), resource.rdf, &label)?,
        None => {
            let mut bytes = Vec::new();
            let unreadable = |error| Finding::error(codes::UNREADABLE_FILE, format!("cannot read `{name}`: {error}"));
            input.read_to_end(&mut bytes).map_err(unreadable)?;
            let file = RdfFile::packed(&name, &bytes, &label)?;
            resource.rdf.into_iter().fold(file, RdfFile::in_format)
        }
    };
    let base = pack.descriptor.civigraph.base.clone().unwrap_or_default();
    let iri = format!("{base}{}", resource.name);
    let graph = NamedNode::new(&iri).map_err(|_| {
        let message = format!("`{iri}`, the base with the name of the resource, is not an IRI to name its graph by");
        Finding::error(codes::BAD_IRI, message).at(resource.place.clone())
    })?;
    Ok(ResourceFile { file: file.with_base(base), graph })
}

/// Reads RDF files into a graph; reports what is not RDF.
pub(super) fn read(files: &[ResourceFile], builder: &mut GraphBuilder, findings: &mut Findings) -> Result<()> {
    for ResourceFile { file, graph } in files {
        match file.read_into_graph(builder, graph.as_ref().into()) {
            Ok(declared) => builder.declare(declared),
            Err(Error::Invalid(found)) => findings.append(*found),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Each term of the files in the namespace of a loaded ontology that does not define it.
pub(super) fn unknown_terms(files: &[ResourceFile], ontology: &Graph, read: &Graph) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    if files.is_empty() {
        return Ok(found);
    }
    let known = KnownTerms::of(ontology)?;
    for ResourceFile { file, graph } in files {
        let mut faults: Vec<(Statement, Finding)> = Vec::new();
        for quad in read.matching(None, None, None, Some(graph.as_ref().into())) {
            let object = match &quad.object {
                Term::NamedNode(node) => known.fault(node.as_ref(), ontology),
                _ => None,
            };
            let predicate = known.fault(quad.predicate.as_ref(), ontology);
            for fault in predicate.into_iter().chain(object) {
                faults.push((statement(quad.subject.clone(), &quad.predicate, &quad.object), fault));
            }
        }
        let statements: Vec<Statement> = faults.iter().map(|(statement, _)| statement.clone()).collect();
        let places = if statements.is_empty() { Vec::new() } else { file.places(&statements)? };
        found.extend(faults.into_iter().zip(places).map(|((_, fault), place)| fault.at(place)));
    }
    found.sort_by(|one, other| (&one.place, &one.message).cmp(&(&other.place, &other.message)));
    Ok(found)
}

fn statement(subject: NamedOrBlankNode, predicate: &NamedNode, object: &Term) -> Statement {
    Statement { subject, predicate: Some(predicate.clone()), object: Some(object.clone()), language: None }
}
