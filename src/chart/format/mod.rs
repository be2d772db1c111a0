//! Output of scenes, and of forests as DOT, as files.

pub(super) mod dot;
mod glyphs;
pub(super) mod graphml;
pub(super) mod html;
mod lettering;
pub(super) mod mermaid;
pub(super) mod pdf;
pub(super) mod png;
mod strokes;
pub(super) mod svg;
pub(super) mod written;

pub use glyphs::Characters;
pub use lettering::Lettering;
