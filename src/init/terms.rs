//! The terms of a pack's own, with the names by which people know them.

use std::fmt::Write as _;

use super::mapping::{PackNames, WrittenMapping};

/// Labels with their languages, the English one first.
type LabelsByLanguage = [(&'static str, &'static str); 4];

/// Properties of other vocabularies that mappings have, and what they are called by language.
const OF_OTHERS: &[(&str, &str, LabelsByLanguage)] = &[
    (
        "schema:url",
        "https://schema.org/url",
        [("en", "web address"), ("zh-Hant", "網址"), ("zh-Hans", "网址"), ("de", "Webadresse")],
    ),
    (
        "schema:image",
        "https://schema.org/image",
        [("en", "picture"), ("zh-Hant", "圖片"), ("zh-Hans", "图片"), ("de", "Bild")],
    ),
    (
        "schema:position",
        "https://schema.org/position",
        [("en", "position"), ("zh-Hant", "次序"), ("zh-Hans", "次序"), ("de", "Reihenfolge")],
    ),
    (
        "org:resultingOrganization",
        "http://www.w3.org/ns/org#resultingOrganization",
        [("en", "resulting body"), ("zh-Hant", "其後機構"), ("zh-Hans", "其后机构"), ("de", "danach zuständig")],
    ),
    (
        "skos:altLabel",
        "http://www.w3.org/2004/02/skos/core#altLabel",
        [("en", "also called"), ("zh-Hant", "又稱"), ("zh-Hans", "又称"), ("de", "auch genannt")],
    ),
    (
        "dcterms:description",
        "http://purl.org/dc/terms/description",
        [("en", "description"), ("zh-Hant", "描述"), ("zh-Hans", "描述"), ("de", "Beschreibung")],
    ),
];

/// The text of the file: classes and properties by their local names, with labels.
pub(super) fn write(mapping: &WrittenMapping, names: &PackNames<'_>) -> Option<String> {
    let mut text = format!(
        "# The classes and properties that mapping.yml has beside those of the vocabulary. The labels are guessed from\n\
         # the names of columns: cards, charts and answers show them.\n\n\
         @prefix ex: <{}def#> .\n\
         @prefix owl: <http://www.w3.org/2002/07/owl#> .\n\
         @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n\
         @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n",
        names.base
    );
    let others: Vec<_> = OF_OTHERS.iter().filter(|(name, ..)| mapping.text.contains(&format!("[{name}, "))).collect();
    if others.is_empty() && mapping.terms.is_empty() {
        return None;
    }
    for (_, iri, labels) in others {
        let label = |language: &String| labels.iter().find(|(known, _)| known == language).map(|(_, label)| *label);
        let known: Vec<String> = names
            .languages
            .iter()
            .filter_map(|language| Some(format!("\"{}\"@{language}", label(language)?)))
            .collect();
        let known = if known.is_empty() { format!("\"{}\"@en", labels[0].1) } else { known.join(" , ") };
        let _ = write!(text, "\n<{iri}>\n    rdfs:label {known} .\n");
    }
    for (local, (label, is_class)) in &mapping.terms {
        let kind = if *is_class { "owl:Class" } else { "rdf:Property" };
        let label = label.replace('\\', "\\\\").replace('"', "\\\"");
        let _ = write!(text, "\n<{}def#{local}>\n    a {kind} ;\n    rdfs:label", names.base);
        for (n, language) in names.languages.iter().enumerate() {
            let _ = write!(text, "{} \"{label}\"@{language}", if n == 0 { "" } else { " ," });
        }
        text.push_str(" .\n");
    }
    Some(text)
}
