//! Our verdict on the shape of objects against that of Kubernetes' own strict
//! decoder, which a small Go program gives.
//!
//! The recorded answers are checked by every `cargo test`. The comparison over
//! the corpus and over fresh mutations needs Go and its module proxy:
//! `cargo test --test it schema_oracle:: -- --ignored --nocapture`; so does recording
//! the answers again, which `PLIMSOLL_RECORD=1` does.
mod mutate;
use crate::shared;
use mutate::Mutator;
use plimsoll::catalog::{Catalog, Minor};
use plimsoll::finding::Finding;
use plimsoll::parse::{self, to_json};
use plimsoll::resolve::{Resource, Scope};
use plimsoll::source::Source;
use plimsoll::validate;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The decoder that the oracle is built from.
const MINOR: Minor = Minor::new(37);

/// What the oracle says of one document.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Verdict {
    file: String,
    doc: u32,
    item: i64,
    gvk: String,
    known: bool,
    ok: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    errors: Vec<String>,
}

/// A text, and what the oracle says of its only document.
#[derive(Debug, Serialize, Deserialize)]
struct Recorded {
    text: String,
    ok: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    errors: Vec<String>,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Asks the oracle about texts, by name.
fn ask(texts: &[(String, String)]) -> Vec<Verdict> {
    let mut child = Command::new("go")
        .args(["run", "./decode", "-"])
        .current_dir(root().join("tests/oracle"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("go runs");
    let mut input = BufWriter::new(child.stdin.take().unwrap());
    let output = BufReader::new(child.stdout.take().unwrap());
    let verdicts = std::thread::scope(|scope| {
        scope.spawn(move || {
            for (file, text) in texts {
                let line = serde_json::json!({"File": file, "Text": text});
                writeln!(input, "{line}").unwrap();
            }
        });
        let lines = output.lines().map(Result::unwrap);
        lines.map(|it| serde_json::from_str(&it).unwrap()).collect()
    });
    assert!(child.wait().unwrap().success());
    verdicts
}

/// Our answer about one object, at the level of decoding.
#[derive(Debug, Default)]
struct Answer {
    /// It has a kind that the catalog serves.
    known: bool,
    unknown_fields: BTreeSet<String>,
    type_fields: BTreeSet<String>,
    other: Vec<String>,
}

impl Answer {
    fn accepts(&self) -> bool {
        self.unknown_fields.is_empty() && self.type_fields.is_empty() && self.other.is_empty()
    }

    fn add(&mut self, finding: &Finding) {
        let field = finding.field.clone().unwrap_or_default();
        match finding.rule {
            "unknown-field" => {
                // One finding may name several fields of one object.
                let (above, _) = field.rsplit_once('.').unwrap_or(("", &field));
                let beside = finding.message.split(" beside ").next().unwrap();
                let names = beside.split('"').skip(1).step_by(2);
                let paths = names.map(|name| match above {
                    "" => name.to_owned(),
                    _ => format!("{above}.{name}"),
                });
                match finding.related.len() {
                    0 => drop(self.unknown_fields.insert(field)),
                    _ => self.unknown_fields.extend(paths),
                }
            }
            "api-type" => drop(self.type_fields.insert(field)),
            "yaml-syntax" | "duplicate-key" => self.other.push(finding.message.clone()),
            _ => {}
        }
    }
}

/// Our answers for a text, by document and item (-1 where it is no list).
fn answers(catalog: &Catalog, name: &str, text: &str) -> BTreeMap<(u32, i64), Answer> {
    let parsed = parse::parse(&Source::new(name, text), 0);
    let mut found = BTreeMap::new();
    // The oracle's reader passes over documents without a line.
    let filled = |it: &&parse::Document| !it.span().is_empty();
    for (number, document) in (0..).zip(parsed.documents.iter().filter(filled)) {
        let textual = parsed
            .findings
            .iter()
            .filter(|it| it.document == document.index());
        let Some(top) = document.root() else {
            let mut answer = Answer::default();
            textual.for_each(|it| answer.add(it));
            found.insert((number, -1), answer);
            continue;
        };
        let is = |key: &str, text: &str| top.get(key).and_then(parse::Node::as_str) == Some(text);
        let list = is("kind", "List") && is("apiVersion", "v1");
        let items: Vec<_> = match top.get("items").filter(|_| list) {
            Some(items) => (0..).zip(items.items()).collect(),
            None => vec![(-1, top)],
        };
        for (item, node) in items {
            let mut answer = Answer::default();
            if item < 0 {
                textual.clone().for_each(|it| answer.add(it));
            }
            if let Some(resource) = Resource::new(node, "default", |_, _| Scope::Namespaced) {
                let of = (resource.api_version, resource.kind);
                answer.known = catalog.type_of(MINOR, of.0, of.1).is_some();
                let mut findings = Vec::new();
                validate::check(catalog, MINOR, &resource, &mut findings);
                findings.iter().for_each(|it| answer.add(it));
            }
            found.insert((number, item), answer);
        }
    }
    found
}

/// Counts of a comparison.
#[derive(Debug, Default)]
struct Score {
    compared: usize,
    verdicts_differ: usize,
    strict: usize,
    strict_differ: usize,
    types: usize,
    types_differ: usize,
}

impl Score {
    /// Compares one answer; says what differs.
    fn compare(&mut self, ours: &Answer, ok: bool, errors: &[String]) -> Option<String> {
        self.compared += 1;
        if ours.accepts() != ok {
            self.verdicts_differ += 1;
            return Some(format!("they: {ok} {errors:?}\nwe: {ours:?}"));
        }
        // The name stands in Go's quotes, which are those of JSON here.
        let unknown = |it: &String| serde_json::from_str(it.strip_prefix("unknown field ")?).ok();
        let theirs: BTreeSet<String> = errors.iter().filter_map(unknown).collect();
        if !theirs.is_empty() {
            self.strict += 1;
            if theirs != ours.unknown_fields {
                self.strict_differ += 1;
                return Some(format!("they: {theirs:?}\nwe: {:?}", ours.unknown_fields));
            }
        }
        let field = errors.iter().find_map(|it| type_error_field(it));
        if let Some(field) = field {
            self.types += 1;
            if !ours.type_fields.iter().any(|it| same_field(&field, it)) {
                self.types_differ += 1;
                return Some(format!("they: {field}\nwe: {:?}", ours.type_fields));
            }
        }
        None
    }

    fn print(&self, what: &str) {
        let Self {
            compared,
            verdicts_differ,
            strict,
            strict_differ,
            types,
            types_differ,
        } = self;
        println!("{what}: {compared} objects, accept/refuse differs in {verdicts_differ}");
        println!("  unknown fields: {strict} objects, the set differs in {strict_differ}");
        println!("  type errors with a field: {types}, not among ours {types_differ}");
    }
}

/// A patch for kustomize is never sent as it is, and passes here.
fn is_patch(verdict: &Verdict) -> bool {
    verdict.errors.iter().any(|it| it.contains("$patch"))
}

/// `json: cannot unmarshal string into Go struct field Container.spec.containers.command
/// of type []string`: the path, which begins after the name of the Go type.
fn type_error_field(error: &str) -> Option<String> {
    let (_, rest) = error.split_once("Go struct field ")?;
    let (path, _) = rest.split_once(" of type")?;
    Some(path.split_once('.')?.1.to_owned())
}

/// Their path has neither indices nor map keys.
fn same_field(theirs: &str, ours: &str) -> bool {
    let mut at = ours;
    // An embedded Go struct adds its own name, which is no field.
    let embedded = |it: &&str| it.starts_with(char::is_uppercase);
    for step in theirs.split('.').filter(|it| !embedded(it)) {
        loop {
            let end = at.find(['.', '[']).unwrap_or(at.len()).max(1).min(at.len());
            if at.is_empty() {
                return false;
            }
            let (head, rest) = at.split_at(end);
            at = rest.trim_start_matches('.');
            if head == step {
                break;
            }
        }
    }
    true
}

fn yaml_files(folder: &Path) -> Vec<(String, String)> {
    let mut files: Vec<PathBuf> = ignore::WalkBuilder::new(folder)
        .standard_filters(false)
        .build()
        .map(|entry| entry.unwrap().into_path())
        .filter(|it| {
            let extension = it.extension().and_then(|it| it.to_str());
            it.is_file() && matches!(extension, Some("yaml" | "yml" | "json"))
        })
        .collect();
    files.sort();
    let read = |path: PathBuf| {
        let text = String::from_utf8(std::fs::read(&path).unwrap()).ok()?;
        Some((path.display().to_string(), text))
    };
    files.into_iter().filter_map(read).collect()
}

fn corpus() -> PathBuf {
    let unpacked = std::env::var_os("PLIMSOLL_CORPUS").map(PathBuf::from);
    unpacked.unwrap_or_else(|| shared::path("corpus/broken"))
}

#[test]
#[ignore = "needs Go; PLIMSOLL_CORPUS names a folder of manifests"]
fn the_corpus_is_decoded_alike() {
    let folder = corpus();
    let catalog = Catalog::builtin();
    let files = yaml_files(&folder);
    let mut score = Score::default();
    let mut ours: BTreeMap<&str, BTreeMap<(u32, i64), Answer>> = BTreeMap::new();
    for (name, text) in &files {
        ours.insert(name, answers(&catalog, name, text));
    }
    let mut missing = 0;
    let mut shown = 0;
    for theirs in ask(&files) {
        let Some(answer) = ours[theirs.file.as_str()].get(&(theirs.doc, theirs.item)) else {
            missing += 1;
            continue;
        };
        if !answer.known || !theirs.known || is_patch(&theirs) {
            continue;
        }
        if let Some(difference) = score.compare(answer, theirs.ok, &theirs.errors) {
            shown += 1;
            if shown <= 40 {
                println!(
                    "--- {}#{} {}\n{difference}",
                    theirs.file, theirs.doc, theirs.gvk
                );
            }
        }
    }
    score.print("corpus");
    println!("  documents that only they have: {missing}");
    assert_eq!(score.verdicts_differ, 0);
}

/// Objects of the fixtures as JSON, one each.
fn fixture_objects() -> Vec<serde_json::Value> {
    let mut found = Vec::new();
    for (name, text) in yaml_files(&root().join("fixtures/schema/objects")) {
        for document in parse::parse(&Source::new(name, text), 0).documents {
            let mut json = String::new();
            if let Some(top) = document.root() {
                to_json(top, &mut json);
                found.push(serde_json::from_str(&json).unwrap());
            }
        }
    }
    found
}

fn compare_texts(what: &str, texts: &[String]) -> (Score, Vec<Recorded>) {
    let catalog = Catalog::builtin();
    let named: Vec<(String, String)> = texts
        .iter()
        .enumerate()
        .map(|(at, text)| (at.to_string(), text.clone()))
        .collect();
    let mut score = Score::default();
    let mut recorded = Vec::new();
    for theirs in ask(&named) {
        let text = &texts[theirs.file.parse::<usize>().unwrap()];
        let ours = answers(&catalog, "mutation.json", text);
        let Some(answer) = ours.get(&(theirs.doc, theirs.item)) else {
            continue;
        };
        // A changed apiVersion or kind is another matter.
        if answer.known && theirs.known && !is_patch(&theirs) {
            if let Some(difference) = score.compare(answer, theirs.ok, &theirs.errors)
                && score.verdicts_differ + score.strict_differ + score.types_differ < 30
            {
                println!("--- {text}\n{difference}");
            }
            recorded.push(Recorded {
                text: text.clone(),
                ok: theirs.ok,
                errors: theirs.errors,
            });
        }
    }
    score.print(what);
    (score, recorded)
}

#[test]
#[ignore = "needs Go"]
fn mutations_are_decoded_alike() {
    let number =
        |name: &str, default: u64| std::env::var(name).map_or(default, |it| it.parse().unwrap());
    let mut objects = fixture_objects();
    if let Some(folder) = std::env::var_os("PLIMSOLL_CORPUS") {
        for (name, text) in yaml_files(Path::new(&folder)).into_iter().step_by(7) {
            for document in parse::parse(&Source::new(name, text), 0).documents {
                let mut json = String::new();
                if let Some(top) = document.root().filter(|it| it.get("kind").is_some()) {
                    to_json(top, &mut json);
                    objects.extend(serde_json::from_str::<serde_json::Value>(&json).ok());
                }
            }
        }
    }
    let catalog = Catalog::builtin();
    objects.retain(|it| {
        let text = |key: &str| it[key].as_str().unwrap_or_default().to_owned();
        catalog
            .type_of(MINOR, &text("apiVersion"), &text("kind"))
            .is_some()
    });
    let mut mutator = Mutator::new(number("PLIMSOLL_SEED", 1));
    let texts: Vec<String> = (0..number("PLIMSOLL_MUTATIONS", 5000))
        .map(|_| mutator.mutation(&objects))
        .collect();
    let (score, _) = compare_texts("mutations", &texts);
    assert_eq!(score.verdicts_differ, 0);
}

const RECORDED: &str = "fixtures/schema/mutations.jsonl";

#[test]
#[ignore = "needs Go; writes the recorded answers where PLIMSOLL_RECORD is set"]
fn answers_are_recorded() {
    let objects = fixture_objects();
    let mut mutator = Mutator::new(2026);
    let mut texts: Vec<String> = objects.iter().map(ToString::to_string).collect();
    texts.extend((0..500).map(|_| mutator.mutation(&objects)));
    let (score, recorded) = compare_texts("recorded", &texts);
    assert_eq!(score.verdicts_differ, 0);
    if std::env::var_os("PLIMSOLL_RECORD").is_some() {
        let lines: Vec<String> = recorded
            .iter()
            .map(|it| serde_json::to_string(it).unwrap() + "\n")
            .collect();
        std::fs::write(root().join(RECORDED), lines.concat()).unwrap();
    }
}

#[test]
fn recorded_answers_hold() {
    let catalog = Catalog::builtin();
    let text = std::fs::read_to_string(root().join(RECORDED)).unwrap();
    let mut score = Score::default();
    let mut problems = Vec::new();
    for line in text.lines() {
        let recorded: Recorded = serde_json::from_str(line).unwrap();
        let ours = answers(&catalog, "mutation.json", &recorded.text);
        let difference = score.compare(&ours[&(0, -1)], recorded.ok, &recorded.errors);
        problems.extend(difference.map(|it| format!("{}\n{it}", recorded.text)));
    }
    assert!(score.compared > 300);
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}

#[test]
#[ignore = "needs Go and reads some hundred megabytes of modules"]
fn the_committed_table_is_what_the_generator_gives() {
    let status = Command::new("go")
        .args(["run", ".", "-check"])
        .current_dir(root().join("schemas/generate"))
        .status();
    assert!(status.unwrap().success());
}
