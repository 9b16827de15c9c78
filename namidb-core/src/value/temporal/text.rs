//! Reading text from the left, for the parsers of temporal values.

/// What is left of a text.
#[derive(Clone)]
pub(super) struct Text<'a>(&'a [u8]);

impl<'a> Text<'a> {
    pub(super) fn new(text: &'a str) -> Text<'a> {
        Text(text.as_bytes())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Nothing may be left.
    pub(super) fn end(&self) -> Option<()> {
        self.is_empty().then_some(())
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// Skips one byte if it is the expected one.
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        match self.0.split_first() {
            Some((first, rest)) if *first == byte => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    /// How many digits come next.
    pub(super) fn digit_run(&self) -> usize {
        self.0.iter().take_while(|byte| byte.is_ascii_digit()).count()
    }

    /// The number in exactly so many digits, at most 18.
    pub(super) fn digits(&mut self, count: usize) -> Option<i64> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        if count == 0 || count > 18 || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        self.0 = rest;
        Some(digits.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0')))
    }

    /// The number in all the digits that come next, at least one of them. None if it is too large.
    pub(super) fn number(&mut self) -> Option<u64> {
        let (digits, rest) = self.0.split_at(self.digit_run());
        if digits.is_empty() {
            return None;
        }
        self.0 = rest;
        digits
            .iter()
            .try_fold(0_u64, |number, digit| number.checked_mul(10)?.checked_add(u64::from(digit - b'0')))
    }

    /// The same, for what fits in a byte.
    pub(super) fn small(&mut self, count: usize) -> Option<u8> {
        self.digits(count).and_then(|number| u8::try_from(number).ok())
    }

    /// A decimal point or comma and at least one digit, in units of 10⁻⁹; digits beyond are cut off. None without
    /// such a sign; an error without digits after it.
    pub(super) fn fraction(&mut self) -> Result<Option<i64>, ()> {
        if !self.eat(b'.') && !self.eat(b',') {
            return Ok(None);
        }
        let run = self.digit_run();
        let (digits, rest) = self.0.split_at(run);
        if run == 0 {
            return Err(());
        }
        self.0 = rest;
        let digits = digits.iter().chain(std::iter::repeat(&b'0')).take(9);
        Ok(Some(digits.fold(0, |number, digit| number * 10 + i64::from(digit - b'0'))))
    }

    /// What stands before `byte`, and skips both.
    pub(super) fn until(&mut self, byte: u8) -> Option<&'a str> {
        let at = self.0.iter().position(|b| *b == byte)?;
        let (found, rest) = self.0.split_at(at);
        self.0 = &rest[1..];
        std::str::from_utf8(found).ok()
    }
}

/// A fraction of a second as text: a point and up to nine digits without trailing zeros, or nothing.
pub(super) fn write_nanos(f: &mut std::fmt::Formatter<'_>, nanos: u64) -> std::fmt::Result {
    if nanos == 0 {
        return Ok(());
    }
    let (mut digits, mut width) = (nanos, 9);
    while digits.is_multiple_of(10) {
        digits /= 10;
        width -= 1;
    }
    write!(f, ".{digits:0width$}")
}
