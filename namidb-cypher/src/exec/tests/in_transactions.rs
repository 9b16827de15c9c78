//! CALL IN TRANSACTIONS, with commits on a state in memory.

use super::*;
use crate::exec::{CommittedWork, TransactionWork, Transactions};
use namidb_core::ErrorCode;
use namidb_core::transaction::Restage;
use std::sync::{Arc, Mutex};

/// Commits on a state of its own, one record after the other.
#[derive(Debug)]
struct Commits {
    now: Mutex<(GraphState, u64)>,
}

impl Transactions for Commits {
    fn commit(&self, mut work: TransactionWork, _: &ExecutionContext) -> Result<CommittedWork, Error> {
        let mut now = self.now.lock().unwrap();
        let seq = Seq(now.1 + 1);
        let context = StageContext { seq, time: 0, runtime: StillRuntime::shared(), may_wait: false };
        // A lost race: what counts is the last execution.
        for _ in 0..2 {
            let changes = work.restage(&now.0, &context).map_err(|e| e.into_work::<Error>().unwrap())?;
            if changes.ops().is_empty() {
                return Ok(CommittedWork { work, state: now.0.clone(), record: None });
            }
            if work.restage(&now.0, &context).is_ok() {
                let mut state = now.0.clone();
                state.apply_transaction(changes.ops(), seq).unwrap();
                *now = (state.clone(), seq.0);
                return Ok(CommittedWork { work, state, record: Some(seq) });
            }
        }
        unreachable!()
    }
}

/// Runs a statement, and gives its rows, what it changed and the graph after it.
fn run(graph: &mut Graph, text: &str) -> (Result<QueryOutput, Error>, GraphState, u64) {
    let commits = Arc::new(Commits { now: Mutex::new((graph.state.clone(), 100)) });
    let transactions: Arc<dyn Transactions> = Arc::clone(&commits) as _;
    let mut cx = graph.cx.clone();
    cx.transactions = Some(transactions);
    let statement = prepare(text, &graph.state).unwrap();
    assert!(statement.commits_by_itself);
    let output = execute(&statement, graph.state.clone(), &cx);
    let now = commits.now.lock().unwrap();
    graph.state = now.0.clone();
    (output, now.0.clone(), now.1 - 100)
}

#[test]
fn rows_are_committed_so_many_at_a_time_whatever_the_batches() {
    for batch_rows in [2048, 1, 3] {
        let mut graph = Graph::new();
        graph.cx.batch_rows = batch_rows;
        let text = "UNWIND range(1, 10) AS i CALL (i) { CREATE (:N {i: i}) } IN TRANSACTIONS OF 4 ROWS";
        let (output, _, commits) = run(&mut graph, text);
        assert_eq!((output.unwrap().counters.nodes_created, commits), (10, 3));
        assert_eq!(graph.value("MATCH (n:N) RETURN collect(n.i) AS i"), "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]");

        // What comes before reads the graph as it was; what comes after sees what was committed.
        let text = "MATCH (n:N) CALL (n) { CREATE (m:N {i: n.i + 100}) RETURN m } IN TRANSACTIONS OF 3 ROWS \
                    RETURN count(m) AS c, sum(m.i) AS s";
        let (output, _, commits) = run(&mut graph, text);
        assert_eq!(shown(&output.unwrap()), ["10 | 1055"]);
        assert_eq!(commits, 4);
    }
}

#[test]
fn a_failing_transaction_ends_the_statement_or_is_left_out_or_is_the_last() {
    let text = |end: &str| {
        format!(
            "UNWIND [1, 2, 0, 4, 5] AS i CALL (i) {{ CREATE (n:N {{i: 10 / i}}) RETURN n.i AS x }} \
             IN TRANSACTIONS OF 1 ROW {end} RETURN i, x, s.started AS a, s.committed AS c, s.errorMessage IS NULL AS e"
        )
    };
    let mut graph = Graph::new();
    let (output, _, commits) = run(&mut graph, &text("REPORT STATUS AS s ON ERROR CONTINUE"));
    assert_eq!(
        shown(&output.unwrap()),
        [
            "1 | 10 | true | true | true",
            "2 | 5 | true | true | true",
            "0 | null | true | false | false",
            "4 | 2 | true | true | true",
            "5 | 2 | true | true | true",
        ]
    );
    assert_eq!(commits, 4);
    let (output, _, commits) = run(&mut graph, &text("ON ERROR BREAK REPORT STATUS AS s"));
    assert_eq!(
        shown(&output.unwrap())[2..],
        [
            "0 | null | true | false | false",
            "4 | null | false | false | true",
            "5 | null | false | false | true"
        ]
    );
    assert_eq!(commits, 2);
    let failing =
        "UNWIND [1, 0] AS i CALL (i) { CREATE (:N {i: 10 / i}) } IN TRANSACTIONS OF 1 ROW ON ERROR FAIL";
    let (output, _, commits) = run(&mut graph, failing);
    assert_eq!(output.unwrap_err().code(), ErrorCode::Arithmetic);
    assert_eq!(commits, 1);
}

#[test]
fn rows_without_results_stay_where_the_subquery_gives_none_or_is_optional() {
    let mut graph = Graph::new();
    let text = "UNWIND [1, 2] AS i OPTIONAL CALL (i) { UNWIND range(2, i) AS j CREATE (n {j: j}) RETURN j } \
                IN TRANSACTIONS RETURN i, j";
    assert_eq!(shown(&run(&mut graph, text).0.unwrap()), ["1 | null", "2 | 2"]);
    let text = "UNWIND [1, 2] AS i CALL (i) { UNWIND range(1, 3) AS j CREATE (n {j: j}) } IN TRANSACTIONS \
                RETURN i";
    assert_eq!(shown(&run(&mut graph, text).0.unwrap()), ["1", "2"]);
    // One that only reads commits nothing.
    let text = "UNWIND [1, 2] AS i CALL (i) { RETURN i * 2 AS x } IN TRANSACTIONS REPORT STATUS AS s RETURN x, s.transactionId AS t";
    let (output, _, commits) = run(&mut graph, text);
    assert_eq!((shown(&output.unwrap()), commits), (vec!["2 | null".into(), "4 | null".into()], 0));
}

#[test]
fn a_subquery_commits_only_where_nothing_around_it_must_be_committed() {
    let mut graph = Graph::new();
    let commits = "CALL () { CREATE () } IN TRANSACTIONS";
    for (text, detail) in [
        (format!("CREATE () WITH 1 AS x {commits}"), "InvalidClauseComposition"),
        (format!("{commits} CREATE ()"), "InvalidClauseComposition"),
        (format!("CALL () {{ CREATE () }} {commits}"), "InvalidClauseComposition"),
        (format!("CALL () {{ {commits} }}"), "InvalidClauseComposition"),
        (
            "UNWIND [1] AS x CALL (x) { RETURN 1 AS y } IN TRANSACTIONS OF x ROWS RETURN y".to_owned(),
            "NonConstantExpression",
        ),
        (
            "CALL () { RETURN 1 AS y } IN TRANSACTIONS OF 0 ROWS RETURN y".to_owned(),
            "NegativeIntegerArgument",
        ),
        ("CALL () { RETURN 1 AS y } IN 3 CONCURRENT TRANSACTIONS RETURN y".to_owned(), "UnsupportedFeature"),
        (
            "CALL () { RETURN 1 AS y } IN TRANSACTIONS REPORT STATUS AS y RETURN y".to_owned(),
            "VariableAlreadyBound",
        ),
    ] {
        let error = prepare(&text, &graph.state).map(|_| ()).expect_err(&text);
        assert_eq!(error.detail(), detail, "{text}: {error}");
        assert!(error.span().is_some(), "{text}");
    }
    let error = graph.write(commits).unwrap_err();
    assert_eq!((error.code(), error.detail()), (ErrorCode::InvalidArgument, "InvalidTransactionState"));
    assert!(error.hint().is_some() && error.span().is_some());
}
