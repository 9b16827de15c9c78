//! Points.

mod point;
mod point_distance;
mod point_within_bbox;

use super::prelude::*;
use namidb_core::value::Point;

/// By category.
pub(super) const FUNCTIONS: &[(Category, &[ScalarFunction])] = &[(
    Category::Spatial,
    &[point::POINT, point_distance::POINT_DISTANCE, point_within_bbox::POINT_WITHIN_BBOX],
)];

/// The points of a call's arguments.
fn points(call: &Call<'_>, values: &[Value]) -> Result<Vec<Point>, Error> {
    let point = |value: &Value| match value {
        Value::Point(point) => Ok(**point),
        other => Err(call.refuse("a point", other)),
    };
    values.iter().map(point).collect()
}
