//! One pass of the controller: a pod on each node that wants one, none where it
//! may not stay; and when that is so, the update.

use super::{NodeFit, Spec, update};
use crate::simulate::state::{Birth, NodeIndex, Phase, Pod, PodAction, Pods};
use jiff::Timestamp;
use rustc_hash::FxHashMap;

/// The owner that all pods of a set carry; a world has only one.
const OWNER: u32 = 0;

/// The most pods that one pass makes, and the most that it deletes.
const BURST: usize = 250;

/// A node with what it is to the set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Site {
    /// Which node.
    pub node: NodeIndex,
    /// Whether it wants a pod, and whether it keeps one.
    pub place: NodeFit,
}

/// The pods of each node, oldest first, without those that ended and are on their
/// way out.
pub(super) struct ByNode<'p>(FxHashMap<NodeIndex, Vec<&'p Pod>>);

impl<'p> ByNode<'p> {
    pub(super) fn new(pods: &'p Pods) -> Self {
        let mut by_node = FxHashMap::<NodeIndex, Vec<&Pod>>::default();
        for pod in pods.all() {
            let is_over = pod.phase.is_terminal() && pod.is_terminating();
            if let Some(node) = pod.node.filter(|_| !is_over) {
                by_node.entry(node).or_default().push(pod);
            }
        }
        Self(by_node)
    }

    pub(super) fn on(&self, node: NodeIndex) -> &[&'p Pod] {
        self.0.get(&node).map_or(&[], Vec::as_slice)
    }
}

/// One pass at work.
pub(super) struct Pass<'p> {
    pub(super) spec: &'p Spec,
    pub(super) sites: &'p [Site],
    pub(super) pods: ByNode<'p>,
    pub(super) now: Timestamp,
    /// Nodes whose last failed pod was removed so short a time ago that the next
    /// one has to wait.
    pub(super) resting: &'p dyn Fn(NodeIndex) -> bool,
}

/// What a pass decides.
#[derive(Default)]
pub(super) struct Wishes {
    pub(super) delete: Vec<u64>,
    pub(super) create: Vec<NodeIndex>,
}

/// What is to be done now; nothing when everything is as it should be, or has to
/// wait. `resting` are the nodes where a failed pod is not to be replaced yet.
#[must_use]
pub fn sync(
    spec: &Spec,
    sites: &[Site],
    pods: &Pods,
    resting: &dyn Fn(NodeIndex) -> bool,
    now: Timestamp,
) -> Vec<PodAction> {
    let pass = Pass {
        spec,
        sites,
        pods: ByNode::new(pods),
        now,
        resting,
    };
    let mut wishes = pass.manage();
    if wishes.delete.is_empty() && wishes.create.is_empty() {
        wishes = update::roll(&pass);
    }
    let creates = wishes.create.iter().take(BURST);
    let creates = creates.map(|node| {
        PodAction::Create(Birth {
            owner: OWNER,
            revision: spec.template,
            ordinal: None,
            node: Some(*node),
        })
    });
    let deletes = wishes.delete.iter().take(BURST);
    creates
        .chain(deletes.map(|id| PodAction::Delete(*id)))
        .collect()
}

impl<'p> Pass<'p> {
    pub(super) fn is_available(&self, pod: &Pod) -> bool {
        pod.is_available(self.spec.min_ready, self.now)
    }

    pub(super) fn is_new(&self, pod: &Pod) -> bool {
        pod.revision == self.spec.template
    }

    fn manage(&self) -> Wishes {
        let mut wishes = Wishes::default();
        for site in self.sites {
            let pods = self.pods.on(site.node);
            if site.place.wants && pods.is_empty() {
                wishes.create.push(site.node);
            } else if site.place.keeps {
                self.keep_one(site, pods, &mut wishes);
            } else {
                let stays = pods.iter().filter(|it| !it.is_terminating());
                wishes.delete.extend(stays.map(|pod| pod.id));
            }
        }
        wishes
    }

    /// Removes pods that ended and pods that are too many.
    fn keep_one(&self, site: &Site, pods: &[&'p Pod], wishes: &mut Wishes) {
        let mut running = Vec::new();
        // Of several that failed on a node the first makes the others wait.
        let mut rests = (self.resting)(site.node);
        for pod in pods.iter().filter(|it| !it.is_terminating()) {
            match pod.phase {
                Phase::Failed if rests => {}
                Phase::Failed => {
                    rests = true;
                    wishes.delete.push(pod.id);
                }
                Phase::Succeeded => wishes.delete.push(pod.id),
                _ => running.push(*pod),
            }
        }
        running.sort_by_key(|pod| (pod.created, pod.id));
        if !self.spec.strategy.surges() {
            wishes
                .delete
                .extend(running.iter().skip(1).map(|pod| pod.id));
        } else if running.is_empty() {
            if site.place.wants {
                wishes.create.push(site.node);
            }
        } else {
            self.keep_pair(&running, wishes);
        }
    }

    /// Where sets surge, one pod of each template may be on a node until the new
    /// one is available.
    fn keep_pair(&self, running: &[&'p Pod], wishes: &mut Wishes) {
        if running.len() <= 1 {
            return;
        }
        let (mut new, mut old): (Option<&Pod>, Option<&Pod>) = (None, None);
        for &pod in running {
            let first = if self.is_new(pod) { &mut new } else { &mut old };
            match first {
                None => *first = Some(pod),
                Some(_) => wishes.delete.push(pod.id),
            }
        }
        if let (Some(new), Some(old)) = (new, old)
            && (!old.is_ready() || self.is_available(new))
        {
            wishes.delete.push(old.id);
        }
    }
}
