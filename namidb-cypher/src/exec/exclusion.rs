//! Relationship uniqueness: which relationships a row has walked already.

use super::ids;
use crate::binder::bound::VarId;
use crate::error::Error;
use crate::factor::Batch;
use crate::vector::Vector;
use namidb_core::Value;
use smallvec::SmallVec;

/// The relationships that each row of a group must not walk again.
pub(crate) struct Exclusion {
    columns: SmallVec<[Vector; 2]>,
}

/// The relationships of one row.
pub(crate) type Excluded = SmallVec<[u64; 4]>;

impl Exclusion {
    /// Those of these variables, which hold relationships and lists of them.
    pub(crate) fn new(batch: &Batch, variables: &[VarId], group: usize) -> Result<Exclusion, Error> {
        let columns = variables.iter().map(|v| ids::column(batch, *v, group)).collect::<Result<_, _>>()?;
        Ok(Exclusion { columns })
    }

    /// Whether a relationship is among those of a row.
    #[inline]
    pub(crate) fn has(&self, row: usize, relationship: u64) -> bool {
        self.columns.iter().any(|column| match column {
            Vector::Relationship(ids) => ids.get(row) == Some(relationship),
            other => {
                let mut excluded = Excluded::new();
                add(&other.value(row), &mut excluded);
                excluded.contains(&relationship)
            }
        })
    }

    /// Those of a row.
    #[inline]
    pub(crate) fn of(&self, row: usize) -> Excluded {
        let mut excluded = Excluded::new();
        for column in &self.columns {
            match column {
                Vector::Relationship(ids) => excluded.extend(ids.get(row)),
                other => add(&other.value(row), &mut excluded),
            }
        }
        excluded
    }
}

fn add(value: &Value, excluded: &mut Excluded) {
    match value {
        Value::Relationship(relationship) => excluded.push(relationship.0),
        Value::List(items) => items.iter().for_each(|item| {
            if let Value::Relationship(relationship) = item {
                excluded.push(relationship.0);
            }
        }),
        _ => {}
    }
}
