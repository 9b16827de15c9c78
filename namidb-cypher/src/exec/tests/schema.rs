//! Constraints and indexes: commands, what they forbid, and what SHOW lists.

use super::{Graph, shown};
use crate::exec::execute_write;
use crate::exec::test_runtime::StillRuntime;
use crate::planner::prepare;
use namidb_core::graph::GraphState;
use namidb_core::transaction::{Changes, StageContext};
use namidb_core::value::order;
use namidb_core::{ErrorCode, Seq, Value};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

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

// Random statements against a reference that keeps everything in lists and looks at all of it.

type Properties = BTreeMap<&'static str, Value>;

#[derive(Clone, Default)]
struct Model {
    nodes: BTreeMap<i64, (BTreeSet<&'static str>, Properties)>,
    relationships: BTreeMap<i64, (&'static str, Properties)>,
    constraints: BTreeMap<String, Constraint>,
    indexes: BTreeMap<String, (&'static str, Vec<&'static str>)>,
    next: i64,
}

#[derive(Clone, Debug)]
struct Constraint {
    target: &'static str,
    keys: Vec<&'static str>,
    kind: usize,
}

const KEYS: [&str; 2] = ["a", "b"];
/// Two labels and two types.
const TARGETS: [&str; 4] = ["A", "B", "R", "S"];
const KINDS: [&str; 4] = ["UNIQUE", "NOT NULL", "KEY", ":: INTEGER | STRING"];

fn is_type(target: &str) -> bool {
    matches!(target, "R" | "S")
}

fn literal(n: u8) -> (&'static str, Value) {
    match n % 8 {
        0 => ("null", Value::Null),
        1 => ("1", Value::Integer(1)),
        2 => ("1.0", Value::Float(1.0)),
        3 => ("2", Value::Integer(2)),
        4 => ("'x'", Value::from("x")),
        5 => ("'y'", Value::from("y")),
        6 => ("3", Value::Integer(3)),
        _ => ("4", Value::Integer(4)),
    }
}

fn put(properties: &mut Properties, key: &'static str, value: Value) {
    if value.is_null() {
        properties.remove(key);
    } else {
        properties.insert(key, value);
    }
}

impl Model {
    fn covered(&self, target: &str) -> Vec<&Properties> {
        if is_type(target) {
            self.relationships.values().filter(|r| r.0 == target).map(|r| &r.1).collect()
        } else {
            self.nodes.values().filter(|n| n.0.contains(target)).map(|n| &n.1).collect()
        }
    }

    /// The errors that a constraint may raise now.
    fn broken(&self, constraint: &Constraint) -> Option<ErrorCode> {
        let covered = self.covered(constraint.target);
        let missing = covered.iter().any(|p| constraint.keys.iter().any(|key| !p.contains_key(key)));
        let same = |one: &Properties, two: &Properties| {
            constraint.keys.iter().all(|key| match (one.get(key), two.get(key)) {
                (Some(one), Some(two)) => order::equals(one, two) == Some(true),
                _ => false,
            })
        };
        let twice =
            covered.iter().enumerate().any(|(at, one)| covered[..at].iter().any(|two| same(one, two)));
        let wrong = covered.iter().any(|p| {
            let value = p.get(constraint.keys[0]);
            value.is_some_and(|v| !matches!(v, Value::Integer(_) | Value::String(_)))
        });
        match constraint.kind {
            0 if twice => Some(ErrorCode::UniqueViolation),
            1 if missing => Some(ErrorCode::NotNullViolation),
            2 if twice || missing => Some(ErrorCode::KeyViolation),
            3 if wrong => Some(ErrorCode::TypeViolation),
            _ => None,
        }
    }

    /// A statement, applied to the model; and the error that it must raise whatever the constraints say.
    fn statement(&mut self, kind: u8, n: [u8; 4]) -> (String, Option<ErrorCode>) {
        let (text, value) = literal(n[0]);
        let key = KEYS[n[1] as usize % 2];
        let label = TARGETS[n[2] as usize % 2];
        let node = self.nodes.keys().nth(n[3] as usize % self.nodes.len().max(1)).copied();
        let relationship =
            self.relationships.keys().nth(n[3] as usize % self.relationships.len().max(1)).copied();
        let mut fresh = || {
            self.next += 1;
            let mut properties = Properties::new();
            let (a, b) = (literal(n[0]), literal(n[1]));
            put(&mut properties, "a", a.1);
            put(&mut properties, "b", b.1);
            (self.next, format!("{{id: {}, a: {}, b: {}}}", self.next, a.0, b.0), properties)
        };
        match (kind, node, relationship) {
            (0..=3, ..) => {
                let (id, map, properties) = fresh();
                let labels: BTreeSet<_> = (0..2).filter(|l| n[2] >> l & 1 == 1).map(|l| TARGETS[l]).collect();
                let shown: String = labels.iter().map(|label| format!(":{label}")).collect();
                self.nodes.insert(id, (labels, properties));
                (format!("CREATE ({shown} {map})"), None)
            }
            (4 | 5, ..) => {
                let (id, map, properties) = fresh();
                let rel_type = TARGETS[2 + n[2] as usize % 2];
                self.relationships.insert(id, (rel_type, properties));
                (format!("MATCH (h:Hub) CREATE (h)-[:{rel_type} {map}]->(h)"), None)
            }
            (6..=8, Some(id), _) => {
                put(&mut self.nodes.get_mut(&id).unwrap().1, key, value);
                (format!("MATCH (n {{id: {id}}}) SET n.{key} = {text}"), None)
            }
            (9, _, Some(id)) => {
                put(&mut self.relationships.get_mut(&id).unwrap().1, key, value);
                (format!("MATCH ()-[r {{id: {id}}}]->() SET r.{key} = {text}"), None)
            }
            (10, Some(id), _) => {
                let labels = &mut self.nodes.get_mut(&id).unwrap().0;
                if labels.remove(label) {
                    return (format!("MATCH (n {{id: {id}}}) REMOVE n:{label}"), None);
                }
                labels.insert(label);
                (format!("MATCH (n {{id: {id}}}) SET n:{label}"), None)
            }
            (11, Some(id), _) => {
                self.nodes.remove(&id);
                (format!("MATCH (n {{id: {id}}}) DELETE n"), None)
            }
            (12, _, Some(id)) => {
                self.relationships.remove(&id);
                (format!("MATCH ()-[r {{id: {id}}}]->() DELETE r"), None)
            }
            (13, ..) => {
                for (labels, properties) in self.nodes.values_mut() {
                    if labels.contains(label) {
                        let a = properties.get("b").cloned().unwrap_or_default();
                        let b = properties.get("a").cloned().unwrap_or_default();
                        put(properties, "a", a);
                        put(properties, "b", b);
                    }
                }
                (format!("MATCH (n:{label}) WITH n, n.a AS a, n.b AS b SET n.a = b, n.b = a"), None)
            }
            (14..=17, ..) => self.constraint(n),
            (18.., ..) => self.index(n),
            _ => ("MATCH (n:Nobody) SET n.x = 1".to_owned(), None),
        }
    }

    /// Creates a constraint, or drops it if it is there.
    fn constraint(&mut self, n: [u8; 4]) -> (String, Option<ErrorCode>) {
        let target = TARGETS[n[0] as usize % 4];
        let kind = n[1] as usize % 4;
        let mut keys = vec![KEYS[n[2] as usize % 2]];
        if n[3].is_multiple_of(2) && kind.is_multiple_of(2) {
            keys.push(KEYS[(n[2] as usize + 1) % 2]);
        }
        let name = format!("c_{target}_{kind}_{}", keys.join("_"));
        if self.constraints.remove(&name).is_some() {
            return (format!("DROP CONSTRAINT {name}"), None);
        }
        let other = |c: &Constraint| {
            c.target == target
                && c.keys == keys
                && c.kind != kind
                && c.kind.is_multiple_of(2)
                && kind.is_multiple_of(2)
        };
        let indexed =
            kind.is_multiple_of(2) && self.indexes.values().any(|(t, k)| *t == target && *k == keys);
        let refused = (indexed || self.constraints.values().any(other)).then_some(ErrorCode::Schema);
        let shown: Vec<String> = keys.iter().map(|key| format!("n.{key}")).collect();
        let entity = if is_type(target) { format!("()-[n:{target}]-()") } else { format!("(n:{target})") };
        let text = format!(
            "CREATE CONSTRAINT {name} FOR {entity} REQUIRE ({}) IS {}",
            shown.join(", "),
            KINDS[kind]
        );
        self.constraints.insert(name, Constraint { target, keys, kind });
        (text, refused)
    }
}

impl Model {
    /// Creates an index on both properties, or drops it if it is there.
    fn index(&mut self, n: [u8; 4]) -> (String, Option<ErrorCode>) {
        let target = TARGETS[n[0] as usize % 4];
        let keys = if n[1].is_multiple_of(2) { vec!["a", "b"] } else { vec!["b", "a"] };
        let name = format!("i_{target}_{}", keys.join("_"));
        if self.indexes.remove(&name).is_some() {
            return (format!("DROP INDEX {name}"), None);
        }
        let owned = |c: &Constraint| c.kind.is_multiple_of(2) && c.target == target && c.keys == keys;
        let refused = self.constraints.values().any(owned).then_some(ErrorCode::Schema);
        let entity = if is_type(target) { format!("()-[n:{target}]-()") } else { format!("(n:{target})") };
        let text = format!("CREATE INDEX {name} FOR {entity} ON (n.{}, n.{})", keys[0], keys[1]);
        self.indexes.insert(name, (target, keys));
        (text, refused)
    }
}

/// Every way to ask for a value finds what looking at everything finds.
fn check_seeks(graph: &Graph, model: &Model, n: [u8; 4]) {
    let (a, b) = (literal(n[0]), literal(n[1]));
    let target = TARGETS[n[2] as usize % 4];
    let pattern = if is_type(target) { format!("()-[n:{target}]->()") } else { format!("(n:{target})") };
    let holds = |p: &Properties, key: &str, value: &Value, test: fn(&Value, &Value) -> Option<bool>| {
        p.get(key).is_some_and(|found| test(found, value) == Some(true))
    };
    type Test<'a> = &'a dyn Fn(&Properties) -> bool;
    let tests: [(String, Test<'_>); 3] = [
        (format!("n.a = {}", a.0), &|p| holds(p, "a", &a.1, order::equals)),
        (format!("n.a = {} AND n.b = {}", a.0, b.0), &|p| {
            holds(p, "a", &a.1, order::equals) && holds(p, "b", &b.1, order::equals)
        }),
        (format!("n.a = {} AND n.b >= {}", a.0, b.0), &|p| {
            holds(p, "a", &a.1, order::equals) && holds(p, "b", &b.1, order::greater_or_equal)
        }),
    ];
    for (predicate, test) in tests {
        let expected = model.covered(target).into_iter().filter(|p| test(p)).count();
        let text = format!("MATCH {pattern} WHERE {predicate} RETURN count(*)");
        assert_eq!(graph.value(&text), expected.to_string(), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn constraints_forbid_what_looking_at_everything_forbids(
        script in prop::collection::vec((0u8..20, any::<[u8; 4]>()), 1..40), probes in prop::collection::vec(any::<[u8; 4]>(), 6),
    ) {
        let mut graph = Graph::with("CREATE (:Hub)");
        let mut model = Model::default();
        for (kind, n) in script {
            let mut after = model.clone();
            let (text, refused) = after.statement(kind, n);
            let broken: Vec<ErrorCode> =
                after.constraints.values().filter_map(|c| after.broken(c)).collect();
            match graph.write(&text) {
                Ok(_) => {
                    prop_assert!(refused.is_none() && broken.is_empty(), "{text} should fail: {refused:?} {broken:?}");
                    model = after;
                    graph.state.check().unwrap();
                }
                Err(error) if refused.is_some() => prop_assert_eq!(Some(error.code()), refused, "{}", text),
                Err(error) => prop_assert!(broken.contains(&error.code()), "{text}: {error}, {broken:?}"),
            }
            prop_assert_eq!(graph.state.node_count() as usize, model.nodes.len() + 1);
        }
        for probe in &probes {
            check_seeks(&graph, &model, *probe);
        }
        // A checkpoint keeps the definitions, and what comes back forbids the same.
        let mut blocks = Vec::new();
        graph.state.export(|key, block| {
            blocks.push((key.to_vec(), block.to_vec()));
            Ok(())
        }).unwrap();
        let back = GraphState::import(blocks).unwrap();
        back.check().unwrap();
        prop_assert_eq!(back.digest(), graph.state.digest());
        prop_assert_eq!(back.catalog().constraints(), graph.state.catalog().constraints());
        prop_assert_eq!(back.catalog().indexes(), graph.state.catalog().indexes());
    }
}
