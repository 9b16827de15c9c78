//! Whatever the text, an answer comes at once, on a small stack, and it is a tree or a typed error.

use super::*;
use crate::processor_time;
use crate::syntax::parser::{EXPRESSION_HEIGHT_MAX, NESTING_MAX};
use namidb_core::ErrorCode;
use proptest::prelude::*;
use std::time::Duration;

const MANY: usize = 100_000;

/// Runs on a thread whose stack is half as large as that of any thread that runs queries.
fn on_small_stack<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    #[allow(clippy::disallowed_methods, reason = "the size of a stack is what is tested")]
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(work);
    thread.unwrap().join().unwrap()
}

fn parse_on_small_stack(text: String) -> Result<(), Error> {
    on_small_stack(move || parse(&text).map(drop))
}

/// The error of a text, which takes less than a tenth of a second.
fn answered_soon(text: String) -> Error {
    let start: String = text.chars().take(60).collect();
    let limit = Duration::from_millis(100);
    let answer = on_small_stack(move || processor_time::within(limit, || parse(&text).map(drop)));
    answer.unwrap_or_else(|fastest| panic!("no answer in less than {fastest:?}: {start}")).unwrap_err()
}

/// The highest trees that there are: sums inside sums, and what nests around a sum.
fn highest() -> Vec<String> {
    let sum = format!("$p{}", " + 1".repeat(EXPRESSION_HEIGHT_MAX - NESTING_MAX));
    [
        ("(", ") - 1"),
        ("[", "]"),
        ("NOT ", ""),
        ("coalesce(", ")"),
        ("{a: ", "}"),
        ("CASE WHEN true THEN ", " END"),
        ("CASE 1 WHEN > 0, 2 THEN ", " END"),
        ("CASE ", " WHEN > 0 THEN 1 END"),
    ]
    .iter()
    .map(|(open, close)| {
        let depth = if close.ends_with('1') { NESTING_MAX / 2 - 1 } else { NESTING_MAX - 2 };
        format!("RETURN {}{sum}{}", open.repeat(depth), close.repeat(depth))
    })
    .collect()
}

#[test]
fn the_highest_trees_can_be_walked_and_planned_on_a_small_stack() {
    for text in highest() {
        on_small_stack(move || {
            let statement = parse(&text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
            let copy = statement.clone();
            assert!(copy == statement);
            assert!(format!("{copy:?}").len() > text.len());
            assert_eq!(parse(&printer::print(&copy)).unwrap(), statement);
            let planned = crate::planner::prepare(&text, &namidb_core::graph::GraphState::empty());
            assert!(planned.is_ok(), "{text}: {planned:?}");
        });
    }
}

#[test]
fn nothing_nests_without_bound() {
    // Before the nest, what repeats, what is innermost, what closes each.
    let nests = [
        ("RETURN ", "(", "1", ")"),
        ("RETURN ", "[", "1", "]"),
        ("RETURN ", "{a: ", "1", "}"),
        ("RETURN ", "n {a: ", "1", "}"),
        ("RETURN ", "NOT ", "a", ""),
        ("RETURN ", "- ", "a", ""),
        ("RETURN ", "+ ", "a", ""),
        ("RETURN ", "CASE ", "a", " WHEN 1 THEN 2 END"),
        ("RETURN ", "CASE WHEN ", "a", " THEN 2 END"),
        ("RETURN ", "CASE a WHEN > ", "1", " THEN 2 END"),
        ("RETURN ", "CASE a WHEN 1, ", "2", " THEN 2 END"),
        ("RETURN ", "CASE a WHEN IN ", "b", " THEN 2 END"),
        ("RETURN ", "CASE WHEN 1 THEN ", "a", " END"),
        ("RETURN ", "CASE WHEN 1 THEN 2 ELSE ", "a", " END"),
        ("RETURN ", "f(", "1", ")"),
        ("RETURN ", "count(DISTINCT ", "1", ")"),
        ("RETURN ", "a[", "1", "]"),
        ("RETURN ", "a[..", "1", "]"),
        ("RETURN ", "[x IN ", "a", "]"),
        ("RETURN ", "[x IN a WHERE ", "a", "]"),
        ("RETURN ", "[x IN a | ", "a", "]"),
        ("RETURN ", "[(a)-->(b) WHERE ", "a", " | 1]"),
        ("RETURN ", "[(a)-->(b) | ", "a", "]"),
        ("RETURN ", "[(a)-->({a: ", "a", "}) | 1]"),
        ("RETURN ", "all(x IN ", "a", " WHERE x)"),
        ("RETURN ", "all(x IN a WHERE ", "x", ")"),
        ("RETURN ", "reduce(a = ", "0", ", x IN a | x)"),
        ("RETURN ", "reduce(a = 0, x IN ", "a", " | x)"),
        ("RETURN ", "reduce(a = 0, x IN a | ", "x", ")"),
        ("RETURN ", "allReduce(a = ", "0", ", x IN a | x, true)"),
        ("RETURN ", "allReduce(a = 0, x IN a | ", "x", ", true)"),
        ("RETURN ", "allReduce(a = 0, x IN a | x, ", "x", ")"),
        ("RETURN ", "a || (", "b", ")"),
        ("LET x = ", "(", "1", ")"),
        ("FILTER ", "(", "true", ")"),
        ("ORDER BY ", "(", "1", ")"),
        ("UNWIND a AS b LIMIT ", "(", "1", ")"),
        ("INSERT (n {a: ", "[", "1", "]"),
        ("RETURN ", "(a {b: ", "1", "})-->()"),
        ("RETURN ", "(a WHERE ", "b", ")-->()"),
        ("RETURN ", "EXISTS { (a WHERE ", "b", ") }"),
        ("RETURN ", "EXISTS { MATCH (a) WHERE ", "b", " }"),
        ("RETURN ", "COUNT { MATCH (a) WHERE ", "b", " }"),
        ("RETURN ", "COLLECT { RETURN ", "b", " }"),
        ("RETURN ", "shortestPath((a {b: ", "1", "})-->())"),
        ("RETURN ", "n:$(", "'A'", ")"),
        ("MATCH (n:$(", "(", "'A'", ")"),
        ("SET n:$(", "(", "'A'", ")"),
        ("RETURN n:", "!", "A", ""),
        ("RETURN n:", "(", "A", ")"),
        ("MATCH (n:", "!", "A", ") RETURN n"),
        ("MATCH (n:", "(", "A", "))"),
        ("MATCH ()-[:", "(", "A", ")"),
        ("MATCH ", "(", "(a)", ")"),
        ("MATCH (a {b: ", "[", "1", "]"),
        ("", "CALL { ", "RETURN 1", " }"),
        ("", "CALL (*) { WITH 1 AS x ", "RETURN 1", " }"),
        ("", "FOREACH (x IN a | ", "CREATE ()", ")"),
        ("RETURN ", "exists(", "a.b", ")"),
        ("RETURN ", "any(x IN ", "a", " WHERE x)"),
        ("RETURN ", "a[1..", "1", "]"),
        ("RETURN ", "a {b: ", "1", "}"),
        ("RETURN ", "1 + (", "1", ")"),
        ("RETURN ", "a = (", "1", ")"),
        ("RETURN ", "a AND (", "b", ")"),
        ("RETURN ", "a IN [", "b", "]"),
        ("RETURN ", "a STARTS WITH (", "b", ")"),
        ("RETURN ", "allShortestPaths((a)-[* {b: ", "1", "}]->(c))"),
        ("RETURN ", "COUNT { MATCH (a {b: ", "1", "}) }"),
        ("RETURN ", "COLLECT { MATCH (a) RETURN ", "1", " }"),
        ("RETURN 1 ORDER BY ", "(", "1", ")"),
        ("RETURN 1 LIMIT ", "(", "1", ")"),
        ("WITH 1 AS a WHERE ", "(", "a", ")"),
        ("UNWIND ", "[", "1", "]"),
        ("SET n[", "a[", "1", "]"),
        ("SET n.x = ", "[", "1", "]"),
        ("REMOVE n[", "a[", "1", "]"),
        ("DELETE ", "[", "n", "]"),
        ("MERGE (n {a: ", "{a: ", "1", "}"),
        ("CREATE (n {a: ", "[", "1", "]"),
        ("MATCH ()-[r WHERE ", "(", "a", ")"),
        ("MATCH ()-[* {a: ", "[", "1", "]"),
        ("FOREACH (x IN ", "[", "1", "]"),
        ("CALL p(", "[", "1", "]"),
        ("CALL p() YIELD a WHERE ", "(", "a", ")"),
        ("LOAD CSV FROM ", "(", "a", ")"),
        ("", "OPTIONAL CALL (*) { ", "RETURN 1 AS x", " }"),
        ("CREATE CONSTRAINT FOR (n:A) REQUIRE n.b IS TYPED ", "LIST<", "INTEGER", ">"),
    ];
    for (before, open, inner, close) in nests {
        for closed in [false, true] {
            let closing = if closed { close.repeat(MANY) } else { String::new() };
            let text = format!("{before}{}{inner}{closing}", open.repeat(MANY));
            // Some are longer than any text may be: the rest of the limits is asked with what still fits.
            let text: String = text.chars().take(lexer::TEXT_BYTES_MAX).collect();
            let error = answered_soon(text);
            assert_eq!(error.code(), ErrorCode::QueryTooComplex, "{before}{open}{inner}{close} {error:?}");
        }
        let text =
            format!("{before}{}{inner}{}", open.repeat(3 * NESTING_MAX), close.repeat(3 * NESTING_MAX));
        let error = parse_on_small_stack(text).unwrap_err();
        assert_eq!(error.code(), ErrorCode::QueryTooComplex, "{before}{open}{inner}{close} {error:?}");
        assert!(error.span().is_some());
    }
}

#[test]
fn nesting_below_the_limit_parses_on_a_small_stack() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{a: ", "}"),
        ("NOT ", ""),
        ("- ", ""),
        ("CASE WHEN ", " THEN 2 END"),
        ("CASE a WHEN > ", " THEN 2 END"),
        ("f(", ")"),
        ("[x IN ", "]"),
        ("[(a)-->(b) | ", "]"),
        ("all(x IN a WHERE ", ")"),
        ("reduce(a = 0, x IN a | ", ")"),
        ("EXISTS { MATCH (a) WHERE ", " }"),
    ] {
        let depth = NESTING_MAX - 2;
        let text = format!("RETURN {}a{}", open.repeat(depth), close.repeat(depth));
        parse_on_small_stack(text).unwrap_or_else(|error| panic!("{open}: {error:?}"));
    }
}

#[test]
fn long_chains_either_parse_or_are_refused() {
    // The beginning, what repeats, the end, and whether it may repeat as often as a text can say it.
    let chains = [
        ("RETURN a", " AND a", "", true),
        ("RETURN a", " OR a", "", true),
        ("RETURN a", " XOR a", "", true),
        ("RETURN a", " < a", "", true),
        ("RETURN [1", ", 1", "]", true),
        ("RETURN {a: 1", ", a: 1", "}", true),
        ("RETURN f(1", ", 1", ")", true),
        ("RETURN CASE", " WHEN 1 THEN 1", " END", true),
        ("RETURN a", ", a", "", true),
        ("RETURN n:A", "|A", "", true),
        ("RETURN n:A", ":A", "", true),
        ("MATCH (n:A", "&A", ") RETURN n", true),
        ("MATCH (a)", ", (a)", " RETURN a", true),
        ("CREATE (a)", ", (a)", "", true),
        ("SET a.b = 1", ", a.b = 1", "", true),
        ("RETURN 1", " UNION RETURN 1", "", true),
        ("CREATE ()", " CREATE ()", "", true),
        ("RETURN CASE a WHEN 1", ", 1", " THEN 1 END", true),
        ("LET a = 1", ", a = 1", " RETURN a", true),
        ("FILTER true", " FILTER true", " FINISH", true),
        ("RETURN a", " || a", "", false),
        ("RETURN a", " + a", "", false),
        ("RETURN a", " * a", "", false),
        ("RETURN a", " ^ a", "", false),
        ("RETURN a", " IN a", "", false),
        ("RETURN a", " CONTAINS a", "", false),
        ("RETURN a", " IS NULL", "", false),
        ("RETURN a", ".a", "", false),
        ("RETURN a", "[0]", "", false),
        ("MATCH ()", "-->()", " RETURN 1", false),
    ];
    for (first, rest, last, parses) in chains {
        let tokens = lexer::tokenize(rest).unwrap().tokens.len() - 1;
        let count = ((lexer::TOKENS_MAX - 16) / tokens).min((lexer::TEXT_BYTES_MAX - 64) / rest.len());
        let result = parse_on_small_stack(format!("{first}{}{last}", rest.repeat(count)));
        match result {
            Ok(()) => assert!(parses, "{first}{rest}..{last}"),
            Err(error) => {
                assert!(!parses, "{first}{rest}..{last} {error:?}");
                assert_eq!(error.code(), ErrorCode::QueryTooComplex, "{first}{rest}..{last}");
            }
        }
    }
}

#[test]
fn a_sum_may_be_as_long_as_the_limit_of_height_says() {
    let sum = |terms: usize| format!("RETURN 1{}", " + 1".repeat(terms - 1));
    assert!(parse(&sum(EXPRESSION_HEIGHT_MAX + 1)).is_ok());
    let error = parse(&sum(EXPRESSION_HEIGHT_MAX + 2)).unwrap_err();
    assert_eq!(error.code(), ErrorCode::QueryTooComplex);
    // Sums side by side do not stand on each other, and those inside each other do.
    let sums = vec![format!("1{}", " + 1".repeat(300)); 50].join(", ");
    assert!(parse(&format!("RETURN [{sums}]")).is_ok());
    let nested = format!("RETURN (1{}){}", " + 1".repeat(300), " + 1".repeat(300));
    assert_eq!(parse(&nested).unwrap_err().code(), ErrorCode::QueryTooComplex);
}

pub(super) const VOCABULARY: &[&str] = &[
    "MATCH",
    "OPTIONAL",
    "WHERE",
    "RETURN",
    "WITH",
    "UNWIND",
    "AS",
    "CREATE",
    "MERGE",
    "ON",
    "SET",
    "REMOVE",
    "DELETE",
    "DETACH",
    "FOREACH",
    "CALL",
    "YIELD",
    "UNION",
    "ALL",
    "ORDER",
    "BY",
    "SKIP",
    "LIMIT",
    "DISTINCT",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "AND",
    "OR",
    "XOR",
    "NOT",
    "IN",
    "IS",
    "NULL",
    "STARTS",
    "ENDS",
    "CONTAINS",
    "EXISTS",
    "COUNT",
    "COLLECT",
    "any",
    "reduce",
    "allReduce",
    "LET",
    "FILTER",
    "FINISH",
    "INSERT",
    "||",
    "$(",
    "$any(",
    "shortestPath",
    "INDEX",
    "CONSTRAINT",
    "DROP",
    "SHOW",
    "INDEXES",
    "FOR",
    "REQUIRE",
    "UNIQUE",
    "IF",
    "LOAD",
    "CSV",
    "FROM",
    "EXPLAIN",
    "n",
    "x",
    "`a b`",
    "$p",
    "1",
    "1.5",
    "'s'",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ";",
    ":",
    ".",
    "..",
    "|",
    "&",
    "!",
    "+",
    "+=",
    "-",
    "*",
    "/",
    "%",
    "^",
    "=",
    "<>",
    "<",
    "<=",
    ">",
    ">=",
    "=~",
    "(n)",
    "-->",
    "-[r]->",
    "<-",
    "0x",
    "\"",
    "/*",
    "—",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn words_in_any_order_are_a_tree_or_an_error_with_a_place(
        words in proptest::collection::vec(0..VOCABULARY.len(), 0..40)
    ) {
        let text = words.iter().map(|word| VOCABULARY[*word]).collect::<Vec<_>>().join(" ");
        if let Err(error) = parse(&text) {
            let span = error.span();
            prop_assert!(span.is_some_and(|span| text.get(span.start as usize..span.end as usize).is_some()));
            prop_assert!(!crate::diagnostic::render(&error, &text).is_empty());
        }
    }

    #[test]
    fn any_bytes_are_a_tree_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let text = String::from_utf8_lossy(&bytes);
        if let Err(error) = parse(&text) {
            prop_assert!(!crate::diagnostic::render(&error, &text).is_empty());
        }
    }

    #[test]
    fn a_query_with_a_piece_cut_out_is_a_tree_or_an_error(from in 0..400usize, length in 0..12usize) {
        let text = "MATCH p = (a:A|B {x: $x})-[r:T*1..3]->(b WHERE b.y > 1e3) WHERE NOT (a)<--(b) AND all(x IN [1, 2] \
                    WHERE x IS NOT NULL) OPTIONAL MATCH (c) WITH DISTINCT a, count(*) AS n, [y IN b | y.z] AS l, \
                    a {.*, .k, v: 'é\\u0041'} AS m ORDER BY n DESC SKIP 1 LIMIT $l WHERE n = -9223372036854775808 \
                    CALL { WITH a RETURN CASE a WHEN 1 THEN 0x1F ELSE reduce(s = 0, q IN l | s + q) END AS z } \
                    MERGE (a)-[:R]->(d) ON CREATE SET d += {k: l[0..2]} RETURN *, EXISTS { (a)-->() } AS e";
        let mut piece = text.to_owned();
        if from < text.len() {
            let end = (from + length).min(text.len());
            if text.is_char_boundary(from) && text.is_char_boundary(end) {
                piece.replace_range(from..end, "");
            }
        }
        if let Err(error) = parse(&piece) {
            prop_assert!(!crate::diagnostic::render(&error, &piece).is_empty());
        }
    }
}
