//! Macros: calls that stand for loops and for tests of presence.

use super::ast::{Expr, ExprKind, Fold, Macro};
use super::parse::{Parsed, SyntaxError};

/// The macro of that name and number of arguments.
pub(super) fn fold(name: &str, count: usize) -> Option<Fold> {
    Some(match (name, count) {
        ("all", 2 | 3) => Fold::All,
        ("exists", 2 | 3) => Fold::Exists,
        ("exists_one" | "existsOne", 2 | 3) => Fold::ExistsOne,
        ("map", 2 | 3) | ("transformList", 3 | 4) => Fold::Map,
        ("filter", 2) => Fold::Filter,
        ("sortBy", 2) => Fold::SortBy,
        ("transformMap", 3 | 4) => Fold::TransformMap,
        ("transformMapEntry", 3 | 4) => Fold::TransformMapEntry,
        ("optMap", 2) => Fold::OptMap,
        ("optFlatMap", 2) => Fold::OptFlatMap,
        _ => return None,
    })
}

/// A macro that cannot be made out.
pub(super) fn refused<T>(at: u32, message: &str) -> Parsed<T> {
    Err(SyntaxError {
        at: usize::try_from(at).unwrap_or_default(),
        message: message.to_owned(),
        also: Vec::new(),
    })
}

/// The macro that a call on `range` is.
pub(super) fn folded(
    fold: Fold,
    at: u32,
    name: &str,
    range: Expr,
    args: Vec<Expr>,
) -> Parsed<ExprKind> {
    let count = args.len();
    let mut args = args.into_iter();
    let mut variable = || match args.next() {
        Some(Expr {
            form: ExprKind::Ident(name),
            at,
        }) => Ok((name, at)),
        other => refused(
            other.map_or(at, |it| it.at),
            &match fold {
                Fold::OptMap | Fold::OptFlatMap => {
                    format!("{name}() variable name must be a simple identifier")
                }
                Fold::Map | Fold::Filter | Fold::SortBy if name != "transformList" => {
                    "argument is not an identifier".to_owned()
                }
                _ => "argument must be a simple name".to_owned(),
            },
        ),
    };
    let (first, one_at) = variable()?;
    let one = matches!(name, "map" | "filter" | "sortBy" | "optMap" | "optFlatMap") || count == 2;
    let second = if one { None } else { Some(variable()?) };
    let places = [one_at, second.as_ref().map_or(one_at, |it| it.1)];
    let second = second.map(|it| it.0);
    let filter = match name {
        "map" if count == 3 => args.next(),
        "transformList" | "transformMap" | "transformMapEntry" if count == 4 => args.next(),
        _ => None,
    };
    let Some(body) = args.next() else {
        return refused(at, "missing argument");
    };
    Ok(ExprKind::Macro(Box::new(Macro {
        fold,
        range,
        first,
        second,
        places,
        filter,
        body,
    })))
}
