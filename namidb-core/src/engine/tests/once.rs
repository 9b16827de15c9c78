//! Tokens: what is committed under one is committed once, whoever asks for it how often.

use super::*;
use crate::graph::op::Op;
use crate::graph::{CommitToken, TOKENS_KEPT};
use crate::transaction::{Answer, OnlyOnce};

fn token(text: &str) -> CommitToken {
    CommitToken::of(text)
}

fn answer(found: i64) -> Answer {
    Answer { rows: Some(vec![vec![Value::Integer(found)]]), ..Answer::new("add", Default::default()) }
}

/// Adds to a counter under a token: the record, and what the counter was before, whoever did it.
async fn add_once(engine: &Engine, text: &str) -> Result<(Seq, i64)> {
    let work = OnlyOnce::new(add("a", 1), token(text), |work: &mut Add, _: &Changes| answer(work.found));
    let done = engine.write(work).await?;
    match done.work.first {
        None => Ok((done.seq.unwrap(), done.work.work.found)),
        Some(first) => {
            assert_eq!(done.seq, None, "a repetition is in no record");
            let rows = Answer::decode(&first.answer)?.rows.unwrap();
            Ok((first.seq, rows[0][0].as_integer().unwrap()))
        }
    }
}

/// A transaction that adds to a counter, to be committed under a token.
async fn begin_add(engine: &Engine) -> Transaction {
    let mut transaction = engine.begin().await.unwrap();
    let value = counter(transaction.state(), "a") + 1;
    set(&mut transaction, "a", value);
    transaction
}

async fn commit_add(transaction: Transaction, text: &str) -> Result<Once> {
    transaction.commit_once(token(text), &answer(0)).await
}

#[test]
fn a_repeated_write_gives_what_the_first_gave_without_a_put() {
    let bench = Bench::local();
    bench.run(async {
        let engine = bench.open().await;
        engine.write(add("a", 5)).await.unwrap();
        let first = add_once(&engine, "t").await.unwrap();
        assert_eq!(first, (Seq(2), 5));
        engine.write(add("a", 10)).await.unwrap();
        let puts = engine.request_counts().put;
        for _ in 0..3 {
            assert_eq!(add_once(&engine, "t").await.unwrap(), first);
        }
        assert_eq!(engine.request_counts().put, puts);
        assert_eq!(add_once(&engine, "u").await.unwrap(), (Seq(4), 16), "another token is another write");
        assert_eq!(bench.recovered("a").await, 17);
    });
}

#[test]
fn a_write_that_changes_nothing_is_remembered_too() {
    let bench = Bench::local();
    bench.run(async {
        let engine = bench.open().await;
        let nothing =
            || OnlyOnce::new(AddIfThere("a"), token("t"), |_: &mut AddIfThere, _: &Changes| answer(7));
        assert_eq!(engine.write(nothing()).await.unwrap().seq, Some(Seq(1)));
        engine.write(add("a", 1)).await.unwrap();
        let again = engine.write(nothing()).await.unwrap();
        assert_eq!(again.work.first.unwrap().seq, Seq(1), "else it would find the counter now");
        assert_eq!(bench.recovered("a").await, 1);
    });
}

#[test]
fn a_token_outlives_a_crash_a_checkpoint_and_the_collection_of_its_record() {
    let bench = Bench::local();
    bench.run(async {
        let engine = bench.open().await;
        let first = add_once(&engine, "t").await.unwrap();
        let opened = bench.open().await;
        assert_eq!(add_once(&opened, "t").await.unwrap(), first, "from the log");
        engine.flush().await.unwrap();
        engine.write(add("b", 1)).await.unwrap();
        engine.flush().await.unwrap();
        engine.compact().await.unwrap();
        assert!(!bench.slots().contains(&1), "its record is gone: {:?}", bench.slots());
        let opened = bench.open().await;
        assert_eq!(add_once(&opened, "t").await.unwrap(), first, "from the checkpoint");
        assert_eq!(add_once(&engine, "t").await.unwrap(), first);
        assert_eq!(add_once(&opened, "u").await.unwrap().1, 1, "its page takes others");
        opened.flush().await.unwrap();
        let opened = bench.open().await;
        for text in ["t", "u"] {
            assert_eq!(add_once(&opened, text).await.unwrap(), add_once(&engine, text).await.unwrap());
        }
        assert!(opened.verify().await.unwrap().problems.is_empty());
        assert_eq!(digest(opened.latest().state()), digest(engine.refresh().await.unwrap().state()));
        assert_eq!(bench.recovered("a").await, 2);
    });
}

#[test]
fn of_many_writes_with_one_token_in_one_process_one_is_done() {
    let bench = Bench::remote();
    bench.run(async {
        let engine = bench.open().await;
        let all: Vec<_> = (0..20)
            .map(|_| {
                let engine = engine.clone();
                bench.spawn(async move { add_once(&engine, "t").await.unwrap() })
            })
            .collect();
        for one in all {
            assert_eq!(one.await.unwrap(), (Seq(1), 0));
        }
        assert_eq!(bench.recovered("a").await, 1);
    });
}

#[test]
fn who_loses_a_race_to_the_same_token_gets_what_the_winner_got() {
    let bench = Bench::remote();
    bench.run(async {
        let (one, two) = (bench.open().await, bench.open().await);
        one.write(add("a", 3)).await.unwrap();
        two.refresh().await.unwrap();
        // Both are executed on the same state; the second put finds the slot taken.
        let gate = bench.hold_put(When::Before, 2);
        let slow = {
            let one = one.clone();
            bench.spawn(async move { add_once(&one, "t").await.unwrap() })
        };
        gate.reached().await;
        let winner = add_once(&two, "t").await.unwrap();
        gate.release();
        assert_eq!(slow.await.unwrap(), winner);
        assert_eq!(winner, (Seq(2), 3));
        assert_eq!(one.commit_metrics().lost_slots, 1);
        assert_eq!(bench.recovered("a").await, 4);
    });
}

#[test]
fn after_a_lost_answer_the_repetition_learns_what_became_of_the_first() {
    for applied in [true, false] {
        let bench = Bench::remote();
        bench.run(async {
            let engine = bench.open().await;
            engine.write(add("a", 1)).await.unwrap();
            if applied {
                bench.faults.inject_next(Fault::ApplyLose);
            }
            bench.break_store();
            let error = add_once(&engine, "t").await.unwrap_err();
            assert_eq!(error.code(), ErrorCode::CommitOutcomeUnknown, "{error:?}");
            bench.faults.clear();
            assert_eq!(add_once(&engine, "t").await.unwrap(), (Seq(2), 1));
            assert_eq!(bench.recovered("a").await, 2, "once, whether or not the first had arrived");
            let other = bench.open().await;
            assert_eq!(add_once(&other, "t").await.unwrap(), (Seq(2), 1));
        });
    }
}

#[test]
fn a_transaction_is_committed_once_under_its_token() {
    let bench = Bench::local();
    bench.run(async {
        let engine = bench.open().await;
        engine.write(add("a", 1)).await.unwrap();
        let (first, second) = (begin_add(&engine).await, begin_add(&engine).await);
        assert_eq!(commit_add(first, "t").await.unwrap(), Once::Now(Seq(2)));
        let Once::Before(kept) = commit_add(second, "t").await.unwrap() else {
            panic!("it was committed twice")
        };
        assert_eq!(
            (kept.seq, &kept.answer),
            (Seq(2), &answer(0).encode()),
            "no conflict: it is the same one"
        );
        let third = begin_add(&engine).await;
        assert_eq!(third.remembered(token("t")).await.unwrap().unwrap().seq, Seq(2));
        assert!(matches!(commit_add(third, "t").await.unwrap(), Once::Before(_)));
        let (fourth, fifth) = (begin_add(&engine).await, begin_add(&engine).await);
        assert_eq!(commit_add(fourth, "u").await.unwrap(), Once::Now(Seq(3)));
        assert_eq!(commit_add(fifth, "v").await.unwrap_err().code(), ErrorCode::Conflict);
        assert_eq!(bench.recovered("a").await, 3);
    });
}

#[test]
fn a_transaction_that_waits_behind_the_first_of_its_token_is_done_if_that_one_fails() {
    let bench = Bench::remote();
    bench.run(async {
        let engine = bench.open().await;
        engine.write(add("a", 1)).await.unwrap();
        let (first, second) = (begin_add(&engine).await, begin_add(&engine).await);
        bench.faults.inject_next(Fault::PermissionDenied);
        let gate = bench.hold_put(When::Before, 2);
        let first = bench.spawn(commit_add(first, "t"));
        gate.reached().await;
        let second = bench.spawn(commit_add(second, "t"));
        bench.runtime.sleep(Duration::from_millis(1)).await;
        gate.release();
        assert_eq!(first.await.unwrap().unwrap_err().code(), ErrorCode::StoreAuth);
        assert_eq!(second.await.unwrap().unwrap(), Once::Now(Seq(2)));
        assert_eq!(bench.recovered("a").await, 2);
    });
}

#[test]
fn transactions_of_two_processes_with_one_token_are_one() {
    let bench = Bench::remote();
    bench.run(async {
        let (one, two) = (bench.open().await, bench.open().await);
        one.write(add("a", 1)).await.unwrap();
        two.refresh().await.unwrap();
        let (first, second) = (begin_add(&one).await, begin_add(&two).await);
        assert_eq!(commit_add(first, "t").await.unwrap(), Once::Now(Seq(2)));
        assert!(matches!(commit_add(second, "t").await.unwrap(), Once::Before(_)));
        assert_eq!(bench.recovered("a").await, 2);
    });
}

#[test]
fn what_is_older_than_the_window_is_done_again() {
    let bench = Bench::local();
    bench.run(async {
        let engine = bench.open().await;
        let first = add_once(&engine, "t").await.unwrap();
        let others = |from: u64, count: u64| Remembering { from, count };
        engine.write(others(0, TOKENS_KEPT - 1)).await.unwrap();
        engine.flush().await.unwrap();
        assert_eq!(add_once(&engine, "t").await.unwrap(), first, "it is the oldest that is kept");
        let opened = bench.open().await;
        engine.write(others(TOKENS_KEPT, 1)).await.unwrap();
        opened.refresh().await.unwrap();
        assert_eq!(add_once(&opened, "t").await.unwrap().1, 1);
        assert_eq!(digest(opened.latest().state()), digest(engine.refresh().await.unwrap().state()));
    });
}

/// Takes many tokens at once.
struct Remembering {
    from: u64,
    count: u64,
}

impl Restage for Remembering {
    fn restage(&mut self, state: &GraphState, context: &StageContext) -> Result<Changes> {
        let mut changes = Changes::new(state, context);
        for n in self.from..self.from + self.count {
            changes.remember(token(&n.to_string()), &answer(0))?;
        }
        assert!(changes.ops().iter().all(|op| matches!(op, Op::Remember { .. })));
        Ok(changes)
    }
}
