//! From chunks to bytes. Every block begins with a byte that says how the rest is encoded, so that further
//! encodings can be added without changing what is there.

use super::numbers;
use crate::codec::{put_bytes, put_varint};
use crate::graph::adjacency::{AdjacencyChunk, Segment};
use crate::graph::chunk::{ChunkSummary, Zone};
use crate::graph::op_codec::{put_constraint_kind, put_index_kind};
use crate::graph::ordered_set::SetKey;
use crate::graph::schema::SchemaTarget;
use crate::graph::tokens;
use crate::graph::uuid_index::Page;
use crate::graph::{BITMAP_CHUNK_IDS, BitmapChunk, Catalog, Chunk, ChunkData, GraphState, PackedChunk};
use crate::ids::PropertyKeyId;
use crate::value::codec;
use std::sync::Arc;
use uuid::Uuid;

pub(super) const FORMAT: u64 = 3;

/// Encodings by kind of block. They are part of the format.
pub(super) mod encoding {
    pub(in crate::graph::export) const PLAIN: u8 = 1;

    pub(in crate::graph::export) const TARGET_LABEL: u8 = 0;
    pub(in crate::graph::export) const TARGET_REL_TYPE: u8 = 1;

    pub(in crate::graph::export) const BITMAP_WORDS: u8 = 1;
    pub(in crate::graph::export) const BITMAP_FULL: u8 = 2;
    pub(in crate::graph::export) const BITMAP_SPARSE: u8 = 3;

    pub(in crate::graph::export) const COLUMN_BOOLEAN: u8 = 1;
    pub(in crate::graph::export) const COLUMN_INTEGER: u8 = 2;
    pub(in crate::graph::export) const COLUMN_FLOAT: u8 = 3;
    pub(in crate::graph::export) const COLUMN_STRING: u8 = 4;
    pub(in crate::graph::export) const COLUMN_DICTIONARY: u8 = 5;
    pub(in crate::graph::export) const COLUMN_DATE: u8 = 6;
    pub(in crate::graph::export) const COLUMN_LOCAL_TIME: u8 = 7;
    pub(in crate::graph::export) const COLUMN_LOCAL_DATE_TIME: u8 = 8;
    pub(in crate::graph::export) const COLUMN_MIXED: u8 = 9;

    pub(in crate::graph::export) const ZONE_UNKNOWN: u8 = 0;
    pub(in crate::graph::export) const ZONE_INTEGER: u8 = 1;
    pub(in crate::graph::export) const ZONE_DATE: u8 = 2;
    pub(in crate::graph::export) const ZONE_FLOAT: u8 = 3;
}
use encoding::*;

fn put_u64(out: &mut Vec<u8>, value: u64) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn put_u32s(out: &mut Vec<u8>, values: &[u32]) {
    let values: Vec<u64> = values.iter().map(|value| u64::from(*value)).collect();
    numbers::put(out, &values);
}

/// Texts without their number: their lengths, then all their bytes.
fn put_texts<'a>(out: &mut Vec<u8>, texts: impl Iterator<Item = &'a str> + Clone) {
    let lens: Vec<u64> = texts.clone().map(|text| text.len() as u64).collect();
    numbers::put(out, &lens);
    texts.for_each(|text| out.extend_from_slice(text.as_bytes()));
}

/// Bits without their number, lowest first, in whole bytes.
fn put_flags(out: &mut Vec<u8>, flags: impl Iterator<Item = bool>) {
    let start = out.len();
    for (i, flag) in flags.enumerate() {
        if i % 8 == 0 {
            out.push(0);
        }
        if let Some(byte) = out.get_mut(start + i / 8) {
            *byte |= u8::from(flag) << (i % 8);
        }
    }
}

pub(super) fn header(out: &mut Vec<u8>, state: &GraphState) {
    out.push(PLAIN);
    put_varint(out, FORMAT);
    put_varint(out, state.next_node_id().0);
    put_varint(out, state.next_relationship_id().0);
    put_varint(out, state.schema_version());
    put_varint(out, state.tokens.next);
}

pub(super) fn names(out: &mut Vec<u8>, names: &[&Arc<str>]) {
    out.push(PLAIN);
    put_varint(out, names.len() as u64);
    names.iter().for_each(|name| put_bytes(out, name.as_bytes()));
}

fn covered(out: &mut Vec<u8>, target: SchemaTarget, keys: &[PropertyKeyId]) {
    let (tag, number) = match target {
        SchemaTarget::Label(label) => (TARGET_LABEL, label.0),
        SchemaTarget::RelType(rel_type) => (TARGET_REL_TYPE, rel_type.0),
    };
    out.push(tag);
    put_varint(out, u64::from(number));
    put_varint(out, keys.len() as u64);
    keys.iter().for_each(|key| put_varint(out, u64::from(key.0)));
}

/// The definitions of constraints, then of indexes; of one that belongs to a constraint only the name.
pub(super) fn definitions(out: &mut Vec<u8>, catalog: &Catalog) {
    out.push(PLAIN);
    put_varint(out, catalog.constraints().len() as u64);
    for constraint in catalog.constraints() {
        put_bytes(out, constraint.name.as_bytes());
        put_constraint_kind(out, constraint.kind);
        covered(out, constraint.target, &constraint.keys);
    }
    put_varint(out, catalog.indexes().len() as u64);
    for index in catalog.indexes() {
        put_bytes(out, index.name.as_bytes());
        out.push(u8::from(index.constraint));
        if !index.constraint {
            put_index_kind(out, index.kind);
            covered(out, index.target, &index.keys);
        }
    }
}

/// A set of so few ids is written as their list.
pub(super) const SPARSE_MAX: u32 = 200;

pub(crate) fn bitmap(out: &mut Vec<u8>, chunk: &BitmapChunk) {
    if chunk.is_full() {
        out.push(BITMAP_FULL);
    } else if chunk.count() <= SPARSE_MAX {
        out.push(BITMAP_SPARSE);
        put_varint(out, u64::from(chunk.count()));
        for offset in (0..BITMAP_CHUNK_IDS as usize).filter(|offset| chunk.contains(*offset)) {
            out.extend_from_slice(&(offset as u16).to_le_bytes());
        }
    } else {
        out.push(BITMAP_WORDS);
        chunk.words().iter().for_each(|word| put_u64(out, *word));
    }
}

pub(crate) fn packed(out: &mut Vec<u8>, chunk: &PackedChunk) {
    out.push(PLAIN);
    put_varint(out, chunk.len() as u64);
    let values: Vec<u64> = (0..chunk.len()).filter_map(|offset| chunk.get(offset)).collect();
    numbers::put(out, &values);
}

pub(crate) fn uuids(out: &mut Vec<u8>, uuids: &[Uuid]) {
    out.push(PLAIN);
    put_varint(out, uuids.len() as u64);
    // Those of version 7 begin with their time.
    let halves: Vec<(u64, u64)> = uuids.iter().map(Uuid::as_u64_pair).collect();
    numbers::put(out, &halves.iter().map(|(high, _)| *high).collect::<Vec<_>>());
    numbers::put(out, &halves.iter().map(|(_, low)| *low).collect::<Vec<_>>());
}

pub(crate) fn column(out: &mut Vec<u8>, chunk: &Chunk) {
    let len = chunk.len();
    let start = |out: &mut Vec<u8>, encoding: u8| {
        out.push(encoding);
        put_varint(out, len as u64);
        match chunk.presence() {
            None => out.push(0),
            Some(words) => {
                out.push(1);
                words[..len.div_ceil(64)].iter().for_each(|word| put_u64(out, *word));
            }
        }
    };
    // What stands where a value is absent is written as the last one before it, so that it takes no room, and equal
    // chunks have equal blocks.
    let present = |offset: usize| chunk.is_present(offset);
    let filled = |value: &dyn Fn(usize) -> u64| -> Vec<u64> {
        let mut last = (0..len).find(|offset| present(*offset)).map_or(0, value);
        (0..len)
            .map(|offset| {
                if present(offset) {
                    last = value(offset);
                }
                last
            })
            .collect()
    };
    match chunk.data() {
        ChunkData::Boolean(values) => {
            start(out, COLUMN_BOOLEAN);
            put_flags(out, values.iter().enumerate().map(|(i, value)| *value && present(i)));
        }
        ChunkData::Integer(values) => {
            start(out, COLUMN_INTEGER);
            numbers::put(out, &filled(&|i| values[i] as u64));
        }
        ChunkData::Float(values) => {
            start(out, COLUMN_FLOAT);
            filled(&|i| values[i].to_bits()).into_iter().for_each(|bits| put_u64(out, bits));
        }
        ChunkData::String(strings) => match strings.dictionary() {
            None => {
                start(out, COLUMN_STRING);
                put_texts(out, (0..len).map(|i| if present(i) { strings.get(i) } else { "" }));
            }
            Some(dictionary) => {
                start(out, COLUMN_DICTIONARY);
                put_varint(out, dictionary.values().len() as u64);
                put_texts(out, (0..dictionary.values().len()).map(|i| dictionary.values().get(i)));
                let codes = dictionary.codes();
                numbers::put(out, &filled(&|i| u64::from(codes[i])));
            }
        },
        ChunkData::Date(days) => {
            start(out, COLUMN_DATE);
            numbers::put(out, &filled(&|i| days[i] as u64));
        }
        ChunkData::LocalTime(nanos) => {
            start(out, COLUMN_LOCAL_TIME);
            numbers::put(out, &filled(&|i| nanos[i]));
        }
        ChunkData::LocalDateTime(values) => {
            start(out, COLUMN_LOCAL_DATE_TIME);
            numbers::put(out, &filled(&|i| values[i].seconds as u64));
            numbers::put(out, &filled(&|i| u64::from(values[i].nanos)));
        }
        ChunkData::Mixed(values) => {
            start(out, COLUMN_MIXED);
            (0..len).filter(|i| present(*i)).for_each(|i| codec::encode(&values[i], out));
        }
    }
}

pub(crate) fn lists(out: &mut Vec<u8>, chunk: &AdjacencyChunk) {
    out.push(PLAIN);
    out.push(chunk.width().trailing_zeros() as u8);
    let lens: Vec<u64> = chunk.offsets().windows(2).map(|pair| u64::from(pair[1] - pair[0])).collect();
    numbers::put(out, &lens);
    segment(out, chunk.inline());
}

fn segment(out: &mut Vec<u8>, segment: Segment<'_>) {
    put_varint(out, segment.len() as u64);
    put_u64(out, segment.node_base);
    put_u32s(out, segment.nodes);
    put_u64(out, segment.rel_base);
    put_u32s(out, segment.relationships);
}

pub(crate) fn group<'a>(out: &mut Vec<u8>, segments: impl ExactSizeIterator<Item = Segment<'a>>) {
    out.push(PLAIN);
    put_varint(out, segments.len() as u64);
    segments.for_each(|part| segment(out, part));
}

pub(crate) fn column_summary(out: &mut Vec<u8>, summary: &ChunkSummary) {
    put_varint(out, u64::from(summary.present));
    let mut bounds = |zone: u8, min: u64, max: u64| {
        out.push(zone);
        put_u64(out, min);
        put_u64(out, max);
    };
    match summary.zone {
        Zone::Unknown => out.push(ZONE_UNKNOWN),
        Zone::Integer(min, max) => bounds(ZONE_INTEGER, min as u64, max as u64),
        Zone::Date(min, max) => bounds(ZONE_DATE, min as u64, max as u64),
        Zone::Float(min, max) => bounds(ZONE_FLOAT, min.to_bits(), max.to_bits()),
    }
}

pub(crate) fn page(out: &mut Vec<u8>, page: &Page) {
    out.push(PLAIN);
    put_varint(out, page.len() as u64);
    // In order of tags, so that equal pages have equal blocks.
    let mut entries: Vec<(u32, u64)> = page.iter().collect();
    entries.sort_unstable();
    numbers::put(out, &entries.iter().map(|(tag, _)| u64::from(*tag)).collect::<Vec<_>>());
    numbers::put(out, &entries.iter().map(|(_, id)| *id).collect::<Vec<_>>());
}

pub(crate) fn leaf<K: SetKey>(out: &mut Vec<u8>, keys: &[K]) {
    out.push(PLAIN);
    put_varint(out, keys.len() as u64);
    K::put(keys, out);
}

pub(crate) fn tokens(out: &mut Vec<u8>, page: &tokens::Page) {
    out.push(PLAIN);
    put_varint(out, page.0.len() as u64);
    for entry in &page.0 {
        out.extend_from_slice(&entry.token.0.to_le_bytes());
        put_varint(out, entry.number);
        put_varint(out, entry.seq.0);
        put_bytes(out, &entry.answer);
    }
}
