//! Powers and logarithms of floats.

use crate::functions::scalar::prelude::*;

const NUMBER: Signature = Signature::new(&[T::NUMBER], T::FLOAT);

/// `sqrt(number)`.
pub(in crate::functions) const SQRT: ScalarFunction = ScalarFunction {
    name: "sqrt",
    doc: "The square root; NaN of a negative number.",
    example: Some("sqrt(12.96) = 3.6"),
    signature: NUMBER,
    deterministic: true,
    kernel: |call| call.floats(f64::sqrt),
};

/// `exp(number)`.
pub(in crate::functions) const EXP: ScalarFunction = ScalarFunction {
    name: "exp",
    doc: "The base of the natural logarithm to the power of a number.",
    example: Some("exp(0) = 1.0"),
    signature: NUMBER,
    deterministic: true,
    kernel: |call| call.floats(f64::exp),
};

/// `log(number)`.
pub(in crate::functions) const LOG: ScalarFunction = ScalarFunction {
    name: "log",
    doc: "The natural logarithm; NaN of a negative number.",
    example: Some("log(1) = 0.0"),
    signature: NUMBER,
    deterministic: true,
    kernel: |call| call.floats(f64::ln),
};

/// `ln(number)`.
pub(in crate::functions) const LN: ScalarFunction =
    ScalarFunction { name: "ln", example: Some("ln(1) = 0.0"), ..LOG };

/// `log10(number)`.
pub(in crate::functions) const LOG10: ScalarFunction = ScalarFunction {
    name: "log10",
    doc: "The logarithm to base 10; NaN of a negative number.",
    example: Some("log10(1000) = 3.0"),
    signature: NUMBER,
    deterministic: true,
    kernel: |call| call.floats(f64::log10),
};
