//! Evaluates expressions within a budget of steps.

use super::ast::{Expr, ExprKind, Fold, Macro, Op};
use super::escape::unescape;
use super::value::{Val, are_equal};
use super::{Stop, functions, operators};
use std::borrow::Cow;

/// What a variable is called and stands for.
pub(super) type Variable<'a> = (&'a str, Val<'a>);

/// An evaluation: the variables that are known, and how much may still be done.
pub(super) struct Eval<'a> {
    pub(super) variables: Vec<Variable<'a>>,
    pub(super) budget: u64,
}

pub(super) type Evaluated<'a> = Result<Val<'a>, Stop>;

impl<'a> Eval<'a> {
    /// Takes `steps` from the budget.
    pub(super) fn spend(&mut self, steps: usize) -> Result<(), Stop> {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        match self.budget.checked_sub(steps) {
            Some(rest) => {
                self.budget = rest;
                Ok(())
            }
            None => Err(Stop::Cost),
        }
    }

    pub(super) fn eval(&mut self, expr: &'a Expr) -> Evaluated<'a> {
        self.spend(1)?;
        Ok(match &expr.form {
            ExprKind::Null => Val::Null,
            ExprKind::Bool(it) => Val::Bool(*it),
            ExprKind::Int(it) => Val::Int(*it),
            ExprKind::Uint(it) => Val::Uint(*it),
            ExprKind::Double(it) => Val::Double(*it),
            ExprKind::Str(it) => Val::Str(Cow::Borrowed(it)),
            ExprKind::Bytes(it) => Val::Bytes(it.as_ref().into()),
            ExprKind::Ident(name) => self.variable(name)?,
            ExprKind::Select(of, name, optional) => {
                let of = self.eval(of)?;
                select(of, name, *optional)?
            }
            ExprKind::Has(of, name) => {
                let of = self.eval(of)?;
                has(&of, name)?
            }
            ExprKind::Index(of, index, optional) => {
                let (of, index) = (self.eval(of)?, self.eval(index)?);
                at(of, &index, *optional)?
            }
            ExprKind::Call(name, target, args) => self.call(name, target.as_deref(), args)?,
            // No rule may build one.
            ExprKind::Object(..) => return Err(Stop::Overload),
            ExprKind::List(items) => self.list(items)?,
            ExprKind::Map(entries) => self.map(entries)?,
            ExprKind::Not(inner) => match self.eval(inner)? {
                Val::Bool(it) => Val::Bool(!it),
                _ => return Err(Stop::Overload),
            },
            ExprKind::Neg(inner) => operators::negated(self.eval(inner)?)?,
            ExprKind::And(all) => self.logic(all, false)?,
            ExprKind::Or(all) => self.logic(all, true)?,
            ExprKind::If(condition, then, other) => match self.eval(condition)? {
                Val::Bool(true) => self.eval(then)?,
                Val::Bool(false) => self.eval(other)?,
                _ => return Err(Stop::Overload),
            },
            ExprKind::Binary(op, left, right) => self.binary(*op, left, right)?,
            ExprKind::Macro(it) => self.fold(it)?,
        })
    }

    fn binary(&mut self, op: Op, left: &'a Expr, right: &'a Expr) -> Evaluated<'a> {
        let (left, right) = (self.eval(left)?, self.eval(right)?);
        // Comparing and joining takes as long as what there is to look at.
        let size = |it: &Val<'_>| match it {
            Val::Str(text) => text.len() / 10,
            other => other.count().unwrap_or_default(),
        };
        self.spend(size(&left) + size(&right))?;
        operators::binary(op, &left, &right)
    }

    fn variable(&self, name: &'a str) -> Evaluated<'a> {
        let found = self.variables.iter().rev().find(|(it, _)| *it == name);
        if let Some((_, value)) = found {
            return Ok(value.clone());
        }
        let of_type = functions::type_named(name).map(Val::Type);
        // No definition that the server takes names what is not declared.
        of_type.ok_or(Stop::Overload)
    }

    /// `&&` and `||`: an operand that decides hides the failures of others.
    fn logic(&mut self, all: &'a [Expr], decides: bool) -> Evaluated<'a> {
        let mut failure = None;
        for expr in all {
            match self.eval(expr) {
                Ok(Val::Bool(it)) if it == decides => return Ok(Val::Bool(decides)),
                Ok(Val::Bool(_)) => {}
                Ok(_) => failure = failure.or(Some(Stop::Overload)),
                Err(Stop::Cost) => return Err(Stop::Cost),
                Err(stop) => failure = failure.or(Some(stop)),
            }
        }
        failure.map_or(Ok(Val::Bool(!decides)), Err)
    }

    fn list(&mut self, items: &'a [(bool, Expr)]) -> Evaluated<'a> {
        let mut list = Vec::with_capacity(items.len());
        for (optional, expr) in items {
            match (optional, self.eval(expr)?) {
                (true, Val::Optional(value)) => list.extend(value.map(|it| (*it).clone())),
                (true, _) => return Err(Stop::Overload),
                (false, value) => list.push(value),
            }
        }
        Ok(Val::list(list))
    }

    fn map(&mut self, entries: &'a [(bool, Expr, Expr)]) -> Evaluated<'a> {
        let mut map: Vec<(Val<'a>, Val<'a>)> = Vec::with_capacity(entries.len());
        for (optional, key, value) in entries {
            let key = self.eval(key)?;
            let value = match (optional, self.eval(value)?) {
                (true, Val::Optional(None)) => continue,
                (true, Val::Optional(Some(value))) => (*value).clone(),
                (true, _) => return Err(Stop::Overload),
                (false, value) => value,
            };
            map.push((key, value));
        }
        Ok(Val::Map(map.into()))
    }

    fn call(&mut self, name: &'a str, target: Option<&'a Expr>, args: &'a [Expr]) -> Evaluated<'a> {
        let mut values = Vec::with_capacity(args.len() + 1);
        let space = match target.map(|it| &it.form) {
            Some(ExprKind::Ident(space))
                if self.variables.iter().all(|(it, _)| *it != &**space) =>
            {
                functions::is_namespace(space).then_some(&**space)
            }
            _ => None,
        };
        if let Some(target) = target.filter(|_| space.is_none()) {
            values.push(self.eval(target)?);
        }
        // Only these leave an operand out.
        if let ("orValue" | "or", Some(Val::Optional(Some(value)))) = (name, values.first()) {
            return Ok(match name {
                "or" => Val::Optional(Some(value.clone())),
                _ => (**value).clone(),
            });
        }
        for arg in args {
            values.push(self.eval(arg)?);
        }
        functions::call(
            self,
            space.unwrap_or_default(),
            name,
            target.is_some() && space.is_none(),
            &values,
        )
    }

    fn fold(&mut self, it: &'a Macro) -> Evaluated<'a> {
        let range = self.eval(&it.range)?;
        if matches!(it.fold, Fold::OptMap | Fold::OptFlatMap) {
            let Val::Optional(value) = range else {
                return Err(Stop::Overload);
            };
            let Some(value) = value else {
                return Ok(Val::Optional(None));
            };
            let made = self.with(it, (*value).clone(), None, &it.body)?;
            return Ok(match it.fold {
                Fold::OptMap => Val::some(made),
                _ => made,
            });
        }
        let pairs: Vec<(Val<'a>, Val<'a>)> = if let Some(items) = range.items() {
            let index = |(at, item): (usize, &Val<'a>)| {
                (
                    Val::Int(i64::try_from(at).unwrap_or(i64::MAX)),
                    item.clone(),
                )
            };
            items.iter().enumerate().map(index).collect()
        } else {
            range.entries().ok_or(Stop::Overload)?.into_owned()
        };
        let is_map = range.items().is_none();
        self.spend(pairs.len())?;
        let mut fold = Folded::default();
        for (key, value) in pairs {
            let (first, second) = match (&it.second, is_map) {
                (Some(_), _) => (key.clone(), Some(value.clone())),
                (None, true) => (key.clone(), None),
                (None, false) => (value.clone(), None),
            };
            if let Some(filter) = &it.filter {
                match self.with(it, first.clone(), second.clone(), filter)? {
                    Val::Bool(true) => {}
                    Val::Bool(false) => continue,
                    _ => return Err(Stop::Overload),
                }
            }
            let body = self.with(it, first.clone(), second, &it.body);
            if let Some(done) = fold.step(it.fold, key, first, body)? {
                return Ok(done);
            }
        }
        fold.result(it.fold)
    }

    fn with(
        &mut self,
        it: &'a Macro,
        first: Val<'a>,
        second: Option<Val<'a>>,
        body: &'a Expr,
    ) -> Evaluated<'a> {
        let before = self.variables.len();
        self.variables.push((&it.first, first));
        if let (Some(name), Some(second)) = (&it.second, second) {
            self.variables.push((name, second));
        }
        let result = self.eval(body);
        self.variables.truncate(before);
        result
    }
}

/// What a macro has gathered so far.
#[derive(Default)]
struct Folded<'a> {
    count: usize,
    items: Vec<Val<'a>>,
    entries: Vec<(Val<'a>, Val<'a>)>,
    failure: Option<Stop>,
}

impl<'a> Folded<'a> {
    /// Takes the body's value for one entry; gives the result once it is certain.
    fn step(
        &mut self,
        fold: Fold,
        key: Val<'a>,
        item: Val<'a>,
        body: Evaluated<'a>,
    ) -> Result<Option<Val<'a>>, Stop> {
        match (fold, body) {
            (_, Err(Stop::Cost)) => return Err(Stop::Cost),
            (Fold::All, Ok(Val::Bool(false))) => return Ok(Some(Val::Bool(false))),
            (Fold::Exists, Ok(Val::Bool(true))) => return Ok(Some(Val::Bool(true))),
            (Fold::All | Fold::Exists, Ok(Val::Bool(_))) => {}
            // An entry that decides hides the failures of others.
            (Fold::All | Fold::Exists, Ok(_)) => {
                self.failure = self.failure.take().or(Some(Stop::Overload))
            }
            (Fold::All | Fold::Exists, Err(stop)) => {
                self.failure = self.failure.take().or(Some(stop))
            }
            (_, Err(stop)) => return Err(stop),
            (Fold::ExistsOne, Ok(Val::Bool(it))) => self.count += usize::from(it),
            (Fold::Filter, Ok(Val::Bool(true))) => self.items.push(item),
            (Fold::Filter, Ok(Val::Bool(false))) => {}
            (Fold::Map, Ok(value)) => self.items.push(value),
            (Fold::TransformMap, Ok(value)) => self.entries.push((key, value)),
            (Fold::TransformMapEntry, Ok(value)) => {
                let entries = value.entries().ok_or(Stop::Overload)?;
                self.entries.extend(entries.iter().cloned());
            }
            (_, Ok(_)) => return Err(Stop::Overload),
        }
        Ok(None)
    }

    fn result(self, fold: Fold) -> Evaluated<'a> {
        if let Some(stop) = self.failure {
            return Err(stop);
        }
        Ok(match fold {
            Fold::All => Val::Bool(true),
            Fold::Exists => Val::Bool(false),
            Fold::ExistsOne => Val::Bool(self.count == 1),
            Fold::TransformMap | Fold::TransformMapEntry => Val::Map(self.entries.into()),
            _ => Val::list(self.items),
        })
    }
}

/// The key that a name stands for: fields of objects are escaped, keys are not.
fn key_of<'a>(of: &Val<'a>, name: &str) -> Val<'a> {
    match of {
        Val::Item(_, Some(schema)) if schema.additional.is_none() => Val::text(unescape(name)),
        _ => Val::text(name.to_owned()),
    }
}

fn select<'a>(of: Val<'a>, name: &str, optional: bool) -> Evaluated<'a> {
    if let Val::Optional(inner) = of {
        return match inner {
            None => Ok(Val::Optional(None)),
            Some(inner) => Ok(match (*inner).clone().field(&key_of(&inner, name)) {
                Some(value) => Val::some(value),
                None => Val::Optional(None),
            }),
        };
    }
    if of.entries().is_none() {
        return Err(Stop::Overload);
    }
    match (of.field(&key_of(&of, name)), optional) {
        (Some(value), true) => Ok(Val::some(value)),
        (None, true) => Ok(Val::Optional(None)),
        (Some(value), false) => Ok(value),
        (None, false) => Err(Stop::error(format!("no such key: {name}"))),
    }
}

fn has<'a>(of: &Val<'a>, name: &str) -> Evaluated<'a> {
    match of {
        Val::Optional(None) => Ok(Val::Bool(false)),
        Val::Optional(Some(inner)) => has(inner, name),
        _ if of.entries().is_none() => Err(Stop::Overload),
        _ => Ok(Val::Bool(of.field(&key_of(of, name)).is_some())),
    }
}

fn at<'a>(of: Val<'a>, index: &Val<'a>, optional: bool) -> Evaluated<'a> {
    if let Val::Optional(inner) = of {
        return match inner {
            None => Ok(Val::Optional(None)),
            Some(inner) => at((*inner).clone(), index, true),
        };
    }
    let found = if let Some(items) = of.items() {
        let place = match index {
            Val::Int(it) => usize::try_from(*it).ok(),
            Val::Uint(it) => usize::try_from(*it).ok(),
            _ => return Err(Stop::Overload),
        };
        let item = place.and_then(|it| items.get(it)).cloned();
        item.ok_or_else(|| Stop::error(format!("index out of bounds: {}", operators::plain(index))))
    } else if of.entries().is_some() {
        let value = of.field(index);
        value.ok_or_else(|| Stop::error(format!("no such key: {}", operators::plain(index))))
    } else {
        return Err(Stop::Overload);
    };
    match (found, optional) {
        (Ok(value), true) => Ok(Val::some(value)),
        (Err(_), true) => Ok(Val::Optional(None)),
        (found, false) => found,
    }
}

/// Whether `item` is among the items or keys of `of`.
pub(super) fn contains<'a>(of: &Val<'a>, item: &Val<'a>) -> Evaluated<'a> {
    if let Some(items) = of.items() {
        return Ok(Val::Bool(items.iter().any(|it| are_equal(it, item))));
    }
    match of.entries() {
        Some(_) => Ok(Val::Bool(of.field(item).is_some())),
        None => Err(Stop::Overload),
    }
}
