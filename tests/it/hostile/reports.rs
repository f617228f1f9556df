//! Findings whose places cost more to show the more text stands before them.

use super::plimsoll;
use plimsoll::parse::parse;
use plimsoll::source::{Source, Span};
use std::fs;

/// Many objects with a mistake each, all on one line.
fn one_line(objects: usize) -> String {
    let object = |n| {
        let head = r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"#;
        format!(r#"{head}"a{n}"}},"data":{{"a":"é"}},"dates":1}}"#)
    };
    let objects: Vec<String> = (0..objects).map(object).collect();
    let items = objects.join(",");
    format!(r#"{{"apiVersion":"v1","kind":"List","items":[{items}]}}"#)
}

#[test]
fn every_format_writes_many_findings_on_one_line() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.json"), one_line(4_000)).unwrap();
    for format in ["full", "concise", "json", "sarif", "github"] {
        let output = plimsoll(folder.path(), &["check", "-f", format, "a.json"]);
        assert_eq!(output.status.code(), Some(1), "{format}");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.matches("dates").count() >= 4_000, "{format}");
    }
}

#[test]
fn the_last_column_of_a_long_line_is_looked_up() {
    let text = format!("{}x", "é".repeat(8 << 20));
    let source = Source::new("a.yaml", text.as_str());
    let end = Span::from_usize(text.len() - 1, text.len());
    for _ in 0..10_000 {
        assert_eq!(source.position(end.start).column, (8 << 20) + 1);
    }
}

#[test]
fn the_number_of_an_item_is_looked_up() {
    let source = Source::new("a.yaml", format!("[{}]", "x, ".repeat(200_000)));
    let parsed = parse(&source, 0);
    let root = parsed.documents[0].root().unwrap();
    for (index, item) in root.items().enumerate() {
        assert_eq!(item.path(), format!("[{index}]"));
    }
}

#[test]
fn of_a_fault_that_an_object_has_very_often_the_rest_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let keys: String = (0..3_000).map(|it| format!("  a: {it}\n")).collect();
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n";
    let other = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\ndata: {a: b, a: c}\n";
    fs::write(folder.path().join("a.yaml"), format!("{map}{keys}{other}")).unwrap();
    let rule = ["check", "--select", "duplicate-key", "-f", "concise"];
    let output = plimsoll(folder.path(), &[&rule[..], &["a.yaml"]].concat());
    let text = String::from_utf8_lossy(&output.stdout);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 202, "{text}");
    let more = "error[duplicate-key] and 2799 more findings of this rule in this object";
    assert!(lines[200].ends_with(more), "{}", lines[200]);
    assert!(lines[201].starts_with("a.yaml:3009:"), "{}", lines[201]);
}
