//! The terms of a pack's own, with the names by which people know them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::mapping::PackNames;

/// The text of the file: classes and properties by their local names, with labels.
pub(super) fn write(terms: &BTreeMap<String, (String, bool)>, names: &PackNames<'_>) -> String {
    let mut text = format!(
        "# The classes and properties that mapping.yml has beside those of the vocabulary. The labels are guessed from\n\
         # the names of columns: cards, charts and answers show them.\n\n\
         @prefix ex: <{}def#> .\n\
         @prefix owl: <http://www.w3.org/2002/07/owl#> .\n\
         @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n\
         @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n",
        names.base
    );
    for (local, (label, is_class)) in terms {
        let kind = if *is_class { "owl:Class" } else { "rdf:Property" };
        let label = label.replace('\\', "\\\\").replace('"', "\\\"");
        let _ = write!(text, "\n<{}def#{local}>\n    a {kind} ;\n    rdfs:label", names.base);
        for (n, language) in names.languages.iter().enumerate() {
            let _ = write!(text, "{} \"{label}\"@{language}", if n == 0 { "" } else { " ," });
        }
        text.push_str(" .\n");
    }
    text
}
