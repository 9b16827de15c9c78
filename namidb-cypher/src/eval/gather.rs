//! Reads a property of many entities at once, chunk by chunk.
//!
//! A chunk is looked up once per batch, however its ids are spread over the rows. Ids that ascend, as scans give
//! them, are cut into runs that share a chunk: within a run the loop is over arrays, and over a plain slice where
//! ids follow one another and the chunk is full. Other ids find their chunk in a table.

use crate::vector::{Booleans, Primitive, Strings, Vector, VectorBuilder};
use arrow_buffer::{BooleanBuffer, Buffer, NullBuffer, NullBufferBuilder, OffsetBuffer, ScalarBuffer};
use namidb_core::Value;
use namidb_core::graph::{CHUNK_IDS, Chunk, ChunkData, Column, StringData};
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
    /// Whether the ids of the run ascend, each once.
    pub(crate) ascends: bool,
}

/// Where the chunks of rows are. Null rows, whose ids mean nothing, have a place too.
pub(crate) enum Located<'a> {
    /// In runs of rows.
    Runs(SmallVec<[Run<'a>; 2]>),
    /// Spread over the rows: a table of chunks by index, from the lowest one on.
    Table {
        /// The index of the first chunk of the table.
        lowest: u64,
        /// The chunks; none where nothing has the property, or no row lies there.
        chunks: Vec<Option<&'a Chunk>>,
    },
}

impl<'a> Located<'a> {
    /// Looks the chunks of ids up.
    pub(crate) fn new(column: &'a Column, ids: &[u64]) -> Located<'a> {
        // Without a branch in the loop it runs on several ids at a time.
        let ascends = ids.windows(2).fold(true, |ascends, pair| ascends & (pair[0] < pair[1]));
        if !ascends && let Some(table) = Located::table(column, ids) {
            return table;
        }
        let mut runs = SmallVec::new();
        let mut start = 0;
        while start < ids.len() {
            let index = ids[start] >> CHUNK_BITS;
            let rest = &ids[start..];
            let same = if ascends {
                rest.partition_point(|id| *id >> CHUNK_BITS == index)
            } else {
                rest.iter().take_while(|id| **id >> CHUNK_BITS == index).count()
            };
            runs.push(Run { start, end: start + same, chunk: column.chunk(index), ascends });
            start += same;
        }
        Located::Runs(runs)
    }

    /// A table, unless the ids lie so far apart that it would be larger than they are, or in one chunk.
    fn table(column: &'a Column, ids: &[u64]) -> Option<Located<'a>> {
        let (low, high) = ids.iter().fold((u64::MAX, 0), |(low, high), id| (low.min(*id), high.max(*id)));
        let (lowest, highest) = (low >> CHUNK_BITS, high >> CHUNK_BITS);
        if highest == lowest || highest - lowest > 2 * ids.len() as u64 {
            return None;
        }
        let mut chunks = vec![None; (highest - lowest) as usize + 1];
        let mut asked = vec![false; chunks.len()];
        for id in ids {
            let slot = ((id >> CHUNK_BITS) - lowest) as usize;
            if !asked[slot] {
                asked[slot] = true;
                chunks[slot] = column.chunk(id >> CHUNK_BITS);
            }
        }
        Some(Located::Table { lowest, chunks })
    }

    fn chunks(&self) -> impl Iterator<Item = &'a Chunk> {
        let (runs, table): (&[Run<'a>], &[Option<&'a Chunk>]) = match self {
            Located::Runs(runs) => (runs, &[]),
            Located::Table { chunks, .. } => (&[], chunks),
        };
        runs.iter().filter_map(|run| run.chunk).chain(table.iter().filter_map(|chunk| *chunk))
    }

    /// Calls `f` with each row, its id, and what was prepared from its chunk.
    pub(crate) fn for_each<T>(
        &self,
        ids: &[u64],
        prepare: impl Fn(Option<&'a Chunk>) -> T,
        mut f: impl FnMut(usize, u64, &T),
    ) {
        match self {
            Located::Runs(runs) => {
                for run in runs {
                    let prepared = prepare(run.chunk);
                    for (row, id) in ids[run.start..run.end].iter().enumerate() {
                        f(run.start + row, *id, &prepared);
                    }
                }
            }
            Located::Table { lowest, chunks } => {
                let prepared: Vec<T> = chunks.iter().map(|chunk| prepare(*chunk)).collect();
                for (row, id) in ids.iter().enumerate() {
                    f(row, *id, &prepared[((id >> CHUNK_BITS) - lowest) as usize]);
                }
            }
        }
    }
}

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

/// The type that all chunks of some rows have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Integer,
    Float,
    Boolean,
    String,
    /// Several types, or one without a typed vector.
    Any,
}

fn kind_of<'a>(chunks: impl Iterator<Item = &'a Chunk>) -> Option<Kind> {
    let mut common = None;
    for chunk in chunks {
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
    if let [id] = rows {
        // No buffer for a single value.
        let value = if ids.is_null(0) { Value::Null } else { column.get(*id) };
        return Vector::constant(value, 1);
    }
    let validity = ids.validity.as_ref().filter(|v| v.null_count() > 0);
    let located = Located::new(column, rows);
    match kind_of(located.chunks()) {
        None => Vector::nulls(rows.len()),
        Some(Kind::Integer) => {
            let (values, validity) = copied(&located, rows, validity, |chunk| Some(chunk.integers()?.0));
            Vector::Integer(Primitive { values: ScalarBuffer::from(values), validity })
        }
        Some(Kind::Float) => {
            let (values, validity) = copied(&located, rows, validity, |chunk| Some(chunk.floats()?.0));
            Vector::Float(Primitive { values: ScalarBuffer::from(values), validity })
        }
        Some(Kind::Boolean) => {
            let (values, validity) = copied(&located, rows, validity, |chunk| Some(chunk.booleans()?.0));
            Vector::Boolean(Booleans { values: BooleanBuffer::from(values), validity })
        }
        Some(Kind::String) => {
            strings(&located, rows, validity).unwrap_or_else(|| any(&located, rows, validity))
        }
        Some(Kind::Any) => any(&located, rows, validity),
    }
}

/// The values of chunks that hold arrays of one type.
fn copied<'a, T: Copy + Default + 'static>(
    located: &Located<'a>,
    ids: &[u64],
    validity: Option<&NullBuffer>,
    read: impl Fn(&'a Chunk) -> Option<&'a [T]>,
) -> (Vec<T>, Option<NullBuffer>) {
    if validity.is_none()
        && let Some(values) = copied_whole(located, ids, &read)
    {
        return (values, None);
    }
    let mut values: Vec<T> = Vec::with_capacity(ids.len());
    let mut present = NullBufferBuilder::new(ids.len());
    let arrays = |chunk: Option<&'a Chunk>| -> (&'a [T], Option<&'a [u64]>) {
        chunk.and_then(|chunk| Some((read(chunk)?, chunk.presence()))).unwrap_or((&[], None))
    };
    located.for_each(ids, arrays, |row, id, (data, presence)| {
        let at = offset(id);
        let is_value = validity.is_none_or(|v| v.is_valid(row)) && is_present(*presence, data.len(), at);
        values.push(if is_value { data[at] } else { T::default() });
        present.append(is_value);
    });
    (values, finish(present))
}

/// The same where every row has a value; none if one has not.
fn copied_whole<'a, T: Copy + Default + 'static>(
    located: &Located<'a>,
    ids: &[u64],
    read: &impl Fn(&'a Chunk) -> Option<&'a [T]>,
) -> Option<Vec<T>> {
    let full = |chunk: &'a Chunk| read(chunk).filter(|_| chunk.presence().is_none());
    let mut values: Vec<T> = Vec::with_capacity(ids.len());
    match located {
        Located::Runs(runs) => {
            for run in runs {
                let data = full(run.chunk?)?;
                let ids = &ids[run.start..run.end];
                let (first, last) = (offset(ids[0]), offset(ids[ids.len() - 1]));
                if run.ascends && last - first == ids.len() - 1 {
                    values.extend_from_slice(data.get(first..=last)?);
                } else {
                    for id in ids {
                        values.push(*data.get(offset(*id))?);
                    }
                }
            }
        }
        Located::Table { lowest, chunks } => {
            // A chunk that no row asks for may be missing; one that a row asks for shows below.
            let arrays: Vec<&[T]> =
                chunks.iter().map(|chunk| chunk.and_then(full).unwrap_or_default()).collect();
            for id in ids {
                values.push(*arrays[((id >> CHUNK_BITS) - lowest) as usize].get(offset(*id))?);
            }
        }
    }
    Some(values)
}

fn finish(mut present: NullBufferBuilder) -> Option<NullBuffer> {
    present.finish().filter(|v| v.null_count() > 0)
}

/// The texts; none if they are more than offsets of 32 bits can address.
fn strings<'a>(located: &Located<'a>, ids: &[u64], validity: Option<&NullBuffer>) -> Option<Vector> {
    if validity.is_none()
        && let Some(texts) = strings_whole(located, ids)
    {
        return Some(texts);
    }
    let mut offsets: Vec<i32> = Vec::with_capacity(ids.len() + 1);
    offsets.push(0);
    let mut bytes: Vec<u8> = Vec::with_capacity(ids.len() * 8);
    let mut present = NullBufferBuilder::new(ids.len());
    let mut fits = true;
    let texts = |chunk: Option<&'a Chunk>| chunk.and_then(|chunk| Some((chunk.strings()?, chunk.len())));
    located.for_each(ids, texts, |row, id, texts| {
        let at = offset(id);
        let text = texts.filter(|((_, presence), len)| {
            validity.is_none_or(|v| v.is_valid(row)) && is_present(*presence, *len, at)
        });
        match text {
            Some(((texts, _), _)) if fits => bytes.extend_from_slice(texts.get(at).as_bytes()),
            _ => {}
        }
        present.append(text.is_some());
        match i32::try_from(bytes.len()) {
            Ok(end) => offsets.push(end),
            Err(_) => fits = false,
        }
    });
    fits.then(|| {
        Vector::String(Strings {
            offsets: OffsetBuffer::new(ScalarBuffer::from(offsets)),
            bytes: Buffer::from_vec(bytes),
            validity: finish(present),
        })
    })
}

/// The same where every row has a text; none if one has not, or they are too many.
fn strings_whole<'a>(located: &Located<'a>, ids: &[u64]) -> Option<Vector> {
    let mut offsets: Vec<i32> = Vec::with_capacity(ids.len() + 1);
    offsets.push(0);
    let mut bytes: Vec<u8> = Vec::with_capacity(ids.len() * 8);
    let mut whole = true;
    // The texts of a full chunk, and how many; of another none, so that any offset lies beyond them.
    let texts = |chunk: Option<&'a Chunk>| -> (Option<&'a StringData>, usize) {
        match chunk.and_then(Chunk::strings) {
            Some((texts, None)) => (Some(texts), texts.len()),
            _ => (None, 0),
        }
    };
    located.for_each(ids, texts, |_, id, (texts, len)| {
        let at = offset(id);
        whole &= at < *len;
        if let Some(texts) = texts {
            bytes.extend_from_slice(texts.get(at).as_bytes());
        }
        // Too many bytes are found out below; until then the offset may be any.
        offsets.push(bytes.len() as i32);
    });
    (whole && i32::try_from(bytes.len()).is_ok()).then(|| {
        let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
        Vector::String(Strings { offsets, bytes: Buffer::from_vec(bytes), validity: None })
    })
}

/// Values of any type.
fn any(located: &Located<'_>, ids: &[u64], validity: Option<&NullBuffer>) -> Vector {
    let mut builder = VectorBuilder::with_capacity(ids.len());
    located.for_each(
        ids,
        |chunk| chunk,
        |row, id, chunk| {
            let chunk = chunk.filter(|_| validity.is_none_or(|v| v.is_valid(row)));
            builder.push(chunk.map_or(Value::Null, |chunk| chunk.get(offset(id))));
        },
    );
    builder.finish()
}
