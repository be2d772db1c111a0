//! How close a name is to the text that is looked for.

use icu_segmenter::WordSegmenter;
use icu_segmenter::options::WordBreakInvariantOptions;

use super::fold::{fold, is_han};

/// How close a hit is, the closest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// It is called so.
    Exact,
    /// A name begins with the text.
    Begins,
    /// A name has the text.
    Contains,
    /// A name has all the words, in another order or with other words between them.
    Words,
    /// The text is made of the first letters or characters of the words of a name.
    Abbreviated,
    /// A name is written nearly so.
    Misspelt,
    /// A definition has all the words.
    Defined,
}

impl Rank {
    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Begins => "begins",
            Self::Contains => "contains",
            Self::Words => "words",
            Self::Abbreviated => "abbreviated",
            Self::Misspelt => "misspelt",
            Self::Defined => "defined",
        }
    }
}

/// How a name answers: the rank, how much it differs, which kind of name it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Score {
    pub rank: Rank,
    pub distance: usize,
    pub weight: u8,
}

/// A text that is looked for.
pub(super) struct Wanted {
    folded: String,
    words: Vec<String>,
    length: usize,
    is_han: bool,
}

impl Wanted {
    pub(super) fn new(text: &str) -> Self {
        let folded = fold(text);
        Self {
            words: words(&folded),
            length: folded.chars().count(),
            is_han: !folded.is_empty() && folded.chars().all(is_han),
            folded,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.folded.is_empty()
    }

    /// How close a name is, given as it is folded.
    pub(super) fn rank(&self, name: &str) -> Option<(Rank, usize)> {
        let wanted = self.folded.as_str();
        if name == wanted {
            return Some((Rank::Exact, 0));
        }
        if name.is_empty() {
            return None;
        }
        let n_characters = name.chars().count();
        let longer = n_characters.saturating_sub(self.length);
        if let Some(at) = find(name, wanted) {
            return Some((if at == 0 { Rank::Begins } else { Rank::Contains }, longer));
        }
        let of_name = words(name);
        if self.length > 1 && self.words.iter().all(|word| of_name.iter().any(|other| is_word(word, other))) {
            return Some((Rank::Words, longer));
        }
        // `lamp post` and `lamppost`.
        let joined: String = self.words.concat();
        if joined.is_ascii() && joined.len() > 5 && of_name.concat().contains(&joined) {
            return Some((Rank::Words, longer));
        }
        if self.is_abbreviation(name, &of_name) {
            return Some((Rank::Abbreviated, longer));
        }
        self.distance(name, &of_name, n_characters).map(|distance| (Rank::Misspelt, distance))
    }

    /// Whether a definition has all the words.
    pub(super) fn is_in(&self, definition: &str) -> bool {
        let of_text = words(definition);
        self.length > 1
            && self.words.iter().all(|word| match word.chars().all(is_han) {
                true => definition.contains(word.as_str()),
                false => of_text.contains(word),
            })
    }

    /// Whether it is made of the first letters of the words, as `OGCIO` and `創科局` are.
    fn is_abbreviation(&self, name: &str, of_name: &[String]) -> bool {
        if self.is_han && self.length > 1 {
            return first_characters(name).contains(&self.folded);
        }
        let minor = ["and", "of", "for", "the", "in", "on", "to", "a"];
        let initials = |all: bool| -> String {
            of_name
                .iter()
                .filter(|word| all || !minor.contains(&word.as_str()))
                .filter_map(|word| word.chars().next())
                .collect()
        };
        self.words.len() == 1 && self.length > 2 && (initials(true) == self.folded || initials(false) == self.folded)
    }

    /// The number of typing errors, if they are few.
    fn distance(&self, name: &str, of_name: &[String], n_characters: usize) -> Option<usize> {
        let few = allowed(self.length, self.is_han);
        if few == 0 {
            return None;
        }
        if n_characters.abs_diff(self.length) <= few {
            let distance = strsim::damerau_levenshtein(&self.folded, name);
            if distance <= few {
                return Some(distance);
            }
        }
        if self.is_han {
            if self.length < 4 {
                return None;
            }
            // A wrong character inside a longer name.
            let wanted: Vec<char> = self.folded.chars().collect();
            let name: Vec<char> = name.chars().collect();
            let wrong = |window: &[char]| window.iter().zip(&wanted).filter(|(a, b)| a != b).count();
            let least = name.windows(wanted.len()).map(wrong).min()?;
            return (least <= few).then_some(least + 1);
        }
        // Each word is one of the name, nearly.
        let mut sum = 0;
        for word in &self.words {
            let length = word.chars().count();
            let few = allowed(length, word.chars().all(is_han));
            let near = of_name
                .iter()
                .filter(|other| other.chars().count().abs_diff(length) <= few)
                .map(|other| if is_word(word, other) { 0 } else { strsim::damerau_levenshtein(word, other) })
                .min();
            let part = of_name.iter().any(|other| is_word(word, other)).then_some(0);
            sum += part.or(near).filter(|distance| *distance <= few)?;
        }
        Some(sum + 1)
    }
}

/// The first characters of the Chinese words of a name but its particles: 創科局 of 創新及科技局.
fn first_characters(name: &str) -> String {
    let segmenter = WordSegmenter::new_dictionary(WordBreakInvariantOptions::default());
    let breaks: Vec<usize> = segmenter.segment_str(name).collect();
    let words = breaks.windows(2).map(|pair| &name[pair[0]..pair[1]]);
    let is_particle = |word: &&str| ["及", "和", "与", "的", "之", "或"].contains(word);
    words.filter(|word| !is_particle(word)).filter_map(|word| word.chars().next()).filter(|c| is_han(*c)).collect()
}

/// Typing errors that a text of this length may have.
fn allowed(length: usize, is_han: bool) -> usize {
    match (is_han, length) {
        (true, 0..=2) | (false, 0..=3) => 0,
        (true, 3..=6) | (false, 4..=7) => 1,
        (false, 8..=12) | (true, 7..=12) => 2,
        _ => 3,
    }
}

/// Where a text begins in a name, at the beginning of a word unless it is Chinese.
fn find(name: &str, wanted: &str) -> Option<usize> {
    let at_word = |at: &usize| *at == 0 || name[..*at].ends_with(' ') || wanted.starts_with(is_han);
    let whole = |at: &usize| wanted.chars().count() > 2 || wanted.contains(is_han) || ends(name, at + wanted.len());
    name.match_indices(wanted).map(|(at, _)| at).filter(at_word).find(whole)
}

/// Whether a word of a name ends here; one or two letters are a word, not a part of one.
fn ends(name: &str, at: usize) -> bool {
    name[at..].chars().next().is_none_or(|c| c == ' ')
}

/// The words of a folded text, in the singular.
fn words(folded: &str) -> Vec<String> {
    folded.split(' ').filter(|word| !word.is_empty()).map(singular).collect()
}

fn singular(word: &str) -> String {
    match word.strip_suffix('s') {
        Some(stem) if word.len() > 3 && !stem.ends_with('s') => stem.to_owned(),
        _ => word.to_owned(),
    }
}

/// Whether a word that is looked for is a word of a name, or begins it.
fn is_word(wanted: &str, word: &str) -> bool {
    if wanted.starts_with(is_han) {
        return word.contains(wanted);
    }
    word == wanted || (wanted.len() > 2 && word.starts_with(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closer_name_has_a_lower_rank() {
        for (text, name, rank) in [
            ("cyberport", "Cyberport", Some(Rank::Exact)),
            ("数码港", "數碼港", Some(Rank::Exact)),
            ("cyberport", "Cyberport campus", Some(Rank::Begins)),
            ("Science Park", "Hong Kong Science Park", Some(Rank::Contains)),
            ("park science", "Hong Kong Science Park", Some(Rank::Words)),
            ("創科局", "創新及科技局", Some(Rank::Abbreviated)),
            ("城大", "香港城市大學", Some(Rank::Abbreviated)),
            ("科大", "香港科技大学", Some(Rank::Abbreviated)),
            ("創科局", "創科生活基金", None),
            ("lamp posts", "Smart lampposts", Some(Rank::Words)),
            ("ogcio", "Office of the Government Chief Information Officer", Some(Rank::Abbreviated)),
            ("Cyberprot", "Cyberport", Some(Rank::Misspelt)),
            ("数码巷", "數碼港", Some(Rank::Misspelt)),
            ("Sciense Park", "Hong Kong Science Park", Some(Rank::Misspelt)),
            ("park", "Hong Kong", None),
            ("a", "Hong Kong", None),
            ("h", "H", Some(Rank::Exact)),
            ("it", "City University", None),
            ("港", "數碼港", Some(Rank::Contains)),
        ] {
            assert_eq!(Wanted::new(text).rank(&fold(name)).map(|(rank, _)| rank), rank, "{text} in {name}");
        }
    }
}
