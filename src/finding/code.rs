//! What a code of the program is, and what codes are about.

use super::Severity;

/// A code of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// Its name, which is stable and in kebab case.
    pub name: &'static str,
    /// What it is about.
    pub topic: Topic,
    /// How severe it is, unless the message says otherwise.
    pub severity: Severity,
    /// What it means, in one sentence without a full stop.
    pub summary: &'static str,
    /// Why it is reported and what to do about it.
    pub explanation: &'static str,
}

/// What a code is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// Files and the system.
    Files,
    /// The pack as a whole.
    Pack,
    /// The structure of a table.
    Tables,
    /// Single cells against their Table Schema.
    Cells,
    /// IRIs, literals and terms of a vocabulary.
    Terms,
    /// The mapping from tables to RDF.
    Mapping,
    /// Queries, stored questions, parameters, arguments.
    Queries,
    /// Checks and rules themselves.
    Checks,
    /// SHACL.
    Shapes,
    /// Evidence against the text of its source.
    Evidence,
    /// Charts.
    Charts,
    /// Snapshots.
    Snapshots,
    /// The server and requests to it.
    Server,
    /// Stores of other programs.
    Engines,
}

impl Topic {
    /// All, in the order in which a user meets them.
    pub const ALL: [Self; 14] = [
        Self::Files,
        Self::Pack,
        Self::Tables,
        Self::Cells,
        Self::Terms,
        Self::Mapping,
        Self::Queries,
        Self::Checks,
        Self::Shapes,
        Self::Evidence,
        Self::Charts,
        Self::Snapshots,
        Self::Server,
        Self::Engines,
    ];

    /// Its name as a heading.
    pub fn name(self) -> &'static str {
        match self {
            Self::Files => "Files",
            Self::Pack => "The pack",
            Self::Tables => "Tables",
            Self::Cells => "Cells",
            Self::Terms => "Terms",
            Self::Mapping => "The mapping",
            Self::Queries => "Queries and arguments",
            Self::Checks => "Checks and rules",
            Self::Shapes => "Shapes",
            Self::Evidence => "Evidence",
            Self::Charts => "Charts",
            Self::Snapshots => "Snapshots",
            Self::Server => "The server",
            Self::Engines => "Other engines",
        }
    }
}
