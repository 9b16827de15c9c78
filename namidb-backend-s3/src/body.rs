//! The body of an answer, and how long the service may be silent in the middle of it.
//!
//! The SDK's time of an attempt ends where a body begins that is handed out as it comes, and so do its retries.

use crate::error::Call;
use aws_sdk_s3::primitives::ByteStream;
use bytes::Bytes;
use namidb_core::object_store::Result;
use namidb_core::runtime::{TokioRuntime, within};
use std::time::Duration;

/// All of a body.
///
/// # Errors
/// [`TimedOut`](namidb_core::object_store::ErrorKind::TimedOut) if nothing of it comes for so long,
/// [`Unavailable`](namidb_core::object_store::ErrorKind::Unavailable) if it ends before it is whole.
pub(crate) async fn whole(call: &Call<'_>, mut body: ByteStream, silence_max: Duration) -> Result<Bytes> {
    let mut parts: Vec<Bytes> = Vec::new();
    loop {
        let next = match TokioRuntime::current() {
            Some(runtime) => within(&runtime, silence_max, body.next()).await,
            // A client of another runtime's: it has times of its own.
            None => Some(body.next().await),
        };
        match next {
            Some(Some(Ok(part))) => parts.push(part),
            Some(Some(Err(error))) => return Err(call.cut_off(&error)),
            Some(None) => break,
            None => return Err(call.fell_silent(silence_max)),
        }
    }
    // What came in one piece is not copied.
    Ok(if parts.len() == 1 { parts.swap_remove(0) } else { parts.concat().into() })
}
