//! Functions of lists, and of lists as sets.

use super::conversions::size;
use super::{Answer, fail, integer};
use crate::cel::Stop;
use crate::cel::ast::Op;
use crate::cel::eval::{Eval, Evaluated};
use crate::cel::operators::{binary, compare};
use crate::cel::value::{Val, are_equal};
use std::cmp::Ordering;

pub(super) fn member<'a>(eval: &mut Eval<'a>, name: &str, args: &[Val<'a>]) -> Answer<'a> {
    let (of, rest) = args.split_first()?;
    if (name, rest.len()) == ("size", 0) {
        return size(of).map(Ok);
    }
    let items = of.items()?;
    if matches!(name, "distinct" | "sort")
        && let Err(stop) = eval.spend(items.len().saturating_mul(items.len()))
    {
        return Some(Err(stop));
    }
    let place = |found: Option<usize>| Ok(found.map_or(Val::Int(-1), integer));
    Some(match (name, rest) {
        ("isSorted", []) => is_sorted(&items),
        ("sum", []) => sum(&items),
        ("min", []) => extreme(&items, Ordering::Less, "min"),
        ("max", []) => extreme(&items, Ordering::Greater, "max"),
        ("indexOf", [it]) => place(items.iter().position(|item| are_equal(item, it))),
        ("lastIndexOf", [it]) => place(items.iter().rposition(|item| are_equal(item, it))),
        ("join", []) => join(&items, ""),
        ("join", [Val::Str(by)]) => join(&items, by),
        ("reverse", []) => Ok(Val::list(items.iter().rev().cloned().collect())),
        ("first", []) => Ok(items
            .first()
            .map_or(Val::Optional(None), |it| Val::some(it.clone()))),
        ("last", []) => Ok(items
            .last()
            .map_or(Val::Optional(None), |it| Val::some(it.clone()))),
        ("slice", [Val::Int(from), Val::Int(to)]) => slice(&items, *from, *to),
        ("flatten", []) => Ok(flatten(&items, 1)),
        ("flatten", [Val::Int(depth)]) => Ok(flatten(&items, *depth)),
        ("distinct", []) => {
            let mut kept: Vec<Val<'a>> = Vec::new();
            for item in items.iter() {
                if !kept.iter().any(|it| are_equal(it, item)) {
                    kept.push(item.clone());
                }
            }
            Ok(Val::list(kept))
        }
        ("sort", []) => sorted(&items),
        _ => return None,
    })
}

fn is_sorted<'a>(items: &[Val<'a>]) -> Evaluated<'a> {
    for pair in items.windows(2) {
        if compare(&pair[0], &pair[1])?.is_some_and(Ordering::is_gt) {
            return Ok(Val::Bool(false));
        }
    }
    Ok(Val::Bool(true))
}

fn sorted<'a>(items: &[Val<'a>]) -> Evaluated<'a> {
    let mut failure = None;
    let mut items = items.to_vec();
    items.sort_by(|a, b| match compare(a, b) {
        Ok(order) => order.unwrap_or(Ordering::Equal),
        Err(stop) => {
            failure.get_or_insert(stop);
            Ordering::Equal
        }
    });
    failure.map_or(Ok(Val::list(items)), Err)
}

fn sum<'a>(items: &[Val<'a>]) -> Evaluated<'a> {
    let Some((first, rest)) = items.split_first() else {
        return Ok(Val::Int(0));
    };
    rest.iter()
        .try_fold(first.clone(), |sum, it| binary(Op::Add, &sum, it))
}

fn extreme<'a>(items: &[Val<'a>], wanted: Ordering, name: &str) -> Evaluated<'a> {
    let Some((first, rest)) = items.split_first() else {
        return fail(format!("{name} called on empty list"));
    };
    let mut best = first;
    for item in rest {
        if compare(item, best)? == Some(wanted) {
            best = item;
        }
    }
    Ok(best.clone())
}

fn join<'a>(items: &[Val<'a>], by: &str) -> Evaluated<'a> {
    let text = |it: &Val<'a>| match it {
        Val::Str(text) => Ok(text.to_string()),
        _ => Err(Stop::Overload),
    };
    let all: Vec<String> = items.iter().map(text).collect::<Result<_, _>>()?;
    Ok(Val::text(all.join(by)))
}

fn slice<'a>(items: &[Val<'a>], from: i64, to: i64) -> Evaluated<'a> {
    let range = usize::try_from(from).ok().zip(usize::try_from(to).ok());
    match range.and_then(|(from, to)| items.get(from..to)) {
        Some(part) => Ok(Val::list(part.to_vec())),
        None => fail(format!(
            "cannot slice({from}, {to}), list has length {}",
            items.len()
        )),
    }
}

fn flatten<'a>(items: &[Val<'a>], depth: i64) -> Val<'a> {
    let mut flat: Vec<Val<'a>> = items.to_vec();
    for _ in 0..depth.clamp(0, 16) {
        let mut next = Vec::with_capacity(flat.len());
        for item in flat {
            match item.items() {
                Some(inner) => next.extend(inner.iter().cloned()),
                None => next.push(item),
            }
        }
        flat = next;
    }
    Val::list(flat)
}

/// `sets.contains`, `sets.equivalent`, `sets.intersects`
pub(super) fn sets<'a>(eval: &mut Eval<'a>, name: &str, args: &[Val<'a>]) -> Answer<'a> {
    let [one, other] = args else { return None };
    let (one, other) = (one.items()?, other.items()?);
    if let Err(stop) = eval.spend(one.len().saturating_mul(other.len())) {
        return Some(Err(stop));
    }
    let has = |of: &[Val<'a>], item: &Val<'a>| of.iter().any(|it| are_equal(it, item));
    let holds = |of: &[Val<'a>], all: &[Val<'a>]| all.iter().all(|it| has(of, it));
    Some(Ok(Val::Bool(match name {
        "contains" => holds(&one, &other),
        "equivalent" => holds(&one, &other) && holds(&other, &one),
        "intersects" => one.iter().any(|it| has(&other, it)),
        _ => return None,
    })))
}

/// `lists.range`
pub(super) fn range<'a>(eval: &mut Eval<'a>, name: &str, args: &[Val<'a>]) -> Answer<'a> {
    let ("range", [Val::Int(count)]) = (name, args) else {
        return None;
    };
    let size = usize::try_from(*count).unwrap_or_default();
    if let Err(stop) = eval.spend(size) {
        return Some(Err(stop));
    }
    Some(Ok(Val::list((0..*count).map(Val::Int).collect())))
}
