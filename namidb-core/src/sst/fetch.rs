//! Getting parts of files: many at once.

use super::{Tail, TailRef};
use crate::error::{Error, ErrorCode, Result};
use crate::object_store::{ErrorKind, GetOptions, ObjectPath, ObjectStore};
use crate::residency::BlockPointer;
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use std::ops::Range;

/// Requests under way at a time.
const AT_ONCE: usize = 64;

/// Bytes of one request: long enough that it costs little, short enough that many go side by side.
const PART_BYTES: u64 = 8 << 20;

/// What lies between two blocks is read with them if it is not more than this: a request costs more.
const GAP_BYTES: u64 = 16 << 10;

/// Gets the tails of files, all together.
///
/// # Errors
/// Those of the store; `Corruption` and `FormatVersion` as in [`Tail::parse`].
pub async fn fetch_tails(store: &dyn ObjectStore, files: Vec<TailRef>) -> Result<Vec<Tail>> {
    let tails = files.into_iter().map(|named| async move {
        let from = named.bytes.saturating_sub(named.tail_bytes);
        let tail = get(store, &named.path, from..named.bytes, named.bytes).await?;
        Tail::parse(&named, &tail)
    });
    stream::iter(tails).buffered(AT_ONCE).try_collect().await
}

/// Gets what is stored at these places, which are in ascending order of (file, offset) or nearly so: neighbours come
/// with one request. Nothing is compared with its checksum yet.
///
/// # Errors
/// Those of the store; `Corruption` if a file has another size than it is said to have.
pub async fn fetch_stored(store: &dyn ObjectStore, places: Vec<BlockPointer>) -> Result<Vec<Bytes>> {
    let places = places.as_slice();
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by_key(|n| (&places[*n].sst().path, places[*n].entry().offset));
    let mut parts: Vec<(Range<u64>, Vec<usize>)> = Vec::new();
    for n in order {
        let (pointer, range) = (&places[n], range(&places[n]));
        if let Some((part, members)) = parts.last_mut()
            && members.first().is_some_and(|first| places[*first].sst().path == pointer.sst().path)
            && range.start <= part.end.saturating_add(GAP_BYTES)
            && range.end.saturating_sub(part.start) <= PART_BYTES
        {
            part.end = part.end.max(range.end);
            members.push(n);
        } else {
            parts.push((range, vec![n]));
        }
    }
    let mut stored = vec![Bytes::new(); places.len()];
    let requests = parts.into_iter().map(|(part, members)| async move {
        let Some(file) = members.first().map(|first| places[*first].sst()) else {
            return Ok((part, members, Bytes::new()));
        };
        let bytes = get(store, &file.path, part.clone(), file.bytes).await?;
        Ok::<_, Error>((part, members, bytes))
    });
    let mut requests = stream::iter(requests).buffer_unordered(AT_ONCE);
    while let Some((part, members, bytes)) = requests.try_next().await? {
        for n in members {
            let range = range(&places[n]);
            let (from, to) = (range.start - part.start, range.end - part.start);
            stored[n] = bytes.slice(from as usize..to as usize);
        }
    }
    Ok(stored)
}

fn range(pointer: &BlockPointer) -> Range<u64> {
    let entry = pointer.entry();
    entry.offset..entry.offset + u64::from(entry.stored_bytes)
}

/// A range of an object that has `size` bytes.
async fn get(store: &dyn ObjectStore, path: &ObjectPath, range: Range<u64>, size: u64) -> Result<Bytes> {
    if range.is_empty() {
        return Ok(Bytes::new());
    }
    let expected = range.end - range.start;
    let object = store.get(path, GetOptions::range(range)).await.map_err(|error| match error.kind() {
        ErrorKind::NotFound => missing(path).with_source(error),
        // What was asked for lies in the file as it was written.
        ErrorKind::InvalidInput => {
            let problem = format!("an SST ends too early: it was written with {size} bytes");
            Error::new(ErrorCode::Corruption, problem).with_detail("object", path).with_source(error)
        }
        _ => error.into(),
    })?;
    if object.meta.size != size || object.bytes.len() as u64 != expected {
        let problem = format!("an SST has {} bytes, and was written with {size}", object.meta.size);
        return Err(Error::new(ErrorCode::Corruption, problem).with_detail("object", path));
    }
    Ok(object.bytes)
}

/// A file is gone that the caller still points to.
fn missing(path: &ObjectPath) -> Error {
    Error::new(ErrorCode::SnapshotExpired, "an SST that the snapshot reads from was collected")
        .with_hint("Read again on a newer snapshot; pin what must stay readable for long")
        .with_detail("object", path)
}
