//! The queries that people hurt themselves on: each gives exactly these rows, or exactly this error.
//!
//! Every test names in its documentation where the complaint comes from: a row of the feature table (`Q-03`, `F7`, section 2
//! row 17), and the project and number of the report where the table cites one. The queries are ours.
#![allow(clippy::unwrap_used, reason = "a test and its helpers may panic")]

use namidb::blocking::Database;
use namidb::{ErrorCode, Params, Value, params};

fn database() -> Database {
    Database::open("memory://hurt").unwrap()
}

/// The rows, their values as they would be written in a query.
fn rows_with(database: &Database, text: &str, params: impl Into<Params>) -> Vec<String> {
    let result = database.cypher(text, params).unwrap_or_else(|error| panic!("{text}: {error}"));
    let show = |values: Vec<Value>| values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ");
    result.rows().map(|row| show(row.values().collect())).collect()
}

#[track_caller]
fn gives(database: &Database, text: &str, rows: &[&str]) {
    assert_eq!(rows_with(database, text, ()), rows, "{text}");
}

/// One row, of an empty graph.
#[track_caller]
fn returns(text: &str, row: &str) {
    gives(&database(), text, &[row]);
}

/// The error's code and openCypher's words for it.
#[track_caller]
fn fails(database: &Database, text: &str, code: ErrorCode, error_type: &str, detail: &str) -> namidb::Error {
    let Err(error) = database.cypher(text, ()) else { panic!("{text} runs") };
    let words = error.query_error().map(|e| (e.error_type().to_owned(), e.detail().to_owned()));
    assert_eq!(error.code(), code, "{text}: {error}");
    assert_eq!(words, Some((error_type.to_owned(), detail.to_owned())), "{text}: {error}");
    error
}

fn sample() -> Database {
    let database = database();
    database
        .cypher(
            "CREATE (a:Person {name: 'Ada', age: 36}), (b:Person {name: 'Bob', age: 52}), \
             (c:Person:Admin {name: 'Cy', age: 36}), (x:City {name: 'Ulm'}), \
             (a)-[:KNOWS {since: 1990}]->(b)-[:KNOWS {since: 2000}]->(c), (a)-[:LIVES_IN]->(x), (c)-[:LIVES_IN]->(x)",
            (),
        )
        .unwrap();
    database
}

// Numbers.

/// Q-02, F11: the sum wraps around elsewhere.
#[test]
fn an_integer_that_overflows_is_an_error() {
    let database = database();
    for text in [
        "RETURN 9223372036854775807 + 1",
        "RETURN -9223372036854775808 - 1",
        "RETURN 4611686018427387904 * 2",
        "WITH -9223372036854775808 AS x RETURN -x",
        "RETURN abs(-9223372036854775808)",
    ] {
        fails(&database, text, ErrorCode::Arithmetic, "ArithmeticError", "IntegerOverflow");
    }
}

/// Q-03, F2, F11: the first aborts the process elsewhere, the third is an integer error, the fourth does not parse.
#[test]
fn division_by_zero_is_an_error_of_integers_and_infinite_of_floats() {
    let database = database();
    for text in ["RETURN 1 % 0", "RETURN 1 / 0", "UNWIND [2, 1, 0] AS x RETURN 1 / x"] {
        fails(&database, text, ErrorCode::Arithmetic, "ArithmeticError", "DivisionByZero");
    }
    returns("RETURN 1.0 / 0 AS a, -1 / 0.0 AS b, 0.0 / 0 AS c", "Infinity | -Infinity | NaN");
    returns(
        "RETURN -9223372036854775808 AS least, -9223372036854775808 % -1 AS rest",
        "-9223372036854775808 | 0",
    );
}

/// Q-02: a comparison of different types is unknown, and neither an error nor false.
#[test]
fn what_cannot_be_compared_is_unknown() {
    returns("RETURN 'a' < 1 AS a, [1] < 1 AS b, true > 'x' AS c, 'a' = 1 AS d", "null | null | null | false");
    gives(&database(), "UNWIND [1, 'a', 2] AS x WITH x WHERE x < 2 RETURN x", &["1"]);
}

/// Q-05: none of these forms is read elsewhere.
#[test]
fn numbers_and_texts_have_all_their_forms() {
    returns("RETURN 0x1F AS hex, 0o17 AS octal, 1_000_000 AS grouped", "31 | 15 | 1000000");
    returns(r"RETURN '\u00c9t\u00e9' AS a, 'it\'s' AS b, size('\t\\') AS c", r"'Été' | 'it\'s' | 2");
    returns("RETURN 1e3 AS a, .5 AS b, -.5e-1 AS c", "1000.0 | 0.5 | -0.05");
}

/// P-26, F5, L-15: a number that no integer holds becomes a float there, silently.
#[test]
fn a_number_beyond_64_bits_is_refused() {
    fails(&database(), "RETURN 9223372036854775808", ErrorCode::Syntax, "SyntaxError", "IntegerOverflow");
    returns(
        "RETURN toInteger('9223372036854775807') AS x, toIntegerOrNull('x') AS y",
        "9223372036854775807 | null",
    );
}

/// P-26, F5: what is no number, and what has no bound, is null once it is stored.
#[test]
fn what_is_no_number_is_stored_as_it_is() {
    let database = database();
    database.cypher("CREATE (:N {nan: 0.0 / 0, inf: 1.0 / 0})", ()).unwrap();
    gives(&database, "MATCH (n:N) RETURN n.nan, n.inf, n.nan = n.nan", &["NaN | Infinity | false"]);
}

// Nulls.

/// Q-04: the property stays there as a null, and the node of a null is created.
#[test]
fn a_property_set_to_null_is_gone_and_null_is_not_merged() {
    let database = database();
    database.cypher("CREATE (:N {a: 1, b: 2})", ()).unwrap();
    database.cypher("MATCH (n:N) SET n.a = null", ()).unwrap();
    gives(&database, "MATCH (n:N) RETURN keys(n) AS keys, n.a IS NULL AS gone", &["['b'] | true"]);
    database.cypher("MATCH (n:N) SET n += {b: null, c: 3}", ()).unwrap();
    gives(&database, "MATCH (n:N) RETURN properties(n) AS all", &["{c: 3}"]);
    fails(&database, "MERGE (n {a: null})", ErrorCode::Semantic, "SemanticError", "MergeReadOwnWrites");
    gives(&database, "MATCH (n) RETURN count(*) AS n", &["1"]);
}

/// Section 2 row 17: conditions that are unknown lose rows on both sides.
#[test]
fn unknown_is_a_truth_value() {
    returns(
        "RETURN null = null AS a, null <> 1 AS b, NOT null AS c, null OR true AS d, null AND false AS e, 1 IN [null] AS f, 1 IN [1, null] AS g",
        "null | null | null | true | false | null | true",
    );
    let database = sample();
    gives(
        &database,
        "MATCH (n) WHERE n.age > 40 OR n.age IS NULL RETURN n.name ORDER BY n.name",
        &["'Bob'", "'Ulm'"],
    );
}

// Names.

/// Q-05: `:Étudiant`, `$é` and names in backticks are unexpected characters there.
#[test]
fn names_and_parameters_are_of_any_alphabet() {
    let database = database();
    database.cypher("CREATE (:Étudiant {prénom: 'Zoé', `a b`: 1})", ()).unwrap();
    let rows = rows_with(
        &database,
        "MATCH (é:Étudiant) WHERE é.prénom = $é AND é.`a b` = $`a b` RETURN é.prénom AS `le prénom`",
        params! { "é" => "Zoé", "a b" => 1 },
    );
    assert_eq!(rows, ["'Zoé'"]);
}

/// P-19: two columns of one name collapse to one.
#[test]
fn columns_of_one_name_are_refused() {
    let database = database();
    for text in ["RETURN 1, 1", "RETURN 1 AS a, 2 AS a", "WITH 1 AS a, 2 AS a RETURN a"] {
        fails(&database, text, ErrorCode::Semantic, "SyntaxError", "ColumnNameConflict");
    }
}

/// Q-10, F19: the first is told only if it is evaluated, or is silently null.
#[test]
fn a_parameter_that_is_missing_is_told_before_anything_runs() {
    let database = database();
    let text = "MATCH (n:Nobody)\nWHERE n.x = $limti RETURN n";
    let error = database.cypher(text, params! { "limit" => 1 }).unwrap_err();
    assert_eq!(error.code(), ErrorCode::MissingParameter);
    assert_eq!(error.position().map(|p| (p.line, p.column)), Some((2, 13)), "{error}");
    assert_eq!(error.hint(), Some("Did you mean limit?"));
    assert_eq!(error.query_error().map(|e| e.phase()), Some("compile time"));
}

/// E-16: what is spliced into a text can change it; a parameter cannot.
#[test]
fn a_parameter_is_a_value_and_never_text() {
    let database = sample();
    let evil = "x'}) DETACH DELETE n //";
    let rows = rows_with(
        &database,
        "OPTIONAL MATCH (n:Person {name: $name}) RETURN count(n) AS found, $name AS back",
        params! { "name" => evil },
    );
    assert_eq!(rows, [r"0 | 'x\'}) DETACH DELETE n //'"]);
    gives(&database, "MATCH (n) RETURN count(*) AS n", &["4"]);
}

/// Q-14: a code and the bytes are inside the message there; X6 of a typo is what was meant.
#[test]
fn an_error_has_its_place_its_words_and_the_way_out() {
    let database = sample();
    let error = fails(
        &database,
        "MATCH (person:Person)\nRETURN persn.name",
        ErrorCode::Semantic,
        "SyntaxError",
        "UndefinedVariable",
    );
    assert_eq!(error.position().map(|p| (p.line, p.column, p.offset)), Some((2, 8, 29)));
    assert_eq!(error.hint(), Some("Did you mean person?"));
    let excerpt = error.excerpt().unwrap();
    assert_eq!(excerpt, "  |\n2 | RETURN persn.name\n  |        ^^^^^");
    let error = fails(&database, "RETURN toUper('x')", ErrorCode::Semantic, "SyntaxError", "UnknownFunction");
    assert_eq!(error.hint(), Some("Did you mean toUpper?"));
}

// Patterns.

/// Section 2 row 17, namidb/examples CYPHER_NOTES: a pattern whose node in the middle has no name finds nothing.
#[test]
fn a_node_in_the_middle_needs_no_name() {
    let database = sample();
    gives(
        &database,
        "MATCH (a:Person)-[:KNOWS]->()-[:KNOWS]->(c) RETURN a.name AS a, c.name AS c",
        &["'Ada' | 'Cy'"],
    );
    gives(
        &database,
        "MATCH (a)-[:LIVES_IN]->(:City)<-[:LIVES_IN]-(b) RETURN a.name AS a, b.name AS b ORDER BY a",
        &["'Ada' | 'Cy'", "'Cy' | 'Ada'"],
    );
}

/// Section 2 row 17, namidb/examples CYPHER_NOTES: EXISTS has to begin at the variable that is bound.
#[test]
fn exists_may_begin_anywhere() {
    let database = sample();
    for condition in [
        "EXISTS { (p)-[:LIVES_IN]->(:City) }",
        "EXISTS { (:City)<-[:LIVES_IN]-(p) }",
        "EXISTS { MATCH (c:City)<-[:LIVES_IN]-(q) WHERE q = p RETURN c }",
        "(:City)<-[:LIVES_IN]-(p)",
        "COUNT { (:City)<-[:LIVES_IN]-(p) } = 1",
    ] {
        gives(
            &database,
            &format!("MATCH (p:Person) WHERE {condition} RETURN p.name AS n ORDER BY n"),
            &["'Ada'", "'Cy'"],
        );
    }
}

/// Section 2 row 17, namidb/examples CYPHER_NOTES: an OPTIONAL MATCH about a row gives other rows' matches, too.
#[test]
fn an_optional_match_is_about_its_row() {
    let database = sample();
    gives(
        &database,
        "MATCH (p:Person) OPTIONAL MATCH (p)-[:LIVES_IN]->(c:City) OPTIONAL MATCH (p)-[k:KNOWS]->(q) \
         RETURN p.name AS p, c.name AS c, q.name AS q, k.since AS since ORDER BY p",
        &["'Ada' | 'Ulm' | 'Bob' | 1990", "'Bob' | null | 'Cy' | 2000", "'Cy' | 'Ulm' | null | null"],
    );
    gives(
        &database,
        "MATCH (p:Person) OPTIONAL MATCH (q:Person) WHERE q.age > p.age RETURN p.name AS p, count(q) AS older ORDER BY p",
        &["'Ada' | 1", "'Bob' | 0", "'Cy' | 1"],
    );
}

/// Section 2 row 17: a condition behind OPTIONAL MATCH belongs to it; the same behind a WITH removes rows.
#[test]
fn where_belongs_to_the_clause_before_it() {
    let database = sample();
    let matched = "MATCH (p:Person) OPTIONAL MATCH (p)-[:LIVES_IN]->(c)";
    gives(&database, &format!("{matched} WHERE c.name = 'Bern' RETURN count(p) AS n"), &["3"]);
    gives(&database, &format!("{matched} WITH p, c WHERE c.name = 'Bern' RETURN count(p) AS n"), &["0"]);
}

/// Q-07, the row's label expressions and quantified paths: rejected there.
#[test]
fn labels_are_conditions_and_paths_repeat() {
    let database = sample();
    gives(&database, "MATCH (p:Person&!Admin) RETURN p.name AS n ORDER BY n", &["'Ada'", "'Bob'"]);
    gives(&database, "MATCH (n:Admin|City) RETURN n.name AS n ORDER BY n", &["'Cy'", "'Ulm'"]);
    gives(&database, "MATCH (n) WHERE n:!Person RETURN n.name AS n", &["'Ulm'"]);
    gives(
        &database,
        "MATCH (a {name: 'Ada'})-[r:KNOWS]->{1,2}(b) RETURN b.name AS b, size(r) AS hops ORDER BY hops",
        &["'Bob' | 1", "'Cy' | 2"],
    );
    gives(
        &database,
        "MATCH p = shortestPath((a:Person {name: 'Ada'})-[*..5]-(c:Admin)) RETURN length(p) AS l",
        &["2"],
    );
}

/// P-16, F6: two relationships of one type between the same nodes overwrite each other.
#[test]
fn parallel_relationships_stay_apart() {
    let database = database();
    database
        .cypher("CREATE (a:A), (b:B) CREATE (a)-[:R {k: 1}]->(b) CREATE (a)-[:R {k: 2}]->(b)", ())
        .unwrap();
    gives(&database, "MATCH (:A)-[r:R]->(:B) RETURN r.k AS k ORDER BY k", &["1", "2"]);
    gives(
        &database,
        "MATCH (:A)-[r:R]->()<-[s:R]-() RETURN r.k AS r, s.k AS s ORDER BY r",
        &["1 | 2", "2 | 1"],
    );
}

/// P-12, F7: a deleted node leaves relationships that one query counts and another does not.
#[test]
fn a_node_goes_with_its_relationships_or_not_at_all() {
    let database = sample();
    fails(
        &database,
        "MATCH (p {name: 'Bob'}) DELETE p",
        ErrorCode::DeleteConnected,
        "ConstraintVerificationFailed",
        "DeleteConnectedNode",
    );
    database.cypher("MATCH (p {name: 'Bob'}) DETACH DELETE p", ()).unwrap();
    gives(&database, "MATCH ()-[r:KNOWS]->() RETURN count(r) AS n", &["0"]);
    gives(&database, "MATCH (a)-[r:KNOWS]->(b) RETURN count(*) AS n", &["0"]);
}

/// Section 2 row 5; kuzudb 3117 ("blocker"), kuzudb 5358, kuzudb 1221, langchain-kuzu 9: a schema first, one label, one pair
/// of ends for each type.
#[test]
fn there_is_no_schema_to_write_first() {
    let database = database();
    database
        .cypher(
            "CREATE (a:Person:Employee:`Team Lead` {id: 1})-[:LIKES]->(:Song), (a)-[:LIKES]->(:Person), \
             (:Song {id: 'one'})-[:LIKES]->(a)",
            (),
        )
        .unwrap();
    gives(
        &database,
        "MATCH (n)-[:LIKES]->(m) RETURN labels(n) AS n, n.id AS id, labels(m) AS m ORDER BY m",
        &[
            "['Person', 'Employee', 'Team Lead'] | 1 | ['Person']",
            "['Song'] | 'one' | ['Person', 'Employee', 'Team Lead']",
            "['Person', 'Employee', 'Team Lead'] | 1 | ['Song']",
        ],
    );
}

/// L-06, F17: a path holds only numbers there.
#[test]
fn a_path_gives_its_nodes_and_relationships() {
    let database = sample();
    gives(
        &database,
        "MATCH p = (:Person {name: 'Ada'})-[:KNOWS*2]->() \
         RETURN [n IN nodes(p) | n.name] AS nodes, [r IN relationships(p) | r.since] AS since, nodes(p)[0].age AS age, length(p) AS l",
        &["['Ada', 'Bob', 'Cy'] | [1990, 2000] | 36 | 2"],
    );
}

// Aggregation and order.

/// Section 2 row 17, namidb/examples CYPHER_NOTES: an aggregate beside a grouping key in one expression fails.
#[test]
fn an_aggregate_may_be_part_of_an_expression() {
    let database = sample();
    gives(
        &database,
        "UNWIND [{sku: 'a', price: 3}, {sku: 'a', price: 3}, {sku: 'b', price: 5}] AS n \
         WITH n.sku AS sku, n.price AS price, count(*) AS times RETURN sku, times * price AS total ORDER BY sku",
        &["'a' | 6", "'b' | 5"],
    );
    gives(
        &database,
        "MATCH (n:Person) RETURN n.age, count(n) * n.age AS total ORDER BY n.age",
        &["36 | 72", "52 | 52"],
    );
    fails(
        &database,
        "MATCH (n:Person) RETURN count(n) * n.age AS total",
        ErrorCode::Semantic,
        "SyntaxError",
        "AmbiguousAggregationExpression",
    );
}

/// Section 2 row 17, namidb/examples CYPHER_NOTES: DISTINCT of three columns or more forgets ORDER BY.
#[test]
fn distinct_rows_are_ordered_whatever_their_columns() {
    gives(
        &database(),
        "UNWIND [[3, 'c', true], [1, 'a', true], [2, 'b', false], [1, 'a', true]] AS r \
         RETURN DISTINCT r[0] AS x, r[1] AS y, r[2] AS z, r[0] * 2 AS d ORDER BY x DESC, y",
        &["3 | 'c' | true | 6", "2 | 'b' | false | 4", "1 | 'a' | true | 2"],
    );
}

/// Section 2 row 17: nulls, the empty group, and values that are equal across types.
#[test]
fn aggregates_of_nothing_and_of_nulls() {
    let database = database();
    gives(
        &database,
        "MATCH (n:Nobody) RETURN count(*) AS a, count(n) AS b, sum(n.x) AS c, avg(n.x) AS d, collect(n) AS e, min(n.x) AS f",
        &["0 | 0 | 0 | null | [] | null"],
    );
    gives(&database, "MATCH (n:Nobody) RETURN n.x AS x, count(*) AS n", &[]);
    gives(
        &database,
        "UNWIND [1, 1.0, null, 2, null] AS x RETURN count(x) AS a, count(DISTINCT x) AS b, collect(DISTINCT x) AS c, avg(x) AS d",
        &["3 | 2 | [1, 2] | 1.3333333333333333"],
    );
}

/// Q-07: `LIMIT 1+1` is rejected there. A LIMIT of nothing writes all the same.
#[test]
fn limits_are_expressions_and_do_not_stop_writes() {
    let database = database();
    let rows =
        rows_with(&database, "UNWIND range(1, 9) AS x RETURN x SKIP $n LIMIT 1 + 1", params! { "n" => 3 });
    assert_eq!(rows, ["4", "5"]);
    gives(&database, "UNWIND range(1, 3) AS x CREATE (n:N {x: x}) RETURN n.x LIMIT 0", &[]);
    gives(&database, "MATCH (n:N) RETURN count(*) AS n", &["3"]);
    fails(
        &database,
        "MATCH (n) RETURN n LIMIT -1",
        ErrorCode::Semantic,
        "SyntaxError",
        "NegativeIntegerArgument",
    );
    fails(
        &database,
        "MATCH (n) RETURN n LIMIT n.x",
        ErrorCode::Semantic,
        "SyntaxError",
        "NonConstantExpression",
    );
}

/// Section 2 row 17: values of all types in one ORDER BY have an order, and null comes last.
#[test]
fn everything_can_be_sorted() {
    gives(
        &database(),
        "UNWIND [null, 'b', 2, true, [1], {a: 1}, 1.5, 'a', false] AS x RETURN x ORDER BY x",
        &["{a: 1}", "[1]", "'a'", "'b'", "false", "true", "1.5", "2", "null"],
    );
}

// Expressions.

/// Q-07, L-22: rejected there.
#[test]
fn a_map_is_made_of_a_nodes_properties() {
    let database = sample();
    gives(
        &database,
        "MATCH (n:City) RETURN n {.name} AS a, n {.*, size: 3} AS b, n {.nothing} AS c",
        &["{name: 'Ulm'} | {name: 'Ulm', size: 3} | {nothing: null}"],
    );
}

/// Q-07: pattern comprehensions and patterns as conditions are rejected in RETURN there.
#[test]
fn patterns_stand_in_expressions() {
    let database = sample();
    gives(
        &database,
        "MATCH (p:Person {name: 'Ada'}) RETURN [(p)-[k]->(q) WHERE q:Person | q.name] AS l, exists((p)-[:LIVES_IN]->()) AS e, \
         size([(p)-->(q) | 1]) AS n, COUNT { (p)--() } AS c, COLLECT { MATCH (p)-->(q) RETURN q.name ORDER BY q.name } AS d",
        &["['Bob'] | true | 2 | 2 | ['Bob', 'Ulm']"],
    );
}

/// Q-07: these functions are unknown there.
#[test]
fn functions_of_every_day_are_there() {
    returns(
        "RETURN isEmpty([]) AS a, isEmpty('x') AS b, size(randomUUID()) AS c, 0 <= rand() < 1 AS d, point({x: 1, y: 2}).y AS e, \
         coalesce(null, 1) AS f, left('abc', 2) AS g, range(1, 5, 2) AS h, head([]) AS i, split('a,b', ',') AS j",
        "true | false | 36 | true | 2.0 | 1 | 'ab' | [1, 3, 5] | null | ['a', 'b']",
    );
}

/// F19, E-20: a list of several types raises there.
#[test]
fn lists_hold_anything_and_are_counted_from_both_ends() {
    returns(
        "WITH [1, 'a', null, [true], 2.5] AS l RETURN l[0] AS a, l[-1] AS b, l[9] AS c, l[1..3] AS d, size(l) AS e, l + [3] = l + 3 AS f",
        "1 | 2.5 | null | ['a', null] | 5 | null",
    );
    returns(
        "RETURN [x IN range(1, 5) WHERE x % 2 = 1 | x * x] AS l, reduce(s = 0, x IN [1, 2, 3] | s + x) AS r",
        "[1, 9, 25] | 6",
    );
}

/// Q-06, X8, F5: there are no times or durations, and a local time becomes one in UTC.
#[test]
fn temporal_values_are_six_types() {
    returns(
        "RETURN localdatetime('2024-03-01T12:00') AS a, time('12:00+01:00') AS b, date({year: 2024, week: 1, dayOfWeek: 1}) AS c, \
         date('2024-01-31') + duration('P1M') AS d, datetime.truncate('hour', datetime('2024-03-01T12:34:56[Europe/Berlin]')) AS e",
        "localdatetime('2024-03-01T12:00') | time('12:00+01:00') | date('2024-01-01') | date('2024-02-29') | \
         datetime('2024-03-01T12:00+01:00[Europe/Berlin]')",
    );
    returns(
        "RETURN duration.between(date('2024-01-31'), date('2024-03-01')) AS a, duration({days: 1, hours: 25}).hours AS b, \
         date('2024-02-29').ordinalDay AS c, duration.inDays(date('2024-01-01'), date('2025-01-01')).days AS d",
        "duration('P1M1D') | 25 | 60 | 366",
    );
}

/// Section 2 row 17: CASE without ELSE, CASE of null.
#[test]
fn case_takes_the_first_that_is_true() {
    returns(
        "WITH null AS x RETURN CASE x WHEN null THEN 'a' ELSE 'b' END AS a, CASE WHEN x THEN 'a' END AS b, \
         CASE WHEN x IS NULL THEN 'none' WHEN true THEN 'some' END AS c",
        "'b' | null | 'none'",
    );
}

// Writing.

/// Q-01, L-22: what is merged is created once, also by the rows of one statement.
#[test]
fn merge_sees_what_its_own_rows_made() {
    let database = database();
    gives(
        &database,
        "UNWIND ['a', 'b', 'a'] AS k MERGE (n:K {k: k}) ON CREATE SET n.made = 1 ON MATCH SET n.met = coalesce(n.met, 0) + 1 \
         RETURN n.k AS k, n.made AS made, n.met AS met",
        &["'a' | 1 | 1", "'b' | 1 | null", "'a' | 1 | 1"],
    );
    gives(&database, "MATCH (n:K) RETURN count(*) AS n", &["2"]);
}

/// F3, F8: a statement that fails half way leaves what it had written.
#[test]
fn a_statement_that_fails_has_written_nothing() {
    let database = database();
    fails(
        &database,
        "UNWIND [1, 2, 0] AS x CREATE (:N {y: 10 / x})",
        ErrorCode::Arithmetic,
        "ArithmeticError",
        "DivisionByZero",
    );
    gives(&database, "MATCH (n) RETURN count(*) AS n", &["0"]);
}

/// Q-01: a statement does not see what it writes while it reads.
#[test]
fn a_statement_reads_before_it_writes() {
    let database = sample();
    gives(&database, "MATCH (n:Person) CREATE (m:Person) RETURN count(m) AS n", &["3"]);
    database.cypher("MATCH (n:Person) WHERE n.name IS NULL DELETE n", ()).unwrap();
    gives(
        &database,
        "MATCH (a:Person {name: 'Ada'}), (b:Person {name: 'Bob'}) SET a.age = b.age, b.age = a.age RETURN a.age AS a, b.age AS b",
        &["52 | 52"],
    );
}

/// Q-01: FOREACH, and SET of labels and maps.
#[test]
fn foreach_writes_for_each_element() {
    let database = database();
    database
        .cypher("CREATE (a:A) FOREACH (x IN [1, 2] | CREATE (a)-[:R {x: x}]->(:B)) SET a:Done, a += {k: 1} REMOVE a:A", ())
        .unwrap();
    gives(
        &database,
        "MATCH (a:Done)-[r]->(:B) RETURN labels(a) AS l, a.k AS k, sum(r.x) AS s",
        &["['Done'] | 1 | 3"],
    );
}

/// Q-07, M-22: CALL in transactions is rejected there.
#[test]
fn a_subquery_commits_in_pieces() {
    let database = database();
    database
        .cypher("UNWIND range(1, 5) AS x CALL (x) { CREATE (:N {x: x}) } IN TRANSACTIONS OF 2 ROWS", ())
        .unwrap();
    gives(&database, "MATCH (n:N) RETURN count(*) AS n, sum(n.x) AS s", &["5 | 15"]);
}

/// Q-01: CALL with and without imports.
#[test]
fn a_subquery_runs_for_each_row() {
    let database = sample();
    gives(
        &database,
        "MATCH (p:Person) CALL (p) { OPTIONAL MATCH (p)-[:KNOWS]->(q) RETURN count(q) AS n } RETURN p.name AS p, n ORDER BY p",
        &["'Ada' | 1", "'Bob' | 1", "'Cy' | 0"],
    );
    gives(
        &database,
        "MATCH (p:Person) CALL (p) { MATCH (p)-[:KNOWS]->(q) RETURN q UNION MATCH (q)-[:KNOWS]->(p) RETURN q } \
         RETURN p.name AS p, collect(q.name) AS q ORDER BY p",
        &["'Ada' | ['Bob']", "'Bob' | ['Cy', 'Ada']", "'Cy' | ['Bob']"],
    );
}

// The schema.

/// Q-08, F14, X15: neither can be dropped there, their names are forgotten, and NOT NULL cannot be written.
#[test]
fn indexes_and_constraints_are_made_shown_and_dropped() {
    let database = database();
    for text in [
        "CREATE INDEX mine IF NOT EXISTS FOR (p:P) ON (p.age)",
        "CREATE INDEX mine IF NOT EXISTS FOR (p:P) ON (p.age)",
        "CREATE CONSTRAINT one FOR (p:P) REQUIRE (p.a, p.b) IS UNIQUE",
        "CREATE CONSTRAINT there FOR (p:P) REQUIRE p.name IS NOT NULL",
    ] {
        database.cypher(text, ()).unwrap();
    }
    gives(
        &database,
        "SHOW INDEXES YIELD name, type WHERE type = 'RANGE'",
        &["'mine' | 'RANGE'", "'one' | 'RANGE'"],
    );
    gives(&database, "SHOW CONSTRAINTS YIELD name", &["'one'", "'there'"]);
    fails(
        &database,
        "CREATE (:P {a: 1})",
        ErrorCode::NotNullViolation,
        "ConstraintValidationFailed",
        "CreateBlockedByConstraint",
    );
    for text in
        ["DROP INDEX mine", "DROP CONSTRAINT one", "DROP CONSTRAINT there", "DROP INDEX mine IF EXISTS"]
    {
        database.cypher(text, ()).unwrap();
    }
    gives(&database, "SHOW INDEXES YIELD name, type WHERE type = 'RANGE'", &[]);
    let error = database.cypher("DROP INDEX mine", ()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::SchemaNotFound, "{error}");
}

/// Q-09: the message shows the types of the implementation.
#[test]
fn a_broken_constraint_is_told_in_the_users_terms() {
    let database = database();
    database.cypher("CREATE CONSTRAINT u FOR (p:Person) REQUIRE p.name IS UNIQUE", ()).unwrap();
    database.cypher("CREATE (:Person {name: 'a'})", ()).unwrap();
    let error = fails(
        &database,
        "CREATE (:Person {name: 'a'})",
        ErrorCode::UniqueViolation,
        "ConstraintValidationFailed",
        "CreateBlockedByConstraint",
    );
    assert!(error.message().contains("Person") && error.message().contains("'a'"), "{error}");
    assert!(!error.message().contains("Str("), "{error}");
}

/// Q-11: a node without a label is not found by its id, and `id()` is a text.
#[test]
fn a_node_is_found_by_its_ids() {
    let database = sample();
    let uuid = database.cypher("MATCH (n:City) RETURN elementId(n)", ()).unwrap().scalar().unwrap();
    for text in [
        "MATCH (n {_id: $id}) RETURN n.name AS n",
        "MATCH (n:City {_id: $id}) RETURN n.name AS n",
        "MATCH (n) WHERE elementId(n) = $id RETURN n.name AS n",
        "MATCH (n) WHERE n._id IN [$id] RETURN n.name AS n",
    ] {
        assert_eq!(rows_with(&database, text, params! { "id" => uuid.clone() }), ["'Ulm'"], "{text}");
    }
    gives(&database, "MATCH (n:City) RETURN valueType(id(n)) AS t", &["'INTEGER NOT NULL'"]);
}

/// Q-12: what browsers and drivers ask first.
#[test]
fn the_graph_tells_what_is_in_it() {
    let database = sample();
    gives(
        &database,
        "CALL db.labels() YIELD label RETURN label ORDER BY label",
        &["'Admin'", "'City'", "'Person'"],
    );
    gives(
        &database,
        "CALL db.relationshipTypes() YIELD relationshipType AS t RETURN t ORDER BY t",
        &["'KNOWS'", "'LIVES_IN'"],
    );
    gives(
        &database,
        "CALL db.propertyKeys() YIELD propertyKey AS k RETURN collect(k) AS k",
        &["['age', 'name', 'since']"],
    );
    let shown = rows_with(&database, "SHOW FUNCTIONS YIELD name WHERE name = 'toUpper' RETURN name", ());
    assert_eq!(shown, ["'toUpper'"]);
}

/// Q-13: a plan is text alone there.
#[test]
fn a_plan_is_text_and_data() {
    let database = sample();
    let result = database.cypher("EXPLAIN MATCH (n:Person) WHERE n.age > 40 RETURN n.name", ()).unwrap();
    assert!(result.rows().any(|row| row.values().any(|v| v.to_string().contains("NodeScan"))));
    let plan = result.plan().unwrap();
    assert_eq!(plan.operator, "Project");
    let mut scan = plan;
    while scan.operator != "NodeScan" {
        scan = &scan.children[0];
    }
    assert_eq!((scan.details.as_str(), scan.estimated_rows), ("n:Person", 3.0));
    let profiled = database.cypher("PROFILE MATCH (n:Person) RETURN n.name AS n", ()).unwrap();
    assert_eq!(profiled.len(), 3);
    assert_eq!(profiled.plan().unwrap().profile.unwrap().rows, 3);
}

// What other languages of the family write.

/// Q-07: the operators and clauses of Cypher 25.
#[test]
fn newer_forms_mean_what_the_older_ones_did() {
    let database = sample();
    gives(
        &database,
        "MATCH (p:Person) FILTER p.age < 40 LET name = p.name, tag = p.name || '!' RETURN name, tag ORDER BY name",
        &["'Ada' | 'Ada!'", "'Cy' | 'Cy!'"],
    );
    gives(&database, "MATCH (p:Person) SET p.seen = true FINISH", &[]);
    gives(
        &database,
        "UNWIND [1, 7, null] AS x RETURN CASE x WHEN IS NULL THEN 'none' WHEN > 5 THEN 'big' WHEN 1, 2 THEN 'small' END AS size",
        &["'small'", "'big'", "'none'"],
    );
}
