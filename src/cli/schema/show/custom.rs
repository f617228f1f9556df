//! Kinds of definitions and JSON Schema files, as `plimsoll schema show` prints them.

use super::{About, Error, Line, Page};
use crate::nearest::nearest;
use crate::schema::{Additional, Definition, Definitions, Kind, ListType, Schema, Values, Version};

/// The page about a field of a kind that `definitions` have; `None` where they have
/// no such kind.
pub(super) fn page(
    definitions: &Definitions,
    api_version: Option<&str>,
    name: &str,
    steps: &[&str],
) -> Option<Result<Page, Error>> {
    let is_named = |it: &&Definition| {
        it.kind.eq_ignore_ascii_case(name) || it.plural.eq_ignore_ascii_case(name)
    };
    let versions = definitions.all().filter(is_named).flat_map(|definition| {
        let all = definition.versions.iter();
        all.map(move |version| (definition, version))
    });
    let fits = |(definition, version): &(&Definition, &Version)| {
        api_version.is_none_or(|it| it == definition.api_version(version))
    };
    // The stable version, and of equals the one that is written last.
    let rank = |(_, version): &(&Definition, &Version)| {
        (version.served, !version.name.contains(['a', 'b']))
    };
    let (definition, version) = versions.filter(fits).max_by_key(rank)?;
    Some(made(definition, version, steps))
}

fn made(definition: &Definition, version: &Version, steps: &[&str]) -> Result<Page, Error> {
    let mut at = &version.schema;
    let mut required = false;
    for (index, step) in steps.iter().enumerate() {
        let holder = innermost(at);
        let field = holder.properties.get(*step);
        at = field.ok_or_else(|| unknown(definition, holder, steps, index))?;
        required = is_required(holder, step);
    }
    let holder = innermost(at);
    let fields = holder.properties.iter().map(|(name, field)| Line {
        name: name.clone(),
        about: about(field, is_required(holder, name)),
    });
    Ok(Page {
        schema_version: 1,
        kind: definition.kind.clone(),
        api_version: definition.api_version(version),
        kubernetes: None,
        path: steps.join("."),
        fields: fields.collect(),
        about: about(at, required),
    })
}

fn unknown(definition: &Definition, at: &Schema, steps: &[&str], index: usize) -> Error {
    let above = [&[definition.kind.as_str()], &steps[..index]].concat();
    let above = above.join(".");
    if at.properties.is_empty() {
        return Error::new(format!("{above} has no fields: it is {}", name_of(at)));
    }
    let near = nearest(steps[index], at.properties.keys().map(String::as_str));
    Error::with_hint(
        format!("{above} has no field `{}`", steps[index]),
        near.map(|near| format!("did you mean `{above}.{near}`?")),
    )
}

/// What lists and mappings hold in the end.
fn innermost(schema: &Schema) -> &Schema {
    let inner = schema.items.as_deref().or_else(|| schema.additional());
    match inner.filter(|_| schema.properties.is_empty()) {
        Some(inner) => innermost(inner),
        None => schema,
    }
}

fn is_required(holder: &Schema, name: &str) -> bool {
    let values = holder.values.as_deref();
    values.is_some_and(|it| it.required.iter().any(|it| it == name))
}

fn about(schema: &Schema, required: bool) -> About {
    let values = schema.values.as_deref();
    let inner = innermost(schema).values.as_deref();
    let (list_type, list_keys) = match &schema.list_type {
        ListType::Atomic => (None, Vec::new()),
        ListType::Set => (Some("set"), Vec::new()),
        ListType::Map(keys) => (Some("map"), keys.clone()),
    };
    let texts = inner.into_iter().flat_map(|it| &it.one_of_values);
    let text = |it: &serde_json::Value| match it.as_str() {
        Some(text) => text.to_owned(),
        None => it.to_string(),
    };
    About {
        r#type: name_of(schema),
        object: None,
        format: inner.and_then(|it| it.format.clone()),
        required,
        default: schema.default.clone(),
        r#enum: texts.map(text).collect(),
        list_type,
        list_keys,
        since: None,
        limits: limits(schema, values),
    }
}

fn name_of(schema: &Schema) -> String {
    if schema.int_or_string {
        return "integer or string".to_owned();
    }
    let inner = |it: Option<&Schema>| it.map_or("any".to_owned(), name_of);
    match schema.kind {
        Some(Kind::Array) => format!("list of {}", inner(schema.items.as_deref())),
        Some(Kind::Object) if schema.properties.is_empty() => {
            match (schema.additional.as_deref(), schema.embedded) {
                (Some(Additional::Schema(of)), _) => format!("map of {}", name_of(of)),
                (_, true) => "Kubernetes object".to_owned(),
                _ => "object".to_owned(),
            }
        }
        Some(kind) => kind.name().to_owned(),
        None => "any".to_owned(),
    }
}

/// Bounds and rules, a phrase each.
fn limits(schema: &Schema, values: Option<&Values>) -> Vec<String> {
    let mut found = Vec::new();
    found.extend(schema.nullable.then(|| "may be null".to_owned()));
    if let Some(it) = values {
        let least = if it.exclusive_minimum {
            "above"
        } else {
            "from"
        };
        let most = if it.exclusive_maximum {
            "below"
        } else {
            "up to"
        };
        let numbers = [
            it.minimum.map(|bound| format!("{least} {bound}")),
            it.maximum.map(|bound| format!("{most} {bound}")),
            it.multiple_of.map(|of| format!("multiple of {of}")),
            it.min_length.map(|of| format!("at least {of} characters")),
            it.max_length.map(|of| format!("at most {of} characters")),
            it.min_items.map(|of| format!("at least {of} items")),
            it.max_items.map(|of| format!("at most {of} items")),
            it.min_properties.map(|of| format!("at least {of} entries")),
            it.max_properties.map(|of| format!("at most {of} entries")),
        ];
        found.extend(numbers.into_iter().flatten());
        found.extend(
            it.pattern
                .as_ref()
                .map(|it| format!("matches {}", it.text())),
        );
        found.extend(it.unique_items.then(|| "unique items".to_owned()));
        if let Some(all) = &it.junctors {
            for (name, count) in [("anyOf", all.any_of.len()), ("oneOf", all.one_of.len())] {
                found.extend((count > 0).then(|| format!("{name} of {count} alternatives")));
            }
        }
    }
    let rules = schema.rules.iter();
    found.extend(rules.map(|it| format!("rule {}", it.rule.trim())));
    found
}
