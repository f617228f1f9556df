//! The values of expressions, and how they are made of custom resources.

use super::Stop;
use crate::kube::ip::Cidr;
use crate::kube::quantity::Quantity;
use crate::kube::{duration, time};
use crate::schema::{Data, Item, Kind, ListType, Schema};
use jiff::{SignedDuration, Timestamp};
use std::borrow::Cow;
use std::net::IpAddr;
use std::rc::Rc;

/// A version by the rules of semantic versioning.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Semver {
    pub(super) core: [u64; 3],
    pub(super) pre: Vec<String>,
}

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Val<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Double(f64),
    Str(Cow<'a, str>),
    Bytes(Rc<[u8]>),
    List(Rc<Vec<Val<'a>>>),
    Map(Rc<Vec<(Val<'a>, Val<'a>)>>),
    /// A list or mapping of the object, made out when it is looked into.
    Item(&'a Item<'a>, Option<&'a Schema>),
    Time(Timestamp),
    Duration(SignedDuration),
    Type(&'static str),
    Optional(Option<Rc<Val<'a>>>),
    Quantity(Quantity),
    Url(Rc<str>),
    Ip(IpAddr),
    Cidr(Cidr),
    Semver(Rc<Semver>),
    Format(&'static str),
}

impl<'a> Val<'a> {
    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Str(text.into())
    }

    pub(super) fn list(items: Vec<Self>) -> Self {
        Self::List(Rc::new(items))
    }

    pub(super) fn some(value: Self) -> Self {
        Self::Optional(Some(Rc::new(value)))
    }

    /// A value of an object under its schema.
    pub(super) fn of(item: &'a Item<'a>, schema: Option<&'a Schema>) -> Self {
        let kind = schema.filter(|it| !it.int_or_string).and_then(|it| it.kind);
        match &item.data {
            Data::Null => Self::Null,
            Data::Bool(it) => Self::Bool(*it),
            #[allow(clippy::cast_precision_loss, reason = "as the server converts")]
            Data::Int(it) if kind == Some(Kind::Number) => Self::Double(*it as f64),
            Data::Int(it) => Self::Int(*it),
            #[allow(
                clippy::cast_possible_truncation,
                reason = "the schema wants an integer"
            )]
            Data::Float(it) if kind == Some(Kind::Integer) => Self::Int(it.round() as i64),
            Data::Float(it) => Self::Double(*it),
            Data::Str(it) => {
                let format = schema.and_then(|it| it.values.as_ref()?.format.as_deref());
                of_format(it, format).unwrap_or(Self::Str(Cow::Borrowed(it.as_ref())))
            }
            Data::List(_) | Data::Map(_) => Self::Item(item, schema),
        }
    }

    /// The name of its type.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null_type",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Uint(_) => "uint",
            Self::Double(_) => "double",
            Self::Str(_) => "string",
            Self::Bytes(_) => "bytes",
            Self::List(_) => "list",
            Self::Map(_) => "map",
            Self::Item(item, _) if matches!(item.data, Data::List(_)) => "list",
            Self::Item(_, schema) if schema.is_some_and(|it| it.additional.is_none()) => "object",
            Self::Item(..) => "map",
            Self::Time(_) => "google.protobuf.Timestamp",
            Self::Duration(_) => "google.protobuf.Duration",
            Self::Type(_) => "type",
            Self::Optional(_) => "optional_type",
            Self::Quantity(_) => "kubernetes.Quantity",
            Self::Url(_) => "kubernetes.URL",
            Self::Ip(_) => "net.IP",
            Self::Cidr(_) => "net.CIDR",
            Self::Semver(_) => "kubernetes.Semver",
            Self::Format(_) => "kubernetes.NamedFormat",
        }
    }

    /// Its items, when it is a list.
    pub(super) fn items(&self) -> Option<Cow<'_, [Val<'a>]>> {
        match self {
            Self::List(items) => Some(Cow::Borrowed(items)),
            Self::Item(item, schema) => {
                let Data::List(items) = &item.data else {
                    return None;
                };
                let inner = schema.and_then(|it| it.items.as_deref());
                Some(items.iter().map(|it| Self::of(it, inner)).collect())
            }
            _ => None,
        }
    }

    /// Its entries, when it is a mapping or an object.
    pub(super) fn entries(&self) -> Option<Cow<'_, [(Val<'a>, Val<'a>)]>> {
        match self {
            Self::Map(entries) => Some(Cow::Borrowed(entries)),
            Self::Item(item, schema) => {
                let Data::Map(fields) = &item.data else {
                    return None;
                };
                let pair = |field: &'a crate::schema::Field<'a>| {
                    let inner = schema.and_then(|it| it.field(&field.name));
                    (
                        Self::text(field.name.as_ref()),
                        Self::of(&field.item, inner),
                    )
                };
                Some(fields.iter().map(pair).collect())
            }
            _ => None,
        }
    }

    /// How many items or entries it has.
    pub(super) fn count(&self) -> Option<usize> {
        Some(match self {
            Self::List(items) => items.len(),
            Self::Map(entries) => entries.len(),
            Self::Item(item, _) => item.items().len() + item.fields().len(),
            _ => return None,
        })
    }

    /// The value of a key or field.
    pub(super) fn field(&self, key: &Val<'a>) -> Option<Val<'a>> {
        match (self, key) {
            (Self::Map(entries), _) => {
                let found = entries.iter().find(|(other, _)| are_equal(other, key));
                found.map(|(_, value)| value.clone())
            }
            (Self::Item(item, schema), Self::Str(name)) => {
                let inner = schema.and_then(|it| it.field(name));
                item.get(name).map(|it| Self::of(it, inner))
            }
            _ => None,
        }
    }

    fn list_type(&self) -> Option<&'a ListType> {
        match self {
            Self::Item(_, Some(schema)) => Some(&schema.list_type),
            _ => None,
        }
    }

    /// Two lists as one. A set takes what it lacks; a list by keys replaces.
    pub(super) fn joined(&self, other: &Val<'a>) -> Result<Val<'a>, Stop> {
        let (Some(left), Some(right)) = (self.items(), other.items()) else {
            return Err(Stop::Overload);
        };
        let mut all = left.into_owned();
        for item in right.iter() {
            let place = match self.list_type() {
                Some(ListType::Set) => all.iter().position(|it| are_equal(it, item)),
                Some(ListType::Map(keys)) => {
                    all.iter().position(|it| have_same_keys(it, item, keys))
                }
                _ => None,
            };
            match place {
                Some(place) => all[place] = item.clone(),
                None => all.push(item.clone()),
            }
        }
        Ok(Self::list(all))
    }
}

/// A string whose format gives it a type of its own.
fn of_format<'a>(text: &str, format: Option<&str>) -> Option<Val<'a>> {
    match format? {
        "byte" => crate::kube::base64::decode(text).map(|it| Val::Bytes(it.into())),
        "date" => time::parse_rfc3339(&format!("{text}T00:00:00Z"))
            .ok()
            .map(Val::Time),
        "date-time" | "datetime" => time::parse_rfc3339(text).ok().map(Val::Time),
        "duration" => duration::parse(text).ok().map(Val::Duration),
        _ => None,
    }
}

fn have_same_keys<'a>(one: &Val<'a>, other: &Val<'a>, keys: &[String]) -> bool {
    keys.iter().all(|key| {
        let key = Val::text(key.clone());
        match (one.field(&key), other.field(&key)) {
            (Some(a), Some(b)) => are_equal(&a, &b),
            (a, b) => a.is_none() && b.is_none(),
        }
    })
}

/// Whether two values are equal; numbers are by their amount, and values of
/// different types never.
pub(super) fn are_equal(one: &Val<'_>, other: &Val<'_>) -> bool {
    use Val as V;
    match (one, other) {
        (V::Null, V::Null) => true,
        (V::Bool(a), V::Bool(b)) => a == b,
        (V::Str(a), V::Str(b)) => a == b,
        (V::Bytes(a), V::Bytes(b)) => a == b,
        (V::Time(a), V::Time(b)) => a == b,
        (V::Duration(a), V::Duration(b)) => a == b,
        (V::Type(a), V::Type(b)) | (V::Format(a), V::Format(b)) => a == b,
        (V::Quantity(a), V::Quantity(b)) => a.nano() == b.nano(),
        (V::Url(a), V::Url(b)) => a == b,
        (V::Ip(a), V::Ip(b)) => a == b,
        (V::Cidr(a), V::Cidr(b)) => a == b,
        (V::Semver(a), V::Semver(b)) => a == b,
        (V::Optional(a), V::Optional(b)) => match (a, b) {
            (Some(a), Some(b)) => are_equal(a, b),
            (a, b) => a.is_none() && b.is_none(),
        },
        _ => match compare_numbers(one, other) {
            Some(order) => order.is_eq(),
            None => are_equal_inside(one, other),
        },
    }
}

fn are_equal_inside(one: &Val<'_>, other: &Val<'_>) -> bool {
    if one.count().is_none() || one.count() != other.count() {
        return false;
    }
    if let (Some(a), Some(b)) = (one.items(), other.items()) {
        return match one.list_type() {
            Some(ListType::Set) => a.iter().all(|a| b.iter().any(|b| are_equal(a, b))),
            Some(ListType::Map(keys)) => a.iter().all(|a| {
                let same = b
                    .iter()
                    .find(|b| a.entries().is_some() && have_same(a, b, keys));
                same.is_some_and(|b| are_equal(a, b))
            }),
            _ => a.iter().zip(b.iter()).all(|(a, b)| are_equal(a, b)),
        };
    }
    let (Some(a), Some(b)) = (one.entries(), other.entries()) else {
        return false;
    };
    a.iter().all(|(key, value)| {
        let same = b.iter().find(|(it, _)| are_equal(it, key));
        same.is_some_and(|(_, it)| are_equal(value, it))
    })
}

fn have_same(one: &Val<'_>, other: &Val<'_>, keys: &[String]) -> bool {
    let field = |of: &Val<'_>, name: &str| match of {
        Val::Item(item, _) => item
            .get(name)
            .map(|it| it.data.clone())
            .map(|it| format!("{it:?}")),
        _ => None,
    };
    keys.iter().all(|key| field(one, key) == field(other, key))
}

/// How two numbers compare, whatever their types; `None` for what is not a number.
#[allow(clippy::cast_precision_loss, reason = "an integer against a float")]
pub(super) fn compare_numbers(one: &Val<'_>, other: &Val<'_>) -> Option<std::cmp::Ordering> {
    use Val as V;
    match (one, other) {
        (V::Int(a), V::Int(b)) => Some(a.cmp(b)),
        (V::Uint(a), V::Uint(b)) => Some(a.cmp(b)),
        (V::Int(a), V::Uint(b)) => Some(i128::from(*a).cmp(&i128::from(*b))),
        (V::Uint(a), V::Int(b)) => Some(i128::from(*a).cmp(&i128::from(*b))),
        (V::Double(a), V::Double(b)) => a.partial_cmp(b),
        (V::Int(a), V::Double(b)) => (*a as f64).partial_cmp(b),
        (V::Double(a), V::Int(b)) => a.partial_cmp(&(*b as f64)),
        (V::Uint(a), V::Double(b)) => (*a as f64).partial_cmp(b),
        (V::Double(a), V::Uint(b)) => a.partial_cmp(&(*b as f64)),
        _ => None,
    }
}
