//! Which chunks of a state are in memory, and where their blocks are.

use super::{BlockKey, BlockKind, Limits};
use crate::graph::adjacency::{Adjacency, AdjacencyChunk, Group, ListsContext, LongList};
use crate::graph::index::LeafWork;
use crate::graph::ordered_set::{Keys, SetKey};
use crate::graph::packed::PackedColumn;
use crate::graph::radix::{Chunks, Directory};
use crate::graph::slot::{ChunkKind, Slot};
use crate::graph::{Bitmap, Column, Direction, GraphState};
use crate::residency::{self, BlockPointer, Came, Misses};
use std::cell::RefCell;
use std::sync::Arc;

/// Work on the slot of a chunk, and on what that was at another time.
trait Work {
    fn slot<T: ChunkKind<Context = Arc<Limits>>>(
        &mut self,
        key: BlockKey,
        slot: &mut Slot<T>,
        then: Option<&Slot<T>>,
    );
}

/// Forgets chunks.
struct Evict;

impl Work for Evict {
    fn slot<T: ChunkKind<Context = Arc<Limits>>>(
        &mut self,
        _: BlockKey,
        slot: &mut Slot<T>,
        _: Option<&Slot<T>>,
    ) {
        slot.evict();
    }
}

/// Gathers chunks that are in memory.
struct Hold<'a>(&'a RefCell<Vec<Came>>);

impl Work for Hold<'_> {
    fn slot<T: ChunkKind<Context = Arc<Limits>>>(
        &mut self,
        _: BlockKey,
        slot: &mut Slot<T>,
        _: Option<&Slot<T>>,
    ) {
        self.0.borrow_mut().extend(slot.held());
    }
}

/// Takes over chunks that another state has in memory.
struct TakeOver;

impl Work for TakeOver {
    fn slot<T: ChunkKind<Context = Arc<Limits>>>(
        &mut self,
        _: BlockKey,
        slot: &mut Slot<T>,
        then: Option<&Slot<T>>,
    ) {
        if let Some(then) = then {
            slot.take_over(then);
        }
    }
}

/// Blocks, in ascending order of their keys, and where they are; none if there is none any more.
type Places<'a> = &'a [(BlockKey, Option<BlockPointer>)];

fn place<'a>(places: Places<'a>, key: BlockKey) -> Option<&'a Option<BlockPointer>> {
    let at = places.binary_search_by_key(&key, |(key, _)| *key).ok()?;
    Some(&places[at].1)
}

/// Where blocks were and where they are now, in ascending order of their keys.
type Moves<'a> = &'a [(&'a BlockPointer, &'a BlockPointer)];

/// Notes that blocks have moved.
struct Move<'a>(Moves<'a>);

impl Move<'_> {
    fn moved<T: ChunkKind>(&self, key: BlockKey, slot: &mut Slot<T>) {
        let from = self.0.partition_point(|(old, _)| old.key() < key);
        for (old, new) in self.0[from..].iter().take_while(|(old, _)| old.key() == key) {
            slot.moved(old, new);
        }
    }
}

impl Work for Move<'_> {
    fn slot<T: ChunkKind<Context = Arc<Limits>>>(
        &mut self,
        key: BlockKey,
        slot: &mut Slot<T>,
        _: Option<&Slot<T>>,
    ) {
        self.moved(key, slot);
    }
}

/// Notes that chunks as they were have been stored.
struct Mark<'a> {
    places: Places<'a>,
    limits: Arc<Limits>,
}

impl Work for Mark<'_> {
    fn slot<T: ChunkKind<Context = Arc<Limits>>>(
        &mut self,
        key: BlockKey,
        slot: &mut Slot<T>,
        then: Option<&Slot<T>>,
    ) {
        let Some(then) = then else { return };
        match place(self.places, key) {
            Some(Some(pointer)) => slot.mark_stored(then, pointer, Arc::clone(&self.limits)),
            Some(None) => slot.mark_gone(then),
            None => {}
        }
    }
}

/// Lets the work on slots work on leaves.
struct OnLeaves<'a, W>(&'a mut W);

impl<W: Work> LeafWork for OnLeaves<'_, W> {
    fn leaf<K: SetKey>(&mut self, key: BlockKey, slot: &mut Slot<Keys<K>>, then: Option<&Slot<Keys<K>>>) {
        self.0.slot(key, slot, then);
    }
}

fn work_on<T: ChunkKind<Context = Arc<Limits>>>(
    chunks: &mut Chunks<T>,
    then: Option<&Chunks<T>>,
    key: BlockKey,
    work: &mut impl Work,
) {
    if chunks.place(key.index).is_some_and(|slot| !matches!(slot, Slot::Vacant)) {
        work.slot(key, chunks.place_mut(key.index), then.and_then(|then| then.place(key.index)));
    }
}

fn direction(kind: BlockKind) -> Direction {
    match kind {
        BlockKind::OutgoingLists | BlockKind::OutgoingLongLists => Direction::Outgoing,
        _ => Direction::Incoming,
    }
}

impl GraphState {
    /// The chunks that changed while they were away, and that [`GraphState::export_dirty`] will need. When they have
    /// come there may be more: lists name parts of lists.
    pub fn changed_while_away(&self) -> Misses {
        residency::collect(|| self.export_dirty(|_, _| Ok(()))).1
    }

    /// Lets go of chunks that are in memory and in an SST too. Keys of other chunks do nothing. States that share the
    /// chunks keep them.
    pub fn evict(&mut self, keys: &[BlockKey]) {
        self.partial |= !keys.is_empty();
        let mut keys = keys.to_vec();
        keys.sort_unstable();
        self.each_key(&keys, None, &mut Evict, |lists, _, key| match key.kind {
            BlockKind::OutgoingLists | BlockKind::IncomingLists => {
                if lists.slots().place(key.index).is_some_and(Slot::is_taken) {
                    lists.slots_mut().place_mut(key.index).evict();
                }
            }
            _ => lists.rework_part(key.index, key.part, |slot| {
                slot.evict();
            }),
        });
    }

    /// Takes over from another state, built on an older checkpoint, the chunks that it has in memory and whose blocks are
    /// the same here. Keys ascend. Lists come anew: they hold pointers to their parts.
    pub fn take_over(&mut self, keys: &[BlockKey], other: &GraphState) {
        self.each_key(keys, Some(other), &mut TakeOver, |_, _, _| {});
    }

    /// Which of these chunks are in memory and in an SST too, and the bytes that each takes. Keys ascend.
    pub fn held(&self, keys: &[BlockKey]) -> Vec<Came> {
        let held = RefCell::new(Vec::new());
        self.clone().each_key(keys, None, &mut Hold(&held), |lists, _, key| match key.kind {
            BlockKind::OutgoingLists | BlockKind::IncomingLists => {
                held.borrow_mut().extend(lists.slots().place(key.index).and_then(Slot::held));
            }
            _ => lists.rework_part(key.index, key.part, |slot| held.borrow_mut().extend(slot.held())),
        });
        held.into_inner()
    }

    /// Notes that blocks have moved from one place to another, where they hold the same. What points to other places is
    /// left alone.
    pub fn mark_moved(&mut self, moves: &[(BlockPointer, BlockPointer)]) {
        let mut moves: Vec<_> = moves.iter().map(|(old, new)| (old, new)).collect();
        moves.sort_by_key(|(old, _)| old.key());
        let mut keys: Vec<BlockKey> = moves.iter().map(|(old, _)| old.key()).collect();
        keys.dedup();
        let by = Move(&moves);
        self.each_key(&keys, None, &mut Move(&moves), |lists, _, key| match key.kind {
            BlockKind::OutgoingLists | BlockKind::IncomingLists => {
                if lists.slots().place(key.index).is_some_and(Slot::is_taken) {
                    by.moved(key, lists.slots_mut().place_mut(key.index));
                }
            }
            _ => lists.rework_part(key.index, key.part, |slot| by.moved(key, slot)),
        });
    }

    /// Notes that the chunks of `then`, an earlier state of this one, have been stored: where, or that they have no
    /// block any more. Keys ascend; they are those that [`GraphState::export_dirty`] gave. What has changed since stays
    /// to be stored.
    pub fn mark_stored(&mut self, places: &[(BlockKey, Option<BlockPointer>)], then: &GraphState) {
        let limits = Arc::new(Limits::of(then));
        let keys: Vec<BlockKey> = places.iter().map(|(key, _)| *key).collect();
        let mut mark = Mark { places, limits: Arc::clone(&limits) };
        self.each_key(&keys, Some(then), &mut mark, |lists, then, key| {
            let (Some(then), Some(pointer)) = (then, place(places, key)) else { return };
            match key.kind {
                BlockKind::OutgoingLists | BlockKind::IncomingLists => {
                    lists.mark_stored(then, key, pointer.as_ref(), places, &limits);
                }
                // Parts come to their places with their chunks.
                _ => lists.note_part(key.index, key.part, pointer.is_some()),
            }
        });
        for (key, pointer) in places {
            match key.kind {
                BlockKind::UuidPages => {
                    self.nodes.by_uuid.note_page(key.number, key.index, pointer.is_some())
                }
                BlockKind::NodeIndexLeaves | BlockKind::RelationshipIndexLeaves => {
                    let indexes = Arc::make_mut(&mut self.indexes);
                    match indexes.numbered_mut(key.kind, key.number) {
                        Some(index) => index.note_leaf(*key, pointer.is_some()),
                        None => indexes.note_gone(*key, pointer.is_some()),
                    }
                    if pointer.is_none() {
                        indexes.note_gone(*key, false);
                    }
                }
                _ => {}
            }
        }
    }

    /// Does something with the slots of these keys, which ascend. Lists are worked on apart.
    fn each_key(
        &mut self,
        keys: &[BlockKey],
        then: Option<&GraphState>,
        work: &mut impl Work,
        mut on_lists: impl FnMut(&mut Adjacency, Option<&Adjacency>, BlockKey),
    ) {
        let of_index = |a: &BlockKey, b: &BlockKey| {
            let is_leaf = matches!(a.kind, BlockKind::NodeIndexLeaves | BlockKind::RelationshipIndexLeaves);
            is_leaf && (a.kind, a.number) == (b.kind, b.number)
        };
        for run in keys.chunk_by(of_index) {
            let key = run[0];
            let number = u64::from(key.number);
            match key.kind {
                BlockKind::OutgoingLists
                | BlockKind::OutgoingLongLists
                | BlockKind::IncomingLists
                | BlockKind::IncomingLongLists => {
                    let then = then.and_then(|then| then.adjacency.get(number));
                    if let Some(both) = self.adjacency.get_mut(number) {
                        match direction(key.kind) {
                            Direction::Outgoing => {
                                on_lists(&mut both.outgoing, then.map(|t| &t.outgoing), key)
                            }
                            Direction::Incoming => {
                                on_lists(&mut both.incoming, then.map(|t| &t.incoming), key)
                            }
                        }
                    }
                }
                BlockKind::NodeIndexLeaves | BlockKind::RelationshipIndexLeaves => {
                    let then = then.and_then(|then| then.indexes.numbered(key.kind, key.number));
                    let indexes = Arc::make_mut(&mut self.indexes);
                    if let Some(index) = indexes.numbered_mut(key.kind, key.number) {
                        index.work_on(run, then, &mut OnLeaves(work));
                    }
                }
                BlockKind::UuidPages => {
                    let then = then.and_then(|then| then.nodes.by_uuid.page_at(key.number, key.index));
                    if let Some(slot) = self.nodes.by_uuid.page_at_mut(key.number, key.index) {
                        work.slot(key, slot, then);
                    }
                }
                _ => self.column_key(key, then, work),
            }
        }
    }

    fn column_key(&mut self, key: BlockKey, then: Option<&GraphState>, work: &mut impl Work) {
        fn bitmap(bitmap: &mut Bitmap, then: Option<&Bitmap>, key: BlockKey, work: &mut impl Work) {
            work_on(bitmap.slots_mut(), then.map(Bitmap::slots), key, work);
        }
        fn packed(
            column: &mut PackedColumn,
            then: Option<&PackedColumn>,
            key: BlockKey,
            work: &mut impl Work,
        ) {
            work_on(column.slots_mut(), then.map(PackedColumn::slots), key, work);
        }
        fn column(
            columns: &mut Directory<Column>,
            then: Option<&Directory<Column>>,
            key: BlockKey,
            work: &mut impl Work,
        ) {
            let number = u64::from(key.number);
            if let Some(column) = columns.get_mut(number) {
                let then = then.and_then(|then| then.get(number));
                work_on(column.slots_mut(), then.map(Column::slots), key, work);
            }
        }
        let (nodes, relationships) = (&mut self.nodes, &mut self.relationships);
        let (then_nodes, then_relationships) =
            (then.map(|then| &then.nodes), then.map(|then| &then.relationships));
        match key.kind {
            BlockKind::LiveNodes => bitmap(&mut nodes.live, then_nodes.map(|n| &n.live), key, work),
            BlockKind::LabelNodes => {
                let number = u64::from(key.number);
                if let Some(label) = nodes.labels.get_mut(number) {
                    bitmap(label, then_nodes.and_then(|n| n.labels.get(number)), key, work);
                }
            }
            BlockKind::NodeUuids => {
                work_on(nodes.uuids.slots_mut(), then_nodes.map(|n| n.uuids.slots()), key, work);
            }
            BlockKind::NodeSeqs => packed(&mut nodes.seqs, then_nodes.map(|n| &n.seqs), key, work),
            BlockKind::NodeProperties => {
                column(&mut nodes.columns, then_nodes.map(|n| &n.columns), key, work)
            }
            BlockKind::LiveRelationships => {
                bitmap(&mut relationships.live, then_relationships.map(|r| &r.live), key, work);
            }
            BlockKind::RelationshipTypes => {
                packed(&mut relationships.types, then_relationships.map(|r| &r.types), key, work);
            }
            BlockKind::RelationshipSources => {
                packed(&mut relationships.sources, then_relationships.map(|r| &r.sources), key, work);
            }
            BlockKind::RelationshipTargets => {
                packed(&mut relationships.targets, then_relationships.map(|r| &r.targets), key, work);
            }
            BlockKind::RelationshipSeqs => {
                packed(&mut relationships.seqs, then_relationships.map(|r| &r.seqs), key, work);
            }
            BlockKind::RelationshipProperties => {
                column(&mut relationships.columns, then_relationships.map(|r| &r.columns), key, work);
            }
            BlockKind::Tokens => {
                work_on(&mut self.tokens.pages, then.map(|then| &then.tokens.pages), key, work);
            }
            _ => {}
        }
    }
}

impl Adjacency {
    /// Does something with the slot of a part of a long list.
    fn rework_part(&mut self, source: u64, part: u32, work: impl FnOnce(&mut Slot<Group>)) {
        let (width_bits, index) = (self.width_bits(), source >> self.width_bits());
        let offset = (source & ((1 << width_bits) - 1)) as u16;
        if !self.slots().place(index).is_some_and(Slot::is_taken) {
            return;
        }
        let mut work = Some(work);
        let rework = |long: &[(u16, Arc<LongList>)]| -> Option<Vec<(u16, Arc<LongList>)>> {
            let at = long.binary_search_by_key(&offset, |(offset, _)| *offset).ok()?;
            let mut long = long.to_vec();
            let slot = Arc::make_mut(&mut long[at].1).part_mut(part)?;
            work.take()?(slot);
            Some(long)
        };
        self.slots_mut().place_mut(index).rework_long_lists(rework);
    }

    /// Notes that a chunk as it was in `then` has been stored, with the parts of its long lists.
    fn mark_stored(
        &mut self,
        then: &Adjacency,
        key: BlockKey,
        pointer: Option<&BlockPointer>,
        places: Places<'_>,
        limits: &Arc<Limits>,
    ) {
        self.note_blocks();
        let (Some(was), width_bits) = (then.slots().place(key.index), then.width_bits()) else { return };
        if self.width_bits() != width_bits {
            // Since then all was built anew, so that block belongs to nothing any more.
            let slot = self.slots_mut().place_mut(key.index);
            if !slot.is_taken() {
                *slot = if pointer.is_some() { Slot::Removed } else { Slot::Vacant };
            }
            return;
        }
        let slot = self.slots_mut().place_mut(key.index);
        let (Some(pointer), Ok(Some(chunk))) = (pointer, was.peek()) else {
            slot.mark_gone(was);
            return;
        };
        let kind = if key.kind == BlockKind::OutgoingLists {
            BlockKind::OutgoingLongLists
        } else {
            BlockKind::IncomingLongLists
        };
        let mark_part = |source: u64, part: u32, slot: &mut Slot<Group>, then: &Slot<Group>| {
            let part = BlockKey { part, ..BlockKey::new(kind, u64::from(key.number), source) };
            if let Some(Some(pointer)) = place(places, part) {
                slot.mark_stored(then, pointer, Arc::clone(limits));
            }
        };
        let source = |offset: u16| key.index << width_bits | u64::from(offset);
        let mark_all = |long: &[(u16, Arc<LongList>)], then: &[(u16, Arc<LongList>)]| -> Vec<_> {
            let mut long = long.to_vec();
            for (offset, list) in &mut long {
                let Ok(at) = then.binary_search_by_key(offset, |(offset, _)| *offset) else { continue };
                for (number, _, was) in then[at].1.parts() {
                    if list.part(number).is_some()
                        && let Some(slot) = Arc::make_mut(list).part_mut(number)
                    {
                        mark_part(source(*offset), number, slot, was);
                    }
                }
            }
            long
        };
        let long = mark_all(chunk.long_lists(), chunk.long_lists());
        let context = ListsContext {
            limits: Arc::clone(limits),
            width_bits,
            long: (!long.is_empty()).then(|| long.into()),
        };
        match slot {
            Slot::Stored(_) | Slot::Resident(_) if slot.is_same(was) => {
                let here = chunk.clone().with_long_lists(context.long().to_vec());
                match here.filter(|_| context.long.is_some()) {
                    Some(chunk) => *slot = Slot::stored(pointer.clone(), context, Arc::new(chunk)),
                    None => slot.mark_stored(was, pointer, context),
                }
            }
            Slot::Resident(_) => slot.rework_long_lists(|long| Some(mark_all(long, chunk.long_lists()))),
            Slot::Stored(_) => {
                slot.mark_stored(was, pointer, context);
                // Its long lists know of the old places.
                slot.evict();
            }
            Slot::Vacant | Slot::Removed => slot.mark_stored(was, pointer, context),
        }
    }
}

impl Slot<AdjacencyChunk> {
    /// Puts other long lists in place of those that there are, where `rework` gives some.
    fn rework_long_lists(
        &mut self,
        rework: impl FnOnce(&[(u16, Arc<LongList>)]) -> Option<Vec<(u16, Arc<LongList>)>>,
    ) {
        match self {
            Slot::Resident(chunk) => {
                if let Some(long) = rework(chunk.long_lists())
                    && let Some(chunk) = (**chunk).clone().with_long_lists(long)
                {
                    *self = Slot::new(chunk);
                }
            }
            Slot::Stored(stored) => {
                if let Some(long) = rework(stored.context().long()) {
                    let chunk = stored.clean_chunk().map(|chunk| (**chunk).clone());
                    let chunk = chunk.and_then(|chunk| chunk.with_long_lists(long.clone()));
                    let context = ListsContext { long: Some(long.into()), ..stored.context().clone() };
                    let reworked = stored.with_context(context);
                    *self = Slot::Stored(Arc::new(match chunk {
                        Some(chunk) => reworked.with_chunk(chunk),
                        // Patches have changed its long lists: let it come again.
                        None => reworked,
                    }));
                }
            }
            Slot::Vacant | Slot::Removed => {}
        }
    }
}
