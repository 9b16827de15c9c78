//! What patterns find, and what rows become: groups, and an order.

use super::{database, fails, gives, rows_with, sample};
use namidb::{ErrorCode, params};

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
