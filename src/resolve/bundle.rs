//! All objects of a run, and the references between them.

mod mentions;
mod near;
mod pods;

use super::resource::Resource;
use super::surroundings::Surroundings;
use super::view::{Autoscaler, Backend, DisruptionBudget, Service, Workload};
use mentions::{Mentions, Spoken};
use near::{Budgets, Near};
use pods::Pods;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{LazyLock, Mutex, OnceLock};

/// All objects of a run. Objects refer to each other by group, kind, namespace
/// and name; this answers such questions without searching.
///
/// ```
/// use plimsoll::{Config, Engine, Source};
///
/// let source = Source::new("a.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n");
/// Engine::new(Config::default()).survey(&[source], |bundle| {
///     assert_eq!(bundle.of_kind("", "Namespace").count(), 1);
/// });
/// ```
#[derive(Debug)]
pub struct Bundle<'a> {
    resources: Vec<Resource<'a>>,
    /// By the hash of kind, namespace and name, so that a look-up may borrow
    /// its key from anywhere; the few that share a hash are distinguished on reading.
    by_name: FxHashMap<u64, Vec<u32>>,
    /// By the hash of kind and name, whatever the namespace.
    by_bare_name: FxHashMap<u64, Vec<u32>>,
    by_kind: HashMap<&'a str, Vec<u32>>,
    by_set: FxHashMap<Set, Vec<u32>>,
    near: OnceLock<Near>,
    budgets: OnceLock<Budgets>,
    /// Sets and namespaces in which something makes pods.
    pod_sets: OnceLock<FxHashSet<(Set, u64)>>,
    /// The hashes of the names of custom resources.
    custom_names: OnceLock<FxHashSet<u64>>,
    /// Folders whose files are not applied together.
    scattered: FxHashSet<u32>,
    /// The custom resources, whose operators make who knows what.
    custom: Vec<u32>,
    mentions: OnceLock<Mentions>,
    spoken: OnceLock<Spoken>,
    /// Whether objects mention a name, by their set and its hash: many rules ask.
    found: Mutex<FxHashMap<(Set, u64), bool>>,
    /// By the hash of kind, namespace and name, what patches are of.
    patched: FxHashSet<u64>,
    workloads: Vec<Workload<'a>>,
    /// By the hash of kind, namespace and name, those that are patches or pieces.
    pieces: FxHashMap<u64, Vec<Workload<'a>>>,
    pods: Pods<'a>,
    /// By what they are applied together with, if that is asked, and the hash of what they
    /// scale.
    autoscalers: FxHashMap<(Option<Set>, u64), Vec<Autoscaler<'a>>>,
    surroundings: Surroundings<'a>,
}

/// How many workloads that one selector matches, or budgets that select one pod, are
/// checked; nobody writes more, except to make the run take long.
const MANY: usize = 100;

/// How many candidates are checked for those: where more share each label of a selector,
/// or a name, nobody can have meant them all.
const EXAMINED: usize = 500;

/// Objects that are applied together, as far as anyone can tell.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Set {
    /// Those of a folder.
    Folder(u32),
    /// Those of a single file.
    File(u32),
}

impl<'a> Bundle<'a> {
    /// A bundle of `resources`, kept in that order.
    #[must_use]
    pub fn new(resources: Vec<Resource<'a>>, surroundings: Surroundings<'a>) -> Self {
        let mut bundle = Self {
            resources,
            by_name: FxHashMap::default(),
            by_bare_name: FxHashMap::default(),
            by_kind: HashMap::new(),
            by_set: FxHashMap::default(),
            near: OnceLock::new(),
            budgets: OnceLock::new(),
            pod_sets: OnceLock::new(),
            custom_names: OnceLock::new(),
            scattered: FxHashSet::default(),
            custom: Vec::new(),
            mentions: OnceLock::new(),
            spoken: OnceLock::new(),
            found: Mutex::default(),
            patched: FxHashSet::default(),
            workloads: Vec::new(),
            pieces: FxHashMap::default(),
            pods: Pods::default(),
            autoscalers: FxHashMap::default(),
            surroundings,
        };
        for (index, resource) in (0..).zip(&bundle.resources) {
            let key = hash(resource.kind, resource.namespace(), resource.name());
            bundle.by_name.entry(key).or_default().push(index);
            if bundle.surroundings.is_patch(resource.source()) {
                bundle.patched.insert(key);
            }
            let key = hash(resource.kind, "", resource.name());
            bundle.by_bare_name.entry(key).or_default().push(index);
            bundle.by_kind.entry(resource.kind).or_default().push(index);
            if resource.is_custom() {
                bundle.custom.push(index);
            }
        }
        let made = bundle.resources.par_iter().copied().map(Workload::new);
        let made: Vec<Option<Workload<'a>>> = made.collect();
        bundle.scattered = bundle.scattered_folders(&made);
        for (index, resource) in (0..).zip(&bundle.resources) {
            let set = bundle.set_of(resource);
            bundle.by_set.entry(set).or_default().push(index);
        }
        for workload in made.into_iter().flatten() {
            if bundle.is_whole(&workload) {
                bundle.workloads.push(workload);
                continue;
            }
            let resource = &workload.resource;
            let key = hash(resource.kind, resource.namespace(), resource.name());
            bundle.pieces.entry(key).or_default().push(workload);
        }
        bundle.pods = Pods::of(&bundle.workloads, |it| bundle.set_of(it));
        bundle.index_autoscalers();
        bundle
    }

    fn is_whole(&self, workload: &Workload<'_>) -> bool {
        workload.is_whole() && !self.is_patch(&workload.resource)
    }

    fn index_autoscalers(&mut self) {
        let mut by_target = FxHashMap::<_, Vec<Autoscaler<'a>>>::default();
        for autoscaler in self.autoscalers().filter(Autoscaler::scales_pods) {
            if let Some(target) = autoscaler.target() {
                let namespace = autoscaler.resource.namespace();
                let key = hash(target.kind, namespace, target.name.value);
                for set in [Some(self.set_of(&autoscaler.resource)), None] {
                    by_target.entry((set, key)).or_default().push(autoscaler);
                }
            }
        }
        self.autoscalers = by_target;
    }

    /// All objects, in the order of the sources.
    #[must_use]
    pub fn resources(&self) -> &[Resource<'a>] {
        &self.resources
    }

    /// All objects that make pods, in the order of the sources; without patches
    /// and other pieces of such objects.
    #[must_use]
    pub fn workloads(&self) -> &[Workload<'a>] {
        &self.workloads
    }

    /// The objects of a group and kind, in any version.
    pub fn of_kind(&self, group: &str, kind: &str) -> impl Iterator<Item = &Resource<'a>> {
        let indices = self.by_kind.get(kind).map_or(&[][..], Vec::as_slice);
        self.at(indices)
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
        self.at(indices.map_or(&[][..], Vec::as_slice))
            .filter(move |it| it.is(group, kind) && it.name() == name)
            .filter(move |it| it.namespace() == namespace)
    }

    /// [`Bundle::named`], in whatever namespace.
    pub fn named_anywhere(
        &self,
        group: &str,
        kind: &str,
        name: &str,
    ) -> impl Iterator<Item = &Resource<'a>> {
        let indices = self.by_bare_name.get(&hash(kind, "", name));
        self.at(indices.map_or(&[][..], Vec::as_slice))
            .filter(move |it| it.is(group, kind) && it.name() == name)
    }

    fn at(&self, indices: &[u32]) -> impl Iterator<Item = &Resource<'a>> {
        indices.iter().map(|&index| &self.resources[index as usize])
    }

    /// The autoscalers of the run, without patches.
    pub fn autoscalers(&self) -> impl Iterator<Item = Autoscaler<'a>> {
        const KINDS: [(&str, &str); 3] = [
            ("autoscaling", "HorizontalPodAutoscaler"),
            ("autoscaling.k8s.io", "VerticalPodAutoscaler"),
            ("keda.sh", "ScaledObject"),
        ];
        let all = KINDS
            .iter()
            .flat_map(|(group, kind)| self.of_kind(group, kind));
        all.copied()
            .filter(|it| !self.is_patch(it))
            .filter_map(Autoscaler::new)
    }

    /// The autoscalers that change how many pods `workload` has: those from its
    /// folder or, if none is there, all.
    #[must_use]
    pub fn autoscalers_of(&self, workload: &Workload<'_>) -> Vec<Autoscaler<'a>> {
        self.first_autoscalers_of(workload, MANY)
    }

    /// The first of [`Bundle::autoscalers_of`].
    #[must_use]
    pub fn autoscaler_of(&self, workload: &Workload<'_>) -> Option<Autoscaler<'a>> {
        self.first_autoscalers_of(workload, 1).pop()
    }

    fn first_autoscalers_of(&self, workload: &Workload<'_>, most: usize) -> Vec<Autoscaler<'a>> {
        let resource = &workload.resource;
        let (namespace, name) = (resource.namespace(), resource.name());
        let key = hash(resource.kind, namespace, name);
        let scales = |it: &&Autoscaler<'_>| {
            it.resource.namespace() == namespace
                && it
                    .target()
                    .is_some_and(|it| it.kind == resource.kind && it.name.value == name)
        };
        let listed = |set| {
            let list = self.autoscalers.get(&(set, key));
            let list = list.map_or(&[][..], Vec::as_slice).iter();
            list.take(EXAMINED).filter(scales)
        };
        let near = listed(Some(self.set_of(resource))).take(most).copied();
        let near: Vec<_> = near.collect();
        if !near.is_empty() {
            return near;
        }
        // In the same folder, but not near: an alternative.
        let folder = |it: &Resource<'_>| self.surroundings.folder(it.source());
        let far = listed(None).filter(|it| folder(&it.resource) != folder(resource));
        far.take(most).copied().collect()
    }

    /// The workloads with that kind, namespace and name, patches and other
    /// pieces included.
    pub fn workloads_named(
        &self,
        kind: &str,
        namespace: &str,
        name: &str,
    ) -> impl Iterator<Item = Workload<'a>> {
        let indices = self.by_name.get(&hash(kind, namespace, name));
        let found = self.at(indices.map_or(&[][..], Vec::as_slice)).copied();
        found
            .filter_map(Workload::new)
            .filter(move |it| it.resource.kind == kind && it.resource.name() == name)
            .filter(move |it| it.resource.namespace() == namespace)
    }

    /// Those of [`Bundle::workloads_named`] that are patches or other pieces.
    pub fn pieces(
        &self,
        kind: &str,
        namespace: &str,
        name: &str,
    ) -> impl Iterator<Item = Workload<'a>> {
        let found = self.pieces.get(&hash(kind, namespace, name));
        let found = found.map_or(&[][..], Vec::as_slice).iter().copied();
        found
            .filter(move |it| it.resource.kind == kind && it.resource.name() == name)
            .filter(move |it| it.resource.namespace() == namespace)
    }

    /// The workload itself and whatever may change it: patches and other pieces
    /// with its name, wherever they are. Whole objects elsewhere are of other sets.
    pub fn versions_of(&self, workload: &Workload<'a>) -> impl Iterator<Item = Workload<'a>> {
        let resource = workload.resource;
        let (namespace, name) = (resource.namespace(), resource.name());
        let near = self.workloads_near(&resource, resource.kind, name);
        let whole = near.into_iter().filter(|it| self.is_whole(it));
        let pieces = self.pieces(resource.kind, namespace, name);
        whole.chain(pieces).take(MANY)
    }

    /// Whether a patch or another piece may change `workload`, or a second one has its name.
    #[must_use]
    pub fn may_be_changed(&self, workload: &Workload<'a>) -> bool {
        self.versions_of(workload).nth(1).is_some()
    }

    /// The PodDisruptionBudgets of the run, without patches.
    pub fn budgets(&self) -> impl Iterator<Item = DisruptionBudget<'a>> {
        let budgets = self.of_kind("policy", "PodDisruptionBudget").copied();
        budgets
            .filter(|it| !self.is_patch(it))
            .filter_map(DisruptionBudget::new)
    }

    /// The Ingresses and routes of the run, without patches.
    pub fn routes(&self) -> impl Iterator<Item = Resource<'a>> {
        let all = Backend::ROUTES
            .iter()
            .flat_map(|(group, kind)| self.of_kind(group, kind));
        all.copied().filter(|it| !self.is_patch(it))
    }

    /// The Services of the run, without patches.
    pub fn services(&self) -> impl Iterator<Item = Service<'a>> {
        let services = self.of_kind("", "Service").copied();
        services
            .filter(|it| !self.is_patch(it))
            .filter_map(Service::new)
    }

    /// What else is known of the run.
    #[must_use]
    pub fn surroundings(&self) -> &Surroundings<'a> {
        &self.surroundings
    }

    /// Whether two objects are applied together as far as anyone can tell: they
    /// come from one file, or from one folder whose files complement each other.
    #[must_use]
    pub fn are_near(&self, one: &Resource<'_>, other: &Resource<'_>) -> bool {
        self.set_of(one) == self.set_of(other)
    }

    /// All objects that are near `resource`, itself included.
    pub fn beside(&self, resource: &Resource<'_>) -> impl Iterator<Item = &Resource<'a>> {
        let indices = self.by_set.get(&self.set_of(resource));
        self.at(indices.map_or(&[][..], Vec::as_slice))
    }

    /// What an object is applied together with.
    #[must_use]
    pub fn set_of(&self, resource: &Resource<'_>) -> Set {
        self.set_of_source(resource.source())
    }

    fn set_of_source(&self, source: u32) -> Set {
        let folder = self.surroundings.folder(source);
        match self.scattered.contains(&folder) {
            true => Set::File(source),
            false => Set::Folder(folder),
        }
    }

    /// The folders in which several files have the same objects: alternatives,
    /// or examples that each stand alone. One such object may be a mistake.
    fn scattered_folders(&self, made: &[Option<Workload<'a>>]) -> FxHashSet<u32> {
        let mut seen = FxHashMap::default();
        let mut again = FxHashMap::<u32, FxHashSet<u64>>::default();
        for (resource, workload) in self.resources.iter().zip(made) {
            // What everything else needs may well be in each file.
            let shared = matches!(resource.kind, "Namespace" | "CustomResourceDefinition");
            let piece = workload.is_some_and(|it| !it.is_whole());
            if shared || piece || resource.name().is_empty() || self.is_patch(resource) {
                continue;
            }
            let key = hash(resource.kind, resource.namespace(), resource.name());
            let (source, folder) = (
                resource.source(),
                self.surroundings.folder(resource.source()),
            );
            if *seen.entry((folder, key)).or_insert(source) != source {
                again.entry(folder).or_default().insert(key);
            }
        }
        let several = again.into_iter().filter(|(_, objects)| objects.len() > 1);
        several.map(|(folder, _)| folder).collect()
    }

    /// Whether `resource` is a patch, and not an object to apply.
    #[must_use]
    pub fn is_patch(&self, resource: &Resource<'_>) -> bool {
        self.surroundings.is_patch(resource.source())
    }

    /// Whether a patch of the run is of an object with the name of `resource`.
    #[must_use]
    pub fn is_patched(&self, resource: &Resource<'_>) -> bool {
        let key = hash(resource.kind, resource.namespace(), resource.name());
        self.patched.contains(&key)
    }

    /// Whether a kustomization puts `resource` into another namespace or renames
    /// it, so that what is written there does not count.
    #[must_use]
    pub fn is_transformed(&self, resource: &Resource<'_>) -> bool {
        self.surroundings.is_transformed(resource.source())
    }
}

/// Names come from files, so that nobody may know which of them have equal hashes.
static SEED: LazyLock<RandomState> = LazyLock::new(RandomState::new);

fn hash(one: &str, two: &str, three: &str) -> u64 {
    SEED.hash_one((one, two, three))
}
