//! IRIs that the code uses. Those that a pack brings are data and have no names here.

use oxigraph::model::NamedNodeRef;

macro_rules! terms {
    ($base:literal: $($(#[$doc:meta])* $name:ident = $local:literal),* $(,)?) => {
        $(
            $(#[$doc])*
            pub const $name: NamedNodeRef<'_> = NamedNodeRef::new_unchecked(concat!($base, $local));
        )*
    };
}

/// Whether a term is of the civigraph vocabulary.
pub fn is_ours(term: NamedNodeRef<'_>) -> bool {
    term.as_str().starts_with(cg::NAMESPACE_IRI)
}

/// Properties that lead from a thing to a code which says what sort of thing it is.
pub const KINDS: [NamedNodeRef<'_>; 2] = [cg::TYPE, cg::STATUS];

/// The civigraph vocabulary.
pub mod cg {
    use super::NamedNodeRef;
    /// Prefix of all its terms.
    pub const NAMESPACE_IRI: &str = "https://w3id.org/civigraph/def#";
    terms!("https://w3id.org/civigraph/def#":
        /// One source's assertion of one relation.
        CLAIM = "Claim",
        /// The place in a source that backs a statement.
        EVIDENCE_CLASS = "Evidence",
        /// One quantity a source gives.
        FIGURE_CLASS = "Figure",
        /// A name other than the main label.
        NAME_CLASS = "Name",
        /// A publication that statements are taken from.
        SOURCE_CLASS = "Source",
        /// Figure → what sort of number it is.
        NATURE = "nature",
        /// Figure → entity.
        ABOUT = "about",
        /// Entity → figure.
        FIGURE = "figure",
        /// Property or measure → label for what is not there yet.
        PLANNED_LABEL = "plannedLabel",
        /// Property or measure → pattern of a sentence.
        SENTENCE = "sentence",
        /// The same for what goes on.
        ONGOING_SENTENCE = "ongoingSentence",
        /// Pattern of the sentence for what is not there yet.
        PLANNED_SENTENCE = "plannedSentence",
        /// Class → colour in charts.
        COLOUR = "colour",
        /// Entity → name.
        HAS_NAME = "hasName",
        /// Statement → evidence.
        EVIDENCE = "evidence",
        /// Evidence → row of a table.
        ROW = "row",
        /// Evidence → printed page.
        PAGE_NUMBER = "pageNumber",
        /// Dataset → tag of a language that its texts may have.
        OPTIONAL_LANGUAGE = "optionalLanguage",
        /// Evidence → first line.
        LINE_START = "lineStart",
        /// Evidence → last line.
        LINE_END = "lineEnd",
        /// Evidence → source.
        IN_SOURCE = "inSource",
        /// Evidence → heading.
        SECTION = "section",
        /// Evidence → why the evidence needs an explanation.
        REASON = "reason",
        /// Source → name of its text file.
        TEXT_FILE = "textFile",
        /// Source → digest of its text.
        SHA256 = "sha256",
        /// Source → number of lines of its text.
        LINE_COUNT = "lineCount",
        /// Anything that a source names.
        ENTITY = "Entity",
        /// Entity → the territory it belongs to.
        JURISDICTION = "jurisdiction",
        /// Entity → words by which a text refers to it.
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
        /// Period in which a plan should be completed.
        DUE = "due",
        /// First day of validity.
        VALID_FROM = "validFrom",
        /// Figure → who pays.
        PAYER = "payer",
        /// Figure → who is paid.
        PAYEE = "payee",
        /// Figure → the fund or scheme that the money goes through.
        VIA = "via",
        /// Evidence → address of a page.
        PAGE = "page",
        /// Period in the source's words.
        PERIOD_LABEL = "periodLabel",
        /// `during` in words (rule `period`).
        DURING_LABEL = "duringLabel",
        /// `due` in words (rule `period`).
        DUE_LABEL = "dueLabel",
        /// Last day of validity.
        VALID_TO = "validTo",
        /// Change → what it changed.
        CHANGED = "changed",
        /// Thing → the change that it did not outlast.
        CHANGED_IN = "changedIn",
        /// Child → whoever is above.
        REPORTS_TO = "reportsTo",
        /// A site on the web.
        WEBSITE = "Website",
        /// A change after which something is no longer what it was.
        CHANGE_EVENT = "ChangeEvent",
        /// The last day of `due`.
        DUE_LATEST = "dueLatest",
        /// Property → the list that its values are from.
        CODE_LIST = "codeList",
    );
}

/// The codes whose meaning the engine relies on.
pub mod code {
    use super::NamedNodeRef;
    terms!("https://w3id.org/civigraph/code#":
        /// Status: it has happened.
        DONE = "done",
        /// Status: it is ongoing.
        ONGOING = "ongoing",
        /// Status: it has ended.
        ENDED = "ended",
        /// Kind of name: former.
        FORMER = "former",
        /// Bound: exactly this number.
        EXACT = "exact",
    );
}

/// The named graphs that the engine fills.
pub mod named_graph {
    use super::NamedNodeRef;
    terms!("https://w3id.org/civigraph/graph/":
        /// Vocabulary, code lists and alignments.
        ONTOLOGY = "ontology",
        /// What the package descriptor says about the pack.
        DATASET = "dataset",
        /// Triples to which the mapping gives no graph.
        PACK = "pack",
        /// Shapes, for those of their queries that refer to them.
        SHAPES = "shapes",
    );
    /// Prefix of the names of these graphs.
    pub const PREFIX: &str = "https://w3id.org/civigraph/graph/";
    /// The graph of a rule's output has this prefix and the rule's name.
    pub const RULE: &str = "https://w3id.org/civigraph/graph/rule/";
}

/// The Organization Ontology of the W3C.
pub mod org {
    use super::NamedNodeRef;
    terms!("http://www.w3.org/ns/org#":
        /// A node for who belongs to what.
        MEMBERSHIP = "Membership",
        /// Membership → body.
        ORGANIZATION = "organization",
        /// Membership → who belongs to the body.
        MEMBER = "member",
        /// Member → body.
        MEMBER_OF = "memberOf",
        /// Membership → role.
        ROLE = "role",
        /// Post → body.
        POST_IN = "postIn",
        /// Post → holder.
        HELD_BY = "heldBy",
        /// Holder → post.
        HOLDS = "holds",
        /// Membership → the time for which it holds.
        MEMBER_DURING = "memberDuring",
        /// Body → the body that it is in.
        SUB_ORGANIZATION_OF = "subOrganizationOf",
        /// Body → a body in it.
        HAS_SUB_ORGANIZATION = "hasSubOrganization",
        /// Unit → its body.
        UNIT_OF = "unitOf",
        /// Body → its unit.
        HAS_UNIT = "hasUnit",
        /// Whoever is above.
        REPORTS_TO = "reportsTo",
        /// Change → body before it.
        ORIGINAL_ORGANIZATION = "originalOrganization",
        /// Change → body after it.
        RESULTING_ORGANIZATION = "resultingOrganization",
        /// Body → the change that it did not outlast.
        CHANGED_BY = "changedBy",
        /// Body → the change from which it came.
        RESULTED_FROM = "resultedFrom",
    );
}

/// Simple Knowledge Organization System.
pub mod skos {
    use super::NamedNodeRef;
    terms!("http://www.w3.org/2004/02/skos/core#":
        /// Main label.
        PREF_LABEL = "prefLabel",
        /// Other label.
        ALT_LABEL = "altLabel",
        /// A label to search by, not to show.
        HIDDEN_LABEL = "hiddenLabel",
        /// What a term means.
        DEFINITION = "definition",
        /// Remark on the use of a term.
        SCOPE_NOTE = "scopeNote",
        /// A concept.
        CONCEPT = "Concept",
        /// A list of concepts.
        CONCEPT_SCHEME = "ConceptScheme",
        /// Concept → more general concept.
        BROADER = "broader",
        /// Concept → more special concept.
        NARROWER = "narrower",
        /// Concept → list.
        IN_SCHEME = "inScheme",
        /// Concept → concept of another list with the same meaning.
        EXACT_MATCH = "exactMatch",
        /// Concept → concept of another list with nearly the same meaning.
        CLOSE_MATCH = "closeMatch",
        /// Concept → broader concept of another list.
        BROAD_MATCH = "broadMatch",
        /// Concept → narrower concept of another list.
        NARROW_MATCH = "narrowMatch",
        /// Concept → related concept of another list.
        RELATED_MATCH = "relatedMatch",
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
        /// Description.
        DESCRIPTION = "description",
        /// Licence.
        LICENSE = "license",
        /// Source.
        SOURCE = "source",
        /// Anything → its sort.
        TYPE = "type",
        /// Thing → what took its place.
        IS_REPLACED_BY = "isReplacedBy",
        /// Thing → whose place it took.
        REPLACES = "replaces",
        /// Thing → larger thing.
        IS_PART_OF = "isPartOf",
        /// Thing → part of it.
        HAS_PART = "hasPart",
    );
}

/// Friend of a Friend.
pub mod foaf {
    use super::NamedNodeRef;
    terms!("http://xmlns.com/foaf/0.1/":
        /// A name.
        NAME = "name",
        /// The given name of a person.
        GIVEN_NAME = "givenName",
        /// The family name of a person.
        FAMILY_NAME = "familyName",
    );
}

pub mod dcat;
pub mod schema;
pub mod sd;
pub mod time;
pub mod void;

/// The Resource Description Framework; its terms are in `oxigraph::model::vocab`.
pub mod rdf {
    /// Prefix of all its terms.
    pub const NAMESPACE_IRI: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
}

/// The Web Ontology Language.
pub mod owl {
    use super::NamedNodeRef;
    /// Prefix of all its terms.
    pub const NAMESPACE_IRI: &str = "http://www.w3.org/2002/07/owl#";
    terms!("http://www.w3.org/2002/07/owl#":
        /// Version in words.
        VERSION_INFO = "versionInfo",
        /// Property → its inverse.
        INVERSE_OF = "inverseOf",
        /// A property that holds both ways.
        SYMMETRIC_PROPERTY = "SymmetricProperty",
        /// A class.
        CLASS = "Class",
        /// A property whose values are things.
        OBJECT_PROPERTY = "ObjectProperty",
        /// A property whose values are literals.
        DATATYPE_PROPERTY = "DatatypeProperty",
        /// A property that is for readers.
        ANNOTATION_PROPERTY = "AnnotationProperty",
        /// A datatype, as OWL 1 called it.
        DATATYPE = "DataRange",
        /// Class → class with the same instances.
        EQUIVALENT_CLASS = "equivalentClass",
        /// Property → property with the same ends.
        EQUIVALENT_PROPERTY = "equivalentProperty",
        /// A vocabulary with its own IRI.
        ONTOLOGY = "Ontology",
        /// Ontology → another ontology that belongs to it.
        IMPORTS = "imports",
        /// Ontology → the IRI of this version of it.
        VERSION_IRI = "versionIRI",
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

/// Shapes Constraint Language (<https://www.w3.org/TR/shacl/>).
pub mod sh {
    use super::NamedNodeRef;
    /// Prefix of all its terms.
    pub const NAMESPACE_IRI: &str = "http://www.w3.org/ns/shacl#";
    terms!("http://www.w3.org/ns/shacl#":
        /// Shape of a node.
        NODE_SHAPE = "NodeShape",
        /// Shape of the nodes that a path leads to.
        PROPERTY_SHAPE = "PropertyShape",
        /// Target: a node.
        TARGET_NODE = "targetNode",
        /// Target: the instances of a class.
        TARGET_CLASS = "targetClass",
        /// Target: the subjects of a property.
        TARGET_SUBJECTS_OF = "targetSubjectsOf",
        /// Target: the values of a property.
        TARGET_OBJECTS_OF = "targetObjectsOf",
        /// The path of a property shape.
        PATH = "path",
        /// A path walked backwards.
        INVERSE_PATH = "inversePath",
        /// One path or another.
        ALTERNATIVE_PATH = "alternativePath",
        /// A path any number of times.
        ZERO_OR_MORE_PATH = "zeroOrMorePath",
        /// A path once or more.
        ONE_OR_MORE_PATH = "oneOrMorePath",
        /// A path at most once.
        ZERO_OR_ONE_PATH = "zeroOrOnePath",
        /// Severity of a result.
        SEVERITY = "severity",
        /// Message of a result.
        MESSAGE = "message",
        /// Whether a shape is switched off.
        DEACTIVATED = "deactivated",
        /// Severity: violation.
        VIOLATION = "Violation",
        /// Severity: warning.
        WARNING = "Warning",
        /// Severity: info.
        INFO = "Info",
        /// Values are instances of a class.
        CLASS = "class",
        /// Values have a datatype.
        DATATYPE = "datatype",
        /// Values are of a kind of node.
        NODE_KIND = "nodeKind",
        /// Least number of values.
        MIN_COUNT = "minCount",
        /// Greatest number of values.
        MAX_COUNT = "maxCount",
        /// Values are greater.
        MIN_EXCLUSIVE = "minExclusive",
        /// Values are not less.
        MIN_INCLUSIVE = "minInclusive",
        /// Values are less.
        MAX_EXCLUSIVE = "maxExclusive",
        /// Values are not greater.
        MAX_INCLUSIVE = "maxInclusive",
        /// Least length of a text.
        MIN_LENGTH = "minLength",
        /// Greatest length of a text.
        MAX_LENGTH = "maxLength",
        /// Texts match a regular expression.
        PATTERN = "pattern",
        /// Flags of the expression.
        FLAGS = "flags",
        /// Texts are in one of these languages.
        LANGUAGE_IN = "languageIn",
        /// At most one text per language.
        UNIQUE_LANG = "uniqueLang",
        /// The same values as another property.
        EQUALS = "equals",
        /// No value of another property.
        DISJOINT = "disjoint",
        /// Less than the values of another property.
        LESS_THAN = "lessThan",
        /// Not greater than the values of another property.
        LESS_THAN_OR_EQUALS = "lessThanOrEquals",
        /// Does not conform to a shape.
        NOT = "not",
        /// Conforms to all shapes.
        AND = "and",
        /// Conforms to at least one shape.
        OR = "or",
        /// Conforms to exactly one shape.
        XONE = "xone",
        /// Conforms to a shape.
        NODE = "node",
        /// Has a property shape.
        PROPERTY = "property",
        /// The shape that the counted values conform to.
        QUALIFIED_VALUE_SHAPE = "qualifiedValueShape",
        /// Least number of these.
        QUALIFIED_MIN_COUNT = "qualifiedMinCount",
        /// Greatest number of these.
        QUALIFIED_MAX_COUNT = "qualifiedMaxCount",
        /// Values of sibling shapes do not count.
        QUALIFIED_VALUE_SHAPES_DISJOINT = "qualifiedValueShapesDisjoint",
        /// No properties except those named.
        CLOSED = "closed",
        /// Properties that a closed shape allows in addition.
        IGNORED_PROPERTIES = "ignoredProperties",
        /// One value is this.
        HAS_VALUE = "hasValue",
        /// Values are in a list.
        IN = "in",
        /// A constraint as a query.
        SPARQL = "sparql",
        /// Text of a SELECT query.
        SELECT = "select",
        /// Text of an ASK query.
        ASK = "ask",
        /// Where prefixes of a query are declared.
        PREFIXES = "prefixes",
        /// A declaration of a prefix.
        DECLARE = "declare",
        /// The name of a prefix.
        PREFIX = "prefix",
        /// What a prefix stands for.
        NAMESPACE = "namespace",
        /// A kind of constraint.
        CONSTRAINT_COMPONENT = "ConstraintComponent",
        /// A parameter of it.
        PARAMETER = "parameter",
        /// Whether it may be left out.
        OPTIONAL = "optional",
        /// A query that validates.
        VALIDATOR = "validator",
        /// The same for node shapes.
        NODE_VALIDATOR = "nodeValidator",
        /// The same for property shapes.
        PROPERTY_VALIDATOR = "propertyValidator",
        /// A report.
        VALIDATION_REPORT = "ValidationReport",
        /// A result.
        VALIDATION_RESULT = "ValidationResult",
        /// Whether there is no result.
        CONFORMS = "conforms",
        /// Report → result.
        RESULT = "result",
        /// Result → node.
        FOCUS_NODE = "focusNode",
        /// Result → path.
        RESULT_PATH = "resultPath",
        /// Result → value.
        VALUE = "value",
        /// Result → shape.
        SOURCE_SHAPE = "sourceShape",
        /// Result → constraint.
        SOURCE_CONSTRAINT = "sourceConstraint",
        /// Result → kind of constraint.
        SOURCE_CONSTRAINT_COMPONENT = "sourceConstraintComponent",
        /// Result → severity.
        RESULT_SEVERITY = "resultSeverity",
        /// Result → message.
        RESULT_MESSAGE = "resultMessage",
        /// Kind of node.
        IRI = "IRI",
        /// Kind of node.
        BLANK_NODE = "BlankNode",
        /// Kind of node.
        LITERAL = "Literal",
        /// Kind of node.
        BLANK_NODE_OR_IRI = "BlankNodeOrIRI",
        /// Kind of node.
        BLANK_NODE_OR_LITERAL = "BlankNodeOrLiteral",
        /// Kind of node.
        IRI_OR_LITERAL = "IRIOrLiteral",
    );
}

/// The mapping languages R2RML and RML.
pub mod rml {
    /// The namespace of RML-Core, RML-IO and RML-FNML.
    pub const NAMESPACE: &str = "http://w3id.org/rml/";
    /// The namespace of the earlier RML.
    pub const EARLIER: &str = "http://semweb.mmlab.be/ns/rml#";
    /// The namespace of its reference formulations.
    pub const EARLIER_FORMULATIONS: &str = "http://semweb.mmlab.be/ns/ql#";
    /// The namespace of its functions.
    pub const EARLIER_FUNCTIONS: &str = "http://semweb.mmlab.be/ns/fnml#";
    /// The namespace of R2RML.
    pub const R2RML: &str = "http://www.w3.org/ns/r2rml#";
    /// The names that mean no named graph.
    pub const DEFAULT_GRAPHS: [&str; 2] =
        ["http://w3id.org/rml/defaultGraph", "http://www.w3.org/ns/r2rml#defaultGraph"];
    /// Where a table is, in CSV on the Web.
    pub const CSVW_URL: &str = "http://www.w3.org/ns/csvw#url";
    /// How a table is written.
    pub const CSVW_DIALECT: &str = "http://www.w3.org/ns/csvw#dialect";
    /// The namespace of CSV on the Web.
    pub const CSVW: &str = "http://www.w3.org/ns/csvw#";
    /// What executes a function, in the earlier RML.
    pub const EXECUTES: &str = "https://w3id.org/function/ontology#executes";
}
