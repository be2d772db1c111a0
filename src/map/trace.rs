//! The way back: from quads to the cells they were made of.
//!
//! A store need not carry places: the mapping is run again and the quads that
//! are asked for are recognised when they pass. The tables must be unchanged.

use std::collections::HashMap;

use oxigraph::model::{Quad, Triple};

use super::{Plan, Tables, execute};
use crate::diagnostic::{Diagnostics, Place};

/// The cells that made each of `triples`, in whatever graph, in the order of
/// the tables. A triple that the mapping does not make has none.
pub fn trace(plan: &Plan, tables: &dyn Tables, triples: &[Triple]) -> Vec<Vec<Place>> {
    let mut wanted: HashMap<&Triple, Vec<usize>> = HashMap::new();
    for (index, triple) in triples.iter().enumerate() {
        wanted.entry(triple).or_default().push(index);
    }
    let mut found = vec![Vec::new(); triples.len()];
    let mut unsaid = Diagnostics::new();
    execute(plan, tables, &mut unsaid, &mut |quad, origin| {
        let Quad { subject, predicate, object, .. } = quad;
        if let Some(indexes) = wanted.get(&Triple { subject, predicate, object }) {
            for index in indexes {
                for place in origin.places() {
                    if !found[*index].contains(&place) {
                        found[*index].push(place);
                    }
                }
            }
        }
    });
    found
}
