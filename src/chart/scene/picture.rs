//! Pictures on cards and pages: photos and logos, PNG or JPEG.

use std::fs;
use std::path::{Component, Path};
use std::sync::Arc;

use base64::Engine as _;
use resvg::tiny_skia::{IntSize, Pixmap};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// The largest file that is read.
const LARGEST: u64 = 20 << 20;
/// The longest side that is kept, in pixels: more cannot be seen on a card.
const LONGEST: u32 = 320;

/// The most pixels of a file: more would fill the memory.
const MOST_PIXELS: u64 = 60_000_000;

/// A picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// The PNG that is embedded.
    bytes: Arc<Vec<u8>>,
    pixels: Arc<Pixmap>,
}

impl Picture {
    /// The picture as an address that contains it.
    pub fn address(&self) -> String {
        format!("data:image/png;base64,{}", base64::engine::general_purpose::STANDARD.encode(&*self.bytes))
    }

    /// Its pixels.
    pub(in crate::chart) fn pixels(&self) -> &Pixmap {
        &self.pixels
    }
}

/// Reads a picture of a folder; the error completes a sentence about it.
pub(in crate::chart) fn read(folder: &Path, file: &str) -> Result<Picture, String> {
    if file.contains("://") || file.starts_with("data:") {
        return Err("is an address, and a chart reads nothing from the network".to_owned());
    }
    let path = Path::new(file);
    let inside = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    if file.is_empty() || !path.components().all(inside) {
        return Err("is not a path inside the folder".to_owned());
    }
    let whole = folder.join(path);
    let about = fs::metadata(&whole).map_err(|_| "does not exist".to_owned())?;
    if !about.is_file() {
        return Err("is no file".to_owned());
    }
    if about.len() > LARGEST {
        return Err(format!("is larger than {} MB", LARGEST >> 20));
    }
    let bytes = fs::read(&whole).map_err(|error| format!("cannot be read: {error}"))?;
    let (kind, decoded) = match &bytes {
        bytes if bytes.starts_with(b"\x89PNG") => ("PNG", png(bytes)),
        bytes if bytes.starts_with(b"\xff\xd8\xff") => ("JPEG", jpeg(bytes)),
        _ => return Err("is neither a PNG nor a JPEG".to_owned()),
    };
    let small = decoded.ok_or(kind).map(|pixels| small(&pixels));
    match small {
        Ok(Some(picture)) => Ok(picture),
        _ => Err(format!("is a damaged {kind}, or has more than {} million pixels", MOST_PIXELS / 1_000_000)),
    }
}

fn png(bytes: &[u8]) -> Option<Pixmap> {
    // Width and height are the first fields of the first chunk.
    let number = |at: usize| Some(u64::from(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?)));
    if number(16)?.checked_mul(number(20)?)? > MOST_PIXELS {
        return None;
    }
    Pixmap::decode_png(bytes).ok()
}

fn jpeg(bytes: &[u8]) -> Option<Pixmap> {
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::RGBA);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().ok()?;
    let (width, height) = decoder.dimensions()?;
    if (width as u64).checked_mul(height as u64)? > MOST_PIXELS {
        return None;
    }
    let pixels = decoder.decode().ok()?;
    Pixmap::from_vec(pixels, IntSize::from_wh(u32::try_from(width).ok()?, u32::try_from(height).ok()?)?)
}

/// The picture, made smaller if it is larger than a page can show.
fn small(pixels: &Pixmap) -> Option<Picture> {
    let (width, height) = (pixels.width(), pixels.height());
    let factor = (f64::from(LONGEST) / f64::from(width.max(height))).min(1.0);
    let side = |length: u32| ((f64::from(length) * factor).round() as u32).max(1);
    let (new_width, new_height) = (side(width), side(height));
    let mut data = Vec::with_capacity((new_width * new_height * 4) as usize);
    // Each new pixel is the mean of the old ones that it covers.
    let range = |at: u32, new: u32, old: u32| {
        let from = u64::from(at) * u64::from(old) / u64::from(new);
        let to = (u64::from(at + 1) * u64::from(old) / u64::from(new)).max(from + 1);
        (from as u32, (to as u32).min(old))
    };
    let old = pixels.data();
    for y in 0..new_height {
        let (top, bottom) = range(y, new_height, height);
        for x in 0..new_width {
            let (left, right) = range(x, new_width, width);
            let (mut sums, mut n) = ([0_u64; 4], 0_u64);
            for row in top..bottom {
                for column in left..right {
                    let at = ((row as usize) * (width as usize) + column as usize) * 4;
                    for (sum, value) in sums.iter_mut().zip(&old[at..at + 4]) {
                        *sum += u64::from(*value);
                    }
                    n += 1;
                }
            }
            data.extend(sums.map(|sum| (sum / n.max(1)) as u8));
        }
    }
    let scaled = Pixmap::from_vec(data, IntSize::from_wh(new_width, new_height)?)?;
    let bytes = Arc::new(scaled.encode_png().ok()?);
    Some(Picture { bytes, pixels: Arc::new(scaled) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_picture_is_told() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.png"), "no picture").unwrap();
        fs::write(folder.path().join("b.png"), b"\x89PNG\r\n\x1a\nrest").unwrap();
        let fault = |file: &str| read(folder.path(), file).unwrap_err();
        assert_eq!(fault("a.png"), "is neither a PNG nor a JPEG");
        assert!(fault("b.png").starts_with("is a damaged PNG"));
        let mut bomb = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bomb.extend([0xff; 8]);
        fs::write(folder.path().join("bomb.png"), bomb).unwrap();
        assert!(fault("bomb.png").contains("million pixels"));
        fs::write(folder.path().join("cut.jpg"), b"\xff\xd8\xff\xe0\0\x04ab").unwrap();
        assert!(fault("cut.jpg").starts_with("is a damaged JPEG"));
        assert_eq!(fault("c.png"), "does not exist");
        assert!(fault("../c.png").contains("inside the folder"));
        assert!(fault("/etc/passwd").contains("inside the folder"));
        assert!(fault("https://example.org/x.png").contains("network"));
    }

    #[test]
    fn a_large_picture_becomes_small_and_keeps_its_form() {
        let folder = tempfile::tempdir().unwrap();
        let mut pixels = Pixmap::new(1200, 600).unwrap();
        pixels.fill(resvg::tiny_skia::Color::from_rgba8(200, 10, 10, 255));
        fs::write(folder.path().join("a.png"), pixels.encode_png().unwrap()).unwrap();
        let picture = read(folder.path(), "a.png").unwrap();
        assert_eq!((picture.pixels().width(), picture.pixels().height()), (320, 160));
        assert!(picture.address().starts_with("data:image/png;base64,"));
        assert_eq!(picture.pixels().data()[..4], [200, 10, 10, 255]);
    }
}
