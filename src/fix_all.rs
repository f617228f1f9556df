//! Makes the fixes of a report, and checks again until none is left.

use crate::engine::{Cache, Engine, Report};
use crate::fix::{self, Fix};
use crate::parse;
use crate::source::{Role, Source};
use std::sync::Arc;

/// A fix may bring out the next one, and fixes in one place wait for each other;
/// three rounds are the rule.
const ROUNDS: usize = 30;

/// What became of the sources.
#[derive(Debug)]
pub struct Fixed {
    /// Their texts before.
    before: Vec<Arc<str>>,
    /// What is found in them afterwards; [`crate::engine::Summary::fixed`] says how
    /// many fixes were made.
    pub report: Report,
}

/// Fixes `sources`, in which `engine` found what `report` says: by safe fixes only,
/// or by all where `unsafe_too`. Context stays as it is, and so does a file whose
/// bytes are not its text.
///
/// A round of fixes after which a document could no longer be read is taken back.
pub fn fix_all(
    engine: &Engine,
    cache: &mut Cache,
    sources: &mut [Source],
    report: Report,
    unsafe_too: bool,
) -> Fixed {
    let mut done = Fixed {
        before: sources.iter().map(Source::shared_text).collect(),
        report,
    };
    let mut given_up = vec![false; sources.len()];
    let mut fixed = 0;
    for _ in 0..ROUNDS {
        let before = fixed;
        for (index, source) in sources.iter_mut().enumerate() {
            let is_text = source.role() != Role::Context && source.defects().is_empty();
            if given_up[index] || !is_text {
                continue;
            }
            let fixes = fixes(&done.report, index, unsafe_too);
            let Some((text, count)) = fix::apply_all(source.text(), fixes) else {
                continue;
            };
            let new = source.with_text(text);
            if reads_alike(source, &new) {
                *source = new;
                fixed += count;
            } else {
                given_up[index] = true;
            }
        }
        if fixed == before {
            break;
        }
        done.report = engine.check_again(sources, cache);
    }
    done.report.summary.fixed = fixed;
    done
}

fn fixes(report: &Report, source: usize, unsafe_too: bool) -> impl Iterator<Item = &Fix> {
    let here = move |place: u32| place as usize == source;
    let findings = report.findings.iter();
    let fixes = findings.filter(move |it| here(it.place.source));
    fixes
        .filter_map(|it| it.fix.as_ref())
        .filter(move |it| it.safe || unsafe_too)
}

/// Whether as many documents can be read as before, without a new doubt about how
/// (a duplicate key): no fix may change that, whatever it is meant to do.
fn reads_alike(before: &Source, after: &Source) -> bool {
    let read = |source: &Source| {
        let parsed = parse::parse(source, 0);
        let read = parsed.documents.iter().filter(|it| it.root().is_some());
        (
            (parsed.documents.len(), read.count()),
            parsed.findings.len(),
        )
    };
    let ((old, doubts), (new, new_doubts)) = (read(before), read(after));
    old == new && new_doubts <= doubts
}

impl Fixed {
    /// Those of `sources` whose text has changed: the index, the text before, and
    /// the source as it is now.
    pub fn changed<'s>(
        &'s self,
        sources: &'s [Source],
    ) -> impl Iterator<Item = (usize, &'s str, &'s Source)> {
        let pairs = sources.iter().zip(&self.before).enumerate();
        pairs
            .filter(|(_, (source, before))| source.text() != &***before)
            .map(|(index, (source, before))| (index, &**before, source))
    }
}
