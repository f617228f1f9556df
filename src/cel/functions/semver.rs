//! Versions by the rules of semantic versioning.

use super::{Answer, fail};
use crate::cel::value::{Semver, Val};
use std::cmp::Ordering;
use std::rc::Rc;

pub(super) fn global<'a>(name: &str, args: &[Val<'a>]) -> Answer<'a> {
    let (text, normalize) = match args {
        [Val::Str(text)] => (text, false),
        [Val::Str(text), Val::Bool(normalize)] => (text, *normalize),
        _ => return None,
    };
    let parsed = || parse(text, normalize);
    Some(match name {
        "isSemver" => Ok(Val::Bool(parsed().is_some())),
        "semver" => match parsed() {
            Some(it) => Ok(Val::Semver(Rc::new(it))),
            None => fail(format!("Invalid version {text:?}")),
        },
        _ => return None,
    })
}

pub(super) fn member<'a>(name: &str, args: &[Val<'a>]) -> Answer<'a> {
    let (Val::Semver(it), rest) = args.split_first()? else {
        return None;
    };
    let part = |at: usize| Some(Ok(Val::Int(i64::try_from(it.core[at]).unwrap_or(i64::MAX))));
    match (name, rest) {
        ("major", []) => part(0),
        ("minor", []) => part(1),
        ("patch", []) => part(2),
        ("isGreaterThan", [Val::Semver(other)]) => Some(Ok(Val::Bool(compare(it, other).is_gt()))),
        ("isLessThan", [Val::Semver(other)]) => Some(Ok(Val::Bool(compare(it, other).is_lt()))),
        ("compareTo", [Val::Semver(other)]) => Some(Ok(Val::Int(compare(it, other) as i64))),
        _ => None,
    }
}

fn parse(text: &str, normalize: bool) -> Option<Semver> {
    let text = if normalize {
        text.strip_prefix('v').unwrap_or(text)
    } else {
        text
    };
    let end = text.find(['-', '+']).unwrap_or(text.len());
    let (core, rest) = text.split_at(end);
    let mut parts: Vec<&str> = core.split('.').collect();
    while normalize && rest.is_empty() && parts.len() < 3 {
        parts.push("0");
    }
    let number = |part: &&str| {
        let plain = !part.is_empty() && part.bytes().all(|it| it.is_ascii_digit());
        let padded = part.len() > 1 && part.starts_with('0') && !normalize;
        part.parse::<u64>().ok().filter(|_| plain && !padded)
    };
    let core: Vec<u64> = parts.iter().map(number).collect::<Option<_>>()?;
    let core: [u64; 3] = core.try_into().ok()?;
    let (pre, build) = rest
        .split_once('+')
        .map_or((rest, None), |(pre, build)| (pre, Some(build)));
    let word = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || it == b'-')
    };
    if build.is_some_and(|it| !it.split('.').all(word)) {
        return None;
    }
    let pre: Vec<String> = match pre.strip_prefix('-') {
        Some(pre) => pre.split('.').map(str::to_owned).collect(),
        None => Vec::new(),
    };
    let padded = |it: &String| {
        it.len() > 1 && it.starts_with('0') && it.bytes().all(|it| it.is_ascii_digit())
    };
    (pre.iter().all(|it| word(it)) && !pre.iter().any(padded)).then_some(Semver { core, pre })
}

fn compare(one: &Semver, other: &Semver) -> Ordering {
    let parts = |a: &String, b: &String| match (a.parse::<u64>(), b.parse::<u64>()) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        _ => a.cmp(b),
    };
    one.core
        .cmp(&other.core)
        .then_with(|| match (one.pre.is_empty(), other.pre.is_empty()) {
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            _ => {
                let mut pairs = one.pre.iter().zip(&other.pre).map(|(a, b)| parts(a, b));
                let differ = pairs.find(|it| it.is_ne());
                differ.unwrap_or(one.pre.len().cmp(&other.pre.len()))
            }
        })
}
