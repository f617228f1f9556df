//! Where the data of a claim comes from: two fields, of which the server writes each
//! into the other, so that what a manifest says of one may fall out with what is
//! there of the other.

use super::super::at::At;
use super::super::report::Api;
use super::Update;
use crate::kube::names;

const KEYS: [&str; 2] = ["dataSource", "dataSourceRef"];

/// What one of the fields says; a group that is absent is not one that is empty.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Source<'a> {
    group: Option<&'a str>,
    kind: &'a str,
    name: &'a str,
    namespace: Option<&'a str>,
}

/// `dataSource` and `dataSourceRef`.
type Pair<'a> = [Option<Source<'a>>; 2];

impl<'a> Source<'a> {
    fn read(at: At<'a>) -> Option<Self> {
        at.is_set().then(|| Self {
            group: at.get("apiGroup").written(),
            kind: at.str_of("kind"),
            name: at.str_of("name"),
            namespace: at.get("namespace").written(),
        })
    }

    /// What remains of this one when a manifest that said `was` now says `is`.
    fn patched(self, was: At<'a>, is: At<'a>) -> Self {
        let kept = |key, live: Option<&'a str>| match is.get(key).written() {
            None if !was.has(key) => live,
            written => written,
        };
        Self {
            group: kept("apiGroup", self.group),
            kind: kept("kind", Some(self.kind)).unwrap_or_default(),
            name: kept("name", Some(self.name)).unwrap_or_default(),
            namespace: kept("namespace", self.namespace),
        }
    }

    /// Whether the server knows how to fill a volume from it.
    fn is_known(self) -> bool {
        match self.kind {
            "PersistentVolumeClaim" => self.group.unwrap_or_default().is_empty(),
            "VolumeSnapshot" => self.group == Some("snapshot.storage.k8s.io"),
            _ => false,
        }
    }

    fn is_elsewhere(self) -> bool {
        self.namespace.is_some_and(|it| !it.is_empty())
    }
}

/// What the server makes of the two, where it has kept `live`.
fn completed<'a>([mut source, mut reference]: Pair<'a>, live: Pair<'a>) -> Pair<'a> {
    // References across namespaces are behind a gate.
    if reference.is_some_and(Source::is_elsewhere) && live[1].is_none() {
        reference = None;
    }
    let unused = live == [None; 2] && reference.is_none();
    if unused && !source.is_some_and(Source::is_known) {
        source = None;
    }
    let local = |it: Source<'a>| Source {
        namespace: None,
        ..it
    };
    match (source, reference) {
        (Some(it), None) => [source, Some(local(it))],
        (None, Some(it)) if !it.is_elsewhere() => [Some(local(it)), reference],
        pair => pair.into(),
    }
}

/// What is there, and what is to be there.
fn both<'a>(update: &Update<'a, '_>) -> (Pair<'a>, Pair<'a>) {
    let written = KEYS.map(|key| Source::read(update.old.at(["spec", key])));
    let live = completed(written, [None; 2]);
    let mut next = [None; 2];
    for (index, key) in KEYS.into_iter().enumerate() {
        let (was, is) = update.both(["spec", key]);
        next[index] = match live[index] {
            Some(it) if is.is_set() => Some(it.patched(was, is)),
            Some(it) if !was.is_set() => Some(it),
            _ => Source::read(is),
        };
    }
    (live, completed(next, live))
}

/// Whether the data is to come from elsewhere now.
pub(super) fn is_moved(update: &Update<'_, '_>) -> bool {
    let (live, next) = both(update);
    live != next
}

/// Takes back what was said of the fields as they are written.
pub(super) fn forgive<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    let spec = update.new.get("spec");
    for key in KEYS {
        api.withdraw_below(0, spec.get(key));
    }
    api.withdraw(0, spec);
}

/// Says what is wrong with the fields as the server completes them.
pub(super) fn check<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    let spec = update.new.get("spec");
    let (live, next) = both(update);
    for (index, key) in KEYS.into_iter().enumerate() {
        let Some(it) = next[index] else { continue };
        let at = spec.get(key);
        for (part, text) in [("name", it.name), ("kind", it.kind)] {
            if text.is_empty() {
                api.required(at.get(part), "");
            }
        }
        let group = it.group.unwrap_or_default();
        if group.is_empty() && it.kind != "PersistentVolumeClaim" {
            let detail = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
            api.invalid_text(at, it.kind, detail);
        }
        // Where a group was let in unchecked once, another one is.
        let tolerated = live.iter().flatten().any(|it| it.group.is_some());
        if !group.is_empty() && !tolerated {
            api.faults(at.get("apiGroup"), group, names::dns_subdomain(group));
        }
        if let Some(namespace) = it.namespace.filter(|it| !it.is_empty()) {
            let at = at.get("namespace");
            api.faults(at, namespace, names::dns_label(namespace));
        }
    }
    let [Some(source), Some(reference)] = next else {
        return;
    };
    // The server shows a path, of which nothing can be seen.
    if reference.is_elsewhere() {
        let detail = "may not be specified when dataSourceRef.namespace is specified";
        api.invalid(spec, "{}", detail);
    } else if (source.group, source.kind, source.name)
        != (reference.group, reference.kind, reference.name)
    {
        api.invalid(spec, "{}", "must match dataSourceRef");
    }
}
