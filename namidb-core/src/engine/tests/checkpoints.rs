//! Checkpoints, pins, and what collection leaves.

use super::*;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl Bench {
    /// Lets what goes on in the background end.
    pub(super) async fn settle(&self) {
        self.runtime.sleep(Duration::from_secs(10)).await;
    }

    fn ssts(&self) -> Vec<ObjectPath> {
        self.sim.paths().into_iter().filter(|path| path.is_under(layout().ssts())).collect()
    }

    pub(super) fn manifest(&self) -> manifest::Manifest {
        manifest::codec::decode(&self.sim.peek(layout().manifest()).unwrap()).unwrap()
    }
}

#[test]
fn ten_thousand_commits_leave_a_bounded_number_of_objects_and_bytes() {
    let bench = Bench::local();
    bench.run(async {
        let engine = bench.open().await;
        for n in 0..10_000 {
            engine.write(add("a", 1)).await.unwrap();
            if n % 256 == 0 {
                bench.settle().await;
            }
        }
        bench.settle().await;
        let measure = || {
            let paths = bench.sim.paths();
            let bytes: usize =
                paths.iter().filter_map(|path| bench.sim.peek(path)).map(|bytes| bytes.len()).sum();
            (paths.len(), bytes)
        };
        let (objects, bytes) = measure();
        println!("after 10,000 one-row commits: {objects} objects, {bytes} bytes");
        assert!(objects <= 256 + 16 && bytes <= 512 << 10, "{objects} objects, {bytes} bytes");
        engine.close().await.unwrap();
        let (objects, bytes) = measure();
        println!("after closing: {objects} objects, {bytes} bytes");
        assert!(objects <= 32 && bytes <= 64 << 10, "{objects} objects, {bytes} bytes");
        assert_eq!(bench.recovered("a").await, 10_000);
    });
}

#[test]
fn what_an_upload_left_behind_goes_after_a_while_or_with_a_compaction() {
    let bench = Bench::local();
    bench.run(async {
        let engine = bench.open().await;
        engine.write(add("a", 1)).await.unwrap();
        engine.flush().await.unwrap();
        let orphan = |n| {
            let name = Layout::sst_name(bench.manifest().version, Uuid::from_u128(n));
            let path = layout().sst(&name).unwrap();
            bench.sim.plant(&path, b"left behind".to_vec());
            path
        };
        let first = orphan(1);
        engine.compact().await.unwrap();
        assert!(!bench.ssts().contains(&first), "a compaction deletes it at once");
        let second = orphan(2);
        for n in 0..20 {
            engine.write(add("a", 1)).await.unwrap();
            engine.flush().await.unwrap();
            assert!(n > 0 || bench.ssts().contains(&second), "it might be on its way into the manifest");
        }
        assert!(!bench.ssts().contains(&second));
        assert_eq!(bench.recovered("a").await, 21);
    });
}

#[test]
fn what_a_self_test_left_behind_goes_after_an_hour_or_with_a_compaction() {
    for bench in [Bench::local(), Bench::remote()] {
        bench.run(async {
            let engine = bench.open().await;
            engine.write(add("a", 1)).await.unwrap();
            let [old, young] = [1, 2].map(|n| layout().probe(Uuid::from_u128(n)));
            bench.sim.plant(&old, b"left behind".to_vec());
            bench.sim.advance(Duration::from_secs(60 * 60));
            bench.sim.plant(&young, b"at it".to_vec());
            engine.flush().await.unwrap();
            assert_eq!((bench.sim.peek(&old), bench.sim.peek(&young).is_some()), (None, true));
            engine.compact().await.unwrap();
            assert_eq!(bench.sim.peek(&young), None);
        });
    }
}

#[test]
fn a_pin_keeps_what_it_names_until_it_expires_or_is_taken_away() {
    for taken_away in [false, true] {
        let bench = Bench::local();
        bench.run(async {
            let engine = bench.open().await;
            engine.write(add("a", 1)).await.unwrap();
            engine.flush().await.unwrap();
            let pinned = bench.ssts();
            let pin = engine.pin(Duration::from_secs(60)).await.unwrap();
            let again = async || {
                engine.write(add("a", 1)).await.unwrap();
                engine.compact().await.unwrap();
            };
            again().await;
            assert!(
                pinned.iter().all(|path| bench.ssts().contains(path)),
                "it is not in the manifest any more"
            );
            assert!(!bench.manifest().names(pinned[0].name()));
            let pins = engine.pins().await.unwrap();
            assert_eq!((pins.len(), pins[0].id, pins[0].checkpoint), (1, pin.id, Some(Seq(1))));
            assert_eq!(pins[0].remaining, Some(Duration::from_secs(60)));
            assert_eq!(engine.renew(&pin).await.unwrap_err().code(), ErrorCode::SnapshotExpired);
            if taken_away {
                engine.unpin(pin.id).await.unwrap();
            } else {
                bench.sim.advance(Duration::from_secs(61));
                assert_eq!(engine.pins().await.unwrap()[0].remaining, Some(Duration::ZERO));
            }
            again().await;
            assert!(pinned.iter().all(|path| !bench.ssts().contains(path)));
            assert_eq!(engine.pins().await.unwrap(), []);
        });
    }
}

#[test]
fn a_pin_that_cannot_be_read_keeps_everything_until_no_pin_could_be_so_old() {
    let bench = Bench::local();
    bench.run(async {
        let engine = bench.open().await;
        engine.write(add("a", 1)).await.unwrap();
        engine.flush().await.unwrap();
        bench.sim.plant(&layout().pin(Uuid::from_u128(7)), b"garbled".to_vec());
        assert_eq!(engine.pins().await.unwrap()[0].checkpoint, None);
        for _ in 0..3 {
            engine.write(add("a", 1)).await.unwrap();
            engine.compact().await.unwrap();
        }
        assert_eq!(bench.ssts().len(), 1 + 3 * 2, "what was added, and what was merged: {:?}", bench.ssts());
        bench.sim.advance(PIN_MAX);
        engine.write(add("a", 1)).await.unwrap();
        engine.compact().await.unwrap();
        assert_eq!(bench.ssts().len(), 1);
    });
}

#[test]
fn a_checkpoint_that_was_replaced_can_be_opened_for_as_long_as_it_is_retained() {
    let bench = Bench::local();
    bench.run(async {
        let settings = Settings { retain: DAY, ..Settings::default() };
        let engine = bench.open_with(settings).await.unwrap();
        for _ in 0..3 {
            engine.write(add("a", 1)).await.unwrap();
            engine.compact().await.unwrap();
            bench.runtime.sleep(DAY / 2).await;
        }
        let retained: Vec<u64> =
            engine.retained().await.unwrap().iter().map(|old| old.checkpoint.0).collect();
        assert_eq!(retained, [2], "the first is a day old");
        let old = engine.snapshot_at(Seq(2)).await.unwrap();
        assert_eq!((old.seq(), counter(old.state(), "a")), (Seq(2), 2));
        assert_eq!(counter(engine.snapshot_at(Seq(3)).await.unwrap().state(), "a"), 3, "the newest too");
        assert_eq!(engine.snapshot_at(Seq(1)).await.unwrap_err().code(), ErrorCode::SnapshotExpired);
    });
}

/// Makes so many nodes with a number each.
#[derive(Debug)]
struct Populate(i64);

impl Restage for Populate {
    fn restage(&mut self, state: &GraphState, context: &StageContext) -> Result<Changes> {
        let mut changes = Changes::new(state, context);
        for n in 0..self.0 {
            changes.create_node(None, &[name("many")], &[(name("number"), Value::Integer(n * 7_919))])?;
        }
        Ok(changes)
    }
}

#[test]
fn a_checkpoint_writes_what_has_changed_and_no_more() {
    let bench = Bench::local();
    bench.run(async {
        let engine = bench.open().await;
        engine.write(Populate(50_000)).await.unwrap();
        engine.write(add("a", 1)).await.unwrap();
        let all = engine.flush().await.unwrap().sst_bytes;
        for opened_again in [false, true] {
            let engine = if opened_again { bench.open().await } else { engine.clone() };
            let nodes = engine.latest().state().node_count();
            engine.write(add("a", 1)).await.unwrap();
            let one = engine.flush().await.unwrap();
            assert!(one.written && one.sst_bytes * 10 < all, "{} of {all} bytes", one.sst_bytes);
            assert_eq!(engine.latest().state().node_count(), nodes);
        }
        assert_eq!(bench.manifest().checkpoint.runs.len(), 3);
        let (_, opened) = bench.rounds_to_open().await;
        assert_eq!(
            (counter(opened.latest().state(), "a"), opened.latest().state().node_count()),
            (3, 50_001)
        );
    });
}

#[test]
fn runs_are_merged_before_they_are_many_and_the_engine_reads_on_from_what_they_became() {
    let bench = Bench::local();
    bench.run(async {
        let settings = Settings { checkpoint_records: 4, ..Settings::default() };
        let engine = bench.open_with(settings).await.unwrap();
        engine.write(Populate(5_000)).await.unwrap();
        for n in 0..200 {
            engine.write(add(if n % 3 == 0 { "a" } else { "b" }, 1)).await.unwrap();
            bench.settle().await;
            assert!(bench.manifest().checkpoint.runs.len() <= 9, "{:?}", bench.manifest().checkpoint.runs);
        }
        let metrics = engine.commit_metrics();
        assert!(metrics.compactions >= 5 && metrics.checkpoints >= 45, "{metrics:?}");
        assert!(bench.ssts().len() <= 12, "{:?}", bench.ssts());
        // What another engine has read does not hold the files, once it has been told where the blocks have gone.
        let engine = bench.open().await;
        engine.write(add("a", 0)).await.unwrap();
        engine.inner.resolve(|| Ok(engine.latest().state().digest())).await.unwrap();
        let report = engine.compact().await.unwrap();
        assert_eq!((report.runs_after, bench.ssts().len()), (1, 1));
        let opened = bench.open().await.latest();
        assert_eq!((counter(opened.state(), "a"), counter(opened.state(), "b")), (67, 133));
        assert_eq!(digest(opened.state()), digest(engine.latest().state()));
    });
}

#[test]
fn processes_that_checkpoint_in_turn_build_on_each_others_checkpoints() {
    for bench in [Bench::local(), Bench::remote()] {
        bench.run(async {
            let engines = [bench.open().await, bench.open().await, bench.open().await];
            engines[0].write(Populate(5_000)).await.unwrap();
            for n in 0..60 {
                let engine = &engines[n % 3];
                engine.refresh().await.unwrap();
                engine.write(add(["a", "b", "c", "d"][n % 4], 1)).await.unwrap();
                if n % 2 == 0 {
                    assert!(engine.flush().await.unwrap().written);
                }
                if n % 7 == 0 {
                    engine.compact().await.unwrap();
                }
            }
            let opened = bench.open().await.latest();
            for engine in &engines {
                assert_eq!(digest(engine.refresh().await.unwrap().state()), digest(opened.state()));
            }
            assert_eq!((counter(opened.state(), "a"), opened.state().node_count()), (15, 5_004));
        });
    }
}

#[test]
fn a_checkpoint_that_is_written_while_others_commit_holds_no_more_than_it_says() {
    let bench = Bench::local();
    bench.run(async {
        let engine = bench.open().await;
        engine.write(Populate(3_000)).await.unwrap();
        for round in 0..20 {
            let gate = bench.faults.hold(When::Before, |operation, path| {
                operation == Operation::Put && path.is_under(layout().ssts())
            });
            let flushing = engine.clone();
            engine.write(add("a", 1)).await.unwrap();
            let flushed = bench.spawn(async move { flushing.flush().await });
            gate.reached().await;
            engine.write(add("a", 1)).await.unwrap();
            engine.write(add("b", 1)).await.unwrap();
            gate.release();
            assert!(flushed.await.unwrap().unwrap().written);
            let opened = bench.open().await.latest();
            assert_eq!(
                (counter(opened.state(), "a"), counter(opened.state(), "b")),
                (2 * round + 2, round + 1)
            );
            assert_eq!(digest(opened.state()), digest(engine.latest().state()));
        }
    });
}
