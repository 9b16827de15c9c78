//! `point(map)`.

use crate::functions::scalar::prelude::*;
use namidb_core::value::spatial::{CARTESIAN, CARTESIAN_3D, WGS_84, WGS_84_3D};
use namidb_core::value::{Map, Point};
use std::sync::Arc;

pub(super) const POINT: ScalarFunction = ScalarFunction {
    name: "point",
    doc: "A point of `x` and `y`, or of `longitude` and `latitude` in degrees, and of `z` or `height` in space; `crs` or \
          `srid` name the system where the coordinates leave it open. Null if one of them is.",
    example: "RETURN point({x: 1, y: 2}).x",
    answer: "1.0",
    signature: Signature::new(&[T::MAP], T::POINT),
    deterministic: true,
    kernel: point,
};

const KEYS: [&str; 8] = ["x", "y", "z", "longitude", "latitude", "height", "crs", "srid"];

fn point(call: &Call<'_>) -> Result<Vector, Error> {
    call.strict(|values| match &values[0] {
        Value::Map(map) => of_map(call, map),
        other => Err(call.refuse("a map", other)),
    })
}

fn of_map(call: &Call<'_>, map: &Map) -> Result<Value, Error> {
    if map.iter().any(|(key, value)| KEYS.contains(&&**key) && value.is_null()) {
        return Ok(Value::Null);
    }
    let number = |plain: &str, geographic: &str| -> Result<Option<f64>, Error> {
        map.get(plain).or_else(|| map.get(geographic)).map(|value| call.number(value)).transpose()
    };
    let (Some(x), Some(y)) = (number("x", "longitude")?, number("y", "latitude")?) else {
        return Err(wrong("a point has the coordinates x and y, or longitude and latitude"));
    };
    let z = number("z", "height")?;
    if ![Some(x), Some(y), z].into_iter().flatten().all(f64::is_finite) {
        return Err(wrong("the coordinates of a point are finite numbers"));
    }
    let degrees = map.get("longitude").is_some() || map.get("latitude").is_some();
    let srid = system(call, map)?.unwrap_or(match (degrees, z.is_some()) {
        (false, false) => CARTESIAN,
        (false, true) => CARTESIAN_3D,
        (true, false) => WGS_84,
        (true, true) => WGS_84_3D,
    });
    let Some(point) = Point::new(srid, x, y, z) else {
        return Err(wrong("a point has a third coordinate exactly where its coordinate system has one"));
    };
    if degrees && !point.is_geographic() {
        return Err(wrong("longitude and latitude belong to the systems wgs-84 and wgs-84-3d"));
    }
    if point.is_geographic() && !((-180.0..=180.0).contains(&x) && (-90.0..=90.0).contains(&y)) {
        return Err(wrong(format!("there is no place at longitude {x} and latitude {y}")));
    }
    Ok(Value::Point(Arc::new(point)))
}

/// The coordinate system that a map names, if it names one.
fn system(call: &Call<'_>, map: &Map) -> Result<Option<u32>, Error> {
    let named = match map.get("crs") {
        None => None,
        Some(name) => match call.text(name)?.to_ascii_lowercase().as_str() {
            "cartesian" => Some(CARTESIAN),
            "cartesian-3d" => Some(CARTESIAN_3D),
            "wgs-84" => Some(WGS_84),
            "wgs-84-3d" => Some(WGS_84_3D),
            other => return Err(wrong(format!("there is no coordinate system {other:?}"))),
        },
    };
    let Some(number) = map.get("srid") else { return Ok(named) };
    let number = call.integer(number)?;
    let known =
        [CARTESIAN, CARTESIAN_3D, WGS_84, WGS_84_3D].into_iter().find(|srid| i64::from(*srid) == number);
    match known {
        Some(srid) if named.is_none_or(|named| named == srid) => Ok(Some(srid)),
        Some(_) => Err(wrong(format!("srid {number} and crs name two coordinate systems"))),
        None => Err(wrong(format!("there is no coordinate system {number}"))),
    }
}

fn wrong(message: impl Into<String>) -> Error {
    errors::argument_error("InvalidArgumentValue", message)
}
