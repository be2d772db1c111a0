//! Which triples of a mapping may be made twice.
//!
//! Two rules whose terms cannot be equal never make the same triple. A rule that no other can equal
//! makes a triple twice only if two rows have the same subject. Where that is proved, by a key of
//! the table, nothing has to be compared.

use std::collections::HashMap;

use oxigraph::model::Literal;

use super::iri::is_always_absolute;
use super::{constant_iri, slot};
use crate::map::plan::{CellEncoding, Expression, ObjectMap, Plan, TemplatePart, TermMap, TermType, TriplesMap};

/// How it is known that a rule makes no triple twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::map) enum Distinctness {
    /// By the plan.
    Proved,
    /// By its subject, if no other row has that.
    BySubject,
    /// By comparing all triples that may equal one of its own.
    ByTriple,
}

/// How it is known of each rule of a plan, by its number, that it makes no triple twice. `keys` are,
/// for each map, the sets of columns that no two rows have in common.
pub(in crate::map) fn distinctness(plan: &Plan, keys: &[Vec<Vec<usize>>]) -> Vec<Distinctness> {
    let shapes: Vec<RuleShape> = (0..plan.maps.len()).flat_map(|map| RuleShape::of_map(plan, map)).collect();
    // Rules whose predicates are different constants need not be compared.
    let mut of_predicate: HashMap<Option<&str>, Vec<usize>> = HashMap::new();
    for (at, shape) in shapes.iter().enumerate() {
        of_predicate.entry(shape.predicate()).or_default().push(at);
    }
    let how = |(at, shape): (usize, &RuleShape)| {
        let may_equal = |others: &[usize]| others.iter().any(|other| *other != at && shape.may_equal(&shapes[*other]));
        let equals_another = || match shape.predicate() {
            Some(_) => {
                [shape.predicate(), None].iter().filter_map(|key| of_predicate.get(key)).any(|others| may_equal(others))
            }
            None => of_predicate.values().any(|others| may_equal(others)),
        };
        if !shape.has_one || equals_another() {
            return Distinctness::ByTriple;
        }
        let columns = injective_columns(&plan.maps[shape.map].subject);
        let is_key = |key: &Vec<usize>| key.iter().all(|column| columns.contains(column));
        if keys[shape.map].iter().any(is_key) { Distinctness::Proved } else { Distinctness::BySubject }
    };
    shapes.iter().enumerate().map(how).collect()
}

/// What is known of the triples of a rule.
struct RuleShape {
    map: usize,
    terms: [TermShape; 3],
    /// None is the default graph.
    graphs: Vec<TermShape>,
    /// Whether a row makes at most one triple.
    has_one: bool,
}

impl RuleShape {
    /// The rules of a map, in the order of their numbers.
    fn of_map(plan: &Plan, index: usize) -> Vec<Self> {
        let map = &plan.maps[index];
        let mut shapes = Vec::new();
        for pair in &map.pairs {
            let graphs = || map.graphs.iter().chain(&pair.graphs).map(|graph| TermShape::of(graph, map, plan));
            let has_one_graph = map.graphs.len() + pair.graphs.len() < 2;
            for predicate in &pair.predicates {
                for object in &pair.objects {
                    let (object, has_one) = match object {
                        ObjectMap::Term(term) => (TermShape::of(term, map, plan), has_one_value(term)),
                        ObjectMap::Reference(reference) => {
                            let parent = &plan.maps[reference.map];
                            let has_one = plan.is_same_row(map, reference) && has_one_value(&parent.subject);
                            (TermShape::of(&parent.subject, parent, plan), has_one)
                        }
                    };
                    let terms = [TermShape::of(&map.subject, map, plan), TermShape::of(predicate, map, plan), object];
                    let has_one = has_one && has_one_graph && has_one_value(&map.subject) && has_one_value(predicate);
                    shapes.push(Self { map: index, terms, graphs: graphs().collect(), has_one });
                }
            }
        }
        shapes
    }

    /// The predicate, if it is the same in all rows.
    fn predicate(&self) -> Option<&str> {
        let [_, predicate, _] = &self.terms;
        predicate.is_constant.then_some(&predicate.start)
    }

    fn may_equal(&self, other: &Self) -> bool {
        let same_graph = match (self.graphs.is_empty(), other.graphs.is_empty()) {
            (true, true) => true,
            // A named graph may turn out to be the default graph.
            (true, false) | (false, true) => true,
            (false, false) => self.graphs.iter().any(|one| other.graphs.iter().any(|two| one.may_equal(two))),
        };
        same_graph && self.terms.iter().zip(&other.terms).all(|(one, two)| one.may_equal(two))
    }
}

/// What is known of a term of any row.
struct TermShape {
    form: ShapeForm,
    /// What its text begins with.
    start: String,
    /// Whether that is all of it.
    is_constant: bool,
}

#[derive(PartialEq)]
enum ShapeForm {
    Iri,
    Blank,
    /// A literal of this kind.
    Literal(Literal),
    /// A literal of a datatype that values have by themselves.
    Natural,
    /// A literal of a kind that cells tell.
    AnyLiteral,
}

impl TermShape {
    fn of(term: &TermMap, map: &TriplesMap, plan: &Plan) -> Self {
        let base = map.base.as_deref().or(plan.base.as_deref());
        let form = match &term.kind {
            TermType::Iri(_) => ShapeForm::Iri,
            TermType::BlankNode => ShapeForm::Blank,
            TermType::Literal { language: None, datatype: None } => ShapeForm::Natural,
            TermType::Literal { .. } => {
                slot::literal(term, plan, map.base.as_deref()).map_or(ShapeForm::AnyLiteral, ShapeForm::Literal)
            }
        };
        let (start, is_constant) = match (&term.kind, &term.expression) {
            (TermType::BlankNode, _) => (String::new(), false),
            (TermType::Iri(_), Expression::Constant(text)) => {
                constant_iri(text, base).map_or((String::new(), false), |iri| (iri, true))
            }
            (TermType::Literal { .. }, Expression::Constant(text)) => (text.clone(), true),
            (TermType::Iri(encoding), Expression::Template(parts)) if is_always_absolute(parts, *encoding) => {
                (first_text(parts), false)
            }
            (TermType::Literal { .. }, Expression::Template(parts)) => (first_text(parts), false),
            _ => (String::new(), false),
        };
        Self { form, start, is_constant }
    }

    fn may_equal(&self, other: &Self) -> bool {
        let same_form = match (&self.form, &other.form) {
            (ShapeForm::Natural | ShapeForm::AnyLiteral, ShapeForm::Natural | ShapeForm::AnyLiteral) => true,
            (ShapeForm::AnyLiteral, ShapeForm::Literal(_)) | (ShapeForm::Literal(_), ShapeForm::AnyLiteral) => true,
            (ShapeForm::Natural, ShapeForm::Literal(literal)) | (ShapeForm::Literal(literal), ShapeForm::Natural) => {
                slot::natural().contains(literal)
            }
            (one, two) => one == two,
        };
        same_form
            && match (self.is_constant, other.is_constant) {
                (true, true) => self.start == other.start,
                (true, false) => self.start.starts_with(&other.start),
                (false, true) => other.start.starts_with(&self.start),
                (false, false) => self.start.starts_with(&other.start) || other.start.starts_with(&self.start),
            }
    }
}

fn first_text(parts: &[TemplatePart]) -> String {
    match parts.first() {
        Some(TemplatePart::Text(text)) => text.clone(),
        _ => String::new(),
    }
}

/// Whether a row whose cells have one value each makes at most one term: functions may make more.
fn has_one_value(term: &TermMap) -> bool {
    !matches!(term.expression, Expression::Call(_))
        && term.kind.expressions().all(|expression| !matches!(expression, Expression::Call(_)))
}

/// The columns that make a term another whenever one of them is another.
fn injective_columns(term: &TermMap) -> Vec<usize> {
    match &term.expression {
        Expression::Reference(column) if matches!(term.kind, TermType::Literal { .. }) => vec![column.index],
        Expression::Template(parts) => {
            let TermType::Iri(encoding) = term.kind else { return Vec::new() };
            let columns: Vec<usize> = parts
                .iter()
                .filter_map(|part| if let TemplatePart::Column(column) = part { Some(column.index) } else { None })
                .collect();
            // Between two cells stands something that no encoded cell has.
            let is_cut = |text: &str| text.contains(['/', ':', '?', '#', '&', '=', ';', ',', '+', '@', '!']);
            let inner = parts.iter().skip_while(|part| matches!(part, TemplatePart::Text(_))).collect::<Vec<_>>();
            let is_apart = inner.windows(2).all(|two| match two {
                [TemplatePart::Column(_), TemplatePart::Column(_)] => false,
                [TemplatePart::Column(_), TemplatePart::Text(text)] => is_cut(text) || columns.len() == 1,
                _ => true,
            });
            let is_sure = encoding != CellEncoding::None && is_always_absolute(parts, encoding);
            if is_sure && is_apart { columns } else { Vec::new() }
        }
        _ => Vec::new(),
    }
}
