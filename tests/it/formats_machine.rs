//! The formats for programs: exact where others parse them.

use crate::report_support::{place, sample, write, written};
use plimsoll::engine::Report;
use plimsoll::finding::{Finding, Severity};
use plimsoll::report::{FORMATS, RenderOptions};
use plimsoll::source::Source;
use serde_json::{Value, json};

fn parsed(format: &str) -> Value {
    serde_json::from_str(&written(format)).unwrap()
}

#[test]
fn concise_is_one_line_a_finding() {
    assert_eq!(
        written("concise"),
        "k8s/deployment.yaml:14:17: warning[env-duplicate] `LEVEL` is set 100% twice\n\
         k8s/service é.yaml:6:13: error[yaml-syntax] no \"quotes\"\n"
    );
}

#[test]
fn github_escapes_what_would_end_a_property_or_the_text() {
    assert_eq!(
        written("github"),
        "::warning file=k8s/deployment.yaml,line=14,endLine=14,col=17,endColumn=22,\
         title=env-duplicate::k8s/deployment.yaml:14:17: `LEVEL` is set 100%25 twice\
         %0Ahelp: remove one, or:%0Athe other\n\
         ::error file=k8s/service é.yaml,line=6,endLine=6,col=13,endColumn=17,\
         title=yaml-syntax::k8s/service é.yaml:6:13: no \"quotes\"\n"
    );
    let sources = [Source::new("a,b:c%.yaml", "a: |\n  b\r\n  c\n")];
    let place = place(&sources, 0, "|\n  b", 0);
    let report = Report {
        findings: vec![Finding::new("x", Severity::Info, place, "b\r\nc".into())],
        ..Report::default()
    };
    assert_eq!(
        write("github", &RenderOptions::default(), &sources, &report),
        "::notice file=a%2Cb%3Ac%25.yaml,line=1,endLine=2,title=x::a,b:c%25.yaml:1:4: b%0D%0Ac\n"
    );
}

/// The schema that issue trackers, bots and scripts hold on to.
#[test]
fn json_has_exactly_the_promised_fields() {
    assert_eq!(
        parsed("json"),
        json!({
            "schema_version": 1,
            "findings": [{
                "rule": "env-duplicate",
                "severity": "warning",
                "message": "`LEVEL` is set 100% twice",
                "help": "remove one, or:\nthe other",
                "path": "k8s/deployment.yaml",
                "line": 14, "column": 17, "end_line": 14, "end_column": 22,
                "start_byte": 224, "end_byte": 229,
                "object": {
                    "apiVersion": "apps/v1", "kind": "Deployment",
                    "namespace": "shop", "name": "web",
                },
                "field": "spec.template.spec.containers[0].env[1].name",
                "document": 0,
                "related": [
                    { "path": "k8s/deployment.yaml", "line": 12, "column": 17, "message": "first set here" },
                    { "path": "k8s/service é.yaml", "line": 6, "column": 14, "message": "selected here" },
                ],
                "fix": {
                    "safe": true,
                    "edits": [{ "start_byte": 224, "end_byte": 229, "text": "LOG_LEVEL" }],
                },
            }, {
                "rule": "yaml-syntax",
                "severity": "error",
                "message": "no \"quotes\"",
                "help": null,
                "path": "k8s/service é.yaml",
                "line": 6, "column": 13, "end_line": 6, "end_column": 17,
                "start_byte": 69, "end_byte": 73,
                "object": null,
                "field": null,
                "document": 0,
                "related": [],
                "fix": null,
            }],
            "summary": {
                "files": 2, "documents": 2, "objects": 2,
                "errors": 1, "warnings": 1, "infos": 0, "unknown_kinds": 0, "skipped": 0, "fixed": 0,
            },
            "unchecked": [{
                "path": "k8s/own.yaml",
                "reason": "excluded by .ignore",
                "help": "use --no-respect-gitignore",
            }],
        })
    );
}

#[test]
fn sarif_results_say_everything() {
    let log = parsed("sarif");
    let mut result = log["runs"][0]["results"][0].clone();
    let index = result["ruleIndex"].as_u64().unwrap() as usize;
    let rule = &log["runs"][0]["tool"]["driver"]["rules"][index];
    assert_eq!(rule["id"], "env-duplicate");
    result.as_object_mut().unwrap().remove("ruleIndex");
    let region = json!({ "startLine": 14, "startColumn": 17, "endLine": 14, "endColumn": 22 });
    let file = json!({ "uri": "k8s/deployment.yaml", "uriBaseId": "%SRCROOT%" });
    let other = json!({ "uri": "k8s/service%20%C3%A9.yaml", "uriBaseId": "%SRCROOT%" });
    let print = result["partialFingerprints"]["plimsoll/v1"].take();
    assert_eq!(print.as_str().unwrap().len(), 18);
    assert_eq!(
        result,
        json!({
            "ruleId": "env-duplicate",
            "level": "warning",
            "message": { "text": "`LEVEL` is set 100% twice\nremove one, or:\nthe other" },
            "locations": [{
                "physicalLocation": { "artifactLocation": file, "region": region },
                "logicalLocations": [{
                    "name": "Deployment/shop/web",
                    "fullyQualifiedName":
                        "Deployment/shop/web: spec.template.spec.containers[0].env[1].name",
                    "kind": "resource",
                }],
            }],
            "relatedLocations": [{
                "id": 1,
                "physicalLocation": {
                    "artifactLocation": file,
                    "region": { "startLine": 12, "startColumn": 17, "endLine": 12, "endColumn": 22 },
                },
                "message": { "text": "first set here" },
            }, {
                "id": 2,
                "physicalLocation": {
                    "artifactLocation": other,
                    "region": { "startLine": 6, "startColumn": 14, "endLine": 6, "endColumn": 22 },
                },
                "message": { "text": "selected here" },
            }],
            "partialFingerprints": { "plimsoll/v1": null },
            "fixes": [{
                "description": { "text": "rename it" },
                "artifactChanges": [{
                    "artifactLocation": file,
                    "replacements": [{
                        "deletedRegion": region,
                        "insertedContent": { "text": "LOG_LEVEL" },
                    }],
                }],
            }],
        })
    );
}

#[test]
fn sarif_keeps_the_structure_that_consumers_insist_on() {
    let empty = write("sarif", &RenderOptions::default(), &[], &Report::default());
    let empty: Value = serde_json::from_str(&empty).unwrap();
    assert_eq!(empty["runs"][0]["results"], json!([]));
    for log in [empty, parsed("sarif")] {
        assert_eq!(log["version"], "2.1.0");
        assert_eq!(log["runs"][0]["tool"]["driver"]["name"], "plimsoll");
        let notes = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
        assert_eq!(
            notes[0]["message"]["text"],
            "k8s/own.yaml is not checked: excluded by .ignore; use --no-respect-gitignore"
        );
        no_empty_object("", &log);
        lines_start_at_one(&log);
        for rule in log["runs"][0]["tool"]["driver"]["rules"]
            .as_array()
            .unwrap()
        {
            let security = rule["properties"]["tags"] == json!(["security"]);
            let score = rule["properties"].get("security-severity");
            assert_eq!(score.is_some(), security, "{rule}");
        }
    }
}

fn no_empty_object(path: &str, value: &Value) {
    match value {
        Value::Object(map) => {
            assert!(!map.is_empty(), "{path} is empty");
            map.iter()
                .for_each(|(key, value)| no_empty_object(&format!("{path}/{key}"), value));
        }
        Value::Array(items) => items.iter().for_each(|item| no_empty_object(path, item)),
        Value::Null => panic!("{path} is null"),
        _ => {}
    }
}

fn lines_start_at_one(value: &Value) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                if key.ends_with("Line") || key.ends_with("Column") {
                    assert!(value.as_u64().unwrap() >= 1, "{key}: {value}");
                }
                lines_start_at_one(value);
            }
        }
        Value::Array(items) => items.iter().for_each(lines_start_at_one),
        _ => {}
    }
}

/// Moved lines keep their fingerprints; what is the same twice has two.
#[test]
fn sarif_fingerprints_outlive_moved_lines() {
    let prints = |sources: &[Source], report: &Report| -> Vec<Value> {
        let log = write("sarif", &RenderOptions::default(), sources, report);
        let log: Value = serde_json::from_str(&log).unwrap();
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        results
            .iter()
            .map(|it| it["partialFingerprints"]["plimsoll/v1"].clone())
            .collect()
    };
    let (sources, mut report) = sample();
    report.findings.push(report.findings[1].clone());
    let before = prints(&sources, &report);
    assert_ne!(before[1], before[2]);

    let moved = "# a comment\n\n";
    let text = format!("{moved}{}", sources[1].text());
    let sources = [sources[0].clone(), Source::new(sources[1].name(), text)];
    for finding in &mut report.findings {
        if finding.place.source == 1 {
            finding.place.span.start += moved.len() as u32;
            finding.place.span.end += moved.len() as u32;
        }
    }
    assert_eq!(prints(&sources, &report), before);
}

#[test]
fn sarif_names_files_outside_of_the_folder_by_their_full_path() {
    let sources = [Source::new("/tmp/a b.yaml", "a: b\n")];
    let place = place(&sources, 0, "b", 0);
    let report = Report {
        findings: vec![Finding::new("x", Severity::Info, place, "x".into())],
        ..Report::default()
    };
    let log = write("sarif", &RenderOptions::default(), &sources, &report);
    let log: Value = serde_json::from_str(&log).unwrap();
    let location = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(
        location["artifactLocation"],
        json!({ "uri": "file:///tmp/a%20b.yaml" })
    );
}

#[test]
fn every_format_takes_an_empty_run_and_ends_its_last_line() {
    for format in FORMATS {
        let text = write(
            format.name,
            &RenderOptions::default(),
            &[],
            &Report::default(),
        );
        assert!(
            text.is_empty() || text.ends_with('\n'),
            "{}: {text:?}",
            format.name
        );
    }
}
