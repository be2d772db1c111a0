//! Our layouts and Graphviz on the same random trees and DAGs, in one run:
//! `cargo bench --bench layout`. CPU seconds, and their ratio.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use civigraph::chart::layout::layered::{self, Link, Net};
use civigraph::chart::layout::{Forest, Siblings, TreeSpacing, lay_out};

const SPACING: TreeSpacing = TreeSpacing { columns: 18.0, rows: 10.0, bus: 13.0, spine: 12.0, trees: 30.0 };
const LAYERS: layered::LayeredSpacing =
    layered::LayeredSpacing { boxes: 12.0, labels: 7.0, lines: 6.0, margin: 11.0, parts: 26.0 };
/// Graphviz is stopped after this.
const LIMIT: Duration = Duration::from_secs(120);

fn main() {
    println!("{:>5} {:>7} {:>7} {:>12} {:>10} {:>7}", "", "boxes", "links", "civigraph s", "dot s", "ratio");
    for n in [100, 1_000, 10_000, 50_000] {
        let forest = tree(n);
        let links: Vec<(usize, usize)> = links_of(&forest);
        let ours = measure(|| drop(std::hint::black_box(lay_out(&forest, &SPACING, 1.41))));
        tell("tree", n, &links, ours);
    }
    for n in [100, 1_000, 10_000, 50_000] {
        let net = dag(n);
        let links: Vec<(usize, usize)> = net.links.iter().map(|link| (link.from, link.to)).collect();
        let ours = measure(|| drop(std::hint::black_box(layered::lay_out(&net, &LAYERS, 1.41))));
        tell("DAG", n, &links, ours);
    }
}

fn tell(what: &str, n: usize, links: &[(usize, usize)], ours: f64) {
    // Graphviz needs many minutes from this size on.
    let theirs = if n > 10_000 { Err("-") } else { graphviz(n, links) };
    let n_links = links.len();
    match theirs {
        Ok(theirs) => println!("{what:>5} {n:>7} {n_links:>7} {ours:>12.5} {theirs:>10.3} {:>7.0}", theirs / ours),
        Err(why) => println!("{what:>5} {n:>7} {n_links:>7} {ours:>12.5} {why:>10} {:>7}", "-"),
    }
}

/// CPU seconds of one run. The system's clock counts hundredths: short runs are
/// repeated.
fn measure(run: impl Fn()) -> f64 {
    let before = cpu().0;
    let mut runs = 0;
    while runs == 0 || cpu().0 - before < 0.5 {
        run();
        runs += 1;
    }
    (cpu().0 - before) / f64::from(runs)
}

/// A random DAG whose links come from the thirty boxes before; every link has a label.
fn dag(n: usize) -> Net {
    let mut net = Net { boxes: vec![(156.0, 60.0); n], ..Net::default() };
    let mut state = 42_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as usize
    };
    for index in 1..n {
        for _ in 0..1 + usize::from(next() % 2 == 0) {
            net.labels.push((60.0, 12.0));
            let from = index - 1 - next() % index.min(30);
            net.links.push(Link { from, to: index, label: Some(net.labels.len() - 1) });
        }
    }
    net
}

fn links_of(forest: &Forest) -> Vec<(usize, usize)> {
    let children = |(parent, groups): (usize, &Vec<Siblings>)| {
        groups.iter().flat_map(|group| &group.members).map(|child| (parent, *child)).collect::<Vec<_>>()
    };
    forest.children.iter().enumerate().flat_map(children).collect()
}

/// A random tree whose parents are among the thirty boxes before.
fn tree(n: usize) -> Forest {
    let mut forest = Forest { boxes: vec![(156.0, 60.0); n], children: vec![Vec::new(); n], roots: vec![0] };
    let mut state = 42_u64;
    for index in 1..n {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let reach = index.min(30);
        let parent = index - 1 - (state % reach as u64) as usize;
        let groups = &mut forest.children[parent];
        if groups.is_empty() {
            groups.push(Siblings { label: Some((60.0, 12.0)), members: Vec::new() });
        }
        groups[0].members.push(index);
    }
    forest
}

/// CPU seconds that `dot` takes to place the boxes, if it is installed and finishes.
fn graphviz(n: usize, links: &[(usize, usize)]) -> Result<f64, &'static str> {
    let mut dot = String::from(
        "digraph { node [shape=box fixedsize=true width=2.17 height=0.83 label=\"\"]; edge [arrowhead=none];\n",
    );
    for node in 0..n {
        let _ = writeln!(dot, "{node};");
    }
    for (from, to) in links {
        let _ = writeln!(dot, "{from} -> {to};");
    }
    dot.push_str("}\n");
    let before = cpu().1;
    let mut command = Command::new("dot");
    command.arg("-Tplain").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|_| "no dot")?;
    child.stdin.take().ok_or("no dot")?.write_all(dot.as_bytes()).map_err(|_| "no dot")?;
    let start = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(_)) => return Ok(cpu().1 - before),
            Ok(None) if start.elapsed() < LIMIT => thread::sleep(Duration::from_millis(2)),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                return Err("> 120 s");
            }
        }
    }
}

/// CPU seconds of this process and of the children it has waited for.
fn cpu() -> (f64, f64) {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or_default() / 100.0;
    (ticks(11) + ticks(12), ticks(13) + ticks(14))
}
