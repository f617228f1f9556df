//! Says why a value has the wrong type, and how to write the right one.

use super::finding;
use crate::catalog::{Shape, TypeRef};
use crate::finding::Finding;
use crate::fix::{Edit, Fix};
use crate::kube::quantity::Quantity;
use crate::parse::{Node, Style, Value};
use crate::resolve::Resource;
use crate::source::Span;

/// The finding that `node` is no `wanted`.
pub(super) fn wrong_type(resource: &Resource<'_>, node: Node<'_>, wanted: TypeRef<'_>) -> Finding {
    let subject = subject(node);
    let written = written(node);
    let value = node.value();
    let message = match (wanted.shape(), value) {
        (Shape::Quantity, Value::Str(text)) => {
            let reason = Quantity::parse_field(text).err();
            let reason = reason.map_or(String::new(), |it| it.to_string());
            format!("{subject} must be a quantity, not {written}: {reason}")
        }
        (Shape::Bytes, Value::Str(_)) => format!("{subject} must be base64, not {written}"),
        (Shape::Time, Value::Str(_)) => {
            format!("{subject} must be an RFC 3339 time, not {written}")
        }
        (Shape::MicroTime, Value::Str(_)) => {
            format!("{subject} must be an RFC 3339 time with six digits of a second, not {written}")
        }
        (Shape::Int32 | Shape::IntOrString, Value::Int(_) | Value::Uint(_)) => {
            format!("{subject} must be an integer within 32 bits, not {written}")
        }
        (Shape::Int64, Value::Uint(_)) => {
            format!("{subject} must be an integer within 64 bits, not {written}")
        }
        _ => no_such_value(node, wanted.describe()),
    };
    let mut report = finding("api-type", resource, node, first_line(node), message);
    advise(&mut report, node, wanted);
    report
}

/// The message that `node` is not `wanted`, which has its article.
pub(crate) fn no_such_value(node: Node<'_>, wanted: &str) -> String {
    format!("{} must be {wanted}, not {}", subject(node), written(node))
}

/// Where a value of the wrong type begins: all of a scalar, of anything longer
/// its first line.
pub(crate) fn first_line(node: Node<'_>) -> Span {
    let span = node.span();
    let raw = node.raw();
    let line = raw.lines().next().unwrap_or(raw).trim_end();
    Span::from_usize(span.start as usize, span.start as usize + line.len())
}

/// The finding that an item of a list of strings is none.
pub(super) fn not_a_string(resource: &Resource<'_>, node: Node<'_>) -> Finding {
    let message = format!("{} must be a string, not {}", subject(node), written(node));
    let mut report = finding("api-type", resource, node, first_line(node), message);
    quote(&mut report, node);
    report
}

/// What the message calls the value: its key, or that of its list.
fn subject(node: Node<'_>) -> String {
    if let Some(key) = node.key() {
        return key.as_str().unwrap_or_default().to_owned();
    }
    let list = node.parent().and_then(Node::key).and_then(Node::as_str);
    list.map_or("the value".to_owned(), |list| format!("an item of {list}"))
}

/// The value with its type: `the integer 8080`, `the string "80"`, `a mapping`.
pub(super) fn written(node: Node<'_>) -> String {
    let kind = match node.value() {
        Value::Map(_) => return "a mapping".to_owned(),
        Value::Seq(_) => return "a list".to_owned(),
        Value::Str(text) => return format!("the string {:?}", shorten(text)),
        Value::Null => return "null".to_owned(),
        Value::Bool(_) => "boolean",
        Value::Int(_) | Value::Uint(_) => "integer",
        Value::Float(_) => "number",
    };
    format!("the {kind} {}", shorten(node.raw()))
}

fn shorten(text: &str) -> String {
    const LIMIT: usize = 40;
    match text.char_indices().nth(LIMIT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn advise(report: &mut Finding, node: Node<'_>, wanted: TypeRef<'_>) {
    match (wanted.shape(), node.value()) {
        (Shape::String(_), Value::Bool(_) | Value::Int(_) | Value::Uint(_) | Value::Float(_)) => {
            quote(report, node);
        }
        (Shape::Int32 | Shape::Int64, Value::Str(text)) if text.parse::<i64>().is_ok() => {
            unquote(report, node, text);
        }
        (Shape::Boolean, Value::Str(text @ ("true" | "false"))) => unquote(report, node, text),
        (Shape::Quantity, Value::Str(text)) => advise_quantity(report, node, text),
        (Shape::Bytes, Value::Str(_)) => {
            let map = node.parent().and_then(Node::key).and_then(Node::as_str);
            let secret = report.object.as_ref().is_some_and(|it| it.kind == "Secret");
            report.help = Some(if secret && map == Some("data") {
                "encode it, or move it to stringData, which takes plain text".to_owned()
            } else {
                "encode it in base64, with padding".to_owned()
            });
        }
        (Shape::Time, Value::Str(_)) => {
            report.help = Some("write it like 2006-01-02T15:04:05Z".to_owned());
        }
        (Shape::List(list), Value::Str(_))
            if matches!(list.element().shape(), Shape::String(_)) =>
        {
            report.help = Some(format!("write a list: [{}]", shorten(node.raw())));
        }
        (Shape::List(_), Value::Map(_)) => {
            report.help = Some("start each item with a dash".to_owned());
        }
        _ => {}
    }
}

/// Advises, and offers, to put a value in quotes.
pub(crate) fn quote(report: &mut Finding, node: Node<'_>) {
    let quoted = format!("\"{}\"", node.raw());
    // A tag stays outside of quotes, and other aliases may want it unquoted.
    let plain = node.style() == Style::Plain && !node.raw().starts_with('!');
    if plain && !node.is_aliased() {
        report.help = Some(format!("put it in quotes: {quoted}"));
        let edit = Edit {
            span: node.span(),
            text: quoted,
        };
        report.fix = Some(Fix::safe("put the value in quotes", vec![edit]));
    }
}

fn unquote(report: &mut Finding, node: Node<'_>, text: &str) {
    report.help = Some(format!("write it without quotes: {text}"));
    if matches!(node.style(), Style::Single | Style::Double) && !node.is_aliased() {
        let edit = Edit {
            span: node.span(),
            text: text.to_owned(),
        };
        report.fix = Some(Fix::safe("remove the quotes", vec![edit]));
    }
}

/// Guesses the quantity that was meant: spaces, the case of the suffix, and the
/// `B` of bytes are what people get wrong.
fn advise_quantity(report: &mut Finding, node: Node<'_>, text: &str) {
    let compact: String = text.split_whitespace().collect();
    let bare = compact.trim_end_matches(['b', 'B']);
    let end = bare.find(|c: char| !matches!(c, '0'..='9' | '.' | '+' | '-'));
    let (number, suffix) = bare.split_at(end.unwrap_or(bare.len()));
    let mut capital = suffix.to_owned();
    if let Some(first) = capital.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    if let Some(rest) = capital.get_mut(1..) {
        rest.make_ascii_lowercase();
    }
    let candidates = [
        compact.clone(),
        bare.to_owned(),
        format!("{number}{capital}"),
    ];
    let fits = |it: &&String| Quantity::parse_field(it).is_ok();
    let Some(guess) = candidates.iter().find(fits) else {
        report.help = Some("write a number with a suffix such as m, k, M, Ki, Mi or Gi".to_owned());
        return;
    };
    report.help = Some(format!("did you mean {guess}?"));
    if node.style() == Style::Plain && !node.is_aliased() {
        let edit = Edit {
            span: node.span(),
            text: guess.clone(),
        };
        report.fix = Some(Fix::risky(format!("write {guess}"), vec![edit]));
    }
}
