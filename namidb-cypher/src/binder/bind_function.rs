//! Function calls: found in the registry, their arguments counted and typed.

use super::bound::{Expr, ExprKind};
use super::elsewhere::instead_of;
use super::errors::{did_you_mean, semantic, unsupported, wrong_type};
use super::types::Type;
use super::{Binder, Typed};
use crate::Error;
use crate::functions::{self, Signature, TypeSet, UserFunction};
use crate::syntax::ast;
use crate::syntax::span::Span;
use std::sync::Arc;

impl Binder<'_> {
    /// A function or an aggregate.
    #[inline(never)]
    pub(super) fn function(&mut self, call: &ast::FunctionCall, span: Span) -> Result<Typed, Error> {
        let name = call.name.text.to_lowercase();
        if let Some(function) = functions::aggregate(&name) {
            if call.arguments.is_empty() {
                return Err(wrong_count(function.name, &function.signature, 0, span));
            }
            let (expr, kind) = self.aggregate(function, call.distinct, &call.arguments, span)?;
            return Ok(Typed { expr, kind });
        }
        if call.distinct {
            return Err(semantic(
                "UnexpectedSyntax",
                span,
                format!("DISTINCT belongs to aggregates, and {} is none", call.name.text),
            ));
        }
        if name == "exists"
            && let [argument] = call.arguments.as_slice()
        {
            return self.exists_function(argument, span);
        }
        if let Some(loaded) = self.of_loaded_line(call, span) {
            return loaded;
        }
        let Some(function) = functions::lookup(&name) else {
            if let Some(function) = self.callables.function(&name).cloned() {
                return self.user_function(function, call, span);
            }
            return Err(self.unknown(call));
        };
        let with_words = self.bare_words(&name, &call.arguments);
        let given = with_words.as_deref().unwrap_or(&call.arguments);
        let arguments = self.arguments(function.name, &function.signature, given, span)?;
        let kind = result_type(&name, &function.signature, &arguments);
        let arguments = arguments.into_iter().map(|a| a.expr).collect();
        Ok(Typed { expr: Expr { kind: super::bind_expr::call(&name, arguments), span }, kind })
    }

    /// A function that a program has added.
    fn user_function(
        &mut self,
        function: Arc<dyn UserFunction>,
        call: &ast::FunctionCall,
        span: Span,
    ) -> Result<Typed, Error> {
        let signature = function.signature();
        let (wanted, given) = (signature.inputs.len(), call.arguments.len());
        if wanted != given {
            let message = wrong_count_message(&signature.name, &wanted.to_string(), given);
            return Err(semantic("InvalidNumberOfArguments", span, message));
        }
        let mut arguments = Vec::with_capacity(given);
        for (argument, field) in call.arguments.iter().zip(&signature.inputs) {
            let argument = self.expr(argument)?;
            if argument.kind.is_never(field.accepts()) {
                let found = argument.kind.describe();
                let message = format!("{} takes {field}, and this is {found}", signature.name);
                return Err(wrong_type(argument.expr.span, message));
            }
            arguments.push(argument.expr);
        }
        let kind = Type::of(signature.returns);
        Ok(Typed { expr: Expr { kind: ExprKind::UserFunction { function, arguments }, span }, kind })
    }

    fn unknown(&self, call: &ast::FunctionCall) -> Error {
        let name = call.name.text.to_lowercase();
        let error =
            semantic("UnknownFunction", call.name.span, format!("there is no function {}", call.name.text));
        if let Some(hint) = instead_of(&name) {
            return error.with_hint(hint);
        }
        let error = did_you_mean(error, &name, functions::scalar_names().chain(functions::aggregate_names()));
        if error.hint().is_some() {
            return error;
        }
        let added: Vec<_> = self.callables.functions().into_iter().map(|f| f.signature()).collect();
        did_you_mean(error, &name, added.iter().map(|signature| &*signature.name))
    }

    /// The arguments with the last one as text, where a function takes a bare word there: `normalize(text, NFD)`.
    /// A variable of that name comes first.
    fn bare_words(&self, function: &str, arguments: &[ast::Expr]) -> Option<Vec<ast::Expr>> {
        let position = match function {
            "normalize" | "vector_norm" => 1,
            "vector" | "vector_distance" => 2,
            _ => return None,
        };
        let word = arguments.get(position)?;
        let ast::ExprKind::Variable(name) = &word.kind else { return None };
        if self.scope.get(name).is_some() {
            return None;
        }
        let mut arguments = arguments.to_vec();
        let text = ast::ExprKind::Literal(ast::Literal::String(Arc::clone(name)));
        *arguments.get_mut(position)? = ast::Expr { kind: text, span: word.span };
        Some(arguments)
    }

    /// `count(*)`.
    pub(super) fn count_star(&mut self, span: Span) -> Result<Typed, Error> {
        let Some(count) = functions::aggregate("count") else {
            return Err(unsupported(span, "count(*)"));
        };
        let (expr, kind) = self.aggregate(count, false, &[], span)?;
        Ok(Typed { expr, kind })
    }

    /// `exists(n.key)`: whether it is not null; `exists((a)-->())`: whether it matches.
    fn exists_function(&mut self, argument: &ast::Expr, span: Span) -> Result<Typed, Error> {
        self.pattern_allowed = matches!(argument.kind, ast::ExprKind::Pattern(_));
        let is_pattern = self.pattern_allowed;
        let mut operand = self.expr(argument)?;
        if is_pattern {
            operand.expr.span = span;
            return Ok(operand);
        }
        let kind = ExprKind::IsNull { operand: Box::new(operand.expr), negated: true };
        Ok(Typed { expr: Expr { kind, span }, kind: Type::BOOLEAN })
    }

    /// The arguments of a call, as many and of such types as the signature takes.
    pub(super) fn arguments(
        &mut self,
        name: &str,
        signature: &Signature,
        arguments: &[ast::Expr],
        span: Span,
    ) -> Result<Vec<Typed>, Error> {
        let too_many = signature.max_arguments().is_some_and(|max| arguments.len() > max);
        if arguments.len() < signature.min_arguments() || too_many {
            return Err(wrong_count(name, signature, arguments.len(), span));
        }
        let mut bound = Vec::with_capacity(arguments.len());
        for (position, argument) in arguments.iter().enumerate() {
            let argument = self.expr(argument)?;
            let takes = signature.argument(position).unwrap_or(TypeSet::ANY);
            if argument.kind.is_never(takes) {
                let message = format!("{name} does not take {}", argument.kind.describe());
                let error = wrong_type(argument.expr.span, message);
                return Err(match name {
                    "length" => error.with_hint("size(x) counts characters and elements"),
                    _ => error,
                });
            }
            bound.push(argument);
        }
        Ok(bound)
    }
}

fn wrong_count(name: &str, signature: &Signature, given: usize, span: Span) -> Error {
    let takes = match (signature.min_arguments(), signature.max_arguments()) {
        (min, Some(max)) if min == max => format!("{min}"),
        (min, Some(max)) => format!("{min} to {max}"),
        (min, None) => format!("{min} or more"),
    };
    semantic("InvalidNumberOfArguments", span, wrong_count_message(name, &takes, given))
}

/// How many arguments something takes, and how many it was given.
pub(super) fn wrong_count_message(name: &str, takes: &str, given: usize) -> String {
    let arguments = if takes == "1" { "argument" } else { "arguments" };
    let are = if given == 1 { "is" } else { "are" };
    format!("{name} takes {takes} {arguments}, and {given} {are} given")
}

/// What a function returns, where its arguments say more than its signature.
fn result_type(name: &str, signature: &Signature, arguments: &[Typed]) -> Type {
    let first = arguments.first().map_or(Type::ANY, |a| a.kind);
    match name {
        "nodes" => Type::list(TypeSet::NODE),
        "relationships" => Type::list(TypeSet::RELATIONSHIP),
        "labels" | "keys" | "split" => Type::list(TypeSet::STRING),
        "range" => Type::list(TypeSet::INTEGER),
        "head" | "last" => first.element(),
        "tobooleanlist" => Type::list(TypeSet::BOOLEAN),
        "tofloatlist" => Type::list(TypeSet::FLOAT),
        "tointegerlist" => Type::list(TypeSet::INTEGER),
        "tostringlist" => Type::list(TypeSet::STRING),
        "tail" | "reverse" => Type { set: first.set.and(signature.returns), ..first },
        "abs" => Type::of(first.set.and(signature.returns)),
        "coalesce" => arguments.iter().fold(Type::NULL, |of, a| of.union(a.kind)),
        _ => Type::of(signature.returns),
    }
}
