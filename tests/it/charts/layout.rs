//! Positions of boxes: nothing overlaps, and the page is filled.

use civigraph::chart::layout::{Forest, Layout, Siblings, TreeSpacing, lay_out};
use proptest::prelude::*;

const SPACING: TreeSpacing = TreeSpacing { columns: 18.0, rows: 10.0, bus: 13.0, spine: 12.0, trees: 30.0 };

/// A forest from a list of parents: `parents[i]` is the parent of `i`, if any.
fn forest(parents: &[Option<usize>], heights: &[u8]) -> Forest {
    let n = parents.len();
    let mut forest = Forest { boxes: Vec::new(), children: vec![Vec::new(); n], roots: Vec::new() };
    for (index, parent) in parents.iter().enumerate() {
        forest.boxes.push((156.0, 30.0 + f64::from(heights[index % heights.len()] % 60)));
        match parent {
            None => forest.roots.push(index),
            Some(parent) => {
                // Every fifth child starts a new group.
                let groups = &mut forest.children[*parent];
                if groups.is_empty() || index % 5 == 0 {
                    groups.push(Siblings { label: Some((60.0, 12.0)), members: Vec::new() });
                }
                groups.last_mut().unwrap().members.push(index);
            }
        }
    }
    forest
}

/// A small generator, so that large forests need no large inputs.
fn random_parents(n: usize, n_roots: usize, reach: usize, seed: u64) -> Vec<Option<usize>> {
    let mut state = seed | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    (0..n)
        .map(|index| {
            if index < n_roots {
                return None;
            }
            let from = index.saturating_sub(reach);
            Some(from + (next() % (index - from).max(1) as u64) as usize)
        })
        .collect()
}

/// The frames of any two trees are apart by the distance between trees, beside or below each other.
fn trees_are_apart(forest: &Forest, layout: &Layout) {
    let frame = |root: usize| {
        let mut frame = (f64::INFINITY, f64::INFINITY, 0.0_f64, 0.0_f64);
        let mut work = vec![root];
        while let Some(index) = work.pop() {
            let ((x, y), (width, height)) = (layout.corners[index], forest.boxes[index]);
            frame = (frame.0.min(x), frame.1.min(y), frame.2.max(x + width), frame.3.max(y + height));
            work.extend(forest.children[index].iter().flat_map(|group| &group.members));
        }
        frame
    };
    if forest.roots.len() > 400 {
        return;
    }
    let frames: Vec<_> = forest.roots.iter().map(|root| frame(*root)).collect();
    for (at, a) in frames.iter().enumerate() {
        for b in &frames[at + 1..] {
            let apart = (b.0 - a.2).max(a.0 - b.2).max(b.1 - a.3).max(a.1 - b.3);
            assert!(apart >= SPACING.trees - 1e-6, "trees {a:?} and {b:?} are {apart:.1} apart");
        }
    }
}

fn check(forest: &Forest, layout: &Layout) {
    let frame = |index: usize| {
        let ((x, y), (width, height)) = (layout.corners[index], forest.boxes[index]);
        (x, y, x + width, y + height)
    };
    // Sweep by upper edge: only boxes with overlapping heights are compared.
    let mut order: Vec<usize> = (0..forest.boxes.len()).collect();
    order.sort_by(|a, b| frame(*a).1.total_cmp(&frame(*b).1));
    for (at, a) in order.iter().enumerate() {
        let (left, top, right, bottom) = frame(*a);
        assert!(left >= -1e-6 && top >= -1e-6, "{a} is off the page");
        assert!(right <= layout.width + 1e-6 && bottom <= layout.height + 1e-6, "{a} is off the page");
        for b in &order[at + 1..] {
            let (other_left, other_top, other_right, _) = frame(*b);
            if other_top >= bottom - 1e-6 {
                break;
            }
            assert!(other_left >= right - 1e-6 || other_right <= left + 1e-6, "{a} and {b} overlap");
        }
    }
    trees_are_apart(forest, layout);
    for (parent, group, (x, y)) in &layout.labels {
        let (width, height) = forest.children[*parent][*group].label.unwrap();
        let first = order.partition_point(|index| frame(*index).1 < y - 200.0);
        for index in &order[first..] {
            let (left, top, right, bottom) = frame(*index);
            if top > y + height {
                break;
            }
            let apart =
                x + width <= left + 1e-6 || *x >= right - 1e-6 || y + height <= top + 1e-6 || *y >= bottom - 1e-6;
            assert!(apart, "the label of group {group} of {parent} lies on {index}");
        }
    }
    for line in &layout.lines {
        for piece in line.windows(2) {
            let ((x1, y1), (x2, y2)) = (piece[0], piece[1]);
            assert!((x1 - x2).abs() < 1e-6 || (y1 - y2).abs() < 1e-6, "{piece:?} is slanted");
            let (left, right, top, bottom) = (x1.min(x2), x1.max(x2), y1.min(y2), y1.max(y2));
            let first = order.partition_point(|index| frame(*index).1 < top - 200.0);
            for index in &order[first..] {
                let (box_left, box_top, box_right, box_bottom) = frame(*index);
                if box_top > bottom {
                    break;
                }
                let inside = right > box_left + 1e-6
                    && left < box_right - 1e-6
                    && bottom > box_top + 1e-6
                    && top < box_bottom - 1e-6;
                assert!(!inside, "the line {piece:?} runs through {index}: {:?}", frame(*index));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_lies_on_anything(n in 1_usize..400, roots in 1_usize..6, reach in 1_usize..60, seed: u64, heights in prop::collection::vec(any::<u8>(), 1..9), aspect in 0.4_f64..2.5) {
        let parents = random_parents(n, roots.min(n), reach, seed);
        let forest = forest(&parents, &heights);
        let layout = lay_out(&forest, &SPACING, aspect);
        check(&forest, &layout);
        prop_assert_eq!(&layout, &lay_out(&forest, &SPACING, aspect));
    }
}

#[test]
fn large_forests_are_laid_out_completely() {
    for (n, reach) in [(2_000, 30), (10_000, 200), (10_000, 10_000)] {
        let forest = forest(&random_parents(n, 3, reach, 42), &[10, 40, 20]);
        let start = std::time::Instant::now();
        let layout = lay_out(&forest, &SPACING, 1.41);
        eprintln!("{n} boxes, reach {reach}: {:?}, {:.0} x {:.0}", start.elapsed(), layout.width, layout.height);
        check(&forest, &layout);
    }
}

#[test]
fn the_page_asked_for_is_filled() {
    for seed in 0..12 {
        for aspect in [0.71, 1.0, 1.41, 1.78] {
            let forest = forest(&random_parents(120, 4, 25, seed * 977 + 5), &[10, 40, 20]);
            let layout = lay_out(&forest, &SPACING, aspect);
            let got = layout.width / layout.height;
            assert!((got / aspect - 1.0).abs() < 0.2, "asked {aspect}, got {got:.2} (seed {seed})");
        }
    }
}

/// One parent with thousands of children, and thousands without a parent, must
/// not take quadratic time.
#[test]
fn thousands_of_siblings_are_laid_out_in_little_time() {
    let n = 8_000;
    let start = std::time::Instant::now();
    let mut star: Vec<Option<usize>> = vec![Some(0); n];
    star[0] = None;
    for parents in [star, vec![None; n]] {
        let forest = forest(&parents, &[10, 40, 20]);
        check(&forest, &lay_out(&forest, &SPACING, 1.41));
    }
    // A few seconds without optimisation; quadratic time would be minutes.
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn groups_are_below_each_other_on_a_narrow_page() {
    let mut forest = Forest { boxes: vec![(156.0, 40.0); 9], children: vec![Vec::new(); 9], roots: vec![0] };
    let group = |members: Vec<usize>| Siblings { label: Some((60.0, 12.0)), members };
    forest.children[0] = vec![group(vec![1, 2]), group(vec![3]), group(vec![4, 5, 6, 7, 8])];
    let narrow = lay_out(&forest, &SPACING, 0.2);
    check(&forest, &narrow);
    assert_eq!(narrow.labels.len(), 3, "each group has its label once: {:?}", narrow.labels);
    assert!(narrow.labels.iter().all(|(.., (x, _))| *x == 0.0), "all hang on one spine");
    let wide = lay_out(&forest, &SPACING, 9.0);
    check(&forest, &wide);
    assert_eq!(wide.labels.len(), 8, "each column has a label: {:?}", wide.labels);
    assert_eq!(wide.lines.len(), 8, "a line for each child");
}

#[test]
fn forty_children_and_thirty_generations_fit_a_page() {
    let mut fan: Vec<Option<usize>> = vec![Some(0); 41];
    fan[0] = None;
    let chain: Vec<Option<usize>> = (0..30).map(|index: usize| index.checked_sub(1)).collect();
    let mut fan = forest(&fan, &[20]);
    fan.children[0] = vec![Siblings { label: Some((60.0, 12.0)), members: (1..41).collect() }];
    let layout = lay_out(&fan, &SPACING, 1.41);
    check(&fan, &layout);
    assert!((layout.width / layout.height / 1.41 - 1.0).abs() < 0.35, "{} x {}", layout.width, layout.height);
    let chain = forest(&chain, &[20]);
    check(&chain, &lay_out(&chain, &SPACING, 1.41));
    let deep: Vec<Option<usize>> = (0..50_000).map(|index: usize| index.checked_sub(1)).collect();
    let deep = forest(&deep, &[20]);
    assert!(lay_out(&deep, &SPACING, 1.41).height > 1_000_000.0);
}
