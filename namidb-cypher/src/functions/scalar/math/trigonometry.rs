//! Angles, in radians.

use crate::functions::scalar::prelude::*;

const NUMBER: Signature = Signature::new(&[T::NUMBER], T::FLOAT);

macro_rules! functions {
    ($($constant:ident $name:literal, $doc:literal, $example:literal, $compute:expr;)*) => {
        $(#[doc = concat!("`", $name, "(number)`.")]
        pub(in crate::functions) const $constant: ScalarFunction = ScalarFunction {
            name: $name,
            doc: $doc,
            example: Some($example),
            signature: NUMBER,
            deterministic: true,
            kernel: |call| call.floats($compute),
        };)*
    };
}

functions! {
    SIN "sin", "The sine of an angle.", "sin(0) = 0.0", f64::sin;
    COS "cos", "The cosine of an angle.", "cos(0) = 1.0", f64::cos;
    TAN "tan", "The tangent of an angle.", "tan(0) = 0.0", f64::tan;
    COT "cot", "The cotangent of an angle.", "round(cot(0.5), 3) = 1.83", |x| 1.0 / x.tan();
    ASIN "asin", "The angle of a sine; NaN beyond -1 and 1.", "asin(0) = 0.0", f64::asin;
    ACOS "acos", "The angle of a cosine; NaN beyond -1 and 1.", "acos(1) = 0.0", f64::acos;
    ATAN "atan", "The angle of a tangent.", "atan(0) = 0.0", f64::atan;
    SINH "sinh", "The hyperbolic sine.", "sinh(0) = 0.0", f64::sinh;
    COSH "cosh", "The hyperbolic cosine.", "cosh(0) = 1.0", f64::cosh;
    TANH "tanh", "The hyperbolic tangent.", "tanh(0) = 0.0", f64::tanh;
    COTH "coth", "The hyperbolic cotangent; NaN of 0.", "round(coth(0.5), 3) = 2.164", |x| if x == 0.0 { f64::NAN } else { 1.0 / x.tanh() };
    HAVERSIN "haversin", "Half of one minus the cosine of an angle.", "haversin(0) = 0.0", |x| (1.0 - x.cos()) / 2.0;
    DEGREES "degrees", "An angle in degrees.", "degrees(pi()) = 180.0", f64::to_degrees;
    RADIANS "radians", "An angle of so many degrees.", "radians(180) = pi()", f64::to_radians;
}

/// `atan2(y, x)`.
pub(in crate::functions) const ATAN2: ScalarFunction = ScalarFunction {
    name: "atan2",
    doc: "The angle of the point with the second argument as x and the first as y.",
    example: Some("atan2(0, 1) = 0.0"),
    signature: Signature::new(&[T::NUMBER, T::NUMBER], T::FLOAT),
    deterministic: true,
    kernel: atan2,
};

fn atan2(call: &Call<'_>) -> Result<Vector, Error> {
    call.strict(|values| Ok(Value::Float(call.number(&values[0])?.atan2(call.number(&values[1])?))))
}
