//! The functions of the standard library and those that Kubernetes adds, one file
//! for each topic.

mod conversions;
mod format;
mod lists;
mod net;
mod optionals;
mod quantity;
mod semver;
mod strings;
mod times;

use super::Stop;
use super::eval::{Eval, Evaluated};
use super::value::Val;

pub(super) use conversions::type_named;

/// What a file of functions answers: `None` when it has none for these values.
type Answer<'a> = Option<Evaluated<'a>>;

/// The names in front of a point that are not variables.
const NAMESPACES: &[&str] = &["optional", "sets", "format", "strings", "lists", "math"];

/// Whether `name` is what functions are grouped under, as in `sets.contains`.
pub(super) fn is_namespace(name: &str) -> bool {
    NAMESPACES.contains(&name) || matches!(name, "ip" | "cidr")
}

/// What a conversion between types makes of a value; `None` when `name` is none.
pub(super) fn convert<'a>(name: &str, value: Val<'a>) -> Option<Evaluated<'a>> {
    const TO: [&str; 10] = [
        "bool",
        "bytes",
        "double",
        "duration",
        "dyn",
        "int",
        "string",
        "timestamp",
        "type",
        "uint",
    ];
    let made = || conversions::global(name, &[value]).unwrap_or(Err(Stop::Overload));
    TO.contains(&name).then(made)
}

/// Calls a function. `space` is what it is grouped under; of a member the first
/// of `args` is what it is called on.
pub(super) fn call<'a>(
    eval: &mut Eval<'a>,
    space: &str,
    name: &str,
    is_member: bool,
    args: &[Val<'a>],
) -> Evaluated<'a> {
    // Most functions look at all of what they are given.
    let size = |it: &Val<'a>| match it {
        Val::Str(text) => text.len() / 10,
        other => other.count().unwrap_or_default(),
    };
    eval.spend(args.iter().map(size).sum())?;
    let answer = match space {
        "optional" => optionals::make(name, args),
        "sets" => lists::sets(eval, name, args),
        "format" => format::named(name, args),
        "strings" => strings::quote(name, args),
        "lists" => lists::range(eval, name, args),
        "ip" => net::is_canonical(name, args),
        "" if is_member => member(eval, name, args),
        "" => conversions::global(name, args)
            .or_else(|| net::global(name, args))
            .or_else(|| quantity::global(name, args))
            .or_else(|| semver::global(name, args)),
        _ => None,
    };
    answer.unwrap_or(Err(Stop::Overload))
}

fn member<'a>(eval: &mut Eval<'a>, name: &str, args: &[Val<'a>]) -> Answer<'a> {
    match args.first()? {
        Val::Str(_) => strings::member(eval, name, args),
        Val::Optional(_) => optionals::member(name, args),
        Val::Quantity(_) => quantity::member(name, args),
        Val::Semver(_) => semver::member(name, args),
        Val::Url(_) | Val::Ip(_) | Val::Cidr(_) => net::member(name, args),
        Val::Time(_) | Val::Duration(_) => times::member(name, args),
        Val::Format(_) => format::validate(name, args),
        _ => lists::member(eval, name, args),
    }
}

fn integer<'a>(number: usize) -> Val<'a> {
    Val::Int(i64::try_from(number).unwrap_or(i64::MAX))
}

fn fail<'a>(message: impl Into<String>) -> Evaluated<'a> {
    Err(Stop::error(message))
}
