//! `controllers-overlap`: two controllers that select each other's pods.

use crate::kube::selector::Selector;
use crate::rule::{
    Bundle, Category, Check, Cx, Pod, Rule, Severity, Workload, WorkloadKind, equality_selector,
    label_selector,
};
use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "controllers-overlap",
    summary: "two controllers in a namespace select each other's pods",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Bundle(check),
    docs: r##"
Each controller needs pods of its own. Owner references keep two Deployments with the
same selector from deleting each other's pods, but everything that selects by labels
mixes them up: an autoscaler averages over both (then this is an error), a
PodDisruptionBudget counts both, `kubectl logs deploy/…` shows either, and orphaned
pods are adopted by whichever controller is first. Only objects in one file are
compared.

```yaml bad
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: shop
  template:
    metadata:
      labels:
        app: shop
    spec:
      containers:
      - name: web
        image: nginx:1.29.3
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: worker
spec:
  selector:
# ^^^^^^^^ Deployment `worker` and Deployment `web` select each other's pods
    matchLabels:
      app: shop
  template:
    metadata:
      labels:
        app: shop
    spec:
      containers:
      - name: worker
        image: ghcr.io/acme/worker:1.4.2
```

```yaml good
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: shop
      component: web
  template:
    metadata:
      labels:
        app: shop
        component: web
    spec:
      containers:
      - name: web
        image: nginx:1.29.3
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: worker
spec:
  selector:
    matchLabels:
      app: shop
      component: worker
  template:
    metadata:
      labels:
        app: shop
        component: worker
    spec:
      containers:
      - name: worker
        image: ghcr.io/acme/worker:1.4.2
```
"##,
};

/// A controller with what it selects and the pods that it creates.
struct Controller<'a> {
    workload: Workload<'a>,
    selector: Selector<'a>,
    pod: Pod<'a>,
}

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    let controllers: Vec<Controller<'_>> =
        bundle.workloads().iter().filter_map(controller).collect();
    // Workloads are in the order of their sources.
    let one_file = |a: &Controller<'_>, b: &Controller<'_>| {
        a.workload.resource.source() == b.workload.resource.source()
    };
    for file in controllers.chunk_by(one_file) {
        let mut known = Known::of(bundle);
        for (index, later) in file.iter().enumerate() {
            let first = known.first(later, file);
            known.add(index, later);
            let (Some(first), Some(node)) = (first, later.workload.selector()) else {
                continue;
            };
            let (one, other) = (&later.workload.resource, &first.workload.resource);
            let message = format!(
                "{} `{}` and {} `{}` select each other's pods",
                one.kind,
                one.name(),
                other.kind,
                other.name()
            );
            let scaled = [first, later].iter().any(|it| {
                let autoscalers = bundle.autoscalers_of(&it.workload);
                autoscalers
                    .iter()
                    .any(|scaler| bundle.are_near(&scaler.resource, one))
            });
            let reported = cx
                .report_on(one, node, message)
                .help("give the pods of each controller a distinct label, and select by it");
            let reported = match scaled {
                true => reported.severity(Severity::Error),
                false => reported,
            };
            if let Some(node) = first.workload.selector() {
                reported.related(node, "the other selector");
            }
        }
    }
}

/// The controllers of a file so far, by the hash of their namespace and of one label that
/// they select: the one that the fewest pods carry.
struct Known<'b, 'a> {
    bundle: &'b Bundle<'a>,
    by_label: HashMap<u64, Vec<usize>>,
    hasher: RandomState,
}

impl<'b, 'a> Known<'b, 'a> {
    fn of(bundle: &'b Bundle<'a>) -> Self {
        Self {
            bundle,
            by_label: HashMap::new(),
            hasher: RandomState::new(),
        }
    }

    fn key(&self, controller: &Controller<'_>, label: (&str, &str)) -> u64 {
        let namespace = controller.workload.resource.namespace();
        self.hasher.hash_one((namespace, label))
    }

    /// The first one that selects the pods of `later` and is selected by it.
    fn first<'f>(
        &self,
        later: &Controller<'a>,
        file: &'f [Controller<'a>],
    ) -> Option<&'f Controller<'a>> {
        // A selector without labels is stored under the empty label.
        let labels = later.pod.labels().chain([("", "")]);
        let found = labels.filter_map(|label| self.by_label.get(&self.key(later, label)));
        let mut found: Vec<usize> = found.flat_map(|it| it.iter().take(MOST).copied()).collect();
        found.sort_unstable();
        let mut found = found.into_iter().map(|it| &file[it]);
        found.find(|earlier| overlap(earlier, later))
    }

    fn add(&mut self, index: usize, controller: &Controller<'_>) {
        let namespace = controller.workload.resource.namespace();
        let labels = controller.selector.equal.iter().copied();
        let rarest = labels.min_by_key(|it| self.bundle.carriers(*it, namespace));
        let key = self.key(controller, rarest.unwrap_or_default());
        self.by_label.entry(key).or_default().push(index);
    }
}

/// How many controllers that select one label are compared.
const MOST: usize = 100;

fn controller<'a>(workload: &Workload<'a>) -> Option<Controller<'a>> {
    let node = workload.selector()?;
    let selector = match workload.kind {
        WorkloadKind::Pod | WorkloadKind::Job | WorkloadKind::CronJob => return None,
        WorkloadKind::ReplicationController => equality_selector(Some(node))?,
        _ => label_selector(node)?,
    };
    Some(Controller {
        workload: *workload,
        selector,
        pod: workload.pod()?,
    })
}

fn overlap(one: &Controller<'_>, other: &Controller<'_>) -> bool {
    let (a, b) = (&one.workload.resource, &other.workload.resource);
    // Two of the same kind and name are one object, written twice.
    let same = a.kind == b.kind && a.name() == b.name();
    !same
        && a.namespace() == b.namespace()
        && chooses(&one.selector, &other.pod)
        && chooses(&other.selector, &one.pod)
}

/// Labels that controllers add count as well: they distinguish the pods.
fn chooses(selector: &Selector<'_>, pod: &Pod<'_>) -> bool {
    selector.matches(|key| pod.label(key))
}
