//! SHACL on an organisation graph: `cargo bench --bench shacl [SCALE…]`, where a
//! scale of 0.1 is about a million triples. CPU seconds and peak memory of the
//! program, and of pySHACL on a tenth of the first scale with the same shapes,
//! which must give the same results. pySHACL is taken from the Python in
//! `CIVIGRAPH_PYTHON`; the graph is created by the generator in
//! `CIVIGRAPH_GENERATOR`, otherwise by the one next to the repository.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Instant;

const SCRIPT: &str = r"
import sys, resource, collections, rdflib, pyshacl
from rdflib import SH, RDF
data = rdflib.Graph(); data.parse(sys.argv[1], format='nt')
loaded = resource.getrusage(resource.RUSAGE_SELF)
shapes = rdflib.Graph(); shapes.parse(sys.argv[2], format='turtle')
_, report, _ = pyshacl.validate(data, shacl_graph=shapes)
used = resource.getrusage(resource.RUSAGE_SELF)
# Not the details, which are results within results.
kinds = (report.value(r, SH.sourceConstraintComponent) for r in report.objects(None, SH.result))
n = collections.Counter(str(c).split('#')[1] for c in kinds)
print(used.ru_utime + used.ru_stime, loaded.ru_utime + loaded.ru_stime, used.ru_maxrss)
for name, count in sorted(n.items()): print(name, count)
";

fn main() {
    let scales: Vec<f64> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let scales = if scales.is_empty() { vec![0.1] } else { scales };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let generator = std::env::var_os("CIVIGRAPH_GENERATOR")
        .map_or_else(|| root.join("../shared/bench/sparql/generate.py"), PathBuf::from);
    if !generator.exists() {
        println!("skipped: {} does not exist", generator.display());
        return;
    }
    let shapes = root.join("tests/bench/shapes.ttl");
    let folder = tempfile::tempdir().expect("a temporary folder");
    println!(
        "{:<12}{:>12}{:>12}{:>10}{:>12}{:>10}{:>12}{:>12}",
        "", "triples", "text MB", "CPU s", "of it load", "wall s", "peak MB", "of it load"
    );
    let small = generate(&generator, folder.path(), scales[0] / 10.0);
    let ours = civigraph(&small, &shapes);
    for scale in scales {
        let file = generate(&generator, folder.path(), scale);
        civigraph(&file, &shapes);
        fs::remove_file(file).expect("the graph can be removed");
    }
    let Some(theirs) = pyshacl(&small, &shapes) else {
        println!("no pyshacl: set CIVIGRAPH_PYTHON to a Python that has it");
        return;
    };
    println!("pySHACL takes {:.0} times the CPU", theirs.cpu / ours.cpu);
    let mut same = true;
    for component in ours.results.keys().chain(theirs.results.keys()) {
        let (one, other) = (ours.results.get(component), theirs.results.get(component));
        same &= one == other;
        if one != other {
            println!("{component}: {one:?} here, {other:?} there");
        }
    }
    let n: u64 = ours.results.values().sum();
    assert!(same && n > 0, "the results differ");
    println!("{n} results of {} components, the same in both", ours.results.len());
}

/// The cost and the results of a run: results by constraint component.
struct Ran {
    cpu: f64,
    results: BTreeMap<String, u64>,
}

fn generate(generator: &Path, folder: &Path, scale: f64) -> PathBuf {
    let file = folder.join(format!("{scale}.nt"));
    let made = Command::new("python3").arg(generator).arg(&file).arg(scale.to_string()).stdout(Stdio::null()).status();
    assert!(made.is_ok_and(|status| status.success()), "the generator runs");
    file
}

/// The program, measured like GNU time: by a Python process that waits for it.
fn measured(arguments: &[&str]) -> Option<(Output, f64, f64)> {
    const WAIT: &str = "import resource, subprocess, sys\nsubprocess.run(sys.argv[1:], stdout=open('/dev/null', 'w'), stderr=subprocess.DEVNULL)\nu = resource.getrusage(resource.RUSAGE_CHILDREN)\nprint(u.ru_utime + u.ru_stime, u.ru_maxrss / 1024)";
    let output = Command::new("python3").arg("-c").arg(WAIT).args(arguments).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut numbers = text.split_whitespace().map(|number| number.parse().unwrap_or(0.0));
    let (cpu, peak) = (numbers.next()?, numbers.next()?);
    Some((output, cpu, peak))
}

fn civigraph(file: &Path, shapes: &Path) -> Ran {
    let program = env!("CARGO_BIN_EXE_civigraph");
    let (data, rules) = (file.to_str().expect("a path"), shapes.to_str().expect("a path"));
    // The least of three: other load on the machine only adds.
    let least = |shapes: &str| {
        let runs = (0..3).filter_map(|_| measured(&[program, "validate", data, "--shapes", shapes]));
        runs.min_by(|a, b| a.1.total_cmp(&b.1)).expect("a run")
    };
    // The cost of loading alone: a shape without a target.
    let nothing = file.with_extension("shapes.ttl");
    fs::write(&nothing, "").expect("a file");
    let (_, load, load_peak) = least(nothing.to_str().expect("a path"));
    let start = Instant::now();
    let (_, cpu, peak) = least(rules);
    let wall = start.elapsed().as_secs_f64() / 3.0;
    let n_triples = fs::read(file).expect("the graph").iter().filter(|byte| **byte == b'\n').count();
    let size = fs::metadata(file).map_or(0, |data| data.len()) as f64 / 1e6;
    println!(
        "{:<12}{n_triples:>12}{size:>12.0}{cpu:>10.2}{load:>12.2}{wall:>10.2}{peak:>12.0}{load_peak:>12.0}",
        "civigraph"
    );
    let output = Command::new(program)
        .args(["validate", data, "--shapes", rules, "--format", "turtle"])
        .output()
        .expect("a run");
    let mut results = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        if let Some((_, name)) = line.split_once("sh:sourceConstraintComponent sh:") {
            *results.entry(name.split(' ').next().unwrap_or_default().to_owned()).or_default() += 1;
        }
    }
    Ran { cpu, results }
}

fn pyshacl(file: &Path, shapes: &Path) -> Option<Ran> {
    let python = std::env::var("CIVIGRAPH_PYTHON").ok()?;
    let start = Instant::now();
    let output = Command::new(python).arg("-c").arg(SCRIPT).arg(file).arg(shapes).output().ok()?;
    let wall = start.elapsed().as_secs_f64();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut lines = text.lines();
    let mut numbers = lines.next()?.split(' ').filter_map(|number| number.parse::<f64>().ok());
    let (cpu, load, peak) = (numbers.next()?, numbers.next()?, numbers.next()? / 1024.0);
    println!("{:<12}{:>12}{:>12}{cpu:>10.2}{load:>12.2}{wall:>10.2}{peak:>12.0}", "pySHACL", "the first", "");
    let pair = |line: &str| Some((line.split_once(' ')?.0.to_owned(), line.split_once(' ')?.1.parse().ok()?));
    Some(Ran { cpu, results: lines.filter_map(pair).collect() })
}
