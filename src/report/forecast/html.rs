//! `html`: one page that needs nothing else, with the traces as charts. It is as
//! readable on a phone as on a desk, by day and by night.

use super::text::time;
use super::{ForecastFormat, Outlook, UNTRACED, facts, fit, svg};
use crate::report::RenderOptions;
use crate::report::text::{count, visible};
use crate::simulate::fit::Fit;
use crate::simulate::load::Use;
use crate::simulate::traffic::Traffic;
use crate::simulate::{End, Forecast, Step};
use std::fmt;
use std::io::{self, Write};

pub(super) const FORMAT: ForecastFormat = ForecastFormat {
    name: "html",
    summary: "one page with charts of the traces, for a browser",
    traces: true,
    write,
};

/// Steps of a trace that the page lists; the chart shows all.
const MOST_STEPS: usize = 200;

/// Text that stands for itself in HTML.
pub(super) struct Escaped<'a>(pub(super) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in visible(self.0).chars() {
            match c {
                // A runner of CI jobs takes lines with `##[` for its own.
                '#' => f.write_str("&#35;")?,
                ':' => f.write_str("&#58;")?,
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                c => fmt::Write::write_char(f, c)?,
            }
        }
        Ok(())
    }
}

fn write(outlook: &Outlook<'_>, _: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>plimsoll: what the controllers will do</title>\n<style>\n{}</style>\n</head>\n\
         <body>\n<main>\n<h1>What the controllers will do</h1>",
        include_str!("page.css")
    )?;
    assumptions(outlook, out)?;
    for (index, forecast) in outlook.forecasts.iter().enumerate() {
        let fit = outlook.setting.fits.get(index).and_then(Option::as_ref);
        workload(outlook, forecast, fit, out)?;
    }
    quotas(&outlook.setting.quotas, out)?;
    for service in &outlook.setting.traffic {
        traffic(service, out)?;
    }
    writeln!(out, "</main>\n</body>\n</html>")
}

fn assumptions(outlook: &Outlook<'_>, out: &mut dyn Write) -> io::Result<()> {
    let assumed = outlook.assumptions;
    let ready = match assumed.never_ready {
        true => "new pods never become ready".to_owned(),
        false => format!("a new pod is ready after {}", time(assumed.ready_after)),
    };
    writeln!(
        out,
        "<p class=\"assumed\">Kubernetes {}. Bounds hold whatever happens. The charts are one run \
         each: {ready}, stops within {}; the pod of a Job runs for {}.</p>",
        assumed.kubernetes,
        time(assumed.stop_after),
        time(assumed.run_time)
    )
}

fn workload(
    outlook: &Outlook<'_>,
    forecast: &Forecast<'_>,
    fit: Option<&Fit<'_>>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let resource = &forecast.resource;
    let (path, line) = outlook.place(forecast);
    writeln!(
        out,
        "<section>\n<h2>{} {}/{}</h2>\n<p class=\"where\">{}:{line}</p>\n<dl>",
        Escaped(resource.kind),
        Escaped(resource.namespace()),
        Escaped(resource.name()),
        Escaped(path)
    )?;
    for (label, text) in facts::of(forecast, outlook.assumptions) {
        fact(label, &text, out)?;
    }
    if forecast.end.is_some() && forecast.trace.is_empty() {
        fact("trace", UNTRACED, out)?;
    }
    for (label, text) in fit.map(fit::lines).unwrap_or_default() {
        fact(label, &text, out)?;
    }
    writeln!(out, "</dl>")?;
    svg::write(forecast, out)?;
    steps(forecast, out)?;
    writeln!(out, "</section>")
}

fn fact(label: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
    let bad = matches!(label, "refused" | "pending" | "deadlock") || text.starts_with("blocked");
    let class = if bad { " class=\"bad\"" } else { "" };
    writeln!(out, "<dt>{label}</dt><dd{class}>{}</dd>", Escaped(text))
}

fn steps(forecast: &Forecast<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Some(end) = forecast.end.filter(|_| !forecast.trace.is_empty()) else {
        return Ok(());
    };
    let ending = match end {
        End::Complete => "complete",
        End::Stuck => "stuck: nothing more will happen",
        End::Until => "not finished within the simulated time",
        End::Steps => "cut off after these steps",
    };
    writeln!(
        out,
        "<details><summary>{}, {ending}</summary>\n<div class=\"steps\"><table>\n<tr><th \
         class=\"n\">time</th><th>event</th><th class=\"n\">old</th><th class=\"n\">new</th><th \
         class=\"n\">available</th><th class=\"n\">total</th></tr>",
        count(forecast.trace.len(), "step")
    )?;
    for step in forecast.trace.iter().take(MOST_STEPS) {
        row(step, out)?;
    }
    if forecast.trace.len() > MOST_STEPS {
        let more = count(forecast.trace.len() - MOST_STEPS, "more step");
        writeln!(out, "<tr><td></td><td>{more}</td></tr>")?;
    }
    writeln!(out, "</table></div></details>")
}

fn row(step: &Step, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<tr><td class=\"n\">{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td \
         class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
        time(step.t),
        Escaped(&step.event),
        step.old,
        step.new,
        step.available,
        step.total
    )
}

fn quotas(quotas: &[Use<'_>], out: &mut dyn Write) -> io::Result<()> {
    if quotas.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "<section>\n<h2>Quotas</h2>\n<div class=\"steps\"><table>\n<tr><th>quota</th><th>entry</th>\
         <th class=\"n\">allowed</th><th class=\"n\">at rest</th><th class=\"n\">in a \
         rollout</th><th class=\"n\">at worst</th><th>used at rest</th></tr>"
    )?;
    for used in quotas {
        let hard = used.hard.amount;
        let resource = &used.quota.resource;
        let percent = used.at_rest.nano().saturating_mul(100) / hard.nano().max(1);
        let percent = percent.clamp(0, 100);
        let over = if used.at_rest > hard {
            " class=\"over\""
        } else {
            ""
        };
        let mark = |amount| if amount > hard { " bad" } else { "" };
        writeln!(
            out,
            "<tr><td>{}/{}</td><td>{}</td><td class=\"n\">{hard}</td><td class=\"n{}\">{}</td><td \
             class=\"n{}\">{}</td><td class=\"n{}\">{}</td><td><div class=\"bar\"><div{over} \
             style=\"width:{percent}%\"></div></div></td></tr>",
            Escaped(resource.namespace()),
            Escaped(resource.name()),
            Escaped(used.hard.name),
            mark(used.at_rest),
            used.at_rest,
            mark(used.rollout),
            used.rollout,
            mark(used.worst),
            used.worst
        )?;
    }
    writeln!(out, "</table></div>\n</section>")
}

fn traffic(traffic: &Traffic, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<section>\n<h2>Service {}</h2>\n<div class=\"steps\"><table>",
        Escaped(&traffic.service)
    )?;
    for share in &traffic.shares {
        let (whole, rest) = (share.per_mille / 10, share.per_mille % 10);
        writeln!(
            out,
            "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{whole}.{rest} %</td><td>\
             <div class=\"bar\"><div style=\"width:{whole}%\"></div></div></td></tr>",
            Escaped(&share.workload),
            count(usize::try_from(share.pods).unwrap_or(usize::MAX), "pod")
        )?;
    }
    writeln!(out, "</table></div>\n</section>")
}
