//! One numbering for the terms of two editions, so that what both say has the same numbers.
//!
//! A term of the old edition keeps its number; one that only the new edition has gets a number above
//! them. Blank nodes have no names: those with the same content have one number. What an edition has
//! in a namespace of its own (claims, names, changes) is found under that of the other.

use std::collections::HashMap;
use std::collections::hash_map::{DefaultHasher, Entry};
use std::hash::{Hash, Hasher};

use oxigraph::model::{NamedNode, NamedNodeRef, Term, TermRef};

use super::layer::SourceStatements;
use crate::graph::TermNumber;

/// The number of a term in both editions.
pub(super) type SharedNumber = u32;

/// A number that no term has.
pub(super) const NOWHERE: u32 = u32::MAX;

/// Two editions with one numbering.
pub(super) struct AlignedEditions<'a> {
    pub old: SourceStatements<'a>,
    pub new: SourceStatements<'a>,
    n_old: u32,
    /// Blank nodes of the old edition, by the first with the same content.
    old_blanks: HashMap<TermNumber, SharedNumber>,
    shared: Vec<SharedNumber>,
    /// The number in the new edition of the terms of the old one.
    in_new: Vec<TermNumber>,
    /// Terms in neither edition.
    others: Vec<NamedNode>,
}

/// Which edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Old,
    New,
}

impl<'a> AlignedEditions<'a> {
    pub fn new(old: SourceStatements<'a>, new: SourceStatements<'a>) -> Self {
        let (n_old, n_new) = (old.graph.n_terms(), new.graph.n_terms());
        let mut shared = vec![NOWHERE; n_new as usize];
        let mut in_new = vec![NOWHERE; n_old as usize];
        let mut own = Vec::new();
        let bases = match (&old.base, &new.base) {
            (Some(old), Some(new)) if old != new => Some((old.as_str(), new.as_str())),
            _ => None,
        };
        let mut new_blanks = Vec::new();
        for number in 0..n_new {
            let term = new.graph.term(number);
            if matches!(term.as_ref(), TermRef::BlankNode(_)) {
                new_blanks.push(number);
                continue;
            }
            match old.graph.find(term.as_ref()) {
                Some(known) => {
                    shared[number as usize] = known;
                    in_new[known as usize] = number;
                }
                None => {
                    shared[number as usize] = n_old + number;
                    if let (Some((_, base)), TermRef::NamedNode(node)) = (bases, term.as_ref())
                        && node.as_str().starts_with(base)
                    {
                        own.push(number);
                    }
                }
            }
        }
        // What is only in the namespace of an edition: under that of the other.
        for number in own {
            let Some((of_old, of_new)) = bases else { continue };
            let Term::NamedNode(node) = new.graph.term(number).into_owned() else { continue };
            let there = format!("{of_old}{}", &node.as_str()[of_new.len()..]);
            let known = old.graph.find(NamedNodeRef::new_unchecked(&there).into());
            if let Some(known) = known.filter(|known| in_new[*known as usize] == NOWHERE) {
                shared[number as usize] = known;
                in_new[known as usize] = number;
            }
        }
        let mut aligned = Self { old, new, n_old, old_blanks: HashMap::new(), shared, in_new, others: Vec::new() };
        aligned.align_blanks(&new_blanks);
        aligned
    }

    /// Gives blank nodes with the same content the same number.
    fn align_blanks(&mut self, new_blanks: &[TermNumber]) {
        let is_blank = |number: &TermNumber| matches!(self.old.graph.term(*number).as_ref(), TermRef::BlankNode(_));
        let old_blanks: Vec<TermNumber> = (0..self.n_old).filter(is_blank).collect();
        if old_blanks.is_empty() && new_blanks.is_empty() {
            return;
        }
        let mut first: HashMap<u64, SharedNumber> = HashMap::new();
        let contents = self.contents(Side::Old, &old_blanks);
        let mut of_old = HashMap::new();
        for number in &old_blanks {
            of_old.insert(*number, *first.entry(contents[number]).or_insert(*number));
        }
        let contents = self.contents(Side::New, new_blanks);
        for number in new_blanks {
            let shared = match first.entry(contents[number]) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(place) => *place.insert(self.n_old + *number),
            };
            self.shared[*number as usize] = shared;
            if shared < self.n_old {
                self.in_new[shared as usize] = *number;
            }
        }
        self.old_blanks = of_old;
    }

    /// A digest of what each blank node says, with that of the blank nodes it leads to.
    fn contents(&self, side: Side, blanks: &[TermNumber]) -> HashMap<TermNumber, u64> {
        const UNDER_WAY: u64 = 1;
        let statements = self.statements(side);
        let is_blank: HashMap<TermNumber, ()> = blanks.iter().map(|number| (*number, ())).collect();
        let mut contents: HashMap<TermNumber, u64> = HashMap::with_capacity(blanks.len());
        let mut about = Vec::new();
        for start in blanks {
            let mut stack = vec![*start];
            while let Some(number) = stack.last().copied() {
                if contents.get(&number).is_some_and(|content| *content != UNDER_WAY) {
                    stack.pop();
                    continue;
                }
                let begun = contents.insert(number, UNDER_WAY).is_some();
                statements.about(number, &mut about);
                if !begun {
                    let unread = about
                        .iter()
                        .map(|(_, object)| object)
                        .filter(|object| is_blank.contains_key(object) && !contents.contains_key(object));
                    stack.extend(unread);
                    continue;
                }
                let mut parts: Vec<(u64, u64, bool)> = Vec::with_capacity(about.len());
                for (predicate, object) in &about {
                    let content = contents.get(object).copied();
                    let value = content.unwrap_or_else(|| u64::from(self.raw(side, *object)));
                    parts.push((u64::from(self.raw(side, *predicate)), value, content.is_some()));
                }
                parts.sort_unstable();
                let mut hasher = DefaultHasher::new();
                parts.hash(&mut hasher);
                contents.insert(number, hasher.finish().max(UNDER_WAY + 1));
                stack.pop();
            }
        }
        contents
    }

    fn raw(&self, side: Side, number: TermNumber) -> SharedNumber {
        match side {
            Side::Old => number,
            Side::New => self.shared[number as usize],
        }
    }

    pub fn statements(&self, side: Side) -> &SourceStatements<'a> {
        match side {
            Side::Old => &self.old,
            Side::New => &self.new,
        }
    }

    /// The shared number of a term of an edition.
    pub fn shared(&self, side: Side, number: TermNumber) -> SharedNumber {
        match side {
            Side::Old if self.old_blanks.is_empty() => number,
            Side::Old => self.old_blanks.get(&number).copied().unwrap_or(number),
            Side::New => self.shared[number as usize],
        }
    }

    /// The number of a shared term in an edition, if it has it.
    pub fn own(&self, side: Side, shared: SharedNumber) -> Option<TermNumber> {
        let found = match side {
            Side::Old => (shared < self.n_old).then_some(shared),
            Side::New => match self.in_new.get(shared as usize) {
                Some(number) => Some(*number),
                None => shared.checked_sub(self.n_old).filter(|number| (*number as usize) < self.shared.len()),
            },
        };
        found.filter(|number| *number != NOWHERE)
    }

    /// The shared number of a term that may be in neither edition.
    pub fn number(&mut self, node: NamedNodeRef<'_>) -> SharedNumber {
        if let Some(number) = self.old.graph.find(node.into()) {
            return number;
        }
        if let Some(number) = self.new.graph.find(node.into()) {
            return self.shared[number as usize];
        }
        let known = self.others.iter().position(|other| other.as_ref() == node);
        let index = known.unwrap_or_else(|| {
            self.others.push(node.into_owned());
            self.others.len() - 1
        });
        self.n_old + self.shared.len() as u32 + index as u32
    }

    /// Takes a thing of the new edition for one of the old edition.
    pub fn identify(&mut self, old: SharedNumber, new: SharedNumber) {
        if let Some(number) = self.own(Side::New, new) {
            self.shared[number as usize] = old;
            self.in_new[old as usize] = number;
        }
    }

    /// What a subject says in an edition, in shared numbers, sorted; in the place of what `about` holds.
    pub fn about(&self, side: Side, number: TermNumber, about: &mut Vec<(SharedNumber, SharedNumber)>) {
        self.statements(side).about(number, about);
        for (predicate, object) in about.iter_mut() {
            (*predicate, *object) = (self.shared(side, *predicate), self.shared(side, *object));
        }
        about.sort_unstable();
        about.dedup();
    }

    /// The subjects and objects of a property in an edition, in shared numbers, with the subject's own
    /// number.
    pub fn ends(&self, side: Side, property: NamedNodeRef<'_>) -> Vec<(TermNumber, SharedNumber)> {
        let ends = self.statements(side).ends(property);
        ends.into_iter().map(|(subject, object)| (subject, self.shared(side, object))).collect()
    }

    /// The term with a shared number, as the new edition has it if it does.
    pub fn term(&self, shared: SharedNumber) -> Term {
        let beyond = (self.n_old as usize) + self.shared.len();
        if let Some(other) = (shared as usize).checked_sub(beyond).and_then(|index| self.others.get(index)) {
            return other.clone().into();
        }
        match (self.own(Side::New, shared), self.own(Side::Old, shared)) {
            (Some(number), _) => self.new.graph.term(number).into_owned(),
            (None, Some(number)) => self.old.graph.term(number).into_owned(),
            (None, None) => Term::Literal("".into()),
        }
    }
}
