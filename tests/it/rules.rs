//! Holds each rule to its documentation, and `rules/mod.rs` to the folder.

use crate::support::project::{Project, projects};
use crate::tidy;
use plimsoll::finding;
use plimsoll::rule::docs::{Part, Verdict, parts};
use plimsoll::rule::{Check, Rule};
use plimsoll::rules;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Rules that no example of a few lines can show.
const NO_EXAMPLES: &[&str] = &[
    "binary-file",
    "file-too-large",
    "schema-incomplete",
    "yaml-encoding",
];

/// Names of linters that aliases may refer to.
const PEERS: &[&str] = &[
    "checkov",
    "datree",
    "kics",
    "kube-linter",
    "kube-score",
    "kubescape",
    "kyverno",
    "polaris",
    "popeye",
    "trivy",
];

fn fail_on(problems: String) {
    assert!(problems.is_empty(), "\n{problems}");
}

#[test]
fn every_example_holds() {
    let mut problems = String::new();
    for rule in rules::ALL {
        match projects(rule) {
            Ok(projects) => check_examples(rule, &projects, &mut problems),
            Err(problem) => {
                let _ = writeln!(problems, "{}: {problem}", rule.name);
            }
        }
    }
    fail_on(problems);
}

fn check_examples(rule: &Rule, projects: &[Project<'_>], problems: &mut String) {
    let mut note = |project: Option<&Project<'_>>, problem: &str| {
        let shown = project.map(Project::show).unwrap_or_default();
        let _ = writeln!(problems, "{}: {problem}\n{shown}", rule.name);
    };
    let has = |verdict| projects.iter().any(|it| it.verdict() == verdict);
    let shown = has(Verdict::Bad) && has(Verdict::Good);
    if !shown && !NO_EXAMPLES.contains(&rule.name) {
        note(None, "needs a bad and a good example");
    }
    let mut before: Option<&Project<'_>> = None;
    for project in projects {
        let result = match project.verdict() {
            Verdict::Good => project.check_silent(rule),
            Verdict::Bad => check_bad(rule, project),
            Verdict::Fixed => match before.filter(|it| it.verdict() == Verdict::Bad) {
                Some(bad) => bad.check_fix(rule, project),
                None => Err("a fixed example stands right after a bad one".to_owned()),
            },
        };
        if let Err(problem) = result {
            note(Some(project), &problem);
        }
        before = Some(project);
    }
}

fn check_bad(rule: &Rule, project: &Project<'_>) -> Result<(), String> {
    for finding in project.check_marks(rule)? {
        let texts = [Some(&finding.message), finding.help.as_ref()];
        let related = finding.related.iter().map(|it| &it.message);
        for text in texts.into_iter().flatten().chain(related) {
            // The words of the API server are kept as they are.
            let quoted = rule.name.starts_with("api-") && text == &finding.message;
            if !quoted && !plain_sentence(text) {
                return Err(format!("`{text}`: lower case, no full stop"));
            }
        }
    }
    Ok(())
}

/// Starts in lower case (or with no letter at all) and does not end in a full stop.
fn plain_sentence(text: &str) -> bool {
    let first = text.chars().next();
    let name = text.split(' ').next().unwrap_or_default();
    // Names of kinds and of things such as SIGTERM keep their capitals.
    let is_name = name.chars().skip(1).any(char::is_uppercase) || KINDS.contains(&name);
    first.is_some_and(|it| !it.is_uppercase() || is_name) && !text.ends_with('.')
}

const KINDS: &[&str] = &[
    "Deployment",
    "Ingress",
    "Job",
    "Jobs",
    "Kubernetes",
    "Linux",
    "Namespace",
    "Pod",
    "Role",
    "Secret",
    "Service",
    "Windows",
];

#[test]
fn every_example_block_is_understood() {
    let mut problems = String::new();
    for rule in rules::ALL {
        for part in parts(rule.docs) {
            if let Part::Prose(text) = part
                && let Some(at) = text.find("```yaml")
            {
                let info = text[at..].lines().next().unwrap_or_default();
                let _ = writeln!(problems, "{}: `{info}` is no example", rule.name);
            }
        }
    }
    fail_on(problems);
}

#[test]
fn rules_are_described_alike() {
    let mut problems = String::new();
    for rule in rules::ALL {
        let mut note = |problem: &str| {
            let _ = writeln!(problems, "{}: {problem}", rule.name);
        };
        if !kebab(rule.name) {
            note("its name is not in kebab-case");
        }
        if !plain_sentence(rule.summary) || rule.summary.contains('\n') {
            note("its summary is not one line in lower case without a full stop");
        }
        if rule
            .since
            .split('.')
            .filter(|it| it.parse::<u32>().is_ok())
            .count()
            != 3
        {
            note("`since` is no version");
        }
        for (index, alias) in rule.aliases.iter().enumerate() {
            if !PEERS.contains(&alias.tool) || alias.name.is_empty() || alias.name.contains(' ') {
                note(&format!(
                    "alias {}: {} is malformed",
                    alias.tool, alias.name
                ));
            }
            if rule.aliases[..index].contains(alias) {
                note(&format!(
                    "alias {}: {} stands twice",
                    alias.tool, alias.name
                ));
            }
        }
        let prose = parts(rule.docs)
            .first()
            .is_some_and(|it| matches!(it, Part::Prose(_)));
        if !prose {
            note("its documentation does not open with why it matters");
        }
        if rule.name.starts_with("api-") && !matches!(rule.check, Check::Stage(_)) {
            note("`api-` is for refusals of the API server, which validation reports");
        }
    }
    fail_on(problems);
}

fn kebab(name: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    name.split('-').all(word)
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("rules")
}

/// The rule files by the names of their modules, in the order of the names of
/// the rules, which `-` decides where `_` stands in the module's.
fn modules() -> Vec<String> {
    let entries = fs::read_dir(folder()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut modules: Vec<String> = names
        .filter_map(|name| Some(name.strip_suffix(".rs")?.to_owned()))
        .filter(|name| name != "mod")
        .collect();
    modules.sort_by_key(|name| name.replace('_', "-"));
    modules
}

#[test]
fn each_rule_is_named_after_its_file() {
    let mut problems = String::new();
    for module in modules() {
        let text = fs::read_to_string(folder().join(format!("{module}.rs"))).unwrap();
        let name = module.replace('_', "-");
        if !text.contains(&format!("    name: \"{name}\",\n")) {
            let _ = writeln!(
                problems,
                "rules/{module}.rs: its rule is not named `{name}`"
            );
        }
        if !text.starts_with(&format!("//! `{name}`: ")) {
            let _ = writeln!(
                problems,
                "rules/{module}.rs: does not open with //! `{name}`: …"
            );
        }
    }
    fail_on(problems);
}

#[test]
fn the_list_of_rules_is_what_the_folder_gives() {
    let path = folder().join("mod.rs");
    let wanted = list_of_rules(&modules());
    if fs::read_to_string(&path).unwrap() == wanted {
        let names: Vec<_> = rules::ALL.iter().map(|rule| rule.name).collect();
        assert!(names.is_sorted(), "rules::ALL is not sorted by name");
        return;
    }
    if std::env::var_os("PLIMSOLL_UPDATE").is_some() {
        fs::write(&path, wanted).unwrap();
        return;
    }
    panic!(
        "rules/mod.rs is not what the folder gives; write it with `PLIMSOLL_UPDATE=1 cargo test --test it rules::`"
    );
}

/// Stages report under names in their code; a name without a rule would be
/// dropped without a word.
#[test]
fn what_stages_report_has_a_rule() {
    let mut problems = String::new();
    let mut waiting = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(fs::read_dir(&path).unwrap().map(|it| it.unwrap().path()));
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        for name in ["Finding::new(", "rule: "]
            .iter()
            .flat_map(|it| named_after(code, it))
        {
            if rules::index_of(name).is_none() {
                let _ = writeln!(problems, "{}: `{name}` is no rule", path.display());
            }
        }
    }
    fail_on(problems);
}

/// The string literals that directly follow `start`.
fn named_after<'a>(code: &'a str, start: &'a str) -> impl Iterator<Item = &'a str> {
    let rests = code.split(start).skip(1).map(str::trim_start);
    rests.filter_map(|rest| rest.strip_prefix('"')?.split('"').next())
}

fn list_of_rules(modules: &[String]) -> String {
    let declared: String = modules
        .iter()
        .map(|it| format!("pub mod {it};\n"))
        .collect();
    let listed: String = modules
        .iter()
        .map(|it| format!("    &{it}::RULE,\n"))
        .collect();
    format!(
        "//! All rules, one file each. Generated from the folder by `cargo test`; do not edit.

{declared}
use crate::rule::Rule;

/// All rules, sorted by name.
pub static ALL: &[&Rule] = &[
{listed}];

/// The index in [`ALL`] of the rule with that name.
#[must_use]
pub fn index_of(name: &str) -> Option<usize> {{
    ALL.binary_search_by(|rule| rule.name.cmp(name)).ok()
}}

/// The rule with that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Rule> {{
    index_of(name).map(|index| ALL[index])
}}
"
    )
}

/// Stages reconcile their findings by what these say of the server's answer.
#[test]
fn every_finding_about_the_server_says_how_it_answers() {
    let mut with_answer = Vec::new();
    for rule in rules::ALL {
        let answer = finding::answer(rule.name);
        assert!(
            answer.is_none() || matches!(rule.check, Check::Stage(_)),
            "{}",
            rule.name
        );
        // Whoever judges patches, too, does not judge whole objects.
        let of_whole = finding::is_of_validation(rule.name);
        assert!(!of_whole || !rule.on_patches, "{}", rule.name);
        with_answer.extend(answer.map(|_| rule.name));
    }
    let api = rules::ALL.iter().filter(|it| it.name.starts_with("api-"));
    let without: Vec<_> = api
        .filter(|it| finding::answer(it.name).is_none())
        .collect();
    assert_eq!(
        without.iter().map(|it| it.name).collect::<Vec<_>>(),
        ["api-deprecated"]
    );
    assert_eq!(with_answer.len(), 14, "{with_answer:?}");
}

#[test]
fn every_stage_that_reports_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for rule in rules::ALL {
        let Check::Stage(module) = rule.check else {
            continue;
        };
        let files = match root.join(module).is_dir() {
            true => tidy::rust_files(module),
            false => vec![root.join(module)],
        };
        // A name may be put together, so that its last part is enough.
        let last = rule.name.rsplit('-').next().unwrap();
        let says = |it: &PathBuf| fs::read_to_string(it).is_ok_and(|text| text.contains(last));
        assert!(files.iter().any(says), "{}: {module}", rule.name);
    }
}
