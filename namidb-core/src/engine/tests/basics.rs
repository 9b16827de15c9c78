//! Opening, writing, grouping, reading back, and what each of them asks the store.

use super::*;
use futures_util::future::join_all;

#[test]
fn what_is_committed_is_there_after_opening_again() {
    let bench = Bench::local();
    bench.run(async {
        let engine = bench.open().await;
        assert_eq!(engine.latest().seq(), Seq(0));
        for n in 1..=20 {
            let done = engine.write(add("a", n)).await.unwrap();
            assert_eq!((done.seq, done.work.found), (Some(Seq(n as u64)), n * (n - 1) / 2));
            assert_eq!(counter(done.snapshot.state(), "a"), n * (n + 1) / 2);
        }
        let again = bench.open().await;
        assert_eq!(counter(again.latest().state(), "a"), 210);
        assert_eq!(digest(again.latest().state()), digest(engine.latest().state()));
        assert_eq!(again.latest().seq(), Seq(20));
    });
}

#[test]
fn a_commit_is_one_put_and_opening_is_two_rounds() {
    let bench = Bench::remote();
    bench.run(async {
        let engine = bench.open().await;
        engine.write(add("a", 1)).await.unwrap();
        let before = engine.request_counts();
        engine.write(add("a", 1)).await.unwrap();
        let commit = engine.request_counts() - before;
        assert_eq!((commit.requests(), commit.put.requests), (1, 1), "{commit:?}");

        let before = engine.request_counts();
        engine.snapshot().await.unwrap();
        assert_eq!((engine.request_counts() - before).requests(), 0, "a warm read asks nothing");

        let again = bench.open().await;
        let open = again.request_counts();
        assert_eq!(
            open.put.requests + open.delete.requests + open.head.requests,
            0,
            "opening writes nothing"
        );
        let asked = (open.get.requests, open.list.requests);
        assert_eq!(asked, (1 + 16 + 1, 1), "the manifest, then slots and list together: {open:?}");
    });
}

#[test]
fn a_first_write_tries_the_store_before_its_one_put() {
    // One after the other, and six at once: thrice, or once where looks cost nothing. Each leaves an object, which is deleted.
    // What is looked for and not there is a request to a bucket alone: the manifest, and the 17 slots that an opening looks at.
    let local = (Bench::local(), 4 + 6, 1 + 1, 1);
    let remote = (Bench::remote(), 4 + 3 * 6, 1 + 3, 1 + 1 + 17);
    for (bench, tries, left, reads) in [local, remote] {
        bench.run(async {
            let created = bench.open().await.request_counts();
            let asked = (created.put.requests, created.delete.requests, created.list.requests);
            assert_eq!(asked, (tries + 1, left, 2), "the manifest: {created:?}");
            assert_eq!(created.get.requests, reads, "{created:?}");

            let engine = bench.open().await;
            let before = engine.request_counts();
            engine.write(add("a", 1)).await.unwrap();
            let first = engine.request_counts() - before;
            assert_eq!(
                (first.put.requests, first.delete.requests),
                (tries + 1, left),
                "the record: {first:?}"
            );
            assert_eq!(first.requests(), tries + 1 + left, "nothing is read: {first:?}");
            let before = engine.request_counts();
            engine.write(add("a", 1)).await.unwrap();
            assert_eq!((engine.request_counts() - before).requests(), 1, "once is enough");
        });
    }
}

#[test]
fn a_commit_and_a_read_on_files_cost_look_ups_of_names_beside_the_one_put() {
    let bench = Bench::local();
    bench.run(async {
        let engine = bench.open().await;
        engine.write(add("a", 1)).await.unwrap();
        let before = engine.request_counts();
        engine.write(add("a", 1)).await.unwrap();
        let commit = engine.request_counts() - before;
        assert_eq!((commit.requests(), commit.put.requests, commit.name_lookups), (1, 1, 1), "{commit:?}");
        let before = engine.request_counts();
        engine.snapshot().await.unwrap();
        let read = engine.request_counts() - before;
        assert_eq!((read.requests(), read.name_lookups), (0, 2), "next slot, and the manifest");
    });
}

#[test]
fn writes_that_wait_while_a_put_is_in_flight_share_the_next_record() {
    let bench = Bench::local();
    bench.run(async {
        let engine = bench.open().await;
        engine.write(add("a", 1)).await.unwrap();
        let gate = bench.hold_put(When::Before, 2);
        let first = engine.write(add("a", 1));
        let others = engine.clone();
        let started = bench.spawn(async move {
            gate.reached().await;
            let writes = join_all((0..100).map(|_| others.write(add("a", 1))));
            let release = async { gate.release() };
            let (done, ()) = futures_util::future::join(writes, release).await;
            done.into_iter().map(|done| done.unwrap().seq).collect::<Vec<_>>()
        });
        assert_eq!(first.await.unwrap().seq, Some(Seq(2)));
        assert_eq!(started.await.unwrap(), vec![Some(Seq(3)); 100]);
        assert_eq!(counter(engine.latest().state(), "a"), 102);
        assert_eq!(counter(bench.open().await.latest().state(), "a"), 102);
    });
}

#[test]
fn a_checkpoint_stands_for_the_log_below_it() {
    let bench = Bench::local();
    bench.run(async {
        let engine = bench.open().await;
        for n in 0..40 {
            engine.write(add(if n % 2 == 0 { "a" } else { "b" }, 1)).await.unwrap();
        }
        let report = engine.flush().await.unwrap();
        assert_eq!((report.checkpoint, report.written), (Seq(40), true));
        let logs: Vec<_> =
            bench.sim.paths().into_iter().filter(|path| path.is_under(layout().wal())).collect();
        assert_eq!(logs, [], "the log below it is collected at once where looks cost nothing");
        engine.write(add("a", 1)).await.unwrap();
        let again = bench.open().await;
        assert_eq!((counter(again.latest().state(), "a"), counter(again.latest().state(), "b")), (21, 20));
        assert_eq!(digest(again.latest().state()), digest(engine.latest().state()));
        assert!(engine.flush().await.unwrap().written);
        assert!(!engine.flush().await.unwrap().written, "there is nothing new");
        let ssts: Vec<_> =
            bench.sim.paths().into_iter().filter(|path| path.is_under(layout().ssts())).collect();
        assert_eq!(ssts.len(), 2, "each holds what the one before does not: {ssts:?}");
    });
}

#[test]
fn a_second_engine_sees_what_the_first_commits() {
    let bench = Bench::local();
    bench.run(async {
        let (one, two) = (bench.open().await, bench.open().await);
        one.write(add("a", 1)).await.unwrap();
        assert_eq!(counter(two.latest().state(), "a"), 0);
        assert_eq!(counter(two.snapshot().await.unwrap().state(), "a"), 1);
        two.write(add("a", 1)).await.unwrap();
        assert_eq!(counter(one.refresh().await.unwrap().state(), "a"), 2);
    });
}

#[test]
fn an_explicit_transaction_commits_unless_somebody_touched_what_it_touched() {
    let bench = Bench::local();
    bench.run(async {
        let engine = bench.open().await;
        engine.write(add("a", 1)).await.unwrap();
        engine.write(add("b", 1)).await.unwrap();
        let mut one = engine.begin().await.unwrap();
        let mut two = engine.begin().await.unwrap();
        let mut three = engine.begin().await.unwrap();
        set(&mut one, "a", 10);
        set(&mut two, "a", 20);
        set(&mut three, "b", 30);
        assert_eq!(counter(one.state(), "a"), 10);
        assert_eq!(counter(engine.latest().state(), "a"), 1);
        assert_eq!(one.commit().await.unwrap(), Some(Seq(3)));
        let error = two.commit().await.unwrap_err();
        assert_eq!((error.code(), error.is_retryable()), (ErrorCode::Conflict, true));
        assert_eq!(three.commit().await.unwrap(), Some(Seq(4)));
        assert_eq!(engine.begin().await.unwrap().commit().await.unwrap(), None);
        let state = bench.open().await.latest();
        assert_eq!((counter(state.state(), "a"), counter(state.state(), "b")), (10, 30));
    });
}

#[test]
fn nothing_is_let_in_after_closing() {
    let bench = Bench::local();
    bench.run(async {
        let engine = bench.open().await;
        for _ in 0..20 {
            engine.write(add("a", 1)).await.unwrap();
        }
        engine.close().await.unwrap();
        engine.close().await.unwrap();
        assert_eq!(engine.write(add("a", 1)).await.err().unwrap().code(), ErrorCode::Closed);
        assert_eq!(engine.snapshot().await.unwrap_err().code(), ErrorCode::Closed);
        assert_eq!(engine.info().checkpoint, Seq(20), "so that the next open has little to read");
        assert_eq!(counter(bench.open().await.latest().state(), "a"), 20);
    });
}

#[test]
fn whoever_crosses_the_line_writes_a_checkpoint_in_the_background() {
    for bench in [Bench::local(), Bench::remote()] {
        bench.run(async {
            let settings = Settings { checkpoint_records: 10, ..Settings::default() };
            let (one, two) =
                (bench.open_with(settings.clone()).await.unwrap(), bench.open_with(settings).await.unwrap());
            for _ in 0..25 {
                one.write(add("a", 1)).await.unwrap();
                bench.runtime.sleep(Duration::from_millis(1)).await;
            }
            assert_eq!((one.commit_metrics().checkpoints, one.info().checkpoint), (2, Seq(20)));
            two.refresh().await.unwrap();
            assert_eq!(two.commit_metrics().checkpoints, 0, "it only follows");
            for _ in 0..6 {
                two.write(add("a", 1)).await.unwrap();
                bench.runtime.sleep(Duration::from_millis(1)).await;
            }
            two.close().await.unwrap();
            assert_eq!(bench.recovered("a").await, 31);
            let bytes = bench.sim.peek(layout().manifest()).unwrap();
            let manifest = manifest::codec::decode(&bytes).unwrap();
            assert!(manifest.checkpoint.seq >= Seq(30), "{:?}", manifest.checkpoint);
        });
    }
}

#[test]
fn at_twice_the_line_anyone_writes_the_checkpoint() {
    let bench = Bench::local();
    bench.run(async {
        let never = Settings { checkpoint_records: 1 << 40, ..Settings::default() };
        let soon = Settings { checkpoint_records: 10, ..Settings::default() };
        let (one, two) = (bench.open_with(never).await.unwrap(), bench.open_with(soon).await.unwrap());
        for n in 0..20 {
            one.write(add("a", 1)).await.unwrap();
            two.refresh().await.unwrap();
            bench.runtime.sleep(Duration::from_millis(1)).await;
            assert_eq!(two.commit_metrics().checkpoints, u64::from(n == 19), "after record {}", n + 1);
        }
        assert_eq!(bench.recovered("a").await, 20);
    });
}

#[test]
fn a_namespace_is_created_or_not_as_the_mode_says() {
    let bench = Bench::local();
    bench.run(async {
        let open = async |mode, read_only| {
            let settings = Settings { mode, read_only, ..Settings::default() };
            bench.open_with(settings).await.map(|engine| engine.info().database).map_err(|error| error.code())
        };
        use crate::uri::OpenMode::{Create, Open, OpenOrCreate};
        assert_eq!(open(Open, false).await, Err(ErrorCode::InvalidArgument));
        assert_eq!(open(OpenOrCreate, true).await, Err(ErrorCode::InvalidArgument));
        assert_eq!(bench.sim.paths(), [], "and nothing was written");
        let database = open(Create, false).await.unwrap();
        assert_eq!(open(Create, false).await, Err(ErrorCode::InvalidArgument));
        assert_eq!(open(Open, false).await, Ok(database));
        assert_eq!(open(OpenOrCreate, true).await, Ok(database));
    });
}

#[test]
fn of_two_that_create_a_namespace_one_has_created_it() {
    for seed in 0..10 {
        let bench = Bench::over(SimStore::remote(), seed);
        bench.run(async {
            let create = || Settings { mode: crate::uri::OpenMode::Create, ..Settings::default() };
            let both = [bench.open_with(create()), bench.open_with(create())];
            let opened = join_all(both).await;
            assert_eq!(opened.iter().filter(|engine| engine.is_ok()).count(), 1, "seed {seed}");
            bench.open().await.write(add("a", 1)).await.unwrap();
            assert_eq!(bench.recovered("a").await, 1);
        });
    }
}

#[test]
fn what_is_read_only_writes_nothing_and_follows() {
    let bench = Bench::local();
    bench.run(async {
        let writer = bench.open().await;
        writer.write(add("a", 1)).await.unwrap();
        let settings = Settings { read_only: true, checkpoint_records: 1, ..Settings::default() };
        let reader = bench.open_with(settings).await.unwrap();
        let paths = bench.sim.paths();
        assert_eq!(reader.write(add("a", 1)).await.unwrap_err().code(), ErrorCode::ReadOnly);
        assert_eq!(reader.flush().await.unwrap_err().code(), ErrorCode::ReadOnly);
        let mut transaction = reader.begin().await.unwrap();
        set(&mut transaction, "a", 5);
        assert_eq!(transaction.commit().await.unwrap_err().code(), ErrorCode::ReadOnly);
        assert_eq!(bench.sim.paths(), paths);
        writer.write(add("a", 1)).await.unwrap();
        assert_eq!(counter(reader.snapshot().await.unwrap().state(), "a"), 2);
        reader.close().await.unwrap();
        assert_eq!(reader.request_counts().put.requests, 0);
    });
}
