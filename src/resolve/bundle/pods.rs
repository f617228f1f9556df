//! The pods of a run, and which of them selectors match.

use super::{Bundle, EXAMINED, MANY, Set, hash};
use crate::kube::selector::Selector;
use crate::resolve::Resource;
use crate::resolve::view::{Pod, Service, Workload};
use rustc_hash::FxHashMap;
use std::collections::HashMap;
use std::sync::OnceLock;

/// The pods and pod templates of a run.
#[derive(Debug, Default)]
pub(super) struct Pods<'a> {
    all: Vec<Pod<'a>>,
    by_namespace: HashMap<&'a str, Vec<Pod<'a>>>,
    /// By the hash of label, value and namespace, and of label and value.
    by_label: FxHashMap<u64, Vec<Pod<'a>>>,
    /// The same by what they are applied together with, under the empty label all.
    near: FxHashMap<(Set, u64), Vec<Pod<'a>>>,
    /// The indices of those that each Service routes to, by its rank: many rules ask.
    by_service: OnceLock<FxHashMap<(u32, u32, u32), Vec<usize>>>,
}

impl<'a> Pods<'a> {
    pub(super) fn of(workloads: &[Workload<'a>], set_of: impl Fn(&Resource<'_>) -> Set) -> Self {
        let mut pods = Self {
            all: workloads.iter().filter_map(Workload::pod).collect(),
            ..Self::default()
        };
        for pod in &pods.all {
            let namespace = pod.resource.namespace();
            pods.by_namespace.entry(namespace).or_default().push(*pod);
            let set = set_of(&pod.resource);
            for (key, value) in pod.labels().chain([("", "")]) {
                let near = pods.near.entry((set, hash(key, value, namespace)));
                near.or_default().push(*pod);
            }
            for (key, value) in pod.labels() {
                for namespace in [namespace, ""] {
                    let labelled = pods.by_label.entry(hash(key, value, namespace));
                    labelled.or_default().push(*pod);
                }
            }
        }
        pods
    }

    fn in_namespace(&self, namespace: &str) -> &[Pod<'a>] {
        self.by_namespace.get(namespace).map_or(&[], Vec::as_slice)
    }

    /// Those that carry a label; in the empty namespace those of all.
    fn carriers(&self, (key, value): (&str, &str), namespace: &str) -> &[Pod<'a>] {
        let pods = self.by_label.get(&hash(key, value, namespace));
        pods.map_or(&[], Vec::as_slice)
    }
}

/// The fewest pods that are known to hold all which `selector` matches: those with one of
/// its labels, as `carriers` gives them. `None` where it wants none but such as
/// controllers give, whose values are unknown.
fn fewest<'p, 'a>(
    selector: &Selector<'_>,
    carriers: impl Fn((&str, &str)) -> &'p [Pod<'a>],
) -> Option<&'p [Pod<'a>]> {
    let labels = selector.equal.iter();
    let written = labels.filter(|(key, _)| !Pod::may_be_given(key));
    let found = written.map(|label| carriers(*label));
    found.min_by_key(|pods| pods.len())
}

/// Those of `pods` that `selector` matches; of very many the first ones.
fn chosen<'a>(pods: &[Pod<'a>], selector: &Selector<'_>) -> Vec<Pod<'a>> {
    let examined = pods.iter().take(EXAMINED);
    let chosen = examined.filter(|pod| pod.is_chosen_by(selector));
    chosen.copied().take(MANY).collect()
}

impl<'a> Bundle<'a> {
    /// The pods and pod templates of [`Bundle::workloads`].
    #[must_use]
    pub fn pods(&self) -> &[Pod<'a>] {
        &self.pods.all
    }

    /// The pods and pod templates that land in `namespace`.
    #[must_use]
    pub fn pods_in(&self, namespace: &str) -> &[Pod<'a>] {
        self.pods.in_namespace(namespace)
    }

    /// How many pods and pod templates in `namespace` carry a label.
    #[must_use]
    pub fn carriers(&self, label: (&str, &str), namespace: &str) -> usize {
        self.pods.carriers(label, namespace).len()
    }

    /// The pods and pod templates in `namespace` that `selector` matches;
    /// of very many the first ones.
    #[must_use]
    pub fn pods_chosen(&self, namespace: &str, selector: &Selector<'_>) -> Vec<Pod<'a>> {
        chosen(self.candidates(namespace, selector), selector)
    }

    /// The pods and pod templates of all namespaces that `selector` matches;
    /// of very many the first ones.
    #[must_use]
    pub fn pods_chosen_anywhere(&self, selector: &Selector<'_>) -> Vec<Pod<'a>> {
        let labelled = fewest(selector, |label| self.pods.carriers(label, ""));
        chosen(labelled.unwrap_or(self.pods()), selector)
    }

    /// [`Bundle::pods_chosen`] of those that are applied together with `resource`, in its
    /// namespace.
    #[must_use]
    pub fn pods_chosen_near(
        &self,
        resource: &Resource<'_>,
        selector: &Selector<'_>,
    ) -> Vec<Pod<'a>> {
        let (set, namespace) = (self.set_of(resource), resource.namespace());
        let carriers = |(key, value): (&str, &str)| {
            let pods = self.pods.near.get(&(set, hash(key, value, namespace)));
            pods.map_or(&[][..], Vec::as_slice)
        };
        let labelled = fewest(selector, carriers);
        chosen(labelled.unwrap_or_else(|| carriers(("", ""))), selector)
    }

    /// Whether so many pods may be selected by `selector` that not all are checked against it:
    /// that none is found among the first ones says nothing.
    #[must_use]
    pub fn has_too_many_pods(&self, namespace: &str, selector: &Selector<'_>) -> bool {
        self.candidates(namespace, selector).len() > EXAMINED
    }

    fn candidates(&self, namespace: &str, selector: &Selector<'_>) -> &[Pod<'a>] {
        let labelled = fewest(selector, |label| self.pods.carriers(label, namespace));
        labelled.unwrap_or(self.pods_in(namespace))
    }

    /// The pods that a Service of the run routes to: of those with its labels in its
    /// namespace the ones from its folder or, if none is there, all.
    #[must_use]
    pub fn pods_of(&self, service: &Service<'_>) -> Vec<Pod<'a>> {
        let by_service = self.pods.by_service.get_or_init(|| {
            let all = self.services();
            all.map(|it| (it.resource.rank(), self.led_to(&it)))
                .collect()
        });
        let found = by_service.get(&service.resource.rank());
        let found = found.map_or(&[][..], Vec::as_slice).iter();
        found.map(|index| self.pods.all[*index]).collect()
    }

    fn led_to(&self, service: &Service<'_>) -> Vec<usize> {
        let resource = &service.resource;
        let Some(selector) = service.selector() else {
            return Vec::new();
        };
        let mut chosen = self.pods_chosen_near(resource, &selector);
        if chosen.is_empty() {
            chosen = self.pods_chosen(resource.namespace(), &selector);
        }
        let all = &self.pods.all;
        let index = |it: &Pod<'_>| {
            let rank = it.resource.rank();
            all.binary_search_by_key(&rank, |it| it.resource.rank())
                .ok()
        };
        chosen.iter().filter_map(index).collect()
    }
}
