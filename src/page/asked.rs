//! A question in words: which stored question is meant, and what its parameter is.
//!
//! A question is found by the words of its titles; its parameter is filled where the text names one thing alone. What
//! is not sure is left to the reader.

use std::collections::BTreeSet;

use oxigraph::model::{NamedNode, NamedOrBlankNode, Term};

use super::site::Site;
use crate::graph::{LABELS, Layer, local_name};
use crate::search::fold;
use crate::sparql::{ParameterType, Question};
use crate::vocab::{cg, skos};

/// The most questions that are offered.
const MOST: usize = 3;

/// A stored question that a text asks, perhaps.
pub(super) struct AskedQuestion<'a> {
    /// The question.
    pub question: &'a Question,
    /// Its parameters that the text says, by name.
    pub parameters: Vec<(String, String)>,
}

/// The stored questions that a text asks, the likeliest first.
pub(super) fn asked<'a>(site: &'a Site, text: &str) -> Vec<AskedQuestion<'a>> {
    let folded = fold(text);
    let named = named_in(site, &folded);
    let mut rest = format!(" {folded} ");
    for (name, _) in &named {
        rest = rest.replace(name.as_str(), " ");
    }
    let wanted = marks(&rest);
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(usize, usize, AskedQuestion<'a>)> = Vec::new();
    for question in site.questions.iter() {
        let best = question.title.values().map(|title| {
            let of_title = marks(&fold(title));
            (wanted.intersection(&of_title).count(), of_title.len())
        });
        let Some((n_shared, n_all)) = best.max_by_key(|(n_shared, n_all)| (*n_shared, usize::MAX - n_all)) else {
            continue;
        };
        // Most of what is asked, but for the names, is in the title.
        if n_shared == 0 || 2 * n_shared < wanted.len() {
            continue;
        }
        let parameters = filled(question, &named);
        let is_fit = named.is_empty() || !parameters.is_empty();
        found.push((n_shared * 4 + usize::from(is_fit) * 2, n_all, AskedQuestion { question, parameters }));
    }
    found.sort_by(|a, b| (b.0, a.1, &a.2.question.name).cmp(&(a.0, b.1, &b.2.question.name)));
    found.truncate(MOST);
    found.into_iter().map(|(.., question)| question).collect()
}

/// The parameter of a question, if it has one of things and the text names one thing.
fn filled(question: &Question, named: &[(String, BTreeSet<NamedNode>)]) -> Vec<(String, String)> {
    let needed: Vec<_> = question.parameters.iter().filter(|parameter| parameter.default.is_none()).collect();
    let ([parameter], [(_, things)]) = (needed.as_slice(), named) else { return Vec::new() };
    let only = things.iter().next().filter(|_| things.len() == 1);
    match (parameter.kind, only) {
        (ParameterType::Entity, Some(thing)) => vec![(parameter.name.clone(), local_name(thing.as_str()).to_owned())],
        _ => Vec::new(),
    }
}

/// The names in a text, the longest where several are at the same place, each with the things that have it.
fn named_in(site: &Site, folded: &str) -> Vec<(String, BTreeSet<NamedNode>)> {
    let mut names: Vec<(String, NamedNode)> = Vec::new();
    let padded = format!(" {folded} ");
    let mut add = |text: &str, node: &NamedNode| {
        let name = fold(text);
        let is_chinese = name.chars().next().is_some_and(|c| c >= '\u{3400}');
        let is_there = match is_chinese {
            true => name.chars().count() > 1 && padded.contains(&name),
            false => name.len() > 2 && padded.contains(&format!(" {name} ")),
        };
        if is_there {
            names.push((name, node.clone()));
        }
    };
    let graph = &site.graph;
    for property in LABELS.into_iter().chain([skos::ALT_LABEL]) {
        for quad in graph.matching(None, Some(property), None, None) {
            if let (Layer::Source, NamedOrBlankNode::NamedNode(node), Term::Literal(label)) =
                (Layer::of(quad.graph_name.as_ref()), &quad.subject, &quad.object)
            {
                add(label.value(), node);
                add(local_name(node.as_str()), node);
            }
        }
    }
    for quad in graph.matching(None, Some(cg::HAS_NAME), None, None) {
        let (NamedOrBlankNode::NamedNode(node), Term::NamedNode(name)) = (&quad.subject, &quad.object) else {
            continue;
        };
        for text in graph.objects(name.as_ref().into(), cg::TEXT) {
            if let Term::Literal(text) = text {
                add(text.value(), node);
            }
        }
    }
    names.sort_by(|a, b| (b.0.len(), &a.0, &a.1).cmp(&(a.0.len(), &b.0, &b.1)));
    let mut found: Vec<(String, BTreeSet<NamedNode>)> = Vec::new();
    for (name, node) in names {
        match found.iter_mut().find(|(known, _)| known.contains(&name)) {
            Some((known, things)) if *known == name => drop(things.insert(node)),
            // A part of a longer name.
            Some(_) => {}
            None => found.push((name, BTreeSet::from([node]))),
        }
    }
    found
}

/// What a text is compared by: its words but the commonest, and pairs of ideographs.
fn marks(folded: &str) -> BTreeSet<String> {
    const COMMON: [&str; 34] = [
        "a", "an", "and", "are", "at", "be", "by", "did", "do", "does", "for", "from", "has", "have", "how", "in",
        "is", "it", "its", "list", "me", "of", "on", "or", "show", "that", "the", "there", "to", "was", "what",
        "which", "who", "with",
    ];
    let mut marks = BTreeSet::new();
    for word in folded.split(' ').filter(|word| !word.is_empty() && !COMMON.contains(word)) {
        if word.chars().all(|c| c >= '\u{3400}') {
            let chars: Vec<char> = word.chars().collect();
            marks.extend(chars.windows(2).map(|pair| pair.iter().collect::<String>()));
        } else {
            marks.insert(stem(word).to_owned());
        }
    }
    marks
}

/// A word without the commonest endings of English, so that `supports` and `supporter` are the same.
fn stem(word: &str) -> &str {
    let endings = ["ers", "ing", "ed", "er", "es", "s"];
    let stem = endings.iter().find_map(|ending| word.strip_suffix(ending).filter(|stem| stem.len() > 2));
    let stem = stem.unwrap_or(word);
    stem.strip_suffix('e').filter(|stem| stem.len() > 2).unwrap_or(stem)
}

#[cfg(test)]
mod tests {
    use super::{marks, stem};

    #[test]
    fn words_are_compared_without_endings_and_ideographs_in_pairs() {
        for word in ["support", "supports", "supporter", "supporters", "supporting", "supported"] {
            assert_eq!(stem(word), "support");
        }
        for word in ["manage", "manages", "managing", "managed"] {
            assert_eq!(stem(word), "manag");
        }
        assert!(marks("which of the").is_empty());
        assert_eq!(marks("谁资助").into_iter().collect::<Vec<_>>(), ["谁资", "资助"]);
    }
}
