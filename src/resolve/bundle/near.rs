//! What surrounds an object, without a search through all others: objects of a kind
//! beside it, the budgets that cover its pods.

use super::{Bundle, EXAMINED, MANY, Set, hash};
use crate::resolve::Resource;
use crate::resolve::view::{DisruptionBudget, Pod, Workload};
use rustc_hash::{FxHashMap, FxHashSet};

/// Objects by what they are applied together with.
#[derive(Debug, Default)]
pub(super) struct Near {
    /// By the hash of kind and namespace.
    by_kind: FxHashMap<(Set, u64), Vec<u32>>,
    /// By the hash of kind, namespace and name.
    by_name: FxHashMap<(Set, u64), Vec<u32>>,
    /// Files that hold an object of a kind in a namespace, by their hash.
    files: FxHashSet<(u32, u64)>,
}

impl Near {
    pub(super) fn of(bundle: &Bundle<'_>) -> Self {
        let mut near = Self::default();
        for (index, resource) in (0..).zip(&bundle.resources) {
            let key = hash(resource.kind, resource.namespace(), "");
            let set = bundle.set_of(resource);
            near.by_kind.entry((set, key)).or_default().push(index);
            let name = hash(resource.kind, resource.namespace(), resource.name());
            near.by_name.entry((set, name)).or_default().push(index);
            near.files.insert((resource.source(), key));
        }
        near
    }
}

/// Budgets by a label that they select: the one that the fewest pods carry, or the empty
/// one where they select by none which pods carry in their manifest.
#[derive(Debug, Default)]
pub(super) struct Budgets {
    /// By what they are applied together with, if that is asked, and the hash of
    /// namespace, label and value.
    by_label: FxHashMap<(Option<Set>, u64), Vec<u32>>,
}

impl Budgets {
    fn of(bundle: &Bundle<'_>) -> Self {
        let mut budgets = Self::default();
        let indices = bundle.by_kind.get("PodDisruptionBudget");
        for index in indices.into_iter().flatten() {
            let resource = bundle.resources[*index as usize];
            let Some(selector) = bundle.budget(resource).and_then(|it| it.selector()) else {
                continue;
            };
            let namespace = resource.namespace();
            let written = selector.equal.iter();
            let written = written.filter(|(key, _)| !Pod::may_be_given(key));
            let rarest = written.min_by_key(|label| bundle.carriers(**label, namespace));
            let (key, value) = rarest.copied().unwrap_or_default();
            let key = hash(namespace, key, value);
            for set in [Some(bundle.set_of(&resource)), None] {
                let list = budgets.by_label.entry((set, key)).or_default();
                list.push(*index);
            }
        }
        budgets
    }
}

impl<'a> Bundle<'a> {
    /// The objects of a group and kind that are applied together with `resource`, in
    /// its namespace, in the order of the sources.
    pub fn near(
        &self,
        resource: &Resource<'_>,
        group: &str,
        kind: &str,
    ) -> impl Iterator<Item = &Resource<'a>> {
        self.near_in(resource, resource.namespace(), group, kind)
    }

    /// [`Bundle::near`], in another namespace.
    pub fn near_in(
        &self,
        resource: &Resource<'_>,
        namespace: &str,
        group: &str,
        kind: &str,
    ) -> impl Iterator<Item = &Resource<'a>> {
        let near = self.near.get_or_init(|| Near::of(self));
        let key = (self.set_of(resource), hash(kind, namespace, ""));
        let found = near.by_kind.get(&key).map_or(&[][..], Vec::as_slice);
        self.at(found)
            .filter(move |it| it.is(group, kind) && it.namespace() == namespace)
    }

    /// Those of [`Bundle::named`] that are applied together with `resource`.
    pub fn named_near(
        &self,
        resource: &Resource<'_>,
        group: &str,
        kind: &str,
        [namespace, name]: [&str; 2],
    ) -> impl Iterator<Item = &Resource<'a>> {
        self.kind_named_near(resource, kind, [namespace, name])
            .filter(move |it| it.is(group, kind))
    }

    /// Those of [`Bundle::named`] that `is_meant` holds for: of those that are applied
    /// together with `resource` or, if there are none, of all. Of very many the first ones.
    #[must_use]
    pub fn named_nearest(
        &self,
        resource: &Resource<'_>,
        group: &str,
        kind: &str,
        place: [&str; 2],
        is_meant: impl Fn(&Resource<'_>) -> bool,
    ) -> Vec<Resource<'a>> {
        let near = self.named_near(resource, group, kind, place);
        let near = near.filter(|it| is_meant(it)).take(MANY).copied();
        let near: Vec<_> = near.collect();
        if !near.is_empty() {
            return near;
        }
        let all = self.named(group, kind, place[0], place[1]).take(EXAMINED);
        let all = all.filter(|it| is_meant(it)).take(MANY).copied();
        all.collect()
    }

    /// Those of [`Bundle::workloads_named`] in the namespace of `resource` that are applied
    /// together with it, of very many the first ones.
    #[must_use]
    pub fn workloads_near(
        &self,
        resource: &Resource<'_>,
        kind: &str,
        name: &str,
    ) -> Vec<Workload<'a>> {
        let found = self.kind_named_near(resource, kind, [resource.namespace(), name]);
        let found = found.filter(|it| it.kind == kind).copied();
        found.filter_map(Workload::new).take(MANY).collect()
    }

    fn kind_named_near(
        &self,
        resource: &Resource<'_>,
        kind: &str,
        [namespace, name]: [&str; 2],
    ) -> impl Iterator<Item = &Resource<'a>> {
        let near = self.near.get_or_init(|| Near::of(self));
        let key = (self.set_of(resource), hash(kind, namespace, name));
        let found = near.by_name.get(&key).map_or(&[][..], Vec::as_slice);
        self.at(found)
            .filter(move |it| it.namespace() == namespace && it.name() == name)
    }

    /// Whether the file of `resource` holds an object of a kind in `namespace`.
    #[must_use]
    pub fn is_in_file(&self, resource: &Resource<'_>, namespace: &str, kind: &str) -> bool {
        let near = self.near.get_or_init(|| Near::of(self));
        near.files
            .contains(&(resource.source(), hash(kind, namespace, "")))
    }

    /// Whether something that makes pods is applied together with `resource`, in its
    /// namespace.
    #[must_use]
    pub fn has_pods_near(&self, resource: &Resource<'_>) -> bool {
        let sets = self.pod_sets.get_or_init(|| {
            let key = |it: &Resource<'a>| (self.set_of(it), hash(it.namespace(), "", ""));
            self.workloads.iter().map(|it| key(&it.resource)).collect()
        });
        sets.contains(&(self.set_of(resource), hash(resource.namespace(), "", "")))
    }

    /// The budgets that select a pod, in the order of the sources: of a namespace, wherever
    /// they are; of very many the first ones.
    #[must_use]
    pub fn budgets_of(&self, pod: &Pod<'_>) -> Vec<DisruptionBudget<'a>> {
        self.budgets_in(None, pod)
    }

    /// [`Bundle::budgets_of`], of those that are applied together with the pod.
    #[must_use]
    pub fn budgets_near(&self, pod: &Pod<'_>) -> Vec<DisruptionBudget<'a>> {
        self.budgets_in(Some(self.set_of(&pod.resource)), pod)
    }

    fn budgets_in(&self, set: Option<Set>, pod: &Pod<'_>) -> Vec<DisruptionBudget<'a>> {
        let budgets = self.budgets.get_or_init(|| Budgets::of(self));
        let namespace = pod.resource.namespace();
        let labels = pod.labels().chain([("", "")]);
        let lists = labels.filter_map(|(key, value)| {
            let key = hash(namespace, key, value);
            budgets.by_label.get(&(set, key))
        });
        let mut found: Vec<u32> = lists
            .flat_map(|list| list.iter().take(EXAMINED).copied())
            .collect();
        found.sort_unstable();
        found.dedup();
        let found = found.into_iter().map(|it| self.resources[it as usize]);
        let found = found.filter(|it| it.namespace() == namespace);
        let found = found.filter_map(|it| self.budget(it));
        let selecting = found.filter(|it| {
            let selector = it.selector();
            selector.is_some_and(|it| pod.is_chosen_by(&it))
        });
        selecting.take(MANY).collect()
    }

    /// Whether so many budgets may cover a pod that not all are looked at: that none
    /// is found among the first ones says nothing.
    #[must_use]
    pub fn has_too_many_budgets(&self, pod: &Pod<'_>) -> bool {
        let budgets = self.budgets.get_or_init(|| Budgets::of(self));
        let namespace = pod.resource.namespace();
        let mut labels = pod.labels().chain([("", "")]);
        labels.any(|(key, value)| {
            let list = budgets.by_label.get(&(None, hash(namespace, key, value)));
            list.is_some_and(|it| it.len() > EXAMINED)
        })
    }

    /// A PodDisruptionBudget that is not a patch.
    fn budget(&self, resource: Resource<'a>) -> Option<DisruptionBudget<'a>> {
        let is_budget = resource.is("policy", "PodDisruptionBudget") && !self.is_patch(&resource);
        DisruptionBudget::new(resource).filter(|_| is_budget)
    }

    /// Whether a custom resource has a name that `name` begins with: its operator may
    /// well make such an object.
    #[must_use]
    pub fn is_named_after_custom(&self, name: &str) -> bool {
        let names = self.custom_names.get_or_init(|| {
            let names = self.at(&self.custom).map(Resource::name);
            let names = names.filter(|it| !it.is_empty());
            names.map(|it| hash(it, "", "")).collect()
        });
        let mut ends = name.char_indices().map(|(at, c)| at + c.len_utf8());
        !names.is_empty() && ends.any(|end| names.contains(&hash(&name[..end], "", "")))
    }
}
