//! Labels of a thing or relation in several languages.

/// Labels in the requested languages, in their order; a language without a label has an empty
/// place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labels(Vec<String>);

impl Labels {
    /// These labels, one for each language; an empty one is missing.
    pub fn of(labels: impl IntoIterator<Item = String>) -> Self {
        Self(labels.into_iter().collect())
    }

    /// One label for all languages.
    pub fn all(label: &str, n_languages: usize) -> Self {
        Self(vec![label.to_owned(); n_languages])
    }

    /// The existing labels.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str).filter(|label| !label.is_empty())
    }

    /// The existing labels, each with the index of its language.
    pub fn indexed(&self) -> impl Iterator<Item = (usize, &str)> {
        self.0.iter().map(String::as_str).enumerate().filter(|(_, label)| !label.is_empty())
    }

    /// The first existing label.
    pub fn first(&self) -> &str {
        self.iter().next().unwrap_or_default()
    }

    /// The label in the language with this index; empty if there is none.
    pub fn get(&self, index: usize) -> &str {
        self.0.get(index).map_or("", String::as_str)
    }

    /// The existing labels in a line: set apart by a space where the scripts differ, otherwise by a slash.
    pub fn together(&self) -> String {
        together(self.iter())
    }

    /// The existing labels, joined by a separator.
    pub fn join(&self, between: &str) -> String {
        self.iter().collect::<Vec<_>>().join(between)
    }
}

/// Labels of several languages in a line: set apart by a space where the scripts differ, otherwise by a slash.
pub fn together<'a>(labels: impl IntoIterator<Item = &'a str>) -> String {
    let is_latin = |text: &str| text.chars().find(|c| c.is_alphabetic()).is_none_or(|c| c < '\u{250}');
    let mut line = String::new();
    let mut before: Option<&str> = None;
    for label in labels {
        if let Some(before) = before {
            line.push_str(if is_latin(before) == is_latin(label) { " / " } else { " " });
        }
        line.push_str(label);
        before = Some(label);
    }
    line
}
