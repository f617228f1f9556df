//! Finds where a field of a custom resource belongs that is where its schema has
//! none of that name.

use crate::parse::Node;
use crate::schema::Schema;

/// How far down from an object its fields are searched.
const DEPTH: usize = 5;

/// Schemas that one search looks at; definitions may have ten thousands of fields.
const EXAMINED: usize = 2_000;

/// A part of a definition on the way down.
struct Step<'a, 's> {
    path: String,
    schema: &'s Schema,
    /// The value that is there, where the object has one.
    node: Option<Node<'a>>,
}

/// The path of the one place nearest to `from` where `name` is a field: levels up
/// and down count alike. `None` where there is no such place, or several.
pub(super) fn place(root: Node<'_>, top: &Schema, from: Node<'_>, name: &str) -> Option<String> {
    let mut best: Option<(usize, Vec<String>)> = None;
    let mut examined = 0;
    for (up, step) in ancestors(root, top, from).into_iter().rev().enumerate() {
        let reach = best.as_ref().map_or(DEPTH, |it| it.0.saturating_sub(up));
        let Some((down, found)) = below(step, name, reach, &mut examined) else {
            continue;
        };
        if best.as_ref().is_none_or(|it| up + down < it.0) {
            best = Some((up + down, found));
        } else if let Some((_, all)) = best.as_mut().filter(|it| up + down == it.0) {
            all.extend(found);
        }
    }
    let (_, mut found) = best?;
    found.dedup();
    found.pop().filter(|_| found.is_empty())
}

/// The mappings from the object down to `from`, with their schemas.
fn ancestors<'a, 's>(root: Node<'a>, top: &'s Schema, from: Node<'a>) -> Vec<Step<'a, 's>> {
    let mut nodes = vec![from];
    let mut at = from;
    while at != root {
        let Some(parent) = at.parent() else { break };
        nodes.push(parent);
        at = parent;
    }
    let mut schema = Some(top);
    let mut found = Vec::new();
    for pair in nodes.windows(2).rev() {
        let [node, above] = pair else { continue };
        let Some(own) = schema else { return found };
        if above.is_map() {
            found.push(step(root, *above, own));
        }
        let key = node.key().and_then(Node::as_str).unwrap_or_default();
        schema = match above.is_seq() {
            true => own.items.as_deref(),
            false => own.properties.get(key).or_else(|| own.additional()),
        };
    }
    found.extend(schema.map(|it| step(root, from, it)));
    found
}

fn step<'a, 's>(root: Node<'a>, node: Node<'a>, schema: &'s Schema) -> Step<'a, 's> {
    Step {
        path: node.path_below(root),
        schema,
        node: Some(node),
    }
}

/// The nearest places below `from` that have the field, itself included, and how far
/// down they are. Those that the object already has go before the others.
fn below(
    from: Step<'_, '_>,
    name: &str,
    reach: usize,
    examined: &mut usize,
) -> Option<(usize, Vec<String>)> {
    let is_root = from.path.is_empty();
    let mut level = vec![from];
    for down in 0..=reach.min(DEPTH) {
        let has = |it: &&Step<'_, '_>| it.schema.properties.contains_key(name);
        let present = level.iter().filter(has).any(|it| it.node.is_some());
        let found = level.iter().filter(has);
        let found = found.filter(|it| !present || it.node.is_some());
        let found: Vec<String> = found.map(|it| it.path.clone()).collect();
        if !found.is_empty() {
            return Some((down, found));
        }
        let mut next = Vec::new();
        for step in &level {
            for (key, schema) in &step.schema.properties {
                // Nobody writes these by hand.
                let skipped = is_root && down == 0 && matches!(key.as_str(), "status" | "metadata");
                *examined += 1;
                if *examined > EXAMINED {
                    return None;
                }
                next.extend((!skipped).then(|| enter(step, key, schema)));
            }
        }
        level = next;
    }
    None
}

fn enter<'a, 's>(step: &Step<'a, 's>, key: &str, schema: &'s Schema) -> Step<'a, 's> {
    let dot = if step.path.is_empty() { "" } else { "." };
    let (brackets, inner) = match schema.items.as_deref() {
        Some(items) => ("[]", items),
        None => ("", schema),
    };
    let entry = step.node.and_then(|it| it.entry(key));
    Step {
        path: format!("{}{dot}{key}{brackets}", step.path),
        schema: inner,
        node: entry.map(|it| it.value),
    }
}
