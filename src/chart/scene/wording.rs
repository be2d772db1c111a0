//! Relations in words, as they are read along a line: from the one at its beginning to the one at its end.
//! What is not there yet has its status before the verb, and no verb in the past tense.

use crate::network::{Labels, Relation, Status};

/// In which direction a relation is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::chart) enum ReadingDirection {
    /// From its source to its target.
    Forth,
    /// From its target to its source.
    Back,
}

/// A verb in each language in which it has words. `patterns` say, by language, how a status stands before
/// a verb.
pub(in crate::chart) fn verbs(
    verb: &Labels,
    planned: &Labels,
    status: Option<&Status>,
    patterns: &[String],
) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    for (index, label) in verb.indexed() {
        let words = match Status::unless_holds(status) {
            None => label.to_owned(),
            Some(status) => {
                let verb = match planned.get(index) {
                    "" => label,
                    planned if !status.has_ended() => planned,
                    _ => label,
                };
                with_status(status, index, verb, patterns)
            }
        };
        if !said.contains(&words) {
            said.push(words);
        }
    }
    said
}

/// Words with a status before them, in the language with this index.
pub(in crate::chart) fn with_status(status: &Status, index: usize, words: &str, patterns: &[String]) -> String {
    let own = status.labels.get(index);
    let status = if own.is_empty() { status.labels.first() } else { own };
    let pattern = patterns.get(index).map_or("{status}: {verb}", String::as_str);
    let (before, after) = pattern.split_once("{verb}").unwrap_or((pattern, ""));
    format!("{}{words}{}", before.replace("{status}", status), after.replace("{status}", status))
}

/// The words of a relation in the direction of reading. If the vocabulary has none for it, an arrow
/// says that the words are read upwards.
pub(in crate::chart) fn relation(relation: &Relation, reading: ReadingDirection, patterns: &[String]) -> Vec<String> {
    let status = relation.status.as_ref();
    match (reading, &relation.back) {
        (ReadingDirection::Forth, _) => verbs(&relation.labels, &relation.planned, status, patterns),
        (ReadingDirection::Back, Some(back)) => verbs(&back.labels, &back.planned, status, patterns),
        (ReadingDirection::Back, None) => {
            let words = verbs(&relation.labels, &relation.planned, status, patterns);
            words.into_iter().map(|words| format!("↑ {words}")).collect()
        }
    }
}
