//! Getting a whole file: in parts, many at once.

use crate::error::{Error, ErrorCode, Result};
use crate::object_store::{GetOptions, ObjectPath, ObjectStore};
use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, TryStreamExt, stream};

/// Bytes of one part: long enough that the request costs little, short enough that many go side by side.
const PART_BYTES: u64 = 8 << 20;

/// Parts under way at a time.
const PARTS_AT_ONCE: usize = 8;

/// Gets an object that has `bytes` bytes.
///
/// # Errors
/// Those of the store; `Corruption` if the object has another size.
pub async fn fetch(store: &dyn ObjectStore, path: &ObjectPath, bytes: u64) -> Result<Bytes> {
    let part = |start: u64| async move {
        let options = if bytes <= PART_BYTES {
            GetOptions::whole()
        } else {
            GetOptions::range(start..(start + PART_BYTES).min(bytes))
        };
        let expected = bytes.min(PART_BYTES).min(bytes - start);
        let object = store.get(path, options).await?;
        if object.meta.size != bytes || object.bytes.len() as u64 != expected {
            return Err(Error::new(
                ErrorCode::Corruption,
                format!("an object has {} bytes, the manifest says {bytes}", object.meta.size),
            )
            .with_detail("object", path));
        }
        Ok(object.bytes)
    };
    if bytes <= PART_BYTES {
        return part(0).await;
    }
    let starts = (0..bytes.div_ceil(PART_BYTES)).map(|n| n * PART_BYTES);
    let mut parts = stream::iter(starts.map(part)).buffered(PARTS_AT_ONCE);
    let mut whole = BytesMut::new();
    while let Some(part) = parts.try_next().await? {
        whole.extend_from_slice(&part);
    }
    Ok(whole.freeze())
}
