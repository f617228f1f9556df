//! Gives each part of an expression its type, and says what does not fit.
//!
//! The order in which parts are looked at is the reference implementation's,
//! because what a type parameter stands for depends on it.

use super::ast::Init;
use super::declared::{Overload, type_named};
use super::escape::is_reserved;
use super::shape::Shape;
use super::tree::{Id, Literal, Loop, NodeKind, Tree};
use super::types::{Bindings, Type};

/// The release from which optionals are there.
pub(super) const OPTIONALS: u8 = 29;
/// The release from which fields that are called as words of CEL need no escape.
const WORDS: u8 = 32;

/// What an expression may use.
#[derive(Clone, Debug)]
pub(super) struct Environment<'s> {
    /// The minor release that it is written to.
    pub(super) minor: u8,
    /// Its variables; a name may hold points.
    pub(super) variables: Vec<(&'static str, Type<'s>)>,
    /// What is below `variables`, where policies have such.
    pub(super) composed: Vec<(String, Type<'s>)>,
    /// What `self` is.
    pub(super) root: &'s Shape,
    /// Whether objects and patches may be built.
    pub(super) builds: bool,
}

/// A mistake, and the byte that it shows at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Fault {
    pub(super) at: u32,
    pub(super) message: String,
}

/// The types of all nodes, and the overloads that calls may mean.
pub(super) struct Types<'s> {
    pub(super) of: Vec<Type<'s>>,
    pub(super) overloads: Vec<Vec<&'static Overload>>,
    pub(super) uses_old_self: bool,
    /// The first minor release that takes the expression.
    pub(super) since: u8,
    /// Whether types became too large to say anything.
    pub(super) is_cut: bool,
}

/// Checks a whole expression.
pub(super) fn check<'s>(tree: &Tree<'_>, scope: &Environment<'s>) -> (Types<'s>, Vec<Fault>) {
    let mut checker = Checker {
        tree,
        scope,
        locals: Vec::new(),
        bindings: Bindings::default(),
        faults: Vec::new(),
        types: Types {
            of: vec![Type::Error; tree.nodes.len()],
            overloads: vec![Vec::new(); tree.nodes.len()],
            uses_old_self: false,
            since: tree.since,
            is_cut: false,
        },
    };
    checker.check(tree.root());
    let Checker {
        mut types,
        bindings,
        faults,
        ..
    } = checker;
    for ty in &mut types.of {
        *ty = bindings.substitute(ty, true);
    }
    types.is_cut = bindings.is_spent();
    (types, faults)
}

/// A check in the making.
pub(super) struct Checker<'c, 's> {
    pub(super) tree: &'c Tree<'c>,
    pub(super) scope: &'c Environment<'s>,
    locals: Vec<(&'c str, Type<'s>)>,
    pub(super) bindings: Bindings<'s>,
    faults: Vec<Fault>,
    pub(super) types: Types<'s>,
}

impl<'c, 's> Checker<'c, 's> {
    pub(super) fn fault(&mut self, at: u32, message: String) {
        self.faults.push(Fault { at, message });
    }

    pub(super) fn undeclared(&mut self, at: u32, name: &str) -> Type<'s> {
        self.fault(
            at,
            format!("undeclared reference to '{name}' (in container '')"),
        );
        Type::Error
    }

    pub(super) fn mismatch(&mut self, at: u32, expected: &Type<'s>, found: &Type<'s>) {
        let (expected, found) = (self.shown(expected), self.shown(found));
        self.fault(
            at,
            format!("expected type '{expected}' but found '{found}'"),
        );
    }

    pub(super) fn shown(&self, of: &Type<'s>) -> String {
        of.shown(self.scope.root)
    }

    pub(super) fn of(&self, id: Id) -> Type<'s> {
        self.types.of[id].clone()
    }

    pub(super) fn at(&self, id: Id) -> u32 {
        self.tree.nodes[id].at
    }

    /// The depth is that of parsing.
    pub(super) fn check(&mut self, id: Id) {
        let tree = self.tree;
        let at = self.at(id);
        let found = match &tree.nodes[id].form {
            NodeKind::Literal(it) => literal(*it),
            NodeKind::Ident(name) => match self.ident(name) {
                Some(found) => found,
                None => self.undeclared(at, name),
            },
            NodeKind::Select(of, field, is_test) => match self.qualified(id) {
                Some(found) => found,
                None => {
                    let found = self.select(at, *of, field, false);
                    match is_test {
                        true => Type::Bool,
                        false => self.bindings.substitute(&found, false),
                    }
                }
            },
            NodeKind::Call(name, target, args) => self.call(id, name, *target, args),
            NodeKind::List(items) => {
                let mut of = None;
                for (optional, item) in items {
                    self.check(*item);
                    let found = self.item(*item, *optional);
                    of = Some(self.join(of, found));
                }
                let of = of.unwrap_or_else(|| self.bindings.fresh());
                Type::list(of)
            }
            NodeKind::Map(entries) => self.map(entries),
            NodeKind::Object(name, fields) => self.object(at, name, fields),
            NodeKind::Loop(it) => self.looped(it),
        };
        // What is too large is given up as a whole.
        let holds = self.bindings.holds(&found);
        self.types.of[id] = if holds { found } else { Type::Error };
    }

    fn ident(&mut self, name: &str) -> Option<Type<'s>> {
        let local = self.locals.iter().rev().find(|(it, _)| *it == name);
        let found = match local {
            Some((_, found)) => Some(found.clone()),
            None => self.global(name),
        };
        self.types.uses_old_self |= name == "oldSelf" && found.is_some();
        found
    }

    fn global(&self, name: &str) -> Option<Type<'s>> {
        let mut variables = self.scope.variables.iter();
        let found = variables.find(|(it, _)| *it == name);
        found.map(|(_, of)| of.clone()).or_else(|| type_named(name))
    }

    /// A variable or type whose name holds points.
    fn qualified(&self, id: Id) -> Option<Type<'s>> {
        let NodeKind::Select(_, _, false) = self.tree.nodes[id].form else {
            return None;
        };
        let name = self.path(id)?;
        let first = name.split('.').next()?;
        if self.locals.iter().any(|(it, _)| *it == first) {
            return None;
        }
        self.global(&name)
    }

    /// Names with points between them.
    pub(super) fn path(&self, mut id: Id) -> Option<String> {
        let mut parts = Vec::new();
        loop {
            match self.tree.nodes[id].form {
                NodeKind::Ident(name) => {
                    parts.push(name);
                    parts.reverse();
                    return Some(parts.join("."));
                }
                NodeKind::Select(of, name, false) => {
                    parts.push(name);
                    id = of;
                }
                _ => return None,
            }
        }
    }

    pub(super) fn select(&mut self, at: u32, of: Id, field: &str, optional: bool) -> Type<'s> {
        self.check(of);
        let found = self.of(of);
        let (target, is_optional) = self.bindings.substitute(&found, false).unwrapped();
        let result = match &target {
            Type::Map(it) => it.1.clone(),
            Type::Param(_) => {
                self.bindings.fits(&Type::Dyn, &target);
                Type::Dyn
            }
            Type::Dyn | Type::Error => Type::Dyn,
            Type::Object(_) | Type::Named(_) | Type::Built(_) | Type::Variables => {
                match self.field(&target, field) {
                    Ok(found) => found,
                    Err(message) => {
                        self.fault(at, message);
                        Type::Error
                    }
                }
            }
            _ => {
                let shown = self.shown(&target);
                self.fault(
                    at,
                    format!("type '{shown}' does not support field selection"),
                );
                Type::Dyn
            }
        };
        match is_optional || optional {
            true => Type::optional(result),
            false => result,
        }
    }

    pub(super) fn since(&mut self, minor: u8) {
        self.types.since = self.types.since.max(minor);
    }

    fn field(&mut self, of: &Type<'s>, name: &str) -> Result<Type<'s>, String> {
        let found = match of {
            Type::Object(shape) => match shape.field(name) {
                Some(field) => Some(field.ty()),
                None if self.scope.minor >= WORDS => {
                    let word = shape.field(&format!("__{name}__"));
                    let word = word.filter(|_| is_reserved(name));
                    if word.is_some() {
                        self.since(WORDS);
                    }
                    word.map(Shape::ty)
                }
                None => None,
            },
            Type::Variables => {
                let mut all = self.scope.composed.iter().rev();
                all.find(|(it, _)| it == name).map(|(_, of)| of.clone())
            }
            Type::Built(of) if &**of == "JSONPatch" => match name {
                "op" | "path" | "from" => Some(Type::Str),
                // The server asks for the type of an unknown field, and continues.
                _ => Some(Type::Dyn),
            },
            Type::Built(_) => Some(Type::Dyn),
            other => {
                return Err(format!(
                    "unexpected failed resolution of '{}'",
                    self.shown(other)
                ));
            }
        };
        found.ok_or_else(|| format!("undefined field '{name}'"))
    }

    /// The type of an item; of an optional one what it holds.
    fn item(&mut self, id: Id, optional: bool) -> Type<'s> {
        let found = self.of(id);
        if !optional {
            return found;
        }
        let (inner, is_optional) = found.unwrapped();
        if !is_optional && !matches!(inner, Type::Dyn) {
            self.mismatch(self.at(id), &Type::optional(inner.clone()), &inner);
        }
        inner
    }

    fn join(&mut self, before: Option<Type<'s>>, found: Type<'s>) -> Type<'s> {
        match before {
            None => found,
            Some(before) => self.bindings.joined(&before, &found),
        }
    }

    fn map(&mut self, entries: &[(bool, Id, Id)]) -> Type<'s> {
        let (mut keys, mut values) = (None, None);
        for (optional, key, value) in entries {
            self.check(*key);
            let found = self.of(*key);
            keys = Some(self.join(keys, found));
            self.check(*value);
            let found = self.item(*value, *optional);
            values = Some(self.join(values, found));
        }
        match (keys, values) {
            (Some(keys), Some(values)) => Type::map(keys, values),
            _ => Type::map(self.bindings.fresh(), self.bindings.fresh()),
        }
    }

    fn object(&mut self, at: u32, name: &str, fields: &[(&Init, Id)]) -> Type<'s> {
        let is_open = matches!(name, "Object" | "JSONPatch") || name.starts_with("Object.");
        if !(is_open && self.scope.builds) {
            return match type_named(name) {
                Some(Type::Meta(Some(of))) => {
                    let shown = self.shown(&of);
                    self.fault(at, format!("'{shown}' is not a message type"));
                    Type::Error
                }
                _ => self.undeclared(at, name),
            };
        }
        let made = Type::Built(name.into());
        for (init, value) in fields {
            self.check(*value);
            let wanted = self.field(&made, &init.field).unwrap_or(Type::Error);
            let found = self.item(*value, init.optional);
            if !self.bindings.fits(&wanted, &found) {
                let (wanted, found) = (self.shown(&wanted), self.shown(&found));
                let field = &init.field;
                self.fault(
                    init.at,
                    format!("expected type of field '{field}' is '{wanted}' but provided type is '{found}'"),
                );
            }
        }
        made
    }

    fn looped(&mut self, it: &'c Loop<'c>) -> Type<'s> {
        self.check(it.range);
        self.check(it.start);
        let range = self.bindings.substitute(&self.of(it.range), false);
        let gathered = self.of(it.start);
        let before = self.locals.len();
        self.locals.push((it.gathered, gathered.clone()));
        let (first, second) = match &range {
            Type::List(of) if it.second.is_some() => (Type::Int, (**of).clone()),
            Type::List(of) => ((**of).clone(), Type::Error),
            Type::Map(of) => of.as_ref().clone(),
            Type::Dyn | Type::Error | Type::Param(_) => {
                self.bindings.fits(&Type::Dyn, &range);
                (Type::Dyn, Type::Dyn)
            }
            _ => {
                let shown = self.shown(&range);
                self.fault(self.at(it.range), format!("expression of type '{shown}' cannot be range of a comprehension (must be list, map, or dynamic)"));
                (Type::Error, Type::Error)
            }
        };
        self.locals.push((it.first, first));
        if let Some(name) = it.second {
            self.locals.push((name, second));
        }
        self.check(it.condition);
        self.assert(it.condition, &Type::Bool);
        self.check(it.step);
        self.assert(it.step, &gathered);
        self.locals.truncate(before + 1);
        self.check(it.result);
        self.locals.truncate(before);
        self.bindings.substitute(&self.of(it.result), false)
    }

    fn assert(&mut self, id: Id, wanted: &Type<'s>) {
        let found = self.of(id);
        if !self.bindings.fits(wanted, &found) {
            self.mismatch(self.at(id), wanted, &found);
        }
    }
}

fn literal<'s>(of: Literal<'_>) -> Type<'s> {
    match of {
        Literal::Null => Type::Null,
        Literal::Bool(_) => Type::Bool,
        Literal::Int(_) => Type::Int,
        Literal::Uint(_) => Type::Uint,
        Literal::Double(_) => Type::Double,
        Literal::Str(_) => Type::Str,
        Literal::Bytes(_) => Type::Bytes,
    }
}
