//! "Did you mean": the name that a misspelt one most likely stands for.
//!
//! One measure for rules, formats, fields, kinds and paths, so that all of
//! plimsoll guesses alike.

/// How many candidates are compared: a guess is not worth more.
const MOST: usize = 300;

/// The candidate nearest to `name`, or `None` when all are too far to be a typo
/// of the hand: more than a third of its characters (at least one, at most
/// three) would have to change. Of several at the same distance the first wins.
///
/// Upper and lower case, and `_` for `-`, count as half a change, so that
/// `imagepullpolicy` finds `imagePullPolicy` before anything else.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = 2 * (name.chars().count() / 3).clamp(1, 3);
    let wanted: Vec<char> = name.chars().collect();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates.into_iter().take(MOST) {
        let distance = if alike(name, candidate) {
            1
        } else {
            distance(&wanted, candidate, limit)
        };
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn fold(c: char) -> char {
    if c == '_' {
        '-'
    } else {
        c.to_ascii_lowercase()
    }
}

fn alike(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.chars().map(fold).eq(b.chars().map(fold))
}

/// Twice the number of characters to insert, delete, replace or swap with their
/// neighbour (optimal string alignment); a change of case is half of one.
/// Anything above `limit` may be reported as `limit + 1`.
fn distance(a: &[char], b: &str, limit: usize) -> usize {
    if 2 * a.len().abs_diff(b.chars().count()) > limit {
        return limit + 1;
    }
    let b: Vec<char> = b.chars().collect();
    let mut before = vec![0; b.len() + 1];
    let mut above: Vec<usize> = (0..=b.len()).map(|n| 2 * n).collect();
    for (i, &x) in a.iter().enumerate() {
        let mut row = vec![2 * (i + 1); b.len() + 1];
        for (j, &y) in b.iter().enumerate() {
            let change = match (x == y, fold(x) == fold(y)) {
                (true, _) => 0,
                (false, true) => 1,
                (false, false) => 2,
            };
            row[j + 1] = (above[j] + change).min(above[j + 1] + 2).min(row[j] + 2);
            if i > 0 && j > 0 && x == b[j - 1] && a[i - 1] == y {
                row[j + 1] = row[j + 1].min(before[j - 1] + 2);
            }
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    const FIELDS: [&str; 4] = ["image", "imagePullPolicy", "ports", "livenessProbe"];

    #[test]
    fn slips_of_the_hand_are_found() {
        assert_eq!(nearest("iamge", FIELDS), Some("image"));
        assert_eq!(nearest("imagepullpolicy", FIELDS), Some("imagePullPolicy"));
        assert_eq!(nearest("livenesProbe", FIELDS), Some("livenessProbe"));
        assert_eq!(nearest("port", FIELDS), Some("ports"));
        assert_eq!(
            nearest("env_duplicate", ["env-duplicate"]),
            Some("env-duplicate")
        );
    }

    #[test]
    fn other_words_are_not() {
        assert_eq!(nearest("command", FIELDS), None);
        assert_eq!(nearest("x", FIELDS), None);
        assert_eq!(nearest("", FIELDS), None);
        assert_eq!(nearest("이미지", FIELDS), None);
    }

    #[test]
    fn the_least_distance_wins_and_then_the_first() {
        assert_eq!(nearest("cat", ["bat", "cat", "hat"]), Some("cat"));
        assert_eq!(nearest("cat", ["bat", "hat"]), Some("bat"));
    }
}
