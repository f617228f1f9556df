//! What the API server refuses when an object takes the place of another: what it
//! refuses on creation, without what it looks at only then, and what may not change.

mod cluster;
mod definition;
mod gang;
mod immutable;
mod job;
mod pod;
mod service;
mod shapes;
mod source;
mod storage;

use super::Check;
use super::at::At;
use super::device::BY_SCHEMA;
use super::meta;
use super::report::Api;
use super::shape::{self, Shape};
use crate::catalog::Minor;
use crate::finding::Finding;
use crate::resolve::Resource;
use crate::same::{self, Change};

/// Says what the server refuses of `new` when it is applied over `old`, an accepted
/// object of the same name; `changes` are what differs between the two
/// ([`same::changes`]).
///
/// What the server has set in the object that it keeps stays where neither
/// manifest mentions it. A PersistentVolumeClaim counts as bound.
pub(crate) fn update<'a>(
    check: Check,
    (old, new): (&Resource<'a>, &Resource<'a>),
    changes: &[Change<'a>],
    minor: Minor,
    out: &mut Vec<Finding>,
) {
    let mut api = Api::new(*new, minor, out);
    let update = Update {
        old: At::new(old.node),
        new: At::new(new.node),
        changes,
    };
    check(&mut api, update.new);
    meta::kept(&mut api, update.new.get("metadata"));
    update.forgive(&mut api);
    update.transitions(&mut api);
    api.close();
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

    /// Whether the manifest spoke of the field, or of what holds it, and no longer
    /// does: then nothing stays of it, not even what the server has set there.
    fn is_gone<const N: usize>(&self, keys: [&'a str; N]) -> bool {
        let (mut was, mut is) = (self.old, self.new);
        keys.into_iter().any(|key| {
            (was, is) = (was.get(key), is.get(key));
            was.is_set() && !is.is_set()
        })
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
        // The names of these say what their specs say; that of a Job has to leave room.
        if !matches!(resource.kind, "APIService" | "ClusterTrustBundle" | "Job") {
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
            ("networking.k8s.io", "Ingress") => {
                let notes = self.new.get("annotations");
                api.withdraw(0, notes.get("kubernetes.io/ingress.class"));
            }
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
        let taken = self.old.at(["spec", "template", "metadata", "labels"]);
        if was.is_empty() && is.is_empty() && !taken.is_empty() {
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
    fn immutable<const N: usize>(&self, api: &mut Api<'a, '_>, keys: [&'a str; N], form: &Shown) {
        if self.changed(&keys.join(".")) {
            fixed(api, self.new.at(keys), form);
        }
    }
}

/// How the server shows a field that may not change.
enum Shown {
    /// As a value of its own type, or as nothing where it is absent.
    Of(&'static Shape),
    /// As an object of its own type, with all its fields where it is absent.
    Whole(&'static Shape),
    /// As a text, which is this one where it is absent or empty.
    Text(&'static str),
    /// As a text, which is this one where it is absent.
    TextOr(&'static str),
    /// Not at all.
    Hidden,
    /// Not at all from 1.36 on, where the schema reports it first, and in this form before.
    BySchema(&'static Self),
}

impl Shown {
    /// As it is written: a number, or a map or list of texts.
    const PLAIN: Self = Self::Of(&Shape::Plain);
}

/// Says that a field may not change, with its new value as the server shows it.
fn fixed<'a>(api: &mut Api<'a, '_>, at: At<'a>, form: &Shown) {
    const DETAIL: &str = "field is immutable";
    match form {
        Shown::Of(shape) => api.invalid_object(at, shape, DETAIL),
        Shown::Whole(shape) => {
            let mut shown = shape::whole(at, shape);
            if !api.since(37) {
                shown = shown.replace(shapes::NEWEST, "");
            }
            api.invalid(at, shown, DETAIL);
        }
        Shown::Text(default) if at.str().is_empty() => api.invalid_text(at, default, DETAIL),
        Shown::TextOr(default) if !at.is_set() => api.invalid_text(at, default, DETAIL),
        Shown::Text(_) | Shown::TextOr(_) => api.invalid_text(at, at.str(), DETAIL),
        Shown::BySchema(older) if !api.since(BY_SCHEMA) => fixed(api, at, older),
        Shown::Hidden | Shown::BySchema(_) => api.invalid(at, "null", DETAIL),
    }
}
