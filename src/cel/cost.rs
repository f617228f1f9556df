//! How much evaluating an expression can cost at most, as the server estimates it
//! from the bounds that schemas set.
//!
//! The numbers are the server's, its oddities included, since a definition is
//! refused by them: only the upper bound of a cost matters, and what is known of a
//! size is found by the path that a value was reached on.

use super::check::Types;
use super::shape::Shape;
use super::tree::{Id, Literal, Loop, NodeKind, Tree};
use super::types::Type;

/// How much of a unit it costs to look at a character.
pub(super) const TRAVERSAL: f64 = 0.1;
/// How much of a unit a character of a pattern costs.
pub(super) const PATTERN: f64 = 0.25;
const NEW_LIST: u64 = 10;
const NEW_MAP: u64 = 30;
const NEW_OBJECT: u64 = 40;

/// Bounds of a size.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Size {
    pub(super) min: u64,
    pub(super) max: u64,
}

impl Size {
    pub(super) const UNKNOWN: Self = Self {
        min: 0,
        max: u64::MAX,
    };

    pub(super) const fn exactly(size: u64) -> Self {
        Self {
            min: size,
            max: size,
        }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            min: self.min.saturating_add(other.min),
            max: self.max.saturating_add(other.max),
        }
    }

    pub(super) fn times(self, other: Self) -> Self {
        Self {
            min: self.min.saturating_mul(other.min),
            max: self.max.saturating_mul(other.max),
        }
    }

    fn or(self, other: Self) -> Self {
        Self {
            min: self.min.min(other.min),
            max: self.max.max(other.max),
        }
    }

    /// The most that it costs when each unit of it costs `factor`.
    pub(super) fn cost(self, factor: f64) -> u64 {
        scaled(self.max, factor)
    }
}

/// A cost times a factor, rounded up.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "what is too large becomes the largest number"
)]
pub(super) fn scaled(cost: u64, factor: f64) -> u64 {
    (cost as f64 * factor).ceil() as u64
}

/// The sizes of what is in a list or mapping.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    is_list: bool,
    key: Size,
    value: Size,
}

impl Entry {
    fn or(self, other: Self) -> Self {
        Self {
            is_list: self.is_list,
            key: self.key.or(other.key),
            value: self.value.or(other.value),
        }
    }
}

/// Where a value was reached: nowhere that is known, or at a declared type, which
/// may be one that does not exist.
pub(super) type Path<'s> = Option<Option<&'s Shape>>;

/// A variable of a loop.
struct Local<'c, 's> {
    name: &'c str,
    path: Path<'s>,
    size: Option<Size>,
    entry: Option<Entry>,
}

/// The most that the expression can cost; `root` is what `self` is.
pub(super) fn estimate<'s>(tree: &Tree<'_>, types: &Types<'s>, root: &'s Shape) -> u64 {
    let count = tree.nodes.len();
    let mut estimate = Estimate {
        tree,
        types,
        root,
        locals: Vec::new(),
        paths: vec![None; count],
        sizes: vec![None; count],
        entries: vec![None; count],
    };
    estimate.cost(tree.root())
}

/// An estimate in the making.
pub(super) struct Estimate<'c, 's> {
    pub(super) tree: &'c Tree<'c>,
    pub(super) types: &'c Types<'s>,
    root: &'s Shape,
    locals: Vec<Local<'c, 's>>,
    paths: Vec<Path<'s>>,
    sizes: Vec<Option<Size>>,
    entries: Vec<Option<Entry>>,
}

impl<'c, 's> Estimate<'c, 's> {
    fn local(&self, name: &str) -> Option<&Local<'c, 's>> {
        self.locals.iter().rev().find(|it| it.name == name)
    }

    fn local_at(&self, id: Id) -> Option<&Local<'c, 's>> {
        match self.tree.nodes[id].form {
            NodeKind::Ident(name) => self.local(name),
            _ => None,
        }
    }

    pub(super) fn path(&self, id: Id) -> Path<'s> {
        self.local_at(id).map_or(self.paths[id], |it| it.path)
    }

    /// The path of what a value holds. The first step is not looked at.
    pub(super) fn step(
        &self,
        path: Path<'s>,
        to: impl FnOnce(&'s Shape) -> Option<&'s Shape>,
    ) -> Path<'s> {
        Some(match path {
            None => Some(self.root),
            Some(at) => at.and_then(to),
        })
    }

    pub(super) fn declared(path: Path<'_>) -> Option<Size> {
        let shape = path??;
        Some(Size {
            min: 0,
            max: shape.most,
        })
    }

    /// What is known of the size of a value.
    pub(super) fn size(&mut self, id: Id) -> Option<Size> {
        if let Some(size) = self.sizes[id] {
            return Some(size);
        }
        let exactly = |count: usize| Some(Size::exactly(u64::try_from(count).unwrap_or(u64::MAX)));
        match &self.tree.nodes[id].form {
            NodeKind::Literal(Literal::Str(it)) => return exactly(it.chars().count()),
            NodeKind::Literal(Literal::Bytes(it)) => return exactly(it.len()),
            NodeKind::Literal(_) => return exactly(1),
            NodeKind::List(items) => return exactly(items.len()),
            NodeKind::Map(entries) => return exactly(entries.len()),
            _ => {}
        }
        if let Some(size) = Self::declared(self.path(id)) {
            self.sizes[id] = Some(size);
            return Some(size);
        }
        match self.types.of[id].is_scalar() {
            true => Some(Size::exactly(1)),
            false => self.local_at(id).and_then(|it| it.size),
        }
    }

    pub(super) fn size_or_unknown(&mut self, id: Id) -> Size {
        self.size(id).unwrap_or(Size::UNKNOWN)
    }

    pub(super) fn entry(&self, id: Id) -> Option<Entry> {
        self.entries[id].or_else(|| self.local_at(id).and_then(|it| it.entry))
    }

    fn sized(&mut self, id: Id, size: Option<Size>, entry: Option<Entry>) {
        self.sizes[id] = size.or(self.sizes[id]);
        self.entries[id] = entry.or(self.entries[id]);
    }

    /// Both are known, or nothing is.
    pub(super) fn union(&mut self, id: Id, one: Id, other: Id) {
        let both = self.entry(one).zip(self.entry(other));
        self.sized(id, None, both.map(|(a, b)| a.or(b)));
    }

    /// The depth is that of parsing.
    fn cost(&mut self, id: Id) -> u64 {
        let tree = self.tree;
        match &tree.nodes[id].form {
            NodeKind::Literal(_) => 0,
            NodeKind::Ident(name) => {
                let path = self.local(name).map(|it| it.path);
                self.paths[id] = path.unwrap_or(Some(Some(self.root)));
                1
            }
            NodeKind::Select(of, _, true) => self.cost(*of),
            NodeKind::Select(of, field, false) => {
                let cost = self.cost(*of);
                let counts = matches!(
                    self.types.of[*of],
                    Type::Map(_)
                        | Type::Object(_)
                        | Type::Named(_)
                        | Type::Built(_)
                        | Type::Variables
                );
                self.paths[id] = self.step(self.path(*of), |it| it.field(field));
                cost.saturating_add(u64::from(counts))
            }
            NodeKind::Call(name, target, args) => self.call(id, name, *target, args),
            NodeKind::List(items) => {
                let mut cost = NEW_LIST;
                for (_, item) in items {
                    cost = cost.saturating_add(self.cost(*item));
                }
                let value = self.any_of(items.iter().map(|it| it.1));
                self.entries[id] = Some(Entry {
                    is_list: true,
                    key: Size::exactly(1),
                    value,
                });
                cost
            }
            NodeKind::Map(entries) => {
                let mut cost = NEW_MAP;
                for (_, key, value) in entries {
                    cost = cost.saturating_add(self.cost(*key));
                    cost = cost.saturating_add(self.cost(*value));
                }
                let key = self.any_of(entries.iter().map(|it| it.1));
                let value = self.any_of(entries.iter().map(|it| it.2));
                self.entries[id] = Some(Entry {
                    is_list: false,
                    key,
                    value,
                });
                cost
            }
            NodeKind::Object(_, fields) => {
                let each = fields.iter().map(|(_, it)| self.cost(*it));
                each.fold(NEW_OBJECT, u64::saturating_add)
            }
            NodeKind::Loop(it) if self.is_binding(it) => self.binding(id, it),
            NodeKind::Loop(it) => self.looped(id, it),
        }
    }

    fn any_of(&mut self, all: impl Iterator<Item = Id>) -> Size {
        let sizes = all.map(|it| self.size_or_unknown(it));
        sizes.reduce(Size::or).unwrap_or(Size::exactly(0))
    }

    fn is_binding(&self, it: &Loop<'_>) -> bool {
        let (range, condition) = (&self.tree.nodes[it.range], &self.tree.nodes[it.condition]);
        matches!(&range.form, NodeKind::List(items) if items.is_empty())
            && matches!(condition.form, NodeKind::Literal(Literal::Bool(false)))
    }

    fn binding(&mut self, id: Id, it: &'c Loop<'c>) -> u64 {
        let cost = self.cost(it.range).saturating_add(self.cost(it.start));
        self.push_value(it.gathered, it.start);
        let cost = cost.saturating_add(self.cost(it.result));
        self.locals.pop();
        let (size, entry) = (self.size(it.result), self.entry(it.result));
        self.sized(id, size, entry);
        cost
    }

    fn push_value(&mut self, name: &'c str, id: Id) {
        let local = Local {
            name,
            path: self.path(id),
            size: self.size(id),
            entry: self.entry(id),
        };
        self.locals.push(local);
    }

    /// A variable for the keys or for the values of `range`.
    fn push_part(&mut self, name: &'c str, range: Id, is_key: bool) {
        let entry = self.entry(range);
        let is_list = match entry {
            Some(entry) => entry.is_list,
            None => matches!(self.types.of[range], Type::List(_)),
        };
        let path = self.step(
            self.path(range),
            match (is_key, is_list) {
                (false, _) => Shape::element,
                (true, false) => Shape::key,
                // Nothing is declared of an index.
                (true, true) => Shape::index,
            },
        );
        let size = entry.map(|it| if is_key { it.key } else { it.value });
        self.locals.push(Local {
            name,
            path,
            size,
            entry: None,
        });
    }

    fn looped(&mut self, id: Id, it: &'c Loop<'c>) -> u64 {
        let cost = self.cost(it.range).saturating_add(self.cost(it.start));
        let before = self.locals.len();
        self.push_value(it.gathered, it.start);
        match it.second {
            Some(second) => {
                self.push_part(it.first, it.range, true);
                self.push_part(second, it.range, false);
            }
            None => {
                let is_list = match self.entry(it.range) {
                    Some(entry) => entry.is_list,
                    None => matches!(self.types.of[it.range], Type::List(_)),
                };
                self.push_part(it.first, it.range, !is_list);
            }
        }
        let condition = self.cost(it.condition);
        let each = condition.saturating_add(self.cost(it.step));
        self.locals.truncate(before + 1);
        let cost = cost.saturating_add(self.cost(it.result));
        self.locals.truncate(before);
        let count = self.size_or_unknown(it.range);
        let cost = cost.saturating_add(count.max.saturating_mul(each));
        match self.tree.nodes[it.start].form {
            NodeKind::Literal(_) => {
                let size = self.size(it.start);
                self.sized(id, size, None);
            }
            NodeKind::List(_) | NodeKind::Map(_) => {
                let entry = self.entry(it.step);
                self.sized(id, Some(count), entry);
            }
            _ => {}
        }
        cost
    }

    fn call(&mut self, id: Id, name: &str, target: Option<Id>, args: &[Id]) -> u64 {
        if let ("dyn", [arg]) = (name, args) {
            let cost = self.cost(*arg).saturating_add(1);
            let (size, entry) = (self.size(*arg), self.entry(*arg));
            self.sized(id, size, entry);
            return cost;
        }
        let mut costs = Vec::with_capacity(args.len());
        for arg in args {
            costs.push(self.cost(*arg));
            // What is known of a size is noted while the variables are at hand.
            self.size(*arg);
        }
        let overloads = &self.types.overloads[id];
        if overloads.is_empty() {
            return 0;
        }
        // A name with points in it is called on nothing.
        let target = target.filter(|_| overloads.iter().any(|it| it.is_member));
        let mut cost = 0;
        if let Some(target) = target {
            cost = self.cost(target);
            self.size(target);
        }
        let (mut most, mut result) = (0, None::<Size>);
        for overload in overloads.clone() {
            let (own, size) = self.function(id, name, overload, target, args, &costs);
            most = most.max(own);
            result = match (result, size) {
                (Some(a), Some(b)) => Some(a.or(b)),
                (a, b) => a.or(b),
            };
            let index = match (name, args, overload.params.first()) {
                ("_[_]", [of, _], Some(Type::List(_) | Type::Map(_))) => Some(*of),
                _ => None,
            };
            if let Some(of) = index {
                result = self.entry(of).map(|it| it.value);
                self.paths[id] = self.step(self.path(of), Shape::element);
            }
            if result.is_none() {
                result = self.size(id);
            }
        }
        self.sized(id, result, None);
        cost.saturating_add(most)
    }
}
