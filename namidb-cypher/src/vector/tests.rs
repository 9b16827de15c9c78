use super::*;
use proptest::prelude::*;

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Boolean),
        (-3_i64..3).prop_map(Value::Integer),
        (-3_i64..3).prop_map(|n| Value::Float(n as f64)),
        "[a-cé]{0,3}".prop_map(|s| Value::String(s.into())),
        (0_u64..4).prop_map(|n| Value::Node(NodeId(n))),
        (0_u64..4).prop_map(|n| Value::Relationship(RelId(n))),
        Just(Value::List(vec![Value::Integer(1)].into())),
    ]
}

/// Columns of one type most of the time, as real ones are.
fn column() -> impl Strategy<Value = Vec<Value>> {
    prop_oneof![
        prop::collection::vec(any_value(), 0..20),
        prop::collection::vec(prop_oneof![Just(Value::Null), (-3_i64..3).prop_map(Value::Integer)], 0..20),
        prop::collection::vec(
            prop_oneof![Just(Value::Null), "[a-c]{0,3}".prop_map(|s| Value::String(s.into()))],
            0..20
        ),
        prop::collection::vec(prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::Boolean)], 0..20),
    ]
}

fn show(values: &[Value]) -> String {
    format!("{values:?}")
}

fn rows(vector: &Vector) -> Vec<Value> {
    vector.values().collect()
}

proptest! {
    #[test]
    fn a_vector_gives_back_what_it_was_made_of(values in column()) {
        let vector = Vector::from_values(values.clone());
        prop_assert_eq!(vector.len(), values.len());
        prop_assert_eq!(show(&rows(&vector)), show(&values));
        for (row, value) in values.iter().enumerate() {
            prop_assert_eq!(vector.is_null(row), value.is_null());
        }
    }

    #[test]
    fn take_slice_and_concat_work_on_rows(a in column(), b in column(), picks in prop::collection::vec(any::<prop::sample::Index>(), 0..20), cut in any::<(prop::sample::Index, prop::sample::Index)>()) {
        let (va, vb) = (Vector::from_values(a.clone()), Vector::from_values(b.clone()));
        let both: Vec<Value> = a.iter().chain(&b).cloned().collect();
        let joined = Vector::concat(&[va.clone(), vb]);
        prop_assert_eq!(show(&rows(&joined)), show(&both));
        if !both.is_empty() {
            let picked: Vec<u32> = picks.iter().map(|i| i.index(both.len()) as u32).collect();
            let expected: Vec<Value> = picked.iter().map(|&i| both[i as usize].clone()).collect();
            prop_assert_eq!(show(&rows(&joined.take(&picked))), show(&expected));
            let with_nulls: Vec<u32> = picked.iter().flat_map(|&i| [NULL_ROW, i]).collect();
            let expected: Vec<Value> = picked.iter().flat_map(|&i| [Value::Null, both[i as usize].clone()]).collect();
            prop_assert_eq!(show(&rows(&joined.take_or_null(&with_nulls))), show(&expected));
            let (x, y) = (cut.0.index(both.len() + 1), cut.1.index(both.len() + 1));
            let (start, end) = (x.min(y), x.max(y));
            let slice = joined.slice(start, end - start);
            prop_assert_eq!(show(&rows(&slice)), show(&both[start..end]));
            // A slice of a slice keeps its own beginning.
            if end - start > 1 {
                prop_assert_eq!(show(&rows(&slice.slice(1, end - start - 1))), show(&both[start + 1..end]));
                let again: Vec<u32> = (0..(end - start) as u32).rev().collect();
                let expected: Vec<Value> = both[start..end].iter().rev().cloned().collect();
                prop_assert_eq!(show(&rows(&slice.take(&again))), show(&expected));
            }
        }
        let _ = va;
    }
}

#[test]
fn rows_of_one_type_are_kept_typed() {
    assert!(matches!(Vector::from_values(vec![Value::Null, Value::Integer(1)]), Vector::Integer(_)));
    assert!(matches!(Vector::from_values(vec![Value::Integer(1), Value::Float(1.0)]), Vector::Any(_)));
    assert!(matches!(Vector::from_values(vec![Value::Null; 3]), Vector::Constant(Value::Null, 3)));
}
