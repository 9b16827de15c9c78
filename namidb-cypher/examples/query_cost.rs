//! What statements cost: the queries of the benchmark on a generated social graph of the same shape, plan and
//! execution apart, without any store.
//!
//! ```text
//! cargo run --release -p namidb-cypher --example query_cost [FILTER [THREADS]]
//! ```
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program that measures on its own"
)]

use namidb_core::graph::GraphState;
use namidb_core::runtime::{BoxFuture, Runtime, SharedRuntime, Workers, system};
use namidb_core::transaction::{Changes, NewNode, NewRelationship, StageContext};
use namidb_core::{NodeId, Seq, Value};
use namidb_cypher::exec::{ExecutionContext, execute, execute_write};
use namidb_cypher::planner::prepare;
use namidb_cypher::{Params, params};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

const PERSONS: u64 = 10_000;
const POSTS: u64 = 100_000;
const TAGS: u64 = 200;
const CITIES: u64 = 100;
const T0: i64 = 1_262_304_000_000;
const DAY: i64 = 86_400_000;

#[derive(Debug)]
struct Bare;

impl Runtime for Bare {
    fn spawn(&self, _: &'static str, _: BoxFuture<'static, ()>) {}
    fn spawn_blocking(&self, _: &'static str, work: Box<dyn FnOnce() + Send + 'static>) {
        work();
    }
    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
    fn monotonic(&self) -> Duration {
        static ORIGIN: OnceLock<Instant> = OnceLock::new();
        ORIGIN.get_or_init(Instant::now).elapsed()
    }
    fn unix_micros(&self) -> i64 {
        system::unix_micros()
    }
    fn fill_random(&self, bytes: &mut [u8]) {
        system::fill_random(bytes);
    }
}

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    /// Small numbers far more often than large ones.
    fn skewed(&mut self, n: u64) -> u64 {
        let unit = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        ((unit * unit * unit * n as f64) as u64).min(n - 1)
    }
}

fn name(text: &str) -> Arc<str> {
    Arc::from(text)
}

fn graph(runtime: &SharedRuntime) -> GraphState {
    let mut r = Numbers(42);
    let context = StageContext { seq: Seq(1), time: 0, runtime: Arc::clone(runtime), may_wait: false };
    let mut changes = Changes::new(&GraphState::empty(), &context);
    let mut nodes = |label: &str, count: u64, properties: &mut dyn FnMut(u64) -> Vec<(Arc<str>, Value)>| {
        let labels = vec![name(label)];
        let rows: Vec<NewNode> = (0..count)
            .map(|n| NewNode { uuid: None, labels: labels.clone(), properties: properties(n) })
            .collect();
        changes.create_nodes(&rows).unwrap().start
    };
    let id = name("id");
    let int = |n: u64| Value::Integer(n as i64);
    let cities = nodes("City", CITIES, &mut |n| {
        vec![(Arc::clone(&id), int(n)), (name("name"), Value::from(format!("City_{n:05}")))]
    });
    let tags = nodes("Tag", TAGS, &mut |n| {
        vec![(Arc::clone(&id), int(n)), (name("name"), Value::from(format!("Tag_{n:05}")))]
    });
    let (first, last, age, browser) = (name("firstName"), name("lastName"), name("age"), name("browser"));
    let browsers = ["Firefox", "Chrome", "Safari", "Internet Explorer", "Opera"];
    let persons = nodes("Person", PERSONS, &mut |n| {
        vec![
            (Arc::clone(&id), int(n)),
            (Arc::clone(&first), Value::from(format!("First{}", r.below(500)))),
            (Arc::clone(&last), Value::from(format!("Last{}", r.below(2000)))),
            (Arc::clone(&age), int(13 + r.below(67))),
            (Arc::clone(&browser), Value::from(browsers[r.below(5) as usize])),
        ]
    });
    let mut order: Vec<u64> = (0..POSTS).collect();
    for at in (1..POSTS as usize).rev() {
        order.swap(at, r.below(at as u64 + 1) as usize);
    }
    let (content, created) = (name("content"), name("creationDate"));
    let posts = nodes("Post", POSTS, &mut |n| {
        let words = 3 + r.below(30);
        let text: Vec<String> = (0..words).map(|_| format!("w{:x}", r.below(4000))).collect();
        vec![
            (Arc::clone(&id), int(n)),
            (Arc::clone(&content), Value::from(text.join(" "))),
            (
                Arc::clone(&created),
                Value::Integer(T0 + order[n as usize] as i64 * (14 * 365 * DAY / POSTS as i64)),
            ),
        ]
    });
    let mut rows = Vec::new();
    let mut relate = |rel_type: &Arc<str>, source: u64, target: u64, property: Option<(Arc<str>, Value)>| {
        rows.push(NewRelationship {
            rel_type: Arc::clone(rel_type),
            source: NodeId(source),
            target: NodeId(target),
            properties: property.into_iter().collect(),
        });
    };
    let (lives, knows, creator, likes, has_tag) =
        (name("LIVES_IN"), name("KNOWS"), name("HAS_CREATOR"), name("LIKES"), name("HAS_TAG"));
    for person in 0..PERSONS {
        relate(&lives, persons + person, cities + r.skewed(CITIES), None);
    }
    // Half preferential, half in local windows, so that there are hubs and triangles.
    let mut pairs: Vec<(u64, u64)> = (0..PERSONS * 23)
        .map(|_| {
            let a = r.skewed(PERSONS);
            let b = if r.below(2) == 0 { (a + 1 + r.below(60)) % PERSONS } else { r.skewed(PERSONS) };
            (a.min(b), a.max(b))
        })
        .filter(|(a, b)| a != b)
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    for (a, b) in &pairs {
        let (a, b) = if r.below(2) == 0 { (a, b) } else { (b, a) };
        relate(&knows, persons + a, persons + b, Some((name("since"), int(2005 + r.below(19)))));
    }
    for post in 0..POSTS {
        relate(&creator, posts + post, persons + r.skewed(PERSONS), None);
        for tag in [r.skewed(TAGS), r.skewed(TAGS)] {
            relate(&has_tag, posts + post, tags + tag, None);
        }
        for _ in 0..4 {
            let date = Value::Integer(T0 + r.below(14 * 365) as i64 * DAY);
            relate(&likes, persons + r.skewed(PERSONS), posts + post, Some((name("date"), date)));
        }
    }
    changes.create_relationships(&rows).unwrap();
    for label in ["Person", "Post", "City", "Tag"] {
        changes
            .create_index(
                &name(&format!("{label}_id")),
                namidb_core::graph::op::IndexKind::Range,
                &namidb_core::transaction::TargetName::Label(name(label)),
                std::slice::from_ref(&id),
            )
            .unwrap();
    }
    println!(
        "{} nodes, {} relationships, {} of them KNOWS",
        changes.state().node_count(),
        changes.state().relationship_count(),
        pairs.len()
    );
    changes.state().clone()
}

const READS: &[(&str, &str)] = &[
    ("point", "MATCH (p:Person {id: $id}) RETURN p.firstName AS fn, p.lastName AS ln, p.age AS age"),
    ("uuid", "MATCH (p:Person) WHERE elementId(p) = $uuid RETURN p.age AS age"),
    ("id", "MATCH (p) WHERE id(p) = $id + 1000 RETURN p.age AS age"),
    (
        "1hop",
        "MATCH (p:Person {id: $id})-[:KNOWS]-(f:Person) RETURN f.id AS id, f.firstName AS fn ORDER BY id",
    ),
    ("1hop_filter", "MATCH (p:Person {id: $id})-[:KNOWS]->(f:Person) WHERE f.age > 40 RETURN f.id AS id"),
    (
        "2hop",
        "MATCH (p:Person {id: $id})-[:KNOWS]-(a:Person)-[:KNOWS]-(f:Person) WHERE f.id <> $id RETURN count(DISTINCT f) AS n",
    ),
    (
        "3hop",
        "MATCH (p:Person {id: $id})-[:KNOWS]->(a:Person)-[:KNOWS]->(b:Person)-[:KNOWS]->(f:Person) RETURN count(DISTINCT f) AS n",
    ),
    (
        "ic2",
        "MATCH (p:Person {id: $id})-[:KNOWS]-(f:Person)<-[:HAS_CREATOR]-(m:Post) WHERE m.creationDate < $d RETURN f.id AS fid, m.id AS mid, m.creationDate AS cd ORDER BY cd DESC, mid ASC LIMIT 20",
    ),
    (
        "ic9",
        "MATCH (p:Person {id: $id})-[:KNOWS*1..2]-(f:Person) WITH DISTINCT f, $id AS me WHERE f.id <> me MATCH (f)<-[:HAS_CREATOR]-(m:Post) WHERE m.creationDate < $d RETURN f.id AS fid, m.id AS mid, m.creationDate AS cd ORDER BY cd DESC, mid ASC LIMIT 20",
    ),
    ("labels", "MATCH (n) RETURN labels(n)[0] AS l, count(*) AS n2"),
    ("count", "MATCH (p:Person) RETURN count(*) AS n"),
    ("count_rels", "MATCH ()-[r:KNOWS]->() RETURN count(r) AS n"),
    (
        "city",
        "MATCH (p:Person)-[:LIVES_IN]->(c:City) RETURN c.name AS name, avg(p.age) AS a, count(*) AS n ORDER BY name",
    ),
    (
        "tags",
        "MATCH (m:Post)-[:HAS_TAG]->(t:Tag) RETURN t.name AS name, count(*) AS n ORDER BY n DESC, name LIMIT 10",
    ),
    (
        "tags2",
        "MATCH (p:Person)<-[:HAS_CREATOR]-(m:Post)-[:HAS_TAG]->(t:Tag) WHERE p.age < 30 RETURN t.name AS name, count(*) AS n ORDER BY n DESC, name LIMIT 10",
    ),
    (
        "degree",
        "MATCH (p:Person)-[:KNOWS]-(f:Person) WITH p, count(f) AS d RETURN d, count(*) AS n ORDER BY d",
    ),
    ("degree_any", "MATCH (p:Person)-[:KNOWS]-(f) WITH p, count(f) AS d RETURN d, count(*) AS n ORDER BY d"),
    (
        "local",
        "MATCH (a:Person {id: $id})-[:KNOWS]-(b:Person)-[:KNOWS]-(c:Person)-[:KNOWS]-(a) RETURN count(*) AS n",
    ),
    (
        "triangles",
        "MATCH (a:Person)-[:KNOWS]->(b:Person)-[:KNOWS]->(c:Person)<-[:KNOWS]-(a) RETURN count(*) AS n",
    ),
    (
        "var",
        "MATCH (p:Person {id: $id})-[:KNOWS*1..3]-(f:Person) WHERE f.id <> $id RETURN count(DISTINCT f) AS n",
    ),
    ("walks", "MATCH (p:Person {id: $id})-[:KNOWS*1..3]-(f:Person) RETURN count(*) AS n"),
    ("exists", "MATCH (p:Person) WHERE EXISTS { (p)-[:KNOWS]->(:Person {age: 20}) } RETURN count(*) AS n"),
    (
        "optional",
        "MATCH (p:Person) OPTIONAL MATCH (p)-[k:KNOWS]->(f:Person) WHERE f.age > 75 RETURN p.id AS id, count(f) AS n ORDER BY n DESC, id LIMIT 10",
    ),
    ("range", "UNWIND range(0, 999999) AS i RETURN i AS a, i * 2 AS b, i % 1000 AS c"),
    ("scan", "MATCH (m:Post) RETURN m.id AS id, m.creationDate AS d, m.content AS content"),
    ("edges", "MATCH (p:Person)-[l:LIKES]->(m:Post) RETURN p.id AS a, m.id AS b, l.date AS d"),
    ("group", "MATCH (p:Person) RETURN p.browser AS b, avg(p.age) AS a, count(*) AS n"),
    ("sort", "MATCH (m:Post) RETURN m.id AS id ORDER BY m.creationDate"),
    ("filter", "MATCH (m:Post) WHERE m.creationDate < $d RETURN count(*) AS n"),
];

const WRITES: &[(&str, &str)] = &[
    ("create", "CREATE (p:Person {id: $new, firstName: 'n', lastName: 'w', age: $age})"),
    ("edge", "MATCH (a:Person {id: $id}), (b:Person {id: $b}) CREATE (a)-[:KNOWS {since: 2024}]->(b)"),
    ("set", "MATCH (p:Person {id: $id}) SET p.age = $age"),
    ("merge", "MERGE (p:Person {id: $id}) ON CREATE SET p.age = $age ON MATCH SET p.age = $age"),
    ("batch", "UNWIND $rows AS r CREATE (p:Person {id: r.id, firstName: r.fn, age: r.age})"),
];

fn given(r: &mut Numbers, state: &GraphState) -> Params {
    let id = r.below(PERSONS) as i64;
    let uuid = state.node_uuid(NodeId(CITIES + TAGS + id as u64)).unwrap();
    let rows: Vec<Value> = (0..1000)
        .map(|n| {
            let row = [
                ("id", Value::Integer(20_000_000 + n)),
                ("fn", Value::from("n")),
                ("age", Value::Integer(n % 80)),
            ];
            Value::from(row.into_iter().collect::<namidb_core::value::Map>())
        })
        .collect();
    params! {
        "id" => id,
        "b" => (id + 7) % PERSONS as i64,
        "new" => 10_000_000 + id,
        "age" => r.below(80) as i64,
        "uuid" => uuid,
        "d" => T0 + 7 * 365 * DAY + r.below(6 * 365) as i64 * DAY,
        "rows" => rows,
    }
}

fn micros(times: &mut [Duration]) -> (f64, f64) {
    times.sort_unstable();
    let of = |d: Duration| d.as_secs_f64() * 1e6;
    (of(times[0]), of(times[times.len() / 2]))
}

fn main() {
    let filter = std::env::args().nth(1).unwrap_or_default();
    let runtime: SharedRuntime = Arc::new(Bare);
    let workers = std::env::args().nth(2).map_or(Workers::new(1), |n| Workers::new(n.parse().unwrap()));
    let start = Instant::now();
    let state = graph(&runtime);
    println!(
        "built in {:.1} s\n{:12} {:>10} {:>12} {:>12} {:>9}",
        start.elapsed().as_secs_f64(),
        "",
        "plan us",
        "least us",
        "median us",
        "rows"
    );
    for (writes, (label, text)) in READS.iter().map(|q| (false, q)).chain(WRITES.iter().map(|q| (true, q))) {
        if !label.contains(&filter) {
            continue;
        }
        let mut r = Numbers(7);
        let mut planning: Vec<Duration> = (0..20)
            .map(|_| {
                let start = Instant::now();
                prepare(text, &state).unwrap();
                start.elapsed()
            })
            .collect();
        let statement = prepare(text, &state).unwrap();
        let mut times = Vec::new();
        let mut rows = 0;
        let begin = Instant::now();
        while times.len() < 5 || begin.elapsed() < Duration::from_millis(400) && times.len() < 2000 {
            let mut cx = ExecutionContext::new(Arc::clone(&runtime));
            cx.workers = workers.clone();
            cx.params = given(&mut r, &state);
            let start = Instant::now();
            let output = if writes {
                let context =
                    StageContext { seq: Seq(2), time: 0, runtime: Arc::clone(&runtime), may_wait: false };
                execute_write(&statement, &mut Changes::new(&state, &context), &cx).unwrap()
            } else {
                execute(&statement, state.clone(), &cx).unwrap()
            };
            times.push(start.elapsed());
            rows += output.row_count();
        }
        let runs = times.len();
        let (least, median) = micros(&mut times);
        println!("{label:12} {:10.1} {least:12.1} {median:12.1} {:9}", micros(&mut planning).0, rows / runs);
    }
}
