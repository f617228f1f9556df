//! CEL as Kubernetes evaluates it: the rules of custom resources.
//!
//! The language is small, and what matters here is what libraries do not have: a
//! bound on the work that a hostile rule can cause, values that are read where
//! they are in the object, Kubernetes' own functions and types, and the words of
//! the server when an evaluation fails. So reading and evaluating are done here.
//!
//! There are two ways through: [`Program`] evaluates an expression over an object,
//! whatever its types; [`rule`], [`message`] and [`Policy`] judge it as the server
//! does when it is written, by its types and by what it can cost.

mod ast;
mod calls;
mod check;
mod compile;
mod cost;
mod declared;
mod escape;
mod eval;
mod frame;
mod functions;
mod lex;
mod literals;
mod macros;
mod missing;
mod operators;
mod parse;
mod policy;
mod price;
mod programs;
mod shape;
mod tree;
mod types;
mod value;

pub use compile::{Refused, Ruled, message, rule};
pub use escape::is_reserved;
pub use parse::SyntaxError;
pub use policy::{Given, Policy, Wanted, device_selector};
pub use programs::Programs;
pub use shape::Shape;

use crate::schema::{Item, Schema};
use ast::{Expr, ExprKind};
use eval::Eval;
use value::Val;

/// Steps that one evaluation may take; the server's own limit for a call is of
/// the same size.
pub const BUDGET: u64 = 1_000_000;

/// Why an evaluation gives no value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stop {
    /// It failed; the server's words.
    Error(String),
    /// A function or operator does not take values of these types.
    Overload,
    /// It took too long.
    Cost,
}

impl Stop {
    fn error(message: impl Into<String>) -> Self {
        Self::Error(message.into())
    }
}

/// What an expression is asked of.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// `self`
    pub item: &'a Item<'a>,
    /// What it is.
    pub schema: &'a Schema,
    /// `oldSelf`: the value whose place it takes.
    pub old: Option<&'a Item<'a>>,
    /// Whether `oldSelf` is an optional value, which may be none.
    pub optional: bool,
}

/// An expression, read and ready to be evaluated.
#[derive(Clone, PartialEq, Debug)]
pub struct Program {
    expr: Expr,
    uses_old_self: bool,
}

impl Program {
    /// Reads an expression.
    ///
    /// # Errors
    /// If it is none.
    pub fn new(text: &str) -> Result<Self, SyntaxError> {
        let expr = parse::parse(text)?;
        let mut uses_old_self = false;
        walk(&expr, &mut |it| {
            uses_old_self |= matches!(&it.form, ExprKind::Ident(name) if &**name == "oldSelf");
        });
        Ok(Self {
            expr,
            uses_old_self,
        })
    }

    /// Whether it looks at the value before a change.
    #[must_use]
    pub fn uses_old_self(&self) -> bool {
        self.uses_old_self
    }

    /// Whether the expression holds for a value; takes what it needs from `budget`.
    ///
    /// # Errors
    /// If it has no value, or none that is a boolean.
    pub fn holds<'a>(&'a self, subject: Subject<'a>, budget: &mut u64) -> Result<bool, Stop> {
        match self.run(subject, budget)? {
            Val::Bool(it) => Ok(it),
            _ => Err(Stop::Overload),
        }
    }

    /// The text that the expression makes of a value.
    ///
    /// # Errors
    /// If it has no value, or none that is a string.
    pub fn text<'a>(&'a self, subject: Subject<'a>, budget: &mut u64) -> Result<String, Stop> {
        match self.run(subject, budget)? {
            Val::Str(it) => Ok(it.into_owned()),
            _ => Err(Stop::Overload),
        }
    }

    fn run<'a>(&'a self, subject: Subject<'a>, budget: &mut u64) -> Result<Val<'a>, Stop> {
        let allowed = BUDGET.min(*budget);
        let Subject { item, schema, .. } = subject;
        let old = subject.old.map(|it| Val::of(it, Some(schema)));
        let mut eval = Eval {
            variables: vec![
                ("self", Val::of(item, Some(schema))),
                (
                    "oldSelf",
                    match old {
                        Some(old) if subject.optional => Val::some(old),
                        old => old.unwrap_or(Val::Optional(None)),
                    },
                ),
            ],
            budget: allowed,
        };
        let result = eval.eval(&self.expr);
        *budget -= allowed - eval.budget;
        result
    }
}

/// Calls `visit` with each expression in `expr`. The depth is that of parsing.
fn walk<'e>(expr: &'e Expr, visit: &mut impl FnMut(&'e Expr)) {
    visit(expr);
    match &expr.form {
        ExprKind::Select(of, _, _)
        | ExprKind::Has(of, _)
        | ExprKind::Not(of)
        | ExprKind::Neg(of) => walk(of, visit),
        ExprKind::Index(a, b, _) | ExprKind::Binary(_, a, b) => {
            walk(a, visit);
            walk(b, visit);
        }
        ExprKind::Call(_, target, args) => {
            target.iter().for_each(|it| walk(it, visit));
            args.iter().for_each(|it| walk(it, visit));
        }
        ExprKind::Object(_, fields) => fields.iter().for_each(|it| walk(&it.value, visit)),
        ExprKind::List(items) => items.iter().for_each(|(_, it)| walk(it, visit)),
        ExprKind::Map(entries) => entries.iter().for_each(|(_, key, value)| {
            walk(key, visit);
            walk(value, visit);
        }),
        ExprKind::And(all) | ExprKind::Or(all) => all.iter().for_each(|it| walk(it, visit)),
        ExprKind::If(a, b, c) => [a, b, c].into_iter().for_each(|it| walk(it, visit)),
        ExprKind::Macro(it) => {
            walk(&it.range, visit);
            it.filter.iter().for_each(|it| walk(it, visit));
            walk(&it.body, visit);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
