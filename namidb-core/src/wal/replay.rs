//! Applying records: the state as a fold of the log.

use super::record::{FirstIds, Record};
use crate::error::{Error, ErrorCode, Result};
use crate::graph::GraphState;
use crate::ids::Seq;
use uuid::Uuid;

/// A place in the log, and the state there.
#[derive(Clone, Debug)]
pub struct Position {
    /// The last record that the state contains; 0 if none.
    pub seq: Seq,
    /// The hash of that record.
    pub hash: blake3::Hash,
    /// The time of that record.
    pub time: i64,
    /// The fold of the log up to it.
    pub state: GraphState,
}

impl Position {
    /// The beginning of a log.
    pub fn origin() -> Position {
        Position { seq: Seq(0), hash: NO_RECORD, time: i64::MIN, state: GraphState::empty() }
    }
}

/// What stands for the hash of the record before the first.
pub const NO_RECORD: blake3::Hash = blake3::Hash::from_bytes([0; 32]);

/// A record applied.
#[derive(Clone, Debug)]
pub struct Applied {
    /// The place after it.
    pub position: Position,
    /// The record.
    pub record: Record,
}

/// Applies a record to the state before it.
///
/// # Errors
/// `Corruption` if the record does not continue the chain that ends at `position`, or its operations do not fit
/// the state. Before that is told to anybody, the manifest must have said that the slot was not collected.
pub fn replay(database: Uuid, position: &Position, record: Record) -> Result<Applied> {
    let header = &record.header;
    let seq = position.seq.next();
    let problem = |what: &str| {
        Error::new(ErrorCode::Corruption, format!("record {}: {what}", seq.0)).with_detail("seq", seq.0)
    };
    if header.database != database {
        return Err(problem("it belongs to another database"));
    }
    if header.seq != seq {
        return Err(problem("the object in its slot has another number"));
    }
    if header.previous != position.hash {
        return Err(problem("it does not continue the record before it"));
    }
    if header.time < position.time {
        return Err(problem("its time is before that of the record before it"));
    }
    if header.first != FirstIds::of(&position.state) {
        return Err(problem("its ids do not begin where the state ends"));
    }
    let mut state = position.state.clone();
    for transaction in &record.transactions {
        let applied = state.replay(transaction.op_count() as usize, transaction.ops(), seq);
        applied.map_err(|error| match error.code() {
            ErrorCode::FormatVersion => error.with_detail("seq", seq.0),
            _ => problem("its operations do not fit the state before it").with_source(error),
        })?;
    }
    let position = Position { seq, hash: record.hash, time: header.time, state };
    Ok(Applied { position, record })
}
