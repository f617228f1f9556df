//! Whether two types say the same of a value.
//!
//! Types differ between minors and between versions of a kind mostly in fields
//! that a given object does not use. Finding that out costs a fraction of
//! checking the object once more: equal parts of types are one type in the
//! catalog, so only what differs is looked at.

use crate::catalog::{Field, Names, Object, Shape, TypeRef};
use crate::parse::{Node, Value};
use std::cmp::Ordering;

/// Below this a value counts as different.
const DEPTH: u32 = 100;

/// Whether checking `node` against either type gives the same, defaults included.
pub(crate) fn alike(node: Node<'_>, a: TypeRef<'_>, b: TypeRef<'_>) -> bool {
    is_alike(node, a, b, 0)
}

fn is_alike(node: Node<'_>, a: TypeRef<'_>, b: TypeRef<'_>, depth: u32) -> bool {
    if a == b || node.is_null() {
        return true;
    }
    if depth > DEPTH {
        return false;
    }
    match (a.shape(), b.shape()) {
        // Of another type, it is refused by both.
        (Shape::Object(a), Shape::Object(b)) => !node.is_map() || objects(node, a, b, depth),
        (Shape::Map(a), Shape::Map(b)) => {
            let mut entries = node.entries();
            entries.all(|it| is_alike(it.value, a, b, depth + 1))
        }
        (Shape::List(a), Shape::List(b)) => {
            let (inner, other) = (a.element(), b.element());
            let mut items = node.items();
            items.all(|it| is_alike(it, inner, other, depth + 1))
        }
        (Shape::String(a), Shape::String(b)) => match node.value() {
            Value::Str(text) => takes(a, text) && takes(b, text),
            _ => true,
        },
        (Shape::SchemaOrBool(a), Shape::SchemaOrBool(b)) => is_alike(node, a, b, depth + 1),
        (Shape::SchemaOrStrings(a), Shape::SchemaOrStrings(b)) => is_alike(node, a, b, depth + 1),
        (Shape::SchemaOrArray(a), Shape::SchemaOrArray(b)) => {
            let mut items = node.items();
            is_alike(node, a, b, depth + 1) && items.all(|it| is_alike(it, a, b, depth + 1))
        }
        _ => false,
    }
}

fn takes(names: Names<'_>, text: &str) -> bool {
    names.is_empty() || names.iter().any(|it| it == text)
}

/// Walks the fields of both, which are sorted, side by side.
fn objects(node: Node<'_>, a: Object<'_>, b: Object<'_>, depth: u32) -> bool {
    let (mut left, mut right) = (0, 0);
    loop {
        let one = (left < a.field_count()).then(|| a.field_at(left));
        let other = (right < b.field_count()).then(|| b.field_at(right));
        let same = match (one, other) {
            (None, None) => return true,
            (Some(it), None) | (None, Some(it)) => {
                (left, right) = (left + 1, right + 1);
                is_unused(node, it)
            }
            (Some(one), Some(other)) => match one.cmp_name(other) {
                Ordering::Less => {
                    left += 1;
                    is_unused(node, one)
                }
                Ordering::Greater => {
                    right += 1;
                    is_unused(node, other)
                }
                Ordering::Equal => {
                    (left, right) = (left + 1, right + 1);
                    one.same_as(other) || fields(node, one, other, depth)
                }
            },
        };
        if !same {
            return false;
        }
    }
}

/// A field that only one of the types has.
fn is_unused(node: Node<'_>, field: Field<'_>) -> bool {
    !field.is_required() && node.entry(field.name()).is_none()
}

/// A field that both have, but not in the same way.
fn fields(node: Node<'_>, one: Field<'_>, other: Field<'_>, depth: u32) -> bool {
    match node.get(one.name()) {
        Some(value) => is_alike(value, one.value_type(), other.value_type(), depth + 1),
        None => {
            one.is_required() == other.is_required() && one.default_json() == other.default_json()
        }
    }
}
