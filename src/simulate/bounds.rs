//! Closed-form bounds: how many pods a controller may have at any time of an
//! update, and where an update to a broken template stops. They hold whatever the
//! pods do, for one update at a time of a workload whose pods were all available
//! and none of which fails by itself.

use super::forecast::{Finish, PodCounts, Stuck};
use super::{daemon_set, deployment, stateful_set};
use jiff::SignedDuration;

/// What can be said of an update without running it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// How many pods there are.
    pub pods: PodCounts,
    /// Where an update to a template that never becomes ready stops; `None` where
    /// there is no update.
    pub stuck: Option<Stuck>,
    /// In how many waves an update goes if the pods of each become ready together.
    pub waves: i64,
    /// How many pods an update makes.
    pub replaced: i64,
}

/// The bounds of pods that no update replaces: of a ReplicaSet, a
/// ReplicationController or a bare Pod, whose template may change without effect.
#[must_use]
pub fn steady(desired: i32) -> Bounds {
    let desired = i64::from(desired);
    Bounds {
        pods: PodCounts::steady(desired),
        stuck: None,
        waves: i64::from(desired > 0),
        replaced: desired,
    }
}

/// The bounds of a Deployment.
#[must_use]
pub fn deployment(spec: &deployment::Spec) -> Bounds {
    let n = i64::from(spec.replicas);
    let fence = spec.fence();
    let (surge, unavailable) = (i64::from(fence.surge), i64::from(fence.unavailable));
    if spec.strategy == deployment::Strategy::Recreate {
        return Bounds {
            pods: PodCounts {
                desired: n,
                min_available: 0,
                max_total: n,
                // New pods wait until the last old one is gone.
                max_with_terminating: n,
            },
            stuck: (!spec.paused).then_some(Stuck {
                old: 0,
                new: n,
                available: 0,
                total: n,
            }),
            waves: i64::from(n > 0),
            replaced: n,
        };
    }
    let (old, new) = (n - unavailable, n.min(surge + unavailable));
    Bounds {
        pods: PodCounts {
            desired: n,
            min_available: n - unavailable,
            max_total: n + surge,
            // Each old pod at its end and each new one, but no fewer than may be
            // counted at once.
            max_with_terminating: (n + surge).max(2 * n),
        },
        stuck: (!spec.paused).then_some(Stuck {
            old,
            new,
            available: old,
            total: old + new,
        }),
        waves: waves(n, surge + unavailable),
        replaced: n,
    }
}

/// The bounds of a StatefulSet. A pod's name is free only when the pod before it
/// is gone, so there are never more than desired.
#[must_use]
pub fn stateful_set(spec: &stateful_set::Spec) -> Bounds {
    let n = i64::from(spec.replicas);
    let replaced = i64::from(spec.updated_pods());
    let at_once = i64::from(spec.max_unavailable()).min(replaced);
    // In order, the lowest of those deleted together comes back first and holds
    // up the others.
    let back = if spec.parallel {
        at_once
    } else {
        at_once.min(1)
    };
    Bounds {
        pods: PodCounts {
            desired: n,
            min_available: n - at_once,
            max_total: n,
            max_with_terminating: n,
        },
        stuck: (replaced > 0).then_some(Stuck {
            old: n - at_once,
            new: back,
            available: n - at_once,
            total: n - at_once + back,
        }),
        waves: match spec.parallel {
            true => waves(replaced, at_once),
            false => replaced,
        },
        replaced,
    }
}

/// The bounds of a DaemonSet of which `desired` nodes want a pod.
#[must_use]
pub fn daemon_set(spec: &daemon_set::Spec, desired: i32) -> Bounds {
    let n = i64::from(desired);
    if spec.strategy == daemon_set::Strategy::OnDelete {
        return Bounds {
            replaced: 0,
            waves: 0,
            ..steady(desired)
        };
    }
    let fence = spec.strategy.fence(desired);
    let surge = i64::from(fence.surge).min(n);
    let unavailable = match surge {
        0 => i64::from(fence.unavailable).min(n),
        _ => 0,
    };
    let at_once = surge.max(unavailable);
    Bounds {
        pods: PodCounts {
            desired: n,
            min_available: n - unavailable,
            max_total: n + surge,
            // With a surge each node may have its old pod stopping beside the new.
            max_with_terminating: if surge > 0 { 2 * n } else { n },
        },
        stuck: Some(Stuck {
            old: n - unavailable,
            new: at_once,
            available: n - unavailable,
            total: n + surge,
        }),
        waves: waves(n, at_once),
        replaced: n,
    }
}

/// How many times `at_once` pods are created until `count` exist; at least one at once.
fn waves(count: i64, at_once: i64) -> i64 {
    let at_once = at_once.max(1);
    count / at_once + i64::from(count % at_once > 0)
}

impl Bounds {
    /// The same where there were `had` pods before, all available, and the number is
    /// changed together with the template: sizes change first.
    #[must_use]
    pub fn scaled_from(self, had: i64) -> Self {
        let pods = self.pods;
        Self {
            pods: PodCounts {
                desired: pods.desired,
                min_available: pods.min_available.min(had),
                max_total: pods.max_total.max(had),
                max_with_terminating: pods.max_with_terminating + (had - pods.desired).max(0),
            },
            ..self
        }
    }

    /// How long an update takes, from all pods of a wave being available together to one
    /// after the other. A pod is available `min_ready` after it is ready.
    #[must_use]
    pub fn finish(&self, ready_after: SignedDuration, min_ready: SignedDuration) -> Option<Finish> {
        let available_after = ready_after.checked_add(min_ready)?;
        let times = |count: i64| {
            let count = i32::try_from(count).ok()?;
            available_after.checked_mul(count)
        };
        Some(Finish {
            fastest: times(self.waves)?,
            slowest: times(self.replaced)?,
            ready_after,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::amount::Amount;
    use super::*;
    use crate::catalog::Minor;
    use crate::simulate::gates::Gates;

    fn rolling(replicas: i32, surge: Amount, unavailable: Amount) -> Bounds {
        deployment(&deployment::Spec {
            template: 1,
            replicas,
            strategy: deployment::Strategy::RollingUpdate { surge, unavailable },
            min_ready: SignedDuration::ZERO,
            progress_deadline: None,
            history_limit: None,
            paused: false,
        })
    }

    /// `min,max | old/new` as in the table of golden values.
    fn line(bounds: Bounds) -> String {
        let pods = bounds.pods;
        let stuck = bounds.stuck.map(|it| format!("{}/{}", it.old, it.new));
        format!(
            "{},{} | {}",
            pods.min_available,
            pods.max_total,
            stuck.unwrap_or_default()
        )
    }

    #[test]
    fn deployments_keep_their_fences() {
        let share = |n, s, u| line(rolling(n, Amount::Percent(s), Amount::Percent(u)));
        assert_eq!(share(1, 25, 25), "1,2 | 1/1");
        assert_eq!(share(3, 25, 25), "3,4 | 3/1");
        assert_eq!(share(4, 25, 25), "3,5 | 3/2");
        assert_eq!(share(7, 25, 25), "6,9 | 6/3");
        assert_eq!(share(10, 25, 25), "8,13 | 8/5");
        assert_eq!(share(15, 25, 25), "12,19 | 12/7");
        assert_eq!(share(3, 50, 50), "2,5 | 2/3");
        assert_eq!(share(4, 50, 50), "2,6 | 2/4");
        assert_eq!(share(2, 1, 0), "2,3 | 2/1");
        assert_eq!(share(3, 200, 0), "3,9 | 3/3");
        let none = Amount::Pods(0);
        assert_eq!(line(rolling(3, none, Amount::Pods(1))), "2,3 | 2/1");
        assert_eq!(line(rolling(3, none, Amount::Percent(25))), "2,3 | 2/1");
        assert_eq!(line(rolling(1, none, Amount::Pods(1))), "0,1 | 0/1");
        assert_eq!(
            line(rolling(2, Amount::Pods(1), Amount::Pods(5))),
            "0,3 | 0/2"
        );
    }

    #[test]
    fn stateful_sets_keep_theirs() {
        let spec = |replicas, partition, unavailable, parallel, minor| stateful_set::Spec {
            template: 1,
            replicas,
            start: 0,
            parallel,
            strategy: stateful_set::Strategy::RollingUpdate {
                partition,
                unavailable,
            },
            min_ready: SignedDuration::ZERO,
            claims: Vec::new(),
            deletes_claims_when_scaled: false,
            deletes_claims_when_deleted: false,
            gates: Gates::of(Minor::new(minor)),
        };
        let of = |n, p, u, parallel, minor| {
            line(stateful_set(&spec(n, p, Amount::Pods(u), parallel, minor)))
        };
        assert_eq!(of(3, 0, 1, false, 36), "2,3 | 2/1");
        assert_eq!(of(5, 2, 3, true, 36), "4,5 | 4/1");
        assert_eq!(of(5, 0, 3, true, 37), "2,5 | 2/3");
        assert_eq!(of(5, 0, 3, false, 37), "2,5 | 2/1");
        assert_eq!(of(5, 4, 3, true, 37), "4,5 | 4/1");
        assert_eq!(of(3, 3, 1, false, 37), "3,3 | ");
    }

    #[test]
    fn daemon_sets_keep_theirs() {
        let of = |surge, unavailable, desired| {
            let spec = daemon_set::Spec {
                template: 1,
                strategy: daemon_set::Strategy::RollingUpdate { surge, unavailable },
                min_ready: SignedDuration::ZERO,
            };
            line(daemon_set(&spec, desired))
        };
        let none = Amount::Pods(0);
        assert_eq!(of(none, Amount::Percent(25), 4), "3,4 | 3/1");
        assert_eq!(of(none, Amount::Percent(25), 5), "3,5 | 3/2");
        assert_eq!(of(Amount::Percent(25), none, 5), "5,7 | 5/2");
        assert_eq!(of(none, Amount::Percent(0), 3), "2,3 | 2/1");
        assert_eq!(of(none, Amount::Pods(1), 0), "0,0 | 0/0");
    }
}
