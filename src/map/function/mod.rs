//! The functions that a mapping may call, by their published names and parameters. One table says
//! everything about them: what they are called, what they do, an example, and the code that
//! applies them.

mod code_list;
mod constants;
mod given;
mod list;
mod logic;
mod moment;
mod number;
mod table;
mod text;

pub use code_list::{CodeListUse, CodeLists};
pub use constants::Constants;
pub use given::Given;
pub use table::FUNCTIONS;

use super::plan::RowTexts;
use crate::finding::closest;

/// The values of a function, or why it cannot be applied.
pub type Applied = Result<RowTexts<'static>, String>;

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

/// The indent of what a function does, in a list.
const LIST_INDENT: &str = "                                      ";

/// A collection of functions with published IRIs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collection {
    /// The functions of OpenRefine's expression language.
    Grel,
    /// The functions of IDLab.
    Idlab,
}

impl Collection {
    /// The prefix that mappings declare for it.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Grel => "grel",
            Self::Idlab => "idlab-fn",
        }
    }

    /// Its namespaces, the newest first.
    pub fn namespaces(self) -> &'static [&'static str] {
        match self {
            Self::Grel => &["http://users.ugent.be/~bjdmeest/function/grel.ttl#"],
            Self::Idlab => &["https://w3id.org/imec/idlab/function#", "http://example.com/idlab/function/"],
        }
    }
}

/// What a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// A text.
    Text,
    /// `true` or `false`.
    Truth,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// All values that there are, together.
    All,
    /// A text, or a regular expression between slashes.
    Find,
    /// A regular expression.
    Regex,
    /// How a date is written, in the letters of Java.
    MomentPattern,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A text that is the same for all rows.
    Constant,
}

/// What a function gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gives {
    /// A text.
    Text,
    /// `true` or `false`.
    Truth,
    /// A number.
    Number,
    /// Any number of texts.
    List,
}

/// A parameter of a function.
#[derive(Debug, Clone, Copy)]
pub struct FunctionParameter {
    /// The name of its property first, then those by which it is called otherwise.
    pub names: &'static [&'static str],
    /// What it takes.
    pub takes: Takes,
    /// Whether it may be absent.
    optional: bool,
    /// Whether it may be given more than once.
    repeated: bool,
}

impl FunctionParameter {
    const fn new(names: &'static [&'static str], takes: Takes) -> Self {
        Self { names, takes, optional: false, repeated: false }
    }

    const fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    const fn repeated(mut self) -> Self {
        self.repeated = true;
        self
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.names[0]
    }

    /// Whether it may be absent.
    pub fn is_optional(&self) -> bool {
        self.optional
    }

    /// Whether it may be given more than once.
    pub fn is_repeated(&self) -> bool {
        self.repeated
    }
}

/// A function.
pub struct Function {
    /// Where it is published.
    pub collection: Collection,
    /// Its published name first, then others in use.
    names: &'static [&'static str],
    /// Its parameters.
    pub parameters: &'static [FunctionParameter],
    /// What it gives.
    pub gives: Gives,
    /// What it does.
    effect: &'static str,
    /// Values of its parameters, and what it makes of them.
    example: (&'static [&'static [&'static str]], &'static [&'static str]),
    /// What empty cells mean in its arguments, and in the texts from which these are made; `None`
    /// if the enclosing expression decides.
    pub empty: Option<Empty>,
    /// Applies it.
    pub apply: fn(&Given<'_, '_>) -> Applied,
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name())
    }
}

impl Function {
    /// Its name, as a mapping with the usual prefixes writes it.
    pub fn name(&self) -> String {
        format!("{}:{}", self.collection.prefix(), self.names[0])
    }

    /// Whether it is this function of a collection.
    pub fn is(&self, collection: Collection, name: &str) -> bool {
        self.collection == collection && self.names[0] == name
    }

    /// The function with this IRI. `equal` and `notEqual` may lack a namespace.
    pub fn find(iri: &str) -> Option<&'static Self> {
        FUNCTIONS.iter().find(|function| {
            let namespaces = function.collection.namespaces();
            let local = namespaces.iter().find_map(|namespace| iri.strip_prefix(namespace));
            let bare = matches!(function.names[0], "equal" | "notEqual").then_some(iri);
            local.or(bare).is_some_and(|local| function.names.contains(&local))
        })
    }

    /// The conjunction.
    pub fn and() -> &'static Self {
        table::AND
    }

    /// Whether it compares two texts for equality, as a join does.
    pub fn is_equality(&self) -> bool {
        self.is(Collection::Idlab, "equal")
    }

    /// The hint for a name that no function has. `written` is how the mapping writes it, and `iri`
    /// what that means.
    pub fn suggest(written: &str, iri: &str) -> String {
        let local = |name: &str| name.rsplit(['#', '/', ':']).next().unwrap_or(name).to_owned();
        let wanted = local(iri);
        let elsewhere = FUNCTIONS.iter().find(|function| function.names.contains(&wanted.as_str()));
        if let Some(function) = elsewhere {
            let namespace = function.collection.namespaces()[0];
            return match written.split_once(':') {
                Some((prefix, _)) if iri != written => {
                    let here = iri.strip_suffix(&wanted).unwrap_or(iri);
                    format!("the prefix `{prefix}` means <{here}>; the function is in <{namespace}>")
                }
                _ => format!("its IRI is <{namespace}{wanted}>"),
            };
        }
        let names: Vec<String> = FUNCTIONS.iter().map(Self::name).collect();
        let short: Vec<String> = names.iter().map(|name| local(name)).collect();
        match closest(&wanted, short.iter().map(String::as_str)) {
            Some(found) => {
                let at = short.iter().position(|name| name == found).unwrap_or(0);
                format!("did you mean `{}`?", names[at])
            }
            None => "`civigraph explain mapping` lists the functions".to_owned(),
        }
    }

    /// All functions with what each does, as `help mapping` lists them.
    pub fn list() -> String {
        let wrapped = |function: &Self| {
            let first = format!("  {:<36}", function.name());
            let options = textwrap::Options::new(80).initial_indent(&first).subsequent_indent(LIST_INDENT);
            format!("{}\n", textwrap::fill(function.effect, options))
        };
        FUNCTIONS.iter().map(wrapped).collect()
    }

    /// All functions, as `explain mapping` describes them: the name, what it does, its parameters,
    /// an example.
    pub fn reference() -> String {
        let mut text = "\nFunctions\n\n".to_owned();
        for function in FUNCTIONS {
            text.push_str(&function.described());
        }
        text
    }

    fn described(&self) -> String {
        let prefixed = |parameter: &FunctionParameter| {
            let prefix = match (parameter.name(), self.collection) {
                ("valueParameter" | "valueParameter2", _) | (_, Collection::Grel) => "grel",
                (_, Collection::Idlab) => "idlab-fn",
            };
            let word = if parameter.repeated {
                ", repeated"
            } else if parameter.optional {
                " (optional)"
            } else {
                ""
            };
            format!("{prefix}:{}{word}", parameter.name())
        };
        let parameters: Vec<String> = self.parameters.iter().map(prefixed).collect();
        let (given, made) = self.example;
        let quoted = |texts: &&[&str]| texts.iter().map(|text| format!("{text:?}")).collect::<Vec<_>>().join(" and ");
        let given: Vec<String> = given.iter().filter(|texts| !texts.is_empty()).map(quoted).collect();
        let made = if made.is_empty() { "nothing".to_owned() } else { quoted(&made) };
        let indented = |text: &str| {
            let options = textwrap::Options::new(80).initial_indent("      ").subsequent_indent("        ");
            format!("{}\n", textwrap::fill(text, options))
        };
        let parameters: String = parameters.iter().map(|parameter| indented(parameter)).collect();
        let example = indented(&format!("{} gives {made}", given.join(", ")));
        format!("  {}\n{}{parameters}{example}", self.name(), indented(self.effect))
    }
}

impl Takes {
    /// Whether it must be the same for all rows.
    pub fn is_constant(self) -> bool {
        matches!(self, Self::Regex | Self::MomentPattern | Self::Word(_) | Self::Constant)
    }

    /// What is wrong with a constant.
    pub fn fault(self, text: &str) -> Option<String> {
        let expected = match self {
            Self::Truth if given::truth(text).is_none() => "`true` or `false`".to_owned(),
            Self::Integer if text.parse::<i64>().is_err() => "a whole number".to_owned(),
            Self::Number if !crate::pack::schema::is_double(text) => "a number".to_owned(),
            Self::Word(words) if !words.contains(&text) => {
                let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
                format!("one of {}", words.join(", "))
            }
            _ => return None,
        };
        Some(format!("expected {expected}, found `{text}`"))
    }
}

impl Gives {
    /// Why a parameter cannot take it, if it never can.
    pub fn fault(self, takes: Takes) -> Option<String> {
        match (self, takes) {
            (Self::Truth, Takes::Integer | Takes::Number) => {
                Some("expected a number, found `true` or `false`".to_owned())
            }
            (Self::Number, Takes::Truth) => Some("expected `true` or `false`, found a number".to_owned()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    #[test]
    fn functions_give_what_their_examples_promise() {
        for function in FUNCTIONS {
            let (given, made) = function.example;
            assert_eq!(given.len(), function.parameters.len(), "{function:?}");
            let texts: Vec<RowTexts<'_>> = given
                .iter()
                .map(|texts| RowTexts::of(texts.iter().map(|text| Cow::Borrowed(*text)).collect()))
                .collect();
            let constants: Vec<Option<&str>> = given.iter().map(|texts| texts.first().copied()).collect();
            let constants = Constants::of(function, &constants).unwrap();
            let code_lists = CodeLists::example();
            let given = Given { texts: &texts, constants: &constants, code_lists: &code_lists };
            let found = (function.apply)(&given).unwrap();
            assert_eq!(found.as_slice(), made, "{function:?}");
        }
    }

    /// What a function makes of one text for each parameter; an empty one stands for none.
    fn applied(name: &str, given: &[&str]) -> Result<Vec<String>, String> {
        let function = FUNCTIONS.iter().find(|function| function.name() == name).unwrap();
        let given: Vec<Option<&str>> = given.iter().map(|text| Some(*text).filter(|text| !text.is_empty())).collect();
        let constants = Constants::of(function, &given).unwrap();
        let one = |text: &Option<&str>| RowTexts::from(text.map(str::to_owned));
        let texts: Vec<RowTexts<'_>> = given.iter().map(one).collect();
        let given = Given { texts: &texts, constants: &constants, code_lists: &CodeLists::default() };
        (function.apply)(&given).map(|made| made.into_vec().into_iter().map(Cow::into_owned).collect())
    }

    #[test]
    fn functions_are_exact_at_their_edges() {
        let cases: [(&str, &[&str], &[&str]); 24] = [
            ("grel:string_substring", &["香港科學園", "2", "4"], &["科學"]),
            ("grel:string_substring", &["abc", "-2", ""], &["bc"]),
            ("grel:string_substring", &["abc", "2", "1"], &[""]),
            ("grel:string_substring", &["abc", "7", "9"], &[""]),
            ("grel:string_replace", &["a.b.c", ".", "-"], &["a-b-c"]),
            ("grel:string_replace", &["a.b.c", "/[.](.)/", "<$1>"], &["a<b><c>"]),
            ("grel:string_replace", &["cost", "/$/", " $"], &["cost $"]),
            ("grel:string_replace", &["", "a", "b"], &[]),
            ("grel:string_split", &["a|b||c", "|", ""], &["a", "b", "c"]),
            ("grel:string_split", &["香 港", "/[ ]/", ""], &["香", "港"]),
            ("grel:string_match", &["xB12", "([A-Z])([0-9]+)"], &[]),
            ("grel:array_get", &["a", "1", ""], &[]),
            ("grel:array_get", &["a", "-1", ""], &["a"]),
            ("grel:string_toTitlecase", &["éCOLE de paris"], &["École De Paris"]),
            ("grel:string_toNumber", &["1.50E2"], &["150"]),
            ("grel:string_toNumber", &["-0"], &["0"]),
            ("grel:math_round", &["-2.5"], &["-2"]),
            ("grel:date_toDate", &["2/29/2020", "M/d/yyyy"], &["2020-02-29"]),
            ("idlab-fn:normalizeDate", &["29 February 2020", "d MMMM yyyy"], &["2020-02-29"]),
            ("idlab-fn:concat", &["mailto:", "", ""], &[]),
            ("idlab-fn:stringContainsOtherString", &["abc", "b", ""], &["false"]),
            ("idlab-fn:inRange", &["10", "1", "10"], &["false"]),
            ("grel:escape", &["é\"<", "html"], &["é&quot;&lt;"]),
            ("grel:escape", &["é/", "url"], &["%C3%A9%2F"]),
        ];
        for (name, given, expected) in cases {
            assert_eq!(applied(name, given).unwrap(), expected, "{name} {given:?}");
        }
        for (name, given, expected) in [
            ("grel:string_toNumber", &["1,200"] as &[&str], "expected a number, found `1,200`"),
            ("grel:date_toDate", &["2/30/2020", "M/d/yyyy"], "`2/30/2020` is not a date written as `M/d/yyyy`"),
            ("grel:string_substring", &["abc", "x", ""], "expected a whole number, found `x`"),
            ("grel:boolean_not", &["yes"], "expected `true` or `false`, found `yes`"),
        ] {
            assert_eq!(applied(name, given).unwrap_err(), expected, "{name} {given:?}");
        }
    }

    #[test]
    fn functions_are_found_by_their_published_iris() {
        let found = |iri: &str| Function::find(iri).map(Function::name);
        assert_eq!(
            found("http://users.ugent.be/~bjdmeest/function/grel.ttl#toUpperCase").as_deref(),
            Some("grel:toUpperCase")
        );
        for namespace in ["https://w3id.org/imec/idlab/function#", "http://example.com/idlab/function/"] {
            assert_eq!(found(&format!("{namespace}notEqual")).as_deref(), Some("idlab-fn:notEqual"));
        }
        assert_eq!(found("equal").as_deref(), Some("idlab-fn:equal"));
        assert_eq!(found("toUpperCase"), None);
    }

    #[test]
    fn a_hint_never_offers_what_was_written() {
        let hint = Function::suggest("idlab-fn:notEqual", "http://example.net/fn/notEqual");
        assert!(hint.contains("<http://example.net/fn/>") && hint.contains("<https://w3id.org/imec/idlab/function#>"));
        assert_eq!(
            Function::suggest("grel:string_spilt", "http://users.ugent.be/~bjdmeest/function/grel.ttl#string_spilt"),
            "did you mean `grel:string_split`?"
        );
    }

    #[test]
    fn no_two_functions_have_the_same_name() {
        for (index, function) in FUNCTIONS.iter().enumerate() {
            for other in &FUNCTIONS[..index] {
                let shared = function.names.iter().any(|name| other.names.contains(name));
                assert!(!shared || function.collection != other.collection, "{function:?} {other:?}");
            }
        }
    }

    #[test]
    fn the_conjunction_is_the_one_of_the_table() {
        assert_eq!(Function::and().name(), "grel:boolean_and");
    }
}
