//! Snapshots: complete or not at all, and rejected if they are not what they claim to be.

use std::fs;
use std::path::Path;

use civigraph::error::Error;
use civigraph::graph::SNAPSHOT;
use civigraph::pack::{Pack, embedded};
use civigraph::{pipeline, work};

use crate::support::{TestPack, knowledge, root, select};

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

#[test]
fn a_snapshot_answers_like_the_pack_it_was_built_from() {
    let folder = tempfile::tempdir().unwrap();
    let pack = Pack::embedded().unwrap();
    pipeline::save(knowledge(), &pack, folder.path()).unwrap();
    let opened = pipeline::open(folder.path()).unwrap();
    let question = "SELECT ?s ?p ?o { ?s ?p ?o FILTER(isIRI(?s) && !isBlank(?o)) } ORDER BY ?s ?p ?o";
    assert_eq!(select(&opened.graph, question), select(&knowledge().graph, question));
    assert_eq!(opened.languages, knowledge().languages);
    assert_eq!(opened.graph.named_graphs(), knowledge().graph.named_graphs());
}

#[test]
fn equal_packs_make_equal_bytes() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let pack = Pack::embedded().unwrap();
    let first = pipeline::save(knowledge(), &pack, one.path()).unwrap();
    let (again, _) = pipeline::build(&pack).unwrap();
    let second = pipeline::save(&again, &pack, two.path()).unwrap();
    assert_eq!(first, second);
    assert_eq!(fs::read(one.path().join(SNAPSHOT)).unwrap(), fs::read(two.path().join(SNAPSHOT)).unwrap());
}

/// The program opens this instead of building its own pack. `CIVIGRAPH_BLESS=1` writes it.
#[test]
fn the_snapshot_inside_the_program_is_a_fresh_build() {
    let folder = tempfile::tempdir().unwrap();
    let pack = Pack::embedded().unwrap();
    let (built, _) = pipeline::examine(&pack, &pipeline::Limits::default()).unwrap().built.unwrap();
    let manifest = pipeline::save(&built, &pack, folder.path()).unwrap();
    assert!(manifest.checks.is_some_and(|checks| checks.checks > 40 && checks.violations == 0), "{manifest:?}");
    let fresh = fs::read(folder.path().join(SNAPSHOT)).unwrap();
    let path = root().join(embedded::SNAPSHOT);
    if std::env::var_os("CIVIGRAPH_BLESS").is_some() {
        fs::write(&path, zstd::encode_all(fresh.as_slice(), 19).unwrap()).unwrap();
    }
    let inside = zstd::decode_all(fs::File::open(&path).unwrap()).unwrap();
    assert!(
        inside == fresh,
        "{} is not what a build of data/hk-innovation makes: run `CIVIGRAPH_BLESS=1 cargo test --test it -- inside_the_program`, and build again",
        path.display()
    );
}

#[test]
fn the_old_snapshot_stays_until_the_new_one_is_complete() {
    let pack = TestPack::new();
    let folder = saved(&pack);
    let old = fs::read(folder.path().join(SNAPSHOT)).unwrap();
    // A killed writer leaves parts behind; a reader ignores them.
    fs::write(folder.path().join(".snapshot-x"), "half").unwrap();
    assert!(pipeline::open(folder.path()).is_ok());
    // A failed build leaves the old snapshot unchanged.
    pack.replace("people.csv", "bob,Bob", "ann,Bob");
    assert!(pack.build().is_err());
    assert_eq!(fs::read(folder.path().join(SNAPSHOT)).unwrap(), old);
    // The next successful build cleans up.
    pack.replace("people.csv", "ann,Bob", "bob,Bob");
    let pack = Pack::open(pack.path()).unwrap();
    let (knowledge, _) = pipeline::build(&pack).unwrap();
    pipeline::save(&knowledge, &pack, folder.path()).unwrap();
    let mut names: Vec<String> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["lock", SNAPSHOT]);
}

/// All that a snapshot says, each term in every role in which it can be searched.
fn all(folder: &Path) -> Result<Vec<String>, Error> {
    work::catch(|| {
        let graph = pipeline::open(folder)?.graph;
        let mut quads: Vec<String> = graph.quads().map(|quad| quad.to_string()).collect();
        quads.sort();
        for quad in graph.quads() {
            let found = graph.matching(None, Some(quad.predicate.as_ref()), Some(quad.object.as_ref()), None);
            quads.push(format!("{} {}", quad.object, found.count()));
        }
        Ok(quads)
    })
}

/// Whatever bit is flipped: the snapshot is refused, or the block when it is read.
#[test]
fn a_flipped_bit_never_gives_a_wrong_row() {
    let pack = TestPack::new();
    let folder = saved(&pack);
    let file = folder.path().join(SNAPSHOT);
    let good = fs::read(&file).unwrap();
    let said = all(folder.path()).unwrap();
    let mut n_found = 0;
    let places = (0..good.len()).step_by(good.len() / 400).chain(0..60);
    for at in places {
        let mut bad = good.clone();
        bad[at] ^= 1 << (at % 8);
        fs::write(&file, bad).unwrap();
        match all(folder.path()) {
            Ok(rows) => assert_eq!(rows, said, "byte {at}"),
            Err(error) => {
                // The version of the format is told apart.
                assert!(["damaged-snapshot", "stale-snapshot"].contains(&code(error).as_str()), "byte {at}");
                n_found += 1;
            }
        }
    }
    assert!(n_found > 400, "{n_found}");
}

#[test]
fn a_snapshot_that_breaks_off_is_refused() {
    let pack = TestPack::new();
    let folder = saved(&pack);
    let file = folder.path().join(SNAPSHOT);
    let good = fs::read(&file).unwrap();
    for length in [0, 1, 8, 100, 4095, 4096, 4097, good.len() / 2, good.len() - 3, good.len() - 1] {
        fs::write(&file, &good[..length]).unwrap();
        assert_eq!(open_error(folder.path()), "damaged-snapshot", "{length} bytes");
    }
    fs::write(&file, [&good[..], b"x"].concat()).unwrap();
    assert_eq!(open_error(folder.path()), "damaged-snapshot");
    fs::write(&file, &good).unwrap();
    assert!(pipeline::open(folder.path()).is_ok());
    fs::remove_file(&file).unwrap();
    assert_eq!(open_error(folder.path()), "missing-file");
}

#[test]
fn a_snapshot_of_another_format_is_refused_by_its_number() {
    let folder = saved(&TestPack::new());
    let file = folder.path().join(SNAPSHOT);
    let good = fs::read(&file).unwrap();
    // The number of the format follows the eight bytes by which a snapshot is known.
    let own = u32::from_le_bytes(good[8..12].try_into().unwrap());
    for other in [own - 1, own + 1, 1_000] {
        fs::write(&file, [&good[..8], &other.to_le_bytes(), &good[12..]].concat()).unwrap();
        let Err(Error::Invalid(findings)) = pipeline::open(folder.path()) else { panic!("format {other} was opened") };
        let finding = findings.iter().next().unwrap();
        assert_eq!(finding.code, "stale-snapshot");
        assert!(
            finding.message.contains(&format!("its format is {other}, this version reads {own}")),
            "{}",
            finding.message
        );
        assert!(finding.hint.as_ref().unwrap().contains("civigraph build"), "{:?}", finding.hint);
    }
}

#[test]
fn the_snapshot_of_an_older_version_is_refused_and_replaced() {
    let pack = TestPack::new();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("manifest.json"), r#"{ "format": 1, "civigraph": "0.1.0" }"#).unwrap();
    fs::write(folder.path().join("graph-0123456789abcdef.nq.zst"), "").unwrap();
    fs::write(folder.path().join("graph-mine.nq.zst"), "").unwrap();
    assert_eq!(open_error(folder.path()), "stale-snapshot");
    let pack = Pack::open(pack.path()).unwrap();
    let (knowledge, _) = pipeline::build(&pack).unwrap();
    pipeline::save(&knowledge, &pack, folder.path()).unwrap();
    assert!(pipeline::open(folder.path()).is_ok());
    let mut names: Vec<String> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["graph-mine.nq.zst", "lock", SNAPSHOT]);
}

/// A reader keeps what it has opened while builds replace it.
#[test]
fn readers_are_not_disturbed_by_builds() {
    let pack = TestPack::new();
    let folder = saved(&pack);
    let said = all(folder.path()).unwrap();
    let opened = pipeline::open(folder.path()).unwrap();
    let other = Pack::open(pack.path()).unwrap();
    let (knowledge, _) = pipeline::build(&other).unwrap();
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..2)
            .map(|_| scope.spawn(|| (0..12).map(|_| all(folder.path()).unwrap()).all(|rows| rows == said)))
            .collect();
        for _ in 0..12 {
            pipeline::save(&knowledge, &other, folder.path()).unwrap();
        }
        assert!(readers.into_iter().all(|reader| reader.join().unwrap()));
    });
    assert_eq!(opened.graph.quads().count(), opened.graph.n_quads());
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
    // A snapshot can be passed on without its pack.
    drop(pack);
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

/// Whenever a build is killed, a reader finds the old graph or the new one, whole.
#[cfg(unix)]
#[test]
fn a_killed_build_leaves_the_old_graph_or_the_new_one() {
    let pack = TestPack::new();
    let folder = saved(&pack);
    let names = |graph: &civigraph::graph::Graph| {
        let label = oxigraph::model::NamedNodeRef::new_unchecked("http://www.w3.org/2000/01/rdf-schema#label");
        let bob = oxigraph::model::NamedNodeRef::new_unchecked("http://example.org/bob");
        graph.objects(bob.into(), label).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let (mut n_killed, mut n_done) = (0, 0);
    for round in 0..30_u64 {
        let (from, to) = if round % 2 == 0 { ("Bob", "Rob") } else { ("Rob", "Bob") };
        pack.replace("people.csv", from, to);
        let mut build = crate::support::program();
        build.args(["build", pack.path().to_str().unwrap(), "--store", folder.path().to_str().unwrap()]);
        let mut child = build.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
        // Moments spread over a build of some hundred milliseconds.
        std::thread::sleep(std::time::Duration::from_millis(round * 137 % 400));
        n_killed += usize::from(child.try_wait().unwrap().is_none());
        let _ = child.kill();
        n_done += usize::from(child.wait().unwrap().success());
        let (graph, _) = civigraph::graph::Graph::open(folder.path()).unwrap();
        graph.verify_blocks().unwrap();
        assert_eq!(graph.quads().count(), graph.n_quads());
        let found = names(&graph);
        assert!(found == ["\"Bob\"@en"] || found == ["\"Rob\"@en"], "{found:?}");
    }
    assert!(n_killed > 3, "{n_killed} killed, {n_done} done");
}
