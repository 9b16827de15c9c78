//! What people who come from other engines type first: it parses, or the error says where and what to do.

use namidb_core::ErrorCode;
use namidb_cypher::diagnostic::{location, render};
use namidb_cypher::syntax::parse;

fn parses(texts: &[&str]) {
    for text in texts {
        if let Err(error) = parse(text) {
            panic!("{text}\n{}", render(&error, text));
        }
    }
}

/// The detail, the line and column, and the text of the error with its caret.
fn refused(text: &str) -> (String, usize, usize, String) {
    let Err(error) = parse(text) else { panic!("{text} parses") };
    let Some(place) = location(&error, text) else { panic!("{text}: {error:?} has no place") };
    (error.detail().to_owned(), place.line, place.column, render(&error, text))
}

#[test]
fn literals_of_every_form_are_read() {
    parses(&[
        "RETURN -9223372036854775808, 0x7FFFFFFFFFFFFFFF, -0x8000000000000000, 0o17, 017, 1_000_000",
        r"RETURN 'it\'s', '\u00c9tudiant', '\U0001F600', 'tab\there'",
        "MATCH (é:Étudiant {prénom: $é}) RETURN é.prénom AS `prénom de l'étudiant`",
        "RETURN $`a b`, $1, $_limit",
        "RETURN 1.5e-3, .5, 1E9",
        "// a comment\nRETURN 1 /* and\nanother */",
    ]);
}

#[test]
fn what_the_language_has_anywhere_is_read_anywhere() {
    parses(&[
        "MATCH (n) RETURN n {.name, .*, age: 3, n} AS m",
        "MATCH (a) WHERE size([(a)-->(b) | b.x]) > 1 RETURN [(a)-[:R]->(b) WHERE b.x | b.x] AS l",
        "MATCH (a) RETURN exists((a)-->()) AS e, exists(a.x) AS f, EXISTS { (a)-->() } AS g",
        "MATCH (n:A|B&!C) WHERE n:!D OR n:E|F RETURN count { (n)-->() } AS c, COLLECT { MATCH (m) RETURN m } AS d",
        "MATCH (a)-[:R]->{1,2}(b)-->+(c) RETURN a",
        "MATCH (n WHERE n.x > 1)-[r WHERE r.y = 2]->() RETURN n LIMIT 1 + 1",
        "UNWIND $rows AS row CALL { WITH row CREATE (:A {x: row.x}) } IN TRANSACTIONS OF 1000 ROWS",
        "PROFILE MATCH (n) RETURN n",
        "SHOW PROCEDURES",
        "LOAD CSV WITH HEADERS FROM 'https://example.com/a.csv' AS row RETURN row.x",
        "RETURN point({x: 1, y: 2}), rand(), randomUUID(), isEmpty([])",
        "MATCH (n {_id: $uuid}) WHERE n._id = $uuid AND id(n) = 1 AND elementId(n) = $e RETURN n",
        "MATCH (n) DETACH DELETE n",
        "MATCH p = shortestPath((a:A)-[:R*..15]-(b:B)) RETURN p",
        "CREATE INDEX person_name IF NOT EXISTS FOR (p:Person) ON (p.name)",
        "CREATE CONSTRAINT u FOR (p:Person) REQUIRE p.name IS UNIQUE",
        "DROP CONSTRAINT u IF EXISTS",
        "MERGE (a:A {x: 1}) ON CREATE SET a.y = timestamp(), a += $m ON MATCH SET a:B REMOVE a.z RETURN a",
        "CALL db.index.vector.queryNodes('i', 10, $v) YIELD node, score WHERE score > 0.5 RETURN node",
    ]);
}

#[test]
fn an_error_has_a_code_a_line_a_column_and_a_caret() {
    let text = "MATCH (p:Person)\nWHERE p.age >= 18\nRETRUN p.name";
    let (detail, line, column, rendered) = refused(text);
    assert_eq!((detail.as_str(), line, column), ("UnexpectedSyntax", 3, 1));
    assert!(rendered.contains("3 | RETRUN p.name\n  | ^^^^^^\nDid you mean RETURN?"), "{rendered}");
    let error = parse(text).unwrap_err();
    assert_eq!(
        (error.code(), error.error_type(), error.phase()),
        (ErrorCode::Syntax, "SyntaxError", "compile time")
    );

    let (detail, line, column, rendered) = refused("RETURN 'é' AS a,\n  9223372036854775808 AS b");
    assert_eq!((detail.as_str(), line, column), ("IntegerOverflow", 2, 3));
    assert!(rendered.contains("|   ^^^^^^^^^^^^^^^^^^^\n"), "{rendered}");
}

#[test]
fn common_mistakes_are_told_by_their_kind() {
    for (text, detail, says) in [
        ("RETURN 'abc", "UnexpectedSyntax", "not closed"),
        ("RETURN '\\q'", "UnexpectedSyntax", "\\q is not an escape"),
        ("RETURN '\\u12'", "InvalidUnicodeLiteral", "4 hexadecimal digits"),
        ("RETURN 12abc", "InvalidNumberLiteral", "12abc is not a number"),
        ("RETURN 1e999", "FloatingPointOverflow", "larger than any"),
        ("MATCH (n) RETURN", "UnexpectedSyntax", "the end of the query"),
        ("MATCH (n)", "InvalidClauseComposition", "cannot end with MATCH"),
        ("MATCH (a)-[:R..3]->(b) RETURN a", "InvalidRelationshipPattern", "begins with '*'"),
        ("RETURN 1 AS return", "UnexpectedSyntax", "`return`"),
        ("RETURN a == b", "UnexpectedSyntax", "a single ="),
        ("RETURN a != b", "UnexpectedSyntax", "<>"),
        ("SELECT * FROM a", "UnexpectedSyntax", "a clause such as MATCH"),
        ("CREATE (a) MATCH (b) RETURN b", "InvalidClauseComposition", "Put a WITH"),
    ] {
        let (found, _, _, rendered) = refused(text);
        assert_eq!(found, detail, "{text}\n{rendered}");
        assert!(rendered.contains(says), "{text}\n{rendered}");
    }
}

#[test]
fn a_query_over_a_limit_is_told_what_to_do_instead() {
    for text in [
        "(".repeat(1_000),
        format!("RETURN {}1{}", "[".repeat(200), "]".repeat(200)),
        format!("RETURN 1{}", " + 1".repeat(1_000)),
        format!("RETURN '{}'", "x".repeat(1 << 20)),
        format!("RETURN [{}]", "1,".repeat(150_000)),
    ] {
        let text = if text.starts_with('(') { format!("RETURN {text}") } else { text };
        assert_eq!(parse(&text).unwrap_err().code(), ErrorCode::QueryTooComplex, "{}", &text[..40]);
    }
}
