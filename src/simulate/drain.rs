//! What PodDisruptionBudgets allow to be evicted, and so whether a node can be drained.

use super::forecast::Forecast;
use crate::kube::int_or_percent::Rounding;
use crate::resolve::Bundle;
use crate::resolve::view::{DisruptionBudget, Guard, Pod, Workload, WorkloadKind};
use serde::Serialize;

/// The numbers that the controller writes down about a budget.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Budget {
    /// How many pods there should be.
    pub expected: i32,
    /// How many of them must stay healthy.
    pub desired_healthy: i32,
    /// How many are healthy.
    pub healthy: i32,
    /// How many may be evicted now.
    pub allowed: i32,
}

impl Budget {
    /// The budget of `guard` over `pods` matched pods of which `healthy` are, when
    /// their controllers want `scale` of them together. `scale` is `None` where one
    /// of them cannot say how many it wants: then only a number of pods to keep is
    /// understood, and anything else lets none go.
    #[must_use]
    pub fn of(guard: Option<&Guard<'_>>, pods: i32, healthy: i32, scale: Option<i32>) -> Self {
        let nothing = Self {
            expected: 0,
            desired_healthy: 0,
            healthy,
            allowed: 0,
        };
        // Without either field no pod is expected, and none may be evicted.
        let Some(guard) = guard else { return nothing };
        let plain = guard.is_min && guard.amount.percent().is_none();
        let Some(expected) = (if plain { Some(pods) } else { scale }) else {
            return nothing;
        };
        let amount = guard.amount.scaled(expected, Rounding::Up).unwrap_or(0);
        let amount = i32::try_from(amount).unwrap_or(i32::MAX);
        let desired_healthy = match guard.is_min {
            true => amount,
            false => expected.saturating_sub(amount).max(0),
        };
        let allowed = healthy.saturating_sub(desired_healthy).max(0);
        Self {
            expected,
            desired_healthy,
            healthy,
            allowed: if expected > 0 { allowed } else { 0 },
        }
    }
}

/// Whether the pods of a workload make way when their node is drained.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case", tag = "verdict")]
pub enum Drain {
    /// No budget holds them.
    Free,
    /// How many may be evicted at a time, once earlier ones are replaced.
    Waves {
        /// The name of the budget.
        budget: String,
        /// How many at rest.
        allowed: i32,
        /// How many while a rollout is at its lowest; 0 means that drains wait for it.
        during_rollout: i32,
    },
    /// None may ever go.
    Blocked {
        /// The name of the budget.
        budget: String,
    },
    /// Several budgets select the same pods: each eviction is an error.
    Ambiguous {
        /// The names of the budgets.
        budgets: Vec<String>,
    },
    /// A daemon stays where it is; `kubectl drain` skips it.
    Stays,
    /// Nothing makes another pod instead: `kubectl drain` wants `--force`.
    Unmanaged,
}

impl Drain {
    /// The verdict on the pods of `forecast`, all of them healthy.
    #[must_use]
    pub fn of(forecast: &Forecast<'_>, bundle: &Bundle<'_>) -> Option<Self> {
        let workload = forecast.workload?;
        let pod = workload.pod()?;
        match workload.kind {
            WorkloadKind::DaemonSet => return Some(Self::Stays),
            WorkloadKind::Pod => return Some(Self::Unmanaged),
            _ => {}
        }
        let budgets = bundle.budgets_near(&pod);
        let name = |it: &DisruptionBudget<'_>| it.resource.name().to_owned();
        let budget = match &budgets[..] {
            [] => return Some(Self::Free),
            [budget] => budget,
            several => {
                return Some(Self::Ambiguous {
                    budgets: several.iter().map(name).collect(),
                });
            }
        };
        let pods = i32::try_from(forecast.pods?.desired).ok()?;
        let least = i32::try_from(forecast.pods?.min_available).ok()?;
        let scale = workload.kind.has_replicas().then_some(pods);
        let guard = budget.guard();
        let rest = Budget::of(guard.as_ref(), pods, pods, scale);
        let rollout = Budget::of(guard.as_ref(), pods, least.min(pods), scale);
        Some(match rest.allowed {
            _ if pods == 0 => Self::Free,
            0 => Self::Blocked {
                budget: name(budget),
            },
            allowed => Self::Waves {
                budget: name(budget),
                allowed,
                during_rollout: rollout.allowed,
            },
        })
    }
}

/// Whether `kubectl drain` refuses the pods of a workload without
/// `--delete-emptydir-data`.
#[must_use]
pub fn has_local_data(workload: &Workload<'_>) -> bool {
    let pod = workload.pod();
    let mut volumes = pod.iter().flat_map(Pod::volumes);
    // `emptyDir: {}` and a bare `emptyDir:` are the same.
    volumes.any(|it| it.source("emptyDir").is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::int_or_percent::IntOrString;
    use crate::parse;
    use crate::source::Source;

    #[test]
    fn as_many_may_go_as_the_controller_allows() {
        let source = Source::new("a.yaml", "a: 1\n");
        let document = parse::parse(&source, 0).documents.remove(0);
        let Some(node) = document.root() else { return };
        let allowed = |pods: i32, is_min: bool, amount: &'static str| {
            let amount = match amount.parse() {
                Ok(number) => IntOrString::Int(number),
                Err(_) => IntOrString::Str(amount),
            };
            let guard = Guard {
                node,
                amount,
                is_min,
            };
            Budget::of(Some(&guard), pods, pods, Some(pods)).allowed
        };
        let table = [
            (1, false, "10%", 1),
            (1, true, "10%", 0),
            (3, false, "50%", 2),
            (3, true, "50%", 1),
            (5, false, "30%", 2),
            (5, true, "30%", 3),
            (7, false, "30%", 3),
            (7, true, "50%", 3),
            (10, false, "10%", 1),
            (10, true, "30%", 7),
            (3, true, "2", 1),
            (3, true, "5", 0),
            (3, false, "0", 0),
            (0, false, "1", 0),
        ];
        for (pods, is_min, amount, expected) in table {
            assert_eq!(
                allowed(pods, is_min, amount),
                expected,
                "{pods} {is_min} {amount}"
            );
        }
        assert_eq!(Budget::of(None, 3, 3, Some(3)).allowed, 0);
        let guard = Guard {
            node,
            amount: IntOrString::Int(1),
            is_min: false,
        };
        // Pods of a Job: their controller has no scale.
        assert_eq!(Budget::of(Some(&guard), 3, 3, None).allowed, 0);
    }
}
