//! `text`: what is predicted, for people.

use super::batch::Line;
use super::{ForecastFormat, Outlook, UNTRACED, chart, facts, fit, steps};
use crate::report::RenderOptions;
use crate::report::text::{count, fold, visible, width};
use crate::resolve::view::WorkloadKind;
use crate::simulate::{End, Forecast, Part};
use jiff::SignedDuration;
use std::io;

pub(super) const FORMAT: ForecastFormat = ForecastFormat {
    name: "text",
    summary: "for people, with charts of the traces",
    traces: false,
    write,
};

/// Columns before the text of a line.
const INDENT: usize = 16;

fn write(outlook: &Outlook<'_>, look: &RenderOptions, out: &mut dyn io::Write) -> io::Result<()> {
    for (index, forecast) in outlook.forecasts.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        let mut page = Page { outlook, look, out };
        page.forecast(forecast, index)?;
    }
    fit::write(outlook.setting, look, out)
}

/// A duration for people: `90s` up to two minutes, then `2m30s`, `1h`.
pub(super) fn time(duration: SignedDuration) -> String {
    let seconds = duration.as_secs();
    let millis = duration.subsec_millis();
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if millis != 0 && seconds < 60 {
        format!("{seconds}.{millis:03}s")
    } else if seconds < 120 {
        format!("{seconds}s")
    } else {
        let mut text = String::new();
        for (amount, unit) in [(hours, "h"), (minutes, "m"), (rest, "s")] {
            if amount > 0 {
                text.push_str(&format!("{amount}{unit}"));
            }
        }
        text
    }
}

/// A label and its text, over several lines where it is too long for one.
pub(super) fn labelled(
    label: &str,
    text: &str,
    look: &RenderOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let room = look.width.clamp(40, 120) - INDENT;
    let mut label = label;
    for part in fold(text, room) {
        writeln!(out, "  {label:<12}  {part}")?;
        label = "";
    }
    Ok(())
}

/// The output while it is written.
struct Page<'a> {
    outlook: &'a Outlook<'a>,
    look: &'a RenderOptions,
    out: &'a mut dyn io::Write,
}

impl Page<'_> {
    fn lines(&mut self, lines: Vec<Line>) -> io::Result<()> {
        let mut lines = lines.into_iter();
        lines.try_for_each(|(label, text)| labelled(label, &text, self.look, self.out))
    }

    fn forecast(&mut self, forecast: &Forecast<'_>, index: usize) -> io::Result<()> {
        self.head(forecast)?;
        self.tree(forecast)?;
        self.lines(facts::of(forecast, self.outlook.assumptions))?;
        if let Some(Some(one)) = self.outlook.setting.fits.get(index) {
            self.lines(fit::lines(one))?;
        }
        self.trace(forecast)
    }

    fn head(&mut self, forecast: &Forecast<'_>) -> io::Result<()> {
        let resource = &forecast.resource;
        let (path, line) = self.outlook.place(forecast);
        let (bold, plain) = if self.look.color {
            ("\x1b[1m", "\x1b[0m")
        } else {
            ("", "")
        };
        let namespace = resource.namespace();
        let slash = if namespace.is_empty() { "" } else { "/" };
        let title = format!("{} {namespace}{slash}{}", resource.kind, resource.name());
        let title = visible(&title);
        let place = format!("{}:{line}", visible(path));
        // A path that would break the line is below, whole.
        let gap = match width(&title) + 2 + width(&place) > self.look.width {
            true => "\n  ",
            false => "  ",
        };
        writeln!(self.out, "{bold}{title}{plain}{gap}{place}")
    }

    /// Who owns whom, down to the pods.
    fn tree(&mut self, forecast: &Forecast<'_>) -> io::Result<()> {
        let Some(workload) = forecast.workload else {
            return Ok(());
        };
        let name = visible(workload.resource.name());
        let times = forecast
            .pods
            .map_or_else(String::new, |it| format!(" × {}", it.desired));
        let pod = match &forecast.part {
            Part::StatefulSet(part) => match &part.pods {
                Some([first, last]) if first != last => format!("{first} … {last}"),
                Some([first, _]) => first.clone(),
                None => format!("{name}-<ordinal>"),
            },
            Part::Deployment(_) => format!("{name}-<hash>-<id>"),
            _ => format!("{name}-<id>"),
        };
        let times = if self.look.unicode {
            times
        } else {
            times.replace('×', "x")
        };
        let branch = if self.look.unicode { "└─" } else { "`-" };
        match workload.kind {
            WorkloadKind::Pod => Ok(()),
            WorkloadKind::Deployment => {
                writeln!(self.out, "{branch} ReplicaSet {name}-<hash>")?;
                writeln!(self.out, "   {branch} Pod {pod}{times}")
            }
            WorkloadKind::CronJob => {
                writeln!(self.out, "{branch} Job {name}-<minute>")?;
                writeln!(self.out, "   {branch} Pod {name}-<minute>-<id>")
            }
            _ => writeln!(self.out, "{branch} Pod {pod}{times}"),
        }
    }

    fn trace(&mut self, forecast: &Forecast<'_>) -> io::Result<()> {
        let steps = &forecast.trace;
        let Some(end) = forecast.end else {
            return Ok(());
        };
        if !steps.is_empty() {
            writeln!(self.out)?;
            let is_batch = matches!(forecast.part, Part::Job(_) | Part::CronJob(_));
            steps::write(steps, is_batch, self.look, self.out)?;
            let cut_off;
            let text = match end {
                End::Complete => "complete",
                End::Stuck => "stuck: nothing more will happen",
                End::Until => "not finished within the simulated time",
                End::Steps => {
                    cut_off = format!("cut off after {}", count(steps.len(), "step"));
                    &cut_off
                }
            };
            writeln!(self.out, "            {text}")?;
            return chart::write(steps, is_batch, self.look, self.out);
        }
        labelled("trace", UNTRACED, self.look, self.out)
    }
}
