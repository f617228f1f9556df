//! What holds for all fixes: they fit the text, nothing else changes, what could
//! be read before can be read after, and once made they have nothing left to do.

use crate::shared;
use crate::support::project::every_source;
use plimsoll::config::{Config, Selector};
use plimsoll::engine::{Cache, Engine};
use plimsoll::finding::Finding;
use plimsoll::source::Source;
use plimsoll::{fix, fix_all, parse, read, walk};
use proptest::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let mut config = Config::default();
    config.select(Selector::All);
    Engine::new(config)
});

/// Manifests of all sorts: those of the fixtures, and all examples of rules.
static MANIFESTS: LazyLock<Vec<Source>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = files(&[root.join("fixtures/projects"), root.join("fixtures/clean")]);
    sources.extend(every_source());
    sources
});

fn files(folders: &[PathBuf]) -> Vec<Source> {
    let found = walk::walk(folders, &walk::Options::default()).unwrap();
    let read = |it: &walk::File| read::file(&it.path, &it.name, true).unwrap();
    let sources = found.files.iter().filter_map(read);
    sources.filter(|it| it.defects().is_empty()).collect()
}

/// How many documents there are, and how many of them can be read.
fn documents(source: &Source) -> (usize, usize) {
    let documents = parse::parse(source, 0).documents;
    let read = documents.iter().filter(|it| it.root().is_some()).count();
    (documents.len(), read)
}

fn holds(source: &Source) -> Result<(), TestCaseError> {
    let mut cache = Cache::default();
    let mut sources = [source.clone()];
    let report = ENGINE.check_again(&sources, &mut cache);
    for finding in &report.findings {
        each_fix_holds(source, finding)?;
    }
    let done = fix_all::fix_all(&ENGINE, &mut cache, &mut sources, report, true);
    prop_assert_eq!(documents(source), documents(&sources[0]));
    let once = sources[0].text().to_owned();
    let again = fix_all::fix_all(&ENGINE, &mut cache, &mut sources, done.report, true);
    prop_assert_eq!(again.report.summary.fixed, 0);
    prop_assert_eq!(once.as_str(), sources[0].text());
    Ok(())
}

/// A fix by itself.
fn each_fix_holds(source: &Source, finding: &Finding) -> Result<(), TestCaseError> {
    let Some(fix) = &finding.fix else {
        return Ok(());
    };
    let name = finding.rule;
    prop_assert!(!fix.edits.is_empty(), "{name}: {}", fix.title);
    let after = fix::apply(source.text(), &fix.edits);
    prop_assert!(after.is_some(), "{name}: {fix:?}");
    let after = after.unwrap();
    // What stands outside of the edits stands there still.
    let mut rest = after.as_str();
    let mut done = 0;
    for edit in &fix.edits {
        for kept in [&source.text()[done..edit.span.start as usize], &edit.text] {
            prop_assert!(rest.starts_with(kept), "{name}: {fix:?}");
            rest = &rest[kept.len()..];
        }
        done = edit.span.end as usize;
    }
    prop_assert_eq!(rest, &source.text()[done..]);
    let after = source.with_text(after);
    prop_assert_eq!(documents(source), documents(&after), "{}: {:?}", name, fix);
    Ok(())
}

#[test]
fn fixes_hold_for_what_is_at_hand() {
    for source in MANIFESTS.iter() {
        holds(source).unwrap_or_else(|error| panic!("{}: {error}", source.name()));
    }
}

#[test]
#[ignore = "needs manifests that are not of this repository"]
fn fixes_hold_for_manifests_with_mistakes() {
    for source in files(&[shared::path("corpus/broken"), shared::path("seeds")]) {
        holds(&source).unwrap_or_else(|error| panic!("{}: {error}", source.name()));
    }
}

/// A slip of the hand on one line.
#[derive(Clone, Debug)]
enum Slip {
    Indent(usize, usize),
    Dedent(usize),
    Rename(usize),
    Drop(usize),
    Swap(usize),
    Comment(usize),
}

fn slips() -> impl Strategy<Value = Vec<Slip>> {
    let line = || any::<usize>();
    let slip = prop_oneof![
        (line(), 1usize..5).prop_map(|(at, by)| Slip::Indent(at, by)),
        line().prop_map(Slip::Dedent),
        line().prop_map(Slip::Rename),
        line().prop_map(Slip::Drop),
        line().prop_map(Slip::Swap),
        line().prop_map(Slip::Comment),
    ];
    proptest::collection::vec(slip, 1..5)
}

fn slipped(text: &str, slips: &[Slip], crlf: bool) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for slip in slips {
        let count = lines.len().max(1);
        let line = |at: usize| at % count;
        match *slip {
            Slip::Indent(at, by) => lines[line(at)].insert_str(0, &" ".repeat(by)),
            Slip::Dedent(at) => {
                let line = &mut lines[line(at)];
                *line = line.strip_prefix("  ").unwrap_or(line).to_owned();
            }
            Slip::Rename(at) => {
                let line = &mut lines[line(at)];
                *line = line.replacen(':', "x:", 1);
            }
            Slip::Drop(at) => _ = lines.remove(line(at)),
            Slip::Swap(at) if count > 1 => lines.swap(at % (count - 1), at % (count - 1) + 1),
            Slip::Swap(_) => {}
            Slip::Comment(at) => lines[line(at)].push_str(" # é"),
        }
        if lines.is_empty() {
            break;
        }
    }
    let end = if crlf { "\r\n" } else { "\n" };
    lines.join(end)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn fixes_hold_for_what_slips_make_of_it(
        which in any::<prop::sample::Index>(),
        slips in slips(),
        crlf in any::<bool>(),
    ) {
        let source = which.get(&MANIFESTS);
        prop_assume!(!source.text().is_empty());
        let text = slipped(source.text(), &slips, crlf);
        holds(&Source::new("a.yaml", text))?;
    }
}
