//! Large puts: parts that nobody sees, and one step that makes an object of them if the condition holds.
//!
//! An upload that does not come to its end, because a part failed, the condition does not hold or the future was
//! dropped, is aborted in the background. That needs a permission of its own; without it the parts stay until a
//! lifecycle rule of the bucket removes them. They are never seen.

use crate::answered::Answered;
use crate::condition::Headers;
use crate::error::Call;
use crate::store::Bucket;
use crate::version::version;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use namidb_core::object_store::{Effect, ErrorKind, PutReceipt, Result};
use namidb_core::runtime::{Runtime, TokioRuntime};
use std::sync::Arc;

/// What is larger goes in parts. Below it one request is quicker than three, and half a minute is enough for it at
/// 5 Mbit/s.
pub(crate) const SINGLE_BYTES_MAX: usize = 16 << 20;

/// The size of a part: at least 5 MiB, says S3; small enough that one that fails is soon sent again.
const PART_BYTES: usize = 8 << 20;

/// How many parts an upload may have.
const PARTS_MAX: usize = 10_000;

/// How many parts are under way at once.
const PARTS_AT_ONCE: usize = 8;

/// The size of the parts of an object: [`PART_BYTES`] unless there would be too many of them.
fn part_bytes(total: usize) -> usize {
    PART_BYTES.max(total.div_ceil(PARTS_MAX))
}

impl Bucket {
    /// Puts in parts.
    pub(crate) async fn put_in_parts(
        self: &Arc<Bucket>,
        call: &Call<'_>,
        payload: &Bytes,
        headers: Headers,
    ) -> Result<PutReceipt> {
        // Until the last step nothing can be seen, whatever goes wrong.
        let unfinished = self.begin(call).await.map_err(|error| error.with_effect(Effect::NotApplied))?;
        let size = part_bytes(payload.len());
        let parts = (1..).zip((0..payload.len()).step_by(size)).map(|(number, start)| {
            let part = payload.slice(start..payload.len().min(start + size));
            Box::pin(self.send_part(call, &unfinished, number, part))
        });
        let parts: Vec<CompletedPart> = stream::iter(parts)
            .buffered(PARTS_AT_ONCE)
            .try_collect()
            .await
            .map_err(|error| error.with_effect(Effect::NotApplied))?;
        let receipt = self.complete(call, &unfinished, parts, headers).await?;
        unfinished.finish();
        Ok(receipt)
    }

    async fn begin(self: &Arc<Bucket>, call: &Call<'_>) -> Result<Unfinished> {
        let answered = Answered::not_yet();
        let key = self.key(call.path);
        let request = self
            .again
            .create_multipart_upload()
            .bucket(&self.name)
            .key(&key)
            .set_server_side_encryption(self.encryption.clone())
            .set_checksum_algorithm(self.checksum.clone())
            .set_request_payer(self.payer.clone());
        let answer = Box::pin(request.customize().interceptor(answered.clone()).send())
            .await
            .map_err(|error| call.failed(&error, &answered))?;
        let id = answer.upload_id.ok_or_else(|| {
            call.refused(ErrorKind::Unexpected).with_source("the upload that was begun has no id")
        })?;
        Ok(Unfinished { bucket: Some(Arc::clone(self)), key, id })
    }

    async fn send_part(
        &self,
        call: &Call<'_>,
        upload: &Unfinished,
        number: i32,
        part: Bytes,
    ) -> Result<CompletedPart> {
        let answered = Answered::not_yet();
        let request = self
            .again
            .upload_part()
            .bucket(&self.name)
            .key(&upload.key)
            .upload_id(&upload.id)
            .part_number(number)
            .body(ByteStream::from(part))
            .set_checksum_algorithm(self.checksum.clone())
            .set_request_payer(self.payer.clone());
        let answer = Box::pin(request.customize().interceptor(answered.clone()).send())
            .await
            .map_err(|error| call.failed(&error, &answered))?;
        Ok(CompletedPart::builder()
            .part_number(number)
            .set_e_tag(answer.e_tag)
            .set_checksum_crc32(answer.checksum_crc32)
            .build())
    }

    /// The step at which the condition is checked. It is sent once.
    async fn complete(
        &self,
        call: &Call<'_>,
        upload: &Unfinished,
        parts: Vec<CompletedPart>,
        headers: Headers,
    ) -> Result<PutReceipt> {
        let answered = Answered::not_yet();
        let request = self
            .once
            .complete_multipart_upload()
            .bucket(&self.name)
            .key(&upload.key)
            .upload_id(&upload.id)
            .multipart_upload(CompletedMultipartUpload::builder().set_parts(Some(parts)).build())
            .set_if_none_match(headers.if_none_match)
            .set_if_match(headers.if_match)
            .set_request_payer(self.payer.clone());
        let answer = Box::pin(request.customize().interceptor(answered.clone()).send())
            .await
            .map_err(|error| call.failed(&error, &answered))?;
        Ok(PutReceipt { version: version(answer.e_tag(), call)?, server_time: answered.at() })
    }
}

/// An upload that is aborted when it is let go of, unless it is complete.
#[derive(Debug)]
struct Unfinished {
    bucket: Option<Arc<Bucket>>,
    key: String,
    id: String,
}

impl Unfinished {
    fn finish(mut self) {
        self.bucket = None;
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        let (Some(bucket), Some(runtime)) = (self.bucket.take(), TokioRuntime::current()) else { return };
        let (key, id) = (std::mem::take(&mut self.key), std::mem::take(&mut self.id));
        let abort = async move {
            let request = bucket
                .again
                .abort_multipart_upload()
                .bucket(&bucket.name)
                .key(key)
                .upload_id(id)
                .set_request_payer(bucket.payer.clone());
            // Where it is not allowed the bucket has a rule for it.
            drop(Box::pin(request.send()).await);
        };
        runtime.spawn("abort an upload", Box::pin(abort));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_has_no_more_parts_than_it_may_have() {
        assert_eq!(part_bytes(SINGLE_BYTES_MAX + 1), PART_BYTES);
        assert_eq!(part_bytes(PART_BYTES * PARTS_MAX), PART_BYTES);
        for total in [PART_BYTES * PARTS_MAX + 1, 5 << 40] {
            assert!(total.div_ceil(part_bytes(total)) <= PARTS_MAX, "{total}");
        }
    }
}
