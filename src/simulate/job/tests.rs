//! The arithmetic and the runs of Jobs that are known by hand.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::catalog::Minor;
use crate::simulate::Assumptions;
use crate::simulate::forecast::End;
use crate::simulate::state::Phase;
use proptest::prelude::*;

fn spec(completions: Option<i32>, parallelism: i32, backoff_limit: i32) -> JobSpec<'static> {
    JobSpec {
        completions,
        parallelism,
        indexed: false,
        backoff_limit,
        backoff_limit_per_index: None,
        max_failed_indexes: None,
        active_deadline: None,
        suspend: false,
        replace_failed_only: false,
        on_failure: false,
        failure_rules: None,
        success_rules: None,
        managed_by: None,
        ttl: None,
    }
}

fn failing(run_time: i64) -> Assumptions<'static> {
    Assumptions {
        never_ready: true,
        ready_after: SignedDuration::ZERO,
        run_time: SignedDuration::from_secs(run_time),
        ..Assumptions::new(Minor::new(37))
    }
}

fn seconds(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds)
}

/// Pods that start at once and run that long.
fn lasting(run: i64) -> Pace {
    Pace {
        start: SignedDuration::ZERO,
        run: seconds(run),
    }
}

#[test]
fn pauses_double_up_to_ten_minutes() {
    let pauses: Vec<i64> = (1..=8).map(|it| Backoff::pause(it).as_secs()).collect();
    assert_eq!(pauses, [10, 20, 40, 80, 160, 320, 600, 600]);
    assert_eq!(pauses[..6].iter().sum::<i64>(), 630);
    assert_eq!(Backoff::pause(0), SignedDuration::ZERO);
}

#[test]
fn three_attempts_start_at_0_15_and_40_seconds() {
    let trace = trace::run(&spec(Some(1), 1, 2), &failing(5));
    let starts: Vec<i64> = trace
        .steps
        .iter()
        .filter(|it| it.event.contains("start"))
        .map(|it| it.t.as_secs())
        .collect();
    assert_eq!(starts, [0, 0, 15, 40]);
    assert_eq!(trace.finished, Some(seconds(45)));
    assert_eq!(trace.state.created, 3);
    assert_eq!(trace.end, End::Stuck);
    let reason = trace.state.status.conditions.last().unwrap();
    assert_eq!(*reason, state::Condition::Failed("BackoffLimitExceeded"));
}

#[test]
fn giving_up_takes_as_long_as_the_formula_says() {
    for (limit, runs, pauses) in [(6, 7, 630), (2, 3, 30), (0, 1, 0)] {
        let spec = spec(Some(1), 1, limit);
        let bounds = Bounds::of(&spec, lasting(5));
        assert_eq!(bounds.gives_up, Some(seconds(runs * 5 + pauses)));
        assert_eq!(bounds.max_pods, Some(runs));
        let trace = trace::run(&spec, &failing(5));
        assert_eq!(trace.finished, bounds.gives_up, "limit {limit}");
    }
}

#[test]
fn pods_that_start_slowly_are_waited_for() {
    let assumptions = Assumptions {
        ready_after: seconds(10),
        ..failing(60)
    };
    let pace = Pace::of(&assumptions);
    for on_failure in [false, true] {
        for (completions, parallelism, limit) in [(1, 1, 6), (5, 2, 2), (4, 4, 3), (1, 1, 0)] {
            let mut spec = spec(Some(completions), parallelism, limit);
            spec.on_failure = on_failure;
            let bounds = Bounds::of(&spec, pace);
            let failed = trace::run(&spec, &assumptions);
            assert_eq!(failed.finished, bounds.gives_up, "{spec:?}");
            let well = Assumptions {
                never_ready: false,
                ..assumptions
            };
            let done = trace::run(&spec, &well);
            assert_eq!(done.finished, bounds.fault_free, "{spec:?}");
        }
    }
}

#[test]
fn failures_at_once_make_the_pause_longer() {
    let spec = spec(Some(10), 5, 6);
    let trace = trace::run(&spec, &failing(5));
    // Five failures, then 160 s, then five more: more than six.
    assert_eq!(trace.finished, Some(seconds(5 + 160 + 5)));
    assert_eq!(Bounds::of(&spec, lasting(5)).gives_up, trace.finished);
    assert_eq!(trace.state.status.failed, 10);
}

#[test]
fn restarts_in_place_allow_one_attempt_less() {
    for (limit, attempts) in [(0, 1), (1, 1), (2, 2), (4, 4)] {
        let mut spec = spec(Some(1), 1, limit);
        spec.on_failure = true;
        let trace = trace::run(&spec, &failing(5));
        let failures = trace.steps.iter().filter(|it| it.event.contains("fails"));
        assert_eq!(failures.count(), attempts, "limit {limit}");
        assert_eq!(trace.state.created, 1);
    }
}

#[test]
fn waves_take_as_long_as_the_work_divided() {
    let assumptions = Assumptions {
        never_ready: false,
        ..failing(60)
    };
    for (completions, parallelism, waves) in [(10, 3, 4), (3, 10, 1), (1, 1, 1), (0, 1, 0)] {
        let spec = spec(Some(completions), parallelism, 6);
        let bounds = Bounds::of(&spec, lasting(60));
        assert_eq!(bounds.fault_free, Some(seconds(60 * waves)));
        let trace = trace::run(&spec, &assumptions);
        assert_eq!(trace.finished, bounds.fault_free);
        assert_eq!(trace.end, End::Complete);
        assert_eq!(trace.state.created, u64::try_from(completions).unwrap());
    }
    let queue = trace::run(&spec(None, 4, 6), &assumptions);
    assert_eq!((queue.end, queue.state.created), (End::Complete, 4));
}

#[test]
fn each_index_has_its_own_limit() {
    let mut spec = spec(Some(3), 3, i32::MAX);
    (spec.indexed, spec.backoff_limit_per_index) = (true, Some(1));
    let bounds = Bounds::of(&spec, lasting(5));
    assert_eq!(bounds.max_pods, Some(6));
    let trace = trace::run(&spec, &failing(5));
    assert_eq!(trace.state.created, 6);
    assert_eq!(trace.finished, Some(seconds(5 + 10 + 5)));
    assert_eq!(trace.finished, bounds.gives_up);
    let failed = trace.state.status.failed_indexes.clone().unwrap();
    assert_eq!(failed.to_string(), "0-2");
}

#[test]
fn a_deadline_ends_it_whatever_is_left_of_the_limit() {
    let mut spec = spec(Some(1), 1, 6);
    spec.active_deadline = Some(seconds(30));
    let trace = trace::run(&spec, &failing(5));
    let reason = trace.state.status.conditions.last().unwrap();
    assert_eq!(*reason, state::Condition::Failed("DeadlineExceeded"));
    assert_eq!(trace.finished, Some(seconds(30)));
    assert!(!Bounds::of(&spec, lasting(30)).is_feasible());
    assert!(Bounds::of(&spec, lasting(29)).is_feasible());
}

#[test]
fn enough_of_a_success_stops_the_rest() {
    let mut spec = spec(Some(5), 1, 6);
    spec.indexed = true;
    spec.success_rules = Some(vec![spec::SuccessRule {
        indexes: Some("0-2"),
        count: Some(2),
    }]);
    let assumptions = Assumptions {
        never_ready: false,
        ..failing(60)
    };
    let trace = trace::run(&spec, &assumptions);
    assert_eq!(trace.state.status.completed_indexes.to_string(), "0,1");
    let reason = trace.state.status.conditions.last().unwrap();
    assert_eq!(*reason, state::Condition::Complete("SuccessPolicy"));
}

#[test]
fn a_suspended_job_makes_no_pods() {
    let mut spec = spec(Some(3), 3, 6);
    spec.suspend = true;
    let trace = trace::run(&spec, &failing(5));
    assert_eq!((trace.state.created, trace.end), (0, End::Stuck));
    assert_eq!(Bounds::of(&spec, lasting(5)).pods().desired, 0);
}

/// What may happen to an active pod.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Succeeds,
    Fails,
    Vanishes,
}

fn fates() -> impl Strategy<Value = Vec<(usize, Fate)>> {
    let fate = prop_oneof![
        Just(Fate::Succeeds),
        Just(Fate::Fails),
        Just(Fate::Vanishes)
    ];
    prop::collection::vec((0..8_usize, fate), 0..60)
}

prop_compose! {
    fn any_spec()(
        completions in prop::option::of(0..8_i32),
        parallelism in 0..6_i32,
        limit in 0..5_i32,
        per_index in prop::option::of(0..3_i32),
        indexed in any::<bool>(),
        replace_failed_only in any::<bool>(),
    ) -> JobSpec<'static> {
        let mut spec = spec(completions, parallelism, limit);
        spec.indexed = indexed && completions.is_some();
        spec.backoff_limit_per_index = per_index.filter(|_| spec.indexed);
        if spec.backoff_limit_per_index.is_some() {
            spec.backoff_limit = i32::MAX;
        }
        spec.replace_failed_only = replace_failed_only;
        spec
    }
}

fn settle(spec: &JobSpec<'_>, state: &mut JobState, now: jiff::Timestamp) {
    for _ in 0..1000 {
        let actions = sync::sync(spec, state, now);
        if state.is_settled(&actions) {
            return;
        }
        state.apply(&actions, now);
    }
    unreachable!("the controller does not come to rest");
}

proptest! {
    #[test]
    fn no_run_leaves_the_bounds(spec in any_spec(), fates in fates()) {
        let bounds = Bounds::of(&spec, lasting(5));
        let mut state = JobState::default();
        let mut now = Assumptions::new(Minor::new(37)).start;
        settle(&spec, &mut state, now);
        for (which, fate) in fates {
            let active: Vec<_> = state.pods.iter().filter(|it| it.pod.is_active()).collect();
            prop_assert!(i32::try_from(active.len()).unwrap() <= bounds.max_active);
            let created = i64::try_from(state.created).unwrap();
            prop_assert!(bounds.max_pods.is_none_or(|most| created <= most));
            let Some(id) = active.get(which % active.len().max(1)).map(|it| it.pod.id) else {
                break;
            };
            // Long enough for every pause to be over.
            now = now.checked_add(seconds(601)).unwrap();
            let it = state.get_mut(id).unwrap();
            match fate {
                Fate::Vanishes => it.delete(false, now),
                Fate::Succeeds => it.pod.phase = Phase::Succeeded,
                Fate::Fails => it.pod.phase = Phase::Failed,
            }
            it.pod.finished = Some(now);
            settle(&spec, &mut state, now);
            now = now.checked_add(seconds(601)).unwrap();
            settle(&spec, &mut state, now);
        }
        if state.is_finished() {
            prop_assert!(state.pods.iter().all(|it| !it.pod.is_active()));
        }
    }
}

/// What any order of successes and failures results in: the most pods at once, the
/// most that are ever made, and in how many ways the Job ends.
fn explore(spec: &JobSpec<'_>) -> (i32, u64, Vec<&'static str>) {
    let pause = seconds(601);
    let mut now = Assumptions::new(Minor::new(37)).start;
    let mut state = JobState::default();
    settle(spec, &mut state, now);
    let (mut most, mut created, mut ends) = (0, 0, Vec::new());
    let mut waiting = vec![(state, now)];
    while let Some((state, at)) = waiting.pop() {
        let active: Vec<_> = state.pods.iter().filter(|it| it.pod.is_active()).collect();
        most = most.max(i32::try_from(active.len()).unwrap());
        created = created.max(state.created);
        if let Some(end) = state.status.conditions.last() {
            assert!(active.is_empty(), "{spec:?}");
            ends.push(end.name());
        }
        now = at.checked_add(pause).unwrap();
        for id in active.iter().map(|it| it.pod.id) {
            for phase in [Phase::Succeeded, Phase::Failed] {
                let mut next = state.clone();
                let it = next.get_mut(id).unwrap();
                (it.pod.phase, it.pod.finished) = (phase, Some(now));
                settle(spec, &mut next, now);
                let later = now.checked_add(pause).unwrap();
                settle(spec, &mut next, later);
                waiting.push((next, later));
            }
        }
    }
    ends.sort_unstable();
    ends.dedup();
    (most, created, ends)
}

#[test]
fn every_order_of_ends_stays_inside_and_some_reach_both_bounds() {
    for completions in [None, Some(1), Some(2), Some(3)] {
        for (parallelism, limit) in [(1, 0), (1, 1), (2, 0), (2, 1), (3, 1)] {
            let spec = spec(completions, parallelism, limit);
            let bounds = Bounds::of(&spec, lasting(5));
            let (most, created, ends) = explore(&spec);
            assert_eq!(most, bounds.max_active, "{spec:?}");
            let reached = bounds.max_pods.map(|it| u64::try_from(it).unwrap());
            assert_eq!(Some(created), reached, "{spec:?}");
            assert_eq!(ends, ["Complete", "Failed"], "{spec:?}");
        }
    }
    for (completions, parallelism, limit) in [(1, 1, 1), (2, 1, 1), (2, 2, 1), (3, 2, 0)] {
        let mut spec = spec(Some(completions), parallelism, i32::MAX);
        spec.indexed = true;
        spec.backoff_limit_per_index = Some(limit);
        let bounds = Bounds::of(&spec, lasting(5));
        let (most, created, _) = explore(&spec);
        assert_eq!(most, bounds.max_active, "{spec:?}");
        let reached = bounds.max_pods.map(|it| u64::try_from(it).unwrap());
        assert_eq!(Some(created), reached, "{spec:?}");
    }
}
