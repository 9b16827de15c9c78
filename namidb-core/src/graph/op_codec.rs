//! Operations as bytes, format 3: a tag, then the fields in the order of [`Op`]. The picture is in
//! `docs/format/operation.md`.
//!
//! Operations hold numbers relative to their transaction, so the bytes stay the same when a transaction moves to
//! another place in the log.

use super::op::{IndexKind, NameKind, NameRef, NodeRef, Op, PropertyDelta, RelRef, TargetRef};
use super::property_type::PropertyType;
use super::schema::ConstraintKind;
use super::tokens::{ANSWER_BYTES_MAX, CommitToken};
use crate::codec::{Reader, put_bytes, put_varint};
use crate::error::Result;
use crate::ids::{NodeId, RelId};
use crate::value::codec as value_codec;
use std::sync::Arc;
use uuid::Uuid;

mod tag {
    pub(super) const DEFINE_NAME: u8 = 1;
    pub(super) const CREATE_NODE: u8 = 2;
    pub(super) const DELETE_NODE: u8 = 3;
    pub(super) const CREATE_RELATIONSHIP: u8 = 4;
    pub(super) const DELETE_RELATIONSHIP: u8 = 5;
    pub(super) const SET_NODE_PROPERTY: u8 = 6;
    pub(super) const SET_RELATIONSHIP_PROPERTY: u8 = 7;
    pub(super) const ADD_LABEL: u8 = 8;
    pub(super) const REMOVE_LABEL: u8 = 9;
    pub(super) const CREATE_INDEX: u8 = 10;
    pub(super) const DROP_INDEX: u8 = 11;
    pub(super) const CREATE_CONSTRAINT: u8 = 12;
    pub(super) const DROP_CONSTRAINT: u8 = 13;
    pub(super) const REMEMBER: u8 = 14;

    pub(super) const LABEL: u8 = 0;
    pub(super) const REL_TYPE: u8 = 1;
    pub(super) const PROPERTY_KEY: u8 = 2;

    pub(super) const RANGE: u8 = 1;

    pub(super) const UNIQUE: u8 = 1;
    pub(super) const NOT_NULL: u8 = 2;
    pub(super) const KEY: u8 = 3;
    pub(super) const TYPE: u8 = 4;
}

/// What a common operation has, in bytes: for so many room is made at once, whatever count was read.
const OP_BYTES: usize = 8;

/// Appends an operation.
///
/// # Panics
/// If it names a node or relationship by a number of 2⁶³ or more, which no state gives.
pub fn encode_op(op: &Op, out: &mut Vec<u8>) {
    match op {
        Op::DefineName { kind, name } => {
            out.push(tag::DEFINE_NAME);
            out.push(match kind {
                NameKind::Label => tag::LABEL,
                NameKind::RelType => tag::REL_TYPE,
                NameKind::PropertyKey => tag::PROPERTY_KEY,
            });
            put_bytes(out, name.as_bytes());
        }
        Op::CreateNode { uuid, labels, properties } => {
            out.push(tag::CREATE_NODE);
            out.extend_from_slice(uuid.as_bytes());
            put_names(out, labels);
            put_properties(out, properties);
        }
        Op::DeleteNode { node, uuid, labels, properties } => {
            out.push(tag::DELETE_NODE);
            put_node(out, *node);
            out.extend_from_slice(uuid.as_bytes());
            put_names(out, labels);
            put_properties(out, properties);
        }
        Op::CreateRelationship { rel_type, source, target, properties } => {
            out.push(tag::CREATE_RELATIONSHIP);
            put_name(out, *rel_type);
            put_node(out, *source);
            put_node(out, *target);
            put_properties(out, properties);
        }
        Op::DeleteRelationship { relationship, rel_type, source, target, properties } => {
            out.push(tag::DELETE_RELATIONSHIP);
            put_relationship(out, *relationship);
            put_name(out, *rel_type);
            put_node(out, *source);
            put_node(out, *target);
            put_properties(out, properties);
        }
        Op::SetNodeProperty { node, key, old, new, indexed_labels, beside } => {
            out.push(tag::SET_NODE_PROPERTY);
            put_node(out, *node);
            put_name(out, *key);
            value_codec::encode(old, out);
            value_codec::encode(new, out);
            put_names(out, indexed_labels);
            put_properties(out, beside);
        }
        Op::SetRelationshipProperty { relationship, key, old, new, indexed_type, beside } => {
            out.push(tag::SET_RELATIONSHIP_PROPERTY);
            put_relationship(out, *relationship);
            put_name(out, *key);
            value_codec::encode(old, out);
            value_codec::encode(new, out);
            put_names(out, indexed_type.as_slice());
            put_properties(out, beside);
        }
        Op::AddLabel { node, label, indexed } => {
            out.push(tag::ADD_LABEL);
            put_node(out, *node);
            put_name(out, *label);
            put_properties(out, indexed);
        }
        Op::RemoveLabel { node, label, indexed } => {
            out.push(tag::REMOVE_LABEL);
            put_node(out, *node);
            put_name(out, *label);
            put_properties(out, indexed);
        }
        Op::CreateIndex { name, kind, target, keys } => {
            out.push(tag::CREATE_INDEX);
            put_bytes(out, name.as_bytes());
            put_index_kind(out, *kind);
            put_target(out, *target);
            put_names(out, keys);
        }
        Op::DropIndex { name } => {
            out.push(tag::DROP_INDEX);
            put_bytes(out, name.as_bytes());
        }
        Op::CreateConstraint { name, kind, target, keys } => {
            out.push(tag::CREATE_CONSTRAINT);
            put_bytes(out, name.as_bytes());
            put_constraint_kind(out, *kind);
            put_target(out, *target);
            put_names(out, keys);
        }
        Op::DropConstraint { name } => {
            out.push(tag::DROP_CONSTRAINT);
            put_bytes(out, name.as_bytes());
        }
        Op::Remember { token, answer } => {
            out.push(tag::REMEMBER);
            out.extend_from_slice(&token.0.to_le_bytes());
            put_bytes(out, answer);
        }
    }
}

/// The bytes of operations, one after another.
pub fn encode_ops(ops: &[Op]) -> Vec<u8> {
    let mut out = Vec::with_capacity(ops.len() * 16);
    ops.iter().for_each(|op| encode_op(op, &mut out));
    out
}

/// Reads an operation.
///
/// # Errors
/// `Corruption` if the bytes are not an operation; `FormatVersion` if its tag is unknown.
pub fn decode_op(reader: &mut Reader<'_>) -> Result<Op> {
    Ok(match reader.u8()? {
        tag::DEFINE_NAME => {
            let kind = match reader.u8()? {
                tag::LABEL => NameKind::Label,
                tag::REL_TYPE => NameKind::RelType,
                tag::PROPERTY_KEY => NameKind::PropertyKey,
                other => return Err(reader.unknown("a kind of name", other)),
            };
            Op::DefineName { kind, name: reader.text()?.into() }
        }
        tag::CREATE_NODE => {
            Op::CreateNode { uuid: uuid(reader)?, labels: names(reader)?, properties: properties(reader)? }
        }
        tag::DELETE_NODE => Op::DeleteNode {
            node: node(reader)?,
            uuid: uuid(reader)?,
            labels: names(reader)?,
            properties: properties(reader)?,
        },
        tag::CREATE_RELATIONSHIP => Op::CreateRelationship {
            rel_type: name(reader)?,
            source: node(reader)?,
            target: node(reader)?,
            properties: properties(reader)?,
        },
        tag::DELETE_RELATIONSHIP => Op::DeleteRelationship {
            relationship: relationship(reader)?,
            rel_type: name(reader)?,
            source: node(reader)?,
            target: node(reader)?,
            properties: properties(reader)?,
        },
        tag::SET_NODE_PROPERTY => Op::SetNodeProperty {
            node: node(reader)?,
            key: name(reader)?,
            old: value_codec::decode_property(reader)?,
            new: value_codec::decode_property(reader)?,
            indexed_labels: names(reader)?,
            beside: properties(reader)?,
        },
        tag::SET_RELATIONSHIP_PROPERTY => Op::SetRelationshipProperty {
            relationship: relationship(reader)?,
            key: name(reader)?,
            old: value_codec::decode_property(reader)?,
            new: value_codec::decode_property(reader)?,
            indexed_type: match names(reader)?.as_slice() {
                [] => None,
                [rel_type] => Some(*rel_type),
                _ => return Err(reader.corrupt("a relationship has several types")),
            },
            beside: properties(reader)?,
        },
        tag::ADD_LABEL => {
            Op::AddLabel { node: node(reader)?, label: name(reader)?, indexed: properties(reader)? }
        }
        tag::REMOVE_LABEL => {
            Op::RemoveLabel { node: node(reader)?, label: name(reader)?, indexed: properties(reader)? }
        }
        tag::CREATE_INDEX => Op::CreateIndex {
            name: reader.text()?.into(),
            kind: index_kind(reader)?,
            target: target(reader)?,
            keys: names(reader)?,
        },
        tag::DROP_INDEX => Op::DropIndex { name: reader.text()?.into() },
        tag::CREATE_CONSTRAINT => Op::CreateConstraint {
            name: reader.text()?.into(),
            kind: constraint_kind(reader)?,
            target: target(reader)?,
            keys: names(reader)?,
        },
        tag::DROP_CONSTRAINT => Op::DropConstraint { name: reader.text()?.into() },
        tag::REMEMBER => {
            let token = CommitToken(u128::from_le_bytes(reader.array()?));
            Op::Remember { token, answer: answer(reader)? }
        }
        other => return Err(reader.unknown("an operation", other)),
    })
}

/// The operations that [`encode_ops`] wrote, of which there are `count`, one at a time: an operation takes more
/// memory than bytes.
///
/// After an error, or after the last operation and bytes that are left over, nothing more comes.
pub fn decode_each(bytes: &[u8], count: u32) -> impl Iterator<Item = Result<Op>> {
    let mut reader = Some(Reader::new(bytes));
    let mut left = count;
    std::iter::from_fn(move || {
        let mut from = reader.take()?;
        if left == 0 {
            return from.finish().err().map(Err);
        }
        left -= 1;
        let op = decode_op(&mut from);
        if op.is_ok() {
            reader = Some(from);
        }
        Some(op)
    })
}

/// The operations that [`encode_ops`] wrote, of which there are `count`.
///
/// # Errors
/// As [`decode_op`]; `Corruption` also if there are more or fewer.
pub fn decode_ops(bytes: &[u8], count: u32) -> Result<Vec<Op>> {
    let mut ops = Vec::with_capacity((count as usize).min(bytes.len() / OP_BYTES));
    for op in decode_each(bytes, count) {
        ops.push(op?);
    }
    Ok(ops)
}

fn answer(reader: &mut Reader<'_>) -> Result<Arc<[u8]>> {
    let answer = reader.bytes()?;
    if answer.len() > ANSWER_BYTES_MAX {
        return Err(reader.corrupt("an answer is longer than any that is kept"));
    }
    Ok(answer.into())
}

fn put_ref(out: &mut Vec<u8>, number: u64, is_new: bool) {
    assert!(number < 1 << 63, "ids have fewer than 63 bits");
    put_varint(out, number << 1 | u64::from(is_new));
}

fn put_node(out: &mut Vec<u8>, node: NodeRef) {
    match node {
        NodeRef::Existing(id) => put_ref(out, id.0, false),
        NodeRef::New(n) => put_ref(out, n, true),
    }
}

fn put_relationship(out: &mut Vec<u8>, relationship: RelRef) {
    match relationship {
        RelRef::Existing(id) => put_ref(out, id.0, false),
        RelRef::New(n) => put_ref(out, n, true),
    }
}

fn put_name(out: &mut Vec<u8>, name: NameRef) {
    match name {
        NameRef::Existing(number) => put_ref(out, number.into(), false),
        NameRef::New(n) => put_ref(out, n.into(), true),
    }
}

fn put_target(out: &mut Vec<u8>, target: TargetRef) {
    let (tag, name) = match target {
        TargetRef::Label(name) => (tag::LABEL, name),
        TargetRef::RelType(name) => (tag::REL_TYPE, name),
    };
    out.push(tag);
    put_name(out, name);
}

/// Appends a kind of index.
pub(super) fn put_index_kind(out: &mut Vec<u8>, kind: IndexKind) {
    out.push(match kind {
        IndexKind::Range => tag::RANGE,
    });
}

/// Appends what a constraint requires.
pub(super) fn put_constraint_kind(out: &mut Vec<u8>, kind: ConstraintKind) {
    match kind {
        ConstraintKind::Unique => out.push(tag::UNIQUE),
        ConstraintKind::NotNull => out.push(tag::NOT_NULL),
        ConstraintKind::Key => out.push(tag::KEY),
        ConstraintKind::Type(of) => {
            out.push(tag::TYPE);
            let (scalars, lists) = of.to_bits();
            put_varint(out, scalars.into());
            put_varint(out, lists.into());
        }
    }
}

/// Reads a kind of index.
///
/// # Errors
/// `FormatVersion` if it is unknown.
pub(super) fn index_kind(reader: &mut Reader<'_>) -> Result<IndexKind> {
    match reader.u8()? {
        tag::RANGE => Ok(IndexKind::Range),
        other => Err(reader.unknown("a kind of index", other)),
    }
}

/// Reads what a constraint requires.
///
/// # Errors
/// `FormatVersion` if it is unknown.
pub(super) fn constraint_kind(reader: &mut Reader<'_>) -> Result<ConstraintKind> {
    Ok(match reader.u8()? {
        tag::UNIQUE => ConstraintKind::Unique,
        tag::NOT_NULL => ConstraintKind::NotNull,
        tag::KEY => ConstraintKind::Key,
        tag::TYPE => match PropertyType::from_bits(reader.varint()?, reader.varint()?) {
            Some(of) => ConstraintKind::Type(of),
            None => return Err(reader.corrupt("a constraint requires a type that there is not")),
        },
        other => return Err(reader.unknown("a kind of constraint", other)),
    })
}

fn target(reader: &mut Reader<'_>) -> Result<TargetRef> {
    match reader.u8()? {
        tag::LABEL => name(reader).map(TargetRef::Label),
        tag::REL_TYPE => name(reader).map(TargetRef::RelType),
        other => Err(reader.unknown("what a definition is about", other)),
    }
}

fn put_names(out: &mut Vec<u8>, names: &[NameRef]) {
    put_varint(out, names.len() as u64);
    names.iter().for_each(|name| put_name(out, *name));
}

fn put_properties(out: &mut Vec<u8>, properties: &[PropertyDelta]) {
    put_varint(out, properties.len() as u64);
    for (key, value) in properties {
        put_name(out, *key);
        value_codec::encode(value, out);
    }
}

fn node(reader: &mut Reader<'_>) -> Result<NodeRef> {
    let number = reader.varint()?;
    Ok(if number & 1 == 0 { NodeRef::Existing(NodeId(number >> 1)) } else { NodeRef::New(number >> 1) })
}

fn relationship(reader: &mut Reader<'_>) -> Result<RelRef> {
    let number = reader.varint()?;
    Ok(if number & 1 == 0 { RelRef::Existing(RelId(number >> 1)) } else { RelRef::New(number >> 1) })
}

fn name(reader: &mut Reader<'_>) -> Result<NameRef> {
    let number = reader.varint()?;
    let Ok(name) = u32::try_from(number >> 1) else {
        return Err(reader.corrupt("the number of a name has more than 32 bits"));
    };
    Ok(if number & 1 == 0 { NameRef::Existing(name) } else { NameRef::New(name) })
}

fn names(reader: &mut Reader<'_>) -> Result<Vec<NameRef>> {
    let count = reader.count(1)?;
    (0..count).map(|_| name(reader)).collect()
}

fn properties(reader: &mut Reader<'_>) -> Result<Vec<PropertyDelta>> {
    let count = reader.count(2)?;
    let mut properties = Vec::with_capacity(count);
    for _ in 0..count {
        properties.push((name(reader)?, value_codec::decode_property(reader)?));
    }
    Ok(properties)
}

fn uuid(reader: &mut Reader<'_>) -> Result<Uuid> {
    reader.array().map(Uuid::from_bytes)
}

#[cfg(test)]
mod tests;
