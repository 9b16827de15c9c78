//! From one type to another.

pub(in crate::functions) mod lists;
pub(in crate::functions) mod to_boolean;
pub(in crate::functions) mod to_float;
pub(in crate::functions) mod to_integer;
pub(in crate::functions) mod to_string;
pub(in crate::functions) mod value_type;
