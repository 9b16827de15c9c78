//! A graph several times as large as the cache answers as one that is all in memory.

#![allow(clippy::unwrap_used, reason = "only tests call these functions")]

mod common;

use common::{Directory, id};
use namidb::blocking::Database;
use namidb::{OpenOptions, QueryResult, Value, params};

const PERSONS: u128 = 6_000;
const POSTS: u128 = 12_000;

/// Numbers that look drawn, the same ones each time.
fn draw(n: u128, of: u128) -> u128 {
    (n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 17) % of
}

fn person(n: u128) -> namidb::Uuid {
    id(1 + n % PERSONS)
}

fn post(n: u128) -> namidb::Uuid {
    id(1_000_000 + n)
}

/// Persons who know each other, in cities, with posts: several checkpoints one over the other.
fn load(database: &Database) {
    database.cypher("CREATE INDEX FOR (p:Person) ON (p.id)", ()).unwrap();
    let mut batch = database.batch();
    for n in 0..PERSONS {
        let record: [(&str, Value); 3] = [
            ("id", (n as i64).into()),
            ("name", format!("Person number {n} of many").into()),
            ("age", (draw(n, 80) as i64).into()),
        ];
        batch.upsert_node(["Person"], person(n), record).unwrap();
    }
    for n in 0..50 {
        batch.upsert_node(["City"], id(900_000 + n), [("name", format!("City {n}"))]).unwrap();
    }
    batch.commit().unwrap();
    for n in 0..PERSONS {
        for step in 1..=6 {
            let other = if step % 2 == 0 { n + step } else { draw(n * 7 + step, PERSONS) };
            batch.upsert_edge("KNOWS", person(n), person(other), [("since", (2000 + step) as i64)]).unwrap();
        }
        batch.upsert_edge("LIVES_IN", person(n), id(900_000 + draw(n, 50)), common::NONE).unwrap();
    }
    batch.commit().unwrap();
    database.flush().unwrap();
    for n in 0..POSTS {
        let record: [(&str, Value); 3] = [
            ("id", (n as i64).into()),
            ("content", format!("post {n} about {} and {}", draw(n, 997), draw(n + 1, 991)).into()),
            ("length", (draw(n, 200) as i64).into()),
        ];
        batch.upsert_node(["Post"], post(n), record).unwrap();
        batch.upsert_edge("HAS_CREATOR", post(n), person(draw(n * 3, PERSONS)), common::NONE).unwrap();
    }
    // One that has a list of its own.
    for n in 0..2_000 {
        batch.upsert_edge("LIKES", person(7), post(n * 5), [("date", n as i64)]).unwrap();
    }
    batch.commit().unwrap();
    database.flush().unwrap();
    database.cypher("MATCH (p:Person) WHERE p.id % 97 = 0 SET p.age = 200, p.seen = true", ()).unwrap();
    database.cypher("MATCH (p:Person {id: 4})-[k:KNOWS]->() DELETE k", ()).unwrap();
    database.flush().unwrap();
}

const QUERIES: [&str; 24] = [
    "MATCH (p:Person {id: $id}) RETURN p.name, p.age",
    "MATCH (p:Person {id: $id}) RETURN p",
    "MATCH (p:Person {id: $id})-[:KNOWS]-(f:Person) RETURN f.id AS id, f.name ORDER BY id",
    "MATCH (p:Person {id: $id})-[k:KNOWS]->(f) RETURN p, k, f ORDER BY f.id",
    "MATCH (p:Person {id: $id})-[:KNOWS]-()-[:KNOWS]-(f:Person) WHERE f.id <> $id RETURN count(DISTINCT f) AS n",
    "MATCH (p:Person {id: $id})-[:KNOWS*1..3]-(f:Person) RETURN count(DISTINCT f) AS n",
    "MATCH (p:Person {id: $id})-[:KNOWS]-(f:Person)<-[:HAS_CREATOR]-(m:Post) WHERE m.length < 100 \
     RETURN f.id AS fid, m.id AS mid, m.content ORDER BY mid DESC LIMIT 20",
    "MATCH path = (p:Person {id: $id})-[:KNOWS*2]->(f) RETURN path ORDER BY f.id, length(path) LIMIT 5",
    "MATCH path = shortestPath((a:Person {id: $id})-[:KNOWS*..6]-(b:Person {id: 5})) RETURN length(path) AS n",
    "MATCH (n) RETURN labels(n)[0] AS l, count(*) AS n ORDER BY l",
    "MATCH (p:Person)-[:LIVES_IN]->(c:City) RETURN c.name AS name, avg(p.age) AS a, count(*) AS n ORDER BY name",
    "MATCH (p:Person)-[:KNOWS]-(f:Person) WITH p, count(f) AS d RETURN d, count(*) AS n ORDER BY d",
    "MATCH (a:Person)-[:KNOWS]->(b:Person)-[:KNOWS]->(c:Person)<-[:KNOWS]-(a) RETURN count(*) AS n",
    "MATCH (m:Post) RETURN sum(m.length) AS s, min(m.content) AS a, max(m.content) AS b",
    "MATCH (m:Post) RETURN m.id, m.content",
    "MATCH (m:Post) WHERE m.content CONTAINS '99' RETURN count(*) AS n",
    "MATCH (p:Person)-[l:LIKES]->(m:Post) RETURN p.id, m.id, l.date ORDER BY l.date",
    "MATCH (p:Person) RETURN p.id AS id ORDER BY p.age DESC, p.name LIMIT 30",
    "MATCH (p:Person) WHERE p.age > 150 AND NOT EXISTS { (p)-[:LIKES]->() } RETURN count(*) AS n",
    "MATCH (p:Person) WHERE p.id < 300 RETURN p.id AS id, COUNT { (p)<-[:HAS_CREATOR]-(m WHERE m.length > 50) } AS n ORDER BY id",
    "MATCH (p:Person) OPTIONAL MATCH (p)-[:LIKES]->(m) RETURN count(m) AS n, count(*) AS all",
    "MATCH (p:Person)<-[:HAS_CREATOR]-(m) WITH p, collect(m.id) AS posts WHERE size(posts) > 5 RETURN p.id AS id, posts ORDER BY id",
    "MATCH ()-[k:KNOWS]->() RETURN k.since AS since, count(*) AS n ORDER BY since",
    "MATCH (p:Person) WITH DISTINCT p.age AS age RETURN count(age) AS n",
];

/// The rows with everything in them, as text.
fn shown(result: &QueryResult) -> Vec<String> {
    let row = |values: Vec<Value>| {
        let resolved = values.into_iter().map(|value| result.view().resolve(value).unwrap());
        format!("{:?}", resolved.collect::<Vec<_>>())
    };
    result.rows().map(|r| row(r.values().collect())).collect()
}

fn same_answers(whole: &Database, small: &Database, budget: u64) {
    for text in QUERIES {
        for n in [0_i64, 7, 4_321] {
            let expected = whole.cypher(text, params! { "id" => n }).unwrap();
            let got = small.cypher(text, params! { "id" => n }).unwrap_or_else(|e| panic!("{text}: {e:?}"));
            assert_eq!(shown(&got), shown(&expected), "{text} with {n}");
            drop((got, expected));
            let held = small.cache_stats().unwrap();
            let counted = held.held_bytes - held.pinned_bytes;
            assert!(counted <= budget, "{text} with {n} leaves {held:?}");
            if !text.contains("$id") {
                break;
            }
        }
    }
}

#[test]
fn a_graph_larger_than_the_cache_answers_every_query_as_one_in_memory() {
    let directory = Directory::new();
    let uri = directory.uri("");
    let whole = Database::open(&uri).unwrap();
    load(&whole);
    let open = |bytes: u64| Database::open_with(&uri, OpenOptions::new().cache_bytes(bytes)).unwrap();
    // What all of it takes.
    let all = open(1 << 30);
    for text in ["MATCH (n) RETURN count(properties(n))", "MATCH ()-[r]->() RETURN count(properties(r))"] {
        all.cypher(text, ()).unwrap();
    }
    let bytes = all.cache_stats().unwrap().held_bytes;
    assert!(bytes > 1 << 20, "{bytes}");
    for budget in [bytes / 4, 64 << 10] {
        let small = open(budget);
        same_answers(&whole, &small, budget);
        assert!(small.cache_stats().unwrap().evictions > 100);
    }
}

#[test]
fn writes_on_a_graph_larger_than_the_cache_come_out_as_on_one_in_memory() {
    let writes = [
        "MATCH (p:Person) WHERE p.id % 3 = 0 SET p.age = p.age + 1",
        "MATCH (a:Person {id: 17}), (b:Person {id: 4000}) CREATE (a)-[:KNOWS {since: 1}]->(b)",
        "MERGE (p:Person {id: 42}) ON MATCH SET p.met = true ON CREATE SET p.made = true",
        "MERGE (p:Person {id: 77777}) ON MATCH SET p.met = true ON CREATE SET p.made = true",
        "MATCH (m:Post) WHERE m.id % 1000 = 7 DETACH DELETE m",
        "MATCH (p:Person {id: 7})-[l:LIKES]->(m) WHERE m.id < 500 DELETE l",
        "MATCH (p:Person)-[:LIVES_IN]->(c:City {name: 'City 3'}) SET p:Local REMOVE p.name",
        "UNWIND range(1, 50) AS n MATCH (p:Person {id: n * 100}) CREATE (p)-[:KNOWS]->(:Person {id: 100000 + n})",
        "CREATE INDEX FOR (m:Post) ON (m.length)",
        "MATCH (m:Post) WHERE m.length > 195 SET m.length = -1",
    ];
    let (one, two) = (Directory::new(), Directory::new());
    let whole = Database::open(one.uri("")).unwrap();
    load(&whole);
    let loaded = Database::open(two.uri("")).unwrap();
    load(&loaded);
    loaded.close().unwrap();
    let small = Database::open_with(two.uri(""), OpenOptions::new().cache_bytes(128 << 10)).unwrap();
    for text in writes {
        let expected = whole.cypher(text, ()).unwrap();
        let got = small.cypher(text, ()).unwrap_or_else(|error| panic!("{text}: {error:?}"));
        assert_eq!(got.counters(), expected.counters(), "{text}");
    }
    let mut transaction = small.begin().unwrap();
    transaction.cypher("MATCH (p:Person) WHERE p.age = 5 SET p.five = true", ()).unwrap();
    let found = transaction.cypher("MATCH (p:Person) WHERE p.five RETURN count(*)", ()).unwrap();
    let five = found.scalar().unwrap();
    transaction.commit().unwrap();
    assert_ne!(five, Value::from(0));
    whole.cypher("MATCH (p:Person) WHERE p.age = 5 SET p.five = true", ()).unwrap();
    small.flush().unwrap();
    let everything = [
        "MATCH (n) RETURN properties(n) AS p, labels(n) AS l ORDER BY id(n)",
        "MATCH (a)-[r]->(b) RETURN id(a) AS a, type(r) AS t, id(b) AS b, properties(r) AS p ORDER BY id(r)",
        "MATCH (m:Post) WHERE m.length = -1 RETURN count(*) AS n",
    ];
    for text in everything {
        let (got, expected) = (small.cypher(text, ()).unwrap(), whole.cypher(text, ()).unwrap());
        assert_eq!(shown(&got), shown(&expected), "{text}");
    }
    small.close().unwrap();
    let again = Database::open_with(two.uri(""), OpenOptions::new().cache_bytes(128 << 10)).unwrap();
    for text in everything {
        let (got, expected) = (again.cypher(text, ()).unwrap(), whole.cypher(text, ()).unwrap());
        assert_eq!(shown(&got), shown(&expected), "{text}, opened again");
    }
}

#[test]
fn a_cold_point_query_reads_only_the_blocks_that_it_needs() {
    let directory = Directory::new();
    let uri = directory.uri("");
    let database = Database::open(&uri).unwrap();
    load(&database);
    database.close().unwrap();
    let cold = Database::open(&uri).unwrap();
    let opened = cold.request_counts().unwrap();
    let result = cold.cypher("MATCH (p:Person {id: 4321}) RETURN p.name", ()).unwrap();
    assert_eq!(result.scalar().unwrap(), "Person number 4321 of many".into());
    let stats = cold.cache_stats().unwrap();
    // A leaf of the index, the label and the life of the node, the property: one block each.
    assert!(stats.fetched_blocks <= 6, "{stats:?}");
    let asked = cold.request_counts().unwrap() - opened;
    assert!(asked.get.requests <= stats.fetched_blocks, "{asked:?} {stats:?}");
}

/// How many requests there are depends on how the threads that scan side by side meet; that they are far fewer than
/// the blocks does not.
#[test]
fn a_cold_scan_is_a_few_requests() {
    let directory = Directory::new();
    let uri = directory.uri("");
    let database = Database::open(&uri).unwrap();
    let mut batch = database.batch();
    for n in 0..250_000 {
        let record = [("length", draw(n, 200) as i64), ("score", draw(n, 1 << 40) as i64)];
        batch.upsert_node(["Post"], post(n), record).unwrap();
    }
    batch.commit().unwrap();
    database.compact().unwrap();
    database.close().unwrap();
    let cold = Database::open(&uri).unwrap();
    let opened = cold.request_counts().unwrap();
    cold.cypher("MATCH (m:Post) RETURN sum(m.length) AS s, max(m.score) AS c", ()).unwrap();
    let (stats, asked) = (cold.cache_stats().unwrap(), cold.request_counts().unwrap() - opened);
    assert!(stats.fetched_blocks >= 250, "{stats:?}");
    assert!(6 * asked.get.requests <= stats.fetched_blocks, "{asked:?} for {stats:?}");
}
