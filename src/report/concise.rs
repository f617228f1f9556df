//! `concise`: one line a finding, for grep, editors and problem matchers.

use super::text::visible;
use super::{Format, RenderOptions, Run};
use std::io;

pub(super) const FORMAT: Format = Format {
    name: "concise",
    summary: "file:line:column: severity[rule] message, one line each",
    commands: false,
    sums_up: false,
    write,
};

fn write(run: &Run<'_>, _: &RenderOptions, out: &mut dyn io::Write) -> io::Result<()> {
    for finding in &run.report.findings {
        let source = run.source(finding.place);
        let at = source.position(finding.place.span.start);
        writeln!(
            out,
            "{}:{}:{}: {}[{}] {}",
            visible(source.name()),
            at.line,
            at.column,
            finding.severity,
            finding.rule,
            visible(&finding.message),
        )?;
    }
    Ok(())
}
