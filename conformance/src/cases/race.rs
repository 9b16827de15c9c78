//! Puts with conditions that race. Sentences 2 and 3: of all promises these are what the database rests on.

use crate::case::{Context, Failure, Outcome, ensure, pattern, show, unique};
use crate::together::together;
use bytes::Bytes;
use namidb_core::object_store::{ErrorKind, ObjectPath, ObjectStoreExt, ObjectVersion};

/// How many writers race, and how often.
type Races = &'static [(usize, usize)];

const QUICK: Races = &[(16, 8), (64, 2)];
const FULL: Races = &[(16, 64), (64, 32)];
const LARGE_QUICK: Races = &[(16, 1)];
const LARGE_FULL: Races = &[(16, 4), (64, 1)];

/// What all writers of a race hold in memory at most, in bytes.
const RACE_BYTES_MAX: usize = 1 << 30;

/// What a writer's put came to: whether it won, and what it put.
type Attempt = (bool, Bytes);

/// Lets all writers put to one path at once, half of them through each client. With a version each puts if it
/// matches, without one if absent.
async fn race(
    context: &Context,
    path: &ObjectPath,
    version: Option<&ObjectVersion>,
    writers: usize,
    payload: impl Fn(usize) -> Bytes,
) -> Result<Vec<Attempt>, Failure> {
    together(writers, |number| {
        let store = context.client(number);
        let (path, version, bytes) = (path.clone(), version.cloned(), payload(number));
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
    let writers = attempts.len();
    let winners: Vec<Bytes> = attempts.into_iter().filter(|(won, _)| *won).map(|(_, bytes)| bytes).collect();
    let names: Vec<String> = winners.iter().map(show).collect();
    ensure!(winners.len() == 1, "{} of {writers} writers won: {names:?}", winners.len());
    context.expect(path, winners.first()).await
}

fn small(number: usize) -> Bytes {
    unique(format!("writer {number}"))
}

pub(crate) async fn of_concurrent_puts_if_absent_to_one_path_exactly_one_succeeds(
    context: Context,
) -> Outcome {
    for (writers, rounds) in context.level.pick(QUICK, FULL) {
        for round in 0..*rounds {
            let path = context.path(format!("wal/{writers}-{round}"))?;
            let attempts = race(&context, &path, None, *writers, small).await?;
            check(&context, &path, attempts).await?;
        }
    }
    Ok(())
}

pub(crate) async fn of_concurrent_puts_if_match_of_one_version_exactly_one_succeeds(
    context: Context,
) -> Outcome {
    let path = context.path("manifest")?;
    context.store.create(&path, unique("first")).await?;
    for (writers, rounds) in context.level.pick(QUICK, FULL) {
        for _ in 0..*rounds {
            let version = context.store.head(&path).await?.version;
            let attempts = race(&context, &path, Some(&version), *writers, small).await?;
            check(&context, &path, attempts).await?;
        }
    }
    Ok(())
}

/// The condition of a put in parts must hold where it is completed: others have put since it began.
pub(crate) async fn of_concurrent_large_puts_exactly_one_succeeds(context: Context) -> Outcome {
    let pattern = pattern(6, context.large_bytes);
    let large = |number: usize| {
        let mut bytes = unique(format!("writer {number}")).to_vec();
        bytes.extend_from_slice(pattern.get(bytes.len()..).unwrap_or_default());
        Bytes::from(bytes)
    };
    for (writers, rounds) in context.level.pick(LARGE_QUICK, LARGE_FULL) {
        let writers = (*writers).min(RACE_BYTES_MAX / context.large_bytes.max(1)).max(2);
        for round in 0..*rounds {
            let path = context.path(format!("{writers}-{round}"))?;
            let attempts = race(&context, &path, None, writers, large).await?;
            check(&context, &path, attempts).await?;
            let version = context.store.head(&path).await?.version;
            let attempts = race(&context, &path, Some(&version), writers, large).await?;
            check(&context, &path, attempts).await?;
            context.store.delete(&path).await?;
        }
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
