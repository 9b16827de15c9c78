//! Where a chunk is: in memory, or in the bucket.

use std::sync::Arc;

/// The place of a chunk that is not in memory.
///
/// No value of this type exists: every chunk of a state is resident. The compiler therefore proves that
/// nobody has to wait for one.
#[derive(Clone, Copy, Debug)]
pub enum BlockPointer {}

/// A chunk, or where to find it. Resolved once per chunk and batch, never per row.
#[derive(Debug)]
pub enum Slot<T> {
    /// The chunk is in memory, shared with every snapshot that has not changed it.
    Resident(Arc<T>),
    /// The chunk is in the bucket.
    Absent(BlockPointer),
}

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        match self {
            Slot::Resident(chunk) => Slot::Resident(Arc::clone(chunk)),
            Slot::Absent(pointer) => Slot::Absent(*pointer),
        }
    }
}

impl<T> Slot<T> {
    /// A chunk in memory.
    pub fn new(chunk: T) -> Slot<T> {
        Slot::Resident(Arc::new(chunk))
    }

    /// The chunk.
    #[inline]
    pub fn get(&self) -> &T {
        match self {
            Slot::Resident(chunk) => chunk,
            Slot::Absent(pointer) => match *pointer {},
        }
    }
}

impl<T: Clone> Slot<T> {
    /// The chunk for writing: copied first if a snapshot shares it.
    #[inline]
    pub fn get_mut(&mut self) -> &mut T {
        match self {
            Slot::Resident(chunk) => Arc::make_mut(chunk),
            Slot::Absent(pointer) => match *pointer {},
        }
    }
}
