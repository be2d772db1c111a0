//! The flag `i`: the case variants of characters (Functions and Operators,
//! 5.6.1.1), which are those equal in upper case or in lower case.

use std::collections::HashMap;
use std::sync::OnceLock;

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

/// The characters that have variants, sorted, each with all of its variants.
fn variants() -> &'static [(char, Vec<char>)] {
    static VARIANTS: OnceLock<Vec<(char, Vec<char>)>> = OnceLock::new();
    VARIANTS.get_or_init(|| {
        let lower = |c: char| c.to_lowercase().collect::<String>();
        let upper = |c: char| c.to_uppercase().collect::<String>();
        let changes = |c: &char| !c.to_lowercase().eq([*c]) || !c.to_uppercase().eq([*c]);
        let cased: Vec<char> = ('\0'..=char::MAX).filter(changes).collect();
        let (mut by_lower, mut by_upper) = (HashMap::<String, Vec<char>>::new(), HashMap::<String, Vec<char>>::new());
        for c in &cased {
            by_lower.entry(lower(*c)).or_default().push(*c);
            by_upper.entry(upper(*c)).or_default().push(*c);
        }
        let of = |c: &char| {
            let mut all = [&by_lower[&lower(*c)][..], &by_upper[&upper(*c)][..]].concat();
            all.sort_unstable();
            all.dedup();
            (*c, all)
        };
        cased.iter().map(of).collect()
    })
}

/// The class with the variants of all its characters.
pub(super) fn with_variants(class: &ClassUnicode) -> ClassUnicode {
    let all = variants();
    let mut more = class.clone();
    for range in class.ranges() {
        let start = all.partition_point(|(c, _)| *c < range.start());
        for (_, others) in all[start..].iter().take_while(|(c, _)| *c <= range.end()) {
            more.union(&ClassUnicode::new(others.iter().map(|c| ClassUnicodeRange::new(*c, *c))));
        }
    }
    more
}
