//! The types of expressions, and which may stand for which.
//!
//! As in the reference implementation, a type parameter is bound to the most
//! general type that was asked of it so far, and `dyn` fits everything.

use super::shape::Shape;
use std::cell::Cell;
use std::sync::Arc;

/// A type.
#[derive(Clone, Debug)]
pub(super) enum Type<'s> {
    Dyn,
    /// What follows from a mistake that was reported.
    Error,
    Null,
    Bool,
    Int,
    Uint,
    Double,
    Str,
    Bytes,
    Duration,
    Time,
    /// What any type may stand for, by number.
    Param(usize),
    List(Arc<Type<'s>>),
    Map(Arc<(Type<'s>, Type<'s>)>),
    Optional(Arc<Type<'s>>),
    /// An object whose fields are known.
    Object(&'s Shape),
    /// A type of Kubernetes' functions, without fields.
    Named(&'static str),
    /// Such a type that is not even an object to the server.
    Opaque(&'static str),
    /// What is built in mutations: any field will do.
    Built(Arc<str>),
    /// The variables of a policy.
    Variables,
    /// The type of a type.
    Meta(Option<Arc<Type<'s>>>),
}

impl<'s> Type<'s> {
    pub(super) fn list(of: Self) -> Self {
        Self::List(Arc::new(of))
    }

    pub(super) fn map(key: Self, value: Self) -> Self {
        Self::Map(Arc::new((key, value)))
    }

    pub(super) fn optional(of: Self) -> Self {
        Self::Optional(Arc::new(of))
    }

    /// What an optional holds, and whether it is one.
    pub(super) fn unwrapped(&self) -> (Self, bool) {
        match self {
            Self::Optional(inner) => ((**inner).clone(), true),
            other => (other.clone(), false),
        }
    }

    pub(super) fn is_dyn_or_error(&self) -> bool {
        matches!(self, Self::Dyn | Self::Error)
    }

    /// Whether the server takes values of it for one unit, whatever they are.
    pub(super) fn is_scalar(&self) -> bool {
        match self {
            Self::Bool | Self::Double | Self::Duration | Self::Int | Self::Time | Self::Uint => {
                true
            }
            Self::Optional(inner) => inner.is_scalar(),
            _ => false,
        }
    }

    /// The types that it is made of.
    fn parts(&self) -> Vec<&Self> {
        match self {
            Self::List(it) | Self::Optional(it) | Self::Meta(Some(it)) => vec![it],
            Self::Map(it) => vec![&it.0, &it.1],
            _ => Vec::new(),
        }
    }

    fn with_parts(&self, mut change: impl FnMut(&Self) -> Self) -> Self {
        match self {
            Self::List(it) => Self::list(change(it)),
            Self::Optional(it) => Self::optional(change(it)),
            Self::Meta(Some(it)) => Self::Meta(Some(Arc::new(change(it)))),
            Self::Map(it) => Self::map(change(&it.0), change(&it.1)),
            other => other.clone(),
        }
    }

    /// Takes its parts from what may be `left`; false when there are more.
    fn counts(&self, left: &mut u32) -> bool {
        *left = left.saturating_sub(1);
        *left > 0 && self.parts().into_iter().all(|it| it.counts(left))
    }

    /// Whether two types are of one sort, whatever they are made of.
    pub(super) fn is_alike(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Param(a), Self::Param(b)) => a == b,
            (Self::Object(a), Self::Object(b)) => {
                std::ptr::eq(*a, *b) || a.name().is_some() && a.name() == b.name()
            }
            (Self::Named(a), Self::Named(b)) | (Self::Opaque(a), Self::Opaque(b)) => a == b,
            (Self::Built(a), Self::Built(b)) => a == b,
            (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
        }
    }

    /// Whether two types are the same.
    pub(super) fn is_exactly(&self, other: &Self) -> bool {
        let (a, b) = (self.parts(), other.parts());
        self.is_alike(other) && a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| a.is_exactly(b))
    }

    /// The name without what it is made of.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Dyn => "dyn",
            Self::Error => "!error!",
            Self::Null => "null_type",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Uint => "uint",
            Self::Double => "double",
            Self::Str => "string",
            Self::Bytes => "bytes",
            Self::Duration => "google.protobuf.Duration",
            Self::Time => "google.protobuf.Timestamp",
            Self::Param(_) => "param",
            Self::List(_) => "list",
            Self::Map(_) => "map",
            Self::Optional(_) => "optional_type",
            Self::Object(shape) => shape.name().unwrap_or("object"),
            Self::Named(name) | Self::Opaque(name) => name,
            Self::Built(name) => name,
            Self::Variables => "kubernetes.variables",
            Self::Meta(_) => "type",
        }
    }

    /// As mistakes show it; `root` is what `self` is.
    pub(super) fn shown(&self, root: &Shape) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Duration => "duration".to_owned(),
            Self::Time => "timestamp".to_owned(),
            Self::Param(number) => format!("_var{number}"),
            Self::Object(shape) => match shape.name() {
                Some(name) => name.to_owned(),
                None => root.path_to(shape).unwrap_or_else(|| "object".to_owned()),
            },
            other => {
                let parts: Vec<String> =
                    other.parts().into_iter().map(|it| it.shown(root)).collect();
                match parts[..] {
                    [] => other.name().to_owned(),
                    _ => format!("{}({})", other.name(), parts.join(", ")),
                }
            }
        }
    }

    /// As the server prints what an expression gives instead of what it should.
    pub(super) fn printed(&self) -> String {
        let parts: Vec<String> = self.parts().into_iter().map(Self::printed).collect();
        match parts[..] {
            [] => self.name().to_owned(),
            _ => format!("{}({})", self.name(), parts.join(", ")),
        }
    }
}

/// Most parts of a type, and most steps that may be taken over types: parts are
/// shared, so that a short expression can make a type that is endless when written
/// out.
const PARTS: u32 = 1_000;
const STEPS: u32 = 1_000_000;

/// What type parameters stand for.
#[derive(Clone, Default, Debug)]
pub(super) struct Bindings<'s> {
    bound: Vec<Option<Type<'s>>>,
    /// What was changed since a fit began: parameters, and what they were before.
    changed: Vec<(usize, Option<Type<'s>>)>,
    steps: Cell<u32>,
}

impl<'s> Bindings<'s> {
    /// Takes a step; false when there were too many.
    fn step(&self) -> bool {
        self.steps.set(self.steps.get().saturating_add(1));
        !self.is_spent()
    }

    /// Whether so much was done that what was found means nothing.
    pub(super) fn is_spent(&self) -> bool {
        self.steps.get() > STEPS
    }

    /// Whether a type is of a size that is worked with; else all is given up.
    pub(super) fn holds(&self, of: &Type<'s>) -> bool {
        let mut left = PARTS;
        let holds = of.counts(&mut left);
        if !holds {
            self.steps.set(u32::MAX);
        }
        holds
    }

    /// A parameter that stands for nothing yet.
    pub(super) fn fresh(&mut self) -> Type<'s> {
        self.bound.push(None);
        Type::Param(self.bound.len() - 1)
    }

    fn get(&self, of: &Type<'s>) -> Option<&Type<'s>> {
        match of {
            Type::Param(number) => self.bound.get(*number)?.as_ref(),
            _ => None,
        }
    }

    /// The type with what its parameters stand for; those that are free are `dyn`
    /// when `is_final`.
    pub(super) fn substitute(&self, of: &Type<'s>, is_final: bool) -> Type<'s> {
        if !self.step() {
            return Type::Dyn;
        }
        match (self.get(of), of) {
            (Some(bound), _) => self.substitute(bound, is_final),
            (None, Type::Param(_)) if is_final => Type::Dyn,
            _ => of.with_parts(|it| self.substitute(it, is_final)),
        }
    }

    /// Whether each of `found` may be where the one of `wanted` is asked for;
    /// binds parameters when all may.
    pub(super) fn fit(&mut self, found: &[Type<'s>], wanted: &[Type<'s>]) -> bool {
        if found.len() != wanted.len() {
            return false;
        }
        self.changed.clear();
        let fits = found.iter().zip(wanted).all(|(a, b)| self.assign(a, b));
        while let Some((number, before)) = self.changed.pop().filter(|_| !fits) {
            self.bound[number] = before;
        }
        fits
    }

    /// [`Bindings::fit`] of one type.
    pub(super) fn fits(&mut self, one: &Type<'s>, other: &Type<'s>) -> bool {
        self.fit(std::slice::from_ref(one), std::slice::from_ref(other))
    }

    fn assign(&mut self, one: &Type<'s>, other: &Type<'s>) -> bool {
        use Type as T;
        if !self.step() {
            return true;
        }
        if let T::Param(number) = other {
            let (valid, was_bound) = self.bind(one, *number);
            if valid || was_bound {
                return valid;
            }
        }
        if let T::Param(number) = one {
            return self.bind(other, *number).0;
        }
        if one.is_dyn_or_error() || other.is_dyn_or_error() {
            return true;
        }
        match (one, other) {
            (T::Null, it) | (it, T::Null) => matches!(
                it,
                T::Null
                    | T::Optional(_)
                    | T::Opaque(_)
                    | T::Named(_)
                    | T::Built(_)
                    | T::Variables
                    | T::Object(_)
                    | T::Duration
                    | T::Time
            ),
            (T::Meta(_), T::Meta(_)) => true,
            (T::List(a), T::List(b)) | (T::Optional(a), T::Optional(b)) => self.assign(a, b),
            (T::Map(a), T::Map(b)) => self.assign(&a.0, &b.0) && self.assign(&a.1, &b.1),
            (a, b) => a.is_alike(b),
        }
    }

    /// Whether `to` may stand for a parameter, and whether that was bound before.
    fn bind(&mut self, to: &Type<'s>, number: usize) -> (bool, bool) {
        if matches!(to, Type::Param(it) if *it == number) {
            return (true, true);
        }
        if let Some(bound) = self.bound.get(number).cloned().flatten() {
            if to.is_exactly(&bound) {
                return (true, true);
            }
            if !self.assign(to, &bound) {
                return (false, true);
            }
            let general = if is_less_specific(to, &bound) {
                to.clone()
            } else {
                bound
            };
            if !self.occurs(number, &general) {
                self.set(number, general);
            }
            return (true, true);
        }
        let free = !self.occurs(number, to);
        if free {
            self.set(number, to.clone());
        }
        (free, false)
    }

    fn set(&mut self, number: usize, to: Type<'s>) {
        let to = if self.holds(&to) { to } else { Type::Dyn };
        if let Some(place) = self.bound.get_mut(number) {
            self.changed.push((number, place.replace(to)));
        }
    }

    fn occurs(&self, number: usize, within: &Type<'s>) -> bool {
        match within {
            _ if !self.step() => true,
            Type::Param(it) if *it == number => true,
            Type::Param(_) => self.get(within).is_some_and(|it| self.occurs(number, it)),
            other => other.parts().into_iter().any(|it| self.occurs(number, it)),
        }
    }

    /// The one of two types, which fit, that takes more.
    pub(super) fn joined(&mut self, one: &Type<'s>, other: &Type<'s>) -> Type<'s> {
        match self.fits(one, other) {
            true if is_less_specific(one, other) => one.clone(),
            true => other.clone(),
            false => Type::Dyn,
        }
    }
}

/// Whether `one` is `other` or takes more than it.
fn is_less_specific(one: &Type<'_>, other: &Type<'_>) -> bool {
    use Type as T;
    match (one, other) {
        (T::Dyn | T::Param(_), _) => true,
        (_, T::Dyn | T::Param(_)) => false,
        (T::Meta(_), T::Meta(_)) => true,
        (a, b) => {
            let (x, y) = (a.parts(), b.parts());
            a.is_alike(b)
                && x.len() == y.len()
                && x.iter().zip(&y).all(|(x, y)| is_less_specific(x, y))
        }
    }
}
