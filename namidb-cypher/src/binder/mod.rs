//! Names to variables: which are visible where, what each holds, and all that openCypher calls an error
//! before a query runs.
//!
//! - A clause sees the scope that the clause before it left. A pattern reuses the names that it finds there
//!   and declares the others; WITH starts a new scope.
//! - `WITH n` keeps the variable of `n`; `WITH n AS m` makes a new one.
//! - A subquery of an expression is planned where it is bound, since its plan is part of the expression.

mod aggregation;
mod bind_call;
mod bind_case;
mod bind_create;
mod bind_delete;
mod bind_expr;
mod bind_foreach;
mod bind_function;
mod bind_labels;
mod bind_load;
mod bind_match;
mod bind_merge;
mod bind_pattern;
mod bind_procedure;
mod bind_query;
mod bind_remove;
mod bind_repeated;
mod bind_schema;
mod bind_selected;
mod bind_set;
mod bind_show;
mod bind_show_callables;
mod bind_subquery;
mod bind_transactions;
mod bind_unwind;
mod bind_with_all;
mod bind_with_return;
pub mod bound;
pub mod bound_query;
mod elsewhere;
mod errors;
mod scope;
mod types;
mod walk;

use crate::Error;
use crate::functions::TypeSet;
use crate::functions::procedures::Callables;
use crate::syntax::ast::{Name, Statement, StatementKind};
use crate::syntax::span::Span;
use aggregation::Aggregation;
use bound::{Expr, ExprKind, VarId, Variable, VariableKind};
use bound_query::{BoundStatement, Variables};
pub(crate) use errors::closest;
use errors::{did_you_mean, semantic};
use namidb_core::graph::GraphState;
use namidb_core::hash::HashMap;
use scope::Scope;
use std::sync::Arc;
use types::Type;

/// A statement after binding.
#[derive(Debug)]
pub struct Bound {
    /// What it does.
    pub statement: BoundStatement,
    /// Every variable, by number.
    pub variables: Variables,
    /// The parameters that the text names, each once.
    pub parameters: Vec<Arc<str>>,
    /// What the values of each column of the result may be.
    pub column_types: Vec<TypeSet>,
}

/// Binds a statement. `text` is what it was parsed from: columns are named by it. `state` gives statistics for
/// the plans of subqueries. `callables` are what it may call.
///
/// # Errors
/// What openCypher calls compile-time errors, with their place in the text; `Unsupported` for what this version
/// does not run.
pub fn bind(
    text: &str,
    statement: &Statement,
    state: &GraphState,
    callables: &Callables,
) -> Result<Bound, Error> {
    let mut binder = Binder::new(text, state, callables);
    let bound = match &statement.kind {
        StatementKind::Query(query) => {
            bind_transactions::check(query)?;
            BoundStatement::Query(binder.query(query)?)
        }
        StatementKind::Schema(command) => BoundStatement::Schema(bind_schema::bind(command)?),
        StatementKind::Show(show) => binder.show(show)?,
    };
    let columns = match &bound {
        BoundStatement::Query(query) => query.columns.as_slice(),
        BoundStatement::Show { columns, .. } => columns.as_slice(),
        BoundStatement::Schema(_) => &[],
    };
    let column_types = columns.iter().map(|(_, variable)| binder.type_of(*variable).set).collect();
    let Binder { variables, parameters, .. } = binder;
    Ok(Bound { statement: bound, variables, parameters, column_types })
}

/// An expression with what is known of its value.
#[derive(Clone, Debug)]
struct Typed {
    expr: Expr,
    kind: Type,
}

/// The state of binding.
struct Binder<'a> {
    text: &'a str,
    state: &'a GraphState,
    callables: &'a Callables,
    variables: Variables,
    types: HashMap<VarId, Type>,
    parameters: Vec<Arc<str>>,
    /// The names visible now.
    scope: Scope,
    aggregation: Aggregation,
    /// Whether a bare pattern may stand for whether it matches, in the expression that is bound next.
    pattern_allowed: bool,
    /// The operand of the CASE whose WHEN is bound, if it asks more of it than whether it equals a value.
    case_operand: Option<VarId>,
    /// Results of calls that named none of theirs.
    unnamed_results: Vec<Arc<str>>,
    /// Clauses and pattern elements so far.
    size: usize,
}

impl<'a> Binder<'a> {
    fn new(text: &'a str, state: &'a GraphState, callables: &'a Callables) -> Binder<'a> {
        Binder {
            text,
            state,
            callables,
            variables: Variables::default(),
            types: HashMap::default(),
            parameters: Vec::new(),
            scope: Scope::default(),
            aggregation: Aggregation::default(),
            pattern_allowed: false,
            case_operand: None,
            unnamed_results: Vec::new(),
            size: 0,
        }
    }

    /// A variable of a pattern, visible from now on if it has a name.
    fn declare_kind(&mut self, name: Option<&Name>, kind: VariableKind) -> VarId {
        let text = name.map_or_else(|| Arc::from("  "), |n| Arc::clone(&n.text));
        let variable = self.variables.add(Variable { name: text, kind });
        self.types.insert(variable, Type::of_kind(kind));
        if let Some(name) = name {
            self.scope.insert(&name.text, variable);
        }
        variable
    }

    /// A variable for a value; not visible by itself.
    fn value_variable(&mut self, name: &Arc<str>, kind: Type) -> VarId {
        let variable = self.variables.add(Variable { name: Arc::clone(name), kind: VariableKind::Value });
        self.types.insert(variable, kind);
        variable
    }

    fn type_of(&self, variable: VarId) -> Type {
        self.types.get(&variable).copied().unwrap_or(Type::ANY)
    }

    fn kind_of(&self, variable: VarId) -> VariableKind {
        self.variables.get(variable).map_or(VariableKind::Value, |v| v.kind)
    }

    /// The variable of a name that must be visible.
    fn resolve(&self, name: &str, span: Span) -> Result<VarId, Error> {
        self.scope.get(name).ok_or_else(|| {
            let error =
                semantic("UndefinedVariable", span, format!("the variable {name} is not defined here"));
            if self.unnamed_results.iter().any(|result| &**result == name) {
                return error.with_hint(format!("What a procedure gives is named behind it: YIELD {name}"));
            }
            if self.variables.has_name(name) {
                return error.with_hint(format!(
                    "It is elsewhere in the statement: a WITH in between passes it on by its name, and \
                    CALL ({name}) {{ .. }} takes it in"
                ));
            }
            did_you_mean(error, name, self.scope.names())
        })
    }

    /// Fails if a name that is to be declared is visible already.
    fn must_be_new(&self, name: &Name) -> Result<(), Error> {
        if self.scope.get(&name.text).is_none() {
            return Ok(());
        }
        Err(semantic(
            "VariableAlreadyBound",
            name.span,
            format!("the variable {} is already defined", name.text),
        ))
    }

    /// The text at a place.
    fn source(&self, span: Span) -> &'a str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// Runs `f` in a scope of its own: what it declares is forgotten.
    fn scoped<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        let before = self.scope.clone();
        let result = f(self);
        self.scope = before;
        result
    }
}

fn variable(variable: VarId, span: Span) -> Expr {
    Expr { kind: ExprKind::Variable(variable), span }
}
