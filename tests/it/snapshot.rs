//! Snapshots: complete or not at all, and rejected if they are not what they claim to be.

use std::fs;
use std::path::Path;

use civigraph::error::Error;
use civigraph::graph::MANIFEST;
use civigraph::pack::Pack;
use civigraph::pipeline;

use crate::support::{TestPack, knowledge, select};

fn code(error: Error) -> String {
    match error {
        Error::Invalid(findings) => findings.iter().next().unwrap().code.to_string(),
        other => panic!("{other:?}"),
    }
}

fn open_error(folder: &Path) -> String {
    match pipeline::open(folder) {
        Ok(_) => panic!("the snapshot opens"),
        Err(error) => code(error),
    }
}

fn saved(pack: &TestPack) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let pack = Pack::open(pack.path()).unwrap();
    let (knowledge, _) = pipeline::build(&pack).unwrap();
    pipeline::save(&knowledge, &pack, folder.path()).unwrap();
    folder
}

fn data_file(folder: &Path) -> std::path::PathBuf {
    let mut found = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    found.find(|path| path.to_str().unwrap().ends_with(".nq.zst")).unwrap()
}

#[test]
fn a_snapshot_answers_like_the_pack_it_was_built_from() {
    let folder = tempfile::tempdir().unwrap();
    let pack = Pack::embedded().unwrap();
    pipeline::save(knowledge(), &pack, folder.path()).unwrap();
    let opened = pipeline::open(folder.path()).unwrap();
    let question = "SELECT ?s ?p ?o { ?s ?p ?o FILTER(isIRI(?s) && !isBlank(?o)) } ORDER BY ?s ?p ?o";
    assert_eq!(select(&opened.graph, question), select(&knowledge().graph, question));
    assert_eq!(opened.languages, knowledge().languages);
    assert_eq!(opened.graph.named_graphs().unwrap(), knowledge().graph.named_graphs().unwrap());
}

#[test]
fn equal_packs_make_equal_bytes() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let pack = Pack::embedded().unwrap();
    let first = pipeline::save(knowledge(), &pack, one.path()).unwrap();
    let (again, _) = pipeline::build(&pack).unwrap();
    let second = pipeline::save(&again, &pack, two.path()).unwrap();
    assert_eq!(first, second);
    assert_eq!(fs::read(one.path().join(MANIFEST)).unwrap(), fs::read(two.path().join(MANIFEST)).unwrap());
    assert_eq!(fs::read(data_file(one.path())).unwrap(), fs::read(data_file(two.path())).unwrap());
}

#[test]
fn the_old_snapshot_stays_until_the_new_one_is_complete() {
    let pack = TestPack::new();
    let folder = saved(&pack);
    let old = fs::read(folder.path().join(MANIFEST)).unwrap();
    // A killed writer leaves parts behind; a reader ignores them.
    fs::write(folder.path().join(".snapshot-x"), "half").unwrap();
    fs::write(folder.path().join("graph-0000000000000000.nq.zst"), "half").unwrap();
    assert!(pipeline::open(folder.path()).is_ok());
    // A failed build leaves the old snapshot unchanged.
    pack.replace("people.csv", "bob,Bob", "ann,Bob");
    assert!(pack.build().is_err());
    assert_eq!(fs::read(folder.path().join(MANIFEST)).unwrap(), old);
    // The next successful build cleans up.
    pack.replace("people.csv", "ann,Bob", "bob,Bob");
    let pack = Pack::open(pack.path()).unwrap();
    let (knowledge, _) = pipeline::build(&pack).unwrap();
    pipeline::save(&knowledge, &pack, folder.path()).unwrap();
    let mut names: Vec<String> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names.len(), 3, "{names:?}");
    assert!(names[0].starts_with("graph-") && names[1] == "lock" && names[2] == MANIFEST, "{names:?}");
}

#[test]
fn damage_is_found() {
    let pack = TestPack::new();
    let folder = saved(&pack);
    let file = data_file(folder.path());
    let good = fs::read(&file).unwrap();
    let mut bad = good.clone();
    let middle = bad.len() / 2;
    bad[middle] ^= 1;
    fs::write(&file, bad).unwrap();
    assert_eq!(open_error(folder.path()), "damaged-snapshot");
    fs::write(&file, &good[..good.len() - 3]).unwrap();
    assert_eq!(open_error(folder.path()), "damaged-snapshot");
    fs::remove_file(&file).unwrap();
    assert_eq!(open_error(folder.path()), "damaged-snapshot");
    fs::write(&file, good).unwrap();
    assert!(pipeline::open(folder.path()).is_ok());
    let manifest = fs::read_to_string(folder.path().join(MANIFEST)).unwrap();
    fs::write(folder.path().join(MANIFEST), &manifest[..manifest.len() / 2]).unwrap();
    assert_eq!(open_error(folder.path()), "damaged-snapshot");
    fs::write(folder.path().join(MANIFEST), manifest.replace("graph-", "../graph-")).unwrap();
    assert_eq!(open_error(folder.path()), "damaged-snapshot");
    fs::remove_file(folder.path().join(MANIFEST)).unwrap();
    assert_eq!(open_error(folder.path()), "missing-file");
}

#[test]
fn a_stale_snapshot_is_refused() {
    let pack = TestPack::new();
    let folder = saved(&pack);
    assert!(pipeline::open(folder.path()).is_ok());
    pack.replace("people.csv", "Bob", "Rob");
    assert_eq!(open_error(folder.path()), "stale-snapshot");
    pack.replace("people.csv", "Rob", "Bob");
    assert!(pipeline::open(folder.path()).is_ok());
    let manifest = fs::read_to_string(folder.path().join(MANIFEST)).unwrap();
    let older =
        manifest.replace(&format!("\"civigraph\": \"{}\"", env!("CARGO_PKG_VERSION")), "\"civigraph\": \"0.0.1\"");
    assert_ne!(manifest, older);
    fs::write(folder.path().join(MANIFEST), older).unwrap();
    assert_eq!(open_error(folder.path()), "stale-snapshot");
    // A snapshot can be passed on without its pack.
    fs::write(folder.path().join(MANIFEST), manifest).unwrap();
    drop(pack);
    assert!(pipeline::open(folder.path()).is_ok());
}

/// A manifest may only contain what a build writes.
#[test]
fn a_manifest_is_not_believed() {
    let pack = TestPack::new();
    let folder = saved(&pack);
    let path = folder.path().join(MANIFEST);
    let good: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let hash = good["graph"]["sha256"].as_str().unwrap();
    let other = format!("{}{}", if hash.starts_with('0') { '1' } else { '0' }, &hash[1..]);
    for (pointer, value) in [
        ("/prefixes/0/0", "a: <x> . <urn:evil> <urn:p> <urn:o> . @prefix b".into()),
        ("/prefixes/0/0", "1".into()),
        ("/prefixes/0/1", "x> . <urn:evil> <urn:p> <urn:o> . @prefix b: <urn:x".into()),
        ("/prefixes/0/1", "relative".into()),
        ("/prefixes/1/0", good["prefixes"][0][0].clone()),
        ("/languages", serde_json::json!([])),
        ("/languages", serde_json::json!(["en\u{1b}[31m"])),
        ("/ontology", "no hash".into()),
        ("/graph/sha256", "".into()),
        ("/graph/sha256", other.into()),
        ("/graph/sha256", hash.to_uppercase().into()),
        ("/graph/file", "../graph.nq.zst".into()),
        ("/graph/file", "/etc/passwd".into()),
        ("/graph/file", "manifest.json".into()),
        ("/graph/n_quads", 1.into()),
        ("/pack/inputs/0/sha256", "0".into()),
        ("/pack/inputs/0/path", "../people.csv".into()),
        ("/pack/inputs/0/path", "/etc/passwd".into()),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).unwrap() = value;
        assert_ne!(bad, good, "{pointer}");
        fs::write(&path, bad.to_string()).unwrap();
        assert_eq!(open_error(folder.path()), "damaged-snapshot", "{bad}");
    }
    let mut bytes = good.to_string().into_bytes();
    let at = bytes.windows(2).position(|pair| pair == b"en").unwrap();
    bytes[at] = 0xff;
    fs::write(&path, bytes).unwrap();
    assert_eq!(open_error(folder.path()), "damaged-snapshot", "it is not UTF-8");
    fs::write(&path, good.to_string()).unwrap();
    assert!(pipeline::open(folder.path()).is_ok());
}

#[test]
fn two_builds_do_not_write_at_once() {
    let pack = TestPack::new();
    let folder = saved(&pack);
    let lock = fs::File::options().write(true).open(folder.path().join("lock")).unwrap();
    lock.lock().unwrap();
    let pack = Pack::open(pack.path()).unwrap();
    let (knowledge, _) = pipeline::build(&pack).unwrap();
    assert_eq!(code(pipeline::save(&knowledge, &pack, folder.path()).unwrap_err()), "busy-store");
    drop(lock);
    assert!(pipeline::save(&knowledge, &pack, folder.path()).is_ok());
}
