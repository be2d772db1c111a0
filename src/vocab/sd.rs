//! SPARQL 1.1 Service Description of the W3C.

use super::NamedNodeRef;

terms!("http://www.w3.org/ns/sparql-service-description#":
    /// A SPARQL service.
    SERVICE = "Service",
    /// Service → its address.
    ENDPOINT = "endpoint",
    /// Service → language that it understands.
    SUPPORTED_LANGUAGE = "supportedLanguage",
    /// SPARQL 1.1 Query.
    SPARQL_11_QUERY = "SPARQL11Query",
    /// Service → what it does besides.
    FEATURE = "feature",
    /// The default graph is the union of the named graphs.
    UNION_DEFAULT_GRAPH = "UnionDefaultGraph",
    /// Service → format of results.
    RESULT_FORMAT = "resultFormat",
    /// Service → dataset.
    DEFAULT_DATASET = "defaultDataset",
    /// A dataset.
    DATASET = "Dataset",
    /// Dataset → default graph.
    DEFAULT_GRAPH = "defaultGraph",
    /// Dataset → named graph.
    NAMED_GRAPH_OF = "namedGraph",
    /// A named graph.
    NAMED_GRAPH = "NamedGraph",
    /// Named graph → its name.
    NAME = "name",
    /// Named graph → its triples.
    GRAPH_OF = "graph",
    /// A set of triples.
    GRAPH = "Graph",
);
