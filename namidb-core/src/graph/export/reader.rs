//! Reading and writing the parts that blocks are made of. Every read is checked; none allocates.

use crate::error::{Error, ErrorCode, Result};

/// The bytes of a block that are not read yet.
pub(super) struct Reader<'a>(&'a [u8]);

fn too_short() -> Error {
    Error::new(ErrorCode::Corruption, "a block ends too early")
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader(bytes)
    }

    pub(super) fn take(&mut self, len: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len).ok_or_else(too_short)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (array, rest) = self.0.split_first_chunk().ok_or_else(too_short)?;
        self.0 = rest;
        Ok(*array)
    }

    pub(super) fn u8(&mut self) -> Result<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    /// An integer of seven bits a byte, in at most ten bytes.
    pub(super) fn varint(&mut self) -> Result<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.u8()?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                break;
            }
            value |= bits << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(Error::new(ErrorCode::Corruption, "an integer has more than 64 bits"))
    }

    /// Bytes with their length before them.
    pub(super) fn bytes(&mut self) -> Result<&'a [u8]> {
        let len = self.varint()?;
        self.take(usize::try_from(len).map_err(|_| too_short())?)
    }

    /// Text with its length before it.
    pub(super) fn text(&mut self) -> Result<&'a str> {
        std::str::from_utf8(self.bytes()?)
            .map_err(|_| Error::new(ErrorCode::Corruption, "a block holds text that is not UTF-8"))
    }

    pub(super) fn remaining(&self) -> usize {
        self.0.len()
    }

    /// Nothing may be left.
    pub(super) fn finish(self) -> Result<()> {
        match self.0.len() {
            0 => Ok(()),
            left => Err(Error::new(ErrorCode::Corruption, format!("a block has {left} bytes too many"))),
        }
    }
}

pub(super) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Bytes with their length before them.
pub(super) fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
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
                let mut reader = Reader::new(&out);
                assert_eq!(reader.varint().unwrap(), value);
                reader.finish().unwrap();
            }
        }
        assert!(Reader::new(&[0xff; 11]).varint().is_err());
        assert!(Reader::new(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2]).varint().is_err());
        assert!(Reader::new(&[0x80]).varint().is_err());
    }
}
