//! Functions of strings. Positions count characters.

use super::conversions::size;
use super::{Answer, fail, integer};
use crate::cel::Stop;
use crate::cel::eval::{Eval, Evaluated};
use crate::cel::operators::plain;
use crate::cel::value::Val;
use crate::kube::go::Quoted;
use crate::kube::pattern;
use regex::Regex;
use std::fmt::Write as _;
use std::sync::Arc;

/// Whether `pattern` matches somewhere in `text`.
pub(super) fn matches<'a>(text: &str, pattern: &str) -> Evaluated<'a> {
    Ok(Val::Bool(regex(pattern)?.is_match(text)))
}

/// The expression, or why Go would refuse it; one that is valid but huge is refused, too.
fn regex(pattern: &str) -> Result<Arc<Regex>, Stop> {
    pattern::compile(pattern).ok_or_else(|| {
        let fault = pattern::fault(pattern);
        Stop::error(fault.as_deref().unwrap_or(pattern::TOO_LARGE))
    })
}

pub(super) fn member<'a>(eval: &mut Eval<'a>, name: &str, args: &[Val<'a>]) -> Answer<'a> {
    let (Val::Str(text), rest) = args.split_first()? else {
        return None;
    };
    if matches!(name, "matches" | "find" | "findAll") {
        // Compiling an expression costs far more than looking at one value.
        if let Err(stop) = eval.spend(100 + text.len()) {
            return Some(Err(stop));
        }
    }
    let changed = |text: String| Some(Ok(Val::text(text)));
    match (name, rest) {
        ("size", []) => size(&args[0]).map(Ok),
        ("contains", [Val::Str(it)]) => Some(Ok(Val::Bool(text.contains(it.as_ref())))),
        ("startsWith", [Val::Str(it)]) => Some(Ok(Val::Bool(text.starts_with(it.as_ref())))),
        ("endsWith", [Val::Str(it)]) => Some(Ok(Val::Bool(text.ends_with(it.as_ref())))),
        ("matches", [Val::Str(it)]) => Some(matches(text, it)),
        ("find", [Val::Str(it)]) => Some(regex(it).map(|regex| {
            let found = regex.find(text);
            Val::text(found.map_or("", |it| it.as_str()).to_owned())
        })),
        ("findAll", [Val::Str(it)]) => Some(find_all(text, it, None)),
        ("findAll", [Val::Str(it), Val::Int(limit)]) => {
            Some(find_all(text, it, usize::try_from(*limit).ok()))
        }
        ("lowerAscii", []) => changed(text.to_ascii_lowercase()),
        ("upperAscii", []) => changed(text.to_ascii_uppercase()),
        ("trim", []) => changed(text.trim().to_owned()),
        ("reverse", []) => changed(text.chars().rev().collect()),
        ("charAt", [Val::Int(at)]) => Some(char_at(text, *at)),
        ("substring", [Val::Int(from)]) => Some(substring(text, *from, None)),
        ("substring", [Val::Int(from), Val::Int(to)]) => Some(substring(text, *from, Some(*to))),
        ("indexOf", [Val::Str(it)]) => Some(index_of(text, it, 0)),
        ("indexOf", [Val::Str(it), Val::Int(from)]) => Some(index_of(text, it, *from)),
        ("lastIndexOf", [Val::Str(it)]) => Some(Ok(Val::Int(last_index_of(text, it)))),
        ("replace", [Val::Str(from), Val::Str(to)]) => replaced(eval, text, from, to, None),
        ("replace", [Val::Str(from), Val::Str(to), Val::Int(limit)]) => {
            replaced(eval, text, from, to, usize::try_from(*limit).ok())
        }
        ("split", [Val::Str(by)]) => Some(Ok(split(text, by, -1))),
        ("split", [Val::Str(by), Val::Int(limit)]) => Some(Ok(split(text, by, *limit))),
        ("format", [list]) => Some(format(text, &list.items()?)),
        _ => None,
    }
}

fn find_all<'a>(text: &str, pattern: &str, limit: Option<usize>) -> Evaluated<'a> {
    let regex = regex(pattern)?;
    let all = regex.find_iter(text).take(limit.unwrap_or(usize::MAX));
    Ok(Val::list(
        all.map(|it| Val::text(it.as_str().to_owned())).collect(),
    ))
}

fn char_at<'a>(text: &str, at: i64) -> Evaluated<'a> {
    let count = text.chars().count();
    match usize::try_from(at).ok().filter(|at| *at <= count) {
        Some(at) => Ok(Val::text(
            text.chars().nth(at).map(String::from).unwrap_or_default(),
        )),
        None => fail(format!("index out of range: {at}")),
    }
}

fn substring<'a>(text: &str, from: i64, to: Option<i64>) -> Evaluated<'a> {
    let count = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let to = to.unwrap_or(count);
    if from > to && from <= count {
        return fail(format!("invalid substring range. start: {from}, end: {to}"));
    }
    for at in [from, to] {
        if !(0..=count).contains(&at) {
            return fail(format!("index out of range: {at}"));
        }
    }
    let (from, to) = (
        usize::try_from(from).unwrap_or_default(),
        usize::try_from(to).unwrap_or_default(),
    );
    Ok(Val::text(
        text.chars().skip(from).take(to - from).collect::<String>(),
    ))
}

fn index_of<'a>(text: &str, part: &str, from: i64) -> Evaluated<'a> {
    let Ok(from) = usize::try_from(from) else {
        return fail(format!("index out of range: {from}"));
    };
    let Some(byte) = text
        .char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .nth(from)
    else {
        return Ok(if part.is_empty() {
            integer(text.chars().count())
        } else {
            Val::Int(-1)
        });
    };
    let found = text[byte..].find(part);
    Ok(found.map_or(Val::Int(-1), |at| {
        integer(from + text[byte..byte + at].chars().count())
    }))
}

fn last_index_of(text: &str, part: &str) -> i64 {
    let found = text.rfind(part).map(|at| text[..at].chars().count());
    found.and_then(|it| i64::try_from(it).ok()).unwrap_or(-1)
}

fn replaced<'a>(
    eval: &mut Eval<'a>,
    text: &str,
    from: &str,
    to: &str,
    limit: Option<usize>,
) -> Answer<'a> {
    let count = text.matches(from).count().min(limit.unwrap_or(usize::MAX));
    if let Err(stop) = eval.spend(text.len() + count * to.len()) {
        return Some(Err(stop));
    }
    Some(Ok(Val::text(text.replacen(from, to, count))))
}

/// Without a separator each character is a part of its own.
fn split<'a>(text: &str, by: &str, limit: i64) -> Val<'a> {
    let parts: Vec<String> = match usize::try_from(limit) {
        Ok(0) => Vec::new(),
        Ok(limit) if !by.is_empty() => text.splitn(limit, by).map(str::to_owned).collect(),
        _ if by.is_empty() => text.chars().map(String::from).collect(),
        _ => text.split(by).map(str::to_owned).collect(),
    };
    Val::list(parts.into_iter().map(Val::text).collect())
}

/// `strings.quote`
pub(super) fn quote<'a>(name: &str, args: &[Val<'a>]) -> Answer<'a> {
    match (name, args) {
        ("quote", [Val::Str(text)]) => Some(Ok(Val::text(Quoted(text).to_string()))),
        _ => None,
    }
}

/// `"%s is %d".format([…])`
fn format<'a>(template: &str, args: &[Val<'a>]) -> Evaluated<'a> {
    let mut out = String::new();
    let mut args = args.iter();
    let mut rest = template;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('%') {
            out.push('%');
            rest = after;
            continue;
        }
        let digits = rest.strip_prefix('.').map_or("", |it| {
            let end = it.find(|c: char| !c.is_ascii_digit()).unwrap_or(it.len());
            &it[..end]
        });
        let start = if rest.starts_with('.') {
            digits.len() + 1
        } else {
            0
        };
        let Some(verb) = rest[start..].chars().next() else {
            return fail("unexpected end of string");
        };
        rest = &rest[start + verb.len_utf8()..];
        let Some(value) = args.next() else {
            return fail("index out of range");
        };
        one(&mut out, verb, digits.parse().ok(), value)?;
    }
    out.push_str(rest);
    Ok(Val::text(out))
}

fn one(
    out: &mut String,
    verb: char,
    precision: Option<usize>,
    value: &Val<'_>,
) -> Result<(), Stop> {
    let digits = precision.unwrap_or(6).min(64);
    let _ = match (verb, value) {
        ('s', value) => write!(out, "{}", shown(value, 0)),
        ('d', Val::Int(_) | Val::Uint(_)) => write!(out, "{}", plain(value)),
        ('f', Val::Double(it)) => write!(out, "{it:.digits$}"),
        ('e', Val::Double(it)) => {
            let text = format!("{it:.digits$e}");
            let (number, power) = text.split_once('e').unwrap_or((&text, "0"));
            let (sign, power) = power
                .strip_prefix('-')
                .map_or(('+', power), |power| ('-', power));
            write!(out, "{number}e{sign}{power:0>2}")
        }
        ('b', Val::Int(it)) => write!(out, "{it:b}"),
        ('b', Val::Bool(it)) => write!(out, "{}", u8::from(*it)),
        ('o', Val::Int(it)) => write!(out, "{it:o}"),
        ('x', Val::Int(it)) => write!(out, "{it:x}"),
        ('X', Val::Int(it)) => write!(out, "{it:X}"),
        ('x', Val::Str(it)) => it.bytes().try_for_each(|it| write!(out, "{it:02x}")),
        ('X', Val::Str(it)) => it.bytes().try_for_each(|it| write!(out, "{it:02X}")),
        _ => return Err(Stop::Overload),
    };
    Ok(())
}

/// A value as `%s` shows it.
fn shown(value: &Val<'_>, depth: u32) -> String {
    if depth > 16 {
        return String::new();
    }
    if let Some(items) = value.items() {
        let all: Vec<String> = items.iter().map(|it| shown(it, depth + 1)).collect();
        return format!("[{}]", all.join(", "));
    }
    if let Some(entries) = value.entries() {
        let pair = |(key, value): &(Val<'_>, Val<'_>)| {
            format!("{}: {}", shown(key, depth + 1), shown(value, depth + 1))
        };
        let mut all: Vec<String> = entries.iter().map(pair).collect();
        all.sort();
        return format!("{{{}}}", all.join(", "));
    }
    plain(value)
}
