//! Reading ahead: what is asked for in order is fetched before it is asked for.
//!
//! Blocks of one kind and number lie side by side in a file, in the order of their chunks. A *stream* is somebody who
//! misses them one after the other, one or some at a time. While a stream goes on, each of its requests takes more of what
//! follows, four times as many bytes as the one before, up to a bound; one that is broken off begins with nothing again. So
//! reading one chunk here and there fetches nothing else, and a scan is a few large ranges: their number grows with the
//! logarithm of its bytes, and beyond the bound with its bytes, but never with its blocks.

use super::{BlockPointer, SstFile};
use crate::graph::BlockKind;
use crate::hash::HashMap;
use bytes::Bytes;
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// A stream may leave so many blocks out, or come back to them: several threads scan side by side.
const SLACK: usize = 16;

/// Or so many times as many as it takes at once.
const SLACK_RUNS: usize = 4;

/// Bytes that the first request reads ahead which finds that a stream goes on.
const WINDOW_FIRST: u64 = 64 << 10;

/// How much more than the one before each further request reads ahead.
const WINDOW_GROWTH: u64 = 4;

/// Stored bytes that one request reads ahead for a stream at most: what comes while one round goes by, and no more than what
/// waits gladly in memory.
const WINDOW_MAX: u64 = 8 << 20;

/// Streams that are remembered.
const STREAMS_MAX: usize = 256;

/// A block: the address of its file, which lives as long as a pointer to it is held, and its number.
type BlockId = (usize, usize);

/// What misses blocks one after the other.
struct Stream {
    /// Keeps the file, and so its address.
    _file: Arc<SstFile>,
    /// The block that is expected next.
    next: usize,
    /// How many bytes the last request took ahead; none if the stream has just begun.
    window: u64,
    /// Whether it has gone on since it began.
    goes_on: bool,
    /// When it was last met.
    met: u64,
}

/// A block that is on its way, or has come before anybody asked for it.
enum Block {
    /// Whoever waits for it waits until this is closed.
    Coming(Arc<Semaphore>),
    Here {
        /// Keeps the file, and so its address.
        _file: Arc<SstFile>,
        bytes: Bytes,
    },
}

/// What is known of a block that is wanted.
pub(super) enum Wanted {
    /// It was read ahead.
    Here(Bytes),
    /// Somebody else fetches it: look again when this is closed.
    Coming(Arc<Semaphore>),
    /// Nobody has it.
    Nowhere,
}

/// Streams, and the blocks that were read ahead.
#[derive(Default)]
pub(super) struct ReadAhead {
    streams: HashMap<(usize, BlockKind, u32), Stream>,
    blocks: HashMap<BlockId, Block>,
    /// The blocks that are here, in the order in which they came; some may have been taken.
    order: VecDeque<BlockId>,
    bytes: u64,
    time: u64,
}

impl ReadAhead {
    pub(super) fn id(pointer: &BlockPointer) -> BlockId {
        (Arc::as_ptr(pointer.sst()).addr(), pointer.number())
    }

    /// The stream that whoever misses this block belongs to.
    pub(super) fn stream(pointer: &BlockPointer) -> (usize, BlockKind, u32) {
        let key = pointer.key();
        (Arc::as_ptr(pointer.sst()).addr(), key.kind, key.number)
    }

    /// Bytes of the blocks that were read ahead.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Forgets the streams and what was read ahead for them, and so lets go of their files.
    pub(super) fn forget(&mut self) {
        self.streams.clear();
        self.blocks.retain(|_, block| matches!(block, Block::Coming(_)));
        self.order.clear();
        self.bytes = 0;
    }

    /// Looks for a block, and takes it out if it is here.
    pub(super) fn want(&mut self, pointer: &BlockPointer) -> Wanted {
        let id = ReadAhead::id(pointer);
        match self.blocks.get(&id) {
            Some(Block::Coming(flight)) => Wanted::Coming(Arc::clone(flight)),
            Some(Block::Here { bytes, .. }) => {
                let bytes = bytes.clone();
                self.bytes -= bytes.len() as u64;
                self.blocks.remove(&id);
                Wanted::Here(bytes)
            }
            None => Wanted::Nowhere,
        }
    }

    /// Notes that blocks of one stream were missed, from one to another.
    pub(super) fn note(&mut self, first: usize, last: &BlockPointer) {
        self.time += 1;
        let file = last.sst();
        let at = ReadAhead::stream(last);
        if self.streams.len() >= STREAMS_MAX && !self.streams.contains_key(&at) {
            let oldest = self.streams.iter().min_by_key(|(_, stream)| stream.met).map(|(at, _)| *at);
            oldest.map(|oldest| self.streams.remove(&oldest));
        }
        let stream = self.streams.entry(at).or_insert_with(|| Stream {
            _file: Arc::clone(file),
            next: usize::MAX,
            window: 0,
            goes_on: false,
            met: 0,
        });
        let next = last.number() + 1;
        let slack = SLACK.max(SLACK_RUNS * next.saturating_sub(first));
        let is_near = stream.next != usize::MAX
            && first <= stream.next.saturating_add(slack)
            && next.saturating_add(slack) > stream.next;
        if !is_near {
            (stream.window, stream.goes_on) = (0, false);
        } else if next > stream.next {
            stream.goes_on = true;
        }
        stream.next = if is_near { stream.next.max(next) } else { next };
        stream.met = self.time;
    }

    /// How many bytes to read ahead after a block of a stream that has to be fetched.
    pub(super) fn widen(&mut self, last: &BlockPointer) -> u64 {
        let Some(stream) = self.streams.get_mut(&ReadAhead::stream(last)) else { return 0 };
        if stream.goes_on {
            stream.window = (WINDOW_GROWTH * stream.window).clamp(WINDOW_FIRST, WINDOW_MAX);
        }
        stream.window
    }

    /// The blocks after one that belong to the same stream and are neither here nor coming, and are no more
    /// than so many bytes.
    pub(super) fn after(&self, pointer: &BlockPointer, bytes: u64) -> Vec<BlockPointer> {
        let key = pointer.key();
        let mut left = bytes;
        let mut found = Vec::new();
        for number in pointer.number() + 1.. {
            let Some(next) = pointer.sst().pointer(number) else { break };
            let entry = next.entry();
            if (entry.key.kind, entry.key.number) != (key.kind, key.number)
                || u64::from(entry.stored_bytes) > left
            {
                break;
            }
            left -= u64::from(entry.stored_bytes);
            if !self.blocks.contains_key(&ReadAhead::id(&next)) {
                found.push(next);
            }
        }
        found
    }

    /// Notes that a block is on its way.
    pub(super) fn expect(&mut self, pointer: &BlockPointer, flight: &Arc<Semaphore>) {
        self.blocks.insert(ReadAhead::id(pointer), Block::Coming(Arc::clone(flight)));
    }

    /// Takes in a block that nobody has asked for yet. The oldest go if all take more than `room` bytes.
    pub(super) fn keep(&mut self, pointer: &BlockPointer, bytes: Bytes, room: u64) {
        let id = ReadAhead::id(pointer);
        self.bytes += bytes.len() as u64;
        self.order.push_back(id);
        self.blocks.insert(id, Block::Here { _file: Arc::clone(pointer.sst()), bytes });
        while self.bytes > room {
            let Some(oldest) = self.order.pop_front() else { break };
            if let Some(Block::Here { bytes, .. }) = self.blocks.get(&oldest) {
                self.bytes -= bytes.len() as u64;
                self.blocks.remove(&oldest);
            }
        }
        if self.order.len() > 2 * self.blocks.len() + STREAMS_MAX {
            let blocks = &self.blocks;
            self.order.retain(|id| matches!(blocks.get(id), Some(Block::Here { .. })));
        }
    }

    /// A flight has ended: what did not come with it is not on its way any more.
    pub(super) fn end(&mut self, ids: &[BlockId], flight: &Arc<Semaphore>) {
        for id in ids {
            if matches!(self.blocks.get(id), Some(Block::Coming(other)) if Arc::ptr_eq(other, flight)) {
                self.blocks.remove(id);
            }
        }
        flight.close();
    }
}
