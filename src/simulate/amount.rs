//! Amounts that are a number or a percentage of the desired pods: `maxSurge`,
//! `maxUnavailable`, `minAvailable`.

use crate::kube::int_or_percent::{IntOrString, Rounding};
use crate::parse::Node;
use crate::resolve::view::int_or_string;

/// A number of pods, or a share of all of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Amount {
    /// A fixed number, whatever the whole is.
    Pods(i32),
    /// That many hundredths of the whole.
    Percent(i64),
}

impl Amount {
    /// What a field says; `None` where the API server refuses it: a string that
    /// is not a percentage, or a negative number.
    #[must_use]
    pub fn read(node: Node<'_>) -> Option<Self> {
        match int_or_string(node)? {
            IntOrString::Int(pods) => (pods >= 0).then_some(Self::Pods(pods)),
            text @ IntOrString::Str(_) => text.percent().map(Self::Percent),
        }
    }

    /// What a field says, or `default` where nothing is written; `None` as for [`Amount::read`].
    #[must_use]
    pub fn read_or(node: Option<Node<'_>>, default: Self) -> Option<Self> {
        match node {
            Some(node) if !node.is_null() => Self::read(node),
            _ => Some(default),
        }
    }

    /// How many of `whole` that is; above `i32::MAX` it is that.
    #[must_use]
    pub fn of(self, whole: i32, rounding: Rounding) -> i32 {
        match self {
            Self::Pods(pods) => pods,
            // Exact in integers, as the controllers' floating point is below 2^53.
            Self::Percent(percent) => {
                let hundredths = i128::from(percent) * i128::from(whole);
                let amount = match rounding {
                    Rounding::Up => (hundredths + 99).div_euclid(100),
                    Rounding::Down => hundredths.div_euclid(100),
                };
                i32::try_from(amount).unwrap_or(i32::MAX)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_rounded_as_told() {
        let table = [(25, 3, 1, 0), (25, 10, 3, 2), (200, 3, 6, 6), (0, 7, 0, 0)];
        for (percent, whole, up, down) in table {
            let amount = Amount::Percent(percent);
            assert_eq!(amount.of(whole, Rounding::Up), up, "{percent}% of {whole}");
            assert_eq!(
                amount.of(whole, Rounding::Down),
                down,
                "{percent}% of {whole}"
            );
        }
        assert_eq!(Amount::Pods(5).of(2, Rounding::Down), 5);
        assert_eq!(Amount::Percent(i64::MAX).of(9, Rounding::Up), i32::MAX);
    }
}
