//! What every reader of a manifest relies on, in small.
use plimsoll::parse::{Style, Value, lines, parse};
use plimsoll::source::Source;

fn read(text: &str) -> Vec<String> {
    lines(&Source::new("a.yaml", text)).collect()
}

#[test]
fn documents_are_read_as_kubernetes_reads_them() {
    assert_eq!(
        read("a: yes\nb: 0644\ny: [1, 2.50, ~]\n---\n---\nc: |\n  x\n"),
        [
            r#"{"a":true,"b":420,"true":[1,2.5,null]}"#,
            r#"{"c":"x\n"}"#
        ]
    );
}

#[test]
fn aliases_are_copies_and_merges_apply_in_order() {
    assert_eq!(
        read("a: &a {x: 1, y: 2}\nb: *a\nc:\n  x: 0\n  <<: *a\n  y: 3\n"),
        [r#"{"a":{"x":1,"true":2},"b":{"x":1,"true":2},"c":{"x":1,"true":3}}"#]
    );
}

#[test]
fn one_broken_document_does_not_hide_the_others() {
    let source = Source::new("a.yaml", "a: 1\n---\nb: [\n---\nc: 3\n");
    let parsed = parse(&source, 7);
    assert_eq!(parsed.documents.len(), 3);
    let roots: Vec<bool> = parsed
        .documents
        .iter()
        .map(|it| it.root().is_some())
        .collect();
    assert_eq!(roots, [true, false, true]);
    let [finding] = &parsed.findings[..] else {
        panic!("{:?}", parsed.findings);
    };
    assert_eq!((finding.rule, finding.document), ("yaml-syntax", 1));
    assert_eq!(finding.place.source, 7);
}

#[test]
fn spans_cover_what_is_written() {
    let text = "# c\nkey: {a: 'x', b: }\nlist:\n- one\n- two: |\n    text\n\nend: 1 # d\n";
    let source = Source::new("a.yaml", text);
    let parsed = parse(&source, 0);
    let root = parsed.documents[0].root().unwrap();
    assert_eq!(root.raw(), &text[4..text.len() - 5]);
    let key = root.get("key").unwrap();
    assert_eq!(key.raw(), "{a: 'x', b: }");
    assert_eq!(key.get("a").unwrap().raw(), "'x'");
    let missing = key.entry("b").unwrap().value;
    assert_eq!((missing.raw(), missing.value()), ("", Value::Null));
    assert_eq!(
        text[..missing.span().start as usize].chars().last(),
        Some(':')
    );
    let list = root.get("list").unwrap();
    assert_eq!(list.raw(), "- one\n- two: |\n    text");
    let two = list.items().nth(1).unwrap().get("two").unwrap();
    assert_eq!((two.raw(), two.style()), ("|\n    text", Style::Literal));
    assert_eq!(two.path(), "list[1].two");
    let end = root.entry("end").unwrap();
    assert!(end.key.is_key() && !end.value.is_key());
    assert_eq!(
        (end.key.path(), end.value.path()),
        ("end".into(), "end".into())
    );
    let comments: Vec<_> = parsed.documents[0].comments().iter().collect();
    assert_eq!(comments.len(), 2);
    assert!(comments[0].own_line && !comments[1].own_line);
}

#[test]
fn a_key_that_is_set_twice_is_a_finding_and_the_last_one_counts() {
    let source = Source::new("a.yaml", "a: 1\nb: 2\na: 3\n");
    let parsed = parse(&source, 0);
    let finding = &parsed.findings[0];
    assert_eq!(finding.rule, "duplicate-key");
    assert_eq!(finding.place.span.range(), 10..11);
    assert_eq!(finding.related[0].place.span.range(), 0..1);
    let root = parsed.documents[0].root().unwrap();
    assert_eq!(root.get("a").unwrap().as_i64(), Some(3));
}

#[test]
fn text_after_the_end_of_a_document_is_reported() {
    let source = Source::new("a.yaml", "a: 1\n...\n# fine\nb: 2\nc: 3\n");
    let parsed = parse(&source, 0);
    let finding = &parsed.findings[0];
    assert_eq!(finding.rule, "yaml-dropped-text");
    assert_eq!(finding.place.span.text(source.text()), "b: 2");
}

#[test]
fn json_is_read_as_json() {
    assert_eq!(
        read("{\"a\": \"\\/\\ud83d\\ude00\"}\n{\"b\": 1E2}"),
        [r#"{"a":"/😀"}"#, r#"{"b":100}"#]
    );
}
