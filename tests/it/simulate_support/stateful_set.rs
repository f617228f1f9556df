//! Scenarios of StatefulSets.

use super::{Templates, survey, workload};
use jiff::Timestamp;
use plimsoll::catalog::Minor;
use plimsoll::simulate::gates::Gates;
use plimsoll::simulate::state::{Phase, Pod, Pods};
use plimsoll::simulate::stateful_set::{Spec, World};
use serde_json::{Value, json};

pub(crate) struct Subject {
    world: World,
    templates: Templates,
    minor: Minor,
}

fn spec(templates: &mut Templates, yaml: &str, minor: Minor) -> Spec {
    let template = templates.number(yaml);
    let gates = Gates::of(minor);
    let read = survey(&[yaml], |bundle| {
        Spec::read(&workload(bundle), template, gates)
    });
    read.expect("a valid StatefulSet")
}

fn name(pod: &Pod) -> String {
    format!("web-{}", pod.ordinal.unwrap())
}

impl Subject {
    pub(crate) fn new(yaml: &str, start: Timestamp, minor: Minor) -> Self {
        let mut templates = Templates::default();
        let world = World::new(spec(&mut templates, yaml, minor), start);
        Self {
            world,
            templates,
            minor,
        }
    }

    fn pod(&self, pod: &Pod) -> Value {
        let mut value = json!({
            "name": name(pod),
            "revision": if pod.revision == self.world.spec.template { "new" } else { "old" },
            "ready": pod.is_ready(),
            "phase": match pod.phase {
                Phase::Pending => "Pending",
                Phase::Unknown => "Unknown",
                Phase::Running => "Running",
                Phase::Succeeded => "Succeeded",
                Phase::Failed => "Failed",
            },
        });
        if pod.is_terminating() {
            value["terminating"] = true.into();
        }
        value
    }
}

impl super::Subject for Subject {
    fn apply(&mut self, yaml: &str) {
        self.world.spec = spec(&mut self.templates, yaml, self.minor);
    }

    fn pods(&mut self) -> &mut Pods {
        &mut self.world.pods
    }

    fn is_new(&self, pod: &Pod) -> bool {
        pod.revision == self.world.spec.template
    }

    fn name(&self, pod: &Pod) -> String {
        name(pod)
    }

    fn node(&mut self, name: &str) -> u32 {
        u32::from(name.as_bytes()[0])
    }

    fn set_now(&mut self, now: Timestamp) {
        self.world.now = now;
    }

    fn settle(&mut self) -> bool {
        self.world.settle()
    }

    fn state(&mut self) -> Value {
        let actions = self.world.take_actions().into_iter();
        let actions = actions.map(|(made, ordinal)| {
            let verb = if made { "create" } else { "delete" };
            format!("{verb} web-{ordinal}")
        });
        let claims = self.world.claims.iter();
        let mut claims: Vec<String> = claims
            .map(|it| format!("{}-web-{}", it.template, it.ordinal))
            .collect();
        claims.sort();
        let status = self.world.status;
        let pods = self.world.by_ordinal();
        json!({
            "pods": pods.into_iter().map(|it| self.pod(it)).collect::<Vec<_>>(),
            "actions": actions.collect::<Vec<_>>(),
            "status": {
                "replicas": status.replicas,
                "readyReplicas": status.ready,
                "availableReplicas": status.available,
                "currentReplicas": status.current,
                "updatedReplicas": status.updated,
            },
            "claims": claims,
            "rolledOut": self.world.current == self.world.spec.template,
        })
    }
}
