use super::*;
use crate::exec::CancelToken;
use crate::processor_time;
use namidb_core::ErrorCode;
use namidb_core::runtime::Workers;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Thirty nodes, each connected to each.
fn clique() -> Graph {
    let mut graph = Graph::with("UNWIND range(0, 29) AS i CREATE (:N {i: i})");
    graph.write("MATCH (a:N), (b:N) WHERE a.i < b.i CREATE (a)-[:T]->(b)").unwrap();
    graph
}

/// Statements that would run for a very long time.
const LONG: &[&str] = &[
    "MATCH (a:N)-[:T*]-(b) RETURN count(*)",
    "MATCH (a:N)-[:T*]-(b) WHERE a.i + b.i < 0 RETURN b",
    "MATCH (a), (b), (c), (d), (e), (f), (g) RETURN count(a.i + b.i + c.i + d.i + e.i + f.i + g.i)",
    "MATCH (a)--(b)--(c)--(d)--(e)--(f)--(g) RETURN sum(g.i)",
    "MATCH (a)--(b)--(c)--(d)--(e)--(f)--(g), (a)--(g) RETURN count(*)",
    "UNWIND range(1, 1000000000000) AS i RETURN count(i)",
    "UNWIND range(1, 1000000000000) AS i WITH i WHERE i < 0 RETURN i",
    "UNWIND range(1, 1000000000000) AS i WITH i % 7 AS j RETURN DISTINCT j",
    "UNWIND range(1, 1000000000000) AS i RETURN i ORDER BY -i LIMIT 3",
    "UNWIND range(1, 1000000000000) AS i OPTIONAL MATCH (n:N {i: i}) RETURN count(n)",
    "UNWIND range(1, 1000000000000) AS i WITH i WHERE EXISTS { (:N {i: i}) } RETURN count(*)",
    "UNWIND range(1, 1000000000000) AS i RETURN i SKIP 900000000000",
    "RETURN reduce(sum = 0, i IN range(1, 1000000000000) | sum + i % 2) AS n",
    "RETURN all(i IN range(1, 1000000000000) WHERE i > 0) AS a",
    "RETURN any(i IN range(1, 1000000000000) WHERE i < 0 OR null) AS a",
    "RETURN single(i IN range(1, 1000000000000) WHERE i = 7) AS a",
    "RETURN [i IN range(1, 1000000000000) WHERE i < 0] AS l",
    "MATCH (a), (b), (c), (d), (e), (f), (g) RETURN 1 AS x SKIP 9000000000",
    "MATCH (a), (b), (c), (d), (e), (f), (g) CREATE (:M)",
    "MATCH (a), (b), (c), (d), (e), (f), (g) SET a.x = 1",
    "MATCH (a:N) WHERE COUNT { MATCH (a)--()--()--()--()--()--(b) WHERE a.i + b.i < 0 } > 0 RETURN a",
];

#[test]
fn every_long_operator_stops_soon_after_it_is_cancelled() {
    const LOOKS: u32 = 300;
    const BETWEEN_LOOKS: Duration = Duration::from_millis(10);
    let mut graph = clique();
    // On one thread: its time is what is measured.
    graph.cx.workers = Workers::new(1);
    for text in LONG {
        // Cancelled at a late look: the time until then says how far apart looks are.
        let cancelled = processor_time::within(LOOKS * BETWEEN_LOOKS, || {
            let asked = AtomicU32::new(0);
            graph.cx.cancel = CancelToken::with_poll(move || asked.fetch_add(1, Ordering::Relaxed) >= LOOKS);
            let result = if text.contains("CREATE") || text.contains("SET") {
                graph.write(text)
            } else {
                graph.read(text)
            };
            result.map(|output| output.row_count()).map_err(|e| e.code())
        });
        let slowly = |time: Duration| panic!("{text}: {:?} between two looks", time / LOOKS);
        assert_eq!(cancelled.unwrap_or_else(slowly), Err(ErrorCode::Cancelled), "{text}");
    }
}

#[test]
fn operators_that_hold_rows_fail_at_the_memory_limit() {
    let mut graph = Graph::new();
    graph.cx.memory_limit = Some(1 << 20);
    for text in [
        "UNWIND range(1, 1000000000) AS i RETURN i ORDER BY i",
        "UNWIND range(1, 1000000000) AS i RETURN DISTINCT i",
        "UNWIND range(1, 1000000000) AS i RETURN i, count(*)",
        "UNWIND range(1, 1000000000) AS i RETURN collect(i)",
        "UNWIND range(1, 1000000000) AS i RETURN i",
        "UNWIND range(1, 1000000000) AS i RETURN count(DISTINCT i)",
        "RETURN COLLECT { UNWIND range(1, 1000000000) AS i RETURN i } AS l",
        "RETURN [i IN range(1, 1000000000) | i] AS l",
    ] {
        let error = graph.read(text).map(|output| output.row_count()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::MemoryLimit, "{text}");
        assert!(error.hint().is_some());
        assert_eq!(graph.cx.held_bytes(), 0, "{text} gives its memory back");
    }
    assert_eq!(
        graph.write("UNWIND range(1, 1000000000) AS i CREATE (:N)").unwrap_err().code(),
        ErrorCode::MemoryLimit
    );
    assert_eq!(graph.value("RETURN size([i IN range(1, 300000) WHERE i % 100 = 0 | i]) AS n"), "3000");
    assert_eq!(graph.value("UNWIND range(1, 3000000) AS i RETURN count(i), max(i)"), "3000000 | 3000000");
    assert_eq!(
        graph.rows("UNWIND range(1, 300000) AS i RETURN i ORDER BY i DESC LIMIT 2"),
        ["300000", "299999"]
    );
}

#[test]
fn a_limit_stops_the_work_below_it() {
    let graph = clique();
    assert_eq!(graph.rows("MATCH (a:N)-[:T*]-(b) RETURN 1 AS x LIMIT 2"), ["1", "1"]);
    assert_eq!(graph.rows("UNWIND range(1, 1000000000000) AS i RETURN i LIMIT 1"), ["1"]);
    assert_eq!(graph.rows("MATCH (a), (b), (c), (d), (e), (f), (g) RETURN 1 AS x SKIP 5 LIMIT 1"), ["1"]);
    assert_eq!(graph.value("RETURN EXISTS { MATCH (a)--(b)--(c)--(d)--(e)--(f)--(g) } AS x"), "true");
}

#[test]
fn the_number_of_threads_changes_no_result() {
    let mut graph =
        Graph::with("UNWIND range(0, 19999) AS i CREATE (:N {i: i, f: i * 0.1, s: toString(i % 7)})");
    graph.write("MATCH (a:N) WHERE a.i % 3 = 0 MATCH (b:N) WHERE id(b) = (id(a) * 7) % 20000 CREATE (a)-[:T]->(b)").unwrap();
    let statements = [
        "MATCH (a:N) RETURN count(*), sum(a.i), avg(a.f), min(a.s), count(DISTINCT a), stDev(a.f)",
        "MATCH (a:N) RETURN a.s AS s, count(*), sum(a.f), collect(a.i)[..3]",
        "MATCH (a:N)-[:T]->(b) RETURN b.s AS s, count(*), sum(b.f), count(DISTINCT b)",
        "MATCH (a:N)-[:T]-(b) WITH b, count(a) AS d RETURN d, count(*)",
        "MATCH (a:N) OPTIONAL MATCH (a)-[:T]->(b) WHERE b.i > 10000 RETURN count(a), count(DISTINCT b), sum(b.i)",
        "MATCH (a:N)-[:T*1..3]->(b) RETURN count(*), count(DISTINCT b)",
        "MATCH (a:N) WHERE EXISTS { (a)-[:T]->(:N {s: '3'}) } RETURN count(*)",
    ];
    for text in statements {
        graph.cx.workers = Workers::new(1);
        let alone = graph.rows(text);
        graph.cx.workers = Workers::new(4);
        assert_eq!(graph.rows(text), alone, "{text}");
    }
    assert_eq!(
        graph.value("MATCH (a:N) RETURN count(*), sum(a.i), count(DISTINCT a)"),
        "20000 | 199990000 | 20000"
    );
    let error = graph.read("MATCH (a:N) RETURN sum(1 / (a.i - 15000))").map(|o| o.row_count()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::Arithmetic);
    graph.cx.cancel.cancel();
    let error = graph.read("MATCH (a:N) RETURN sum(a.i)").map(|o| o.row_count()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::Cancelled);
}
