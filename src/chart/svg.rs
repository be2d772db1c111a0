//! A scene as SVG that needs nothing else: the glyphs it uses are inside, and
//! what it shows is told to those who hear it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use base64::Engine as _;
use read_fonts::FontRef;
use read_fonts::collections::IntSet;
use read_fonts::types::{NameId, Tag};
use skera::{Plan, SubsetFlags, subset_font};

use super::scene::{COLOURS, Frame, Ground, Sample, Scene, Text};
use super::text::{Weight, font};

/// The family name under which the glyphs are embedded.
const FAMILY: &str = "Noto Sans HK";

/// The scene as SVG; `size` is its printed size in millimetres, if it has one.
pub fn write(scene: &Scene, size: Option<(f64, f64)>) -> String {
    let mut svg = String::new();
    let (width, height) = (number(scene.width), number(scene.height));
    let printed = match size {
        Some((width, height)) => format!(r#"width="{}mm" height="{}mm""#, number(width), number(height)),
        None => format!(r#"width="{width}" height="{height}""#),
    };
    let _ = writeln!(
        svg,
        r#"<svg xmlns="http://www.w3.org/2000/svg" {printed} viewBox="0 0 {width} {height}" role="img" lang="{}" aria-labelledby="title description">"#,
        escape(&scene.language)
    );
    let _ = writeln!(svg, "<title id=\"title\">{}</title>", escape(&scene.title));
    let _ = writeln!(svg, "<desc id=\"description\">{}</desc>", escape(&scene.description));
    let _ = writeln!(svg, "<style>\n{}text {{ font-family: \"{FAMILY}\", sans-serif }}\n</style>", faces(scene));
    let _ = writeln!(svg, "<rect width=\"{width}\" height=\"{height}\" fill=\"#f8fafc\"/>");
    for (frame, ground) in &scene.grounds {
        let paint = match ground {
            Ground::Grid => "fill=\"#cbd5e1\"".to_owned(),
            Ground::Lane => "fill=\"#eef2f7\"".to_owned(),
            Ground::Span(colour) => format!("fill=\"{}\"", COLOURS[colour % COLOURS.len()]),
        };
        let _ = writeln!(svg, "{}", rectangle(frame, 0.0, &paint));
    }
    let _ = writeln!(svg, "<g fill=\"none\" stroke=\"#94a3b8\" stroke-width=\"1.2\" stroke-linejoin=\"round\">");
    for line in &scene.lines {
        let dash = if line.dashed { " stroke-dasharray=\"4 3\"" } else { "" };
        let _ = writeln!(svg, "<path d=\"{}\"{dash}/>", path(&line.points));
    }
    svg.push_str("</g>\n");
    for line in scene.lines.iter().filter(|line| line.arrow) {
        if let Some(head) = arrow_head(&line.points) {
            let _ = writeln!(svg, "<path d=\"{head}\" fill=\"#64748b\"/>");
        }
    }
    for pill in &scene.pills {
        let dash = if pill.dashed { " stroke-dasharray=\"3 2\"" } else { "" };
        let paint = format!("fill=\"#eef2f7\" stroke=\"#94a3b8\" stroke-width=\"0.7\"{dash}");
        let _ = writeln!(svg, "{}", rectangle(&pill.frame, 6.0, &paint));
    }
    for card in &scene.cards {
        let colour = COLOURS[card.colour % COLOURS.len()];
        // Only addresses of the web are links: an IRI may say anything else.
        let href = if card.iri.starts_with("http") { card.iri.as_str() } else { "#" };
        let _ =
            writeln!(svg, "<a href=\"{}\"><g role=\"img\" aria-label=\"{}\">", escape(href), escape(&card.description));
        let _ = writeln!(svg, "<title>{}</title>", escape(&card.description));
        let fill = if card.filled { colour } else { "#ffffff" };
        let dash = if card.dashed { " stroke-dasharray=\"4 3\"" } else { "" };
        let paint = format!("fill=\"{fill}\" stroke=\"{colour}\" stroke-width=\"1.2\"{dash}");
        let _ = writeln!(svg, "{}", rectangle(&card.frame, 4.0, &paint));
        if !card.filled {
            let bar = Frame { width: 5.0, ..card.frame };
            let _ = writeln!(svg, "{}", rectangle(&bar, 2.5, &format!("fill=\"{colour}\"")));
        }
        let (chip, ground) = if card.filled { ("#ffffff", "none") } else { ("#be123c", "#fff1f2") };
        for frame in &card.chips {
            let paint = format!("fill=\"{ground}\" stroke=\"{chip}\" stroke-width=\"0.7\" stroke-dasharray=\"2.5 2\"");
            let _ = writeln!(svg, "{}", rectangle(frame, 5.0, &paint));
        }
        for text in &card.texts {
            write_text(&mut svg, text);
        }
        svg.push_str("</g></a>\n");
    }
    for (frame, sample) in &scene.samples {
        let paint = match sample {
            Sample::Colour(colour) => format!("fill=\"{}\"", COLOURS[colour % COLOURS.len()]),
            Sample::Dashed => "fill=\"#ffffff\" stroke=\"#374151\" stroke-dasharray=\"2.5 1.5\"".to_owned(),
        };
        let _ = writeln!(svg, "{}", rectangle(frame, 2.0, &paint));
    }
    for text in &scene.texts {
        write_text(&mut svg, text);
    }
    svg.push_str("</svg>\n");
    svg
}

/// A line as a path whose corners are round.
fn path(line: &[(f64, f64)]) -> String {
    const RADIUS: f64 = 4.0;
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

/// The head of an arrow at the end of a line.
fn arrow_head(line: &[(f64, f64)]) -> Option<String> {
    const LENGTH: f64 = 6.0;
    let [.., (from_x, from_y), (x, y)] = line else { return None };
    let length = (x - from_x).hypot(y - from_y);
    if length < 1e-9 {
        return None;
    }
    let (along_x, along_y) = ((x - from_x) / length * LENGTH, (y - from_y) / length * LENGTH);
    let (left, right) = (
        (x - along_x - along_y * 0.45, y - along_y + along_x * 0.45),
        (x - along_x + along_y * 0.45, y - along_y - along_x * 0.45),
    );
    let numbers = [*x, *y, left.0, left.1, right.0, right.1].map(number);
    let [x, y, left_x, left_y, right_x, right_y] = &numbers;
    Some(format!("M{x} {y}L{left_x} {left_y}L{right_x} {right_y}Z"))
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

fn write_text(svg: &mut String, text: &Text) {
    let weight = match text.weight {
        Weight::Regular => "",
        Weight::Bold => " font-weight=\"700\"",
    };
    let language = text.language.as_ref().map_or_else(String::new, |tag| format!(" lang=\"{}\"", escape(tag)));
    let _ = writeln!(
        svg,
        "<text x=\"{}\" y=\"{}\" font-size=\"{}\"{weight} fill=\"{}\"{language}>{}</text>",
        number(text.x),
        number(text.y),
        number(text.size),
        text.colour,
        escape(&text.words)
    );
}

/// A number with at most two decimals and no more than needed.
fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

/// The `@font-face` rules with the glyphs that the scene uses.
fn faces(scene: &Scene) -> String {
    let mut css = String::new();
    for (weight, name) in [(Weight::Regular, "400"), (Weight::Bold, "700")] {
        let texts = scene.cards.iter().flat_map(|card| &card.texts).chain(&scene.texts);
        let used: BTreeSet<char> =
            texts.filter(|text| text.weight == weight).flat_map(|text| text.words.chars()).collect();
        if let (Some(bytes), false) = (subset(weight, &used), used.is_empty()) {
            let data = base64::engine::general_purpose::STANDARD.encode(bytes);
            let _ = writeln!(
                css,
                "@font-face {{ font-family: \"{FAMILY}\"; font-weight: {name}; src: url(data:font/ttf;base64,{data}) format(\"truetype\") }}"
            );
        }
    }
    css
}

/// The font in this weight with the glyphs of these characters only.
fn subset(weight: Weight, characters: &BTreeSet<char>) -> Option<Vec<u8>> {
    let font = FontRef::new(font(weight)).ok()?;
    let mut unicodes = IntSet::<u32>::empty();
    unicodes.extend(characters.iter().map(|c| u32::from(*c)));
    let mut scripts = IntSet::<Tag>::empty();
    scripts.invert();
    let mut names = IntSet::<NameId>::empty();
    names.extend([0, 1, 2, 13, 14].map(NameId::new));
    let mut languages = IntSet::<u16>::empty();
    languages.insert(0x409);
    let none = IntSet::empty();
    let plan = Plan::new(
        &none,
        &unicodes,
        &font,
        SubsetFlags::default(),
        &IntSet::empty(),
        &scripts,
        &IntSet::empty(),
        &names,
        &languages,
    );
    subset_font(&font, &plan).ok()
}
