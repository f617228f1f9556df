//! The files that one example is made of, and checking them.

use super::marks::{self, Mark};
use super::wrap::wrap;
use plimsoll::catalog::MinorRange;
use plimsoll::config::{Config, Selector};
use plimsoll::engine::Engine;
use plimsoll::finding::Finding;
use plimsoll::fix::{self, Edit};
use plimsoll::parse;
use plimsoll::resolve::kustomize;
use plimsoll::rule::docs::{Example, Verdict, examples, without_marks};
use plimsoll::rule::{Category, Rule};
use plimsoll::rules;
use plimsoll::source::{self, Absent, Source};
use std::path::Path;

/// One or more files that are checked together.
pub(crate) struct Project<'a> {
    verdict: Verdict,
    files: Vec<File<'a>>,
}

struct File<'a> {
    example: Example<'a>,
    /// As it is checked: wrapped, with its marks.
    text: String,
    indent: usize,
}

/// The projects in the documentation of `rule`, in order. Consecutive examples
/// of one verdict that name different files make one project.
pub(crate) fn projects(rule: &Rule) -> Result<Vec<Project<'_>>, String> {
    let mut projects: Vec<Project<'_>> = Vec::new();
    for example in examples(rule.docs) {
        let file = File::new(example)?;
        let last = projects.last_mut().filter(|it| it.takes(&file));
        match last {
            Some(last) => last.files.push(file),
            None => projects.push(Project {
                verdict: example.verdict,
                files: vec![file],
            }),
        }
    }
    Ok(projects)
}

impl<'a> File<'a> {
    fn new(example: Example<'a>) -> Result<Self, String> {
        let (text, indent) = match example.within {
            None => (example.text.to_owned(), 0),
            Some(name) => wrap(name, example.text).ok_or_else(|| {
                format!("nothing to put `in={name}` into; see tests/support/wrap.rs")
            })?,
        };
        Ok(Self {
            example,
            text,
            indent,
        })
    }

    fn name(&self) -> &str {
        self.example.file.unwrap_or("example.yaml")
    }

    fn source(&self, text: impl Into<std::sync::Arc<str>>) -> Source {
        Source::new(self.name(), text)
    }
}

/// All examples of all rules, each project's files named by its rule.
pub(crate) fn every_source() -> Vec<Source> {
    let named = |rule: &'static Rule| {
        let projects = projects(rule).unwrap();
        let sources = projects.iter().flat_map(Project::sources);
        let named =
            sources.map(|it| Source::new(format!("{}/{}", rule.name, it.name()), it.text()));
        named.collect::<Vec<_>>()
    };
    rules::ALL.iter().flat_map(|rule| named(rule)).collect()
}

impl Project<'_> {
    /// The files as they are checked, as if there were no others on any disk.
    fn sources(&self) -> Vec<Source> {
        let sources = self.files.iter().map(|it| it.source(&*it.text));
        sources.map(|it| self.with_absent(it)).collect()
    }

    fn with_absent(&self, source: Source) -> Source {
        let parsed = parse::parse(&source, 0);
        let roots = parsed.documents.iter().filter_map(|it| it.root());
        let roots = roots.filter(|it| kustomize::is_kustomization(source.name(), *it));
        let folder = Path::new(source.name()).parent().unwrap();
        let absent = roots.flat_map(kustomize::listed).filter(|listed| {
            let wanted = source::join(folder.to_str().unwrap(), listed.path);
            let mut names = self.files.iter().map(File::name);
            !names.any(|it| Path::new(it).starts_with(&wanted))
        });
        let absent = absent.map(|it| Absent {
            path: it.path.into(),
            is_folder: false,
        });
        let absent = absent.collect();
        source.with_absent(absent)
    }

    /// All rules, against the Kubernetes that the example asks for.
    fn engine(&self) -> Engine {
        let mut config = Config::default();
        config.select(Selector::All);
        let asked = self.files.iter().find_map(|it| it.example.kubernetes);
        config.kubernetes = asked.map(|it| MinorRange::parse(it).unwrap().0);
        Engine::new(config)
    }

    fn takes(&self, file: &File<'_>) -> bool {
        let name = file.example.file;
        let known = |other: &File<'_>| other.example.file.is_none() || other.example.file == name;
        name.is_some() && self.verdict == file.example.verdict && !self.files.iter().any(known)
    }

    /// What the rule should say about this project.
    pub(crate) fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// As documented, for messages.
    pub(crate) fn show(&self) -> String {
        let texts = self.files.iter().map(|file| file.example.text);
        texts.collect::<Vec<_>>().join("---\n")
    }

    /// Checks that the rule is silent and that nothing else makes it invalid.
    pub(crate) fn check_silent(&self, rule: &Rule) -> Result<(), String> {
        let sources = self.sources();
        let report = self.engine().check(&sources);
        let refused = |finding: &&Finding| finding.rule == rule.name || invalid(finding);
        match report.findings.iter().find(refused) {
            None if report.summary.files == 0 => Err("no Kubernetes object in it".to_owned()),
            None => Ok(()),
            Some(it) => Err(format!("{} says: {}", it.rule, it.message)),
        }
    }

    /// Checks that the rule reports exactly what the marks say; returns the findings.
    pub(crate) fn check_marks(&self, rule: &Rule) -> Result<Vec<Finding>, String> {
        let sources = self.sources();
        let findings = findings(rule, &self.engine(), &sources);
        let mut problems = String::new();
        let mut total = 0;
        for ((number, file), source) in (0u32..).zip(&self.files).zip(&sources) {
            let here = findings.iter().filter(|it| it.place.source == number);
            let mut actual: Vec<Mark> = here.map(|it| marks::of_finding(it, source)).collect();
            actual.sort();
            let expected = marks::expected(&file.text);
            total += expected.len();
            if actual != expected {
                let annotated = marks::annotate(&file.text, &actual);
                let shown = without_indent(&annotated, file.indent);
                problems += &format!("the marks would have to be\n{shown}");
            }
        }
        match problems.is_empty() {
            true if total == 0 => Err("no mark in a bad example".to_owned()),
            true => Ok(findings),
            false => Err(problems),
        }
    }

    /// Checks that the fixes of this project's findings give `fixed`, and that
    /// there is nothing left to fix in that.
    pub(crate) fn check_fix(&self, rule: &Rule, fixed: &Self) -> Result<(), String> {
        let plain = |file: &File<'_>| file.source(without_marks(&file.text));
        let before: Vec<_> = self.files.iter().map(plain).collect();
        let engine = self.engine();
        let after = apply(rule, &engine, &before)?;
        for (file, result) in fixed.files.iter().zip(&after) {
            if file.text != result.text() {
                let shown = without_indent(result.text(), file.indent);
                return Err(format!("the fix gives\n{shown}"));
            }
        }
        let again = apply(rule, &engine, &after)?;
        let same = |(one, two): (&Source, &Source)| one.text() == two.text();
        match after.iter().zip(&again).all(same) {
            true => Ok(()),
            false => Err("applying the fix again changes the text again".to_owned()),
        }
    }
}

fn findings(rule: &Rule, engine: &Engine, sources: &[Source]) -> Vec<Finding> {
    let mut findings = engine.check(sources).findings;
    findings.retain(|finding| finding.rule == rule.name);
    findings
}

/// Whether the cluster would not take it.
fn invalid(finding: &Finding) -> bool {
    let rule = rules::index_of(finding.rule).map(|index| rules::ALL[index]);
    let category = rule.map(|rule| rule.category);
    finding.rule.starts_with("api-")
        || matches!(category, Some(Category::Syntax | Category::Schema))
}

fn apply(rule: &Rule, engine: &Engine, sources: &[Source]) -> Result<Vec<Source>, String> {
    let findings = findings(rule, engine, sources);
    let fixed = (0u32..).zip(sources).map(|(number, source)| {
        let here = findings.iter().filter(|it| it.place.source == number);
        let edits: Vec<Edit> = here
            .filter_map(|finding| finding.fix.as_ref())
            .flat_map(|fix| fix.edits.clone())
            .collect();
        let text = fix::apply(source.text(), &edits).ok_or("the edits overlap")?;
        Ok(Source::new(source.name(), text))
    });
    fixed.collect()
}

/// The lines of a wrapped fragment, as they are documented.
fn without_indent(text: &str, indent: usize) -> String {
    let prefix = " ".repeat(indent);
    let lines = text
        .lines()
        .filter(|it| indent == 0 || it.starts_with(&prefix));
    lines
        .map(|it| format!("{}\n", &it[indent.min(it.len())..]))
        .collect()
}
