//! From bytes to chunks. Blocks come from a bucket: every length is checked before anything is allocated, and
//! whatever does not fit is an error.

use super::encode::SPARSE_MAX;
use super::encode::encoding::*;
use super::limits::Limits;
use super::numbers;
use crate::codec::Reader;
use crate::error::{Error, ErrorCode, Result};
use crate::graph::adjacency::{
    AdjacencyChunk, Group, INLINE_CHUNK_MAX, INLINE_LIST_MAX, ListsContext, WIDTHS,
};
use crate::graph::chunk::{CHUNK_IDS, ChunkSummary, PRESENCE_WORDS, Zone};
use crate::graph::ordered_set::SetKey;
use crate::graph::strings::HEAP_BYTES_MAX;
use crate::graph::tokens::{self, ANSWER_BYTES_MAX, CommitToken, TOKENS_KEPT};
use crate::graph::{BitmapChunk, Chunk, ChunkData, PackedChunk, StringData};
use crate::ids::Seq;
use crate::value::{LocalDateTime, codec};
use uuid::Uuid;

pub(crate) fn corrupt(what: impl Into<String>) -> Error {
    Error::new(ErrorCode::Corruption, what)
}

pub(crate) fn newer(what: &str, number: impl std::fmt::Display) -> Error {
    Error::new(ErrorCode::FormatVersion, format!("{what} {number} is not known to this version"))
        .with_hint("Open the database with the version that wrote it, or a newer one")
}

/// The reader after the encoding byte, which must be the plain one.
pub(super) fn plain(bytes: &[u8]) -> Result<Reader<'_>> {
    let mut reader = Reader::new(bytes);
    match reader.u8()? {
        PLAIN => Ok(reader),
        other => Err(newer("the encoding", other)),
    }
}

/// A length of at most `max`.
pub(super) fn len(reader: &mut Reader<'_>, max: usize) -> Result<usize> {
    let len = reader.varint()?;
    match usize::try_from(len) {
        Ok(len) if len <= max => Ok(len),
        _ => Err(corrupt(format!("a block holds {len} entries, more than {max}"))),
    }
}

fn arrays<'a, const N: usize>(
    reader: &mut Reader<'a>,
    len: usize,
) -> Result<impl Iterator<Item = [u8; N]> + use<'a, N>> {
    let bytes = reader.take(len * N)?;
    Ok(bytes.chunks_exact(N).map(|chunk| {
        let mut array = [0; N];
        array.copy_from_slice(chunk);
        array
    }))
}

fn u64s(reader: &mut Reader<'_>, len: usize) -> Result<Vec<u64>> {
    Ok(arrays::<8>(reader, len)?.map(u64::from_le_bytes).collect())
}

fn u32s(reader: &mut Reader<'_>, len: usize) -> Result<Vec<u32>> {
    let narrow =
        |number: u64| u32::try_from(number).map_err(|_| corrupt(format!("{number} has more than 32 bits")));
    numbers::read(reader, len)?.into_iter().map(narrow).collect()
}

/// Texts: their lengths, then all their bytes.
fn texts<'a>(reader: &mut Reader<'a>, count: usize) -> Result<impl Iterator<Item = Result<&'a str>>> {
    let lens = numbers::read(reader, count)?;
    let bytes = lens.iter().try_fold(0u64, |sum, len| sum.checked_add(*len));
    let bytes = bytes.and_then(|bytes| usize::try_from(bytes).ok()).filter(|bytes| *bytes <= HEAP_BYTES_MAX);
    let Some(bytes) = bytes else {
        return Err(corrupt(format!("the strings of a chunk pass {HEAP_BYTES_MAX} bytes")));
    };
    let mut rest = std::str::from_utf8(reader.take(bytes)?).map_err(|_| corrupt("a text is not UTF-8"))?;
    Ok(lens.into_iter().map(move |len| {
        // No longer than all of them together.
        let (text, later) = rest
            .split_at_checked(len as usize)
            .ok_or_else(|| corrupt("a text ends in the middle of a character"))?;
        rest = later;
        Ok(text)
    }))
}

fn u64_le(reader: &mut Reader<'_>) -> Result<u64> {
    reader.array().map(u64::from_le_bytes)
}

/// A bitmap whose first `ids` bits may be set, and no others.
pub(crate) fn bitmap(bytes: &[u8], ids: u64) -> Result<BitmapChunk> {
    let mut reader = Reader::new(bytes);
    let words = match reader.u8()? {
        BITMAP_FULL => [u64::MAX; 64],
        BITMAP_SPARSE => {
            let mut words = [0; 64];
            for _ in 0..len(&mut reader, SPARSE_MAX as usize)? {
                let offset = usize::from(u16::from_le_bytes(reader.array()?));
                let word =
                    words.get_mut(offset >> 6).ok_or_else(|| corrupt("a bitmap holds ids beyond its end"))?;
                *word |= 1 << (offset & 63);
            }
            words
        }
        BITMAP_WORDS => {
            let mut words = [0; 64];
            words.copy_from_slice(&u64s(&mut reader, 64)?);
            words
        }
        other => return Err(newer("the encoding of a bitmap", other)),
    };
    reader.finish()?;
    for (i, word) in words.iter().enumerate() {
        let highest = i as u64 * 64 + u64::from(63 - word.leading_zeros().min(63));
        if *word != 0 && highest >= ids {
            return Err(corrupt("a bitmap holds ids that do not exist"));
        }
    }
    Ok(BitmapChunk::from_words(words))
}

/// Numbers below a limit.
pub(crate) fn packed(bytes: &[u8], limit: u64) -> Result<PackedChunk> {
    let mut reader = plain(bytes)?;
    let len = len(&mut reader, CHUNK_IDS)?;
    let values = numbers::read(&mut reader, len)?;
    reader.finish()?;
    if limit != u64::MAX && values.iter().any(|value| *value >= limit) {
        return Err(corrupt(format!("a number is not below {limit}")));
    }
    Ok(PackedChunk::from_values(&values))
}

pub(crate) fn uuids(bytes: &[u8]) -> Result<Vec<Uuid>> {
    let mut reader = plain(bytes)?;
    let len = len(&mut reader, CHUNK_IDS)?;
    let (high, low) = (numbers::read(&mut reader, len)?, numbers::read(&mut reader, len)?);
    reader.finish()?;
    Ok(high.into_iter().zip(low).map(|(high, low)| Uuid::from_u64_pair(high, low)).collect())
}

fn presence(reader: &mut Reader<'_>, len: usize) -> Result<Option<Box<[u64; PRESENCE_WORDS]>>> {
    match reader.u8()? {
        0 => Ok(None),
        1 => {
            let mut words = Box::new([0; PRESENCE_WORDS]);
            let stored = u64s(reader, len.div_ceil(64))?;
            words[..stored.len()].copy_from_slice(&stored);
            let beyond = (len..CHUNK_IDS).any(|offset| words[offset >> 6] >> (offset & 63) & 1 != 0);
            if beyond {
                Err(corrupt("a value is present beyond the end of its chunk"))
            } else {
                Ok(Some(words))
            }
        }
        other => Err(newer("the encoding of presence", other)),
    }
}

pub(crate) fn column(bytes: &[u8]) -> Result<Chunk> {
    let mut reader = Reader::new(bytes);
    let encoding = reader.u8()?;
    let len = len(&mut reader, CHUNK_IDS)?;
    let presence = presence(&mut reader, len)?;
    let data = match encoding {
        COLUMN_BOOLEAN => {
            let bytes = reader.take(len.div_ceil(8))?;
            ChunkData::Boolean((0..len).map(|i| bytes[i / 8] >> (i % 8) & 1 != 0).collect())
        }
        COLUMN_INTEGER => ChunkData::Integer(i64s(&mut reader, len)?),
        COLUMN_FLOAT => ChunkData::Float(arrays::<8>(&mut reader, len)?.map(f64::from_le_bytes).collect()),
        COLUMN_STRING => {
            let mut strings = StringData::default();
            for text in texts(&mut reader, len)? {
                strings.push(text?);
            }
            ChunkData::String(strings)
        }
        COLUMN_DICTIONARY => ChunkData::String(dictionary(&mut reader, len)?),
        COLUMN_DATE => ChunkData::Date(i64s(&mut reader, len)?),
        COLUMN_LOCAL_TIME => ChunkData::LocalTime(numbers::read(&mut reader, len)?),
        COLUMN_LOCAL_DATE_TIME => {
            let (seconds, nanos) = (i64s(&mut reader, len)?, u32s(&mut reader, len)?);
            let value = |(seconds, nanos)| LocalDateTime { seconds, nanos };
            ChunkData::LocalDateTime(seconds.into_iter().zip(nanos).map(value).collect())
        }
        COLUMN_MIXED => {
            let mut values = Vec::new();
            for offset in 0..len {
                let present =
                    presence.as_ref().is_none_or(|words| words[offset >> 6] >> (offset & 63) & 1 != 0);
                values.push(if present { codec::decode_property(&mut reader)? } else { Default::default() });
            }
            ChunkData::Mixed(values)
        }
        other => return Err(newer("the encoding of a column", other)),
    };
    reader.finish()?;
    Ok(Chunk::from_parts(data, presence))
}

fn i64s(reader: &mut Reader<'_>, len: usize) -> Result<Vec<i64>> {
    Ok(numbers::read(reader, len)?.into_iter().map(|number| number as i64).collect())
}

fn dictionary(reader: &mut Reader<'_>, count: usize) -> Result<StringData> {
    let distinct = len(reader, CHUNK_IDS)?;
    let values: Vec<&str> = texts(reader, distinct)?.collect::<Result<_>>()?;
    let codes = numbers::read(reader, count)?;
    let codes = codes.into_iter().map(|code| u16::try_from(code).unwrap_or(u16::MAX)).collect();
    StringData::from_dictionary(&values, codes).ok_or_else(|| corrupt("a dictionary does not fit its chunk"))
}

/// Entries whose ids share their upper halves.
struct Run {
    node_base: u64,
    nodes: Vec<u32>,
    rel_base: u64,
    relationships: Vec<u32>,
}

impl Run {
    fn key(&self, at: usize) -> (u64, u64) {
        (self.node_base + u64::from(self.nodes[at]), self.rel_base + u64::from(self.relationships[at]))
    }

    fn is_sorted(&self, from: usize, to: usize) -> bool {
        (from + 1..to).all(|at| self.key(at - 1) < self.key(at))
    }
}

fn run(reader: &mut Reader<'_>, max: usize, limits: &Limits) -> Result<Run> {
    let len = len(reader, max)?;
    let node_base = u64_le(reader)?;
    let nodes = u32s(reader, len)?;
    let rel_base = u64_le(reader)?;
    let relationships = u32s(reader, len)?;
    if (node_base | rel_base) & 0xffff_ffff != 0 {
        return Err(corrupt("the base of a list has lower bits"));
    }
    let below = |base: u64, low: &[u32], limit: u64| {
        low.iter().max().is_none_or(|low| base.checked_add(u64::from(*low)).is_some_and(|id| id < limit))
    };
    if !below(node_base, &nodes, limits.nodes) || !below(rel_base, &relationships, limits.relationships) {
        return Err(corrupt("a list holds ids that do not exist"));
    }
    Ok(Run { node_base, nodes, rel_base, relationships })
}

/// How many nodes a chunk of lists covers, as a power of two.
pub(crate) fn width(reader: &mut Reader<'_>) -> Result<u32> {
    let width_bits = u32::from(reader.u8()?);
    if WIDTHS.contains(&width_bits) {
        Ok(width_bits)
    } else {
        Err(corrupt(format!("a chunk of lists covers two to the power of {width_bits} nodes")))
    }
}

/// The width that a chunk of lists begins with.
pub(super) fn width_of_lists(bytes: &[u8]) -> Result<u32> {
    width(&mut plain(bytes)?)
}

pub(crate) fn lists(bytes: &[u8], context: &ListsContext) -> Result<AdjacencyChunk> {
    let mut reader = plain(bytes)?;
    let width_bits = width(&mut reader)?;
    if width_bits != context.width_bits {
        return Err(corrupt("two chunks of the same lists have different widths"));
    }
    let mut offsets = vec![0u16];
    let mut end = 0;
    for len in numbers::read(&mut reader, 1 << width_bits)? {
        end +=
            usize::try_from(len).ok().filter(|len| *len <= INLINE_LIST_MAX).unwrap_or(INLINE_CHUNK_MAX + 1);
        if end > INLINE_CHUNK_MAX {
            return Err(corrupt("a chunk of lists holds too many entries"));
        }
        offsets.push(end as u16);
    }
    let run = run(&mut reader, INLINE_CHUNK_MAX, &context.limits)?;
    reader.finish()?;
    if run.nodes.len() != end {
        return Err(corrupt("the lengths of lists do not add up"));
    }
    if !offsets.windows(2).all(|pair| run.is_sorted(usize::from(pair[0]), usize::from(pair[1]))) {
        return Err(corrupt("a list is not sorted"));
    }
    let Run { node_base, nodes, rel_base, relationships } = run;
    let chunk = AdjacencyChunk::from_parts(offsets, (node_base, nodes), (rel_base, relationships));
    let chunk = chunk.with_long_lists(context.long().to_vec());
    chunk.ok_or_else(|| corrupt("the list of a node is inside its chunk and outside"))
}

/// A group has 64 runs, or more if it took many entries while it was away.
const RUNS_MAX: usize = 1 << 20;

/// A part of a long list, which is not empty.
pub(crate) fn group(bytes: &[u8], limits: &Limits) -> Result<Group> {
    let mut reader = plain(bytes)?;
    let mut runs: Vec<Run> = Vec::new();
    for _ in 0..len(&mut reader, RUNS_MAX)? {
        let run = run(&mut reader, INLINE_LIST_MAX, limits)?;
        if run.nodes.is_empty() || !run.is_sorted(0, run.nodes.len()) {
            return Err(corrupt("a long list is not sorted, or a run of it is empty"));
        }
        if runs.last().is_some_and(|last| last.key(last.nodes.len() - 1) >= run.key(0)) {
            return Err(corrupt("a long list is not sorted"));
        }
        runs.push(run);
    }
    reader.finish()?;
    if runs.is_empty() {
        return Err(corrupt("a part of a long list is empty"));
    }
    Ok(Group::from_runs(
        runs.into_iter().map(|run| (run.node_base, run.nodes, run.rel_base, run.relationships)),
    ))
}

/// A number up to a limit.
pub(crate) fn small(reader: &mut Reader<'_>, max: u64) -> Result<u32> {
    let number = reader.varint()?;
    match u32::try_from(number) {
        Ok(small) if number <= max => Ok(small),
        _ => Err(corrupt(format!("a summary counts {number}, more than {max}"))),
    }
}

pub(crate) fn column_summary(reader: &mut Reader<'_>) -> Result<ChunkSummary> {
    let present = small(reader, CHUNK_IDS as u64)?;
    let zone = match reader.u8()? {
        ZONE_UNKNOWN => Zone::Unknown,
        ZONE_INTEGER => Zone::Integer(u64_le(reader)? as i64, u64_le(reader)? as i64),
        ZONE_DATE => Zone::Date(u64_le(reader)? as i64, u64_le(reader)? as i64),
        ZONE_FLOAT => Zone::Float(reader.f64()?, reader.f64()?),
        other => return Err(newer("the bounds of a column", other)),
    };
    Ok(ChunkSummary { present, zone })
}

/// A page holds at most 384 entries, or more if it took them while it was away.
const PAGE_MAX: usize = 1 << 20;

/// Tags and ids below `ids`, of which each tag `fits` the page.
pub(crate) fn page(bytes: &[u8], ids: u64, fits: impl Fn(u32) -> bool) -> Result<Vec<(u32, u64)>> {
    let mut reader = plain(bytes)?;
    let len = len(&mut reader, PAGE_MAX)?;
    let (tags, ids_of) = (u32s(&mut reader, len)?, numbers::read(&mut reader, len)?);
    let mut entries = Vec::with_capacity(len);
    for (tag, id) in tags.into_iter().zip(ids_of) {
        if tag < 2 || id >= ids || !fits(tag) {
            return Err(corrupt("a page of public ids holds what does not belong there"));
        }
        entries.push((tag, id));
    }
    reader.finish()?;
    Ok(entries)
}

/// A leaf holds at most 512 keys, or more if it took them while it was away or no place to split it was found. Each
/// takes some bytes, so their number is bounded by these.
pub(crate) const LEAF_MAX: usize = 1 << 32;

/// Sorted keys, of which each id is below `ids`.
pub(crate) fn leaf<K: SetKey>(bytes: &[u8], ids: u64) -> Result<Vec<K>> {
    let mut reader = plain(bytes)?;
    let len = len(&mut reader, LEAF_MAX)?;
    let keys = K::read(&mut reader, len, ids)?;
    reader.finish()?;
    if keys.is_sorted_by(|a, b| a < b) { Ok(keys) } else { Err(corrupt("a leaf of an index is not sorted")) }
}

/// A page of tokens, whose numbers ascend.
pub(crate) fn tokens(bytes: &[u8], page: u64) -> Result<tokens::Page> {
    let mut reader = plain(bytes)?;
    let len = len(&mut reader, TOKENS_KEPT as usize)?;
    let mut entries: Vec<tokens::Entry> = Vec::new();
    for _ in 0..len {
        let token = CommitToken(u128::from_le_bytes(reader.array()?));
        let (number, seq) = (reader.varint()?, Seq(reader.varint()?));
        let answer = reader.bytes()?;
        let in_order = entries.last().is_none_or(|last| last.number < number);
        if token.page() != page || !in_order || number > u64::MAX / 2 || answer.len() > ANSWER_BYTES_MAX {
            return Err(corrupt("a page of tokens holds what does not belong there"));
        }
        entries.push(tokens::Entry { token, number, seq, answer: answer.into() });
    }
    reader.finish()?;
    Ok(tokens::Page(entries))
}
