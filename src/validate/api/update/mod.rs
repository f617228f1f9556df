//! What the API server refuses when an object takes the place of another: what it
//! refuses on creation, without what it looks at only then, and what may not change.

mod cluster;
mod definition;
mod gang;
mod immutable;
mod job;
mod pod;
mod service;
mod source;
mod storage;

use super::at::At;
use super::check_of;
use super::report::Api;
use crate::catalog::Minor;
use crate::finding::Finding;
use crate::parse::to_json;
use crate::resolve::Resource;
use crate::validate::same::{self, Change};

/// Says what the server refuses of `new` when it is applied over `old`, an accepted
/// object of the same name; `changes` are what differs between the two
/// ([`same::changes`]). False where the kind is not judged.
///
/// What the server has set in the object that it keeps stays where neither
/// manifest speaks of it. A PersistentVolumeClaim counts as bound.
pub fn update<'a>(
    old: &Resource<'a>,
    new: &Resource<'a>,
    changes: &[Change<'a>],
    minor: Minor,
    out: &mut Vec<Finding>,
) -> bool {
    let Some(check) = check_of(new.group(), new.version(), new.kind) else {
        return false;
    };
    let mut api = Api::new(*new, minor, out);
    let update = Update {
        old: At::new(old.node),
        new: At::new(new.node),
        changes,
    };
    check(&mut api, update.new);
    update.forgive(&mut api);
    update.transitions(&mut api);
    true
}

/// An object, and the one in whose place it comes.
pub(super) struct Update<'a, 'c> {
    old: At<'a>,
    new: At<'a>,
    changes: &'c [Change<'a>],
}

impl<'a> Update<'a, '_> {
    /// Whether anything at the path or below it differs.
    fn changed(&self, path: &str) -> bool {
        same::is_changed(self.changes, path)
    }

    /// The field in both objects.
    fn both<const N: usize>(&self, keys: [&'a str; N]) -> (At<'a>, At<'a>) {
        (self.old.at(keys), self.new.at(keys))
    }

    /// The field, pointing at the first of `changes`.
    fn pointing<'c>(&self, at: At<'a>, changes: impl IntoIterator<Item = &'c Change<'a>>) -> At<'a>
    where
        'a: 'c,
    {
        let new = changes.into_iter().find_map(|it| it.new);
        new.map_or(at, |node| at.showing(At::new(node)))
    }

    /// Takes back what the server says on creation only.
    fn forgive(&self, api: &mut Api<'a, '_>) {
        let resource = api.resource;
        let metadata = self.new.get("metadata");
        // The names of these say what their specs say.
        if !matches!(resource.kind, "APIService" | "ClusterTrustBundle") {
            api.withdraw(0, metadata.get("name"));
        }
        api.withdraw(0, metadata.get("generateName"));
        match (resource.group(), resource.kind) {
            ("apps", "StatefulSet") => {
                let spec = self.new.get("spec");
                api.withdraw(0, spec.get("serviceName"));
                api.withdraw_below(0, spec.get("volumeClaimTemplates"));
            }
            ("", "Pod") => pod::forgive(self, api),
            ("", "Service") => service::forgive(self, api),
            ("", "PersistentVolumeClaim") => source::forgive(self, api),
            ("apiextensions.k8s.io", _) => definition::forgive(self, api),
            ("", "Namespace") => api.withdraw_below(0, self.new.at(["spec", "finalizers"])),
            ("", "ReplicationController") => self.keep_labels(api),
            ("batch", "Job") => {
                self.keep_labels(api);
                job::forgive(self, api);
            }
            ("scheduling.k8s.io", "PriorityClass") => {
                api.withdraw(0, self.new.get("value"));
                api.withdraw(0, self.new.get("preemptionPolicy"));
            }
            ("discovery.k8s.io", "EndpointSlice") if !self.changed("endpoints") => {
                api.withdraw_below(0, self.new.get("endpoints"));
            }
            _ => cluster::forgive(self, api),
        }
    }

    /// The labels that the server took from the template stay what they were.
    fn keep_labels(&self, api: &mut Api<'a, '_>) {
        let (was, is) = self.both(["metadata", "labels"]);
        if was.is_empty() && is.is_empty() {
            api.withdraw(0, is);
        }
    }

    fn transitions(&self, api: &mut Api<'a, '_>) {
        let resource = api.resource;
        match (resource.group(), resource.kind) {
            ("", "Pod") => pod::transitions(self, api),
            ("", "Service") => service::transitions(self, api),
            ("", "PersistentVolumeClaim") => storage::claim(self, api),
            ("", "PersistentVolume") => storage::volume(self, api),
            ("batch", "Job") => job::transitions(self, api),
            ("apiextensions.k8s.io", _) => definition::transitions(self, api),
            ("scheduling.k8s.io", "PodGroup") => gang::pod_group(self, api),
            ("scheduling.k8s.io", "Workload") => gang::workload(self, api),
            ("", "Node") => cluster::node(self, api),
            ("events.k8s.io", "Event") => cluster::event(self, api),
            ("networking.k8s.io", "ServiceCIDR") => cluster::service_cidr(self, api),
            ("storage.k8s.io", "CSINode") => cluster::csi_node(self, api),
            (group, kind) => immutable::transitions(self, api, (group, kind)),
        }
    }

    /// A field that must stay as it is.
    fn immutable<const N: usize>(&self, api: &mut Api<'a, '_>, keys: [&'a str; N]) {
        if self.changed(&keys.join(".")) {
            fixed(api, self.new.at(keys));
        }
    }
}

/// Says that a field may not change, with its new value as the server shows it.
fn fixed<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    let mut shown = String::new();
    match at.node() {
        Some(node) => to_json(node, &mut shown),
        None => shown.push_str("null"),
    }
    api.invalid(at, shown, "field is immutable");
}
