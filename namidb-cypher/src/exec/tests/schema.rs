//! Constraints and indexes: commands, what they forbid, and what SHOW lists.

use super::{Graph, shown};
use crate::exec::execute_write;
use crate::exec::test_runtime::StillRuntime;
use crate::planner::prepare;
use namidb_core::transaction::{Changes, StageContext};
use namidb_core::{ErrorCode, Seq, Value};

fn code(graph: &mut Graph, text: &str) -> ErrorCode {
    graph.write(text).unwrap_err().code()
}

#[test]
fn values_under_a_unique_constraint_are_given_once() {
    let mut graph = Graph::with("CREATE (:P {name: 'a', n: 1})");
    let counters = graph.counters("CREATE CONSTRAINT p FOR (p:P) REQUIRE p.name IS UNIQUE");
    assert_eq!((counters.constraints_added, counters.indexes_added), (1, 0));
    let error = graph.write("CREATE (:P {name: 'a'})").unwrap_err();
    assert_eq!(error.code(), ErrorCode::UniqueViolation);
    assert_eq!(
        (error.error_type(), error.detail()),
        ("ConstraintValidationFailed", "CreateBlockedByConstraint")
    );
    assert!(error.message().contains("P.name = 'a' exists already"), "{error}");
    let engine = error.engine_error().unwrap();
    assert_eq!(engine.detail("constraint"), Some("p"));
    assert_eq!(engine.detail("values"), Some("'a'"));
    assert!(engine.detail("entity").unwrap().starts_with("node 1 ("));
    graph.write("CREATE (:P {name: 'b'}), (:P), (:P), (:Q {name: 'a'})").unwrap();
    assert_eq!(code(&mut graph, "MATCH (p:P {name: 'b'}) SET p.name = 'a'"), ErrorCode::UniqueViolation);
    assert_eq!(code(&mut graph, "MATCH (q:Q) SET q:P"), ErrorCode::UniqueViolation);
    assert_eq!(graph.value("MATCH (n) RETURN count(n)"), "5");
}

#[test]
fn values_may_pass_from_one_to_another_in_one_statement() {
    let mut graph = Graph::with("UNWIND range(1, 5) AS n CREATE (:P {n: n})");
    graph.write("CREATE CONSTRAINT FOR (p:P) REQUIRE p.n IS UNIQUE").unwrap();
    graph.write("MATCH (p:P) SET p.n = p.n + 1").unwrap();
    graph.write("MATCH (p:P {n: 2}) DELETE p CREATE (:P {n: 2})").unwrap();
    assert_eq!(graph.rows("MATCH (p:P) RETURN p.n ORDER BY p.n"), ["2", "3", "4", "5", "6"]);
}

#[test]
fn a_number_is_the_same_however_it_is_written_and_nan_is_never_the_same() {
    let mut graph = Graph::new();
    graph.write("CREATE CONSTRAINT FOR (p:P) REQUIRE (p.a, p.b) IS UNIQUE").unwrap();
    graph.write("CREATE (:P {a: 1, b: 'x'}), (:P {a: 1, b: 'y'}), (:P {a: 1}), (:P {a: 1})").unwrap();
    assert_eq!(code(&mut graph, "CREATE (:P {a: 1.0, b: 'x'})"), ErrorCode::UniqueViolation);
    graph.write("UNWIND [1, 2] AS i CREATE (:P {a: 0.0 / 0.0, b: 'x'})").unwrap();
}

#[test]
fn what_must_be_there_is_asked_of_the_whole_statement() {
    let mut graph = Graph::new();
    graph.write("CREATE CONSTRAINT there FOR (p:P) REQUIRE p.name IS NOT NULL").unwrap();
    let error = graph.write("CREATE (:P)").unwrap_err();
    assert_eq!(error.code(), ErrorCode::NotNullViolation);
    assert!(error.message().contains("P.name is missing"), "{error}");
    graph.write("CREATE (p:P) SET p.name = 'a'").unwrap();
    assert_eq!(code(&mut graph, "MATCH (p:P) REMOVE p.name"), ErrorCode::NotNullViolation);
    graph.write("MATCH (p:P) REMOVE p.name, p:P").unwrap();
    assert_eq!(code(&mut graph, "MATCH (p) SET p:P"), ErrorCode::NotNullViolation);
    graph.write("CREATE CONSTRAINT FOR ()-[r:R]-() REQUIRE r.since IS NOT NULL").unwrap();
    assert_eq!(code(&mut graph, "CREATE ()-[:R]->()"), ErrorCode::NotNullViolation);
    graph.write("CREATE ()-[:R {since: 1}]->(), ()-[:S]->()").unwrap();
    assert_eq!(code(&mut graph, "MATCH ()-[r:R]->() SET r.since = null"), ErrorCode::NotNullViolation);
}

#[test]
fn what_must_be_there_may_be_missing_until_a_transaction_ends() {
    let mut graph = Graph::new();
    graph.write("CREATE CONSTRAINT there FOR (p:P) REQUIRE p.name IS NOT NULL").unwrap();
    graph.write("CREATE CONSTRAINT once FOR (p:P) REQUIRE p.name IS UNIQUE").unwrap();
    let context = StageContext { seq: Seq(9), time: 0, runtime: StillRuntime::shared(), may_wait: true };
    let mut changes = Changes::new(&graph.state, &context);
    let run = |text: &str, changes: &mut Changes| {
        execute_write(&prepare(text, changes.state()).unwrap(), changes, &graph.cx).map(|_| ())
    };
    run("CREATE (:P)", &mut changes).unwrap();
    assert_eq!(changes.check_constraints().unwrap_err().code(), ErrorCode::NotNullViolation);
    run("MATCH (p:P) SET p.name = 'a'", &mut changes).unwrap();
    changes.check_constraints().unwrap();
    // A statement that breaks what must hold after every statement leaves nothing.
    let error = run("CREATE (:P {name: 'b'}), (:P {name: 'a'})", &mut changes).unwrap_err();
    assert_eq!(error.code(), ErrorCode::UniqueViolation);
    assert_eq!(changes.state().node_count(), 1);
    changes.check_constraints().unwrap();
}

#[test]
fn a_key_is_there_and_unique_of_nodes_and_of_relationships() {
    let mut graph = Graph::with("CREATE (:Hub)");
    graph.write("CREATE CONSTRAINT FOR (p:P) REQUIRE (p.a, p.b) IS NODE KEY").unwrap();
    graph.write("CREATE CONSTRAINT FOR ()-[r:R]-() REQUIRE r.k IS RELATIONSHIP KEY").unwrap();
    graph.write("CREATE (:P {a: 1, b: 2}), (:P {a: 1, b: 3})").unwrap();
    let error = graph.write("CREATE (:P {a: 1, b: 2})").unwrap_err();
    assert_eq!(error.code(), ErrorCode::KeyViolation);
    assert!(error.message().contains("P.a = 1, P.b = 2 exists already"), "{error}");
    assert_eq!(code(&mut graph, "CREATE (:P {a: 1})"), ErrorCode::KeyViolation);
    graph.write("MATCH (h:Hub) CREATE (h)-[:R {k: 1}]->(h)").unwrap();
    assert_eq!(code(&mut graph, "MATCH (h:Hub) CREATE (h)-[:R {k: 1}]->(h)"), ErrorCode::KeyViolation);
    assert_eq!(code(&mut graph, "MATCH (h:Hub) CREATE (h)-[:R]->(h)"), ErrorCode::KeyViolation);
}

#[test]
fn a_property_is_of_its_type() {
    let mut graph = Graph::new();
    graph.write("CREATE CONSTRAINT FOR (p:P) REQUIRE p.n IS :: INTEGER | FLOAT").unwrap();
    graph.write("CREATE CONSTRAINT FOR (p:P) REQUIRE p.tags IS TYPED LIST<STRING NOT NULL>").unwrap();
    graph.write("CREATE (:P {n: 1, tags: ['a']}), (:P {n: 1.5}), (:P)").unwrap();
    let error = graph.write("CREATE (:P {n: '1'})").unwrap_err();
    assert_eq!(error.code(), ErrorCode::TypeViolation);
    assert!(error.message().contains("P.n = '1' is not of the type INTEGER | FLOAT"), "{error}");
    assert_eq!(code(&mut graph, "MATCH (p:P) SET p.tags = [1]"), ErrorCode::TypeViolation);
}

#[test]
fn a_constraint_is_not_created_over_what_breaks_it() {
    let mut graph = Graph::with("CREATE (:P {n: 1}), (:P {n: 1}), (:P {m: 'x'})");
    for (of, expected) in [
        ("n IS UNIQUE", ErrorCode::UniqueViolation),
        ("n IS NOT NULL", ErrorCode::NotNullViolation),
        ("m IS KEY", ErrorCode::KeyViolation),
        ("m IS :: BOOLEAN", ErrorCode::TypeViolation),
    ] {
        let error = graph.write(&format!("CREATE CONSTRAINT c FOR (p:P) REQUIRE p.{of}")).unwrap_err();
        assert_eq!(error.code(), expected, "{of}");
        assert!(error.engine_error().unwrap().detail("entity").is_some());
    }
    assert!(graph.rows("SHOW CONSTRAINTS").is_empty());
    assert!(graph.rows("SHOW INDEXES").is_empty());
}

#[test]
fn equal_definitions_are_refused_unless_that_is_no_matter() {
    let mut graph = Graph::new();
    graph.write("CREATE CONSTRAINT c FOR (p:P) REQUIRE p.n IS UNIQUE").unwrap();
    for refused in [
        "CREATE CONSTRAINT c FOR (q:Q) REQUIRE q.n IS UNIQUE",
        "CREATE CONSTRAINT d FOR (p:P) REQUIRE p.n IS UNIQUE",
        "CREATE CONSTRAINT d FOR (p:P) REQUIRE p.n IS KEY",
        "CREATE INDEX c FOR (q:Q) ON (q.n)",
        "CREATE INDEX d FOR (p:P) ON (p.n)",
        "DROP INDEX c",
    ] {
        assert_eq!(code(&mut graph, refused), ErrorCode::Schema, "{refused}");
    }
    for nothing in [
        "CREATE CONSTRAINT c IF NOT EXISTS FOR (q:Q) REQUIRE q.n IS UNIQUE",
        "CREATE CONSTRAINT d IF NOT EXISTS FOR (p:P) REQUIRE p.n IS UNIQUE",
        "CREATE CONSTRAINT IF NOT EXISTS FOR (p:P) REQUIRE p.n IS UNIQUE",
        "CREATE INDEX d IF NOT EXISTS FOR (p:P) ON (p.n)",
        "DROP CONSTRAINT x IF EXISTS",
        "DROP INDEX ON :Q(n) IF EXISTS",
    ] {
        assert!(!graph.counters(nothing).contains_updates(), "{nothing}");
    }
    assert_eq!(code(&mut graph, "DROP CONSTRAINT x"), ErrorCode::SchemaNotFound);
    assert_eq!(code(&mut graph, "DROP INDEX x"), ErrorCode::SchemaNotFound);
    assert_eq!(code(&mut graph, "DROP INDEX ON :Q(n)"), ErrorCode::SchemaNotFound);
    assert_eq!(graph.counters("DROP CONSTRAINT c").constraints_removed, 1);
    graph.write("CREATE INDEX e FOR (p:P) ON (p.n)").unwrap();
    assert_eq!(code(&mut graph, "CREATE CONSTRAINT c FOR (p:P) REQUIRE p.n IS UNIQUE"), ErrorCode::Schema);
    assert_eq!(graph.counters("DROP INDEX ON :P(n)").indexes_removed, 1);
    graph.write("CREATE CONSTRAINT c FOR (p:P) REQUIRE p.n IS UNIQUE").unwrap();
}

#[test]
fn show_lists_what_there_is() {
    let mut graph = Graph::new();
    graph.write("CREATE INDEX i FOR (p:P) ON (p.a, p.b)").unwrap();
    graph.write("CREATE INDEX r FOR ()-[r:R]-() ON (r.x)").unwrap();
    graph.write("CREATE CONSTRAINT u FOR (p:P) REQUIRE p.a IS UNIQUE").unwrap();
    graph.write("CREATE CONSTRAINT t FOR ()-[r:R]-() REQUIRE r.x IS :: STRING").unwrap();
    assert_eq!(
        graph.rows("SHOW INDEXES"),
        [
            "1 | 'i' | 'ONLINE' | 100.0 | 'RANGE' | 'NODE' | ['P'] | ['a', 'b'] | 'range-1.0' | null",
            "2 | 'r' | 'ONLINE' | 100.0 | 'RANGE' | 'RELATIONSHIP' | ['R'] | ['x'] | 'range-1.0' | null",
            "3 | 'u' | 'ONLINE' | 100.0 | 'RANGE' | 'NODE' | ['P'] | ['a'] | 'range-1.0' | 'u'",
        ]
    );
    assert_eq!(
        graph.rows("SHOW CONSTRAINTS"),
        [
            "1 | 'u' | 'UNIQUENESS' | 'NODE' | ['P'] | ['a'] | 'u' | null",
            "2 | 't' | 'RELATIONSHIP_PROPERTY_TYPE' | 'RELATIONSHIP' | ['R'] | ['x'] | null | 'STRING'",
        ]
    );
    let output =
        graph.read("SHOW INDEXES YIELD name AS index, entityType WHERE entityType = 'NODE'").unwrap();
    assert_eq!(output.columns.iter().map(|c| &**c).collect::<Vec<_>>(), ["index", "entityType"]);
    assert_eq!(shown(&output), ["'i' | 'NODE'", "'u' | 'NODE'"]);
    assert_eq!(graph.rows("SHOW CONSTRAINTS WHERE 'x' IN properties").len(), 1);
    let error = graph.read("SHOW INDEXES YIELD nam").unwrap_err();
    assert_eq!((error.detail(), error.phase()), ("UndefinedVariable", "compile time"));

    // What SHOW gives as statements makes the same definitions again.
    let (constraints, indexes) = (graph.rows("SHOW CONSTRAINTS"), graph.rows("SHOW INDEXES"));
    let mut again = Graph::new();
    let statements = [
        "SHOW INDEXES YIELD createStatement, owningConstraint WHERE owningConstraint IS NULL",
        "SHOW CONSTRAINTS YIELD createStatement",
    ];
    for show in statements {
        for row in super::values(&graph.read(show).unwrap()) {
            again.write(row[0].as_str().unwrap()).unwrap();
        }
    }
    assert_eq!((again.rows("SHOW CONSTRAINTS"), again.rows("SHOW INDEXES")), (constraints, indexes));
}

#[test]
fn commands_that_mean_nothing_say_so_before_they_run() {
    let graph = Graph::new();
    for (text, detail) in [
        ("CREATE CONSTRAINT FOR (p:P) REQUIRE (p.a, p.b) IS NOT NULL", "InvalidNumberOfProperties"),
        ("CREATE CONSTRAINT FOR (p:P) REQUIRE (p.a, p.a) IS UNIQUE", "DuplicateProperty"),
        ("CREATE INDEX FOR (p:P) ON (p.a, p.a)", "DuplicateProperty"),
        ("CREATE CONSTRAINT FOR (p:P) REQUIRE p.a IS :: NODE", "InvalidPropertyType"),
        ("CREATE CONSTRAINT FOR (p:P) REQUIRE p.a IS :: LIST<STRING>", "InvalidPropertyType"),
        (
            "CREATE CONSTRAINT FOR (p:P) REQUIRE p.a IS :: LIST<LIST<STRING NOT NULL> NOT NULL>",
            "InvalidPropertyType",
        ),
        ("CREATE CONSTRAINT FOR (p:P) REQUIRE p.a IS :: STRING NOT NULL", "InvalidPropertyType"),
        ("CREATE CONSTRAINT FOR (p:P) REQUIRE p.a IS TYPED INTEGER | MAP", "InvalidPropertyType"),
    ] {
        let error = prepare(text, &graph.state).unwrap_err();
        assert_eq!((error.detail(), error.phase()), (detail, "compile time"), "{text}");
        assert!(error.span().is_some());
        if let Some((_, of)) = text.split_once(" IS :: ").or_else(|| text.split_once(" IS TYPED ")) {
            let span = error.span().unwrap();
            assert!(text[span.start as usize..span.end as usize].ends_with(of), "{text}: {span:?}");
            assert!(error.hint().is_some(), "{text}");
        }
    }
    for kind in ["TEXT", "POINT", "VECTOR"] {
        let error = prepare(&format!("CREATE {kind} INDEX FOR (p:P) ON (p.a)"), &graph.state).unwrap_err();
        assert_eq!(error.code(), ErrorCode::Unsupported);
    }
}

#[test]
fn constraints_take_the_types_that_is_takes_in_all_their_spellings() {
    for (written, shown) in [
        ("integer", "INTEGER"),
        ("INT64 | float", "INTEGER | FLOAT"),
        ("FLOAT | ANY<BOOL | INTEGER>", "BOOLEAN | INTEGER | FLOAT"),
        ("list<string not null>", "LIST<STRING NOT NULL>"),
        ("DATE! LIST | VARCHAR", "STRING | LIST<DATE NOT NULL>"),
        ("TIMESTAMP WITH TIMEZONE", "ZONED DATETIME"),
    ] {
        for colons in ["::", "TYPED"] {
            let mut graph = Graph::new();
            graph.write(&format!("CREATE CONSTRAINT c FOR (p:P) REQUIRE p.a IS {colons} {written}")).unwrap();
            let types = "SHOW CONSTRAINTS YIELD propertyType";
            assert_eq!(graph.value(types), format!("'{shown}'"));
            let statement = graph.value("SHOW CONSTRAINTS YIELD createStatement");
            let mut again = Graph::new();
            again.write(statement.trim_matches('\'')).unwrap();
            assert_eq!(again.value(types), graph.value(types));
        }
    }
}

/// A hundred nodes and relationships that indexes are worth their while for.
fn populated() -> Graph {
    let mut graph = Graph::with(
        "UNWIND range(0, 99) AS i CREATE (p:P {a: i % 10, b: i % 7, c: 't' + toString(i), u: i})-[:R {k: i, s: i % 5}]->(:Q {i: i})",
    );
    graph.write("CREATE INDEX abc FOR (p:P) ON (p.a, p.b, p.c)").unwrap();
    graph.write("CREATE CONSTRAINT u FOR (p:P) REQUIRE p.u IS UNIQUE").unwrap();
    graph.write("CREATE INDEX ks FOR ()-[r:R]-() ON (r.s, r.k)").unwrap();
    graph
}

#[test]
fn an_index_on_several_properties_is_used_if_each_is_asked_for() {
    let graph = populated();
    for (predicate, line, count) in [
        ("p.a = 3 AND p.b = 3 AND p.c = 't3'", "IndexSeek p:P on a = 3, b = 3, c = 't3'", "1"),
        ("p.c = 't3' AND p.a = 3 AND p.b = $x", "IndexSeek p:P on a = 3, b = $x, c = 't3'", "1"),
        ("p.a = 3 AND p.b > 4 AND p.c IS NOT NULL", "IndexSeek p:P on a = 3, b > 4, c", "3"),
        ("p.a = 3 AND p.b > 1 AND p.b <= 4 AND p.c <> ''", "NodeScan p:P", "5"),
        ("p.a = 3 AND p.b IN [1, 3, 3] AND p.c > ''", "IndexSeek p:P on a = 3, b IN [1, 3, 3], c", "3"),
        (
            "p.a = 3 AND p.b = 3 AND p.c STARTS WITH 't7'",
            "IndexSeek p:P on a = 3, b = 3, c STARTS WITH 't7'",
            "1",
        ),
        ("p.a = 3 AND p.b = 3", "NodeScan p:P", "2"),
        ("p.u = 7.0", "IndexSeek p:P on u = 7.0", "1"),
        ("p.u >= 97 AND p.u < 'x'", "IndexSeek p:P on u >= 97 < 'x'", "0"),
    ] {
        let text = format!("MATCH (p:P) WHERE {predicate} RETURN count(*)");
        let plan = prepare(&text, &graph.state).unwrap().to_string();
        assert!(plan.contains(line), "{text}\n{plan}");
        let mut graph = Graph { state: graph.state.clone(), ..Graph::new() };
        graph.params([("x", Value::Integer(3))]);
        assert_eq!(graph.value(&text), count, "{text}");
    }
}

#[test]
fn relationships_are_found_by_their_index() {
    let graph = populated();
    for (text, line, rows) in [
        ("MATCH (p)-[r:R {s: 2, k: 7}]->(q) RETURN p.u, q.i", "on s = 2, k = 7", vec!["7 | 7"]),
        (
            "MATCH (q)<-[r:R]-(p:P) WHERE r.s = 2 AND r.k > 90 RETURN p.u",
            "on s = 2, k > 90",
            vec!["92", "97"],
        ),
        ("MATCH (p)-[:R {s: 2, k: 7}]-(q) RETURN labels(p)[0]", "on s = 2, k = 7", vec!["'P'", "'Q'"]),
        ("MATCH ()-[r:R {s: 2}]->(q:P) WHERE r.k > 5 RETURN q", "on s = 2, k > 5", vec![]),
    ] {
        let plan = prepare(text, &graph.state).unwrap().to_string();
        assert!(plan.contains("RelationshipIndexSeek") && plan.contains(line), "{text}\n{plan}");
        assert_eq!(graph.sorted(text), rows, "{text}");
    }
}

#[test]
fn merge_finds_by_the_index_of_a_constraint() {
    let mut graph = populated();
    let text = "UNWIND [5, 500, 500] AS u MERGE (p:P {u: u}) RETURN count(*)";
    let plan = prepare(text, &graph.state).unwrap().to_string();
    assert!(plan.contains("IndexSeek p:P on u = u"), "{plan}");
    assert_eq!(graph.counters(text).nodes_created, 1);
}

#[test]
fn a_plan_stays_right_when_its_index_is_dropped() {
    let mut graph = populated();
    let text = "MATCH (p:P) WHERE p.a = 3 AND p.b > 4 AND p.c IS NOT NULL RETURN count(*)";
    let planned = prepare(text, &graph.state).unwrap();
    graph.write("DROP INDEX abc").unwrap();
    let output = crate::exec::execute(&planned, graph.state.clone(), &graph.cx).unwrap();
    assert_eq!(shown(&output), ["3"]);
}

#[test]
fn some_of_the_indexes_constraints_and_functions_are_shown() {
    let mut graph = Graph::new();
    for command in [
        "CREATE INDEX i FOR (n:A) ON (n.a)",
        "CREATE CONSTRAINT u FOR (n:A) REQUIRE n.b IS UNIQUE",
        "CREATE CONSTRAINT k FOR ()-[r:R]-() REQUIRE r.b IS REL KEY",
        "CREATE CONSTRAINT e FOR (n:A) REQUIRE n.c IS NOT NULL",
        "CREATE CONSTRAINT t FOR ()-[r:R]-() REQUIRE r.d IS :: INTEGER",
    ] {
        graph.write(command).unwrap();
    }
    for (listed, names) in [
        ("SHOW RANGE INDEXES", &["'i'", "'k'", "'u'"][..]),
        ("SHOW VECTOR INDEXES", &[]),
        ("SHOW FULLTEXT INDEX", &[]),
        ("SHOW UNIQUENESS CONSTRAINTS", &["'u'"]),
        ("SHOW NODE UNIQUE CONSTRAINTS", &["'u'"]),
        ("SHOW REL UNIQUE CONSTRAINTS", &[]),
        ("SHOW KEY CONSTRAINTS", &["'k'"]),
        ("SHOW NODE KEY CONSTRAINTS", &[]),
        ("SHOW RELATIONSHIP KEY CONSTRAINTS", &["'k'"]),
        ("SHOW PROPERTY EXISTENCE CONSTRAINTS", &["'e'"]),
        ("SHOW EXISTENCE CONSTRAINTS", &["'e'"]),
        ("SHOW REL PROPERTY TYPE CONSTRAINTS", &["'t'"]),
    ] {
        assert_eq!(graph.rows(&format!("{listed} YIELD name ORDER BY name")), names, "{listed}");
    }
    assert_eq!(graph.rows("SHOW RANGE INDEXES WHERE name = 'i'").len(), 1);
    let all = graph.rows("SHOW FUNCTIONS").len();
    assert_eq!(graph.rows("SHOW BUILT IN FUNCTIONS EXECUTABLE BY CURRENT USER").len(), all);
    assert_eq!(graph.rows("SHOW USER DEFINED FUNCTIONS").len(), 0);
    let procedures = graph.rows("SHOW PROCEDURES").len();
    assert_eq!(graph.rows("SHOW PROCEDURES EXECUTABLE").len(), procedures);
    for text in ["SHOW RANGE CONSTRAINTS", "SHOW UNIQUE INDEXES", "SHOW BUILT IN PROCEDURES"] {
        let error = graph.read(text).unwrap_err();
        assert_eq!((error.detail(), error.code()), ("UnexpectedSyntax", ErrorCode::Syntax), "{text}");
    }
}
