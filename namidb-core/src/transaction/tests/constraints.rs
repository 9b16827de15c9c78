//! Constraints: what is checked when, and which transactions may both commit.

use super::*;
use crate::graph::{ConstraintKind, PropertyType, ScalarType};

fn relationships(rel_type: &str) -> TargetName {
    TargetName::RelType(name(rel_type))
}

fn constrain(
    changes: &mut Changes,
    constraint: &str,
    kind: ConstraintKind,
    target: &TargetName,
    keys: &[&str],
) {
    let keys: Vec<Arc<str>> = keys.iter().map(|key| name(key)).collect();
    changes.create_constraint(&name(constraint), kind, target, &keys).unwrap();
}

/// Ada, who is 36, and Bob, who has no age, and ages are unique; both names and ranks together are a key of nobody yet.
fn constrained() -> GraphState {
    let mut changes = Changes::new(&GraphState::empty(), &context(1));
    let person = [name("Person")];
    let ada = changes.create_node(Some(Uuid::from_u128(1)), &person, &properties(&[("age", 36)])).unwrap();
    let bob = changes.create_node(Some(Uuid::from_u128(2)), &person, &[]).unwrap();
    changes.create_node(Some(Uuid::from_u128(3)), &[], &properties(&[("age", 7)])).unwrap();
    changes.create_relationship(&name("KNOWS"), ada, bob, &properties(&[("since", 1843)])).unwrap();
    constrain(&mut changes, "ages", ConstraintKind::Unique, &nodes("Person"), &["age"]);
    constrain(&mut changes, "once", ConstraintKind::Unique, &relationships("KNOWS"), &["since", "until"]);
    constrain(&mut changes, "key", ConstraintKind::Key, &nodes("Officer"), &["name", "rank"]);
    constrain(&mut changes, "there", ConstraintKind::NotNull, &nodes("Named"), &["name"]);
    changes.check_constraints().unwrap();
    assert_replays(&changes);
    changes.state().clone()
}

const NOBODY: NodeId = NodeId(2);

fn conflict(one: impl FnOnce(&mut Changes), two: impl FnOnce(&mut Changes)) -> Option<Conflict> {
    let base = constrained();
    // The second one's random numbers are others, as another process's are.
    let other = StageContext { runtime: Arc::new(Still(AtomicU64::new(1 << 20))), ..context(2) };
    let (mut mine, mut theirs) = (Changes::new(&base, &context(2)), Changes::new(&base, &other));
    one(&mut mine);
    two(&mut theirs);
    let found = mine.footprint().conflict(&theirs.footprint());
    assert_eq!(found, theirs.footprint().conflict(&mine.footprint()));
    found
}

fn person(age: i64) -> impl Fn(&mut Changes) {
    move |changes| _ = changes.create_node(None, &[name("Person")], &properties(&[("age", age)])).unwrap()
}

#[test]
fn two_that_come_to_the_same_unique_values_conflict() {
    let is_ages = |found: Option<Conflict>| {
        assert!(
            matches!(found, Some(Conflict::Touched { entity: Entity::Values(_), aspect: Aspect::Unique(c) }) if *c == *"ages")
        );
    };
    is_ages(conflict(person(40), person(40)));
    is_ages(conflict(person(99), set(BOB, "age")));
    is_ages(conflict(person(7), label(NOBODY, "Person")));
    assert_eq!(conflict(person(40), person(41)), None);
    assert_eq!(conflict(person(99), set(NOBODY, "age")), None);
    let float = |changes: &mut Changes| {
        changes.create_node(None, &[name("Person")], &[(name("age"), Value::Float(40.0))]).unwrap();
    };
    is_ages(conflict(person(40), float));

    let knows = |values: &'static [(&'static str, i64)]| {
        move |changes: &mut Changes| {
            changes.create_relationship(&name("KNOWS"), ADA, BOB, &properties(values)).unwrap();
        }
    };
    assert!(conflict(knows(&[("since", 1), ("until", 2)]), knows(&[("since", 1), ("until", 2)])).is_some());
    assert_eq!(conflict(knows(&[("since", 1), ("until", 2)]), knows(&[("since", 1), ("until", 3)])), None);
    // Who lacks a value has none that could be the same.
    assert_eq!(conflict(knows(&[("since", 1)]), knows(&[("since", 1)])), None);
    let until = |changes: &mut Changes| {
        assert!(changes.set_relationship_property(RelId(0), &name("until"), Value::Integer(2)).unwrap());
    };
    assert!(conflict(until, knows(&[("since", 1843), ("until", 2)])).is_some());
}

#[test]
fn the_error_of_such_a_conflict_names_the_constraint() {
    let error = conflict(person(40), person(40)).unwrap().into_error(&constrained());
    assert_eq!((error.code(), error.detail("constraint")), (ErrorCode::Conflict, Some("ages")));
    assert!(error.is_retryable());
}

#[test]
fn a_label_relies_on_the_properties_that_its_constraints_are_about() {
    let named = |changes: &mut Changes| {
        changes.set_node_property(NOBODY, &name("name"), Value::from("n")).unwrap();
    };
    assert_eq!(conflict(label(NOBODY, "Other"), named), None);
    assert!(conflict(label(NOBODY, "Named"), named).is_some());
}

#[test]
fn a_property_relies_on_those_that_an_index_covers_beside_it() {
    let set = |key: &'static str| {
        move |changes: &mut Changes| {
            assert!(changes.set_relationship_property(RelId(0), &name(key), Value::Integer(5)).unwrap());
        }
    };
    assert!(conflict(set("until"), set("since")).is_some());
    assert_eq!(conflict(set("until"), set("other")), None);
}

#[test]
fn of_two_that_give_the_properties_of_one_index_the_second_conflicts() {
    let mut changes = Changes::new(&GraphState::empty(), &context(1));
    let node = changes.create_node(None, &[name("Pair")], &[]).unwrap();
    let relationship = changes.create_relationship(&name("PAIRS"), node, node, &[]).unwrap();
    let keys = ["left", "right"].map(name);
    changes.create_index(&name("nodes"), IndexKind::Range, &nodes("Pair"), &keys).unwrap();
    changes.create_index(&name("relationships"), IndexKind::Range, &relationships("PAIRS"), &keys).unwrap();
    let give = |key: &Arc<str>, to_node: bool| {
        let mut given = Changes::new(changes.state(), &context(2));
        if to_node {
            given.set_node_property(node, key, Value::Integer(1)).unwrap();
        } else {
            given.set_relationship_property(relationship, key, Value::Integer(1)).unwrap();
        }
        given.footprint()
    };
    for to_node in [true, false] {
        let [left, right, other] = [&keys[0], &keys[1], &name("other")].map(|key| give(key, to_node));
        assert!(left.conflict(&right).is_some() && right.conflict(&left).is_some());
        assert_eq!(left.conflict(&other), None);
    }
    assert_eq!(give(&keys[0], true).conflict(&give(&keys[1], false)), None);
}

#[test]
fn changes_are_checked_when_they_end_and_again_after_more() {
    let base = constrained();
    let mut changes = Changes::new(&base, &context(2));
    let node = changes.create_node(None, &[name("Named")], &[]).unwrap();
    assert_eq!(changes.check_constraints().unwrap_err().code(), ErrorCode::NotNullViolation);
    changes.set_node_property(node, &name("name"), Value::from("n")).unwrap();
    changes.check_constraints().unwrap();
    let mark = changes.mark();
    person(36)(&mut changes);
    changes.add_label(node, &name("Officer")).unwrap();
    let error = changes.check_statement(&mark).unwrap_err();
    assert_eq!(error.code(), ErrorCode::UniqueViolation);
    assert_eq!(error.detail("properties"), Some("age"));
    assert_eq!(error.detail("values"), Some("36"));
    assert_eq!(error.detail("other_entity"), Some("node 0 (00000000-0000-0000-0000-000000000001)"));
    changes.rollback_to(mark);
    changes.check_constraints().unwrap();
    changes.add_label(node, &name("Officer")).unwrap();
    assert_eq!(changes.check_constraints().unwrap_err().code(), ErrorCode::KeyViolation);
}

#[test]
fn a_long_value_is_cut_in_errors() {
    let mut changes = Changes::new(&GraphState::empty(), &context(1));
    let of = PropertyType::scalar(ScalarType::Integer);
    constrain(&mut changes, "typed", ConstraintKind::Type(of), &nodes("L"), &["k"]);
    let secret = format!("{}THE END", "x".repeat(500));
    changes.create_node(None, &[name("L")], &[(name("k"), Value::from(secret))]).unwrap();
    let error = changes.check_constraints().unwrap_err();
    assert_eq!(error.code(), ErrorCode::TypeViolation);
    assert!(!format!("{error:?}").contains("THE END") && error.message().len() < 300, "{error}");
}

/// Carries out those steps that keep the constraints.
fn obeying(base: &GraphState, seq: u64, steps: &[Step]) -> Changes {
    let mut changes = Changes::new(base, &context(seq));
    for s in steps {
        let mark = changes.mark();
        step(&mut changes, u128::from(seq), *s);
        if changes.check_constraints().is_err() {
            changes.rollback_to(mark);
        }
    }
    changes
}

proptest! {
    #[test]
    fn of_constrained_changes_those_that_do_not_conflict_may_both_commit(
        first in steps(15, 60), mine in steps(15, 5), theirs in steps(15, 5),
    ) {
        let mut changes = Changes::new(&GraphState::empty(), &context(1));
        constrain(&mut changes, "one", ConstraintKind::Unique, &nodes("A"), &["k"]);
        constrain(&mut changes, "two", ConstraintKind::Unique, &nodes("B"), &["l", "m"]);
        constrain(&mut changes, "three", ConstraintKind::NotNull, &nodes("C"), &["k"]);
        constrain(&mut changes, "four", ConstraintKind::Key, &relationships("R"), &["n"]);
        let base = obeying(changes.state(), 2, &first);
        assert_replays(&base);
        let (mine, theirs) = (obeying(base.state(), 3, &mine), obeying(base.state(), 4, &theirs));
        assert_replays(&mine);
        if mine.footprint().conflict(&theirs.footprint()).is_none() {
            let (mut one, mut two) = (mine.state().clone(), theirs.state().clone());
            one.apply_transaction(theirs.ops(), Seq(4)).unwrap();
            two.apply_transaction(mine.ops(), Seq(4)).unwrap();
            // The check of a state looks whether its constraints hold.
            one.check().unwrap();
            two.check().unwrap();
            prop_assert_eq!(content(&one), content(&two));
        }
    }
}
