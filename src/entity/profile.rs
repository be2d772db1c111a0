//! The profile of an entity as plain values: what the graph says of it.

use oxigraph::model::NamedNode;

/// One entity's card. All texts are in the requested languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Its prefixed name or IRI.
    pub id: String,
    /// Its main labels.
    pub labels: Vec<String>,
    /// Its classes and local kinds.
    pub kinds: Vec<String>,
    /// Its status, if any.
    pub status: Option<String>,
    /// The lines in which it is named.
    pub evidence: String,
    /// Its other names.
    pub names: Vec<NameLine>,
    /// Its relations, those from it first.
    pub relations: Vec<RelationLine>,
    /// Its figures.
    pub figures: Vec<FigureLine>,
    /// Figures about other entities in which it has a part: who pays, is paid, passes on.
    pub parts: Vec<PartLine>,
    /// Other statements about it.
    pub properties: Vec<Property>,
}

/// A name that is not the main label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameLine {
    /// The kind of name.
    pub kind: String,
    /// Whether it is no longer its name.
    pub is_former: bool,
    /// The name.
    pub text: String,
    /// Its language tag.
    pub language: String,
    /// The lines that back it.
    pub evidence: String,
}

/// Which end of a relation the entity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// The subject.
    From,
    /// The object.
    To,
}

/// A relation of the entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelationLine {
    /// Which end the entity is.
    pub direction: Direction,
    /// The relation as read from the entity.
    pub relation: String,
    /// Its property, in the direction in which it is stated.
    pub property: NamedNode,
    /// Whether it does not hold yet.
    pub is_planned: bool,
    /// The other end's label.
    pub other: String,
    /// The other end's prefixed name or IRI.
    pub other_id: String,
    /// Status (unless it simply holds), dates and qualifiers.
    pub remarks: Vec<String>,
    /// The lines that back it.
    pub evidence: String,
}

/// Any other statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// The property's label.
    pub property: String,
    /// The value's label or text.
    pub value: String,
}

/// A figure about the entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureLine {
    /// The measure.
    pub measure: String,
    /// The number with hedge and unit.
    pub amount: String,
    /// Whether it is a number of what is not there yet.
    pub is_planned: bool,
    /// The same if it is one sum of money.
    pub money: Option<MoneyAmount>,
    /// Nature, date, status, parties and whole.
    pub remarks: Vec<String>,
    /// The lines that back it.
    pub evidence: String,
}

/// A figure about another entity in which this one has a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartLine {
    /// Its part: payer, payee, via.
    pub part: String,
    /// The subject of the figure.
    pub about: String,
    /// The prefixed name or IRI of the subject.
    pub about_id: String,
    /// The figure.
    pub figure: FigureLine,
}

/// A sum of money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoneyAmount {
    /// The number.
    pub value: String,
    /// The code of its currency.
    pub currency: String,
    /// The code of what limits it: about, over.
    pub bound: Option<String>,
}
