//! Many rows at once, given by their columns.

use super::{Action, EdgeRow, OnExisting, Properties, StagedBatch};
use crate::error::{Error, ErrorCode, Result};
use crate::value::{Value, storable};
use std::sync::Arc;
use uuid::Uuid;

/// The properties of many rows: of each a value in every column. Nulls count as absent.
pub type Columns = Vec<(Arc<str>, Vec<Value>)>;

impl StagedBatch {
    /// As [`StagedBatch::merge_nodes`], for rows whose properties are columns, each as long as `ids`.
    ///
    /// # Errors
    /// As [`StagedBatch::merge_nodes`]; `InvalidArgument` if the columns are not as long as that, or two have one name.
    pub fn merge_node_columns(
        &mut self,
        labels: &[Arc<str>],
        existing: OnExisting,
        ids: &[Uuid],
        columns: Columns,
    ) -> Result<usize> {
        let labels = self.names.label_set(labels)?;
        let records = self.stage_columns(ids.len(), columns)?;
        self.nodes.reserve(ids.len());
        for (id, properties) in ids.iter().zip(records) {
            self.push_node(*id, labels, Action::Upsert(properties), existing);
        }
        Ok(ids.len())
    }

    /// As [`StagedBatch::merge_edges`], for rows whose properties are columns, each as long as `ends`: of every row its source
    /// and target.
    ///
    /// # Errors
    /// As [`StagedBatch::merge_edges`]; `InvalidArgument` if the columns are not as long as that, or two have one name.
    pub fn merge_edge_columns(
        &mut self,
        rel_type: &Arc<str>,
        ends: &[(Uuid, Uuid)],
        columns: Columns,
    ) -> Result<usize> {
        let rel_type = self.names.rel_type(rel_type)?;
        let records = self.stage_columns(ends.len(), columns)?;
        self.edges.reserve(ends.len());
        for ((source, target), properties) in ends.iter().copied().zip(records) {
            let (action, position) = (Action::Upsert(properties), self.len());
            self.edges.push(EdgeRow { source, target, rel_type, action, position });
        }
        Ok(ends.len())
    }

    /// Stages the properties of so many rows. If one is refused, none is staged.
    fn stage_columns(&mut self, rows: usize, columns: Columns) -> Result<Vec<Properties>> {
        let mut named: Vec<(u32, std::vec::IntoIter<Value>)> = Vec::with_capacity(columns.len());
        for (name, values) in columns {
            let key = self.names.key(&name);
            if values.len() != rows || named.iter().any(|(taken, _)| *taken == key) {
                let message =
                    format!("the column {name:?} is not of {rows} values, or not the only one of its name");
                return Err(Error::new(ErrorCode::InvalidArgument, message));
            }
            for (row, value) in values.iter().enumerate() {
                storable::check(value).map_err(|reason| {
                    Error::from(reason).with_detail("property", &name).with_detail("row", row)
                })?;
            }
            named.push((key, values.into_iter()));
        }
        self.properties.reserve(rows * named.len());
        let record = |_| {
            let from = self.properties.len();
            for (key, values) in &mut named {
                let value = values.next().filter(|value| !value.is_null());
                self.properties.extend(value.map(|value| (*key, value)));
            }
            Properties { from, len: self.properties.len() - from }
        };
        Ok((0..rows).map(record).collect())
    }
}
