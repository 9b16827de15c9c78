//! `point.withinBBox(point, lowerLeft, upperRight)`.

use super::points;
use crate::functions::scalar::prelude::*;

pub(super) const POINT_WITHIN_BBOX: ScalarFunction = ScalarFunction {
    name: "point.withinBBox",
    doc: "Whether a point lies in the box between two corners, its border included. Of places, a box whose left side is east of \
          its right one reaches over the 180th meridian. Null if coordinate systems differ.",
    example: "RETURN point.withinBBox(point({x: 1, y: 1}), point({x: 0, y: 0}), point({x: 2, y: 1}))",
    answer: "true",
    signature: Signature::new(&[T::POINT, T::POINT, T::POINT], T::BOOLEAN),
    deterministic: true,
    kernel: within_bbox,
};

fn within_bbox(call: &Call<'_>) -> Result<Vector, Error> {
    call.strict(|values| {
        let points = points(call, values)?;
        let [point, low, high] = points.as_slice() else { return Ok(Value::Null) };
        if point.srid != low.srid || point.srid != high.srid {
            return Ok(Value::Null);
        }
        let between = |low: f64, at: f64, high: f64| low <= at && at <= high;
        let x = if point.is_geographic() && low.x > high.x {
            point.x >= low.x || point.x <= high.x
        } else {
            between(low.x, point.x, high.x)
        };
        Ok(Value::Boolean(x && between(low.y, point.y, high.y) && between(low.z, point.z, high.z)))
    })
}
