//! How two editions of a graph differ: things new, gone, renamed, moved and merged, relations begun,
//! ended and carried out, figures with another value, names, and the evidence behind statements.
//!
//! Things are matched by their IRIs, then by what the new edition itself says: change events and former
//! names. That names are alike is never enough; pairs of which nothing else is known are listed as
//! likely. Only what sources say is compared, not what follows from it.
//!
//! # How
//!
//! Both graphs are frozen and numbered, so that one walk over the terms of the new one gives every term
//! a number that both share (`align`). What a thing says is then a sorted list of pairs of numbers, and
//! two lists are compared without a look at any text. Nothing of the graphs is copied. Relations and
//! figures are sorted by what they are about and merged.

mod align;
mod change;
mod figures;
mod layer;
mod likely;
mod names;
mod naming;
mod paragraph;
mod relations;
mod succession;
mod things;
mod write;

use std::collections::HashSet;

use oxigraph::model::{NamedNode, NamedNodeRef};

use align::{AlignedEditions, SharedNumber, Side};
pub use change::{Change, ChangeKind, ChangeTopic, Difference, Named};
use layer::SourceStatements;
use naming::Naming;
pub use paragraph::{ParagraphNumber, paragraph};
use things::{NodeRoles, ThingTerms};
pub use write::{ChangeFormat, change_events, write_changes};

use crate::error::Result;
use crate::finding::Findings;
use crate::graph::Graph;
use crate::vocab::{cg, skos};

/// An edition: a graph, and the one source of it that is compared, if not all are.
#[derive(Clone)]
pub struct ComparedEdition<'a> {
    /// The title and version.
    pub title: String,
    /// The graph.
    pub graph: &'a Graph,
    /// The named graph of the source.
    pub source: Option<NamedNode>,
}

/// Classes of what is there for others, in an edition of entities. In a thesaurus, concepts are the things.
const ASIDE: [NamedNodeRef<'_>; 5] =
    [cg::CHANGE_EVENT, cg::WEBSITE, cg::SOURCE_CLASS, skos::CONCEPT, skos::CONCEPT_SCHEME];

/// A comparison under way.
struct Comparing<'a> {
    aligned: AlignedEditions<'a>,
    naming: Naming<'a>,
    old_roles: NodeRoles,
    new_roles: NodeRoles,
    found: Vec<Change>,
    findings: Findings,
    /// Things that only one edition names.
    unmatched_old: Vec<SharedNumber>,
    unmatched_new: Vec<SharedNumber>,
    /// IRIs that stand for another thing in the new edition.
    reused: HashSet<SharedNumber>,
    /// Relations that only one edition states without a claim.
    plain: Vec<(Side, [SharedNumber; 3])>,
    /// Properties that are no relations between things.
    no_relation: HashSet<SharedNumber>,
    evidence: SharedNumber,
    concept: SharedNumber,
    /// Classes of what is there for others.
    aside: Vec<SharedNumber>,
}

/// Compares two editions. Labels are those in the first of `languages` that a term has.
pub fn compare(old: &ComparedEdition<'_>, new: &ComparedEdition<'_>, languages: &[String]) -> Result<Difference> {
    let statements = |edition: &ComparedEdition<'_>| edition.source.clone();
    let (old_source, new_source) = (statements(old), statements(new));
    let aligned = AlignedEditions::new(
        SourceStatements::of(old.graph, old_source.as_ref().map(NamedNode::as_ref)),
        SourceStatements::of(new.graph, new_source.as_ref().map(NamedNode::as_ref)),
    );
    let mut comparing = Comparing {
        aligned,
        naming: Naming::new(languages),
        old_roles: NodeRoles::default(),
        new_roles: NodeRoles::default(),
        found: Vec::new(),
        findings: Findings::new(),
        unmatched_old: Vec::new(),
        unmatched_new: Vec::new(),
        reused: HashSet::new(),
        plain: Vec::new(),
        no_relation: HashSet::new(),
        evidence: 0,
        concept: 0,
        aside: Vec::new(),
    };
    let terms = ThingTerms::of(&mut comparing);
    comparing.evidence = terms.evidence;
    comparing.concept = terms.concept;
    comparing.aside = ASIDE.into_iter().map(|class| comparing.aligned.number(class)).collect();
    if !comparing.has_entities() {
        comparing.aside.clear();
    }
    comparing.no_relation = terms.no_relation();
    comparing.old_roles = comparing.roles(Side::Old, &terms);
    comparing.new_roles = comparing.roles(Side::New, &terms);
    let pairs = comparing.successions();
    comparing.identify(&pairs, &terms)?;
    comparing.things(&terms)?;
    comparing.succeeded(&pairs)?;
    comparing.relations()?;
    comparing.figures()?;
    comparing.names()?;
    comparing.described_places(&terms)?;
    comparing.likely(&terms)?;
    comparing.anything_else()?;
    let n_triples = [Side::Old, Side::New].map(|side| comparing.n_triples(side));
    let mut changes = comparing.found;
    changes.sort_by(|one, other| order(one).cmp(&order(other)));
    changes.dedup();
    let mut prefixes = old.graph.prefixes.clone();
    new.graph.prefixes.iter().for_each(|(name, namespace)| prefixes.insert(name, namespace));
    Ok(Difference {
        changes,
        editions: [old.title.clone(), new.title.clone()],
        n_triples,
        prefixes,
        findings: comparing.findings,
    })
}

/// The order of changes: by kind, then by what they are called.
fn order(change: &Change) -> impl Ord + '_ {
    let named = |named: &'_ Named| (named.label.clone(), named.iri.clone());
    (
        (change.kind, change.is_aside),
        named(&change.subject),
        change.relation.as_deref().map(named),
        change.object.as_deref().map(named),
        change.before.clone(),
        change.after.clone(),
        change.note.as_str(),
    )
}
