//! A chart as PNG, drawn by resvg from the SVG with the embedded font.

use std::sync::Arc;

use resvg::tiny_skia::{FilterQuality, Paint, Pattern, Pixmap, Rect, SpreadMode, Transform};
use resvg::usvg::{Options, Tree};

use crate::chart::scene::text::{Weight, font};
use crate::chart::scene::{Frame, Scene};

/// The longest side of a picture in pixels.
const LONGEST: f32 = 16_000.0;

/// The SVG as PNG, at `scale` pixels per point, or fewer if a side would exceed
/// 16,000 pixels. `None` if the SVG is empty.
pub fn write(scene: &Scene, svg: &str, scale: f32) -> Option<Vec<u8>> {
    let mut options = Options { font_family: "Noto Sans HK".to_owned(), ..Options::default() };
    let fonts = Arc::make_mut(&mut options.fontdb);
    for weight in [Weight::Regular, Weight::Bold] {
        fonts.load_font_data(font(weight).to_vec());
    }
    let tree = Tree::from_str(svg, &options).ok()?;
    let size = tree.size();
    let scale = scale.min(LONGEST / size.width().max(size.height()));
    let (width, height) = ((size.width() * scale).ceil(), (size.height() * scale).ceil());
    let mut pixels = Pixmap::new(width as u32, height as u32)?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    // resvg is built without its readers of pictures: ours are decoded already.
    for (frame, picture) in scene.all_pictures() {
        draw(&mut pixels, picture.pixels(), frame, scale);
    }
    pixels.encode_png().ok()
}

/// Draws a picture that fills its frame: what does not fit is cut off on both sides.
fn draw(pixels: &mut Pixmap, picture: &Pixmap, frame: &Frame, scale: f32) {
    let [x, y, width, height] = [frame.x, frame.y, frame.width, frame.height].map(|length| length as f32 * scale);
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
