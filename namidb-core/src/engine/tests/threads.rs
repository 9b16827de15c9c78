//! What may move between threads: everything, futures included.

use super::*;

fn moves<T: Send>(value: T) -> T {
    value
}

#[test]
fn every_future_of_an_engine_may_move_between_threads() {
    let bench = Bench::local();
    let runtime: SharedRuntime = Arc::new(bench.runtime.clone());
    let open = moves(Engine::open(Arc::new(bench.sim.clone()), root(), Settings::default(), runtime));
    bench.run(async {
        let engine = open.await.unwrap();
        moves(engine.write(add("a", 1))).await.unwrap();
        moves(engine.snapshot()).await.unwrap();
        moves(engine.refresh()).await.unwrap();
        let transaction = moves(engine.begin()).await.unwrap();
        moves(transaction.commit()).await.unwrap();
        moves(engine.flush()).await.unwrap();
        moves(engine.close()).await.unwrap();
    });
}
