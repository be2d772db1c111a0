//! A chart that is too large for one page: an overview first, then a page for
//! each part that was cut off, so that no page has text too small to read, and
//! small parts together. The caller that draws decides what fits; the first page
//! may have less room, which it is told.

use std::collections::{BTreeMap, VecDeque};

use petgraph::graph::NodeIndex;

use crate::chart::view::tree::Tree;

/// How many cut subtrees are tried in full on the page that cut them.
const MOST_GROWN: usize = 40;
/// A page counts as full after this many subtrees did not fit.
const MOST_FAILED: usize = 5;
/// How many times two pages are tried as one.
const MOST_MERGED: usize = 200;
/// With how many earlier pages a page is tried.
const MOST_NEAR: usize = 8;
/// A number as wide as that of any page, used until pages are numbered.
pub(in crate::chart) const SOME_PAGE: usize = 999;

/// How a page starts.
enum Start {
    /// These nodes, each with all or part of what is below it.
    Roots(Vec<NodeIndex>),
    /// A root with a range of its children.
    Children(NodeIndex, usize),
    /// Bodies without a parent.
    Alone(Vec<NodeIndex>),
}

/// Cuts a forest into pages that each satisfy `fits`, where possible.
pub(in crate::chart) fn pages(whole: &Tree, fits: &mut dyn FnMut(&Tree, bool) -> bool) -> Vec<Tree> {
    let mut cutter = Paginator { whole, fits, pages: Vec::new(), work: VecDeque::new(), guess: 1 };
    if !whole.roots.is_empty() {
        cutter.work.push_back(Start::Roots(whole.roots.clone()));
    }
    let mut panel = Some(whole.alone.clone()).filter(|alone| !alone.is_empty());
    if whole.roots.is_empty()
        && let Some(alone) = panel.take()
    {
        cutter.work.push_back(Start::Alone(alone));
    }
    let mut last: Option<Vec<NodeIndex>> = None;
    while let Some(start) = cutter.work.pop_front() {
        match start {
            Start::Roots(roots) => cutter.roots(&roots),
            Start::Children(root, from) => cutter.children(root, from),
            Start::Alone(alone) => cutter.alone(&alone),
        }
        // The panel goes on the overview if there is room, otherwise behind all trees.
        if cutter.pages.len() == 1
            && let Some(alone) = panel.take()
        {
            let mut with = cutter.pages[0].clone();
            with.alone.clone_from(&alone);
            if (cutter.fits)(&with, true) {
                cutter.pages[0] = with;
            } else {
                last = Some(alone);
            }
        }
        if cutter.work.is_empty()
            && let Some(alone) = last.take().or_else(|| panel.take())
        {
            cutter.work.push_back(Start::Alone(alone));
        }
    }
    cutter.merge();
    let mut pages = cutter.pages;
    let numbers = starts(&pages);
    for page in &mut pages {
        for (node, number) in &mut page.pages {
            *number = numbers.get(node).map_or(*number, |at| at + 1);
        }
    }
    pages
}

/// For each root the page, by index, on which what is below it begins.
fn starts(pages: &[Tree]) -> BTreeMap<NodeIndex, usize> {
    let mut starts = BTreeMap::new();
    for (at, page) in pages.iter().enumerate() {
        // A root of which a page shows no children continues elsewhere.
        for root in page.roots.iter().filter(|root| !page.pages.contains_key(root)) {
            starts.entry(*root).or_insert(at);
        }
    }
    starts
}

/// Groups parts into pages that fit, in order, but small parts where there is room; a part that fits on no page
/// gets its own.
pub(in crate::chart) fn groups<T: Clone>(parts: &[Vec<T>], fits: &mut dyn FnMut(&[T], bool) -> bool) -> Vec<Vec<T>> {
    let mut pages: Vec<Vec<Vec<T>>> = Vec::new();
    let (mut left, mut n) = (parts.to_vec(), 1);
    while !left.is_empty() {
        let is_first = pages.is_empty();
        n = longest(left.len(), n, &mut |n| fits(&left[..n].concat(), is_first));
        let mut later = left.split_off(n);
        let mut page = left;
        let (mut at, mut n_tried) = (1, 0);
        while at < later.len() && n_tried < MOST_NEAR && parts.len() <= MOST_MERGED {
            let with = [page.concat().as_slice(), &later[at]].concat();
            n_tried += 1;
            if fits(&with, is_first) {
                page.push(later.remove(at));
            } else {
                at += 1;
            }
        }
        pages.push(page);
        left = later;
    }
    // The last page has no few things alone, where it can have some of the page before.
    if let [.., before, last] = &mut pages[..] {
        let size = |page: &[Vec<T>]| page.iter().map(Vec::len).sum::<usize>();
        while let [_, .., moved] = &before[..] {
            let with = [std::slice::from_ref(moved), last].concat();
            if size(before) - moved.len() < size(&with) || !fits(&with.concat(), false) {
                break;
            }
            *last = with;
            before.pop();
        }
    }
    pages.iter().map(|page| page.concat()).collect()
}

/// The length of the longest prefix of `n` things that fits; one if none does.
/// The search starts at a guess, such as what fitted on the page before.
pub(in crate::chart) fn longest(n: usize, guess: usize, fits: &mut dyn FnMut(usize) -> bool) -> usize {
    // The largest known to fit, and the smallest known not to.
    let (mut low, mut high) = (1, n + 1);
    let guess = guess.clamp(1, n.max(1));
    if guess > 1 {
        if fits(guess) {
            low = guess;
        } else {
            high = guess;
        }
    }
    let (up, mut step) = (high > n, 1);
    while low + 1 < high {
        let at = if up { (low + step).min(n) } else { high.saturating_sub(step).max(low + 1) };
        let does = fits(at);
        if does {
            low = at;
        } else {
            high = at;
        }
        if does != up {
            break;
        }
        step *= 2;
    }
    while low + 1 < high {
        let middle = usize::midpoint(low, high);
        if fits(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

struct Paginator<'a> {
    whole: &'a Tree,
    fits: &'a mut dyn FnMut(&Tree, bool) -> bool,
    pages: Vec<Tree>,
    work: VecDeque<Start>,
    /// How many children or bodies fitted on the page before.
    guess: usize,
}

impl Paginator<'_> {
    fn fits(&mut self, part: &Tree) -> bool {
        (self.fits)(part, self.pages.is_empty())
    }

    /// Puts the content of a page on an earlier one where there is room, so that none has a lone panel or
    /// a small tree. A part stays behind the page that it was cut from.
    fn merge(&mut self) {
        let size = |page: &Tree| page.nodes().len() - page.alone.len() / 2;
        let most = self.pages.iter().map(size).max().unwrap_or_default();
        let mut n_tried = 0;
        let mut later = self.pages.len();
        while later > 1 {
            later -= 1;
            let n_later = size(&self.pages[later]);
            let near = (0..later).rev().filter(|earlier| n_later + size(&self.pages[*earlier]) <= most + most / 8);
            for earlier in near.take(MOST_NEAR).collect::<Vec<_>>() {
                if n_tried == MOST_MERGED {
                    break;
                }
                let places = [earlier, later].into_iter().filter(|place| *place == earlier || earlier > 0);
                let Some((both, place)) =
                    places.filter_map(|place| Some((self.united(earlier, later, place)?, place))).next()
                else {
                    continue;
                };
                n_tried += 1;
                if (self.fits)(&both, place == 0) {
                    self.pages[place] = both;
                    self.pages.remove(earlier + later - place);
                    break;
                }
            }
        }
        for at in 1..self.pages.len() {
            self.balance(at);
        }
    }

    /// Divides the children of one parent evenly between two pages, if the second has only a few of them.
    fn balance(&mut self, at: usize) {
        let [root] = self.pages[at].roots[..] else { return };
        let [one, other] = [&self.pages[at - 1], &self.pages[at]];
        if one.roots != [root] || !one.alone.is_empty() || !other.alone.is_empty() {
            return;
        }
        let (Some(first), Some(second)) = (one.children.get(&root), other.children.get(&root)) else { return };
        if second.len() * 2 >= first.len() {
            return;
        }
        let all = [first.as_slice(), second].concat();
        let half = |children: &[(petgraph::graph::EdgeIndex, NodeIndex)]| {
            let mut half = Tree { roots: vec![root], ..self.whole.part() };
            half.children.insert(root, children.to_vec());
            let mut work: Vec<NodeIndex> = children.iter().map(|(_, child)| *child).collect();
            while let Some(node) = work.pop() {
                for page in [one, other] {
                    if let Some(below) = page.children.get(&node) {
                        work.extend(below.iter().map(|(_, child)| *child));
                        half.children.insert(node, below.clone());
                    }
                    half.pages.extend(page.pages.get(&node).map(|number| (node, *number)));
                    half.folded.extend(page.folded.get(&node).map(|n| (node, *n)));
                }
            }
            self.remarks(&mut half);
            half
        };
        let (before, after) = all.split_at(all.len().div_ceil(2));
        let halves = [half(before), half(after)];
        if (self.fits)(&halves[0], at == 1) && (self.fits)(&halves[1], false) {
            let [before, after] = halves;
            (self.pages[at - 1], self.pages[at]) = (before, after);
        }
    }

    /// Two pages as one in the place of one of them; `None` if something would be on it twice, before it is cut off,
    /// or out of the order of its parts.
    fn united(&self, earlier: usize, later: usize, place: usize) -> Option<Tree> {
        let (one, other) = (&self.pages[earlier], &self.pages[later]);
        let known = one.nodes();
        let moved = if place == earlier { other } else { one };
        // What goes over several pages goes on after its beginning, and what is cut off comes after the cut.
        let between = &self.pages[earlier + 1..later];
        let goes_on = |page: &Tree| page.children.keys().any(|parent| moved.children.contains_key(parent));
        let is_cut = |page: &Tree| page.roots.iter().any(|root| one.pages.contains_key(root));
        if between.iter().any(goes_on) || place == later && self.pages[earlier + 1..=later].iter().any(is_cut) {
            return None;
        }
        let is_cut_before = |root: &NodeIndex| {
            let mut pages = self.pages.iter().enumerate();
            pages.find(|(_, page)| page.pages.contains_key(root)).is_none_or(|(at, _)| at < earlier)
        };
        if other.nodes().iter().any(|node| known.contains(node)) || !other.roots.iter().all(is_cut_before) {
            return None;
        }
        let mut both = one.clone();
        both.roots.extend(&other.roots);
        both.alone.extend(&other.alone);
        both.children.extend(other.children.clone());
        both.others.extend(other.others.clone());
        both.pages.extend(other.pages.clone());
        both.folded.extend(other.folded.clone());
        Some(both)
    }

    fn add(&mut self, page: Tree) {
        self.pages.push(page);
    }

    fn has_children(&self, node: NodeIndex) -> bool {
        self.whole.children.contains_key(&node)
    }

    /// A page with part of the forest: this many generations below these roots.
    fn part(&self, roots: &[NodeIndex], depth: usize) -> Tree {
        let mut part = Tree { roots: roots.to_vec(), ..self.whole.part() };
        let mut level = roots.to_vec();
        for _ in 0..depth {
            level = self.grow(&mut part, &level);
            if level.is_empty() {
                break;
            }
        }
        self.mark(&mut part, &level);
        self.remarks(&mut part);
        part
    }

    /// Adds the children of these nodes and returns them.
    fn grow(&self, part: &mut Tree, nodes: &[NodeIndex]) -> Vec<NodeIndex> {
        let mut below = Vec::new();
        for node in nodes {
            if let Some(children) = self.whole.children.get(node) {
                below.extend(children.iter().map(|(_, child)| *child));
                part.children.insert(*node, children.clone());
            }
        }
        below
    }

    fn mark(&self, part: &mut Tree, cut: &[NodeIndex]) {
        part.pages.extend(cut.iter().filter(|node| self.has_children(**node)).map(|node| (*node, SOME_PAGE)));
    }

    fn remarks(&self, part: &mut Tree) {
        let others = |node: &NodeIndex| Some((*node, self.whole.others.get(node)?.clone()));
        part.others = part.nodes().iter().filter_map(others).collect();
    }

    fn roots(&mut self, roots: &[NodeIndex]) {
        // As many generations as are readable; the last page that fits is kept.
        let mut best: Option<(Tree, usize)> = None;
        for depth in 0.. {
            let part = self.part(roots, depth);
            if !self.fits(&part) {
                break;
            }
            let is_whole = part.pages.is_empty();
            best = Some((part, depth));
            if is_whole {
                break;
            }
        }
        match best {
            Some((part, depth)) if depth > 0 || part.pages.is_empty() => self.overview(part),
            // The chart begins with its main tree, and not with the tops of all.
            _ if roots.len() > 1 && self.whole.main.is_some_and(|main| roots.contains(&main)) => {
                let is_main = |root: &NodeIndex| self.whole.main == Some(*root);
                let (main, apart): (Vec<_>, Vec<_>) = roots.iter().copied().partition(is_main);
                let ordered = [main.as_slice(), &apart].concat();
                let whole = self.part(&main, usize::MAX);
                if self.fits(&whole) {
                    // A small one leaves room for others.
                    let n = longest(ordered.len(), self.guess, &mut |n| {
                        let part = self.part(&ordered[..n], usize::MAX);
                        self.fits(&part)
                    });
                    let page = self.part(&ordered[..n], usize::MAX);
                    self.add(page);
                    if n < ordered.len() {
                        self.work.push_front(Start::Roots(ordered[n..].to_vec()));
                    }
                    return;
                }
                self.work.push_front(Start::Roots(apart));
                self.roots(&main);
            }
            Some((part, _)) if roots.len() > 1 && self.pages.is_empty() => self.overview(part),
            _ if roots.len() > 1 => {
                // More trees than one page has room for: as many complete ones as fit. The map names them.
                let mut large = Vec::new();
                for group in self.whole(roots.iter().map(|root| vec![*root]).collect()) {
                    if group.len() > 1 {
                        let page = self.part(&group, usize::MAX);
                        self.add(page);
                    } else {
                        large.push(group);
                    }
                }
                for group in large.into_iter().rev() {
                    self.work.push_front(Start::Roots(group));
                }
            }
            _ => {
                let Some(root) = roots.first().copied() else { return };
                if self.has_children(root) {
                    self.children(root, 0);
                } else {
                    // A card that fits on no page is drawn as small as necessary.
                    let part = self.part(roots, 0);
                    self.add(part);
                }
            }
        }
    }

    /// Adds a page whose cut subtrees get their own pages, small ones together.
    fn overview(&mut self, mut part: Tree) {
        let cut: Vec<NodeIndex> = part.in_order().into_iter().filter(|node| part.pages.contains_key(node)).collect();
        let mut n_failed = 0;
        for node in cut.iter().take(MOST_GROWN) {
            if n_failed == MOST_FAILED {
                break;
            }
            let mut grown = part.clone();
            grown.pages.remove(node);
            let mut level = vec![*node];
            while !level.is_empty() {
                level = self.grow(&mut grown, &level);
            }
            self.remarks(&mut grown);
            if self.fits(&grown) {
                part = grown;
            } else {
                n_failed += 1;
            }
        }
        let left: Vec<Vec<NodeIndex>> =
            cut.into_iter().filter(|node| part.pages.contains_key(node)).map(|node| vec![node]).collect();
        self.add(part);
        let groups = self.whole(left);
        self.work.extend(groups.into_iter().map(Start::Roots));
    }

    /// These trees in groups that each fit on a page completely.
    fn whole(&mut self, roots: Vec<Vec<NodeIndex>>) -> Vec<Vec<NodeIndex>> {
        let is_first = self.pages.is_empty();
        groups(&roots, &mut |roots: &[NodeIndex], begins| {
            let part = self.part(roots, usize::MAX);
            (self.fits)(&part, is_first && begins)
        })
    }

    /// A root whose children do not fit on one page, starting with child `from`.
    fn children(&mut self, root: NodeIndex, from: usize) {
        let Some(children) = self.whole.children.get(&root) else { return };
        let part = |cutter: &Self, n: usize| {
            let mut part = Tree { roots: vec![root], ..cutter.whole.part() };
            let shown = children[from..from + n].to_vec();
            let below: Vec<NodeIndex> = shown.iter().map(|(_, child)| *child).collect();
            part.children.insert(root, shown);
            cutter.mark(&mut part, &below);
            cutter.remarks(&mut part);
            part
        };
        let n = longest(children.len() - from, self.guess, &mut |n| {
            let part = part(self, n);
            self.fits(&part)
        });
        self.guess = n;
        if from + n < children.len() {
            self.work.push_front(Start::Children(root, from + n));
        }
        let page = part(self, n);
        self.overview(page);
    }

    fn alone(&mut self, alone: &[NodeIndex]) {
        let part = |cutter: &Self, n: usize| {
            let mut part = Tree { alone: alone[..n].to_vec(), ..cutter.whole.part() };
            cutter.remarks(&mut part);
            part
        };
        let n = longest(alone.len(), self.guess, &mut |n| {
            let part = part(self, n);
            self.fits(&part)
        });
        self.guess = n;
        let page = part(self, n);
        self.add(page);
        if n < alone.len() {
            self.work.push_front(Start::Alone(alone[n..].to_vec()));
        }
    }
}
