//! How far the library's answers agree with the server's, counted by kind.

use super::{Case, Said, answer, cases};
use std::collections::{BTreeMap, BTreeSet};

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

/// What of an answer differs from the server's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Part {
    /// One accepts what the other refuses.
    Verdict,
    /// Both refuse, with errors of other types or at other fields.
    Fields,
    /// The same errors, in other words.
    Messages,
    /// Both accept, with other warnings.
    Warnings,
    /// Both accept the update, and see other changes.
    Changes,
}

/// A case in which the library and the server differ.
pub(crate) struct Difference {
    /// The number of the case: its line in the recording, counted from zero.
    pub(crate) case: usize,
    pub(crate) part: Part,
    /// The base of the object, what is missing here and what is extra.
    pub(crate) said: String,
    /// What was done to the base.
    pub(crate) steps: String,
}

/// The counts of all kinds.
#[derive(Default)]
pub(crate) struct Table {
    /// By kind; the last one, in small letters, is of all of them.
    pub(crate) rows: BTreeMap<String, Row>,
    /// The cases in which something differs, in their order.
    pub(crate) differences: Vec<Difference>,
}

impl Table {
    /// Compares all cases of a recording.
    pub(crate) fn of(recorded: &str) -> Self {
        let mut table = Self::default();
        for (number, case) in (1..).zip(cases(recorded)) {
            let said = answer(&case).filter(|_| !case.undecided);
            for name in [&case.kind, "all"] {
                let row = table.rows.entry(name.to_owned()).or_default();
                row.count(&case, said.as_ref());
            }
            let different = said.and_then(|said| difference(&case, &said));
            table
                .differences
                .extend(different.map(|(part, said)| Difference {
                    case: number,
                    part,
                    said: format!("{} {said}", case.base),
                    steps: case.steps.to_string(),
                }));
        }
        table
    }

    /// Kinds that are not judged, or not as a whole.
    pub(crate) fn left(&self) -> Vec<&str> {
        let left = self.rows.iter().filter(|(_, row)| row.cases == 0);
        left.map(|(kind, _)| kind.as_str()).collect()
    }
}

fn difference(case: &Case, said: &Said) -> Option<(Part, String)> {
    let sets = |part, server, here| (part, between(server, here));
    if said.errors != case.errors {
        let agrees = said.errors.is_empty() == case.errors.is_empty();
        let part = if agrees { Part::Fields } else { Part::Verdict };
        return Some(sets(part, &case.errors, &said.errors));
    }
    if !case.errors.is_empty() {
        let is_known = case.messages.is_empty() || case.messages == said.messages;
        return (!is_known).then(|| sets(Part::Messages, &case.messages, &said.messages));
    }
    if case.old.is_some() {
        let (change, here, paths) = (&case.change, said.change, &said.paths);
        return (change != here)
            .then(|| (Part::Changes, format!("{change}, here {here} {paths:?}")));
    }
    (case.warnings != said.warnings).then(|| sets(Part::Warnings, &case.warnings, &said.warnings))
}

fn between(server: &BTreeSet<String>, here: &BTreeSet<String>) -> String {
    let missing: Vec<_> = server.difference(here).collect();
    let extra: Vec<_> = here.difference(server).collect();
    format!("missing {missing:?} extra {extra:?}")
}
