//! What an engine does otherwise than others: a small file that `probe` writes and people edit.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;

use super::EngineAddress;
use crate::error::{Action, Error, Result};
use crate::file;
use crate::finding::{Finding, Place, closest, codes};

/// The version of the format of profiles.
const VERSION: u32 = 1;

/// What is known of an engine. What is not known is found out by a few short queries, or is as most
/// engines do it. The keys are described in `civigraph help engines`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct EngineProfile {
    /// The version of this format.
    pub version: Option<u32>,
    /// What the engine calls itself.
    pub engine: Option<String>,
    /// Where updates go, if not to the address of queries.
    pub update: Option<String>,
    /// Where graphs are put (SPARQL 1.1 Graph Store Protocol).
    pub graph_store: Option<String>,
    /// `none`, `basic`, `digest` or `bearer`.
    pub authentication: Option<String>,
    /// Whether a password may go in clear text to another machine.
    pub clear_text: Option<bool>,
    /// A file with the certificates of authorities that may vouch for the engine besides those of Mozilla.
    pub certificates: Option<String>,
    /// What a query without `GRAPH` sees.
    pub default_graph: Option<DefaultGraph>,
    /// How a query is told which graphs it sees.
    pub dataset: Option<DatasetChoice>,
    /// How queries and updates are sent.
    pub post: Option<Post>,
    /// Graphs of the engine itself; a name may end in `*`.
    pub left_out_graphs: Vec<String>,
    /// The most rows that the engine sends.
    pub row_cap: Option<u64>,
    /// The triples that are fetched at a time.
    pub page: Option<u64>,
    /// The triples in one `INSERT DATA`.
    pub batch: Option<u64>,
    /// How triples are loaded.
    pub upload: Option<Upload>,
    /// Whether `MOVE` replaces a graph.
    pub moves_graphs: Option<bool>,
    /// Whether a blank node has the same label in two answers.
    pub stable_blank_nodes: Option<bool>,
    /// Whether `007` stays `007`.
    pub keeps_lexical_forms: Option<bool>,
    /// Whether `zh-Hant` stays `zh-Hant`.
    pub keeps_tag_case: Option<bool>,
    /// Whether the letters of a constant in a query stay what they are; otherwise those outside Latin-1 become `?`.
    pub keeps_constants: Option<bool>,
    /// The most requests in a second.
    pub requests_per_second: Option<f64>,
    /// How long an answer may take.
    pub time_limit: Option<String>,
    /// The bytes of an answer.
    pub largest_answer: Option<String>,
    /// How long is waited before a request that the engine had no time for is sent again.
    pub first_wait: Option<String>,
    /// How large files are loaded with the engine's own program; for people.
    pub bulk: Option<String>,
}

/// What a query without `GRAPH` sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DefaultGraph {
    /// The triples without a graph, alone.
    Isolated,
    /// Those of all graphs.
    Union,
}

/// How a query is told which graphs it sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DatasetChoice {
    /// By the parameters `default-graph-uri` and `named-graph-uri` of the protocol.
    Parameters,
    /// By `FROM` in its text.
    Clauses,
    /// Not at all.
    Ignored,
}

/// How queries and updates are sent (SPARQL 1.1 Protocol, 2.1 and 2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Post {
    /// As a parameter of a form, as every engine takes them.
    Form,
    /// As they are: for engines that decode a form twice, to which `%2F` is `/`.
    Direct,
}

/// How triples are loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Upload {
    /// By `INSERT DATA`.
    Update,
    /// By POST to the graph store.
    GraphStore,
}

macro_rules! presets {
    ($($name:literal),+) => {
        /// Profiles of known engines.
        const PRESETS: &[(&str, &str)] = &[$(($name, include_str!(concat!("profiles/", $name, ".toml")))),+];
    };
}

presets!(
    "blazegraph",
    "comunica",
    "fuseki",
    "graphdb",
    "oxigraph",
    "qlever",
    "rdf4j",
    "rdflib-endpoint",
    "stardog",
    "virtuoso"
);

impl EngineProfile {
    /// The profile with this name, or in this file.
    ///
    /// # Errors
    ///
    /// `engine-profile` if there is none, or at the place where it is not as it should be.
    pub fn open(name: &str) -> Result<Self> {
        if let Some((name, text)) = PRESETS.iter().find(|(known, _)| *known == name) {
            return Self::read(&format!("{name}.toml"), text).map_err(Error::invalid);
        }
        let path = Path::new(name);
        if !path.exists() && path.extension().is_none() && path.components().count() == 1 {
            let names = || PRESETS.iter().map(|(name, _)| *name);
            let hint = match closest(name, names()) {
                Some(found) => format!("did you mean `{found}`?"),
                None => format!("the names are {}", names().collect::<Vec<_>>().join(", ")),
            };
            let message = format!("there is no profile `{name}`, and no file of this name");
            return Err(Error::invalid(Finding::error(codes::ENGINE_PROFILE, message).hint(hint)));
        }
        let bytes = file::read(path).map_err(Error::io(Action::Read, path))?;
        let text = crate::finding::utf8(name, bytes).map_err(Error::invalid)?;
        let profile = Self::read(name, &text).map_err(Error::invalid)?;
        // A path in a file is relative to its folder.
        let beside = |named: String| {
            path.parent().map_or_else(|| named.clone(), |folder| folder.join(&named).display().to_string())
        };
        Ok(Self { certificates: profile.certificates.clone().map(beside), ..profile })
    }

    /// Reads a profile.
    ///
    /// # Errors
    ///
    /// `engine-profile` at its place.
    pub fn read(file: &str, text: &str) -> Result<Self, Finding> {
        let fault = |message: String| Finding::error(codes::ENGINE_PROFILE, message);
        let whole = || Place::at(file, text, 1, 1, 1);
        let read: Result<Self, toml::de::Error> = toml::from_str(text);
        let profile = read.map_err(|error| {
            let place = error.span().map_or_else(whole, |span| Place::in_text(file, text, span.start, span.end));
            let message = error.message().lines().next().unwrap_or_default();
            fault(format!("this is not as a profile should be: {message}")).at(place).hint(unknown_key(message))
        })?;
        let at = |key: &str| {
            let start = text.lines().position(|line| line.trim_start().starts_with(key)).unwrap_or_default();
            Place::at(file, text, start as u64 + 1, 1, key.len() as u64)
        };
        match profile.version {
            Some(VERSION) => {}
            Some(other) => {
                let message = format!("version {other} of profiles is not known; this program knows {VERSION}");
                return Err(fault(message).at(at("version")));
            }
            None => {
                let message = "a profile begins with its version".to_owned();
                return Err(fault(message).at(whole()).hint(format!("write `version = {VERSION}` at its top")));
            }
        }
        profile.check(&|key, message| fault(message).at(at(key)))?;
        Ok(profile)
    }

    fn check(&self, fault: &dyn Fn(&str, String) -> Finding) -> Result<(), Finding> {
        for (key, time) in [("time-limit", &self.time_limit), ("first-wait", &self.first_wait)] {
            if let Some(text) = time
                && humantime::parse_duration(text).is_err()
            {
                return Err(fault(key, format!("`{text}` is not a time such as 60s or 5m")));
            }
        }
        if let Some(text) = &self.largest_answer
            && bytes(text).is_none()
        {
            return Err(fault("largest-answer", format!("`{text}` is not a size such as 256M or 2G")));
        }
        for (key, number) in [("row-cap", self.row_cap), ("page", self.page), ("batch", self.batch)] {
            if number == Some(0) {
                return Err(fault(key, format!("`{key}` cannot be 0; leave it out for what is usual")));
            }
        }
        if self.requests_per_second.is_some_and(|rate| !(rate.is_finite() && rate > 0.0)) {
            return Err(fault("requests-per-second", "a rate is a number above 0".to_owned()));
        }
        let known = ["none", "basic", "digest", "bearer"];
        if let Some(name) = &self.authentication
            && !known.contains(&name.as_str())
        {
            return Err(fault("authentication", format!("`{name}` is none of {}", known.join(", "))));
        }
        for (key, address) in [("update", &self.update), ("graph-store", &self.graph_store)] {
            // One that begins with a slash is on the host of the queries.
            if let Some(address) = address.as_ref().filter(|address| !address.starts_with('/')) {
                EngineAddress::read(address).map_err(|found| fault(key, found.message))?;
            }
        }
        Ok(())
    }

    /// The names of the profiles inside the program.
    pub fn names() -> impl Iterator<Item = &'static str> {
        PRESETS.iter().map(|(name, _)| *name)
    }

    /// The profile of an engine that calls itself so in the header `Server`, if there is one.
    pub fn name_of_server(server: &str) -> Option<&'static str> {
        let server = server.to_ascii_lowercase();
        // The name of the product, where it is not that of the profile.
        let known = [("openlink-virtuoso", "virtuoso"), ("apache jena fuseki", "fuseki"), ("bigdata", "blazegraph")];
        let known = known.into_iter().find(|(name, _)| server.contains(name)).map(|(_, profile)| profile);
        known.or_else(|| Self::names().find(|name| server.contains(name)))
    }

    /// The profile, with what another knows where this one does not.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        macro_rules! first {
            ($($key:ident),+) => { Self { $($key: self.$key.or(other.$key),)+ left_out_graphs: match self.left_out_graphs.is_empty() {
                true => other.left_out_graphs,
                false => self.left_out_graphs,
            } } };
        }
        first!(
            version,
            engine,
            update,
            graph_store,
            authentication,
            clear_text,
            certificates,
            default_graph,
            dataset,
            post,
            row_cap,
            page,
            batch,
            upload,
            moves_graphs,
            stable_blank_nodes,
            keeps_lexical_forms,
            keeps_tag_case,
            keeps_constants,
            requests_per_second,
            time_limit,
            largest_answer,
            first_wait,
            bulk
        )
    }

    /// The address of updates or of graphs for an engine that is asked at `queries`.
    ///
    /// # Errors
    ///
    /// `engine-address`.
    pub fn beside(queries: &EngineAddress, given: &str) -> Result<EngineAddress, Finding> {
        match given.starts_with('/') {
            true => EngineAddress::read(&format!("{}{given}", queries.origin())),
            false => EngineAddress::read(given),
        }
    }

    /// How long an answer may take.
    pub fn limit(&self) -> Duration {
        duration(self.time_limit.as_deref(), Duration::from_secs(60))
    }

    pub(super) fn first_wait(&self) -> Duration {
        duration(self.first_wait.as_deref(), Duration::from_secs(1))
    }

    pub(super) fn largest_answer(&self) -> u64 {
        self.largest_answer.as_deref().and_then(bytes).unwrap_or(256 << 20)
    }

    pub(super) fn pause(&self) -> Duration {
        self.requests_per_second.map_or(Duration::ZERO, |rate| Duration::from_secs_f64(1.0 / rate))
    }

    /// The triples that are fetched at a time.
    pub fn page_size(&self) -> u64 {
        let page = self.page.unwrap_or(50_000);
        self.row_cap.map_or(page, |cap| page.min(cap)).max(2)
    }

    /// Whether a graph is one of the engine itself.
    pub fn leaves_out(&self, graph: &str) -> bool {
        self.left_out_graphs.iter().any(|name| match name.strip_suffix('*') {
            Some(start) => graph.starts_with(start),
            None => name == graph,
        })
    }

    /// The profile as a file that people can read and edit.
    pub fn write(&self, address: &EngineAddress) -> String {
        let mut text = format!(
            "# What civigraph found out about the engine at {address}\n\
             # `civigraph help engines` describes the keys; what is left out is found out again each time.\n\
             version = {VERSION}\n"
        );
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let mut line = |key: &str, value: Option<String>| {
            if let Some(value) = value {
                let _ = writeln!(text, "{key} = {value}");
            }
        };
        let word = |text: &Option<String>| text.as_deref().map(quoted);
        line("engine", word(&self.engine));
        line("update", word(&self.update));
        line("graph-store", word(&self.graph_store));
        line("authentication", word(&self.authentication));
        line("clear-text", self.clear_text.map(|is| is.to_string()));
        line("certificates", word(&self.certificates));
        let default_graph = self.default_graph.map(|graph| match graph {
            DefaultGraph::Isolated => "isolated",
            DefaultGraph::Union => "union",
        });
        line("default-graph", default_graph.map(quoted));
        let dataset = self.dataset.map(|choice| match choice {
            DatasetChoice::Parameters => "parameters",
            DatasetChoice::Clauses => "clauses",
            DatasetChoice::Ignored => "ignored",
        });
        line("dataset", dataset.map(quoted));
        let post = self.post.map(|post| match post {
            Post::Form => "form",
            Post::Direct => "direct",
        });
        line("post", post.map(quoted));
        let names: Vec<String> = self.left_out_graphs.iter().map(|name| quoted(name)).collect();
        line("left-out-graphs", (!names.is_empty()).then(|| format!("[{}]", names.join(", "))));
        let number = |number: Option<u64>| number.map(|number| number.to_string());
        line("row-cap", number(self.row_cap));
        line("page", number(self.page));
        line("batch", number(self.batch));
        let upload = self.upload.map(|upload| match upload {
            Upload::Update => "update",
            Upload::GraphStore => "graph-store",
        });
        line("upload", upload.map(quoted));
        line("moves-graphs", self.moves_graphs.map(|is| is.to_string()));
        line("stable-blank-nodes", self.stable_blank_nodes.map(|is| is.to_string()));
        line("keeps-lexical-forms", self.keeps_lexical_forms.map(|is| is.to_string()));
        line("keeps-tag-case", self.keeps_tag_case.map(|is| is.to_string()));
        line("keeps-constants", self.keeps_constants.map(|is| is.to_string()));
        line("requests-per-second", self.requests_per_second.map(|rate| format!("{rate:?}")));
        line("time-limit", word(&self.time_limit));
        line("largest-answer", word(&self.largest_answer));
        line("first-wait", word(&self.first_wait));
        line("bulk", word(&self.bulk));
        text
    }
}

fn duration(text: Option<&str>, usual: Duration) -> Duration {
    text.and_then(|text| humantime::parse_duration(text).ok()).unwrap_or(usual)
}

fn bytes(text: &str) -> Option<u64> {
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
    let power = ["K", "M", "G", "T"].iter().position(|known| unit.eq_ignore_ascii_case(known))? as u32 + 1;
    number.parse::<u64>().ok()?.checked_mul(1024_u64.pow(power)).filter(|bytes| *bytes > 0)
}

/// The key that was probably meant, if the parser does not know one.
fn unknown_key(message: &str) -> Option<String> {
    let mut names = message.split('`').skip(1).step_by(2);
    let wrong = names.next().filter(|_| message.starts_with("unknown field"))?;
    closest(wrong, names).map(|found| format!("did you mean `{found}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_presets_are_profiles_and_a_profile_that_is_written_is_read_again() {
        let address = EngineAddress::read("http://h/query").unwrap();
        for name in EngineProfile::names() {
            let profile = EngineProfile::open(name).unwrap();
            assert!(profile.engine.is_some() && profile.bulk.is_some(), "{name}");
            let written = profile.write(&address);
            assert_eq!(EngineProfile::read("p.toml", &written), Ok(profile), "{written}");
        }
        assert_eq!(EngineProfile::name_of_server("Virtuoso/07.20.3229 (Linux)"), Some("virtuoso"));
        assert_eq!(EngineProfile::name_of_server("nginx"), None);
    }

    #[test]
    fn a_mistake_in_a_profile_is_told_at_its_place() {
        for (text, line, part) in [
            ("row-cap = 10\n", 1, "version"),
            ("version = 9\n", 1, "version 9"),
            ("version = 1\nrowcap = 10\n", 2, "unknown field"),
            ("version = 1\nrow-cap = 0\n", 2, "cannot be 0"),
            ("version = 1\n\ntime-limit = \"soon\"\n", 3, "soon"),
            ("version = 1\ndefault-graph = \"all\"\n", 2, "all"),
            ("version = 1\npost = \"get\"\n", 2, "get"),
            ("version = 1\nupdate = \"http://u:p@h/\"\n", 2, "password"),
            ("version = 1\nlargest-answer = \"big\"\n", 2, "big"),
            ("version = 1\nrow-cap =\n", 2, "profile"),
        ] {
            let fault = EngineProfile::read("p.toml", text).unwrap_err();
            assert_eq!((fault.place.as_ref().unwrap().line, &*fault.code), (line, "engine-profile"), "{fault}");
            assert!(fault.message.contains(part), "{fault}");
        }
        let misspelt = EngineProfile::read("p.toml", "version = 1\nrow-kap = 10\n").unwrap_err();
        assert_eq!(misspelt.hint.as_deref(), Some("did you mean `row-cap`?"));
    }
}
