//! Scenarios of ReplicaSets and ReplicationControllers.

use super::events::class;
use super::{survey, workload};
use jiff::{SignedDuration, Timestamp};
use plimsoll::simulate::clock::START;
use plimsoll::simulate::replica_set::{SetSpec, World};
use plimsoll::simulate::state::{Birth, OWN_NODES, Pod, Pods};
use serde_json::{Value, json};

pub(crate) struct Subject {
    world: World,
    /// The pods before the controller ran.
    before: Vec<Pod>,
}

fn spec(yaml: &str) -> SetSpec {
    survey(&[yaml], |bundle| {
        let workload = workload(bundle);
        SetSpec {
            owner: 0,
            template: 0,
            replicas: i32::try_from(workload.replicas().value).unwrap(),
            min_ready: SignedDuration::from_secs(workload.min_ready_seconds().value),
        }
    })
}

impl Subject {
    pub(crate) fn new(yaml: &str, start: Timestamp) -> Self {
        let world = World::new(spec(yaml), start);
        let before = Vec::new();
        Self { world, before }
    }
}

impl super::Subject for Subject {
    fn apply(&mut self, yaml: &str) {
        if yaml.contains("kind: Pod\n") {
            // A stray pod whose labels fit: it is adopted.
            let birth = Birth {
                owner: 0,
                revision: 0,
                ordinal: None,
                node: None,
            };
            self.world.pods.create(birth, self.world.now);
        } else {
            self.world.spec = spec(yaml);
        }
    }

    fn pods(&mut self) -> &mut Pods {
        &mut self.world.pods
    }

    fn is_new(&self, _: &Pod) -> bool {
        true
    }

    fn node(&mut self, name: &str) -> u32 {
        u32::from(name.as_bytes()[0])
    }

    fn set_now(&mut self, now: Timestamp) {
        self.world.now = now;
    }

    fn settle(&mut self) -> bool {
        self.before = self.world.pods.all().to_vec();
        self.world.settle()
    }

    fn state(&mut self) -> Value {
        let pods = &self.world.pods;
        let active = || pods.all().iter().filter(|it| it.is_active());
        let is_kept = |pod: &&Pod| match pods.get(pod.id) {
            Some(now) => now.deleted == pod.deleted,
            None => false,
        };
        let gone = || self.before.iter().filter(|it| !is_kept(it));
        let mut deleted: Vec<&str> = gone().map(class).collect();
        deleted.sort_unstable();
        let mut detail: Vec<String> = gone().map(detail).collect();
        detail.sort_unstable();
        let newest = self.before.last().map(|pod| pod.id);
        let created = pods.all().iter().filter(|it| Some(it.id) > newest);
        let stopping = pods.all().iter().filter(|it| it.is_terminating());
        json!({
            "pods": active().count(),
            "ready": active().filter(|it| it.is_ready()).count(),
            "available": self.world.status.available,
            "terminating": stopping.count(),
            "replicas": self.world.status.replicas,
            "created": created.count(),
            "deleted": deleted,
            "deletedDetail": detail,
        })
    }
}

/// The class of a pod, its node when others may be on it, and how old it is.
fn detail(pod: &Pod) -> String {
    let seconds = |time: Timestamp| time.duration_since(START).as_secs();
    let mut text = class(pod).to_owned();
    if let Some(node) = pod.node.filter(|it| *it < OWN_NODES) {
        text += &format!(" on {}", char::from_u32(node).unwrap());
    }
    if let Some(since) = pod.ready_since {
        text += &format!(" ready {}", seconds(since));
    }
    format!("{text} created {}", seconds(pod.created))
}
