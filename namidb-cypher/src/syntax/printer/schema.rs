//! Indexes and constraints, and SHOW.

use super::Printer;
use crate::syntax::ast::{
    ConstraintKind, CreateConstraint, CreateIndex, DropTarget, IndexType, Name, OrderBy, SchemaCommand,
    SchemaEntity, Show, ShowKind, ShowOnly, ShownConstraint, ValueTest,
};

impl Printer {
    pub(super) fn schema_command(&mut self, command: &SchemaCommand) {
        match command {
            SchemaCommand::CreateIndex(command) => self.create_index(command),
            SchemaCommand::CreateConstraint(command) => self.create_constraint(command),
            SchemaCommand::DropIndex(command) => {
                self.push("DROP INDEX ");
                match &command.target {
                    DropTarget::Name(name) => self.variable(name),
                    DropTarget::LabelAndKeys { label, keys } => {
                        self.push("ON :");
                        self.key(label);
                        self.push("(");
                        self.separated(keys, ", ", Self::key);
                        self.push(")");
                    }
                }
                self.push(if command.if_exists { " IF EXISTS" } else { "" });
            }
            SchemaCommand::DropConstraint(command) => {
                self.push("DROP CONSTRAINT ");
                self.variable(&command.name);
                self.push(if command.if_exists { " IF EXISTS" } else { "" });
            }
        }
    }

    fn create_index(&mut self, command: &CreateIndex) {
        self.push("CREATE ");
        // What is not named is a range index.
        if command.kind != IndexType::Range {
            self.push(command.kind.as_str());
            self.push(" ");
        }
        self.push("INDEX ");
        self.new_name(command.name.as_ref(), command.if_not_exists);
        self.schema_entity(&command.entity);
        match command.kind {
            IndexType::Lookup if command.entity.relationship => self.push(" ON EACH type(e)"),
            IndexType::Lookup => self.push(" ON EACH labels(e)"),
            IndexType::Fulltext => {
                self.push(" ON EACH [");
                self.keys(&command.keys);
                self.push("]");
            }
            _ => {
                self.push(" ON (");
                self.keys(&command.keys);
                self.push(")");
            }
        }
        self.opt_expr(" OPTIONS ", command.options.as_ref());
    }

    fn create_constraint(&mut self, command: &CreateConstraint) {
        self.push("CREATE CONSTRAINT ");
        self.new_name(command.name.as_ref(), command.if_not_exists);
        self.schema_entity(&command.entity);
        self.push(" REQUIRE (");
        self.keys(&command.keys);
        self.push(") IS ");
        match &command.kind {
            ConstraintKind::Unique => self.push("UNIQUE"),
            ConstraintKind::NotNull => self.push("NOT NULL"),
            ConstraintKind::Key => self.push("KEY"),
            ConstraintKind::Type(required) => self.value_test(&ValueTest::Typed(required.of.clone())),
        }
        self.opt_expr(" OPTIONS ", command.options.as_ref());
    }

    fn new_name(&mut self, name: Option<&Name>, if_not_exists: bool) {
        if let Some(name) = name {
            self.variable(name);
            self.push(" ");
        }
        self.push(if if_not_exists { "IF NOT EXISTS FOR " } else { "FOR " });
    }

    /// The pattern, whose variable is always `e`.
    fn schema_entity(&mut self, entity: &SchemaEntity) {
        self.push(if entity.relationship { "()-[e" } else { "(e" });
        if !entity.names.is_empty() {
            self.push(":");
            self.separated(&entity.names, "|", Self::key);
        }
        self.push(if entity.relationship { "]-()" } else { ")" });
    }

    fn keys(&mut self, keys: &[Name]) {
        self.separated(keys, ", ", |p, key| {
            p.push("e.");
            p.key(key);
        });
    }

    fn show_only(&mut self, only: ShowOnly) {
        match only {
            ShowOnly::Index(kind) => {
                self.push(kind.as_str());
                self.push(" ");
            }
            ShowOnly::Constraint { of, relationship } => {
                self.push(match relationship {
                    Some(true) => "RELATIONSHIP ",
                    Some(false) => "NODE ",
                    None => "",
                });
                self.push(match of {
                    ShownConstraint::Unique => "UNIQUE ",
                    ShownConstraint::Key => "KEY ",
                    ShownConstraint::Existence => "PROPERTY EXISTENCE ",
                    ShownConstraint::Type => "PROPERTY TYPE ",
                });
            }
            ShowOnly::Function { built_in } => {
                self.push(if built_in { "BUILT IN " } else { "USER DEFINED " });
            }
        }
    }

    pub(super) fn show(&mut self, show: &Show) {
        self.push("SHOW ");
        if let Some(only) = show.only {
            self.show_only(only);
        }
        self.push(match show.kind {
            ShowKind::Indexes => "INDEXES",
            ShowKind::Constraints => "CONSTRAINTS",
            ShowKind::Functions => "FUNCTIONS",
            ShowKind::Procedures => "PROCEDURES",
            ShowKind::Databases => "DATABASES",
        });
        if let Some(yields) = &show.yields {
            self.yields(yields);
        }
        if let Some(OrderBy { items, skip, limit, .. }) = &show.order_by {
            self.order_skip_limit(items, skip.as_ref(), limit.as_ref());
        }
        self.opt_expr(" WHERE ", show.predicate.as_ref());
        if let Some(returns) = &show.returns {
            self.push(" RETURN ");
            self.projection(&returns.projection);
        }
    }
}
