//! A chart as PNG, drawn by resvg from the SVG, in which letters are shapes.

use resvg::tiny_skia::{Color, FilterQuality, Paint, Pattern, Pixmap, Rect, SpreadMode, Transform};
use resvg::usvg::{Options, Tree};

use crate::chart::Millimetres;
use crate::chart::scene::theme::Rgb;
use crate::chart::scene::{Frame, Scene};

/// The longest side of a picture in pixels.
const LONGEST: f64 = 16_000.0;
/// Points in an inch.
const POINTS: f64 = 72.0;

/// The SVG as PNG on this ground, at `scale` pixels per point, or fewer if a side would exceed
/// 16,000 pixels; all pages of one printed size have equally many. `None` if the SVG is empty.
pub fn write(
    scene: &Scene,
    svg: &str,
    size: Option<Millimetres>,
    scale: f32,
    ground: Rgb,
    about: &str,
) -> Option<Vec<u8>> {
    let tree = Tree::from_str(svg, &Options::default()).ok()?;
    let drawn = (f64::from(tree.size().width()), f64::from(tree.size().height()));
    let points = |length: f64| length * POINTS / 25.4;
    let page = size.map_or(drawn, |(width, height)| (points(width), points(height)));
    let scale = f64::from(scale).min(LONGEST / page.0.max(page.1));
    let side = |length: f64| if size.is_some() { (length * scale).round() } else { (length * scale).ceil() };
    let (width, height) = (side(page.0), side(page.1));
    let mut pixels = Pixmap::new(width as u32, height as u32)?;
    let Rgb([red, green, blue]) = ground;
    pixels.fill(Color::from_rgba8(red, green, blue, 255));
    // In the middle of its page.
    let fit = if size.is_some() { (width / drawn.0).min(height / drawn.1) } else { scale };
    let (x, y) = if size.is_some() { (width - drawn.0 * fit, height - drawn.1 * fit) } else { (0.0, 0.0) };
    let place = Transform::from_row(fit as f32, 0.0, 0.0, fit as f32, (x / 2.0) as f32, (y / 2.0) as f32);
    resvg::render(&tree, place, &mut pixels.as_mut());
    // resvg is built without its readers of pictures: ours are decoded already.
    for (frame, picture) in scene.all_pictures() {
        draw(&mut pixels, picture.pixels(), frame, place);
    }
    let png = pixels.encode_png().ok()?;
    // Pixels per metre, so that other programs show it in its size.
    let density = (scale * POINTS / 0.0254).round() as u32;
    let [high, low] = [density.to_be_bytes(); 2];
    let metre = [high.as_slice(), &low, &[1]].concat();
    let page = match scene.number {
        Some((number, all)) => format!("{number} of {all}"),
        None => "1 of 1".to_owned(),
    };
    let texts = [("Fonts", about), ("Page", &page), ("Software", SOFTWARE)];
    let texts = texts.into_iter().map(|(keyword, words)| (*b"tEXt", text(keyword, words)));
    let chunks: Vec<_> = std::iter::once((*b"pHYs", metre)).chain(texts).collect();
    Some(with_chunks(&png, &chunks))
}

/// What a PNG that this program wrote says of its page: none if it is the only one.
pub fn page_of_file(head: &[u8]) -> Option<Option<(usize, usize)>> {
    let is_ours = head.starts_with(b"\x89PNG") && head.windows(19).any(|part| part == b"Software\0civigraph ");
    let at = head.windows(9).position(|part| part == b"tEXtPage\0").filter(|_| is_ours)?;
    let said: String = head[at + 9..].iter().take(16).map(|byte| char::from(*byte)).collect();
    let (number, rest) = said.split_once(" of ")?;
    let all: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let page = (number.parse().ok()?, all.parse().ok()?);
    Some((page != (1, 1)).then_some(page))
}

const SOFTWARE: &str = concat!("civigraph ", env!("CARGO_PKG_VERSION"));

/// A keyword and a text, in Latin-1 as the format has it.
fn text(keyword: &str, text: &str) -> Vec<u8> {
    let latin = text.chars().map(|c| u8::try_from(c).unwrap_or(b'?'));
    keyword.bytes().chain([0]).chain(latin).collect()
}

/// The file with more chunks after its header (PNG, section 5).
fn with_chunks(png: &[u8], chunks: &[([u8; 4], Vec<u8>)]) -> Vec<u8> {
    const SIGNATURE_AND_HEADER: usize = 8 + 25;
    let (start, rest) = png.split_at(SIGNATURE_AND_HEADER.min(png.len()));
    let mut file = start.to_vec();
    for (kind, data) in chunks {
        file.extend((data.len() as u32).to_be_bytes());
        let typed = [kind.as_slice(), data].concat();
        file.extend(&typed);
        file.extend(crc32fast::hash(&typed).to_be_bytes());
    }
    file.extend(rest);
    file
}

/// Draws a picture that fills its frame: what does not fit is cut off on both sides.
fn draw(pixels: &mut Pixmap, picture: &Pixmap, frame: &Frame, place: Transform) {
    let scale = place.sx;
    let [width, height] = [frame.width, frame.height].map(|length| length as f32 * scale);
    let (x, y) = (frame.x as f32 * scale + place.tx, frame.y as f32 * scale + place.ty);
    let (own_width, own_height) = (picture.width() as f32, picture.height() as f32);
    let factor = (width / own_width).max(height / own_height);
    let shift = ((width - own_width * factor) / 2.0, (height - own_height * factor) / 2.0);
    let pattern = Pattern::new(
        picture.as_ref(),
        SpreadMode::Pad,
        FilterQuality::Bicubic,
        1.0,
        Transform::from_row(factor, 0.0, 0.0, factor, x + shift.0, y + shift.1),
    );
    let paint = Paint { shader: pattern, ..Paint::default() };
    if let Some(place) = Rect::from_xywh(x, y, width, height) {
        pixels.fill_rect(place, &paint, Transform::identity(), None);
    }
}
