//! A change to the text that mends a finding.

use crate::source::Span;

/// Replaces the bytes of `span` by `text`; an empty span inserts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// One or more edits in one file that together mend a finding.
///
/// A *safe* fix never changes what the cluster runs; every other fix is
/// *unsafe* and is only applied when asked for by name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// Whether it leaves what the cluster runs as it is.
    pub safe: bool,
    /// What it does, in the imperative: "quote the value".
    pub title: String,
    /// Its edits, in ascending order and not overlapping.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// A fix that never changes what the cluster runs.
    #[must_use]
    pub fn safe(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self {
            safe: true,
            title: title.into(),
            edits,
        }
    }

    /// A fix that may change what the cluster runs.
    #[must_use]
    pub fn risky(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self {
            safe: false,
            title: title.into(),
            edits,
        }
    }
}

/// `text` with all `edits` applied, or `None` when two of them overlap or one
/// does not fit the text.
#[must_use]
pub fn apply(text: &str, edits: &[Edit]) -> Option<String> {
    let mut ordered: Vec<&Edit> = edits.iter().collect();
    ordered.sort_by_key(|edit| edit.span);
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for edit in ordered {
        out.push_str(text.get(done..edit.span.start as usize)?);
        out.push_str(&edit.text);
        done = edit.span.end as usize;
    }
    out.push_str(text.get(done..)?);
    Some(out)
}

#[cfg(test)]
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
}
