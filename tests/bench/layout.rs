//! The page-fitting layout beside Graphviz on the same random trees, in one
//! run: `cargo bench --bench layout`. CPU seconds, and their ratio.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use civigraph::chart::layout::{Forest, Group, Spacing, lay_out};

const SPACING: Spacing = Spacing { columns: 18.0, rows: 10.0, bus: 13.0, spine: 12.0, trees: 30.0 };

fn main() {
    println!("{:>7} {:>12} {:>12} {:>8}", "boxes", "civigraph s", "dot s", "ratio");
    for n in [100, 1_000, 10_000, 50_000] {
        let forest = tree(n);
        let before = cpu().0;
        let mut runs = 0;
        // The clock of the system counts hundredths: small trees are laid out often.
        while runs == 0 || cpu().0 - before < 0.5 {
            std::hint::black_box(lay_out(&forest, &SPACING, 1.41));
            runs += 1;
        }
        let ours = (cpu().0 - before) / f64::from(runs);
        match graphviz(&forest) {
            // Graphviz needs minutes from here on.
            _ if n > 10_000 => println!("{n:>7} {ours:>12.5} {:>12} {:>8}", "-", "-"),
            Some(theirs) => println!("{n:>7} {ours:>12.5} {theirs:>12.3} {:>8.0}", theirs / ours),
            None => println!("{n:>7} {ours:>12.5} {:>12} {:>8}", "no dot", "-"),
        }
    }
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
            groups.push(Group { label: Some((60.0, 12.0)), members: Vec::new() });
        }
        groups[0].members.push(index);
    }
    forest
}

/// CPU seconds that `dot` takes to place the boxes, if it is installed.
fn graphviz(forest: &Forest) -> Option<f64> {
    if forest.boxes.len() > 10_000 {
        return None;
    }
    let mut dot = String::from(
        "digraph { node [shape=box fixedsize=true width=2.17 height=0.83 label=\"\"]; edge [arrowhead=none];\n",
    );
    for (parent, groups) in forest.children.iter().enumerate() {
        for child in groups.iter().flat_map(|group| &group.members) {
            let _ = writeln!(dot, "{parent} -> {child};");
        }
    }
    dot.push_str("}\n");
    let before = cpu().1;
    let mut child = Command::new("dot").arg("-Tplain").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().ok()?;
    child.stdin.take()?.write_all(dot.as_bytes()).ok()?;
    child.wait().ok()?;
    Some(cpu().1 - before)
}

/// CPU seconds of this process and of the children it has waited for.
fn cpu() -> (f64, f64) {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or_default() / 100.0;
    (ticks(11) + ticks(12), ticks(13) + ticks(14))
}
