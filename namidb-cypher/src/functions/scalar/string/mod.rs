//! Texts. Positions and lengths count characters (Unicode scalar values).

pub(in crate::functions) mod case;
pub(in crate::functions) mod char_length;
pub(in crate::functions) mod normalize;
pub(in crate::functions) mod replace;
pub(in crate::functions) mod split;
pub(in crate::functions) mod substring;
pub(in crate::functions) mod trim;
