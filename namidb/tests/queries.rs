//! Statements: one snapshot, one commit, rows in the order of the query.

mod common;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_schema::DataType;
use common::{NONE, id, on_each_backend, open};
use namidb::arrow::MixedColumns;
use namidb::blocking::Database;
use namidb::{ErrorCode, OpenOptions, QueryOptions, Seq, StatementKind, Value, params};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

const SAMPLE: &str =
    "CREATE (a:Person {name: 'Ada', age: 36})-[:KNOWS {since: 1843}]->(:Person {name: 'Charles', age: 52})";

fn text(value: &str) -> Value {
    Value::from(value)
}

#[test]
fn a_statement_that_writes_is_durable_when_it_returns() {
    on_each_backend(|uri| {
        let database = open(uri);
        let created = database.cypher(SAMPLE, ()).unwrap();
        assert_eq!((created.len(), created.columns().len()), (0, 0));
        let counters = created.counters();
        assert_eq!((counters.nodes_created, counters.relationships_created), (2, 1));
        assert_eq!((created.summary().seq, created.summary().kind), (Seq(1), StatementKind::Write));
        let other = open(uri);
        let found =
            other.cypher("MATCH (p:Person) RETURN p.name AS name, p.age AS age ORDER BY age", ()).unwrap();
        let columns: Vec<&str> = found.columns().iter().map(|c| &**c).collect();
        assert_eq!(columns, ["name", "age"]);
        let rows: Vec<Vec<Value>> = found.rows().map(|row| row.values().collect()).collect();
        assert_eq!(rows, [[text("Ada"), 36.into()], [text("Charles"), 52.into()]]);
        assert_eq!(found.summary().seq, Seq(1));
        for (statement, changed) in [
            ("MATCH (p:Person {name: 'Ada'}) SET p.age = 37", 1),
            ("MERGE (p:Person {name: 'Ada'})", 0),
            ("MATCH (p:Person {name: 'Ada'}) REMOVE p.age", 1),
        ] {
            assert_eq!(
                database.cypher(statement, ()).unwrap().counters().properties_set,
                changed,
                "{statement}"
            );
        }
        database.cypher("MATCH (p:Person) DETACH DELETE p", ()).unwrap();
        assert_eq!(other.cypher("MATCH (n) RETURN count(n)", ()).unwrap().scalar().unwrap(), 0.into());
    });
}

#[test]
fn columns_stand_in_the_order_of_return_even_when_nothing_matches() {
    let database = open("memory://demo");
    let found = database.cypher("MATCH (n:Nothing) RETURN n.z AS z, n.a AS a", ()).unwrap();
    let columns: Vec<&str> = found.columns().iter().map(|c| &**c).collect();
    assert_eq!((columns, found.len(), found.is_empty()), (vec!["z", "a"], 0, true));
    let batches = found.record_batches(MixedColumns::String).unwrap();
    assert_eq!((batches.len(), batches[0].num_rows(), batches[0].num_columns()), (1, 0, 2));
    let twice = database.cypher("RETURN 1 AS a, 2 AS a", ()).unwrap_err();
    assert_eq!(twice.query_error().map(|e| e.detail()), Some("ColumnNameConflict"));
}

#[test]
fn the_rows_of_a_result_can_be_asked_for() {
    let database = open("memory://demo");
    let result = database.cypher("UNWIND range(1, 5000) AS x RETURN x, x * 2 AS y", ()).unwrap();
    assert_eq!(result.len(), 5000);
    assert_eq!(result.value(4999, 1), Some(10_000.into()));
    assert_eq!((result.value(5000, 0), result.value(0, 2)), (None, None));
    assert_eq!(result.first().unwrap().get("y"), Some(2.into()));
    assert_eq!(result.row(7).unwrap().get("z"), None);
    assert_eq!(result.rows().next_back().unwrap().value(0), Some(5000.into()));
    let error = result.single().unwrap_err();
    assert!(error.message().contains("5000 rows"), "{error}");
    assert!(database.cypher("UNWIND [] AS x RETURN x", ()).unwrap().scalar().is_err());
}

#[test]
fn nodes_relationships_and_paths_come_with_what_belongs_to_them() {
    on_each_backend(|uri| {
        let database = open(uri);
        let mut batch = database.batch();
        batch.upsert_node(["Person", "Poet"], id(1), [("name", "Ada")]).unwrap();
        batch.upsert_node(["Person"], id(2), NONE).unwrap();
        batch.upsert_edge("KNOWS", id(1), id(2), [("since", 1843)]).unwrap();
        batch.commit().unwrap();
        let found =
            database.cypher("MATCH p = (a {name: 'Ada'})-[k]->(b) RETURN a, k, p, [a, {b: b}] AS list", ());
        let found = found.unwrap();
        let row = found.single().unwrap();
        let view = found.view();
        let (Some(Value::Node(a)), Some(Value::Relationship(k))) = (row.get("a"), row.get("k")) else {
            panic!("a node and a relationship")
        };
        let (a, k) = (view.node(a).unwrap().unwrap(), view.relationship(k).unwrap().unwrap());
        assert_eq!((a.uuid, a.labels.len(), a.get("name")), (id(1), 2, Some(&text("Ada"))));
        assert_eq!((k.source, k.target, k.get("since")), (id(1), id(2), Some(&1843.into())));
        let Some(Value::Path(path)) = row.get("p") else { panic!("a path") };
        let path = view.path(&path).unwrap().unwrap();
        assert_eq!((path.len(), path.nodes[1].uuid), (1, id(2)));
        let list = view.resolve(row.get("list").unwrap()).unwrap();
        let first = &list.as_list().unwrap()[0];
        assert_eq!(first.as_map().unwrap().get("id"), Some(&text(&id(1).to_string())));
        // The result keeps its state, whatever becomes of the graph.
        database.cypher("MATCH (n) DETACH DELETE n", ()).unwrap();
        assert_eq!(found.view().node_count(), 2);
        let ids = "MATCH (n) RETURN elementId(n)";
        assert!(database.cypher(ids, ()).unwrap().is_empty());
    });
}

#[test]
fn results_leave_as_arrow_in_batches_of_one_schema() {
    let database = open("memory://demo");
    let query = "UNWIND range(1, 5000) AS x \
         RETURN x, x / 2.0 AS f, toString(x) AS s, x % 2 = 0 AS b, [x] AS l, CASE WHEN x > 3000 THEN 'a' ELSE 1 END AS m";
    let result = database.cypher(query, ()).unwrap();
    let batches = result.record_batches(MixedColumns::String).unwrap();
    assert_eq!(batches.iter().map(|b| b.num_rows()).sum::<usize>(), 5000);
    let schema = batches[0].schema();
    assert!(batches.iter().all(|b| b.schema() == schema));
    let types: Vec<&DataType> = schema.fields().iter().map(|f| f.data_type()).collect();
    assert_eq!(types[..4], [&DataType::Int64, &DataType::Float64, &DataType::Utf8, &DataType::Boolean]);
    assert!(matches!(types[4], DataType::List(_)) && *types[5] == DataType::Utf8);
    let sum: i64 =
        batches.iter().flat_map(|b| b.column(0).as_primitive::<Int64Type>().values().to_vec()).sum();
    assert_eq!(sum, 12_502_500);
    let error = result.record_batches(MixedColumns::Error).unwrap_err();
    assert!(error.to_string().contains("column 'm'"), "{error}");
}

#[test]
fn typed_columns_leave_as_arrow_without_a_copy() {
    let database = open("memory://demo");
    let result = database.cypher("UNWIND range(1, 100) AS x RETURN x + 1 AS y", ()).unwrap();
    let batches = result.record_batches(MixedColumns::String).unwrap();
    let Some(namidb_cypher::vector::Vector::Integer(column)) = result.column(0).next() else {
        panic!("a column of integers")
    };
    let array = batches[0].column(0).as_primitive::<Int64Type>();
    assert_eq!(array.values().as_ptr(), column.values.as_ptr());
}

#[test]
fn a_parameter_that_was_not_given_is_an_error_before_anything_runs() {
    let database = open("memory://demo");
    let error =
        database.cypher("CREATE (n) SET n.x = $there, n.y = $gone", params! { "there" => 1 }).unwrap_err();
    assert_eq!(error.code(), ErrorCode::MissingParameter);
    assert!(error.message().contains("$gone"), "{error}");
    assert_eq!(error.query_error().map(|e| e.phase()), Some("compile time"));
    assert_eq!(database.latest().unwrap().view().node_count(), 0);
}

#[test]
fn an_error_names_the_place_in_the_text() {
    let database = open("memory://demo");
    let error = database.cypher("MATCH (n)\nRETURN m", ()).unwrap_err();
    let position = error.position().unwrap();
    assert_eq!((position.line, position.column, position.offset), (2, 8, 17));
    assert_eq!(
        error.query_error().map(|e| (e.error_type(), e.detail())),
        Some(("SyntaxError", "UndefinedVariable"))
    );
    assert!(database.cypher("MATCH (n RETURN n", ()).unwrap_err().position().is_some());
}

#[test]
fn a_statement_that_fails_leaves_nothing_and_a_staged_batch_is_untouched() {
    on_each_backend(|uri| {
        let database = open(uri);
        let mut batch = database.batch();
        batch.upsert_node(["L"], id(1), NONE).unwrap();
        let error = database.cypher("CREATE (n:N) WITH n RETURN 1 / 0", ()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::Arithmetic);
        assert_eq!(database.snapshot().unwrap().view().node_count(), 0);
        database.cypher("CREATE (:N)", ()).unwrap();
        assert_eq!(batch.len(), 1);
        batch.commit().unwrap();
        assert_eq!(database.snapshot().unwrap().view().node_count(), 2);
    });
}

#[test]
fn what_must_only_read_refuses_writes() {
    let directory = common::Directory::new();
    let database = open(&directory.uri(""));
    let only = QueryOptions { read_only: true, ..QueryOptions::default() };
    let error = database.cypher_with("CREATE ()", (), &only).unwrap_err();
    assert_eq!(error.code(), ErrorCode::ReadOnly);
    let snapshot = database.snapshot().unwrap();
    let error = snapshot.cypher_here("CREATE ()", ().into(), &QueryOptions::default()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::ReadOnly);
    let reader = open(&directory.uri("&read_only=true"));
    assert_eq!(reader.cypher("CREATE ()", ()).unwrap_err().code(), ErrorCode::ReadOnly);
    assert_eq!(reader.cypher("RETURN 1", ()).unwrap().scalar().unwrap(), 1.into());
    assert_eq!(database.latest().unwrap().view().node_count(), 0);
}

#[test]
fn a_snapshot_answers_queries_about_its_moment() {
    on_each_backend(|uri| {
        let database = open(uri);
        database.cypher(SAMPLE, ()).unwrap();
        let snapshot = database.snapshot().unwrap();
        database.cypher("CREATE (:Person)", ()).unwrap();
        let count = "MATCH (n) RETURN count(n)";
        let then = snapshot.cypher_here(count, ().into(), &QueryOptions::default()).unwrap();
        assert_eq!((then.scalar().unwrap(), then.summary().seq), (2.into(), Seq(1)));
        assert_eq!(database.cypher(count, ()).unwrap().scalar().unwrap(), 3.into());
    });
}

const LONG: &str =
    "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b WITH a, b WHERE a * b < 0 RETURN count(*)";

#[test]
fn a_query_stops_at_its_deadline() {
    let database =
        Database::open_with("memory://demo", OpenOptions::new().query_timeout(Duration::from_millis(50)));
    let error = database.unwrap().cypher(LONG, ()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::Timeout);
    let slow = QueryOptions { timeout: Some(Duration::from_millis(30)), ..QueryOptions::default() };
    let error = open("memory://demo").cypher_with(LONG, (), &slow).unwrap_err();
    assert_eq!(error.code(), ErrorCode::Timeout);
}

#[test]
fn a_query_can_be_cancelled_from_another_thread() {
    let database = open("memory://demo");
    let (tell, told) = mpsc::channel();
    let job = database.submit(|database| database.cypher(LONG, ()), move |result| tell.send(result).unwrap());
    job.unwrap().cancel();
    let result = told.recv_timeout(Duration::from_secs(120)).unwrap();
    assert_eq!(result.unwrap_err().code(), ErrorCode::Cancelled);
    let writes = database.submit(
        |database| database.cypher("UNWIND range(1, 100000000) AS x CREATE (:N {x: x})", ()),
        |result| assert_eq!(result.unwrap_err().code(), ErrorCode::Cancelled),
    );
    writes.unwrap().cancel();
    assert_eq!(database.cypher("MATCH (n) RETURN count(n)", ()).unwrap().scalar().unwrap(), 0.into());
}

#[test]
fn a_query_is_held_to_its_memory() {
    let options = OpenOptions::new().memory_limit(1 << 20);
    let database = Database::open_with("memory://demo", options).unwrap();
    let error = database.cypher("UNWIND range(1, 10000000) AS x RETURN collect(x)", ()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::MemoryLimit);
    assert_eq!(database.cypher("RETURN 1", ()).unwrap().scalar().unwrap(), 1.into());
}

#[test]
fn statements_in_a_transaction_see_each_other_and_fail_alone() {
    on_each_backend(|uri| {
        let database = open(uri);
        let mut transaction = database.begin().unwrap();
        transaction.cypher("CREATE (:N {x: 1})", ()).unwrap();
        let error = transaction.cypher("CREATE (:N {x: 2}) WITH 1 AS one RETURN 1 / 0", ()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::Arithmetic);
        let count = "MATCH (n:N) RETURN count(n)";
        assert_eq!(transaction.cypher(count, ()).unwrap().scalar().unwrap(), 1.into());
        assert_eq!(database.cypher(count, ()).unwrap().scalar().unwrap(), 0.into());
        assert_eq!(transaction.commit().unwrap(), Some(Seq(1)));
        assert_eq!(database.cypher(count, ()).unwrap().scalar().unwrap(), 1.into());
    });
}

#[test]
fn a_statement_that_loses_a_race_runs_again_on_what_the_winner_left() {
    on_each_backend(|uri| {
        let databases = [open(uri), open(uri)];
        databases[0].cypher("CREATE (:Counter {n: 0})", ()).unwrap();
        std::thread::scope(|scope| {
            for database in &databases {
                for _ in 0..4 {
                    scope.spawn(move || {
                        for _ in 0..25 {
                            database.cypher("MATCH (c:Counter) SET c.n = c.n + 1", ()).unwrap();
                        }
                    });
                }
            }
        });
        let n = databases[1].cypher("MATCH (c:Counter) RETURN c.n", ()).unwrap();
        assert_eq!(n.scalar().unwrap(), 200.into());
    });
}

#[test]
fn what_a_statement_is_can_be_asked_without_running_it() {
    let database = open("memory://demo");
    let contract = database.describe("MATCH (n {x: $x}) SET n.y = $y RETURN n.y AS y").unwrap();
    assert_eq!(contract.kind, StatementKind::ReadWrite);
    let parameters: Vec<&str> = contract.parameters.iter().map(|name| &**name).collect();
    assert_eq!(parameters, ["x", "y"]);
    let columns = |text: &str| -> Vec<(String, &str)> {
        let contract = database.describe(text).unwrap();
        contract.columns.iter().map(|column| (column.name.to_string(), column.type_name)).collect()
    };
    assert_eq!(columns("MATCH (n {x: $x}) SET n.y = $y RETURN n.y AS y"), [("y".into(), "ANY")]);
    let typed =
        "MATCH p = (n)-[r]->() RETURN n, r, p, count(*) AS c, 'a' + 'b' AS s, n.x > 1 AS b, labels(n) AS l";
    let types: Vec<&str> = columns(typed).into_iter().map(|(_, type_name)| type_name).collect();
    assert_eq!(types, ["NODE", "RELATIONSHIP", "PATH", "INTEGER", "STRING", "BOOLEAN", "LIST"]);
    assert!(database.explain("MATCH (n:L) RETURN n").unwrap().to_string().contains("NodeScan"));
    assert!(database.explain("MATCH (n:L RETURN n").is_err());
    assert_eq!(database.latest().unwrap().seq(), Seq(0));
}

#[test]
fn a_profile_tells_what_each_operator_did() {
    let database = open("memory://demo");
    database.cypher("UNWIND range(1, 5) AS x CREATE (:N {x: x})", ()).unwrap();
    let profiled = QueryOptions { profile: true, ..QueryOptions::default() };
    let text = "MATCH (n:N) WHERE n.x > 3 RETURN n.x AS x";
    let by_option = database.cypher_with(text, (), &profiled).unwrap();
    let by_text = database.cypher(&format!("PROFILE {text}"), ()).unwrap();
    for result in [by_option, by_text] {
        assert_eq!(result.len(), 2);
        let plan = result.plan().unwrap();
        let rows: Vec<(&str, Option<u64>)> = plan
            .lines()
            .into_iter()
            .map(|(_, plan)| (plan.operator.as_str(), plan.profile.map(|p| p.rows)))
            .collect();
        assert_eq!(rows[..3], [("Project", Some(2)), ("Filter", Some(2)), ("NodeScan", Some(5))]);
        assert_eq!(plan.lines()[2].1.estimated_rows, 5.0);
    }
    let result = database.cypher(&format!("EXPLAIN {text}"), ()).unwrap();
    assert_eq!(result.columns()[..], ["plan".into()]);
    assert_eq!(result.plan().unwrap(), &database.explain(text).unwrap());
    let created = database.cypher("PROFILE CREATE (n:M) RETURN n", ()).unwrap();
    assert_eq!(created.counters().nodes_created, 1);
    assert!(created.plan().unwrap().is_profiled());
    assert!(database.cypher(text, ()).unwrap().plan().is_none());
}

#[test]
fn a_commit_is_one_put_whatever_the_statement() {
    let directory = common::Directory::new();
    let database = open(&directory.uri(""));
    database.cypher("CREATE ()", ()).unwrap();
    let before = database.request_counts().unwrap();
    database.cypher("UNWIND range(1, 100) AS x CREATE (:N {x: x})", ()).unwrap();
    let asked = database.request_counts().unwrap() - before;
    assert_eq!((asked.put.requests, asked.requests()), (1, 1), "{asked:?}");
}

#[test]
fn asynchronous_calls_work_on_any_executor_and_stop_when_they_are_dropped() {
    let other = tokio::runtime::Builder::new_current_thread().build().unwrap();
    other.block_on(async {
        let database = namidb::Database::open("memory://demo").await.unwrap();
        database.cypher("CREATE (:N)", ()).await.unwrap();
        let mut transaction = database.begin().await.unwrap();
        transaction.cypher("CREATE (:N)", ()).await.unwrap();
        assert_eq!(transaction.view().unwrap().node_count(), 2);
        transaction.commit().await.unwrap();
        let snapshot = database.snapshot().await.unwrap();
        let count = snapshot.cypher("MATCH (n) RETURN count(n)", ()).await.unwrap();
        assert_eq!(count.scalar().unwrap(), 2.into());
        let mut batch = database.batch();
        batch.upsert_node(["N"], id(1), NONE).unwrap();
        batch.commit().await.unwrap();
        let runs = AtomicUsize::new(0);
        let retry = namidb::Retry::default();
        let added = database.run(retry, async |transaction: &mut namidb::Transaction| {
            runs.fetch_add(1, Ordering::Relaxed);
            Ok(transaction.cypher("CREATE (:N)", ()).await?.counters().nodes_created)
        });
        assert_eq!((added.await.unwrap(), runs.into_inner()), (1, 1));
        let long = Box::pin(database.cypher(LONG, ()));
        let short = Box::pin(database.cypher("RETURN 1", ()));
        // The long one is dropped unfinished; had it not stopped, closing the process would wait for it.
        let first = futures_util::future::select(short, long).await;
        drop(first);
        database.close().await.unwrap();
        let error = database.cypher("RETURN 1", ()).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::Closed);
    });
}

#[test]
fn every_call_may_be_spawned_on_a_runtime_of_many_threads() {
    let other = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let spawned = other.spawn(async {
        let database = namidb::Database::open("memory://demo").await?;
        let mut batch = database.batch();
        batch.upsert_node(["N"], id(1), NONE)?;
        batch.commit().await?;
        let mut transaction = database.begin().await?;
        transaction.cypher("CREATE (:N)", ()).await?;
        transaction.commit().await?;
        database.refresh().await?;
        database.flush().await?;
        let one = async |transaction: &mut namidb::Transaction| transaction.cypher("CREATE (:N)", ()).await;
        database.run(namidb::Retry::default(), one).await?;
        let nodes = database.scan_label("N").await?.len();
        database.close().await?;
        Ok::<usize, namidb::Error>(nodes)
    });
    assert_eq!(other.block_on(spawned).unwrap().unwrap(), 3);
}

#[test]
fn a_statement_for_many_parameters_is_one_commit_or_none() {
    on_each_backend(|uri| {
        let database = open(uri);
        let bindings = |numbers: std::ops::Range<i64>| numbers.map(|i| params! { "i" => i }).collect();
        let options = QueryOptions::default();
        let summary = database.cypher_many("CREATE (:N {i: 10 / $i})", bindings(1..6), &options).unwrap();
        assert_eq!((summary.counters.nodes_created, summary.seq), (5, Seq(1)));
        let failed = database.cypher_many("CREATE (:N {i: 10 / $i})", bindings(-2..3), &options).unwrap_err();
        assert_eq!(failed.code(), ErrorCode::Arithmetic);
        assert!(failed.hint().is_some_and(|hint| hint.contains("Number 2")), "{failed}");
        let reading = database.cypher_many("RETURN $i", bindings(0..1), &options).unwrap_err();
        assert_eq!(reading.code(), ErrorCode::InvalidArgument);
        assert_eq!(database.snapshot().unwrap().view().node_count(), 5);
    });
}

#[test]
fn a_stream_makes_rows_while_they_are_taken() {
    let database = open("memory://demo");
    let options = QueryOptions::default();
    let text = "UNWIND range(1, 1000000000000) AS x RETURN x";
    let mut stream = database.stream(text, (), &options, 100).unwrap();
    assert_eq!(stream.columns().len(), 1);
    for piece in 0..3 {
        let rows = stream.next().unwrap().unwrap();
        assert!(rows.len() <= 100);
        assert_eq!(rows.value(0, 0), Some((piece * 100 + 1).into()));
    }
    drop(stream);
    let mut failing = database.stream("UNWIND [1, 0] AS x RETURN 1 / x", (), &options, 10).unwrap();
    assert!(failing.any(|piece| piece.is_err_and(|error| error.code() == ErrorCode::Arithmetic)));
    let writing = database.stream("CREATE (:A)", (), &options, 10).unwrap_err();
    assert_eq!(writing.code(), ErrorCode::InvalidArgument);
}

#[test]
fn clearing_deletes_data_and_definitions_in_one_commit() {
    let database = open("memory://demo");
    database.cypher(SAMPLE, ()).unwrap();
    database.cypher("CREATE CONSTRAINT one FOR (p:Person) REQUIRE p.name IS UNIQUE", ()).unwrap();
    database.cypher("CREATE INDEX of_age FOR (p:Person) ON (p.age)", ()).unwrap();
    let before = database.info().unwrap().seq;
    let counters = database.clear().unwrap();
    assert_eq!((counters.nodes_deleted, counters.relationships_deleted), (2, 1));
    assert_eq!(database.info().unwrap().seq, before.next());
    let snapshot = database.snapshot().unwrap();
    assert_eq!(snapshot.view().node_count(), 0);
    assert!(snapshot.view().state().catalog().indexes().is_empty());
    assert!(snapshot.view().state().catalog().constraints().is_empty());
}

#[test]
fn patterns_that_nothing_connects_are_told() {
    let database = open("memory://demo");
    database.cypher("UNWIND range(1, 3) AS x CREATE (:A {x: x})-[:R]->(:B {x: x})", ()).unwrap();
    let codes = |text: &str| -> Vec<&str> {
        database.cypher(text, ()).unwrap().notifications().iter().map(|note| note.code).collect()
    };
    let product = database.cypher("MATCH (a:A), (b:B) RETURN count(*) AS n", ()).unwrap();
    assert_eq!(product.scalar().unwrap(), 9.into());
    let [note] = product.notifications().try_into().unwrap();
    assert_eq!(note.code, "CartesianProduct");
    assert_eq!(codes("MATCH (a:A)-->(b:B), (c:A) RETURN count(*) AS n"), ["CartesianProduct"]);
    for connected in [
        "MATCH (a:A)-[:R]->(b:B) RETURN count(*) AS n",
        "MATCH (a:A)-[:R]->(b:B), (b)<-[:R]-(c) RETURN count(*) AS n",
        "UNWIND range(1, 3) AS x MATCH (a:A {x: x}) RETURN count(*) AS n",
        "MATCH (a:A) WITH count(*) AS n MATCH (b:B) RETURN n, count(*) AS m",
        "MATCH (a:A) RETURN count(*) AS n UNION MATCH (b:B) RETURN count(*) AS n",
    ] {
        assert!(codes(connected).is_empty(), "{connected}");
    }
}
