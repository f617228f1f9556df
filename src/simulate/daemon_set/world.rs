//! A DaemonSet in a virtual cluster: the nodes, its pods, what it reports.

use super::sync::ByNode;
use super::{NodeFit, Site, Spec, sync};
use crate::simulate::state::{NodeIndex, Phase, Pod, PodAction, Pods};
use jiff::{SignedDuration, Timestamp};

/// Passes after which a controller that still changes something is left alone.
const MOST_PASSES: usize = 10_000;

/// How long a failed pod waits to be replaced: at first, and at most.
const FIRST_REST: SignedDuration = SignedDuration::from_secs(1);
const LONGEST_REST: SignedDuration = SignedDuration::from_mins(15);

/// What the controller writes down.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Status {
    /// Nodes that want a pod.
    pub desired: i32,
    /// Nodes that want a pod and have one.
    pub current: i32,
    /// Nodes whose pod is ready.
    pub ready: i32,
    /// Nodes whose pod has been ready for long enough.
    pub available: i32,
    /// Nodes whose pod is of the present template.
    pub updated: i32,
    /// Nodes that have a pod and want none.
    pub misscheduled: i32,
}

/// When the last failed pod of a node was removed, and how long the next one waits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Rest {
    node: NodeIndex,
    since: Timestamp,
    length: SignedDuration,
}

/// One DaemonSet with all that belongs to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct World {
    /// What is asked for.
    pub spec: Spec,
    /// The nodes.
    pub sites: Vec<Site>,
    /// What the controller last wrote down.
    pub status: Status,
    /// The pods.
    pub pods: Pods,
    /// The time.
    pub now: Timestamp,
    rests: Vec<Rest>,
    /// Whether the controller has seen the spec as it is now.
    observed: bool,
    /// Whether something else happened that makes the controller look.
    queued: bool,
    /// What pods there were when the controller looked last.
    seen: Pods,
    /// When it put down to look again. An earlier time stays although a later one is
    /// put down, and nothing is put down for later beside it.
    look: Option<Timestamp>,
}

impl World {
    /// A DaemonSet that was just made, in a cluster with these nodes.
    #[must_use]
    pub fn new(spec: Spec, places: &[NodeFit], now: Timestamp) -> Self {
        let mut world = Self {
            spec,
            sites: Vec::new(),
            status: Status::default(),
            pods: Pods::default(),
            now,
            rests: Vec::new(),
            observed: true,
            queued: true,
            seen: Pods::default(),
            look: None,
        };
        for (node, place) in (0..).zip(places) {
            world.set_place(node, Some(*place));
        }
        world
    }

    /// A DaemonSet whose pods are all available, as of long ago.
    #[must_use]
    pub fn complete(spec: Spec, places: &[NodeFit], now: Timestamp) -> Self {
        let mut world = Self::new(spec, places, now);
        world.settle();
        let since = now.checked_sub(spec.min_ready).unwrap_or(now);
        let ids: Vec<_> = world.pods.all().iter().map(|pod| pod.id).collect();
        for id in ids {
            world.pods.make_ready(id, since);
        }
        world.settle();
        world
    }

    /// Changes what a node is to the set; `None` takes it away, and its pods with it.
    pub fn set_place(&mut self, node: NodeIndex, place: Option<NodeFit>) {
        let has_pod = self.on(node).next().is_some();
        // A node that neither gets a pod nor loses one gives no reason to sync.
        self.queued |= match place {
            Some(place) if place.wants && !has_pod => true,
            Some(place) => has_pod && (!place.keeps || self.status.misscheduled > 0),
            None => false,
        };
        let known = self.sites.iter_mut().find(|it| it.node == node);
        match (place, known) {
            (Some(place), Some(known)) => known.place = place,
            (Some(place), None) => self.sites.push(Site { node, place }),
            (None, _) => {
                self.sites.retain(|it| it.node != node);
                self.pods.retain(|it| it.node != Some(node));
            }
        }
    }

    /// Changes what is asked for.
    pub fn apply(&mut self, spec: Spec) {
        if spec != self.spec {
            self.spec = spec;
            self.observed = false;
        }
    }

    /// Notes a change of the object that does not concern its pods, such as the history
    /// limit: the controller syncs again, and forgets how long failed pods wait.
    pub fn touch(&mut self) {
        self.observed = false;
    }

    /// Runs the controller until it rests; false if it does not.
    pub fn settle(&mut self) -> bool {
        let is_due = self.look.is_some_and(|at| at <= self.now);
        self.look = self.look.filter(|_| !is_due);
        let same = self.pods.all() == self.seen.all();
        if self.observed && !self.queued && same && !is_due {
            return true;
        }
        self.expect_ready();
        for _ in 0..MOST_PASSES {
            let resting = |node| {
                self.rests
                    .iter()
                    .any(|it| it.node == node && it.ends() > self.now)
            };
            let actions = sync(&self.spec, &self.sites, &self.pods, &resting, self.now);
            let (mut acted, mut refused) = (false, false);
            for action in actions {
                let done = self.perform(action);
                acted |= done;
                refused |= !done;
            }
            // The waits belong to a generation of the spec.
            if !self.observed {
                self.observed = true;
                self.rests.clear();
                acted = true;
            }
            if !acted {
                self.count();
                // What was refused is tried again and again.
                self.queued = refused;
                self.seen = self.pods.clone();
                self.expect_rested();
                return true;
            }
        }
        false
    }

    fn perform(&mut self, action: PodAction) -> bool {
        match action {
            PodAction::Create(birth) => self.pods.create(birth, self.now).is_some(),
            PodAction::Delete(id) => {
                let failed = self.pods.get(id).filter(|it| it.phase == Phase::Failed);
                if let Some(node) = failed.and_then(|pod| pod.node) {
                    self.rest(node);
                }
                self.pods.delete(id, self.now);
                true
            }
        }
    }

    /// Lets the next failed pod of a node wait, twice as long as the last one.
    fn rest(&mut self, node: NodeIndex) {
        let now = self.now;
        let Some(rest) = self.rests.iter_mut().find(|it| it.node == node) else {
            self.rests.push(Rest {
                node,
                since: now,
                length: FIRST_REST,
            });
            return;
        };
        let forgotten = now.duration_since(rest.since) > LONGEST_REST + LONGEST_REST;
        rest.length = match forgotten {
            true => FIRST_REST,
            false => (rest.length + rest.length).min(LONGEST_REST),
        };
        rest.since = now;
    }

    fn count(&mut self) {
        let mut status = Status::default();
        let pods = ByNode::new(&self.pods);
        for site in &self.sites {
            let oldest = pods.on(site.node).iter();
            let first = oldest.min_by_key(|it| (it.created, it.id));
            status.desired += i32::from(site.place.wants);
            let Some(pod) = first else { continue };
            if !site.place.wants {
                status.misscheduled += 1;
                continue;
            }
            status.current += 1;
            status.ready += i32::from(pod.is_ready());
            status.available += i32::from(pod.is_available(self.spec.min_ready, self.now));
            status.updated += i32::from(pod.revision == self.spec.template);
        }
        self.status = status;
        if status.ready != status.available && self.spec.min_ready > SignedDuration::ZERO {
            self.put_down(self.spec.min_ready);
        }
    }

    /// Puts down to look after that time.
    fn put_down(&mut self, wait: SignedDuration) {
        let at = self.now.checked_add(wait).unwrap_or(Timestamp::MAX);
        self.look = Some(self.look.map_or(at, |look| look.min(at)));
    }

    /// A pod that has become ready is looked at a second after it should be available.
    fn expect_ready(&mut self) {
        let was_ready = |pod: &Pod| self.seen.get(pod.id).is_some_and(Pod::is_ready);
        let mut pods = self.pods.all().iter();
        let is_new = pods.any(|pod| pod.is_ready() && !was_ready(pod));
        if is_new && self.spec.min_ready > SignedDuration::ZERO {
            self.put_down(self.spec.min_ready + SignedDuration::from_secs(1));
        }
    }

    /// A failed pod that has to wait is looked at after the whole of the wait.
    fn expect_rested(&mut self) {
        let failed = |node| self.on(node).any(|it| it.phase == Phase::Failed);
        let resting = self.rests.iter().filter(|it| it.ends() > self.now);
        let waits = resting.filter(|it| failed(it.node)).map(|it| it.length);
        if let Some(wait) = waits.min() {
            self.put_down(wait);
        }
    }

    /// The pods of a node.
    pub fn on(&self, node: NodeIndex) -> impl Iterator<Item = &Pod> {
        self.pods
            .all()
            .iter()
            .filter(move |it| it.node == Some(node))
    }

    /// When the controller acts next although nothing happens: a pod becomes
    /// available, or a failed one may be replaced.
    #[must_use]
    pub fn next_check(&self) -> Option<Timestamp> {
        self.look
    }
}

impl Rest {
    fn ends(&self) -> Timestamp {
        self.since
            .checked_add(self.length)
            .unwrap_or(Timestamp::MAX)
    }
}
