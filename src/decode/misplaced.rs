//! Finds where a field belongs that is where its type has none of that name.

use super::relocate::{self, relocate};
use crate::catalog::{Field, Object, Shape, TypeRef};
use crate::fix::Fix;
use crate::parse::{Entry, Node};
use rustc_hash::FxHashSet;
use std::cmp::Ordering;
use std::fmt::Write as _;

/// How far down from an object its fields are searched. A pod template is three
/// levels below a Deployment, its containers' fields four, a CronJob's six.
const DEPTH: usize = 7;

/// Places that are named at most.
const SHOWN: usize = 3;

/// An object of the type tree that has the field.
#[derive(Debug)]
pub(super) struct Owner<'a, 'c> {
    /// Its path, without indices below where the search began.
    path: String,
    object: Object<'c>,
    up: usize,
    down: usize,
    /// Whether the manifest has the object.
    present: bool,
    /// Where the search began, above or at the place where the field is.
    from: Node<'a>,
    /// The way down from there.
    steps: Vec<relocate::Step<'c>>,
}

impl<'a> Owner<'a, '_> {
    /// A fix that moves `entry` here, where that is sure. What is up and then far
    /// down again is the place of another thing more often than not.
    pub(super) fn take(&self, entry: Entry<'a>) -> Option<Fix> {
        if self.up > 0 && self.down > 1 {
            return None;
        }
        relocate(entry, self.from, &self.steps)
    }

    /// The path of the field when it is here.
    pub(super) fn field(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }
}

/// The places nearest to `from` where `name` is a field, all equally near:
/// levels up and down count alike. `root` is the object and `top` its type.
pub(super) fn places<'a, 'c>(
    root: Node<'a>,
    top: TypeRef<'c>,
    from: Node<'a>,
    name: &str,
) -> Vec<Owner<'a, 'c>> {
    let mut best: Vec<Owner<'a, 'c>> = Vec::new();
    for (up, (node, object)) in ancestors(root, top, from).into_iter().enumerate() {
        let reach = best
            .first()
            .map_or(DEPTH, |it| (it.up + it.down).saturating_sub(up));
        let mut found = below(object, node, node == root, name, reach);
        let path = node.path_below(root);
        for place in &mut found {
            place.up = up;
            place.path = join(&path, &place.path);
        }
        let Some(new) = found.first() else { continue };
        // Of two that are equally near, one that the manifest has.
        let rank = |it: &Owner<'_, '_>| (it.up + it.down, !it.present);
        match best.first().map(|old| rank(new).cmp(&rank(old))) {
            None | Some(Ordering::Less) => best = found,
            Some(Ordering::Equal) => best.extend(found),
            Some(Ordering::Greater) => {}
        }
    }
    best
}

/// The objects that hold `from`, itself first, with their types.
fn ancestors<'a, 'c>(
    root: Node<'a>,
    top: TypeRef<'c>,
    from: Node<'a>,
) -> Vec<(Node<'a>, Object<'c>)> {
    let mut nodes = vec![from];
    let mut at = from;
    while at != root {
        let Some(parent) = at.parent() else { break };
        nodes.push(parent);
        at = parent;
    }
    let mut found = Vec::new();
    let mut wanted = top;
    for pair in nodes.windows(2).rev() {
        let [node, above] = pair else { continue };
        match wanted.shape() {
            Shape::Object(object) => {
                found.push((*above, object));
                let key = node.key().and_then(Node::as_str).unwrap_or_default();
                let Some(field) = object.field(key) else {
                    return Vec::new();
                };
                wanted = field.value_type();
            }
            Shape::Map(element) => wanted = element,
            Shape::List(list) => wanted = list.element(),
            _ => return Vec::new(),
        }
    }
    found.extend(wanted.as_object().map(|object| (from, object)));
    found.reverse();
    found
}

struct Step<'a, 'c> {
    path: String,
    steps: Vec<relocate::Step<'c>>,
    object: Object<'c>,
    /// The value that is there, where the manifest has one.
    node: Option<Node<'a>>,
}

/// The nearest objects below `object` that have the field, itself included.
/// Those that the manifest already has go before those that it lacks.
fn below<'a, 'c>(
    object: Object<'c>,
    node: Node<'a>,
    is_root: bool,
    name: &str,
    reach: usize,
) -> Vec<Owner<'a, 'c>> {
    let mut seen = FxHashSet::default();
    seen.insert(object.as_type().id());
    let mut level = vec![Step {
        path: String::new(),
        steps: Vec::new(),
        object,
        node: Some(node),
    }];
    for down in 0..=reach.min(DEPTH) {
        let has = |step: &&Step<'_, '_>| step.object.field(name).is_some();
        let present = level.iter().filter(has).any(|it| it.node.is_some());
        let found: Vec<Owner<'a, 'c>> = level
            .iter()
            .filter(has)
            .filter(|it| !present || it.node.is_some())
            .map(|it| Owner {
                path: it.path.clone(),
                object: it.object,
                up: 0,
                down,
                present: it.node.is_some(),
                from: node,
                steps: it.steps.clone(),
            })
            .collect();
        if !found.is_empty() {
            return found;
        }
        let mut next = Vec::new();
        for step in &level {
            for field in step.object.fields() {
                // Nobody writes these by hand.
                let skipped = ["status", "managedFields"].contains(&field.name());
                if !(skipped && (down == 1 || is_root)) {
                    next.extend(enter(step, field, &mut seen));
                }
            }
        }
        level = next;
    }
    Vec::new()
}

fn enter<'a, 'c>(
    step: &Step<'a, 'c>,
    field: Field<'c>,
    seen: &mut FxHashSet<u32>,
) -> Option<Step<'a, 'c>> {
    let wanted = field.value_type();
    let inner = wanted.innermost();
    let object = inner.as_object()?;
    if !seen.insert(inner.id()) {
        return None;
    }
    let brackets = if wanted == inner { "" } else { "[]" };
    let node = step.node.and_then(|node| node.entry(field.name()));
    let mut steps = step.steps.clone();
    steps.push(relocate::Step {
        name: field.name(),
        is_list: wanted != inner,
    });
    Some(Step {
        steps,
        path: join(&step.path, &format!("{}{brackets}", field.name())),
        object,
        node: node.map(|entry| entry.value),
    })
}

fn join(path: &str, rest: &str) -> String {
    match (path.is_empty(), rest.is_empty()) {
        (true, _) => rest.to_owned(),
        (_, true) => path.to_owned(),
        _ => format!("{path}.{rest}"),
    }
}

/// "`restartPolicy` belongs to spec.template.spec (PodSpec), one level up".
pub(super) fn sentence(name: &str, places: &[Owner<'_, '_>]) -> String {
    let mut text = format!("`{name}` belongs to ");
    let last = places.len().min(SHOWN) - 1;
    for (index, place) in places.iter().take(SHOWN).enumerate() {
        let before = match index {
            0 => "",
            _ if index == last => " or ",
            _ => ", ",
        };
        let path = if place.path.is_empty() {
            "the top level"
        } else {
            &place.path
        };
        let _ = write!(text, "{before}{path} ({})", place.object.name());
    }
    // Places in two directions have no distance in common.
    let alike = |it: &&Owner<'_, '_>| places.iter().all(|other| other.up == it.up);
    if let Some(Owner { up, down, .. }) = places.first().filter(alike) {
        match (up, down) {
            (1, 0) => text.push_str(", one level up"),
            (0, 1) => text.push_str(", one level down"),
            (2.., 0) => {
                let _ = write!(text, ", {up} levels up");
            }
            (0, 2..) => {
                let _ = write!(text, ", {down} levels down");
            }
            _ => {}
        }
    }
    text
}

/// A path with `[]` for each index, so that places can be compared.
pub(super) fn without_indices(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('[') {
        let Some((index, after)) = after.split_once(']') else {
            break;
        };
        out.push_str(before);
        let numeric = !index.is_empty() && index.bytes().all(|it| it.is_ascii_digit());
        let _ = write!(out, "[{}]", if numeric { "" } else { index });
        rest = after;
    }
    out.push_str(rest);
    out
}
