//! CREATE and DROP of indexes and constraints.

use super::errors::{semantic, unsupported};
use crate::Error;
use crate::logical::LogicalPlan;
use crate::logical::schema::{DroppedIndex, SchemaChange};
use crate::syntax::ast::{
    self, DropTarget, IndexType, Name, SchemaCommand, SchemaEntity, ValueType, ValueTypeKind,
};
use crate::syntax::span::Span;
use namidb_core::graph::op::IndexKind;
use namidb_core::graph::{ConstraintKind, PropertyType};
use namidb_core::transaction::TargetName;
use std::sync::Arc;

/// A schema command as its plan.
pub(super) fn bind(command: &SchemaCommand) -> Result<LogicalPlan, Error> {
    Ok(LogicalPlan::Schema(match command {
        SchemaCommand::CreateIndex(index) => {
            let kind = match index.kind {
                IndexType::Range => "",
                IndexType::Text => "a TEXT index",
                IndexType::Point => "a POINT index",
                IndexType::Fulltext => "a FULLTEXT index",
                IndexType::Vector => "a VECTOR index",
                IndexType::Lookup => "a LOOKUP index",
            };
            match index.kind {
                IndexType::Range => {}
                // Labels and types are found without an index.
                IndexType::Lookup => {
                    return Err(unsupported(index.span, kind).with_hint(
                        "Labels and relationship types are always indexed: leave the command out",
                    ));
                }
                IndexType::Text => {
                    return Err(unsupported(index.span, kind).with_hint(
                        "A range index also answers equality and STARTS WITH of text: CREATE INDEX",
                    ));
                }
                IndexType::Point => {
                    return Err(unsupported(index.span, kind).with_hint(
                        "Without one, point.distance() and point.withinBBox() look at each node",
                    ));
                }
                IndexType::Fulltext => {
                    return Err(unsupported(index.span, kind).with_hint(
                        "CONTAINS and =~ find words without one; a range index answers STARTS WITH",
                    ));
                }
                IndexType::Vector => {
                    return Err(unsupported(index.span, kind).with_hint(
                        "The nearest are found without one: ORDER BY vector.similarity.cosine(n.embedding, $to) DESC \
                        LIMIT 10",
                    ));
                }
            }
            no_options(index.options.as_ref(), "OPTIONS of an index")?;
            SchemaChange::CreateIndex {
                name: index.name.as_ref().map(|name| Arc::clone(&name.text)),
                kind: IndexKind::Range,
                target: target(&index.entity)?,
                keys: keys(&index.keys)?,
                if_not_exists: index.if_not_exists,
            }
        }
        SchemaCommand::DropIndex(index) => SchemaChange::DropIndex {
            index: match &index.target {
                DropTarget::Name(name) => DroppedIndex::Name(Arc::clone(&name.text)),
                DropTarget::LabelAndKeys { label, keys: of } => {
                    DroppedIndex::Covering(TargetName::Label(Arc::clone(&label.text)), keys(of)?)
                }
            },
            if_exists: index.if_exists,
        },
        SchemaCommand::CreateConstraint(constraint) => {
            no_options(constraint.options.as_ref(), "OPTIONS of a constraint")?;
            let kind = constraint_kind(&constraint.kind)?;
            if let (true, [_, second, ..]) = (kind.takes_one_key(), constraint.keys.as_slice()) {
                let message = format!("a constraint IS {kind} is about one property");
                return Err(semantic("InvalidNumberOfProperties", second.span, message)
                    .with_hint("Create one constraint for each property"));
            }
            SchemaChange::CreateConstraint {
                name: constraint.name.as_ref().map(|name| Arc::clone(&name.text)),
                kind,
                target: target(&constraint.entity)?,
                keys: keys(&constraint.keys)?,
                if_not_exists: constraint.if_not_exists,
            }
        }
        SchemaCommand::DropConstraint(constraint) => SchemaChange::DropConstraint {
            name: Arc::clone(&constraint.name.text),
            if_exists: constraint.if_exists,
        },
    }))
}

fn no_options(options: Option<&ast::Expr>, what: &str) -> Result<(), Error> {
    match options {
        Some(options) => Err(unsupported(options.span, what).with_hint("Leave them out")),
        None => Ok(()),
    }
}

fn target(entity: &SchemaEntity) -> Result<TargetName, Error> {
    match (entity.names.as_slice(), entity.relationship) {
        ([name], false) => Ok(TargetName::Label(Arc::clone(&name.text))),
        ([name], true) => Ok(TargetName::RelType(Arc::clone(&name.text))),
        _ => Err(semantic(
            "InvalidNumberOfLabels",
            entity.span,
            "an index or constraint is about one label or relationship type",
        )),
    }
}

fn keys(names: &[Name]) -> Result<Vec<Arc<str>>, Error> {
    for (at, name) in names.iter().enumerate() {
        if names.iter().take(at).any(|before| before.text == name.text) {
            let message = format!("the property {} is named twice", name.text);
            return Err(semantic("DuplicateProperty", name.span, message));
        }
    }
    Ok(names.iter().map(|name| Arc::clone(&name.text)).collect())
}

fn constraint_kind(kind: &ast::ConstraintKind) -> Result<ConstraintKind, Error> {
    Ok(match kind {
        ast::ConstraintKind::Unique => ConstraintKind::Unique,
        ast::ConstraintKind::NotNull => ConstraintKind::NotNull,
        ast::ConstraintKind::Key => ConstraintKind::Key,
        ast::ConstraintKind::Type(required) => {
            ConstraintKind::Type(property_type(&required.of, required.span)?)
        }
    })
}

/// The type as a constraint can require it.
fn property_type(of: &ValueType, span: Span) -> Result<PropertyType, Error> {
    let hint = match &of.kind {
        ValueTypeKind::Union(types) => {
            return types
                .iter()
                .try_fold(PropertyType::default(), |so_far, of| Ok(so_far.or(property_type(of, span)?)));
        }
        _ if of.not_null => "Null is of every type here: leave NOT NULL out, and require IS NOT NULL besides",
        ValueTypeKind::Scalar(scalar) => return Ok(PropertyType::scalar(*scalar)),
        ValueTypeKind::List(element) => match element.kind {
            ValueTypeKind::Scalar(scalar) if element.not_null => return Ok(PropertyType::list(scalar)),
            ValueTypeKind::Scalar(_) => {
                "No list of a property holds nulls: write NOT NULL behind the type of its elements"
            }
            _ => "The elements of a list have one type, which has no parts, as in LIST<STRING NOT NULL>",
        },
        _ => {
            "There are BOOLEAN, STRING, INTEGER, FLOAT, DATE, LOCAL TIME, ZONED TIME, LOCAL DATETIME, \
             ZONED DATETIME, DURATION, POINT, lists such as LIST<STRING NOT NULL>, and unions such as \
             INTEGER | FLOAT"
        }
    };
    let message = format!("{of} is not a type that a property can be required to have");
    Err(semantic("InvalidPropertyType", span, message).with_hint(hint))
}
