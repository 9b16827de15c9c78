//! Where a chunk is: in memory, or in the bucket.

use super::export::BlockKey;
use super::patches::Patches;
use super::radix::Place;
use crate::codec::Reader;
use crate::error::Result;
use crate::residency::{self, Absent, BlockPointer, Came};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};

/// A kind of chunk that a state can do without until somebody reads it.
pub trait ChunkKind: Clone + Send + Sync + Sized + 'static {
    /// What is known of a chunk that is not there; patches keep it right.
    type Summary: Clone + fmt::Debug + Send + Sync;
    /// What decoding needs besides the block.
    type Context: Clone + Send + Sync;
    /// A change to a chunk that is not there.
    type Patch: Clone + Send + Sync;

    /// A chunk without content, that answers every offset.
    fn placeholder() -> &'static Self;

    /// Whether nothing is left in it.
    fn is_void(&self) -> bool;

    /// The chunk that a block holds.
    ///
    /// # Errors
    /// `Corruption` if it holds none, or one that could not be read without harm; `FormatVersion` if a newer
    /// version wrote it.
    fn decode(block: &[u8], key: BlockKey, context: &Self::Context) -> Result<Self>;

    /// Appends the block.
    fn encode(&self, out: &mut Vec<u8>);

    /// Makes a change that came while the chunk was away.
    fn patch(&mut self, patch: &Self::Patch);

    /// Makes several changes, one after the other.
    fn patch_all<'a>(&mut self, patches: impl Iterator<Item = &'a Self::Patch>) {
        patches.for_each(|patch| self.patch(patch));
    }

    /// What will have to be known of it when it is not there.
    fn summary(&self) -> Self::Summary;

    /// Appends a summary.
    fn put_summary(summary: &Self::Summary, out: &mut Vec<u8>);

    /// The summary that comes next.
    ///
    /// # Errors
    /// `Corruption`.
    fn read_summary(reader: &mut Reader<'_>) -> Result<Self::Summary>;

    /// The bytes that it takes in memory, about.
    fn heap_bytes(&self) -> usize;
}

/// A chunk whose block is in the bucket, which may have come to memory, and what has happened to it since.
pub struct Stored<T: ChunkKind> {
    pointer: BlockPointer,
    summary: T::Summary,
    context: T::Context,
    patches: Patches<T::Patch>,
    cell: OnceLock<Arc<T>>,
    /// What it was derived from by patches, as far as any state still has that. Work that is begun again begins there.
    ancestors: Vec<Weak<Stored<T>>>,
    used: AtomicU64,
}

impl<T: ChunkKind> fmt::Debug for Stored<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stored")
            .field("pointer", &self.pointer)
            .field("summary", &self.summary)
            .field("patches", &self.patches.len())
            .field("filled", &self.cell.get().is_some())
            .finish()
    }
}

impl<T: ChunkKind> Stored<T> {
    fn new(pointer: BlockPointer, summary: T::Summary, context: T::Context) -> Stored<T> {
        Stored {
            pointer,
            summary,
            context,
            patches: Patches::default(),
            cell: OnceLock::new(),
            ancestors: Vec::new(),
            used: AtomicU64::new(0),
        }
    }

    /// The same without the chunk, to be patched.
    fn derived(self: &Arc<Stored<T>>) -> Stored<T> {
        let living = self.ancestors.iter().filter(|ancestor| ancestor.strong_count() > 0);
        let ancestors = living.cloned().chain([Arc::downgrade(self)]).collect();
        Stored { ancestors, ..self.emptied() }
    }

    /// Puts the chunk in its place.
    fn fill_this(self: Arc<Self>, block: &[u8], came: &mut Vec<Came>) -> Result<()> {
        if self.cell.get().is_some() {
            return Ok(());
        }
        let mut chunk = T::decode(block, self.pointer.key(), &self.context)?;
        chunk.patch_all(self.patches.iter());
        let bytes = chunk.heap_bytes();
        self.used.store(residency::now(), Ordering::Relaxed);
        if self.cell.set(Arc::new(chunk)).is_ok() {
            came.push((self, bytes));
        }
        Ok(())
    }

    /// The same without the chunk.
    fn emptied(&self) -> Stored<T> {
        self.with_context(self.context.clone())
    }

    /// The same with the chunk of another.
    fn with_chunk_of(self, other: &Stored<T>) -> Stored<T> {
        if let Some(chunk) = other.cell.get() {
            let _ = self.cell.set(Arc::clone(chunk));
        }
        self
    }

    /// The chunk, if it is in memory and just what its block holds.
    pub(crate) fn clean_chunk(&self) -> Option<&Arc<T>> {
        self.cell.get().filter(|_| self.patches.is_empty())
    }

    /// The same with this chunk, which is what it has without one.
    pub(crate) fn with_chunk(self, chunk: T) -> Stored<T> {
        let _ = self.cell.set(Arc::new(chunk));
        self
    }

    /// The same in another context, without the chunk.
    pub(crate) fn with_context(&self, context: T::Context) -> Stored<T> {
        let stored = Stored::new(self.pointer.clone(), self.summary.clone(), context);
        Stored { patches: self.patches.clone(), ..stored }
    }

    /// What is known of it, patches included.
    pub(crate) fn summary(&self) -> &T::Summary {
        &self.summary
    }

    pub(crate) fn context(&self) -> &T::Context {
        &self.context
    }

    /// Lets a change wait, and keeps the summary right.
    pub(crate) fn push(&mut self, patch: T::Patch, change: impl FnOnce(&mut T::Summary)) {
        self.patches.push(patch);
        change(&mut self.summary);
    }
}

impl<T: ChunkKind> Absent for Stored<T> {
    fn pointer(&self) -> &BlockPointer {
        &self.pointer
    }

    fn is_filled(&self) -> bool {
        self.cell.get().is_some()
    }

    fn fill(self: Arc<Self>, block: &[u8], came: &mut Vec<Came>) -> Result<()> {
        for ancestor in self.ancestors.iter().filter_map(Weak::upgrade) {
            ancestor.fill_this(block, came)?;
        }
        self.fill_this(block, came)
    }

    fn last_used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }
}

/// A chunk, or where to find it, or that there is none. Resolved once per chunk and batch, never per row.
#[derive(Debug, Default)]
pub enum Slot<T: ChunkKind> {
    /// There is no chunk, and no block of it in the bucket.
    #[default]
    Vacant,
    /// There is no chunk any more, though the bucket may have a block of it.
    Removed,
    /// The chunk is in memory, shared with every snapshot that has not changed it, and in no SST yet.
    Resident(Arc<T>),
    /// The chunk is in the bucket, and may be in memory too.
    Stored(Arc<Stored<T>>),
}

impl<T: ChunkKind> Clone for Slot<T> {
    #[inline]
    fn clone(&self) -> Self {
        match self {
            Slot::Vacant => Slot::Vacant,
            Slot::Removed => Slot::Removed,
            Slot::Resident(chunk) => Slot::Resident(Arc::clone(chunk)),
            Slot::Stored(stored) => Slot::Stored(Arc::clone(stored)),
        }
    }
}

impl<T: ChunkKind> Place for Slot<T> {
    type Item = T;

    #[inline]
    fn item(&self) -> Option<&T> {
        self.get()
    }

    #[inline]
    fn is_vacant(&self) -> bool {
        matches!(self, Slot::Vacant)
    }
}

/// A slot seen by who is going to change it.
pub(crate) enum Access<'a, T: ChunkKind> {
    /// There is nothing.
    Nothing,
    /// The chunk, shared with nobody.
    Chunk(&'a mut T),
    /// The chunk is away: it takes patches.
    Away(&'a mut Stored<T>),
}

impl<T: ChunkKind> Slot<T> {
    /// A chunk that is in memory only.
    pub(crate) fn new(chunk: T) -> Slot<T> {
        Slot::Resident(Arc::new(chunk))
    }

    /// A chunk that is in the bucket.
    pub(crate) fn absent(pointer: BlockPointer, summary: T::Summary, context: T::Context) -> Slot<T> {
        Slot::Stored(Arc::new(Stored::new(pointer, summary, context)))
    }

    /// A chunk that is in the bucket and in memory.
    pub(crate) fn stored(pointer: BlockPointer, context: T::Context, chunk: Arc<T>) -> Slot<T> {
        let stored = Stored::new(pointer, chunk.summary(), context);
        let _ = stored.cell.set(chunk);
        Slot::Stored(Arc::new(stored))
    }

    /// Whether nothing has happened to the chunk from one slot to the other.
    pub(crate) fn is_same(&self, other: &Slot<T>) -> bool {
        match (self, other) {
            (Slot::Resident(one), Slot::Resident(two)) => Arc::ptr_eq(one, two),
            (Slot::Stored(one), Slot::Stored(two)) => {
                let since = one.patches.since(&two.patches);
                one.pointer.is_same(&two.pointer) && since.is_some_and(|patches| patches.is_empty())
            }
            _ => !self.is_taken() && !other.is_taken(),
        }
    }

    /// The chunk; its placeholder, with the miss noted, if it is away.
    #[inline]
    pub fn get(&self) -> Option<&T> {
        match self {
            Slot::Resident(chunk) => Some(chunk),
            Slot::Stored(stored) => match stored.cell.get() {
                Some(chunk) => {
                    // Written only when it changes: every core reads it.
                    let now = residency::now();
                    if stored.used.load(Ordering::Relaxed) != now {
                        stored.used.store(now, Ordering::Relaxed);
                    }
                    Some(chunk)
                }
                None => Some(missing(stored)),
            },
            Slot::Vacant | Slot::Removed => None,
        }
    }

    /// The chunk if it is in memory; an error with what is known of it if it is away.
    #[inline]
    pub(crate) fn peek(&self) -> Result<Option<&T>, &Stored<T>> {
        match self {
            Slot::Resident(chunk) => Ok(Some(chunk)),
            Slot::Stored(stored) => match stored.cell.get() {
                Some(chunk) => Ok(Some(chunk)),
                None => Err(stored),
            },
            Slot::Vacant | Slot::Removed => Ok(None),
        }
    }

    /// Whether there is a chunk, here or in the bucket.
    #[inline]
    pub(crate) fn is_taken(&self) -> bool {
        matches!(self, Slot::Resident(_) | Slot::Stored(_))
    }

    /// Whether the chunk is away.
    pub(crate) fn is_away(&self) -> bool {
        self.peek().is_err()
    }

    /// Takes the chunk away; its block, if the bucket has one, goes with the next checkpoint.
    pub(crate) fn clear(&mut self) {
        if self.is_taken() {
            *self = Slot::Removed;
        }
    }

    /// The chunk for writing.
    #[inline]
    pub(crate) fn access(&mut self) -> Access<'_, T> {
        if let Slot::Stored(stored) = self {
            match stored.cell.get().cloned() {
                Some(chunk) => *self = Slot::Resident(chunk),
                None if Arc::get_mut(stored).is_none() => *stored = Arc::new(stored.derived()),
                None => {}
            }
        }
        match self {
            Slot::Resident(chunk) => Access::Chunk(Arc::make_mut(chunk)),
            Slot::Stored(stored) => match Arc::get_mut(stored) {
                Some(stored) => Access::Away(stored),
                None => Access::Nothing,
            },
            Slot::Vacant | Slot::Removed => Access::Nothing,
        }
    }

    /// The chunk for writing, made if there is none.
    #[inline]
    pub(crate) fn access_or_insert(&mut self, make: impl FnOnce() -> T) -> Access<'_, T> {
        if !self.is_taken() {
            *self = Slot::new(make());
        }
        self.access()
    }

    /// What the next checkpoint has to say of the chunk.
    pub(crate) fn news(&self) -> News<'_, T> {
        match self {
            Slot::Vacant => News::None,
            Slot::Removed => News::Gone,
            Slot::Resident(chunk) if chunk.is_void() => News::Gone,
            Slot::Resident(chunk) => News::Changed(chunk),
            Slot::Stored(stored) if stored.patches.is_empty() => News::None,
            Slot::Stored(stored) => match stored.cell.get() {
                Some(chunk) if chunk.is_void() => News::Gone,
                Some(chunk) => News::Changed(chunk),
                None => News::Changed(missing(stored)),
            },
        }
    }

    /// The chunk, if it is in memory and in the bucket too, and the bytes that it takes.
    pub(crate) fn held(&self) -> Option<Came> {
        match self {
            Slot::Stored(stored) => {
                let bytes = stored.cell.get()?.heap_bytes();
                Some((Arc::clone(stored) as Arc<dyn Absent>, bytes))
            }
            _ => None,
        }
    }

    /// Takes the chunk over from another slot, if it is away here, in memory there, and both are just the same block.
    pub(crate) fn take_over(&mut self, other: &Slot<T>) {
        if let (Slot::Stored(mine), Slot::Stored(theirs)) = (&mut *self, other)
            && !mine.is_filled()
            && mine.patches.is_empty()
            && theirs.clean_chunk().is_some()
            && mine.pointer.is_same(&theirs.pointer)
        {
            *mine = Arc::clone(theirs);
        }
    }

    /// Lets the chunk go, if its block has all of it or the rest waits in patches. True if it was in memory.
    pub(crate) fn evict(&mut self) -> bool {
        match self {
            Slot::Stored(stored) if stored.is_filled() => {
                *stored = Arc::new(stored.emptied());
                true
            }
            _ => false,
        }
    }

    /// Says that the chunk as it is in `then` is at `pointer`. What has changed since is kept as a change to that.
    ///
    /// `context` is that of the new block.
    pub(crate) fn mark_stored(&mut self, then: &Slot<T>, pointer: &BlockPointer, context: T::Context) {
        match (&*self, then) {
            (Slot::Resident(chunk), _) if self.is_same(then) => {
                *self = Slot::stored(pointer.clone(), context, Arc::clone(chunk));
            }
            (Slot::Stored(now), Slot::Stored(before)) if now.pointer.is_same(&before.pointer) => {
                let Some(patches) = now.patches.since(&before.patches) else { return };
                let stored = Stored { patches, ..Stored::new(pointer.clone(), now.summary.clone(), context) };
                *self = Slot::Stored(Arc::new(stored.with_chunk_of(now)));
            }
            // It went before anybody knew of its block.
            (Slot::Vacant, _) => *self = Slot::Removed,
            _ => {}
        }
    }

    /// Says that the bucket has no block any more of what was not there in `then`.
    pub(crate) fn mark_gone(&mut self, then: &Slot<T>) {
        if self.is_same(then) {
            *self = Slot::Vacant;
        }
    }

    /// Says that the block at `old` lies at `new` now, and holds the same.
    pub(crate) fn moved(&mut self, old: &BlockPointer, new: &BlockPointer) {
        if let Slot::Stored(stored) = self
            && stored.pointer.is_same(old)
        {
            let moved = Stored::new(new.clone(), stored.summary.clone(), stored.context.clone());
            let moved = Stored { patches: stored.patches.clone(), ..moved };
            *stored = Arc::new(moved.with_chunk_of(stored));
        }
    }
}

/// What a checkpoint has to say of a chunk.
pub(crate) enum News<'a, T> {
    /// Nothing.
    None,
    /// It is not there any more.
    Gone,
    /// It is another one.
    Changed(&'a T),
}

#[cold]
fn missing<T: ChunkKind>(stored: &Arc<Stored<T>>) -> &'static T {
    residency::note(stored);
    T::placeholder()
}
