//! A trace as an inline SVG: pods over time, the old ones below the new ones, with
//! the bounds as lines across.

use super::html::Escaped;
use super::text::time;
use crate::simulate::{Forecast, Part, Step};
use std::fmt::Write as _;
use std::io::{self, Write};

/// The drawing is as wide as this in its own units; the page scales it.
const WIDTH: f64 = 640.0;
/// How high it is.
const HEIGHT: f64 = 220.0;
/// Room for numbers on the left, and for times below.
const LEFT: f64 = 36.0;
const BELOW: f64 = 24.0;
const ABOVE: f64 = 10.0;

/// How high a layer is at a step.
type Height = fn(&Step) -> i64;

/// The scales of a chart.
struct Scale {
    /// Seconds from the left edge to the right one.
    seconds: f64,
    /// Pods from the bottom to the top.
    pods: f64,
}

impl Scale {
    fn x(&self, step: &Step) -> f64 {
        LEFT + step.t.as_secs_f64() / self.seconds * (WIDTH - LEFT)
    }

    #[allow(clippy::cast_precision_loss)]
    fn y(&self, pods: i64) -> f64 {
        let height = HEIGHT - BELOW - ABOVE;
        HEIGHT - BELOW - pods as f64 / self.pods * height
    }
}

/// Draws the trace of a forecast; nothing where there is no time or no pod to draw.
#[allow(clippy::cast_precision_loss)]
pub(super) fn write(forecast: &Forecast<'_>, out: &mut dyn Write) -> io::Result<()> {
    let steps = &forecast.trace;
    let most = steps.iter().map(|it| it.total).max().unwrap_or(0);
    let (Some(last), true) = (steps.last(), most > 0) else {
        return Ok(());
    };
    if last.t.is_zero() {
        return Ok(());
    }
    let bounds = forecast.pods;
    let top = bounds.map_or(most, |it| it.max_total.max(most));
    let scale = Scale {
        // A little room on the right, to see where it ends up.
        seconds: last.t.as_secs_f64() * 1.05,
        pods: top as f64,
    };
    writeln!(
        out,
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"Pods of {} over {}\">",
        Escaped(forecast.resource.name()),
        time(last.t)
    )?;
    let layers: [(&str, Height); 3] = [
        ("starting", |it| it.old + it.new),
        ("new", |it| it.old + it.new_available),
        ("old", |it| it.old),
    ];
    for (class, height) in layers {
        writeln!(
            out,
            "<path class=\"{class}\" d=\"{}\"/>",
            area(steps, &scale, height)
        )?;
    }
    if let Some(pods) = bounds.filter(|it| it.min_available != it.max_total) {
        bound(pods.min_available, "at least available", &scale, out)?;
        bound(pods.max_total, "at most in total", &scale, out)?;
    }
    axes(top, last, &scale, out)?;
    writeln!(out, "</svg>")?;
    // The pods of Jobs are of one template.
    let key: &[(&str, &str)] = match forecast.part {
        Part::Job(_) | Part::CronJob(_) => &[("new", "running"), ("starting", "not yet running")],
        _ => &[
            ("old", "old"),
            ("new", "new, available"),
            ("starting", "new, not yet available"),
        ],
    };
    write!(out, "<p class=\"key\">")?;
    for (class, name) in key.iter().chain(&[("bound", "bounds")]) {
        write!(out, "<span><i class=\"{class}\"></i>{name}</span>")?;
    }
    writeln!(out, "</p>")
}

/// What lies below the steps of one layer.
fn area(steps: &[Step], scale: &Scale, height: impl Fn(&Step) -> i64) -> String {
    let ground = scale.y(0);
    let mut path = format!("M{LEFT:.1} {ground:.1}");
    for step in steps {
        let (x, y) = (scale.x(step), scale.y(height(step)));
        // Straight to the time of the step, then up or down to its height.
        let _ = write!(path, "H{x:.1}V{y:.1}");
    }
    let _ = write!(path, "H{WIDTH:.1}V{ground:.1}Z");
    path
}

fn bound(pods: i64, what: &str, scale: &Scale, out: &mut dyn Write) -> io::Result<()> {
    let y = scale.y(pods);
    writeln!(
        out,
        "<path class=\"bound\" d=\"M{LEFT} {y:.1}H{WIDTH}\"><title>{pods} {what}</title></path>"
    )
}

fn axes(top: i64, last: &Step, scale: &Scale, out: &mut dyn Write) -> io::Result<()> {
    let (ground, ceiling) = (scale.y(0), scale.y(top));
    let x = scale.x(last);
    writeln!(
        out,
        "<path class=\"axis\" fill=\"none\" d=\"M{LEFT} {ABOVE}V{ground:.1}H{WIDTH}\"/>\n\
         <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{top}</text>\n\
         <text x=\"{:.1}\" y=\"{ground:.1}\" text-anchor=\"end\">0</text>\n\
         <text x=\"{LEFT}\" y=\"{:.1}\">0s</text>\n\
         <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
        LEFT - 6.0,
        ceiling + 4.0,
        LEFT - 6.0,
        HEIGHT - 6.0,
        HEIGHT - 6.0,
        time(last.t)
    )
}
