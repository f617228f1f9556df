//! `plimsoll schema show`: what a field of a kind may hold.

mod custom;

use super::super::args::{Listing, SchemaShowArgs};
use super::super::{CLEAN, Error, schemas};
use crate::catalog::{Catalog, Field, Kind, ListType, Minor, Shape, TypeRef};
use crate::nearest::nearest;
use crate::report::encode;
use serde::Serialize;
use std::io::Write;

/// A place in the types of a kind, as it is printed.
#[derive(Serialize)]
struct Page {
    schema_version: u32,
    kind: String,
    api_version: String,
    /// None for custom resources.
    kubernetes: Option<String>,
    path: String,
    #[serde(flatten)]
    about: About,
    fields: Vec<Line>,
}

/// A field of that place.
#[derive(Serialize)]
struct Line {
    name: String,
    #[serde(flatten)]
    about: About,
}

/// What is known of one value.
#[derive(Serialize)]
struct About {
    r#type: String,
    /// The name of its type in Kubernetes' own code.
    object: Option<String>,
    format: Option<String>,
    required: bool,
    default: Option<serde_json::Value>,
    r#enum: Vec<String>,
    list_type: Option<&'static str>,
    list_keys: Vec<String>,
    /// The first minor that has it; none where all embedded ones have it.
    since: Option<String>,
    /// Bounds and rules of custom resources.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    limits: Vec<String>,
}

pub(super) fn run(args: &SchemaShowArgs, out: &mut dyn Write) -> Result<u8, Error> {
    let catalog = Catalog::builtin();
    let minor = args
        .kubernetes_version
        .map_or(catalog.newest(), |it| it.high());
    let (version, path) = match args.path.rsplit_once('/') {
        Some((version, path)) => (Some(version), path),
        None => (None, args.path.as_str()),
    };
    let mut steps = path.split('.').map(|it| it.trim_end_matches("[]"));
    let name = steps.next().unwrap_or_default();
    let steps: Vec<&str> = steps.filter(|it| !it.is_empty()).collect();
    let is_asked_for = |kind: &str| kind.eq_ignore_ascii_case(name);
    let definitions = schemas::load(&args.schema_location, &is_asked_for)?.definitions;
    let page = match custom::page(&definitions, version, name, &steps) {
        Some(page) => page?,
        None => page(
            &catalog,
            minor,
            kind(&catalog, minor, version, name)?,
            &steps,
        )?,
    };
    match args.listing.format {
        Listing::Json => encode::pretty(&page, out)?,
        _ => text(&page, out)?,
    }
    Ok(CLEAN)
}

/// The kind of that name (or of that resource, or in another case); of several
/// versions the stable one, and of several groups that without a domain.
fn kind<'c>(
    catalog: &'c Catalog,
    minor: Minor,
    version: Option<&str>,
    name: &str,
) -> Result<Kind<'c>, Error> {
    let served = || catalog.kinds().filter(|it| it.type_in(minor).is_some());
    let fits = |it: &Kind<'_>| version.is_none_or(|version| it.api_version() == version);
    let named = |it: &Kind<'_>| {
        it.name().eq_ignore_ascii_case(name)
            || it.plural().is_some_and(|it| it.eq_ignore_ascii_case(name))
    };
    let rank = |it: &Kind<'_>| {
        let is_stable = !it.version().contains(['a', 'b']);
        // Events are in two groups; the newer one has the domain.
        (is_stable, it.deprecated().is_none(), it.group() == "")
    };
    if let Some(kind) = served().filter(fits).filter(named).max_by_key(rank) {
        return Ok(kind);
    }
    let homes: Vec<String> = served().filter(named).map(Kind::api_version).collect();
    let near = nearest(name, served().filter(fits).map(Kind::name));
    let gone = catalog
        .kinds()
        .filter(named)
        .filter_map(Kind::removed)
        .max();
    let hint = Some(match (near, gone) {
        _ if !homes.is_empty() => format!("it is in {}", homes.join(", ")),
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, Some(removed)) => format!("it was removed in {removed}"),
        (None, None) => "`plimsoll schema list` lists them".to_owned(),
    });
    let whose = version.map_or(String::new(), |it| format!(" in {it}"));
    let message = format!("unknown kind `{name}`{whose} in Kubernetes {minor}");
    Err(Error::with_hint(message, hint))
}

/// The field at the end of `steps`, where `top` has it, and its type.
fn walk<'c>(
    top: TypeRef<'c>,
    steps: &[&str],
) -> Result<(Option<Field<'c>>, TypeRef<'c>), (TypeRef<'c>, usize)> {
    let mut at = (None, top);
    for (index, step) in steps.iter().enumerate() {
        let inner = at.1.innermost();
        let field = inner.as_object().and_then(|it| it.field(step));
        let field = field.ok_or((inner, index))?;
        at = (Some(field), field.value_type());
    }
    Ok(at)
}

fn page(catalog: &Catalog, minor: Minor, kind: Kind<'_>, steps: &[&str]) -> Result<Page, Error> {
    let top = kind.type_in(minor);
    let top = top.ok_or_else(|| Error::new(format!("no type in Kubernetes {minor}")))?;
    let (field, of) = walk(top, steps).map_err(|(at, index)| unknown(kind, at, steps, index))?;
    let since = |steps: &[&str]| {
        let has = |it: &Minor| {
            kind.type_in(*it)
                .is_some_and(|top| walk(top, steps).is_ok())
        };
        let first = catalog.minors().find(has);
        let first = first.filter(|it| catalog.minors().next() != Some(*it));
        first.map(|it| it.to_string())
    };
    let object = of.innermost().as_object();
    let fields = object.into_iter().flat_map(|it| it.fields());
    let fields = fields.map(|field| Line {
        name: field.name().to_owned(),
        about: About::new(
            Some(field),
            field.value_type(),
            since(&[steps, &[field.name()]].concat()),
        ),
    });
    Ok(Page {
        schema_version: 1,
        kind: kind.name().to_owned(),
        api_version: kind.api_version(),
        kubernetes: Some(minor.to_string()),
        path: steps.join("."),
        fields: fields.collect(),
        about: About::new(field, of, since(steps)),
    })
}

fn unknown(kind: Kind<'_>, at: TypeRef<'_>, steps: &[&str], index: usize) -> Error {
    let above = [&[kind.name()], &steps[..index]].concat().join(".");
    let Some(object) = at.as_object() else {
        return Error::new(format!("{above} has no fields: it is {}", at.describe()));
    };
    let name = steps[index];
    let near = nearest(name, object.fields().map(Field::name));
    Error::with_hint(
        format!("{above} has no field `{name}`"),
        near.map(|near| format!("did you mean `{above}.{near}`?")),
    )
}

impl About {
    fn new(field: Option<Field<'_>>, of: TypeRef<'_>, since: Option<String>) -> Self {
        let (list_type, list_keys) = match of.shape() {
            Shape::List(list) => (
                list.list_type().map(|it| match it {
                    ListType::Atomic => "atomic",
                    ListType::Set => "set",
                    ListType::Map => "map",
                }),
                list.keys().map(str::to_owned).collect(),
            ),
            _ => (None, Vec::new()),
        };
        let names = match of.innermost().shape() {
            Shape::String(names) => names.iter().map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        let default = field.and_then(Field::default_json);
        Self {
            r#type: name_of(of),
            object: of.innermost().as_object().map(|it| it.name().to_owned()),
            format: format_of(of).map(str::to_owned),
            required: field.is_some_and(Field::is_required),
            default: default.and_then(|it| serde_json::from_str(it).ok()),
            r#enum: names,
            list_type,
            list_keys,
            since,
            limits: Vec::new(),
        }
    }

    /// On one line, what is not said by the type left out.
    fn line(&self) -> String {
        let mut parts = vec![self.r#type.clone()];
        parts.extend(self.format.clone());
        parts.extend(self.required.then(|| "required".to_owned()));
        parts.extend(self.default.as_ref().map(|it| format!("default {it}")));
        if !self.r#enum.is_empty() {
            parts.push(format!("one of {}", self.r#enum.join(", ")));
        }
        parts.extend(self.since.as_ref().map(|it| format!("since {it}")));
        parts.extend(self.limits.iter().cloned());
        parts.join(", ")
    }
}

fn name_of(of: TypeRef<'_>) -> String {
    match of.shape() {
        Shape::Any => "any".to_owned(),
        Shape::Object(object) => object.name().to_owned(),
        Shape::Map(element) => format!("map of {}", name_of(element)),
        Shape::List(list) => format!("list of {}", name_of(list.element())),
        Shape::String(_) | Shape::Bytes | Shape::Time | Shape::MicroTime => "string".to_owned(),
        Shape::Quantity => "string or number".to_owned(),
        Shape::Boolean => "boolean".to_owned(),
        Shape::Int32 | Shape::Int64 => "integer".to_owned(),
        Shape::Number => "number".to_owned(),
        Shape::IntOrString => "integer or string".to_owned(),
        Shape::SchemaOrBool(_) => "schema or boolean".to_owned(),
        Shape::SchemaOrArray(_) => "schema or list of schemas".to_owned(),
        Shape::SchemaOrStrings(_) => "schema or list of strings".to_owned(),
    }
}

fn format_of(of: TypeRef<'_>) -> Option<&'static str> {
    Some(match of.innermost().shape() {
        Shape::Int32 => "int32",
        Shape::Int64 => "int64",
        Shape::Number => "double",
        Shape::Bytes => "byte",
        Shape::Quantity => "quantity",
        Shape::IntOrString => "int-or-string",
        Shape::Time | Shape::MicroTime => "date-time",
        _ => return None,
    })
}

fn text(page: &Page, out: &mut dyn Write) -> Result<(), Error> {
    let path = match page.path.as_str() {
        "" => page.kind.clone(),
        path => format!("{}.{path}", page.kind),
    };
    let of = page.kubernetes.as_ref();
    let of = of.map_or(String::new(), |it| format!(", Kubernetes {it}"));
    writeln!(out, "{path} ({}{of})", page.api_version)?;
    let about = &page.about;
    writeln!(out, "  type: {}", about.r#type)?;
    let mut line = |name: &str, value: Option<String>| match value {
        Some(value) => writeln!(out, "  {name}: {value}"),
        None => Ok(()),
    };
    line("format", about.format.clone())?;
    line(
        "required",
        (!page.path.is_empty()).then(|| yes_or_no(about.required)),
    )?;
    line("default", about.default.as_ref().map(ToString::to_string))?;
    line(
        "one of",
        Some(about.r#enum.join(", ")).filter(|it| !it.is_empty()),
    )?;
    let keys = match about.list_keys.is_empty() {
        true => String::new(),
        false => format!(", keyed by {}", about.list_keys.join(", ")),
    };
    line("list type", about.list_type.map(|it| format!("{it}{keys}")))?;
    line("since", about.since.clone())?;
    for limit in &about.limits {
        line("limit", Some(limit.clone()))?;
    }
    if !page.fields.is_empty() {
        writeln!(out, "  fields:")?;
    }
    let width = page
        .fields
        .iter()
        .map(|it| it.name.len())
        .max()
        .unwrap_or(0);
    for field in &page.fields {
        writeln!(out, "    {:width$}  {}", field.name, field.about.line())?;
    }
    Ok(())
}

fn yes_or_no(it: bool) -> String {
    if it { "yes" } else { "no" }.to_owned()
}
