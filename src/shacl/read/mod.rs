//! Reading shapes (section 2): which nodes are shapes, their targets, paths,
//! severities and messages. Malformed parts are reported, each finding with the
//! triple to blame, and reading continues with the rest.

mod constraint;
mod custom;
mod form;
mod list;
mod query;
mod recursion;
mod words;

use std::collections::HashMap;

use oxigraph::model::vocab::{rdf, rdfs, xsd};
use oxigraph::model::{Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term};

use super::path::as_subject;
use super::read::custom::Component;
use super::read::recursion::nesting;
use super::shape::{Shape, Shapes, Target};
use crate::finding::{Finding, codes};
use crate::graph::{Graph, GraphBuilder, GraphFinding, Prefixes, Statement};
use crate::vocab::{owl, sh};

/// Parameters of Core and `sh:sparql`: a node with one of them is a shape.
pub(in crate::shacl) const PARAMETERS: [NamedNodeRef<'_>; 37] = [
    sh::CLASS,
    sh::DATATYPE,
    sh::NODE_KIND,
    sh::MIN_COUNT,
    sh::MAX_COUNT,
    sh::MIN_EXCLUSIVE,
    sh::MIN_INCLUSIVE,
    sh::MAX_EXCLUSIVE,
    sh::MAX_INCLUSIVE,
    sh::MIN_LENGTH,
    sh::MAX_LENGTH,
    sh::PATTERN,
    sh::FLAGS,
    sh::LANGUAGE_IN,
    sh::UNIQUE_LANG,
    sh::EQUALS,
    sh::DISJOINT,
    sh::LESS_THAN,
    sh::LESS_THAN_OR_EQUALS,
    sh::NOT,
    sh::AND,
    sh::OR,
    sh::XONE,
    sh::NODE,
    sh::PROPERTY,
    sh::QUALIFIED_VALUE_SHAPE,
    sh::QUALIFIED_MIN_COUNT,
    sh::QUALIFIED_MAX_COUNT,
    sh::QUALIFIED_VALUE_SHAPES_DISJOINT,
    sh::CLOSED,
    sh::IGNORED_PROPERTIES,
    sh::HAS_VALUE,
    sh::IN,
    sh::SPARQL,
    sh::SEVERITY,
    sh::DEACTIVATED,
    sh::MESSAGE,
];

pub(in crate::shacl) const TARGETS: [NamedNodeRef<'_>; 4] =
    [sh::TARGET_NODE, sh::TARGET_CLASS, sh::TARGET_SUBJECTS_OF, sh::TARGET_OBJECTS_OF];

/// Reads all shapes that triples describe, together with their errors.
pub fn read<'a>(triples: impl IntoIterator<Item = &'a Quad>, prefixes: &Prefixes) -> (Shapes, Vec<GraphFinding>) {
    // The terms as written: oxigraph's store makes `1` and `true` the same.
    let mut builder = GraphBuilder::default();
    triples.into_iter().for_each(|quad| builder.add(quad));
    let mut graph = builder.freeze();
    graph.prefixes = prefixes.clone();
    let mut reader = ShapeReader::new(&graph);
    for node in reader.candidates() {
        reader.shape(node);
    }
    let mut next = 0;
    while let Some(node) = reader.nodes.get(next).cloned() {
        let shape = reader.read(node);
        reader.shapes.push(shape);
        next += 1;
    }
    reader.qualify();
    let shapes = Shapes { all: std::mem::take(&mut reader.shapes), ..Shapes::default() };
    reader.words();
    for fault in nesting(&shapes) {
        reader.nests(&shapes, &fault);
    }
    (shapes, reader.faults)
}

pub(in crate::shacl) struct ShapeReader<'a> {
    pub graph: &'a Graph,
    /// The shapes by index, including those still to be read.
    nodes: Vec<NamedOrBlankNode>,
    index: HashMap<NamedOrBlankNode, usize>,
    shapes: Vec<Shape>,
    pub components: Vec<Component>,
    pub faults: Vec<GraphFinding>,
}

impl<'a> ShapeReader<'a> {
    fn new(graph: &'a Graph) -> Self {
        let mut reader = Self {
            graph,
            nodes: Vec::new(),
            index: HashMap::new(),
            shapes: Vec::new(),
            components: Vec::new(),
            faults: Vec::new(),
        };
        reader.components = reader.read_components();
        reader
    }

    /// The nodes that are shapes by their statements (section 2.1); those that
    /// others refer to are found on the way.
    fn candidates(&self) -> Vec<NamedOrBlankNode> {
        let mut nodes = Vec::new();
        for class in [sh::NODE_SHAPE, sh::PROPERTY_SHAPE] {
            nodes.extend(self.graph.subjects(rdf::TYPE, class.into()));
        }
        let mut parameters: Vec<NamedNode> = TARGETS.iter().chain(&PARAMETERS).map(|node| node.into_owned()).collect();
        // Severity, message and deactivated do not make a shape; constraints have them too.
        parameters.retain(|node| ![sh::SEVERITY, sh::DEACTIVATED, sh::MESSAGE].contains(&node.as_ref()));
        parameters.extend(self.components.iter().flat_map(Component::required).cloned());
        for parameter in &parameters {
            for triple in self.graph.triples(None, Some(parameter.as_ref()), None) {
                nodes.push(triple.subject);
            }
        }
        // A parameter of a component is described with the same terms, but is not a shape.
        let mut described = Vec::new();
        for triple in self.graph.triples(None, Some(sh::PARAMETER), None) {
            described.extend(as_subject(&triple.object));
        }
        nodes.retain(|node| !described.contains(node));
        nodes.sort_by_cached_key(ToString::to_string);
        nodes.dedup();
        nodes
    }

    /// The index of a shape, which is read if it has not been.
    pub fn shape(&mut self, node: NamedOrBlankNode) -> usize {
        if let Some(index) = self.index.get(&node) {
            return *index;
        }
        self.nodes.push(node.clone());
        self.index.insert(node, self.nodes.len() - 1);
        self.nodes.len() - 1
    }

    /// Whether a node is among the shapes.
    pub fn is_shape(&self, node: &NamedOrBlankNode) -> bool {
        self.index.contains_key(node)
    }

    pub fn objects(&self, node: &NamedOrBlankNode, predicate: NamedNodeRef<'_>) -> Vec<Term> {
        self.graph.objects(node.as_ref(), predicate)
    }

    /// A node as shown in messages.
    pub fn name(&self, node: &NamedOrBlankNode) -> String {
        match node {
            NamedOrBlankNode::NamedNode(node) => self.graph.prefixes.name(node.as_str()),
            NamedOrBlankNode::BlankNode(_) => "a shape without a name".to_owned(),
        }
    }

    pub fn shown(&self, term: &Term) -> String {
        crate::shacl::result::message::shown(term.as_ref(), &self.graph.prefixes)
    }

    pub fn fault(
        &mut self,
        node: &NamedOrBlankNode,
        predicate: NamedNodeRef<'_>,
        object: Option<&Term>,
        message: impl Into<String>,
    ) {
        self.tell(Finding::error(codes::BAD_SHAPE, message), node, predicate, object);
    }

    pub fn tell(
        &mut self,
        finding: Finding,
        node: &NamedOrBlankNode,
        predicate: NamedNodeRef<'_>,
        object: Option<&Term>,
    ) {
        let statement = Statement {
            subject: node.clone(),
            predicate: Some(predicate.into_owned()),
            object: object.cloned(),
            language: None,
        };
        self.faults.push(GraphFinding { finding, culprits: vec![(statement, String::new())] });
    }

    /// The single value of a property, if any; a second one is reported.
    pub fn one(&mut self, node: &NamedOrBlankNode, predicate: NamedNodeRef<'_>) -> Option<Term> {
        let mut all = self.objects(node, predicate).into_iter();
        let first = all.next();
        if let Some(second) = all.next() {
            let name = self.graph.prefixes.name(predicate.as_str());
            let message = format!("`{name}` may occur only once, and {} has it again", self.name(node));
            self.fault(node, predicate, Some(&second), message);
        }
        first
    }

    pub fn boolean(&mut self, node: &NamedOrBlankNode, predicate: NamedNodeRef<'_>) -> bool {
        let Some(term) = self.one(node, predicate) else { return false };
        if let Term::Literal(literal) = &term
            && literal.datatype() == xsd::BOOLEAN
        {
            // Only the term `true` enables anything (section 4.4.5).
            if literal.value() == "1" {
                let name = self.graph.prefixes.name(predicate.as_str());
                let message = format!("`{name}` is `1`, and only `true` enables it");
                self.tell(Finding::warning(codes::BAD_SHAPE, message), node, predicate, Some(&term));
            }
            return literal.value() == "true";
        }
        let name = self.graph.prefixes.name(predicate.as_str());
        let message = format!("expected `true` or `false` as `{name}`, found `{}`", self.shown(&term));
        self.fault(node, predicate, Some(&term), message);
        false
    }

    pub fn members(&mut self, node: &NamedOrBlankNode, predicate: NamedNodeRef<'_>, head: &Term) -> Option<Vec<Term>> {
        match list::members(self.graph, head) {
            Ok(members) => Some(members),
            Err(words) => {
                let name = self.graph.prefixes.name(predicate.as_str());
                let message = format!("`{name}` of {} is not a list: {words}", self.name(node));
                self.fault(node, predicate, Some(head), message);
                None
            }
        }
    }

    fn read(&mut self, node: NamedOrBlankNode) -> Shape {
        let path = self.path_of(&node);
        let severity = match self.one(&node, sh::SEVERITY) {
            None => sh::VIOLATION.into_owned(),
            Some(Term::NamedNode(severity)) => {
                self.check_severity(&node, severity.as_ref());
                severity
            }
            Some(other) => {
                let message =
                    format!("expected an IRI such as `sh:Warning` as severity, found `{}`", self.shown(&other));
                self.fault(&node, sh::SEVERITY, Some(&other), message);
                sh::VIOLATION.into_owned()
            }
        };
        let messages = self.messages(&node);
        let deactivated = self.boolean(&node, sh::DEACTIVATED);
        let targets = self.targets(&node);
        let constraints = self.constraints(&node, path.as_ref());
        Shape { node, path, severity, messages, deactivated, targets, constraints }
    }

    pub fn messages(&mut self, node: &NamedOrBlankNode) -> Vec<Literal> {
        let mut messages = Vec::new();
        for term in self.objects(node, sh::MESSAGE) {
            match term {
                Term::Literal(literal) if literal.language().is_some() || literal.datatype() == xsd::STRING => {
                    messages.push(literal);
                }
                other => {
                    let message = format!("expected a text as message, found `{}`", self.shown(&other));
                    self.fault(node, sh::MESSAGE, Some(&other), message);
                }
            }
        }
        messages
    }

    fn targets(&mut self, node: &NamedOrBlankNode) -> Vec<Target> {
        let mut targets = Vec::new();
        for term in self.objects(node, sh::TARGET_NODE) {
            if matches!(term, Term::NamedNode(_) | Term::Literal(_)) {
                targets.push(Target::Node(term));
            } else {
                self.fault(node, sh::TARGET_NODE, Some(&term), "expected an IRI or a literal as target node");
            }
        }
        let kinds: [super::Made<NamedNode, Target>; 3] = [
            (sh::TARGET_CLASS, Target::Class),
            (sh::TARGET_SUBJECTS_OF, Target::SubjectsOf),
            (sh::TARGET_OBJECTS_OF, Target::ObjectsOf),
        ];
        for (predicate, make) in kinds {
            for term in self.objects(node, predicate) {
                if let Term::NamedNode(iri) = term {
                    targets.push(make(iri));
                } else {
                    let name = self.graph.prefixes.name(predicate.as_str());
                    let message = format!("expected an IRI as `{name}`, found `{}`", self.shown(&term));
                    self.fault(node, predicate, Some(&term), message);
                }
            }
        }
        // Implicit class targets (section 2.1.3.3). OWL classes count as
        // classes even if the shapes graph does not declare them to be.
        if let NamedOrBlankNode::NamedNode(class) = node {
            let types = self.objects(node, rdf::TYPE);
            let is_shape = types.iter().any(|class| {
                *class == Term::from(sh::NODE_SHAPE.into_owned())
                    || *class == Term::from(sh::PROPERTY_SHAPE.into_owned())
            });
            if is_shape && self.is_class(&types) {
                targets.push(Target::Class(class.clone()));
            }
        }
        targets.dedup();
        targets
    }

    fn is_class(&self, types: &[Term]) -> bool {
        let mut classes = types.to_vec();
        let mut next = 0;
        while let Some(class) = classes.get(next).cloned() {
            next += 1;
            if class == Term::from(rdfs::CLASS.into_owned()) || class == Term::from(owl::CLASS.into_owned()) {
                return true;
            }
            let Some(class) = as_subject(&class) else { continue };
            for above in self.objects(&class, rdfs::SUB_CLASS_OF) {
                if !classes.contains(&above) {
                    classes.push(above);
                }
            }
        }
        false
    }

    /// Finds the sibling shapes for `sh:qualifiedValueShapesDisjoint`: those of
    /// all property shapes of all shapes that have this one (section 4.7.3).
    fn qualify(&mut self) {
        use super::shape::Constraint as C;
        let mut siblings: HashMap<usize, Vec<usize>> = HashMap::new();
        let properties_of = |shape: &Shape| -> Vec<usize> {
            shape.constraints.iter().filter_map(|c| if let C::Property(of) = c { Some(*of) } else { None }).collect()
        };
        for parent in &self.shapes {
            let properties = properties_of(parent);
            let counted: Vec<usize> = properties
                .iter()
                .flat_map(|of| &self.shapes[*of].constraints)
                .filter_map(|c| if let C::Qualified(qualified) = c { Some(qualified.shape) } else { None })
                .collect();
            for of in properties {
                siblings.entry(of).or_default().extend(&counted);
            }
        }
        for (index, shape) in self.shapes.iter_mut().enumerate() {
            for constraint in &mut shape.constraints {
                let C::Qualified(qualified) = constraint else { continue };
                let disjoint = std::mem::take(&mut qualified.siblings).contains(&usize::MAX);
                if disjoint {
                    let own = qualified.shape;
                    let mut all = siblings.get(&index).cloned().unwrap_or_default();
                    all.retain(|other| *other != own);
                    all.sort_unstable();
                    all.dedup();
                    qualified.siblings = all;
                }
            }
        }
    }
}
