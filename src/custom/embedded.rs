//! Objects inside of objects: their `apiVersion`, `kind` and `metadata`.

use super::path::Path;
use super::problem::{Problem, shown};
use crate::kube::names;
use crate::schema::{Data, Item, Schema};

/// Checks all objects inside of `item`.
pub(super) fn check<'a>(
    item: &Item<'a>,
    schema: &Schema,
    path: &Path<'_>,
    out: &mut Vec<Problem<'a>>,
) {
    match &item.data {
        Data::Map(fields) => {
            if schema.embedded {
                check_one(item, path, out);
            }
            for field in fields {
                if let Some(inner) = schema.properties.get(field.name.as_ref()) {
                    check(&field.item, inner, &path.field(&field.name), out);
                } else if let Some(inner) = schema.additional() {
                    check(&field.item, inner, &path.key(&field.name), out);
                }
            }
        }
        Data::List(items) => {
            if let Some(inner) = schema.items.as_deref() {
                for (index, value) in items.iter().enumerate() {
                    check(value, inner, &path.index(index), out);
                }
            }
        }
        _ => {}
    }
}

fn check_one<'a>(item: &Item<'a>, path: &Path<'_>, out: &mut Vec<Problem<'a>>) {
    for key in ["apiVersion", "kind"] {
        let at = path.field(key);
        let Some(value) = item.get(key) else {
            let message = "Required value".to_owned();
            out.push(Problem::new("api-required", &at, item, message));
            continue;
        };
        let mut invalid = |detail: &str| {
            let message = format!("Invalid value: {}: {detail}", shown(value));
            out.push(Problem::new("api-invalid", &at, value, message));
        };
        match value.as_str() {
            None => invalid("must be a string"),
            Some("") => invalid("must not be empty"),
            Some(text) if key == "apiVersion" => {
                if text.matches('/').count() > 1 {
                    invalid(&format!("unexpected GroupVersion string: {text}"));
                }
            }
            Some(text) => {
                if let Err(faults) = names::dns_1035_label(&text.to_lowercase()) {
                    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
                    let lead = "may have mixed case, but should otherwise match: ";
                    invalid(&format!("{lead}{}", faults.join(",")));
                }
            }
        }
    }
}
