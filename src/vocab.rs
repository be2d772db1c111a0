//! IRIs that code uses. Whatever a pack brings is data and has no name here.

use oxigraph::model::NamedNodeRef;

macro_rules! terms {
    ($base:literal: $($(#[$doc:meta])* $name:ident = $local:literal),* $(,)?) => {
        $(
            $(#[$doc])*
            pub const $name: NamedNodeRef<'_> = NamedNodeRef::new_unchecked(concat!($base, $local));
        )*
    };
}

/// The civigraph vocabulary.
pub mod cg {
    use super::NamedNodeRef;
    terms!("https://w3id.org/civigraph/def#":
        /// One source's assertion of one relation.
        CLAIM = "Claim",
        /// The place in a source that backs a statement.
        EVIDENCE_CLASS = "Evidence",
        /// One quantity a source gives.
        FIGURE_CLASS = "Figure",
        /// A name that is not the main label.
        NAME_CLASS = "Name",
        /// Entity → figure.
        FIGURE = "figure",
        /// Entity → name.
        HAS_NAME = "hasName",
        /// Statement → evidence.
        EVIDENCE = "evidence",
        /// Evidence → first line.
        LINE_START = "lineStart",
        /// Evidence → last line.
        LINE_END = "lineEnd",
        /// Evidence → source.
        IN_SOURCE = "inSource",
        /// Evidence → heading.
        SECTION = "section",
        /// Evidence → why it needs an explanation.
        REASON = "reason",
        /// Source → name of its text file.
        TEXT_FILE = "textFile",
        /// Source → digest of its text.
        SHA256 = "sha256",
        /// Source → number of lines of its text.
        LINE_COUNT = "lineCount",
        /// Anything that a source names.
        ENTITY = "Entity",
        /// Entity → words by which a text speaks of it.
        MENTIONED_AS = "mentionedAs",
        /// Group → number of members.
        GROUP_SIZE = "groupSize",
        /// One side of a ratio.
        RATIO_PART_CLASS = "RatioPart",
        /// Claim, figure or entity → status.
        STATUS = "status",
        /// Entity → local kind.
        TYPE = "type",
        /// Name → words.
        TEXT = "text",
        /// Name → kind of name.
        NAME_KIND = "nameKind",
        /// Figure → what is measured.
        MEASURE = "measure",
        /// Figure → number.
        VALUE = "value",
        /// Figure → unit.
        UNIT = "unit",
        /// Figure → ISO 4217 code.
        CURRENCY = "currency",
        /// Figure → hedge.
        BOUND = "bound",
        /// Figure → the figure it is a part of.
        OF_FIGURE = "ofFigure",
        /// Figure → number before a change.
        PREVIOUS_VALUE = "previousValue",
        /// Figure → where its band begins.
        BAND_FROM = "bandFrom",
        /// Figure → where its band ends.
        BAND_TO = "bandTo",
        /// Figure → a side of a ratio.
        RATIO_PART = "ratioPart",
        /// Side of a ratio → who holds it.
        PARTY = "party",
        /// Side of a ratio → its number.
        SHARE = "share",
        /// Day of a stock.
        AS_OF = "asOf",
        /// Period.
        DURING = "during",
        /// Period in which what is planned is to be done.
        DUE = "due",
        /// First day of validity.
        VALID_FROM = "validFrom",
        /// Figure → who pays.
        PAYER = "payer",
        /// Figure → who is paid.
        PAYEE = "payee",
        /// Figure → the fund or scheme that the money goes through.
        VIA = "via",
        /// Period in words.
        PERIOD_LABEL = "periodLabel",
        /// The last day of `due`.
        DUE_LATEST = "dueLatest",
    );
}

/// The codes whose meaning the engine relies on.
pub mod code {
    use super::NamedNodeRef;
    terms!("https://w3id.org/civigraph/code#":
        /// Status: it has happened.
        DONE = "done",
        /// Status: it goes on.
        ONGOING = "ongoing",
        /// Status: it was and is no more.
        ENDED = "ended",
        /// Bound: the number as it stands.
        EXACT = "exact",
    );
}

/// The named graphs that the engine itself fills.
pub mod named_graph {
    use super::NamedNodeRef;
    terms!("https://w3id.org/civigraph/graph/":
        /// Vocabulary, code lists and alignments.
        ONTOLOGY = "ontology",
        /// What the package descriptor says of the pack as a whole.
        DATASET = "dataset",
        /// What a mapping puts in no graph.
        PACK = "pack",
    );
    /// What the names of these graphs begin with.
    pub const PREFIX: &str = "https://w3id.org/civigraph/graph/";
    /// A rule's output is in the graph named this plus the rule's name.
    pub const RULE: &str = "https://w3id.org/civigraph/graph/rule/";
}

/// Simple Knowledge Organization System.
pub mod skos {
    use super::NamedNodeRef;
    terms!("http://www.w3.org/2004/02/skos/core#":
        /// Main label.
        PREF_LABEL = "prefLabel",
        /// Other label.
        ALT_LABEL = "altLabel",
        /// A concept.
        CONCEPT = "Concept",
    );
}

/// Dublin Core elements, whose values are plain texts.
pub mod dc {
    use super::NamedNodeRef;
    terms!("http://purl.org/dc/elements/1.1/":
        /// Language tag.
        LANGUAGE = "language",
    );
}

/// Dublin Core terms.
pub mod dcterms {
    use super::NamedNodeRef;
    terms!("http://purl.org/dc/terms/":
        /// Title.
        TITLE = "title",
        /// Account.
        DESCRIPTION = "description",
        /// Licence.
        LICENSE = "license",
        /// Origin.
        SOURCE = "source",
    );
}

/// The Web Ontology Language.
pub mod owl {
    use super::NamedNodeRef;
    terms!("http://www.w3.org/2002/07/owl#":
        /// Version in words.
        VERSION_INFO = "versionInfo",
        /// Property → the property that says the same from the other side.
        INVERSE_OF = "inverseOf",
    );
}

/// Vocabulary of Interlinked Datasets.
pub mod void {
    use super::NamedNodeRef;
    terms!("http://rdfs.org/ns/void#":
        /// A set of triples.
        DATASET = "Dataset",
    );
}

/// Vocabulary annotation.
pub mod vann {
    use super::NamedNodeRef;
    terms!("http://purl.org/vocab/vann/":
        /// Namespace of an ontology.
        PREFERRED_NAMESPACE_URI = "preferredNamespaceUri",
    );
}
