//! How far the library's answers agree with the server's, counted by kind.

use super::{Case, Said, answer, cases};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The counts of one kind.
#[derive(Default)]
pub(crate) struct Row {
    /// How many cases were compared.
    pub(crate) cases: usize,
    /// How many were not: kinds that are not judged, and what the server could not read.
    pub(crate) passed: usize,
    /// In how many of `cases` both accept or both refuse.
    pub(crate) agreed: usize,
    /// How many the server refuses.
    pub(crate) refused: usize,
    /// In how many of `refused` the errors are of the same types at the same fields.
    pub(crate) equal: usize,
    /// How many of `equal` were recorded with messages.
    pub(crate) texts: usize,
    /// In how many of `texts` they are the same.
    pub(crate) equal_texts: usize,
    /// How many are accepted with a warning, here or there.
    pub(crate) warned: usize,
    /// In how many of `warned` the warnings are the same.
    pub(crate) equal_warnings: usize,
    /// How many updates the server accepts.
    pub(crate) updated: usize,
    /// In how many of `updated` the same changes.
    pub(crate) equal_changes: usize,
}

impl Row {
    fn count(&mut self, case: &Case, said: Option<&Said>) {
        let Some(said) = said else {
            self.passed += 1;
            return;
        };
        let count = |of: &mut usize, whether: bool| *of += usize::from(whether);
        let (is_refused, equal) = (!case.errors.is_empty(), said.errors == case.errors);
        let agreed = is_refused != said.errors.is_empty();
        self.cases += 1;
        count(&mut self.agreed, agreed);
        count(&mut self.refused, is_refused);
        count(&mut self.equal, is_refused && equal);
        if !case.messages.is_empty() && equal {
            self.texts += 1;
            count(&mut self.equal_texts, case.messages == said.messages);
        }
        if is_refused {
            return;
        }
        if case.old.is_some() {
            self.updated += 1;
            count(&mut self.equal_changes, case.change == said.change);
        } else if agreed && !(case.warnings.is_empty() && said.warnings.is_empty()) {
            self.warned += 1;
            count(&mut self.equal_warnings, case.warnings == said.warnings);
        }
    }
}

/// What may differ, in parts of a thousand.
pub(crate) struct Bars {
    /// Accepting and refusing, in the cases of each kind.
    pub(crate) verdicts: usize,
    /// The fields, in all refusals.
    pub(crate) fields: usize,
    /// Messages and warnings, in all cases in which the rest is the same.
    pub(crate) texts: usize,
    /// What changes, in all updates.
    pub(crate) changes: usize,
}

/// The counts of all kinds.
#[derive(Default)]
pub(crate) struct Table {
    /// By kind; the last one, in small letters, is of all of them.
    pub(crate) rows: BTreeMap<String, Row>,
    /// The cases in which something differs, told in a line each.
    pub(crate) differences: String,
    /// In which of them the errors are the same, but not their messages.
    pub(crate) messages: String,
    /// In which of them it is the warnings.
    pub(crate) warnings: String,
}

impl Table {
    /// Compares all cases of a recording.
    pub(crate) fn of(recorded: &str) -> Self {
        let mut table = Self::default();
        for case in cases(recorded) {
            let said = answer(&case).filter(|_| !case.undecided);
            for name in [&case.kind, "all"] {
                let row = table.rows.entry(name.to_owned()).or_default();
                row.count(&case, said.as_ref());
            }
            if let Some(said) = said {
                table.tell(&case, &said);
            }
        }
        table
    }

    fn tell(&mut self, case: &Case, said: &Said) {
        if said.errors != case.errors {
            let agrees = said.errors.is_empty() == case.errors.is_empty();
            let mark = if agrees { "" } else { "!! " };
            tell(
                &mut self.differences,
                mark,
                case,
                (&case.errors, &said.errors),
            );
        } else if !case.messages.is_empty() && case.messages != said.messages {
            tell(
                &mut self.messages,
                "",
                case,
                (&case.messages, &said.messages),
            );
        } else if !case.errors.is_empty() {
        } else if case.old.is_some() {
            if case.change != said.change {
                let (base, change, paths) = (&case.base, &case.change, &said.paths);
                let _ = writeln!(
                    self.differences,
                    "~~ {base} {change} and not {} {paths:?} {}",
                    said.change, case.steps
                );
            }
        } else if case.warnings != said.warnings {
            tell(
                &mut self.warnings,
                "",
                case,
                (&case.warnings, &said.warnings),
            );
        }
    }

    /// Fails where more differs than may, and tells what.
    pub(crate) fn hold(&self, bars: &Bars) {
        let bad: Vec<_> = self
            .rows
            .iter()
            .filter(|(_, row)| (row.cases - row.agreed) * 1000 > row.cases * bars.verdicts)
            .map(|(kind, row)| (kind, percent(row.agreed, row.cases)))
            .collect();
        let shown = &self.differences;
        assert!(bad.is_empty(), "too many other verdicts: {bad:?}\n{shown}");
        let all = &self.rows["all"];
        let unequal = [
            ("fields", all.equal, all.refused, bars.fields, shown),
            (
                "changes",
                all.equal_changes,
                all.updated,
                bars.changes,
                shown,
            ),
            (
                "messages",
                all.equal_texts,
                all.texts,
                bars.texts,
                &self.messages,
            ),
            (
                "warnings",
                all.equal_warnings,
                all.warned,
                bars.texts,
                &self.warnings,
            ),
        ];
        for (what, equal, of, bar, shown) in unequal {
            let other = of - equal;
            assert!(
                other * 1000 <= of * bar,
                "other {what} in {other} of {of}\n{shown}"
            );
        }
    }

    /// Kinds that are not judged, or not as a whole.
    pub(crate) fn left(&self) -> Vec<&str> {
        let left = self.rows.iter().filter(|(_, row)| row.cases == 0);
        left.map(|(kind, _)| kind.as_str()).collect()
    }
}

fn tell(
    out: &mut String,
    mark: &str,
    case: &Case,
    (server, here): (&BTreeSet<String>, &BTreeSet<String>),
) {
    let missing: Vec<_> = server.difference(here).collect();
    let extra: Vec<_> = here.difference(server).collect();
    let (base, steps) = (&case.base, &case.steps);
    let _ = writeln!(
        out,
        "{mark}{base} missing {missing:?} extra {extra:?} {steps}"
    );
}

/// A part of a whole as text; of nothing, a dash.
pub(crate) fn percent(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    format!("{:.2}%", 100.0 * part as f64 / whole as f64)
}
