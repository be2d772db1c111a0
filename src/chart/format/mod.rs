//! Output of scenes, and of forests as DOT, as files.

pub(super) mod dot;
mod glyphs;
pub(super) mod html;
pub(super) mod pdf;
pub(super) mod png;
pub(super) mod svg;
