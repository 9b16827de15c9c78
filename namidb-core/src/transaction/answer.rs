//! What is kept of the answer to a write that was made under a token, for whoever repeats it.

use super::Counters;
use crate::codec::{Reader, put_varint};
use crate::error::Result;
use crate::graph::ANSWER_BYTES_MAX;
use crate::value::{Value, codec};
use std::sync::Arc;

/// Rows take no more bytes together, or none of them is kept.
pub const ANSWER_ROWS_MAX: usize = 1 << 10;

const VERSION: u8 = 1;

/// The answer to a write, as far as it is kept. Its record is known besides.
#[derive(Clone, PartialEq, Debug)]
pub struct Answer {
    /// What the client asked, in short: a repetition must ask the same.
    pub request: u64,
    /// What was changed.
    pub counters: Counters,
    /// The rows, nodes and relationships by their ids; none if they take more than [`ANSWER_ROWS_MAX`] bytes.
    pub rows: Option<Vec<Vec<Value>>>,
}

impl Answer {
    /// An answer without rows to a request that is told from others by this text.
    pub fn new(request: &str, counters: Counters) -> Answer {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&blake3::hash(request.as_bytes()).as_bytes()[..8]);
        Answer { request: u64::from_le_bytes(bytes), counters, rows: Some(Vec::new()) }
    }

    /// The bytes for the log.
    pub fn encode(&self) -> Arc<[u8]> {
        let mut out = vec![VERSION];
        out.extend_from_slice(&self.request.to_le_bytes());
        self.counters.named().into_iter().for_each(|(_, number)| put_varint(&mut out, number));
        let start = out.len();
        match &self.rows {
            Some(rows) => {
                out.push(1);
                put_varint(&mut out, rows.len() as u64);
                put_varint(&mut out, rows.first().map_or(0, Vec::len) as u64);
                let mut values = rows.iter().flatten();
                let fits = values.all(|value| {
                    codec::encode(value, &mut out);
                    out.len() <= start + ANSWER_ROWS_MAX
                });
                // Rows without columns take no bytes.
                if !fits || rows.len() > ANSWER_ROWS_MAX {
                    out.truncate(start);
                    out.push(0);
                }
            }
            None => out.push(0),
        }
        debug_assert!(out.len() <= ANSWER_BYTES_MAX);
        out.into()
    }

    /// The answer that these bytes are.
    ///
    /// # Errors
    /// `Corruption` if they are none; `FormatVersion` if a newer version wrote them.
    pub fn decode(bytes: &[u8]) -> Result<Answer> {
        let mut reader = Reader::new(bytes);
        match reader.u8()? {
            VERSION => {}
            other => return Err(reader.unknown("an answer", other)),
        }
        let request = u64::from_le_bytes(reader.array()?);
        let mut counters = Counters::default();
        for (_, number) in counters.named_mut() {
            *number = reader.varint()?;
        }
        let rows = match reader.u8()? {
            0 => None,
            1 => {
                let (rows, columns) = (reader.varint()?, reader.varint()?);
                let max = ANSWER_ROWS_MAX as u64;
                if rows > max || rows.saturating_mul(columns) > max {
                    return Err(reader.corrupt("an answer has more rows than are kept"));
                }
                let row = |_| (0..columns).map(|_| codec::decode(&mut reader)).collect();
                Some((0..rows).map(row).collect::<Result<_>>()?)
            }
            other => return Err(reader.unknown("the rows of an answer", other)),
        };
        reader.finish()?;
        Ok(Answer { request, counters, rows })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::NodeId;
    use proptest::prelude::*;

    fn answer(rows: Option<Vec<Vec<Value>>>) -> Answer {
        let counters = Counters { nodes_created: 300, constraints_removed: 1, ..Counters::default() };
        Answer { rows, ..Answer::new("CREATE (n)", counters) }
    }

    #[test]
    fn an_answer_comes_back_and_rows_that_are_too_long_are_left_out() {
        let rows = vec![vec![Value::from(1), Value::Node(NodeId(7))], vec![Value::Null, "x".into()]];
        for rows in [Some(rows), Some(vec![]), Some(vec![vec![]; 3]), None] {
            let answer = answer(rows);
            assert_eq!(Answer::decode(&answer.encode()).unwrap(), answer);
        }
        let long = answer(Some(vec![vec![Value::from("x".repeat(ANSWER_ROWS_MAX))]]));
        assert_eq!(Answer::decode(&long.encode()).unwrap(), answer(None));
        let many = answer(Some(vec![vec![]; ANSWER_ROWS_MAX + 1]));
        assert_eq!(Answer::decode(&many.encode()).unwrap(), answer(None));
        assert_ne!(answer(None).request, Answer::new("CREATE (m)", Counters::default()).request);
    }

    #[test]
    fn every_cut_is_refused() {
        let bytes = answer(Some(vec![vec![Value::from(1), Value::from("two")]])).encode();
        (0..bytes.len()).for_each(|end| assert!(Answer::decode(&bytes[..end]).is_err(), "{end}"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_an_answer_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = Answer::decode(&bytes);
            let mut begun = answer(None).encode().to_vec();
            begun.extend_from_slice(&bytes);
            let _ = Answer::decode(&begun);
        }
    }
}
