//! What verification says of a whole namespace, and of every way to damage a small one.

use super::*;
use crate::engine::{VerifyReport, verify};
use crate::object_store::ObjectStore;

/// A namespace with a checkpoint, a log above it and a pin; its objects, and the digest of its state.
fn small() -> (Bench, Vec<ObjectPath>, u64) {
    let bench = Bench::local();
    let digest = bench.run(async {
        let engine = bench.open().await;
        for counter in ["a", "b", "c"] {
            engine.write(add(counter, 1)).await.unwrap();
        }
        engine.flush().await.unwrap();
        engine.pin(Duration::from_secs(60)).await.unwrap();
        engine.write(add("a", 1)).await.unwrap();
        engine.write(add("d", 7)).await.unwrap();
        digest(engine.latest().state())
    });
    let objects = bench.sim.paths();
    (bench, objects, digest)
}

fn verified(bench: &Bench) -> Result<VerifyReport> {
    let runtime: SharedRuntime = Arc::new(bench.runtime.clone());
    bench.run(verify(Arc::new(bench.sim.clone()), root(), runtime))
}

/// Damages one object, and asks the verification and an open what they think of it.
fn judge(path: &ObjectPath, damaged: Option<Vec<u8>>, what: &str) {
    let (bench, _, digest) = small();
    match damaged {
        Some(bytes) => bench.sim.plant(path, bytes),
        None => drop(bench.sim.uproot(path)),
    }
    expect_named(&bench, path, digest, what);
}

fn expect_named(bench: &Bench, path: &ObjectPath, digest: u64, what: &str) {
    let report = verified(bench).unwrap();
    let named = report.problems.iter().any(|problem| problem.object == path.as_str());
    assert!(named, "{what} of '{path}' is not named: {report}");
    let found = bench.run(async {
        let engine = bench.open_with(Settings::default()).await?;
        engine.inner.resolve(|| Ok(engine.latest().state().digest())).await
    });
    match found {
        // What nobody reads does no harm.
        Ok(found) => assert_eq!(found, digest, "{what} of '{path}'"),
        Err(error) => {
            let codes = [ErrorCode::Corruption, ErrorCode::FormatVersion, ErrorCode::ManifestMissing];
            assert!(codes.contains(&error.code()), "{what} of '{path}': {error:?}");
            assert_eq!(error.detail("object"), Some(path.as_str()), "{what} of '{path}': {error:?}");
        }
    }
}

#[test]
fn of_a_whole_namespace_everything_is_read_and_nothing_is_wrong() {
    let (bench, objects, _) = small();
    let before = objects.clone();
    let report = verified(&bench).unwrap();
    assert!(report.is_ok() && report.strays.is_empty(), "{report}");
    assert_eq!((report.objects, report.records), (objects.len() as u64, 2));
    assert_eq!((report.checkpoint, report.seq), (Seq(3), Seq(5)));
    assert_eq!((report.nodes, report.relationships), (Some(4), Some(0)));
    let bytes: usize = objects.iter().map(|path| bench.sim.peek(path).unwrap().len()).sum();
    assert_eq!(report.bytes, bytes as u64);
    assert!(report.blocks > 0 && report.to_string().ends_with("nothing is wrong"), "{report}");
    assert_eq!(bench.sim.paths(), before, "it writes nothing");
    bench.run(async {
        let engine = bench.open().await;
        assert_eq!(engine.verify().await.unwrap(), report);
    });
}

#[test]
fn a_shallow_verification_sees_what_is_missing_and_no_damage_inside_a_block() {
    let (bench, objects, _) = small();
    let shallow = || bench.run(async { bench.open().await.verify_shallow().await.unwrap() });
    let report = shallow();
    assert!(report.is_ok(), "{report}");
    assert_eq!((report.objects, report.records, report.seq), (objects.len() as u64, 2, Seq(5)));
    assert_eq!((report.nodes, report.relationships), (None, None), "no state was built");
    let sst = objects.iter().find(|path| path.is_under(layout().ssts())).unwrap();
    let whole = bench.sim.peek(sst).unwrap();
    let mut damaged = whole.to_vec();
    damaged[sst::MAGIC.len() + 1] ^= 1;
    bench.sim.plant(sst, damaged);
    let deep = verified(&bench).unwrap();
    assert_eq!((shallow().is_ok(), deep.is_ok()), (true, false), "{deep}");
    bench.sim.plant(sst, whole[..whole.len() - 1].to_vec());
    let runtime: SharedRuntime = Arc::new(bench.runtime.clone());
    let store: Arc<dyn ObjectStore> = Arc::new(bench.sim.clone());
    let layout = layout();
    let through = verify::verify_through(&store, &layout, &runtime, Depth::Shallow);
    assert!(!bench.run(through).unwrap().is_ok(), "a file that is too short is seen");
}

#[test]
fn where_there_is_no_database_there_is_nothing_to_verify() {
    let bench = Bench::local();
    assert_eq!(verified(&bench).unwrap_err().code(), ErrorCode::InvalidArgument);
}

#[test]
fn every_flipped_byte_is_named_and_is_an_error_or_changes_nothing() {
    let (bench, objects, digest) = small();
    for path in &objects {
        let whole = bench.sim.peek(path).unwrap();
        for at in 0..whole.len() {
            let mut damaged = whole.to_vec();
            damaged[at] ^= 1 << (at % 8);
            bench.sim.plant(path, damaged);
            expect_named(&bench, path, digest, &format!("a flip at {at}"));
        }
        bench.sim.plant(path, whole);
    }
    assert!(verified(&bench).unwrap().is_ok());
}

/// No query needs them: the tail is at the other end, and says where everything lies.
#[test]
fn of_damage_to_the_first_bytes_of_an_sst_queries_answer_the_same_and_the_verification_tells() {
    let (bench, objects, before) = small();
    let sst = objects.iter().find(|path| path.is_under(layout().ssts())).unwrap();
    let whole = bench.sim.peek(sst).unwrap();
    for at in 0..sst::MAGIC.len() {
        let mut damaged = whole.to_vec();
        damaged[at] ^= 0xFF;
        bench.sim.plant(sst, damaged);
        let report = verified(&bench).unwrap();
        assert_eq!(report.problems.len(), 1, "{report}");
        assert_eq!(report.problems[0].object, sst.as_str());
        bench.run(async { assert_eq!(digest(bench.open().await.latest().state()), before) });
    }
}

#[test]
fn every_truncation_is_named_and_is_an_error() {
    let (bench, objects, digest) = small();
    for path in &objects {
        let whole = bench.sim.peek(path).unwrap();
        for length in 0..whole.len() {
            bench.sim.plant(path, whole.slice(..length));
            expect_named(&bench, path, digest, &format!("a truncation to {length}"));
        }
        bench.sim.plant(path, [whole.as_ref(), b"more"].concat());
        expect_named(&bench, path, digest, "an extension");
        bench.sim.plant(path, whole);
    }
}

#[test]
fn an_object_that_is_missing_or_another_one_is_named() {
    let (_, objects, _) = small();
    for path in &objects {
        // What may never have been is not missed: the last record, and a pin.
        if crate::layout::slot_of(path) != Some(Seq(5)) && !path.is_under(layout().pins()) {
            judge(path, None, "the loss");
        }
        let (bench, ..) = small();
        for other in objects.iter().filter(|other| *other != path) {
            let bytes = bench.sim.peek(other).unwrap_or_default();
            judge(path, Some(bytes.to_vec()), "a swap");
        }
    }
}

#[test]
fn a_whole_object_of_another_database_is_named() {
    let (other, ..) = small();
    for seq in [4, 5] {
        let path = layout().slot(Seq(seq));
        // Its checksums are right, and it is not ours: the databases of two benches have ids of their own.
        let bench = Bench::over(SimStore::new(), 99);
        bench.run(async {
            let engine = bench.open().await;
            for counter in ["a", "b", "c"] {
                engine.write(add(counter, 1)).await.unwrap();
            }
            engine.flush().await.unwrap();
            engine.write(add("a", 1)).await.unwrap();
            engine.write(add("d", 7)).await.unwrap();
        });
        let digest = bench.run(async { digest(bench.open().await.latest().state()) });
        bench.sim.plant(&path, other.sim.peek(&path).unwrap());
        expect_named(&bench, &path, digest, "an object of another database");
    }
}

#[test]
fn what_nothing_refers_to_is_told_and_is_no_problem() {
    let (bench, ..) = small();
    let strays = [
        (layout().slot(Seq(2)), "a record that is in the checkpoint"),
        (layout().body(Seq(5), &blake3::hash(b"lost")), "the body of a record that lost its slot"),
        (layout().probe(Uuid::from_u128(1)), "left by a test of the store's conditions"),
        (root().join("notes").unwrap(), "no object of NamiDB"),
    ];
    for (path, _) in &strays {
        bench.sim.plant(path, "whatever");
    }
    let report = verified(&bench).unwrap();
    assert!(report.is_ok(), "{report}");
    let mut found: Vec<_> = report.strays.iter().map(|stray| (stray.object.as_str(), stray.what)).collect();
    let mut expected: Vec<_> = strays.iter().map(|(path, what)| (path.as_str(), *what)).collect();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn whoever_commits_checkpoints_and_collects_meanwhile_makes_no_problem() {
    let bench = Bench::local();
    bench.run(async {
        let engine =
            bench.open_with(Settings { checkpoint_records: 3, ..Settings::default() }).await.unwrap();
        let busy = engine.clone();
        let runtime = bench.runtime.clone();
        let done = bench.spawn(async move {
            for _ in 0..60 {
                busy.write(add("a", 1)).await.unwrap();
                runtime.sleep(Duration::from_millis(1)).await;
            }
        });
        while engine.latest().seq() < Seq(60) {
            let report = engine.verify().await.unwrap();
            assert!(report.is_ok(), "{report}");
            bench.runtime.sleep(Duration::from_millis(2)).await;
        }
        done.await.unwrap();
    });
}
