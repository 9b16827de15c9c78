//! Heads.

use crate::case::{Context, Outcome, ensure, pattern};
use namidb_core::object_store::{ObjectMeta, ObjectStoreExt};

pub(crate) async fn a_head_tells_what_a_get_tells(context: Context) -> Outcome {
    for (number, size) in [0, 1, 1_000, 300_000].into_iter().enumerate() {
        let path = context.path(format!("a/{number}"))?;
        context.store.create(&path, pattern(1, size)).await?;
        for store in [&context.store, &context.other] {
            let (get, head) = (store.read(&path).await?.meta, store.head(&path).await?);
            // The answers are given at two times.
            let get = ObjectMeta { server_time: head.server_time, ..get };
            ensure!(get == head, "get tells {get:?}, and head {head:?}");
        }
    }
    Ok(())
}
