//! Data Catalog Vocabulary.

use super::NamedNodeRef;

terms!("http://www.w3.org/ns/dcat#":
    /// A set of data.
    DATASET = "Dataset",
    /// A service that gives access to data.
    DATA_SERVICE = "DataService",
    /// Dataset → service.
    ACCESS_SERVICE = "accessService",
    /// Service → its address.
    ENDPOINT_URL = "endpointURL",
    /// Service → its description.
    ENDPOINT_DESCRIPTION = "endpointDescription",
    /// Service → dataset.
    SERVES_DATASET = "servesDataset",
    /// Dataset → page.
    LANDING_PAGE = "landingPage",
);
