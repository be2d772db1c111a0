//! The content of `datapackage.json`
//! (<https://datapackage.org/standard/data-package/>, versions 1 and 2), with what civigraph
//! needs beyond it.

use std::collections::{BTreeMap, HashSet};
use std::str::FromStr as _;

use oxsdatatypes::DateTime;

use super::exception::{self, Exception};
use super::files::{Files, normal_path};
use super::node::{DescriptorNode, JsonFile, Members, Unknown, text_of};
use super::resource::Resource;
use super::schema;
use crate::finding::{Finding, Findings, Severity, codes};

/// `datapackage.json`.
#[derive(Debug, Clone, Default)]
pub struct Descriptor {
    /// Short name in ASCII.
    pub name: String,
    /// Title for people.
    pub title: Option<String>,
    /// Description for people.
    pub description: Option<String>,
    /// Version of the pack.
    pub version: Option<String>,
    /// Licences of the pack.
    pub licenses: Vec<License>,
    /// The sources of the pack's facts.
    pub sources: Vec<FactSource>,
    /// The tables, and other files.
    pub resources: Vec<Resource>,
    /// What civigraph needs beyond the standard.
    pub civigraph: Settings,
}

/// A licence.
#[derive(Debug, Clone, Default)]
pub struct License {
    /// Identifier in Open Definition or SPDX.
    pub name: Option<String>,
    /// Web address of its text.
    pub path: Option<String>,
    /// Title for people.
    pub title: Option<String>,
}

/// A source of a pack's facts.
#[derive(Debug, Clone, Default)]
pub struct FactSource {
    /// Title for people.
    pub title: Option<String>,
    /// Web address.
    pub path: Option<String>,
}

/// The object `civigraph` of a descriptor.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// IRI that relative IRIs are resolved against.
    pub base: Option<String>,
    /// Prefixes for queries and exports.
    pub prefixes: BTreeMap<String, String>,
    /// Language tags of the pack's labels, the main one first.
    pub languages: Vec<String>,
    /// Language tags that texts of the pack may have, and need not.
    pub optional_languages: Vec<String>,
    /// Titles of the pack by language tag, in addition to the title of the package.
    pub titles: BTreeMap<String, String>,
    /// The mapping, relative to the pack.
    pub mapping: Option<String>,
    /// Turtle files with the pack's own classes, properties and codes.
    pub ontology: Vec<String>,
    /// The folder with the pack's stored questions.
    pub queries: Option<String>,
    /// The folder with the pack's own views.
    pub views: Option<String>,
    /// The folder with the pack's own checks.
    pub checks: Option<String>,
    /// Turtle files with shapes (SHACL) that the pack's data conform to.
    pub shapes: Vec<String>,
    /// Checks and shapes that are silenced or made milder.
    pub exceptions: Vec<Exception>,
}

/// Reads a descriptor and the files that it is split into.
pub(super) struct DescriptorReader<'a> {
    pub files: &'a Files,
    pub file: &'a JsonFile,
}

/// Adds what is wrong with metadata: nothing is read by it, so nothing is read wrongly.
fn milder(metadata: Findings, findings: &mut Findings) {
    for mut finding in metadata.iter().cloned() {
        finding.severity = finding.severity.min(Severity::Warning);
        findings.push(finding);
    }
}

impl DescriptorReader<'_> {
    /// Reads the descriptor.
    pub fn read(&self, findings: &mut Findings) -> Descriptor {
        let mut descriptor = Descriptor::default();
        let Some(mut members) = Members::of(self.file.root(), "a data package", findings) else { return descriptor };
        self.about(&mut members, &mut descriptor, findings);
        (descriptor.sources, descriptor.licenses) = self.sources_and_licenses(&mut members, findings);
        let all_tables = members.text("profile", findings).is_some_and(|profile| {
            profile == "tabular-data-package" || profile.ends_with("/tabular-data-package.json")
        });
        let nodes = members.list("resources", findings).unwrap_or_default();
        if nodes.is_empty() {
            let place = members.get("resources").unwrap_or_else(|| members.node.clone()).place();
            findings.push(
                Finding::error(codes::EMPTY_PACK, "the pack has no tables")
                    .at(place)
                    .hint("list its tables and RDF files under `resources`".to_owned()),
            );
        }
        let mut names: HashSet<String> = HashSet::new();
        for node in nodes {
            let named = node.get("name").unwrap_or_else(|| node.clone());
            let Some(resource) = self.resource(node, all_tables, findings) else { continue };
            if !names.insert(resource.name.clone()) {
                findings.push(named.fault(format!("two resources are called `{}`", resource.name)));
            }
            descriptor.resources.push(resource);
        }
        let tables: Vec<_> = descriptor.resources.iter().map(|table| (table.name.as_str(), &table.schema)).collect();
        schema::check_references(&tables, findings);
        let has_rdf = descriptor.resources.iter().any(|resource| resource.rdf.is_some());
        match members.get("civigraph") {
            Some(node) => descriptor.civigraph = settings(node, has_rdf, findings),
            None => findings.push(no_mapping(&members.node)),
        }
        members.finish(Unknown::PassedOver, findings);
        descriptor
    }

    /// Reads texts that say nothing about how data are read.
    pub fn metadata(&self, members: &mut Members<'_>, keys: &[&'static str], findings: &mut Findings) {
        let mut own = Findings::new();
        members.note(keys, &mut own);
        milder(own, findings);
    }

    /// What the package says about itself. All of it is checked; only some of it is needed.
    fn about(&self, members: &mut Members<'_>, descriptor: &mut Descriptor, findings: &mut Findings) {
        let mut own = Findings::new();
        descriptor.name = members.text("name", &mut own).unwrap_or_default();
        descriptor.title = members.text("title", &mut own);
        descriptor.description = members.text("description", &mut own);
        descriptor.version = members.text("version", &mut own);
        members.note(&["$schema", "id", "homepage", "image"], &mut own);
        members.texts("keywords", &mut own);
        if let Some(created) = members.text("created", &mut own) {
            // RFC 3339 has a time zone, and a blank is allowed instead of the T.
            let is_right = DateTime::from_str(&created.replacen(' ', "T", 1)).is_ok_and(|at| at.timezone().is_some());
            if !is_right {
                let message = format!("`{created}` is not an instant of RFC 3339");
                let hint = "write it like `2019-12-31T09:30:00Z`".to_owned();
                own.extend(members.get("created").map(|node| node.fault(message).hint(hint)));
            }
        }
        for node in members.list("contributors", &mut own).unwrap_or_default() {
            let Some(mut person) = Members::of(node, "a contributor", &mut own) else { continue };
            // Version 1 had one role.
            person.note(&["title", "givenName", "familyName", "organization", "path", "email", "role"], &mut own);
            person.texts("roles", &mut own);
            person.finish(Unknown::PassedOver, &mut own);
        }
        milder(own, findings);
    }

    /// The sources and licences of a package or resource.
    pub fn sources_and_licenses(
        &self,
        members: &mut Members<'_>,
        findings: &mut Findings,
    ) -> (Vec<FactSource>, Vec<License>) {
        let mut own = Findings::new();
        let (mut sources, mut licenses) = (Vec::new(), Vec::new());
        for node in members.list("sources", &mut own).unwrap_or_default() {
            let Some(mut source) = Members::of(node, "a source", &mut own) else { continue };
            let (title, path) = (source.text("title", &mut own), source.text("path", &mut own));
            source.note(&["email", "version"], &mut own);
            source.finish(Unknown::PassedOver, &mut own);
            sources.push(FactSource { title, path });
        }
        for node in members.list("licenses", &mut own).unwrap_or_default() {
            let Some(mut license) = Members::of(node, "a licence", &mut own) else { continue };
            let [name, path, title] = ["name", "path", "title"].map(|key| license.text(key, &mut own));
            if name.is_none() && path.is_none() {
                own.push(license.node.fault("a licence must have a `name` or a `path`"));
            }
            license.finish(Unknown::PassedOver, &mut own);
            licenses.push(License { name, path, title });
        }
        milder(own, findings);
        (sources, licenses)
    }
}

fn no_mapping(node: &DescriptorNode<'_>) -> Finding {
    Finding::error(codes::EMPTY_PACK, "the pack has no mapping, so its tables make no triples")
        .at(node.place())
        .hint("add `\"civigraph\": {\"mapping\": \"mapping.yml\"}`".to_owned())
}

fn settings(node: DescriptorNode<'_>, has_rdf: bool, findings: &mut Findings) -> Settings {
    let mut settings = Settings::default();
    let Some(mut members) = Members::of(node, "`civigraph`", findings) else { return settings };
    let path = |path: String| normal_path(&path);
    settings.base = members.text("base", findings);
    settings.prefixes = texts_by_name(members.get("prefixes"), "`prefixes`", findings);
    settings.languages = members.texts("languages", findings).unwrap_or_default();
    settings.optional_languages = members.texts("optionalLanguages", findings).unwrap_or_default();
    settings.titles = texts_by_name(members.get("titles"), "`titles`", findings);
    settings.mapping = members.text("mapping", findings).map(path);
    settings.ontology = members.texts("ontology", findings).unwrap_or_default().into_iter().map(path).collect();
    settings.queries = members.text("queries", findings).map(path);
    settings.views = members.text("views", findings).map(path);
    settings.checks = members.text("checks", findings).map(path);
    settings.shapes = members.texts("shapes", findings).unwrap_or_default().into_iter().map(path).collect();
    for node in members.list("exceptions", findings).unwrap_or_default() {
        settings.exceptions.extend(exception::read(node, findings));
    }
    match members.get("mapping") {
        None if !has_rdf => findings.push(no_mapping(&members.node)),
        _ if has_rdf && settings.base.is_none() => findings.push(
            members
                .node
                .fault("a pack with RDF resources needs a `base`, since their graphs are named after it")
                .hint("add `\"base\": \"https://example.org/\"`".to_owned()),
        ),
        _ => {}
    }
    let listed = |key| members.list(key, &mut Findings::new()).unwrap_or_default();
    let tags: Vec<_> = ["languages", "optionalLanguages"].into_iter().flat_map(listed).collect();
    for (index, node) in tags.iter().enumerate() {
        let Some(tag) = node.value.as_str() else { continue };
        let is_same =
            |other: &DescriptorNode<'_>| other.value.as_str().is_some_and(|other| other.eq_ignore_ascii_case(tag));
        if tags[..index].iter().any(is_same) {
            findings.push(node.fault(format!("the language `{tag}` is listed twice")));
        }
        if oxilangtag::LanguageTag::parse(tag).is_err() {
            let message = format!("`{tag}` is not a BCP 47 language tag");
            findings.push(Finding::error(codes::UNKNOWN_LANGUAGE_TAG, message).at(node.place()));
        }
    }
    let prefixes = members.get("prefixes");
    for (name, iri) in &settings.prefixes {
        let place = prefixes.as_ref().and_then(|prefixes| prefixes.get(name)).map(|node| node.place());
        if !is_prefix_name(name) {
            let message = format!("`{name}` cannot be a prefix");
            let hint = "a prefix has letters, digits, `-` and `_`, and begins with a letter".to_owned();
            findings.push(Finding::error(codes::PACKAGE_DESCRIPTOR, message).at(place.clone()).hint(hint));
        }
        if oxiri::Iri::parse(iri.as_str()).is_err() {
            let message = format!("`{iri}` is not an absolute IRI");
            findings.push(Finding::error(codes::BAD_IRI, message).at(place));
        }
    }
    members.finish(Unknown::Refused, findings);
    settings
}

fn texts_by_name(
    node: Option<DescriptorNode<'_>>,
    what: &'static str,
    findings: &mut Findings,
) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    let Some(members) = node.and_then(|node| Members::of(node, what, findings)) else { return texts };
    for name in members.node.value.as_object().into_iter().flat_map(|object| object.keys()) {
        let text = members.node.get(name).and_then(|node| text_of(&node, &format!("`{name}`"), findings));
        texts.extend(text.map(|text| (name.clone(), text)));
    }
    texts
}

/// Whether a name is a prefix in Turtle and SPARQL (PN_PREFIX, in ASCII), or empty.
fn is_prefix_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_none_or(|c| c.is_ascii_alphabetic())
        && chars.all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && !name.ends_with('.')
}
