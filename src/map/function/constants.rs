//! What is made once of the arguments of a function that are the same for all rows.

use regex::{Regex, RegexBuilder};

use super::moment;
use super::{CodeListUse, Function, Takes};
use crate::pack::schema::MomentFormat;

/// What is made of constant arguments.
#[derive(Debug, Clone, Default)]
pub struct Constants {
    /// A regular expression.
    pub pattern: Option<Regex>,
    /// How dates are written.
    pub moment: Option<MomentFormat>,
    /// A table in which values are looked up.
    pub code_list: Option<CodeListUse>,
}

/// A compiled expression may not take more than this.
const LARGEST_PATTERN: usize = 10 << 20;

impl Constants {
    /// What is made of these arguments, one for each parameter.
    ///
    /// # Errors
    ///
    /// The index of the parameter, what is wrong, and a hint.
    pub fn of(function: &Function, given: &[Option<&str>]) -> Result<Self, (usize, String, Option<String>)> {
        let mut made = Self::default();
        for (index, (parameter, text)) in function.parameters.iter().zip(given).enumerate() {
            let Some(text) = text else { continue };
            let expression = match parameter.takes {
                Takes::Regex => Some(between_slashes(text).unwrap_or(text)),
                Takes::Find => between_slashes(text),
                Takes::MomentPattern => {
                    let format = moment::format(function, text).map_err(|(message, hint)| (index, message, hint))?;
                    made.moment = Some(format);
                    None
                }
                _ => None,
            };
            if let Some(expression) = expression {
                let built = RegexBuilder::new(expression).size_limit(LARGEST_PATTERN).build();
                made.pattern = Some(built.map_err(|error| {
                    let text = error.to_string();
                    let said = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
                    let hint = said
                        .contains("look-around")
                        .then(|| "what stands before or after can be matched too, and put back with `$1`".to_owned());
                    (index, format!("`{expression}` is not a regular expression: {said}"), hint)
                })?);
            }
        }
        made.code_list = CodeListUse::of(function, given);
        Ok(made)
    }
}

/// The expression in a text such as `/[0-9]+/`.
fn between_slashes(text: &str) -> Option<&str> {
    text.strip_prefix('/')?.strip_suffix('/').filter(|inside| !inside.is_empty())
}
