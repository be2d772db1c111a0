//! Terms, texts with columns in them, and function calls of a YARRRML mapping.

use super::{CONDITIONS, DATATYPE, FUNCTION, LANGUAGE, MappingReader, PARAMETER, PARAMETERS, TYPE, VALUE, get, list};
use crate::finding::{Finding, closest, codes, did_you_mean};
use crate::map::function::Function;
use crate::map::plan::{Call, Column, Expression, TemplatePart, TermMap, TermType};
use crate::yaml::{Value, YamlNode};

/// Whether some cells would make an IRI from a constant or template. Which ones do is seen when
/// the rows are read.
fn can_be_iri(expression: &Expression) -> bool {
    let made = |cell: &str| match expression {
        Expression::Constant(text) => text.clone(),
        Expression::Template(parts) => parts
            .iter()
            .map(|part| match part {
                TemplatePart::Text(text) => text.as_str(),
                TemplatePart::Column(_) => cell,
            })
            .collect(),
        Expression::Reference(_) | Expression::Call(_) => String::new(),
    };
    ["a", "1"].iter().any(|cell| oxiri::IriRef::parse(made(cell)).is_ok())
}

impl MappingReader<'_> {
    /// The join conditions of an object that refers to another mapping:
    /// `equal` of a column here (`str1`) and a column there (`str2`).
    pub(super) fn joins(&mut self, node: &YamlNode) -> Vec<(Column, Column)> {
        let conditions = get(node, CONDITIONS).map(list).unwrap_or_default();
        let mut joins = Vec::new();
        for condition in conditions {
            // A third element names the side of the column: `s` the subject's, `o` the object's.
            let sides: Vec<Option<&str>> = get(condition, PARAMETERS)
                .map(list)
                .unwrap_or_default()
                .iter()
                .map(|parameter| parameter.as_sequence().and_then(|items| items.get(2)).and_then(YamlNode::as_str))
                .collect();
            let swapped = matches!(sides.as_slice(), [Some("o" | "object"), ..] | [_, Some("s" | "subject")]);
            match self.call(condition) {
                Some(Call { function: Function::Equal, mut arguments }) => {
                    if swapped {
                        arguments.reverse();
                    }
                    let mut columns = arguments.into_iter().flatten();
                    match (columns.next(), columns.next()) {
                        (Some(Expression::Reference(child)), Some(Expression::Reference(parent))) => {
                            joins.push((child, parent));
                        }
                        _ => self.fault(
                            condition,
                            "a join must compare one column with one column",
                            "write `[str1, $(here)]` and `[str2, $(there)]`".to_owned(),
                        ),
                    }
                }
                Some(_) => self.fault(condition, "a join must use the function `equal`", None),
                None => {}
            }
        }
        joins
    }

    /// A function call.
    pub(super) fn call(&mut self, node: &YamlNode) -> Option<Call> {
        self.check_keys(node, &[FUNCTION, PARAMETERS, TYPE, LANGUAGE, DATATYPE]);
        let Some(name) = get(node, FUNCTION).and_then(|name| Some((name, name.as_str()?))) else {
            self.fault(node, "expected a function with its parameters", None);
            return None;
        };
        let (at, name) = name;
        let iri = self.expand(at, name, false);
        let Some(function) = Function::find(&iri) else {
            let names: Vec<String> = Function::names().collect();
            let hint = closest(name, names.iter().map(String::as_str)).map_or_else(
                || format!("the functions are {}", names.join(", ")),
                |found| format!("did you mean `{found}`?"),
            );
            self.fault(at, format!("unknown function `{name}`"), hint);
            return None;
        };
        let parameters: Vec<(Vec<&str>, bool)> = function.parameters().collect();
        let mut arguments: Vec<Option<Expression>> = vec![None; parameters.len()];
        for item in get(node, PARAMETERS).and_then(YamlNode::as_sequence).unwrap_or_default() {
            let (key, value) = match item.as_sequence() {
                Some(pair) => (pair.first(), pair.get(1)),
                None => (get(item, PARAMETER), get(item, VALUE)),
            };
            let (Some(key), Some(value)) = (key, value) else {
                self.fault(item, "expected a parameter and its value", None);
                continue;
            };
            let text = key.as_str().unwrap_or_default();
            let iri = self.expand(key, text, false);
            let local = iri.rsplit(['#', '/', ':']).next().unwrap_or(&iri).to_owned();
            let fits = |index: &usize| arguments[*index].is_none() && parameters[*index].0.contains(&local.as_str());
            let index = (0..parameters.len()).find(fits);
            let known = parameters.iter().any(|(names, _)| names.contains(&local.as_str()));
            if index.is_none() && !(function.repeats() && known) {
                let names: Vec<String> = parameters.iter().map(|(names, _)| format!("`{}`", names[0])).collect();
                self.fault(
                    key,
                    format!("`{text}` is not a parameter of `{name}`"),
                    format!("its parameters are {}", names.join(", ")),
                );
                continue;
            }
            let argument = if get(value, FUNCTION).is_some() {
                self.call(value).map(|call| Expression::Call(Box::new(call)))
            } else if let Some(text) = value.as_str() {
                let iri = text.ends_with("~iri");
                Some(self.expression(value, text.trim_end_matches("~iri"), iri))
            } else if value.value == Value::Null {
                Some(Expression::Constant(String::new()))
            } else {
                self.fault(value, format!("expected a value, found {}", value.kind()), None);
                None
            };
            match index {
                Some(index) => arguments[index] = argument,
                None => arguments.push(argument),
            }
        }
        let missing =
            parameters.iter().zip(&arguments).find(|((_, optional), argument)| !optional && argument.is_none());
        if let Some(((names, _), _)) = missing {
            self.fault(node, format!("`{name}` needs the parameter `{}`", names[0]), None);
            return None;
        }
        Some(Call { function, arguments })
    }

    /// A term: a text with columns, or a function call.
    pub(super) fn term(&mut self, node: &YamlNode, kind: TermType) -> Option<TermMap> {
        let place = self.place(node);
        if get(node, FUNCTION).is_some() {
            let call = self.call(node)?;
            return Some(TermMap { expression: Expression::Call(Box::new(call)), kind, place });
        }
        let value = if node.as_mapping().is_some() {
            self.check_keys(node, &[VALUE, TYPE, LANGUAGE, DATATYPE]);
            get(node, VALUE)
        } else {
            Some(node)
        };
        let Some((at, text)) = value.and_then(|value| Some((value, value.as_str()?))) else {
            self.fault(node, format!("expected a value, found {}", node.kind()), None);
            return None;
        };
        // The type of a subject, predicate or graph may be given in the long form.
        let kind = match get(node, TYPE).and_then(YamlNode::as_str) {
            Some("blank") => TermType::BlankNode,
            Some("iri") => TermType::Iri,
            _ => kind,
        };
        let (text, kind) = match text.strip_suffix("~iri") {
            Some(text) => (text, TermType::Iri),
            None => (text, kind),
        };
        if let Some((before, word)) = text.rsplit_once('~')
            && before.ends_with(')')
            && before.contains("$(")
            && !word.is_empty()
            && word.chars().all(|c| c.is_ascii_alphabetic())
        {
            self.fault(
                at,
                format!("`~{word}` has no meaning here"),
                "write `~iri` for an IRI, or `~lang` in place of the language".to_owned(),
            );
        }
        let iri = matches!(kind, TermType::Iri);
        let expression = self.expression(at, text, iri);
        if iri && !can_be_iri(&expression) {
            let message = format!("`{text}` is not an IRI");
            self.findings.push(Finding::error(codes::BAD_IRI, message).at(place.clone()));
        }
        Some(TermMap { expression, kind, place })
    }

    /// A text with `$(column)` references; with `iri`, its prefix is expanded.
    pub(super) fn expression(&mut self, node: &YamlNode, text: &str, iri: bool) -> Expression {
        let text = if iri { self.expand(node, text, true) } else { text.to_owned() };
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text.as_str();
        while let Some(c) = rest.chars().next() {
            if let Some(escaped) = ["\\$(", "\\)", "\\("].iter().find(|escaped| rest.starts_with(**escaped)) {
                plain.push_str(&escaped[1..]);
                rest = &rest[escaped.len()..];
            } else if let Some(after) = rest.strip_prefix("$(") {
                let mut name = String::new();
                let mut chars = after.char_indices();
                let mut end = None;
                while let Some((at, c)) = chars.next() {
                    match c {
                        '\\' if after[at + 1..].starts_with([')', '(']) => name.extend(chars.next().map(|(_, c)| c)),
                        ')' => {
                            end = Some(at + 1);
                            break;
                        }
                        c => name.push(c),
                    }
                }
                let Some(end) = end else {
                    self.fault(node, "the reference `$(` is never closed", None);
                    return Expression::Constant(String::new());
                };
                if !plain.is_empty() {
                    parts.push(TemplatePart::Text(std::mem::take(&mut plain)));
                }
                parts.push(TemplatePart::Column(Column { name, place: self.place(node), index: usize::MAX }));
                rest = &after[end..];
            } else {
                plain.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
        if parts.is_empty() {
            return Expression::Constant(plain);
        }
        if plain.is_empty()
            && parts.len() == 1
            && let Some(TemplatePart::Column(column)) = parts.pop()
        {
            return Expression::Reference(column);
        }
        if !plain.is_empty() {
            parts.push(TemplatePart::Text(plain));
        }
        Expression::Template(parts)
    }

    /// An IRI with its prefix expanded. With `strict`, an undeclared prefix is an error.
    pub(super) fn expand(&mut self, node: &YamlNode, text: &str, strict: bool) -> String {
        let Some((prefix, local)) = text.split_once(':') else { return text.to_owned() };
        if let Some(namespace) = self.prefixes.get(prefix) {
            return format!("{namespace}{local}");
        }
        let scheme = prefix.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
        let known =
            local.starts_with("//") || matches!(prefix, "urn" | "mailto" | "tel" | "tag" | "data" | "info" | "doi");
        if strict && scheme && !known && !prefix.is_empty() {
            let hint = did_you_mean(prefix, self.prefixes.keys().map(String::as_str));
            let message = format!("the prefix `{prefix}` is not declared");
            let place = self.place(node);
            self.findings.push(Finding::error(codes::UNKNOWN_PREFIX, message).at(place).hint(hint));
        }
        text.to_owned()
    }
}
