//! Common mistakes in YAML are reported where they are made, and clearly.
//!
//! `fixtures/yaml/mistakes.txt` holds them, each below a line `=== name`: the
//! finding after `>`, its help after `!`, then the text with the span in `⟦…⟧`.
use crate::parse_support;
use crate::shared;
use plimsoll::finding::Severity;
use plimsoll::parse::parse;
use plimsoll::source::Source;
use std::fmt::Write as _;

/// How the first finding in `text` is written in the fixture.
fn report(text: &str) -> String {
    let source = Source::new("a.yaml", text);
    let parsed = parse(&source, 0);
    let mut out = String::new();
    let Some(finding) = parsed.findings.first() else {
        return format!("> nothing\n{text}");
    };
    let _ = writeln!(out, "> {}: {}", finding.rule, finding.message);
    if let Some(help) = &finding.help {
        let _ = writeln!(out, "! {help}");
    }
    let span = finding.place.span.range();
    let _ = write!(
        out,
        "{}⟦{}⟧{}",
        &text[..span.start],
        &text[span.clone()],
        &text[span.end..]
    );
    out
}

#[test]
fn each_mistake_is_found_where_it_is_made() {
    let list = parse_support::fixture("yaml/mistakes.txt");
    let mut count = 0;
    for (name, body) in parse_support::sections(&list) {
        let expected = parse_support::unescape(&format!("{body}\n"));
        let text: String = expected
            .split_inclusive('\n')
            .skip_while(|line| line.starts_with("> ") || line.starts_with("! "))
            .collect();
        let text = text.replace(['⟦', '⟧'], "");
        assert_eq!(report(&text), expected, "=== {name}");
        count += 1;
    }
    assert!(count >= 80, "only {count} mistakes");
}

fn first_error_line(path: &std::path::Path) -> Option<u32> {
    let text = std::fs::read_to_string(path).unwrap();
    let source = Source::new("a.yaml", text);
    let parsed = parse(&source, 0);
    let finding = parsed.findings.iter().find(|it| it.rule == "yaml-syntax")?;
    assert_eq!(finding.severity, Severity::Error);
    Some(source.position(finding.place.span.start).line)
}

#[test]
#[ignore = "needs manifests that are not of this repository"]
fn broken_manifests_are_reported_on_the_line_that_they_name() {
    let folder = shared::path("corpus/broken");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let named = text
            .strip_prefix("# line ")
            .and_then(|rest| rest.split_once(", yaml-error"))
            .map(|(line, _)| line.parse().unwrap());
        if let Some(line) = named {
            assert_eq!(first_error_line(&path), Some(line), "{}", path.display());
        }
    }
}

#[test]
#[ignore = "needs manifests that are not of this repository"]
fn snippets_from_notes_get_the_verdict_of_their_index() {
    let folder = shared::path("seeds");
    let broken = [
        ("05", 3),
        ("06", 2),
        ("07", 3),
        ("08", 3),
        ("13", 13),
        ("15", 61),
        ("21", 3),
        ("23", 3),
    ];
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|it| it != "yaml") {
            continue;
        }
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let line = broken
            .iter()
            .find(|it| name.starts_with(it.0))
            .map(|it| it.1);
        assert_eq!(first_error_line(&path), line, "{name}");
    }
}
