//! All objects of a run, and the references between them.

use super::resource::Resource;
use super::view::{Pod, Workload};
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::hash::BuildHasher;

/// All objects of a run. Objects refer to each other by group, kind, namespace
/// and name; this answers such questions without searching.
#[derive(Debug)]
pub struct Bundle<'a> {
    resources: Vec<Resource<'a>>,
    /// By the hash of kind, namespace and name, so that a look-up may borrow
    /// its key from anywhere; the few that share a hash are told apart on reading.
    by_name: FxHashMap<u64, Vec<u32>>,
    by_kind: FxHashMap<&'a str, Vec<u32>>,
    workloads: Vec<Workload<'a>>,
    pods: FxHashMap<&'a str, Vec<Pod<'a>>>,
}

impl<'a> Bundle<'a> {
    /// A bundle of `resources`, kept in that order.
    #[must_use]
    pub fn new(resources: Vec<Resource<'a>>) -> Self {
        let mut by_name = FxHashMap::<_, Vec<u32>>::default();
        let mut by_kind = FxHashMap::<_, Vec<u32>>::default();
        let mut pods = FxHashMap::<_, Vec<Pod<'a>>>::default();
        for (index, resource) in (0..).zip(&resources) {
            let key = hash(resource.kind, resource.namespace(), resource.name());
            by_name.entry(key).or_default().push(index);
            by_kind.entry(resource.kind).or_default().push(index);
        }
        let workloads: Vec<_> = resources
            .iter()
            .copied()
            .filter_map(Workload::new)
            .collect();
        for pod in workloads.iter().filter_map(Workload::pod) {
            pods.entry(pod.resource.namespace()).or_default().push(pod);
        }
        Self {
            resources,
            by_name,
            by_kind,
            workloads,
            pods,
        }
    }

    /// All objects, in the order of the sources.
    #[must_use]
    pub fn resources(&self) -> &[Resource<'a>] {
        &self.resources
    }

    /// All objects that make pods, in the order of the sources.
    #[must_use]
    pub fn workloads(&self) -> &[Workload<'a>] {
        &self.workloads
    }

    /// The objects of a group and kind, in any version.
    pub fn of_kind(&self, group: &str, kind: &str) -> impl Iterator<Item = &Resource<'a>> {
        let indices = self.by_kind.get(kind).map_or(&[][..], Vec::as_slice);
        indices
            .iter()
            .map(|&index| &self.resources[index as usize])
            .filter(move |resource| resource.group() == group)
    }

    /// The objects with that group, kind, namespace and name; more than one
    /// when the input has duplicates.
    pub fn named(
        &self,
        group: &str,
        kind: &str,
        namespace: &str,
        name: &str,
    ) -> impl Iterator<Item = &Resource<'a>> {
        let indices = self.by_name.get(&hash(kind, namespace, name));
        indices
            .map_or(&[][..], Vec::as_slice)
            .iter()
            .map(|&index| &self.resources[index as usize])
            .filter(move |it| it.is(group, kind) && it.name() == name)
            .filter(move |it| it.namespace() == namespace)
    }

    /// The pods and pod templates that land in `namespace`.
    #[must_use]
    pub fn pods_in(&self, namespace: &str) -> &[Pod<'a>] {
        self.pods.get(namespace).map_or(&[], Vec::as_slice)
    }
}

fn hash(kind: &str, namespace: &str, name: &str) -> u64 {
    FxBuildHasher.hash_one((kind, namespace, name))
}
