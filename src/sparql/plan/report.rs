//! What was planned and how many rows there were, for `query --explain`.

use std::collections::HashMap;

use serde_json::Value;

use spargebra::algebra::GraphPattern;

use super::leaf::Leaf;
use crate::graph::Prefixes;

/// A step with the rows that there were after it.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedStep {
    /// The pattern, or what is done.
    pub what: String,
    /// The rows expected after it.
    pub expected: Option<f64>,
    /// The rows that there were.
    pub rows: u64,
    /// How deep it is nested.
    pub depth: usize,
}

/// The plan of a query.
#[derive(Debug, Clone, Default)]
pub(in crate::sparql) struct QueryPlan {
    /// The groups that were counted while planning: the pattern that reads each, and its steps.
    counted: Vec<(String, Vec<PlannedStep>)>,
    /// The rows expected after each pattern of a chain, by its text.
    expected: HashMap<String, f64>,
}

impl QueryPlan {
    /// Notes the rows expected after a leaf.
    pub(super) fn expect(&mut self, leaf: &Leaf, rows: f64) {
        self.expected.insert(text(leaf), rows);
    }

    /// Notes a group that was counted.
    pub(super) fn count(&mut self, pattern: &GraphPattern, steps: Vec<PlannedStep>) {
        self.counted.push((pattern.to_string(), steps));
    }

    /// How many groups the last one had.
    pub(super) fn n_counted(&self) -> Option<usize> {
        let (_, steps) = self.counted.last()?;
        steps.first().map(|step| step.rows as usize)
    }

    /// All steps: those of the evaluator, which explains them in JSON, and the groups counted
    /// before.
    pub(in crate::sparql) fn steps(self, explained: &Value, prefixes: &Prefixes) -> Vec<PlannedStep> {
        let mut reader = ExplanationReader { expected: self.expected, counted: self.counted, found: Vec::new() };
        reader.node(&explained["plan"], 0);
        let mut names = Names::default();
        for step in &mut reader.found {
            step.what = names.rename(&readable(&step.what, prefixes));
        }
        reader.found
    }
}

/// The text of a leaf, as the evaluator writes it.
pub(super) fn text(leaf: &Leaf) -> String {
    match leaf {
        Leaf::Triple(triple) => format!("{} {} {}", triple.subject, triple.predicate, triple.object),
        Leaf::Quad(graph, triple) => format!("{} {} {} {graph}", triple.subject, triple.predicate, triple.object),
        Leaf::Path { subject, path, object } => format!("{subject} {path} {object}"),
        Leaf::Values { variables, rows } => {
            let names: Vec<String> = variables.iter().map(ToString::to_string).collect();
            format!("VALUES ({}), {} rows", names.join(" "), rows.len())
        }
        Leaf::Union { .. } => "UNION".to_owned(),
    }
}

struct ExplanationReader {
    expected: HashMap<String, f64>,
    counted: Vec<(String, Vec<PlannedStep>)>,
    found: Vec<PlannedStep>,
}

impl ExplanationReader {
    fn node(&mut self, node: &Value, depth: usize) {
        let rows = node["number of results"].as_u64().unwrap_or_default();
        self.node_with(node, depth, rows);
    }

    /// A node after which there were so many rows, joined with those before it.
    fn node_with(&mut self, node: &Value, depth: usize, rows: u64) {
        let name = node["name"].as_str().unwrap_or_default();
        let children = node["children"].as_array().map(Vec::as_slice).unwrap_or_default();
        let (kind, argument) =
            name.split_once('(').map_or((name, ""), |(kind, rest)| (kind, rest.strip_suffix(')').unwrap_or(rest)));
        if let ("Lateral", [left, right]) = (kind, children) {
            // The columns of a table of groups, one after the other.
            if let Some(table) = table_of(right) {
                return self.table(&table, depth);
            }
            self.node(left, depth);
            return self.node_with(right, depth, rows);
        }
        if let ("ForLoopLeftJoin", [left, right]) = (kind, children) {
            if let Some(table) = table_of(right) {
                return self.table(&table, depth);
            }
            self.node(left, depth);
            self.step("OPTIONAL".to_owned(), None, rows, depth);
            return right["children"]
                .as_array()
                .into_iter()
                .flatten()
                .skip(1)
                .for_each(|child| self.node(child, depth + 1));
        }
        if children.is_empty()
            && let Some(table) = table_of(node)
        {
            return self.table(&table, depth);
        }
        let keyword = |word: &str| if argument.is_empty() { word.to_owned() } else { format!("{word} {argument}") };
        let what = match kind {
            "QuadPattern" | "Path" => argument.to_owned(),
            "Project" => keyword("SELECT"),
            "Distinct" => "DISTINCT".to_owned(),
            "Reduced" => "REDUCED".to_owned(),
            "Sort" => keyword("ORDER BY"),
            "Aggregate" => keyword("GROUP").replace(" -> ", " AS "),
            "Filter" => keyword("FILTER"),
            "Extend" => keyword("BIND").replace(" -> ", " AS "),
            "Union" => "UNION".to_owned(),
            "Join" => "JOIN by hash".to_owned(),
            "LeftJoin" => "OPTIONAL by hash".to_owned(),
            "AntiJoin" => "MINUS by hash".to_owned(),
            "Slice" => {
                argument.replace("start = ", "OFFSET ").replace(", length = ", " LIMIT ").replace("OFFSET 0 ", "")
            }
            "StaticBindings" => "VALUES".to_owned(),
            _ => name.to_owned(),
        };
        let expected = self.expected.get(argument).copied();
        self.step(what, expected, rows, depth);
        for child in children {
            self.node(child, depth + 1);
        }
    }

    fn table(&mut self, table: &str, depth: usize) {
        let steps = self.counted.iter().find(|(pattern, _)| pattern.contains(table)).map(|(_, steps)| steps);
        for step in steps.into_iter().flatten() {
            self.found.push(PlannedStep { depth: step.depth + depth, ..step.clone() });
        }
    }

    fn step(&mut self, what: String, expected: Option<f64>, rows: u64, depth: usize) {
        self.found.push(PlannedStep { what, expected, rows, depth });
    }
}

/// The predicate of a table of groups that a node reads.
fn table_of(node: &Value) -> Option<String> {
    let name = node["name"].as_str().unwrap_or_default();
    if let Some(start) = name.find("<\u{b7}table ") {
        return name[start..].split_inclusive('>').next().map(str::to_owned);
    }
    let children = node["children"].as_array().filter(|_| name.starts_with("LeftJoin"))?;
    children.iter().find_map(table_of)
}

/// A text with prefixed names in place of IRIs, and variables without the mark of ours.
fn readable(text: &str, prefixes: &Prefixes) -> String {
    let mut found = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let (before, from) = rest.split_at(start);
        found.push_str(before);
        let end = from.find(|c: char| c == '>' || c == '"' || c.is_whitespace());
        match end.filter(|end| from[*end..].starts_with('>') && *end > 1) {
            Some(end) => {
                found.push_str(&prefixes.shorten(&from[1..end]));
                rest = &from[end + 1..];
            }
            None => {
                found.push('<');
                rest = &from[1..];
            }
        }
    }
    found.push_str(rest);
    found.replace("?\u{b7}", "?_")
}

/// Names for the variables to which the parser gives random ones.
#[derive(Default)]
struct Names {
    known: Vec<String>,
}

impl Names {
    fn rename(&mut self, text: &str) -> String {
        let mut parts = text.split('?');
        let mut renamed = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            renamed.push('?');
            let end = part.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(part.len());
            let (name, rest) = part.split_at(end);
            // 128 random bits in hexadecimal.
            if name.len() >= 24 && name.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f')) {
                let known = self.known.iter().position(|known| known == name).unwrap_or_else(|| {
                    self.known.push(name.to_owned());
                    self.known.len() - 1
                });
                renamed.push_str(&format!("_{}", known + 1));
            } else {
                renamed.push_str(name);
            }
            renamed.push_str(rest);
        }
        renamed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_names_are_numbered() {
        let mut names = Names::default();
        let text = "BIND ?f754f69a754f9ed2267f0bd02ae0585 AS ?n";
        assert_eq!(names.rename(text), "BIND ?_1 AS ?n");
        assert_eq!(names.rename("?c754f69a754f9ed2267f0bd02ae0585 ?f754f69a754f9ed2267f0bd02ae0585?"), "?_2 ?_1?");
    }

    #[test]
    fn iris_are_shortened_and_comparisons_are_not() {
        let mut prefixes = Prefixes::none();
        prefixes.insert("a", "http://a/");
        let text = "?x <http://a/p> ?\u{b7}s1 FILTER (?x < 3 && ?y <= \"<http://a/q>\")";
        assert_eq!(readable(text, &prefixes), "?x a:p ?_s1 FILTER (?x < 3 && ?y <= \"a:q\")");
    }
}
