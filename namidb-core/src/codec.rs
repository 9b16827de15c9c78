//! Reading and writing the parts that durable bytes are made of. Every decoder of the crate is built on this.
//!
//! The decoder's contract: no input makes it panic, recurse without bound, or allocate more than a small multiple
//! of the bytes it was given. Lengths are checked against the bytes that remain before anything is allocated, and
//! whatever can be written in one way only is read in one way only.

use crate::error::{Error, ErrorCode, Result};

/// Values lie in each other at most so deep.
pub const DEPTH_MAX: u32 = crate::value::storable::DEPTH_MAX as u32;

/// The bytes that are not read yet.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
    length: usize,
    depth: u32,
}

impl<'a> Reader<'a> {
    /// Reads these bytes from the beginning.
    pub fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { rest: bytes, length: bytes.len(), depth: 0 }
    }

    /// How many bytes have been read.
    pub fn position(&self) -> usize {
        self.length - self.rest.len()
    }

    /// How many bytes are left.
    pub fn remaining(&self) -> usize {
        self.rest.len()
    }

    /// Whether no byte is left.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// An error about the bytes at the present position.
    pub fn corrupt(&self, problem: impl std::fmt::Display) -> Error {
        let position = self.position();
        Error::new(ErrorCode::Corruption, format!("{problem}, at byte {position}"))
            .with_detail("offset", position)
    }

    /// An error about a tag that a newer version may have written.
    pub fn unknown(&self, what: &str, tag: impl std::fmt::Display) -> Error {
        let position = self.position();
        Error::new(ErrorCode::FormatVersion, format!("{what} has the unknown tag {tag}, at byte {position}"))
            .with_hint("Open the database with the version that wrote it, or a newer one")
            .with_detail("offset", position)
    }

    fn too_short(&self) -> Error {
        self.corrupt("the bytes end too early")
    }

    /// The next so many bytes.
    ///
    /// # Errors
    /// `Corruption` if there are fewer. So for every method below.
    pub fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        match self.rest.split_at_checked(length) {
            Some((taken, rest)) => {
                self.rest = rest;
                Ok(taken)
            }
            None => Err(self.too_short()),
        }
    }

    /// The next `N` bytes.
    ///
    /// # Errors
    /// `Corruption`.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        match self.rest.split_first_chunk() {
            Some((array, rest)) => {
                self.rest = rest;
                Ok(*array)
            }
            None => Err(self.too_short()),
        }
    }

    /// One byte.
    ///
    /// # Errors
    /// `Corruption`.
    pub fn u8(&mut self) -> Result<u8> {
        match self.rest.split_first() {
            Some((byte, rest)) => {
                self.rest = rest;
                Ok(*byte)
            }
            None => Err(self.too_short()),
        }
    }

    /// A double, bit by bit, lowest byte first.
    ///
    /// # Errors
    /// `Corruption`.
    pub fn f64(&mut self) -> Result<f64> {
        self.array().map(f64::from_le_bytes)
    }

    /// An integer of seven bits a byte, lowest first, in at most ten bytes and no more than it needs.
    ///
    /// # Errors
    /// `Corruption`.
    pub fn varint(&mut self) -> Result<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.u8()?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                break;
            }
            value |= bits << shift;
            if byte < 0x80 {
                if byte == 0 && shift > 0 {
                    return Err(self.corrupt("an integer has more bytes than it needs"));
                }
                return Ok(value);
            }
        }
        Err(self.corrupt("an integer has more than 64 bits"))
    }

    /// A varint that fits in 32 bits.
    ///
    /// # Errors
    /// `Corruption`.
    pub fn varint_u32(&mut self) -> Result<u32> {
        let value = self.varint()?;
        u32::try_from(value).map_err(|_| self.corrupt("an integer has more than 32 bits"))
    }

    /// A signed integer as a varint: 0, -1, 1, -2, 2, … are 0, 1, 2, 3, 4, …
    ///
    /// # Errors
    /// `Corruption`.
    pub fn signed(&mut self) -> Result<i64> {
        let value = self.varint()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// A number of items of at least so many bytes each, which the bytes that remain can hold. Safe to allocate for.
    ///
    /// # Errors
    /// `Corruption`.
    ///
    /// # Panics
    /// If an item has no byte.
    pub fn count(&mut self, bytes_each: usize) -> Result<usize> {
        assert!(bytes_each > 0, "items without bytes have no bound");
        let count = self.varint()?;
        match usize::try_from(count) {
            Ok(count) if count <= self.rest.len() / bytes_each => Ok(count),
            _ => {
                Err(self
                    .corrupt(format_args!("{count} items are said to follow, more than there are bytes for")))
            }
        }
    }

    /// Bytes with their length before them.
    ///
    /// # Errors
    /// `Corruption`.
    pub fn bytes(&mut self) -> Result<&'a [u8]> {
        let length = self.count(1)?;
        self.take(length)
    }

    /// Text with its length before it.
    ///
    /// # Errors
    /// `Corruption`.
    pub fn text(&mut self) -> Result<&'a str> {
        let bytes = self.bytes()?;
        std::str::from_utf8(bytes).map_err(|_| self.corrupt("a text is not UTF-8"))
    }

    /// Reads something that may hold things of its own kind.
    ///
    /// # Errors
    /// `Corruption` if that happens more than [`DEPTH_MAX`] times in each other; else what `read` returns.
    pub fn nested<T>(&mut self, read: impl FnOnce(&mut Reader<'a>) -> Result<T>) -> Result<T> {
        if self.depth == DEPTH_MAX {
            return Err(self.corrupt(format_args!("a value nests deeper than {DEPTH_MAX}")));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// Nothing may be left.
    ///
    /// # Errors
    /// `Corruption` if something is.
    pub fn finish(self) -> Result<()> {
        match self.rest.len() {
            0 => Ok(()),
            left => Err(self.corrupt(format_args!("{left} bytes are left over"))),
        }
    }
}

/// Appends an integer as [`Reader::varint`] reads it.
#[inline]
pub fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Appends an integer as [`Reader::signed`] reads it.
#[inline]
pub fn put_signed(out: &mut Vec<u8>, value: i64) {
    put_varint(out, (value << 1 ^ value >> 63) as u64);
}

/// Appends bytes as [`Reader::bytes`] reads them; text as [`Reader::text`] does.
#[inline]
pub fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_of_every_length_come_back_and_longer_ones_are_refused() {
        for bits in 0..64 {
            for value in [1u64 << bits, (1 << bits) - 1, u64::MAX >> bits] {
                let mut out = Vec::new();
                put_varint(&mut out, value);
                put_signed(&mut out, value as i64);
                put_signed(&mut out, (value as i64).wrapping_neg());
                let mut reader = Reader::new(&out);
                assert_eq!(reader.varint().unwrap(), value);
                assert_eq!(reader.signed().unwrap(), value as i64);
                assert_eq!(reader.signed().unwrap(), (value as i64).wrapping_neg());
                reader.finish().unwrap();
            }
        }
        assert!(Reader::new(&[0xff; 11]).varint().is_err());
        assert!(Reader::new(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2]).varint().is_err());
        assert!(Reader::new(&[0x80]).varint().is_err());
        assert!(Reader::new(&[0x81, 0]).varint().is_err(), "one byte would do");
        assert!(Reader::new(&[0xff, 0xff, 0xff, 0xff, 0x1f]).varint_u32().is_err());
    }

    #[test]
    fn a_length_beyond_the_bytes_is_refused_before_anything_is_allocated() {
        let mut out = Vec::new();
        put_varint(&mut out, u64::MAX);
        out.extend_from_slice(&[0; 100]);
        assert!(Reader::new(&out).bytes().is_err());
        assert!(Reader::new(&out).count(1).is_err());
        let mut reader = Reader::new(&[50, 1, 2, 3]);
        let error = reader.count(1).unwrap_err();
        assert_eq!((error.code(), error.detail("offset")), (ErrorCode::Corruption, Some("1")));
    }

    #[test]
    fn bytes_that_are_left_over_are_refused() {
        let mut reader = Reader::new(&[2, 7, 8, 9]);
        assert_eq!(reader.bytes().unwrap(), [7, 8]);
        assert_eq!((reader.position(), reader.remaining()), (3, 1));
        assert!(reader.finish().is_err());
        assert!(Reader::new(&[1, 0xff]).text().is_err());
    }

    #[test]
    fn what_lies_in_itself_without_end_is_refused() {
        fn dig(reader: &mut Reader<'_>) -> Result<u32> {
            reader.nested(|reader| if reader.is_empty() { Ok(0) } else { Ok(dig(reader)? + 1) })
        }
        assert_eq!(dig(&mut Reader::new(&[])).unwrap(), 0);
        assert!(dig(&mut Reader::new(&[0])).is_err());
    }
}
