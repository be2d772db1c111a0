//! A forest and its panel on a page.

use petgraph::graph::{EdgeIndex, NodeIndex};

use super::card::{Maker, SMALL, WIDTH};
use super::page::{FAINT, FilledPage, MARGIN, NARROWEST, PageForm, pill_lines, pill_size};
use super::text::Weight;
use super::{Card, Frame, Line, Pen, Pill, Scene};
use crate::chart::layout::{Forest, Layout, Layouts, Points, Siblings, TreeSpacing};

const SPACING: TreeSpacing = TreeSpacing { columns: 18.0, rows: 10.0, bus: 12.0, spine: 12.0, trees: 26.0 };

/// How many page forms are tried for the forest.
const N_TRIES: u32 = 30;

/// Draws a forest for a page of this form.
pub(in crate::chart) fn draw(maker: &Maker<'_>, form: PageForm, pen: &mut Pen) -> Scene {
    let tree = maker.tree;
    let mut sketch =
        ForestSketch { forest: Forest::default(), cards: Vec::new(), branches: Vec::new(), panel: Vec::new() };
    for root in &tree.roots {
        let index = sketch.grow(*root, maker, pen);
        sketch.forest.roots.push(index);
    }
    sketch.panel = tree.alone.iter().map(|node| maker.card(*node, false, pen)).collect();
    let layouts = Layouts::of(&sketch.forest, &SPACING);
    // Heading, panel and legend take their part of the page: the forest that
    // leaves the complete page with the least waste is found by trial.
    let mut last = None;
    let tries = (0..=N_TRIES).filter_map(|step| {
        let layout = layouts.fit(form.aspect * 0.7 * 8.0_f64.powf(f64::from(step) / f64::from(N_TRIES)));
        let size = Some((layout.width, layout.height));
        (std::mem::replace(&mut last, size) != size).then_some(layout)
    });
    form.best(tries, |layout, slack| sketch.compose(layout, maker, slack, pen))
}

/// Boxes with their cards, before they have positions.
struct ForestSketch {
    forest: Forest,
    /// A card for each box, at the origin.
    cards: Vec<Card>,
    /// The relation that places each box under its parent.
    branches: Vec<Option<EdgeIndex>>,
    panel: Vec<Card>,
}

impl ForestSketch {
    /// Creates the boxes of a tree's root and of everything below it.
    fn grow(&mut self, root: NodeIndex, maker: &Maker<'_>, pen: &mut Pen) -> usize {
        let first = self.add(maker.card(root, true, pen), None);
        let mut work = vec![(root, first)];
        while let Some((node, index)) = work.pop() {
            let mut groups: Vec<(String, Siblings)> = Vec::new();
            for (edge, child) in maker.tree.children.get(&node).into_iter().flatten() {
                let words = maker.relation(*edge);
                if groups.last().is_none_or(|(last, _)| *last != words) {
                    let size = pill_size(&pill_lines(&words, pen), pen);
                    groups.push((words, Siblings { label: Some(size), members: Vec::new() }));
                }
                let member = self.add(maker.card(*child, false, pen), Some(*edge));
                work.push((*child, member));
                if let Some((_, group)) = groups.last_mut() {
                    group.members.push(member);
                }
            }
            self.forest.children[index] = groups.into_iter().map(|(_, group)| group).collect();
        }
        first
    }

    fn add(&mut self, card: Card, branch: Option<EdgeIndex>) -> usize {
        self.forest.boxes.push((card.frame.width, card.frame.height));
        self.forest.children.push(Vec::new());
        self.cards.push(card);
        self.branches.push(branch);
        self.cards.len() - 1
    }

    /// Puts everything on a page that is wider and higher than necessary by `slack`.
    fn compose(&self, layout: &Layout, maker: &Maker<'_>, slack: (Points, Points), pen: &mut Pen) -> Scene {
        let words = maker.words;
        let width = layout.width.max(NARROWEST) + slack.0;
        let mut page = FilledPage::begin(width, words, pen);
        self.place_forest(layout, maker, &mut page, pen);
        // The space left on a page is distributed over the gaps, so that no side is bare.
        let share = if self.panel.is_empty() || self.cards.is_empty() { slack.1 } else { slack.1 / 2.0 };
        page.y += slack.1 - share;
        self.place_panel(&words.panel, &mut page, pen);
        page.y += share;
        page.finish(maker.legend, words, pen)
    }

    fn place_forest(&self, layout: &Layout, maker: &Maker<'_>, page: &mut FilledPage, pen: &mut Pen) {
        let (left, top) = (MARGIN + (page.width - layout.width) / 2.0, page.y);
        let at = |(x, y): &(Points, Points)| (x + left, y + top);
        for (card, corner) in self.cards.iter().zip(&layout.corners) {
            let (x, y) = at(corner);
            page.scene.cards.push(card.at(x, y));
        }
        let lines = layout.lines.iter().zip(&layout.ends);
        page.scene.lines = lines
            .map(|(line, ends)| Line {
                points: line.iter().map(at).collect(),
                ends: *ends,
                arrow: false,
                dashed: false,
            })
            .collect();
        for (parent, group, corner) in &layout.labels {
            let group = &self.forest.children[*parent][*group];
            let first = group.members.first().and_then(|member| self.branches[*member]);
            let (Some(edge), Some((width, height))) = (first, group.label) else { continue };
            let (x, y) = at(corner);
            let frame = Frame { x: x - 3.0, y, width, height };
            for (index, line) in pill_lines(&maker.relation(edge), pen).into_iter().enumerate() {
                let y = y + 9.0 + SMALL * 1.25 * index as f64;
                page.text(line, (frame.x + 6.0, y), (SMALL, Weight::Regular), FAINT);
            }
            page.scene.pills.push(Pill { frame, of: *parent, dashed: maker.is_dashed(edge) });
        }
        page.y += layout.height;
    }

    /// The bodies without a parent, in columns of even height.
    fn place_panel(&self, heading: &str, page: &mut FilledPage, pen: &mut Pen) {
        if self.panel.is_empty() {
            return;
        }
        page.y += if self.cards.is_empty() { 0.0 } else { SPACING.trees };
        page.write(heading, (9.0, Weight::Bold), FAINT, pen);
        page.y += 9.0;
        let n_columns = ((page.width + SPACING.columns) / (WIDTH + SPACING.columns)) as usize;
        let top = page.y;
        let mut columns = vec![top; n_columns.clamp(1, self.panel.len())];
        for card in &self.panel {
            // Into the shortest column, the leftmost if several are equal.
            let shortest = (0..columns.len()).min_by(|a, b| columns[*a].total_cmp(&columns[*b])).unwrap_or_default();
            let x = MARGIN + shortest as f64 * (WIDTH + SPACING.columns);
            page.scene.cards.push(card.at(x, columns[shortest]));
            columns[shortest] += card.frame.height + SPACING.rows;
        }
        page.y = columns.into_iter().fold(top, f64::max) - SPACING.rows;
    }
}
