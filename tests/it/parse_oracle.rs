//! Our reading against Kubernetes' own, which a small Go program gives.
//!
//! These tests need Go and its module proxy, so they only run when asked for:
//! `tests/oracle/compare.sh DIR` and `tests/oracle/compare.sh --mutate DIR`.
use crate::parse_support::{self, Random, same_lines};
use plimsoll::parse::lines;
use plimsoll::source::Source;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What the oracle says of each text.
fn ask(texts: &[String]) -> Vec<Vec<String>> {
    let oracle = std::env::var("PLIMSOLL_ORACLE").expect("PLIMSOLL_ORACLE names the Go program");
    let mut child = Command::new(oracle)
        .arg("-frames")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let answers = std::thread::scope(|scope| {
        scope.spawn(move || {
            for text in texts {
                writeln!(input, "{}", text.len()).unwrap();
                input.write_all(text.as_bytes()).unwrap();
            }
        });
        let mut lines = output.lines().map(Result::unwrap);
        let mut answers = Vec::new();
        while let Some(count) = lines.next() {
            let count: usize = count.parse().unwrap();
            answers.push(lines.by_ref().take(count).collect());
        }
        answers
    });
    child.wait().unwrap();
    answers
}

/// Compares and describes the texts that are read differently.
fn differences(names: &[String], texts: &[String]) -> Vec<String> {
    let answers = ask(texts);
    assert_eq!(answers.len(), texts.len());
    let mut found = Vec::new();
    for ((name, text), expected) in names.iter().zip(texts).zip(&answers) {
        let got: Vec<String> = lines(&Source::new(name.as_str(), text.as_str())).collect();
        if same_lines(expected, &got) || parse_support::is_ambiguous(text) {
            continue;
        }
        let mut report = format!("=== {name}\n{text}\n");
        for at in 0..expected.len().max(got.len()) {
            let side = |lines: &[String]| lines.get(at).cloned().unwrap_or_default();
            let (theirs, ours) = (side(expected), side(&got));
            if !same_lines(std::slice::from_ref(&theirs), std::slice::from_ref(&ours)) {
                let _ = write!(report, "  kubernetes: {theirs}\n  plimsoll:   {ours}\n");
            }
        }
        found.push(report);
    }
    found
}

fn folder() -> PathBuf {
    PathBuf::from(std::env::var("PLIMSOLL_COMPARE").expect("PLIMSOLL_COMPARE names a folder"))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = ignore::WalkBuilder::new(folder)
        .standard_filters(false)
        .build()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| {
            let extension = path.extension().and_then(|it| it.to_str());
            path.is_file() && matches!(extension, Some("yaml" | "yml" | "json"))
        })
        .collect();
    found.sort();
    found
}

fn read(path: &Path) -> String {
    String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned()
}

#[test]
#[ignore = "needs Go; run tests/oracle/compare.sh"]
fn a_folder_is_read_as_kubernetes_reads_it() {
    let files = files(&folder());
    let (mut documents, mut wrong) = (0, Vec::new());
    for batch in files.chunks(500) {
        let names: Vec<String> = batch.iter().map(|it| it.display().to_string()).collect();
        let texts: Vec<String> = batch.iter().map(|it| read(it)).collect();
        for (name, text) in names.iter().zip(&texts) {
            documents += lines(&Source::new(name.as_str(), text.as_str())).count();
        }
        wrong.extend(differences(&names, &texts));
    }
    println!(
        "{} files, {documents} documents, {} differ",
        files.len(),
        wrong.len()
    );
    for report in wrong.iter().take(20) {
        println!("{}", report.chars().take(3000).collect::<String>());
    }
    assert!(wrong.is_empty());
}

#[test]
#[ignore = "needs Go; run tests/oracle/compare.sh --mutate"]
fn mutated_documents_are_read_as_kubernetes_reads_them() {
    let number =
        |name: &str, default: u64| std::env::var(name).map_or(default, |it| it.parse().unwrap());
    let mut random = Random::new(number("PLIMSOLL_SEED", 1));
    let seeds = parse_support::seeds(files(&folder()).iter().map(|it| read(it)));
    let rounds = number("PLIMSOLL_ROUNDS", 20);
    let (mut tried, mut wrong) = (0, Vec::new());
    for round in 0..rounds {
        let texts: Vec<String> = (0..1000)
            .map(|at| match at % 4 {
                0 => parse_support::snippet(&mut random),
                _ => parse_support::mutate(&seeds, &mut random),
            })
            .collect();
        let names: Vec<String> = (0..1000).map(|at| format!("{round}.{at}")).collect();
        tried += texts.len();
        wrong.extend(differences(&names, &texts));
    }
    println!("{tried} texts, {} differ", wrong.len());
    wrong.sort_by_key(String::len);
    for report in wrong.iter().take(30) {
        println!("{}", report.chars().take(1500).collect::<String>());
    }
    assert!(wrong.is_empty());
}
