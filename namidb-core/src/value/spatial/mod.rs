//! Points.

mod point;

pub use point::{CARTESIAN, CARTESIAN_3D, Point, WGS_84, WGS_84_3D};
