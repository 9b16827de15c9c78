//! CALL of procedures.

use super::Binder;
use super::bind_function::wrong_count_message;
use super::bound::{Expr, ExprKind, VarId};
use super::bound_query::{BoundClause, BoundProcedure, Columns};
use super::elsewhere::instead_of;
use super::errors::{did_you_mean, semantic, wrong_type};
use super::types::Type;
use crate::Error;
use crate::functions::procedures::{Field, ProcedureSignature};
use crate::syntax::ast::{self, YieldItem};
use crate::syntax::span::Span;
use namidb_core::{ErrorCode, Value};
use std::sync::Arc;

impl Binder<'_> {
    /// A call, and the columns that it has if it is the whole query.
    pub(super) fn call_procedure(
        &mut self,
        call: &ast::CallProcedure,
        whole: bool,
    ) -> Result<(BoundClause, Columns), Error> {
        let name = &call.name;
        let Some(procedure) = self.callables.get(&name.text).cloned() else {
            let error = Error::compile_time(
                ErrorCode::Procedure,
                "ProcedureError",
                "ProcedureNotFound",
                format!("there is no procedure {}", name.text),
            )
            .with_span(name.span);
            if let Some(hint) = instead_of(&name.text) {
                return Err(error.with_hint(hint));
            }
            let known = self.callables.all();
            return Err(did_you_mean(error, &name.text, known.iter().map(|p| &*p.signature().name)));
        };
        let signature = procedure.signature();
        let arguments = match &call.arguments {
            Some(arguments) => self.procedure_arguments(signature, arguments, call.span)?,
            None if whole => self.implicit_arguments(signature, name.span),
            None => {
                let message = format!("the call of {} needs its arguments in parentheses", name.text);
                return Err(semantic("InvalidArgumentPassingMode", name.span, message));
            }
        };
        let everything = whole && call.yields.as_ref().is_none_or(|yields| yields.star);
        let results = match &call.yields {
            _ if everything => self.all_results(signature),
            Some(yields) => self.yielded(signature, &yields.items)?,
            // Its rows count, and none of its results gets a name.
            None => {
                self.unnamed_results.extend(signature.outputs.iter().map(|field| Arc::clone(&field.name)));
                Vec::new()
            }
        };
        let keeps_rows = signature.outputs.is_empty()
            || !everything && call.yields.as_ref().is_some_and(|yields| yields.items.is_empty());
        let mut predicates = Vec::new();
        if let Some(predicate) = call.yields.as_ref().and_then(|yields| yields.predicate.as_ref()) {
            self.predicate(predicate)?.into_conjuncts(&mut predicates);
        }
        let columns: Columns = if whole {
            let name = |(_, v): &(usize, VarId)| Some((Arc::clone(&self.variables.get(*v)?.name), *v));
            results.iter().filter_map(name).collect()
        } else {
            Vec::new()
        };
        let optional = call.optional;
        let bound = BoundProcedure {
            procedure,
            arguments,
            results,
            keeps_rows,
            predicates,
            optional,
            span: call.name.span,
        };
        Ok((BoundClause::Procedure(Box::new(bound)), columns))
    }

    fn procedure_arguments(
        &mut self,
        signature: &ProcedureSignature,
        arguments: &[ast::Expr],
        span: Span,
    ) -> Result<Vec<Expr>, Error> {
        let (given, most) = (arguments.len(), signature.inputs.len());
        let least = most - signature.optional.min(most);
        if !(least..=most).contains(&given) {
            let takes = if least == most { most.to_string() } else { format!("{least} to {most}") };
            let message = wrong_count_message(&signature.name, &takes, given);
            return Err(semantic("InvalidNumberOfArguments", span, message)
                .with_hint(format!("Its signature is {signature}")));
        }
        let mut bound = Vec::with_capacity(arguments.len());
        for (argument, field) in arguments.iter().zip(&signature.inputs) {
            let argument = self.expr(argument)?;
            if argument.kind.is_never(field.accepts()) {
                let message = format!("{} takes {field}, not {}", signature.name, argument.kind.describe());
                return Err(wrong_type(argument.expr.span, message));
            }
            bound.push(argument.expr);
        }
        bound.resize(most, Expr { kind: ExprKind::Literal(Value::Null), span });
        Ok(bound)
    }

    /// The parameters of the same names.
    fn implicit_arguments(&mut self, signature: &ProcedureSignature, span: Span) -> Vec<Expr> {
        let mut arguments = Vec::with_capacity(signature.inputs.len());
        let required = signature.inputs.len() - signature.optional.min(signature.inputs.len());
        for field in signature.inputs.iter().take(required) {
            if !self.parameters.contains(&field.name) {
                self.parameters.push(Arc::clone(&field.name));
            }
            arguments.push(Expr { kind: ExprKind::Parameter(Arc::clone(&field.name)), span });
        }
        arguments.resize(signature.inputs.len(), Expr { kind: ExprKind::Literal(Value::Null), span });
        arguments
    }

    fn all_results(&mut self, signature: &ProcedureSignature) -> Vec<(usize, VarId)> {
        let mut results = Vec::with_capacity(signature.outputs.len());
        for (number, field) in signature.outputs.iter().enumerate() {
            results.push((number, self.result(field, &field.name)));
        }
        results
    }

    fn yielded(
        &mut self,
        signature: &ProcedureSignature,
        items: &[YieldItem],
    ) -> Result<Vec<(usize, VarId)>, Error> {
        let mut results = Vec::with_capacity(items.len());
        for item in items {
            let number = signature.outputs.iter().position(|field| field.name == item.field.text);
            let Some((number, field)) = number.and_then(|n| Some((n, signature.outputs.get(n)?))) else {
                let message = format!("{} gives no result {}", signature.name, item.field.text);
                let error = semantic("UndefinedVariable", item.field.span, message);
                let known = signature.outputs.iter().map(|field| &*field.name);
                return Err(did_you_mean(error, &item.field.text, known));
            };
            let name = item.alias.as_ref().unwrap_or(&item.field);
            self.must_be_new(name)?;
            results.push((number, self.result(field, &name.text)));
        }
        Ok(results)
    }

    /// A visible variable for a result.
    fn result(&mut self, field: &Field, name: &Arc<str>) -> VarId {
        let variable = self.value_variable(name, Type::of(field.types));
        self.scope.insert(name, variable);
        variable
    }
}
