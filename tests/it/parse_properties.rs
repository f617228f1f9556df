//! What holds for every text, however broken.
use crate::parse_support::{self, Random};
use plimsoll::parse::scalar::{Scalar, resolve};
use plimsoll::parse::{Document, Node, Style, Value, lines, parse};
use plimsoll::source::Source;
use proptest::prelude::*;

/// Reads `text` and checks what must hold of the result.
fn check(text: &str) {
    let source = Source::new("a.yaml", text);
    let parsed = parse(&source, 3);
    for (index, document) in parsed.documents.iter().enumerate() {
        assert_eq!(document.index() as usize, index);
        check_document(document, text);
    }
    for finding in &parsed.findings {
        let span = finding.place.span.range();
        assert!(text.get(span.clone()).is_some(), "{span:?} in {text:?}");
        assert!((finding.document as usize) < parsed.documents.len());
        let document = &parsed.documents[finding.document as usize];
        let refused = finding.rule == "yaml-syntax";
        assert!(!refused || document.root().is_none());
        assert!(!finding.message.is_empty() && !finding.message.ends_with('.'));
        for related in &finding.related {
            assert!(text.get(related.place.span.range()).is_some());
        }
    }
    for line in lines(&source) {
        let deep = text.matches(['[', '{', '-', '?']).count() > 100;
        assert!(
            deep || serde_json::from_str::<serde_json::Value>(&line).is_ok(),
            "{line}"
        );
    }
}

fn check_document(document: &Document, text: &str) {
    let whole = document.span();
    assert!(text.get(whole.range()).is_some());
    for comment in document.comments() {
        assert!(comment.span.text(text).starts_with('#'));
    }
    let mut ids = 0..;
    let nodes: Vec<Node<'_>> = std::iter::from_fn(|| document.node(ids.next()?)).collect();
    for &node in &nodes {
        let span = node.span();
        assert!(text.get(span.range()).is_some(), "{span:?} in {text:?}");
        if !node.is_aliased() {
            let parent = node.parent();
            let outer = parent
                .filter(|it| !it.is_aliased())
                .map_or(span, Node::span);
            assert!(
                outer.contains(span),
                "{span:?} not in {outer:?} of {text:?}"
            );
        }
        check_children(node, text);
    }
}

fn check_children(node: Node<'_>, text: &str) {
    let mut last = node.span().start;
    let mut ordered = |child: Node<'_>| {
        assert_eq!(child.parent(), Some(node));
        if !child.is_aliased() && !node.is_aliased() {
            assert!(child.span().start >= last, "out of order in {text:?}");
            last = child.span().end;
        }
    };
    match node.value() {
        Value::Map(count) => {
            assert_eq!(node.all_keys().count(), count as usize);
            let mut names = std::collections::HashSet::new();
            for entry in node.entries() {
                assert!(names.insert(entry.name()), "{} twice", entry.name());
                assert_eq!(entry.value.key(), Some(entry.key));
                ordered(entry.key);
                ordered(entry.value);
            }
        }
        Value::Seq(count) => {
            assert_eq!(node.items().count(), count as usize);
            node.items().for_each(ordered);
        }
        _ => check_scalar(node, text),
    }
}

/// A plain scalar of one line, without a tag, means what the resolver says.
fn check_scalar(node: Node<'_>, text: &str) {
    let raw = node.raw();
    let tagged = text.contains(['!', '*', '<', '&']);
    let folded = raw.contains(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']);
    if node.style() != Style::Plain || node.is_key() || tagged || folded {
        return;
    }
    let expected = resolve(raw);
    let same = match (node.value(), expected) {
        (Value::Null, Scalar::Null) => true,
        (Value::Bool(a), Scalar::Bool(b)) => a == b,
        (Value::Int(a), Scalar::Int(b)) => a == b,
        (Value::Uint(a), Scalar::Uint(b)) => a == b,
        (Value::Float(a), Scalar::Float(b)) => a.to_bits() == b.to_bits() || b.is_nan(),
        (Value::Str(a), Scalar::Str) => a == raw,
        _ => false,
    };
    assert!(
        same,
        "{raw:?} is {:?} and {expected:?} in {text:?}",
        node.value()
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_without_a_panic(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        check(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn random_snippets_hold_together(seed in any::<u64>()) {
        check(&parse_support::snippet(&mut Random::new(seed)));
    }

    #[test]
    fn mutated_snippets_hold_together(seed in any::<u64>()) {
        let mut random = Random::new(seed);
        let list = parse_support::short_torture();
        check(&parse_support::mutate(&list, &mut random));
    }

    #[test]
    fn json_reads_as_itself(value in json()) {
        let text = value.to_string();
        let got: Vec<String> = lines(&Source::new("a.json", format!("{{\"v\":{text}}}"))).collect();
        let expected = format!("{{\"v\":{text}}}");
        prop_assert!(parse_support::same_lines(&[expected], &got), "{got:?}");
        check(&text);
    }
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            proptest::collection::vec((any::<String>(), inner), 0..6)
                .prop_map(|entries| serde_json::Value::Object(entries.into_iter().collect())),
        ]
    })
}

#[test]
fn every_torture_snippet_holds_together() {
    for (_, text) in parse_support::torture() {
        check(&text);
    }
}

/// Texts that are cheap to write and would be dear to read. Each ends at once;
/// one that does not is a test that never does.
#[test]
fn bombs_end_at_once() {
    let aliases = (0..100_000)
        .map(|n| format!("- &a{n} x\n- *a{n}\n"))
        .collect::<String>();
    let keys = (0..100_000)
        .map(|n| format!("k{n}: {n}\n"))
        .collect::<String>();
    let bombs = [
        "[".repeat(100_000),
        "{".repeat(100_000),
        "{a: ".repeat(100_000),
        "- ".repeat(100_000),
        "? ".repeat(500_000),
        "?\n".repeat(500_000),
        "a:\n".repeat(300_000),
        "- a\n".repeat(300_000),
        format!("[{}]", "a,".repeat(500_000)),
        format!("{{{}}}", "a,".repeat(300_000)),
        format!("v: '{}", "a\n ".repeat(300_000)),
        format!("v: \"{}\"", "\\\n ".repeat(300_000)),
        format!("v: {}", "a\n  ".repeat(300_000)),
        format!("v: |\n{}", "  a\n".repeat(300_000)),
        format!("v: >+\n{}", "\n".repeat(1_000_000)),
        "# c\n".repeat(300_000),
        "---\n".repeat(300_000),
        "--- x\n".repeat(100_000),
        "...\n".repeat(300_000),
        "{}".repeat(300_000),
        "\"".repeat(300_000),
        "'a\n".repeat(100_000),
        "!a ".repeat(300_000),
        "&a ".repeat(300_000),
        "*a : ".repeat(100_000),
        "<<: {".repeat(9_000) + &"}".repeat(9_000),
        "<<: &a {b: 1, ".repeat(3_000) + &"}".repeat(3_000),
        "\t".repeat(1_000_000),
        " ".repeat(1_000_000),
        "\u{85}".repeat(500_000),
        "é: ".repeat(300_000),
        format!("a: {}", "[&a ".repeat(9_000)),
        (0..5_000)
            .map(|n| format!("{}a:\n", " ".repeat(n)))
            .collect(),
        "x: &x [x]\n".to_owned() + &"y: [*x, *x, *x]\n".repeat(100_000),
        (0..30_000)
            .map(|n| format!("- <<: &a{n} {{x: 1}}\n"))
            .collect(),
        "- &a {x: 1}\n".to_owned() + &"- <<: *a\n".repeat(3_000),
        "a: [".to_owned() + &".nan, ".repeat(100_000) + "]\na: 1\n",
        aliases,
        keys.clone() + &keys,
    ];
    for bomb in bombs {
        let source = Source::new("bomb.yaml", bomb);
        let parsed = parse(&source, 0);
        assert!(parsed.documents.len() <= 300_000);
        let printed: usize = lines(&source).map(|line| line.len()).sum();
        assert!(printed < 100_000_000);
    }
}
