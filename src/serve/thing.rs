//! Linked data: a thing at the path of its IRI leads to documents about it, of which each has the extension of its
//! format.

use oxigraph::model::{GraphName, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad};

use super::answer::{Answerer, write_page};
use super::media::{GRAPHS, MediaFormat};
use super::message::{Head, Request};
use super::problem::Problem;
use super::reply::WorkerReply;
use super::{media, negotiate, pages};
use crate::error::Result;
use crate::export::{self, GraphFormat};
use crate::finding::{Finding, codes, shorten};
use crate::graph::{Layer, local_name};
use crate::octets::percent_encoded;
use crate::page;
use crate::search::search;
use crate::sparql::Questions;

/// The layers that a document about a thing has. What only the ontology describes is described by it.
const LAYERS: [Layer; 3] = [Layer::Source, Layer::Direct, Layer::Inferred];

/// How many other things an answer suggests.
const MOST_SUGGESTED: usize = 5;

/// What a document is about.
enum Subject {
    Thing(NamedNode),
    /// All terms of a namespace that ends in `#`.
    Namespace(String),
}

/// The form of a document.
enum DocumentForm {
    Page,
    Triples(&'static MediaFormat<GraphFormat>),
}

impl DocumentForm {
    fn of_extension(extension: &str) -> Option<Self> {
        if extension == "html" {
            return Some(Self::Page);
        }
        GRAPHS.iter().find(|known| known.name == extension).map(Self::Triples)
    }

    fn extension(&self) -> &'static str {
        match self {
            Self::Page => "html",
            Self::Triples(format) => format.name,
        }
    }
}

/// What a request wants: a page where it says nothing, since people open addresses.
fn wanted(request: &Request) -> Result<DocumentForm, Problem> {
    let accept = request.accept.as_str();
    if request.formats.iter().any(|name| ["html", "text/html"].contains(&name.as_str())) {
        return Ok(DocumentForm::Page);
    }
    if request.formats.is_empty() {
        // Clients that like a dataset best look for the triples of a thing in its default graph, and find none.
        let graphs: Vec<_> = GRAPHS.iter().filter(|known| !known.has_named_graphs()).collect();
        let html: &[&str] = &["text/html"];
        let offers = std::iter::once(html).chain(graphs.iter().map(|known| known.media));
        match negotiate::best(accept, offers) {
            Some(0) => return Ok(DocumentForm::Page),
            Some(index) => return Ok(DocumentForm::Triples(graphs[index - 1])),
            None => {}
        }
    }
    Ok(DocumentForm::Triples(media::choose(GRAPHS, "a thing", accept, &request.formats)?))
}

/// Answers a request for a path: 303 from a thing to its document (Cool URIs for the Semantic Web, section 4.2), or
/// the document.
pub(super) fn at_path(
    answerer: &Answerer,
    path: &str,
    request: &Request,
    reply: &mut WorkerReply<'_>,
) -> Result<(), Problem> {
    let subject = |path: &str| {
        let (graph, addresses) = (&answerer.site.graph, &answerer.addresses);
        // An ontology has the IRI of its document.
        let namespace = addresses.namespace(graph, path).map(Subject::Namespace);
        namespace.or_else(|| addresses.iri(graph, path).map(Subject::Thing))
    };
    if subject(path).is_some() {
        let location = format!("{}.{}", percent_encoded(path, "/:@!$&'()*+,;="), wanted(request)?.extension());
        let language =
            request.language.as_ref().map_or_else(String::new, |tag| format!("?lang={}", percent_encoded(tag, "")));
        let headers = vec![("Location".to_owned(), format!("{}{location}{language}", request.base))];
        let media = "text/plain;charset=utf-8".to_owned();
        reply.begin(Head { status: 303, media, headers, is_stable: true, code: None });
        return Ok(());
    }
    let document =
        path.rsplit_once('.').and_then(|(path, extension)| Some((path, DocumentForm::of_extension(extension)?)));
    match document.and_then(|(path, form)| Some((subject(path)?, path, form))) {
        Some((subject, path, form)) => {
            let links = alternates(&subject, &format!("{}.", percent_encoded(path, "/:@!$&'()*+,;=")));
            let here = format!("{}.{}", percent_encoded(path, "/:@!$&'()*+,;="), form.extension());
            document_of(answerer, (&subject, &form, here), links, request, reply)
        }
        None => Err(unknown(answerer, request, path)),
    }
}

/// Answers a request for what the graph says of an IRI, whatever its host.
pub(super) fn of_iri(
    answerer: &Answerer,
    iri: &str,
    request: &Request,
    reply: &mut WorkerReply<'_>,
) -> Result<(), Problem> {
    let node = NamedNode::new(iri).map_err(|_| {
        Problem::new(
            400,
            Finding::error(codes::BAD_REQUEST, format!("`iri` is not an absolute IRI: `{}`", shorten(iri))),
        )
    })?;
    if !answerer.site.graph.mentions(node.as_ref()) {
        return Err(unknown(answerer, request, iri));
    }
    let address = format!("/resource?iri={}&format=", percent_encoded(iri, ""));
    let form = wanted(request)?;
    let subject = Subject::Thing(node);
    let mut headers = alternates(&subject, &address);
    headers.push(("Content-Location".to_owned(), format!("{address}{}", form.extension())));
    let here = format!("/resource?iri={}", percent_encoded(iri, ""));
    document_of(answerer, (&subject, &form, here), headers, request, reply)
}

/// Links to the other documents about a subject (RFC 8288).
fn alternates(subject: &Subject, address: &str) -> Vec<(String, String)> {
    let html = std::iter::once(("html", "text/html"));
    let all = html.chain(GRAPHS.iter().map(|known| (known.name, known.plain_media())));
    let mut links: Vec<String> =
        all.map(|(name, media)| format!("<{address}{name}>; rel=\"alternate\"; type=\"{media}\"")).collect();
    if let Subject::Thing(node) = subject {
        // An IRI has no character that would end the link.
        links.push(format!("<{}>; rel=\"describes\"", percent_encoded(node.as_str(), "/:@!$&'()*+,;=?#[]%")));
    }
    links.push("</.well-known/void>; rel=\"describedby\"".to_owned());
    vec![("Link".to_owned(), links.join(", "))]
}

fn document_of(
    answerer: &Answerer,
    (subject, form, here): (&Subject, &DocumentForm, String),
    headers: Vec<(String, String)>,
    request: &Request,
    reply: &mut WorkerReply<'_>,
) -> Result<(), Problem> {
    match (form, subject) {
        (DocumentForm::Triples(format), Subject::Thing(node)) => {
            answerer.write_triples(about(answerer, node.as_ref())?, format, true, headers, reply)
        }
        (DocumentForm::Triples(format), Subject::Namespace(namespace)) => {
            let is_of = |quad: &Quad| match &quad.subject {
                NamedOrBlankNode::NamedNode(node) => {
                    node.as_str().starts_with(namespace) || node.as_str() == namespace.trim_end_matches('#')
                }
                NamedOrBlankNode::BlankNode(_) => false,
            };
            let quads = answerer.site.graph.quads().filter(is_of).collect();
            answerer.write_triples(quads, format, true, headers, reply)
        }
        (DocumentForm::Page, Subject::Thing(node)) => {
            write_page(page::article(&pages::page(answerer, request, &here), node.as_ref())?, headers, reply)
        }
        (DocumentForm::Page, Subject::Namespace(namespace)) => {
            write_page(page::namespace(&pages::page(answerer, request, &here), namespace)?, headers, reply)
        }
    }
}

/// The triples of the document about a thing.
fn about(answerer: &Answerer, node: NamedNodeRef<'_>) -> Result<Vec<Quad>> {
    let graph = &answerer.site.graph;
    // A named graph by its own IRI (Graph Store HTTP Protocol, section 4.1).
    if graph.named_graphs().iter().any(|(name, _)| *name == GraphName::from(node.into_owned())) {
        return Ok(graph.matching(None, None, None, Some(node.into())).collect());
    }
    let quads = export::neighbourhood(graph, node, &LAYERS)?;
    let is_described = quads.iter().any(|quad| quad.subject == NamedOrBlankNode::from(node.into_owned()));
    if is_described {
        return Ok(quads);
    }
    // A term is described by the ontology alone.
    let mut quads: Vec<Quad> = graph.matching(Some(node.into()), None, None, None).chain(quads).collect();
    if quads.is_empty() {
        quads = graph.matching(None, None, Some(node.into()), None).collect();
    }
    quads.iter_mut().for_each(|quad| quad.graph_name = GraphName::DefaultGraph);
    Ok(quads)
}

/// That there is nothing, with what may be meant.
fn unknown(answerer: &Answerer, request: &Request, name: &str) -> Problem {
    let stem = name.rsplit_once('.').filter(|(_, extension)| DocumentForm::of_extension(extension).is_some());
    let words = local_name(stem.map_or(name, |(stem, _)| stem)).replace(['-', '_', '.'], " ");
    let languages = pages::page(answerer, request, "/").languages;
    let found = search(&answerer.site.graph, &Questions::default(), &words, &languages, Some(MOST_SUGGESTED));
    let hits = found.map(|(hits, _)| hits).unwrap_or_default();
    let suggested: Vec<(String, String)> = hits
        .iter()
        .filter_map(|hit| {
            let label = hit.labels.first().map_or("", |(_, label)| label.as_str());
            Some((answerer.addresses.link(&answerer.site.graph, hit.iri.as_ref()?.as_ref()), label.to_owned()))
        })
        .collect();
    let listed: Vec<String> = suggested.iter().map(|(link, label)| format!("{link} ({label})")).collect();
    let finding = Finding::error(codes::UNKNOWN_ADDRESS, format!("there is nothing at `{}`", shorten(name)));
    let hint = match suggested.is_empty() {
        true => "`/` says what is here, and `/sparql` answers queries".to_owned(),
        false => format!("did you mean {}?", listed.join(", ")),
    };
    Problem { suggested, ..Problem::new(404, finding.hint(hint)) }
}
