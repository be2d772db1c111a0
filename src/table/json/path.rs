//! Paths into JSON (RFC 9535). `jsonpath-rust` reads them and evaluates filters; the rest is
//! walked here, since a value's place must be kept.

use jsonpath_rust::parser::model::{Filter, FilterAtom, Segment, Selector};
use jsonpath_rust::parser::parse_json_path;
use jsonpath_rust::query::Query as _;
use jsonpath_rust::query::state::State;

use super::node::{JsonContent, Node};

/// A path from a value to values inside it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct JsonPath(pub Vec<JsonSegment>);

/// A segment of a path.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct JsonSegment {
    /// Whether it selects from all values inside a value, and from itself.
    pub descends: bool,
    pub selectors: Vec<Selector>,
}

impl JsonSegment {
    /// The name or index of the one value that it can select.
    pub fn single(&self) -> Option<&Selector> {
        match self.selectors.as_slice() {
            [only @ (Selector::Name(_) | Selector::Index(_))] if !self.descends => Some(only),
            _ => None,
        }
    }
}

/// A column of a mapping: a path from a record, or from a record around it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct JsonReference {
    /// How many records further out.
    pub up: usize,
    pub path: JsonPath,
}

impl JsonPath {
    /// Reads a path that begins with `$`.
    pub fn read(text: &str) -> Result<Self, String> {
        let query = parse_json_path(text).map_err(|_| format!("`{text}` is not a JSONPath (RFC 9535)"))?;
        let step = |segment: Segment| -> JsonSegment {
            let mut descends = false;
            let mut segment = segment;
            while let Segment::Descendant(inner) = segment {
                descends = true;
                segment = *inner;
            }
            let selectors = match segment {
                Segment::Selector(one) => vec![one],
                Segment::Selectors(several) => several,
                Segment::Descendant(_) => Vec::new(),
            };
            JsonSegment { descends, selectors }
        };
        Ok(Self(query.segments.into_iter().map(step).collect()))
    }

    /// The values to which the path leads from `root`, in the order of the document.
    pub fn values<'n>(&self, root: &'n Node) -> Vec<&'n Node> {
        let mut found = vec![root];
        for step in &self.0 {
            found = found.into_iter().flat_map(|node| step.values(node, root)).collect();
        }
        found
    }
}

impl JsonReference {
    /// Reads a reference: `name`, `a.b[0]`, `tags[*]`, `$.name`; `^.name` in the record around.
    pub fn read(text: &str) -> Result<Self, String> {
        let rest = text.trim_start_matches('^');
        let up = text.len() - rest.len();
        let rest = if up > 0 { rest.strip_prefix('.').unwrap_or(rest) } else { rest };
        let path = match rest.chars().next() {
            None | Some('[') => format!("${rest}"),
            Some('$') => rest.to_owned(),
            Some('@') => format!("${}", &rest[1..]),
            Some(_) => format!("$.{rest}"),
        };
        match JsonPath::read(&path) {
            Ok(path) => Ok(Self { up, path }),
            // Most names of members are no names of JSONPath, such as `web-url`.
            Err(_) if !rest.contains(['$', '[', ']', '*', '@', '(']) && !rest.contains("..") => {
                let step =
                    |name: &str| JsonSegment { descends: false, selectors: vec![Selector::Name(name.to_owned())] };
                Ok(Self { up, path: JsonPath(rest.split('.').map(step).collect()) })
            }
            Err(message) => Err(message),
        }
    }

    /// A reference to the member with this name, whatever characters it has.
    pub fn member(name: &str) -> Self {
        let step = JsonSegment { descends: false, selectors: vec![Selector::Name(name.to_owned())] };
        Self { up: 0, path: JsonPath(vec![step]) }
    }

    /// A reference to the element with this index.
    pub fn element(index: usize) -> Self {
        let step = JsonSegment { descends: false, selectors: vec![Selector::Index(index as i64)] };
        Self { up: 0, path: JsonPath(vec![step]) }
    }
}

impl JsonSegment {
    /// The values that it selects of `node`; `root` is what `$` means in a filter.
    pub fn values<'n>(&self, node: &'n Node, root: &'n Node) -> Vec<&'n Node> {
        let mut found = Vec::new();
        self.select(node, root, &mut found);
        found
    }

    fn select<'n>(&self, node: &'n Node, root: &'n Node, found: &mut Vec<&'n Node>) {
        for selector in &self.selectors {
            select(selector, node, root, found);
        }
        if self.descends {
            for child in children(node) {
                self.select(child, root, found);
            }
        }
    }
}

/// The values directly inside a value.
pub(super) fn children(node: &Node) -> Box<dyn Iterator<Item = &Node> + '_> {
    match &node.content {
        JsonContent::Array(elements) => Box::new(elements.iter()),
        JsonContent::Object(members) => Box::new(members.iter().map(|(_, value)| value)),
        _ => Box::new(std::iter::empty()),
    }
}

fn select<'n>(selector: &Selector, node: &'n Node, root: &'n Node, found: &mut Vec<&'n Node>) {
    match (selector, &node.content) {
        (Selector::Name(name), _) => found.extend(node.member(name)),
        (Selector::Wildcard, _) => found.extend(children(node)),
        (Selector::Index(index), JsonContent::Array(elements)) => {
            let at = if *index < 0 { elements.len() as i64 + index } else { *index };
            found.extend(usize::try_from(at).ok().and_then(|at| elements.get(at)));
        }
        (Selector::Slice(start, end, step), JsonContent::Array(elements)) => {
            found.extend(slice(elements.len() as i64, *start, *end, step.unwrap_or(1)).map(|at| &elements[at]));
        }
        (Selector::Filter(filter), _) => found.extend(children(node).filter(|child| holds(filter, child, root))),
        (Selector::Index(_) | Selector::Slice(..), _) => {}
    }
}

/// Whether a filter holds for a value, which is its `@`; `root` is its `$`. What cannot be evaluated
/// is false (section 2.3.5.2).
pub(super) fn holds(filter: &Filter, value: &Node, root: &Node) -> bool {
    match filter {
        Filter::Or(any) => any.iter().any(|filter| holds(filter, value, root)),
        Filter::And(all) => all.iter().all(|filter| holds(filter, value, root)),
        Filter::Atom(FilterAtom::Filter { expr, not }) => holds(expr, value, root) != *not,
        Filter::Atom(atom) => {
            let said = atom.process(State { root, ..State::root(value) }).ok_val();
            said.is_some_and(|said| matches!(said.content, JsonContent::Boolean(true)))
        }
    }
}

/// The indexes of a slice (section 2.3.4.2.2).
fn slice(length: i64, start: Option<i64>, end: Option<i64>, step: i64) -> Box<dyn Iterator<Item = usize>> {
    let normal = |at: i64| if at < 0 { length.saturating_add(at) } else { at };
    if step == 0 {
        return Box::new(std::iter::empty());
    }
    let stride = usize::try_from(step.unsigned_abs()).unwrap_or(usize::MAX);
    if step > 0 {
        let lower = normal(start.unwrap_or(0)).clamp(0, length);
        let upper = normal(end.unwrap_or(length)).clamp(0, length);
        Box::new((lower..upper).step_by(stride).map(|at| at as usize))
    } else {
        let upper = normal(start.unwrap_or(length - 1)).clamp(-1, length - 1);
        let lower = end.map_or(-1, normal).clamp(-1, length - 1);
        Box::new((lower + 1..=upper).rev().step_by(stride).map(|at| at as usize))
    }
}

/// Whether a filter of a path refers to its root (section 2.3.5): a `$` is after the beginning and
/// outside of quotes.
pub(super) fn refers_to_root(text: &str) -> bool {
    let (mut quote, mut escaped) = (None, false);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '$') if at > 0 => return true,
            (None, _) => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use jsonpath_rust::query::js_path_vals;
    use proptest::prelude::*;

    const DOCUMENT: &str = r#"{"a": [{"a": 1, "b": [1, 2, {"a": "x"}]}, {"b": 2}, [3, [4]]],
        "b": {"a": {"b": null}, "c": [[1, 2], [3]]}, "a b": {"-": true}}"#;

    proptest! {
        #[test]
        fn a_path_leads_to_what_the_crate_says(
            segments in prop::collection::vec(prop::sample::select(vec![
                ".a", ".b", ".*", "[*]", "[0]", "[-1]", "['a','b']", "[0,2]", "[1:]", "[::2]", "[::-1]", "[-2:]", "[2:0:-1]",
                "..a", "..*", "..[0]", "[?@.a]", "[?@.b > 1]", "[?@ == 3 || @.a == 'x']", "[?@ == $.b.c[1][0]]", "[?$.a]", "[?$.x]",
            ]), 0..4),
        ) {
            let path = format!("${}", segments.concat());
            let (root, _) = Node::read(DOCUMENT).unwrap();
            let ours: Vec<(usize, usize)> = JsonPath::read(&path).unwrap().values(&root).iter().map(|node| node.span).collect();
            let theirs: Vec<(usize, usize)> = js_path_vals(&path, &root).unwrap().iter().map(|node| node.span).collect();
            // RFC 9535 leaves the order of descendants open in part, and the crate takes another.
            let sorted = |mut spans: Vec<(usize, usize)>| { spans.sort_unstable(); spans };
            prop_assert_eq!(sorted(ours), sorted(theirs), "{}", path);
        }
    }

    #[test]
    fn references_are_read_as_people_write_them() {
        let (root, _) = Node::read(r#"{"web-url": 1, "a": {"b": [2, 3], "x y": 4}, "日本": 5, "@type": 6}"#).unwrap();
        for (reference, expected) in [
            ("web-url", vec!["1"]),
            ("a.b[1]", vec!["3"]),
            ("a.b[*]", vec!["2", "3"]),
            ("$.a['x y']", vec!["4"]),
            ("['web-url']", vec!["1"]),
            ("日本", vec!["5"]),
            ("['@type']", vec!["6"]),
            ("a.x y", vec!["4"]),
            ("missing", vec![]),
        ] {
            let values = JsonReference::read(reference).unwrap().path.values(&root);
            let texts: Vec<_> = values
                .iter()
                .map(|node| match &node.content {
                    JsonContent::Number(text) => text.as_str(),
                    _ => "?",
                })
                .collect();
            assert_eq!(texts, expected, "{reference}");
        }
        assert_eq!(JsonReference::read("^^.id").unwrap().up, 2);
        assert_eq!(JsonReference::read("^").unwrap(), JsonReference { up: 1, path: JsonPath::default() });
        assert!(JsonReference::read("a[").is_err());
    }
}
