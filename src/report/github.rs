//! `github`: workflow commands, which GitHub Actions shows beside the lines of a
//! pull request.

use super::{Format, RenderOptions, Run};
use crate::finding::{Finding, Severity};
use std::io;

pub(super) const FORMAT: Format = Format {
    name: "github",
    summary: "annotations of GitHub Actions",
    commands: true,
    sums_up: false,
    write,
};

fn write(run: &Run<'_>, _: &RenderOptions, out: &mut dyn io::Write) -> io::Result<()> {
    for finding in &run.report.findings {
        annotation(run, finding, out)?;
    }
    Ok(())
}

fn annotation(run: &Run<'_>, finding: &Finding, out: &mut dyn io::Write) -> io::Result<()> {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let name = run.source(finding.place).name();
    let (start, end) = run.range(finding.place);
    write!(
        out,
        "::{command} file={},line={},endLine={},",
        property(name),
        start.line,
        end.line
    )?;
    // Columns over several lines are refused.
    if start.line == end.line {
        write!(out, "col={},endColumn={},", start.column, end.column)?;
    }
    // The log shows nothing of the properties, so the place is in the text too.
    let text = format!(
        "{name}:{}:{}: {}",
        start.line, start.column, finding.message
    );
    write!(out, "title={}::{}", property(finding.rule), data(&text))?;
    if let Some(help) = &finding.help {
        write!(out, "%0Ahelp: {}", data(help))?;
    }
    writeln!(out)
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
