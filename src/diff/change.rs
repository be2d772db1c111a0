//! What a comparison finds, as plain values.

use std::sync::Arc;

use crate::finding::Findings;
use crate::graph::Prefixes;

/// A thing, relation or value, as it is named to people and to programs.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Named {
    /// What people call it: a label, a text, a number with its hedge.
    pub label: String,
    /// Its IRI; empty if it is a text.
    pub iri: String,
    /// Its prefixed name; empty if it is a text.
    pub id: String,
}

impl Named {
    /// A text.
    pub fn text(label: impl Into<String>) -> Self {
        Self { label: label.into(), iri: String::new(), id: String::new() }
    }
}

/// What sort of change it is, in the order in which a report tells them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// A thing that only the new edition names.
    New,
    /// A thing that only the old edition names.
    Gone,
    /// The new edition says that it has ended.
    Closed,
    /// The same IRI stands for another thing: names and kinds all differ.
    Reused,
    /// A main name was replaced.
    Renamed,
    /// It has another IRI, as a change event or its former name says.
    Reidentified,
    /// It is under something else.
    Moved,
    /// Several things became one.
    Merged,
    /// One thing became several.
    Divided,
    /// Another thing took its place.
    Succeeded,
    /// Its status, other than that it has ended.
    Status,
    /// Its classes or local kinds.
    Kind,
    /// A relation that holds, and that the old edition does not state.
    Begun,
    /// A relation that is to come, and that the old edition does not state.
    Planned,
    /// What was to come holds now.
    CarriedOut,
    /// A relation that the new edition says has ended.
    Ended,
    /// A relation that the new edition no longer states; whether it has ended, nobody says.
    Dropped,
    /// Another status of a relation.
    RelationStatus,
    /// Period, scope, matter or another qualifier of a relation.
    Qualified,
    /// A figure that only the new edition gives.
    FigureNew,
    /// A figure that only the old edition gives.
    FigureGone,
    /// A figure of the same thing, measure, nature and parties with another value, hedge, date or status.
    FigureRevised,
    /// A further name.
    NameNew,
    /// A name that is no longer given.
    NameGone,
    /// Any other property of a thing.
    Property,
    /// The places that back a statement, in sources that both editions have.
    Evidence,
    /// Two things that may be one: nothing but their names says so.
    Likely,
    /// Statements that are about none of these.
    Other,
}

/// Of what sort of thing a change is; reports have a part for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeTopic {
    /// Things: new, gone, moved.
    Things,
    /// Relations between them.
    Relations,
    /// Figures.
    Figures,
    /// Names other than main ones.
    Names,
    /// Other properties.
    Properties,
    /// What backs the statements.
    Evidence,
}

impl ChangeTopic {
    /// Its heading.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Things => "Things",
            Self::Relations => "Relations",
            Self::Figures => "Figures",
            Self::Names => "Names",
            Self::Properties => "Other statements",
            Self::Evidence => "Evidence",
        }
    }
}

impl ChangeKind {
    /// All, in their order.
    pub const ALL: [Self; 28] = [
        Self::New,
        Self::Gone,
        Self::Closed,
        Self::Reused,
        Self::Renamed,
        Self::Reidentified,
        Self::Moved,
        Self::Merged,
        Self::Divided,
        Self::Succeeded,
        Self::Status,
        Self::Kind,
        Self::Begun,
        Self::Planned,
        Self::CarriedOut,
        Self::Ended,
        Self::Dropped,
        Self::RelationStatus,
        Self::Qualified,
        Self::FigureNew,
        Self::FigureGone,
        Self::FigureRevised,
        Self::NameNew,
        Self::NameGone,
        Self::Property,
        Self::Evidence,
        Self::Likely,
        Self::Other,
    ];

    /// Its name in data, and a heading.
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::New => ("new", "New"),
            Self::Gone => ("gone", "No longer named"),
            Self::Closed => ("closed", "Ended"),
            Self::Reused => ("reused", "IRIs that stand for another thing now"),
            Self::Renamed => ("renamed", "Renamed"),
            Self::Reidentified => ("reidentified", "With another IRI"),
            Self::Moved => ("moved", "Moved"),
            Self::Merged => ("merged", "Merged"),
            Self::Divided => ("divided", "Divided"),
            Self::Succeeded => ("succeeded", "Succeeded by another"),
            Self::Status => ("status", "With another status"),
            Self::Kind => ("kind", "Of another kind"),
            Self::Begun => ("begun", "Relations new in this edition"),
            Self::Planned => ("planned", "Relations newly planned"),
            Self::CarriedOut => ("carried-out", "Planned before, and there now"),
            Self::Ended => ("ended", "Relations that have ended"),
            Self::Dropped => ("dropped", "Relations no longer stated"),
            Self::RelationStatus => ("relation-status", "Relations with another status"),
            Self::Qualified => ("qualified", "Relations stated otherwise"),
            Self::FigureNew => ("figure-new", "New figures"),
            Self::FigureGone => ("figure-gone", "Figures no longer given"),
            Self::FigureRevised => ("figure-revised", "Figures with another value"),
            Self::NameNew => ("name-new", "New names"),
            Self::NameGone => ("name-gone", "Names no longer given"),
            Self::Property => ("property", "Other properties"),
            Self::Evidence => ("evidence", "Backed by other places"),
            Self::Likely => ("likely", "Likely the same, by their names alone"),
            Self::Other => ("other", "Statements about none of these"),
        }
    }

    /// Its topic.
    pub fn topic(self) -> ChangeTopic {
        match self {
            Self::New
            | Self::Gone
            | Self::Closed
            | Self::Reused
            | Self::Renamed
            | Self::Reidentified
            | Self::Moved
            | Self::Merged
            | Self::Divided
            | Self::Succeeded
            | Self::Status
            | Self::Kind
            | Self::Likely => ChangeTopic::Things,
            Self::Begun
            | Self::Planned
            | Self::CarriedOut
            | Self::Ended
            | Self::Dropped
            | Self::RelationStatus
            | Self::Qualified => ChangeTopic::Relations,
            Self::FigureNew | Self::FigureGone | Self::FigureRevised => ChangeTopic::Figures,
            Self::NameNew | Self::NameGone => ChangeTopic::Names,
            Self::Property | Self::Other => ChangeTopic::Properties,
            Self::Evidence => ChangeTopic::Evidence,
        }
    }

    /// The sign of a change in reports and charts.
    pub fn sign(self) -> &'static str {
        match self {
            Self::New | Self::Begun | Self::FigureNew | Self::NameNew => "+",
            Self::Gone | Self::Closed | Self::Ended | Self::Dropped | Self::FigureGone | Self::NameGone => "−",
            Self::Moved | Self::Merged | Self::Divided | Self::Succeeded => "→",
            Self::Likely => "?",
            _ => "~",
        }
    }
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// What sort it is.
    pub kind: ChangeKind,
    /// Whether it is of something that is there for others: a website, an event, a code, a source. Reports
    /// tell these last.
    pub is_aside: bool,
    /// The thing, or the subject of the relation, figure or name.
    pub subject: Arc<Named>,
    /// The relation, measure or property, if the change is of one.
    pub relation: Option<Arc<Named>>,
    /// The other end of a relation.
    pub object: Option<Arc<Named>>,
    /// What the old edition says.
    pub before: Vec<Arc<Named>>,
    /// What the new edition says.
    pub after: Vec<Arc<Named>>,
    /// What else is to be said: the kind of a thing, qualifiers, the exact difference of two numbers.
    pub note: String,
}

/// How two editions differ.
#[derive(Debug, Default)]
pub struct Difference {
    /// The changes, sorted by kind and name.
    pub changes: Vec<Change>,
    /// The title and version of each edition.
    pub editions: [String; 2],
    /// Triples of each edition that were compared.
    pub n_triples: [usize; 2],
    /// Prefixes of both, those of the new one first.
    pub prefixes: Prefixes,
    /// What is to be known about the comparison.
    pub findings: Findings,
}

impl Difference {
    /// Whether both editions say the same. Likely pairs are no change.
    pub fn is_empty(&self) -> bool {
        self.changes.iter().all(|change| change.kind == ChangeKind::Likely)
    }

    /// The changes of a kind.
    pub fn of_kind(&self, kind: ChangeKind) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |change| change.kind == kind)
    }
}
