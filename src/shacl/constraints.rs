//! The constraints of SHACL that a result can have as its code, explained.

/// A parameter of a constraint component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// Its prefixed name, as results have it.
    pub name: &'static str,
    /// The section of the recommendation that defines it.
    pub section: &'static str,
    /// What is wrong, in one sentence without a full stop.
    pub summary: &'static str,
}

const fn of(name: &'static str, section: &'static str, summary: &'static str) -> Term {
    Term { name, section, summary }
}

const TERMS: [Term; 31] = [
    of("sh:class", "4.1.1", "a value is not an instance of the class"),
    of("sh:datatype", "4.1.2", "a value is not a literal of the datatype, or is ill-formed"),
    of("sh:nodeKind", "4.1.3", "a value is not of the node kind: IRI, blank node or literal"),
    of("sh:minCount", "4.2.1", "a node has too few values of the property"),
    of("sh:maxCount", "4.2.2", "a node has too many values of the property"),
    of("sh:minExclusive", "4.3.1", "a value is not greater than the limit"),
    of("sh:minInclusive", "4.3.2", "a value is less than the limit"),
    of("sh:maxExclusive", "4.3.3", "a value is not less than the limit"),
    of("sh:maxInclusive", "4.3.4", "a value is greater than the limit"),
    of("sh:minLength", "4.4.1", "a value has too few characters, or is a blank node"),
    of("sh:maxLength", "4.4.2", "a value has too many characters, or is a blank node"),
    of("sh:pattern", "4.4.3", "a value does not match the regular expression"),
    of("sh:languageIn", "4.4.4", "a value has none of the languages"),
    of("sh:uniqueLang", "4.4.5", "several values have the same language"),
    of("sh:equals", "4.5.1", "two properties do not have the same values"),
    of("sh:disjoint", "4.5.2", "two properties share a value"),
    of("sh:lessThan", "4.5.3", "a value is not less than those of the other property"),
    of("sh:lessThanOrEquals", "4.5.4", "a value is greater than one of the other property"),
    of("sh:not", "4.6.1", "a value conforms to a shape that it must not conform to"),
    of("sh:and", "4.6.2", "a value does not conform to all of the shapes"),
    of("sh:or", "4.6.3", "a value conforms to none of the shapes"),
    of("sh:xone", "4.6.4", "a value conforms to none or to several of the shapes, not to exactly one"),
    of("sh:node", "4.7.1", "a value does not conform to the shape"),
    of("sh:property", "4.7.2", "a value does not conform to the property shape"),
    of("sh:qualifiedValueShape", "4.7.3", "too few or too many values conform to the shape"),
    of("sh:qualifiedMinCount", "4.7.3", "too few values conform to the shape"),
    of("sh:qualifiedMaxCount", "4.7.3", "too many values conform to the shape"),
    of("sh:closed", "4.8.1", "a node has a property that its closed shape does not allow"),
    of("sh:hasValue", "4.8.2", "the value that is required is missing"),
    of("sh:in", "4.8.3", "a value is not in the list"),
    of("sh:sparql", "5.1", "the SPARQL query of the constraint returned a row for the node"),
];

/// The constraint that has this prefixed name.
pub fn term(name: &str) -> Option<Term> {
    TERMS.into_iter().find(|term| term.name == name)
}
