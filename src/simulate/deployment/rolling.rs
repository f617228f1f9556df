//! Rollouts: the pods of an earlier template make way for those of a new one.

use super::Strategy;
use super::draft::Draft;

impl Draft<'_> {
    /// One pass of a rolling update: grow the new set, or else shrink old ones.
    pub(super) fn roll(&mut self) {
        let Some(new) = self.new_index() else {
            // It has its size from the start; what follows needs to see its pods.
            self.create_set();
            self.assess(true);
            return;
        };
        let size = match self.sets[new].replicas {
            more if more > self.spec.replicas => self.spec.replicas,
            size => self.new_size(size),
        };
        if !self.scale_to(new, size) && !self.shrink_old(new) && self.before.is_complete(self.spec)
        {
            self.prune(self.surplus());
        }
        self.assess(true);
    }

    /// How large the set of the present template may be, if it is `size` now.
    pub(super) fn new_size(&self, size: i32) -> i32 {
        let replicas = self.spec.replicas;
        if self.spec.strategy == Strategy::Recreate {
            return replicas;
        }
        let total = self.total();
        let most = self.spec.most();
        match total < most {
            true => size + (most - total).min(replicas - size),
            false => size,
        }
    }

    /// How many pods all sets are to have.
    fn total(&self) -> i32 {
        let sizes = self.sets.iter().map(|set| set.replicas);
        sizes.fold(0, i32::saturating_add)
    }

    /// Takes pods from old sets as far as availability allows: broken ones first,
    /// then whole ones. True when a set was changed.
    fn shrink_old(&mut self, new: usize) -> bool {
        let old = self.active_old();
        if old.is_empty() {
            return false;
        }
        let min_available = self.spec.replicas - self.spec.fence().unavailable;
        let new_set = &self.sets[new];
        let new_unavailable = new_set.replicas - new_set.status.available;
        let budget = self.total() - min_available - new_unavailable;
        if budget <= 0 {
            return false;
        }
        let mut done = 0;
        for &index in &old {
            let set = &self.sets[index];
            // A report from before the last shrinking tells of more pods than
            // there are to be; then nothing is known, and nothing done.
            let broken = set.replicas - set.status.available;
            if done >= budget {
                break;
            }
            if broken < 0 {
                return false;
            }
            let count = broken.min(budget - done);
            self.scale_to(index, set_size(self, index) - count);
            done += count;
        }
        let seen = old.iter().copied().chain([new]);
        let available: i32 = seen.map(|it| self.sets[it].status.available).sum();
        let mut spare = available - min_available;
        for &index in &old {
            if spare <= 0 {
                break;
            }
            let size = set_size(self, index);
            let count = size.min(spare);
            self.scale_to(index, size - count);
            spare -= count;
            done += count;
        }
        done > 0
    }

    /// One pass of a Recreate rollout: first no old pod, then the new ones.
    pub(super) fn recreate(&mut self, old_pods: bool) {
        let old = self.active_old();
        for &index in &old {
            self.scale_to(index, 0);
        }
        let reported = self.old_indices().into_iter();
        let waits = reported
            .map(|it| self.sets[it].status.replicas)
            .sum::<i32>()
            > 0;
        if old.is_empty() && !waits && !old_pods {
            match self.new_index() {
                None => self.create_set(),
                Some(new) => {
                    self.scale_to(new, self.spec.replicas);
                    if self.before.is_complete(self.spec) {
                        self.prune(self.surplus());
                    }
                }
            }
        }
        self.assess(true);
    }
}

fn set_size(draft: &Draft<'_>, index: usize) -> i32 {
    draft.sets[index].replicas
}
