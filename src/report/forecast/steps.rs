//! The steps of a trace as a table for people, no wider than asked for.

use super::text::time;
use crate::report::RenderOptions;
use crate::report::text::{count, fold};
use crate::simulate::Step;
use std::io;

/// A trace with more steps than this is shown in part.
const MOST: usize = 40;
/// How many steps of its start and of its end are shown then.
const SHOWN: usize = 15;

/// The columns of numbers: each with its heading and what is in it.
type Column = (&'static str, fn(&Step) -> i64);

const OF_UPDATES: &[Column] = &[
    ("old", |it| it.old),
    ("new", |it| it.new),
    ("available", |it| it.available),
    ("total", |it| it.total),
];

/// The pods of Jobs are of one template, and never all meant to be available.
const OF_JOBS: &[Column] = &[("pods", |it| it.total), ("running", |it| it.available)];

const STOPPING: Column = ("stopping", |it| it.terminating);

/// Writes the steps; `is_batch` is whether they are those of Jobs.
pub(super) fn write(
    steps: &[Step],
    is_batch: bool,
    look: &RenderOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let stops = steps.iter().any(|step| step.terminating > 0);
    let columns = if is_batch { OF_JOBS } else { OF_UPDATES };
    let stopping = stops.then_some(STOPPING);
    let columns: Vec<Column> = columns.iter().copied().chain(stopping).collect();
    let numbers: usize = columns.iter().map(|it| 2 + width(it)).sum();
    let room = look.width.clamp(60, 120).saturating_sub(12 + numbers);
    let widest = steps.iter().map(|it| it.event.chars().count()).max();
    let w = widest.unwrap_or(0).clamp(9, room);
    let heads: String = columns
        .iter()
        .map(|it| format!("  {:>w$}", it.0, w = width(it)))
        .collect();
    writeln!(out, "  {:>8}  {:<w$}{heads}", "time", "event")?;
    let hidden = steps.len().saturating_sub(2 * SHOWN);
    for (index, step) in steps.iter().enumerate() {
        if steps.len() > MOST && (SHOWN..SHOWN + hidden).contains(&index) {
            if index == SHOWN {
                let dots = if look.unicode { "…" } else { "..." };
                let more = count(hidden, "more step");
                writeln!(out, "  {dots:>8}  {more}: see -f json")?;
            }
            continue;
        }
        let numbers: String = columns
            .iter()
            .map(|it| format!("  {:>w$}", it.1(step), w = width(it)))
            .collect();
        let mut lines = fold(&step.event, w).into_iter();
        let first = lines.next().unwrap_or_default();
        writeln!(out, "  {:>8}  {first:<w$}{numbers}", time(step.t))?;
        for line in lines {
            writeln!(out, "  {:>8}  {line}", "")?;
        }
    }
    Ok(())
}

fn width(column: &Column) -> usize {
    column.0.len().max(5)
}
