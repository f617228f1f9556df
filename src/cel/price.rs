//! What single functions cost at most, and how large what they give can be.

use super::cost::{Estimate, PATTERN, Path, Size, TRAVERSAL, scaled};
use super::declared::Overload;
use super::shape::Shape;
use super::tree::{Id, Literal, NodeKind};
use super::types::Type;

/// Longest pattern of a named format, in characters, and most characters that a
/// format of another kind looks at.
const NAME_PATTERN: f64 = 128.0;
const FORMAT: u64 = 64;
/// Two checks of what a user may do are as much as an expression can have.
const AUTHORIZATION: u64 = 350_000;

/// A cost, and the size of the result where that is bounded.
type Price = (u64, Option<Size>);

impl<'s> Estimate<'_, 's> {
    /// What a call costs, its arguments (`costs`) included.
    pub(super) fn function(
        &mut self,
        id: Id,
        name: &str,
        overload: &Overload,
        target: Option<Id>,
        args: &[Id],
        costs: &[u64],
    ) -> Price {
        let sum = costs.iter().copied().fold(0, u64::saturating_add);
        match (name, costs) {
            ("_&&_" | "_||_", _) => return (sum, None),
            ("_?_:_", [condition, one, other]) => {
                let size = self.widest(args[1], args[2]);
                self.union(id, args[1], args[2]);
                return (condition.saturating_add(*one.max(other)), Some(size));
            }
            _ => {}
        }
        let extended = self.extended(name, target, args, overload);
        let own = extended.or_else(|| self.kubernetes(name, target, args, overload));
        let (cost, size) = own.unwrap_or_else(|| self.standard(id, name, target, args, overload));
        (cost.saturating_add(sum), size)
    }

    fn widest(&mut self, one: Id, other: Id) -> Size {
        let (a, b) = (self.size_or_unknown(one), self.size_or_unknown(other));
        Size {
            min: a.min.min(b.min),
            max: a.max.max(b.max),
        }
    }

    /// Functions of lists and sets.
    fn extended(
        &mut self,
        name: &str,
        target: Option<Id>,
        args: &[Id],
        overload: &Overload,
    ) -> Option<Price> {
        let list = |factor: f64, size: Size| {
            let cost = size.cost(factor).saturating_add(1 + 10);
            Some((cost, Some(size)))
        };
        let of = |this: &mut Self, of: Id| this.size_or_unknown(of);
        match (name, target, args) {
            ("contains" | "intersects" | "equivalent", None, [a, b])
            | ("sets.contains" | "sets.intersects" | "sets.equivalent", None, [a, b]) => {
                let factor = if name.ends_with("equivalent") {
                    2.0
                } else {
                    1.0
                };
                let size = of(self, *a).times(of(self, *b));
                Some((size.cost(factor).saturating_add(1), None))
            }
            ("slice", Some(target), [from, to]) => {
                let size = of(self, target);
                let (from, to) = (self.number(*from, 0), self.number(*to, size.max));
                list(1.0, Size::exactly(to.wrapping_sub(from)))
            }
            ("range", None, [count]) => list(1.0, Size::exactly(self.number(*count, u64::MAX))),
            ("reverse", Some(target), []) => list(1.0, of(self, target)),
            #[allow(clippy::cast_precision_loss, reason = "as the server does")]
            ("flatten", Some(target), args) => {
                let depth = args.first().map_or(1, |it| self.number(*it, u64::MAX));
                list(depth as f64, of(self, target))
            }
            ("distinct", Some(target), []) => {
                let size = of(self, target);
                list(2.0, size.times(size))
            }
            ("sort", Some(_), []) | ("@sortByAssociatedKeys", _, [_]) => {
                let size = of(self, args.first().copied().or(target)?);
                let keys = overload.params.last();
                let is_text = matches!(keys, Some(Type::List(it)) if is_text(it));
                let factor = if is_text { 2.0 + TRAVERSAL } else { 2.0 };
                list(factor, size.times(size))
            }
            _ => None,
        }
    }

    /// The value of an integer that is written out.
    fn number(&self, id: Id, default: u64) -> u64 {
        match self.tree.nodes[id].form {
            NodeKind::Literal(Literal::Int(it)) => u64::try_from(it).unwrap_or_default(),
            _ => default,
        }
    }

    /// Functions that Kubernetes sets a price for, but for those that cost one unit
    /// like any other.
    fn kubernetes(
        &mut self,
        name: &str,
        target: Option<Id>,
        args: &[Id],
        overload: &Overload,
    ) -> Option<Price> {
        let size = |this: &mut Self, id: Id| this.size_or_unknown(id);
        Some(match (name, target, args) {
            ("check", _, _) => (AUTHORIZATION, None),
            ("fieldSelector" | "labelSelector", _, [arg]) => {
                (size(self, *arg).cost(TRAVERSAL), None)
            }
            (
                "isSorted" | "sum" | "max" | "min" | "indexOf" | "lastIndexOf" | "includes",
                on,
                _,
            ) => (self.over_items(on?, name == "includes"), None),
            ("isCanonical", None, [arg]) => (size(self, *arg).cost(2.0 * TRAVERSAL), None),
            ("cidr" | "isIP" | "isCIDR" | "ip" | "quantity" | "isQuantity", None, [arg])
            | ("semver" | "isSemver", None, [arg, ..]) => (size(self, *arg).cost(TRAVERSAL), None),
            ("containsIP" | "containsCIDR", _, [arg]) => {
                // Two addresses of up to 16 bytes, and one more to mask.
                let more = if name == "containsCIDR" { 2 + 1 } else { 0 };
                let is_text = matches!(overload.params.last(), Some(Type::Str));
                let parsed = match is_text {
                    true => size(self, *arg).cost(TRAVERSAL),
                    false => 0,
                };
                (parsed.saturating_add(4 + more), None)
            }
            ("validate", _, [arg]) => {
                let cost = size(self, *arg).cost(TRAVERSAL);
                (scaled(cost, NAME_PATTERN * PATTERN), None)
            }
            ("_==_", None, [one, other]) => return self.equal(*one, *other),
            _ => return self.texts(name, target, args),
        })
    }

    /// Functions that make texts of texts, and lists of them.
    fn texts(&mut self, name: &str, target: Option<Id>, args: &[Id]) -> Option<Price> {
        let size = |this: &mut Self, id: Id| this.size_or_unknown(id);
        Some(match (name, target, args) {
            ("url", None, [arg]) | ("escapeKey", None, [arg]) => {
                let size = size(self, *arg);
                (size.cost(TRAVERSAL), Some(size))
            }
            ("lowerAscii" | "upperAscii" | "substring" | "trim", Some(target), _) => {
                let size = size(self, target);
                (size.cost(TRAVERSAL), Some(size))
            }
            ("replace", Some(target), [from, to, ..]) => {
                let on = size(self, target);
                let made = replaced(on, size(self, *from), size(self, *to));
                (on.cost(2.0 * TRAVERSAL), Some(made))
            }
            ("split", Some(target), args) => {
                let on = size(self, target);
                let mut max = on.max;
                if let Some(NodeKind::Literal(Literal::Int(limit))) =
                    args.get(1).map(|it| &self.tree.nodes[*it].form)
                {
                    max = limit.cast_unsigned();
                }
                (on.cost(2.0 * TRAVERSAL), Some(Size { min: 0, max }))
            }
            ("join", Some(target), args) => {
                let made = self.joined(target, args.first().copied());
                (made.cost(TRAVERSAL), Some(made))
            }
            ("find" | "findAll", Some(target), [pattern, ..]) => {
                let on = size(self, target);
                let cost = matched(on, size(self, *pattern));
                let most = Size {
                    min: 0,
                    max: on.max,
                };
                (cost, Some(most))
            }
            _ => return None,
        })
    }

    /// Equality of types that Kubernetes adds.
    fn equal(&mut self, one: Id, other: Id) -> Option<Price> {
        let (a, b) = (&self.types.of[one], &self.types.of[other]);
        match a {
            _ if !a.is_exactly(b) => None,
            Type::Opaque(_) => Some((1, None)),
            Type::Named("kubernetes.NamedFormat") => {
                Some((Size::exactly(FORMAT).cost(TRAVERSAL), None))
            }
            Type::Named("kubernetes.URL") => {
                let size = self.size(other).unwrap_or(Size::exactly(1));
                Some((size.cost(TRAVERSAL), None))
            }
            Type::Named(_) => Some((1, None)),
            _ => None,
        }
    }

    /// The type of the items of a list, and where they are declared.
    fn items(&self, list: Id) -> Option<(Type<'s>, Path<'s>)> {
        let of = match &self.types.of[list] {
            Type::List(of) | Type::Optional(of) => (**of).clone(),
            Type::Map(of) => of.0.clone(),
            Type::Meta(Some(of)) => (**of).clone(),
            _ => return None,
        };
        let path = self.path(list);
        let path = path.and_then(|_| self.step(path, Shape::element));
        Some((of, path))
    }

    /// What looking at each item costs, or at each character.
    fn over_items(&mut self, on: Id, is_any: bool) -> u64 {
        let size = self.size_or_unknown(on);
        let Some((of, path)) = self.items(on) else {
            return match is_any {
                true => size.max,
                false => size.cost(TRAVERSAL),
            };
        };
        let each = match is_text(&of) {
            true => {
                let size = Self::declared(path).unwrap_or(Size::UNKNOWN);
                size.cost(TRAVERSAL).saturating_add(1)
            }
            false => 1,
        };
        size.max.saturating_mul(each)
    }

    fn joined(&mut self, list: Id, separator: Option<Id>) -> Size {
        let count = self.size_or_unknown(list);
        let mut size = Size::exactly(0);
        if let Some((_, path)) = self.items(list) {
            size = count.times(Self::declared(path).unwrap_or(Size::UNKNOWN));
        }
        if let Some(separator) = separator {
            let between = Size {
                min: count.min.saturating_sub(1),
                max: count.max.saturating_sub(1),
            };
            size = size.plus(self.size_or_unknown(separator).times(between));
        }
        size
    }

    /// Bytes of a text, a text of bytes, and a text in quotes.
    fn written(&mut self, name: &str, arg: Id, overload: &Overload) -> Price {
        let on = self.size_or_unknown(arg);
        let (min, max) = match (name, overload.params.first()) {
            ("bytes", Some(Type::Str)) => (on.min, on.max.wrapping_mul(4)),
            ("string", Some(Type::Bytes)) => (on.min / 4, on.max),
            ("quote", _) => (on.min + 2, on.max.wrapping_mul(2).wrapping_add(2)),
            _ => return (1, None),
        };
        (on.cost(TRAVERSAL), Some(Size { min, max }))
    }

    /// Functions and operators of the language.
    fn standard(
        &mut self,
        id: Id,
        name: &str,
        target: Option<Id>,
        args: &[Id],
        overload: &Overload,
    ) -> Price {
        let size = |this: &mut Self, id: Id| this.size_or_unknown(id);
        match (name, target, args, &overload.params[..]) {
            ("format", Some(target), _, _) => (size(self, target).cost(TRAVERSAL), None),
            ("bytes" | "string" | "quote", None, [arg], _) => self.written(name, *arg, overload),
            ("startsWith" | "endsWith", Some(_), [arg], _) => {
                (size(self, *arg).cost(TRAVERSAL), None)
            }
            ("@in", None, [_, list], [_, Type::List(_)]) => (size(self, *list).max, None),
            ("matches", _, [.., pattern], _) => {
                let on = size(self, target.unwrap_or(args[0]));
                (matched(on, size(self, *pattern)), None)
            }
            ("contains", Some(target), [part], _) => {
                let cost = size(self, target).cost(TRAVERSAL);
                let part = size(self, *part).cost(TRAVERSAL);
                (cost.saturating_mul(part), None)
            }
            ("_+_", None, [a, b], [Type::Str | Type::Bytes | Type::List(_), _]) => {
                let made = size(self, *a).plus(size(self, *b));
                self.union(id, *a, *b);
                let cost = match overload.params[0] {
                    Type::List(_) => 1,
                    _ => made.cost(TRAVERSAL),
                };
                (cost, Some(made))
            }
            ("_<_" | "_<=_" | "_>_" | "_>=_", None, [a, b], [Type::Str | Type::Bytes, _])
            | ("_==_" | "_!=_", None, [a, b], _) => {
                let smaller = size(self, *a).max.min(size(self, *b).max);
                (scaled(smaller, TRAVERSAL), None)
            }
            _ => (1, None),
        }
    }
}

fn is_text(of: &Type<'_>) -> bool {
    matches!(of, Type::Str | Type::Bytes)
}

/// A text checked against a pattern; an empty one costs something too.
fn matched(text: Size, pattern: Size) -> u64 {
    let text = text.plus(Size::exactly(1)).cost(TRAVERSAL);
    text.saturating_mul(pattern.cost(PATTERN))
}

/// How large a text can be after `from` was replaced by `to`.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "as the server divides"
)]
fn replaced(on: Size, from: Size, to: Size) -> Size {
    let parts = |size: u64, by: u64| (size as f64 / by as f64).ceil() as u64;
    let (count, kept) = match () {
        () if from.min == 0 => (on.max.saturating_add(1), on.max),
        () if to.max <= from.min => (0, on.max),
        () => (parts(on.max, from.min), 0),
    };
    let (fewest, least) = match () {
        () if from.max == 0 => (on.min.saturating_add(1), on.min),
        () if from.max <= to.min => (0, on.min),
        () => (parts(on.min, from.max), 0),
    };
    Size {
        min: fewest.saturating_mul(to.min).saturating_add(least),
        max: count.saturating_mul(to.max).saturating_add(kept),
    }
}
