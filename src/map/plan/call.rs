//! Functions with the expressions from which their arguments are made.

use std::borrow::Cow;
use std::fmt;

use super::Column;
use super::expression::{CellEncoding, Expression, RowTexts};
use crate::finding::{Finding, codes};
use crate::map::function::{Constants, Empty, Function, FunctionParameter, Given, Takes};
use crate::map::row::TableRow;

/// At most this many combinations of the values of arguments are tried.
const MOST_COMBINATIONS: usize = 100_000;

/// A function and its arguments.
#[derive(Debug, Clone)]
pub struct Call {
    /// The function.
    pub function: &'static Function,
    /// Its arguments, in the order of its parameters; only a repeated parameter has several.
    pub arguments: Vec<Vec<Expression>>,
    /// What is made once of the arguments that are the same for all rows.
    pub constants: Constants,
}

impl Call {
    /// A call without arguments.
    pub fn new(function: &'static Function) -> Self {
        let arguments = function.parameters.iter().map(|_| Vec::new()).collect();
        Self { function, arguments, constants: Constants::default() }
    }

    /// Whether all of these calls are true.
    pub fn all(calls: Vec<Self>) -> Option<Self> {
        if calls.len() < 2 {
            return calls.into_iter().next();
        }
        let mut all = Self::new(Function::and());
        all.arguments[0] = calls.into_iter().map(|call| Expression::Call(Box::new(call))).collect();
        Some(all)
    }

    /// The index of the parameter with this IRI, or another published name of it; `written` is how
    /// the mapping writes it.
    ///
    /// # Errors
    ///
    /// What is wrong, and a hint: the function has no such parameter, or it has its value already.
    pub fn parameter(&self, iri: &str, written: &str) -> Result<usize, (String, String)> {
        let parameters = self.function.parameters;
        let name = local(iri);
        let mut known = None;
        for (index, parameter) in parameters.iter().enumerate() {
            if parameter.names.contains(&name) {
                if parameter.is_repeated() || self.arguments[index].is_empty() {
                    return Ok(index);
                }
                known = Some(parameter);
            }
        }
        let function = self.function.name();
        if known.is_some() {
            let message = format!("the parameter `{written}` of `{function}` is given twice");
            return Err((message, "remove one of them".to_owned()));
        }
        let names: Vec<String> = parameters.iter().map(|parameter| format!("`{}`", parameter.name())).collect();
        let hint = match names.as_slice() {
            [] => "it has no parameters".to_owned(),
            names => format!("its parameters are {}", names.join(", ")),
        };
        Err((format!("`{written}` is not a parameter of `{function}`"), hint))
    }

    /// Checks that nothing is missing, and prepares what is the same for all rows.
    ///
    /// # Errors
    ///
    /// What is wrong, and a hint; with the index of the parameter, if it was given.
    pub fn finish(mut self) -> Result<Self, (Option<usize>, String, Option<String>)> {
        let function = self.function;
        for (index, (parameter, given)) in function.parameters.iter().zip(&self.arguments).enumerate() {
            if given.is_empty() && !parameter.is_optional() {
                let message = format!("`{}` needs the parameter `{}`", function.name(), parameter.name());
                return Err((None, message, None));
            }
            for expression in given {
                let fault = match expression {
                    Expression::Constant(text) => parameter.takes.fault(text),
                    _ if parameter.takes.is_constant() => {
                        Some("it must be the same for all rows, and not be taken from a cell".to_owned())
                    }
                    Expression::Call(call) => call.function.gives.fault(parameter.takes),
                    Expression::Reference(_) | Expression::Template(_) => None,
                };
                if let Some(fault) = fault {
                    let message = format!("`{}` of `{}`: {fault}", parameter.name(), function.name());
                    return Err((Some(index), message, None));
                }
            }
        }
        let constants: Vec<Option<&str>> = self
            .arguments
            .iter()
            .map(|given| match given.as_slice() {
                [Expression::Constant(text)] => Some(text.as_str()),
                _ => None,
            })
            .collect();
        match Constants::of(function, &constants) {
            Ok(constants) => self.constants = constants,
            Err((index, message, hint)) => return Err((Some(index), message, hint)),
        }
        Ok(self)
    }

    /// The values of the function for a row.
    ///
    /// # Errors
    ///
    /// The finding, without a place, that it cannot be applied to the values.
    pub fn texts<'a>(&'a self, row: TableRow<'a>, empty: Empty) -> Result<RowTexts<'a>, Finding> {
        let empty = self.function.empty.unwrap_or(empty);
        let mut given = Vec::with_capacity(self.arguments.len());
        let mut n_combinations = 1_usize;
        for (parameter, expressions) in self.function.parameters.iter().zip(&self.arguments) {
            if parameter.takes == Takes::All || parameter.is_repeated() {
                given.push(all_texts(expressions, row, empty)?);
                continue;
            }
            let texts = match expressions.first() {
                None => RowTexts::None,
                Some(expression) => expression.texts_with(row, CellEncoding::None, empty)?,
            };
            n_combinations = n_combinations.saturating_mul(texts.as_slice().len().max(1));
            given.push(texts);
        }
        if n_combinations == 1 {
            return self.apply(&given, row);
        }
        if n_combinations > MOST_COMBINATIONS {
            let message = format!("`{}` is called with {n_combinations} combinations of values", self.function.name());
            let hint = format!("at most {MOST_COMBINATIONS} are tried; split only one of its arguments");
            return Err(Finding::error(codes::FUNCTION_ARGUMENT, message).hint(hint));
        }
        self.each(&given, row)
    }

    /// The values for each combination of the values of arguments.
    fn each<'a>(&'a self, given: &[RowTexts<'a>], row: TableRow<'a>) -> Result<RowTexts<'a>, Finding> {
        let is_combined = |index: usize| {
            let parameter = &self.function.parameters[index];
            parameter.takes != Takes::All && !parameter.is_repeated() && given[index].as_slice().len() > 1
        };
        let combined: Vec<usize> = (0..given.len()).filter(|index| is_combined(*index)).collect();
        let mut at = vec![0; combined.len()];
        let mut made = Vec::new();
        loop {
            let mut one = given.to_vec();
            for (n, index) in at.iter().zip(&combined) {
                one[*index] = RowTexts::One(given[*index].as_slice()[*n].clone());
            }
            made.extend(self.apply(&one, row)?.into_owned().into_vec());
            let next = (0..combined.len()).rev().find(|n| at[*n] + 1 < given[combined[*n]].as_slice().len());
            let Some(next) = next else { return Ok(RowTexts::of(made)) };
            at[next] += 1;
            at[next + 1..].fill(0);
        }
    }

    fn apply<'a>(&'a self, given: &[RowTexts<'a>], row: TableRow<'a>) -> Result<RowTexts<'a>, Finding> {
        let given = Given { texts: given, constants: &self.constants, code_lists: row.code_lists };
        (self.function.apply)(&given).map_err(|message| {
            let message = format!("`{}` cannot be applied: {message}", self.function.name());
            Finding::error(codes::FUNCTION_ARGUMENT, message)
        })
    }

    /// Whether the function is true for a row: for one choice of the values that are not chosen
    /// yet, if cells have several.
    ///
    /// # Errors
    ///
    /// The finding, without a place, that it cannot be applied to the values.
    pub fn is_true(&self, row: TableRow<'_>) -> Result<bool, Finding> {
        let is_true = |row: TableRow<'_>| -> Result<bool, Finding> {
            Ok(self.texts(row, Empty::SomeText)?.as_slice().iter().any(|text| text == "true"))
        };
        if row.is_flat() {
            return is_true(row);
        }
        for choice in row.choices(|visit| self.chosen_columns(visit)) {
            if is_true(row.choosing(&choice.or(row.choice)))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Calls `visit` for each column that is read.
    pub fn columns<'a>(&'a self, visit: &mut dyn FnMut(&'a Column)) {
        for argument in self.arguments.iter().flatten() {
            argument.columns(visit);
        }
    }

    /// Calls `visit` for each column of which one value is taken at a time.
    pub fn chosen_columns<'a>(&'a self, visit: &mut dyn FnMut(&'a Column)) {
        for (parameter, given) in self.function.parameters.iter().zip(&self.arguments) {
            if parameter.takes != Takes::All && !parameter.is_repeated() {
                given.iter().for_each(|argument| argument.chosen_columns(visit));
            }
        }
    }

    pub(super) fn columns_mut(&mut self, visit: &mut dyn FnMut(&mut Column)) {
        for argument in self.arguments.iter_mut().flatten() {
            argument.columns_mut(visit);
        }
    }

    /// Calls `visit` for this call and those in its arguments.
    pub fn calls_mut(&mut self, visit: &mut dyn FnMut(&mut Self)) {
        visit(self);
        for argument in self.arguments.iter_mut().flatten() {
            if let Expression::Call(call) = argument {
                call.calls_mut(visit);
            }
        }
    }
}

/// All texts of all values of the cells.
fn all_texts<'a>(expressions: &'a [Expression], row: TableRow<'a>, empty: Empty) -> Result<RowTexts<'a>, Finding> {
    let mut all: Vec<Cow<'a, str>> = Vec::new();
    for expression in expressions {
        if row.is_flat() {
            all.extend(expression.texts_with(row, CellEncoding::None, empty)?.into_vec());
            continue;
        }
        for choice in row.all_choices(|visit| expression.chosen_columns(visit)) {
            let texts = expression.texts_with(row.choosing(&choice), CellEncoding::None, empty)?;
            all.extend(texts.into_owned().into_vec());
        }
    }
    Ok(RowTexts::of(all))
}

/// The last part of an IRI or prefixed name, without the underscore that IDLab puts before the
/// names of parameters.
fn local(name: &str) -> &str {
    let local = name.rsplit(['#', '/', ':']).next().unwrap_or(name);
    local.strip_prefix('_').unwrap_or(local)
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.function.name())?;
        let given = self.function.parameters.iter().zip(&self.arguments);
        let pairs = given.flat_map(|(parameter, given)| given.iter().map(move |value| (parameter, value)));
        for (index, (parameter, value)) in pairs.enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            let parameter: &FunctionParameter = parameter;
            match value {
                Expression::Constant(text) => write!(f, "{comma}{} = {text:?}", parameter.name())?,
                value => write!(f, "{comma}{} = {value}", parameter.name())?,
            }
        }
        f.write_str(")")
    }
}
