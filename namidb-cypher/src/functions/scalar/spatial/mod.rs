//! Points.

pub(in crate::functions) mod distance;
pub(in crate::functions) mod point;
pub(in crate::functions) mod within_bbox;

use super::prelude::*;
use namidb_core::value::Point;

/// The points of a call's arguments.
fn points(call: &Call<'_>, values: &[Value]) -> Result<Vec<Point>, Error> {
    let point = |value: &Value| match value {
        Value::Point(point) => Ok(**point),
        other => Err(call.refuse("a point", other)),
    };
    values.iter().map(point).collect()
}
