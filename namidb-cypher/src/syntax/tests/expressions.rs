use super::*;
use crate::syntax::printer::print_expr;

/// The tree with every operation in parentheses, which a text without them must have.
#[test]
fn operators_bind_as_the_table_says() {
    for (text, grouped) in [
        ("a OR b XOR c AND NOT d", "a OR (b XOR (c AND (NOT d)))"),
        ("a AND b OR c AND d", "(a AND b) OR (c AND d)"),
        ("NOT a = b", "NOT (a = b)"),
        ("NOT NOT a", "NOT (NOT a)"),
        ("NOT a AND b", "(NOT a) AND b"),
        ("a = b IS NULL", "a = (b IS NULL)"),
        ("a = b IN c", "a = (b IN c)"),
        ("a < b + c", "a < (b + c)"),
        ("a IN b + c", "a IN (b + c)"),
        ("a + b IN c", "(a + b) IN c"),
        ("a STARTS WITH b ENDS WITH c", "(a STARTS WITH b) ENDS WITH c"),
        ("a IS NULL IS NOT NULL", "(a IS NULL) IS NOT NULL"),
        ("a + b - c", "(a + b) - c"),
        ("a * b / c % d", "((a * b) / c) % d"),
        ("a + b * c", "a + (b * c)"),
        ("a * b ^ c", "a * (b ^ c)"),
        ("a ^ b ^ c", "(a ^ b) ^ c"),
        ("-a ^ b", "(-a) ^ b"),
        ("a ^ -b", "a ^ (-b)"),
        ("-a.b", "-(a.b)"),
        ("-a[0]", "-(a[0])"),
        ("- -a", "-(-a)"),
        ("-a IS NULL", "(-a) IS NULL"),
        ("a.b:C", "(a.b):C"),
        ("a:B || c", "(a:B) || c"),
        ("a:B|C || c", "(a:(B|C)) || c"),
        ("a || b + c", "(a || b) + c"),
        ("a =~ b + c", "a =~ (b + c)"),
        ("NOT (a)-->(b) AND c", "(NOT ((a)-->(b))) AND c"),
    ] {
        same_expr(text, grouped);
    }
}

#[test]
fn comparisons_in_a_row_are_one_chain() {
    let ExprKind::Comparison { rest, .. } = expr("1 < x <= 3 <> y").kind else { panic!() };
    let ops: Vec<CompareOp> = rest.iter().map(|(op, _)| *op).collect();
    assert_eq!(ops, [CompareOp::Less, CompareOp::LessOrEqual, CompareOp::NotEqual]);
    assert_ne!(expr("(1 < x) < 3"), expr("1 < x < 3"));
}

#[test]
fn the_sign_of_a_number_is_part_of_it() {
    for (text, value) in [
        ("-9223372036854775808", i64::MIN),
        ("- 9223372036854775808", i64::MIN),
        ("-0x8000000000000000", i64::MIN),
        ("-0o17", -15),
        ("-1_000", -1_000),
    ] {
        assert_eq!(expr(text).kind, ExprKind::Literal(Literal::Integer(value)), "{text}");
    }
    assert_eq!(expr("-1.5e3").kind, ExprKind::Literal(Literal::Float(-1500.0)));
    assert!(matches!(expr("-(1)").kind, ExprKind::Negate(_)));
    assert!(matches!(expr("+1").kind, ExprKind::Plus(_)));
    assert!(matches!(expr("1 -1").kind, ExprKind::Arithmetic { op: ArithmeticOp::Subtract, .. }));
}

#[test]
fn literals_have_their_values() {
    for (text, literal) in [
        ("null", Literal::Null),
        ("TRUE", Literal::Boolean(true)),
        ("False", Literal::Boolean(false)),
        ("0x1F", Literal::Integer(31)),
        (".5", Literal::Float(0.5)),
        ("1e3", Literal::Float(1000.0)),
        (r#""a\tb""#, Literal::String("a\tb".into())),
        (r"'\u00c9\U0001F600'", Literal::String("É😀".into())),
    ] {
        assert_eq!(expr(text).kind, ExprKind::Literal(literal), "{text}");
    }
    for (text, name) in [("$a", "a"), ("$1", "1"), ("$é", "é"), ("$`a b`", "a b"), ("$`a``b`", "a`b")] {
        assert_eq!(expr(text).kind, ExprKind::Parameter(name.into()), "{text}");
    }
    for (text, name) in [("n", "n"), ("名前", "名前"), ("`a b`", "a b"), ("count", "count"), ("end", "end")]
    {
        assert_eq!(expr(text).kind, ExprKind::Variable(name.into()), "{text}");
    }
}

#[test]
fn the_span_of_an_expression_covers_it_with_its_parentheses() {
    for text in [
        "1",
        "(1)",
        "( a + b )",
        "(a).b",
        "f( x )",
        "date.truncate('day', x)",
        "a:B|C",
        "- 1",
        "NOT a",
        "a[1 .. 2]",
        "[x IN y | z]",
        "[ (a)-->(b) | c ]",
        "EXISTS { (a)-->(b) }",
        "CASE a WHEN 1 THEN 2 END",
        "n { .* }",
        "(a)-->(b)",
        "shortestPath( (a)-->(b) )",
        "count( * )",
        "a AND (b)",
        "`a b`",
        "'a'",
    ] {
        let query = format!("RETURN  {text}  AS x");
        let Clause::Return(clause) = clause(&query) else { panic!() };
        assert_eq!(cut(&query, clause.projection.items[0].expr.span), text);
        assert_eq!(cut(&query, clause.projection.items[0].span), format!("{text}  AS x"));
    }
}

#[test]
fn brackets_are_told_apart_by_what_is_in_them() {
    let kind = |text: &str| match expr(text).kind {
        ExprKind::List(elements) => format!("list of {}", elements.len()),
        ExprKind::ListComprehension(_) => "comprehension".to_owned(),
        ExprKind::PatternComprehension(_) => "pattern comprehension".to_owned(),
        other => format!("{other:?}"),
    };
    for (text, expected) in [
        ("[]", "list of 0"),
        ("[x]", "list of 1"),
        ("[x IN y]", "comprehension"),
        ("[x IN y WHERE z]", "comprehension"),
        ("[x IN y | z]", "comprehension"),
        ("[x IN [1, 2] | f(x, 3)]", "comprehension"),
        ("[x IN y WHERE x:A | z]", "comprehension"),
        ("[x IN y, z]", "list of 2"),
        ("[(x IN y)]", "list of 1"),
        ("[(a)-->(b) | 1]", "pattern comprehension"),
        ("[p = (a)-->(b) WHERE a.x | p]", "pattern comprehension"),
        ("[(a)-[:A|B]->(b)]", "list of 1"),
        ("[(a)-->(b), 1]", "list of 2"),
        ("[(a), (b)]", "list of 2"),
        ("[(a)-(b)]", "list of 1"),
        ("[x IN y AND z]", "list of 1"),
        ("[x IN y = z OR w, 2]", "list of 2"),
        ("[x IN y, z:A|B]", "list of 2"),
        ("[x IN y || z | w]", "comprehension"),
        ("[x IN y || z, w]", "list of 2"),
        ("[x IN [z IN w, 1] | [z IN w]]", "comprehension"),
        ("[x IN CASE a WHEN 1, 2 THEN c END | x]", "comprehension"),
        ("[p = (a)-->(b)]", "list of 1"),
        ("[(a)-->(b) || [1]]", "list of 1"),
        ("[(a)-->(b) AND x IS :: INTEGER | STRING]", "list of 1"),
    ] {
        assert_eq!(kind(text), expected, "{text}");
    }
    for (text, expected) in [
        ("[x IN y WHERE z, 1]", "expected an operator, '|' or ']' but found ','"),
        ("[x IN y | z, 1]", "expected an operator or ']' but found ','"),
        ("[x IN y x]", "expected an operator, WHERE, '|', ',' or ']' but found 'x'"),
        ("[x IN y OR z | x]", "expected an operator, ',' or ']' but found '|'"),
        ("[((a)-->(b)) | 1]", "expected an operator, ',' or ']' but found '|'"),
        ("[(p) = (a)-->(b) | 1]", "expected an operator, ',' or ']' but found '|'"),
        ("[p <> (a)-->(b) | 1]", "expected an operator, ',' or ']' but found '|'"),
        ("[(a)-->(b) WHERE c]", "expected '|' but found ']'"),
        ("[1, (a)-->(b) | 1]", "expected an operator, ',' or ']' but found '|'"),
    ] {
        assert_eq!(parse(&format!("RETURN {text}")).unwrap_err().message(), expected, "{text}");
    }
}

#[test]
fn parentheses_are_a_path_only_with_a_relationship() {
    for (text, path) in [
        ("(a)-->(b)", true),
        ("(a)--(b)", true),
        ("(a)<--(b)", true),
        ("(a)-[:R]->()", true),
        ("(:A {b: 1})<-[r:R*2]-()", true),
        ("( a ) - - ( b )", true),
        ("(a:A)-[]-(b)-->(c)", true),
        ("(a)", false),
        ("(a)-(b)", false),
        ("(a) < -1", false),
        ("(a) - -1", false),
        ("(a:A)", false),
        ("(a.b)--c", false),
        ("(a)-[1][0]", false),
    ] {
        assert_eq!(matches!(expr(text).kind, ExprKind::Pattern(_)), path, "{text}");
    }
}

#[test]
fn special_forms_are_functions_where_they_do_not_fit() {
    let kind = |text: &str| match expr(text).kind {
        ExprKind::CountStar => "count star",
        ExprKind::Count(_) => "count subquery",
        ExprKind::Exists(_) => "exists subquery",
        ExprKind::Collect(_) => "collect subquery",
        ExprKind::Quantifier(_) => "quantifier",
        ExprKind::Reduce(_) => "reduce",
        ExprKind::Function(_) => "function",
        ExprKind::ShortestPath(_) => "shortest path",
        ExprKind::MapProjection(_) => "map projection",
        ExprKind::Property { .. } => "property",
        _ => "something else",
    };
    for (text, expected) in [
        ("count(*)", "count star"),
        ("COUNT ( * )", "count star"),
        ("count(a)", "function"),
        ("count(DISTINCT a)", "function"),
        ("COUNT { (a)-->() }", "count subquery"),
        ("exists(a.b)", "function"),
        ("exists((a)-->(b))", "function"),
        ("EXISTS { MATCH (a) }", "exists subquery"),
        ("collect(a)", "function"),
        ("COLLECT { MATCH (a) RETURN a }", "collect subquery"),
        ("any(x IN y WHERE z)", "quantifier"),
        ("any(x)", "function"),
        ("reduce(a = 0, x IN y | a + x)", "reduce"),
        ("reduce(a)", "function"),
        ("shortestPath((a)-[*]->(b))", "shortest path"),
        ("a {.b}", "map projection"),
        ("count {.b}", "exists subquery"),
        ("duration.between(a, b)", "function"),
        ("a.b.c", "property"),
        ("`a b`.c(1)", "function"),
        ("left('abc', 1)", "function"),
    ] {
        // `count {` is a subquery always: the name of a variable called count needs backticks there.
        if text == "count {.b}" {
            assert!(parse(&format!("RETURN {text}")).is_err());
            same_expr("`count` {.b}", "`count`{.b}");
            continue;
        }
        assert_eq!(kind(text), expected, "{text}");
    }
}

#[test]
fn a_bar_ends_a_comprehension_and_joins_labels_elsewhere() {
    let ExprKind::ListComprehension(c) = expr("[x IN y WHERE x:A | x.b]").kind else { panic!() };
    assert_eq!(print_expr(c.predicate.as_ref().unwrap()), "x:A");
    let ExprKind::ListComprehension(c) = expr("[x IN y WHERE (x:A|B) | x.b]").kind else { panic!() };
    assert_eq!(print_expr(c.predicate.as_ref().unwrap()), "x:(A|B)");
    let ExprKind::ListComprehension(c) = expr("[x IN y WHERE NOT x:A | [z IN x WHERE f(z:A|B)]]").kind else {
        panic!()
    };
    assert_eq!(print_expr(c.predicate.as_ref().unwrap()), "NOT x:A");
    assert!(matches!(expr("n:A|B").kind, ExprKind::HasLabels { .. }));
}

#[test]
fn equality_ignores_where_things_stand() {
    assert_eq!(expr("a . b+1"), expr("(a.b) + 1"));
    assert_ne!(expr("a.b"), expr("a.B"));
    assert_ne!(expr("1"), expr("1.0"));
    assert_eq!(expr("0x10"), expr("16"));
}
