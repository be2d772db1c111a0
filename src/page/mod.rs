//! What people read of a graph: pages that are linked with each other, in English and in Chinese.
//!
//! A page is a function from a [`Site`], which is the same for all of them, and a [`Page`], which says in which
//! language it is read and where it is, to HTML. A server and a folder of files differ only in how links are made
//! ([`SitePlace`]). Everything can be read without a script.
//!
//! Whatever comes from data is escaped by `maud`; no page has a script or a style of its own, so that the policy of a
//! server can forbid them. The editor of queries, where a script may run, takes the place of a plain field.

mod about;
mod address;
mod article;
mod asked;
mod catalogue;
mod changes;
mod charts;
mod detail;
mod downloads;
mod editor;
mod evidence;
mod figures;
mod files;
mod find;
mod history;
mod home;
mod interface;
mod kinds;
mod linked_json;
mod neighbours;
mod problem;
mod questions;
mod reading;
mod relations;
mod site;
mod sparql;
mod statements;
mod table;
mod terms;

pub use about::about;
pub use address::Addresses;
pub use article::article;
pub use changes::EditionChanges;
pub use charts::{DrawnViews, chart_page, draw_views, first_view, views_beside};
pub use editor::{CODEMIRROR, EDITOR, editor_findings, editor_terms};
pub use evidence::QuotedSource;
pub use files::{FileAddresses, SITE_MARK, SiteFile, write_site};
pub use find::{FoundWanted, find_page};
pub use home::{home, no_charts};
pub use interface::Interface;
pub use problem::problem;
pub use questions::{question, questions};
pub use reading::{Destination, Page};
pub use site::{Site, SitePlace};
pub use sparql::sparql_page;
pub use terms::{namespace, terms};

/// The style sheet of all pages.
pub const STYLE: &str = include_str!("style.css");

/// The script of the search page.
pub const SCRIPT: &str = include_str!("search.js");

/// The sign of the pages.
pub const ICON: &str = include_str!("icon.svg");

/// The forms of a document about a thing: extensions, with their media types.
pub const DOCUMENTS: [(&str, &str); 6] = [
    ("ttl", "text/turtle"),
    ("jsonld", "application/ld+json"),
    ("nt", "application/n-triples"),
    ("rdf", "application/rdf+xml"),
    ("trig", "application/trig"),
    ("nq", "application/n-quads"),
];
