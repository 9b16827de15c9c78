//! `localtime(value)`.

use super::kind::{CONSTRUCTOR, Kind};
use crate::functions::scalar::prelude::*;

pub(super) const LOCALTIME: ScalarFunction = ScalarFunction {
    name: "localtime",
    doc: "A time of day without an offset: of a text, of a map of components, of another temporal value, or when the statement began.",
    example: "RETURN localtime({hour: 12, minute: 31})",
    answer: "localtime('12:31')",
    signature: CONSTRUCTOR,
    deterministic: true,
    kernel: |call| Kind::LocalTime.construct(call),
};

/// GQL's name.
pub(super) const LOCAL_TIME_ALIAS: ScalarFunction = ScalarFunction {
    name: "local_time",
    example: "RETURN local_time('12:31')",
    answer: "localtime('12:31')",
    ..LOCALTIME
};
