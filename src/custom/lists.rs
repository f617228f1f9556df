//! Lists that are sets or maps: what must differ.

use super::keywords::are_equal;
use super::path::Path;
use super::problem::{Problem, shown};
use crate::schema::{Data, Field, Item, ListType, Schema};
use std::collections::HashMap;

/// Checks all lists in `item`.
pub(super) fn check<'a>(
    item: &Item<'a>,
    schema: &Schema,
    path: &Path<'_>,
    out: &mut Vec<Problem<'a>>,
) {
    match &item.data {
        Data::List(items) => {
            match &schema.list_type {
                ListType::Atomic => {}
                ListType::Set => check_set(items, path, out),
                ListType::Map(keys) => check_keys(items, keys, path, out),
            }
            if let Some(inner) = schema.items.as_deref() {
                for (index, value) in items.iter().enumerate() {
                    check(value, inner, &path.index(index), out);
                }
            }
        }
        Data::Map(fields) => {
            for field in fields {
                if let Some(inner) = schema.properties.get(field.name.as_ref()) {
                    check(&field.item, inner, &path.field(&field.name), out);
                }
                if let Some(inner) = schema.additional() {
                    check(&field.item, inner, &path.key(&field.name), out);
                }
            }
        }
        _ => {}
    }
}

/// The places of values that repeat an earlier one, each value once.
pub(super) fn repeated(items: &[Item<'_>]) -> Vec<usize> {
    let mut seen: HashMap<String, (usize, usize)> = HashMap::default();
    let mut found = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let known = seen.entry(shown(item)).or_insert((index, 0));
        known.1 += 1;
        if known.1 == 2 && are_equal(&items[known.0], item) {
            found.push(index);
        }
    }
    found
}

fn check_set<'a>(items: &[Item<'a>], path: &Path<'_>, out: &mut Vec<Problem<'a>>) {
    for index in repeated(items) {
        let item = &items[index];
        let message = format!("Duplicate value: {}", shown(item));
        out.push(Problem::new(
            "api-duplicate",
            &path.index(index),
            item,
            message,
        ));
    }
}

fn check_keys<'a>(
    items: &[Item<'a>],
    keys: &[String],
    path: &Path<'_>,
    out: &mut Vec<Problem<'a>>,
) {
    for (index, item) in items.iter().enumerate() {
        if !matches!(item.data, Data::Map(_) | Data::Null) {
            let message = format!(
                "Invalid value: {}: must be an object for an array of list-type map",
                shown(item)
            );
            out.push(Problem::new(
                "api-invalid",
                &path.index(index),
                item,
                message,
            ));
            return;
        }
    }
    let key_of = |item: &Item<'a>| {
        let field = |key: &String| {
            let value = item.get(key)?.clone();
            Some(Field {
                name: key.clone().into(),
                item: value,
            })
        };
        Item {
            node: item.node,
            data: Data::Map(keys.iter().filter_map(field).collect()),
        }
    };
    let chosen: Vec<Item<'a>> = items.iter().map(key_of).collect();
    for index in repeated(&chosen) {
        let message = format!("Duplicate value: {}", shown(&chosen[index]));
        out.push(Problem::new(
            "api-duplicate",
            &path.index(index),
            &items[index],
            message,
        ));
    }
}
