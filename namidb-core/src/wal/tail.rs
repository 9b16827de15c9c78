//! Reading the log: what is in a slot, and which slots there are.

use super::record::Header;
use crate::error::Result;
use crate::ids::Seq;
use crate::layout::{Layout, slot_of};
use crate::object_store::{self, ErrorKind, GetOptions, Object, ObjectStore, ObjectStoreExt, ServerTime};
use bytes::Bytes;
use futures_util::future::join_all;

/// Paths asked for in one page of a list.
const PAGE: usize = 1_000;

/// What a store answered about a slot. It holds only under the look rule.
#[derive(Clone, Debug)]
pub struct Slot {
    /// The slot.
    pub seq: Seq,
    /// The record and, if it lies apart, its body; none if the slot is absent.
    pub bytes: Option<(Bytes, Option<Bytes>)>,
    /// The store's time of the answer.
    pub answered: Option<ServerTime>,
}

/// Reads a slot, and the body of its record if that lies apart.
///
/// A record of this process itself may be shown that is not durable yet: nothing here settles its put, and whatever is put
/// after it waits until it is durable.
///
/// A body that is absent makes the slot's bytes come without it, and decoding then fails: whether that is
/// corruption, or the slot has been collected meanwhile, is for the look rule to say.
///
/// # Errors
/// Those of the store, but not that the slot is absent: that is an answer.
pub async fn read_slot(store: &dyn ObjectStore, layout: &Layout, seq: Seq) -> Result<Slot> {
    let object = match store.get(&layout.slot(seq), GetOptions::whole().at_a_glance()).await {
        Ok(object) => object,
        Err(error) if error.is_not_found() => {
            return Ok(Slot { seq, bytes: None, answered: error.server_time() });
        }
        Err(error) => return Err(error.into()),
    };
    Ok(read_body(store, layout, seq, object).await?)
}

/// A slot that was read, with the body of its record if that lies apart.
pub(super) async fn read_body(
    store: &dyn ObjectStore,
    layout: &Layout,
    seq: Seq,
    record: Object,
) -> object_store::Result<Slot> {
    let body = match Header::decode(&record.bytes) {
        Ok(header) if header.apart => match store.read(&layout.body(seq, &header.body_hash)).await {
            Ok(body) => Some(body.bytes),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        },
        _ => None,
    };
    Ok(Slot { seq, bytes: Some((record.bytes, body)), answered: record.meta.server_time })
}

/// Reads slots that follow one another, together.
///
/// # Errors
/// As [`read_slot`].
pub async fn read_window(
    store: &dyn ObjectStore,
    layout: &Layout,
    from: Seq,
    count: u64,
) -> Result<Vec<Slot>> {
    let slots = (0..count).map(|n| read_slot(store, layout, Seq(from.0.saturating_add(n))));
    join_all(slots).await.into_iter().collect()
}

/// The highest slot above `after` that a list shows, if it shows one. Lists may lag: what it does not show may
/// be there.
///
/// # Errors
/// Those of the store.
pub async fn last_slot(store: &dyn ObjectStore, layout: &Layout, after: Seq) -> Result<Option<Seq>> {
    let mut start = layout.slot(after);
    let mut last = None;
    loop {
        let page = store.list(layout.wal(), Some(&start), PAGE).await?;
        last = page.paths.iter().filter_map(slot_of).max().max(last);
        match page.paths.last() {
            Some(path) if page.more => start = path.clone(),
            _ => return Ok(last),
        }
    }
}
