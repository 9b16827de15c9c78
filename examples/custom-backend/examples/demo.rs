//! The demo of the README, in an SQLite file.
//!
//! Run with `cargo run --example demo [FILE]`.

use custom_backend::SqliteBackend;
use namidb::{blocking::Database, params, register_backend};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let temporary = std::env::temp_dir().join(format!("namidb-demo-{}.db", std::process::id()));
    let given = std::env::args().nth(1);
    let file = given.clone().unwrap_or_else(|| temporary.display().to_string());
    register_backend(SqliteBackend)?;
    let uri = format!("sqlite://{file}?ns=demo");

    let database = Database::open(&uri)?;
    let people = [("Alice", 30), ("Bob", 25)];
    for (name, age) in people {
        database
            .cypher("CREATE (:Person {name: $name, age: $age})", params! { "name" => name, "age" => age })?;
    }
    database.cypher(
        "MATCH (a:Person {name: 'Alice'}), (b:Person {name: 'Bob'}) CREATE (a)-[:KNOWS {since: 2020}]->(b)",
        (),
    )?;
    database.close()?;

    // Somebody else opens it, and sees the graph.
    let again = Database::open(&uri)?;
    let result = again.cypher(
        "MATCH (p:Person)-[k:KNOWS]->(q) WHERE p.age >= $min RETURN p.name AS name, q.name AS knows, k.since AS since",
        params! { "min" => 18 },
    )?;
    for row in result.rows() {
        println!("{:?}", row.values().collect::<Vec<_>>());
    }
    assert_eq!(result.rows().count(), 1);
    again.close()?;
    if given.is_none() {
        for end in ["", "-wal", "-shm"] {
            drop(std::fs::remove_file(format!("{file}{end}")));
        }
    }
    Ok(())
}
