//! A main tree with regions beside and below it. The row of its top is its own; the regions, each with the
//! trees that it holds, are packed into the room that the main tree leaves.

use super::{Forest, Layout, Layouts, Points, TreeSpacing};

/// Trees that are apart from the main one, in a frame of their own.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TreeRegion {
    /// The tops of its trees.
    pub roots: Vec<usize>,
    /// The height of its heading.
    pub head: Points,
    /// The width of its heading.
    pub width: Points,
}

/// A main tree and regions on a page.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RegionLayout {
    /// Boxes and lines of all trees.
    pub layout: Layout,
    /// The frame of each region: its upper left corner, its width and its height.
    pub frames: Vec<(Points, Points, Points, Points)>,
}

/// The room between the frame of a region and what is in it.
pub const PADDING: Points = 10.0;
/// The forms in which the trees of a region are tried.
const FORMS: [f64; 8] = [0.15, 0.35, 0.6, 1.0, 1.5, 2.5, 5.0, 12.0];
/// The forms in which the main tree is tried.
const N_TRIES: u32 = 30;
/// How many of the smallest pages are returned.
const MOST: usize = 8;

/// For each region its form, and its upper left corner.
type Places = Vec<(usize, Points, Points)>;

/// A brick: something with a size, and its layout.
struct Brick {
    width: Points,
    height: Points,
    layout: Layout,
}

/// A page with the main tree and the regions.
struct PackedPage {
    /// The area of the page in the form that is wanted.
    area: f64,
    /// The form of the main tree.
    main: usize,
    /// What is filled: width and height.
    size: (Points, Points),
    places: Places,
}

/// Lays out the trees of `forest.roots`, which are no region's, and the regions, for a page of the given
/// width by height ratio: the layouts that need the least page, the best first. `extra` is the height that the
/// page needs for other things.
pub fn lay_out(
    forest: &Forest,
    regions: &[TreeRegion],
    spacing: &TreeSpacing,
    aspect: f64,
    extra: Points,
) -> Vec<RegionLayout> {
    let main = bricks(
        forest,
        &forest.roots,
        spacing,
        (0..=N_TRIES).map(|step| aspect * 0.5 * 8.0_f64.powf(f64::from(step) / f64::from(N_TRIES))),
    );
    let framed: Vec<Vec<Brick>> = regions
        .iter()
        .map(|region| {
            let mut bricks = bricks(forest, &region.roots, spacing, FORMS.into_iter());
            for brick in &mut bricks {
                brick.width = brick.width.max(region.width) + 2.0 * PADDING;
                brick.height += region.head + 2.0 * PADDING;
            }
            bricks
        })
        .collect();
    let gap = spacing.trees;
    // The row of the top is its own: what is beside the main tree begins below it.
    let reserved = match forest.roots[..] {
        [root] => forest.boxes[root].1 + gap,
        _ => 0.0,
    };
    let narrowest = |bricks: &Vec<Brick>| bricks.iter().map(|brick| brick.width).fold(f64::INFINITY, f64::min);
    let broadest = |bricks: &Vec<Brick>| bricks.iter().map(|brick| brick.width).fold(0.0, f64::max);
    let least = framed.iter().map(narrowest).fold(0.0, f64::max);
    let beside =
        |width: &dyn Fn(&Vec<Brick>) -> Points| framed.iter().map(|bricks| width(bricks) + gap).sum::<Points>();
    // The widths are those of all regions beside each other in their narrowest forms, and where that makes a strip
    // of the page, in their broadest.
    let mut found = beside_main(&main, &framed, (beside(&narrowest), least), (aspect, extra), (gap, reserved));
    let is_strip = |(width, height): (Points, Points)| height > 1.5 * width;
    if !found.is_empty() && found.iter().all(|page| is_strip(page.size)) {
        found.extend(beside_main(&main, &framed, (beside(&broadest), least), (aspect, extra), (gap, reserved)));
    }
    if main.is_empty() {
        // Only regions: the widths of pages of their area.
        let area: f64 = framed.iter().filter_map(|bricks| bricks.first()).map(|brick| brick.width * brick.height).sum();
        let nothing = Brick { width: 0.0, height: 0.0, layout: Layout::default() };
        for factor in [0.8, 0.9, 1.0, 1.1, 1.25, 1.4, 1.6, 1.9] {
            let width = ((area * aspect).sqrt() * factor).max(least);
            if let Some((height, width, places)) = pack(&nothing, &framed, width, gap, 0.0) {
                let high = (height + extra).max(width / aspect);
                let size = (width, height + extra);
                found.push(PackedPage { area: high * high * aspect, main: usize::MAX, size, places });
            }
        }
    }
    found.sort_by(|a, b| a.area.total_cmp(&b.area).then(a.main.cmp(&b.main)).then(a.size.0.total_cmp(&b.size.0)));
    found.truncate(MOST);
    found.into_iter().map(|page| joined(forest, main.get(page.main), &framed, regions, &page.places)).collect()
}

/// The pages with the main tree in each of its forms and the regions beside and below it. `all` is the width of the
/// regions beside each other, `least` that of the widest of them.
fn beside_main(
    main: &[Brick],
    framed: &[Vec<Brick>],
    (all, least): (Points, Points),
    (aspect, extra): (f64, Points),
    (gap, reserved): (Points, Points),
) -> Vec<PackedPage> {
    let mut found = Vec::new();
    for (at, brick) in main.iter().enumerate() {
        let mut widths = vec![brick.width.max(least)];
        if !framed.is_empty() {
            let area: Points = brick.width * brick.height
                + framed
                    .iter()
                    .filter_map(|bricks| bricks.first())
                    .map(|brick| brick.width * brick.height)
                    .sum::<f64>();
            let sheet = (area * aspect).sqrt();
            let most = brick.width + all;
            widths.extend([0.9, 1.0, 1.1, 1.2, 1.35, 1.5, 1.7].map(|factor| sheet * factor));
            widths.extend([brick.width + gap + least, brick.width + 2.0 * (gap + least)]);
            widths.retain(|width| *width <= most.max(least) + 1e-6 && *width >= brick.width.max(least) - 1e-6);
        }
        for width in widths {
            let Some((height, width, places)) = pack(brick, framed, width, gap, reserved) else { continue };
            let high = (height + extra).max(width / aspect);
            found.push(PackedPage { area: high * high * aspect, main: at, size: (width, height + extra), places });
        }
    }
    found
}

/// The layouts of trees in several forms, each size once, and none that another beats in both.
fn bricks(forest: &Forest, roots: &[usize], spacing: &TreeSpacing, forms: impl Iterator<Item = f64>) -> Vec<Brick> {
    if roots.is_empty() {
        return Vec::new();
    }
    let part = Forest { roots: roots.to_vec(), ..forest.clone() };
    let layouts = Layouts::of(&part, spacing);
    let mut bricks: Vec<Brick> = Vec::new();
    for form in forms {
        let layout = layouts.fit(form);
        let (width, height) = (layout.width, layout.height);
        let is_known = |other: &Brick| other.width <= width + 1e-6 && other.height <= height + 1e-6;
        if !bricks.iter().any(is_known) {
            bricks.retain(|other| other.width < width - 1e-6 || other.height < height - 1e-6);
            bricks.push(Brick { width, height, layout });
        }
    }
    bricks
}

/// Puts the regions beside and below the main tree on a page of this width: the height and width that are
/// needed, and for each region its form and its corner. `None` if one is wider than the page.
fn pack(
    main: &Brick,
    regions: &[Vec<Brick>],
    width: Points,
    gap: Points,
    reserved: Points,
) -> Option<(Points, Points, Places)> {
    // Left, top, right, bottom.
    let mut placed: Vec<[Points; 4]> = Vec::new();
    if main.height > 0.0 {
        placed.push([0.0, 0.0, main.width, main.height]);
    }
    let mut places = Vec::new();
    for bricks in regions {
        let mut best: Option<([Points; 3], usize, [Points; 4])> = None;
        for (form, brick) in bricks.iter().enumerate() {
            let mut starts: Vec<Points> = vec![0.0];
            starts.extend(placed.iter().map(|other| other[2] + gap));
            for x in starts {
                let right = x + brick.width;
                if right > width + 1e-6 {
                    continue;
                }
                let over = placed.iter().filter(|other| other[0] < right + gap - 1e-6 && x < other[2] + gap - 1e-6);
                let y = over.map(|other| other[3] + gap).fold(if main.height > 0.0 { reserved } else { 0.0 }, f64::max);
                let key = [y + brick.height, y, x];
                let is_better = best.as_ref().is_none_or(|(known, ..)| {
                    key.iter().zip(known).find(|(a, b)| (**a - **b).abs() > 1e-6).is_some_and(|(a, b)| a < b)
                });
                if is_better {
                    best = Some((key, form, [x, y, right, y + brick.height]));
                }
            }
        }
        let (_, form, frame) = best?;
        placed.push(frame);
        places.push((form, frame[0], frame[1]));
    }
    let bottom = placed.iter().map(|frame| frame[3]).fold(0.0, f64::max);
    let right = placed.iter().map(|frame| frame[2]).fold(0.0, f64::max);
    Some((bottom, right, places))
}

/// The layout of all trees at their places.
fn joined(
    forest: &Forest,
    main: Option<&Brick>,
    framed: &[Vec<Brick>],
    regions: &[TreeRegion],
    places: &[(usize, Points, Points)],
) -> RegionLayout {
    let mut whole = RegionLayout {
        layout: Layout { corners: vec![(0.0, 0.0); forest.boxes.len()], ..Layout::default() },
        frames: Vec::new(),
    };
    let mut add = |layout: &Layout, roots: &[usize], (left, top): (Points, Points)| {
        let shifted = |(x, y): (Points, Points)| (x + left, y + top);
        let mut work = roots.to_vec();
        while let Some(index) = work.pop() {
            whole.layout.corners[index] = shifted(layout.corners[index]);
            work.extend(forest.children[index].iter().flat_map(|group| &group.members));
        }
        whole.layout.lines.extend(layout.lines.iter().map(|line| line.iter().copied().map(shifted).collect()));
        whole.layout.ends.extend(&layout.ends);
        let labels = layout.labels.iter().map(|(parent, group, corner)| (*parent, *group, shifted(*corner)));
        whole.layout.labels.extend(labels);
    };
    let (mut width, mut height) = (0.0_f64, 0.0_f64);
    if let Some(main) = main {
        add(&main.layout, &forest.roots, (0.0, 0.0));
        (width, height) = (main.width, main.height);
    }
    let mut frames = Vec::new();
    for ((bricks, region), (form, x, y)) in framed.iter().zip(regions).zip(places) {
        let brick = &bricks[*form];
        add(&brick.layout, &region.roots, (x + PADDING, y + PADDING + region.head));
        frames.push((*x, *y, brick.width, brick.height));
        width = width.max(x + brick.width);
        height = height.max(y + brick.height);
    }
    whole.frames = frames;
    (whole.layout.width, whole.layout.height) = (width, height);
    whole
}
