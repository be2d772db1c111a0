//! Documents of JSON as tables.

/// The JSON pointer (RFC 6901) of the value that begins at `offset` of `text`.
pub(super) fn pointer_to(_text: &str, _offset: usize) -> String {
    String::new()
}
