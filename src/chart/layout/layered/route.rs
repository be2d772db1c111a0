//! How lines go through the channels between layers: across, up or down on a
//! track, across. Lines that leave one box share a track; tracks that would
//! overlap are separate, and those that need not cross do not.

use std::collections::{BTreeMap, BTreeSet};

use super::levels::Levels;
use super::{LayeredSpacing, Points};

/// The most space that a channel gives its tracks.
const WIDEST: Points = 320.0;

/// Where layers start, and where lines turn.
#[derive(Debug, Default)]
pub(super) struct Routes {
    /// The left edge of each layer.
    pub(super) left: Vec<Points>,
    /// The total width.
    pub(super) width: Points,
    /// Where lines that leave a box, label or passing place to the right turn.
    turn: Vec<Points>,
    middle: Vec<Points>,
}

/// The lines that leave one place to the right.
struct Bundle {
    node: usize,
    start: Points,
    least: Points,
    most: Points,
    /// Whether it goes more down than up.
    down: bool,
}

/// Routes the lines of all channels.
pub(super) fn route(levels: &Levels, middle: &[Points], spacing: &LayeredSpacing) -> Routes {
    let mut routes = Routes { turn: vec![0.0; levels.sizes.len()], middle: middle.to_vec(), ..Routes::default() };
    let mut x = 0.0;
    for layer in &levels.layers {
        routes.left.push(x);
        let width = layer.iter().map(|node| levels.sizes[*node].0).fold(0.0, f64::max);
        x += width;
        routes.width = x;
        let (tracks, n_tracks) = tracks(levels, layer, middle);
        let gap = spacing.lines.min(WIDEST / n_tracks.max(1) as f64);
        for (node, track) in tracks {
            routes.turn[node] = x + spacing.margin + gap * track as f64;
        }
        x += 2.0 * spacing.margin + gap * n_tracks.saturating_sub(1) as f64;
    }
    routes
}

/// A track for each place of a layer from which a line turns, and the number of tracks.
fn tracks(levels: &Levels, layer: &[usize], middle: &[Points]) -> (Vec<(usize, usize)>, usize) {
    let mut bundles: Vec<Bundle> = Vec::new();
    for node in layer {
        let start = middle[*node];
        let ends = levels.next[*node].iter().map(|end| middle[*end]);
        let (least, most) = ends.fold((start, start), |(least, most), y| (least.min(y), most.max(y)));
        if most - least > 1e-6 {
            bundles.push(Bundle { node: *node, start, least, most, down: most - start >= start - least });
        }
    }
    // Of lines that go down, the lowest turns first; of those that go up, the highest.
    bundles.sort_by(|a, b| match (a.down, b.down) {
        (true, true) => b.start.total_cmp(&a.start),
        (false, false) => a.start.total_cmp(&b.start),
        (true, false) => std::cmp::Ordering::Less,
        (false, true) => std::cmp::Ordering::Greater,
    });
    let heights: BTreeSet<i64> = bundles.iter().flat_map(|b| [key(b.least), key(b.most)]).collect();
    let heights: Vec<i64> = heights.into_iter().collect();
    let mut reached = TakenTracks::new(heights.len());
    let mut tracks = Vec::with_capacity(bundles.len());
    let mut n_tracks = 0;
    for index in in_turn(levels, &bundles, middle) {
        let bundle = &bundles[index];
        let from = heights.partition_point(|height| *height < key(bundle.least));
        let to = heights.partition_point(|height| *height <= key(bundle.most));
        let track = reached.most(from, to);
        reached.raise(from, to, track + 1);
        n_tracks = n_tracks.max(track + 1);
        tracks.push((bundle.node, track));
    }
    (tracks, n_tracks)
}

/// A height as an integer, so that it can be compared for equality.
fn key(height: Points) -> i64 {
    (height * 10.0).round() as i64
}

/// The bundles in the order in which they take tracks. If one ends at the
/// height at which another starts, the other turns first: otherwise their lines
/// would overlap.
fn in_turn(levels: &Levels, bundles: &[Bundle], middle: &[Points]) -> Vec<usize> {
    let mut starting: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for (index, bundle) in bundles.iter().enumerate() {
        starting.entry(key(bundle.start)).or_default().push(index);
    }
    let (mut after, mut n_before) = (vec![Vec::new(); bundles.len()], vec![0_usize; bundles.len()]);
    for (index, bundle) in bundles.iter().enumerate() {
        for end in &levels.next[bundle.node] {
            let height = key(middle[*end]);
            for other in starting.range(height - 20..=height + 20).flat_map(|(_, indexes)| indexes) {
                if *other != index && height != key(bundle.start) {
                    after[*other].push(index);
                    n_before[index] += 1;
                }
            }
        }
    }
    let mut waiting: BTreeSet<usize> = (0..bundles.len()).collect();
    let mut ready: BTreeSet<usize> = waiting.iter().copied().filter(|index| n_before[*index] == 0).collect();
    let mut order = Vec::with_capacity(bundles.len());
    // Bundles that depend on each other are taken in their present order.
    while let Some(index) = ready.pop_first().or_else(|| waiting.first().copied()) {
        if !waiting.remove(&index) {
            continue;
        }
        order.push(index);
        for other in &after[index] {
            n_before[*other] = n_before[*other].saturating_sub(1);
            if n_before[*other] == 0 && waiting.contains(other) {
                ready.insert(*other);
            }
        }
    }
    order
}

/// The number of tracks taken at each height, as a segment tree.
struct TakenTracks {
    n: usize,
    /// The maximum within a range, and the value that holds for all of it.
    most: Vec<usize>,
    whole: Vec<usize>,
}

impl TakenTracks {
    fn new(n: usize) -> Self {
        let n = n.max(1).next_power_of_two();
        Self { n, most: vec![0; 2 * n], whole: vec![0; 2 * n] }
    }

    fn most(&self, from: usize, to: usize) -> usize {
        self.ask(1, 0, self.n, from, to)
    }

    fn ask(&self, node: usize, low: usize, high: usize, from: usize, to: usize) -> usize {
        if to <= low || high <= from {
            return 0;
        }
        if from <= low && high <= to {
            return self.most[node];
        }
        let half = usize::midpoint(low, high);
        let below = self.ask(2 * node, low, half, from, to).max(self.ask(2 * node + 1, half, high, from, to));
        below.max(self.whole[node])
    }

    fn raise(&mut self, from: usize, to: usize, track: usize) {
        self.set(1, 0, self.n, (from, to), track);
    }

    fn set(&mut self, node: usize, low: usize, high: usize, range: (usize, usize), track: usize) {
        if range.1 <= low || high <= range.0 {
            return;
        }
        self.most[node] = self.most[node].max(track);
        if range.0 <= low && high <= range.1 {
            self.whole[node] = self.whole[node].max(track);
            return;
        }
        let half = usize::midpoint(low, high);
        self.set(2 * node, low, half, range, track);
        self.set(2 * node + 1, half, high, range, track);
    }
}

impl Routes {
    /// The line of a link from start to end.
    pub(super) fn line(&self, levels: &Levels, link: usize) -> Vec<(Points, Points)> {
        let mut line: Vec<(Points, Points)> = Vec::new();
        for piece in levels.links.get(link).into_iter().flatten() {
            let piece = &levels.pieces[*piece];
            let mut points = Vec::new();
            for pair in piece.chain.windows(2) {
                let (from, to) = (pair[0], pair[1]);
                let (from_y, to_y) = (self.middle[from], self.middle[to]);
                points.push((self.left[levels.level[from]] + levels.sizes[from].0, from_y));
                if (from_y - to_y).abs() > 1e-6 {
                    points.push((self.turn[from], from_y));
                    points.push((self.turn[from], to_y));
                }
                points.push((self.left[levels.level[to]], to_y));
            }
            if piece.reversed {
                points.reverse();
            }
            line.extend(points);
        }
        simplified(line)
    }
}

/// The line without the corners at which it does not turn.
fn simplified(line: Vec<(Points, Points)>) -> Vec<(Points, Points)> {
    let mut corners: Vec<(Points, Points)> = Vec::with_capacity(line.len());
    let same = |a: Points, b: Points| (a - b).abs() < 1e-6;
    for point in line {
        if corners.last().is_some_and(|last| same(last.0, point.0) && same(last.1, point.1)) {
            continue;
        }
        if let [.., a, b] = corners.as_slice() {
            let straight = |a: Points, b: Points, c: Points| (a <= b) == (b <= c);
            let along = same(a.1, b.1) && same(b.1, point.1) && straight(a.0, b.0, point.0);
            let down = same(a.0, b.0) && same(b.0, point.0) && straight(a.1, b.1, point.1);
            if along || down {
                corners.pop();
            }
        }
        corners.push(point);
    }
    corners
}
