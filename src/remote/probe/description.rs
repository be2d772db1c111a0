//! What an engine says of itself (SPARQL 1.1 Service Description), and whether its counts (VoID) are those that it
//! counts when it is asked.

use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, Term, Triple};

use super::Probe;
use crate::remote::answer;
use crate::vocab::{sd, void};

/// The named graphs whose counts are compared.
const MOST_COUNTED: usize = 20;

impl Probe<'_> {
    /// Reads the service description.
    pub(super) fn description(&mut self) {
        const NAME: &str = "service description";
        let accept = "text/turtle, application/n-triples;q=0.9, application/rdf+xml;q=0.5";
        let address = &self.engine.address;
        let answer = self.get(address.clone(), accept).ok().filter(|answer| !answer.body.is_empty());
        let Some(described) = answer.and_then(|answer| answer::description(address, &answer).ok()) else {
            return self.tell(NAME, "no", None);
        };
        self.tell(NAME, "yes", None);
        let counts = counts(&described);
        if counts.is_empty() {
            return self.tell("counts in it", "none", None);
        }
        let is_same = |(name, told): &(Option<NamedNode>, u64)| {
            self.engine.count(name.as_ref()).is_ok_and(|count| count.n_triples == *told)
        };
        let n = counts.len();
        let other = counts.iter().find(|count| !is_same(count));
        let Some((name, told)) = other else {
            return self.tell("counts in it", format!("those of COUNT, for {n} of {n} graphs"), None);
        };
        let of = name.as_ref().map_or_else(|| "what is in no named graph".to_owned(), ToString::to_string);
        let counted =
            self.engine.count(name.as_ref()).map_or_else(|_| "nothing".to_owned(), |count| count.n_triples.to_string());
        let remark = Some("counts come from COUNT, never from the description");
        self.tell("counts in it", format!("{told} triples of {of}, where COUNT finds {counted}"), remark);
    }
}

/// The number of triples that a description tells for each graph; `None` is the default graph.
fn counts(described: &[Triple]) -> Vec<(Option<NamedNode>, u64)> {
    let objects = |subject: &NamedOrBlankNode, property: NamedNodeRef<'_>| {
        let found = described.iter().find(|triple| triple.subject == *subject && triple.predicate == property);
        found.map(|triple| triple.object.clone())
    };
    let subjects = |property: NamedNodeRef<'_>, object: &NamedOrBlankNode| -> Vec<NamedOrBlankNode> {
        let object = Term::from(object.clone());
        let found = described.iter().filter(|triple| triple.predicate == property && triple.object == object);
        found.map(|triple| triple.subject.clone()).collect()
    };
    let mut counts = Vec::new();
    for triple in described.iter().filter(|triple| triple.predicate == void::TRIPLES) {
        let Term::Literal(told) = &triple.object else { continue };
        let Ok(told) = told.value().parse::<u64>() else { continue };
        let names =
            subjects(sd::GRAPH_OF, &triple.subject).into_iter().filter_map(|named| match objects(&named, sd::NAME) {
                Some(Term::NamedNode(name)) => Some(name),
                _ => None,
            });
        counts.extend(names.map(|name| (Some(name), told)));
        if !subjects(sd::DEFAULT_GRAPH, &triple.subject).is_empty() {
            counts.push((None, told));
        }
    }
    counts.sort();
    counts.dedup();
    counts.truncate(MOST_COUNTED);
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use oxigraph::io::{RdfFormat, RdfParser};

    #[test]
    fn counts_belong_to_the_default_graph_or_to_a_named_one() {
        let text = "@prefix sd: <http://www.w3.org/ns/sparql-service-description#> . @prefix void: <http://rdfs.org/ns/void#> .
            [] sd:defaultDataset [ void:triples 99 ; sd:defaultGraph [ void:triples 7 ] ;
                sd:namedGraph [ sd:name <http://x/b> ; sd:graph [ void:triples 5 ] ],
                              [ sd:name <http://x/a> ; sd:graph [ void:triples \"many\" ] ] ] .";
        let parsed = RdfParser::from_format(RdfFormat::Turtle).for_slice(text.as_bytes());
        let described: Vec<Triple> = parsed.map(|quad| quad.unwrap().into()).collect();
        assert_eq!(counts(&described), [(None, 7), (Some(NamedNode::new_unchecked("http://x/b")), 5)]);
    }
}
