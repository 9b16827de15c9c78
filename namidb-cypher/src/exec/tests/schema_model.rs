//! Random statements under constraints and indexes, against a reference that keeps everything in lists and looks at all of it.

use super::Graph;
use namidb_core::graph::GraphState;
use namidb_core::value::order;
use namidb_core::{ErrorCode, Value};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

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
