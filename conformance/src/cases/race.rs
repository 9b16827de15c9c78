//! Puts with conditions that race. Sentences 2 and 3: of all promises these are what the database rests on.

use crate::case::{Context, Failure, Outcome, ensure, show, unique};
use crate::together::together;
use bytes::Bytes;
use namidb_core::object_store::{ErrorKind, ObjectPath, ObjectStoreExt, ObjectVersion};

const WRITERS: usize = 16;
const ROUNDS: usize = 16;

/// What a writer's put came to: whether it won, and what it put.
type Attempt = (bool, Bytes);

/// Lets all writers put to one path at once, half of them through each client. With a version each puts if it
/// matches, without one if absent.
async fn race(
    context: &Context,
    path: &ObjectPath,
    version: Option<&ObjectVersion>,
) -> Result<Vec<Attempt>, Failure> {
    together(WRITERS, |number| {
        let store = context.client(number);
        let (path, version, bytes) = (path.clone(), version.cloned(), unique(format!("writer {number}")));
        async move {
            let lost = if version.is_some() { ErrorKind::VersionMismatch } else { ErrorKind::AlreadyExists };
            let answer = match version {
                Some(version) => store.replace(&path, bytes.clone(), version).await,
                None => store.create(&path, bytes.clone()).await,
            };
            match answer {
                Ok(_) => Ok((true, bytes)),
                Err(error) if error.kind() == lost => Ok((false, bytes)),
                Err(error) => Err(error.into()),
            }
        }
    })
    .await
}

/// Checks that one writer won, and that its bytes are there.
async fn check(context: &Context, path: &ObjectPath, attempts: Vec<Attempt>) -> Outcome {
    let winners: Vec<Bytes> = attempts.into_iter().filter(|(won, _)| *won).map(|(_, bytes)| bytes).collect();
    let names: Vec<String> = winners.iter().map(show).collect();
    ensure!(winners.len() == 1, "{} of {WRITERS} writers won: {names:?}", winners.len());
    context.expect(path, winners.first()).await
}

pub(crate) async fn of_concurrent_puts_if_absent_to_one_path_exactly_one_succeeds(
    context: Context,
) -> Outcome {
    for round in 0..ROUNDS {
        let path = context.path(format!("wal/{round}"))?;
        let attempts = race(&context, &path, None).await?;
        check(&context, &path, attempts).await?;
    }
    Ok(())
}

pub(crate) async fn of_concurrent_puts_if_match_of_one_version_exactly_one_succeeds(
    context: Context,
) -> Outcome {
    let path = context.path("manifest")?;
    context.store.create(&path, unique("first")).await?;
    for _ in 0..ROUNDS {
        let version = context.store.head(&path).await?.version;
        let attempts = race(&context, &path, Some(&version)).await?;
        check(&context, &path, attempts).await?;
    }
    Ok(())
}

pub(crate) async fn of_increments_by_compare_and_swap_none_is_lost(context: Context) -> Outcome {
    const COUNTERS: usize = 6;
    const INCREMENTS: usize = 8;
    const TRIES_MAX: usize = 2_000;
    let path = context.path("counter")?;
    context.store.create(&path, Bytes::from_static(b"0")).await?;
    together(COUNTERS, |number| {
        let store = context.client(number);
        let path = path.clone();
        async move {
            for _ in 0..INCREMENTS {
                let mut tries = 0;
                loop {
                    tries += 1;
                    ensure!(tries < TRIES_MAX, "after {tries} tries the counter cannot be incremented");
                    let object = store.read(&path).await?;
                    let next = unique(count(&object.bytes)? + 1);
                    match store.replace(&path, next, object.meta.version).await {
                        Ok(_) => break,
                        Err(error) if error.kind() == ErrorKind::VersionMismatch => {
                            tokio::task::yield_now().await;
                        }
                        Err(error) => return Err(error.into()),
                    }
                }
            }
            Ok(())
        }
    })
    .await?;
    let counted = count(&context.store.read(&path).await?.bytes)?;
    ensure!(counted == COUNTERS * INCREMENTS, "{counted} of {} increments are left", COUNTERS * INCREMENTS);
    Ok(())
}

/// The number before the token.
fn count(bytes: &Bytes) -> Result<usize, Failure> {
    let text = std::str::from_utf8(bytes).ok().and_then(|text| text.split(' ').next());
    text.and_then(|number| number.parse().ok())
        .ok_or_else(|| Failure(format!("the counter holds {}", show(bytes))))
}
