//! What plimsoll makes of the texts that it knowingly reads otherwise than
//! Kubernetes, or that Kubernetes reads by chance: `fixtures/yaml/KNOWN_DIFFERENCES.md`.
use plimsoll::parse::{lines, parse};
use plimsoll::source::Source;

fn read(text: &str) -> Vec<String> {
    lines(&Source::new("a.yaml", text)).collect()
}

#[test]
fn keys_that_are_one_in_json_are_duplicates_and_the_last_one_wins() {
    assert_eq!(read("1: a\n\"1\": b\n"), [r#"{"1":"b"}"#]);
    assert_eq!(read("\"true\": a\nyes: b\n"), [r#"{"true":"b"}"#]);
    let parsed = parse(&Source::new("a.yaml", "1: a\n\"1\": b\n"), 0);
    assert_eq!(parsed.findings[0].rule, "duplicate-key");
}

#[test]
fn a_byte_order_mark_is_skipped_only_at_the_start_of_a_document() {
    assert_eq!(
        read("\u{FEFF}a: 1\n---\n\u{FEFF}b: 2\n"),
        [r#"{"a":1}"#, r#"{"b":2}"#]
    );
    assert_eq!(read("a: 1\n\u{FEFF}b: 2\n"), ["{\"a\":1,\"\u{FEFF}b\":2}"]);
    assert_eq!(
        read("---\n\u{FEFF}\u{FEFF}a: 1\nb: 2\n"),
        ["{\"\u{FEFF}\u{FEFF}a\":1,\"b\":2}"]
    );
}

#[test]
fn a_control_character_far_behind_the_end_of_a_document_does_no_harm() {
    let text = |blanks: usize| format!("a: 1\n...\n{}\u{1}\n", " ".repeat(blanks));
    assert!(read(&text(10))[0].starts_with("{\"error\""));
    assert_eq!(read(&text(600)), [r#"{"a":1}"#]);
}

#[test]
fn anchors_inside_merges_are_bounded() {
    let nested = |depth: usize| {
        let level = |n: usize| format!("<<: &a{n} {{b: [{}], ", "x, ".repeat(18));
        let open: String = (0..depth).map(level).collect();
        format!("{{{open}a: 1{}}}\n", "}".repeat(depth))
    };
    assert!(read(&nested(20))[0].starts_with("{\"b\""));
    assert!(read(&nested(3000))[0].starts_with("{\"error\""));
    let few = "z:\n  <<: &i {a: &j [1]}\n  b: *i\n  c: *j\n";
    assert_eq!(read(few), [r#"{"z":{"a":[1],"b":{"a":[1]},"c":[1]}}"#]);
}

#[test]
fn reading_goes_on_after_a_mistake_but_not_after_broken_json() {
    assert_eq!(read("a: [\n---\nb: 2\n").len(), 2);
    assert_eq!(read("{}\n{}\n{\n---\na: 1\n").len(), 3);
}

#[test]
fn a_thousand_replaced_values_that_json_cannot_hold_are_too_many() {
    let text = |count: usize| format!("a: [{}]\na: 1\n", ".nan, ".repeat(count));
    assert_eq!(read(&text(900)), [r#"{"a":1}"#]);
    assert!(read(&text(1100))[0].starts_with("{\"error\""));
}

#[test]
fn aliases_and_inline_merges_are_expanded_within_bounds() {
    let list = format!("a: &a [{}]\n", "1,".repeat(4000));
    let document = format!("{list}b: [{}]\n", "*a,".repeat(98));
    let documents = vec![document; 4].join("---\n");
    let refused = |text: &str| -> Vec<bool> {
        let lines = read(text);
        lines
            .iter()
            .map(|it| it.starts_with("{\"error\""))
            .collect()
    };
    assert_eq!(refused(&documents), [false, false, true, true]);
    let nested = |deep: usize| format!("a: {}b: c{}\n", "{<<: ".repeat(deep), "}".repeat(deep));
    let nested = |deep| nested(deep).replace("b: c", "{b: c}");
    assert_eq!(refused(&nested(32)), [false]);
    assert_eq!(refused(&nested(33)), [true]);
}
