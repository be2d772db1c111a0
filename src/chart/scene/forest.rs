//! A forest and its panel on a page: the main tree, regions with the other trees, and the bodies without a
//! parent.

use std::collections::BTreeMap;

use petgraph::graph::{EdgeIndex, NodeIndex};

use super::block::CardBlock;
use super::card::{CardWeight, Maker, SMALL};
use super::page::{FAINT, FilledPage, MARGIN, NARROWEST, PageForm, pill_lines, pill_size};
use super::panel::Panel;
use super::text::Weight;
use super::{Card, Frame, Ground, Line, Pen, Pill, Scene};
use crate::chart::layout::detour::Detours;
use crate::chart::layout::direction::{self, LineDirection};
use crate::chart::layout::layered::LayeredSpacing;
use crate::chart::layout::levels::{self, LevelLayout};
use crate::chart::layout::regions::{self, RegionLayout, TreeRegion};
use crate::chart::layout::{Forest, Points, Siblings, TreeSpacing};
use crate::chart::view::levels::GradeLevels;

const SPACING: TreeSpacing = TreeSpacing { columns: 18.0, rows: 10.0, bus: 12.0, spine: 12.0, trees: 26.0 };
/// The distances in other directions than down, and the forms of page that are tried.
const TURNED: LayeredSpacing = LayeredSpacing { boxes: 10.0, labels: 7.0, lines: 6.0, margin: 11.0, parts: 26.0 };
const FORMS: [f64; 4] = [0.85, 1.0, 1.25, 1.6];
/// The height of a page that heading, legend and footer need.
const EXTRA: Points = 130.0;
/// The most room for what a row is called.
const ROW_NAME: Points = 90.0;
/// The most that the bodies alone are moved away from the trees, to fill a page.
const FARTHEST: Points = 80.0;
/// The size of the heading of a region.
const HEADING: Points = 9.0;

/// Draws a forest for a page of this form.
pub(in crate::chart) fn draw(maker: &Maker<'_>, form: PageForm, pen: &mut Pen) -> Scene {
    let tree = maker.tree;
    let mut sketch = ForestSketch::default();
    let mut apart: Vec<(String, Vec<usize>)> = Vec::new();
    for root in &tree.roots {
        let weight = if tree.main == Some(*root) { CardWeight::Top } else { CardWeight::Second };
        let index = sketch.grow(*root, weight, maker, pen);
        // On levels, all trees stand in the same rows.
        if !tree.apart.contains(root) || maker.levels.is_some() {
            sketch.forest.roots.push(index);
            continue;
        }
        let name = maker.legend.group(maker.network, *root);
        match apart.iter_mut().find(|(known, _)| *known == name) {
            Some((_, roots)) => roots.push(index),
            None => apart.push((name, vec![index])),
        }
    }
    for (name, roots) in apart {
        let width = pen.measure(Weight::Bold).width(&name, HEADING).min(CardWeight::Plain.width());
        let lines = pen.wrap(&name, HEADING, Weight::Bold, CardWeight::Plain.width());
        let head = if lines.is_empty() { 0.0 } else { HEADING * 1.25 * lines.len() as f64 + 6.0 };
        sketch.regions.push(TreeRegion { roots, head, width });
        sketch.headings.push(lines);
    }
    sketch.panel = Some(Panel::of(maker, &tree.alone, pen));
    if let Some(levels) = maker.levels {
        return sketch.in_rows(levels, maker, form, pen);
    }
    if let Some(towards) = maker.look.direction.filter(|towards| *towards != LineDirection::Down) {
        // Generation by generation, all trees side by side.
        sketch.is_turned = true;
        sketch.forest.roots.extend(sketch.regions.drain(..).flat_map(|region| region.roots));
        let layouts = FORMS.map(|factor| {
            let layout = direction::lay_out_forest(&sketch.forest, &TURNED, form.aspect * factor, towards);
            RegionLayout { layout, frames: Vec::new() }
        });
        return form.best(layouts, |layout, slack| sketch.compose(layout, PanelPlace::Below, maker, slack, pen));
    }
    let layouts = regions::lay_out(&sketch.forest, &sketch.regions, &SPACING, form.aspect, EXTRA);
    let layouts = if layouts.is_empty() { vec![RegionLayout::default()] } else { layouts };
    // A few bodies alone can stand beside the trees.
    let has_few = !sketch.cards.is_empty() && sketch.panel.as_ref().is_some_and(Panel::is_narrow);
    let places = if has_few { &[PanelPlace::Below, PanelPlace::Beside][..] } else { &[PanelPlace::Below] };
    let tried = places.iter().flat_map(|place| layouts.iter().map(move |layout| (layout, *place)));
    form.best(tried, |(layout, place), slack| sketch.compose(layout, *place, maker, slack, pen))
}

/// Where the bodies without a parent stand.
#[derive(Clone, Copy, PartialEq)]
enum PanelPlace {
    Below,
    Beside,
}

/// Boxes with their cards, before they have positions.
#[derive(Default)]
struct ForestSketch {
    forest: Forest,
    /// The cards of each box.
    blocks: Vec<CardBlock>,
    /// All cards, at the origin.
    cards: Vec<Card>,
    nodes: Vec<NodeIndex>,
    /// The relation that places each box under its parent.
    branches: Vec<Option<EdgeIndex>>,
    regions: Vec<TreeRegion>,
    headings: Vec<Vec<String>>,
    panel: Option<Panel>,
    /// Whether lines lead in another direction than down.
    is_turned: bool,
}

impl ForestSketch {
    /// Creates the boxes of a tree's root and of everything below it.
    fn grow(&mut self, root: NodeIndex, weight: CardWeight, maker: &Maker<'_>, pen: &mut Pen) -> usize {
        let below = |weight| if weight == CardWeight::Top { CardWeight::Second } else { CardWeight::Plain };
        let first = self.add(root, weight, None, maker, pen);
        let mut work = vec![(root, first, weight)];
        while let Some((node, index, weight)) = work.pop() {
            let mut groups: Vec<(String, Siblings)> = Vec::new();
            let children = maker.tree.children.get(&node).into_iter().flatten();
            for (edge, child) in children.filter(|(_, child)| !maker.tree.assistants.contains(child)) {
                let words = self.words(*edge, node, maker);
                if groups.last().is_none_or(|(last, _)| *last != words) {
                    let size = pill_size(&pill_lines(&words, pen), pen);
                    let label = (!words.is_empty()).then_some(size);
                    groups.push((words, Siblings { label, members: Vec::new() }));
                }
                let weight = below(weight);
                let member = self.add(*child, weight, Some(*edge), maker, pen);
                work.push((*child, member, weight));
                if let Some((_, group)) = groups.last_mut() {
                    group.members.push(member);
                }
            }
            self.forest.children[index] = groups.into_iter().map(|(_, group)| group).collect();
        }
        first
    }

    /// The words of a branch, read from above; none if the legend says them for all.
    fn words(&self, edge: EdgeIndex, parent: NodeIndex, maker: &Maker<'_>) -> String {
        let words = maker.branch(edge, parent);
        if maker.look.is_wordless || maker.legend.line.as_ref() == Some(&words) { String::new() } else { words }
    }

    /// Creates the box of a node, with its partners and assistants.
    fn add(
        &mut self,
        node: NodeIndex,
        weight: CardWeight,
        branch: Option<EdgeIndex>,
        maker: &Maker<'_>,
        pen: &mut Pen,
    ) -> usize {
        let tree = maker.tree;
        let first = self.cards.len();
        let heads: Vec<NodeIndex> =
            std::iter::once(node).chain(tree.partners.get(&node).into_iter().flatten().copied()).collect();
        let beside = tree.children.get(&node).into_iter().flatten().map(|(_, child)| *child);
        let beside: Vec<NodeIndex> = beside.filter(|child| tree.assistants.contains(child)).collect();
        for head in &heads {
            self.cards.push(maker.card(*head, weight, pen));
            self.nodes.push(*head);
        }
        for assistant in &beside {
            self.cards.push(maker.card(*assistant, CardWeight::Plain, pen));
            self.nodes.push(*assistant);
        }
        let numbered: Vec<(usize, &Card)> = self.cards.iter().enumerate().skip(first).collect();
        let (heads, beside) = numbered.split_at(heads.len());
        let block = CardBlock::of(heads, beside);
        self.forest.boxes.push((block.width, block.height));
        self.forest.children.push(Vec::new());
        self.blocks.push(block);
        self.branches.push(branch);
        self.blocks.len() - 1
    }

    /// Draws the forest in rows, with what each row is called at its left.
    fn in_rows(&self, levels: &GradeLevels, maker: &Maker<'_>, form: PageForm, pen: &mut Pen) -> Scene {
        let of_block = |block: &CardBlock| levels.of.get(&self.nodes[block.cards[0].0]).copied();
        let wanted: Vec<Option<usize>> = self.blocks.iter().map(of_block).collect();
        let LevelLayout { mut layout, rows } = levels::lay_out(&self.forest, &wanted, &SPACING);
        let lines: Vec<Vec<String>> =
            levels.names.iter().map(|name| pen.wrap(name, HEADING, Weight::Bold, ROW_NAME)).collect();
        let widths = lines.iter().flatten().map(|line| pen.measure(Weight::Bold).width(line, HEADING));
        let indent = widths.fold(0.0, f64::max) + SPACING.columns;
        for (x, _) in layout
            .corners
            .iter_mut()
            .chain(layout.lines.iter_mut().flatten())
            .chain(layout.labels.iter_mut().map(|(.., corner)| corner))
        {
            *x += indent;
        }
        layout.width += indent;
        let whole = RegionLayout { layout, frames: Vec::new() };
        form.best([whole], |layout, slack| {
            let mut scene = self.compose(layout, PanelPlace::Below, maker, slack, pen);
            let left = MARGIN + (scene.width - 2.0 * MARGIN - layout.layout.width) / 2.0;
            let top = self.top_of(&scene, layout);
            let mut named: Vec<Points> = Vec::new();
            for (level, lines) in lines.iter().enumerate() {
                let at = self.blocks.iter().zip(&layout.layout.corners).zip(&wanted);
                let here = at.filter(|(_, wanted)| **wanted == Some(level)).map(|((_, (_, y)), _)| *y);
                // Some of a grade may hang lower, under others of it: its row is the highest.
                let Some(y) = here.min_by(Points::total_cmp) else { continue };
                let row = rows.iter().find(|(row, height)| *height > 0.0 && (row - y).abs() < 1e-6);
                let n_above = named.iter().filter(|other| (**other - y).abs() < 1e-6).count();
                named.extend(lines.iter().map(|_| y));
                for (index, line) in lines.iter().enumerate() {
                    let down = HEADING * 1.25 * (index + n_above) as f64;
                    scene.texts.push(super::SceneText {
                        words: line.clone(),
                        x: left,
                        y: top + y + row.map_or(0.0, |(_, height)| height / 2.0) + 3.0 + down,
                        size: HEADING,
                        weight: Weight::Bold,
                        colour: FAINT,
                        language: None,
                    });
                }
            }
            scene
        })
    }

    /// How far down the forest begins on a page.
    fn top_of(&self, scene: &Scene, layout: &RegionLayout) -> Points {
        let first = self.blocks.first().and_then(|block| block.cards.first());
        match (first, layout.layout.corners.first()) {
            (Some((card, (_, dy))), Some((_, y))) => scene.cards.get(*card).map_or(0.0, |card| card.frame.y - dy - y),
            _ => 0.0,
        }
    }

    /// Puts everything on a page that is wider and higher than necessary by `slack`.
    fn compose(
        &self,
        layout: &RegionLayout,
        place: PanelPlace,
        maker: &Maker<'_>,
        slack: (Points, Points),
        pen: &mut Pen,
    ) -> Scene {
        let words = maker.words;
        let panel = self.panel.as_ref().filter(|panel| !panel.is_empty());
        let beside = panel.filter(|_| place == PanelPlace::Beside);
        let taken = beside.map_or(0.0, |_| Panel::NARROW + SPACING.trees);
        let width = (layout.layout.width + taken).max(NARROWEST) + slack.0;
        let mut page = FilledPage::begin(width, words, pen);
        if let Some(panel) = beside {
            let top = page.y;
            page.width -= taken;
            self.place_forest(layout, maker, &mut page, pen);
            page.width += taken;
            let bottom = std::mem::replace(&mut page.y, top);
            let left = MARGIN + (width - taken + layout.layout.width) / 2.0 + SPACING.trees;
            panel.place(&words.panel, (left, Panel::NARROW), &mut page, pen);
            page.y = page.y.max(bottom) + slack.1;
            self.place_dotted(maker, &mut page);
            return page.finish(maker.legend, words, pen);
        }
        // The space left on a page is distributed over the gaps, so that no side is bare.
        let share =
            if panel.is_none() || self.cards.is_empty() { slack.1 } else { slack.1 - (slack.1 / 2.0).min(FARTHEST) };
        self.place_forest(layout, maker, &mut page, pen);
        page.y += slack.1 - share;
        if let Some(panel) = panel {
            page.y += if self.cards.is_empty() { 0.0 } else { SPACING.trees };
            panel.place(&words.panel, (MARGIN, page.width), &mut page, pen);
        }
        page.y += share;
        self.place_dotted(maker, &mut page);
        page.finish(maker.legend, words, pen)
    }

    fn place_forest(&self, whole: &RegionLayout, maker: &Maker<'_>, page: &mut FilledPage, pen: &mut Pen) {
        let layout = &whole.layout;
        let (left, top) = (MARGIN + (page.width - layout.width) / 2.0, page.y);
        let at = |(x, y): &(Points, Points)| (x + left, y + top);
        for ((x, y, width, height), lines) in whole.frames.iter().zip(&self.headings) {
            let (x, y) = at(&(*x, *y));
            page.scene.grounds.push((Frame { x, y, width: *width, height: *height }, Ground::Region));
            for (index, line) in lines.iter().enumerate() {
                let baseline = y + regions::PADDING + HEADING + HEADING * 1.25 * index as f64;
                page.text(line.clone(), (x + regions::PADDING, baseline), (HEADING, Weight::Bold), FAINT);
            }
        }
        let mut placed: Vec<Option<Card>> = vec![None; self.cards.len()];
        for (block, corner) in self.blocks.iter().zip(&layout.corners) {
            let (x, y) = at(corner);
            for (card, (dx, dy)) in &block.cards {
                placed[*card] = Some(self.cards[*card].at(x + dx, y + dy));
            }
            for line in &block.lines {
                let points = line.points.iter().map(|(dx, dy)| (x + dx, y + dy)).collect();
                page.scene.lines.push(Line { points, ..line.clone() });
            }
            page.scene.is_still |= block.cards.len() > 1;
        }
        page.scene.cards.extend(placed.into_iter().flatten());
        for (line, (parent, child)) in layout.lines.iter().zip(&layout.ends) {
            let (above, below) = (&self.blocks[*parent], &self.blocks[*child]);
            let mut points: Vec<(Points, Points)> = line.iter().map(at).collect();
            // From the card and not from the box around it, to the card and not to the box.
            if self.is_turned {
                let ends = (above.cards[0].0, below.cards[0].0);
                page.scene.lines.push(Line { points, ends, ..Line::default() });
                page.scene.is_still = true;
                continue;
            }
            if let Some(first) = points.first_mut() {
                first.1 -= above.height - above.trunk;
            }
            if let [.., before, last] = &mut points[..] {
                if (before.1 - last.1).abs() < 1e-6 {
                    last.0 += below.left;
                } else {
                    last.1 += below.entry;
                }
            }
            let ends = (above.cards[0].0, below.cards[0].0);
            page.scene.lines.push(Line { points, ends, ..Line::default() });
        }
        for (parent, group, corner) in &layout.labels {
            let siblings = &self.forest.children[*parent][*group];
            let first = siblings.members.first().and_then(|member| self.branches[*member]);
            let (Some(edge), Some((width, height))) = (first, siblings.label) else { continue };
            let (x, y) = at(corner);
            let frame = Frame { x: x - 3.0, y, width, height };
            let of = self.blocks[*parent].cards[0].0;
            let words = maker.branch(edge, self.nodes[of]);
            for (index, line) in pill_lines(&words, pen).into_iter().enumerate() {
                let y = y + 9.0 + SMALL * 1.25 * index as f64;
                page.text(line, (frame.x + 6.0, y), (SMALL, Weight::Regular), FAINT);
            }
            let to = siblings.members.iter().map(|member| self.blocks[*member].cards[0].0).collect();
            page.scene.pills.push(Pill { frame, of, to, dashed: maker.is_dashed(edge) });
        }
        page.y += layout.height;
    }

    /// The dotted lines, around cards and labels.
    fn place_dotted(&self, maker: &Maker<'_>, page: &mut FilledPage) {
        let place: BTreeMap<NodeIndex, usize> = self.nodes.iter().enumerate().map(|(at, node)| (*node, at)).collect();
        let wanted: Vec<(usize, usize)> = maker
            .tree
            .dotted
            .iter()
            .filter(|(edge, ..)| maker.unrouted.iter().all(|(other, ..)| other != edge))
            .filter_map(|(_, above, below)| Some((*place.get(above)?, *place.get(below)?)))
            .collect();
        if wanted.is_empty() {
            return;
        }
        let of = |frame: &Frame| (frame.x, frame.y, frame.width, frame.height);
        let cards = page.scene.cards.iter().map(|card| of(&card.frame));
        let boxes: Vec<_> = cards.chain(page.scene.pills.iter().map(|pill| of(&pill.frame))).collect();
        let Some(room) = Detours::around(&boxes) else { return };
        for ends in wanted {
            if let Some(points) = room.way(boxes[ends.0], boxes[ends.1]) {
                page.scene.lines.push(Line { points, ends, dotted: true, ..Line::default() });
            }
        }
    }
}
