//! Positions in a text.

/// Where the character at a position begins; the end of the text beyond its last one.
pub(super) fn byte_of(text: &str, position: usize) -> usize {
    text.char_indices().nth(position).map_or(text.len(), |(byte, _)| byte)
}
