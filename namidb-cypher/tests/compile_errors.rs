//! What is refused before it runs: openCypher's type and detail, and the place in the text, which the cases mark
//! with `⟦` and `⟧`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test and its helpers may panic")]

use namidb_core::ErrorCode;
use namidb_core::graph::GraphState;
use namidb_cypher::Error;
use namidb_cypher::planner::prepare;

fn error_of(marked: &str) -> (Error, usize, usize) {
    let start = marked.find('⟦').expect("the place begins");
    let end = marked.find('⟧').expect("the place ends") - '⟦'.len_utf8();
    let text = marked.replace(['⟦', '⟧'], "");
    match prepare(&text, &GraphState::empty()) {
        Ok(planned) => panic!("{text} should be refused, and becomes\n{planned}"),
        Err(error) => (error, start, end),
    }
}

fn check(detail: &str, error_type: &str, cases: &[&str]) {
    for marked in cases {
        let (error, start, end) = error_of(marked);
        assert_eq!(
            (error.error_type(), error.detail(), error.phase()),
            (error_type, detail, "compile time"),
            "{marked}: {error}"
        );
        let span = error.span().map(|s| (s.start as usize, s.end as usize));
        assert_eq!(span, Some((start, end)), "{marked}: {error}");
    }
}

#[test]
fn names_that_nothing_defines_are_undefined_variables() {
    check(
        "UndefinedVariable",
        "SyntaxError",
        &[
            "RETURN ⟦x⟧",
            "MATCH (a) DELETE ⟦x⟧",
            "MATCH (a) WITH a.name AS name RETURN ⟦a⟧",
            "MATCH (a) RETURN [x IN [1] | x], ⟦x⟧",
            "MATCH (a) WHERE (a)-[⟦r⟧]->() RETURN a",
            "MATCH (a) RETURN DISTINCT a.name ORDER BY ⟦a⟧.age",
            "MATCH (a)--(b) RETURN count(b.age) AS n ORDER BY ⟦a⟧.age + count(b.age)",
            "MATCH (a) WITH a.x AS x, min(a.y) AS y ORDER BY ⟦sum(a.z)⟧ RETURN x, y",
            "CREATE (b {name: ⟦missing⟧})",
            "MERGE (n) ON MATCH SET ⟦x⟧.num = 1",
            "MATCH (a) CALL { RETURN ⟦a⟧ AS b } RETURN b",
            "MATCH (a) SET ⟦b⟧:Label",
        ],
    );
}

#[test]
fn an_undefined_name_comes_with_the_one_that_was_meant() {
    let (error, _, _) = error_of("MATCH (person) RETURN ⟦persn⟧.name");
    assert_eq!(error.hint(), Some("Did you mean person?"));
    let (error, _, _) = error_of("RETURN ⟦toStrin⟧(1)");
    assert_eq!(error.hint(), Some("Did you mean toString?"));
}

/// The hint of a text that is refused.
fn hint(marked: &str) -> String {
    error_of(marked).0.hint().unwrap_or_default().to_owned()
}

#[test]
fn a_name_that_was_left_behind_says_how_it_comes_along() {
    for marked in ["MATCH (a) CALL { RETURN ⟦a⟧.x AS b } RETURN b", "MATCH (a) WITH a.x AS b RETURN ⟦a⟧"]
    {
        assert!(hint(marked).contains("CALL (a) { .. } takes it in"), "{marked}");
    }
    assert!(hint("CALL db.labels() RETURN ⟦label⟧").contains("YIELD label"));
    assert_eq!(hint("MATCH (a) RETURN ⟦bcd⟧"), "");
}

#[test]
fn what_other_systems_call_is_told_with_what_does_it_here() {
    for (marked, says) in [
        ("RETURN ⟦now⟧()", "datetime()"),
        ("RETURN ⟦IFNULL⟧(1, 2)", "coalesce"),
        ("RETURN ⟦any⟧([true])", "any(x IN list WHERE condition)"),
        ("RETURN ⟦apoc.create.uuid⟧()", "randomUUID()"),
        ("RETURN ⟦apoc.text.join⟧(['a'], ',')", "reduce"),
        ("RETURN ⟦apoc.text.clean⟧('a')", "SHOW FUNCTIONS"),
        ("RETURN ⟦apoc.version⟧()", "register_function"),
        ("CALL ⟦apoc.periodic.iterate⟧('', '', {})", "IN TRANSACTIONS"),
        ("CALL ⟦gds.pageRank.stream⟧('g')", "SHOW PROCEDURES"),
        ("CALL ⟦db.indexes⟧()", "SHOW INDEXES"),
        ("CALL ⟦db.constraints⟧()", "SHOW CONSTRAINTS"),
        ("CALL ⟦db.index.vector.queryNodes⟧('i', 1, [1.0])", "vector.similarity.cosine"),
        ("RETURN length(⟦'abc'⟧)", "size(x)"),
        ("MATCH p = (a)-->(b) RETURN ⟦p⟧.length", "length(p)"),
        ("MATCH (a) CREATE (⟦a⟧:Label)", "SET changes its labels"),
        ("⟦CREATE VECTOR INDEX i FOR (n:A) ON (n.e)⟧", "vector.similarity.cosine"),
        ("⟦CREATE FULLTEXT INDEX i FOR (n:A) ON EACH [n.e]⟧", "CONTAINS"),
        ("⟦CREATE POINT INDEX i FOR (n:A) ON (n.e)⟧", "point.distance"),
    ] {
        assert!(hint(marked).contains(says), "{marked}: {}", hint(marked));
    }
}

#[test]
fn names_that_are_declared_again_are_already_bound() {
    check(
        "VariableAlreadyBound",
        "SyntaxError",
        &[
            "MATCH (a) CREATE (⟦a⟧)",
            "CREATE (n:Foo) CREATE (⟦n⟧:Bar)-[:OWNS]->(:Dog)",
            "CREATE (n) CREATE (⟦n⟧ {})-[:OWNS]->(:Dog)",
            "MATCH ()-[r]->() CREATE ()-[⟦r⟧:T]->()",
            "CREATE (a)-[r:T]->()-[⟦r⟧:T]->()",
            "MATCH (a) MERGE (⟦a⟧)",
            "CREATE (a:Foo) MERGE (a)-[r:KNOWS]->(⟦a⟧:Bar)",
            "MATCH ⟦p⟧ = (p)-->() RETURN p",
            "WITH 1 AS x UNWIND [1] AS ⟦x⟧ RETURN x",
            "MATCH (n) ⟦CALL { RETURN 1 AS n }⟧ RETURN n",
        ],
    );
}

#[test]
fn names_that_hold_something_else_conflict() {
    check(
        "VariableTypeConflict",
        "SyntaxError",
        &[
            "MATCH ()-[r]->(⟦r⟧) RETURN r",
            "MATCH (r)-[⟦r⟧]->() RETURN r",
            "MATCH p = ()-->() MATCH (⟦p⟧) RETURN p",
            "MATCH ()-[r*]->() MATCH ()-[⟦r⟧]->() RETURN r",
            "WITH 1 AS n MATCH (⟦n⟧) RETURN n",
            "WITH [1] AS r MATCH ()-[⟦r⟧*]->() RETURN r",
            "MATCH ()-[r]->() CREATE (⟦r⟧)-[:T]->()",
        ],
    );
}

#[test]
fn null_and_what_is_only_known_later_conflict_with_nothing() {
    for text in [
        "WITH null AS n MATCH (n) RETURN n",
        "UNWIND $nodes AS n MATCH (n)-->(m) RETURN m",
        "MATCH ()-[r]->() WITH [r] AS rs MATCH ()-[rs*]->() RETURN rs",
        "MATCH (a) WITH head([a]) AS n MATCH (n) RETURN n",
        "RETURN null + 1, NOT null, null IN null, 1 + $p",
        "MATCH (n) WHERE n.flag RETURN sqrt(n.x)",
    ] {
        if let Err(error) = prepare(text, &GraphState::empty()) {
            panic!("{text}: {error:?}");
        }
    }
}

#[test]
fn what_can_never_have_the_needed_type_is_an_invalid_argument() {
    check(
        "InvalidArgumentType",
        "SyntaxError",
        &[
            "RETURN ⟦123⟧ AND true",
            "RETURN NOT ⟦'x'⟧",
            "RETURN 1 IN ⟦2⟧",
            "RETURN ⟦1 + true⟧",
            "RETURN ⟦'x' % 2⟧",
            "RETURN all(x IN ['Clara'] WHERE ⟦x % 2⟧ = 0)",
            "MATCH p = ()-->() RETURN size(⟦p⟧)",
            "MATCH (n) RETURN type(⟦n⟧)",
            "MATCH (n) WHERE ⟦n⟧ RETURN n",
            "MATCH p = ()-->() RETURN ⟦p⟧.name",
            "MATCH (n) RETURN n LIMIT ⟦1.5⟧",
            "MATCH (n) DELETE ⟦1 + 1⟧",
            "MATCH (n) SET n = ⟦1⟧",
            "MATCH (n) SET n.⟦_id⟧ = 'x'",
            "RETURN -⟦[1]⟧",
        ],
    );
}

#[test]
fn properties_of_what_has_none_are_a_type_error() {
    check(
        "InvalidArgumentType",
        "TypeError",
        &["WITH 123 AS x RETURN ⟦x.num⟧", "WITH [1] AS x RETURN ⟦x.num⟧", "WITH 'x' AS x RETURN ⟦x.num⟧"],
    );
}

#[test]
fn aggregates_stand_only_where_rows_are_grouped() {
    check(
        "InvalidAggregation",
        "SyntaxError",
        &[
            "MATCH (a) WHERE ⟦count(a)⟧ > 10 RETURN a",
            "MATCH (n) RETURN [x IN [1] | ⟦count(*)⟧]",
            "MATCH (n) WITH n.x AS x ORDER BY ⟦count(1)⟧ RETURN x",
            "MATCH (n) SET n.x = ⟦count(*)⟧",
            "UNWIND ⟦collect(1)⟧ AS x RETURN x",
        ],
    );
    check("NestedAggregation", "SyntaxError", &["RETURN count(⟦count(*)⟧)"]);
    check("NonConstantExpression", "SyntaxError", &["RETURN count(⟦rand()⟧)"]);
}

#[test]
fn beside_aggregates_only_keys_and_constants_stand() {
    check(
        "AmbiguousAggregationExpression",
        "SyntaxError",
        &[
            "MATCH (a)--(b) RETURN ⟦a⟧.age + count(b.age)",
            "MATCH (a)--(b) RETURN a.age + b.age, ⟦a⟧.age + b.age + count(*)",
            "MATCH (a)--(b) RETURN a.age + b.age, count(*) AS n ORDER BY ⟦a⟧.age + b.age + count(*)",
        ],
    );
}

#[test]
fn row_counts_are_constant_integers() {
    check("NegativeIntegerArgument", "SyntaxError", &["RETURN 1 AS x LIMIT ⟦-1⟧", "RETURN 1 AS x SKIP ⟦-1⟧"]);
    check("NonConstantExpression", "SyntaxError", &["MATCH (n) RETURN n SKIP ⟦n.count⟧"]);
}

#[test]
fn columns_have_names_that_differ() {
    check("ColumnNameConflict", "SyntaxError", &["WITH 1 AS a, ⟦2 AS a⟧ RETURN a", "RETURN 1, ⟦1⟧"]);
    check("NoExpressionAlias", "SyntaxError", &["MATCH (a) WITH a, ⟦count(*)⟧ RETURN a"]);
    check("NoVariablesInScope", "SyntaxError", &["MATCH () RETURN ⟦*⟧"]);
    check(
        "DifferentColumnsInUnion",
        "SyntaxError",
        &["RETURN 1 AS a ⟦UNION RETURN 2 AS b⟧", "RETURN 1 AS a ⟦UNION RETURN 1 AS a, 2 AS b⟧"],
    );
}

#[test]
fn patterns_that_are_created_are_complete() {
    check(
        "NoSingleRelationshipType",
        "SyntaxError",
        &["CREATE ()⟦-->⟧()", "CREATE ()⟦-[:A|B]->⟧()", "MATCH (a), (b) MERGE (a)⟦-[:A|:B]->⟧(b)"],
    );
    check(
        "CreatingVarLength",
        "SyntaxError",
        &["CREATE ()⟦-[:T*2]->⟧()", "MATCH (a), (b) MERGE (a)⟦-[:T*]->⟧(b)"],
    );
    check(
        "RequiresDirectedRelationship",
        "SyntaxError",
        &["CREATE (a)⟦-[:FOO]-⟧(b)", "CREATE (a)⟦<-[:FOO]->⟧(b)"],
    );
}

#[test]
fn deleting_labels_is_an_invalid_delete() {
    check("InvalidDelete", "SyntaxError", &["MATCH (n) DELETE ⟦n:Person⟧"]);
}

#[test]
fn a_relationship_is_used_once_in_a_pattern() {
    check("RelationshipUniquenessViolation", "SyntaxError", &["MATCH (a)-[r]->()-[⟦r⟧]->(a) RETURN r"]);
}

#[test]
fn parameters_do_not_stand_for_matched_properties() {
    check(
        "InvalidParameterUse",
        "SyntaxError",
        &["MATCH (n ⟦$p⟧) RETURN n", "MATCH ()-[r:T ⟦$p⟧]->() RETURN r", "MERGE (n ⟦$p⟧)"],
    );
}

#[test]
fn patterns_stand_for_conditions_alone() {
    check(
        "UnexpectedSyntax",
        "SyntaxError",
        &[
            "MATCH (n) RETURN ⟦(n)-->()⟧",
            "MATCH (n) WITH ⟦(n)-->()⟧ AS x RETURN x",
            "MATCH (n) SET n.x = head(nodes(head(⟦(n)-->()⟧)))",
            "MATCH (n) RETURN size(⟦(n)-->()⟧)",
        ],
    );
}

#[test]
fn functions_are_known_and_take_so_many_arguments() {
    check("UnknownFunction", "SyntaxError", &["RETURN ⟦foo⟧(1)"]);
    check(
        "InvalidNumberOfArguments",
        "SyntaxError",
        &["RETURN ⟦toUpper()⟧", "RETURN ⟦pi(1)⟧", "RETURN ⟦count()⟧", "RETURN ⟦substring('x')⟧"],
    );
    assert_eq!(error_of("RETURN ⟦abs()⟧").0.message(), "abs takes 1 argument, and 0 are given");
    assert_eq!(error_of("RETURN ⟦pi(1)⟧").0.message(), "pi takes 0 arguments, and 1 is given");
}

#[test]
fn writes_stay_out_of_conditions() {
    check(
        "InvalidClauseComposition",
        "SyntaxError",
        &["MATCH (n) WHERE EXISTS { MATCH (n)-->(m) ⟦SET m.x = 1⟧ RETURN m } RETURN n"],
    );
}

#[test]
fn procedures_are_unknown() {
    check("ProcedureNotFound", "ProcedureError", &["CALL ⟦test.my.proc⟧()"]);
}

#[test]
fn what_this_version_does_not_run_is_unsupported_with_its_place() {
    for marked in [
        "UNWIND [1] AS n CALL (n) { CREATE () } IN ⟦2⟧ CONCURRENT TRANSACTIONS RETURN n",
        "MATCH ANY ⟦$n⟧ (a)-->+(b) RETURN a",
    ] {
        let (error, start, end) = error_of(marked);
        assert_eq!(error.code(), ErrorCode::Unsupported, "{marked}: {error:?}");
        let span = error.span().map(|s| (s.start as usize, s.end as usize));
        assert_eq!(span, Some((start, end)), "{marked}: {error}");
    }
}

#[test]
fn a_statement_of_endless_clauses_is_too_complex() {
    let text = format!("{} RETURN a", "MATCH (a) ".repeat(100_000));
    let error = prepare(&text, &GraphState::empty()).expect_err("it is too long");
    assert_eq!(error.code(), ErrorCode::QueryTooComplex);
    let text = format!("MATCH (a){} RETURN a", "-->()".repeat(100_000));
    let error = prepare(&text, &GraphState::empty()).expect_err("it is too long");
    assert_eq!(error.code(), ErrorCode::QueryTooComplex);
    let text = format!("CREATE (a){}", ", (:L)".repeat(20_000));
    prepare(&text, &GraphState::empty()).expect("a long CREATE is one operator");
}
