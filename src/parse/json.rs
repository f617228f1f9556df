//! Documents as the JSON that Kubernetes receives.

use super::node::{Node, Value};
use super::{Parsed, parse};
use crate::source::Source;
use std::fmt::Write as _;

/// A collection that is being written.
struct Level {
    /// The node at which it ends.
    end: u32,
    map: bool,
    key_next: bool,
    empty: bool,
}

/// Appends `node` as JSON, on one line, keys in the order in which they are written.
///
/// It walks the arena without recursion, so that depth costs no stack.
pub fn to_json(node: Node<'_>, out: &mut String) {
    let document = node.document();
    let mut open: Vec<Level> = Vec::new();
    let mut at = node.id();
    let end = node.data().end;
    loop {
        while let Some(level) = open.last()
            && level.end <= at
        {
            out.push(if level.map { '}' } else { ']' });
            open.pop();
        }
        let Some(this) = document.node(at).filter(|_| at < end) else {
            return;
        };
        if let Some(level) = open.last_mut() {
            if level.key_next && this.data().replaced {
                at = document.node(at + 1).map_or(end, |it| it.data().end);
                continue;
            }
            if level.key_next || !level.map {
                out.push_str(if level.empty { "" } else { "," });
                level.empty = false;
            }
            if level.key_next {
                string(this.as_str().unwrap_or_default(), out);
                out.push(':');
                at += 1;
            }
            level.key_next = level.map && !level.key_next;
            if at > this.id() {
                continue;
            }
        }
        value(this.value(), out);
        if this.is_map() || this.is_seq() {
            open.push(Level {
                end: this.data().end,
                map: this.is_map(),
                key_next: this.is_map(),
                empty: true,
            });
        }
        at += 1;
    }
}

/// A scalar, or the bracket that opens a collection.
fn value(value: Value<'_>, out: &mut String) {
    let _ = match value {
        Value::Null => out.write_str("null"),
        Value::Bool(it) => write!(out, "{it}"),
        Value::Int(it) => write!(out, "{it}"),
        Value::Uint(it) => write!(out, "{it}"),
        Value::Float(it) => {
            float(it, out);
            Ok(())
        }
        Value::Str(it) => {
            string(it, out);
            Ok(())
        }
        Value::Map(_) => out.write_char('{'),
        Value::Seq(_) => out.write_char('['),
    };
}

/// A float as Go's `encoding/json` writes it.
fn float(it: f64, out: &mut String) {
    let size = it.abs();
    let _ = if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let scientific = format!("{it:e}");
        match scientific.split_once('e') {
            Some((digits, exponent)) if !exponent.starts_with('-') => {
                write!(out, "{digits}e+{exponent}")
            }
            _ => out.write_str(&scientific),
        }
    } else {
        write!(out, "{it}")
    };
}

fn string(text: &str, out: &mut String) {
    out.push('"');
    let mut run = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0..=0x1F => "",
            _ => continue,
        };
        out.push_str(&text[run..at]);
        run = at + 1;
        match escape {
            "" => {
                let _ = write!(out, "\\u{byte:04x}");
            }
            _ => out.push_str(escape),
        }
    }
    out.push_str(&text[run..]);
    out.push('"');
}

/// What Kubernetes reads of `source`, a line for each document: its JSON, or
/// `{"error":"…","line":N}` (N in the file, from 1) for one that it refuses.
/// Documents that are empty or null give no line, as they give kubectl no object.
pub fn lines(source: &Source) -> impl Iterator<Item = String> {
    let Parsed {
        documents,
        findings,
    } = parse(source, 0);
    let source = source.clone();
    let mut refusals = findings
        .into_iter()
        .filter(|it| it.rule == "yaml-syntax")
        .peekable();
    documents.into_iter().filter_map(move |document| {
        // Findings come in the order of their documents.
        if let Some(finding) = refusals.next_if(|it| it.document == document.index()) {
            let line = source.position(finding.place.span.start).line;
            let mut out = String::from("{\"error\":");
            string(&finding.message, &mut out);
            let _ = write!(out, ",\"line\":{line}}}");
            return Some(out);
        }
        let root = document.root().filter(|root| !root.is_null())?;
        let mut out = String::new();
        to_json(root, &mut out);
        Some(out)
    })
}
