//! Putting a record into its slot: one attempt, and what it says.
//!
//! This and the manifest's store are the only places that put with a condition, beside the self-test.

use super::record::Encoded;
use super::tail::{Slot, read_body, read_window};
use crate::layout::Layout;
use crate::object_store::layers::{Settled, settle};
use crate::object_store::{self, Effect, ErrorKind, ObjectStore, ObjectStoreExt, ServerTime};
use futures_util::future::join;

/// What one attempt to create a slot says. None of it holds before the look rule has been obeyed.
#[derive(Debug)]
pub enum Attempt {
    /// The slot was created, now or by an earlier attempt: our bytes are in it.
    Ours {
        /// The store's time of the answer.
        answered: Option<ServerTime>,
    },
    /// The slot holds other bytes. These are they, and the slots that were read with it.
    Other(Vec<Slot>),
    /// The slot was taken, and then nothing was there.
    Gone,
    /// Nothing is known: this attempt may have been applied, or may be yet.
    Unknown(object_store::Error),
    /// This attempt was not applied.
    Refused(object_store::Error),
}

/// Puts the frozen bytes into their slot, once (the layers below send again what got no answer), and reads
/// back what is there if the slot was taken, and with it so many slots above: whoever has lost wants the end of the log.
pub async fn append(store: &dyn ObjectStore, layout: &Layout, encoded: &Encoded, above: u64) -> Attempt {
    let seq = encoded.header.seq;
    let path = layout.slot(seq);
    match store.create(&path, encoded.record.clone()).await {
        Ok(receipt) => Attempt::Ours { answered: receipt.server_time },
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            // Perhaps taken by ourselves: an attempt before this one, or one that a client library hid.
            let settled = settle(store, &path, &encoded.record);
            let (settled, above) = join(settled, read_window(store, layout, seq.next(), above)).await;
            match settled {
                Ok(Settled::Ours(meta)) => Attempt::Ours { answered: meta.server_time },
                Ok(Settled::Other(object)) => match read_body(store, layout, seq, object).await {
                    // What could not be read above is read again.
                    Ok(lost) => Attempt::Other([vec![lost], above.unwrap_or_default()].concat()),
                    Err(error) => Attempt::Unknown(error),
                },
                Ok(Settled::Missing) => Attempt::Gone,
                Err(error) => Attempt::Unknown(error),
            }
        }
        Err(error) if error.effect() == Effect::Unknown => Attempt::Unknown(error),
        Err(error) => Attempt::Refused(error),
    }
}

/// Puts the body of a record that is too large to lie in it. Its name holds its hash and the slot's number, so
/// whatever is there already is the same, and it is collected with the slot.
///
/// # Errors
/// Those of the store.
pub async fn append_body(
    store: &dyn ObjectStore,
    layout: &Layout,
    encoded: &Encoded,
) -> object_store::Result<()> {
    if let Some(body) = &encoded.body {
        let path = layout.body(encoded.header.seq, &encoded.header.body_hash);
        store.overwrite(&path, body.clone()).await?;
    }
    Ok(())
}
