//! What commands that do not lint say of manifests that they cannot use.

use super::Error;
use super::terminal;
use crate::engine::Engine;
use crate::finding::Finding;
use crate::listed::listed;
use crate::report::{Format, RenderOptions, Run};
use crate::source::Source;
use crate::unchecked::{Unchecked, Why};
use std::collections::BTreeMap;
use std::io;

/// Says on standard error which findings `matter`, one a line. True when there are
/// some.
pub(super) fn findings(
    engine: &Engine,
    sources: &[Source],
    matter: impl Fn(&Finding) -> bool,
) -> Result<bool, Error> {
    let mut report = engine.check(sources);
    report.findings.retain(matter);
    let run = Run {
        report: &report,
        sources,
        unchecked: &[],
    };
    let look = RenderOptions {
        summary: false,
        ..RenderOptions::default()
    };
    if let Some(concise) = Format::named("concise") {
        (concise.write)(&run, &look, &mut terminal::stderr())?;
    }
    Ok(!report.findings.is_empty())
}

/// Says on standard error what was left out although it may hold manifests: with each reason
/// the first ones, or all of them. Templates of charts are said of elsewhere.
pub(super) fn unchecked(all: &[Unchecked], verbose: bool) -> io::Result<()> {
    let mut by_reason = BTreeMap::<Why, Vec<&str>>::new();
    for it in all.iter().filter(|it| it.why != Why::Template) {
        by_reason.entry(it.why).or_default().push(&it.path);
    }
    for (why, paths) in by_reason {
        let some = match verbose {
            true => paths.join(", "),
            false => listed(paths),
        };
        let (reason, remedy) = (why.reason(), why.remedy());
        terminal::say(&format!("note: not checked: {some}: {reason}; {remedy}"))?;
    }
    Ok(())
}
