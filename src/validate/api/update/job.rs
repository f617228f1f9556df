//! Jobs: what their pods look like, and how many are to complete, is fixed.

use super::super::at::At;
use super::super::report::Api;
use super::Update;

/// From this minor on a suspended Job may be given other resources.
const MUTABLE_RESOURCES: u8 = 36;

/// Takes back that a selector is not the server's own, where it never was.
pub(super) fn forgive<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    let (was, is) = update.both(["spec", "manualSelector"]);
    if was.is_true() && !is.is_true() {
        api.withdraw(0, update.new.at(["spec", "selector"]));
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
    // With all labels go those that the server has added for its selector.
    let (was, is) = update.both(["spec", "template", "metadata", "labels"]);
    if was.is_set() && !is.is_set() && !update.old.at(["spec", "manualSelector"]).is_true() {
        api.invalid_node(is, "`selector` does not match template `labels`");
    }
    completions(update, api);
    update.immutable(api, ["spec", "selector"]);
    template(update, api);
    for key in [
        "completionMode",
        "podFailurePolicy",
        "backoffLimitPerIndex",
        "managedBy",
        "successPolicy",
    ] {
        update.immutable(api, ["spec", key]);
    }
}

fn completions<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    let spec = update.new.get("spec");
    if spec.str_of("completionMode") != "Indexed" {
        return update.immutable(api, ["spec", "completions"]);
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
    let Some(first) = fixed.next() else { return };
    let at = update.new.at(["spec", "template"]);
    let at = if resources {
        if !first.path.starts_with("spec.template.spec") {
            return;
        }
        at.get("spec")
    } else {
        at
    };
    let pointed = update.pointing(at, [first]);
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
