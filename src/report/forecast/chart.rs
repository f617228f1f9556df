//! A trace as a chart: time from left to right, pods from bottom to top, the old
//! ones below the new ones.

use crate::report::RenderOptions;
use crate::report::forecast::text::time;
use crate::simulate::Step;
use jiff::SignedDuration;
use std::io;

/// Rows of a chart at most; few pods have a row each, more of them share one.
const MOST_ROWS: i64 = 12;

/// Room for the numbers on the left, and for their rule.
const MARGIN: usize = 8;

/// What a cell of the chart stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cell {
    Old,
    NewAvailable,
    New,
    Nothing,
}

/// The signs for [`Cell`]s, in the order of its variants.
const SIGNS: [&str; 4] = ["░", "█", "▒", " "];
const PLAIN_SIGNS: [&str; 4] = [".", "#", "+", " "];

/// Draws `steps`; nothing where there is no time to draw. `is_batch` is whether they
/// are those of Jobs, whose pods are all of one template.
pub(super) fn write(
    steps: &[Step],
    is_batch: bool,
    look: &RenderOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let (Some(first), Some(last)) = (steps.first(), steps.last()) else {
        return Ok(());
    };
    let columns = look.width.clamp(40, 80) - MARGIN - 2;
    let most = steps.iter().map(|step| step.total).max().unwrap_or(0);
    if last.t == first.t || most == 0 {
        return Ok(());
    }
    // A little room on the right, to see where it ends up.
    let span = last.t.as_secs_f64() * 1.06;
    let states = states(steps, span, columns);
    let each = div_ceil(most, MOST_ROWS);
    let rows = div_ceil(most, each);
    let signs = if look.unicode { SIGNS } else { PLAIN_SIGNS };
    let (rule, corner, line) = match look.unicode {
        true => ("┤", "└", "─"),
        false => ("|", "+", "-"),
    };
    writeln!(out)?;
    for row in (0..rows).rev() {
        let top = each * (row + 1);
        write!(out, "{top:>w$} {rule}", w = MARGIN - 2)?;
        let cells: String = states
            .iter()
            .map(|state| signs[cell(state, row, each) as usize])
            .collect();
        writeln!(out, "{}", cells.trim_end())?;
    }
    writeln!(
        out,
        "{:>w$} {corner}{}",
        0,
        line.repeat(columns),
        w = MARGIN - 2
    )?;
    below(last, columns, out)?;
    let names = match is_batch {
        true => &["running", "not yet running"][..],
        false => &["old", "new, available", "new, not yet available"],
    };
    let legend = signs[usize::from(is_batch)..].iter().zip(names);
    let legend = legend.map(|(sign, name)| format!("{sign} {name}"));
    let legend = legend.collect::<Vec<_>>().join("   ");
    writeln!(out, "{:w$}{legend}", "", w = MARGIN)
}

/// The times below the chart.
fn below(last: &Step, columns: usize, out: &mut dyn io::Write) -> io::Result<()> {
    let end = time(last.t);
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss
    )]
    let at = (columns as f64 / 1.06) as usize;
    let gap = at.saturating_sub(end.chars().count() / 2 + 2).max(1);
    writeln!(out, "{:w$}0s{:gap$}{end}", "", "", w = MARGIN)
}

/// The state in the middle of each column.
fn states(steps: &[Step], span: f64, columns: usize) -> Vec<&Step> {
    let mut states = Vec::with_capacity(columns);
    let mut index = 0;
    for column in 0..columns {
        #[allow(clippy::cast_precision_loss)]
        let at = span * (column as f64 + 0.5) / columns as f64;
        let at = SignedDuration::try_from_secs_f64(at).unwrap_or(SignedDuration::MAX);
        while steps.get(index + 1).is_some_and(|step| step.t <= at) {
            index += 1;
        }
        states.extend(steps.get(index));
    }
    states
}

/// What the middle of a cell lies in, in a row for `each` pods.
fn cell(state: &Step, row: i64, each: i64) -> Cell {
    // Twice the number of pods in the middle of the row.
    let middle = each * (2 * row + 1);
    let below = |pods: i64| middle <= pods * 2;
    if below(state.old) {
        Cell::Old
    } else if below(state.old + state.new_available) {
        Cell::NewAvailable
    } else if below(state.old + state.new) {
        Cell::New
    } else {
        Cell::Nothing
    }
}

fn div_ceil(amount: i64, by: i64) -> i64 {
    amount / by + i64::from(amount % by > 0)
}
