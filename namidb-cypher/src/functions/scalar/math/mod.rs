//! Numbers.

pub(in crate::functions) mod abs;
pub(in crate::functions) mod constants;
pub(in crate::functions) mod is_nan;
pub(in crate::functions) mod logarithms;
pub(in crate::functions) mod rounding;
pub(in crate::functions) mod trigonometry;
