//! The title and version of a pack, and the folder that a snapshot records.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::graph::PackOrigin;
use crate::pack::Descriptor;

/// The title and version of a graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// The title of its pack for people, otherwise its name.
    pub title: String,
    /// The version of its pack.
    pub version: Option<String>,
}

impl Edition {
    /// The title and version of a pack.
    pub fn of(descriptor: &Descriptor) -> Self {
        let titles = &descriptor.civigraph.titles;
        let title = descriptor.title.as_ref().or_else(|| titles.get("en")).or_else(|| titles.values().next());
        Self::named(title, &descriptor.name, descriptor.version.as_ref())
    }

    pub(super) fn of_snapshot(pack: &PackOrigin) -> Self {
        Self::named(pack.title.as_ref(), &pack.name, pack.version.as_ref())
    }

    fn named(title: Option<&String>, name: &str, version: Option<&String>) -> Self {
        // One line, whatever a descriptor contains.
        let line = |text: &str| text.replace(char::is_control, " ");
        let title = title.map_or(name, |title| title.as_str()).trim();
        let title = if title.is_empty() { "a pack without a title".to_owned() } else { line(title) };
        Self { title, version: version.map(|version| line(version)) }
    }
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.title)?;
        self.version.iter().try_for_each(|version| write!(f, " (version {version})"))
    }
}

/// The folder that a build was given, relative to the store.
pub(super) fn beside(store: &Path, given: &str) -> PathBuf {
    store.parent().unwrap_or(Path::new(".")).join(given)
}
