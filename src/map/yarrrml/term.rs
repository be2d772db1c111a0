//! Terms, texts with columns in them, and function calls of a YARRRML mapping.

use super::{CONDITIONS, DATATYPE, FUNCTION, LANGUAGE, MappingReader, PARAMETER, PARAMETERS, TYPE, VALUE, get, list};
use crate::finding::{Finding, codes, did_you_mean};
use crate::map::function::Function;
use crate::map::plan::{Call, CellEncoding, Column, Expression, TemplatePart, TermMap, TermType};
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

/// The parts of a text between commas that are not in brackets or quotes.
fn split_outside(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut is_quoted) = (Vec::new(), 0, 0_usize, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => is_quoted = !is_quoted,
            '(' if !is_quoted => depth += 1,
            ')' if !is_quoted => depth = depth.saturating_sub(1),
            ',' if !is_quoted && depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts.retain(|part| !part.trim().is_empty());
    parts
}

impl MappingReader<'_> {
    /// The join conditions of an object that refers to another mapping:
    /// `equal` of a text of this row (`str1`) and one of a row there (`str2`).
    pub(super) fn joins(&mut self, node: &YamlNode) -> Vec<(Expression, Expression)> {
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
            let Some(call) = self.call(condition) else { continue };
            if !call.function.is_equality() {
                let hint = "compare what functions make of the columns: `equal` of two calls".to_owned();
                self.fault(condition, "a join must use the function `equal`", hint);
                continue;
            }
            let mut sides = call.arguments.into_iter().flatten();
            if let (Some(first), Some(second)) = (sides.next(), sides.next()) {
                joins.push(if swapped { (second, first) } else { (first, second) });
            }
        }
        joins
    }

    /// A function call in another one or in a condition.
    pub(super) fn call(&mut self, node: &YamlNode) -> Option<Call> {
        self.check_keys(node, &[FUNCTION, PARAMETERS, TYPE]);
        self.called(node)
    }

    /// A function call, whose other keys are checked.
    fn called(&mut self, node: &YamlNode) -> Option<Call> {
        let Some(name) = get(node, FUNCTION).and_then(|name| Some((name, name.as_str()?))) else {
            self.fault(node, "expected a function with its parameters", None);
            return None;
        };
        let (at, name) = name;
        let (name, inline) = match name.split_once('(') {
            Some((name, arguments)) if !name.contains('$') => (name.trim_end(), Some(arguments)),
            _ => (name, None),
        };
        let iri = self.expand(at, name, false);
        let Some(function) = Function::find(&iri) else {
            self.fault(at, format!("unknown function `{name}`"), Function::suggest(name, &iri));
            return None;
        };
        let mut call = Call::new(function);
        // Where each argument is, to report what is wrong with it.
        let mut places = vec![at; call.arguments.len()];
        if let Some(arguments) = inline {
            self.inline_arguments(at, arguments, &mut call)?;
        }
        let parameters = get(node, PARAMETERS);
        if let Some(parameters) = parameters.filter(|parameters| parameters.as_sequence().is_none()) {
            self.fault(parameters, format!("expected a list of parameters, found {}", parameters.kind()), None);
            return None;
        }
        for item in parameters.and_then(YamlNode::as_sequence).unwrap_or_default() {
            let (key, value) = match item.as_sequence() {
                Some(pair) => (pair.first(), pair.get(1)),
                None => (get(item, PARAMETER), get(item, VALUE)),
            };
            let (Some(key), Some(value)) = (key, value) else {
                self.fault(item, "expected a parameter and its value", None);
                continue;
            };
            let text = key.as_str().unwrap_or_default();
            let index = match call.parameter(&self.expand(key, text, false), text) {
                Ok(index) => index,
                Err((message, hint)) => {
                    self.fault(key, message, hint);
                    continue;
                }
            };
            places[index] = value;
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
            // A fault in an argument is reported; that it is missing is not.
            call.arguments[index].push(argument?);
        }
        match call.finish() {
            Ok(mut call) => {
                if let Some(used) = &mut call.constants.code_list {
                    used.place = Some(self.place(at));
                }
                Some(call)
            }
            Err((index, message, hint)) => {
                self.fault(index.map_or(node, |index| places[index]), message, hint);
                None
            }
        }
    }

    /// The arguments of a call that is written in one text: `grel:toUpperCase(valueParameter = $(name))`.
    fn inline_arguments(&mut self, at: &YamlNode, text: &str, call: &mut Call) -> Option<()> {
        let Some(text) = text.trim_end().strip_suffix(')') else {
            self.fault(at, "the list of parameters has no `)` at its end", None);
            return None;
        };
        for argument in split_outside(text) {
            let Some((name, value)) = argument.split_once('=') else {
                self.fault(at, format!("expected `parameter = value`, found `{}`", argument.trim()), None);
                return None;
            };
            match call.parameter(&self.expand(at, name.trim(), false), name.trim()) {
                Ok(index) => {
                    let value = self.expression(at, value.trim().trim_matches('"'), false);
                    call.arguments[index].push(value);
                }
                Err((message, hint)) => {
                    self.fault(at, message, hint);
                    return None;
                }
            }
        }
        Some(())
    }

    /// A term: a text with columns, or a function call.
    pub(super) fn term(&mut self, node: &YamlNode, kind: TermType) -> Option<TermMap> {
        let place = self.place(node);
        let condition = self.conditions(node);
        if get(node, FUNCTION).is_some() {
            self.check_keys(node, &[FUNCTION, PARAMETERS, TYPE, LANGUAGE, DATATYPE, CONDITIONS]);
            let call = self.called(node)?;
            let kind = match get(node, TYPE).and_then(YamlNode::as_str) {
                Some("blank") => TermType::BlankNode,
                Some("iri") => TermType::Iri(CellEncoding::None),
                _ => kind,
            };
            return Some(TermMap { condition, ..TermMap::new(Expression::Call(Box::new(call)), kind, place) });
        }
        let value = if node.as_mapping().is_some() {
            self.check_keys(node, &[VALUE, TYPE, LANGUAGE, DATATYPE, CONDITIONS]);
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
            Some("iri") => TermType::Iri(CellEncoding::Iri),
            _ => kind,
        };
        let (text, kind) = match text.strip_suffix("~iri") {
            Some(text) => (text, TermType::Iri(CellEncoding::Iri)),
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
        let iri = matches!(kind, TermType::Iri(_));
        let expression = self.expression(at, text, iri);
        if iri && !can_be_iri(&expression) {
            let message = format!("`{text}` is not an IRI");
            self.findings.push(Finding::error(codes::BAD_IRI, message).at(place.clone()));
        }
        Some(TermMap { condition, ..TermMap::new(expression, kind, place) })
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
