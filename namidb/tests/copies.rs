//! A database is its objects: copied byte for byte from a directory to a bucket, it opens there and answers the same. On
//! live servers: `make test-stores` starts them, and says in the environment where they are.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "what fails ends the test")]

mod common;

use common::{Directory, open};
use namidb::blocking::Database;
use namidb::{OpenOptions, StorageOptions, Value, new_uuid, open_store, parse_uri};
use namidb_core::object_store::{ObjectPath, ObjectStoreExt};

const SERVERS: [&str; 4] =
    ["NAMIDB_LIVE_LOCALSTACK", "NAMIDB_LIVE_MINIO", "NAMIDB_LIVE_GCS", "NAMIDB_LIVE_AZURITE"];

/// Some runs, some records above the newest checkpoint, an index, and a constraint.
const MAKE: &[&[&str]] = &[
    &[
        "CREATE CONSTRAINT FOR (p:Person) REQUIRE p.key IS UNIQUE",
        "UNWIND range(0, 999) AS i CREATE (:Person {key: i, name: 'person ' + i, score: i * 0.5})",
        "MATCH (a:Person), (b:Person) WHERE b.key = (a.key * 7 + 3) % 1000 CREATE (a)-[:KNOWS {since: a.key % 40}]->(b)",
    ],
    &[
        "MATCH (p:Person) WHERE p.key % 10 = 0 SET p:Tenth, p.tags = [p.name, 'tenth'], p.born = date('2001-02-03')",
        "CREATE INDEX FOR (p:Person) ON (p.name)",
        "MATCH (p:Person) WHERE p.key % 50 = 0 DETACH DELETE p",
    ],
    &["UNWIND range(0, 99) AS i CREATE (:Late {i: i, at: point({x: i, y: -i})})"],
];

const ASK: &[&str] = &[
    "MATCH (p:Person) RETURN count(*), sum(p.key), min(p.name), max(p.score)",
    "MATCH (p:Person {key: 501}) RETURN p, labels(p), id(p)",
    "MATCH (p:Person {name: 'person 30'}) RETURN p.tags, p.born",
    "MATCH (a:Person)-[k:KNOWS]->(b) RETURN a.key, k.since, b.key ORDER BY a.key",
    "MATCH (a:Tenth)-[:KNOWS*1..3]->(b) RETURN a.key, count(b) ORDER BY a.key",
    "MATCH (l:Late) RETURN l.i, l.at ORDER BY l.i",
];

fn answers(database: &Database) -> Vec<String> {
    let rows = |text: &&str| {
        let result = database.cypher(text, ()).unwrap();
        let shown = |value: Value| format!("{:?}", result.view().resolve(value).unwrap());
        result.rows().map(|row| row.values().map(shown).collect::<Vec<_>>().join(" ")).collect::<Vec<_>>()
    };
    ASK.iter().map(rows).map(|rows| rows.join("\n")).collect()
}

/// Puts every object of one namespace into another, as it is. Gives how many there were.
fn copy(from: &str, to: &str) -> usize {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let open = async |uri: &str| {
            let uri = parse_uri(uri).unwrap();
            let store = open_store(&uri, &StorageOptions::new()).await.unwrap();
            (store, ObjectPath::new(uri.namespace_prefix()).unwrap())
        };
        let ((source, from), (target, to)) = (open(from).await, open(to).await);
        let paths = source.list_all(&from).await.unwrap();
        for path in &paths {
            let name = path.as_str().strip_prefix(from.as_str()).unwrap().trim_start_matches('/');
            let bytes = source.read(path).await.unwrap().bytes;
            target.create(&to.join(name).unwrap(), bytes).await.unwrap();
        }
        paths.len()
    })
}

#[test]
fn a_directory_that_is_copied_to_a_bucket_opens_there_and_answers_the_same() {
    let directory = Directory::new();
    let made = open(&directory.uri(""));
    for group in MAKE {
        group.iter().for_each(|text| drop(made.cypher(text, ()).unwrap()));
        if group.len() > 1 {
            made.flush().unwrap();
        }
    }
    let expected = answers(&made);
    assert!(expected.iter().all(|answer| !answer.is_empty()), "{expected:?}");
    made.close().unwrap();
    for server in SERVERS {
        let place =
            std::env::var(server).unwrap_or_else(|_| panic!("{server} is not set: run make test-stores"));
        let there = format!("{place}&ns=copy-{}", new_uuid());
        let objects = copy(&directory.uri(""), &there);
        let copied = Database::open_with(&there, OpenOptions::new().read_only(true)).unwrap();
        assert_eq!(answers(&copied), expected, "{server}");
        copied.close().unwrap();
        let copied = open(&there);
        let report = copied.verify().unwrap();
        assert!(report.problems.is_empty(), "{server}: {report:?}");
        // It is a database like any other, and goes its own way.
        copied.cypher("CREATE (:Late {i: 100})", ()).unwrap();
        copied.compact().unwrap();
        let late = copied.cypher("MATCH (l:Late) RETURN count(*)", ()).unwrap();
        assert_eq!(late.scalar().unwrap(), Value::Integer(101));
        copied.close().unwrap();
        println!("{server}: {objects} objects copied, {} answers are the same", expected.len());
    }
    assert_eq!(answers(&open(&directory.uri(""))), expected);
}
