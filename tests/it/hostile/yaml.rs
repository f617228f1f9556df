//! YAML that grows when it is read, or that costs more the more there is before it.

use super::{CONFIG_MAP, check};
use plimsoll::config::Config;
use plimsoll::engine::Engine;
use plimsoll::parse::{Parsed, parse};
use plimsoll::source::Source;
use std::fmt::Write as _;

fn read(text: &str) -> Parsed {
    parse(&Source::new("a.yaml", text), 0)
}

/// The message of the first finding.
fn said(parsed: &Parsed) -> &str {
    parsed.findings.first().map_or("", |it| &it.message)
}

/// A document whose aliases bring about 400,000 nodes, as many as Kubernetes takes.
fn expanding() -> String {
    let list = "1,".repeat(4000);
    format!("{CONFIG_MAP}a: &a [{list}]\nb: [{}]\n", "*a,".repeat(98))
}

#[test]
fn one_document_may_expand_as_far_as_kubernetes_lets_it() {
    let parsed = read(&expanding());
    assert_eq!(said(&parsed), "");
    assert_eq!(parsed.documents.len(), 1);
}

#[test]
fn all_documents_of_a_run_expand_within_one_bound() {
    let parsed = read(&vec![expanding(); 200].join("---\n"));
    assert_eq!(said(&parsed), "the aliases expand to too many values");
    let kept = parsed.documents.iter().filter(|it| it.root().is_some());
    assert!(kept.count() < 100);
    let texts = (0..200).map(|n| Source::new(format!("{n}.yaml"), expanding()));
    let report = Engine::new(Config::default()).check(&texts.collect::<Vec<_>>());
    let refused = report.findings.iter().filter(|it| it.rule == "yaml-syntax");
    assert_eq!(refused.count(), 200);
}

#[test]
fn what_an_alias_brings_again_is_reported_once() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  \
                - &a {name: a, image: b, imagePullPolicy: Sometimes}\n";
    let text = format!("{text}{}", "  - *a\n".repeat(2_000));
    let report = Engine::new(Config::default()).check(&[Source::new("a.yaml", text)]);
    let wrong = report.findings.iter();
    let wrong = wrong.filter(|it| it.message.contains("Sometimes"));
    assert_eq!(wrong.count(), 1);
}

#[test]
fn many_directives_are_looked_up() {
    let mut text = String::new();
    for n in 0..200_000 {
        let _ = writeln!(text, "%TAG !t{n}! tag:x,{n}:");
    }
    let parsed = read(&text);
    assert_eq!(said(&parsed), "Kubernetes does not read YAML directives");
}

#[test]
fn merges_inside_of_merges_are_bounded() {
    let keys: String = (0..20_000).map(|n| format!("k{n}: v, ")).collect();
    let nested = |deep: usize| {
        let (open, close) = ("{<<: ".repeat(deep), "}".repeat(deep));
        format!("{CONFIG_MAP}data: {open}{{{keys}}}{close}\n")
    };
    assert_eq!(said(&read(&nested(30))), "");
    assert_eq!(
        said(&read(&nested(5000))),
        "too many merge keys inside each other"
    );
}

#[test]
fn anchors_and_depth_are_cheap() {
    let mut text = format!("{CONFIG_MAP}data:\n");
    for n in 0..100_000 {
        let _ = write!(text, "  k{n}: &a{n} {{a: b}}\n  l{n}: *a{n}\n");
    }
    assert_eq!(said(&read(&text)), "");
    for open in ["[", "{a: ", "- ", "? "] {
        let parsed = read(&format!("{CONFIG_MAP}data: {}", open.repeat(300_000)));
        assert_ne!(said(&parsed), "", "{open}");
    }
    let json = read(&r#"{"a":"#.repeat(500_000));
    assert_ne!(said(&json), "");
}

#[test]
fn long_lines_and_many_lines_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let lines = "a: b: c\n".repeat(300_000);
    let long = format!("{CONFIG_MAP}data: {{{}}}\n", "a: b, ".repeat(200_000));
    let documents = "a: [\n---\n".repeat(50_000);
    for (name, text) in [("l.yaml", lines), ("o.yaml", long), ("d.yaml", documents)] {
        std::fs::write(folder.path().join(name), text).unwrap();
        check(folder.path(), &[name]);
    }
}
