//! A graph whose counts tell plans apart: 1,000 `Person` (indexes on `name` and `age`), 10 `City`, 100 `Company`,
//! 5,000 `KNOWS` between persons, a `LIVES_IN` from each person to a city, 200 `WORKS_AT` to companies.

use namidb_core::Value;
use namidb_core::graph::GraphState;
use namidb_core::graph::op::{IndexKind, NameKind, NameRef, NodeRef, Op, TargetRef};
use namidb_core::ids::Seq;
use std::sync::Arc;
use uuid::Uuid;

const LABELS: [&str; 3] = ["Person", "City", "Company"];
const TYPES: [&str; 3] = ["KNOWS", "LIVES_IN", "WORKS_AT"];
const KEYS: [&str; 2] = ["name", "age"];

/// The graph.
pub(crate) fn state() -> GraphState {
    graph([1_000, 10, 100])
}

/// The same names, with 1,000 cities and 10 persons, and no index.
#[allow(dead_code, reason = "only some of the tests that share this module need it")]
pub(crate) fn upside_down() -> GraphState {
    graph([10, 1_000, 100])
}

fn graph([persons, cities, companies]: [u64; 3]) -> GraphState {
    let mut ops = Vec::new();
    let kinds = [(NameKind::Label, &LABELS[..]), (NameKind::RelType, &TYPES), (NameKind::PropertyKey, &KEYS)];
    for (kind, names) in kinds {
        ops.extend(names.iter().map(|name| Op::DefineName { kind, name: Arc::from(*name) }));
    }
    let node = |ops: &mut Vec<Op>, number: u64, label: u32, properties: Vec<(NameRef, Value)>| {
        let uuid = Uuid::from_u128(u128::from(number) + 1);
        ops.push(Op::CreateNode { uuid, labels: vec![NameRef::New(label)], properties });
    };
    for n in 0..persons {
        let name = Value::String(Arc::from(format!("person {n}")));
        let age = Value::Integer(n as i64 % 100);
        node(&mut ops, n, 0, vec![(NameRef::New(0), name), (NameRef::New(1), age)]);
    }
    for n in 0..cities + companies {
        node(&mut ops, persons + n, if n < cities { 1 } else { 2 }, Vec::new());
    }
    let mut relate = |rel_type: u32, source: u64, target: u64| {
        ops.push(Op::CreateRelationship {
            rel_type: NameRef::New(rel_type),
            source: NodeRef::New(source),
            target: NodeRef::New(target),
            properties: Vec::new(),
        });
    };
    for n in 0..persons {
        (1..=5).for_each(|step| relate(0, n, (n + step * 7) % persons));
        relate(1, n, persons + n % cities);
        if n % 5 == 0 {
            relate(2, n, persons + cities + n % companies);
        }
    }
    for key in 0..if persons > cities { 2 } else { 0 } {
        ops.push(Op::CreateIndex {
            name: Arc::from(format!("person_{}", KEYS[key as usize])),
            kind: IndexKind::Range,
            target: TargetRef::Label(NameRef::New(0)),
            keys: vec![NameRef::New(key)],
        });
    }
    let mut state = GraphState::empty();
    state.apply_transaction(&ops, Seq(1)).expect("the operations fit an empty graph");
    state
}
