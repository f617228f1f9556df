//! A change to the text that fixes a finding.

use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// Replaces the bytes of `span` by `text`; an empty span inserts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// What is there afterwards.
    pub text: String,
}

/// One or more edits in one file that together fix a finding.
///
/// A *safe* fix never changes what the cluster runs; every other fix is
/// *unsafe* and is only applied when asked for by name.
///
/// ```
/// use plimsoll::fix::{self, Edit};
/// use plimsoll::{Fix, Span};
///
/// let edit = Edit { span: Span::new(6, 9), text: "Pod".to_owned() };
/// let fix = Fix::safe("write Pod", vec![edit]);
/// assert_eq!(fix::apply("kind: Pot", &fix.edits).as_deref(), Some("kind: Pod"));
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// Whether it leaves what the cluster runs as it is.
    pub safe: bool,
    /// What it does, in the imperative: "quote the value".
    pub title: String,
    /// Its edits, in ascending order and not overlapping.
    pub edits: Vec<Edit>,
    /// A place, none of its edits, that only one fix at a time may count on: two
    /// that make the same key in one mapping must not be made together.
    pub claim: Option<u32>,
}

impl Fix {
    /// A fix that never changes what the cluster runs.
    #[must_use]
    pub fn safe(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self {
            safe: true,
            ..Self::risky(title, edits)
        }
    }

    /// A fix that may change what the cluster runs.
    #[must_use]
    pub fn risky(title: impl Into<String>, mut edits: Vec<Edit>) -> Self {
        edits.sort_by_key(|edit| edit.span);
        Self {
            safe: false,
            title: title.into(),
            edits,
            claim: None,
        }
    }

    /// The same fix, which waits for others that count on that place.
    #[must_use]
    pub fn claiming(mut self, place: Option<u32>) -> Self {
        self.claim = place;
        self
    }
}

/// `edits` in the order of the text; those at one place stay as they are.
#[must_use]
pub fn ordered(mut edits: Vec<&Edit>) -> Vec<&Edit> {
    edits.sort_by_key(|edit| edit.span);
    edits
}

/// `text` with all `edits` applied, or `None` when two of them overlap or one
/// does not fit the text.
#[must_use]
pub fn apply(text: &str, edits: &[Edit]) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for edit in ordered(edits.iter().collect()) {
        out.push_str(text.get(done..edit.span.start as usize)?);
        out.push_str(&edit.text);
        done = edit.span.end as usize;
    }
    out.push_str(text.get(done..)?);
    Some(out)
}

/// Those of `fixes` that can be made together, in their order: one that touches
/// an earlier one is left for the next time. Two findings may offer the very same
/// change; it counts once.
#[must_use]
pub fn compatible<'a>(fixes: impl IntoIterator<Item = &'a Fix>) -> Vec<&'a Fix> {
    let mut chosen: Vec<&Fix> = Vec::new();
    // Where the edits that were chosen start, each with its end.
    let mut taken = BTreeMap::<u32, u32>::new();
    let mut claimed = BTreeSet::new();
    for fix in fixes {
        let is_claimed = fix.claim.is_some_and(|it| claimed.contains(&it));
        let fits = !is_claimed && fix.edits.iter().all(|it| is_free(&taken, it.span));
        if !fix.edits.is_empty() && fits {
            claimed.extend(fix.claim);
            taken.extend(fix.edits.iter().map(|it| (it.span.start, it.span.end)));
            chosen.push(fix);
        }
    }
    chosen
}

/// Whether nothing in `taken` overlaps `span` or touches it. What touches could
/// be two insertions at one place, whose order would decide the result, or the
/// removal of two neighbours that may not both go.
fn is_free(taken: &BTreeMap<u32, u32>, span: Span) -> bool {
    let before = taken.range(..=span.end).next_back();
    before.is_none_or(|(_, &end)| end < span.start)
}

/// `text` with all of `fixes` that can be made together, and how many these are.
/// Changes nothing where an edit does not fit the text.
#[must_use]
pub fn apply_all<'a>(
    text: &str,
    fixes: impl IntoIterator<Item = &'a Fix>,
) -> Option<(String, usize)> {
    let chosen = compatible(fixes);
    let edits: Vec<Edit> = chosen.iter().flat_map(|it| it.edits.clone()).collect();
    if edits.is_empty() {
        return None;
    }
    let fixed = apply(text, &edits).filter(|it| it != text)?;
    Some((fixed, chosen.len()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn edits_apply_in_order_and_refuse_overlap() {
        let edit = |start, end, text: &str| Edit {
            span: Span::new(start, end),
            text: text.into(),
        };
        let both = [edit(4, 5, "B"), edit(0, 1, "A")];
        assert_eq!(apply("a = b;", &both).as_deref(), Some("A = B;"));
        assert_eq!(apply("abc", &[edit(0, 2, ""), edit(1, 3, "")]), None);
        assert_eq!(apply("abc", &[edit(2, 9, "")]), None);
    }

    #[test]
    fn fixes_that_touch_wait_for_the_next_time() {
        let fix = |start, end, text: &str| {
            let edit = Edit {
                span: Span::new(start, end),
                text: text.into(),
            };
            Fix::safe("write it", vec![edit])
        };
        let fixes = [
            fix(4, 5, "B"),
            fix(4, 5, "B"),
            fix(5, 6, "C"),
            fix(0, 1, "A"),
        ];
        let (text, count) = apply_all("a = b;", &fixes).unwrap();
        assert_eq!((text.as_str(), count), ("A = B;", 2));
        assert_eq!(apply_all("a", &[fix(0, 1, "a")]), None);
        assert_eq!(apply_all("a", &[fix(0, 9, "b")]), None);
    }
}
