//! Syntax tree to text: one line, as few parentheses as the tree allows, and `parse(print(x)) == x`.
//!
//! Names that could be read as something else stand in backticks. What has an older and a newer form is
//! written in the newer one.

mod expr;
mod name;
mod pattern;
mod schema;

use super::ast::{
    CallProcedure, CallSubquery, Clause, Expr, Load, LoadFormat, Merge, OnError, Projection, Query,
    RemoveItem, RemoveKind, SetItem, SetKind, SingleQuery, SortItem, Statement, StatementKind, StatementMode,
    Yield,
};

/// The text of a statement.
pub fn print(statement: &Statement) -> String {
    let mut printer = Printer { out: String::new() };
    printer.push(match statement.mode {
        StatementMode::Run => "",
        StatementMode::Explain => "EXPLAIN ",
        StatementMode::Profile => "PROFILE ",
    });
    match &statement.kind {
        StatementKind::Query(query) => printer.query(query),
        StatementKind::Schema(command) => printer.schema_command(command),
        StatementKind::Show(show) => printer.show(show),
    }
    printer.out
}

/// What is wrong with a statement that is another one, or none, once it is printed. Debug builds ask for every
/// statement that they prepare.
pub(crate) fn misread(statement: &Statement) -> Option<String> {
    let printed = print(statement);
    match super::parse(&printed) {
        Ok(again) if again == *statement => None,
        // Parentheses that the text did not have may lead beyond a limit that the text just kept.
        Err(error) if error.code() == namidb_core::ErrorCode::QueryTooComplex => None,
        Ok(_) => Some(format!("printed, it is another statement: {printed}")),
        Err(error) => Some(format!("printed, it does not parse: {printed}: {error}")),
    }
}

/// The text of an expression.
pub fn print_expr(expr: &Expr) -> String {
    let mut printer = Printer { out: String::new() };
    printer.expr(expr);
    printer.out
}

struct Printer {
    out: String,
}

impl Printer {
    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Writes the items with `separator` between them.
    fn separated<T>(&mut self, items: &[T], separator: &str, mut item: impl FnMut(&mut Self, &T)) {
        for (i, each) in items.iter().enumerate() {
            if i > 0 {
                self.push(separator);
            }
            item(self, each);
        }
    }

    /// Writes `before` and the expression, if there is one.
    fn opt_expr(&mut self, before: &str, expr: Option<&Expr>) {
        if let Some(expr) = expr {
            self.push(before);
            self.expr(expr);
        }
    }

    fn query(&mut self, query: &Query) {
        self.single_query(&query.first);
        for union in &query.unions {
            self.push(if union.all { " UNION ALL " } else { " UNION " });
            self.single_query(&union.query);
        }
    }

    fn single_query(&mut self, query: &SingleQuery) {
        self.separated(&query.clauses, " ", Self::clause);
    }

    fn clause(&mut self, clause: &Clause) {
        match clause {
            Clause::Match(clause) => {
                self.push(if clause.optional { "OPTIONAL MATCH " } else { "MATCH " });
                self.push(if clause.repeatable { "REPEATABLE ELEMENTS " } else { "" });
                self.pattern(&clause.pattern);
                self.opt_expr(" WHERE ", clause.predicate.as_ref());
            }
            Clause::Unwind(clause) => {
                self.push("UNWIND ");
                self.expr(&clause.list);
                self.push(" AS ");
                self.variable(&clause.variable);
            }
            Clause::With(clause) => {
                self.push("WITH ");
                self.projection(&clause.projection);
                self.opt_expr(" WHERE ", clause.predicate.as_ref());
            }
            Clause::Return(clause) => {
                self.push("RETURN ");
                self.projection(&clause.projection);
            }
            Clause::Create(clause) => {
                self.push("CREATE ");
                self.pattern(&clause.pattern);
            }
            Clause::Merge(clause) => self.merge(clause),
            Clause::Set(clause) => {
                self.push("SET ");
                self.separated(&clause.items, ", ", Self::set_item);
            }
            Clause::Remove(clause) => {
                self.push("REMOVE ");
                self.separated(&clause.items, ", ", Self::remove_item);
            }
            Clause::Delete(clause) => {
                self.push(if clause.detach { "DETACH DELETE " } else { "DELETE " });
                self.separated(&clause.targets, ", ", Self::expr);
            }
            Clause::Foreach(clause) => {
                self.push("FOREACH (");
                self.variable(&clause.variable);
                self.push(" IN ");
                self.expr(&clause.list);
                self.push(" | ");
                self.separated(&clause.clauses, " ", Self::clause);
                self.push(")");
            }
            Clause::CallProcedure(clause) => self.call_procedure(clause),
            Clause::CallSubquery(clause) => self.call_subquery(clause),
            Clause::Load(clause) => self.load(clause),
            Clause::Let(clause) => {
                self.push("LET ");
                self.separated(&clause.items, ", ", |p, (name, value)| {
                    p.variable(name);
                    p.opt_expr(" = ", Some(value));
                });
            }
            Clause::Filter(clause) => self.opt_expr("FILTER WHERE ", Some(&clause.predicate)),
            Clause::OrderBy(clause) => {
                let mut order = Printer { out: String::new() };
                order.order_skip_limit(&clause.items, clause.skip.as_ref(), clause.limit.as_ref());
                self.push(order.out.trim_start());
            }
            Clause::Finish(_) => self.push("FINISH"),
        }
    }

    fn projection(&mut self, projection: &Projection) {
        if projection.distinct {
            self.push("DISTINCT ");
        }
        if projection.star {
            self.push(if projection.items.is_empty() { "*" } else { "*, " });
        }
        self.separated(&projection.items, ", ", |p, item| {
            p.expr(&item.expr);
            if let Some(alias) = &item.alias {
                p.push(" AS ");
                p.variable(alias);
            }
        });
        let Projection { order_by, skip, limit, .. } = projection;
        self.order_skip_limit(order_by, skip.as_ref(), limit.as_ref());
    }

    fn order_skip_limit(&mut self, order_by: &[SortItem], skip: Option<&Expr>, limit: Option<&Expr>) {
        if !order_by.is_empty() {
            self.push(" ORDER BY ");
            self.separated(order_by, ", ", |p, item| {
                p.expr(&item.expr);
                p.push(if item.descending { " DESC" } else { "" });
            });
        }
        self.opt_expr(" SKIP ", skip);
        self.opt_expr(" LIMIT ", limit);
    }

    fn merge(&mut self, merge: &Merge) {
        self.push("MERGE ");
        self.pattern_part(&merge.pattern);
        for action in &merge.actions {
            self.push(if action.on_create { " ON CREATE SET " } else { " ON MATCH SET " });
            self.separated(&action.items, ", ", Self::set_item);
        }
    }

    fn set_item(&mut self, item: &SetItem) {
        match &item.kind {
            SetKind::Property { entity, key, value } => {
                self.operand_of_access(entity);
                self.push(".");
                self.key(key);
                self.opt_expr(" = ", Some(value));
            }
            SetKind::DynamicProperty { entity, key, value } => {
                self.operand_of_access(entity);
                self.push("[");
                self.expr(key);
                self.push("]");
                self.opt_expr(" = ", Some(value));
            }
            SetKind::Replace { variable, value } => {
                self.variable(variable);
                self.opt_expr(" = ", Some(value));
            }
            SetKind::Merge { variable, value } => {
                self.variable(variable);
                self.opt_expr(" += ", Some(value));
            }
            SetKind::Labels { variable, labels, computed } => {
                self.variable(variable);
                self.labels(labels);
                self.computed_labels(computed);
            }
        }
    }

    fn remove_item(&mut self, item: &RemoveItem) {
        match &item.kind {
            RemoveKind::Property { entity, key } => {
                self.operand_of_access(entity);
                self.push(".");
                self.key(key);
            }
            RemoveKind::DynamicProperty { entity, key } => {
                self.operand_of_access(entity);
                self.push("[");
                self.expr(key);
                self.push("]");
            }
            RemoveKind::Labels { variable, labels, computed } => {
                self.variable(variable);
                self.labels(labels);
                self.computed_labels(computed);
            }
        }
    }

    fn computed_labels(&mut self, computed: &[Expr]) {
        for names in computed {
            self.push(":$(");
            self.expr(names);
            self.push(")");
        }
    }

    fn call_procedure(&mut self, call: &CallProcedure) {
        self.push(if call.optional { "OPTIONAL CALL " } else { "CALL " });
        self.dotted_name(&call.name);
        if let Some(arguments) = &call.arguments {
            self.push("(");
            self.separated(arguments, ", ", Self::expr);
            self.push(")");
        }
        if let Some(yields) = &call.yields {
            self.yields(yields);
        }
    }

    fn yields(&mut self, yields: &Yield) {
        self.push(" YIELD ");
        if yields.star {
            self.push("*");
        } else if yields.items.is_empty() {
            self.push("-");
        }
        self.separated(&yields.items, ", ", |p, item| {
            p.key(&item.field);
            if let Some(alias) = &item.alias {
                p.push(" AS ");
                p.variable(alias);
            }
        });
        self.opt_expr(" WHERE ", yields.predicate.as_ref());
    }

    fn call_subquery(&mut self, call: &CallSubquery) {
        self.push(if call.optional { "OPTIONAL CALL " } else { "CALL " });
        if let Some(imports) = &call.imports {
            self.push(if imports.star { "(*" } else { "(" });
            self.separated(&imports.names, ", ", Self::variable);
            self.push(") ");
        }
        self.push("{ ");
        self.query(&call.query);
        self.push(" }");
        if let Some(transactions) = &call.in_transactions {
            self.push(" IN TRANSACTIONS");
            if let Some(rows) = &transactions.rows {
                self.push(" OF ");
                self.expr(rows);
                self.push(" ROWS");
            }
            self.push(match transactions.on_error {
                OnError::Fail => "",
                OnError::Continue => " ON ERROR CONTINUE",
                OnError::Break => " ON ERROR BREAK",
            });
            if let Some(status) = &transactions.status {
                self.push(" REPORT STATUS AS ");
                self.variable(status);
            }
        }
    }

    fn load(&mut self, load: &Load) {
        self.push(match &load.format {
            LoadFormat::Csv { with_headers: true, .. } => "LOAD CSV WITH HEADERS FROM ",
            LoadFormat::Csv { with_headers: false, .. } => "LOAD CSV FROM ",
            LoadFormat::Parquet => "LOAD PARQUET FROM ",
        });
        self.expr(&load.location);
        self.push(" AS ");
        self.variable(&load.variable);
        if let LoadFormat::Csv { field_terminator, .. } = &load.format {
            self.opt_expr(" FIELDTERMINATOR ", field_terminator.as_ref());
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
