//! Properties, labels and paths of a graph, read for many rows at once, against one look-up a row.

use super::build::{comparison, context, evaluate_on, expr, literal, property, select_on, variable};
use crate::binder::bound::{CompareOp, ExprKind, VarId};
use crate::exec::test_runtime::StillRuntime;
use crate::factor::Batch;
use crate::vector::Vector;
use namidb_core::graph::GraphState;
use namidb_core::transaction::{Changes, StageContext};
use namidb_core::value::{Date, order};
use namidb_core::{ErrorCode, NodeId, RelId, Seq, Value};
use proptest::prelude::*;
use std::sync::{Arc, OnceLock};

fn changes(base: &GraphState) -> Changes {
    let context = StageContext { seq: Seq(1), time: 0, runtime: StillRuntime::shared(), may_wait: false };
    Changes::new(base, &context)
}

const NODES: u64 = 5_000;

/// Nodes over three chunks, whose properties are full, sparse, of one type, of several, in a dictionary and not.
fn graph() -> &'static GraphState {
    static GRAPH: OnceLock<GraphState> = OnceLock::new();
    GRAPH.get_or_init(|| {
        let empty = GraphState::empty();
        let mut changes = changes(&empty);
        let key = |name: &str| -> Arc<str> { Arc::from(name) };
        for n in 0..NODES {
            let number = n as i64;
            let mut properties = vec![
                (key("number"), Value::Integer(number * 37 % 1_000)),
                (key("ratio"), Value::Float(number as f64 / 7.0)),
                (key("city"), Value::from(format!("city {}", number % 11))),
                (key("text"), Value::from(format!("text {number} é"))),
                (key("flag"), Value::Boolean(number % 3 == 0)),
            ];
            if number % 5 != 0 {
                properties.push((key("sparse"), Value::Integer(number)));
                properties.push((key("sparse_text"), Value::from(format!("s{}", number % 7))));
            }
            match number % 4 {
                0 => properties.push((key("mixed"), Value::Integer(number))),
                1 => properties.push((key("mixed"), Value::from("mixed"))),
                2 => properties.push((key("mixed"), Value::Date(Date { days: number }))),
                _ => {}
            }
            if number >= 4_096 {
                properties.push((key("late"), Value::Float(1.5)));
            }
            // Integers in the first chunk, texts in the second.
            let kind = if number < 2_048 { Value::Integer(number) } else { Value::from("later") };
            properties.push((key("changing"), kind));
            let labels: &[Arc<str>] = if number % 2 == 0 { &[key("Even")] } else { &[] };
            changes
                .create_node(Some(namidb_core::Uuid::from_u128(u128::from(n) + 1)), labels, &properties)
                .unwrap();
        }
        changes.into_parts().0
    })
}

const KEYS: [&str; 10] =
    ["number", "ratio", "city", "text", "flag", "sparse", "sparse_text", "mixed", "late", "changing"];

fn ids() -> impl Strategy<Value = Vec<Option<u64>>> {
    prop_oneof![
        // In order, as scans give them.
        (0..NODES, 1_usize..300).prop_map(|(start, len)| { (start..NODES).take(len).map(Some).collect() }),
        (1_u64..40, 0..NODES)
            .prop_map(|(step, start)| { (start..NODES).step_by(step as usize).map(Some).collect() }),
        prop::collection::vec((0..NODES).prop_map(Some), 1..100),
        prop::collection::vec(prop_oneof![1 => Just(None), 4 => (0..NODES).prop_map(Some)], 1..100),
    ]
}

fn nodes(ids: &[Option<u64>]) -> Batch {
    let values = ids.iter().map(|id| id.map_or(Value::Null, |id| Value::Node(NodeId(id)))).collect();
    Batch::flat(ids.len(), vec![(VarId(0), Vector::from_values(values))])
}

fn looked_up(ids: &[Option<u64>], key: &str) -> Vec<Value> {
    let state = graph();
    let key = state.catalog().property_key(key);
    ids.iter()
        .map(|id| id.zip(key).map_or(Value::Null, |(id, key)| state.node_property(NodeId(id), key)))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn properties_are_those_of_each_node(ids in ids(), key in prop::sample::select(KEYS.to_vec())) {
        let found = evaluate_on(&property(variable(0), key), &nodes(&ids), graph(), &context()).unwrap();
        prop_assert_eq!(found, looked_up(&ids, key));
    }

    #[test]
    fn filters_on_properties_keep_what_comparing_each_keeps(
        ids in ids(),
        key in prop::sample::select(KEYS.to_vec()),
        op in prop::sample::select(vec![
            CompareOp::Equal,
            CompareOp::NotEqual,
            CompareOp::Less,
            CompareOp::LessOrEqual,
            CompareOp::Greater,
            CompareOp::GreaterOrEqual,
        ]),
        constant in prop_oneof![
            (0_i64..1_000).prop_map(Value::Integer),
            (0_i64..5_000).prop_map(|n| Value::Float(n as f64 / 7.0)),
            prop::sample::select(vec!["city 3", "city 30", "text 77 é", "s3", "mixed", "later", ""]).prop_map(Value::from),
            any::<bool>().prop_map(Value::Boolean),
            Just(Value::Null),
        ],
        flipped in any::<bool>(),
    ) {
        let (left, right) = (property(variable(0), key), literal(constant.clone()));
        let predicate = if flipped { comparison(op, right, left) } else { comparison(op, left, right) };
        let found = select_on(&predicate, &nodes(&ids), graph()).unwrap();
        let expected: Vec<u32> = looked_up(&ids, key)
            .iter()
            .enumerate()
            .filter(|(_, value)| {
                let (l, r) = if flipped { (&constant, *value) } else { (*value, &constant) };
                let answer = match op {
                    CompareOp::Equal => order::equals(l, r),
                    CompareOp::NotEqual => order::equals(l, r).map(|equal| !equal),
                    CompareOp::Less => order::less_than(l, r),
                    CompareOp::LessOrEqual => order::less_or_equal(l, r),
                    CompareOp::Greater => order::greater_than(l, r),
                    CompareOp::GreaterOrEqual => order::greater_or_equal(l, r),
                };
                answer == Some(true)
            })
            .map(|(row, _)| row as u32)
            .collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn labels_are_those_of_each_node(ids in ids()) {
        let has = |labels: &[&str]| {
            let labels = labels.iter().map(|label| Arc::from(*label)).collect();
            let predicate = expr(ExprKind::HasLabels { base: Box::new(variable(0)), labels });
            evaluate_on(&predicate, &nodes(&ids), graph(), &context()).unwrap()
        };
        let expected: Vec<Value> =
            ids.iter().map(|id| id.map_or(Value::Null, |id| Value::Boolean(id % 2 == 0))).collect();
        prop_assert_eq!(has(&["Even"]), expected);
        let never: Vec<Value> = ids.iter().map(|id| id.map_or(Value::Null, |_| Value::Boolean(false))).collect();
        prop_assert_eq!(has(&["Even", "Unknown"]), never);
    }
}

#[test]
fn a_key_that_no_node_has_is_null_everywhere() {
    let batch = nodes(&[Some(1), None, Some(4_999)]);
    let found = evaluate_on(&property(variable(0), "none"), &batch, graph(), &context()).unwrap();
    assert_eq!(found, vec![Value::Null; 3]);
    let predicate = comparison(CompareOp::Equal, property(variable(0), "none"), literal(1));
    assert!(select_on(&predicate, &batch, graph()).unwrap().is_empty());
}

#[test]
fn what_was_deleted_in_the_transaction_is_refused() {
    let mut changes = changes(graph());
    changes.delete_node(NodeId(7)).unwrap();
    let state = changes.state();
    let of = |ids: &[Option<u64>], key: &str| {
        evaluate_on(&property(variable(0), key), &nodes(ids), state, &context())
    };
    assert_eq!(of(&[Some(6), None], "number").unwrap(), [Value::Integer(222), Value::Null]);
    for key in ["number", "sparse", "none"] {
        let error = of(&[Some(6), Some(7)], key).unwrap_err();
        assert_eq!(error.code(), ErrorCode::EntityNotFound);
        assert_eq!((error.error_type(), error.detail()), ("EntityNotFound", "DeletedEntityAccess"));
        let predicate = comparison(CompareOp::Equal, property(variable(0), key), literal(1));
        assert!(select_on(&predicate, &nodes(&[Some(6), Some(7)]), state).is_err());
    }
}

#[test]
fn paths_walk_their_relationships_either_way() {
    let empty = GraphState::empty();
    let mut changes = changes(&empty);
    let rel_type: Arc<str> = Arc::from("T");
    for n in 1..=3 {
        changes.create_node(Some(namidb_core::Uuid::from_u128(n)), &[], &[]).unwrap();
    }
    // (0)-[0]->(1)<-[1]-(2)
    changes
        .create_relationship(&rel_type, NodeId(0), NodeId(1), &[(Arc::from("w"), Value::Integer(5))])
        .unwrap();
    changes.create_relationship(&rel_type, NodeId(2), NodeId(1), &[]).unwrap();
    let state = changes.state();
    let relationships =
        |ids: &[u64]| -> Value { ids.iter().map(|id| Value::Relationship(RelId(*id))).collect() };
    let columns = vec![
        (
            VarId(0),
            Vector::from_values(vec![Value::Node(NodeId(0)), Value::Node(NodeId(2)), Value::Node(NodeId(1))]),
        ),
        (VarId(1), Vector::from_values(vec![relationships(&[0, 1]), Value::Null, relationships(&[])])),
        (
            VarId(2),
            Vector::from_values(vec![Value::Node(NodeId(2)), Value::Node(NodeId(2)), Value::Node(NodeId(1))]),
        ),
    ];
    let batch = Batch::flat(3, columns);
    let path = expr(ExprKind::Path(vec![VarId(0), VarId(1), VarId(2)]));
    let found = evaluate_on(&path, &batch, state, &context()).unwrap();
    assert_eq!(format!("{found:?}"), "[(#0)-[#0]-(#1)-[#1]-(#2), null, (#1)]");
    let typed = |name: &str| {
        let base = Box::new(literal(Value::Relationship(RelId(1))));
        let predicate = expr(ExprKind::HasLabels { base, labels: vec![Arc::from(name)] });
        evaluate_on(&predicate, &Batch::unit(), state, &context()).unwrap().remove(0)
    };
    assert_eq!((typed("T"), typed("U")), (Value::Boolean(true), Value::Boolean(false)));
    let weight = property(literal(Value::Relationship(RelId(0))), "w");
    assert_eq!(evaluate_on(&weight, &Batch::unit(), state, &context()).unwrap(), [Value::Integer(5)]);
}

#[test]
fn variables_of_groups_above_are_pulled_down() {
    let mut batch = Batch::flat(2, vec![(VarId(0), Vector::nodes(vec![1, 2]))]);
    let below = batch.push_group(0, vec![0, 1, 3], vec![(VarId(1), Vector::integers(vec![37, 74, 75]))]);
    let equal = comparison(CompareOp::Equal, property(variable(0), "number"), variable(1));
    let evaluator = crate::eval::compile(&equal, &crate::eval::CompileContext::without_subqueries()).unwrap();
    let cx = context();
    let input = crate::eval::EvalInput { batch: &batch, group: below, state: graph(), cx: &cx };
    let found: Vec<Value> = evaluator.evaluate(&input).unwrap().values().collect();
    assert_eq!(found, [true, true, false].map(Value::Boolean));
    assert_eq!(evaluator.select(&input).unwrap(), crate::eval::Selection::Rows(vec![0, 1]));
}
