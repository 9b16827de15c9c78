//! Quantifiers that stop where they are decided, and ranges that are not written out.

use super::*;
use namidb_core::ErrorCode;

#[test]
fn quantifiers_stop_at_the_element_that_decides() {
    let graph = Graph::new();
    for (text, answer) in [
        ("RETURN any(x IN range(1, 1000000000000) WHERE x > 5)", "true"),
        ("RETURN all(x IN range(1, 1000000000000) WHERE x < 50000)", "false"),
        ("RETURN none(x IN range(1, 1000000000000) WHERE x = 20000)", "false"),
        ("RETURN single(x IN range(1, 1000000000000) WHERE x % 10000 = 0)", "false"),
        // What is unknown decides nothing.
        ("RETURN any(x IN range(1, 1000000000000) WHERE x > 20000 OR null)", "true"),
        ("RETURN all(x IN range(1, 1000000000000) WHERE x < 20000 AND null)", "false"),
        ("RETURN none(x IN range(1, 1000000000000) WHERE x > 20000 OR null)", "false"),
        ("RETURN single(x IN range(1, 1000000000000) WHERE x > 20000 OR null)", "false"),
        ("RETURN any(x IN range(1, 20000) WHERE x < 0 AND null OR null)", "null"),
        ("RETURN single(x IN range(1, 20000) WHERE x = 20000)", "true"),
        ("RETURN single(x IN range(1, 20000) WHERE x = 1 OR (x = 20000 AND null))", "null"),
    ] {
        assert_eq!(graph.value(text), answer, "{text}");
    }
    // Each row for itself, also where some have short lists.
    let text = "UNWIND range(1, 4) AS k WITH k, CASE k WHEN 3 THEN 2 ELSE 1000000000000 END AS last \
                RETURN any(x IN range(k, last) WHERE x > 9000 * k)";
    assert_eq!(graph.rows(text), ["true", "true", "false", "true"]);
}

#[test]
fn an_element_behind_the_one_that_decides_may_fail() {
    let graph = Graph::new();
    for (text, answer) in [
        ("RETURN any(x IN [1, 0] WHERE 1 / x = 1)", "true"),
        ("RETURN all(x IN [2, 0] WHERE 1 / x = 1)", "false"),
        ("RETURN none(x IN [1, 0] WHERE 1 / x = 1)", "false"),
        ("RETURN single(x IN [1, 1, 0] WHERE 1 / x = 1)", "false"),
        (
            "UNWIND [[1, 0], [], [null, 1]] AS l RETURN collect(any(x IN l WHERE 1 / x = 1))",
            "[true, false, true]",
        ),
        ("RETURN any(x IN [1, 0] WHERE any(y IN [0, 1] WHERE x > y AND 1 / x = 1))", "true"),
    ] {
        assert_eq!(graph.value(text), answer, "{text}");
    }
    for text in [
        "RETURN any(x IN [0, 1] WHERE 1 / x = 1)",
        "RETURN all(x IN [1, 0] WHERE 1 / x = 1)",
        "RETURN single(x IN [1, 0] WHERE 1 / x = 1)",
        "UNWIND [[1, 0], [2, 0]] AS l RETURN any(x IN l WHERE 1 / x = 1)",
    ] {
        let error = graph.read(text).map(|output| output.row_count()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::Arithmetic, "{text}");
    }
}

/// What can be told of a range without its integers.
const QUESTIONS: &[&str] =
    &["size(r)", "isEmpty(r)", "head(r)", "last(r)", "r[x]", "x IN r", "x / 2.0 IN r", "[x] IN r"];

#[test]
fn a_range_is_asked_what_the_list_of_its_integers_is_asked() {
    let graph = Graph::new();
    let rows = "UNWIND [-3, 0, 2, null] AS a UNWIND range(-4, 4) AS b UNWIND [-2, -1, 1, 3] AS c UNWIND [-5, -2, -1, 0, 1, 2, 3, null] AS x ";
    for question in QUESTIONS {
        let range = question.replace('r', "range(a, b, c)");
        let list = graph.rows(&format!("{rows} WITH tail([0] + range(a, b, c)) AS r, x RETURN {question}"));
        assert_eq!(list.len(), 4 * 9 * 4 * 8);
        // One range for all rows, and one for each.
        assert_eq!(graph.rows(&format!("{rows} RETURN {range}")), list, "{question}");
        let one = question.replace('r', "range(2, 9, 3)");
        let list = graph.rows(&format!(
            "UNWIND [2, 5, 7, 8, 9, null] AS x WITH tail([0, 2, 5, 8]) AS r, x RETURN {question}"
        ));
        assert_eq!(
            graph.rows(&format!("UNWIND [2, 5, 7, 8, 9, null] AS x RETURN {one}")),
            list,
            "{question}"
        );
    }
    assert_eq!(graph.value("RETURN null IN range(1, 0)"), "false");
}

#[test]
fn what_is_asked_of_a_long_range_is_told_without_its_integers() {
    let graph = Graph::new();
    let text = "WITH 1000000000000 AS n RETURN size(range(1, n)), isEmpty(range(1, n)), head(range(1, n)), \
                last(range(1, n, 2)), range(1, n)[5], range(1, n)[-1], 7 IN range(1, n), 0 IN range(1, n)";
    assert_eq!(
        graph.value(text),
        "1000000000000 | false | 1 | 999999999999 | 6 | 1000000000000 | true | false"
    );
    assert_eq!(graph.value("RETURN size(range(1, 1000000000000))"), "1000000000000");
    let all = "range(-9223372036854775807 - 1, 9223372036854775807)";
    assert_eq!(graph.value(&format!("RETURN last({all}), 1.0e300 IN {all}")), "9223372036854775807 | false");
    for (text, code) in [
        (format!("RETURN size({all})"), ErrorCode::Arithmetic),
        ("RETURN size(range(1, 2, 0))".to_owned(), ErrorCode::Argument),
        ("RETURN 1 IN range(1, toString(1))".to_owned(), ErrorCode::Argument),
        ("WITH 'a' AS x RETURN range(1, 2)[x]".to_owned(), ErrorCode::Type),
    ] {
        let error = graph.read(&text).map(|output| output.row_count()).unwrap_err();
        assert_eq!(error.code(), code, "{text}");
        assert!(error.span().is_some(), "{text}");
    }
}
