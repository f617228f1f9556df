//! What is wrong with a custom resource, before it becomes a finding.

use super::path::Path;
use crate::kube::go::{Float, Quoted};
use crate::nearest::nearest;
use crate::parse::Node;
use crate::schema::{Data, Field, Item};
use crate::source::Span;
use std::fmt::Write as _;

/// One refusal.
#[derive(Clone, Debug)]
pub(super) struct Problem<'a> {
    /// Name of the finding.
    pub(super) rule: &'static str,
    /// The path as the server writes it.
    pub(super) field: String,
    /// Where to point.
    pub(super) node: Node<'a>,
    /// The server's words.
    pub(super) message: String,
    /// What tells it from others, where the same thing is checked twice.
    pub(super) said: String,
    /// For an unknown field: what was meant.
    pub(super) guess: Option<String>,
}

impl<'a> Problem<'a> {
    pub(super) fn new(
        rule: &'static str,
        path: &Path<'_>,
        item: &Item<'a>,
        message: String,
    ) -> Self {
        Self {
            rule,
            field: path.in_object(),
            node: item.node,
            said: String::new(),
            message,
            guess: None,
        }
    }

    /// A value that the schema does not allow: `detail` is what the server says of
    /// `path` in the body.
    pub(super) fn invalid(path: &Path<'_>, item: &Item<'a>, detail: &str) -> Self {
        Self::of_schema("api-invalid", path, item, &shown(item), detail)
    }

    /// [`Problem::invalid`] that shows `value`.
    pub(super) fn of_schema(
        rule: &'static str,
        path: &Path<'_>,
        item: &Item<'a>,
        value: &str,
        detail: &str,
    ) -> Self {
        let field = path.in_schema();
        let said = format!("{field} in body {detail}");
        Self {
            rule,
            message: format!("Invalid value: {value}: {said}"),
            field: field.trim_start_matches('.').to_owned(),
            node: item.node,
            said,
            guess: None,
        }
    }

    /// A problem of a value as a whole, which the server gives no path.
    pub(super) fn of_whole(path: &Path<'_>, item: &Item<'a>, said: String) -> Self {
        Self {
            rule: "api-invalid",
            field: path.in_schema().trim_start_matches('.').to_owned(),
            node: item.node,
            message: format!("Invalid value: \"\": {said}"),
            said,
            guess: None,
        }
    }

    /// A field of `item` that its schema does not allow; `known` are those that it
    /// names.
    pub(super) fn unknown_field<'k>(
        path: &Path<'_>,
        item: &Item<'a>,
        field: &Field<'a>,
        known: impl Iterator<Item = &'k str>,
    ) -> Self {
        let name = field.name.as_ref();
        let path = path.key(name).in_schema();
        Self {
            rule: "unknown-field",
            field: path.trim_start_matches('.').to_owned(),
            node: field.item.node,
            message: format!("unknown field {name:?}"),
            said: String::new(),
            guess: nearest(name, known.filter(|it| item.get(it).is_none())).map(str::to_owned),
        }
    }

    /// That not all of a schema was asked.
    pub(super) fn gap(item: &Item<'a>, reason: &str) -> Self {
        Self {
            rule: super::GAP,
            field: String::new(),
            node: item.node,
            message: format!("part of the schema was not checked: {reason}"),
            said: String::new(),
            guess: None,
        }
    }

    /// The span to point at.
    pub(super) fn span(&self) -> Span {
        self.node.head()
    }
}

/// A value as the server shows it in a message.
pub(super) fn shown(item: &Item<'_>) -> String {
    match &item.data {
        Data::Bool(it) => it.to_string(),
        Data::Int(it) => it.to_string(),
        Data::Float(it) => Float(*it).to_string(),
        Data::Str(it) => Quoted(it).to_string(),
        Data::Null => "null".to_owned(),
        Data::List(_) | Data::Map(_) => escaped(&item.to_json().to_string()),
    }
}

/// The type that a value has in Go, as `%T` prints it.
pub(super) fn go_type(data: &Data<'_>) -> &'static str {
    match data {
        Data::Null => "<nil>",
        Data::Bool(_) => "bool",
        Data::Int(_) => "int64",
        Data::Float(_) => "float64",
        Data::Str(_) => "string",
        Data::List(_) => "[]interface {}",
        Data::Map(_) => "map[string]interface {}",
    }
}

/// JSON as Go writes it, safe to be in HTML.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out
}
