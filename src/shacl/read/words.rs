//! Terms of SHACL's namespace that are not supported where they occur: those of
//! the advanced features, of JavaScript and of later drafts, those that do not
//! belong to the node that has them, and unknown ones.
//!
//! Everything in a shapes graph is either applied or reported, never silently ignored.

use std::collections::HashSet;

use oxigraph::model::vocab::rdf;
use oxigraph::model::{NamedNodeRef, NamedOrBlankNode, Term};

use super::{PARAMETERS, ShapeReader, TARGETS};
use crate::finding::{Finding, codes, did_you_mean};
use crate::shacl::path::as_subject;
use crate::vocab::sh;

/// Terms of a SPARQL constraint.
const OF_QUERIES: [&str; 4] = ["select", "message", "deactivated", "prefixes"];

/// Terms of a constraint component.
const OF_COMPONENTS: [&str; 5] = ["parameter", "validator", "nodeValidator", "propertyValidator", "message"];

/// Terms of a validator.
const OF_VALIDATORS: [&str; 4] = ["ask", "select", "message", "prefixes"];

/// Terms that any node may have: they describe, are parts of paths and
/// prefixes, or belong to a report.
const ANYWHERE: [&str; 30] = [
    "name",
    "description",
    "order",
    "group",
    "defaultValue",
    "labelTemplate",
    "intent",
    "agentInstruction",
    "codeIdentifier",
    "declare",
    "prefix",
    "namespace",
    "inversePath",
    "alternativePath",
    "zeroOrMorePath",
    "oneOrMorePath",
    "zeroOrOnePath",
    "conforms",
    "result",
    "detail",
    "focusNode",
    "resultPath",
    "value",
    "sourceShape",
    "sourceConstraint",
    "sourceConstraintComponent",
    "resultSeverity",
    "resultMessage",
    "shapesGraphWellFormed",
    "suggestedShapesGraph",
];

/// Terms of SHACL's advanced features, its JavaScript extensions and the drafts
/// of its next version, which are not supported.
const NOT_HERE: [&str; 38] = [
    "target",
    "rule",
    "expression",
    "values",
    "condition",
    "returnType",
    "filterShape",
    "nodes",
    "construct",
    "update",
    "js",
    "jsFunctionName",
    "jsLibrary",
    "jsLibraryURL",
    "shapesGraph",
    "resultAnnotation",
    "annotationProperty",
    "annotationValue",
    "annotationVarName",
    "targetWhere",
    "targetShape",
    "shape",
    "singleLine",
    "memberShape",
    "minListLength",
    "maxListLength",
    "uniqueMembers",
    "uniqueValuesFor",
    "subsetOf",
    "someValue",
    "rootClass",
    "nodeByExpression",
    "reifierShape",
    "reificationRequired",
    "conformanceDisallows",
    "subject",
    "predicate",
    "object",
];

/// Classes of SHACL that are supported, or that only describe.
const CLASSES: [&str; 20] = [
    "Shape",
    "NodeShape",
    "PropertyShape",
    "SPARQLConstraint",
    "SPARQLExecutable",
    "SPARQLAskExecutable",
    "SPARQLSelectExecutable",
    "SPARQLAskValidator",
    "SPARQLSelectValidator",
    "Validator",
    "ConstraintComponent",
    "Parameterizable",
    "Parameter",
    "PrefixDeclaration",
    "PropertyGroup",
    "ValidationReport",
    "ValidationResult",
    "AbstractResult",
    "Severity",
    "ShapesGraph",
];

/// Classes of SHACL that are not supported.
const CLASSES_NOT_HERE: [&str; 18] = [
    "Rule",
    "SPARQLRule",
    "TripleRule",
    "JSRule",
    "JSConstraint",
    "JSValidator",
    "JSTarget",
    "JSTargetType",
    "JSFunction",
    "JSExecutable",
    "JSLibrary",
    "Function",
    "SPARQLFunction",
    "Target",
    "TargetType",
    "SPARQLTarget",
    "SPARQLTargetType",
    "SPARQLUpdateExecutable",
];

/// A parameter, and one without which it has no effect.
const PAIRS: [(NamedNodeRef<'_>, NamedNodeRef<'_>); 5] = [
    (sh::FLAGS, sh::PATTERN),
    (sh::IGNORED_PROPERTIES, sh::CLOSED),
    (sh::QUALIFIED_MIN_COUNT, sh::QUALIFIED_VALUE_SHAPE),
    (sh::QUALIFIED_MAX_COUNT, sh::QUALIFIED_VALUE_SHAPE),
    (sh::QUALIFIED_VALUE_SHAPES_DISJOINT, sh::QUALIFIED_VALUE_SHAPE),
];

/// Nodes by role.
struct Roles {
    queries: HashSet<Term>,
    components: HashSet<Term>,
    validators: HashSet<Term>,
    parameters: HashSet<Term>,
    /// Nodes that are entirely unsupported, reported by their class.
    whole: HashSet<Term>,
    /// Parts of unsupported nodes, which are not reported.
    parts: HashSet<Term>,
}

fn local<'a>(node: NamedNodeRef<'a>) -> Option<&'a str> {
    node.as_str().strip_prefix(sh::NAMESPACE_IRI)
}

fn is_among(words: &[NamedNodeRef<'_>], word: &str) -> bool {
    words.iter().any(|known| local(*known) == Some(word))
}

impl ShapeReader<'_> {
    /// Reports all unsupported terms, each once.
    pub fn words(&mut self) {
        let roles = self.roles();
        let mut found = Vec::new();
        for triple in self.graph.triples(None, None, None) {
            let subject = Term::from(triple.subject.clone());
            let is_own = matches!(&triple.subject, NamedOrBlankNode::NamedNode(node) if local(node.as_ref()).is_some());
            let is_type = triple.predicate.as_ref() == rdf::TYPE;
            if is_own || roles.parts.contains(&subject) || !is_type && roles.whole.contains(&subject) {
                continue;
            }
            let told = match (&triple.object, local(triple.predicate.as_ref())) {
                (_, Some(word)) => self.told_of_word(word, &triple.subject, &subject, &roles),
                (Term::NamedNode(class), None) if is_type => {
                    local(class.as_ref()).and_then(|class| self.told_of_class(class, &triple.subject))
                }
                _ => None,
            };
            found.extend(told.map(|told| (triple.subject.to_string(), told, triple)));
        }
        found.sort_by_cached_key(|(subject, told, triple)| {
            (subject.clone(), told.message.clone(), triple.object.to_string())
        });
        for (_, told, triple) in found {
            self.tell(told, &triple.subject, triple.predicate.as_ref(), Some(&triple.object));
        }
        self.without_effect();
    }

    fn told_of_word(&self, word: &str, node: &NamedOrBlankNode, subject: &Term, roles: &Roles) -> Option<Finding> {
        let of_shapes = is_among(&PARAMETERS, word) || is_among(&TARGETS, word) || word == "path";
        let predicate = format!("{}{word}", sh::NAMESPACE_IRI);
        let is_carried_out = ANYWHERE.contains(&word)
            || of_shapes && (self.is_shape(node) || roles.parameters.contains(subject))
            || word == "optional" && roles.parameters.contains(subject)
            || OF_QUERIES.contains(&word) && roles.queries.contains(subject)
            || OF_COMPONENTS.contains(&word) && roles.components.contains(subject)
            || OF_VALIDATORS.contains(&word) && roles.validators.contains(subject)
            || self.components.iter().any(|known| known.has_parameter(NamedNodeRef::new_unchecked(&predicate)));
        if is_carried_out {
            return None;
        }
        let name = self.called(node);
        if word == "entailment" {
            // A processor that does not support a regime must fail (section 1.5).
            let message = format!("`sh:entailment` of {name} requires an entailment regime, and none is supported");
            let hint = "remove it, and validate a graph that includes the entailed triples".to_owned();
            return Some(Finding::error(codes::BAD_SHAPE, message).hint(hint));
        }
        if NOT_HERE.contains(&word) {
            let message = format!("`sh:{word}` of {name} is not supported");
            return Some(Finding::warning(codes::NOT_CARRIED_OUT, message));
        }
        let elsewhere = [&OF_QUERIES[..], &OF_COMPONENTS, &OF_VALIDATORS, &["optional"]];
        if of_shapes || elsewhere.iter().any(|words| words.contains(&word)) {
            let message = format!("`sh:{word}` of {name} has no effect there and is ignored");
            return Some(Finding::warning(codes::NOT_CARRIED_OUT, message));
        }
        let message = format!("`sh:{word}` of {name} is unknown and has no effect");
        let known = PARAMETERS.iter().chain(&TARGETS).filter_map(|known| local(*known));
        let words = known.chain(["path"]).chain(ANYWHERE).chain(OF_QUERIES).chain(OF_COMPONENTS).chain(NOT_HERE);
        Some(Finding::warning(codes::UNKNOWN_TERM, message).hint(did_you_mean(word, words)))
    }

    fn told_of_class(&self, class: &str, node: &NamedOrBlankNode) -> Option<Finding> {
        if CLASSES.contains(&class) {
            return None;
        }
        let name = self.called(node);
        if CLASSES_NOT_HERE.contains(&class) {
            let message = format!("{name} is a `sh:{class}`, which is not supported");
            return Some(Finding::warning(codes::NOT_CARRIED_OUT, message));
        }
        let message = format!("{name} is a `sh:{class}`, which is unknown");
        let hint = did_you_mean(class, CLASSES.into_iter().chain(CLASSES_NOT_HERE));
        Some(Finding::warning(codes::UNKNOWN_TERM, message).hint(hint))
    }

    /// Parameters that have no effect without another.
    fn without_effect(&mut self) {
        for (predicate, needed) in PAIRS {
            let mut nodes: Vec<_> = self.graph.triples(None, Some(predicate), None).collect();
            nodes.sort_by_cached_key(ToString::to_string);
            for triple in nodes {
                if self.is_shape(&triple.subject) && self.objects(&triple.subject, needed).is_empty() {
                    let [word, other] = [predicate, needed].map(|node| self.graph.prefixes.name(node.as_str()));
                    let message = format!("`{word}` of {} has no effect without `{other}`", self.name(&triple.subject));
                    let told = Finding::warning(codes::NOT_CARRIED_OUT, message);
                    self.tell(told, &triple.subject, predicate, Some(&triple.object));
                }
            }
        }
    }

    /// Reports a severity that is not in SHACL's namespace.
    pub fn check_severity(&mut self, node: &NamedOrBlankNode, severity: NamedNodeRef<'_>) {
        let known = [sh::VIOLATION, sh::WARNING, sh::INFO];
        if let Some(word) = local(severity).filter(|word| !is_among(&known, word)) {
            let message = format!("the severity `sh:{word}` is unknown and treated as `sh:Violation`");
            let hint = did_you_mean(word, known.iter().filter_map(|known| local(*known)));
            let term = Term::from(severity.into_owned());
            self.tell(Finding::warning(codes::UNKNOWN_TERM, message).hint(hint), node, sh::SEVERITY, Some(&term));
        }
    }

    fn called(&self, node: &NamedOrBlankNode) -> String {
        match node {
            NamedOrBlankNode::BlankNode(_) if !self.is_shape(node) => "a node without a name".to_owned(),
            _ => self.name(node),
        }
    }

    fn roles(&self) -> Roles {
        let objects = |predicates: &[NamedNodeRef<'_>]| -> HashSet<Term> {
            predicates
                .iter()
                .flat_map(|predicate| self.graph.triples(None, Some(*predicate), None))
                .map(|triple| triple.object)
                .collect()
        };
        let is_whole = |class: &Term| match class {
            Term::NamedNode(class) => local(class.as_ref()).is_some_and(|class| CLASSES_NOT_HERE.contains(&class)),
            _ => false,
        };
        let typed = self.graph.triples(None, Some(rdf::TYPE), None).filter(|triple| is_whole(&triple.object));
        let whole = typed.map(|triple| triple.subject.into()).collect();
        let mut parts = HashSet::new();
        let mut open: Vec<Term> = Vec::new();
        for triple in self.graph.triples(None, None, None) {
            if local(triple.predicate.as_ref()).is_some_and(|word| NOT_HERE.contains(&word)) {
                open.push(triple.object);
            }
        }
        while let Some(part) = open.pop() {
            let Term::BlankNode(_) = part else { continue };
            let Some(node) = as_subject(&part) else { continue };
            // A shape there is still a shape.
            if self.has_target(&node) || !parts.insert(part) {
                continue;
            }
            open.extend(self.graph.triples(Some(node.as_ref()), None, None).map(|triple| triple.object));
        }
        Roles {
            queries: objects(&[sh::SPARQL]),
            components: self.components.iter().map(|component| component.node().clone().into()).collect(),
            validators: objects(&[sh::VALIDATOR, sh::NODE_VALIDATOR, sh::PROPERTY_VALIDATOR]),
            parameters: objects(&[sh::PARAMETER]),
            whole,
            parts,
        }
    }

    fn has_target(&self, node: &NamedOrBlankNode) -> bool {
        TARGETS.iter().any(|target| !self.objects(node, *target).is_empty())
    }
}
