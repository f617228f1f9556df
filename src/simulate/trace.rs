//! One run of a workload's controllers under stated assumptions, event by event.

mod worlds;

use super::clock::Queue;
use super::daemon_set::{self, NodeFit};
use super::forecast::{End, Forecast, Step};
use super::replica_set::{self, SetSpec};
use super::state::{Pod, PodId, Pods, Revision};
use super::workloads::{NEW, OLD, deployment_spec, replicas, stateful_set_spec};
use super::{Assumptions, deployment, gates::Gates, stateful_set, template};
use crate::resolve::Bundle;
use crate::resolve::view::Workload;
use jiff::{SignedDuration, Timestamp};
use std::fmt::Write as _;

/// Workloads with more pods than this have bounds, and no trace.
const MOST_PODS: i32 = 5_000;

/// A trace has no more steps than this.
const MOST_STEPS: usize = 20_000;

/// How often all pods are looked at before the first step, at least.
const LOOKS_BEFORE: usize = 20;

/// Whether a workload of that many pods has no trace: they are too many, or each step
/// would take too much of what all traces may take.
pub(super) fn is_too_large(pods: i32, assumptions: &Assumptions<'_>) -> bool {
    let looks = usize::try_from(pods).unwrap_or(0) * LOOKS_BEFORE;
    pods > MOST_PODS || looks > assumptions.looks
}

/// A virtual cluster that a trace runs in.
trait World {
    /// Its pods, and its clock.
    fn cluster(&mut self) -> (&mut Pods, &mut Timestamp);
    fn pods(&mut self) -> &mut Pods {
        self.cluster().0
    }
    fn set_now(&mut self, now: Timestamp) {
        *self.cluster().1 = now;
    }
    /// Runs the controllers until they rest.
    fn settle(&mut self) -> bool;
    /// When they act next although nothing happens.
    fn next_check(&self) -> Option<Timestamp>;
    /// How long a pod is ready before it is available.
    fn min_ready(&self) -> SignedDuration;
    /// Whether everything is as asked for.
    fn is_complete(&self) -> bool;
    /// What a controller complains about.
    fn complaint(&self) -> Option<&'static str> {
        None
    }
}

/// What happens to a pod by itself.
#[derive(Clone, Copy, Debug)]
enum Event {
    Ready(PodId),
    Gone(PodId),
}

/// A trace as it is written.
struct Run<'w, W> {
    world: &'w mut W,
    start: Timestamp,
    queue: Queue<Event>,
    /// The pods up to this number have their events queued.
    queued: PodId,
    stopping: Vec<PodId>,
    steps: Vec<Step>,
}

/// Runs `world` from the moment that a change was applied to it.
fn run(world: &mut impl World, assumptions: &Assumptions<'_>) -> (Vec<Step>, End) {
    let start = assumptions.start;
    let last = start
        .checked_add(assumptions.until)
        .unwrap_or(Timestamp::MAX);
    world.pods().graceful = !assumptions.stop_after.is_zero();
    let before: Vec<PodId> = world.pods().all().iter().map(|pod| pod.id).collect();
    for &id in &before {
        world.pods().place(id);
    }
    let queued = before.last().map_or(0, |id| id + 1);
    let mut run = Run {
        world,
        start,
        queue: Queue::default(),
        queued,
        stopping: Vec::new(),
        steps: Vec::new(),
    };
    run.step(start, "applied".to_owned(), assumptions);
    let mut looks = 0;
    while run.steps.len() < MOST_STEPS && looks < assumptions.looks {
        let next = [run.queue.next_time(), run.world.next_check()];
        let Some(now) = next.into_iter().flatten().min() else {
            let is_complete = run.world.is_complete();
            let end = if is_complete {
                End::Complete
            } else {
                End::Stuck
            };
            return (run.steps, end);
        };
        if now > last {
            return (run.steps, End::Until);
        }
        let event = run.happen(now);
        run.step(now, event, assumptions);
        looks += 1 + run.world.pods().all().len();
    }
    (run.steps, End::Steps)
}

impl<W: World> Run<'_, W> {
    /// Lets everything happen that is due, and says what.
    fn happen(&mut self, now: Timestamp) -> String {
        self.world.set_now(now);
        let (mut ready, mut gone) = (0, 0);
        while self.queue.next_time().is_some_and(|at| at <= now) {
            match self.queue.pop() {
                Some((_, Event::Ready(id))) => {
                    let pods = self.world.pods();
                    let waits = pods.get(id).is_some_and(|it| !it.is_terminating());
                    if waits {
                        pods.make_ready(id, now);
                        ready += 1;
                    }
                }
                Some((_, Event::Gone(id))) => {
                    self.world.pods().remove(id);
                    self.stopping.retain(|it| *it != id);
                    gone += 1;
                }
                None => {}
            }
        }
        let min_ready = self.world.min_ready();
        let is_new = |pod: &&Pod| !min_ready.is_zero() && pod.available_at(min_ready) == Some(now);
        let available = self.world.pods().all().iter().filter(is_new).count();
        let mut event = String::new();
        for (count, what) in [(ready, "ready"), (available, "available"), (gone, "gone")] {
            if count > 0 {
                let comma = if event.is_empty() { "" } else { ", " };
                let _ = write!(event, "{comma}{count} {what}");
            }
        }
        event
    }

    /// Lets the controllers act on what happened, and writes down what comes of it.
    fn step(&mut self, now: Timestamp, mut event: String, assumptions: &Assumptions<'_>) {
        self.world.set_now(now);
        let complaint = self.world.complaint();
        self.world.settle();
        self.queue_events(now, assumptions);
        if let Some(new) = self.world.complaint().filter(|it| Some(*it) != complaint) {
            let comma = if event.is_empty() { "" } else { ", " };
            let _ = write!(event, "{comma}{new}");
        }
        let min_ready = self.world.min_ready();
        let t = now.duration_since(self.start);
        let step = count(self.world.pods(), min_ready, now, t, event);
        let same = |last: &Step| {
            Step {
                t,
                event: step.event.clone(),
                ..last.clone()
            } == step
        };
        // A check that finds nothing to do is nothing to tell.
        if !(step.event.is_empty() && self.steps.last().is_some_and(same)) {
            self.steps.push(step);
        }
    }

    /// Queues what will happen to the pods that were just made, or told to stop.
    fn queue_events(&mut self, now: Timestamp, assumptions: &Assumptions<'_>) {
        let at = |after: SignedDuration| now.checked_add(after).unwrap_or(Timestamp::MAX);
        let (ready, gone) = (at(assumptions.ready_after), at(assumptions.stop_after));
        let pods = self.world.pods();
        let new = pods.all().iter().filter(|pod| pod.id >= self.queued);
        let new: Vec<PodId> = new.map(|pod| pod.id).collect();
        new.into_iter().for_each(|id| pods.place(id));
        let pods = pods.all();
        let first = pods.partition_point(|pod| pod.id < self.queued);
        for pod in &pods[first..] {
            if !(assumptions.never_ready && pod.revision == NEW) {
                self.queue.push(ready, Event::Ready(pod.id));
            }
        }
        self.queued = pods
            .last()
            .map_or(self.queued, |pod| self.queued.max(pod.id + 1));
        for pod in pods.iter().filter(|pod| pod.is_terminating()) {
            if !self.stopping.contains(&pod.id) {
                self.stopping.push(pod.id);
                self.queue.push(gone, Event::Gone(pod.id));
            }
        }
    }
}

fn count(
    pods: &Pods,
    min_ready: SignedDuration,
    now: Timestamp,
    t: SignedDuration,
    event: String,
) -> Step {
    let mut step = Step {
        t,
        event,
        old: 0,
        new: 0,
        new_available: 0,
        available: 0,
        total: 0,
        terminating: 0,
    };
    for pod in pods.all() {
        if !pod.is_active() {
            step.terminating += i64::from(pod.is_terminating());
            continue;
        }
        let is_available = i64::from(pod.is_available(min_ready, now));
        step.total += 1;
        step.available += is_available;
        if pod.revision == NEW {
            step.new += 1;
            step.new_available += is_available;
        } else {
            step.old += 1;
        }
    }
    step
}

/// What ran before, by the assumptions.
enum Before<'a> {
    /// Nothing: the workload is created.
    Nothing,
    /// The workload itself, from an earlier template.
    Itself,
    /// That object; and the number of its template.
    Other(Workload<'a>, Revision),
}

fn before<'a>(workload: &Workload<'_>, assumptions: &Assumptions<'a>) -> Before<'a> {
    let Some(bundle) = assumptions.from else {
        return Before::Itself;
    };
    let Some(other) = found_in(bundle, workload) else {
        return Before::Nothing;
    };
    let is_same = template::same(&other, workload, assumptions.kubernetes);
    Before::Other(other, if is_same { NEW } else { OLD })
}

/// The object of that kind and name in `bundle`.
fn found_in<'a>(bundle: &'a Bundle<'a>, workload: &Workload<'_>) -> Option<Workload<'a>> {
    let resource = &workload.resource;
    let (namespace, name) = (resource.namespace(), resource.name());
    let named = bundle.workloads_named(resource.kind, namespace, name);
    let mut whole = named.filter(|it| it.is_whole() && !bundle.is_patch(&it.resource));
    whole.next()
}

/// How many pods ran before; `None` where no number is assumed.
pub(super) fn replicas_before(
    workload: &Workload<'_>,
    assumptions: &Assumptions<'_>,
) -> Option<i32> {
    let other = found_in(assumptions.from?, workload)?;
    let has_number = other.kind.has_replicas();
    has_number.then(|| replicas(&other, &unscaled(assumptions)))?
}

/// The assumptions about what ran before: nothing was scaled yet.
fn unscaled<'a>(assumptions: &Assumptions<'a>) -> Assumptions<'a> {
    Assumptions {
        scale: None,
        ..*assumptions
    }
}

fn follow(forecast: &mut Forecast<'_>, world: &mut impl World, assumptions: &Assumptions<'_>) {
    let (steps, end) = run(world, assumptions);
    forecast.trace = steps;
    forecast.end = Some(end);
}

pub(super) fn deployment(
    forecast: &mut Forecast<'_>,
    workload: &Workload<'_>,
    spec: deployment::Spec,
    assumptions: &Assumptions<'_>,
) {
    let old = match before(workload, assumptions) {
        Before::Nothing => None,
        Before::Itself => Some(deployment::Spec {
            template: OLD,
            ..spec
        }),
        Before::Other(other, template) => deployment_spec(&other, template, &unscaled(assumptions)),
    };
    let most = spec.replicas.max(old.map_or(0, |it| it.replicas));
    if is_too_large(most, assumptions) {
        forecast.end = Some(End::Steps);
        return;
    }
    let running = old.map(|old| {
        deployment::World::complete(
            deployment::Spec {
                paused: false,
                ..old
            },
            assumptions.start,
        )
    });
    let mut world = running.unwrap_or_else(|| deployment::World::new(spec, assumptions.start));
    world.apply(spec);
    follow(forecast, &mut world, assumptions);
}

pub(super) fn replica_set(
    forecast: &mut Forecast<'_>,
    workload: &Workload<'_>,
    wanted: i32,
    assumptions: &Assumptions<'_>,
) {
    // An edit of the template replaces nothing, so only a change of size shows.
    let had = match before(workload, assumptions) {
        Before::Nothing | Before::Itself => 0,
        Before::Other(other, _) => replicas(&other, &unscaled(assumptions)).unwrap_or(0),
    };
    if is_too_large(wanted.max(had), assumptions) {
        forecast.end = Some(End::Steps);
        return;
    }
    let min_ready = SignedDuration::from_secs(workload.min_ready_seconds().value.max(0));
    let spec = SetSpec {
        owner: 0,
        template: NEW,
        replicas: had,
        min_ready,
    };
    let mut world = replica_set::World::complete(spec, assumptions.start);
    world.spec.replicas = wanted;
    follow(forecast, &mut world, assumptions);
}

pub(super) fn stateful_set(
    forecast: &mut Forecast<'_>,
    workload: &Workload<'_>,
    spec: stateful_set::Spec,
    assumptions: &Assumptions<'_>,
) {
    let old = match before(workload, assumptions) {
        Before::Nothing => None,
        Before::Itself => Some(stateful_set::Spec {
            template: OLD,
            ..spec.clone()
        }),
        Before::Other(other, template) => {
            stateful_set_spec(&other, template, &unscaled(assumptions))
        }
    };
    let most = old.as_ref().map_or(0, |it| it.replicas);
    if is_too_large(most.max(spec.replicas), assumptions) {
        forecast.end = Some(End::Steps);
        return;
    }
    let start = assumptions.start;
    let mut world = match old {
        Some(old) => stateful_set::World::complete(old, start),
        None => stateful_set::World::new(spec.clone(), start),
    };
    world.spec = spec;
    follow(forecast, &mut world, assumptions);
}

pub(super) fn daemon_set(
    forecast: &mut Forecast<'_>,
    workload: &Workload<'_>,
    spec: daemon_set::Spec,
    places: &[NodeFit],
    assumptions: &Assumptions<'_>,
) {
    let gates = Gates::of(assumptions.kubernetes);
    let old = match before(workload, assumptions) {
        Before::Nothing => None,
        Before::Itself => Some(daemon_set::Spec {
            template: OLD,
            ..spec
        }),
        Before::Other(other, template) => daemon_set::Spec::read(&other, template, gates),
    };
    let most = i32::try_from(places.len()).unwrap_or(i32::MAX);
    if is_too_large(most, assumptions) {
        forecast.end = Some(End::Steps);
        return;
    }
    let mut world = match old {
        Some(old) => daemon_set::World::complete(old, places, assumptions.start),
        None => daemon_set::World::new(spec, places, assumptions.start),
    };
    world.apply(spec);
    follow(forecast, &mut world, assumptions);
}
