//! The fields that the sub-resource for scaling reads.

use super::problem::{Problem, go_type};
use crate::kube::go::Float;
use crate::schema::{Data, Field, Item, Scale};

/// Checks the wanted and the present replicas and the selector.
pub(super) fn check<'a>(item: &Item<'a>, scale: &Scale, out: &mut Vec<Problem<'a>>) {
    for path in [&scale.spec_replicas, &scale.status_replicas] {
        let wrong = match find(item, path) {
            Ok(None) => continue,
            Ok(Some(found)) => match found.data {
                Data::Int(it) if it < 0 => {
                    Err((found, it, "should be a non-negative integer".to_owned()))
                }
                Data::Int(it) if it > i64::from(i32::MAX) => {
                    let detail = format!("should be less than or equal to {}", i32::MAX);
                    Err((found, it, detail))
                }
                Data::Int(_) => Ok(()),
                _ => Err((found, 0, accessor(path, found, "int64"))),
            },
            Err((found, at)) => Err((found, 0, accessor(&at, found, "map[string]interface{}"))),
        };
        if let Err((found, value, detail)) = wrong {
            push(
                out,
                path,
                found,
                format!("Invalid value: {value}: {detail}"),
            );
        }
    }
    let Some(path) = &scale.label_selector else {
        return;
    };
    let wrong = match find(item, path) {
        Ok(Some(found)) if found.as_str().is_none() => {
            Some((found, accessor(path, found, "string")))
        }
        Err((found, at)) => Some((found, accessor(&at, found, "map[string]interface{}"))),
        _ => None,
    };
    if let Some((found, detail)) = wrong {
        push(out, path, found, format!("Invalid value: \"\": {detail}"));
    }
}

fn push<'a>(out: &mut Vec<Problem<'a>>, path: &str, item: &Item<'a>, message: String) {
    out.push(Problem {
        rule: "api-invalid",
        field: path.trim_start_matches('.').to_owned(),
        node: item.node,
        said: String::new(),
        message,
        guess: None,
    });
}

/// The value at a path of names, or the value on the way that has no fields,
/// with its path.
fn find<'i, 'a>(
    item: &'i Item<'a>,
    path: &str,
) -> Result<Option<&'i Item<'a>>, (&'i Item<'a>, String)> {
    let mut at = item;
    let mut walked = String::new();
    for name in path.trim_start_matches('.').split('.') {
        walked = format!("{walked}.{name}");
        at = match &at.data {
            Data::Null => return Ok(None),
            Data::Map(_) => match at.get(name) {
                Some(inner) => inner,
                None => return Ok(None),
            },
            _ => return Err((at, walked)),
        };
    }
    Ok(Some(at))
}

/// A value as Go's `%v` prints it; nobody needs to see more than some levels.
fn plain(item: &Item<'_>, depth: u32) -> String {
    let inner = |it: &Item<'_>| match depth > 16 {
        true => String::new(),
        false => plain(it, depth + 1),
    };
    match &item.data {
        Data::Null => "<nil>".to_owned(),
        Data::Bool(it) => it.to_string(),
        Data::Int(it) => it.to_string(),
        Data::Float(it) => Float(*it).to_string(),
        Data::Str(it) => it.to_string(),
        Data::List(items) => {
            let all: Vec<String> = items.iter().map(inner).collect();
            format!("[{}]", all.join(" "))
        }
        Data::Map(fields) => {
            let mut all: Vec<_> = fields.iter().collect();
            all.sort_by(|a, b| a.name.cmp(&b.name));
            let pair = |it: &&Field<'_>| format!("{}:{}", it.name, inner(&it.item));
            let all: Vec<String> = all.iter().map(pair).collect();
            format!("map[{}]", all.join(" "))
        }
    }
}

fn accessor(path: &str, item: &Item<'_>, wanted: &str) -> String {
    let value = plain(item, 0);
    let of = go_type(&item.data);
    let path = path.trim_start_matches('.');
    format!(".{path} accessor error: {value} is of the type {of}, expected {wanted}")
}
