//! Values: numbers, nulls, names and what expressions make of them.

use super::{database, fails, gives, returns, rows_with, sample};
use namidb::{ErrorCode, params};

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
