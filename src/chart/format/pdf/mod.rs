//! Scenes as PDF pages: vectors, text that can be selected and searched, the
//! glyphs in use, links on the cards, bookmarks, and a tag tree for screen
//! readers. The bytes depend only on the scenes.
//!
//! The scene is drawn by krilla directly and not from the SVG, so that each
//! line of text stays one piece in its language.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use krilla::action::{Action, LinkAction};
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::rgb;
use krilla::configure::{Accessibility, Configuration, ConfigurationBuilder, ValidationError};
use krilla::destination::{Destination, XyzDestination};
use krilla::error::{KrillaError, KrillaResult};
use krilla::geom::{Path, PathBuilder, Point, Rect, Size, Transform};
use krilla::image::Image;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, LineCap, LineJoin, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag, TagTree};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use krilla::{Document, SerializeSettings};

use self::tags::{CardLeaves, PageLeaves};
use super::glyphs::Characters;
use super::strokes::strokes;
use super::svg::{RADIUS, RING, address, ground_of};
use crate::characters;
use crate::chart::scene::font::{Fonts, Weight};
use crate::chart::scene::shape::{Glyph, Run};
use crate::chart::scene::theme::{Rgb, Role, Theme};
use crate::chart::scene::{Card, Frame, Ground, Line, PageLink, Palette, Picture, Sample, Scene, SceneText};
use crate::chart::{Millimetres, Sheet};

mod outline;
mod tags;

/// The longest side of a page: readers refuse more (ISO 32000-1, annex C).
const LONGEST: f64 = 14_400.0;

/// A PDF, and why it is not PDF/UA-1 if it is not.
pub struct WrittenPdf {
    pub bytes: Vec<u8>,
    pub broken: Vec<String>,
}

/// The pages as PDF; `None` if there is none, or one without extent. It is PDF/UA-1 unless it shows what that
/// forbids: boxes in the place of letters, or a font that must not be embedded.
pub fn write(pages: &[Sheet], theme: Theme) -> Option<WrittenPdf> {
    let rules = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1).finish().ok()?;
    let broken = match document(pages, theme, rules)? {
        Ok(bytes) => return Some(WrittenPdf { bytes, broken: Vec::new() }),
        Err(error) => reasons(&error),
    };
    let bytes = document(pages, theme, Configuration::default())?.ok()?;
    Some(WrittenPdf { bytes, broken })
}

/// The rules that a document breaks, each once.
fn reasons(error: &KrillaError) -> Vec<String> {
    let KrillaError::Validation(broken) = error else { return vec![format!("{error:?}")] };
    let mut reasons: Vec<String> = Vec::new();
    for (rule, _) in broken {
        let reason = match rule {
            ValidationError::ContainsNotDefGlyph(..) => "a character has no glyph".to_owned(),
            other => {
                let name = format!("{other:?}");
                let end = name.find(|c: char| !c.is_alphanumeric()).unwrap_or(name.len());
                format!("`{}`", &name[..end])
            }
        };
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    reasons
}

fn document(pages: &[Sheet], theme: Theme, rules: Configuration) -> Option<KrillaResult<Vec<u8>>> {
    let first = &pages.first()?.scene;
    let fonts = &pages.first()?.fonts;
    let mut characters = Characters::new(fonts);
    pages.iter().for_each(|page| page.scene.every_text().for_each(|text| characters.add(&text.words, text.weight)));
    let (typefaces, palette) = (typefaces(fonts, &characters), first.palette.clone());
    let brush = Brush { fonts, typefaces, theme, palette };
    let mut document = Document::new_with(SerializeSettings { configuration: rules, ..SerializeSettings::default() });
    let language = (!first.language.is_empty()).then(|| first.language.clone());
    let mut tags = TagTree::new().with_lang(language.clone());
    let placed: Vec<Placed> = pages.iter().map(|sheet| Placed::of(&sheet.scene, sheet.size)).collect();
    let targets = Targets::of(pages, &placed);
    for (index, (sheet, placed)) in pages.iter().zip(&placed).enumerate() {
        let scene = &sheet.scene;
        let mut page = document.start_page_with(PageSettings::from_wh(placed.width as f32, placed.height as f32)?);
        let mut surface = page.surface();
        let mut leaves = brush.page(&mut surface, scene, placed, index == 0);
        surface.finish();
        for (card, own) in scene.cards.iter().zip(&mut leaves.cards) {
            let link = placed.link(card, scene);
            own.link = link.map(|link| page.add_tagged_annotation(link));
        }
        for (at, link) in scene.links.iter().enumerate() {
            let Some(annotation) = targets.link(link, placed) else { continue };
            let annotation = page.add_tagged_annotation(annotation);
            match marked(scene, link).and_then(|card| leaves.cards.get_mut(card)) {
                Some(card) => card.mark.push(annotation),
                None => leaves.links.entry(at).or_default().push(annotation),
            }
        }
        page.finish();
        tags.push(tags::section(scene, leaves, index == 0));
    }
    let program = format!("civigraph {}", env!("CARGO_PKG_VERSION"));
    let title = if first.document.is_empty() { program.clone() } else { drawn(&first.document) };
    let metadata = Metadata::new()
        .title(title)
        .description(drawn(&first.description))
        .authors(vec!["civigraph".to_owned()])
        .keywords(vec![format!("Fonts: {}", characters.about())])
        .creator(program.clone())
        .producer(program);
    document.set_metadata(match language {
        Some(language) => metadata.language(language),
        None => metadata,
    });
    document.set_outline(outline::outline(pages, &placed));
    document.set_tag_tree(tags);
    Some(document.finish())
}

/// The card whose mark a link is, by index.
fn marked(scene: &Scene, link: &PageLink) -> Option<usize> {
    let (iri, Frame { x, y, width, height }) = (link.iri.as_ref()?, link.frame);
    let is_on = |card: &Card| {
        let frame = card.frame;
        card.iri == *iri
            && x >= frame.x - 1e-6
            && y >= frame.y
            && x + width <= frame.x + frame.width + 1e-6
            && y + height <= frame.y + frame.height + 1e-6
    };
    scene.cards.iter().position(is_on)
}

/// Where things are in the document.
struct Targets<'a> {
    pages: usize,
    cards: BTreeMap<(usize, &'a str), Point>,
}

impl<'a> Targets<'a> {
    fn of(pages: &'a [Sheet], placed: &[Placed]) -> Self {
        let mut cards = BTreeMap::new();
        for (at, (page, placed)) in pages.iter().zip(placed).enumerate() {
            for card in &page.scene.cards {
                cards.entry((at, card.iri.as_str())).or_insert_with(|| placed.point(card.frame.x, card.frame.y));
            }
        }
        Self { pages: pages.len(), cards }
    }

    /// The annotation of a link to another page.
    fn link(&self, link: &PageLink, placed: &Placed) -> Option<Annotation> {
        let page = link.page.checked_sub(1).filter(|page| *page < self.pages)?;
        let card = link.iri.as_ref().and_then(|iri| self.cards.get(&(page, iri.as_str())));
        let there = XyzDestination::new(page, card.copied().unwrap_or_else(|| Point::from_xy(0.0, 0.0)));
        let target = Target::Destination(Destination::Xyz(there));
        let link_annotation = LinkAnnotation::new(placed.frame(&link.frame)?, target);
        Some(Annotation::new_link(link_annotation, Some(drawn(&link.words))))
    }
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

    fn frame(&self, frame: &Frame) -> Option<Rect> {
        let (from, to) = (self.point(frame.x, frame.y), self.point(frame.x + frame.width, frame.y + frame.height));
        Rect::from_ltrb(from.x, from.y, to.x, to.y)
    }

    /// The link of a card, above the mark that leads to another page.
    fn link(&self, card: &Card, scene: &Scene) -> Option<Annotation> {
        let mark = scene.links.iter().find(|link| link.iri.as_ref() == Some(&card.iri) && link.frame.x == card.frame.x);
        let height = mark.map_or(card.frame.height, |mark| mark.frame.y - card.frame.y);
        let target = Target::Action(Action::Link(LinkAction::new(address(card)?.to_owned())));
        let link = LinkAnnotation::new(self.frame(&Frame { height, ..card.frame })?, target);
        Some(Annotation::new_link(link, Some(drawn(&card.description))))
    }
}

/// How many of these lines are the name, if they begin with it: without the spaces and hyphens at which it was
/// broken.
fn lines_of(name: &str, lines: &[SceneText]) -> Option<usize> {
    let is_kept = |c: &char| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}' | '\u{ad}');
    let bare = |text: &str| text.chars().filter(is_kept).collect::<String>();
    let whole = bare(&drawn(name));
    let mut found = String::new();
    for (at, line) in lines.iter().enumerate() {
        found.push_str(&bare(&line.words));
        if found == whole {
            return Some(at + 1);
        }
        if !whole.starts_with(&found) {
            return None;
        }
    }
    None
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

    fn page(&self, surface: &mut Surface<'_>, scene: &Scene, placed: &Placed, is_first: bool) -> PageLeaves {
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
        let leaves = self.texts(surface, scene, is_first);
        surface.pop();
        leaves
    }

    /// Writes all texts, each as a piece of its own; but a name is one piece, however many lines it has.
    fn texts(&self, surface: &mut Surface<'_>, scene: &Scene, is_first: bool) -> PageLeaves {
        let mut leaves = PageLeaves::default();
        for card in &scene.cards {
            let mut own = CardLeaves::default();
            let mark =
                scene.links.iter().find(|link| link.iri.as_ref() == Some(&card.iri) && link.frame.x == card.frame.x);
            let mut at = 0;
            while let Some(text) = card.texts.get(at) {
                let name = card.names.iter().find_map(|name| Some((name, lines_of(name, &card.texts[at..])?)));
                let (name, n) = name.filter(|(_, n)| *n > 1).map_or((None, 1), |(name, n)| (Some(drawn(name)), n));
                let leaf = self.piece(surface, &card.texts[at..at + n], name.as_deref());
                match mark {
                    Some(mark) if text.y > mark.frame.y => own.mark.push(leaf),
                    _ => own.texts.push(leaf),
                }
                at += n;
            }
            leaves.cards.push(own);
        }
        let place: BTreeMap<*const SceneText, usize> =
            scene.texts.iter().enumerate().map(|(at, text)| (std::ptr::from_ref(text), at)).collect();
        let (on_pills, others) = scene.by_pill(scene.texts.iter());
        for (texts, repeated) in on_pills.iter().zip(tags::repeated(scene)) {
            let words = texts.iter().map(|text| text.words.as_str()).collect::<Vec<_>>().join(", ");
            leaves.pill_words.push(words);
            let mut own = Vec::new();
            for text in texts {
                if repeated {
                    self.decoration(surface, ArtifactType::Other, text);
                } else {
                    own.push(self.piece(surface, std::slice::from_ref(text), None));
                }
            }
            leaves.pills.push(own);
        }
        let mut others: Vec<(usize, &SceneText)> =
            others.into_iter().filter_map(|text| Some((*place.get(&std::ptr::from_ref(text))?, text))).collect();
        others.sort_by_key(|(at, _)| *at);
        let top = scene.cards.iter().map(|card| card.frame.y).fold(f64::INFINITY, f64::min);
        for (at, text) in others {
            let on = |link: &PageLink| {
                let Frame { x, y, width, height } = link.frame;
                text.x >= x - 0.01 && text.x <= x + width && text.y >= y && text.y <= y + height
            };
            // The last that lies on a place is the smallest there.
            let link = scene.links.iter().rposition(|link| marked(scene, link).is_none() && on(link));
            let is_foot = at >= scene.n_before_foot && scene.n_before_foot > 0;
            if at < scene.n_title {
                leaves.title.push(self.piece(surface, std::slice::from_ref(text), None));
            } else if let Some(link) = link {
                let piece = self.piece(surface, std::slice::from_ref(text), None);
                leaves.links.entry(link).or_default().push(piece);
            } else if is_foot && !is_first {
                self.decoration(surface, ArtifactType::Footer, text);
            } else if text.y < top && !is_first {
                self.decoration(surface, ArtifactType::Header, text);
            } else {
                let piece = self.piece(surface, std::slice::from_ref(text), None);
                if text.y < top && !is_foot { leaves.before.push(piece) } else { leaves.after.push(piece) }
            }
        }
        leaves
    }

    /// Writes lines as one piece, which are read as `whole` if they are the lines of it.
    fn piece(&self, surface: &mut Surface<'_>, lines: &[impl Borrow<SceneText>], whole: Option<&str>) -> Identifier {
        let language = lines.first().and_then(|line| line.borrow().language.as_deref());
        let span = SpanTag::empty().with_lang(language).with_actual_text(whole);
        let piece = surface.start_tagged(ContentTag::Span(span));
        for (at, line) in lines.iter().map(Borrow::borrow).enumerate() {
            // Between two lines of a name there is a space for whoever reads the text and not the page.
            let is_open = |c: char| c != '-' && c < '\u{2e80}';
            match line.words.chars().last() {
                Some(last) if at + 1 < lines.len() && is_open(last) => {
                    self.words(surface, &SceneText { words: format!("{} ", line.words), ..line.clone() });
                }
                _ => self.words(surface, line),
            }
        }
        surface.end_tagged();
        piece
    }

    /// Writes a line that every page has, and that is read on none.
    fn decoration(&self, surface: &mut Surface<'_>, kind: ArtifactType, text: &SceneText) {
        surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
        self.words(surface, text);
        surface.end_tagged();
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
