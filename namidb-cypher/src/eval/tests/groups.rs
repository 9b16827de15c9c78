//! Grouping against a list of keys that is searched from front to back.

use crate::eval::Grouping;
use crate::vector::Vector;
use namidb_core::value::order;
use namidb_core::{NodeId, RelId, Value};
use proptest::prelude::*;

fn key() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        (-2_i64..3).prop_map(Value::Integer),
        (-2_i64..3).prop_map(|n| Value::Float(n as f64 / 2.0)),
        prop::sample::select(vec![f64::NAN, -f64::NAN, -0.0, 0.0, 1e300]).prop_map(Value::Float),
        "[ab]{0,2}".prop_map(Value::from),
        any::<bool>().prop_map(Value::Boolean),
        (0_u64..3).prop_map(|n| Value::Node(NodeId(n))),
        (0_u64..3).prop_map(|n| Value::Relationship(RelId(n))),
        prop::collection::vec((0_i64..2).prop_map(Value::Integer), 0..2).prop_map(Value::from_iter),
    ]
}

fn column(len: usize) -> BoxedStrategy<Vec<Value>> {
    let of = |value: BoxedStrategy<Value>| prop::collection::vec(value, len..=len);
    let nullable = |value: BoxedStrategy<Value>| {
        prop::collection::vec(prop_oneof![1 => Just(Value::Null), 4 => value], len..=len)
    };
    let integers = || (-2_i64..3).prop_map(Value::Integer).boxed();
    let nodes = || (0_u64..3).prop_map(|n| Value::Node(NodeId(n))).boxed();
    let strings = || "[ab]{0,2}".prop_map(Value::from).boxed();
    prop_oneof![
        of(integers()),
        of(nodes()),
        nullable(integers()),
        nullable(nodes()),
        nullable(strings()),
        nullable((0_i64..3).prop_map(|n| Value::Float(n as f64)).boxed()),
        of(key().boxed()),
        key().prop_map(move |value| vec![value; len]),
    ]
    .boxed()
}

/// Batches of rows, each with so many key columns, whose types change from batch to batch.
fn batches(columns: usize) -> impl Strategy<Value = Vec<Vec<Vec<Value>>>> {
    let batch = (0_usize..20).prop_flat_map(move |len| prop::collection::vec(column(len), columns..=columns));
    prop::collection::vec(batch, 1..5)
}

fn check(batches: Vec<Vec<Vec<Value>>>, columns: usize) -> Result<(), TestCaseError> {
    let mut grouping = Grouping::new(columns);
    let mut known: Vec<Vec<Value>> = Vec::new();
    for batch in batches {
        let len = batch[0].len();
        let vectors: Vec<Vector> = batch.iter().map(|column| Vector::from_values(column.clone())).collect();
        let mut groups = Vec::new();
        grouping.assign(&vectors, len, &mut groups);
        let expected: Vec<u32> = (0..len)
            .map(|row| {
                let key: Vec<Value> = batch.iter().map(|column| column[row].clone()).collect();
                let same = |k: &Vec<Value>| k.iter().zip(&key).all(|(a, b)| order::equivalent(a, b));
                let at = known.iter().position(same).unwrap_or_else(|| {
                    known.push(key.clone());
                    known.len() - 1
                });
                at as u32
            })
            .collect();
        prop_assert_eq!(groups, expected);
        prop_assert_eq!(grouping.len(), known.len());
    }
    let keys = grouping.into_keys();
    for (number, column) in keys.iter().enumerate() {
        let expected: Vec<&Value> = known.iter().map(|key| &key[number]).collect();
        prop_assert_eq!(column.len(), expected.len());
        prop_assert!(column.values().zip(expected).all(|(a, b)| order::equivalent(&a, b)));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn one_key_groups_as_equivalence_does(batches in batches(1)) {
        check(batches, 1)?;
    }

    #[test]
    fn several_keys_group_as_equivalence_of_each_does(batches in batches(3)) {
        check(batches, 3)?;
    }
}

#[test]
fn many_groups_keep_their_numbers_while_the_table_grows() {
    let mut grouping = Grouping::new(1);
    let mut groups = Vec::new();
    let ids: Vec<u64> = (0..100_000).map(|n| n * 7919 % 100_000).collect();
    for part in ids.chunks(2048) {
        grouping.assign(&[Vector::nodes(part.to_vec())], part.len(), &mut groups);
    }
    assert_eq!(grouping.len(), 100_000);
    grouping.assign(&[Vector::nodes(ids.clone())], ids.len(), &mut groups);
    assert!(groups.iter().enumerate().all(|(row, group)| row == *group as usize));
    assert!(grouping.size_bytes() > 100_000 * 17);
}

#[test]
fn without_keys_all_rows_are_one_group() {
    let mut grouping = Grouping::new(0);
    let mut groups = Vec::new();
    grouping.assign(&[], 0, &mut groups);
    assert!(grouping.is_empty());
    grouping.assign(&[], 3, &mut groups);
    grouping.assign(&[], 2, &mut groups);
    assert_eq!((groups, grouping.len()), (vec![0, 0], 1));
}
