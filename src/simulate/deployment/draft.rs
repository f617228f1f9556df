//! A pass of the controller while it is worked out: a copy of what it looks at,
//! changed as it goes along, and the list of those changes.

use super::{Action, Progress, ReplicaSet, Spec, Status};
use crate::simulate::state::Owner;
use jiff::Timestamp;

/// One pass at work.
pub(super) struct Draft<'a> {
    pub(super) spec: &'a Spec,
    /// As written down before this pass.
    pub(super) before: Status,
    /// What will be written down.
    pub(super) status: Status,
    /// Oldest first.
    pub(super) sets: Vec<ReplicaSet>,
    pub(super) now: Timestamp,
    pub(super) actions: Vec<Action>,
}

/// What became of looking for the ReplicaSet of the present template.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// There is none.
    Missing,
    /// It is there and needs no change.
    Present,
    /// Its number in the history or its `minReadySeconds` had to be changed.
    Revised,
}

impl<'a> Draft<'a> {
    pub(super) fn new(
        spec: &'a Spec,
        status: &Status,
        sets: &[ReplicaSet],
        now: Timestamp,
    ) -> Self {
        let mut sets = sets.to_vec();
        sets.sort_by_key(|set| (set.created, set.name_rank, set.owner));
        Self {
            spec,
            before: *status,
            status: *status,
            sets,
            now,
            actions: Vec::new(),
        }
    }

    /// What is to be done, the new status last and only if it says anything new.
    pub(super) fn into_actions(mut self) -> Vec<Action> {
        if self.status != self.before {
            self.actions.push(Action::Report(self.status));
        }
        self.actions
    }

    /// Where the ReplicaSet of the present template is; the oldest such one.
    pub(super) fn new_index(&self) -> Option<usize> {
        let template = self.spec.template;
        self.sets.iter().position(|set| set.template == template)
    }

    /// Where the others are, oldest first.
    pub(super) fn old_indices(&self) -> Vec<usize> {
        let new = self.new_index();
        let all = 0..self.sets.len();
        all.filter(|index| Some(*index) != new).collect()
    }

    /// Those of the others that have pods to lose.
    pub(super) fn active_old(&self) -> Vec<usize> {
        let mut old = self.old_indices();
        old.retain(|index| self.sets[*index].replicas > 0);
        old
    }

    /// The number in the history that the present template is to have at least.
    fn next_revision(&self) -> i64 {
        let old = self.old_indices().into_iter();
        old.map(|it| self.sets[it].revision).max().unwrap_or(0) + 1
    }

    /// Looks for the ReplicaSet of the present template and keeps its number in
    /// the history the newest.
    pub(super) fn find_new(&mut self) -> Found {
        let Some(index) = self.new_index() else {
            return Found::Missing;
        };
        let revision = self.next_revision();
        let min_ready = self.spec.min_ready;
        let set = &mut self.sets[index];
        if set.revision < revision || set.min_ready != min_ready {
            let revision = revision.max(set.revision);
            let owner = set.owner;
            if set.revision < revision {
                set.past_revisions.push(set.revision);
            }
            set.revision = revision;
            set.min_ready = min_ready;
            self.actions.push(Action::Revise { owner, revision });
            return Found::Revised;
        }
        self.status.revision = set.revision;
        if self.spec.progress_deadline.is_some() && self.status.progress.is_none() {
            self.status.progress = Some((Progress::SetFound, self.now));
        }
        Found::Present
    }

    /// Makes a ReplicaSet for the present template.
    pub(super) fn create_set(&mut self) {
        let replicas = self.new_size(0);
        let revision = self.next_revision();
        self.actions.push(Action::CreateSet { replicas, revision });
        self.status.revision = revision;
        // Where this pass has written down the end of a pause before, the server
        // refuses what is written here by the copy from before that.
        let conflicts = self.status.progress != self.before.progress;
        if self.spec.progress_deadline.is_some() && !conflicts {
            self.status.progress = Some((Progress::SetCreated, self.now));
        }
    }

    /// Gives a set another size; false where it has it already.
    pub(super) fn scale_to(&mut self, index: usize, replicas: i32) -> bool {
        self.sets[index].replicas != replicas && self.note_scale(index, replicas)
    }

    /// Gives a set that size and notes on it what the Deployment wants; false
    /// where the size stays.
    pub(super) fn note_scale(&mut self, index: usize, replicas: i32) -> bool {
        let (desired, most) = (self.spec.replicas, self.spec.most());
        let set = &mut self.sets[index];
        let resized = set.replicas != replicas;
        if resized || set.desired_noted != desired || set.most_noted != most {
            set.replicas = replicas;
            set.desired_noted = desired;
            set.most_noted = most;
            let owner = set.owner;
            self.actions.push(Action::Scale { owner, replicas });
        }
        resized
    }

    /// The oldest ReplicaSets beyond the history limit, except those that have pods.
    pub(super) fn surplus(&self) -> Vec<Owner> {
        let Some(limit) = self.spec.history_limit else {
            return Vec::new();
        };
        let mut old = self.old_indices();
        let limit = usize::try_from(limit).unwrap_or(0);
        let surplus = old.len().saturating_sub(limit);
        old.sort_by_key(|index| self.sets[*index].revision);
        let oldest = old.into_iter().take(surplus).map(|it| &self.sets[it]);
        let empty = oldest.filter(|it| it.replicas == 0 && it.status.replicas == 0 && it.observed);
        empty.map(|it| it.owner).collect()
    }

    /// Takes those ReplicaSets away.
    pub(super) fn prune(&mut self, surplus: Vec<Owner>) {
        let deleted = surplus.into_iter().map(Action::DeleteSet);
        self.actions.extend(deleted);
    }
}
