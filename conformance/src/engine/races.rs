//! Engines that write one namespace at the same time, as processes do.

use super::bench::{
    Transfer, add, check_made_once, counter_value, counters, digest, increment, open, read_unless_expired,
    until_no_conflict, verify,
};
use crate::case::{Context, Outcome, ensure};
use crate::together::{Done, together};
use namidb_core::ErrorCode;
use std::sync::Arc;

/// Engines that race.
const ENGINES: usize = 4;

pub(crate) async fn of_engines_that_race_none_loses_a_commit(context: Context) -> Outcome {
    let commits = context.level.pick(12, 250);
    let names: Vec<String> =
        (0..ENGINES).map(|number| format!("own{number}")).chain(["all".into()]).collect();
    let engines = together(ENGINES, |number| {
        let context = context.clone();
        async move {
            // Half of them come while the others are writing already; all of them may be the one that creates it.
            let engine = open(&context, context.bare(number)).await?;
            let own = format!("own{number}");
            for commit in 0..commits {
                let counter = if commit % 2 == 0 { "all" } else { own.as_str() };
                engine.write(increment(counter)).await?;
            }
            Ok(engine)
        }
    })
    .await?;
    let half = i64::from(commits / 2);
    let total = i64::try_from(ENGINES).unwrap_or(0) * half;
    let mut expected = vec![half; ENGINES];
    expected.push(total);
    let mut digests = Vec::new();
    for engine in &engines {
        let found = counters(engine, &names).await?;
        ensure!(found == expected, "of {expected:?} increments there are {found:?}");
        digests.push(digest(engine).await?);
    }
    let fresh = open(&context, context.bare(1)).await?;
    digests.push(digest(&fresh).await?);
    ensure!(digests.windows(2).all(|pair| pair[0] == pair[1]), "engines see different graphs: {digests:?}");
    check_made_once(&fresh, &names).await?;
    verify(&fresh).await
}

pub(crate) async fn every_snapshot_is_a_prefix_of_the_log(context: Context) -> Outcome {
    let transfers = context.level.pick(20, 500);
    let (left, right): (Arc<str>, Arc<str>) = ("left".into(), "right".into());
    let first = open(&context, context.bare(0)).await?;
    first.write(Transfer { from: Arc::clone(&left), to: Arc::clone(&right), amount: 1_000 }).await?;
    let done = Done::default();
    together(3, |number| {
        let (context, done) = (context.clone(), done.clone());
        let (left, right) = (Arc::clone(&left), Arc::clone(&right));
        async move {
            let engine = open(&context, context.bare(number)).await?;
            if number == 0 {
                let mut last = engine.latest().seq();
                while !done.is_done() {
                    let snapshot = engine.refresh().await?;
                    ensure!(snapshot.seq() >= last, "a reader went back from {last} to {}", snapshot.seq());
                    last = snapshot.seq();
                    let sum = read_unless_expired(&engine, &snapshot, |state| {
                        counter_value(state, &left) + counter_value(state, &right)
                    });
                    let sum = sum.await?.unwrap_or(0);
                    ensure!(sum == 0, "half of a commit was seen at {last}: the sum is {sum}");
                    tokio::task::yield_now().await;
                }
                return Ok(());
            }
            let _done = done.at_end();
            for round in 0..transfers {
                engine
                    .write(Transfer { from: Arc::clone(&right), to: Arc::clone(&left), amount: round })
                    .await?;
                if round % 8 == 7 && number == 1 {
                    engine.flush().await?;
                }
            }
            Ok(())
        }
    })
    .await?;
    let moved = 2 * (0..transfers).sum::<i64>();
    let found = counters(&first, &["left".into(), "right".into()]).await?;
    ensure!(found == [moved - 1_000, 1_000 - moved], "{moved} were moved, and there is {found:?}");
    verify(&first).await
}

pub(crate) async fn of_transactions_that_write_the_same_the_first_wins(context: Context) -> Outcome {
    let increments = context.level.pick(6, 100);
    let counter: Arc<str> = "contended".into();
    let first = open(&context, context.bare(0)).await?;
    first.write(increment(&counter)).await?;
    // Two that began on one state: the second to commit is told so, and changed nothing.
    let second = open(&context, context.bare(1)).await?;
    let (mut one, mut two) = (first.begin().await?, second.begin().await?);
    add(one.changes(), &counter, 10)?;
    add(two.changes(), &counter, 100)?;
    one.commit().await?;
    match two.commit().await {
        Err(error) if error.code() == ErrorCode::Conflict => {}
        other => ensure!(false, "the second of two transactions is told {other:?}"),
    }
    together(ENGINES, |number| {
        let (context, counter) = (context.clone(), Arc::clone(&counter));
        async move {
            let engine = open(&context, context.bare(number)).await?;
            for _ in 0..increments {
                until_no_conflict(|| async {
                    let mut transaction = engine.begin().await?;
                    add(transaction.changes(), &counter, 1)?;
                    transaction.commit().await
                })
                .await?;
            }
            Ok(())
        }
    })
    .await?;
    let expected = 11 + i64::try_from(ENGINES).unwrap_or(0) * increments;
    let found = counters(&first, &[counter.to_string()]).await?;
    ensure!(found == [expected], "of {expected} there are {found:?}");
    Ok(())
}
