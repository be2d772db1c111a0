//! Of what kinds the values of a property are, read from the graph's index,
//! and which kinds can be compared.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::vocab::xsd;
use oxigraph::model::{LiteralRef, NamedNode, NamedNodeRef, Term, TermRef};

use super::scope::VariableValues;
use crate::error::Result;
use crate::graph::Graph;

/// Terms that can be equal, or be greater and less than each other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// IRIs and blank nodes.
    Node,
    /// Texts without a language tag.
    Text,
    /// Texts with this language tag.
    Tagged(String),
    /// Numbers of whatever type.
    Number,
    /// Durations of whatever type.
    Duration,
    /// Values of this datatype.
    Typed(NamedNode),
    /// Triples.
    Triple,
}

/// The datatypes that are derived from `xsd:integer`.
const INTEGERS: [NamedNodeRef<'_>; 12] = [
    xsd::BYTE,
    xsd::SHORT,
    xsd::INT,
    xsd::LONG,
    xsd::UNSIGNED_BYTE,
    xsd::UNSIGNED_SHORT,
    xsd::UNSIGNED_INT,
    xsd::UNSIGNED_LONG,
    xsd::POSITIVE_INTEGER,
    xsd::NEGATIVE_INTEGER,
    xsd::NON_POSITIVE_INTEGER,
    xsd::NON_NEGATIVE_INTEGER,
];

impl Kind {
    /// The kind of a term.
    pub(super) fn of(term: TermRef<'_>) -> Self {
        match term {
            TermRef::NamedNode(_) | TermRef::BlankNode(_) => Self::Node,
            TermRef::Literal(literal) => Self::of_literal(literal),
            TermRef::Triple(_) => Self::Triple,
        }
    }

    fn of_literal(literal: LiteralRef<'_>) -> Self {
        if let Some(tag) = literal.language() {
            return Self::Tagged(tag.to_ascii_lowercase());
        }
        match literal.datatype() {
            xsd::STRING => Self::Text,
            datatype if INTEGERS.contains(&datatype) => Self::Number,
            xsd::INTEGER | xsd::DECIMAL | xsd::DOUBLE | xsd::FLOAT => Self::Number,
            xsd::DURATION | xsd::YEAR_MONTH_DURATION | xsd::DAY_TIME_DURATION => Self::Duration,
            datatype => Self::Typed(datatype.into_owned()),
        }
    }

    /// Whether it is a date or time, or a part of one.
    pub(super) fn is_date(&self) -> bool {
        let Self::Typed(datatype) = self else { return false };
        let dates = [
            xsd::DATE,
            xsd::DATE_TIME,
            xsd::TIME,
            xsd::G_YEAR,
            xsd::G_YEAR_MONTH,
            xsd::G_MONTH,
            xsd::G_MONTH_DAY,
            xsd::G_DAY,
        ];
        dates.contains(&datatype.as_ref())
    }

    /// What it is called, in the plural.
    pub(super) fn name(&self, graph: &Graph) -> String {
        match self {
            Self::Node => "IRIs".to_owned(),
            Self::Text => "texts without a language tag".to_owned(),
            Self::Tagged(tag) => format!("texts tagged `{}`", crate::graph::bcp47_case(tag)),
            Self::Number => "numbers".to_owned(),
            Self::Duration => "durations".to_owned(),
            Self::Typed(datatype) => format!("`{}`", graph.prefixes.shorten(datatype.as_str())),
            Self::Triple => "triples".to_owned(),
        }
    }
}

/// Names of kinds, as a sentence lists them.
pub(super) fn names(kinds: &BTreeSet<Kind>, graph: &Graph) -> String {
    const MOST: usize = 4;
    let mut names: Vec<String> = kinds.iter().map(|kind| kind.name(graph)).collect();
    if names.len() > MOST {
        names.truncate(MOST - 1);
        names.push("others".to_owned());
    }
    match names.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => names.join(", "),
    }
}

/// The kinds of the values of properties, each read once.
pub(super) struct Kinds<'a> {
    graph: &'a Graph,
    known: BTreeMap<NamedNode, Option<BTreeSet<Kind>>>,
}

/// A property with more values is not read to its end, and nothing is said of it.
const MOST: usize = 200_000;

impl<'a> Kinds<'a> {
    pub(super) fn new(graph: &'a Graph) -> Self {
        Self { graph, known: BTreeMap::new() }
    }

    /// All kinds of the values of a property; `None` if there are too many to say.
    pub(super) fn of_property(&mut self, property: NamedNodeRef<'_>) -> Result<Option<BTreeSet<Kind>>> {
        if let Some(known) = self.known.get(&property.into_owned()) {
            return Ok(known.clone());
        }
        let mut kinds = BTreeSet::new();
        let mut is_all = true;
        for (number, quad) in self.graph.matching(None, Some(property), None, None).enumerate() {
            if number == MOST {
                is_all = false;
                break;
            }
            kinds.insert(Kind::of(quad.object.as_ref()));
        }
        let found = is_all.then_some(kinds);
        self.known.insert(property.into_owned(), found.clone());
        Ok(found)
    }

    /// All kinds that values can have; `None` if that is not known.
    pub(super) fn of(&mut self, values: &VariableValues) -> Result<Option<BTreeSet<Kind>>> {
        Ok(match values {
            VariableValues::Any => None,
            VariableValues::Nodes => Some(BTreeSet::from([Kind::Node])),
            VariableValues::Of(property) => self.of_property(property.as_ref())?,
            VariableValues::Terms(terms) => Some(terms.iter().map(|term: &Term| Kind::of(term.as_ref())).collect()),
            VariableValues::Either(all) => {
                let mut kinds = BTreeSet::new();
                for values in all {
                    match self.of(values)? {
                        None => return Ok(None),
                        Some(more) => kinds.extend(more),
                    }
                }
                Some(kinds)
            }
        })
    }
}
