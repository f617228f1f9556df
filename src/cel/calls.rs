//! Which overloads a call may mean, and what it gives then.

use super::check::{Checker, OPTIONALS};
use super::declared::overloads;
use super::tree::{Id, Literal, NodeKind};
use super::types::Type;

impl<'c, 's> Checker<'c, 's> {
    /// The type of what a call gives.
    pub(super) fn call(
        &mut self,
        id: Id,
        name: &str,
        target: Option<Id>,
        args: &'c [Id],
    ) -> Type<'s> {
        let at = self.at(id);
        if let ("_?._", [of, field]) = (name, args) {
            if self.scope.minor < OPTIONALS {
                self.fault(at, "unsupported syntax '.?'".to_owned());
            }
            self.since(OPTIONALS);
            let NodeKind::Literal(Literal::Str(field)) = self.tree.nodes[*field].form else {
                return Type::Error;
            };
            let found = self.select(at, *of, field, true);
            self.types.overloads[id] = overloads(name).iter().collect();
            return self.bindings.substitute(&found, false);
        }
        for arg in args {
            self.check(*arg);
        }
        let Some(target) = target else {
            return self.resolve(id, name, None, args);
        };
        if let Some(space) = self.path(target) {
            let qualified = format!("{space}.{name}");
            if self.is_declared(&qualified) {
                return self.resolve(id, &qualified, None, args);
            }
        }
        self.check(target);
        self.resolve(id, name, Some(target), args)
    }

    fn is_declared(&self, name: &str) -> bool {
        let is_open = name != "jsonpatch.escapeKey" || self.scope.builds;
        let minor = self.scope.minor;
        is_open && overloads(name).iter().any(|it| it.since <= minor)
    }

    fn resolve(&mut self, id: Id, name: &str, target: Option<Id>, args: &[Id]) -> Type<'s> {
        let at = self.at(id);
        if !self.is_declared(name) {
            return self.undeclared(at, name);
        }
        let found: Vec<Type<'s>> = target.iter().chain(args).map(|it| self.of(*it)).collect();
        if matches!(name, "_&&_" | "_||_") {
            self.types.overloads[id] = overloads(name).iter().collect();
            return self.logic(args, &found);
        }
        let mut result: Option<Type<'s>> = None;
        let mut since = u8::MAX;
        let minor = self.scope.minor;
        let fitting = overloads(name)
            .iter()
            .filter(|it| it.since <= minor && it.is_member == target.is_some())
            .filter(|it| it.params.len() == found.len());
        for one in fitting {
            let fresh: Vec<Type<'s>> = (0..one.generics).map(|_| self.bindings.fresh()).collect();
            let params: Vec<Type<'s>> = one.params.iter().map(|it| made(it, &fresh)).collect();
            if !self.bindings.fit(&found, &params) {
                continue;
            }
            self.types.overloads[id].push(one);
            since = since.min(one.since);
            let made = self.bindings.substitute(&made(&one.result, &fresh), false);
            match &result {
                None => result = Some(made),
                Some(Type::Dyn) => {}
                Some(first) if first.is_exactly(&made) => {}
                Some(_) => result = Some(Type::Dyn),
            }
        }
        if result.is_some() {
            self.since(since);
        }
        result.unwrap_or_else(|| {
            let shown = |it: &Type<'s>| self.shown(&self.bindings.substitute(it, true));
            let shown: Vec<String> = found.iter().map(shown).collect();
            let signature = match (target, shown.split_first()) {
                (Some(_), Some((on, args))) => format!("{on}.({})", args.join(", ")),
                _ => format!("({})", shown.join(", ")),
            };
            let message =
                format!("found no matching overload for '{name}' applied to '{signature}'");
            self.fault(at, message);
            Type::Error
        })
    }

    fn logic(&mut self, args: &[Id], found: &[Type<'s>]) -> Type<'s> {
        let mut result = Type::Bool;
        for (arg, of) in args.iter().zip(found) {
            if !self.bindings.fits(of, &Type::Bool) {
                self.mismatch(self.at(*arg), &Type::Bool, of);
                result = Type::Error;
            }
        }
        result
    }
}

/// A declared type with `fresh` for its parameters.
fn made<'s>(of: &Type<'static>, fresh: &[Type<'s>]) -> Type<'s> {
    match of {
        Type::Param(number) => fresh.get(*number).cloned().unwrap_or(Type::Dyn),
        Type::List(it) => Type::list(made(it, fresh)),
        Type::Optional(it) => Type::optional(made(it, fresh)),
        Type::Map(it) => Type::map(made(&it.0, fresh), made(&it.1, fresh)),
        Type::Meta(Some(it)) => Type::Meta(Some(made(it, fresh).into())),
        other => other.clone(),
    }
}
