//! LOAD CSV and LOAD PARQUET: from allowed directories only.

#![allow(clippy::unwrap_used, reason = "tests, with what they share")]

mod common;

use common::open;
use namidb::blocking::Database;
use namidb::{ErrorCode, OpenOptions, Value};
use std::path::PathBuf;

/// A directory with files of a test, which goes with it.
struct Directory(PathBuf);

impl Directory {
    fn new(files: &[(&str, &[u8])]) -> Directory {
        let path = std::env::temp_dir().join(format!("namidb-load-{}", namidb::new_uuid()));
        std::fs::create_dir_all(path.join("below")).unwrap();
        for (name, bytes) in files {
            std::fs::write(path.join(name), bytes).unwrap();
        }
        Directory(path)
    }

    fn database(&self) -> Database {
        let options = OpenOptions::new().load_from([&self.0]);
        Database::open_with("memory://load", options).unwrap()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn rows(database: &Database, text: &str) -> Vec<String> {
    let result = database.cypher(text, ()).unwrap_or_else(|error| panic!("{text}: {error}"));
    let line = |row: Vec<Value>| row.iter().map(Value::to_string).collect::<Vec<_>>().join(" | ");
    result.rows().map(|row| line(row.values().collect())).collect()
}

#[test]
fn lines_are_lists_or_maps_by_the_first_line_and_empty_fields_are_null() {
    let directory = Directory::new(&[
        ("people.csv", b"\xef\xbb\xbfname,age\nAda,36\n\"Bob, Jr\",\n\"says \"\"hi\"\"\",1,more\r\n\"two\nlines\",2\nshort"),
        ("below/semi.csv", b"a;b\n1;2\n"),
        ("empty.csv", b""),
    ]);
    let database = directory.database();
    assert_eq!(
        rows(&database, "LOAD CSV FROM 'people.csv' AS line RETURN linenumber() AS n, line"),
        [
            "1 | ['name', 'age']",
            "2 | ['Ada', '36']",
            "3 | ['Bob, Jr', null]",
            "4 | ['says \"hi\"', '1', 'more']",
            "5 | ['two\\nlines', '2']",
            "7 | ['short']",
        ]
    );
    assert_eq!(
        rows(
            &database,
            "LOAD CSV WITH HEADERS FROM 'file:///people.csv' AS line RETURN line.name AS name, toInteger(line.age) AS age"
        ),
        ["'Ada' | 36", "'Bob, Jr' | null", "'says \"hi\"' | 1", "'two\\nlines' | 2", "'short' | null"]
    );
    let text = "UNWIND ['below/semi.csv', 'empty.csv'] AS file LOAD CSV WITH HEADERS FROM file AS line FIELDTERMINATOR ';' \
                RETURN file, line, file() ENDS WITH file AS same";
    assert_eq!(rows(&database, text), ["'below/semi.csv' | {a: '1', b: '2'} | true"]);
    let whole =
        format!("LOAD CSV FROM '{}/below/semi.csv' AS line RETURN count(*) AS c", directory.0.display());
    assert_eq!(rows(&database, &whole), ["2"]);
}

#[test]
fn an_empty_field_is_null_unless_it_is_in_quotes() {
    let long = "x".repeat(100_000);
    let text = format!("\"\",b\r\n,\"\"\r\n\r\n\"\"\n\"a\"\"b\",\"c\\\"d\"\n\"{long}\",\"\"\n\"\",");
    let directory = Directory::new(&[
        ("quotes.csv", text.as_bytes()),
        ("mark.csv", b"\xef\xbb\xbf\"\",1\n"),
        ("head.csv", b"a,b\n\"\",\n"),
    ]);
    let database = directory.database();
    assert_eq!(
        rows(
            &database,
            "LOAD CSV FROM 'quotes.csv' AS l RETURN linenumber() AS n, [x IN l | left(x, 5)] AS l, size(l[0]) AS size"
        ),
        [
            "1 | ['', 'b'] | 0",
            "2 | [null, ''] | null",
            "4 | [''] | 0",
            "5 | ['a\"b', 'c\"d'] | 3",
            "6 | ['xxxxx', ''] | 100000",
            "7 | ['', null] | 0",
        ]
    );
    assert_eq!(rows(&database, "LOAD CSV FROM 'mark.csv' AS l RETURN l"), ["['', '1']"]);
    assert_eq!(rows(&database, "LOAD CSV WITH HEADERS FROM 'head.csv' AS l RETURN l"), ["{a: '', b: null}"]);
}

#[test]
fn a_file_of_many_lines_is_read_into_the_graph_a_transaction_at_a_time() {
    let lines: String = (0..5_000).map(|n| format!("{n},name {n}\n")).collect();
    let directory = Directory::new(&[("many.csv", lines.as_bytes())]);
    let database = directory.database();
    let text = "LOAD CSV FROM 'many.csv' AS line CALL (line) { CREATE (:N {n: toInteger(line[0]), name: line[1]}) } \
                IN TRANSACTIONS OF 2000 ROWS";
    let result = database.cypher(text, ()).unwrap();
    assert_eq!((result.counters().nodes_created, result.summary().seq.0), (5_000, 3));
    assert_eq!(rows(&database, "MATCH (n:N) RETURN count(n) AS c, sum(n.n) AS s"), ["5000 | 12497500"]);
    // Only what is needed is read.
    assert_eq!(rows(&database, "LOAD CSV FROM 'many.csv' AS line RETURN line[1] AS x LIMIT 1"), ["'name 0'"]);
}

#[test]
fn nothing_is_loaded_from_elsewhere_or_where_nothing_is_allowed() {
    let directory = Directory::new(&[("a.csv", b"1"), ("bad.csv", b"\xff\xfe"), ("no.parquet", b"PAR0")]);
    let other = Directory::new(&[("secret.csv", b"2")]);
    #[cfg(unix)]
    std::os::unix::fs::symlink(other.0.join("secret.csv"), directory.0.join("link.csv")).unwrap();
    let database = directory.database();
    let secret = other.0.join("secret.csv").display().to_string();
    for (location, code) in [
        (secret.as_str(), ErrorCode::Argument),
        (&format!("file://{secret}"), ErrorCode::Argument),
        ("../a.csv", ErrorCode::Argument),
        ("below/../a.csv", ErrorCode::Argument),
        ("link.csv", ErrorCode::Argument),
        ("below", ErrorCode::Argument),
        ("none.csv", ErrorCode::Argument),
        ("bad.csv", ErrorCode::Argument),
        ("https://example.com/a.csv", ErrorCode::Unsupported),
    ] {
        let text = format!("LOAD CSV FROM '{location}' AS line RETURN line");
        let error = database.cypher(&text, ()).unwrap_err();
        assert_eq!(error.code(), code, "{location}: {error}");
        assert!(error.position().is_some(), "{location}: {error}");
    }
    for text in [
        "LOAD CSV FROM 1 AS line RETURN line",
        "LOAD CSV FROM 'a.csv' AS line FIELDTERMINATOR ',,' RETURN line",
        "LOAD CSV FROM 'a.csv' AS line WITH 1 AS x RETURN linenumber() AS n",
        "LOAD PARQUET FROM 'no.parquet' AS row RETURN row",
    ] {
        assert!(database.cypher(text, ()).is_err(), "{text}");
    }
    let none = open("memory://loads-nothing");
    let error = none.cypher("LOAD CSV FROM 'a.csv' AS line RETURN line", ()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidArgument);
    assert!(error.hint().is_some_and(|hint| hint.contains("load_from")), "{error}");
    let by_uri = open(&format!("memory://by-uri?load_from={}", directory.0.display()));
    assert_eq!(rows(&by_uri, "LOAD CSV FROM 'a.csv' AS line RETURN line"), ["['1']"]);
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_may_be_compressed() {
    let options = OpenOptions::new().load_from([concat!(env!("CARGO_MANIFEST_DIR"), "/testdata")]);
    let database = Database::open_with("memory://compressed", options).unwrap();
    for codec in ["snappy", "zstd", "gzip", "lz4"] {
        let text = format!(
            "LOAD PARQUET FROM 'compressed-{codec}.parquet' AS row RETURN sum(row.n) AS n, count(DISTINCT row.text) AS texts, min(row.text) AS text"
        );
        assert_eq!(rows(&database, &text), ["1225 | 1 | 'the same text again'"], "{codec}");
    }
}

#[cfg(feature = "parquet")]
#[test]
fn rows_of_parquet_are_maps() {
    let options = OpenOptions::new().load_from([concat!(env!("CARGO_MANIFEST_DIR"), "/testdata")]);
    let database = Database::open_with("memory://parquet", options).unwrap();
    assert_eq!(
        rows(
            &database,
            "LOAD PARQUET FROM 'people.parquet' AS p RETURN linenumber() AS n, p.name AS name, p.age AS age, p.tags AS t"
        ),
        ["1 | 'Ada' | 36 | ['a', 'b']", "2 | 'Bob' | null | []", "3 | null | 7 | null"]
    );
    let first = "LOAD PARQUET FROM 'people.parquet' AS p WITH p LIMIT 1 RETURN p.score = 1.5 AND p.ok AND p.born = date('1815-12-10') \
                 AND p.seen = localdatetime('2026-05-01T12:00:00.25') AND p.price = '1.25' AND p.at.y = 2 AS all";
    assert_eq!(rows(&database, first), ["true"]);
}
