//! One pass of the Job controller: what it counts, whether the Job is over, and
//! which pods it makes and deletes.

use super::indexes::Indexes;
use super::spec::{FailureAction, JobSpec};
use super::state::{Backoff, Condition, JobActions, JobPod, JobState, JobStatus, NewPod};
use jiff::{SignedDuration, Timestamp};
use rustc_hash::FxHashSet;
use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;

/// Most pods that one pass makes or deletes.
const MOST: usize = 500;
/// The shortest time after which the controller syncs again.
const SOON: SignedDuration = SignedDuration::from_secs(1);

/// One sync of a Job that runs: the pods and what follows from them.
struct Pass<'s> {
    spec: &'s JobSpec<'s>,
    state: &'s JobState,
    now: Timestamp,
    active: Vec<&'s JobPod>,
    status: JobStatus,
    succeeded: Indexes,
    failed: Option<Indexes>,
    /// The failed pod of each index that its replacement takes its count from.
    delayed: BTreeMap<i32, &'s JobPod>,
    backoff: Backoff,
    actions: JobActions,
}

/// What the controller asks for at `now`; nothing for a Job that is over, or that
/// another controller looks after.
#[must_use]
pub fn sync(spec: &JobSpec<'_>, state: &JobState, now: Timestamp) -> JobActions {
    if state.is_finished() || spec.managed_by.is_some() {
        return JobActions {
            status: state.status.clone(),
            backoff: state.backoff,
            ..JobActions::default()
        };
    }
    let mut pass = Pass::new(spec, state, now);
    let existing = pass.existing_end();
    let mut end = existing.or_else(|| pass.failure());
    if end.is_none() {
        end = pass.success();
    }
    match end {
        Some(_) => pass.stop_all(),
        None => end = pass.carry_on(),
    }
    pass.count(end);
    pass.finish(end, existing)
}

impl<'s> Pass<'s> {
    fn new(spec: &'s JobSpec<'s>, state: &'s JobState, now: Timestamp) -> Self {
        let pods = state.pods.iter();
        let active: Vec<_> = pods.clone().filter(|it| it.pod.is_active()).collect();
        let stopping = |it: &&JobPod| it.pod.is_terminating() && !it.pod.phase.is_terminal();
        let mut status = JobStatus {
            active: to_i32(active.len()),
            ready: to_i32(active.iter().filter(|it| it.pod.is_ready()).count()),
            terminating: to_i32(pods.filter(stopping).count()),
            ..state.status.clone()
        };
        if !spec.suspend {
            status.start.get_or_insert(now);
        }
        let mut pass = Self {
            spec,
            state,
            now,
            active,
            status,
            succeeded: state.status.completed_indexes.below(spec.indexes()),
            failed: None,
            delayed: BTreeMap::new(),
            backoff: state.backoff,
            actions: JobActions::default(),
        };
        pass.gather();
        pass
    }

    /// Pods that have not been counted yet, and count.
    fn uncounted(&self) -> impl Iterator<Item = &'s JobPod> + use<'s> {
        let (spec, state) = (self.spec, self.state);
        let valid = move |it: &&JobPod| {
            let index = it.pod.ordinal.unwrap_or(-1);
            !spec.indexed || (0..spec.indexes()).contains(&index)
        };
        state.pods.iter().filter(|it| it.tracked).filter(valid)
    }

    fn gather(&mut self) {
        let spec = self.spec;
        let succeeded = |it: &&JobPod| it.pod.phase == crate::simulate::state::Phase::Succeeded;
        let good: Vec<_> = self.uncounted().filter(succeeded).collect();
        let bad: Vec<_> = self.uncounted().filter(|it| it.has_failed(spec)).collect();
        self.backoff = self.state.backoff.after(&good, &bad);
        if !spec.indexed {
            return;
        }
        for index in good.iter().filter_map(|it| it.pod.ordinal) {
            self.succeeded.insert(index);
        }
        let Some(limit) = spec.backoff_limit_per_index else {
            return;
        };
        let failed = self.state.status.failed_indexes.as_ref();
        let mut failed = failed
            .map(|it| it.below(spec.indexes()))
            .unwrap_or_default();
        for it in &bad {
            let action = it.action(spec);
            let over = it.failures >= limit && action != Some(FailureAction::Ignore);
            if let Some(index) = it.pod.ordinal
                && (over || action == Some(FailureAction::FailIndex))
            {
                failed.insert(index);
            }
        }
        let active: FxHashSet<i32> = self.active.iter().filter_map(|it| it.pod.ordinal).collect();
        for it in bad {
            let Some(index) = it.pod.ordinal else {
                continue;
            };
            if self.succeeded.contains(index) || failed.contains(index) || active.contains(&index) {
                continue;
            }
            let newer =
                |old: &&JobPod| it.all_failures() >= old.all_failures() && it.end() >= old.end();
            if self.delayed.get(&index).is_none_or(newer) {
                self.delayed.insert(index, it);
            }
        }
        self.failed = Some(failed);
    }

    /// What an earlier pass found that it comes to.
    fn existing_end(&self) -> Option<Condition> {
        let all = &self.state.status.conditions;
        let is_met = |it: &&Condition| matches!(it, Condition::SuccessCriteriaMet(_));
        let fails = |it: &&Condition| matches!(it, Condition::FailureTarget(_));
        all.iter().find(is_met).or(all.iter().find(fails)).copied()
    }

    fn failure(&mut self) -> Option<Condition> {
        let spec = self.spec;
        let fails_all =
            |it: &&JobPod| it.has_failed(spec) && it.action(spec) == Some(FailureAction::FailJob);
        if self.state.pods.iter().any(|it| fails_all(&it)) {
            return Some(Condition::FailureTarget("PodFailurePolicy"));
        }
        let counted = |it: &&JobPod| it.has_failed(spec) && it.counts(spec);
        let new = to_i32(self.uncounted().filter(counted).count());
        if self.state.status.failed.saturating_add(new) > spec.backoff_limit
            || self.restarted_too_often()
        {
            return Some(Condition::FailureTarget("BackoffLimitExceeded"));
        }
        if let (Some(deadline), Some(start), false) =
            (spec.active_deadline, self.status.start, spec.suspend)
        {
            let left = deadline.saturating_sub(self.now.duration_since(start));
            if left <= SignedDuration::ZERO {
                return Some(Condition::FailureTarget("DeadlineExceeded"));
            }
            self.look_again(left);
        }
        let failed = self.failed.as_ref().map(Indexes::len)?;
        if spec.max_failed_indexes.is_some_and(|most| failed > most) {
            return Some(Condition::FailureTarget("MaxFailedIndexesExceeded"));
        }
        let decided = failed.saturating_add(self.succeeded.len());
        let all = failed > 0 && decided >= spec.indexes();
        all.then_some(Condition::FailureTarget("FailedIndexes"))
    }

    /// Restarts in place count against the limit, too; a limit of 0 allows none,
    /// any other one less than it says.
    fn restarted_too_often(&self) -> bool {
        if !self.spec.on_failure {
            return false;
        }
        let pods = self.state.pods.iter();
        let living = pods.filter(|it| !it.pod.phase.is_terminal());
        let restarts: i64 = living.map(|it| i64::from(it.pod.restarts)).sum();
        restarts >= i64::from(self.spec.backoff_limit).max(1)
    }

    /// Whether one of the success rules is met.
    fn success(&self) -> Option<Condition> {
        let rules = self.spec.success_rules.as_deref()?;
        if !self.spec.indexed || self.succeeded.is_empty() {
            return None;
        }
        let met = rules.iter().any(|rule| match rule.indexes {
            Some(text) => {
                let wanted = Indexes::parse(text, self.spec.indexes());
                let common = wanted.overlap(&self.succeeded);
                let enough = rule.count.is_some_and(|count| common >= count);
                !wanted.is_empty() && (common == wanted.len() || enough)
            }
            None => rule
                .count
                .is_some_and(|count| self.succeeded.len() >= count),
        });
        met.then_some(Condition::SuccessCriteriaMet("SuccessPolicy"))
    }

    fn stop_all(&mut self) {
        self.actions.delete = self.active.iter().map(|it| it.pod.id).collect();
        self.status.terminating += self.status.active;
        (self.status.active, self.status.ready) = (0, 0);
    }

    /// Makes and deletes pods; says so when nothing is left to do.
    fn carry_on(&mut self) -> Option<Condition> {
        self.manage();
        let active = self.status.active;
        let succeeded = self.succeeded_total();
        let complete = match self.spec.completions {
            None => succeeded > 0 && active == 0,
            Some(completions) => succeeded >= completions && active == 0,
        };
        if complete {
            return Some(Condition::SuccessCriteriaMet("CompletionsReached"));
        }
        match (self.spec.suspend, self.status.suspended) {
            (true, None | Some(false)) => {
                self.status.suspended = Some(true);
                self.status.start = None;
            }
            (false, Some(true)) => {
                self.status.suspended = Some(false);
                self.status.start = Some(self.now);
            }
            _ => {}
        }
        None
    }

    fn succeeded_total(&self) -> i32 {
        if self.spec.indexed {
            return self.succeeded.len();
        }
        let succeeded = |it: &&JobPod| it.pod.phase == crate::simulate::state::Phase::Succeeded;
        let new = to_i32(self.uncounted().filter(succeeded).count());
        self.state.status.succeeded.saturating_add(new)
    }

    fn manage(&mut self) {
        let spec = self.spec;
        let active = self.status.active;
        if spec.suspend {
            return self.remove(active);
        }
        let succeeded = self.succeeded_total();
        let wanted = match spec.completions {
            None if succeeded > 0 => active,
            None => spec.parallelism,
            Some(completions) => (completions - succeeded).clamp(0, spec.parallelism),
        };
        self.remove((active - wanted).max(0));
        if !self.actions.delete.is_empty() {
            return;
        }
        let stopping = if spec.replace_failed_only {
            self.status.terminating
        } else {
            0
        };
        let lacking = usize::try_from(wanted - stopping - active).unwrap_or(0);
        if lacking > 0 {
            self.make(lacking);
        }
    }

    fn make(&mut self, lacking: usize) {
        let spec = self.spec;
        if spec.backoff_limit_per_index.is_none() {
            let left = self.backoff.left(self.now);
            if left > SignedDuration::ZERO {
                return self.look_again(left);
            }
        }
        let lacking = lacking.min(MOST);
        let create: Vec<NewPod> = match spec.indexed {
            false => vec![new_pod(None, None, spec); lacking],
            true => {
                let indexes = self.pending(lacking);
                let left = |index: &i32| self.left_of(*index);
                let (now, later): (Vec<i32>, Vec<i32>) =
                    indexes.into_iter().partition(|it| left(it).is_zero());
                if let (true, Some(left)) = (now.is_empty(), later.iter().map(left).min()) {
                    return self.look_again(left);
                }
                let new = |index: i32| new_pod(Some(index), self.delayed.get(&index), spec);
                now.into_iter().map(new).collect()
            }
        };
        self.status.active += to_i32(create.len());
        self.actions.create = create;
    }

    /// The first indexes that neither succeeded nor failed, and have no pod.
    fn pending(&self, count: usize) -> Vec<i32> {
        let mut taken = self.succeeded.clone();
        let stopping = |it: &JobPod| {
            let counts = self.spec.replace_failed_only && it.pod.is_terminating();
            counts && !it.pod.phase.is_terminal()
        };
        let pods = self.state.pods.iter();
        let busy = pods.filter(|it| it.pod.is_active() || stopping(it));
        for index in busy.filter_map(|it| it.pod.ordinal) {
            taken.insert(index);
        }
        if let Some(failed) = &self.failed {
            taken.merge(failed);
        }
        taken.missing(count, self.spec.indexes())
    }

    /// How long an index still waits for its next pod.
    fn left_of(&self, index: i32) -> SignedDuration {
        let Some(it) = self.delayed.get(&index) else {
            return SignedDuration::ZERO;
        };
        let backoff = Backoff {
            failures: it.all_failures().saturating_add(1),
            last: Some(it.end()),
        };
        backoff.left(self.now)
    }

    /// Deletes `least` active pods; of an Indexed Job first those whose index is
    /// taken twice or out of range, and those in any case.
    fn remove(&mut self, least: i32) {
        let least = usize::try_from(least).unwrap_or(0);
        let mut left = self.active.clone();
        left.sort_by(|a, b| removal_order(a, b));
        let mut removed = Vec::new();
        if self.spec.indexed {
            let indexes = self.spec.indexes();
            let mut seen = FxHashSet::default();
            // Of those with one index the last one stays.
            for it in left.iter().rev() {
                let index = it.pod.ordinal.unwrap_or(-1);
                if !(0..indexes).contains(&index) || !seen.insert(index) {
                    removed.push(*it);
                }
            }
            removed.reverse();
            let gone: FxHashSet<_> = removed.iter().map(|it| it.pod.id).collect();
            left.retain(|it| !gone.contains(&it.pod.id));
        }
        let more = least.saturating_sub(removed.len());
        removed.extend(left.into_iter().take(more));
        removed.truncate(if self.spec.suspend { usize::MAX } else { MOST });
        let gone = to_i32(removed.len());
        let ready = to_i32(removed.iter().filter(|it| it.pod.is_ready()).count());
        self.status.active -= gone;
        self.status.ready -= ready;
        self.status.terminating += gone;
        // They are let go first, so that they do not count as failed.
        self.actions.delete = removed.iter().map(|it| it.pod.id).collect();
        self.actions.counted.clone_from(&self.actions.delete);
    }

    /// Counts the pods that ended; once the Job fails, all that are left count
    /// as failed.
    fn count(&mut self, end: Option<Condition>) {
        let spec = self.spec;
        let fails = matches!(end, Some(Condition::FailureTarget(_)));
        let mut failed = 0;
        let mut succeeded = 0;
        let let_go: FxHashSet<_> = self.actions.counted.iter().copied().collect();
        for it in self.state.pods.iter().filter(|it| it.tracked) {
            if let_go.contains(&it.pod.id) {
                continue;
            }
            let good = it.pod.phase == crate::simulate::state::Phase::Succeeded;
            let bad = it.has_failed(spec);
            let index = it.pod.ordinal.unwrap_or(-1);
            let kept = self.delayed.get(&index);
            let kept = kept.is_some_and(|kept| kept.pod.id == it.pod.id);
            if !(end.is_some() || good || (bad && !kept)) {
                continue;
            }
            self.actions.counted.push(it.pod.id);
            let valid = !spec.indexed || (0..spec.indexes()).contains(&index);
            if good {
                succeeded += i32::from(valid);
            } else if (bad || fails) && valid && it.counts(spec) {
                failed += 1;
            }
        }
        self.status.failed = self.status.failed.saturating_add(failed);
        if spec.indexed {
            self.status.succeeded = self.succeeded.len();
            self.status.completed_indexes = self.succeeded.clone();
            self.status.failed_indexes.clone_from(&self.failed);
        } else {
            self.status.succeeded = self.status.succeeded.saturating_add(succeeded);
        }
    }

    fn finish(mut self, end: Option<Condition>, existing: Option<Condition>) -> JobActions {
        if let Some(end) = end {
            if existing.is_none() {
                self.status.conditions.push(end);
            }
            // The server refuses an end without a beginning, as of a Job that shrinks
            // to what it has done while it is suspended; the controller tries on.
            let is_nothing = self.spec.suspend && self.spec.completions == Some(0);
            let has_begun = self.status.start.is_some() || is_nothing;
            if !has_begun {
                self.look_again(SOON);
            } else if self.status.terminating == 0 {
                self.status.conditions.push(match end {
                    Condition::SuccessCriteriaMet(reason) | Condition::Complete(reason) => {
                        Condition::Complete(reason)
                    }
                    Condition::FailureTarget(reason) | Condition::Failed(reason) => {
                        Condition::Failed(reason)
                    }
                });
            }
        }
        // Only a status that is written takes the new failures into account.
        let written = self.status != self.state.status;
        self.actions.backoff = if written {
            self.backoff
        } else {
            self.state.backoff
        };
        self.actions.status = self.status;
        self.actions
    }

    fn look_again(&mut self, after: SignedDuration) {
        let after = after.max(SOON);
        let sooner = self.actions.requeue.is_none_or(|it| after < it);
        if sooner {
            self.actions.requeue = Some(after);
        }
    }
}

fn new_pod(index: Option<i32>, before: Option<&&JobPod>, spec: &JobSpec<'_>) -> NewPod {
    let Some(before) = before else {
        return NewPod {
            index,
            failures: 0,
            ignored: 0,
        };
    };
    let counted = i32::from(before.counts(spec));
    NewPod {
        index,
        failures: before.failures + counted,
        ignored: before.ignored + 1 - counted,
    }
}

/// Which of two active pods goes first: the one that has got less far, then the
/// one that is younger, then the one with the lower index.
fn removal_order(a: &JobPod, b: &JobPod) -> Ordering {
    let (a, b) = (&a.pod, &b.pod);
    (a.node.is_some().cmp(&b.node.is_some()))
        .then(a.phase.cmp(&b.phase))
        .then(a.is_ready().cmp(&b.is_ready()))
        .then(Reverse(a.ready_since).cmp(&Reverse(b.ready_since)))
        .then(b.restarts.cmp(&a.restarts))
        .then(b.created.cmp(&a.created))
        .then(a.ordinal.cmp(&b.ordinal))
        .then(b.id.cmp(&a.id))
}

fn to_i32(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
