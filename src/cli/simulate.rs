//! `plimsoll simulate`: what the controllers will do with the objects in files.

use super::args::{FileArgs, SimulateArgs};
use super::input;
use super::tell;
use super::terminal::{self, Out};
use super::{CLEAN, Error, FAILURE, FINDINGS};
use crate::config::Config;
use crate::engine::Engine;
use crate::finding::{Finding, Severity};
use crate::listed::listed;
use crate::report::forecast::Outlook;
use crate::resolve::Bundle;
use crate::rule::Check;
use crate::rules;
use crate::simulate::fit::Setting;
use crate::simulate::{self, Assumptions};
use crate::source::Source;
use std::io::{self, Write};
use std::path::PathBuf;

pub(super) fn run(args: &SimulateArgs, out: &mut Out) -> Result<u8, Error> {
    let mut input = input::gather(&args.paths, &args.files, None)?;
    tell::unchecked(&input.unchecked, false)?;
    let mut config = Config::default();
    config.namespace.clone_from(&args.namespace);
    config.kubernetes = args.kubernetes_version.map(Into::into);
    let engine = Engine::new(config);
    let (nodes, no_nodes) = beside(&args.nodes)?;
    let (old, no_old) = beside(&args.from)?;
    if !no_nodes && !args.nodes.is_empty() && !holds_nodes(&engine, &nodes) {
        return Err(Error::new(without("--nodes", &args.nodes, "Node")));
    }
    if !no_old && !args.from.is_empty() && engine.survey(&old, |it| it.workloads().is_empty()) {
        return Err(Error::new(without("--from", &args.from, "workload")));
    }
    input.sources.extend(nodes);
    let failed = input.failed || no_nodes || no_old;
    let sources = &input.sources;
    let found = if args.from.is_empty() {
        engine.survey(sources, |bundle| {
            show(args, &engine, sources, bundle, None, out)
        })
    } else {
        engine.survey(&old, |from| {
            engine.survey(sources, |bundle| {
                show(args, &engine, sources, bundle, Some(from), out)
            })
        })
    }?;
    out.flush()?;
    let refused = tell_refused(&engine, sources)?;
    if !found && !failed && !refused {
        writeln!(terminal::stderr(), "no workload found")?;
    }
    Ok(match (failed, refused) {
        (true, _) => FAILURE,
        (false, true) => FINDINGS,
        (false, false) => CLEAN,
    })
}

/// Says what cannot be read, or would be refused, and has no forecast therefore. True
/// when there is something.
fn tell_refused(engine: &Engine, sources: &[Source]) -> Result<bool, Error> {
    let is_stage = |finding: &Finding| {
        let rule = rules::find(finding.rule);
        rule.is_some_and(|rule| matches!(rule.check, Check::Stage(_)))
    };
    let is_error = |finding: &Finding| finding.severity == Severity::Error;
    tell::findings(engine, sources, |it| is_error(it) && is_stage(it))
}

/// The sources of another flag; and whether some could not be read.
fn beside(paths: &[PathBuf]) -> Result<(Vec<Source>, bool), Error> {
    if paths.is_empty() {
        return Ok((Vec::new(), false));
    }
    let input = input::gather(paths, &FileArgs::default(), None)?;
    Ok((input.sources, input.failed))
}

fn holds_nodes(engine: &Engine, sources: &[Source]) -> bool {
    engine.survey(sources, |it| it.of_kind("", "Node").next().is_some())
}

/// That what a flag names holds nothing that it is for.
fn without(flag: &str, paths: &[PathBuf], what: &str) -> String {
    let paths = listed(paths.iter().map(|it| it.display()));
    format!("{flag} {paths}: no {what} found")
}

/// Prints the forecasts; false if there are none.
fn show(
    args: &SimulateArgs,
    engine: &Engine,
    sources: &[Source],
    bundle: &Bundle<'_>,
    from: Option<&Bundle<'_>>,
    out: &mut Out,
) -> io::Result<bool> {
    let assumptions = Assumptions {
        ready_after: args.ready_after,
        never_ready: args.never_ready,
        run_time: args.run_time,
        stop_after: args.stop_after,
        kubernetes: engine.kubernetes(),
        from,
        scale: args.scale,
        start: args.at,
        until: args.until,
        trace: args.trace || args.format.traces,
        ..Assumptions::new(engine.kubernetes())
    };
    let forecasts = simulate::forecast(bundle, &assumptions);
    let setting = Setting::of(bundle, &forecasts, &assumptions);
    let outlook = Outlook {
        forecasts: &forecasts,
        setting: &setting,
        sources,
        assumptions: &assumptions,
    };
    let look = out.look;
    (args.format.write)(&outlook, &look, out)?;
    Ok(!forecasts.is_empty())
}
