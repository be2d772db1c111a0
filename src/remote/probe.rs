//! What an engine does: found out by a few short queries, and, if that is allowed, by a few triples
//! that are written and removed again.

mod description;
mod graph_store;
mod patience;

use oxigraph::model::{NamedNode, Term};
use ureq::http::Method;

use super::client::{EngineAnswer, EngineRequest};
use super::fetch::literal;
use super::{DatasetChoice, DefaultGraph, Engine, EngineAddress, EngineDataset, EngineProfile, Post, SentText};
use crate::error::{Error, Result};

/// One thing that an engine does in its own way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineTrait {
    /// What it is about.
    pub name: &'static str,
    /// What the engine does.
    pub value: String,
    /// What follows from it, if the engine is unlike others.
    pub remark: Option<&'static str>,
}

/// What was found out.
#[derive(Debug, Clone, PartialEq)]
pub struct Probed {
    /// What the engine does, in the order in which it was tried.
    pub traits: Vec<EngineTrait>,
    /// The same as a profile.
    pub profile: EngineProfile,
}

/// The rows that are asked for to find a cap.
const MANY: u64 = 20_001;
/// The graph that is written to and removed.
const TRIED: &str = "urn:civigraph:staging:probe";

/// Tries what an engine does; `writes` allows to write.
///
/// # Errors
///
/// Those of the first request: what the engine refuses later is told as such.
pub fn probe(engine: &Engine, writes: bool) -> Result<Probed> {
    let mut probe = Probe::of(engine);
    probe.who()?;
    probe.description();
    probe.graphs()?;
    probe.values();
    probe.rows()?;
    probe.evaluation();
    probe.graph_store();
    probe.patience();
    if writes {
        probe.writing();
    } else {
        probe.tell("updates", "not tried", Some("`--update` tries them with a few triples that are removed again"));
    }
    let found = probe.profile.or(engine.profile.clone());
    let profile = EngineProfile { version: Some(1), ..found };
    Ok(Probed { traits: probe.traits, profile })
}

struct Probe<'a> {
    engine: &'a Engine,
    traits: Vec<EngineTrait>,
    profile: EngineProfile,
    /// Where a graph could be read whole.
    store: Option<String>,
}

impl<'a> Probe<'a> {
    fn of(engine: &'a Engine) -> Self {
        Self { engine, traits: Vec::new(), profile: EngineProfile::default(), store: None }
    }
}

impl Probe<'_> {
    fn tell(&mut self, name: &'static str, value: impl Into<String>, remark: Option<&'static str>) {
        self.traits.push(EngineTrait { name, value: value.into(), remark });
    }

    /// The only term of the answer to a query.
    fn term(&self, text: &str) -> Result<Option<Term>> {
        let found = self.engine.rows(&SentText::own(text), &EngineDataset::default())?;
        Ok(found.rows.into_iter().flatten().next().flatten())
    }

    /// What is at an address.
    fn get(&self, address: EngineAddress, accept: &str) -> Result<EngineAnswer> {
        let (method, limit) = (Method::GET, self.engine.limit);
        let request = EngineRequest { method, address, accept, body: None, is_idempotent: true, limit };
        self.engine.checked(&request, &SentText::own(String::new()))
    }

    fn yes(&self, text: &str) -> Result<bool> {
        self.engine.yes_or_no(&SentText::own(text), &EngineDataset::default())
    }

    fn who(&mut self) -> Result<()> {
        let answer = self.engine.ask(&SentText::own("ASK { }"), &EngineDataset::default(), super::answer::RESULTS)?;
        super::answer::results(&self.engine.address, &answer).map_err(Error::invalid)?;
        let server = answer.server.unwrap_or_default();
        let known = EngineProfile::name_of_server(&server);
        self.tell("server", if server.is_empty() { "does not say" } else { &server }, None);
        if let (Some(known), None) = (known, &self.engine.profile.engine) {
            self.tell("profile", format!("`--profile {known}` knows engines of this name"), None);
        }
        self.profile.engine = Some(server).filter(|server| !server.is_empty() && self.engine.profile.engine.is_none());
        self.tell("results", answer.media_type, None);
        let authentication = self.engine.client.authentication();
        self.tell("authentication", authentication, None);
        self.profile.authentication = Some(authentication.to_owned()).filter(|name| name != "none");
        Ok(())
    }

    fn graphs(&mut self) -> Result<()> {
        let names = self.engine.graph_names()?;
        self.tell("named graphs", names.len().to_string(), None);
        // As it is, not as a profile says.
        let unknown = EngineProfile { default_graph: None, dataset: None, ..self.engine.profile.clone() };
        let plain = self.engine.with_profile(unknown)?;
        if names.is_empty() {
            self.tell("default graph", "no named graphs to compare it with", None);
            return Ok(());
        }
        let (default_graph, dataset) = plain.traits()?;
        self.profile.default_graph = Some(default_graph);
        self.profile.dataset = Some(dataset);
        match default_graph {
            DefaultGraph::Union => self.tell("default graph", "the union of all graphs", None),
            DefaultGraph::Isolated => self.tell("default graph", "only what is in no named graph", None),
        }
        match dataset {
            DatasetChoice::Parameters => self.tell("dataset", "by the parameters default-graph-uri", None),
            DatasetChoice::Clauses => self.tell("dataset", "by FROM in the query", None),
            DatasetChoice::Ignored => self.tell(
                "dataset",
                "cannot be chosen",
                Some("queries see the default graph of the engine, whatever is asked for"),
            ),
        }
        Ok(())
    }

    fn values(&mut self) {
        let kept = |text: &str, expected: &str| {
            let found = self.term(&format!("SELECT ?x WHERE {{ VALUES ?x {{ {text} }} }}")).ok().flatten();
            found.map(|found| match &found {
                Term::Literal(found) => found.value() == expected || found.language() == Some(expected),
                _ => false,
            })
        };
        let forms = kept("\"007\"^^<http://www.w3.org/2001/XMLSchema#integer>", "007");
        let tags = kept("\"x\"@zh-Hant", "zh-Hant");
        // What an engine computes with constants, not a constant itself.
        let joined = "SELECT (GROUP_CONCAT(?s; SEPARATOR = \"\u{3001}\") AS ?x) WHERE { VALUES ?s { \"\u{9999}\" \"\u{6e2f}\" } }";
        let joined = self.term(joined).ok().flatten();
        let constants = joined.map(|found| matches!(&found, Term::Literal(text) if text.value().contains('\u{3001}')));
        // As it is, not as a profile says.
        let unknown = EngineProfile { post: None, ..self.engine.profile.clone() };
        let post = self.engine.with_profile(unknown).and_then(|engine| engine.finds_post()).ok();
        self.profile.post = post;
        let how = match post {
            Some(Post::Form) => "in a form, in which %2F stays %2F",
            Some(Post::Direct) => "as they are: in a form %2F becomes /",
            None => "the engine refuses the question",
        };
        self.tell("queries are sent", how, None);
        self.profile.keeps_lexical_forms = forms;
        self.profile.keeps_tag_case = tags;
        self.profile.keeps_constants = constants;
        let said = |kept: Option<bool>, yes: &'static str, no: &'static str| match kept {
            Some(true) => yes,
            Some(false) => no,
            None => "the engine refuses the question",
        };
        let remark = Some("values are compared, not their texts");
        self.tell("numbers", said(forms, "007 stays 007", "007 becomes 7"), remark.filter(|_| forms == Some(false)));
        let tag = said(tags, "zh-Hant stays zh-Hant", "zh-Hant becomes zh-hant");
        self.tell("language tags", tag, remark.filter(|_| tags == Some(false)));
        let remark = Some("`query` warns where a query has such letters");
        let constant = said(constants, "keep their letters", "letters outside Latin-1 become ?");
        self.tell("constants of a query", constant, remark.filter(|_| constants == Some(false)));
    }

    fn rows(&mut self) -> Result<()> {
        let left_out = self.engine.left_out("?g");
        let total = self.engine.number("SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }")?;
        let text = format!("SELECT ?s ?p ?o WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }} LIMIT {MANY}");
        let (results, told) = self.engine.results(&SentText::own(text), &EngineDataset::default())?;
        let n = match results {
            super::EngineResults::Solutions(found) => found.rows.len() as u64,
            super::EngineResults::Boolean(_) => 0,
        };
        let expected = total.min(MANY);
        self.tell("triples in named graphs", total.to_string(), None);
        let cap = told.or((n < expected).then_some(n));
        self.profile.row_cap = cap;
        match cap {
            Some(cap) => {
                let how = if told.is_some() { "told in a header" } else { "without a word" };
                self.tell("cap of rows", format!("{cap}, {how}"), Some("graphs are fetched in smaller pages"));
            }
            None if total < MANY => {
                self.tell("cap of rows", format!("none up to {n} rows; there are no more to try"), None)
            }
            None => self.tell("cap of rows", format!("none up to {n} rows"), None),
        }
        let label = |offset: u64| {
            self.term(&format!(
                "SELECT ?s WHERE {{ {{ SELECT DISTINCT ?s WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(isBlank(?s)){left_out} }} }} }} \
                 ORDER BY ?s LIMIT 1 OFFSET {offset}"
            ))
        };
        let stable = match (label(0), label(1), label(0)) {
            (Ok(Some(first)), Ok(Some(second)), Ok(Some(again))) => Some(first == again && first != second),
            _ => None,
        };
        self.profile.stable_blank_nodes = stable;
        match stable {
            Some(true) => self.tell("blank nodes", "keep their labels from answer to answer", None),
            Some(false) => self.tell("blank nodes", "have other labels in each answer", None),
            None => self.tell("blank nodes", "too few to try", None),
        }
        Ok(())
    }

    /// What evaluation does otherwise than the standard.
    fn evaluation(&mut self) {
        let third = self.term("SELECT (1/3 AS ?x) WHERE { }").ok().flatten();
        let third = match &third {
            Some(Term::Literal(third)) => third.value().to_owned(),
            _ => "refused".to_owned(),
        };
        let is_zero = third == "0";
        self.tell(
            "1/3",
            third,
            is_zero.then_some("integers are divided without a rest: `query` shows what the engine computes"),
        );
        for (name, text, no) in [
            (
                "paths with free ends",
                "ASK { ?a <urn:civigraph:none>+ ?b }",
                "stored questions about paths may be refused",
            ),
            ("EXISTS", "ASK { FILTER NOT EXISTS { ?a <urn:civigraph:none> ?b } }", "stored questions may be refused"),
            ("VALUES", "ASK { VALUES ?x { 1 } FILTER(?x = 1) }", "labels cannot be fetched"),
        ] {
            match self.yes(text) {
                Ok(_) => self.tell(name, "yes", None),
                Err(_) => self.tell(name, "refused", Some(no)),
            }
        }
        let text = format!("ASK {{ FILTER(REGEX({0}, CONCAT(\"^\", {0}))) }}", literal("\u{5c40}"));
        let remark = "patterns with such letters find nothing: use CONTAINS or STRSTARTS";
        match self.yes(&text) {
            Ok(true) => self.tell("REGEX beyond ASCII", "yes", None),
            Ok(false) => self.tell("REGEX beyond ASCII", "wrong", Some(remark)),
            Err(_) => self.tell("REGEX beyond ASCII", "refused", Some(remark)),
        }
    }

    fn writing(&mut self) {
        let graph = NamedNode::new_unchecked(TRIED);
        let moved = NamedNode::new_unchecked(format!("{TRIED}-moved"));
        let insert = |n: u64| {
            let lines: Vec<String> =
                (0..n).map(|at| format!("<urn:civigraph:s{at}> <urn:civigraph:p> {at} .")).collect();
            format!("INSERT DATA {{ GRAPH {graph} {{ {} }} }}", lines.join("\n"))
        };
        if let Err(error) = self.engine.update(&insert(1)) {
            let said = match &error {
                Error::Invalid(found) => found.iter().next().map(|finding| finding.message.clone()),
                _ => None,
            };
            self.tell(
                "updates",
                format!("refused: {}", said.unwrap_or_default()),
                Some("`publish --bulk` writes files for its own loader"),
            );
            return;
        }
        self.tell("updates", "yes", None);
        let holds = |name: &NamedNode| self.engine.count(Some(name)).map_or(0, |count| count.n_triples);
        let largest = [100, 500, 1_000, 5_000, 10_000]
            .into_iter()
            .take_while(|n| self.engine.update(&insert(*n)).is_ok() && holds(&graph) == *n)
            .last();
        match largest {
            Some(largest) => self.tell("INSERT DATA", format!("{largest} triples at a time"), None),
            None => self.tell("INSERT DATA", "fewer than 100 triples at a time", None),
        }
        let n = holds(&graph);
        let moves = self.engine.update(&format!("MOVE GRAPH {graph} TO GRAPH {moved}")).is_ok() && holds(&moved) == n;
        let remark = (!moves).then_some("readers may see half of a graph while it is being replaced");
        self.tell("MOVE", if moves { "yes" } else { "no" }, remark);
        let blank = format!("INSERT DATA {{ GRAPH {graph} {{ _:b <urn:civigraph:p> 1 }} }}");
        let takes_blank = self.engine.update(&blank).is_ok();
        self.tell(
            "blank nodes in INSERT DATA",
            if takes_blank { "yes" } else { "refused; IRIs are sent for them" },
            None,
        );
        self.graph_store_writes();
        self.profile.batch = largest;
        self.profile.moves_graphs = Some(moves);
        for name in [&graph, &moved] {
            let removed = self.engine.update(&format!("DROP SILENT GRAPH {name}"));
            if removed.is_err() || holds(name) > 0 {
                self.tell(
                    "removal",
                    format!("the graph {name} of this probe is still there"),
                    Some("remove it by hand"),
                );
            }
        }
    }
}
