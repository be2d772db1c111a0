//! The graph beside oxigraph's store: `cargo bench --bench graph [SCALE…]`, where a scale of 0.1
//! is about a million triples. From N-Triples: CPU seconds and peak memory of the build, size of
//! the snapshot, time to open it; then each of the 17 questions, first and warm (the median of
//! three), with a plan, without, and by oxigraph's store: the rows must be equal. Each measurement is a process of its
//! own. The graph and the questions come from `CIVIGRAPH_GENERATOR`, otherwise from the folder
//! next to the repository.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use civigraph::graph::{Graph, GraphBuilder, Manifest, PackOrigin, Prefixes, RdfFile, SNAPSHOT};
use civigraph::sparql::{Evaluator, Query, evaluate};
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::Term;
use oxigraph::sparql::{QueryResults, SparqlEvaluator};
use oxigraph::store::Store;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["build", file, store] => build(Path::new(file), Path::new(store)),
        ["ask", store, queries @ ..] => ask(Path::new(store), Evaluator::Planned, queries),
        ["plain", store, queries @ ..] => ask(Path::new(store), Evaluator::Plain, queries),
        ["oxigraph", file, queries @ ..] => oxigraph(Path::new(file), queries),
        scales => compare(scales.iter().filter_map(|scale| scale.parse().ok()).collect()),
    }
}

fn compare(scales: Vec<f64>) {
    let scales = if scales.is_empty() { vec![0.1] } else { scales };
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/bench/sparql/generate.py");
    let generator = std::env::var_os("CIVIGRAPH_GENERATOR").map_or(beside, PathBuf::from);
    if !generator.exists() {
        println!("skipped: {} does not exist", generator.display());
        return;
    }
    let folder = generator.parent().expect("a folder").join("queries");
    let mut queries: Vec<String> = fs::read_dir(folder)
        .expect("the questions")
        .map(|entry| entry.expect("a question").path().display().to_string())
        .filter(|path| path.ends_with(".rq"))
        .collect();
    queries.sort();
    for scale in scales {
        let scratch = tempfile::tempdir().expect("a temporary folder");
        let (file, store) = (scratch.path().join("graph.nt"), scratch.path().join("store"));
        let made = Command::new("python3").arg(&generator).arg(&file).arg(scale.to_string()).output();
        assert!(made.expect("python3").status.success(), "the graph is made");
        let (file, store) = (file.display().to_string(), store.display().to_string());
        println!("scale {scale}");
        print!("{}", run(&["build", &file, &store]));
        let with = |first: [&str; 2]| {
            let arguments: Vec<&str> = first.into_iter().chain(queries.iter().map(String::as_str)).collect();
            run(&arguments)
        };
        let (planned, plain, theirs) = (with(["ask", &store]), with(["plain", &store]), with(["oxigraph", &file]));
        print!("{}{}{}", head(&planned), head(&plain), head(&theirs));
        println!(
            "{:<24}{:>8}{:>10}{:>10}{:>10}{:>10}{:>12}",
            "ms", "rows", "first", "warm", "plain", "warm", "oxigraph"
        );
        let rows = |text: &str| {
            let rows = text.lines().filter(|line| line.starts_with('='));
            rows.map(|line| line[1..].split('\t').map(str::to_owned).collect::<Vec<_>>()).collect::<Vec<_>>()
        };
        let (mut sums, mut n_different) = ([0.0; 3], 0);
        for ((one, two), three) in rows(&planned).iter().zip(rows(&plain)).zip(rows(&theirs)) {
            println!(
                "{:<24}{:>8}{:>10}{:>10}{:>10}{:>10}{:>12}",
                one[0], one[1], one[3], one[4], two[3], two[4], three[4]
            );
            n_different += usize::from(one[1..3] != two[1..3] || one[1..3] != three[1..3]);
            for (sum, row) in sums.iter_mut().zip([one, &two, &three]) {
                *sum += row[4].parse::<f64>().unwrap_or_default() / 1e3;
            }
        }
        let [planned, plain, theirs] = sums;
        println!(
            "sum of warm medians: planned {planned:.2} s, plain {plain:.2} s, oxigraph {theirs:.2} s; different answers: {n_different}"
        );
    }
}

fn head(text: &str) -> String {
    text.lines().filter(|line| !line.starts_with('=')).map(|line| format!("{line}\n")).collect()
}

fn run(arguments: &[&str]) -> String {
    let output = Command::new(std::env::current_exe().expect("this program")).args(arguments).output().expect("a run");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// CPU seconds and peak memory in MB of this process (`proc(5)`).
fn used() -> (f64, u64) {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks: f64 = fields.iter().skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")).and_then(|rest| rest.split_whitespace().next());
    (ticks / 100.0, peak.and_then(|peak| peak.parse::<u64>().ok()).unwrap_or_default() / 1024)
}

fn build(file: &Path, store: &Path) {
    let start = Instant::now();
    let mut builder = GraphBuilder::default();
    RdfFile::open(file, "n").expect("a file").read_into(&mut builder).expect("N-Triples");
    let read = used().0;
    let graph = builder.freeze();
    let frozen = used().0;
    let pack = PackOrigin::default();
    let languages = vec!["en".to_owned()];
    let civigraph = env!("CARGO_PKG_VERSION").to_owned();
    let manifest = Manifest {
        civigraph,
        pack,
        ontology: "0".repeat(64),
        prefixes: Vec::new(),
        languages,
        n_quads: 0,
        checks: None,
    };
    graph.save(store, manifest).expect("a snapshot");
    let (cpu, peak) = used();
    let size = fs::metadata(store.join(SNAPSHOT)).expect("a file").len() / 1_000_000;
    println!(
        "build: {} triples, {cpu:.2} CPU s (read {read:.2}, sorted {:.2}, written {:.2}), {:.2} s, peak {peak} MB, snapshot {size} MB",
        graph.n_triples(),
        frozen - read,
        cpu - frozen,
        start.elapsed().as_secs_f64()
    );
}

fn ask(store: &Path, evaluator: Evaluator, queries: &[&str]) {
    let start = Instant::now();
    let (graph, _) = Graph::open(store).expect("a snapshot");
    println!("opened in {:.2} ms", start.elapsed().as_secs_f64() * 1e3);
    for path in queries {
        let text = fs::read_to_string(path).expect("a question");
        let mut query = Query::parse("query", &text, &Prefixes::none()).expect("SPARQL");
        query.evaluator = evaluator;
        measure(path, || evaluate(&graph, &query).expect("an answer"));
    }
    println!("peak {} MB", used().1);
}

fn oxigraph(file: &Path, queries: &[&str]) {
    let store = Store::new().expect("a store");
    let text = fs::read(file).expect("a file");
    let quads = RdfParser::from_format(RdfFormat::NTriples).for_slice(&text).map(|quad| quad.expect("a triple"));
    store.extend(quads).expect("room");
    let (cpu, peak) = used();
    println!("oxigraph: {cpu:.2} CPU s to fill, peak {} MB", peak.saturating_sub(text.len() as u64 / 1_048_576));
    drop(text);
    for path in queries {
        let text = fs::read_to_string(path).expect("a question");
        measure(path, || {
            let query = SparqlEvaluator::new().parse_query(&text).expect("SPARQL");
            query.on_store(&store).execute().expect("an answer")
        });
    }
}

/// Prints the rows of an answer, a hash of them, and the time of the first and a later run.
fn measure<'a>(path: &str, mut evaluate: impl FnMut() -> QueryResults<'a>) {
    let mut times = Vec::new();
    let (mut n, mut hash) = (0, 0_u64);
    for run in 0..4 {
        let start = Instant::now();
        (n, hash) = rows(evaluate());
        times.push(start.elapsed());
        if run == 1 && start.elapsed() > Duration::from_secs(8) {
            break;
        }
    }
    let first = times.remove(0);
    times.sort();
    let name = Path::new(path).file_stem().and_then(|name| name.to_str()).unwrap_or_default();
    let ms = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1e3);
    println!("={name}\t{n}\t{hash}\t{}\t{}", ms(first), ms(times[times.len() / 2]));
}

fn rows(results: QueryResults<'_>) -> (usize, u64) {
    let hash = |text: String| {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        hasher.finish()
    };
    // Decimals are compared by value: the store writes `1.50` as `1.5`.
    let term = |term: &Term| civigraph::graph::normalised(term.clone()).to_string();
    match results {
        QueryResults::Boolean(answer) => (1, answer.into()),
        QueryResults::Solutions(solutions) => solutions.fold((0, 0), |(n, sum), solution| {
            let solution = solution.expect("a row");
            let row: Vec<String> =
                solution.values().iter().map(|value| value.as_ref().map_or(String::new(), term)).collect();
            (n + 1, sum.wrapping_add(hash(row.join("\t"))))
        }),
        QueryResults::Graph(triples) => triples.fold((0, 0), |(n, sum), triple| {
            let triple = triple.expect("a triple");
            (n + 1, sum.wrapping_add(hash(format!("{} {} {}", triple.subject, triple.predicate, term(&triple.object)))))
        }),
    }
}
