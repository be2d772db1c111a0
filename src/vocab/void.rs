//! Vocabulary of Interlinked Datasets.

use super::NamedNodeRef;

terms!("http://rdfs.org/ns/void#":
    /// A set of triples.
    DATASET = "Dataset",
    /// Dataset → number of its triples.
    TRIPLES = "triples",
    /// Dataset → number of its properties.
    PROPERTIES = "properties",
    /// Dataset → number of its classes.
    CLASSES = "classes",
    /// Dataset → number of things of a class.
    ENTITIES = "entities",
    /// Dataset → part of it with one property.
    PROPERTY_PARTITION = "propertyPartition",
    /// Part → its property.
    PROPERTY = "property",
    /// Dataset → part of it with one class.
    CLASS_PARTITION = "classPartition",
    /// Part → its class.
    CLASS = "class",
    /// Dataset → endpoint.
    SPARQL_ENDPOINT = "sparqlEndpoint",
    /// Dataset → how IRIs of its things begin.
    URI_SPACE = "uriSpace",
    /// Dataset → vocabulary that it uses.
    VOCABULARY = "vocabulary",
);
