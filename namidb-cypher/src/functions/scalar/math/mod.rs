//! Numbers.

mod abs;
mod acos;
mod asin;
mod atan;
mod atan2;
mod ceil;
mod cos;
mod cosh;
mod cot;
mod coth;
mod degrees;
mod e;
mod exp;
mod floor;
mod haversin;
mod is_nan;
mod log;
mod log10;
mod pi;
mod radians;
mod round;
mod sign;
mod sin;
mod sinh;
mod sqrt;
mod tan;
mod tanh;

use super::prelude::*;

/// By category.
pub(super) const FUNCTIONS: &[(Category, &[ScalarFunction])] = &[
    (
        Category::Numeric,
        &[abs::ABS, sign::SIGN, ceil::CEIL, ceil::CEILING, floor::FLOOR, round::ROUND, is_nan::IS_NAN],
    ),
    (Category::Logarithmic, &[e::E, exp::EXP, log::LOG, log::LN, log10::LOG10, sqrt::SQRT]),
    (
        Category::Trigonometric,
        &[
            sin::SIN,
            cos::COS,
            tan::TAN,
            cot::COT,
            asin::ASIN,
            acos::ACOS,
            atan::ATAN,
            atan2::ATAN2,
            sinh::SINH,
            cosh::COSH,
            tanh::TANH,
            coth::COTH,
            haversin::HAVERSIN,
            degrees::DEGREES,
            radians::RADIANS,
            pi::PI,
        ],
    ),
];
