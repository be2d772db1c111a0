//! Pairs of a thing that is gone and one that is new which may be one, by their names alone. They are
//! listed, and never taken for one. Words that many names have find nobody, so that the work grows with
//! the number of names and not with its square.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Comparing;
use super::align::{SharedNumber, Side};
use super::change::ChangeKind;
use super::things::ThingTerms;
use crate::error::Result;

/// A word that more gone things have than this says too little.
const MOST_WITH_WORD: usize = 12;
/// Of the words of both names, so many have to be common.
const LEAST_COMMON: f64 = 0.6;

impl Comparing<'_> {
    /// Lists the likely pairs among what is left without a match.
    pub fn likely(&mut self, terms: &ThingTerms) -> Result<()> {
        let old: Vec<SharedNumber> = self.unmatched_old.clone();
        let new: Vec<SharedNumber> = self.unmatched_new.clone();
        if old.is_empty() || new.is_empty() {
            return Ok(());
        }
        let (gone, came) = (self.named_words(Side::Old, &old, terms), self.named_words(Side::New, &new, terms));
        let mut with_word: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, (_, words)) in gone.iter().enumerate() {
            for word in words {
                with_word.entry(word).or_default().push(index);
            }
        }
        // The best pairs first; each thing is in one.
        let mut candidates: Vec<(usize, usize, usize, usize)> = Vec::new();
        for (index, (_, words)) in came.iter().enumerate() {
            let mut common: BTreeMap<usize, usize> = BTreeMap::new();
            let found = words.iter().filter_map(|word| with_word.get(word.as_str()));
            for other in found.filter(|list| list.len() <= MOST_WITH_WORD).flatten() {
                *common.entry(*other).or_default() += 1;
            }
            for other in common.into_keys() {
                let n_common = words.intersection(&gone[other].1).count();
                let n_all = words.union(&gone[other].1).count();
                if n_common as f64 >= LEAST_COMMON * n_all as f64 {
                    candidates.push((n_common * 1_000 / n_all, n_common, other, index));
                }
            }
        }
        candidates.sort_by(|one, other| (other.0, other.1, one.2, one.3).cmp(&(one.0, one.1, other.2, other.3)));
        let (mut used_old, mut used_new) = (BTreeSet::new(), BTreeSet::new());
        for (_, _, old, new) in candidates {
            if used_old.contains(&old) || used_new.contains(&new) {
                continue;
            }
            used_old.insert(old);
            used_new.insert(new);
            let (old, new) = (gone[old].0, came[new].0);
            let mut change = self.change(ChangeKind::Likely, new)?;
            change.before.push(self.naming.before(&self.aligned, old)?);
            change.after.push(change.subject.clone());
            self.found.push(change);
        }
        Ok(())
    }

    /// The kinds and the words of the main names of things. Of scripts without spaces, two characters are a word.
    fn named_words(
        &self,
        side: Side,
        things: &[SharedNumber],
        terms: &ThingTerms,
    ) -> Vec<(SharedNumber, BTreeSet<String>)> {
        let mut about = Vec::new();
        let mut named = Vec::new();
        for thing in things {
            let Some(number) = self.aligned.own(side, *thing) else { continue };
            self.aligned.about(side, number, &mut about);
            let mut all = BTreeSet::new();
            for (_, label) in about.iter().filter(|(property, _)| terms.labels.contains(property)) {
                all.extend(self.text(*label).map(|text| words(&text)).into_iter().flatten());
            }
            if !all.is_empty() {
                named.push((*thing, all));
            }
        }
        named
    }
}

/// The words of a name, in lower case.
pub(super) fn words(name: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for word in name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if word.is_ascii() || !word.chars().any(|c| ('\u{2e80}'..='\u{9fff}').contains(&c)) {
            words.insert(word.to_lowercase());
            continue;
        }
        let characters: Vec<char> = word.chars().collect();
        if characters.len() == 1 {
            words.insert(word.to_owned());
        }
        words.extend(characters.windows(2).map(|pair| pair.iter().collect::<String>()));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn names_have_words_in_every_script() {
        let of = |name: &str| words(name).into_iter().collect::<Vec<_>>();
        assert_eq!(of("Office for Students"), ["for", "office", "students"]);
        assert_eq!(of("創科局"), ["創科", "科局"]);
        assert_eq!(of("局"), ["局"]);
        assert_eq!(of("—"), Vec::<String>::new());
    }
}
