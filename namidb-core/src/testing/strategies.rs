//! Values and operations to try things with.

use crate::graph::op::{IndexKind, NameKind, NameRef, NodeRef, Op, RelRef, TargetRef};
use crate::graph::{CommitToken, ConstraintKind, PropertyType, ScalarType};
use crate::ids::{NodeId, RelId};
use crate::value::temporal::{DAY_NANOS, OFFSET_SECONDS_MAX, SECOND_NANOS};
use crate::value::{
    Date, DateTime, Duration, LocalDateTime, LocalTime, Map, Path, Point, Time, Value, storable,
};
use proptest::prelude::*;
use std::sync::Arc;
use uuid::Uuid;

/// Floats of every bit pattern, and often those that are special or equal to an integer.
fn floats() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<u64>().prop_map(f64::from_bits),
        (-3i8..4).prop_map(f64::from),
        prop::sample::select(vec![
            -0.0,
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            9.007199254740992e15,
            9.3e18
        ]),
    ]
}

fn dates() -> impl Strategy<Value = Date> {
    (Date::MIN.days..=Date::MAX.days).prop_map(|days| Date { days })
}

fn local_times() -> impl Strategy<Value = LocalTime> {
    (0..DAY_NANOS as u64).prop_map(|nanos| LocalTime { nanos })
}

fn offsets() -> impl Strategy<Value = i32> {
    -OFFSET_SECONDS_MAX..=OFFSET_SECONDS_MAX
}

/// Values that are neither lists nor maps nor entities.
fn scalars() -> impl Strategy<Value = Value> {
    // Not the first and last day, so that every offset stays within the calendar.
    let local = || {
        (Date::MIN.days + 2..Date::MAX.days - 2, local_times())
            .prop_map(|(days, time)| LocalDateTime::new(Date { days }, time).unwrap())
    };
    let zone = prop::option::of("[A-Z][a-z]{1,6}/[A-Z][a-z]{1,6}");
    let instant = (local(), offsets(), zone)
        .prop_map(|(local, offset, zone)| local.at_offset(offset, zone.map(Arc::from)).unwrap());
    let duration = (any::<i64>(), any::<i64>(), any::<i64>(), 0..SECOND_NANOS as u32)
        .prop_map(|(months, days, seconds, nanos)| Duration { months, days, seconds, nanos });
    let point = (prop::sample::select(vec![7203u32, 9157, 4326, 4979]), floats(), floats(), floats())
        .prop_map(|(srid, x, y, z)| {
            let point = Point { srid, x, y, z: 0.0 };
            if point.is_3d() { Point { z, ..point } } else { point }
        });
    prop_oneof![
        2 => Just(Value::Null),
        2 => any::<bool>().prop_map(Value::from),
        4 => prop_oneof![any::<i64>(), -3i64..4].prop_map(Value::from),
        4 => floats().prop_map(Value::from),
        4 => "[a-c]{0,2}|\\PC{0,8}".prop_map(Value::from),
        1 => prop::collection::vec(any::<u8>(), 0..8).prop_map(|bytes| Value::Bytes(bytes.into())),
        1 => dates().prop_map(Value::from),
        1 => local_times().prop_map(Value::from),
        1 => (local_times(), offsets()).prop_map(|(time, offset)| Value::from(Time::new(time, offset).unwrap())),
        1 => local().prop_map(Value::from),
        1 => instant.prop_map(|instant: DateTime| Value::from(instant)),
        1 => duration.prop_map(Value::from),
        1 => point.prop_map(Value::from),
        1 => prop::collection::vec(any::<u32>().prop_map(f32::from_bits), 0..4)
            .prop_map(|items| Value::Vector(items.into())),
    ]
}

fn nested(scalars: impl Strategy<Value = Value> + 'static) -> impl Strategy<Value = Value> {
    scalars.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[a-c]{0,2}", inner), 0..4)
                .prop_map(|entries| Value::from(entries.into_iter().collect::<Map>())),
        ]
    })
}

/// Values that a property can hold, null included.
pub(crate) fn values() -> impl Strategy<Value = Value> {
    nested(scalars()).prop_filter("a list holds a map", |value| storable::check(value).is_ok())
}

/// Values of every kind.
pub(crate) fn any_values() -> impl Strategy<Value = Value> {
    let path = prop::collection::vec((any::<u64>(), any::<u64>()), 0..3).prop_map(|steps| {
        let mut path = Path { nodes: vec![NodeId(7)], relationships: Vec::new() };
        for (relationship, node) in steps {
            path.relationships.push(RelId(relationship));
            path.nodes.push(NodeId(node));
        }
        Value::from(path)
    });
    nested(prop_oneof![
        8 => scalars(),
        1 => any::<u64>().prop_map(|id| Value::Node(NodeId(id))),
        1 => any::<u64>().prop_map(|id| Value::Relationship(RelId(id))),
        1 => path,
    ])
}

fn name_refs() -> impl Strategy<Value = NameRef> {
    prop_oneof![any::<u32>().prop_map(NameRef::Existing), (0u32..300).prop_map(NameRef::New)]
}

fn node_refs() -> impl Strategy<Value = NodeRef> {
    let existing = (0u64..1 << 56).prop_map(|id| NodeRef::Existing(NodeId(id)));
    prop_oneof![existing, (0u64..1000).prop_map(NodeRef::New)]
}

fn rel_refs() -> impl Strategy<Value = RelRef> {
    let existing = (0u64..1 << 56).prop_map(|id| RelRef::Existing(RelId(id)));
    prop_oneof![existing, (0u64..1000).prop_map(RelRef::New)]
}

fn targets() -> impl Strategy<Value = TargetRef> {
    prop_oneof![name_refs().prop_map(TargetRef::Label), name_refs().prop_map(TargetRef::RelType)]
}

fn constraint_kinds() -> impl Strategy<Value = ConstraintKind> {
    let scalar = || prop::sample::select(ScalarType::ALL.to_vec());
    let one = prop_oneof![scalar().prop_map(PropertyType::scalar), scalar().prop_map(PropertyType::list)];
    let typed = prop::collection::vec(one, 1..4).prop_map(|types| {
        ConstraintKind::Type(types.into_iter().fold(PropertyType::default(), PropertyType::or))
    });
    prop_oneof![Just(ConstraintKind::Unique), Just(ConstraintKind::NotNull), Just(ConstraintKind::Key), typed]
}

/// Operations of every kind, which need not make sense together.
pub(crate) fn ops() -> impl Strategy<Value = Op> {
    let names = || prop::collection::vec(name_refs(), 0..3);
    let properties = || prop::collection::vec((name_refs(), values()), 0..3);
    let uuid = || any::<u128>().prop_map(Uuid::from_u128);
    let text = || "\\PC{0,8}".prop_map(Arc::<str>::from);
    let kind = prop::sample::select(vec![NameKind::Label, NameKind::RelType, NameKind::PropertyKey]);
    prop_oneof![
        (kind, text()).prop_map(|(kind, name)| Op::DefineName { kind, name }),
        (uuid(), names(), properties()).prop_map(|(uuid, labels, properties)| Op::CreateNode {
            uuid,
            labels,
            properties
        }),
        (node_refs(), uuid(), names(), properties()).prop_map(|(node, uuid, labels, properties)| {
            Op::DeleteNode { node, uuid, labels, properties }
        }),
        (name_refs(), node_refs(), node_refs(), properties()).prop_map(
            |(rel_type, source, target, properties)| Op::CreateRelationship {
                rel_type,
                source,
                target,
                properties
            }
        ),
        (rel_refs(), name_refs(), node_refs(), node_refs(), properties()).prop_map(
            |(relationship, rel_type, source, target, properties)| {
                Op::DeleteRelationship { relationship, rel_type, source, target, properties }
            }
        ),
        (node_refs(), name_refs(), values(), values(), names(), properties()).prop_map(
            |(node, key, old, new, indexed_labels, beside)| Op::SetNodeProperty {
                node,
                key,
                old,
                new,
                indexed_labels,
                beside
            }
        ),
        (rel_refs(), name_refs(), values(), values(), prop::option::of(name_refs()), properties()).prop_map(
            |(relationship, key, old, new, indexed_type, beside)| Op::SetRelationshipProperty {
                relationship,
                key,
                old,
                new,
                indexed_type,
                beside
            }
        ),
        (node_refs(), name_refs(), properties()).prop_map(|(node, label, indexed)| Op::AddLabel {
            node,
            label,
            indexed
        }),
        (node_refs(), name_refs(), properties()).prop_map(|(node, label, indexed)| Op::RemoveLabel {
            node,
            label,
            indexed
        }),
        (text(), targets(), names()).prop_map(|(name, target, keys)| Op::CreateIndex {
            name,
            kind: IndexKind::Range,
            target,
            keys
        }),
        text().prop_map(|name| Op::DropIndex { name }),
        (text(), constraint_kinds(), targets(), names())
            .prop_map(|(name, kind, target, keys)| Op::CreateConstraint { name, kind, target, keys }),
        text().prop_map(|name| Op::DropConstraint { name }),
        (any::<u128>(), prop::collection::vec(any::<u8>(), 0..20))
            .prop_map(|(token, answer)| Op::Remember { token: CommitToken(token), answer: answer.into() }),
    ]
}
