//! Scenarios of ReplicaSets and ReplicationControllers.

use super::events::{class, deleted, detail};
use super::{survey, workload};
use jiff::{SignedDuration, Timestamp};
use plimsoll::simulate::replica_set::{SetSpec, World};
use plimsoll::simulate::state::{Birth, Pod, Pods};
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
        let gone = || deleted(&self.before, pods);
        let mut classes: Vec<&str> = gone().map(class).collect();
        classes.sort_unstable();
        let mut details: Vec<String> = gone().map(detail).collect();
        details.sort_unstable();
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
            "deleted": classes,
            "deletedDetail": details,
        })
    }
}
