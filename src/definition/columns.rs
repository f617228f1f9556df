//! What a version has beside its schema: the sub-resource for scaling, printed
//! columns, selectable fields.

use crate::custom::Path;
use crate::kube::go::Quoted;
use crate::schema::{Kind, Schema};
use crate::seen::Seen;
use crate::server::at::At;
use crate::server::report::Api;

/// Most fields by which objects of a version may be selected.
const SELECTABLE: usize = 8;

/// Where the sub-resource for scaling reads and writes.
pub(super) fn check_scale<'a>(api: &mut Api<'a, '_>, version: At<'a>, holder: &Path<'_>) {
    let scale = version.at(["subresources", "scale"]);
    let Some(node) = scale.node() else { return };
    for (key, roots) in [
        ("specReplicasPath", &[".spec."][..]),
        ("statusReplicasPath", &[".status."]),
        ("labelSelectorPath", &[".spec.", ".status."]),
    ] {
        let field = format!("{}.subresources.scale.{key}", holder.in_object());
        let path = scale.get(key);
        let place = path.node().unwrap_or(node);
        let invalid = |detail: &str| format!("Invalid value: {}: {detail}", Quoted(path.str()));
        let message = if path.str().is_empty() {
            if key == "labelSelectorPath" {
                continue;
            }
            api.at_path("api-required", place, field, "Required value".to_owned());
            continue;
        } else if !path.str().starts_with('.') {
            invalid("must be a simple json path starting with .")
        } else if !roots.iter().any(|it| path.str().starts_with(it)) {
            match key {
                "labelSelectorPath" => {
                    invalid("should be a json path under either .spec or .status")
                }
                _ => invalid(&format!(
                    "should be a json path under {}",
                    roots[0].trim_end_matches('.')
                )),
            }
        } else {
            continue;
        };
        api.at_path("api-invalid", place, field, message);
    }
}

/// The columns that lists of the objects are printed with.
pub(super) fn check_columns<'a>(api: &mut Api<'a, '_>, version: At<'a>, holder: &Path<'_>) {
    let list = holder.field("additionalPrinterColumns");
    let columns = version.get("additionalPrinterColumns");
    for (index, column) in columns.items().enumerate() {
        check_column(api, column, &list.index(index));
    }
}

fn check_column<'a>(api: &mut Api<'a, '_>, column: At<'a>, at: &Path<'_>) {
    const TYPES: &str = "boolean,date,integer,number,string";
    const FORMATS: &str = "byte,date,date-time,double,float,int32,int64,password";
    let (node, _) = column.place();
    let mut push = |rule: &'static str, key: &str, value: At<'a>, message: String| {
        let node = value.node().unwrap_or(node);
        api.at_path(rule, node, at.field(key).in_object(), message);
    };
    let missing = |detail: &str| match detail {
        "" => "Required value".to_owned(),
        detail => format!("Required value: must be one of {detail}"),
    };
    let wrong = |value: &str, detail: &str| format!("Invalid value: {}: {detail}", Quoted(value));
    let one_of = |value: &str, all: &str| wrong(value, &format!("must be one of {all}"));
    let is_among = |value: &str, all: &str| all.split(',').any(|it| it == value);
    let name = column.get("name");
    if name.str().is_empty() {
        push("api-required", "name", name, missing(""));
    }
    let kind = column.get("type");
    if kind.str().is_empty() {
        push("api-required", "type", kind, missing(TYPES));
    } else if !is_among(kind.str(), TYPES) {
        push("api-invalid", "type", kind, one_of(kind.str(), TYPES));
    }
    let format = column.get("format");
    if !format.str().is_empty() && !is_among(format.str(), FORMATS) {
        push(
            "api-invalid",
            "format",
            format,
            one_of(format.str(), FORMATS),
        );
    }
    let path = column.get("jsonPath");
    if path.str().is_empty() {
        push("api-required", "JSONPath", path, missing(""));
    } else if !path.str().starts_with('.') {
        let detail = "must be a simple json path starting with .";
        push("api-invalid", "JSONPath", path, wrong(path.str(), detail));
    }
}

/// The fields by which objects may be selected.
pub(super) fn check_selectable<'a>(api: &mut Api<'a, '_>, version: At<'a>, holder: &Path<'_>) {
    let fields = version.get("selectableFields");
    if fields.is_empty() {
        return;
    }
    let list = holder.field("selectableFields");
    let (node, _) = fields.place();
    let Some(schema) = version.at(["schema", "openAPIV3Schema"]).node() else {
        let detail = "may only be set when `version.schema.openAPIV3Schema` is not included";
        let message = format!("Invalid value: \"\": {detail}");
        return api.at_path("api-invalid", node, list.in_object(), message);
    };
    let schema = Schema::of(schema);
    let mut seen: Seen<&str> = Seen::new();
    for (index, field) in fields.items().enumerate() {
        let path = field.get("jsonPath");
        let at = list.index(index);
        let at = at.field("jsonPath");
        if !check_path(api, path, &schema, &at) {
            continue;
        }
        if seen.contains(&path.str()) {
            let message = format!("Duplicate value: {}", Quoted(path.str()));
            api.at_path("api-duplicate", path.place().0, at.in_object(), message);
        } else {
            seen.push(path.str());
        }
    }
    if seen.len() > SELECTABLE {
        let count = seen.len();
        let message = format!("Too many: {count}: must have at most {SELECTABLE} items");
        api.at_path("api-too-many", node, list.in_object(), message);
    }
}

/// Whether a path refers to a field; reports what is wrong with it.
fn check_path<'a>(api: &mut Api<'a, '_>, path: At<'a>, schema: &Schema, at: &Path<'_>) -> bool {
    let text = path.str();
    let (node, _) = path.place();
    let mut invalid = |detail: &str| {
        let message = format!("Invalid value: {}: {detail}", Quoted(text));
        api.at_path("api-invalid", node, at.in_object(), message);
    };
    if text.is_empty() {
        let message = "Required value".to_owned();
        api.at_path("api-required", node, at.in_object(), message);
        return false;
    }
    let found = match selected(schema, text) {
        Ok(found) => found,
        Err(reason) => {
            invalid(&format!("is an invalid path: {reason}"));
            return false;
        }
    };
    if text == ".metadata" || text.starts_with(".metadata.") {
        invalid("must not point to fields in metadata");
    }
    if !matches!(
        found.kind,
        Some(Kind::String | Kind::Boolean | Kind::Integer)
    ) {
        invalid(
            "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.",
        );
    }
    true
}

/// The schema that a path of names refers to.
fn selected<'s>(schema: &'s Schema, path: &str) -> Result<&'s Schema, String> {
    let Some(names) = path.strip_prefix('.') else {
        let first = path.split(['.', '[', ']']).next().unwrap_or_default();
        return Err(format!("expected [ or . but got: {first}"));
    };
    if path.contains('[') {
        return Err("array notation is not allowed".to_owned());
    }
    let mut at = schema;
    for name in names.split('.') {
        at = at.field(name).ok_or("does not refer to a valid field")?;
    }
    Ok(at)
}
