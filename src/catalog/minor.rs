//! A minor release of Kubernetes: the unit in which its API changes.

use std::fmt;

/// The minor release 1.*n*; patch levels change nothing that plimsoll knows of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Minor(u8);

impl Minor {
    /// The release 1.`number`.
    #[must_use]
    pub const fn new(number: u8) -> Self {
        Self(number)
    }

    /// The number after `1.`.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Reads `1.31`, `v1.31`, `1.31.4` and the suffixes that vendors append to
    /// them (`v1.31.4-gke.1`); nothing else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix('v').unwrap_or(text).strip_prefix("1.")?;
        let (minor, patch) = rest
            .split_once('.')
            .map_or((rest, None), |(minor, patch)| (minor, Some(patch)));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
        let plain = |patch: &str| digits(patch.split(['-', '+']).next().unwrap_or_default());
        (digits(minor) && patch.is_none_or(plain)).then(|| minor.parse().ok().map(Self))?
    }
}

impl fmt::Display for Minor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Minor;

    #[test]
    fn versions_are_read_with_and_without_their_patch_level() {
        for text in [
            "1.31",
            "v1.31",
            "1.31.4",
            "v1.31.4-gke.1",
            "v1.31.14+rke2r1",
        ] {
            assert_eq!(Minor::parse(text), Some(Minor::new(31)), "{text}");
        }
        for text in ["", "31", "1.", "1.x", "1.31.", "2.31", "v1.31.x", "1.999"] {
            assert_eq!(Minor::parse(text), None, "{text}");
        }
    }
}
