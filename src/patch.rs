//! The difference of two texts as a unified diff, the form that `patch` and every
//! review tool reads.

use std::fmt::Write as _;
use std::ops::Range;

/// Lines that are shown around a change.
const CONTEXT: usize = 3;

/// Lines removed and added after which the search for the end of a change ends,
/// and the rest counts as changed: it takes time with the square of this.
const EFFORT: usize = 500;

/// Lines in a row that tell where two texts agree again; one alone may be a
/// bracket or a blank line.
const ROWS: usize = 2;

/// What changes from `before` to `after`, which are versions of the file `name`.
/// Empty where they are the same.
#[must_use]
pub fn unified(name: &str, before: &str, after: &str) -> String {
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let new: Vec<&str> = after.split_inclusive('\n').collect();
    let changes = changes(&old, &new);
    if changes.is_empty() {
        return String::new();
    }
    let mut out = format!("--- a/{name}\n+++ b/{name}\n");
    let mut rest = changes.as_slice();
    while let Some(first) = rest.first() {
        let near = |pair: &[Change]| pair[1].old.start - pair[0].old.end <= 2 * CONTEXT;
        let more = rest.windows(2).take_while(|pair| near(pair)).count();
        let (hunk, later) = rest.split_at(more + 1);
        rest = later;
        let last = hunk.last().unwrap_or(first);
        let lead = first.old.start.min(CONTEXT);
        let tail = (old.len() - last.old.end).min(CONTEXT);
        let of_old = first.old.start - lead..last.old.end + tail;
        let of_new = first.new.start - lead..last.new.end + tail;
        let _ = writeln!(out, "@@ -{} +{} @@", shown(&of_old), shown(&of_new));
        let mut at = of_old.start;
        for change in hunk {
            lines(&mut out, ' ', &old[at..change.old.start]);
            lines(&mut out, '-', &old[change.old.clone()]);
            lines(&mut out, '+', &new[change.new.clone()]);
            at = change.old.end;
        }
        lines(&mut out, ' ', &old[at..of_old.end]);
    }
    out
}

/// `3,2`: the first line, from 1, and how many. An empty range is after a line.
fn shown(range: &Range<usize>) -> String {
    match range.len() {
        0 => format!("{},0", range.start),
        1 => format!("{}", range.start + 1),
        many => format!("{},{many}", range.start + 1),
    }
}

fn lines(out: &mut String, mark: char, lines: &[&str]) {
    for line in lines {
        out.push(mark);
        out.push_str(line);
        if !line.ends_with('\n') {
            out.push_str("\n\\ No newline at end of file\n");
        }
    }
}

/// Lines of the old text, and those of the new one that are in their place.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Change {
    old: Range<usize>,
    new: Range<usize>,
}

/// Where the two differ: a difference ends where lines agree again, at the nearest
/// place where two in a row do.
fn changes(old: &[&str], new: &[&str]) -> Vec<Change> {
    let mut changes = Vec::new();
    let (mut x, mut y) = (0, 0);
    while x < old.len() || y < new.len() {
        if x < old.len() && y < new.len() && old[x] == new[y] {
            (x, y) = (x + 1, y + 1);
            continue;
        }
        let (skipped, added) = meeting(&old[x..], &new[y..]);
        changes.push(Change {
            old: x..x + skipped,
            new: y..y + added,
        });
        (x, y) = (x + skipped, y + added);
    }
    changes
}

/// How many lines of each are passed until they agree.
fn meeting(old: &[&str], new: &[&str]) -> (usize, usize) {
    for apart in 1..=EFFORT.min(old.len() + new.len()) {
        for skipped in apart.saturating_sub(new.len())..=apart.min(old.len()) {
            let (a, b) = (&old[skipped..], &new[apart - skipped..]);
            let rows = ROWS.min(a.len()).min(b.len());
            let both_end = a.is_empty() && b.is_empty();
            if both_end || rows > 0 && a[..rows] == b[..rows] {
                return (skipped, apart - skipped);
            }
        }
    }
    (old.len(), new.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_change_is_shown_with_what_is_around_it() {
        let before: String = (1..=20).map(|it| format!("{it}\n")).collect();
        let after = before
            .replace("5\n6\n", "five\n6\n")
            .replace("19\n20\n", "19\n20");
        let wanted = "--- a/x\n+++ b/x\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n\
                      @@ -17,4 +17,4 @@\n 17\n 18\n 19\n-20\n+20\n\\ No newline at end of file\n";
        assert_eq!(unified("x", &before, &after), wanted);
        assert_eq!(unified("x", &before, &before), "");
    }

    #[test]
    fn lines_come_and_go() {
        assert_eq!(
            unified("x", "a\nb\nc\n", "a\nc\n"),
            "--- a/x\n+++ b/x\n@@ -1,3 +1,2 @@\n a\n-b\n c\n"
        );
        assert_eq!(
            unified("x", "", "a\n"),
            "--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+a\n"
        );
    }

    /// What a reader of the patch makes of the old text.
    fn applied(old: &[&str], new: &[&str]) -> Vec<String> {
        let (mut out, mut at) = (Vec::new(), 0);
        for change in changes(old, new) {
            out.extend(old[at..change.old.start].iter().map(|it| (*it).to_owned()));
            out.extend(new[change.new].iter().map(|it| (*it).to_owned()));
            at = change.old.end;
        }
        out.extend(old[at..].iter().map(|it| (*it).to_owned()));
        out
    }

    proptest! {
        #[test]
        fn changes_lead_from_the_old_text_to_the_new(
            old in proptest::collection::vec("[abc]", 0..20),
            new in proptest::collection::vec("[abc]", 0..20),
        ) {
            let old: Vec<&str> = old.iter().map(String::as_str).collect();
            let new: Vec<&str> = new.iter().map(String::as_str).collect();
            prop_assert_eq!(applied(&old, &new), new);
        }
    }
}
