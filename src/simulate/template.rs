//! Whether two pod templates are the same to a controller, so that going from one
//! to the other replaces no pod.

use crate::kube::quantity::Quantity;
use crate::parse::{Node, Value};

/// How deep templates are compared; what lies deeper counts as different.
const MOST_DEPTH: usize = 64;

/// The fields of a pod whose values, or the values below them, are quantities.
const AMOUNTS: &[&str] = &["requests", "limits", "sizeLimit", "divisor", "overhead"];

/// Whether the templates are equal: whatever order their keys have, with nothing,
/// `null` and empty lists alike, and quantities by their value.
#[must_use]
pub fn same(one: Option<Node<'_>>, other: Option<Node<'_>>) -> bool {
    equal(one, other, false, MOST_DEPTH)
}

fn is_nothing(node: Node<'_>) -> bool {
    match node.value() {
        Value::Null => true,
        _ if node.is_map() => node.entries().next().is_none(),
        _ if node.is_seq() => node.items().next().is_none(),
        _ => false,
    }
}

/// `amounts` is whether the scalars here are quantities.
fn equal(one: Option<Node<'_>>, other: Option<Node<'_>>, amounts: bool, depth: usize) -> bool {
    let one = one.filter(|it| !is_nothing(*it));
    let other = other.filter(|it| !is_nothing(*it));
    let (one, other) = match (one, other) {
        (None, None) => return true,
        (Some(one), Some(other)) if depth > 0 => (one, other),
        _ => return false,
    };
    if one.is_map() && other.is_map() {
        let below = |from: Node<'_>, to: Node<'_>| {
            from.entries().all(|entry| {
                let amounts = amounts || AMOUNTS.contains(&entry.name());
                equal(Some(entry.value), to.get(entry.name()), amounts, depth - 1)
            })
        };
        return below(one, other) && below(other, one);
    }
    if one.is_seq() && other.is_seq() {
        let (mut ones, mut others) = (one.items(), other.items());
        loop {
            match (ones.next(), others.next()) {
                (None, None) => return true,
                (Some(a), Some(b)) if equal(Some(a), Some(b), amounts, depth - 1) => {}
                _ => return false,
            }
        }
    }
    scalars_equal(one, other, amounts)
}

fn scalars_equal(one: Node<'_>, other: Node<'_>, amounts: bool) -> bool {
    if one.value() == other.value() {
        return true;
    }
    let quantity = |node: Node<'_>| Quantity::parse(node.raw().trim_matches(['"', '\''])).ok();
    amounts && quantity(one).is_some() && quantity(one) == quantity(other)
}
