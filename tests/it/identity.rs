//! What makes a document an object, and what kubectl makes of lists.

use plimsoll::config::Config;
use plimsoll::engine::Engine;
use plimsoll::finding::Finding;
use plimsoll::source::Source;

fn check(text: &str) -> Vec<String> {
    let engine = Engine::new(Config::default());
    let source = Source::new("a.yaml", text);
    let line = |it: &Finding| source.position(it.place.span.start).line;
    let report = engine.check(std::slice::from_ref(&source));
    let shown = |it: &Finding| format!("{} {}: {}", line(it), it.rule, it.message);
    report.findings.iter().map(shown).collect()
}

const SETTINGS: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

#[test]
fn version_and_kind_are_strings() {
    for (text, said) in [
        (
            "apiVersion: v1\nkind: false\nmetadata: {name: a}\n",
            "2 api-type: kind must be a string, not the boolean false",
        ),
        (
            "apiVersion: 2\nkind: ConfigMap\nmetadata: {name: a}\n",
            "1 api-type: apiVersion must be a string, not the integer 2",
        ),
        (
            "apiVersion: apps/v1/beta\nkind: Deployment\nmetadata: {name: a}\n",
            "1 unknown-kind: unexpected GroupVersion string: apps/v1/beta",
        ),
        (
            "apiVersion: 'v1 '\nkind: ConfigMap\nmetadata: {name: a}\n",
            "1 unknown-kind: ConfigMap is in v1, not in \"v1 \"",
        ),
    ] {
        assert_eq!(check(text), [said], "{text}");
    }
}

#[test]
fn what_stands_between_objects_is_refused_with_the_file() {
    let refused = ": kubectl refuses the file";
    for (other, said) in [
        (
            "text",
            "api-type: the document must be an object, not the string \"text\"",
        ),
        (
            "[1]",
            "api-type: the document must be an object, not a list",
        ),
        ("{a: b}", "api-required: apiVersion and kind are missing"),
    ] {
        let text = format!("{SETTINGS}---\n{other}\n---\n{SETTINGS}");
        let expected = format!("5 {said}{refused}");
        assert!(
            check(&text).contains(&expected),
            "{other}: {:?}",
            check(&text)
        );
        // By itself it is some other file.
        assert_eq!(check(&format!("{other}\n")), [""; 0], "{other}");
    }
    // Empty documents are nothing.
    assert_eq!(check(&format!("---\n---\n{SETTINGS}---\nnull\n")), [""; 0]);
}

#[test]
fn lists_are_taken_apart_as_kubectl_does() {
    let item = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: 5}}";
    let wrong = "api-type: x must be a string, not the integer 5";
    let text = format!("apiVersion: v1\nkind: List\nitems:\n- {item}\n");
    assert_eq!(check(&text), [format!("4 {wrong}")]);
    let typed =
        "apiVersion: v1\nkind: ConfigMapList\nitems:\n- {metadata: {name: a}, data: {x: 5}}\n";
    assert_eq!(check(typed), [format!("4 {wrong}")]);
    let bare = "apiVersion: v1\nkind: List\nitems:\n- {metadata: {name: a}, data: {x: a}}\n";
    assert_eq!(
        check(bare),
        ["4 api-required: Required value: kind is missing"]
    );
    let nested = format!(
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items:\n  - {item}\n"
    );
    let none = "unknown-kind: no kind \"List\" in v1: kubectl reads `items` of a List only at the top level";
    assert_eq!(check(&nested), [format!("5 {none}")]);
    assert_eq!(check("apiVersion: v1\nkind: List\n"), [format!("2 {none}")]);
    for empty in ["[]", "null"] {
        let text = format!("apiVersion: v1\nkind: List\nitems: {empty}\n");
        assert_eq!(check(&text), [""; 0], "{empty}");
    }
    let top = format!("- {item}\n- {item}\n");
    let said = "1 api-type: the document must be an object, not a list: kubectl refuses the file";
    assert_eq!(check(&top), [said]);
    assert_eq!(check("- {op: add, path: /a, value: 1}\n"), [""; 0]);
}
