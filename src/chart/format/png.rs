//! A chart as PNG, drawn by resvg from the SVG with the embedded font.

use std::sync::Arc;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use crate::chart::scene::text::{Weight, font};

/// The longest side of a picture in pixels.
const LONGEST: f32 = 16_000.0;

/// The SVG as PNG, at `scale` pixels per point, or fewer if a side would exceed
/// 16,000 pixels. `None` if the SVG is empty.
pub fn write(svg: &str, scale: f32) -> Option<Vec<u8>> {
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
    pixels.encode_png().ok()
}
