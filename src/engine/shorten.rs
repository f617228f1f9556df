//! Keeps a report readable where one object has thousands of the same fault.

use super::Report;
use crate::finding::Finding;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

/// How many findings of one rule about one object are shown one by one.
const MOST: usize = 200;

impl Report {
    /// Of each rule, keeps the first findings about an object, and says once how many more
    /// there are. For readers only: fixes need all findings.
    pub fn shorten(&mut self) {
        if self.findings.len() <= MOST {
            return;
        }
        let hasher = RandomState::new();
        let subject = |it: &Finding| {
            let place = (it.place.source, it.document);
            hasher.hash_one((it.rule, place, &it.object))
        };
        let mut counts = HashMap::<u64, usize>::new();
        let mut rest = HashMap::<u64, usize>::new();
        let mut kept = Vec::new();
        for finding in std::mem::take(&mut self.findings) {
            let subject = subject(&finding);
            let count = counts.entry(subject).or_default();
            *count += 1;
            if *count == MOST + 1 {
                rest.insert(subject, kept.len());
            }
            if *count <= MOST + 1 {
                kept.push(finding);
            }
        }
        for (subject, index) in rest {
            let more = counts[&subject] - MOST;
            let Finding {
                rule,
                severity,
                place,
                document,
                ref mut object,
                ..
            } = kept[index];
            let object = object.take();
            let message = format!("and {more} more findings of this rule in this object");
            kept[index] = Finding {
                document,
                object,
                ..Finding::new(rule, severity, place, message)
            };
        }
        self.findings = kept;
        self.count();
    }
}
