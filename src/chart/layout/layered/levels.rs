//! The layer of each box: cycles are broken, boxes come after the boxes that
//! lead to them, labels go between, and links that pass a layer get a place
//! there.

use std::collections::{BTreeMap, BTreeSet};

use super::{LayeredSpacing, Net, Points};

/// A link, or one of its halves on either side of its label.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) from: usize,
    pub(super) to: usize,
    /// Whether it goes from right to left.
    pub(super) reversed: bool,
    /// The places that it passes, from left to right, including both ends.
    pub(super) chain: Vec<usize>,
}

/// Boxes, labels and passing places in layers. Boxes come first by index, then
/// labels, then passing places. Boxes are in even layers, labels in odd ones.
#[derive(Debug, Default)]
pub(super) struct Levels {
    /// Sizes of boxes and labels; a passing place has none.
    pub(super) sizes: Vec<(Points, Points)>,
    /// The layer of each.
    pub(super) level: Vec<usize>,
    /// The members of each layer, from the top.
    pub(super) layers: Vec<Vec<usize>>,
    /// What each leads to in the next layer.
    pub(super) next: Vec<Vec<usize>>,
    /// What leads to each from the layer before.
    pub(super) previous: Vec<Vec<usize>>,
    /// The number of boxes, and of boxes and labels.
    pub(super) n_boxes: usize,
    pub(super) n_solid: usize,
    pub(super) pieces: Vec<Piece>,
    /// The pieces of each link.
    pub(super) links: Vec<Vec<usize>>,
}

impl Levels {
    /// Finds layers that are no higher than `limit` if possible.
    pub(super) fn of(net: &Net, spacing: &LayeredSpacing, limit: Points) -> Self {
        let mut levels = Self { n_boxes: net.boxes.len(), ..Self::default() };
        levels.sizes = net.boxes.iter().chain(&net.labels).copied().collect();
        levels.n_solid = levels.sizes.len();
        levels.cut(net);
        let out = levels.open_circles();
        if net.columns.is_empty() {
            levels.rank(&out, spacing, limit);
            levels.move_to_ends(net);
        } else {
            levels.rank_in_columns(net);
        }
        levels.fill();
        levels
    }

    fn is_box(&self, node: usize) -> bool {
        node < self.n_boxes
    }

    /// The least number of layers that a piece spans: two from box to box.
    fn length(&self, from: usize, to: usize) -> usize {
        if self.is_box(from) && self.is_box(to) { 2 } else { 1 }
    }

    /// Cuts links at their labels. The path to or from a label that links share is one piece.
    fn cut(&mut self, net: &Net) {
        let mut at_labels: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for link in &net.links {
            let mut add = |from: usize, to: usize| {
                self.pieces.push(Piece { from, to, reversed: false, chain: Vec::new() });
                self.pieces.len() - 1
            };
            let pieces = match link.label {
                None => vec![add(link.from, link.to)],
                Some(label) => {
                    let node = self.n_boxes + label;
                    [(link.from, node), (node, link.to)]
                        .into_iter()
                        .map(|(from, to)| *at_labels.entry((from, to)).or_insert_with(|| add(from, to)))
                        .collect()
                }
            };
            self.links.push(pieces);
        }
    }

    /// Reverses the pieces that close cycles; returns the successors of each node after that.
    fn open_circles(&mut self) -> Vec<Vec<usize>> {
        let n = self.n_solid;
        let mut leaving: Vec<Vec<usize>> = vec![Vec::new(); n];
        let mut is_reached = vec![false; n];
        for (index, piece) in self.pieces.iter().enumerate() {
            leaving[piece.from].push(index);
            is_reached[piece.to] = true;
        }
        // 0: not visited, 1: on the path, 2: done.
        let mut state = vec![0_u8; n];
        let tops = (0..n).filter(|node| !is_reached[*node]);
        let starts: Vec<usize> = tops.chain(0..n).collect();
        for start in starts {
            if state[start] != 0 {
                continue;
            }
            state[start] = 1;
            let mut stack = vec![(start, 0)];
            while let Some((node, at)) = stack.last_mut() {
                let Some(piece) = leaving[*node].get(*at).copied() else {
                    state[*node] = 2;
                    stack.pop();
                    continue;
                };
                *at += 1;
                let to = self.pieces[piece].to;
                match state[to] {
                    0 => {
                        state[to] = 1;
                        stack.push((to, 0));
                    }
                    1 => self.pieces[piece].reversed = true,
                    _ => {}
                }
            }
        }
        let mut out = vec![Vec::new(); n];
        for piece in &self.pieces {
            let (left, right) = if piece.reversed { (piece.to, piece.from) } else { (piece.from, piece.to) };
            out[left].push(right);
        }
        out
    }

    /// Gives each box and label its layer.
    fn rank(&mut self, out: &[Vec<usize>], spacing: &LayeredSpacing, limit: Points) {
        let n = self.n_solid;
        let mut n_before = vec![0_usize; n];
        for to in out.iter().flatten() {
            n_before[*to] += 1;
        }
        self.level = vec![0; n];
        let mut filled: Vec<Points> = Vec::new();
        let mut ready: BTreeSet<(usize, usize)> =
            (0..n).filter(|node| n_before[*node] == 0).map(|node| (0, node)).collect();
        let is_top: Vec<bool> = n_before.iter().map(|count| *count == 0).collect();
        let mut order = Vec::with_capacity(n);
        while let Some((least, node)) = ready.pop_first() {
            let mut level = least;
            if self.is_box(node) {
                let height = self.sizes[node].1 + spacing.boxes;
                loop {
                    if filled.len() <= level {
                        filled.resize(level + 1, 0.0);
                    }
                    if filled[level] <= 0.0 || filled[level] + height <= limit {
                        filled[level] += height;
                        break;
                    }
                    level += 2;
                }
            }
            self.level[node] = level;
            order.push(node);
            for to in &out[node] {
                self.level[*to] = self.level[*to].max(level + self.length(node, *to));
                n_before[*to] -= 1;
                if n_before[*to] == 0 {
                    ready.insert((self.level[*to], *to));
                }
            }
        }
        if limit.is_infinite() {
            self.pull(out, &is_top);
        }
    }

    /// Moves labels that stand at the end of their links next to it.
    fn move_to_ends(&mut self, net: &Net) {
        for label in (0..net.labels.len()).filter(|label| net.at_end.get(*label) == Some(&true)) {
            let node = self.n_boxes + label;
            let own = |piece: &&Piece| piece.from == node || piece.to == node;
            let is_reversed = self.pieces.iter().filter(own).any(|piece| piece.reversed);
            let ends = self.pieces.iter().filter(|piece| piece.from == node).map(|piece| self.level[piece.to]);
            if let Some(end) = ends.min().filter(|_| !is_reversed) {
                self.level[node] = self.level[node].max(end.saturating_sub(1));
            }
        }
    }

    /// Gives each box a layer of its column and each label one between those of its boxes.
    fn rank_in_columns(&mut self, net: &Net) {
        let ends: Vec<(usize, usize)> = net.links.iter().map(|link| (link.from, link.to)).collect();
        let mut own = vec![0_usize; self.n_boxes];
        // Within a column, what leads to others comes before them; circles end at the number of boxes.
        for _ in 0..self.n_boxes {
            let mut is_settled = true;
            for (from, to) in &ends {
                let least = own[*from] + 1;
                if net.columns[*from] == net.columns[*to] && own[*to] < least && least < self.n_boxes {
                    own[*to] = least;
                    is_settled = false;
                }
            }
            if is_settled {
                break;
            }
        }
        // A circle within a column is no reason for more layers than one for each box of it.
        let n_columns = net.columns.iter().max().map_or(0, |column| column + 1);
        let mut first = 0;
        self.level = vec![0; self.n_solid];
        for column in 0..n_columns {
            let inside: Vec<usize> = (0..self.n_boxes).filter(|node| net.columns[*node] == column).collect();
            let used: BTreeSet<usize> = inside.iter().map(|node| own[*node]).collect();
            let place: BTreeMap<usize, usize> = used.into_iter().enumerate().map(|(at, value)| (value, at)).collect();
            for node in inside {
                self.level[node] = first + 2 * place[&own[node]];
            }
            first += 2 * place.len().max(1);
        }
        for (label, node) in (0..net.labels.len()).map(|label| (label, self.n_boxes + label)) {
            let link = net.links.iter().find(|link| link.label == Some(label));
            let Some((from, to)) = link.map(|link| (self.level[link.from], self.level[link.to])) else { continue };
            let at_end = net.at_end.get(label) == Some(&true);
            self.level[node] = match (from <= to, at_end) {
                (true, true) => to.saturating_sub(1).max(from + 1),
                (true, false) => from + 1,
                (false, true) => to + 1,
                (false, false) => from - 1,
            };
        }
        for piece in &mut self.pieces {
            piece.reversed = self.level[piece.from] > self.level[piece.to];
        }
    }

    /// Moves nodes without predecessors next to their successors, together with their labels.
    fn pull(&mut self, out: &[Vec<usize>], is_top: &[bool]) {
        let mut n_before = vec![0_usize; self.n_solid];
        for to in out.iter().flatten() {
            n_before[*to] += 1;
        }
        for top in (0..self.n_boxes).filter(|node| is_top[*node]) {
            let own = |node: usize| node >= self.n_boxes && n_before[node] == 1;
            let room = |from: usize, to: usize| self.level[to].saturating_sub(self.level[from] + self.length(from, to));
            let rooms = out[top].iter().map(|to| {
                if own(*to) { out[*to].iter().map(|end| room(*to, *end)).min().unwrap_or(0) } else { room(top, *to) }
            });
            let shift = rooms.min().unwrap_or(0) / 2 * 2;
            let moved: Vec<usize> = out[top].iter().copied().filter(|to| own(*to)).chain([top]).collect();
            let moved: BTreeSet<usize> = moved.into_iter().collect();
            for node in moved {
                self.level[node] += shift;
            }
        }
    }

    /// Creates the layers, with a place for each piece in each layer that it passes.
    fn fill(&mut self) {
        for index in 0..self.pieces.len() {
            let piece = &self.pieces[index];
            let (left, right) = if piece.reversed { (piece.to, piece.from) } else { (piece.from, piece.to) };
            let mut chain = vec![left];
            for level in self.level[left] + 1..self.level[right] {
                chain.push(self.sizes.len());
                self.sizes.push((0.0, 0.0));
                self.level.push(level);
            }
            chain.push(right);
            self.pieces[index].chain = chain;
        }
        let n_levels = self.level.iter().max().map_or(0, |level| level + 1);
        self.layers = vec![Vec::new(); n_levels];
        self.next = vec![Vec::new(); self.sizes.len()];
        self.previous = vec![Vec::new(); self.sizes.len()];
        for piece in &self.pieces {
            for pair in piece.chain.windows(2) {
                self.next[pair[0]].push(pair[1]);
                self.previous[pair[1]].push(pair[0]);
            }
        }
        // Connected nodes start together: in the order of a walk from each box.
        let mut seen = vec![false; self.sizes.len()];
        let starts: Vec<usize> = (0..self.n_solid).filter(|node| self.previous[*node].is_empty()).collect();
        for start in starts {
            let mut stack = vec![start];
            while let Some(node) = stack.pop() {
                if std::mem::replace(&mut seen[node], true) {
                    continue;
                }
                self.layers[self.level[node]].push(node);
                stack.extend(self.next[node].iter().rev());
            }
        }
    }
}
