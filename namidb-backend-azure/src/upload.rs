//! Putting an object: small ones in one request, large ones as blocks that a list makes an object.
//!
//! Blocks are staged in any order and seen by nobody; the list that names them is committed in one step, and that
//! step has the condition. Whoever commits a list for a path sweeps away all other blocks that were staged for
//! it, so of two large puts at the same time the slower one may find its blocks gone: nothing of it was applied.

use crate::builder::Clients;
use crate::condition::Headers;
use crate::error::{INVALID_BLOCK_LIST, STORE, code_of, failed, put_failed, server_time};
use crate::version::version_of;
use azure_core::http::headers::{ETAG, Headers as AnswerHeaders};
use azure_core::http::{RequestContent, XmlFormat};
use azure_storage_blob::models::{
    BlobClientUploadOptions, BlockBlobClientCommitBlockListOptions, BlockLookupList,
};
use azure_storage_blob::{BlobClient, BlockBlobClient};
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use namidb_core::object_store::{Error, ErrorKind, ObjectPath, Operation, PutCondition, PutReceipt, Result};
use namidb_core::runtime::system;
use std::num::NonZero;

/// What is larger than this goes in blocks of this size.
const BLOCK_BYTES: usize = 4 << 20;

/// The most blocks of an object.
const BLOCKS_MAX: u64 = 50_000;

/// The largest object.
pub(crate) const OBJECT_BYTES_MAX: u64 = BLOCKS_MAX * (BLOCK_BYTES as u64);

/// How many blocks are on their way at once.
const BLOCKS_AT_ONCE: usize = 4;

/// Writes an object if the condition holds.
pub(crate) async fn put(
    clients: &Clients,
    path: &ObjectPath,
    payload: Bytes,
    condition: &PutCondition,
) -> Result<PutReceipt> {
    if payload.len() <= BLOCK_BYTES {
        return whole(&clients.once.blob_client(path.as_str()), path, payload, condition).await;
    }
    let blocks = stage(&clients.again.blob_client(path.as_str()).block_blob_client(), path, &payload).await?;
    commit(clients, path, blocks, condition).await
}

/// One request, which is the whole put.
async fn whole(
    blob: &BlobClient,
    path: &ObjectPath,
    payload: Bytes,
    condition: &PutCondition,
) -> Result<PutReceipt> {
    let Headers { if_none_match, if_match } = Headers::from(condition);
    let options = BlobClientUploadOptions {
        if_none_match,
        if_match,
        // The SDK splits what is larger than this, and it is not.
        partition_size: Some(NonZero::<u64>::MAX),
        ..Default::default()
    };
    let answer = Box::pin(blob.upload(payload.into(), Some(options))).await;
    let answer = answer.map_err(|error| put_failed(&error, path, condition))?;
    receipt(answer.raw_response.headers(), path)
}

/// Sends the blocks, and gives their names in their order. A block may be sent twice, so its client repeats.
async fn stage(blob: &BlockBlobClient, path: &ObjectPath, payload: &Bytes) -> Result<Vec<Vec<u8>>> {
    // Blocks of all who put to a path have one space of names: these are nobody else's.
    let upload = system::random_u128();
    let count = payload.len().div_ceil(BLOCK_BYTES);
    let staged = stream::iter(0..count).map(|number| async move {
        let (start, end) = (number * BLOCK_BYTES, payload.len().min((number + 1) * BLOCK_BYTES));
        let (block, name) = (payload.slice(start..end), block_name(upload, number));
        let length = u64::try_from(block.len()).unwrap_or(u64::MAX);
        Box::pin(blob.stage_block(&name, length, block.into(), None))
            .await
            // Whatever became of the block, without a list it is no object.
            .map_err(|error| {
                put_failed(&error, path, &PutCondition::Always)
                    .with_effect(namidb_core::object_store::Effect::NotApplied)
            })?;
        Ok(name)
    });
    staged.buffered(BLOCKS_AT_ONCE).try_collect().await
}

/// The name of a block. All names of an object must be equally long.
fn block_name(upload: u128, number: usize) -> Vec<u8> {
    let mut name = upload.to_be_bytes().to_vec();
    name.extend((number as u64).to_be_bytes());
    name
}

/// Makes the blocks an object.
async fn commit(
    clients: &Clients,
    path: &ObjectPath,
    blocks: Vec<Vec<u8>>,
    condition: &PutCondition,
) -> Result<PutReceipt> {
    let list = BlockLookupList { latest: Some(blocks), ..Default::default() };
    let list: RequestContent<BlockLookupList, XmlFormat> =
        list.try_into().map_err(|error| put_failed(&error, path, condition))?;
    let Headers { if_none_match, if_match } = Headers::from(condition);
    let options = BlockBlobClientCommitBlockListOptions { if_none_match, if_match, ..Default::default() };
    let blob = clients.once.blob_client(path.as_str()).block_blob_client();
    match Box::pin(blob.commit_block_list(list, Some(options))).await {
        Ok(answer) => receipt(answer.headers(), path),
        Err(error) if code_of(&error) == Some(INVALID_BLOCK_LIST) => {
            let swept = put_failed(&error, path, condition);
            Err(lost_to(clients, path, condition).await.unwrap_or(swept))
        }
        Err(error) => Err(put_failed(&error, path, condition)),
    }
}

/// Whether the condition of a put whose blocks were swept away does not hold any more: then that is the answer.
async fn lost_to(clients: &Clients, path: &ObjectPath, condition: &PutCondition) -> Option<Error> {
    let looked = Box::pin(clients.again.blob_client(path.as_str()).get_properties(None)).await;
    let (present, time) = match &looked {
        Ok(answer) => {
            (answer.headers().get_optional_str(&ETAG).map(version_of), server_time(answer.headers()))
        }
        Err(error) => {
            let error = failed(error, Operation::Head, path);
            if !error.is_not_found() {
                return None;
            }
            (None, error.server_time())
        }
    };
    let kind = match condition {
        PutCondition::IfAbsent if present.is_some() => ErrorKind::AlreadyExists,
        PutCondition::IfMatch(version) if present.as_ref() != Some(version) => ErrorKind::VersionMismatch,
        _ => return None,
    };
    Some(Error::new(kind, STORE, Operation::Put).with_path(path).with_server_time(time))
}

fn receipt(headers: &AnswerHeaders, path: &ObjectPath) -> Result<PutReceipt> {
    let Some(etag) = headers.get_optional_str(&ETAG) else {
        return Err(Error::new(ErrorKind::Unexpected, STORE, Operation::Put)
            .with_path(path)
            .with_source("the answer has no ETag"));
    };
    Ok(PutReceipt { version: version_of(etag), server_time: server_time(headers) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_blocks_are_equally_long_and_all_different() {
        let names: Vec<_> = [(1, 0), (1, 1), (1, 49_999), (2, 0)].map(|(a, b)| block_name(a, b)).into();
        assert!(names.iter().all(|name| name.len() == 24));
        assert!(names.iter().enumerate().all(|(at, name)| !names[at + 1..].contains(name)));
    }
}
