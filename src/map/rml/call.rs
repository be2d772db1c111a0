//! Function calls: RML-FNML, and the earlier form that writes a call as a triples map.

use oxigraph::model::Term;

use super::RmlReader;
use super::node::RmlNode;
use super::term::EXPRESSION_WORDS;
use crate::finding::Place;
use crate::map::function::Function;
use crate::map::plan::{Call, Expression};
use crate::vocab::rml;

/// Calls inside of calls to a depth of more than this are a circle.
const DEEPEST: usize = 50;

impl<'g> RmlReader<'g> {
    /// The function that a map calls.
    pub(super) fn call(&mut self, node: &RmlNode<'g>) -> Option<Call> {
        if self.depth >= DEEPEST {
            self.fault(&node.place, "the functions call each other in a circle", None);
            return None;
        }
        self.depth += 1;
        let call = match self.only(node, "functionExecution") {
            Some(execution) => self.execution(&execution),
            None => self.only(node, "functionValue").and_then(|value| self.function_value(&value)),
        };
        self.depth -= 1;
        call
    }

    fn execution(&mut self, node: &RmlNode<'g>) -> Option<Call> {
        self.check_words(node, &["function", "functionMap", "input"]);
        let (iri, place) = self.constant_iri(node, "function", "functionMap")?;
        let mut arguments = Vec::new();
        for input in node.values(self.graph, "input") {
            self.check_words(&input, &["parameter", "parameterMap", "inputValue", "inputValueMap"]);
            let (parameter, at) = self.constant_iri(&input, "parameter", "parameterMap")?;
            let value = if let Some(value) = self.only(&input, "inputValue") {
                constant(&value)
            } else if let Some(map) = self.only(&input, "inputValueMap") {
                self.argument(&map)?
            } else {
                self.fault(&input.place, "the input has no `rml:inputValue` and no `rml:inputValueMap`", None);
                return None;
            };
            arguments.push((parameter, at, value));
        }
        self.finish(&iri, &place, arguments)
    }

    /// The IRI that a property has as a constant, or its map.
    fn constant_iri(&mut self, node: &RmlNode<'g>, shortcut: &str, word: &str) -> Option<(String, Place)> {
        let value = match self.only(node, shortcut) {
            Some(value) => value,
            None => {
                let Some(map) = self.only(node, word) else {
                    self.fault(&node.place, format!("there is no `{shortcut}`"), None);
                    return None;
                };
                let Some(value) = self.only(&map, "constant") else {
                    self.fault(&map.place, format!("the `{shortcut}` must be the same for all rows"), None);
                    return None;
                };
                value
            }
        };
        match value.term {
            Term::NamedNode(node) => Some((node.as_str().to_owned(), value.place)),
            _ => {
                self.fault(&value.place, format!("expected an IRI as `{shortcut}`, found {}", value.shown()), None);
                None
            }
        }
    }

    /// The earlier form: a triples map whose predicates are the parameters.
    fn function_value(&mut self, node: &RmlNode<'g>) -> Option<Call> {
        self.check_words(node, &["predicateObjectMap", "logicalSource", "subjectMap"]);
        let (mut function, mut arguments) = (None, Vec::new());
        for pair in node.values(self.graph, "predicateObjectMap") {
            self.check_words(&pair, &["predicate", "predicateMap", "object", "objectMap"]);
            let (parameter, at) = self.constant_iri(&pair, "predicate", "predicateMap")?;
            let constants: Vec<RmlNode<'g>> = pair.values(self.graph, "object").collect();
            let maps: Vec<RmlNode<'g>> = pair.values(self.graph, "objectMap").collect();
            if parameter == rml::EXECUTES {
                let of_map = maps.first().and_then(|map| map.values(self.graph, "constant").next());
                function = constants.first().cloned().or(of_map);
                continue;
            }
            for value in &constants {
                arguments.push((parameter.clone(), at.clone(), constant(value)));
            }
            for map in &maps {
                arguments.push((parameter.clone(), at.clone(), self.argument(map)?));
            }
        }
        let Some(function) = function else {
            self.fault(&node.place, "the call has no `fno:executes`", None);
            return None;
        };
        let Term::NamedNode(iri) = function.term else {
            self.fault(&function.place, format!("expected a function, found {}", function.shown()), None);
            return None;
        };
        self.finish(iri.as_str(), &function.place, arguments)
    }

    fn argument(&mut self, map: &RmlNode<'g>) -> Option<Expression> {
        let mut known = EXPRESSION_WORDS.to_vec();
        known.extend(["termType", "language", "datatype"]);
        self.check_words(map, &known);
        self.expression(map)
    }

    fn finish(&mut self, iri: &str, place: &Place, arguments: Vec<(String, Place, Expression)>) -> Option<Call> {
        let Some(function) = Function::find(iri) else {
            self.fault(place, format!("unknown function <{iri}>"), Function::suggest(iri, iri));
            return None;
        };
        let mut call = Call::new(function);
        let mut places = vec![place.clone(); call.arguments.len()];
        for (parameter, at, value) in arguments {
            match call.parameter(&parameter, &parameter) {
                Ok(index) => {
                    places[index] = at;
                    call.arguments[index].push(value);
                }
                Err((message, hint)) => {
                    self.fault(&at, message, hint);
                    return None;
                }
            }
        }
        match call.finish() {
            Ok(mut call) => {
                if let Some(used) = &mut call.constants.code_list {
                    used.place = Some(place.clone());
                }
                Some(call)
            }
            Err((index, message, hint)) => {
                let at = index.map_or(place, |index| &places[index]).clone();
                self.fault(&at, message, hint);
                None
            }
        }
    }
}

/// A constant argument.
fn constant(node: &RmlNode<'_>) -> Expression {
    Expression::Constant(match node.term {
        Term::NamedNode(node) => node.as_str().to_owned(),
        Term::Literal(literal) => literal.value().to_owned(),
        _ => String::new(),
    })
}
