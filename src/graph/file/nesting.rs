//! The nesting of triple terms, counted before the parser reads them: it recurses into them, and
//! a million levels would overflow the stack.

use memchr::memmem;

/// More levels than anyone writes.
pub(super) const DEEPEST: usize = 200;

/// The message for a text that nests deeper.
pub(super) fn words() -> String {
    format!("triple terms are nested more than {DEEPEST} levels deep")
}

/// The nesting of triple terms at some position of a text.
#[derive(Default)]
pub(super) struct Nesting {
    depth: usize,
    /// The last two bytes, since a token may extend over the end of a piece.
    last: [u8; 2],
}

impl Nesting {
    /// Whether the text still nests little enough after a further piece. Tokens in literals count
    /// too: hundreds that are never closed are refused.
    pub fn bears(&mut self, piece: &[u8]) -> bool {
        let first = piece.first_chunk::<2>().map_or(piece, |first| &first[..]);
        let seam = [&self.last[..], first].concat();
        if let [.., before, last] = seam[..] {
            self.last = piece.last_chunk::<2>().copied().unwrap_or([before, last]);
        }
        // Almost no text has triple terms.
        let has_some = self.depth > 0 || memmem::find(piece, b"<<(").is_some();
        let inside = if has_some { piece } else { &[] };
        for sign in seam.windows(3).chain(inside.windows(3)) {
            match sign {
                b"<<(" => self.depth += 1,
                b")>>" => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
            if self.depth > DEEPEST {
                return false;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_counted_over_the_ends_of_pieces() {
        let text = |n: usize| format!("{}{}", "<<( ".repeat(n), " )>>".repeat(n)).repeat(3);
        for size in [1, 2, 3, 5, 4096] {
            let bears = |n: usize| {
                let mut nesting = Nesting::default();
                text(n).as_bytes().chunks(size).all(|piece| nesting.bears(piece))
            };
            assert!(bears(DEEPEST) && !bears(DEEPEST + 1), "pieces of {size}");
        }
    }
}
