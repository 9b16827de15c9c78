//! `round(number, precision, mode)`.

use crate::functions::scalar::prelude::*;

pub(super) const ROUND: ScalarFunction = ScalarFunction {
    name: "round",
    doc: "The nearest whole number, the greater of two; or the nearest number of so many decimals, ties away \
          from zero or as the mode says: UP, DOWN, CEILING, FLOOR, HALF_UP, HALF_DOWN, HALF_EVEN.",
    example: "RETURN round(3.141592, 3)",
    answer: "3.142",
    signature: Signature::new(&[T::NUMBER, T::INTEGER, T::STRING], T::FLOAT).required(1),
    deterministic: true,
    kernel: round,
};

fn round(call: &Call<'_>) -> Result<Vector, Error> {
    if call.arguments.len() == 1 {
        return call.floats(half_towards_positive);
    }
    call.strict(|values| {
        let number = call.number(&values[0])?;
        let precision = call.integer(&values[1])?;
        let mode = match values.get(2) {
            None => Mode::HalfUp,
            Some(mode) => Mode::named(call.text(mode)?)?,
        };
        Ok(Value::Float(if values.len() == 2 && precision == 0 {
            half_towards_positive(number)
        } else {
            round_decimals(number, precision, mode)
        }))
    })
}

fn half_towards_positive(number: f64) -> f64 {
    let below = number.floor();
    // Adding a half first would round twice.
    if number - below >= 0.5 { below + 1.0 } else { below }
}

/// What becomes of the decimals that are cut off.
#[derive(Clone, Copy)]
enum Mode {
    Up,
    Down,
    Ceiling,
    Floor,
    HalfUp,
    HalfDown,
    HalfEven,
}

impl Mode {
    fn named(name: &str) -> Result<Mode, Error> {
        Ok(match name.to_ascii_uppercase().as_str() {
            "UP" => Mode::Up,
            "DOWN" => Mode::Down,
            "CEILING" => Mode::Ceiling,
            "FLOOR" => Mode::Floor,
            "HALF_UP" => Mode::HalfUp,
            "HALF_DOWN" => Mode::HalfDown,
            "HALF_EVEN" => Mode::HalfEven,
            other => {
                return Err(errors::argument_error(
                    "InvalidArgumentValue",
                    format!("round() knows no mode '{other}'"),
                )
                .with_hint("Modes are UP, DOWN, CEILING, FLOOR, HALF_UP, HALF_DOWN and HALF_EVEN"));
            }
        })
    }

    /// Whether the magnitude grows by one in its last place.
    fn grows(self, negative: bool, cut: &[u8], last_is_odd: bool) -> bool {
        let any = cut.iter().any(|digit| *digit != 0);
        let half = match cut.first() {
            Some(5) if cut[1..].iter().all(|digit| *digit == 0) => std::cmp::Ordering::Equal,
            Some(digit) if *digit >= 5 => std::cmp::Ordering::Greater,
            _ => std::cmp::Ordering::Less,
        };
        match self {
            Mode::Up => any,
            Mode::Down => false,
            Mode::Ceiling => any && !negative,
            Mode::Floor => any && negative,
            Mode::HalfUp => half.is_ge(),
            Mode::HalfDown => half.is_gt(),
            Mode::HalfEven => half.is_gt() || half.is_eq() && last_is_odd,
        }
    }
}

/// Rounds the shortest decimal form of the number, which is what people see of it: 2.675 is then a tie.
fn round_decimals(number: f64, precision: i64, mode: Mode) -> f64 {
    if !number.is_finite() || number == 0.0 {
        return number;
    }
    let written = format!("{:e}", number.abs());
    let Some((digits, exponent)) = written.split_once('e') else { return number };
    let Ok(exponent) = exponent.parse::<i64>() else { return number };
    let digits: Vec<u8> = digits.bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0').collect();
    // No float has a digit beyond these places.
    let precision = precision.clamp(-400, 400);
    // The first digit counts 10^exponent, and so many digits stay.
    let kept = exponent + precision + 1;
    if kept >= digits.len() as i64 {
        return number;
    }
    let negative = number < 0.0;
    let kept_digits = usize::try_from(kept).unwrap_or(0);
    let cut: Vec<u8> = if kept < 0 { vec![0, 1] } else { digits[kept_digits..].to_vec() };
    let mut whole: Vec<u8> = digits[..kept_digits].to_vec();
    let last_is_odd = whole.last().is_some_and(|digit| digit % 2 == 1);
    let mut scale = exponent - kept_digits as i64 + 1;
    if kept < 0 {
        scale = -precision;
    }
    if mode.grows(negative, &cut, last_is_odd) {
        let mut at = whole.len();
        loop {
            if at == 0 {
                whole.insert(0, 1);
                break;
            }
            at -= 1;
            if whole[at] == 9 {
                whole[at] = 0;
            } else {
                whole[at] += 1;
                break;
            }
        }
    }
    if whole.is_empty() {
        return if negative { -0.0 } else { 0.0 };
    }
    let text: String = whole.iter().map(|digit| char::from(digit + b'0')).collect();
    let magnitude: f64 = format!("{text}e{scale}").parse().unwrap_or(f64::NAN);
    if negative { -magnitude } else { magnitude }
}
