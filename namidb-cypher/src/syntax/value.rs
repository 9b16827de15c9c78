//! What numbers, strings and quoted names in the text stand for.

use super::span::Span;
use crate::Error;
use namidb_core::ErrorCode;
use std::borrow::Cow;

/// The value of a whole number: decimal, hexadecimal (`0x1F`), or octal (`0o17`, or with a zero in front,
/// `017`). Underscores may stand between digits.
///
/// # Errors
///
/// `InvalidNumberLiteral` for what is no number, `IntegerOverflow` for what 64 bits do not hold. The sign is
/// given apart, since the smallest number has no positive twin.
pub(super) fn integer(text: &str, negative: bool, span: Span) -> Result<i64, Error> {
    let (digits, radix) = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&text[2..], 16),
        [b'0', b'o' | b'O', ..] => (&text[2..], 8),
        [b'0', _, ..] => (&text[1..], 8),
        _ => (text, 10),
    };
    let Some(digits) = without_underscores(digits, radix, b"") else {
        let error = invalid_number(text, span);
        return Err(match radix {
            16 => error.with_hint("After 0x come the digits 0 to 9 and a to f"),
            8 => error.with_hint("A zero in front makes the number octal, with the digits 0 to 7"),
            _ => error,
        });
    };
    let magnitude = u64::from_str_radix(&digits, radix).ok();
    let value = match (magnitude, negative) {
        (Some(magnitude), false) => i64::try_from(magnitude).ok(),
        (Some(magnitude), true) => 0i64.checked_sub_unsigned(magnitude),
        (None, _) => None,
    };
    value.ok_or_else(|| {
        let sign = if negative { "-" } else { "" };
        let message = format!("the integer {sign}{text} is beyond 64 bits");
        Error::compile_time(ErrorCode::Syntax, "SyntaxError", "IntegerOverflow", message)
            .with_span(span)
            .with_hint("Write it with a decimal point for a floating-point number")
    })
}

/// The value of a number with a point or an exponent.
///
/// # Errors
///
/// `InvalidNumberLiteral` for misplaced underscores, `FloatingPointOverflow` for what is too large.
pub(super) fn float(text: &str, span: Span) -> Result<f64, Error> {
    let digits = without_underscores(text, 10, b".eE+-");
    let value =
        digits.and_then(|digits| digits.parse::<f64>().ok()).ok_or_else(|| invalid_number(text, span))?;
    if value.is_infinite() {
        let message = format!("the number {text} is larger than any floating-point number");
        return Err(Error::compile_time(ErrorCode::Syntax, "SyntaxError", "FloatingPointOverflow", message)
            .with_span(span));
    }
    Ok(value)
}

/// The error for a number that is none.
pub(super) fn invalid_number(text: &str, span: Span) -> Error {
    let message = format!("{text} is not a number");
    Error::compile_time(ErrorCode::Syntax, "SyntaxError", "InvalidNumberLiteral", message).with_span(span)
}

/// The text without its underscores, each of which must stand between two digits. `others` are the bytes
/// that may stand among the digits.
fn without_underscores<'t>(text: &'t str, radix: u32, others: &[u8]) -> Option<Cow<'t, str>> {
    let bytes = text.as_bytes();
    let is_digit = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at)).is_some_and(|byte| char::from(*byte).is_digit(radix))
    };
    let mut underscores = false;
    for (i, byte) in bytes.iter().enumerate() {
        if *byte == b'_' {
            if !is_digit(i.checked_sub(1)) || !is_digit(Some(i + 1)) {
                return None;
            }
            underscores = true;
        } else if !is_digit(Some(i)) && !others.contains(byte) {
            return None;
        }
    }
    match (bytes.is_empty(), underscores) {
        (true, _) => None,
        (false, false) => Some(Cow::Borrowed(text)),
        (false, true) => Some(Cow::Owned(text.replace('_', ""))),
    }
}

/// The text of a string token, which comes with its quotes and `start` as its place.
///
/// # Errors
///
/// `InvalidUnicodeLiteral` for `\u` without four hexadecimal digits, `\U` without eight, and what is no
/// character; `UnexpectedSyntax` for an unknown escape.
pub(super) fn string(token: &str, start: u32) -> Result<Cow<'_, str>, Error> {
    let content = token.get(1..token.len().saturating_sub(1)).unwrap_or_default();
    let Some(first) = content.find('\\') else {
        return Ok(Cow::Borrowed(content));
    };
    let mut out = String::with_capacity(content.len());
    let mut rest = &content[first..];
    out.push_str(&content[..first]);
    while let Some(escape) = rest.strip_prefix('\\') {
        let at = start + 1 + (content.len() - rest.len()) as u32;
        let mut chars = escape.chars();
        let kind = chars.next().unwrap_or('\\');
        let mut after = chars.as_str();
        out.push(match kind {
            '\\' | '\'' | '"' | '`' | '/' => kind,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let (c, length) = utf16_escape(after).ok_or_else(|| invalid_unicode(after, 4, at))?;
                after = &after[length..];
                c
            }
            'U' => {
                let c = hexadecimal(after, 8).and_then(char::from_u32);
                let c = c.ok_or_else(|| invalid_unicode(after, 8, at))?;
                after = &after[8..];
                c
            }
            _ => {
                let message = format!("\\{kind} is not an escape");
                let end = at + 1 + kind.len_utf8() as u32;
                return Err(Error::compile_time(
                    ErrorCode::Syntax,
                    "SyntaxError",
                    "UnexpectedSyntax",
                    message,
                )
                .with_span(Span { start: at, end })
                .with_hint("A backslash itself is written \\\\"));
            }
        });
        let length = after.find('\\').unwrap_or(after.len());
        out.push_str(&after[..length]);
        rest = &after[length..];
    }
    Ok(Cow::Owned(out))
}

/// The character of `\u` and its digits' length; two escapes that are halves of a surrogate pair are one.
fn utf16_escape(digits: &str) -> Option<(char, usize)> {
    let unit = hexadecimal(digits, 4)?;
    if let Some(c) = char::from_u32(unit) {
        return Some((c, 4));
    }
    let second = hexadecimal(digits[4..].strip_prefix("\\u")?, 4)?;
    let pair = [u16::try_from(unit).ok()?, u16::try_from(second).ok()?];
    let c = char::decode_utf16(pair).next()?.ok()?;
    Some((c, 10))
}

fn hexadecimal(digits: &str, length: usize) -> Option<u32> {
    let digits = digits.get(..length)?;
    if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    u32::from_str_radix(digits, 16).ok()
}

fn invalid_unicode(after: &str, length: usize, at: u32) -> Error {
    let letter = if length == 4 { 'u' } else { 'U' };
    let digits = after.bytes().take(length).take_while(u8::is_ascii_hexdigit).count();
    let message = if digits < length {
        format!("\\{letter} needs {length} hexadecimal digits")
    } else {
        format!("\\{letter}{} is no character", &after[..length])
    };
    Error::compile_time(ErrorCode::Syntax, "SyntaxError", "InvalidUnicodeLiteral", message)
        .with_span(Span { start: at, end: at + 2 + digits as u32 })
}

/// The name in backticks, whose token comes with them.
pub(super) fn quoted_name(token: &str) -> Cow<'_, str> {
    let content = token.get(1..token.len().saturating_sub(1)).unwrap_or_default();
    if content.contains('`') { Cow::Owned(content.replace("``", "`")) } else { Cow::Borrowed(content) }
}

/// The name of a parameter's token, without the dollar sign and backticks.
pub(super) fn parameter_name(token: &str) -> Cow<'_, str> {
    let text = token.trim_start_matches('$');
    if text.starts_with('`') { quoted_name(text) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPAN: Span = Span { start: 0, end: 0 };

    #[test]
    fn integers_of_every_base_have_their_value() {
        let cases = [
            ("0", 0),
            ("9223372036854775807", i64::MAX),
            ("1_000_000", 1_000_000),
            ("0x1F", 31),
            ("0XFFff", 65_535),
            ("0xFF_FF", 65_535),
            ("0x7FFFFFFFFFFFFFFF", i64::MAX),
            ("0o17", 15),
            ("017", 15),
            ("00", 0),
        ];
        for (text, value) in cases {
            assert_eq!(integer(text, false, SPAN).unwrap(), value, "{text}");
            assert_eq!(integer(text, true, SPAN).unwrap(), -value, "-{text}");
        }
        for text in ["9223372036854775808", "0x8000000000000000", "0o1000000000000000000000"] {
            assert_eq!(integer(text, true, SPAN).unwrap(), i64::MIN, "-{text}");
            assert_eq!(integer(text, false, SPAN).unwrap_err().detail(), "IntegerOverflow", "{text}");
        }
        assert_eq!(integer("9223372036854775809", true, SPAN).unwrap_err().detail(), "IntegerOverflow");
        let longer = "9".repeat(1_000);
        assert_eq!(integer(&longer, false, SPAN).unwrap_err().detail(), "IntegerOverflow");
    }

    #[test]
    fn malformed_integers_are_refused() {
        for text in ["0x", "0o", "0xG", "0o8", "08", "1__0", "1_", "0x_1", "0x1_"] {
            assert_eq!(integer(text, false, SPAN).unwrap_err().detail(), "InvalidNumberLiteral", "{text}");
        }
    }

    #[test]
    fn floats_have_their_value_or_overflow() {
        let cases = [
            ("1.5", 1.5),
            (".5", 0.5),
            ("1e3", 1_000.0),
            ("1E-2", 0.01),
            ("1_0.2_5", 10.25),
            ("1e-999", 0.0),
        ];
        for (text, value) in cases {
            assert_eq!(float(text, SPAN).unwrap(), value, "{text}");
        }
        assert_eq!(float("1.34e999", SPAN).unwrap_err().detail(), "FloatingPointOverflow");
        for text in ["1_.5", "1._5", "1.5_", "1e_5"] {
            assert_eq!(float(text, SPAN).unwrap_err().detail(), "InvalidNumberLiteral", "{text}");
        }
    }

    #[test]
    fn escapes_are_resolved() {
        let cases = [
            ("''", ""),
            ("'a\"b'", "a\"b"),
            (r#"'\\ \' \" \` \/'"#, "\\ ' \" ` /"),
            (r"'\b\f\n\r\t'", "\u{8}\u{c}\n\r\t"),
            (r"'\u0041\u00e9x'", "Aéx"),
            (r"'\U0001F600!'", "😀!"),
            (r"'\uD83D\uDE00'", "😀"),
            ("'日本\\n語'", "日本\n語"),
        ];
        for (token, text) in cases {
            assert_eq!(string(token, 0).unwrap(), text, "{token}");
        }
    }

    #[test]
    fn broken_escapes_are_refused_where_they_stand() {
        let cases = [
            (r"'\uH'", "InvalidUnicodeLiteral", (11, 13)),
            (r"'ab\u12'", "InvalidUnicodeLiteral", (13, 17)),
            (r"'\uD83D'", "InvalidUnicodeLiteral", (11, 17)),
            (r"'\uD83D\u0041'", "InvalidUnicodeLiteral", (11, 17)),
            (r"'\U00110000'", "InvalidUnicodeLiteral", (11, 21)),
            (r"'\U0001F60'", "InvalidUnicodeLiteral", (11, 20)),
            (r"'\u00é0'", "InvalidUnicodeLiteral", (11, 15)),
            (r"'a\d'", "UnexpectedSyntax", (12, 14)),
            (r"'\é'", "UnexpectedSyntax", (11, 14)),
        ];
        for (token, detail, (start, end)) in cases {
            let error = string(token, 10).unwrap_err();
            assert_eq!((error.detail(), error.span()), (detail, Some(Span { start, end })), "{token}");
        }
    }

    #[test]
    fn doubled_backticks_are_one() {
        assert_eq!(quoted_name("`a b`"), "a b");
        assert_eq!(quoted_name("`a``b`"), "a`b");
    }
}
