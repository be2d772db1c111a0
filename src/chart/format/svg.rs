//! A scene as self-contained SVG: it includes the glyphs that it uses, and a
//! description for screen readers.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::glyphs::Characters;
use super::lettering::Lettering;
use super::strokes::strokes;
use crate::characters;
use crate::chart::scene::theme::{Paint, Role, Theme};
use crate::chart::scene::{Card, Frame, Ground, Line, Picture, Pill, Sample, Scene, THIN};

/// The radius of the corners of lines.
pub const RADIUS: f64 = 4.0;

/// The scene as SVG; `size` is its printed size in millimetres, if it has one.
pub fn write(scene: &Scene, size: Option<(f64, f64)>, theme: Theme, lettering: &Lettering<'_>) -> String {
    let paint = Paint::Fixed(theme, &scene.palette);
    let mut svg = String::new();
    let (width, height) = (number(scene.width), number(scene.height));
    let printed = match size {
        Some((width, height)) => format!(r#"width="{}mm" height="{}mm""#, number(width), number(height)),
        None => format!(r#"width="{width}" height="{height}""#),
    };
    let _ = writeln!(
        svg,
        r#"<svg xmlns="http://www.w3.org/2000/svg" {printed} viewBox="0 0 {width} {height}" role="graphics-document document" lang="{}" aria-labelledby="title description">"#,
        escape(&scene.language)
    );
    let _ = writeln!(svg, "<title id=\"title\">{}</title>", escape(&scene.title));
    let _ = writeln!(svg, "<desc id=\"description\">{}</desc>", escape(&scene.description));
    let characters = Characters::of(scene, lettering.fonts);
    let page = scene.number.map_or_else(String::new, |(number, all)| format!(", page {number} of {all}"));
    let _ = writeln!(svg, "<metadata>civigraph{page}. Fonts: {}</metadata>", escape(&characters.about()));
    if !lettering.outlines {
        let _ = writeln!(svg, "<style>\n{}text {{ {} }}\n</style>", characters.faces(), style(&characters));
    }
    let ground = paint.of(Role::Ground);
    let _ = writeln!(svg, "<g id=\"ground\">\n<rect width=\"{width}\" height=\"{height}\" fill=\"{ground}\"/>");
    write_grounds(&mut svg, scene, paint);
    let line = paint.of(Role::Line);
    let _ = writeln!(
        svg,
        "</g>\n<g id=\"lines\">\n<g fill=\"none\" stroke=\"{line}\" stroke-width=\"1.2\" stroke-linejoin=\"round\">"
    );
    for stroke in strokes(&scene.lines) {
        let look = dash(stroke.dashed, stroke.dotted);
        let _ = writeln!(svg, "<path d=\"{}\"{}{look}/>", path(&stroke.points), thickness(stroke.width));
    }
    svg.push_str("</g>\n");
    for corners in scene.lines.iter().filter_map(Line::head) {
        let [[x, y], left, right] = corners.map(|(x, y)| [number(x), number(y)]);
        let _ =
            writeln!(svg, "<path d=\"M{x} {y}L{} {}L{} {}Z\" fill=\"{line}\"/>", left[0], left[1], right[0], right[1]);
    }
    svg.push_str("</g>\n<g id=\"relations\">\n");
    let (on_pills, others) = scene.by_pill(scene.texts.iter());
    for (index, (pill, texts)) in scene.pills.iter().zip(on_pills).enumerate() {
        let _ = writeln!(svg, "<g id=\"relation-{}\">", index + 1);
        write_pill(&mut svg, pill, &pill.frame, paint);
        texts.iter().for_each(|text| lettering.write(&mut svg, text, paint));
        svg.push_str("</g>\n");
    }
    svg.push_str("</g>\n<g id=\"cards\">\n");
    for (card, id) in scene.cards.iter().zip(ids(&scene.cards)) {
        let href = address(card).unwrap_or("#");
        let description = escape(&card.description);
        let _ = writeln!(svg, "<a href=\"{}\"><g id=\"{id}\" role=\"img\" aria-label=\"{description}\">", escape(href));
        let _ = writeln!(svg, "<title>{description}</title>");
        write_card(&mut svg, card, paint, lettering);
        svg.push_str("</g></a>\n");
    }
    svg.push_str("</g>\n<g id=\"legend\">\n");
    for (frame, sample) in &scene.samples {
        let look = match sample {
            Sample::Colour(class) => {
                let (fill, stroke) = (paint.of(Role::Fill(*class)), paint.of(Role::Mark(*class)));
                format!("fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"0.8\"")
            }
            Sample::Mark(mark) => {
                write_discs(&mut svg, &mark.discs(*frame, Role::Faint), paint);
                continue;
            }
            Sample::Line | Sample::Dotted | Sample::Thick(_) => {
                let width = if let Sample::Thick(width) = sample { *width } else { 1.2 };
                let (y, stroke) = (number(frame.y + frame.height / 2.0), paint.of(Role::Line));
                let dots = if *sample == Sample::Dotted { DOTS } else { "" };
                let (from, to) = (number(frame.x), number(frame.x + frame.width));
                let _ = writeln!(
                    svg,
                    "<path d=\"M{from} {y}L{to} {y}\" fill=\"none\" stroke=\"{stroke}\" stroke-width=\"{}\"{dots}/>",
                    number(width)
                );
                continue;
            }
            Sample::Dashed => {
                let (fill, stroke) = (paint.of(Role::Card), paint.of(Role::Faint));
                format!("fill=\"{fill}\" stroke=\"{stroke}\" stroke-dasharray=\"2.5 1.5\"")
            }
        };
        let _ = writeln!(svg, "{}", rectangle(frame, 2.0, &look));
    }
    svg.push_str("</g>\n<g id=\"pictures\">\n");
    for (frame, picture) in &scene.pictures {
        write_picture(&mut svg, frame, picture);
    }
    svg.push_str("</g>\n<g id=\"words\">\n");
    others.iter().for_each(|text| lettering.write(&mut svg, text, paint));
    svg.push_str("</g>\n</svg>\n");
    svg
}

/// What an SVG that this program wrote says of its page: none if it is the only one.
pub fn page_of_file(head: &str) -> Option<Option<(usize, usize)>> {
    let (_, said) = head.split_once("<metadata>civigraph")?;
    if said.starts_with(". Fonts: ") {
        return Some(None);
    }
    let (page, _) = said.strip_prefix(", page ")?.split_once(". Fonts: ")?;
    let (number, all) = page.split_once(" of ")?;
    Some(Some((number.parse().ok()?, all.parse().ok()?)))
}

/// The declarations with which a browser sets text as it was measured.
pub fn style(characters: &Characters<'_>) -> String {
    format!(
        "font-family: {}; font-kerning: none; font-variant-ligatures: no-common-ligatures; text-rendering: geometricPrecision",
        characters.stack()
    )
}

/// An id for each card, by which an editor shows it: the last part of its IRI.
fn ids(cards: &[Card]) -> Vec<String> {
    let mut taken = BTreeMap::new();
    let id = |card: &Card| {
        let name = card.iri.rsplit(['/', '#', ':']).next().unwrap_or_default();
        let kept = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let id = format!("card-{}", name.chars().filter(kept).collect::<String>());
        let n: &mut usize = taken.entry(id.clone()).or_default();
        *n += 1;
        // A point is in no other id twice.
        if *n == 1 { id } else { format!("{id}..{n}") }
    };
    cards.iter().map(id).collect()
}

/// The thickness of the ring around what stands out.
pub const RING: f32 = 2.6;

/// The look of a dotted line.
const DOTS: &str = " stroke-dasharray=\"0.1 3.4\" stroke-linecap=\"round\"";

/// The attribute of a line that is thicker than others.
pub fn thickness(width: f64) -> String {
    if (width - THIN).abs() < 1e-9 { String::new() } else { format!(" stroke-width=\"{}\"", number(width)) }
}

/// The attributes of a line that is not solid.
pub fn dash(dashed: bool, dotted: bool) -> &'static str {
    match (dashed, dotted) {
        (_, true) => DOTS,
        (true, false) => " stroke-dasharray=\"4 3\"",
        (false, false) => "",
    }
}

/// Writes a photo or logo, which fills its frame.
fn write_picture(svg: &mut String, frame: &Frame, picture: &Picture) {
    let [x, y, width, height] = [frame.x, frame.y, frame.width, frame.height].map(number);
    let _ = writeln!(
        svg,
        "<image x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" preserveAspectRatio=\"xMidYMid slice\" href=\"{}\"/>",
        picture.address()
    );
}

/// The link of a card. Only web addresses are links: an IRI can be anything.
pub fn address(card: &Card) -> Option<&str> {
    let iri = card.iri.as_str();
    (iri.starts_with("https://") || iri.starts_with("http://")).then_some(iri)
}

/// Writes what is drawn below cards and lines.
pub fn write_grounds(svg: &mut String, scene: &Scene, paint: Paint<'_>) {
    for (frame, ground) in &scene.grounds {
        let radius = if *ground == Ground::Region { 6.0 } else { 0.0 };
        let _ =
            writeln!(svg, "{}", rectangle(frame, radius, &format!("fill=\"{}\"", paint.of(Role::of_ground(*ground)))));
    }
}

/// Writes the background of a label on a line, in this frame.
pub fn write_pill(svg: &mut String, pill: &Pill, frame: &Frame, paint: Paint<'_>) {
    let dash = if pill.dashed { " stroke-dasharray=\"3 2\"" } else { "" };
    let (fill, stroke) = (paint.of(Role::Pill), paint.of(Role::Line));
    let look = format!("fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"0.7\"{dash}");
    let _ = writeln!(svg, "{}", rectangle(frame, 6.0, &look));
}

/// Writes a card: frame, bar, remarks, text.
pub fn write_card(svg: &mut String, card: &Card, paint: Paint<'_>, lettering: &Lettering<'_>) {
    let ring = |svg: &mut String| {
        if let Some(ring) = card.ring() {
            let stroke = paint.of(Role::Mark(card.colour));
            let look = format!("fill=\"none\" stroke=\"{stroke}\" stroke-width=\"{RING}\"");
            let _ = writeln!(svg, "{}", rectangle(&ring, 6.5, &look));
        }
    };
    if card.mark.is_some() {
        // Seen by the pointer only.
        let _ = writeln!(svg, "{}", rectangle(&card.frame, 4.0, "fill-opacity=\"0\""));
        ring(svg);
        write_discs(svg, &card.discs(), paint);
        card.texts.iter().for_each(|text| lettering.write(svg, text, paint));
        return;
    }
    let mark = paint.of(Role::Mark(card.colour));
    let fill = paint.of(ground_of(card));
    let dash = if card.dashed { " stroke-dasharray=\"4 3\"" } else { "" };
    let look = format!("fill=\"{fill}\" stroke=\"{mark}\" stroke-width=\"1.2\"{dash}");
    let _ = writeln!(svg, "{}", rectangle(&card.frame, 4.0, &look));
    ring(svg);
    if !card.filled {
        let _ = writeln!(svg, "{}", rectangle(&card.bar(), 2.5, &format!("fill=\"{mark}\"")));
    }
    let (chip, ground) = if card.filled {
        (paint.of(Role::OnFill), "none".to_owned())
    } else {
        (paint.of(Role::Chip), paint.of(Role::ChipGround))
    };
    for frame in &card.chips {
        let look = format!("fill=\"{ground}\" stroke=\"{chip}\" stroke-width=\"0.7\" stroke-dasharray=\"2.5 2\"");
        let _ = writeln!(svg, "{}", rectangle(frame, 5.0, &look));
    }
    if let Some((frame, photo)) = &card.photo {
        write_picture(svg, frame, photo);
    }
    card.texts.iter().for_each(|text| lettering.write(svg, text, paint));
}

/// Writes discs, one on the other.
fn write_discs(svg: &mut String, discs: &[(Frame, Role)], paint: Paint<'_>) {
    for (frame, role) in discs {
        let _ = writeln!(svg, "{}", rectangle(frame, frame.width / 2.0, &format!("fill=\"{}\"", paint.of(*role))));
    }
}

/// The ground of a card.
pub fn ground_of(card: &Card) -> Role {
    match card {
        Card { filled: true, .. } => Role::Fill(card.colour),
        Card { tinted: true, .. } => Role::Tint(card.colour),
        _ => Role::Card,
    }
}

/// A line as a path with round corners.
pub fn path(line: &[(f64, f64)]) -> String {
    let mut path = String::new();
    for (index, (x, y)) in line.iter().enumerate() {
        let near = |(other_x, other_y): &(f64, f64)| {
            let length = (other_x - x).hypot(other_y - y).max(1e-9);
            let part = (RADIUS / length).min(0.5);
            (x + (other_x - x) * part, y + (other_y - y) * part)
        };
        match (index.checked_sub(1).and_then(|before| line.get(before)), line.get(index + 1)) {
            (Some(before), Some(after)) => {
                let ((x1, y1), (x2, y2)) = (near(before), near(after));
                let numbers = [x1, y1, *x, *y, x2, y2].map(number);
                let [x1, y1, x, y, x2, y2] = &numbers;
                let _ = write!(path, "L{x1} {y1}Q{x} {y} {x2} {y2}");
            }
            (None, _) => {
                let _ = write!(path, "M{} {}", number(*x), number(*y));
            }
            (Some(_), None) => {
                let _ = write!(path, "L{} {}", number(*x), number(*y));
            }
        }
    }
    path
}

fn rectangle(frame: &Frame, radius: f64, paint: &str) -> String {
    format!(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\" {paint}/>",
        number(frame.x),
        number(frame.y),
        number(frame.width),
        number(frame.height),
        number(radius)
    )
}

/// A number with at most two decimals, without trailing zeros.
pub fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A text escaped for XML and HTML, also inside quotes.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in characters::drawn(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped
}
