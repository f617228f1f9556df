//! What commands that do not lint say of manifests that they cannot use.

use super::Error;
use super::terminal;
use crate::engine::Engine;
use crate::finding::Finding;
use crate::report::{Format, Look, Run};
use crate::source::Source;

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
    };
    let look = Look {
        summary: false,
        ..Look::default()
    };
    if let Some(concise) = Format::named("concise") {
        (concise.write)(&run, &look, &mut terminal::stderr())?;
    }
    Ok(!report.findings.is_empty())
}
