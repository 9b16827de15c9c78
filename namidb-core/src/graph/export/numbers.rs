//! Arrays of numbers in few bits: all alike, or each as the distance from the least one, or each as the distance from the
//! one before.
//!
//! Numbers are taken as signed ones, and every sum and difference is modulo 2^64, so each array has an encoding that
//! gives it back, and no bytes make decoding fail but by being too few.

use super::decode::newer;
use crate::codec::Reader;
use crate::error::Result;

/// All alike: 8 bytes.
const CONSTANT: u8 = 1;
/// 8 bytes, the least; 1 byte, a width; the distance of each from the least in so many bits.
const FRAME: u8 = 2;
/// 8 bytes, the first; 8 bytes, the least step; 1 byte, a width; how much longer each step is in so many bits.
const STEPS: u8 = 3;

/// Appends numbers; how many they are stands elsewhere.
pub(super) fn put(out: &mut Vec<u8>, numbers: &[u64]) {
    let Some((first, _)) = numbers.split_first() else { return };
    let (least, width) = frame(numbers.iter().copied());
    if width == 0 {
        out.push(CONSTANT);
        out.extend_from_slice(&first.to_le_bytes());
        return;
    }
    let steps = || numbers.windows(2).map(|pair| pair[1].wrapping_sub(pair[0]));
    let (least_step, step_width) = frame(steps());
    // Steps have to save more than their longer header.
    if u64::from(step_width) * (numbers.len() as u64) + 64 < u64::from(width) * numbers.len() as u64 {
        out.push(STEPS);
        out.extend_from_slice(&first.to_le_bytes());
        out.extend_from_slice(&least_step.to_le_bytes());
        out.push(step_width);
        put_bits(out, steps().map(|step| step.wrapping_sub(least_step)), step_width);
    } else {
        out.push(FRAME);
        out.extend_from_slice(&least.to_le_bytes());
        out.push(width);
        put_bits(out, numbers.iter().map(|number| number.wrapping_sub(least)), width);
    }
}

/// The least of some numbers, and the bits that the distance of any from it takes.
fn frame(numbers: impl Iterator<Item = u64> + Clone) -> (u64, u8) {
    let least = numbers.clone().map(|number| number as i64).min().unwrap_or(0) as u64;
    let most = numbers.map(|number| number.wrapping_sub(least)).max().unwrap_or(0);
    (least, (64 - most.leading_zeros()) as u8)
}

/// Reads so many numbers. Few bytes may stand for many of them: the caller limits their number.
///
/// # Errors
/// `Corruption` if the bytes end too early; `FormatVersion` if a newer version wrote them.
pub(super) fn read(reader: &mut Reader<'_>, count: usize) -> Result<Vec<u64>> {
    if count == 0 {
        return Ok(Vec::new());
    }
    match reader.u8()? {
        CONSTANT => Ok(vec![u64::from_le_bytes(reader.array()?); count]),
        FRAME => {
            let least = u64::from_le_bytes(reader.array()?);
            let mut numbers = read_bits(reader, count)?;
            numbers.iter_mut().for_each(|number| *number = number.wrapping_add(least));
            Ok(numbers)
        }
        STEPS => {
            let mut last = u64::from_le_bytes(reader.array()?);
            let least = u64::from_le_bytes(reader.array()?);
            let mut numbers = Vec::with_capacity(count);
            numbers.push(last);
            numbers.extend(read_bits(reader, count - 1)?.into_iter().map(|step| {
                last = last.wrapping_add(least).wrapping_add(step);
                last
            }));
            Ok(numbers)
        }
        other => Err(newer("the encoding of numbers", other)),
    }
}

/// Appends the lowest bits of each number, lowest first, and fills the last byte up.
fn put_bits(out: &mut Vec<u8>, numbers: impl Iterator<Item = u64>, width: u8) {
    let (mut pending, mut bits) = (0u128, 0u32);
    for number in numbers {
        pending |= u128::from(number) << bits;
        bits += u32::from(width);
        if bits >= 64 {
            out.extend_from_slice(&(pending as u64).to_le_bytes());
            pending >>= 64;
            bits -= 64;
        }
    }
    let bytes = bits.div_ceil(8) as usize;
    out.extend_from_slice(&pending.to_le_bytes()[..bytes]);
}

/// Reads a width, and so many numbers of that width.
fn read_bits(reader: &mut Reader<'_>, count: usize) -> Result<Vec<u64>> {
    let width = u32::from(reader.u8()?);
    if width > 64 {
        return Err(reader.corrupt("a number has more than 64 bits"));
    }
    let bytes = reader.take((count * width as usize).div_ceil(8))?;
    let mask = if width == 64 { u64::MAX } else { (1 << width) - 1 };
    let mut words = bytes.chunks(8).map(|chunk| {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        u64::from_le_bytes(word)
    });
    let (mut pending, mut bits) = (0u128, 0u32);
    let mut numbers = Vec::with_capacity(count);
    for _ in 0..count {
        if bits < width {
            pending |= u128::from(words.next().unwrap_or(0)) << bits;
            bits += 64;
        }
        numbers.push(pending as u64 & mask);
        pending >>= width;
        bits -= width;
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bytes_of(numbers: &[u64]) -> Vec<u8> {
        let mut out = Vec::new();
        put(&mut out, numbers);
        out
    }

    fn any_numbers() -> impl Strategy<Value = Vec<u64>> {
        (0u32..65, any::<bool>(), prop::collection::vec(any::<u64>(), 0..300)).prop_map(
            |(bits, sorted, mut numbers)| {
                numbers.iter_mut().for_each(|number| *number = number.checked_shr(64 - bits).unwrap_or(7));
                if sorted {
                    numbers.sort_unstable();
                }
                numbers
            },
        )
    }

    proptest! {
        #[test]
        fn numbers_come_back(numbers in any_numbers()) {
            let bytes = bytes_of(&numbers);
            let mut reader = Reader::new(&bytes);
            prop_assert_eq!(read(&mut reader, numbers.len()).unwrap(), numbers);
            reader.finish().unwrap();
        }

        #[test]
        fn whatever_bytes_give_numbers_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200), tag in 0u8..5, count in 0usize..100) {
            let bytes = [vec![tag], bytes].concat();
            if let Ok(numbers) = read(&mut Reader::new(&bytes), count) {
                prop_assert_eq!(numbers.len(), count);
            }
        }
    }

    #[test]
    fn what_is_alike_or_regular_takes_little_room() {
        assert_eq!(bytes_of(&[5; 2048]).len(), 9);
        assert_eq!(bytes_of(&(1 << 40..(1 << 40) + 2048).collect::<Vec<u64>>()).len(), 18);
        // Ten bits each, and a header.
        let scattered: Vec<u64> = (0..2048).map(|n| (1 << 50) + n * 7919 % 1024).collect();
        assert_eq!(bytes_of(&scattered).len(), 10 + 2048 * 10 / 8);
        assert!(bytes_of(&[]).is_empty());
    }
}
