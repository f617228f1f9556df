//! Lists of names in messages: the first ones, and how many more there are, so that what is
//! said of each of many things stays short.

use std::fmt::Display;

/// How many are named.
const SHOWN: usize = 6;

/// Some of `all`, separated by commas.
pub fn listed<T: Display>(all: impl IntoIterator<Item = T>) -> String {
    let mut all = all.into_iter();
    let shown: Vec<String> = all.by_ref().take(SHOWN).map(|it| it.to_string()).collect();
    match all.count() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::listed;

    #[test]
    fn many_are_counted() {
        assert_eq!(listed(1..=6), "1, 2, 3, 4, 5, 6");
        assert_eq!(listed(1..=8), "1, 2, 3, 4, 5, 6 and 2 more");
        assert_eq!(listed([""; 0]), "");
    }
}
