//! The releases of Kubernetes that a run checks for: one, or several in a row.

use super::Minor;
use std::fmt;

/// A run of minor releases without gaps; it is never empty.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct MinorRange {
    low: Minor,
    high: Minor,
}

impl MinorRange {
    /// From `low` to `high`, both included; `None` where `high` is older.
    #[must_use]
    pub fn new(low: Minor, high: Minor) -> Option<Self> {
        (low <= high).then_some(Self { low, high })
    }

    /// The oldest.
    #[must_use]
    pub fn low(self) -> Minor {
        self.low
    }

    /// The newest.
    #[must_use]
    pub fn high(self) -> Minor {
        self.high
    }

    /// Whether it is a single release.
    #[must_use]
    pub fn is_single(self) -> bool {
        self.low == self.high
    }

    /// Whether it holds `minor`.
    #[must_use]
    pub fn contains(self, minor: Minor) -> bool {
        (self.low..=self.high).contains(&minor)
    }

    /// Its releases, oldest first.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = Minor> {
        (self.low.number()..=self.high.number()).map(Minor::new)
    }

    /// Reads one version (see [`Minor::parse`]), or two with a hyphen between
    /// them: `1.29-1.33`. The second value is false where the first of the two is
    /// the newer one; they are put in order then.
    #[must_use]
    pub fn parse(text: &str) -> Option<(Self, bool)> {
        // A vendor's suffix has hyphens too: `v1.31.4-gke.1`.
        let pairs = text.match_indices('-').filter_map(|(at, _)| {
            let low = Minor::parse(text[..at].trim_end())?;
            Some((low, Minor::parse(text[at + 1..].trim_start())?))
        });
        let single = || Minor::parse(text).map(|only| (only, only));
        let (low, high) = { pairs }.next().or_else(single)?;
        let range = Self {
            low: low.min(high),
            high: low.max(high),
        };
        Some((range, low <= high))
    }
}

impl From<Minor> for MinorRange {
    fn from(only: Minor) -> Self {
        Self {
            low: only,
            high: only,
        }
    }
}

/// `1.31`, or `1.29 to 1.33`.
impl fmt::Display for MinorRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_single() {
            return self.low.fmt(f);
        }
        write!(f, "{} to {}", self.low, self.high)
    }
}

/// Some releases of a range, in any order and with gaps.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct MinorSet {
    /// A bit for each minor number; those above 127 do not exist yet.
    bits: u128,
}

impl MinorSet {
    /// Whether it holds nothing.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.bits == 0
    }

    /// Adds a release.
    pub fn insert(&mut self, minor: Minor) {
        self.bits |= 1 << (minor.number() & 127);
    }

    /// Whether it holds `minor`.
    #[must_use]
    pub fn contains(self, minor: Minor) -> bool {
        self.bits >> (minor.number() & 127) & 1 != 0
    }

    /// What either holds.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            bits: self.bits | other.bits,
        }
    }

    /// What both hold.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        Self {
            bits: self.bits & other.bits,
        }
    }

    /// What this one holds and `other` does not.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self {
            bits: self.bits & !other.bits,
        }
    }

    /// Its releases, oldest first.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = Minor> {
        (0..128)
            .map(Minor::new)
            .filter(move |it| self.contains(*it))
    }
}

impl FromIterator<Minor> for MinorSet {
    fn from_iter<T: IntoIterator<Item = Minor>>(minors: T) -> Self {
        let mut set = Self::default();
        minors.into_iter().for_each(|it| set.insert(it));
        set
    }
}

/// `1.29 to 1.31, 1.33`.
impl fmt::Display for MinorSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.iter().peekable();
        let mut lead = "";
        while let Some(low) = rest.next() {
            let mut high = low;
            while let Some(next) = rest.next_if(|it| it.number() == high.number() + 1) {
                high = next;
            }
            write!(f, "{lead}{}", MinorRange { low, high })?;
            lead = ", ";
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_with_and_without_patch_levels() {
        for (text, shown) in [
            ("1.31", "1.31"),
            ("v1.31.4-gke.1", "1.31"),
            ("1.29-1.33", "1.29 to 1.33"),
            ("v1.29-v1.33", "1.29 to 1.33"),
            ("1.29.4 - 1.33.1", "1.29 to 1.33"),
            ("v1.29.4-gke.1-v1.33.0-gke.7", "1.29 to 1.33"),
            ("1.30-1.30", "1.30"),
        ] {
            let (range, in_order) = MinorRange::parse(text).unwrap();
            assert_eq!((range.to_string().as_str(), in_order), (shown, true));
        }
        let (range, in_order) = MinorRange::parse("1.33-1.29").unwrap();
        assert_eq!(
            (range.to_string().as_str(), in_order),
            ("1.29 to 1.33", false)
        );
        for text in [
            "",
            "-",
            "1.29-",
            "-1.29",
            "1.29-33",
            "1.29-1.30-1.31x",
            "1.29,1.30",
        ] {
            assert_eq!(MinorRange::parse(text), None, "{text}");
        }
    }

    #[test]
    fn sets_are_shown_as_their_runs() {
        let set: MinorSet = [33, 29, 30, 31, 25].into_iter().map(Minor::new).collect();
        assert_eq!(set.to_string(), "1.25, 1.29 to 1.31, 1.33");
        assert_eq!(MinorSet::default().to_string(), "");
    }
}
