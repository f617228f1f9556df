//! `plimsoll check`: the whole way from paths to a report and an exit code.

use super::args::{CheckArgs, FailOn, Output};
use super::fix;
use super::input::{self, Input};
use super::schemas;
use super::settings::config;
use super::tell;
use super::terminal::{self, Out};
use super::{CLEAN, Error, FAILURE, FINDINGS, whole};
use crate::engine::{Cache, Engine, Report};
use crate::finding::{Finding, Severity};
use crate::fix_all;
use crate::report::guard::Guard;
use crate::report::text::count;
use crate::report::{RenderOptions, Run};
use crate::rule::Rule;
use crate::rules;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::sync::Arc;

pub(super) fn run(args: &CheckArgs, out: &mut Out) -> Result<u8, Error> {
    let to_stdout = args.outputs.iter().filter(|output| output.file.is_none());
    if to_stdout.count() > 1 {
        let message = "only one report can be written to standard output";
        let hint = "write the others to files: --output-format sarif=report.sarif";
        return Err(Error::with_hint(message, Some(hint.to_owned())));
    }
    if args.unsafe_fixes && !fix::is_wanted(args) {
        let message = "--unsafe-fixes has no effect without --fix, --fix-only or --diff";
        return Err(Error::new(message));
    }
    let mut input = input::gather(&args.paths, &args.files, args.jobs)?;
    let (engine, unused) = engine(args, &input)?;
    let mut cache = Cache::default();
    let mut report = check(&engine, &mut cache, &mut input);
    let mut failed = None;
    if fix::is_wanted(args) {
        let sources = &mut input.sources;
        let done = fix_all::fix_all(&engine, &mut cache, sources, report, args.unsafe_fixes);
        if args.diff {
            let any = fix::print_diff(&done, &input, out)?;
            return Ok(if any { FINDINGS } else { CLEAN });
        }
        failed = fix::write(&done, &input, out)?;
        report = done.report;
        if args.fix_only {
            tell_fixed(args, report.summary.fixed)?;
            return Ok(failed.unwrap_or(CLEAN));
        }
    }
    report.shorten();
    // The process ends soon: freeing the trees one by one would take time for nothing.
    std::mem::forget(cache);
    let run = Run {
        report: &report,
        sources: &input.sources,
        unchecked: &input.unchecked,
    };
    for output in &args.outputs {
        write(output, &run, args, &input, out)?;
    }
    out.flush()?;
    let is_empty = report.summary.files == 0 && report.findings.is_empty();
    tell(args, &input, &report, is_empty)?;
    if report.summary.unknown_kinds > 0 {
        tell_unused(&unused)?;
    }
    if let Some(code) = failed {
        return Ok(code);
    }
    Ok(match worst(&report) {
        _ if input.failed || is_empty && args.require_documents => FAILURE,
        Some(worst) if fails(args, worst) => FINDINGS,
        _ => CLEAN,
    })
}

/// The engine that the arguments ask for, and the places of schemas that no source needs.
fn engine(args: &CheckArgs, input: &Input) -> Result<(Engine, Vec<String>), Error> {
    let mut config = config(&args.rules);
    let locations = &args.rules.schema_location;
    if locations.is_empty() {
        return Ok((Engine::new(config), Vec::new()));
    }
    let kinds = input::kinds(&input.sources);
    let loaded = schemas::load(locations, &|kind| kinds.contains(kind))?;
    config.definitions = Arc::new(loaded.definitions);
    Ok((Engine::new(config), loaded.unused))
}

/// Reports which places have schemas for other kinds only: probably a mistake if kinds are
/// unknown.
fn tell_unused(locations: &[String]) -> io::Result<()> {
    for location in locations {
        terminal::say(&format!(
            "warning: --schema-location {location}: no schema for any kind in this run"
        ))?;
    }
    Ok(())
}

/// Checks the sources. If something seems to be missing or to clash, the files beside
/// the named ones are checked as well.
fn check(engine: &Engine, cache: &mut Cache, input: &mut Input) -> Report {
    let mut report = engine.check_again(&input.sources, cache);
    let is_of_whole = |finding: &Finding| !is(finding, |rule| rule.on_patches);
    if report.findings.iter().any(is_of_whole) && input.add_kustomizations() {
        report = engine.check_again(&input.sources, cache);
    }
    let is_across = |finding: &Finding| is(finding, |rule| rule.check.needs_all());
    if report.findings.iter().any(is_across) && input.add_neighbors() {
        return engine.check_again(&input.sources, cache);
    }
    report
}

/// Whether the rule of a finding has a property.
fn is(finding: &Finding, such: impl Fn(&Rule) -> bool) -> bool {
    rules::find(finding.rule).is_some_and(such)
}

fn write(
    output: &Output,
    run: &Run<'_>,
    args: &CheckArgs,
    input: &Input,
    out: &mut Out,
) -> Result<(), Error> {
    let summary = !args.quiet;
    let write = output.format.write;
    let Some(path) = &output.file else {
        let look = RenderOptions {
            summary,
            ..out.look
        };
        // Standard output is used for the fixed text then.
        if args.fix && input.stdin.is_some() {
            let mut err = terminal::stderr();
            err.allow_commands(output.format.commands);
            return Ok(write(run, &look, &mut err)?);
        }
        let written = match output.format.commands {
            true => out.with_commands(|out| write(run, &look, out)),
            false => write(run, &look, out),
        };
        return Ok(written?);
    };
    let look = RenderOptions {
        summary,
        ..RenderOptions::default()
    };
    let to_file = |file: &mut File| {
        let mut file = Guard::new(BufWriter::new(file), false);
        file.allow_commands(output.format.commands);
        write(run, &look, &mut file)?;
        file.flush()
    };
    let written = whole::report(path, to_file);
    written.map_err(|error| Error::new(format!("{}: {error}", path.display())))
}

/// Reports on standard error how much was fixed, if no report does.
fn tell_fixed(args: &CheckArgs, fixed: usize) -> io::Result<()> {
    if args.quiet {
        return Ok(());
    }
    terminal::say(&format!("Fixed {}.", count(fixed, "finding")))
}

fn worst(report: &Report) -> Option<Severity> {
    report.findings.iter().map(|finding| finding.severity).max()
}

fn fails(args: &CheckArgs, worst: Severity) -> bool {
    match args.fail_on {
        _ if args.exit_zero => false,
        FailOn::Error => worst >= Severity::Error,
        FailOn::Warning => worst >= Severity::Warning,
        FailOn::Info => true,
        FailOn::Never => false,
    }
}

/// Reports on standard error what the report does not contain.
fn tell(args: &CheckArgs, input: &Input, report: &Report, is_empty: bool) -> io::Result<()> {
    let is_said = args
        .outputs
        .iter()
        .any(|it| it.file.is_none() && it.format.sums_up);
    if is_empty && args.require_documents {
        terminal::say("error: no Kubernetes object found")?;
    } else if is_empty && !is_said && !input.failed && !args.quiet {
        terminal::say("warning: no Kubernetes object found")?;
    }
    if !args.quiet {
        tell::unchecked(&input.unchecked, args.verbose)?;
        for (chart, templates) in &input.charts {
            terminal::say(&format!(
                "note: the templates of the Helm chart {chart} are skipped; \
                 check the rendered chart: helm template {chart} | plimsoll check -"
            ))?;
            for name in templates.iter().filter(|_| args.verbose) {
                terminal::say(&format!("  skipped: {name}"))?;
            }
        }
    }
    if args.verbose {
        for &index in &report.unrecognized {
            let name = input.sources[index as usize].name();
            terminal::say(&format!("skipped: {name}: no Kubernetes object"))?;
        }
    }
    if args.statistics {
        statistics(report, &mut terminal::stderr())?;
    }
    Ok(())
}

/// How often each rule fired, most often first.
fn statistics(report: &Report, err: &mut dyn Write) -> io::Result<()> {
    let mut counts = BTreeMap::<_, usize>::new();
    for finding in &report.findings {
        *counts.entry((finding.rule, finding.severity)).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|&(_, n)| std::cmp::Reverse(n));
    let digits = counts.first().map_or(0, |(_, n)| n.to_string().len());
    for ((rule, severity), n) in counts {
        terminal::say(&format!("{n:digits$}  {severity:7}  {rule}"))?;
    }
    writeln!(err, "{}", count(report.findings.len(), "finding"))
}
