//! Sets of completion indexes, written as the API writes them: `0,2-4`.

use std::fmt;

/// A set of completion indexes: ranges that neither touch nor overlap, in order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Indexes(Vec<(i32, i32)>);

impl Indexes {
    /// Reads a list such as `0,2-4`, without what is not below `completions`;
    /// parts that are not an index are skipped, as the controller does it.
    #[must_use]
    pub fn parse(text: &str, completions: i32) -> Self {
        let mut indexes = Self::default();
        for part in text.split(',').filter(|it| !it.is_empty()) {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (Ok(first), Ok(last)) = (first.parse::<i32>(), last.parse::<i32>()) else {
                continue;
            };
            if first >= completions {
                break;
            }
            indexes.insert_range(first, last.min(completions - 1));
        }
        indexes
    }

    /// Adds an index.
    pub fn insert(&mut self, index: i32) {
        self.insert_range(index, index);
    }

    fn insert_range(&mut self, first: i32, last: i32) {
        if last < first {
            return;
        }
        // All ranges that touch the new one become one with it.
        let start = self
            .0
            .partition_point(|range| range.1 < first.saturating_sub(1));
        let end = self
            .0
            .partition_point(|range| range.0 <= last.saturating_add(1));
        let touched = self.0.get(start..end).unwrap_or_default();
        let first = touched.first().map_or(first, |range| range.0.min(first));
        let last = touched.last().map_or(last, |range| range.1.max(last));
        self.0.splice(start..end.max(start), [(first, last)]);
    }

    /// Whether it has an index.
    #[must_use]
    pub fn contains(&self, index: i32) -> bool {
        let at = self.0.partition_point(|range| range.1 < index);
        self.0.get(at).is_some_and(|range| range.0 <= index)
    }

    /// How many it has.
    #[must_use]
    pub fn len(&self) -> i32 {
        let lengths = self.0.iter().map(|(first, last)| last - first + 1);
        lengths.fold(0, i32::saturating_add)
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many both have.
    #[must_use]
    pub fn overlap(&self, other: &Self) -> i32 {
        let common = self.0.iter().flat_map(|(first, last)| {
            other.0.iter().map(move |(from, to)| {
                let common = last.min(to) - first.max(from) + 1;
                common.max(0)
            })
        });
        common.fold(0, i32::saturating_add)
    }

    /// The first `count` indexes below `completions` that it lacks.
    #[must_use]
    pub fn missing(&self, count: usize, completions: i32) -> Vec<i32> {
        let mut found = Vec::new();
        let mut next = 0;
        let ranges = self.0.iter().copied();
        for (first, last) in ranges.chain([(completions, completions)]) {
            let end = first.min(completions);
            while next < end && found.len() < count {
                found.push(next);
                next += 1;
            }
            next = next.max(last.saturating_add(1));
        }
        found
    }

    /// Those of them that are below `completions`: an Indexed Job may be made smaller.
    #[must_use]
    pub fn below(&self, completions: i32) -> Self {
        let kept = self.0.iter().filter(|(first, _)| *first < completions);
        let cut = |(first, last): &(i32, i32)| (*first, (*last).min(completions - 1));
        Self(kept.map(cut).collect())
    }

    /// Adds all of `other`.
    pub fn merge(&mut self, other: &Self) {
        for (first, last) in &other.0 {
            self.insert_range(*first, *last);
        }
    }
}

impl fmt::Display for Indexes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (first, last)) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            match last - first {
                0 => write!(f, "{comma}{first}")?,
                1 => write!(f, "{comma}{first},{last}")?,
                _ => write!(f, "{comma}{first}-{last}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_become_one_range() {
        let mut indexes = Indexes::default();
        for index in [5, 3, 1, 4, 0, 9] {
            indexes.insert(index);
        }
        assert_eq!(indexes.to_string(), "0,1,3-5,9");
        assert_eq!(indexes.len(), 6);
        indexes.insert(2);
        assert_eq!(indexes.to_string(), "0-5,9");
        indexes.insert(3);
        assert_eq!(indexes.len(), 7);
        assert!(indexes.contains(9) && !indexes.contains(6));
        assert_eq!(indexes.missing(2, 9), [6, 7]);
        assert_eq!(indexes.missing(9, 12), [6, 7, 8, 10, 11]);
        assert_eq!(indexes.below(4).to_string(), "0-3");
        assert!(indexes.below(0).is_empty());
    }

    #[test]
    fn lists_are_cut_at_the_completions() {
        assert_eq!(Indexes::parse("1,3-5,7", 5).to_string(), "1,3,4");
        assert_eq!(Indexes::parse("x,2-1,0", 5).to_string(), "0");
        let rule = Indexes::parse("0,4-6", 10);
        assert_eq!(rule.overlap(&Indexes::parse("0-4,6", 10)), 3);
    }
}
