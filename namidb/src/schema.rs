//! What a graph consists of: names with their counts, and the definitions of indexes and constraints.

use namidb_core::PropertyKeyId;
use namidb_core::graph::{
    Chunk, ChunkData, Column, ConstraintDefinition, GraphState, IndexDefinition, SchemaTarget,
};
use namidb_cypher::logical::schema::{constraint_statement, index_statement};
use std::sync::Arc;

/// What a graph consists of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Schema {
    /// The labels that nodes have, each with how many.
    pub labels: Vec<(Arc<str>, u64)>,
    /// The relationship types that there are, each with how many.
    pub relationship_types: Vec<(Arc<str>, u64)>,
    /// The properties of nodes.
    pub node_properties: Vec<PropertySummary>,
    /// The properties of relationships.
    pub relationship_properties: Vec<PropertySummary>,
    /// The indexes, those of constraints included, in the order of their creation.
    pub indexes: Vec<IndexSummary>,
    /// The constraints, in the order of their creation.
    pub constraints: Vec<ConstraintSummary>,
}

/// One property of all nodes, or of all relationships.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PropertySummary {
    /// The property's key.
    pub key: Arc<str>,
    /// How many have it.
    pub count: u64,
    /// The types that its values are of, as Cypher names them, in the order of the alphabet.
    pub types: Vec<&'static str>,
}

/// What an index covers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IndexSummary {
    /// Its name.
    pub name: Arc<str>,
    /// Whether it covers relationships.
    pub on_relationships: bool,
    /// Its label or relationship type.
    pub label_or_type: Arc<str>,
    /// Its properties, in their order.
    pub properties: Vec<Arc<str>>,
    /// Whether it belongs to the constraint of its name.
    pub of_constraint: bool,
    /// How many nodes or relationships are in it.
    pub entries: u64,
    /// The statement that makes it again; for one that belongs to a constraint, that which makes the constraint.
    pub statement: String,
}

/// What a constraint covers and requires.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConstraintSummary {
    /// Its name.
    pub name: Arc<str>,
    /// What it requires, as it is written after `IS`: `UNIQUE`, `NOT NULL`, `KEY`, `:: INTEGER`.
    pub kind: String,
    /// Whether it is about relationships.
    pub on_relationships: bool,
    /// Its label or relationship type.
    pub label_or_type: Arc<str>,
    /// Its properties.
    pub properties: Vec<Arc<str>>,
    /// The statement that makes it again.
    pub statement: String,
}

impl Schema {
    /// The schema of a state.
    pub(crate) fn of(state: &GraphState) -> Schema {
        Schema::with_types(state, types_of)
    }

    /// The schema of a state without the types of properties, for which their chunks would have to be read.
    pub(crate) fn without_types(state: &GraphState) -> Schema {
        Schema::with_types(state, |_| Vec::new())
    }

    fn with_types(state: &GraphState, types_of: fn(&Column) -> Vec<&'static str>) -> Schema {
        let catalog = state.catalog();
        let labels = catalog.labels().map(|(label, name)| (Arc::clone(name), state.label_count(label)));
        let types =
            catalog.rel_types().map(|(number, name)| (Arc::clone(name), state.rel_type_count(number)));
        let properties = |column: fn(&GraphState, PropertyKeyId) -> Option<&Column>| {
            let summary = |(key, name): (PropertyKeyId, &Arc<str>)| {
                let column = column(state, key).filter(|column| column.present_count() > 0)?;
                let (key, count) = (Arc::clone(name), column.present_count());
                Some(PropertySummary { key, count, types: types_of(column) })
            };
            catalog.property_keys().filter_map(summary).collect()
        };
        Schema {
            labels: labels.filter(|(_, count)| *count > 0).collect(),
            relationship_types: types.filter(|(_, count)| *count > 0).collect(),
            node_properties: properties(GraphState::node_column),
            relationship_properties: properties(GraphState::relationship_column),
            indexes: state.index_definitions().map(|definition| index(state, definition)).collect(),
            constraints: state.constraint_definitions().map(|c| constraint(state, c)).collect(),
        }
    }

    /// The statements that make the indexes and constraints again in an empty graph.
    pub fn ddl(&self) -> Vec<String> {
        let indexes = self.indexes.iter().filter(|index| !index.of_constraint).map(|index| &index.statement);
        self.constraints.iter().map(|constraint| &constraint.statement).chain(indexes).cloned().collect()
    }

    /// A text that schemas with the same names and definitions have in common, whatever their counts and the types of their
    /// values.
    pub fn fingerprint(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        parts.extend(self.labels.iter().map(|(name, _)| format!("label {name}")));
        parts.extend(self.relationship_types.iter().map(|(name, _)| format!("type {name}")));
        for (of, properties) in
            [("node", &self.node_properties), ("relationship", &self.relationship_properties)]
        {
            parts.extend(properties.iter().map(|p| format!("{of} property {}", p.key)));
        }
        parts.extend(self.ddl());
        parts.sort();
        // FNV-1a: nothing has to be kept secret, and the number must be the same everywhere and in every version.
        let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        format!("{hash:016x}")
    }
}

fn key_names(state: &GraphState, keys: &[PropertyKeyId]) -> Vec<Arc<str>> {
    keys.iter().map(|key| Arc::clone(state.catalog().property_key_name(*key))).collect()
}

fn index(state: &GraphState, definition: &IndexDefinition) -> IndexSummary {
    IndexSummary {
        name: Arc::clone(&definition.name),
        on_relationships: definition.target.is_relationship(),
        label_or_type: target_name(state, definition.target),
        properties: key_names(state, &definition.keys),
        of_constraint: definition.constraint,
        entries: state.index(definition.target, &definition.keys).map_or(0, |index| index.len()),
        statement: index_statement(state.catalog(), definition),
    }
}

fn constraint(state: &GraphState, definition: &ConstraintDefinition) -> ConstraintSummary {
    ConstraintSummary {
        name: Arc::clone(&definition.name),
        kind: definition.kind.to_string(),
        on_relationships: definition.target.is_relationship(),
        label_or_type: target_name(state, definition.target),
        properties: key_names(state, &definition.keys),
        statement: constraint_statement(state.catalog(), definition),
    }
}

fn target_name(state: &GraphState, target: SchemaTarget) -> Arc<str> {
    Arc::clone(state.catalog().target_name(target))
}

/// The types of a column's values. A chunk knows its own, unless it mixes several.
fn types_of(column: &Column) -> Vec<&'static str> {
    let mut types: Vec<&'static str> = Vec::new();
    let mut add = |name: &'static str| {
        if !types.contains(&name) {
            types.push(name);
        }
    };
    for (_, chunk) in column.chunks() {
        let values = |chunk: &Chunk| (0..chunk.len()).filter(|at| chunk.is_present(*at)).collect::<Vec<_>>();
        match chunk.data() {
            ChunkData::Mixed(_) => {
                values(chunk).into_iter().for_each(|at| add(chunk.get(at).type_name()));
            }
            _ => {
                if let Some(at) = values(chunk).first() {
                    add(chunk.get(*at).type_name());
                }
            }
        }
    }
    types.sort_unstable();
    types
}

#[cfg(test)]
mod tests {
    use crate::blocking::Database;

    #[test]
    fn a_schema_names_what_there_is() -> crate::Result<()> {
        let database = Database::open("memory://schema-names")?;
        for text in [
            "CREATE (:P {a: 1, b: 'x'})-[:R {k: 1.5}]->(:P {a: 'y'})",
            "CREATE (:Gone {only: 1})",
            "MATCH (n:Gone) DELETE n",
            "CREATE CONSTRAINT u FOR (p:P) REQUIRE p.a IS UNIQUE",
            "CREATE INDEX ks FOR ()-[r:R]-() ON (r.k, r.s)",
        ] {
            database.cypher(text, ())?;
        }
        let schema = database.schema()?;
        assert_eq!(schema.labels, [("P".into(), 2)]);
        assert_eq!(schema.relationship_types, [("R".into(), 1)]);
        let properties: Vec<_> =
            schema.node_properties.iter().map(|p| (&*p.key, p.count, &p.types[..])).collect();
        assert_eq!(properties, [("a", 2, &["INTEGER", "STRING"][..]), ("b", 1, &["STRING"])]);
        assert_eq!(schema.relationship_properties.len(), 1);
        let indexes: Vec<_> = schema.indexes.iter().map(|i| (&*i.name, i.of_constraint, i.entries)).collect();
        assert_eq!(indexes, [("u", true, 2), ("ks", false, 0)]);
        assert_eq!(schema.constraints[0].kind, "UNIQUE");

        // The statements make the same definitions again.
        let again = Database::open("memory://schema-again")?;
        for statement in schema.ddl() {
            again.cypher(&statement, ())?;
        }
        assert_eq!(again.schema()?.ddl(), schema.ddl());
        assert_ne!(again.schema()?.fingerprint(), schema.fingerprint());
        again.cypher("CREATE (:P {a: 7, b: 'z'})-[:R {k: 2.5}]->(:P {a: 'w'}), (:P)", ())?;
        assert_eq!(again.schema()?.fingerprint(), schema.fingerprint());
        Ok(())
    }
}
