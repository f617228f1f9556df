//! What a schema says of the values that rules see: their types, and how large
//! they can be at most, which the cost of a rule is estimated from.

use super::escape::escape;
use super::types::Type;
use crate::parse::{Node, Value};

/// The largest request that the server takes, in bytes.
pub(super) const REQUEST: i64 = 3 * 1024 * 1024;
/// Longest `metadata.name`, in characters.
const NAME: i64 = 253;
/// Deeper schemas are not looked at.
const DEPTH: u32 = 100;

/// A declared type.
#[derive(Clone, Debug)]
pub struct Shape {
    pub(super) form: ShapeKind,
    /// Most items, entries or bytes.
    pub(super) most: u64,
    /// Fewest bytes as JSON.
    pub(super) least: i64,
}

/// What a declared type is.
#[derive(Clone, Debug)]
pub(super) enum ShapeKind {
    Plain(Type<'static>),
    List(Box<Shape>),
    /// By strings.
    Map(Box<Shape>),
    /// Fields by their escaped names, in order; a name where the type has one.
    Object(Option<&'static str>, Vec<(String, Shape)>),
}

impl Shape {
    /// What a structural schema declares, and whether it is that of a whole object;
    /// `None` for what rules cannot see.
    #[must_use]
    pub fn of(schema: Node<'_>, is_resource: bool) -> Option<Self> {
        declare(schema, is_resource, 0)
    }

    pub(super) fn plain(of: Type<'static>, most: i64, least: i64) -> Self {
        Self {
            form: ShapeKind::Plain(of),
            most: u64::try_from(most).unwrap_or_default(),
            least,
        }
    }

    pub(super) fn list(of: Shape) -> Self {
        Self {
            most: 0,
            least: 2,
            form: ShapeKind::List(Box::new(of)),
        }
    }

    pub(super) fn map(of: Shape) -> Self {
        Self {
            most: 0,
            least: 2,
            form: ShapeKind::Map(Box::new(of)),
        }
    }

    pub(super) fn object(name: Option<&'static str>, mut fields: Vec<(String, Shape)>) -> Self {
        fields.sort_by(|(a, _), (b, _)| a.cmp(b));
        Self {
            most: 0,
            least: 2,
            form: ShapeKind::Object(name, fields),
        }
    }

    /// The type of its values.
    pub(super) fn ty(&self) -> Type<'_> {
        match &self.form {
            ShapeKind::Plain(of) => of.clone(),
            ShapeKind::List(of) => Type::list(of.ty()),
            ShapeKind::Map(of) => Type::map(Type::Str, of.ty()),
            ShapeKind::Object(..) => Type::Object(self),
        }
    }

    /// Its name, when it has one of its own.
    pub(super) fn name(&self) -> Option<&'static str> {
        match self.form {
            ShapeKind::Object(name, _) => name,
            _ => None,
        }
    }

    /// The type of a field by its escaped name.
    pub(super) fn field(&self, name: &str) -> Option<&Shape> {
        let ShapeKind::Object(_, fields) = &self.form else {
            return None;
        };
        let at = fields
            .binary_search_by(|(it, _)| it.as_str().cmp(name))
            .ok()?;
        Some(&fields[at].1)
    }

    /// The type of the field that schemas call `name`.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&Shape> {
        self.field(&escape(name)?)
    }

    /// The type of its items or of the values of its entries.
    #[must_use]
    pub fn element(&self) -> Option<&Shape> {
        match &self.form {
            ShapeKind::List(of) | ShapeKind::Map(of) => Some(of),
            _ => None,
        }
    }

    /// What its keys are declared as: strings of which no length is known.
    pub(super) fn key(&self) -> Option<&Shape> {
        static KEY: Shape = Shape {
            form: ShapeKind::Plain(Type::Str),
            most: 0,
            least: 2,
        };
        matches!(self.form, ShapeKind::Map(_)).then_some(&KEY)
    }

    /// What an index into it is declared as: nothing.
    pub(super) fn index(&self) -> Option<&Shape> {
        None
    }

    /// How often such a value can occur in one object at most.
    #[must_use]
    pub fn cardinality(&self) -> u64 {
        u64::try_from(REQUEST / (self.least + 1)).unwrap_or_default()
    }

    /// The name that the server gives to a type inside of this one; a number in it
    /// differs from request to request there, and is left out here.
    pub(super) fn path_to(&self, wanted: &Shape) -> Option<String> {
        let mut waiting = vec![(self, "selfType".to_owned())];
        while let Some((at, path)) = waiting.pop() {
            if std::ptr::eq(at, wanted) {
                return Some(path);
            }
            match &at.form {
                ShapeKind::Plain(_) => {}
                ShapeKind::List(of) => waiting.push((of, format!("{path}.@idx"))),
                ShapeKind::Map(of) => waiting.push((of, format!("{path}.@elem"))),
                ShapeKind::Object(_, fields) => {
                    let inner = fields
                        .iter()
                        .map(|(name, it)| (it, format!("{path}.{name}")));
                    waiting.extend(inner);
                }
            }
        }
        None
    }
}

fn number(schema: Node<'_>, key: &str) -> Option<i64> {
    schema.get(key).and_then(Node::as_i64).map(|it| it.max(0))
}

fn is_true(schema: Node<'_>, key: &str) -> bool {
    schema.get(key).and_then(Node::as_bool) == Some(true)
}

fn text<'a>(schema: Node<'a>, key: &str) -> &'a str {
    schema.get(key).and_then(Node::as_str).unwrap_or_default()
}

fn most(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}

fn declare(schema: Node<'_>, is_resource: bool, depth: u32) -> Option<Shape> {
    if depth > DEPTH {
        return None;
    }
    if is_true(schema, "x-kubernetes-int-or-string") {
        let most = number(schema, "maxLength").map_or(REQUEST - 2, |it| it * 4);
        return Some(Shape::plain(Type::Dyn, most, 1));
    }
    let inner = |it: Node<'_>| {
        let embedded = is_true(it, "x-kubernetes-embedded-resource");
        declare(it, embedded, depth + 1)
    };
    Some(match text(schema, "type") {
        "array" => {
            let of = inner(schema.get("items")?)?;
            let count = number(schema, "maxItems").unwrap_or((REQUEST - 2) / (of.least + 1));
            Shape {
                most: most(count),
                ..Shape::list(of)
            }
        }
        "object" => match schema.get("additionalProperties").filter(|it| it.is_map()) {
            Some(values) => {
                let of = inner(values)?;
                let count =
                    number(schema, "maxProperties").unwrap_or((REQUEST - 2) / (of.least + 6));
                Shape {
                    most: most(count),
                    ..Shape::map(of)
                }
            }
            None => object(schema, is_resource, inner),
        },
        "string" => string(schema),
        "boolean" => Shape::plain(Type::Bool, 0, 4),
        "number" => Shape::plain(Type::Double, 0, 1),
        "integer" => Shape::plain(Type::Int, 0, 1),
        _ => return None,
    })
}

fn object(schema: Node<'_>, is_resource: bool, inner: impl Fn(Node<'_>) -> Option<Shape>) -> Shape {
    let required: Vec<&str> = schema
        .get("required")
        .into_iter()
        .flat_map(Node::items)
        .filter_map(Node::as_str)
        .collect();
    let mut least = 2;
    let mut fields = Vec::new();
    let properties = schema.get("properties");
    let adds_own = is_resource && !has_own(properties);
    let is_own = |name: &str| adds_own && matches!(name, "kind" | "apiVersion" | "metadata");
    let mut add = |name: &str, shape: Shape, has_default: bool| {
        if required.contains(&name) && !has_default {
            least += i64::try_from(name.len()).unwrap_or_default() + shape.least + 4;
        }
        if let Some(name) = escape(name) {
            fields.push((name.into_owned(), shape));
        }
    };
    for entry in properties.into_iter().flat_map(Node::entries) {
        let (name, value) = (entry.name(), entry.value);
        if let Some(shape) = inner(value).filter(|_| !is_own(name)) {
            let default = value.get("default");
            let has_default = default.is_some_and(|it| !matches!(it.value(), Value::Null));
            add(name, shape, has_default);
        }
    }
    if adds_own {
        let any = || Shape::plain(Type::Str, REQUEST - 2, 2);
        add("kind", any(), false);
        add("apiVersion", any(), false);
        let meta = properties.and_then(|it| it.get("metadata")?.get("properties"));
        let named = |name: &str, longest: i64| {
            let own = meta.and_then(|it| number(it.get(name)?, "maxLength"));
            let longest = own.map_or(longest, |own| own.min(longest));
            (name.to_owned(), Shape::plain(Type::Str, longest * 4, 2))
        };
        let fields = vec![named("name", NAME), named("generateName", NAME - 1)];
        add("metadata", Shape::object(None, fields), false);
    }
    Shape {
        least,
        ..Shape::object(None, fields)
    }
}

/// Whether a schema says itself what every object has.
fn has_own(properties: Option<Node<'_>>) -> bool {
    let is = |of: Option<Node<'_>>, name: &str, kind: &str| {
        let found = of.and_then(|it| it.get(name));
        found.is_some_and(|it| text(it, "type") == kind)
    };
    let inner = properties.and_then(|it| it.get("metadata")?.get("properties"));
    is(properties, "metadata", "object")
        && ["kind", "apiVersion"]
            .iter()
            .all(|it| is(properties, it, "string"))
        && ["name", "generateName"]
            .iter()
            .all(|it| is(inner, it, "string"))
}

fn string(schema: Node<'_>) -> Shape {
    let longest = number(schema, "maxLength");
    match text(schema, "format") {
        "byte" => Shape::plain(Type::Bytes, longest.unwrap_or(REQUEST - 2), 2),
        "duration" => Shape::plain(Type::Duration, 32, 3),
        "date" => Shape::plain(Type::Time, 12, 12),
        "date-time" => Shape::plain(Type::Time, 32, 21),
        _ => {
            let values = schema.get("enum").into_iter().flat_map(Node::items);
            let lengths = values.map(|it| it.as_str().map_or(0, str::len)).max();
            let longest = match (longest, lengths) {
                (Some(longest), _) => longest * 4,
                (None, Some(length)) => i64::try_from(length).unwrap_or_default(),
                (None, None) => REQUEST - 2,
            };
            Shape::plain(Type::Str, longest, 2)
        }
    }
}
