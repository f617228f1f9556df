//! Changes of size while a rollout is under way, or while it is paused: all sets
//! grow or shrink in proportion, so that a broken rollout gets no further by it.

use super::Strategy;
use super::draft::Draft;
use std::cmp::Reverse;

impl Draft<'_> {
    /// Whether the Deployment's size was changed since its sets were last scaled.
    pub(super) fn is_scaling(&self) -> bool {
        let mut active = self.sets.iter().filter(|set| set.replicas > 0);
        active.any(|set| set.desired_noted != self.spec.replicas)
    }

    /// One pass that changes sizes only.
    pub(super) fn resize(&mut self) {
        if self.spec.paused {
            // Where it revises a set, that is seen in the next pass.
            self.find_new();
        }
        // The controller judges by what the sets were before this pass: an empty one
        // that it has just given pods is taken away all the same.
        let surplus = match self.spec.paused {
            true => self.surplus(),
            false => Vec::new(),
        };
        self.distribute();
        self.prune(surplus);
        self.assess(false);
    }

    fn distribute(&mut self) {
        let replicas = self.spec.replicas;
        let all = 0..self.sets.len();
        let mut active: Vec<usize> = all.filter(|it| self.sets[*it].replicas > 0).collect();
        let only = match active[..] {
            [only] => Some(only),
            // The present template's, or else the newest of the others.
            [] => self.new_index().or(self.sets.len().checked_sub(1)),
            _ => None,
        };
        if let Some(only) = only {
            self.scale_to(only, replicas);
            return;
        }
        if active.is_empty() {
            return;
        }
        if self.is_saturated() {
            for index in self.active_old() {
                self.scale_to(index, 0);
            }
            return;
        }
        if self.spec.strategy == Strategy::Recreate {
            return;
        }
        let allowed = if replicas > 0 { self.spec.most() } else { 0 };
        let total: i32 = active.iter().map(|it| self.sets[*it].replicas).sum();
        let to_add = allowed - total;
        active.sort_by_key(|it| {
            let set = &self.sets[*it];
            let age = i64::try_from(*it).unwrap_or(i64::MAX);
            (Reverse(set.replicas), if to_add > 0 { -age } else { age })
        });
        self.share_out(&active, to_add);
    }

    /// Whether the set of the present template has all pods that are desired, and
    /// all are available.
    fn is_saturated(&self) -> bool {
        let replicas = self.spec.replicas;
        self.new_index().is_some_and(|it| {
            let set = &self.sets[it];
            set.replicas == replicas
                && set.desired_noted == replicas
                && set.status.available == replicas
        })
    }

    /// Gives each set its part of `to_add` (to take away when below zero), the
    /// first one what is left over.
    fn share_out(&mut self, active: &[usize], to_add: i32) {
        let mut added = 0;
        let mut sizes: Vec<i32> = Vec::with_capacity(active.len());
        for &index in active {
            let size = self.sets[index].replicas;
            let share = match to_add - added {
                0 => 0,
                left if to_add > 0 => self.share(index).min(left),
                left => self.share(index).max(left),
            };
            added += share;
            sizes.push(size + share);
        }
        if let Some(first) = sizes.first_mut() {
            *first = (*first + to_add - added).max(0);
        }
        for (&index, size) in active.iter().zip(sizes) {
            self.note_scale(index, size);
        }
    }

    /// By how much a set would change if it kept its part of the whole.
    fn share(&self, index: usize) -> i32 {
        let set = &self.sets[index];
        if self.spec.replicas == 0 {
            return -set.replicas;
        }
        let before = match set.most_noted {
            0 => self.before.replicas,
            noted => noted,
        };
        if before == 0 {
            return 0;
        }
        // The controller multiplies in 32 bits, too.
        let product = set.replicas.wrapping_mul(self.spec.most());
        let size = (f64::from(product) / f64::from(before)).round();
        #[allow(clippy::cast_possible_truncation)]
        let size = size as i32;
        size - set.replicas
    }
}
