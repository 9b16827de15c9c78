//! Points in the four coordinate systems that Cypher knows.

use std::fmt;

/// The plane.
pub const CARTESIAN: u32 = 7203;
/// Space.
pub const CARTESIAN_3D: u32 = 9157;
/// Longitude and latitude.
pub const WGS_84: u32 = 4326;
/// Longitude, latitude and height.
pub const WGS_84_3D: u32 = 4979;

/// A point: its coordinate system by SRID (7203 cartesian, 9157 cartesian 3D, 4326 WGS 84,
/// 4979 WGS 84 3D), then x, y and, in the 3D systems, z.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The spatial reference identifier.
    pub srid: u32,
    /// The first coordinate; longitude in WGS 84.
    pub x: f64,
    /// The second coordinate; latitude in WGS 84.
    pub y: f64,
    /// The third coordinate; 0.0 in the two-dimensional systems.
    pub z: f64,
}

impl Point {
    /// A point of a coordinate system by SRID. None if there is no such system, or if `z` is given exactly
    /// where the system has no third dimension.
    pub fn new(srid: u32, x: f64, y: f64, z: Option<f64>) -> Option<Point> {
        let point = Point { srid, x, y, z: z.unwrap_or(0.0) };
        (point.is_valid() && point.is_3d() == z.is_some()).then_some(point)
    }

    /// Whether its coordinate system exists, and `z` is zero where there is no third dimension.
    pub fn is_valid(&self) -> bool {
        match self.srid {
            CARTESIAN | WGS_84 => self.z.to_bits() == 0,
            CARTESIAN_3D | WGS_84_3D => true,
            _ => false,
        }
    }

    /// Whether its coordinate system has a third dimension.
    pub fn is_3d(&self) -> bool {
        matches!(self.srid, CARTESIAN_3D | WGS_84_3D)
    }

    /// Whether its coordinates are longitude and latitude.
    pub fn is_geographic(&self) -> bool {
        matches!(self.srid, WGS_84 | WGS_84_3D)
    }

    /// The name of its coordinate system.
    pub fn crs(&self) -> &'static str {
        match self.srid {
            CARTESIAN => "cartesian",
            CARTESIAN_3D => "cartesian-3d",
            WGS_84 => "wgs-84",
            WGS_84_3D => "wgs-84-3d",
            _ => "unknown",
        }
    }
}

impl fmt::Display for Point {
    /// `point({x: 1.0, y: 2.0, crs: 'cartesian'})`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "point({{x: {:?}, y: {:?}", self.x, self.y)?;
        if self.is_3d() {
            write!(f, ", z: {:?}", self.z)?;
        }
        write!(f, ", crs: '{}'}})", self.crs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_has_a_third_coordinate_exactly_in_space() {
        assert!(Point::new(CARTESIAN, 1.0, 2.0, None).is_some());
        assert!(Point::new(CARTESIAN, 1.0, 2.0, Some(0.0)).is_none());
        assert!(Point::new(WGS_84_3D, 1.0, 2.0, Some(3.0)).is_some());
        assert!(Point::new(WGS_84_3D, 1.0, 2.0, None).is_none());
        assert!(Point::new(1, 1.0, 2.0, None).is_none());
        let point = Point::new(CARTESIAN_3D, 1.0, -0.5, Some(3e20)).unwrap();
        assert_eq!(point.to_string(), "point({x: 1.0, y: -0.5, z: 3e20, crs: 'cartesian-3d'})");
    }
}
