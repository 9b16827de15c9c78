//! Reads a property of many entities at once, chunk by chunk.
//!
//! Rows are cut into runs of ids that share a chunk. A chunk is looked up once per batch, however its ids are
//! spread over the rows; within a run the loop is over arrays, and over a plain slice where ids follow one
//! another and the chunk is full.

use crate::vector::{Booleans, Primitive, Strings, Vector, VectorBuilder};
use arrow_buffer::{BooleanBuffer, Buffer, NullBuffer, NullBufferBuilder, OffsetBuffer, ScalarBuffer};
use namidb_core::Value;
use namidb_core::graph::{CHUNK_IDS, Chunk, ChunkData, Column};
use smallvec::SmallVec;

const CHUNK_BITS: u32 = CHUNK_IDS.trailing_zeros();
const OFFSET_MASK: u64 = CHUNK_IDS as u64 - 1;

/// Rows that follow one another and whose ids lie in one chunk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run<'a> {
    /// The first row.
    pub(crate) start: usize,
    /// The row after the last.
    pub(crate) end: usize,
    /// The chunk; none if nothing there has the property.
    pub(crate) chunk: Option<&'a Chunk>,
}

pub(crate) type Runs<'a> = SmallVec<[Run<'a>; 8]>;

/// Where an id lies in its chunk.
#[inline]
pub(crate) fn offset(id: u64) -> usize {
    (id & OFFSET_MASK) as usize
}

/// Whether an offset of a chunk has a value.
#[inline]
pub(crate) fn is_present(presence: Option<&[u64]>, len: usize, offset: usize) -> bool {
    match presence {
        None => offset < len,
        Some(words) => words[offset >> 6] >> (offset & 63) & 1 != 0,
    }
}

/// The runs of ids. Null rows, whose ids mean nothing, belong to runs too.
pub(crate) fn runs<'a>(column: &'a Column, ids: &[u64]) -> Runs<'a> {
    let mut runs = Runs::new();
    let mut known = KnownChunks::new(ids);
    let mut start = 0;
    while start < ids.len() {
        let index = ids[start] >> CHUNK_BITS;
        let same = ids[start..].iter().take_while(|id| **id >> CHUNK_BITS == index).count();
        runs.push(Run { start, end: start + same, chunk: known.get(column, index) });
        start += same;
    }
    runs
}

/// Chunks that were looked up already, by index from the lowest one on.
struct KnownChunks<'a> {
    lowest: u64,
    /// Empty if the ids are ordered or lie too far apart: then each run looks its chunk up.
    chunks: Vec<Option<Option<&'a Chunk>>>,
}

impl<'a> KnownChunks<'a> {
    fn new(ids: &[u64]) -> KnownChunks<'a> {
        let mut chunks = Vec::new();
        let mut lowest = 0;
        if !ids.is_sorted() {
            let (low, high) = ids.iter().fold((u64::MAX, 0), |(low, high), id| (low.min(*id), high.max(*id)));
            lowest = low >> CHUNK_BITS;
            let width = (high >> CHUNK_BITS) - lowest;
            if width < 2 * ids.len() as u64 {
                chunks = vec![None; width as usize + 1];
            }
        }
        KnownChunks { lowest, chunks }
    }

    #[inline]
    fn get(&mut self, column: &'a Column, index: u64) -> Option<&'a Chunk> {
        match self.chunks.get_mut((index.wrapping_sub(self.lowest)) as usize) {
            Some(known) => *known.get_or_insert_with(|| column.chunk(index)),
            None => column.chunk(index),
        }
    }
}

/// The type that all chunks of some runs have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Integer,
    Float,
    Boolean,
    String,
    /// Several types, or one without a typed vector.
    Any,
}

fn kind_of(runs: &[Run<'_>]) -> Option<Kind> {
    let mut common = None;
    for chunk in runs.iter().filter_map(|run| run.chunk) {
        let kind = match chunk.data() {
            ChunkData::Integer(_) => Kind::Integer,
            ChunkData::Float(_) => Kind::Float,
            ChunkData::Boolean(_) => Kind::Boolean,
            ChunkData::String(_) => Kind::String,
            _ => return Some(Kind::Any),
        };
        match common {
            None => common = Some(kind),
            Some(other) if other == kind => {}
            Some(_) => return Some(Kind::Any),
        }
    }
    common
}

/// The property of each row's entity; null where the row is null or the entity has no such property.
pub(crate) fn gather(column: &Column, ids: &Primitive<u64>) -> Vector {
    let rows: &[u64] = &ids.values;
    let validity = ids.validity.as_ref().filter(|v| v.null_count() > 0);
    let runs = runs(column, rows);
    match kind_of(&runs) {
        None => Vector::nulls(rows.len()),
        Some(Kind::Integer) => {
            let (values, validity) = copied(&runs, rows, validity, |chunk| Some(chunk.integers()?.0));
            Vector::Integer(Primitive { values: ScalarBuffer::from(values), validity })
        }
        Some(Kind::Float) => {
            let (values, validity) = copied(&runs, rows, validity, |chunk| Some(chunk.floats()?.0));
            Vector::Float(Primitive { values: ScalarBuffer::from(values), validity })
        }
        Some(Kind::Boolean) => {
            let (values, validity) = copied(&runs, rows, validity, |chunk| Some(chunk.booleans()?.0));
            Vector::Boolean(Booleans { values: BooleanBuffer::from(values), validity })
        }
        Some(Kind::String) => strings(&runs, rows, validity).unwrap_or_else(|| any(&runs, rows, validity)),
        Some(Kind::Any) => any(&runs, rows, validity),
    }
}

/// The values of chunks that hold arrays of one type.
fn copied<T: Copy + Default>(
    runs: &[Run<'_>],
    ids: &[u64],
    validity: Option<&NullBuffer>,
    read: impl for<'a> Fn(&'a Chunk) -> Option<&'a [T]>,
) -> (Vec<T>, Option<NullBuffer>) {
    let mut values: Vec<T> = Vec::with_capacity(ids.len());
    let mut present = NullBufferBuilder::new(ids.len());
    for run in runs {
        let ids = &ids[run.start..run.end];
        let Some((chunk, data)) = run.chunk.and_then(|chunk| Some((chunk, read(chunk)?))) else {
            values.resize(run.end, T::default());
            present.append_n_nulls(ids.len());
            continue;
        };
        let presence = chunk.presence();
        if validity.is_none() && presence.is_none() && ids.iter().all(|id| offset(*id) < data.len()) {
            let (first, last) = (offset(ids[0]), offset(ids[ids.len() - 1]));
            if last.wrapping_sub(first) == ids.len() - 1 && ids.windows(2).all(|w| w[0] + 1 == w[1]) {
                values.extend_from_slice(&data[first..=last]);
            } else {
                values.extend(ids.iter().map(|id| data[offset(*id)]));
            }
            present.append_n_non_nulls(ids.len());
            continue;
        }
        for (row, id) in ids.iter().enumerate() {
            let at = offset(*id);
            let is_value =
                validity.is_none_or(|v| v.is_valid(run.start + row)) && is_present(presence, data.len(), at);
            values.push(if is_value { data[at] } else { T::default() });
            present.append(is_value);
        }
    }
    (values, finish(present))
}

fn finish(mut present: NullBufferBuilder) -> Option<NullBuffer> {
    present.finish().filter(|v| v.null_count() > 0)
}

/// The texts; none if they are more than offsets of 32 bits can address.
fn strings(runs: &[Run<'_>], ids: &[u64], validity: Option<&NullBuffer>) -> Option<Vector> {
    let mut offsets: Vec<i32> = Vec::with_capacity(ids.len() + 1);
    offsets.push(0);
    let mut bytes: Vec<u8> = Vec::with_capacity(ids.len() * 8);
    let mut present = NullBufferBuilder::new(ids.len());
    for run in runs {
        let texts = run.chunk.and_then(|chunk| Some((chunk.strings()?, chunk.len())));
        for (row, id) in ids[run.start..run.end].iter().enumerate() {
            let at = offset(*id);
            let text = texts.filter(|((_, presence), len)| {
                validity.is_none_or(|v| v.is_valid(run.start + row)) && is_present(*presence, *len, at)
            });
            if let Some(((texts, _), _)) = text {
                bytes.extend_from_slice(texts.get(at).as_bytes());
            }
            present.append(text.is_some());
            offsets.push(i32::try_from(bytes.len()).ok()?);
        }
    }
    Some(Vector::String(Strings {
        offsets: OffsetBuffer::new(ScalarBuffer::from(offsets)),
        bytes: Buffer::from_vec(bytes),
        validity: finish(present),
    }))
}

/// Values of any type.
fn any(runs: &[Run<'_>], ids: &[u64], validity: Option<&NullBuffer>) -> Vector {
    let mut builder = VectorBuilder::with_capacity(ids.len());
    for run in runs {
        for (row, id) in ids[run.start..run.end].iter().enumerate() {
            let chunk = run.chunk.filter(|_| validity.is_none_or(|v| v.is_valid(run.start + row)));
            builder.push(chunk.map_or(Value::Null, |chunk| chunk.get(offset(*id))));
        }
    }
    builder.finish()
}
