//! Jobs: what their pods look like, and how many are to complete, is fixed.

use super::super::at::At;
use super::super::report::Api;
use super::super::{selector, shape};
use super::{Shown, Update, shapes};

/// From this minor on a suspended Job may be given other resources.
const MUTABLE_RESOURCES: u8 = 36;

/// From this minor on the server's own selector is not asked for again.
const SELECTOR_KEPT: u8 = 37;
const SELECTOR: Shown = Shown::Of(&shape::SELECTOR);
const LABELS: [&str; 4] = ["spec", "template", "metadata", "labels"];
const MISMATCH: &str = "`selector` does not match template `labels`";
/// Labels that the server gives the pods of a Job whose selector is its own.
const OWN_LABELS: [&str; 4] = [
    "controller-uid",
    "job-name",
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-name",
];

/// Takes back what creation says of the selector: here it has one already.
pub(super) fn forgive<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    let selector = update.new.at(["spec", "selector"]);
    let kept = update.old.at(["spec", "manualSelector"]).is_true() || api.since(SELECTOR_KEPT);
    if kept || update.is_gone(["spec", "selector"]) || !selector.is_set() {
        api.withdraw(0, selector);
    }
    api.withdraw(0, update.new.at(LABELS));
}

/// The selector, the server's own or not, chooses the pods.
fn selector<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    let (was, is) = update.both(["spec", "manualSelector"]);
    let generated = !was.is_true();
    let (at, labels) = (update.new.at(["spec", "selector"]), update.new.at(LABELS));
    let labels_gone = update.is_gone(LABELS);
    if update.is_gone(["spec", "selector"]) || !generated && !at.is_set() {
        api.required(at, "");
        api.invalid_node(labels, MISMATCH);
        if generated && !update.changed("spec.selector") {
            super::fixed(api, at, &SELECTOR);
        }
        return;
    }
    if !is.is_true() && !api.since(SELECTOR_KEPT) {
        own_labels(update, api, generated);
    }
    let by_own = generated && !update.is_gone(["spec", "selector", "matchLabels"]);
    let usable = selector::is_usable(at);
    if usable && (by_own && labels_gone || !selector::matches(at, labels)) {
        api.invalid_node(labels, MISMATCH);
    }
}

/// Releases before 1.37 ask for the labels of their own selector each time.
fn own_labels<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>, generated: bool) {
    let labels = update.new.at(LABELS);
    let had = update.old.at(LABELS);
    let prefixed = generated || OWN_LABELS[2..].iter().all(|key| had.keyed(key).is_set());
    let asked = if prefixed { 4 } else { 2 };
    let name = update.new.at(["metadata", "name"]).str();
    for key in OWN_LABELS.into_iter().take(asked) {
        if !labels.keyed(key).is_set() && (!generated || update.is_gone(LABELS)) {
            let value = if key.ends_with("name") { name } else { "" };
            api.required(labels.keyed(key), &format!("must be '{value}'"));
        }
    }
    let selector = update.new.at(["spec", "selector"]);
    if !generated && selector::is_usable(selector) && !selector::is_empty(selector) {
        api.invalid_object(selector, &shape::SELECTOR, "`selector` not auto-generated");
    }
}

pub(super) fn transitions<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    let (was, is) = (update.old.get("spec"), update.new.get("spec"));
    let replaces = |spec: At<'a>| spec.has("podReplacementPolicy");
    let fails = |spec: At<'a>| spec.has("podFailurePolicy");
    // The default without the policy does not go with it, and stays.
    if !replaces(was) && !replaces(is) && !fails(was) && fails(is) {
        let at = is.get("podReplacementPolicy");
        api.unsupported(at, "TerminatingOrFailed", &["Failed"]);
    }
    selector(update, api);
    completions(update, api);
    update.immutable(api, ["spec", "selector"], &SELECTOR);
    template(update, api);
    for (key, form) in [
        ("completionMode", Shown::Text("NonIndexed")),
        ("podFailurePolicy", Shown::Of(&shapes::FAILURE)),
        ("backoffLimitPerIndex", Shown::PLAIN),
        ("managedBy", Shown::PLAIN),
        ("successPolicy", Shown::Of(&shape::SUCCESS)),
    ] {
        update.immutable(api, ["spec", key], &form);
    }
}

fn completions<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    let spec = update.new.get("spec");
    if spec.str_of("completionMode") != "Indexed" {
        return update.immutable(api, ["spec", "completions"], &Shown::PLAIN);
    }
    let at = spec.get("completions");
    if update.changed("spec.completions")
        && let Some(count) = at.int()
        && count != spec.int_of("parallelism").unwrap_or(1)
    {
        let detail = "can only be modified in tandem with spec.parallelism";
        api.invalid(at, count, detail);
    }
}

/// A suspended Job may still be told where to run.
fn template<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    const TEMPLATE: &str = "spec.template.";
    let suspended = update.old.at(["spec", "suspend"]).is_true();
    let resources = suspended && api.since(MUTABLE_RESOURCES);
    let mut fixed = update.changes.iter().filter(|it| {
        let path = it.path.as_str();
        let Some(path) = path.strip_prefix(TEMPLATE) else {
            return path == "spec.template";
        };
        !(suspended && is_directive(path) || resources && is_resource(path))
    });
    // With all labels go those that the server has added for its selector.
    let generated = !update.old.at(["spec", "manualSelector"]).is_true();
    let unlabelled = generated && !suspended && update.is_gone(LABELS);
    let first = fixed.next();
    if first.is_none() && !unlabelled {
        return;
    }
    let at = update.new.at(["spec", "template"]);
    let at = if resources {
        if !first.is_some_and(|it| it.path.starts_with("spec.template.spec")) {
            return;
        }
        at.get("spec")
    } else {
        at
    };
    let pointed = update.pointing(at, first);
    // The whole template would say nothing of what differs in it.
    api.invalid_plain(pointed, "field is immutable");
}

fn is_directive(path: &str) -> bool {
    [
        "metadata.labels",
        "metadata.annotations",
        "spec.nodeSelector",
        "spec.tolerations",
        "spec.schedulingGates",
        "spec.affinity.nodeAffinity",
    ]
    .iter()
    .any(|directive| path.starts_with(directive))
}

fn is_resource(path: &str) -> bool {
    let of_container = path
        .strip_prefix("spec.containers[")
        .or_else(|| path.strip_prefix("spec.initContainers["));
    let field = of_container.and_then(|it| it.split_once("].").map(|it| it.1));
    field.is_some_and(|field| field.starts_with("resources"))
}
