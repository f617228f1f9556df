//! A trace as a chart: time from left to right, pods from bottom to top, the old
//! ones below the new ones.

use crate::report::Look;
use crate::report::forecast::text::time;
use crate::simulate::Step;
use jiff::SignedDuration;
use std::io;

/// Rows of a chart at most; few pods have a row each.
const MOST_ROWS: i64 = 10;

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

/// Draws `steps`; nothing where there is no time to draw.
pub(super) fn write(steps: &[Step], look: &Look, out: &mut dyn io::Write) -> io::Result<()> {
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
    let rows = most.min(MOST_ROWS);
    let signs = if look.unicode { SIGNS } else { PLAIN_SIGNS };
    let (rule, corner, line) = match look.unicode {
        true => ("┤", "└", "─"),
        false => ("|", "+", "-"),
    };
    for row in (0..rows).rev() {
        let top = div_ceil(most * (row + 1), rows);
        write!(out, "{top:>w$} {rule}", w = MARGIN - 2)?;
        let cells: String = states
            .iter()
            .map(|state| signs[cell(state, most, row, rows) as usize])
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
    let end = time(last.t);
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss
    )]
    let at = (columns as f64 / 1.06) as usize;
    let gap = at.saturating_sub(end.chars().count() / 2 + 2).max(1);
    writeln!(out, "{:w$}0s{:gap$}{end}", "", "", w = MARGIN)?;
    let names = ["old", "new, available", "new, not yet available"];
    let legend = signs
        .iter()
        .zip(names)
        .map(|(sign, name)| format!("{sign} {name}"));
    writeln!(
        out,
        "{:w$}{}",
        "",
        legend.collect::<Vec<_>>().join("   "),
        w = MARGIN
    )
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

/// What the middle of a cell lies in.
fn cell(state: &Step, most: i64, row: i64, rows: i64) -> Cell {
    // Twice the number of pods in the middle of the row, times `rows`.
    let middle = most * (2 * row + 1);
    let below = |pods: i64| middle < pods * 2 * rows;
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
