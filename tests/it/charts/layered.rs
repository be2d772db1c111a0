//! Boxes in layers: nothing overlaps, however the boxes are linked.

use std::time::Instant;

use civigraph::chart::layout::layered::{Layered, LayeredSpacing, Link, Net, lay_out};
use proptest::prelude::*;

const SPACING: LayeredSpacing = LayeredSpacing { boxes: 12.0, labels: 7.0, lines: 6.0, margin: 11.0, parts: 26.0 };

/// A net of `n` boxes from pairs of numbers. Every third link shares the label
/// of the one before if both leave the same box; every seventh has none.
fn net(n: usize, pairs: &[(usize, usize)], heights: &[u8]) -> Net {
    let boxes = (0..n).map(|index| (156.0, 30.0 + f64::from(heights[index % heights.len()] % 60))).collect();
    let mut net = Net { boxes, ..Net::default() };
    for (index, (from, to)) in pairs.iter().map(|(from, to)| (from % n, to % n)).enumerate() {
        if from == to {
            continue;
        }
        let shared = net.links.iter().rev().find(|link| link.from == from).and_then(|link| link.label);
        let label = match index {
            _ if index % 7 == 6 => None,
            _ if index % 3 == 2 && shared.is_some() => shared,
            _ => {
                net.labels.push((40.0 + (index % 5) as f64 * 20.0, 12.0 + (index % 4) as f64 * 9.0));
                Some(net.labels.len() - 1)
            }
        };
        net.links.push(Link { from, to, label });
    }
    net
}

/// A DAG whose links come from the thirty boxes before, with two more links per three boxes
/// than a tree.
pub fn dag(n: usize) -> Net {
    let mut state = 42_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as usize
    };
    let mut pairs = Vec::new();
    for index in 1..n {
        for _ in 0..1 + usize::from(next() % 3 != 0) {
            pairs.push((index - 1 - next() % index.min(30), index));
        }
    }
    net(n, &pairs, &[10, 40, 20])
}

type Frame = (f64, f64, f64, f64);

/// Boxes, then labels, as left, top, right, bottom.
fn frames(net: &Net, layout: &Layered) -> Vec<Frame> {
    let sizes = net.boxes.iter().chain(&net.labels);
    let corners = layout.corners.iter().chain(&layout.labels);
    corners.zip(sizes).map(|((x, y), (width, height))| (*x, *y, x + width, y + height)).collect()
}

fn check(net: &Net, layout: &Layered) {
    let frames = frames(net, layout);
    let mut order: Vec<usize> = (0..frames.len()).collect();
    order.sort_by(|a, b| frames[*a].1.total_cmp(&frames[*b].1));
    for (at, a) in order.iter().enumerate() {
        let (left, top, right, bottom) = frames[*a];
        assert!(left >= -1e-6 && top >= -1e-6, "{a} is off the page");
        assert!(right <= layout.width + 1e-6 && bottom <= layout.height + 1e-6, "{a} is off the page");
        for b in &order[at + 1..] {
            let (other_left, other_top, other_right, _) = frames[*b];
            if other_top >= bottom - 1e-6 {
                break;
            }
            assert!(other_left >= right - 1e-6 || other_right <= left + 1e-6, "{a} and {b} overlap");
        }
    }
    // In rows of 200 points, so that long nets are checked quickly.
    let row = |y: f64| (y / 200.0).floor() as i64;
    let mut rows: std::collections::BTreeMap<i64, Vec<usize>> = std::collections::BTreeMap::new();
    for (index, (_, top, _, bottom)) in frames.iter().enumerate() {
        for at in row(*top)..=row(*bottom) {
            rows.entry(at).or_default().push(index);
        }
    }
    for (link, line) in net.links.iter().zip(&layout.lines) {
        let own = link.label.map(|label| net.boxes.len() + label);
        let touches = |point: (f64, f64), index: usize| {
            let (left, top, right, bottom) = frames[index];
            ((point.0 - left).abs() < 1e-6 || (point.0 - right).abs() < 1e-6) && point.1 > top && point.1 < bottom
        };
        assert!(touches(line[0], link.from) && touches(line[line.len() - 1], link.to), "{link:?}: {line:?}");
        for piece in line.windows(2) {
            let ((x1, y1), (x2, y2)) = (piece[0], piece[1]);
            assert!((x1 - x2).abs() < 1e-6 || (y1 - y2).abs() < 1e-6, "{piece:?} is slanted");
            let (left, right, top, bottom) = (x1.min(x2), x1.max(x2), y1.min(y2), y1.max(y2));
            assert!(left >= -1e-6 && top >= -1e-6 && right <= layout.width + 1e-6 && bottom <= layout.height + 1e-6);
            for index in (row(top)..=row(bottom)).filter_map(|at| rows.get(&at)).flatten() {
                let frame = frames[*index];
                let inside =
                    right > frame.0 + 1e-6 && left < frame.2 - 1e-6 && bottom > frame.1 + 1e-6 && top < frame.3 - 1e-6;
                assert!(!inside || Some(*index) == own, "{piece:?} of {link:?} runs through {index}: {frame:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_lies_on_anything(
        n in 1_usize..60,
        pairs in prop::collection::vec((0_usize..1000, 0_usize..1000), 0..110),
        heights in prop::collection::vec(any::<u8>(), 1..9),
        aspect in 0.4_f64..2.5,
    ) {
        let net = net(n, &pairs, &heights);
        let layout = lay_out(&net, &SPACING, aspect);
        check(&net, &layout);
        prop_assert_eq!(&layout, &lay_out(&net, &SPACING, aspect));
    }
}

#[test]
fn large_nets_are_laid_out_completely() {
    for n in [100, 1_000, 10_000] {
        let net = dag(n);
        let start = Instant::now();
        let layout = lay_out(&net, &SPACING, 1.41);
        eprintln!("{n} boxes, {} links: {:?}", net.links.len(), start.elapsed());
        check(&net, &layout);
    }
}

#[test]
fn a_cycle_is_broken_and_its_arrow_ends_where_it_should() {
    let net = net(3, &[(0, 1), (1, 2), (2, 0)], &[20]);
    let layout = lay_out(&net, &SPACING, 1.41);
    check(&net, &layout);
    assert!(layout.corners[0].0 < layout.corners[1].0 && layout.corners[1].0 < layout.corners[2].0);
}

#[test]
fn few_lines_cross_where_none_need_to() {
    // Two trees side by side whose links alternate.
    let pairs: Vec<(usize, usize)> = (2..12).map(|index| (index % 2, index)).collect();
    let mut net = net(12, &pairs, &[20]);
    net.labels.clear();
    net.links.iter_mut().for_each(|link| link.label = None);
    net.links.push(Link { from: 2, to: 11, label: None });
    let layout = lay_out(&net, &SPACING, 1.41);
    check(&net, &layout);
    let mut crossings = 0;
    for (at, a) in layout.lines.iter().enumerate() {
        for b in layout.lines[at + 1..].iter() {
            for p in a.windows(2) {
                for q in b.windows(2) {
                    let crosses = |h: &[(f64, f64)], v: &[(f64, f64)]| {
                        h[0].1 == h[1].1
                            && v[0].0 == v[1].0
                            && v[0].0 > h[0].0.min(h[1].0)
                            && v[0].0 < h[0].0.max(h[1].0)
                            && h[0].1 > v[0].1.min(v[1].1)
                            && h[0].1 < v[0].1.max(v[1].1)
                    };
                    // Lines of one box share their path.
                    crossings += usize::from(a[0] != b[0] && (crosses(p, q) || crosses(q, p)));
                }
            }
        }
    }
    assert!(crossings <= 1, "{crossings} crossings");
}

#[test]
fn one_box_with_five_thousand_links_takes_little_time() {
    let pairs: Vec<(usize, usize)> = (1..5_001).map(|index| (0, index)).collect();
    let net = net(5_001, &pairs, &[20]);
    let start = Instant::now();
    check(&net, &lay_out(&net, &SPACING, 1.41));
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn lines_have_no_small_steps_where_there_is_room() {
    // Pairs in two columns, of boxes and labels of many heights.
    let heights = [[40.0, 60.0], [70.0, 45.0], [50.0, 84.0], [38.0, 38.0], [90.0, 52.0]];
    let boxes = [0, 1].into_iter().flat_map(|side| heights.map(|pair| (156.0, pair[side]))).collect();
    let labels = [12.0, 30.0, 22.0, 12.0, 40.0].map(|height| (60.0, height)).to_vec();
    let links = (0..5).map(|at| Link { from: at, to: at + 5, label: Some(at) }).collect();
    let columns = (0..10).map(|at| at / 5).collect();
    let net = Net { boxes, labels, links, columns, ..Net::default() };
    let layout = lay_out(&net, &SPACING, 1.4);
    for line in &layout.lines {
        for pair in line.windows(2) {
            let step = (pair[0].1 - pair[1].1).abs();
            assert!(!(0.05..18.0).contains(&step), "a step of {step}: {line:?}");
        }
    }
}
