//! Files of blocks.

use super::*;
use crate::error::ErrorCode;
use proptest::prelude::*;

type Blocks = Vec<(Vec<u8>, Vec<u8>)>;

fn write(blocks: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let mut writer = Writer::new().unwrap();
    blocks.iter().for_each(|(key, block)| writer.add(key, block).unwrap());
    writer.finish()
}

fn read(bytes: &[u8]) -> crate::error::Result<Blocks> {
    let sst = Sst::parse(bytes.to_vec().into())?;
    sst.blocks().map(|block| block.map(|(key, block)| (key.to_vec(), block.to_vec()))).collect()
}

fn golden() -> Blocks {
    vec![
        (vec![], vec![]),
        (b"a".to_vec(), b"plain".to_vec()),
        (b"ab".to_vec(), b"the same again ".repeat(20)),
        (b"b".to_vec(), vec![0; 300]),
    ]
}

proptest! {
    #[test]
    fn blocks_come_back(mut blocks in prop::collection::vec(
        (prop::collection::vec(any::<u8>(), 0..6), prop::collection::vec(0u8..4, 0..300)), 0..20)) {
        blocks.sort();
        blocks.dedup_by(|a, b| a.0 == b.0);
        let bytes = write(&blocks);
        prop_assert_eq!(&read(&bytes).unwrap(), &blocks);
        let sst = Sst::parse(bytes.into()).unwrap();
        for (key, block) in &blocks {
            prop_assert_eq!(sst.block(key).unwrap().unwrap(), block.as_slice());
        }
        prop_assert_eq!(sst.block(b"no such key").unwrap(), None);
    }
}

#[test]
fn a_block_is_compressed_where_that_saves_a_fifth() {
    let random: Vec<u8> = blake3::Hasher::new().finalize_xof().bytes().take(300).collect();
    let bytes = write(&[(vec![1], random), (vec![2], vec![7; 300]), (vec![3], vec![7; 20])]);
    let sst = Sst::parse(bytes.into()).unwrap();
    let compressions: Vec<_> = sst.entries().iter().map(|entry| entry.compression).collect();
    assert_eq!(compressions, [Compression::None, Compression::Zstd, Compression::None]);
}

trait XofBytes {
    fn bytes(self) -> impl Iterator<Item = u8>;
}

impl XofBytes for blake3::OutputReader {
    fn bytes(mut self) -> impl Iterator<Item = u8> {
        std::iter::repeat_with(move || {
            let mut byte = [0];
            self.fill(&mut byte);
            byte[0]
        })
    }
}

#[test]
fn the_bytes_of_format_1_can_be_read() {
    let bytes = include_bytes!("../../tests/golden/sst-1.bin");
    assert_eq!(read(bytes).unwrap(), golden());
}

#[test]
fn every_cut_and_every_flipped_bit_is_seen() {
    let bytes = write(&golden());
    for length in 0..bytes.len() {
        assert!(read(&bytes[..length]).is_err(), "cut at {length}");
    }
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(read(&changed).is_err(), "bit {bit}");
    }
}

#[test]
fn a_newer_format_is_refused_as_such() {
    let mut bytes = write(&golden());
    let footer = bytes.len() - FOOTER_BYTES;
    bytes[footer + 24] = 2;
    let checksum = crc32c::crc32c(&bytes[footer..footer + 28]);
    bytes[footer + 28..footer + 32].copy_from_slice(&checksum.to_le_bytes());
    assert_eq!(read(&bytes).unwrap_err().code(), ErrorCode::FormatVersion);
}

#[test]
fn keys_that_do_not_ascend_are_not_written() {
    let mut writer = Writer::new().unwrap();
    writer.add(b"b", b"").unwrap();
    assert!(writer.add(b"b", b"").is_err());
    assert!(writer.add(b"a", b"").is_err());
}
