//! Scenarios of DaemonSets.

use super::{Templates, survey, workload};
use jiff::Timestamp;
use plimsoll::catalog::Minor;
use plimsoll::simulate::daemon_set::{NodeFit, Spec, World, place};
use plimsoll::simulate::gates::Gates;
use plimsoll::simulate::nodes;
use plimsoll::simulate::state::{Pod, Pods};
use serde_json::{Value, json};

pub(crate) struct Subject {
    world: World,
    templates: Templates,
    /// The DaemonSet as it is now.
    yaml: String,
    /// The nodes as they are now.
    nodes: String,
    /// All nodes that ever were, by their number.
    names: Vec<String>,
}

/// The DaemonSet of a text, and the rest of it.
fn split(yaml: &str) -> (String, String) {
    let is_set = |text: &&str| text.contains("kind: DaemonSet\n");
    let documents: Vec<&str> = yaml.split("---\n").collect();
    let set = documents.iter().copied().find(is_set);
    let rest = documents.iter().copied().filter(|it| !is_set(it));
    let rest = rest.collect::<Vec<_>>().join("---\n");
    (set.unwrap_or_default().to_owned(), rest)
}

fn spec(templates: &mut Templates, yaml: &str) -> Spec {
    let template = templates.number(yaml);
    let gates = Gates::of(Minor::new(37));
    let read = survey(&[yaml], |bundle| {
        Spec::read(&workload(bundle), template, gates)
    });
    read.expect("a valid DaemonSet")
}

impl Subject {
    pub(crate) fn new(yaml: &str, start: Timestamp) -> Self {
        let mut templates = Templates::default();
        let (set, nodes) = split(yaml);
        let world = World::new(spec(&mut templates, &set), &[], start);
        let mut subject = Self {
            world,
            templates,
            yaml: set,
            nodes,
            names: Vec::new(),
        };
        subject.set_places();
        subject
    }

    /// Works out what each node is to the set.
    fn set_places(&mut self) {
        let places: Vec<(String, NodeFit)> = survey(&[&self.yaml, &self.nodes], |bundle| {
            let pod = workload(bundle).pod().unwrap();
            let nodes = nodes::inventory(bundle);
            let place = |node: &nodes::ClusterNode<'_>| (node.name().to_owned(), place(&pod, node));
            nodes.iter().map(place).collect()
        });
        for (name, _) in &places {
            if !self.names.contains(name) {
                self.names.push(name.clone());
            }
        }
        for (number, name) in (0..).zip(&self.names) {
            let found = places.iter().find(|(it, _)| it == name);
            self.world.set_place(number, found.map(|(_, place)| *place));
        }
    }
}

impl super::Subject for Subject {
    fn apply(&mut self, yaml: &str) {
        let (set, nodes) = split(yaml);
        if !set.is_empty() {
            self.world.apply(spec(&mut self.templates, &set));
            if set != self.yaml {
                self.world.touch();
            }
            self.yaml = set;
        }
        if nodes.contains("kind: Node\n") {
            self.nodes = nodes;
        }
        self.set_places();
    }

    fn pods(&mut self) -> &mut Pods {
        &mut self.world.pods
    }

    fn is_new(&self, pod: &Pod) -> bool {
        pod.revision == self.world.spec.template
    }

    fn node(&mut self, name: &str) -> u32 {
        let known = self.names.iter().position(|it| it == name);
        known.map_or(u32::MAX, |it| u32::try_from(it).unwrap())
    }

    fn node_name(&self, node: u32) -> String {
        self.names[node as usize].clone()
    }

    fn set_now(&mut self, now: Timestamp) {
        self.world.now = now;
    }

    fn settle(&mut self) -> bool {
        self.world.settle()
    }

    fn nodes(&mut self, yaml: &str) {
        self.nodes = yaml.to_owned();
        self.set_places();
    }

    fn state(&mut self) -> Value {
        let mut shape = Vec::new();
        for site in &self.world.sites {
            let pods: Vec<&Pod> = self.world.on(site.node).collect();
            let active = || pods.iter().filter(|it| it.is_active());
            let new = active().filter(|it| it.revision == self.world.spec.template);
            let new = new.count();
            let stopping = pods.iter().filter(|it| it.is_terminating()).count();
            let ended = |pod: &&&Pod| !pod.is_active() && !pod.is_terminating();
            shape.push(format!(
                "old {} new {new} ready {} terminating {stopping} ended {}",
                active().count() - new,
                active().filter(|it| it.is_ready()).count(),
                pods.iter().filter(ended).count(),
            ));
        }
        shape.sort();
        let status = self.world.status;
        json!({
            "nodes": null,
            "shape": shape,
            "status": {
                "desired": status.desired,
                "current": status.current,
                "ready": status.ready,
                "available": status.available,
                "updated": status.updated,
                "misscheduled": status.misscheduled,
            },
        })
    }
}
