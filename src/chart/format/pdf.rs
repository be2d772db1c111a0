//! Scenes as PDF pages: vectors, text that can be selected and searched, the
//! glyphs in use, links on the cards, bookmarks, and a tag tree for screen
//! readers. The bytes depend only on the scenes.
//!
//! The scene is drawn by krilla directly and not from the SVG, so that each
//! line of text stays one piece in its language.

use std::collections::BTreeMap;

use krilla::Document;
use krilla::action::{Action, LinkAction};
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::rgb;
use krilla::destination::XyzDestination;
use krilla::geom::{Path, PathBuilder, Point, Rect, Size, Transform};
use krilla::image::Image;
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, LineCap, LineJoin, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Node, SpanTag, Tag, TagGroup, TagTree};
use krilla::text::{Font, GlyphId, KrillaGlyph};

use super::glyphs::Characters;
use super::strokes::strokes;
use super::svg::{RADIUS, RING, address, ground_of};
use crate::characters;
use crate::chart::scene::font::{Fonts, Weight};
use crate::chart::scene::shape::{Glyph, Run};
use crate::chart::scene::theme::{Rgb, Role, Theme};
use crate::chart::scene::{Card, Frame, Ground, Line, Palette, Picture, Sample, Scene, SceneText};
use crate::chart::{Millimetres, Sheet};

/// The longest side of a page: readers refuse more (ISO 32000-1, annex C).
const LONGEST: f64 = 14_400.0;
/// How many generations bookmarks cover.
const N_GENERATIONS: usize = 6;

/// The pages as PDF; `None` if there is none, or one without extent.
pub fn write(pages: &[Sheet], theme: Theme) -> Option<Vec<u8>> {
    let first = &pages.first()?.scene;
    let fonts = &pages.first()?.fonts;
    let mut characters = Characters::new(fonts);
    pages.iter().for_each(|page| page.scene.every_text().for_each(|text| characters.add(&text.words, text.weight)));
    let (typefaces, palette) = (typefaces(fonts, &characters), first.palette.clone());
    let brush = Brush { fonts, typefaces, theme, palette };
    let mut document = Document::new();
    let mut outline = Outline::new();
    let language = (!first.language.is_empty()).then(|| first.language.clone());
    let mut tags = TagTree::new().with_lang(language.clone());
    for (index, sheet) in pages.iter().enumerate() {
        let placed = Placed::of(&sheet.scene, sheet.size);
        let mut page = document.start_page_with(PageSettings::from_wh(placed.width as f32, placed.height as f32)?);
        let mut surface = page.surface();
        brush.page(&mut surface, &sheet.scene, &placed, &mut tags);
        surface.finish();
        let links: Vec<Annotation> = sheet.scene.cards.iter().filter_map(|card| placed.link(card)).collect();
        for link in links {
            page.add_annotation(link);
        }
        page.finish();
        bookmark(&mut outline, &sheet.scene, &placed, index, pages.len() > 1);
    }
    let program = format!("civigraph {}", env!("CARGO_PKG_VERSION"));
    let metadata = Metadata::new()
        .title(drawn(&first.title))
        .description(drawn(&first.description))
        .authors(vec!["civigraph".to_owned()])
        .keywords(vec![format!("Fonts: {}", characters.about())])
        .creator(program.clone())
        .producer(program);
    document.set_metadata(match language {
        Some(language) => metadata.language(language),
        None => metadata,
    });
    document.set_outline(outline);
    document.set_tag_tree(tags);
    document.finish().ok()
}

/// A text that a reader shows next to the page, or that is kept as XML: as it is drawn on the page.
fn drawn(text: &str) -> String {
    characters::drawn(text).into_owned()
}

/// A scene on its page.
struct Placed {
    /// The page, in points.
    width: f64,
    height: f64,
    /// Points of the page per point of the scene, and the origin of the scene.
    scale: f64,
    corner: (f64, f64),
}

impl Placed {
    /// In the middle of a page of this size, or on a page of its own size.
    fn of(scene: &Scene, size: Option<Millimetres>) -> Self {
        let points = 72.0 / 25.4;
        let shrunk = (LONGEST / scene.width.max(scene.height)).min(1.0);
        let own = (scene.width * shrunk, scene.height * shrunk);
        let (width, height) = size.map_or(own, |(width, height)| (width * points, height * points));
        let scale = (width / scene.width).min(height / scene.height);
        let corner = ((width - scene.width * scale) / 2.0, (height - scene.height * scale) / 2.0);
        Self { width, height, scale, corner }
    }

    fn point(&self, x: f64, y: f64) -> Point {
        Point::from_xy((self.corner.0 + x * self.scale) as f32, (self.corner.1 + y * self.scale) as f32)
    }

    fn link(&self, card: &Card) -> Option<Annotation> {
        let frame = card.frame;
        let (from, to) = (self.point(frame.x, frame.y), self.point(frame.x + frame.width, frame.y + frame.height));
        let target = Target::Action(Action::Link(LinkAction::new(address(card)?.to_owned())));
        let link = LinkAnnotation::new(Rect::from_ltrb(from.x, from.y, to.x, to.y)?, target);
        Some(Annotation::new_link(link, Some(drawn(&card.description))))
    }
}

/// Bookmarks to the cards of a page, nested like the cards; if there are
/// several pages, below one for the page.
fn bookmark(outline: &mut Outline, scene: &Scene, placed: &Placed, index: usize, several: bool) {
    let hanging = scene.hanging();
    let mut nodes = cards_below(scene, placed, index, &hanging.children, &hanging.tops, N_GENERATIONS);
    if several {
        let mut page = OutlineNode::new(drawn(&scene.title), XyzDestination::new(index, Point::from_xy(0.0, 0.0)));
        nodes.drain(..).for_each(|node| page.push_child(node));
        nodes.push(page.with_open(index == 0));
    }
    nodes.into_iter().for_each(|node| outline.push_child(node));
}

fn cards_below(
    scene: &Scene,
    placed: &Placed,
    index: usize,
    children: &[Vec<usize>],
    cards: &[usize],
    n_generations: usize,
) -> Vec<OutlineNode> {
    let Some(n_below) = n_generations.checked_sub(1) else { return Vec::new() };
    let node = |card: &usize| {
        let frame = scene.cards[*card].frame;
        let there = XyzDestination::new(index, placed.point(frame.x, frame.y));
        let mut node =
            OutlineNode::new(drawn(&scene.cards[*card].names.join(" ")), there).with_open(n_below + 2 > N_GENERATIONS);
        for child in cards_below(scene, placed, index, children, &children[*card], n_below) {
            node.push_child(child);
        }
        node
    };
    cards.iter().map(node).collect()
}

/// The fonts in use, by the index of their family and their weight.
type Typefaces = BTreeMap<(usize, Weight), Font>;

fn typefaces(fonts: &Fonts, characters: &Characters<'_>) -> Typefaces {
    let typeface = |(family, weight): (usize, Weight)| {
        let face = fonts.face(family, weight)?;
        Some(((family, weight), Font::new(face.data().into(), face.index())?))
    };
    characters.faces_in_use().filter_map(typeface).collect()
}

/// The glyphs of a run, each with the width that the layout assumed.
fn glyphs(run: &Run) -> Vec<KrillaGlyph> {
    let glyph = |glyph: &Glyph| {
        let (x, y) = glyph.offset;
        let id = GlyphId::new(glyph.id);
        KrillaGlyph::new(id, glyph.advance as f32, x as f32, y as f32, 0.0, glyph.text.clone(), None)
    };
    run.glyphs.iter().map(glyph).collect()
}

/// The look of a border or line.
struct Edge {
    colour: Rgb,
    width: f32,
    dash: Option<[f32; 2]>,
}

/// The dots and gaps of a dotted line.
const DOTS: [f32; 2] = [0.1, 3.4];

/// Draws pages.
struct Brush<'a> {
    fonts: &'a Fonts,
    typefaces: Typefaces,
    theme: Theme,
    palette: Palette,
}

impl Brush<'_> {
    fn colour(&self, role: Role) -> Rgb {
        self.palette.colour(self.theme, role)
    }

    fn page(&self, surface: &mut Surface<'_>, scene: &Scene, placed: &Placed, tags: &mut TagTree) {
        let decoration = || ContentTag::Artifact(Artifact::with_kind(ArtifactType::Other));
        surface.start_tagged(decoration());
        let whole = Frame { x: 0.0, y: 0.0, width: placed.width, height: placed.height };
        self.shape(surface, rectangle(&whole, 0.0), Some(self.colour(Role::Ground)), None);
        let scale = placed.scale as f32;
        let (x, y) = placed.corner;
        let into_page = Transform::from_row(scale, 0.0, 0.0, scale, x as f32, y as f32);
        surface.push_transform(&into_page);
        for (frame, ground) in &scene.grounds {
            let radius = if *ground == Ground::Region { 6.0 } else { 0.0 };
            self.shape(surface, rectangle(frame, radius), Some(self.colour(Role::of_ground(*ground))), None);
        }
        for stroke in strokes(&scene.lines) {
            let dash = if stroke.dotted { Some(DOTS) } else { stroke.dashed.then_some([4.0, 3.0]) };
            self.shape(surface, round(&stroke.points), None, Some(self.edge(Role::Line, stroke.width as f32, dash)));
        }
        for corners in scene.lines.iter().filter_map(Line::head) {
            self.shape(surface, triangle(corners), Some(self.colour(Role::Line)), None);
        }
        for pill in &scene.pills {
            let dash = pill.dashed.then_some([3.0, 2.0]);
            let ground = self.colour(Role::Pill);
            self.shape(surface, rectangle(&pill.frame, 6.0), Some(ground), Some(self.edge(Role::Line, 0.7, dash)));
        }
        for card in &scene.cards {
            self.card(surface, card);
        }
        for (frame, sample) in &scene.samples {
            let (fill, edge) = match sample {
                Sample::Mark(mark) => {
                    self.discs(surface, &mark.discs(*frame, Role::Faint));
                    continue;
                }
                Sample::Line | Sample::Dotted | Sample::Thick(_) => {
                    let width = if let Sample::Thick(width) = sample { *width as f32 } else { 1.2 };
                    let y = frame.y + frame.height / 2.0;
                    let dots = (*sample == Sample::Dotted).then_some(DOTS);
                    let way = [(frame.x, y), (frame.x + frame.width, y)];
                    self.shape(surface, round(&way), None, Some(self.edge(Role::Line, width, dots)));
                    continue;
                }
                Sample::Colour(class) => (Role::Fill(*class), Some(self.edge(Role::Mark(*class), 0.8, None))),
                Sample::Dashed => (Role::Card, Some(self.edge(Role::Faint, 1.0, Some([2.5, 1.5])))),
            };
            self.shape(surface, rectangle(frame, 2.0), Some(self.colour(fill)), edge);
        }
        for (frame, picture) in scene.all_pictures() {
            self.picture(surface, frame, picture);
        }
        surface.end_tagged();
        // Cards come first, since screen readers should read them before legend and
        // footer; the title is that of the file.
        for texts in scene.cards.iter().map(|card| &card.texts).chain([&scene.texts]) {
            let mut group = TagGroup::new(Tag::P);
            for text in texts {
                let span = SpanTag::empty().with_lang(text.language.as_deref());
                let part = surface.start_tagged(ContentTag::Span(span));
                self.words(surface, text);
                surface.end_tagged();
                group.push(Node::Leaf(part));
            }
            if !texts.is_empty() {
                tags.push(group);
            }
        }
        surface.pop();
    }

    fn discs(&self, surface: &mut Surface<'_>, discs: &[(Frame, Role)]) {
        for (frame, role) in discs {
            self.shape(surface, rectangle(frame, frame.width / 2.0), Some(self.colour(*role)), None);
        }
    }

    fn card(&self, surface: &mut Surface<'_>, card: &Card) {
        if let Some(ring) = card.ring() {
            self.shape(surface, rectangle(&ring, 6.5), None, Some(self.edge(Role::Mark(card.colour), RING, None)));
        }
        if card.mark.is_some() {
            self.discs(surface, &card.discs());
            return;
        }
        let fill = ground_of(card);
        let edge = self.edge(Role::Mark(card.colour), 1.2, card.dashed.then_some([4.0, 3.0]));
        self.shape(surface, rectangle(&card.frame, 4.0), Some(self.colour(fill)), Some(edge));
        if !card.filled {
            self.shape(surface, rectangle(&card.bar(), 2.5), Some(self.colour(Role::Mark(card.colour))), None);
        }
        let (chip, ground) =
            if card.filled { (Role::OnFill, None) } else { (Role::Chip, Some(self.colour(Role::ChipGround))) };
        for frame in &card.chips {
            self.shape(surface, rectangle(frame, 5.0), ground, Some(self.edge(chip, 0.7, Some([2.5, 2.0]))));
        }
    }

    /// A picture that fills its frame: what does not fit is cut off on both sides.
    fn picture(&self, surface: &mut Surface<'_>, frame: &Frame, picture: &Picture) {
        let pixels = picture.pixels();
        let (own_width, own_height) = (f64::from(pixels.width()), f64::from(pixels.height()));
        let factor = (frame.width / own_width).max(frame.height / own_height);
        let (width, height) = (own_width * factor, own_height * factor);
        let data = pixels.pixels().iter().flat_map(|pixel| {
            let colour = pixel.demultiply();
            [colour.red(), colour.green(), colour.blue(), colour.alpha()]
        });
        let image = Image::from_rgba8(data.collect(), pixels.width(), pixels.height());
        let Some(edge) = rectangle(frame, 0.0) else { return };
        surface.push_clip_path(&edge, &FillRule::NonZero);
        let (x, y) = (frame.x + (frame.width - width) / 2.0, frame.y + (frame.height - height) / 2.0);
        surface.push_transform(&Transform::from_translate(x as f32, y as f32));
        if let Some(size) = Size::from_wh(width as f32, height as f32) {
            surface.draw_image(image, size);
        }
        surface.pop();
        surface.pop();
    }

    fn words(&self, surface: &mut Surface<'_>, text: &SceneText) {
        let colour = Role::of_words(text.colour).unwrap_or(Role::Ink);
        surface.set_stroke(None);
        surface.set_fill(Some(fill(self.colour(colour))));
        let mut x = text.x;
        for run in self.fonts.shape(&text.words, text.weight) {
            let from = Point::from_xy(x as f32, text.y as f32);
            if let Some(font) = self.typefaces.get(&(run.family, text.weight)) {
                surface.draw_glyphs(from, &glyphs(&run), font.clone(), &text.words, text.size as f32, false);
            }
            x += run.width() * text.size;
        }
    }

    fn edge(&self, role: Role, width: f32, dash: Option<[f32; 2]>) -> Edge {
        Edge { colour: self.colour(role), width, dash }
    }

    fn shape(&self, surface: &mut Surface<'_>, path: Option<Path>, ground: Option<Rgb>, edge: Option<Edge>) {
        surface.set_fill(ground.map(fill));
        surface.set_stroke(edge.map(|edge| Stroke {
            paint: colour(edge.colour).into(),
            width: edge.width,
            line_join: LineJoin::Round,
            line_cap: if edge.dash == Some(DOTS) { LineCap::Round } else { LineCap::default() },
            dash: edge.dash.map(|dash| StrokeDash { array: dash.to_vec(), offset: 0.0 }),
            ..Stroke::default()
        }));
        if let Some(path) = path {
            surface.draw_path(&path);
        }
    }
}

fn colour(Rgb([red, green, blue]): Rgb) -> rgb::Color {
    rgb::Color::new(red, green, blue)
}

fn fill(ground: Rgb) -> Fill {
    Fill { paint: colour(ground).into(), ..Fill::default() }
}

/// A rectangle with round corners.
fn rectangle(frame: &Frame, radius: f64) -> Option<Path> {
    let radius = radius.min(frame.width / 2.0).min(frame.height / 2.0);
    // The distance of the handles with which four curves form a circle.
    let handle = (radius * (1.0 - 0.552_284_75)) as f32;
    let [left, top] = [frame.x, frame.y].map(|edge| edge as f32);
    let [right, bottom] = [frame.x + frame.width, frame.y + frame.height].map(|edge| edge as f32);
    let radius = radius as f32;
    let mut path = PathBuilder::new();
    path.move_to(left + radius, top);
    path.line_to(right - radius, top);
    path.cubic_to(right - handle, top, right, top + handle, right, top + radius);
    path.line_to(right, bottom - radius);
    path.cubic_to(right, bottom - handle, right - handle, bottom, right - radius, bottom);
    path.line_to(left + radius, bottom);
    path.cubic_to(left + handle, bottom, left, bottom - handle, left, bottom - radius);
    path.line_to(left, top + radius);
    path.cubic_to(left, top + handle, left + handle, top, left + radius, top);
    path.close();
    path.finish()
}

fn triangle(corners: [(f64, f64); 3]) -> Option<Path> {
    let [(x, y), left, right] = corners.map(|(x, y)| (x as f32, y as f32));
    let mut path = PathBuilder::new();
    path.move_to(x, y);
    path.line_to(left.0, left.1);
    path.line_to(right.0, right.1);
    path.close();
    path.finish()
}

/// A line with round corners.
fn round(line: &[(f64, f64)]) -> Option<Path> {
    let mut path = PathBuilder::new();
    for (index, (x, y)) in line.iter().enumerate() {
        let near = |(other_x, other_y): &(f64, f64)| {
            let part = (RADIUS / (other_x - x).hypot(other_y - y).max(1e-9)).min(0.5);
            ((x + (other_x - x) * part) as f32, (y + (other_y - y) * part) as f32)
        };
        let (x, y) = (*x as f32, *y as f32);
        match (index.checked_sub(1).and_then(|before| line.get(before)), line.get(index + 1)) {
            (Some(before), Some(after)) => {
                let ((from_x, from_y), (to_x, to_y)) = (near(before), near(after));
                path.line_to(from_x, from_y);
                path.quad_to(x, y, to_x, to_y);
            }
            (None, _) => path.move_to(x, y),
            (Some(_), None) => path.line_to(x, y),
        }
    }
    path.finish()
}
