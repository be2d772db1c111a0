//! The files that ship inside the binary: ontology, stored queries and the default pack, under
//! their paths in the repository.

use std::borrow::Cow;

use rust_embed::Embed;

#[derive(Embed)]
#[folder = "data/hk-innovation"]
#[prefix = "data/hk-innovation/"]
struct DataFolder;

#[derive(Embed)]
#[folder = "ontology"]
#[prefix = "ontology/"]
struct Ontology;

#[derive(Embed)]
#[folder = "queries"]
#[prefix = "queries/"]
struct Queries;

/// The folder of the default pack.
pub const DEFAULT_PACK: &str = "data/hk-innovation";

/// The bytes of an embedded file, by its path in the repository.
pub fn read(path: &str) -> Option<Cow<'static, [u8]>> {
    let file = match path.split_once('/')?.0 {
        "data" => DataFolder::get(path),
        "ontology" => Ontology::get(path),
        "queries" => Queries::get(path),
        _ => None,
    };
    file.map(|file| file.data)
}

/// The snapshot of the default pack, compressed with zstd. A test writes it and compares it with a
/// fresh build: `CIVIGRAPH_BLESS=1 cargo test --test it -- inside_the_program`.
pub const SNAPSHOT: &str = "data/hk-innovation.snapshot.zst";
static SNAPSHOT_BYTES: &[u8] = include_bytes!("../../data/hk-innovation.snapshot.zst");

/// The bytes of the snapshot of the default pack.
pub fn snapshot() -> Option<Vec<u8>> {
    zstd::decode_all(SNAPSHOT_BYTES).ok()
}

/// The paths of the embedded files below `folder` with this extension, sorted. Hidden files, which
/// a file manager or an editor may leave there, are none of them.
pub fn list(folder: &str, extension: &str) -> Vec<String> {
    let inside = |path: &str| {
        path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
            && path.rsplit_once('.').is_some_and(|(_, ending)| ending == extension)
            && !path.split('/').any(|name| name.starts_with('.'))
    };
    let mut paths: Vec<String> = DataFolder::iter()
        .chain(Ontology::iter())
        .chain(Queries::iter())
        .filter(|path| inside(path))
        .map(Cow::into_owned)
        .collect();
    paths.sort();
    paths
}

/// The text and path of every embedded file below `folder` with this extension.
pub fn texts(folder: &str, extension: &str) -> Vec<(String, String)> {
    list(folder, extension)
        .into_iter()
        .filter_map(|path| {
            let text = String::from_utf8(read(&path)?.into_owned()).ok()?;
            Some((path, text))
        })
        .collect()
}

/// Where the shapes of the vocabulary are.
const SHAPES: &str = "ontology/shapes";

/// The text and path of every file of the vocabulary: classes, properties, codes, alignments.
pub fn vocabulary() -> Vec<(String, String)> {
    let mut texts = texts("ontology", "ttl");
    texts.retain(|(path, _)| !path.starts_with(SHAPES));
    texts
}

/// The text and path of every file of shapes; they describe data and are not data.
pub fn shapes() -> Vec<(String, String)> {
    texts(SHAPES, "ttl")
}
