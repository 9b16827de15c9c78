//! `point.distance(a, b)`.

use super::points;
use crate::functions::scalar::prelude::*;
use namidb_core::value::Point;

pub(super) const POINT_DISTANCE: ScalarFunction = ScalarFunction {
    name: "point.distance",
    doc: "How far two points are apart: on a straight line, or in metres along the Earth. Null if their coordinate systems \
          differ.",
    example: "RETURN point.distance(point({x: 0, y: 0}), point({x: 3, y: 4}))",
    answer: "5.0",
    signature: Signature::new(&[T::POINT, T::POINT], T::FLOAT),
    deterministic: true,
    kernel: distance,
};

/// The radius of the sphere that stands for the Earth, in metres: that of the equator, as in other databases with this function.
const EARTH_METRES: f64 = 6_378_140.0;

fn distance(call: &Call<'_>) -> Result<Vector, Error> {
    call.strict(|values| match points(call, values)?.as_slice() {
        [a, b] if a.srid == b.srid && a.is_geographic() => Ok(Value::Float(along_the_earth(a, b))),
        [a, b] if a.srid == b.srid => Ok(Value::Float((b.x - a.x).hypot(b.y - a.y).hypot(b.z - a.z))),
        _ => Ok(Value::Null),
    })
}

/// By the haversine formula, at the height half-way between the two; then the difference of heights.
fn along_the_earth(a: &Point, b: &Point) -> f64 {
    let (from, to) = (a.y.to_radians(), b.y.to_radians());
    let (up, across) = (((to - from) / 2.0).sin(), ((b.x - a.x).to_radians() / 2.0).sin());
    let haversine = up * up + from.cos() * to.cos() * across * across;
    let angle = 2.0 * haversine.sqrt().min(1.0).asin();
    let radius = EARTH_METRES + (a.z + b.z) / 2.0;
    (radius * angle).hypot(b.z - a.z)
}
