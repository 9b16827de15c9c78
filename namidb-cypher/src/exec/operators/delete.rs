//! DELETE and DETACH DELETE.
//!
//! Relationships go first, then nodes. A node that still has relationships then is looked at again when the statement
//! has ended: a later clause may delete them.

use super::write::Write;
use crate::error::Error;
use crate::exec::operator::{Resident, Run};
use crate::factor::Batch;
use crate::physical::Expression;
use crate::syntax::span::Span;
use namidb_core::{ErrorCode, NodeId, RelId, Value};

/// What to delete for each row.
#[derive(Debug)]
pub(crate) struct Delete {
    /// Nodes, relationships and paths.
    pub(crate) targets: Vec<Expression>,
    /// Whether a node's relationships go with it.
    pub(crate) detach: bool,
}

impl Write for Delete {
    fn write(&self, rows: Batch, run: &mut Run<'_>) -> Result<Batch, Error> {
        let (mut nodes, mut relationships) = (Vec::new(), Vec::new());
        // Up to which node each target gave them.
        let mut ends = Vec::with_capacity(self.targets.len());
        for target in &self.targets {
            let at = Resident { state: run.state(), cx: run.cx };
            for value in target.evaluate(&rows, 0, at)?.values() {
                collect(&value, target.span, &mut nodes, &mut relationships)?;
            }
            ends.push((nodes.len(), target.span));
        }
        for (done, relationship) in relationships.into_iter().enumerate() {
            if done % 1024 == 0 {
                run.cx.check()?;
            }
            run.changes()?.delete_relationship(relationship)?;
        }
        for (number, node) in nodes.into_iter().enumerate() {
            run.cx.check()?;
            if self.detach {
                run.changes()?.detach_delete_node(node)?;
                continue;
            }
            match run.changes()?.delete_node(node) {
                Ok(_) => {}
                Err(error) if error.code() == ErrorCode::DeleteConnected => {
                    let target = ends.partition_point(|(end, _)| *end <= number);
                    let span = ends.get(target).map_or(Span::default(), |(_, span)| *span);
                    run.connected.push((node, span));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(rows)
    }
}

fn collect(
    value: &Value,
    span: Span,
    nodes: &mut Vec<NodeId>,
    relationships: &mut Vec<RelId>,
) -> Result<(), Error> {
    match value {
        Value::Null => {}
        Value::Node(node) => nodes.push(*node),
        Value::Relationship(relationship) => relationships.push(*relationship),
        Value::Path(path) => {
            nodes.extend(&path.nodes);
            relationships.extend(&path.relationships);
        }
        other => {
            return Err(Error::runtime(
                ErrorCode::Type,
                "TypeError",
                "InvalidArgumentType",
                format!("DELETE takes nodes, relationships and paths, not {}", other.type_name()),
            )
            .with_span(span));
        }
    }
    Ok(())
}
