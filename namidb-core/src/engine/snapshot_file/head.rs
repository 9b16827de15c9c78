//! The first bytes of a snapshot file: what it is, and how long the manifest is that follows.

use crate::codec::Reader;
use crate::error::{Error, ErrorCode, Result};
use crate::manifest;

/// The format of snapshot files.
pub const FORMAT: u32 = 1;

/// The bytes of a head.
pub(super) const BYTES: usize = 36;

const MAGIC: &[u8; 8] = b"NAMISNAP";

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Head {
    pub(super) manifest_bytes: u32,
    pub(super) nodes: u64,
    pub(super) relationships: u64,
}

impl Head {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(BYTES);
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&FORMAT.to_le_bytes());
        out.extend_from_slice(&self.manifest_bytes.to_le_bytes());
        out.extend_from_slice(&self.nodes.to_le_bytes());
        out.extend_from_slice(&self.relationships.to_le_bytes());
        let checksum = crc32c::crc32c(&out);
        out.extend_from_slice(&checksum.to_le_bytes());
        out
    }

    /// # Errors
    /// `InvalidArgument` if it is no snapshot file; `FormatVersion` if it has another format; `Corruption`.
    pub(super) fn decode(bytes: &[u8]) -> Result<Head> {
        if !bytes.starts_with(&MAGIC[..MAGIC.len().min(bytes.len())]) {
            return Err(Error::new(ErrorCode::InvalidArgument, "this is no snapshot file of NamiDB"));
        }
        if bytes.len() < BYTES {
            return Err(cut("its head"));
        }
        let mut reader = Reader::new(bytes);
        reader.take(MAGIC.len())?;
        let format = u32::from_le_bytes(reader.array()?);
        if format != FORMAT {
            let message = format!("the snapshot file has format {format}, and this version reads {FORMAT}");
            return Err(Error::new(ErrorCode::FormatVersion, message)
                .with_hint("Restore it with the version that wrote it, or a newer one"));
        }
        let head = Head {
            manifest_bytes: u32::from_le_bytes(reader.array()?),
            nodes: u64::from_le_bytes(reader.array()?),
            relationships: u64::from_le_bytes(reader.array()?),
        };
        let read = reader.position();
        let checksum = u32::from_le_bytes(reader.array()?);
        if checksum != crc32c::crc32c(&bytes[..read])
            || head.manifest_bytes as usize > manifest::codec::BYTES_MAX
        {
            return Err(damaged("its head"));
        }
        reader.finish()?;
        Ok(head)
    }
}

/// The error for a part of a file that is not what was written.
pub(super) fn damaged(part: &str) -> Error {
    Error::new(ErrorCode::Corruption, format!("the snapshot file is damaged in {part}"))
        .with_hint("Copy or write it again")
}

/// The error for a file that is shorter than it says.
pub(super) fn cut(part: &str) -> Error {
    Error::new(ErrorCode::Corruption, format!("the snapshot file ends too early, in {part}"))
        .with_hint("Copy or write it again")
}
