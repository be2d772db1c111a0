//! A chart on several pages: all of one form and with type of one size, the first with a map of the others,
//! each with the name of its part, and on paper an index of names at the end.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::graph::NodeIndex;

use super::content::Content;
use super::drawing::{Form, scale};
use super::scene::booklet::{self, BookletEntry, PagePart, PagePlace};
use super::scene::card;
use super::scene::page::PageForm;
use super::scene::{Pen, Scene, Words, flow, paging};
use super::view::order::Natural;
use super::{Drawing, LARGEST, PageSize, Sheet};

/// How many times a larger type is tried that needs no more pages.
const N_SIZES: usize = 4;
/// The most cards of a chart for which larger type is tried.
const MOST_TRIED: usize = 400;
/// A document with fewer parts needs no index.
const LEAST_INDEXED: usize = 3;
/// A map with more lines names parts of the first page only, not each page.
const LONG_MAP: usize = 24;
/// How often the room of the map is found anew.
const N_MAPS: usize = 3;

/// A form with this many points on paper per point of the scene.
fn typed((form, size): Form, scale: f64) -> Form {
    let width = size.map_or(0.0, |(width, _)| width * 72.0 / 25.4);
    (PageForm { least_width: width / scale, ..form }, size)
}

/// The content of a document by page.
struct CutChart {
    form: Form,
    scale: f64,
    contents: Vec<Content>,
    /// The map on the first page; empty if it has pages of its own before the others.
    map: Vec<BookletEntry>,
}

impl Drawing {
    /// The pages of a chart that is too large for one.
    pub(super) fn pages(&self, forms: &[Form], pen: &mut Pen) -> Vec<Sheet> {
        let least = self.least_type / card::SMALL;
        // All pages have one form: the one that needs the fewest.
        let in_form = |form: &Form| (typed(*form, least), self.cut_at(typed(*form, least), least, &[], pen));
        let Some((form, contents)) = forms.iter().map(in_form).min_by_key(|(_, contents)| contents.len()) else {
            return Vec::new();
        };
        let mut cut = self.with_map(CutChart { form, scale: least, contents, map: Vec::new() }, pen);
        // The largest type that needs no more pages.
        if self.content.nodes().len() <= MOST_TRIED {
            let (mut low, mut high) = (least, LARGEST.max(least));
            for _ in 0..N_SIZES {
                let scale = f64::midpoint(low, high);
                let form = typed(form, scale);
                let contents = self.cut_at(form, scale, &cut.map, pen);
                let tried = CutChart { form, scale, contents, map: cut.map.clone() };
                if tried.contents.len() <= cut.contents.len() && self.is_readable(&tried, pen) {
                    (low, cut) = (scale, tried);
                } else {
                    high = scale;
                }
            }
        }
        self.bind(&cut, pen)
    }

    /// Divides the content into pages of this form, on which type is as large as `scale` says; on the first
    /// there is a map.
    fn cut_at(&self, form: Form, scale_of_page: f64, map: &[BookletEntry], pen: &mut Pen) -> Vec<Content> {
        let parents = self.parents();
        // Cards packed side by side without gaps need less room than the full drawing.
        let most_cards = (self.page.area() / scale_of_page.powi(2) / card::LEAST_AREA) as usize;
        let mut fits = |content: &Content, is_first: bool| {
            if content.nodes().len() > most_cards {
                return false;
            }
            let (number, map) = if is_first { (1, map.to_vec()) } else { (paging::SOME_PAGE, Vec::new()) };
            let part = PagePart { number, title: self.title(content, &parents), ..PagePart::default() };
            let words = Words { map, ..self.words.of_page(part, paging::SOME_PAGE) };
            scale(&self.sheet(&[form], content, &words, pen)) >= scale_of_page - 1e-9
        };
        match &self.content {
            Content::Tree(tree) => {
                paging::pages(tree, &mut |part, is_first| fits(&Content::Tree(part.clone()), is_first))
                    .into_iter()
                    .map(Content::Tree)
                    .collect()
            }
            Content::Layered(tree) => {
                let mut fits = |nodes: &[NodeIndex], is_first: bool| {
                    fits(&Content::Layered(flow::part(&self.network, tree, nodes, &[], paging::SOME_PAGE)), is_first)
                };
                // Parts that were cut come first; small parts then fill the page on which they end.
                let (small, large): (Vec<_>, Vec<_>) =
                    flow::parts(&self.network, &tree.alone).into_iter().partition(|part| fits(part, true));
                let mut parts = Vec::new();
                for part in large {
                    let pieces = match &self.flow.sides {
                        Some(sides) => flow::joints(&self.network, &part, sides),
                        None => vec![part],
                    };
                    for piece in pieces {
                        if self.flow.sides.is_some() && fits(&piece, true) {
                            parts.push(piece);
                        } else {
                            parts.extend(flow::stars(&self.network, &piece, &mut |nodes| fits(nodes, true)));
                        }
                    }
                }
                parts.extend(small);
                let pages = paging::groups(&parts, &mut fits);
                let part = |nodes: &Vec<NodeIndex>| flow::part(&self.network, tree, nodes, &pages, paging::SOME_PAGE);
                pages.iter().map(|nodes| Content::Layered(part(nodes))).collect()
            }
            Content::Timeline(line) => {
                let mut split = |most: usize| {
                    let mut lines = Vec::new();
                    let (mut from, mut n) = (0, 1);
                    while from < line.n_items() {
                        let left = (line.n_items() - from).min(most);
                        let mut has_room = |n| fits(&Content::Timeline(line.part(from, from + n)), from == 0);
                        n = paging::longest(left, n, &mut has_room);
                        lines.push(Content::Timeline(line.part(from, from + n)));
                        from += n;
                    }
                    lines
                };
                let full = split(usize::MAX);
                // The last page is as full as the others, where that takes no further page.
                let even = split(line.n_items().div_ceil(full.len().max(1)));
                if even.len() <= full.len() { even } else { full }
            }
        }
    }

    /// Divides the content anew until there is room for the map of its pages on the first.
    fn with_map(&self, cut: CutChart, pen: &mut Pen) -> CutChart {
        let mut cut = cut;
        for _ in 0..N_MAPS {
            if cut.contents.len() < 2 {
                return cut;
            }
            cut.map = self.map_of(&cut, 0, 1);
            if self.is_readable(&cut, pen) {
                return cut;
            }
            cut.contents = self.cut_at(cut.form, cut.scale, &cut.map, pen);
        }
        cut.map = self.map_of(&cut, 0, 1);
        if !self.is_readable(&cut, pen) {
            cut.map.clear();
        }
        cut
    }

    /// Whether the first page has room for its map, which takes no more than half of it.
    fn is_readable(&self, cut: &CutChart, pen: &mut Pen) -> bool {
        let map = self.map_of(cut, 0, 1);
        let first = PagePart { number: 1, ..PagePart::default() };
        let words = Words { map, ..self.words.of_page(first, paging::SOME_PAGE) };
        let Some(content) = cut.contents.first() else { return true };
        // Without a map of its own, the first page was not cut for one.
        cut.map.is_empty() && cut.contents.len() > 1 && words.map.is_empty()
            || scale(&self.sheet(&[cut.form], content, &words, pen)) >= cut.scale - 1e-9
    }

    /// The lines of the map: what is on each page after the first, if `n_before` pages are before all and the index has
    /// `n_index` pages.
    fn map_of(&self, cut: &CutChart, n_before: usize, n_index: usize) -> Vec<BookletEntry> {
        let titles = self.titles(&cut.contents);
        let shown = if n_before == 0 { 1 } else { 0 };
        let mut entries: Vec<BookletEntry> = Vec::new();
        let is_long = cut.contents.len() > LONG_MAP;
        let tops = self.tops_of_pages(&cut.contents);
        let mut last_top: Option<NodeIndex> = None;
        for (at, (title, top)) in titles.into_iter().zip(tops).enumerate().skip(shown) {
            let page = at + 1 + n_before;
            let goes_on =
                entries.last().is_some_and(|last| last.name == title) || is_long && top.is_some() && top == last_top;
            match entries.last_mut().filter(|_| goes_on) {
                Some(last) => last.last = Some(page),
                None => {
                    let name = match top.filter(|_| is_long) {
                        Some(top) => self.name(top),
                        None => title,
                    };
                    entries.push(BookletEntry { name, places: vec![(page, None)], last: None });
                }
            }
            last_top = top;
        }
        if self.has_index(&cut.contents) {
            let page = cut.contents.len() + 1 + n_before;
            let last = (n_index > 1).then_some(page + n_index - 1);
            entries.push(BookletEntry { name: joined(&self.words.index), places: vec![(page, None)], last });
        }
        entries
    }

    /// For each page what it belongs to of that which the first page cuts, or its single root.
    fn tops_of_pages(&self, contents: &[Content]) -> Vec<Option<NodeIndex>> {
        let parents = self.parents();
        let Some(Content::Tree(first)) = contents.first() else { return vec![None; contents.len()] };
        let top = |content: &Content| {
            let Content::Tree(tree) = content else { return None };
            let root = *tree.roots.first()?;
            let chain = chain(&parents, root);
            let cut = chain.iter().find(|node| first.pages.contains_key(node)).copied();
            cut.or_else(|| (tree.roots.len() == 1).then_some(root))
        };
        contents.iter().map(top).collect()
    }

    /// The parent of each thing in a tree.
    fn parents(&self) -> BTreeMap<NodeIndex, NodeIndex> {
        let Content::Tree(tree) = &self.content else { return BTreeMap::new() };
        tree.children
            .iter()
            .flat_map(|(parent, children)| children.iter().map(|(_, child)| (*child, *parent)))
            .collect()
    }

    /// Draws the pages, each with its number, its name and the way back; the map; and the index.
    fn bind(&self, cut: &CutChart, pen: &mut Pen) -> Vec<Sheet> {
        let n_contents = cut.contents.len();
        if n_contents == 1 {
            return cut.contents.iter().map(|content| self.sheet(&[cut.form], content, &self.words, pen)).collect();
        }
        let size = cut.form.0.least_width;
        let size = (size, size / cut.form.0.aspect);
        let list = |lists: &[(String, Vec<BookletEntry>)], number: usize, title: &str, all: usize, pen: &mut Pen| {
            let words = |at: usize| {
                let back = if number + at > 1 { vec![(1, None)] } else { Vec::new() };
                self.words.of_page(PagePart { number: number + at, all, title: title.to_owned(), back }, all)
            };
            booklet::lists(lists, size, &words, pen)
        };
        // A map without room on the first page has pages of its own.
        let own_map = |n: usize, n_index: usize| vec![(self.words.map_title.clone(), self.map_of(cut, n, n_index))];
        let n_before = match cut.map.is_empty() {
            true => list(&own_map(1, 1), 1, "", paging::SOME_PAGE, pen).len(),
            false => 0,
        };
        let index = if self.has_index(&cut.contents) { self.index_of(&cut.contents, n_before) } else { Vec::new() };
        let title = joined(&self.words.index);
        let first = n_before + n_contents + 1;
        let n_index = list(&index, first, &title, paging::SOME_PAGE, pen).len();
        let all = n_before + n_contents + n_index;
        let mut sheets = Vec::new();
        let sheet = |scene: Scene| Sheet {
            scene: Scene { palette: self.palette.clone(), ..scene },
            size: cut.form.1,
            fonts: self.fonts.clone(),
        };
        if n_before > 0 {
            sheets.extend(list(&own_map(n_before, n_index), 1, &self.words.map_title, all, pen).into_iter().map(sheet));
        }
        let titles = self.titles(&cut.contents);
        let contents: Vec<Content> = cut.contents.iter().map(|content| content.moved(n_before)).collect();
        for (at, (content, title)) in contents.iter().zip(titles).enumerate() {
            let number = n_before + at + 1;
            let back = self.back(content, &contents, number, n_before);
            let words = self.words.of_page(PagePart { number, all, title, back }, all);
            let map = if at == 0 && n_before == 0 { self.map_of(cut, 0, n_index) } else { Vec::new() };
            sheets.push(self.sheet(&[cut.form], content, &Words { map, ..words }, pen));
        }
        sheets.extend(list(&index, first, &title, all, pen).into_iter().map(sheet));
        sheets
    }

    /// The pages from which one comes to a page: that on which its part was cut off, and the first.
    fn back(&self, content: &Content, contents: &[Content], number: usize, n_before: usize) -> Vec<PagePlace> {
        if number == 1 {
            return Vec::new();
        }
        let mut back: Vec<PagePlace> = Vec::new();
        if let Content::Tree(tree) = content {
            for root in &tree.roots {
                let cut = contents.iter().position(|other| {
                    matches!(other, Content::Tree(other) if other.pages.get(root) == Some(&number)
                        || other.pages.contains_key(root) && !tree.pages.contains_key(root))
                });
                let Some(page) = cut.map(|at| n_before + at + 1).filter(|page| *page != number) else { continue };
                if back.iter().all(|(other, _)| *other != page) {
                    back.push((page, Some(self.network[*root].iri.as_str().to_owned())));
                }
            }
        }
        back.truncate(3);
        if back.iter().all(|(page, _)| *page != 1) {
            back.insert(0, (1, None));
        }
        back
    }

    /// The name of the part on a page.
    fn title(&self, content: &Content, parents: &BTreeMap<NodeIndex, NodeIndex>) -> String {
        match content {
            Content::Tree(tree) if tree.roots.is_empty() => self.words.panel.clone(),
            Content::Tree(tree) => {
                let [root] = tree.roots[..] else {
                    return self.several(&tree.roots, parents);
                };
                let way = self.way(&chain(parents, root));
                // What goes over several pages is told by its first and last.
                let all = match &self.content {
                    Content::Tree(whole) => whole.children.get(&root).map_or(0, Vec::len),
                    _ => 0,
                };
                let below = tree.children.get(&root).filter(|below| below.len() < all);
                match below.and_then(|below| Some((below.first()?.1, below.last()?.1))) {
                    Some((first, last)) => {
                        let names = self.each(|at| format!("{} – {}", self.label(first, at), self.label(last, at)));
                        format!("{way}: {names}")
                    }
                    None => way,
                }
            }
            Content::Layered(tree) => {
                let on_page: BTreeSet<NodeIndex> = tree.alone.iter().copied().collect();
                let leads = |node: &NodeIndex, side| {
                    self.network.neighbors_directed(*node, side).any(|other| other != *node && on_page.contains(&other))
                };
                let is_top = |node: &&NodeIndex| {
                    leads(node, petgraph::Direction::Outgoing) && !leads(node, petgraph::Direction::Incoming)
                };
                let mut tops: Vec<NodeIndex> = tree.alone.iter().filter(is_top).copied().collect();
                if tops.is_empty() {
                    tops.extend(tree.alone.first());
                }
                self.several(&tops, &BTreeMap::new())
            }
            Content::Timeline(line) => {
                let year =
                    |item: Option<&super::view::timeline::Item>| item.map(|item| item.period.start.floor() as i64);
                match (year(line.items.first()), year(line.items.last())) {
                    (Some(first), Some(last)) if first < last => format!("{first} – {last}"),
                    (Some(first), _) => first.to_string(),
                    _ => String::new(),
                }
            }
        }
    }

    fn titles(&self, contents: &[Content]) -> Vec<String> {
        let parents = self.parents();
        contents.iter().map(|content| self.title(content, &parents)).collect()
    }

    /// A text in each language of the chart; once if it is the same in all.
    fn each(&self, text: impl Fn(usize) -> String) -> String {
        let n = self.words.languages.len().max(1);
        joined(&(0..n).map(text).collect::<Vec<_>>())
    }

    /// The name in the language with this index, or in another.
    fn label(&self, node: NodeIndex, at: usize) -> String {
        let labels = &self.network[node].labels;
        let own = labels.get(at);
        if own.is_empty() { labels.first().to_owned() } else { own.to_owned() }
    }

    fn name(&self, node: NodeIndex) -> String {
        self.each(|at| self.label(node, at))
    }

    /// The way from the top to something: its last steps.
    fn way(&self, chain: &[NodeIndex]) -> String {
        const STEPS: usize = 3;
        self.each(|at| {
            let mut names: Vec<String> = chain.iter().map(|node| self.label(*node, at)).collect();
            if names.len() > STEPS {
                names.splice(1..names.len() - (STEPS - 1), ["…".to_owned()]);
            }
            names.join(" › ")
        })
    }

    /// Several things by their names, below what they have in common.
    fn several(&self, nodes: &[NodeIndex], parents: &BTreeMap<NodeIndex, NodeIndex>) -> String {
        const NAMED: usize = 3;
        let above = nodes.first().and_then(|node| parents.get(node));
        let above = above.filter(|above| nodes.iter().all(|node| parents.get(node) == Some(above)));
        self.each(|at| {
            let mut names: Vec<String> = nodes.iter().take(NAMED).map(|node| self.label(*node, at)).collect();
            if nodes.len() > NAMED {
                names.push("…".to_owned());
            }
            let is_wide = |text: &str| text.chars().any(|c| ('\u{2e80}'..='\u{9fff}').contains(&c));
            let between = if names.iter().all(|name| is_wide(name) || name == "…") { "、" } else { ", " };
            let names = names.join(between);
            match above {
                Some(above) => format!("{} › {names}", self.label(*above, at)),
                None => names,
            }
        })
    }

    /// Whether a document with these pages has an index: on paper, with several parts.
    fn has_index(&self, contents: &[Content]) -> bool {
        self.page.is_paper() && contents.len() >= LEAST_INDEXED
    }

    /// The names on the pages, by language, each with where it is.
    fn index_of(&self, contents: &[Content], n_before: usize) -> Vec<(String, Vec<BookletEntry>)> {
        let mut places: BTreeMap<NodeIndex, Vec<PagePlace>> = BTreeMap::new();
        for (at, content) in contents.iter().enumerate() {
            let nodes: BTreeSet<NodeIndex> = content.nodes().into_iter().collect();
            for node in nodes {
                let goes_on = match content {
                    // What continues elsewhere is there in full.
                    Content::Tree(tree) => tree.pages.contains_key(&node) || places.contains_key(&node),
                    _ => false,
                };
                if !goes_on {
                    let iri = self.network[node].iri.as_str().to_owned();
                    places.entry(node).or_default().push((n_before + at + 1, Some(iri)));
                }
            }
        }
        let languages = self.words.languages.len().max(1);
        let list = |at: usize| {
            let named = places.iter().filter_map(|(node, places)| {
                let labels = &self.network[*node].labels;
                let name = if languages == 1 { labels.first() } else { labels.get(at) };
                let entry = || BookletEntry { name: name.to_owned(), places: places.clone(), last: None };
                (!name.is_empty()).then(entry)
            });
            let mut entries: Vec<BookletEntry> = named.collect();
            entries.sort_by_cached_key(|entry| (Natural::of(&entry.name), entry.places.first().map(|(page, _)| *page)));
            let heading =
                if languages == 1 { String::new() } else { self.words.index.get(at).cloned().unwrap_or_default() };
            (heading, entries)
        };
        (0..languages).map(list).filter(|(_, entries)| !entries.is_empty()).collect()
    }
}

/// A thing with what is above it, from the top.
fn chain(parents: &BTreeMap<NodeIndex, NodeIndex>, node: NodeIndex) -> Vec<NodeIndex> {
    let mut chain = vec![node];
    while let Some(parent) = chain.last().and_then(|last| parents.get(last)).filter(|parent| !chain.contains(parent)) {
        chain.push(*parent);
    }
    chain.reverse();
    chain
}

/// Texts in several languages, each once.
fn joined(texts: &[String]) -> String {
    let mut once: Vec<&str> = Vec::new();
    for text in texts.iter().map(String::as_str).filter(|text| !text.is_empty()) {
        if !once.contains(&text) {
            once.push(text);
        }
    }
    once.join(" · ")
}

impl Content {
    /// The content with the numbers of pages after `n` others.
    fn moved(&self, n: usize) -> Self {
        match self {
            Self::Tree(tree) | Self::Layered(tree) => {
                let mut tree = tree.clone();
                tree.pages.values_mut().for_each(|page| *page += n);
                if matches!(self, Self::Tree(_)) { Self::Tree(tree) } else { Self::Layered(tree) }
            }
            Self::Timeline(line) => Self::Timeline(line.clone()),
        }
    }
}

impl PageSize {
    /// Whether pages are sheets of paper, and no slides.
    fn is_paper(self) -> bool {
        matches!(self, Self::A4 | Self::A3 | Self::Paper(..))
    }
}
