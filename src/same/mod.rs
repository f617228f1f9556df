//! What differs between two objects of a kind, as the API server sees them: after
//! its defaults, with quantities by value, and with empty collections as good as
//! none. The order of keys never matters, the order of a list does. Of a field that
//! neither of the two writes the server keeps what it has, as `kubectl apply` asks.

mod defaults;
mod fields;
mod off;
mod scalar;

use crate::catalog::{Field, Minor, Object, Shape, TypeRef};
use crate::parse::Node;
use crate::resolve::Resource;
use defaults::DefaultValue;
use std::fmt::Write as _;

/// Objects nest no deeper than this in any kind; what does is compared as text.
const DEPTH: usize = 100;
/// Differences listed at most.
const MOST: usize = 1000;

/// A field that differs.
#[derive(Clone, PartialEq, Debug)]
pub struct Change<'a> {
    /// Its path as the API server writes it.
    pub path: String,
    /// It in the old object, where it is written there.
    pub old: Option<Node<'a>>,
    /// It in the new object, where it is written there.
    pub new: Option<Node<'a>>,
}

/// The fields that differ between `old` and `new`, both of the type `kind`, in
/// the order of the old object's keys. What the server alone writes (`status`
/// and parts of `metadata`) and what that of `minor` drops is left out. Without a type, as for custom resources,
/// nothing is known of defaults. After a thousand changes the rest is left out.
#[must_use]
pub fn changes<'a>(
    kind: Option<TypeRef<'a>>,
    minor: Minor,
    old: &Resource<'a>,
    new: &Resource<'a>,
) -> Vec<Change<'a>> {
    let mut walk = Comparison {
        minor,
        is_pod: old.is("", "Pod"),
        path: String::new(),
        found: Vec::new(),
    };
    let (one, other) = (Side::There(old.node), Side::There(new.node));
    match kind.and_then(TypeRef::as_object) {
        Some(object) => walk.object(object, one, other, 0),
        None => walk.any(one, other, 0),
    }
    walk.found
}

/// Whether anything at `path` or below it differs.
#[must_use]
pub fn is_changed(changes: &[Change<'_>], path: &str) -> bool {
    at(changes, path).next().is_some()
}

/// The changes at `path`, below it, or of something that holds it.
pub fn at<'c, 'a>(
    changes: &'c [Change<'a>],
    path: &'c str,
) -> impl Iterator<Item = &'c Change<'a>> {
    let within = |inner: &str, outer: &str| {
        let rest = inner.strip_prefix(outer);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    changes
        .iter()
        .filter(move |it| within(&it.path, path) || within(path, &it.path))
}

/// A value in one of the two objects.
#[derive(Clone, Copy, Debug)]
enum Side<'a> {
    /// Neither written nor given by default.
    Absent,
    /// As it is written.
    There(Node<'a>),
    /// A default, as JSON.
    Const(&'a str),
    /// An object without fields, by default.
    Empty,
}

impl<'a> Side<'a> {
    fn node(self) -> Option<Node<'a>> {
        match self {
            Self::There(node) => Some(node),
            _ => None,
        }
    }

    fn written(node: Option<Node<'a>>) -> Self {
        node.map_or(Self::Absent, Self::There)
    }

    fn is_absent(self) -> bool {
        matches!(self, Self::Absent)
    }
}

struct Comparison<'a> {
    minor: Minor,
    /// Pods get defaults that templates do not get.
    is_pod: bool,
    path: String,
    found: Vec<Change<'a>>,
}

impl<'a> Comparison<'a> {
    fn note(&mut self, old: Side<'a>, new: Side<'a>) {
        if self.found.len() < MOST {
            self.found.push(Change {
                path: self.path.clone(),
                old: old.node(),
                new: new.node(),
            });
        }
    }

    /// Does `run` with a longer path.
    fn below(&mut self, step: Step<'_>, run: impl FnOnce(&mut Self)) {
        let before = self.path.len();
        match step {
            Step::Field(name) => {
                if before > 0 {
                    self.path.push('.');
                }
                self.path.push_str(name);
            }
            Step::Key(key) => {
                let _ = write!(self.path, "[{key}]");
            }
            Step::Index(index) => {
                let _ = write!(self.path, "[{index}]");
            }
        }
        run(self);
        self.path.truncate(before);
    }

    fn object(&mut self, of: Object<'a>, old: Side<'a>, new: Side<'a>, depth: usize) {
        let fields = |side: Side<'a>| side.node().into_iter().flat_map(Node::entries);
        let mut names: Vec<&str> = fields(old).map(|it| it.name()).collect();
        for entry in fields(new) {
            if !names.contains(&entry.name()) {
                names.push(entry.name());
            }
        }
        // The old name of an account is read where the new one is absent.
        if of.name() == "PodSpec" && names.contains(&"serviceAccount") {
            names.retain(|it| !matches!(*it, "serviceAccount" | "serviceAccountName"));
            names.push("serviceAccountName");
        }
        for name in names {
            if defaults::is_servers_own(&self.path, of.name(), name)
                || off::is_dropped(&self.path, (of.name(), name), self.minor.number())
            {
                continue;
            }
            let one = Side::written(old.node().and_then(|it| it.get(name)));
            let mut other = Side::written(new.node().and_then(|it| it.get(name)));
            let is_left_out = other
                .node()
                .is_none_or(|it| !it.is_map() && defaults::is_zero(it));
            if is_left_out && defaults::is_kept(&self.path, of.name(), name) {
                other = one;
            }
            match of.field(name) {
                Some(field) => {
                    let one = self.effective(of, field, one, old);
                    let other = self.effective(of, field, other, new);
                    self.below(Step::Field(name), |walk| {
                        walk.field((of, field), one, other, depth + 1);
                    });
                }
                None => self.below(Step::Field(name), |walk| walk.any(one, other, depth + 1)),
            }
        }
    }

    /// A value with its default.
    fn effective(
        &self,
        of: Object<'a>,
        field: Field<'a>,
        value: Side<'a>,
        owner: Side<'a>,
    ) -> Side<'a> {
        let scope = (of.name(), field.name());
        let unset = match value {
            Side::There(node) => defaults::counts_as_absent(scope, node),
            _ => true,
        };
        if !unset {
            return value;
        }
        // Of a Job that is still a template nothing is filled in.
        if of.name() == "JobSpec" && self.path != "spec" {
            return value;
        }
        match defaults::of(scope, owner.node(), self.is_pod) {
            Some(DefaultValue::Const(json)) => Side::Const(json),
            Some(DefaultValue::Node(node)) => Side::There(node),
            Some(DefaultValue::Empty) => Side::Empty,
            None => field.default_json().map_or(value, Side::Const),
        }
    }

    fn field(
        &mut self,
        (of, field): (Object<'a>, Field<'a>),
        old: Side<'a>,
        new: Side<'a>,
        depth: usize,
    ) {
        let by_value = || defaults::is_value(of.name(), field.name());
        if let Shape::Object(_) = field.value_type().shape()
            && old.is_absent() != new.is_absent()
            && !by_value()
        {
            return self.note(old, new);
        }
        let zero = !defaults::is_pointer(of.name(), field.name());
        self.value(field.value_type(), (old, new), zero, depth);
    }

    /// `zero` tells whether absent is as good as zero.
    fn value(
        &mut self,
        of: TypeRef<'a>,
        (old, new): (Side<'a>, Side<'a>),
        zero: bool,
        depth: usize,
    ) {
        if old.is_absent() && new.is_absent() {
            return;
        }
        if depth > DEPTH {
            if old.node().map(Node::raw) != new.node().map(Node::raw) {
                self.note(old, new);
            }
            return;
        }
        match of.shape() {
            Shape::Object(object) => self.object(object, old, new, depth),
            Shape::Map(element) => self.entries(old, new, |walk, one, other| {
                walk.value(element, (one, other), false, depth + 1);
            }),
            Shape::List(list) => {
                let of = list.element().as_object().map_or("", Object::name);
                self.items(of, old, new, |walk, one, other| {
                    walk.value(list.element(), (one, other), true, depth + 1);
                });
            }
            Shape::Any
            | Shape::SchemaOrBool(_)
            | Shape::SchemaOrArray(_)
            | Shape::SchemaOrStrings(_) => self.any(old, new, depth),
            shape => {
                if !scalar::are_same(shape, old, new, zero) {
                    self.note(old, new);
                }
            }
        }
    }

    fn entries(
        &mut self,
        old: Side<'a>,
        new: Side<'a>,
        mut each: impl FnMut(&mut Self, Side<'a>, Side<'a>),
    ) {
        let entries = |side: Side<'a>| side.node().into_iter().flat_map(Node::entries);
        let entry = |side: Side<'a>, key: &str| side.node().and_then(|it| it.entry(key));
        let more = entries(new).filter(|it| entry(old, it.name()).is_none());
        for found in entries(old).chain(more) {
            let (one, other) = (entry(old, found.name()), entry(new, found.name()));
            let noted = self.path == "metadata.annotations";
            let kept = self.path == "stringData" && other.is_none();
            if noted && defaults::is_note_of_tools(found.name()) || kept {
                continue;
            }
            self.below(Step::Key(found.name()), |walk| match (one, other) {
                // A null is an entry with the zero value.
                (Some(one), Some(other)) => {
                    each(walk, Side::There(one.value), Side::There(other.value));
                }
                (one, other) => walk.note(
                    Side::written(one.map(|it| it.value)),
                    Side::written(other.map(|it| it.value)),
                ),
            });
        }
    }

    fn items(
        &mut self,
        of: &str,
        old: Side<'a>,
        new: Side<'a>,
        mut each: impl FnMut(&mut Self, Side<'a>, Side<'a>),
    ) {
        let minor = self.minor.number();
        let list = |side: Side<'a>| {
            let items = side.node().into_iter().flat_map(Node::items);
            items.filter(|it| !off::is_item_dropped(of, *it, minor))
        };
        let is_given = |side: Side<'a>| matches!(side, Side::Const(_));
        if is_given(old) || is_given(new) {
            if scalar::texts(old) != scalar::texts(new) {
                self.note(old, new);
            }
            return;
        }
        if list(old).count() != list(new).count() {
            return self.note(old, new);
        }
        for (index, (one, other)) in list(old).zip(list(new)).enumerate() {
            self.below(Step::Index(index), |walk| {
                each(walk, Side::There(one), Side::There(other));
            });
        }
    }

    /// Values of which nothing is known.
    fn any(&mut self, old: Side<'a>, new: Side<'a>, depth: usize) {
        let (Some(one), Some(other)) = (old.node(), new.node()) else {
            if old.is_absent() != new.is_absent() {
                self.note(old, new);
            }
            return;
        };
        if depth > DEPTH {
            if one.raw() != other.raw() {
                self.note(old, new);
            }
        } else if one.is_map() && other.is_map() {
            let mut names: Vec<&str> = one.entries().map(|it| it.name()).collect();
            let more = other.entries().map(|it| it.name());
            names.extend(more.filter(|it| one.entry(it).is_none()));
            for name in names {
                if defaults::is_servers_own(&self.path, "ObjectMeta", name) {
                    continue;
                }
                let side = |node: Node<'a>| Side::written(node.get(name));
                let (one, other) = (side(one), side(other));
                self.below(Step::Field(name), |walk| walk.any(one, other, depth + 1));
            }
        } else if one.is_seq() && other.is_seq() {
            self.items("", old, new, |walk, one, other| {
                walk.any(one, other, depth + 1);
            });
        } else if one.value() != other.value() {
            self.note(old, new);
        }
    }
}

/// One step of a path.
#[derive(Clone, Copy)]
enum Step<'t> {
    Field(&'t str),
    Key(&'t str),
    Index(usize),
}

#[cfg(test)]
mod tests;
