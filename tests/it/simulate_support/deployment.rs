//! Scenarios of Deployments.

use super::{Templates, events, survey, workload};
use jiff::Timestamp;
use plimsoll::simulate::deployment::{ReplicaSet, Spec, World};
use plimsoll::simulate::state::{Pod, Pods};
use serde_json::{Value, json};

/// Far more than the controllers need to come to rest.
const MOST_TURNS: usize = 10_000;

pub(crate) struct Subject {
    world: World,
    templates: Templates,
    /// The pods that the sets deleted since the last event.
    deleted: Vec<String>,
}

fn spec(templates: &mut Templates, yaml: &str) -> Spec {
    let template = templates.number(yaml);
    survey(&[yaml], |bundle| Spec::read(&workload(bundle), template)).expect("a valid Deployment")
}

impl Subject {
    pub(crate) fn new(yaml: &str, start: Timestamp, name_order: &[u32]) -> Self {
        let mut templates = Templates::default();
        let mut world = World::new(spec(&mut templates, yaml), start);
        world.name_order = name_order.to_vec();
        let deleted = Vec::new();
        Self {
            world,
            templates,
            deleted,
        }
    }

    fn set(&self, set: &ReplicaSet) -> Value {
        let active = || self.world.pods.of(set.owner).filter(|it| it.is_active());
        json!({
            "revision": set.revision,
            "spec": set.replicas,
            "pods": active().count(),
            "ready": active().filter(|it| it.is_ready()).count(),
            "available": set.status.available,
        })
    }
}

impl super::Subject for Subject {
    fn apply(&mut self, yaml: &str) {
        self.world.apply(spec(&mut self.templates, yaml));
    }

    fn pods(&mut self) -> &mut Pods {
        &mut self.world.pods
    }

    fn is_new(&self, pod: &Pod) -> bool {
        pod.revision == self.world.spec.template
    }

    fn is_orphan(&self, pod: &Pod) -> bool {
        !self.world.sets.iter().any(|set| set.owner == pod.owner)
    }

    fn node(&mut self, name: &str) -> u32 {
        u32::from(name.as_bytes()[0])
    }

    fn set_now(&mut self, now: Timestamp) {
        self.world.now = now;
    }

    fn settle(&mut self) -> bool {
        self.deleted.clear();
        for _ in 0..MOST_TURNS {
            let before = self.world.pods.all().to_vec();
            let goes_on = self.world.turn();
            let deleted = events::deleted(&before, &self.world.pods);
            self.deleted.extend(deleted.map(events::detail));
            if !goes_on {
                self.deleted.sort_unstable();
                return true;
            }
        }
        false
    }

    fn state(&mut self) -> Value {
        let status = &self.world.status;
        let new = self.world.new_set();
        let mut old: Vec<&ReplicaSet> = self.world.sets.iter().collect();
        old.retain(|set| Some(set.owner) != new.map(|it| it.owner));
        old.sort_by_key(|set| set.revision);
        let mut conditions = json!({
            "Available": if status.is_available { "True" } else { "False" },
        });
        if let Some((progress, _)) = status.progress {
            conditions["Progressing"] = progress.reason().into();
        }
        if status.failed_create {
            conditions["ReplicaFailure"] = "FailedCreate".into();
        }
        let stopping = self
            .world
            .pods
            .all()
            .iter()
            .filter(|it| it.is_terminating() && !super::Subject::is_orphan(self, it));
        json!({
            "old": old.iter().map(|set| self.set(set)).collect::<Vec<_>>(),
            "new": new.map(|set| self.set(set)),
            "total": status.replicas,
            "available": status.available,
            "updated": status.updated,
            "terminating": stopping.count(),
            "conditions": conditions,
            "revision": status.revision,
            "deletedDetail": self.deleted,
        })
    }
}
