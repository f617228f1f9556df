//! Prints how custom resources of a corpus are judged here and by the API server,
//! from the lines that the oracle printed for the folders in it:
//!
//! ```sh
//! cd tests/oracle/verdict && go build -o custom.exe ./custom
//! for project in FOLDER/*/; do ./custom.exe "$project"; done > verdicts.jsonl
//! cargo run --profile fast -p oracle -- custom-corpus verdicts.jsonl FOLDER
//! ```

use plimsoll::config::Config;
use plimsoll::engine::Engine;
use plimsoll::finding::Finding;
use plimsoll::read;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

pub(crate) fn run(arguments: &[String]) {
    let lines = &arguments[0];
    let root = PathBuf::from(arguments.get(1).expect("the folder of projects"));
    let text = std::fs::read_to_string(lines).expect("readable verdicts");
    let mut projects: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).expect("a line is JSON");
        let file = line["file"].as_str().unwrap_or_default();
        let file = file
            .strip_prefix(root.to_str().unwrap_or_default())
            .unwrap_or(file);
        let project = file.trim_start_matches('/').split('/').next();
        let project = project.unwrap_or_default().to_owned();
        projects.entry(project).or_default().push(line);
    }
    let mut total = Total::default();
    for (project, lines) in projects {
        judge(&root, &project, &lines, &mut total);
    }
    println!(
        "{} accepted, {} of them refused here; {} refused, {} of them accepted here, {} with the same fields",
        total.accepted, total.wrong, total.refused, total.missed, total.equal
    );
}

#[derive(Default)]
struct Total {
    accepted: usize,
    wrong: usize,
    refused: usize,
    missed: usize,
    equal: usize,
}

fn judge(root: &Path, project: &str, lines: &[Value], total: &mut Total) {
    let mut sources = Vec::new();
    let mut waiting = vec![root.join(project)];
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = path
                .strip_prefix(root)
                .expect("below the root")
                .display()
                .to_string();
            if path.is_dir() {
                waiting.push(path);
            } else if plimsoll::walk::is_manifest(&path) {
                sources.extend(read::file(&path, &name, false).ok().flatten());
            }
        }
    }
    let report = Engine::new(Config::default()).check(&sources);
    for line in lines {
        let file = line["file"].as_str().unwrap_or_default();
        let file = file
            .strip_prefix(root.to_str().unwrap_or_default())
            .unwrap_or(file);
        let file = file.trim_start_matches('/');
        let is_of_server = |it: &&Finding| {
            let object = it.object.as_ref();
            let name = object.map_or("", |it| it.name.as_str());
            let kind = object.map(|it| format!("{}/{}", it.api_version, it.kind));
            let from = sources.get(it.place.source as usize).map(|it| it.name());
            (it.rule.starts_with("api-") || it.rule.starts_with("unknown-"))
                && from == Some(file)
                && line["document"] == it.document
                && kind.as_deref() == line["kind"].as_str()
                && line["name"] == name
        };
        let found: Vec<&Finding> = report.findings.iter().filter(is_of_server).collect();
        if line["accepted"] == true {
            total.accepted += 1;
            total.wrong += usize::from(!found.is_empty());
            for it in &found {
                let field = it.field.as_deref().unwrap_or_default();
                println!(
                    "WRONG {file}#{} {} {} {field}: {}",
                    line["document"], line["kind"], it.rule, it.message
                );
            }
            continue;
        }
        total.refused += 1;
        let errors = line["errors"].as_array().into_iter().flatten();
        let field = |it: &Value| {
            let field = it["field"].as_str().unwrap_or_default();
            let quoted = it["message"].as_str().unwrap_or_default().split('"').nth(3);
            let field = if field == "<nil>" {
                quoted.unwrap_or_default()
            } else {
                field
            };
            field.trim_start_matches('.').to_owned()
        };
        let is_said = |it: &&Value| {
            !it["message"]
                .to_string()
                .contains("some validation rules were not checked")
        };
        let wanted: BTreeSet<String> = errors.filter(is_said).map(field).collect();
        let got: BTreeSet<String> = found
            .iter()
            .map(|it| it.field.clone().unwrap_or_default())
            .collect();
        total.missed += usize::from(found.is_empty());
        total.equal += usize::from(wanted == got);
        if wanted != got {
            let missing = if found.is_empty() { "MISSED" } else { "OTHER" };
            println!(
                "{missing} {file}#{} {} server {} here {got:?}",
                line["document"], line["kind"], line["errors"]
            );
        }
    }
}
