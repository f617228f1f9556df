//! The format for people, line by line.

use crate::report_support::{place, sample, write, written};
use plimsoll::engine::{Report, Summary};
use plimsoll::finding::{Finding, Place, Severity};
use plimsoll::report::RenderOptions;
use plimsoll::source::{Source, Span};

/// The report on one finding of `rule-name` at `span` of `text`.
fn one(text: &str, span: Span, look: &RenderOptions) -> String {
    let sources = [Source::new("a.yaml", text)];
    let place = Place { source: 0, span };
    let finding = Finding::new("rule-name", Severity::Error, place, "it is wrong".into());
    let report = Report {
        findings: vec![finding],
        ..Report::default()
    };
    write("full", look, &sources, &report)
}

const QUIET: RenderOptions = RenderOptions {
    color: false,
    unicode: true,
    width: 80,
    summary: false,
};

#[test]
fn a_finding_has_its_lines_its_object_and_what_to_do() {
    insta::assert_snapshot!(written("full"), @r#"
warning[env-duplicate]: `LEVEL` is set 100% twice
    ╭─[k8s/deployment.yaml:14:17]
 11 │         env:
 12 │         - name: LEVEL
    ·                 ──┬──
    ·                   ╰── first set here
 13 │           value: info
 14 │         - name: LEVEL
    ·                 ─────
 15 │           value: debug
    ╰─ Deployment/shop/web: spec.template.spec.containers[0].env[1].name
   ╭─[k8s/service é.yaml:6:14]
 5 │ spec:
 6 │   selector: {app: web}
   ·              ────┬───
   ·                  ╰── selected here
   ╰────
  help: remove one, or:\nthe other
  fix: rename it

error[yaml-syntax]: no "quotes"
   ╭─[k8s/service é.yaml:6:13]
 5 │ spec:
 6 │   selector: {app: web}
   ·             ────
   ╰────

Found 1 error and 1 warning in 2 files with 2 objects.
1 fixable with --fix.
"#);
}

#[test]
fn ascii_is_enough_where_the_locale_has_no_more() {
    let look = RenderOptions {
        unicode: false,
        ..QUIET
    };
    let text = one("a: b\nc: d\n", Span::new(5, 6), &look);
    assert!(text.is_ascii(), "{text}");
    insta::assert_snapshot!(text, @r#"
error[rule-name]: it is wrong
   ,-[a.yaml:2:1]
 1 | a: b
 2 | c: d
   : ^
   `----
"#);
}

#[test]
fn colours_change_nothing_but_colour() {
    let (sources, report) = sample();
    let color = RenderOptions {
        color: true,
        ..RenderOptions::default()
    };
    let painted = write("full", &color, &sources, &report);
    let mut plain = String::new();
    let mut rest = painted.as_str();
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    plain.push_str(rest);
    assert!(painted.len() > plain.len());
    assert_eq!(plain, written("full"));
}

#[test]
fn nothing_is_wider_than_the_terminal_where_it_can_be_broken() {
    let (sources, mut report) = sample();
    report.findings[0].message = "many words ".repeat(30);
    report.findings[0].help = Some("more words ".repeat(30));
    for width in [60, 80, 100] {
        let look = RenderOptions { width, ..QUIET };
        for line in write("full", &look, &sources, &report).lines() {
            assert!(line.chars().count() <= width, "{width}: {line}");
        }
    }
}

#[test]
fn a_long_line_is_cropped_around_the_mark() {
    let text = format!(
        "{{\"a\": [{}\"needle\", {}]}}\n",
        "1, ".repeat(20_000),
        "2, ".repeat(20_000)
    );
    let at = text.find("\"needle\"").unwrap();
    let shown = one(&text, Span::from_usize(at, at + 8), &QUIET);
    insta::assert_snapshot!(shown, @r#"
error[rule-name]: it is wrong
   ╭─[a.yaml:1:60008]
 1 │ …1, 1, 1, 1, 1, 1, 1, 1, "needle", 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2…
   ·                          ────────
   ╰────
"#);
}

#[test]
fn what_a_terminal_would_act_on_is_not_passed_through() {
    let text = "a: \u{1b}[2Jb\u{202e}c\u{85}\n";
    let sources = [Source::new("a\u{1b}c.yaml", text)];
    let place = place(&sources, 0, "b", 0);
    let message = "the value `\u{1b}[2J`".to_owned();
    let report = Report {
        findings: vec![Finding::new("x", Severity::Info, place, message)],
        ..Report::default()
    };
    for format in ["full", "concise"] {
        let shown = write(format, &QUIET, &sources, &report);
        assert!(
            !shown.contains(['\u{1b}', '\u{202e}', '\u{85}']),
            "{shown:?}"
        );
    }
    insta::assert_snapshot!(write("full", &QUIET, &sources, &report), @r#"
info[x]: the value `\u{1b}[2J`
   ╭─[a?c.yaml:1:8]
 1 │ a: ?[2Jb�c¿
   ·        ─
   ╰────
"#);
}

#[test]
fn odd_texts_and_spans_have_a_frame_too() {
    for text in [
        "",
        "\n",
        "\u{feff}",
        "a",
        "a\r\nb\r\n",
        "é: ü\n\n",
        "a\rb\n",
        "\t- 이미지\n",
    ] {
        let length = text.len() as u32;
        for start in 0..=length + 2 {
            for end in start..=length + 2 {
                let shown = one(text, Span::new(start, end), &QUIET);
                assert!(
                    shown.contains("[a.yaml:"),
                    "{text:?} {start}..{end}: {shown}"
                );
            }
        }
    }
}

#[test]
fn a_crlf_file_looks_like_any_other() {
    let unix = one("a: b\nc: d\ne: f\n", Span::new(8, 9), &QUIET);
    let windows = one("a: b\r\nc: d\r\ne: f\r\n", Span::new(9, 10), &QUIET);
    assert_eq!(unix, windows);
}

#[test]
fn tabs_do_not_move_the_mark() {
    insta::assert_snapshot!(one("a:\t\tb\n", Span::new(4, 5), &QUIET), @r#"
error[rule-name]: it is wrong
   ╭─[a.yaml:1:5]
 1 │ a:      b
   ·         ─
   ╰────
"#);
}

#[test]
fn many_related_places_are_named_and_not_all_drawn() {
    let text = (0..60)
        .map(|n| format!("key{n:02}: 1\n"))
        .collect::<String>();
    let sources = [Source::new("a.yaml", text)];
    let mut finding = Finding::new(
        "x",
        Severity::Warning,
        place(&sources, 0, "key00", 0),
        "one of many".into(),
    );
    for n in [10, 20, 30, 40, 50] {
        let other = place(&sources, 0, &format!("key{n}"), 0);
        finding = finding.with_related(other, "another");
    }
    let report = Report {
        findings: vec![finding],
        ..Report::default()
    };
    let shown = write("full", &QUIET, &sources, &report);
    assert_eq!(shown.matches("╭─[").count(), 4, "{shown}");
    assert!(shown.contains("note: a.yaml:51:1: another"), "{shown}");
}

#[test]
fn the_last_line_sums_up() {
    let sum = |summary| {
        let report = Report {
            summary,
            ..Report::default()
        };
        write("full", &RenderOptions::default(), &[], &report)
    };
    let of = |errors, warnings, infos, files, objects| Summary {
        errors,
        warnings,
        infos,
        files,
        objects,
        ..Summary::default()
    };
    assert_eq!(sum(of(0, 0, 0, 0, 0)), "No Kubernetes object found.\n");
    assert_eq!(
        sum(of(0, 0, 0, 1, 2)),
        "No problem found in 1 file with 2 objects.\n"
    );
    assert_eq!(
        sum(of(1, 0, 0, 1, 1)),
        "Found 1 error in 1 file with 1 object.\n"
    );
    assert_eq!(
        sum(of(1, 2, 3, 4, 5)),
        "Found 1 error, 2 warnings and 3 infos in 4 files with 5 objects.\n"
    );
}
