//! Requests and answers that get lost between the client and an HTTP server, by a proxy that cuts connections
//! (sentences 10, 12 and 13). Here a backend shows that its SDK does not try again behind its back, and that it reads
//! the network's errors for what they are.

use super::retried::{expect_applied, retry};
use crate::case::{Context, Failure, Outcome, ensure, pattern, unique};
use crate::proxy::Fate;
use bytes::Bytes;
use namidb_core::object_store::{
    Effect, ErrorKind, ObjectPath, ObjectStore, ObjectStoreExt, ObjectVersion, PutCondition, PutReceipt,
    Result as StoreResult,
};
use std::time::Duration;

/// Puts by the client behind the proxy, once if absent and once if the version matches, while the proxy does
/// something to the request.
async fn each_condition(
    context: &Context,
    fate: Fate,
    size: usize,
) -> Result<Vec<(ObjectPath, Bytes, Option<Bytes>, StoreResult<PutReceipt>)>, Failure> {
    let proxied = context.proxied()?;
    let mut puts = Vec::new();
    for replaces in [false, true] {
        let path = context.path(format!("{size}-{replaces}-{}", puts.len()))?;
        let old = unique("old");
        let condition = match replaces {
            false => PutCondition::IfAbsent,
            true => PutCondition::IfMatch(context.store.create(&path, old.clone()).await?.version),
        };
        // Unlike any other put of this size.
        let bytes = [unique("new"), pattern(7, size)].concat();
        let bytes = Bytes::from(bytes);
        proxied.proxy.next_write(fate);
        let answer = proxied.store.put(&path, bytes.clone(), condition.into()).await;
        proxied.proxy.clear();
        puts.push((path, bytes, replaces.then_some(old), answer));
    }
    Ok(puts)
}

/// Sizes that are sent in one piece.
const SIZES: [usize; 2] = [0, 100_000];

pub(crate) async fn a_put_whose_answer_is_cut_off_is_never_told_as_lost(context: Context) -> Outcome {
    for size in SIZES {
        for (path, bytes, _, answer) in each_condition(&context, Fate::CutAnswer, size).await? {
            // A backend that reads back by itself may say that it was applied; none may say that it was not.
            if let Err(error) = answer {
                ensure!(
                    error.effect() == Effect::Unknown && !error.is_conflict(),
                    "the server has applied it, and it is told as {error:?}"
                );
            }
            context.expect(&path, Some(&bytes)).await?;
        }
    }
    Ok(())
}

pub(crate) async fn a_put_that_is_cut_off_changes_nothing_and_can_be_sent_again(context: Context) -> Outcome {
    let store = &context.proxied()?.store;
    for size in SIZES {
        for (path, bytes, old, answer) in each_condition(&context, Fate::CutRequest, size).await? {
            if let Err(error) = answer {
                let waits = error.is_transient() || error.effect() == Effect::Unknown;
                ensure!(
                    waits && !error.is_conflict(),
                    "the server never saw it, and it is told as {error:?}"
                );
                context.expect(&path, old.as_ref()).await?;
                match old {
                    Some(_) => {
                        let version: ObjectVersion = store.head(&path).await?.version;
                        store.replace(&path, bytes.clone(), version).await?
                    }
                    None => store.create(&path, bytes.clone()).await?,
                };
            }
            context.expect(&path, Some(&bytes)).await?;
        }
    }
    Ok(())
}

pub(crate) async fn a_request_that_is_refused_is_told_as_worth_waiting_for(context: Context) -> Outcome {
    for status in [429, 503] {
        for (path, _, old, answer) in each_condition(&context, Fate::Refuse(status), 100).await? {
            let Err(error) = answer else {
                return Err(Failure(format!("a put that was refused with {status} is told as applied")));
            };
            ensure!(error.is_transient(), "a put that was refused with {status} is told as {error:?}");
            if status == 429 {
                ensure!(error.kind() == ErrorKind::Throttled, "429 is told as {error:?}");
            }
            context.expect(&path, old.as_ref()).await?;
            context.store.delete(&path).await?;
        }
    }
    Ok(())
}

pub(crate) async fn of_puts_whose_requests_and_answers_are_cut_none_is_lost_or_doubled(
    context: Context,
) -> Outcome {
    let proxied = context.proxied()?;
    let store = retry(std::sync::Arc::clone(&proxied.store))?;
    let met = proxied.proxy.met();
    proxied.proxy.seed(
        5,
        &[
            (Fate::CutAnswer, 150_000),
            (Fate::CutRequest, 100_000),
            (Fate::Refuse(503), 50_000),
            (Fate::Refuse(429), 50_000),
            (Fate::Delay(Duration::from_millis(20)), 50_000),
        ],
    );
    for round in 0..context.level.pick(20, 300) {
        let path = context.path(format!("{round}"))?;
        let bytes = unique("created");
        let created = store.create(&path, bytes.clone()).await;
        let created = expect_applied(&context, &path, &bytes, created, "a put if absent").await?;
        let bytes = unique("replaced");
        let replaced = store.replace(&path, bytes.clone(), created.version).await;
        expect_applied(&context, &path, &bytes, replaced, "a put if match").await?;
        let read = store.read(&path).await?;
        ensure!(read.bytes == bytes, "through the proxy it reads otherwise");
        if round % 4 == 0 {
            store.delete(&path).await?;
            context.expect(&path, None).await?;
        }
    }
    ensure!(proxied.proxy.met() > met, "the proxy has done nothing");
    Ok(())
}
