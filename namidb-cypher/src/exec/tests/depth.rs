//! The longest statements run on the smallest stack that any thread of ours has, or are refused with a type.

use super::*;
use namidb_core::ErrorCode;

/// Runs on a stack of 2 MiB.
fn on_small_stack(work: impl FnOnce() + Send + 'static) {
    #[allow(clippy::disallowed_methods, reason = "the size of a stack is what is tested")]
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(work);
    thread.unwrap().join().unwrap();
}

#[test]
fn the_longest_statements_run_on_a_small_stack() {
    let repeated = |piece: &str, times: usize, end: &str| {
        let pieces: String = (0..times).map(|at| piece.replace('#', &at.to_string())).collect();
        pieces + end
    };
    let statements = [
        format!("MATCH (a){} RETURN a", "-->()".repeat(480)),
        format!("MATCH (a){} RETURN a", "-[*0..0]->()".repeat(480)),
        repeated("WITH 1 AS x WHERE x > 0 ", 680, "RETURN 1 AS x"),
        repeated("RETURN 1 AS x UNION ALL ", 480, "RETURN 1 AS x"),
        repeated("RETURN 1 AS x UNION ", 480, "RETURN 1 AS x"),
        repeated("UNWIND [1] AS x# ", 980, "RETURN 1 AS x"),
        repeated("OPTIONAL MATCH (a#)-->(b#) ", 240, "RETURN 1 AS x"),
        repeated("MATCH (a#) WITH DISTINCT a# ORDER BY a#.x LIMIT 1 ", 300, "RETURN 1 AS x"),
        repeated("WITH count(*) AS x ", 980, "RETURN 1 AS x"),
        repeated("WITH 1 AS x ORDER BY x SKIP 0 LIMIT 1 ", 400, "RETURN 1 AS x"),
        // An expression of ORDER BY is compared with the items, however deep both are.
        format!("WITH 1 AS x RETURN {0}x{1} AS x ORDER BY {0}x{1}", "[".repeat(120), "]".repeat(120)),
        format!("WITH 1 AS x RETURN x{0} AS x ORDER BY x{0}", " + 1".repeat(480)),
        repeated("CALL { RETURN 1 AS x# } ", 480, "RETURN 1 AS x"),
        repeated("CALL db.ping() YIELD success AS x# ", 980, "RETURN 1 AS x"),
        repeated("CREATE () WITH 1 AS x ", 480, "RETURN 1 AS x"),
        repeated("MERGE (n#:N) SET n#.x = 1 WITH n# WHERE n#.x = 1 ", 240, "RETURN 1 AS x"),
        repeated("CALL { CREATE () } ", 480, "RETURN 1 AS x"),
        repeated("FOREACH (x IN [1] | CREATE ()) ", 480, "RETURN 1 AS x"),
        repeated("MATCH p# = shortestPath((a)-[*]->(b)) ", 320, "RETURN 1 AS x"),
    ];
    for text in statements {
        for text in [text.clone(), format!("PROFILE {text}"), format!("EXPLAIN {text}")] {
            on_small_stack(move || {
                let mut graph = Graph::with("CREATE (:A)-[:R]->(:B)");
                if let Err(error) = graph.write(&text) {
                    assert_eq!(error.code(), ErrorCode::QueryTooComplex, "{}: {error:?}", &text[..50]);
                }
            });
        }
    }
}
