//! What is printed parses to itself, for texts of ours and for generated trees.

pub(crate) mod generate;

use super::*;
use crate::syntax::parse;
use generate::Choices;
use proptest::prelude::*;

fn check(text: &str, expected: &str) {
    let statement = parse(text).unwrap_or_else(|error| panic!("{text}\n{error:?}"));
    let printed = print(&statement);
    assert_eq!(printed, expected);
    assert_eq!(parse(&printed).unwrap(), statement);
}

#[test]
fn parentheses_stay_only_where_precedence_needs_them() {
    for (expr, expected) in [
        ("(1 + 2) * 3", "(1 + 2) * 3"),
        ("1 + (2 * 3)", "1 + 2 * 3"),
        ("1 - (2 - 3)", "1 - (2 - 3)"),
        ("(1 - 2) - 3", "1 - 2 - 3"),
        ("2 ^ (3 ^ 4)", "2 ^ (3 ^ 4)"),
        ("-(5)", "-(5)"),
        ("-5 ^ 2", "-5 ^ 2"),
        ("-(5 ^ 2)", "-(5 ^ 2)"),
        ("(-1).x", "(-1).x"),
        ("(a AND b) AND c", "(a AND b) AND c"),
        ("a AND (b OR c)", "a AND (b OR c)"),
        ("(a AND b) OR c", "a AND b OR c"),
        ("NOT (a = b)", "NOT a = b"),
        ("(NOT a) = b", "(NOT a) = b"),
        ("1 < (2 < 3)", "1 < (2 < 3)"),
        ("(a IS NULL) = b", "a IS NULL = b"),
        ("a IN (b + c)", "a IN b + c"),
        ("[(x IN y)]", "[(x IN y)]"),
        ("n:A|B", "n:(A|B)"),
        ("n IS A|B", "n:(A|B)"),
        ("($a IS NULL) - -(1)", "($a IS NULL) - -(1)"),
        ("(a IS NULL) - -(1)", "(a IS NULL) - -(1)"),
        ("({a: 1} IS NULL) - -(1)", "({a: 1} IS NULL) - -(1)"),
        ("(a IS A)--(b) OR false", "(a:A)--(b) OR false"),
        ("a :: INTEGER | FLOAT NOT NULL", "a IS :: ANY<INTEGER | FLOAT NOT NULL>"),
        ("a IS NOT TYPED INT LIST!", "a IS NOT :: LIST<INTEGER> NOT NULL"),
        ("(a IS :: ANY) < b", "a IS :: ANY VALUE < b"),
        ("[x IN y WHERE CASE a WHEN end(), x THEN 1 END]", "[x IN y WHERE CASE a WHEN end(), x THEN 1 END]"),
        (
            "[x IN y WHERE CASE a WHEN end.of(), x THEN 1 END]",
            "[x IN y WHERE CASE a WHEN end.of(), x THEN 1 END]",
        ),
        (
            "[(a)-->(b) AND c IS :: ANY<LIST<MAP> | INTEGER>, d]",
            "[(a)-->(b) AND c IS :: ANY<LIST<MAP> | INTEGER>, d]",
        ),
        (
            "[(a)-->(b) WHERE c IS :: LIST<MAP> AND d < 1 | e]",
            "[(a)-->(b) WHERE c IS :: LIST<MAP> AND d < 1 | e]",
        ),
        (
            "[x IN y WHERE CASE a WHEN b:!end&case, x IS :: INTEGER! THEN 1 END]",
            "[x IN y WHERE CASE a WHEN b:!end&case, x IS :: INTEGER NOT NULL THEN 1 END]",
        ),
        ("[(a)-->(b), c || d]", "[(a)-->(b), c || d]"),
        ("[(a)-->(b) | c || d]", "[(a)-->(b) | c || d]"),
        ("[x IN y, CASE WHEN a THEN b END.c, (d)]", "[x IN y, CASE WHEN a THEN b END.c, d]"),
        ("[x IN y, CASE WHEN a THEN b END, end()]", "[x IN y, CASE WHEN a THEN b END, end()]"),
        ("a IS NORMALIZED = b", "a IS NFC NORMALIZED = b"),
        ("trim(BOTH 'x' FROM a)", "btrim(a, 'x')"),
        ("n:A:B", "n:A&B"),
        ("((a)-->(b)) = c", "((a)-->(b)) = c"),
    ] {
        check(&format!("RETURN {expr}"), &format!("RETURN {expected}"));
    }
}

#[test]
fn names_that_would_be_read_as_something_else_are_quoted() {
    check("RETURN `a b`, `a``b`, `MATCH`, `count`", "RETURN `a b`, `a``b`, `MATCH`, `count`");
    check("RETURN n.`a b`, n.match, {end: 1}", "RETURN n.`a b`, n.match, {end: 1}");
    check("RETURN `all`(x IN y), `a b`.c(1)", "RETURN `all`(x IN y), `a b`.c(1)");
    check("RETURN $a, $1, $`a b`", "RETURN $a, $1, $`a b`");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn a_printed_statement_parses_to_itself(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let statement = Choices::new(&bytes).statement();
        let text = print(&statement);
        match parse(&text) {
            Ok(parsed) => prop_assert_eq!(parsed, statement, "{}", text),
            Err(error) => prop_assert!(false, "{}\n{:?}", text, error),
        }
    }
}
