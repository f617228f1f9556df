//! How far and how fast a HorizontalPodAutoscaler scales, by its spec alone.
//!
//! What a metric will be is unknown; but the number of pods stays between the
//! two ends, and from one look to the next it grows by so much at most.

use crate::parse::Node;
use crate::resolve::view::{Autoscaler, AutoscalerKind};
use jiff::SignedDuration;
use serde::Serialize;

/// The controller looks that often.
const LOOK: i64 = 15;
/// Looks after which nobody waits for it to arrive.
const MOST_LOOKS: usize = 10_000;

/// One policy of `behavior.scaleUp.policies`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Policy {
    /// `Percent`, not `Pods`.
    pub is_percent: bool,
    /// So much of it …
    pub value: i64,
    /// … within this many seconds.
    pub period: i64,
}

/// How fast it may add pods.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Growth {
    /// No behavior is written: twice as many at each look, or four.
    Free,
    /// As its policies say.
    By {
        /// All of them.
        policies: Vec<Policy>,
        /// The one that adds least counts, not the one that adds most.
        least: bool,
        /// How long a recommendation must have been no lower.
        window: i64,
    },
    /// It may not add any.
    Disabled,
}

impl Growth {
    /// How `autoscaler` adds pods.
    #[must_use]
    pub fn read(autoscaler: &Autoscaler<'_>) -> Self {
        let spec = autoscaler.resource.spec();
        let Some(behavior) = spec.and_then(|spec| spec.get("behavior")) else {
            return Self::Free;
        };
        let up = behavior.get("scaleUp");
        let text = up.and_then(|up| up.get("selectPolicy")?.as_str());
        if text == Some("Disabled") {
            return Self::Disabled;
        }
        let policies = up.and_then(|up| up.get("policies"));
        let policies = policies.into_iter().flat_map(Node::items);
        let mut policies: Vec<Policy> = policies.filter_map(Policy::read).collect();
        if policies.is_empty() {
            policies = Self::usual().to_vec();
        }
        let window = up.and_then(|up| up.get("stabilizationWindowSeconds")?.as_i64());
        Self::By {
            policies,
            least: text == Some("Min"),
            window: window.unwrap_or(0).max(0),
        }
    }

    /// The policies of a behavior that names none: four pods or as many again,
    /// whichever is more, in 15 s.
    #[must_use]
    pub fn usual() -> [Policy; 2] {
        [(false, 4), (true, 100)].map(|(is_percent, value)| Policy {
            is_percent,
            value,
            period: LOOK,
        })
    }

    /// The numbers of pods at one look after the other, until `to`, when ever so
    /// much is asked for from the first look on; without the start.
    #[must_use]
    pub fn steps(&self, from: i32, to: i32) -> Vec<i32> {
        let (from, to) = (i64::from(from), i64::from(to));
        let mut steps = Vec::new();
        let mut added: Vec<(i64, i64)> = Vec::new();
        let mut now = from;
        for look in 0..MOST_LOOKS {
            if now >= to {
                break;
            }
            let time = i64::try_from(look).unwrap_or(i64::MAX).saturating_mul(LOOK);
            let next = self.limit(now, time, &added).min(to);
            if next <= now && !matches!(self, Self::By { .. }) {
                break;
            }
            if next > now {
                added.push((time, next - now));
                now = next;
            }
            steps.push(i32::try_from(now).unwrap_or(i32::MAX));
        }
        steps
    }

    /// The most pods after the sync at `time`, when this many were added before.
    fn limit(&self, now: i64, time: i64, added: &[(i64, i64)]) -> i64 {
        match self {
            Self::Disabled => now,
            Self::Free => (now * 2).max(4),
            // Until the window is over the number at the start counts.
            Self::By { window, .. } if time < *window => now,
            Self::By {
                policies, least, ..
            } => {
                let of = |policy: &Policy| {
                    let recent = added.iter().filter(|it| it.0 > time - policy.period);
                    let start = now - recent.map(|it| it.1).sum::<i64>();
                    match policy.is_percent {
                        true => grown(start, policy.value),
                        false => start.saturating_add(policy.value),
                    }
                };
                let all = policies.iter().map(of);
                let limit = if *least { all.min() } else { all.max() };
                limit.unwrap_or(now)
            }
        }
    }
}

/// This many percent more, rounded up, as the controller calculates: in floating point,
/// where a tenth more than 100 is 111.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
fn grown(start: i64, percent: i64) -> i64 {
    (start as f64 * (1.0 + percent as f64 / 100.0)).ceil() as i64
}

impl Policy {
    fn read(node: Node<'_>) -> Option<Self> {
        Some(Self {
            is_percent: match node.get("type")?.as_str()? {
                "Percent" => true,
                "Pods" => false,
                _ => return None,
            },
            value: node.get("value")?.as_i64().filter(|it| *it > 0)?,
            period: node.get("periodSeconds")?.as_i64().filter(|it| *it > 0)?,
        })
    }
}

/// Between which numbers of pods a workload is scaled, and how fast.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Scaling {
    /// The autoscaler: its kind and name.
    pub by: String,
    /// The fewest pods.
    pub min: i64,
    /// The most.
    pub max: i64,
    /// How long it takes at least from the fewest to the most, in seconds; `None`
    /// if it never gets there, or if another program decides.
    pub seconds_to_max: Option<i64>,
}

impl Scaling {
    /// What `autoscaler` does.
    #[must_use]
    pub fn of(autoscaler: &Autoscaler<'_>) -> Self {
        let (min, max) = (
            autoscaler.min_replicas().value,
            autoscaler.max_replicas().value,
        );
        let ends = i32::try_from(min).ok().zip(i32::try_from(max).ok());
        let ends = ends.filter(|_| autoscaler.kind == AutoscalerKind::Horizontal);
        let looks = ends.and_then(|(min, max)| {
            let steps = Growth::read(autoscaler).steps(min, max);
            let arrives = steps.last().copied().unwrap_or(min) >= max || min >= max;
            arrives.then_some(steps.len())
        });
        let seconds = looks.map(|looks| {
            let pauses = i64::try_from(looks.saturating_sub(1)).unwrap_or(i64::MAX);
            SignedDuration::from_secs(pauses.saturating_mul(LOOK)).as_secs()
        });
        let resource = &autoscaler.resource;
        Self {
            by: format!("{}/{}", resource.kind, resource.name()),
            min,
            max,
            seconds_to_max: seconds,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(policies: &[Policy], least: bool, window: i64) -> Growth {
        Growth::By {
            policies: policies.to_vec(),
            least,
            window,
        }
    }

    #[test]
    fn growth_from_1_to_50_is_that_of_the_controller() {
        let usual = by(&Growth::usual(), false, 0);
        assert_eq!(usual.steps(1, 50), [5, 10, 20, 40, 50]);
        assert_eq!(Growth::Free.steps(1, 50), [4, 8, 16, 32, 50]);
        assert_eq!(Growth::Disabled.steps(1, 50), Vec::<i32>::new());
        assert_eq!(usual.steps(50, 50), Vec::<i32>::new());
        assert_eq!(usual.steps(0, 10), [4, 8, 10]);
        assert_eq!(Growth::Free.steps(0, 10), [4, 8, 10]);
    }

    #[test]
    fn shares_are_reckoned_as_the_controller_does() {
        let percent = |value| Policy {
            is_percent: true,
            value,
            period: 15,
        };
        assert_eq!(by(&[percent(10)], false, 0).steps(100, 111), [111]);
        assert_eq!(by(&[percent(10)], false, 0).steps(10, 12), [11, 12]);
        let looks = by(&[percent(100)], false, 0).steps(0, 3);
        assert!(
            looks.iter().all(|pods| *pods == 0),
            "no share of nothing is a pod"
        );
    }

    #[test]
    fn longer_periods_count_what_was_added_in_them() {
        let slow = Policy {
            is_percent: false,
            value: 2,
            period: 60,
        };
        assert_eq!(by(&[slow], false, 0).steps(1, 5), [3, 3, 3, 3, 5]);
        let both = by(&Growth::usual(), true, 0);
        assert_eq!(both.steps(3, 12), [6, 10, 12]);
        let late = by(&Growth::usual(), false, 30);
        assert_eq!(late.steps(4, 8), [4, 4, 8]);
    }
}
