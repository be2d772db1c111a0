//! The parameters of a query: read as a person gives them, and turned into terms.

use std::collections::BTreeMap;

use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, NamedNode, Term};

use crate::entity::{NodeKind, find};
use crate::error::{Error, Result};
use crate::finding::{Finding, Findings, codes, did_you_mean};
use crate::graph::Graph;
use crate::sparql::{Parameter, ParameterType, Question};

/// The parameters by name. A value without a name belongs to the question's only parameter, or to
/// the only one without a default.
pub(super) fn read_parameters(parameters: &[String], question: Option<&Question>) -> Result<BTreeMap<String, String>> {
    let mut given = BTreeMap::new();
    let only = question.and_then(only_parameter);
    for parameter in parameters {
        let is_named = parameter.split_once('=').is_some_and(|(name, _)| is_name(name, question));
        let (name, value) = match (parameter.split_once('='), only) {
            (Some(pair), _) if is_named => pair,
            (_, Some(only)) => (only, parameter.as_str()),
            (Some(pair), None) => pair,
            (None, None) => {
                let message = format!("`{parameter}` has no name");
                let names: Vec<String> = question
                    .iter()
                    .flat_map(|question| &question.parameters)
                    .map(|parameter| format!("`--param {}=…`", parameter.name))
                    .collect();
                let hint = match names.is_empty() {
                    true if question.is_some() => "the question has no parameters".to_owned(),
                    true => "write `--param name=value`".to_owned(),
                    false => format!("write {}", names.join(" or ")),
                };
                return Err(Error::invalid(Finding::error(codes::UNKNOWN_PARAMETER, message).hint(hint)));
            }
        };
        let name = name.trim_start_matches(['?', '$']);
        if given.insert(name.to_owned(), value.to_owned()).is_some() {
            let message = format!("the parameter `{name}` is given twice");
            return Err(Error::invalid(Finding::error(codes::UNKNOWN_PARAMETER, message)));
        }
    }
    Ok(given)
}

/// Whether the text before `=` is meant as a name, so that the `=` is not a part of a value.
fn is_name(text: &str, question: Option<&Question>) -> bool {
    let bare = text.trim_start_matches(['?', '$']);
    let known = question.is_some_and(|question| question.parameters.iter().any(|parameter| parameter.name == bare));
    known || !bare.is_empty() && bare.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// The name of the parameter to which a value without a name belongs.
fn only_parameter(question: &Question) -> Option<&str> {
    match &question.parameters[..] {
        [only] => Some(&only.name),
        several => {
            let mut needed = several.iter().filter(|parameter| parameter.default.is_none());
            let first = needed.next()?;
            needed.next().is_none().then_some(&first.name)
        }
    }
}

pub(super) fn bind_question(
    graph: &Graph,
    question: &Question,
    given: &BTreeMap<String, String>,
) -> Result<Vec<(String, Term)>> {
    let mut faults = Findings::new();
    let names = || question.parameters.iter().map(|parameter| parameter.name.as_str());
    for name in given.keys().filter(|name| !names().any(|known| known == name.as_str())) {
        let all: Vec<String> = names().map(|name| format!("`{name}`")).collect();
        let hint = did_you_mean(name, names()).unwrap_or_else(|| match all.len() {
            0 => "it has no parameters".to_owned(),
            _ => format!("its parameters are {}", all.join(", ")),
        });
        let message = format!("the question `{}` has no parameter `{name}`", question.name);
        faults.push(Finding::error(codes::UNKNOWN_PARAMETER, message).hint(hint));
    }
    let mut bindings = Vec::new();
    for parameter in &question.parameters {
        let Some(value) = given.get(&parameter.name).or(parameter.default.as_ref()) else {
            let example = parameter.example.as_deref().unwrap_or("…");
            let message = format!("the question `{}` needs the parameter `{}`", question.name, parameter.name);
            let hint = format!("{}: try `--param {}={example}`", parameter.description, parameter.name);
            faults.push(Finding::error(codes::MISSING_PARAMETER, message).hint(hint));
            continue;
        };
        match term(graph, parameter, value) {
            Ok(term) => bindings.push((parameter.name.clone(), term)),
            Err(Error::Invalid(found)) => faults.append(*found),
            Err(error) => return Err(error),
        }
    }
    if faults.has_errors() { Err(Error::Invalid(Box::new(faults))) } else { Ok(bindings) }
}

/// The term for a parameter's value.
fn term(graph: &Graph, parameter: &Parameter, value: &str) -> Result<Term> {
    let wrong = |what: &str| {
        let message = format!("`{value}` is not {what}, which the parameter `{}` needs", parameter.name);
        Error::invalid(Finding::error(codes::UNKNOWN_PARAMETER, message))
    };
    let typed = |datatype, is: bool, what: &str| {
        if is { Ok(Literal::new_typed_literal(value, datatype).into()) } else { Err(wrong(what)) }
    };
    match parameter.kind {
        ParameterType::Entity => Ok(find(graph, value, NodeKind::Entity)?.into()),
        ParameterType::Concept => Ok(find(graph, value, NodeKind::Concept)?.into()),
        ParameterType::Iri => {
            let iri = graph.prefixes.expand(value).unwrap_or_else(|| value.to_owned());
            NamedNode::new(iri).map(Term::from).map_err(|_| wrong("an IRI"))
        }
        ParameterType::String | ParameterType::Language => Ok(Literal::new_simple_literal(value).into()),
        ParameterType::Integer => typed(xsd::INTEGER, value.parse::<oxsdatatypes::Integer>().is_ok(), "a whole number"),
        ParameterType::Decimal => {
            typed(xsd::DECIMAL, value.parse::<oxsdatatypes::Decimal>().is_ok(), "a decimal number")
        }
        // A year is compared with the beginnings of dates, which are text.
        ParameterType::Year => match value.len() == 4 && value.bytes().all(|byte| byte.is_ascii_digit()) {
            true => Ok(Literal::new_simple_literal(value).into()),
            false => Err(wrong("a year such as 2019")),
        },
        ParameterType::Date => {
            typed(xsd::DATE, value.parse::<oxsdatatypes::Date>().is_ok(), "a date such as 2019-12-31")
        }
    }
}
