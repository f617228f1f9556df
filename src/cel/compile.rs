//! What the server says of an expression when it is written: its types, its
//! literals, and what it can cost.

use super::check::{Environment, Fault, Types, check};
use super::tree::{Literal, NodeKind, Tree};
use super::types::Type;
use super::value::Val;
use super::{Shape, Stop, cost, frame, functions, literals, parse};
use crate::kube::pattern;

/// Why an expression is not taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refused {
    /// It has mistakes; all of them, as the server shows them.
    Mistakes(String),
    /// It cannot be made ready to be evaluated; the server's words.
    Program(String),
    /// What it gives is not what is wanted, but of the type that is named.
    Type(String),
    /// It is more than can be looked into here: nothing is known.
    Limit,
}

/// What is known of a rule that is taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ruled {
    /// The most that one evaluation can cost, in the server's units.
    pub cost: u64,
    /// Whether it looks at the value before a change.
    pub uses_old_self: bool,
    /// The first minor release that takes it.
    pub since: u8,
}

/// Checks a rule about values that are declared as `shape`. Where the value before
/// a change is optional, the rule is asked without one too.
///
/// # Errors
/// If the server refuses it.
pub fn rule(text: &str, shape: &Shape, optional: bool, minor: u8) -> Result<Ruled, Refused> {
    expression(text, shape, optional, minor, |it| matches!(it, Type::Bool))
}

/// Checks an expression for what a broken [`rule`] says.
///
/// # Errors
/// If the server refuses it.
pub fn message(text: &str, shape: &Shape, optional: bool, minor: u8) -> Result<Ruled, Refused> {
    expression(text, shape, optional, minor, |it| matches!(it, Type::Str))
}

fn expression(
    text: &str,
    shape: &Shape,
    optional: bool,
    minor: u8,
    is_wanted: fn(&Type<'_>) -> bool,
) -> Result<Ruled, Refused> {
    let old = match optional {
        true => Type::optional(shape.ty()),
        false => shape.ty(),
    };
    let scope = Environment {
        minor,
        variables: vec![("self", shape.ty()), ("oldSelf", old)],
        composed: Vec::new(),
        root: shape,
        builds: false,
    };
    compile(text, &scope, |tree, types| {
        if !is_wanted(&types.of[tree.root()]) {
            return Err(Refused::Type(types.of[tree.root()].printed()));
        }
        program(tree, types)?;
        Ok(Ruled {
            cost: cost::estimate(tree, types, shape),
            uses_old_self: types.uses_old_self,
            since: types.since,
        })
    })
}

/// Reads and checks an expression, and hands on what was found out.
pub(super) fn compile<'s, T>(
    text: &str,
    scope: &Environment<'s>,
    then: impl FnOnce(&Tree<'_>, &Types<'s>) -> Result<T, Refused>,
) -> Result<T, Refused> {
    let refused = |faults: Vec<Fault>| Refused::Mistakes(frame::frames(text, faults));
    let expr = parse::parse(text).map_err(|error| match error.is_limit() {
        true => Refused::Limit,
        false => refused(frame::syntax(text, &error)),
    })?;
    let tree = Tree::of(&expr, scope.minor);
    if tree.is_cut() {
        return Err(Refused::Limit);
    }
    let (types, mut faults) = check(&tree, scope);
    if types.is_cut {
        return Err(Refused::Limit);
    }
    if faults.is_empty() && scope.minor >= 30 {
        faults = literals::check(&tree, &types, &|it| it.shown(scope.root));
    }
    if !faults.is_empty() {
        return Err(refused(faults));
    }
    then(&tree, &types)
}

/// What only shows when an expression is prepared for evaluation: unknown names of
/// types, and conversions of literals, which are done at once.
pub(super) fn program(tree: &Tree<'_>, types: &Types<'_>) -> Result<(), Refused> {
    let mut known: Vec<Option<Val<'_>>> = Vec::with_capacity(tree.nodes.len());
    for (id, node) in tree.nodes.iter().enumerate() {
        let mut value = None;
        match &node.form {
            NodeKind::Literal(it) => value = constant(*it),
            NodeKind::List(items) => {
                let items = items.iter().map(|(_, it)| known.get(*it)?.clone());
                value = items.collect::<Option<_>>().map(Val::list);
            }
            // Names of types to the checker, but not to the evaluation.
            NodeKind::Ident(name @ ("timestamp" | "duration"))
                if matches!(types.of[id], Type::Meta(_)) =>
            {
                let message = format!("reference to undefined type: {name}");
                return Err(Refused::Program(message));
            }
            NodeKind::Call("find" | "findAll", Some(_), args) => {
                let first = args.first().map(|it| &tree.nodes[*it].form);
                if let Some(NodeKind::Literal(Literal::Str(text))) = first
                    && let Some(fault) = pattern::fault(text)
                {
                    return Err(Refused::Program(fault.to_string()));
                }
            }
            NodeKind::Call(name, None, args) => {
                let given = args.first().and_then(|it| known.get(*it)?.clone());
                value = given.and_then(|it| converted(name, it)).transpose()?;
            }
            _ => {}
        }
        known.push(value);
    }
    Ok(())
}

/// What a conversion makes of a literal; `None` where `name` is none.
fn converted<'a>(name: &str, value: Val<'a>) -> Option<Result<Val<'a>, Refused>> {
    let of = value.type_name();
    Some(match functions::convert(name, value)? {
        Ok(value) => Ok(value),
        Err(Stop::Error(message)) => Err(Refused::Program(message)),
        Err(_) => Err(Refused::Program(format!("no such overload: {name}({of})"))),
    })
}

fn constant(of: Literal<'_>) -> Option<Val<'_>> {
    Some(match of {
        Literal::Null => Val::Null,
        Literal::Bool(it) => Val::Bool(it),
        Literal::Int(it) => Val::Int(it),
        Literal::Str(it) => Val::text(it),
        Literal::Uint(it) => Val::Uint(it),
        Literal::Double(it) => Val::Double(it),
        Literal::Bytes(it) => Val::Bytes(it.into()),
    })
}
