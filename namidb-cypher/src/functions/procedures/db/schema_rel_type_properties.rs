//! `db.schema.relTypeProperties()`.

use super::shape::{Shape, quoted};
use crate::exec::Ticks;
use crate::functions::TypeSet as T;
use crate::functions::procedures::{BuiltIn, Fields};
use namidb_core::{RelId, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) const SCHEMA_REL_TYPE_PROPERTIES: BuiltIn = BuiltIn {
    name: "db.schema.relTypeProperties",
    doc: "The properties of the relationships of each type, with their types, and whether all of them have it.",
    example: "CALL db.schema.relTypeProperties() YIELD relType, propertyName RETURN collect([relType, propertyName])",
    answer: "[[':`KNOWS`', 'since']]",
    fields: Fields::gives(&[
        ("relType", T::STRING),
        ("propertyName", T::STRING),
        ("propertyTypes", T::LIST),
        ("mandatory", T::BOOLEAN),
    ]),
    body: |_, call| {
        let state = call.state;
        let mut shapes: BTreeMap<Arc<str>, Shape> = BTreeMap::new();
        let mut ticks = Ticks::new();
        for relationship in state.live_relationships().iter().map(RelId) {
            ticks.tick(call.cx)?;
            let Some(record) = state.relationship(relationship) else { continue };
            let of = Arc::clone(state.catalog().rel_type_name(record.rel_type));
            shapes.entry(of).or_default().add(state, state.relationship_properties(relationship));
        }
        let rows = shapes
            .iter()
            .flat_map(|(of, shape)| shape.rows(&[Value::from(quoted(std::iter::once(of)).as_str())]));
        Ok(rows.collect())
    },
};
