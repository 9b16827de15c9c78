//! The keys of blocks.

use crate::error::{Error, ErrorCode, Result};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $byte:literal,)*) => {
        /// What a block holds. The byte of a kind never changes its meaning.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        #[non_exhaustive]
        pub enum BlockKind {
            $($(#[$doc])* $name = $byte,)*
        }

        impl BlockKind {
            fn from_byte(byte: u8) -> Option<BlockKind> {
                match byte { $($byte => Some(BlockKind::$name),)* _ => None }
            }
        }
    };
}

kinds! {
    /// Format, next ids, schema version.
    Header = 0x01,
    /// Names: of labels, relationship types (number 1), property keys (number 2).
    Names = 0x02,
    /// Index definitions.
    Indexes = 0x03,
    /// What is counted besides what summaries say.
    Statistics = 0x04,
    /// Which nodes exist.
    LiveNodes = 0x10,
    /// Which nodes have a label; the number is the label.
    LabelNodes = 0x11,
    /// Public ids.
    NodeUuids = 0x12,
    /// Sequence numbers of the last changes of nodes.
    NodeSeqs = 0x13,
    /// A property of nodes; the number is the key.
    NodeProperties = 0x14,
    /// A page of the index of public ids; the number is its depth, the index its name.
    UuidPages = 0x15,
    /// Which relationships exist.
    LiveRelationships = 0x20,
    /// Types of relationships.
    RelationshipTypes = 0x21,
    /// Sources of relationships.
    RelationshipSources = 0x22,
    /// Targets of relationships.
    RelationshipTargets = 0x23,
    /// Sequence numbers of the last changes of relationships.
    RelationshipSeqs = 0x24,
    /// A property of relationships; the number is the key.
    RelationshipProperties = 0x25,
    /// Outgoing lists; the number is the type.
    OutgoingLists = 0x30,
    /// A part of a long outgoing list; the number is the type, the index the source.
    OutgoingLongLists = 0x31,
    /// Incoming lists; the number is the type.
    IncomingLists = 0x32,
    /// A part of a long incoming list; the number is the type, the index the target.
    IncomingLongLists = 0x33,
    /// A leaf of an index on nodes; the number is the index's, the index the leaf, the part its class of values.
    NodeIndexLeaves = 0x40,
    /// A leaf of an index on relationships.
    RelationshipIndexLeaves = 0x41,
    /// A page of what was committed under tokens.
    Tokens = 0x50,
}

impl BlockKind {
    /// Whether every open needs the blocks of this kind.
    pub fn is_meta(self) -> bool {
        matches!(self, BlockKind::Header | BlockKind::Names | BlockKind::Indexes | BlockKind::Statistics)
    }
}

/// The key of a block: its bytes sort as its fields do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct BlockKey {
    /// What the block holds.
    pub kind: BlockKind,
    /// The label, type or property key; 0 where there is none.
    pub number: u32,
    /// The chunk, or the node of a long list.
    pub index: u64,
    /// The part of a long list, the class of an index leaf; else 0.
    pub part: u32,
}

impl BlockKey {
    /// The length of a key in bytes.
    pub const LEN: usize = 17;

    pub(crate) fn new(kind: BlockKind, number: u64, index: u64) -> BlockKey {
        BlockKey { kind, number: number as u32, index, part: 0 }
    }

    /// The key's bytes.
    pub fn to_bytes(self) -> [u8; BlockKey::LEN] {
        let mut bytes = [0; BlockKey::LEN];
        bytes[0] = self.kind as u8;
        bytes[1..5].copy_from_slice(&self.number.to_be_bytes());
        bytes[5..13].copy_from_slice(&self.index.to_be_bytes());
        bytes[13..].copy_from_slice(&self.part.to_be_bytes());
        bytes
    }

    /// The key of these bytes.
    ///
    /// # Errors
    /// `Corruption` if they are no key; `FormatVersion` if the kind of block is not known.
    pub fn from_bytes(bytes: &[u8]) -> Result<BlockKey> {
        let bytes: [u8; BlockKey::LEN] = bytes.try_into().map_err(|_| {
            Error::new(
                ErrorCode::Corruption,
                format!("a block key has {} bytes, not {}", bytes.len(), BlockKey::LEN),
            )
        })?;
        let [kind, n0, n1, n2, n3, i0, i1, i2, i3, i4, i5, i6, i7, p0, p1, p2, p3] = bytes;
        let kind = BlockKind::from_byte(kind).ok_or_else(|| {
            Error::new(
                ErrorCode::FormatVersion,
                format!("a block has the kind {kind:#04x}, which this version does not know"),
            )
            .with_hint("Open the database with the version that wrote it, or a newer one")
        })?;
        Ok(BlockKey {
            kind,
            number: u32::from_be_bytes([n0, n1, n2, n3]),
            index: u64::from_be_bytes([i0, i1, i2, i3, i4, i5, i6, i7]),
            part: u32::from_be_bytes([p0, p1, p2, p3]),
        })
    }
}
