//! A record as bytes, format 2. The picture is in `docs/format/record.md`.
//!
//! A record is a header of fixed size and a body. The header holds the hash of the body, so the hash of the header
//! stands for the whole record; what depends on the record's place in the log (its number, the record before it,
//! the ids that its transactions begin at) stands in the header alone, so a rebase leaves the body as it is. A body
//! over [`INLINE_BODY_MAX`] is an object of its own.

use crate::codec::Reader;
use crate::error::{Error, ErrorCode, Result};
use crate::graph::op::{NameKind, Op};
use crate::graph::{GraphState, op_codec};
use crate::ids::{NodeId, RelId, Seq};
use bytes::Bytes;
use std::fmt;
use uuid::Uuid;

/// The first bytes of every record. The last four show a transfer that changes line ends, or cuts at a zero.
pub const MAGIC: [u8; 8] = *b"NAMW\r\n\x1a\0";

/// The format that is written.
pub const FORMAT: u32 = 2;

/// Bytes of the header.
pub const HEADER_BYTES: usize = 256;

/// Room in the header for what later formats need to say without moving anything; zero.
const RESERVED_BYTES: usize = 68;

/// A larger body is an object of its own, so that the objects of the log stay small.
pub const INLINE_BODY_MAX: usize = 8 << 20;

/// Bytes of a transaction without its operations.
const TRANSACTION_BYTES: usize = 17;

/// A random 128-bit number: of a writer, of one freezing of a group.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogId(pub u128);

impl fmt::Display for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LogId({self})")
    }
}

/// How a transaction was made. Replay does not need it; readers of the log do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[non_exhaustive]
pub enum TransactionKind {
    /// One statement, or one staged batch: executed again after a lost race.
    Statement,
    /// An explicit transaction: it keeps its operations, or fails.
    Explicit,
}

/// The ids that the first transaction of a record begins at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FirstIds {
    /// Of nodes.
    pub node: NodeId,
    /// Of relationships.
    pub relationship: RelId,
    /// Of labels, relationship types and property keys.
    pub names: [u32; 3],
}

impl FirstIds {
    /// What comes next in a state.
    pub fn of(state: &GraphState) -> FirstIds {
        let names = [NameKind::Label, NameKind::RelType, NameKind::PropertyKey];
        FirstIds {
            node: state.next_node_id(),
            relationship: state.next_relationship_id(),
            names: names.map(|kind| state.catalog().name_count(kind)),
        }
    }
}

/// What stands in a record before its transactions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Header {
    /// The database.
    pub database: Uuid,
    /// The record's place in the log.
    pub seq: Seq,
    /// Who wrote it.
    pub writer: LogId,
    /// Unique to this freezing of a group: whoever reads it back knows its own put.
    pub token: LogId,
    /// The hash of the record before it; zero before the first.
    pub previous: blake3::Hash,
    /// Microseconds since 1970-01-01 UTC by the writer's clock, but not before the record before it.
    pub time: i64,
    /// Where its transactions begin to number what they make.
    pub first: FirstIds,
    /// How many transactions the body holds.
    pub transactions: u32,
    /// Whether the body is an object of its own.
    pub apart: bool,
    /// Bytes of the body.
    pub body_bytes: u64,
    /// The hash of the body.
    pub body_hash: blake3::Hash,
}

/// A record whose checksums and hashes have been compared.
#[derive(Clone, Debug)]
pub struct Record {
    /// What stands before the transactions.
    pub header: Header,
    /// The hash that the next record holds.
    pub hash: blake3::Hash,
    /// Bytes of the record and its body.
    pub bytes: u64,
    /// Its transactions, in the order in which they are applied.
    pub transactions: Vec<Transaction>,
}

/// One transaction of a record. Its operations stay bytes until they are applied: they take more memory.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Transaction {
    /// How it was made.
    pub kind: TransactionKind,
    op_count: u32,
    ops: Bytes,
}

impl Transaction {
    /// A transaction of these operations.
    ///
    /// # Panics
    /// If there are 2³² operations or more.
    pub fn new(kind: TransactionKind, ops: &[Op]) -> Transaction {
        assert!(u32::try_from(ops.len()).is_ok(), "a transaction has fewer than 2^32 operations");
        Transaction { kind, op_count: ops.len() as u32, ops: op_codec::encode_ops(ops).into() }
    }

    /// How many operations it has.
    pub fn op_count(&self) -> u32 {
        self.op_count
    }

    /// Its operations, one at a time; after an error nothing more comes.
    pub fn ops(&self) -> impl Iterator<Item = Result<Op>> {
        op_codec::decode_each(&self.ops, self.op_count)
    }
}

/// The body of a record.
pub fn encode_body(transactions: &[Transaction]) -> Vec<u8> {
    let bytes = transactions.iter().map(|t| TRANSACTION_BYTES + t.ops.len()).sum();
    let mut out = Vec::with_capacity(bytes);
    for transaction in transactions {
        let start = out.len();
        out.push(match transaction.kind {
            TransactionKind::Statement => 1,
            TransactionKind::Explicit => 2,
        });
        out.extend_from_slice(&transaction.op_count.to_le_bytes());
        out.extend_from_slice(&(transaction.ops.len() as u64).to_le_bytes());
        out.extend_from_slice(&transaction.ops);
        let checksum = crc32c::crc32c(&out[start..]);
        out.extend_from_slice(&checksum.to_le_bytes());
    }
    out
}

impl Header {
    fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER_BYTES);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&FORMAT.to_le_bytes());
        out.extend_from_slice(self.database.as_bytes());
        out.extend_from_slice(&self.seq.0.to_le_bytes());
        out.extend_from_slice(&self.writer.0.to_le_bytes());
        out.extend_from_slice(&self.token.0.to_le_bytes());
        out.extend_from_slice(self.previous.as_bytes());
        out.extend_from_slice(&self.time.to_le_bytes());
        out.extend_from_slice(&self.first.node.0.to_le_bytes());
        out.extend_from_slice(&self.first.relationship.0.to_le_bytes());
        self.first.names.iter().for_each(|n| out.extend_from_slice(&n.to_le_bytes()));
        out.extend_from_slice(&self.transactions.to_le_bytes());
        out.extend_from_slice(&u32::from(self.apart).to_le_bytes());
        out.extend_from_slice(&self.body_bytes.to_le_bytes());
        out.extend_from_slice(self.body_hash.as_bytes());
        out.extend_from_slice(&[0; RESERVED_BYTES]);
        let checksum = crc32c::crc32c(&out);
        out.extend_from_slice(&checksum.to_le_bytes());
        debug_assert_eq!(out.len(), HEADER_BYTES);
        out
    }

    /// Reads a header.
    ///
    /// # Errors
    /// `Corruption` if the bytes are none; `FormatVersion` if a newer version wrote them.
    pub fn decode(bytes: &[u8]) -> Result<Header> {
        let mut reader = Reader::new(bytes);
        if reader.array()? != MAGIC {
            return Err(reader.corrupt("the object is not a record of a log"));
        }
        let format = u32::from_le_bytes(reader.array()?);
        if format == 0 {
            return Err(reader.corrupt("there is no format 0"));
        }
        if format != FORMAT {
            return Err(Error::new(
                ErrorCode::FormatVersion,
                format!("the record has format {format}, this version reads {FORMAT}"),
            )
            .with_hint("Open the database with the version that wrote it"));
        }
        let mut reader = Reader::new(bytes);
        let head = reader.take(HEADER_BYTES - 4)?;
        let checksum = u32::from_le_bytes(reader.array()?);
        if crc32c::crc32c(head) != checksum {
            return Err(reader.corrupt("the checksum of the record's header does not match"));
        }
        let mut reader = Reader::new(head);
        reader.take(MAGIC.len() + 4)?;
        let header = Header {
            database: Uuid::from_bytes(reader.array()?),
            seq: Seq(u64::from_le_bytes(reader.array()?)),
            writer: LogId(u128::from_le_bytes(reader.array()?)),
            token: LogId(u128::from_le_bytes(reader.array()?)),
            previous: blake3::Hash::from_bytes(reader.array()?),
            time: i64::from_le_bytes(reader.array()?),
            first: FirstIds {
                node: NodeId(u64::from_le_bytes(reader.array()?)),
                relationship: RelId(u64::from_le_bytes(reader.array()?)),
                names: [
                    u32::from_le_bytes(reader.array()?),
                    u32::from_le_bytes(reader.array()?),
                    u32::from_le_bytes(reader.array()?),
                ],
            },
            transactions: u32::from_le_bytes(reader.array()?),
            apart: match u32::from_le_bytes(reader.array()?) {
                0 => false,
                1 => true,
                other => return Err(reader.unknown("the place of a record's body", other)),
            },
            body_bytes: u64::from_le_bytes(reader.array()?),
            body_hash: blake3::Hash::from_bytes(reader.array()?),
        };
        if reader.take(RESERVED_BYTES)?.iter().any(|byte| *byte != 0) {
            return Err(reader.corrupt("the reserved bytes of the record's header are not zero"));
        }
        reader.finish()?;
        Ok(header)
    }
}

/// A record ready to be put.
#[derive(Clone, Debug)]
pub struct Encoded {
    /// What the header says.
    pub header: Header,
    /// The hash that the next record holds.
    pub hash: blake3::Hash,
    /// The bytes for the slot.
    pub record: Bytes,
    /// The bytes of the body's own object, if it has one.
    pub body: Option<Bytes>,
}

impl Encoded {
    /// Encodes a record; the header's fields about the body are filled in here.
    pub fn new(mut header: Header, transactions: &[Transaction]) -> Encoded {
        let body = encode_body(transactions);
        header.transactions = transactions.len() as u32;
        header.apart = body.len() > INLINE_BODY_MAX;
        header.body_bytes = body.len() as u64;
        header.body_hash = blake3::hash(&body);
        let mut record = header.encode();
        let hash = blake3::hash(&record);
        let body = if header.apart {
            Some(Bytes::from(body))
        } else {
            record.extend_from_slice(&body);
            None
        };
        Encoded { header, hash, record: record.into(), body }
    }

    /// Bytes of the record and its body.
    pub fn bytes(&self) -> u64 {
        (self.record.len() + self.body.as_ref().map_or(0, Bytes::len)) as u64
    }
}

impl Record {
    /// Reads a record from the bytes of its slot, and those of the body if that lies apart
    /// ([`Header::apart`]).
    ///
    /// # Errors
    /// `Corruption` if the bytes are not what was written; `FormatVersion` if a newer version wrote them.
    pub fn decode(slot: &Bytes, apart: Option<&Bytes>) -> Result<Record> {
        let header = Header::decode(slot)?;
        let hash = blake3::hash(&slot[..HEADER_BYTES]);
        let inline = slot.slice(HEADER_BYTES..);
        let body = match apart {
            Some(body) if header.apart && inline.is_empty() => body.clone(),
            None if !header.apart => inline,
            _ => return Err(corrupt("the body is not where the record says")),
        };
        if body.len() as u64 != header.body_bytes || blake3::hash(&body) != header.body_hash {
            return Err(corrupt("the record's body is not the one that its header names"));
        }
        let transactions = decode_body(&body, header.transactions)?;
        let bytes = (HEADER_BYTES + body.len()) as u64;
        Ok(Record { header, hash, bytes, transactions })
    }
}

fn decode_body(body: &Bytes, count: u32) -> Result<Vec<Transaction>> {
    let mut reader = Reader::new(body);
    let count = count as usize;
    if count > body.len() / TRANSACTION_BYTES {
        return Err(corrupt("the record says that it holds more transactions than it has bytes for"));
    }
    let mut transactions = Vec::with_capacity(count);
    for _ in 0..count {
        let start = reader.position();
        let kind = match reader.u8()? {
            1 => TransactionKind::Statement,
            2 => TransactionKind::Explicit,
            other => return Err(reader.unknown("a transaction", other)),
        };
        let op_count = u32::from_le_bytes(reader.array()?);
        let length = u64::from_le_bytes(reader.array()?);
        let from = reader.position();
        let Ok(length) = usize::try_from(length) else {
            return Err(reader.corrupt("a transaction is longer than any body"));
        };
        reader.take(length)?;
        let to = reader.position();
        let checksum = u32::from_le_bytes(reader.array()?);
        if crc32c::crc32c(&body[start..to]) != checksum {
            return Err(reader.corrupt("the checksum of a transaction does not match"));
        }
        transactions.push(Transaction { kind, op_count, ops: body.slice(from..to) });
    }
    reader.finish()?;
    Ok(transactions)
}

fn corrupt(problem: &str) -> Error {
    Error::new(ErrorCode::Corruption, problem)
}

#[cfg(test)]
mod tests;
