//! The functions that a mapping may call: those of GREL and of IDLab that YARRRML mappings use
//! most, with their published names and parameters.

use std::borrow::Cow;

/// What an empty cell means in a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Empty {
    /// No text: a term that lacks a part is not made.
    Nothing,
    /// The empty text, unless all cells are empty: then there is no text.
    SomeText,
    /// The empty text: comparisons see the text as it is.
    Text,
}

/// Namespace `grel:` of published mappings.
const GREL: &str = "http://users.ugent.be/~bjdmeest/function/grel.ttl#";
/// Namespace `idlab-fn:` of published mappings.
const IDLAB: &str = "https://w3id.org/imec/idlab/function#";

/// A function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the published ones")]
pub enum Function {
    Equal,
    NotEqual,
    IsNull,
    IsNotNull,
    ToUpperCase,
    ToLowerCase,
    Trim,
    Replace,
    Substring,
    If,
    Not,
    And,
    Or,
}

/// Functions, published names, and parameters: optional ones are in brackets, and the accepted
/// names of one parameter are separated by `|`.
const TABLE: &[(Function, &str, &[&str], &[&str])] = &[
    (
        Function::Equal,
        IDLAB,
        &["equal"],
        &["valueParameter|valueParam|str1|str", "valueParameter2|valueParam2|str2|otherStr"],
    ),
    (
        Function::NotEqual,
        IDLAB,
        &["notEqual"],
        &["valueParameter|valueParam|str1|str", "valueParameter2|valueParam2|str2|otherStr"],
    ),
    (Function::IsNull, IDLAB, &["isNull"], &["str|valueParameter|valueParam"]),
    (Function::IsNotNull, IDLAB, &["isNotNull"], &["str|valueParameter|valueParam"]),
    (Function::ToUpperCase, GREL, &["toUpperCase"], &["valueParameter|valueParam"]),
    (Function::ToLowerCase, GREL, &["toLowerCase"], &["valueParameter|valueParam"]),
    (Function::Trim, GREL, &["string_trim", "trim"], &["valueParameter|valueParam"]),
    (
        Function::Replace,
        GREL,
        &["string_replace"],
        &["valueParameter|valueParam", "p_string_find|param_find", "p_string_replace|param_replace"],
    ),
    (
        Function::Substring,
        GREL,
        &["string_substring"],
        &["valueParameter|valueParam", "param_int_i_from|p_int_i_from", "[param_int_i_opt_to|p_int_i_opt_to]"],
    ),
    (Function::If, GREL, &["controls_if"], &["bool_b", "any_true", "[any_false]"]),
    (Function::Not, GREL, &["boolean_not"], &["bool_b"]),
    (Function::And, GREL, &["boolean_and"], &["param_rep_b", "param_rep_b"]),
    (Function::Or, GREL, &["boolean_or"], &["param_rep_b", "param_rep_b"]),
];

impl Function {
    /// The function with this IRI. `equal` and `notEqual` may lack a namespace.
    pub fn find(iri: &str) -> Option<Self> {
        TABLE.iter().find_map(|(function, namespace, names, _)| {
            let local = iri.strip_prefix(namespace).unwrap_or(iri);
            let bare = local != iri || matches!(function, Self::Equal | Self::NotEqual);
            (bare && names.contains(&local)).then_some(*function)
        })
    }

    /// The names of all functions, as a mapping with the usual prefixes writes them.
    pub fn names() -> impl Iterator<Item = String> {
        TABLE.iter().map(|(_, namespace, names, _)| {
            let prefix = if *namespace == GREL { "grel" } else { "idlab-fn" };
            format!("{prefix}:{}", names[0])
        })
    }

    /// All functions, as `help mapping` lists them: the name, what it does, its parameters.
    pub fn reference() -> String {
        let mut text = String::new();
        for ((function, ..), name) in TABLE.iter().zip(Self::names()) {
            let parameters: Vec<String> = function
                .parameters()
                .map(|(names, optional)| format!("grel:{}{}", names[0], if optional { " (optional)" } else { "" }))
                .collect();
            let repeats = if function.repeats() { ", repeated" } else { "" };
            text.push_str(&format!("  {name:<24}{}\n", function.effect()));
            text.push_str(&format!(
                "  {:<24}{}{repeats}\n",
                "",
                parameters.join(", ").replace("grel:str", "idlab-fn:str")
            ));
        }
        text
    }

    /// What it does, by an example.
    fn effect(self) -> &'static str {
        match self {
            Self::Equal => "true if both values are the same text",
            Self::NotEqual => "true if the values differ",
            Self::IsNull => "true if the cell is empty",
            Self::IsNotNull => "true if the cell is not empty",
            Self::ToUpperCase => "parks becomes PARKS",
            Self::ToLowerCase => "Parks becomes parks",
            Self::Trim => "removes white space at both ends",
            Self::Replace => "replaces every occurrence of a text: 1,200 without `,` becomes 1200",
            Self::Substring => {
                "the characters from a position (from 0) up to before another: 2019-04 from 0 to 4 is 2019"
            }
            Self::If => "the second value if the first is true, otherwise the third",
            Self::Not => "true if the value is not true",
            Self::And => "true if all values are true",
            Self::Or => "true if a value is true",
        }
    }

    /// Its parameters: the accepted names of each, and whether it is optional.
    pub fn parameters(self) -> impl Iterator<Item = (Vec<&'static str>, bool)> {
        let row = TABLE.iter().find(|(function, ..)| *function == self);
        let parameters = row.map_or(&[] as &[&str], |(_, _, _, parameters)| parameters);
        parameters.iter().map(|names| {
            let bare = names.trim_start_matches('[').trim_end_matches(']');
            (bare.split('|').collect(), bare.len() < names.len())
        })
    }

    /// Whether its last parameter may be given more than once.
    pub fn repeats(self) -> bool {
        matches!(self, Self::And | Self::Or)
    }

    /// What empty cells mean in its arguments, and in the texts from which these are made; `None`
    /// if the enclosing expression decides.
    pub fn empty(self) -> Option<Empty> {
        match self {
            Self::Equal | Self::NotEqual => Some(Empty::Text),
            Self::IsNull | Self::IsNotNull => Some(Empty::SomeText),
            _ => None,
        }
    }

    /// Its value. A cell without a value is `None`; for `equal` and `notEqual` it is the empty
    /// text.
    pub fn apply(self, arguments: &[Option<Cow<'_, str>>]) -> Option<String> {
        let argument = |index: usize| arguments.get(index).and_then(Option::as_deref);
        let is_true = |index: usize| argument(index) == Some("true");
        let boolean = |value: bool| Some(value.to_string());
        match self {
            Self::Equal => boolean(argument(0).unwrap_or("") == argument(1).unwrap_or("")),
            Self::NotEqual => boolean(argument(0).unwrap_or("") != argument(1).unwrap_or("")),
            Self::IsNull => boolean(argument(0).is_none()),
            Self::IsNotNull => boolean(argument(0).is_some()),
            Self::ToUpperCase => argument(0).map(str::to_uppercase),
            Self::ToLowerCase => argument(0).map(str::to_lowercase),
            Self::Trim => argument(0).map(|text| text.trim().to_owned()),
            Self::Replace => match (argument(0)?, argument(1)) {
                (text, Some(find)) => Some(text.replace(find, argument(2).unwrap_or(""))),
                // With nothing to search for, nothing is replaced.
                (text, None) => Some(text.to_owned()),
            },
            Self::Substring => {
                let text = argument(0)?;
                let from = argument(1)?.parse().ok()?;
                let to = match argument(2) {
                    None => usize::MAX,
                    Some(to) => to.parse().ok()?,
                };
                Some(text.chars().take(to).skip(from).collect())
            }
            Self::If => argument(if is_true(0) { 1 } else { 2 }).map(str::to_owned),
            Self::Not => boolean(!is_true(0)),
            Self::And => boolean((0..arguments.len()).all(is_true)),
            Self::Or => boolean((0..arguments.len()).any(is_true)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_give_what_their_names_promise() {
        type Case<'a> = (Function, &'a [Option<&'a str>], Option<&'a str>);
        let cases: [Case<'_>; 14] = [
            (Function::Equal, &[None, Some("")], Some("true")),
            (Function::NotEqual, &[Some("a"), Some("b")], Some("true")),
            (Function::IsNull, &[None], Some("true")),
            (Function::ToUpperCase, &[Some("aé")], Some("AÉ")),
            (Function::ToUpperCase, &[None], None),
            (Function::ToLowerCase, &[Some("A")], Some("a")),
            (Function::Trim, &[Some(" a ")], Some("a")),
            (Function::Replace, &[Some("a-b"), Some("-"), Some("")], Some("ab")),
            (Function::Replace, &[Some("a-b"), None, Some("x")], Some("a-b")),
            (Function::Substring, &[Some("香港科學園"), Some("2"), Some("4")], Some("科學")),
            (Function::If, &[Some("true"), Some("x"), Some("y")], Some("x")),
            (Function::If, &[Some("false"), Some("x"), None], None),
            (Function::Not, &[Some("false")], Some("true")),
            (Function::And, &[Some("true"), Some("false")], Some("false")),
        ];
        for (function, arguments, expected) in cases {
            let arguments: Vec<_> = arguments.iter().map(|a| a.map(Cow::Borrowed)).collect();
            assert_eq!(function.apply(&arguments).as_deref(), expected, "{function:?}");
        }
    }

    #[test]
    fn functions_are_found_by_their_published_iris() {
        assert_eq!(Function::find(&format!("{GREL}toUpperCase")), Some(Function::ToUpperCase));
        assert_eq!(Function::find("equal"), Some(Function::Equal));
        assert_eq!(Function::find("toUpperCase"), None);
    }
}
